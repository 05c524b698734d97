package kernel

import "github.com/dehug/dehug/wasm/emit"

// NBitsParams describes Y = A·B where B lies as 4-bit numbers in blocks along K,
// two in a byte, the low half first, one column of N after the other.
type NBitsParams struct {
	A, B, Scales, Y Int
	Zero            *Int // 4-bit zero points, two in a byte, each column beginning a byte; nil: 8
	Scratch         Int  // NBitsScratch bytes
	M               Int
	K, N, Block     int
}

// NBitsScratch is the size of the panel that MatMulNBits unpacks to.
func NBitsScratch(k, block int) int64 { return int64(4 * panelWidth * (1 + roundUp(k, block))) }

// MatMulNBits appends a step that unpacks eight columns at a time, (q − zero) ·
// scale, and multiplies: +0, then + a·b in ascending k.
func (b *Builder) MatMulNBits(name string, p NBitsParams) *emit.Func {
	f := b.M.Func(name, nil, nil)
	blocks := (p.K + p.Block - 1) / p.Block
	mr, _ := b.tileShape()
	from, scale, zero, scratch := p.B.expr().into(f), p.Scales.expr().into(f), f.Local(emit.I32), p.Scratch.expr().into(f)
	if p.Zero != nil {
		p.Zero.expr().set(f, zero)
	}
	lane, y, cols, lanes := f.Local(emit.I32), p.Y.expr().into(f), f.Local(emit.I32), f.Local(emit.I32)
	a := p.A.expr().into(f)
	m := p.M.expr().into(f)
	tiles, rest := div(local(m), mr).into(f), rem(local(m), mr).into(f)
	f.LocalGet(scratch)
	f.I32Const(0)
	f.I32Const(4 * panelWidth)
	f.MemoryFill()
	unpack := b.unpackColumn(p.Zero != nil)
	f.SetConst(cols, int32(p.N))
	f.Times(panels8(p.N), func() {
		add(local(scratch), num(4*panelWidth)).set(f, lane)
		minOf(local(cols), num(panelWidth)).set(f, lanes)
		f.Repeat(lanes, func() {
			call(f, unpack, local(from), local(scale), local(zero), local(lane), num(blocks), num(p.Block/2))
			f.Inc(from, int32(blocks*p.Block/2))
			f.Inc(scale, int32(4*blocks))
			f.Inc(zero, int32((blocks+1)/2))
			f.Inc(lane, 4)
		})
		for _, part := range []struct {
			rows          int
			n, first, out expr
		}{{mr, local(tiles), local(a), local(y)},
			{1, local(rest), add(local(a), mul(local(tiles), num(mr*4*p.K))), add(local(y), mul(local(tiles), num(mr*4*p.N)))}} {
			positive(f, part.n, func() {
				call(f, b.gemmTile(part.rows, 1, ActNone, false), part.first, num(4*p.K), local(scratch), num(0), part.out, num(4*p.N), part.n, num(p.K), local(cols))
			})
		}
		f.Inc(y, 4*panelWidth)
		f.Inc(cols, -panelWidth)
	})
	return f
}

// unpackColumn writes a column of a panel from its blocks.
func (b *Builder) unpackColumn(zeros bool) *emit.Func {
	name := "unpack 4-bit column"
	if zeros {
		name += " with zero points"
	}
	return b.inner(name, func(w *inner) {
		from, scales, zero, to, blocks, half := w.param(), w.param(), w.param(), w.param(), w.param(), w.param()
		w.body = func(f *emit.Func) {
			scale := f.Local(emit.F32)
			q, z, n, odd := f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32)
			put := func(off int, value func()) {
				f.LocalGet(to)
				value()
				f.LocalGet(z)
				f.Op(emit.I32Sub, emit.F32ConvertI32S)
				f.LocalGet(scale)
				f.Op(emit.F32Mul)
				f.Load(emit.F32Store, uint32(off))
			}
			f.SetConst(z, 8)
			f.CountDown(blocks, func() {
				f.LocalGet(scales)
				f.Load(emit.F32Load, 0)
				f.LocalSet(scale)
				f.Inc(scales, 4)
				if zeros { // low half, then high half, then the next byte
					f.LocalGet(zero)
					f.Load(emit.I32Load8U, 0)
					f.LocalGet(odd)
					f.I32Const(2)
					f.Op(emit.I32Shl, emit.I32ShrU)
					f.I32Const(15)
					f.Op(emit.I32And)
					f.LocalSet(z)
					f.IncLocal(zero, odd)
					f.LocalGet(odd)
					f.I32Const(1)
					f.Op(emit.I32Xor)
					f.LocalSet(odd)
				}
				f.Move(n, half)
				f.CountDown(n, func() {
					f.LocalGet(from)
					f.Load(emit.I32Load8U, 0)
					f.LocalSet(q)
					put(0, func() { f.LocalGet(q); f.I32Const(15); f.Op(emit.I32And) })
					put(4*panelWidth, func() { f.LocalGet(q); f.I32Const(4); f.Op(emit.I32ShrU) })
					f.Inc(from, 1)
					f.Inc(to, 8*panelWidth)
				})
			})
		}
	})
}
