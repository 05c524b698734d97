// Package onnxtest writes ONNX models for tests, without the ONNX library.
//
//	m := onnxtest.New(13)
//	m.Input("x", onnx.Float, 1, 3, "h", nil)
//	m.Raw("w", onnx.Float, []int64{8, 3, 1, 1}, bytes)
//	m.Node("Conv", "conv", "x w", "y", onnxtest.Ints("strides", 2, 2))
//	m.Output("y", onnx.Float)
//	file := m.Bytes()
//
// Message is the layer below, for files that no ONNX library would write.
package onnxtest

import (
	"math"
	"sort"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/dehug/dehug/wasm/onnx"
)

// Message is a protobuf message under construction.
type Message struct{ fields []field }

type field struct {
	num protowire.Number
	val []byte   // tag and value, or
	sub *Message // a message
}

func (m *Message) add(num protowire.Number, val []byte) *Message {
	m.fields = append(m.fields, field{num: num, val: val})
	return m
}

// Varint appends a varint field.
func (m *Message) Varint(num protowire.Number, v uint64) *Message {
	return m.add(num, protowire.AppendVarint(protowire.AppendTag(nil, num, protowire.VarintType), v))
}

// Fixed32 appends a 32-bit field.
func (m *Message) Fixed32(num protowire.Number, v uint32) *Message {
	return m.add(num, protowire.AppendFixed32(protowire.AppendTag(nil, num, protowire.Fixed32Type), v))
}

// Fixed64 appends a 64-bit field.
func (m *Message) Fixed64(num protowire.Number, v uint64) *Message {
	return m.add(num, protowire.AppendFixed64(protowire.AppendTag(nil, num, protowire.Fixed64Type), v))
}

// Data appends a length-delimited field.
func (m *Message) Data(num protowire.Number, v []byte) *Message {
	return m.add(num, protowire.AppendBytes(protowire.AppendTag(nil, num, protowire.BytesType), v))
}

// Text appends a string field.
func (m *Message) Text(num protowire.Number, v string) *Message { return m.Data(num, []byte(v)) }

// Sub appends a message field. sub may still grow.
func (m *Message) Sub(num protowire.Number, sub *Message) *Message {
	m.fields = append(m.fields, field{num: num, sub: sub})
	return m
}

// Encode returns the fields in ascending order of their numbers, as protobuf
// libraries write them, or in descending order; repeated fields keep theirs.
func (m *Message) Encode(descending bool) []byte {
	fields := append([]field(nil), m.fields...)
	sort.SliceStable(fields, func(i, j int) bool {
		if descending {
			i, j = j, i
		}
		return fields[i].num < fields[j].num
	})
	var b []byte
	for _, f := range fields {
		if f.sub != nil {
			b = protowire.AppendTag(b, f.num, protowire.BytesType)
			b = protowire.AppendBytes(b, f.sub.Encode(descending))
			continue
		}
		b = append(b, f.val...)
	}
	return b
}

// Model builds a ModelProto. Message and Graph are open for what has no method.
type Model struct {
	Message
	Graph *Message
}

// New returns an empty model that imports the given opset of ai.onnx.
func New(opset int64) *Model {
	m := &Model{Graph: &Message{}}
	m.Varint(1, 8) // ir_version
	m.Sub(7, m.Graph)
	m.Graph.Text(2, "g")
	return m.Opset("", opset)
}

// Opset imports an operator set.
func (m *Model) Opset(domain string, version int64) *Model {
	o := (&Message{}).Varint(2, uint64(version))
	if domain != "" {
		o.Text(1, domain)
	}
	m.Sub(8, o)
	return m
}

// Input declares an input. An extent is an int, a string (a parameter) or nil.
func (m *Model) Input(name string, t onnx.DataType, dims ...any) *Model {
	m.Graph.Sub(11, ValueInfo(name, t, append([]any{}, dims...)...))
	return m
}

// Output declares an output, with a shape if there are extents.
func (m *Model) Output(name string, t onnx.DataType, dims ...any) *Model {
	m.Graph.Sub(12, ValueInfo(name, t, dims...))
	return m
}

// ValueInfo returns a ValueInfoProto, without a shape if dims is nil.
func ValueInfo(name string, t onnx.DataType, dims ...any) *Message {
	tensor := (&Message{}).Varint(1, uint64(t))
	shape := &Message{}
	for _, d := range dims {
		dim := &Message{}
		switch d := d.(type) {
		case int:
			dim.Varint(1, uint64(d))
		case string:
			dim.Text(2, d)
		}
		shape.Sub(1, dim)
	}
	if dims != nil {
		tensor.Sub(2, shape)
	}
	return (&Message{}).Text(1, name).Sub(2, (&Message{}).Sub(1, tensor))
}

// Tensor starts a TensorProto of the given name, type and dims.
func Tensor(name string, t onnx.DataType, dims ...int64) *Message {
	m := &Message{}
	for _, d := range dims {
		m.Varint(1, uint64(d))
	}
	return m.Varint(2, uint64(t)).Text(8, name)
}

// Int64Tensor is a tensor of rank 1 in int64_data.
func Int64Tensor(name string, v ...int64) *Message {
	return Tensor(name, onnx.Int64, int64(len(v))).Data(7, varints(v))
}

// Initializer adds a tensor.
func (m *Model) Initializer(t *Message) *Model {
	m.Graph.Sub(5, t)
	return m
}

// Raw adds an initializer in raw_data.
func (m *Model) Raw(name string, t onnx.DataType, dims []int64, raw []byte) *Model {
	return m.Initializer(Tensor(name, t, dims...).Data(9, raw))
}

// Floats adds an initializer in float_data.
func (m *Model) Floats(name string, dims []int64, v ...float32) *Model {
	var b []byte
	for _, f := range v {
		b = protowire.AppendFixed32(b, math.Float32bits(f))
	}
	return m.Initializer(Tensor(name, onnx.Float, dims...).Data(4, b))
}

// Int64s adds an initializer of rank 1 in int64_data.
func (m *Model) Int64s(name string, v ...int64) *Model { return m.Initializer(Int64Tensor(name, v...)) }

// Node adds a node. Operands and results are lists separated by spaces, in
// which "-" stands for an omitted one; op may be "domain::Op".
func (m *Model) Node(op, name, in, out string, attrs ...*Message) *Model {
	m.Graph.Sub(1, Node(op, name, in, out, attrs...))
	return m
}

// Node returns a NodeProto; see Model.Node.
func Node(op, name, in, out string, attrs ...*Message) *Message {
	n := &Message{}
	for _, s := range strings.Fields(in) {
		n.Text(1, strings.TrimPrefix(s, "-"))
	}
	for _, s := range strings.Fields(out) {
		n.Text(2, strings.TrimPrefix(s, "-"))
	}
	if domain, rest, ok := strings.Cut(op, "::"); ok {
		n.Text(7, domain)
		op = rest
	}
	n.Text(3, name).Text(4, op)
	for _, a := range attrs {
		n.Sub(5, a)
	}
	return n
}

// Bytes encodes the model as protobuf libraries do.
func (m *Model) Bytes() []byte { return m.Encode(false) }

func attr(name string, kind onnx.AttrKind) *Message {
	return (&Message{}).Text(1, name).Varint(20, uint64(kind))
}

// Int is an integer attribute.
func Int(name string, v int64) *Message { return attr(name, onnx.AttrInt).Varint(3, uint64(v)) }

// Ints is an integer-list attribute.
func Ints(name string, v ...int64) *Message {
	a := attr(name, onnx.AttrInts)
	for _, k := range v { // ONNX's libraries write this list unpacked
		a.Varint(8, uint64(k))
	}
	return a
}

// Float is a float attribute.
func Float(name string, v float32) *Message {
	return attr(name, onnx.AttrFloat).Fixed32(2, math.Float32bits(v))
}

// Floats is a float-list attribute.
func Floats(name string, v ...float32) *Message {
	a := attr(name, onnx.AttrFloats)
	for _, f := range v {
		a.Fixed32(7, math.Float32bits(f))
	}
	return a
}

// Text is a string attribute.
func Text(name, v string) *Message { return attr(name, onnx.AttrString).Text(4, v) }

// TensorAttr is a tensor attribute.
func TensorAttr(name string, t *Message) *Message { return attr(name, onnx.AttrTensor).Sub(5, t) }

// GraphAttr is a graph attribute.
func GraphAttr(name string, g *Message) *Message { return attr(name, onnx.AttrGraph).Sub(6, g) }

func varints(v []int64) []byte {
	var b []byte
	for _, k := range v {
		b = protowire.AppendVarint(b, uint64(k))
	}
	return b
}
