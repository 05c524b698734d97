package kernel

import (
	"github.com/dehug/dehug/wasm/emit"
	"github.com/dehug/dehug/wasm/graph"
)

// lanes is an element type as the vector instructions see it.
type lanes struct {
	elem     int // bytes
	float    bool
	unsigned bool
}

var laneTypes = map[graph.Type]lanes{
	graph.Float32: {4, true, false}, graph.Float64: {8, true, false},
	graph.Int8: {1, false, false}, graph.Int16: {2, false, false}, graph.Int32: {4, false, false}, graph.Int64: {8, false, false},
	graph.Uint8: {1, false, true}, graph.Uint16: {2, false, true}, graph.Uint32: {4, false, true}, graph.Uint64: {8, false, true},
}

// An eltwiseOp computes a vector of results from operands in locals and leaves
// it on the stack. Each lane depends only on the same lane of the operands, so
// single elements go through the same instructions, in lane 0.
type eltwiseOp struct {
	operands int
	write    func(f *emit.Func, t lanes, in []emit.Local)
}

// eltwiseOps is the table of operators.
var eltwiseOps = map[string]eltwiseOp{
	"Add": {2, func(f *emit.Func, t lanes, in []emit.Local) { // integers wrap around
		f.LocalGet(in[0])
		f.LocalGet(in[1])
		f.Op(t.pick(emit.F32x4Add, emit.F64x2Add, emit.I8x16Add, emit.I16x8Add, emit.I32x4Add, emit.I64x2Add))
	}},
	"Relu": {1, func(f *emit.Func, t lanes, in []emit.Local) { relu(f, t, in[0]) }},
}

// relu leaves max(x, 0); of floats pmax(x, 0).
func relu(f *emit.Func, t lanes, x emit.Local) {
	f.LocalGet(x)
	switch {
	case t.unsigned:
	case !t.float && t.elem == 8: // there is no i64x2.max_s
		f.LocalGet(x)
		f.V128Zero()
		f.Op(emit.I64x2GtS, emit.V128And)
	default:
		f.V128Zero()
		f.Op(t.pick(emit.F32x4Pmax, emit.F64x2Pmax, emit.I8x16MaxS, emit.I16x8MaxS, emit.I32x4MaxS, 0))
	}
}

// pick chooses among the shapes of an instruction.
func (t lanes) pick(f32, f64, i8, i16, i32, i64 emit.Op) emit.Op {
	if t.float {
		return map[int]emit.Op{4: f32, 8: f64}[t.elem]
	}
	return map[int]emit.Op{1: i8, 2: i16, 4: i32, 8: i64}[t.elem]
}

// How an operand moves along the innermost axis.
const (
	moveStrided = iota // by a stride given at run time
	moveVector         // neighbouring elements
	moveRepeat         // one element for all
)

// Eltwise appends a step that applies an operator to every element.
func (b *Builder) Eltwise(name string, p EltwiseParams) *emit.Func {
	t, known := laneTypes[p.Type]
	op, ok := eltwiseOps[p.Op]
	if !known || !ok || len(p.In) != op.operands || p.Act != ActNone && !t.float {
		panic("kernel: no element-wise " + p.Op + " on " + p.Type.String() + " with these operands")
	}
	f := b.M.Func(name, nil, nil)
	all := append([]Operand{p.Out}, p.In...)
	strides := make([][]Int, len(all))
	at := make([]emit.Local, len(all))
	for i, o := range all {
		strides[i] = o.Stride
		at[i] = o.Addr.expr().into(f)
	}
	as := axes(p.Extents, strides...)
	row := axis{extent: num(1)} // the innermost axis
	for range all {
		row.stride = append(row.stride, num(t.elem))
	}
	if n := len(as); n > 0 {
		row, as = as[n-1], as[:n-1]
	}
	moves := make([]int, len(all))
	for i := range all {
		switch {
		case row.step(i, t.elem):
			moves[i] = moveVector
		case row.step(i, 0) && i > 0:
			moves[i] = moveRepeat
		}
	}
	nest(f, as, at, func(at []emit.Local) {
		positive(f, row.extent, func() {
			var args []expr
			for i := range at {
				args = append(args, local(at[i]))
				if moves[i] == moveStrided {
					args = append(args, row.stride[i])
				}
			}
			b.eltwiseRow(f, p, t, op, moves, row.extent, args)
		})
	})
	return f
}

// maxRowElements bounds the elements of one inner call to some 0.1 ms.
const maxRowElements = 1 << 16

// eltwiseRow calls the inner function for a row, in pieces when it is long.
func (b *Builder) eltwiseRow(f *emit.Func, p EltwiseParams, t lanes, op eltwiseOp, moves []int, n expr, args []expr) {
	g := b.eltwiseInner(p, t, op, moves)
	if n.isConst() && n.v <= maxRowElements {
		call(f, g, append(args, n)...)
		return
	}
	// The arguments are pointers, each followed by a stride when it has one.
	var at []emit.Local
	var steps, pieceArgs []expr
	for i, k := 0, 0; i < len(moves); i++ {
		l := args[k].into(f)
		at = append(at, l)
		pieceArgs = append(pieceArgs, local(l))
		k++
		switch moves[i] {
		case moveVector:
			steps = append(steps, num(t.elem))
		case moveRepeat:
			steps = append(steps, num(0))
		default:
			steps = append(steps, args[k])
			pieceArgs = append(pieceArgs, args[k])
			k++
		}
	}
	left, piece := n.into(f), f.Local(emit.I32)
	f.Loop(func(again emit.Label) {
		minOf(local(left), num(maxRowElements)).set(f, piece)
		call(f, g, append(pieceArgs, local(piece))...)
		for i := range at {
			advance(f, at[i], mul(local(piece), steps[i]))
		}
		sub(local(left), local(piece)).set(f, left)
		f.LocalGet(left)
		f.BrIf(again)
	})
}

func (b *Builder) eltwiseInner(p EltwiseParams, t lanes, op eltwiseOp, moves []int) *emit.Func {
	name := key("eltwise", p.Op, p.Type.String(), "moves", moves, "act", int(p.Act))
	return b.inner(name, func(w *inner) {
		at, stride := make([]emit.Local, len(moves)), make([]emit.Local, len(moves))
		vector := true
		for i, m := range moves {
			at[i] = w.param()
			stride[i] = w.paramIf(m == moveStrided)
			vector = vector && m != moveStrided
		}
		n := w.param()
		w.body = func(f *emit.Func) {
			in := f.Locals(emit.V128, len(moves)-1)
			v := f.Local(emit.V128)
			compute := func() {
				op.write(f, t, in)
				f.LocalSet(v)
				if p.Act == ActRelu {
					relu(f, t, v)
					f.LocalSet(v)
				}
			}
			load := func(i int, op emit.MemOp) {
				f.LocalGet(at[i])
				f.Load(op, 0)
				f.LocalSet(in[i-1])
			}
			for i := 1; i < len(moves); i++ {
				if moves[i] == moveRepeat {
					load(i, splatLoads[t.elem])
				}
			}
			if vector {
				per := 16 / t.elem
				whole := div(local(n), per).into(f)
				f.Repeat(whole, func() {
					for i := 1; i < len(moves); i++ {
						if moves[i] == moveVector {
							load(i, emit.V128Load)
							f.Inc(at[i], 16)
						}
					}
					compute()
					storeLanes(f, v, at[0], 0, 4)
					f.Inc(at[0], 16)
				})
				rem(local(n), per).set(f, n)
			}
			f.Repeat(n, func() {
				for i := 1; i < len(moves); i++ {
					if moves[i] != moveRepeat {
						load(i, splatLoads[t.elem])
					}
				}
				compute()
				f.LocalGet(at[0])
				f.LocalGet(v)
				f.LoadLane(laneStores[t.elem], 0, 0)
				for i, m := range moves {
					switch m {
					case moveVector:
						f.Inc(at[i], int32(t.elem))
					case moveStrided:
						f.IncLocal(at[i], stride[i])
					}
				}
			})
		}
	})
}
