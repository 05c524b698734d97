package graph

import (
	"errors"

	"github.com/dehug/dehug/internal/say"
)

// likelyEnd is a position from which on exporters mean the end of an open axis.
const likelyEnd = 1<<16 - 1

// sliced is what a Slice takes along one axis: extent elements, step apart.
type sliced struct {
	start, extent Dim
	step          int64
}

// slice works out what the Slice node [X, starts, ends, axes?, steps?] takes
// along each axis. Where an open extent decides whether a position is clamped,
// it takes it that none is, and requires that.
func (in *inference) slice() ([]sliced, error) {
	n := in.n
	x := n.Inputs[0].Shape
	out := make([]sliced, len(x))
	for i, d := range x {
		out[i] = sliced{extent: d, step: 1}
	}
	var lists [4][]Dim
	for i := range lists {
		v := n.Input(1 + i)
		if v == nil {
			continue
		}
		var err error
		if lists[i], err = shapeOperand(n, 1+i); err != nil {
			return nil, err
		}
		if len(lists[i]) != len(lists[0]) {
			return nil, say.Errorf("operand %d has %d numbers, starts has %d", 1+i, len(lists[i]), len(lists[0]))
		}
	}
	seen := make([]bool, len(x))
	for i, start := range lists[0] {
		a, step := int64(i), int64(1)
		if lists[2] != nil {
			a, _ = lists[2][i].IsConst()
		}
		if a < 0 {
			a += int64(len(x))
		}
		if lists[3] != nil {
			step, _ = lists[3][i].IsConst()
		}
		if a < 0 || a >= int64(len(x)) || seen[a] || step == 0 {
			return nil, errors.New("an axis is out of range or given twice, or a step is 0 or not fixed")
		}
		seen[a] = true
		d := x[a]
		first, err := in.position(start, d, step < 0, false)
		if err != nil {
			return nil, err
		}
		end, err := in.position(lists[1][i], d, step < 0, true)
		if err != nil {
			return nil, err
		}
		length := Sub(end, first)
		if step < 0 {
			length = Sub(first, end)
		}
		step = max(min(step, maxParam), -maxParam) // as good as any larger one
		length = CeilDiv(length, Num(max(step, -step)))
		if k, ok := length.IsConst(); ok && k < 0 {
			length = Num(0)
		}
		out[a] = sliced{first, length, step}
	}
	return out, nil
}

// position brings a start or end p on an axis of extent d into its range: from
// 0 to d; backwards from −1 (a start: 0) to d−1.
func (in *inference) position(p, d Dim, backwards, isEnd bool) (Dim, error) {
	low, high := Num(0), d
	if backwards {
		high = Sub(d, Num(1))
		if isEnd {
			low = Num(-1)
		}
	}
	pk, fixed := p.IsConst()
	dk, static := d.IsConst()
	switch {
	case fixed && static:
		if pk < 0 {
			pk += dk
		}
		lk, _ := low.IsConst()
		hk, _ := high.IsConst()
		return Num(max(min(pk, hk), lk)), nil
	case fixed && pk <= -maxParam:
		return low, nil
	case fixed && pk <= -likelyEnd && in.require(AtMost, d, Num(-1-pk)):
		return low, nil
	case fixed && pk >= maxParam:
		return high, nil
	case fixed && pk >= likelyEnd && in.require(AtMost, d, p):
		return high, nil
	case fixed && pk < 0, !fixed && Mul(Num(-1), p).notNegative():
		p = Add(p, d)
		if !in.require(AtMost, low, p) {
			return low, nil
		}
		return p, nil
	case !p.notNegative() && !Sub(d, p).notNegative():
		return Dim{}, say.Errorf("whether position %s on an axis of extent %s counts from the end is not known", p, d)
	}
	if !in.require(AtMost, p, high) {
		return high, nil
	}
	return p, nil
}
