package graph

import (
	"errors"
	"math"

	"github.com/dehug/dehug/internal/say"

	"github.com/dehug/dehug/wasm/onnx"
)

// Bounds of loops whose number of iterations only the data decide, if they stack
// results: what is reserved for these.
const (
	stackBytes = 1 << 24 // of one result, where a row's size is known
	stackRows  = 1 << 10 // where it is not
	maxRows    = 1 << 16
)

// bodyScope starts the import of a loop's body, which is a graph of its own.
func (im *importer) bodyScope(src *onnx.Graph) *scope {
	s := newScope(im.scope, src)
	s.g = &Graph{Name: src.Name}
	s.captured = map[*Value]*Value{}
	return s
}

// capture makes a value from around a loop known in its body: stored tensors and
// what extents say are repeated there, all else becomes an operand of the loop.
func (im *importer) capture(v *Value, depth int) *Value {
	if c := im.captured[v]; c != nil {
		return c
	}
	c := &Value{Name: im.fresh(v.Name), Type: v.Type, Shape: v.Shape, Const: v.Const}
	im.names[c.Name] = true
	im.captured[v] = c
	if v.Const != nil {
		im.g.Consts = append(im.g.Consts, c)
		return c
	}
	const most = 64 // nodes in a row that compute with extents
	if _, ok := KnownDims(v); ok && v.Def != nil && v.Def.Body == nil && len(v.Def.Outputs) == 1 && depth < most {
		n := &Node{Op: v.Def.Op, Name: v.Def.Name, Attrs: v.Def.Attrs, Outputs: []*Value{c}}
		for _, x := range v.Def.Inputs {
			if x != nil {
				x = im.capture(x, depth+1)
			}
			n.Inputs = append(n.Inputs, x)
		}
		c.Def = n
		im.g.Nodes = append(im.g.Nodes, n)
		return c
	}
	im.g.Inputs = append(im.g.Inputs, c)
	im.taking = append(im.taking, v)
	return c
}

// loop makes a node Loop in the scope around s, the body's. build is called in
// the body and returns its condition (nil: it always goes on), what the next
// iteration starts from, and the rows of the results that are stacked. The
// results are the last carried values, then the stacks.
func (im *importer) loop(name string, s *scope, trips, condition *Value, carried []*Value, build func(index, condition *Value, carried []*Value) (*Value, []*Value, []*Value, error)) ([]*Value, error) {
	n := &Node{Op: "Loop", Name: name, Inputs: append([]*Value{trips, condition}, carried...), Body: s.g}
	n.setInt("carried", int64(len(carried)))
	n.setString("index", string(countMark)+im.fresh("index"))
	err := im.within(s, func() error {
		input := func(hint string, t Type, shape Shape) *Value {
			v := &Value{Name: im.fresh(hint), Type: t, Shape: shape}
			im.names[v.Name] = true
			im.g.Inputs = append(im.g.Inputs, v)
			return v
		}
		index, goesOn := input("index", Int64, Shape{}), input("goes", Bool, Shape{})
		setIndex(n)
		var inside []*Value
		for _, v := range carried {
			inside = append(inside, input(v.Name, v.Type, v.Shape))
		}
		again, next, rows, err := build(index, goesOn, inside)
		if err != nil {
			return err
		}
		if again == nil {
			if again, err = im.scalar(Bool, []byte{1}); err != nil {
				return err
			}
		}
		listed := map[*Value]bool{}
		for _, v := range append(append([]*Value{again}, next...), rows...) {
			if listed[v] { // outputs of a graph are different values
				if v, err = im.emit("Identity", []*Value{v}); err != nil {
					return err
				}
			}
			listed[v] = true
			im.g.Outputs = append(im.g.Outputs, v)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	n.Inputs = append(n.Inputs, s.taking...)
	if _, ok := steady(n); !ok {
		n.setString("count", string(countMark)+im.fresh("Loop"))
	}
	n.Outputs = make([]*Value, len(s.g.Outputs)-1)
	names := make([]string, len(n.Outputs))
	if err := im.finish(n, names); err != nil {
		return nil, &misfit{err}
	}
	return append([]*Value{}, n.Outputs...), nil
}

// setIndex says of the first input of a loop's body that it is a symbol.
func setIndex(n *Node) {
	if v := n.Body.Inputs[0]; !v.visited {
		v.visited, v.isKnown, v.known = true, true, []Dim{Sym(n.Str("index", ""))}
	}
}

// steady returns the number of iterations of a loop, if the data have no part in it.
func steady(n *Node) (Dim, bool) {
	trips, condition := n.Inputs[0], n.Inputs[1]
	again := n.Body.Outputs[0]
	for again.Def != nil && again.Def.Op == "Identity" {
		again = again.Def.Inputs[0]
	}
	holds := func(v *Value) bool {
		known, ok := Known(v)
		return ok && len(known) == 1 && known[0] != 0
	}
	if trips == nil || condition != nil && !holds(condition) || again != n.Body.Inputs[1] && !holds(again) {
		return Dim{}, false
	}
	dims, ok := KnownDims(trips)
	if !ok || len(dims) != 1 {
		return Dim{}, false
	}
	return atLeast0(dims[0]), true
}

func atLeast0(d Dim) Dim {
	if d.notNegative() {
		return d
	}
	return Max(d, Num(0))
}

// Trips returns what the number of a loop's iterations is at most, where it
// bounds the rows of stacked results.
func Trips(n *Node) Dim {
	most := Num(math.MaxInt32)
	if v := n.Inputs[0]; v != nil {
		if dims, ok := KnownDims(v); ok && len(dims) == 1 {
			return atLeast0(dims[0])
		}
	}
	stacks := n.Body.Outputs[1+n.Int("carried", 0):]
	for _, v := range stacks[:max(0, min(len(stacks), len(n.Outputs)-int(n.Int("carried", 0))))] {
		rows := int64(stackRows)
		if k, ok := Mul(v.Shape.Elements(), Num(v.Type.Size())).IsConst(); ok {
			rows = min(stackBytes/max(k, 1), maxRows)
		}
		most = Min(most, Num(max(rows, 1)))
	}
	return most
}

// inferLoop is infer for Loop.
func inferLoop(n *Node) ([]result, error) {
	body, carried := n.Body, n.Int("carried", 0)
	index := n.Str("index", "")
	if body == nil || len(n.Inputs) < 2 || carried < 0 || int64(len(n.Inputs)) < 2+carried || len(body.Inputs) != len(n.Inputs) ||
		int64(len(body.Outputs)) < 1+carried || len(index) < 2 || index[0] != countMark {
		return nil, errors.New("operands, body and attributes do not fit")
	}
	one := func(v *Value, t Type) bool {
		k, ok := v.Shape.Elements().IsConst()
		return v.Type == t && ok && k == 1
	}
	if v := n.Inputs[0]; v != nil && !one(v, Int64) {
		return nil, say.Errorf("the number of iterations is %s%s, not one i64", v.Type, v.Shape)
	}
	if v := n.Inputs[1]; v != nil && !one(v, Bool) {
		return nil, say.Errorf("the condition is %s%s, not one bool", v.Type, v.Shape)
	}
	if !one(body.Inputs[0], Int64) || !one(body.Inputs[1], Bool) || !one(body.Outputs[0], Bool) {
		return nil, errors.New("the body does not take an i64 and a bool, and return a bool first")
	}
	setIndex(n)
	for i, v := range n.Inputs[2:] {
		if in := body.Inputs[2+i]; v == nil || in.Type != v.Type || !in.Shape.Equal(v.Shape) {
			return nil, say.Errorf("operand %d does not fit the body's input", 2+i)
		}
	}
	var out []result
	for i, v := range n.Inputs[2 : 2+carried] {
		next := body.Outputs[1+i]
		if next.Type != v.Type || !next.Shape.Equal(v.Shape) {
			return nil, say.Errorf("value %d that an iteration hands on is %s%s, what it was given is %s%s: shapes that change are not supported", i, next.Type, next.Shape, v.Type, v.Shape)
		}
		out = append(out, result{v.Type, v.Shape})
	}
	trips, ok := steady(n)
	if name := n.Str("count", ""); name != "" {
		trips = Sym(name)
	} else if !ok {
		return nil, errors.New("the data decide the number of iterations, but no symbol is given")
	}
	inner := map[string]bool{index: true}
	for _, m := range body.Nodes {
		if name, _ := Count(m); name != "" {
			inner[name] = true
		}
	}
	for i, v := range body.Outputs[1+carried:] {
		used := map[string]bool{}
		for _, d := range v.Shape {
			d.Symbols(used)
		}
		for name := range used {
			if inner[name] {
				return nil, say.Errorf("row %s of stacked result %d changes its shape", v.Shape, i)
			}
		}
		out = append(out, result{v.Type, append(Shape{trips}, v.Shape...)})
	}
	for _, r := range out {
		if err := checkShape(r.shape); err != nil {
			return nil, err
		}
	}
	if len(n.Outputs) > len(out) {
		return nil, say.Errorf("%d results of a loop that has %d", len(n.Outputs), len(out))
	}
	return out, nil
}

// importLoop imports a Loop.
func (im *importer) importLoop(n *Node, names []string, attrs attributeList) error {
	src := attrs.get("body").G
	carried := n.Inputs[min(2, len(n.Inputs)):]
	for i, v := range carried {
		if v == nil {
			return say.Errorf("operand %d is missing", 2+i)
		}
	}
	if len(src.Inputs) != 2+len(carried) || len(src.Outputs) < 1+len(carried) {
		return say.Errorf("body has %d inputs and %d outputs; %d values are carried", len(src.Inputs), len(src.Outputs), len(carried))
	}
	s := im.bodyScope(src)
	results, err := im.loop(n.Name, s, n.Input(0), n.Input(1), carried, func(index, condition *Value, carried []*Value) (*Value, []*Value, []*Value, error) {
		given := append([]*Value{index, condition}, carried...)
		for i, in := range src.Inputs {
			if in.Kind == onnx.TensorType && i < 2 && in.Ranked && len(in.Dims) == 1 { // old exporters
				v, err := im.emit("Unsqueeze", []*Value{given[i]}, Attr{Name: "axes", Kind: AttrInts, Ints: []int64{0}})
				if err != nil {
					return nil, nil, nil, err
				}
				given[i] = v
			}
		}
		out, err := im.bodyNodes(given)
		if err != nil {
			return nil, nil, nil, err
		}
		return out[0], out[1 : 1+len(carried)], out[1+len(carried):], nil
	})
	if err != nil {
		return err
	}
	return im.rename(names, results)
}

// bodyNodes imports the nodes of a body, whose inputs stand for given values, and
// returns its outputs.
func (im *importer) bodyNodes(given []*Value) ([]*Value, error) {
	if err := im.stored(); err != nil {
		return nil, say.Errorf("body: %w", err)
	}
	for i, in := range im.src.Inputs {
		if im.initializers[in.Name] != nil || im.values[in.Name] != nil || in.Name == "" {
			return nil, say.Errorf("body: input %d %q is defined twice, or has no name", i, in.Name)
		}
		im.values[in.Name] = given[i]
	}
	out, err := im.results(len(im.src.Outputs))
	if err != nil {
		return nil, say.Errorf("body: %w", err)
	}
	return out, nil
}

// scan is what the attributes of a Scan say.
type scan struct {
	inputs                      int // the last operands, of which each iteration sees a slice
	axes, directions            []int64
	resultAxes, resultDirection []int64
}

// importScan imports a Scan. Until opset 8 it had a leading batch axis, over which
// another loop goes.
func (im *importer) importScan(n *Node, names []string, attrs attributeList) error {
	src := attrs.get("body").G
	k := attrs.int("num_scan_inputs", 0)
	batched := im.opset < 9
	operands := n.Inputs
	if batched && len(operands) > 0 {
		if operands[0] != nil {
			return errors.New("lengths of sequences are not supported")
		}
		operands = operands[1:]
	}
	if k < 1 || k > int64(len(operands)) || len(src.Inputs) != len(operands) || len(src.Outputs) < len(operands)-int(k) {
		return say.Errorf("%d operands, of which %d are scanned, do not fit a body with %d inputs and %d outputs", len(operands), k, len(src.Inputs), len(src.Outputs))
	}
	for i, v := range operands {
		if v == nil || batched && len(v.Shape) == 0 {
			return say.Errorf("operand %d is missing, or has no axis", i)
		}
	}
	stacked := len(src.Outputs) - len(operands) + int(k)
	sc := scan{inputs: int(k), axes: attrs.ints("scan_input_axes", int(k), 0), directions: attrs.ints("scan_input_directions", int(k), 0),
		resultAxes: attrs.ints("scan_output_axes", stacked, 0), resultDirection: attrs.ints("scan_output_directions", stacked, 0)}
	if batched {
		sc.directions = attrs.ints("directions", int(k), 0)
	}
	if len(sc.axes) != int(k) || len(sc.directions) != int(k) || len(sc.resultAxes) != stacked || len(sc.resultDirection) != stacked {
		return errors.New("a list of axes or directions has the wrong length")
	}
	var out []*Value
	var err error
	if !batched {
		out, err = im.scanOver(n.Name, src, operands, sc)
	} else {
		var trips *Value
		if trips, err = im.extent(operands[0], 0); err != nil {
			return err
		}
		outer := im.bodyScope(&onnx.Graph{Name: src.Name})
		out, err = im.loop(n.Name, outer, trips, nil, nil, func(index, _ *Value, _ []*Value) (*Value, []*Value, []*Value, error) {
			var one []*Value
			for _, v := range operands {
				v, err := im.emit("Gather", []*Value{im.capture(v, 0), index}, Attr{Name: "axis", Kind: AttrInt})
				if err != nil {
					return nil, nil, nil, err
				}
				one = append(one, v)
			}
			rows, err := im.scanOver(n.Name, src, one, sc)
			return nil, nil, rows, err
		})
	}
	if err != nil {
		return err
	}
	return im.rename(names, out)
}

// extent is the extent of an axis as a value.
func (im *importer) extent(v *Value, axis int64) (*Value, error) {
	return im.emit("Shape", []*Value{v}, Attr{Name: "end", Kind: AttrInt, I: axis + 1}, Attr{Name: "start", Kind: AttrInt, I: axis})
}

func (im *importer) scanOver(name string, src *onnx.Graph, operands []*Value, sc scan) ([]*Value, error) {
	states, xs := operands[:len(operands)-sc.inputs], operands[len(operands)-sc.inputs:]
	var trips *Value
	for i, x := range xs {
		rank := int64(len(x.Shape))
		if sc.axes[i] < 0 {
			sc.axes[i] += rank
		}
		if sc.axes[i] < 0 || sc.axes[i] >= rank {
			return nil, say.Errorf("axis %d of scanned operand %d of rank %d", sc.axes[i], i, rank)
		}
		if i > 0 && !x.Shape[sc.axes[i]].Equal(xs[0].Shape[sc.axes[0]]) {
			return nil, say.Errorf("scanned operands have %s and %s slices", xs[0].Shape[sc.axes[0]], x.Shape[sc.axes[i]])
		}
	}
	trips, err := im.extent(xs[0], sc.axes[0])
	if err != nil {
		return nil, err
	}
	s := im.bodyScope(src)
	out, err := im.loop(name, s, trips, nil, states, func(index, _ *Value, states []*Value) (*Value, []*Value, []*Value, error) {
		given := states
		for i, x := range xs {
			at := index
			if sc.directions[i] != 0 {
				last, err := im.fromEnd(im.capture(trips, 0))
				if err == nil {
					at, err = im.emit("Sub", []*Value{last, index})
				}
				if err != nil {
					return nil, nil, nil, err
				}
			}
			v, err := im.emit("Gather", []*Value{im.capture(x, 0), at}, Attr{Name: "axis", Kind: AttrInt, I: sc.axes[i]})
			if err != nil {
				return nil, nil, nil, err
			}
			given = append(given, v)
		}
		out, err := im.bodyNodes(given)
		if err != nil {
			return nil, nil, nil, err
		}
		return nil, out[:len(states)], out[len(states):], nil
	})
	if err != nil {
		return nil, err
	}
	for i := range sc.resultAxes {
		v := &out[len(states)+i]
		if *v, err = im.restack(*v, sc.resultAxes[i], sc.resultDirection[i] != 0); err != nil {
			return nil, say.Errorf("stacked result %d: %w", i, err)
		}
	}
	return out, nil
}

// fromEnd is the last index of a number of slices, as a scalar.
func (im *importer) fromEnd(trips *Value) (*Value, error) {
	count, err := im.emit("Squeeze", []*Value{trips}, Attr{Name: "axes", Kind: AttrInts, Ints: []int64{0}})
	if err != nil {
		return nil, err
	}
	one, err := im.scalar(Int64, littleEndian64(1))
	if err != nil {
		return nil, err
	}
	return im.emit("Sub", []*Value{count, one})
}

// restack brings the leading axis of a stacked result to its place.
func (im *importer) restack(v *Value, axis int64, reverse bool) (*Value, error) {
	if reverse {
		var lists []*Value
		for _, k := range []int64{-1, math.MinInt64, 0, -1} { // starts, ends, axes, steps
			list, err := im.list([]int64{k})
			if err != nil {
				return nil, err
			}
			lists = append(lists, list)
		}
		var err error
		if v, err = im.emit("Slice", append([]*Value{v}, lists...)); err != nil {
			return nil, err
		}
	}
	rank := int64(len(v.Shape))
	if axis < 0 {
		axis += rank
	}
	if axis < 0 || axis >= rank {
		return nil, say.Errorf("axis %d of rank %d", axis, rank)
	}
	if axis == 0 {
		return v, nil
	}
	var perm []int64
	for i := range rank {
		switch {
		case i < axis:
			perm = append(perm, i+1)
		case i == axis:
			perm = append(perm, 0)
		default:
			perm = append(perm, i)
		}
	}
	return im.emit("Transpose", []*Value{v}, Attr{Name: "perm", Kind: AttrInts, Ints: perm})
}
