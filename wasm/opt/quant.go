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
		rest := n.Inputs[1:]
		if zero, known := integer(n.Input(2)); known {
			low, high, rest = low-zero, high-zero, rest[:1]
		}
		n.Op, n.Attrs, n.Inputs = "RoundLinear", nil, append([]*graph.Value{q.Inputs[0]}, rest...)
		n.Set(graph.Attr{Name: "high", Kind: graph.AttrInt, I: high})
		n.Set(graph.Attr{Name: "low", Kind: graph.AttrInt, I: low})
	}
}

// integer is the number that a stored integer of one or two bytes is.
func integer(v *graph.Value) (k int64, ok bool) {
	if v == nil || v.Const == nil || int64(len(v.Const.Data)) != v.Type.Size() || len(v.Const.Data) > 2 {
		return 0, false
	}
	for i, b := range v.Const.Data {
		k |= int64(b) << (8 * i)
	}
	if low, high, _ := span(v.Type); low < 0 && k > high {
		k += 2 * low
	}
	return k, true
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

// fuseScale makes a product or convolution of integers scale its sums:
// Mul(Cast(sum), scale), and the Add of a bias after that.
func fuseScale(g *graph.Graph) {
	uses := useCounts(g)
	absorbed := map[*graph.Node]bool{}
	for _, n := range g.Nodes {
		if n.Op != "Mul" && n.Op != "Add" || n.Attr("act") != nil || n.Outputs[0].Type != graph.Float32 {
			continue
		}
		for i, v := range n.Inputs {
			other, c := n.Inputs[1-i], v.Def
			if c == nil || uses[v] != 1 || !v.Shape.Equal(n.Outputs[0].Shape) {
				continue
			}
			op := ""
			if n.Op == "Mul" {
				if c.Op != "Cast" || c.Inputs[0].Def == nil || uses[c.Inputs[0]] != 1 {
					continue
				}
				cast := c
				if c = c.Inputs[0].Def; c.Op != "ConvInteger" && c.Op != "MatMulInteger" || !graph.DotsStored(c) {
					continue
				}
				op = "Scaled" + c.Op
				absorbed[cast] = true
			} else if op = c.Op; op != "ScaledConvInteger" && op != "ScaledMatMulInteger" || c.Input(5) != nil {
				continue
			}
			one := other.Shape.Elements().Equal(graph.Num(1)) && n.Op == "Mul"
			axis := 1
			if op == "ScaledMatMulInteger" {
				axis = len(v.Shape) - 1
			}
			if !one && !along(other.Shape, v.Shape, axis) {
				if n.Op == "Mul" {
					delete(absorbed, v.Def)
				}
				continue
			}
			in := append([]*graph.Value{}, c.Inputs...)
			for len(in) < 4 {
				in = append(in, nil)
			}
			n.Op, n.Name, n.Attrs, n.Inputs = op, c.Name, scaledAttrs(c), append(in, other)
			absorbed[c] = true
			break
		}
	}
	rewrite(g, func(_ *rewriter, n *graph.Node) bool { return !absorbed[n] })
}

// scaledAttrs are the attributes of an integer node without its type.
func scaledAttrs(n *graph.Node) []graph.Attr {
	var attrs []graph.Attr
	for _, a := range n.Attrs {
		if a.Name != "type" {
			attrs = append(attrs, a)
		}
	}
	return attrs
}

// along reports whether a shape has the extent of another along one axis, and
// ones elsewhere, as broadcasting matches them.
func along(s, to graph.Shape, axis int) bool {
	off := len(to) - len(s)
	if off < 0 || axis < off {
		return false
	}
	for i, d := range s {
		want := graph.Num(1)
		if i+off == axis {
			want = to[axis]
		}
		if !d.Equal(want) {
			return false
		}
	}
	return true
}
