package lower

import (
	"github.com/dehug/dehug/wasm/emit"
	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/kernel"
)

// What follows from stored tensors alone is computed once: its steps are the
// last item of prepare, and its buffers lie beside the weights. The arithmetic
// is that of the same steps in run.

// isFixed reports whether a value follows from stored tensors alone.
func (l *lowerer) isFixed(v *graph.Value) bool { return v == nil || v.Const != nil || l.fixed[v] }

// fix notes that a node's results are fixed where its operands are, and
// reports whether they are.
func (l *lowerer) fix(n *graph.Node) bool {
	if len(n.Inputs) == 0 {
		return false
	}
	if name, _ := graph.Count(n); name != "" || chooses(n) || n.Body != nil {
		return false
	}
	for _, v := range n.Inputs {
		if !l.isFixed(v) {
			return false
		}
	}
	for _, v := range n.Outputs {
		if v == nil {
			continue
		}
		if _, ok := v.Shape.Elements().IsConst(); !ok {
			return false
		}
	}
	for _, v := range n.Outputs {
		if v != nil {
			l.fixed[v] = true
		}
	}
	return true
}

// during runs f; where once is set, what it adds belongs to prepare.
func (l *lowerer) during(once bool, f func()) {
	was := l.once
	l.once = once
	f()
	l.once = was
}

// onceItem is the item of prepare that runs the steps which run once.
func (l *lowerer) onceItem() *item {
	c := &constant{v: &graph.Value{Const: &graph.Const{}}}
	for _, s := range l.onceSteps {
		c.packs = append(c.packs, func(b *kernel.Builder, _ uint32) *emit.Func { return s.emit(b) })
	}
	return &item{c: c}
}
