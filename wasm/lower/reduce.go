package lower

import (
	"github.com/dehug/dehug/internal/say"

	"github.com/dehug/dehug/wasm/emit"
	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/kernel"
)

var reductions = []operator{
	{"ArgMax", (*lowerer).argMax},
	{"AveragePool", (*lowerer).averagePool},
	{"BatchNormalization", (*lowerer).batchNorm},
	{"CumSum", (*lowerer).cumulate},
	{"LRN", (*lowerer).localResponse},
	{"Normalize", (*lowerer).normalize},
	{"ReduceL1", (*lowerer).reduce},
	{"ReduceL2", (*lowerer).reduce},
	{"ReduceLogSum", (*lowerer).reduce},
	{"ReduceLogSumExp", (*lowerer).reduce},
	{"ReduceMax", (*lowerer).reduce},
	{"ReduceMean", (*lowerer).reduce},
	{"ReduceMin", (*lowerer).reduce},
	{"ReduceProd", (*lowerer).reduce},
	{"ReduceSum", (*lowerer).reduce},
	{"ReduceSumSquare", (*lowerer).reduce},
	{"Softmax", (*lowerer).softmax},
	{"TopK", (*lowerer).topK},
}

// onlyTypes refuses element types that a kernel does not work on.
func onlyTypes(v *graph.Value, types ...graph.Type) error {
	for _, t := range types {
		if v.Type == t {
			return nil
		}
	}
	return say.Errorf("operand %q of type %s: %w", v.Name, v.Type, ErrUnsupported)
}

func product(ds []graph.Dim) graph.Dim { return graph.Shape(ds).Elements() }

// columns sees the axes from first to last of a dense tensor as one.
func (l *lowerer) columns(s graph.Shape, first, last int64) kernel.Columns {
	return kernel.Columns{Outer: l.int(product(s[:first])), N: l.int(product(s[first : last+1])), Inner: l.int(product(s[last+1:]))}
}

// walk is a list of extents with the strides of two tensors.
type walk struct{ extent, x, y []graph.Dim }

// add appends an axis, unless it has one element, and makes one of two that
// both tensors walk as one.
func (w *walk) add(extent, x, y graph.Dim) {
	if isOne(extent) {
		return
	}
	if k := len(w.extent) - 1; k >= 0 && w.x[k].Equal(graph.Mul(x, extent)) && w.y[k].Equal(graph.Mul(y, extent)) {
		w.extent[k], w.x[k], w.y[k] = graph.Mul(w.extent[k], extent), x, y
		return
	}
	w.extent, w.x, w.y = append(w.extent, extent), append(w.x, x), append(w.y, y)
}

func isNumber(d graph.Dim, k int64) bool { v, ok := d.IsConst(); return ok && v == k }

// reduce lowers the reductions. Neighbouring elements of the last axis that is
// reduced go through four lanes; otherwise neighbouring results are computed
// together, where there are any.
func (l *lowerer) reduce(n *graph.Node) error {
	x, y := n.Inputs[0], n.Outputs[0]
	if x.Type == graph.Float16 || x.Type == graph.BFloat16 {
		return onlyTypes(x)
	}
	reduced := make([]bool, len(x.Shape))
	spatial := len(x.Shape) > 2
	for _, a := range n.Ints("axes") {
		reduced[a] = true
		spatial = spatial && a >= 2
	}
	keep := n.Int("keepdims", 0) != 0
	in := l.any(x)
	var out rep
	if spatial && keep && imageable(x) && imageable(y) && !in.isPlain(x.Shape, x.Type) {
		out = l.newImage(y)
	} else {
		out = l.newPlain(y)
	}
	kind := kernel.Reduction(n.Op[len("Reduce"):])
	var kept, red walk
	var lanes bool
	plan := func() (fast bool) {
		kept, red = walk{}, walk{}
		j, vector := 0, -1
		for i, e := range x.Shape {
			if reduced[i] {
				red.add(e, in.strides[i], graph.Num(0))
			} else {
				kept.add(e, in.strides[i], out.strides[j])
			}
			if keep || !reduced[i] {
				j++
			}
		}
		for i := range kept.extent {
			if isNumber(kept.x[i], 4) && isNumber(kept.y[i], 4) {
				vector = i
			}
		}
		last := len(red.extent) - 1
		lanes = x.Type == graph.Float32 && kind != kernel.LogSumExp && last >= 0 && isNumber(red.x[last], 4)
		if vector >= 0 { // neighbouring results go innermost
			for _, list := range [][]graph.Dim{kept.extent, kept.x, kept.y} {
				d := list[vector]
				copy(list[vector:], list[vector+1:])
				list[len(list)-1] = d
			}
		}
		return lanes || vector >= 0 || x.Type != graph.Float32
	}
	if !plan() {
		in = l.plain(x)
		plan()
	}
	if lanes {
		l.plan(n, string(kind)+"; element i of a run into partial i mod 4, runs ascending; (p0+p2)+(p1+p3)")
	} else {
		l.plan(n, string(kind)+"; elements ascending")
	}
	l.touch(in.buf, out.buf)
	l.addStep(y.Name, n.Op, func(b *kernel.Builder) *emit.Func {
		return b.Reduce(y.Name, kernel.ReduceParams{Kind: kind, Type: x.Type, X: l.addr(in), Y: l.addr(out), Lanes: lanes,
			Kept: l.ints(kept.extent), KeptX: l.ints(kept.x), KeptY: l.ints(kept.y), Reduced: l.ints(red.extent), ReducedX: l.ints(red.x)})
	})
	return nil
}

func (l *lowerer) argMax(n *graph.Node) error {
	x, y := n.Inputs[0], n.Outputs[0]
	l.plan(n, "greatest element; NaN is greatest")
	l.arg(n, l.plain(x), l.newPlain(y), n.Int("axis", 0), n.Int("axis", 0), false)
	return onlyWide(x)
}

// onlyWide refuses half precision.
func onlyWide(v *graph.Value) error {
	if v.Type == graph.Float16 || v.Type == graph.BFloat16 {
		return onlyTypes(v)
	}
	return nil
}

func (l *lowerer) arg(n *graph.Node, in, out rep, first, last int64, hard bool) {
	x := n.Inputs[0]
	l.touch(in.buf, out.buf)
	l.addStep(n.Outputs[0].Name, n.Op, func(b *kernel.Builder) *emit.Func {
		return b.Arg(n.Outputs[0].Name, kernel.ArgParams{Columns: l.columns(x.Shape, first, last), Type: x.Type, X: l.addr(in), Y: l.addr(out),
			Least: n.Int("least", 0) != 0, Last: n.Int("last", 0) != 0 && !hard, Hard: hard})
	})
}

func (l *lowerer) cumulate(n *graph.Node) error {
	x, y := n.Inputs[0], n.Outputs[0]
	l.plan(n, "each run in order")
	in, out := l.plain(x), l.newPlain(y)
	l.touch(in.buf, out.buf)
	l.addStep(y.Name, n.Op, func(b *kernel.Builder) *emit.Func {
		return b.Cumulate(y.Name, kernel.CumulateParams{Columns: l.columns(x.Shape, n.Int("axis", 0), n.Int("axis", 0)), Type: x.Type, X: l.addr(in), Y: l.addr(out),
			Prod: n.Int("prod", 0) != 0, Exclusive: n.Int("exclusive", 0) != 0, Reverse: n.Int("reverse", 0) != 0})
	})
	return onlyWide(x)
}

func (l *lowerer) topK(n *graph.Node) error {
	x, y := n.Inputs[0], n.Outputs[0]
	l.plan(n, "greatest first, of equal ones the first; NaN is greatest")
	k, axis := n.Int("k", 0), n.Int("axis", 0)
	in, out := l.plain(x), l.newPlain(y)
	index := rep{buf: out.buf}
	if len(n.Outputs) > 1 {
		index = l.newPlain(n.Outputs[1])
	}
	scratch := rep{buf: l.newBuffer(y.Name+" heap", graph.Num(k*kernel.TopKScratch))}
	l.touch(in.buf, out.buf, index.buf, scratch.buf)
	l.addStep(y.Name, n.Op, func(b *kernel.Builder) *emit.Func {
		return b.TopK(y.Name, kernel.TopKParams{Columns: l.columns(x.Shape, axis, axis), Type: x.Type, X: l.addr(in), K: kernel.Const(k), Values: l.addr(out),
			Indices: l.addr(index), Scratch: l.addr(scratch), Least: n.Int("least", 0) != 0, WantIndices: len(n.Outputs) > 1})
	})
	return onlyWide(x)
}

func (l *lowerer) softmax(n *graph.Node) error {
	x, y := n.Inputs[0], n.Outputs[0]
	first, last := n.Int("axis", 0), n.Int("last", 0)
	if n.Str("kind", "") == "Hardmax" {
		l.plan(n, "1 at the first greatest element; NaN is greatest")
		l.arg(n, l.plain(x), l.newPlain(y), first, last, true)
		return onlyWide(x)
	}
	if err := onlyTypes(x, graph.Float32); err != nil {
		return err
	}
	p := kernel.SoftmaxParams{Log: n.Str("kind", "") == "LogSoftmax"}
	// The channels of a picture are rows, as are the last axes of a dense tensor.
	in, picture := l.find(x, func(r rep) bool { _, ok := r.pixelStride(x.Shape); return ok && !r.isPlain(x.Shape, x.Type) })
	picture = picture && first == 1 && last == 1
	var out rep
	var step graph.Dim
	if picture {
		out = l.newImage(y)
		from, _ := in.pixelStride(x.Shape)
		to, _ := out.pixelStride(y.Shape)
		l.plan(n, softmaxRows)
		l.touch(in.buf, out.buf)
		l.addStep(y.Name, n.Op+".image", func(b *kernel.Builder) *emit.Func {
			p.Columns = kernel.Columns{Outer: l.int(graph.FloorDiv(product(x.Shape), x.Shape[1])), N: l.int(x.Shape[1]), Inner: kernel.Const(1)}
			p.X, p.Y, p.RowX, p.RowY = l.addr(in), l.addr(out), kernel.Const(4*from), kernel.Const(4*to)
			return b.Softmax(y.Name, p)
		})
		return nil
	}
	in, out = l.plain(x), l.newPlain(y)
	if isOne(product(x.Shape[last+1:])) {
		l.plan(n, softmaxRows)
	} else {
		l.plan(n, "greatest element m; exp4 of x - m; sum of the run ascending")
	}
	step = graph.Mul(product(x.Shape[first:]), graph.Num(4))
	l.touch(in.buf, out.buf)
	l.addStep(y.Name, n.Op, func(b *kernel.Builder) *emit.Func {
		p.Columns = l.columns(x.Shape, first, last)
		p.X, p.Y, p.RowX, p.RowY = l.addr(in), l.addr(out), l.int(step), l.int(step)
		return b.Softmax(y.Name, p)
	})
	return nil
}

const softmaxRows = "greatest element m; exp4 of x - m; sum with element i into partial i mod 4, (p0+p2)+(p1+p3)"

// normalize lowers LayerNormalization and its relatives.
func (l *lowerer) normalize(n *graph.Node) error {
	x, y := n.Inputs[0], n.Outputs[0]
	if err := onlyTypes(x, graph.Float32); err != nil {
		return err
	}
	l.plan(n, "sums with element i into partial i mod 4, (p0+p2)+(p1+p3); mean; squares of x - mean; (x - mean) * (1 / sqrt(mean square + epsilon)) * scale + bias")
	axis, groups := n.Int("axis", 0), n.Int("groups", 0)
	p := kernel.NormalizeParams{Epsilon: n.Attr("epsilon").F, RMS: n.Int("rms", 0) != 0}
	rows, size := product(x.Shape[:axis]), product(x.Shape[axis:])
	cycle, segments := graph.Num(1), size
	if groups > 0 {
		rows, size = graph.Mul(x.Shape[0], graph.Num(groups)), graph.FloorDiv(size, graph.Num(groups))
		cycle = graph.Num(groups)
		segments = graph.Num(1)
		if n.Input(1) != nil {
			segments = graph.FloorDiv(n.Input(1).Shape[0], cycle)
		}
	}
	in, out := l.plain(x), l.newPlain(y)
	l.touch(in.buf, out.buf)
	var optional [4]*rep // scale, bias, mean, inverse
	for i := range 2 {
		if v := n.Input(1 + i); v != nil {
			r := l.plain(v)
			optional[i] = &r
			l.touch(r.buf)
		}
		if len(n.Outputs) > 1+i {
			r := l.newPlain(n.Outputs[1+i])
			optional[2+i] = &r
			l.touch(r.buf)
		}
	}
	l.addStep(y.Name, n.Op, func(b *kernel.Builder) *emit.Func {
		p.X, p.Y, p.Rows, p.Size, p.Cycle, p.Segments = l.addr(in), l.addr(out), l.int(rows), l.int(size), l.int(cycle), l.int(segments)
		p.Segment = l.int(graph.FloorDiv(size, segments))
		p.PerElement = groups == 0
		for i, at := range []**kernel.Int{&p.Scale, &p.Bias, &p.Mean, &p.Inverse} {
			if optional[i] != nil {
				a := l.addr(*optional[i])
				*at = &a
			}
		}
		return b.Normalize(y.Name, p)
	})
	return nil
}

// batchNorm lowers BatchNormalization with given statistics: a factor and a
// summand for each channel.
func (l *lowerer) batchNorm(n *graph.Node) error {
	x, y := n.Inputs[0], n.Outputs[0]
	if err := onlyTypes(x, graph.Float32); err != nil {
		return err
	}
	l.plan(n, "a = scale / sqrt(var + epsilon), b = bias - mean * a; x * a + b")
	p := kernel.ChannelsParams{Epsilon: n.Attr("epsilon").F}
	c := x.Shape[1]
	table, padded := l.channelFactors(n)
	in, picture := l.find(x, func(r rep) bool {
		s, ok := r.pixelStride(x.Shape)
		return ok && s%4 == 0 && !r.isPlain(x.Shape, x.Type)
	})
	var out rep
	if picture && imageable(y) {
		out = l.newImage(y)
	} else {
		in, out, picture = l.plain(x), l.newPlain(y), false
	}
	l.touch(in.buf, out.buf, table.buf)
	l.addStep(y.Name, n.Op, func(b *kernel.Builder) *emit.Func {
		p := p
		p.C, p.Table, p.Summands, p.X, p.Y = l.int(c), l.addr(table), l.int(padded), l.addr(in), l.addr(out)
		p.N, p.Inner = l.int(x.Shape[0]), l.int(product(x.Shape[2:]))
		if picture {
			from, _ := in.pixelStride(x.Shape)
			to, _ := out.pixelStride(y.Shape)
			p.PixelX, p.PixelY = int(4*from), int(4*to)
		}
		return b.Channels(y.Name, p)
	})
	return nil
}

// channelFactors adds the step that computes what a BatchNormalization does to
// each channel, and returns where: the factors, then the summands, each in so
// many bytes.
func (l *lowerer) channelFactors(n *graph.Node) (table rep, padded graph.Dim) {
	y, c := n.Outputs[0], n.Inputs[0].Shape[1]
	var of [4]rep
	for i, v := range n.Inputs[1:] {
		of[i] = l.plain(v)
		l.touch(of[i].buf)
	}
	padded = graph.Mul(graph.FloorDiv(graph.Add(c, graph.Num(3)), graph.Num(4)), graph.Num(16))
	table = rep{buf: l.newBuffer(y.Name+" factors", graph.Mul(padded, graph.Num(2)))}
	l.touch(table.buf)
	l.addStep(y.Name, "BatchNormalization.factors", func(b *kernel.Builder) *emit.Func {
		p := kernel.ChannelsParams{Epsilon: n.Attr("epsilon").F, C: l.int(c), Table: l.addr(table), Summands: l.int(padded)}
		p.Scale, p.Bias, p.Mean, p.Var = l.addr(of[0]), l.addr(of[1]), l.addr(of[2]), l.addr(of[3])
		return b.ChannelFactors(y.Name+" factors", p)
	})
	return table, padded
}

func (l *lowerer) localResponse(n *graph.Node) error {
	x, y := n.Inputs[0], n.Outputs[0]
	if err := onlyTypes(x, graph.Float32); err != nil {
		return err
	}
	l.plan(n, "in f64: x / exp(beta * log(bias + alpha / size * squares of the channels around, ascending))")
	in, out := l.plain(x), l.newPlain(y)
	l.touch(in.buf, out.buf)
	l.addStep(y.Name, n.Op, func(b *kernel.Builder) *emit.Func {
		return b.LocalResponse(y.Name, kernel.LocalResponseParams{Columns: l.columns(x.Shape, 1, 1), X: l.addr(in), Y: l.addr(out), Size: int(n.Int("size", 1)),
			Alpha: n.Attr("alpha").F, Beta: n.Attr("beta").F, Bias: n.Attr("bias").F})
	})
	return nil
}

// averagePool lowers AveragePool and LpPool, on pictures four channels at a time.
func (l *lowerer) averagePool(n *graph.Node) error {
	x, y := n.Inputs[0], n.Outputs[0]
	if err := onlyTypes(x, graph.Float32, graph.Float64); err != nil {
		return err
	}
	spatial := len(x.Shape) - 2
	win, err := windowOf(n, spatial)
	if err != nil {
		return err
	}
	l.plan(n, "taps inside the picture in order")
	in, picture := l.find(x, func(r rep) bool {
		s, ok := r.pixelStride(x.Shape)
		return ok && s%4 == 0 && !r.isPlain(x.Shape, x.Type)
	})
	var out rep
	if picture && imageable(y) {
		out = l.newImage(y)
	} else {
		in, out, picture = l.plain(x), l.newPlain(y), false
	}
	l.touch(in.buf, out.buf)
	l.addStep(y.Name, n.Op, func(b *kernel.Builder) *emit.Func {
		p := kernel.AverageParams{Type: x.Type, X: l.addr(in), Y: l.addr(out), N: l.int(x.Shape[0]), C: l.int(x.Shape[1]), Vector: picture,
			CountPads: n.Int("count_include_pad", 0) != 0, P: int(n.Int("p", 0))}
		p.BatchX, p.BatchY, p.ChannelX, p.ChannelY = l.int(in.strides[0]), l.int(out.strides[0]), l.int(in.strides[1]), l.int(out.strides[1])
		for i := range spatial {
			j := 3 - spatial + i
			p.Axes = append(p.Axes, kernel.PoolAxis{In: l.int(x.Shape[2+i]), Out: l.int(y.Shape[2+i]), StrideX: l.int(in.strides[2+i]), StrideY: l.int(out.strides[2+i]),
				Kernel: win.kernel[j], Stride: win.stride[j], Dilation: win.dilation[j], Begin: win.begin[j], End: win.end[j]})
		}
		return b.Average(y.Name, p)
	})
	return nil
}
