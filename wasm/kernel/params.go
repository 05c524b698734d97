package kernel

import "github.com/dehug/dehug/wasm/graph"

// ConvParams describes a convolution over pictures that need no padding any
// more (see Pad). A third, leading spatial axis is used when X.D is set.
type ConvParams struct {
	// X covers every tap: X.H ≥ (Y.H−1)·SH + DH·(KH−1) + 1, likewise W and D.
	// It may be larger. X.C is the total over all groups.
	X, Y                   Image
	Weights                uint32 // address of the panels that PackConv and PackConvBias fill
	KH, KW, SH, SW, DH, DW int
	KD, SD, DD             int    // depth axis; 0 is 1
	Groups                 int    // divides X.C and Y.C
	Apart                  int    // so many rows lie from one of Y, and of Res, to the next; 0 is 1
	Res                    *Image // added before Act; same N, D, H, W as Y; channels from Res.C up add nothing
	Late                   bool   // Res, with as many channels as Y, is not added: it is Act's y
	Act                    Act
	Table                  *Int // address of Act's z of each channel, in whole vectors; then as many w
	Scratch                Int  // address of ConvScratch bytes; zero: it works without
}

// DepthwiseParams describes a convolution with as many groups as input and
// output channels. Taps outside X are skipped. Strides of X, Y and Res are
// multiples of four.
type DepthwiseParams struct {
	X, Y                           Image
	Weights                        uint32 // address of what PackDepthwise and PackDepthwiseBias fill
	KH, KW, SH, SW, DH, DW, PT, PL int
	Res                            *Image // as in ConvParams
	Late                           bool
	Act                            Act
	Table                          *Int // as in ConvParams
}

// PoolParams describes an f32 max-pool. Taps outside X are skipped. Strides of
// X and Y are multiples of four.
type PoolParams struct {
	X, Y                           Image
	KH, KW, SH, SW, DH, DW, PT, PL int
	Act                            Act
}

// PoolNDParams describes a max-pool over row-major tensors [N, C, spatial…]
// with one to three spatial axes.
type PoolNDParams struct {
	Type        graph.Type // Float32, Float64, Int8, Uint8
	X, Y        Int        // addresses
	N, C        Int
	In, Out     []Int // spatial extents, outermost first
	Kernel      []int // one per spatial axis, as the following
	Strides     []int
	Dilations   []int
	Pads        []int // before the first element; what follows the last one comes from Out
	Indices     *Int  // address of the optional int64 output
	ColumnMajor bool  // storage_order 1: indices count the spatial axes in reverse order
}

// PadParams describes a copy of X into the middle of a zero-filled Y. Only the
// first X.C channels of each pixel are copied, so Y may be more compact; the
// others of Y are zero.
type PadParams struct {
	X, Y   Image
	PT, PL int // rows above, columns left of X in Y
	PF     int // planes before X when the images have depth
}

// CopyParams describes an n-dimensional copy with a stride per extent on
// either side. Source and destination do not overlap.
type CopyParams struct {
	Elem                 int // bytes of an element: 1, 2, 4, 8
	Extents              []Int
	Src, Dst             Int
	SrcStride, DstStride []Int // bytes, one per extent
	CanonNaN             bool  // Elem 4: f32, 8: f64; every NaN becomes the canonical quiet one
}

// FillParams describes a run of equal elements.
type FillParams struct {
	Dst, Bytes Int
	Elem       int    // bytes of an element: 1, 2, 4, 8; divides Bytes
	Bits       uint64 // the element, little-endian
}

// Operand is a tensor seen through the extents of an operation.
type Operand struct {
	Addr   Int
	Stride []Int // bytes, one per extent; Const(0) repeats the element along it
	Type   graph.Type
}

// EltwiseParams describes an operation on elements of equal position. Out may
// be one of In when the strides are the same; otherwise they do not overlap.
type EltwiseParams struct {
	Expr    string     // see calc; a bool is a mask
	Lanes   graph.Type // what Expr computes in; of integers as wide as the widest operand or wider
	Extents []Int
	In      []Operand
	Out     Operand
}

// PackConvParams describes f32 weights [OC, C, (KD,) KH, KW] that become panels.
type PackConvParams struct {
	Src, Dst uint32
	OC       int // over all groups
	C        int // of one group
	KH, KW   int
	KD       int // 0 is 1
	Groups   int
}

// PackDepthwiseParams describes f32 weights [C, 1, KH, KW] that become vectors.
type PackDepthwiseParams struct {
	Src, Dst uint32
	C        int
	KH, KW   int
}
