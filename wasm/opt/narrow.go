package opt

import "github.com/dehug/dehug/wasm/graph"

// narrow returns q and s where v is the float of stored 8-bit integers times s:
// Mul(Cast(q), s).
func narrow(v *graph.Value) (q, s *graph.Value) {
	m := v.Def
	if m == nil || m.Op != "Mul" || m.Attr("act") != nil || v.Type != graph.Float32 {
		return nil, nil
	}
	for i, x := range m.Inputs {
		if c := x.Def; c != nil && c.Op == "Cast" && x.Shape.Equal(v.Shape) {
			if q := c.Inputs[0]; q.Const != nil && (q.Type == graph.Int8 || q.Type == graph.Uint8) && m.Inputs[1-i].Const != nil {
				return q, m.Inputs[1-i]
			}
		}
	}
	return nil, nil
}

// gatherNarrow takes rows out of a table before they become floats: the float
// of all of it would be four times the stored bytes.
func gatherNarrow(g *graph.Graph) {
	w := newWriter(g)
	for _, n := range g.Nodes {
		q, s := (*graph.Value)(nil), (*graph.Value)(nil)
		if n.Op == "Gather" && n.Int("axis", 0) == 0 {
			q, s = narrow(n.Inputs[0])
		}
		// One scale for each row.
		if q == nil || len(q.Shape) != 2 || len(s.Shape) != 2 || !s.Shape[1].Equal(graph.Num(1)) || !s.Shape[0].Equal(q.Shape[0]) {
			w.nodes = append(w.nodes, n)
			continue
		}
		y, index := n.Outputs[0], n.Inputs[1]
		axis := graph.Attr{Name: "axis", Kind: graph.AttrInt}
		rows := w.emit(y, "_rows", q.Type, y.Shape, "Gather", q, index)
		rows.Def.Set(axis)
		scales := w.emit(y, "_scales", graph.Float32, append(append(graph.Shape{}, index.Shape...), graph.Num(1)), "Gather", s, index)
		scales.Def.Set(axis)
		f := w.emit(y, "_floats", graph.Float32, y.Shape, "Cast", rows)
		f.Def.Set(graph.Attr{Name: "type", Kind: graph.AttrString, S: graph.Float32.String()})
		n.Op, n.Attrs, n.Inputs = "Mul", nil, []*graph.Value{f, scales}
		w.nodes = append(w.nodes, n)
	}
	g.Nodes = w.nodes
}

// fuseNarrow lets products read stored 8-bit weights as they are.
func fuseNarrow(g *graph.Graph) {
	for _, n := range g.Nodes {
		if n.Op != "MatMul" || n.Int("transB", 0) != 0 || n.Outputs[0].Type != graph.Float32 || len(n.Inputs[0].Shape) == 0 {
			continue
		}
		q, s := narrow(n.Inputs[1])
		if q == nil || len(q.Shape) != 2 || !along(s.Shape, q.Shape, 1) {
			continue
		}
		attrs := n.Attrs
		n.Op, n.Attrs = "NarrowMatMul", nil
		for _, a := range attrs {
			if a.Name == "act" {
				n.Set(a)
			}
		}
		n.Inputs = append([]*graph.Value{n.Inputs[0], q, s}, n.Inputs[2:]...)
	}
}
