package run_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/dehug/dehug/wasm/emit"
	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/lower"
	"github.com/dehug/dehug/wasm/run"
)

// addModule compiles y = Relu(a + b) over [N, 3].
func addModule(t *testing.T) []byte {
	t.Helper()
	shape := graph.Shape{graph.Sym("N"), graph.Num(3)}
	a := &graph.Value{Name: "a", Type: graph.Float32, Shape: shape}
	b := &graph.Value{Name: "b", Type: graph.Float32, Shape: shape}
	y := &graph.Value{Name: "y", Type: graph.Float32, Shape: shape}
	n := &graph.Node{Op: "Add", Name: "add", Inputs: []*graph.Value{a, b}, Outputs: []*graph.Value{y},
		Attrs: []graph.Attr{{Name: "act", Kind: graph.AttrString, S: "Relu"}}}
	y.Def = n
	p, err := lower.Lower(&graph.Graph{Inputs: []*graph.Value{a, b}, Outputs: []*graph.Value{y}, Nodes: []*graph.Node{n}}, lower.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return p.Module
}

func f32(dims []int64, data ...byte) run.Tensor {
	n := int64(4)
	for _, d := range dims {
		n *= d
	}
	return run.Tensor{Type: graph.Float32, Dims: dims, Data: append(data, make([]byte, n-int64(len(data)))...)}
}

func TestRunTwoShapes(t *testing.T) {
	ctx := context.Background()
	e := run.NewEngine(ctx, run.Options{})
	defer e.Close(ctx)
	m, err := e.Compile(ctx, addModule(t))
	if err != nil {
		t.Fatal(err)
	}
	// Two instances of one model have memories of their own.
	var insts [2]*run.Instance
	for i := range insts {
		if insts[i], err = m.Instantiate(ctx); err != nil {
			t.Fatal(err)
		}
		defer insts[i].Close(ctx)
		if err := insts[i].Fill(ctx, run.File(bytes.NewReader(nil))); err != nil {
			t.Fatal(err)
		}
	}
	one := []byte{0, 0, 0x80, 0x3f}
	for _, n := range []int64{1, 2, 70000, 1} {
		for _, inst := range insts {
			out, err := inst.Run(ctx, map[string]run.Tensor{"a": f32([]int64{n, 3}, one...), "b": f32([]int64{n, 3}, one...)})
			if err != nil {
				t.Fatal(err)
			}
			want := append([]byte{0, 0, 0, 0x40}, make([]byte, 12*n-4)...) // 1 + 1 = 2, then zeros
			if y := out["y"]; !bytes.Equal(y.Data, want) || y.Dims[0] != n {
				t.Fatalf("N = %d: got %v %x…, want %x…", n, y.Dims, y.Data[:8], want[:8])
			}
		}
	}
}

func TestRefuseInput(t *testing.T) {
	ctx := context.Background()
	e := run.NewEngine(ctx, run.Options{})
	defer e.Close(ctx)
	m, err := e.Compile(ctx, addModule(t))
	if err != nil {
		t.Fatal(err)
	}
	inst, err := m.Instantiate(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer inst.Close(ctx)
	ok := f32([]int64{2, 3})
	short := f32([]int64{2, 3})
	short.Data = short.Data[:20]
	double := run.Tensor{Type: graph.Float64, Dims: []int64{2, 3}, Data: make([]byte, 48)}
	for _, c := range []struct {
		name string
		in   map[string]run.Tensor
		want string
	}{
		{"missing", map[string]run.Tensor{"a": ok}, `input "b" is missing; the model has "a" f32[N 3], "b" f32[N 3]`},
		{"unknown name", map[string]run.Tensor{"a": ok, "c": ok}, `input "c": the model has "a" f32[N 3]`},
		{"rank", map[string]run.Tensor{"a": f32([]int64{6}), "b": ok}, "has rank 1, must be [N 3]"},
		{"extent", map[string]run.Tensor{"a": f32([]int64{2, 4}), "b": ok}, "shape [2 4], must be [N 3]"},
		{"symbols disagree", map[string]run.Tensor{"a": ok, "b": f32([]int64{5, 3})}, "dimension N is 5 here and 2 elsewhere"},
		{"type", map[string]run.Tensor{"a": double, "b": ok}, "is f64, must be f32"},
		{"too few bytes", map[string]run.Tensor{"a": short, "b": ok}, "with 20 bytes, must be [2 3] with 24"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := inst.Run(ctx, c.in)
			if !errors.Is(err, run.ErrInput) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an input error with %q", err, c.want)
			}
		})
	}
}

func TestRefuseModule(t *testing.T) {
	ctx := context.Background()
	e := run.NewEngine(ctx, run.Options{})
	defer e.Close(ctx)
	plain := emit.NewModule()
	plain.ImportMemory("dehug", "memory", 1, 1)
	for _, c := range []struct {
		name   string
		module []byte
		want   string
	}{
		{"not wasm", []byte("<html>"), "compile module"},
		{"another module", plain.Bytes(), `custom section "dehug"`},
		{"truncated", addModule(t)[:200], "compile module"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := e.Compile(ctx, c.module); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}

func TestCancelBetweenSteps(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	e := run.NewEngine(ctx, run.Options{})
	defer e.Close(context.Background())
	m, err := e.Compile(ctx, addModule(t))
	if err != nil {
		t.Fatal(err)
	}
	inst, err := m.Instantiate(ctx)
	if err != nil {
		t.Fatal(err)
	}
	in := map[string]run.Tensor{"a": f32([]int64{2, 3}), "b": f32([]int64{2, 3})}
	cancel()
	if _, err := inst.Run(ctx, in); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
	if _, err := inst.Run(context.Background(), in); err != nil {
		t.Errorf("a cancelled run leaves the instance unusable: %v", err)
	}
}
