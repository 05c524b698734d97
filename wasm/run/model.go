package run

import (
	"context"

	"github.com/dehug/dehug/wasm"
	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/kernel"
)

// OpenModel compiles the ONNX model of size bytes that files has as "" for this engine, and again for sizes that ask for it, and fills it.
func (e *Engine) OpenModel(ctx context.Context, files Files, size int64, fast bool) (*Program, error) {
	entry, err := files("")
	if err != nil {
		return nil, err
	}
	return e.Open(ctx, files, func(ctx context.Context, symbols map[string]int64) ([]byte, error) {
		compiled, err := wasm.Compile(ctx, entry, size, wasm.Options{Profile: kernel.Wazero, Fast: fast, Symbols: symbols, MaxMemory: e.options.MaxMemory})
		if err != nil {
			return nil, err
		}
		return compiled.Module, nil
	})
}

// PlanHash is that of the arithmetic plan that the instance carries out, in hexadecimal: with the same one, strict mode
// computes the same bits.
func (i *Instance) PlanHash() string { return i.model.Info.PlanHash }

// ParseType returns the element type that String names so; false where there is none.
func ParseType(name string) (graph.Type, bool) {
	for t := graph.Undefined + 1; t < 32; t++ {
		if t.Size() > 0 && t.String() == name {
			return t, true
		}
	}
	return graph.Undefined, false
}
