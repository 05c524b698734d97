package graph_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/internal/hostile"
	"github.com/dehug/dehug/wasm/internal/onnxtest"
	"github.com/dehug/dehug/wasm/onnx"
)

func load(file []byte) (*graph.Graph, error) {
	m, err := onnx.Skim(context.Background(), bytes.NewReader(file), int64(len(file)), onnx.Limits{})
	if err != nil {
		return nil, err
	}
	return graph.Import(m, graph.Options{})
}

// weights adds a float initializer of zeros.
func weights(m *onnxtest.Model, name string, dims ...int64) *onnxtest.Model {
	n := int64(4)
	for _, d := range dims {
		n *= d
	}
	return m.Raw(name, onnx.Float, dims, make([]byte, n))
}

// one returns a model with one image input x, whose extents may be open, and
// one node.
func one(opset int64, dims []any, op, in, out string, attrs ...*onnxtest.Message) *onnxtest.Model {
	return onnxtest.New(opset).Input("x", onnx.Float, dims...).Node(op, "n", in, out, attrs...).Output(strings.Fields(out)[0], onnx.Float)
}

func dims(d ...any) []any { return d }

// TestImport: what a node becomes. Results are y and z.
func TestImport(t *testing.T) {
	ints, integer, text := onnxtest.Ints, onnxtest.Int, onnxtest.Text
	conv := func(w []int64, d []any, attrs ...*onnxtest.Message) *onnxtest.Model {
		return weights(one(11, d, "Conv", "x w", "y", attrs...), "w", w...)
	}
	pool := func(d []any, attrs ...*onnxtest.Message) *onnxtest.Model {
		return one(12, d, "MaxPool", "x", "y z", attrs...)
	}
	reshape := func(opset int64, d []any, shape []int64, attrs ...*onnxtest.Message) *onnxtest.Model {
		return one(opset, d, "Reshape", "x s", "y", attrs...).Int64s("s", shape...)
	}
	for _, c := range []struct {
		name string
		m    *onnxtest.Model
		want string
	}{
		{"Relu", one(7, dims(1, 3), "Relu", "x", "y"), `y f32[1,3] = Relu(x)`},
		{"Identity", one(16, dims(), "Identity", "x", "y"), `y f32[] = Identity(x)`},
		{"open extents", one(13, dims("n", nil, 3), "Relu", "x", "y"), `y f32[n,x.d1,3] = Relu(x)`},
		{"open extent whose name is taken", one(13, dims("x.d1", nil), "Relu", "x", "y"), `y f32[x.d1,x.d1_] = Relu(x)`},
		{"strange parameter", one(13, dims("n + 1"), "Relu", "x", "y"), `y f32["n + 1"] = Relu(x)`},

		{"Add broadcasts", weights(one(7, dims(2, 1, 4), "Add", "x w", "y"), "w", 3, 1), `y f32[2,3,4] = Add(x, w)`},
		{"Add of a scalar", weights(one(7, dims("n", 4), "Add", "w x", "y"), "w"), `y f32[n,4] = Add(w, x)`},
		{"Add of open extents", one(14, dims("n", "m"), "Add", "x b", "y").Input("b", onnx.Float, "n", 5), `y f32[n,5] = Add(x, b)`},
		{"Add of two open extents", one(14, dims("n"), "Add", "x b", "y").Input("b", onnx.Float, "m"), `y f32[n] = Add(x, b)`},
		{"Add of one and an open extent", one(14, dims("n"), "Add", "b x", "y").Input("b", onnx.Float, 1), `y f32[n] = Add(b, x)`},

		{"Concat", one(7, dims(1, "h"), "Concat", "x x x", "y", integer("axis", 1)), `y f32[1,3*h] = Concat(x, x, x) {axis=1}`},
		{"Concat from the back", one(11, dims("n", 2), "Concat", "x b", "y", integer("axis", -1)).Input("b", onnx.Float, 7, 1),
			`y f32[7,3] = Concat(x, b) {axis=1}`},

		{"Transpose", one(13, dims(1, "h", 3), "Transpose", "x", "y", ints("perm", 0, 2, 1)), `y f32[1,3,h] = Transpose(x) {perm=[0,2,1]}`},
		{"Transpose without perm", one(1+6, dims(1, 2, 3), "Transpose", "x", "y"), `y f32[3,2,1] = Transpose(x) {perm=[2,1,0]}`},

		{"Reshape", reshape(5+2, dims(2, 6), []int64{3, 4}), `y f32[3,4] = Reshape(x, s) {allowzero=0}`},
		{"Reshape with 0 and -1", reshape(13, dims("n", 8, 8, 96), []int64{0, -1, 16}), `y f32[n,384,16] = Reshape(x, s) {allowzero=0}`},
		{"Reshape cancels symbols", reshape(13, dims(4, "n"), []int64{-1, 2}), `y f32[2*n,2] = Reshape(x, s) {allowzero=0}`},
		{"Reshape allowzero", reshape(14, dims(0, 3), []int64{3, 0}, integer("allowzero", 1)), `y f32[3,0] = Reshape(x, s) {allowzero=1}`},
		{"Reshape to a scalar", reshape(14, dims(1, 1), nil), `y f32[] = Reshape(x, s) {allowzero=0}`},

		{"Conv 2-D", conv([]int64{8, 3, 3, 5}, dims(1, 3, 16, 16)),
			`y f32[1,8,14,12] = Conv(x, w) {dilations=[1,1], group=1, kernel_shape=[3,5], pads=[0,0,0,0], strides=[1,1]}`},
		{"Conv 1-D", conv([]int64{8, 3, 3}, dims("n", 3, "t"), ints("strides", 2), ints("pads", 1, 1), ints("dilations", 2)),
			`y f32[n,8,(t + 1)/2 + -1] = Conv(x, w) {dilations=[2], group=1, kernel_shape=[3], pads=[1,1], strides=[2]}`},
		{"Conv 3-D", conv([]int64{4, 1, 1, 2, 3}, dims(1, 2, 5, 6, 7), integer("group", 2)),
			`y f32[1,4,5,5,5] = Conv(x, w) {dilations=[1,1,1], group=2, kernel_shape=[1,2,3], pads=[0,0,0,0,0,0], strides=[1,1,1]}`},
		{"Conv SAME_UPPER", conv([]int64{8, 3, 4, 3}, dims(1, 3, 16, 17), text("auto_pad", "SAME_UPPER"), ints("strides", 2, 2)),
			`y f32[1,8,8,9] = Conv(x, w) {dilations=[1,1], group=1, kernel_shape=[4,3], pads=[1,1,1,1], strides=[2,2]}`},
		{"Conv SAME_LOWER of open extents", conv([]int64{8, 3, 4, 3}, dims(1, 3, "h", "w"), text("auto_pad", "SAME_LOWER")),
			`y f32[1,8,h,w] = Conv(x, w) {dilations=[1,1], group=1, kernel_shape=[4,3], pads=[2,1,1,1], strides=[1,1]}`},
		{"Conv VALID", conv([]int64{8, 3, 1, 1}, dims(1, 3, 16, 16), text("auto_pad", "VALID")),
			`y f32[1,8,16,16] = Conv(x, w) {dilations=[1,1], group=1, kernel_shape=[1,1], pads=[0,0,0,0], strides=[1,1]}`},

		{"MaxPool", pool(dims(1, 3, "h", 7), ints("kernel_shape", 2, 2), ints("strides", 2, 2)),
			`y f32[1,3,h/2,3], z i64[1,3,h/2,3] = MaxPool(x) {ceil_mode=0, dilations=[1,1], kernel_shape=[2,2], pads=[0,0,0,0], storage_order=0, strides=[2,2]}`},
		{"MaxPool ceil_mode", pool(dims(1, 3, 7, 5), ints("kernel_shape", 2, 2), ints("strides", 2, 3), integer("ceil_mode", 1), ints("pads", 0, 0, 0, 1)),
			`y f32[1,3,4,2], z i64[1,3,4,2] = MaxPool(x) {ceil_mode=1, dilations=[1,1], kernel_shape=[2,2], pads=[0,0,0,1], storage_order=0, strides=[2,3]}`},
		{"MaxPool drops windows behind the data", pool(dims(1, 3, 4), ints("kernel_shape", 2), ints("strides", 3), integer("ceil_mode", 1), ints("pads", 1, 1)),
			`y f32[1,3,2], z i64[1,3,2] = MaxPool(x) {ceil_mode=1, dilations=[1], kernel_shape=[2], pads=[1,1], storage_order=0, strides=[3]}`},
		{"MaxPool 3-D, dilated", pool(dims(1, 3, 9, 9, 9), ints("kernel_shape", 1, 2, 3), ints("dilations", 1, 2, 3), integer("storage_order", 1)),
			`y f32[1,3,9,7,3], z i64[1,3,9,7,3] = MaxPool(x) {ceil_mode=0, dilations=[1,2,3], kernel_shape=[1,2,3], pads=[0,0,0,0,0,0], storage_order=1, strides=[1,1,1]}`},
		{"MaxPool SAME", pool(dims(1, 3, 10), ints("kernel_shape", 3), ints("strides", 2), text("auto_pad", "SAME_UPPER")),
			`y f32[1,3,5], z i64[1,3,5] = MaxPool(x) {ceil_mode=0, dilations=[1], kernel_shape=[3], pads=[0,1], storage_order=0, strides=[2]}`},
		{"MaxPool of opset 7", one(7, dims(1, 3, 10), "MaxPool", "x", "y", ints("kernel_shape", 3)),
			`y f32[1,3,8] = MaxPool(x) {ceil_mode=0, dilations=[1], kernel_shape=[3], pads=[0,0], storage_order=0, strides=[1]}`},

		{"ConstantOfShape", one(9, dims(), "ConstantOfShape", "s", "y").Int64s("s", 2, 3), `y f32[2,3] = ConstantOfShape(s) {type="f32", value_bits=0}`},
		{"ConstantOfShape of minus one", onnxtest.New(9).Int64s("s", 2).Output("y", onnx.Int8).
			Node("ConstantOfShape", "n", "s", "y", onnxtest.TensorAttr("value", onnxtest.Tensor("", onnx.Int8, 1).Varint(5, math.MaxUint64))),
			`y i8[2] = ConstantOfShape(s) {type="i8", value_bits=255}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			g, err := load(c.m.Bytes())
			if err != nil {
				t.Fatal(err)
			}
			if err := graph.Check(g); err != nil {
				t.Error(err)
			}
			if got := g.Nodes[len(g.Nodes)-1].String(); got != c.want+" as n" {
				t.Errorf("\ngot  %s\nwant %s as n", got, c.want)
			}
			roundTrip(t, g)
		})
	}
}

// TestImportOrder: nodes may come in any order in the file; operands are
// computed first, and a file that is in order stays as it is.
func TestImportOrder(t *testing.T) {
	m := onnxtest.New(13).Input("x", onnx.Float, 1).Output("d", onnx.Float)
	m.Node("Add", "last", "b c", "d").Node("Relu", "first", "x", "a").Node("Relu", "third", "a", "c").Node("Relu", "second", "a", "b")
	g, err := load(m.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, n := range g.Nodes {
		got = append(got, n.Name)
	}
	if s := strings.Join(got, " "); s != "first second third last" {
		t.Errorf("got %s", s)
	}
}

// TestImportConstants: shape operands may come from initializers, Constant
// nodes and computations on them; payloads stay where they are.
func TestImportConstants(t *testing.T) {
	m := onnxtest.New(14).Input("x", onnx.Float, 2, 12).Output("y", onnx.Float).Output("k", onnx.Float)
	m.Int64s("four", 4)
	m.Node("Constant", "c1", "", "one", onnxtest.Int("value_int", 1))
	m.Node("Constant", "c2", "", "twos", onnxtest.TensorAttr("value", onnxtest.Int64Tensor("", 2, 2)))
	m.Node("Constant", "c3", "", "k", onnxtest.Float("value_float", 2))
	m.Node("Add", "add", "twos one", "threes")
	m.Node("ConstantOfShape", "fill", "one1", "nines", onnxtest.TensorAttr("value", onnxtest.Int64Tensor("", 9)))
	m.Int64s("one1", 1).Int64s("unused", 5)
	m.Node("Concat", "cat", "nines threes", "nine33", onnxtest.Int("axis", 0))
	m.Node("Concat", "cat2", "four threes minus9", "s6", onnxtest.Int("axis", 0)).Int64s("minus9", -9)
	m.Node("Add", "add2", "s6 s3", "s").Int64s("s3", -2, -1, -2, 10) // 4+-2, 3-1, 3-2, -9+10
	m.Node("Transpose", "t", "s", "t").Node("Identity", "id", "t", "u")
	m.Node("Reshape", "r", "x u2", "y").Node("Add", "add3", "u tail", "u2").Int64s("tail", 0, 0, 0, 5)
	g, err := load(m.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	roundTrip(t, g)
	y := g.Outputs[0]
	if got := y.Shape.String(); got != "[2,2,1,6]" {
		t.Errorf("y has shape %s, want [2,2,1,6]", got)
	}
	if got, ok := graph.Known(g.Nodes[2].Outputs[0]); !ok || len(got) != 3 || got[0] != 9 || got[2] != 3 {
		t.Errorf("Concat of nines and threes is %v, %v", got, ok)
	}
	if k := g.Outputs[1]; k.Const == nil || !bytes.Equal(k.Const.Data, binary.LittleEndian.AppendUint32(nil, math.Float32bits(2))) {
		t.Errorf("k is %+v", k.Const)
	}
	if strings.Contains(g.String(), "unused") {
		t.Error("an initializer that nothing uses is in the graph")
	}
}

func TestImportExternalData(t *testing.T) {
	w := onnxtest.Tensor("w", onnx.Float, 2).Varint(14, 1).Sub(13, (&onnxtest.Message{}).Text(1, "location").Text(2, "w.bin"))
	g, err := load(one(13, dims(2), "Add", "x w", "y").Initializer(w).Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := *g.Consts[0].Const.Ref, (graph.Ref{Path: "w.bin", Len: 8}); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestRefuseModel: models that are not what the engine runs, with a part of the
// sentence that says why.
func TestRefuseModel(t *testing.T) {
	ints, integer, text := onnxtest.Ints, onnxtest.Int, onnxtest.Text
	conv := func(w []int64, d []any, attrs ...*onnxtest.Message) *onnxtest.Model {
		return weights(one(11, d, "Conv", "x w", "y", attrs...), "w", w...)
	}
	pool := func(d []any, attrs ...*onnxtest.Message) *onnxtest.Model {
		return one(12, d, "MaxPool", "x", "y", attrs...)
	}
	reshape := func(d []any, shape []int64, attrs ...*onnxtest.Message) *onnxtest.Model {
		return one(14, d, "Reshape", "x s", "y", attrs...).Int64s("s", shape...)
	}
	sequence := &onnxtest.Message{}
	sequence.Text(1, "s").Sub(2, (&onnxtest.Message{}).Sub(4, &onnxtest.Message{}))
	unranked := (&onnxtest.Message{}).Text(1, "u").Sub(2, (&onnxtest.Message{}).Sub(1, (&onnxtest.Message{}).Varint(1, 1)))
	with := func(m *onnxtest.Model, f func(m *onnxtest.Model)) *onnxtest.Model { f(m); return m }
	image := dims(1, 3, 8, 8)
	w := []int64{4, 3, 3, 3}
	for _, c := range []struct {
		name string
		m    *onnxtest.Model
		want string
	}{
		{"unsupported operator", one(13, image, "StringConcat", "x", "y"), `node 0 "n": operator StringConcat of ai.onnx opset 13 is not supported: rewrite the model`},
		{"unsupported domain", one(13, image, "com.microsoft::NotThere", "x", "y").Opset("com.microsoft", 1), `operator NotThere of com.microsoft opset 1`},
		{"operator before its opset", one(8, dims(), "ConstantOfShape", "s", "y").Int64s("s", 2), `operator ConstantOfShape of ai.onnx opset 8`},
		{"model-local function", with(one(13, image, "my::Fn", "x", "y").Opset("my", 1), func(m *onnxtest.Model) {
			m.Sub(25, (&onnxtest.Message{}).Text(1, "Fn").Text(10, "my"))
		}), "the function has 0 and 0"},
		{"opset too old", one(0, image, "Relu", "x", "y"), "opset 0 of ai.onnx is not supported: convert the model to an opset from 1 to 27"},
		{"opset too new", one(28, image, "Relu", "x", "y"), "opset 28 of ai.onnx"},
		{"opset missing", with(&onnxtest.Model{Graph: &onnxtest.Message{}}, func(m *onnxtest.Model) { m.Sub(7, m.Graph) }), "imports no version of ai.onnx"},
		{"opset twice", one(13, image, "Relu", "x", "y").Opset("", 12), "imported twice"},
		{"cycle", one(13, dims(1), "Add", "x b", "a").Node("Relu", "m", "a", "b"), `the graph has a cycle: nodes 0 "n", 1 "m"`},
		{"cycle of one", one(13, dims(1), "Add", "x y", "y"), `the graph has a cycle: nodes 0 "n"`},
		{"duplicate result", one(13, dims(1), "Relu", "x", "y").Node("Relu", "m", "x", "y"), `node 1 "m" (Relu): value "y" is defined twice`},
		{"result named like an input", one(13, dims(1), "Relu", "x", "x"), `value "x" is defined twice`},
		{"result named like an initializer", weights(one(13, dims(1), "Relu", "x", "y"), "y", 1), `value "y" is defined twice`},
		{"duplicate input", one(13, dims(1), "Relu", "x", "y").Input("x", onnx.Float, 1), `value "x" is defined twice`},
		{"duplicate initializer", weights(weights(one(13, dims(1), "Add", "x w", "y"), "w", 1), "w", 1), `initializer "w"`},
		{"duplicate output", one(13, dims(1), "Relu", "x", "y").Output("y", onnx.Float), "used twice"},
		{"missing input", one(13, dims(1), "Add", "x nowhere", "y"), `operand 1 "nowhere": nothing defines it`},
		{"missing output", one(13, dims(1), "Relu", "x", "y").Output("nowhere", onnx.Float), `output 1 "nowhere": nothing defines it`},
		{"no outputs", onnxtest.New(13).Input("x", onnx.Float, 1), "has no outputs"},
		{"output of another type", one(13, dims(1), "Relu", "x", "y").Node("Relu", "m", "x", "v").Output("v", onnx.Int32), "declared as int32, computed as f32"},
		{"input of strings", one(13, dims(1), "Relu", "x", "y").Input("s", onnx.String, 1), `input 1 "s": elements of type string are not supported`},
		{"input of float8", one(13, dims(1), "Relu", "x", "y").Input("s", 17, 1), "elements of type float8e4m3fn"},
		{"input of complex numbers", one(13, dims(1), "Relu", "x", "y").Input("s", onnx.Complex64, 1), "elements of type complex64"},
		{"input that is a sequence", with(one(13, dims(1), "Relu", "x", "y"), func(m *onnxtest.Model) { m.Graph.Sub(11, sequence) }), "its type (sequence) is not supported"},
		{"input without rank", with(one(13, dims(1), "Relu", "x", "y"), func(m *onnxtest.Model) { m.Graph.Sub(11, unranked) }), "rank is not declared"},
		{"input of rank 9", one(13, dims(1, 1, 1, 1, 1, 1, 1, 1, 1), "Relu", "x", "y"), "rank 9; at most 8"},
		{"input of too many elements", one(13, dims(1<<32, 1<<32), "Relu", "x", "y"), "has more than"},
		{"sparse initializer", with(one(13, dims(1), "Relu", "x", "y"), func(m *onnxtest.Model) { m.Graph.Sub(15, &onnxtest.Message{}) }), "sparse initializers"},
		{"string initializer", one(13, dims(1), "Add", "x w", "y").Initializer(onnxtest.Tensor("w", onnx.String, 1).Text(6, "s")), "elements of type string"},

		{"too few operands", one(13, image, "Add", "x", "y"), "1 operands; the operator takes 2"},
		{"too many operands", one(13, image, "Relu", "x x", "y"), "2 operands; the operator takes 1"},
		{"omitted operand", one(13, image, "Add", "- x", "y"), "operand 0 is missing"},
		{"too many results", one(13, image, "Relu", "x", "y z"), "2 results; the operator has 1"},
		{"operands of two types", one(13, image, "Add", "x b", "y").Input("b", onnx.Int32, 1), `operand 1 "b" is i32; operands before it are f32`},
		{"type of a later opset", onnxtest.New(13).Input("x", onnx.Int8, 1).Node("Relu", "n", "x", "y").Output("y", onnx.Int8), `operand 0 "x" is i8; allowed are`},
		{"attribute of a later opset", one(13, dims(2, 3), "Reshape", "x s", "y", integer("allowzero", 0)).Int64s("s", 6), `attribute "allowzero" is not one that Reshape has at this opset`},
		{"attribute of the wrong kind", one(13, image, "Concat", "x x", "y", ints("axis", 1)), `attribute "axis" is of kind ints; it must be of kind int`},
		{"attribute twice", one(13, image, "Concat", "x x", "y", integer("axis", 1), integer("axis", 1)), "given twice"},
		{"attribute missing", one(13, image, "Concat", "x x", "y"), `attribute "axis" is missing`},

		{"Add of shapes that differ", weights(one(13, image, "Add", "x w", "y"), "w", 5), "do not broadcast"},
		{"Concat axis", one(13, image, "Concat", "x x", "y", integer("axis", 4)), "axis 4 is out of range"},
		{"Concat ranks", weights(one(13, image, "Concat", "x w", "y", integer("axis", 0)), "w", 3), "rank 1"},
		{"Concat extents", weights(one(13, image, "Concat", "x w", "y", integer("axis", 0)), "w", 1, 3, 8, 9), "differs from [1,3,8,8] off axis 0"},
		{"Transpose perm", one(13, image, "Transpose", "x", "y", ints("perm", 0, 1, 1, 2)), "not a permutation"},
		{"Transpose rank", one(13, image, "Transpose", "x", "y", ints("perm", 0, 1)), "perm [0 1] is for rank 2"},
		{"Reshape elements", reshape(image, []int64{7, 7}), "does not have the elements"},
		{"Reshape two open", reshape(image, []int64{-1, -1}), "two extents of -1"},
		{"Reshape negative", reshape(image, []int64{-2, 3}), "negative extent"},
		{"Reshape uneven", reshape(image, []int64{-1, 7}), "leave no whole extent"},
		{"Reshape copies nothing", reshape(dims(6), []int64{6, 0}), "copies axis 1"},
		{"Reshape zero and open", reshape(dims(0, 3), []int64{0, -1}, integer("allowzero", 1)), "both 0 and -1"},
		{"Reshape by an input", one(13, image, "Reshape", "x s", "y").Input("s", onnx.Int64, 2), `input "s" decides a shape`},
		{"ConstantOfShape negative", one(13, dims(), "ConstantOfShape", "s", "y").Int64s("s", -1), "negative extent"},
		{"ConstantOfShape of two values", one(13, dims(), "ConstantOfShape", "s", "y", onnxtest.TensorAttr("value", onnxtest.Int64Tensor("", 1, 2))).Int64s("s", 1), "it must be one element"},

		{"Conv channels", conv(w, dims(1, 4, 8, 8)), "the image has 4 channels; weights of shape [4,3,3,3] in 1 groups need 3"},
		{"Conv open channels", conv(w, dims(1, "c", 8, 8)), "the number of channels, c, is not static"},
		{"Conv groups", conv([]int64{4, 1, 3, 3}, image, integer("group", 3)), "cannot be split in 3 groups"},
		{"Conv rank", conv([]int64{4, 3, 3}, image, ints("kernel_shape", 3, 3)), "weights have rank 3"},
		{"Conv without spatial axes", conv([]int64{4, 3}, dims(1, 3)), "no spatial axis"},
		{"Conv kernel_shape", conv(w, image, ints("kernel_shape", 3, 4)), "differs from weights"},
		{"Conv window", conv(w, dims(1, 3, 2, 8)), "larger than extent 2"},
		{"Conv strides", conv(w, image, ints("strides", 0, 1)), "strides has 0"},
		{"Conv pads", conv(w, image, ints("pads", 1, 1, 1)), "pads has 3 numbers; 2 spatial axes need 4"},
		{"Conv negative pads", conv(w, image, ints("pads", -1, 0, 0, 0)), "pads has -1"},
		{"Conv huge dilations", conv(w, image, ints("dilations", 1<<62, 1)), "dilations has"},
		{"Conv auto_pad", conv(w, image, text("auto_pad", "SOME")), `auto_pad "SOME" is not one of`},
		{"Conv auto_pad with pads", conv(w, image, text("auto_pad", "VALID"), ints("pads", 1, 1, 1, 1)), "exclude each other"},
		{"Conv auto_pad of open extents", conv(w, dims(1, 3, "h", 8), text("auto_pad", "SAME_UPPER"), ints("strides", 2, 2)), "extent h is not static and the stride is 2: export with explicit pads"},
		{"Conv bias", weights(weights(one(13, image, "Conv", "x w b", "y"), "w", w...), "b", 3), "bias has shape [3]"},
		{"Conv of integers", onnxtest.New(13).Input("x", onnx.Int32, 1, 1, 8).Node("Conv", "n", "x x", "y").Output("y", onnx.Int32), "is i32; allowed are"},
		{"MaxPool pads", pool(image, ints("kernel_shape", 2, 2), ints("pads", 2, 0, 0, 0)), "would lie in the padding alone"},
		{"MaxPool ceil_mode", pool(image, ints("kernel_shape", 2, 2), integer("ceil_mode", 2)), "ceil_mode is 2"},
		{"MaxPool VALID with ceil_mode", pool(image, ints("kernel_shape", 2, 2), text("auto_pad", "VALID"), integer("ceil_mode", 1)), "no agreed meaning"},
		{"MaxPool rank", pool(dims(1, 3, 2, 2, 2, 2), ints("kernel_shape", 1, 1, 1, 1)), "rank 6; supported are 3 to 5"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := load(c.m.Bytes())
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}

func TestUnsupportedOperator(t *testing.T) {
	_, err := load(one(13, dims(1), "StringConcat", "x", "y").Bytes())
	var e *graph.UnsupportedOperator
	if !errors.As(err, &e) || e.Op != "StringConcat" || e.Node != "n" || e.Opset != 13 {
		t.Errorf("got %v", err)
	}
}

// TestImportDeep: long chains, in either file order, need no deep stack, and
// extents that would grow without bound are refused.
func TestImportDeep(t *testing.T) {
	const n = 20000
	name := func(i int) string { return string(binary.AppendUvarint([]byte("v"), uint64(i))) + "." }
	for _, backwards := range []bool{false, true} {
		m := onnxtest.New(13).Input(name(0), onnx.Float, 1).Output(name(n), onnx.Float)
		for i := range n {
			if backwards {
				i = n - 1 - i
			}
			node := &onnxtest.Message{}
			m.Graph.Sub(1, node.Text(1, name(i)).Text(2, name(i+1)).Text(4, "Relu"))
		}
		if g, err := load(m.Bytes()); err != nil || len(g.Nodes) != n {
			t.Errorf("backwards %v: %v", backwards, err)
		}
	}
	m := onnxtest.New(13).Input("0", onnx.Float, 1, 1, "h").Output("x", onnx.Float)
	for i := range 40 {
		a, b, c := string(rune('0'+i)), string(rune('0'+i))+"p", string(rune('0'+i+1))
		m.Node("MaxPool", "", a, b, onnxtest.Ints("kernel_shape", 2+int64(i)%3), onnxtest.Ints("strides", 3))
		m.Node("Concat", "", a+" "+b, c, onnxtest.Int("axis", 2))
	}
	if _, err := load(m.Bytes()); err == nil || !strings.Contains(err.Error(), "expression is too long") {
		t.Errorf("growing extents: got %v", err)
	}
}

func TestConstraints(t *testing.T) {
	m := onnxtest.New(13).Input("x", onnx.Float, "n", 3, "h").Input("b", onnx.Float, "m", 1, 1).Int64s("s", -1, 7)
	m.Node("Add", "add", "x b", "a").Node("MaxPool", "pool", "a", "p", onnxtest.Ints("kernel_shape", 4)).Node("Reshape", "r", "p s", "y").Output("y", onnx.Float)
	m.Node("Concat", "cat", "x b1", "c", onnxtest.Int("axis", 1)).Input("b1", onnx.Float, "m", 1, 5).Output("c", onnx.Float)
	g, err := load(m.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	cons, err := graph.Constraints(g)
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[graph.ConstraintKind]string{graph.Equal: "==", graph.Broadcasts: "~", graph.Positive: ">0", graph.Divides: "%"}
	var got []string
	for _, c := range cons {
		got = append(got, c.Node.Name+": "+c.A.String()+" "+kinds[c.Kind]+" "+c.B.String())
	}
	want := "add: n ~ m; pool: h + -3 >0 0; r: 3*(h + -3)*n % 7; cat: n == m; cat: h == 5"
	if s := strings.Join(got, "; "); s != want {
		t.Errorf("\ngot  %s\nwant %s", s, want)
	}
}

// FuzzImport: any model ends in a valid graph that prints and parses, or in an
// error.
func FuzzImport(f *testing.F) {
	m := one(13, dims("n", 3, nil, 8), "Conv", "x w b", "c", onnxtest.Text("auto_pad", "SAME_UPPER"))
	weights(weights(m, "w", 4, 3, 3, 3), "b", 4).Int64s("s", 0, -1)
	m.Node("Relu", "r", "c", "r").Node("Add", "a", "r c", "a").Node("MaxPool", "p", "a", "p i", onnxtest.Ints("kernel_shape", 2, 2), onnxtest.Int("ceil_mode", 1))
	m.Node("Transpose", "t", "p", "t").Node("Concat", "k", "t t", "k", onnxtest.Int("axis", -1)).Node("Reshape", "rs", "k s", "y").Node("Identity", "id", "y", "o")
	m.Node("ConstantOfShape", "f", "s4", "fill").Int64s("s4", 1, 4).Node("Constant", "v", "", "v", onnxtest.Ints("value_ints", 2, 3)).Output("fill", onnx.Float)
	f.Add(m.Bytes())
	f.Add(m.Encode(true))
	f.Add(one(7, dims(1), "Add", "x b", "a").Node("Relu", "m", "a", "b").Bytes())
	_, files := hostile.Models(f, false)
	for _, b := range files {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		var g *graph.Graph
		hostile.Within(t, func() { g, _ = load(file) })
		if g == nil {
			return
		}
		if err := graph.Check(g); err != nil {
			t.Fatalf("Import made an invalid graph: %v\n%s", err, g)
		}
		if _, err := graph.Constraints(g); err != nil {
			t.Fatal(err)
		}
		roundTrip(t, g)
	})
}
