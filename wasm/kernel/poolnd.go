package kernel

import (
	"github.com/dehug/dehug/wasm/emit"
	"github.com/dehug/dehug/wasm/graph"
)

// poolOps is what MaxPoolND needs of an element type.
type poolOps struct {
	elem        int
	t           emit.Type
	load, store emit.MemOp
	less        emit.Op
	lowest      uint64 // bits of the value of a window without taps
}

var poolTypes = map[graph.Type]poolOps{
	graph.Float32: {4, emit.F32, emit.F32Load, emit.F32Store, emit.F32Lt, minusInf32},
	graph.Float64: {8, emit.F64, emit.F64Load, emit.F64Store, emit.F64Lt, 0xfff0000000000000},
	graph.Int8:    {1, emit.I32, emit.I32Load8S, emit.I32Store8, emit.I32LtS, 0xffffff80},
	graph.Uint8:   {1, emit.I32, emit.I32Load8U, emit.I32Store8, emit.I32LtU, 0},
}

// MaxPoolND appends a max-pool over row-major tensors of any rank that ONNX
// knows, optionally with the position of each maximum. Which tap wins is as in
// MaxPool. A window without taps gives the type's lowest value and position −1.
func (b *Builder) MaxPoolND(name string, p PoolNDParams) *emit.Func {
	ops, ok := poolTypes[p.Type]
	if !ok {
		panic("kernel: no max-pool for " + p.Type.String())
	}
	p = p.threeAxes()
	f := b.M.Func(name, nil, nil)
	plane := mul(p.In[0].expr(), p.In[1].expr(), p.In[2].expr())
	x, y, idx := p.X.expr().into(f), p.Y.expr().into(f), f.Local(emit.I32)
	if p.Indices != nil {
		p.Indices.expr().set(f, idx)
	}
	base := f.Local(emit.I64) // index of the plane's first element
	oz, oy := f.Local(emit.I32), f.Local(emit.I32)
	g := b.poolRow(ops, p)
	positive(f, p.Out[2].expr(), func() {
		times(f, mul(p.N.expr(), p.C.expr()), func() {
			num(-p.Pads[0]).set(f, oz)
			times(f, p.Out[0].expr(), func() {
				num(-p.Pads[1]).set(f, oy)
				times(f, p.Out[1].expr(), func() {
					for _, e := range []expr{local(x), local(y), local(idx), local(oz), local(oy), p.Out[2].expr(), p.In[0].expr(), p.In[1].expr(), p.In[2].expr()} {
						e.emit(f)
					}
					f.LocalGet(base)
					f.Call(g)
					advance(f, y, mul(p.Out[2].expr(), num(ops.elem)))
					if p.Indices != nil {
						advance(f, idx, mul(p.Out[2].expr(), num(8)))
					}
					f.Inc(oy, int32(p.Strides[1]))
				})
				f.Inc(oz, int32(p.Strides[0]))
			})
			advance(f, x, mul(plane, num(ops.elem)))
			f.LocalGet(base)
			plane.emit(f)
			f.Op(emit.I64ExtendI32U, emit.I64Add)
			f.LocalSet(base)
		})
	})
	return f
}

// threeAxes puts axes of extent one before the spatial axes until there are three.
func (p PoolNDParams) threeAxes() PoolNDParams {
	n := len(p.Kernel)
	if n < 1 || n > 3 || len(p.In) != n || len(p.Out) != n || len(p.Strides) != n || len(p.Dilations) != n || len(p.Pads) != n {
		panic("kernel: a max-pool has one to three spatial axes and all its lists one entry for each")
	}
	for ; n < 3; n++ {
		p.In = append([]Int{Const(1)}, p.In...)
		p.Out = append([]Int{Const(1)}, p.Out...)
		p.Kernel = append([]int{1}, p.Kernel...)
		p.Strides = append([]int{1}, p.Strides...)
		p.Dilations = append([]int{1}, p.Dilations...)
		p.Pads = append([]int{0}, p.Pads...)
	}
	return p
}

// poolRow returns the inner function that computes one row of outputs. Its
// last parameter, after those of inner, is the i64 index of the plane.
func (b *Builder) poolRow(ops poolOps, p PoolNDParams) *emit.Func {
	indices, order := 0, 0
	if p.Indices != nil {
		indices = 1
	}
	if p.ColumnMajor {
		order = 1
	}
	name := key("max pool", p.Type.String(), "taps", p.Kernel, "step", p.Strides[2], "dilation", p.Dilations, "pad", p.Pads[2], "indices", indices, "order", order)
	return b.inner(name, func(w *inner) {
		x, y, idx := w.param(), w.param(), w.param()
		z0, y0, n := w.param(), w.param(), w.param()
		d, h, wd := w.param(), w.param(), w.param()
		w.params = append(w.params, emit.I64)
		base := emit.Local(len(w.params) - 1)
		w.body = func(f *emit.Func) {
			x0 := f.Local(emit.I32)
			best, v := f.Local(ops.t), f.Local(ops.t)
			at, found := f.Local(emit.I32), f.Local(emit.I32)
			c := f.Locals(emit.I32, 3) // position of a tap
			k := f.Locals(emit.I32, 3)
			num(-p.Pads[2]).set(f, x0)

			// along runs body for the taps of one axis that lie inside.
			along := func(i int, start, size emit.Local, body func()) {
				f.Move(c[i], start)
				f.SetConst(k[i], int32(p.Kernel[i]))
				f.CountDown(k[i], func() {
					f.LocalGet(c[i]) // as unsigned, what is left of zero is large
					f.LocalGet(size)
					f.Op(emit.I32LtU)
					f.If(body)
					f.Inc(c[i], int32(p.Dilations[i]))
				})
			}
			f.CountDown(n, func() {
				switch ops.t {
				case emit.F32:
					f.F32Const(uint32(ops.lowest))
				case emit.F64:
					f.F64Const(ops.lowest)
				default:
					f.I32Const(int32(uint32(ops.lowest)))
				}
				f.LocalSet(best)
				f.SetConst(found, -1)
				along(0, z0, d, func() {
					along(1, y0, h, func() {
						along(2, x0, wd, func() {
							add(mul(add(mul(local(c[0]), local(h)), local(c[1])), local(wd)), local(c[2])).set(f, at)
							add(local(x), mul(local(at), num(ops.elem))).emit(f)
							f.Load(ops.load, 0)
							f.LocalSet(v)
							f.LocalGet(best)
							f.LocalGet(v)
							f.Op(ops.less)
							f.LocalGet(found)
							f.I32Const(0)
							f.Op(emit.I32LtS, emit.I32Or)
							f.If(func() {
								f.LocalGet(v)
								f.LocalSet(best)
								if p.ColumnMajor {
									add(mul(add(mul(local(c[2]), local(h)), local(c[1])), local(d)), local(c[0])).set(f, found)
								} else {
									f.Move(found, at)
								}
							})
						})
					})
				})
				f.LocalGet(y)
				f.LocalGet(best)
				f.Load(ops.store, 0)
				f.Inc(y, int32(ops.elem))
				if p.Indices != nil {
					f.LocalGet(idx)
					f.LocalGet(base)
					f.LocalGet(found)
					f.Op(emit.I64ExtendI32U, emit.I64Add)
					f.I64Const(-1)
					f.LocalGet(found)
					f.I32Const(0)
					f.Op(emit.I32GeS, emit.Select)
					f.Load(emit.I64Store, 0)
					f.Inc(idx, 8)
				}
				f.Inc(x0, int32(p.Strides[2]))
			})
		}
	})
}
