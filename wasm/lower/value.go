package lower

import (
	"github.com/dehug/dehug/wasm/emit"
	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/kernel"
)

// buffer is a piece of memory with a life time in steps.
type buffer struct {
	name        string
	size        graph.Dim // bytes
	first, last int       // steps that write it first and touch it last
	pinned      bool      // lives from its first step to the end (inputs: from the start)
	static      bool      // weights and tables: placed once, before the arena
	used        bool      // by steps of run, not only by prepare
	copy        *copying  // the copy step that fills it wholly, if that is how it is made
	addr        graph.Dim
	guard       guard // of the steps that use it, at least
}

// rep is one way in which a value lies in memory: the byte stride of each
// logical axis, in ONNX's axis order.
type rep struct {
	buf     *buffer
	off     graph.Dim // bytes from the buffer's start
	strides []graph.Dim
	guard   guard // it is there only where this holds
}

// value collects the representations that a graph value has so far.
type value struct {
	reps []rep
}

// copying is a copy step whose NaN handling may still be decided.
type copying struct{ canon bool }

func (l *lowerer) newBuffer(name string, size graph.Dim) *buffer {
	for _, c := range l.counts {
		size = size.Replace(c.name, c.most)
	}
	b := &buffer{name: name, size: size, first: len(l.steps), last: len(l.steps), static: l.once, used: !l.once, guard: l.here()}
	l.buffers = append(l.buffers, b)
	return b
}

// touch marks buffers as used by the step that is about to be added.
//
//go:noinline
func (l *lowerer) touch(bs ...*buffer) {
	for _, b := range bs {
		if b != nil {
			b.last = max(b.last, len(l.steps))
		}
	}
}

//go:noinline
func (l *lowerer) add(v *graph.Value, r rep) {
	x := l.values[v]
	if x == nil {
		x = &value{}
		l.values[v] = x
	}
	r.guard = l.here()
	x.reps = append(x.reps, r)
}

//go:noinline
func (l *lowerer) setPlain(v *graph.Value, b *buffer) {
	l.add(v, rep{buf: b, strides: rowMajor(v.Shape, v.Type)})
}

// find returns the first representation of v that ok accepts.
//
//go:noinline
func (l *lowerer) find(v *graph.Value, ok func(rep) bool) (rep, bool) {
	if q := l.recipes[v]; q != nil && l.values[v] == nil {
		l.values[v] = &value{}
		l.under(l.guards[v.Def], func() { l.quantizeNow(q) })
	}
	if e := l.pending[v]; e != nil {
		delete(l.pending, v)
		l.evaluate(e)
	}
	if x := l.values[v]; x != nil {
		for _, r := range x.reps {
			if l.guard.implies(r.guard) && ok(r) {
				r.buf.used = r.buf.used || !l.once
				return r, true
			}
		}
	}
	return rep{}, false
}

// any returns some representation of v; constants get their plain one.
//
//go:noinline
func (l *lowerer) any(v *graph.Value) rep {
	if r, ok := l.find(v, func(rep) bool { return true }); ok {
		return r
	}
	return l.plain(v)
}

// plain returns v dense and row-major, copying it there when it is not yet.
func (l *lowerer) plain(v *graph.Value) rep {
	if r, ok := l.find(v, func(r rep) bool { return r.isPlain(v.Shape, v.Type) }); ok {
		return r
	}
	if v.Const != nil {
		r := rep{buf: l.constant(v).plainBuffer(l), strides: rowMajor(v.Shape, v.Type)}
		l.add(v, r)
		return r
	}
	var r rep
	l.during(l.isFixed(v), func() {
		r = rep{buf: l.newBuffer(v.Name, bytesOf(v)), strides: rowMajor(v.Shape, v.Type)}
		r.buf.copy = l.copyStep(v.Name, "Layout.plain", l.any(v), r, v.Shape, v.Type, false)
		l.add(v, r)
	})
	return r
}

// image returns v as a picture batch. With aligned, the pixel stride is a
// multiple of four floats, as the kernels that work on channel vectors need.
func (l *lowerer) image(v *graph.Value, aligned bool) rep {
	if r, ok := l.find(v, func(r rep) bool {
		s, ok := r.pixelStride(v.Shape)
		return ok && (!aligned || s%4 == 0)
	}); ok {
		return r
	}
	var r rep
	l.during(l.isFixed(v), func() {
		r = l.newImage(v)
		l.copyStep(v.Name, "Layout.image", l.any(v), r, v.Shape, v.Type, false)
	})
	return r
}

// newImage gives v an aligned image representation, not yet filled.
func (l *lowerer) newImage(v *graph.Value) rep {
	c, _ := v.Shape[1].IsConst()
	stride := (c + 3) &^ 3
	n, d, h, w := pixels(v.Shape)
	size := graph.Mul(graph.Mul(graph.Mul(n, d), graph.Mul(h, w)), graph.Num(4*stride))
	r := rep{buf: l.newBuffer(v.Name, size), strides: imageStrides(v.Shape, stride)}
	l.add(v, r)
	return r
}

// imageable reports whether a value can be a picture batch: f32, [N, C] and
// one to three spatial axes, with a constant number of channels.
//
//go:noinline
func imageable(v *graph.Value) bool {
	if v.Type != graph.Float32 || len(v.Shape) < 3 || len(v.Shape) > 5 {
		return false
	}
	c, ok := v.Shape[1].IsConst()
	return ok && c > 0
}

// pixels returns batch, depth, height and width of [N, C, spatial…]; missing
// leading axes count as one.
func pixels(s graph.Shape) (n, d, h, w graph.Dim) {
	one := graph.Num(1)
	switch len(s) {
	case 3:
		return s[0], one, one, s[2]
	case 4:
		return s[0], one, s[2], s[3]
	}
	return s[0], s[2], s[3], s[4]
}

func rowMajor(s graph.Shape, t graph.Type) []graph.Dim {
	strides := make([]graph.Dim, len(s))
	step := graph.Num(t.Size())
	for i := len(s) - 1; i >= 0; i-- {
		strides[i] = step
		step = graph.Mul(step, s[i])
	}
	return strides
}

// imageStrides are the byte strides of N(D)HWC with a pixel stride in floats,
// in logical [N, C, spatial…] axis order.
func imageStrides(s graph.Shape, stride int64) []graph.Dim {
	strides := make([]graph.Dim, len(s))
	step := graph.Num(4 * stride)
	for i := len(s) - 1; i >= 2; i-- {
		strides[i] = step
		step = graph.Mul(step, s[i])
	}
	strides[0], strides[1] = step, graph.Num(4)
	return strides
}

// sameStrides compares two stride lists where the extent is not one: an axis
// of extent one never moves.
func sameStrides(s graph.Shape, a, b []graph.Dim) bool {
	for i := range s {
		if one, ok := s[i].IsConst(); ok && one == 1 {
			continue
		}
		if !a[i].Equal(b[i]) {
			return false
		}
	}
	return true
}

func (r rep) isPlain(s graph.Shape, t graph.Type) bool {
	return r.off.Equal(graph.Num(0)) && sameStrides(s, r.strides, rowMajor(s, t))
}

// pixelStride reports the pixel stride in floats when r is a picture batch
// with channels innermost.
func (r rep) pixelStride(s graph.Shape) (int64, bool) {
	if len(s) < 3 || len(s) > 5 {
		return 0, false
	}
	c, ok := s[1].IsConst()
	if !ok {
		return 0, false
	}
	// The innermost axis that moves gives the stride between pixels.
	px := 4 * ((c + 3) &^ 3)
	for i := len(s) - 1; i >= 2; i-- {
		if n, fixed := s[i].IsConst(); !fixed || n != 1 {
			if px, ok = r.strides[i].IsConst(); !ok {
				return 0, false
			}
			break
		}
	}
	if px%4 != 0 || px < 4*c {
		return 0, false
	}
	return px / 4, sameStrides(s, r.strides, imageStrides(s, px/4))
}

// kernelImage describes r to the kernels.
func (l *lowerer) kernelImage(r rep, s graph.Shape) kernel.Image {
	n, d, h, w := pixels(s)
	c, _ := s[1].IsConst()
	stride, ok := r.pixelStride(s)
	if !ok {
		panic("lower: not an image")
	}
	return kernel.Image{Addr: l.addr(r), N: l.int(n), D: l.int(d), H: l.int(h), W: l.int(w), C: int(c), Stride: int(stride)}
}

// addr is the address of a representation's first element.
//
//go:noinline
func (l *lowerer) addr(r rep) kernel.Int { return l.int(graph.Add(r.buf.addr, r.off)) }

// copyStep adds a strided copy of all elements of shape s from one
// representation to another.
func (l *lowerer) copyStep(name, op string, src, dst rep, s graph.Shape, t graph.Type, canon bool) *copying {
	l.touch(src.buf, dst.buf)
	c := &copying{canon: canon}
	l.addStep(name, op, func(b *kernel.Builder) *emit.Func {
		p := kernel.CopyParams{Elem: int(t.Size()), Src: l.addr(src), Dst: l.addr(dst), CanonNaN: c.canon}
		for i := range s {
			p.Extents = append(p.Extents, l.int(s[i]))
			p.SrcStride = append(p.SrcStride, l.int(src.strides[i]))
			p.DstStride = append(p.DstStride, l.int(dst.strides[i]))
		}
		return b.Copy(name, p)
	})
	return c
}
