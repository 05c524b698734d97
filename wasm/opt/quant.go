package opt

import "github.com/dehug/dehug/wasm/graph"

// fuseRounding makes one node of DequantizeLinear(QuantizeLinear(x, s, z), s, z)
// with one scale, which keeps pictures of floats in their layout.
func fuseRounding(g *graph.Graph) {
	for _, n := range g.Nodes {
		if n.Op != "DequantizeLinear" {
			continue
		}
		q := n.Inputs[0].Def
		if q == nil || q.Op != "QuantizeLinear" || q.Inputs[1] != n.Inputs[1] || q.Input(2) != n.Input(2) || n.Outputs[0].Type != graph.Float32 {
			continue
		}
		if k, ok := n.Inputs[1].Shape.Elements().IsConst(); !ok || k != 1 {
			continue
		}
		low, high, ok := span(n.Inputs[0].Type)
		if !ok {
			continue
		}
		n.Op, n.Attrs, n.Inputs = "RoundLinear", nil, append([]*graph.Value{q.Inputs[0]}, n.Inputs[1:]...)
		n.Set(graph.Attr{Name: "high", Kind: graph.AttrInt, I: high})
		n.Set(graph.Attr{Name: "low", Kind: graph.AttrInt, I: low})
	}
}

// span is the range of an integer type that float32 holds exactly.
func span(t graph.Type) (low, high int64, ok bool) {
	switch t {
	case graph.Int8:
		return -1 << 7, 1<<7 - 1, true
	case graph.Uint8:
		return 0, 1<<8 - 1, true
	case graph.Int16:
		return -1 << 15, 1<<15 - 1, true
	case graph.Uint16:
		return 0, 1<<16 - 1, true
	}
	return 0, 0, false
}
