package lower

import (
	"encoding/binary"
	"strconv"

	"github.com/dehug/dehug/internal/say"

	"github.com/dehug/dehug/wasm/emit"
	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/kernel"
)

// ABI is the version of ABI.md that modules follow.
const ABI = "0"

// assemble writes the module around the steps.
func (l *lowerer) assemble(planHash [32]byte) ([]byte, Layout) {
	m := emit.NewModule()
	initial, maximum := l.pages()
	m.ImportMemory("dehug", "memory", initial, maximum)
	b := kernel.NewBuilder(m, l.opt.Profile, l.opt.Fast)
	if l.opt.Threads {
		b.Divide()
	}

	var table []*emit.Func
	for _, s := range l.steps {
		f := s.emit(b)
		if s.shares = b.Shares(); len(s.guard) > 0 {
			s.shares = nil // it may end the run, which only run can say
		}
		table = append(table, l.guarded(s, f, b))
	}
	for i, it := range l.items {
		f := m.Func("item "+strconv.Itoa(i), nil, nil)
		for _, pack := range it.c.packs {
			f.Call(pack(b, it.dst))
		}
		table = append(table, f)
		if it.c.v.Const.Ref == nil && len(it.c.v.Const.Data) > 0 {
			m.Data(it.dst, it.c.v.Const.Data)
		}
	}
	m.Table(table)

	layout := l.layout(initial, maximum)
	m.Data(l.layoutAt, l.layoutTable(layout))
	m.Data(l.descAt, l.descriptorTable())

	answer := func(name string, v uint32) {
		f := m.Func(name, nil, []emit.Type{emit.I32})
		f.I32Const(int32(v))
		m.Export(name, f)
	}
	answer("layout", l.layoutAt)
	answer("descriptors", l.descAt)
	answer("state", uint32(len(l.states)))
	m.Export("prepare", l.prepare(m, b))
	m.Export("bind", l.bind(m, maximum))
	m.Export("run", l.run(m, b))
	if l.opt.Threads {
		l.threads(m, b)
	}
	m.Custom("dehug", l.description(layout, planHash))
	return m.Bytes(), layout
}

// threads writes what hosts with several threads use. Instances share a
// memory, of which the first one writes the data segments. wazero's instances
// can import any memory twice, and it checks bounds of a shared one slowly.
func (l *lowerer) threads(m *emit.Module, b *kernel.Builder) {
	if l.opt.Profile != kernel.Wazero {
		m.ShareMemory()
	}
	m.PassiveData()
	start := m.Func("start", nil, nil)
	start.I32Const(int32(l.boundAt))
	start.Load(emit.I32Load, boundData)
	start.Op(emit.I32Eqz)
	start.If(func() {
		start.InitMemory()
		l.setWord(start, boundData, func() { start.I32Const(1) })
	})
	m.Start(start)

	shares := m.Func("shares", nil, []emit.Type{emit.I32})
	shares.I32Const(int32(l.sharesAt))
	m.Export("shares", shares)

	f := m.Func("part", []emit.Type{emit.I32, emit.I32, emit.I32}, []emit.Type{emit.I32})
	step, part, parts := f.Param(0), f.Param(1), f.Param(2)
	l.refuseEarly(f)
	l.refuse(f, statusBadStep, func() {
		f.LocalGet(step)
		f.I32Const(int32(len(l.steps)))
		f.Op(emit.I32GeU)
	})
	l.refuse(f, statusBadStep, func() { // part ≥ parts, or parts > the most that there can be
		f.LocalGet(part)
		f.LocalGet(parts)
		f.Op(emit.I32GeU)
		f.LocalGet(parts)
		f.I32Const(kernel.MaxShares)
		f.I32Const(1)
		f.LocalGet(step)
		f.I32Const(4)
		f.Op(emit.I32Mul)
		f.Load(emit.I32Load, l.sharesAt)
		f.Op(emit.Select, emit.I32GtU, emit.I32Or)
	})
	b.SetPart(f, func() { f.LocalGet(part) }, func() { f.LocalGet(parts) })
	l.setWord(f, boundStop, func() { f.I32Const(0) }) // a step that ends the run does so in each part
	f.LocalGet(step)
	f.CallIndirect(nil, nil)
	l.getWord(f, boundStop)
	m.Export("part", f)
}

// weigh writes code that fills the table of shares.
func (l *lowerer) weigh(f *emit.Func) {
	for i, s := range l.steps {
		if s.shares != nil {
			f.I32Const(int32(l.sharesAt) + 4*int32(i))
			s.shares(f)
			f.Load(emit.I32Store, 0)
		}
	}
}

func (l *lowerer) layout(initial, maximum uint32) Layout {
	layout := Layout{Items: len(l.items), Initial: initial, Maximum: maximum}
	for i, it := range l.items {
		if ref := it.c.v.Const.Ref; ref != nil {
			layout.Tensors = append(layout.Tensors, Tensor{Path: ref.Path, Off: ref.Off, Len: ref.Len, Dst: it.dst, Item: i})
		}
	}
	return layout
}

// paths lists the files that tensors come from, the entry file first.
func (l Layout) paths() ([]string, map[string]int) {
	paths := []string{""}
	index := map[string]int{"": 0}
	for _, t := range l.Tensors {
		if _, ok := index[t.Path]; !ok {
			index[t.Path] = len(paths)
			paths = append(paths, t.Path)
		}
	}
	return paths, index
}

func (l *lowerer) layoutTable(layout Layout) []byte {
	_, index := layout.paths()
	le := binary.LittleEndian
	b := le.AppendUint32(nil, uint32(len(layout.Tensors)))
	b = le.AppendUint32(b, uint32(layout.Items))
	for _, t := range layout.Tensors {
		b = le.AppendUint32(b, uint32(index[t.Path]))
		b = le.AppendUint32(b, uint32(t.Item))
		b = le.AppendUint64(b, uint64(t.Off))
		b = le.AppendUint64(b, uint64(t.Len))
		b = le.AppendUint32(b, t.Dst)
		b = le.AppendUint32(b, 0)
	}
	return b
}

// descriptorTable holds what is known of the descriptors at compile time; bind
// fills in the rest.
func (l *lowerer) descriptorTable() []byte {
	le := binary.LittleEndian
	var b []byte
	value := func(d graph.Dim) uint64 { k, _ := d.IsConst(); return uint64(k) }
	for _, p := range l.ports() {
		b = le.AppendUint32(b, uint32(value(p.buf.addr)))
		b = le.AppendUint32(b, uint32(p.v.Type))
		b = le.AppendUint32(b, uint32(len(p.v.Shape)))
		b = le.AppendUint32(b, 0)
		for i := 0; i < maxRank; i++ {
			var d graph.Dim
			if i < len(p.v.Shape) {
				d = p.v.Shape[i]
			}
			b = le.AppendUint64(b, value(d))
		}
		if p.room > 0 {
			b = le.AppendUint64(b, uint64(p.room))
		} else {
			b = le.AppendUint64(b, value(bytesOf(p.v)))
		}
		b = le.AppendUint64(b, 0)
	}
	return b
}

// prepare runs items in ascending order, each once; item 0 starts over.
func (l *lowerer) prepare(m *emit.Module, b *kernel.Builder) *emit.Func {
	f := m.Func("prepare", []emit.Type{emit.I32, emit.I32}, []emit.Type{emit.I32})
	i, end := f.Param(0), f.Param(1)
	f.LocalGet(i)
	f.Op(emit.I32Eqz)
	f.If(func() { l.setWord(f, boundPrepared, func() { f.I32Const(0) }) })
	f.LocalGet(i)
	f.I32Const(int32(l.boundAt))
	f.Load(emit.I32Load, boundPrepared)
	f.Op(emit.I32Ne)
	f.LocalGet(end)
	f.I32Const(int32(len(l.items)))
	f.Op(emit.I32GtU, emit.I32Or)
	f.If(func() {
		f.I32Const(statusNotPrepared)
		f.Return()
	})
	l.whole(f, b)
	l.callRange(f, i, end, int32(len(l.steps)), func() {})
	l.setWord(f, boundPrepared, func() { f.LocalGet(i) })
	f.I32Const(statusOK)
	return f
}

// run calls the steps of a range.
func (l *lowerer) run(m *emit.Module, b *kernel.Builder) *emit.Func {
	f := m.Func("run", []emit.Type{emit.I32, emit.I32}, []emit.Type{emit.I32})
	i, end := f.Param(0), f.Param(1)
	l.refuseEarly(f)
	l.refuse(f, statusBadStep, func() {
		f.LocalGet(end)
		f.I32Const(int32(len(l.steps)))
		f.Op(emit.I32GtU)
		f.LocalGet(i)
		f.LocalGet(end)
		f.Op(emit.I32GtU, emit.I32Or)
	})
	l.whole(f, b)
	from := f.Local(emit.I32)
	f.LocalGet(i)
	f.LocalSet(from)
	l.setWord(f, boundStop, func() { f.I32Const(0) })
	l.setWord(f, boundJump, func() { f.I32Const(0) })
	l.callRange(f, i, end, 0, func() {
		l.getWord(f, boundStop)
		f.If(func() {
			l.setWord(f, boundNext, func() { f.LocalGet(i) })
			l.getWord(f, boundStop)
			f.Return()
		})
		if !l.loops {
			return
		}
		l.getWord(f, boundJump)
		f.If(func() {
			l.setWord(f, boundJump, func() { f.I32Const(0) })
			l.getWord(f, boundNext)
			f.LocalSet(i)
			l.refuse(f, statusJump, func() {
				f.LocalGet(i)
				f.LocalGet(from)
				f.Op(emit.I32LtU)
				f.LocalGet(i)
				f.LocalGet(end)
				f.Op(emit.I32GtU, emit.I32Or)
			})
			f.Inc(i, -1) // callRange goes to the next one
		})
	})
	f.I32Const(statusOK)
	return f
}

// callRange calls table entries base+i … base+end−1, with code after each, and
// leaves i at end.
func (l *lowerer) callRange(f *emit.Func, i, end emit.Local, base int32, after func()) {
	f.Block(func(done emit.Label) {
		f.Loop(func(again emit.Label) {
			f.LocalGet(i)
			f.LocalGet(end)
			f.Op(emit.I32GeU)
			f.BrIf(done)
			f.LocalGet(i)
			f.AddConst(base)
			f.CallIndirect(nil, nil)
			after()
			f.Inc(i, 1)
			f.Br(again)
		})
	})
}

// whole makes each function that is called from here on do all of its work.
func (l *lowerer) whole(f *emit.Func, b *kernel.Builder) {
	if l.opt.Threads {
		b.SetPart(f, func() { f.I32Const(0) }, func() { f.I32Const(1) })
	}
}

// refuseEarly refuses to run what is not bound or not prepared.
func (l *lowerer) refuseEarly(f *emit.Func) {
	l.refuse(f, statusNotBound, func() { l.getWord(f, boundReady); f.Op(emit.I32Eqz) })
	l.refuse(f, statusNotPrepared, func() {
		l.getWord(f, boundPrepared)
		f.I32Const(int32(len(l.items)))
		f.Op(emit.I32Ne)
	})
}

// refuse answers a status when a condition holds.
func (l *lowerer) refuse(f *emit.Func, status int32, when func()) {
	when()
	f.If(func() {
		f.I32Const(status)
		f.Return()
	})
}

// getWord loads an i32 of the bound block.
func (l *lowerer) getWord(f *emit.Func, offset uint32) {
	f.I32Const(int32(l.boundAt))
	f.Load(emit.I32Load, offset)
}

// setWord stores an i32 in the bound block.
func (l *lowerer) setWord(f *emit.Func, offset uint32, value func()) {
	f.I32Const(int32(l.boundAt))
	value()
	f.Load(emit.I32Store, offset)
}

// description is the JSON text of the custom section (ABI.md).
func (l *lowerer) description(layout Layout, planHash [32]byte) []byte {
	paths, index := layout.paths()
	j := jsonText{}
	j.raw(`{"abi":`).str(ABI)
	j.raw(`,"profile":`).str(l.opt.Profile.String()).raw(`,"mode":`).str(l.mode())
	j.raw(`,"planHash":`).str(say.Hex(planHash[:]))
	j.raw(`,"memory":{"initial":`).num(int64(layout.Initial)).raw(`,"maximum":`).num(int64(layout.Maximum))
	j.raw(`,"arena":`).num(int64(l.arenaAt)).raw(`,"largest":`).num(l.largestWeight())
	if l.opt.Threads && l.opt.Profile != kernel.Wazero {
		j.raw(`,"shared":true`)
	}
	j.raw(`}`)
	j.raw(`,"symbols":`).list(len(l.symbols), func(i int) { j.str(l.symbols[i]) })
	j.raw(`,"dims":`).num(int64(l.dimsAt)).raw(`,"bound":`).num(int64(l.boundAt))
	for _, group := range []struct {
		name  string
		ports []port
	}{{"inputs", l.inputs}, {"outputs", l.results}, {"intermediates", l.inner}} {
		j.raw(`,"`+group.name+`":`).list(len(group.ports), func(i int) {
			v := group.ports[i].v
			j.raw(`{"name":`).str(v.Name).raw(`,"type":`).str(v.Type.String())
			j.raw(`,"shape":`).list(len(v.Shape), func(i int) { j.str(v.Shape[i].String()) }).raw(`}`)
		})
	}
	if len(l.states) > 0 {
		j.raw(`,"states":`).list(len(l.states), func(i int) { l.states[i].describe(&j, l.opt.Capacity) })
	}
	j.raw(`,"paths":`).list(len(paths), func(i int) { j.str(paths[i]) })
	j.raw(`,"items":`).num(int64(layout.Items))
	j.raw(`,"tensors":`).list(len(layout.Tensors), func(i int) {
		t := layout.Tensors[i]
		j.raw(`{"path":`).num(int64(index[t.Path])).raw(`,"offset":`).num(t.Off).raw(`,"length":`).num(t.Len)
		j.raw(`,"destination":`).num(int64(t.Dst)).raw(`,"item":`).num(int64(t.Item)).raw(`}`)
	})
	j.raw(`,"steps":`).list(len(l.steps), func(i int) {
		j.raw(`{"name":`).str(l.steps[i].name).raw(`,"op":`).str(l.steps[i].op).raw(`}`)
	})
	j.raw(`}`)
	return j.b
}

// jsonText writes JSON without reflection: encoding/json would add a fifth to
// the browser build.
type jsonText struct{ b []byte }

func (j *jsonText) raw(s string) *jsonText { j.b = append(j.b, s...); return j }

func (j *jsonText) num(n int64) *jsonText { j.b = strconv.AppendInt(j.b, n, 10); return j }

func (j *jsonText) list(n int, item func(i int)) *jsonText {
	j.raw("[")
	for i := 0; i < n; i++ {
		if i > 0 {
			j.raw(",")
		}
		item(i)
	}
	return j.raw("]")
}

// str writes a string; names come from the model, so anything may be in them.
func (j *jsonText) str(s string) *jsonText {
	j.b = append(j.b, '"')
	for _, r := range s { // invalid UTF-8 becomes U+FFFD
		switch {
		case r == '"' || r == '\\':
			j.b = append(j.b, '\\', byte(r))
		case r < 0x20:
			const digits = "0123456789abcdef"
			j.b = append(j.b, '\\', 'u', '0', '0', digits[r>>4], digits[r&15])
		default:
			j.b = append(j.b, string(r)...)
		}
	}
	j.b = append(j.b, '"')
	return j
}
