package kernel

import "github.com/dehug/dehug/wasm/emit"

// FoldParams describes products of pixels and taps that add up to pictures: the
// second half of a transposed convolution.
type FoldParams struct {
	X                                Int // [N][spatial…][taps][C] f32
	Y                                Image
	In, Out                          []Int // spatial extents, as many as Kernel
	Kernel, Strides, Dilations, Pads []int // pads before
	Bias                             *Int  // f32 [C]
}

// Fold appends a step that writes each pixel of Y: bias or +0, then + the taps
// that reach it, in ascending order.
func (b *Builder) Fold(name string, p FoldParams) *emit.Func {
	f := b.M.Func(name, nil, nil)
	taps := 1
	for _, k := range p.Kernel {
		taps *= k
	}
	row := b.addVectors()
	picture, y := p.X.expr().into(f), p.Y.Addr.expr().into(f)
	tap := f.Local(emit.I32)
	at, here := f.Locals(emit.I32, len(p.In)), f.Locals(emit.I32, len(p.In))
	vectors := num((p.Y.C + 3) / 4)
	pixels := num(1)
	for _, d := range p.In {
		pixels = mul(pixels, d.expr())
	}
	var reach func(i int)
	reach = func(i int) { // taps along the axes from i on; here is the place of the tap times the stride
		if i < len(p.In) {
			f.Move(here[i], at[i])
			f.Times(p.Kernel[i], func() {
				reach(i + 1)
				f.Inc(here[i], int32(-p.Dilations[i]))
			})
			return
		}
		for j := range p.In {
			f.LocalGet(here[j])
			mul(p.In[j].expr(), num(p.Strides[j])).emit(f)
			f.Op(emit.I32LtU)
			if p.Strides[j] > 1 {
				f.LocalGet(here[j])
				f.I32Const(int32(p.Strides[j]))
				f.Op(emit.I32RemS, emit.I32Eqz, emit.I32And)
			}
			if j > 0 {
				f.Op(emit.I32And)
			}
		}
		f.If(func() {
			from := num(0)
			for j := range p.In {
				from = add(mul(from, p.In[j].expr()), div(local(here[j]), p.Strides[j]))
			}
			from = mul(add(mul(from, num(taps)), local(tap)), num(4*p.Y.C))
			call(f, row, local(y), add(local(picture), from), vectors)
		})
		f.Inc(tap, 1)
	}
	var walk func(i int)
	walk = func(i int) {
		if i < len(p.In) {
			f.I32Const(int32(p.Pads[i]))
			f.LocalSet(at[i])
			times(f, p.Out[i].expr(), func() {
				walk(i + 1)
				f.Inc(at[i], 1)
			})
			return
		}
		f.LocalGet(y)
		if p.Bias == nil {
			f.I32Const(0)
			f.I32Const(int32(4 * p.Y.Stride))
			f.MemoryFill()
		} else {
			p.Bias.Push(f)
			f.I32Const(int32(4 * p.Y.C))
			f.MemoryCopy()
		}
		f.I32Const(0)
		f.LocalSet(tap)
		reach(0)
		f.Inc(y, int32(4*p.Y.Stride))
	}
	times(f, p.Y.N.expr(), func() {
		walk(0)
		advance(f, picture, mul(pixels, num(4*p.Y.C*taps)))
	})
	return f
}

// addVectors adds n vectors of floats to those at to.
func (b *Builder) addVectors() *emit.Func {
	return b.inner("add vectors", func(w *inner) {
		to, from, n := w.param(), w.param(), w.param()
		w.body = func(f *emit.Func) {
			f.CountDown(n, func() {
				f.LocalGet(to)
				f.LocalGet(to)
				f.Load(emit.V128Load, 0)
				f.LocalGet(from)
				f.Load(emit.V128Load, 0)
				f.Op(emit.F32x4Add)
				f.Load(emit.V128Store, 0)
				f.Inc(to, 16)
				f.Inc(from, 16)
			})
		}
	})
}

// DeformParams describes windows of pictures [N, C, H, W] f32, each tap of which
// is moved by an offset, that become rows [N][Groups][windows][(C ÷ Groups)·taps].
type DeformParams struct {
	X, Y, Offset                       Int  // offsets [N][OffsetGroups][taps][2][OH][OW]
	Mask                               *Int // [N][OffsetGroups][taps][OH][OW]
	N, H, W, OH, OW                    Int
	C, Groups, OffsetGroups            int
	Kernel, Strides, Dilations, Begins [2]int
}

// Deform appends a step that samples each tap between its four neighbours:
// (v00·(1−a) + v01·a)·(1−b) + (v10·(1−a) + v11·a)·b, where neighbours outside
// are zero, then · mask.
func (b *Builder) Deform(name string, p DeformParams) *emit.Func {
	f := b.M.Func(name, nil, nil)
	l32 := func() emit.Local { return f.Local(emit.I32) }
	picture, offsets, masks, out := p.X.expr().into(f), p.Offset.expr().into(f), l32(), p.Y.expr().into(f)
	if p.Mask != nil {
		p.Mask.expr().set(f, masks)
	}
	plane := mul(p.H.expr(), p.W.expr(), num(4)).into(f)
	windows := mul(p.OH.expr(), p.OW.expr(), num(4)).into(f)
	taps := p.Kernel[0] * p.Kernel[1]
	oy, ox, ky, kx, at, mask, x, k, iy, ix := l32(), l32(), l32(), l32(), l32(), l32(), l32(), l32(), l32(), l32()
	y, z, fy, fx, top, v := f.Local(emit.F32), f.Local(emit.F32), f.Local(emit.F32), f.Local(emit.F32), f.Local(emit.F32), f.Local(emit.F32)
	const one = 0x3f800000
	value := func(dy, dx int32) { // a neighbour
		f.F32Const(0)
		f.LocalSet(v)
		for i, side := range []struct {
			at     emit.Local
			d      int32
			extent Int
		}{{iy, dy, p.H}, {ix, dx, p.W}} {
			f.LocalGet(side.at)
			f.AddConst(side.d)
			side.extent.Push(f)
			f.Op(emit.I32LtU)
			if i > 0 {
				f.Op(emit.I32And)
			}
		}
		f.If(func() {
			add(local(x), mul(add(mul(add(local(iy), num(int(dy))), p.W.expr()), local(ix), num(int(dx))), num(4))).emit(f)
			f.Load(emit.F32Load, 0)
			f.LocalSet(v)
		})
		f.LocalGet(v)
	}
	mix := func(a, b func(), t emit.Local) { // a·(1−t) + b·t
		a()
		f.F32Const(one)
		f.LocalGet(t)
		f.Op(emit.F32Sub, emit.F32Mul)
		b()
		f.LocalGet(t)
		f.Op(emit.F32Mul, emit.F32Add)
	}
	place := func(o, kk emit.Local, i int, to, whole emit.Local, rest emit.Local) { // of a tap along axis i
		sub(add(mul(local(o), num(p.Strides[i])), mul(local(kk), num(p.Dilations[i]))), num(p.Begins[i])).emit(f)
		f.Op(emit.F32ConvertI32S)
		f.LocalGet(at)
		f.Load(emit.F32Load, 0)
		f.Op(emit.F32Add)
		f.LocalTee(to)
		f.Op(emit.F32Floor)
		f.LocalTee(rest)
		f.Op(emit.I32TruncSatF32S)
		f.LocalSet(whole)
		f.LocalGet(to)
		f.LocalGet(rest)
		f.Op(emit.F32Sub)
		f.LocalSet(rest)
		f.IncLocal(at, windows)
	}
	from := func(n expr, into emit.Local, body func()) { // counts from zero
		f.I32Const(0)
		f.LocalSet(into)
		times(f, n, func() { body(); f.Inc(into, 1) })
	}
	cg, per := p.C/p.Groups, p.C/p.OffsetGroups
	c, group := l32(), l32()
	times(f, p.N.expr(), func() {
		from(num(p.Groups), group, func() {
			from(p.OH.expr(), oy, func() {
				from(p.OW.expr(), ox, func() {
					mul(local(group), num(cg)).set(f, c)
					f.Times(cg, func() {
						mul(div(local(c), per), num(taps)).set(f, k)
						add(local(picture), mul(local(c), local(plane))).set(f, x)
						from(num(p.Kernel[0]), ky, func() {
							from(num(p.Kernel[1]), kx, func() {
								window := mul(add(mul(local(oy), p.OW.expr()), local(ox)), num(4))
								add(local(offsets), mul(local(k), num(2), local(windows)), window).set(f, at)
								place(oy, ky, 0, y, iy, fy)
								place(ox, kx, 1, z, ix, fx)
								mix(func() { value(0, 0) }, func() { value(0, 1) }, fx)
								f.LocalSet(top)
								f.LocalGet(out)
								mix(func() { f.LocalGet(top) }, func() { mix(func() { value(1, 0) }, func() { value(1, 1) }, fx) }, fy)
								if p.Mask != nil {
									add(local(masks), mul(local(k), local(windows)), window).set(f, mask)
									f.LocalGet(mask)
									f.Load(emit.F32Load, 0)
									f.Op(emit.F32Mul)
								}
								f.Load(emit.F32Store, 0)
								f.Inc(out, 4)
								f.Inc(k, 1)
							})
						})
						f.Inc(c, 1)
					})
				})
			})
		})
		advance(f, picture, mul(local(plane), num(p.C)))
		advance(f, offsets, mul(local(windows), num(2*taps*p.OffsetGroups)))
		advance(f, masks, mul(local(windows), num(taps*p.OffsetGroups)))
	})
	return f
}
