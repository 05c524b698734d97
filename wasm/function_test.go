package wasm_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dehug/dehug/wasm/internal/onnxtest"
	"github.com/dehug/dehug/wasm/onnx"
)

// function is a FunctionProto of domain "f".
func function(name, inputs, outputs string, opset int64, nodes ...*onnxtest.Message) *onnxtest.Message {
	f := (&onnxtest.Message{}).Text(1, name).Text(10, "f")
	for _, s := range strings.Fields(inputs) {
		f.Text(4, s)
	}
	for _, s := range strings.Fields(outputs) {
		f.Text(5, s)
	}
	for _, n := range nodes {
		f.Sub(7, n)
	}
	return f.Sub(9, (&onnxtest.Message{}).Varint(2, uint64(opset)))
}

// refers makes an attribute refer to one of the function.
func refers(a *onnxtest.Message, to string) *onnxtest.Message { return a.Text(21, to) }

// TestFunctions: functions call functions, with attributes that are given, that
// have defaults and that are left out, with inputs that are omitted, with names
// that the model uses too, in a branch, and with an opset of their own.
func TestFunctions(t *testing.T) {
	leaky := onnxtest.Node("LeakyRelu", "", "x", "y", refers(onnxtest.Float("alpha", 0), "slope"))
	m := onnxtest.New(16).Input("x", onnx.Float, 2).Input("c", onnx.Bool)
	m.Sub(25, function("Leaky", "x", "y", 16, leaky))
	m.Sub(25, function("Half", "x", "y", 16, leaky).Sub(11, onnxtest.Float("slope", 0.5)))
	m.Sub(25, function("Twice", "a b", "y z", 11, // Squeeze has an attribute there
		onnxtest.Node("f::Leaky", "", "a", "t", refers(onnxtest.Float("slope", 0), "s")), onnxtest.Node("f::Half", "", "t", "u"),
		onnxtest.Node("Unsqueeze", "", "u", "v", onnxtest.Ints("axes", 0)), onnxtest.Node("Squeeze", "", "v", "y", onnxtest.Ints("axes", 0)),
		onnxtest.Node("Clip", "", "u - b", "z")))
	m.Floats("top", nil, 1.5).
		Node("f::Twice", "", "x", "y free", onnxtest.Float("s", 0.25)).
		Node("f::Twice", "", "x top", "- z").
		Node("If", "", "c", "w", thenElse(
			part("", "y", onnxtest.Node("f::Half", "", "x", "y")),
			part("", "y", onnxtest.Node("f::Leaky", "", "x", "y")))...).
		Opset("f", 1).Output("y", onnx.Float).Output("free", onnx.Float).Output("z", onnx.Float).Output("w", onnx.Float)
	inst := instance(t, m)
	expect(t, inst, tensors{"x": vector(-8, 2), "c": boolean(true)},
		tensors{"y": vector(-1, 2), "free": vector(-1, 2), "z": vector(-0.04, 1.5), "w": vector(-4, 2)})
	expect(t, inst, tensors{"x": vector(-8, 2), "c": boolean(false)}, tensors{"w": vector(-0.08, 2)})
}

func TestRefuseFunctions(t *testing.T) {
	neg := onnxtest.Node("Neg", "", "x", "y")
	double := []*onnxtest.Message{function("F0", "x", "y", 16, neg)}
	for i := range 14 { // each calls the one before ten times
		var calls []*onnxtest.Message
		for j := range 10 {
			calls = append(calls, onnxtest.Node(fmt.Sprintf("f::F%d", i), "", "x", []string{"y", fmt.Sprintf("y%d", j)}[min(j, 1)]))
		}
		double = append(double, function(fmt.Sprintf("F%d", i+1), "x", "y", 16, calls...))
	}
	for _, c := range []struct {
		name      string
		functions []*onnxtest.Message
		call      *onnxtest.Message
		want      string
	}{
		{"recursion", []*onnxtest.Message{function("F", "x", "y", 16, onnxtest.Node("f::F", "", "x", "y"))}, onnxtest.Node("f::F", "", "x", "y"), "functions call each other more than 16 deep"},
		{"too many nodes", double, onnxtest.Node("f::F14", "", "x", "y"), "functions stand for more than 131072 nodes"},
		{"operands", double, onnxtest.Node("f::F0", "", "x x", "y"), "2 operands and 1 results; the function has 1 and 1"},
		{"a name of the model", []*onnxtest.Message{function("F", "a", "y", 16, neg)}, onnxtest.Node("f::F", "", "x", "y"), `operand 0 "x": nothing defines it`},
		{"no such result", []*onnxtest.Message{function("F", "a", "b", 16)}, onnxtest.Node("f::F", "", "x", "y"), "nothing defines it"},
		{"opset", []*onnxtest.Message{function("F", "x", "y", 99, neg)}, onnxtest.Node("f::F", "", "x", "y"), "the function's opset 99"},
		{"unknown function", nil, onnxtest.Node("f::F", "", "x", "y"), "operator F of f"},
		{"reference outside", nil, onnxtest.Node("LeakyRelu", "", "x", "y", refers(onnxtest.Float("alpha", 0), "s")), "no function encloses it"},
		{"kind", []*onnxtest.Message{function("F", "x", "y", 16, onnxtest.Node("LeakyRelu", "", "x", "y", refers(onnxtest.Float("alpha", 0), "s")))},
			onnxtest.Node("f::F", "", "x", "y", onnxtest.Int("s", 1)), "is of kind int; it must be of kind float"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := onnxtest.New(16).Input("x", onnx.Float, 4).Opset("f", 1).Output("y", onnx.Float)
			m.Graph.Sub(1, c.call)
			for _, f := range c.functions {
				m.Sub(25, f)
			}
			if _, err := compiled(t, m); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}
