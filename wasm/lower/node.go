package lower

import (
	"github.com/dehug/dehug/internal/say"

	"github.com/dehug/dehug/wasm/emit"
	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/kernel"
)

// operator maps an operator (or a fused form of package opt) to the function
// that lowers it.
type operator struct {
	op    string
	lower func(l *lowerer, n *graph.Node) error
}

var basic = []operator{
	{"Concat", (*lowerer).concat},
	{"ConstantOfShape", (*lowerer).fill},
	{"Conv", (*lowerer).conv},
	{"Identity", (*lowerer).alias},
	{"MaxPool", (*lowerer).maxPool},
	{"Reshape", (*lowerer).reshape},
	{"Transpose", (*lowerer).transpose},
}

// node lowers one node and, when intermediates are kept, exports its results.
func (l *lowerer) node(n *graph.Node) error {
	for _, v := range n.Outputs {
		if v == nil {
			continue
		}
		if len(v.Shape) > maxRank {
			return say.Errorf("rank %d is over %d: %w", len(v.Shape), maxRank, ErrUnsupported)
		}
		if v.Type.Size() == 0 {
			return say.Errorf("element type %s: %w", v.Type, ErrUnsupported)
		}
	}
	before := l.guard
	l.guard = l.guards[n]
	defer func() { l.guard = before }()
	for _, x := range l.guard {
		l.condition(x.value)
	}
	if l.empty(n) {
		return nil
	}
	if f, ok := l.fused[n]; ok {
		if f == nil {
			return nil // part of a result to come
		}
		return f.lower(l, f)
	}
	for _, f := range families {
		for _, o := range f {
			if o.op == n.Op && n.Domain == "" {
				var err error
				once := l.fix(n)
				l.during(once, func() { err = o.lower(l, n) })
				if err == nil && !once { // what runs cannot change is no intermediate of theirs
					l.keep(n)
				}
				return err
			}
		}
	}
	return say.Errorf("operator %s (domain %q): %w", n.Op, n.Domain, ErrUnsupported)
}

// empty gives a node whose results have no elements buffers of no bytes;
// nothing needs to run.
func (l *lowerer) empty(n *graph.Node) bool {
	for _, v := range n.Outputs {
		if v == nil {
			continue
		}
		if k, ok := v.Shape.Elements().IsConst(); !ok || k != 0 {
			return false
		}
	}
	for _, v := range n.Outputs {
		if v != nil {
			l.setPlain(v, l.newBuffer(v.Name, graph.Num(0)))
		}
	}
	return true
}

// keep copies a node's results to buffers of their own that live to the end.
func (l *lowerer) keep(n *graph.Node) {
	if !l.opt.Intermediates || l.body != nil {
		return
	}
	for _, v := range n.Outputs {
		if v == nil {
			continue
		}
		b := l.newBuffer(v.Name, bytesOf(v))
		b.pinned = true
		if len(l.here()) > 0 {
			b.first = 0 // no step before it may write where a value would be that is not computed
		}
		out := rep{buf: b, strides: rowMajor(v.Shape, v.Type)}
		l.copyStep(v.Name, "Keep", l.any(v), out, v.Shape, v.Type, v.Type == graph.Float32 || v.Type == graph.Float64)
		l.inner = append(l.inner, port{v: v, buf: b})
	}
}

func activation(n *graph.Node) (kernel.Act, error) {
	switch act := n.Str("act", ""); act {
	case "":
		return kernel.ActNone, nil
	case "Relu":
		return kernel.ActRelu, nil
	default:
		return "", say.Errorf("activation %q: %w", act, ErrUnsupported)
	}
}

// window holds the spatial attributes of Conv and MaxPool with the axes
// depth, height, width; missing leading axes have extent one.
type window struct {
	kernel, stride, dilation, begin, end [3]int
}

func windowOf(n *graph.Node, spatial int) (window, error) {
	w := window{kernel: [3]int{1, 1, 1}, stride: [3]int{1, 1, 1}, dilation: [3]int{1, 1, 1}}
	if spatial < 1 || spatial > 3 {
		return w, say.Errorf("%d spatial axes: %w", spatial, ErrUnsupported)
	}
	k, s, d, p := n.Ints("kernel_shape"), n.Ints("strides"), n.Ints("dilations"), n.Ints("pads")
	if len(k) != spatial || len(s) != spatial || len(d) != spatial || len(p) != 2*spatial {
		panic("lower: graph.Import left window attributes of " + nodeName(n) + " incomplete")
	}
	for i := 0; i < spatial; i++ {
		j := 3 - spatial + i
		w.kernel[j], w.stride[j], w.dilation[j] = int(k[i]), int(s[i]), int(d[i])
		w.begin[j], w.end[j] = int(p[i]), int(p[spatial+i])
	}
	return w, nil
}

func (w window) padded() bool { return w.begin != [3]int{} || w.end != [3]int{} }

// conv lowers Conv [X, W, B?, Res?] with an optional act.
func (l *lowerer) conv(n *graph.Node) error { return l.fuse(n, (*lowerer).fusedConv) }

func (l *lowerer) fusedConv(fu *fusion) error {
	n, y, act := fu.node, fu.y, fu.act
	x, w, bias, res := n.Input(0), n.Input(1), n.Input(2), fu.res
	if !imageable(x) || !imageable(y) || w.Type != graph.Float32 {
		return say.Errorf("needs f32 operands and constant channel counts, has %s%s and %s%s: %w", x.Type, x.Shape, w.Type, w.Shape, ErrUnsupported)
	}
	win, err := windowOf(n, len(x.Shape)-2)
	if err != nil {
		return err
	}
	groups := int(n.Int("group", 1))
	c, _ := x.Shape[1].IsConst()
	oc, _ := y.Shape[1].IsConst()
	depthwise := groups > 1 && int64(groups) == c && c == oc && len(x.Shape) < 5
	l.macs = graph.Add(l.macs, graph.Mul(y.Shape.Elements(), graph.Num(c/int64(groups)*int64(win.kernel[0]*win.kernel[1]*win.kernel[2]))))

	var resRep rep
	if res != nil {
		resRep = l.image(res, true)
	}
	resImage := func() *kernel.Image {
		if res == nil {
			return nil
		}
		i := l.kernelImage(resRep, res.Shape)
		return &i
	}
	table := l.table(fu)
	touchRes := func() {
		if res != nil {
			l.touch(resRep.buf)
		}
		if table != nil {
			l.touch(table)
		}
	}

	if depthwise {
		l.plan(n, "depthwise; bias, then taps (y, x) inside the picture"+fu.tail())
		pp := kernel.PackDepthwiseParams{C: int(c), KH: win.kernel[1], KW: win.kernel[2]}
		packed, err := l.pack(n, w, bias, kernel.DepthwiseWeightsSize(pp.C, pp.KH, pp.KW),
			func(b *kernel.Builder, src, dst uint32) *emit.Func {
				pp := pp
				pp.Src, pp.Dst = src, dst
				return b.PackDepthwise("pack "+w.Name, pp)
			},
			func(b *kernel.Builder, src, dst uint32, has bool) *emit.Func {
				return b.PackDepthwiseBias("pack bias "+y.Name, src, dst, has, pp)
			})
		if err != nil {
			return err
		}
		l.rescale(fu, func(b *kernel.Builder, r kernel.Rescale) *emit.Func {
			pp := pp
			pp.Dst = l.static(packed)
			return b.RescaleDepthwise("rescale "+w.Name, pp, r)
		})
		in := l.image(x, true)
		out := l.imageFor(y)
		l.touch(in.buf, out.buf, packed)
		touchRes()
		l.addStep(y.Name, "Conv.depthwise", func(b *kernel.Builder) *emit.Func {
			return b.Depthwise(y.Name, kernel.DepthwiseParams{
				X: l.kernelImage(in, x.Shape), Y: l.kernelImage(out, y.Shape), Weights: l.static(packed),
				KH: win.kernel[1], KW: win.kernel[2], SH: win.stride[1], SW: win.stride[2], DH: win.dilation[1], DW: win.dilation[2],
				PT: win.begin[1], PL: win.begin[2], Res: resImage(), Late: fu.late, Act: act, Table: l.tableAt(table),
			})
		})
		return nil
	}

	if tile := l.winogradTile(win, groups, c, oc, y.Shape); tile > 0 {
		return l.winograd(fu, tile, false, touchRes, resImage, table, win)
	}
	if l.winogradLine(win, groups, c, oc, y.Shape) {
		return l.winograd(fu, 4, true, touchRes, resImage, table, win)
	}

	pp := kernel.PackConvParams{OC: int(oc), C: int(c) / groups, KD: win.kernel[0], KH: win.kernel[1], KW: win.kernel[2], Groups: groups}
	packed, err := l.pack(n, w, bias, kernel.ConvWeightsSize(pp.OC, pp.C, pp.KD*pp.KH, pp.KW, groups),
		func(b *kernel.Builder, src, dst uint32) *emit.Func {
			pp := pp
			pp.Src, pp.Dst = src, dst
			return b.PackConv("pack "+w.Name, pp)
		},
		func(b *kernel.Builder, src, dst uint32, has bool) *emit.Func {
			return b.PackConvBias("pack bias "+y.Name, src, dst, has, pp)
		})
	if err != nil {
		return err
	}
	l.rescale(fu, func(b *kernel.Builder, r kernel.Rescale) *emit.Func {
		pp := pp
		pp.Dst = l.static(packed)
		return b.RescaleConv("rescale "+w.Name, pp, r)
	})
	op, in, inShape := "Conv.gemm", l.image(x, false), x.Shape
	if win.kernel != [3]int{1, 1, 1} || win.padded() {
		op = "Conv.direct"
		l.plan(n, "direct; bias, then taps ((z,) y, x, channel) over the zero-padded picture"+fu.tail())
		in, inShape = l.pad(x, in, win)
	} else {
		l.plan(n, "gemm; bias, then channels"+fu.tail())
	}
	out := l.imageFor(y)
	p := kernel.ConvParams{
		KD: win.kernel[0], KH: win.kernel[1], KW: win.kernel[2], SD: win.stride[0], SH: win.stride[1], SW: win.stride[2],
		DD: win.dilation[0], DH: win.dilation[1], DW: win.dilation[2], Groups: groups, Late: fu.late, Act: act,
	}
	p.X.C, p.Y.C = int(c), int(oc)
	scratch := l.scratch(l.builder().ConvScratch(p))
	l.touch(in.buf, out.buf, packed, scratch)
	touchRes()
	l.addStep(y.Name, op, func(b *kernel.Builder) *emit.Func {
		p := p
		p.X, p.Y, p.Weights, p.Scratch = l.kernelImage(in, inShape), l.kernelImage(out, y.Shape), l.static(packed), l.scratchAt(scratch)
		p.Res, p.Table = resImage(), l.tableAt(table)
		return b.Conv(y.Name, p)
	})
	return nil
}

// pad returns x zero-padded, with no gaps between the channels of neighbouring
// pixels, so that the taps of a row are one run in memory. A picture that has
// this form already is returned as it is.
func (l *lowerer) pad(x *graph.Value, in rep, win window) (rep, graph.Shape) {
	c, _ := x.Shape[1].IsConst()
	if stride, _ := in.pixelStride(x.Shape); !win.padded() && stride == c {
		return in, x.Shape
	}
	shape := append(graph.Shape{}, x.Shape...)
	spatial := len(shape) - 2
	for i := 0; i < spatial; i++ {
		j := 3 - spatial + i
		shape[2+i] = graph.Add(shape[2+i], graph.Num(int64(win.begin[j]+win.end[j])))
	}
	out := rep{buf: l.newBuffer(x.Name+" padded", graph.Mul(shape.Elements(), graph.Num(4))), strides: imageStrides(shape, c)}
	l.touch(in.buf, out.buf)
	l.addStep(x.Name, "Pad", func(b *kernel.Builder) *emit.Func {
		return b.Pad(x.Name+" padded", kernel.PadParams{X: l.kernelImage(in, x.Shape), Y: l.kernelImage(out, shape),
			PF: win.begin[0], PT: win.begin[1], PL: win.begin[2]})
	})
	return out, shape
}

// fill lowers ConstantOfShape: the shape is known, the value is an attribute.
func (l *lowerer) fill(n *graph.Node) error {
	y := n.Outputs[0]
	bits := uint64(n.Int("value_bits", 0))
	l.plan(n, "each element")
	out := l.newBuffer(y.Name, bytesOf(y))
	l.setPlain(y, out)
	l.addStep(y.Name, n.Op, func(b *kernel.Builder) *emit.Func {
		return b.Fill(y.Name, kernel.FillParams{Dst: l.int(out.addr), Bytes: l.int(out.size), Elem: int(y.Type.Size()), Bits: bits})
	})
	return nil
}

// alias lowers operators that only rename.
func (l *lowerer) alias(n *graph.Node) error {
	l.plan(n, "same bytes")
	l.add(n.Outputs[0], l.any(n.Inputs[0]))
	return nil
}

// reshape gives the same dense bytes another shape.
func (l *lowerer) reshape(n *graph.Node) error {
	l.plan(n, "same bytes")
	l.setPlain(n.Outputs[0], l.plain(n.Inputs[0]).buf)
	return nil
}

// transpose permutes strides; bytes move when a consumer needs another layout.
func (l *lowerer) transpose(n *graph.Node) error {
	x, y := n.Inputs[0], n.Outputs[0]
	l.plan(n, "same bytes")
	from := l.any(x)
	perm := n.Ints("perm")
	strides := make([]graph.Dim, len(perm))
	for i, p := range perm {
		strides[i] = from.strides[p]
	}
	l.add(y, rep{buf: from.buf, off: from.off, strides: strides})
	return nil
}

// concat copies each operand that does not lie in its place yet. The result is
// a picture batch when an operand is one.
func (l *lowerer) concat(n *graph.Node) error {
	y := n.Outputs[0]
	l.plan(n, "same bytes")
	axis := n.Int("axis", 0)
	if axis < 0 {
		axis += int64(len(y.Shape))
	}
	out, joined := l.joined[n]
	if !joined && l.append_(n, int(axis)) {
		return nil
	}
	if !joined {
		for _, x := range n.Inputs {
			if _, ok := l.find(x, func(r rep) bool { _, ok := r.pixelStride(x.Shape); return ok && !r.isPlain(x.Shape, x.Type) }); ok && imageable(y) {
				out = l.imageFor(y)
				break
			}
		}
	}
	if out.buf == nil {
		out = rep{buf: l.newBuffer(y.Name, bytesOf(y)), strides: rowMajor(y.Shape, y.Type)}
		l.add(y, out)
	}
	off := graph.Num(0)
	for _, x := range n.Inputs {
		if k, ok := x.Shape.Elements().IsConst(); ok && k == 0 {
			continue
		}
		part := rep{buf: out.buf, off: graph.Add(out.off, graph.Mul(off, out.strides[axis])), strides: out.strides}
		off = graph.Add(off, x.Shape[axis])
		if _, there := l.find(x, func(r rep) bool { return r.buf == part.buf && r.off.Equal(part.off) }); there {
			l.touch(part.buf)
			continue
		}
		l.copyStep(y.Name, "Concat", l.any(x), part, x.Shape, y.Type, false)
	}
	return nil
}

// imageFor gives v an aligned image representation, not yet filled: where a
// Concat along the channels wants it, if one does.
func (l *lowerer) imageFor(v *graph.Value) rep {
	n, at := l.joins(v)
	if n == nil {
		return l.newImage(v)
	}
	out, ok := l.joined[n]
	if !ok {
		out = l.imageFor(n.Outputs[0])
		if l.joined == nil {
			l.joined = map[*graph.Node]rep{}
		}
		l.joined[n] = out
	}
	stride, _ := out.pixelStride(n.Outputs[0].Shape)
	r := rep{buf: out.buf, off: graph.Add(out.off, graph.Num(4*at)), strides: imageStrides(v.Shape, stride)}
	l.add(v, r)
	return r
}

// joins returns the Concat that v is a part of and the channel at which it
// begins. All parts are whole vectors, as kernels write those.
func (l *lowerer) joins(v *graph.Value) (n *graph.Node, at int64) {
	if l.opt.Intermediates || l.once || len(l.guard) > 0 {
		return nil, 0
	}
	l.findUses()
	for _, u := range l.uses[v] {
		if u == nil || u.Op != "Concat" || u.Domain != "" || u.Int("axis", 0) != 1 || len(l.guards[u]) > 0 || !imageable(u.Outputs[0]) {
			continue
		}
		place, sum, fits := int64(-1), int64(0), true
		for _, x := range u.Inputs {
			c, _ := x.Shape[1].IsConst()
			switch {
			case x == v && place < 0:
				place = sum
			case x == v:
				fits = false
			}
			fits = fits && imageable(x) && c%4 == 0 && len(x.Shape) == len(v.Shape)
			sum += c
		}
		if fits {
			return u, place
		}
	}
	return nil, 0
}

// maxPool lowers MaxPool. Pictures take the vector kernel; other types, three
// spatial axes and the Indices output take the general one.
func (l *lowerer) maxPool(n *graph.Node) error {
	x, y := n.Input(0), n.Outputs[0]
	act, err := activation(n)
	if err != nil {
		return err
	}
	spatial := len(x.Shape) - 2
	win, err := windowOf(n, spatial)
	if err != nil {
		return err
	}
	l.plan(n, "max over taps inside the picture in order; a < b ? b : a")
	var indices *graph.Value
	if len(n.Outputs) > 1 {
		indices = n.Outputs[1]
	}
	if imageable(x) && spatial < 3 && indices == nil {
		in, out := l.image(x, true), l.imageFor(y)
		l.touch(in.buf, out.buf)
		l.addStep(y.Name, "MaxPool.image", func(b *kernel.Builder) *emit.Func {
			return b.MaxPool(y.Name, kernel.PoolParams{X: l.kernelImage(in, x.Shape), Y: l.kernelImage(out, y.Shape),
				KH: win.kernel[1], KW: win.kernel[2], SH: win.stride[1], SW: win.stride[2], DH: win.dilation[1], DW: win.dilation[2],
				PT: win.begin[1], PL: win.begin[2], Act: act})
		})
		return nil
	}
	if act != kernel.ActNone {
		return say.Errorf("fused activation on %s: %w", x.Type, ErrUnsupported)
	}
	in := l.plain(x)
	out := rep{buf: l.newBuffer(y.Name, bytesOf(y)), strides: rowMajor(y.Shape, y.Type)}
	l.add(y, out)
	l.touch(in.buf, out.buf)
	var index *buffer
	if indices != nil {
		index = l.newBuffer(indices.Name, bytesOf(indices))
		l.setPlain(indices, index)
		l.touch(index)
	}
	l.addStep(y.Name, "MaxPool", func(b *kernel.Builder) *emit.Func {
		p := kernel.PoolNDParams{Type: x.Type, X: l.addr(in), Y: l.addr(out), N: l.int(x.Shape[0]), C: l.int(x.Shape[1]),
			ColumnMajor: n.Int("storage_order", 0) == 1}
		for i := 0; i < spatial; i++ {
			j := 3 - spatial + i
			p.In = append(p.In, l.int(x.Shape[2+i]))
			p.Out = append(p.Out, l.int(y.Shape[2+i]))
			p.Kernel = append(p.Kernel, win.kernel[j])
			p.Strides = append(p.Strides, win.stride[j])
			p.Dilations = append(p.Dilations, win.dilation[j])
			p.Pads = append(p.Pads, win.begin[j])
		}
		if index != nil {
			at := l.int(index.addr)
			p.Indices = &at
		}
		return b.MaxPoolND(y.Name, p)
	})
	return nil
}
