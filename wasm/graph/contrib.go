package graph

import (
	"errors"
	"strings"

	"github.com/dehug/dehug/internal/say"
)

// contrib holds operators of com.microsoft, which rules list as
// "com.microsoft.Name".
var contrib family

func contribFamily() {
	contrib = family{rules: table{text: contribTable + transformerTable + qlinearTable}, settle: settleContrib, expand: expandContrib, shapes: shapesContrib,
		canonical: table{text: "\nMatMulNBits FUFU?>F 0o/g K:i! N:i! block_size:i!"}}
}

const contribTable = `
com.microsoft.BiasGelu TT>T 1F
com.microsoft.DynamicQuantizeMatMul FVFV?F?>F 1o/q
com.microsoft.FastGelu TT?>T 1F
com.microsoft.FusedMatMul TT>T 1F alpha:f transA:i transB:i transBatchA:i transBatchB:i
com.microsoft.Gelu T>T 1F
com.microsoft.MatMulIntegerToFloat UVFFU?V?F?>F 1o/q
com.microsoft.MatMulNBits TUTU?V?T?>T 1h/gj K:i! N:i! accuracy_level:i bits:i block_size:i!
com.microsoft.QuickGelu T>T 1F alpha:f
com.microsoft.SkipLayerNormalization TTTT?T?>TF?F?T? 1h epsilon:f
com.microsoft.SkipSimplifiedLayerNormalization TTTT?>TF?F?T? 1h epsilon:f
SimplifiedLayerNormalization TT>TF? 1h axis:i epsilon:f stash_type:i
`

func settleContrib(n *Node, attrs attributeList) error {
	if n.Op != "MatMulNBits" {
		return nil
	}
	if bits := attrs.int("bits", 4); bits != 4 {
		return say.Errorf("weights of %d bits are not supported: quantise to 4 bits", bits)
	}
	if n.Input(4) != nil {
		return errors.New("g_idx, another order of the weights, is not supported: quantise without it")
	}
	for _, name := range []string{"K", "N", "block_size"} {
		n.setInt(name, attrs.int(name, 0))
	}
	return nil
}

func expandContrib(im *importer, n *Node, attrs attributeList) ([]*Value, error) {
	if isHalf(n.Inputs[0].Type) {
		return im.viaFloat(n, func(n *Node) ([]*Value, error) {
			if results, err := expandContrib(im, n, attrs); results != nil || err != nil {
				return results, err
			}
			return im.emitAll(n)
		})
	}
	b := &building{im: im}
	switch n.Op {
	case "Attention", "EmbedLayerNormalization", "GroupQueryAttention", "MultiHeadAttention", "QAttention", "RotaryEmbedding":
		return b.results(b.transformer(n, attrs)...)
	case "FusedConv":
		return b.results(b.fusedConv(n, attrs))
	case "GatherBlockQuantized":
		return b.results(b.gatherBlocks(n, attrs))
	}
	if strings.HasPrefix(n.Op, "QLinear") {
		return b.results(b.qlinear(n, attrs))
	}
	in := append(append([]*Value{}, n.Inputs...), make([]*Value, 8)...)
	x := in[0]
	plus := func(v, bias *Value) *Value {
		if bias == nil {
			return v
		}
		return b.op("Add", v, bias)
	}
	gelu := func(v *Value, approximate string) *Value {
		return b.emit("Gelu", []*Value{v}, textAttr("approximate", approximate))
	}
	normal := func(v, scale, bias *Value, axis, rms int64) *Value {
		a := []Attr{intAttr("axis", axis), {Name: "epsilon", Kind: AttrFloat, F: attrs.float("epsilon", 0x2b8cbccc)}} // 1e-12
		if rms != 0 {
			a = append(a, intAttr("rms", rms))
		}
		operands := []*Value{v, scale, bias}
		if bias == nil {
			operands = operands[:2]
		}
		return b.emit("Normalize", operands, a...)
	}
	last := int64(len(x.Shape) - 1)
	switch n.Op {
	case "Gelu":
		return b.results(gelu(x, "none"))
	case "BiasGelu":
		return b.results(gelu(plus(x, in[1]), "none"))
	case "FastGelu":
		return b.results(gelu(plus(x, in[1]), "tanh"))
	case "QuickGelu":
		return b.results(b.op("Mul", x, b.op("Sigmoid", b.op("Mul", x, b.float(x, attrs.float("alpha", 0x3fd9db23)))))) // 1.702
	case "FusedMatMul":
		y := in[1]
		if attrs.int("transBatchA", 0) != 0 || attrs.int("transBatchB", 0) != 0 {
			return nil, errors.New("transBatchA and transBatchB are not supported")
		}
		if attrs.int("transA", 0) != 0 {
			if last < 1 {
				return nil, say.Errorf("transA of an operand of rank %d", len(x.Shape))
			}
			perm := make([]int64, last+1)
			for i := range perm {
				perm[i] = int64(i)
			}
			perm[last-1], perm[last] = last, last-1
			x = b.transpose(x, perm...)
		}
		p := b.emit("MatMul", []*Value{x, y}, intAttr("transB", attrs.int("transB", 0)))
		if b.err == nil {
			p, b.err = im.scaled(p, attrs.float("alpha", oneBits))
		}
		return b.results(p)
	case "MatMulIntegerToFloat":
		return b.results(plus(b.integerProduct(x, in[1], in[4], in[5], in[2], in[3]), in[6]))
	case "DynamicQuantizeMatMul":
		q := &Node{Op: "DynamicQuantizeLinear", Inputs: []*Value{x}, Outputs: make([]*Value, 3)}
		q.setString("type", Uint8.String())
		r, err := im.emitAll(q)
		if err != nil {
			return nil, err
		}
		return b.results(plus(b.integerProduct(r[0], in[1], r[2], in[3], r[1], in[2]), in[4]))
	case "MatMulNBits":
		if in[5] == nil {
			return nil, nil
		}
		m := *n
		m.Inputs, m.Outputs = n.Inputs[:3], make([]*Value, 1)
		if in[3] != nil {
			m.Inputs = n.Inputs[:4]
		}
		r, err := im.emitAll(&m)
		if err != nil {
			return nil, err
		}
		return b.results(b.op("Add", r[0], in[5]))
	case "SimplifiedLayerNormalization":
		axis := attrs.int("axis", -1)
		if axis < 0 {
			axis += last + 1
		}
		if len(n.Outputs) > 1 {
			return nil, errors.New("the inverse deviation as a result is not supported")
		}
		return b.results(normal(x, in[1], nil, axis, 1))
	}
	if len(n.Outputs) > 1 && len(n.Outputs) < 4 {
		return nil, errors.New("mean and deviation as results are not supported")
	}
	sum := b.op("Add", x, in[1])
	if n.Op == "SkipLayerNormalization" {
		sum = plus(sum, in[4])
		return b.results(normal(sum, in[2], in[3], last, 0), nil, nil, sum)
	}
	sum = plus(sum, in[3])
	return b.results(normal(sum, in[2], nil, last, 1), nil, nil, sum)
}

// integerProduct multiplies 8-bit matrices and scales the result.
func (b *building) integerProduct(x, w, xZero, wZero, xScale, wScale *Value) *Value {
	operands := []*Value{x, w, xZero, wZero}
	for operands[len(operands)-1] == nil {
		operands = operands[:len(operands)-1]
	}
	acc := b.cast(b.emit("MatMulInteger", operands, textAttr("type", Int32.String())), Float32)
	return b.op("Mul", acc, b.op("Mul", xScale, wScale))
}

// shapesContrib is about MatMulNBits [A, B, scales, zero points?].
func shapesContrib(in *inference) ([]Shape, error) {
	n := in.n
	k, cols, block := n.Int("K", 0), n.Int("N", 0), n.Int("block_size", 0)
	if k < 1 || cols < 1 || k > maxParam || cols > maxParam || block < 16 || block > maxParam || block&(block-1) != 0 {
		return nil, say.Errorf("K %d, N %d, block_size %d: block_size must be a power of two from 16 on", k, cols, block)
	}
	x := n.Inputs[0].Shape
	if len(x) < 1 || !in.require(Equal, x[len(x)-1], Num(k)) {
		return nil, say.Errorf("operand 0 of shape %s does not have rows of %d", x, k)
	}
	blocks := (k + block - 1) / block
	for i, want := range []int64{0, cols * blocks * (block / 2), cols * blocks, cols * ((blocks + 1) / 2)} {
		v := n.Input(i)
		if i == 0 || v == nil {
			continue
		}
		if have, ok := v.Shape.Elements().IsConst(); !ok || have != want {
			return nil, say.Errorf("operand %d of shape %s must have %d elements", i, v.Shape, want)
		}
	}
	return []Shape{append(append(Shape{}, x[:len(x)-1]...), Num(cols))}, nil
}
