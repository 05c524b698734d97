package kernel

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/dehug/dehug/wasm/graph"
)

func longs(vs ...int64) []byte {
	var b []byte
	for _, v := range vs {
		b = binary.LittleEndian.AppendUint64(b, uint64(v))
	}
	return b
}

// script adds a step whose operands are given tensors, then results that are
// expected, then extents.
func (s *scene) script(text string, t, index graph.Type, in [][]byte, want [][]byte, extents ...int) {
	var ints []Int
	for _, b := range in {
		at := 0
		if b != nil {
			at = int(s.put(b))
		}
		ints = append(ints, s.int(at))
	}
	for _, b := range want {
		at := s.room(len(b))
		typ := "bytes"
		if t == graph.Float32 && len(b)%4 == 0 {
			typ = "f32"
		}
		s.expect(at, typ, b, nil)
		ints = append(ints, s.int(int(at)))
	}
	s.step(s.Script("script", text, t, index, append(ints, s.ints(extents...)...)...))
}

// TestScript: what the words of a script do.
func TestScript(t *testing.T) {
	c := newChecker(t)
	for _, k := range []struct {
		body string
		want int64
	}{
		{"7 -2 /", -3},
		{"7 -2 %", 1},
		{"5 9 min 3 max", 5},
		{"2.5 near 3.5 near +", 6},
		{"-2.5 trunc abs 0.5 - floor ceil", 1},
		{"1e20 >i", math.MaxInt32},
		{"0.0 0.0 / >i", 0},
		{"1 2 0 ?", 2},
		{"0 =a 4 for i { a i + =a } a", 6},
		{"0 =a 0 for i { 1 =a } a", 0},
		{"0 =a -3 for i { 1 =a } a", 0},
		{"1 if { 3 =a } else { 4 =a } a", 3},
		{"0 if { 3 =a } else { 1 if { 5 =a } else { 4 =a } } a", 5},
		{"0 =a 1 while { a 1 + =a a 9 < } a", 9},
		{"0 =a 0 while { a 1 + =a 1 } a", 0},
		{"-1 4 norm", 3},
		{"-9 4 norm", 0},
		{"9 4 norm", 3},
		{"9 4 clamp", 3},
		{"-9 4 clamp", 0},
		{"0.0 3.0 -1.0 reflect 0.0 3.0 7.0 reflect 10.0 * + 0.0 3.0 2.0 reflect 100.0 * +", 211},
		{"6 3 and 8 or 1 xor 2 shl 1 shr", 22},
		{"elem", 4},
		{"3 dup *", 9},
		{"5 >l 7 >l * >f 0.5 >f * >d", 17},
	} {
		c.check(k.body, func(s *scene) {
			s.script("dst | "+"dst "+k.body+" >l !l", graph.Float32, graph.Int64, nil, [][]byte{longs(k.want)})
		})
	}
	c.node()
}

func TestGatherScript(t *testing.T) {
	c := newChecker(t)
	for _, run := range []int{1, 4, 12, 100} {
		c.check(fmt.Sprint(run), func(s *scene) {
			const outer, extent = 3, 5
			r := random(uint64(run))
			src := make([]byte, outer*extent*run)
			for i := range src {
				src[i] = byte(r.Uint32())
			}
			index := []int64{0, 4, -1, -5, 2, 2, 99, -99} // the last two are taken to the ends
			var want []byte
			for o := range outer {
				for _, k := range []int{0, 4, 4, 0, 2, 2, 4, 0} {
					at := (o*extent + k) * run
					want = append(want, src[at:at+run]...)
				}
			}
			s.script(ScriptGather, graph.Uint8, graph.Int64, [][]byte{src, longs(index...)}, [][]byte{want}, outer, len(index), extent, run, 8)
		})
	}
	c.node()
}

func TestTriluScript(t *testing.T) {
	c := newChecker(t)
	for _, k := range []int64{0, 1, -2, 3, 100, -100, math.MaxInt64, math.MinInt64} {
		for _, upper := range []int{0, 1} {
			c.check(fmt.Sprint(k, upper), func(s *scene) {
				const outer, rows, cols = 2, 3, 4
				x := floats(random(3), outer*rows*cols, 4)
				want := slices.Clone(x)
				for i := range want {
					row, col := int64(i/cols%rows), int64(i%cols)
					at := max(min(k, 50), -50)
					if upper == 1 && col-row < at || upper == 0 && col-row > at {
						want[i] = 0
					}
				}
				s.script(ScriptTrilu, graph.Float32, graph.Int64, [][]byte{bytes32(x), longs(k)}, [][]byte{bytes32(want)}, outer, rows, cols, upper)
			})
		}
	}
	c.node()
}

// TestTuple adds pairs at places that tuples of one index pick, in order.
func TestTuple(t *testing.T) {
	c := newChecker(t)
	c.check("add", func(s *scene) {
		index := []int64{1, 0, 1, 0, -1, 1, 7}
		place := []int{1, 0, 1, 0, 1, 1, 1}
		u := floats(random(9), len(index)*2, 0)
		want := make([]float32, 4)
		for i, k := range place {
			for e := range 2 {
				want[2*k+e] = float32(float64(want[2*k+e]) + float64(u[2*i+e]))
			}
		}
		s.script("index u out count e0 t0 | out 0 16 fill index =p count for j { "+Tuple(1)+
			" out + =at 2 for r { at at @n u @n + !n at elem + =at u elem + =u } }", graph.Float32, graph.Int64,
			[][]byte{longs(index...), bytes32(u)}, [][]byte{bytes32(want)}, len(index), 2, 8)
	})
	c.node()
}

func TestCountedScripts(t *testing.T) {
	c := newChecker(t)
	inf := float32(math.Inf(1))
	c.check("NonZero", func(s *scene) {
		x := []float32{0, 1, float32(math.Copysign(0, -1)), inf, float32(math.NaN()), 0}
		s.script(NonZero(2, "2147483647 and not not"), graph.Float32, graph.Int64, [][]byte{bytes32(x)},
			[][]byte{longs(0, 1, 1, 1, 0, 1), longs(3)}, len(x), 2, 3)
	})
	c.check("NonZero of nothing", func(s *scene) {
		s.script(NonZero(1, "not not"), graph.Int64, graph.Int64, [][]byte{longs(0, 0)}, [][]byte{nil, longs(0)}, 2, 2)
	})
	c.check("Compress", func(s *scene) {
		x := []byte{1, 2, 3, 4, 5, 6, 7, 8}
		s.script(ScriptCompress, graph.Uint8, graph.Int64, [][]byte{x, {1, 0, 1}}, [][]byte{{1, 3, 5, 7}, longs(2)}, 2, 4, 1, 3)
	})
	for _, sorted := range []int{0, 1} {
		c.check(fmt.Sprint("Unique ", sorted), func(s *scene) {
			x := []float32{5, 1, 1, 7, 5, -2}
			y, first, inverse, counts := []float32{5, 1, 7, -2}, []int64{0, 1, 3, 5}, []int64{0, 1, 1, 2, 0, 3}, []int64{2, 2, 1, 1}
			if sorted == 1 {
				y, first, inverse, counts = []float32{-2, 1, 5, 7}, []int64{5, 1, 0, 3}, []int64{2, 1, 1, 3, 2, 0}, []int64{1, 2, 2, 1}
			}
			scratch := make([]byte, 28)
			s.script(ScriptUnique, graph.Float32, graph.Int64, [][]byte{bytes32(x), scratch, scratch, scratch, scratch},
				[][]byte{bytes32(y), longs(first...), longs(inverse...), longs(counts...), longs(4)}, 1, 6, 1, sorted)
		})
	}
	c.node()
}

// TestNonMaxSuppression compares with a reference on random boxes.
func TestNonMaxSuppression(t *testing.T) {
	c := newChecker(t)
	for seed := range uint64(4) {
		c.check(fmt.Sprint(seed), func(s *scene) {
			const classes, count, most = 2, 9, 4
			r := random(seed)
			boxes, scores := make([]float32, 4*count), make([]float32, classes*count)
			for i := range count {
				y, x := r.Float32(), r.Float32()
				copy(boxes[4*i:], []float32{y, x, y + r.Float32(), x + r.Float32()})
			}
			for i := range scores {
				scores[i] = float32(r.IntN(5)) / 4 // with equals
			}
			var want []int64
			for k := range classes {
				var kept []int
				var order []int
				for i := range count {
					if scores[k*count+i] > 0.25 {
						order = append(order, i)
					}
				}
				slices.SortStableFunc(order, func(a, b int) int {
					return int(4*scores[k*count+b]) - int(4*scores[k*count+a])
				})
				for _, i := range order {
					hit := len(kept) == most
					for _, j := range kept {
						hit = hit || overlap(boxes[4*i:], boxes[4*j:]) > 0.3
					}
					if !hit {
						kept = append(kept, i)
						want = append(want, 0, int64(k), int64(i))
					}
				}
			}
			used := make([]byte, count)
			text := strings.Replace(NonMaxSuppression(false), "dst cell used", "used dst cell", 1)
			s.script(text, graph.Float32, graph.Int64, [][]byte{bytes32(boxes), bytes32(scores), longs(most), bytes32([]float32{0.3}), bytes32([]float32{0.25}), used},
				[][]byte{longs(want...), longs(int64(len(want) / 3))}, 1, classes, count)
		})
	}
	c.node()
}

func overlap(a, b []float32) float32 {
	w := min(a[3], b[3]) - max(a[1], b[1])
	h := min(a[2], b[2]) - max(a[0], b[0])
	if w <= 0 || h <= 0 {
		return 0
	}
	cut := float32(w * h)
	sum := float32(float32((a[3]-a[1])*(a[2]-a[0])) + float32((b[3]-b[1])*(b[2]-b[0])))
	return cut / (sum - cut)
}

// TestResizeScripts compares a pass with the formulas written out.
func TestResizeScripts(t *testing.T) {
	c := newChecker(t)
	for _, mode := range []string{"nearest", "linear", "cubic"} {
		for _, out := range []int{3, 5, 11} {
			c.check(fmt.Sprint(mode, out), func(s *scene) {
				const outer, in, inner = 2, 5, 3
				x := floats(random(uint64(out)), outer*in*inner, 0)
				r := ResizeAxis{Mode: mode, Coordinates: "half_pixel", Nearest: "floor", Scale: "v w /", Cubic: 0xbf400000,
					Taps: map[string]int{"nearest": 1, "linear": 2, "cubic": 4}[mode]}
				var want []float32
				for o := range outer {
					for j := range out {
						at := float64(float64(j)+0.5)/(float64(out)/in) - 0.5
						base := math.Floor(at)
						for i := range inner {
							pixel := func(k int) float64 { return float64(x[(o*in+max(0, min(k, in-1)))*inner+i]) }
							sum := 0.0
							switch mode {
							case "nearest":
								sum = pixel(int(base))
							case "linear":
								for k := range 2 {
									sum = float64(sum + float64(max(1-math.Abs(float64(k)-(at-base)), 0)*pixel(int(base)+k)))
								}
							case "cubic":
								for k := -1; k < 3; k++ {
									d := math.Abs(float64(k) - (at - base))
									w := float64(float64(float64(float64(float64(1.25*d)-2.25)*d)*d) + 1)
									if d > 1 {
										w = float64(float64(float64(float64(float64(float64(-0.75*d)+3.75)*d)-6)*d) + 3)
									}
									sum = float64(sum + float64(w*pixel(int(base)+k)))
								}
							}
							want = append(want, float32(sum))
						}
					}
				}
				table := int(s.put(make([]byte, out*r.TableEntry())))
				s.step(s.Script("table", r.Table(), graph.Float64, graph.Int32, s.ints(table, in, out)...))
				to := s.room(4 * len(want))
				s.expect(to, "f32", bytes32(want), nil)
				s.step(s.Script("apply", r.Apply(false, 0), graph.Float32, graph.Int32,
					s.ints(int(s.put(bytes32(x))), table, int(to), outer, out, in, inner)...))
			})
		}
	}
	c.node()
}
