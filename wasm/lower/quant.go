package lower

import (
	"github.com/dehug/dehug/internal/say"

	"github.com/dehug/dehug/wasm/emit"
	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/kernel"
)

var quantised = []operator{
	{"ConvInteger", (*lowerer).convInteger},
	{"DequantizeLinear", (*lowerer).quantize},
	{"DynamicQuantizeLinear", (*lowerer).dynamicQuantize},
	{"MatMulInteger", (*lowerer).matMulInteger},
	{"NarrowMatMul", (*lowerer).narrowMatMul},
	{"QuantizeLinear", (*lowerer).quantize},
	{"RoundLinear", (*lowerer).eltwise},
	{"ScaledConvInteger", (*lowerer).dotPicture},
	{"ScaledMatMulInteger", (*lowerer).dotRows},
}

// perTensor reports whether a QuantizeLinear or DequantizeLinear has one scale,
// and integers that f32 holds: then it works on elements of equal position.
func perTensor(n *graph.Node) bool {
	x, scale, zero, q := n.Input(0), n.Input(1), n.Input(2), n.Outputs[0].Type
	if n.Op == "DequantizeLinear" {
		q = x.Type
	}
	switch q {
	case graph.Int8, graph.Uint8, graph.Int16, graph.Uint16:
	case graph.Int32:
		if zero != nil {
			return false
		}
	default:
		return false
	}
	one := graph.Shape{graph.Num(1)}
	single := func(v *graph.Value) bool { return len(v.Shape) == 0 || v.Shape.Equal(one) }
	return scale.Type == graph.Float32 && single(scale) && (zero == nil || single(zero)) && len(x.Shape) > 0
}

// quantize lowers QuantizeLinear and DequantizeLinear [x, scale, zero?].
func (l *lowerer) quantize(n *graph.Node) error {
	if l.onlyDots(n) {
		l.plan(n, "round(x ÷ scale) to even, + zero point, saturated")
		l.recipes[n.Outputs[0]] = n
		return nil
	}
	if perTensor(n) {
		return l.eltwise(n)
	}
	x, scale, zero, y := n.Input(0), n.Input(1), n.Input(2), n.Outputs[0]
	if n.Op == "QuantizeLinear" {
		l.plan(n, "round(x ÷ scale) to even, + zero point, saturated")
	} else {
		l.plan(n, "(x − zero point) · scale")
	}
	axis, block := int(n.Int("axis", 0)), n.Int("block_size", 0)
	in, out := l.plain(x), l.newPlain(y)
	// A blocked axis becomes two: blocks, and elements of one.
	split := func(ds, inner []graph.Dim) []graph.Dim {
		if block == 0 {
			return ds
		}
		return append(append(append([]graph.Dim{}, ds[:axis]...), inner...), ds[axis+1:]...)
	}
	extents := append([]graph.Dim{}, x.Shape...)
	if block > 0 {
		extents = split(extents, []graph.Dim{graph.FloorDiv(x.Shape[axis], graph.Num(block)), graph.Num(block)})
	}
	dense := func(r rep) []graph.Dim {
		if block == 0 {
			return r.strides
		}
		return split(r.strides, []graph.Dim{graph.Mul(r.strides[axis], graph.Num(block)), r.strides[axis]})
	}
	shared := func(v *graph.Value) ([]graph.Dim, rep) {
		r := l.plain(v)
		s := make([]graph.Dim, len(extents))
		for i := range s {
			s[i] = graph.Num(0)
		}
		switch {
		case isOne(v.Shape.Elements()):
		case block > 0:
			s = split(r.strides, []graph.Dim{r.strides[axis], graph.Num(0)})
		default:
			s[axis] = r.strides[0]
		}
		return s, r
	}
	scaleStep, scaleRep := shared(scale)
	var zeroStep []graph.Dim
	var zeroRep rep
	if zero != nil {
		zeroStep, zeroRep = shared(zero)
		l.touch(zeroRep.buf)
	}
	l.touch(in.buf, out.buf, scaleRep.buf)
	l.addStep(y.Name, n.Op, func(b *kernel.Builder) *emit.Func {
		p := kernel.QuantizeParams{Extents: l.ints(extents), From: x.Type, To: y.Type,
			X: kernel.Operand{Addr: l.addr(in), Stride: l.ints(dense(in))}, Y: kernel.Operand{Addr: l.addr(out), Stride: l.ints(dense(out))},
			Scale: kernel.Operand{Addr: l.addr(scaleRep), Stride: l.ints(scaleStep)}}
		if zero != nil {
			p.Zero = &kernel.Operand{Addr: l.addr(zeroRep), Stride: l.ints(zeroStep)}
		}
		return b.Quantize(y.Name, p)
	})
	return nil
}

// dynamicQuantize lowers DynamicQuantizeLinear: a step finds the scale; the
// integers are computed where they are used.
func (l *lowerer) dynamicQuantize(n *graph.Node) error {
	x, y := n.Input(0), n.Outputs[0]
	l.plan(n, "scale (max(x, 0) − min(x, 0)) ÷ 255, zero point round(−min ÷ scale); round(x ÷ scale) to even, + zero point, saturated")
	side := func(i int, t graph.Type) *graph.Value {
		if i < len(n.Outputs) && n.Outputs[i] != nil {
			return n.Outputs[i]
		}
		return &graph.Value{Name: y.Name + " scale", Type: t}
	}
	scale, zero := side(1, graph.Float32), side(2, graph.Uint8)
	in, picture := l.find(x, func(r rep) bool { _, ok := r.pixelStride(x.Shape); return ok && !r.isPlain(x.Shape, x.Type) })
	rows, size, step := graph.Num(1), x.Shape.Elements(), graph.Num(0)
	if !picture {
		in = l.plain(x)
	} else if stride, _ := in.pixelStride(x.Shape); !isNumber(x.Shape[1], stride) {
		rows, size, step = graph.FloorDiv(size, x.Shape[1]), x.Shape[1], graph.Num(4*stride)
	}
	scaleRep, zeroRep := l.newPlain(scale), l.newPlain(zero)
	l.touch(in.buf, scaleRep.buf, zeroRep.buf)
	l.addStep(y.Name, n.Op, func(b *kernel.Builder) *emit.Func {
		return b.DynamicScale(y.Name, l.addr(in), l.int(rows), l.int(size), l.int(step), l.addr(scaleRep), l.addr(zeroRep))
	})
	q := &graph.Node{Op: "QuantizeLinear", Inputs: []*graph.Value{x, scale, zero}, Outputs: []*graph.Value{y}}
	l.recipes[y] = q
	return nil
}

// matMulInteger lowers MatMulInteger [A, B, zero of A?, zero of B?].
func (l *lowerer) matMulInteger(n *graph.Node) error {
	a, b, az, bz, y := n.Input(0), n.Input(1), n.Input(2), n.Input(3), n.Outputs[0]
	if graph.DotsStored(n) {
		return l.dotRows(n)
	}
	l.plan(n, "exact, modulo 2^32")
	am := asMatrices(a, l.plain(a), false)
	var br rep
	if b.Const != nil {
		br = rep{strides: rowMajor(b.Shape, b.Type)}
	} else {
		br = l.any(b)
	}
	bm := asMatrices(b, br, true)
	out := l.newPlain(y)
	ym := matrices{rep: out, typ: y.Type, shape: append(graph.Shape{}, y.Shape...)}
	ym.strides = out.strides
	if len(a.Shape) == 1 {
		at := len(ym.shape)
		if len(b.Shape) > 1 {
			at--
		}
		ym.insert(at, graph.Num(1))
	}
	if len(b.Shape) == 1 {
		ym.insert(len(ym.shape), graph.Num(1))
	}
	if az != nil && len(az.Shape) > 1 || bz != nil && len(bz.Shape) > 1 {
		return say.Errorf("zero points for each matrix of a batch: %w", ErrUnsupported)
	}
	l.macs = graph.Add(l.macs, graph.Mul(y.Shape.Elements(), am.columns()))
	batch := ym.batch()
	if bm.single() && (az == nil || isOne(az.Shape.Elements())) {
		m := graph.Mul(am.batch().Elements(), am.rows())
		am.shape, am.strides = graph.Shape{m, am.columns()}, []graph.Dim{am.columns(), graph.Num(1)}
		ym.shape, ym.strides = graph.Shape{m, ym.columns()}, []graph.Dim{graph.Mul(ym.columns(), graph.Num(4)), graph.Num(4)}
		batch = nil
	}
	rowBytes := kernel.Rows16Bytes(am.columns())
	rows := rep{buf: l.newBuffer(y.Name+" rows", graph.Mul(graph.Mul(am.batch().Elements(), am.rows()), rowBytes))}
	rows.strides = make([]graph.Dim, len(am.batch()))
	for i, step := len(rows.strides)-1, graph.Mul(am.rows(), rowBytes); i >= 0; i-- {
		rows.strides[i], step = step, graph.Mul(step, am.shape[i])
	}
	zero, zeroStep := l.zeroPoint(az)
	l.touch(am.buf, rows.buf)
	l.addStep(y.Name, n.Op+".rows", func(k *kernel.Builder) *emit.Func {
		p := kernel.Rows16Params{Type: a.Type, X: l.addr(am.rep), Y: l.addr(rows), Batch: l.ints(am.batch()), XStride: l.ints(am.strides[:len(am.batch())]),
			Rows: l.int(am.rows()), K: l.int(am.columns()), XRow: l.int(am.rowStep()), ZeroRow: l.int(zeroStep)}
		if az != nil {
			at := l.addr(zero)
			p.Zero = &at
		}
		return k.Rows16(y.Name, p)
	})
	packed, strides := l.packMatrix8(y.Name, bm, b, bz, graph.Num(0))
	l.gemm8(n, rows, graph.Mul(graph.Num(1), rowBytes), am.batch(), ym, batch, packed, bm.batch(), strides, am.columns())
	return nil
}

// zeroPoint is the place of a zero point and the distance to the next one.
func (l *lowerer) zeroPoint(z *graph.Value) (rep, graph.Dim) {
	if z == nil {
		return rep{}, graph.Num(0)
	}
	r := l.plain(z)
	l.touch(r.buf)
	if isOne(z.Shape.Elements()) {
		return r, graph.Num(0)
	}
	return r, graph.Num(1)
}

// gemm8 adds the step of an integer product.
func (l *lowerer) gemm8(n *graph.Node, rows rep, rowBytes graph.Dim, rowsBatch graph.Shape, y matrices, batch graph.Shape, packed *buffer, packedBatch graph.Shape, packedStrides []graph.Dim, k graph.Dim) {
	name := n.Outputs[0].Name
	l.touch(rows.buf, y.buf, packed)
	l.addStep(name, n.Op, func(b *kernel.Builder) *emit.Func {
		return b.Gemm(name, kernel.GemmParams{Integer: true, A: l.addr(rows), B: l.int(packed.addr), Y: l.addr(y.rep), Batch: l.ints(batch),
			AStride: l.seen(rowsBatch, rows.strides, batch), BStride: l.seen(packedBatch, packedStrides, batch), YStride: l.ints(y.strides[:len(batch)]),
			M: l.int(y.rows()), K: l.int(k), N: l.int(y.columns()), ARow: l.int(rowBytes), YRow: l.int(y.rowStep())})
	})
}

// packMatrix8 packs 8-bit matrices, while the model loads where it can, and
// returns the strides of their batch. zeroBatch is the distance between zero
// points of neighbouring matrices.
func (l *lowerer) packMatrix8(name string, b matrices, bv, zero *graph.Value, zeroBatch graph.Dim) (*buffer, []graph.Dim) {
	one, count := kernel.PackedMatrix8Size(b.rows(), b.columns()), b.batch().Elements()
	packed := l.newBuffer(bv.Name+" packed", graph.Mul(count, one))
	packed.used = true
	strides := make([]graph.Dim, len(b.batch()))
	for i, step := len(strides)-1, one; i >= 0; i-- {
		strides[i], step = step, graph.Mul(step, b.shape[i])
	}
	pack := func(k *kernel.Builder, src kernel.Int) *emit.Func {
		return k.PackMatrix8("pack "+bv.Name, bv.Type, kernel.PackMatrixParams{Src: src, Dst: l.int(packed.addr),
			Batch: l.ints(b.batch()), BatchStride: l.ints(b.strides[:len(b.batch())]),
			K: l.int(b.rows()), N: l.int(b.columns()), KStride: l.int(b.rowStep()), NStride: l.int(b.colStep())})
	}
	zeroStep := graph.Num(0)
	if zero != nil && !isOne(zero.Shape.Elements()) {
		zeroStep = graph.Num(1)
	}
	packZero := func(k *kernel.Builder, src *kernel.Int) *emit.Func {
		return k.PackZeros("pack zero point "+name, bv.Type, src, l.int(packed.addr), l.int(count), l.int(b.rows()), l.int(b.columns()), l.int(zeroStep), l.int(graph.Mul(zeroBatch, zeroStep)))
	}
	if bv.Const != nil && b.buf == nil && (zero == nil || zero.Const != nil) {
		packed.static = true
		cw := l.constant(bv)
		cw.packs = append(cw.packs, func(k *kernel.Builder, src uint32) *emit.Func { return pack(k, kernel.Const(int64(src))) })
		if zero != nil {
			cw = l.constant(zero)
		}
		cw.packs = append(cw.packs, func(k *kernel.Builder, src uint32) *emit.Func {
			if zero == nil {
				return packZero(k, nil)
			}
			at := kernel.Const(int64(src))
			return packZero(k, &at)
		})
		return packed, strides
	}
	from := b.rep
	if from.buf == nil {
		from.buf = l.plain(bv).buf
	}
	l.touch(from.buf, packed)
	l.addStep(name, "Pack", func(k *kernel.Builder) *emit.Func { return pack(k, l.addr(from)) })
	zr, _ := l.zeroPoint(zero)
	l.touch(packed)
	l.addStep(name, "Pack.zeros", func(k *kernel.Builder) *emit.Func {
		if zero == nil {
			return packZero(k, nil)
		}
		at := l.addr(zr)
		return packZero(k, &at)
	})
	return packed, strides
}

// convInteger lowers ConvInteger [X, W, zero of X?, zeros of W?]: windows
// become rows, which are multiplied by the weights.
func (l *lowerer) convInteger(n *graph.Node) error {
	x, w, xz, wz, y := n.Input(0), n.Input(1), n.Input(2), n.Input(3), n.Outputs[0]
	if graph.DotsStored(n) {
		return l.dotPicture(n)
	}
	l.plan(n, "exact, modulo 2^32")
	if xz != nil && !isOne(xz.Shape.Elements()) {
		return say.Errorf("a zero point for each channel of the picture: %w", ErrUnsupported)
	}
	group := n.Int("group", 1)
	c, _ := x.Shape[1].IsConst()
	oc, _ := y.Shape[1].IsConst()
	taps := int64(1)
	kernelShape, pads := small(n, "kernel_shape"), small(n, "pads")
	for _, k := range kernelShape {
		taps *= int64(k)
	}
	num := graph.Num
	k, ocg := c/group*taps, oc/group
	windows := y.Shape[2:].Elements()
	l.macs = graph.Add(l.macs, graph.Mul(y.Shape.Elements(), num(k)))
	rowBytes := kernel.Rows16Bytes(num(k))
	in := l.plain(x)
	rows := rep{buf: l.newBuffer(y.Name+" rows", graph.Mul(graph.Mul(graph.Mul(x.Shape[0], num(group)), windows), rowBytes)),
		strides: []graph.Dim{graph.Mul(graph.Mul(windows, num(group)), rowBytes), graph.Mul(windows, rowBytes)}}
	zero, _ := l.zeroPoint(xz)
	l.touch(in.buf, rows.buf)
	l.addStep(y.Name, n.Op+".rows", func(b *kernel.Builder) *emit.Func {
		p := kernel.Im2RowParams{Type: x.Type, X: l.addr(in), Y: l.addr(rows), N: l.int(x.Shape[0]), C: int(c), Groups: int(group),
			In: l.ints(x.Shape[2:]), Out: l.ints(y.Shape[2:]), Kernel: kernelShape, Strides: small(n, "strides"), Dilations: small(n, "dilations"), Begins: pads[:len(pads)/2]}
		if xz != nil {
			at := l.addr(zero)
			p.Zero = &at
		}
		return b.Im2Row(y.Name, p)
	})
	wm := matrices{typ: w.Type, shape: graph.Shape{num(group), num(k), num(ocg)}}
	wm.strides = []graph.Dim{num(ocg * k), num(1), num(k)}
	if w.Const == nil {
		wm.buf = l.plain(w).buf
	}
	packed, packedStrides := l.packMatrix8(y.Name, wm, w, wz, num(ocg))
	// The result lies with channels innermost.
	out := l.newBuffer(y.Name, bytesOf(y))
	pixel := num(4 * oc)
	ym := matrices{typ: y.Type, shape: graph.Shape{x.Shape[0], num(group), windows, num(ocg)}}
	ym.rep = rep{buf: out, strides: []graph.Dim{graph.Mul(windows, pixel), num(4 * ocg), pixel, num(4)}}
	batch := graph.Shape{x.Shape[0], num(group)}
	l.gemm8(n, rows, rowBytes, batch, ym, batch, packed, wm.batch(), packedStrides, num(k))
	l.add(y, rep{buf: out, strides: imageStrides(y.Shape, oc)})
	return nil
}

// narrowMatMul lowers NarrowMatMul [A, B, scale, bias?]: all rows on the left,
// which lie dense, are one matrix.
func (l *lowerer) narrowMatMul(n *graph.Node) error {
	x, w, bias, y := n.Inputs[0], n.Inputs[1], n.Input(3), n.Outputs[0]
	act, err := activation(n)
	if err != nil {
		return err
	}
	l.plan(n, "b = q · scale; bias or +0, then + a·b in ascending k"+tail(n))
	k, _ := w.Shape[0].IsConst()
	cols, _ := w.Shape[1].IsConst()
	m := graph.FloorDiv(y.Shape.Elements(), graph.Num(cols))
	l.macs = graph.Add(l.macs, graph.Mul(y.Shape.Elements(), graph.Num(k)))
	in, weights, scale, out := l.plain(x), l.plain(w), l.plain(n.Inputs[2]), l.newPlain(y)
	scratch := l.newBuffer(y.Name+" columns", graph.Num(l.builder().NarrowScratch(kernel.NarrowParams{M: known(m), K: int(k), N: int(cols)})))
	l.touch(in.buf, weights.buf, scale.buf, out.buf, scratch)
	var start rep
	if bias != nil {
		start = l.plain(bias)
		l.touch(start.buf)
	}
	l.addStep(y.Name, n.Op, func(b *kernel.Builder) *emit.Func {
		p := kernel.NarrowParams{A: l.addr(in), B: l.addr(weights), Scale: l.addr(scale), Y: l.addr(out), Scratch: l.int(scratch.addr),
			Type: w.Type, M: l.int(m), K: int(k), N: int(cols), Act: act}
		if bias != nil {
			at := l.addr(start)
			p.Bias = &at
		}
		return b.GemmNarrow(y.Name, p)
	})
	return nil
}
