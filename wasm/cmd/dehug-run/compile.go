package main

import (
	"encoding/hex"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
)

func compileCommand() *cobra.Command {
	var flags compileFlags
	var out, plan string
	cmd := &cobra.Command{
		Use:   "compile MODEL.onnx -o MODULE.wasm",
		Short: "Compile a model to a WebAssembly module",
		Long: `Compile a model to a WebAssembly module with the ABI of wasm/ABI.md.

The module holds code only; weights stay in the ONNX file and are written into
the module's memory by its host. Prints the plan hash, which a receipt commits to.`,
		Args: exactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o, err := flags.options()
			if err != nil {
				return err
			}
			if out == "" {
				out = strings.TrimSuffix(args[0], ".onnx") + ".wasm"
			}
			c, err := compileFile(cmd.Context(), args[0], o)
			if err != nil {
				return err
			}
			if err := os.WriteFile(out, c.Module, 0o644); err != nil {
				return err
			}
			if plan != "" {
				if err := os.WriteFile(plan, []byte(c.Plan), 0o644); err != nil {
					return err
				}
			}
			fmt.Fprintf(os.Stderr, "%s: %d bytes, %d tensors, %d KiB of memory at start\n", out, len(c.Module), len(c.Layout.Tensors), c.Layout.Initial*64)
			fmt.Fprintln(cmd.OutOrStdout(), hex.EncodeToString(c.PlanHash[:]))
			return nil
		},
	}
	flags.register(cmd, "v8")
	cmd.Flags().BoolVar(&flags.threads, "threads", false, "make steps that several threads can share")
	cmd.Flags().StringVarP(&out, "output", "o", "", "file for the module (default: the model's name with .wasm)")
	cmd.Flags().StringVar(&plan, "plan", "", "also write the canonical plan text to this file")
	return cmd
}
