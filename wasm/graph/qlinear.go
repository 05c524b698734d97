package graph

import (
	"errors"
	"strings"

	"github.com/dehug/dehug/internal/say"

	"github.com/dehug/dehug/wasm/onnx"
)

// What onnxruntime's quantiser and optimiser write: operators between
// dequantisation and quantisation, a convolution with what follows it, rows of a
// quantised table.

const qlinearTable = `
com.microsoft.FusedConv TTT?T?>T 1o activation:s activation_params:F auto_pad:s dilations:l group:i kernel_shape:l pads:l strides:l
com.microsoft.GatherBlockQuantized AUFA?>F 1o/k bits:i block_size:i gather_axis:i quantize_axis:i
com.microsoft.QLinearAdd TFT?TFT?FT?>T 1q
com.microsoft.QLinearAveragePool TFT?FT?>T 1q auto_pad:s ceil_mode:i channels_last:i count_include_pad:i kernel_shape:l! pads:l strides:l
com.microsoft.QLinearConcat FTA*>T 1q axis:i!
com.microsoft.QLinearGlobalAveragePool TFTFT>T 1q channels_last:i
com.microsoft.QLinearLeakyRelu TFT?FT?>T 1q alpha:f
com.microsoft.QLinearMul TFT?TFT?FT?>T 1q
com.microsoft.QLinearSigmoid TFT?FT?>T 1q
com.microsoft.QLinearSoftmax TFT?FT>T 1q axis:i opset:i!
`

var oneScale = []Attr{intAttr("axis", 0), intAttr("block_size", 0)}

// make imports an operator of ai.onnx with one result.
func (b *building) make(op string, inputs []*Value, attrs attributeList) *Value {
	if b.err != nil {
		return nil
	}
	n := &Node{Op: op, Inputs: inputs, Outputs: make([]*Value, 1)}
	f, r := lookup(op, MaxOpset)
	if r == nil {
		panic("graph: no operator " + op)
	}
	if err := f.settle(n, attrs); err != nil {
		b.fail(say.Errorf("%s: %w", op, err))
		return nil
	}
	var results []*Value
	var err error
	if f.expand != nil {
		results, err = f.expand(b.im, n, attrs)
	}
	if err == nil && results == nil {
		results, err = b.im.emitAll(n)
	}
	if b.fail(err); err == nil {
		return results[0]
	}
	return nil
}

// real dequantises by one scale.
func (b *building) real(v, scale, zero *Value) *Value {
	in := []*Value{v, scale, zero}
	if zero == nil {
		in = in[:2]
	}
	return b.emit("DequantizeLinear", in, oneScale...)
}

// qlinear computes in f32.
func (b *building) qlinear(n *Node, attrs attributeList) *Value {
	in := append(append([]*Value{}, n.Inputs...), make([]*Value, 8)...)
	if n.Op == "QLinearConcat" {
		var xs []*Value
		rest := n.Inputs[2:]
		if len(rest)%3 != 0 {
			b.fail(errors.New("each operand must have a scale and a zero point"))
			return nil
		}
		for ; len(rest) > 0; rest = rest[3:] {
			for i, set := range []typeSet{setOf(in[1].Type), setOf(Float32), setOf(in[1].Type)} {
				if rest[i] == nil || !set.has(rest[i].Type) {
					b.fail(errors.New("an operand, its scale or its zero point is missing or of another type"))
					return nil
				}
			}
			xs = append(xs, b.real(rest[0], rest[1], rest[2]))
		}
		return b.quantised(b.make("Concat", xs, attrs), in[0], in[1], in[1].Type)
	}
	x := b.real(in[0], in[1], in[2])
	scale, zero := in[3], in[4]
	last := attrs.int("channels_last", 0) != 0
	rank := int64(len(in[0].Shape))
	move := func(v *Value, forward bool) *Value { // channels to the front, or back
		if !last {
			return v
		}
		perm := []int64{0}
		if forward {
			perm = append(perm, rank-1)
		}
		for i := int64(1); i < rank-1; i++ {
			perm = append(perm, i)
			if !forward {
				perm[i]++
			}
		}
		if !forward {
			perm = append(perm, 1)
		}
		return b.transpose(v, perm...)
	}
	if last && rank < 3 {
		b.fail(say.Errorf("operand 0 has shape %s", in[0].Shape))
		return nil
	}
	op := strings.TrimPrefix(n.Op, "QLinear")
	var y *Value
	switch op {
	case "Add", "Mul":
		y = b.op(op, x, b.real(in[3], in[4], in[5]))
		scale, zero = in[6], in[7]
	case "LeakyRelu", "Sigmoid":
		y = b.make(op, []*Value{x}, attrs)
	case "AveragePool":
		y = move(b.make(op, []*Value{move(x, true)}, attrs.without("channels_last")), false)
	case "GlobalAveragePool":
		y = move(b.make(op, []*Value{move(x, true)}, nil), false)
	case "Softmax":
		y = b.softmax(x, attrs.int("axis", -1), attrs.int("opset", 0))
	}
	return b.quantised(y, scale, zero, in[0].Type)
}

// softmax is that of an opset: before 13 it takes all axes from axis on.
func (b *building) softmax(x *Value, axis, opset int64) *Value {
	rank := int64(len(x.Shape))
	if axis < 0 {
		axis += rank
	}
	last := axis
	if opset < 13 {
		last = rank - 1
	}
	return b.emit("Softmax", []*Value{x}, intAttr("axis", axis), intAttr("last", last), textAttr("kind", "Softmax"))
}

func (b *building) quantised(y, scale, zero *Value, t Type) *Value {
	in := []*Value{y, scale, zero}
	if zero == nil {
		in = in[:2]
	}
	return b.emit("QuantizeLinear", in, oneScale[0], oneScale[1], textAttr("type", t.String()))
}

func (l attributeList) without(name string) attributeList {
	var out attributeList
	for _, a := range l {
		if a.Name != name {
			out = append(out, a)
		}
	}
	return out
}

// fusedConv is a convolution, a sum and an activation.
func (b *building) fusedConv(n *Node, attrs attributeList) *Value {
	in := []*Value{n.Inputs[0], n.Inputs[1]}
	if v := n.Input(2); v != nil {
		in = append(in, v)
	}
	y := b.make("Conv", in, attrs.without("activation").without("activation_params"))
	if z := n.Input(3); z != nil {
		y = b.op("Add", y, z)
	}
	a := attrs.get("activation")
	if a == nil || a.S == "" {
		return y
	}
	var names []string
	switch a.S {
	case "Relu", "Sigmoid", "Tanh":
	case "LeakyRelu":
		names = []string{"alpha"}
	case "HardSigmoid":
		names = []string{"alpha", "beta"}
	case "Clip":
		names = []string{"min", "max"}
	default:
		b.fail(say.Errorf("activation %q is not supported", a.S))
		return nil
	}
	var params []uint32
	if p := attrs.get("activation_params"); p != nil {
		params = p.Floats
	}
	if len(params) != len(names) {
		b.fail(say.Errorf("activation %s has %d parameters, not %d", a.S, len(params), len(names)))
		return nil
	}
	if a.S == "Clip" {
		return b.op("Clip", y, b.float(y, params[0]), b.float(y, params[1]))
	}
	var given attributeList
	for i, name := range names {
		given = append(given, onnx.Attr{Name: name, Kind: onnx.AttrFloat, F: params[i]})
	}
	return b.make(a.S, []*Value{y}, given)
}

// gatherBlocks takes rows of a table that is quantised in blocks along its last
// axis: two 4-bit numbers in a byte, or one of 8 bits.
func (b *building) gatherBlocks(n *Node, attrs attributeList) *Value {
	data, at, scales, zeros := n.Inputs[0], n.Inputs[1], n.Inputs[2], n.Input(3)
	rank := int64(len(data.Shape))
	axis, along := attrs.int("gather_axis", 0), attrs.int("quantize_axis", 1)
	if axis < 0 {
		axis += rank
	}
	if along < 0 {
		along += rank
	}
	bits, block := attrs.int("bits", 4), attrs.int("block_size", 128)
	if rank < 2 || axis < 0 || axis >= rank-1 || along != rank-1 || block < 16 || block > maxParam || block&(block-1) != 0 {
		b.fail(say.Errorf("gather_axis %d, quantize_axis %d and block_size %d of a table of rank %d are not supported: the last axis must be the quantised one", axis, along, block, rank))
		return nil
	}
	row := func(v *Value) *Value { return b.emit("Gather", []*Value{v, at}, intAttr("axis", axis)) }
	packed := data.Type == Uint8 && bits == 4
	if !packed && (data.Type != Uint8 || bits != 8) || zeros != nil && zeros.Type != Uint8 {
		b.fail(say.Errorf("a table of %s with %d bits: only numbers of 4 or 8 bits in u8 are supported", data.Type, bits))
		return nil
	}
	unpack := func(v *Value) *Value {
		if packed {
			v = b.halves(v)
		}
		return b.cast(v, Float32)
	}
	values, scale := unpack(row(data)), row(scales)
	if b.err != nil {
		return nil
	}
	end := int64(len(values.Shape))
	width := b.extent(values, int(end-1))
	blocks := b.extent(scale, int(end-1))
	if b.err == nil && (width%block != 0 && blocks != 1 || (width+block-1)/block != blocks) {
		b.fail(say.Errorf("rows of %d numbers in blocks of %d do not fit %d scales", width, block, blocks))
		return nil
	}
	lead := b.extents(values, 0, end-1)
	split := b.emit("Reshape", []*Value{values, b.concat(0, lead, b.list(blocks, -1))}, intAttr("allowzero", 0))
	zero := b.float(scale, 0x43000000) // 128
	if packed {
		zero = b.float(scale, 0x41000000) // 8
	}
	if zeros != nil {
		z := unpack(row(zeros))
		if b.err == nil && b.extent(z, int(end-1)) != blocks { // the last half of an odd row is free
			z = b.slice(z, end-1, 0, blocks, 1)
		}
		zero = b.insert(z, end)
	}
	y := b.op("Mul", b.op("Sub", split, zero), b.insert(scale, end))
	return b.emit("Reshape", []*Value{y, b.concat(0, lead, b.list(width))}, intAttr("allowzero", 0))
}

// halves makes two numbers of each u8 along the last axis, the low four bits
// first.
func (b *building) halves(v *Value) *Value {
	if b.err != nil {
		return nil
	}
	low := b.op("BitwiseAnd", v, b.byte(15))
	high := b.emit("BitShift", []*Value{v, b.byte(4)}, textAttr("direction", "RIGHT"))
	if b.err != nil {
		return nil
	}
	end := int64(len(v.Shape))
	pair := b.concat(end, b.insert(low, end), b.insert(high, end))
	shape := b.concat(0, b.extents(v, 0, end-1), b.list(-1))
	return b.emit("Reshape", []*Value{pair, shape}, intAttr("allowzero", 0))
}

// wide makes u8 or i8 of stored numbers of four bits, and keeps other types.
func (b *building) wide(v *Value) *Value {
	if b.err != nil || v == nil || v.Type != Uint4 && v.Type != Int4 {
		return v
	}
	count, ok := v.Shape.Elements().IsConst()
	if v.Const == nil || !ok || count == 0 {
		b.fail(say.Errorf("%q: numbers of four bits must be stored in the model", v.Name))
		return nil
	}
	bytes := &Value{Name: b.im.fresh("const"), Type: Uint8, Shape: Shape{Num((count + 1) / 2)}, Const: &Const{Ref: v.Const.Ref, Data: v.Const.Data}}
	b.im.g.Consts = append(b.im.g.Consts, bytes)
	b.fail(b.im.define(bytes))
	flat := b.halves(bytes)
	if count%2 == 1 {
		flat = b.slice(flat, 0, 0, count, 1)
	}
	if v.Type == Int4 { // 8 … 15 stand for −8 … −1
		flat = b.cast(b.op("BitwiseXor", flat, b.byte(8)), Int8)
		flat = b.op("Sub", flat, b.cast(b.byte(8), Int8))
	}
	if b.err != nil {
		return nil
	}
	var dims []int64
	for _, d := range v.Shape {
		k, _ := d.IsConst()
		dims = append(dims, k)
	}
	return b.reshape(flat, dims...)
}

// byte makes a u8 scalar.
func (b *building) byte(v byte) *Value {
	if b.err != nil {
		return nil
	}
	c, err := b.im.scalar(Uint8, []byte{v})
	b.fail(err)
	return c
}
