package graph

import "encoding/binary"

// Known returns the elements of an int64 tensor that can be worked out when
// the model is compiled: a constant, or what Add, Concat, ConstantOfShape,
// Identity, Reshape and Transpose make of constants. Only shape operands need
// this; at most maxKnown elements are followed.
func Known(v *Value) ([]int64, bool) {
	if !v.visited {
		v.visited = true
		v.known, v.isKnown = evaluate(v)
	}
	return v.known, v.isKnown
}

func evaluate(v *Value) ([]int64, bool) {
	if v.Type != Int64 {
		return nil, false
	}
	count, ok := v.Shape.Elements().IsConst()
	if !ok || count > maxKnown {
		return nil, false
	}
	if v.Const != nil {
		if int64(len(v.Const.Data)) != 8*count {
			return nil, false
		}
		out := make([]int64, count)
		for i := range out {
			out[i] = int64(binary.LittleEndian.Uint64(v.Const.Data[8*i:]))
		}
		return out, true
	}
	n := v.Def
	if n == nil || n.Attr("act") != nil {
		return nil, false
	}
	switch n.Op {
	case "Identity", "Reshape":
		return Known(n.Inputs[0])
	case "ConstantOfShape":
		out := make([]int64, count)
		for i := range out {
			out[i] = n.Int("value_bits", 0)
		}
		return out, true
	}
	f := find(n.Op)
	if f.element != nil {
		out := make([]int64, count)
		ok := forEachIndex(v.Shape, func(i int, index []int64) bool {
			x, ok := f.element(n, index)
			out[i] = x
			return ok
		})
		return out, ok
	}
	return nil, false
}

func elementBasic(n *Node, index []int64) (int64, bool) {
	switch n.Op {
	case "Transpose":
		at := make([]int64, len(index))
		for i, p := range n.Ints("perm") {
			at[p] = index[i]
		}
		return pick(n.Inputs[0], at)
	case "Add":
		a, aok := pick(n.Inputs[0], index)
		b, bok := pick(n.Inputs[1], index)
		return a + b, aok && bok // wraps, as the operator does
	}
	if n.Op != "Concat" {
		return 0, false
	}
	axis := n.Int("axis", 0)
	at := append([]int64(nil), index...)
	for _, v := range n.Inputs {
		k, _ := v.Shape[axis].IsConst()
		if at[axis] < k {
			return pick(v, at)
		}
		at[axis] -= k
	}
	return 0, false
}

// pick returns the element of v at index, which may have more axes than v and
// reach beyond extents of 1, as in broadcasting.
func pick(v *Value, index []int64) (int64, bool) {
	known, ok := Known(v)
	if !ok {
		return 0, false
	}
	at := int64(0)
	index = index[len(index)-len(v.Shape):]
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
