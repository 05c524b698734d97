package graph

import (
	"errors"
	"math"

	"github.com/dehug/dehug/internal/say"

	"github.com/dehug/dehug/wasm/onnx"
)

// The attention operators of com.microsoft. Unlike ai.onnx's they are used in
// models whose sequences have open extents.

const transformerTable = `
com.microsoft.Attention TTT?U?T?T?U?>TT? 1h/j do_rotary:i mask_filter_value:f num_heads:i! past_present_share_buffer:i qkv_hidden_sizes:l rotary_embedding_dim:i scale:f unidirectional:i
com.microsoft.EmbedLayerNormalization UU?TTT?TTU?U?>TU?T? 1o/j epsilon:f mask_index_type:i
com.microsoft.GroupQueryAttention TT?T?T?T?UUT?T?I?T?T?>TT?T? 1h/j do_rotary:i kv_num_heads:i! local_window_size:i num_heads:i! rotary_interleaved:i scale:f smooth_softmax:i softcap:f
com.microsoft.MultiHeadAttention TT?T?T?U?T?T?T?U?U?>TT?T? 1h/j mask_filter_value:f num_heads:i! scale:f unidirectional:i
com.microsoft.QAttention UVFFFT?U?V?F?>FF? 1j/qq do_rotary:i mask_filter_value:f num_heads:i! past_present_share_buffer:i scale:f unidirectional:i
com.microsoft.RotaryEmbedding TITT>T 1F interleaved:i is_packed_batching:i num_heads:i rotary_embedding_dim:i scale:f
`

// attending is what attention computes with: q [batch, heads, queries, size], k
// and v [batch, some heads, keys, size], of which neighbouring heads of q share.
type attending struct {
	q, k, v *Value
	bias    *Value // added to the scores
	keep    *Value // a bool for each score; where it does not hold, fill is added
	fill    uint32
	scale   uint32
	softcap uint32
}

// dim is the extent of an axis as a scalar.
func (b *building) dim(v *Value, axis int64) *Value {
	return b.emit("Squeeze", []*Value{b.extents(v, axis, axis+1)}, intsAttr("axes", 0))
}

// extents is a part of a shape as a vector.
func (b *building) extents(v *Value, from, to int64) *Value {
	return b.emit("Shape", []*Value{v}, intAttr("end", to), intAttr("start", from))
}

// whole makes an int64 scalar.
func (b *building) whole(k int64) *Value {
	if b.err != nil {
		return nil
	}
	v, err := b.im.scalar(Int64, littleEndian64(k))
	b.fail(err)
	return v
}

// count is 0, 1, … below a scalar.
func (b *building) count(n *Value) *Value { return b.op("Range", b.whole(0), n, b.whole(1)) }

// insert adds axes of extent 1.
func (b *building) insert(v *Value, axes ...int64) *Value {
	return b.emit("Unsqueeze", []*Value{v}, intsAttr("axes", axes...))
}

// rank checks the rank of an operand.
func (b *building) rank(what string, v *Value, least, most int) int {
	if b.err == nil && (len(v.Shape) < least || len(v.Shape) > most) {
		b.fail(say.Errorf("%s has shape %s", what, v.Shape))
	}
	if b.err != nil {
		return 0
	}
	return len(v.Shape)
}

// attend returns [batch, queries, heads · size].
func (b *building) attend(a attending) *Value {
	many, few, size := b.extent(a.q, 1), b.extent(a.k, 1), b.extent(a.q, 3)
	if many%few != 0 {
		b.fail(say.Errorf("%d query heads cannot share %d key heads", many, few))
	}
	if a.scale == 0 {
		a.scale = math.Float32bits(float32(1 / math.Sqrt(float64(size))))
	}
	q := b.op("Mul", a.q, b.float(a.q, a.scale))
	k, v := a.k, a.v
	group := many / few
	if group > 1 { // an axis for the heads that share: it broadcasts
		q = b.reshape(q, 0, few, group, -1, size)
		k, v = b.insert(k, 2), b.insert(v, 2)
	}
	scores := b.emit("MatMul", []*Value{q, k}, intAttr("transB", 1))
	if a.softcap != 0 {
		c := b.float(a.q, a.softcap)
		scores = b.op("Mul", b.op("Tanh", b.op("Div", scores, c)), c)
	}
	spread := func(v *Value) *Value { // [batch or 1, heads or 1, queries, keys] over the groups
		if b.err != nil || group == 1 {
			return v
		}
		if one, ok := v.Shape[1].IsConst(); ok && one == 1 {
			return b.insert(v, 2)
		}
		shape := b.concat(0, b.extents(v, 0, 1), b.list(few, group), b.extents(v, 2, 4))
		return b.emit("Reshape", []*Value{v, shape}, intAttr("allowzero", 0))
	}
	if a.bias != nil {
		scores = b.op("Add", scores, spread(a.bias))
	}
	if a.keep != nil {
		scores = b.op("Add", scores, b.op("Where", spread(a.keep), b.float(a.q, 0), b.float(a.q, a.fill)))
	}
	axis := int64(3)
	if group > 1 {
		axis = 4
	}
	scores = b.emit("Softmax", []*Value{scores}, intAttr("axis", axis), intAttr("last", axis), textAttr("kind", "Softmax"))
	y := b.op("MatMul", scores, v)
	if group > 1 {
		return b.reshape(b.transpose(y, 0, 3, 1, 2, 4), 0, 0, -1)
	}
	return b.reshape(b.transpose(y, 0, 2, 1, 3), 0, 0, -1)
}

// earlier says which keys queries may see that are the last of the sequence: [1,
// 1, queries, keys]. With a window, the last that many.
func (b *building) earlier(q, k *Value, window int64) *Value {
	keys := b.dim(k, 2)
	position := b.insert(b.op("Add", b.count(b.dim(q, 2)), b.op("Sub", keys, b.dim(q, 2))), 1)
	places := b.count(keys)
	keep := b.op("LessOrEqual", places, position)
	if window > 0 {
		keep = b.op("And", keep, b.op("Greater", b.op("Add", places, b.whole(window)), position))
	}
	return b.insert(keep, 0, 1)
}

// padding says which keys a mask leaves. Its form is one of: lengths [batch],
// lengths and starts [2·batch], [batch, keys], [batch, queries, keys] of 0 and 1.
func (b *building) padding(mask, q, k *Value) *Value {
	switch b.rank("mask", mask, 1, 3) {
	case 1:
		places := b.count(b.dim(k, 2))
		wide := b.cast(mask, Int64)
		column := func(v *Value) *Value { return b.reshape(v, -1, 1, 1, 1) }
		if b.err != nil || mask.Shape[0].Equal(q.Shape[0]) {
			return b.op("Less", places, column(wide))
		}
		if !mask.Shape[0].Equal(Mul(Num(2), q.Shape[0])) {
			b.fail(say.Errorf("a mask of shape %s does not fit a batch of %s", mask.Shape, q.Shape[0]))
			return nil
		}
		n := b.extents(q, 0, 1)
		take := func(from, to *Value) *Value {
			return column(b.op("Slice", wide, from, to))
		}
		end := take(b.list(0), n)
		start := take(n, b.op("Mul", n, b.list(2)))
		return b.op("And", b.op("Less", places, end), b.op("GreaterOrEqual", places, start))
	case 2:
		return b.insert(b.op("Greater", mask, b.zero(mask.Type)), 1, 2)
	case 3:
		return b.insert(b.op("Greater", mask, b.zero(mask.Type)), 1)
	}
	return nil
}

// zero makes a scalar 0 of an integer type.
func (b *building) zero(t Type) *Value {
	if b.err != nil {
		return nil
	}
	v, err := b.im.scalar(t, make([]byte, t.Size()))
	b.fail(err)
	return v
}

const maskFill = 0xc61c4000 // −10000

func (b *building) transformer(n *Node, attrs attributeList) []*Value {
	switch n.Op {
	case "Attention", "QAttention":
		return b.selfAttention(n, attrs)
	case "GroupQueryAttention":
		return b.groupQuery(n, attrs)
	case "MultiHeadAttention":
		return b.multiHead(n, attrs)
	case "RotaryEmbedding":
		if attrs.int("is_packed_batching", 0) != 0 || attrs.float("scale", oneBits) != oneBits {
			b.fail(errors.New("is_packed_batching and scale are not supported"))
		}
		return []*Value{b.turn(n.Inputs[0], n.Inputs[1], n.Inputs[2], n.Inputs[3], attrs)}
	}
	return b.embed(n, attrs)
}

// turn is RotaryEmbedding of x [batch, sequence, hidden] or [batch, heads,
// sequence, size] at positions [batch, sequence], or from a position [1] on.
func (b *building) turn(x, positions, cos, sin *Value, attrs attributeList) *Value {
	flat := b.rank("operand 0", x, 3, 4) == 3
	heads := attrs.int("num_heads", 0)
	size := attrs.int("rotary_embedding_dim", 0)
	if flat {
		if heads == 0 || size == 0 { // then heads are turned as a whole
			heads = b.extent(x, 2) / (2 * b.extent(cos, 1))
		}
		x = b.heads(x, heads)
	}
	if b.err == nil && len(positions.Shape) == 1 {
		positions = b.insert(b.op("Add", b.count(b.dim(x, 2)), positions), 0)
	}
	m := &Node{Op: "RotaryEmbedding", Inputs: []*Value{x, cos, sin, positions}}
	if b.err != nil {
		return nil
	}
	y := b.rotary(m, attrs)
	if flat {
		y = b.reshape(b.transpose(y, 0, 2, 1, 3), 0, 0, -1)
	}
	return y
}

// selfAttention projects one input to queries, keys and values.
func (b *building) selfAttention(n *Node, attrs attributeList) []*Value {
	if attrs.int("do_rotary", 0) != 0 || attrs.int("past_present_share_buffer", 0) != 0 {
		b.fail(errors.New("do_rotary and past_present_share_buffer are not supported"))
		return nil
	}
	var x, mask, past, bias *Value
	if n.Op == "QAttention" {
		mask, past = n.Input(5), n.Input(8)
		x = b.op("Add", b.integerProduct(n.Inputs[0], n.Inputs[1], n.Input(6), n.Input(7), n.Inputs[3], n.Inputs[4]), n.Inputs[2])
	} else {
		mask, past, bias = n.Input(3), n.Input(4), n.Input(5)
		if n.Input(6) != nil {
			b.fail(errors.New("past_sequence_length is not supported"))
		}
		x = b.op("MatMul", n.Inputs[0], n.Inputs[1])
		if v := n.Input(2); v != nil {
			x = b.op("Add", x, v)
		}
	}
	b.rank("operand 0", n.Inputs[0], 3, 3)
	heads, width := attrs.int("num_heads", 0), b.extent(x, 2)
	sizes := attrs.ints("qkv_hidden_sizes", 3, width/3)
	if len(sizes) != 3 || sizes[0] != sizes[1] || sizes[0]+sizes[1]+sizes[2] != width || heads < 1 || sizes[0]%heads != 0 || sizes[2]%heads != 0 {
		b.fail(say.Errorf("hidden sizes %v and %d heads do not fit a projection to %d", sizes, heads, width))
		return nil
	}
	part := func(from, size int64) *Value { return b.heads(b.slice(x, 2, from, from+size, 1), heads) }
	q, k, v := part(0, sizes[0]), part(sizes[0], sizes[1]), part(sizes[0]+sizes[1], sizes[2])
	if past != nil {
		half := func(i int64) *Value {
			return b.emit("Squeeze", []*Value{b.slice(past, 0, i, i+1, 1)}, intsAttr("axes", 0))
		}
		b.rank("past", past, 5, 5)
		k, v = b.concat(2, half(0), k), b.concat(2, half(1), v)
	}
	var keep *Value
	if mask != nil {
		keep = b.padding(mask, q, k)
	}
	y := b.attendMasked(attending{q: q, k: k, v: v, bias: bias, keep: keep, scale: attrs.float("scale", 0)}, attrs)
	out := []*Value{y}
	if len(n.Outputs) > 1 {
		out = append(out, b.concat(0, b.insert(k, 0), b.insert(v, 0)))
	}
	return out
}

// attendMasked applies mask_filter_value and unidirectional.
func (b *building) attendMasked(a attending, attrs attributeList) *Value {
	a.fill = attrs.float("mask_filter_value", maskFill)
	if attrs.int("unidirectional", 0) != 0 && b.err == nil {
		future := b.op("Where", b.earlier(a.q, a.k, 0), b.float(a.q, 0), b.float(a.q, minusInfinity))
		if a.bias == nil {
			a.bias = future
		} else {
			a.bias = b.op("Add", a.bias, future)
		}
	}
	return b.attend(a)
}

// multiHead takes queries, keys and values that are projected already.
func (b *building) multiHead(n *Node, attrs attributeList) []*Value {
	heads := attrs.int("num_heads", 0)
	q, k, v, bias := n.Inputs[0], n.Input(1), n.Input(2), n.Input(3)
	if n.Input(8) != nil || n.Input(9) != nil {
		b.fail(errors.New("past_sequence_length and cache_indirection are not supported"))
		return nil
	}
	unpack := func(x *Value, parts int64) []*Value { // [batch, sequence, heads, parts, size]
		var out []*Value
		for i := range parts {
			y := b.emit("Squeeze", []*Value{b.slice(x, 3, i, i+1, 1)}, intsAttr("axes", 3))
			out = append(out, b.reshape(y, 0, 0, -1))
		}
		return out
	}
	switch {
	case len(q.Shape) == 5 && k == nil:
		all := unpack(q, 3)
		q, k, v = all[0], all[1], all[2]
	case k != nil && len(k.Shape) == 5 && v == nil:
		all := unpack(k, 2)
		k, v = all[0], all[1]
	case k == nil || v == nil:
		b.fail(errors.New("keys or values are missing"))
		return nil
	}
	b.rank("query", q, 3, 3)
	if bias != nil { // for q, k and v in a row
		from := int64(0)
		for _, x := range []**Value{&q, &k, &v} {
			if b.err == nil && len((*x).Shape) != 3 {
				b.fail(errors.New("a bias for keys or values of rank 4"))
			}
			size := b.extent(*x, 2)
			*x = b.op("Add", *x, b.slice(bias, 0, from, from+size, 1))
			from += size
		}
	}
	q, k, v = b.heads(q, heads), b.heads(k, heads), b.heads(v, heads)
	if past := n.Input(6); past != nil {
		k = b.concat(2, past, k)
	}
	if past := n.Input(7); past != nil {
		v = b.concat(2, past, v)
	}
	b.rank("key", k, 4, 4)
	b.rank("value", v, 4, 4)
	var keep *Value
	if mask := n.Input(4); mask != nil && b.err == nil {
		keep = b.padding(mask, q, k)
	}
	y := b.attendMasked(attending{q: q, k: k, v: v, bias: n.Input(5), keep: keep, scale: attrs.float("scale", 0)}, attrs)
	return []*Value{y, k, v}
}

// groupQuery is causal attention over a cache. The sequences of a batch have one
// length: where seqlens_k says otherwise of a cache, the run ends.
func (b *building) groupQuery(n *Node, attrs attributeList) []*Value {
	heads, few := attrs.int("num_heads", 0), attrs.int("kv_num_heads", 0)
	q, k, v := n.Inputs[0], n.Input(1), n.Input(2)
	if n.Input(11) != nil || attrs.int("smooth_softmax", 0) > 0 {
		b.fail(errors.New("head_sink and smooth_softmax are not supported"))
	}
	if heads < 1 || few < 1 || heads > maxParam || few > maxParam {
		b.fail(say.Errorf("%d query heads cannot share %d key heads", heads, few))
		return nil
	}
	b.rank("query", q, 3, 3)
	if k == nil { // packed
		size := b.extent(q, 2) / (heads + 2*few)
		all := q
		q, k, v = b.slice(all, 2, 0, heads*size, 1), b.slice(all, 2, heads*size, (heads+few)*size, 1), b.slice(all, 2, (heads+few)*size, (heads+2*few)*size, 1)
	} else if v == nil {
		b.fail(errors.New("values are missing"))
	}
	q, k, v = b.heads(q, heads), b.heads(k, few), b.heads(v, few)
	pastK, pastV := n.Input(3), n.Input(4)
	if (pastK == nil) != (pastV == nil) {
		b.fail(errors.New("of past_key and past_value one is missing"))
	}
	if attrs.int("do_rotary", 0) != 0 {
		cos, sin, ids := n.Input(7), n.Input(8), n.Input(9)
		if cos == nil || sin == nil {
			b.fail(errors.New("do_rotary without cos_cache and sin_cache"))
			return nil
		}
		if ids == nil && pastK != nil {
			ids = b.extents(pastK, 2, 3)
		} else if ids == nil {
			ids = b.list(0)
		}
		turned := attributeList{
			{Name: "interleaved", Kind: onnx.AttrInt, I: attrs.int("rotary_interleaved", 0)},
			{Name: "rotary_embedding_dim", Kind: onnx.AttrInt, I: 2 * b.extent(cos, 1)},
		}
		q, k = b.turn(q, ids, cos, sin, turned), b.turn(k, ids, cos, sin, turned)
	}
	if pastK != nil {
		b.rank("past_key", pastK, 4, 4)
		k, v = b.concat(2, pastK, k), b.concat(2, pastV, v)
	}
	window := attrs.int("local_window_size", -1)
	a := attending{q: q, k: k, v: v, bias: n.Input(10), keep: b.earlier(q, k, window), fill: minusInfinity,
		scale: attrs.float("scale", 0), softcap: attrs.float("softcap", 0)}
	y := b.attend(a)
	if pastK != nil {
		lengths := b.op("Add", b.cast(n.Inputs[5], Int64), b.whole(1))
		full := b.op("Equal", b.emit("ReduceMin", []*Value{b.reshape(lengths, -1)}, intsAttr("axes", 0), intAttr("keepdims", 0)), b.dim(k, 2))
		y = b.emit("If", []*Value{full, y})
	}
	return []*Value{y, k, v}
}

// embed sums the embeddings of words, positions and segments, and normalises.
func (b *building) embed(n *Node, attrs attributeList) []*Value {
	ids := n.Inputs[0]
	b.rank("input_ids", ids, 2, 2)
	row := func(table, at *Value) *Value { return b.emit("Gather", []*Value{table, at}, intAttr("axis", 0)) }
	places := n.Input(8)
	if places == nil {
		places = b.insert(b.count(b.dim(ids, 1)), 0)
	}
	sum := b.op("Add", row(n.Inputs[2], ids), row(n.Inputs[3], places))
	if table := n.Input(4); table != nil {
		segments := n.Input(1)
		if segments == nil {
			b.fail(errors.New("segment_ids are missing"))
			return nil
		}
		sum = b.op("Add", sum, row(table, segments))
	}
	y := b.emit("Normalize", []*Value{sum, n.Inputs[5], n.Inputs[6]}, intAttr("axis", 2), Attr{Name: "epsilon", Kind: AttrFloat, F: attrs.float("epsilon", 0x2b8cbccc)})
	var lengths *Value
	if mask := n.Input(7); mask != nil {
		lengths = b.emit("ReduceSum", []*Value{mask}, intsAttr("axes", 1), intAttr("keepdims", 0))
	} else {
		lengths = b.emit("ConstantOfShape", []*Value{b.extents(ids, 0, 1)}, textAttr("type", Int32.String()), intAttr("value_bits", 0))
	}
	return []*Value{y, lengths, sum}
}
