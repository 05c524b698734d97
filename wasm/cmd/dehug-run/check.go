package main

import (
	"context"
	"fmt"
	"io"
	"sort"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dehug/dehug/wasm"
	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/kernel"
	"github.com/dehug/dehug/wasm/onnx"
	"github.com/dehug/dehug/wasm/opt"
	"github.com/dehug/dehug/wasm/run"
)

func checkCommand() *cobra.Command {
	dims := dimsFlag{}
	cmd := &cobra.Command{
		Use:   "check MODEL.onnx",
		Short: "Say whether a model runs, what it is made of, and what a run costs",
		Long: `Say whether a model runs here: its operator sets, inputs and outputs, how often it uses
each operator, and the memory and multiply-adds of a run with the extents of --dims
(1 where not given). No weights are read.

The last line is "runs yes" or "runs no". If it is "no", every node with an operator that
is not supported is listed with its name, or the first reason why the model is refused.
Exit code 0 if it runs, 1 if not.`,
		Example: `  dehug-run check model.onnx
  dehug-run check det.onnx --dims n=1,h=480,w=640`,
		Args: exactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			w := cmd.OutOrStdout()
			if err := checkModel(cmd.Context(), args[0], dims, w); err != nil {
				fmt.Fprintln(w, "runs      no")
				return fmt.Errorf("%s: %w", args[0], err)
			}
			fmt.Fprintln(w, "runs      yes")
			return nil
		},
	}
	dims.register(cmd.Flags())
	return cmd
}

func checkModel(ctx context.Context, path string, dims dimsFlag, w io.Writer) error {
	f, size, err := openModel(path)
	if err != nil {
		return err
	}
	defer f.Close()
	m, err := onnx.Skim(ctx, f, size, onnx.Limits{})
	if err != nil {
		return err
	}
	for _, o := range m.Opsets {
		domain := o.Domain
		if domain == "" {
			domain = "ai.onnx"
		}
		fmt.Fprintf(w, "opset     %d %s\n", o.Version, domain)
	}
	if missing := graph.Unsupported(m); len(missing) > 0 {
		kinds := map[string]bool{}
		for _, e := range missing {
			name := e.Op
			if e.Domain != "" {
				name = e.Domain + "." + e.Op
			}
			kinds[name] = true
			fmt.Fprintf(w, "missing   node %d %q: %s of opset %d\n", e.Index, e.Node, name, e.Opset)
		}
		return fmt.Errorf("%d nodes have operators that are not supported: %s", len(missing), strings.Join(sortedNames(kinds), ", "))
	}
	g, err := graph.Import(m, graph.Options{})
	if err != nil {
		return err
	}
	if err := opt.Run(g); err != nil {
		return err
	}
	for _, v := range g.Inputs {
		fmt.Fprintf(w, "input     %q %s%s\n", v.Name, v.Type, v.Shape)
	}
	for _, v := range g.Outputs {
		fmt.Fprintf(w, "output    %q %s%s\n", v.Name, v.Type, v.Shape)
	}
	count := map[string]int{}
	names := map[string]bool{}
	for _, n := range g.Nodes {
		op := n.Op
		if act := n.Str("act", ""); act != "" {
			op += "+" + act
		}
		count[op]++
		names[op] = true
	}
	for _, op := range sortedNames(names) {
		fmt.Fprintf(w, "nodes     %4d %s\n", count[op], op)
	}
	c, err := wasm.CompileGraph(g, wasm.Options{Profile: kernel.Wazero})
	if err != nil {
		return err
	}
	engine := run.NewEngine(ctx, run.Options{Interpreter: true}) // bind runs, nothing else
	defer engine.Close(ctx)
	model, err := engine.Compile(ctx, c.Module)
	if err != nil {
		return err
	}
	inst, err := model.Instantiate(ctx)
	if err != nil {
		return err
	}
	s := &session{engine: engine, model: model, inst: inst}
	cost, err := s.bind(ctx, dims)
	if err != nil && len(dims) == 0 && len(model.Info.Symbols) > 0 {
		fmt.Fprintf(w, "memory    not known: 1 does not do for every open extent; give %s with --dims\n", strings.Join(model.Info.Symbols, ", "))
		return nil
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "memory    %.1f MiB\nwork      %.3f million multiply-adds", float64(cost.Bytes)/(1<<20), float64(cost.MACs)/1e6)
	if values, _ := dims.values(model.Info.Symbols); len(values) > 0 {
		fmt.Fprintf(w, " with")
		for i, name := range model.Info.Symbols {
			fmt.Fprintf(w, " %s=%d", name, values[i])
		}
	}
	fmt.Fprintln(w)
	return nil
}

func sortedNames(m map[string]bool) []string {
	names := make([]string, 0, len(m))
	for k := range m {
		names = append(names, k)
	}
	sort.Strings(names)
	return names
}
