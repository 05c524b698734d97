// Package onnx reads the structure of an ONNX model without reading its
// weights.
//
//	m, err := onnx.Skim(ctx, file, size, onnx.Limits{})
//
// Skim walks the protobuf encoding through ReadAt in small windows and steps
// over every tensor payload above 4 KiB at any depth, so a model of many
// gigabytes costs a few windows around its headers. What it leaves in place is
// described by a TensorRef: which bytes of which file hold the little-endian
// elements. Fields may come in any order.
//
// The package knows the container, not the operators: it does not check that
// names resolve, that a node has the right attributes or that shapes agree.
// Package graph does. It does no floating-point arithmetic: floats stay bit
// patterns.
package onnx

import "strconv"

// Model is a decoded ModelProto.
type Model struct {
	IRVersion       int64
	Producer        string
	ProducerVersion string
	Opsets          []Opset
	Graph           *Graph
	Functions       []Function
	Reads           []Range // what Skim read of the file: sorted, merged
}

// Opset is one imported operator set. Domain "" is ai.onnx.
type Opset struct {
	Domain  string
	Version int64
}

// Function is a decoded FunctionProto: an operator that the model defines.
type Function struct {
	Domain   string
	Name     string
	Overload string
	Inputs   []string
	Outputs  []string
	Nodes    []Node
	Opsets   []Opset
	Defaults []Attr // attributes that have one
}

// Range is a range of bytes of the model file.
type Range struct{ Off, Len int64 }

// Graph is a decoded GraphProto.
type Graph struct {
	Name               string
	Nodes              []Node
	Initializers       []Tensor
	SparseInitializers int // how many there are; they are not decoded
	Inputs             []ValueInfo
	Outputs            []ValueInfo
	Values             []ValueInfo // declared types of intermediate values
}

// Node is a decoded NodeProto.
type Node struct {
	Name   string
	Op     string
	Domain string // "" is ai.onnx

	Overload string // of a function of the model
	Inputs   []string
	Outputs  []string
	Attrs    []Attr
}

// Attr is a decoded AttributeProto; Kind says which field holds the value.
type Attr struct {
	Name    string
	Kind    AttrKind
	Ref     string // the attribute of the enclosing function that it stands for
	F       uint32 // float32 bit pattern
	I       int64
	S       string
	T       *Tensor
	G       *Graph
	Floats  []uint32 // float32 bit patterns
	Ints    []int64
	Strings []string
	Tensors []Tensor
	Graphs  []*Graph
}

// AttrKind is AttributeProto.AttributeType.
type AttrKind int32

// Kinds of attributes.
const (
	AttrFloat         AttrKind = 1
	AttrInt           AttrKind = 2
	AttrString        AttrKind = 3
	AttrTensor        AttrKind = 4
	AttrGraph         AttrKind = 5
	AttrFloats        AttrKind = 6
	AttrInts          AttrKind = 7
	AttrStrings       AttrKind = 8
	AttrTensors       AttrKind = 9
	AttrGraphs        AttrKind = 10
	AttrSparseTensor  AttrKind = 11
	AttrSparseTensors AttrKind = 12
	AttrTypeProto     AttrKind = 13
	AttrTypeProtos    AttrKind = 14
)

var attrKindNames = [...]string{"undefined", "float", "int", "string", "tensor", "graph", "floats", "ints", "strings",
	"tensors", "graphs", "sparse tensor", "sparse tensors", "type", "types"}

func (k AttrKind) String() string {
	if k >= 0 && int(k) < len(attrKindNames) {
		return attrKindNames[k]
	}
	return "kind " + strconv.Itoa(int(k))
}

// Tensor is a decoded TensorProto. Its elements lie little-endian at Ref, or in
// Data, or (up to 4 KiB) in both. Tensors of strings have neither.
type Tensor struct {
	Name string
	Type DataType
	Dims []int64
	Ref  *TensorRef
	Data []byte
}

// TensorRef says where the little-endian elements of a tensor lie.
type TensorRef struct {
	Path string // external_data location, relative to the model file; "" is the model file itself
	Off  int64
	Len  int64
}

// ValueInfo is the declared type of a graph's input, output or value.
type ValueInfo struct {
	Name   string
	Kind   TypeKind
	Type   DataType // of tensors
	Ranked bool     // Dims is known, even where it is empty
	Dims   []Dim
}

// Dim is an extent: a number, a parameter, or (when both are unset) unknown.
type Dim struct {
	Known bool
	Value int64
	Param string
}

// TypeKind says what a value is.
type TypeKind uint8

// Kinds of values.
const (
	NoType TypeKind = iota
	TensorType
	SequenceType
	MapType
	OptionalType
	SparseTensorType
	OpaqueType
)

var typeKindNames = [...]string{"none", "tensor", "sequence", "map", "optional", "sparse tensor", "opaque"}

func (k TypeKind) String() string { return typeKindNames[k] }

// DataType is TensorProto.DataType.
type DataType int32

// Element types that the decoder treats apart.
const (
	Float      DataType = 1
	Uint8      DataType = 2
	Int8       DataType = 3
	Uint16     DataType = 4
	Int16      DataType = 5
	Int32      DataType = 6
	Int64      DataType = 7
	String     DataType = 8
	Bool       DataType = 9
	Float16    DataType = 10
	Double     DataType = 11
	Uint32     DataType = 12
	Uint64     DataType = 13
	Complex64  DataType = 14
	Complex128 DataType = 15
	Bfloat16   DataType = 16
)

// payload says in which field, besides raw_data, a type's elements may come.
type payload uint8

const (
	inRawOnly payload = iota
	inFloat
	inInt32
	inInt64
	inDouble
	inUint64
	inString
)

// dataTypes is indexed by DataType.
var dataTypes = [...]struct {
	name string
	bits int64 // of one element
	in   payload
}{
	0:     {"undefined", 0, inRawOnly},
	Float: {"float", 32, inFloat}, Uint8: {"uint8", 8, inInt32}, Int8: {"int8", 8, inInt32}, Uint16: {"uint16", 16, inInt32},
	Int16: {"int16", 16, inInt32}, Int32: {"int32", 32, inInt32}, Int64: {"int64", 64, inInt64}, String: {"string", 0, inString},
	Bool: {"bool", 8, inInt32}, Float16: {"float16", 16, inInt32}, Double: {"double", 64, inDouble}, Uint32: {"uint32", 32, inUint64},
	Uint64: {"uint64", 64, inUint64}, Complex64: {"complex64", 64, inFloat}, Complex128: {"complex128", 128, inDouble},
	Bfloat16: {"bfloat16", 16, inInt32},
	17:       {"float8e4m3fn", 8, inInt32}, 18: {"float8e4m3fnuz", 8, inInt32}, 19: {"float8e5m2", 8, inInt32}, 20: {"float8e5m2fnuz", 8, inInt32},
	21: {"uint4", 4, inInt32}, 22: {"int4", 4, inInt32}, 23: {"float4e2m1", 4, inInt32}, 24: {"float8e8m0", 8, inInt32},
	25: {"uint2", 2, inInt32}, 26: {"int2", 2, inInt32},
}

func (t DataType) known() bool { return t > 0 && int(t) < len(dataTypes) }

func (t DataType) String() string {
	if t == 0 || t.known() {
		return dataTypes[t].name
	}
	return "type " + strconv.Itoa(int(t))
}
