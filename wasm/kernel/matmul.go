package kernel

import (
	"github.com/dehug/dehug/wasm/emit"
	"github.com/dehug/dehug/wasm/graph"
)

// PackMatrixParams describes f32 matrices [K, N] that become panels: for each
// eight columns [bias×8][K][8]. Columns from N on are zero.
type PackMatrixParams struct {
	Src, Dst         Int
	Batch            []Int // extents; the packed matrices follow each other
	BatchStride      []Int // bytes in Src, one per extent
	K, N             Int
	KStride, NStride Int // bytes
}

// GemmParams describes Y = A·B, one matrix for each index of Batch. Elements of
// a row of A, and of a row of Y, are neighbours.
type GemmParams struct {
	Integer                   bool // rows of Rows16 times panels of PackMatrix8; no Act
	A, B, Y                   Int  // B: what PackMatrix and PackMatrixBias fill
	Batch                     []Int
	AStride, BStride, YStride []Int // bytes, one per extent of Batch
	M, K, N                   Int
	ARow, YRow                Int // bytes between rows
	Act                       Act
	Scratch                   Int // address of GemmScratch bytes; zero: it works without
}

// PackedMatrixSize is the size in bytes of one packed matrix.
func PackedMatrixSize(k, n graph.Dim) graph.Dim {
	panels := graph.FloorDiv(graph.Add(n, graph.Num(panelWidth-1)), graph.Num(panelWidth))
	return graph.Mul(graph.Mul(panels, graph.Num(4*panelWidth)), graph.Add(k, graph.Num(1)))
}

// panelBytes is the size of the panel of eight columns of a matrix of k rows.
func panelBytes(k Int) expr { return mul(num(4*panelWidth), add(k.expr(), num(1))) }

// PackMatrix appends a step that arranges matrices for Gemm. Bias cells are
// left to PackMatrixBias.
func (b *Builder) PackMatrix(name string, p PackMatrixParams) *emit.Func {
	f := b.M.Func(name, nil, nil)
	dst := p.Dst.expr().into(f)
	panel := panelBytes(p.K).into(f)
	left, lanes, cell := f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32)
	nest(f, axes(p.Batch, p.BatchStride), []emit.Local{p.Src.expr().into(f)}, func(at []emit.Local) {
		p.N.expr().set(f, left)
		from := local(at[0]).into(f)
		f.Loop(func(again emit.Label) {
			minOf(local(left), num(panelWidth)).set(f, lanes)
			add(local(dst), num(4*panelWidth)).set(f, cell)
			f.LocalGet(lanes)
			f.I32Const(panelWidth)
			f.Op(emit.I32LtS)
			f.If(func() {
				f.LocalGet(cell)
				f.I32Const(0)
				sub(local(panel), num(4*panelWidth)).emit(f)
				f.MemoryFill()
			})
			b.copyPlane(f, 4, false, from, cell,
				axis{p.K.expr(), []expr{p.KStride.expr(), num(4 * panelWidth)}},
				axis{local(lanes), []expr{p.NStride.expr(), num(4)}})
			advance(f, from, mul(p.NStride.expr(), num(panelWidth)))
			f.IncLocal(dst, panel)
			sub(local(left), num(panelWidth)).set(f, left)
			f.LocalGet(left)
			f.I32Const(0)
			f.Op(emit.I32GtS)
			f.BrIf(again)
		})
	})
	return f
}

// PackMatrixBias appends a step that writes the bias cells of a number of
// packed matrices: the f32 vector [N] at src, which for each further matrix
// lies step bytes on, or zeros.
func (b *Builder) PackMatrixBias(name string, src, step, dst Int, hasBias bool, matrices, k, n Int) *emit.Func {
	f := b.M.Func(name, nil, nil)
	to, panel := dst.expr().into(f), panelBytes(k).into(f)
	from, left, lanes := f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32)
	first := src.expr().into(f)
	times(f, matrices.expr(), func() {
		f.Move(from, first)
		advance(f, first, step.expr())
		n.expr().set(f, left)
		f.Loop(func(again emit.Label) {
			f.LocalGet(to)
			f.I32Const(0)
			f.I32Const(4 * panelWidth)
			f.MemoryFill()
			if hasBias {
				minOf(local(left), num(panelWidth)).set(f, lanes)
				f.LocalGet(to)
				f.LocalGet(from)
				mul(local(lanes), num(4)).emit(f)
				f.MemoryCopy()
				f.Inc(from, 4*panelWidth)
			}
			f.IncLocal(to, panel)
			sub(local(left), num(panelWidth)).set(f, left)
			f.LocalGet(left)
			f.I32Const(0)
			f.Op(emit.I32GtS)
			f.BrIf(again)
		})
	})
	return f
}

// Gemm appends a step that multiplies matrices. Each output is bias, then
// + a·b in ascending k, one rounded product and one rounded sum at a time;
// then Act. Integers are exact, modulo 2³².
func (b *Builder) Gemm(name string, p GemmParams) *emit.Func {
	f := b.M.Func(name, nil, nil)
	mr, _ := b.tileShape()
	k, panel := p.K.expr().into(f), panelBytes(p.K).into(f)
	if p.Integer { // the walk goes over pairs
		div(add(p.K.expr(), num(1)), 2).set(f, k)
		panelBytes8(p.K).set(f, panel)
	}
	chunk, n, tiles, rest := f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32)
	left, cols := f.Local(emit.I32), f.Local(emit.I32)
	pa, pw, py, rows := f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32), f.Local(emit.I32)

	// Rows of one pass over the panels: see maxCallSteps.
	f.I32Const(maxCallSteps)
	add(local(k), num(1)).emit(f)
	f.Op(emit.I32DivU)
	f.LocalSet(chunk)
	add(mul(div(local(chunk), mr), num(mr)), num(mr)).set(f, chunk)
	fixed, known := p.M.IsConst()
	if known && fixed == 1 { // tiles of one row are wide instead
		mr = 0
	}

	copied, scratch := b.spreadGemm(p), f.Local(emit.I32)
	if p.Scratch == (Int{}) {
		copied = 0
	}
	if copied > 0 {
		scratch = b.spreadAt(f, p.Scratch, int(p.K.v), copied)
	}
	at := []emit.Local{p.A.expr().into(f), p.B.expr().into(f), p.Y.expr().into(f)}
	batch := axes(p.Batch, p.AStride, p.BStride, p.YStride)
	m, first, last := p.M.expr(), num(0), num(0) // rows, first panel, columns after the last one
	np := 1
	if mr == 0 {
		np = rowPanels
	}
	switch groups := div(add(p.N.expr(), num(np*panelWidth-1)), np*panelWidth); {
	case len(batch) > 0: // matrices are what threads share
		batch = b.shareAxes(f, batch, at, m, p.K.expr(), p.N.expr())
	case mr == 0 || !groups.isConst() || groups.v >= MaxShares/4: // panels
		var skip, mine expr
		skip, mine = b.share(f, groups, m, p.K.expr(), num(np*panelWidth))
		first = mul(skip, num(np))
		if b.division.on {
			last = local(maxOf(num(0), sub(p.N.expr(), mul(add(skip, mine), num(np*panelWidth)))).into(f))
		}
	default: // rows
		var skip expr
		skip, m = b.shareTiles(f, m, mr, p.K.expr(), p.N.expr())
		advance(f, at[0], mul(skip, p.ARow.expr()))
		advance(f, at[2], mul(skip, p.YRow.expr()))
	}
	plain := func(at []emit.Local) {
		m.set(f, left)
		f.Move(pa, at[0])
		f.Move(rows, at[2])
		f.Loop(func(again emit.Label) {
			minOf(local(left), local(chunk)).set(f, n)
			div(local(n), max(mr, 1)).set(f, tiles)
			rem(local(n), max(mr, 1)).set(f, rest)
			add(local(at[1]), mul(first, local(panel))).set(f, pw)
			add(local(rows), mul(first, num(4*panelWidth))).set(f, py)
			sub(p.N.expr(), mul(first, num(panelWidth))).set(f, cols)
			panels := func(np int) {
				tile := func(mr int, pa, py, tiles expr) {
					call(f, b.gemmTile(mr, np, p.Act, p.Integer, false), pa, p.ARow.expr(), local(pw), local(panel), py, p.YRow.expr(), tiles, local(k), local(cols))
				}
				if np > 1 || mr == 0 {
					tile(1, local(pa), local(py), local(n))
				} else {
					positive(f, local(tiles), func() { tile(mr, local(pa), local(py), local(tiles)) })
					positive(f, local(rest), func() {
						done := mul(local(tiles), num(mr)).into(f)
						from, to := add(local(pa), mul(local(done), p.ARow.expr())), add(local(py), mul(local(done), p.YRow.expr()))
						restTile(f, fixed, known, mr, local(rest), func(rows int) { tile(rows, from, to, num(1)) })
					})
				}
				advance(f, pw, mul(local(panel), num(np)))
				f.Inc(py, int32(4*panelWidth*np))
				sub(local(cols), num(panelWidth*np)).set(f, cols)
			}
			while := func(least, np int) { // columns are left
				f.Block(func(done emit.Label) {
					f.Loop(func(again emit.Label) {
						f.LocalGet(cols)
						add(last, num(least)).emit(f)
						f.Op(emit.I32LtS)
						f.BrIf(done)
						panels(np)
						f.Br(again)
					})
				})
			}
			wide := func() { while(rowPanels*panelWidth, rowPanels) }
			if mr == 0 {
				wide()
			} else if !known {
				f.LocalGet(n)
				f.I32Const(1)
				f.Op(emit.I32Eq)
				f.If(wide)
			}
			while(1, 1)
			advance(f, pa, mul(local(n), p.ARow.expr()))
			advance(f, rows, mul(local(n), p.YRow.expr()))
			sub(local(left), local(n)).set(f, left)
			f.LocalGet(left)
			f.BrIf(again)
		})
	}
	nest(f, batch, at, func(at []emit.Local) {
		if copied == 0 {
			plain(at)
			return
		}
		from := add(local(at[1]), mul(first, local(panel)))
		sub(p.N.expr(), mul(first, num(panelWidth))).set(f, cols)
		product := func() {
			b.spreadProduct(f, spreadProduct{rows: copied, k: int(p.K.v), apart: int(p.ARow.v), scratch: scratch, act: p.Act,
				a: local(at[0]), y: add(local(at[2]), mul(first, num(4*panelWidth))), yRow: p.YRow.expr(), weights: from, panel: local(panel), m: m, cols: local(cols), last: last})
		}
		if known {
			product()
			return
		}
		m.emit(f)
		f.I32Const(1)
		f.Op(emit.I32Eq)
		f.IfElse(func() { plain(at) }, product)
	})
	return f
}

// restTile runs a tile of as many rows as are left of m, fewer than mr, by
// tiles of mr: a row by itself would read the whole panel for one sum a column.
func restTile(f *emit.Func, m int32, known bool, mr int, rest expr, tile func(rows int)) {
	if known { // pieces of m are whole tiles, but for the last one
		if left := int(m) % mr; left > 0 {
			tile(left)
		}
		return
	}
	for rows := 1; rows < mr; rows++ {
		rest.emit(f)
		f.I32Const(int32(rows))
		f.Op(emit.I32Eq)
		f.If(func() { tile(rows) })
	}
}

// rowPanels is the number of panels that a tile of one row takes at once: it
// keeps eight sums going, which hides the time of an addition.
const rowPanels = 4

// gemmTile is the innermost kernel of Gemm: tiles of mr rows × np panels over
// all of k, of which the first cols columns are stored. Of integers a step of
// k is a pair. The input may be what spread makes of it; then np is one.
func (b *Builder) gemmTile(mr, np int, act Act, integer, copied bool) *emit.Func {
	kind, loadB, width := "gemm", emit.V128Load, 16
	if integer {
		kind, loadB, width = "gemm8", emit.V128Load8x8S, 8
	}
	if copied {
		kind = "gemm copied"
	}
	return b.inner(key(kind, mr, np, "act", string(act)), func(w *inner) {
		in, inRow, weights, panel, out, outRow, tiles, depth, cols := w.param(), w.param(), w.param(), w.param(), w.param(), w.param(), w.param(), w.param(), w.param()
		w.body = func(f *emit.Func) {
			nv := 2 * np
			acc := make([][]emit.Local, mr)
			for i := range acc {
				acc[i] = f.Locals(emit.V128, nv)
			}
			bv := f.Locals(emit.V128, 2)
			// One register for each row under wazero: see convTile.
			av := f.Locals(emit.V128, 1)
			if b.Profile == Wazero {
				av = f.Locals(emit.V128, mr)
			}
			pa, pb := f.Locals(emit.I32, mr), f.Locals(emit.I32, np)
			n := f.Local(emit.I32)
			_, unroll := b.tileShape()
			steps := func(count int) {
				for i := range pb {
					b.touch(f, pb[i], count*2*width-1)
				}
				if copied {
					b.touch(f, in, 16*mr*count-1)
				} else {
					for i := range pa {
						b.touch(f, pa[i], 4*count-1)
					}
				}
				for k := range count {
					load := func(i int) {
						f.LocalGet(pa[i])
						b.loadSplat(f, 4*k) // of integers too: no bits change
						f.LocalSet(av[i%len(av)])
					}
					early := mr == len(av) && !copied
					for i := 0; early && i < mr; i++ {
						load(i)
					}
					for p := range np {
						for j := range bv {
							f.LocalGet(pb[p])
							f.Load(loadB, uint32(width*(2*k+j)))
							f.LocalSet(bv[j])
						}
						for i := range mr {
							if copied {
								b.loadCopied(f, in, k*mr+i, av[0])
								for j := range bv {
									b.madd(f, acc[i][j], bv[j], av[0])
								}
								continue
							}
							if !early {
								load(i)
							}
							for j := range bv {
								sum := acc[i][2*p+j]
								if !integer {
									b.madd(f, sum, av[i%len(av)], bv[j])
									continue
								}
								f.LocalGet(sum)
								f.LocalGet(av[i%len(av)])
								f.LocalGet(bv[j])
								f.Op(emit.I32x4DotI16x8S, emit.I32x4Add)
								f.LocalSet(sum)
							}
						}
					}
				}
				for i := range pb {
					f.Inc(pb[i], int32(2*width*count))
				}
				if copied {
					f.Inc(in, int32(16*mr*count))
					return
				}
				for i := range pa {
					f.Inc(pa[i], int32(4*count))
				}
			}
			f.CountDown(tiles, func() {
				for i := range pa {
					if copied {
						break
					}
					f.Move(pa[i], in)
					f.IncLocal(in, inRow)
				}
				f.Move(pb[0], weights)
				for i := 1; i < np; i++ {
					add(local(pb[i-1]), local(panel)).set(f, pb[i])
				}
				for j := range nv { // of integers: − zero point · sum of the row
					for i := range mr {
						f.LocalGet(pb[j/2])
						f.Load(emit.V128Load, uint32(16*(j%2)))
						if integer {
							f.LocalGet(pa[i])
							f.Load(emit.V128Load32Splat, 0)
							f.Op(emit.I32x4Mul, emit.I32x4Neg)
						}
						f.LocalSet(acc[i][j])
					}
				}
				if integer {
					for i := range pa {
						f.Inc(pa[i], 4)
					}
				}
				for i := range pb {
					f.Inc(pb[i], 32)
				}
				div(local(depth), unroll).set(f, n)
				f.Repeat(n, func() { steps(unroll) })
				rem(local(depth), unroll).set(f, n)
				f.Repeat(n, func() { steps(1) })
				for i := range acc {
					for j, v := range acc[i] {
						if act != ActNone {
							b.write(f, epilogue{act: act}, v, 0, 0, 0, 0)
						}
						if np > 1 { // whole panels only
							storeLanes(f, v, out, 16*j, 4)
						} else {
							storeUpTo(f, v, out, 16*j, sub(local(cols), num(4*j)))
						}
					}
					f.IncLocal(out, outRow)
				}
			})
		}
	})
}

// storeUpTo stores the first lanes of v, as many as there are up to four.
func storeUpTo(f *emit.Func, v, out emit.Local, off int, lanes expr) {
	lanes.emit(f)
	f.I32Const(4)
	f.Op(emit.I32GeS)
	f.IfElse(func() { storeLanes(f, v, out, off, 4) }, func() {
		for n := 3; n >= 1; n-- {
			lanes.emit(f)
			f.I32Const(int32(n))
			f.Op(emit.I32Eq)
			f.If(func() { storeLanes(f, v, out, off, n) })
		}
	})
}

// ContractParams describes sums of products over tensors of one type, element
// by element: Y at each index of Extents is the sum over Sum of the product of
// In. Strides of In cover Extents and then Sum, those of Y Extents.
type ContractParams struct {
	Type         graph.Type // of Y and of the sum
	In           []ContractOperand
	Extents, Sum []Int
	Y            Operand
	Bias         *Operand // what a sum begins with; strides as Y's. Nil: +0
}

// ContractOperand is a factor.
type ContractOperand struct {
	Operand
	Type graph.Type // narrower integers are extended to the sum's type
	Zero *Operand   // what is subtracted from each element first; of Type
}

// Contract appends a step that adds up products in ascending order of the Sum
// axes, outermost first, in one chain per output, from the bias or +0; a
// product goes from the first factor to the last one. Integers wrap around.
func (b *Builder) Contract(name string, p ContractParams) *emit.Func {
	f := b.M.Func(name, nil, nil)
	t := scalarOf(p.Type)
	strides := [][]Int{p.Y.Stride}
	at := []emit.Local{p.Y.Addr.expr().into(f)}
	outer := len(p.Extents)
	join := func(o Operand) {
		strides = append(strides, o.Stride[:outer])
		at = append(at, o.Addr.expr().into(f))
	}
	var factors []Operand
	for _, in := range p.In {
		factors = append(factors, in.Operand)
		if in.Zero != nil {
			factors = append(factors, *in.Zero)
		}
	}
	for _, o := range factors {
		join(o)
	}
	if p.Bias != nil {
		join(*p.Bias)
	}
	var inner [][]Int
	for _, o := range factors {
		inner = append(inner, o.Stride[outer:])
	}
	acc := f.Local(t.local)
	nest(f, axes(p.Extents, strides...), at, func(at []emit.Local) {
		if p.Bias != nil {
			f.LocalGet(at[len(at)-1])
			f.Load(t.load, 0)
		} else {
			t.zero(f)
		}
		f.LocalSet(acc)
		nest(f, axes(p.Sum, inner...), at[1:1+len(factors)], func(at []emit.Local) {
			f.LocalGet(acc)
			i := 0
			for j, in := range p.In {
				load := func() {
					s := scalarOf(in.Type)
					f.LocalGet(at[i])
					f.Load(s.load, 0)
					if s.local == emit.I32 && t.local == emit.I64 {
						f.Op(map[bool]emit.Op{true: emit.I64ExtendI32U, false: emit.I64ExtendI32S}[s.unsigned])
					}
					i++
				}
				load()
				if in.Zero != nil {
					load()
					f.Op(t.sub)
				}
				if j > 0 {
					f.Op(t.mul)
				}
			}
			f.Op(t.add)
			f.LocalSet(acc)
		})
		f.LocalGet(at[0])
		f.LocalGet(acc)
		f.Load(t.store, 0)
	})
	return f
}

// scalar is how single elements of a type are handled.
type scalar struct {
	local         emit.Type
	load, store   emit.MemOp
	add, sub, mul emit.Op
	unsigned      bool
}

func (t scalar) zero(f *emit.Func) {
	switch t.local {
	case emit.F32:
		f.F32Const(0)
	case emit.F64:
		f.F64Const(0)
	case emit.I64:
		f.I64Const(0)
	default:
		f.I32Const(0)
	}
}

func scalarOf(t graph.Type) scalar {
	s := scalar{local: emit.I32, add: emit.I32Add, sub: emit.I32Sub, mul: emit.I32Mul, load: emit.I32Load, store: emit.I32Store}
	switch t {
	case graph.Float32:
		return scalar{local: emit.F32, add: emit.F32Add, sub: emit.F32Sub, mul: emit.F32Mul, load: emit.F32Load, store: emit.F32Store}
	case graph.Float64:
		return scalar{local: emit.F64, add: emit.F64Add, sub: emit.F64Sub, mul: emit.F64Mul, load: emit.F64Load, store: emit.F64Store}
	case graph.Int64, graph.Uint64:
		return scalar{local: emit.I64, add: emit.I64Add, sub: emit.I64Sub, mul: emit.I64Mul, load: emit.I64Load, store: emit.I64Store}
	case graph.Int8:
		s.load, s.store = emit.I32Load8S, emit.I32Store8
	case graph.Uint8, graph.Bool:
		s.load, s.store, s.unsigned = emit.I32Load8U, emit.I32Store8, true
	case graph.Int16:
		s.load, s.store = emit.I32Load16S, emit.I32Store16
	case graph.Uint16:
		s.load, s.store, s.unsigned = emit.I32Load16U, emit.I32Store16, true
	case graph.Uint32:
		s.unsigned = true
	case graph.Int32:
	default:
		panic("kernel: no arithmetic on single elements of type " + t.String())
	}
	return s
}
