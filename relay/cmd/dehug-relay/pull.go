package main

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/pull"
	"github.com/dehug/dehug/wasm/stream"
)

func newPull() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "pull CID DIR",
		Short: "Download a release's files from several gateways, checking every chunk",
		Long: `pull downloads the files of a release into DIR, from all gateways that are named at once. Each
chunk is checked before it is written; a gateway that lies is named and not asked again.

It can be broken off and goes on where it stopped: what is there is hashed again and kept
where it holds. A file that is there already and is another one is never touched.

The paths of the files go to stdout, one a line.`,
		Example: `  dehug-relay pull bafybei… ./face-model --source https://one.example --source https://two.example
  dehug-relay pull bafybei… . --source https://one.example --file model.onnx --signer 0x…`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 2 {
				return relay.Errorf(relay.CodeInvalid, "pull takes a CID and a folder to write").WithHint("usage: %s", cmd.UseLine())
			}
			return nil
		},
	}
	flags := cmd.Flags()
	from := flags.StringSlice("source", nil, "`URL` of a gateway (required); may be repeated")
	files := flags.StringSlice("file", nil, "`PATH` of the one file to get; may be repeated")
	signer := flags.String("signer", "", "`address` that has to have signed")
	limit := flags.Int64("max-bytes", 0, "refuse more than this `number` of bytes; 0 for no limit")
	quiet := flags.Bool("quiet", false, "no progress on stderr")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(*from) == 0 {
			return relay.Errorf(relay.CodeInvalid, "nowhere to pull from").WithHint("give --source URL, the address of a gateway")
		}
		if _, err := sources(*from); err != nil {
			return err
		}
		verify, err := verifyOptions(*signer, "")
		if err != nil {
			return err
		}
		opts := pull.Options{Sources: *from, Signer: verify.Signer, Files: *files, MaxBytes: *limit}
		var wanted []manifest.File
		var total, kept int64
		term := newTerminal(cmd.ErrOrStderr())
		opts.Opened = func(_ *stream.Release, list []manifest.File) {
			wanted = list
			for _, f := range list {
				total += f.Size
			}
		}
		if !*quiet {
			opts.Progress = func(file string, done, before int64) {
				kept = before
				term.bar(file, done, total)
			}
			opts.Events = func(e stream.Event) {
				if s, ok := e.(stream.SourceEvent); ok && s.Evidence != nil && s.State != stream.SourceBanned {
					term.line("%s %s (asked for %s)", s.Source, s.Evidence.Reason, s.Evidence.What)
				}
			}
		}
		rel, err := pull.Release(cmd.Context(), args[0], args[1], opts)
		if err != nil {
			return err
		}
		if !*quiet {
			by := "signed by nobody"
			if rel.Signer != nil {
				by = "signed by " + rel.Signer.String()
			}
			term.line("pulled %s %s: %d files, %s, of which %s were there; %s", rel.Manifest.Name, rel.Manifest.Version, len(wanted), size(total), size(kept), by)
		}
		for _, f := range wanted {
			fmt.Fprintln(cmd.OutOrStdout(), filepath.Join(args[1], filepath.FromSlash(f.Path)))
		}
		return nil
	}
	return cmd
}
