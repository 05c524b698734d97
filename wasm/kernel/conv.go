package kernel

import "github.com/dehug/dehug/wasm/emit"

// panelWidth is the number of output channels whose weights lie together.
const panelWidth = 8

// panels lists the widths of the weight panels of one group of oc output
// channels: eights, and a last one of four when that holds the rest.
func panels(oc int) []int {
	var ws []int
	for ; oc > panelWidth/2; oc -= panelWidth {
		ws = append(ws, panelWidth)
	}
	if oc > 0 {
		ws = append(ws, panelWidth/2)
	}
	return ws
}

// ConvWeightsSize is the size in bytes of the panels that Conv reads. For
// three spatial axes kh is the number of rows in all planes, KD·KH.
func ConvWeightsSize(oc, cPerGroup, kh, kw, groups int) int64 {
	n := int64(0)
	for _, w := range panels(oc / groups) {
		n += int64(w)
	}
	return 4 * n * (1 + int64(cPerGroup)*int64(kh)*int64(kw)) * int64(groups)
}

// maxCallSteps bounds the work of one inner call: pixels × K steps on a panel
// of eight, 16 operations each. 2¹⁶ steps take 0.1 ms in V8's first compiler
// (about 10 GFLOP/s), so its second one, which cannot replace a function while
// it runs, is never far away. 2¹⁶ steps read 256 kB of input, which stays in
// the second-level cache while the panels pass over it.
const maxCallSteps = 1 << 16

// Conv appends a step that computes a convolution by walking K directly over
// the pictures, without unfolding them. Each output is bias, then + x·w in
// ascending (group's) kz, ky, kx, c, one rounded product and one rounded sum
// at a time; then the residual is added, then Act applied.
func (b *Builder) Conv(name string, p ConvParams) *emit.Func {
	p.KD, p.SD, p.DD, p.Apart = max(1, p.KD), max(1, p.SD), max(1, p.DD), max(1, p.Apart)
	p.turn()
	pass := b.actPass(maxTileOps, &p.Act, &p.Res, &p.Late, p.Table, p.Y)
	g := newConvGeometry(p)
	f := b.M.Func(name, nil, nil)

	mr, unroll := b.tileShape()
	depth := p.KD * p.KH * p.KW * g.cg
	chunk := max(mr, maxCallSteps/depth/mr*mr)
	spread, scratch := b.spreadConv(p), f.Local(emit.I32)
	if p.Scratch == (Int{}) {
		spread = 0
	}
	if spread > 0 {
		chunk = spread
		scratch = b.spreadAt(f, p.Scratch, depth, spread)
	}
	if pass.act != ActNone { // its second pass finds the results in the cache
		chunk = max(mr, min(chunk, maxPassBytes/(4*p.Y.Stride)/mr*mr))
	}
	wholeTiles := !g.pixels.isConst() || int(g.pixels.v) >= mr
	tails := g.tails(mr)

	rowIn, rowOut := f.Local(emit.I32), f.Local(emit.I32)
	rowRes, rowLate := f.Local(emit.I32), f.Local(emit.I32)
	oneRow := g.rows.isConst() && g.rows.v == 1
	work := []expr{num(depth), num(p.Y.C)} // of one pixel
	row := func() {
		in, out, res, late := f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32)
		left, n, tiles, done := f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32)
		f.Move(in, rowIn)
		f.Move(out, rowOut)
		f.Move(res, rowRes)
		f.Move(late, rowLate)
		pixels := g.pixels
		if oneRow { // the row is what threads share
			var first expr
			first, pixels = b.shareTiles(f, g.pixels, mr, work...)
			advance(f, in, mul(first, num(g.apart.x)))
			advance(f, out, mul(first, num(g.apart.y)))
			advance(f, res, mul(first, num(g.apart.res)))
			advance(f, late, mul(first, num(pass.resStep())))
		}
		pixels.set(f, left)
		f.Loop(func(again emit.Label) {
			minOf(local(left), num(chunk)).set(f, n)
			div(local(n), mr).set(f, tiles)
			pin, pw, pout, pres := f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32)
			first, pixel, w := local(in), g.apart.x, g
			eachTile := func(visit func(size int, tiles, done expr)) { // done: the pixels before
				if wholeTiles {
					positive(f, local(tiles), func() { visit(mr, local(tiles), num(0)) })
				}
				if len(tails) > 0 {
					mul(local(tiles), num(mr)).set(f, done)
				}
				for i, tail := range tails {
					rest := div(sub(local(n), local(done)), tail)
					positive(f, rest, func() { visit(tail, rest, local(done)) })
					if i+1 < len(tails) {
						add(local(done), mul(rest, num(tail))).set(f, done)
					}
				}
			}
			if spread > 0 {
				eachTile(func(size int, tiles, done expr) {
					b.spread(f, size, g, add(local(in), mul(done, num(g.apart.x))), add(local(scratch), mul(done, num(16*depth))), tiles)
				})
				first, pixel, w = local(scratch), 16*depth, g.spread(depth)
			}
			for _, r := range w.panelRuns(p, unroll) {
				add(first, num(r.in)).set(f, pin)
				num(int(p.Weights)+r.w).set(f, pw)
				add(local(out), num(4*r.ch)).set(f, pout)
				if r.tile.hasRes() {
					add(local(res), num(4*r.ch)).set(f, pres)
				}
				f.Times(r.count, func() {
					eachTile(func(size int, tiles, done expr) {
						t := r.tile
						t.mr = size
						b.callTile(f, t, w,
							add(local(pin), mul(done, num(pixel))), local(pw),
							add(local(pout), mul(done, num(g.apart.y))),
							add(local(pres), mul(done, num(g.apart.res))), tiles)
					})
					f.Inc(pin, int32(r.inStep))
					f.Inc(pw, int32(r.wStep))
					f.Inc(pout, int32(4*r.chStep))
					if r.tile.hasRes() {
						f.Inc(pres, int32(4*r.chStep))
					}
				})
			}
			pass.call(f, local(out), local(late), local(n))
			advance(f, late, mul(local(n), num(pass.resStep())))
			advance(f, in, mul(local(n), num(g.apart.x)))
			advance(f, out, mul(local(n), num(g.apart.y)))
			advance(f, res, mul(local(n), num(g.apart.res)))
			sub(local(left), local(n)).set(f, left)
			f.LocalGet(left)
			f.BrIf(again)
		})
	}

	p.Y.Addr.expr().set(f, rowOut)
	if p.Res != nil {
		p.Res.Addr.expr().set(f, rowRes)
	}
	if pass.res != nil {
		pass.res.Addr.expr().set(f, rowLate)
	}
	apart := mul(g.pixels, num(p.Apart)) // pixels from row to row
	picture := p.X.Addr.expr().into(f)
	plane, first := f.Local(emit.I32), f.Local(emit.I32)
	positive(f, g.pixels, func() {
		times(f, g.pictures, func() {
			f.Move(plane, picture)
			times(f, g.planes, func() {
				f.Move(first, plane)
				rows, rest := g.rows, num(0)
				if !oneRow {
					var skip expr
					skip, rows = b.share(f, g.rows, append(work, g.pictures, g.planes, g.pixels)...)
					rest = b.others(g.rows, skip, rows)
					advance(f, first, mul(skip, g.rowStep))
					advance(f, rowOut, mul(skip, apart, num(g.apart.y)))
					advance(f, rowRes, mul(skip, apart, num(g.apart.res)))
					advance(f, rowLate, mul(skip, apart, num(pass.resStep())))
				}
				times(f, rows, func() {
					f.Move(rowIn, first)
					row()
					advance(f, first, g.rowStep)
					advance(f, rowOut, mul(apart, num(g.apart.y)))
					advance(f, rowRes, mul(apart, num(g.apart.res)))
					advance(f, rowLate, mul(apart, num(pass.resStep())))
				})
				advance(f, rowOut, mul(rest, apart, num(g.apart.y)))
				advance(f, rowRes, mul(rest, apart, num(g.apart.res)))
				advance(f, rowLate, mul(rest, apart, num(pass.resStep())))
				advance(f, plane, g.planeStep)
			})
			advance(f, picture, g.pictureStep)
		})
	})
	return f
}

// ConvScratch is the size in bytes of the memory that Conv works in.
func (b *Builder) ConvScratch(p ConvParams) int64 {
	return b.spreadScratch(max(1, p.KD)*p.KH*p.KW*p.X.C, b.spreadConv(p))
}

// spreadConv is the number of pixels whose taps Conv copies at once, or zero.
func (b *Builder) spreadConv(p ConvParams) int {
	if p.Groups > 1 {
		return 0
	}
	return b.spreadRows(max(1, p.KD)*p.KH*p.KW*p.X.C, (p.Y.C+3)/4)
}

// turn makes a column of pixels a row, which tiles cover: Magika's convolution
// over [512, 1] takes 15 instead of 45 ms. Memory and sums stay as they are.
func (p *ConvParams) turn() {
	for _, w := range []Int{p.X.W, p.Y.W} {
		if one, ok := w.IsConst(); !ok || one != 1 || p.Apart > 1 {
			return
		}
	}
	p.X.H, p.X.W, p.Y.H, p.Y.W = p.X.W, p.X.H, p.Y.W, p.Y.H
	p.KH, p.KW, p.SH, p.SW, p.DH, p.DW = p.KW, p.KH, p.SW, p.SH, p.DW, p.DH
	if p.Res != nil {
		r := *p.Res
		r.H, r.W = r.W, r.H
		p.Res = &r
	}
}

// tileShape is the number of pixels in a tile of the innermost kernel, whose
// width is a panel, and the number of K steps in the body of its loop.
//
// Figures are Gop/s of conv1x1-64-64-56 on a Xeon (Sapphire Rapids), the best
// of many short runs (kernelbench in Chromium 156, BenchmarkWazero), or where
// it says so of PP-OCRv4's recogniser, whose 1×1 convolutions have up to 480 channels.
func (b *Builder) tileShape() (pixels, steps int) {
	switch {
	case b.Profile == Wazero:
		return 4, 8 // 18.9; two pixels 16.2, three 17.3; four steps 2 % less
	case b.Fast:
		return 6, 4 // 46.4; four pixels 40.3, five 46.7. Recogniser on an EPYC (Zen 4): five 53.1, six 56.1, seven 28; eight steps no better
	default:
		return 4, 8 // 34.3, as with three, five and six pixels: multiplier and adder are busy. Four steps are the same here, and cost 4 % where six instructions start in a cycle
	}
}

// convGeometry is how a convolution walks over its pictures, in bytes.
type convGeometry struct {
	cg, ocg int // channels of one group

	// Loops, outermost first. A 1×1 convolution of stride one is one row of
	// all pixels: its rows, planes and pictures are one.
	pictures, planes, rows, pixels  expr
	pictureStep, planeStep, rowStep expr // in X

	apart distances // outputs of a row, and what they are computed from

	run        int // floats of X that are read in sequence
	kx, ky, kz int // how many such runs along each axis
	advX       int // from the end of a run to the next one
	advY, advZ expr

	copied bool // X is what Builder.spread makes of it
}

// tails lists the sizes of the tiles for what fills no tile of mr pixels of a
// row. When the number of pixels is not known, halves of halves: one by one,
// the four pixels that Silero has took three times as long as in one tile.
func (g convGeometry) tails(mr int) []int {
	if g.pixels.isConst() {
		if rest := int(g.pixels.v) % mr; rest > 0 {
			return []int{rest}
		}
		return nil
	}
	var sizes []int
	for n := 1; n < mr; n *= 2 {
		sizes = append([]int{n}, sizes...)
	}
	return sizes
}

func newConvGeometry(p ConvParams) convGeometry {
	if p.Groups < 1 || p.X.C%p.Groups != 0 || p.Y.C%p.Groups != 0 {
		panic("kernel: channels of a convolution do not divide into its groups")
	}
	if p.Y.Stride < p.Y.C || p.Res != nil && p.Res.Stride < roundUp(p.Res.C, 4) {
		panic("kernel: the last channels of a convolution need room for a whole vector")
	}
	g := convGeometry{
		cg: p.X.C / p.Groups, ocg: p.Y.C / p.Groups,
		apart: distances{x: 4 * p.SW * p.X.Stride, y: 4 * p.Y.Stride},
		ky:    p.KH, kz: p.KD,
	}
	if p.Res != nil {
		g.apart.res = 4 * p.Res.Stride
	}
	xd, yd := p.X.planes(), p.Y.planes()

	// Taps of one row lie side by side when nothing is between their channels.
	g.run, g.kx = g.cg, p.KW
	if p.DW == 1 && p.X.Stride == g.cg {
		g.run, g.kx = g.cg*p.KW, 1
	}
	tapX := 4 * p.DW * p.X.Stride
	inRow := g.kx * tapX // what the runs of a row advance
	if g.kx == 1 {
		inRow = 4 * g.run
	}
	g.advX = tapX - 4*g.run
	rowBytes := mul(num(4*p.X.Stride), p.X.W.expr())
	planeBytes := mul(rowBytes, p.X.H.expr())
	tapY := mul(num(p.DH), rowBytes)
	g.advY = sub(tapY, num(inRow))
	inPlane := mul(num(g.ky), tapY)
	if g.ky == 1 {
		inPlane = num(inRow)
	}
	g.advZ = sub(mul(num(p.DD), planeBytes), inPlane)

	flat := p.Apart == 1 && p.KD*p.KH*p.KW == 1 && p.SD*p.SH*p.SW == 1 &&
		p.X.W.same(p.Y.W) && p.X.H.same(p.Y.H) && xd.same(yd)
	if flat {
		g.pictures, g.planes, g.rows = num(1), num(1), num(1)
		g.pixels = mul(p.Y.N.expr(), yd.expr(), p.Y.H.expr(), p.Y.W.expr())
		return g
	}
	g.pictures, g.planes, g.rows, g.pixels = p.Y.N.expr(), yd.expr(), p.Y.H.expr(), p.Y.W.expr()
	g.rowStep = mul(num(p.SH), rowBytes)
	g.planeStep = mul(num(p.SD), planeBytes)
	g.pictureStep = mul(planeBytes, xd.expr())
	return g
}

// spread is the geometry of copied pixels.
func (g convGeometry) spread(depth int) convGeometry {
	g.copied, g.run, g.kx, g.ky, g.kz = true, depth, 1, 1, 1
	g.apart.x = 0
	return g
}

// planes is the depth of the image as an operand.
func (m Image) planes() Int {
	if m.D == (Int{}) {
		return Const(1)
	}
	return m.D
}

// panelRun is a series of panels that one kernel computes, at equal distances.
type panelRun struct {
	tile          convTile
	count         int
	in, w, ch     int // of the first panel: bytes into X's pixel, bytes of weights, output channel
	inStep, wStep int
	chStep        int
}

func (g convGeometry) panelRuns(p ConvParams, unroll int) []panelRun {
	var runs []panelRun
	w := 0
	for grp := range p.Groups {
		oc := grp * g.ocg
		for _, width := range panels(g.ocg) {
			t := convTile{kx: g.kx, ky: g.ky, kz: g.kz, run: g.run, unroll: unroll, copied: g.copied}
			for v := 0; v < width; v += 4 {
				e := epilogue{store: 4, act: p.Act, late: p.Late}
				if p.Groups > 1 || p.Y.Stride < roundUp(p.Y.C, 4) { // the lanes beyond are the next group's, or pixel's
					e.store = lanesAt((grp+1)*g.ocg, oc+v)
				}
				if p.Res != nil {
					e.res = min(lanesAt(p.Res.C, oc+v), e.store)
				}
				t.vecs = append(t.vecs, e)
			}
			one := panelRun{tile: t, count: 1, in: 4 * grp * g.cg, w: w, ch: oc}
			w += 4 * width * (1 + g.run*g.kx*g.ky*g.kz)
			oc += width
			if len(runs) > 0 && runs[len(runs)-1].join(one) {
				continue
			}
			runs = append(runs, one)
		}
	}
	return runs
}

// join appends the panel to the run when it continues its progression.
func (r *panelRun) join(n panelRun) bool {
	if r.tile.name() != n.tile.name() {
		return false
	}
	if r.count == 1 {
		r.inStep, r.wStep, r.chStep = n.in-r.in, n.w-r.w, n.ch-r.ch
	}
	if n.in != r.in+r.count*r.inStep || n.w != r.w+r.count*r.wStep || n.ch != r.ch+r.count*r.chStep {
		return false
	}
	r.count++
	return true
}

// convTile is the innermost kernel of Conv: mr pixels × len(vecs) vectors of
// output channels, accumulated over all of K.
type convTile struct {
	mr         int
	apart      distances // zero when they are parameters, so that more shapes share a kernel
	vecs       []epilogue
	run        int // floats in sequence
	unroll     int // K steps in the body of the loop over a run
	kx, ky, kz int // runs
	copied     bool
}

// distances between the pixels of a row, in bytes.
type distances struct{ x, y, res int }

// name is the distances' part of a kernel's name.
func (d distances) name() string {
	if d == (distances{}) {
		return "apart as told"
	}
	return key("apart", []int{d.x, d.y, d.res})
}

func (t convTile) hasRes() bool {
	for _, e := range t.vecs {
		if e.res > 0 {
			return true
		}
	}
	return false
}

func (t convTile) name() string {
	epilogues := ""
	for _, e := range t.vecs {
		epilogues += " " + e.name()
	}
	loop := "rest"
	if t.run >= t.unroll {
		loop = "loop+rest"
	}
	kind := "conv"
	if t.copied {
		kind = "conv copied"
	}
	return key(kind, t.mr, len(t.vecs), t.apart.name(), "taps", []int{t.kz, t.ky, t.kx}, loop, t.run%t.unroll) + epilogues
}

// callTile calls the kernel for a number of tiles along a row.
func (b *Builder) callTile(f *emit.Func, t convTile, g convGeometry, in, w, out, res, tiles expr) {
	if b.Profile == Wazero {
		t.apart = g.apart
	}
	args := []expr{in, w, out, tiles}
	if t.hasRes() {
		args = append(args, res)
	}
	if t.apart == (distances{}) {
		args = append(args, num(g.apart.x), num(g.apart.y))
		if t.hasRes() {
			args = append(args, num(g.apart.res))
		}
	}
	if t.run >= t.unroll {
		args = append(args, num(t.run/t.unroll))
	}
	if t.kx > 1 {
		args = append(args, num(g.advX))
	}
	if t.ky > 1 {
		args = append(args, g.advY)
	}
	if t.kz > 1 {
		args = append(args, g.advZ)
	}
	call(f, b.convTile(t), args...)
}

func (b *Builder) convTile(t convTile) *emit.Func {
	return b.inner(t.name(), func(w *inner) {
		in, weights, out, tiles := w.param(), w.param(), w.param(), w.param()
		res := w.paramIf(t.hasRes())
		fixed := t.apart != distances{}
		xStep, yStep, resStep := w.paramIf(!fixed), w.paramIf(!fixed), w.paramIf(!fixed && t.hasRes())
		loops := w.paramIf(t.run >= t.unroll)
		advX, advY, advZ := w.paramIf(t.kx > 1), w.paramIf(t.ky > 1), w.paramIf(t.kz > 1)
		w.body = func(f *emit.Func) {
			nv := len(t.vecs)
			acc := make([][]emit.Local, t.mr)
			for i := range acc {
				acc[i] = f.Locals(emit.V128, nv)
			}
			bv := f.Locals(emit.V128, nv)
			// wazero makes a splat depend on what its register held before. One
			// register for each pixel keeps that from being one long chain:
			// conv1x1-96-96-8 of BenchmarkWazero 12.3 → 18.9 Gop/s.
			av := f.Locals(emit.V128, 1)
			if b.Profile == Wazero {
				av = f.Locals(emit.V128, t.mr)
			}
			pb, n := f.Local(emit.I32), f.Local(emit.I32)
			// Pixel i of the tile lies at pa[i]; or, when their distance is
			// fixed, at a constant offset from pa[0].
			pa := f.Locals(emit.I32, t.mr)
			if fixed {
				pa = pa[:1]
			}
			if t.copied { // one stream through all tiles
				pa[0] = in
			}
			pixel := func(i int) (emit.Local, int) {
				if fixed {
					return pa[0], i * t.apart.x
				}
				return pa[i], 0
			}

			steps := func(count int) { // count steps of K
				b.touch(f, pb, (count*nv-1)*16+15)
				if t.copied {
					b.touch(f, in, 16*t.mr*count-1)
				} else {
					last, far := pixel(t.mr - 1)
					b.touch(f, last, far+4*count-1)
				}
				for k := range count {
					for j := range bv {
						f.LocalGet(pb)
						f.Load(emit.V128Load, uint32((k*nv+j)*16))
						f.LocalSet(bv[j])
					}
					for i := 0; t.copied && i < t.mr; i++ {
						b.loadCopied(f, in, k*t.mr+i, av[0])
						for j := range bv {
							b.madd(f, acc[i][j], bv[j], av[0])
						}
					}
					for first := 0; !t.copied && first < t.mr; first += len(av) {
						for i := range av {
							p, off := pixel(first + i)
							f.LocalGet(p)
							b.loadSplat(f, off+4*k)
							f.LocalSet(av[i])
						}
						for i := range av {
							for j := range bv {
								b.madd(f, acc[first+i][j], av[i], bv[j])
							}
						}
					}
				}
				f.Inc(pb, int32(count*nv*16))
				if t.copied {
					f.Inc(in, int32(16*t.mr*count))
					return
				}
				for i := range pa {
					f.Inc(pa[i], int32(4*count))
				}
			}
			axis := func(count int, adv emit.Local, body func()) {
				if count == 1 {
					body()
					return
				}
				f.Times(count, func() {
					body()
					for i := range pa {
						f.IncLocal(pa[i], adv)
					}
				})
			}

			f.CountDown(tiles, func() {
				for i := range pa {
					if t.copied {
						break
					}
					f.Move(pa[i], in)
					if !fixed {
						f.IncLocal(in, xStep)
					}
				}
				if fixed {
					f.Inc(in, int32(t.mr*t.apart.x))
				}
				f.Move(pb, weights)
				for j := range nv {
					f.LocalGet(pb)
					f.Load(emit.V128Load, uint32(16*j))
					f.LocalSet(acc[0][j])
					for i := 1; i < t.mr; i++ {
						f.Move(acc[i][j], acc[0][j])
					}
				}
				f.Inc(pb, int32(16*nv))
				axis(t.kz, advZ, func() {
					axis(t.ky, advY, func() {
						axis(t.kx, advX, func() {
							if t.run >= t.unroll {
								f.Move(n, loops)
								f.CountDown(n, func() { steps(t.unroll) })
							}
							if r := t.run % t.unroll; r > 0 {
								steps(r)
							}
						})
					})
				})
				held := b.hold(f, t.vecs[0].act)
				if fixed {
					b.touch(f, out, (t.mr-1)*t.apart.y+16*(nv-1)+4*t.vecs[nv-1].store-1)
				}
				for i := range acc {
					y, r := 0, 0
					if fixed {
						y, r = i*t.apart.y, i*t.apart.res
					}
					for j, e := range t.vecs {
						held.write(e, acc[i][j], out, y+16*j, res, r+16*j)
					}
					if !fixed {
						f.IncLocal(out, yStep)
						if t.hasRes() {
							f.IncLocal(res, resStep)
						}
					}
				}
				if fixed {
					f.Inc(out, int32(t.mr*t.apart.y))
					if t.hasRes() {
						f.Inc(res, int32(t.mr*t.apart.res))
					}
				}
			})
		}
	})
}
