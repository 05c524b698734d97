package wasm_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dehug/dehug/wasm"
	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/internal/onnxtest"
	"github.com/dehug/dehug/wasm/onnx"
	"github.com/dehug/dehug/wasm/opt"
	"github.com/dehug/dehug/wasm/run"
)

// part is a graph for an attribute: nodes, and the names of inputs and outputs.
func part(inputs, outputs string, nodes ...*onnxtest.Message) *onnxtest.Message {
	g := (&onnxtest.Message{}).Text(2, "part")
	for _, n := range nodes {
		g.Sub(1, n)
	}
	for _, name := range strings.Fields(inputs) {
		g.Sub(11, (&onnxtest.Message{}).Text(1, name))
	}
	for _, name := range strings.Fields(outputs) {
		g.Sub(12, (&onnxtest.Message{}).Text(1, name))
	}
	return g
}

func vector(v ...float32) run.Tensor { return shaped([]int64{int64(len(v))}, v...) }

func shaped(dims []int64, v ...float32) run.Tensor {
	t := run.Tensor{Type: graph.Float32, Dims: dims}
	for _, x := range v {
		t.Data = binary.LittleEndian.AppendUint32(t.Data, math.Float32bits(x))
	}
	return t
}

func integers(v ...int64) run.Tensor {
	t := run.Tensor{Type: graph.Int64, Dims: []int64{int64(len(v))}}
	for _, x := range v {
		t.Data = binary.LittleEndian.AppendUint64(t.Data, uint64(x))
	}
	return t
}

func scalar(t run.Tensor) run.Tensor { t.Dims = nil; return t }

func boolean(b bool) run.Tensor {
	t := run.Tensor{Type: graph.Bool, Data: []byte{0}}
	if b {
		t.Data[0] = 1
	}
	return t
}

// compiled compiles a model and checks on the way that its graph prints and
// parses back.
func compiled(t *testing.T, m *onnxtest.Model) ([]byte, error) {
	t.Helper()
	ctx := context.Background()
	file := m.Bytes()
	skim, err := onnx.Skim(ctx, bytes.NewReader(file), int64(len(file)), onnx.Limits{})
	if err != nil {
		return nil, err
	}
	g, err := graph.Import(skim, graph.Options{})
	if err != nil {
		return nil, err
	}
	same := func(pass string, g *graph.Graph) error {
		if err := graph.Check(g); err != nil {
			return fmt.Errorf("%w\n%s", err, g)
		}
		back, err := graph.Parse(g.String())
		if err != nil {
			return fmt.Errorf("%w\n%s", err, g)
		}
		if back.String() != g.String() {
			return fmt.Errorf("printed and parsed, it is\n%s, it was\n%s", back, g)
		}
		return graph.Check(back)
	}
	if err := same("import", g); err != nil {
		t.Fatal(err)
	}
	if err := opt.Run(g, same); err != nil {
		t.Fatal(err)
	}
	c, err := wasm.CompileGraph(g, wasm.Options{})
	if err != nil {
		return nil, err
	}
	return c.Module, nil
}

// instance compiles a model and gives it a memory.
func instance(t *testing.T, m *onnxtest.Model) *run.Instance {
	t.Helper()
	ctx := context.Background()
	module, err := compiled(t, m)
	if err != nil {
		t.Fatal(err)
	}
	e := run.NewEngine(ctx, run.Options{})
	t.Cleanup(func() { e.Close(ctx) })
	c, err := e.Compile(ctx, module)
	if err != nil {
		t.Fatal(err)
	}
	inst, err := c.Instantiate(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := inst.Fill(ctx, run.File(bytes.NewReader(m.Bytes()))); err != nil {
		t.Fatal(err)
	}
	return inst
}

type tensors map[string]run.Tensor

// expect runs a model and compares its outputs.
func expect(t *testing.T, inst *run.Instance, in, want tensors) {
	t.Helper()
	got, err := inst.Run(context.Background(), in)
	if err != nil {
		t.Fatalf("%v: %v", in, err)
	}
	for name, w := range want {
		if g := got[name]; fmt.Sprint(g) != fmt.Sprint(w) && (len(g.Dims)+len(w.Dims) > 0 || !bytes.Equal(g.Data, w.Data)) {
			t.Errorf("input %v: output %q is %v, want %v", in, name, g, w)
		}
	}
}

var node, onnxInt = onnxtest.Node, onnxtest.Int

func thenElse(then, other *onnxtest.Message) []*onnxtest.Message {
	return []*onnxtest.Message{onnxtest.GraphAttr("then_branch", then), onnxtest.GraphAttr("else_branch", other)}
}

// TestIf: the data choose between branches that share names, use what is around
// them, and nest. One result comes straight from outside.
func TestIf(t *testing.T) {
	inner := thenElse(part("", "r", node("Neg", "", "s", "r")), part("", "r", node("Abs", "", "s", "r")))
	m := onnxtest.New(16).Input("x", onnx.Float, "n").Input("c", onnx.Bool).Input("d", onnx.Bool).
		Node("Mul", "", "x x", "square").
		Node("If", "choose", "c", "y z", thenElse(
			part("", "t x", node("Add", "", "square x", "s"), node("If", "nested", "d", "t", inner...)),
			part("", "t s", node("Sub", "", "x square", "s"), node("Relu", "", "s", "t")))...).
		Output("y", onnx.Float).Output("z", onnx.Float)
	inst := instance(t, m)
	x := vector(2, -3, 0.5)
	for range 2 { // a run leaves nothing behind
		expect(t, inst, tensors{"x": x, "c": boolean(true), "d": boolean(true)}, tensors{"y": vector(-6, -6, -0.75), "z": x})
		expect(t, inst, tensors{"x": x, "c": boolean(true), "d": boolean(false)}, tensors{"y": vector(6, 6, 0.75), "z": x})
		expect(t, inst, tensors{"x": x, "c": boolean(false), "d": boolean(true)}, tensors{"y": vector(0, 0, 0.25), "z": vector(-2, -12, 0.25)})
	}
}

// TestIfSkips: what only one branch needs does not run for the other, even
// where a branch's extents make no sense with an input.
func TestIfSkips(t *testing.T) {
	m := onnxtest.New(16).Input("x", onnx.Float, "n").Input("c", onnx.Bool).
		Int64s("two", 2, -1).Int64s("three", 3, -1).Int64s("zero", 0).
		Node("If", "", "c", "y", thenElse(
			part("", "s", node("Reshape", "", "x two", "r"), node("ReduceSum", "", "r zero", "k", onnxInt("keepdims", 0)), node("ReduceSum", "", "k zero", "s", onnxInt("keepdims", 0))),
			part("", "s", node("Reshape", "", "x three", "r"), node("ReduceMax", "", "r", "s", onnxtest.Ints("axes", 0, 1), onnxInt("keepdims", 0))))...).
		Output("y", onnx.Float)
	inst := instance(t, m)
	x := vector(1, 2, 3, 4)
	expect(t, inst, tensors{"x": x, "c": boolean(true)}, tensors{"y": scalar(vector(10))})
	_, err := inst.Run(context.Background(), tensors{"x": x, "c": boolean(false)})
	if !errors.Is(err, run.Status(16)) {
		t.Errorf("four elements in three rows: got %v, want %v", err, run.Status(16))
	}
	x = vector(1, 2, 3)
	expect(t, inst, tensors{"x": x, "c": boolean(false)}, tensors{"y": scalar(vector(3))})
	if _, err := inst.Run(context.Background(), tensors{"x": x, "c": boolean(true)}); !errors.Is(err, run.Status(16)) {
		t.Errorf("three elements in two rows: got %v, want %v", err, run.Status(16))
	}
}

// TestIfOnExtents: exporters ask for extents of 1, with branches of different
// rank. The rest of the model may allow only one answer.
func TestIfOnExtents(t *testing.T) {
	squeeze := func(m *onnxtest.Model) *onnxtest.Model {
		return m.Int64s("one", 1).
			Node("Shape", "", "x", "shape").Node("Gather", "", "shape one", "d", onnxInt("axis", 0)).Node("Equal", "", "d one", "c").
			Node("If", "", "c", "y", thenElse(part("", "s", node("Squeeze", "", "x one", "s")), part("", "i", node("Identity", "", "x", "i")))...)
	}
	open := squeeze(onnxtest.New(16).Input("x", onnx.Float, "n", "k")).Output("y", onnx.Float)
	inst := instance(t, open)
	x := shaped([]int64{1, 2}, 5, 6)
	expect(t, inst, tensors{"x": x}, tensors{"y": x})
	if _, err := inst.Run(context.Background(), tensors{"x": shaped([]int64{2, 1}, 5, 6)}); !errors.Is(err, run.Status(2)) {
		t.Errorf("k = 1: got %v, want %v", err, run.Status(2))
	}
	fixed := squeeze(onnxtest.New(16).Input("x", onnx.Float, "n", 1)).Output("y", onnx.Float)
	expect(t, instance(t, fixed), tensors{"x": shaped([]int64{2, 1}, 5, 6)}, tensors{"y": vector(5, 6)})
	turned := squeeze(onnxtest.New(16).Input("x", onnx.Float, "n", "k")).
		Node("Unsqueeze", "", "y zero", "u").Int64s("zero", 0).Node("Transpose", "", "u", "z", onnxtest.Ints("perm", 1, 0)).Output("z", onnx.Float)
	inst = instance(t, turned) // perm asks for a vector
	expect(t, inst, tensors{"x": shaped([]int64{2, 1}, 5, 6)}, tensors{"z": shaped([]int64{2, 1}, 5, 6)})
}

// TestIfMissesBranch: a branch that cannot be, with the extents of the model, is
// an error when it is chosen.
func TestIfMissesBranch(t *testing.T) {
	m := onnxtest.New(16).Input("x", onnx.Float, 4).Input("c", onnx.Bool).Int64s("three", 3).
		Node("If", "", "c", "y", thenElse(
			part("", "s", node("Neg", "", "x", "s")),
			part("", "s", node("Reshape", "", "x three", "s")))...).
		Output("y", onnx.Float)
	inst := instance(t, m)
	x := vector(1, 2, 3, 4)
	expect(t, inst, tensors{"x": x, "c": boolean(true)}, tensors{"y": vector(-1, -2, -3, -4)})
	if _, err := inst.Run(context.Background(), tensors{"x": x, "c": boolean(false)}); !errors.Is(err, run.Status(21)) {
		t.Errorf("got %v, want %v", err, run.Status(21))
	}
}

// TestRunAfterRefusal: a run that the data have ended leaves nothing behind.
func TestRunAfterRefusal(t *testing.T) {
	m := onnxtest.New(16).Input("x", onnx.Int64, 4).Input("keep", onnx.Bool, 4).Int64s("more", 10, 20, 30).
		Node("Compress", "", "x keep", "kept").Node("Add", "", "kept more", "y").
		Output("y", onnx.Int64)
	inst := instance(t, m)
	in := func(keep ...byte) tensors {
		return tensors{"x": integers(1, 2, 3, 4), "keep": run.Tensor{Type: graph.Bool, Dims: []int64{4}, Data: keep}}
	}
	for range 2 {
		expect(t, inst, in(1, 1, 0, 1), tensors{"y": integers(11, 22, 34)})
		if _, err := inst.Run(context.Background(), in(1, 1, 0, 0)); !errors.Is(err, run.Status(16)) {
			t.Errorf("two of three: got %v, want %v", err, run.Status(16))
		}
	}
}

func TestRefuseIf(t *testing.T) {
	neg := part("", "s", node("Neg", "", "x", "s"))
	for _, c := range []struct {
		name        string
		then, other *onnxtest.Message
		want        string
	}{
		{"types differ", neg, part("", "s", node("Greater", "", "x x", "s")), "f32 in one branch and bool in the other"},
		{"shapes differ", neg, part("", "s", node("Concat", "", "x x", "s", onnxInt("axis", 0))), "input \"c\" decides a shape"},
		{"unsupported operator", neg, part("", "s", node("Foo", "", "x", "s")), "operator Foo of ai.onnx"},
		{"inputs", neg, part("a", "s", node("Neg", "", "x", "s")), "has 1 inputs"},
		{"no outputs", neg, part("", "", node("Neg", "", "x", "s")), "0 outputs; it must have none and 1"},
		{"cycle through a branch", neg, part("", "s", node("Neg", "", "y", "s")), "the graph has a cycle"},
		{"name of the other branch", neg, part("", "r", node("Neg", "", "s", "r")), "nothing defines it"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := onnxtest.New(16).Input("x", onnx.Float, 4).Input("c", onnx.Bool).
				Node("If", "", "c", "y", thenElse(c.then, c.other)...).Output("y", onnx.Float)
			if _, err := compiled(t, m); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}

func body(g *onnxtest.Message) *onnxtest.Message { return onnxtest.GraphAttr("body", g) }

// TestLoop: sums and products that swap places, a number of iterations that the
// data decide, something captured, and stacked rows.
func TestLoop(t *testing.T) {
	m := onnxtest.New(16).Input("x", onnx.Float, "n").Input("k", onnx.Int64).Input("c", onnx.Bool).
		Node("Neg", "", "x", "minus").
		Node("Loop", "l", "k c x minus", "a b rows", body(part("i on p q", "on2 q2 p2 row",
			node("Cast", "", "i", "f", onnxInt("to", 1)),
			node("Add", "", "p minus", "p2"),
			node("Identity", "", "q", "q2"),
			node("Mul", "", "x f", "row"),
			node("ReduceMax", "", "row", "top", onnxInt("keepdims", 0)),
			node("Less", "", "top limit", "on2")))).
		Floats("limit", nil, 7).
		Output("a", onnx.Float).Output("b", onnx.Float).Output("rows", onnx.Float)
	inst := instance(t, m)
	x := vector(1, 2)
	for range 2 {
		expect(t, inst, tensors{"x": x, "k": scalar(integers(2)), "c": boolean(true)},
			tensors{"a": vector(0, 0), "b": vector(-2, -4), "rows": shaped([]int64{2, 2}, 0, 0, 1, 2)})
		expect(t, inst, tensors{"x": x, "k": scalar(integers(100)), "c": boolean(true)},
			tensors{"rows": shaped([]int64{5, 2}, 0, 0, 1, 2, 2, 4, 3, 6, 4, 8)})
		expect(t, inst, tensors{"x": x, "k": scalar(integers(3)), "c": boolean(false)},
			tensors{"a": x, "b": vector(-1, -2), "rows": shaped([]int64{0, 2})})
		expect(t, inst, tensors{"x": x, "k": scalar(integers(-3)), "c": boolean(true)}, tensors{"a": x, "b": vector(-1, -2)})
	}
}

// TestLoopNested: the index bounds the inner loop, an If chooses in it, and what
// depends on the index alone has static shapes.
func TestLoopNested(t *testing.T) {
	m := onnxtest.New(16).Input("x", onnx.Float, 4).Int64s("three", 3).Int64s("zero", 0).Floats("start", nil, 0).
		Node("Squeeze", "", "three", "trips").
		Node("Loop", "outer", "trips - start", "sum rows", body(part("i on s", "on s2 row",
			node("Unsqueeze", "", "i zero", "from"), node("Add", "", "from three", "to"), node("Sub", "", "to one", "to2"),
			node("Slice", "", "x from to2", "row"),
			node("Loop", "inner", "i - s", "s2", body(part("j on2 r", "on2 r2",
				node("Equal", "", "i j", "same"), node("Mod", "", "j two", "odd"), node("Cast", "", "odd", "isodd", onnxInt("to", 9)),
				node("If", "", "isodd", "add", thenElse(
					part("", "u", node("ReduceSum", "", "row", "u", onnxInt("keepdims", 0))),
					part("", "u", node("ReduceMax", "", "x", "u", onnxInt("keepdims", 0))))...),
				node("Add", "", "r add", "r2"))))))).
		Int64s("one", 1).Initializer(onnxtest.Tensor("two", onnx.Int64).Data(7, []byte{2})).
		Output("sum", onnx.Float).Output("rows", onnx.Float)
	inst := instance(t, m)
	// i = 1: j = 0: 8; i = 2: j = 0: 8, j = 1: 4 + 8.
	expect(t, inst, tensors{"x": vector(1, 2, 4, 8)}, tensors{"sum": scalar(vector(28)), "rows": shaped([]int64{3, 2}, 1, 2, 2, 4, 4, 8)})
}

// TestScan: both directions, other axes, a state, and an axis of batches.
func TestScan(t *testing.T) {
	ints := onnxtest.Ints
	cell := part("s x r", "s2 y z", node("Add", "", "s x", "s2"), node("Sub", "", "s2 r", "y"), node("Identity", "", "s2", "z"))
	m := onnxtest.New(16).Input("s", onnx.Float, 2).Input("x", onnx.Float, 2, "n").Input("r", onnx.Float, "n", 2).
		Node("Scan", "", "s x r", "end y z", body(cell), onnxInt("num_scan_inputs", 2), ints("scan_input_axes", 1, 0), ints("scan_input_directions", 0, 1),
			ints("scan_output_axes", 0, -1), ints("scan_output_directions", 1, 0)).
		Output("end", onnx.Float).Output("y", onnx.Float).Output("z", onnx.Float)
	expect(t, instance(t, m),
		tensors{"s": vector(0, 100), "x": shaped([]int64{2, 3}, 1, 2, 3, 4, 5, 6), "r": shaped([]int64{3, 2}, 10, 20, 30, 40, 50, 60)},
		tensors{"end": vector(6, 115), "y": shaped([]int64{3, 2}, -4, 95, -27, 69, -49, 44), "z": shaped([]int64{2, 3}, 1, 3, 6, 104, 109, 115)})
	m = onnxtest.New(8).Input("s", onnx.Float, 2, 1).Input("x", onnx.Float, 2, 3, 1).
		Node("Scan", "", "- s x", "end z", body(part("s x", "s2 z", node("Add", "", "s x", "s2"), node("Identity", "", "s2", "z"))), onnxInt("num_scan_inputs", 1)).
		Output("end", onnx.Float).Output("z", onnx.Float)
	expect(t, instance(t, m), tensors{"s": shaped([]int64{2, 1}, 0, 10), "x": shaped([]int64{2, 3, 1}, 1, 2, 3, 4, 5, 6)},
		tensors{"end": shaped([]int64{2, 1}, 6, 25), "z": shaped([]int64{2, 3, 1}, 1, 3, 6, 14, 19, 25)})
}

// TestLoopEnds: hosts can stop a loop without an end, and one that would stack
// more rows than there is room for ends by itself.
func TestLoopEnds(t *testing.T) {
	forever := func(outputs string) *run.Instance {
		m := onnxtest.New(16).Input("x", onnx.Float, 1).Input("c", onnx.Bool).
			Node("Loop", "l", "- c x", outputs, body(part("i on p", "on p row", node("Add", "", "p p", "row")))).Output("a", onnx.Float)
		if strings.Contains(outputs, "rows") {
			m.Output("rows", onnx.Float)
		}
		return instance(t, m)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	in := tensors{"x": vector(1), "c": boolean(true)}
	if _, err := forever("a").Run(ctx, in); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want %v", err, context.DeadlineExceeded)
	}
	if _, err := forever("a rows").Run(context.Background(), in); !errors.Is(err, run.Status(17)) {
		t.Errorf("got %v, want %v", err, run.Status(17))
	}
}

func TestRefuseLoop(t *testing.T) {
	for _, c := range []struct {
		name string
		body *onnxtest.Message
		want string
	}{
		{"grows", part("i on p", "on q", node("Concat", "", "p p", "q", onnxInt("axis", 0))), "shapes that change are not supported"},
		{"rows grow", part("i on p", "on p r", node("Unsqueeze", "", "i zero", "k"), node("Expand", "", "p k", "r")), "changes its shape"},
		{"type", part("i on p", "on q", node("Cast", "", "p", "q", onnxInt("to", 7))), "is i64[1], what it was given is f32[1]"},
		{"condition", part("i on p", "p p", node("Identity", "", "p", "q")), "does not take an i64 and a bool, and return a bool first"},
		{"inputs", part("i on", "on p", node("Identity", "", "x", "p")), "body has 2 inputs and 2 outputs; 1 values are carried"},
		{"operator", part("i on p", "on q", node("Foo", "", "p", "q")), "operator Foo"},
		{"input twice", part("i i p", "i p", node("Foo", "", "p", "q")), "is defined twice"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := onnxtest.New(16).Input("x", onnx.Float, 1).Input("k", onnx.Int64).Int64s("zero", 0).
				Node("Loop", "l", "k - x", "y z", body(c.body)).Output("y", onnx.Float)
			if _, err := compiled(t, m); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}

// TestSizes: a model that is compiled anew for the sizes that need it, each once,
// while the modules are few.
func TestSizes(t *testing.T) {
	ctx := context.Background()
	file, err := os.ReadFile("testdata/sizes/squeeze.onnx")
	if err != nil {
		t.Fatal(err)
	}
	e := run.NewEngine(ctx, run.Options{})
	defer e.Close(ctx)
	compiled := 0
	p, err := e.Open(ctx, run.File(bytes.NewReader(file)), func(ctx context.Context, symbols map[string]int64) ([]byte, error) {
		compiled++
		c, err := wasm.Compile(ctx, bytes.NewReader(file), int64(len(file)), wasm.Options{Symbols: symbols})
		if err != nil {
			return nil, err
		}
		return c.Module, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close(ctx)
	for _, c := range []struct {
		rows, columns int64
		compiled      int
	}{{2, 3, 1}, {2, 1, 2}, {2, 1, 2}, {3, 2, 2}, {3, 1, 3}, {4, 1, 4}, {3, 1, 4}, {2, 1, 5}} {
		x := shaped([]int64{c.rows, c.columns}, make([]float32, c.rows*c.columns)...)
		want := []int64{c.rows, c.columns}
		if c.columns == 1 {
			want = want[:1]
		}
		out, _, err := p.Run(ctx, tensors{"x": x})
		if err != nil || !slices.Equal(out["y"].Dims, want) || compiled != c.compiled {
			t.Errorf("%d × %d: %v (%v), %d modules; want %v, %d", c.rows, c.columns, out["y"].Dims, err, compiled, want, c.compiled)
		}
	}
}
