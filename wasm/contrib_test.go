package wasm_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dehug/dehug/wasm"
	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/onnx"
	"github.com/dehug/dehug/wasm/run"
)

// TestContrib: operators of com.microsoft give what onnxruntime gives; see
// testdata/contrib/make.py. Quantised results may differ by one where the exact
// quotient lies between two numbers.
func TestContrib(t *testing.T) {
	files, err := filepath.Glob("testdata/contrib/*.onnx")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	ctx := context.Background()
	engine := run.NewEngine(ctx, run.Options{})
	defer engine.Close(ctx)
	for _, path := range files {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".onnx"), func(t *testing.T) {
			file, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			skim, err := onnx.Skim(ctx, bytes.NewReader(file), int64(len(file)), onnx.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			in, want := tensors{}, tensors{}
			for _, v := range skim.Graph.Initializers {
				x := run.Tensor{Type: graph.Type(v.Type), Dims: v.Dims, Data: v.Data}
				if x.Data == nil {
					x.Data = file[v.Ref.Off : v.Ref.Off+v.Ref.Len]
				}
				if name, ok := strings.CutPrefix(v.Name, "in:"); ok {
					in[name] = x
				} else if name, ok := strings.CutPrefix(v.Name, "out:"); ok {
					want[name] = x
				}
			}
			c, err := wasm.Compile(ctx, bytes.NewReader(file), int64(len(file)), wasm.Options{})
			if err != nil {
				t.Fatal(err)
			}
			m, err := engine.Compile(ctx, c.Module)
			if err != nil {
				t.Fatal(err)
			}
			inst, err := m.Instantiate(ctx)
			if err != nil {
				t.Fatal(err)
			}
			defer inst.Close(ctx)
			if err := inst.Fill(ctx, run.File(bytes.NewReader(file))); err != nil {
				t.Fatal(err)
			}
			got, err := inst.Run(ctx, in)
			if err != nil {
				t.Fatal(err)
			}
			for name, w := range want {
				close(t, name, got[name], w)
			}
		})
	}
}

// close compares with 1e-4 (relative to 1 at least), quantised elements with one.
func close(t *testing.T, name string, got, want run.Tensor) {
	t.Helper()
	if got.Type != want.Type || len(got.Data) != len(want.Data) || !equalDims(got.Dims, want.Dims) {
		t.Fatalf("%s is %s%v, want %s%v", name, got.Type, got.Dims, want.Type, want.Dims)
	}
	element := func(x run.Tensor, i int) float64 {
		switch x.Type {
		case graph.Float32:
			return float64(math.Float32frombits(binary.LittleEndian.Uint32(x.Data[4*i:])))
		case graph.Int32:
			return float64(int32(binary.LittleEndian.Uint32(x.Data[4*i:])))
		case graph.Int8:
			return float64(int8(x.Data[i]))
		}
		return float64(x.Data[i])
	}
	for i := range len(got.Data) / int(got.Type.Size()) {
		g, w := element(got, i), element(want, i)
		allowed := 0.0
		switch got.Type {
		case graph.Float32:
			allowed = 1e-4 * max(1, math.Abs(w))
		case graph.Int8, graph.Uint8:
			allowed = 1
		}
		if !(math.Abs(g-w) <= allowed) {
			t.Fatalf("%s: element %d of %v is %v, want %v", name, i, want.Dims, g, w)
		}
	}
}

func equalDims(a, b []int64) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
