package graph

import (
	"errors"
	"math"
	"strconv"

	"github.com/dehug/dehug/internal/say"
)

const (
	// MaxRank is the rank that a compiled module's descriptors have room for.
	MaxRank = 8
	// maxDimText bounds an extent's expression: hostile graphs (Concat of x
	// with a pooled x, repeated) would let it grow exponentially.
	maxDimText = 1 << 10
	// maxParam bounds kernel extents, strides, dilations and pads, so that
	// products of two of them fit in an int64.
	maxParam = math.MaxInt32
	// maxElements bounds a tensor whose shape is static (64 Gi elements).
	maxElements = 1 << 36
	// maxKnown is how many integers of a shape operand are followed: more than
	// any shape has, little enough to keep for every value of a large graph.
	maxKnown = 64
)

// Constraint is a condition on symbolic extents that only a run's input
// shapes can decide.
type Constraint struct {
	Node *Node
	Kind ConstraintKind
	A, B Dim
}

// ConstraintKind says what a Constraint asks for.
type ConstraintKind uint8

// Kinds of constraints.
const (
	Equal      ConstraintKind = iota + 1 // A == B
	Broadcasts                           // A == B, A == 1 or B == 1
	Positive                             // A ≥ 1; B is not used
	Divides                              // A is a multiple of B, B ≥ 1
	AtMost                               // A ≤ B; otherwise another module is needed
)

// Constraints lists what must hold of the extents when g runs, in node order,
// without what is true for all extents. Symbols themselves are at least 1.
func Constraints(g *Graph) ([]Constraint, error) {
	var all []Constraint
	for i, n := range g.Nodes {
		_, c, err := infer(n)
		if err != nil {
			return nil, say.Errorf("graph: %w", nodeError(i, n.Op, n.Name, err))
		}
		all = append(all, c...)
		if n.Body != nil {
			if c, err = Constraints(n.Body); err != nil {
				return nil, err
			}
			all = append(all, c...)
		}
	}
	return all, nil
}

// result is the type of one output.
type result struct {
	typ   Type
	shape Shape
}

// inference is the work on one node.
type inference struct {
	n    *Node
	cons []Constraint
}

// infer checks a canonical node and returns the types of its outputs (all that
// the operator has; the node may want fewer) and the conditions on extents.
func infer(n *Node) ([]result, []Constraint, error) {
	f, r := find(n.Op)
	if r == nil || n.Domain != "" {
		return nil, nil, errors.New("not an operator of this graph")
	}
	if n.Op == "Loop" {
		if err := checkAttrs(r, n); err != nil {
			return nil, nil, err
		}
		out, err := inferLoop(n)
		return out, nil, err
	}
	if n.Body != nil {
		return nil, nil, errors.New("it has a body")
	}
	types, err := checkOperands(r, n)
	if err != nil {
		return nil, nil, err
	}
	if err := checkAttrs(r, n); err != nil {
		return nil, nil, err
	}
	in := &inference{n: n}
	shapes, err := f.shapes(in)
	if err != nil {
		return nil, nil, err
	}
	if len(shapes) < len(n.Outputs) {
		return nil, nil, say.Errorf("%d results; the operator has %d", len(n.Outputs), len(shapes))
	}
	out := make([]result, len(shapes))
	for i, s := range shapes {
		if err := checkShape(s); err != nil {
			return nil, nil, err
		}
		out[i] = result{types[min(i, len(types)-1)], s}
	}
	return out, in.cons, nil
}

// checkOperands compares operands with r's signature and returns the types of
// the outputs.
func checkOperands(r *rule, n *Node) ([]Type, error) {
	want := signature(r.in)
	least := 0
	for i, o := range want {
		if !o.optional {
			least = i + 1
		}
	}
	variadic := len(want) > 0 && want[len(want)-1].variadic
	if len(n.Inputs) < least || len(n.Inputs) > len(want) && !variadic {
		return nil, say.Errorf("%d operands; the operator takes %s", len(n.Inputs), count(least, len(want), variadic))
	}
	outs := signature(r.out)
	if many := outs[len(outs)-1].variadic; len(n.Outputs) == 0 || len(n.Outputs) > len(outs) && !many {
		return nil, say.Errorf("%d results; the operator has %s", len(n.Outputs), count(1, len(outs), false))
	}
	var bound [3]Type // what T, U and V stand for
	variable := func(letter byte) *Type {
		if letter >= 'T' && letter <= 'V' {
			return &bound[letter-'T']
		}
		return nil
	}
	for i, v := range n.Inputs {
		o := want[min(i, len(want)-1)]
		if v == nil && !o.optional {
			return nil, say.Errorf("operand %d is missing", i)
		}
		if v == nil {
			continue
		}
		if !r.set(o.typ).has(v.Type) {
			return nil, say.Errorf("operand %d %q is %s; allowed are %s", i, v.Name, v.Type, r.set(o.typ))
		}
		if t := variable(o.typ); t != nil {
			if *t != Undefined && v.Type != *t {
				return nil, say.Errorf("operand %d %q is %s; operands before it are %s", i, v.Name, v.Type, *t)
			}
			*t = v.Type
		}
	}
	types := make([]Type, len(outs))
	for i, o := range outs {
		switch t := variable(o.typ); {
		case t != nil:
			types[i] = *t
		case o.typ == 'S':
			types[i] = typeNamed(n.Str("type", ""))
			if !r.types.has(types[i]) {
				return nil, say.Errorf("type %q; allowed are %s", n.Str("type", ""), r.types)
			}
		case o.typ == 'I':
			types[i] = Int64
		case o.typ == 'B':
			types[i] = Bool
		case o.typ == 'F':
			types[i] = Float32
		}
	}
	return types, nil
}

func count(least, most int, variadic bool) string {
	switch {
	case variadic:
		return strconv.Itoa(least) + " or more"
	case least == most:
		return strconv.Itoa(least)
	}
	return strconv.Itoa(least) + " to " + strconv.Itoa(most)
}

// checkAttrs compares the attributes of a canonical node with r.
func checkAttrs(r *rule, n *Node) error {
	for i, a := range n.Attrs {
		if i > 0 && n.Attrs[i-1].Name >= a.Name {
			return errors.New("attributes are not sorted by name")
		}
		known := false
		for _, want := range r.attrs {
			if want.name == a.Name {
				known = attrKinds[want.kind] == a.Kind
			}
		}
		if !known {
			return errors.New("attribute " + a.Name + " is not one of the operator's, or of the wrong kind")
		}
	}
	for _, want := range r.attrs {
		if want.required && n.Attr(want.name) == nil {
			return errors.New("attribute " + want.name + " is missing")
		}
	}
	if act := n.Attr("act"); act != nil && act.S != "Relu" {
		return say.Errorf("act is %q; it must be \"Relu\"", act.S)
	}
	return nil
}

func checkShape(s Shape) error {
	if len(s) > MaxRank {
		return say.Errorf("rank %d; at most %d is supported", len(s), MaxRank)
	}
	static := true
	for _, d := range s {
		if len(d.String()) > maxDimText {
			return errors.New("an extent's expression is too long: give the model's inputs fixed sizes")
		}
		k, ok := d.IsConst()
		static = static && ok
		if k < 0 {
			return say.Errorf("shape %s has a negative extent", s)
		}
	}
	if static {
		if k, ok := s.Elements().IsConst(); !ok || k > maxElements {
			return say.Errorf("shape %s has more than %d elements", s, int64(maxElements))
		}
	}
	return nil
}

// require notes a condition, unless it holds for all extents; it fails where
// the condition can never hold.
func (in *inference) require(kind ConstraintKind, a, b Dim) bool {
	ak, aok := a.IsConst()
	bk, bok := b.IsConst()
	switch kind {
	case Equal, Broadcasts:
		if a.Equal(b) || kind == Broadcasts && (aok && ak == 1 || bok && bk == 1) {
			return true
		}
		if aok && bok {
			return false
		}
	case Positive:
		if _, sym := a.IsSym(); sym || aok {
			return sym || ak >= 1
		}
	case AtMost:
		diff := Sub(b, a)
		if k, ok := diff.IsConst(); ok || diff.notNegative() {
			return !ok || k >= 0
		}
	case Divides:
		if aok && bok {
			return bk >= 1 && ak%bk == 0
		}
		if bok && bk == 1 {
			return true
		}
	}
	in.cons = append(in.cons, Constraint{in.n, kind, a, b})
	return true
}

// broadcast aligns shapes at their last axis, as numpy does.
func (in *inference) broadcast(a, b Shape) (Shape, error) {
	if len(a) < len(b) {
		a, b = b, a
	}
	out := append(Shape(nil), a...)
	for i, y := range b {
		j := len(a) - len(b) + i
		x := a[j]
		if !in.require(Broadcasts, x, y) {
			return nil, say.Errorf("shapes %s and %s do not broadcast", a, b)
		}
		xk, xok := x.IsConst()
		yk, yok := y.IsConst()
		switch {
		case x.Equal(y) || yok && yk == 1 || xok && xk != 1:
		case xok || yok: // x is 1, or y is a number that x must match
			out[j] = y
		default:
			// The condition lets only equal ones pass, so either will do.
			if len(y.String()) < len(x.String()) {
				out[j] = y
			}
		}
	}
	return out, nil
}

func (in *inference) concat() (Shape, error) {
	n := in.n
	out := append(Shape(nil), n.Inputs[0].Shape...)
	axis := n.Int("axis", 0)
	if axis < 0 || axis >= int64(len(out)) {
		return nil, say.Errorf("axis %d is out of range for rank %d", axis, len(out))
	}
	for i, v := range n.Inputs[1:] {
		if len(v.Shape) != len(out) {
			return nil, say.Errorf("operand %d has rank %d, operand 0 has rank %d", i+1, len(v.Shape), len(out))
		}
		for j, d := range v.Shape {
			switch {
			case int64(j) == axis:
				if out[j] = Add(out[j], d); len(out[j].String()) > maxDimText {
					return nil, checkShape(out)
				}
			case !in.require(Equal, out[j], d):
				return nil, say.Errorf("operand %d has shape %s, which differs from %s off axis %d", i+1, v.Shape, n.Inputs[0].Shape, axis)
			default:
				if _, ok := d.IsConst(); ok {
					out[j] = d
				}
			}
		}
	}
	return out, nil
}

func constantOfShape(n *Node) (Shape, error) {
	dims, err := shapeOperand(n, 0)
	if err != nil {
		return nil, err
	}
	return append(Shape{}, dims...), nil
}

// shapeOperand returns the integers of a shape operand.
func shapeOperand(n *Node, i int) ([]Dim, error) {
	v := n.Inputs[i]
	if len(v.Shape) != 1 {
		return nil, say.Errorf("shape operand %q has rank %d; it must have rank 1", v.Name, len(v.Shape))
	}
	return knownOperand(v)
}

// knownOperand returns the elements of an operand with a shape role.
func knownOperand(v *Value) ([]Dim, error) {
	dims, ok := KnownDims(v)
	if !ok {
		if err := needsValue(v); err != nil {
			return nil, err
		}
		return nil, say.Errorf("shape operand %q is not a constant of at most %d integers: export the model with fixed shapes", v.Name, maxKnown)
	}
	return dims, nil
}

// geometry checks the attributes that Conv and MaxPool share against the
// number of spatial axes.
func (in *inference) geometry(spatial int) error {
	for _, a := range []struct {
		name  string
		count int
		least int64
	}{{"kernel_shape", spatial, 1}, {"strides", spatial, 1}, {"dilations", spatial, 1}, {"pads", 2 * spatial, 0}} {
		v := in.n.Ints(a.name)
		if len(v) != a.count {
			return say.Errorf("%s has %d numbers; %d spatial axes need %d", a.name, len(v), spatial, a.count)
		}
		for _, k := range v {
			if k < a.least || k > maxParam {
				return say.Errorf("%s has %d; allowed are %d to %d", a.name, k, a.least, maxParam)
			}
		}
	}
	return nil
}

// windows returns how many positions the window has along spatial axis i.
func (in *inference) windows(extent Dim, i int, ceil bool) (Dim, error) {
	n := in.n
	k, s, d := n.Ints("kernel_shape")[i], n.Ints("strides")[i], n.Ints("dilations")[i]
	pads := n.Ints("pads")
	head, tail := pads[i], pads[len(pads)/2+i]
	room := Add(extent, Num(head+tail-((k-1)*d+1)))
	if rk, ok := room.IsConst(); ok && rk < 0 {
		return Dim{}, say.Errorf("the window (%d, dilated %d) is larger than extent %s with pads %d and %d", k, d, extent, head, tail)
	}
	steps := FloorDiv(room, Num(s))
	if ceil {
		// A last window that would begin in the padding behind the data is dropped.
		steps = Min(CeilDiv(room, Num(s)), FloorDiv(Add(extent, Num(head-1)), Num(s)))
	}
	out := Add(steps, Num(1))
	if !in.require(Positive, out, Dim{}) {
		return Dim{}, say.Errorf("extent %s leaves no window position", extent)
	}
	return out, nil
}

func (in *inference) spatialRank(x Shape) (int, error) {
	if len(x) < 3 || len(x) > 5 {
		return 0, say.Errorf("operand 0 has rank %d; supported are 3 to 5 (one to three spatial axes)", len(x))
	}
	return len(x) - 2, nil
}

func (in *inference) conv() (Shape, error) {
	n := in.n
	x, w := n.Inputs[0].Shape, n.Inputs[1].Shape
	spatial, err := in.spatialRank(x)
	if err != nil {
		return nil, err
	}
	if len(w) != len(x) {
		return nil, say.Errorf("weights have rank %d, the image has rank %d", len(w), len(x))
	}
	if err := in.geometry(spatial); err != nil {
		return nil, err
	}
	wk := make([]int64, len(w))
	for i, d := range w {
		k, ok := d.IsConst()
		if !ok {
			return nil, say.Errorf("weights of shape %s are not static", w)
		}
		wk[i] = k
	}
	for i, k := range n.Ints("kernel_shape") {
		if wk[2+i] != k {
			return nil, say.Errorf("kernel_shape %v differs from weights of shape %s", n.Ints("kernel_shape"), w)
		}
	}
	oc, group := wk[0], n.Int("group", 0)
	if group < 1 || group > oc || oc%group != 0 {
		return nil, say.Errorf("%d output channels cannot be split in %d groups", oc, group)
	}
	c, ok := x[1].IsConst()
	if !ok {
		return nil, say.Errorf("the number of channels, %s, is not static: export the model with a fixed channel count", x[1])
	}
	if p, ok := mulOK(wk[1], group); !ok || p != c {
		return nil, say.Errorf("the image has %d channels; weights of shape %s in %d groups need %d", c, w, group, p)
	}
	if b := n.Input(2); b != nil && !b.Shape.Equal(Shape{w[0]}) {
		return nil, say.Errorf("bias has shape %s; it must be [%d]", b.Shape, oc)
	}
	out := Shape{x[0], w[0]}
	for i, d := range x[2:] {
		o, err := in.windows(d, i, false)
		if err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	if r := n.Input(3); r != nil {
		want := append(Shape(nil), out...)
		if len(r.Shape) == len(out) {
			want[1] = r.Shape[1]
		}
		rc, ok := want[1].IsConst()
		if !r.Shape.Equal(want) || !ok || rc < 1 || rc > oc {
			return nil, say.Errorf("the residual has shape %s; it must be %s with 1 to %d channels", r.Shape, out, oc)
		}
	}
	return out, nil
}

func (in *inference) maxPool() (Shape, error) {
	n := in.n
	x := n.Inputs[0].Shape
	spatial, err := in.spatialRank(x)
	if err != nil {
		return nil, err
	}
	if err := in.geometry(spatial); err != nil {
		return nil, err
	}
	for _, name := range []string{"ceil_mode", "storage_order"} {
		if v := n.Int(name, 0); v != 0 && v != 1 {
			return nil, say.Errorf("%s is %d; it must be 0 or 1", name, v)
		}
	}
	out := Shape{x[0], x[1]}
	pads, kernel, dilations := n.Ints("pads"), n.Ints("kernel_shape"), n.Ints("dilations")
	for i, d := range x[2:] {
		if reach := (kernel[i]-1)*dilations[i] + 1; pads[i] >= reach || pads[spatial+i] >= reach {
			return nil, say.Errorf("pads %v: a window of %d would lie in the padding alone", pads, reach)
		}
		o, err := in.windows(d, i, n.Int("ceil_mode", 0) == 1)
		if err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	return out, nil
}

func (in *inference) reshape() (Shape, error) {
	n := in.n
	x := n.Inputs[0].Shape
	dims, err := shapeOperand(n, 1)
	if err != nil {
		return nil, err
	}
	if len(dims) > MaxRank {
		return nil, say.Errorf("rank %d; at most %d is supported", len(dims), MaxRank)
	}
	copies := n.Int("allowzero", 0) == 0
	out := make(Shape, len(dims))
	// Extents that are copied in place cancel out of the comparison.
	copied := make([]bool, max(len(x), len(dims)))
	have, want, infer := Num(1), Num(1), -1
	for i, d := range dims {
		k, fixed := d.IsConst()
		switch {
		case !fixed:
			out[i] = d
			want = Mul(want, d)
		case k == 0 && copies:
			if i >= len(x) {
				return nil, say.Errorf("shape %v copies axis %d of an operand of rank %d", Shape(dims), i, len(x))
			}
			out[i], copied[i] = x[i], true
		case k == -1 && infer >= 0:
			return nil, say.Errorf("shape %v has two extents of -1", Shape(dims))
		case k == -1:
			infer = i
		case k < 0:
			return nil, say.Errorf("shape %v has a negative extent", Shape(dims))
		default:
			out[i] = Num(k)
			want = Mul(want, out[i])
		}
	}
	for i, d := range x {
		if !copied[i] {
			have = Mul(have, d)
		}
	}
	if infer < 0 {
		if !in.require(Equal, have, want) {
			return nil, say.Errorf("shape %v does not have the elements of %s", Shape(dims), x)
		}
		return out, nil
	}
	if !in.require(Divides, have, want) {
		return nil, say.Errorf("shape %v: the elements of %s leave no whole extent for -1", Shape(dims), x)
	}
	out[infer] = FloorDiv(have, want)
	return out, nil
}

func transpose(x Shape, perm []int64) (Shape, error) {
	if len(perm) != len(x) {
		return nil, say.Errorf("perm %v is for rank %d, the operand has rank %d", perm, len(perm), len(x))
	}
	out := make(Shape, len(x))
	used := make([]bool, len(x))
	for i, p := range perm {
		if p < 0 || p >= int64(len(x)) || used[p] {
			return nil, say.Errorf("perm %v is not a permutation", perm)
		}
		used[p] = true
		out[i] = x[p]
	}
	return out, nil
}
