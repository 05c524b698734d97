// Package graph is the engine's intermediate representation: values with
// types and (possibly symbolic) shapes, and nodes in topological order.
//
//	g, err := graph.Import(model, graph.Options{})
//
// A Graph comes from Import (ONNX model → graph, opset differences resolved),
// is transformed by package opt, and is consumed by package lower. Every graph
// prints (String) and the print parses back (Parse); Check states what a valid
// graph is. The package computes shapes and integers that shapes are made of,
// never tensors of floats.
//
// # Canonical nodes
//
// After Import every attribute is there, whether the model gave it or not:
//
//   - Conv [X, W, B?, Res?]: dilations, group, kernel_shape, pads, strides;
//     act is optional. Res and act come from package opt.
//   - MaxPool [X] → [Y, Indices?]: ceil_mode, dilations, kernel_shape, pads,
//     storage_order, strides; act is optional. With dilations a window may lie
//     beside all data; its maximum is then the type's least value.
//   - Add [A, B] with numpy's broadcasting; act is optional. Relu and Identity
//     have no attributes.
//   - Other operators on elements of equal position broadcast likewise and have
//     the attributes of their newest version. Max and Min have two operands; Sum,
//     Mean, CastLike and Dropout are made of others. Cast [X] and BitCast [X]:
//     type. Clip [X, min?, max?] at every opset. Pow with a small constant
//     exponent is Mul, Sqrt or Reciprocal.
//   - Concat [X…]: axis, not negative. Transpose [X]: perm.
//   - Reshape [X, shape]: allowzero. shape is known when the model is compiled;
//     the result's Shape says what comes of it.
//   - Slice [X, starts, ends, axes?, steps?], Split [X, sizes?]: axis and
//     num_outputs, Squeeze and Unsqueeze [X]: axes, none negative. Pad [X, pads,
//     value?, axes?]: mode. Resize [X, sizes?]: axes, and scales where no sizes
//     are given.
//   - NonZero, Compress, Unique and NonMaxSuppression have results of an extent
//     that only the data decide: count names its symbol, which begins with '#'
//     and may be 0.
//   - If [condition, then, else] is a choice between two results of one shape.
//     Where one is missing, the extents or the data must not choose it. What only
//     one of them needs is not computed unless it is chosen: that is not said
//     here, package lower finds it out.
//   - Loop [trips?, condition?, carried…, captured…]: carried says how many values
//     an iteration hands to the next. Its body takes the index (the symbol that
//     index names, while the body runs), the condition and all the others, and
//     returns the condition, the carried values, and rows of the results that are
//     stacked. Shapes do not change from one iteration to the next. count names
//     the extent of the stacks where the data decide it. Scan is made of it.
//   - ConstantOfShape [shape]: type, and value_bits, the element's bits extended
//     with zeros. shape is known when the model is compiled.
//
// pads holds all begins, then all ends. There is no auto_pad: it became pads.
// Two extents that are different expressions may have to be equal, or to
// broadcast, when the model runs: Constraints lists what to test then.
//
// # Text
//
// A graph prints one line for each input, constant, node and output:
//
//	graph "name"
//	input x f32[n,3,h,w]
//	const w f32[8,3,3,3] @4096+864                 (bytes of the ONNX file)
//	const b f32[8] @0+32 in weights/b.bin          (bytes of another file)
//	const s i64[2] = [0,-1]                        (bytes at hand)
//	const k f32[] = 0x0000803f                     (little-endian)
//	c f32[n,8,h,w] = Conv(x, w, b) {dilations=[1,1], group=1, …} as conv1
//	y f32[n,8*h*w] = Reshape(c, s) {allowzero=0}
//	z f32[n,8*h*w] = Loop(k, _, y) {carried=1, index="#i"} do
//	…                                              (the body, like a graph)
//	end
//	output y
//	state past present 2                           (axis; −1: both have one shape)
//
// "_" is an omitted operand, "as" gives the node's name, "of" its domain.
// Attributes are integers, "strings", [lists], or 0x… bits of floats. Names
// that could be mistaken for something else are quoted as in Go. Extents are
// sums of products of numbers and symbols, with / for division that rounds
// down, max(a, b) and min(a, b).
package graph

// Type is an element type, numbered as onnx.TensorProto.DataType.
type Type uint8

// Element types.
const (
	Undefined Type = 0
	Float32   Type = 1
	Uint8     Type = 2
	Int8      Type = 3
	Uint16    Type = 4
	Int16     Type = 5
	Int32     Type = 6
	Int64     Type = 7
	String    Type = 8
	Bool      Type = 9
	Float16   Type = 10
	Float64   Type = 11
	Uint32    Type = 12
	Uint64    Type = 13
	BFloat16  Type = 16
	Uint4     Type = 21
	Int4      Type = 22
)

// Shape is a list of extents, outermost first. A scalar has an empty shape.
type Shape []Dim

// Value is a tensor in the graph: an input, a constant, or a node's output.
type Value struct {
	Name  string // unique within the graph
	Type  Type
	Shape Shape
	Const *Const // set for constants only
	Def   *Node  // the node that computes it; nil for inputs and constants

	visited, isKnown bool  // see Known
	known            []Dim // elements, if they are known and few
}

// Const is the payload of a constant. Exactly one of Ref and Data is the
// source of truth; Data may be present beside Ref when the payload is small
// enough to have been read (only shape-role operands are ever looked into).
type Const struct {
	Ref  *Ref   // where the little-endian bytes lie in the model's files
	Data []byte // little-endian bytes; nil when not read

	look []byte // what is at hand while a model is imported, for operands that become attributes
}

// Ref points at the raw bytes of a tensor in one of the model's files.
type Ref struct {
	Path string // "" is the ONNX file itself; others are relative to its folder
	Off  int64
	Len  int64
}

// Node is one operation. Inputs may hold nil for omitted optional operands.
type Node struct {
	Op      string // ONNX operator name, or a fused form documented in package opt
	Domain  string // "" is ai.onnx
	Name    string
	Inputs  []*Value
	Outputs []*Value
	Attrs   []Attr // sorted by name
	Body    *Graph // of a Loop: it sees its own values only
}

// Attr is a node attribute; exactly the field for its Kind is set.
type Attr struct {
	Name string
	Kind AttrKind
	I    int64
	F    uint32 // float32 bit pattern: Go never computes with it
	S    string
	Ints []int64
	Fs   []uint32
}

// AttrKind says which field of an Attr holds the value.
type AttrKind uint8

// Kinds of attributes.
const (
	AttrInt AttrKind = iota + 1
	AttrFloat
	AttrString
	AttrInts
	AttrFloats
)

// Graph is a whole model. Nodes are in topological order.
type Graph struct {
	Name    string
	Inputs  []*Value
	Outputs []*Value
	Consts  []*Value
	Nodes   []*Node
	States  []State // of a model that is compiled for sessions
}

// Each calls f for g and the bodies of its loops, these first.
func Each(g *Graph, f func(g *Graph)) {
	for _, n := range g.Nodes {
		if n.Body != nil {
			Each(n.Body, f)
		}
	}
	f(g)
}

// Attr returns the attribute named name, or nil.
//
//go:noinline
func (n *Node) Attr(name string) *Attr {
	for i := range n.Attrs {
		if n.Attrs[i].Name == name {
			return &n.Attrs[i]
		}
	}
	return nil
}

// Set adds an attribute or replaces the one of that name.
func (n *Node) Set(a Attr) { *n.slot(a.Name) = a }

// slot returns the place of the attribute named name, new if need be.
func (n *Node) slot(name string) *Attr {
	i := 0
	for i < len(n.Attrs) && n.Attrs[i].Name < name {
		i++
	}
	if i == len(n.Attrs) || n.Attrs[i].Name != name {
		n.Attrs = append(n.Attrs, Attr{})
		copy(n.Attrs[i+1:], n.Attrs[i:])
	}
	return &n.Attrs[i]
}

// Int returns an integer attribute or its default.
//
//go:noinline
func (n *Node) Int(name string, def int64) int64 {
	if a := n.Attr(name); a != nil && a.Kind == AttrInt {
		return a.I
	}
	return def
}

// Ints returns an integer-list attribute or nil.
//
//go:noinline
func (n *Node) Ints(name string) []int64 {
	if a := n.Attr(name); a != nil && a.Kind == AttrInts {
		return a.Ints
	}
	return nil
}

// Str returns a string attribute or its default.
//
//go:noinline
func (n *Node) Str(name, def string) string {
	if a := n.Attr(name); a != nil && a.Kind == AttrString {
		return a.S
	}
	return def
}

// Input returns operand i, or nil when it is absent.
//
//go:noinline
func (n *Node) Input(i int) *Value {
	if i < len(n.Inputs) {
		return n.Inputs[i]
	}
	return nil
}

// Size is the size of one element in bytes; 0 for types without a whole
// number of bytes or without a fixed size.
func (t Type) Size() int64 {
	switch t {
	case Uint8, Int8, Bool:
		return 1
	case Uint16, Int16, Float16, BFloat16:
		return 2
	case Float32, Int32, Uint32:
		return 4
	case Float64, Int64, Uint64:
		return 8
	}
	return 0
}

var typeNames = [...]string{
	Undefined: "undefined", Float32: "f32", Uint8: "u8", Int8: "i8", Uint16: "u16", Int16: "i16", Int32: "i32",
	Int64: "i64", String: "string", Bool: "bool", Float16: "f16", Float64: "f64", Uint32: "u32", Uint64: "u64",
	BFloat16: "bf16", Uint4: "u4", Int4: "i4",
}

func (t Type) String() string {
	if int(t) < len(typeNames) && typeNames[t] != "" {
		return typeNames[t]
	}
	return "undefined"
}

// typeNamed is the inverse of String.
func typeNamed(name string) Type {
	for t, s := range typeNames {
		if s == name && s != "" {
			return Type(t)
		}
	}
	return Undefined
}

// Elements is the number of elements, a product of extents.
//
//go:noinline
func (s Shape) Elements() Dim {
	n := Num(1)
	for _, d := range s {
		n = Mul(n, d)
	}
	return n
}

// Equal reports whether two shapes are the same expressions.
//
//go:noinline
func (s Shape) Equal(o Shape) bool {
	if len(s) != len(o) {
		return false
	}
	for i := range s {
		if !s[i].Equal(o[i]) {
			return false
		}
	}
	return true
}

func (s Shape) String() string {
	t := "["
	for i, d := range s {
		if i > 0 {
			t += ","
		}
		t += d.String()
	}
	return t + "]"
}
