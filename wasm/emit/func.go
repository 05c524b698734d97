package emit

// Func is a function body under construction. Instructions are appended in
// stack order; structured control takes closures, so blocks always close.
//
// The methods for instructions are not inlined: kernels call them thousands of
// times, and inlined they made the browser build a quarter larger.
type Func struct {
	m       *Module
	name    string
	params  []Type
	results []Type
	locals  []Type
	labels  []int // ids of the open blocks, outermost first
	nextID  int
	code    buffer
	index   uint32
}

// Local is the index of a parameter or local variable.
type Local uint32

// Label names an open block; branches compute the relative depth from it.
type Label int

// Name is the name that the function was declared with.
func (f *Func) Name() string { return f.name }

// Param returns the local that holds parameter i.
func (f *Func) Param(i int) Local {
	if i >= len(f.params) {
		panic("emit: function " + f.name + " has no such parameter")
	}
	return Local(i)
}

// Local declares a local variable, initially zero.
//
//go:noinline
func (f *Func) Local(t Type) Local {
	f.locals = append(f.locals, t)
	return Local(len(f.params) + len(f.locals) - 1)
}

// Locals declares n local variables of one type.
//
//go:noinline
func (f *Func) Locals(t Type, n int) []Local {
	ls := make([]Local, n)
	for i := range ls {
		ls[i] = f.Local(t)
	}
	return ls
}

func (f *Func) encode() buffer {
	var b buffer
	// Runs of one type share an entry, as compilers do.
	var runs buffer
	n := uint32(0)
	for i := 0; i < len(f.locals); {
		j := i
		for j < len(f.locals) && f.locals[j] == f.locals[i] {
			j++
		}
		runs.u32(uint32(j - i))
		runs.byte(byte(f.locals[i]))
		n++
		i = j
	}
	b.u32(n)
	b = append(b, runs...)
	b = append(b, f.code...)
	return append(b, 0x0b)
}

// Op appends instructions that have no immediates.
//
//go:noinline
func (f *Func) Op(ops ...Op) {
	for _, o := range ops {
		if o < 0x100 {
			f.code.byte(byte(o))
		} else {
			f.code.byte(byte(o >> 16))
			f.code.u32(uint32(o & 0xffff))
		}
	}
}

// LocalGet, LocalSet and LocalTee access a variable.
//
//go:noinline
func (f *Func) LocalGet(l Local) { f.code.byte(0x20); f.code.u32(uint32(l)) }

// LocalSet pops into l.
//
//go:noinline
func (f *Func) LocalSet(l Local) { f.code.byte(0x21); f.code.u32(uint32(l)) }

// LocalTee stores the top of the stack in l and leaves it there.
//
//go:noinline
func (f *Func) LocalTee(l Local) { f.code.byte(0x22); f.code.u32(uint32(l)) }

// GlobalGet and GlobalSet access a global variable.
//
//go:noinline
func (f *Func) GlobalGet(g Global) { f.code.byte(0x23); f.code.u32(uint32(g)) }

// GlobalSet pops into g.
//
//go:noinline
func (f *Func) GlobalSet(g Global) { f.code.byte(0x24); f.code.u32(uint32(g)) }

// I32Const pushes v.
//
//go:noinline
func (f *Func) I32Const(v int32) { f.code.byte(0x41); f.code.s32(v) }

// I64Const pushes v.
//
//go:noinline
func (f *Func) I64Const(v int64) { f.code.byte(0x42); f.code.s64(v) }

// F32Const pushes the float with the given bit pattern. Bits, not a Go float:
// Go never computes with tensor values.
//
//go:noinline
func (f *Func) F32Const(bits uint32) {
	f.code.byte(0x43, byte(bits), byte(bits>>8), byte(bits>>16), byte(bits>>24))
}

// F64Const pushes the float with the given bit pattern.
//
//go:noinline
func (f *Func) F64Const(bits uint64) {
	f.code.byte(0x44)
	for i := 0; i < 8; i++ {
		f.code.byte(byte(bits >> (8 * i)))
	}
}

// V128Const pushes 16 literal bytes.
//
//go:noinline
func (f *Func) V128Const(b [16]byte) {
	f.Op(opV128Const)
	f.code.byte(b[:]...)
}

// V128Zero pushes the all-zero vector.
//
//go:noinline
func (f *Func) V128Zero() { f.V128Const([16]byte{}) }

// I8x16Shuffle picks 16 lanes from the two vectors on the stack.
//
//go:noinline
func (f *Func) I8x16Shuffle(lanes [16]byte) {
	f.Op(opI8x16Shuffle)
	f.code.byte(lanes[:]...)
}

// I32x4Shuffle is I8x16Shuffle on 32-bit lanes 0–7.
//
//go:noinline
func (f *Func) I32x4Shuffle(a, b, c, d byte) {
	var l [16]byte
	for i, x := range []byte{a, b, c, d} {
		for k := byte(0); k < 4; k++ {
			l[4*i+int(k)] = 4*x + k
		}
	}
	f.I8x16Shuffle(l)
}

// Lane appends a lane instruction (extract_lane, replace_lane).
//
//go:noinline
func (f *Func) Lane(op Op, lane byte) {
	f.Op(op)
	f.code.byte(lane)
}

// Load appends a load or store with a constant byte offset. The alignment
// hint is the natural one of the access; it never affects the result.
//
//go:noinline
func (f *Func) Load(op MemOp, offset uint32) {
	f.Op(op.op)
	f.code.u32(uint32(op.align))
	f.code.u32(offset)
}

// LoadLane appends v128.loadN_lane or storeN_lane.
//
//go:noinline
func (f *Func) LoadLane(op MemOp, offset uint32, lane byte) {
	f.Load(op, offset)
	f.code.byte(lane)
}

// MemoryCopy pops length, source, destination.
//
//go:noinline
func (f *Func) MemoryCopy() { f.code.byte(0xfc, 10, 0, 0) }

// MemoryFill pops length, value, destination.
//
//go:noinline
func (f *Func) MemoryFill() { f.code.byte(0xfc, 11, 0) }

// InitMemory writes all passive data segments that the module has so far.
func (f *Func) InitMemory() {
	for i, s := range f.m.data {
		f.I32Const(int32(s.offset))
		f.I32Const(0)
		f.I32Const(int32(len(s.bytes)))
		f.code.byte(0xfc, 8)
		f.code.u32(uint32(i))
		f.code.byte(0)
	}
}

// MemorySize pushes the size of memory 0 in pages.
func (f *Func) MemorySize() { f.code.byte(0x3f, 0) }

// Call calls g of the same module.
//
//go:noinline
func (f *Func) Call(g *Func) { f.code.byte(0x10); f.code.u32(g.index) }

// CallIndirect pops a table index and calls a function of the given type.
func (f *Func) CallIndirect(params, results []Type) {
	f.code.byte(0x11)
	f.code.u32(f.m.typeOf(params, results))
	f.code.byte(0)
}

// Return leaves the function with the values on the stack.
//
//go:noinline
func (f *Func) Return() { f.code.byte(0x0f) }

// Unreachable traps.
func (f *Func) Unreachable() { f.code.byte(0x00) }

//go:noinline
func (f *Func) open(op byte, body func(Label)) {
	f.code.byte(op, 0x40)
	f.nextID++
	id := f.nextID
	f.labels = append(f.labels, id)
	body(Label(id))
	f.labels = f.labels[:len(f.labels)-1]
	f.code.byte(0x0b)
}

// Block opens a block; branching to its label leaves it.
//
//go:noinline
func (f *Func) Block(body func(Label)) { f.open(0x02, body) }

// Loop opens a loop; branching to its label repeats it.
//
//go:noinline
func (f *Func) Loop(body func(Label)) { f.open(0x03, body) }

// If pops a condition and runs body when it is not zero.
//
//go:noinline
func (f *Func) If(body func()) { f.open(0x04, func(Label) { body() }) }

// IfElse pops a condition and runs one of two bodies.
//
//go:noinline
func (f *Func) IfElse(yes, no func()) {
	f.open(0x04, func(Label) {
		yes()
		f.code.byte(0x05)
		no()
	})
}

func (f *Func) depth(l Label) uint32 {
	for i, id := range f.labels {
		if id == int(l) {
			return uint32(len(f.labels) - 1 - i)
		}
	}
	panic("emit: branch to a closed block in " + f.name)
}

// Br branches to an open block.
//
//go:noinline
func (f *Func) Br(l Label) { d := f.depth(l); f.code.byte(0x0c); f.code.u32(d) }

// BrIf pops a condition and branches when it is not zero.
//
//go:noinline
func (f *Func) BrIf(l Label) { d := f.depth(l); f.code.byte(0x0d); f.code.u32(d) }
