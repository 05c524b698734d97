package graph

import (
	"errors"

	"github.com/dehug/dehug/internal/say"

	"github.com/dehug/dehug/wasm/onnx"
)

// Bounds of what functions may make of a model: a few that call each other can
// stand for more nodes than there is room for.
const (
	maxCalls = 16      // one in another
	maxNodes = 1 << 17 // imported from functions, in all
)

// call is a use of one of the model's functions.
type call struct {
	attrs attributeList // what is given, then defaults
	depth int
}

// call imports the nodes of a function in the place of a node that calls it.
func (im *importer) call(src *onnx.Node, f *onnx.Function) error {
	given, err := im.resolve(src)
	if err != nil {
		return err
	}
	c := &call{attrs: append(given[:len(given):len(given)], f.Defaults...), depth: 1}
	if im.of != nil {
		c.depth = im.of.depth + 1
	}
	if im.inlined += len(f.Nodes); im.inlined > maxNodes {
		return say.Errorf("functions stand for more than %d nodes", maxNodes)
	}
	switch {
	case c.depth > maxCalls:
		return say.Errorf("functions call each other more than %d deep", maxCalls)
	case len(src.Inputs) > len(f.Inputs) || len(src.Outputs) > len(f.Outputs):
		return say.Errorf("%d operands and %d results; the function has %d and %d", len(src.Inputs), len(src.Outputs), len(f.Inputs), len(f.Outputs))
	}
	s := newScope(nil, &onnx.Graph{Nodes: f.Nodes})
	s.g, s.opset, s.of, s.omitted = im.g, im.opset, c, map[string]bool{}
	for _, o := range f.Opsets {
		if o.Domain == "" {
			s.opset = o.Version
		}
	}
	if s.opset < MinOpset || s.opset > MaxOpset {
		return say.Errorf("the function's opset %d of ai.onnx is not supported: convert it to an opset from %d to %d", s.opset, MinOpset, MaxOpset)
	}
	for i, name := range f.Inputs {
		if s.values[name] != nil || s.omitted[name] || name == "" {
			return say.Errorf("input %d %q of the function is defined twice, or has no name", i, name)
		}
		var v *Value
		if i < len(src.Inputs) {
			if v, err = im.operand(src.Inputs[i]); err != nil {
				return say.Errorf("operand %d %q: %w", i, src.Inputs[i], err)
			}
		}
		s.values[name], s.omitted[name] = v, v == nil
	}
	for _, name := range f.Outputs[:len(src.Outputs)] {
		s.src.Outputs = append(s.src.Outputs, onnx.ValueInfo{Name: name})
	}
	var results []*Value
	err = im.within(s, func() (err error) {
		results, err = im.results(len(src.Outputs))
		return err
	})
	if err != nil {
		return say.Errorf("function: %w", err)
	}
	return im.rename(src.Outputs, results)
}

// resolve returns the attributes of a node, with those that refer to attributes
// of the function around it replaced by these. Those that it was not given are
// left out.
func (im *importer) resolve(src *onnx.Node) ([]onnx.Attr, error) {
	refers := false
	for _, a := range src.Attrs {
		refers = refers || a.Ref != ""
	}
	if !refers {
		return src.Attrs, nil
	}
	if im.of == nil {
		return nil, errors.New("an attribute refers to a function's attribute, but no function encloses it")
	}
	var out []onnx.Attr
	for _, a := range src.Attrs {
		if a.Ref == "" {
			out = append(out, a)
			continue
		}
		given := im.of.attrs.get(a.Ref)
		if given == nil {
			continue
		}
		if given.G != nil {
			return nil, say.Errorf("attribute %q: graphs that are a function's attribute are not supported", a.Name)
		}
		b := *given
		b.Name = a.Name
		out = append(out, b)
	}
	return out, nil
}
