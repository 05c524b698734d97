package main

import (
	"fmt"
	"os"
	"sort"

	"github.com/spf13/cobra"

	"github.com/dehug/dehug/wasm"
	"github.com/dehug/dehug/wasm/lower"
)

func checkCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check MODEL.onnx",
		Short: "Say whether a model runs, and what it is made of",
		Args:  exactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			f, err := os.Open(args[0])
			if err != nil {
				return err
			}
			defer f.Close()
			st, err := f.Stat()
			if err != nil {
				return err
			}
			g, err := wasm.Load(cmd.Context(), f, st.Size())
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			if _, err := lower.Lower(g, lower.Options{}); err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			w := cmd.OutOrStdout()
			for _, v := range g.Inputs {
				fmt.Fprintf(w, "input   %q %s%s\n", v.Name, v.Type, v.Shape)
			}
			for _, v := range g.Outputs {
				fmt.Fprintf(w, "output  %q %s%s\n", v.Name, v.Type, v.Shape)
			}
			count := map[string]int{}
			for _, n := range g.Nodes {
				op := n.Op
				if act := n.Str("act", ""); act != "" {
					op += "+" + act
				}
				count[op]++
			}
			ops := make([]string, 0, len(count))
			for op := range count {
				ops = append(ops, op)
			}
			sort.Strings(ops)
			for _, op := range ops {
				fmt.Fprintf(w, "nodes   %4d %s\n", count[op], op)
			}
			fmt.Fprintln(w, "runs    yes")
			return nil
		},
	}
}
