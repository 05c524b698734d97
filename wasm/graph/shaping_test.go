package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/internal/onnxtest"
	"github.com/dehug/dehug/wasm/onnx"
)

// TestKnownDims follows the shape arithmetic that exporters write.
func TestKnownDims(t *testing.T) {
	const x = "input x f32[n,m,6]\nconst zero i64[] = [0]\nconst one i64[] = [1]\nconst two i64[1] = [2]\nconst last i64[1] = [-1]\nconst i i64[] = [-2]\n" +
		"s i64[3] = Shape(x) {end=3, start=0}\n"
	for _, c := range []struct{ text, want string }{
		{"y i64[3] = Identity(s)", "[n m 6]"},
		{"y i64[1] = Shape(x) {end=2, start=1}", "[m]"},
		{"y i64[] = Size(x)", "[6*m*n]"},
		{"y i64[] = Gather(s, i) {axis=0}", "[m]"},
		{"y i64[2] = Slice(s, one1, three)\n", "[m 6]"},
		{"g i64[] = Gather(s, zero) {axis=0}\nu i64[1] = Unsqueeze(g) {axes=[0]}\ny i64[2] = Concat(u, last) {axis=0}", "[n -1]"},
		{"a i64[] = Gather(s, zero) {axis=0}\nb i64[] = Gather(s, one) {axis=0}\ny i64[] = Mul(a, b)", "[m*n]"},
		{"y i64[3] = Div(s, two)", "[n/2 m/2 3]"},
		{"d i64[3] = Div(s, two)\ne i64[3] = Mul(d, two)\ny i64[3] = Sub(s, e)", "[n + -2*(n/2) m + -2*(m/2) 0]"},
		{"c bool[3] = Equal(s, last)\ny i64[3] = Where(c, two, s)", "[n m 6]"},
		{"y i32[3] = Cast(s) {type=\"i32\"}", "[n m 6]"},
		{"y i64[] = ReduceProd(s) {axes=[0], keepdims=0}", "[6*m*n]"},
		{"y i64[6] = Tile(s, two)", "[n m 6 n m 6]"},
		{"y i64[3] = Max(s, two)", "[max(n, 2) max(m, 2) 6]"},
	} {
		g, err := graph.Parse(x + "const one1 i64[1] = [1]\nconst three i64[1] = [3]\n" + c.text + "\noutput y\n")
		if err == nil {
			err = graph.Check(g)
		}
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		got, ok := graph.KnownDims(g.Outputs[0])
		if s := fmt.Sprint(got); !ok || s != c.want {
			t.Errorf("%s: got %s, want %s", c.text, s, c.want)
		}
	}
}

// TestImportShaping: differences between opsets are settled.
func TestImportShaping(t *testing.T) {
	ints, integer, text := onnxtest.Ints, onnxtest.Int, onnxtest.Text
	shape := dims("n", 4, 6)
	for _, c := range []struct {
		name string
		m    *onnxtest.Model
		want string
	}{
		{"Slice by attributes", one(9, shape, "Slice", "x", "y", ints("starts", 1), ints("ends", -1), ints("axes", 2)), "y f32[n,4,4] = Slice("},
		{"Slice by operands", one(13, shape, "Slice", "x s e a", "y").Int64s("s", 1).Int64s("e", -1).Int64s("a", 2), "y f32[n,4,4] = Slice(x, s, e, a)"},
		{"Slice to a far end", one(13, shape, "Slice", "x s e", "y").Int64s("s", 0).Int64s("e", 1<<62), "y f32[n,4,6] = Slice(x, s, e)"},
		{"Split by attribute", one(11, shape, "Split", "x", "y z", ints("split", 1, 3), integer("axis", 1)), "y f32[n,1,6], z f32[n,3,6] = Split("},
		{"Split in unequal parts", one(18, shape, "Split", "x", "y z w q", integer("num_outputs", 4), integer("axis", -1)),
			"y f32[n,4,2], z f32[n,4,2], w f32[n,4,2], q f32[n,4,0] = Split(x) {axis=2, num_outputs=4}"},
		{"Unsqueeze by attribute", one(11, shape, "Unsqueeze", "x", "y", ints("axes", 0, -1)), "y f32[1,n,4,6,1] = Unsqueeze(x) {axes=[0,4]}"},
		{"Unsqueeze by operand", one(13, shape, "Unsqueeze", "x a", "y").Int64s("a", 1), "y f32[n,1,4,6] = Unsqueeze(x) {axes=[1]}"},
		{"Pad by attribute", one(9, shape, "Pad", "x", "y", ints("pads", 0, 1, 0, 0, 2, 0), text("mode", "edge")), "y f32[n,7,6] = Pad("},
		{"Range of floats that are whole", onnxtest.New(13).Input("x", onnx.Float, "n", 2).Node("Size", "s", "x", "s").Node("Cast", "c", "s", "c", integer("to", 1)).
			Floats("zero", []int64{}, 0).Floats("two", []int64{}, 2).Node("Range", "r", "zero c two", "y").Output("y", onnx.Float),
			"Range.3 i64[n] = Range(const.1, s, const.2)"},
		{"Flatten", one(13, shape, "Flatten", "x", "y", integer("axis", 2)), "y f32[4*n,6] = Flatten(x) {axis=2}"},
		{"DepthToSpace", one(13, dims("n", 8, "h", 2), "DepthToSpace", "x", "y", integer("blocksize", 2)),
			`y f32[n,2,2*h,4] = DepthToSpace(x) {blocksize=2, mode="DCR"}`},
	} {
		g, err := load(c.m.Bytes())
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if s := g.String(); !strings.Contains(s, c.want) {
			t.Errorf("%s: got\n%s\nwant a line with %s", c.name, s, c.want)
		}
		roundTrip(t, g)
	}
}

// TestRefuseShaping: what cannot be lists its reason.
func TestRefuseShaping(t *testing.T) {
	ints, integer, text := onnxtest.Ints, onnxtest.Int, onnxtest.Text
	shape := dims("n", 4, 6)
	for _, c := range []struct {
		name string
		m    *onnxtest.Model
		want string
	}{
		{"axis", one(13, shape, "Gather", "x i", "y", integer("axis", 3)).Int64s("i", 0), "axis 3 is out of range for rank 3"},
		{"axis twice", one(13, shape, "Unsqueeze", "x a", "y").Int64s("a", 1, 1), "repeat 1"},
		{"not 1", one(13, shape, "Squeeze", "x a", "y").Int64s("a", 1), "axis 1 of [n,4,6] is not 1"},
		{"which axes", one(13, shape, "Squeeze", "x", "y"), "export with axes"},
		{"step 0", one(13, shape, "Slice", "x s s a s", "y").Int64s("s", 0).Int64s("a", 2), "a step is 0"},
		{"word", one(13, shape, "Pad", "x p", "y", text("mode", "mirror")).Int64s("p", 0, 0, 0, 0, 0, 0), `mode is "mirror"; it must be one of constant reflect edge wrap`},
		{"pads", one(13, shape, "Pad", "x p", "y").Int64s("p", 0, 0), "2 pads for 3 axes"},
		{"reflected twice", one(13, shape, "Pad", "x p", "y", text("mode", "reflect")).Int64s("p", 0, 4, 0, 0, 0, 0), "repeat it more than once"},
		{"parts", one(11, shape, "Split", "x", "y z", ints("split", 1, 2), integer("axis", 1)), "do not make up axis 1"},
		{"blocks", one(13, dims(1, 6, 2, 2), "DepthToSpace", "x", "y", integer("blocksize", 2)), "no multiple of 4"},
		{"repeats", one(13, shape, "Tile", "x r", "y").Int64s("r", 2), "1 repeats for rank 3"},
		{"tuples", one(13, shape, "GatherND", "x i", "y").Int64s("i", 0, 0, 0, 0), "do not fit data"},
		{"size", one(13, shape, "Expand", "x s", "y").Input("s", onnx.Int64, 3), `input "s" decides a shape`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := load(c.m.Bytes()); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}
