package lower_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/rand"
	"strings"
	"testing"

	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/kernel"
	"github.com/dehug/dehug/wasm/lower"
	"github.com/dehug/dehug/wasm/run"
)

// builder makes random graphs of the operators that lower knows. Extents of
// pictures are symbols when symbolic is set; values say what they are.
type builder struct {
	rng     *rand.Rand
	g       *graph.Graph
	weights []byte // the "file" that constants point into
	consts  map[*graph.Value]tensor
	n       int
}

func (b *builder) name(s string) string { b.n++; return fmt.Sprintf("%s%d", s, b.n) }

// float draws small numbers, now and then a special one.
func (b *builder) float() float32 {
	switch b.rng.Intn(40) {
	case 0:
		return float32(math.Copysign(0, -1))
	case 1:
		return 1e-40 // subnormal
	}
	return b.rng.Float32()*2 - 1
}

func (b *builder) constant(dims ...int) *graph.Value {
	t := newTensor(dims...)
	shape := graph.Shape{}
	for _, d := range dims {
		shape = append(shape, graph.Num(int64(d)))
	}
	v := &graph.Value{Name: b.name("w"), Type: graph.Float32, Shape: shape,
		Const: &graph.Const{Ref: &graph.Ref{Off: int64(len(b.weights)), Len: int64(4 * len(t.data))}}}
	for i := range t.data {
		t.data[i] = b.float()
		b.weights = binary.LittleEndian.AppendUint32(b.weights, math.Float32bits(t.data[i]))
	}
	b.weights = append(b.weights, 0xff) // tensors are not aligned in real files
	b.consts[v] = t
	b.g.Consts = append(b.g.Consts, v)
	return v
}

func (b *builder) node(op string, shape graph.Shape, attrs []graph.Attr, in ...*graph.Value) *graph.Value {
	v := &graph.Value{Name: b.name("v"), Type: graph.Float32, Shape: shape}
	v.Def = &graph.Node{Op: op, Name: v.Name, Inputs: in, Outputs: []*graph.Value{v}, Attrs: attrs}
	b.g.Nodes = append(b.g.Nodes, v.Def)
	return v
}

func ints(name string, v ...int64) graph.Attr {
	return graph.Attr{Name: name, Kind: graph.AttrInts, Ints: v}
}

func integer(name string, v int64) graph.Attr {
	return graph.Attr{Name: name, Kind: graph.AttrInt, I: v}
}

func outExtent(in graph.Dim, pads, k, d, s int64) graph.Dim {
	return graph.Add(graph.FloorDiv(graph.Add(in, graph.Num(pads-d*(k-1)-1)), graph.Num(s)), graph.Num(1))
}

func channels(v *graph.Value) int { c, _ := v.Shape[1].IsConst(); return int(c) }

// small reports whether the smallest picture of the tests leaves x no room for
// another window.
func small(x *graph.Value) bool {
	for _, d := range x.Shape[2:] {
		if n, err := d.Eval(map[string]int64{"H": 17, "W": 12}); err != nil || n < 6 {
			return true
		}
	}
	return false
}

// conv appends a random convolution.
func (b *builder) conv(x *graph.Value) *graph.Value {
	c := channels(x)
	oc, groups := 1+b.rng.Intn(20), 1
	if b.rng.Intn(3) == 0 {
		oc, groups = c, c
	}
	k := []int64{1, 2, 3, 5}[b.rng.Intn(4)]
	s, d := int64(1+b.rng.Intn(2)), int64(1)
	if k == 3 {
		d = int64(1 + b.rng.Intn(2))
	}
	var p [4]int64
	for i := range p {
		p[i] = int64(b.rng.Intn(int(d*(k-1)) + 1))
	}
	if small(x) { // keep pictures from vanishing
		k, s, p = 1, 1, [4]int64{}
	}
	h := outExtent(x.Shape[2], p[0]+p[2], k, d, s)
	w := outExtent(x.Shape[3], p[1]+p[3], k, d, s)
	in := []*graph.Value{x, b.constant(oc, c/groups, int(k), int(k)), nil, nil}
	if b.rng.Intn(2) == 0 {
		in[2] = b.constant(oc)
	}
	attrs := []graph.Attr{ints("dilations", d, d), integer("group", int64(groups)), ints("kernel_shape", k, k), ints("pads", p[:]...), ints("strides", s, s)}
	if b.rng.Intn(2) == 0 {
		attrs = append([]graph.Attr{{Name: "act", Kind: graph.AttrString, S: "Relu"}}, attrs...)
	}
	shape := graph.Shape{x.Shape[0], graph.Num(int64(oc)), h, w}
	// A residual with as many or fewer channels, when one of that size exists.
	for _, n := range b.g.Nodes {
		r := n.Outputs[0]
		if len(r.Shape) == 4 && channels(r) <= oc && r.Shape[2].Equal(h) && r.Shape[3].Equal(w) && r.Shape[0].Equal(x.Shape[0]) {
			in[3] = r
		}
	}
	return b.node("Conv", shape, attrs, in...)
}

func (b *builder) grow(steps int) {
	last := b.g.Inputs[0]
	for i := 0; i < steps; i++ {
		x := last
		switch b.rng.Intn(7) {
		case 0, 1, 2:
			last = b.conv(x)
		case 3:
			last = b.node("Relu", x.Shape, nil, x)
		case 4:
			last = b.node("Add", x.Shape, nil, x, b.constant(1, channels(x), 1, 1))
		case 5:
			if small(x) {
				continue
			}
			h, w := outExtent(x.Shape[2], 1, 2, 1, 1), outExtent(x.Shape[3], 1, 2, 1, 1)
			last = b.node("MaxPool", graph.Shape{x.Shape[0], x.Shape[1], h, w},
				[]graph.Attr{integer("ceil_mode", 0), ints("dilations", 1, 1), ints("kernel_shape", 2, 2), ints("pads", 1, 0, 0, 1),
					integer("storage_order", 0), ints("strides", 1, 1)}, x)
		case 6:
			shape := append(graph.Shape{}, x.Shape...)
			shape[1] = graph.Num(int64(2 * channels(x)))
			if channels(x) < 20 {
				last = b.node("Concat", shape, []graph.Attr{integer("axis", 1)}, x, x)
			}
		}
	}
	s := last.Shape
	nhwc := b.node("Transpose", graph.Shape{s[0], s[2], s[3], s[1]}, []graph.Attr{ints("perm", 0, 2, 3, 1)}, last)
	shape := &graph.Value{Name: "shape", Type: graph.Int64, Shape: graph.Shape{graph.Num(2)},
		Const: &graph.Const{Data: append(make([]byte, 8), bytes.Repeat([]byte{0xff}, 8)...)}} // 0, −1: copy, infer
	b.g.Consts = append(b.g.Consts, shape)
	flat := b.node("Reshape", graph.Shape{s[0], graph.Mul(graph.Mul(s[2], s[3]), s[1])}, []graph.Attr{integer("allowzero", 0)}, nhwc, shape)
	b.g.Outputs = []*graph.Value{flat, last}
}

func randomGraph(seed int64, symbolic bool, dims [4]int64) *builder {
	b := &builder{rng: rand.New(rand.NewSource(seed)), consts: map[*graph.Value]tensor{}}
	shape := graph.Shape{graph.Num(dims[0]), graph.Num(dims[1]), graph.Num(dims[2]), graph.Num(dims[3])}
	if symbolic {
		shape[0], shape[2], shape[3] = graph.Sym("N"), graph.Sym("H"), graph.Sym("W")
	}
	b.g = &graph.Graph{Name: "random", Inputs: []*graph.Value{{Name: "x", Type: graph.Float32, Shape: shape}}}
	b.grow(3 + b.rng.Intn(8))
	return b
}

func bits(t tensor) []byte {
	var b []byte
	for _, v := range t.data {
		u := math.Float32bits(v)
		if v != v {
			u = 0x7fc00000
		}
		b = binary.LittleEndian.AppendUint32(b, u)
	}
	return b
}

// TestRandomGraphs compares compiled random graphs with the reference
// interpreter, bit for bit: both profiles, both wazero engines, constant and
// symbolic shapes, several shapes for one symbolic module, intermediates.
func TestRandomGraphs(t *testing.T) {
	ctx := context.Background()
	seeds := 60
	if testing.Short() {
		seeds = 15
	}
	engines := map[string]*run.Engine{"compiler": run.NewEngine(ctx, run.Options{}), "interpreter": run.NewEngine(ctx, run.Options{Interpreter: true}),
		"2 threads": run.NewEngine(ctx, run.Options{Threads: 2, ShareAll: true, MaxMemory: 1 << 26}), "3 threads": run.NewEngine(ctx, run.Options{Threads: 3, ShareAll: true, MaxMemory: 1 << 26})}
	for _, e := range engines {
		defer e.Close(ctx)
	}
	for seed := 0; seed < seeds; seed++ {
		symbolic := seed%2 == 1
		shapes := [][4]int64{{1, int64(1 + seed%9), 17, 14}}
		if symbolic {
			shapes = append(shapes, [4]int64{2, shapes[0][1], 19, 23}, [4]int64{1, shapes[0][1], 24, 12})
		}
		b := randomGraph(int64(seed), symbolic, shapes[0])
		for _, profile := range []kernel.Profile{kernel.V8, kernel.Wazero} {
			plan, err := lower.Lower(b.g, lower.Options{Profile: profile, Intermediates: true})
			if err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
			divided, err := lower.Lower(b.g, lower.Options{Profile: profile, Intermediates: true, Threads: true})
			if err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
			if divided.Hash != plan.Hash {
				t.Errorf("seed %d: threads change the plan", seed)
			}
			for name, e := range engines {
				plan := plan
				if strings.HasSuffix(name, "threads") {
					plan = divided
				}
				if name == "interpreter" && seed%5 != 0 {
					continue
				}
				t.Run(fmt.Sprintf("seed=%d/%s/%s", seed, profile, name), func(t *testing.T) {
					compare(t, ctx, e, plan, b, shapes)
				})
			}
		}
	}
}

// TestLines does the same with convolutions along one axis.
func TestLines(t *testing.T) {
	ctx := context.Background()
	one := run.NewEngine(ctx, run.Options{})
	two := run.NewEngine(ctx, run.Options{Threads: 2, ShareAll: true, MaxMemory: 1 << 26})
	defer one.Close(ctx)
	defer two.Close(ctx)
	for _, upright := range []bool{true, false} {
		b := &builder{rng: rand.New(rand.NewSource(1)), consts: map[*graph.Value]tensor{}}
		length := graph.Sym(map[bool]string{true: "H", false: "W"}[upright])
		// along turns extents with a line's first into those of the axis.
		along := func(of ...graph.Dim) []graph.Dim {
			if !upright {
				of[0], of[1] = of[1], of[0]
			}
			return of
		}
		size := func(c int64, d graph.Dim) graph.Shape {
			return append(graph.Shape{graph.Sym("N"), graph.Num(c)}, along(d, graph.Num(1))...)
		}
		b.g = &graph.Graph{Name: "lines", Inputs: []*graph.Value{{Name: "x", Type: graph.Float32, Shape: size(9, length)}}}
		conv := func(x *graph.Value, oc int, more ...*graph.Value) *graph.Value {
			k := []int{5, 1}
			if !upright {
				k = []int{1, 5}
			}
			d := graph.Add(graph.Add(x.Shape[2], x.Shape[3]), graph.Num(-5))
			attrs := []graph.Attr{{Name: "act", Kind: graph.AttrString, S: "Relu"}, ints("dilations", 1, 1), integer("group", 1), ints("kernel_shape", int64(k[0]), int64(k[1])), ints("pads", 0, 0, 0, 0), ints("strides", 1, 1)}
			return b.node("Conv", size(int64(oc), d), attrs, append([]*graph.Value{x, b.constant(oc, channels(x), k[0], k[1])}, more...)...)
		}
		first := conv(b.g.Inputs[0], 11, b.constant(11))
		last := conv(conv(first, 8), 13)
		b.g.Outputs = []*graph.Value{first, last}
		shapes := [][4]int64{{1, 9, 61, 1}, {2, 9, 300, 1}}
		for i, s := range shapes {
			if !upright {
				shapes[i] = [4]int64{s[0], s[1], s[3], s[2]}
			}
		}
		for _, profile := range []kernel.Profile{kernel.V8, kernel.Wazero} {
			for e, threads := range map[*run.Engine]bool{one: false, two: true} {
				plan, err := lower.Lower(b.g, lower.Options{Profile: profile, Intermediates: true, Threads: threads})
				if err != nil {
					t.Fatal(err)
				}
				if strings.Count(plan.Text, "winograd F(4) of lines") != 3 {
					t.Fatalf("not by tiles of lines: %s", plan.Text)
				}
				compare(t, ctx, e, plan, b, shapes)
			}
		}
	}
}

// filled is an instance of a plan's module with its weights, to be closed by whoever asks.
func filled(t *testing.T, ctx context.Context, e *run.Engine, plan *lower.Plan, weights []byte) *run.Instance {
	t.Helper()
	m, err := e.Compile(ctx, plan.Module)
	if err != nil {
		t.Fatal(err)
	}
	inst, err := m.Instantiate(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := inst.Fill(ctx, run.File(bytes.NewReader(weights))); err != nil {
		t.Fatal(err)
	}
	return inst
}

func compare(t *testing.T, ctx context.Context, e *run.Engine, plan *lower.Plan, b *builder, shapes [][4]int64) {
	inst := filled(t, ctx, e, plan, b.weights)
	defer inst.Close(ctx)
	for _, s := range shapes {
		x := newTensor(int(s[0]), int(s[1]), int(s[2]), int(s[3]))
		for i := range x.data {
			x.data[i] = b.float()
		}
		want := interpret(b.g, plan.Text, map[string]tensor{"x": x}, b.consts, map[string]int64{"N": s[0], "H": s[2], "W": s[3]})
		got, err := inst.Run(ctx, map[string]run.Tensor{"x": {Type: graph.Float32, Dims: s[:], Data: bits(x)}})
		if err != nil {
			t.Fatalf("shape %v: %v", s, err)
		}
		inner, err := inst.Intermediates()
		if err != nil {
			t.Fatal(err)
		}
		check := func(v *graph.Value, got run.Tensor) {
			w := want[v]
			if fmt.Sprint(got.Dims) != fmt.Sprint(w.dims) {
				t.Fatalf("shape %v: %s %s: got dims %v, want %v", s, v.Def.Op, v.Name, got.Dims, w.dims)
			}
			if wb := bits(w); !bytes.Equal(got.Data, wb) {
				for i := 0; i < len(wb); i += 4 {
					if !bytes.Equal(wb[i:i+4], got.Data[i:i+4]) {
						t.Fatalf("shape %v: %s %s %v element %d: got bits %x, want %x\n%s", s, v.Def.Op, v.Name, got.Dims, i/4, got.Data[i:i+4], wb[i:i+4], describe(b.g))
					}
				}
			}
		}
		for _, n := range b.g.Nodes {
			check(n.Outputs[0], inner[n.Outputs[0].Name])
		}
		for _, v := range b.g.Outputs {
			check(v, got[v.Name])
		}
	}
}

func describe(g *graph.Graph) string {
	s := ""
	for _, n := range g.Nodes {
		s += fmt.Sprintf("%s %s %v %v\n", n.Outputs[0].Name, n.Op, n.Outputs[0].Shape, n.Attrs)
	}
	return s
}

func TestLoweringIsDeterministic(t *testing.T) {
	for _, symbolic := range []bool{false, true} {
		var first *lower.Plan
		for i := 0; i < 20; i++ {
			b := randomGraph(7, symbolic, [4]int64{1, 5, 17, 14})
			p, err := lower.Lower(b.g, lower.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = p
			} else if !bytes.Equal(p.Module, first.Module) || p.Hash != first.Hash {
				t.Fatalf("symbolic %v: repeat %d gave another module", symbolic, i)
			}
		}
	}
}

func TestPlanDoesNotDependOnProfile(t *testing.T) {
	b := randomGraph(3, true, [4]int64{1, 5, 17, 14})
	v8, err := lower.Lower(b.g, lower.Options{Profile: kernel.V8})
	if err != nil {
		t.Fatal(err)
	}
	wz, err := lower.Lower(b.g, lower.Options{Profile: kernel.Wazero, Intermediates: true})
	if err != nil {
		t.Fatal(err)
	}
	if v8.Text != wz.Text {
		t.Errorf("plans differ:\n%s\n%s", v8.Text, wz.Text)
	}
	fast, err := lower.Lower(b.g, lower.Options{Fast: true})
	if err != nil {
		t.Fatal(err)
	}
	if fast.Hash == v8.Hash {
		t.Error("a fast plan has a strict plan's hash")
	}
}

func TestRefuseBind(t *testing.T) {
	ctx := context.Background()
	b := randomGraph(1, true, [4]int64{1, 5, 17, 14})
	plan, err := lower.Lower(b.g, lower.Options{MaxMemory: 8 << 20})
	if err != nil {
		t.Fatal(err)
	}
	e := run.NewEngine(ctx, run.Options{})
	defer e.Close(ctx)
	m, err := e.Compile(ctx, plan.Module)
	if err != nil {
		t.Fatal(err)
	}
	inst, err := m.Instantiate(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer inst.Close(ctx)
	for _, c := range []struct {
		name    string
		symbols []int64
		want    run.Status
	}{
		{"zero", []int64{0, 17, 14}, 16},
		{"negative", []int64{1, -3, 14}, 16},
		{"beyond 31 bits", []int64{1, 1 << 31, 14}, 16},
		{"picture smaller than the window", []int64{1, 1, 1}, 16},
		{"more memory than allowed", []int64{1, 4000, 4000}, 17},
		{"an extent beyond 31 bits", []int64{1<<31 - 1, 1<<31 - 1, 1<<31 - 1}, 16},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := inst.Bind(ctx, c.symbols)
			var got run.Status
			if !errors.As(err, &got) || got != c.want {
				t.Errorf("bind %v: got %v, want status %d (%v)", c.symbols, err, c.want, c.want)
			}
		})
	}
	x := run.Tensor{Type: graph.Float32, Dims: []int64{1, 5, 17, 14}, Data: make([]byte, 4*5*17*14)}
	if _, err := inst.Run(ctx, map[string]run.Tensor{"x": x}); !errors.Is(err, run.Status(19)) {
		t.Errorf("run before fill: got %v, want %v", err, run.Status(19))
	}
}

func TestRefuseTooLarge(t *testing.T) {
	b := &builder{rng: rand.New(rand.NewSource(1)), consts: map[*graph.Value]tensor{}}
	b.g = &graph.Graph{Inputs: []*graph.Value{{Name: "x", Type: graph.Float32, Shape: graph.Shape{graph.Num(1 << 15), graph.Num(1 << 15)}}}}
	b.g.Outputs = []*graph.Value{b.node("Relu", b.g.Inputs[0].Shape, nil, b.g.Inputs[0])}
	if _, err := lower.Lower(b.g, lower.Options{}); !errors.Is(err, lower.ErrTooLarge) {
		t.Errorf("a tensor of 4 GiB: got %v, want %v", err, lower.ErrTooLarge)
	}
}
