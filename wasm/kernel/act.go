package kernel

import "github.com/dehug/dehug/wasm/emit"

// How many instructions, constants among them, an activation may have to be
// written out behind each accumulator of a kernel; longer ones are a second pass
// over results that are still in the cache. Conv loads constants once a tile: a
// hard swish with its scale and offset (13) takes PP-OCRv4's detector from 24.3
// to 23.8 ms of 1×1 convolutions that way. Its depthwise ones, whose loop is
// short, lose as much.
const (
	maxInlineOps = 6
	maxTileOps   = 14
)

// maxPassBytes bounds the results between two passes over them.
const maxPassBytes = 1 << 16

// maxHeldConstants is how many constants of an activation stay in registers
// during a pass; with more, all are loaded where they are used.
const maxHeldConstants = 9

// pooled is a calc that loads each constant where it is used.
func (b *Builder) pooled(f *emit.Func) *calc {
	return &calc{b: b, f: f, t: lanes{4, true, false}, pooled: true}
}

// hold loads the constants of an activation into locals.
func (b *Builder) hold(f *emit.Func, act Act) *calc {
	c := &calc{b: b, f: f, t: lanes{4, true, false}, dry: true}
	c.eval(string(act), make([]emit.Local, 4))
	c.dry = false
	for i := range c.consts {
		k := &c.consts[i]
		k.local = f.Local(emit.V128)
		if k.bits == 0 {
			f.V128Zero()
		} else {
			b.splat4(f, uint32(k.bits))
		}
		f.LocalSet(k.local)
	}
	return c
}

// isLong reports whether act has more than so many instructions.
func (b *Builder) isLong(act Act, ops int) bool {
	c := &calc{b: b, t: lanes{4, true, false}, dry: true}
	c.eval(string(act), make([]emit.Local, 4))
	return c.ops > ops
}

// actPass is a pass over results that applies an activation.
type actPass struct {
	b     *Builder
	act   Act // ActNone: there is no such pass
	res   *Image
	table *Int
	y     Image
}

// actPass takes an activation of more than so many instructions, and the operand
// that only it reads, out of a kernel's parameters.
func (b *Builder) actPass(ops int, act *Act, res **Image, late *bool, table *Int, y Image) actPass {
	p := actPass{b: b, table: table, y: y}
	if table == nil && !b.isLong(*act, ops) {
		return p
	}
	p.act, *act = *act, ActNone
	if *late {
		p.res, *res, *late = *res, nil, false
	}
	return p
}

// resStep is the distance of neighbouring pixels of y's operand in bytes.
func (p actPass) resStep() int {
	if p.res == nil {
		return 0
	}
	return 4 * p.res.Stride
}

// call applies the activation to a number of pixels.
func (p actPass) call(f *emit.Func, out, res, pixels expr) {
	if p.act == ActNone {
		return
	}
	vectors := num((p.y.C + 3) / 4)
	step, resStep := 4*p.y.Stride, p.resStep()
	if step == int(16*vectors.v) && (p.res == nil || resStep == step) && p.table == nil { // one run
		vectors, pixels, step, resStep = mul(vectors, pixels), num(1), 0, 0
	} else {
		step -= int(16 * vectors.v)
		resStep -= int(16 * vectors.v)
	}
	args := []expr{out, vectors, pixels, num(step)}
	if p.res != nil {
		args = append(args, res, num(resStep))
	}
	per := 0
	if p.table != nil {
		args = append(args, p.table.expr())
		per = (p.y.C + 3) / 4
	}
	positive(f, pixels, func() { call(f, p.b.actRow(p.act, p.res != nil, per), args...) })
}

// actRow applies an activation to some vectors of each of a number of pixels,
// between which lie gaps. With a table there are tabled vectors.
func (b *Builder) actRow(act Act, late bool, tabled int) *emit.Func {
	name := key("act", string(act), tabled)
	if late {
		name += " late"
	}
	return b.inner(name, func(w *inner) {
		out, vectors, pixels, gap := w.param(), w.param(), w.param(), w.param()
		res, resGap := w.paramIf(late), w.paramIf(late)
		table := w.paramIf(tabled > 0)
		w.body = func(f *emit.Func) {
			v, y, n := f.Local(emit.V128), f.Local(emit.V128), f.Local(emit.I32)
			z, summand, at := f.Local(emit.V128), f.Local(emit.V128), f.Local(emit.I32)
			c := &calc{b: b, f: f, t: lanes{4, true, false}, held: maxHeldConstants}
			c.prepare(string(act), 4)
			f.CountDown(pixels, func() {
				f.Move(n, vectors)
				f.Move(at, table)
				f.CountDown(n, func() {
					f.LocalGet(out)
					f.Load(emit.V128Load, 0)
					f.LocalSet(v)
					operands := []emit.Local{v, v, z, summand}
					if tabled > 0 {
						f.LocalGet(at)
						f.Load(emit.V128Load, 0)
						f.LocalSet(z)
						f.LocalGet(at)
						f.Load(emit.V128Load, uint32(16*tabled))
						f.LocalSet(summand)
						f.Inc(at, 16)
					}
					if late {
						f.LocalGet(res)
						f.Load(emit.V128Load, 0)
						f.LocalSet(y)
						f.Inc(res, 16)
						operands[1] = y
					}
					c.eval(string(act), operands)
					f.LocalSet(v)
					storeLanes(f, v, out, 0, 4)
					f.Inc(out, 16)
				})
				f.IncLocal(out, gap)
				if late {
					f.IncLocal(res, resGap)
				}
			})
		}
	})
}
