package graph

import (
	"errors"

	"github.com/dehug/dehug/internal/say"
)

func shapesShaping(in *inference) ([]Shape, error) {
	n := in.n
	switch n.Op {
	case "Split":
		return in.split()
	case "Unique":
		return in.unique()
	}
	s, err := in.shaped()
	return []Shape{s}, err
}

// shaped infers the shape of the one result.
func (in *inference) shaped() (Shape, error) {
	n := in.n
	x := n.Inputs[0].Shape
	rank := len(x)
	axis := n.Int("axis", 0)
	if axis < 0 || n.Attr("axis") != nil && axis > int64(rank) {
		return nil, say.Errorf("axis %d is out of range for rank %d", axis, rank)
	}
	onAxis := func() error { // of operand 0
		if axis >= int64(rank) {
			return say.Errorf("axis %d is out of range for rank %d", axis, rank)
		}
		return nil
	}
	second := func() Shape { return n.Inputs[1].Shape }
	switch n.Op {
	case "Shape":
		start, end := n.Int("start", 0), n.Int("end", 0)
		if start < 0 || end < start || end > int64(rank) {
			return nil, say.Errorf("axes %d to %d of rank %d", start, end, rank)
		}
		return Shape{Num(end - start)}, nil
	case "Size":
		return Shape{}, nil
	case "EyeLike", "Trilu":
		if n.Op == "EyeLike" && rank != 2 || rank < 2 {
			return nil, say.Errorf("operand 0 has rank %d; it must be a matrix", rank)
		}
		if v := n.Input(1); v != nil {
			if k, ok := v.Shape.Elements().IsConst(); !ok || k != 1 {
				return nil, errors.New("k is not one number")
			}
		}
		return x, nil
	case "ReverseSequence":
		b, t := n.Int("batch_axis", 0), n.Int("time_axis", 0)
		if rank < 2 || b+t != 1 || b*t != 0 || len(second()) != 1 || !in.require(Equal, x[b], second()[0]) {
			return nil, say.Errorf("lengths of shape %s, batch axis %d and time axis %d do not fit %s", second(), b, t, x)
		}
		return x, nil
	case "Gather":
		if err := onAxis(); err != nil {
			return nil, err
		}
		return append(append(append(Shape{}, x[:axis]...), second()...), x[axis+1:]...), nil
	case "GatherElements", "ScatterElements":
		if err := onAxis(); err != nil {
			return nil, err
		}
		if len(second()) != rank {
			return nil, say.Errorf("indices have rank %d, the data %d", len(second()), rank)
		}
		for i, d := range second() {
			if int64(i) != axis && !d.Equal(x[i]) && !in.require(AtMost, d, x[i]) {
				return nil, say.Errorf("indices of shape %s reach beyond data of shape %s", second(), x)
			}
		}
		if n.Op == "GatherElements" {
			return second(), nil
		}
		return x, in.same(n.Inputs[2].Shape, second(), "updates")
	case "GatherND", "ScatterND":
		batch := int(n.Int("batch_dims", 0))
		q := second()
		if len(q) < 1 || batch < 0 || batch >= len(q) || batch >= rank {
			return nil, say.Errorf("indices of shape %s with %d batch axes", q, batch)
		}
		k, ok := q[len(q)-1].IsConst()
		if !ok || k < 0 || int(k) > rank-batch {
			return nil, say.Errorf("index tuples of %s numbers do not fit data of shape %s", q[len(q)-1], x)
		}
		if err := in.same(q[:batch], x[:batch], "indices"); err != nil {
			return nil, err
		}
		out := append(append(Shape{}, q[:len(q)-1]...), x[batch+int(k):]...)
		if n.Op == "GatherND" {
			return out, nil
		}
		return x, in.same(n.Inputs[2].Shape, out, "updates")
	case "Slice":
		axes, err := in.slice()
		if err != nil {
			return nil, err
		}
		out := make(Shape, rank)
		for i, a := range axes {
			out[i] = a.extent
		}
		return out, nil
	case "Squeeze":
		axes, err := axesList(n.Ints("axes"), rank)
		if err != nil {
			return nil, err
		}
		gone := make([]bool, rank)
		for _, a := range axes {
			if gone[a] = true; !in.require(Equal, x[a], Num(1)) {
				return nil, say.Errorf("axis %d of %s is not 1", a, x)
			}
		}
		out := Shape{}
		for i, d := range x {
			if !gone[i] {
				out = append(out, d)
			}
		}
		return out, nil
	case "Unsqueeze":
		axes, err := axesList(n.Ints("axes"), rank+len(n.Ints("axes")))
		if err != nil {
			return nil, err
		}
		out := make(Shape, rank+len(axes))
		added := make([]bool, len(out))
		for _, a := range axes {
			added[a] = true
		}
		for i := range out {
			if added[i] {
				out[i] = Num(1)
			} else {
				out[i], x = x[0], x[1:]
			}
		}
		return out, nil
	case "Flatten":
		return Shape{x[:axis].Elements(), x[axis:].Elements()}, nil
	case "Expand":
		to, err := shapeOperand(n, 1)
		if err != nil {
			return nil, err
		}
		return in.broadcast(x, to)
	case "Tile":
		repeats, err := shapeOperand(n, 1)
		if err != nil {
			return nil, err
		}
		if len(repeats) != rank {
			return nil, say.Errorf("%d repeats for rank %d", len(repeats), rank)
		}
		out := make(Shape, rank)
		for i, r := range repeats {
			out[i] = Mul(x[i], r)
		}
		return out, nil
	case "Pad":
		pads, err := in.pads()
		if err != nil {
			return nil, err
		}
		out := make(Shape, rank)
		for i, p := range pads {
			out[i] = Add(Add(x[i], p[0]), p[1])
		}
		return out, nil
	case "DepthToSpace", "SpaceToDepth":
		b := n.Int("blocksize", 0)
		if rank != 4 || b < 1 || b > maxParam {
			return nil, say.Errorf("operand 0 has rank %d and the block size is %d; a rank of 4 and a positive size are needed", rank, b)
		}
		if n.Op == "DepthToSpace" {
			if !in.require(Divides, x[1], Num(b*b)) {
				return nil, say.Errorf("%s channels are no multiple of %d", x[1], b*b)
			}
			return Shape{x[0], FloorDiv(x[1], Num(b*b)), Mul(x[2], Num(b)), Mul(x[3], Num(b))}, nil
		}
		if !in.require(Divides, x[2], Num(b)) || !in.require(Divides, x[3], Num(b)) {
			return nil, say.Errorf("shape %s does not consist of blocks of %d", x, b)
		}
		return Shape{x[0], Mul(x[1], Num(b*b)), FloorDiv(x[2], Num(b)), FloorDiv(x[3], Num(b))}, nil
	case "OneHot":
		out := append(Shape{}, x[:axis]...)
		return append(append(out, Num(n.Int("depth", 0))), x[axis:]...), in.same(second(), Shape{Num(2)}, "values")
	case "Range":
		for i, v := range n.Inputs {
			if k, ok := v.Shape.Elements().IsConst(); !ok || k != 1 {
				return nil, say.Errorf("operand %d is not one number", i)
			}
		}
		return in.rangeShape()
	case "Resize":
		return in.resize()
	case "GridSample":
		q := second()
		if rank < 4 || rank > 5 || len(q) != rank || !in.require(Equal, x[0], q[0]) || !q[rank-1].Equal(Num(int64(rank-2))) {
			return nil, say.Errorf("a grid of shape %s does not fit data of shape %s (two or three spatial axes)", q, x)
		}
		return append(append(Shape{}, x[:2]...), q[1:rank-1]...), nil
	case "AffineGrid":
		size, err := shapeOperand(n, 1)
		if err != nil {
			return nil, err
		}
		k := int64(len(size) - 2)
		if k < 2 || k > 3 || rank != 3 || !in.require(Equal, x[0], size[0]) || !x[1:].Equal(Shape{Num(k), Num(k + 1)}) {
			return nil, say.Errorf("theta of shape %s does not fit a size of %d numbers", x, len(size))
		}
		return append(append(Shape{size[0]}, size[2:]...), Num(k)), nil
	case "RoiAlign":
		rois, batch := second(), n.Inputs[2].Shape
		h, w := n.Int("output_height", 0), n.Int("output_width", 0)
		if rank != 4 || len(rois) != 2 || len(batch) != 1 || !in.require(Equal, rois[0], batch[0]) || !rois[1].Equal(Num(4)) ||
			h < 1 || w < 1 || h > maxParam || w > maxParam || n.Int("sampling_ratio", 0) < 0 {
			return nil, say.Errorf("data of shape %s, rois of shape %s, batch indices of shape %s do not fit", x, rois, batch)
		}
		return Shape{rois[0], x[1], Num(h), Num(w)}, nil
	case "Col2Im":
		return in.col2im()
	case "MaxUnpool":
		return in.maxUnpool()
	case "TensorScatter":
		u := second()
		if err := onAxis(); err != nil {
			return nil, err
		}
		if len(u) != rank || axis == 0 {
			return nil, say.Errorf("an update of shape %s does not fit a cache of shape %s", u, x)
		}
		for i := range u {
			if int64(i) != axis && !in.require(Equal, u[i], x[i]) {
				return nil, say.Errorf("an update of shape %s does not fit a cache of shape %s", u, x)
			}
		}
		if !in.require(AtMost, u[axis], x[axis]) {
			return nil, errors.New("the update is longer than the cache")
		}
		if w := n.Input(2); w != nil {
			return x, in.same(w.Shape, x[:1], "write_indices")
		}
		return x, nil
	}
	return in.counted()
}

// same requires that two shapes are equal.
func (in *inference) same(a, b Shape, what string) error {
	if len(a) != len(b) {
		return say.Errorf("%s have shape %s; it must be %s", what, a, b)
	}
	for i := range a {
		if !in.require(Equal, a[i], b[i]) {
			return say.Errorf("%s have shape %s; it must be %s", what, a, b)
		}
	}
	return nil
}

func (in *inference) split() ([]Shape, error) {
	n := in.n
	x := n.Inputs[0].Shape
	axis, count := n.Int("axis", 0), n.Int("num_outputs", 0)
	if axis < 0 || axis >= int64(len(x)) || count < int64(len(n.Outputs)) || count > 1<<16 {
		return nil, say.Errorf("%d parts along axis %d of %s", count, axis, x)
	}
	out := make([]Shape, count)
	var sizes []Dim
	if n.Input(1) != nil {
		var err error
		if sizes, err = shapeOperand(n, 1); err != nil {
			return nil, err
		}
		all := Num(0)
		for _, d := range sizes {
			all = Add(all, d)
		}
		if int64(len(sizes)) != count || !in.require(Equal, all, x[axis]) {
			return nil, say.Errorf("parts of %v do not make up axis %d of %s", Shape(sizes), axis, x)
		}
	}
	part := CeilDiv(x[axis], Num(count)) // the last may be smaller
	_, static := x[axis].IsConst()
	if !static && sizes == nil {
		part = FloorDiv(x[axis], Num(count))
		in.require(Divides, x[axis], Num(count))
	}
	left := x[axis]
	for i := range out {
		out[i] = append(Shape{}, x...)
		switch {
		case sizes != nil:
			out[i][axis] = sizes[i]
		case !static:
			out[i][axis] = part
		default:
			out[i][axis] = Min(part, left)
			left = Sub(left, out[i][axis])
		}
	}
	return out, nil
}

// pads returns how many elements a Pad adds before and behind each axis.
func (in *inference) pads() ([][2]Dim, error) {
	n := in.n
	x := n.Inputs[0].Shape
	list, err := shapeOperand(n, 1)
	if err != nil {
		return nil, err
	}
	axes := make([]int64, len(x))
	for i := range axes {
		axes[i] = int64(i)
	}
	if v := n.Input(3); v != nil {
		if axes, err = constantInts(v); err != nil {
			return nil, err
		}
		if axes, err = axesList(axes, len(x)); err != nil {
			return nil, err
		}
	}
	if len(list) != 2*len(axes) {
		return nil, say.Errorf("%d pads for %d axes", len(list), len(axes))
	}
	if v := n.Input(2); v != nil {
		if k, ok := v.Shape.Elements().IsConst(); !ok || k != 1 {
			return nil, errors.New("the constant value is not one element")
		}
	}
	out := make([][2]Dim, len(x))
	for i, a := range axes {
		out[a] = [2]Dim{list[i], list[len(axes)+i]}
		d := x[a]
		limit := d
		switch n.Str("mode", "constant") {
		case "constant":
			continue
		case "reflect":
			limit = Sub(d, Num(1))
		case "edge":
			limit = Num(maxParam)
		}
		for _, p := range out[a] {
			k, fixed := p.IsConst()
			if fixed && k <= 0 {
				continue
			}
			if !in.require(AtMost, p, limit) || !in.require(Positive, d, Num(0)) {
				return nil, say.Errorf("%s pads of %s on an extent of %s repeat it more than once, which is not supported", n.Str("mode", ""), p, d)
			}
		}
	}
	return out, nil
}

// Pads returns how many elements a Pad node adds before and behind each axis.
func Pads(n *Node) [][2]Dim {
	p, _ := (&inference{n: n}).pads()
	return p
}

// Slices returns start and step along each axis of a Slice node's operand.
func Slices(n *Node) (starts []Dim, steps []int64) {
	axes, _ := (&inference{n: n}).slice()
	for _, a := range axes {
		starts, steps = append(starts, a.start), append(steps, a.step)
	}
	return starts, steps
}

func (in *inference) rangeShape() (Shape, error) {
	n := in.n
	if a := n.Attr("count"); a != nil {
		return Shape{Num(a.I)}, nil
	}
	var k [3]Dim
	for i, v := range n.Inputs {
		d, err := knownOperand(v)
		if err != nil {
			return nil, err
		}
		k[i] = d[0]
	}
	step, ok := k[2].IsConst()
	if !ok || step == 0 {
		return nil, errors.New("delta is 0 or not fixed")
	}
	length := Sub(k[1], k[0])
	if step < 0 {
		length, step = Sub(k[0], k[1]), -max(step, -maxParam)
	}
	count := CeilDiv(length, Num(step))
	if c, ok := count.IsConst(); ok {
		return Shape{Num(max(c, 0))}, nil
	}
	return Shape{count}, nil
}

func (in *inference) col2im() (Shape, error) {
	n := in.n
	x := n.Inputs[0].Shape
	image, err := constantInts(n.Inputs[1])
	if err != nil {
		return nil, err
	}
	block, err := constantInts(n.Inputs[2])
	if err != nil {
		return nil, err
	}
	k := len(image)
	d, p, s := n.Ints("dilations"), n.Ints("pads"), n.Ints("strides")
	if len(x) != 3 || len(block) != k || len(d) != k || len(s) != k || len(p) != 2*k || k < 1 || k > MaxRank-2 {
		return nil, say.Errorf("%d image extents, %d block extents, dilations %v, pads %v and strides %v do not fit", k, len(block), d, p, s)
	}
	columns, size := int64(1), int64(1)
	out := Shape{x[0], Dim{}}
	for i := range image {
		for _, v := range []int64{image[i], block[i], d[i], s[i], p[i] + 1, p[k+i] + 1} {
			if v < 1 || v > maxParam {
				return nil, say.Errorf("an extent, dilation, stride or pad is out of range: %d", v)
			}
		}
		room := image[i] + p[i] + p[k+i] - d[i]*(block[i]-1) - 1
		if room < 0 {
			return nil, say.Errorf("the block is larger than the image along axis %d", i)
		}
		columns, size = columns*(room/s[i]+1), size*block[i]
		if columns > maxElements || size > maxElements {
			return nil, errors.New("the image is too large")
		}
		out = append(out, Num(image[i]))
	}
	if !in.require(Divides, x[1], Num(size)) || !in.require(Equal, x[2], Num(columns)) {
		return nil, say.Errorf("columns of shape %s do not fit blocks of %v over an image of %v", x, block, image)
	}
	out[1] = FloorDiv(x[1], Num(size))
	return out, nil
}

func (in *inference) maxUnpool() (Shape, error) {
	n := in.n
	x := n.Inputs[0].Shape
	kernel, pads, strides := n.Ints("kernel_shape"), n.Ints("pads"), n.Ints("strides")
	k := len(x) - 2
	if k < 1 || len(kernel) != k || len(pads) != 2*k || len(strides) != k {
		return nil, say.Errorf("kernel_shape %v, pads %v and strides %v do not fit rank %d", kernel, pads, strides, len(x))
	}
	if err := in.same(n.Inputs[1].Shape, x, "indices"); err != nil {
		return nil, err
	}
	if n.Input(2) != nil {
		out, err := shapeOperand(n, 2)
		if err == nil && len(out) != len(x) {
			err = say.Errorf("an output shape of %d numbers for rank %d", len(out), len(x))
		}
		return out, err
	}
	out := Shape{x[0], x[1]}
	for i, d := range x[2:] {
		for _, v := range []int64{kernel[i], strides[i], pads[i] + 1, pads[k+i] + 1} {
			if v < 1 || v > maxParam {
				return nil, say.Errorf("a kernel, stride or pad is out of range: %d", v)
			}
		}
		out = append(out, Add(Mul(Sub(d, Num(1)), Num(strides[i])), Num(kernel[i]-pads[i]-pads[k+i])))
	}
	return out, nil
}

// unique infers Unique's four results.
func (in *inference) unique() ([]Shape, error) {
	n := in.n
	x := n.Inputs[0].Shape
	count := Shape{Sym(n.Str("count", ""))}
	y, inverse := count, Shape{x.Elements()}
	if n.Attr("axis") != nil {
		axis, err := axisOf(n.Int("axis", 0), len(x))
		if err != nil {
			return nil, err
		}
		y = append(Shape{}, x...)
		y[axis], inverse = count[0], Shape{x[axis]}
	}
	return []Shape{y, count, inverse, count}, nil
}

// counted infers the shapes of results with an extent that the data decide.
func (in *inference) counted() (Shape, error) {
	n := in.n
	x := n.Inputs[0].Shape
	count := Sym(n.Str("count", ""))
	switch n.Op {
	case "NonZero":
		if len(x) == 0 {
			return nil, errors.New("the operand is a scalar: give it an axis")
		}
		return Shape{Num(int64(len(x))), count}, nil
	case "Compress":
		if len(n.Inputs[1].Shape) != 1 {
			return nil, say.Errorf("the condition has rank %d; it must have rank 1", len(n.Inputs[1].Shape))
		}
		if n.Attr("axis") == nil {
			return Shape{count}, nil
		}
		axis, err := axisOf(n.Int("axis", 0), len(x))
		if err != nil {
			return nil, err
		}
		out := append(Shape{}, x...)
		out[axis] = count
		return out, nil
	case "NonMaxSuppression":
		scores := n.Inputs[1].Shape
		if len(x) != 3 || len(scores) != 3 || !in.require(Equal, x[0], scores[0]) || !in.require(Equal, x[1], scores[2]) || !in.require(Equal, x[2], Num(4)) {
			return nil, say.Errorf("boxes of shape %s and scores of shape %s do not fit", x, scores)
		}
		for i, v := range n.Inputs[2:] {
			if v == nil {
				continue
			}
			if k, ok := v.Shape.Elements().IsConst(); !ok || k != 1 {
				return nil, say.Errorf("operand %d is not one number", 2+i)
			}
		}
		return Shape{count, Num(3)}, nil
	}
	panic("graph: canonical operator " + n.Op + " has no shape rule")
}

// Count returns the symbol of the extent that the data decide when n runs, and
// what it is at most; "" if there is none.
func Count(n *Node) (name string, most Dim) {
	name = n.Str("count", "")
	if n.Domain != "" || name == "" {
		return "", Dim{}
	}
	if n.Op == "Loop" {
		return name, Trips(n)
	}
	x := n.Inputs[0].Shape
	switch n.Op {
	case "NonMaxSuppression":
		return name, n.Inputs[1].Shape.Elements()
	case "NonZero":
		return name, x.Elements()
	}
	if n.Attr("axis") != nil {
		return name, x[n.Int("axis", 0)]
	}
	return name, x.Elements()
}
