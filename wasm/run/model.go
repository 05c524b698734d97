package run

import (
	"context"
	"io"

	"github.com/dehug/dehug/wasm"
	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/kernel"
	"github.com/dehug/dehug/wasm/onnx"
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

// An Inspection says what an ONNX file has, whether or not the engine can run it.
type Inspection struct {
	Opset     int64          // of the default domain
	Operators map[string]int // how many nodes have which, subgraphs included; of other domains as domain.Name
	Missing   []string       // those that no rule covers, in the order of the nodes, each once
}

// Inspect reads a model's structure, but none of its weights.
func Inspect(ctx context.Context, r io.ReaderAt, size int64) (*Inspection, error) {
	m, err := onnx.Skim(ctx, r, size, onnx.Limits{})
	if err != nil {
		return nil, err
	}
	found := &Inspection{Operators: map[string]int{}}
	for _, o := range m.Opsets {
		if o.Domain == "" {
			found.Opset = o.Version
		}
	}
	name := func(domain, op string) string {
		if domain == "" {
			return op
		}
		return domain + "." + op
	}
	var count func(nodes []onnx.Node)
	count = func(nodes []onnx.Node) {
		for i := range nodes {
			found.Operators[name(nodes[i].Domain, nodes[i].Op)]++
			for _, a := range nodes[i].Attrs {
				if a.G != nil {
					count(a.G.Nodes)
				}
				for _, g := range a.Graphs {
					count(g.Nodes)
				}
			}
		}
	}
	if m.Graph != nil {
		count(m.Graph.Nodes)
		told := map[string]bool{}
		for _, e := range graph.Unsupported(m) {
			if op := name(e.Domain, e.Op); !told[op] {
				told[op] = true
				found.Missing = append(found.Missing, op)
			}
		}
	}
	return found, nil
}
