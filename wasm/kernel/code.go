package kernel

import (
	"strconv"
	"strings"

	"github.com/dehug/dehug/wasm/emit"
)

// The helpers below are used thousands of times and not inlined: the browser
// build would be half a megabyte larger.

// expr is an i32 expression; constants are folded while it is built.
type expr struct {
	v    int32
	push func(*emit.Func) // nil: the constant v
}

//go:noinline
func num(v int) expr { return expr{v: int32(v)} }

//go:noinline
func local(l emit.Local) expr { return expr{push: func(f *emit.Func) { f.LocalGet(l) }} }

//go:noinline
func (i Int) expr() expr {
	if v, ok := i.IsConst(); ok {
		return expr{v: v}
	}
	return expr{push: i.Push}
}

// same reports whether two operands are known to be equal.
func (i Int) same(o Int) bool { return i == o }

//go:noinline
func (e expr) isConst() bool { return e.push == nil }

//go:noinline
func (e expr) emit(f *emit.Func) {
	if e.push == nil {
		f.I32Const(e.v)
		return
	}
	e.push(f)
}

// into evaluates e once, into a new local.
//
//go:noinline
func (e expr) into(f *emit.Func) emit.Local {
	l := f.Local(emit.I32)
	e.set(f, l)
	return l
}

//go:noinline
func (e expr) set(f *emit.Func, l emit.Local) {
	e.emit(f)
	f.LocalSet(l)
}

func binop(op emit.Op, a, b expr) expr {
	return expr{push: func(f *emit.Func) {
		a.emit(f)
		b.emit(f)
		f.Op(op)
	}}
}

func add(es ...expr) expr {
	sum := expr{}
	for _, e := range es {
		switch {
		case e.isConst() && sum.isConst():
			sum.v += e.v
		case e.isConst() && e.v == 0:
		case sum.isConst() && sum.v == 0:
			sum = e
		default:
			sum = binop(emit.I32Add, sum, e)
		}
	}
	return sum
}

//go:noinline
func sub(a, b expr) expr {
	switch {
	case a.isConst() && b.isConst():
		return expr{v: a.v - b.v}
	case b.isConst():
		return add(a, expr{v: -b.v})
	}
	return binop(emit.I32Sub, a, b)
}

func mul(es ...expr) expr {
	k := int32(1)
	var rest *expr
	for _, e := range es {
		switch {
		case e.isConst():
			k *= e.v
		case rest == nil:
			rest = &e
		default:
			m := binop(emit.I32Mul, *rest, e)
			rest = &m
		}
	}
	switch {
	case rest == nil || k == 0:
		return expr{v: k}
	case k == 1:
		return *rest
	}
	return binop(emit.I32Mul, *rest, expr{v: k})
}

// div is a floor division of an expression that is not negative.
//
//go:noinline
func div(a expr, by int) expr {
	switch {
	case a.isConst():
		return expr{v: a.v / int32(by)}
	case by == 1:
		return a
	}
	return binop(emit.I32DivU, a, num(by))
}

//go:noinline
func rem(a expr, by int) expr {
	if a.isConst() {
		return expr{v: a.v % int32(by)}
	}
	return binop(emit.I32RemU, a, num(by))
}

// minOf and maxOf compare as signed; they evaluate their operands twice.
//
//go:noinline
func minOf(a, b expr) expr { return choose(emit.I32LtS, a, b, func(x, y int32) bool { return x < y }) }

//
//go:noinline
func maxOf(a, b expr) expr { return choose(emit.I32GtS, a, b, func(x, y int32) bool { return x > y }) }

func choose(op emit.Op, a, b expr, first func(x, y int32) bool) expr {
	if a.isConst() && b.isConst() {
		if first(a.v, b.v) {
			return a
		}
		return b
	}
	return expr{push: func(f *emit.Func) {
		a.emit(f)
		b.emit(f)
		a.emit(f)
		b.emit(f)
		f.Op(op, emit.Select)
	}}
}

// positive runs body when e > 0 (signed); a constant decides here.
func positive(f *emit.Func, e expr, body func()) {
	if e.isConst() {
		if e.v > 0 {
			body()
		}
		return
	}
	e.emit(f)
	f.I32Const(0)
	f.Op(emit.I32GtS)
	f.If(body)
}

// times repeats body e times, not at all when e ≤ 0.
func times(f *emit.Func, e expr, body func()) {
	if e.isConst() {
		f.Times(int(e.v), body)
		return
	}
	n := e.into(f)
	f.Repeat(n, body)
}

// advance adds an expression to a local.
//
//go:noinline
func advance(f *emit.Func, l emit.Local, by expr) {
	if by.isConst() && by.v == 0 {
		return
	}
	add(local(l), by).set(f, l)
}

// call calls g with the arguments.
func call(f *emit.Func, g *emit.Func, args ...expr) {
	for _, a := range args {
		a.emit(f)
	}
	f.Call(g)
}

// inner returns the inner function of the given name, written once per module.
// The name states everything that its instructions depend on.
func (b *Builder) inner(name string, write func(f *inner)) *emit.Func {
	if f, ok := b.shared[name]; ok {
		return f
	}
	w := &inner{}
	write(w)
	f := b.M.Func(name, w.params, nil)
	w.body(f)
	b.shared[name] = f
	return f
}

// inner collects an inner function's parameters, all i32, before its body.
type inner struct {
	params []emit.Type
	body   func(f *emit.Func)
}

//go:noinline
func (w *inner) param() emit.Local {
	w.params = append(w.params, emit.I32)
	return emit.Local(len(w.params) - 1)
}

// paramIf adds a parameter when the function needs it.
//
//go:noinline
func (w *inner) paramIf(need bool) emit.Local {
	if !need {
		return 0
	}
	return w.param()
}

// key joins the parts of an inner function's name.
func key(parts ...any) string {
	var s strings.Builder
	for i, p := range parts {
		if i > 0 {
			s.WriteByte(' ')
		}
		switch p := p.(type) {
		case string:
			s.WriteString(p)
		case int:
			s.WriteString(strconv.Itoa(p))
		case []int:
			for j, v := range p {
				if j > 0 {
					s.WriteByte(',')
				}
				s.WriteString(strconv.Itoa(v))
			}
		default:
			panic("kernel: a key part is neither text nor number")
		}
	}
	return s.String()
}

func roundUp(n, to int) int { return (n + to - 1) / to * to }

// madd appends acc = acc + a·b on four lanes. Strict mode rounds the product;
// fast mode leaves the fusing to the machine. The factors come in this order
// because wazero multiplies in the register of the first one: y is free to be
// reused at once, x (a splat, see convTile) would pass its delay on to the next
// splat; 5.9 → 12.3 Gop/s.
func (b *Builder) madd(f *emit.Func, acc, x, y emit.Local) {
	if b.Fast && b.Profile == V8 {
		f.LocalGet(x)
		f.LocalGet(y)
		f.LocalGet(acc)
		f.Op(emit.F32x4RelaxedMadd)
	} else {
		f.LocalGet(acc)
		f.LocalGet(y)
		f.LocalGet(x)
		f.Op(emit.F32x4Mul, emit.F32x4Add)
	}
	f.LocalSet(acc)
}

// loadSplat pops a base and pushes the float at an offset from it, four times.
func (b *Builder) loadSplat(f *emit.Func, off int) {
	if b.Profile == Wazero { // pinsrd from a general register: 16.4 instead of 18.9 Gop/s
		f.Load(emit.F32Load, uint32(off))
		f.Op(emit.F32x4Splat)
		return
	}
	f.Load(emit.V128Load32Splat, uint32(off))
}

// touch makes wazero check the highest byte that a block reads from base, so
// that it drops the checks of the lower ones. V8 has no checks to drop.
func (b *Builder) touch(f *emit.Func, base emit.Local, last int) {
	if b.Profile == Wazero && last > 0 {
		f.LocalGet(base)
		f.Load(emit.I32Load8U, uint32(last))
		f.Op(emit.Drop)
	}
}

// epilogue is what happens between an accumulator and memory.
type epilogue struct {
	res   int  // lanes of this vector that the residual reaches, 0–4
	late  bool // the residual is not added: act takes it as y
	store int  // lanes to store, 1–4
	act   Act
}

// name is the epilogue's part of a kernel's name.
func (e epilogue) name() string {
	late := ""
	if e.late {
		late = "late"
	}
	return key("res", e.res, late, "store", e.store, "act", string(e.act))
}

// write stores v at out+off after adding the residual at res+resOff.
func (b *Builder) write(f *emit.Func, e epilogue, v, out emit.Local, off int, res emit.Local, resOff int) {
	b.pooled(f).write(e, v, out, off, res, resOff)
}

// write is Builder.write with constants where c has them.
func (c *calc) write(e epilogue, v, out emit.Local, off int, res emit.Local, resOff int) {
	f := c.f
	y := v
	if e.late {
		y = f.Local(emit.V128)
		f.LocalGet(res)
		f.Load(emit.V128Load, uint32(resOff))
		f.LocalSet(y)
	} else if e.res > 0 {
		f.LocalGet(v)
		f.LocalGet(res)
		f.Load(emit.V128Load, uint32(resOff))
		f.Op(emit.F32x4Add)
		if e.res < 4 {
			var mask [16]byte
			for i := range 4 * e.res {
				mask[i] = 0xff
			}
			f.LocalGet(v)
			f.V128Const(mask)
			f.Op(emit.V128Bitselect)
		}
		f.LocalSet(v)
	}
	if e.act != ActNone {
		c.eval(string(e.act), []emit.Local{v, y})
		f.LocalSet(v)
	}
	storeLanes(f, v, out, off, e.store)
}

//go:noinline
func storeLanes(f *emit.Func, v, out emit.Local, off, lanes int) {
	put := func(op emit.MemOp, lane byte, at int) {
		f.LocalGet(out)
		f.LocalGet(v)
		f.LoadLane(op, uint32(off+at), lane)
	}
	switch lanes {
	case 4:
		f.LocalGet(out)
		f.LocalGet(v)
		f.Load(emit.V128Store, uint32(off))
	case 3:
		put(emit.V128Store64Lane, 0, 0)
		put(emit.V128Store32Lane, 2, 8)
	case 2:
		put(emit.V128Store64Lane, 0, 0)
	case 1:
		put(emit.V128Store32Lane, 0, 0)
	}
}

// lanesAt is how many of the four channels from ch on lie below c.
func lanesAt(c, ch int) int { return max(0, min(4, c-ch)) }
