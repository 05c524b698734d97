package emit

// AddConst appends "+ v" for an i32 on the stack; nothing for zero.
//
//go:noinline
func (f *Func) AddConst(v int32) {
	if v != 0 {
		f.I32Const(v)
		f.Op(I32Add)
	}
}

// Inc adds a constant to an i32 local.
//
//go:noinline
func (f *Func) Inc(l Local, v int32) {
	if v == 0 {
		return
	}
	f.LocalGet(l)
	f.AddConst(v)
	f.LocalSet(l)
}

// IncLocal adds one i32 local to another: l += by.
//
//go:noinline
func (f *Func) IncLocal(l, by Local) {
	f.LocalGet(l)
	f.LocalGet(by)
	f.Op(I32Add)
	f.LocalSet(l)
}

// SetConst stores an i32 constant in a local.
//
//go:noinline
func (f *Func) SetConst(l Local, v int32) {
	f.I32Const(v)
	f.LocalSet(l)
}

// Move copies one local to another.
//
//go:noinline
func (f *Func) Move(to, from Local) {
	f.LocalGet(from)
	f.LocalSet(to)
}

// CountDown repeats body n times, where n is an i32 local of at least one. It
// leaves n zero.
//
//go:noinline
func (f *Func) CountDown(n Local, body func()) {
	f.Loop(func(again Label) {
		body()
		f.LocalGet(n)
		f.I32Const(1)
		f.Op(I32Sub)
		f.LocalTee(n)
		f.BrIf(again)
	})
}

// Repeat is CountDown that also accepts n of zero or less (as signed).
//
//go:noinline
func (f *Func) Repeat(n Local, body func()) {
	f.LocalGet(n)
	f.I32Const(0)
	f.Op(I32GtS)
	f.If(func() { f.CountDown(n, body) })
}

// Times repeats body a constant number of times, with a fresh counter when
// there is more than one.
//
//go:noinline
func (f *Func) Times(n int, body func()) {
	switch {
	case n <= 0:
	case n == 1:
		body()
	default:
		c := f.Local(I32)
		f.SetConst(c, int32(n))
		f.CountDown(c, body)
	}
}
