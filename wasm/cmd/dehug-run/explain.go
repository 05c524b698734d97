package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dehug/dehug/wasm"
	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/onnx"
	"github.com/dehug/dehug/wasm/opt"
	"github.com/dehug/dehug/wasm/run"
)

func explainCommand() *cobra.Command {
	var flags compileFlags
	var timed bool
	dims := dimsFlag{}
	cmd := &cobra.Command{
		Use:   "explain MODEL.onnx",
		Short: "Show what a model is compiled to: fusions, kernels, memory, time per operator",
		Long: `Show what becomes of a model: how many nodes each pass of the optimiser leaves, what was
fused, the kernel of each step of the module, and the memory that it takes.

--time runs the model on made-up inputs (see dehug-run bench --help) and adds the time
of each step, the median of 15 runs, and of each kind of step. In a loop a step's time
is that of all its turns.`,
		Example: `  dehug-run explain model.onnx
  dehug-run explain det.onnx --time --dims n=1,h=480,w=640`,
		Args: exactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, w := cmd.Context(), cmd.OutOrStdout()
			o, err := flags.options()
			if err != nil {
				return err
			}
			g, err := explainPasses(ctx, args[0], w)
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			c, err := wasm.CompileGraph(g, o)
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			s, err := open(ctx, c.Module, args[0], run.Options{}, recompile(args[0], o, nil))
			if err != nil {
				return err
			}
			defer s.close(ctx)
			stored := int64(0)
			for _, t := range c.Layout.Tensors {
				stored += t.Len
			}
			fmt.Fprintf(w, "\nmodule    %d bytes, plan %x…\n", len(c.Module), c.PlanHash[:8])
			fmt.Fprintf(w, "weights   %.2f MiB as stored, in %d tensors, prepared in %d items\n", float64(stored)/(1<<20), len(c.Layout.Tensors), c.Layout.Items)
			fmt.Fprintf(w, "memory    %.2f MiB to begin with, %.2f MiB at most\n", float64(c.Layout.Initial)/16, float64(c.Layout.Maximum)/16)
			cost, err := s.bind(ctx, dims)
			if err != nil {
				return err
			}
			values, _ := dims.values(s.model.Info.Symbols)
			fmt.Fprintf(w, "run       %.2f MiB, %.3f million multiply-adds", float64(cost.Bytes)/(1<<20), float64(cost.MACs)/1e6)
			if len(values) > 0 {
				fmt.Fprintf(w, " with %s = %v", strings.Join(s.model.Info.Symbols, ", "), values)
			}
			fmt.Fprint(w, "\n\n")
			var times []time.Duration
			if timed {
				if times, err = s.timeSteps(ctx, dims); err != nil {
					return err
				}
			}
			explainSteps(w, s.model.Info, times)
			return nil
		},
	}
	flags.register(cmd, "wazero")
	cmd.Flags().BoolVar(&timed, "time", false, "run the model, and show the time of each step")
	dims.register(cmd.Flags())
	return cmd
}

// explainPasses imports and optimises a model, and says what each pass did.
func explainPasses(ctx context.Context, path string, w io.Writer) (*graph.Graph, error) {
	f, size, err := openModel(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	m, err := onnx.Skim(ctx, f, size, onnx.Limits{})
	if err != nil {
		return nil, err
	}
	g, err := graph.Import(m, graph.Options{})
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(w, "nodes     %5d in the file, %d imported\n", len(m.Graph.Nodes), len(g.Nodes))
	before := len(g.Nodes)
	err = opt.Run(g, func(pass string, g *graph.Graph) error {
		if n := len(g.Nodes); n != before {
			fmt.Fprintf(w, "          %5d after %q\n", n, pass)
			before = n
		}
		return nil
	})
	fused := countFused(g)
	for _, kind := range slices.Sorted(maps.Keys(fused)) {
		fmt.Fprintf(w, "fused     %5d %s\n", fused[kind], kind)
	}
	return g, err
}

// countFused counts nodes that do the work of several, by kind.
func countFused(g *graph.Graph) map[string]int {
	n := map[string]int{}
	for _, x := range g.Nodes {
		kind := x.Op
		if x.Op == "Conv" && x.Input(3) != nil {
			kind += " + residual"
		}
		if x.Op == "MatMul" && x.Input(2) != nil {
			kind += " + bias"
		}
		if act := x.Str("act", ""); act != "" {
			kind += " + " + act
		}
		if kind != x.Op || x.Op == "RoundLinear" {
			n[kind]++
		}
	}
	return n
}

// timeSteps returns the median time of each step.
func (s *session) timeSteps(ctx context.Context, dims dimsFlag) ([]time.Duration, error) {
	feeds, err := s.madeInputs(dims)
	if err != nil {
		return nil, err
	}
	const warm, runs = 2, 15
	all := make([][]time.Duration, len(s.model.Info.Steps))
	for i := range warm + runs {
		sum := make([]time.Duration, len(all))
		s.inst.Observe = func(step int, took time.Duration) { sum[step] += took }
		if _, err := s.inst.Run(ctx, feeds); err != nil {
			return nil, err
		}
		if i >= warm {
			for k, d := range sum {
				all[k] = append(all[k], d)
			}
		}
	}
	out := make([]time.Duration, len(all))
	for k, d := range all {
		slices.Sort(d)
		out[k] = d[len(d)/2]
	}
	return out, nil
}

// explainSteps lists the steps, with times if there are any, and then their kinds.
func explainSteps(w io.Writer, info run.Info, times []time.Duration) {
	total := time.Duration(0)
	for _, d := range times {
		total += d
	}
	share := func(d time.Duration) string {
		if times == nil {
			return ""
		}
		return fmt.Sprintf(" %10s %5.1f %%", short(d), 100*float64(d)/float64(max(total, 1)))
	}
	type kind struct {
		op   string
		n    int
		took time.Duration
	}
	kinds := map[string]*kind{}
	for i, s := range info.Steps {
		k := kinds[s.Op]
		if k == nil {
			k = &kind{op: s.Op}
			kinds[s.Op] = k
		}
		k.n++
		var took time.Duration
		if times != nil {
			took = times[i]
		}
		k.took += took
		fmt.Fprintf(w, "step %5d%s  %-28s %s\n", i, share(took), s.Op, s.Name)
	}
	var list []*kind
	for _, k := range kinds {
		list = append(list, k)
	}
	slices.SortFunc(list, func(a, b *kind) int {
		return cmp.Or(cmp.Compare(b.took, a.took), cmp.Compare(b.n, a.n), strings.Compare(a.op, b.op))
	})
	fmt.Fprintln(w)
	for _, k := range list {
		fmt.Fprintf(w, "kernel %5d%s  %s\n", k.n, share(k.took), k.op)
	}
	if times != nil {
		fmt.Fprintf(w, "all   %6d%s\n", len(info.Steps), share(total))
	}
}
