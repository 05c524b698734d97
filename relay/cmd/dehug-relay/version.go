package main

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
)

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print what this binary is",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "dehug-relay %s\n%s %s/%s\nmanifest schema %s\n",
				relay.Build(), runtime.Version(), runtime.GOOS, runtime.GOARCH, manifest.Schema)
			return err
		},
	}
}
