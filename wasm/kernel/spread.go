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
