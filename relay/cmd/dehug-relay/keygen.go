package main

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/spf13/cobra"

	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
)

func newKeygen() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "keygen FILE",
		Short: "Make a key to sign releases with",
		Long: `keygen writes a new secp256k1 key to FILE, readable by you alone, and prints its address on
stdout. A file that is there already is never replaced. Keep a copy: who has the key can sign
as you, and without it nobody can.`,
		Example: `  dehug-relay keygen author.key`,
		Args:    oneArg("FILE"),
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		key, err := ethsig.NewKey()
		if err != nil {
			return err
		}
		err = key.Save(args[0])
		if errors.Is(err, fs.ErrExist) {
			return relay.Errorf(relay.CodeInvalid, "%w", err).WithHint("keygen replaces no file: name a new one")
		}
		if err != nil {
			return relay.FileError(err)
		}
		_, err = fmt.Fprintln(cmd.OutOrStdout(), key.Address())
		return err
	}
	return cmd
}
