package lower

import (
	"github.com/dehug/dehug/wasm/emit"
	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/kernel"
)

var spectral = []operator{{"Det", (*lowerer).det}}

// det lowers Det on a copy, which elimination may overwrite.
func (l *lowerer) det(n *graph.Node) error {
	x, y := n.Input(0), n.Outputs[0]
	l.plan(n, "f64 elimination, each pivot the first of the largest in its column; product of the pivots in order")
	work := rep{buf: l.newBuffer(x.Name+" copy", bytesOf(x)), strides: rowMajor(x.Shape, x.Type)}
	l.copyStep(y.Name, n.Op+".copy", l.any(x), work, x.Shape, x.Type, false)
	out := l.newPlain(y)
	l.touch(work.buf, out.buf)
	l.addStep(y.Name, n.Op, func(b *kernel.Builder) *emit.Func {
		return b.Det(y.Name, l.addr(work), l.addr(out), l.int(y.Shape.Elements()), l.int(x.Shape[len(x.Shape)-1]))
	})
	return nil
}
