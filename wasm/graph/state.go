package graph

import (
	"strings"

	"github.com/dehug/dehug/internal/say"

	"github.com/dehug/dehug/wasm/onnx"
)

// State is a pair of a graph: what a run leaves in Output, the next one finds in
// Input. The two have one shape (Axis is −1), or Output is longer along Axis, by
// what a run adds; the extent of Input there is a symbol that may be 0.
type State struct {
	Input, Output string
	Axis          int64
}

// NeedsExtent is the error for an open extent of a state that does not grow: it
// has to be known when the model is compiled.
type NeedsExtent struct{ Symbol string }

func (e *NeedsExtent) Error() string {
	return "extent " + e.Symbol + " of a state must be given when the model is compiled"
}

// twins are how exporters name outputs that are inputs of the next run: the part
// of the input's name, and what the output has there instead.
var twins = [][2]string{{"past_key_values", "present"}, {"past_key_values", "present_key_values"}, {"past", "present"}, {"past_", "present_"}, {"cache_in", "cache_out"}, {"_in", "_out"}}

// names of states that are called no alike.
var alike = map[string][]string{"state": {"stateN", "state_out", "new_state"}, "h": {"hn", "h_out"}, "c": {"cn", "c_out"}, "hidden": {"hidden_out"}}

// States finds by their names which outputs of a model are inputs of the next
// run. Both must be declared as tensors of one type and rank.
func States(m *onnx.Model) []State {
	outputs := map[string]onnx.ValueInfo{}
	for _, v := range m.Graph.Outputs {
		outputs[v.Name] = v
	}
	var found []State
	for _, in := range m.Graph.Inputs {
		candidates := alike[in.Name]
		for _, t := range twins {
			if strings.Contains(in.Name, t[0]) {
				candidates = append(candidates[:len(candidates):len(candidates)], strings.Replace(in.Name, t[0], t[1], 1))
			}
		}
		for _, name := range candidates {
			if out, ok := outputs[name]; ok && out.Type == in.Type && (!out.Ranked || len(out.Dims) == len(in.Dims)) {
				found = append(found, State{in.Name, name, -1})
				delete(outputs, name)
				break
			}
		}
	}
	return found
}

// growing returns the open extents of states that no other input has: they grow.
func (im *importer) growing() map[string]bool {
	state := map[string]bool{}
	for _, s := range im.opts.States {
		state[s.Input] = true
	}
	grows := map[string]bool{}
	for _, shared := range []bool{false, true} {
		for _, in := range im.m.Graph.Inputs {
			for i, d := range in.Dims {
				if state[in.Name] != shared {
					grows[paramName(in, i, d)] = !shared
				}
			}
		}
	}
	return grows
}

// paramName is the symbol of an open extent.
func paramName(in onnx.ValueInfo, i int, d onnx.Dim) string {
	if d.Param != "" {
		return d.Param
	}
	return say.Sprintf("%s.d%d", in.Name, i)
}

// states settles the pairs, when all values are known.
func (im *importer) states() error {
	for _, s := range im.opts.States {
		var in, out *Value
		for _, v := range im.g.Inputs {
			if v.Name == s.Input {
				in = v
			}
		}
		for _, v := range im.g.Outputs {
			if v.Name == s.Output {
				out = v
			}
		}
		if in == nil || out == nil {
			return say.Errorf("state %q, %q: they are not an input and an output", s.Input, s.Output)
		}
		s.Axis = -1
		for i, d := range in.Shape {
			if name, ok := d.IsSym(); ok && len(in.Shape) == len(out.Shape) {
				if name[0] == countMark && s.Axis < 0 && !out.Shape[i].Equal(d) && Sub(out.Shape[i], d).notNegative() {
					s.Axis = int64(i)
					continue
				}
			}
			if name, ok := d.IsSym(); ok {
				return &NeedsExtent{strings.TrimPrefix(name, string(countMark))}
			}
		}
		im.g.States = append(im.g.States, s)
	}
	return checkStates(im.g)
}

// checkStates states what valid pairs are.
func checkStates(g *Graph) error {
	find := func(list []*Value, name string) *Value {
		for _, v := range list {
			if v.Name == name {
				return v
			}
		}
		return nil
	}
	seen := map[string]bool{}
	for _, s := range g.States {
		in, out := find(g.Inputs, s.Input), find(g.Outputs, s.Output)
		if in == nil || out == nil || in == out || seen[s.Input] || seen[s.Output] {
			return say.Errorf("state %q, %q: they are not an input and an output of one state", s.Input, s.Output)
		}
		seen[s.Input], seen[s.Output] = true, true
		if in.Type != out.Type || len(in.Shape) != len(out.Shape) || s.Axis >= int64(len(in.Shape)) {
			return say.Errorf("state %q, %q: they are %s%s and %s%s", s.Input, s.Output, in.Type, in.Shape, out.Type, out.Shape)
		}
		for i, d := range in.Shape {
			_, fixed := d.IsConst()
			name, symbol := d.IsSym()
			switch {
			case int64(i) == s.Axis && symbol && name[0] == countMark:
			case int64(i) != s.Axis && fixed && d.Equal(out.Shape[i]):
			default:
				return say.Errorf("state %q, %q: shapes %s and %s", s.Input, s.Output, in.Shape, out.Shape)
			}
		}
	}
	return nil
}
