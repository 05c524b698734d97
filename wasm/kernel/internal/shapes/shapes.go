// Package shapes lists the kernel shapes that are timed, and writes one module
// for each.
package shapes

import (
	"github.com/dehug/dehug/wasm/emit"
	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/kernel"
)

// Shape is one step as a model asks for it, on a square picture.
type Shape struct {
	Name   string
	Kind   Kind
	C, OC  int
	Size   int // of the input, without padding
	Kernel int
	Stride int
	Res    int // channels of the residual
}

// Kind is the kernel that a shape times.
type Kind uint8

// Kinds.
const (
	Conv Kind = iota
	Depthwise
	MaxPool
	Pad
	Add
	Transpose // planes to pixels
)

// All is what face detectors and image classifiers consist of.
var All = []Shape{
	{Name: "conv5x5s2-3-24-128", Kind: Conv, C: 3, OC: 24, Size: 128, Kernel: 5, Stride: 2},
	{Name: "conv1x1-24-24-64", Kind: Conv, C: 24, OC: 24, Size: 64, Kernel: 1, Stride: 1, Res: 24},
	{Name: "conv1x1-24-28-64", Kind: Conv, C: 24, OC: 28, Size: 64, Kernel: 1, Stride: 1, Res: 24},
	{Name: "conv1x1-28-32-32", Kind: Conv, C: 28, OC: 32, Size: 32, Kernel: 1, Stride: 1, Res: 28},
	{Name: "conv1x1-36-42-32", Kind: Conv, C: 36, OC: 42, Size: 32, Kernel: 1, Stride: 1, Res: 36},
	{Name: "conv1x1-42-48-16", Kind: Conv, C: 42, OC: 48, Size: 16, Kernel: 1, Stride: 1, Res: 42},
	{Name: "conv1x1-64-72-16", Kind: Conv, C: 64, OC: 72, Size: 16, Kernel: 1, Stride: 1, Res: 64},
	{Name: "conv1x1-80-88-16", Kind: Conv, C: 80, OC: 88, Size: 16, Kernel: 1, Stride: 1, Res: 80},
	{Name: "conv1x1-96-96-8", Kind: Conv, C: 96, OC: 96, Size: 8, Kernel: 1, Stride: 1, Res: 96},
	{Name: "conv1x1-96-6-8", Kind: Conv, C: 96, OC: 6, Size: 8, Kernel: 1, Stride: 1},
	{Name: "conv1x1-64-64-56", Kind: Conv, C: 64, OC: 64, Size: 56, Kernel: 1, Stride: 1},
	{Name: "conv1x1-256-256-14", Kind: Conv, C: 256, OC: 256, Size: 14, Kernel: 1, Stride: 1},
	{Name: "conv3x3-64-64-56", Kind: Conv, C: 64, OC: 64, Size: 56, Kernel: 3, Stride: 1},
	{Name: "conv3x3-256-256-14", Kind: Conv, C: 256, OC: 256, Size: 14, Kernel: 3, Stride: 1},
	{Name: "depthwise3x3-24-64", Kind: Depthwise, C: 24, Size: 64, Kernel: 3, Stride: 1},
	{Name: "depthwise3x3s2-28-64", Kind: Depthwise, C: 28, Size: 64, Kernel: 3, Stride: 2},
	{Name: "depthwise3x3-36-32", Kind: Depthwise, C: 36, Size: 32, Kernel: 3, Stride: 1},
	{Name: "depthwise3x3s2-42-32", Kind: Depthwise, C: 42, Size: 32, Kernel: 3, Stride: 2},
	{Name: "depthwise3x3-64-16", Kind: Depthwise, C: 64, Size: 16, Kernel: 3, Stride: 1},
	{Name: "depthwise3x3-96-8", Kind: Depthwise, C: 96, Size: 8, Kernel: 3, Stride: 1},
	{Name: "depthwise5x5-96-14", Kind: Depthwise, C: 96, Size: 14, Kernel: 5, Stride: 1},
	{Name: "maxpool2x2s2-28-64", Kind: MaxPool, C: 28, OC: 28, Size: 64, Kernel: 2, Stride: 2},
	{Name: "pad-3-128", Kind: Pad, C: 3, Size: 128},
	{Name: "pad-64-56", Kind: Pad, C: 64, Size: 56},
	{Name: "add-88-16", Kind: Add, C: 88, Size: 16},
	{Name: "transpose-3-128", Kind: Transpose, C: 3, Size: 128},
}

// out is the size of the output, padded as ONNX's SAME_UPPER does.
func (s Shape) out() int { return (s.Size + s.Stride - 1) / s.Stride }

// Operations counts multiplications and additions, or elements moved.
func (s Shape) Operations() int {
	switch s.Kind {
	case Conv:
		return 2 * s.out() * s.out() * s.Kernel * s.Kernel * s.C * s.OC
	case Depthwise:
		return 2 * s.out() * s.out() * s.Kernel * s.Kernel * s.C
	case MaxPool:
		return s.out() * s.out() * s.Kernel * s.Kernel * s.C
	}
	return s.Size * s.Size * s.C
}

// Pages is the size of the memory that the modules import as dehug.memory.
const Pages = 512

// Module writes a module whose export run is the step. All operands are zero.
func (s Shape) Module(p kernel.Profile, fast bool) []byte {
	m := emit.NewModule()
	m.ImportMemory("dehug", "memory", Pages, Pages)
	b := kernel.NewBuilder(m, p, fast)
	next := 4096
	room := func(floats int) int {
		at := next
		next += (4*floats + 127) &^ 63
		return at
	}
	image := func(size, c, stride int) kernel.Image {
		n := kernel.Const(int64(size))
		return kernel.Image{Addr: kernel.Const(int64(room(size * size * stride))), N: kernel.Const(1), H: n, W: n, C: c, Stride: stride}
	}
	vectors := func(c int) int { return (c + 3) &^ 3 }
	k, st := s.Kernel, s.Stride
	var run *emit.Func
	switch s.Kind {
	case Conv:
		x := image(s.Size, s.C, vectors(s.C))
		if k > 1 {
			x = image((s.out()-1)*st+k, s.C, s.C)
		}
		y := image(s.out(), s.OC, vectors(s.OC))
		c := kernel.ConvParams{X: x, Y: y, KH: k, KW: k, SH: st, SW: st, DH: 1, DW: 1, Groups: 1, Act: kernel.ActRelu}
		if s.Res > 0 {
			r := image(s.out(), s.Res, vectors(s.Res))
			c.Res = &r
		}
		c.Weights = uint32(room(int(kernel.ConvWeightsSize(s.OC, s.C, k, k, 1) / 4)))
		c.Scratch = kernel.Const(int64(room(int(b.ConvScratch(c) / 4))))
		run = b.Conv("run", c)
	case Depthwise:
		w := room(int(kernel.DepthwiseWeightsSize(s.C, k, k) / 4))
		run = b.Depthwise("run", kernel.DepthwiseParams{
			X: image(s.Size, s.C, vectors(s.C)), Y: image(s.out(), s.C, vectors(s.C)), Weights: uint32(w),
			KH: k, KW: k, SH: st, SW: st, DH: 1, DW: 1, PT: (k - st) / 2, PL: (k - st) / 2,
		})
	case MaxPool:
		run = b.MaxPool("run", kernel.PoolParams{
			X: image(s.Size, s.C, vectors(s.C)), Y: image(s.out(), s.C, vectors(s.C)),
			KH: k, KW: k, SH: st, SW: st, DH: 1, DW: 1,
		})
	case Pad:
		run = b.Pad("run", kernel.PadParams{X: image(s.Size, s.C, vectors(s.C)), Y: image(s.Size+2, s.C, s.C), PT: 1, PL: 1})
	case Add:
		run = b.Eltwise("run", kernel.EltwiseParams{
			Expr: "x y add", Lanes: graph.Float32, Extents: []kernel.Int{kernel.Const(int64(s.Size * s.Size * s.C))},
			In: []kernel.Operand{flat(room(s.Size * s.Size * s.C)), flat(room(s.Size * s.Size * s.C))}, Out: flat(room(s.Size * s.Size * s.C)),
		})
	case Transpose:
		n, c, pixel := int64(s.Size), int64(s.C), int64(4*vectors(s.C))
		run = b.Copy("run", kernel.CopyParams{
			Elem: 4, Extents: consts(c, n, n), SrcStride: consts(4*n*n, 4*n, 4), DstStride: consts(4, n*pixel, pixel),
			Src: kernel.Const(int64(room(s.Size * s.Size * s.C))), Dst: kernel.Const(int64(room(s.Size * s.Size * vectors(s.C)))),
		})
	}
	m.Export("run", run)
	if next > Pages*emit.PageSize {
		panic("shapes: " + s.Name + " needs more memory")
	}
	return m.Bytes()
}

func flat(addr int) kernel.Operand {
	return kernel.Operand{Addr: kernel.Const(int64(addr)), Stride: consts(4), Type: graph.Float32}
}

func consts(vs ...int64) []kernel.Int {
	var is []kernel.Int
	for _, v := range vs {
		is = append(is, kernel.Const(v))
	}
	return is
}
