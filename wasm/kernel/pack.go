package kernel

import "github.com/dehug/dehug/wasm/emit"

// PackConv appends a step that arranges weights for Conv: for each group, the
// panels of its output channels; a panel is [bias×NR][kz][ky][kx][c][NR] with
// NR = 8, or 4 when the group's last panel needs no more. Lanes without an
// output channel become zero; bias cells are left to PackConvBias.
func (b *Builder) PackConv(name string, p PackConvParams) *emit.Func {
	f := b.M.Func(name, nil, nil)
	taps := max(1, p.KD) * p.KH * p.KW
	src, dst := f.Local(emit.I32), f.Local(emit.I32)
	num(int(p.Src)).set(f, src)
	num(int(p.Dst)).set(f, dst)
	eachPanel(f, p, func(width, lanes int) {
		if lanes < width {
			add(local(dst), num(4*width)).emit(f)
			f.I32Const(0)
			f.I32Const(int32(4 * width * taps * p.C))
			f.MemoryFill()
		}
		lane := add(local(dst), num(4*width)).into(f)
		f.Times(lanes, func() {
			b.copyPlane(f, 4, false, src, lane,
				axis{num(taps), []expr{num(4), num(4 * width * p.C)}},
				axis{num(p.C), []expr{num(4 * taps), num(4 * width)}})
			f.Inc(src, int32(4*taps*p.C))
			f.Inc(lane, 4)
		})
		f.Inc(dst, int32(4*width*(1+taps*p.C)))
	})
	return f
}

// PackConvBias appends a step that writes the bias cells of Conv's panels:
// the f32 vector [OC] at src, or zeros.
func (b *Builder) PackConvBias(name string, src, dst uint32, hasBias bool, p PackConvParams) *emit.Func {
	f := b.M.Func(name, nil, nil)
	taps := max(1, p.KD) * p.KH * p.KW
	from, to := f.Local(emit.I32), f.Local(emit.I32)
	num(int(src)).set(f, from)
	num(int(dst)).set(f, to)
	eachPanel(f, p, func(width, lanes int) {
		packBias(f, from, to, width, lanes, hasBias)
		f.Inc(to, int32(4*width*(1+taps*p.C)))
	})
	return f
}

// packBias writes width bias cells, of which the first lanes come from memory.
func packBias(f *emit.Func, from, to emit.Local, width, lanes int, hasBias bool) {
	if !hasBias || lanes < width {
		f.LocalGet(to)
		f.I32Const(0)
		f.I32Const(int32(4 * width))
		f.MemoryFill()
	}
	if hasBias {
		f.LocalGet(to)
		f.LocalGet(from)
		f.I32Const(int32(4 * lanes))
		f.MemoryCopy()
		f.Inc(from, int32(4*lanes))
	}
}

// eachPanel emits body for every panel, in the order of their addresses, with
// its width and the number of lanes that have an output channel.
func eachPanel(f *emit.Func, p PackConvParams, body func(width, lanes int)) {
	oc := p.OC / p.Groups
	ws := panels(oc)
	whole := len(ws)
	if oc%panelWidth != 0 {
		whole--
	}
	f.Times(p.Groups, func() {
		f.Times(whole, func() { body(panelWidth, panelWidth) })
		if whole < len(ws) {
			body(ws[whole], oc-whole*panelWidth)
		}
	})
}

// PackDepthwise appends a step that arranges weights for Depthwise: for each
// vector of four channels [bias×4][ky][kx][4]. Lanes without a channel become
// zero; bias cells are left to PackDepthwiseBias.
func (b *Builder) PackDepthwise(name string, p PackDepthwiseParams) *emit.Func {
	f := b.M.Func(name, nil, nil)
	taps := p.KH * p.KW
	src, dst := f.Local(emit.I32), f.Local(emit.I32)
	num(int(p.Src)).set(f, src)
	num(int(p.Dst)).set(f, dst)
	eachVector(f, p, func(lanes int) {
		if lanes < 4 {
			add(local(dst), num(16)).emit(f)
			f.I32Const(0)
			f.I32Const(int32(16 * taps))
			f.MemoryFill()
		}
		lane := add(local(dst), num(16)).into(f)
		f.Times(lanes, func() {
			b.copyPlane(f, 4, false, src, lane,
				axis{num(1), []expr{num(0), num(0)}},
				axis{num(taps), []expr{num(4), num(16)}})
			f.Inc(src, int32(4*taps))
			f.Inc(lane, 4)
		})
		f.Inc(dst, int32(16*(1+taps)))
	})
	return f
}

// PackDepthwiseBias appends a step that writes the bias cells of Depthwise's
// weights: the f32 vector [C] at src, or zeros.
func (b *Builder) PackDepthwiseBias(name string, src, dst uint32, hasBias bool, p PackDepthwiseParams) *emit.Func {
	f := b.M.Func(name, nil, nil)
	from, to := f.Local(emit.I32), f.Local(emit.I32)
	num(int(src)).set(f, from)
	num(int(dst)).set(f, to)
	eachVector(f, p, func(lanes int) {
		packBias(f, from, to, 4, lanes, hasBias)
		f.Inc(to, int32(16*(1+p.KH*p.KW)))
	})
	return f
}

func eachVector(f *emit.Func, p PackDepthwiseParams, body func(lanes int)) {
	f.Times(p.C/4, func() { body(4) })
	if p.C%4 > 0 {
		body(p.C % 4)
	}
}
