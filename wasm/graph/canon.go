package graph

import (
	"errors"

	"github.com/dehug/dehug/internal/say"

	"github.com/dehug/dehug/wasm/onnx"
)

// attrKinds maps the kinds of ONNX attributes that a canonical node can have.
var attrKinds = [...]AttrKind{
	onnx.AttrFloat: AttrFloat, onnx.AttrInt: AttrInt, onnx.AttrString: AttrString,
	onnx.AttrFloats: AttrFloats, onnx.AttrInts: AttrInts,
}

// attributeList is a node's attributes as they came, each allowed by the rule.
type attributeList []onnx.Attr

func attributes(op string, attrs []onnx.Attr, r *rule) (attributeList, error) {
	for i, a := range attrs {
		var want *attrRule
		for j := range r.attrs {
			if r.attrs[j].name == a.Name {
				want = &r.attrs[j]
			}
		}
		switch {
		case want == nil:
			return nil, say.Errorf("attribute %q is not one that %s has at this opset", a.Name, op)
		case a.Kind != want.kind || a.Kind == onnx.AttrTensor && a.T == nil:
			return nil, say.Errorf("attribute %q is of kind %s; it must be of kind %s", a.Name, a.Kind, want.kind)
		}
		for _, b := range attrs[:i] {
			if a.Name == b.Name {
				return nil, say.Errorf("attribute %q is given twice", a.Name)
			}
		}
	}
	list := attributeList(attrs)
	for _, want := range r.attrs {
		if want.required && list.get(want.name) == nil {
			return nil, say.Errorf("attribute %q is missing", want.name)
		}
	}
	return list, nil
}

//go:noinline
func (l attributeList) get(name string) *onnx.Attr {
	for i := range l {
		if l[i].Name == name {
			return &l[i]
		}
	}
	return nil
}

//go:noinline
func (l attributeList) int(name string, def int64) int64 {
	if a := l.get(name); a != nil {
		return a.I
	}
	return def
}

// float returns the bits of a float32, or def.
//
//go:noinline
func (l attributeList) float(name string, def uint32) uint32 {
	if a := l.get(name); a != nil {
		return a.F
	}
	return def
}

// ints returns a list, or count copies of def where the attribute is absent.
//
//go:noinline
func (l attributeList) ints(name string, count int, def int64) []int64 {
	if a := l.get(name); a != nil {
		return append([]int64{}, a.Ints...)
	}
	list := make([]int64, count)
	for i := range list {
		list[i] = def
	}
	return list
}

// The setters are not inlined: an Attr is large, and so would their callers be.

//go:noinline
func (n *Node) setInt(name string, v int64) { n.Set(Attr{Name: name, Kind: AttrInt, I: v}) }

//go:noinline
func (n *Node) setInts(name string, v []int64) { n.Set(Attr{Name: name, Kind: AttrInts, Ints: v}) }

//go:noinline
func (n *Node) setFloat(name string, bits uint32) { n.Set(Attr{Name: name, Kind: AttrFloat, F: bits}) }

//go:noinline
func (n *Node) setString(name, v string) { n.Set(Attr{Name: name, Kind: AttrString, S: v}) }

// setGeometry settles strides, dilations, auto_pad and pads of a window that
// slides over the spatial axes of operand 0.
func setGeometry(n *Node, attrs attributeList) error {
	x := n.Inputs[0].Shape
	spatial := len(x) - 2
	if spatial < 1 {
		return say.Errorf("operand 0 has rank %d; it has no spatial axis", len(x))
	}
	n.setInts("strides", attrs.ints("strides", spatial, 1))
	n.setInts("dilations", attrs.ints("dilations", spatial, 1))
	n.setInts("pads", attrs.ints("pads", 2*spatial, 0))
	mode := "NOTSET"
	if a := attrs.get("auto_pad"); a != nil && a.S != "" {
		mode = a.S
	}
	if err := (&inference{n: n}).geometry(spatial); err != nil {
		return err
	}
	pads := n.Ints("pads")
	if mode != "NOTSET" {
		for _, p := range pads {
			if p != 0 {
				return say.Errorf("auto_pad %s and pads %v exclude each other", mode, pads)
			}
		}
	}
	switch mode {
	case "NOTSET":
	case "VALID":
		if n.Int("ceil_mode", 0) != 0 { // the specification rounds down, runtimes round up
			return errors.New("auto_pad VALID with ceil_mode has no agreed meaning: export with explicit pads")
		}
	case "SAME_UPPER", "SAME_LOWER":
		for i := range spatial {
			total, err := samePad(n, x[2+i], i)
			if err != nil {
				return say.Errorf("auto_pad %s: %w", mode, err)
			}
			small, large := total/2, total-total/2
			pads[i], pads[spatial+i] = small, large
			if mode == "SAME_LOWER" {
				pads[i], pads[spatial+i] = large, small
			}
		}
	default:
		return say.Errorf("auto_pad %q is not one of NOTSET, SAME_UPPER, SAME_LOWER, VALID", mode)
	}
	return nil
}

// samePad is the padding along spatial axis i that makes the output's extent
// the input's divided by the stride, rounded up.
func samePad(n *Node, extent Dim, i int) (int64, error) {
	s := n.Ints("strides")[i]
	reach := (n.Ints("kernel_shape")[i]-1)*n.Ints("dilations")[i] + 1
	if s == 1 {
		return reach - 1, nil
	}
	k, ok := extent.IsConst()
	if !ok {
		return 0, say.Errorf("extent %s is not static and the stride is %d: export with explicit pads", extent, s)
	}
	if k < 1 {
		return 0, say.Errorf("extent %d is not positive", k)
	}
	return max(((k-1)/s)*s+reach-k, 0), nil // (⌈k/s⌉−1)·s = ⌊(k−1)/s⌋·s
}

// setFill stores the element of a ConstantOfShape: its type, and its bit
// pattern as an integer.
func setFill(n *Node, a *onnx.Attr) error {
	if a == nil { // the default is a float32 zero
		n.setString("type", Float32.String())
		n.setInt("value_bits", 0)
		return nil
	}
	t, err := elementType(a.T.Type)
	if err != nil {
		return say.Errorf("value: %w", err)
	}
	elems := int64(1)
	for _, k := range a.T.Dims {
		elems *= k
	}
	if elems != 1 || t.Size() == 0 || int64(len(a.T.Data)) != t.Size() {
		return errors.New("value: it must be one element, stored in the model file")
	}
	var bits uint64
	for i, b := range a.T.Data {
		bits |= uint64(b) << (8 * i)
	}
	n.setString("type", t.String())
	n.setInt("value_bits", int64(bits))
	return nil
}
