package kernel

import "github.com/dehug/dehug/wasm/emit"

// axis is one extent of an n-dimensional walk, with a stride in bytes for each
// of the tensors that are walked together.
type axis struct {
	extent expr
	stride []expr
}

// axes pairs extents with the tensors' strides, drops extents of one and
// merges neighbours that every tensor walks as one. Only what is known at
// compile time merges.
func axes(extents []Int, strides ...[]Int) []axis {
	for _, s := range strides {
		if len(s) != len(extents) {
			panic("kernel: an operand needs one stride for each extent")
		}
	}
	var as []axis
	for i, e := range extents {
		if v, ok := e.IsConst(); ok && v == 1 {
			continue
		}
		a := axis{extent: e.expr()}
		for _, s := range strides {
			a.stride = append(a.stride, s[i].expr())
		}
		if n := len(as); n > 0 && as[n-1].encloses(a) {
			a.extent = mul(as[n-1].extent, a.extent)
			as[n-1] = a
			continue
		}
		as = append(as, a)
	}
	return as
}

// encloses reports whether walking a for each step of o is one longer walk
// along a.
func (o axis) encloses(a axis) bool {
	if !a.extent.isConst() {
		return false
	}
	for i, s := range a.stride {
		if !s.isConst() || !o.stride[i].isConst() || o.stride[i].v != s.v*a.extent.v {
			return false
		}
	}
	return true
}

// step reports whether operand i has the constant stride v.
func (o axis) step(i, v int) bool { return o.stride[i].isConst() && int(o.stride[i].v) == v }

// nest walks the axes, outermost first, and runs body with pointers to the
// elements of each tensor.
func nest(f *emit.Func, as []axis, at []emit.Local, body func(at []emit.Local)) {
	if len(as) == 0 {
		body(at)
		return
	}
	here := f.Locals(emit.I32, len(at))
	for i := range at {
		f.Move(here[i], at[i])
	}
	times(f, as[0].extent, func() {
		nest(f, as[1:], here, body)
		for i := range at {
			advance(f, here[i], as[0].stride[i])
		}
	})
}
