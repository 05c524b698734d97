package lower

import (
	"github.com/dehug/dehug/internal/say"

	"github.com/dehug/dehug/wasm/emit"
	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/kernel"
)

var windowed = []operator{
	{"ConvTranspose", (*lowerer).convTranspose},
	{"DeformConv", (*lowerer).deformConv},
}

// small returns an attribute as machine integers.
func small(n *graph.Node, name string) []int {
	var out []int
	for _, k := range n.Ints(name) {
		out = append(out, int(k))
	}
	return out
}

// convTranspose lowers ConvTranspose [X, W, bias?]: each pixel times each tap,
// then the taps that meet in a pixel are added up.
func (l *lowerer) convTranspose(n *graph.Node) error {
	x, w, bias, y := n.Input(0), n.Input(1), n.Input(2), n.Outputs[0]
	if !imageable(x) || !imageable(y) {
		return say.Errorf("needs f32 operands and constant channel counts, has %s%s: %w", x.Type, x.Shape, ErrUnsupported)
	}
	if tapsApart(n) {
		return l.fuse(n, (*lowerer).convTransposeApart)
	}
	l.plan(n, "tap: +0, then + x·w in ascending channels; result: bias or +0, then + taps in ascending order")
	num := graph.Num
	group := n.Int("group", 1)
	c, _ := x.Shape[1].IsConst()
	oc, _ := y.Shape[1].IsConst()
	cg, ocg := c/group, oc/group
	taps := int64(1)
	for _, k := range n.Ints("kernel_shape") {
		taps *= k
	}
	in := l.image(x, false)
	stride, _ := in.pixelStride(x.Shape)
	pixels := x.Shape[2:].Elements()
	l.macs = graph.Add(l.macs, graph.Mul(graph.Mul(x.Shape[0], pixels), num(c*ocg*taps)))

	batch := graph.Shape{x.Shape[0], num(group), num(taps)}
	a := matrices{rep: rep{buf: in.buf, off: in.off, strides: []graph.Dim{graph.Mul(pixels, num(4*stride)), num(4 * cg), num(0), num(4 * stride), num(4)}},
		typ: x.Type, shape: append(append(graph.Shape{}, batch...), pixels, num(cg))}
	b := matrices{rep: rep{strides: []graph.Dim{num(cg * ocg * taps * 4), num(4), num(ocg * taps * 4), num(taps * 4)}}, typ: w.Type,
		shape: graph.Shape{num(group), num(taps), num(cg), num(ocg)}}
	if w.Const == nil {
		b.buf = l.plain(w).buf
	}
	parts := matrices{typ: x.Type, shape: append(append(graph.Shape{}, batch...), pixels, num(ocg))}
	parts.rep = rep{buf: l.newBuffer(y.Name+" taps", graph.Mul(graph.Mul(x.Shape[0], pixels), num(4*taps*oc))),
		strides: []graph.Dim{graph.Mul(pixels, num(4*taps*oc)), num(4 * ocg), num(4 * oc), num(4 * taps * oc), num(4)}}
	l.gemmAs(n, a, b, parts, w, vector{}, kernel.ActNone)

	out := l.newImage(y)
	var br rep
	if bias != nil {
		br = l.plain(bias)
		l.touch(br.buf)
	}
	l.touch(parts.buf, out.buf)
	pads := small(n, "pads")
	l.addStep(y.Name, n.Op+".fold", func(b *kernel.Builder) *emit.Func {
		p := kernel.FoldParams{X: l.addr(parts.rep), Y: l.kernelImage(out, y.Shape), In: l.ints(x.Shape[2:]), Out: l.ints(y.Shape[2:]),
			Kernel: small(n, "kernel_shape"), Strides: small(n, "strides"), Dilations: small(n, "dilations"), Pads: pads[:len(pads)/2]}
		if bias != nil {
			at := l.addr(br)
			p.Bias = &at
		}
		return b.Fold(y.Name, p)
	})
	return nil
}

// tapsApart reports whether the taps of a ConvTranspose over pictures never meet
// in a pixel, and leave none out.
func tapsApart(n *graph.Node) bool {
	x, w, bias, y := n.Input(0), n.Input(1), n.Input(2), n.Outputs[0]
	kernel, strides := n.Ints("kernel_shape"), n.Ints("strides")
	if len(kernel) != 2 || n.Int("group", 1) != 1 || w.Const == nil || bias != nil && bias.Const == nil {
		return false
	}
	for i, k := range kernel {
		if strides[i] != k || n.Ints("dilations")[i] != 1 || n.Ints("pads")[i] != 0 || !y.Shape[2+i].Equal(graph.Mul(x.Shape[2+i], graph.Num(k))) {
			return false
		}
	}
	return true
}

// convTransposeApart lowers a ConvTranspose whose taps do not meet: for each row
// of taps a 1×1 convolution whose channels are those of the row's pixels.
func (l *lowerer) convTransposeApart(f *fusion) error {
	n, y := f.node, f.y
	x, w, bias := n.Input(0), n.Input(1), n.Input(2)
	num := graph.Num
	l.plan(n, "taps apart; bias, then channels"+f.tail())
	size := small(n, "kernel_shape")
	c, _ := x.Shape[1].IsConst()
	oc, _ := y.Shape[1].IsConst()
	kh, kw := int64(size[0]), int64(size[1])
	l.macs = graph.Add(l.macs, graph.Mul(y.Shape.Elements(), num(c)))

	pp := kernel.PackConvParams{OC: int(kh * kw * oc), C: int(c), KH: 1, KW: 1, Groups: int(kh)}
	turned := func(name string, bytes int64) *buffer { // in the order of ky, kx, channel out, channel in
		b := l.newBuffer(name+" turned", num(bytes))
		b.static, b.used = true, false
		return b
	}
	tw, tb := turned(w.Name, 4*kh*kw*oc*c), turned(y.Name, 4*kh*kw*oc)
	copied := func(b *kernel.Builder, name string, src uint32, dst *buffer, extents []kernel.Int, from []kernel.Int, then func(src uint32) *emit.Func) *emit.Func {
		to, step := make([]kernel.Int, len(extents)), int64(4)
		for i := len(extents) - 1; i >= 0; i-- {
			to[i] = kernel.Const(step)
			k, _ := extents[i].IsConst()
			step *= int64(k)
		}
		turn := b.Copy(name+" turned", kernel.CopyParams{Elem: 4, Extents: extents, Src: kernel.Const(int64(src)), SrcStride: from, Dst: kernel.Const(int64(l.static(dst))), DstStride: to})
		pack := then(l.static(dst))
		both := b.M.Func(name, nil, nil)
		both.Call(turn)
		both.Call(pack)
		return both
	}
	packed, err := l.pack(n, w, bias, kernel.ConvWeightsSize(pp.OC, pp.C, 1, 1, pp.Groups),
		func(b *kernel.Builder, src, dst uint32) *emit.Func {
			return copied(b, "pack "+w.Name, src, tw, constInts(kh, kw, oc, c), constInts(4*kw, 4, 4*kh*kw, 4*oc*kh*kw), func(src uint32) *emit.Func {
				pp := pp
				pp.Src, pp.Dst = src, dst
				return b.PackConv("pack "+w.Name, pp)
			})
		},
		func(b *kernel.Builder, src, dst uint32, has bool) *emit.Func {
			if !has {
				return b.PackConvBias("pack bias "+y.Name, 0, dst, false, pp)
			}
			return copied(b, "pack bias "+y.Name, src, tb, constInts(kh*kw, oc), constInts(0, 4), func(src uint32) *emit.Func {
				return b.PackConvBias("pack bias "+y.Name, src, dst, true, pp)
			})
		})
	if err != nil {
		return err
	}
	f.repeat = kh * kw
	l.rescale(f, func(b *kernel.Builder, r kernel.Rescale) *emit.Func {
		pp := pp
		pp.Dst = l.static(packed)
		return b.RescaleConv("rescale "+w.Name, pp, r)
	})

	in := l.image(x, false)
	out := rep{buf: l.newBuffer(y.Name, bytesOf(y)), strides: imageStrides(y.Shape, oc)}
	l.add(y, out)
	group := kernel.ConvWeightsSize(int(kw*oc), pp.C, 1, 1, 1)
	p := kernel.ConvParams{KH: 1, KW: 1, SH: 1, SW: 1, DH: 1, DW: 1, Groups: 1, Apart: int(kh), Act: f.act}
	p.X.C, p.Y.C = int(c), int(kw*oc)
	scratch := l.scratch(l.builder().ConvScratch(p))
	for row := range kh {
		l.touch(in.buf, out.buf, packed, scratch)
		l.addStep(y.Name, n.Op+".row", func(b *kernel.Builder) *emit.Func {
			from := l.kernelImage(in, x.Shape)
			to := from
			to.C, to.Stride = int(kw*oc), int(kw*oc)
			to.Addr = l.int(graph.Add(out.buf.addr, graph.Mul(num(4*row*kw*oc), x.Shape[3])))
			p := p
			p.X, p.Y, p.Weights, p.Scratch = from, to, l.static(packed)+uint32(row*group), l.scratchAt(scratch)
			return b.Conv(y.Name, p)
		})
	}
	return nil
}

func constInts(ks ...int64) []kernel.Int {
	is := make([]kernel.Int, len(ks))
	for i, k := range ks {
		is[i] = kernel.Const(k)
	}
	return is
}

// deformConv lowers DeformConv [X, W, offset, bias?, mask?]: sampled windows
// become rows, which are multiplied by the weights.
func (l *lowerer) deformConv(n *graph.Node) error {
	x, w, offset, bias, mask, y := n.Input(0), n.Input(1), n.Input(2), n.Input(3), n.Input(4), n.Outputs[0]
	l.plan(n, "taps mixed along x, then y, · mask; bias or +0, then + x·w in ascending (channel, y, x)")
	num := graph.Num
	group := n.Int("group", 1)
	c, _ := x.Shape[1].IsConst()
	oc, _ := y.Shape[1].IsConst()
	ocg := oc / group
	pair := func(name string) [2]int { return [2]int(small(n, name)[:2]) }
	k := c / group * n.Ints("kernel_shape")[0] * n.Ints("kernel_shape")[1]
	windows := y.Shape[2:].Elements()
	l.macs = graph.Add(l.macs, graph.Mul(y.Shape.Elements(), num(k)))
	in, off := l.plain(x), l.plain(offset)
	rows := matrices{typ: x.Type, shape: graph.Shape{x.Shape[0], num(group), windows, num(k)}}
	rows.rep = rep{buf: l.newBuffer(y.Name+" rows", graph.Mul(rows.shape.Elements(), num(4))), strides: rowMajor(rows.shape, x.Type)}
	var mr rep
	if mask != nil {
		mr = l.plain(mask)
		l.touch(mr.buf)
	}
	l.touch(in.buf, off.buf, rows.buf)
	l.addStep(y.Name, n.Op+".rows", func(b *kernel.Builder) *emit.Func {
		p := kernel.DeformParams{X: l.addr(in), Y: l.addr(rows.rep), Offset: l.addr(off), N: l.int(x.Shape[0]), H: l.int(x.Shape[2]), W: l.int(x.Shape[3]),
			OH: l.int(y.Shape[2]), OW: l.int(y.Shape[3]), C: int(c), Groups: int(group), OffsetGroups: int(n.Int("offset_group", 1)),
			Kernel: pair("kernel_shape"), Strides: pair("strides"), Dilations: pair("dilations"), Begins: pair("pads")}
		if mask != nil {
			at := l.addr(mr)
			p.Mask = &at
		}
		return b.Deform(y.Name, p)
	})
	wm := matrices{rep: rep{strides: []graph.Dim{num(4 * ocg * k), num(4), num(4 * k)}}, typ: w.Type, shape: graph.Shape{num(group), num(k), num(ocg)}}
	if w.Const == nil {
		wm.buf = l.plain(w).buf
	}
	out := l.newBuffer(y.Name, bytesOf(y))
	ym := matrices{typ: y.Type, shape: graph.Shape{x.Shape[0], num(group), windows, num(ocg)}}
	ym.rep = rep{buf: out, strides: []graph.Dim{graph.Mul(windows, num(4*oc)), num(4 * ocg), num(4 * oc), num(4)}}
	l.gemmAs(n, rows, wm, ym, w, vector{v: bias, step: 4 * ocg}, kernel.ActNone)
	l.add(y, rep{buf: out, strides: imageStrides(y.Shape, oc)})
	return nil
}
