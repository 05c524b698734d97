package wasm_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/dehug/dehug/wasm"
	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/internal/onnxtest"
	"github.com/dehug/dehug/wasm/kernel"
	"github.com/dehug/dehug/wasm/onnx"
	"github.com/dehug/dehug/wasm/run"
)

// execute compiles a model for both profiles and runs it.
func execute(t *testing.T, model []byte, in map[string]run.Tensor) map[string]run.Tensor {
	t.Helper()
	ctx := context.Background()
	e := run.NewEngine(ctx, run.Options{})
	defer e.Close(ctx)
	var first map[string]run.Tensor
	for _, p := range []kernel.Profile{kernel.V8, kernel.Wazero} {
		c, err := wasm.Compile(ctx, bytes.NewReader(model), int64(len(model)), wasm.Options{Profile: p})
		if err != nil {
			t.Fatal(err)
		}
		m, err := e.Compile(ctx, c.Module)
		if err != nil {
			t.Fatal(err)
		}
		inst, err := m.Instantiate(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if err := inst.Fill(ctx, run.File(bytes.NewReader(model))); err != nil {
			t.Fatal(err)
		}
		out, err := inst.Run(ctx, in)
		if err != nil {
			t.Fatal(err)
		}
		for name, x := range first {
			if !bytes.Equal(x.Data, out[name].Data) {
				t.Errorf("%s: profiles disagree: %x and %x", name, x.Data, out[name].Data)
			}
		}
		first = out
	}
	return first
}

// TestOperatorsTogether covers what the face detector does not: a filled
// constant that is used as a tensor, weights stored as float_data, channels of
// a graph input that lie NCHW, an intermediate that is also an output.
func TestOperatorsTogether(t *testing.T) {
	m := onnxtest.New(13)
	m.Input("x", onnx.Float, 1, 2, 2, 2)
	m.Floats("w", []int64{3, 2, 1, 1}, 1, 0, 0, 1, 1, 1)
	m.Int64s("shape", 1, 3, 2, 2)
	m.Node("Conv", "conv", "x w", "c")
	m.Node("ConstantOfShape", "fill", "shape", "seven", onnxtest.TensorAttr("value", onnxtest.Tensor("", onnx.Float, 1).Data(9, floats(7))))
	m.Node("Add", "add", "c seven", "y")
	m.Node("Transpose", "t", "y", "z", onnxtest.Ints("perm", 0, 3, 2, 1))
	m.Output("y", onnx.Float)
	m.Output("z", onnx.Float)
	m.Output("c", onnx.Float)
	x := run.Tensor{Type: graph.Float32, Dims: []int64{1, 2, 2, 2}, Data: floats(1, 2, 3, 4, 10, 20, 30, 40)}
	out := execute(t, m.Bytes(), map[string]run.Tensor{"x": x})
	for name, want := range map[string][]byte{
		"c": floats(1, 2, 3, 4, 10, 20, 30, 40, 11, 22, 33, 44),
		"y": floats(8, 9, 10, 11, 17, 27, 37, 47, 18, 29, 40, 51),
		"z": floats(8, 17, 18, 10, 37, 40, 9, 27, 29, 11, 47, 51),
	} {
		if got := out[name].Data; !bytes.Equal(got, want) {
			t.Errorf("%s: got %x, want %x", name, got, want)
		}
	}
}

func TestRefuseModels(t *testing.T) {
	unknown := onnxtest.New(13).Input("x", onnx.Float, 2)
	unknown.Node("Fourier", "f17", "x", "y")
	unknown.Output("y", onnx.Float)
	fed := onnxtest.New(21).Input("x", onnx.DataType(graph.Uint4), 2).Node("Shape", "shape", "x", "y")
	fed.Output("y", onnx.Int64)
	stored := onnxtest.New(21).Node("Constant", "c", "", "y", onnxtest.TensorAttr("value", onnxtest.Tensor("", onnx.DataType(graph.Int4), 2).Data(9, []byte{0x21})))
	stored.Output("y", onnx.DataType(graph.Int4))
	big := onnxtest.New(13).Input("x", onnx.Float, 1<<16, 1<<15)
	big.Node("Relu", "relu", "x", "y")
	big.Output("y", onnx.Float)
	for _, c := range []struct {
		name  string
		model []byte
		is    error
		want  []string
	}{
		{"unsupported operator", unknown.Bytes(), nil, []string{"Fourier", "f17", "13"}},
		{"unsupported input", fed.Bytes(), wasm.ErrUnsupported, []string{`input "x"`, "u4"}},
		{"unsupported output", stored.Bytes(), wasm.ErrUnsupported, []string{`output "y"`, "i4"}},
		{"too large", big.Bytes(), wasm.ErrTooLarge, []string{"8589934592 bytes", "2147483648 allowed"}},
		{"not ONNX", []byte("<!doctype html>"), nil, []string{"onnx:"}},
		{"empty", nil, nil, []string{"onnx:"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := wasm.Compile(context.Background(), bytes.NewReader(c.model), int64(len(c.model)), wasm.Options{})
			if err == nil {
				t.Fatal("compiled")
			}
			if c.is != nil && !errors.Is(err, c.is) {
				t.Errorf("got %v, want %v", err, c.is)
			}
			for _, w := range c.want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("got %q, want %q in it", err, w)
				}
			}
		})
	}
}
