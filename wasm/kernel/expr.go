package kernel

import (
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/dehug/dehug/wasm/emit"
	"github.com/dehug/dehug/wasm/graph"
)

// lanes is an element type as the vector instructions see it.
type lanes struct {
	elem     int // bytes
	float    bool
	unsigned bool
}

// lanesOf returns the lanes that a type computes in. Half floats compute as
// f32; a bool is a lane of zeros or of ones.
func lanesOf(t graph.Type) lanes {
	switch t {
	case graph.Float16, graph.BFloat16, graph.Float32:
		return lanes{4, true, false}
	case graph.Float64:
		return lanes{8, true, false}
	case graph.Uint8, graph.Uint16, graph.Uint32, graph.Uint64:
		return lanes{int(t.Size()), false, true}
	case graph.Int8, graph.Int16, graph.Int32, graph.Int64, graph.Bool:
		return lanes{int(t.Size()), false, false}
	}
	panic("kernel: no lanes for " + t.String())
}

// pick chooses among the shapes of an instruction.
func (t lanes) pick(f32, f64, i8, i16, i32, i64 emit.Op) emit.Op {
	switch {
	case t.float && t.elem == 4:
		return f32
	case t.float:
		return f64
	}
	return [...]emit.Op{1: i8, 2: i16, 4: i32, 8: i64}[t.elem]
}

// ints are the signed integer lanes of the same width.
func (t lanes) ints() lanes { return lanes{elem: t.elem} }

func (t lanes) name() string {
	letter := "i"
	switch {
	case t.float:
		letter = "f"
	case t.unsigned:
		letter = "u"
	}
	return letter + strconv.Itoa(8*t.elem)
}

// An expression is a program in postfix order: words that push a variable or a
// constant, words that replace the topmost vectors by a result, and "=name",
// which moves the top into a variable. Each lane depends only on the same lane
// of the operands.
//
//	x y z w         the operands
//	3  -1  1/2      a constant of the lane type (a divisor is a power of two)
//	#3f800000       the bits of a constant; eight digits are a float32 (in
//	                f64 lanes the same number) or zero-extended integer bits
//	poly r a b c ;  (a·r + b)·r + c
//	shl:n shr:n     shift the bits of each lane by a constant
//	i.add …         an instruction on the lanes' bits as signed integers
//
// All other words are rows of instructions, functions of library, or one of the
// scalar helpers. Comparisons leave masks: all ones where they hold.
type calc struct {
	b      *Builder
	f      *emit.Func
	t      lanes
	single bool // only lane 0 is in use
	dry    bool // only collect constants
	inline bool // no constants were collected
	pooled bool // f32 constants come from the pool in memory
	held   int  // not zero: as many constants may be in locals, else all are pooled
	consts []constant
	ops    int // instructions counted while dry
}

type constant struct {
	bits  uint64
	local emit.Local
}

// instruction is a word that is one instruction: by f32, f64, i8, i16, i32,
// i64; zero where there is none. Where signed is set, the unsigned form is the
// next opcode.
type instruction struct {
	name   string
	ops    [6]emit.Op
	signed bool
}

var instructions = []instruction{
	{"add", [6]emit.Op{emit.F32x4Add, emit.F64x2Add, emit.I8x16Add, emit.I16x8Add, emit.I32x4Add, emit.I64x2Add}, false},
	{"sub", [6]emit.Op{emit.F32x4Sub, emit.F64x2Sub, emit.I8x16Sub, emit.I16x8Sub, emit.I32x4Sub, emit.I64x2Sub}, false},
	{"mul", [6]emit.Op{emit.F32x4Mul, emit.F64x2Mul, 0, emit.I16x8Mul, emit.I32x4Mul, emit.I64x2Mul}, false},
	{"div", [6]emit.Op{emit.F32x4Div, emit.F64x2Div}, false},
	{"min", [6]emit.Op{emit.F32x4Min, emit.F64x2Min, emit.I8x16MinS, emit.I16x8MinS, emit.I32x4MinS}, true},
	{"max", [6]emit.Op{emit.F32x4Max, emit.F64x2Max, emit.I8x16MaxS, emit.I16x8MaxS, emit.I32x4MaxS}, true},
	{"pmin", [6]emit.Op{emit.F32x4Pmin, emit.F64x2Pmin}, false},
	{"pmax", [6]emit.Op{emit.F32x4Pmax, emit.F64x2Pmax}, false},
	{"neg", [6]emit.Op{emit.F32x4Neg, emit.F64x2Neg, emit.I8x16Neg, emit.I16x8Neg, emit.I32x4Neg, emit.I64x2Neg}, false},
	{"abs", [6]emit.Op{emit.F32x4Abs, emit.F64x2Abs, emit.I8x16Abs, emit.I16x8Abs, emit.I32x4Abs, emit.I64x2Abs}, false},
	{"sqrt", [6]emit.Op{emit.F32x4Sqrt, emit.F64x2Sqrt}, false},
	{"ceil", [6]emit.Op{emit.F32x4Ceil, emit.F64x2Ceil}, false},
	{"floor", [6]emit.Op{emit.F32x4Floor, emit.F64x2Floor}, false},
	{"nearest", [6]emit.Op{emit.F32x4Nearest, emit.F64x2Nearest}, false},
	{"eq", [6]emit.Op{emit.F32x4Eq, emit.F64x2Eq, emit.I8x16Eq, emit.I16x8Eq, emit.I32x4Eq, emit.I64x2Eq}, false},
	{"ne", [6]emit.Op{emit.F32x4Ne, emit.F64x2Ne, emit.I8x16Ne, emit.I16x8Ne, emit.I32x4Ne, emit.I64x2Ne}, false},
	{"lt", [6]emit.Op{emit.F32x4Lt, emit.F64x2Lt, emit.I8x16LtS, emit.I16x8LtS, emit.I32x4LtS, emit.I64x2LtS}, true},
	{"gt", [6]emit.Op{emit.F32x4Gt, emit.F64x2Gt, emit.I8x16GtS, emit.I16x8GtS, emit.I32x4GtS, emit.I64x2GtS}, true},
	{"le", [6]emit.Op{emit.F32x4Le, emit.F64x2Le, emit.I8x16LeS, emit.I16x8LeS, emit.I32x4LeS, emit.I64x2LeS}, true},
	{"ge", [6]emit.Op{emit.F32x4Ge, emit.F64x2Ge, emit.I8x16GeS, emit.I16x8GeS, emit.I32x4GeS, emit.I64x2GeS}, true},
	{"shl", [6]emit.Op{emit.I32x4Shl, emit.I64x2Shl, emit.I8x16Shl, emit.I16x8Shl, emit.I32x4Shl, emit.I64x2Shl}, false},
	{"shr", [6]emit.Op{emit.I32x4ShrU, emit.I64x2ShrU, emit.I8x16ShrU, emit.I16x8ShrU, emit.I32x4ShrU, emit.I64x2ShrU}, false},
	{"sar", [6]emit.Op{emit.I32x4ShrS, emit.I64x2ShrS, emit.I8x16ShrS, emit.I16x8ShrS, emit.I32x4ShrS, emit.I64x2ShrS}, false},
	{"and", same(emit.V128And), false},
	{"or", same(emit.V128Or), false},
	{"xor", same(emit.V128Xor), false},
	{"not", same(emit.V128Not), false},
	{"andnot", same(emit.V128Andnot), false}, // a and not b
	{"sel", same(emit.V128Bitselect), false}, // a b mask: a where the mask is set
}

func same(op emit.Op) [6]emit.Op { return [6]emit.Op{op, op, op, op, op, op} }

// instruction returns the opcode of a word, or 0.
func (t lanes) instruction(word string) emit.Op {
	for i := range instructions {
		r := &instructions[i]
		if r.name != word {
			continue
		}
		op := t.pick(r.ops[0], r.ops[1], r.ops[2], r.ops[3], r.ops[4], r.ops[5])
		if op != 0 && r.signed && t.unsigned {
			if t.elem == 8 {
				return 0
			}
			op++
		}
		return op
	}
	return 0
}

// function is an entry of library.
type function struct {
	lanes  string
	params []string
	body   string
}

// libraryIndex is library by word, each word's entries in library's order. It is
// read once: expressions ask for hundreds of words.
var libraryIndex = sync.OnceValue(func() map[string][]function {
	index := map[string][]function{}
	for rest := library; rest != ""; {
		var line string
		line, rest, _ = strings.Cut(rest, "\n")
		if head, body, ok := strings.Cut(line, " = "); ok {
			w := strings.Fields(head)
			index[w[1]] = append(index[w[1]], function{w[0], w[2:], body})
		}
	}
	return index
})

// function finds a word in library: its parameters and its body.
func (t lanes) function(word string) (params []string, body string, ok bool) {
	for _, f := range libraryIndex()[word] {
		if f.lanes == "any" || f.lanes == t.name() {
			return f.params, f.body, true
		}
	}
	return nil, "", false
}

// Wide reports whether an expression has a word that only f64 lanes have, in
// which f32 operands are then computed on.
func Wide(expr string) bool {
	for rest := expr; rest != ""; {
		var word string
		word, rest, _ = strings.Cut(rest, " ")
		if wideWords()[word] {
			return true
		}
	}
	return false
}

// wideWords are the words of which Wide speaks.
var wideWords = sync.OnceValue(func() map[string]bool {
	f32, f64 := lanes{4, true, false}, lanes{8, true, false}
	wide := map[string]bool{"fmod": true}
	var isWide func(word string) bool
	isWide = func(word string) bool {
		if _, body, ok := f32.function(word); ok {
			return slices.ContainsFunc(strings.Fields(body), isWide)
		}
		_, _, ok := f64.function(word)
		return ok && f32.instruction(word) == 0 || word == "fmod"
	}
	for word := range libraryIndex() {
		if isWide(word) {
			wide[word] = true
		}
	}
	return wide
})

// variables are the names that an expression can use.
type variables struct {
	names  []string
	locals []emit.Local
}

func (v *variables) set(name string, l emit.Local) {
	v.names, v.locals = append(v.names, name), append(v.locals, l)
}

func (v *variables) get(name string) (emit.Local, bool) {
	for i := len(v.names) - 1; i >= 0; i-- {
		if v.names[i] == name {
			return v.locals[i], true
		}
	}
	return 0, false
}

// prepare collects the constants of an expression in locals, to be called
// before the loop in which eval is used.
func (c *calc) prepare(expr string, operands int) {
	c.dry = true
	c.eval(expr, make([]emit.Local, operands))
	c.dry = false
	if c.held > 0 && len(c.consts) > c.held {
		c.pooled = true
		return
	}
	for i := range c.consts {
		k := &c.consts[i]
		k.local = c.f.Local(emit.V128)
		c.f.V128Const(splat(c.t.elem, k.bits))
		c.f.LocalSet(k.local)
	}
}

// eval leaves the value of an expression on the stack.
func (c *calc) eval(expr string, operands []emit.Local) {
	v := &variables{}
	for i, l := range operands {
		v.set(operandName(i), l)
	}
	c.run(expr, v)
}

func operandName(i int) string {
	if i < 4 {
		return "xyzw"[i : i+1]
	}
	return "x" + strconv.Itoa(i)
}

func (c *calc) run(body string, v *variables) {
	words := strings.Fields(body)
	for i := 0; i < len(words); i++ {
		word := words[i]
		if word == "poly" {
			r, _ := v.get(words[i+1])
			c.constant(words[i+2])
			fused := c.b != nil && c.b.Fast && c.b.Profile == V8
			for i += 3; words[i] != ";"; i++ {
				c.get(r)
				if fused {
					c.constant(words[i])
					c.op(c.t.pick(emit.F32x4RelaxedMadd, emit.F64x2RelaxedMadd, 0, 0, 0, 0))
					continue
				}
				c.op(c.t.instruction("mul"))
				c.constant(words[i])
				c.op(c.t.instruction("add"))
			}
			continue
		}
		if word[0] == '=' {
			l := emit.Local(0)
			if !c.dry {
				l = c.f.Local(emit.V128)
				c.f.LocalSet(l)
			}
			v.set(word[1:], l)
			continue
		}
		if l, ok := v.get(word); ok {
			c.get(l)
			continue
		}
		c.word(word)
	}
}

func (c *calc) get(l emit.Local) {
	if !c.dry {
		c.f.LocalGet(l)
	}
}

func (c *calc) op(op emit.Op) {
	c.ops++
	if !c.dry {
		c.f.Op(op)
	}
}

func (c *calc) word(word string) {
	if word[0] == '#' || word[0] >= '0' && word[0] <= '9' || len(word) > 1 && word[0] == '-' {
		c.constant(word)
		return
	}
	t := c.t
	if strings.HasPrefix(word, "i.") {
		t, word = t.ints(), word[2:]
	}
	name, count, shift := strings.Cut(word, ":")
	params, body, isFunction := t.function(word)
	if op := t.instruction(name); op != 0 && !isFunction {
		if shift && !c.dry {
			n, _ := strconv.Atoi(count)
			c.f.I32Const(int32(n))
		}
		c.op(op)
		return
	}
	if isFunction {
		v := &variables{}
		for range params {
			v.locals = append(v.locals, 0)
		}
		for i := len(params) - 1; i >= 0; i-- {
			if !c.dry {
				v.locals[i] = c.f.Local(emit.V128)
				c.f.LocalSet(v.locals[i])
			}
		}
		v.names = params[:len(params):len(params)]
		was := c.t
		c.t = t
		c.run(body, v)
		c.t = was
		return
	}
	if !c.dry {
		c.scalar(word)
	}
}

// constant pushes a constant.
func (c *calc) constant(word string) {
	bits := c.t.parse(word)
	c.ops++
	if c.pooled {
		if bits == 0 {
			c.f.V128Zero()
		} else {
			c.b.splat4(c.f, uint32(bits))
		}
		return
	}
	for _, k := range c.consts {
		if k.bits == bits {
			c.get(k.local)
			return
		}
	}
	if c.inline {
		c.f.V128Const(splat(c.t.elem, bits))
		return
	}
	if !c.dry {
		panic("kernel: constant " + word + " was not prepared")
	}
	c.consts = append(c.consts, constant{bits: bits})
}

// parse returns the bits of a constant in one lane.
func (t lanes) parse(word string) uint64 {
	if word[0] == '#' {
		v, err := strconv.ParseUint(word[1:], 16, 64)
		if err != nil {
			panic("kernel: constant " + word)
		}
		if t.float && t.elem == 8 && len(word) == 9 {
			return promote(uint32(v))
		}
		return v
	}
	num, den, _ := strings.Cut(word, "/")
	n, err := strconv.ParseInt(num, 10, 64)
	if err != nil {
		panic("kernel: unknown word " + word)
	}
	if !t.float {
		return uint64(n)
	}
	d := 0
	if den != "" {
		k, _ := strconv.Atoi(den)
		d = bits.TrailingZeros(uint(k))
	}
	return floatBits(n, d, t.elem)
}

// floatBits is n/2^d as a float of 4 or 8 bytes; n has few enough bits.
func floatBits(n int64, d, elem int) uint64 {
	if n == 0 {
		return 0
	}
	mantissa, bias, sign := 52, 1023, uint64(0)
	if elem == 4 {
		mantissa, bias = 23, 127
	}
	if n < 0 {
		n, sign = -n, 1<<(8*elem-1)
	}
	top := bits.Len64(uint64(n)) - 1
	return sign | uint64(bias+top-d)<<mantissa | uint64(n)<<(mantissa-top)&(1<<mantissa-1)
}

// promote is the float64 of the same value as a float32, by bits.
func promote(b uint32) uint64 {
	sign, e, m := uint64(b>>31)<<63, int64(b>>23&0xff), uint64(b&0x7fffff)
	switch {
	case e == 0xff:
		return sign | 0x7ff<<52 | m<<29
	case e == 0 && m == 0:
		return sign
	case e == 0:
		top := bits.Len64(m) - 1 // m·2^−149
		return sign | uint64(top-149+1023)<<52 | m<<(52-top)&(1<<52-1)
	}
	return sign | uint64(e-127+1023)<<52 | m<<29
}

// Constant is the word for an attribute with the bits of a float32.
func Constant(bits uint32) string {
	s := "0000000" + strconv.FormatUint(uint64(bits), 16)
	return "#" + s[len(s)-8:]
}
