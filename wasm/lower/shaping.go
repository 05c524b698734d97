package lower

import (
	"strconv"
	"strings"

	"github.com/dehug/dehug/internal/say"

	"github.com/dehug/dehug/wasm/emit"
	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/kernel"
)

// shaping holds the operators that move, select and repeat elements. Views
// cost nothing: a consumer copies when it needs another layout.
var shaping = []operator{
	{"Compress", (*lowerer).compress},
	{"DepthToSpace", (*lowerer).blocks},
	{"Expand", (*lowerer).expand},
	{"EyeLike", (*lowerer).eyeLike},
	{"Flatten", (*lowerer).reshape},
	{"Gather", (*lowerer).gather},
	{"GatherElements", (*lowerer).elements},
	{"GatherND", (*lowerer).tuples},
	{"NonMaxSuppression", (*lowerer).suppress},
	{"NonZero", (*lowerer).nonZero},
	{"OneHot", (*lowerer).oneHot},
	{"Pad", (*lowerer).padding},
	{"Range", (*lowerer).counting},
	{"ReverseSequence", (*lowerer).reverse},
	{"ScatterElements", (*lowerer).elements},
	{"ScatterND", (*lowerer).tuples},
	{"Shape", (*lowerer).extents},
	{"Size", (*lowerer).extents},
	{"Slice", (*lowerer).slice},
	{"SpaceToDepth", (*lowerer).blocks},
	{"Split", (*lowerer).split},
	{"Squeeze", (*lowerer).squeeze},
	{"TensorScatter", (*lowerer).update},
	{"Tile", (*lowerer).tile},
	{"Trilu", (*lowerer).trilu},
	{"Unique", (*lowerer).unique},
	{"Unsqueeze", (*lowerer).squeeze},
}

// view gives v a representation that another value's memory holds.
func (l *lowerer) view(v *graph.Value, from rep, off graph.Dim, strides []graph.Dim) {
	l.add(v, rep{buf: from.buf, off: graph.Add(from.off, off), strides: strides})
}

// script adds a step of a scalar kernel. Its first operands are the addresses
// of reps, the others extents.
func (l *lowerer) script(n *graph.Node, text string, t, index graph.Type, reps []rep, ints ...graph.Dim) {
	for _, r := range reps {
		if r.buf != nil {
			l.touch(r.buf)
		}
	}
	l.addStep(n.Outputs[0].Name, n.Op, func(b *kernel.Builder) *emit.Func {
		var is []kernel.Int
		for _, r := range reps {
			at := kernel.Const(0) // an omitted operand
			if r.buf != nil {
				at = l.addr(r)
			}
			is = append(is, at)
		}
		return b.Script(n.Outputs[0].Name, text, t, index, append(is, l.ints(ints)...)...)
	})
}

// extents writes what is known of a shape, in run-time numbers.
func (l *lowerer) extents(n *graph.Node) error {
	y := n.Outputs[0]
	l.plan(n, "extents")
	dims, ok := graph.KnownDims(y)
	if !ok {
		return say.Errorf("more extents than are followed: %w", ErrUnsupported)
	}
	text := " |"
	for i := range dims {
		k := strconv.Itoa(i)
		text += " dst " + strconv.Itoa(8*i) + " + d" + k + " >l !l"
	}
	l.script(n, "dst"+kernel.Names(len(dims), "d")+text, y.Type, y.Type, []rep{l.newPlain(y)}, dims...)
	return nil
}

func (l *lowerer) slice(n *graph.Node) error {
	l.plan(n, "same bytes")
	from := l.any(n.Inputs[0])
	starts, steps := graph.Slices(n)
	off := graph.Num(0)
	strides := make([]graph.Dim, len(starts))
	for i, s := range starts {
		off = graph.Add(off, graph.Mul(s, from.strides[i]))
		strides[i] = graph.Mul(graph.Num(steps[i]), from.strides[i])
	}
	l.view(n.Outputs[0], from, off, strides)
	return nil
}

func (l *lowerer) split(n *graph.Node) error {
	l.plan(n, "same bytes")
	from := l.any(n.Inputs[0])
	axis := n.Int("axis", 0)
	off := graph.Num(0)
	for _, y := range n.Outputs {
		l.view(y, from, off, from.strides)
		off = graph.Add(off, graph.Mul(y.Shape[axis], from.strides[axis]))
	}
	return nil
}

// squeeze lowers Squeeze and Unsqueeze: strides of single elements go or come.
func (l *lowerer) squeeze(n *graph.Node) error {
	l.plan(n, "same bytes")
	y := n.Outputs[0]
	from := l.any(n.Inputs[0])
	single := map[int64]bool{}
	for _, a := range n.Ints("axes") {
		if a < 0 {
			a += int64(max(len(y.Shape), len(from.strides)))
		}
		single[a] = true
	}
	strides, left := []graph.Dim{}, from.strides
	for i := range int64(max(len(y.Shape), len(from.strides))) {
		switch {
		case !single[i]:
			strides, left = append(strides, left[0]), left[1:]
		case n.Op == "Squeeze":
			left = left[1:]
		default:
			strides = append(strides, graph.Num(y.Type.Size()))
		}
	}
	l.view(y, from, graph.Num(0), strides)
	return nil
}

func (l *lowerer) expand(n *graph.Node) error {
	l.plan(n, "same bytes")
	x, y := n.Inputs[0], n.Outputs[0]
	from := l.any(x)
	strides := make([]graph.Dim, len(y.Shape))
	for i := range strides {
		j := i - len(y.Shape) + len(x.Shape)
		if j >= 0 && x.Shape[j].Equal(y.Shape[i]) {
			strides[i] = from.strides[j]
		} else if j >= 0 && !isOne(x.Shape[j]) {
			strides[i] = from.strides[j] // bind has made sure that the extents agree
		}
	}
	l.view(y, from, graph.Num(0), strides)
	return nil
}

// tile copies to a destination whose axes are split in repeats and extents.
func (l *lowerer) tile(n *graph.Node) error {
	l.plan(n, "same bytes")
	x, y := n.Inputs[0], n.Outputs[0]
	from, to := l.any(x), l.newPlain(y)
	src, dst := rep{buf: from.buf, off: from.off}, rep{buf: to.buf}
	var extents graph.Shape
	repeats, _ := graph.KnownDims(n.Inputs[1])
	for i, d := range x.Shape {
		extents = append(extents, repeats[i], d)
		src.strides = append(src.strides, graph.Num(0), from.strides[i])
		dst.strides = append(dst.strides, graph.Mul(d, to.strides[i]), to.strides[i])
	}
	l.copyStep(y.Name, n.Op, src, dst, extents, y.Type, false)
	return nil
}

// blocks lowers DepthToSpace and SpaceToDepth: one copy with the axes of the
// blocks apart.
func (l *lowerer) blocks(n *graph.Node) error {
	l.plan(n, "same bytes")
	x, y := n.Inputs[0], n.Outputs[0]
	from, to := l.any(x), l.newPlain(y)
	b := graph.Num(n.Int("blocksize", 0))
	deep, wide, deepShape := from, to, y.Shape
	if n.Op == "SpaceToDepth" {
		deep, wide, deepShape = to, from, x.Shape
	}
	// Extents: batch, block row, block column, channel, row, column.
	c := deepShape[1]
	if n.Op == "SpaceToDepth" {
		c = x.Shape[1]
	}
	h, w := graph.FloorDiv(deepShape[2], b), graph.FloorDiv(deepShape[3], b)
	extents := graph.Shape{deepShape[0], b, b, c, h, w}
	at := deep.strides[1]
	d := []graph.Dim{deep.strides[0], graph.Mul(at, graph.Mul(b, c)), graph.Mul(at, c), at, deep.strides[2], deep.strides[3]}
	if n.Str("mode", "DCR") == "CRD" {
		d[1], d[2], d[3] = graph.Mul(at, b), at, graph.Mul(at, graph.Mul(b, b))
	}
	s := []graph.Dim{wide.strides[0], wide.strides[2], wide.strides[3], wide.strides[1], graph.Mul(b, wide.strides[2]), graph.Mul(b, wide.strides[3])}
	deep.strides, wide.strides = d, s
	src, dst := deep, wide
	if n.Op == "SpaceToDepth" {
		src, dst = wide, deep
	}
	l.copyStep(y.Name, n.Op, src, dst, extents, y.Type, false)
	return nil
}

// padding copies the operand to its place, and then fills the borders axis by
// axis from what is there already.
func (l *lowerer) padding(n *graph.Node) error {
	x, value, y := n.Inputs[0], n.Input(2), n.Outputs[0]
	mode := n.Str("mode", "constant")
	l.plan(n, "same bytes")
	pads := graph.Pads(n)
	from, to := l.any(x), l.newPlain(y)
	size := graph.Num(y.Type.Size())
	if mode == "constant" {
		if value == nil {
			l.touch(to.buf)
			l.addStep(y.Name, "Pad.fill", func(b *kernel.Builder) *emit.Func {
				return b.Fill(y.Name, kernel.FillParams{Dst: l.addr(to), Bytes: l.int(to.buf.size), Elem: int(y.Type.Size())})
			})
		} else {
			one := l.any(value)
			l.copyStep(y.Name, "Pad.fill", rep{buf: one.buf, off: one.off, strides: []graph.Dim{graph.Num(0)}},
				rep{buf: to.buf, strides: []graph.Dim{size}}, graph.Shape{y.Shape.Elements()}, y.Type, false)
		}
	}
	zero := graph.Num(0)
	src, dst := rep{buf: from.buf, off: from.off, strides: from.strides}, to
	inner := append(graph.Shape{}, x.Shape...) // what is copied: negative pads cut
	begin := make([]graph.Dim, len(pads))
	for i, p := range pads {
		cut := graph.Max(graph.Sub(zero, p[0]), zero)
		begin[i] = graph.Max(p[0], zero)
		inner[i] = graph.Sub(inner[i], graph.Add(cut, graph.Max(graph.Sub(zero, p[1]), zero)))
		src.off = graph.Add(src.off, graph.Mul(cut, from.strides[i]))
		dst.off = graph.Add(dst.off, graph.Mul(begin[i], to.strides[i]))
	}
	l.copyStep(y.Name, n.Op, src, dst, inner, y.Type, false)
	if mode == "constant" {
		return nil
	}
	// The part of y that is there: all of the axes before i, the middle of the others.
	for i, p := range pads {
		extents := append(append(append(graph.Shape{}, y.Shape[:i]...), zero), inner[i+1:]...)
		base := zero
		for j := i + 1; j < len(pads); j++ {
			base = graph.Add(base, graph.Mul(begin[j], to.strides[j]))
		}
		place := func(at graph.Dim, step int64) rep { // of an element along axis i
			r := rep{buf: to.buf, off: graph.Add(base, graph.Mul(at, to.strides[i])), strides: append([]graph.Dim{}, to.strides...)}
			r.strides[i] = graph.Mul(graph.Num(step), to.strides[i])
			return r
		}
		end := graph.Add(begin[i], inner[i]) // the first element behind
		for side, count := range p {
			if k, ok := count.IsConst(); ok && k <= 0 {
				continue
			}
			extents[i] = count
			first, step := begin[i], int64(0) // edge
			if side == 1 {
				first = graph.Sub(end, graph.Num(1))
			}
			switch {
			case mode == "reflect" && side == 0:
				first, step = graph.Add(begin[i], count), -1
			case mode == "reflect":
				first, step = graph.Sub(end, graph.Num(2)), -1
			case mode == "wrap" && side == 0:
				first, step = graph.Sub(end, count), 1
			case mode == "wrap":
				first, step = begin[i], 1
			}
			target := zero
			if side == 1 {
				target = end
			}
			l.copyStep(y.Name, n.Op, place(first, step), place(target, 1), append(graph.Shape{}, extents...), y.Type, false)
		}
	}
	return nil
}

// gather lowers Gather. One index that is known is a view.
func (l *lowerer) gather(n *graph.Node) error {
	x, index, y := n.Inputs[0], n.Inputs[1], n.Outputs[0]
	l.plan(n, "same bytes; an index out of range is taken to the nearest")
	axis := n.Int("axis", 0)
	extent, static := x.Shape[axis].IsConst()
	if k, ok := graph.Known(index); ok && len(index.Shape) == 0 && (static || k[0] >= 0) {
		if k[0] < 0 {
			k[0] += extent
		}
		if static && (k[0] < 0 || k[0] >= extent) {
			return say.Errorf("index %d is out of range for an extent of %d", k[0], extent)
		}
		if static || k[0] == 0 {
			from := l.any(x)
			l.view(y, from, graph.Mul(graph.Num(k[0]), from.strides[axis]), append(append([]graph.Dim{}, from.strides[:axis]...), from.strides[axis+1:]...))
			return nil
		}
	}
	run := graph.Mul(x.Shape[axis+1:].Elements(), graph.Num(x.Type.Size()))
	src, idx := l.plain(x), l.plain(index)
	text := kernel.ScriptGather
	if run.Equal(graph.Num(x.Type.Size())) { // a call of memory.copy costs more than an element
		text = strings.Replace(text, "run copy", "@x !x", 1)
	}
	l.script(n, text, x.Type, index.Type, []rep{src, idx, l.newPlain(y)},
		x.Shape[:axis].Elements(), index.Shape.Elements(), x.Shape[axis], run, graph.Num(index.Type.Size()))
	return nil
}

// reductions are the words that combine an element at address at with one at u.
func reduction(n *graph.Node, t graph.Type) (string, error) {
	word := n.Str("reduction", "none")
	switch word {
	case "none":
		return "at u @x !x", nil
	case "add":
		word = "+"
	case "mul":
		word = "*"
	}
	if !numeric(t) {
		return "", say.Errorf("reduction %s on %s: %w", word, t, ErrUnsupported)
	}
	return "at at @n u @n " + word + " !n", nil
}

// numeric reports whether scripts can compute with elements of a type.
func numeric(t graph.Type) bool {
	return t != graph.Float16 && t != graph.BFloat16 && t != graph.Bool && t != graph.Uint64
}

// elements lowers GatherElements and ScatterElements.
func (l *lowerer) elements(n *graph.Node) error {
	x, index, y := n.Inputs[0], n.Inputs[1], n.Outputs[0]
	rank := len(x.Shape)
	axis := n.Int("axis", 0)
	data, idx, out := l.plain(x), l.plain(index), l.newPlain(y)
	strides := append([]graph.Dim{}, data.strides...)
	step := graph.Num(0)
	if rank > 0 {
		step, strides[axis] = strides[axis], graph.Num(0)
	}
	bytes := graph.Num(index.Type.Size())
	locate := kernel.Offset(rank, "s") + " p @k extent norm step * + p bytes + =p"
	ints := append(append([]graph.Dim{x.Shape[axis], step, bytes}, index.Shape...), strides...)
	names := "extent step bytes" + kernel.Names(rank, "n") + kernel.Names(rank, "s") + " | index =p "
	if n.Op == "GatherElements" {
		l.plan(n, "same bytes; an index out of range is taken to the nearest")
		l.script(n, "src index dst "+names+"dst =y"+kernel.Loops(rank, locate+" src + =at y at @x !x y elem + =y"),
			x.Type, index.Type, []rep{data, idx, out}, ints...)
		return nil
	}
	l.plan(n, "updates in order; an index out of range is taken to the nearest")
	combine, err := reduction(n, x.Type)
	if err != nil {
		return err
	}
	updates := l.plain(n.Inputs[2])
	l.copyStep(y.Name, n.Op, data, out, x.Shape, x.Type, false)
	l.script(n, "index update dst "+names+"update =u"+kernel.Loops(rank, locate+" dst + =at "+combine+" u elem + =u"),
		x.Type, index.Type, []rep{idx, updates, out}, ints...)
	return nil
}

// tuples lowers GatherND and ScatterND.
func (l *lowerer) tuples(n *graph.Node) error {
	x, index, y := n.Inputs[0], n.Inputs[1], n.Outputs[0]
	batch := int(n.Int("batch_dims", 0))
	last := len(index.Shape) - 1
	k64, _ := index.Shape[last].IsConst()
	k := int(k64)
	data, idx, out := l.plain(x), l.plain(index), l.newPlain(y)
	run := graph.Mul(x.Shape[batch+k:].Elements(), graph.Num(x.Type.Size()))
	batches := x.Shape[:batch].Elements()
	count := index.Shape[batch:last].Elements()
	size := graph.Mul(x.Shape[batch:].Elements(), graph.Num(x.Type.Size()))
	ints := append(append([]graph.Dim{batches, count, run, size}, x.Shape[batch:batch+k]...), data.strides[batch:batch+k]...)
	names := "batches count run size" + kernel.Names(k, "e") + kernel.Names(k, "t") + " | index =p "
	if n.Op == "GatherND" {
		l.plan(n, "same bytes; an index out of range is taken to the nearest")
		l.script(n, "src index dst "+names+"src =x dst =y batches for b { count for j { "+kernel.Tuple(k)+
			" x + =at y at run copy y run + =y } x size + =x }", x.Type, index.Type, []rep{data, idx, out}, ints...)
		return nil
	}
	l.plan(n, "updates in order; an index out of range is taken to the nearest")
	combine, err := reduction(n, x.Type)
	if err != nil {
		return err
	}
	body := "at u run copy u run + =u"
	if n.Str("reduction", "none") != "none" {
		body = "run elem / for r { " + combine + " at elem + =at u elem + =u }"
	}
	updates := l.plain(n.Inputs[2])
	l.copyStep(y.Name, n.Op, data, out, x.Shape, x.Type, false)
	l.script(n, "index update dst "+names+"update =u count for j { "+kernel.Tuple(k)+" dst + =at "+body+" }",
		x.Type, index.Type, []rep{idx, updates, out}, ints...)
	return nil
}

func (l *lowerer) trilu(n *graph.Node) error {
	x, y := n.Inputs[0], n.Outputs[0]
	l.plan(n, "same bytes, or zero")
	k := rep{}
	if v := n.Input(1); v != nil {
		k = l.plain(v)
	}
	rank := len(x.Shape)
	l.script(n, kernel.ScriptTrilu, x.Type, x.Type, []rep{l.plain(x), k, l.newPlain(y)},
		x.Shape[:rank-2].Elements(), x.Shape[rank-2], x.Shape[rank-1], graph.Num(n.Int("upper", 0)))
	return nil
}

func (l *lowerer) oneHot(n *graph.Node) error {
	x, values, y := n.Inputs[0], n.Inputs[1], n.Outputs[0]
	l.plan(n, "same bytes")
	if x.Type == graph.Float16 || x.Type == graph.BFloat16 {
		return say.Errorf("indices of %s: %w", x.Type, ErrUnsupported)
	}
	axis := n.Int("axis", 0)
	l.script(n, kernel.ScriptOneHot, y.Type, x.Type, []rep{l.plain(x), l.plain(values), l.newPlain(y)},
		x.Shape[:axis].Elements(), y.Shape[axis], x.Shape[axis:].Elements(), graph.Num(x.Type.Size()))
	return nil
}

// counting lowers Range.
func (l *lowerer) counting(n *graph.Node) error {
	y := n.Outputs[0]
	l.plan(n, "start + i·delta in f64, or in i64, then rounded")
	if !numeric(y.Type) {
		return say.Errorf("elements of %s: %w", y.Type, ErrUnsupported)
	}
	to := ">d"
	if y.Type.Size() == 8 && y.Type != graph.Float64 {
		to = ">l"
	}
	l.script(n, "start delta dst count | dst =y start @n =s delta @n =d count for i { y s i "+to+" d * + !n y elem + =y }",
		y.Type, y.Type, []rep{l.plain(n.Inputs[0]), l.plain(n.Inputs[2]), l.newPlain(y)}, y.Shape[0])
	return nil
}

func (l *lowerer) eyeLike(n *graph.Node) error {
	y := n.Outputs[0]
	l.plan(n, "0 and 1")
	one := "1 >d !n"
	switch y.Type {
	case graph.Float16:
		one = "15360 !x"
	case graph.BFloat16:
		one = "16256 !x"
	case graph.Bool:
		one = "1 !x"
	}
	out := l.newPlain(y)
	l.touch(out.buf)
	l.addStep(y.Name, "EyeLike.fill", func(b *kernel.Builder) *emit.Func {
		return b.Fill(y.Name, kernel.FillParams{Dst: l.addr(out), Bytes: l.int(out.buf.size), Elem: 1})
	})
	k := max(min(n.Int("k", 0), 1<<30), -1<<30)
	l.script(n, "dst rows cols k | rows for i { i k + =j j 0 >= j cols < and if { i cols * j + elem * dst + "+one+" } }",
		y.Type, y.Type, []rep{out}, y.Shape[0], y.Shape[1], graph.Num(k))
	return nil
}

func (l *lowerer) reverse(n *graph.Node) error {
	x, lengths, y := n.Inputs[0], n.Inputs[1], n.Outputs[0]
	l.plan(n, "same bytes")
	b, t := n.Int("batch_axis", 0), n.Int("time_axis", 0)
	src := l.plain(x)
	l.script(n, kernel.ScriptReverse, x.Type, lengths.Type, []rep{src, l.plain(lengths), l.newPlain(y)},
		x.Shape[b], x.Shape[t], graph.Mul(x.Shape[2:].Elements(), graph.Num(x.Type.Size())), src.strides[b], src.strides[t])
	return nil
}

// update lowers TensorScatter.
func (l *lowerer) update(n *graph.Node) error {
	x, u, y := n.Inputs[0], n.Inputs[1], n.Outputs[0]
	l.plan(n, "same bytes")
	axis := n.Int("axis", 0)
	circular := graph.Num(0)
	if n.Str("mode", "") == "circular" {
		circular = graph.Num(1)
	}
	out := l.newPlain(y)
	at := rep{}
	if v := n.Input(2); v != nil {
		at = l.plain(v)
	}
	updates := l.plain(u)
	l.copyStep(y.Name, n.Op, l.any(x), out, x.Shape, x.Type, false)
	l.script(n, kernel.ScriptUpdate, x.Type, graph.Int64, []rep{updates, at, out},
		x.Shape[0], x.Shape[1:axis].Elements(), u.Shape[axis], x.Shape[axis],
		graph.Mul(x.Shape[axis+1:].Elements(), graph.Num(x.Type.Size())), circular)
	return nil
}
