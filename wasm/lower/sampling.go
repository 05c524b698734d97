package lower

import (
	"github.com/dehug/dehug/internal/say"

	"github.com/dehug/dehug/wasm/emit"
	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/kernel"
)

// sampling holds the operators that interpolate, and sums over windows that
// are rare.
var sampling = []operator{
	{"AffineGrid", (*lowerer).affineGrid},
	{"Col2Im", (*lowerer).col2im},
	{"GridSample", (*lowerer).gridSample},
	{"MaxUnpool", (*lowerer).maxUnpool},
	{"Resize", (*lowerer).resize},
	{"RoiAlign", (*lowerer).roiAlign},
}

// numbers refuses types that scripts cannot compute with.
func numbers(vs ...*graph.Value) error {
	for _, v := range vs {
		if !numeric(v.Type) {
			return say.Errorf("elements of %s: %w", v.Type, ErrUnsupported)
		}
	}
	return nil
}

// zeros adds a step that clears a dense result.
func (l *lowerer) zeros(y *graph.Value, out rep) {
	l.touch(out.buf)
	l.addStep(y.Name, "Zero", func(b *kernel.Builder) *emit.Func {
		return b.Fill(y.Name, kernel.FillParams{Dst: l.addr(out), Bytes: l.int(out.buf.size), Elem: 1})
	})
}

// resize lowers Resize: one pass for each axis whose extent changes, in the
// order of the axes. Pictures stay pictures.
func (l *lowerer) resize(n *graph.Node) error {
	x, y := n.Inputs[0], n.Outputs[0]
	axis := kernel.ResizeAxis{Mode: n.Str("mode", ""), Coordinates: n.Str("coordinate_transformation_mode", ""), Nearest: n.Str("nearest_mode", ""),
		Cubic: n.Attr("cubic_coeff_a").F, Antialias: n.Int("antialias", 0) == 1, ExcludeOutside: n.Int("exclude_outside", 0) == 1}
	crop := axis.Coordinates == "tf_crop_and_resize"
	if axis.Mode == "nearest" && (crop || axis.Antialias) {
		return say.Errorf("nearest with cropping or antialias: %w", ErrUnsupported)
	}
	if axis.Mode != "nearest" {
		if err := numbers(x); err != nil {
			return err
		}
	}
	l.plan(n, "axis by axis; positions and weights in f64; w·x summed over taps in order in f64, then rounded")
	axes := n.Ints("axes")
	var scales []uint32
	if n.Input(1) == nil {
		scales = n.Attr("scales").Fs
	}
	var passes []int
	image := imageable(x)
	for i, a := range axes {
		if !crop && x.Shape[a].Equal(y.Shape[a]) && (scales == nil || scales[i] == 0x3f800000) {
			continue
		}
		passes = append(passes, i)
		image = image && a >= 2
	}
	if len(passes) == 0 {
		return l.alias(n)
	}
	if image {
		c, _ := x.Shape[1].IsConst()
		var in rep
		in, image = l.find(x, func(r rep) bool {
			s, ok := r.pixelStride(x.Shape)
			return ok && s%4 == 0 && !r.isPlain(x.Shape, x.Type)
		})
		if image && axis.Mode == "nearest" && len(passes) == 2 && len(x.Shape) == 4 {
			return l.nearest(n, in, axis, axes, scales)
		}
		if image { // what follows knows no gaps between pixels
			s, _ := in.pixelStride(x.Shape)
			image = s == (c+3)&^3
		}
	}
	// The extents in the order in which they lie in memory.
	place := make([]int, len(x.Shape))
	var from rep
	extents := append(graph.Shape{}, x.Shape...)
	for i := range place {
		place[i] = i
	}
	if image {
		from = l.image(x, true)
		c, _ := x.Shape[1].IsConst()
		extents = append(append(graph.Shape{x.Shape[0]}, x.Shape[2:]...), graph.Num((c+3)&^3))
		for i := 2; i < len(place); i++ {
			place[i] = i - 1
		}
	} else {
		from = l.plain(x)
	}
	for pass, i := range passes {
		a := place[axes[i]]
		in, out := extents[a], y.Shape[axes[i]]
		p := l.resizeAxis(n, axis, scales, i)
		if p.Antialias {
			num, den := graph.Aspect(n)
			if scales != nil {
				num, den = fraction(scales[i])
			} else if num == 0 {
				num, _ = out.IsConst()
				den, _ = in.IsConst()
			}
			if num < 1 || den < 1 {
				return say.Errorf("antialias needs fixed extents: %w", ErrUnsupported)
			}
			reach := int64(p.Taps / 2) // samples beside a position, times the shrinking
			if num < den {
				p.Taps = int(2 * ((reach*den + num - 1) / num))
			}
			if p.Taps > maxTaps {
				return say.Errorf("antialias over %d samples: %w", p.Taps, ErrUnsupported)
			}
		}
		if crop {
			roi := n.Attr("roi").Fs
			p.ROI = [2]uint32{roi[i], roi[len(axes)+i]}
		}
		extents[a] = out
		to := rep{}
		switch {
		case pass < len(passes)-1:
			to.buf = l.newBuffer(x.Name, graph.Mul(extents.Elements(), graph.Num(x.Type.Size())))
		case image:
			to = l.newImage(y)
		default:
			to = l.newPlain(y)
		}
		table := rep{buf: l.newBuffer(y.Name+" weights", graph.Mul(out, graph.Num(int64(p.TableEntry()))))}
		l.script(n, p.Table(), graph.Float64, graph.Int32, []rep{table}, in, out)
		l.script(n, p.Apply(crop, n.Attr("extrapolation_value").F), x.Type, graph.Int32, []rep{from, table, to},
			extents[:a].Elements(), out, in, extents[a+1:].Elements())
		from = to
	}
	return nil
}

// resizeAxis says how the i-th axis is resized.
func (l *lowerer) resizeAxis(n *graph.Node, p kernel.ResizeAxis, scales []uint32, i int) kernel.ResizeAxis {
	p.Taps = map[string]int{"nearest": 1, "linear": 2, "cubic": 4}[p.Mode]
	p.Scale = "v w /"
	num, den := graph.Aspect(n)
	switch {
	case scales != nil:
		p.Scale = kernel.Float(scales[i])
	case num > 0:
		p.Scale = kernel.Number(float64(num)) + " " + kernel.Number(float64(den)) + " /"
	}
	return p
}

// nearest copies pixels of pictures; the last two axes are resized.
func (l *lowerer) nearest(n *graph.Node, in rep, axis kernel.ResizeAxis, axes []int64, scales []uint32) error {
	x, y := n.Inputs[0], n.Outputs[0]
	var tables [2]rep
	for i, a := range axes {
		if a < 2 {
			continue
		}
		p := l.resizeAxis(n, axis, scales, i)
		tables[a-2] = rep{buf: l.newBuffer(y.Name+" positions", graph.Mul(y.Shape[a], graph.Num(int64(p.TableEntry()))))}
		l.script(n, p.Table(), graph.Float64, graph.Int32, []rep{tables[a-2]}, x.Shape[a], y.Shape[a])
	}
	entry := kernel.ResizeAxis{Taps: 1}.TableEntry()
	out := l.imageFor(y)
	l.touch(in.buf, out.buf, tables[0].buf, tables[1].buf)
	l.addStep(y.Name, "Resize.nearest", func(b *kernel.Builder) *emit.Func {
		return b.Nearest(y.Name, kernel.NearestParams{X: l.kernelImage(in, x.Shape), Y: l.kernelImage(out, y.Shape),
			Rows: l.addr(tables[0]), Cols: l.addr(tables[1]), Entry: entry})
	})
	return nil
}

// maxTaps bounds the samples of an antialiased position: shrinking by a
// thousand needs as many.
const maxTaps = 1 << 13

// fraction writes a positive float32 as a quotient.
func fraction(bits uint32) (num, den int64) {
	e, m := int(bits>>23)-127-23, int64(bits&(1<<23-1)|1<<23)
	for m&1 == 0 {
		m, e = m>>1, e+1
	}
	return m << max(e, 0), 1 << max(-e, 0)
}

func (l *lowerer) gridSample(n *graph.Node) error {
	x, grid, y := n.Inputs[0], n.Inputs[1], n.Outputs[0]
	if err := numbers(x, grid); err != nil {
		return err
	}
	if grid.Type != x.Type {
		return say.Errorf("data of %s and a grid of %s: %w", x.Type, grid.Type, ErrUnsupported)
	}
	l.plan(n, "positions and weights in f64; w·x summed over taps in order in f64, then rounded")
	k := len(x.Shape) - 2
	l.script(n, kernel.GridSample(k, n.Str("mode", ""), n.Str("padding_mode", ""), n.Int("align_corners", 0) == 1), x.Type, graph.Int32,
		[]rep{l.plain(x), l.plain(grid), l.newPlain(y)},
		append([]graph.Dim{x.Shape[0], x.Shape[1], y.Shape[2:].Elements(), x.Shape[2:].Elements()}, x.Shape[2:]...)...)
	return nil
}

func (l *lowerer) affineGrid(n *graph.Node) error {
	x, y := n.Inputs[0], n.Outputs[0]
	if err := numbers(x); err != nil {
		return err
	}
	l.plan(n, "sums over coordinates in order in f64, then rounded")
	k := len(y.Shape) - 2
	l.script(n, kernel.AffineGrid(k, n.Int("align_corners", 0) == 1), x.Type, graph.Int32, []rep{l.plain(x), l.newPlain(y)}, y.Shape[:k+1]...)
	return nil
}

func (l *lowerer) roiAlign(n *graph.Node) error {
	x, rois, y := n.Inputs[0], n.Inputs[1], n.Outputs[0]
	if err := numbers(x); err != nil {
		return err
	}
	l.plan(n, "samples in order of rows, then columns, in f64, then rounded")
	l.script(n, kernel.RoiAlign(n.Attr("spatial_scale").F, int(n.Int("sampling_ratio", 0)), n.Str("coordinate_transformation_mode", "") == "half_pixel",
		n.Str("mode", "") == "avg"), x.Type, graph.Int64, []rep{l.plain(x), l.plain(rois), l.plain(n.Inputs[2]), l.newPlain(y)},
		y.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3], y.Shape[2], y.Shape[3])
	return nil
}

func (l *lowerer) col2im(n *graph.Node) error {
	x, y := n.Inputs[0], n.Outputs[0]
	if err := numbers(x); err != nil {
		return err
	}
	l.plan(n, "columns added in order")
	block, _ := graph.KnownDims(n.Inputs[2])
	k := len(block)
	d, p, s := n.Ints("dilations"), n.Ints("pads"), n.Ints("strides")
	image := y.Shape[2:]
	ints := append([]graph.Dim{graph.Mul(y.Shape[0], y.Shape[1]), graph.Mul(image.Elements(), graph.Num(x.Type.Size()))}, make([]graph.Dim, k)...)
	for i := range k {
		b, _ := block[i].IsConst()
		room := graph.Add(image[i], graph.Num(p[i]+p[k+i]-d[i]*(b-1)-1))
		ints[2+i] = graph.Add(graph.FloorDiv(room, graph.Num(s[i])), graph.Num(1))
	}
	ints = append(ints, block...)
	for _, list := range [][]int64{s, d, p[:k]} {
		for _, v := range list {
			ints = append(ints, graph.Num(v))
		}
	}
	in, out := l.plain(x), l.newPlain(y)
	l.zeros(y, out)
	l.script(n, kernel.Col2Im(k), x.Type, graph.Int32, []rep{in, out}, append(ints, image...)...)
	return nil
}

func (l *lowerer) maxUnpool(n *graph.Node) error {
	x, y := n.Inputs[0], n.Outputs[0]
	l.plan(n, "same bytes, or zero")
	k := len(x.Shape) - 2
	kernelShape, pads, strides := n.Ints("kernel_shape"), n.Ints("pads"), n.Ints("strides")
	ints := append([]graph.Dim{x.Shape.Elements()}, x.Shape...)
	for i, d := range x.Shape[2:] {
		ints[3+i] = graph.Add(graph.Mul(graph.Sub(d, graph.Num(1)), graph.Num(strides[i])), graph.Num(kernelShape[i]-pads[i]-pads[k+i]))
	}
	in, index, out := l.plain(x), l.plain(n.Inputs[1]), l.newPlain(y)
	l.zeros(y, out)
	l.script(n, kernel.MaxUnpool(len(x.Shape)), x.Type, graph.Int64, []rep{in, index, out}, append(ints, y.Shape...)...)
	return nil
}
