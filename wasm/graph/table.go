package graph

import (
	"sort"
	"strings"
	"sync"

	"github.com/dehug/dehug/wasm/onnx"
)

// MinOpset and MaxOpset bound the versions of ai.onnx that rules covers. Of
// opsets below 6 these are the operators that changed no more until then.
const (
	MinOpset = 1
	MaxOpset = 27
)

// rule describes one operator: from one opset version on (rules), or in the
// canonical form that Check accepts (canonical).
//
// in and out list operands in the notation of a signature: "T", "U" and "V"
// are the operator's type variables, "I" is int64, "B" is bool, "F" is float32,
// "D" is int64 or int32 and known when the model is compiled (a shape role),
// "A" is any type, "S" is the type that an attribute named type names; "?" after it marks an
// optional operand and "*" one or more.
type rule struct {
	op    string
	since int64
	in    string
	out   string
	types typeSet // what T (or S) may be
	attrs []attrRule
	u, v  typeSet // what U and V may be
}

// set is what a letter of a signature may stand for.
func (r *rule) set(letter byte) typeSet {
	switch letter {
	case 'T', 'S':
		return r.types
	case 'U':
		return r.u
	case 'V':
		return r.v
	case 'I':
		return setOf(Int64)
	case 'D':
		return setOf(Int64, Int32)
	case 'B':
		return setOf(Bool)
	case 'F':
		return setOf(Float32)
	case 'A':
		return plainInt4
	}
	panic("graph: signature letter " + string(letter))
}

// family is a group of operators that share a file: their rules by version,
// their canonical forms, and what is done with them.
type family struct {
	rules     table
	canonical table
	// settle makes every attribute of a new node explicit, and may rename the
	// node to another canonical operator. What else is wrong with a node, whose
	// operands are there and of allowed types, infer will say.
	settle func(n *Node, attrs attributeList) error
	// expand, when set, may replace a settled node by several: it appends them
	// with im.emit and returns the values of n's results, or nil to keep n.
	expand func(im *importer, n *Node, attrs attributeList) ([]*Value, error)
	// shapes infers the shapes of a node's results.
	shapes func(in *inference) ([]Shape, error)
}

// families lists the operators of this build: see families.go. It is filled when
// the program starts, because inference, which the families use, looks
// operators up in it.
var families []*family

// table holds rules: rows, and lines of text as parseRules reads them. The text is read operator by operator, when a
// model has one: reading all of it was more than half of what the engine did in a page before it was ready.
type table struct {
	rows []rule
	text string
	// other, when set, makes the rules of an operator that is in neither.
	other func(op string) []rule
}

// of returns the rules of op, oldest first.
func (t *table) of(op string) (rules []rule) {
	for _, r := range t.rows {
		if r.op == op {
			rules = append(rules, r)
		}
	}
	if strings.ContainsAny(op, " \n") {
		return rules // no operator, and not to be looked for in text
	}
	for text := t.text; ; {
		_, rest, ok := strings.Cut(text, "\n"+op+" ")
		if !ok {
			break
		}
		line, _, _ := strings.Cut(rest, "\n")
		rules = append(rules, parseRules(op+" "+line)...)
		text = rest
	}
	if len(rules) == 0 && t.other != nil {
		return t.other(op)
	}
	return rules
}

// all returns every rule but those that are made.
func (t *table) all() []rule {
	rules := t.rows[:len(t.rows):len(t.rows)]
	for _, line := range strings.Split(t.text, "\n") {
		rules = append(rules, parseRules(line)...)
	}
	return rules
}

// entry is what the tables say of one operator.
type entry struct {
	of    *family
	rules []rule
}

// entries are those of operators that were looked up: by name of a model's node, and by name of a canonical one.
var entries struct {
	sync.Mutex
	rules, canonical map[string]entry
}

// lookup returns the family of an operator as models name it, and the rule that holds at the given opset; nil if
// there is none.
func lookup(op string, opset int64) (*family, *rule) {
	e := entryOf(&entries.rules, op, func(f *family) *table { return &f.rules })
	return e.of, newest(e.rules, opset)
}

// find returns the family that has op in canonical form, and its rule; nil if there is none.
func find(op string) (*family, *rule) {
	e := entryOf(&entries.canonical, op, func(f *family) *table { return &f.canonical })
	return e.of, newest(e.rules, 0)
}

func entryOf(known *map[string]entry, op string, table func(*family) *table) entry {
	entries.Lock()
	defer entries.Unlock()
	e, ok := (*known)[op]
	if ok {
		return e
	}
	for _, f := range families {
		if rules := table(f).of(op); rules != nil {
			if *known == nil {
				*known = map[string]entry{}
			}
			e = entry{f, rules}
			(*known)[op] = e // only what is there: models may name what they like
			break
		}
	}
	return e
}

// ShapeRole reports whether operand i of n, a canonical node, is known when the
// model is compiled, and so not read when it runs.
func ShapeRole(n *Node, i int) bool {
	if _, r := find(n.Op); r != nil && n.Domain == "" {
		in := signature(r.in)
		return len(in) > 0 && in[min(i, len(in)-1)].typ == 'D'
	}
	return false
}

type attrRule struct {
	name     string
	kind     onnx.AttrKind
	required bool
	def      *Attr // what a canonical node has when a model says nothing; may be nil
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

// The type constraints that the operator specifications use. They are
// constants so that the tables are data, not code.
const (
	floats      typeSet = 1<<Float16 | 1<<Float32 | 1<<Float64
	floatsBF            = floats | 1<<BFloat16
	wideNumbers         = floats | 1<<Int32 | 1<<Int64 | 1<<Uint32 | 1<<Uint64
	wideBF              = wideNumbers | 1<<BFloat16
	numbers             = wideBF | 1<<Int8 | 1<<Int16 | 1<<Uint8 | 1<<Uint16
	signed              = floatsBF | 1<<Int8 | 1<<Int16 | 1<<Int32 | 1<<Int64
	plain               = floats | 1<<Int8 | 1<<Int16 | 1<<Int32 | 1<<Int64 | 1<<Uint8 | 1<<Uint16 | 1<<Uint32 | 1<<Uint64 | 1<<Bool
	plainBF             = plain | 1<<BFloat16
	plainInt4           = plainBF | 1<<Int4 | 1<<Uint4
	poolTypes           = floats | 1<<Int8 | 1<<Uint8
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

// newest returns the last of an operator's rules that holds at the given opset, or nil.
func newest(rules []rule, opset int64) *rule {
	var found *rule
	for i := range rules {
		if rules[i].since <= opset {
			found = &rules[i]
		}
	}
	return found
}

// Operators lists the names of the supported operators.
func Operators() []string {
	var names []string
	for _, f := range families {
		rules := f.rules.all()
		for i, r := range rules {
			if i == 0 || rules[i-1].op != r.op {
				names = append(names, r.op)
			}
		}
	}
	sort.Strings(names)
	return names
}

// operand is one entry of a signature.
type operand struct {
	typ      byte // the letter
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
