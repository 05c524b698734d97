// Package emit writes WebAssembly modules: sections, instructions, LEB128.
//
// A module is built in one pass: NewModule, then imports, functions, data and
// custom sections in any order, then Bytes. Instruction names are the
// specification's names (I32Add, F32x4Mul, V128Load32Splat). The package has
// never heard of tensors and does not validate types: the engines that load
// the module do, and every module of the test suites goes through two of them.
//
// Output is deterministic: the same calls give the same bytes on every
// platform.
package emit

import "strconv"

// Type is a WebAssembly value type.
type Type byte

// Value types, WebAssembly core specification 5.3.1.
const (
	I32  Type = 0x7f
	I64  Type = 0x7e
	F32  Type = 0x7d
	F64  Type = 0x7c
	V128 Type = 0x7b
)

// PageSize is the size of a WebAssembly memory page in bytes.
const PageSize = 65536

// Module is a module under construction.
type Module struct {
	types     []string // encoded function types, deduplicated
	typeIndex map[string]uint32
	memory    *memoryImport
	funcs     []*Func
	exports   []export
	table     []*Func // nil when there is none
	globals   []Type  // mutable, initially zero
	start     *Func
	data      []segment
	passive   bool // data segments wait for MemoryInit
	customs   []custom
}

type memoryImport struct {
	module, name string
	min, max     uint32
	shared       bool
}

type export struct {
	name string
	f    *Func
}

type segment struct {
	offset uint32
	bytes  []byte
}

type custom struct {
	name  string
	bytes []byte
}

// NewModule returns an empty module.
func NewModule() *Module { return &Module{typeIndex: map[string]uint32{}} }

// ImportMemory imports memory 0 with limits in pages.
func (m *Module) ImportMemory(module, name string, minPages, maxPages uint32) {
	m.memory = &memoryImport{module, name, minPages, maxPages, false}
}

// ShareMemory makes the imported memory one that threads may share.
func (m *Module) ShareMemory() { m.memory.shared = true }

// Global is the index of a global variable, of which each instance has its own.
type Global uint32

// Global declares a mutable variable, initially zero.
func (m *Module) Global(t Type) Global {
	m.globals = append(m.globals, t)
	return Global(len(m.globals) - 1)
}

// Start names the function that runs when the module is instantiated.
func (m *Module) Start(f *Func) { m.start = f }

// Func declares a function and returns its body for writing. The name goes
// into the name section, where profilers and stack traces find it.
func (m *Module) Func(name string, params, results []Type) *Func {
	f := &Func{m: m, name: name, params: params, results: results, index: uint32(len(m.funcs))}
	m.funcs = append(m.funcs, f)
	return f
}

// Export exports f under name.
func (m *Module) Export(name string, f *Func) { m.exports = append(m.exports, export{name, f}) }

// Table makes table 0 hold the given functions, in order, for CallIndirect. It
// may be empty: a call through it is still valid code.
func (m *Module) Table(funcs []*Func) { m.table = append([]*Func{}, funcs...) }

// Data adds an active data segment at a byte offset of memory 0.
func (m *Module) Data(offset uint32, b []byte) {
	if len(b) > 0 {
		m.data = append(m.data, segment{offset, b})
	}
}

// PassiveData makes the data segments wait for Func.InitMemory: instances that
// share a memory must not write them twice.
func (m *Module) PassiveData() { m.passive = true }

// Custom adds a custom section after all others.
func (m *Module) Custom(name string, b []byte) { m.customs = append(m.customs, custom{name, b}) }

func (m *Module) typeOf(params, results []Type) uint32 {
	var b buffer
	b.byte(0x60)
	b.u32(uint32(len(params)))
	for _, t := range params {
		b.byte(byte(t))
	}
	b.u32(uint32(len(results)))
	for _, t := range results {
		b.byte(byte(t))
	}
	key := string(b)
	i, ok := m.typeIndex[key]
	if !ok {
		i = uint32(len(m.types))
		m.typeIndex[key] = i
		m.types = append(m.types, key)
	}
	return i
}

// Section ids, WebAssembly core specification 5.5.2.
const (
	sectionCustom   = 0
	sectionType     = 1
	sectionImport   = 2
	sectionFunction = 3
	sectionTable    = 4
	sectionGlobal   = 6
	sectionExport   = 7
	sectionStart    = 8
	sectionElement  = 9
	sectionCode     = 10
	sectionData     = 11
	sectionCount    = 12 // of data segments; comes before the code
)

// Bytes encodes the module.
func (m *Module) Bytes() []byte {
	typeOf := make([]uint32, len(m.funcs))
	for i, f := range m.funcs {
		if len(f.labels) != 0 {
			panic("emit: function " + f.name + " has an open block")
		}
		typeOf[i] = m.typeOf(f.params, f.results)
	}
	out := buffer{0, 'a', 's', 'm', 1, 0, 0, 0}

	var b buffer
	b.u32(uint32(len(m.types)))
	for _, t := range m.types {
		b = append(b, t...)
	}
	out.section(sectionType, b)

	if mem := m.memory; mem != nil {
		b = buffer{}
		b.u32(1)
		b.name(mem.module)
		b.name(mem.name)
		b.byte(0x02) // memory
		if mem.shared {
			b.byte(0x03) // with maximum, shared
		} else {
			b.byte(0x01) // with maximum
		}
		b.u32(mem.min)
		b.u32(mem.max)
		out.section(sectionImport, b)
	}

	b = buffer{}
	b.u32(uint32(len(m.funcs)))
	for _, t := range typeOf {
		b.u32(t)
	}
	out.section(sectionFunction, b)

	if m.table != nil {
		b = buffer{}
		b.u32(1)
		b.byte(0x70) // funcref
		b.byte(0x01)
		b.u32(uint32(len(m.table)))
		b.u32(uint32(len(m.table)))
		out.section(sectionTable, b)
	}

	if len(m.globals) > 0 {
		b = buffer{}
		b.u32(uint32(len(m.globals)))
		for _, t := range m.globals {
			b.byte(byte(t), 0x01) // mutable
			switch t {
			case I32:
				b.byte(0x41, 0)
			case I64:
				b.byte(0x42, 0)
			default:
				panic("emit: a global of type " + t.String())
			}
			b.byte(0x0b)
		}
		out.section(sectionGlobal, b)
	}

	b = buffer{}
	b.u32(uint32(len(m.exports)))
	for _, e := range m.exports {
		b.name(e.name)
		b.byte(0x00)
		b.u32(e.f.index)
	}
	out.section(sectionExport, b)

	if m.start != nil {
		b = buffer{}
		b.u32(m.start.index)
		out.section(sectionStart, b)
	}

	if len(m.table) > 0 {
		b = buffer{}
		b.u32(1)
		b.u32(0) // active, table 0
		b = append(b, 0x41, 0, 0x0b)
		b.u32(uint32(len(m.table)))
		for _, f := range m.table {
			b.u32(f.index)
		}
		out.section(sectionElement, b)
	}

	if m.passive {
		b = buffer{}
		b.u32(uint32(len(m.data)))
		out.section(sectionCount, b)
	}

	b = buffer{}
	b.u32(uint32(len(m.funcs)))
	for _, f := range m.funcs {
		body := f.encode()
		b.u32(uint32(len(body)))
		b = append(b, body...)
	}
	out.section(sectionCode, b)

	if len(m.data) > 0 {
		b = buffer{}
		b.u32(uint32(len(m.data)))
		for _, s := range m.data {
			if m.passive {
				b.u32(1)
			} else {
				b.u32(0) // active, memory 0
				b.byte(0x41)
				b.s32(int32(s.offset))
				b.byte(0x0b)
			}
			b.u32(uint32(len(s.bytes)))
			b = append(b, s.bytes...)
		}
		out.section(sectionData, b)
	}

	out.section(sectionCustom, m.nameSection())
	for _, c := range m.customs {
		b = buffer{}
		b.name(c.name)
		b = append(b, c.bytes...)
		out.section(sectionCustom, b)
	}
	return out
}

// nameSection holds function names, WebAssembly core specification appendix 7.4.
func (m *Module) nameSection() buffer {
	var names buffer
	n := 0
	for _, f := range m.funcs {
		if f.name != "" {
			n++
		}
	}
	names.u32(uint32(n))
	for _, f := range m.funcs {
		if f.name != "" {
			names.u32(f.index)
			names.name(f.name)
		}
	}
	var b buffer
	b.name("name")
	b.byte(1) // function names
	b.u32(uint32(len(names)))
	return append(b, names...)
}

// buffer accumulates encoded bytes.
type buffer []byte

func (b *buffer) byte(v ...byte) { *b = append(*b, v...) }

// u32 writes unsigned LEB128.
func (b *buffer) u32(v uint32) { b.u64(uint64(v)) }

func (b *buffer) u64(v uint64) {
	for v >= 0x80 {
		*b = append(*b, byte(v)|0x80)
		v >>= 7
	}
	*b = append(*b, byte(v))
}

// s32 writes signed LEB128.
func (b *buffer) s32(v int32) { b.s64(int64(v)) }

func (b *buffer) s64(v int64) {
	for {
		c := byte(v & 0x7f)
		v >>= 7
		if v == 0 && c&0x40 == 0 || v == -1 && c&0x40 != 0 {
			*b = append(*b, c)
			return
		}
		*b = append(*b, c|0x80)
	}
}

func (b *buffer) name(s string) {
	b.u32(uint32(len(s)))
	*b = append(*b, s...)
}

func (b *buffer) section(id byte, content buffer) {
	b.byte(id)
	b.u32(uint32(len(content)))
	*b = append(*b, content...)
}

func (t Type) String() string {
	switch t {
	case I32:
		return "i32"
	case I64:
		return "i64"
	case F32:
		return "f32"
	case F64:
		return "f64"
	case V128:
		return "v128"
	}
	return "type(" + strconv.Itoa(int(t)) + ")"
}
