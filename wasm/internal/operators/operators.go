// Package operators reads the cases of wasm/testdata/operators: a model of one
// node each, with tensors for its operands and another implementation's
// results. make.py beside them says how a line is written.
package operators

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/internal/onnxtest"
	"github.com/dehug/dehug/wasm/onnx"
	"github.com/dehug/dehug/wasm/run"
)

// Case is a model of one node.
type Case struct {
	Name    string // OPERATOR-OPSET-TYPE
	By      string // who computed the results
	Model   []byte
	Inputs  map[string]run.Tensor
	Results map[string]run.Tensor
}

// Read reads cases.tsv. untested holds why operators have no case, by
// OPERATOR-OPSET-TYPE.
func Read(text string) (cases []Case, untested map[string]string, err error) {
	untested = map[string]string{}
	for n, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		cells := strings.Split(line, "\t")
		if name, ok := strings.CutPrefix(cells[0], "!"); ok && len(cells) == 2 {
			untested[name] = cells[1]
			continue
		}
		c, err := parse(cells)
		if err != nil {
			return nil, nil, fmt.Errorf("line %d: %w", n+1, err)
		}
		cases = append(cases, c)
	}
	return cases, untested, nil
}

// besideMicrosoft is the opset of ai.onnx in a model of an operator of com.microsoft.
const besideMicrosoft = 17

func parse(cells []string) (Case, error) {
	if len(cells) < 4 {
		return Case{}, fmt.Errorf("%d cells", len(cells))
	}
	c := Case{Name: cells[0], By: cells[1], Inputs: map[string]run.Tensor{}, Results: map[string]run.Tensor{}}
	name := strings.Split(c.Name, "-")
	opset, err := strconv.ParseInt(name[len(name)-2], 10, 64)
	if err != nil {
		return c, err
	}
	var model *onnxtest.Model
	if strings.HasPrefix(c.Name, "com.microsoft.") {
		model = onnxtest.New(besideMicrosoft).Opset("com.microsoft", opset)
	} else {
		model = onnxtest.New(opset)
	}
	for _, cell := range cells[3:] {
		i := strings.IndexAny(cell, ":!")
		if i < 0 {
			return c, fmt.Errorf("tensor %q", cell)
		}
		name := cell[:i]
		t, err := tensor(cell[i+1:])
		if err != nil {
			return c, fmt.Errorf("tensor %q: %w", cell, err)
		}
		switch {
		case strings.Contains("yzuv", name): // what results are called
			c.Results[name] = t
			model.Output(name, onnx.DataType(t.Type))
		case cell[i] == '!':
			model.Raw(name, onnx.DataType(t.Type), t.Dims, t.Data)
		default:
			c.Inputs[name] = t
			dims := make([]any, len(t.Dims))
			for k, d := range t.Dims {
				dims[k] = int(d)
			}
			model.Input(name, onnx.DataType(t.Type), dims...)
		}
	}
	for _, text := range strings.Split(cells[2], " ; ") {
		if err := node(model, text, c.Inputs); err != nil {
			return c, fmt.Errorf("node %q: %w", text, err)
		}
	}
	if t, ok := typeNamed(name[len(name)-1]); ok && t.Size() == 0 { // of four bits, and no output
		model.Graph.Sub(13, onnxtest.ValueInfo("q", onnx.DataType(t)))
	}
	c.Model = model.Bytes()
	return c, nil
}

// node adds OP OPERANDS > RESULTS ATTRIBUTES to a model.
func node(model *onnxtest.Model, text string, inputs map[string]run.Tensor) error {
	head, tail, ok := strings.Cut(text, " > ")
	op, operands, _ := strings.Cut(head, " ")
	if !ok {
		return errors.New("it is not OP OPERANDS > RESULTS")
	}
	var results []string
	var attrs []*onnxtest.Message
	for _, w := range strings.Fields(tail) {
		if !strings.Contains(w, ":") {
			results = append(results, w)
			continue
		}
		a, err := attribute(w, inputs)
		if err != nil {
			return fmt.Errorf("attribute %q: %w", w, err)
		}
		attrs = append(attrs, a)
	}
	model.Node(op, "", operands, strings.Join(results, " "), attrs...)
	return nil
}

func attribute(text string, inputs map[string]run.Tensor) (*onnxtest.Message, error) {
	name, rest, _ := strings.Cut(text, ":")
	kind, value, _ := strings.Cut(rest, "=")
	switch kind {
	case "s":
		return onnxtest.Text(name, value), nil
	case "i", "l":
		var list []int64
		for _, s := range strings.Split(value, ",") {
			v, err := strconv.ParseInt(s, 10, 64)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		if kind == "i" {
			return onnxtest.Int(name, list[0]), nil
		}
		return onnxtest.Ints(name, list...), nil
	case "f", "fs":
		var list []float32
		for _, s := range strings.Split(value, ",") {
			v, err := strconv.ParseFloat(s, 32)
			if err != nil {
				return nil, err
			}
			list = append(list, float32(v))
		}
		if kind == "f" {
			return onnxtest.Float(name, list[0]), nil
		}
		return onnxtest.Floats(name, list...), nil
	case "t":
		shape, elements, _ := strings.Cut(value, "=")
		t, err := tensor(shape + "=" + strings.ReplaceAll(elements, ",", " "))
		if err != nil {
			return nil, err
		}
		return onnxtest.TensorAttr(name, onnxtest.Tensor(name, onnx.DataType(t.Type), t.Dims...).Data(9, t.Data)), nil
	case "g":
		op, operand, _ := strings.Cut(value, ",")
		g := (&onnxtest.Message{}).Text(2, name).Sub(1, onnxtest.Node(op, "", operand, "r"))
		g.Sub(12, onnxtest.ValueInfo("r", onnx.DataType(inputs[operand].Type)))
		return onnxtest.GraphAttr(name, g), nil
	}
	return nil, fmt.Errorf("kind %q", kind)
}

func typeNamed(name string) (graph.Type, bool) {
	for t := range graph.Type(32) {
		if t != graph.Undefined && t.String() == name {
			return t, true
		}
	}
	return graph.Undefined, false
}

// tensor reads TYPE[DIMS]=ELEMENTS.
func tensor(text string) (run.Tensor, error) {
	head, elements, ok := strings.Cut(text, "=")
	name, dims, ok2 := strings.Cut(strings.TrimSuffix(head, "]"), "[")
	if !ok || !ok2 {
		return run.Tensor{}, fmt.Errorf("it is not TYPE[DIMS]=ELEMENTS")
	}
	var t run.Tensor
	if t.Type, ok = typeNamed(name); !ok {
		return t, fmt.Errorf("type %q", name)
	}
	for _, d := range strings.FieldsFunc(dims, func(r rune) bool { return r == ',' }) {
		v, err := strconv.ParseInt(d, 10, 64)
		if err != nil {
			return t, err
		}
		t.Dims = append(t.Dims, v)
	}
	for i, s := range strings.Fields(elements) {
		if err := add(&t, i, s); err != nil {
			return t, err
		}
	}
	return t, nil
}

// add appends element i.
func add(t *run.Tensor, i int, s string) error {
	switch t.Type {
	case graph.Float32, graph.Float64, graph.Float16, graph.BFloat16:
		v, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return err
		}
		switch t.Type {
		case graph.Float64:
			t.Data = binary.LittleEndian.AppendUint64(t.Data, math.Float64bits(v))
		case graph.Float32:
			t.Data = binary.LittleEndian.AppendUint32(t.Data, math.Float32bits(float32(v)))
		case graph.BFloat16: // every one is a float32 whose low half is zero
			t.Data = binary.LittleEndian.AppendUint16(t.Data, uint16((math.Float32bits(float32(v))+0x8000)>>16))
		default:
			t.Data = binary.LittleEndian.AppendUint16(t.Data, half(v))
		}
		return nil
	}
	v, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		var u uint64
		u, err = strconv.ParseUint(s, 10, 64)
		v = int64(u)
	}
	switch {
	case t.Type == graph.Int4 || t.Type == graph.Uint4: // two in a byte, the first below
		if i%2 == 0 {
			t.Data = append(t.Data, byte(v&15))
		} else {
			t.Data[i/2] |= byte(v << 4)
		}
	default:
		t.Data = append(t.Data, binary.LittleEndian.AppendUint64(nil, uint64(v))[:t.Type.Size()]...)
	}
	return err
}

// half is the float16 that is v, or nearest to its decimal.
func half(v float64) uint16 {
	var sign uint16
	if math.Signbit(v) {
		sign, v = 0x8000, -v
	}
	switch {
	case v != v:
		return 0x7e00
	case v >= 65520:
		return sign | 0x7c00
	case v < 0x1p-14:
		return sign | uint16(math.RoundToEven(v*0x1p24))
	}
	frac, exp := math.Frexp(v)                                                 // v = frac·2^exp, frac in [1/2, 1)
	return sign | (uint16((exp+13)<<10) + uint16(math.RoundToEven(frac*2048))) // the fraction's leading bit adds one to the exponent
}
