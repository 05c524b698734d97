package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/onnx"
	"github.com/dehug/dehug/wasm/run"
)

// The suite's own tolerances (onnx.backend.test.runner).
const (
	suiteRelative = 1e-3
	suiteAbsolute = 1e-7
)

// readTensor reads a TensorProto file: wrapped as the initializer of an empty
// model, the model decoder reads it.
func readTensor(ctx context.Context, pb []byte) (run.Tensor, error) {
	field := func(b []byte, num protowire.Number, content []byte) []byte {
		return protowire.AppendBytes(protowire.AppendTag(b, num, protowire.BytesType), content)
	}
	opset := protowire.AppendVarint(protowire.AppendTag(nil, 2, protowire.VarintType), 13)
	model := protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), 8)
	model = field(field(model, 7, field(nil, 5, pb)), 8, opset)
	m, err := onnx.Skim(ctx, bytes.NewReader(model), int64(len(model)), onnx.Limits{})
	if err != nil {
		return run.Tensor{}, err
	}
	t := m.Graph.Initializers[0]
	out := run.Tensor{Type: graph.Type(t.Type), Dims: t.Dims, Data: t.Data}
	if out.Data == nil {
		if t.Ref == nil {
			return out, fmt.Errorf("tensor of %s has no bytes", t.Type)
		}
		out.Data = model[t.Ref.Off : t.Ref.Off+t.Ref.Len]
	}
	return out, nil
}

// closeEnough compares by the suite's rule, with an absolute tolerance. NaN equals NaN.
func closeEnough(got, want run.Tensor, absolute float64) error {
	if got.Type != want.Type || fmt.Sprint(got.Dims) != fmt.Sprint(want.Dims) {
		return fmt.Errorf("is %s%v, want %s%v", got.Type, got.Dims, want.Type, want.Dims)
	}
	if !isFloat(want.Type) {
		if !bytes.Equal(got.Data, want.Data) {
			return fmt.Errorf("%s%v differs: got %s, want %s", want.Type, want.Dims, excerpt(got.Data), excerpt(want.Data))
		}
		return nil
	}
	if len(got.Data) != len(want.Data) {
		return fmt.Errorf("has %d bytes, want %d", len(got.Data), len(want.Data))
	}
	for i := 0; i < len(want.Data)/int(want.Type.Size()); i++ {
		g, w := floatAt(got, i), floatAt(want, i)
		if g == w || g != g && w != w {
			continue
		}
		if d := math.Abs(g - w); !(d <= absolute+suiteRelative*math.Abs(w)) {
			return fmt.Errorf("%s%v element %d: got %v, want %v", want.Type, want.Dims, i, g, w)
		}
	}
	return nil
}

// floatAt is element i of a tensor of floats.
func floatAt(t run.Tensor, i int) float64 {
	switch b := t.Data; t.Type {
	case graph.Float32:
		return float64(math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:])))
	case graph.Float64:
		return math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:]))
	case graph.Float16:
		return halfToFloat(binary.LittleEndian.Uint16(b[2*i:]))
	default: // bfloat16
		return float64(math.Float32frombits(uint32(binary.LittleEndian.Uint16(b[2*i:])) << 16))
	}
}

func excerpt(b []byte) string {
	if len(b) > 32 {
		return fmt.Sprintf("%x…", b[:32])
	}
	return fmt.Sprintf("%x", b)
}

// halfToFloat widens IEEE 754 binary16, exactly.
func halfToFloat(h uint16) float64 {
	sign, exp, frac := 1.0, int(h>>10&31), float64(h&1023)
	if h>>15 == 1 {
		sign = -1
	}
	switch exp {
	case 0:
		return sign * math.Ldexp(frac, -24)
	case 31:
		if frac != 0 {
			return math.NaN()
		}
		return sign * math.Inf(1)
	}
	return sign * math.Ldexp(1024+frac, exp-25)
}
