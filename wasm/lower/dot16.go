package lower

import (
	"strings"

	"github.com/dehug/dehug/wasm/emit"
	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/kernel"
)

// quantizeNow lowers the QuantizeLinear of a recipe.
func (l *lowerer) quantizeNow(q *graph.Node) {
	if err := l.eltwise(q); err != nil {
		panic("lower: " + err.Error())
	}
}

// onlyDots reports whether n is a QuantizeLinear that only dot products read,
// which make the integers they need themselves.
func (l *lowerer) onlyDots(n *graph.Node) bool {
	if n.Op != "QuantizeLinear" || !perTensor(n) || l.body != nil || l.opt.Intermediates {
		return false
	}
	l.findUses()
	for _, u := range l.uses[n.Outputs[0]] {
		if u == nil || !strings.HasPrefix(u.Op, "Scaled") || u.Inputs[0] != n.Outputs[0] || u.Input(2) != n.Input(2) {
			return false
		}
	}
	return true
}

// rowsKey names what a dot product reads of a tensor of integers.
type rowsKey struct {
	x         *graph.Value
	zero      *graph.Value
	begin     [2]int // of the padding
	end       [2]int
	picture   bool
	depthwise bool
}

// dotOperand returns [N][H][W][C] of i16 that dot products read: the integers of
// x less the zero point, with zeros around. Integers that a recipe makes go
// there at once. The shape is N, H, W, C of x, and the result is that of one of
// its pictures with what is around it.
func (l *lowerer) dotOperand(n *graph.Node, k rowsKey, shape [4]graph.Dim, c int) (out rep, row, picture graph.Dim) {
	num := graph.Num
	px := int64(kernel.Dot16Pixel(c, k.depthwise))
	h := graph.Add(shape[1], num(int64(k.begin[0]+k.end[0])))
	row = graph.Mul(graph.Add(shape[2], num(int64(k.begin[1]+k.end[1]))), num(px))
	picture = graph.Mul(row, h)
	if r, ok := l.rows16[k]; ok && l.guard.implies(r.guard) {
		return r, row, picture
	}
	x, expr := k.x, "x"
	q := l.recipes[x]
	if q != nil && q.Input(2) != k.zero {
		q = nil
	}
	ins := []*graph.Value{x}
	switch {
	case q != nil:
		ins = q.Inputs
		expr = "x y div =q q q q eq and "
		low, high := "0", "255"
		if x.Type == graph.Int8 {
			low, high = "-128", "127"
		}
		if k.zero != nil {
			low, high = low+" z sub", high+" z sub"
		} else {
			ins = ins[:2]
		}
		expr += low + " pmax " + high + " pmin nearest"
	case k.zero != nil:
		ins, expr = append(ins, k.zero), "x y sub"
	}
	first := ins[0]
	var from rep
	if k.picture && imageable(first) {
		from = l.image(first, true)
	} else if k.picture {
		from = l.any(first)
	} else {
		from = l.plain(first)
	}
	// Extents and the strides of both sides, N, H, W, C.
	extents := shape[:]
	size := num(first.Type.Size())
	var along [4]graph.Dim
	if k.picture {
		s := from.strides
		along = [4]graph.Dim{s[0], num(0), s[len(s)-1], s[1]}
		if len(s) == 4 {
			along[1] = s[2]
		}
	} else {
		along = [4]graph.Dim{num(0), num(0), graph.Mul(shape[3], size), size}
	}
	out = rep{buf: l.newBuffer(x.Name+" dot", graph.Mul(shape[0], picture))}
	to := []graph.Dim{picture, row, num(px), num(2)}
	out.guard, out.buf.used = l.here(), true
	l.rows16[k] = out
	padded := k.begin != [2]int{} || k.end != [2]int{}
	if padded || px != int64(2*c) && !k.depthwise {
		l.touch(out.buf)
		l.addStep(x.Name, n.Op+".zeros", func(b *kernel.Builder) *emit.Func {
			return b.Fill(x.Name+" zeros", kernel.FillParams{Dst: l.int(out.buf.addr), Bytes: l.int(out.buf.size), Elem: 4})
		})
	}
	strides := along[:]
	if !padded { // pixels, or elements, follow each other
		pixels := graph.Mul(graph.Mul(shape[0], shape[1]), shape[2])
		dense := along[3].Equal(size) && sameStrides(graph.Shape(shape[:]), along[:], []graph.Dim{
			graph.Mul(along[2], graph.Mul(shape[1], shape[2])), graph.Mul(along[2], shape[2]), along[2], along[3]})
		if dense {
			extents, strides, to = []graph.Dim{pixels, shape[3]}, []graph.Dim{along[2], size}, []graph.Dim{num(px), num(2)}
			if along[2].Equal(graph.Mul(shape[3], size)) && px == int64(2*c) {
				extents, strides, to = []graph.Dim{graph.Mul(pixels, shape[3])}, []graph.Dim{size}, []graph.Dim{num(2)}
			}
		}
	} else if along[3].Equal(size) && along[2].Equal(graph.Mul(shape[3], size)) && px == int64(2*c) { // rows are dense
		extents, strides, to = []graph.Dim{shape[0], shape[1], graph.Mul(shape[2], shape[3])}, []graph.Dim{along[0], along[1], size}, []graph.Dim{picture, row, num(2)}
	}
	inner := graph.Add(graph.Mul(row, num(int64(k.begin[0]))), num(px*int64(k.begin[1])))
	singles := make([]rep, len(ins))
	for i, v := range ins[1:] {
		singles[1+i] = l.plain(v)
		l.touch(singles[1+i].buf)
	}
	l.touch(from.buf, out.buf)
	l.addStep(x.Name, n.Op+".rows", func(b *kernel.Builder) *emit.Func {
		at := out
		at.off = inner
		p := kernel.EltwiseParams{Expr: expr, Lanes: graph.Float32, Extents: l.ints(extents),
			Out: kernel.Operand{Addr: l.addr(at), Stride: l.ints(to), Type: graph.Int16},
			In:  []kernel.Operand{{Addr: l.addr(from), Stride: l.ints(strides), Type: first.Type}}}
		for i, v := range ins[1:] {
			p.In = append(p.In, kernel.Operand{Addr: l.addr(singles[1+i]), Stride: make([]kernel.Int, len(extents)), Type: v.Type})
		}
		return b.Eltwise(x.Name+" rows", p)
	})
	return out, row, picture
}

// dotWeights packs the stored weights of a dot product.
func (l *lowerer) dotWeights(n *graph.Node, depthwise bool, p kernel.PackDot16Params) *buffer {
	w, zero, name := n.Inputs[1], n.Input(3), n.Outputs[0].Name
	packed := l.newBuffer(w.Name+" packed", graph.Num(kernel.Dot16WeightsSize(p.OC, p.C, p.Taps, depthwise)))
	packed.static, packed.used = true, true
	p.Type = w.Type
	cw := l.constant(w)
	cw.packs = append(cw.packs, func(b *kernel.Builder, src uint32) *emit.Func {
		p := p
		p.Src, p.Dst = kernel.Const(int64(src)), l.int(packed.addr)
		if depthwise {
			return b.PackDepth16("pack "+w.Name, p)
		}
		return b.PackDot16("pack "+w.Name, p)
	})
	if depthwise { // zero points go into packed weights, which may come after them
		if zero != nil {
			z := p
			z.OCStride, z.TapStride = 1, 0
			if isOne(zero.Shape.Elements()) {
				z.OCStride = 0
			}
			l.during(true, func() {
				from := l.plain(zero)
				l.addStep(name, "Pack.zeros", func(b *kernel.Builder) *emit.Func {
					z.Src, z.Dst = l.addr(from), l.int(packed.addr)
					return b.PackDepth16Zeros("pack zero point "+name, z)
				})
			})
		}
		return packed
	}
	cz, step := cw, 0
	if zero != nil {
		cz = l.constant(zero)
		if !isOne(zero.Shape.Elements()) {
			step = 1
		}
	}
	cz.packs = append(cz.packs, func(b *kernel.Builder, src uint32) *emit.Func {
		p := p
		p.Src, p.Dst = kernel.Const(int64(src)), l.int(packed.addr)
		at := &p.Src
		if zero == nil {
			at = nil
		}
		return b.PackZeros("pack zero point "+name, p.Type, at, p.Dst, kernel.Const(1), kernel.Const(int64(kernel.Dot16Rows(p.C, p.Taps))), kernel.Const(int64(p.OC)), kernel.Const(int64(step)), kernel.Const(0))
	})
	return packed
}

// dot adds the step of a dot product; p lacks addresses.
func (l *lowerer) dot(n *graph.Node, p kernel.Dot16Params, x rep, extents [3]graph.Dim, row, picture graph.Dim, packed *buffer, y rep) error {
	act, err := activation(n)
	if err != nil {
		return err
	}
	plan := "exact, modulo 2^32"
	var optional [2]rep
	for i := range optional {
		if v := n.Input(4 + i); v != nil {
			optional[i] = l.plain(v)
			l.touch(optional[i].buf)
			plan += [...]string{"; to f32, · scale", ", + bias"}[i]
			p.PerChannel = p.PerChannel || i == 0 && !isOne(v.Shape.Elements())
		}
	}
	l.plan(n, plan+tail(&graph.Node{Attrs: n.Attrs}))
	name := n.Outputs[0].Name
	l.touch(x.buf, y.buf, packed)
	l.addStep(name, n.Op, func(b *kernel.Builder) *emit.Func {
		p := p
		p.Act, p.X, p.Y, p.Weights = act, l.addr(x), l.addr(y), l.int(packed.addr)
		p.N, p.H, p.W, p.XRow, p.XPicture = l.int(extents[0]), l.int(extents[1]), l.int(extents[2]), l.int(row), l.int(picture)
		for i, at := range []**kernel.Int{&p.Scale, &p.Bias} {
			if n.Input(4+i) != nil {
				a := l.addr(optional[i])
				*at = &a
			}
		}
		return b.Dot16(name, p)
	})
	return nil
}

// dotRows lowers (Scaled)MatMulInteger with a stored matrix: all rows on the
// left are one matrix.
func (l *lowerer) dotRows(n *graph.Node) error {
	a, w, y := n.Inputs[0], n.Inputs[1], n.Outputs[0]
	k, _ := w.Shape[0].IsConst()
	cols, _ := w.Shape[1].IsConst()
	m := graph.FloorDiv(y.Shape.Elements(), graph.Num(cols))
	l.macs = graph.Add(l.macs, graph.Mul(y.Shape.Elements(), graph.Num(k)))
	one := graph.Num(1)
	x, row, picture := l.dotOperand(n, rowsKey{x: a, zero: n.Input(2)}, [4]graph.Dim{one, one, m, graph.Num(k)}, int(k))
	packed := l.dotWeights(n, false, kernel.PackDot16Params{OC: int(cols), C: int(k), Taps: 1, OCStride: 1, CStride: int(cols)})
	return l.dot(n, kernel.Dot16Params{C: int(k), OC: int(cols), KH: 1, KW: 1, SH: 1, SW: 1, DH: 1, DW: 1, YPixel: int(4 * cols)},
		x, [3]graph.Dim{one, one, m}, row, picture, packed, l.newPlain(y))
}

// dotPicture lowers (Scaled)ConvInteger with stored weights.
func (l *lowerer) dotPicture(n *graph.Node) error {
	x, y := n.Inputs[0], n.Outputs[0]
	win, err := windowOf(n, len(x.Shape)-2)
	if err != nil {
		return err
	}
	c64, _ := x.Shape[1].IsConst()
	oc, _ := y.Shape[1].IsConst()
	c, perOC := int(c64), int(c64)
	depthwise := n.Int("group", 1) > 1
	if depthwise {
		perOC = 1
	}
	taps := win.kernel[1] * win.kernel[2]
	l.macs = graph.Add(l.macs, graph.Mul(y.Shape.Elements(), graph.Num(int64(perOC*taps))))
	xn, _, xh, xw := pixels(x.Shape)
	yn, _, yh, yw := pixels(y.Shape)
	p := kernel.Dot16Params{C: perOC, OC: int(oc), Depthwise: depthwise, KH: win.kernel[1], KW: win.kernel[2], SH: win.stride[1], SW: win.stride[2], DH: win.dilation[1], DW: win.dilation[2]}
	if depthwise {
		p.C = c
	}
	packed := l.dotWeights(n, depthwise, kernel.PackDot16Params{OC: int(oc), C: perOC, Taps: taps, OCStride: perOC * taps, CStride: taps, TapStride: 1})
	in, row, picture := l.dotOperand(n, rowsKey{x: x, zero: n.Input(2), picture: true, depthwise: depthwise,
		begin: [2]int{win.begin[1], win.begin[2]}, end: [2]int{win.end[1], win.end[2]}}, [4]graph.Dim{xn, xh, xw, graph.Num(c64)}, c)
	if taps == 1 && !win.padded() && win.stride == [3]int{1, 1, 1} { // all pixels are one row
		yn, yh, yw = graph.Num(1), graph.Num(1), graph.Mul(yn, graph.Mul(yh, yw))
	}
	var out rep
	if y.Type == graph.Float32 {
		out = l.newImage(y)
		p.YPixel = int(4 * ((oc + 3) &^ 3))
	} else {
		out = rep{buf: l.newBuffer(y.Name, bytesOf(y)), strides: imageStrides(y.Shape, oc)}
		l.add(y, out)
		p.YPixel = int(4 * oc)
	}
	return l.dot(n, p, in, [3]graph.Dim{yn, yh, yw}, row, picture, packed, out)
}
