package kernel

import (
	"github.com/dehug/dehug/wasm/emit"
	"github.com/dehug/dehug/wasm/graph"
)

// NarrowParams describes Y = A·B + bias on f32 where B lies as 8-bit integers
// [K, N], each column with a scale.
type NarrowParams struct {
	A, B, Scale, Y Int
	Bias           *Int
	Scratch        Int // NarrowScratch bytes
	Type           graph.Type
	M              Int
	K, N           int
	Act            Act
}

// narrowPanels is the number of panels that are unpacked at once, so that a
// tile of one row has sums enough to hide the time of an addition.
const narrowPanels = 2

// NarrowScratch is the number of bytes that GemmNarrow works in: what it unpacks
// to, two panels, of which threads have one each, or, where rows are copied (see
// spread), all of them, and copies.
func (b *Builder) NarrowScratch(p NarrowParams) int64 {
	if rows := b.spreadRowsOf(p.M, p.K, p.N); rows > 0 {
		return int64(p.unpacked()) + b.spreadScratch(p.K, rows)
	}
	return int64(narrowPanels*p.panel()) * b.division.memories(MaxShares)
}

// panel and unpacked are the sizes of one unpacked panel and of all.
func (p NarrowParams) panel() int { return 4 * panelWidth * (p.K + 1) }
func (p NarrowParams) unpacked() int {
	return roundUp(panels8(p.N), narrowPanels) * p.panel()
}

// GemmNarrow appends a step that unpacks panels, float of an element · scale,
// and multiplies: bias or +0, then + a·b in ascending k, then Act. Weights stay
// as they are stored: a quarter of the memory, and where M is one, of the time.
func (b *Builder) GemmNarrow(name string, p NarrowParams) *emit.Func {
	f := b.M.Func(name, nil, nil)
	mr, _ := b.tileShape()
	const columns = narrowPanels * panelWidth
	panel := p.panel()
	groups := (p.N + columns - 1) / columns
	copied, copies := b.spreadRowsOf(p.M, p.K, p.N), f.Local(emit.I32)
	if copied > 0 {
		copies = add(local(b.spreadAt(f, p.Scratch, p.K, copied)), num(p.unpacked())).into(f)
	}
	first, count := b.share(f, num(groups), p.M.expr(), num(p.K), num(columns))
	scratch := p.Scratch.expr().into(f)
	switch {
	case copied > 0: // each share unpacks panels of its own
		advance(f, scratch, mul(first, num(narrowPanels*panel)))
	case b.division.on:
		f.GlobalGet(b.division.part)
		f.I32Const(int32(narrowPanels * panel))
		f.Op(emit.I32Mul)
		f.LocalGet(scratch)
		f.Op(emit.I32Add)
		f.LocalSet(scratch)
	}
	at := func(i Int, step int) emit.Local { return add(i.expr(), mul(first, num(columns*step))).into(f) }
	from, scale, y, bias := at(p.B, 1), at(p.Scale, 4), at(p.Y, 4), f.Local(emit.I32)
	if p.Bias != nil {
		f.Move(bias, at(*p.Bias, 4))
	}
	cols := sub(num(p.N), mul(first, num(columns))).into(f)
	a, m := p.A.expr().into(f), p.M.expr().into(f)
	tiles, rest := div(local(m), mr).into(f), rem(local(m), mr).into(f)
	done := mul(local(tiles), num(mr)).into(f)
	fixed, known := p.M.IsConst()
	unpack, v := b.unpackNarrow(p.Type, p.N), f.Local(emit.V128)
	// each unpacks two panels at a time, and then does something with them.
	each := func(body func()) {
		times(f, count, func() {
			for i := range narrowPanels {
				for half := range 2 {
					if off := uint32(32*i + 16*half); p.Bias == nil {
						f.V128Zero()
					} else {
						f.LocalGet(bias)
						f.Load(emit.V128Load, off)
					}
					f.LocalSet(v)
					storeLanes(f, v, scratch, i*panel+16*half, 4)
				}
				call(f, unpack, add(local(from), num(panelWidth*i)), add(local(scale), num(4*panelWidth*i)), add(local(scratch), num(i*panel+4*panelWidth)), num(p.K))
			}
			body()
			f.Inc(from, columns)
			for _, l := range []emit.Local{scale, bias} {
				f.Inc(l, 4*columns)
			}
		})
	}
	direct := func() {
		tile := func(rows, np, i int, pa, py, tiles expr) {
			call(f, b.gemmTile(rows, np, p.Act, false, false), pa, num(4*p.K), add(local(scratch), num(i*panel)), num(panel),
				add(py, num(4*panelWidth*i)), num(4*p.N), tiles, num(p.K), sub(local(cols), num(panelWidth*i)))
		}
		apart := func() {
			for i := range narrowPanels {
				positive(f, sub(local(cols), num(panelWidth*i)), func() {
					positive(f, local(tiles), func() { tile(mr, 1, i, local(a), local(y), local(tiles)) })
					positive(f, local(rest), func() {
						restTile(f, fixed, known, mr, local(rest), func(rows int) {
							tile(rows, 1, i, add(local(a), mul(local(done), num(4*p.K))), add(local(y), mul(local(done), num(4*p.N))), num(1))
						})
					})
				})
			}
		}
		each(func() {
			f.LocalGet(m)
			f.I32Const(1)
			f.Op(emit.I32Eq)
			f.LocalGet(cols)
			f.I32Const(columns)
			f.Op(emit.I32GeS, emit.I32And)
			f.IfElse(func() { tile(1, narrowPanels, 0, local(a), local(y), num(1)) }, apart)
			f.Inc(y, 4*columns)
			f.Inc(cols, -columns)
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
		weights := local(scratch).into(f)
		each(func() { f.Inc(scratch, int32(narrowPanels*panel)) })
		behind := maxOf(num(0), sub(local(cols), mul(count, num(columns))))
		b.spreadProduct(f, spreadProduct{rows: copied, k: p.K, apart: 4 * p.K, scratch: copies, act: p.Act,
			a: local(a), y: local(y), yRow: num(4 * p.N), weights: local(weights), panel: num(panel), m: p.M.expr(), cols: local(cols), last: behind})
	})
	return f
}

// unpackNarrow writes the panel of eight columns of a matrix with n of them.
func (b *Builder) unpackNarrow(t graph.Type, n int) *emit.Func {
	return b.inner(key("unpack narrow", t.String(), n), func(w *inner) {
		from, scale, to, k := w.param(), w.param(), w.param(), w.param()
		w.body = func(f *emit.Func) {
			load, low, convert := emit.V128Load8x8S, emit.I32x4ExtendLowI16x8S, emit.F32x4ConvertI32x4S
			if t == graph.Uint8 {
				load = emit.V128Load8x8U
			}
			s, v, q := f.Locals(emit.V128, 2), f.Local(emit.V128), f.Local(emit.V128)
			for i := range s {
				f.LocalGet(scale)
				f.Load(emit.V128Load, uint32(16*i))
				f.LocalSet(s[i])
			}
			steps := func(count int) {
				for i := range count {
					f.LocalGet(from)
					f.Load(load, uint32(i*n))
					f.LocalSet(q)
					for half := range s {
						f.LocalGet(q)
						f.Op(low+emit.Op(half), convert) // high follows low
						f.LocalGet(s[half])
						f.Op(emit.F32x4Mul)
						f.LocalSet(v)
						storeLanes(f, v, to, 32*i+16*half, 4)
					}
				}
				f.Inc(from, int32(count*n))
				f.Inc(to, int32(32*count))
			}
			left := div(local(k), 4).into(f)
			f.Repeat(left, func() { steps(4) })
			rem(local(k), 4).set(f, left)
			f.Repeat(left, func() { steps(1) })
		}
	})
}
