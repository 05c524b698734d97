package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"sort"
	"sync"

	"github.com/dehug/dehug/wasm"
	"github.com/dehug/dehug/wasm/graph"
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
	Data *span   `json:"data,omitempty"`   // of an output: what it must be close to
	Bits string  `json:"digest,omitempty"` // of an output: SHA-256 of what wazero gave, with one NaN for all
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
			at := put(t.Data)
			return exportedPort{Name: name, Type: t.Type.String(), Dims: append([]int64{}, t.Dims...), Data: &at}
		}
		for _, v := range g.Inputs {
			set.Inputs = append(set.Inputs, port(v.Name, s.feeds[v.Name]))
		}
		for k, o := range s.skim.Graph.Outputs {
			p := port(o.Name, s.want[k])
			p.Bits = digest(s.got[o.Name])
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

// digest is SHA-256 of a tensor's bytes after all NaNs were made the same one,
// in hex: engines may choose a NaN's bits inside a model. e2e/digest.mjs is the
// same in JavaScript.
func digest(t run.Tensor) string {
	data := t.Data
	le := binary.LittleEndian
	switch t.Type {
	case graph.Float32:
		data = bytes.Clone(data)
		for i := 0; i < len(data); i += 4 {
			if le.Uint32(data[i:])&0x7fffffff > 0x7f800000 {
				le.PutUint32(data[i:], 0x7fc00000)
			}
		}
	case graph.Float64:
		data = bytes.Clone(data)
		for i := 0; i < len(data); i += 8 {
			if le.Uint64(data[i:])&(1<<63-1) > 0x7ff<<52 {
				le.PutUint64(data[i:], 0x7ff8<<48)
			}
		}
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
