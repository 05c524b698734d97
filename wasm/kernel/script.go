package kernel

import (
	"math"
	"strconv"
	"strings"

	"github.com/dehug/dehug/wasm/emit"
	"github.com/dehug/dehug/wasm/graph"
)

// A script is a scalar kernel in postfix words, for operators that are rare or
// bound by memory: little code in the compiler, one element at a time. Words
// are typed by what lies on the stack: i32, i64, f32 or f64.
//
//	7 -1          i32 constants; 0.5 is an f64
//	x             pushes a variable
//	=x            pops into a variable
//	+ - * / %     arithmetic; / and % of integers trap on zero
//	< <= > >= == != and or xor shl shr not   comparisons and bits, not is x == 0
//	min max       signed; of floats the machine's, NaN if one is
//	floor ceil near trunc sqrt abs neg
//	a b c ?       a where c, else b
//	>i >l >f >d   conversion of the top; float to integer saturates
//	@i @l @f @d @b  loads from an address (@b: a byte); !i !l !f !d stores: address value !i
//	@x !x         an element of the script's type as bits
//	@n !n         an element of the script's type as a number: f64, or i64 of int64 and uint64
//	@k            an index, as i32
//	elem          the bytes of an element
//	dup           the top twice
//	copy fill     memory.copy, memory.fill: destination source bytes
//	n for i { … } counts i from 0 to n−1
//	c if { … } else { … }
//	c while { … c } repeats as long as the top is not zero
//
// Names in macros stand for their texts.
type script struct {
	f     *emit.Func
	t     graph.Type // of elements
	index graph.Type
	names []string
	vars  []emit.Local
	types []emit.Type // of vars
	stack []emit.Type
	words []string
}

var macros = map[string]string{
	// index extent norm: an index that may count from the end, kept in range
	"norm": "=m' =k' k' m' 0 k' 0 < ? + 0 max m' 1 - min",
	// position extent clamp: the nearest position inside
	"clamp": "=h' 0 max h' 1 - min",
	// low high x reflect: x mirrored at the borders until it is inside
	"reflect": "=x' =hi' =lo' x' lo' < x' hi' > or if { lo' x' - x' hi' - x' lo' < ? =dx' hi' lo' - =span' " +
		"dx' span' / floor =turns' dx' turns' span' * - =rest' " +
		"turns' turns' 0.5 * floor 2.0 * - 0.0 == x' lo' < == if { lo' rest' + =x' } else { hi' rest' - =x' } } x'",
}

// Script appends a step that runs text, whose first line names its parameters:
// addresses in bytes and extents, given in ints.
func (b *Builder) Script(name, text string, t, index graph.Type, ints ...Int) *emit.Func {
	head, body, _ := strings.Cut(text, "|")
	s := &script{f: b.M.Func(name, nil, nil), t: t, index: index}
	params := strings.Fields(head)
	if len(params) != len(ints) {
		panic("kernel: script " + name + " has other parameters than " + head)
	}
	for i, p := range params {
		s.declare(p, emit.I32)
		ints[i].expr().set(s.f, s.vars[i])
	}
	s.words = strings.Fields(body)
	s.run()
	if len(s.words) != 0 || len(s.stack) != 0 {
		panic("kernel: script " + name + " does not end: " + strings.Join(s.words, " "))
	}
	return s.f
}

func (s *script) declare(name string, t emit.Type) emit.Local {
	for i := range s.names {
		if s.names[i] == name && s.types[i] == t {
			return s.vars[i]
		}
	}
	l := s.f.Local(t)
	s.names, s.vars, s.types = append(s.names, name), append(s.vars, l), append(s.types, t)
	return l
}

func (s *script) push(t emit.Type) { s.stack = append(s.stack, t) }

func (s *script) pop() emit.Type {
	if len(s.stack) == 0 {
		panic("kernel: script pops too much before " + strings.Join(s.words, " "))
	}
	t := s.stack[len(s.stack)-1]
	s.stack = s.stack[:len(s.stack)-1]
	return t
}

// by chooses an opcode by type.
func by(t emit.Type, i32, i64, f32, f64 emit.Op) emit.Op {
	op := f64
	switch t {
	case emit.I32:
		op = i32
	case emit.I64:
		op = i64
	case emit.F32:
		op = f32
	}
	if op == 0 {
		panic("kernel: script uses an operation on a type that lacks it")
	}
	return op
}

type scriptOp struct {
	word     string
	ops      [4]emit.Op // i32, i64, f32, f64
	operands int
	compares bool
}

var scriptOps = []scriptOp{
	{"+", [4]emit.Op{emit.I32Add, emit.I64Add, emit.F32Add, emit.F64Add}, 2, false},
	{"-", [4]emit.Op{emit.I32Sub, emit.I64Sub, emit.F32Sub, emit.F64Sub}, 2, false},
	{"*", [4]emit.Op{emit.I32Mul, emit.I64Mul, emit.F32Mul, emit.F64Mul}, 2, false},
	{"/", [4]emit.Op{emit.I32DivS, emit.I64DivS, emit.F32Div, emit.F64Div}, 2, false},
	{"%", [4]emit.Op{emit.I32RemS, emit.I64RemS}, 2, false},
	{"and", [4]emit.Op{emit.I32And, emit.I64And}, 2, false},
	{"or", [4]emit.Op{emit.I32Or, emit.I64Or}, 2, false},
	{"xor", [4]emit.Op{emit.I32Xor, emit.I64Xor}, 2, false},
	{"shl", [4]emit.Op{emit.I32Shl, emit.I64Shl}, 2, false},
	{"shr", [4]emit.Op{emit.I32ShrU, emit.I64ShrU}, 2, false},
	{"<", [4]emit.Op{emit.I32LtS, emit.I64LtS, emit.F32Lt, emit.F64Lt}, 2, true},
	{"<=", [4]emit.Op{emit.I32LeS, emit.I64LeS, emit.F32Le, emit.F64Le}, 2, true},
	{">", [4]emit.Op{emit.I32GtS, emit.I64GtS, emit.F32Gt, emit.F64Gt}, 2, true},
	{">=", [4]emit.Op{emit.I32GeS, emit.I64GeS, emit.F32Ge, emit.F64Ge}, 2, true},
	{"==", [4]emit.Op{emit.I32Eq, emit.I64Eq, emit.F32Eq, emit.F64Eq}, 2, true},
	{"!=", [4]emit.Op{emit.I32Ne, emit.I64Ne, emit.F32Ne, emit.F64Ne}, 2, true},
	{"not", [4]emit.Op{emit.I32Eqz, emit.I64Eqz}, 1, true},
	{"floor", [4]emit.Op{0, 0, emit.F32Floor, emit.F64Floor}, 1, false},
	{"ceil", [4]emit.Op{0, 0, emit.F32Ceil, emit.F64Ceil}, 1, false},
	{"near", [4]emit.Op{0, 0, emit.F32Nearest, emit.F64Nearest}, 1, false},
	{"trunc", [4]emit.Op{0, 0, emit.F32Trunc, emit.F64Trunc}, 1, false},
	{"sqrt", [4]emit.Op{0, 0, emit.F32Sqrt, emit.F64Sqrt}, 1, false},
	{"abs", [4]emit.Op{0, 0, emit.F32Abs, emit.F64Abs}, 1, false},
	{"neg", [4]emit.Op{0, 0, emit.F32Neg, emit.F64Neg}, 1, false},
}

// convert changes the top of the stack to type to.
func (s *script) convert(to emit.Type) {
	from := s.pop()
	s.push(to)
	if from == to {
		return
	}
	switch to {
	case emit.I32:
		s.f.Op(by(from, 0, emit.I32WrapI64, emit.I32TruncSatF32S, emit.I32TruncSatF64S))
	case emit.I64:
		s.f.Op(by(from, emit.I64ExtendI32S, 0, emit.I64TruncSatF32S, emit.I64TruncSatF64S))
	case emit.F32:
		s.f.Op(by(from, emit.F32ConvertI32S, emit.F32ConvertI64S, 0, emit.F32DemoteF64))
	case emit.F64:
		s.f.Op(by(from, emit.F64ConvertI32S, emit.F64ConvertI64S, emit.F64PromoteF32, 0))
	}
}

// access is how an element of a type is loaded and stored: as its bits, and
// what type that makes.
func access(t graph.Type, bits bool) (load, store emit.MemOp, typ emit.Type) {
	switch {
	case !bits && t == graph.Float32:
		return emit.F32Load, emit.F32Store, emit.F32
	case !bits && t == graph.Float64:
		return emit.F64Load, emit.F64Store, emit.F64
	case !bits && t == graph.Int8:
		return emit.I32Load8S, emit.I32Store8, emit.I32
	case !bits && t == graph.Int16:
		return emit.I32Load16S, emit.I32Store16, emit.I32
	}
	switch t.Size() {
	case 1:
		return emit.I32Load8U, emit.I32Store8, emit.I32
	case 2:
		return emit.I32Load16U, emit.I32Store16, emit.I32
	case 4:
		return emit.I32Load, emit.I32Store, emit.I32
	}
	return emit.I64Load, emit.I64Store, emit.I64
}

// element loads or stores.
func (s *script) element(word byte, store bool) {
	t, bits := s.t, false
	switch word {
	case 'i':
		t = graph.Int32
	case 'l':
		t = graph.Int64
	case 'f':
		t = graph.Float32
	case 'd':
		t = graph.Float64
	case 'b':
		t = graph.Uint8
	case 'k':
		t = s.index
	case 'x':
		bits = true
	}
	load, save, typ := access(t, bits)
	if store {
		if word == 'n' && t == graph.Uint32 {
			s.f.Op(emit.I32TruncSatF64U)
		} else if word == 'n' {
			s.convert(typ)
		}
		s.pop()
		s.pop()
		s.f.Load(save, 0)
		return
	}
	s.pop()
	s.f.Load(load, 0)
	s.push(typ)
	numeric := word == 'n' && t.Size() != 8
	switch {
	case numeric && t == graph.Uint32:
		s.pop()
		s.f.Op(emit.F64ConvertI32U)
		s.push(emit.F64)
	case numeric:
		s.convert(emit.F64)
	case word == 'k':
		s.convert(emit.I32)
	}
}

// next takes a word off the text.
func (s *script) next() string {
	w := s.words[0]
	s.words = s.words[1:]
	return w
}

// run compiles words up to the "}" that closes its block, or the end.
func (s *script) run() {
	for len(s.words) > 0 {
		w := s.next()
		if w == "}" {
			return
		}
		s.word(w)
	}
}

func (s *script) block() {
	if s.next() != "{" {
		panic("kernel: script lacks a {")
	}
	s.run()
}

func (s *script) word(w string) {
	f := s.f
	if text, ok := macros[w]; ok {
		s.words = append(strings.Fields(text), s.words...)
		return
	}
	for i := range scriptOps {
		o := &scriptOps[i]
		if o.word != w {
			continue
		}
		t := s.pop()
		if o.operands == 2 && s.pop() != t {
			panic("kernel: script mixes types at " + w + " " + strings.Join(s.words, " "))
		}
		f.Op(by(t, o.ops[0], o.ops[1], o.ops[2], o.ops[3]))
		if o.compares {
			t = emit.I32
		}
		s.push(t)
		return
	}
	switch {
	case w == "min" || w == "max":
		s.extremum(w == "min")
	case w == "?":
		s.pop()
		s.pop()
		f.Op(emit.Select)
	case w == "elem":
		f.I32Const(int32(s.t.Size()))
		s.push(emit.I32)
	case w == "dup":
		t := s.pop()
		l := s.declare("dup'", t)
		f.LocalTee(l)
		f.LocalGet(l)
		s.push(t)
		s.push(t)
	case w == "fill" || w == "copy":
		s.pop()
		s.pop()
		s.pop()
		if w == "fill" {
			f.MemoryFill()
		} else {
			f.MemoryCopy()
		}
	case w == "for":
		s.loop()
	case w == "if":
		s.pop()
		if s.hasElse() {
			f.IfElse(s.block, func() { s.next(); s.block() })
		} else {
			f.If(s.block)
		}
	case w == "while":
		s.pop()
		f.If(func() {
			f.Loop(func(again emit.Label) {
				s.block()
				s.pop()
				f.BrIf(again)
			})
		})
	case len(w) == 2 && w[0] == '>':
		s.convert(map[byte]emit.Type{'i': emit.I32, 'l': emit.I64, 'f': emit.F32, 'd': emit.F64}[w[1]])
	case len(w) == 2 && w[0] == '@':
		s.element(w[1], false)
	case len(w) == 2 && w[0] == '!':
		s.element(w[1], true)
	case w[0] == '=':
		t := s.pop()
		f.LocalSet(s.declare(w[1:], t))
	default:
		s.literal(w)
	}
}

// hasElse looks behind the block that comes.
func (s *script) hasElse() bool {
	depth := 0
	for i, w := range s.words {
		switch w {
		case "{":
			depth++
		case "}":
			if depth--; depth == 0 {
				return i+1 < len(s.words) && s.words[i+1] == "else"
			}
		}
	}
	return false
}

func (s *script) loop() {
	f := s.f
	s.pop()
	i := s.declare(s.next(), emit.I32)
	end := f.Local(emit.I32)
	f.LocalSet(end)
	f.SetConst(i, 0)
	f.Block(func(done emit.Label) {
		f.Loop(func(again emit.Label) {
			f.LocalGet(i)
			f.LocalGet(end)
			f.Op(emit.I32GeS)
			f.BrIf(done)
			s.block()
			f.Inc(i, 1)
			f.Br(again)
		})
	})
}

func (s *script) extremum(least bool) {
	t := s.pop()
	f := s.f
	op := by(t, emit.I32GtS, emit.I64GtS, emit.F32Max, emit.F64Max)
	if least {
		op = by(t, emit.I32LtS, emit.I64LtS, emit.F32Min, emit.F64Min)
	}
	if t == emit.I32 || t == emit.I64 {
		a, b := s.declare("a'", t), s.declare("b'", t)
		f.LocalSet(b)
		f.LocalTee(a)
		f.LocalGet(b)
		f.LocalGet(a)
		f.LocalGet(b)
		f.Op(op, emit.Select)
		return
	}
	f.Op(op)
}

// literal pushes a variable or a number.
func (s *script) literal(w string) {
	for i := len(s.names) - 1; i >= 0; i-- {
		if s.names[i] == w {
			s.f.LocalGet(s.vars[i])
			s.push(s.types[i])
			return
		}
	}
	if k, err := strconv.ParseInt(w, 10, 32); err == nil {
		s.f.I32Const(int32(k))
		s.push(emit.I32)
		return
	}
	k, err := strconv.ParseFloat(w, 64)
	if err != nil {
		panic("kernel: script does not know " + w)
	}
	s.f.F64Const(math.Float64bits(k))
	s.push(emit.F64)
}
