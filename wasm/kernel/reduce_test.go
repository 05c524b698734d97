package kernel

import (
	"encoding/binary"
	"fmt"
	"math"
	"testing"

	"github.com/dehug/dehug/wasm/graph"
)

// real is float32 arithmetic in the reference; conversions keep each step rounded.
func refStep(kind Reduction, acc, x float32) float32 {
	switch kind {
	case Max:
		if x != x || x > acc || x == acc && math.Signbit(float64(acc)) {
			return x
		}
		return acc
	case Min:
		if x != x || x < acc || x == acc && math.Signbit(float64(x)) {
			return x
		}
		return acc
	case Prod:
		return float32(acc * x)
	case L1:
		return float32(acc + float32(math.Abs(float64(x))))
	case L2, SumSquare:
		return float32(acc + float32(x*x))
	}
	return float32(acc + x)
}

func refStart(kind Reduction) float32 {
	switch kind {
	case Max:
		return float32(math.Inf(-1))
	case Min:
		return float32(math.Inf(1))
	case Prod:
		return 1
	}
	return 0
}

func refFinish(kind Reduction, acc float32, n int) float32 {
	switch kind {
	case Mean:
		return float32(acc / float32(n))
	case L2:
		return float32(math.Sqrt(float64(acc)))
	case LogSum:
		return float32(math.Log(float64(acc)))
	}
	return acc
}

// refLanes folds four partials.
func refLanes(kind Reduction, p [4]float32) float32 {
	join := kind
	if kind != Max && kind != Min && kind != Prod {
		join = Sum
	}
	return refStep(join, refStep(join, p[0], p[2]), refStep(join, p[1], p[3]))
}

func TestReduceF32(t *testing.T) {
	c := newChecker(t)
	kinds := []Reduction{Sum, Mean, Max, Min, Prod, L1, L2, SumSquare}
	// Elements [a, b, k] where either the middle or the outer two axes are reduced.
	for _, kind := range kinds {
		for _, k := range []int{1, 2, 3, 4, 5, 7, 8, 17, 21} {
			a, m := 2, 3
			r := random(uint64(k))
			x := floats(r, a*m*k, 9)
			if kind == Prod {
				x = floats(r, a*m*k, 0)
			}
			at := func(i, j, l int) float32 { return x[(i*m+j)*k+l] }
			c.check(fmt.Sprintf("%s across %d", kind, k), func(s *scene) { // over m: neighbouring results
				var want []float32
				for i := range a {
					for l := range k {
						acc := refStart(kind)
						for j := range m {
							acc = refStep(kind, acc, at(i, j, l))
						}
						want = append(want, refFinish(kind, acc, m))
					}
				}
				y := s.room(4 * len(want))
				s.expect(y, "f32", bytes32(want), nil)
				s.step(s.Reduce("reduce", ReduceParams{Kind: kind, Type: graph.Float32, X: s.int(int(s.put(bytes32(x)))), Y: s.int(int(y)),
					Kept: s.ints(a, k), KeptX: []Int{Const(int64(4 * m * k)), Const(4)}, KeptY: []Int{Const(int64(4 * k)), Const(4)},
					Reduced: s.ints(m), ReducedX: s.ints(4 * k)}))
			})
			c.check(fmt.Sprintf("%s lanes %d", kind, k), func(s *scene) { // over a and k: runs of k
				var want []float32
				for j := range m {
					p := [4]float32{refStart(kind), refStart(kind), refStart(kind), refStart(kind)}
					for i := range a {
						for l := range k {
							p[l%4] = refStep(kind, p[l%4], at(i, j, l))
						}
					}
					want = append(want, refFinish(kind, refLanes(kind, p), a*k))
				}
				y := s.room(4 * len(want))
				s.expect(y, "f32", bytes32(want), nil)
				s.step(s.Reduce("reduce", ReduceParams{Kind: kind, Type: graph.Float32, X: s.int(int(s.put(bytes32(x)))), Y: s.int(int(y)), Lanes: true,
					Kept: s.ints(m), KeptX: s.ints(4 * k), KeptY: s.ints(4),
					Reduced: s.ints(a, k), ReducedX: []Int{s.int(4 * m * k), Const(4)}}))
			})
		}
	}
	c.node()
}

// TestReduceTypes reduces rows of every type, one result after the other.
func TestReduceTypes(t *testing.T) {
	c := newChecker(t)
	values := []int64{3, -7, 100, 25, -128, 127, 0, 1, 90}
	types := []graph.Type{graph.Float64, graph.Int8, graph.Uint8, graph.Bool, graph.Int16, graph.Uint16, graph.Int32, graph.Uint32, graph.Int64, graph.Uint64}
	encode := func(b []byte, typ graph.Type, v int64) []byte {
		if typ == graph.Float64 {
			return binary.LittleEndian.AppendUint64(b, math.Float64bits(float64(v)))
		}
		return append(b, binary.LittleEndian.AppendUint64(nil, uint64(v))[:typ.Size()]...)
	}
	for _, typ := range types {
		for _, kind := range []Reduction{Sum, Mean, Max, Min, Prod, L1, L2, SumSquare} {
			if typ.Size() < 4 && kind != Max && kind != Min {
				continue
			}
			for _, n := range []int{0, 1, len(values)} {
				if n == 0 && (typ == graph.Float64 || kind == Max || kind == Min) {
					continue
				}
				unsigned := elementOf(typ).unsigned
				acc := int64(0)
				if kind == Prod {
					acc = 1
				}
				var x []byte
				for i, v := range values[:n] {
					if unsigned {
						v &= 127
					}
					if typ == graph.Bool {
						v &= 1
					}
					x = encode(x, typ, v)
					switch kind {
					case Max, Min:
						if i == 0 || (v > acc) == (kind == Max) {
							acc = v
						}
					case Prod:
						acc *= v
					case L1:
						acc += max(v, -v)
					case L2, SumSquare:
						acc += v * v
					default:
						acc += v
					}
				}
				want := encode(nil, typ, acc)
				switch {
				case kind == Mean && n > 0 && typ == graph.Float64:
					want = bytes64([]float64{float64(acc) / float64(n)})
				case kind == Mean && n > 0:
					want = encode(nil, typ, acc/int64(n))
				case kind == L2 && typ == graph.Float64:
					want = bytes64([]float64{math.Sqrt(float64(acc))})
				case kind == L2:
					want = encode(nil, typ, int64(math.Sqrt(float64(acc))))
				}
				c.check(fmt.Sprintf("%s of %d %s", kind, n, typ), func(s *scene) {
					y := s.room(len(want))
					s.expect(y, "bytes", want, nil)
					s.step(s.Reduce("reduce", ReduceParams{Kind: kind, Type: typ, X: s.int(int(s.put(x))), Y: s.int(int(y)), Reduced: s.ints(n), ReducedX: s.ints(int(typ.Size()))}))
				})
			}
		}
	}
	c.node()
}

func TestReduceLogs(t *testing.T) {
	c := newChecker(t)
	for _, n := range []int{0, 1, 5, 9} {
		x := floats(random(3), n, 0)
		sum, exps := 0.0, 0.0
		for i := range x {
			x[i] = float32(math.Abs(float64(x[i]))) * 40
			sum += float64(x[i])
			exps += math.Exp(float64(x[i]))
		}
		for kind, want := range map[Reduction]float64{LogSum: math.Log(sum), LogSumExp: math.Log(exps)} {
			c.check(fmt.Sprintf("%s of %d", kind, n), func(s *scene) {
				y := s.room(4)
				s.expect(y, "f32", bytes32([]float32{float32(want)}), nil)
				s.step(s.Reduce("reduce", ReduceParams{Kind: kind, Type: graph.Float32, X: s.int(int(s.put(bytes32(x)))), Y: s.int(int(y)), Reduced: s.ints(n), ReducedX: s.ints(4)}))
			})
		}
	}
	c.node()
}

// order compares by TopK's rule: greater first, NaN greatest, ties by place.
func before(x []float32, i, j int, least bool) bool {
	a, b := x[i], x[j]
	if least {
		a, b = b, a
	}
	switch {
	case a != a || b != b:
		if (a != a) != (b != b) {
			return a != a
		}
	case a != b:
		return a > b
	}
	return i < j
}

func TestSelect(t *testing.T) {
	c := newChecker(t)
	const outer, inner = 2, 3
	for _, n := range []int{1, 2, 5, 16, 33} {
		for _, least := range []bool{false, true} {
			x := floats(random(uint64(n)), outer*n*inner, 4)
			for i := range x { // many equal elements
				if i%3 == 0 {
					x[i] = float32(math.Round(float64(x[i])))
				}
			}
			columns := func(s *scene) Columns { return Columns{s.int(outer), s.int(n), s.int(inner)} }
			// ranked[o][j] are the places of a run, best first.
			rank := func(o, j int) []int {
				var order []int
				run := make([]float32, n)
				for i := range n {
					run[i] = x[(o*n+i)*inner+j]
				}
				for i := range n {
					at := len(order)
					for at > 0 && before(run, i, order[at-1], least) {
						at--
					}
					order = append(order[:at], append([]int{i}, order[at:]...)...)
				}
				return order
			}
			for _, k := range []int{1, 2, n/2 + 1, n} {
				if k > n {
					continue
				}
				values, places := make([]float32, outer*k*inner), make([]byte, 8*outer*k*inner)
				for o := range outer {
					for j := range inner {
						for i, at := range rank(o, j)[:k] {
							values[(o*k+i)*inner+j] = x[(o*n+at)*inner+j]
							binary.LittleEndian.PutUint64(places[8*((o*k+i)*inner+j):], uint64(at))
						}
					}
				}
				c.check(fmt.Sprintf("top %d of %d, least %t", k, n, least), func(s *scene) {
					y, index := s.room(4*len(values)), s.room(len(places))
					s.expect(y, "f32", bytes32(values), nil)
					s.expect(index, "bytes", places, nil)
					s.step(s.TopK("top", TopKParams{Columns: columns(s), Type: graph.Float32, X: s.int(int(s.put(bytes32(x)))), K: s.int(k), Values: s.int(int(y)),
						Indices: s.int(int(index)), Scratch: s.int(int(s.room(k * TopKScratch))), Least: least, WantIndices: true}))
				})
			}
			first, hard := make([]byte, 8*outer*inner), make([]float32, len(x))
			for o := range outer {
				for j := range inner {
					at := rank(o, j)[0]
					binary.LittleEndian.PutUint64(first[8*(o*inner+j):], uint64(at))
					hard[(o*n+at)*inner+j] = 1
				}
			}
			c.check(fmt.Sprintf("arg of %d, least %t", n, least), func(s *scene) {
				from := s.int(int(s.put(bytes32(x))))
				y, h := s.room(len(first)), s.room(4*len(hard))
				s.expect(y, "bytes", first, nil)
				s.expect(h, "f32", bytes32(hard), nil)
				s.step(s.Arg("arg", ArgParams{Columns: columns(s), Type: graph.Float32, X: from, Y: s.int(int(y)), Least: least}))
				s.step(s.Arg("hard", ArgParams{Columns: columns(s), Type: graph.Float32, X: from, Y: s.int(int(h)), Least: least, Hard: true}))
			})
		}
	}
	c.node()
}

func TestCumulate(t *testing.T) {
	c := newChecker(t)
	const outer, n, inner = 2, 5, 3
	x := floats(random(8), outer*n*inner, 0)
	for bits := range 8 {
		prod, exclusive, reverse := bits&1 != 0, bits&2 != 0, bits&4 != 0
		want := make([]float32, len(x))
		for o := range outer {
			for j := range inner {
				acc := float32(flag(prod))
				for i := range n {
					if reverse {
						i = n - 1 - i
					}
					at := (o*n+i)*inner + j
					next := float32(acc + x[at])
					if prod {
						next = float32(acc * x[at])
					}
					want[at] = next
					if exclusive {
						want[at] = acc
					}
					acc = next
				}
			}
		}
		c.check(fmt.Sprintf("prod %t exclusive %t reverse %t", prod, exclusive, reverse), func(s *scene) {
			y := s.room(4 * len(want))
			s.expect(y, "f32", bytes32(want), nil)
			s.step(s.Cumulate("cumulate", CumulateParams{Columns: Columns{s.int(outer), s.int(n), s.int(inner)}, Type: graph.Float32,
				X: s.int(int(s.put(bytes32(x)))), Y: s.int(int(y)), Prod: prod, Exclusive: exclusive, Reverse: reverse}))
		})
	}
	c.node()
}
