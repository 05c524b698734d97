package graph

import "github.com/dehug/dehug/wasm/onnx"

// Unsupported lists the nodes of a model, those of subgraphs included, whose
// operator no rule covers. Import stops at the first; a person wants all. A node
// that is covered may still be refused, for its attributes or types.
func Unsupported(m *onnx.Model) []*UnsupportedOperator {
	opsets := map[string]int64{}
	for _, o := range m.Opsets {
		opsets[o.Domain] = o.Version
	}
	inlined := map[string]bool{}
	for _, f := range m.Functions {
		inlined[f.Domain+"."+f.Name] = true
	}
	var found []*UnsupportedOperator
	var visit func(g *onnx.Graph)
	visit = func(g *onnx.Graph) {
		for i := range g.Nodes {
			n := &g.Nodes[i]
			for _, a := range n.Attrs {
				if a.G != nil {
					visit(a.G)
				}
				for _, sub := range a.Graphs {
					visit(sub)
				}
			}
			name := n.Op
			if n.Domain != "" {
				name = n.Domain + "." + name
			}
			if _, r := lookup(name, opsets[""]); r == nil && !inlined[n.Domain+"."+n.Op] {
				found = append(found, &UnsupportedOperator{Op: n.Op, Domain: n.Domain, Node: n.Name, Index: i, Opset: opsets[n.Domain]})
			}
		}
	}
	visit(m.Graph)
	return found
}
