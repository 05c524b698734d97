package lower

import (
	"github.com/dehug/dehug/wasm/emit"
	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/kernel"
)

var products = []operator{
	{"Einsum", (*lowerer).einsum},
	{"MatMul", (*lowerer).matMul},
}

// matrices is a tensor seen as matrices: batch extents, then rows and columns.
type matrices struct {
	rep
	shape graph.Shape
	typ   graph.Type
}

// asMatrices sees v that way. A vector is one row, or one column.
func asMatrices(v *graph.Value, r rep, column bool) matrices {
	m := matrices{r, v.Shape, v.Type}
	if len(v.Shape) == 1 {
		one, none := graph.Num(1), graph.Num(0)
		m.shape, m.strides = graph.Shape{one, v.Shape[0]}, []graph.Dim{none, r.strides[0]}
		if column {
			m = m.transposed()
		}
	}
	return m
}

func (m matrices) transposed() matrices {
	k := len(m.shape) - 2
	m.shape = append(append(graph.Shape{}, m.shape[:k]...), m.shape[k+1], m.shape[k])
	m.strides = append(append([]graph.Dim{}, m.strides[:k]...), m.strides[k+1], m.strides[k])
	return m
}

// The accessors are not inlined: a matrices is large, and so would their callers be.

//go:noinline
func (m matrices) rows() graph.Dim { return m.shape[len(m.shape)-2] }

//go:noinline
func (m matrices) columns() graph.Dim { return m.shape[len(m.shape)-1] }

//go:noinline
func (m matrices) batch() graph.Shape { return m.shape[:len(m.shape)-2] }

//go:noinline
func (m matrices) rowStep() graph.Dim { return m.strides[len(m.shape)-2] }

//go:noinline
func (m matrices) colStep() graph.Dim { return m.strides[len(m.shape)-1] }

//go:noinline
func (m matrices) single() bool { return isOne(m.batch().Elements()) }

//go:noinline
func isOne(d graph.Dim) bool { k, ok := d.IsConst(); return ok && k == 1 }

//go:noinline
func (l *lowerer) newPlain(v *graph.Value) rep {
	r := rep{buf: l.newBuffer(v.Name, bytesOf(v)), strides: rowMajor(v.Shape, v.Type)}
	l.add(v, r)
	return r
}

// ints are operands for a list of extents or strides.
func (l *lowerer) ints(ds []graph.Dim) []kernel.Int {
	var is []kernel.Int
	for _, d := range ds {
		is = append(is, l.int(d))
	}
	return is
}

// rowsAdjacent returns v in a form in which the last axis is dense.
func (l *lowerer) rowsAdjacent(v *graph.Value) rep {
	if r, ok := l.find(v, func(r rep) bool { return r.strides[len(r.strides)-1].Equal(graph.Num(v.Type.Size())) }); ok {
		return r
	}
	return l.plain(v)
}

// matMul lowers MatMul [A, B, bias?].
func (l *lowerer) matMul(n *graph.Node) error {
	a, b, bias, y := n.Input(0), n.Input(1), n.Input(2), n.Outputs[0]
	act, err := activation(n)
	if err != nil {
		return err
	}
	var br rep
	if b.Const != nil {
		br = rep{strides: rowMajor(b.Shape, b.Type)}
	} else {
		br = l.any(b)
	}
	bm := asMatrices(b, br, true)
	if n.Int("transB", 0) == 1 {
		bm = bm.transposed()
	}
	ar := rep{}
	if y.Type == graph.Float32 && !bm.single() && len(a.Shape) > 0 {
		ar = l.rowsAdjacent(a)
	} else {
		ar = l.plain(a)
	}
	am := asMatrices(a, ar, false)
	l.macs = graph.Add(l.macs, graph.Mul(y.Shape.Elements(), am.columns()))
	out := l.newPlain(y)
	ym := matrices{rep: out, typ: y.Type}
	ym.shape = append(append(ym.shape, y.Shape...), nil...)
	ym.strides = out.strides
	if len(a.Shape) == 1 { // put the axis back that a vector does not have
		at := len(ym.shape)
		if len(b.Shape) > 1 {
			at--
		}
		ym.insert(at, graph.Num(1))
	}
	if len(b.Shape) == 1 {
		ym.insert(len(ym.shape), graph.Num(1))
	}
	if y.Type == graph.Float32 {
		l.plan(n, "bias or +0, then + a·b in ascending k"+tail(n))
		l.gemm(n, am, bm, ym, b, vector{v: bias}, act)
		return nil
	}
	l.plan(n, "bias or +0, then + a·b in ascending k, one by one"+tail(n))
	if b.Const != nil {
		bm.rep.buf = l.plain(b).buf
	}
	l.contractMatrices(y.Name, n.Op, am, bm, ym, bias)
	if act != kernel.ActNone {
		panic("lower: an activation was fused to a product that is not f32")
	}
	return nil
}

// insert adds an axis of extent one at position i.
func (m *matrices) insert(i int, d graph.Dim) {
	m.shape = append(append(append(graph.Shape{}, m.shape[:i]...), d), m.shape[i:]...)
	m.strides = append(append(append([]graph.Dim{}, m.strides[:i]...), graph.Num(0)), m.strides[i:]...)
}

// vector is a bias: that of a further matrix lies step bytes on.
type vector struct {
	v    *graph.Value // nil: none
	off  int64        // bytes
	step int64
}

// gemm adds the steps of an f32 product. b.buf is nil when bv is a constant,
// which is then packed while the model loads.
func (l *lowerer) gemm(n *graph.Node, a, b, y matrices, bv *graph.Value, bias vector, act kernel.Act) {
	if batch := y.batch(); b.single() && len(batch) > 0 { // one matrix on the right: all rows on the left, which lie dense, are one matrix
		m := graph.Mul(batch.Elements(), y.rows())
		y.shape, y.strides = graph.Shape{m, y.columns()}, []graph.Dim{graph.Mul(y.columns(), graph.Num(4)), graph.Num(4)}
		a.shape, a.strides = graph.Shape{m, a.columns()}, []graph.Dim{graph.Mul(a.columns(), graph.Num(4)), graph.Num(4)}
	}
	l.gemmAs(n, a, b, y, bv, bias, act)
}

// gemmAs is gemm of matrices that lie as they say.
func (l *lowerer) gemmAs(n *graph.Node, a, b, y matrices, bv *graph.Value, bias vector, act kernel.Act) {
	name, batch := n.Outputs[0].Name, y.batch()
	packed, packedStrides := l.packMatrix(name, b, bv, bias)
	scratch := l.scratch(l.builder().GemmScratch(kernel.GemmParams{
		M: known(y.rows()), K: known(a.columns()), N: known(y.columns()), ARow: known(a.rowStep())}))
	l.touch(a.buf, y.buf, packed, scratch)
	l.addStep(name, n.Op, func(k *kernel.Builder) *emit.Func {
		return k.Gemm(name, kernel.GemmParams{
			A: l.addr(a.rep), B: l.int(packed.addr), Y: l.addr(y.rep),
			Batch: l.ints(batch), AStride: l.seen(a.batch(), a.strides, batch), BStride: l.seen(b.batch(), packedStrides, batch), YStride: l.ints(y.strides[:len(batch)]),
			M: l.int(y.rows()), K: l.int(a.columns()), N: l.int(y.columns()), ARow: l.int(a.rowStep()), YRow: l.int(y.rowStep()), Act: act, Scratch: l.scratchAt(scratch),
		})
	})
}

// known is an extent before addresses are known, for what a kernel asks of it.
func known(d graph.Dim) kernel.Int {
	if k, ok := d.IsConst(); ok {
		return kernel.Const(k)
	}
	return kernel.Slot(0)
}

// packMatrix packs the right side of a product and the bias, and returns the
// strides of the batch.
func (l *lowerer) packMatrix(name string, b matrices, bv *graph.Value, bias vector) (*buffer, []graph.Dim) {
	one := kernel.PackedMatrixSize(b.rows(), b.columns())
	count := b.batch().Elements()
	packed := l.newBuffer(bv.Name+" packed", graph.Mul(count, one))
	packed.used = true
	strides := make([]graph.Dim, len(b.batch()))
	for i, step := len(strides)-1, one; i >= 0; i-- {
		strides[i], step = step, graph.Mul(step, b.shape[i])
	}
	pack := func(k *kernel.Builder, src kernel.Int) *emit.Func {
		return k.PackMatrix("pack "+bv.Name, kernel.PackMatrixParams{Src: src, Dst: l.int(packed.addr),
			Batch: l.ints(b.batch()), BatchStride: l.ints(b.strides[:len(b.batch())]),
			K: l.int(b.rows()), N: l.int(b.columns()), KStride: l.int(b.rowStep()), NStride: l.int(b.colStep())})
	}
	packBias := func(k *kernel.Builder, src kernel.Int) *emit.Func {
		return k.PackMatrixBias("pack bias "+name, src, kernel.Const(bias.step), l.int(packed.addr), bias.v != nil, l.int(count), l.int(b.rows()), l.int(b.columns()))
	}
	zero := kernel.Const(0)
	if bv.Const != nil && b.buf == nil && (bias.v == nil || bias.v.Const != nil) {
		packed.static = true
		off, _ := b.off.IsConst()
		cw := l.constant(bv)
		cw.packs = append(cw.packs, func(k *kernel.Builder, src uint32) *emit.Func { return pack(k, kernel.Const(int64(src)+off)) })
		if bias.v == nil {
			cw.packs = append(cw.packs, func(k *kernel.Builder, _ uint32) *emit.Func { return packBias(k, zero) })
			return packed, strides
		}
		cb := l.constant(bias.v)
		cb.packs = append(cb.packs, func(k *kernel.Builder, src uint32) *emit.Func { return packBias(k, kernel.Const(int64(src)+bias.off)) })
		return packed, strides
	}
	was := l.once
	l.once = l.isFixed(bv) && l.isFixed(bias.v)
	defer func() { l.once = was }()
	packed.static = l.once
	from := b.rep
	if from.buf == nil {
		from.buf = l.plain(bv).buf
	}
	l.touch(from.buf, packed)
	l.addStep(name, "Pack", func(k *kernel.Builder) *emit.Func { return pack(k, l.addr(from)) })
	var rb rep
	if bias.v != nil {
		rb = l.plain(bias.v)
		rb.off = graph.Add(rb.off, graph.Num(bias.off))
		l.touch(rb.buf)
	}
	l.touch(packed)
	l.addStep(name, "Pack.bias", func(k *kernel.Builder) *emit.Func {
		if bias.v == nil {
			return packBias(k, zero)
		}
		return packBias(k, l.addr(rb))
	})
	return packed, strides
}

// seen are the strides of an operand of shape s through the extents to, by
// broadcasting.
func (l *lowerer) seen(s graph.Shape, strides []graph.Dim, to graph.Shape) []kernel.Int {
	return l.ints(broadcastStrides(s, strides, to))
}

func broadcastStrides(s graph.Shape, strides []graph.Dim, to graph.Shape) []graph.Dim {
	out := make([]graph.Dim, len(to))
	for i := range to {
		out[i] = graph.Num(0)
		if j := i - (len(to) - len(s)); j >= 0 && (!isOne(s[j]) || s[j].Equal(to[i])) {
			out[i] = strides[j]
		}
	}
	return out
}

// contractMatrices adds a step that multiplies matrices of any type, element
// by element.
func (l *lowerer) contractMatrices(name, op string, a, b, y matrices, bias *graph.Value) {
	batch, none := y.batch(), graph.Num(0)
	extents := append(append(graph.Shape{}, batch...), y.rows(), y.columns())
	ins := []contractOperand{ // batch, row, column, k
		{a.rep, append(broadcastStrides(a.batch(), a.strides, batch), a.rowStep(), none, a.colStep()), a.typ},
		{b.rep, append(broadcastStrides(b.batch(), b.strides, batch), none, b.colStep(), b.rowStep()), b.typ},
	}
	var br *contractOperand
	if bias != nil {
		r := l.plain(bias)
		br = &contractOperand{r, broadcastStrides(bias.Shape, r.strides, extents), bias.Type}
	}
	l.contract(name, op, y.typ, extents, graph.Shape{a.columns()}, ins, br, contractOperand{y.rep, y.strides, y.typ})
}

// contractOperand is an operand of kernel.Contract.
type contractOperand struct {
	rep
	along []graph.Dim // bytes
	typ   graph.Type
}

// contract adds a step of sums of products.
func (l *lowerer) contract(name, op string, t graph.Type, extents, sum graph.Shape, ins []contractOperand, bias *contractOperand, y contractOperand) {
	l.touch(y.buf)
	for _, in := range ins {
		l.touch(in.buf)
	}
	if bias != nil {
		l.touch(bias.buf)
	}
	l.addStep(name, op, func(k *kernel.Builder) *emit.Func {
		operand := func(o contractOperand) kernel.Operand {
			return kernel.Operand{Addr: l.addr(o.rep), Stride: l.ints(o.along)}
		}
		p := kernel.ContractParams{Type: t, Extents: l.ints(extents), Sum: l.ints(sum), Y: operand(y)}
		for _, in := range ins {
			p.In = append(p.In, kernel.ContractOperand{Operand: operand(in), Type: in.typ})
		}
		if bias != nil {
			o := operand(*bias)
			p.Bias = &o
		}
		return k.Contract(name, p)
	})
}

// einsum lowers Einsum: letters of the result, then the other ones in order.
func (l *lowerer) einsum(n *graph.Node) error {
	y := n.Outputs[0]
	l.plan(n, "+0, then + product of the operands in ascending order of the summed letters")
	terms, result := graph.EinsumTerms(n.Str("equation", ""))
	extent := map[byte]graph.Dim{}
	var letters []byte
	letters = append(letters, result...)
	for i, t := range terms {
		for j := range len(t) {
			c, d := t[j], n.Inputs[i].Shape[j]
			if old, ok := extent[c]; !ok || isOne(old) {
				extent[c] = d
				if !ok && !containsByte(letters, c) {
					letters = append(letters, c)
				}
			}
		}
	}
	var extents, sum graph.Shape
	for i, c := range letters {
		if i < len(result) {
			extents = append(extents, extent[c])
		} else {
			sum = append(sum, extent[c])
		}
	}
	along := func(term string, s graph.Shape, r rep) []graph.Dim {
		var out []graph.Dim
		for _, c := range letters {
			d := graph.Num(0)
			for j := range len(term) {
				if term[j] == c && !(isOne(s[j]) && !isOne(extent[c])) {
					d = graph.Add(d, r.strides[j]) // a letter twice walks the diagonal
				}
			}
			out = append(out, d)
		}
		return out
	}
	var ins []contractOperand
	for i, x := range n.Inputs {
		r := l.any(x)
		ins = append(ins, contractOperand{r, along(terms[i], x.Shape, r), x.Type})
	}
	out := l.newPlain(y)
	l.contract(y.Name, n.Op, y.Type, extents, sum, ins, nil, contractOperand{out, out.strides, y.Type})
	return nil
}

func containsByte(s []byte, c byte) bool {
	for _, x := range s {
		if x == c {
			return true
		}
	}
	return false
}
