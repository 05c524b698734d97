package graph

import "github.com/dehug/dehug/wasm/onnx"

// MinOpset and MaxOpset bound the versions of ai.onnx that rules covers.
const (
	MinOpset = 7
	MaxOpset = 24
)

// rule describes one operator: from one opset version on (rules), or in the
// canonical form that Check accepts (canonical).
//
// in and out list operands in the notation of a signature: "T" is the
// operator's type variable, "I" is int64, "S" is the type that an attribute
// names; "?" after it marks an optional operand and "*" one or more.
type rule struct {
	op    string
	since int64
	in    string
	out   string
	types typeSet // what T (or S) may be
	attrs []attrRule
}

type attrRule struct {
	name     string
	kind     onnx.AttrKind
	required bool
}

// typeSet has a bit for each Type.
type typeSet uint32

func setOf(types ...Type) typeSet {
	var s typeSet
	for _, t := range types {
		s |= 1 << t
	}
	return s
}

func (s typeSet) has(t Type) bool { return s>>t&1 != 0 }

func (s typeSet) String() string {
	var out string
	for t := range Type(32) {
		if s.has(t) {
			if out != "" {
				out += ", "
			}
			out += t.String()
		}
	}
	return out
}

// The type constraints that the operator specifications use.
var (
	floats      = setOf(Float16, Float32, Float64)
	floatsBF    = floats | setOf(BFloat16)
	wideNumbers = floats | setOf(Int32, Int64, Uint32, Uint64)
	wideBF      = wideNumbers | setOf(BFloat16)
	numbers     = wideBF | setOf(Int8, Int16, Uint8, Uint16)
	signed      = floatsBF | setOf(Int8, Int16, Int32, Int64)
	plain       = floats | setOf(Int8, Int16, Int32, Int64, Uint8, Uint16, Uint32, Uint64, Bool)
	plainBF     = plain | setOf(BFloat16)
	plainInt4   = plainBF | setOf(Int4, Uint4)
	poolTypes   = floats | setOf(Int8, Uint8)
)

func ints(name string) attrRule    { return attrRule{name: name, kind: onnx.AttrInts} }
func integer(name string) attrRule { return attrRule{name: name, kind: onnx.AttrInt} }
func text(name string) attrRule    { return attrRule{name: name, kind: onnx.AttrString} }
func tensor(name string) attrRule  { return attrRule{name: name, kind: onnx.AttrTensor} }
func required(a attrRule) attrRule {
	a.required = true
	return a
}

var (
	convAttrs  = []attrRule{text("auto_pad"), ints("dilations"), integer("group"), ints("kernel_shape"), ints("pads"), ints("strides")}
	pool7Attrs = []attrRule{text("auto_pad"), required(ints("kernel_shape")), ints("pads"), ints("strides")}
	pool8Attrs = append(pool7Attrs[:len(pool7Attrs):len(pool7Attrs)], integer("storage_order"))
	poolAttrs  = append(pool8Attrs[:len(pool8Attrs):len(pool8Attrs)], integer("ceil_mode"), ints("dilations"))

	constant1Attrs  = []attrRule{required(tensor("value"))}
	constant11Attrs = []attrRule{tensor("value"), {name: "sparse_value", kind: onnx.AttrSparseTensor}}
	constantAttrs   = append(constant11Attrs[:len(constant11Attrs):len(constant11Attrs)],
		attrRule{name: "value_float", kind: onnx.AttrFloat}, attrRule{name: "value_floats", kind: onnx.AttrFloats},
		integer("value_int"), ints("value_ints"), text("value_string"), attrRule{name: "value_strings", kind: onnx.AttrStrings})
)

// rules lists, for each operator of ai.onnx, the versions that opsets MinOpset
// to MaxOpset refer to, oldest first. Versions that only add types which this
// package does not have (float8 and below) are left out.
var rules = []rule{
	{"Add", 7, "T T", "T", wideNumbers, nil},
	{"Add", 13, "T T", "T", wideBF, nil},
	{"Add", 14, "T T", "T", numbers, nil},
	{"Concat", 4, "T*", "T", plain, []attrRule{required(integer("axis"))}},
	{"Concat", 13, "T*", "T", plainBF, []attrRule{required(integer("axis"))}},
	{"Constant", 1, "", "T", plain, constant1Attrs},
	{"Constant", 11, "", "T", plain, constant11Attrs},
	{"Constant", 12, "", "T", plain, constantAttrs},
	{"Constant", 13, "", "T", plainBF, constantAttrs},
	{"Constant", 21, "", "T", plainInt4, constantAttrs},
	{"ConstantOfShape", 9, "I", "S", plain, []attrRule{tensor("value")}},
	{"ConstantOfShape", 20, "I", "S", plainBF, []attrRule{tensor("value")}},
	{"Conv", 1, "T T T?", "T", floats, convAttrs},
	{"Conv", 22, "T T T?", "T", floatsBF, convAttrs},
	{"Identity", 1, "T", "T", plain, nil},
	{"Identity", 13, "T", "T", plainBF, nil},
	{"Identity", 21, "T", "T", plainInt4, nil},
	{"MaxPool", 1, "T", "T", floats, pool7Attrs},
	{"MaxPool", 8, "T", "T I?", floats, pool8Attrs},
	{"MaxPool", 10, "T", "T I?", floats, poolAttrs},
	{"MaxPool", 12, "T", "T I?", poolTypes, poolAttrs},
	{"MaxPool", 22, "T", "T I?", poolTypes | floatsBF, poolAttrs},
	{"Relu", 6, "T", "T", floats, nil},
	{"Relu", 13, "T", "T", floatsBF, nil},
	{"Relu", 14, "T", "T", signed, nil},
	{"Reshape", 5, "T I", "T", plain, nil},
	{"Reshape", 13, "T I", "T", plainBF, nil},
	{"Reshape", 14, "T I", "T", plainBF, []attrRule{integer("allowzero")}},
	{"Reshape", 21, "T I", "T", plainInt4, []attrRule{integer("allowzero")}},
	{"Transpose", 1, "T", "T", plain, []attrRule{ints("perm")}},
	{"Transpose", 13, "T", "T", plainBF, []attrRule{ints("perm")}},
	{"Transpose", 21, "T", "T", plainInt4, []attrRule{ints("perm")}},
}

// canonical lists the nodes of a valid graph: one row per operator. Every
// required attribute is present, and no node has others than these.
var canonical = []rule{
	{"Add", 0, "T T", "T", numbers, []attrRule{text("act")}},
	{"Concat", 0, "T*", "T", plainBF, []attrRule{required(integer("axis"))}},
	{"ConstantOfShape", 0, "I", "S", plainBF, []attrRule{required(text("type")), required(integer("value_bits"))}},
	{"Conv", 0, "T T T? T?", "T", floatsBF, []attrRule{text("act"), required(ints("dilations")), required(integer("group")),
		required(ints("kernel_shape")), required(ints("pads")), required(ints("strides"))}},
	{"Identity", 0, "T", "T", plainInt4, nil},
	{"MaxPool", 0, "T", "T I?", poolTypes | floatsBF, []attrRule{text("act"), required(integer("ceil_mode")), required(ints("dilations")),
		required(ints("kernel_shape")), required(ints("pads")), required(integer("storage_order")), required(ints("strides"))}},
	{"Relu", 0, "T", "T", signed, nil},
	{"Reshape", 0, "T I", "T", plainInt4, []attrRule{required(integer("allowzero"))}},
	{"Transpose", 0, "T", "T", plainInt4, []attrRule{required(ints("perm"))}},
}

// ruleFor returns the newest row of table for op at the given opset, or nil.
func ruleFor(table []rule, op string, opset int64) *rule {
	var found *rule
	for i := range table {
		if table[i].op == op && table[i].since <= opset {
			found = &table[i]
		}
	}
	return found
}

// Operators lists the names of the supported operators.
func Operators() []string {
	var names []string
	for i, r := range rules {
		if i == 0 || rules[i-1].op != r.op {
			names = append(names, r.op)
		}
	}
	return names
}

// operand is one entry of a signature.
type operand struct {
	typ      byte // 'T', 'I' or 'S'
	optional bool
	variadic bool
}

func signature(s string) []operand {
	var ops []operand
	for i := range len(s) {
		switch s[i] {
		case ' ':
		case '?':
			ops[len(ops)-1].optional = true
		case '*':
			ops[len(ops)-1].variadic = true
		default:
			ops = append(ops, operand{typ: s[i]})
		}
	}
	return ops
}
