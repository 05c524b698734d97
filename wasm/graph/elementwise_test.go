package graph_test

import (
	"strings"
	"testing"

	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/internal/onnxtest"
	"github.com/dehug/dehug/wasm/onnx"
)

// TestElementwise: the lines of the graph that a node becomes.
func TestElementwise(t *testing.T) {
	integer, float, text := onnxtest.Int, onnxtest.Float, onnxtest.Text
	scalar := func(m *onnxtest.Model, bits ...byte) *onnxtest.Model { return m.Raw("k", onnx.Float, nil, bits) }
	pow := func(bits ...byte) *onnxtest.Model { return scalar(one(13, dims(2, 3), "Pow", "x k", "y"), bits...) }
	for _, c := range []struct {
		name string
		m    *onnxtest.Model
		want []string
	}{
		{"defaults", one(6, dims(2), "HardSigmoid", "x", "y", float("beta", 2)), []string{`HardSigmoid(x) {alpha=0x3e4ccccd, beta=0x40000000}`}},
		{"open extents broadcast", one(7, dims("n", 1, 3), "Mul", "x b", "y").Input("b", onnx.Float, 4, "m"), []string{`y f32[n,4,3] = Mul(x, b)`}},
		{"Sum of three", one(8, dims(2), "Sum", "x x x", "y"), []string{`= Add(x, x)`, `= Add(Add.1, x)`}},
		{"Sum of one", one(8, dims(2), "Sum", "x", "y"), []string{`y f32[2] = Identity(x)`}},
		{"Mean", one(13, dims(2), "Mean", "x x", "y"), []string{`= 0x00000040`, `= Add(x, x)`, `= Div(Add.1, `}},
		{"Max", one(13, dims(2), "Max", "x x x", "y"), []string{`= Max(x, x)`, `= Max(Max.1, x)`}},
		{"Clip of opset 6", one(6, dims(2), "Clip", "x", "y", float("max", 6)), []string{`= 0x0000c040`, `= Clip(x, _, const.1)`}},
		{"Clip without bounds", one(11, dims(2), "Clip", "x", "y"), []string{`y f32[2] = Identity(x)`}},
		{"Cast", onnxtest.New(9).Input("x", onnx.Float, 2).Node("Cast", "n", "x", "y", integer("to", 10)).Output("y", onnx.Float16), []string{`y f16[2] = Cast(x) {type="f16"}`}},
		{"Cast to the same", one(9, dims(2), "Cast", "x", "y", integer("to", 1)), []string{`y f32[2] = Identity(x)`}},
		{"CastLike", onnxtest.New(15).Input("x", onnx.Float, 2).Input("b", onnx.Int64, 1).Node("CastLike", "n", "x b", "y").Output("y", onnx.Int64), []string{`i64[2] = Cast(x) {type="i64"}`}},
		{"Dropout", one(13, dims(2), "Dropout", "x", "y z"), []string{`bool[2] = Cast(x) {type="bool"}`, `= Or(`, `y f32[2] = Identity(x)`}},
		{"square", pow(0, 0, 0, 0x40), []string{`= Mul(x, x)`}},
		{"cube", pow(0, 0, 0x40, 0x40), []string{`= Mul(x, x)`, `= Mul(Mul.1, x)`}},
		{"root", pow(0, 0, 0, 0x3f), []string{`= Sqrt(x)`}},
		{"other power", pow(0, 0, 0x20, 0x40), []string{`= Pow(x, k)`}},
		{"Gelu", one(20, dims(2), "Gelu", "x", "y", text("approximate", "tanh")), []string{`Gelu(x) {approximate="tanh"}`}},
		{"Not of opset 1", onnxtest.New(1).Input("x", onnx.Bool, 2).Node("Not", "n", "x", "y").Output("y", onnx.Bool), []string{`y bool[2] = Not(x)`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			g, err := load(c.m.Bytes())
			if err != nil {
				t.Fatal(err)
			}
			if err := graph.Check(g); err != nil {
				t.Error(err)
			}
			rest := g.String()
			for _, want := range c.want { // in this order
				_, after, found := strings.Cut(rest, want)
				if !found {
					t.Fatalf("no %q in\n%s", want, g)
				}
				rest = after
			}
			roundTrip(t, g)
		})
	}
}

func TestRefuseElementwise(t *testing.T) {
	integer, text := onnxtest.Int, onnxtest.Text
	ints := func(op, in string, attrs ...*onnxtest.Message) *onnxtest.Model {
		return onnxtest.New(18).Input("x", onnx.Int32, 2).Node(op, "n", in, "y", attrs...).Output("y", onnx.Int32)
	}
	for _, c := range []struct {
		name string
		m    *onnxtest.Model
		want string
	}{
		{"broadcast", one(7, dims(2), "Mul", "x b", "y").Input("b", onnx.Float, 3), "node 0 \"n\" (Mul)"},
		{"mixed types", one(7, dims(2), "Mul", "x b", "y").Input("b", onnx.Double, 2), `operand 1 "b" is f64; operands before it are f32`},
		{"type of a later version", ints("Sign", "x").Input("z", onnx.Bool, 2).Node("Erf", "m", "z", "w"), `operand 0 "z" is bool`},
		{"Cast to float8", one(19, dims(2), "Cast", "x", "y", integer("to", 17)), "to: elements of type"},
		{"Cast to string", one(19, dims(2), "Cast", "x", "y", integer("to", 8)), "to: elements of type"},
		{"Cast to nothing", one(19, dims(2), "Cast", "x", "y"), `attribute "to" is missing`},
		{"BitCast to another size", one(26, dims(2), "BitCast", "x", "y", integer("to", 11)), "elements of different sizes"},
		{"BitShift direction", onnxtest.New(11).Input("x", onnx.Uint8, 2).Node("BitShift", "n", "x x", "y", text("direction", "UP")).Output("y", onnx.Uint8), `direction is "UP"`},
		{"Clip bound", weights(one(12, dims(2), "Clip", "x w", "y"), "w", 2), "a bound is a scalar"},
		{"Dropout in training", weights(one(13, dims(2), "Dropout", "x r t", "y"), "r").Raw("t", onnx.Bool, nil, []byte{1}), "training_mode is on"},
		{"Gelu approximate", one(20, dims(2), "Gelu", "x", "y", text("approximate", "sigmoid")), `approximate is "sigmoid"`},
		{"Mod of floats", one(13, dims(2), "Mod", "x x", "y"), "fmod is 0; it must be 0 or 1, and 1 for f32"},
		{"Mod fmod", ints("Mod", "x x", integer("fmod", 2)), "fmod is 2"},
		{"PRelu slope", weights(one(9, dims(2), "PRelu", "x w", "y"), "w", 3, 2), "has a higher rank than x"},
		{"PRelu slope extents", weights(one(9, dims(1, 2), "PRelu", "x w", "y"), "w", 3, 2), "does not broadcast to x"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := load(c.m.Bytes())
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}
