package emit

import (
	"bytes"
	"context"
	"math"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

func TestLEB128(t *testing.T) {
	for _, c := range []struct {
		name  string
		write func(b *buffer)
		want  string
	}{
		{"u32 0", func(b *buffer) { b.u32(0) }, "\x00"},
		{"u32 127", func(b *buffer) { b.u32(127) }, "\x7f"},
		{"u32 128", func(b *buffer) { b.u32(128) }, "\x80\x01"},
		{"u32 624485", func(b *buffer) { b.u32(624485) }, "\xe5\x8e\x26"}, // the specification's example
		{"u32 max", func(b *buffer) { b.u32(math.MaxUint32) }, "\xff\xff\xff\xff\x0f"},
		{"s32 0", func(b *buffer) { b.s32(0) }, "\x00"},
		{"s32 -1", func(b *buffer) { b.s32(-1) }, "\x7f"},
		{"s32 63", func(b *buffer) { b.s32(63) }, "\x3f"},
		{"s32 64 keeps its sign clear", func(b *buffer) { b.s32(64) }, "\xc0\x00"},
		{"s32 -64", func(b *buffer) { b.s32(-64) }, "\x40"},
		{"s32 -65", func(b *buffer) { b.s32(-65) }, "\xbf\x7f"},
		{"s32 -123456", func(b *buffer) { b.s32(-123456) }, "\xc0\xbb\x78"}, // the specification's example
		{"s32 max", func(b *buffer) { b.s32(math.MaxInt32) }, "\xff\xff\xff\xff\x07"},
		{"s32 min", func(b *buffer) { b.s32(math.MinInt32) }, "\x80\x80\x80\x80\x78"},
		{"s64 max", func(b *buffer) { b.s64(math.MaxInt64) }, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00"},
		{"s64 min", func(b *buffer) { b.s64(math.MinInt64) }, "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x7f"},
	} {
		var b buffer
		c.write(&b)
		if string(b) != c.want {
			t.Errorf("%s: got % x, want % x", c.name, []byte(b), c.want)
		}
	}
}

// instance loads a module that imports nothing.
func instance(t *testing.T, m *Module) api.Module {
	t.Helper()
	ctx := context.Background()
	rt := wazero.NewRuntime(ctx)
	t.Cleanup(func() { rt.Close(ctx) })
	mod, err := rt.Instantiate(ctx, m.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return mod
}

func result(t *testing.T, mod api.Module, name string, args ...uint64) uint64 {
	t.Helper()
	r, err := mod.ExportedFunction(name).Call(context.Background(), args...)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return r[0]
}

func TestConstantsArrive(t *testing.T) {
	m := NewModule()
	i32s := []int32{0, 1, -1, 63, 64, -64, -65, 8191, 8192, -8192, -8193, math.MaxInt32, math.MinInt32}
	i64s := []int64{0, 63, 64, -64, -65, math.MaxInt32 + 1, math.MinInt32 - 1, math.MaxInt64, math.MinInt64}
	name := func(i int) string { return string(rune('a' + i)) }
	for i, v := range i32s {
		f := m.Func("", nil, []Type{I32})
		f.I32Const(v)
		m.Export("i32"+name(i), f)
	}
	for i, v := range i64s {
		f := m.Func("", nil, []Type{I64})
		f.I64Const(v)
		m.Export("i64"+name(i), f)
	}
	f := m.Func("", nil, []Type{F32})
	f.F32Const(0x7fa12345) // a signalling NaN with a payload
	m.Export("f32", f)
	f = m.Func("", nil, []Type{F64})
	f.F64Const(0xfff8000000000123)
	m.Export("f64", f)
	mod := instance(t, m)
	for i, v := range i32s {
		if got := int32(result(t, mod, "i32"+name(i))); got != v {
			t.Errorf("i32.const %d: got %d", v, got)
		}
	}
	for i, v := range i64s {
		if got := int64(result(t, mod, "i64"+name(i))); got != v {
			t.Errorf("i64.const %d: got %d", v, got)
		}
	}
	if got := uint32(result(t, mod, "f32")); got != 0x7fa12345 {
		t.Errorf("f32.const: got %#x, want 0x7fa12345", got)
	}
	if got := result(t, mod, "f64"); got != 0xfff8000000000123 {
		t.Errorf("f64.const: got %#x, want 0xfff8000000000123", got)
	}
}

// program exercises control flow, calls, the table and locals.
func program() *Module {
	m := NewModule()
	double := m.Func("double", []Type{I32}, []Type{I32})
	double.LocalGet(double.Param(0))
	double.I32Const(2)
	double.Op(I32Mul)
	negate := m.Func("negate", []Type{I32}, []Type{I32})
	negate.I32Const(0)
	negate.LocalGet(negate.Param(0))
	negate.Op(I32Sub)
	m.Table([]*Func{double, negate})

	// sum(n) = 1 + … + n
	sum := m.Func("sum", []Type{I32}, []Type{I32})
	acc := sum.Local(I32)
	n := sum.Param(0)
	sum.Repeat(n, func() { sum.IncLocal(acc, n) })
	sum.LocalGet(acc)
	m.Export("sum", sum)

	// first(n): the first i from 1 with i·i > n, found by leaving two blocks.
	first := m.Func("first", []Type{I32}, []Type{I32})
	i := first.Local(I32)
	first.Block(func(done Label) {
		first.Loop(func(again Label) {
			first.Inc(i, 1)
			first.LocalGet(i)
			first.LocalGet(i)
			first.Op(I32Mul)
			first.LocalGet(first.Param(0))
			first.Op(I32GtS)
			first.If(func() { first.Br(done) })
			first.Br(again)
		})
	})
	first.LocalGet(i)
	m.Export("first", first)

	// apply(which, x) calls through the table.
	apply := m.Func("apply", []Type{I32, I32}, []Type{I32})
	apply.LocalGet(apply.Param(1))
	apply.LocalGet(apply.Param(0))
	apply.CallIndirect([]Type{I32}, []Type{I32})
	m.Export("apply", apply)

	// choose(c, x): c != 0 ? double(x) : 100 · 3 by a constant loop.
	choose := m.Func("choose", []Type{I32, I32}, []Type{I32})
	v, wide := choose.Local(I32), choose.Local(F64) // locals of several types
	choose.Locals(V128, 2)
	choose.F64Const(0)
	choose.LocalSet(wide)
	choose.LocalGet(choose.Param(0))
	choose.IfElse(func() {
		choose.LocalGet(choose.Param(1))
		choose.Call(double)
		choose.LocalSet(v)
	}, func() {
		choose.Times(3, func() { choose.Inc(v, 100) })
		choose.Times(0, func() { choose.Unreachable() })
		choose.Times(1, func() { choose.Inc(v, 0) })
	})
	choose.LocalGet(v)
	choose.Return()
	m.Export("choose", choose)
	m.Custom("note", []byte("anything"))
	return m
}

func TestControlFlow(t *testing.T) {
	mod := instance(t, program())
	for _, c := range []struct {
		name string
		args []uint64
		want uint32
	}{
		{"sum", []uint64{10}, 55}, {"sum", []uint64{0}, 0}, {"sum", []uint64{uint64(uint32(1) << 31)}, 0},
		{"first", []uint64{99}, 10}, {"first", []uint64{100}, 11},
		{"apply", []uint64{0, 21}, 42}, {"apply", []uint64{1, 1}, math.MaxUint32},
		{"choose", []uint64{1, 4}, 8}, {"choose", []uint64{0, 4}, 300},
	} {
		if got := uint32(result(t, mod, c.name, c.args...)); got != c.want {
			t.Errorf("%s(%v): got %d, want %d", c.name, c.args, got, c.want)
		}
	}
	if !nodeAccepts(t, program().Bytes()) {
		t.Error("Node refuses the module")
	}
}

func TestBytesAreDeterministic(t *testing.T) {
	a, b := program().Bytes(), program().Bytes()
	if !bytes.Equal(a, b) {
		t.Error("the same calls gave different bytes")
	}
	m := program()
	first := m.Bytes()
	if !bytes.Equal(first, m.Bytes()) {
		t.Error("encoding a module changes it")
	}
}

func TestMemory(t *testing.T) {
	ctx := context.Background()
	rt := wazero.NewRuntime(ctx)
	defer rt.Close(ctx)
	host, err := rt.InstantiateWithConfig(ctx, []byte("\x00asm\x01\x00\x00\x00\x05\x04\x01\x01\x02\x02\x07\x0a\x01\x06memory\x02\x00"), wazero.NewModuleConfig().WithName("host"))
	if err != nil {
		t.Fatal(err)
	}
	m := NewModule()
	m.ImportMemory("host", "memory", 2, 2)
	m.Data(PageSize-2, []byte{1, 2, 3, 4}) // across the pages
	m.Data(100, nil)
	f := m.Func("run", nil, []Type{I32})
	f.I32Const(8) // destination
	f.I32Const(PageSize - 2)
	f.I32Const(4)
	f.MemoryCopy()
	f.I32Const(16)
	f.I32Const(0xab)
	f.I32Const(3)
	f.MemoryFill()
	f.MemorySize()
	m.Export("run", f)
	mod, err := rt.InstantiateWithConfig(ctx, m.Bytes(), wazero.NewModuleConfig().WithName("m"))
	if err != nil {
		t.Fatal(err)
	}
	if got := result(t, mod, "run"); got != 2 {
		t.Errorf("memory.size: got %d, want 2", got)
	}
	got, _ := host.Memory().Read(8, 12)
	if want := "\x01\x02\x03\x04\x00\x00\x00\x00\xab\xab\xab\x00"; string(got) != want {
		t.Errorf("memory: got % x, want % x", got, want)
	}
}

func TestNamesReachTheEngine(t *testing.T) {
	m := NewModule()
	f := m.Func("conv 4x8", nil, nil)
	f.Unreachable()
	m.Export("run", f)
	_, err := instance(t, m).ExportedFunction("run").Call(context.Background())
	if err == nil || !strings.Contains(err.Error(), "conv 4x8") {
		t.Errorf("stack trace without the function's name: %v", err)
	}
}

func TestBrokenPromisesPanic(t *testing.T) {
	for _, c := range []struct {
		name, want string
		run        func(f *Func)
	}{
		{"parameter that does not exist", "no such parameter", func(f *Func) { f.Param(1) }},
		{"branch to a closed block", "closed block", func(f *Func) {
			var gone Label
			f.Block(func(l Label) { gone = l })
			f.Br(gone)
		}},
		{"module with an open block", "open block", func(f *Func) { f.Block(func(Label) { f.m.Bytes() }) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			defer func() {
				if got, _ := recover().(string); !strings.Contains(got, c.want) {
					t.Errorf("got panic %q, want one with %q", got, c.want)
				}
			}()
			c.run(NewModule().Func("f", []Type{I32}, nil))
		})
	}
}

// TestSharedMemory has two instances on one memory: the first one's start
// writes the data, and each has a global of its own.
func TestSharedMemory(t *testing.T) {
	ctx := context.Background()
	rt := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().WithCoreFeatures(api.CoreFeaturesV2|experimental.CoreFeaturesThreads))
	defer rt.Close(ctx)
	owner, err := rt.InstantiateWithConfig(ctx, []byte("\x00asm\x01\x00\x00\x00\x05\x04\x01\x03\x01\x02\x07\x0a\x01\x06memory\x02\x00"), wazero.NewModuleConfig().WithName("host"))
	if err != nil {
		t.Fatal(err)
	}
	m := NewModule()
	m.ImportMemory("host", "memory", 1, 2)
	m.ShareMemory()
	m.PassiveData()
	m.Data(8, []byte{7, 0, 0, 0})
	m.Data(PageSize-1, []byte{9})
	calls := m.Global(I32)
	wide := m.Global(I64)
	start := m.Func("start", nil, nil)
	start.I32Const(0)
	start.Load(I32Load, 0)
	start.Op(I32Eqz)
	start.If(func() {
		start.InitMemory()
		start.I32Const(0)
		start.I32Const(1)
		start.Load(I32Store, 0)
	})
	m.Start(start)
	f := m.Func("count", nil, []Type{I32}) // counts calls here and, in memory, everywhere
	f.GlobalGet(calls)
	f.AddConst(1)
	f.GlobalSet(calls)
	f.GlobalGet(wide)
	f.I64Const(1)
	f.Op(I64Add)
	f.GlobalSet(wide)
	f.I32Const(8)
	f.I32Const(8)
	f.Load(I32Load, 0)
	f.AddConst(1)
	f.Load(I32Store, 0)
	f.GlobalGet(calls)
	m.Export("count", f)
	var instances [2]api.Module
	for i := range instances {
		if instances[i], err = rt.InstantiateWithConfig(ctx, m.Bytes(), wazero.NewModuleConfig().WithName("")); err != nil {
			t.Fatal(err)
		}
		for want := uint64(1); want <= 2; want++ {
			if got := result(t, instances[i], "count"); got != want {
				t.Errorf("instance %d: global is %d, want %d", i, got, want)
			}
		}
	}
	got, _ := owner.Memory().ReadUint32Le(8)
	last, _ := owner.Memory().ReadByte(PageSize - 1)
	if got != 11 || last != 9 {
		t.Errorf("memory holds %d and %d, want 11 and 9", got, last)
	}
	if !nodeAccepts(t, m.Bytes()) {
		t.Error("Node refuses the module")
	}
}
