package main

import (
	"encoding/json"
	"fmt"
	"os"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/disk"
	"github.com/dehug/dehug/relay/verify"
)

func newVerify() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "verify DIR|CID",
		Short: "Check everything about a release",
		Long: `verify checks that a release is what it says: the manifest is canonical and is the one you
asked for, its authors signed it, every chunk, leaf list and derived CID holds, and all of
it makes the release directory.

It looks for a CID in the data folder, or at the gateways named by --source; a DIR is a
folder that ` + "`export`" + ` wrote. A table of what was checked goes to stdout. The exit status is 3
when something is not what it should be, 4 when something is missing.

Modules that a release was published with (--precompile) have to be ones that can reach one
memory and nothing else. With --recompile each is also compiled again from its ONNX file
and compared, byte for byte.

It asks no chain: who signed is checked, whether it was registered is not.`,
		Example: `  dehug-relay verify bafybei…
  dehug-relay verify bafybei… --source http://127.0.0.1:8081 --signer 0x…
  dehug-relay verify bafybei… --recompile
  dehug-relay verify ./exported --pin bafkrei…`,
		Args: oneArg("DIR or CID"),
	}
	data := dataFlag(cmd)
	flags := cmd.Flags()
	from := flags.StringSlice("source", nil, "`URL` of a gateway to read from instead of the data folder; may be repeated")
	signer := flags.String("signer", "", "`address` that has to have signed")
	pin := flags.String("pin", "", "manifest or release `CID` that it has to be")
	recompile := flags.Bool("recompile", false, "compile precompiled modules again and compare")
	asJSON := flags.Bool("json", false, "print the report as JSON")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		opts, err := verifyOptions(*signer, *pin)
		if err != nil {
			return err
		}
		opts.Recompile = *recompile
		parts, done, err := openParts(cmd, args[0], *data, *from)
		if err != nil {
			return err
		}
		defer done()
		res, failure := verify.Release(cmd.Context(), parts, opts)
		if err := printChecks(cmd, res, *asJSON); err != nil {
			return err
		}
		return failure
	}
	return cmd
}

func newExport() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "export CID DIR",
		Short: "Check a release and write its files to a folder",
		Long: `export writes a release to DIR, laid out like its IPFS directory: manifest.json,
envelope.json, files/ and leaves/. Only bytes that were checked are written.`,
		Example: `  dehug-relay export bafybei… ./face-model
  dehug-relay export bafybei… ./face-model --source https://gateway.example --signer 0x…`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 2 {
				return relay.Errorf(relay.CodeInvalid, "export takes a CID and a folder to write").WithHint("usage: %s", cmd.UseLine())
			}
			return nil
		},
	}
	data := dataFlag(cmd)
	flags := cmd.Flags()
	from := flags.StringSlice("source", nil, "`URL` of a gateway to read from instead of the data folder; may be repeated")
	signer := flags.String("signer", "", "`address` that has to have signed")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		opts, err := verifyOptions(*signer, "")
		if err != nil {
			return err
		}
		ref, err := verify.ParseRef(args[0])
		if err != nil {
			return err
		}
		src, err := openSource(*data, *from)
		if err != nil {
			return err
		}
		parts, err := verify.FromBlocks(cmd.Context(), src, ref)
		if err != nil {
			return err
		}
		res, err := verify.Export(cmd.Context(), parts, opts, args[1])
		if err != nil {
			return err
		}
		return printRelease(cmd, res.Release, false)
	}
	return cmd
}

func newMirror() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "mirror CID",
		Short: "Copy a whole release from a gateway, checking all of it",
		Long: `mirror fetches every block of a release from gateways, checks each, and keeps them in the
data folder, so that a relay or gateway of yours offers it as well. It can be broken off
and goes on where it stopped.`,
		Example: `  dehug-relay mirror bafybei… --from http://127.0.0.1:8081 --data ./copy
  dehug-relay gateway --data ./copy --listen 127.0.0.1:8082`,
		Args: oneArg("CID"),
	}
	data := dataFlag(cmd)
	flags := cmd.Flags()
	from := flags.StringSlice("from", nil, "`URL` of a gateway to copy from (required); may be repeated")
	signer := flags.String("signer", "", "`address` that has to have signed")
	asJSON := flags.Bool("json", false, "print the result as JSON")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(*from) == 0 {
			return relay.Errorf(relay.CodeInvalid, "nowhere to copy from").WithHint("give --from URL, the address of a gateway")
		}
		opts, err := verifyOptions(*signer, "")
		if err != nil {
			return err
		}
		ref, err := verify.ParseRef(args[0])
		if err != nil {
			return err
		}
		src, err := sources(*from)
		if err != nil {
			return err
		}
		folder, err := disk.Open(*data)
		if err != nil {
			return err
		}
		res, err := verify.Mirror(cmd.Context(), src, ref, folder.Blocks(), opts)
		if err != nil {
			return err
		}
		if err := folder.AddRelease(res.Release); err != nil {
			return err
		}
		return printRelease(cmd, res.Release, *asJSON)
	}
	return cmd
}

func verifyOptions(signer, pin string) (verify.Options, error) {
	var opts verify.Options
	if signer != "" {
		address, err := manifest.ParseAddress(signer)
		if err != nil {
			return opts, relay.Errorf(relay.CodeInvalid, "--signer: %w", err).WithHint("copy it with its upper and lower case, which is a checksum")
		}
		opts.Signer = &address
	}
	if pin != "" {
		ref, err := verify.ParseRef(pin)
		if err != nil {
			return opts, err
		}
		opts.Pin = ref.CID
	}
	return opts, nil
}

// openParts takes what the person named for a folder where there is one, else for a reference.
func openParts(cmd *cobra.Command, name, data string, from []string) (verify.Parts, func() error, error) {
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		return verify.FromDir(name)
	}
	ref, err := verify.ParseRef(name)
	if err != nil {
		return nil, nil, relay.Errorf(relay.CodeInvalid, "%q is neither a folder nor a CID", name).WithHint("%s", relay.ErrorHint(err))
	}
	src, err := openSource(data, from)
	if err != nil {
		return nil, nil, err
	}
	parts, err := verify.FromBlocks(cmd.Context(), src, ref)
	return parts, func() error { return nil }, err
}

// openSource is the gateways where some are named, else the data folder.
func openSource(data string, from []string) (relay.Source, error) {
	if len(from) > 0 {
		return sources(from)
	}
	if _, err := os.Stat(data); err != nil { // reading should not make one
		return nil, relay.FileError(err).WithHint("publish or mirror into it first, or read from a gateway with --source URL")
	}
	folder, err := disk.Open(data)
	if err != nil {
		return nil, err
	}
	return folder.Blocks(), nil
}

// printChecks writes the report on stdout, also of a release that failed.
func printChecks(cmd *cobra.Command, res *verify.Result, asJSON bool) error {
	if asJSON {
		return printJSON(cmd, struct {
			Release relay.Release  `json:"release"`
			Checks  []verify.Check `json:"checks"`
		}{res.Release, res.Checks})
	}
	w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
	for _, c := range res.Checks {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", c.What, c.Verdict, c.Name, c.Detail)
	}
	return w.Flush()
}

func printJSON(cmd *cobra.Command, v any) error {
	enc := json.NewEncoder(cmd.OutOrStdout())
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
