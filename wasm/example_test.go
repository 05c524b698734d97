package wasm_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math"

	"github.com/dehug/dehug/wasm"
	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/internal/onnxtest"
	"github.com/dehug/dehug/wasm/kernel"
	"github.com/dehug/dehug/wasm/onnx"
	"github.com/dehug/dehug/wasm/run"
)

// exampleModel is y = Relu(x + bias) for any number of rows.
func exampleModel() []byte {
	m := onnxtest.New(13)
	m.Input("x", onnx.Float, "rows", 3)
	m.Raw("bias", onnx.Float, []int64{3}, floats(1, -2, 0.5))
	m.Node("Add", "add", "x bias", "sum")
	m.Node("Relu", "relu", "sum", "y")
	m.Output("y", onnx.Float)
	return m.Bytes()
}

func floats(v ...float32) []byte {
	var b []byte
	for _, f := range v {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(f))
	}
	return b
}

// Compile a model, run it twice with different shapes.
func Example() {
	ctx := context.Background()
	model := bytes.NewReader(exampleModel()) // usually an *os.File

	compiled, err := wasm.Compile(ctx, model, model.Size(), wasm.Options{Profile: kernel.Wazero})
	if err != nil {
		fmt.Println(err)
		return
	}

	engine := run.NewEngine(ctx, run.Options{})
	defer engine.Close(ctx)
	m, err := engine.Compile(ctx, compiled.Module)
	if err != nil {
		fmt.Println(err)
		return
	}
	inst, err := m.Instantiate(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := inst.Fill(ctx, run.File(model)); err != nil {
		fmt.Println(err)
		return
	}
	for _, rows := range []int64{1, 2} {
		x := run.Tensor{Type: graph.Float32, Dims: []int64{rows, 3}, Data: floats(make([]float32, 3*rows)...)}
		out, err := inst.Run(ctx, map[string]run.Tensor{"x": x})
		if err != nil {
			fmt.Println(err)
			return
		}
		y := out["y"]
		fmt.Print(y.Dims)
		for i := 0; i < len(y.Data); i += 4 {
			fmt.Print(" ", math.Float32frombits(binary.LittleEndian.Uint32(y.Data[i:])))
		}
		fmt.Println()
	}
	// Output:
	// [1 3] 1 0 0.5
	// [2 3] 1 0 0.5 1 0 0.5
}

// Ask what keeps a model from running, before anything is compiled.
func Example_unsupported() {
	m := onnxtest.New(17)
	m.Input("x", onnx.Float, 1, 8)
	m.Node("Fourier", "spectrum", "x", "f")
	m.Node("Relu", "relu", "f", "y")
	m.Output("y", onnx.Float)
	file := bytes.NewReader(m.Bytes())

	model, err := onnx.Skim(context.Background(), file, file.Size(), onnx.Limits{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, missing := range graph.Unsupported(model) {
		fmt.Printf("node %d %q: %s of opset %d\n", missing.Index, missing.Node, missing.Op, missing.Opset)
	}
	// Output:
	// node 0 "spectrum": Fourier of opset 17
}

// The memory and the work of a run are known before it: a server can refuse.
func Example_cost() {
	ctx := context.Background()
	model := bytes.NewReader(exampleModel())
	compiled, err := wasm.Compile(ctx, model, model.Size(), wasm.Options{Profile: kernel.Wazero, MaxMemory: 64 << 20})
	if err != nil {
		fmt.Println(err) // wasm.ErrTooLarge, if it cannot do with 64 MiB
		return
	}
	engine := run.NewEngine(ctx, run.Options{})
	defer engine.Close(ctx)
	m, err := engine.Compile(ctx, compiled.Module)
	if err != nil {
		fmt.Println(err)
		return
	}
	inst, err := m.Instantiate(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	rows := int64(1000)
	cost, err := inst.Bind(ctx, []int64{rows}) // in the order of m.Info.Symbols
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.Info.Symbols, cost.Bytes < 1<<20, cost.MACs)
	// Output:
	// [rows] true 0
}
