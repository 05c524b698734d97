package kernel

import "github.com/dehug/dehug/wasm/emit"

// DepthwiseWeightsSize is the size in bytes of the weights that Depthwise reads.
func DepthwiseWeightsSize(c, kh, kw int) int64 {
	return 16 * int64(roundUp(c, 4)/4) * (1 + int64(kh)*int64(kw))
}

// Depthwise appends a step that convolves each channel by itself. Each output
// is bias, then + x·w in ascending ky, kx over the taps inside the picture;
// then the residual is added, then Act applied.
func (b *Builder) Depthwise(name string, p DepthwiseParams) *emit.Func {
	return b.window(name, window{
		x: p.X, y: p.Y, kh: p.KH, kw: p.KW, sh: p.SH, sw: p.SW, dh: p.DH, dw: p.DW, pt: p.PT, pl: p.PL,
		weights: p.Weights, res: p.Res, late: p.Late, act: p.Act, table: p.Table,
	})
}

// MaxPool appends a step that takes the greatest value of each window. Starting
// with the first tap inside the picture, in ascending ky, kx, a tap replaces
// the value when value < tap (so a NaN stays only when it comes first, and the
// first of two equal zeros wins). A window without taps gives −∞.
func (b *Builder) MaxPool(name string, p PoolParams) *emit.Func {
	return b.window(name, window{
		x: p.X, y: p.Y, kh: p.KH, kw: p.KW, sh: p.SH, sw: p.SW, dh: p.DH, dw: p.DW, pt: p.PT, pl: p.PL,
		pool: true, act: p.Act,
	})
}

// window is an operation that slides over pictures and treats every channel
// alike: a depthwise convolution or a max-pool.
type window struct {
	x, y                           Image
	kh, kw, sh, sw, dh, dw, pt, pl int
	pool                           bool
	weights                        uint32
	res                            *Image
	late                           bool
	act                            Act
	table                          *Int
}

// blockWidth is the number of outputs along a row that one block computes. Its
// accumulators, a row of weights, a column and a product stay in 15 registers.
// On a Xeon (Sapphire Rapids) depthwise3x3-24-64 runs at 33 Gop/s in Chromium
// 156 (fast: 44) and at 22 in wazero.
func (w window) blockWidth() int {
	if w.pool {
		return 8
	}
	return min(8, 13-w.kw)
}

// fixed reports whether blocks with a row of weights in registers are possible.
func (w window) fixed() bool { return w.pool || w.blockWidth() >= 2 }

// block is the innermost kernel: width neighbouring outputs × one vector of
// channels, repeated over vectors of channels.
type block struct {
	window
	epi epilogue
	// Of the columns that the block's windows cover, those from lo up to lim
	// lie inside the picture.
	width, lo, lim int
	apart          distances // between columns, outputs, residuals; zero when they are parameters
	// edge is the kernel for a single output whose range of kx is known only
	// at run time.
	edge bool
}

// span is the number of columns that width windows cover.
func (w window) span(width int) int { return (width-1)*w.sw + (w.kw-1)*w.dw + 1 }

// vectorRun is a series of channel vectors with the same epilogue.
type vectorRun struct {
	first, count int
	epi          epilogue
}

func (w window) vectorRuns() []vectorRun {
	var runs []vectorRun
	for v := 0; 4*v < w.y.C; v++ {
		e := epilogue{store: 4, act: w.act, late: w.late}
		if w.res != nil {
			e.res = lanesAt(w.res.C, 4*v)
		}
		if n := len(runs); n > 0 && runs[n-1].epi == e {
			runs[n-1].count++
			continue
		}
		runs = append(runs, vectorRun{v, 1, e})
	}
	return runs
}

func (b *Builder) window(name string, w window) *emit.Func {
	if w.x.C != w.y.C || w.x.Stride%4 != 0 || w.y.Stride%4 != 0 || w.res != nil && w.res.Stride%4 != 0 {
		panic("kernel: a window needs equal channels in and out and pixels of whole vectors")
	}
	f := b.M.Func(name, nil, nil)
	pass := b.actPass(maxInlineOps, &w.act, &w.res, &w.late, w.table, w.y)
	ps, ops := 4*w.x.Stride, 4*w.y.Stride
	rps := 0
	out, res := w.y.Addr.expr().into(f), f.Local(emit.I32)
	if w.res != nil {
		rps = 4 * w.res.Stride
		w.res.Addr.expr().set(f, res)
	}
	late := f.Local(emit.I32)
	if pass.res != nil {
		pass.res.Addr.expr().set(f, late)
	}
	rs := mul(num(ps), w.x.W.expr())
	picture := w.x.Addr.expr().into(f)
	top, ky, rows, first := f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32)

	// one calls a block kernel for every channel vector at one position of the row.
	one := func(k block, in expr, x expr, kx, taps expr) {
		pin, px := in.into(f), x.into(f)
		for _, r := range w.vectorRuns() {
			k.epi = r.epi
			args := []expr{
				add(local(pin), num(16*r.first)), local(rows), rs,
				add(local(out), mul(local(px), num(ops)), num(16*r.first)), num(r.count),
			}
			if b.Profile == Wazero && !k.edge {
				k.apart = distances{ps, ops, rps}
			} else {
				args = append(args, num(ps), num(ops))
			}
			if !w.pool {
				vector := 16 * (1 + w.kh*w.kw)
				args = append(args, num(int(w.weights)+r.first*vector),
					add(mul(local(ky), num(16*w.kw)), mul(kx, num(16)), num(16)))
			}
			if r.epi.res > 0 {
				args = append(args, add(local(res), mul(local(px), num(rps)), num(16*r.first)))
				if k.apart == (distances{}) {
					args = append(args, num(rps))
				}
			}
			if k.edge {
				args = append(args, taps)
			}
			call(f, b.block(k), args...)
		}
	}
	// edges calls the edge kernel for outputs x ≤ … < end.
	edges := func(from, end expr) {
		x, stop := from.into(f), end.into(f)
		column, kx, taps := f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32)
		f.Block(func(done emit.Label) {
			f.Loop(func(again emit.Label) {
				f.LocalGet(x)
				f.LocalGet(stop)
				f.Op(emit.I32GeS)
				f.BrIf(done)
				sub(mul(local(x), num(w.sw)), num(w.pl)).set(f, column)
				inside(f, column, w.x.W.expr(), w.kw, w.dw, kx, taps)
				one(block{window: w, width: 1, edge: true},
					add(local(first), mul(add(local(column), mul(local(kx), num(w.dw))), num(ps))), local(x), local(kx), local(taps))
				f.Inc(x, 1)
				f.Br(again)
			})
		})
	}
	row := func() {
		xw, xConst := w.x.W.IsConst()
		yw, yConst := w.y.W.IsConst()
		switch {
		case !w.fixed():
			edges(num(0), w.y.W.expr())
		case xConst && yConst:
			for _, s := range w.blocks(int(xw), int(yw)) {
				x := f.Local(emit.I32)
				in := f.Local(emit.I32)
				num(s.x).set(f, x)
				add(local(first), num((s.x*w.sw-w.pl+s.block.lo)*ps)).set(f, in)
				f.Times(s.count, func() {
					one(s.block, local(in), local(x), num(0), num(0))
					f.Inc(x, int32(s.block.width))
					f.Inc(in, int32(s.block.width*w.sw*ps))
				})
			}
		default:
			// Outputs from lo up to hi have all their columns inside.
			lo := minOf(num((w.pl+w.sw-1)/w.sw), w.y.W.expr()).into(f)
			room := add(w.x.W.expr(), num(w.pl-w.span(1))).into(f) // of the last window's first column
			hi := f.Local(emit.I32)
			f.Move(hi, lo)
			f.LocalGet(room)
			f.I32Const(0)
			f.Op(emit.I32GeS)
			f.If(func() {
				maxOf(local(lo), minOf(w.y.W.expr(), add(div(local(room), w.sw), num(1)))).set(f, hi)
			})
			edges(num(0), local(lo))
			bw := w.blockWidth()
			x := local(lo).into(f)
			in := add(local(first), mul(sub(mul(local(lo), num(w.sw)), num(w.pl)), num(ps))).into(f)
			inner := func(width int, count expr) {
				times(f, count, func() {
					one(block{window: w, width: width, lim: w.span(width)}, local(in), local(x), num(0), num(0))
					f.Inc(x, int32(width))
					f.Inc(in, int32(width*w.sw*ps))
				})
			}
			inner(bw, div(sub(local(hi), local(lo)), bw))
			inner(1, sub(local(hi), local(x)))
			edges(local(hi), w.y.W.expr())
		}
	}
	times(f, w.y.N.expr(), func() {
		skip, mine := b.share(f, w.y.H.expr(), w.y.N.expr(), w.y.W.expr(), num(w.kh*w.kw), num(w.y.C))
		rest := b.others(w.y.H.expr(), skip, mine)
		sub(mul(skip, num(w.sh)), num(w.pt)).set(f, top)
		advance(f, out, mul(skip, w.y.W.expr(), num(ops)))
		advance(f, res, mul(skip, w.y.W.expr(), num(rps)))
		advance(f, late, mul(skip, w.y.W.expr(), num(pass.resStep())))
		times(f, mine, func() {
			inside(f, top, w.x.H.expr(), w.kh, w.dh, ky, rows)
			add(local(picture), mul(add(local(top), mul(local(ky), num(w.dh))), rs)).set(f, first)
			row()
			pass.call(f, local(out), local(late), w.y.W.expr())
			f.Inc(top, int32(w.sh))
			advance(f, out, mul(w.y.W.expr(), num(ops)))
			advance(f, late, mul(w.y.W.expr(), num(pass.resStep())))
			if w.res != nil {
				advance(f, res, mul(w.y.W.expr(), num(rps)))
			}
		})
		advance(f, out, mul(rest, w.y.W.expr(), num(ops)))
		advance(f, res, mul(rest, w.y.W.expr(), num(rps)))
		advance(f, late, mul(rest, w.y.W.expr(), num(pass.resStep())))
		advance(f, picture, mul(rs, w.x.H.expr()))
	})
	return f
}

// inside sets k to the first of n taps at start, start + step, … that lies in
// [0, size), and count to the number of taps that do.
func inside(f *emit.Func, start emit.Local, size expr, n, step int, k, count emit.Local) {
	div(maxOf(num(0), sub(num(step-1), local(start))), step).set(f, k)
	end := div(maxOf(num(0), sub(add(size, num(step-1)), local(start))), step)
	maxOf(num(0), sub(minOf(num(n), end), local(k))).set(f, count)
}

// blockRun is a series of equal blocks along a row.
type blockRun struct {
	block    block
	x, count int // first output
}

// blocks divides a row of yw outputs, known here, into blocks.
func (w window) blocks(xw, yw int) []blockRun {
	if yw == 0 {
		return nil
	}
	n := (yw + w.blockWidth() - 1) / w.blockWidth()
	width := (yw + n - 1) / n
	var runs []blockRun
	for x := 0; x < yw; x += width {
		k := block{window: w, width: min(width, yw-x)}
		column := x*w.sw - w.pl
		k.lo = max(0, -column)
		k.lim = min(w.span(k.width), xw-column)
		if k.lim <= k.lo { // no column inside
			k.lo, k.lim = 0, 0
		}
		if n := len(runs); n > 0 {
			last := runs[n-1].block
			if last.width == k.width && last.lo == k.lo && last.lim == k.lim && k.lo == 0 {
				runs[n-1].count++
				continue
			}
		}
		runs = append(runs, blockRun{k, x, 1})
	}
	return runs
}

func (k block) name() string {
	kind := "depthwise"
	if k.pool {
		kind = "max pool"
	}
	taps := []int{k.kh, k.kw} // the rows of weights tell a vector's size
	if k.pool {
		taps = []int{k.kw}
	}
	shape := key("width", k.width, "step", k.sw, "dilation", k.dw, "columns", []int{k.lo, k.lim})
	if k.edge {
		shape = key("edge dilation", k.dw)
		if k.pool {
			taps = nil
		}
	}
	return key(kind, taps, shape, k.apart.name(), k.epi.name()) + k.rowStep()
}

// rowStep distinguishes kernels by the distance of rows of taps.
func (k block) rowStep() string {
	if k.dh == 1 {
		return ""
	}
	return key(" rows", k.dh)
}

func (b *Builder) block(k block) *emit.Func {
	return b.inner(k.name(), func(w *inner) {
		in, rows, rs, out, vectors := w.param(), w.param(), w.param(), w.param(), w.param()
		fixed := k.apart != distances{}
		ps, ops := w.paramIf(!fixed), w.paramIf(!fixed)
		weights, tap := w.paramIf(!k.pool), w.paramIf(!k.pool)
		res := w.paramIf(k.epi.res > 0)
		rps := w.paramIf(k.epi.res > 0 && !fixed)
		taps := w.paramIf(k.edge)
		w.body = func(f *emit.Func) {
			acc := f.Locals(emit.V128, k.width)
			wv := f.Locals(emit.V128, k.kw)
			x := f.Local(emit.V128)
			pr, pc, pk, po, pe, n, m := f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32)
			rowStep := f.Local(emit.I32)
			mul(local(rs), num(k.dh)).set(f, rowStep)
			tapStep := f.Local(emit.I32)
			if k.edge {
				mul(local(ps), num(k.dw)).set(f, tapStep)
			}

			accumulate := func(a, wl emit.Local) {
				if !k.pool {
					b.madd(f, a, x, wl)
					return
				}
				f.LocalGet(a)
				f.LocalGet(x)
				f.Op(emit.F32x4Pmax)
				f.LocalSet(a)
			}
			loadX := func(p emit.Local, off int) {
				f.LocalGet(p)
				f.Load(emit.V128Load, uint32(off))
				f.LocalSet(x)
			}
			// columns visits the columns inside, ascending, with x loaded.
			columns := func(visit func(column int)) {
				if fixed {
					b.touch(f, pr, (k.lim-1-k.lo)*k.apart.x+15)
				} else {
					f.Move(pc, pr)
				}
				for c := k.lo; c < k.lim; c++ {
					if k.usesColumn(c) {
						if fixed {
							loadX(pr, (c-k.lo)*k.apart.x)
						} else {
							loadX(pc, 0)
						}
						visit(c)
					}
					if c+1 < k.lim && !fixed {
						f.IncLocal(pc, ps)
					}
				}
			}
			start := func() {
				if !k.pool {
					f.LocalGet(weights)
					f.Load(emit.V128Load, 0)
					f.LocalSet(acc[0])
					for _, a := range acc[1:] {
						f.Move(a, acc[0])
					}
					return
				}
				for _, a := range acc {
					f.V128Const(splat(4, minusInf32))
					f.LocalSet(a)
				}
				f.LocalGet(rows)
				if k.edge {
					f.LocalGet(taps)
					f.Op(emit.I32Mul)
				}
				f.If(func() {
					f.Move(pr, in)
					if k.edge {
						loadX(pr, 0)
						f.Move(acc[0], x)
						return
					}
					columns(func(c int) {
						for i, a := range acc {
							if k.firstColumn(i) == c {
								f.Move(a, x)
							}
						}
					})
				})
			}
			oneRow := func() {
				if k.edge {
					f.Move(pc, pr)
					f.Move(m, taps)
					f.Repeat(m, func() {
						loadX(pc, 0)
						if !k.pool {
							f.LocalGet(pk)
							f.Load(emit.V128Load, 0)
							f.LocalSet(wv[0])
							f.Inc(pk, 16)
						}
						accumulate(acc[0], wv[0])
						f.IncLocal(pc, tapStep)
					})
					if !k.pool { // to the same kx of the next row of weights
						add(local(pk), num(16*k.kw), mul(local(taps), num(-16))).set(f, pk)
					}
					return
				}
				if !k.pool {
					for i, l := range wv {
						f.LocalGet(pk)
						f.Load(emit.V128Load, uint32(16*i))
						f.LocalSet(l)
					}
					f.Inc(pk, int32(16*k.kw))
				}
				columns(func(c int) {
					for i, a := range acc {
						if kx, ok := k.tapAt(c, i); ok {
							accumulate(a, wv[kx])
						}
					}
				})
			}
			f.CountDown(vectors, func() {
				start()
				f.Move(pr, in)
				if !k.pool {
					add(local(weights), local(tap)).set(f, pk)
				}
				f.Move(n, rows)
				f.Repeat(n, func() {
					oneRow()
					f.IncLocal(pr, rowStep)
				})
				f.Move(po, out)
				if k.epi.res > 0 {
					f.Move(pe, res)
				}
				for i, a := range acc {
					if i > 0 && !fixed {
						f.IncLocal(po, ops)
						if k.epi.res > 0 {
							f.IncLocal(pe, rps)
						}
					}
					b.write(f, k.epi, a, po, i*k.apart.y, pe, i*k.apart.res)
				}
				f.Inc(in, 16)
				f.Inc(out, 16)
				if !k.pool {
					f.Inc(weights, int32(16*(1+k.kh*k.kw)))
				}
				if k.epi.res > 0 {
					f.Inc(res, 16)
				}
			})
		}
	})
}

// tapAt is the tap of output i that lies on a column.
func (k block) tapAt(column, i int) (kx int, ok bool) {
	d := column - i*k.sw
	if d < 0 || d%k.dw != 0 || d/k.dw >= k.kw {
		return 0, false
	}
	return d / k.dw, true
}

func (k block) usesColumn(column int) bool {
	for i := range k.width {
		if _, ok := k.tapAt(column, i); ok {
			return true
		}
	}
	return false
}

// firstColumn is the first column inside that output i has a tap on, −1 for none.
func (k block) firstColumn(i int) int {
	for c := k.lo; c < k.lim; c++ {
		if _, ok := k.tapAt(c, i); ok {
			return c
		}
	}
	return -1
}

const minusInf32 = 0xff800000
