package lower

import (
	"slices"
	"strconv"
	"strings"

	"github.com/dehug/dehug/internal/say"

	"github.com/dehug/dehug/wasm/emit"
	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/kernel"
)

// formulas lists the operators on elements of equal position: name, the
// expression for floats and bools (package kernel says what the words mean), and
// after "|" the one for integers where it differs. A word that begins with "$"
// is an attribute. Integers of fewer than four bytes are computed on as i32
// where the expression after "|" begins with "+".
const formulas = `
Abs = x abs
Acos = x acos
Acosh = x acosh
Add = x y add
And = x y and
Asin = x asin
Asinh = x asinh
Atan = x atan
Atanh = x atanh
BitwiseAnd = x y and
BitwiseNot = x not
BitwiseOr = x y or
BitwiseXor = x y xor
Ceil = x ceil
Celu = x $alpha celu
Cos = x cos
Cosh = x cosh
Div = x y div | + x y div
Elu = x $alpha elu
Equal = x y eq
Erf = x erf
Exp = x exp
Floor = x floor
Greater = x y gt
GreaterOrEqual = x y ge
HardSigmoid = x $alpha $beta hardsigmoid
HardSwish = x x #3e2aaaab 1/2 hardsigmoid mul
IsNaN = x x ne
LeakyRelu = x $alpha leaky
Less = x y lt
LessOrEqual = x y le
Log = x log
Max = x y max
Min = x y min
Mish = x mish
Mul = x y mul | + x y mul
Neg = x neg
Not = x not
Or = x y or
PRelu = x y mul x x 0 lt sel | + x y mul x x 0 lt sel
Reciprocal = 1 x div
Relu = x relu | x 0 max
Round = x nearest
Selu = x $alpha $gamma selu
Shrink = x $lambd $bias shrink
Sigmoid = x logistic
Sign = x sign
Sin = x sin
Sinh = x sinh
Softplus = x softplus
Softsign = x 1 x abs add div
Sqrt = x sqrt
Sub = x y sub
Swish = x $alpha swish
Tan = x tan
Tanh = x tanh
ThresholdedRelu = x 0 x $alpha gt sel
Xor = x y xor
BitShift = - | +
Cast = -
Clip = -
Gelu = -
IsInf = -
Mod = - | +
Pow = - | +
Where = -
`

// bitCast lowers BitCast. The bits of a NaN that was computed are an engine's
// choice, so one stands for all.
func (l *lowerer) bitCast(n *graph.Node) error {
	x, y := n.Inputs[0], n.Outputs[0]
	if x.Def == nil || x.Type != graph.Float32 && x.Type != graph.Float64 {
		return l.alias(n)
	}
	l.plan(n, "same bytes, of NaN the canonical ones")
	l.copyStep(y.Name, n.Op, l.any(x), l.newPlain(y), x.Shape, x.Type, true)
	return nil
}

// elementwise lists the operators of formulas, and BitCast.
var elementwise = func() []operator {
	ops := []operator{{"BitCast", (*lowerer).bitCast}}
	for _, line := range strings.Split(strings.TrimSpace(formulas), "\n") {
		name, _, _ := strings.Cut(line, " ")
		ops = append(ops, operator{name, (*lowerer).eltwise})
	}
	return ops
}()

// formula returns the expression that n computes, and its lanes.
func formula(n *graph.Node) (expr string, lanes graph.Type, err error) {
	_, rest, _ := strings.Cut(formulas, "\n"+n.Op+" = ")
	rest, _, _ = strings.Cut(rest, "\n")
	expr, other, hasOther := strings.Cut(rest, " | ")
	x, y := n.Inputs[0].Type, n.Outputs[0].Type
	lanes = x
	if hasOther && !isFloat(x) && x != graph.Bool {
		more := strings.HasPrefix(other, "+")
		if expr = strings.TrimPrefix(other, "+ "); more {
			lanes = atLeast32(x)
		}
	}
	switch n.Op {
	case "BitShift":
		expr = "x y shiftl"
		if n.Str("direction", "") == "RIGHT" {
			expr = "x y shiftr"
		}
	case "Cast":
		expr, lanes = kernel.Conversion(x, y)
	case "Clip":
		switch lo, hi := n.Input(1), n.Input(2); {
		case lo == nil:
			expr = "x y min"
		case hi == nil:
			expr = "x y max"
		case isBound(lo) && isBound(hi):
			// One instruction each in V8, where max and min take several: the
			// convolutions with hard-swish of PP-OCRv4's detector, 640×640, in
			// Chromium on Zen 4 take 43 instead of 51 ms. NaN passes, and −0 as ReLU's.
			expr = "x y pmax z pmin"
		default:
			expr = "x y z clamp"
		}
	case "Equal":
		if x == graph.Bool {
			expr = "x y i.eq" // masks, in lanes of any type
		}
	case "Gelu":
		expr = "x gelu"
		if n.Str("approximate", "") == "tanh" {
			expr = "x gelutanh"
		}
	case "IsInf":
		switch down, up := n.Int("detect_negative", 1) != 0, n.Int("detect_positive", 1) != 0; {
		case down && up:
			expr = "x abs #7f800000 eq"
		case up:
			expr = "x #7f800000 eq"
		case down:
			expr = "x #ff800000 eq"
		default:
			expr = "x x xor"
		}
	case "Mod":
		switch {
		case isFloat(x):
			expr = "x y fmod"
		case n.Int("fmod", 0) == 1:
			expr = "x y rem"
		default:
			expr = "x y mod"
		}
	case "DequantizeLinear":
		if lanes, expr = graph.Float32, "x y mul"; n.Input(2) != nil {
			expr = "x z sub y mul"
		}
	case "Pow":
		expr, lanes = power(n.Inputs[1], x, lanes)
	case "QuantizeLinear": // a whole number that the type holds; NaN gives the zero point
		low, high := "0", "255"
		switch n.Outputs[0].Type {
		case graph.Int8:
			low, high = "-128", "127"
		case graph.Int16:
			low, high = "-32768", "32767"
		case graph.Uint16:
			high = "65535"
		}
		zero := "0" // makes −0 positive
		if n.Input(2) != nil {
			zero = "z"
		}
		expr = "x y div nearest =q q q q eq and " + zero + " add " + low + " pmax " + high + " pmin"
	case "RoundLinear":
		low, high := strconv.FormatInt(n.Int("low", 0), 10), strconv.FormatInt(n.Int("high", 0), 10)
		if n.Input(2) != nil {
			low, high = low+" z sub", high+" z sub"
		}
		by := "y div"
		if k, ok := reciprocal(n.Inputs[1]); ok {
			by = kernel.Constant(k) + " mul"
		}
		expr = "x " + by + " =q q q q eq and " + low + " pmax " + high + " pmin nearest y mul"
	case "Where":
		expr = "y z x sel"
		if lanes = y; y.Size() == 2 {
			lanes = graph.Int16 // bits pass as they are
		}
	}
	for {
		before, after, found := strings.Cut(expr, "$")
		if !found {
			break
		}
		name, after, more := strings.Cut(after, " ")
		if more {
			after = " " + after
		}
		expr = before + kernel.Constant(n.Attr(name).F) + after
	}
	switch act := n.Str("act", ""); act {
	case "":
	case "Relu":
		expr += " relu"
	default:
		return "", 0, say.Errorf("activation %q: %w", act, ErrUnsupported)
	}
	return expr, lanes, nil
}

// isBound reports whether v is a number that is not NaN.
func isBound(v *graph.Value) bool {
	bits, ok := v.Number()
	return ok && bits&0x7fffffff <= 0x7f800000
}

func isFloat(t graph.Type) bool {
	return t == graph.Float32 || t == graph.Float64 || t == graph.Float16 || t == graph.BFloat16
}

// atLeast32 is the integer type of four bytes or more that holds all of t.
func atLeast32(t graph.Type) graph.Type {
	switch t {
	case graph.Int8, graph.Int16:
		return graph.Int32
	case graph.Uint8, graph.Uint16:
		return graph.Uint32
	}
	return t
}

// power chooses how Pow computes: powers of integers with integers are
// multiplied out, everything else is exp(y·log x) in f64.
func power(y *graph.Value, x, lanes graph.Type) (string, graph.Type) {
	switch {
	case !isFloat(x) && !isFloat(y.Type):
		if wide := atLeast32(y.Type); wide.Size() > lanes.Size() {
			lanes = wide
		}
		if lanes == graph.Uint32 || lanes == graph.Uint64 { // the sign of x decides what is extended how; products wrap alike
			lanes = graph.Int64
		}
		return "x y ipow", lanes
	case !isFloat(x):
		return "x y pow whole", graph.Float64
	}
	return "x y pow", x
}

// evaluation is a step to come: an expression over values.
type evaluation struct {
	op    string
	y     *graph.Value
	expr  string
	lanes graph.Type
	xs    []*graph.Value // the operands x, y, z, w, x4, …
	temps int            // intermediate results t0, t1, …
	once  bool           // it runs in prepare
	guard guard
	whole bool // its results are integers that the lanes, which are f32, hold as they are
}

// Bounds of what one expression takes in: more operands or words than these
// cost more in registers than a pass over memory.
const (
	maxFusedOperands = 8 // that are more than one element
	maxFusedSingles  = 24
	maxFusedWords    = 120
)

// eltwise lowers operators that work on elements of equal position. A result
// that only one other such operator uses, and that has that one's shape, is not
// stored: its expression becomes a part of the user's. That changes no bit, as
// lanes are as wide as the stored result.
func (l *lowerer) eltwise(n *graph.Node) error {
	y := n.Outputs[0]
	expr, lanes, err := formula(n)
	if err != nil {
		return err
	}
	l.plan(n, "each element: "+expr)
	e := &evaluation{op: n.Op, y: y, lanes: lanes, once: l.once, guard: l.here(), whole: n.Op == "QuantizeLinear"}
	body := ""
	var xs []*graph.Value
	var words []string // that stand for xs
	for _, x := range n.Inputs {
		if x == nil {
			continue
		}
		word := ""
		j := slices.Index(xs, x)
		xs = append(xs, x)
		if j >= 0 {
			word = words[j]
		}
		if p := l.pending[x]; p != nil {
			delete(l.pending, x)
			if !e.absorbs(p, expr) {
				l.evaluate(p)
				words = append(words, e.operand(x))
				continue
			}
			e.op = p.op + "+" + e.op
			e.lanes = common(e.lanes, p.lanes)
			var names []string
			for _, v := range p.xs {
				names = append(names, e.operand(v))
			}
			body += rename(p.expr, names, e.temps)
			e.temps += p.temps
			word = "t" + strconv.Itoa(e.temps)
			body += " =" + word + " "
			e.temps++
		}
		if word == "" {
			word = e.operand(x)
		}
		words = append(words, word)
	}
	e.expr = body + rename(expr, words, 0)
	if l.mayWait(e) {
		if l.pending == nil {
			l.pending = map[*graph.Value]*evaluation{}
		}
		l.pending[y] = e
		return nil
	}
	l.evaluate(e)
	return nil
}

// common is the lane type of two expressions in one; bools fit in any lanes.
func common(a, b graph.Type) graph.Type {
	switch {
	case a == b || b == graph.Bool:
		return a
	case a == graph.Bool:
		return b
	}
	return graph.Undefined
}

// absorbs reports whether p can be a part of e, whose own expression is expr.
func (e *evaluation) absorbs(p *evaluation, expr string) bool {
	lanes := common(e.lanes, p.lanes)
	return lanes != graph.Undefined && p.once == e.once && p.y.Shape.Equal(e.y.Shape) && (p.y.Type == lanes || p.y.Type == graph.Bool || p.whole) &&
		(lanes != graph.Float32 || !kernel.Wide(expr) && !kernel.Wide(p.expr)) &&
		several(e.xs)+several(p.xs) < maxFusedOperands && len(e.xs)+len(p.xs) < maxFusedSingles && strings.Count(p.expr, " ")+strings.Count(e.expr, " ") < maxFusedWords
}

// several counts the operands of more than one element.
func several(xs []*graph.Value) int {
	k := 0
	for _, x := range xs {
		if !isOne(x.Shape.Elements()) {
			k++
		}
	}
	return k
}

// elements reports whether eltwise lowers a node.
func elements(n *graph.Node) bool {
	switch n.Op {
	case "QuantizeLinear", "DequantizeLinear":
		return perTensor(n)
	case "RoundLinear":
		return true
	}
	return strings.Contains(formulas, "\n"+n.Op+" = ")
}

// mayWait reports whether the only use of e's result is an operator that may
// take it in.
func (l *lowerer) mayWait(e *evaluation) bool {
	if l.opt.Intermediates || e.y.Type != e.lanes && e.y.Type != graph.Bool && !e.whole {
		return false
	}
	for _, x := range e.xs {
		if isFloat(e.lanes) && !isFloat(x.Type) && x.Type.Size() == 8 {
			return false // how it is rounded depends on the stored result
		}
	}
	switch e.lanes {
	case graph.Float16, graph.BFloat16:
		return false // each result is rounded
	}
	u := l.user(e.y)
	return u != nil && elements(u) && u.Outputs[0].Shape.Equal(e.y.Shape)
}

// user is the only node that uses v, or nil.
func (l *lowerer) user(v *graph.Value) *graph.Node {
	if l.users == nil {
		l.users = map[*graph.Value]*graph.Node{}
		many := &graph.Node{}
		graph.Each(l.g, func(g *graph.Graph) {
			for _, n := range g.Nodes {
				for _, x := range n.Inputs {
					if u := l.users[x]; u != nil && u != n {
						l.users[x] = many
					} else {
						l.users[x] = n
					}
				}
			}
			for _, x := range g.Outputs {
				l.users[x] = many
			}
		})
	}
	return l.users[v]
}

// operand returns the word for an operand.
func (e *evaluation) operand(v *graph.Value) string {
	at := slices.Index(e.xs, v)
	if at < 0 {
		at = len(e.xs)
		e.xs = append(e.xs, v)
	}
	return operandWord(at)
}

func operandWord(i int) string {
	if i < 4 {
		return "xyzw"[i : i+1]
	}
	return "x" + strconv.Itoa(i)
}

// rename gives the operands of an expression other names, and counts its
// intermediate results from a number on.
func rename(expr string, operands []string, from int) string {
	words := strings.Fields(expr)
	for i, w := range words {
		name := strings.TrimPrefix(w, "=")
		for j, o := range operands {
			if name == operandWord(j) {
				words[i] = o
				break
			}
		}
		if k, err := strconv.Atoi(strings.TrimPrefix(name, "t")); err == nil && name[0] == 't' {
			words[i] = strings.TrimSuffix(w, name) + "t" + strconv.Itoa(from+k)
		}
	}
	return strings.Join(words, " ")
}

// evaluate adds the step.
func (l *lowerer) evaluate(e *evaluation) {
	l.during(e.once, func() { l.under(e.guard, func() { l.evaluateHere(e) }) })
}

func (l *lowerer) evaluateHere(e *evaluation) {
	y, xs := e.y, e.xs
	image := l.asImages(xs, y)
	order := make([]int, len(y.Shape)) // of the axes, channels last in pictures
	for i := range order {
		order[i] = i
		if image && i > 0 {
			order[i] = i + 1
		}
	}
	if image {
		order[len(order)-1] = 1
	}
	ins := make([]rep, len(xs))
	whole := image // one run over pixels and padding alike
	for i, x := range xs {
		if image && imageable(x) && l.agree(x.Shape, y.Shape) {
			ins[i] = l.image(x, true)
			// A view may have the pixels of a larger picture.
			c, _ := x.Shape[1].IsConst()
			stride, _ := ins[i].pixelStride(x.Shape)
			whole = whole && stride == (c+3)&^3
		} else {
			ins[i] = l.plain(x)
			k, ok := x.Shape.Elements().IsConst()
			whole = whole && ok && k == 1
		}
	}
	op, out := e.op, rep{}
	if image {
		op += ".image"
		out = l.imageFor(y)
		c, _ := y.Shape[1].IsConst()
		stride, _ := out.pixelStride(y.Shape)
		whole = whole && stride == (c+3)&^3
	} else {
		out = rep{buf: l.newBuffer(y.Name, bytesOf(y)), strides: rowMajor(y.Shape, y.Type)}
		l.add(y, out)
	}
	l.touch(out.buf)
	for _, in := range ins {
		l.touch(in.buf)
	}
	l.addStep(y.Name, op, func(b *kernel.Builder) *emit.Func {
		p := kernel.EltwiseParams{Expr: e.expr, Lanes: e.lanes}
		operand := func(r rep, v *graph.Value) kernel.Operand {
			o := kernel.Operand{Addr: l.addr(r), Type: v.Type}
			if whole {
				step := v.Type.Size()
				if !l.agree(v.Shape, y.Shape) {
					step = 0
				}
				o.Stride = []kernel.Int{kernel.Const(step)}
				return o
			}
			full := l.operand(r, v.Shape, y.Shape)
			for _, i := range order {
				o.Stride = append(o.Stride, full.Stride[i])
			}
			return o
		}
		if whole {
			count := y.Shape.Elements()
			if image {
				c, _ := y.Shape[1].IsConst()
				count = graph.Mul(graph.Mul(y.Shape[0], y.Shape[2:].Elements()), graph.Num((c+3)&^3))
			}
			p.Extents = []kernel.Int{l.int(count)}
		} else {
			for _, i := range order {
				p.Extents = append(p.Extents, l.int(y.Shape[i]))
			}
		}
		p.Out = operand(out, y)
		for i, x := range xs {
			p.In = append(p.In, operand(ins[i], x))
		}
		return b.Eltwise(y.Name, p)
	})
}

// agree reports whether two shapes are equal whenever the module runs: by
// themselves, or because extents that would broadcast need another module.
func (l *lowerer) agree(a, b graph.Shape) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Equal(b[i]) {
			continue
		}
		if isConst(a[i]) || isConst(b[i]) || !slices.ContainsFunc(l.constraints, func(c graph.Constraint) bool {
			return c.Kind == graph.Broadcasts && len(l.guards[c.Node]) == 0 && (c.A.Equal(a[i]) && c.B.Equal(b[i]) || c.A.Equal(b[i]) && c.B.Equal(a[i]))
		}) {
			return false
		}
	}
	return true
}

// asImages reports whether an elementwise node should work on pictures: an
// operand of the result's shape lies that way already.
func (l *lowerer) asImages(xs []*graph.Value, y *graph.Value) bool {
	if !imageable(y) {
		return false
	}
	for _, x := range xs {
		if !imageable(x) || !l.agree(x.Shape, y.Shape) {
			continue
		}
		if _, ok := l.find(x, func(r rep) bool {
			s, ok := r.pixelStride(x.Shape)
			return ok && s%4 == 0 && !r.isPlain(x.Shape, x.Type)
		}); ok {
			return true
		}
	}
	return false
}

// operand sees r, of shape s, through the extents of shape to, by ONNX's
// multidirectional broadcasting: axes are matched from the last, and an extent
// of one is repeated.
func (l *lowerer) operand(r rep, s, to graph.Shape) kernel.Operand {
	o := kernel.Operand{Addr: l.addr(r)}
	for i := range to {
		j := i - (len(to) - len(s))
		stride := graph.Num(0)
		if j >= 0 {
			if one, ok := s[j].IsConst(); !ok || one != 1 || s[j].Equal(to[i]) {
				stride = r.strides[j]
			}
		}
		o.Stride = append(o.Stride, l.int(stride))
	}
	return o
}
