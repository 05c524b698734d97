package graph

import (
	"errors"
	"math"

	"github.com/dehug/dehug/internal/say"
)

// attention holds operators of transformers. All of them are made of others.
var attention family

func attentionFamily() {
	attention = family{rules: table{text: attentionTable}, settle: settleAttention, expand: expandAttention}
}

const attentionTable = `
Attention TTTU?T?T?>TT?T?T? 23h/P is_causal:i kv_num_heads:i q_num_heads:i qk_matmul_output_mode:i scale:f softcap:f softmax_precision:i
Attention TTTU?T?T?I?>TT?T?T? 24h/P is_causal:i kv_num_heads:i q_num_heads:i qk_matmul_output_mode:i scale:f softcap:f softmax_precision:i
CausalConvWithState TTT?T?>TT? 27h activation:s
LinearAttention TTTU?T?T?>TT? 27h/h chunk_size:i kv_num_heads:i! q_num_heads:i! scale:f update_rule:s
RotaryEmbedding TTTI?>T 23F interleaved:i num_heads:i rotary_embedding_dim:i
`

func settleAttention(*Node, attributeList) error { return nil }

func expandAttention(im *importer, n *Node, attrs attributeList) ([]*Value, error) {
	if isHalf(n.Inputs[0].Type) {
		return im.viaFloat(n, func(n *Node) ([]*Value, error) { return expandAttention(im, n, attrs) })
	}
	b := &building{im: im}
	var results []*Value
	switch n.Op {
	case "Attention":
		results = b.attention(n, attrs)
	case "CausalConvWithState":
		results = b.causalConv(n, attrs)
	case "LinearAttention":
		results = b.linearAttention(n, attrs)
	case "RotaryEmbedding":
		results = []*Value{b.rotary(n, attrs)}
	}
	return b.results(results...)
}

// fail keeps the first error.
func (b *building) fail(err error) {
	if b.err == nil {
		b.err = err
	}
}

// list makes an int64 vector.
func (b *building) list(v ...int64) *Value {
	if b.err != nil {
		return nil
	}
	c, err := b.im.list(v)
	b.err = err
	return c
}

// float makes a scalar of v's type from the bits of a float32.
func (b *building) float(v *Value, bits uint32) *Value {
	if b.err != nil {
		return nil
	}
	c, err := b.im.number(v.Type, bits)
	b.fail(err)
	return c
}

func (b *building) transpose(v *Value, perm ...int64) *Value {
	return b.emit("Transpose", []*Value{v}, intsAttr("perm", perm...))
}

func (b *building) concat(axis int64, vs ...*Value) *Value {
	return b.emit("Concat", vs, intAttr("axis", axis))
}

// slice takes elements start, start + step, … before end along an axis.
func (b *building) slice(v *Value, axis, start, end, step int64) *Value {
	return b.emit("Slice", []*Value{v, b.list(start), b.list(end), b.list(axis), b.list(step)})
}

// extent is the size of an axis, which has to be static.
func (b *building) extent(v *Value, axis int) int64 {
	if b.err != nil {
		return 1
	}
	if axis >= len(v.Shape) {
		b.fail(say.Errorf("an operand has shape %s; axis %d is missing", v.Shape, axis))
		return 1
	}
	k, ok := v.Shape[axis].IsConst()
	if !ok || k < 1 || k > maxParam {
		b.fail(say.Errorf("extent %s of shape %s is not static: export the model with fixed shapes", v.Shape[axis], v.Shape))
		return 1
	}
	return k
}

// filled makes a tensor of equal elements, given as bits of a float32.
func (b *building) filled(like *Value, bits uint32, shape ...int64) *Value {
	return b.cast(b.emit("ConstantOfShape", []*Value{b.list(shape...)}, textAttr("type", Float32.String()), intAttr("value_bits", int64(bits))), like.Type)
}

const minusInfinity = 0xff800000

// heads splits [batch, sequence, heads·size] to [batch, heads, sequence, size].
func (b *building) heads(v *Value, count int64) *Value {
	if b.err != nil || len(v.Shape) != 3 {
		return v
	}
	if count < 1 || count > maxParam {
		b.fail(errors.New("the number of heads is missing"))
		return nil
	}
	return b.transpose(b.reshape(v, 0, 0, count, -1), 0, 2, 1, 3)
}

func (b *building) attention(n *Node, attrs attributeList) []*Value {
	flat := len(n.Inputs[0].Shape) == 3
	q := b.heads(n.Inputs[0], attrs.int("q_num_heads", 0))
	k := b.heads(n.Inputs[1], attrs.int("kv_num_heads", 0))
	v := b.heads(n.Inputs[2], attrs.int("kv_num_heads", 0))
	past := int64(0)
	if p := n.Input(4); p != nil {
		past = b.extent(p, 2)
		k = b.concat(2, p, k)
	}
	if p := n.Input(5); p != nil {
		v = b.concat(2, p, v)
	}
	if b.err == nil && (len(q.Shape) != 4 || len(k.Shape) != 4 || len(v.Shape) != 4) {
		b.fail(say.Errorf("operands of shapes %s, %s, %s; each must have rank 3 or 4", n.Inputs[0].Shape, n.Inputs[1].Shape, n.Inputs[2].Shape))
	}
	presentK, presentV := k, v
	scale := math.Float32bits(float32(1 / math.Sqrt(float64(b.extent(q, 3)))))
	q = b.emit("Mul", []*Value{q, b.float(n.Inputs[0], attrs.float("scale", scale))})
	many, few := b.extent(q, 1), b.extent(k, 1)
	if many%few != 0 {
		b.fail(say.Errorf("%d query heads cannot share %d key heads", many, few))
	}
	grouped := many != few // neighbouring query heads share one of k and v
	if grouped {
		q = b.reshape(q, 0, few, many/few, b.extent(q, 2), -1)
		k = b.reshape(k, 0, few, 1, b.extent(k, 2), -1)
		v = b.reshape(v, 0, few, 1, b.extent(v, 2), -1)
	}
	ungroup := func(v *Value) *Value {
		if grouped {
			return b.reshape(v, 0, many, b.extent(v, 3), -1)
		}
		return v
	}
	scores := ungroup(b.emit("MatMul", []*Value{q, k}, intAttr("transB", 1)))
	shown := scores
	mode := attrs.int("qk_matmul_output_mode", 0)
	if softcap := attrs.float("softcap", 0); softcap != 0 {
		c := b.float(n.Inputs[0], softcap)
		scores = b.emit("Mul", []*Value{b.emit("Tanh", []*Value{b.emit("Div", []*Value{scores, c})}), c})
	}
	if mode == 1 {
		shown = scores
	}
	scores = b.masked(scores, n.Input(3), n.Input(6), attrs.int("is_causal", 0) != 0, past)
	if mode == 2 {
		shown = scores
	}
	scores = b.emit("Softmax", []*Value{scores}, intAttr("axis", 3), intAttr("last", 3), textAttr("kind", "Softmax"))
	if mode == 3 {
		shown = scores
	}
	if grouped {
		scores = b.reshape(scores, 0, few, many/few, b.extent(scores, 2), -1)
	}
	y := ungroup(b.emit("MatMul", []*Value{scores, v}))
	if flat {
		y = b.reshape(b.transpose(y, 0, 2, 1, 3), 0, 0, -1)
	}
	return []*Value{y, presentK, presentV, shown}
}

// masked adds the masks to scores [batch, heads, queries, keys].
func (b *building) masked(scores, mask, lengths *Value, causal bool, past int64) *Value {
	if b.err != nil {
		return nil
	}
	choose := func(keep *Value) *Value { // 0 where keep holds, else −∞
		return b.emit("Where", []*Value{keep, b.float(scores, 0), b.float(scores, minusInfinity)})
	}
	if mask != nil {
		if mask.Type == Bool {
			mask = choose(mask)
		} else {
			mask = b.cast(mask, scores.Type)
		}
		if b.err == nil && len(mask.Shape) > 0 && !mask.Shape[len(mask.Shape)-1].Equal(scores.Shape[3]) {
			axis := len(mask.Shape) - 1
			shape := []int64{}
			for i := range mask.Shape {
				shape = append(shape, b.extent(mask, i))
			}
			if shape[axis] = b.extent(scores, 3) - shape[axis]; shape[axis] < 0 {
				b.fail(say.Errorf("a mask of shape %s is longer than %s keys", mask.Shape, scores.Shape[3]))
			} else {
				mask = b.concat(int64(axis), mask, b.filled(mask, minusInfinity, shape...))
			}
		}
		scores = b.emit("Add", []*Value{scores, mask})
	}
	if b.err == nil && causal {
		later := b.filled(scores, minusInfinity, b.extent(scores, 2), b.extent(scores, 3))
		diagonal, err := b.im.scalar(Int64, littleEndian64(past+1))
		b.fail(err)
		scores = b.emit("Add", []*Value{scores, b.emit("Trilu", []*Value{later, diagonal}, intAttr("upper", 1))})
	}
	if b.err == nil && lengths != nil {
		places := make([]int64, min(b.extent(scores, 3), maxElements))
		for i := range places {
			places[i] = int64(i)
		}
		scores = b.emit("Add", []*Value{scores, choose(b.emit("Less", []*Value{b.list(places...), b.reshape(lengths, -1, 1, 1, 1)}))})
	}
	return scores
}

// rotary turns pairs of elements: (x·cos − y·sin, x·sin + y·cos).
func (b *building) rotary(n *Node, attrs attributeList) *Value {
	x, flat := n.Inputs[0], len(n.Inputs[0].Shape) == 3
	if flat {
		x = b.heads(x, attrs.int("num_heads", 0))
	}
	side := func(v *Value) *Value { // [batch, 1, sequence, half]
		if ids := n.Input(3); ids != nil {
			v = b.emit("Gather", []*Value{v, ids}, intAttr("axis", 0))
		}
		return b.emit("Unsqueeze", []*Value{v}, intsAttr("axes", 1))
	}
	cos, sin := side(n.Inputs[1]), side(n.Inputs[2])
	size := b.extent(x, 3)
	turned := attrs.int("rotary_embedding_dim", 0)
	if turned == 0 {
		turned = size
	}
	if turned < 2 || turned > size || turned%2 != 0 {
		b.fail(say.Errorf("rotary_embedding_dim %d does not fit heads of %d", turned, size))
		return nil
	}
	first, second := b.slice(x, 3, 0, turned/2, 1), b.slice(x, 3, turned/2, turned, 1)
	between := attrs.int("interleaved", 0) != 0
	if between {
		first, second = b.slice(x, 3, 0, turned, 2), b.slice(x, 3, 1, turned, 2)
	}
	product := func(a, c *Value) *Value { return b.emit("Mul", []*Value{a, c}) }
	real := b.emit("Sub", []*Value{product(cos, first), product(sin, second)})
	imaginary := b.emit("Add", []*Value{product(sin, first), product(cos, second)})
	y := b.concat(3, real, imaginary)
	if between { // [2, half] → [half, 2]
		y = b.reshape(b.transpose(b.reshape(y, 0, 0, -1, 2, turned/2), 0, 1, 2, 4, 3), 0, 0, -1, turned)
	}
	if turned < size {
		y = b.concat(3, y, b.slice(x, 3, turned, size, 1))
	}
	if flat {
		y = b.reshape(b.transpose(y, 0, 2, 1, 3), 0, 0, -1)
	}
	return y
}

// causalConv is a depthwise convolution that sees a state before the sequence.
func (b *building) causalConv(n *Node, attrs attributeList) []*Value {
	x, w := n.Inputs[0], n.Inputs[1]
	k, c := b.extent(w, 2), b.extent(x, 1)
	if b.err != nil {
		return nil
	}
	padded := x
	if past := n.Input(3); past != nil {
		padded = b.concat(2, past, x)
	} else if k > 1 {
		padded = b.concat(2, b.filled(x, 0, b.extent(x, 0), c, k-1), x)
	}
	in := []*Value{padded, w}
	if bias := n.Input(2); bias != nil {
		in = append(in, bias)
	}
	y := b.emit("Conv", in, intsAttr("dilations", 1), intAttr("group", c), intsAttr("kernel_shape", k), intsAttr("pads", 0, 0), intsAttr("strides", 1))
	switch a := attrs.get("activation"); {
	case a == nil || a.S == "none" || a.S == "":
	case a.S == "silu" || a.S == "swish":
		y = b.emit("Mul", []*Value{y, b.emit("Sigmoid", []*Value{y})})
	default:
		b.fail(say.Errorf("activation %q is not one of none, silu, swish", a.S))
	}
	return []*Value{y, b.slice(padded, 2, b.extent(padded, 2)-(k-1), 1<<31, 1)}
}

// maxUnrolled bounds the steps of a recurrence that is written out.
const maxUnrolled = 256

// linearAttention keeps a state [batch, heads, key, value] per step: it decays,
// takes in key ⊗ value, and is read by the query.
func (b *building) linearAttention(n *Node, attrs attributeList) []*Value {
	many, few := attrs.int("q_num_heads", 0), attrs.int("kv_num_heads", 0)
	if few < 1 || many < 1 || many > maxParam || many%few != 0 {
		b.fail(say.Errorf("%d query heads cannot share %d key heads", many, few))
		return nil
	}
	rule := "gated_delta"
	if a := attrs.get("update_rule"); a != nil {
		rule = a.S
	}
	gated, delta := rule == "gated" || rule == "gated_delta", rule == "delta" || rule == "gated_delta"
	decay, beta, state := n.Input(4), n.Input(5), n.Input(3)
	if !gated && !delta && rule != "linear" || gated != (decay != nil) || delta != (beta != nil) {
		b.fail(say.Errorf("update_rule %q does not go with the operands that are there", rule))
		return nil
	}
	q, k, v := b.heads(n.Inputs[0], many), b.heads(n.Inputs[1], few), b.heads(n.Inputs[2], few)
	steps, keys, values := b.extent(q, 2), b.extent(k, 3), b.extent(v, 3)
	if steps > maxUnrolled {
		b.fail(say.Errorf("%d steps; at most %d are supported", steps, maxUnrolled))
	}
	if decay != nil {
		decay = b.emit("Exp", []*Value{b.heads(b.cast(decay, Float32), few)}) // [batch, heads, steps, keys or 1]
	}
	if beta != nil {
		beta = b.heads(beta, b.extent(beta, 2))
	}
	t := Float32
	if state == nil {
		state = b.filled(n.Inputs[0], 0, b.extent(q, 0), few, keys, values)
	} else if t = state.Type; true {
		state = b.cast(state, Float32)
	}
	scale := math.Float32bits(float32(1 / math.Sqrt(float64(keys))))
	if s := attrs.float("scale", 0); s != 0 {
		scale = s
	}
	if b.err != nil {
		return nil
	}
	var out []*Value
	for i := range steps {
		at := func(v *Value) *Value { return b.slice(v, 2, i, i+1, 1) } // [batch, heads, 1, …]
		column := func(v *Value) *Value { return b.transpose(v, 0, 1, 3, 2) }
		if gated {
			state = b.emit("Mul", []*Value{state, column(at(decay))})
		}
		kt, vt := at(k), at(v)
		if delta {
			vt = b.emit("Mul", []*Value{at(beta), b.emit("Sub", []*Value{vt, b.emit("MatMul", []*Value{kt, state})})})
		}
		state = b.emit("Add", []*Value{state, b.emit("Mul", []*Value{column(kt), vt})})
		row := b.reshape(at(q), 0, few, many/few, keys) // the heads that share a state
		out = append(out, b.reshape(b.emit("MatMul", []*Value{row, state}), 0, many, 1, values))
	}
	y := out[0]
	if len(out) > 1 {
		y = b.concat(2, out...)
	}
	y = b.emit("Mul", []*Value{y, b.float(n.Inputs[0], scale)})
	return []*Value{b.reshape(b.transpose(y, 0, 2, 1, 3), 0, 0, -1), b.cast(state, t)}
}
