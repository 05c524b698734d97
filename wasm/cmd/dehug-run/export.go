package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"sort"
	"sync"

	"github.com/dehug/dehug/wasm"
	"github.com/dehug/dehug/wasm/kernel"
	"github.com/dehug/dehug/wasm/run"
)

// exporter writes cases for a host that is not this program: for each case one
// file of bytes, and index.json, which says what lies where in them.
type exporter struct {
	dir   string
	mu    sync.Mutex
	cases []exportedCase
}

type exportedCase struct {
	Name string        `json:"name"`
	File string        `json:"file"`
	Sets []exportedSet `json:"sets"`
}

// span is the offset and length of bytes in a case's file.
type span [2]int

type exportedSet struct {
	Module  span           `json:"module"`
	Model   span           `json:"model"`
	Inputs  []exportedPort `json:"inputs"`
	Outputs []exportedPort `json:"outputs"`
}

type exportedPort struct {
	Name string  `json:"name"`
	Type string  `json:"type"`
	Dims []int64 `json:"dims"`
	Data span    `json:"data"`           // of an output: what the suite wants
	Bits *span   `json:"bits,omitempty"` // of an output: what the module gave under wazero
}

func newExporter(dir string) (*exporter, error) {
	if err := os.RemoveAll(dir); err != nil {
		return nil, err
	}
	return &exporter{dir: dir}, os.MkdirAll(dir, 0o755)
}

// add writes a case, with modules for browsers. Its data sets have been run.
func (e *exporter) add(ctx context.Context, c backendCase, sets []*dataSet) error {
	var file []byte
	put := func(b []byte) span {
		file = append(file, b...)
		return span{len(file) - len(b), len(b)}
	}
	out := exportedCase{Name: c.id(), File: c.kind + "-" + c.name + ".bin"}
	for _, s := range sets {
		g, err := load(ctx, s.model, s.values)
		if err != nil {
			return err
		}
		compiled, err := wasm.CompileGraph(g, wasm.Options{Profile: kernel.V8})
		if err != nil {
			return err
		}
		set := exportedSet{Module: put(compiled.Module), Model: put(s.model), Inputs: []exportedPort{}}
		port := func(name string, t run.Tensor) exportedPort {
			return exportedPort{Name: name, Type: t.Type.String(), Dims: append([]int64{}, t.Dims...), Data: put(t.Data)}
		}
		for _, v := range g.Inputs {
			set.Inputs = append(set.Inputs, port(v.Name, s.feeds[v.Name]))
		}
		for k, o := range s.skim.Graph.Outputs {
			p := port(o.Name, s.want[k])
			bits := put(s.got[o.Name].Data)
			p.Bits = &bits
			set.Outputs = append(set.Outputs, p)
		}
		out.Sets = append(out.Sets, set)
	}
	e.mu.Lock()
	e.cases = append(e.cases, out)
	e.mu.Unlock()
	return os.WriteFile(filepath.Join(e.dir, out.File), file, 0o644)
}

// close writes the index.
func (e *exporter) close() error {
	sort.Slice(e.cases, func(i, j int) bool { return e.cases[i].Name < e.cases[j].Name })
	b, err := json.Marshal(e.cases)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(e.dir, "index.json"), b, 0o644)
}
