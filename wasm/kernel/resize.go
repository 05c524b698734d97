package kernel

import "github.com/dehug/dehug/wasm/emit"

// NearestParams describes pictures whose pixels are copies of X's.
type NearestParams struct {
	X, Y       Image // strides are multiples of four; no depth
	Rows, Cols Int   // addresses of an i32 for each row and column of Y: the one of X
	Entry      int   // bytes from one to the next
}

// Nearest appends a step that copies pixels. Rows and columns outside X are
// its nearest ones.
func (b *Builder) Nearest(name string, p NearestParams) *emit.Func {
	if p.X.Stride%4 != 0 || p.Y.Stride%4 != 0 {
		panic("kernel: pixels of whole vectors")
	}
	row := b.inner(key("nearest", p.X.C, p.X.Stride, p.Y.Stride, p.Entry), func(w *inner) {
		from, width, to, table, n := w.param(), w.param(), w.param(), w.param(), w.param()
		w.body = func(f *emit.Func) {
			pixel := f.Local(emit.I32)
			f.CountDown(n, func() {
				add(local(from), mul(clampIndex(f, table, width), num(4*p.X.Stride))).set(f, pixel)
				vectors := (p.X.C + 3) / 4
				move := func(i int) {
					f.LocalGet(to)
					f.LocalGet(pixel)
					f.Load(emit.V128Load, uint32(16*i))
					f.Load(emit.V128Store, uint32(16*i))
				}
				const unrolled = 8
				f.Times(vectors/unrolled, func() {
					for i := range unrolled {
						move(i)
					}
					f.Inc(pixel, 16*unrolled)
					f.Inc(to, 16*unrolled)
				})
				for i := range vectors % unrolled {
					move(i)
				}
				f.Inc(to, int32(4*p.Y.Stride-16*(vectors/unrolled*unrolled)))
				f.Inc(table, int32(p.Entry))
			})
		}
	})
	f := b.M.Func(name, nil, nil)
	from, to, table := p.X.Addr.expr().into(f), p.Y.Addr.expr().into(f), f.Local(emit.I32)
	height := p.X.H.expr().into(f)
	rowX, rowY := mul(num(4*p.X.Stride), p.X.W.expr()), mul(num(4*p.Y.Stride), p.Y.W.expr())
	positive(f, p.Y.W.expr(), func() {
		times(f, p.Y.N.expr(), func() {
			skip, mine := b.share(f, p.Y.H.expr(), p.Y.N.expr(), p.Y.W.expr(), num(p.Y.C))
			rest := b.others(p.Y.H.expr(), skip, mine)
			add(p.Rows.expr(), mul(skip, num(p.Entry))).set(f, table)
			advance(f, to, mul(skip, rowY))
			times(f, mine, func() {
				call(f, row, add(local(from), mul(clampIndex(f, table, height), rowX)), p.X.W.expr(), local(to), p.Cols.expr(), p.Y.W.expr())
				f.Inc(table, int32(p.Entry))
				advance(f, to, rowY)
			})
			advance(f, to, mul(rest, rowY))
			advance(f, from, mul(p.X.H.expr(), rowX))
		})
	})
	return f
}

// clampIndex is the i32 at an address, moved into [0, size).
func clampIndex(f *emit.Func, at, size emit.Local) expr {
	k := f.Local(emit.I32)
	f.LocalGet(at)
	f.Load(emit.I32Load, 0)
	f.LocalSet(k)
	return maxOf(num(0), minOf(local(k), sub(local(size), num(1))))
}
