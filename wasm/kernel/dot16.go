package kernel

import (
	"github.com/dehug/dehug/wasm/emit"
	"github.com/dehug/dehug/wasm/graph"
)

// Dot16Params describes sums of products of i16 pictures, from which the zero
// point is subtracted, and 8-bit weights: a convolution without padding, or, of
// one row of pixels, a product of matrices.
type Dot16Params struct {
	X              Int // [N][rows][pixels][channels], i16; a pixel has Dot16Pixel bytes
	N, H, W        Int // of Y
	XRow, XPicture Int // bytes from a row, a picture, of X to the next one
	Weights        Int // what PackDot16 and PackZeros, or PackDepth16 and PackDepth16Zeros, fill
	C, OC          int
	KH, KW         int
	SH, SW, DH, DW int
	Depthwise      bool // one input channel for each output channel
	Y              Int  // pixels follow each other
	YPixel         int  // bytes; where it is more than 4·OC, a multiple of 16

	// Nil: sums are stored as i32. Otherwise the float of a sum is multiplied by
	// scale, one for all, or one for each output channel, and stored.
	Scale      *Int
	PerChannel bool
	Bias       *Int // f32 for each output channel, added after that
	Act        Act
}

// Dot16Pixel is the number of bytes of a pixel of c channels: the channels are
// followed by zeros up to an even number, or, depthwise, by any to fill a vector.
func Dot16Pixel(c int, depthwise bool) int {
	if depthwise {
		return 2 * roundUp(c, 8)
	}
	return 2 * roundUp(c, 2)
}

// Dot16WeightsSize is the size in bytes of packed weights: of panels [zero point
// i32×8][taps][C ÷ 2][8][2], or, depthwise, of vectors [taps][8] of i16.
func Dot16WeightsSize(oc, c, taps int, depthwise bool) int64 {
	if depthwise {
		return int64(panels8(oc) * taps * 16)
	}
	return int64(panels8(oc) * dot16Panel(c, taps))
}

func dot16Panel(c, taps int) int { return 4*panelWidth + taps*roundUp(c, 2)*panelWidth }

// dot16Rows is the number of pixels of a tile: their sums, a panel's weights and
// the zero points fill the registers; five pixels leave none for zero points.
const dot16Rows = 4

// dot16Cache is how much of X, in bytes, the panels pass over before the next
// piece: it stays in the second-level cache beside a panel.
const dot16Cache = 192 << 10

// Dot16 appends a step that computes sums exactly, modulo 2³², then float of a
// sum · scale + bias, then Act.
func (b *Builder) Dot16(name string, p Dot16Params) *emit.Func {
	f := b.M.Func(name, nil, nil)
	px := Dot16Pixel(p.C, p.Depthwise)
	pairs := px / 4
	run, kw := pairs, p.KW // pairs that are neighbours, and runs in a row of taps
	if p.DW == 1 && !p.Depthwise {
		run, kw = pairs*p.KW, 1
	}
	step := p.DW * px // from a run to the next one
	if kw == 1 && !p.Depthwise {
		step = 4 * run
	}
	skip := step - 4*run
	if p.Depthwise {
		skip = step
	}
	rowSkip := sub(mul(num(p.DH), p.XRow.expr()), num(kw*step))
	panel := dot16Panel(p.C, p.KH*p.KW)
	if p.Depthwise {
		panel = p.KH * p.KW * 16
	}
	macs := num(p.KH * p.KW * p.OC)
	if !p.Depthwise {
		macs = num(p.KH * p.KW * p.C * p.OC)
	}

	var optional [2]emit.Local
	for i, a := range []*Int{p.Scale, p.Bias} {
		optional[i] = f.Local(emit.I32)
		if a != nil {
			a.expr().set(f, optional[i])
		}
	}
	weights, scale, bias, cols := f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32)
	xStep, yStep := p.SW*px, p.YPixel
	// panels runs the panels over pixels of a number of rows.
	panels := func(x, y emit.Local, rows, pixels expr) {
		p.Weights.expr().set(f, weights)
		f.Move(scale, optional[0])
		f.Move(bias, optional[1])
		f.SetConst(cols, int32(p.YPixel/4))
		in, out, n, rest := f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32)
		channel := f.Local(emit.I32)
		f.SetConst(channel, 0)
		f.Times(panels8(p.OC), func() {
			tiles := func(zeros bool) {
				add(local(x), local(channel)).set(f, in)
				f.Move(out, y)
				times(f, rows, func() {
					at := []expr{local(in), num(xStep), local(weights), local(out), num(yStep)}
					walk := []expr{local(scale), local(bias), local(cols), num(p.KH), num(kw), num(run), num(skip), rowSkip}
					div(pixels, dot16Rows).set(f, n)
					positive(f, local(n), func() {
						call(f, b.dot16Tile(p, dot16Rows, zeros), append(append(at, local(n)), walk...)...)
					})
					rem(pixels, dot16Rows).set(f, rest)
					positive(f, local(rest), func() {
						mul(local(n), num(dot16Rows)).set(f, n)
						at[0], at[3] = add(at[0], mul(local(n), num(xStep))), add(at[3], mul(local(n), num(yStep)))
						call(f, b.dot16Tile(p, 1, zeros), append(append(at, local(rest)), walk...)...)
					})
					advance(f, in, mul(num(p.SH), p.XRow.expr()))
					advance(f, out, mul(pixels, num(yStep)))
				})
			}
			if p.Depthwise {
				tiles(false)
				f.Inc(channel, 16)
			} else {
				for i := range 2 {
					f.LocalGet(weights)
					f.Load(emit.V128Load, uint32(16*i))
				}
				f.Op(emit.V128Or, emit.V128AnyTrue)
				f.IfElse(func() { tiles(true) }, func() { tiles(false) })
			}
			f.Inc(weights, int32(panel))
			f.Inc(y, 4*panelWidth)
			if p.PerChannel {
				f.Inc(scale, 4*panelWidth)
			}
			f.Inc(bias, 4*panelWidth)
			f.Inc(cols, -panelWidth)
		})
		f.Inc(y, int32(-4*panelWidth*panels8(p.OC)))
	}

	x, y, left, piece := p.X.expr().into(f), p.Y.expr().into(f), f.Local(emit.I32), f.Local(emit.I32)
	pieces := func(n expr, atOnce expr, each func(piece emit.Local)) {
		n.set(f, left)
		f.Loop(func(again emit.Label) {
			minOf(local(left), atOnce).set(f, piece)
			each(piece)
			sub(local(left), local(piece)).set(f, left)
			f.LocalGet(left)
			f.BrIf(again)
		})
	}
	if h, ok := p.H.IsConst(); ok && h == 1 { // one row a picture: its pixels in pieces
		first, count := b.shareTiles(f, p.W.expr(), dot16Rows, macs, p.N.expr())
		others := b.others(p.W.expr(), first, count)
		atOnce := max(dot16Rows, dot16Cache/xStep/dot16Rows*dot16Rows)
		picture := p.X.expr().into(f)
		times(f, p.N.expr(), func() {
			add(local(picture), mul(first, num(xStep))).set(f, x)
			advance(f, y, mul(first, num(yStep)))
			pieces(count, num(atOnce), func(piece emit.Local) {
				panels(x, y, num(1), local(piece))
				advance(f, x, mul(local(piece), num(xStep)))
				advance(f, y, mul(local(piece), num(yStep)))
			})
			advance(f, y, mul(others, num(yStep)))
			advance(f, picture, p.XPicture.expr())
		})
		return f
	}
	first, count := b.share(f, p.H.expr(), macs, p.W.expr(), p.N.expr())
	others := b.others(p.H.expr(), first, count)
	rowX, rowY := mul(num(p.SH), p.XRow.expr()), mul(p.W.expr(), num(yStep))
	// Rows of a piece: as many as the cache holds, at least one.
	atOnce := f.Local(emit.I32)
	f.I32Const(dot16Cache)
	add(rowX, num(1)).emit(f)
	f.Op(emit.I32DivU)
	f.LocalSet(atOnce)
	maxOf(local(atOnce), num(1)).set(f, atOnce)
	picture := p.X.expr().into(f)
	times(f, p.N.expr(), func() {
		add(local(picture), mul(first, rowX)).set(f, x)
		advance(f, y, mul(first, rowY))
		pieces(count, local(atOnce), func(piece emit.Local) {
			panels(x, y, local(piece), p.W.expr())
			advance(f, x, mul(local(piece), rowX))
			advance(f, y, mul(local(piece), rowY))
		})
		advance(f, y, mul(others, rowY))
		advance(f, picture, p.XPicture.expr())
	})
	return f
}

// dot16Tile is the innermost kernel of Dot16: tiles of mr pixels × a panel. With
// zeros, the panel's zero points are subtracted from its weights.
func (b *Builder) dot16Tile(p Dot16Params, mr int, zeros bool) *emit.Func {
	float, bias := p.Scale != nil, p.Bias != nil
	return b.inner(key("dot16", mr, flag(zeros), flag(p.Depthwise), flag(float), flag(p.PerChannel), flag(bias), string(p.Act)), func(w *inner) {
		in, xStep, weights, out, yStep, tiles := w.param(), w.param(), w.param(), w.param(), w.param(), w.param()
		scale, biasAt, cols, kh, kw, run, runSkip, rowSkip := w.param(), w.param(), w.param(), w.param(), w.param(), w.param(), w.param(), w.param()
		w.body = func(f *emit.Func) {
			acc := make([][]emit.Local, mr)
			for i := range acc {
				acc[i] = f.Locals(emit.V128, 2)
			}
			bv, zv, av := f.Locals(emit.V128, 2), f.Locals(emit.V128, 2), f.Local(emit.V128)
			pa, pb := f.Locals(emit.I32, mr), f.Local(emit.I32)
			y, x, n := f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32)
			if zeros { // both halves of a lane
				for j := range zv {
					f.LocalGet(weights)
					f.Load(emit.V128Load, uint32(16*j))
					f.LocalSet(av)
					f.LocalGet(av)
					f.I32Const(16)
					f.Op(emit.I32x4Shl)
					f.LocalGet(av)
					f.V128Const(splat(4, 0xffff))
					f.Op(emit.V128And, emit.V128Or)
					f.LocalSet(zv[j])
				}
			}
			steps := func(count int) {
				b.touch(f, pb, count*16-1)
				b.touch(f, pa[mr-1], 4*count-1)
				for k := range count {
					for j := range bv {
						f.LocalGet(pb)
						f.Load(emit.V128Load8x8S, uint32(16*k+8*j))
						if zeros {
							f.LocalGet(zv[j])
							f.Op(emit.I16x8Sub)
						}
						f.LocalSet(bv[j])
					}
					for i := range acc {
						f.LocalGet(pa[i])
						b.loadSplat(f, 4*k) // no bits change
						f.LocalSet(av)
						for j := range bv {
							f.LocalGet(acc[i][j])
							f.LocalGet(av)
							f.LocalGet(bv[j])
							f.Op(emit.I32x4DotI16x8S, emit.I32x4Add)
							f.LocalSet(acc[i][j])
						}
					}
				}
				f.Inc(pb, int32(16*count))
				for i := range pa {
					f.Inc(pa[i], int32(4*count))
				}
			}
			vector := func() { // a tap of eight channels
				f.LocalGet(pb)
				f.Load(emit.V128Load, 0)
				f.LocalSet(bv[0])
				for i := range acc {
					f.LocalGet(pa[i])
					f.Load(emit.V128Load, 0)
					f.LocalSet(av)
					for j, op := range []emit.Op{emit.I32x4ExtmulLowI16x8S, emit.I32x4ExtmulHighI16x8S} {
						f.LocalGet(acc[i][j])
						f.LocalGet(av)
						f.LocalGet(bv[0])
						f.Op(op, emit.I32x4Add)
						f.LocalSet(acc[i][j])
					}
				}
				f.Inc(pb, 16)
			}
			f.CountDown(tiles, func() {
				for i := range pa {
					f.Move(pa[i], in)
					f.IncLocal(in, xStep)
				}
				f.Move(pb, weights)
				if !p.Depthwise {
					f.Inc(pb, 4*panelWidth)
				}
				for i := range acc {
					for _, v := range acc[i] {
						f.V128Zero()
						f.LocalSet(v)
					}
				}
				f.Move(y, kh)
				f.CountDown(y, func() {
					f.Move(x, kw)
					f.CountDown(x, func() {
						if p.Depthwise {
							vector()
						} else {
							const unroll = 4
							div(local(run), unroll).set(f, n)
							f.Repeat(n, func() { steps(unroll) })
							rem(local(run), unroll).set(f, n)
							f.Repeat(n, func() { steps(1) })
						}
						for i := range pa {
							f.IncLocal(pa[i], runSkip)
						}
					})
					for i := range pa {
						f.IncLocal(pa[i], rowSkip)
					}
				})
				if float {
					for j := range bv {
						f.LocalGet(scale)
						if p.PerChannel {
							f.Load(emit.V128Load, uint32(16*j))
						} else {
							f.Load(emit.V128Load32Splat, 0)
						}
						f.LocalSet(bv[j])
					}
				}
				for i := range acc {
					for j, v := range acc[i] {
						if float {
							f.LocalGet(v)
							f.Op(emit.F32x4ConvertI32x4S)
							f.LocalGet(bv[j])
							f.Op(emit.F32x4Mul)
							if bias {
								f.LocalGet(biasAt)
								f.Load(emit.V128Load, uint32(16*j))
								f.Op(emit.F32x4Add)
							}
							f.LocalSet(v)
							if p.Act != ActNone {
								b.write(f, epilogue{act: p.Act}, v, 0, 0, 0, 0)
							}
						}
						storeUpTo(f, v, out, 16*j, sub(local(cols), num(4*j)))
					}
					f.IncLocal(out, yStep)
				}
			})
		}
	})
}

// PackDot16Params describes 8-bit weights that Dot16 takes.
type PackDot16Params struct {
	Type                         graph.Type // Int8, Uint8
	Src, Dst                     Int
	OC, C, Taps                  int
	OCStride, CStride, TapStride int // bytes
}

// PackDot16 appends a step that arranges weights in panels. Unsigned ones are
// shifted by 128. Zero points are left to PackZeros, as of a matrix of
// Dot16Rows rows.
func (b *Builder) PackDot16(name string, p PackDot16Params) *emit.Func {
	f := b.M.Func(name, nil, nil)
	pairs, panel := roundUp(p.C, 2)/2, dot16Panel(p.C, p.Taps)
	from, dst, left := p.Src.expr().into(f), p.Dst.expr().into(f), f.Local(emit.I32)
	lanes, cell, tap, row, n := f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32)
	f.SetConst(left, int32(p.OC))
	f.Times(panels8(p.OC), func() {
		minOf(local(left), num(panelWidth)).set(f, lanes)
		add(local(dst), num(4*panelWidth)).set(f, cell)
		f.LocalGet(cell)
		f.I32Const(0)
		f.I32Const(int32(panel - 4*panelWidth))
		f.MemoryFill()
		f.Move(tap, from)
		f.Times(p.Taps, func() {
			f.Move(row, tap)
			for odd := range 2 {
				b.copyPlane(f, 1, false, row, cell,
					axis{num((p.C + 1 - odd) / 2), []expr{num(2 * p.CStride), num(2 * panelWidth)}},
					axis{local(lanes), []expr{num(p.OCStride), num(2)}})
				f.Inc(row, int32(p.CStride))
				f.Inc(cell, 1)
			}
			f.Inc(cell, int32(2*panelWidth*pairs-2))
			f.Inc(tap, int32(p.TapStride))
		})
		if p.Type == graph.Uint8 {
			add(local(dst), num(4*panelWidth)).set(f, cell)
			f.SetConst(n, int32((panel-4*panelWidth)/16))
			f.CountDown(n, func() {
				flipSigns(f, cell)
			})
		}
		f.Inc(from, int32(panelWidth*p.OCStride))
		f.Inc(dst, int32(panel))
		f.Inc(left, -panelWidth)
	})
	return f
}

// Dot16Rows is the number of rows of the matrix whose panels have the size of
// Dot16's.
func Dot16Rows(c, taps int) int { return taps * roundUp(c, 2) }

// PackDepth16 appends a step that arranges weights [OC][taps] as vectors of i16.
func (b *Builder) PackDepth16(name string, p PackDot16Params) *emit.Func {
	return b.depth16(name, p, func(f *emit.Func, from, to emit.Local) {
		f.LocalGet(from)
		f.Load(scalarOf(p.Type).load, 0)
	})
}

// PackDepth16Zeros appends a step that subtracts the weights' zero points at
// p.Src, one for all or, with an OCStride, one for each channel.
func (b *Builder) PackDepth16Zeros(name string, p PackDot16Params) *emit.Func {
	return b.depth16(name, p, func(f *emit.Func, from, to emit.Local) {
		f.LocalGet(to)
		f.Load(emit.I32Load16S, 0)
		f.LocalGet(from)
		f.Load(scalarOf(p.Type).load, 0)
		f.Op(emit.I32Sub)
	})
}

func (b *Builder) depth16(name string, p PackDot16Params, value func(f *emit.Func, from, to emit.Local)) *emit.Func {
	f := b.M.Func(name, nil, nil)
	channel, from, to, lane := p.Src.expr().into(f), f.Local(emit.I32), f.Local(emit.I32), p.Dst.expr().into(f)
	end := f.Local(emit.I32)
	add(local(lane), num(2*panelWidth)).set(f, end)
	f.Times(p.OC, func() {
		f.Move(from, channel)
		f.Move(to, lane)
		f.Times(p.Taps, func() {
			f.LocalGet(to)
			value(f, from, to)
			f.Load(emit.I32Store16, 0)
			f.Inc(from, int32(p.TapStride))
			f.Inc(to, 2*panelWidth)
		})
		f.Inc(channel, int32(p.OCStride))
		f.Inc(lane, 2)
		f.LocalGet(lane)
		f.LocalGet(end)
		f.Op(emit.I32Eq)
		f.If(func() {
			f.Inc(lane, int32(2*panelWidth*(p.Taps-1)))
			f.Inc(end, int32(2*panelWidth*p.Taps))
		})
	})
	return f
}
