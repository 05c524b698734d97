package lower

import (
	"strings"

	"github.com/dehug/dehug/internal/say"

	"github.com/dehug/dehug/wasm/graph"
)

// state is a pair of an output and the input that it becomes in the next run.
// Both lie in one buffer, beside the weights, which has room for what the state
// may grow to: a run adds to what is there.
type state struct {
	in, out *graph.Value
	axis    int // along which it grows, or −1
	at      rep
	room    int64 // bytes
}

// isState reports whether an output is kept for the next run.
func (l *lowerer) isState(v *graph.Value) bool {
	for _, s := range l.states {
		if s.out == v {
			return true
		}
	}
	return false
}

// stateOf gives an input that is a state its place, and reports whether it is one.
func (l *lowerer) stateOf(in *graph.Value) bool {
	for _, s := range l.g.States {
		if s.Input != in.Name {
			continue
		}
		room := append(graph.Shape{}, in.Shape...)
		if s.Axis >= 0 {
			room[s.Axis] = graph.Num(l.opt.Capacity)
		}
		st := &state{in: in, axis: int(s.Axis)}
		for _, v := range l.g.Outputs {
			if v.Name == s.Output {
				st.out = v
			}
		}
		buf := &buffer{name: in.Name, size: graph.Mul(room.Elements(), graph.Num(in.Type.Size())), static: true, used: true}
		l.buffers = append(l.buffers, buf)
		st.room, _ = buf.size.IsConst()
		st.at = rep{buf: buf, strides: rowMajor(room, in.Type)}
		l.add(in, st.at)
		l.states = append(l.states, st)
		return true
	}
	return false
}

// append_ lowers a Concat of a state and what is added to it, in place.
func (l *lowerer) append_(n *graph.Node, axis int) bool {
	for _, s := range l.states {
		if s.in != n.Inputs[0] || s.out != n.Outputs[0] || s.axis != axis || l.body != nil || len(l.guard) > 0 {
			continue
		}
		off := s.in.Shape[axis]
		for _, x := range n.Inputs[1:] {
			part := rep{buf: s.at.buf, off: graph.Mul(off, s.at.strides[axis]), strides: s.at.strides}
			l.copyStep(s.out.Name, "Concat", l.any(x), part, x.Shape, x.Type, false)
			off = graph.Add(off, x.Shape[axis])
		}
		l.add(s.out, s.at)
		return true
	}
	return false
}

// keepStates copies what is not there yet to where the next run finds it, after
// everything else has read it.
func (l *lowerer) keepStates() error {
	mine := map[*buffer]bool{}
	for _, s := range l.states {
		mine[s.at.buf] = true
	}
	from := make([]rep, len(l.states))
	for i, s := range l.states {
		if s.out == nil || s.out.Type.Size() == 0 {
			return say.Errorf("state %q has no output: %w", s.in.Name, ErrUnsupported)
		}
		from[i] = l.any(s.out)
	}
	for i, s := range l.states {
		if from[i].buf != s.at.buf && mine[from[i].buf] { // another state's old value
			aside := rep{buf: l.newBuffer(s.out.Name+" aside", bytesOf(s.out)), strides: rowMajor(s.out.Shape, s.out.Type)}
			l.copyStep(s.out.Name, "State.aside", from[i], aside, s.out.Shape, s.out.Type, false)
			from[i] = aside
		}
	}
	for i, s := range l.states {
		if from[i].buf == s.at.buf {
			if !sameStrides(s.out.Shape, from[i].strides, s.at.strides) || !from[i].off.Equal(graph.Num(0)) {
				return say.Errorf("state %q is a view of its old value: %w", s.in.Name, ErrUnsupported)
			}
			continue
		}
		l.copyStep(s.out.Name, "State.keep", from[i], s.at, s.out.Shape, s.out.Type, false)
	}
	return nil
}

// grows reports whether an extent depends on the length of a state, and so may be 0.
func (l *lowerer) grows(d graph.Dim) bool {
	set := map[string]bool{}
	d.Symbols(set)
	for name := range set {
		if name[0] == graph.CountMark {
			return true
		}
	}
	return false
}

// describe writes the entry of the custom section.
func (s *state) describe(j *jsonText, capacity int64) {
	j.raw(`{"input":`).str(s.in.Name).raw(`,"output":`).str(s.out.Name).raw(`,"type":`).str(s.in.Type.String())
	j.raw(`,"shape":`).list(len(s.in.Shape), func(i int) { j.str(s.in.Shape[i].String()) })
	j.raw(`,"axis":`).num(int64(s.axis))
	if s.axis >= 0 {
		name, _ := s.in.Shape[s.axis].IsSym()
		j.raw(`,"symbol":`).str(name).raw(`,"name":`).str(strings.TrimPrefix(name, string(graph.CountMark))).raw(`,"capacity":`).num(capacity)
	}
	j.raw(`}`)
}
