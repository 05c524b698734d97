// Command dehug-run is the engine on the command line: it compiles ONNX models
// to WebAssembly, runs them without cgo, and says what it supports.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/dehug/dehug/wasm"
	"github.com/dehug/dehug/wasm/kernel"
)

// Exit codes, also in the help text.
const (
	exitFailed = 1 // the model or its input is at fault
	exitUsage  = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := command().ExecuteContext(ctx)
	if err == nil {
		return
	}
	fmt.Fprintln(os.Stderr, "dehug-run: error:", err)
	var usage usageError
	if errors.As(err, &usage) {
		fmt.Fprintln(os.Stderr, "dehug-run: hint: see dehug-run --help")
		os.Exit(exitUsage)
	}
	os.Exit(exitFailed)
}

// usageError marks a wrong command line.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

func command() *cobra.Command {
	root := &cobra.Command{
		Use:   "dehug-run",
		Short: "Compile ONNX models to WebAssembly and run them",
		Long: `dehug-run compiles ONNX models to plain WebAssembly modules and runs them.

A strict module (the default) gives the same bits in every WebAssembly engine.
Data goes to standard output or to the files you name, words to standard error.
Exit codes: 0 done, 1 the model or its input is at fault, 2 wrong usage.`,
		Example: `  dehug-run check model.onnx
  dehug-run compile model.onnx -o model.wasm
  dehug-run run model.onnx --input image=photo.npy --output-dir out`,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.AddCommand(checkCommand(), runCommand(), benchCommand(), explainCommand(), compileCommand(), conformanceCommand())
	return root
}

// compileFlags are the flags that compile and run share.
type compileFlags struct {
	profile       string
	fast          bool
	intermediates bool
	threads       bool
}

func (c *compileFlags) register(cmd *cobra.Command, profile string) {
	f := cmd.Flags()
	f.StringVar(&c.profile, "profile", profile, "engine to choose instructions for: v8 or wazero; never changes strict results")
	f.BoolVar(&c.fast, "fast", false, "allow fused multiply-add: faster in browsers, not bit-reproducible")
	f.BoolVar(&c.intermediates, "intermediates", false, "keep every intermediate tensor that a run computes readable")
}

func (c *compileFlags) options() (wasm.Options, error) {
	o := wasm.Options{Fast: c.fast, Intermediates: c.intermediates, Threads: c.threads}
	switch c.profile {
	case "v8":
	case "wazero":
		o.Profile = kernel.Wazero
	default:
		return o, usagef("--profile %q: must be v8 or wazero", c.profile)
	}
	return o, nil
}

// openModel opens a model's file; size is in bytes.
func openModel(path string) (f *os.File, size int64, err error) {
	f, err = os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	st, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, 0, err
	}
	return f, st.Size(), nil
}

// compileFile compiles an ONNX file.
func compileFile(ctx context.Context, path string, o wasm.Options) (*wasm.Compiled, error) {
	f, size, err := openModel(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	c, err := wasm.Compile(ctx, f, size, o)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}

// exactArgs is cobra.ExactArgs with our exit code.
func exactArgs(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != n {
			return usagef("%s takes %d argument, got %d: %s", cmd.Name(), n, len(args), cmd.UseLine())
		}
		return nil
	}
}
