package kernel

import (
	"slices"

	"github.com/dehug/dehug/wasm/emit"
)

// Canonical quiet NaNs, as graph outputs hold them.
const (
	canonNaN32 = 0x7fc00000
	canonNaN64 = 0x7ff8000000000000
)

// Copy appends a step that copies an n-dimensional tensor from one pattern of
// strides to another: transposing, concatenating, changing layout.
func (b *Builder) Copy(name string, p CopyParams) *emit.Func {
	f := b.M.Func(name, nil, nil)
	as := axes(p.Extents, p.SrcStride, p.DstStride)
	// The order of the walk is free. The longest steps in the destination go
	// outermost, so that stores are near each other.
	if !slices.ContainsFunc(as, func(a axis) bool { return !a.stride[1].isConst() }) {
		slices.SortStableFunc(as, func(x, y axis) int { return int(y.stride[1].v) - int(x.stride[1].v) })
	}
	at := []emit.Local{p.Src.expr().into(f), p.Dst.expr().into(f)}
	as = b.shareAxes(f, as, at, num(4))

	for len(as) < 2 {
		as = append([]axis{{extent: num(1), stride: []expr{num(0), num(0)}}}, as...)
	}
	outer, y, x := as[:len(as)-2], as[len(as)-2], as[len(as)-1]
	neighbours := x.step(0, p.Elem) && x.step(1, p.Elem)
	short := x.extent.isConst() && int(x.extent.v)*p.Elem < shortRun
	if !neighbours || short || p.CanonNaN {
		nest(f, outer, at, func(at []emit.Local) {
			b.copyPlane(f, p.Elem, p.CanonNaN, at[0], at[1], y, x)
		})
		return f
	}
	nest(f, append(outer, y), at, func(at []emit.Local) {
		f.LocalGet(at[1])
		f.LocalGet(at[0])
		mul(x.extent, num(p.Elem)).emit(f)
		f.MemoryCopy()
	})
	return f
}

// shortRun is the number of bytes from which memory.copy is worth its call,
// which takes some 20 ns in V8: as long as 64 bytes in a loop of vectors.
const shortRun = 64

// copyPlane calls an inner function that copies elements along two axes.
func (b *Builder) copyPlane(f *emit.Func, elem int, canon bool, src, dst emit.Local, y, x axis) {
	neighbours := x.step(0, elem) && x.step(1, elem)
	g := b.copyInner(elem, canon, neighbours)
	positive(f, y.extent, func() {
		positive(f, x.extent, func() {
			call(f, g, local(src), local(dst), y.extent, y.stride[0], y.stride[1], x.extent, x.stride[0], x.stride[1])
		})
	})
}

func (b *Builder) copyInner(elem int, canon, neighbours bool) *emit.Func {
	kind := "copy"
	if canon {
		kind = "copy canonical"
	}
	layout := "strided"
	if neighbours {
		layout = "rows"
	}
	return b.inner(key(kind, elem, layout), func(w *inner) {
		src, dst := w.param(), w.param()
		ny, sy, dy := w.param(), w.param(), w.param()
		nx, sx, dx := w.param(), w.param(), w.param()
		w.body = func(f *emit.Func) {
			ps, pd, n := f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32)
			v, bad := f.Local(emit.V128), f.Local(emit.V128)
			if canon {
				f.V128Const(splatCanonNaN(elem))
				f.LocalSet(bad)
			}
			clean := func() {
				if !canon {
					return
				}
				eq := emit.F32x4Eq
				if elem == 8 {
					eq = emit.F64x2Eq
				}
				f.LocalSet(v)
				f.LocalGet(v)
				f.LocalGet(bad)
				f.LocalGet(v)
				f.LocalGet(v)
				f.Op(eq, emit.V128Bitselect)
			}
			one := func() {
				if canon {
					f.LocalGet(pd)
					f.LocalGet(ps)
					f.Load(splatLoads[elem], 0)
					clean()
					f.LoadLane(laneStores[elem], 0, 0)
					return
				}
				f.LocalGet(pd)
				f.LocalGet(ps)
				f.Load(scalarLoads[elem], 0)
				f.Load(scalarStores[elem], 0)
			}
			f.CountDown(ny, func() {
				f.Move(ps, src)
				f.Move(pd, dst)
				f.Move(n, nx)
				if neighbours {
					lanes := 16 / elem
					whole := div(local(n), lanes).into(f)
					f.Repeat(whole, func() {
						f.LocalGet(pd)
						f.LocalGet(ps)
						f.Load(emit.V128Load, 0)
						clean()
						f.Load(emit.V128Store, 0)
						f.Inc(ps, 16)
						f.Inc(pd, 16)
					})
					rem(local(n), lanes).set(f, n)
				}
				f.Repeat(n, func() {
					one()
					f.IncLocal(ps, sx)
					f.IncLocal(pd, dx)
				})
				f.IncLocal(src, sy)
				f.IncLocal(dst, dy)
			})
		}
	})
}

// Accesses by the size of an element.
var (
	scalarLoads  = map[int]emit.MemOp{1: emit.I32Load8U, 2: emit.I32Load16U, 4: emit.I32Load, 8: emit.I64Load}
	scalarStores = map[int]emit.MemOp{1: emit.I32Store8, 2: emit.I32Store16, 4: emit.I32Store, 8: emit.I64Store}
	splatLoads   = map[int]emit.MemOp{1: emit.V128Load8Splat, 2: emit.V128Load16Splat, 4: emit.V128Load32Splat, 8: emit.V128Load64Splat}
	laneStores   = map[int]emit.MemOp{1: emit.V128Store8Lane, 2: emit.V128Store16Lane, 4: emit.V128Store32Lane, 8: emit.V128Store64Lane}
)

func splatCanonNaN(elem int) [16]byte {
	if elem == 8 {
		return splat(8, canonNaN64)
	}
	return splat(4, canonNaN32)
}

// splat repeats the low bytes of bits in a vector.
func splat(elem int, bits uint64) [16]byte {
	var b [16]byte
	for i := range b {
		b[i] = byte(bits >> (8 * (i % elem)))
	}
	return b
}

// Fill appends a step that writes one element over and over.
func (b *Builder) Fill(name string, p FillParams) *emit.Func {
	f := b.M.Func(name, nil, nil)
	pattern := splat(p.Elem, p.Bits)
	if pattern == splat(1, p.Bits) {
		p.Dst.Push(f)
		f.I32Const(int32(pattern[0]))
		p.Bytes.Push(f)
		f.MemoryFill()
		return f
	}
	v := f.Local(emit.V128)
	f.V128Const(pattern)
	f.LocalSet(v)
	to := p.Dst.expr().into(f)
	put := func(op emit.MemOp, bytes int, lane bool) {
		f.LocalGet(to)
		f.LocalGet(v)
		if lane {
			f.LoadLane(op, 0, 0)
		} else {
			f.Load(op, 0)
		}
		f.Inc(to, int32(bytes))
	}
	times(f, div(p.Bytes.expr(), 16), func() { put(emit.V128Store, 16, false) })
	times(f, div(rem(p.Bytes.expr(), 16), p.Elem), func() { put(laneStores[p.Elem], p.Elem, true) })
	return f
}

// Pad appends a step that copies pictures into the middle of larger ones,
// with zeros around and in channels that X does not have.
func (b *Builder) Pad(name string, p PadParams) *emit.Func {
	if p.X.C > p.Y.Stride {
		panic("kernel: padded pixels are too small for the channels")
	}
	f := b.M.Func(name, nil, nil)
	xPixel, yPixel := 4*p.X.Stride, 4*p.Y.Stride
	xRow, yRow := mul(num(xPixel), p.X.W.expr()), mul(num(yPixel), p.Y.W.expr())
	yPlane := mul(yRow, p.Y.H.expr())
	xd, yd := p.X.planes().expr(), p.Y.planes().expr()

	src, dst := p.X.Addr.expr().into(f), p.Y.Addr.expr().into(f)
	end := f.Local(emit.I32) // of the picture in Y
	f.Move(end, dst)
	zeros := func(n expr) { // writes n zero bytes and steps over them
		f.LocalGet(dst)
		f.I32Const(0)
		n.emit(f)
		f.MemoryFill()
		advance(f, dst, n)
	}
	row := func() {
		if p.X.C == p.X.Stride && p.X.C == p.Y.Stride {
			f.LocalGet(dst)
			f.LocalGet(src)
			xRow.emit(f)
			f.MemoryCopy()
		} else {
			positive(f, p.X.W.expr(), func() {
				call(f, b.padPixels(p.X.C, p.Y.Stride-p.X.C), local(src), local(dst), p.X.W.expr(), num(xPixel), num(yPixel))
			})
		}
		advance(f, src, xRow)
		advance(f, dst, mul(num(yPixel), p.X.W.expr()))
	}
	sides := mul(num(yPixel), sub(p.Y.W.expr(), p.X.W.expr()))
	lines := mul(yRow, sub(p.Y.H.expr(), p.X.H.expr()))
	times(f, p.Y.N.expr(), func() {
		advance(f, end, mul(yPlane, yd))
		// Zeros before the first row; then each row with what lies between it
		// and the next one; in the end whatever is left of the picture.
		zeros(add(mul(num(p.PF), yPlane), mul(num(p.PT), yRow), num(p.PL*yPixel)))
		planes, rows := xd.into(f), f.Local(emit.I32)
		f.Repeat(planes, func() {
			p.X.H.expr().set(f, rows)
			f.Repeat(rows, func() {
				row()
				f.LocalGet(rows)
				f.I32Const(1)
				f.Op(emit.I32Ne)
				f.If(func() { zeros(sides) })
			})
			f.LocalGet(planes)
			f.I32Const(1)
			f.Op(emit.I32Ne)
			f.If(func() { zeros(add(sides, lines)) })
		})
		zeros(sub(local(end), local(dst)))
	})
	return f
}

// padPixels copies c channels of each of n pixels and clears the next zero ones.
func (b *Builder) padPixels(c, zero int) *emit.Func {
	return b.inner(key("pad pixels", []int{c, zero}), func(w *inner) {
		src, dst, n, ps, pd := w.param(), w.param(), w.param(), w.param(), w.param()
		w.body = func(f *emit.Func) {
			none := f.Local(emit.V128) // zero, as locals are
			from, to := f.Local(emit.I32), f.Local(emit.I32)
			f.CountDown(n, func() {
				f.Move(from, src)
				f.Move(to, dst)
				f.Times(c/4, func() {
					f.LocalGet(to)
					f.LocalGet(from)
					f.Load(emit.V128Load, 0)
					f.Load(emit.V128Store, 0)
					f.Inc(from, 16)
					f.Inc(to, 16)
				})
				for i := range c % 4 {
					f.LocalGet(to)
					f.LocalGet(from)
					f.Load(emit.I32Load, uint32(4*i))
					f.Load(emit.I32Store, uint32(4*i))
				}
				f.Inc(to, int32(4*(c%4)))
				f.Times(zero/4, func() {
					storeLanes(f, none, to, 0, 4)
					f.Inc(to, 16)
				})
				storeLanes(f, none, to, 0, zero%4)
				f.IncLocal(src, ps)
				f.IncLocal(dst, pd)
			})
		}
	})
}
