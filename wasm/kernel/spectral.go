package kernel

import "github.com/dehug/dehug/wasm/emit"

// Det appends a step that computes the determinant of each of count f64
// matrices [n, n], which it destroys: Gaussian elimination, each pivot the first
// of the largest in its column; the product of the pivots in their order, with
// the sign of the exchanges.
func (b *Builder) Det(name string, x, y, count, n Int) *emit.Func {
	f := b.M.Func(name, nil, nil)
	matrix, out, size := x.expr().into(f), y.expr().into(f), n.expr().into(f)
	row := mul(local(size), num(8)).into(f) // bytes
	var ls [8]emit.Local
	for i := range ls {
		ls[i] = f.Local(emit.I32)
	}
	pivot, left, best, at, other, down, across, word := ls[0], ls[1], ls[2], ls[3], ls[4], ls[5], ls[6], ls[7]
	det, factor, top := f.Local(emit.F64), f.Local(emit.F64), f.Local(emit.F64)
	load := func(l emit.Local) {
		f.LocalGet(l)
		f.Load(emit.F64Load, 0)
	}
	times(f, count.expr(), func() {
		f.F64Const(0x3ff0000000000000)
		f.LocalSet(det)
		f.Move(pivot, matrix)
		f.Move(left, size)
		f.Repeat(left, func() { // left counts the columns from the pivot's on
			f.Move(best, pivot)
			f.Move(at, pivot)
			f.Move(down, left)
			f.Repeat(down, func() {
				load(at)
				f.Op(emit.F64Abs)
				load(best)
				f.Op(emit.F64Abs, emit.F64Gt)
				f.If(func() { f.Move(best, at) })
				f.IncLocal(at, row)
			})
			f.LocalGet(best)
			f.LocalGet(pivot)
			f.Op(emit.I32Ne)
			f.If(func() { // exchange what is left of the rows
				f.LocalGet(det)
				f.Op(emit.F64Neg)
				f.LocalSet(det)
				f.Move(at, pivot)
				f.Move(across, left)
				f.Repeat(across, func() {
					load(at)
					f.LocalSet(factor)
					f.LocalGet(at)
					load(best)
					f.Load(emit.F64Store, 0)
					f.LocalGet(best)
					f.LocalGet(factor)
					f.Load(emit.F64Store, 0)
					f.Inc(at, 8)
					f.Inc(best, 8)
				})
			})
			load(pivot)
			f.LocalTee(top)
			f.LocalGet(det)
			f.Op(emit.F64Mul)
			f.LocalSet(det)
			f.Move(at, pivot)
			sub(local(left), num(1)).set(f, down)
			f.LocalGet(top) // a column of zeros: the determinant is 0 already
			f.F64Const(0)
			f.Op(emit.F64Ne)
			f.If(func() {
				f.Repeat(down, func() {
					f.IncLocal(at, row)
					load(at)
					f.LocalGet(top)
					f.Op(emit.F64Div)
					f.LocalSet(factor)
					f.Move(other, pivot)
					f.Move(word, at)
					f.Move(across, left)
					f.Repeat(across, func() {
						f.LocalGet(word)
						load(word)
						f.LocalGet(factor)
						load(other)
						f.Op(emit.F64Mul, emit.F64Sub)
						f.Load(emit.F64Store, 0)
						f.Inc(word, 8)
						f.Inc(other, 8)
					})
				})
			})
			add(local(pivot), local(row), num(8)).set(f, pivot)
		})
		f.LocalGet(out)
		f.LocalGet(det)
		f.Load(emit.F64Store, 0)
		f.Inc(out, 8)
		advance(f, matrix, mul(local(row), local(size)))
	})
	return f
}
