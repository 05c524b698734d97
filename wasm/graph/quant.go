package graph

import (
	"errors"

	"github.com/dehug/dehug/internal/say"
)

// quantised holds the operators on quantised tensors.
var quantised family

func quantisedFamily() {
	quantised = family{rules: table{text: quantTable}, canonical: table{text: quantForms}, settle: settleQuant, expand: expandQuant, shapes: shapesQuant}
}

// In these rules results have the letter of whatever operand; the canonical
// form says what they are.
const quantTable = `
ConvInteger UVU?V?>U 10q/qq auto_pad:s dilations:l group:i kernel_shape:l pads:l strides:l
DequantizeLinear UFU?>U 10q/y
DequantizeLinear UFU?>U 13q/y axis:i
DequantizeLinear UVU?>U 19q/yh axis:i
DequantizeLinear UVU?>U 21q/th axis:i block_size:i
DequantizeLinear UVU?>U 23q/th axis:i block_size:i output_dtype:i
DynamicQuantizeLinear F>FFF 11o
MatMulInteger UVU?V?>U 10q/qq
QLinearConv UFUVFVFTS?>T 10y/qq auto_pad:s dilations:l group:i kernel_shape:l pads:l strides:l
QLinearMatMul USUVSVST>T 10c/qq
QuantizeLinear TFV?>T 10r/qq
QuantizeLinear TFV?>T 13r/qq axis:i
QuantizeLinear TUV?>T 19r/rq axis:i saturate:i
QuantizeLinear TUV?>T 21r/rQ axis:i block_size:i output_dtype:i saturate:i
QuantizeLinear TUV?>T 23r/rQ axis:i block_size:i output_dtype:i precision:i saturate:i
`

// Scales are one number, or a vector along axis, or, where block_size is not
// zero, a tensor of which each element holds for that many along axis.
//
// RoundLinear [X, scale, zero point?] is DequantizeLinear of QuantizeLinear with
// one scale: the nearest multiple of scale by an integer from low − zero point to
// high − zero point.
//
// NarrowMatMul [A, B, scale, bias?] is MatMul with the float of B, a stored
// matrix, times scale, one for each column; a sum begins with the bias.
//
// The fifth operand of ScaledConvInteger and ScaledMatMulInteger is what the
// float of a sum is multiplied by, one number or one for each output channel
// (column); the sixth is added to that, one for each.
const quantForms = `
ConvInteger UVU?V?>S 0j/qq dilations:l! group:i! kernel_shape:l! pads:l! strides:l! type:s!
DequantizeLinear UFU?>F 0Q/Y axis:i! block_size:i!
DynamicQuantizeLinear F>SFS 0g type:s!
MatMulInteger UVU?V?>S 0j/qq type:s!
QuantizeLinear FFV?>S 0Q/Q axis:i! block_size:i! type:s!
NarrowMatMul FVFF?>F 0o/qq act:s
RoundLinear FFV?>F 0Q/Q high:i! low:i!
ScaledConvInteger UVU?V?FF?>F 0o/qq act:s dilations:l! group:i! kernel_shape:l! pads:l! strides:l!
ScaledMatMulInteger UVU?V?FF?>F 0o/qq act:s
`

func settleQuant(n *Node, attrs attributeList) error {
	switch n.Op {
	case "DynamicQuantizeLinear":
		n.setString("type", Uint8.String())
	case "MatMulInteger":
		n.setString("type", Int32.String())
	case "ConvInteger":
		n.setString("type", Int32.String())
		return settleConv(n, n.Inputs[1].Shape, attrs)
	case "QuantizeLinear", "DequantizeLinear":
		rank := int64(len(n.Inputs[0].Shape))
		axis := attrs.int("axis", 1)
		if axis < 0 {
			axis += rank
		}
		n.setInt("axis", axis)
		n.setInt("block_size", attrs.int("block_size", 0))
		if n.Op == "QuantizeLinear" {
			t := Uint8
			if k := attrs.int("output_dtype", 0); k > 0 && k < int64(len(typeNames)) {
				t = Type(k)
			}
			if z := n.Input(2); z != nil {
				t = z.Type
			}
			n.setString("type", t.String())
		}
	}
	return nil
}

// settleConv settles the attributes of a convolution with weights of shape w.
func settleConv(n *Node, w Shape, attrs attributeList) error {
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
}

// asType casts v, unless it is of type t.
func (im *importer) asType(v *Value, t Type) (*Value, error) {
	if v == nil || v.Type == t {
		return v, nil
	}
	return im.emit("Cast", []*Value{v}, Attr{Name: "type", Kind: AttrString, S: t.String()})
}

func intAttr(name string, v int64) Attr     { return Attr{Name: name, Kind: AttrInt, I: v} }
func intsAttr(name string, v ...int64) Attr { return Attr{Name: name, Kind: AttrInts, Ints: v} }
func textAttr(name, v string) Attr          { return Attr{Name: name, Kind: AttrString, S: v} }

func expandQuant(im *importer, n *Node, attrs attributeList) ([]*Value, error) {
	b := &building{im: im}
	switch n.Op {
	case "QuantizeLinear":
		if n.Inputs[0].Type == Float32 && n.Inputs[1].Type == Float32 {
			return nil, nil
		}
		x, scale := b.cast(n.Inputs[0], Float32), b.cast(n.Inputs[1], Float32)
		return b.results(b.emit(n.Op, append([]*Value{x, scale}, n.Inputs[2:]...), n.Attrs...))
	case "DequantizeLinear":
		if t := n.Inputs[0].Type; t == Uint4 || t == Int4 {
			m := *n
			m.Inputs = append([]*Value(nil), n.Inputs...)
			m.Inputs[0] = b.wide(n.Inputs[0])
			if len(m.Inputs) > 2 {
				m.Inputs[2] = b.wide(m.Inputs[2])
			}
			if b.err != nil {
				return nil, b.err
			}
			if results, err := expandQuant(im, &m, attrs); results != nil || err != nil {
				return results, err
			}
			return im.emitAll(&m)
		}
		t := n.Inputs[1].Type
		if k := attrs.int("output_dtype", 0); k > 0 && k < int64(len(typeNames)) {
			t = Type(k)
		}
		if t == Float32 && n.Inputs[1].Type == t {
			return nil, nil
		}
		scale := b.cast(n.Inputs[1], Float32)
		y := b.emit(n.Op, append([]*Value{n.Inputs[0], scale}, n.Inputs[2:]...), n.Attrs...)
		return b.results(b.cast(y, t))
	case "QLinearMatMul":
		in := n.Inputs
		acc := b.emit("MatMulInteger", []*Value{in[0], in[3], in[2], in[5]}, textAttr("type", Int32.String()))
		return b.requantise(acc, -1, b.cast(in[1], Float32), b.cast(in[4], Float32), b.cast(in[6], Float32), in[7])
	case "QLinearConv":
		in := n.Inputs
		c := &Node{Op: "ConvInteger", Inputs: []*Value{in[0], in[3], in[2], in[5]}}
		c.setString("type", Int32.String())
		if err := settleConv(c, in[3].Shape, attrs); err != nil {
			return nil, err
		}
		acc := b.emit(c.Op, c.Inputs, c.Attrs...)
		if bias := n.Input(8); bias != nil && b.err == nil {
			shape := append([]int64{-1}, make([]int64, len(acc.Shape)-2)...)
			for i := range shape[1:] {
				shape[1+i] = 1
			}
			acc = b.emit("Add", []*Value{acc, b.reshape(bias, shape...)})
		}
		return b.requantise(acc, 1, in[1], in[4], in[6], in[7])
	}
	return nil, nil
}

// building is an expansion under way: after an error everything is nil.
type building struct {
	im  *importer
	err error
}

func (b *building) emit(op string, inputs []*Value, attrs ...Attr) *Value {
	if b.err != nil {
		return nil
	}
	var v *Value
	v, b.err = b.im.emit(op, inputs, attrs...)
	return v
}

func (b *building) cast(v *Value, t Type) *Value {
	if b.err != nil {
		return nil
	}
	v, b.err = b.im.asType(v, t)
	return v
}

func (b *building) reshape(v *Value, shape ...int64) *Value {
	return b.emit("Reshape", []*Value{v, b.list(shape...)}, intAttr("allowzero", 0))
}

func (b *building) results(vs ...*Value) ([]*Value, error) {
	if b.err != nil {
		return nil, b.err
	}
	return vs, nil
}

// requantise scales a sum of products, whose factors have the scales p and q,
// to the scale and zero point of a result. A vector q belongs to the axis.
func (b *building) requantise(acc *Value, axis int64, p, q, scale, zero *Value) ([]*Value, error) {
	if b.err != nil {
		return nil, b.err
	}
	if axis < 0 {
		axis += int64(len(acc.Shape))
	}
	settled := []Attr{intAttr("axis", axis), intAttr("block_size", 0)}
	if k, ok := p.Shape.Elements().IsConst(); !ok || k != 1 { // one scale for each row
		if len(p.Shape) == 1 {
			p = b.reshape(p, -1, 1)
		}
		acc = b.cast(acc, Float32)
		acc = b.emit("Mul", []*Value{acc, b.emit("Mul", []*Value{p, q})})
	} else {
		acc = b.emit("DequantizeLinear", []*Value{acc, b.emit("Mul", []*Value{p, q})}, settled...)
	}
	return b.results(b.emit("QuantizeLinear", []*Value{acc, scale, zero}, append(settled, textAttr("type", zero.Type.String()))...))
}

func shapesQuant(in *inference) ([]Shape, error) {
	n := in.n
	x := n.Inputs[0].Shape
	switch n.Op {
	case "DynamicQuantizeLinear":
		return []Shape{x, {}, {}}, nil
	case "MatMulInteger", "ScaledMatMulInteger":
		s, err := in.matMul(x, n.Inputs[1].Shape, false)
		if err == nil {
			err = scaled(n, s, len(s)-1)
		}
		return []Shape{s}, err
	case "ConvInteger", "ScaledConvInteger":
		m := *n // as Conv sees it: without zero points
		m.Inputs = n.Inputs[:2]
		in.n = &m
		s, err := in.conv()
		in.n = n
		if err == nil {
			err = scaled(n, s, 1)
		}
		return []Shape{s}, err
	}
	if n.Op == "NarrowMatMul" {
		w := n.Inputs[1]
		s, err := in.matMul(x, w.Shape, false)
		if err != nil {
			return nil, err
		}
		for _, v := range n.Inputs[2:] {
			if len(w.Shape) != 2 || w.Const == nil || len(x) == 0 || !v.Shape.Elements().Equal(w.Shape[1]) {
				return nil, say.Errorf("operand of shape %s does not fit the columns of stored %s", v.Shape, w.Shape)
			}
		}
		return []Shape{s}, nil
	}
	if n.Op == "RoundLinear" {
		if k, ok := n.Inputs[1].Shape.Elements().IsConst(); !ok || k != 1 || n.Int("low", 0) >= n.Int("high", 0) {
			return nil, errors.New("RoundLinear needs one scale, and low below high")
		}
	}
	return []Shape{x}, in.scales()
}

// scaled checks scale and bias of a ScaledConvInteger or ScaledMatMulInteger.
func scaled(n *Node, y Shape, axis int) error {
	for i := 4; i < 6; i++ {
		v := n.Input(i)
		if v == nil {
			continue
		}
		one := i == 4 && v.Shape.Elements().Equal(Num(1))
		if !DotsStored(n) || !one && !v.Shape.Elements().Equal(y[axis]) {
			return say.Errorf("operand %d of shape %s does not scale %s", i, v.Shape, y)
		}
	}
	return nil
}

// DotsStored reports whether a (Scaled)ConvInteger or (Scaled)MatMulInteger
// multiplies with a stored matrix, or with stored weights of pictures of up to two axes,
// all of them or depthwise, and has one zero point for the other side.
func DotsStored(n *Node) bool {
	x, w := n.Inputs[0], n.Inputs[1]
	if w.Const == nil || n.Input(3) != nil && n.Input(3).Const == nil {
		return false
	}
	if z := n.Input(2); z != nil && !z.Shape.Elements().Equal(Num(1)) {
		return false
	}
	for _, d := range w.Shape {
		if k, ok := d.IsConst(); !ok || k == 0 {
			return false
		}
	}
	if n.Op == "MatMulInteger" || n.Op == "ScaledMatMulInteger" {
		return len(w.Shape) == 2 && len(x.Shape) > 0
	}
	c, ok := x.Shape[1].IsConst()
	group := n.Int("group", 1)
	oc, _ := w.Shape[0].IsConst()
	return ok && len(w.Shape) < 5 && (group == 1 || group == c && c == oc)
}

// scales checks the operands of QuantizeLinear and DequantizeLinear.
func (in *inference) scales() error {
	n := in.n
	x, s := n.Inputs[0].Shape, n.Inputs[1].Shape
	axis, block := n.Int("axis", 0), n.Int("block_size", 0)
	if z := n.Input(2); z != nil && !z.Shape.Equal(s) {
		zk, zok := z.Shape.Elements().IsConst()
		sk, sok := s.Elements().IsConst()
		if !zok || !sok || zk != 1 || sk != 1 {
			return say.Errorf("zero points of shape %s differ from scales of shape %s", z.Shape, s)
		}
	}
	if k, ok := s.Elements().IsConst(); ok && k == 1 {
		return nil
	}
	if axis < 0 || axis >= int64(len(x)) {
		return say.Errorf("axis %d is out of range for rank %d", axis, len(x))
	}
	switch {
	case block == 0 && len(s) == 1:
		if !in.require(Equal, s[0], x[axis]) {
			return say.Errorf("%s scales for extent %s", s, x[axis])
		}
		return nil
	case block > 0 && len(s) == len(x):
		for i, d := range x {
			if int64(i) == axis {
				d = FloorDiv(d, Num(block))
				if !in.require(Equal, Mul(d, Num(block)), x[i]) {
					return say.Errorf("extent %s is no multiple of the block size %d", x[i], block)
				}
			}
			if !in.require(Equal, d, s[i]) {
				return say.Errorf("scales of shape %s do not fit %s in blocks of %d", s, x, block)
			}
		}
		return nil
	}
	return errors.New("scales must be one number, a vector along axis, or one for each block")
}
