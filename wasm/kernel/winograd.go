package kernel

import "github.com/dehug/dehug/wasm/emit"

// WinogradParams describes a 3×3 convolution of stride one, computed by
// Winograd's minimal filtering on tiles of Tile × Tile outputs; or, with Line, a
// 1×5 convolution of rows without margins on tiles of four outputs.
type WinogradParams struct {
	Line    bool   // pictures are one row high, and Y's are four pixels shorter than X's
	X, Y    Image  // strides are multiples of four; no depth
	Weights uint32 // address of what PackWinograd and PackWinogradBias fill
	Scratch Int    // address of WinogradScratchSize bytes
	Tile    int    // 2 or 4
	PT, PL  int    // rows above, columns left of X that are zero, as are those behind X
	Res     *Image // as in ConvParams
	Late    bool
	Act     Act
	Table   *Int // as in ConvParams
}

// PackWinogradParams describes f32 weights [OC, C, 3, 3], with Line [OC, C, 5],
// that become panels.
type PackWinogradParams struct {
	Src, Dst    uint32
	OC, C, Tile int
	Line        bool
}

// WinogradWeightsSize is the size in bytes of what Winograd reads.
func WinogradWeightsSize(oc, c, tile int, line bool) int64 {
	return 4*int64(roundUp(oc, 4)) + int64(winogradPositions(tile, line))*ConvWeightsSize(oc, c, 1, 1, 1)
}

// winogradPositions is the number of products that a tile needs for each pair
// of channels.
func winogradPositions(tile int, line bool) int {
	if line {
		return tile + 4
	}
	return (tile + 2) * (tile + 2)
}

// winogradBlock bounds the transformed tiles that are multiplied together: so
// many bytes stay in the second-level cache, and so many tiles at least use
// each weight that is loaded.
const (
	winogradBlock    = 384 << 10
	winogradMinTiles = 16
)

// winograd is a convolution's geometry.
type winograd struct {
	WinogradParams
	m, t   int // outputs and inputs along an axis of a tile
	all    int // inputs of a tile
	cs, os int // bytes of a pixel's channels in scratch memory
	mr     int // tiles that the innermost kernel computes together
	tiles  int // of a block

	copied bool // the tiles' inputs are copied before they are multiplied: see spread
}

func (b *Builder) winograd(p WinogradParams) winograd {
	w := winograd{WinogradParams: p, m: p.Tile, t: p.Tile + 2, all: winogradPositions(p.Tile, p.Line), cs: 4 * roundUp(p.X.C, 4), os: 4 * roundUp(p.Y.C, 4)}
	if p.Line {
		w.t = w.all
	}
	w.mr, _ = b.tileShape()
	n := max(winogradMinTiles, winogradBlock/(w.all*(w.cs+w.os)))
	w.tiles = max(1, min(n, 64)/w.mr) * w.mr
	w.copied = b.spreadRows(p.X.C, w.os/16) > 0
	return w
}

// Parts of the scratch memory: the tiles' inputs and outputs, transformed, one
// tile of the picture with its margin, one vector of each of its positions, and
// copies of the inputs of one position.
func (w winograd) outputs() int  { return w.all * w.tiles * w.cs }
func (w winograd) gathered() int { return w.outputs() + w.all*w.tiles*w.os }
func (w winograd) vectors() int  { return w.gathered() + w.all*w.cs }
func (w winograd) copies() int   { return roundUp(w.vectors()+16*w.all, 64) }
func (w winograd) size() int {
	if w.copied {
		return w.copies() + 16*w.X.C*w.tiles
	}
	return w.copies()
}

// WinogradScratchSize is the size in bytes of the memory that the step works in.
func (b *Builder) WinogradScratchSize(p WinogradParams) int64 {
	return int64(b.winograd(p).size()) * b.division.memories(fewShares)
}

// Winograd appends a step that computes a 3×3 convolution. Tiles of X, with
// zeros around, are transformed along y, then x; for each position of a tile
// + x·w is summed from +0 in ascending channels; the sums are transformed along
// y, then x, and bias is added; then the residual, then Act. Every product and
// sum is rounded; their order is that of filter, input and output. A line is
// transformed along x alone.
func (b *Builder) Winograd(name string, p WinogradParams) *emit.Func {
	if p.X.Stride%4 != 0 || p.Y.Stride%4 != 0 {
		panic("kernel: pixels of whole vectors")
	}
	pass := b.actPass(maxInlineOps, &p.Act, &p.Res, &p.Late, p.Table, p.Y)
	w := b.winograd(p)
	f := b.M.Func(name, nil, nil)
	scratch := add(p.Scratch.expr(), mul(b.limitShares(f, fewShares), num(w.size()))).into(f)
	ps, ops, rps := 4*p.X.Stride, 4*p.Y.Stride, 0
	rowX, rowY, rowRes := mul(num(ps), p.X.W.expr()), mul(num(ops), p.Y.W.expr()), num(0)
	res, late := p.Y.Addr.expr(), p.Y.Addr.expr() // one of them, if any
	if p.Res != nil {
		rps = 4 * p.Res.Stride
		rowRes, res = mul(num(rps), p.Y.W.expr()), p.Res.Addr.expr()
	}
	rowLate := mul(num(pass.resStep()), p.Y.W.expr())
	if pass.res != nil {
		late = pass.res.Addr.expr()
	}
	along := func(n Int) expr { return div(add(n.expr(), num(w.m-1)), w.m) }
	wide, total := along(p.Y.W), mul(along(p.Y.H), along(p.Y.W))
	if p.Line {
		total = wide
	}
	tail := 1
	if total.isConst() {
		tail = int(total.v) % w.mr
	}

	x, left, n := f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32)
	outs := f.Locals(emit.I32, 3) // Y, and the operands of its shape
	ty, tx, oy, ox := f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32)
	count, v := f.Local(emit.I32), f.Local(emit.I32)
	top, side, pin, rows, cols := f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32)
	next := func(y, x emit.Local) { // the next tile
		f.Inc(x, 1)
		f.LocalGet(x)
		wide.emit(f)
		f.Op(emit.I32GeS)
		f.If(func() {
			f.I32Const(0)
			f.LocalSet(x)
			f.Inc(y, 1)
		})
	}
	in := func() {
		sub(mul(local(ty), num(w.m)), num(p.PT)).set(f, top)
		sub(mul(local(tx), num(w.m)), num(p.PL)).set(f, side)
		add(local(x), mul(local(top), rowX), mul(local(side), num(ps))).set(f, pin)
		within := func(at emit.Local, size expr) {
			f.LocalGet(at)
			sub(size, num(w.t-1)).emit(f) // below 1 where no tile is inside
			f.Op(emit.I32LtS)
			f.LocalGet(at)
			f.I32Const(0)
			f.Op(emit.I32GeS, emit.I32And)
		}
		within(side, p.X.W.expr())
		if !p.Line {
			within(top, p.X.H.expr())
			f.Op(emit.I32And)
		}
		f.IfElse(func() {
			call(f, b.winogradIn(w, ps), local(pin), rowX, local(v), add(local(scratch), num(w.vectors())))
		}, func() {
			gathered := add(local(scratch), num(w.gathered()))
			call(f, b.winogradGather(w, ps), local(pin), rowX, gathered, local(top), local(side), p.X.H.expr(), p.X.W.expr())
			call(f, b.winogradIn(w, w.cs), gathered, num(w.t*w.cs), local(v), add(local(scratch), num(w.vectors())))
		})
		f.Inc(v, int32(w.cs))
		next(ty, tx)
	}
	whole := func(n Int) bool { k, ok := n.IsConst(); return ok && int(k)%w.m == 0 }
	out := func() {
		mul(local(oy), num(w.m)).set(f, top)
		mul(local(ox), num(w.m)).set(f, side)
		if p.Line {
			f.SetConst(rows, 1)
		} else {
			minOf(num(w.m), sub(p.Y.H.expr(), local(top))).set(f, rows)
		}
		minOf(num(w.m), sub(p.Y.W.expr(), local(side))).set(f, cols)
		at := func(base emit.Local, row expr, pixel int) expr {
			return add(local(base), mul(local(top), row), mul(local(side), num(pixel)))
		}
		args := []expr{local(v), at(outs[0], rowY, ops), rowY, add(local(scratch), num(w.vectors())), num(int(p.Weights))}
		if p.Res != nil {
			args = append(args, at(outs[1], rowRes, rps), rowRes)
		}
		full := func() { call(f, b.winogradOut(w, true), args...) }
		part := func() { call(f, b.winogradOut(w, false), append(args, local(rows), local(cols))...) }
		switch {
		case whole(p.Y.W) && (p.Line || whole(p.Y.H)):
			full()
		case p.Line:
			f.LocalGet(cols)
			f.I32Const(int32(w.m))
			f.Op(emit.I32Eq)
			f.IfElse(full, part)
		default:
			f.LocalGet(rows)
			f.LocalGet(cols)
			f.Op(emit.I32And)
			f.I32Const(int32(w.m)) // a power of two: both have its bit only when both are m
			f.Op(emit.I32Eq)
			f.IfElse(full, part)
		}
		if pass.act != ActNone {
			py, pl := at(outs[0], rowY, ops).into(f), at(outs[2], rowLate, pass.resStep()).into(f)
			f.Repeat(rows, func() {
				pass.call(f, local(py), local(pl), local(cols))
				advance(f, py, rowY)
				advance(f, pl, rowLate)
			})
		}
		f.Inc(v, int32(w.os))
		next(oy, ox)
	}

	p.X.Addr.expr().set(f, x)
	for i, a := range []expr{p.Y.Addr.expr(), res, late} {
		a.set(f, outs[i])
	}
	positive(f, total, func() {
		times(f, p.Y.N.expr(), func() {
			for _, l := range []emit.Local{ty, tx, oy, ox} {
				f.I32Const(0)
				f.LocalSet(l)
			}
			total.set(f, left)
			if b.division.on { // tiles in whole groups of mr; each share has scratch memory of its own
				group, groups := b.share(f, div(add(total, num(w.mr-1)), w.mr), p.Y.N.expr(), num(w.mr*w.all), num(p.X.C), num(p.Y.C))
				first := local(mul(group, num(w.mr)).into(f))
				minOf(mul(groups, num(w.mr)), sub(total, first)).set(f, left)
				for _, l := range []emit.Local{ty, oy} {
					binop(emit.I32DivU, first, wide).set(f, l)
				}
				for _, l := range []emit.Local{tx, ox} {
					binop(emit.I32RemU, first, wide).set(f, l)
				}
			}
			f.Loop(func(again emit.Label) {
				minOf(local(left), num(w.tiles)).set(f, n)
				f.Move(v, scratch)
				f.Move(count, n)
				f.Repeat(count, in)
				b.winogradProducts(f, w, scratch, n, tail)
				add(local(scratch), num(w.outputs())).set(f, v)
				f.Move(count, n)
				f.Repeat(count, out)
				sub(local(left), local(n)).set(f, left)
				f.LocalGet(left)
				f.BrIf(again)
			})
			advance(f, x, mul(rowX, p.X.H.expr()))
			for i, row := range []expr{rowY, rowRes, rowLate} {
				advance(f, outs[i], mul(row, p.Y.H.expr()))
			}
		})
	})
	return f
}

// winogradProducts multiplies the n tiles of a block, position by position.
func (b *Builder) winogradProducts(f *emit.Func, w winograd, scratch, n emit.Local, tail int) {
	_, unroll := b.tileShape()
	g := convGeometry{cg: w.X.C, ocg: w.Y.C, run: w.X.C, kx: 1, ky: 1, kz: 1, apart: distances{x: w.cs, y: w.os}}
	in, weights, out := f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32)
	pw, pout, tiles := f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32)
	f.Move(in, scratch)
	num(int(w.Weights)+w.os).set(f, weights)
	add(local(scratch), num(w.outputs())).set(f, out)
	div(local(n), w.mr).set(f, tiles)
	each := func(visit func(size int, tiles, done expr)) { // done: the tiles before
		positive(f, local(tiles), func() { visit(w.mr, local(tiles), num(0)) })
		if tail > 0 {
			rest := sub(local(n), mul(local(tiles), num(w.mr)))
			positive(f, rest, func() { visit(tail, div(rest, tail), mul(local(tiles), num(w.mr))) })
		}
	}
	from, apart, walk := local(in), w.cs, g
	if w.copied {
		from, apart, walk = local(add(local(scratch), num(w.copies())).into(f)), 16*w.X.C, g.spread(w.X.C)
	}
	f.Times(w.all, func() {
		if w.copied {
			each(func(size int, tiles, done expr) {
				b.spread(f, size, g, add(local(in), mul(done, num(w.cs))), add(from, mul(done, num(apart))), tiles)
			})
		}
		for _, r := range walk.panelRuns(ConvParams{Groups: 1}, unroll) {
			add(local(weights), num(r.w)).set(f, pw)
			add(local(out), num(4*r.ch)).set(f, pout)
			f.Times(r.count, func() {
				each(func(size int, tiles, done expr) {
					t := r.tile
					t.mr = size
					b.callTile(f, t, walk, add(from, mul(done, num(apart))), local(pw), add(local(pout), mul(done, num(w.os))), num(0), tiles)
				})
				f.Inc(pw, int32(r.wStep))
				f.Inc(pout, int32(4*r.chStep))
			})
		}
		f.Inc(in, int32(w.tiles*w.cs))
		f.Inc(out, int32(w.tiles*w.os))
		f.Inc(weights, int32(ConvWeightsSize(w.Y.C, w.X.C, 1, 1, 1)))
	})
}

// winogradGather copies a tile whose margin reaches beyond the picture: zeros,
// and the pixels inside.
func (b *Builder) winogradGather(w winograd, ps int) *emit.Func {
	return b.inner(key("winograd gather", w.t, w.all, w.cs, ps), func(in *inner) {
		from, row, to := in.param(), in.param(), in.param()
		top, side, h, width := in.param(), in.param(), in.param(), in.param()
		in.body = func(f *emit.Func) {
			y, rows, x, cols := f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32)
			inside(f, top, local(h), w.t, 1, y, rows)
			inside(f, side, local(width), w.t, 1, x, cols)
			f.LocalGet(to)
			f.I32Const(0)
			f.I32Const(int32(w.all * w.cs))
			f.MemoryFill()
			add(local(from), mul(local(y), local(row)), mul(local(x), num(ps))).set(f, from)
			add(local(to), mul(add(mul(local(y), num(w.t)), local(x)), num(w.cs))).set(f, to)
			f.Repeat(rows, func() {
				if ps == w.cs {
					f.LocalGet(to)
					f.LocalGet(from)
					mul(local(cols), num(w.cs)).emit(f)
					f.MemoryCopy()
				} else {
					pf, pt, n := f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32)
					f.Move(pf, from)
					f.Move(pt, to)
					f.Move(n, cols)
					f.Repeat(n, func() {
						f.LocalGet(pt)
						f.LocalGet(pf)
						f.I32Const(int32(w.cs))
						f.MemoryCopy()
						f.Inc(pf, int32(ps))
						f.Inc(pt, int32(w.cs))
					})
				}
				f.IncLocal(from, row)
				f.Inc(to, int32(w.t*w.cs))
			})
		}
	})
}

// transform holds what one-dimensional transforms work with.
type transform struct {
	b   *Builder
	f   *emit.Func
	tmp []emit.Local
	of  map[uint32]emit.Local // constants by their bits
}

func newTransform(b *Builder, f *emit.Func, constants ...uint32) transform {
	t := transform{b, f, f.Locals(emit.V128, 6), map[uint32]emit.Local{}}
	for _, bits := range constants {
		l := f.Local(emit.V128)
		b.splat4(f, bits)
		f.LocalSet(l)
		t.of[bits] = l
	}
	return t
}

// Constants of the transforms.
const (
	four4, five4, eight4, half4          = 0x40800000, 0x40a00000, 0x41000000, 0x3f000000
	quarter4, sixth4, minusSixth4        = 0x3e800000, 0x3e2aaaab, 0xbe2aaaab
	twelfth4, twentyFourth4       uint32 = 0x3daaaaab, 0x3d2aaaab

	line5, line4, line1, line2 = 0x40a80000, 0x40880000, 0x3fa00000, 0x40200000 // 5¼, 4¼, 1¼, 2½
)

// lineFactors are −2/9, and 1, 2, 4, 8, 16 and ½ 90ths.
var lineFactors = []uint32{0xbe638e39, 0x3c360b61, 0x3cb60b61, 0x3d360b61, 0x3db60b61, 0x3e360b61, 0x3bb60b61}

// set stores a op b.
func (t transform) set(to, a emit.Local, op emit.Op, b emit.Local) {
	t.f.LocalGet(a)
	t.f.LocalGet(b)
	t.f.Op(op)
	t.f.LocalSet(to)
}

func (t transform) add(to, a, b emit.Local) { t.set(to, a, emit.F32x4Add, b) }
func (t transform) sub(to, a, b emit.Local) { t.set(to, a, emit.F32x4Sub, b) }
func (t transform) mul(to, a emit.Local, k uint32) {
	t.set(to, a, emit.F32x4Mul, t.of[k])
}

// input transforms the inputs of a tile along one axis.
func (t transform) input(y, x []emit.Local) {
	if len(x) == 4 {
		t.sub(y[0], x[0], x[2])
		t.add(y[1], x[1], x[2])
		t.sub(y[2], x[2], x[1])
		t.sub(y[3], x[1], x[3])
		return
	}
	a, b := t.tmp[0], t.tmp[1]
	if len(x) == 8 { // of a line
		t.sub(y[0], x[0], x[6])
		t.sub(a, x[4], x[2])
		t.mul(a, a, line5)
		t.add(y[0], y[0], a)
		t.sub(y[7], x[7], x[1])
		t.sub(a, x[3], x[5])
		t.mul(a, a, line5)
		t.add(y[7], y[7], a)
		t.add(a, x[2], x[6])
		t.mul(b, x[4], line4)
		t.sub(a, a, b)
		t.add(b, x[1], x[5])
		c := t.tmp[2]
		t.mul(c, x[3], line4)
		t.sub(b, b, c)
		t.add(y[1], a, b)
		t.sub(y[2], a, b)
		for i, k := range [][2]uint32{{quarter4, line1}, {four4, five4}} {
			t.mul(a, x[2], k[0])
			t.add(a, a, x[6])
			t.mul(b, x[4], k[1])
			t.sub(a, a, b)
			t.mul(b, x[1+4*i], half4)
			t.add(c, x[5-4*i], x[5-4*i])
			t.add(b, b, c)
			t.mul(c, x[3], line2)
			t.sub(b, b, c)
			t.add(y[3+2*i], a, b)
			t.sub(y[4+2*i], a, b)
		}
		return
	}
	for i := range 2 { // (4·x0 + x4) − 5·x2, (4·x1 + x5) − 5·x3
		t.mul(a, x[i], four4)
		t.add(a, a, x[i+4])
		t.mul(b, x[i+2], five4)
		t.sub(y[5*i], a, b)
	}
	t.mul(a, x[2], four4)
	t.sub(a, x[4], a)
	t.mul(b, x[1], four4)
	t.sub(b, x[3], b)
	t.add(y[1], a, b)
	t.sub(y[2], a, b)
	t.sub(a, x[4], x[2])
	t.sub(b, x[3], x[1])
	t.add(b, b, b)
	t.add(y[3], a, b)
	t.sub(y[4], a, b)
}

// output transforms the sums of a tile along one axis.
func (t transform) output(y, x []emit.Local) {
	if len(x) == 4 {
		t.add(y[0], x[0], x[1])
		t.add(y[0], y[0], x[2])
		t.sub(y[1], x[1], x[2])
		t.sub(y[1], y[1], x[3])
		return
	}
	a, b, c, d := t.tmp[0], t.tmp[1], t.tmp[2], t.tmp[3]
	if len(x) == 8 { // of a line
		e, g := t.tmp[4], t.tmp[5]
		for i, v := range [][2]emit.Local{{a, b}, {c, d}, {e, g}} {
			t.add(v[0], x[1+2*i], x[2+2*i])
			t.sub(v[1], x[1+2*i], x[2+2*i])
		}
		t.add(y[0], x[0], a)
		t.add(y[0], y[0], c)
		t.mul(y[2], e, eight4)
		t.add(y[0], y[0], y[2])
		t.add(y[1], d, d)
		t.add(y[1], b, y[1])
		t.mul(y[2], g, four4)
		t.add(y[1], y[1], y[2])
		t.mul(c, c, four4)
		t.add(y[2], a, c)
		t.add(e, e, e)
		t.add(y[2], y[2], e)
		t.mul(d, d, eight4)
		t.add(y[3], b, d)
		t.add(y[3], y[3], g)
		t.add(y[3], y[3], x[7])
		return
	}
	t.add(a, x[1], x[2])
	t.sub(b, x[1], x[2])
	t.add(c, x[3], x[4])
	t.sub(d, x[3], x[4])
	t.add(y[0], x[0], a)
	t.add(y[0], y[0], c)
	t.add(y[1], b, d)
	t.add(y[1], y[1], d)
	t.mul(c, c, four4)
	t.add(y[2], a, c)
	t.mul(d, d, eight4)
	t.add(y[3], b, d)
	t.add(y[3], y[3], x[5])
}

// filter transforms the weights along one axis.
func (t transform) filter(y, x []emit.Local) {
	sum, p, q := t.tmp[0], t.tmp[1], t.tmp[2]
	t.add(sum, x[0], x[2])
	t.add(p, sum, x[1])
	t.sub(q, sum, x[1])
	last := len(y) - 1
	t.f.Move(y[last], x[2])
	if len(y) == 4 {
		t.f.Move(y[0], x[0])
		t.mul(y[1], p, half4)
		t.mul(y[2], q, half4)
		return
	}
	t.mul(y[0], x[0], quarter4)
	t.mul(y[1], p, minusSixth4)
	t.mul(y[2], q, minusSixth4)
	t.mul(p, x[0], twentyFourth4)
	t.mul(q, x[2], sixth4)
	t.add(p, p, q)
	t.mul(q, x[1], twelfth4)
	t.add(y[3], p, q)
	t.sub(y[4], p, q)
}

// line transforms the five weights of a line: values of their polynomial at 0,
// ±1, ±2, ±½ and beyond all numbers, each times a factor.
func (t transform) line(y, x []emit.Local) {
	p, q, r := t.tmp[0], t.tmp[1], t.tmp[2]
	t.f.Move(y[0], x[0])
	t.add(p, x[0], x[2])
	t.add(p, p, x[4])
	t.add(q, x[1], x[3])
	t.add(y[1], p, q)
	t.mul(y[1], y[1], lineFactors[0])
	t.sub(y[2], p, q)
	t.mul(y[2], y[2], lineFactors[0])
	for i, k := range [][5]int{{1, 2, 3, 4, 5}, {4, 3, 2, 1, 6}} { // of x0, x1, …
		t.mul(p, x[0], lineFactors[k[0]])
		t.mul(r, x[2], lineFactors[k[2]])
		t.add(p, p, r)
		t.mul(r, x[4], lineFactors[k[4]])
		t.add(p, p, r)
		t.mul(q, x[1], lineFactors[k[1]])
		t.mul(r, x[3], lineFactors[k[3]])
		t.add(q, q, r)
		t.add(y[3+2*i], p, q)
		t.sub(y[4+2*i], p, q)
	}
	t.f.Move(y[7], x[4])
}

// load and store access one vector.
func (t transform) load(to, at emit.Local, offset int) {
	t.f.LocalGet(at)
	t.f.Load(emit.V128Load, uint32(offset))
	t.f.LocalSet(to)
}

func (t transform) store(at emit.Local, offset int, v emit.Local) {
	t.f.LocalGet(at)
	t.f.LocalGet(v)
	t.f.Load(emit.V128Store, uint32(offset))
}

// winogradIn transforms a tile of pixels ps bytes apart.
func (b *Builder) winogradIn(w winograd, ps int) *emit.Func {
	return b.inner(key("winograd in", w.t, flag(w.Line), w.tiles, w.cs, ps), func(in *inner) {
		from, row, to, work := in.param(), in.param(), in.param(), in.param()
		in.body = func(f *emit.Func) {
			t := newTransform(b, f, four4, five4)
			if w.Line {
				t = newTransform(b, f, four4, five4, half4, quarter4, line5, line4, line1, line2)
			}
			x, y := f.Locals(emit.V128, w.t), f.Locals(emit.V128, w.t)
			rows := f.Locals(emit.I32, w.t)
			f.Times(w.cs/16, func() {
				if w.Line {
					for j := range x {
						t.load(x[j], from, j*ps)
					}
					t.input(y, x)
					for j := range y {
						t.store(to, j*w.tiles*w.cs, y[j])
					}
					f.Inc(from, 16)
					f.Inc(to, 16)
					return
				}
				for i := range rows {
					if i == 0 {
						f.Move(rows[0], from)
					} else {
						add(local(rows[i-1]), local(row)).set(f, rows[i])
					}
				}
				for j := range w.t {
					for i := range x {
						t.load(x[i], rows[i], j*ps)
					}
					t.input(y, x)
					for i := range y {
						t.store(work, 16*(i*w.t+j), y[i])
					}
				}
				for i := range w.t {
					for j := range x {
						t.load(x[j], work, 16*(i*w.t+j))
					}
					t.input(y, x)
					for j := range y {
						t.store(to, (i*w.t+j)*w.tiles*w.cs, y[j])
					}
				}
				f.Inc(from, 16)
				f.Inc(to, 16)
			})
		}
	})
}

// winogradOut transforms the sums of a tile and stores its outputs; of a tile
// that is not whole only some.
func (b *Builder) winogradOut(w winograd, whole bool) *emit.Func {
	runs := window{y: w.Y, res: w.Res, late: w.Late, act: w.Act}.vectorRuns()
	name := key("winograd out", w.t, flag(w.Line), w.tiles, w.os, w.Y.Stride)
	if w.Res != nil {
		name = key(name, "residual", w.Res.Stride)
	}
	if !whole {
		name += " part"
	}
	for _, r := range runs {
		name = key(name, r.count, r.epi.name())
	}
	return b.inner(name, func(in *inner) {
		from, to, row, work, bias := in.param(), in.param(), in.param(), in.param(), in.param()
		res, rowRes := in.paramIf(w.Res != nil), in.paramIf(w.Res != nil)
		rows, cols := in.paramIf(!whole), in.paramIf(!whole)
		rps := 0
		if w.Res != nil {
			rps = 4 * w.Res.Stride
		}
		in.body = func(f *emit.Func) {
			t := newTransform(b, f, four4, eight4)
			x, y := f.Locals(emit.V128, w.t), f.Locals(emit.V128, w.m)
			bv := f.Local(emit.V128)
			py, pr, pw, n := f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32)
			for _, r := range runs {
				f.Times(r.count, func() {
					step := 16
					t.load(bv, bias, 0)
					f.Move(py, to)
					f.Move(pr, res)
					if w.Line {
						step = w.tiles * w.os
						f.Move(pw, from)
						f.SetConst(n, 1)
					} else {
						for j := range w.t {
							for i := range x {
								t.load(x[i], from, (i*w.t+j)*w.tiles*w.os)
							}
							t.output(y, x)
							for i := range y {
								t.store(work, 16*(i*w.t+j), y[i])
							}
						}
						f.Move(pw, work)
						f.SetConst(n, int32(w.m))
					}
					if !whole {
						f.Move(n, rows)
					}
					f.CountDown(n, func() {
						for j := range x {
							t.load(x[j], pw, step*j)
						}
						t.output(y, x)
						for j := range y {
							put := func() {
								t.add(y[j], y[j], bv)
								b.write(f, r.epi, y[j], py, 4*j*w.Y.Stride, pr, j*rps)
							}
							if whole {
								put()
								continue
							}
							f.LocalGet(cols)
							f.I32Const(int32(j))
							f.Op(emit.I32GtS)
							f.If(put)
						}
						f.Inc(pw, int32(16*w.t))
						f.IncLocal(py, row)
						if w.Res != nil {
							f.IncLocal(pr, rowRes)
						}
					})
					for _, l := range []emit.Local{from, to, bias} {
						f.Inc(l, 16)
					}
					if w.Res != nil {
						f.Inc(res, 16)
					}
				})
			}
		}
	})
}

// PackWinograd appends a step that transforms weights for Winograd, along y,
// then x: a bias for each output channel, then for each position of a tile the
// panels that Conv would have for 1×1 weights, with zeros in place of biases.
func (b *Builder) PackWinograd(name string, p PackWinogradParams) *emit.Func {
	f := b.M.Func(name, nil, nil)
	src, dst := f.Local(emit.I32), f.Local(emit.I32)
	taps := 9
	if p.Line {
		taps = 5
	}
	num(int(p.Src)).set(f, src)
	num(int(p.Dst)+4*roundUp(p.OC, 4)).set(f, dst)
	eachPanel(f, PackConvParams{OC: p.OC, C: p.C, KH: 1, KW: 1, Groups: 1}, func(width, lanes int) {
		for v := 0; v < width; v += 4 {
			call(f, b.winogradFilter(p, width, max(0, min(4, lanes-v))), add(local(src), num(4*taps*p.C*v)), add(local(dst), num(4*v)))
		}
		f.Inc(src, int32(4*taps*p.C*width))
		f.Inc(dst, int32(4*width*(1+p.C)))
	})
	return f
}

// winogradFilter transforms the weights of some output channels.
func (b *Builder) winogradFilter(p PackWinogradParams, width, lanes int) *emit.Func {
	t, all := p.Tile+2, winogradPositions(p.Tile, p.Line)
	size := int(ConvWeightsSize(p.OC, p.C, 1, 1, 1))
	return b.inner(key("winograd filter", t, flag(p.Line), p.C, size, width, lanes), func(in *inner) {
		from, to := in.param(), in.param()
		in.body = func(f *emit.Func) {
			tr := newTransform(b, f, half4, quarter4, sixth4, minusSixth4, twelfth4, twentyFourth4)
			if p.Line {
				tr = newTransform(b, f, lineFactors...)
			}
			zero := f.Local(emit.V128)
			for i := range all { // biases
				tr.store(to, i*size, zero)
			}
			load := func(v emit.Local, taps, tap int) {
				f.V128Zero()
				f.LocalSet(v)
				for l := range lanes {
					f.LocalGet(from)
					f.LocalGet(v)
					f.LoadLane(emit.V128Load32Lane, uint32(4*(taps*p.C*l+tap)), byte(l))
					f.LocalSet(v)
				}
			}
			if p.Line {
				y, g := f.Locals(emit.V128, all), f.Locals(emit.V128, 5)
				f.Times(p.C, func() {
					f.Inc(to, int32(4*width))
					for i := range g {
						load(g[i], len(g), i)
					}
					tr.line(y, g)
					for j := range y {
						tr.store(to, j*size, y[j])
					}
					f.Inc(from, int32(4*len(g)))
				})
				return
			}
			y := f.Locals(emit.V128, t)
			g := [3][]emit.Local{f.Locals(emit.V128, 3), f.Locals(emit.V128, 3), f.Locals(emit.V128, 3)} // by column
			u := [3][]emit.Local{f.Locals(emit.V128, t), f.Locals(emit.V128, t), f.Locals(emit.V128, t)}
			f.Times(p.C, func() {
				f.Inc(to, int32(4*width))
				for kx := range 3 {
					for ky := range 3 {
						load(g[kx][ky], 9, 3*ky+kx)
					}
					tr.filter(u[kx], g[kx])
				}
				for i := range t {
					tr.filter(y, []emit.Local{u[0][i], u[1][i], u[2][i]})
					for j := range y {
						tr.store(to, (i*t+j)*size, y[j])
					}
				}
				f.Inc(from, 36)
			})
		}
	})
}

// PackWinogradBias appends a step that writes the biases: the f32 vector [OC]
// at src, or zeros.
func (b *Builder) PackWinogradBias(name string, src, dst uint32, hasBias bool, p PackWinogradParams) *emit.Func {
	f := b.M.Func(name, nil, nil)
	from, to := f.Local(emit.I32), f.Local(emit.I32)
	num(int(src)).set(f, from)
	num(int(dst)).set(f, to)
	packBias(f, from, to, roundUp(p.OC, 4), p.OC, hasBias)
	return f
}
