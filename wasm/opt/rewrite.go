package opt

import "github.com/dehug/dehug/wasm/graph"

// rewriter walks a graph in order while values are replaced by others.
type rewriter struct {
	g       *graph.Graph
	output  map[*graph.Value]bool
	instead map[*graph.Value]*graph.Value
}

// rewrite calls f for every node of g, whose operands are up to date then, and
// keeps the nodes for which f answers true.
func rewrite(g *graph.Graph, f func(r *rewriter, n *graph.Node) (keep bool)) {
	r := &rewriter{g, map[*graph.Value]bool{}, map[*graph.Value]*graph.Value{}}
	for _, v := range g.Outputs {
		r.output[v] = true
	}
	kept := g.Nodes[:0]
	for _, n := range g.Nodes {
		r.update(n)
		if f(r, n) {
			kept = append(kept, n)
		}
	}
	g.Nodes = kept
	for _, n := range g.Nodes { // a node's result may have been renamed after an earlier use
		r.update(n)
	}
}

func (r *rewriter) update(n *graph.Node) {
	for i, v := range n.Inputs {
		n.Inputs[i] = r.current(v)
	}
}

func (r *rewriter) current(v *graph.Value) *graph.Value {
	for r.instead[v] != nil {
		v = r.instead[v]
	}
	return v
}

// bypass makes x take the place of y, the only result of a node that passes x
// on unchanged, and reports whether that worked. Outputs keep their names: if y
// is one, x takes its name, unless x has to keep its own.
func (r *rewriter) bypass(x, y *graph.Value) bool {
	if !r.output[y] {
		r.instead[y] = x
		return true
	}
	if x.Def == nil || r.output[x] {
		return false
	}
	y.Def = x.Def
	for i, v := range y.Def.Outputs {
		if v == x {
			y.Def.Outputs[i] = y
		}
	}
	r.instead[x] = y
	return true
}

// useCounts counts operands and graph outputs.
func useCounts(g *graph.Graph) map[*graph.Value]int {
	uses := map[*graph.Value]int{}
	for _, n := range g.Nodes {
		for _, v := range n.Inputs {
			uses[v]++
		}
	}
	for _, v := range g.Outputs {
		uses[v]++
	}
	return uses
}

// writer makes a graph's list of nodes anew, with further ones among them.
type writer struct {
	names map[string]bool
	nodes []*graph.Node
}

func newWriter(g *graph.Graph) *writer {
	w := &writer{names: map[string]bool{}}
	for _, v := range append(append([]*graph.Value{}, g.Inputs...), g.Consts...) {
		w.names[v.Name] = true
	}
	for _, n := range g.Nodes {
		for _, v := range n.Outputs {
			if v != nil {
				w.names[v.Name] = true
			}
		}
	}
	return w
}

// fresh gives a value a name that no other one has.
func (w *writer) fresh(v *graph.Value) {
	for w.names[v.Name] {
		v.Name += "_"
	}
	w.names[v.Name] = true
}

// emit adds a node whose result is named like another value.
func (w *writer) emit(like *graph.Value, suffix string, t graph.Type, shape graph.Shape, op string, in ...*graph.Value) *graph.Value {
	v := &graph.Value{Name: like.Name + suffix, Type: t, Shape: shape}
	w.fresh(v)
	v.Def = &graph.Node{Op: op, Inputs: in, Outputs: []*graph.Value{v}}
	w.nodes = append(w.nodes, v.Def)
	return v
}
