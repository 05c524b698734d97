package opt

import "github.com/dehug/dehug/wasm/graph"

// maxIntegerSum bounds the terms of a sum of products of two integers of nine
// bits, which each is less its zero point, so that 32 bits hold it.
const maxIntegerSum = 1 << 31 / (255 * 255)

// fuseIntegers multiplies the integers behind two DequantizeLinear, one of them
// of stored weights, and scales the sums by the product of both scales: sums of
// integers are exact and quicker than those of floats.
func fuseIntegers(g *graph.Graph) {
	w := newWriter(g)
	for _, n := range g.Nodes {
		if x, weights := dequantized(n, 0), dequantized(n, 1); x != nil && weights != nil && n.Op == "MatMul" && n.Input(2) == nil && n.Int("transB", 0) == 0 {
			w.scaled(n, x, weights, 1)
		}
		w.nodes = append(w.nodes, n)
	}
	g.Nodes = w.nodes
}

// dequantized is the DequantizeLinear of 8-bit integers that an operand of n is
// the result of.
func dequantized(n *graph.Node, i int) *graph.Node {
	v := n.Input(i)
	if v == nil || v.Def == nil || v.Def.Op != "DequantizeLinear" || v.Type != graph.Float32 || v.Def.Int("block_size", 0) != 0 {
		return nil
	}
	if t := v.Def.Inputs[0].Type; t != graph.Int8 && t != graph.Uint8 {
		return nil
	}
	return v.Def
}

// scaled makes n the product of the integers that x and weights dequantise.
// Weights may have one scale for each place along axis; a sum goes over the
// other axes.
func (w *writer) scaled(n, x, weights *graph.Node, axis int) {
	one := func(v *graph.Value) bool { return v.Shape.Elements().Equal(graph.Num(1)) }
	q, s, by := weights.Inputs[0], weights.Inputs[1], x.Inputs[1]
	if len(s.Shape) > 1 || len(by.Shape) > 1 || !one(by) || !one(s) && weights.Int("axis", 0) != int64(axis) {
		return
	}
	terms := int64(1)
	for i, d := range q.Shape {
		if k, ok := d.IsConst(); i != axis {
			if !ok || k < 1 || k > maxIntegerSum || terms*k > maxIntegerSum {
				return
			}
			terms *= k
		}
	}
	product := &graph.Node{Op: "Scaled" + n.Op + "Integer", Inputs: []*graph.Value{x.Inputs[0], q, x.Input(2), weights.Input(2)}}
	if !graph.DotsStored(product) {
		return
	}
	shape := s.Shape
	if len(shape) == 0 {
		shape = by.Shape
	}
	scale := w.emit(n.Outputs[0], "_scale", graph.Float32, shape, "Mul", s, by)
	n.Op, n.Attrs, n.Inputs = product.Op, nil, append(product.Inputs, scale)
}
