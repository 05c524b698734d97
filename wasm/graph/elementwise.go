package graph

import (
	"errors"
	"strconv"
	"strings"

	"github.com/dehug/dehug/internal/say"

	"github.com/dehug/dehug/wasm/onnx"
)

// elementwise holds the operators that work on elements of equal position,
// with numpy's broadcasting.
var elementwise family

// elementwiseTable has a line for each form of an operator: its name, its
// signature, its versions with the types that T (and after a slash U) may be,
// and its attributes. An attribute has a default (# and the bits of a float, an
// integer, or text), or a letter for its kind after a colon; "!" marks a
// required one. Letters for types are those of typeLetters.
const elementwiseTable = `
Abs T>T 6n 13N
Acos T>T 7f 22F
Acosh T>T 9f 22F
And BB>B 6b axis:i broadcast:i
And BB>B 7b
Asin T>T 7f 22F
Asinh T>T 9f 22F
Atan T>T 7f 22F
Atanh T>T 9f 22F
BitCast T>T 26P to:i!
BitShift TT>T 11u direction:s!
BitwiseAnd TT>T 18i
BitwiseNot T>T 18i
BitwiseOr TT>T 18i
BitwiseXor TT>T 18i
Cast T>T 6p 13P to:i!
Cast T>T 19P to:i! saturate:i
Cast T>T 24P to:i! saturate:i round_mode:s
CastLike TU>U 15P/P
CastLike TU>U 19P/P saturate:i
CastLike TU>U 24P/P saturate:i round_mode:s
Ceil T>T 6f 13F
Celu T>T 12o alpha=#3f800000
Clip T>T 6f max:f min:f
Clip TT?T?>T 11f 12n 13N
Cos T>T 7f 22F
Cosh T>T 9f 22F
Div TT>T 6w axis:i broadcast:i
Div TT>T 7w 13W 14N
Dropout T>TT? 7f ratio:f
Dropout T>TB? 10f ratio:f
Dropout TU?B?>TB? 12f/f 13F/f 22F/F seed:i
Elu T>T 6f 22F alpha=#3f800000
Equal TT>B 6e axis:i broadcast:i
Equal TT>B 7e 11p 13P
Erf T>T 9f 13F
Exp T>T 6f 13F
Floor T>T 6f 13F
Gelu T>T 20F approximate=none
Greater TT>B 6f axis:i broadcast:i
Greater TT>B 7f 9n 13N
GreaterOrEqual TT>B 12n 16N
HardSigmoid T>T 6f 22F alpha=#3e4ccccd beta=#3f000000
HardSwish T>T 14f 22F
IsInf T>B 10d 20F detect_negative=1 detect_positive=1
IsNaN T>B 9f 13F
LeakyRelu T>T 6f 16F alpha=#3c23d70a
Less TT>B 6f axis:i broadcast:i
Less TT>B 7f 9n 13N
LessOrEqual TT>B 12n 16N
Log T>T 6f 13F
Max T*>T 6f 12n 13N
Mean T*>T 6f 13F
Min T*>T 6f 12n 13N
Mish T>T 18f 22F
Mod TT>T 10n 13N fmod=0
Mul TT>T 6w axis:i broadcast:i
Mul TT>T 7w 13W 14N
Neg T>T 6s 13S
Not B>B 1b
Or BB>B 6b axis:i broadcast:i
Or BB>B 7b
PRelu TT>T 6f 7f 9w 16W
Pow TT>T 6f axis:i broadcast:i
Pow TT>T 7f
Pow TU>T 12x/n 13X/n 15X/N
Reciprocal T>T 6f 13F
Round T>T 11f 22F
Selu T>T 6f 22F alpha=#3fd62d7d gamma=#3f867d5f
Shrink T>T 9n bias=#00000000 lambd=#3f000000
Sigmoid T>T 6f 13F
Sign T>T 9n 13N
Sin T>T 7f 22F
Sinh T>T 9f 22F
Softplus T>T 1f 22F
Softsign T>T 1f 22F
Sqrt T>T 6f 13F
Sub TT>T 6w axis:i broadcast:i
Sub TT>T 7w 13W 14N
Sum T*>T 6f 13F
Swish T>T 24F alpha=#3f800000
Tan T>T 7f 22F
Tanh T>T 6f 13F
ThresholdedRelu T>T 10f 22F alpha=#3f800000
Where BTT>T 9p 16P
Xor BB>B 6b axis:i broadcast:i
Xor BB>B 7b
`

// elementwiseForms are the canonical nodes that differ from the newest version
// in the table.
const elementwiseForms = `
BitCast U>S 0P/P type:s!
Cast U>S 0P/P type:s!
Clip TT?T?>T 0N
Max TT>T 0N
Min TT>T 0N
Pow TU>T 0X/N
`

func typeLetters(letter byte) typeSet {
	integers := setOf(Int8, Int16, Int32, Int64, Uint8, Uint16, Uint32, Uint64)
	switch letter {
	case 'b':
		return setOf(Bool)
	case 'd':
		return setOf(Float32, Float64)
	case 'e':
		return setOf(Bool, Int32, Int64)
	case 'f':
		return floats
	case 'F':
		return floatsBF
	case 'i':
		return integers
	case 'n':
		return floats | integers
	case 'N':
		return numbers
	case 'o':
		return setOf(Float32)
	case 'p':
		return plain
	case 'P':
		return plainBF
	case 's':
		return signed &^ setOf(BFloat16)
	case 'S':
		return signed
	case 'u':
		return setOf(Uint8, Uint16, Uint32, Uint64)
	case 'c':
		return setOf(Int8, Uint8, Float16, BFloat16, Float32)
	case 'g':
		return setOf(Uint8)
	case 'h':
		return setOf(Float16, BFloat16, Float32)
	case 'H':
		return setOf(Float16, Float32)
	case 'j':
		return setOf(Int32)
	case 'k':
		return setOf(Int32, Int64)
	case 'm':
		return setOf(Float64)
	case 'q':
		return setOf(Int8, Uint8)
	case 'Q':
		return setOf(Int8, Uint8, Int16, Uint16)
	case 'r':
		return setOf(Float16, BFloat16, Float32, Int32)
	case 'y':
		return setOf(Int8, Uint8, Int32)
	case 'Y':
		return setOf(Int8, Uint8, Int16, Uint16, Int32)
	case 't':
		return setOf(Int8, Uint8, Int16, Uint16, Int32, Int4, Uint4)
	case 'R':
		return floatsBF | setOf(Int16, Int32, Int64)
	case 'G':
		return plainBF &^ setOf(Bool, Uint64)
	case 'U':
		return plain &^ setOf(Float16, Uint64)
	case 'w':
		return wideNumbers
	case 'W':
		return wideBF
	case 'z':
		return plainInt4
	case 'x':
		return floats | setOf(Int32, Int64)
	case 'X':
		return floatsBF | setOf(Int32, Int64)
	}
	panic("graph: type letter " + string(letter))
}

func elementwiseFamily() {
	elementwise = family{rules: table{text: elementwiseTable}, canonical: table{text: elementwiseForms, other: newestForm},
		settle: settleElementwise, expand: expandElementwise, shapes: shapesElementwise}
}

// newestForm returns the canonical form of an operator that differs from its newest version only in that every
// attribute is there.
func newestForm(op string) []rule {
	switch op {
	case "CastLike", "Dropout", "Mean", "Sum":
		return nil // always expanded
	}
	rules := elementwise.rules.of(op)
	if rules == nil {
		return nil
	}
	r := rules[len(rules)-1]
	r.since = 0
	r.attrs = append([]attrRule(nil), r.attrs...)
	for i := range r.attrs {
		r.attrs[i].required = true
	}
	return []rule{r}
}

// parseRules reads a line of the table.
func parseRules(line string) (rules []rule) {
	fields := strings.Fields(line)
	if len(fields) == 0 {
		return nil
	}
	r := rule{op: fields[0]}
	r.in, r.out, _ = strings.Cut(fields[1], ">")
	for _, f := range fields[2:] {
		if f[0] >= '0' && f[0] <= '9' {
			types, u, _ := strings.Cut(strings.TrimLeft(f, "0123456789"), "/")
			v := r
			v.since, _ = strconv.ParseInt(f[:len(f)-len(strings.TrimLeft(f, "0123456789"))], 10, 64)
			v.types = typeLetters(types[0])
			if u != "" {
				v.u, v.v = typeLetters(u[0]), typeLetters(u[len(u)-1])
			}
			rules = append(rules, v)
			continue
		}
		a := attrRule{required: strings.HasSuffix(f, "!")}
		f = strings.TrimSuffix(f, "!")
		if name, kind, ok := strings.Cut(f, ":"); ok {
			a.name, a.kind = name, map[string]onnx.AttrKind{"f": onnx.AttrFloat, "F": onnx.AttrFloats, "i": onnx.AttrInt, "l": onnx.AttrInts, "s": onnx.AttrString, "S": onnx.AttrStrings}[kind]
		} else {
			name, text, _ := strings.Cut(f, "=")
			d := Attr{Name: name, Kind: AttrString, S: text}
			a.name, a.kind = name, onnx.AttrString
			if text[0] == '#' {
				bits, _ := strconv.ParseUint(text[1:], 16, 32)
				d, a.kind = Attr{Name: name, Kind: AttrFloat, F: uint32(bits)}, onnx.AttrFloat
			} else if v, err := strconv.ParseInt(text, 10, 64); err == nil {
				d, a.kind = Attr{Name: name, Kind: AttrInt, I: v}, onnx.AttrInt
			}
			a.def = &d
		}
		for i := range rules {
			rules[i].attrs = append(rules[i].attrs[:len(rules[i].attrs):len(rules[i].attrs)], a)
		}
	}
	return rules
}

func settleElementwise(n *Node, attrs attributeList) error {
	if _, r := find(n.Op); r != nil {
		for _, a := range r.attrs {
			if a.def == nil {
				continue
			}
			v := *a.def
			if a := attrs.get(v.Name); a != nil {
				v.I, v.F, v.S = a.I, a.F, a.S
			}
			n.Set(v)
		}
	}
	switch n.Op {
	case "BitCast", "Cast":
		to := attrs.int("to", 0)
		t, err := elementType(onnx.DataType(to))
		if err != nil {
			return say.Errorf("to: %w", err)
		}
		n.setString("type", t.String())
	case "BitShift":
		n.setString("direction", attrs.get("direction").S)
	}
	return nil
}

// expandElementwise replaces operators that are combinations of others.
func expandElementwise(im *importer, n *Node, attrs attributeList) ([]*Value, error) {
	x := n.Inputs[0]
	one := func(v *Value, err error) ([]*Value, error) { return []*Value{v}, err }
	switch n.Op {
	case "CastLike":
		return one(im.asType(x, n.Inputs[1].Type))
	case "Cast":
		if x.Type.String() == n.Str("type", "") {
			return one(x, nil)
		}
	case "Clip":
		// Version 6 has the bounds as attributes.
		for i, name := range []string{"min", "max"} {
			a := attrs.get(name)
			if a == nil {
				continue
			}
			v, err := im.constant32(x.Type, a.F)
			if err != nil {
				return nil, err
			}
			for len(n.Inputs) < i+2 {
				n.Inputs = append(n.Inputs, nil)
			}
			n.Inputs[i+1] = v
		}
		if len(n.Inputs) == 1 {
			return one(x, nil)
		}
	case "Max", "Min", "Mean", "Sum":
		op := n.Op
		if op == "Mean" || op == "Sum" {
			op = "Add"
		}
		sum := x
		for _, v := range n.Inputs[1:] {
			var err error
			if sum, err = im.emit(op, []*Value{sum, v}); err != nil {
				return nil, err
			}
		}
		if n.Op == "Mean" && len(n.Inputs) > 1 {
			count, err := im.constant32(x.Type, wholeFloat(uint32(len(n.Inputs))))
			if err != nil {
				return nil, err
			}
			return one(im.emit("Div", []*Value{sum, count}))
		}
		return one(sum, nil)
	case "Dropout":
		return im.dropout(n)
	case "Pow":
		return im.smallPower(x, n.Inputs[1])
	case "Erf", "Shrink":
		if floatsBF.has(x.Type) {
			return nil, nil
		}
		v, err := im.asType(x, Float64)
		if err == nil {
			v, err = im.emit(n.Op, []*Value{v}, n.Attrs...)
		}
		if err != nil {
			return nil, err
		}
		return one(im.asType(v, x.Type))
	}
	return nil, nil
}

// constant32 makes a scalar of a float type from the bits of a float32.
func (im *importer) constant32(t Type, bits uint32) (*Value, error) {
	v, err := im.scalar(Float32, littleEndian32(bits))
	if err != nil {
		return nil, err
	}
	return im.asType(v, t)
}

// wholeFloat is the float32 nearest below a whole number, by bits.
func wholeFloat(v uint32) uint32 {
	if v == 0 {
		return 0
	}
	e := uint32(31)
	for v>>31 == 0 {
		v, e = v<<1, e-1
	}
	return (127+e)<<23 | v<<1>>9
}

// smallPower multiplies a constant exponent of ±1, 2 or 3 out, and takes the
// square root for ½ (of −∞ that is NaN). Others stay Pow.
func (im *importer) smallPower(x, y *Value) (results []*Value, err error) {
	if y.Const == nil {
		return nil, nil
	}
	data := y.payload()
	if k, ok := y.Shape.Elements().IsConst(); !ok || k != 1 || int64(len(data)) != y.Type.Size() || len(y.Shape) > len(x.Shape) || !floatsBF.has(x.Type) {
		return nil, nil
	}
	var bits uint64
	for i, b := range data {
		bits |= uint64(b) << (8 * i)
	}
	switch y.Type {
	case Float64: // as a float32, if that is exact
		if e := bits >> 52 & 0x7ff; bits&(1<<29-1) != 0 || e < 1023-126 || e > 1023+127 {
			return nil, nil
		}
		bits = bits>>32&(1<<31) | (bits>>52&0x7ff-1023+127)<<23 | bits>>29&(1<<23-1)
	case Int32, Int64:
		if bits > 3 {
			return nil, nil
		}
		bits = uint64(wholeFloat(uint32(bits)))
	case Float32:
	default:
		return nil, nil
	}
	one := func(op string, in ...*Value) *Value {
		if err != nil {
			return nil
		}
		var v *Value
		v, err = im.emit(op, in)
		return v
	}
	switch bits {
	case 0x3f800000:
		return []*Value{x}, nil
	case 0x40000000:
		return []*Value{one("Mul", x, x)}, err
	case 0x40400000:
		return []*Value{one("Mul", one("Mul", x, x), x)}, err
	case 0xbf800000:
		return []*Value{one("Reciprocal", x)}, err
	case 0x3f000000:
		return []*Value{one("Sqrt", x)}, err
	}
	return nil, nil
}

// dropout passes x on, as it does when a model is used; the mask is all true.
func (im *importer) dropout(n *Node) ([]*Value, error) {
	x := n.Inputs[0]
	if t := n.Input(2); t != nil {
		mode, ok := Known(t)
		switch {
		case !ok:
			if err := needsValue(t); err != nil {
				return nil, err
			}
			return nil, errors.New("training_mode is not known")
		case len(mode) != 1 || mode[0] != 0:
			return nil, errors.New("training_mode is on: export the model for inference")
		}
	}
	if len(n.Outputs) == 1 {
		return []*Value{x}, nil
	}
	m, err := im.asType(x, Bool)
	if err != nil {
		return nil, err
	}
	not, err := im.emit("Not", []*Value{m})
	if err != nil {
		return nil, err
	}
	mask, err := im.emit("Or", []*Value{m, not})
	if err == nil && im.opset < 10 {
		mask, err = im.asType(mask, x.Type)
	}
	return []*Value{x, mask}, err
}

func shapesElementwise(in *inference) ([]Shape, error) {
	n := in.n
	x := n.Inputs[0].Shape
	s := x
	for i, v := range n.Inputs[1:] {
		if v == nil {
			continue
		}
		if n.Op == "Clip" {
			if k, ok := v.Shape.Elements().IsConst(); !ok || k != 1 {
				return nil, say.Errorf("operand %d %q has shape %s; a bound is a scalar", i+1, v.Name, v.Shape)
			}
			continue
		}
		var err error
		if s, err = in.broadcast(s, v.Shape); err != nil {
			return nil, err
		}
	}
	switch n.Op {
	case "PRelu":
		if len(s) != len(x) {
			return nil, say.Errorf("the slope, of shape %s, has a higher rank than x, of shape %s", n.Inputs[1].Shape, x)
		}
		for i := range s {
			if !in.require(Equal, s[i], x[i]) {
				return nil, say.Errorf("the slope, of shape %s, does not broadcast to x, of shape %s", n.Inputs[1].Shape, x)
			}
		}
		s = x
	case "BitCast":
		if to := typeNamed(n.Str("type", "")); to.Size() != n.Inputs[0].Type.Size() {
			return nil, say.Errorf("%s and %s have elements of different sizes", n.Inputs[0].Type, to)
		}
	case "BitShift":
		if d := n.Str("direction", ""); d != "LEFT" && d != "RIGHT" {
			return nil, say.Errorf("direction is %q; it must be LEFT or RIGHT", d)
		}
	case "Gelu":
		if a := n.Str("approximate", ""); a != "none" && a != "tanh" {
			return nil, say.Errorf("approximate is %q; it must be none or tanh", a)
		}
	case "Mod":
		if f := n.Int("fmod", 0); f != 0 && f != 1 || f == 0 && floatsBF.has(n.Inputs[0].Type) {
			return nil, say.Errorf("fmod is %d; it must be 0 or 1, and 1 for %s", f, n.Inputs[0].Type)
		}
	}
	return []Shape{s}, nil
}
