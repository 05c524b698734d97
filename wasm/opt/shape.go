package opt

import (
	"encoding/binary"

	"github.com/dehug/dehug/wasm/graph"
)

func dropIdentity(g *graph.Graph) {
	rewrite(g, func(r *rewriter, n *graph.Node) bool {
		return n.Op != "Identity" || !r.bypass(n.Inputs[0], n.Outputs[0])
	})
}

// foldShapes turns integer results that are known into constants.
func foldShapes(g *graph.Graph) {
	rewrite(g, func(r *rewriter, n *graph.Node) bool {
		v := n.Outputs[0]
		known, ok := graph.Known(v)
		if !ok || len(n.Outputs) > 1 {
			return true
		}
		v.Def, v.Const = nil, integers(known, v.Type)
		g.Consts = append(g.Consts, v)
		return false
	})
}

// integers makes a constant of a type that graph.Known works on.
func integers(v []int64, t graph.Type) *graph.Const {
	data := make([]byte, 0, 8*len(v))
	for _, k := range v {
		data = binary.LittleEndian.AppendUint64(data, uint64(k))[:len(data)+int(t.Size())]
	}
	return &graph.Const{Data: data}
}

// mergeTransposes makes one of two in a row, and drops those that change
// nothing.
func mergeTransposes(g *graph.Graph) {
	rewrite(g, func(r *rewriter, n *graph.Node) bool {
		if n.Op != "Transpose" {
			return true
		}
		perm := n.Ints("perm")
		if in := n.Inputs[0].Def; in != nil && in.Op == "Transpose" {
			inner := in.Ints("perm")
			merged := make([]int64, len(perm))
			for i, p := range perm {
				merged[i] = inner[p]
			}
			perm = merged
			n.Inputs[0] = in.Inputs[0]
			n.Set(graph.Attr{Name: "perm", Kind: graph.AttrInts, Ints: perm})
		}
		for i, p := range perm {
			if int64(i) != p {
				return true
			}
		}
		return !r.bypass(n.Inputs[0], n.Outputs[0])
	})
}

// mergeReshapes lets a Reshape read what the Reshape before it reads, and drops
// those that change nothing.
func mergeReshapes(g *graph.Graph) {
	w := newWriter(g)
	rewrite(g, func(r *rewriter, n *graph.Node) bool {
		if n.Op != "Reshape" {
			return true
		}
		y := n.Outputs[0]
		if in := n.Inputs[0].Def; in != nil && in.Op == "Reshape" {
			if dims, ok := absolute(y.Shape); ok {
				s := &graph.Value{Name: y.Name + "_shape", Type: graph.Int64, Shape: graph.Shape{graph.Num(int64(len(dims)))}, Const: integers(dims, graph.Int64)}
				merged := &graph.Node{Op: n.Op, Inputs: []*graph.Value{in.Inputs[0], s}, Outputs: n.Outputs}
				merged.Set(graph.Attr{Name: "allowzero", Kind: graph.AttrInt})
				// [n] → [n/4, 4] → [4*(n/4)] is not [n] → [-1] in so many symbols.
				if graph.CheckResults(merged) == nil {
					n.Inputs, n.Attrs = merged.Inputs, merged.Attrs
					w.fresh(s)
					g.Consts = append(g.Consts, s)
				}
			}
		}
		return !n.Inputs[0].Shape.Equal(y.Shape) || !r.bypass(n.Inputs[0], y)
	})
}

// absolute words a shape as a shape operand that copies no extent of the
// operand: at most one extent may be open, and none zero.
func absolute(s graph.Shape) ([]int64, bool) {
	dims := make([]int64, len(s))
	open := 0
	for i, d := range s {
		k, ok := d.IsConst()
		switch {
		case !ok:
			dims[i] = -1
			open++
		case k == 0:
			return nil, false
		default:
			dims[i] = k
		}
	}
	return dims, open <= 1
}

// dropUnused drops nodes, results and constants that nothing reads.
func dropUnused(g *graph.Graph) {
	used := map[*graph.Value]bool{}
	for _, v := range g.Outputs {
		used[v] = true
	}
	live := map[*graph.Node]bool{}
	for i := len(g.Nodes) - 1; i >= 0; i-- {
		n := g.Nodes[i]
		for len(n.Outputs) > 1 && !used[n.Outputs[len(n.Outputs)-1]] {
			n.Outputs = n.Outputs[:len(n.Outputs)-1]
		}
		for _, v := range n.Outputs {
			live[n] = live[n] || used[v]
		}
		if live[n] {
			for _, v := range n.Inputs {
				used[v] = true
			}
		}
	}
	nodes := g.Nodes[:0]
	for _, n := range g.Nodes {
		if live[n] {
			nodes = append(nodes, n)
		}
	}
	g.Nodes = nodes
	consts := g.Consts[:0]
	for _, v := range g.Consts {
		if used[v] {
			consts = append(consts, v)
		}
	}
	g.Consts = consts
}
