package lower

import (
	"sort"

	"github.com/dehug/dehug/internal/say"

	"github.com/dehug/dehug/wasm/emit"
	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/kernel"
)

// constant is a stored tensor and what is made of it.
type constant struct {
	v     *graph.Value
	plain *buffer // set when a step reads the bytes as they are
	packs []func(b *kernel.Builder, src uint32) *emit.Func
}

// item is one unit of prepare: a tensor to write, then functions to run.
type item struct {
	c   *constant
	dst uint32
}

func (l *lowerer) constant(v *graph.Value) *constant {
	c := l.consts[v]
	if c == nil {
		c = &constant{v: v}
		l.consts[v] = c
	}
	return c
}

func (c *constant) plainBuffer(l *lowerer) *buffer {
	if c.plain == nil {
		c.plain = l.newBuffer(c.v.Name, bytesOf(c.v))
		c.plain.static = true
	}
	c.plain.used = c.plain.used || !l.once
	return c.plain
}

// pack makes a buffer of packed weights and bias. Stored weights are packed
// once, in prepare; weights that are computed at run time by a step.
func (l *lowerer) pack(n *graph.Node, w, bias *graph.Value, size int64,
	packWeights func(b *kernel.Builder, src, dst uint32) *emit.Func,
	packBias func(b *kernel.Builder, src, dst uint32, has bool) *emit.Func) (*buffer, error) {
	if w.Const != nil && (bias == nil || bias.Const != nil) {
		packed := l.newBuffer(w.Name+" packed", graph.Num(size))
		packed.static = true
		cw := l.constant(w)
		cw.packs = append(cw.packs, func(b *kernel.Builder, src uint32) *emit.Func { return packWeights(b, src, l.static(packed)) })
		if bias == nil {
			cw.packs = append(cw.packs, func(b *kernel.Builder, _ uint32) *emit.Func { return packBias(b, 0, l.static(packed), false) })
			return packed, nil
		}
		cb := l.constant(bias)
		cb.packs = append(cb.packs, func(b *kernel.Builder, src uint32) *emit.Func { return packBias(b, src, l.static(packed), true) })
		return packed, nil
	}
	once := l.isFixed(w) && l.isFixed(bias)
	if len(l.symbols) > 0 && !once {
		return nil, say.Errorf("weights computed at run time in a model with symbolic shapes: %w", ErrUnsupported)
	}
	was := l.once
	l.once = once
	defer func() { l.once = was }()
	packed := l.newBuffer(w.Name+" packed", graph.Num(size))
	packed.used = true
	rw := l.plain(w)
	l.touch(rw.buf, packed)
	l.addStep(n.Outputs[0].Name, "Pack", func(b *kernel.Builder) *emit.Func { return packWeights(b, l.static(rw.buf), l.static(packed)) })
	var rb rep
	if bias != nil {
		rb = l.plain(bias)
		l.touch(rb.buf)
	}
	l.touch(packed)
	l.addStep(n.Outputs[0].Name, "Pack.bias", func(b *kernel.Builder) *emit.Func {
		if bias == nil {
			return packBias(b, 0, l.static(packed), false)
		}
		return packBias(b, l.static(rb.buf), l.static(packed), true)
	})
	return packed, nil
}

// static is the compile-time address of a buffer.
func (l *lowerer) static(b *buffer) uint32 {
	k, ok := b.addr.IsConst()
	if !ok {
		panic("lower: buffer " + b.name + " has no constant address")
	}
	return uint32(k)
}

// makeItems orders the constants that are used: those without stored bytes
// (decoded from varints, written by data segments) first, then by place in the
// files, so that a host can fill while bytes stream in.
func (l *lowerer) makeItems() {
	var cs []*constant
	var consts []*graph.Value
	graph.Each(l.g, func(g *graph.Graph) { consts = append(consts, g.Consts...) })
	for _, v := range consts {
		if c := l.consts[v]; c != nil && (c.plain != nil || len(c.packs) > 0) {
			if v.Const.Ref == nil {
				c.plainBuffer(l).used = true // a data segment needs an address that stays
			}
			cs = append(cs, c)
		}
	}
	sort.SliceStable(cs, func(i, j int) bool {
		a, b := cs[i].v.Const.Ref, cs[j].v.Const.Ref
		switch {
		case a == nil || b == nil:
			return a == nil && b != nil
		case a.Path != b.Path:
			return a.Path < b.Path
		}
		return a.Off < b.Off
	})
	for _, c := range cs {
		l.items = append(l.items, &item{c: c})
		if c.plain == nil {
			l.stagingLen = max(l.stagingLen, c.v.Const.Ref.Len)
		}
	}
	if len(l.onceSteps) > 0 {
		l.items = append(l.items, l.onceItem())
	}
}
