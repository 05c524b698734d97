package kernel

import (
	"math"

	"github.com/dehug/dehug/wasm/emit"
	"github.com/dehug/dehug/wasm/graph"
)

// element is a scalar with what reductions ask about it.
type element struct {
	scalar
	elem            int // bytes
	float, unsigned bool
}

func elementOf(t graph.Type) element {
	s := scalarOf(t)
	return element{s, int(t.Size()), s.local == emit.F32 || s.local == emit.F64, s.unsigned || t == graph.Uint64}
}

// pick chooses among the types of an instruction.
func (s element) pick(f32, f64, i32, i64 emit.Op) emit.Op {
	switch s.local {
	case emit.F32:
		return f32
	case emit.F64:
		return f64
	case emit.I32:
		return i32
	}
	return i64
}

// constant pushes a small whole number.
func (s element) constant(f *emit.Func, v int) {
	switch s.local {
	case emit.F32:
		f.F32Const(math.Float32bits(float32(v)))
	case emit.F64:
		f.F64Const(math.Float64bits(float64(v)))
	case emit.I32:
		f.I32Const(int32(v))
	default:
		f.I64Const(int64(v))
	}
}

// toF64 converts the number on the stack, fromF64 converts back.
func (s element) toF64(f *emit.Func) {
	switch {
	case s.local == emit.F32:
		f.Op(emit.F64PromoteF32)
	case s.local == emit.I32 && s.unsigned:
		f.Op(emit.F64ConvertI32U)
	case s.local == emit.I32:
		f.Op(emit.F64ConvertI32S)
	case s.local == emit.I64 && s.unsigned:
		f.Op(emit.F64ConvertI64U)
	case s.local == emit.I64:
		f.Op(emit.F64ConvertI64S)
	}
}

func (s element) fromF64(f *emit.Func) {
	switch {
	case s.local == emit.F32:
		f.Op(emit.F32DemoteF64)
	case s.local == emit.I32 && s.unsigned:
		f.Op(emit.I32TruncSatF64U)
	case s.local == emit.I32:
		f.Op(emit.I32TruncSatF64S)
	case s.local == emit.I64 && s.unsigned:
		f.Op(emit.I64TruncSatF64U)
	case s.local == emit.I64:
		f.Op(emit.I64TruncSatF64S)
	}
}

// lowest pushes the value that every other one is greater than, highest its
// opposite.
func (s element) lowest(f *emit.Func, highest bool) {
	bits := 8 * s.elem
	switch {
	case s.float:
		inf := math.Inf(-1)
		if highest {
			inf = -inf
		}
		if s.local == emit.F32 {
			f.F32Const(math.Float32bits(float32(inf)))
		} else {
			f.F64Const(math.Float64bits(inf))
		}
		return
	}
	v := int64(-1) << (bits - 1)
	if highest {
		v = ^v
	}
	if s.unsigned {
		v = 0
		if highest {
			v = int64(^uint64(0) >> (64 - bits))
		}
	}
	if s.local == emit.I32 {
		f.I32Const(int32(v))
	} else {
		f.I64Const(v)
	}
}

// Reduction says what becomes of the elements that are taken together.
type Reduction string

// Reductions. Each starts from +0 (Prod from 1, Max and Min from the type's
// least and greatest value), takes the elements in one stated order, and then
// finishes: Mean divides by their number, L2 takes the square root, LogSum and
// LogSumExp the logarithm. Max and Min of floats are NaN where an element is,
// and −0 is less than +0. Integers wrap around, and their roots and logarithms
// are computed in f64 and cut off.
const (
	Sum       Reduction = "Sum"
	Mean      Reduction = "Mean"
	Max       Reduction = "Max"
	Min       Reduction = "Min"
	Prod      Reduction = "Prod"
	L1        Reduction = "L1"
	L2        Reduction = "L2"
	SumSquare Reduction = "SumSquare"
	LogSum    Reduction = "LogSum"
	LogSumExp Reduction = "LogSumExp" // in f64: greatest m (0 when not finite), then log Σ exp(x − m) + m
)

// ReduceParams describes a reduction. Every combination of the kept extents
// gives one result.
type ReduceParams struct {
	Kind         Reduction
	Type         graph.Type
	X, Y         Int   // addresses
	Kept         []Int // extents
	KeptX, KeptY []Int // bytes from one to the next
	Reduced      []Int
	ReducedX     []Int
	// Lanes: the last reduced extent has neighbouring f32 elements; element i
	// of each run goes into partial i mod 4, and the result is
	// (p0 + p2) + (p1 + p3). Otherwise one accumulator takes the elements in
	// ascending order.
	Lanes bool
}

// reducer writes the parts of a reduction.
type reducer struct {
	*Builder
	p ReduceParams
	s element
}

// Reduce appends a step that reduces a tensor along some of its axes.
func (b *Builder) Reduce(name string, p ReduceParams) *emit.Func {
	s := elementOf(p.Type)
	if p.Lanes && (p.Type != graph.Float32 || p.Kind == LogSumExp) {
		panic("kernel: no reduction " + string(p.Kind) + " of " + p.Type.String())
	}
	r := reducer{b, p, s}
	f := b.M.Func(name, nil, nil)
	kept := axes(p.Kept, p.KeptX, p.KeptY)
	at := []emit.Local{p.X.expr().into(f), p.Y.expr().into(f)}
	total := num(1)
	var extents []expr
	for i, e := range p.Reduced {
		total = mul(total, e.expr())
		extents = append(extents, e.expr(), p.ReducedX[i].expr())
	}
	extents = append(extents, total)
	across := false // neighbouring results are computed together
	if n := len(kept); n > 0 && !p.Lanes && p.Type == graph.Float32 && p.Kind != LogSum && p.Kind != LogSumExp {
		across = kept[n-1].step(0, 4) && kept[n-1].step(1, 4)
	}
	kept = b.shareAxes(f, kept, at, total, num(2))
	if across {
		last := kept[len(kept)-1]
		nest(f, kept[:len(kept)-1], at, func(at []emit.Local) {
			positive(f, last.extent, func() { call(f, r.inner(true), append([]expr{local(at[0]), local(at[1]), last.extent}, extents...)...) })
		})
		return f
	}
	nest(f, kept, at, func(at []emit.Local) {
		call(f, r.inner(false), append([]expr{local(at[0]), local(at[1])}, extents...)...)
	})
	return f
}

// inner returns the function that computes one result, or across a row of
// neighbouring ones.
func (r reducer) inner(across bool) *emit.Func {
	mode := "one"
	switch {
	case across:
		mode = "across"
	case r.p.Lanes:
		mode = "lanes"
	}
	return r.Builder.inner(key("reduce", string(r.p.Kind), r.p.Type.String(), len(r.p.Reduced), mode), func(w *inner) {
		x, y := w.param(), w.param()
		n := w.paramIf(across)
		var red []axis
		for range r.p.Reduced {
			red = append(red, axis{extent: local(w.param()), stride: []expr{local(w.param())}})
		}
		total := w.param()
		w.body = func(f *emit.Func) {
			switch {
			case across:
				r.across(f, x, y, n, total, red)
			case r.p.Lanes:
				r.lanes(f, x, y, total, red)
			case r.p.Kind == LogSumExp:
				r.logSumExp(f, x, y, red)
			default:
				acc := f.Local(r.s.local)
				r.start(f)
				f.LocalSet(acc)
				v := f.Local(r.s.local)
				nest(f, red, []emit.Local{x}, func(at []emit.Local) {
					f.LocalGet(at[0])
					f.Load(r.s.load, 0)
					f.LocalSet(v)
					r.step(f, acc, v)
				})
				f.LocalGet(y)
				f.LocalGet(acc)
				r.finish(f, total)
				f.Load(r.s.store, 0)
			}
		}
	})
}

// start pushes the value before the first element.
func (r reducer) start(f *emit.Func) {
	switch r.p.Kind {
	case Prod:
		r.s.constant(f, 1)
	case Max, Min:
		r.s.lowest(f, r.p.Kind == Min)
	default:
		r.s.constant(f, 0)
	}
}

// start4 pushes the same in four lanes.
func (r reducer) start4(f *emit.Func) {
	bits := map[Reduction]uint32{Prod: one4, Max: minusInf32, Min: minusInf32 &^ (1 << 31)}[r.p.Kind]
	r.splat4(f, bits)
}

// step appends acc = acc ∘ v.
func (r reducer) step(f *emit.Func, acc, v emit.Local) {
	s := r.s
	f.LocalGet(acc)
	f.LocalGet(v)
	switch r.p.Kind {
	case Max, Min:
		if s.float {
			op := s.pick(emit.F32Max, emit.F64Max, 0, 0)
			if r.p.Kind == Min {
				op = s.pick(emit.F32Min, emit.F64Min, 0, 0)
			}
			f.Op(op)
			break
		}
		f.LocalGet(acc)
		f.LocalGet(v)
		op := s.pick(0, 0, emit.I32GtS, emit.I64GtS)
		if s.unsigned {
			op = s.pick(0, 0, emit.I32GtU, emit.I64GtU)
		}
		f.Op(op)
		if r.p.Kind == Min {
			f.Op(emit.I32Eqz)
		}
		f.Op(emit.Select)
	case Prod:
		f.Op(s.pick(emit.F32Mul, emit.F64Mul, emit.I32Mul, emit.I64Mul))
	default:
		switch r.p.Kind {
		case L1:
			switch {
			case s.float:
				f.Op(s.pick(emit.F32Abs, emit.F64Abs, 0, 0))
			case !s.unsigned: // (v ^ sign) − sign
				sign := func() {
					f.LocalGet(v)
					s.constant(f, s.elem*8-1)
					f.Op(s.pick(0, 0, emit.I32ShrS, emit.I64ShrS))
				}
				sign()
				f.Op(s.pick(0, 0, emit.I32Xor, emit.I64Xor))
				sign()
				f.Op(s.pick(0, 0, emit.I32Sub, emit.I64Sub))
			}
		case L2, SumSquare:
			f.LocalGet(v)
			f.Op(s.pick(emit.F32Mul, emit.F64Mul, emit.I32Mul, emit.I64Mul))
		}
		f.Op(s.pick(emit.F32Add, emit.F64Add, emit.I32Add, emit.I64Add))
	}
	f.LocalSet(acc)
}

// step4 is step on four lanes of f32.
func (r reducer) step4(f *emit.Func, acc, v emit.Local) {
	f.LocalGet(acc)
	f.LocalGet(v)
	switch r.p.Kind {
	case Max:
		f.Op(emit.F32x4Max)
	case Min:
		f.Op(emit.F32x4Min)
	case Prod:
		f.Op(emit.F32x4Mul)
	case L1:
		f.Op(emit.F32x4Abs, emit.F32x4Add)
	case L2, SumSquare:
		f.LocalGet(v)
		f.Op(emit.F32x4Mul, emit.F32x4Add)
	default:
		f.Op(emit.F32x4Add)
	}
	f.LocalSet(acc)
}

// finish makes the result of the accumulator on the stack.
func (r reducer) finish(f *emit.Func, total emit.Local) {
	s := r.s
	switch r.p.Kind {
	case Mean:
		f.LocalGet(total)
		switch s.local {
		case emit.F32:
			f.Op(emit.F32ConvertI32U, emit.F32Div)
			return
		case emit.F64:
			f.Op(emit.F64ConvertI32U, emit.F64Div)
			return
		case emit.I64:
			f.Op(emit.I64ExtendI32U)
		}
		// An integer mean of nothing is 0: division by zero would trap.
		divisor := f.Local(s.local)
		f.LocalSet(divisor)
		f.LocalGet(divisor)
		s.constant(f, 1)
		f.LocalGet(total)
		f.Op(emit.Select)
		if s.unsigned {
			f.Op(s.pick(0, 0, emit.I32DivU, emit.I64DivU))
		} else {
			f.Op(s.pick(0, 0, emit.I32DivS, emit.I64DivS))
		}
	case L2:
		if s.float {
			f.Op(s.pick(emit.F32Sqrt, emit.F64Sqrt, 0, 0))
			return
		}
		s.toF64(f)
		f.Op(emit.F64Sqrt)
		s.fromF64(f)
	case LogSum:
		s.toF64(f)
		f.Call(r.log64())
		s.fromF64(f)
	}
}

// lanes computes one result from runs of neighbouring f32 elements.
func (r reducer) lanes(f *emit.Func, x, y, total emit.Local, red []axis) {
	acc, v := f.Local(emit.V128), f.Local(emit.V128)
	r.start4(f)
	f.LocalSet(acc)
	run := red[len(red)-1].extent
	whole, rest := div(run, 4).into(f), rem(run, 4).into(f)
	p, n := f.Local(emit.I32), f.Local(emit.I32)
	mask := b128(f, rest)
	nest(f, red[:len(red)-1], []emit.Local{x}, func(at []emit.Local) {
		f.Move(p, at[0])
		f.Move(n, whole)
		next := func() {
			f.LocalGet(p)
			f.Load(emit.V128Load, 0)
		}
		f.Repeat(n, func() {
			next()
			f.LocalSet(v)
			r.step4(f, acc, v)
			f.Inc(p, 16)
		})
		f.LocalGet(rest)
		f.If(func() {
			next()
			r.start4(f) // which changes nothing
			f.LocalGet(mask)
			f.Op(emit.V128Bitselect)
			f.LocalSet(v)
			r.step4(f, acc, v)
		})
	})
	one := r
	if r.p.Kind != Max && r.p.Kind != Min && r.p.Kind != Prod {
		one.p.Kind = Sum // the elements were transformed already
	}
	for _, lanes := range [][4]byte{{2, 3, 0, 1}, {1, 0, 3, 2}} {
		f.LocalGet(acc)
		f.LocalGet(acc)
		f.I32x4Shuffle(lanes[0], lanes[1], lanes[2], lanes[3])
		f.LocalSet(v)
		one.step4(f, acc, v)
	}
	f.LocalGet(y)
	f.LocalGet(acc)
	f.Lane(emit.F32x4ExtractLane, 0)
	r.finish(f, total)
	f.Load(r.s.store, 0)
}

// b128 returns a mask whose first lanes, as many as n says, are set.
func b128(f *emit.Func, n emit.Local) emit.Local {
	m := f.Local(emit.V128)
	f.LocalGet(n)
	f.Op(emit.I32x4Splat)
	f.V128Const([16]byte{4: 1, 8: 2, 12: 3})
	f.Op(emit.I32x4GtS)
	f.LocalSet(m)
	return m
}

// across computes a row of neighbouring results, up to 16 at a time.
func (r reducer) across(f *emit.Func, x, y, n, total emit.Local, red []axis) {
	acc, v := f.Locals(emit.V128, 4), f.Local(emit.V128)
	divisor := f.Local(emit.V128)
	if r.p.Kind == Mean {
		f.LocalGet(total)
		f.Op(emit.I32x4Splat, emit.F32x4ConvertI32x4U)
		f.LocalSet(divisor)
	}
	group := func(vectors int, load, store func(off int)) {
		for _, a := range acc[:vectors] {
			r.start4(f)
			f.LocalSet(a)
		}
		nest(f, red, []emit.Local{x}, func(at []emit.Local) {
			for i, a := range acc[:vectors] {
				f.LocalGet(at[0])
				load(16 * i)
				f.LocalSet(v)
				r.step4(f, a, v)
			}
		})
		for i, a := range acc[:vectors] {
			f.LocalGet(y)
			f.LocalGet(a)
			switch r.p.Kind {
			case Mean:
				f.LocalGet(divisor)
				f.Op(emit.F32x4Div)
			case L2:
				f.Op(emit.F32x4Sqrt)
			}
			store(16 * i)
		}
	}
	loadAll := func(off int) { f.Load(emit.V128Load, uint32(off)) }
	storeAll := func(off int) { f.Load(emit.V128Store, uint32(off)) }
	left := f.Local(emit.I32)
	for _, vectors := range []int{4, 1} {
		div(local(n), 4*vectors).set(f, left)
		f.Repeat(left, func() {
			group(vectors, loadAll, storeAll)
			f.Inc(x, int32(16*vectors))
			f.Inc(y, int32(16*vectors))
		})
		rem(local(n), 4*vectors).set(f, n)
	}
	f.Repeat(n, func() {
		group(1, func(int) { f.Load(emit.V128Load32Splat, 0) }, func(int) { f.LoadLane(emit.V128Store32Lane, 0, 0) })
		f.Inc(x, 4)
		f.Inc(y, 4)
	})
}

// logSumExp computes one result in f64.
func (r reducer) logSumExp(f *emit.Func, x, y emit.Local, red []axis) {
	m, sum := f.Local(emit.F64), f.Local(emit.F64)
	each := func(body func()) {
		nest(f, red, []emit.Local{x}, func(at []emit.Local) {
			f.LocalGet(at[0])
			f.Load(r.s.load, 0)
			r.s.toF64(f)
			body()
		})
	}
	const inf = 0x7ff0000000000000
	f.F64Const(inf | 1<<63)
	f.LocalSet(m)
	each(func() {
		f.LocalGet(m)
		f.Op(emit.F64Max)
		f.LocalSet(m)
	})
	f.LocalGet(m)
	f.F64Const(0)
	f.LocalGet(m)
	f.Op(emit.F64Abs)
	f.F64Const(inf)
	f.Op(emit.F64Lt, emit.Select)
	f.LocalSet(m)
	each(func() {
		f.LocalGet(m)
		f.Op(emit.F64Sub)
		f.Call(r.exp64())
		f.LocalGet(sum)
		f.Op(emit.F64Add)
		f.LocalSet(sum)
	})
	f.LocalGet(y)
	f.LocalGet(sum)
	f.Call(r.log64())
	f.LocalGet(m)
	f.Op(emit.F64Add)
	r.s.fromF64(f)
	f.Load(r.s.store, 0)
}
