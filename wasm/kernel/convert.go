package kernel

import (
	"github.com/dehug/dehug/wasm/emit"
	"github.com/dehug/dehug/wasm/graph"
)

// How a stored element and a lane relate:
//
//   - integers of any size are extended to the lanes' width, and cut to the
//     stored width (they wrap around);
//   - integers become floats rounded to nearest even, once, in the wider of lane
//     and stored type;
//   - f16 and bf16 are computed on as f32, and stored rounded to nearest even
//     (from f64 by way of f32), with one NaN for all: engines differ in its bits;
//   - floats become integers rounded toward zero. i32, i64, u32 and u64 saturate
//     and NaN is 0; narrower types are the low bits of the i32;
//   - of a bool the lane is a mask.

// Conversion returns the expression, and the lanes it needs, that makes
// elements of one type from elements of another.
func Conversion(from, to graph.Type) (expr string, lanes graph.Type) {
	switch a, b := lanesOf(from), lanesOf(to); {
	case from == graph.Bool && to == graph.Bool:
		return "x", from
	case to == graph.Bool:
		return "x 0 ne", from
	case from == graph.Bool:
		return "x 1 and", to
	case (a.float || b.float) && (a.elem == 8 || b.elem == 8):
		return "x", graph.Float64
	case a.float || b.float:
		return "x", graph.Float32
	case a.elem >= b.elem:
		return "x", from
	}
	return "x", to
}

// byBytes chooses among accesses by the number of bytes.
func byBytes(n int, one, two, four, eight, all emit.MemOp) emit.MemOp {
	switch n {
	case 1:
		return one
	case 2:
		return two
	case 4:
		return four
	case 8:
		return eight
	}
	return all
}

// load pushes n elements of type typ at address at; where n is one, in every
// lane. To is the type that the result is stored in.
func (c *calc) load(at emit.Local, typ, to graph.Type, n int) {
	f, s := c.f, lanesOf(typ)
	elem := int(typ.Size())
	f.LocalGet(at)
	f.Load(byBytes(n*elem, emit.V128Load8Splat, emit.V128Load16Splat, emit.V128Load32Splat, emit.V128Load64Splat, emit.V128Load), 0)
	switch {
	case typ == graph.Bool:
		c.extend(1, c.t.elem, true)
		f.V128Zero()
		f.Op(c.t.ints().instruction("ne"))
	case !c.t.float:
		c.extend(elem, c.t.elem, s.unsigned)
	case elem == 8 && !s.float:
		c.each(1, emit.I64, emit.F64, func(a []func()) {
			a[0]()
			op := emit.F64ConvertI64S
			single := to.Size() < 8
			if single {
				op = emit.F32ConvertI64S
			}
			if s.unsigned {
				op++
			}
			f.Op(op)
			if single {
				f.Op(emit.F64PromoteF32)
			}
		})
	case elem == 8:
	default:
		switch {
		case typ == graph.Float16:
			c.extend(2, 4, true)
			c.halfToFloat()
		case typ == graph.BFloat16:
			c.extend(2, 4, true)
			f.I32Const(16)
			f.Op(emit.I32x4Shl)
		case !s.float:
			c.extend(elem, 4, s.unsigned)
		}
		double := c.t.elem == 8
		switch {
		case s.float && double:
			f.Op(emit.F64x2PromoteLowF32x4)
		case s.float:
		case double && s.unsigned:
			f.Op(emit.F64x2ConvertLowI32x4U)
		case double:
			f.Op(emit.F64x2ConvertLowI32x4S)
		case s.unsigned:
			f.Op(emit.F32x4ConvertI32x4U)
		default:
			f.Op(emit.F32x4ConvertI32x4S)
		}
	}
}

// extend widens the low lanes on the stack.
func (c *calc) extend(from, to int, unsigned bool) {
	for ; from < to; from *= 2 {
		op := [...]emit.Op{1: emit.I16x8ExtendLowI8x16S, 2: emit.I32x4ExtendLowI16x8S, 4: emit.I64x2ExtendLowI32x4S}[from]
		if unsigned {
			op += 2
		}
		c.f.Op(op)
	}
}

// store stores the lanes in v as n elements of type typ at address at.
func (c *calc) store(at, v emit.Local, typ graph.Type, n int) {
	f, s := c.f, lanesOf(typ)
	elem, width := int(typ.Size()), c.t.elem
	if typ == graph.Bool {
		f.LocalGet(v)
		f.V128Const(splat(1, 1))
		f.Op(emit.V128And)
		f.LocalSet(v)
	} else if c.t.float && !(s.float && elem == width) {
		f.LocalGet(v)
		double := width == 8
		switch {
		case s.float:
			if double {
				f.Op(emit.F32x4DemoteF64x2Zero)
			}
			switch typ {
			case graph.Float16:
				c.floatToHalf()
			case graph.BFloat16:
				c.floatToBrain()
			}
			width = 4
		case elem == 8:
			c.each(1, emit.F64, emit.I64, func(a []func()) {
				a[0]()
				if s.unsigned {
					f.Op(emit.I64TruncSatF64U)
				} else {
					f.Op(emit.I64TruncSatF64S)
				}
			})
		default:
			op := emit.I32x4TruncSatF32x4S
			if double {
				op = emit.I32x4TruncSatF64x2SZero
			}
			if s.unsigned && elem == 4 {
				op++
			}
			f.Op(op)
			width = 4
		}
		f.LocalSet(v)
	}
	if elem < width && n > 1 {
		var pick [16]byte
		for i := range pick {
			pick[i] = byte(i/elem*width%16 + i%elem)
		}
		f.LocalGet(v)
		f.LocalGet(v)
		f.I8x16Shuffle(pick)
		f.LocalSet(v)
	}
	f.LocalGet(at)
	f.LocalGet(v)
	if n*elem == 16 {
		f.Load(emit.V128Store, 0)
		return
	}
	f.LoadLane(byBytes(n*elem, emit.V128Store8Lane, emit.V128Store16Lane, emit.V128Store32Lane, emit.V128Store64Lane, emit.V128Store), 0, 0)
}

// bitwise appends an expression on 32-bit lanes, whatever the lanes are: the
// operand is on the stack.
func (c *calc) bitwise(expr string) {
	in := &calc{b: c.b, f: c.f, t: lanes{4, true, false}, inline: true}
	x := c.f.Local(emit.V128)
	c.f.LocalSet(x)
	in.eval(expr, []emit.Local{x})
}

// halfToFloat moves f16 bits in 32-bit lanes to their place and multiplies by
// 2¹¹², which also normalises; what comes out at 65536 or more was ∞ or NaN.
func (c *calc) halfToFloat() {
	c.bitwise("x #00007fff and i.shl:13 #77800000 mul =m m m #47800000 ge #7f800000 and or x #00008000 and i.shl:16 or")
}

// floatToHalf rounds to nearest even. Below 2⁻¹⁴, adding 1/2 shifts the bits to
// where f16 has them; above, half a unit is added before they are cut off.
func (c *calc) floatToHalf() {
	c.bitwise("x #7fffffff and =a a #38800000 lt =small a 1/2 add 1/2 i.sub " +
		"a i.shr:13 #00000001 and a #c8000fff i.add i.add i.shr:13 small sel " +
		"a a ne #00000200 and #00007c00 or a #47800000 lt sel =r x i.shr:16 #00008000 and x x eq and r or")
}

func (c *calc) floatToBrain() {
	c.bitwise("x x i.shr:16 #00000001 and #00007fff i.add i.add i.shr:16 #00007fc0 x x eq sel")
}
