package kernel

import (
	"math"

	"github.com/dehug/dehug/wasm/emit"
	"github.com/dehug/dehug/wasm/graph"
)

// Columns are the runs of a row-major tensor along one axis: element i of the
// run (o, j) is number (o·N + i)·Inner + j.
type Columns struct {
	Outer, N, Inner Int
}

// each calls body for every run with pointers to its first elements in tensors
// whose elements have the given sizes and whose runs have the given lengths.
func (c Columns) each(f *emit.Func, at []Int, elem []int, n []expr, body func(at []emit.Local)) {
	outer, inner := axis{extent: c.Outer.expr()}, axis{extent: c.Inner.expr()}
	var from []emit.Local
	for i, a := range at {
		from = append(from, a.expr().into(f))
		inner.stride = append(inner.stride, num(elem[i]))
		outer.stride = append(outer.stride, mul(n[i], c.Inner.expr(), num(elem[i])))
	}
	nest(f, []axis{outer, inner}, from, body)
}

// sortKey replaces the element on the stack by an i64 that orders as it does.
// −0 equals +0, and NaN is greater than all numbers. With least, the order is
// the opposite.
func (s element) sortKey(f *emit.Func, least bool) {
	switch {
	case s.float:
		x, k := f.Local(emit.F64), f.Local(emit.I64)
		s.toF64(f)
		f.F64Const(0)
		f.Op(emit.F64Add)
		f.LocalTee(x)
		f.F64Const(canonNaN64)
		f.LocalGet(x)
		f.LocalGet(x)
		f.Op(emit.F64Eq, emit.Select, emit.I64ReinterpretF64)
		f.LocalTee(k) // of negative numbers all bits but the sign are flipped
		f.I64Const(63)
		f.Op(emit.I64ShrS)
		f.I64Const(1)
		f.Op(emit.I64ShrU)
		f.LocalGet(k)
		f.Op(emit.I64Xor)
	case s.local == emit.I32 && s.unsigned:
		f.Op(emit.I64ExtendI32U)
	case s.local == emit.I32:
		f.Op(emit.I64ExtendI32S)
	case s.unsigned:
		f.I64Const(math.MinInt64)
		f.Op(emit.I64Xor)
	}
	if least {
		f.I64Const(-1)
		f.Op(emit.I64Xor)
	}
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// ArgParams describes the search for the greatest element of each run.
type ArgParams struct {
	Columns
	Type  graph.Type
	X, Y  Int
	Least bool // the least element instead
	Last  bool // of equal elements the last one counts, not the first
	Hard  bool // Y is like X: 1 at the place of the element, 0 elsewhere; otherwise Y holds places as int64
}

// Arg appends a step that finds extreme elements. NaN is greater than all numbers.
func (b *Builder) Arg(name string, p ArgParams) *emit.Func {
	s := elementOf(p.Type)
	f := b.M.Func(name, nil, nil)
	g := b.inner(key("arg", p.Type.String(), flag(p.Least), flag(p.Last), flag(p.Hard)), func(w *inner) {
		x, y, n, stride := w.param(), w.param(), w.param(), w.param()
		w.body = func(f *emit.Func) {
			best, k := f.Local(emit.I64), f.Local(emit.I64)
			i, at := f.Local(emit.I32), f.Local(emit.I32)
			f.Loop(func(again emit.Label) {
				f.LocalGet(x)
				f.Load(s.load, 0)
				s.sortKey(f, p.Least)
				f.LocalTee(k)
				f.LocalGet(best)
				if p.Last {
					f.Op(emit.I64GeS)
				} else {
					f.Op(emit.I64GtS)
				}
				f.LocalGet(i)
				f.Op(emit.I32Eqz, emit.I32Or)
				f.If(func() {
					f.Move(best, k)
					f.Move(at, i)
				})
				f.IncLocal(x, stride)
				f.Inc(i, 1)
				f.LocalGet(i)
				f.LocalGet(n)
				f.Op(emit.I32LtU)
				f.BrIf(again)
			})
			f.LocalGet(y)
			if !p.Hard {
				f.LocalGet(at)
				f.Op(emit.I64ExtendI32U)
				f.Load(emit.I64Store, 0)
				return
			}
			f.Op(emit.Drop)
			f.SetConst(i, 0)
			f.CountDown(n, func() {
				f.LocalGet(y)
				s.constant(f, 1)
				s.constant(f, 0)
				f.LocalGet(i)
				f.LocalGet(at)
				f.Op(emit.I32Eq, emit.Select)
				f.Load(s.store, 0)
				f.IncLocal(y, stride)
				f.Inc(i, 1)
			})
		}
	})
	n, size := num(1), 8
	if p.Hard {
		n, size = p.N.expr(), s.elem
	}
	p.each(f, []Int{p.X, p.Y}, []int{s.elem, size}, []expr{p.N.expr(), n}, func(at []emit.Local) {
		call(f, g, local(at[0]), local(at[1]), p.N.expr(), mul(p.Inner.expr(), num(s.elem)))
	})
	return f
}

// CumulateParams describes running sums or products along an axis.
type CumulateParams struct {
	Columns
	Type      graph.Type
	X, Y      Int
	Prod      bool
	Exclusive bool // an element does not count for its own place
	Reverse   bool // from the last element to the first
}

// Cumulate appends a step of running sums (from +0) or products (from 1); one
// accumulator takes the elements in order. Integers wrap around.
func (b *Builder) Cumulate(name string, p CumulateParams) *emit.Func {
	s := elementOf(p.Type)
	f := b.M.Func(name, nil, nil)
	g := b.inner(key("cumulate", p.Type.String(), flag(p.Prod), flag(p.Exclusive)), func(w *inner) {
		x, y, n, stride := w.param(), w.param(), w.param(), w.param()
		w.body = func(f *emit.Func) {
			acc := f.Local(s.local)
			s.constant(f, flag(p.Prod))
			f.LocalSet(acc)
			store := func() {
				f.LocalGet(y)
				f.LocalGet(acc)
				f.Load(s.store, 0)
			}
			f.Repeat(n, func() {
				if p.Exclusive {
					store()
				}
				f.LocalGet(acc)
				f.LocalGet(x)
				f.Load(s.load, 0)
				if p.Prod {
					f.Op(s.pick(emit.F32Mul, emit.F64Mul, emit.I32Mul, emit.I64Mul))
				} else {
					f.Op(s.pick(emit.F32Add, emit.F64Add, emit.I32Add, emit.I64Add))
				}
				f.LocalSet(acc)
				if !p.Exclusive {
					store()
				}
				f.IncLocal(x, stride)
				f.IncLocal(y, stride)
			})
		}
	})
	n := p.N.expr()
	stride, first := mul(p.Inner.expr(), num(s.elem)), num(0)
	if p.Reverse {
		first = mul(sub(n, num(1)), stride)
		stride = mul(stride, num(-1))
	}
	p.each(f, []Int{p.X, p.Y}, []int{s.elem, s.elem}, []expr{n, n}, func(at []emit.Local) {
		call(f, g, add(local(at[0]), first), add(local(at[1]), first), n, stride)
	})
	return f
}

// TopKParams describes the choice of the K greatest elements of each run.
type TopKParams struct {
	Columns
	Type        graph.Type
	X           Int
	K           Int
	Values      Int
	Indices     Int // int64
	Scratch     Int // address of TopKScratch bytes for each of K
	Least       bool
	WantIndices bool
}

// TopKScratch is what TopK needs for each element that it chooses: a key and a place.
const TopKScratch = 16

// TopK appends a step that chooses the greatest elements, greatest first; of
// equal ones that with the smaller index comes first. NaN is greater than all
// numbers. The K best so far lie in a heap whose root is the worst of them.
func (b *Builder) TopK(name string, p TopKParams) *emit.Func {
	s := elementOf(p.Type)
	f := b.M.Func(name, nil, nil)
	entry := func(f *emit.Func, at emit.Local, k, i emit.Local) { // heap[at] = (k, i)
		f.LocalGet(at)
		f.LocalGet(k)
		f.Load(emit.I64Store, 0)
		f.LocalGet(at)
		f.LocalGet(i)
		f.Load(emit.I32Store, 8)
	}
	read := func(f *emit.Func, at emit.Local, k, i emit.Local) {
		f.LocalGet(at)
		f.Load(emit.I64Load, 0)
		f.LocalSet(k)
		f.LocalGet(at)
		f.Load(emit.I32Load, 8)
		f.LocalSet(i)
	}
	// sift lets the entry at root, a byte offset, sink below what is worse.
	sift := b.inner("top k sift", func(w *inner) {
		heap, root, size := w.param(), w.param(), w.param()
		w.body = func(f *emit.Func) {
			k, i := f.Local(emit.I64), f.Local(emit.I32)
			ck, ci, dk, di := f.Local(emit.I64), f.Local(emit.I32), f.Local(emit.I64), f.Local(emit.I32)
			at, child, c := f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32)
			worse := func(ak, ai, bk, bi emit.Local) { // a comes after b
				f.LocalGet(ak)
				f.LocalGet(bk)
				f.Op(emit.I64LtS)
				f.LocalGet(ak)
				f.LocalGet(bk)
				f.Op(emit.I64Eq)
				f.LocalGet(ai)
				f.LocalGet(bi)
				f.Op(emit.I32GtU, emit.I32And, emit.I32Or)
			}
			add(local(heap), local(root)).set(f, at)
			read(f, at, k, i)
			f.Block(func(done emit.Label) {
				f.Loop(func(again emit.Label) {
					add(local(root), local(root), num(TopKScratch)).set(f, child)
					f.LocalGet(child)
					f.LocalGet(size)
					f.Op(emit.I32GeU)
					f.BrIf(done)
					add(local(heap), local(child)).set(f, c)
					read(f, c, ck, ci)
					add(local(child), num(TopKScratch)).emit(f)
					f.LocalGet(size)
					f.Op(emit.I32LtU)
					f.If(func() {
						f.Inc(c, TopKScratch)
						read(f, c, dk, di)
						worse(dk, di, ck, ci)
						f.If(func() {
							f.Move(ck, dk)
							f.Move(ci, di)
							f.Inc(child, TopKScratch)
						})
					})
					worse(ck, ci, k, i)
					f.Op(emit.I32Eqz)
					f.BrIf(done)
					entry(f, at, ck, ci)
					f.Move(root, child)
					add(local(heap), local(root)).set(f, at)
					f.Br(again)
				})
			})
			entry(f, at, k, i)
		}
	})
	g := b.inner(key("top k", p.Type.String(), flag(p.Least), flag(p.WantIndices)), func(w *inner) {
		x, y, index, heap := w.param(), w.param(), w.param(), w.param()
		n, size, stride, places := w.param(), w.param(), w.param(), w.param() // size: K in bytes of the heap
		w.body = func(f *emit.Func) {
			i, at, from, j := f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32)
			k, rk := f.Local(emit.I64), f.Local(emit.I64)
			f.Move(from, x)
			f.Move(at, heap)
			load := func() {
				f.LocalGet(from)
				f.Load(s.load, 0)
				s.sortKey(f, p.Least)
				f.LocalSet(k)
			}
			f.Loop(func(again emit.Label) {
				load()
				entry(f, at, k, i)
				f.Inc(at, TopKScratch)
				f.IncLocal(from, stride)
				f.Inc(i, 1)
				sub(local(at), local(heap)).emit(f)
				f.LocalGet(size)
				f.Op(emit.I32LtU)
				f.BrIf(again)
			})
			f.Move(j, i) // K
			f.CountDown(j, func() { call(f, sift, local(heap), mul(sub(local(j), num(1)), num(TopKScratch)), local(size)) })
			sub(local(n), local(i)).set(f, j)
			f.Repeat(j, func() {
				load()
				f.LocalGet(k)
				f.LocalGet(heap)
				f.Load(emit.I64Load, 0)
				f.Op(emit.I64GtS)
				f.If(func() {
					entry(f, heap, k, i)
					call(f, sift, local(heap), num(0), local(size))
				})
				f.IncLocal(from, stride)
				f.Inc(i, 1)
			})
			// The worst goes to the end, again and again.
			f.Move(j, size)
			f.Loop(func(again emit.Label) {
				f.Inc(j, -TopKScratch)
				add(local(heap), local(j)).set(f, at)
				read(f, at, rk, from)
				read(f, heap, k, i)
				entry(f, at, k, i)
				entry(f, heap, rk, from)
				call(f, sift, local(heap), num(0), local(j))
				f.LocalGet(j)
				f.BrIf(again)
			})
			f.Loop(func(again emit.Label) {
				f.LocalGet(heap)
				f.Load(emit.I32Load, 8)
				f.LocalSet(i)
				f.LocalGet(y)
				add(local(x), mul(local(i), local(stride))).emit(f)
				f.Load(s.load, 0)
				f.Load(s.store, 0)
				f.IncLocal(y, stride)
				if p.WantIndices {
					f.LocalGet(index)
					f.LocalGet(i)
					f.Op(emit.I64ExtendI32U)
					f.Load(emit.I64Store, 0)
					f.IncLocal(index, places)
				}
				f.Inc(heap, TopKScratch)
				f.Inc(j, TopKScratch)
				f.LocalGet(j)
				f.LocalGet(size)
				f.Op(emit.I32LtU)
				f.BrIf(again)
			})
		}
	})
	p.each(f, []Int{p.X, p.Values, p.Indices}, []int{s.elem, s.elem, 8}, []expr{p.N.expr(), p.K.expr(), p.K.expr()}, func(at []emit.Local) {
		call(f, g, local(at[0]), local(at[1]), local(at[2]), p.Scratch.expr(), p.N.expr(), mul(p.K.expr(), num(TopKScratch)),
			mul(p.Inner.expr(), num(s.elem)), mul(p.Inner.expr(), num(8)))
	})
	return f
}
