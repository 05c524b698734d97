package kernel

import (
	"math"

	"github.com/dehug/dehug/wasm/emit"
	"github.com/dehug/dehug/wasm/graph"
)

// PoolAxis is a spatial axis of a window that slides.
type PoolAxis struct {
	In, Out                              Int
	StrideX, StrideY                     Int // bytes
	Kernel, Stride, Dilation, Begin, End int
}

// AverageParams describes an average-pool, or a pool of p-norms.
type AverageParams struct {
	Type               graph.Type // Float32, Float64
	X, Y               Int
	N, C               Int
	BatchX, BatchY     Int // bytes from one picture to the next
	ChannelX, ChannelY Int
	Axes               []PoolAxis // one to three, outermost first
	Vector             bool       // f32 channels lie together, four at a time: those behind C hold anything
	CountPads          bool       // the mean is over taps in the padding too, which hold 0
	P                  int        // 0: mean; otherwise the P-norm
}

// Average appends a step that takes the mean, or the P-norm, of each window:
// from +0 the taps inside the picture are added in order, last axis fastest,
// and the sum is divided by their number. For a norm the P-th power of |x| is
// P − 1 multiplications from the left, and the P-th root is exp(log(s)/P) in
// f64, but for P = 2 the square root.
func (b *Builder) Average(name string, p AverageParams) *emit.Func {
	t := lanes{elem: int(p.Type.Size()), float: true}
	for len(p.Axes) < 3 {
		p.Axes = append([]PoolAxis{{In: Const(1), Out: Const(1), Kernel: 1, Stride: 1, Dilation: 1}}, p.Axes...)
	}
	pick := func(f32, f64 emit.Op) emit.Op { return t.pick(f32, f64, 0, 0, 0, 0) }
	f := b.M.Func(name, nil, nil)
	x, y := p.X.expr().into(f), p.Y.expr().into(f)
	start, k, taps := f.Locals(emit.I32, 3), f.Locals(emit.I32, 3), f.Locals(emit.I32, 3)
	from, to := f.Locals(emit.I32, 4), f.Locals(emit.I32, 3)
	count, all, skip := f.Local(emit.V128), f.Local(emit.I32), f.Local(emit.I32)
	px, py, c := f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32)
	acc, v, power := f.Local(emit.V128), f.Local(emit.V128), f.Local(emit.V128)
	load, store, step := splatLoads[t.elem], laneStores[t.elem], 1
	if p.Vector {
		load, store, step = emit.V128Load, emit.V128Store, 4
	}
	pads := f.Locals(emit.I32, 3)

	tap := func(at emit.Local) {
		f.LocalGet(acc)
		f.LocalGet(at)
		f.Load(load, 0)
		if p.P > 0 {
			f.Op(pick(emit.F32x4Abs, emit.F64x2Abs))
		}
		f.LocalSet(v)
		f.LocalGet(v)
		if p.P > 1 {
			f.LocalSet(power)
			f.Times(p.P-1, func() {
				f.LocalGet(power)
				f.LocalGet(v)
				f.Op(pick(emit.F32x4Mul, emit.F64x2Mul))
				f.LocalSet(power)
			})
			f.LocalGet(power)
		}
		f.Op(pick(emit.F32x4Add, emit.F64x2Add))
		f.LocalSet(acc)
	}
	finish := func() {
		switch {
		case p.P == 0:
			f.LocalGet(acc)
			f.LocalGet(count)
			f.Op(pick(emit.F32x4Div, emit.F64x2Div))
			f.LocalSet(acc)
		case p.P == 2:
			f.LocalGet(acc)
			f.Op(pick(emit.F32x4Sqrt, emit.F64x2Sqrt))
			f.LocalSet(acc)
		case p.P > 2:
			for i := range step {
				f.LocalGet(acc)
				f.LocalGet(acc)
				f.Lane(pick(emit.F32x4ExtractLane, emit.F64x2ExtractLane), byte(i))
				if t.elem == 4 {
					f.Op(emit.F64PromoteF32)
				}
				f.Call(b.log64())
				f.F64Const(math.Float64bits(float64(p.P)))
				f.Op(emit.F64Div)
				f.Call(b.exp64())
				if t.elem == 4 {
					f.Op(emit.F32DemoteF64)
				}
				f.Lane(pick(emit.F32x4ReplaceLane, emit.F64x2ReplaceLane), byte(i))
				f.LocalSet(acc)
			}
		}
	}
	window := func() {
		f.LocalGet(all)
		if t.elem == 4 {
			f.Op(emit.F32ConvertI32S, emit.F32x4Splat)
		} else {
			f.Op(emit.F64ConvertI32S, emit.F64x2Splat)
		}
		f.LocalSet(count)
		f.Move(px, from[3])
		f.Move(py, to[2])
		div(add(p.C.expr(), num(step-1)), step).set(f, c)
		f.Repeat(c, func() {
			f.V128Zero()
			f.LocalSet(acc)
			var along func(i int, at emit.Local)
			along = func(i int, at emit.Local) {
				if i == 3 {
					tap(at)
					return
				}
				here, n := f.Local(emit.I32), f.Local(emit.I32)
				f.Move(here, at)
				f.Move(n, taps[i])
				f.Repeat(n, func() {
					along(i+1, here)
					advance(f, here, mul(p.Axes[i].StrideX.expr(), num(p.Axes[i].Dilation)))
				})
			}
			along(0, px)
			finish()
			f.LocalGet(py)
			f.LocalGet(acc)
			if p.Vector {
				f.Load(store, 0)
				f.Inc(px, 16)
				f.Inc(py, 16)
			} else {
				f.LoadLane(store, 0, 0)
				advance(f, px, p.ChannelX.expr())
				advance(f, py, p.ChannelY.expr())
			}
		})
	}
	var slide func(i int)
	slide = func(i int) {
		if i == 3 {
			window()
			return
		}
		a := p.Axes[i]
		num(-a.Begin).set(f, start[i])
		if i > 0 {
			f.Move(to[i], to[i-1])
		} else {
			f.Move(to[0], y)
		}
		times(f, a.Out.expr(), func() {
			inside(f, start[i], a.In.expr(), a.Kernel, a.Dilation, k[i], taps[i])
			f.Move(pads[i], taps[i])
			if p.CountPads {
				shifted := f.Local(emit.I32)
				add(local(start[i]), num(a.Begin)).set(f, shifted)
				inside(f, shifted, add(a.In.expr(), num(a.Begin+a.End)), a.Kernel, a.Dilation, skip, pads[i])
			}
			before := local(x)
			if i > 0 {
				before = local(from[i])
			}
			add(before, mul(add(local(start[i]), mul(local(k[i]), num(a.Dilation))), a.StrideX.expr())).set(f, from[i+1])
			if i == 2 {
				mul(local(pads[0]), local(pads[1]), local(pads[2])).set(f, all)
			}
			slide(i + 1)
			advance(f, to[i], a.StrideY.expr())
			f.Inc(start[i], int32(a.Stride))
		})
	}
	times(f, p.N.expr(), func() {
		slide(0)
		advance(f, x, p.BatchX.expr())
		advance(f, y, p.BatchY.expr())
	})
	return f
}
