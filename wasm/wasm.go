// Package wasm is an ONNX runtime without cgo: it compiles ONNX models to
// WebAssembly modules, in plain Go, and package wasm/run runs them.
//
//	compiled, err := wasm.Compile(ctx, file, size, wasm.Options{Profile: kernel.Wazero})
//	engine := run.NewEngine(ctx, run.Options{})
//	model, err := engine.Compile(ctx, compiled.Module)
//	inst, err := model.Instantiate(ctx)
//	err = inst.Fill(ctx, run.File(file)) // weights
//	outputs, err := inst.Run(ctx, map[string]run.Tensor{"x": {Type: graph.Float32, Dims: []int64{1, 3}, Data: bytes}})
//
// The examples are whole programs. The same module runs in a browser
// (web/src/engine) and in any host that keeps to ABI.md; in strict mode, the
// default, it gives the same bits everywhere. OPERATORS.tsv lists what is
// supported; dehug-run check says whether a model runs.
//
// Compile reads the structure of the model only (the skim): tensor payloads
// stay where they are until a host copies them, verified, into the module's
// memory. It is deterministic: the same model and options give the same bytes
// on every platform. A hostile model ends in an error: what one costs is
// bounded, and fuzzed.
package wasm

import (
	"context"
	"errors"
	"io"

	"github.com/dehug/dehug/internal/say"

	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/kernel"
	"github.com/dehug/dehug/wasm/lower"
	"github.com/dehug/dehug/wasm/onnx"
	"github.com/dehug/dehug/wasm/opt"
)

// Errors that callers may test for: what the model asks for is at fault, not how it is written.
var (
	ErrUnsupported = lower.ErrUnsupported
	ErrTooLarge    = lower.ErrTooLarge
)

// ABI is the version of ABI.md that compiled modules follow.
const ABI = lower.ABI

// Options say how to compile. The zero value is a strict module for browsers.
type Options struct {
	Profile       kernel.Profile              // engine to choose instructions for; never changes results
	Fast          bool                        // allow relaxed SIMD: faster, not bit-reproducible
	Intermediates bool                        // keep every intermediate tensor that a run computes readable, for comparing engines
	Threads       bool                        // steps can be divided among instances that share a memory (ABI.md)
	Values        map[string]graph.KnownValue // inputs with a shape role, by name; see graph.NeedsValue
	MaxMemory     int64                       // bytes an instance may use; 0 means lower.DefaultMaxMemory
	Symbols       map[string]int64            // values of open extents
	Session       bool                        // outputs that are inputs of the next run stay in the module's memory
	States        []graph.State               // these, where their names do not say so
	Capacity      int64                       // how long they may grow; 0 means DefaultCapacity
}

// Compiled is a compiled model.
type Compiled struct {
	Module   []byte       // the WebAssembly module
	Layout   lower.Layout // where the model's bytes go
	Plan     string       // the canonical plan text
	PlanHash [32]byte     // SHA-256 of Plan
}

// Compile compiles the ONNX model whose size bytes r reads. It calls ReadAt
// for the model's structure only, a small part of the file.
func Compile(ctx context.Context, r io.ReaderAt, size int64, o Options) (*Compiled, error) {
	g, err := LoadGraph(ctx, r, size, o)
	if err != nil {
		return nil, err
	}
	return CompileGraph(g, o)
}

// CompileGraph lowers a graph that Load returned. It is Compile's second half, for
// callers that show how far they are.
func CompileGraph(g *graph.Graph, o Options) (*Compiled, error) {
	plan, err := lower.Lower(g, lower.Options{Profile: o.Profile, Fast: o.Fast, Intermediates: o.Intermediates, Threads: o.Threads, MaxMemory: o.MaxMemory, Capacity: o.capacity()})
	if err != nil {
		return nil, say.Errorf("lower: %w", err)
	}
	return &Compiled{Module: plan.Module, Layout: plan.Layout, Plan: plan.Text, PlanHash: plan.Hash}, nil
}

// Load reads a model and brings it into the form that Compile lowers: imported,
// checked and optimised.
func Load(ctx context.Context, r io.ReaderAt, size int64) (*graph.Graph, error) {
	return LoadGraph(ctx, r, size, Options{})
}

// DefaultCapacity is how long states may grow that are given no bound: a few
// pages of text.
const DefaultCapacity = 1024

func (o *Options) capacity() int64 {
	if o.Capacity <= 0 {
		return DefaultCapacity
	}
	return o.Capacity
}

// LoadGraph is Load with options.
func LoadGraph(ctx context.Context, r io.ReaderAt, size int64, o Options) (*graph.Graph, error) {
	m, err := onnx.Skim(ctx, r, size, onnx.Limits{})
	if err != nil {
		return nil, err
	}
	options := graph.Options{Values: o.Values, Symbols: map[string]int64{}, States: o.States}
	for name, k := range o.Symbols {
		options.Symbols[name] = k
	}
	if o.Session && len(o.States) == 0 {
		if options.States = graph.States(m); len(options.States) == 0 {
			return nil, errors.New("a session was asked for, but no output is named as an input of the next run")
		}
	}
	g, err := graph.Import(m, options)
	var need *graph.NeedsExtent
	for errors.As(err, &need) { // a batch, in all likelihood
		if _, again := options.Symbols[need.Symbol]; again {
			break
		}
		options.Symbols[need.Symbol] = 1
		g, err = graph.Import(m, options)
	}
	if err != nil {
		return nil, err
	}
	if err := opt.Run(g); err != nil {
		return nil, err
	}
	return g, nil
}
