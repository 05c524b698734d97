package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/store"
)

func newBackup() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "backup DIR",
		Short: "Copy a relay's database and keys, while it runs",
		Long: `backup makes DIR and writes there, as of one moment, what a relay cannot get back from
anywhere: its database hub.db, with accounts, jobs, ledger, receipts and the audit log, and its
keys. DIR is for you alone.

A relay is begun again by DIR as its --data. Blocks are not copied: mirror and export have
releases. For a Postgres there are its own tools; the keys are in the data folder.

A relay that goes on from a backup does not know what came after it: who looked at its audit
log since then sees that entries are missing.`,
		Example: `  dehug-relay backup ./backup-monday --data ./data`,
		Args:    oneArg("DIR"),
	}
	data := dataFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		from := filepath.Join(*data, "hub.db")
		if _, err := os.Stat(from); err != nil {
			return relay.FileError(err)
		}
		if err := os.Mkdir(args[0], 0o700); err != nil {
			return relay.FileError(err)
		}
		s, err := store.Open(cmd.Context(), "sqlite:"+from)
		if err != nil {
			return err
		}
		defer s.Close()
		if err := s.Backup(cmd.Context(), filepath.Join(args[0], "hub.db")); err != nil {
			return err
		}
		keys, err := filepath.Glob(filepath.Join(*data, "*.key"))
		if err != nil {
			return err
		}
		for _, name := range keys {
			text, err := os.ReadFile(name)
			if err == nil {
				err = os.WriteFile(filepath.Join(args[0], filepath.Base(name)), text, 0o600)
			}
			if err != nil {
				return relay.FileError(err)
			}
		}
		fmt.Fprintln(cmd.OutOrStdout(), args[0])
		return nil
	}
	return cmd
}
