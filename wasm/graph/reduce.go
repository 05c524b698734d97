package graph

import (
	"errors"

	"github.com/dehug/dehug/internal/say"
)

// reductions holds what takes many elements together: reductions,
// normalisations, pooling, running sums, and the choice of the greatest.
var reductions family

// reductionTable and reductionForms are written as elementwiseTable is; "l" is
// the kind of a list of integers.
const reductionTable = `
ArgMax T>I 1N axis:i keepdims:i
ArgMax T>I 12N axis:i keepdims:i select_last_index:i
ArgMin T>I 1N axis:i keepdims:i
ArgMin T>I 12N axis:i keepdims:i select_last_index:i
AveragePool T>T 1f auto_pad:s kernel_shape:l! pads:l strides:l
AveragePool T>T 7f auto_pad:s kernel_shape:l! pads:l strides:l count_include_pad:i
AveragePool T>T 10f auto_pad:s kernel_shape:l! pads:l strides:l count_include_pad:i ceil_mode:i
AveragePool T>T 19F auto_pad:s kernel_shape:l! pads:l strides:l count_include_pad:i ceil_mode:i dilations:l
BatchNormalization TTTTT>TT?T?T?T? 6f epsilon:f is_test:i momentum:f spatial:i
BatchNormalization TTTTT>TT?T?T?T? 7f epsilon:f momentum:f spatial:i
BatchNormalization TUUVV>TV?V? 14F/F/F epsilon:f momentum:f training_mode:i
CumProd TU>T 26W/i exclusive:i reverse:i
CumSum TU>T 11W/i exclusive:i reverse:i
GlobalAveragePool T>T 1F
GlobalLpPool T>T 2F p:i
GlobalMaxPool T>T 1F
GroupNormalization TTT>T 18h epsilon:f num_groups:i! stash_type:i
Hardmax T>T 1F axis:i
InstanceNormalization TTT>T 6h epsilon:f
LRN T>T 1h alpha:f beta:f bias:f size:i!
LayerNormalization TTT?>TF?F? 17F axis:i epsilon:f stash_type:i
LogSoftmax T>T 1F axis:i
LpNormalization T>T 1F axis:i p:i
LpPool T>T 2f auto_pad:s kernel_shape:l! pads:l strides:l p:i
LpPool T>T 18F auto_pad:s kernel_shape:l! pads:l strides:l p:i ceil_mode:i dilations:l
MeanVarianceNormalization T>T 9F axes:l
RMSNormalization TU>U 23F/F axis:i epsilon:f stash_type:i
ReduceL1 T>T 1W axes:l keepdims:i
ReduceL1 TI?>T 18W keepdims:i noop_with_empty_axes:i
ReduceL2 T>T 1W axes:l keepdims:i
ReduceL2 TI?>T 18W keepdims:i noop_with_empty_axes:i
ReduceLogSum T>T 1W axes:l keepdims:i
ReduceLogSum TI?>T 18W keepdims:i noop_with_empty_axes:i
ReduceLogSumExp T>T 1W axes:l keepdims:i
ReduceLogSumExp TI?>T 18W keepdims:i noop_with_empty_axes:i
ReduceMax T>T 1N axes:l keepdims:i
ReduceMax TI?>T 18N 20P keepdims:i noop_with_empty_axes:i
ReduceMean T>T 1W axes:l keepdims:i
ReduceMean TI?>T 18W keepdims:i noop_with_empty_axes:i
ReduceMin T>T 1N axes:l keepdims:i
ReduceMin TI?>T 18N 20P keepdims:i noop_with_empty_axes:i
ReduceProd T>T 1W axes:l keepdims:i
ReduceProd TI?>T 18W keepdims:i noop_with_empty_axes:i
ReduceSum T>T 1W axes:l keepdims:i
ReduceSum TI?>T 13W keepdims:i noop_with_empty_axes:i
ReduceSumSquare T>T 1W axes:l keepdims:i
ReduceSumSquare TI?>T 18W keepdims:i noop_with_empty_axes:i
Softmax T>T 1F axis:i
TopK T>TI 1f axis:i k:i!
TopK TI>TI 10f axis:i
TopK TI>TI 11N axis:i largest:i sorted:i
`

// Canonical nodes: reductions have their list of axes, none negative. least
// asks for the smallest elements instead of the greatest.
//
//   - AveragePool: p is 0 for the mean, otherwise the result is the p-norm.
//   - Softmax takes the axes from axis to last together; kind is "Softmax",
//     "LogSoftmax" or "Hardmax".
//   - Normalize takes mean and variance (with rms, only the mean square) over
//     the axes from axis on, and its scale and bias have their shape. With
//     groups, axis is 1, the channels are divided, and scale and bias have an
//     element for each channel or each group. Mean and InvStdDev, the other
//     results, exist without groups.
const reductionForms = `
ArgMax T>I 0N axis:i! keepdims:i! last:i least:i
AveragePool T>T 0f ceil_mode:i! count_include_pad:i! dilations:l! kernel_shape:l! p:i! pads:l! strides:l!
BatchNormalization TTTTT>T 0f epsilon:f!
CumSum T>T 0w axis:i! exclusive:i prod:i reverse:i
LRN T>T 0f alpha:f! beta:f! bias:f! size:i!
Normalize TT?T?>TF?F? 0f axis:i! epsilon:f! groups:i rms:i
ReduceL1 T>T 0W axes:l! keepdims:i!
ReduceL2 T>T 0W axes:l! keepdims:i!
ReduceLogSum T>T 0W axes:l! keepdims:i!
ReduceLogSumExp T>T 0W axes:l! keepdims:i!
ReduceMax T>T 0P axes:l! keepdims:i!
ReduceMean T>T 0W axes:l! keepdims:i!
ReduceMin T>T 0P axes:l! keepdims:i!
ReduceProd T>T 0W axes:l! keepdims:i!
ReduceSum T>T 0W axes:l! keepdims:i!
ReduceSumSquare T>T 0W axes:l! keepdims:i!
Softmax T>T 0f axis:i! kind:s! last:i!
TopK T>TI 0N axis:i! k:i! least:i
`

func reductionsFamily() {
	reductions = family{rules: table{text: reductionTable}, canonical: table{text: reductionForms},
		settle: settleReduction, expand: expandReduction, shapes: shapesReduction}
}

//go:noinline
func isReduce(op string) bool { return len(op) > 6 && op[:6] == "Reduce" }

// normalAxis turns an axis that may count from the end into one that does not.
//
//go:noinline
func normalAxis(axis int64, rank int) (int64, error) {
	if axis < int64(-rank) || axis >= int64(rank) {
		return 0, say.Errorf("axis %d is out of range for rank %d", axis, rank)
	}
	if axis < 0 {
		axis += int64(rank)
	}
	return axis, nil
}

// axisList makes a list of axes ascending and not negative.
func axisList(axes []int64, rank int) ([]int64, error) {
	used := make([]bool, rank)
	for _, a := range axes {
		k, err := normalAxis(a, rank)
		if err != nil {
			return nil, err
		}
		if used[k] {
			return nil, say.Errorf("axes %v name an axis twice", axes)
		}
		used[k] = true
	}
	list := []int64{}
	for i, u := range used {
		if u {
			list = append(list, int64(i))
		}
	}
	return list, nil
}

//go:noinline
func span(from, to int) []int64 {
	var list []int64
	for ; from < to; from++ {
		list = append(list, int64(from))
	}
	return list
}

// integers returns the elements of an operand with a shape role.
//
//go:noinline
func integers(v *Value) ([]int64, error) {
	known, ok := Known(v)
	if !ok {
		if err := needsValue(v); err != nil {
			return nil, err
		}
		return nil, say.Errorf("operand %q must be known when the model is compiled", v.Name)
	}
	return known, nil
}

// one returns the element of an operand that has just one.
//
//go:noinline
func one(v *Value) (int64, error) {
	known, err := integers(v)
	if err == nil && len(known) != 1 {
		err = say.Errorf("operand %q has %d elements; it must have one", v.Name, len(known))
	}
	if err != nil {
		return 0, err
	}
	return known[0], nil
}

const (
	defaultEpsilon = 0x3727c5ac // 1e-5
	oneFloat       = 0x3f800000
)

func settleReduction(n *Node, attrs attributeList) error {
	x := n.Inputs[0].Shape
	rank := len(x)
	axis := func(def int64) error {
		a, err := normalAxis(attrs.int("axis", def), rank)
		n.setInt("axis", a)
		return err
	}
	if isReduce(n.Op) {
		return settleReduce(n, attrs)
	}
	switch n.Op {
	case "ArgMax", "ArgMin":
		n.setInt("keepdims", attrs.int("keepdims", 1))
		n.setInt("last", attrs.int("select_last_index", 0))
		n.setInt("least", 0)
		if n.Op == "ArgMin" {
			n.setInt("least", 1)
		}
		n.Op = "ArgMax"
		return axis(0)
	case "AveragePool", "LpPool":
		n.setInts("kernel_shape", attrs.ints("kernel_shape", 0, 0))
		n.setInt("ceil_mode", attrs.int("ceil_mode", 0))
		n.setInt("count_include_pad", attrs.int("count_include_pad", 0))
		n.setInt("p", 0)
		if n.Op == "LpPool" {
			n.setInt("p", attrs.int("p", 2))
			if attrs.int("p", 2) < 1 {
				return say.Errorf("p is %d; it must be at least 1", attrs.int("p", 2))
			}
		}
		n.Op = "AveragePool"
		return setGeometry(n, attrs)
	case "BatchNormalization":
		n.setFloat("epsilon", attrs.float("epsilon", defaultEpsilon))
		if attrs.int("spatial", 1) != 1 {
			return errors.New("spatial 0 (statistics for each element) is not supported: export with spatial 1")
		}
		if attrs.get("is_test") != nil && attrs.int("is_test", 0) == 0 || attrs.get("training_mode") == nil && len(n.Outputs) > 1 {
			return errors.New("training is not supported: export the model for inference")
		}
	case "CumSum", "CumProd":
		a, err := one(n.Inputs[1])
		if err != nil {
			return err
		}
		for _, name := range []string{"exclusive", "reverse"} {
			n.setInt(name, attrs.int(name, 0))
		}
		n.setInt("prod", 0)
		if n.Op == "CumProd" {
			n.setInt("prod", 1)
		}
		n.Op, n.Inputs = "CumSum", n.Inputs[:1]
		a, err = normalAxis(a, rank)
		n.setInt("axis", a)
		return err
	case "LRN":
		n.setFloat("alpha", attrs.float("alpha", 0x38d1b717)) // 1e-4
		n.setFloat("beta", attrs.float("beta", 0x3f400000))   // 0.75
		n.setFloat("bias", attrs.float("bias", oneFloat))
		n.setInt("size", attrs.int("size", 0))
	case "InstanceNormalization", "GroupNormalization":
		n.setFloat("epsilon", attrs.float("epsilon", defaultEpsilon))
		n.setInt("axis", 1)
		groups := attrs.int("num_groups", 0)
		if n.Op == "InstanceNormalization" && rank > 1 {
			groups, _ = x[1].IsConst()
		}
		n.setInt("groups", groups)
		n.Op = "Normalize"
		if groups < 1 {
			return say.Errorf("operand 0 of shape %s in %d groups: channels and groups must be static and positive", x, groups)
		}
	case "LayerNormalization", "RMSNormalization":
		n.setFloat("epsilon", attrs.float("epsilon", defaultEpsilon))
		n.setInt("rms", 0)
		if n.Op[0] == 'R' {
			n.setInt("rms", 1)
		}
		n.Op = "Normalize"
		return axis(-1)
	case "Softmax", "LogSoftmax", "Hardmax":
		n.setString("kind", n.Op)
		n.Op = "Softmax"
		return axis(-1) // expandReduction sees to older opsets
	case "TopK":
		k := attrs.int("k", 0)
		if attrs.get("k") == nil {
			var err error
			if k, err = one(n.Inputs[1]); err != nil {
				return err
			}
		}
		n.setInt("k", k)
		n.setInt("least", 1-attrs.int("largest", 1))
		n.Inputs = n.Inputs[:1]
		return axis(-1)
	}
	return nil
}

func settleReduce(n *Node, attrs attributeList) error {
	rank := len(n.Inputs[0].Shape)
	n.setInt("keepdims", attrs.int("keepdims", 1))
	axes := attrs.ints("axes", 0, 0)
	if v := n.Input(1); v != nil {
		var err error
		if axes, err = integers(v); err != nil {
			return err
		}
	}
	n.Inputs = n.Inputs[:1]
	if len(axes) == 0 && attrs.int("noop_with_empty_axes", 0) == 0 {
		axes = span(0, rank)
	}
	axes, err := axisList(axes, rank)
	n.setInts("axes", axes)
	return err
}

// chain emits operators one after the other until one fails.
type chain struct {
	im  *importer
	err error
}

//go:noinline
func (c *chain) do(op string, inputs ...*Value) *Value {
	if c.err != nil {
		return nil
	}
	var v *Value
	v, c.err = c.im.emit(op, inputs)
	return v
}

// reduce emits a reduction that keeps its axes, or drops them (keep 0).
//
//go:noinline
func (c *chain) reduce(op string, x *Value, axes []int64, keep int64) *Value {
	if c.err != nil {
		return nil
	}
	n := Node{Op: op}
	n.setInts("axes", axes)
	n.setInt("keepdims", keep)
	var v *Value
	v, c.err = c.im.emit(op, []*Value{x}, n.Attrs...)
	return v
}

// channels gives a vector the axes that follow the channels of a tensor.
func (c *chain) channels(v *Value, rank int) *Value {
	dims := make([]int64, rank-1) // 0 copies the extent
	for i := range dims[1:] {
		dims[1+i] = 1
	}
	if c.err != nil {
		return nil
	}
	var shape *Value
	if shape, c.err = c.im.list(dims); c.err == nil {
		v, c.err = c.im.emit("Reshape", []*Value{v, shape}, intAttr("allowzero", 0))
	}
	return v
}

// number makes a scalar of type t from the bits of a float32.
//
//go:noinline
func (c *chain) number(t Type, bits uint32) *Value {
	if c.err != nil {
		return nil
	}
	var v *Value
	v, c.err = c.im.floatScalar(t, bits)
	return v
}

//go:noinline
func (c *chain) results(vs ...*Value) ([]*Value, error) {
	if c.err != nil {
		return nil, c.err
	}
	return vs, nil
}

func expandReduction(im *importer, n *Node, attrs attributeList) ([]*Value, error) {
	x := n.Inputs[0]
	rank := len(x.Shape)
	if n.Op == "Softmax" {
		// Before opset 13 the axes from axis on are one, and axis is 1 by default.
		n.setInt("last", n.Int("axis", 0))
		if im.opset < 13 {
			axis := attrs.int("axis", 1)
			if axis < 0 {
				axis += int64(rank)
			}
			if axis < 0 || axis > int64(rank) {
				return nil, say.Errorf("axis %d is out of range for rank %d", axis, rank)
			}
			n.setInt("axis", axis)
			n.setInt("last", int64(rank-1))
		}
	}
	if isHalf(x.Type) {
		return im.viaFloat(n, func(n *Node) ([]*Value, error) {
			if n.Op == "Normalize" && len(n.Outputs) > 1 { // the cast back would take them too
				return nil, errors.New("mean and deviation of a half-precision operand are not supported: drop these results")
			}
			if vs, err := expandReduction(im, n, attrs); vs != nil || err != nil {
				return vs, err
			}
			return im.emitAll(n)
		})
	}
	c := &chain{im: im}
	switch n.Op {
	case "Softmax":
		kind := n.Str("kind", "")
		if kind == "Hardmax" || x.Type == Float32 {
			return nil, nil
		}
		axes := span(int(n.Int("axis", 0)), int(n.Int("last", 0))+1)
		d := c.do("Sub", x, c.reduce("ReduceMax", x, axes, 1))
		e := c.do("Exp", d)
		s := c.reduce("ReduceSum", e, axes, 1)
		if kind == "LogSoftmax" {
			return c.results(c.do("Sub", d, c.do("Log", s)))
		}
		return c.results(c.do("Div", e, s))
	case "GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool":
		if rank < 3 {
			return nil, say.Errorf("operand 0 has rank %d; it has no spatial axis", rank)
		}
		op := "ReduceMean"
		switch p := attrs.int("p", 2); {
		case n.Op == "GlobalMaxPool":
			op = "ReduceMax"
		case n.Op == "GlobalLpPool" && p == 1:
			op = "ReduceL1"
		case n.Op == "GlobalLpPool" && p == 2:
			op = "ReduceL2"
		case n.Op == "GlobalLpPool":
			var extents []int64
			for _, d := range x.Shape[2:] {
				k, ok := d.IsConst()
				if !ok || p < 1 {
					return nil, say.Errorf("extent %s and p %d: the extent must be static and p positive", d, p)
				}
				extents = append(extents, k)
			}
			n.Op = "AveragePool"
			n.setInts("kernel_shape", extents)
			n.setInt("p", p)
			n.setInt("ceil_mode", 0)
			n.setInt("count_include_pad", 0)
			return nil, setGeometry(n, nil)
		}
		return c.results(c.reduce(op, x, span(2, rank), 1))
	case "Normalize":
		scale, bias := n.Input(1), n.Input(2)
		if x.Type == Float64 && n.Int("groups", 0) == 0 && len(n.Outputs) == 1 { // rare enough to need no kernel
			axes, d := span(int(n.Int("axis", 0)), rank), x
			if n.Int("rms", 0) == 0 {
				d = c.do("Sub", x, c.reduce("ReduceMean", x, axes, 1))
			}
			v := c.reduce("ReduceMean", c.do("Mul", d, d), axes, 1)
			y := c.do("Div", d, c.do("Sqrt", c.do("Add", v, c.number(x.Type, n.Attr("epsilon").F))))
			if scale != nil {
				y = c.do("Mul", y, scale)
			}
			if bias != nil {
				y = c.do("Add", y, bias)
			}
			return c.results(y)
		}
		inner := x.Shape[n.Int("axis", 0):]
		if n.Int("groups", 0) > 0 || len(n.Outputs) > 1 || (scale == nil || scale.Shape.Equal(inner)) && (bias == nil || bias.Shape.Equal(inner)) {
			return nil, nil
		}
		y, err := im.emit(n.Op, []*Value{x}, n.Attrs...) // scale and bias broadcast
		if err != nil {
			return nil, err
		}
		if scale != nil {
			y = c.do("Mul", y, scale)
		}
		if bias != nil {
			y = c.do("Add", y, bias)
		}
		return c.results(y)
	case "LpNormalization":
		axis, err := normalAxis(attrs.int("axis", -1), rank)
		if err != nil {
			return nil, err
		}
		op := "ReduceL2"
		switch p := attrs.int("p", 2); p {
		case 1:
			op = "ReduceL1"
		case 2:
		default:
			return nil, say.Errorf("p is %d; it must be 1 or 2", p)
		}
		// A norm of 0 becomes the least positive number, so that 0 is divided by it.
		return c.results(c.do("Div", x, c.do("Max", c.reduce(op, x, []int64{axis}, 1), c.number(x.Type, 1))))
	case "MeanVarianceNormalization":
		axes := []int64{0, 2, 3}
		if attrs.get("axes") != nil {
			axes = attrs.ints("axes", 0, 0)
		}
		axes, err := axisList(axes, rank)
		if err != nil {
			return nil, err
		}
		d := c.do("Sub", x, c.reduce("ReduceMean", x, axes, 1))
		v := c.reduce("ReduceMean", c.do("Mul", d, d), axes, 1)
		return c.results(c.do("Div", d, c.do("Add", c.do("Sqrt", v), c.number(x.Type, 0x3089705f)))) // 1e-9
	case "BatchNormalization":
		if rank < 2 {
			return nil, nil
		}
		if attrs.int("training_mode", 0) == 0 && x.Type == Float64 {
			if _, _, err := infer(n); err != nil {
				return nil, err
			}
			a := c.do("Div", n.Inputs[1], c.do("Sqrt", c.do("Add", n.Inputs[4], c.number(x.Type, n.Attr("epsilon").F))))
			b := c.do("Sub", n.Inputs[2], c.do("Mul", n.Inputs[3], a))
			return c.results(c.do("Add", c.do("Mul", x, c.channels(a, rank)), c.channels(b, rank)))
		}
		if attrs.int("training_mode", 0) == 0 {
			return nil, nil
		}
		// The statistics are the batch's own; the running ones move towards them.
		axes := append([]int64{0}, span(2, rank)...)
		d := c.do("Sub", x, c.reduce("ReduceMean", x, axes, 1))
		mean, variance := c.reduce("ReduceMean", x, axes, 0), c.reduce("ReduceMean", c.do("Mul", d, d), axes, 0)
		if c.err != nil {
			return nil, c.err
		}
		y, err := im.emit(n.Op, []*Value{x, n.Inputs[1], n.Inputs[2], mean, variance}, *n.Attr("epsilon"))
		if err != nil {
			return nil, err
		}
		momentum := c.number(x.Type, attrs.float("momentum", 0x3f666666)) // 0.9
		rest := c.do("Sub", c.number(x.Type, oneFloat), momentum)
		move := func(old, now *Value) *Value { return c.do("Add", c.do("Mul", old, momentum), c.do("Mul", now, rest)) }
		return c.results(y, move(n.Inputs[3], mean), move(n.Inputs[4], variance))
	}
	return nil, nil
}

// floatScalar makes a scalar of a floating-point type from float32 bits.
func (im *importer) floatScalar(t Type, bits uint32) (*Value, error) {
	v, err := im.scalar(Float32, littleEndian32(bits))
	if err != nil || t == Float32 {
		return v, err
	}
	return im.emit("Cast", []*Value{v}, Attr{Name: "type", Kind: AttrString, S: t.String()})
}

func shapesReduction(in *inference) ([]Shape, error) {
	n := in.n
	x := n.Inputs[0].Shape
	axis := int(n.Int("axis", 0))
	if isReduce(n.Op) || n.Op == "ArgMax" {
		axes := n.Ints("axes")
		if n.Op == "ArgMax" {
			axes = []int64{int64(axis)}
		}
		list, err := axisList(axes, len(x))
		if err != nil {
			return nil, err
		}
		keep := n.Int("keepdims", 0)
		out := Shape{}
		for i, d := range x {
			switch {
			case len(list) == 0 || int(list[0]) != i:
				out = append(out, d)
				continue
			case keep != 0:
				out = append(out, Num(1))
			}
			list = list[1:]
			if n.Op == "ArgMax" && !in.require(Positive, d, Dim{}) {
				return nil, say.Errorf("axis %d of %s has no elements", i, x)
			}
		}
		return []Shape{out}, nil
	}
	if axis < 0 || axis >= len(x) && n.Attr("axis") != nil && (n.Op != "Softmax" || axis > len(x)) {
		return nil, say.Errorf("axis %d is out of range for rank %d", axis, len(x))
	}
	switch n.Op {
	case "AveragePool":
		s, err := in.maxPool()
		if p := n.Int("p", 0); p < 0 || p > maxPower {
			return nil, say.Errorf("p is %d; it must be 1 to %d", p, maxPower)
		}
		return []Shape{s}, err
	case "BatchNormalization":
		if len(x) < 2 {
			return nil, say.Errorf("operand 0 has rank %d; it must have at least 2", len(x))
		}
		for i, v := range n.Inputs[1:] {
			if len(v.Shape) != 1 || !in.require(Equal, v.Shape[0], x[1]) {
				return nil, say.Errorf("operand %d has shape %s; it must be [%s]", i+1, v.Shape, x[1])
			}
		}
	case "LRN":
		if size := n.Int("size", 0); len(x) < 2 || size < 1 || size > maxParam {
			return nil, say.Errorf("size %d for shape %s; size must be positive and the rank at least 2", size, x)
		}
	case "Normalize":
		return in.normalize(x, axis)
	case "Softmax":
		if last := n.Int("last", 0); last >= int64(len(x)) || last < int64(axis)-1 {
			return nil, say.Errorf("axes %d to %d are out of range for rank %d", axis, last, len(x))
		}
		switch n.Str("kind", "") {
		case "Softmax", "LogSoftmax", "Hardmax":
		default:
			return nil, say.Errorf("kind is %q", n.Str("kind", ""))
		}
	case "TopK":
		k := n.Int("k", 0)
		if have, ok := x[axis].IsConst(); k < 0 || ok && k > have {
			return nil, say.Errorf("k is %d; axis %d has %d elements", k, axis, have)
		} else if !ok && !in.require(Positive, Add(x[axis], Num(1-k)), Dim{}) {
			return nil, say.Errorf("k is %d; axis %d has %s elements", k, axis, x[axis])
		}
		out := append(Shape{}, x...)
		out[axis] = Num(k)
		return []Shape{out, out}, nil
	}
	return []Shape{x}, nil
}

// maxPower bounds the p of a norm, which is computed by so many multiplications.
const maxPower = 64

func (in *inference) normalize(x Shape, axis int) ([]Shape, error) {
	n := in.n
	if groups := n.Int("groups", 0); groups > 0 {
		if axis != 1 || len(x) < 2 {
			return nil, say.Errorf("groups along axis %d of shape %s", axis, x)
		}
		channels, ok := x[1].IsConst()
		if !ok || channels%groups != 0 || len(n.Outputs) > 1 {
			return nil, say.Errorf("%s channels cannot be split in %d groups", x[1], groups)
		}
		for i, v := range n.Inputs[1:] {
			if v == nil {
				return nil, errors.New("a scale without a bias, or the reverse")
			}
			k, ok := v.Shape.Elements().IsConst()
			if len(v.Shape) != 1 || !ok || k != channels && k != groups || len(n.Inputs) > 2 && !v.Shape.Equal(n.Inputs[1].Shape) {
				return nil, say.Errorf("operand %d has shape %s; %d channels in %d groups need one element for each", i+1, v.Shape, channels, groups)
			}
		}
		return []Shape{x, {}, {}}, nil
	}
	for i, v := range n.Inputs[1:] {
		if v != nil && !v.Shape.Equal(x[axis:]) {
			return nil, say.Errorf("operand %d has shape %s; supported is %s", i+1, v.Shape, x[axis:])
		}
	}
	stats := append(Shape{}, x[:axis]...)
	for range x[axis:] {
		stats = append(stats, Num(1))
	}
	return []Shape{x, stats, stats}, nil
}
