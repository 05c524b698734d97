package lower

import (
	"strings"

	"github.com/dehug/dehug/wasm/emit"
	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/kernel"
)

var recurrent = []operator{
	{"GRU", (*lowerer).recurrence},
	{"LSTM", (*lowerer).recurrence},
	{"RNN", (*lowerer).recurrence},
}

// activationExpr is an activation of a recurrent operator as an expression.
func activationExpr(word string) string {
	part := strings.Split(word, ":")
	for i := 1; i < len(part); i++ {
		part[i] = "#" + strings.Repeat("0", 8-len(part[i])) + part[i]
	}
	a, b := part[1], part[2]
	switch part[0] {
	case "Sigmoid":
		return "x sigmoid"
	case "Tanh":
		return "x tanh"
	case "Relu":
		return "x relu"
	case "Softsign":
		return "x 1 x abs add div"
	case "Affine":
		return "x " + a + " " + b + " muladd"
	case "LeakyRelu":
		return "x " + a + " leaky"
	case "ThresholdedRelu":
		return "x x " + a + " gt and"
	case "ScaledTanh":
		return "x " + b + " mul tanh " + a + " mul"
	}
	return "x " + a + " " + b + " hardsigmoid"
}

// recurrence lowers RNN, GRU and LSTM: the input's part of all steps is one
// product; what remains goes step by step.
func (l *lowerer) recurrence(n *graph.Node) error {
	x, w, r, bias := n.Input(0), n.Input(1), n.Input(2), n.Input(3)
	y := n.Outputs[0]
	l.plan(n, "gates of x: bias, then + x·w in ascending order; of h likewise, then x + h; activations "+n.Str("activations", "")+"; a cell's sums from left to right")
	num := graph.Num
	hidden, _ := r.Shape[2].IsConst()
	gates := int64(kernel.Gates(n.Op))
	steps, batch, width := x.Shape[0], x.Shape[1], x.Shape[2]
	directions, _ := r.Shape[0].IsConst()
	l.macs = graph.Add(l.macs, graph.Mul(graph.Mul(graph.Mul(steps, batch), num(directions*gates*hidden)), graph.Add(width, num(hidden))))
	state := graph.Mul(batch, num(4*hidden)) // bytes of one direction's state

	result := func(i int) (rep, bool) {
		if i < len(n.Outputs) && n.Outputs[i] != nil {
			return l.newPlain(n.Outputs[i]), true
		}
		return rep{buf: l.newBuffer(y.Name+" state", graph.Mul(state, num(directions)))}, false
	}
	out, in := l.newPlain(y), l.plain(x)
	last, _ := result(1)
	cell := rep{}
	if n.Op == "LSTM" {
		cell, _ = result(2)
	}
	acts := strings.Fields(n.Str("activations", ""))
	for d := int64(0); d < directions; d++ {
		slice := func(v *graph.Value, rows, cols graph.Dim, batch int64) matrices { // direction d of stored weights
			m := matrices{typ: v.Type}
			per, _ := graph.Mul(graph.Mul(rows, cols), num(4*max(batch, 1))).IsConst()
			m.off = num(d * per)
			if batch > 0 {
				m.shape, m.strides = graph.Shape{num(batch)}, []graph.Dim{graph.Mul(graph.Mul(rows, cols), num(4))}
			}
			m.shape, m.strides = append(m.shape, cols, rows), append(m.strides, num(4), graph.Mul(cols, num(4)))
			if v.Const == nil {
				m.buf = l.plain(v).buf
			}
			return m
		}
		// The parts of the input.
		parts := matrices{typ: x.Type, shape: graph.Shape{graph.Mul(steps, batch), num(gates * hidden)}}
		parts.rep = rep{buf: l.newBuffer(y.Name+" gates", graph.Add(graph.Mul(parts.shape.Elements(), num(4)), num(16))), // read by vectors
			strides: []graph.Dim{num(4 * gates * hidden), num(4)}}
		a := matrices{rep: rep{buf: in.buf, strides: []graph.Dim{graph.Mul(width, num(4)), num(4)}}, typ: x.Type, shape: graph.Shape{graph.Mul(steps, batch), width}}
		l.gemm(n, a, slice(w, num(gates*hidden), width, 0), parts, w, vector{v: bias, off: d * 8 * gates * hidden}, kernel.ActNone)
		packed, _ := l.packMatrix(y.Name, slice(r, num(hidden), num(hidden), gates), r, vector{v: bias, off: (2*d + 1) * 4 * gates * hidden, step: 4 * hidden})

		scratch := l.newBuffer(y.Name+" sums", graph.Add(graph.Mul(batch, num(kernel.RecurrentScratch(n.Op, int(hidden)))), num(16)))
		operand := func(i int, bytes graph.Dim) (rep, bool) {
			v := n.Input(i)
			if v == nil {
				return rep{}, false
			}
			o := l.plain(v)
			o.off = graph.Add(o.off, graph.Mul(bytes, num(d)))
			l.touch(o.buf)
			return o, true
		}
		at := func(r rep, ok bool) func() *kernel.Int {
			return func() *kernel.Int {
				if !ok {
					return nil
				}
				a := l.addr(r)
				return &a
			}
		}
		start, startCell, peep := at(operand(5, state)), at(operand(6, state)), at(operand(7, num(12*hidden)))
		if n.Op != "LSTM" {
			startCell, peep = at(rep{}, false), at(rep{}, false)
		}
		lengths := at(operand(4, num(0)))
		l.touch(parts.buf, packed, scratch, out.buf, last.buf)
		if cell.buf != nil {
			l.touch(cell.buf)
		}
		words := acts[int(d)*len(acts)/int(directions) : int(d+1)*len(acts)/int(directions)]
		l.addStep(y.Name, n.Op, func(b *kernel.Builder) *emit.Func {
			shifted := func(r rep) rep { r.off = graph.Add(r.off, graph.Mul(state, num(d))); return r }
			first := l.addr(shifted(out))
			p := kernel.RecurrentParams{Op: n.Op, T: l.int(steps), B: l.int(batch), H: int(hidden), X: l.addr(parts.rep), R: l.int(packed.addr),
				Start: start(), StartCell: startCell(), Peep: peep(), Lengths: lengths(), Y: &first, YStep: l.int(graph.Mul(state, num(directions))),
				State: l.addr(shifted(last)), Scratch: l.int(scratch.addr), Reverse: n.Str("direction", "") == "reverse" || d == 1,
				InputForget: n.Int("input_forget", 0) != 0, LinearBeforeReset: n.Int("linear_before_reset", 0) != 0}
			if c := n.Attr("clip"); c != nil {
				p.Clip = c.F
			}
			if cell.buf != nil {
				p.Cell = l.addr(shifted(cell))
			}
			for _, word := range words {
				p.Acts = append(p.Acts, activationExpr(word))
			}
			return b.Recurrent(y.Name, p)
		})
	}
	return nil
}
