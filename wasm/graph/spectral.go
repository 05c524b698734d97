package graph

import (
	"errors"
	"math"

	"github.com/dehug/dehug/internal/say"
)

// spectral holds Fourier transforms and determinants; Det computes in f64.
var spectral family

func spectralFamily() {
	spectral = family{rules: table{text: spectralTable}, canonical: table{text: "\nDet T>T 0m"}, settle: settleAttention, expand: expandSpectral, shapes: shapesSpectral}
}

const spectralTable = `
DFT TU?>T 17F/k axis:i inverse:i onesided:i
DFT TU?I?>T 20F/k inverse:i onesided:i
Det T>T 11f 22F
MelWeightMatrix UUUTT>T 17F/k output_datatype:i
STFT TUT?U?>T 17F/k onesided:i
`

// known returns the number that decides a shape, or def when it is absent.
func (b *building) known(v *Value, def int64) int64 {
	if v == nil || b.err != nil {
		return def
	}
	k, ok := Known(v)
	if !ok {
		b.fail(needsValue(v))
	}
	if len(k) != 1 {
		b.fail(say.Errorf("operand %q must be one number that is known when the model is compiled", v.Name))
		return def
	}
	return k[0]
}

func expandSpectral(im *importer, n *Node, attrs attributeList) ([]*Value, error) {
	b := &building{im: im}
	x := n.Inputs[0]
	var y *Value
	switch n.Op {
	case "Det":
		if x.Type == Float64 {
			return nil, nil
		}
		y = b.emit("Det", []*Value{b.cast(x, Float64)})
	case "DFT":
		axis := attrs.int("axis", 1)
		if im.opset >= 20 {
			axis = b.known(n.Input(2), -2)
		}
		if axis < 0 {
			axis += int64(len(x.Shape))
		}
		if axis < 0 || axis >= int64(len(x.Shape))-1 {
			return nil, say.Errorf("axis %d is out of range for shape %s", axis, x.Shape)
		}
		inverse, half := attrs.int("inverse", 0) != 0, attrs.int("onesided", 0) != 0
		length := b.extent(x, int(axis))
		if inverse && half {
			length = 2 * (length - 1)
		}
		y = b.dft(b.cast(x, Float64), axis, b.known(n.Input(1), length), inverse, half)
	case "STFT":
		y = b.stft(n, attrs.int("onesided", 1) != 0)
	case "MelWeightMatrix":
		t := Float32
		if k := attrs.int("output_datatype", 1); k > 0 && k < int64(len(typeNames)) {
			t = Type(k)
		}
		return b.results(b.cast(b.mel(n), t))
	}
	return b.results(b.cast(y, x.Type))
}

// double makes a scalar from the bits of a float64.
func (b *building) double(v float64) *Value {
	if b.err != nil {
		return nil
	}
	c, err := b.im.scalar(Float64, littleEndian64(int64(math.Float64bits(v))))
	b.fail(err)
	return c
}

func (b *building) op(op string, in ...*Value) *Value { return b.emit(op, in) }

// maxTransform bounds the length of a transform, whose table has its square.
const maxTransform = 1 << 14

// upTo is 0, 1, … as f64, along a column when it is one.
func (b *building) upTo(n int64, column bool) *Value {
	if n < 1 || n > maxTransform {
		b.fail(say.Errorf("a length of %d; allowed are 1 to %d", n, maxTransform))
		return nil
	}
	list := make([]int64, n)
	for i := range list {
		list[i] = int64(i)
	}
	v := b.list(list...)
	if column {
		v = b.reshape(v, n, 1)
	}
	return v
}

// dft transforms along an axis: each result is a sum over a table of cosines
// and sines of 2π·(i·k mod length) ÷ length, in f64.
func (b *building) dft(x *Value, axis, length int64, inverse, half bool) *Value {
	if b.err != nil {
		return nil
	}
	last := len(x.Shape) - 1
	parts, have := b.extent(x, last), min(b.extent(x, int(axis)), length)
	results := length
	if half && inverse {
		have = min(have, length/2+1)
	} else if half {
		results = length/2 + 1
	}
	rows, columns := b.upTo(have, true), b.upTo(results, false)
	if parts > 2 {
		b.fail(say.Errorf("shape %s: the last axis holds real and imaginary parts", x.Shape))
	}
	if b.err != nil {
		return nil
	}
	modulus, err := b.im.scalar(Int64, littleEndian64(length))
	b.fail(err)
	turns := b.emit("Mod", []*Value{b.op("Mul", rows, columns), modulus}, intAttr("fmod", 0))
	angle := b.op("Mul", b.cast(turns, Float64), b.double(2*math.Pi/float64(length)))
	cos, sin := b.op("Cos", angle), b.op("Sin", angle)
	if inverse {
		weights := make([]int64, have) // of each input
		for i := range weights {
			weights[i] = 1
			if half && i > 0 && int64(2*i) != length { // stands for its mirror image too
				weights[i] = 2
			}
		}
		scale := b.op("Div", b.cast(b.reshape(b.list(weights...), have, 1), Float64), b.double(float64(length)))
		cos, sin = b.op("Mul", cos, scale), b.op("Neg", b.op("Mul", sin, scale))
	}
	// The axis goes last, one part at a time.
	part := func(i int64) *Value {
		v := b.slice(b.slice(x, int64(last), i, i+1, 1), axis, 0, have, 1)
		var perm []int64
		for j := range last {
			if int64(j) != axis {
				perm = append(perm, int64(j))
			}
		}
		return b.transpose(v, append(perm, int64(last), axis)...)
	}
	product := func(v, table *Value) *Value { return b.op("MatMul", v, table) }
	re := part(0)
	real, imaginary := product(re, cos), b.op("Neg", product(re, sin))
	if parts == 2 {
		im := part(1)
		real, imaginary = b.op("Add", real, product(im, sin)), b.op("Add", imaginary, product(im, cos))
	}
	var perm []int64 // back: […, parts, axis] → axis in place, parts last
	for j := range last {
		switch {
		case int64(j) < axis:
			perm = append(perm, int64(j))
		case int64(j) == axis:
			perm = append(perm, int64(last))
		default:
			perm = append(perm, int64(j-1))
		}
	}
	y := real
	if !(half && inverse) {
		y = b.concat(int64(last-1), real, imaginary)
	}
	return b.transpose(y, append(perm, int64(last-1))...)
}

func (b *building) stft(n *Node, half bool) *Value {
	x, window := n.Inputs[0], n.Input(2)
	if len(x.Shape) == 2 {
		x = b.reshape(x, 0, 0, 1)
	}
	samples, step := b.extent(x, 1), b.known(n.Inputs[1], 0)
	length := samples
	if window != nil {
		length = b.extent(window, 0)
	}
	length = b.known(n.Input(3), length)
	if b.err == nil && (step < 1 || length < 1 || length > samples) {
		b.fail(errors.New("frame_step and frame_length must be at least 1, and a frame no longer than the signal"))
	}
	if b.err != nil {
		return nil
	}
	frames := (samples-length)/step + 1
	distance, err := b.im.scalar(Int64, littleEndian64(step))
	b.fail(err)
	index := b.op("Add", b.op("Mul", b.upTo(frames, true), distance), b.upTo(length, false))
	x = b.cast(b.emit("Gather", []*Value{x, index}, intAttr("axis", 1)), Float64) // [batch, frames, length, parts]
	if window != nil {
		x = b.op("Mul", x, b.reshape(b.cast(window, Float64), -1, 1))
	}
	return b.dft(x, 2, length, false, half)
}

// mel computes triangles over the bins of a spectrum that are as wide as
// neighbouring steps of the mel scale, in f64.
func (b *building) mel(n *Node) *Value {
	bands, length, rate := b.known(n.Inputs[0], 0), b.known(n.Inputs[1], 0), b.known(n.Inputs[2], 0)
	if b.err == nil && (bands < 1 || bands > maxTransform || length < 1 || rate < 1) {
		b.fail(errors.New("num_mel_bins, dft_length and sample_rate must be positive"))
	}
	if b.err != nil {
		return nil
	}
	const perOctave = 2595 // the mel scale: 2595·log₁₀(1 + f/700)
	toMel := func(v *Value) *Value {
		v = b.op("Log", b.op("Add", b.double(1), b.op("Div", b.cast(v, Float64), b.double(700))))
		return b.op("Mul", b.op("Div", v, b.double(math.Ln10)), b.double(perOctave))
	}
	low := toMel(n.Inputs[3])
	step := b.op("Div", b.op("Sub", toMel(n.Inputs[4]), low), b.double(float64(bands+2)))
	mels := b.op("Add", b.op("Mul", b.cast(b.upTo(bands+2, false), Float64), step), low)
	hertz := b.op("Mul", b.double(700), b.op("Sub", b.op("Pow", b.double(10), b.op("Div", mels, b.double(perOctave))), b.double(1)))
	bins := b.op("Floor", b.op("Div", b.op("Mul", hertz, b.double(float64(length+1))), b.double(float64(rate))))
	edge := func(i int64) *Value { return b.slice(b.reshape(bins, -1), 0, i, i+bands, 1) }
	left, centre, right := edge(0), edge(1), edge(2)
	at := b.cast(b.upTo(length/2+1, true), Float64)
	rise := b.op("Div", b.op("Sub", at, left), b.op("Sub", centre, left))
	fall := b.op("Div", b.op("Sub", right, at), b.op("Sub", right, centre))
	zero := b.double(0)
	rise = b.op("Where", b.op("Less", at, left), zero, rise)
	fall = b.op("Where", b.op("Less", at, right), fall, zero)
	return b.op("Where", b.op("Equal", at, centre), b.double(1), b.op("Where", b.op("Less", at, centre), rise, fall))
}

func shapesSpectral(in *inference) ([]Shape, error) {
	x := in.n.Inputs[0].Shape
	k := len(x)
	if k < 2 || !in.require(Equal, x[k-1], x[k-2]) {
		return nil, say.Errorf("operand of shape %s holds no square matrices", x)
	}
	return []Shape{append(Shape{}, x[:k-2]...)}, nil
}
