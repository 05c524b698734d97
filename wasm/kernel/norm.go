package kernel

import "github.com/dehug/dehug/wasm/emit"

// row walks n neighbouring f32 elements four at a time. The last elements, as
// many as rest counts, come with tail set; what lies behind them may be read.
type row struct {
	n, whole, rest, mask emit.Local
}

func newRow(f *emit.Func, n expr) row {
	r := row{n: f.Local(emit.I32)}
	r.whole, r.rest = div(n, 4).into(f), rem(n, 4).into(f)
	r.mask = b128(f, r.rest)
	return r
}

func (r row) each(f *emit.Func, at []emit.Local, body func(tail bool)) {
	f.Move(r.n, r.whole)
	f.Repeat(r.n, func() {
		body(false)
		for _, p := range at {
			f.Inc(p, 16)
		}
	})
	f.LocalGet(r.rest)
	f.If(func() { body(true) })
}

// store writes v at the pointer: all lanes, or the first of the tail.
func (r row) store(f *emit.Func, at, v emit.Local, tail bool) {
	if !tail {
		storeLanes(f, v, at, 0, 4)
		return
	}
	f.Move(r.n, r.rest)
	p := f.Local(emit.I32)
	f.Move(p, at)
	f.CountDown(r.n, func() {
		storeLanes(f, v, p, 0, 1)
		f.LocalGet(v)
		f.LocalGet(v)
		f.I32x4Shuffle(1, 2, 3, 0)
		f.LocalSet(v)
		f.Inc(p, 4)
	})
}

// load sets v; lanes behind the tail become zero.
func (r row) load(f *emit.Func, v, at emit.Local, tail bool) {
	f.LocalGet(at)
	f.Load(emit.V128Load, 0)
	r.clear(f, tail)
	f.LocalSet(v)
}

// clear zeroes the lanes behind the tail of the vector on the stack.
func (r row) clear(f *emit.Func, tail bool) {
	if tail {
		f.LocalGet(r.mask)
		f.Op(emit.V128And)
	}
}

// fold leaves ((p0∘p2)∘(p1∘p3)) of a vector of partials in all its lanes.
func fold(f *emit.Func, acc emit.Local, op emit.Op) {
	for _, l := range [][4]byte{{2, 3, 0, 1}, {1, 0, 3, 2}} {
		f.LocalGet(acc)
		f.LocalGet(acc)
		f.LocalGet(acc)
		f.I32x4Shuffle(l[0], l[1], l[2], l[3])
		f.Op(op)
		f.LocalSet(acc)
	}
}

// SoftmaxParams describes softmax, or its logarithm, of f32 along one axis.
type SoftmaxParams struct {
	Columns
	X, Y       Int
	RowX, RowY Int // bytes from one run of Outer to the next
	Log        bool
}

// Softmax appends a step that computes e/Σe with e = exp4(x − m), negative,
// where m is the greatest element that is not NaN, by multiplying with 1/Σe;
// with Log it computes (x − m) − log Σe, the logarithm in f64. Where Inner is
// one, element i of a run is added to partial i mod 4, and Σe is (p0+p2) +
// (p1+p3); otherwise one sum takes the elements in ascending order.
func (b *Builder) Softmax(name string, p SoftmaxParams) *emit.Func {
	f := b.M.Func(name, nil, nil)
	x, y := p.X.expr().into(f), p.Y.expr().into(f)
	rows := false
	if v, ok := p.Inner.IsConst(); ok {
		rows = v == 1
	}
	first, outer := b.share(f, p.Outer.expr(), p.N.expr(), p.Inner.expr(), num(8))
	advance(f, x, mul(first, p.RowX.expr()))
	advance(f, y, mul(first, p.RowY.expr()))
	times(f, outer, func() {
		if rows {
			call(f, b.softmaxRow(p.Log), local(x), local(y), p.N.expr())
		} else {
			call(f, b.softmaxColumns(p.Log), local(x), local(y), p.N.expr(), p.Inner.expr())
		}
		advance(f, x, p.RowX.expr())
		advance(f, y, p.RowY.expr())
	})
	return f
}

// logLanes replaces each lane of v by its logarithm, computed in f64.
func (b *Builder) logLanes(f *emit.Func, v emit.Local, lanes int) {
	log := b.log64()
	for i := range lanes {
		f.LocalGet(v)
		f.LocalGet(v)
		f.Lane(emit.F32x4ExtractLane, byte(i))
		f.Op(emit.F64PromoteF32)
		f.Call(log)
		f.Op(emit.F32DemoteF64)
		f.Lane(emit.F32x4ReplaceLane, byte(i))
		f.LocalSet(v)
	}
}

func (b *Builder) softmaxRow(log bool) *emit.Func {
	return b.inner(key("softmax row", flag(log)), func(w *inner) {
		x, y, n := w.param(), w.param(), w.param()
		w.body = func(f *emit.Func) {
			r := newRow(f, local(n))
			px, py := f.Local(emit.I32), f.Local(emit.I32)
			m, s, v := f.Local(emit.V128), f.Local(emit.V128), f.Local(emit.V128)
			t := [2]emit.Local{f.Local(emit.V128), f.Local(emit.V128)}
			b.splat4(f, minusInf32)
			f.LocalSet(m)
			f.Move(px, x)
			r.each(f, []emit.Local{px}, func(tail bool) {
				f.LocalGet(m)
				f.LocalGet(px)
				f.Load(emit.V128Load, 0)
				if tail {
					f.LocalGet(m)
					f.LocalGet(r.mask)
					f.Op(emit.V128Bitselect)
				}
				f.Op(emit.F32x4Pmax)
				f.LocalSet(m)
			})
			fold(f, m, emit.F32x4Pmax)
			f.Move(px, x)
			f.Move(py, y)
			pointers := []emit.Local{px, py}
			if log {
				pointers = pointers[:1]
			}
			r.each(f, pointers, func(tail bool) {
				f.LocalGet(px)
				f.Load(emit.V128Load, 0)
				f.LocalGet(m)
				f.Op(emit.F32x4Sub)
				f.LocalSet(v)
				b.exp4(f, v, t, true)
				f.LocalGet(s)
				f.LocalGet(v)
				r.clear(f, tail)
				f.Op(emit.F32x4Add)
				f.LocalSet(s)
				if !log {
					r.store(f, py, v, tail)
				}
			})
			fold(f, s, emit.F32x4Add)
			if log {
				b.logLanes(f, s, 1)
				f.LocalGet(s)
				f.Lane(emit.F32x4ExtractLane, 0)
				f.Op(emit.F32x4Splat)
				f.LocalSet(s)
			} else {
				b.splat4(f, one4)
				f.LocalGet(s)
				f.Op(emit.F32x4Div)
				f.LocalSet(s)
			}
			f.Move(px, x)
			f.Move(py, y)
			r.each(f, []emit.Local{px, py}, func(tail bool) {
				if log {
					f.LocalGet(px)
					f.Load(emit.V128Load, 0)
					f.LocalGet(m)
					f.Op(emit.F32x4Sub)
					f.LocalGet(s)
					f.Op(emit.F32x4Sub)
				} else {
					f.LocalGet(py)
					f.Load(emit.V128Load, 0)
					f.LocalGet(s)
					f.Op(emit.F32x4Mul)
				}
				f.LocalSet(v)
				r.store(f, py, v, tail)
			})
		}
	})
}

// softmaxColumns returns the function for inner neighbouring runs.
func (b *Builder) softmaxColumns(log bool) *emit.Func {
	return b.inner(key("softmax columns", flag(log)), func(w *inner) {
		x, y, n, inner := w.param(), w.param(), w.param(), w.param()
		w.body = func(f *emit.Func) {
			px, py, k, stride, left := f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32)
			m, s, v := f.Local(emit.V128), f.Local(emit.V128), f.Local(emit.V128)
			t := [2]emit.Local{f.Local(emit.V128), f.Local(emit.V128)}
			mul(local(inner), num(4)).set(f, stride)
			group := func(load emit.MemOp, lanes int) {
				pass := func(body func()) {
					f.Move(px, x)
					f.Move(py, y)
					f.Move(k, n)
					f.Repeat(k, func() {
						f.LocalGet(px)
						f.Load(load, 0)
						f.LocalSet(v)
						body()
						f.IncLocal(px, stride)
						f.IncLocal(py, stride)
					})
				}
				less := func() {
					f.LocalGet(v)
					f.LocalGet(m)
					f.Op(emit.F32x4Sub)
					f.LocalSet(v)
				}
				b.splat4(f, minusInf32)
				f.LocalSet(m)
				pass(func() {
					f.LocalGet(m)
					f.LocalGet(v)
					f.Op(emit.F32x4Pmax)
					f.LocalSet(m)
				})
				f.V128Zero()
				f.LocalSet(s)
				pass(func() {
					less()
					b.exp4(f, v, t, true)
					f.LocalGet(s)
					f.LocalGet(v)
					f.Op(emit.F32x4Add)
					f.LocalSet(s)
					if !log {
						storeLanes(f, v, py, 0, lanes)
					}
				})
				if log {
					b.logLanes(f, s, lanes)
				} else {
					b.splat4(f, one4)
					f.LocalGet(s)
					f.Op(emit.F32x4Div)
					f.LocalSet(s)
				}
				pass(func() {
					if log {
						less()
						f.LocalGet(v)
						f.LocalGet(s)
						f.Op(emit.F32x4Sub)
					} else {
						f.LocalGet(py)
						f.Load(load, 0)
						f.LocalGet(s)
						f.Op(emit.F32x4Mul)
					}
					f.LocalSet(v)
					storeLanes(f, v, py, 0, lanes)
				})
				f.Inc(x, int32(4*lanes))
				f.Inc(y, int32(4*lanes))
			}
			div(local(inner), 4).set(f, left)
			f.Repeat(left, func() { group(emit.V128Load, 4) })
			rem(local(inner), 4).set(f, left)
			f.Repeat(left, func() { group(emit.V128Load32Splat, 1) })
		}
	})
}

// NormalizeParams describes a normalisation of f32 rows.
type NormalizeParams struct {
	X, Y       Int
	Rows, Size Int // elements of a row
	// A row has Segments of Segment elements. Row i reads Scale and Bias from
	// element (i mod Cycle)·Segments on: one for each segment, or with
	// PerElement, where Segment is 1, one for each element.
	Cycle, Segments, Segment Int
	PerElement               bool
	Scale, Bias              *Int
	Mean, Inverse            *Int // optional results, one element a row
	Epsilon                  uint32
	RMS                      bool // the mean counts as zero
}

// Normalize appends a step that computes (x − mean)·inv·scale + bias with
// inv = 1/√(v + Epsilon), where v is the mean of the squares of x − mean.
// Element i of a row is added to partial i mod 4, and a sum is (p0+p2) + (p1+p3).
func (b *Builder) Normalize(name string, p NormalizeParams) *emit.Func {
	f := b.M.Func(name, nil, nil)
	g := b.normalizeRow(p)
	x, y, row := p.X.expr().into(f), p.Y.expr().into(f), f.Local(emit.I32)
	var optional [4]emit.Local
	for i, a := range []*Int{p.Scale, p.Bias, p.Mean, p.Inverse} {
		optional[i] = f.Local(emit.I32)
		if a != nil {
			a.expr().set(f, optional[i])
		}
	}
	first, rows := b.share(f, p.Rows.expr(), p.Size.expr(), num(8))
	advance(f, x, mul(first, p.Size.expr(), num(4)))
	advance(f, y, mul(first, p.Size.expr(), num(4)))
	advance(f, optional[2], mul(first, num(4)))
	advance(f, optional[3], mul(first, num(4)))
	if v, ok := p.Cycle.IsConst(); b.division.on && (!ok || v != 1) {
		binop(emit.I32RemU, first, p.Cycle.expr()).set(f, row)
	}
	times(f, rows, func() {
		args := []expr{local(x), local(y), p.Size.expr(), p.Segments.expr(), p.Segment.expr()}
		off := mul(local(row), p.Segments.expr(), num(4)).into(f)
		for i, a := range []*Int{p.Scale, p.Bias, p.Mean, p.Inverse} {
			switch {
			case a == nil:
			case i < 2:
				args = append(args, add(local(optional[i]), local(off)))
			default:
				args = append(args, local(optional[i]))
			}
		}
		call(f, g, args...)
		advance(f, x, mul(p.Size.expr(), num(4)))
		advance(f, y, mul(p.Size.expr(), num(4)))
		f.Inc(optional[2], 4)
		f.Inc(optional[3], 4)
		f.Inc(row, 1)
		f.LocalGet(row) // 0 after the last of a cycle
		f.I32Const(0)
		f.LocalGet(row)
		p.Cycle.expr().emit(f)
		f.Op(emit.I32LtU, emit.Select)
		f.LocalSet(row)
	})
	return f
}

func (b *Builder) normalizeRow(p NormalizeParams) *emit.Func {
	has := func(a *Int) int { return flag(a != nil) }
	eps := int(p.Epsilon)
	return b.inner(key("normalize", flag(p.RMS), flag(p.PerElement), eps, []int{has(p.Scale), has(p.Bias), has(p.Mean), has(p.Inverse)}), func(w *inner) {
		x, y, n, segments, segment := w.param(), w.param(), w.param(), w.param(), w.param()
		scale, bias := w.paramIf(p.Scale != nil), w.paramIf(p.Bias != nil)
		mean, inverse := w.paramIf(p.Mean != nil), w.paramIf(p.Inverse != nil)
		w.body = func(f *emit.Func) {
			px, py := f.Local(emit.I32), f.Local(emit.I32)
			m, s, v := f.Local(emit.V128), f.Local(emit.V128), f.Local(emit.V128)
			count, inv := f.Local(emit.V128), f.Local(emit.V128)
			sv, bv := f.Local(emit.V128), f.Local(emit.V128)
			r := newRow(f, local(n))
			f.LocalGet(n)
			f.Op(emit.I32x4Splat, emit.F32x4ConvertI32x4U)
			f.LocalSet(count)
			average := func() { // s becomes its sum over count
				fold(f, s, emit.F32x4Add)
				f.LocalGet(s)
				f.LocalGet(count)
				f.Op(emit.F32x4Div)
				f.LocalSet(s)
			}
			if !p.RMS {
				f.Move(px, x)
				r.each(f, []emit.Local{px}, func(tail bool) {
					r.load(f, v, px, tail)
					f.LocalGet(s)
					f.LocalGet(v)
					f.Op(emit.F32x4Add)
					f.LocalSet(s)
				})
				average()
				f.Move(m, s)
			}
			centred := func() { // v = x − mean
				f.LocalGet(px)
				f.Load(emit.V128Load, 0)
				if !p.RMS {
					f.LocalGet(m)
					f.Op(emit.F32x4Sub)
				}
			}
			f.V128Zero()
			f.LocalSet(s)
			f.Move(px, x)
			r.each(f, []emit.Local{px}, func(tail bool) {
				centred()
				r.clear(f, tail)
				f.LocalSet(v)
				f.LocalGet(s)
				f.LocalGet(v)
				f.LocalGet(v)
				f.Op(emit.F32x4Mul, emit.F32x4Add)
				f.LocalSet(s)
			})
			average()
			b.splat4(f, one4)
			f.LocalGet(s)
			b.splat4(f, p.Epsilon)
			f.Op(emit.F32x4Add, emit.F32x4Sqrt, emit.F32x4Div)
			f.LocalSet(inv)
			if p.Mean != nil {
				storeLanes(f, m, mean, 0, 1)
			}
			if p.Inverse != nil {
				storeLanes(f, inv, inverse, 0, 1)
			}
			f.Move(px, x)
			f.Move(py, y)
			apply := func(r row, pointers []emit.Local, each bool) {
				r.each(f, pointers, func(tail bool) {
					centred()
					f.LocalGet(inv)
					f.Op(emit.F32x4Mul)
					for _, o := range []struct {
						on *Int
						at emit.Local
						v  emit.Local
						op emit.Op
					}{{p.Scale, scale, sv, emit.F32x4Mul}, {p.Bias, bias, bv, emit.F32x4Add}} {
						if o.on == nil {
							continue
						}
						if each {
							f.LocalGet(o.at)
							f.Load(emit.V128Load, 0)
						} else {
							f.LocalGet(o.v)
						}
						f.Op(o.op)
					}
					f.LocalSet(v)
					r.store(f, py, v, tail)
				})
			}
			if p.PerElement {
				pointers := []emit.Local{px, py}
				if p.Scale != nil {
					pointers = append(pointers, scale)
				}
				if p.Bias != nil {
					pointers = append(pointers, bias)
				}
				apply(r, pointers, true)
				return
			}
			seg := newRow(f, local(segment))
			f.Repeat(segments, func() {
				for _, o := range []struct {
					on    *Int
					at, v emit.Local
				}{{p.Scale, scale, sv}, {p.Bias, bias, bv}} {
					if o.on != nil {
						f.LocalGet(o.at)
						f.Load(emit.V128Load32Splat, 0)
						f.LocalSet(o.v)
						f.Inc(o.at, 4)
					}
				}
				apply(seg, []emit.Local{px, py}, false)
				for _, q := range []emit.Local{px, py} { // past the tail
					add(local(q), mul(local(seg.rest), num(4))).set(f, q)
				}
			})
		}
	})
}

// ChannelsParams describes x·a + b on f32 [N, C, Inner], with a and b for each
// channel.
type ChannelsParams struct {
	X, Y           Int
	N, C, Inner    Int
	PixelX, PixelY int // not 0: channels lie innermost, in pixels of so many bytes
	// Table holds a, and Summands bytes later b, each in whole vectors.
	Table, Summands        Int
	Scale, Bias, Mean, Var Int // addresses of C elements
	Epsilon                uint32
}

// ChannelFactors appends a step that fills the table of Channels:
// a = scale / √(var + Epsilon), b = bias − mean·a.
func (b *Builder) ChannelFactors(name string, p ChannelsParams) *emit.Func {
	f := b.M.Func(name, nil, nil)
	at, a := f.Local(emit.I32), f.Local(emit.V128)
	load := func(from Int) {
		add(from.expr(), local(at)).emit(f)
		f.Load(emit.V128Load, 0)
	}
	times(f, div(add(p.C.expr(), num(3)), 4), func() {
		load(p.Scale)
		load(p.Var)
		b.splat4(f, p.Epsilon)
		f.Op(emit.F32x4Add, emit.F32x4Sqrt, emit.F32x4Div)
		f.LocalSet(a)
		add(p.Table.expr(), local(at)).emit(f)
		f.LocalGet(a)
		f.Load(emit.V128Store, 0)
		add(p.Table.expr(), p.Summands.expr(), local(at)).emit(f)
		load(p.Bias)
		load(p.Mean)
		f.LocalGet(a)
		f.Op(emit.F32x4Mul, emit.F32x4Sub)
		f.Load(emit.V128Store, 0)
		f.Inc(at, 16)
	})
	return f
}

// Channels appends a step that computes x·a + b.
func (b *Builder) Channels(name string, p ChannelsParams) *emit.Func {
	f := b.M.Func(name, nil, nil)
	x, y := p.X.expr().into(f), p.Y.expr().into(f)
	g := b.inner(key("channels", flag(p.PixelX != 0)), func(w *inner) {
		x, y, n, a, s := w.param(), w.param(), w.param(), w.param(), w.param()
		w.body = func(f *emit.Func) {
			v, av, sv := f.Local(emit.V128), f.Local(emit.V128), f.Local(emit.V128)
			splats := func() {
				for _, o := range [][2]emit.Local{{av, a}, {sv, s}} {
					f.LocalGet(o[1])
					f.Load(emit.V128Load32Splat, 0)
					f.LocalSet(o[0])
				}
			}
			apply := func() {
				f.LocalGet(x)
				f.Load(emit.V128Load, 0)
				f.LocalGet(av)
				f.Op(emit.F32x4Mul)
				f.LocalGet(sv)
				f.Op(emit.F32x4Add)
				f.LocalSet(v)
			}
			if p.PixelX != 0 { // n counts vectors of channels
				f.Repeat(n, func() {
					for _, o := range [][2]emit.Local{{av, a}, {sv, s}} {
						f.LocalGet(o[1])
						f.Load(emit.V128Load, 0)
						f.LocalSet(o[0])
					}
					apply()
					storeLanes(f, v, y, 0, 4)
					for _, q := range []emit.Local{x, y, a, s} {
						f.Inc(q, 16)
					}
				})
				return
			}
			splats()
			r := newRow(f, local(n))
			r.each(f, []emit.Local{x, y}, func(tail bool) {
				apply()
				r.store(f, y, v, tail)
			})
		}
	})
	a := p.Table.expr()
	if p.PixelX != 0 {
		first, pixels := b.share(f, mul(p.N.expr(), p.Inner.expr()), p.C.expr(), num(2))
		advance(f, x, mul(first, num(p.PixelX)))
		advance(f, y, mul(first, num(p.PixelY)))
		times(f, pixels, func() {
			call(f, g, local(x), local(y), div(add(p.C.expr(), num(3)), 4), a, add(a, p.Summands.expr()))
			f.Inc(x, int32(p.PixelX))
			f.Inc(y, int32(p.PixelY))
		})
		return f
	}
	at := f.Local(emit.I32)
	times(f, p.N.expr(), func() {
		a.set(f, at)
		times(f, p.C.expr(), func() {
			call(f, g, local(x), local(y), p.Inner.expr(), local(at), add(local(at), p.Summands.expr()))
			advance(f, x, mul(p.Inner.expr(), num(4)))
			advance(f, y, mul(p.Inner.expr(), num(4)))
			f.Inc(at, 4)
		})
	})
	return f
}

// LocalResponseParams describes LRN on f32; N of Columns counts channels.
type LocalResponseParams struct {
	Columns
	X, Y              Int
	Size              int
	Alpha, Beta, Bias uint32 // float32 bits
}

// LocalResponse appends a step that divides each element by
// (bias + alpha/size·Σ)^beta in f64, where Σ takes the squares of the elements
// in the channels from c − ⌊(size−1)/2⌋ to c + ⌈(size−1)/2⌉ in order.
func (b *Builder) LocalResponse(name string, p LocalResponseParams) *emit.Func {
	f := b.M.Func(name, nil, nil)
	float := func(f *emit.Func, bits uint32) {
		f.F32Const(bits)
		f.Op(emit.F64PromoteF32)
	}
	g := b.inner(key("local response", p.Size, int(p.Alpha), int(p.Beta), int(p.Bias)), func(w *inner) {
		x, y, n, stride := w.param(), w.param(), w.param(), w.param()
		w.body = func(f *emit.Func) {
			c, k, at := f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32)
			sum, v := f.Local(emit.F64), f.Local(emit.F64)
			first, last := f.Local(emit.I32), f.Local(emit.I32)
			load := func(at emit.Local) {
				f.LocalGet(at)
				f.Load(emit.F32Load, 0)
				f.Op(emit.F64PromoteF32)
			}
			place := f.Local(emit.I32)
			f.Move(place, x)
			f.Loop(func(again emit.Label) {
				maxOf(num(0), sub(local(c), num((p.Size-1)/2))).set(f, first)
				minOf(local(n), add(local(c), num(p.Size/2+1))).set(f, last)
				sub(local(last), local(first)).set(f, k)
				add(local(x), mul(local(first), local(stride))).set(f, at)
				f.F64Const(0)
				f.LocalSet(sum)
				f.CountDown(k, func() {
					load(at)
					f.LocalTee(v)
					f.LocalGet(v)
					f.Op(emit.F64Mul)
					f.LocalGet(sum)
					f.Op(emit.F64Add)
					f.LocalSet(sum)
					f.IncLocal(at, stride)
				})
				f.LocalGet(y)
				load(place)
				float(f, p.Beta)
				float(f, p.Bias)
				float(f, p.Alpha)
				f.I32Const(int32(p.Size))
				f.Op(emit.F64ConvertI32S, emit.F64Div)
				f.LocalGet(sum)
				f.Op(emit.F64Mul, emit.F64Add)
				f.Call(b.log64())
				f.Op(emit.F64Mul)
				f.Call(b.exp64())
				f.Op(emit.F64Div, emit.F32DemoteF64)
				f.Load(emit.F32Store, 0)
				f.IncLocal(place, stride)
				f.IncLocal(y, stride)
				f.Inc(c, 1)
				f.LocalGet(c)
				f.LocalGet(n)
				f.Op(emit.I32LtU)
				f.BrIf(again)
			})
		}
	})
	n := p.N.expr()
	p.each(f, []Int{p.X, p.Y}, []int{4, 4}, []expr{n, n}, func(at []emit.Local) {
		call(f, g, local(at[0]), local(at[1]), n, mul(p.Inner.expr(), num(4)))
	})
	return f
}
