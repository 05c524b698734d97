package lower

import (
	"github.com/dehug/dehug/wasm/emit"
	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/kernel"
)

// winogradMemory bounds what transformed weights take beyond plain ones, in
// bytes over the whole model: 4×4 tiles take four times as many, 2×2 tiles 1.8.
const winogradMemory = 16 << 20

// winogradChannels is the least number of channels on either side: with fewer
// the transforms cost what the products save.
const winogradChannels = 8

// winogradTile chooses the tiles of a convolution: 4 for 4×4 outputs, 2 for
// 2×2, 0 for the direct algorithm. The choice is part of the plan, so it
// depends on nothing but the graph. Early layers, which have many pixels and
// few channels, come first; one alone takes no more than a quarter of what is
// left for the larger tiles. Extents that only bind knows count as large.
func (l *lowerer) winogradTile(w window, groups int, c, oc int64, y graph.Shape) int {
	one := [3]int{1, 1, 1}
	if w.kernel != [3]int{1, 3, 3} || w.stride != one || w.dilation != one || groups != 1 || len(y) != 4 || c < winogradChannels || oc < winogradChannels {
		return 0
	}
	extra := func(tile int) int64 {
		return kernel.WinogradWeightsSize(int(oc), int(c), tile, false) - kernel.ConvWeightsSize(int(oc), int(c), 3, 3, 1)
	}
	left := winogradMemory - l.winogradBytes
	take := func(tile int) int {
		l.winogradBytes += extra(tile)
		return tile
	}
	h, known := y[2].IsConst()
	v, also := y[3].IsConst()
	if !known || !also {
		h, v = 1<<10, 1<<10
	}
	products := func(tile int64) int64 { // for each pair of channels
		return (h + tile - 1) / tile * ((v + tile - 1) / tile) * (tile + 2) * (tile + 2)
	}
	direct := 9 * h * v
	switch {
	case products(4) < products(2) && 2*products(4) < direct && products(4) > 4*36 && extra(4) <= left/4:
		return take(4)
	case 3*products(2) < 2*direct && products(2) > 4*16 && extra(2) <= left:
		return take(2)
	}
	return 0
}

// winogradLines is the least number of outputs of a line, as winogradChannels is
// of channels.
const winogradLines = 32

// winogradLine reports whether a convolution is done by tiles of four outputs
// of a line, with 8 products in place of 20, and notes what its weights take.
// Magika's, 508 × 256 → 512 channels, in Chromium on Zen 4: 12.2 → 8.3 ms with tiles of two
// (6 in place of 10), of which tiles of four take 0.7.
func (l *lowerer) winogradLine(w window, groups int, c, oc int64, y graph.Shape) bool {
	one := [3]int{1, 1, 1}
	if w.stride != one || w.dilation != one || w.padded() || groups != 1 || len(y) > 4 || c < winogradChannels || oc < winogradChannels {
		return false
	}
	_, _, h, v := pixels(y)
	switch {
	case w.kernel == [3]int{1, 1, 5} && isOne(h):
	case w.kernel == [3]int{1, 5, 1} && isOne(v):
		v = h
	default:
		return false
	}
	extra := kernel.WinogradWeightsSize(int(oc), int(c), 4, true) - kernel.ConvWeightsSize(int(oc), int(c), 1, 5, 1)
	if k, ok := v.IsConst(); ok && k < winogradLines || l.winogradBytes+extra > winogradMemory {
		return false
	}
	l.winogradBytes += extra
	return true
}

// winograd lowers a convolution by tiles: a 3×3 one, or one of lines.
func (l *lowerer) winograd(f *fusion, tile int, line bool, touchRes func(), resImage func() *kernel.Image, table *buffer, win window) error {
	x, w, bias, y := f.node.Input(0), f.node.Input(1), f.node.Input(2), f.y
	name := map[int]string{2: "F(2x2)", 4: "F(4x4)"}[tile]
	if line {
		name = "F(4) of lines"
	}
	l.plan(f.node, "winograd "+name+"; filter, input and output transformed along y, then x; +0, then channels; then bias"+f.tail())
	c, _ := x.Shape[1].IsConst()
	oc, _ := y.Shape[1].IsConst()
	pp := kernel.PackWinogradParams{OC: int(oc), C: int(c), Tile: tile, Line: line}
	packed, err := l.pack(f.node, w, bias, kernel.WinogradWeightsSize(pp.OC, pp.C, tile, line),
		func(b *kernel.Builder, src, dst uint32) *emit.Func {
			pp := pp
			pp.Src, pp.Dst = src, dst
			return b.PackWinograd("pack "+w.Name, pp)
		},
		func(b *kernel.Builder, src, dst uint32, has bool) *emit.Func {
			return b.PackWinogradBias("pack bias "+y.Name, src, dst, has, pp)
		})
	if err != nil {
		return err
	}
	l.rescale(f, func(b *kernel.Builder, r kernel.Rescale) *emit.Func {
		pp := pp
		pp.Dst = l.static(packed)
		return b.RescaleWinograd("rescale "+w.Name, pp, r)
	})
	p := kernel.WinogradParams{Tile: tile, Line: line, PT: win.begin[1], PL: win.begin[2], Late: f.late, Act: f.act}
	p.X.C, p.Y.C = int(c), int(oc)
	in := l.image(x, true)
	out := l.imageFor(y)
	scratch := l.scratch(l.builder().WinogradScratchSize(p))
	l.touch(in.buf, out.buf, packed, scratch)
	touchRes()
	l.addStep(y.Name, "Conv.winograd", func(b *kernel.Builder) *emit.Func {
		p := p
		p.X, p.Y, p.Weights, p.Res = l.kernelImage(in, x.Shape), l.kernelImage(out, y.Shape), l.static(packed), resImage()
		if line && win.kernel[1] > 1 { // a column of pixels is a row: see kernel.Conv
			for _, i := range []*kernel.Image{&p.X, &p.Y, p.Res} {
				if i != nil {
					i.H, i.W = i.W, i.H
				}
			}
		}
		p.Scratch, p.Table = l.int(scratch.addr), l.tableAt(table)
		return b.Winograd(y.Name, p)
	})
	return nil
}

// builder is one like that which will write the steps, to ask what they need.
func (l *lowerer) builder() *kernel.Builder {
	b := kernel.NewBuilder(emit.NewModule(), l.opt.Profile, l.opt.Fast)
	if l.opt.Threads {
		b.Divide()
	}
	return b
}

// scratch is memory that a step works in and that nothing outlives: one buffer
// for all steps; nil for a step that needs none.
func (l *lowerer) scratch(size int64) *buffer {
	if size == 0 {
		return nil
	}
	if l.work == nil {
		l.work = l.newBuffer("scratch", graph.Num(0))
	}
	if k, _ := l.work.size.IsConst(); k < size {
		l.work.size = graph.Num(size)
	}
	return l.work
}

// scratchAt is the address of scratch memory, if there is any.
func (l *lowerer) scratchAt(b *buffer) kernel.Int {
	if b == nil {
		return kernel.Int{}
	}
	return l.int(b.addr)
}
