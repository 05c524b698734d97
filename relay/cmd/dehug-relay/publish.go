package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/disk"
	"github.com/dehug/dehug/relay/publish"
)

func newPublish() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "publish DIR",
		Short: "Make a signed release of a folder and store it",
		Long: `publish hashes every file of DIR, writes the manifest that names them, signs it with your
key and stores all of it in the data folder, where ` + "`serve`" + ` offers it. It prints the CIDs of
the manifest and of the release on stdout.

DIR holds the files and a model.json that says what no program can know:

` + indent(publish.Example) + `
Required are name, version, license and (for a model) runtime. Everything else may be left
out. Authors default to the signer alone; with several, give each an address and a share
in parts per million: "authors": [{"address": "0x…", "share": 700000}, …]. Hidden files are
left out.

With --precompile the release also has each ONNX file compiled to WebAssembly, which pages
run without fetching the engine. ` + "`verify --recompile`" + ` compiles again and compares.

Publishing the same folder again gives the same CIDs, if it says when it was created:
in model.json, by --created, or by SOURCE_DATE_EPOCH; with --precompile, with the same
version of this program.`,
		Example: `  dehug-relay keygen author.key
  dehug-relay publish ./face-model --key author.key
  dehug-relay publish ./face-model --key author.key --json | jq -r .release`,
		Args: oneArg("DIR"),
	}
	data := dataFlag(cmd)
	flags := cmd.Flags()
	keyFile := flags.String("key", "", "`file` with the author's secp256k1 key in hex, readable by you alone (required)")
	created := flags.String("created", "", "`time` of creation when model.json does not say, such as 2026-01-02T15:04:05Z")
	compile := flags.Bool("precompile", false, "add each ONNX file compiled to WebAssembly, for pages that do without the engine")
	asJSON := flags.Bool("json", false, "print the result as JSON")
	quiet := flags.Bool("quiet", false, "no progress on stderr")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		key, err := loadKey(*keyFile)
		if err != nil {
			return err
		}
		when, err := creationTime(*created)
		if err != nil {
			return err
		}
		folder, err := disk.Open(*data)
		if err != nil {
			return err
		}
		opts := publish.Options{Key: key, Created: when, Precompile: *compile}
		term := newTerminal(cmd.ErrOrStderr())
		if !*quiet {
			opts.Skipped = func(name string) { term.line("left out %s (hidden)", name) }
			opts.Progress = func(p publish.Progress) {
				if p.FileDone {
					term.line("stored %s", p.File)
				} else {
					term.bar(p.File, p.Done, p.Total)
				}
			}
		}
		res, err := publish.Publish(cmd.Context(), folder.Blocks(), args[0], opts)
		if err != nil {
			return err
		}
		if err := folder.AddRelease(res.Release); err != nil {
			return err
		}
		if !*quiet {
			term.line("published %s %s: %d files, %s, signed by %s", res.Release.Name, res.Release.Version,
				len(res.Manifest.Files), size(res.Release.Bytes), res.Release.Signer)
		}
		return printRelease(cmd, res.Release, *asJSON)
	}
	return cmd
}

// printRelease writes the CIDs on stdout: for people and awk one per line, or all that is known as JSON.
func printRelease(cmd *cobra.Command, r relay.Release, asJSON bool) error {
	if asJSON {
		return printJSON(cmd, r)
	}
	_, err := fmt.Fprintf(cmd.OutOrStdout(), "manifest %s\nrelease  %s\n", r.Manifest, r.Release)
	return err
}

func loadKey(path string) (*ethsig.Key, error) {
	if path == "" {
		return nil, relay.Errorf(relay.CodeInvalid, "no key to sign with").
			WithHint("give --key FILE; `dehug-relay keygen FILE` makes one")
	}
	key, err := ethsig.LoadKey(path)
	if os.IsNotExist(err) {
		return nil, relay.FileError(err).WithHint("`dehug-relay keygen %s` makes one", path)
	}
	if err != nil {
		return nil, relay.Errorf(relay.CodeInvalid, "key: %w", err)
	}
	return key, nil
}

// creationTime is what a release says of itself when its author does not: the flag, else SOURCE_DATE_EPOCH
// (reproducible-builds.org), else now.
func creationTime(flag string) (time.Time, error) {
	if flag != "" {
		t, err := time.Parse(time.RFC3339, flag)
		if err != nil {
			return t, relay.Errorf(relay.CodeInvalid, "--created: %q is not a time", flag).WithHint("write it like 2026-01-02T15:04:05Z")
		}
		return t, nil
	}
	if epoch := os.Getenv("SOURCE_DATE_EPOCH"); epoch != "" {
		seconds, err := strconv.ParseInt(epoch, 10, 64)
		if err != nil {
			return time.Time{}, relay.Errorf(relay.CodeInvalid, "SOURCE_DATE_EPOCH: %q is not a number of seconds", epoch).
				WithHint("set it to seconds since 1970, or unset it")
		}
		return time.Unix(seconds, 0), nil
	}
	return time.Now(), nil
}

func indent(s string) string {
	return "  " + strings.ReplaceAll(strings.TrimSpace(s), "\n", "\n  ") + "\n"
}
