package graph

import (
	"errors"

	"github.com/dehug/dehug/internal/say"

	"github.com/dehug/dehug/wasm/onnx"
)

// control holds the operators with subgraphs.
var control family

func controlFamily() {
	control = family{rules: table{rows: controlRules}, canonical: table{rows: controlCanonical}, shapes: shapesControl}
}

func subgraph(name string) attrRule {
	return attrRule{name: name, kind: onnx.AttrGraph, required: true}
}

var branches = []attrRule{subgraph("then_branch"), subgraph("else_branch")}

var controlRules = []rule{
	{op: "If", since: 1, in: "B", out: "T*", types: plainBF, attrs: branches},
	{op: "Loop", since: 1, attrs: []attrRule{subgraph("body")}},
	{op: "Scan", since: 8, attrs: []attrRule{subgraph("body"), required(integer("num_scan_inputs")), ints("directions")}},
	{op: "Scan", since: 9, attrs: []attrRule{subgraph("body"), required(integer("num_scan_inputs")), ints("scan_input_axes"), ints("scan_input_directions"),
		ints("scan_output_axes"), ints("scan_output_directions")}},
}

var controlCanonical = []rule{
	{op: "If", in: "B T? T?", out: "T", types: plainInt4},
	{op: "Loop", attrs: []attrRule{required(integer("carried")), text("count"), required(text("index"))}}, // see inferLoop
}

// control imports a node with subgraphs.
func (im *importer) control(n *Node, r *rule, names []string, attrs attributeList) error {
	switch n.Op {
	case "Loop":
		return im.importLoop(n, names, attrs)
	case "Scan":
		return im.importScan(n, names, attrs)
	}
	if _, err := checkOperands(r, n); err != nil {
		return err
	}
	return im.branch(n, names, attrs)
}

// branch imports an If. Where the condition is known, its branch takes the
// node's place. Otherwise both do, and nodes If choose between the results:
// whatever only they need of a branch runs only when it is chosen.
func (im *importer) branch(n *Node, names []string, attrs attributeList) error {
	condition := n.Inputs[0]
	if k, ok := condition.Shape.Elements().IsConst(); !ok || k != 1 {
		return say.Errorf("the condition of shape %s is not one element", condition.Shape)
	}
	if known, ok := Known(condition); ok {
		results, err := im.inline(chosen(attrs, known[0] != 0), len(names))
		if err != nil {
			return err
		}
		return im.rename(names, results)
	}
	from := im.assumptions
	then, err := im.inline(chosen(attrs, true), len(names))
	if im.decisive(err, from) {
		return err
	}
	from = im.assumptions
	other, err2 := im.inline(chosen(attrs, false), len(names))
	if im.decisive(err2, from) || err != nil && err2 != nil {
		return err2
	}
	var holds, assumed bool
	for i, name := range names {
		if name == "" {
			continue
		}
		inputs := []*Value{condition, nil}
		switch {
		case err2 != nil:
			inputs[1] = then[i]
		case err != nil:
			inputs = append(inputs, other[i])
		default:
			inputs = []*Value{condition, then[i], other[i]}
			fit, err := fit(condition, then[i], other[i])
			if err == nil && !fit && !assumed {
				holds, err = im.assume(condition.known[0])
				assumed = true
			}
			switch {
			case err != nil:
				return say.Errorf("result %d %q: %w", i, name, err)
			case !fit && holds:
				inputs = inputs[:2]
			case !fit:
				inputs[1] = nil
			}
		}
		m := &Node{Op: "If", Name: n.Name, Inputs: inputs, Outputs: make([]*Value, 1)}
		if err := im.finish(m, []string{name}); err != nil {
			return err
		}
	}
	return nil
}

// decisive reports whether an error of a branch means that the model cannot be
// imported. Otherwise the branch is left out: extents that are known by now
// may contradict it because it is not made for them. Where assumptions about
// extents were made in it, from a number on, the others are tried first.
func (im *importer) decisive(err error, from int) bool {
	var value *NeedsValue
	var fit *misfit
	return err != nil && (!errors.As(err, &fit) || errors.As(err, &value) || otherwise(im.assumed[from:im.assumptions]) != nil)
}

// fit reports whether one node can choose between a and b. If not, the condition
// is one on extents.
func fit(condition, a, b *Value) (bool, error) {
	if a.Type != b.Type {
		return false, say.Errorf("it is %s in one branch and %s in the other", a.Type, b.Type)
	}
	if a.Shape.Equal(b.Shape) {
		return true, nil
	}
	if _, ok := KnownDims(condition); ok {
		return false, nil
	}
	if err := needsValue(condition); err != nil {
		return false, err
	}
	return false, say.Errorf("it is of shape %s in one branch and %s in the other, and the data decide between them", a.Shape, b.Shape)
}

// chosen is the branch that a condition picks.
func chosen(attrs attributeList, condition bool) onnx.Attr {
	if condition {
		return *attrs.get("then_branch")
	}
	return *attrs.get("else_branch")
}

// assume decides a condition on open extents: first for what most of them lead
// to; if the model cannot be imported so, otherwise.
func (im *importer) assume(condition Dim) (bool, error) {
	if im.assumptions == len(im.assumed) {
		symbols := map[string]bool{}
		condition.Symbols(symbols)
		values := map[string]int64{}
		for name := range symbols {
			values[name] = 1009 // an extent that is no special case
		}
		k, err := condition.Eval(values)
		if err != nil {
			return false, err
		}
		im.assumed = append(im.assumed, assumption{holds: k != 0})
	}
	im.assumptions++
	return im.assumed[im.assumptions-1].holds, nil
}

// inline imports a subgraph without inputs into the graph around it and returns
// its results.
func (im *importer) inline(a onnx.Attr, results int) ([]*Value, error) {
	if len(a.G.Inputs) > 0 || len(a.G.Outputs) < results {
		return nil, say.Errorf("%s has %d inputs and %d outputs; it must have none and %d", a.Name, len(a.G.Inputs), len(a.G.Outputs), results)
	}
	var out []*Value
	before := len(im.g.Nodes)
	err := im.within(newScope(im.scope, a.G), func() error {
		err := im.stored()
		if err == nil {
			out, err = im.results(results)
		}
		return err
	})
	if err != nil {
		im.g.Nodes = im.g.Nodes[:before]
		return nil, say.Errorf("%s: %w", a.Name, err)
	}
	return out, nil
}

// results imports the nodes of the scope and returns its first outputs.
func (im *importer) results(count int) ([]*Value, error) {
	if err := im.nodes(); err != nil {
		return nil, err
	}
	var out []*Value
	for i, o := range im.src.Outputs[:count] {
		v, err := im.operand(o.Name)
		if err == nil && v == nil {
			err = errors.New("it has no name")
		}
		if err != nil {
			return nil, say.Errorf("output %d %q: %w", i, o.Name, err)
		}
		out = append(out, v)
	}
	return out, nil
}

func shapesControl(in *inference) ([]Shape, error) {
	n := in.n
	condition, a, b := n.Inputs[0], n.Input(1), n.Input(2)
	if k, ok := condition.Shape.Elements().IsConst(); !ok || k != 1 {
		return nil, say.Errorf("the condition of shape %s is not one element", condition.Shape)
	}
	if a != nil && b != nil {
		if !a.Shape.Equal(b.Shape) {
			return nil, say.Errorf("the branches have shapes %s and %s", a.Shape, b.Shape)
		}
		return []Shape{a.Shape}, nil
	}
	dims, ok := KnownDims(condition)
	switch {
	case a == nil && b == nil:
		return nil, errors.New("both branches are missing")
	case !ok: // a missing branch ends the run
	case a != nil:
		if !in.require(AtMost, Sub(Num(1), dims[0]), Num(0)) {
			return nil, errors.New("the missing branch is always taken")
		}
	default:
		if !in.require(AtMost, dims[0], Num(0)) {
			return nil, errors.New("the missing branch is always taken")
		}
	}
	if a == nil {
		a = b
	}
	return []Shape{a.Shape}, nil
}
