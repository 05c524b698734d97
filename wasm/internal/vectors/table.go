package vectors

import (
	"maps"
	"slices"
	"strings"

	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/internal/onnxtest"
	"github.com/dehug/dehug/wasm/onnx"
)

func rows() []row {
	return append(append(elementwise(), table...), control...)
}

// table has what is not elementwise. Channels are extents of the model, as in
// graphs that are lowered to pictures.
var table = []row{
	// Layout.
	{name: "Concat", in: "x=f32[m,n] y=f32[m,3] z=f64[n,m] w=f64[2,m]", nodes: "Concat x y x > a axis=1; Concat z w > b axis=0"},
	{name: "Concat of pictures", in: "x=f32[1,4,h,w] k=f32[4,4,1,1]! y=f32[1,C,h,w]",
		nodes: "Conv x k > p; Conv p k > q; Concat p y q > z axis=1", sizes: "C=4,1..9 h=2,1..5 w=3,1..17", sums: true},
	{name: "ConstantOfShape", in: "s=i64[2]=3,17 x=f32[3,17]", nodes: "ConstantOfShape s > z; Add z x > y"},
	{name: "Identity", in: "x=f32[m,n]", nodes: "Identity x > y; Reshape x s > z; Transpose x > t; Flatten x > f axis=0", build: shape(-1)},
	{name: "Transpose", in: "x=f32[2,m,3,n] y=i8[m,n,2]", nodes: "Transpose x > a perm=[0,3,1,2]; Transpose x > b perm=[3,2,1,0]; Transpose y > c perm=[1,0,2]"},
	{name: "Depth", in: "x=f32[1,8,h,w] y=f32[1,3,2H,2W]", nodes: "DepthToSpace x > a blocksize=2; DepthToSpace x > b blocksize=2 mode=CRD; SpaceToDepth y > c blocksize=2", sizes: "h=2,1..5 H=2,1..3 W=3,1..9"},
	{name: "Expand", in: "x=f32[4,1] s=i64[3]=2,4,17", nodes: "Expand x s > y"},
	{name: "EyeLike", in: "x=f32[m,n]", nodes: "EyeLike x > a k=1; EyeLike x > b k=-2; Trilu x > c; Trilu x > d upper=0", sizes: "m=5,1..17 n=7,1..17"},
	{name: "Gather", in: "x=f32[7,n] i=i64[m]<7 e=i64[7,n]<7 f=i64[m,1]<7",
		nodes: "Gather x i > a; Gather x i > b axis=0; GatherElements x e > c axis=0; GatherND x f > d"},
	{name: "Scatter", in: "x=f32[7,n] e=i64[7,n]<7 u=f32[7,n] i=i64[m,1]<7 v=f32[m,n]",
		nodes: "ScatterElements x e u > a axis=0; ScatterElements x e u > b axis=0 reduction=add; ScatterElements x e u > c axis=0 reduction=mul; " +
			"ScatterElements x e u > d axis=0 reduction=max; ScatterElements x e u > e2 axis=0 reduction=min; ScatterND x i v > f; ScatterND x i v > g reduction=add"},
	{name: "TensorScatter", in: "x=f32[2,3,9,n] u=f32[2,3,4,n] i=i64[2]<5", nodes: "TensorScatter x u i > y axis=-2; TensorScatter x u i > z axis=-2 mode=circular"},
	{name: "Pad", in: "x=f32[m,n] p=i64[4]=1,2,3,1 c=f32[] d=f64[m,n] q=i64[4]=0,-1,2,3",
		nodes: "Pad x p c > a; Pad x p > b mode=reflect; Pad x p > e mode=edge; Pad x p > f mode=wrap; Pad d q > g", sizes: "m=5,4..17 n=6,4..17,520..524"},
	{name: "ReverseSequence", in: "x=f32[5,m,n] l=i64[m]<6", nodes: "ReverseSequence x l > y batch_axis=1 time_axis=0"},
	{name: "Shape", in: "x=f32[m,n]", nodes: "Shape x > a; Size x > b"},
	{name: "Slice", in: "x=f32[m,n] s=i64[2]=1,-1 e=i64[2]=9223372036854775807,-9223372036854775807 k=i64[2]=2,-1", nodes: "Slice x s e a k > y; Split x > p q axis=1 num_outputs=2; Unsqueeze p b > u; Squeeze u b > z", build: axes, sizes: "m=5,2..17 n=6,2,4,8,10,12,14,16,18,520"},
	{name: "Tile", in: "x=f32[m,n] r=i64[2]=3,2", nodes: "Tile x r > y"},
	{name: "OneHot", in: "i=i64[m]<9 d=i64[]=7 v=f32[2]", nodes: "OneHot i d v > y"},
	{name: "Range", in: "a=f32[]=3 b=f32[]=40 c=f32[]=1.5 x=f32[m,n]", nodes: "Range a b c > y; Shape x > s; Size x > t; Range u t v > z", build: ends},
	{name: "NonZero", in: "x=f32[m,n] c=bool[m]", nodes: "NonZero x > a; Compress x c > b axis=0; Unique x > u i j k; Unique x > v sorted=0", sizes: "m=5,1..17 n=5,1..17,40..43"},
	{name: "NonMaxSuppression", in: "b=f32[1,n,4]<8 s=f32[1,2,n]<2 k=i64[1]=5 o=f32[1]=0.5 t=f32[1]=0.1", nodes: "NonMaxSuppression b s k o t > y", sizes: "n=9,1..17,40..43"},

	{name: "BitCast", in: "x=f32[m,n] y=f64[m,n]", nodes: "Sqrt x > a; BitCast a > b to=6; Sqrt y > c; BitCast c > d to=13; Sub x x > e; Cast e > f to=10; BitCast f > g to=4"},

	// Convolutions and windows.
	{name: "Conv 1x1", in: "x=f32[2,C,h,w] k=f32[O,C,1,1]! b=f32[O]!", nodes: "Conv x k b > y", sizes: "C=9,1..17,520..537 O=5,1..17 h=3,1..3 w=5,1..17", sums: true},
	{name: "Conv 1x1 and more", in: "x=f32[1,C,h,w] k=f32[O,C,1,1]! b=f32[O]! r=f32[1,O,h,w]",
		nodes: "Conv x k b > c; Relu c > d; Add d r > y; Conv x k > e; Add e r > f; Relu f > z; Conv x k b > g; Sigmoid g > s; Mul g s > m", sizes: "C=9,4..12 O=5,1..17 h=3,1..3 w=5,1..17", sums: true},
	{name: "Conv of weights that come", in: "x=f32[1,C,H,W] k=f32[O,C,3,3] b=f32[O] l=f32[C,1,3,3]", nodes: "Conv x k b > y pads=[1,1,1,1]; Conv x l > z group=C", sizes: "C=3,2..9 O=5,1..17 H=3,3..4 W=5,3..9", sums: true},
	{name: "Conv 3x3 of few channels", in: "x=f32[1,C,h,w] k=f32[O,C,3,3]! b=f32[O]!", nodes: "Conv x k b > y pads=[1,1,1,1]; Conv x k b > z pads=[0,0,1,1] strides=[2,2]; Conv x k > d dilations=[2,1]",
		sizes: "C=3,1..7 O=5,1..17 h=6,5..9 w=7,3..17", sums: true},
	{name: "Conv and numbers behind it", in: "x=f32[1,C,h,w] k=f32[O,C,1,1]! l=f32[O,C,3,3]! d=f32[C,1,3,3]! two=f32[]=1.7 t=f32[O,1,1]! s=f32[O]! b=f32[O]! m=f32[O]! v=f32[O]!<3 u=f32[C]! p=f32[C]! q=f32[C]! r=f32[C]!<3 a=f32[C,O,2,2]!",
		nodes: "Conv x k > c; Mul c two > e; Add e t > y; Conv x l > f pads=[1,1,1,1]; BatchNormalization f s b m v > g; Relu g > z; Conv x d > h2 group=C; BatchNormalization h2 u p q r > i; HardSwish i > o; ConvTranspose x a b > j strides=[2,2]; BatchNormalization j s b m v > n; Relu n > w1",
		sizes: "C=9,8..17 O=10,8..17 h=4,3..5 w=9,3..17", sums: true},
	{name: "Conv of groups", in: "x=f32[1,2C,h,w] k=f32[2O,C,3,3]! b=f32[2O]!", nodes: "Conv x k b > y group=2 pads=[1,1,1,1]", sizes: "C=3,1..9 O=5,1..9 h=4,1..5 w=5,1..9", sums: true},
	{name: "Conv 1D and 3D", in: "x=f32[2,C,w] k=f32[O,C,5]! v=f32[1,C,3,h,w] l=f32[O,C,2,3,3]!", nodes: "Conv x k > y pads=[2,2]; Conv v l > z pads=[0,1,1,1,1,1]; Conv x k > u",
		sizes: "C=9,1..17 O=9,1..17 h=4,1..5 w=7,5..17,40..44", sums: true},
	{name: "Conv depthwise", in: "x=f32[1,C,h,w] k=f32[C,1,3,3]! b=f32[C]! l=f32[C,1,5,5]!",
		nodes: "Conv x k b > y group=C pads=[1,1,1,1]; Conv x k b > z group=C strides=[2,2] pads=[0,0,1,1]; Conv x l > u group=C pads=[2,2,2,2]; Conv x k b > v group=C pads=[2,2,2,2] dilations=[2,2]; Relu v > r",
		sizes: "C=8,2..17 h=6,3..9 w=9,3..17", sums: true},
	{name: "Conv Winograd 4x4", in: "x=f32[1,C,h,w] k=f32[O,C,3,3]! b=f32[O]! r=f32[1,O,h,w]", nodes: "Conv x k b > y pads=[1,1,1,1]; Conv x k > c pads=[1,1,1,1]; Add c r > d; Relu d > z",
		sizes: "C=9,8..25,520..523 O=8,8..25 h=9,3..17 w=10,3..17", sums: true},
	{name: "Conv Winograd 2x2", in: "x=f32[1,C,12,11] k=f32[O,C,3,3]! b=f32[O]!", nodes: "Conv x k b > y pads=[1,1,1,1]", sizes: "C=9,8..25,520..523 O=8,8..25", sums: true},
	{name: "ConvTranspose", in: "x=f32[1,C,h,w] k=f32[C,O,3,3]! b=f32[O]! l=f32[C,1,2,2]!", nodes: "ConvTranspose x k b > y strides=[2,2] pads=[1,1,1,1]; ConvTranspose x l > z group=C strides=[2,2]",
		sizes: "C=4,1..9 O=5,1..9 h=3,1..5 w=4,1..9", sums: true},
	{name: "DeformConv", in: "x=f32[1,C,h,w] k=f32[O,C,2,2]! o=f32[1,8,h,w] m=f32[1,4,h,w] b=f32[O]!", nodes: "DeformConv x k o b m > y kernel_shape=[2,2] pads=[0,0,1,1]",
		sizes: "C=3,1..5 O=4,1..5 h=4,1..5 w=5,1..9", sums: true},
	{name: "Pool", in: "x=f32[1,C,h,w] k=f32[C,C,1,1]! d=f64[1,2,h,w] i=i8[1,3,h,w]",
		nodes: "Conv x k > p; MaxPool p > a kernel_shape=[3,3] strides=[2,2] pads=[1,1,1,1]; AveragePool p > b kernel_shape=[3,3] pads=[1,1,1,1]; AveragePool p > c kernel_shape=[2,2] count_include_pad=1 pads=[1,1,1,1]; " +
			"LpPool p > e kernel_shape=[2,2] p=2; GlobalAveragePool p > g; GlobalMaxPool p > f; MaxPool d > h kernel_shape=[2,2]; MaxPool i > j kernel_shape=[2,3]; MaxPool x > l n kernel_shape=[2,2] strides=[2,2]; MaxUnpool l n > u kernel_shape=[2,2] strides=[2,2]",
		sizes: "C=4,1..9 h=6,4..9 w=7,4..17", sums: true},
	{name: "Resize", in: "x=f32[1,C,h,w] k=f32[C,C,1,1]! e=f32[0]! s=f32[4]=1,1,2,2 t=f32[4]=1,1,1.5,0.75",
		nodes: "Conv x k > p; Resize p e s > a mode=nearest; Resize x e s > b mode=linear; Resize x e t > c mode=cubic; Resize x e t > d mode=linear antialias=1; Resize p e s > f mode=nearest coordinate_transformation_mode=asymmetric nearest_mode=floor",
		sizes: "C=4,1..9 h=4,2..5 w=5,4..12", sums: true},
	{name: "GridSample", in: "x=f32[1,3,h,w] g=f32[1,4,5,2] t=f32[1,2,3] s=i64[4]=1,1,4,5", nodes: "GridSample x g > a; GridSample x g > b mode=nearest padding_mode=border; GridSample x g > c mode=cubic padding_mode=reflection align_corners=1; AffineGrid t s > y",
		sizes: "h=4,1..7 w=5,1..9"},
	{name: "RoiAlign", in: "x=f32[1,3,h,w] r=f32[m,4]<8 i=i64[m]<1", nodes: "RoiAlign x r i > y output_height=2 output_width=3 sampling_ratio=2; RoiAlign x r i > z output_height=2 output_width=2 mode=max sampling_ratio=2",
		sizes: "h=9,8..9 w=9,8..17 m=3,1..5"},
	{name: "Col2Im", in: "x=f32[1,8,12] s=i64[2]=4,5 b=i64[2]=2,2", nodes: "Col2Im x s b > y"},

	// Products.
	{name: "MatMul", in: "a=f32[m,k] b=f32[k,n] c=f32[2,m,k] d=f32[2,k,n]", nodes: "MatMul a b > x; MatMul c d > y; MatMul c b > z", sums: true},
	{name: "MatMul of stored weights", in: "a=f32[m,K] b=f32[K,N]! c=f32[N]!", nodes: "MatMul a b > x; MatMul a b > p; Add p c > q; Relu q > y; Gemm a b c > z alpha=0.5 beta=2.0", sizes: "K=9,1..17,520..537 N=8,1..17 m=5,1..17", sums: true},
	{name: "MatMul of vectors", in: "a=f32[k] b=f32[k,n] c=f32[m,k] d=f64[m,k] e=f64[k,n] i=i32[m,k] j=i32[k,n]", nodes: "MatMul a b > x; MatMul c a > y; MatMul d e > z; MatMul i j > w; Gemm b c > g transA=1 transB=1", sums: true},
	{name: "Einsum", in: "a=f32[m,k,2] b=f32[2,k,n]", nodes: "Einsum a b > y equation=ijb,bjk->bik; Einsum a > t equation=ijb->j", sums: true},
	{name: "MatMulNBits", in: "a=f32[m,40] b=u8[N,3,8]! s=f32[N,3]!", nodes: "com.microsoft::MatMulNBits a b s > y K=40 N=N bits=4 block_size=16", sizes: "N=8,1..17 m=5,1..17", sums: true},
	{name: "MatMulNBits of long columns", in: "a=f32[m,528] b=u8[N,33,8]! s=f32[N,33]! z=u8[N,17]!", nodes: "com.microsoft::MatMulNBits a b s z > y K=528 N=N bits=4 block_size=16", sizes: "N=5,1..5 m=3,1..5", sums: true},
	{name: "LSTM", in: "x=f32[n,2,I] w=f32[1,4H,I]! r=f32[1,4H,H]! b=f32[1,8H]!", nodes: "LSTM x w r b > y h c hidden_size=H", sizes: "I=5,1..9,520..523 H=8,1..17 n=3,1..5", sums: true},
	{name: "GRU", in: "x=f32[n,2,I] w=f32[2,3H,I]! r=f32[2,3H,H]! b=f32[2,6H]!", nodes: "GRU x w r b > y h hidden_size=H direction=bidirectional linear_before_reset=1; GRU x w r b > z - hidden_size=H direction=bidirectional", sizes: "I=5,1..9 H=8,1..17 n=3,1..5", sums: true},
	{name: "RNN", in: "x=f32[n,2,I] w=f32[1,H,I]! r=f32[1,H,H]! b=f32[1,2H]!", nodes: "RNN x w r b > y h hidden_size=H", sizes: "I=5,1..9 H=8,1..17 n=3,1..5", sums: true},
	{name: "DFT", in: "x=f32[1,N,1] s=i64[]=3 w=f32[4]! l=i64[]=4", nodes: "DFT x > y; STFT x s w l > z", sizes: "N=8,4..17,520..521", sums: true},
	{name: "Det", in: "x=f32[m,4,4]", nodes: "Det x > y", sizes: "m=3,1..5"},
	{name: "Attention", in: "q=f32[1,2,m,8] k=f32[1,2,n,8] v=f32[1,2,n,4]", nodes: "Attention q k v > y", sizes: "m=5,1..17 n=7,1..17,520..523", sums: true},
	{name: "Attention, causal", in: "q=f32[1,2,M,8] k=f32[1,2,N,8] v=f32[1,2,N,4]", nodes: "Attention q k v > z is_causal=1", sizes: "M=5,1..17 N=7,1..17,520..521", sums: true},

	{name: "nothing", in: "a=f32[3,K] b=f32[K,5] c=f32[K,4]! r=i64[1]=1", nodes: "MatMul a b > x; MatMul a c > y; ReduceSum a r > s; ReduceMax a r > m; Concat a a > n axis=1; Exp a > e; Softmax b > t", sizes: "K=0,1..2"},

	// Integers.
	{name: "QuantizeLinear", in: "x=f32[m,n] s=f32[] z=u8[] q=i8[m,n] t=f32[]! p=i8[]! v=f32[m]",
		nodes: "QuantizeLinear x s z > a; DequantizeLinear q t p > b; DynamicQuantizeLinear x > c d e; QuantizeLinear x v > f axis=0; QuantizeLinear x t > g output_dtype=5; DequantizeLinear q v > h axis=0"},
	{name: "RoundLinear", in: "x=f32[m,n] s=f32[]=0.05 z=u8[]=128", nodes: "QuantizeLinear x s z > q; DequantizeLinear q s z > d; Relu d > e; QuantizeLinear e s z > f; DequantizeLinear f s z > y"},
	{name: "QuantizeLinear in blocks", in: "x=f32[m,32] s=f32[m,4]", nodes: "QuantizeLinear x s > y axis=1 block_size=8 output_dtype=3; DequantizeLinear y s > z axis=1 block_size=8"},
	{name: "MatMulInteger", in: "a=u8[m,k] b=i8[k,n] x=u8[] y=i8[n] c=i8[2,m,k] d=u8[2,k,n]", nodes: "MatMulInteger a b > p; MatMulInteger a b x y > q; MatMulInteger c d > r"},
	{name: "MatMulInteger of stored weights", in: "a=u8[m,K] b=i8[K,N]! x=u8[] c=u8[K,N]! z=u8[N]!", nodes: "MatMulInteger a b x > p; MatMulInteger a c x z > q", sizes: "K=9,1..17,520..537 N=8,1..17 m=5,1..17"},
	{name: "dynamic MatMul", in: "a=f32[m,K] b=i8[K,N]! w=f32[N]! c=f32[N]!",
		nodes: "DynamicQuantizeLinear a > q s z; MatMulInteger q b z > i; Cast i > f to=1; Mul s w > t; Mul f t > g; Add g c > y", sizes: "K=9,1..17,520..537 N=8,1..17 m=5,1..17"},
	{name: "NarrowMatMul", in: "a=f32[m,K] b=i8[K,N]! s=f32[1,N]! c=f32[N]! d=u8[K,N]!", nodes: "Cast b > f to=1; Mul f s > w; MatMul a w > p; Add p c > y; Cast d > g to=1; Mul g s > v; MatMul a v > z", sizes: "K=9,1..17,520..537 N=8,1..17 m=5,1..17", sums: true},
	{name: "ConvInteger", in: "x=u8[1,C,h,w] k=i8[O,C,3,3]! z=u8[] l=i8[O,C,2,2]", nodes: "ConvInteger x k z > y pads=[1,1,1,1]; ConvInteger x l z > v strides=[2,1]", sizes: "C=3,1..9 O=5,1..17 h=4,3..5 w=5,3..17"},
	{name: "ConvInteger depthwise", in: "x=u8[1,C,h,w] k=i8[C,1,3,3]! z=u8[]", nodes: "ConvInteger x k z > y pads=[1,1,1,1] group=C", sizes: "C=8,2..17 h=4,3..5 w=5,3..17"},
	{name: "dynamic Conv", in: "x=f32[1,C,h,w] k=i8[O,C,3,3]! v=f32[]! b=f32[1,O,1,1]!",
		nodes: "DynamicQuantizeLinear x > q s z; ConvInteger q k z > i pads=[1,1,1,1]; Cast i > f to=1; Mul s v > t; Mul f t > g; Add g b > h2; Relu h2 > y", sizes: "C=3,1..9 O=5,1..17 h=4,3..5 w=5,3..17"},
	{name: "QLinear", in: "a=u8[m,K] s=f32[]=0.1 z=u8[]=7 b=i8[K,N]! t=f32[N]! y=i8[N]! x=u8[1,K,w] k=i8[N,K,3]! p=i8[]=0",
		nodes: "QLinearMatMul a s z b t y s z > q; QLinearConv x s z k t y s z > r pads=[1,1]", sizes: "K=9,1..17 N=8,1..17 m=5,1..17 w=5,3..17"},

	// Sums along axes.
	{name: "Reduce", in: "x=f32[m,n] r=i64[1]=1 c=i64[1]=0", nodes: reduce("x", "r", "a") + reduce("x", "c", "b") + reduce("x", "", "c"), sums: true},
	{name: "Reduce f64", in: "x=f64[m,n] r=i64[1]=1 c=i64[1]=0", nodes: reduce("x", "r", "a") + reduce("x", "c", "b"), sums: true},
	{name: "Reduce integers", in: "x=i32[m,n] y=i64[m,n] z=u8[m,n] r=i64[1]=1", nodes: "ReduceSum x r > a; ReduceProd x r > b; ReduceMax x r > d; ReduceMin y r > e; ReduceSum y r > f; ReduceMean y r > g; ReduceMax z r > h"},
	{name: "ArgMax", in: "x=f32[m,n] y=i8[m,n] z=f64[m,n]", nodes: "ArgMax x > a axis=1; ArgMax x > b axis=0 select_last_index=1; ArgMin x > c axis=1; ArgMax y > d axis=1; ArgMin z > e axis=0; Hardmax x > f"},
	{name: "TopK", in: "x=f32[m,9] k=i64[1]=4 y=i64[9,n]", nodes: "TopK x k > a b; TopK x k > c d largest=0; TopK y k > e f axis=0"},
	{name: "CumSum", in: "x=f32[m,n] a=i64[]=1 b=i64[]=0 d=f64[m,n]", nodes: "CumSum x a > y; CumSum x b > z reverse=1 exclusive=1; CumSum d a > w; CumProd x a > p", sums: true},
	{name: "Softmax", in: "x=f32[m,n] y=f32[2,m,n]", nodes: "Softmax x > a; LogSoftmax x > b; Softmax y > c axis=1; LogSoftmax y > d axis=0", sums: true},
	{name: "Softmax of pictures", in: "x=f32[1,3,h,w] k=f32[O,3,1,1]!", nodes: "Conv x k > p; Softmax p > y axis=1", sizes: "O=5,1..17 h=2,1..3 w=3,1..5", sums: true},
	{name: "Normalize", in: "x=f32[m,n] s=f32[n] b=f32[n]", nodes: "LayerNormalization x s b > y - -; RMSNormalization x s > z; LayerNormalization x s > u mean inv", sums: true},
	{name: "Normalize groups", in: "x=f32[2,C,n] s=f32[C] b=f32[C] t=f32[C]", nodes: "GroupNormalization x s b > y num_groups=1; InstanceNormalization x s b > z; InstanceNormalization x t b > w", sizes: "C=4,1..9", sums: true},
	{name: "BatchNormalization", in: "x=f32[1,C,h,w] s=f32[C] b=f32[C] m=f32[C] v=f32[C] k=f32[C,C,1,1]!", nodes: "BatchNormalization x s b m v > y; Conv x k > c; BatchNormalization c s b m v > z; LRN x > l size=3", sizes: "C=5,1..17 h=2,1..3 w=3,1..9", sums: true},
}

// reduce is every reduction of x along an axis, results named by a letter.
func reduce(x, axis, y string) string {
	text := ""
	for _, kind := range strings.Fields("Sum Mean L1 L2 LogSum LogSumExp SumSquare Prod Max Min") {
		text += "Reduce" + kind + " " + x + " " + axis + " > " + y + kind + " keepdims=0;"
	}
	return text
}

// shape gives the model the stored operand s.
func shape(v ...int64) func(m *onnxtest.Model) {
	return func(m *onnxtest.Model) { m.Int64s("s", v...) }
}

// axes gives the model the stored operands a and b.
func axes(m *onnxtest.Model) { m.Int64s("a", 0, 1).Int64s("b", 1) }

// ends gives the model the stored operands u and v.
func ends(m *onnxtest.Model) {
	m.Raw("u", onnx.Int64, nil, make([]byte, 8)).Raw("v", onnx.Int64, nil, []byte{3, 0, 0, 0, 0, 0, 0, 0})
}

// Elementwise operators by number of operands.
const (
	oneOperand = "Abs Acos Acosh Asin Asinh Atan Atanh BitwiseNot Ceil Celu Cos Cosh Elu Erf Exp Floor Gelu HardSigmoid HardSwish IsInf IsNaN LeakyRelu Log Mish Neg Not " +
		"Reciprocal Relu Round Selu Shrink Sigmoid Sign Sin Sinh Softplus Softsign Sqrt Swish Tan Tanh ThresholdedRelu"
	twoOperands = "Add And BitwiseAnd BitwiseOr BitwiseXor Div Equal Greater GreaterOrEqual Less LessOrEqual Max Min Mod Mul Or PRelu Pow Sub Xor"
)

// elementwise has a model for each element type, with all operators that take it.
func elementwise() []row {
	takes := map[string]map[graph.Type]bool{}
	since := map[string]int64{}
	for _, r := range graph.Rules() {
		if r.Since <= opset && r.Since >= since[r.Op] {
			since[r.Op], takes[r.Op] = r.Since, map[graph.Type]bool{}
			for _, t := range r.Types {
				takes[r.Op][t] = true
			}
			if len(r.Types) == 0 {
				takes[r.Op][graph.Bool] = true // And, Or, Xor, Not
			}
		}
	}
	types := slices.Sorted(maps.Keys(takes["Cast"]))
	var all []row
	for _, t := range types {
		name := t.String()
		sizes := "m=3,1..4 n=5,1..17,33..37"
		if t == graph.Float32 {
			sizes = "m=3,1..4"
		}
		r := row{name: "elementwise " + name, sizes: sizes,
			in: "x=" + name + "[m,n] y=" + name + "[m,n] z=" + name + "[n] s=" + name + "[] c=bool[m,n] l=" + name + "[]=0 h=" + name + "[]=1"}
		add := func(op, in, form, attrs string) { r.nodes += op + " " + in + " > " + op + form + " " + attrs + ";" }
		float := t == graph.Float32 || t == graph.Float64 || t == graph.Float16 || t == graph.BFloat16
		for op := range strings.FieldsSeq(oneOperand) {
			if takes[op][t] {
				add(op, "x", "", "")
			}
		}
		for op := range strings.FieldsSeq(twoOperands) {
			if !takes[op][t] {
				continue
			}
			attrs := ""
			if op == "Mod" && float {
				attrs = "fmod=1"
			}
			add(op, "x y", "", attrs)
			add(op, "x z", "B", attrs)
			if t == graph.Float32 {
				add(op, "x s", "S", attrs)
			}
		}
		add("Where", "c x z", "", "")
		if takes["Clip"][t] {
			add("Clip", "x l h", "", "")
			add("Add", "x s", "C", "")
			add("Mul", "AddC y", "D", "")
			add("Max", "MulD z", "E", "")
		}
		if takes["BitShift"][t] {
			add("BitShift", "x y", "", "direction=LEFT")
			add("BitShift", "x y", "R", "direction=RIGHT")
		}
		for _, to := range types {
			r.nodes += "Cast x > Cast" + to.String() + " to=" + decimal(int64(to)) + ";"
			if to.Size() == t.Size() && takes["BitCast"][t] && takes["BitCast"][to] && t != graph.Bool && to != graph.Bool {
				r.nodes += "BitCast x > BitCast" + to.String() + " to=" + decimal(int64(to)) + ";"
			}
		}
		all = append(all, r)
	}
	return all
}

// control has graphs in graphs.
var control = []row{
	{name: "If", in: "c=bool[] x=f32[m,n]", build: func(m *onnxtest.Model) {
		branch := func(op string) *onnxtest.Message {
			return (&onnxtest.Message{}).Text(2, op).Sub(1, onnxtest.Node(op, op, "x", "y_"+op)).Sub(12, value("y_"+op, onnx.Float))
		}
		m.Node("If", "if", "c", "y", onnxtest.GraphAttr("then_branch", branch("Exp")), onnxtest.GraphAttr("else_branch", branch("Relu"))).Output("y", 0)
	}},
	{name: "Loop", in: "k=i64[]<5 c=bool[]=1 x=f32[m,n]", build: func(m *onnxtest.Model) {
		body := (&onnxtest.Message{}).Text(2, "body")
		body.Sub(11, value("i", onnx.Int64)).Sub(11, value("go", onnx.Bool)).Sub(11, value("s", onnx.Float))
		body.Sub(1, onnxtest.Node("Mul", "mul", "s x", "p")).Sub(1, onnxtest.Node("Add", "add", "p x", "t")).
			Sub(1, onnxtest.Node("Identity", "go", "go", "on")).Sub(1, onnxtest.Node("Tanh", "tanh", "t", "o"))
		body.Sub(12, value("on", onnx.Bool)).Sub(12, value("t", onnx.Float)).Sub(12, value("o", onnx.Float))
		m.Node("Loop", "loop", "k c x", "y z", onnxtest.GraphAttr("body", body)).Output("y", 0).Output("z", 0)
	}, sizes: "m=3,1..4"},
}

// value declares a value of a subgraph, without a shape.
func value(name string, t onnx.DataType) *onnxtest.Message {
	return (&onnxtest.Message{}).Text(1, name).Sub(2, (&onnxtest.Message{}).Sub(1, (&onnxtest.Message{}).Varint(1, uint64(t))))
}
