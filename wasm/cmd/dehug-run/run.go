package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dehug/dehug/wasm/run"
)

func runCommand() *cobra.Command {
	var flags compileFlags
	var inputs []string
	var module, outDir, output, engine string
	var threads int
	var digests bool
	cmd := &cobra.Command{
		Use:   "run MODEL.onnx --input NAME=FILE.npy",
		Short: "Run a model once",
		Long: `Run a model once on tensors from files, and write its outputs to files.

Tensors come from NumPy's .npy files (one tensor), from .npz files (several, by name),
or from JSON in the form of the Open Inference Protocol:
  {"inputs": [{"name": "x", "shape": [1, 2], "datatype": "FP32", "data": [0.5, -1]}]}
With one input, --input FILE.npy is enough. --output FILE.npz or FILE.json takes all
outputs; --output-dir takes one .npy file each. Without either a summary is printed,
or with --digests the SHA-256 of each tensor's bytes (all NaNs made the same one): a
strict module gives the same everywhere.
--module runs a module that was compiled before.`,
		Example: `  dehug-run run model.onnx --input photo.npy --output-dir out
  dehug-run run model.onnx --input all.npz --output result.npz
  dehug-run run model.onnx --input request.json --output response.json
  dehug-run run model.onnx --module model.wasm --engine interpreter --input x=x.npy`,
		Args: exactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o, err := flags.options()
			if err != nil {
				return err
			}
			if engine != "compiler" && engine != "interpreter" {
				return usagef("--engine %q: must be compiler or interpreter", engine)
			}
			if ext := filepath.Ext(output); output != "" && ext != ".npz" && ext != ".json" {
				return usagef("--output %s: must end in .npz or .json", output)
			}
			o.Threads = threads > 1
			var code []byte
			if module != "" {
				code, err = os.ReadFile(module)
			} else {
				c, cerr := compileFile(cmd.Context(), args[0], o)
				if err = cerr; err == nil {
					code = c.Module
				}
			}
			if err != nil {
				return err
			}
			var fixed error
			if module != "" {
				fixed = errors.New("a module was given: leave --module out")
			}
			return runOnce(cmd.Context(), code, args[0], recompile(args[0], o, fixed), inputs, output, outDir, digests, run.Options{Interpreter: engine == "interpreter", Threads: threads}, cmd.OutOrStdout())
		},
	}
	flags.register(cmd, "wazero")
	f := cmd.Flags()
	f.StringArrayVarP(&inputs, "input", "i", nil, inputHelp)
	f.StringVar(&module, "module", "", "run this compiled module instead of compiling")
	f.StringVarP(&output, "output", "o", "", "write outputs (and intermediates) to this .npz or .json file, by name")
	f.BoolVar(&digests, "digests", false, "print the SHA-256 of each output (and intermediate)")
	f.StringVar(&outDir, "output-dir", "", "write outputs (and intermediates) as .npy files here, named by position; names.txt lists them")
	f.StringVar(&engine, "engine", "compiler", "wazero's compiler or interpreter")
	f.IntVar(&threads, "threads", 1, "goroutines that divide the run's steps")
	return cmd
}

func runOnce(ctx context.Context, code []byte, model string, again func(context.Context, map[string]int64) ([]byte, error), inputs []string, output, outDir string, digests bool, o run.Options, w io.Writer) error {
	s, err := open(ctx, code, model, o, again)
	if err != nil {
		return err
	}
	defer s.close(ctx)
	info := s.model.Info
	feeds, err := readInputs(inputs, info.Inputs)
	if err != nil {
		return err
	}
	start := time.Now()
	outputs, inst, err := s.program.Run(ctx, feeds)
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "ran %d steps in %s\n", len(info.Steps), time.Since(start).Round(time.Microsecond))
	inner, err := inst.Intermediates()
	if err != nil {
		return err
	}
	if digests {
		for _, p := range append(info.Outputs[:len(info.Outputs):len(info.Outputs)], info.Intermediates...) {
			t, ok := outputs[p.Name]
			if !ok {
				t = inner[p.Name]
			}
			fmt.Fprintf(w, "%s\t%s\n", digest(t), p.Name)
		}
	}
	if output == "" && outDir == "" {
		if digests {
			return nil
		}
		for _, p := range info.Outputs {
			t := outputs[p.Name]
			fmt.Fprintf(w, "%q %s%v %d bytes\n", p.Name, t.Type, t.Dims, len(t.Data))
		}
		return nil
	}
	if output != "" {
		var list []named
		for _, p := range info.Outputs {
			list = append(list, named{p.Name, outputs[p.Name]})
		}
		for _, p := range info.Intermediates {
			if _, twice := outputs[p.Name]; !twice {
				list = append(list, named{p.Name, inner[p.Name]})
			}
		}
		if err := writeTensorFile(output, list); err != nil || outDir == "" {
			return err
		}
	}
	if err := os.MkdirAll(outDir, 0o755); err != nil {
		return err
	}
	var list bytes.Buffer
	write := func(prefix string, ports []run.PortInfo, ts map[string]run.Tensor) error {
		for k, p := range ports {
			name := prefix + strconv.Itoa(k) + ".npy"
			b, err := encodeNPY(ts[p.Name])
			if err != nil {
				return fmt.Errorf("%q: %w", p.Name, err)
			}
			if err := os.WriteFile(filepath.Join(outDir, name), b, 0o644); err != nil {
				return err
			}
			fmt.Fprintf(&list, "%s\t%s\n", name, p.Name)
		}
		return nil
	}
	if err := write("output", info.Outputs, outputs); err != nil {
		return err
	}
	if err := write("intermediate", info.Intermediates, inner); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(outDir, "names.txt"), list.Bytes(), 0o644)
}

// readInputs reads the named NumPy files.
func readInputs(args []string, ports []run.PortInfo) (map[string]run.Tensor, error) {
	feeds := map[string]run.Tensor{}
	for _, a := range args {
		if ext := filepath.Ext(a); ext == ".npz" || ext == ".json" {
			list, err := readTensorFile(a)
			if err != nil {
				return nil, err
			}
			for _, x := range list {
				feeds[x.name] = x.tensor
			}
			continue
		}
		// Names may hold "=", file names rarely do: split at the last one.
		name, file := "", a
		if k := strings.LastIndex(a, "="); k >= 0 {
			name, file = a[:k], a[k+1:]
		} else if len(ports) == 1 {
			name = ports[0].Name
		} else {
			return nil, usagef("--input %s: the model has %d inputs, so say NAME=FILE: %s", a, len(ports), portNames(ports))
		}
		b, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		t, err := decodeNPY(b)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		feeds[name] = t
	}
	if len(feeds) == 0 && len(ports) > 0 {
		return nil, usagef("give the model its inputs with --input NAME=FILE.npy: %s", portNames(ports))
	}
	return feeds, nil
}

func portNames(ports []run.PortInfo) string {
	var s []string
	for _, p := range ports {
		s = append(s, strconv.Quote(p.Name)+" "+p.Type+"["+strings.Join(p.Shape, ",")+"]")
	}
	sort.Strings(s)
	return strings.Join(s, ", ")
}
