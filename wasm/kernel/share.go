package kernel

import "github.com/dehug/dehug/wasm/emit"

// Steps can be divided among threads. A kernel that can be divided asks share
// which of its outermost iterations are this call's; the module says how many
// calls there are, and which one this is, in two globals. Pieces write
// different outputs and no sum is ever cut, so a result has the same bits for
// any number of threads. A kernel that does not ask is run by one thread.

// division is what a module that can be divided has, and what the step that is
// being written has asked of it.
type division struct {
	on          bool
	part, parts emit.Global
	limit       *emit.Local // how many shares at most, where a step limits them
	work        [][]expr    // of each loop that is shared: factors of its number of lane operations
}

// Divide makes the steps that are written from now on divisible.
func (b *Builder) Divide() {
	b.division = division{on: true, part: b.M.Global(emit.I32), parts: b.M.Global(emit.I32)}
}

// SetPart writes code that says which part of a step is to be done.
func (b *Builder) SetPart(f *emit.Func, part, parts func()) {
	part()
	f.GlobalSet(b.division.part)
	parts()
	f.GlobalSet(b.division.parts)
}

// shareWork is the least number of lane operations (a multiply–add, or reading
// or writing an element) that are worth a share: some 10 µs, ten times what it
// takes to hand one over between threads that are awake.
const shareWork = 1 << 17

// MaxShares bounds the shares of a step: enough for 16 threads to even out.
const MaxShares = 64

// Shares returns, for the step written since the last call, a function that
// pushes how many shares are worth having (1 to MaxShares); nil when the step
// cannot be divided.
func (b *Builder) Shares() func(f *emit.Func) {
	work := b.division.work
	b.division.work, b.division.limit = nil, nil
	if len(work) == 0 {
		return nil
	}
	return func(f *emit.Func) {
		for i, factors := range work { // in f64: the product may be beyond 64 bits
			known := int64(1)
			var rest []expr
			for _, e := range factors {
				if !e.isConst() {
					rest = append(rest, e)
				} else if known = known * int64(max(0, e.v)); known > 1<<31 {
					known = 1 << 31
				}
			}
			f.I64Const(known)
			f.Op(emit.F64ConvertI64S)
			for _, e := range rest {
				e.emit(f)
				f.Op(emit.F64ConvertI32U, emit.F64Mul)
			}
			if i > 0 {
				f.Op(emit.F64Add)
			}
		}
		f.I32Const(shareWork)
		f.Op(emit.F64ConvertI32S, emit.F64Div)
		f.I32Const(MaxShares)
		f.Op(emit.F64ConvertI32S, emit.F64Min)
		f.I32Const(1)
		f.Op(emit.F64ConvertI32S, emit.F64Max, emit.I32TruncSatF64S)
	}
}

// share answers which of n iterations are this call's: count of them, at least
// one, from first on. A call that has none returns from the step, so there is
// nothing else for it to do. The product of n and each is the number of
// lane operations of all of them. Neither may depend on a local variable:
// bind evaluates them. Only a step's own function may ask, not an inner one.
func (b *Builder) share(f *emit.Func, n expr, each ...expr) (first, count expr) {
	if !b.division.on || n.isConst() && n.v < 2 {
		return num(0), n
	}
	b.division.work = append(b.division.work, append([]expr{n}, each...))
	bound := func(next int32) expr {
		n.emit(f)
		f.Op(emit.I64ExtendI32U)
		f.GlobalGet(b.division.part)
		f.AddConst(next)
		f.Op(emit.I64ExtendI32U, emit.I64Mul)
		if limit := b.division.limit; limit != nil {
			f.LocalGet(*limit)
		} else {
			f.GlobalGet(b.division.parts)
		}
		f.Op(emit.I64ExtendI32U, emit.I64DivU, emit.I32WrapI64)
		l := f.Local(emit.I32)
		f.LocalSet(l)
		return local(l)
	}
	first = bound(0)
	count = local(sub(bound(1), first).into(f))
	count.emit(f)
	f.Op(emit.I32Eqz)
	f.If(f.Return)
	return first, count
}

// fewShares is how many shares a step has that works in much memory of its own.
const fewShares = 4

// limitShares makes the step have at most n shares, before it asks for them, so
// that each can have memory of its own, and answers which one this call is.
func (b *Builder) limitShares(f *emit.Func, n int) (slot expr) {
	if !b.division.on {
		return num(0)
	}
	limit := minOf(expr{push: func(f *emit.Func) { f.GlobalGet(b.division.parts) }}, num(n)).into(f)
	b.division.limit = &limit
	f.GlobalGet(b.division.part)
	f.LocalGet(limit)
	f.Op(emit.I32GeU)
	f.If(f.Return)
	return expr{push: func(f *emit.Func) { f.GlobalGet(b.division.part) }}
}

// memories is how many pieces of memory a step needs whose shares, at most n,
// have one each.
func (d division) memories(n int) int64 {
	if d.on {
		return int64(n)
	}
	return 1
}

// others is how many of n iterations come after the shared ones.
func (b *Builder) others(n, first, count expr) expr {
	if !b.division.on {
		return num(0)
	}
	return sub(n, add(first, count))
}

// shareTiles is share for iterations that are done tile at a time: only the
// last piece may end with less than a tile.
func (b *Builder) shareTiles(f *emit.Func, n expr, tile int, each ...expr) (first, count expr) {
	tiles := div(add(n, num(tile-1)), tile)
	if !b.division.on || tiles.isConst() && tiles.v < 2 {
		return num(0), n
	}
	first, count = b.share(f, tiles, append(each, num(tile))...)
	first = local(mul(first, num(tile)).into(f))
	return first, local(minOf(mul(count, num(tile)), sub(n, first)).into(f))
}

// sharedTile is the number of elements of the innermost axis that are never
// divided: no vectors are cut, and no two threads write to one cache line
// more than at the ends.
const sharedTile = 16

// shareAxes is share for a walk over axes in any order: it answers the axes
// with one of them narrowed and moves the pointers to the first element. An
// iteration of all axes is each lane operations.
func (b *Builder) shareAxes(f *emit.Func, as []axis, at []emit.Local, each ...expr) []axis {
	if !b.division.on || len(as) == 0 {
		return as
	}
	// The outermost axis with pieces enough, or the longest one. An extent that
	// only bind knows may be long.
	pick := 0
	size := func(i int) int32 {
		n := as[i].extent
		if !n.isConst() {
			n.v = MaxShares
		}
		if i == len(as)-1 {
			n.v /= sharedTile
		}
		return n.v
	}
	for i := range as {
		if size(pick) < MaxShares/4 && size(i) > size(pick) {
			pick = i
		}
	}
	tile := 1
	if pick == len(as)-1 {
		tile = sharedTile
	}
	for i, a := range as {
		if i != pick {
			each = append(each, a.extent)
		}
	}
	first, count := b.shareTiles(f, as[pick].extent, tile, each...)
	narrow := append([]axis{}, as...)
	narrow[pick].extent = count
	for i := range at {
		advance(f, at[i], mul(first, as[pick].stride[i]))
	}
	return narrow
}
