package kernel

import (
	"github.com/dehug/dehug/wasm/emit"
	"github.com/dehug/dehug/wasm/graph"
)

// QuantizeParams describes QuantizeLinear or DequantizeLinear. All operands
// have one stride per extent.
type QuantizeParams struct {
	Extents     []Int
	From, To    graph.Type // Float32 on one side; integers of up to 16 bits (or, From, 32) on the other
	X, Scale, Y Operand
	Zero        *Operand // of the integers' type; nil: 0
}

// Quantize appends a step that quantises: round(x ÷ scale), to even where two
// are as near, then + zero point, saturated (NaN becomes the zero point); or,
// when From is an integer, dequantises: (x − zero point) · scale.
func (b *Builder) Quantize(name string, p QuantizeParams) *emit.Func {
	f := b.M.Func(name, nil, nil)
	types := []graph.Type{p.To, p.From, graph.Float32}
	operands := []Operand{p.Y, p.X, p.Scale}
	quantise := p.From == graph.Float32
	if p.Zero != nil {
		operands = append(operands, *p.Zero)
		if types = append(types, p.From); quantise {
			types[3] = p.To
		}
	}
	var strides [][]Int
	var at []emit.Local
	for _, o := range operands {
		strides = append(strides, o.Stride)
		at = append(at, o.Addr.expr().into(f))
	}
	as := b.shareAxes(f, axes(p.Extents, strides...), at, num(8))
	row := axis{extent: num(1)}
	for range operands {
		row.stride = append(row.stride, num(0))
	}
	if n := len(as); n > 0 {
		row, as = as[n-1], as[:n-1]
	}
	moves := make([]int, len(operands))
	for i := range operands {
		switch {
		case row.step(i, int(types[i].Size())):
			moves[i] = moveVector
		case row.step(i, 0):
			moves[i] = moveRepeat
		}
	}
	g := b.quantizeRow(types, moves, quantise)
	nest(f, as, at, func(at []emit.Local) {
		var args []expr
		for i := range at {
			args = append(args, local(at[i]), row.stride[i])
		}
		call(f, g, append(args, row.extent)...)
	})
	return f
}

func (b *Builder) quantizeRow(types []graph.Type, moves []int, quantise bool) *emit.Func {
	name := key("quantize", moves)
	vector := true
	for i, t := range types {
		name = key(name, t.String())
		vector = vector && (moves[i] == moveVector || moves[i] == moveRepeat && i > 0)
	}
	return b.inner(name, func(w *inner) {
		at, step := make([]emit.Local, len(types)), make([]emit.Local, len(types))
		for i := range types {
			at[i], step[i] = w.param(), w.param()
		}
		n := w.param()
		w.body = func(f *emit.Func) {
			in := f.Locals(emit.V128, len(types))
			load := func(i int, whole bool) {
				f.LocalGet(at[i])
				loadWide(f, types[i], whole)
				f.LocalSet(in[i])
			}
			y, x, scale := in[0], in[1], in[2]
			compute := func() {
				f.LocalGet(x)
				if quantise {
					f.LocalGet(scale)
					f.Op(emit.F32x4Div, emit.F32x4Nearest, emit.I32x4TruncSatF32x4S)
					if len(in) > 3 { // far from overflow before the zero point is added
						const far = 1 << 20
						f.V128Const(splat(4, far))
						f.Op(emit.I32x4MinS)
						f.V128Const(splat(4, -far&0xffffffff))
						f.Op(emit.I32x4MaxS)
						f.LocalGet(in[3])
						f.Op(emit.I32x4Add)
					}
				} else {
					if len(in) > 3 {
						f.LocalGet(in[3])
						f.Op(emit.I32x4Sub)
					}
					f.Op(emit.F32x4ConvertI32x4S)
					f.LocalGet(scale)
					f.Op(emit.F32x4Mul)
				}
				f.LocalSet(y)
			}
			for i := 1; i < len(in); i++ {
				if moves[i] == moveRepeat {
					load(i, false)
				}
			}
			pass := func(whole bool) {
				for i := 1; i < len(in); i++ {
					if moves[i] != moveRepeat {
						load(i, whole)
					}
				}
				compute()
				storeNarrow(f, types[0], y, at[0], whole)
				for i, t := range types {
					switch {
					case moves[i] == moveRepeat && i > 0:
					case whole:
						f.Inc(at[i], int32(4*t.Size()))
					default:
						f.IncLocal(at[i], step[i])
					}
				}
			}
			if vector {
				four := div(local(n), 4).into(f)
				f.Repeat(four, func() { pass(true) })
				rem(local(n), 4).set(f, n)
			}
			f.Repeat(n, func() { pass(false) })
		}
	})
}

// loadWide pops an address and pushes four elements, or one in each lane that
// matters, as 32-bit lanes.
func loadWide(f *emit.Func, t graph.Type, whole bool) {
	size := int(t.Size())
	switch {
	case !whole:
		f.Load(splatLoads[size], 0)
	case size == 1:
		f.Load(emit.V128Load32Zero, 0)
	case size == 2:
		f.Load(emit.V128Load64Zero, 0)
	default:
		f.Load(emit.V128Load, 0)
	}
	switch t {
	case graph.Int8:
		f.Op(emit.I16x8ExtendLowI8x16S, emit.I32x4ExtendLowI16x8S)
	case graph.Uint8:
		f.Op(emit.I16x8ExtendLowI8x16U, emit.I32x4ExtendLowI16x8U)
	case graph.Int16:
		f.Op(emit.I32x4ExtendLowI16x8S)
	case graph.Uint16:
		f.Op(emit.I32x4ExtendLowI16x8U)
	}
}

// storeNarrow stores four 32-bit lanes, or the first one, saturated.
func storeNarrow(f *emit.Func, t graph.Type, v, at emit.Local, whole bool) {
	f.LocalGet(at)
	f.LocalGet(v)
	lane := laneStores[int(t.Size())]
	wide := emit.V128Store
	switch t {
	case graph.Int8, graph.Uint8:
		f.V128Zero()
		f.Op(emit.I16x8NarrowI32x4S)
		f.V128Zero()
		f.Op(map[graph.Type]emit.Op{graph.Int8: emit.I8x16NarrowI16x8S, graph.Uint8: emit.I8x16NarrowI16x8U}[t])
		wide = emit.V128Store32Lane
	case graph.Int16, graph.Uint16:
		f.V128Zero()
		f.Op(map[graph.Type]emit.Op{graph.Int16: emit.I16x8NarrowI32x4S, graph.Uint16: emit.I16x8NarrowI32x4U}[t])
		wide = emit.V128Store64Lane
	}
	switch {
	case !whole:
		f.LoadLane(lane, 0, 0)
	case wide == emit.V128Store:
		f.Load(wide, 0)
	default:
		f.LoadLane(wide, 0, 0)
	}
}

// DynamicScale appends a step that finds the scale and the zero point with
// which u8 holds rows of count floats at x, step bytes apart: scale = (max − min)
// ÷ 255 where min ≤ 0 ≤ max (1 when both are 0); zero = round(−min ÷ scale), to
// even, saturated. NaNs are passed over.
func (b *Builder) DynamicScale(name string, x, rows, count, step, scale, zero Int) *emit.Func {
	f := b.M.Func(name, nil, nil)
	row, at, n := x.expr().into(f), f.Local(emit.I32), f.Local(emit.I32)
	v := f.Local(emit.V128)
	lows, highs := f.Locals(emit.V128, 2), f.Locals(emit.V128, 2)
	low, high := lows[0], highs[0]
	take := func(op emit.MemOp, bytes int32, chain int) {
		f.LocalGet(at)
		f.Load(op, uint32(16*chain))
		f.LocalSet(v)
		for _, m := range []struct {
			to emit.Local
			op emit.Op
		}{{lows[chain], emit.F32x4Pmin}, {highs[chain], emit.F32x4Pmax}} {
			f.LocalGet(m.to)
			f.LocalGet(v)
			f.Op(m.op)
			f.LocalSet(m.to)
		}
		f.Inc(at, bytes)
	}
	times(f, rows.expr(), func() {
		f.Move(at, row)
		div(count.expr(), 8).set(f, n)
		f.Repeat(n, func() { take(emit.V128Load, 0, 0); take(emit.V128Load, 32, 1) })
		rem(count.expr(), 8).set(f, n)
		f.Repeat(n, func() { take(emit.V128Load32Splat, 4, 0) })
		advance(f, row, step.expr())
	})
	for _, m := range []struct {
		v  []emit.Local
		op emit.Op
	}{{lows, emit.F32x4Pmin}, {highs, emit.F32x4Pmax}} {
		f.LocalGet(m.v[0])
		f.LocalGet(m.v[1])
		f.Op(m.op)
		f.LocalSet(m.v[0])
	}
	least, range_ := f.Local(emit.F32), f.Local(emit.F32)
	fold := func(v emit.Local, op emit.Op) {
		for i := range byte(4) {
			f.LocalGet(v)
			f.Lane(emit.F32x4ExtractLane, i)
			if i > 0 {
				f.Op(op)
			}
		}
	}
	fold(low, emit.F32Min)
	f.LocalSet(least)
	fold(high, emit.F32Max)
	f.LocalGet(least)
	f.Op(emit.F32Sub)
	f.F32Const(0x437f0000) // 255
	f.Op(emit.F32Div)
	f.LocalSet(range_)
	f.F32Const(0x3f800000) // 1
	f.LocalGet(range_)
	f.LocalGet(range_)
	f.F32Const(0)
	f.Op(emit.F32Eq, emit.Select)
	f.LocalSet(range_)
	scale.Push(f)
	f.LocalGet(range_)
	f.Load(emit.F32Store, 0)
	zero.Push(f)
	f.F32Const(0)
	f.LocalGet(least)
	f.Op(emit.F32Sub)
	f.LocalGet(range_)
	f.Op(emit.F32Div, emit.F32Nearest)
	f.F32Const(0x437f0000)
	f.Op(emit.F32Min, emit.I32TruncSatF32U)
	f.Load(emit.I32Store8, 0)
	return f
}

// Rows16Params describes rows of 8-bit integers that become rows of Gemm's
// integer form.
type Rows16Params struct {
	Type    graph.Type // Int8, Uint8
	X, Y    Int
	Batch   []Int
	XStride []Int // bytes, one per extent of Batch; the rows of Y follow each other
	Rows, K Int
	XRow    Int // bytes between rows
	Zero    *Int
	ZeroRow Int // bytes from a row's zero point to the next one's
}

// Rows16Bytes is the length of a row that Rows16 and Im2Row write.
func Rows16Bytes(k graph.Dim) graph.Dim {
	return graph.Add(graph.Mul(graph.FloorDiv(graph.Add(k, graph.Num(1)), graph.Num(2)), graph.Num(4)), graph.Num(4))
}

// Rows16 appends a step that subtracts zero points: each row becomes
// [sum i32][K × i16], padded by a zero when K is odd.
func (b *Builder) Rows16(name string, p Rows16Params) *emit.Func {
	f := b.M.Func(name, nil, nil)
	g := b.row16(p.Type)
	out, zero, x := p.Y.expr().into(f), f.Local(emit.I32), f.Local(emit.I32)
	z := f.Local(emit.I32)
	nest(f, axes(p.Batch, p.XStride), []emit.Local{p.X.expr().into(f)}, func(at []emit.Local) {
		if p.Zero != nil {
			p.Zero.expr().set(f, zero)
		}
		f.Move(x, at[0])
		times(f, p.Rows.expr(), func() {
			if p.Zero != nil {
				f.LocalGet(zero)
				f.Load(scalarOf(p.Type).load, 0)
				f.LocalSet(z)
				advance(f, zero, p.ZeroRow.expr())
			}
			call(f, g, local(x), local(out), p.K.expr(), local(z))
			advance(f, x, p.XRow.expr())
			advance(f, out, add(mul(div(add(p.K.expr(), num(1)), 2), num(4)), num(4)))
		})
	})
	return f
}

func (b *Builder) row16(t graph.Type) *emit.Func {
	return b.inner(key("row16", t.String()), func(w *inner) {
		x, y, k, z := w.param(), w.param(), w.param(), w.param()
		w.body = func(f *emit.Func) {
			to, n, e, total := f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32)
			v, zs, sum := f.Local(emit.V128), f.Local(emit.V128), f.Local(emit.V128)
			wide := emit.V128Load8x8S
			if t == graph.Uint8 {
				wide = emit.V128Load8x8U
			}
			f.LocalGet(z)
			f.Op(emit.I16x8Splat)
			f.LocalSet(zs)
			add(local(y), num(4)).set(f, to)
			div(local(k), 8).set(f, n)
			f.Repeat(n, func() {
				f.LocalGet(x)
				f.Load(wide, 0)
				f.LocalGet(zs)
				f.Op(emit.I16x8Sub)
				f.LocalSet(v)
				storeLanes(f, v, to, 0, 4)
				f.LocalGet(sum)
				f.LocalGet(v)
				f.Op(emit.I32x4ExtaddPairwiseI16x8S, emit.I32x4Add)
				f.LocalSet(sum)
				f.Inc(x, 8)
				f.Inc(to, 16)
			})
			for i := range byte(4) {
				f.LocalGet(sum)
				f.Lane(emit.I32x4ExtractLane, i)
				f.LocalGet(total)
				f.Op(emit.I32Add)
				f.LocalSet(total)
			}
			rem(local(k), 8).set(f, n)
			f.Repeat(n, func() {
				f.LocalGet(x)
				f.Load(scalarOf(t).load, 0)
				f.LocalGet(z)
				f.Op(emit.I32Sub)
				f.LocalSet(e)
				f.IncLocal(total, e)
				f.LocalGet(to)
				f.LocalGet(e)
				f.Load(emit.I32Store16, 0)
				f.Inc(x, 1)
				f.Inc(to, 2)
			})
			rem(local(k), 2).emit(f)
			f.If(func() {
				f.LocalGet(to)
				f.I32Const(0)
				f.Load(emit.I32Store16, 0)
			})
			f.LocalGet(y)
			f.LocalGet(total)
			f.Load(emit.I32Store, 0)
		}
	})
}

// Im2RowParams describes pictures [N, C, spatial…] of 8-bit integers of which
// each window becomes a row, as of Rows16, with K = (C ÷ Groups)·taps.
type Im2RowParams struct {
	Type                               graph.Type
	X, Y                               Int
	N                                  Int
	C, Groups                          int
	In, Out                            []Int // spatial extents
	Kernel, Strides, Dilations, Begins []int
	Zero                               *Int // what is subtracted; places outside are zero after that
}

// Im2Row appends a step that writes rows in the order [N][Groups][windows],
// each in the order (c, taps).
func (b *Builder) Im2Row(name string, p Im2RowParams) *emit.Func {
	f := b.M.Func(name, nil, nil)
	taps, plane := 1, num(1)
	for i, k := range p.Kernel {
		taps *= k
		plane = mul(plane, p.In[i].expr())
	}
	cg := p.C / p.Groups
	k := cg * taps
	picture, y := p.X.expr().into(f), p.Y.expr().into(f)
	planeBytes := plane.into(f)
	z, e, total, to, channel, x := f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32)
	if p.Zero != nil {
		p.Zero.Push(f)
		f.Load(scalarOf(p.Type).load, 0)
		f.LocalSet(z)
	}
	origin, here := f.Locals(emit.I32, len(p.In)), f.Locals(emit.I32, len(p.In))
	var tap func(i int)
	tap = func(i int) { // axes from i on
		if i < len(p.In) {
			f.Move(here[i], origin[i])
			f.Times(p.Kernel[i], func() {
				tap(i + 1)
				f.Inc(here[i], int32(p.Dilations[i]))
			})
			return
		}
		f.I32Const(0)
		f.LocalSet(e)
		for j := range p.In {
			f.LocalGet(here[j])
			p.In[j].Push(f)
			f.Op(emit.I32LtU)
			if j > 0 {
				f.Op(emit.I32And)
			}
		}
		f.If(func() {
			at := num(0)
			for j := range p.In {
				at = add(mul(at, p.In[j].expr()), local(here[j]))
			}
			add(at, local(x)).emit(f)
			f.Load(scalarOf(p.Type).load, 0)
			f.LocalGet(z)
			f.Op(emit.I32Sub)
			f.LocalSet(e)
		})
		f.IncLocal(total, e)
		f.LocalGet(to)
		f.LocalGet(e)
		f.Load(emit.I32Store16, 0)
		f.Inc(to, 2)
	}
	var window func(i int)
	window = func(i int) {
		if i < len(p.In) {
			f.I32Const(int32(-p.Begins[i]))
			f.LocalSet(origin[i])
			times(f, p.Out[i].expr(), func() {
				window(i + 1)
				f.Inc(origin[i], int32(p.Strides[i]))
			})
			return
		}
		add(local(y), num(4)).set(f, to)
		f.I32Const(0)
		f.LocalSet(total)
		f.Move(x, channel)
		f.Times(cg, func() {
			tap(0)
			f.IncLocal(x, planeBytes)
		})
		if k%2 == 1 {
			f.LocalGet(to)
			f.I32Const(0)
			f.Load(emit.I32Store16, 0)
		}
		f.LocalGet(y)
		f.LocalGet(total)
		f.Load(emit.I32Store, 0)
		f.Inc(y, int32(4+4*((k+1)/2)))
	}
	f.Move(channel, picture)
	times(f, p.N.expr(), func() {
		f.Times(p.Groups, func() {
			window(0)
			advance(f, channel, mul(local(planeBytes), num(cg)))
		})
	})
	return f
}

// panelBytes8 is the size of a panel of eight columns of 8-bit integers.
func panelBytes8(k Int) expr {
	return add(num(4*panelWidth), mul(div(add(k.expr(), num(1)), 2), num(2*panelWidth)))
}

// PackedMatrix8Size is the size in bytes of one matrix that PackMatrix8 writes.
func PackedMatrix8Size(k, n graph.Dim) graph.Dim {
	panels := graph.FloorDiv(graph.Add(n, graph.Num(panelWidth-1)), graph.Num(panelWidth))
	pairs := graph.FloorDiv(graph.Add(k, graph.Num(1)), graph.Num(2))
	return graph.Mul(panels, graph.Add(graph.Num(4*panelWidth), graph.Mul(pairs, graph.Num(2*panelWidth))))
}

// PackMatrix8 appends a step that arranges matrices of 8-bit integers for
// Gemm: a panel is [zero point i32×8][K ÷ 2][8][2]. Unsigned elements are
// shifted by 128. Zero points are left to PackZeros.
func (b *Builder) PackMatrix8(name string, t graph.Type, p PackMatrixParams) *emit.Func {
	f := b.M.Func(name, nil, nil)
	dst := p.Dst.expr().into(f)
	panel := panelBytes8(p.K).into(f)
	left, lanes, cell, from, n := f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32)
	row := f.Local(emit.I32)
	nest(f, axes(p.Batch, p.BatchStride), []emit.Local{p.Src.expr().into(f)}, func(at []emit.Local) {
		p.N.expr().set(f, left)
		f.Move(from, at[0])
		f.Loop(func(again emit.Label) {
			minOf(local(left), num(panelWidth)).set(f, lanes)
			add(local(dst), num(4*panelWidth)).set(f, cell)
			f.LocalGet(cell)
			f.I32Const(0)
			sub(local(panel), num(4*panelWidth)).emit(f)
			f.MemoryFill()
			f.Move(row, from)
			for odd := range 2 {
				b.copyPlane(f, 1, false, row, cell,
					axis{div(add(p.K.expr(), num(1-odd)), 2), []expr{mul(p.KStride.expr(), num(2)), num(2 * panelWidth)}},
					axis{local(lanes), []expr{p.NStride.expr(), num(2)}})
				advance(f, row, p.KStride.expr())
				f.Inc(cell, 1)
			}
			if t == graph.Uint8 {
				f.Inc(cell, -2)
				div(sub(local(panel), num(4*panelWidth)), 16).set(f, n)
				f.Repeat(n, func() {
					flipSigns(f, cell)
				})
			}
			advance(f, from, mul(p.NStride.expr(), num(panelWidth)))
			f.IncLocal(dst, panel)
			sub(local(left), num(panelWidth)).set(f, left)
			f.LocalGet(left)
			f.I32Const(0)
			f.Op(emit.I32GtS)
			f.BrIf(again)
		})
	})
	return f
}

// PackZeros appends a step that writes the zero points of a number of packed
// matrices. step is the distance in bytes between the columns' zero points, and
// batchStep between the matrices'; a nil src stands for zero.
func (b *Builder) PackZeros(name string, t graph.Type, src *Int, dst, matrices, k, n Int, step, batchStep Int) *emit.Func {
	f := b.M.Func(name, nil, nil)
	to, panel := dst.expr().into(f), panelBytes8(k).into(f)
	from, first, left, lanes, cell := f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32)
	if src != nil {
		src.expr().set(f, first)
	}
	bias := int32(0)
	if t == graph.Uint8 {
		bias = 128
	}
	times(f, matrices.expr(), func() {
		f.Move(from, first)
		n.expr().set(f, left)
		f.Loop(func(again emit.Label) {
			f.Move(cell, to)
			minOf(local(left), num(panelWidth)).set(f, lanes)
			f.Repeat(lanes, func() {
				f.LocalGet(cell)
				if src != nil {
					f.LocalGet(from)
					f.Load(scalarOf(t).load, 0)
					advance(f, from, step.expr())
				} else {
					f.I32Const(0)
				}
				f.AddConst(-bias)
				f.Load(emit.I32Store, 0)
				f.Inc(cell, 4)
			})
			f.IncLocal(to, panel)
			sub(local(left), num(panelWidth)).set(f, left)
			f.LocalGet(left)
			f.I32Const(0)
			f.Op(emit.I32GtS)
			f.BrIf(again)
		})
		advance(f, first, batchStep.expr())
	})
	return f
}

// flipSigns makes sixteen u8 at cell i8 that are 128 less, and goes on to the next.
func flipSigns(f *emit.Func, cell emit.Local) {
	f.LocalGet(cell)
	f.LocalGet(cell)
	f.Load(emit.V128Load, 0)
	f.V128Const(splat(1, 0x80))
	f.Op(emit.V128Xor)
	f.Load(emit.V128Store, 0)
	f.Inc(cell, 16)
}
