package kernel

import "github.com/dehug/dehug/wasm/emit"

func (b *Builder) Conv(name string, p ConvParams) *emit.Func  { panic("kernel: being written") }
func ConvWeightsSize(oc, cPerGroup, kh, kw, groups int) int64 { panic("kernel: being written") }
func (b *Builder) Depthwise(name string, p DepthwiseParams) *emit.Func {
	panic("kernel: being written")
}
func DepthwiseWeightsSize(c, kh, kw int) int64                       { panic("kernel: being written") }
func (b *Builder) MaxPool(name string, p PoolParams) *emit.Func      { panic("kernel: being written") }
func (b *Builder) MaxPoolND(name string, p PoolNDParams) *emit.Func  { panic("kernel: being written") }
func (b *Builder) Pad(name string, p PadParams) *emit.Func           { panic("kernel: being written") }
func (b *Builder) Copy(name string, p CopyParams) *emit.Func         { panic("kernel: being written") }
func (b *Builder) Fill(name string, p FillParams) *emit.Func         { panic("kernel: being written") }
func (b *Builder) Eltwise(name string, p EltwiseParams) *emit.Func   { panic("kernel: being written") }
func (b *Builder) PackConv(name string, p PackConvParams) *emit.Func { panic("kernel: being written") }
func (b *Builder) PackDepthwise(name string, p PackDepthwiseParams) *emit.Func {
	panic("kernel: being written")
}
func (b *Builder) PackConvBias(name string, src, dst uint32, hasBias bool, p PackConvParams) *emit.Func {
	panic("kernel: being written")
}
func (b *Builder) PackDepthwiseBias(name string, src, dst uint32, hasBias bool, p PackDepthwiseParams) *emit.Func {
	panic("kernel: being written")
}
