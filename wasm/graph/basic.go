package graph

import (
	"errors"

	"github.com/dehug/dehug/internal/say"
)

// basic holds the operators of convolutional networks, and constants.
var basic family

// The table is filled here because inference, which basic's functions use,
// looks operators up in it.
func basicFamily() {
	basic = family{rules: table{rows: basicRules}, canonical: table{rows: basicCanonical}, settle: settleBasic, expand: expandBasic, shapes: shapesBasic}
}

// basicRules lists, for each operator of ai.onnx, the versions that opsets
// MinOpset to MaxOpset refer to, oldest first. Versions that only add types
// which this package does not have (float8 and below) are left out.
var basicRules = []rule{
	{op: "Add", since: 6, in: "T T", out: "T", types: wideNumbers, attrs: []attrRule{integer("axis"), integer("broadcast")}},
	{op: "Add", since: 7, in: "T T", out: "T", types: wideNumbers, attrs: nil},
	{op: "Add", since: 13, in: "T T", out: "T", types: wideBF, attrs: nil},
	{op: "Add", since: 14, in: "T T", out: "T", types: numbers, attrs: nil},
	{op: "Concat", since: 4, in: "T*", out: "T", types: plain, attrs: []attrRule{required(integer("axis"))}},
	{op: "Concat", since: 13, in: "T*", out: "T", types: plainBF, attrs: []attrRule{required(integer("axis"))}},
	{op: "Constant", since: 1, in: "", out: "T", types: plain, attrs: constant1Attrs},
	{op: "Constant", since: 11, in: "", out: "T", types: plain, attrs: constant11Attrs},
	{op: "Constant", since: 12, in: "", out: "T", types: plain, attrs: constantAttrs},
	{op: "Constant", since: 13, in: "", out: "T", types: plainBF, attrs: constantAttrs},
	{op: "Constant", since: 21, in: "", out: "T", types: plainInt4, attrs: constantAttrs},
	{op: "ConstantOfShape", since: 9, in: "I", out: "S", types: plain, attrs: []attrRule{tensor("value")}},
	{op: "ConstantOfShape", since: 20, in: "I", out: "S", types: plainBF, attrs: []attrRule{tensor("value")}},
	{op: "Conv", since: 1, in: "T T T?", out: "T", types: floats &^ setOf(Float64), attrs: convAttrs},
	{op: "Conv", since: 22, in: "T T T?", out: "T", types: floatsBF &^ setOf(Float64), attrs: convAttrs},
	{op: "Identity", since: 1, in: "T", out: "T", types: plain, attrs: nil},
	{op: "Identity", since: 13, in: "T", out: "T", types: plainBF, attrs: nil},
	{op: "Identity", since: 21, in: "T", out: "T", types: plainBF, attrs: nil},
	{op: "MaxPool", since: 1, in: "T", out: "T", types: floats, attrs: pool7Attrs},
	{op: "MaxPool", since: 8, in: "T", out: "T I?", types: floats, attrs: pool8Attrs},
	{op: "MaxPool", since: 10, in: "T", out: "T I?", types: floats, attrs: poolAttrs},
	{op: "MaxPool", since: 12, in: "T", out: "T I?", types: poolTypes, attrs: poolAttrs},
	{op: "MaxPool", since: 22, in: "T", out: "T I?", types: poolTypes | floatsBF, attrs: poolAttrs},
	{op: "Relu", since: 6, in: "T", out: "T", types: floats, attrs: nil},
	{op: "Relu", since: 13, in: "T", out: "T", types: floatsBF, attrs: nil},
	{op: "Relu", since: 14, in: "T", out: "T", types: signed, attrs: nil},
	{op: "Reshape", since: 5, in: "T I", out: "T", types: plain, attrs: nil},
	{op: "Reshape", since: 13, in: "T I", out: "T", types: plainBF, attrs: nil},
	{op: "Reshape", since: 14, in: "T I", out: "T", types: plainBF, attrs: []attrRule{integer("allowzero")}},
	{op: "Reshape", since: 21, in: "T I", out: "T", types: plainBF, attrs: []attrRule{integer("allowzero")}},
	{op: "Transpose", since: 1, in: "T", out: "T", types: plain, attrs: []attrRule{ints("perm")}},
	{op: "Transpose", since: 13, in: "T", out: "T", types: plainBF, attrs: []attrRule{ints("perm")}},
	{op: "Transpose", since: 21, in: "T", out: "T", types: plainBF, attrs: []attrRule{ints("perm")}},
}

// basicCanonical lists the nodes of a valid graph: one row per operator. Every
// required attribute is present, and no node has others than these.
var basicCanonical = []rule{
	{op: "Add", in: "T T", out: "T", types: numbers, attrs: []attrRule{text("act")}},
	{op: "Concat", in: "T*", out: "T", types: plainBF, attrs: []attrRule{required(integer("axis"))}},
	{op: "ConstantOfShape", in: "D", out: "S", types: plainBF, attrs: []attrRule{required(text("type")), required(integer("value_bits"))}},
	{op: "Conv", in: "T T T? T?", out: "T", types: floatsBF, attrs: []attrRule{text("act"), required(ints("dilations")), required(integer("group")),
		required(ints("kernel_shape")), required(ints("pads")), required(ints("strides"))}},
	{op: "Identity", in: "T", out: "T", types: plainInt4, attrs: nil},
	{op: "MaxPool", in: "T", out: "T I?", types: poolTypes | floatsBF, attrs: []attrRule{text("act"), required(integer("ceil_mode")), required(ints("dilations")),
		required(ints("kernel_shape")), required(ints("pads")), required(integer("storage_order")), required(ints("strides"))}},
	{op: "Relu", in: "T", out: "T", types: signed, attrs: nil},
	{op: "Reshape", in: "T D", out: "T", types: plainInt4, attrs: []attrRule{required(integer("allowzero"))}},
	{op: "Transpose", in: "T", out: "T", types: plainInt4, attrs: []attrRule{required(ints("perm"))}},
}

func settleBasic(n *Node, attrs attributeList) error {
	x := Shape(nil)
	if len(n.Inputs) > 0 {
		x = n.Inputs[0].Shape
	}
	rank := int64(len(x))
	switch n.Op {
	case "Concat":
		axis := attrs.int("axis", 0)
		if axis < -rank || axis >= rank {
			return say.Errorf("axis %d is out of range for rank %d", axis, rank)
		}
		if axis < 0 {
			axis += rank
		}
		n.setInt("axis", axis)
	case "Conv":
		w := n.Inputs[1].Shape
		kernel := []int64{}
		for i := 2; i < len(w); i++ {
			k, ok := w[i].IsConst()
			if !ok {
				return say.Errorf("weights of shape %s are not static", w)
			}
			kernel = append(kernel, k)
		}
		if a := attrs.get("kernel_shape"); a != nil {
			kernel = append([]int64{}, a.Ints...)
		}
		n.setInts("kernel_shape", kernel)
		n.setInt("group", attrs.int("group", 1))
		return setGeometry(n, attrs)
	case "MaxPool":
		n.setInts("kernel_shape", attrs.ints("kernel_shape", 0, 0))
		n.setInt("ceil_mode", attrs.int("ceil_mode", 0))
		n.setInt("storage_order", attrs.int("storage_order", 0))
		return setGeometry(n, attrs)
	case "Reshape":
		allow := attrs.int("allowzero", 0)
		if allow != 0 && allow != 1 {
			return say.Errorf("allowzero is %d; it must be 0 or 1", allow)
		}
		n.setInt("allowzero", allow)
		if dims, ok := Known(n.Inputs[1]); ok && allow == 1 {
			zero, open := false, false
			for _, k := range dims {
				zero, open = zero || k == 0, open || k == -1
			}
			if zero && open {
				return errors.New("shape has both 0 and -1 with allowzero set")
			}
		}
	case "Transpose":
		perm := attrs.ints("perm", int(rank), 0)
		if attrs.get("perm") == nil {
			for i := range perm {
				perm[i] = rank - 1 - int64(i)
			}
		}
		n.setInts("perm", perm)
	}
	return nil
}

// expandBasic computes windows over half floats in f32.
func expandBasic(im *importer, n *Node, attrs attributeList) ([]*Value, error) {
	if n.Op == "Conv" || n.Op == "MaxPool" {
		return expandHalf(im, n, attrs)
	}
	return nil, nil
}

func shapesBasic(in *inference) ([]Shape, error) {
	n := in.n
	switch n.Op {
	case "Relu", "Identity":
		return []Shape{n.Inputs[0].Shape}, nil
	case "Add":
		s, err := in.broadcast(n.Inputs[0].Shape, n.Inputs[1].Shape)
		return []Shape{s}, err
	case "Concat":
		s, err := in.concat()
		return []Shape{s}, err
	case "ConstantOfShape":
		s, err := constantOfShape(n)
		return []Shape{s}, err
	case "Conv":
		s, err := in.conv()
		return []Shape{s}, err
	case "MaxPool":
		s, err := in.maxPool()
		return []Shape{s, s}, err
	case "Reshape":
		s, err := in.reshape()
		return []Shape{s}, err
	case "Transpose":
		s, err := transpose(n.Inputs[0].Shape, n.Ints("perm"))
		return []Shape{s}, err
	}
	panic("graph: canonical operator " + n.Op + " has no shape rule")
}
