package kernel

import (
	"math"

	"github.com/dehug/dehug/wasm/emit"
)

// each computes lane by lane: it pops vectors, and body pushes the result for
// one lane from what its arguments push.
func (c *calc) each(args int, in, out emit.Type, body func(a []func())) {
	f := c.f
	from := make([]emit.Local, args)
	for i := args - 1; i >= 0; i-- {
		from[i] = f.Local(emit.V128)
		f.LocalSet(from[i])
	}
	extract := map[emit.Type]emit.Op{emit.I32: emit.I32x4ExtractLane, emit.I64: emit.I64x2ExtractLane, emit.F64: emit.F64x2ExtractLane}[in]
	replace := map[emit.Type]emit.Op{emit.I32: emit.I32x4ReplaceLane, emit.I64: emit.I64x2ReplaceLane, emit.F64: emit.F64x2ReplaceLane}[out]
	r := f.Local(emit.V128)
	a := make([]func(), args)
	for lane := range 16 / c.t.elem {
		if lane > 0 && c.single {
			break
		}
		for i := range a {
			a[i] = func() {
				f.LocalGet(from[i])
				f.Lane(extract, byte(lane))
			}
		}
		f.LocalGet(r)
		body(a)
		f.Lane(replace, byte(lane))
		f.LocalSet(r)
	}
	f.LocalGet(r)
}

// scalar appends a word that has no vector instructions.
//
//	div      quotient rounded toward zero; 0 where the divisor is 0
//	rem      the rest that div leaves, with the sign of x; 0 where y is 0
//	mod      the rest with the sign of y; 0 where y is 0
//	shiftl   x shifted by y bits, 0 from the lanes' width on
//	shiftr
//	ipow     xʸ, wrapping around; y < 0 gives 0 unless x is 1 or −1
//	fmod     the exact rest of a float division, with the sign of x
//	erfsum   erf(x)·exp(x²)·√π/2, for |x| ≤ 6
func (c *calc) scalar(word string) {
	t := emit.I32
	switch {
	case c.t.float:
		t = emit.F64
	case c.t.elem == 8:
		t = emit.I64
	}
	args := 2
	if word == "erfsum" {
		args = 1
	}
	g := c.helper(word, t, args)
	c.each(args, t, t, func(a []func()) {
		for _, push := range a {
			push()
		}
		c.f.Call(g)
	})
}

// helper returns the shared function of a scalar word.
func (c *calc) helper(word string, t emit.Type, args int) *emit.Func {
	name := word + " " + c.t.name()
	if f, ok := c.b.shared[name]; ok {
		return f
	}
	params := []emit.Type{t, t}[:args]
	f := c.b.M.Func(name, params, []emit.Type{t})
	c.b.shared[name] = f
	switch word {
	case "fmod":
		fmod(f)
	case "erfsum":
		erfsum(f)
	default:
		integer{f, c.t.elem == 8, c.t.unsigned}.write(word)
	}
	return f
}

// integer writes functions on i32 or i64.
type integer struct {
	*emit.Func
	long, unsigned bool
}

// op appends an i32 instruction, or the i64 one of that name.
func (f integer) op(op emit.Op) {
	switch {
	case !f.long:
	case op < emit.I32Clz:
		op += emit.I64Eqz - emit.I32Eqz
	default:
		op += emit.I64Clz - emit.I32Clz
	}
	f.Op(op)
}

func (f integer) num(v int64) {
	if f.long {
		f.I64Const(v)
	} else {
		f.I32Const(int32(v))
	}
}

func (f integer) get(ls ...emit.Local) {
	for _, l := range ls {
		f.LocalGet(l)
	}
}

// give returns a value when the condition on the stack holds.
func (f integer) give(value func()) {
	f.If(func() { value(); f.Return() })
}

func (f integer) write(word string) {
	const x, y emit.Local = 0, 1
	unsigned := emit.Op(0)
	if f.unsigned {
		unsigned = 1 // the next opcode
	}
	zero := func() { f.num(0) }
	typ := emit.I32
	if f.long {
		typ = emit.I64
	}
	switch word {
	case "div", "rem", "mod":
		f.get(y)
		f.op(emit.I32Eqz)
		f.give(zero)
		if word == "div" {
			if !f.unsigned { // the least integer divided by −1 would trap
				f.get(y)
				f.num(-1)
				f.op(emit.I32Eq)
				f.give(func() { f.num(0); f.get(x); f.op(emit.I32Sub) })
			}
			f.get(x, y)
			f.op(emit.I32DivS + unsigned)
			return
		}
		f.get(x, y)
		f.op(emit.I32RemS + unsigned)
		if word == "rem" || f.unsigned {
			return
		}
		r := f.Local(typ)
		f.LocalSet(r)
		f.get(r)
		f.op(emit.I32Eqz)
		f.give(zero)
		f.get(r, y)
		f.op(emit.I32Xor)
		f.num(0)
		f.op(emit.I32LtS)
		f.give(func() { f.get(r, y); f.op(emit.I32Add) })
		f.get(r)
	case "shiftl", "shiftr":
		f.get(y)
		if f.long {
			f.num(64)
		} else {
			f.num(32)
		}
		f.op(emit.I32GeU)
		f.give(zero)
		f.get(x, y)
		if word == "shiftl" {
			f.op(emit.I32Shl)
		} else {
			f.op(emit.I32ShrS + unsigned)
		}
	case "ipow":
		r := f.Local(typ)
		if !f.unsigned {
			f.get(y)
			f.num(0)
			f.op(emit.I32LtS)
			f.If(func() { // ±1: the same for −y; others: 0
				f.get(x, x)
				f.op(emit.I32Mul)
				f.num(1)
				f.op(emit.I32Ne)
				f.give(zero)
				f.num(0)
				f.get(y)
				f.op(emit.I32Sub)
				f.LocalSet(y)
			})
		}
		f.num(1)
		f.LocalSet(r)
		f.Block(func(done emit.Label) {
			f.Loop(func(again emit.Label) {
				f.get(y)
				f.op(emit.I32Eqz)
				f.BrIf(done)
				f.get(y)
				f.num(1)
				f.op(emit.I32And)
				f.op(emit.I32Eqz)
				f.IfElse(func() {}, func() {
					f.get(r, x)
					f.op(emit.I32Mul)
					f.LocalSet(r)
				})
				f.get(x, x)
				f.op(emit.I32Mul)
				f.LocalSet(x)
				f.get(y)
				f.num(1)
				f.op(emit.I32ShrU)
				f.LocalSet(y)
				f.Br(again)
			})
		})
		f.get(r)
	default:
		panic("kernel: no word " + word)
	}
}

// fmod writes the rest of a long division: y is doubled until it is over half
// of x, then subtracted and halved; each step is exact.
func fmod(f *emit.Func) {
	const x, y emit.Local = 0, 1
	a, t := f.Local(emit.F64), f.Local(emit.F64)
	half := func(l emit.Local) {
		f.LocalGet(l)
		f.F64Const(math.Float64bits(0.5))
		f.Op(emit.F64Mul)
	}
	f.LocalGet(x)
	f.Op(emit.F64Abs)
	f.LocalTee(a)
	f.F64Const(0x7ff0000000000000)
	f.Op(emit.F64Lt)
	f.LocalGet(y)
	f.Op(emit.F64Abs)
	f.LocalTee(y)
	f.F64Const(0)
	f.Op(emit.F64Gt, emit.I32And, emit.I32Eqz)
	f.If(func() { // x is not finite, or y is 0 or no number
		f.F64Const(canonNaN64)
		f.Return()
	})
	f.LocalGet(y)
	f.LocalSet(t)
	f.Loop(func(again emit.Label) {
		f.LocalGet(t)
		half(a)
		f.Op(emit.F64Le)
		f.If(func() {
			f.LocalGet(t)
			f.LocalGet(t)
			f.Op(emit.F64Add)
			f.LocalSet(t)
			f.Br(again)
		})
	})
	f.Loop(func(again emit.Label) {
		f.LocalGet(a)
		f.LocalGet(t)
		f.Op(emit.F64Ge)
		f.If(func() {
			f.LocalGet(a)
			f.LocalGet(t)
			f.Op(emit.F64Sub)
			f.LocalSet(a)
		})
		f.LocalGet(t)
		f.LocalGet(y)
		f.Op(emit.F64Gt)
		f.If(func() {
			half(t)
			f.LocalSet(t)
			f.Br(again)
		})
	})
	f.LocalGet(a)
	f.LocalGet(x)
	f.Op(emit.F64Copysign)
}

// erfsum writes Σ 2ⁿ·x²ⁿ⁺¹/(1·3·…·(2n+1)), which has terms of one sign.
func erfsum(f *emit.Func) {
	const x emit.Local = 0
	z, n, term, sum := f.Local(emit.F64), f.Local(emit.F64), f.Local(emit.F64), f.Local(emit.F64)
	f.LocalGet(x)
	f.LocalGet(x)
	f.Op(emit.F64Mul)
	f.LocalSet(z)
	f.LocalGet(x)
	f.LocalTee(term)
	f.LocalSet(sum)
	f.F64Const(math.Float64bits(1))
	f.LocalSet(n)
	const terms = 150 // at 6 the last one is below 2⁻⁶⁰ of the sum
	count := f.Local(emit.I32)
	f.SetConst(count, terms)
	f.CountDown(count, func() {
		f.LocalGet(n)
		f.F64Const(math.Float64bits(2))
		f.Op(emit.F64Add)
		f.LocalSet(n)
		f.LocalGet(term)
		f.LocalGet(z)
		f.LocalGet(z)
		f.Op(emit.F64Add, emit.F64Mul)
		f.LocalGet(n)
		f.Op(emit.F64Div)
		f.LocalTee(term)
		f.LocalGet(sum)
		f.Op(emit.F64Add)
		f.LocalSet(sum)
	})
	f.LocalGet(sum)
}
