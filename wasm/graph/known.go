package graph

import (
	"encoding/binary"
	"math"
)

// Known returns the elements of an integer tensor that are numbers when the
// model is compiled: those of KnownDims, unless an extent of an input that is
// still open has a part in them.
func Known(v *Value) ([]int64, bool) {
	dims, ok := KnownDims(v)
	if !ok {
		return nil, false
	}
	out := make([]int64, len(dims))
	for i, d := range dims {
		if out[i], ok = d.IsConst(); !ok {
			return nil, false
		}
	}
	return out, true
}

// Number reports the bits of a float32 constant of one element. They may become
// part of an expression; Go never computes with them.
func (v *Value) Number() (bits uint32, ok bool) {
	if v.Const == nil || v.Type != Float32 || len(v.Const.Data) != 4 {
		return 0, false
	}
	if n, ok := v.Shape.Elements().IsConst(); !ok || n != 1 {
		return 0, false
	}
	return binary.LittleEndian.Uint32(v.Const.Data), true
}

// KnownDims returns the elements of an int64, int32 or bool tensor that can be
// worked out when the model is compiled, as expressions over the symbols: a
// constant, the shape of a value, or what integer arithmetic and data movement
// make of those. Only shape operands need this; at most maxKnown elements are
// followed.
func KnownDims(v *Value) ([]Dim, bool) {
	if !v.visited {
		v.visited = true
		v.known, v.isKnown = evaluate(v)
	}
	return v.known, v.isKnown
}

func evaluate(v *Value) ([]Dim, bool) {
	if v.Type != Int64 && v.Type != Int32 && v.Type != Bool && (v.Type != Int16 || v.Const == nil) { // Range may have stored i16
		return nil, false
	}
	count, ok := v.Shape.Elements().IsConst()
	if !ok || count > maxKnown {
		return nil, false
	}
	out := make([]Dim, count)
	if v.Const != nil {
		size := v.Type.Size()
		if int64(len(v.Const.Data)) != size*count {
			return nil, false
		}
		for i := range out {
			out[i] = Num(elementAt(v.Const.Data[size*int64(i):], v.Type))
		}
		return out, true
	}
	n := v.Def
	if n == nil || n.Attr("act") != nil {
		return nil, false
	}
	at := 0
	for i, o := range n.Outputs {
		if o == v {
			at = i
		}
	}
	ok = forEachIndex(v.Shape, func(i int, index []int64) bool {
		d, ok := element(n, at, i, index)
		if k, fixed := d.IsConst(); fixed && v.Type == Int32 && int64(int32(k)) != k || len(d.String()) > maxDimText {
			return false // it would wrap around
		}
		out[i] = d
		return ok
	})
	return out, ok
}

// elementAt is the integer at the start of b.
func elementAt(b []byte, t Type) int64 {
	switch t.Size() {
	case 8:
		return int64(binary.LittleEndian.Uint64(b))
	case 4:
		return int64(int32(binary.LittleEndian.Uint32(b)))
	case 2:
		return int64(int16(binary.LittleEndian.Uint16(b)))
	}
	return int64(int8(b[0]))
}

// element works out element i, at index, of result out of n.
func element(n *Node, out, i int, index []int64) (Dim, bool) {
	switch n.Op {
	case "Identity", "Reshape", "Squeeze", "Unsqueeze", "Flatten":
		known, ok := KnownDims(n.Inputs[0])
		if !ok {
			return Dim{}, false
		}
		return known[i], true
	case "ConstantOfShape":
		return Num(n.Int("value_bits", 0)), typeNamed(n.Str("type", "")) != Bool || n.Int("value_bits", 0) <= 1
	case "Shape":
		return n.Inputs[0].Shape[n.Int("start", 0)+int64(i)], true
	case "Size":
		return n.Inputs[0].Shape.Elements(), true
	case "Cast":
		d, ok := pick(n.Inputs[0], index)
		if n.Outputs[out].Type == Bool && n.Inputs[0].Type != Bool {
			k, fixed := d.IsConst()
			if fixed && k != 0 {
				return Num(1), ok
			}
			return d, ok && fixed
		}
		return d, ok
	case "Expand":
		return pick(n.Inputs[0], index)
	case "Where":
		c, ok := pick(n.Inputs[0], index)
		if k, fixed := c.IsConst(); !ok || !fixed {
			return Dim{}, false
		} else if k != 0 {
			return pick(n.Inputs[1], index)
		}
		return pick(n.Inputs[2], index)
	case "If":
		a, b := n.Inputs[1], n.Input(2)
		switch c, ok := KnownDims(n.Inputs[0]); {
		case a == nil:
			return pick(b, index)
		case b == nil:
			return pick(a, index)
		case ok:
			x, ok := pick(a, index)
			y, ok2 := pick(b, index)
			return Add(Mul(c[0], x), Mul(Sub(Num(1), c[0]), y)), ok && ok2
		}
		return Dim{}, false
	case "Range":
		start, ok := pick(n.Inputs[0], nil)
		step, ok2 := pick(n.Inputs[2], nil)
		return Add(start, Mul(Num(int64(i)), step)), ok && ok2
	case "ReduceProd", "ReduceSum", "ReduceMax", "ReduceMin":
		all, ok := KnownDims(n.Inputs[0])
		if c, _ := n.Outputs[0].Shape.Elements().IsConst(); !ok || c != 1 || len(all) == 0 {
			return Dim{}, false
		}
		d := all[0]
		for _, x := range all[1:] {
			if d, ok = combine(reduced(n.Op), d, x); !ok {
				return Dim{}, false
			}
		}
		return d, true
	case "Neg":
		d, ok := pick(n.Inputs[0], index)
		return Mul(Num(-1), d), ok
	case "Not":
		d, ok := pick(n.Inputs[0], index)
		return Sub(Num(1), d), ok
	case "Add", "Sub", "Mul", "Div", "Mod", "Max", "Min", "Equal", "And", "Or", "Less", "Greater", "LessOrEqual", "GreaterOrEqual":
		d, ok := pick(n.Inputs[0], index)
		for _, v := range n.Inputs[1:] {
			x, ok2 := pick(v, index)
			if !ok || !ok2 {
				return Dim{}, false
			}
			d, ok = combine(n.Op, d, x)
		}
		return d, ok && (n.Op != "Mod" || n.Int("fmod", 0) == 0)
	}
	return moved(n, out, index)
}

// moved works out an element that is one of an operand's.
func moved(n *Node, out int, index []int64) (Dim, bool) {
	at := append([]int64(nil), index...)
	switch n.Op {
	case "Transpose":
		for i, p := range n.Ints("perm") {
			at[p] = index[i]
		}
	case "Concat", "Split":
		axis := n.Int("axis", 0)
		if n.Op == "Split" {
			for _, v := range n.Outputs[:out] {
				k, _ := v.Shape[axis].IsConst()
				at[axis] += k
			}
			break
		}
		for _, v := range n.Inputs {
			k, _ := v.Shape[axis].IsConst()
			if at[axis] < k {
				return pick(v, at)
			}
			at[axis] -= k
		}
		return Dim{}, false
	case "Tile":
		for i, d := range n.Inputs[0].Shape {
			if k, ok := d.IsConst(); ok && k > 0 {
				at[i] %= k
			}
		}
	case "Slice":
		axes, err := (&inference{n: n}).slice()
		if err != nil {
			return Dim{}, false
		}
		for i, a := range axes {
			start, ok := a.start.IsConst()
			if !ok {
				return Dim{}, false
			}
			at[i] = start + index[i]*a.step
		}
	case "Gather":
		axis, rank := int(n.Int("axis", 0)), len(n.Inputs[1].Shape)
		k, ok := pick(n.Inputs[1], index[axis:axis+rank])
		j, fixed := k.IsConst()
		extent, fixed2 := n.Inputs[0].Shape[axis].IsConst()
		if j < 0 {
			j += extent
		}
		if !ok || !fixed || !fixed2 || j < 0 || j >= extent {
			return Dim{}, false
		}
		at = append(append(append(at[:0], index[:axis]...), j), index[axis+rank:]...)
	default:
		return Dim{}, false
	}
	return pick(n.Inputs[0], at)
}

// reduced is the operation that a reduction repeats.
func reduced(op string) string {
	switch op {
	case "ReduceProd":
		return "Mul"
	case "ReduceSum":
		return "Add"
	}
	return op[len("Reduce"):]
}

// combine computes an operation on two elements, if the result can be written
// as an expression.
func combine(op string, a, b Dim) (Dim, bool) {
	ak, aok := a.IsConst()
	bk, bok := b.IsConst()
	switch op {
	case "Add":
		return Add(a, b), true
	case "Sub":
		return Sub(a, b), true
	case "Mul":
		return Mul(a, b), true
	case "Max", "Or": // of bools, which are 0 and 1
		return Max(a, b), true
	case "Min", "And":
		return Min(a, b), true
	case "Greater":
		return combine("Less", b, a)
	case "LessOrEqual":
		d, ok := combine("Less", b, a)
		return Sub(Num(1), d), ok
	case "GreaterOrEqual":
		d, ok := combine("Less", a, b)
		return Sub(Num(1), d), ok
	case "Less":
		switch {
		case Sub(Sub(b, a), Num(1)).notNegative():
			return Num(1), true
		case Sub(a, b).notNegative():
			return Num(0), true
		}
		return Max(Num(0), Min(Num(1), Sub(b, a))), true
	case "Equal":
		diff, fixed := Sub(a, b).IsConst()
		switch {
		case fixed && diff == 0:
			return Num(1), true
		case fixed, a.notNegative() && bok && bk < 0, b.notNegative() && aok && ak < 0:
			return Num(0), true
		}
		return Sub(Num(1), Min(Num(1), Max(Sub(a, b), Sub(b, a)))), true
	case "Div":
		switch { // the quotient is rounded to zero
		case aok && bok && bk != 0 && (ak != math.MinInt64 || bk != -1):
			return Num(ak / bk), true
		case !(bok && bk == 0) && a.notNegative() && b.notNegative():
			return FloorDiv(a, b), true
		}
	case "Mod": // has the divisor's sign
		switch {
		case aok && bok && bk > 0:
			return Num(ak - bk*floorDiv(ak, bk)), true
		case !(bok && bk == 0) && a.notNegative() && b.notNegative():
			return Sub(a, Mul(b, FloorDiv(a, b))), true
		}
	}
	return Dim{}, false
}

// pick returns the element of v at index, which may have more axes than v and
// reach beyond extents of 1, as in broadcasting.
func pick(v *Value, index []int64) (Dim, bool) {
	known, ok := KnownDims(v)
	if !ok {
		return Dim{}, false
	}
	at := int64(0)
	index = index[max(len(index)-len(v.Shape), 0):]
	for i, d := range v.Shape {
		k, _ := d.IsConst()
		at *= k
		if k != 1 {
			at += index[i]
		}
	}
	return known[at], true
}

// forEachIndex visits the index tuples of a static shape in row-major order.
func forEachIndex(s Shape, f func(i int, index []int64) bool) bool {
	count, _ := s.Elements().IsConst()
	index := make([]int64, len(s))
	for i := range int(count) {
		if !f(i, index) {
			return false
		}
		for j := len(s) - 1; j >= 0; j-- {
			index[j]++
			if k, _ := s[j].IsConst(); index[j] < k {
				break
			}
			index[j] = 0
		}
	}
	return true
}
