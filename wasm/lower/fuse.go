package lower

import (
	"strconv"
	"strings"

	"github.com/dehug/dehug/wasm/emit"
	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/kernel"
)

// fusion is a node whose kernel also computes the elementwise nodes behind it.
type fusion struct {
	node  *graph.Node
	lower func(l *lowerer, f *fusion) error
	y     *graph.Value // the last result, the only one that others use
	act   kernel.Act
	res   *graph.Value // added to the node's own result, or, when late, y of act
	late  bool
	norm  *graph.Node // the BatchNormalization whose factors and summands are act's z and w
	folds []fold      // what the stored weights take in, in this order, before anything else

	repeat int64 // how often the channels follow each other in the packed weights; 0: once
}

// fold is a node that multiplies each channel of a convolution by a number or
// adds one to it, and so becomes part of the weights when they are prepared.
type fold struct {
	node         *graph.Node
	weight, bias string       // see kernel.Rescale
	vector       *graph.Value // whose elements are w; of a BatchNormalization there is a table
}

// maxFusedNodes bounds the nodes of a fusion.
const maxFusedNodes = 24

// fuse lowers a node with the elementwise nodes behind it: those that have
// operands of its result's shape only from among them, but for one, and
// numbers. The last of them says when all operands are there.
func (l *lowerer) fuse(n *graph.Node, lower func(l *lowerer, f *fusion) error) error {
	f := &fusion{node: n, lower: lower, y: n.Outputs[0]}
	if n.Op == "Conv" {
		f.res = n.Input(3)
	}
	if n.Str("act", "") == "" {
		f.act = kernel.ActNone
	} else if act, err := activation(n); err != nil {
		return err
	} else {
		f.act = act
	}
	if last := l.extend(f, l.fold(f)); last != n {
		if l.fused == nil {
			l.fused = map[*graph.Node]*fusion{}
		}
		for _, fo := range f.folds {
			l.fused[fo.node] = nil
		}
		l.fused[last] = f
		return nil
	}
	return lower(l, f)
}

// fold lets the weights take in the nodes behind a convolution that are
// products with, or sums with, stored numbers, and returns the last of them.
func (l *lowerer) fold(f *fusion) *graph.Node {
	last := f.node
	bias := last.Input(2)
	if l.opt.Intermediates || len(l.guards[last]) > 0 || f.act != kernel.ActNone || f.res != nil || last.Input(1).Const == nil || bias != nil && bias.Const == nil {
		return last
	}
	l.findUses()
	for len(l.uses[f.y]) == 1 {
		n := l.uses[f.y][0]
		if n == nil || len(l.guards[n]) > 0 || len(n.Outputs) != 1 || n.Domain != "" || n.Attr("act") != nil {
			break
		}
		fo := fold{node: n}
		if l.normalizes(n, map[*graph.Value]string{f.y: "x"}) {
			fo.weight, fo.bias = "x z mul", "x z mul w add"
		} else if len(n.Inputs) == 2 {
			other := n.Inputs[0]
			if other == f.y {
				other = n.Inputs[1]
			}
			bits, number := other.Number()
			k := kernel.Constant(bits)
			switch {
			case number && n.Op == "Mul":
				fo.weight = "x " + k + " mul"
				fo.bias = fo.weight
			case number && n.Op == "Add":
				fo.weight, fo.bias = "x", "x "+k+" add"
			case n.Op == "Add" && l.perChannel(other, f.y):
				fo.weight, fo.bias, fo.vector = "x", "x w add", other
			}
		}
		if fo.weight == "" || !l.agree(n.Outputs[0].Shape, f.y.Shape) {
			break
		}
		last, f.y, f.folds = n, n.Outputs[0], append(f.folds, fo)
	}
	return last
}

// wholeVectors reports whether a kernel that an activation stands behind writes
// whole vectors: a ConvTranspose writes the pixels of a row of taps side by side.
func wholeVectors(n *graph.Node) bool {
	if n.Op != "ConvTranspose" {
		return true
	}
	oc, _ := n.Outputs[0].Shape[1].IsConst()
	return oc*n.Ints("kernel_shape")[1]%4 == 0
}

// perChannel reports whether v is stored numbers, one for each channel of x.
func (l *lowerer) perChannel(v, x *graph.Value) bool {
	if v.Const == nil || v.Type != graph.Float32 || len(v.Shape) < len(x.Shape)-1 || len(v.Shape) > len(x.Shape) {
		return false
	}
	for i := 1; i <= len(v.Shape); i++ {
		k, ok := v.Shape[len(v.Shape)-i].IsConst()
		want := int64(1)
		if i == len(x.Shape)-1 {
			want, _ = x.Shape[1].IsConst()
		}
		if !ok || k != want {
			return false
		}
	}
	return true
}

// rescale adds the steps of prepare by which packed weights take in what
// follows them.
func (l *lowerer) rescale(f *fusion, rescale func(b *kernel.Builder, r kernel.Rescale) *emit.Func) {
	l.during(true, func() {
		for _, fo := range f.folds {
			r := kernel.Rescale{Weight: fo.weight, Bias: fo.bias}
			var of rep
			summands := int64(0)
			switch {
			case fo.vector != nil:
				of = l.plain(fo.vector)
			case fo.node.Op == "BatchNormalization":
				var padded graph.Dim
				of, padded = l.channelFactors(fo.node)
				summands, _ = padded.IsConst()
			}
			if of.buf != nil && f.repeat > 1 {
				of, summands = l.repeated(of, summands, f.node.Outputs[0].Shape[1], f.repeat)
			}
			l.addStep(fo.node.Outputs[0].Name, "Rescale", func(b *kernel.Builder) *emit.Func {
				r := r
				if of.buf != nil {
					r.Z = l.static(of.buf)
					r.W = r.Z + uint32(summands)
				}
				return rescale(b, r)
			})
		}
	})
}

// repeated adds the step that writes the channels' numbers, of which there are
// more after so many bytes, several times.
func (l *lowerer) repeated(of rep, summands int64, channels graph.Dim, times int64) (rep, int64) {
	c, _ := channels.IsConst()
	size := 4 * c * times
	to := rep{buf: l.newBuffer(of.buf.name+" repeated", graph.Num(2*size))}
	l.addStep(of.buf.name, "Repeat", func(b *kernel.Builder) *emit.Func {
		return b.Copy(of.buf.name+" repeated", kernel.CopyParams{Elem: 4, Extents: constInts(2, times, c), Src: l.addr(of), SrcStride: constInts(summands, 0, 4),
			Dst: l.addr(to), DstStride: constInts(size, 4*c, 4)})
	})
	return to, size
}

// extend lets f take in the nodes behind last, and returns the last of them.
func (l *lowerer) extend(f *fusion, last *graph.Node) *graph.Node {
	if l.opt.Intermediates || f.y.Type != graph.Float32 || len(l.guards[f.node]) > 0 || !wholeVectors(f.node) {
		return last
	}
	l.findUses()
	words := map[*graph.Value]string{f.y: "x"} // of the values inside
	body, temps := "", 0
	if f.act != kernel.ActNone {
		body = string(f.act) + " =t0 "
		words[f.y], temps = "t0", 1
	}
	var late *graph.Value
	var norm *graph.Node
	taken := map[*graph.Node]bool{f.node: true}
	var path []*graph.Node // taken, not yet decided
	refused := map[*graph.Node]bool{}
	shape := f.y.Shape
	best := *f
	for len(path) < maxFusedNodes {
		var next *graph.Node // the first user of a value inside
		for v := range words {
			for _, u := range l.uses[v] {
				if u != nil && !taken[u] && !refused[u] && (next == nil || l.order[u] < l.order[next]) {
					next = u
				}
			}
		}
		if next == nil {
			break
		}
		if norm == nil && f.node.Op == "Conv" && l.normalizes(next, words) {
			norm = next
		}
		expr, operands, other := l.takesIn(next, shape, words, f.node.Op == "Conv" && f.res == nil, late, norm)
		if expr == "" {
			refused[next] = true
			continue
		}
		late = other
		taken[next] = true
		path = append(path, next)
		own := rename(expr, operands, temps)
		if l.closed(words, taken) {
			best = fusion{node: f.node, lower: f.lower, y: next.Outputs[0], act: kernel.Act(body + own), res: f.res, late: f.late, norm: norm, folds: f.folds}
			if late != nil {
				best.res, best.late = late, true
			}
			last = next
		}
		temps += strings.Count(own, " =t")
		body += own + " =t" + strconv.Itoa(temps) + " "
		words[next.Outputs[0]] = "t" + strconv.Itoa(temps)
		temps++
	}
	for _, n := range path {
		if l.order[n] <= l.order[last] {
			if l.fused == nil {
				l.fused = map[*graph.Node]*fusion{}
			}
			l.fused[n] = nil
		}
	}
	*f = best
	return last
}

// normalizes reports whether n is a BatchNormalization with stored statistics
// of a value inside a fusion.
func (l *lowerer) normalizes(n *graph.Node, words map[*graph.Value]string) bool {
	if n.Op != "BatchNormalization" || n.Domain != "" || len(l.guards[n]) > 0 || words[n.Inputs[0]] == "" || len(n.Outputs) != 1 || n.Outputs[0].Type != graph.Float32 {
		return false
	}
	for _, v := range n.Inputs[1:] {
		if v.Const == nil {
			return false
		}
	}
	return true
}

// table is where the factors and summands of the fusion's BatchNormalization
// are, or nil; it adds the step that computes them.
func (l *lowerer) table(f *fusion) *buffer {
	if f.norm == nil {
		return nil
	}
	table, _ := l.channelFactors(f.norm)
	return table.buf
}

// tableAt is the address of a table for a kernel.
func (l *lowerer) tableAt(b *buffer) *kernel.Int {
	if b == nil {
		return nil
	}
	at := l.int(b.addr)
	return &at
}

// findUses fills in uses and order.
func (l *lowerer) findUses() {
	if l.uses != nil {
		return
	}
	l.order, l.uses = map[*graph.Node]int{}, map[*graph.Value][]*graph.Node{}
	for i, n := range l.g.Nodes {
		l.order[n] = i
		for _, x := range n.Inputs {
			if x != nil {
				l.uses[x] = append(l.uses[x], n)
			}
		}
	}
	for _, x := range l.g.Outputs {
		l.uses[x] = append(l.uses[x], nil)
	}
}

// closed reports whether only taken nodes use the values that have words.
func (l *lowerer) closed(words map[*graph.Value]string, taken map[*graph.Node]bool) bool {
	for v := range words {
		for _, u := range l.uses[v] {
			if !taken[u] {
				return false
			}
		}
	}
	return true
}

// takesIn returns what n computes and the words for its operands, when n can be
// part of a fusion; other is the operand from outside, which there may be one of.
func (l *lowerer) takesIn(n *graph.Node, shape graph.Shape, words map[*graph.Value]string, takesLate bool, late *graph.Value, norm *graph.Node) (expr string, operands []string, other *graph.Value) {
	if _, ok := l.fused[n]; ok { // by another one
		return "", nil, nil
	}
	if n == norm {
		return "x y mul z add", []string{words[n.Inputs[0]], "z", "w"}, late
	}
	if n.Domain != "" || len(l.guards[n]) > 0 || !strings.Contains(formulas, "\n"+n.Op+" = ") && n.Op != "RoundLinear" || len(n.Outputs) != 1 || n.Outputs[0].Type != graph.Float32 || !l.agree(n.Outputs[0].Shape, shape) {
		return "", nil, nil
	}
	for _, x := range n.Inputs {
		if x == nil {
			continue
		}
		word, ok := words[x]
		if bits, number := x.Number(); !ok && number {
			word, ok = kernel.Constant(bits), true
		}
		if !ok && takesLate && (late == nil || late == x) && x.Const == nil && imageable(x) && l.agree(x.Shape, shape) {
			late, word, ok = x, "y", true
		}
		if !ok {
			return "", nil, nil
		}
		operands = append(operands, word)
	}
	expr, lanes, err := formula(n)
	if err != nil || lanes != graph.Float32 || kernel.Wide(expr) {
		return "", nil, nil
	}
	if n.Op == "Div" {
		if k, ok := reciprocal(n.Inputs[1]); ok {
			return "x y mul", []string{operands[0], kernel.Constant(k)}, late
		}
	}
	return expr, operands, late
}

// reciprocal is 1/v, rounded to nearest, where v is a number and both are normal.
func reciprocal(v *graph.Value) (bits uint32, ok bool) {
	b, ok := v.Number()
	e, m := int(b>>23&0xff), uint64(b&(1<<23-1)|1<<23)
	if !ok || e < 2 || e > 252 {
		return 0, false
	}
	if m == 1<<23 { // a power of two
		return b&(1<<31) | uint32(254-e)<<23, true
	}
	q := (1<<48 + m) / (2 * m) // 2⁴⁷/m to the nearest; no quotient lies in the middle
	return b&(1<<31) | uint32(253-e)<<23 | uint32(q)&(1<<23-1), true
}

// tail words the activation that follows a product.
func tail(n *graph.Node) string {
	if n.Str("act", "") == "Relu" {
		return "; then x < 0 ? 0 : x"
	}
	return ""
}

// tail words the part of the arithmetic that follows the node's own result.
func (f *fusion) tail() string {
	t := ""
	for i, fo := range f.folds {
		if i == 0 {
			t = "; before that of a weight " + fo.weight + " and of a bias " + fo.bias
		} else {
			t += ", " + fo.weight + " and " + fo.bias
		}
		t += fo.operands()
	}
	if f.res != nil && !f.late {
		t += "; then residual on its channels"
	}
	switch {
	case f.act == kernel.ActNone:
	case f.act == kernel.ActRelu:
		t += "; then x < 0 ? 0 : x"
	default:
		t += "; then " + string(f.act)
		if f.norm != nil {
			t += withFactors(f.norm)
		}
		if f.late {
			t += " with y " + strconv.Quote(f.res.Name)
		}
	}
	return t
}

// operands words what z and w are.
func (fo fold) operands() string {
	switch {
	case fo.vector != nil:
		return " with w " + strconv.Quote(fo.vector.Name)
	case fo.node.Op == "BatchNormalization":
		return withFactors(fo.node)
	}
	return ""
}

// withFactors words a BatchNormalization's z and w.
func withFactors(n *graph.Node) string {
	return " with z = scale / sqrt(var + epsilon), w = bias - mean * z of " + strconv.Quote(n.Outputs[0].Name)
}
