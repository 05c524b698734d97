package graph

import (
	"errors"
	"math"

	"github.com/dehug/dehug/internal/say"

	"github.com/dehug/dehug/wasm/onnx"
)

// shaping holds the operators that move, select and repeat elements.
var shaping family

func shapingFamily() {
	shaping = family{rules: table{text: shapingTable}, canonical: table{text: shapingForms}, settle: settleShaping, expand: expandShaping, shapes: shapesShaping}
}

// shapingTable is in the notation of elementwiseTable. A version that only
// widens types refers to the widest set.
const shapingTable = `
AffineGrid TI>T 20F align_corners:i
BlackmanWindow D>F 17P output_datatype:i periodic:i
CenterCropPad TD>T 18P axes:l
Col2Im TII>T 18G dilations:l pads:l strides:l
Compress TB>T 9P axis:i
DepthToSpace T>T 1P blocksize:i!
DepthToSpace T>T 11P blocksize:i! mode:s
Expand TI>T 8P
EyeLike T>T 9P dtype:i k:i
Flatten T>T 1P axis:i
Gather TU>T 1P/k axis:i
GatherElements TU>T 11P/k axis:i
GatherND TI>T 11P
GatherND TI>T 12P batch_dims:i
GridSample TU>T 16h/h align_corners:i mode:s padding_mode:s
HammingWindow D>F 17P output_datatype:i periodic:i
HannWindow D>F 17P output_datatype:i periodic:i
MaxUnpool TII?>T 9f kernel_shape:l! pads:l strides:l
NonMaxSuppression FFI?F?F?>I 10P center_point_box:i
NonZero T>I 9P
OneHot UVT>T 9P/N axis:i
Pad T>T 2f mode:s pads:l! value:f
Pad TIT?>T 11P mode:s
Pad TIT?U?>T 18P/k mode:s
Range TTT>T 11R
Resize TF>T 10P mode:s
Resize TU?F?I?>T 11P/f coordinate_transformation_mode:s cubic_coeff_a:f exclude_outside:i extrapolation_value:f mode:s nearest_mode:s
Resize TU?F?I?>T 18P/f coordinate_transformation_mode:s cubic_coeff_a:f exclude_outside:i extrapolation_value:f mode:s nearest_mode:s antialias:i axes:l keep_aspect_ratio_policy:s
ReverseSequence TI>T 10P batch_axis:i time_axis:i
RoiAlign TTI>T 10F mode:s output_height:i output_width:i sampling_ratio:i spatial_scale:f
RoiAlign TTI>T 16F coordinate_transformation_mode:s mode:s output_height:i output_width:i sampling_ratio:i spatial_scale:f
Scatter TUT>T 9P/k axis:i
ScatterElements TUT>T 11P/k axis:i
ScatterElements TUT>T 16P/k axis:i reduction:s
ScatterND TIT>T 11P
ScatterND TIT>T 16P reduction:s
Shape T>I 1z
Shape T>I 15z end:i start:i
Size T>I 1z
Slice T>T 1P axes:l ends:l! starts:l!
Slice TUUU?U?>T 10P/k
SpaceToDepth T>T 1P blocksize:i!
Split T>T* 2P axis:i split:l
Split TI?>T* 13P axis:i
Split TI?>T* 18P axis:i num_outputs:i
Squeeze T>T 1P axes:l
Squeeze TI?>T 13P
TensorScatter TTI?>T 24P axis:i mode:s
Tile TI>T 6P
Trilu TI?>T 14P upper:i
Unique T>TI?I?I? 11U axis:i sorted:i
Unsqueeze T>T 1P axes:l!
Unsqueeze TI>T 13P
Upsample T>T 7P mode:s scales:F!
Upsample TF>T 9P mode:s
`

const shapingForms = `
AffineGrid TD>T 0F align_corners:i!
Col2Im TDD>T 0P dilations:l! pads:l! strides:l!
Compress TB>T 0P axis:i count:s!
DepthToSpace T>T 0P blocksize:i! mode:s!
Expand TD>T 0P
EyeLike T>S 0P k:i! type:s!
Flatten T>T 0P axis:i!
Gather TU>T 0P/k axis:i!
GatherElements TU>T 0P/k axis:i!
GatherND TI>T 0P batch_dims:i!
GridSample TU>T 0P/F align_corners:i! mode:s! padding_mode:s!
MaxUnpool TID?>T 0f kernel_shape:l! pads:l! strides:l!
NonMaxSuppression FFI?F?F?>I 0P center_point_box:i! count:s!
NonZero T>I 0P count:s!
OneHot UT>T 0P/N axis:i! depth:i!
Pad TDT?D?>T 0P mode:s!
Range TTT>T 0R count:i
Resize TD?>T 0P antialias:i! axes:l! coordinate_transformation_mode:s! cubic_coeff_a:f! exclude_outside:i! extrapolation_value:f! keep_aspect_ratio_policy:s! mode:s! nearest_mode:s! roi:F scales:F
ReverseSequence TI>T 0P batch_axis:i! time_axis:i!
RoiAlign TTI>T 0F coordinate_transformation_mode:s! mode:s! output_height:i! output_width:i! sampling_ratio:i! spatial_scale:f!
ScatterElements TUT>T 0P/k axis:i! reduction:s!
ScatterND TIT>T 0P reduction:s!
Shape T>I 0z end:i! start:i!
Size T>I 0z
Slice TDDD?D?>T 0P
SpaceToDepth T>T 0P blocksize:i!
Split TD?>T* 0P axis:i! num_outputs:i!
Squeeze T>T 0P axes:l!
TensorScatter TTI?>T 0P axis:i! mode:s!
Tile TD>T 0P
Trilu TI?>T 0P upper:i!
Unique T>TI?I?I? 0P axis:i count:s! sorted:i!
Unsqueeze T>T 0P axes:l!
`

// A setting is an attribute with its default, for operators whose attributes
// only have to be made explicit. Words lists what a text may be; axis marks an
// integer that counts axes of operand 0, from the end when it is negative.
type setting struct {
	op, name string
	axis     bool
	i        int64
	words    string
}

var settings = []setting{
	{op: "AffineGrid", name: "align_corners"},
	{op: "DepthToSpace", name: "blocksize"},
	{op: "DepthToSpace", name: "mode", words: "DCR CRD"},
	{op: "EyeLike", name: "k"},
	{op: "Gather", name: "axis", axis: true},
	{op: "GatherElements", name: "axis", axis: true},
	{op: "GatherND", name: "batch_dims"},
	{op: "GridSample", name: "align_corners"},
	{op: "GridSample", name: "padding_mode", words: "zeros border reflection"},
	{op: "NonMaxSuppression", name: "center_point_box"},
	{op: "Pad", name: "mode", words: "constant reflect edge wrap"},
	{op: "ReverseSequence", name: "batch_axis", axis: true, i: 1},
	{op: "ReverseSequence", name: "time_axis", axis: true},
	{op: "RoiAlign", name: "mode", words: "avg max"},
	{op: "RoiAlign", name: "output_height", i: 1},
	{op: "RoiAlign", name: "output_width", i: 1},
	{op: "RoiAlign", name: "sampling_ratio"},
	{op: "ScatterElements", name: "axis", axis: true},
	{op: "ScatterElements", name: "reduction", words: "none add mul min max"},
	{op: "ScatterND", name: "reduction", words: "none add mul min max"},
	{op: "SpaceToDepth", name: "blocksize"},
	{op: "Split", name: "axis", axis: true},
	{op: "TensorScatter", name: "axis", axis: true, i: -2},
	{op: "TensorScatter", name: "mode", words: "linear circular"},
	{op: "Trilu", name: "upper", i: 1},
	{op: "Unique", name: "sorted", i: 1},
}

func settleShaping(n *Node, attrs attributeList) error {
	x := n.Inputs[0].Shape
	if n.Op == "Scatter" {
		n.Op = "ScatterElements"
	}
	for _, s := range settings {
		if s.op != n.Op {
			continue
		}
		if s.words != "" {
			word := firstWord(s.words)
			if a := attrs.get(s.name); a != nil {
				word = a.S
			}
			if !hasWord(s.words, word) {
				return say.Errorf("%s is %q; it must be one of %s", s.name, word, s.words)
			}
			n.setString(s.name, word)
			continue
		}
		k := attrs.int(s.name, s.i)
		if s.axis {
			var err error
			if k, err = axisOf(k, len(x)); err != nil {
				return say.Errorf("%s: %w", s.name, err)
			}
		}
		n.setInt(s.name, k)
	}
	switch n.Op {
	case "Compress", "Unique":
		if attrs.get("axis") != nil {
			axis, err := axisOf(attrs.int("axis", 0), len(x))
			if err != nil {
				return err
			}
			n.setInt("axis", axis)
		}
	case "EyeLike":
		t := n.Inputs[0].Type
		if a := attrs.get("dtype"); a != nil {
			var err error
			if t, err = elementType(onnx.DataType(a.I)); err != nil {
				return err
			}
		}
		n.setString("type", t.String())
	case "Flatten":
		axis := attrs.int("axis", 1)
		if axis < 0 {
			axis += int64(len(x))
		}
		n.setInt("axis", axis)
	case "GridSample":
		mode := "linear"
		if a := attrs.get("mode"); a != nil {
			mode = a.S
		}
		switch mode { // opset 16's names
		case "bilinear":
			mode = "linear"
		case "bicubic":
			mode = "cubic"
		}
		if !hasWord("linear nearest cubic", mode) {
			return say.Errorf("mode is %q; it must be linear, nearest or cubic", mode)
		}
		n.setString("mode", mode)
	case "RoiAlign":
		n.setFloat("spatial_scale", attrs.float("spatial_scale", floatOne))
	case "Shape":
		rank := int64(len(x))
		clip := func(k int64) int64 {
			if k < 0 {
				k += rank
			}
			return max(0, min(k, rank))
		}
		start, end := clip(attrs.int("start", 0)), clip(attrs.int("end", rank))
		n.setInt("start", start)
		n.setInt("end", max(start, end))
	case "Col2Im", "MaxUnpool":
		spatial := len(x) - 2
		if n.Op == "Col2Im" {
			if k, ok := n.Inputs[1].Shape.Elements().IsConst(); ok {
				spatial = int(min(k, MaxRank))
			}
			n.setInts("dilations", attrs.ints("dilations", spatial, 1))
		} else {
			n.setInts("kernel_shape", attrs.ints("kernel_shape", 0, 0))
		}
		n.setInts("pads", attrs.ints("pads", 2*max(spatial, 0), 0))
		n.setInts("strides", attrs.ints("strides", max(spatial, 0), 1))
	}
	return nil
}

const floatOne = 0x3f800000 // 1, as float32

func firstWord(s string) string {
	for i := range len(s) {
		if s[i] == ' ' {
			return s[:i]
		}
	}
	return s
}

func hasWord(words, w string) bool {
	for words != "" {
		first := firstWord(words)
		if first == w {
			return true
		}
		words = words[min(len(first)+1, len(words)):]
	}
	return false
}

func axisOf(axis int64, rank int) (int64, error) {
	if axis < -int64(rank) || axis >= int64(rank) {
		return 0, say.Errorf("axis %d is out of range for rank %d", axis, rank)
	}
	if axis < 0 {
		axis += int64(rank)
	}
	return axis, nil
}

// numbers of an operand that becomes an attribute.
func constantInts(v *Value) ([]int64, error) {
	if k, ok := Known(v); ok {
		return k, nil
	}
	if err := needsValue(v); err != nil {
		return nil, err
	}
	return nil, say.Errorf("operand %q is not a constant of at most %d integers", v.Name, maxKnown)
}

// constantFloats returns the bits of a float32 constant's elements.
func constantFloats(v *Value) ([]uint32, error) {
	if v.Const == nil || v.payload() == nil {
		if err := needsValue(v); err != nil {
			return nil, err
		}
		return nil, say.Errorf("operand %q is not a small constant", v.Name)
	}
	data := v.payload()
	var out []uint32
	for ; len(data) >= 4 && v.Type == Float32; data = data[4:] {
		out = append(out, uint32(elementAt(data, Int32)))
	}
	return out, nil
}

// payload is what is at hand of a constant's bytes.
func (v *Value) payload() []byte {
	if v.Const.Data != nil {
		return v.Const.Data
	}
	return v.Const.look
}

// axesList resolves a list of axes of a tensor of some rank.
func axesList(axes []int64, rank int) ([]int64, error) {
	out := make([]int64, len(axes))
	for i, a := range axes {
		var err error
		if out[i], err = axisOf(a, rank); err != nil {
			return nil, err
		}
		for _, b := range out[:i] {
			if b == out[i] {
				return nil, say.Errorf("axes %v repeat %d", axes, a)
			}
		}
	}
	return out, nil
}

// expandShaping turns attributes into operands and operands into attributes,
// and spells CenterCropPad and Upsample out.
func expandShaping(im *importer, n *Node, attrs attributeList) ([]*Value, error) {
	results, err := im.expandShaping(n, attrs)
	if err != nil || results != nil {
		return results, err
	}
	switch n.Op {
	case "AffineGrid", "Col2Im", "GridSample", "Range", "RoiAlign":
	case "Resize":
		if n.Str("mode", "") == "nearest" {
			return nil, nil
		}
	case "ScatterElements", "ScatterND":
		if n.Str("reduction", "") == "none" {
			return nil, nil
		}
	default:
		return nil, nil
	}
	return im.widen(n)
}

// widen computes with f32 what kernels do not compute with half floats.
func (im *importer) widen(n *Node) ([]*Value, error) {
	t := n.Inputs[0].Type
	if t != Float16 && t != BFloat16 {
		return nil, nil
	}
	cast := func(v *Value, t Type) (*Value, error) {
		return im.emit("Cast", []*Value{v}, Attr{Name: "type", Kind: AttrString, S: t.String()})
	}
	for i, v := range n.Inputs {
		if v != nil && v.Type == t {
			wide, err := cast(v, Float32)
			if err != nil {
				return nil, err
			}
			n.Inputs[i] = wide
		}
	}
	wide, err := im.emit(n.Op, n.Inputs, n.Attrs...)
	if err != nil {
		return nil, err
	}
	v, err := cast(wide, t)
	return []*Value{v}, err
}

func (im *importer) expandShaping(n *Node, attrs attributeList) ([]*Value, error) {
	x := n.Inputs[0]
	switch n.Op {
	case "BlackmanWindow", "HammingWindow", "HannWindow":
		return im.window(n, attrs)
	case "CenterCropPad":
		return im.centerCropPad(n, attrs)
	case "Compress", "NonMaxSuppression", "NonZero", "Unique":
		// A model's own symbol of that name would only be taken for less than it is.
		n.setString("count", string(countMark)+im.fresh(n.Op))
	case "OneHot":
		return nil, oneHot(n, attrs)
	case "Pad":
		if a := attrs.get("pads"); a != nil {
			pads, err := im.list(a.Ints)
			if err != nil {
				return nil, err
			}
			n.Inputs = append(n.Inputs, pads)
			if attrs.float("value", 0) != 0 {
				v, err := im.scalar(Float32, littleEndian32(attrs.float("value", 0)))
				if err == nil {
					v, err = im.asType(v, x.Type)
				}
				if err != nil {
					return nil, err
				}
				n.Inputs = append(n.Inputs, v)
			}
		}
	case "Range":
		if x.Type != Int64 && x.Type != Int32 && x.Type != Int16 {
			count, err := rangeCount(n)
			if err != nil {
				if v, ok := im.wholeRange(n); ok {
					return []*Value{v}, nil
				}
				return nil, err
			}
			n.setInt("count", count)
			return expandHalf(im, n, attrs)
		}
	case "Resize", "Upsample":
		return nil, settleResize(n, attrs)
	case "RoiAlign":
		mode := "half_pixel"
		if im.opset < 16 {
			mode = "output_half_pixel"
		}
		if a := attrs.get("coordinate_transformation_mode"); a != nil {
			mode = a.S
		}
		if !hasWord("half_pixel output_half_pixel", mode) {
			return nil, say.Errorf("coordinate_transformation_mode is %q", mode)
		}
		n.setString("coordinate_transformation_mode", mode)
	case "Slice":
		for _, name := range []string{"starts", "ends", "axes"} {
			if a := attrs.get(name); a != nil {
				v, err := im.list(a.Ints)
				if err != nil {
					return nil, err
				}
				n.Inputs = append(n.Inputs, v)
			}
		}
	case "Split":
		n.setInt("num_outputs", attrs.int("num_outputs", int64(len(n.Outputs))))
		if a := attrs.get("split"); a != nil {
			v, err := im.list(a.Ints)
			if err != nil {
				return nil, err
			}
			n.Inputs = append(n.Inputs, v)
		}
	case "Squeeze", "Unsqueeze":
		var axes []int64
		var err error
		if a := attrs.get("axes"); a != nil {
			axes = a.Ints
		} else if v := n.Input(1); v != nil {
			if axes, err = constantInts(v); err != nil {
				return nil, err
			}
		} else {
			for i, d := range x.Shape {
				k, fixed := d.IsConst()
				if !fixed {
					return nil, say.Errorf("without axes, whether extent %s is 1 decides the rank: export with axes", d)
				}
				if k == 1 {
					axes = append(axes, int64(i))
				}
			}
		}
		rank := len(x.Shape)
		if n.Op == "Unsqueeze" {
			rank += len(axes)
		}
		if axes, err = axesList(axes, rank); err != nil {
			return nil, err
		}
		n.setInts("axes", axes)
		n.Inputs = n.Inputs[:1]
	}
	return nil, nil
}

// list makes an int64 constant.
func (im *importer) list(v []int64) (*Value, error) {
	c := &Value{Name: im.fresh("const"), Type: Int64, Shape: Shape{Num(int64(len(v)))}, Const: &Const{Data: littleEndian64(v...)}}
	if c.Const.Data == nil {
		c.Const.Data = []byte{}
	}
	im.g.Consts = append(im.g.Consts, c)
	return c, im.define(c)
}

// oneHot makes the depth an attribute. It may come as a float that is whole.
func oneHot(n *Node, attrs attributeList) error {
	depth := n.Inputs[1]
	var k int64
	switch depth.Type {
	case Float32, Float64:
		v, err := scalarFloat(depth)
		if err != nil {
			return err
		}
		k = int64(v)
	default:
		v, err := constantInts(depth)
		if err != nil {
			return err
		}
		if len(v) != 1 {
			return errors.New("depth is not one number")
		}
		k = v[0]
	}
	if k < 1 || k > maxParam {
		return say.Errorf("depth is %d; allowed are 1 to %d", k, maxParam)
	}
	axis, err := axisOf(attrs.int("axis", -1), len(n.Inputs[0].Shape)+1)
	if err != nil {
		return err
	}
	n.setInt("depth", k)
	n.setInt("axis", axis)
	n.Inputs = []*Value{n.Inputs[0], n.Inputs[2]}
	return nil
}

// scalarFloat reads a number with a shape role.
func scalarFloat(v *Value) (float64, error) {
	if n := v.Def; n != nil && (n.Op == "Cast" || n.Op == "Identity" || n.Op == "Squeeze" || n.Op == "Reshape") {
		if k, ok := Known(n.Inputs[0]); ok && len(k) == 1 {
			return float64(k[0]), nil
		}
		if n.Op != "Cast" {
			return scalarFloat(n.Inputs[0])
		}
	}
	if v.Const == nil || v.payload() == nil {
		if err := needsValue(v); err != nil {
			return 0, err
		}
		return 0, say.Errorf("operand %q is not a constant", v.Name)
	}
	b := v.payload()
	switch {
	case v.Type == Float32 && len(b) == 4:
		return float64(math.Float32frombits(uint32(elementAt(b, Int32)))), nil
	case v.Type == Float64 && len(b) == 8:
		return math.Float64frombits(uint64(elementAt(b, Int64))), nil
	case v.Type == BFloat16 && len(b) == 2:
		return float64(math.Float32frombits(uint32(b[0])<<16 | uint32(b[1])<<24)), nil
	case v.Type == Float16 && len(b) == 2:
		h := uint64(b[0]) | uint64(b[1])<<8
		if e := h >> 10 & 31; e != 0 && e != 31 { // others count no steps
			return math.Float64frombits(h>>15<<63 | (e+1023-15)<<52 | h&1023<<42), nil
		}
		return 0, nil
	}
	return 0, say.Errorf("operand %q is not one float", v.Name)
}

// rangeCount is the number of elements of a Range over floats.
func rangeCount(n *Node) (int64, error) {
	var k [3]float64
	for i, v := range n.Inputs {
		var err error
		if k[i], err = scalarFloat(v); err != nil {
			return 0, err
		}
	}
	count := math.Ceil((k[1] - k[0]) / k[2])
	if !(count <= maxElements) {
		return 0, errors.New("the range is too long")
	}
	return int64(max(count, 0)), nil
}

// wholeRange makes a Range over f32 whose operands are whole numbers one over
// integers that is converted: its length may then depend on extents that are
// still open. Detectors count the cells of their grids so.
func (im *importer) wholeRange(n *Node) (*Value, bool) {
	const exact = 1 << 24 // whole numbers up to here are themselves in f32
	if n.Inputs[0].Type != Float32 {
		return nil, false
	}
	operands := make([]*Value, len(n.Inputs))
	for i, v := range n.Inputs {
		if d := v.Def; d != nil && d.Op == "Cast" && d.Inputs[0].Type == Int64 {
			operands[i] = d.Inputs[0]
			continue
		}
		k, err := scalarFloat(v)
		if err != nil || k != math.Trunc(k) || math.Abs(k) > exact {
			return nil, false
		}
		if operands[i], err = im.scalar(Int64, littleEndian64(int64(k))); err != nil {
			return nil, false
		}
	}
	counted, err := im.emit("Range", operands)
	if err != nil {
		return nil, false
	}
	v, err := im.emit("Cast", []*Value{counted}, Attr{Name: "type", Kind: AttrString, S: Float32.String()})
	return v, err == nil
}

// centerCropPad spells CenterCropPad out as a Slice and a Pad.
func (im *importer) centerCropPad(n *Node, attrs attributeList) ([]*Value, error) {
	x := n.Inputs[0]
	want, err := constantInts(n.Inputs[1])
	if err != nil {
		return nil, err
	}
	axes := make([]int64, len(x.Shape))
	for i := range axes {
		axes[i] = int64(i)
	}
	if a := attrs.get("axes"); a != nil {
		axes = a.Ints
	}
	if axes, err = axesList(axes, len(x.Shape)); err != nil || len(axes) != len(want) {
		return nil, say.Errorf("axes %v do not fit %d extents", axes, len(want))
	}
	starts, ends := make([]int64, len(axes)), make([]int64, len(axes))
	pads := make([]int64, 2*len(x.Shape))
	for i, a := range axes {
		have, ok := x.Shape[a].IsConst()
		if !ok || want[i] < 0 {
			return nil, say.Errorf("extent %s is not fixed, or %d is negative", x.Shape[a], want[i])
		}
		ends[i] = have
		switch {
		case have > want[i]:
			starts[i] = (have - want[i]) / 2
			ends[i] = starts[i] + want[i]
		case have < want[i]:
			pads[a] = (want[i] - have) / 2
			pads[int(a)+len(x.Shape)] = want[i] - have - pads[a]
		}
	}
	lists := []*Value{x}
	for _, l := range [][]int64{starts, ends, axes} {
		v, err := im.list(l)
		if err != nil {
			return nil, err
		}
		lists = append(lists, v)
	}
	v, err := im.emit("Slice", lists)
	if err != nil {
		return nil, err
	}
	p, err := im.list(pads)
	if err != nil {
		return nil, err
	}
	v, err = im.emit("Pad", []*Value{v, p}, Attr{Name: "mode", Kind: AttrString, S: "constant"})
	return []*Value{v}, err
}

// settleResize makes of Resize and Upsample, with their operands [X, roi?,
// scales?, sizes?], the canonical Resize [X, sizes?].
func settleResize(n *Node, attrs attributeList) error {
	old := len(n.Inputs) <= 2 // Upsample, and Resize before opset 11
	scales, sizes, roi := n.Input(2), n.Input(3), n.Input(1)
	mode, coordinates, nearest := "nearest", "half_pixel", "round_prefer_floor"
	if old {
		scales, roi, coordinates, nearest = n.Input(1), nil, "asymmetric", "floor"
	}
	word := func(name, def string) string {
		if a := attrs.get(name); a != nil {
			return a.S
		}
		return def
	}
	n.Op = "Resize"
	for _, s := range []struct{ name, word, words string }{
		{"mode", word("mode", mode), "nearest linear cubic"},
		{"coordinate_transformation_mode", word("coordinate_transformation_mode", coordinates),
			"half_pixel half_pixel_symmetric pytorch_half_pixel align_corners asymmetric tf_half_pixel_for_nn tf_crop_and_resize"},
		{"nearest_mode", word("nearest_mode", nearest), "round_prefer_floor round_prefer_ceil floor ceil"},
		{"keep_aspect_ratio_policy", word("keep_aspect_ratio_policy", "stretch"), "stretch not_larger not_smaller"},
	} {
		if !hasWord(s.words, s.word) {
			return say.Errorf("%s is %q; it must be one of %s", s.name, s.word, s.words)
		}
		n.setString(s.name, s.word)
	}
	n.setInt("antialias", attrs.int("antialias", 0))
	n.setInt("exclude_outside", attrs.int("exclude_outside", 0))
	n.setFloat("cubic_coeff_a", attrs.float("cubic_coeff_a", 0xbf400000)) // −0.75
	n.setFloat("extrapolation_value", attrs.float("extrapolation_value", 0))
	rank := len(n.Inputs[0].Shape)
	axes, err := axesList(attrs.ints("axes", 0, 0), rank)
	if err != nil {
		return err
	}
	if attrs.get("axes") == nil {
		for i := range rank {
			axes = append(axes, int64(i))
		}
	}
	n.setInts("axes", axes)
	floats := func(name string, v *Value, count int) error {
		bits, err := constantFloats(v)
		if err != nil {
			return say.Errorf("%s: %w", name, err)
		}
		if len(bits) != count {
			return say.Errorf("%s has %d numbers; %d axes need %d", name, len(bits), len(axes), count)
		}
		n.Set(Attr{Name: name, Kind: AttrFloats, Fs: bits})
		return nil
	}
	if n.Str("coordinate_transformation_mode", "") == "tf_crop_and_resize" {
		if roi == nil {
			return errors.New("roi is missing")
		}
		if err := floats("roi", roi, 2*len(axes)); err != nil {
			return err
		}
	}
	if a := attrs.get("scales"); a != nil {
		n.Set(Attr{Name: "scales", Kind: AttrFloats, Fs: a.Floats})
	} else if sizes == nil {
		if scales == nil {
			return errors.New("neither scales nor sizes are given")
		}
		if err := floats("scales", scales, len(axes)); err != nil {
			return err
		}
	}
	n.Inputs = n.Inputs[:1]
	if sizes != nil {
		n.Inputs = append(n.Inputs, sizes)
	}
	return nil
}

// resize infers a Resize's shape.
func (in *inference) resize() (Shape, error) {
	n := in.n
	x := n.Inputs[0].Shape
	axes, err := axesList(n.Ints("axes"), len(x))
	if err != nil {
		return nil, err
	}
	out := append(Shape{}, x...)
	if n.Input(1) == nil {
		a := n.Attr("scales")
		if a == nil || len(a.Fs) != len(axes) || n.Attr("roi") != nil {
			return nil, errors.New("scales and axes differ in number, or roi goes with scales, which is not supported: give sizes")
		}
		for i, k := range axes {
			// floor(extent · m · 2^e) is exact in integers.
			e, m := int(a.Fs[i]>>23)-127-23, int64(a.Fs[i]&(1<<23-1)|1<<23)
			for m&1 == 0 {
				m, e = m>>1, e+1
			}
			if a.Fs[i]>>31 != 0 || e < -40 || e > 20 {
				return nil, errors.New("a scale is not positive, or far from 1")
			}
			out[k] = FloorDiv(Mul(x[k], Num(m<<max(e, 0))), Num(1<<max(-e, 0)))
		}
		return out, nil
	}
	sizes, err := shapeOperand(n, 1)
	if err != nil {
		return nil, err
	}
	if len(sizes) != len(axes) {
		return nil, say.Errorf("%d sizes for %d axes", len(sizes), len(axes))
	}
	policy := n.Str("keep_aspect_ratio_policy", "stretch")
	if policy == "stretch" {
		for i, k := range axes {
			out[k] = sizes[i]
		}
		return out, nil
	}
	num, den, err := in.aspect(axes, sizes)
	if err != nil {
		return nil, err
	}
	for _, k := range axes { // rounded, halves up
		extent, _ := x[k].IsConst()
		out[k] = Num((2*num*extent + den) / (2 * den))
	}
	return out, nil
}

// aspect is the one scale of a Resize that keeps the aspect ratio, as a quotient.
func (in *inference) aspect(axes []int64, sizes []Dim) (num, den int64, err error) {
	larger := in.n.Str("keep_aspect_ratio_policy", "") == "not_smaller"
	for i, k := range axes {
		size, ok := sizes[i].IsConst()
		extent, ok2 := in.n.Inputs[0].Shape[k].IsConst()
		if !ok || !ok2 || size < 1 || extent < 1 || size > maxParam || extent > maxParam>>4 {
			return 0, 0, errors.New("keeping the aspect ratio needs fixed extents: export with fixed shapes")
		}
		if i == 0 || size*den != num*extent && (size*den > num*extent) == larger {
			num, den = size, extent
		}
	}
	if den == 0 {
		return 1, 1, nil
	}
	return num, den, nil
}

// Aspect returns the scale of a Resize that keeps the aspect ratio, as a
// quotient; 0 of any other.
func Aspect(n *Node) (num, den int64) {
	if n.Input(1) == nil || n.Str("keep_aspect_ratio_policy", "stretch") == "stretch" {
		return 0, 0
	}
	in := &inference{n: n}
	sizes, _ := shapeOperand(n, 1)
	num, den, _ = in.aspect(n.Ints("axes"), sizes)
	return num, den
}

// window spells a cosine window out: the sum of weights[k] · cos(2π·k·i/n).
func (im *importer) window(n *Node, attrs attributeList) ([]*Value, error) {
	size, err := constantInts(n.Inputs[0])
	if err != nil {
		return nil, err
	}
	if len(size) != 1 || size[0] < 0 || size[0] > maxElements {
		return nil, say.Errorf("size is %v; it must be one number that is not negative", size)
	}
	t, err := elementType(onnx.DataType(attrs.int("output_datatype", int64(onnx.Float))))
	if err != nil {
		return nil, err
	}
	span := float64(max(size[0]-1+attrs.int("periodic", 1), 1))
	weights := map[string][]float64{"BlackmanWindow": {0.42, -0.5, 0.08}, "HammingWindow": {25. / 46, -21. / 46}, "HannWindow": {0.5, -0.5}}[n.Op]
	c := func(x float64) (*Value, error) { return im.scalar(Float64, littleEndian64(int64(math.Float64bits(x)))) }
	var all []*Value // 0, size, 1, then weight and frequency of each term
	for i, w := range append([]float64{0, float64(size[0]), 1}, weights...) {
		v, err := c(w)
		if err != nil {
			return nil, err
		}
		f, err := c(2 * math.Pi * float64(max(i-3, 0)) / span)
		if err != nil {
			return nil, err
		}
		all = append(all, v, f)
	}
	at, err := im.emit("Range", []*Value{all[0], all[2], all[4]}, Attr{Name: "count", Kind: AttrInt, I: size[0]})
	sum := all[6]
	for k := 8; k < len(all) && err == nil; k += 2 {
		term := at
		for _, step := range []struct {
			op string
			by *Value
		}{{"Mul", all[k+1]}, {"Cos", nil}, {"Mul", all[k]}, {"Add", sum}} {
			operands := []*Value{term, step.by}
			if step.by == nil {
				operands = operands[:1]
			}
			if term, err = im.emit(step.op, operands); err != nil {
				return nil, err
			}
		}
		sum = term
	}
	if err != nil {
		return nil, err
	}
	sum, err = im.emit("Cast", []*Value{sum}, Attr{Name: "type", Kind: AttrString, S: t.String()})
	return []*Value{sum}, err
}
