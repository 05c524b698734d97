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

// nbitsShares is how many shares a step has that unpacks to a panel of its own.
const nbitsShares = spreadShares

// NBitsScratch is the size of the memory that MatMulNBits works in: the panel
// that it unpacks to, of which shares have one each, or, where rows are copied
// (see spread), all of them, and copies.
func (b *Builder) NBitsScratch(p NBitsParams) int64 {
	if rows := b.spreadRowsOf(p.M, p.K, p.N); rows > 0 {
		return int64(panels8(p.N)*p.panel()) + b.spreadScratch(p.K, rows)
	}
	return int64(p.panel()) * b.division.memories(nbitsShares)
}

// panel is the size of one unpacked panel.
func (p NBitsParams) panel() int { return 4 * panelWidth * (1 + roundUp(p.K, p.Block)) }

// MatMulNBits appends a step that unpacks eight columns at a time, (q − zero) ·
// scale, and multiplies: +0, then + a·b in ascending k.
func (b *Builder) MatMulNBits(name string, p NBitsParams) *emit.Func {
	f := b.M.Func(name, nil, nil)
	blocks := (p.K + p.Block - 1) / p.Block
	mr, _ := b.tileShape()
	copied, copies, scratch := b.spreadRowsOf(p.M, p.K, p.N), f.Local(emit.I32), p.Scratch.expr().into(f)
	var slot expr
	if copied > 0 {
		copies = add(local(b.spreadAt(f, p.Scratch, p.K, copied)), num(panels8(p.N)*p.panel())).into(f)
	} else {
		slot = b.limitShares(f, nbitsShares)
	}
	first, count := b.share(f, num(panels8(p.N)), p.M.expr(), num(p.K), num(panelWidth))
	if copied > 0 { // each share unpacks panels of its own
		slot = first
	}
	advance(f, scratch, mul(slot, num(p.panel())))
	at := func(i Int, column int) emit.Local { return add(i.expr(), mul(first, num(panelWidth*column))).into(f) }
	from, scale, y, zero := at(p.B, blocks*p.Block/2), at(p.Scales, 4*blocks), at(p.Y, 4), f.Local(emit.I32)
	if p.Zero != nil {
		f.Move(zero, at(*p.Zero, (blocks+1)/2))
	}
	cols := sub(num(p.N), mul(first, num(panelWidth))).into(f)
	lane, lanes := f.Local(emit.I32), f.Local(emit.I32)
	a := p.A.expr().into(f)
	m := p.M.expr().into(f)
	tiles, rest := div(local(m), mr).into(f), rem(local(m), mr).into(f)
	unpack := b.unpackColumn(p.Zero != nil)
	// each unpacks a panel at a time, and then does something with it.
	each := func(body func()) {
		times(f, count, func() {
			f.LocalGet(scratch)
			f.I32Const(0)
			f.I32Const(4 * panelWidth)
			f.MemoryFill()
			add(local(scratch), num(4*panelWidth)).set(f, lane)
			minOf(local(cols), num(panelWidth)).set(f, lanes)
			f.Repeat(lanes, func() {
				call(f, unpack, local(from), local(scale), local(zero), local(lane), num(blocks), num(p.Block/2))
				f.Inc(from, int32(blocks*p.Block/2))
				f.Inc(scale, int32(4*blocks))
				f.Inc(zero, int32((blocks+1)/2))
				f.Inc(lane, 4)
			})
			body()
			f.Inc(cols, -panelWidth)
		})
	}
	direct := func() {
		tile := func(rows int, pa, py, tiles expr) {
			call(f, b.gemmTile(rows, 1, ActNone, false, false), pa, num(4*p.K), local(scratch), num(0), py, num(4*p.N), tiles, num(p.K), local(cols))
		}
		each(func() {
			positive(f, local(tiles), func() { tile(mr, local(a), local(y), local(tiles)) })
			positive(f, local(rest), func() {
				fixed, known := p.M.IsConst()
				restTile(f, fixed, known, mr, local(rest), func(rows int) {
					tile(rows, add(local(a), mul(local(tiles), num(mr*4*p.K))), add(local(y), mul(local(tiles), num(mr*4*p.N))), num(1))
				})
			})
			f.Inc(y, 4*panelWidth)
		})
	}
	if copied == 0 {
		direct()
		return f
	}
	f.LocalGet(m)
	f.I32Const(int32(mr))
	f.Op(emit.I32LtS)
	f.IfElse(direct, func() {
		weights, all := local(scratch).into(f), local(cols).into(f)
		each(func() { f.Inc(scratch, int32(p.panel())) })
		behind := maxOf(num(0), local(cols))
		b.spreadProduct(f, spreadProduct{rows: copied, k: p.K, apart: 4 * p.K, scratch: copies, act: ActNone,
			a: local(a), y: local(y), yRow: num(4 * p.N), weights: local(weights), panel: num(p.panel()), m: p.M.expr(), cols: local(all), last: behind})
	})
	return f
}

// unpackColumn writes a column of a panel from its blocks, sixteen numbers at a
// time (one at a time took three times as long).
func (b *Builder) unpackColumn(zeros bool) *emit.Func {
	name := "unpack 4-bit column"
	if zeros {
		name += " with zero points"
	}
	return b.inner(name, func(w *inner) {
		from, scales, zero, to, blocks, half := w.param(), w.param(), w.param(), w.param(), w.param(), w.param()
		w.body = func(f *emit.Func) {
			scale := f.Local(emit.F32)
			z, n, odd := f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32)
			low, high, zs, ss := f.Local(emit.V128), f.Local(emit.V128), f.Local(emit.V128), f.Local(emit.V128)
			v := f.Local(emit.V128)
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
				f.LocalGet(z)
				f.Op(emit.I32x4Splat)
				f.LocalSet(zs)
				f.LocalGet(scale)
				f.Op(emit.F32x4Splat)
				f.LocalSet(ss)
				div(local(half), 8).set(f, n)
				f.CountDown(n, func() { // eight bytes, in the order of k: low, high, low, …
					f.LocalGet(from)
					f.Load(emit.V128Load64Zero, 0)
					f.LocalTee(low)
					f.I32Const(4)
					f.Op(emit.I8x16ShrU)
					f.LocalSet(high)
					f.LocalGet(low)
					f.V128Const(splat(1, 15))
					f.Op(emit.V128And)
					f.LocalGet(high)
					f.I8x16Shuffle([16]byte{0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23})
					f.LocalSet(low)
					for i, ops := range [][]emit.Op{
						{emit.I16x8ExtendLowI8x16U, emit.I32x4ExtendLowI16x8U}, {emit.I16x8ExtendLowI8x16U, emit.I32x4ExtendHighI16x8U},
						{emit.I16x8ExtendHighI8x16U, emit.I32x4ExtendLowI16x8U}, {emit.I16x8ExtendHighI8x16U, emit.I32x4ExtendHighI16x8U}} {
						f.LocalGet(low)
						f.Op(ops...)
						f.LocalGet(zs)
						f.Op(emit.I32x4Sub, emit.F32x4ConvertI32x4S)
						f.LocalGet(ss)
						f.Op(emit.F32x4Mul)
						f.LocalSet(v)
						for lane := range 4 {
							f.LocalGet(to)
							f.LocalGet(v)
							f.LoadLane(emit.V128Store32Lane, uint32((4*i+lane)*4*panelWidth), byte(lane))
						}
					}
					f.Inc(from, 8)
					f.Inc(to, 64*panelWidth)
				})
			})
		}
	})
}
