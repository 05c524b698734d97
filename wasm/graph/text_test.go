package graph_test

import (
	"math/rand"
	"strings"
	"testing"

	"github.com/dehug/dehug/wasm/graph"
)

// roundTrip checks that a graph prints, parses back and prints alike, and that
// what was parsed is as valid.
func roundTrip(t *testing.T, g *graph.Graph) {
	t.Helper()
	text := g.String()
	back, err := graph.Parse(text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if got := back.String(); got != text {
		t.Fatalf("printed, parsed, printed again:\ngot\n%s\nwant\n%s", got, text)
	}
	if a, b := graph.Check(g), graph.Check(back); (a == nil) != (b == nil) {
		t.Fatalf("checks differ: %v before printing, %v after\n%s", a, b, text)
	}
}

// TestTextRoundTrip prints graphs whose every part was drawn at random, names
// and strings that look like the notation included.
func TestTextRoundTrip(t *testing.T) {
	rng := rand.New(rand.NewSource(1))
	names := []string{"", "_", "input", "const", "output", "graph", "a b", "x:0", "a/b", "-1", "1", "max", `q"q`, "f32[1]", "é", "\x00\xff", "in", "as", "of", "0x", "a,b", "=", "n", "end", "do"}
	seen := map[string]bool{}
	name := func() string {
		for {
			s := names[rng.Intn(len(names))]
			for rng.Intn(2) == 0 {
				s += names[rng.Intn(len(names))]
			}
			if !seen[s] {
				seen[s] = true
				return s
			}
		}
	}
	word := func() string { return names[rng.Intn(len(names))] }
	var dim func(depth int) graph.Dim
	dim = func(depth int) graph.Dim {
		if depth == 0 {
			if rng.Intn(2) == 0 {
				return graph.Num(int64(rng.Intn(20) - 9))
			}
			return graph.Sym(word())
		}
		a, b := dim(depth-1), dim(rng.Intn(depth))
		switch rng.Intn(5) {
		case 0:
			return graph.Add(a, b)
		case 1:
			return graph.Mul(a, b)
		case 2:
			return graph.FloorDiv(a, b)
		case 3:
			return graph.Max(a, b)
		}
		return graph.Min(a, b)
	}
	value := func() *graph.Value {
		v := &graph.Value{Name: name(), Type: []graph.Type{graph.Float32, graph.Int64, graph.Uint4, graph.Bool}[rng.Intn(4)]}
		for range rng.Intn(4) {
			v.Shape = append(v.Shape, dim(rng.Intn(4)))
		}
		return v
	}
	for range 300 {
		clear(seen)
		g := &graph.Graph{Name: word()}
		var all []*graph.Value
		for range 1 + rng.Intn(3) {
			v := value()
			g.Inputs = append(g.Inputs, v)
			all = append(all, v)
		}
		for range rng.Intn(3) {
			v := value()
			v.Const = &graph.Const{}
			if rng.Intn(2) == 0 {
				v.Const.Ref = &graph.Ref{Path: []string{"", "a/b.bin", "x y"}[rng.Intn(3)], Off: rng.Int63(), Len: rng.Int63()}
			}
			if v.Const.Ref == nil || rng.Intn(2) == 0 {
				v.Const.Data = make([]byte, rng.Intn(4)*8)
				rng.Read(v.Const.Data)
			}
			g.Consts = append(g.Consts, v)
			all = append(all, v)
		}
		for range rng.Intn(4) {
			n := &graph.Node{Op: word(), Domain: word(), Name: word()}
			for range rng.Intn(4) {
				n.Inputs = append(n.Inputs, append(all, nil)[rng.Intn(len(all)+1)])
			}
			for range 1 + rng.Intn(2) {
				v := value()
				v.Def = n
				n.Outputs = append(n.Outputs, v)
			}
			all = append(all, n.Outputs...)
			for range rng.Intn(4) {
				n.Set(graph.Attr{Name: word(), Kind: graph.AttrInt, I: int64(rng.Uint64())})
				n.Set(graph.Attr{Name: word(), Kind: graph.AttrString, S: word()})
				n.Set(graph.Attr{Name: word(), Kind: graph.AttrFloat, F: rng.Uint32()})
				n.Set(graph.Attr{Name: word(), Kind: graph.AttrInts, Ints: []int64{1, -2}[:rng.Intn(3)]})
				n.Set(graph.Attr{Name: word(), Kind: graph.AttrFloats, Fs: []uint32{rng.Uint32(), 3}[:rng.Intn(3)]})
			}
			g.Nodes = append(g.Nodes, n)
		}
		g.Outputs = append(g.Outputs, all[rng.Intn(len(all))])
		roundTrip(t, g)
	}
}

func TestRefuseGraphText(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"unknown operand", "y f32[] = Relu(x)", `line 1: "x" is not defined above`},
		{"own operand", "y f32[] = Relu(y)", "operand of the node that defines it"},
		{"twice", "input x f32[]\ninput x f32[]", `line 2: "x" is defined twice`},
		{"no type", "input x f33[]", "f33 is not a type"},
		{"open list", "input x f32[1", `expected ","`},
		{"open string", `input "x f32[]`, "unfinished string"},
		{"rest", "input x f32[] y", `unexpected "y"`},
		{"integer", "const x i64[1] = [1.5]", "1.5 is not an integer"},
		{"hexadecimal", "const x u8[1] = 0xzz", "two hex digits"},
		{"deep expression", "input x f32[" + strings.Repeat("(", 1000) + "1]", "nested too deep"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := graph.Parse(c.text); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}

// TestRefuseGraph: what Check finds. Each case is the valid graph with one
// line changed.
func TestRefuseGraph(t *testing.T) {
	const valid = `graph "g"
input x f32[1,2,h]
const w f32[4,2,3] @0+96
const s i64[2] = [0,-1]
c f32[1,4,h] = Conv(x, w, _, x) {act="Relu", dilations=[1], group=1, kernel_shape=[3], pads=[1,1], strides=[1]}
y f32[1,4*h] = Reshape(c, s) {allowzero=0}
output y
`
	g, err := graph.Parse(valid)
	if err != nil {
		t.Fatal(err)
	}
	if err := graph.Check(g); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, old, new, want string }{
		{"type", "c f32", "c f16", `result "c" is f16[1,4,h]; inference gives f32[1,4,h]`},
		{"shape", "y f32[1,4*h]", "y f32[1,h]", "inference gives f32[1,4*h]"},
		{"operator", "= Reshape(", "= NoSuch(", "not an operator of this graph"},
		{"domain", "{allowzero=0}", "{allowzero=0} of com.x", "not an operator of this graph"},
		{"attribute missing", " group=1,", "", "attribute group is missing"},
		{"attribute unknown", "allowzero=0", "allowzero=0, axis=1", "attribute axis is not one"},
		{"attribute kind", "allowzero=0", "allowzero=[0]", "of the wrong kind"},
		{"attribute order", "pads=[1,1], strides=[1]", "strides=[1], pads=[1,1]", "not sorted"},
		{"activation", `act="Relu"`, `act="Tanh"`, `act is "Tanh"`},
		{"residual channels", "input x f32[1,2,h]", "input x f32[1,2,2]", "inference gives f32[1,4,2]"},
		{"residual shape", "_, x)", "_, w)", "the residual has shape [4,2,3]"},
		{"operand", "Reshape(c, s)", "Reshape(c, w)", `operand 1 "w" is f32; allowed are i32, i64`},
		{"payload", "@0+96", "@0+95", "its payload is not the 96 bytes"},
		{"data", "[0,-1]\n", "[0]\n", `constant "s": its payload is not the 16 bytes`},
		{"constant extent", "w f32[4,2,3]", "w f32[n,2,3]", "is not static"},
		{"output twice", "output y\n", "output y\noutput y\n", "listed twice"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g, err := graph.Parse(strings.Replace(valid, c.old, c.new, 1))
			if err != nil {
				t.Fatal(err)
			}
			if err := graph.Check(g); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
	g.Nodes[0], g.Nodes[1] = g.Nodes[1], g.Nodes[0]
	if err := graph.Check(g); err == nil || !strings.Contains(err.Error(), "not defined before it is used") {
		t.Errorf("nodes out of order: got %v", err)
	}
}
