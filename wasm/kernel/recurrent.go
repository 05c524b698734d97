package kernel

import "github.com/dehug/dehug/wasm/emit"

// RecurrentParams describes one direction of an RNN, GRU or LSTM layer on f32.
type RecurrentParams struct {
	Op   string // "RNN", "GRU", "LSTM"
	T, B Int    // steps, rows of a batch
	H    int    // units

	X Int // [T][B][gates·H]: what comes from the layer's input, with its bias
	R Int // packed [H, H] matrices, one for each gate (PackMatrix), with their bias

	Start, StartCell *Int // first state [B][H]; nil: zeros
	Peep             *Int // LSTM: [3][H], for i, o, f
	Lengths          *Int // i32 [B]: steps of each row
	Y                *Int // [B][H] of the first step
	YStep            Int  // bytes from a step's rows to the next one's
	State, Cell      Int  // [B][H]; hold the last state in the end
	Scratch          Int  // RecurrentScratch bytes
	Reverse          bool // from the last step to the first

	Acts              []string // expressions of one operand: f, g, h
	Clip              uint32   // bits of a float; 0: no clipping
	InputForget       bool
	LinearBeforeReset bool
}

// Gates is the number of gates of a recurrent operator.
func Gates(op string) int { return map[string]int{"RNN": 1, "GRU": 3, "LSTM": 4}[op] }

// RecurrentScratch is the number of bytes that Recurrent needs for each row of
// the batch.
func RecurrentScratch(op string, h int) int64 {
	return int64((roundUp(h, panelWidth)*Gates(op) + h) * 4)
}

// Recurrent appends a step that runs a layer over all its steps of time. A
// gate's argument is x + (bias, then + h·r in ascending order), then, of an LSTM,
// + peephole · cell, then clipped; the rest is, with products rounded,
//
//	RNN   h = f(a)
//	GRU   z, r = f(a); n = g(x + r·(h·R)) or g(x + (r·h)·R); h = (1 − z)·n + z·h
//	LSTM  i, f = f(a); n = g(a); c = f·c + i·n; o = f(a); h = o·h(c)
//
// Rows that have ended keep their state; their outputs are zero.
func (b *Builder) Recurrent(name string, p RecurrentParams) *emit.Func {
	f := b.M.Func(name, nil, nil)
	gates := Gates(p.Op)
	rowX, rowH := 4*gates*p.H, 4*p.H
	rowS := 4 * roundUp(p.H, panelWidth) * gates // sums: [panel][gate][8]
	matrix := panels8(p.H) * 4 * panelWidth * (p.H + 1)
	size := mul(num(rowH), p.B.expr()).into(f)
	stepX := mul(num(rowX), p.B.expr()).into(f)

	begin := func(to Int, from *Int) {
		to.Push(f)
		if from != nil {
			from.Push(f)
			f.LocalGet(size)
			f.MemoryCopy()
			return
		}
		f.I32Const(0)
		f.LocalGet(size)
		f.MemoryFill()
	}
	begin(p.State, p.Start)
	if p.Op == "LSTM" {
		begin(p.Cell, p.StartCell)
	}

	x, y, t := p.X.expr().into(f), f.Local(emit.I32), f.Local(emit.I32)
	if p.Y != nil {
		p.Y.expr().set(f, y)
	}
	if p.Reverse {
		last := sub(p.T.expr(), num(1)).into(f)
		f.Move(t, last)
		advance(f, x, mul(local(last), local(stepX)))
		advance(f, y, mul(local(last), p.YStep.expr()))
	}
	scratch := p.Scratch.expr().into(f)
	reset := add(local(scratch), mul(num(rowS), p.B.expr())).into(f) // r·h of a GRU
	c := newCell(b, f, p)

	w, sums := f.Local(emit.I32), f.Local(emit.I32)
	product := func(state expr, first, count int) {
		num(first*matrix).set(f, w)
		add(local(w), p.R.expr()).set(f, w)
		add(local(scratch), num(32*first)).set(f, sums)
		f.Times(panels8(p.H), func() {
			call(f, b.gemmTile(1, count, ActNone, false, false), state, num(rowH), local(w), num(matrix), local(sums), num(rowS), p.B.expr(), num(p.H), num(panelWidth))
			f.Inc(w, int32(4*panelWidth*(p.H+1)))
			f.Inc(sums, int32(32*gates))
		})
	}
	rows := func(vector func()) { // for each row and each four units
		row, lengths, left := p.B.expr().into(f), f.Local(emit.I32), f.Local(emit.I32)
		if p.Lengths != nil {
			p.Lengths.expr().set(f, lengths)
		}
		f.Move(c.rowX, x)
		f.Move(c.rowSums, scratch)
		p.State.expr().set(f, c.h)
		f.Move(c.y, y)
		f.Move(c.reset, reset)
		if p.Op == "LSTM" {
			p.Cell.expr().set(f, c.cell)
		}
		f.Repeat(row, func() {
			alive := func() {
				f.I32Const(int32(p.H))
				f.LocalSet(c.left)
				f.Move(c.x, c.rowX)
				f.Move(c.sums, c.rowSums)
				if p.Peep != nil {
					p.Peep.expr().set(f, c.peep)
				}
				f.I32Const(int32((p.H + 3) / 4))
				f.LocalSet(left)
				f.Repeat(left, func() {
					vector()
					for _, at := range []emit.Local{c.x, c.h, c.y, c.cell, c.peep, c.reset} {
						f.Inc(at, 16)
					}
					// The halves of a panel, then the next panel.
					f.LocalGet(c.sums)
					f.I32Const(16)
					f.I32Const(int32(32*gates - 16))
					f.LocalGet(c.left)
					f.I32Const(4)
					f.Op(emit.I32Sub)
					f.LocalTee(c.left)
					f.I32Const(int32(p.H))
					f.Op(emit.I32Xor)
					f.I32Const(4)
					f.Op(emit.I32And, emit.Select, emit.I32Add)
					f.LocalSet(c.sums)
				})
				for _, at := range []emit.Local{c.h, c.y, c.cell, c.reset} {
					f.Inc(at, int32(rowH-16*((p.H+3)/4)))
				}
			}
			if p.Lengths == nil {
				alive()
			} else {
				f.LocalGet(t)
				f.LocalGet(lengths)
				f.Load(emit.I32Load, 0)
				f.Op(emit.I32LtS)
				f.IfElse(alive, func() {
					if p.Y != nil {
						f.LocalGet(c.y)
						f.I32Const(0)
						f.I32Const(int32(rowH))
						f.MemoryFill()
					}
					for _, at := range []emit.Local{c.h, c.y, c.cell, c.reset} {
						f.Inc(at, int32(rowH))
					}
				})
				f.Inc(lengths, 4)
			}
			f.Inc(c.rowX, int32(rowX))
			f.Inc(c.rowSums, int32(rowS))
		})
	}
	times(f, p.T.expr(), func() {
		state := p.State.expr()
		switch {
		case p.Op == "GRU" && !p.LinearBeforeReset:
			product(state, 0, 2)
			rows(c.gruReset)
			product(local(reset), 2, 1)
			rows(c.gruState)
		default:
			product(state, 0, gates)
			rows(map[string]func(){"RNN": c.rnn, "GRU": c.gru, "LSTM": c.lstm}[p.Op])
		}
		if p.Reverse {
			sub(local(x), local(stepX)).set(f, x)
			sub(local(y), p.YStep.expr()).set(f, y)
			f.Inc(t, -1)
		} else {
			f.IncLocal(x, stepX)
			advance(f, y, p.YStep.expr())
			f.Inc(t, 1)
		}
	})
	return f
}

func panels8(n int) int { return (n + panelWidth - 1) / panelWidth }

// cell writes the arithmetic of four units.
type cell struct {
	p    RecurrentParams
	f    *emit.Func
	acts []calc

	rowX, rowSums           emit.Local
	x, sums, h, y           emit.Local // places of the units
	cell, peep, reset, left emit.Local
	v                       []emit.Local
}

func newCell(b *Builder, f *emit.Func, p RecurrentParams) *cell {
	c := &cell{p: p, f: f}
	for _, l := range []*emit.Local{&c.rowX, &c.rowSums, &c.x, &c.sums, &c.h, &c.y, &c.cell, &c.peep, &c.reset, &c.left} {
		*l = f.Local(emit.I32)
	}
	c.v = f.Locals(emit.V128, 6)
	for _, a := range p.Acts {
		k := calc{b: b, f: f, t: lanes{4, true, false}}
		k.prepare(a, 1)
		c.acts = append(c.acts, k)
	}
	return c
}

func (c *cell) load(at emit.Local, off int) {
	c.f.LocalGet(at)
	c.f.Load(emit.V128Load, uint32(off))
}

func (c *cell) sum(gate int) { c.load(c.sums, 32*gate) }

// gate leaves the activated argument of a gate: what is on the stack, clipped.
func (c *cell) activate(act int, to emit.Local) {
	if c.p.Clip != 0 {
		limit := func(bits uint32, op emit.Op) {
			c.f.V128Const(splat(4, uint64(bits)))
			c.f.Op(op)
		}
		limit(c.p.Clip, emit.F32x4Min)
		limit(c.p.Clip|1<<31, emit.F32x4Max)
	}
	c.f.LocalSet(to)
	c.acts[act].eval(c.p.Acts[act], []emit.Local{to})
	c.f.LocalSet(to)
}

// input pushes what the layer's input gives to a gate.
func (c *cell) input(gate int) { c.load(c.x, 4*gate*c.p.H) }

// plain leaves a gate whose argument is x + sum.
func (c *cell) plain(gate, act int, to emit.Local) {
	c.input(gate)
	c.sum(gate)
	c.f.Op(emit.F32x4Add)
	c.activate(act, to)
}

// next stores the new state.
func (c *cell) next(v emit.Local) {
	storeUpTo(c.f, v, c.h, 0, local(c.left))
	if c.p.Y != nil {
		storeUpTo(c.f, v, c.y, 0, local(c.left))
	}
}

func (c *cell) rnn() {
	c.plain(0, 0, c.v[0])
	c.next(c.v[0])
}

// mix leaves (1 − z)·n + z·h as the next state.
func (c *cell) mix(z, n emit.Local) {
	f := c.f
	f.V128Const(splat(4, 0x3f800000))
	f.LocalGet(z)
	f.Op(emit.F32x4Sub)
	f.LocalGet(n)
	f.Op(emit.F32x4Mul)
	f.LocalGet(z)
	c.load(c.h, 0)
	f.Op(emit.F32x4Mul, emit.F32x4Add)
	f.LocalSet(n)
	c.next(n)
}

func (c *cell) gru() {
	f, z, r, n := c.f, c.v[0], c.v[1], c.v[2]
	c.plain(0, 0, z)
	c.plain(1, 0, r)
	c.input(2)
	f.LocalGet(r)
	c.sum(2)
	f.Op(emit.F32x4Mul, emit.F32x4Add)
	c.activate(1, n)
	c.mix(z, n)
}

// gruReset keeps z in place of its sum, and r·h.
func (c *cell) gruReset() {
	f, z, r := c.f, c.v[0], c.v[1]
	c.plain(0, 0, z)
	storeLanes(f, z, c.sums, 0, 4)
	c.plain(1, 0, r)
	f.LocalGet(r)
	c.load(c.h, 0)
	f.Op(emit.F32x4Mul)
	f.LocalSet(r)
	storeUpTo(f, r, c.reset, 0, local(c.left))
}

func (c *cell) gruState() {
	c.plain(2, 1, c.v[2])
	c.sum(0)
	c.f.LocalSet(c.v[0])
	c.mix(c.v[0], c.v[2])
}

func (c *cell) lstm() {
	f, i, o, forget, n, state := c.f, c.v[0], c.v[1], c.v[2], c.v[3], c.v[4]
	gate := func(gate, peep int, to emit.Local) {
		c.input(gate)
		c.sum(gate)
		f.Op(emit.F32x4Add)
		if c.p.Peep != nil && peep >= 0 {
			c.load(c.peep, 4*peep*c.p.H)
			f.LocalGet(state)
			f.Op(emit.F32x4Mul, emit.F32x4Add)
		}
		c.activate(map[bool]int{true: 0, false: 1}[peep >= 0], to)
	}
	c.load(c.cell, 0)
	f.LocalSet(state)
	gate(0, 0, i)
	if c.p.InputForget {
		f.V128Const(splat(4, 0x3f800000))
		f.LocalGet(i)
		f.Op(emit.F32x4Sub)
		f.LocalSet(forget)
	} else {
		gate(2, 2, forget)
	}
	gate(3, -1, n)
	f.LocalGet(forget)
	f.LocalGet(state)
	f.Op(emit.F32x4Mul)
	f.LocalGet(i)
	f.LocalGet(n)
	f.Op(emit.F32x4Mul, emit.F32x4Add)
	f.LocalSet(state)
	storeUpTo(f, state, c.cell, 0, local(c.left))
	gate(1, 1, o)
	c.acts[2].eval(c.p.Acts[2], []emit.Local{state})
	f.LocalGet(o)
	f.Op(emit.F32x4Mul)
	f.LocalSet(o)
	c.next(o)
}
