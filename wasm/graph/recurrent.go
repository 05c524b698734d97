package graph

import (
	"strconv"
	"strings"

	"github.com/dehug/dehug/internal/say"
)

// recurrent holds RNN, GRU and LSTM.
var recurrent family

func recurrentFamily() {
	recurrent = family{rules: table{text: recurrentTable}, canonical: table{text: recurrentForms}, settle: settleRecurrent, expand: expandRecurrent, shapes: shapesRecurrent}
}

const recurrentTable = `
GRU TTTT?U?T?>TT? 7H/j activation_alpha:F activation_beta:F activations:S clip:f direction:s hidden_size:i! linear_before_reset:i
GRU TTTT?U?T?>TT? 14H/j activation_alpha:F activation_beta:F activations:S clip:f direction:s hidden_size:i! linear_before_reset:i layout:i
LSTM TTTT?U?T?T?T?>TT?T? 7H/j activation_alpha:F activation_beta:F activations:S clip:f direction:s hidden_size:i! input_forget:i
LSTM TTTT?U?T?T?T?>TT?T? 14H/j activation_alpha:F activation_beta:F activations:S clip:f direction:s hidden_size:i! input_forget:i layout:i
RNN TTTT?U?T?>TT? 7H/j activation_alpha:F activation_beta:F activations:S clip:f direction:s hidden_size:i!
RNN TTTT?U?T?>TT? 14H/j activation_alpha:F activation_beta:F activations:S clip:f direction:s hidden_size:i! layout:i
`

// activations lists, for each direction, "Name:alpha:beta" with the bits of the
// numbers, separated by blanks. Results are all there: Y, Y_h, Y_c.
const recurrentForms = `
GRU TTTT?U?T?>TT? 0o/j activations:s! clip:f! direction:s! linear_before_reset:i!
LSTM TTTT?U?T?T?T?>TT?T? 0o/j activations:s! clip:f! direction:s! input_forget:i!
RNN TTTT?U?T?>TT? 0o/j activations:s! clip:f! direction:s!
`

// activation is an activation of recurrent operators with the defaults of its
// parameters, as bits; -1: it has none.
type activation struct {
	name        string
	alpha, beta int64
}

var activations = []activation{
	{"Sigmoid", -1, -1}, {"Tanh", -1, -1}, {"Relu", -1, -1}, {"Softsign", -1, -1}, {"Affine", oneBits, 0},
	{"LeakyRelu", 0x3c23d70a, -1}, {"ThresholdedRelu", oneBits, -1}, {"ScaledTanh", oneBits, oneBits}, {"HardSigmoid", 0x3e4ccccd, 0x3f000000},
}

// gates and activations of one direction.
func recurrentKind(op string) (gates int64, defaults []string) {
	switch op {
	case "GRU":
		return 3, []string{"Sigmoid", "Tanh"}
	case "LSTM":
		return 4, []string{"Sigmoid", "Tanh", "Tanh"}
	}
	return 1, []string{"Tanh"}
}

func directions(n *Node) int64 {
	if n.Str("direction", "") == "bidirectional" {
		return 2
	}
	return 1
}

func settleRecurrent(n *Node, attrs attributeList) error {
	direction := "forward"
	if a := attrs.get("direction"); a != nil && a.S != "" {
		direction = strings.ToLower(a.S)
	}
	if direction != "forward" && direction != "reverse" && direction != "bidirectional" {
		return say.Errorf("direction %q is not one of forward, reverse, bidirectional", direction)
	}
	n.setString("direction", direction)
	n.setFloat("clip", attrs.float("clip", 0))
	switch n.Op {
	case "GRU":
		n.setInt("linear_before_reset", attrs.int("linear_before_reset", 0))
	case "LSTM":
		n.setInt("input_forget", attrs.int("input_forget", 0))
	}
	_, names := recurrentKind(n.Op)
	count := len(names) * int(directions(n))
	names = append(names, names...)[:count]
	if a := attrs.get("activations"); a != nil {
		if len(a.Strings) != count {
			return say.Errorf("%d activations; %d are needed", len(a.Strings), count)
		}
		names = a.Strings
	}
	var alphas, betas []uint32
	if a := attrs.get("activation_alpha"); a != nil {
		alphas = a.Floats
	}
	if a := attrs.get("activation_beta"); a != nil {
		betas = a.Floats
	}
	take := func(list *[]uint32, def int64) string {
		if def >= 0 && len(*list) > 0 {
			def, *list = int64((*list)[0]), (*list)[1:]
		}
		return ":" + strconv.FormatInt(max(def, 0), 16)
	}
	var words []string
	for _, name := range names {
		word := ""
		for _, a := range activations {
			if strings.EqualFold(a.name, name) {
				word = a.name + take(&alphas, a.alpha) + take(&betas, a.beta)
			}
		}
		if word == "" {
			return say.Errorf("activation %q is not supported", name)
		}
		words = append(words, word)
	}
	n.setString("activations", strings.Join(words, " "))
	return nil
}

// expandRecurrent brings a batch-first layer into the usual order.
func expandRecurrent(im *importer, n *Node, attrs attributeList) ([]*Value, error) {
	if isHalf(n.Inputs[0].Type) {
		return im.viaFloat(n, func(n *Node) ([]*Value, error) {
			results, err := expandRecurrent(im, n, attrs)
			if results == nil && err == nil {
				results, err = im.emitAll(n)
			}
			return results, err
		})
	}
	if attrs.int("layout", 0) == 0 {
		return nil, nil
	}
	b := &building{im: im}
	swap := func(v *Value, perm ...int64) *Value {
		if v == nil {
			return nil
		}
		return b.emit("Transpose", []*Value{v}, intsAttr("perm", perm...))
	}
	m := *n
	m.Inputs = append([]*Value(nil), n.Inputs...)
	for _, i := range []int{0, 5, 6} {
		if i < len(m.Inputs) {
			m.Inputs[i] = swap(m.Inputs[i], 1, 0, 2)
		}
	}
	if b.err != nil {
		return nil, b.err
	}
	results, err := im.emitAll(&m)
	if err != nil {
		return nil, err
	}
	for i := range results {
		if i == 0 {
			results[i] = swap(results[i], 2, 0, 1, 3)
		} else {
			results[i] = swap(results[i], 1, 0, 2)
		}
	}
	return b.results(results...)
}

// emitAll appends a canonical node like n and returns its results.
func (im *importer) emitAll(n *Node) ([]*Value, error) {
	m := &Node{Op: n.Op, Inputs: n.Inputs, Attrs: n.Attrs, Outputs: make([]*Value, len(n.Outputs))}
	results, _, err := infer(m)
	if err != nil {
		return nil, say.Errorf("%s: %w", n.Op, err)
	}
	for i := range m.Outputs {
		v := &Value{Name: im.fresh(n.Op), Type: results[i].typ, Shape: results[i].shape, Def: m}
		m.Outputs[i] = v
		Known(v)
		if err := im.define(v); err != nil {
			return nil, err
		}
	}
	im.g.Nodes = append(im.g.Nodes, m)
	return append([]*Value(nil), m.Outputs...), nil
}

func shapesRecurrent(in *inference) ([]Shape, error) {
	n := in.n
	gates, _ := recurrentKind(n.Op)
	d := directions(n)
	x, r := n.Inputs[0].Shape, n.Inputs[2].Shape
	if len(x) != 3 || len(r) != 3 {
		return nil, say.Errorf("the sequence has rank %d and the recurrence weights rank %d; both must have rank 3", len(x), len(r))
	}
	h, ok := r[2].IsConst()
	if !ok || h < 1 || h > maxParam {
		return nil, say.Errorf("recurrence weights of shape %s do not say the number of units", r)
	}
	state := Shape{Num(d), x[1], Num(h)}
	wants := []Shape{x, {Num(d), Num(gates * h), x[2]}, {Num(d), Num(gates * h), Num(h)}, {Num(d), Num(2 * gates * h)}, {x[1]}, state, state, {Num(d), Num(3 * h)}}
	for i, v := range n.Inputs {
		if v == nil {
			continue
		}
		if len(v.Shape) != len(wants[i]) {
			return nil, say.Errorf("operand %d has shape %s; it must be %s", i, v.Shape, wants[i])
		}
		for j, e := range v.Shape {
			if !in.require(Equal, e, wants[i][j]) {
				return nil, say.Errorf("operand %d has shape %s; it must be %s", i, v.Shape, wants[i])
			}
		}
	}
	_, row := find(n.Op)
	return []Shape{{x[0], Num(d), x[1], Num(h)}, state, state}[:len(signature(row.out))], nil
}
