package lower

import (
	"github.com/dehug/dehug/wasm/emit"
	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/kernel"
)

// count is an extent that the data decide: how many elements are not zero, how
// many boxes are kept. Memory is planned for the most that it can be. The step
// that finds it writes it to a cell; the step after that computes the slots
// and descriptors which mention it.
type count struct {
	name string
	most graph.Dim
	step *emit.Func
}

// counted registers the extent that a node finds. The returned rep is its cell.
func (l *lowerer) counted(n *graph.Node) (cell rep) {
	c := &count{}
	c.name, c.most = graph.Count(n)
	for _, old := range l.counts {
		c.most = c.most.Replace(old.name, old.most)
	}
	l.counts = append(l.counts, c)
	b := &buffer{name: c.name, size: graph.Num(8), static: true, used: true}
	l.buffers = append(l.buffers, b)
	return rep{buf: b}
}

// recount adds the step that follows the one which finds an extent.
func (l *lowerer) recount(n *graph.Node, cell rep) {
	c := l.counts[len(l.counts)-1]
	l.addStep(n.Outputs[0].Name, "Extent", func(b *kernel.Builder) *emit.Func {
		c.step = b.M.Func("extent "+c.name, nil, nil)
		l.fail(c.step, statusOK) // what an earlier run may have found is past
		c.step.I32Const(int32(l.cellsAt) + 8*int32(l.cellOf(c.name)))
		c.step.I32Const(int32(l.static(cell.buf)))
		c.step.Load(emit.I64Load, 0)
		c.step.Load(emit.I64Store, 0)
		return c.step
	})
}

// cellOf is the index of a symbol's cell, or −1.
func (l *lowerer) cellOf(name string) int {
	for i, s := range l.symbols {
		if s == name {
			return i
		}
	}
	for i, c := range l.counts {
		if c.name == name {
			return len(l.symbols) + i
		}
	}
	return -1
}

// known says after which count an expression has its value: 0 after bind, k
// after the k-th count.
func (l *lowerer) known(ds ...graph.Dim) int {
	set := map[string]bool{}
	for _, d := range ds {
		d.Symbols(set)
	}
	last := 0
	for name := range set {
		last = max(last, l.cellOf(name)-len(l.symbols)+1)
	}
	return last
}

// finishCounts writes the bodies of the steps that follow counts.
func (l *lowerer) finishCounts(eval *evaluator, narrow *emit.Func) {
	for k, c := range l.counts {
		f := c.step
		e := *eval
		e.f, e.syms = f, map[string]emit.Local{}
		load := func(name string, i int) {
			e.syms[name] = f.Local(emit.I64)
			f.I32Const(int32(l.cellsAt) + 8*int32(i))
			f.Load(emit.I64Load, 0)
			f.LocalSet(e.syms[name])
		}
		for i, name := range l.symbols {
			load(name, i)
		}
		for i, c := range l.counts[:k+1] {
			load(c.name, len(l.symbols)+i)
		}
		l.fillIn(&e, narrow, k+1)
		l.requireAll(&e, nil, k+1)
		l.stop(f, func() {
			f.I32Const(int32(l.boundAt))
			f.Load(emit.I32Load, boundStatus)
		})
		l.confine(f, k+1, func(g guard) { l.requireAll(&e, g, k+1) })
	}
}

func (l *lowerer) nonZero(n *graph.Node) error {
	x, y := n.Inputs[0], n.Outputs[0]
	l.plan(n, "positions in row-major order")
	test := "not not"
	if x.Type == graph.Float16 || x.Type == graph.BFloat16 || x.Type == graph.Float32 || x.Type == graph.Float64 { // −0 is zero
		test = [...]string{2: "32767 and", 4: "2147483647 and", 8: "1 >l shl"}[x.Type.Size()] + " not not"
	}
	cell := l.counted(n)
	l.script(n, kernel.NonZero(len(x.Shape), test), x.Type, x.Type, []rep{l.plain(x), l.newPlain(y), cell},
		append([]graph.Dim{x.Shape.Elements()}, x.Shape...)...)
	l.recount(n, cell)
	return nil
}

func (l *lowerer) compress(n *graph.Node) error {
	x, condition, y := n.Inputs[0], n.Inputs[1], n.Outputs[0]
	l.plan(n, "same bytes")
	outer, extent, inner := graph.Num(1), x.Shape.Elements(), graph.Num(1)
	if n.Attr("axis") != nil {
		axis := n.Int("axis", 0)
		outer, extent, inner = x.Shape[:axis].Elements(), x.Shape[axis], x.Shape[axis+1:].Elements()
	}
	cell := l.counted(n)
	l.script(n, kernel.ScriptCompress, x.Type, x.Type, []rep{l.plain(x), l.plain(condition), l.newPlain(y), cell},
		outer, extent, graph.Mul(inner, graph.Num(x.Type.Size())), condition.Shape[0])
	l.recount(n, cell)
	return nil
}

func (l *lowerer) unique(n *graph.Node) error {
	x := n.Inputs[0]
	if err := numbers(x); err != nil && x.Type != graph.Bool {
		return err
	}
	l.plan(n, "same bytes")
	outer, extent, inner := graph.Num(1), x.Shape.Elements(), graph.Num(1)
	if n.Attr("axis") != nil {
		axis := n.Int("axis", 0)
		outer, extent, inner = x.Shape[:axis].Elements(), x.Shape[axis], x.Shape[axis+1:].Elements()
	}
	cell := l.counted(n)
	reps := []rep{l.plain(x)}
	for range 4 { // one more than there are slices, for the one that is inserted
		reps = append(reps, rep{buf: l.newBuffer(x.Name+" unique", graph.Mul(graph.Num(4), graph.Add(extent, graph.Num(1))))})
	}
	for i := range 4 {
		r := rep{}
		if i < len(n.Outputs) && n.Outputs[i] != nil {
			r = l.newPlain(n.Outputs[i])
		}
		reps = append(reps, r)
	}
	l.script(n, kernel.ScriptUnique, x.Type, x.Type, append(reps, cell), outer, extent, inner, graph.Num(n.Int("sorted", 1)))
	l.recount(n, cell)
	return nil
}

func (l *lowerer) suppress(n *graph.Node) error {
	boxes, scores := n.Inputs[0], n.Inputs[1]
	l.plan(n, "by score, then index; overlaps in f32")
	cell := l.counted(n)
	reps := []rep{l.plain(boxes), l.plain(scores)}
	for i := 2; i < 5; i++ {
		r := rep{}
		if v := n.Input(i); v != nil {
			r = l.plain(v)
		}
		reps = append(reps, r)
	}
	used := rep{buf: l.newBuffer(boxes.Name+" used", boxes.Shape[1])}
	l.script(n, kernel.NonMaxSuppression(n.Int("center_point_box", 0) == 1), graph.Float32, graph.Int64,
		append(reps, l.newPlain(n.Outputs[0]), cell, used), scores.Shape[0], scores.Shape[1], scores.Shape[2])
	l.recount(n, cell)
	return nil
}
