package lower

import (
	"slices"

	"github.com/dehug/dehug/wasm/emit"
	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/kernel"
)

// Status codes of the ABI.
const (
	statusOK             = 0
	statusNeedsMemory    = 1
	statusNeedsRecompile = 2
	statusJump           = 3
	statusBadDimension   = 16
	statusTooLarge       = 17
	statusNotBound       = 18
	statusNotPrepared    = 19
	statusBadStep        = 20
	statusNoBranch       = 21
	statusStateFull      = 22
)

// int is the operand for an expression: itself when it is constant, else the
// slot in which bind leaves its value.
func (l *lowerer) int(d graph.Dim) kernel.Int {
	if k, ok := d.IsConst(); ok {
		return kernel.Const(k)
	}
	key := d.String()
	at, ok := l.slots[key]
	if !ok {
		if len(l.slotOrder) == l.slotCap {
			panic("lower: more run-time operands than slots")
		}
		at = l.slotAt + 4*uint32(len(l.slotOrder))
		l.slots[key] = at
		l.slotOrder = append(l.slotOrder, d)
	}
	return kernel.Slot(at)
}

// evaluator writes code that computes expressions with checks.
type evaluator struct {
	f                       *emit.Func
	syms                    map[string]emit.Local
	add, mul, div, max, min *emit.Func
}

func (e *evaluator) Const(k int64)   { e.f.I64Const(k) }
func (e *evaluator) Sym(name string) { e.f.LocalGet(e.syms[name]) }
func (e *evaluator) Add()            { e.f.Call(e.add) }
func (e *evaluator) Mul()            { e.f.Call(e.mul) }
func (e *evaluator) FloorDiv()       { e.f.Call(e.div) }
func (e *evaluator) Max()            { e.f.Call(e.max) }
func (e *evaluator) Min()            { e.f.Call(e.min) }

// fail writes code that records a status in the bound block.
func (l *lowerer) fail(f *emit.Func, status int32) {
	f.I32Const(int32(l.boundAt))
	f.I32Const(status)
	f.Load(emit.I32Store, boundStatus)
}

// evaluator adds the checked integer helpers to the module. A result that
// leaves 64 bits records TOO_LARGE and computation goes on with some value.
func (l *lowerer) evaluator(m *emit.Module, f *emit.Func, syms map[string]emit.Local) *evaluator {
	i64 := emit.I64
	fn := func(name string) *emit.Func { return m.Func(name, []emit.Type{i64, i64}, []emit.Type{i64}) }
	e := &evaluator{f: f, syms: syms, add: fn("dim.add"), mul: fn("dim.mul"), div: fn("dim.div"), max: fn("dim.max"), min: fn("dim.min")}
	const a, b = emit.Local(0), emit.Local(1)

	// Overflow of a + b: the sum's sign differs from both operands' signs.
	r := e.add.Local(i64)
	e.add.LocalGet(a)
	e.add.LocalGet(b)
	e.add.Op(emit.I64Add)
	e.add.LocalTee(r)
	e.add.LocalGet(a)
	e.add.Op(emit.I64Xor)
	e.add.LocalGet(r)
	e.add.LocalGet(b)
	e.add.Op(emit.I64Xor, emit.I64And)
	e.add.I64Const(0)
	e.add.Op(emit.I64LtS)
	e.add.If(func() { l.fail(e.add, statusTooLarge) })
	e.add.LocalGet(r)

	// Overflow of a · b by dividing back; 0 and −1 never reach the division.
	r = e.mul.Local(i64)
	e.mul.LocalGet(a)
	e.mul.LocalGet(b)
	e.mul.Op(emit.I64Mul)
	e.mul.LocalSet(r)
	e.mul.LocalGet(a)
	e.mul.I64Const(1)
	e.mul.Op(emit.I64Add)
	e.mul.I64Const(1)
	e.mul.Op(emit.I64GtU)
	e.mul.If(func() {
		e.mul.LocalGet(r)
		e.mul.LocalGet(a)
		e.mul.Op(emit.I64DivS)
		e.mul.LocalGet(b)
		e.mul.Op(emit.I64Ne)
		e.mul.If(func() { l.fail(e.mul, statusTooLarge) })
	})
	e.mul.LocalGet(r)

	// Floor division by a positive divisor.
	e.div.LocalGet(b)
	e.div.I64Const(0)
	e.div.Op(emit.I64LeS)
	e.div.If(func() {
		l.fail(e.div, statusBadDimension)
		e.div.I64Const(0)
		e.div.Return()
	})
	e.div.LocalGet(a)
	e.div.LocalGet(b)
	e.div.Op(emit.I64DivS)
	// Minus one when the remainder is negative.
	e.div.LocalGet(a)
	e.div.LocalGet(b)
	e.div.Op(emit.I64RemS)
	e.div.I64Const(63)
	e.div.Op(emit.I64ShrS, emit.I64Add)

	for _, x := range []struct {
		f  *emit.Func
		op emit.Op
	}{{e.max, emit.I64GtS}, {e.min, emit.I64LtS}} {
		x.f.LocalGet(a)
		x.f.LocalGet(b)
		x.f.LocalGet(a)
		x.f.LocalGet(b)
		x.f.Op(x.op, emit.Select)
	}
	return e
}

// bind writes the function that computes everything that depends on symbol
// values. All steps have been emitted, so all slots are known.
func (l *lowerer) bind(m *emit.Module, maximum uint32) *emit.Func {
	f := m.Func("bind", []emit.Type{emit.I32, emit.I32}, []emit.Type{emit.I32})
	dims := f.Param(0)
	syms := map[string]emit.Local{}
	eval := l.evaluator(m, f, syms)

	// Not bound until everything below has passed.
	f.I32Const(int32(l.boundAt))
	f.I64Const(0)
	f.Load(emit.I64Store, boundStatus)
	f.I32Const(int32(l.boundAt))
	f.I32Const(0)
	f.Load(emit.I32Store, boundReady)

	giveUpOnFailure := func() {
		f.I32Const(int32(l.boundAt))
		f.Load(emit.I32Load, boundStatus)
		f.If(func() {
			f.I32Const(int32(l.boundAt))
			f.Load(emit.I32Load, boundStatus)
			f.Return()
		})
	}

	for i, name := range l.symbols {
		s := f.Local(emit.I64)
		syms[name] = s
		f.LocalGet(dims)
		f.Load(emit.I64Load, uint32(8*i))
		f.LocalTee(s)
		if name[0] != graph.CountMark { // the length of a state may be 0
			f.I64Const(1)
			f.Op(emit.I64Sub)
		}
		f.I64Const(1<<31 - 1)
		f.Op(emit.I64GeU) // below 1 wraps to a huge number
		f.If(func() { l.fail(f, statusBadDimension) })
		f.I32Const(int32(l.cellsAt) + 8*int32(i))
		f.LocalGet(s)
		f.Load(emit.I64Store, 0)
	}
	giveUpOnFailure()

	extent := m.Func("dim.extent", []emit.Type{emit.I64}, nil)
	extent.LocalGet(0)
	extent.I64Const(1)
	extent.Op(emit.I64Sub)
	extent.I64Const(1<<31 - 1)
	extent.Op(emit.I64GeU)
	extent.If(func() { l.fail(extent, statusBadDimension) })
	checked := map[string]bool{}
	check := func(g guard) { // what nodes under this guard need
		for _, n := range l.nodes {
			for _, v := range n.Outputs {
				if v == nil || !slices.Equal(l.guards[n], g) {
					continue
				}
				for _, d := range v.Shape {
					if isConst(d) || checked[d.String()] || l.known(d) > 0 {
						continue
					}
					checked[d.String()] = len(g) == 0
					d.Walk(eval)
					if l.grows(d) {
						f.I64Const(1)
						f.Op(emit.I64Add)
					}
					f.Call(extent)
				}
			}
		}
		l.requireAll(eval, g, 0)
	}
	check(nil)
	giveUpOnFailure()
	for _, s := range l.states {
		if s.axis >= 0 {
			s.out.Shape[s.axis].Walk(eval)
			f.I64Const(l.opt.Capacity)
			f.Op(emit.I64GtS)
			f.If(func() { l.fail(f, statusStateFull) })
		}
	}
	giveUpOnFailure()
	l.confine(f, 0, check)

	total := f.Local(emit.I64)
	l.arenaEnd.Walk(eval)
	f.LocalSet(total)
	f.I32Const(int32(l.boundAt))
	f.LocalGet(total)
	f.Load(emit.I64Store, boundBytes)
	f.I32Const(int32(l.boundAt))
	macs := l.macs
	for _, c := range l.counts {
		macs = macs.Replace(c.name, c.most)
	}
	macs.Walk(eval)
	f.Load(emit.I64Store, boundMACs)
	f.LocalGet(total)
	f.I64Const(int64(maximum) * emit.PageSize)
	f.Op(emit.I64GtU)
	f.If(func() { l.fail(f, statusTooLarge) })
	giveUpOnFailure()

	pages := f.Local(emit.I32)
	f.LocalGet(total)
	f.I64Const(emit.PageSize - 1)
	f.Op(emit.I64Add)
	f.I64Const(16)
	f.Op(emit.I64ShrU, emit.I32WrapI64)
	f.LocalSet(pages)
	f.I32Const(int32(l.boundAt))
	f.LocalGet(pages)
	f.Load(emit.I32Store, boundPages)
	f.MemorySize()
	f.LocalGet(pages)
	f.Op(emit.I32LtU)
	f.If(func() {
		f.I32Const(statusNeedsMemory)
		f.Return()
	})

	// Everything below fits: the total does, and each part is smaller. A part
	// that is no address (a size, a stride) still has to be in range.
	narrow := m.Func("dim.narrow", []emit.Type{emit.I64}, []emit.Type{emit.I32})
	narrow.LocalGet(0)
	narrow.LocalGet(0)
	narrow.Op(emit.I64Extend32S, emit.I64Ne)
	narrow.If(func() { l.fail(narrow, statusTooLarge) })
	narrow.LocalGet(0)
	narrow.Op(emit.I32WrapI64)
	l.fillIn(eval, narrow, 0)
	l.finishCounts(eval, narrow)
	giveUpOnFailure()
	if l.opt.Intermediates && len(l.states) == 0 {
		// Values of branches that are not taken are read all the same: zeros, not what weights were packed from.
		f.I32Const(int32(l.arenaAt))
		f.I32Const(0)
		f.LocalGet(total)
		f.Op(emit.I32WrapI64)
		f.I32Const(int32(l.arenaAt))
		f.Op(emit.I32Sub)
		f.MemoryFill()
	}
	l.weigh(f)
	f.I32Const(int32(l.boundAt))
	f.I32Const(1)
	f.Load(emit.I32Store, boundReady)
	f.I32Const(statusOK)
	return f
}

// requireAll writes the checks of the conditions of nodes under a guard that are
// known after the when-th count.
func (l *lowerer) requireAll(eval *evaluator, g guard, when int) {
	for _, c := range l.constraints {
		if l.known(c.A, c.B) == when && slices.Equal(l.guards[c.Node], g) {
			l.require(eval.f, eval, c)
		}
	}
}

// require writes the check of a condition on extents. Shapes that broadcast in
// a way this module was not compiled for ask for another one.
func (l *lowerer) require(f *emit.Func, eval *evaluator, c graph.Constraint) {
	operands := func() {
		c.A.Walk(eval)
		c.B.Walk(eval)
	}
	switch c.Kind {
	case graph.Equal:
		operands()
		f.Op(emit.I64Ne)
		f.If(func() { l.fail(f, statusBadDimension) })
	case graph.AtMost:
		operands()
		f.Op(emit.I64GtS)
		f.If(func() { l.fail(f, statusNeedsRecompile) })
	case graph.Positive:
		c.A.Walk(eval)
		f.I64Const(1)
		f.Op(emit.I64LtS)
		f.If(func() { l.fail(f, statusBadDimension) })
	case graph.Divides:
		c.B.Walk(eval)
		f.I64Const(1)
		f.Op(emit.I64LtS)
		f.IfElse(func() { l.fail(f, statusBadDimension) }, func() {
			operands()
			f.Op(emit.I64RemS, emit.I64Eqz, emit.I32Eqz)
			f.If(func() { l.fail(f, statusBadDimension) })
		})
	case graph.Broadcasts:
		operands()
		f.Op(emit.I64Ne)
		f.If(func() {
			c.A.Walk(eval)
			f.I64Const(1)
			f.Op(emit.I64Eq)
			c.B.Walk(eval)
			f.I64Const(1)
			f.Op(emit.I64Eq, emit.I32Or)
			f.IfElse(func() { l.fail(f, statusNeedsRecompile) }, func() { l.fail(f, statusBadDimension) })
		})
	default:
		panic("lower: constraint of unknown kind")
	}
}

func isConst(d graph.Dim) bool { _, ok := d.IsConst(); return ok }

// fillIn writes code that stores the slots and descriptors whose values are
// known after the when-th count (0: after bind).
func (l *lowerer) fillIn(eval *evaluator, narrow *emit.Func, when int) {
	f := eval.f
	for i, d := range l.slotOrder {
		if l.known(d) != when {
			continue
		}
		f.I32Const(int32(l.slotAt) + 4*int32(i))
		d.Walk(eval)
		f.Call(narrow)
		f.Load(emit.I32Store, 0)
	}
	for i, p := range l.ports() {
		at := int32(l.descAt) + descriptorSize*int32(i)
		if _, ok := p.buf.addr.IsConst(); !ok && when == 0 {
			f.I32Const(at)
			p.buf.addr.Walk(eval)
			f.Call(narrow)
			f.Load(emit.I32Store, 0)
		}
		for j, d := range p.v.Shape {
			if !isConst(d) && l.known(d) == when {
				f.I32Const(at)
				d.Walk(eval)
				f.Load(emit.I64Store, uint32(16+8*j))
			}
		}
		if size := bytesOf(p.v); p.room == 0 && !isConst(size) && l.known(size) == when {
			f.I32Const(at)
			size.Walk(eval)
			f.Load(emit.I64Store, 80)
		}
	}
}
