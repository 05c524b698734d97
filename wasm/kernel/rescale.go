package kernel

import "github.com/dehug/dehug/wasm/emit"

// Rescale says what becomes of packed weights of a convolution: expressions
// (see calc) of x, a weight or a bias, and of z and w, which belong to the
// output channel.
type Rescale struct {
	Weight, Bias string
	Z, W         uint32 // addresses of f32 [channels]
}

// RescaleConv appends a step that changes the panels at p.Dst.
func (b *Builder) RescaleConv(name string, p PackConvParams, r Rescale) *emit.Func {
	f := b.M.Func(name, nil, nil)
	rows := max(1, p.KD) * p.KH * p.KW * p.C
	b.rescalePanels(f, num(int(p.Dst)), p, rows, r)
	return f
}

// rescalePanels changes the panels from dst on, a bias and rows weights for
// each channel. Lanes without a channel are of no account.
func (b *Builder) rescalePanels(f *emit.Func, dst expr, p PackConvParams, rows int, r Rescale) {
	at, ch := dst.into(f), f.Local(emit.I32)
	num(0).set(f, ch)
	eachPanel(f, p, func(width, lanes int) {
		b.rescaleRows(f, at, ch, width, rows, r)
		f.Inc(at, int32(4*width*(1+rows)))
		f.Inc(ch, int32(4*lanes))
	})
}

// RescaleDepthwise appends a step that changes the vectors at p.Dst.
func (b *Builder) RescaleDepthwise(name string, p PackDepthwiseParams, r Rescale) *emit.Func {
	f := b.M.Func(name, nil, nil)
	at, ch := num(int(p.Dst)).into(f), f.Local(emit.I32)
	eachVector(f, p, func(lanes int) {
		b.rescaleRows(f, at, ch, 4, p.KH*p.KW, r)
		f.Inc(at, int32(16*(1+p.KH*p.KW)))
		f.Inc(ch, int32(4*lanes))
	})
	return f
}

// RescaleWinograd appends a step that changes the transformed weights, and the
// biases, at p.Dst.
func (b *Builder) RescaleWinograd(name string, p PackWinogradParams, r Rescale) *emit.Func {
	f := b.M.Func(name, nil, nil)
	at, ch := num(int(p.Dst)).into(f), f.Local(emit.I32)
	f.Times((p.OC+3)/4, func() {
		b.rescaleRows(f, at, ch, 4, 0, r)
		f.Inc(at, 16)
		f.Inc(ch, 16)
	})
	r.Bias = "x" // of panels: zeros, which stay
	if r.Weight != "x" {
		f.Times(winogradPositions(p.Tile, p.Line), func() {
			b.rescalePanels(f, local(at), PackConvParams{OC: p.OC, C: p.C, KH: 1, KW: 1, Groups: 1}, p.C, r)
			f.Inc(at, int32(ConvWeightsSize(p.OC, p.C, 1, 1, 1)))
		})
	}
	return f
}

// rescaleRows changes a bias and rows of weights for some neighbouring channels.
func (b *Builder) rescaleRows(f *emit.Func, at, ch emit.Local, width, rows int, r Rescale) {
	if r.Weight == "x" {
		rows = 0
	}
	g := b.inner(key("rescale", width, r.Weight, ",", r.Bias), func(in *inner) {
		at, z, w, rows := in.param(), in.param(), in.param(), in.param()
		in.body = func(f *emit.Func) {
			nv := width / 4
			x, zv, wv := f.Local(emit.V128), f.Locals(emit.V128, nv), f.Locals(emit.V128, nv)
			c := &calc{b: b, f: f, t: lanes{4, true, false}, pooled: true}
			row := func(expr string) {
				for v := range nv {
					f.LocalGet(at)
					f.Load(emit.V128Load, uint32(16*v))
					f.LocalSet(x)
					c.eval(expr, []emit.Local{x, x, zv[v], wv[v]})
					f.LocalSet(x)
					storeLanes(f, x, at, 16*v, 4)
				}
				f.Inc(at, int32(16*nv))
			}
			for v := range nv {
				for _, o := range [][2]emit.Local{{zv[v], z}, {wv[v], w}} {
					f.LocalGet(o[1])
					f.Load(emit.V128Load, uint32(16*v))
					f.LocalSet(o[0])
				}
			}
			row(r.Bias)
			f.Repeat(rows, func() { row(r.Weight) })
		}
	})
	call(f, g, local(at), add(num(int(r.Z)), local(ch)), add(num(int(r.W)), local(ch)), num(rows))
}
