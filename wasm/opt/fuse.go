package opt

import "github.com/dehug/dehug/wasm/graph"

// fuseResidual turns Add(Conv(…), x) into a Conv with a residual, in the place
// of the Add, where x is ready. Of two convolutions the later one takes the
// other's result.
func fuseResidual(g *graph.Graph) {
	uses := useCounts(g)
	position := map[*graph.Node]int{}
	for i, n := range g.Nodes {
		position[n] = i
	}
	absorbed := map[*graph.Node]bool{}
	for _, n := range g.Nodes {
		if n.Op != "Add" || n.Attr("act") != nil {
			continue
		}
		at := -1 // which operand is the convolution
		for i, v := range n.Inputs {
			c := v.Def
			if c == nil || c.Op != "Conv" || uses[v] != 1 || c.Input(3) != nil || c.Attr("act") != nil || v.Type != graph.Float32 ||
				residual(n.Inputs[1-i], v.Shape) == nil || !v.Shape.Equal(n.Outputs[0].Shape) {
				continue
			}
			if at < 0 || position[c] > position[n.Inputs[at].Def] {
				at = i
			}
		}
		if at < 0 {
			continue
		}
		c, x := n.Inputs[at].Def, residual(n.Inputs[1-at], n.Inputs[at].Shape)
		n.Op, n.Name, n.Attrs = c.Op, c.Name, c.Attrs
		n.Inputs = []*graph.Value{c.Inputs[0], c.Inputs[1], c.Input(2), x}
		absorbed[c] = true
	}
	rewrite(g, func(_ *rewriter, n *graph.Node) bool { return !absorbed[n] })
}

// residual returns what adding v to a value of the given shape adds: v itself
// where the shapes agree, or x where v is Concat(x, zeros…) along the channels.
// It returns nil where v is neither.
func residual(v *graph.Value, shape graph.Shape) *graph.Value {
	if !v.Shape.Equal(shape) {
		return nil // it broadcasts
	}
	c := v.Def
	if c == nil || c.Op != "Concat" || c.Int("axis", 0) != 1 || len(c.Inputs) < 2 {
		return v
	}
	for _, z := range c.Inputs[1:] {
		if !isZeros(z) {
			return v
		}
	}
	x := c.Inputs[0]
	for i, d := range x.Shape {
		if i != 1 && !d.Equal(shape[i]) {
			return v
		}
	}
	if k, ok := x.Shape[1].IsConst(); !ok || k < 1 {
		return v
	}
	return x
}

// isZeros reports whether all elements of v are +0 or −0.
func isZeros(v *graph.Value) bool {
	const minusZero = 1 << 31 // of float32, which v is
	n := v.Def
	if n == nil || n.Op != "ConstantOfShape" {
		return false
	}
	bits := n.Int("value_bits", -1)
	return bits == 0 || bits == minusZero
}

// fuseActivation lets the node before a Relu apply it.
func fuseActivation(g *graph.Graph) {
	uses := useCounts(g)
	rewrite(g, func(r *rewriter, n *graph.Node) bool {
		if n.Op != "Relu" {
			return true
		}
		x, y := n.Inputs[0], n.Outputs[0]
		p := x.Def
		if p == nil || uses[x] != 1 || x.Type != graph.Float32 || len(p.Outputs) != 1 || p.Attr("act") != nil {
			return true
		}
		switch {
		case p.Op == "Conv" || p.Op == "MatMul" || p.Op == "Add" || p.Op == "ScaledConvInteger" || p.Op == "ScaledMatMulInteger":
		case p.Op == "MaxPool" && len(x.Shape) <= 4: // pools over three axes have no kernel with an activation
		default:
			return true
		}
		p.Set(graph.Attr{Name: "act", Kind: graph.AttrString, S: "Relu"})
		p.Outputs[0], y.Def = y, p
		return false
	})
}
