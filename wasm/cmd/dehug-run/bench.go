package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/dehug/dehug/wasm/run"
)

func benchCommand() *cobra.Command {
	var flags compileFlags
	var inputs []string
	var runs, threads int
	dims := dimsFlag{}
	cmd := &cobra.Command{
		Use:   "bench MODEL.onnx",
		Short: "Measure how long a run takes",
		Long: `Compile a model, run it --runs times under wazero after three runs that do not
count, and print the median with the rate of its multiply-adds (two operations each).

Without --input the inputs are made up: floats between −1 and 1, integers 0 and 1,
with the extents of --dims. The time is that of a run with inputs written and outputs
copied out; compiling and filling in weights are printed apart.`,
		Example: `  dehug-run bench model.onnx
  dehug-run bench det.onnx --dims n=1,h=480,w=640 --runs 50
  dehug-run bench rec.onnx --input x=line.npy --threads 2`,
		Args: exactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			if runs < 1 {
				return usagef("--runs %d: must be at least 1", runs)
			}
			o, err := flags.options()
			if err != nil {
				return err
			}
			o.Threads = threads > 1
			start := time.Now()
			c, err := compileFile(ctx, args[0], o)
			if err != nil {
				return err
			}
			compiled := time.Since(start)
			s, err := open(ctx, c.Module, args[0], run.Options{Threads: threads}, recompile(args[0], o, nil))
			if err != nil {
				return err
			}
			defer s.close(ctx)
			opened := time.Since(start)
			var feeds map[string]run.Tensor
			if len(inputs) > 0 {
				feeds, err = readInputs(inputs, s.model.Info.Inputs)
			} else {
				feeds, err = s.madeInputs(dims)
			}
			if err != nil {
				return err
			}
			cost, err := s.inst.BindTo(ctx, feeds)
			if err != nil {
				return fmt.Errorf("%w (give extents with --dims)", err)
			}
			const warm = 3
			var took []time.Duration
			for i := range warm + runs {
				start := time.Now()
				if _, err := s.inst.Run(ctx, feeds); err != nil {
					return err
				}
				if i >= warm {
					took = append(took, time.Since(start))
				}
			}
			slices.Sort(took)
			w := cmd.OutOrStdout()
			for _, p := range s.model.Info.Inputs {
				fmt.Fprintf(w, "input     %q %s%v\n", p.Name, p.Type, feeds[p.Name].Dims)
			}
			median := took[len(took)/2]
			fmt.Fprintf(w, "compile   %s, then %s to load the module and its weights\n", short(compiled), short(opened-compiled))
			fmt.Fprintf(w, "memory    %.1f MiB\n", float64(cost.Bytes)/(1<<20))
			fmt.Fprintf(w, "work      %.3f million multiply-adds\n", float64(cost.MACs)/1e6)
			fmt.Fprintf(w, "run       %s median of %d (%s – %s), %.1f GFLOP/s\n", short(median), len(took), short(took[0]), short(took[len(took)-1]),
				2*float64(cost.MACs)/float64(median))
			return nil
		},
	}
	flags.register(cmd, "wazero")
	f := cmd.Flags()
	f.StringArrayVarP(&inputs, "input", "i", nil, inputHelp)
	f.IntVar(&runs, "runs", 30, "runs that count")
	f.IntVar(&threads, "threads", 1, "goroutines that divide a run's steps")
	dims.register(f)
	return cmd
}

// short is a duration with three or four digits.
func short(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return d.Round(100 * time.Nanosecond).String()
	case d < 100*time.Millisecond:
		return d.Round(10 * time.Microsecond).String()
	}
	return d.Round(time.Millisecond).String()
}
