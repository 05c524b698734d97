package opt

import "github.com/dehug/dehug/wasm/graph"

// fuseProduct gives a MatMul the transposition of its right side, and the
// constant vector that an Add puts on each of its rows.
func fuseProduct(g *graph.Graph) {
	uses := useCounts(g)
	absorbed := map[*graph.Node]bool{}
	for _, n := range g.Nodes {
		switch n.Op {
		case "MatMul":
			b := n.Inputs[1]
			if t := b.Def; t != nil && t.Op == "Transpose" && swapsLast(t.Ints("perm")) {
				n.Inputs[1] = t.Inputs[0]
				n.Set(graph.Attr{Name: "transB", Kind: graph.AttrInt, I: 1 - n.Int("transB", 0)})
			}
		case "Add":
			for i, v := range n.Inputs {
				m, bias := v.Def, n.Inputs[1-i]
				if m == nil || m.Op != "MatMul" || uses[v] != 1 || m.Input(2) != nil || m.Attr("act") != nil || n.Attr("act") != nil ||
					v.Type != graph.Float32 || len(m.Inputs[1].Shape) < 2 || bias.Const == nil || !bias.Shape.Equal(v.Shape[len(v.Shape)-1:]) {
					continue
				}
				n.Op, n.Name, n.Attrs, n.Inputs = m.Op, m.Name, m.Attrs, []*graph.Value{m.Inputs[0], m.Inputs[1], bias}
				absorbed[m] = true
				break
			}
		}
	}
	rewrite(g, func(_ *rewriter, n *graph.Node) bool { return !absorbed[n] })
}

// swapsLast reports whether perm exchanges the last two axes and no others.
func swapsLast(perm []int64) bool {
	k := len(perm)
	for i, p := range perm {
		want := int64(i)
		if i >= k-2 {
			want = int64(2*k - 3 - i)
		}
		if p != want {
			return false
		}
	}
	return k >= 2
}
