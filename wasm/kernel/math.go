package kernel

import (
	"encoding/binary"
	"math"

	"github.com/dehug/dehug/wasm/emit"
)

// Vector constants lie in memory, below the tables of a module: loading one is
// 15 to 25 % faster than v128.const in V8's loops.
const (
	poolAt  = 64   // the first constant; no address below is valid
	poolEnd = 1024 // where lower's tables begin
)

// splat4 pushes a float32 constant, given by its bits, four times.
func (b *Builder) splat4(f *emit.Func, bits uint32) {
	at, ok := b.pool[bits]
	if !ok {
		at = poolAt + 16*uint32(len(b.pool))
		if at+16 > poolEnd {
			f.V128Const(splat(4, uint64(bits)))
			return
		}
		if b.pool == nil {
			b.pool = map[uint32]uint32{}
		}
		b.pool[bits] = at
		four := make([]byte, 0, 16)
		for range 4 {
			four = binary.LittleEndian.AppendUint32(four, bits)
		}
		b.M.Data(at, four)
	}
	f.I32Const(0)
	f.Load(emit.V128Load, at)
}

// Constants of exp on float32: the range, log2 e, 1.5·2²³ (whose last bit
// weighs one), ln 2 in two parts, and the polynomial after 1 + r, times r².
const (
	exp4Low, exp4High        = 0xc2d00000, 0x42b20000 // −104, 89: results 0 and ∞
	exp4Zero                 = 0xc2b00000             // −88, where n is −127
	log2E4, magic4           = 0x3fb8aa3b, 0x4b400000
	ln2High4, ln2Low4        = 0xbf318000, 0x395e8083 // −0.693359375, +2.12194440e-4
	one4              uint32 = 0x3f800000
)

var exp4Terms = [...]uint32{0x39506967, 0x3ab743ce, 0x3c088908, 0x3d2aa9c1, 0x3e2aaaaa, 0x3f000000}

// exp4 replaces the float32 lanes of x by their exponentials, at most one unit
// in the last place off: x = n·ln 2 + r with n whole; 2ⁿ is multiplied in two
// steps, so that results below 2⁻¹²⁶ are rounded once. NaN stays NaN. t are two
// v128 locals to work with.
//
// With negative, no lane is above 0, and results below 2^−126.5 become 0: one
// multiplication does.
func (b *Builder) exp4(f *emit.Func, x emit.Local, t [2]emit.Local, negative bool) {
	n, p := t[0], t[1]
	k := func(bits uint32) { b.splat4(f, bits) }
	f.LocalGet(x)
	if negative {
		k(exp4Zero)
		f.Op(emit.F32x4Pmax)
	} else {
		k(exp4Low)
		f.Op(emit.F32x4Pmax)
		k(exp4High)
		f.Op(emit.F32x4Pmin)
	}
	f.LocalTee(x)
	k(log2E4)
	f.Op(emit.F32x4Mul)
	k(magic4)
	f.Op(emit.F32x4Add)
	f.LocalSet(n)
	f.LocalGet(x)
	for _, part := range []uint32{ln2High4, ln2Low4} {
		f.LocalGet(n)
		k(magic4)
		f.Op(emit.F32x4Sub)
		k(part)
		f.Op(emit.F32x4Mul, emit.F32x4Add)
	}
	f.LocalSet(x) // r
	k(exp4Terms[0])
	for _, c := range exp4Terms[1:] {
		f.LocalGet(x)
		f.Op(emit.F32x4Mul)
		k(c)
		f.Op(emit.F32x4Add)
	}
	f.LocalGet(x)
	f.LocalGet(x)
	f.Op(emit.F32x4Mul, emit.F32x4Mul)
	f.LocalGet(x)
	f.Op(emit.F32x4Add)
	k(one4)
	f.Op(emit.F32x4Add)
	half := func() { // 2 to the power on the stack, of which the last nine bits count
		f.I32Const(23)
		f.Op(emit.I32x4Shl)
		k(one4)
		f.Op(emit.I32x4Add)
	}
	if negative {
		f.LocalGet(n)
		half()
		f.Op(emit.F32x4Mul)
		f.LocalSet(x)
		return
	}
	f.LocalSet(p)
	f.LocalGet(n)
	k(magic4)
	f.Op(emit.I32x4Sub)
	f.LocalTee(n)
	f.I32Const(1)
	f.Op(emit.I32x4ShrS)
	f.LocalSet(x)
	f.LocalGet(p)
	f.LocalGet(x)
	half()
	f.Op(emit.F32x4Mul)
	f.LocalGet(n)
	f.LocalGet(x)
	f.Op(emit.I32x4Sub)
	half()
	f.Op(emit.F32x4Mul)
	f.LocalSet(x)
}

// scalarFunc returns the shared function of that name from one f64 to another.
func (b *Builder) scalarFunc(name string, body func(f *emit.Func, x emit.Local)) *emit.Func {
	if f, ok := b.shared[name]; ok {
		return f
	}
	f := b.M.Func(name, []emit.Type{emit.F64}, []emit.Type{emit.F64})
	b.shared[name] = f
	body(f, 0)
	return f
}

// exp64 returns a function that computes eˣ as exp4 does, with a polynomial of
// degree 13.
func (b *Builder) exp64() *emit.Func {
	return b.scalarFunc("exp f64", func(f *emit.Func, x emit.Local) {
		n, i := f.Local(emit.F64), f.Local(emit.I64)
		f.LocalGet(x)
		f.F64Const(math.Float64bits(-746)) // results 0 and ∞
		f.Op(emit.F64Max)
		f.F64Const(math.Float64bits(710))
		f.Op(emit.F64Min)
		f.LocalTee(x)
		f.F64Const(0x3ff71547652b82fe) // log2 e
		f.Op(emit.F64Mul, emit.F64Nearest)
		f.LocalSet(n)
		f.LocalGet(x)
		f.LocalGet(n)
		f.F64Const(ln2High64)
		f.Op(emit.F64Mul, emit.F64Sub)
		f.LocalGet(n)
		f.F64Const(ln2Low64)
		f.Op(emit.F64Mul, emit.F64Sub)
		f.LocalSet(x)
		f.F64Const(expTerms64[0])
		for _, c := range expTerms64[1:] {
			f.LocalGet(x)
			f.Op(emit.F64Mul)
			f.F64Const(c)
			f.Op(emit.F64Add)
		}
		f.LocalGet(n)
		f.Op(emit.I64TruncSatF64S)
		f.LocalTee(i)
		f.I64Const(1)
		f.Op(emit.I64ShrS)
		half := func() {
			f.I64Const(1023)
			f.Op(emit.I64Add)
			f.I64Const(52)
			f.Op(emit.I64Shl, emit.F64ReinterpretI64, emit.F64Mul)
		}
		half()
		f.LocalGet(i)
		f.LocalGet(i)
		f.I64Const(1)
		f.Op(emit.I64ShrS, emit.I64Sub)
		half()
	})
}

// expTerms64 are 1/13! to 1/0!.
var expTerms64 = [...]uint64{
	0x3de6124613a86d09, 0x3e21eed8eff8d898, 0x3e5ae64567f544e4, 0x3e927e4fb7789f5c, 0x3ec71de3a556c734, 0x3efa01a01a01a01a, 0x3f2a01a01a01a01a,
	0x3f56c16c16c16c17, 0x3f81111111111111, 0x3fa5555555555555, 0x3fc5555555555555, 0x3fe0000000000000, 0x3ff0000000000000, 0x3ff0000000000000,
}

const ln2High64, ln2Low64 = 0x3fe62e42fee00000, 0x3dea39ef35793c76

// logTerms64 approximate log((1+s)/(1−s))/s − 2 in powers of s², highest first.
var logTerms64 = [...]uint64{
	0x3fc2f112df3e5244, 0x3fc39a09d078c69f, 0x3fc7466496cb03de, 0x3fcc71c51d8e78af, 0x3fd2492494229359, 0x3fd999999997fa04, 0x3fe5555555555593,
}

// log64 returns a function that computes the natural logarithm: x = 2ᵏ·(1+g)
// with 1+g between √½ and √2, s = g/(2+g). It gives −∞ at 0 and NaN below.
func (b *Builder) log64() *emit.Func {
	return b.scalarFunc("log f64", func(f *emit.Func, x emit.Local) {
		k, g, s, z, bits := f.Local(emit.F64), f.Local(emit.F64), f.Local(emit.F64), f.Local(emit.F64), f.Local(emit.I64)
		ret := func(bound uint64, value func(), ops ...emit.Op) {
			f.LocalGet(x)
			f.F64Const(bound)
			f.Op(ops...)
			f.If(func() { value(); f.Return() })
		}
		const inf = 0x7ff0000000000000
		ret(0, func() { f.F64Const(canonNaN64) }, emit.F64Ge, emit.I32Eqz)
		ret(0, func() { f.F64Const(inf | 1<<63) }, emit.F64Eq)
		ret(inf, func() { f.LocalGet(x) }, emit.F64Eq)
		// Subnormal numbers are multiplied by 2⁵⁴.
		f.LocalGet(x)
		f.F64Const(0x0010000000000000)
		f.Op(emit.F64Lt)
		f.If(func() {
			f.LocalGet(x)
			f.F64Const(math.Float64bits(1 << 54))
			f.Op(emit.F64Mul)
			f.LocalSet(x)
			f.F64Const(math.Float64bits(-54))
			f.LocalSet(k)
		})
		// Subtracting the bits of √½ makes the exponent k, and the rest 1+g.
		const sqrtHalf = 0x3fe6a09e667f3bcd
		f.LocalGet(x)
		f.Op(emit.I64ReinterpretF64)
		f.I64Const(sqrtHalf)
		f.Op(emit.I64Sub)
		f.LocalTee(bits)
		f.I64Const(52)
		f.Op(emit.I64ShrS, emit.F64ConvertI64S)
		f.LocalGet(k)
		f.Op(emit.F64Add)
		f.LocalSet(k)
		f.LocalGet(bits)
		f.I64Const(1<<52 - 1)
		f.Op(emit.I64And)
		f.I64Const(sqrtHalf)
		f.Op(emit.I64Add, emit.F64ReinterpretI64)
		f.F64Const(math.Float64bits(1))
		f.Op(emit.F64Sub)
		f.LocalTee(g)
		f.LocalGet(g)
		f.F64Const(math.Float64bits(2))
		f.Op(emit.F64Add, emit.F64Div)
		f.LocalTee(s)
		f.LocalGet(s)
		f.Op(emit.F64Mul)
		f.LocalSet(z)
		// k·ln2High − ((g²/2 − (s·(g²/2 + R) + k·ln2Low)) − g)
		half := func() {
			f.LocalGet(g)
			f.LocalGet(g)
			f.F64Const(math.Float64bits(0.5))
			f.Op(emit.F64Mul, emit.F64Mul)
		}
		f.LocalGet(k)
		f.F64Const(ln2High64)
		f.Op(emit.F64Mul)
		half()
		f.LocalGet(s)
		half()
		f.F64Const(logTerms64[0])
		for _, c := range logTerms64[1:] {
			f.LocalGet(z)
			f.Op(emit.F64Mul)
			f.F64Const(c)
			f.Op(emit.F64Add)
		}
		f.LocalGet(z)
		f.Op(emit.F64Mul, emit.F64Add, emit.F64Mul)
		f.LocalGet(k)
		f.F64Const(ln2Low64)
		f.Op(emit.F64Mul, emit.F64Add, emit.F64Sub)
		f.LocalGet(g)
		f.Op(emit.F64Sub, emit.F64Sub)
	})
}
