package kernel

import (
	"strings"

	"github.com/dehug/dehug/wasm/emit"
)

// How an operand moves along the innermost axis.
const (
	moveStrided = iota // by a stride given at run time
	moveVector         // neighbouring elements
	moveRepeat         // one element for all
)

// Eltwise appends a step that evaluates an expression for every element.
func (b *Builder) Eltwise(name string, p EltwiseParams) *emit.Func {
	f := b.M.Func(name, nil, nil)
	all := append([]Operand{p.Out}, p.In...)
	strides := make([][]Int, len(all))
	at := make([]emit.Local, len(all))
	for i, o := range all {
		strides[i] = o.Stride
		at[i] = o.Addr.expr().into(f)
	}
	as := b.shareAxes(f, axes(p.Extents, strides...), at, num(2+len(p.In)+strings.Count(p.Expr, " ")))
	row := axis{extent: num(1)} // the innermost axis
	for _, o := range all {
		row.stride = append(row.stride, num(int(o.Type.Size())))
	}
	if n := len(as); n > 0 {
		row, as = as[n-1], as[:n-1]
	}
	moves := make([]int, len(all))
	for i, o := range all {
		switch {
		case row.step(i, int(o.Type.Size())):
			moves[i] = moveVector
		case row.step(i, 0) && i > 0:
			moves[i] = moveRepeat
		}
	}
	nest(f, as, at, func(at []emit.Local) {
		positive(f, row.extent, func() {
			var args []expr
			for i := range at {
				args = append(args, local(at[i]))
				if moves[i] == moveStrided {
					args = append(args, row.stride[i])
				}
			}
			b.eltwiseRow(f, p, moves, row.extent, args)
		})
	})
	return f
}

// maxRowElements bounds the elements of one inner call to some 0.1 ms.
const maxRowElements = 1 << 16

// eltwiseRow calls the inner function for a row, in pieces when it is long.
func (b *Builder) eltwiseRow(f *emit.Func, p EltwiseParams, moves []int, n expr, args []expr) {
	g := b.eltwiseInner(p, moves)
	if n.isConst() && n.v <= maxRowElements {
		call(f, g, append(args, n)...)
		return
	}
	// The arguments are pointers, each followed by a stride when it has one.
	var at []emit.Local
	var steps, pieceArgs []expr
	for i, k := 0, 0; i < len(moves); i++ {
		l := args[k].into(f)
		at = append(at, l)
		pieceArgs = append(pieceArgs, local(l))
		k++
		switch moves[i] {
		case moveVector:
			steps = append(steps, num(int(p.operand(i).Type.Size())))
		case moveRepeat:
			steps = append(steps, num(0))
		default:
			steps = append(steps, args[k])
			pieceArgs = append(pieceArgs, args[k])
			k++
		}
	}
	left, piece := n.into(f), f.Local(emit.I32)
	f.Loop(func(again emit.Label) {
		minOf(local(left), num(maxRowElements)).set(f, piece)
		call(f, g, append(pieceArgs, local(piece))...)
		for i := range at {
			advance(f, at[i], mul(local(piece), steps[i]))
		}
		sub(local(left), local(piece)).set(f, left)
		f.LocalGet(left)
		f.BrIf(again)
	})
}

// operand returns Out (0) or an operand.
func (p *EltwiseParams) operand(i int) *Operand {
	if i == 0 {
		return &p.Out
	}
	return &p.In[i-1]
}

// lanes are what the expression computes in: p.Lanes, or f64 where a float
// expression or one of its operands needs it.
func (p *EltwiseParams) lanes() lanes {
	t := lanesOf(p.Lanes)
	if t.float {
		for i := range len(p.In) + 1 {
			if p.operand(i).Type.Size() == 8 {
				t.elem = 8
			}
		}
		if Wide(p.Expr) {
			t.elem = 8
		}
	}
	return t
}

// eltwiseInner evaluates the expression along the innermost axis: in whole
// vectors as long as there are enough elements, then in lane 0 of a vector.
func (b *Builder) eltwiseInner(p EltwiseParams, moves []int) *emit.Func {
	t := p.lanes()
	name := "eltwise " + t.name() + " " + p.Expr
	for i := range moves {
		name += key("", p.operand(i).Type.String(), moves[i])
	}
	return b.inner(name, func(w *inner) {
		at, stride := make([]emit.Local, len(moves)), make([]emit.Local, len(moves))
		vector := true
		for i, m := range moves {
			at[i] = w.param()
			stride[i] = w.paramIf(m == moveStrided)
			vector = vector && m != moveStrided
		}
		n := w.param()
		w.body = func(f *emit.Func) {
			c := &calc{b: b, f: f, t: t}
			c.prepare(p.Expr, len(p.In))
			in := f.Locals(emit.V128, len(p.In))
			v := f.Local(emit.V128)
			load := func(i, n int) {
				c.load(at[i], p.In[i-1].Type, p.Out.Type, n)
				f.LocalSet(in[i-1])
			}
			some := func(n int) {
				for i := 1; i < len(moves); i++ {
					if moves[i] != moveRepeat {
						load(i, n)
					}
				}
				c.eval(p.Expr, in)
				f.LocalSet(v)
				c.store(at[0], v, p.Out.Type, n)
				for i, m := range moves {
					switch m {
					case moveVector:
						f.Inc(at[i], int32(n)*int32(p.operand(i).Type.Size()))
					case moveStrided:
						f.IncLocal(at[i], stride[i])
					}
				}
			}
			for i := 1; i < len(moves); i++ {
				if moves[i] == moveRepeat {
					load(i, 1)
				}
			}
			if vector {
				per := 16 / t.elem
				whole := div(local(n), per).into(f)
				f.Repeat(whole, func() { some(per) })
				rem(local(n), per).set(f, n)
			}
			c.single = true
			f.Repeat(n, func() { some(1) })
		}
	})
}
