package main

import (
	"bytes"
	"context"
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
	var module, outDir, engine string
	cmd := &cobra.Command{
		Use:   "run MODEL.onnx --input NAME=FILE.npy",
		Short: "Run a model once",
		Long: `Run a model once on tensors from NumPy files and write its outputs as NumPy files.

With one input, --input FILE.npy is enough. Without --output-dir a summary of the
outputs is printed. --module runs a module that was compiled before.`,
		Example: `  dehug-run run model.onnx --input photo.npy --output-dir out
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
			return runOnce(cmd.Context(), code, args[0], inputs, outDir, run.Options{Interpreter: engine == "interpreter"}, cmd.OutOrStdout())
		},
	}
	flags.register(cmd, "wazero")
	f := cmd.Flags()
	f.StringArrayVarP(&inputs, "input", "i", nil, "NAME=FILE.npy, or FILE.npy for a model with one input; repeat for more")
	f.StringVar(&module, "module", "", "run this compiled module instead of compiling")
	f.StringVar(&outDir, "output-dir", "", "write outputs (and intermediates) as .npy files here, named by position; names.txt lists them")
	f.StringVar(&engine, "engine", "compiler", "wazero's compiler or interpreter")
	return cmd
}

func runOnce(ctx context.Context, code []byte, model string, inputs []string, outDir string, o run.Options, w io.Writer) error {
	engine := run.NewEngine(ctx, o)
	defer engine.Close(ctx)
	m, err := engine.Compile(ctx, code)
	if err != nil {
		return err
	}
	feeds, err := readInputs(inputs, m.Info.Inputs)
	if err != nil {
		return err
	}
	inst, err := m.Instantiate(ctx)
	if err != nil {
		return err
	}
	files := map[string]*os.File{}
	defer func() {
		for _, f := range files {
			f.Close()
		}
	}()
	err = inst.Fill(ctx, func(path string) (io.ReaderAt, error) {
		name := model
		if path != "" {
			name = filepath.Join(filepath.Dir(model), filepath.FromSlash(path))
		}
		f, err := os.Open(name)
		if err == nil {
			files[name] = f
		}
		return f, err
	})
	if err != nil {
		return err
	}
	start := time.Now()
	outputs, err := inst.Run(ctx, feeds)
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "ran %d steps in %s\n", len(m.Info.Steps), time.Since(start).Round(time.Microsecond))
	inner, err := inst.Intermediates()
	if err != nil {
		return err
	}
	if outDir == "" {
		for _, p := range m.Info.Outputs {
			t := outputs[p.Name]
			fmt.Fprintf(w, "%q %s%v %d bytes\n", p.Name, t.Type, t.Dims, len(t.Data))
		}
		return nil
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
	if err := write("output", m.Info.Outputs, outputs); err != nil {
		return err
	}
	if err := write("intermediate", m.Info.Intermediates, inner); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(outDir, "names.txt"), list.Bytes(), 0o644)
}

// readInputs reads the named NumPy files.
func readInputs(args []string, ports []run.PortInfo) (map[string]run.Tensor, error) {
	feeds := map[string]run.Tensor{}
	for _, a := range args {
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
