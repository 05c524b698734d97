package kernel

import "github.com/dehug/dehug/wasm/emit"

// Where several panels of weights read the same input, wazero gets a copy of it
// in which each float lies four times, so that one load makes the vector that a
// kernel multiplies with. Its code for a splat is two shuffles, which keep the
// multiplier and the adder from their work: a tile of four pixels and a panel
// takes 8.6 cycles for a step of K, and 4.4 from a copy (Zen 4).

// spreadBytes is about how much copied input the panels pass over before the
// next piece: it stays in the second-level cache beside a panel.
const spreadBytes = 128 << 10

// spreadVectors is the least number of vectors of outputs that pay for a copy.
const spreadVectors = 6

// spreadShares is how many shares a step has that copies its input.
const spreadShares = 16

// spreadRows is the number of rows of k floats that are copied at once for a
// number of vectors of outputs; zero when none are.
func (b *Builder) spreadRows(k, vectors int) int {
	if b.Profile != Wazero || vectors < spreadVectors {
		return 0
	}
	mr, _ := b.tileShape()
	return max(1, spreadBytes/(16*mr*max(1, k))) * mr
}

// spreadRowsOf is spreadRows for a product of m rows of k floats with n columns of
// weights: one row is used once for each panel, and not copied.
func (b *Builder) spreadRowsOf(m Int, k, n int) int {
	if rows, known := m.IsConst(); known && rows == 1 {
		return 0
	}
	return b.spreadRows(k, (n+3)/4)
}

// spreadScratch is the size of the memory that a step needs for its copies of
// rows of k floats.
func (b *Builder) spreadScratch(k, rows int) int64 {
	return int64(16*k*rows) * b.division.memories(spreadShares)
}

// spreadAt is where a share puts its copies; it limits the shares of the step.
func (b *Builder) spreadAt(f *emit.Func, scratch Int, k, rows int) emit.Local {
	slot := b.limitShares(f, spreadShares)
	return add(scratch.expr(), mul(slot, num(16*k*rows))).into(f)
}

// spread calls what copies tiles of mr rows from in to out: for each float of a
// row those of all rows of the tile, four times each.
func (b *Builder) spread(f *emit.Func, mr int, w convGeometry, in, out, tiles expr) {
	const steps = 4
	args := []expr{in, out, tiles, num(w.run / steps), num(w.run % steps)}
	axes := []struct {
		n   int
		adv expr
	}{{w.kz, w.advZ}, {w.ky, w.advY}, {w.kx, num(w.advX)}}
	for _, a := range axes {
		if a.n > 1 {
			args = append(args, a.adv)
		}
	}
	g := b.inner(key("spread", mr, w.apart.x, []int{w.kz, w.ky, w.kx}), func(fn *inner) {
		in, out, tiles, whole, rest := fn.param(), fn.param(), fn.param(), fn.param(), fn.param()
		var adv [3]emit.Local
		for i, a := range axes {
			adv[i] = fn.paramIf(a.n > 1)
		}
		fn.body = func(f *emit.Func) {
			from, n := f.Local(emit.I32), f.Local(emit.I32)
			v := f.Locals(emit.V128, mr)
			copies := func(count int) {
				b.touch(f, from, (mr-1)*w.apart.x+4*count-1)
				b.touch(f, out, 16*mr*count-1)
				for k := range count {
					for i := range v {
						f.LocalGet(from)
						b.loadSplat(f, i*w.apart.x+4*k)
						f.LocalSet(v[i])
					}
					for i := range v {
						storeLanes(f, v[i], out, 16*(k*mr+i), 4)
					}
				}
				f.Inc(from, int32(4*count))
				f.Inc(out, int32(16*mr*count))
			}
			var along func(i int)
			along = func(i int) {
				if i == len(axes) {
					f.Move(n, whole)
					f.Repeat(n, func() { copies(steps) })
					f.Move(n, rest)
					f.Repeat(n, func() { copies(1) })
					return
				}
				f.Times(axes[i].n, func() {
					along(i + 1)
					if axes[i].n > 1 {
						f.IncLocal(from, adv[i])
					}
				})
			}
			f.CountDown(tiles, func() {
				f.Move(from, in)
				along(0)
				f.Inc(in, int32(mr*w.apart.x))
			})
		}
	})
	call(f, g, args...)
}

// loadCopied loads the i-th float of a copy. It is to be the second factor: then
// wazero multiplies in its register, and moves one of them less.
func (b *Builder) loadCopied(f *emit.Func, at emit.Local, i int, to emit.Local) {
	f.LocalGet(at)
	f.Load(emit.V128Load, uint32(16*i))
	f.LocalSet(to)
}

// GemmScratch is the size in bytes of the memory that Gemm works in.
func (b *Builder) GemmScratch(p GemmParams) int64 {
	return b.spreadScratch(int(p.K.v), b.spreadGemm(p))
}

// spreadGemm is the number of rows of A that Gemm copies at once, or zero.
func (b *Builder) spreadGemm(p GemmParams) int {
	columns, _ := p.N.IsConst()
	if p.N.slot {
		columns = 4 * spreadVectors
	}
	if p.Integer || p.K.slot || p.ARow.slot {
		return 0
	}
	return b.spreadRowsOf(p.M, int(p.K.v), int(columns))
}

// spreadProduct is a product of m rows with panels of weights.
type spreadProduct struct {
	rows, k, apart int // rows that are copied at once, their length, bytes between them
	scratch        emit.Local
	act            Act
	a, y, yRow     expr
	weights, panel expr // the first panel, and bytes from a panel to the next one
	m, cols, last  expr // rows; columns from the first panel on; of them, those behind the last panel
}

// spreadProduct copies some rows, multiplies them with all panels, and so on.
func (b *Builder) spreadProduct(f *emit.Func, p spreadProduct) {
	mr, _ := b.tileShape()
	a, y, left := p.a.into(f), p.y.into(f), p.m.into(f)
	weights, cols := p.weights.into(f), p.cols.into(f)
	pw, py, n, tiles, rest, more := f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32)
	last := p.last.into(f)
	g := convGeometry{apart: distances{x: p.apart}, run: p.k, kx: 1, ky: 1, kz: 1}
	m, known := int(p.m.v), p.m.isConst()
	each := func(visit func(size int, tiles, done expr)) {
		positive(f, local(tiles), func() { visit(mr, local(tiles), num(0)) })
		positive(f, local(rest), func() {
			restTile(f, int32(m), known, mr, local(rest), func(size int) { visit(size, num(1), mul(local(tiles), num(mr))) })
		})
	}
	f.Loop(func(again emit.Label) {
		minOf(local(left), num(p.rows)).set(f, n)
		div(local(n), mr).set(f, tiles)
		rem(local(n), mr).set(f, rest)
		each(func(size int, tiles, done expr) {
			b.spread(f, size, g, add(local(a), mul(done, num(p.apart))), add(local(p.scratch), mul(done, num(16*p.k))), tiles)
		})
		f.Move(pw, weights)
		f.Move(py, y)
		f.Move(more, cols)
		f.Block(func(done emit.Label) {
			f.Loop(func(again emit.Label) {
				f.LocalGet(more)
				f.LocalGet(last)
				f.Op(emit.I32LeS)
				f.BrIf(done)
				each(func(size int, tiles, done expr) {
					call(f, b.gemmTile(size, 1, p.act, false, true), add(local(p.scratch), mul(done, num(16*p.k))), num(0), local(pw), num(0),
						add(local(py), mul(done, p.yRow)), p.yRow, tiles, num(p.k), local(more))
				})
				advance(f, pw, p.panel)
				f.Inc(py, 4*panelWidth)
				f.Inc(more, -panelWidth)
				f.Br(again)
			})
		})
		advance(f, a, mul(local(n), num(p.apart)))
		advance(f, y, mul(local(n), p.yRow))
		sub(local(left), local(n)).set(f, left)
		f.LocalGet(left)
		f.BrIf(again)
	})
}
