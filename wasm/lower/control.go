package lower

import (
	"slices"

	"github.com/dehug/dehug/wasm/emit"
	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/kernel"
)

var control = []operator{{"If", (*lowerer).choose}, {"Loop", (*lowerer).loop}}

// literal is a condition of a branch.
type literal struct {
	value *graph.Value // a bool
	holds bool
}

// guard is what must hold for a step to run: all of its literals. Steps whose
// results only a branch of an If needs are skipped when the other is chosen.
type guard []literal

// implies reports whether h holds wherever g does.
func (g guard) implies(h guard) bool {
	for _, x := range h {
		if !slices.Contains(g, x) {
			return false
		}
	}
	return true
}

// guards finds for each node what all uses of its results have in common. A
// condition counts where it is computed before the node. base guards all of g.
func guards(g *graph.Graph, base guard) map[*graph.Node]guard {
	at := map[*graph.Node]int{}
	any := false
	for i, n := range g.Nodes {
		at[n] = i + 1
		any = any || chooses(n)
	}
	if !any && len(base) == 0 {
		return map[*graph.Node]guard{}
	}
	out := map[*graph.Node]guard{}
	used := map[*graph.Node]bool{}
	use := func(d *graph.Node, by guard) {
		if d == nil {
			return
		}
		if !used[d] {
			used[d] = true
			for _, x := range by {
				if at[x.value.Def] < at[d] {
					out[d] = append(out[d], x)
				}
			}
			return
		}
		out[d] = slices.DeleteFunc(out[d], func(x literal) bool { return !slices.Contains(by, x) })
	}
	for _, v := range g.Outputs {
		use(v.Def, nil)
	}
	counts := map[string]*graph.Node{}
	for _, n := range g.Nodes {
		if name, _ := graph.Count(n); name != "" {
			counts[name] = n
		}
	}
	for i := len(g.Nodes) - 1; i >= 0; i-- {
		n := g.Nodes[i]
		symbols := map[string]bool{}
		for j, v := range n.Inputs {
			if v == nil {
				continue
			}
			by := out[n]
			if j > 0 && chooses(n) {
				by = append(by[:len(by):len(by)], literal{n.Inputs[0], j == 1})
			}
			use(v.Def, by)
			for _, d := range v.Shape {
				d.Symbols(symbols)
			}
			if dims, ok := graph.KnownDims(v); ok {
				for _, d := range dims {
					d.Symbols(symbols)
				}
			}
		}
		for name := range symbols {
			if c := counts[name]; c != nil && c != n {
				use(c, out[n]) // for the extent that it decides
			}
		}
	}
	for n := range out {
		slices.SortStableFunc(out[n], func(a, b literal) int { return at[a.value.Def] - at[b.value.Def] })
	}
	for _, n := range g.Nodes {
		if len(base) > 0 {
			out[n] = append(base[:len(base):len(base)], out[n]...)
		}
	}
	return out
}

// chooses reports whether n is an If with both branches. One that misses is never
// chosen in a run that succeeds.
func chooses(n *graph.Node) bool {
	return n.Op == "If" && n.Domain == "" && n.Inputs[1] != nil && n.Input(2) != nil
}

// under runs f for steps that run where g holds.
func (l *lowerer) under(g guard, f func()) {
	before := l.guard
	l.guard = g
	f()
	l.guard = before
}

// here is the guard of what is added now. Nothing guards what runs in prepare.
func (l *lowerer) here() guard {
	if l.once {
		return nil
	}
	return l.guard
}

// condition is the place of a condition. It is computed where it is defined:
// all steps that it decides come later.
func (l *lowerer) condition(v *graph.Value) rep {
	g := l.base
	if v.Def != nil {
		g = l.guards[v.Def]
	}
	var r rep
	l.under(g, func() { r = l.plain(v) })
	return r
}

// guarded wraps the function of a step.
func (l *lowerer) guarded(s *step, f *emit.Func, b *kernel.Builder) *emit.Func {
	if len(s.guard) == 0 {
		return f
	}
	w := b.M.Func("when "+s.name, nil, nil)
	for i, x := range s.guard {
		l.addr(s.conditions[i]).Push(w)
		w.Load(emit.I32Load8U, 0)
		if x.holds {
			w.Op(emit.I32Eqz)
		}
		w.If(w.Return)
	}
	for i, p := range l.poison {
		if slices.Equal(p.guard, s.guard) {
			l.stop(w, func() {
				w.I32Const(int32(l.poisonAt) + 4*int32(i))
				w.Load(emit.I32Load, 0)
			})
		}
	}
	w.Call(f)
	return w
}

// choose lowers If: the result of the branch that runs is copied.
func (l *lowerer) choose(n *graph.Node) error {
	y := n.Outputs[0]
	l.plan(n, "same bytes")
	if !chooses(n) {
		l.only(n)
		return nil
	}
	l.condition(n.Inputs[0])
	out := l.newPlain(y)
	for i, x := range n.Inputs[1:] {
		g := append(l.guard[:len(l.guard):len(l.guard)], literal{n.Inputs[0], i == 0})
		l.under(g, func() {
			l.copyStep(y.Name, "If", l.any(x), out, y.Shape, y.Type, false)
		})
	}
	return nil
}

// only lowers an If with one branch. Where the data can choose the other, a step
// ends the run then.
func (l *lowerer) only(n *graph.Node) {
	x := n.Inputs[1]
	if x == nil {
		x = n.Inputs[2]
	}
	l.add(n.Outputs[0], l.any(x))
	if _, ok := graph.KnownDims(n.Inputs[0]); ok {
		return // a constraint says so
	}
	condition := l.condition(n.Inputs[0])
	l.touch(condition.buf)
	l.addStep(n.Outputs[0].Name, "If", func(b *kernel.Builder) *emit.Func {
		f := b.M.Func("branch "+n.Outputs[0].Name, nil, nil)
		l.addr(condition).Push(f)
		f.Load(emit.I32Load8U, 0)
		if n.Inputs[1] != nil {
			f.Op(emit.I32Eqz)
		}
		f.If(func() { l.setWord(f, boundStop, func() { f.I32Const(statusNoBranch) }) })
		return f
	})
}

// poison is a word for what was found wrong with extents that only steps under
// a guard need, after the when-th count. It ends the run when one of them runs.
type poison struct {
	guard guard
	when  int
}

// findPoison lists the words. All counts are known.
func (l *lowerer) findPoison() {
	for _, n := range l.nodes {
		if g := l.guards[n]; len(g) > 0 {
			l.poisonOf(g, 0)
		}
	}
	for _, c := range l.constraints {
		if g := l.guards[c.Node]; len(g) > 0 {
			l.poisonOf(g, l.known(c.A, c.B))
		}
	}
}

// poisonOf is the index of a word.
func (l *lowerer) poisonOf(g guard, when int) int {
	for i, p := range l.poison {
		if p.when == when && slices.Equal(g, p.guard) {
			return i
		}
	}
	l.poison = append(l.poison, poison{g, when})
	return len(l.poison) - 1
}

// confine writes the checks of what is wrong after the when-th count with extents
// that are needed under guards: failures go to their words.
func (l *lowerer) confine(f *emit.Func, when int, check func(guard)) {
	for i, p := range l.poison {
		if p.when != when {
			continue
		}
		check(p.guard)
		f.I32Const(int32(l.poisonAt) + 4*int32(i))
		f.I32Const(int32(l.boundAt))
		f.Load(emit.I32Load, boundStatus)
		f.Load(emit.I32Store, 0)
		l.fail(f, statusOK)
	}
}

// stop writes code that ends the run with a status, if it is not zero.
func (l *lowerer) stop(f *emit.Func, status func()) {
	status()
	f.If(func() {
		l.setWord(f, boundStop, status)
		f.Return()
	})
}
