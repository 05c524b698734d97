package graph

import (
	"errors"
	"math"
	"strings"

	"github.com/dehug/dehug/internal/say"
)

// products holds matrix products.
var products family

func productsFamily() {
	products = family{rules: table{text: productTable}, canonical: table{text: productForms}, settle: settleProduct, expand: expandProduct, shapes: shapesProduct}
}

const productTable = `
Einsum T*>T 12N equation:s!
Gemm TTT>T 6f alpha:f beta:f broadcast:i transA:i transB:i
Gemm TTT>T 7f 9w alpha:f beta:f transA:i transB:i
Gemm TTT?>T 11w 13W alpha:f beta:f transA:i transB:i
MatMul TT>T 1f 9w 13W
`

// MatMul's third operand is a vector that each row of the result begins with;
// transB exchanges the last two axes of the second one. Einsum has an explicit
// equation of letters only, "ij,jk->ik".
const productForms = `
Einsum T*>T 0N equation:s!
MatMul TTT?>T 0W act:s transB:i
`

func settleProduct(n *Node, attrs attributeList) error {
	if n.Op == "Einsum" {
		equation, err := explicitEinsum(n, attrs.get("equation").S)
		n.setString("equation", equation)
		return err
	}
	return nil
}

// viaFloat computes a half-precision node in f32.
func (im *importer) viaFloat(n *Node, expand func(n *Node) ([]*Value, error)) ([]*Value, error) {
	half := n.Inputs[0].Type
	m := *n
	m.Inputs = append([]*Value(nil), n.Inputs...)
	for i, v := range m.Inputs {
		if v != nil && v.Type == half {
			c, err := im.emit("Cast", []*Value{v}, Attr{Name: "type", Kind: AttrString, S: Float32.String()})
			if err != nil {
				return nil, err
			}
			m.Inputs[i] = c
		}
	}
	results, err := expand(&m)
	for i, v := range results {
		if err == nil && v != nil && v.Type == Float32 {
			results[i], err = im.emit("Cast", []*Value{v}, Attr{Name: "type", Kind: AttrString, S: half.String()})
		}
	}
	return results, err
}

func isHalf(t Type) bool { return t == Float16 || t == BFloat16 }

func single(v *Value, err error) ([]*Value, error) {
	if err != nil {
		return nil, err
	}
	return []*Value{v}, nil
}

func expandProduct(im *importer, n *Node, attrs attributeList) ([]*Value, error) {
	if isHalf(n.Inputs[0].Type) {
		return im.viaFloat(n, func(n *Node) ([]*Value, error) {
			if results, err := expandProduct(im, n, attrs); results != nil || err != nil {
				return results, err
			}
			return single(im.emit(n.Op, n.Inputs, n.Attrs...))
		})
	}
	if n.Op != "Gemm" {
		return nil, nil
	}
	return single(im.gemm(n.Inputs[0], n.Inputs[1], n.Input(2), attrs))
}

// gemm expands Gemm: alpha·A·B + beta·C.
func (im *importer) gemm(a, b, c *Value, attrs attributeList) (*Value, error) {
	if len(a.Shape) != 2 || len(b.Shape) != 2 {
		return nil, say.Errorf("operands have ranks %d and %d; both must be matrices", len(a.Shape), len(b.Shape))
	}
	var err error
	if attrs.int("transA", 0) != 0 {
		if a, err = im.emit("Transpose", []*Value{a}, Attr{Name: "perm", Kind: AttrInts, Ints: []int64{1, 0}}); err != nil {
			return nil, err
		}
	}
	transB := int64(0)
	columns := b.Shape[1]
	if attrs.int("transB", 0) != 0 {
		transB, columns = 1, b.Shape[0]
	}
	alpha, beta := attrs.float("alpha", oneBits), attrs.float("beta", oneBits)
	inputs := []*Value{a, b}
	if alpha == oneBits && beta == oneBits && c != nil && c.Shape.Equal(Shape{columns}) {
		inputs, c = append(inputs, c), nil
	}
	y, err := im.emit("MatMul", inputs, Attr{Name: "transB", Kind: AttrInt, I: transB})
	if err == nil {
		y, err = im.scaled(y, alpha)
	}
	if err != nil || c == nil {
		return y, err
	}
	if c, err = im.scaled(c, beta); err != nil {
		return nil, err
	}
	sum, err := im.emit("Add", []*Value{y, c})
	if err == nil && !sum.Shape.Equal(y.Shape) {
		err = say.Errorf("the bias of shape %s does not broadcast to %s", c.Shape, y.Shape)
	}
	return sum, err
}

// oneBits is 1 as a float32.
const oneBits = 0x3f800000

// number makes a constant of type f32 or f64 from the bits of a float32.
func (im *importer) number(t Type, bits uint32) (*Value, error) {
	switch t {
	case Float32:
		return im.scalar(t, littleEndian32(bits))
	case Float64: // exact
		return im.scalar(t, littleEndian64(int64(math.Float64bits(float64(math.Float32frombits(bits))))))
	}
	return nil, errors.New("a factor other than 1 needs floating-point operands")
}

// scaled multiplies v by a factor.
func (im *importer) scaled(v *Value, bits uint32) (*Value, error) {
	if bits == oneBits {
		return v, nil
	}
	k, err := im.number(v.Type, bits)
	if err != nil {
		return nil, err
	}
	return im.emit("Mul", []*Value{v, k})
}

func shapesProduct(in *inference) ([]Shape, error) {
	n := in.n
	if n.Op == "Einsum" {
		s, err := in.einsum()
		return []Shape{s}, err
	}
	s, err := in.matMul(n.Inputs[0].Shape, n.Inputs[1].Shape, n.Int("transB", 0) == 1)
	if c := n.Input(2); c != nil && err == nil && !c.Shape.Equal(s[len(s)-1:]) {
		err = say.Errorf("the bias has shape %s; it must be %s", c.Shape, s[len(s)-1:])
	}
	return []Shape{s}, err
}

// matMul is the shape of a matrix product, as numpy has it.
func (in *inference) matMul(a, b Shape, transB bool) (Shape, error) {
	if len(a) == 0 || len(b) == 0 || transB && len(b) < 2 {
		return nil, say.Errorf("operands of shapes %s and %s have no matrix product", a, b)
	}
	row, column := a[len(a)-1:len(a)-1], Shape{}
	k := b[len(b)-1]
	if len(a) > 1 {
		row = a[len(a)-2 : len(a)-1]
	}
	if len(b) > 1 {
		k, column = b[len(b)-2], b[len(b)-1:]
		if transB {
			k, column = b[len(b)-1], b[len(b)-2:len(b)-1]
		}
	}
	if !in.require(Equal, a[len(a)-1], k) {
		return nil, say.Errorf("operands of shapes %s and %s have no matrix product", a, b)
	}
	s, err := in.broadcast(a[:max(0, len(a)-2)], b[:max(0, len(b)-2)])
	if err != nil {
		return nil, err
	}
	return append(append(append(Shape{}, s...), row...), column...), nil
}

// explicitEinsum writes an equation with its result and without ellipses.
func explicitEinsum(n *Node, equation string) (string, error) {
	equation = strings.ReplaceAll(equation, " ", "")
	left, right, explicit := strings.Cut(equation, "->")
	terms := strings.Split(left, ",")
	if len(terms) != len(n.Inputs) {
		return "", say.Errorf("equation %q is for %d operands, not %d", equation, len(terms), len(n.Inputs))
	}
	// Axes under an ellipsis get digits, counted from the last one.
	const dots = "01234567"
	widest := ""
	count := map[rune]int{}
	for i, t := range terms {
		v := n.Inputs[i]
		if strings.Contains(t, "...") {
			hidden := len(v.Shape) - (len(t) - 3)
			if hidden < 0 || hidden > len(dots) {
				return "", say.Errorf("equation %q does not fit operand %d of rank %d", equation, i, len(v.Shape))
			}
			names := dots[len(dots)-hidden:]
			if len(names) > len(widest) {
				widest = names
			}
			t = strings.Replace(t, "...", names, 1)
			terms[i] = t
		}
		if len(t) != len(v.Shape) {
			return "", say.Errorf("equation %q does not fit operand %d of rank %d", equation, i, len(v.Shape))
		}
		for _, c := range t {
			count[c]++
			if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.ContainsRune(dots, c)) {
				return "", say.Errorf("equation %q has the character %q", equation, c)
			}
		}
	}
	if explicit {
		right = strings.Replace(right, "...", widest, 1)
		for i, c := range right {
			if count[c] == 0 || strings.ContainsRune(right[i+1:], c) {
				return "", say.Errorf("equation %q: letter %q of the result is in no operand or there twice", equation, c)
			}
		}
	} else {
		right = widest
		for c := 'A'; c <= 'z'; c++ {
			if count[c] == 1 {
				right += string(c)
			}
		}
	}
	return strings.Join(terms, ",") + "->" + right, nil
}

// EinsumTerms splits a canonical equation into the operands' letters and the
// result's.
func EinsumTerms(equation string) (terms []string, result string) {
	left, result, _ := strings.Cut(equation, "->")
	return strings.Split(left, ","), result
}

func (in *inference) einsum() (Shape, error) {
	n := in.n
	terms, result := EinsumTerms(n.Str("equation", ""))
	if len(terms) != len(n.Inputs) {
		return nil, errors.New("the equation is for another number of operands")
	}
	extent := map[byte]Dim{}
	for i, t := range terms {
		s := n.Inputs[i].Shape
		if len(t) != len(s) {
			return nil, say.Errorf("letters %q do not fit operand %d of rank %d", t, i, len(s))
		}
		for j, d := range s {
			old, ok := extent[t[j]]
			if ok && !in.require(Broadcasts, old, d) {
				return nil, say.Errorf("operand %d of shape %s: letter %q has extent %s elsewhere", i, s, t[j], old)
			}
			if k, fixed := old.IsConst(); !ok || fixed && k == 1 {
				extent[t[j]] = d
			}
		}
	}
	out := Shape{}
	for i := range len(result) {
		d, ok := extent[result[i]]
		if !ok {
			return nil, say.Errorf("letter %q of the result is in no operand", result[i])
		}
		out = append(out, d)
	}
	return out, nil
}
