package lower

import (
	"github.com/dehug/dehug/wasm/emit"
	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/kernel"
)

var contrib = []operator{{"MatMulNBits", (*lowerer).matMulNBits}}

// matMulNBits lowers MatMulNBits [A, B, scales, zero points?].
func (l *lowerer) matMulNBits(n *graph.Node) error {
	x, y := n.Input(0), n.Outputs[0]
	l.plan(n, "b = (q − zero) · scale; +0, then + a·b in ascending k")
	k, cols, block := int(n.Int("K", 0)), int(n.Int("N", 0)), int(n.Int("block_size", 0))
	l.macs = graph.Add(l.macs, graph.Mul(y.Shape.Elements(), graph.Num(int64(k))))
	var in []rep
	for _, v := range n.Inputs {
		if v != nil {
			in = append(in, l.plain(v))
		}
	}
	out := l.newPlain(y)
	m := x.Shape[:len(x.Shape)-1].Elements()
	scratch := l.newBuffer(y.Name+" columns", graph.Num(l.builder().NBitsScratch(kernel.NBitsParams{M: known(m), K: k, N: cols, Block: block})))
	for _, r := range in {
		l.touch(r.buf)
	}
	l.touch(out.buf, scratch)
	l.addStep(y.Name, n.Op, func(b *kernel.Builder) *emit.Func {
		p := kernel.NBitsParams{A: l.addr(in[0]), B: l.addr(in[1]), Scales: l.addr(in[2]), Y: l.addr(out), Scratch: l.int(scratch.addr),
			M: l.int(m), K: k, N: cols, Block: block}
		if len(in) > 3 {
			at := l.addr(in[3])
			p.Zero = &at
		}
		return b.MatMulNBits(y.Name, p)
	})
	return nil
}
