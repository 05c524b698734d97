package lower

import (
	"github.com/dehug/dehug/wasm/emit"
	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/kernel"
)

// loop lowers Loop. Its steps lie between two that decide where the run goes on:
//
//	copy what is carried to buffers of its own
//	enter: index = 0; leave if no iteration is due
//	again: what depends on the index (a count, see count.go)
//	…      the body
//	       copy what the next iteration starts from, and rows
//	next:  index = index + 1; to again if another iteration is due
//	       the number of iterations, if it is an extent
//
// Each jump ends a call of run that does not reach its target, so hosts can stop
// between any two steps.
func (l *lowerer) loop(n *graph.Node) error {
	l.loops = true
	body := n.Body
	carried := int(n.Int("carried", 0))
	l.plan(n, "iterations in order")
	trips, steady := graph.Trips(n), n.Attr("count") == nil

	// What the loop reads, and where it keeps what changes.
	for i, v := range n.Inputs[2+carried:] {
		l.add(body.Inputs[2+carried+i], l.any(v))
		if l.isFixed(v) {
			l.fixed[body.Inputs[2+carried+i]] = true
		}
	}
	var limit, condition rep
	if v := n.Inputs[0]; v != nil {
		limit = l.plain(v)
	}
	changes := body.Outputs[0] != body.Inputs[1] && !holds(body.Outputs[0])
	goes := body.Inputs[1]
	condition = rep{buf: l.newBuffer(goes.Name, graph.Num(1)), strides: rowMajor(goes.Shape, goes.Type)}
	if v := n.Inputs[1]; v != nil {
		l.copyStep(goes.Name, "Loop.condition", l.plain(v), rep{buf: condition.buf, strides: rowMajor(v.Shape, v.Type)}, v.Shape, v.Type, false)
	} else {
		l.addStep(goes.Name, "Loop.condition", func(b *kernel.Builder) *emit.Func {
			return b.Fill(goes.Name, kernel.FillParams{Dst: l.int(condition.buf.addr), Bytes: kernel.Const(1), Elem: 1, Bits: 1})
		})
	}
	l.add(goes, condition)
	states := make([]rep, carried)
	for i, v := range n.Inputs[2 : 2+carried] {
		states[i] = rep{buf: l.newBuffer(body.Inputs[2+i].Name, bytesOf(v)), strides: rowMajor(v.Shape, v.Type)}
		l.copyStep(v.Name, "Loop.carry", l.any(v), states[i], v.Shape, v.Type, false)
		l.add(body.Inputs[2+i], states[i])
	}
	index := &count{name: n.Str("index", ""), most: trips}
	for _, old := range l.counts {
		index.most = index.most.Replace(old.name, old.most)
	}
	l.counts = append(l.counts, index)
	position := rep{buf: l.newBuffer(body.Inputs[0].Name, graph.Num(8)), strides: rowMajor(body.Inputs[0].Shape, graph.Int64)}
	l.add(body.Inputs[0], position)
	rows := body.Outputs[1+carried:]
	stacks := make([]rep, len(rows))
	for i, v := range rows {
		if carried+i < len(n.Outputs) {
			size := graph.Mul(trips, bytesOf(v))
			stacks[i] = rep{buf: l.newBuffer(n.Outputs[carried+i].Name, size), strides: rowMajor(v.Shape, v.Type)}
		}
	}

	var again, after int // steps
	cell := func(f *emit.Func) { f.I32Const(int32(l.cellsAt) + 8*int32(l.cellOf(index.name))) }
	due := func(f *emit.Func) { // pushes whether another iteration is
		l.int(condition.buf.addr).Push(f)
		f.Load(emit.I32Load8U, 0)
		f.I32Const(0)
		f.Op(emit.I32Ne)
		if limit.buf != nil {
			cell(f)
			f.Load(emit.I64Load, 0)
			l.addr(limit).Push(f)
			f.Load(emit.I64Load, 0)
			f.Op(emit.I64LtS, emit.I32And)
		}
	}
	begin := len(l.steps)
	keep := func() {
		l.touch(condition.buf, position.buf)
		if limit.buf != nil {
			l.touch(limit.buf)
		}
	}
	keep()
	name := nodeName(n)
	l.addStep(name, "Loop.enter", func(b *kernel.Builder) *emit.Func {
		f := b.M.Func("enter "+name, nil, nil)
		cell(f)
		f.I64Const(0)
		f.Load(emit.I64Store, 0)
		due(f)
		f.Op(emit.I32Eqz)
		f.If(func() { l.jump(f, after) })
		return f
	})
	again = len(l.steps)
	l.touch(position.buf)
	l.addStep(name, "Loop.index", func(b *kernel.Builder) *emit.Func {
		index.step = b.M.Func("index "+name, nil, nil)
		l.int(position.buf.addr).Push(index.step)
		cell(index.step)
		index.step.Load(emit.I64Load, 0)
		index.step.Load(emit.I64Store, 0)
		return index.step
	})

	before, base, around := l.macs, l.base, l.body
	l.macs, l.base, l.body = graph.Num(0), l.guard, body
	for m, g := range guards(body, l.base) {
		l.guards[m] = g
	}
	if err := l.inside(body); err != nil {
		return err
	}
	l.handOn(body, states, stacks, condition, changes, index.name)
	l.macs, l.base, l.body = graph.Add(before, graph.Mul(trips, l.macs)), base, around

	keep()
	for _, r := range append(states, stacks...) {
		if r.buf != nil {
			l.touch(r.buf)
		}
	}
	most := graph.Num(0)
	if !steady && len(n.Outputs) > carried {
		most = index.most
	}
	l.addStep(name, "Loop.next", func(b *kernel.Builder) *emit.Func {
		f := b.M.Func("next "+name, nil, nil)
		cell(f)
		cell(f)
		f.Load(emit.I64Load, 0)
		f.I64Const(1)
		f.Op(emit.I64Add)
		f.Load(emit.I64Store, 0)
		due(f)
		f.If(func() {
			if k, ok := most.IsConst(); !ok || k > 0 { // there is no room for another row
				cell(f)
				f.Load(emit.I64Load, 0)
				l.int(most).Push(f)
				f.Op(emit.I64ExtendI32U, emit.I64GeS)
				f.If(func() {
					l.setWord(f, boundStop, func() { f.I32Const(statusTooLarge) })
					f.Return()
				})
			}
			l.jump(f, again)
		})
		return f
	})
	after = len(l.steps)
	for _, b := range l.buffers { // of which iterations after the first need what was there before
		if b.first <= begin && b.last > begin {
			b.last = max(b.last, after-1)
		}
	}

	for i, v := range n.Outputs {
		if i < carried {
			l.add(v, states[i])
		} else {
			l.setPlain(v, stacks[i-carried].buf)
		}
	}
	if !steady {
		c := &count{name: n.Str("count", ""), most: index.most}
		l.counts = append(l.counts, c)
		l.addStep(name, "Extent", func(b *kernel.Builder) *emit.Func {
			c.step = b.M.Func("extent "+c.name, nil, nil)
			c.step.I32Const(int32(l.cellsAt) + 8*int32(l.cellOf(c.name)))
			cell(c.step)
			c.step.Load(emit.I64Load, 0)
			c.step.Load(emit.I64Store, 0)
			return c.step
		})
	}
	return nil
}

// holds reports whether a value is known to be true.
func holds(v *graph.Value) bool {
	known, ok := graph.Known(v)
	return ok && len(known) == 1 && known[0] != 0
}

// handOn copies the results of an iteration: to where the next one finds them, and
// to their rows. A result that is another's old value is copied aside first.
func (l *lowerer) handOn(body *graph.Graph, states, stacks []rep, condition rep, changes bool, index string) {
	mine := map[*buffer]bool{condition.buf: true}
	for _, s := range states {
		mine[s.buf] = true
	}
	from := make([]rep, len(body.Outputs))
	for i, v := range body.Outputs {
		if i > 0 || changes {
			from[i] = l.any(v)
		}
	}
	for i, v := range body.Outputs {
		stays := i > 0 && i <= len(states) && from[i].buf == states[i-1].buf && from[i].isPlain(v.Shape, v.Type)
		if from[i].buf != nil && mine[from[i].buf] && !stays && i <= len(states) {
			aside := rep{buf: l.newBuffer(v.Name+" aside", bytesOf(v)), strides: rowMajor(v.Shape, v.Type)}
			l.copyStep(v.Name, "Loop.aside", from[i], aside, v.Shape, v.Type, false)
			from[i] = aside
		}
	}
	for i := len(body.Outputs) - 1; i >= 0; i-- { // rows first: they may be old values
		v, to := body.Outputs[i], condition
		switch {
		case i > len(states):
			to = stacks[i-1-len(states)]
			if to.buf == nil {
				continue
			}
			to.off = graph.Mul(graph.Sym(index), bytesOf(v))
		case i > 0:
			to = states[i-1]
			if from[i].buf == to.buf {
				continue
			}
		}
		if from[i].buf != nil {
			l.copyStep(v.Name, "Loop.hand", from[i], to, v.Shape, v.Type, false)
		}
	}
}

// jump writes code that makes the run go on at another step.
func (l *lowerer) jump(f *emit.Func, step int) {
	l.setWord(f, boundJump, func() { f.I32Const(1) })
	l.setWord(f, boundNext, func() { f.I32Const(int32(step)) })
}
