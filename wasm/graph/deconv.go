package graph

import (
	"errors"

	"github.com/dehug/dehug/internal/say"
)

// windowed holds convolutions beside Conv.
var windowed family

func windowedFamily() {
	windowed = family{rules: table{text: windowedTable}, canonical: table{text: windowedForms}, settle: settleWindowed, expand: expandHalf, shapes: shapesWindowed}
}

const windowedTable = `
ConvTranspose TTT?>T 1H 22h auto_pad:s dilations:l group:i kernel_shape:l output_padding:l output_shape:l pads:l strides:l
DeformConv TTTT?T?>T 19H 22h dilations:l group:i kernel_shape:l offset_group:i pads:l strides:l
`

// ConvTranspose's output_padding is what the result has beyond the last tap.
const windowedForms = `
ConvTranspose TTT?>T 0o dilations:l! group:i! kernel_shape:l! output_padding:l! pads:l! strides:l!
DeformConv TTTT?T?>T 0o dilations:l! group:i! kernel_shape:l! offset_group:i! pads:l! strides:l!
`

// expandHalf computes half-precision nodes in f32 and keeps the others.
func expandHalf(im *importer, n *Node, attrs attributeList) ([]*Value, error) {
	if !isHalf(n.Inputs[0].Type) {
		return nil, nil
	}
	return im.viaFloat(n, im.emitAll)
}

func settleWindowed(n *Node, attrs attributeList) error {
	var bare attributeList // without what is settled below
	for _, a := range attrs {
		if a.Name != "auto_pad" {
			bare = append(bare, a)
		}
	}
	if n.Op == "DeformConv" {
		n.setInt("offset_group", attrs.int("offset_group", 1))
		return settleConv(n, n.Inputs[1].Shape, attrs)
	}
	x := n.Inputs[0].Shape
	if len(x) < 3 {
		return say.Errorf("operand 0 has rank %d; it has no spatial axis", len(x))
	}
	spatial := len(x) - 2
	n.setInts("output_padding", attrs.ints("output_padding", spatial, 0))
	more, want := n.Ints("output_padding"), attrs.ints("output_shape", 0, 0)
	if len(want) == len(x) {
		want = want[2:]
	}
	if len(more) != spatial || len(want) != 0 && len(want) != spatial {
		return say.Errorf("output_padding %v or output_shape %v is not for %d spatial axes", more, want, spatial)
	}
	if err := settleConv(n, n.Inputs[1].Shape, bare); err != nil {
		return err
	}
	mode := ""
	if a := attrs.get("auto_pad"); a != nil {
		mode = a.S
	}
	if len(want) == 0 && mode != "SAME_UPPER" && mode != "SAME_LOWER" {
		return nil
	}
	pads, strides := n.Ints("pads"), n.Ints("strides")
	for i := range spatial {
		// What the taps cover beyond the wanted extent is cut off at both ends.
		total := (n.Ints("kernel_shape")[i]-1)*n.Ints("dilations")[i] + 1 + more[i] - strides[i]
		if len(want) > 0 {
			k, ok := x[2+i].IsConst()
			if !ok || want[i] < 1 || want[i] > maxParam || k > maxParam {
				return say.Errorf("output_shape %v needs a static picture, not %s", want, x)
			}
			total += k*strides[i] - want[i]
		}
		if total < 0 {
			total, more[i] = 0, more[i]-total
		}
		small, large := total/2, total-total/2
		pads[i], pads[spatial+i] = large, small
		if mode == "SAME_UPPER" {
			pads[i], pads[spatial+i] = small, large
		}
	}
	return nil
}

func shapesWindowed(in *inference) ([]Shape, error) {
	n := in.n
	if n.Op == "DeformConv" {
		return in.deformConv()
	}
	x, w := n.Inputs[0].Shape, n.Inputs[1].Shape
	spatial, err := in.spatialRank(x)
	if err != nil {
		return nil, err
	}
	if err := in.geometry(spatial); err != nil {
		return nil, err
	}
	more := n.Ints("output_padding")
	if len(w) != len(x) || len(more) != spatial {
		return nil, say.Errorf("weights of shape %s or output_padding %v do not fit a picture of rank %d", w, more, len(x))
	}
	wk := make([]int64, len(w))
	for i, d := range w {
		k, ok := d.IsConst()
		if !ok || k < 1 || k > maxParam || i > 1 && k != n.Ints("kernel_shape")[i-2] {
			return nil, say.Errorf("weights of shape %s: extents must be static and agree with kernel_shape %v", w, n.Ints("kernel_shape"))
		}
		wk[i] = k
	}
	group := n.Int("group", 0)
	if group < 1 || group > wk[0] || wk[0]%group != 0 {
		return nil, say.Errorf("%d channels cannot be split in %d groups", wk[0], group)
	}
	if !x[1].Equal(w[0]) {
		return nil, say.Errorf("the image has %s channels; weights of shape %s need %s", x[1], w, w[0])
	}
	oc := Num(wk[1] * group)
	if b := n.Input(2); b != nil && !b.Shape.Equal(Shape{oc}) {
		return nil, say.Errorf("bias has shape %s; it must be [%s]", b.Shape, oc)
	}
	out := Shape{x[0], oc}
	pads := n.Ints("pads")
	for i, d := range x[2:] {
		s := n.Ints("strides")[i]
		if more[i] < 0 || more[i] > maxParam {
			return nil, say.Errorf("output_padding %v is out of range", more)
		}
		rest := (n.Ints("kernel_shape")[i]-1)*n.Ints("dilations")[i] + 1 + more[i] - s - pads[i] - pads[spatial+i]
		o := Add(Mul(d, Num(s)), Num(rest))
		if !in.require(Positive, o, Dim{}) {
			return nil, say.Errorf("pads %v leave nothing of extent %s", pads, d)
		}
		out = append(out, o)
	}
	return []Shape{out}, nil
}

func (in *inference) deformConv() ([]Shape, error) {
	n := in.n
	m := *n // as Conv sees it
	m.Inputs = []*Value{n.Inputs[0], n.Inputs[1]}
	if b := n.Input(3); b != nil {
		m.Inputs = append(m.Inputs, b)
	}
	in.n = &m
	out, err := in.conv()
	in.n = n
	if err != nil {
		return nil, err
	}
	x, offsets := n.Inputs[0].Shape, n.Int("offset_group", 0)
	c, _ := x[1].IsConst()
	if len(x) != 4 || offsets < 1 || offsets > c || c%offsets != 0 {
		return nil, errors.New("needs two spatial axes and an offset_group that divides the channels")
	}
	taps := n.Ints("kernel_shape")[0] * n.Ints("kernel_shape")[1] * offsets
	for i, per := range map[int]int64{2: 2, 4: 1} {
		if v := n.Input(i); v != nil && !v.Shape.Equal(Shape{x[0], Num(taps * per), out[2], out[3]}) {
			return nil, say.Errorf("operand %d has shape %s; it must be [%s,%d,%s,%s]", i, v.Shape, x[0], taps*per, out[2], out[3])
		}
	}
	return []Shape{out}, nil
}
