package graph_test

import (
	"strings"
	"testing"

	"github.com/dehug/dehug/wasm/internal/onnxtest"
	"github.com/dehug/dehug/wasm/onnx"
)

// TestImportReductions: what differences between versions become.
func TestImportReductions(t *testing.T) {
	integer, ints := onnxtest.Int, onnxtest.Ints
	x := dims("n", 6, 4)
	for _, c := range []struct {
		name string
		m    *onnxtest.Model
		want string
	}{
		{"axes attribute", one(11, x, "ReduceSum", "x", "y", ints("axes", -1)), "y f32[n,6,1] = ReduceSum(x) {axes=[2], keepdims=1} as n"},
		{"axes operand", one(13, x, "ReduceSum", "x a", "y", integer("keepdims", 0)).Int64s("a", 1, 0), "y f32[4] = ReduceSum(x) {axes=[0,1], keepdims=0} as n"},
		{"all axes", one(18, x, "ReduceMax", "x", "y"), "y f32[1,1,1] = ReduceMax(x) {axes=[0,1,2], keepdims=1} as n"},
		{"no axes", one(18, x, "ReduceL1", "x", "y", integer("noop_with_empty_axes", 1)), "y f32[n,6,4] = ReduceL1(x) {axes=[], keepdims=1} as n"},
		{"Softmax of opset 11", one(11, x, "Softmax", "x", "y"), `y f32[n,6,4] = Softmax(x) {axis=1, kind="Softmax", last=2} as n`},
		{"Softmax of opset 13", one(13, x, "LogSoftmax", "x", "y"), `y f32[n,6,4] = Softmax(x) {axis=2, kind="LogSoftmax", last=2} as n`},
		{"GroupNormalization", one(21, x, "GroupNormalization", "x s s", "y", integer("num_groups", 2)).Floats("s", []int64{6}, 1, 1, 1, 1, 1, 1),
			"y f32[n,6,4] = Normalize(x, s, s) {axis=1, epsilon=0x3727c5ac, groups=2} as n"},
		{"global pool", one(9, x, "GlobalAveragePool", "x", "y"), "f32[n,6,1] = ReduceMean(x) {axes=[2], keepdims=1}"},
		{"TopK", one(11, x, "TopK", "x k", "y z", integer("largest", 0)).Int64s("k", 3), "y f32[n,6,3], z i64[n,6,3] = TopK(x) {axis=2, k=3, least=1} as n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g, err := load(c.m.Bytes())
			if err != nil {
				t.Fatal(err)
			}
			if got := g.String(); !strings.Contains(got, c.want) {
				t.Errorf("got\n%s\nwant a line with\n%s", got, c.want)
			}
		})
	}
}

func TestRefuseReductions(t *testing.T) {
	integer, ints := onnxtest.Int, onnxtest.Ints
	x := dims(2, 6, 4)
	for _, c := range []struct {
		name string
		m    *onnxtest.Model
		want string
	}{
		{"axis", one(11, x, "ReduceSum", "x", "y", ints("axes", 3)), "axis 3 is out of range for rank 3"},
		{"axis twice", one(11, x, "ReduceSum", "x", "y", ints("axes", 1, -2)), "name an axis twice"},
		{"axes at run time", one(13, x, "ReduceSum", "x a", "y").Input("a", onnx.Int64, 1), `input "a" decides a shape`},
		{"Softmax axis", one(13, x, "Softmax", "x", "y", integer("axis", -4)), "axis -4 is out of range"},
		{"TopK k", one(11, x, "TopK", "x k", "y z").Int64s("k", 5), "k is 5; axis 2 has 4 elements"},
		{"TopK negative k", one(11, x, "TopK", "x k", "y z").Int64s("k", -1), "k is -1"},
		{"ArgMax of nothing", one(13, dims(2, 0), "ArgMax", "x", "y", integer("axis", 1)), "axis 1 of [2,0] has no elements"},
		{"groups", one(21, x, "GroupNormalization", "x s s", "y", integer("num_groups", 4)).Floats("s", []int64{6}, 1, 1, 1, 1, 1, 1), "cannot be split in 4 groups"},
		{"training", one(9, x, "BatchNormalization", "x s s s s", "y z").Floats("s", []int64{6}, 1, 1, 1, 1, 1, 1), "training is not supported"},
		{"statistics", one(9, x, "BatchNormalization", "x s s s s", "y").Floats("s", []int64{2}, 1, 1), "has shape [2]; it must be [6]"},
		{"LRN size", one(13, x, "LRN", "x", "y", integer("size", 0)), "size 0"},
		{"norm", one(13, x, "LpPool", "x", "y", ints("kernel_shape", 2), integer("p", 1<<40)), "p is 1099511627776"},
		{"AveragePool pads", one(13, x, "AveragePool", "x", "y", ints("kernel_shape", 2), ints("pads", 2, 0)), "would lie in the padding alone"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := load(c.m.Bytes())
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}
