package kernel

import (
	"fmt"
	"math"
	"testing"

	"github.com/dehug/dehug/wasm/graph"
)

// refExp4 is exp4 of a number that is not above 0, one lane.
func refExp4(x float32) float32 {
	k := math.Float32frombits
	if x < k(exp4Zero) {
		x = k(exp4Zero)
	}
	t := float32(float32(x*k(log2E4)) + k(magic4))
	n := float32(t - k(magic4))
	r := float32(x + float32(n*k(ln2High4)))
	r = float32(r + float32(n*k(ln2Low4)))
	p := k(exp4Terms[0])
	for _, c := range exp4Terms[1:] {
		p = float32(float32(p*r) + k(c))
	}
	p = float32(p * float32(r*r))
	p = float32(float32(p+r) + 1)
	return float32(p * k(math.Float32bits(t)<<23+one4))
}

// refSoftmax works on a run; lanes says in which order the sum goes.
func refSoftmax(x []float32, lanes, log bool) []float32 {
	m := float32(math.Inf(-1))
	for _, v := range x {
		if v > m {
			m = v
		}
	}
	var p [4]float32
	e := make([]float32, len(x))
	for i, v := range x {
		e[i] = refExp4(float32(v - m))
		if lanes {
			p[i%4] = float32(p[i%4] + e[i])
		} else {
			p[0] = float32(p[0] + e[i])
		}
	}
	sum := p[0]
	if lanes {
		sum = refLanes(Sum, p)
	}
	for i, v := range x {
		if log {
			e[i] = float32(float32(v-m) - float32(math.Log(float64(sum))))
		} else {
			e[i] = float32(e[i] * float32(1/sum))
		}
	}
	return e
}

func TestSoftmax(t *testing.T) {
	c := newChecker(t)
	for _, log := range []bool{false, true} {
		for n := 1; n <= 18; n++ {
			for _, inner := range []int{1, 2, 4, 7} {
				const outer, gap = 2, 3 // floats between rows
				if inner > 1 && n > 5 {
					continue
				}
				rare := 0
				if n > 3 {
					rare = 20
				}
				x := floats(random(uint64(n)), outer*(n*inner+gap), rare)
				if n == 7 {
					x[1] = 90 // beside which the others count for nothing
				}
				want := make([]float32, outer*n*inner)
				for o := range outer {
					for j := range inner {
						run := make([]float32, n)
						for i := range n {
							run[i] = x[o*(n*inner+gap)+i*inner+j]
						}
						for i, v := range refSoftmax(run, inner == 1, log) {
							want[(o*n+i)*inner+j] = v
						}
					}
				}
				c.check(fmt.Sprintf("softmax log %t n %d inner %d", log, n, inner), func(s *scene) {
					y := s.room(4 * len(want))
					s.expect(y, "f32", bytes32(want), nil)
					p := SoftmaxParams{Columns: Columns{s.int(outer), s.int(n), Const(1)}, X: s.int(int(s.put(bytes32(x)))), Y: s.int(int(y)),
						RowX: s.int(4 * (n*inner + gap)), RowY: s.int(4 * n * inner), Log: log}
					if inner > 1 {
						p.Inner = s.int(inner)
					}
					s.step(s.Softmax("softmax", p))
				})
			}
		}
	}
	c.node()
}

func TestNormalize(t *testing.T) {
	c := newChecker(t)
	const epsilon = 0x3727c5ac
	for _, rms := range []bool{false, true} {
		for _, k := range []struct{ cycle, segments, segment int }{{1, 1, 1}, {1, 3, 1}, {1, 4, 1}, {1, 9, 1}, {1, 17, 1}, {3, 1, 5}, {2, 2, 7}, {2, 3, 4}, {1, 1, 1}} {
			for affine := range 3 {
				n, rows := k.segments*k.segment, 2*k.cycle
				perElement := k.segment == 1
				r := random(uint64(n))
				x, scale, bias := floats(r, rows*n, 0), floats(r, k.cycle*k.segments, 0), floats(r, k.cycle*k.segments, 0)
				var y, means, inverses []float32
				sum := func(v []float32) float32 {
					var p [4]float32
					for i, a := range v {
						p[i%4] = float32(p[i%4] + a)
					}
					return float32(refLanes(Sum, p) / float32(n))
				}
				for row := range rows {
					in := x[row*n : (row+1)*n]
					mean := float32(0)
					if !rms {
						mean = sum(in)
					}
					squares := make([]float32, n)
					for i, v := range in {
						d := float32(v - mean)
						squares[i] = float32(d * d)
					}
					inverse := float32(1 / float32(math.Sqrt(float64(float32(sum(squares)+math.Float32frombits(epsilon))))))
					for i, v := range in {
						at := row%k.cycle*k.segments + i/k.segment
						v = float32(float32(v-mean) * inverse)
						if affine > 0 {
							v = float32(v * scale[at])
						}
						if affine > 1 {
							v = float32(v + bias[at])
						}
						y = append(y, v)
					}
					means, inverses = append(means, mean), append(inverses, inverse)
				}
				c.check(fmt.Sprintf("normalize rms %t %+v affine %d", rms, k, affine), func(s *scene) {
					p := NormalizeParams{X: s.int(int(s.put(bytes32(x)))), Rows: s.int(rows), Size: s.int(n), Cycle: s.int(k.cycle), Segments: s.int(k.segments), Segment: s.int(k.segment),
						PerElement: perElement, Epsilon: epsilon, RMS: rms}
					place := func(v []float32) Int {
						at := s.room(4 * len(v))
						s.expect(at, "f32", bytes32(v), nil)
						return s.int(int(at))
					}
					p.Y = place(y)
					if affine > 0 {
						a := s.int(int(s.put(bytes32(scale))))
						p.Scale = &a
					}
					if affine > 1 {
						a := s.int(int(s.put(bytes32(bias))))
						p.Bias = &a
					}
					if affine == 1 && perElement {
						m, i := place(means), place(inverses)
						p.Mean, p.Inverse = &m, &i
					}
					s.step(s.Normalize("normalize", p))
				})
			}
		}
	}
	c.node()
}

func TestChannels(t *testing.T) {
	c := newChecker(t)
	const epsilon = 0x3727c5ac
	for _, k := range []struct{ n, c, inner int }{{1, 1, 1}, {2, 3, 5}, {2, 4, 4}, {1, 7, 6}, {2, 9, 1}} {
		r := random(uint64(k.c))
		x := floats(r, k.n*k.c*k.inner, 30)
		scale, bias, mean, variance := floats(r, k.c, 0), floats(r, k.c, 0), floats(r, k.c, 0), floats(r, k.c, 0)
		want := make([]float32, len(x))
		for ch := range k.c {
			variance[ch] = float32(variance[ch] * variance[ch])
			a := float32(scale[ch] / float32(math.Sqrt(float64(float32(variance[ch]+math.Float32frombits(epsilon))))))
			b := float32(bias[ch] - float32(mean[ch]*a))
			for i := range k.n {
				for j := range k.inner {
					at := (i*k.c+ch)*k.inner + j
					want[at] = float32(float32(x[at]*a) + b)
				}
			}
		}
		padded := roundUp(k.c, 4)
		picture := func(v []float32) []float32 { // NHWC in whole vectors
			out := make([]float32, k.n*k.inner*padded)
			for i := range v {
				j := i % k.inner
				ch := i / k.inner % k.c
				out[(i/k.inner/k.c*k.inner+j)*padded+ch] = v[i]
			}
			return out
		}
		for _, pixels := range []bool{false, true} {
			c.check(fmt.Sprintf("channels %+v pixels %t", k, pixels), func(s *scene) {
				p := ChannelsParams{N: s.int(k.n), C: s.int(k.c), Inner: s.int(k.inner), Table: s.int(int(s.room(8 * padded))), Summands: s.int(4 * padded), Epsilon: epsilon,
					Scale: s.int(int(s.put(bytes32(scale)))), Bias: s.int(int(s.put(bytes32(bias)))), Mean: s.int(int(s.put(bytes32(mean)))), Var: s.int(int(s.put(bytes32(variance))))}
				in, out := x, bytes32(want)
				var mask []byte
				if pixels {
					p.PixelX, p.PixelY = 4*padded, 4*padded
					in, out = picture(x), bytes32(picture(want))
					mask = make([]byte, len(out))
					for i := range mask {
						mask[i] = byte(flag(i/4%padded < k.c))
					}
				}
				y := s.room(len(out))
				s.expect(y, "f32", out, mask)
				p.X, p.Y = s.int(int(s.put(bytes32(in)))), s.int(int(y))
				s.step(s.ChannelFactors("factors", p))
				s.step(s.Channels("channels", p))
			})
		}
	}
	c.node()
}

func TestLocalResponse(t *testing.T) {
	c := newChecker(t)
	const alpha, beta, bias = 0x38d1b717, 0x3f400000, 0x3f800000
	const outer, n, inner = 2, 6, 3
	x := floats(random(2), outer*n*inner, 0)
	for i := range x {
		x[i] *= 50
	}
	for _, size := range []int{1, 3, 4, 9} {
		var want []float32
		for i := range x {
			ch := i / inner % n
			sum := 0.0
			for j := max(0, ch-(size-1)/2); j < min(n, ch+size/2+1); j++ {
				v := float64(x[i+(j-ch)*inner])
				sum += v * v
			}
			base := float64(math.Float32frombits(bias)) + float64(math.Float32frombits(alpha))/float64(size)*sum
			want = append(want, float32(float64(x[i])/math.Exp(0.75*math.Log(base))))
		}
		c.check(fmt.Sprintf("local response %d", size), func(s *scene) {
			y := s.room(4 * len(want))
			s.expect(y, "f32", bytes32(want), nil)
			s.step(s.LocalResponse("lrn", LocalResponseParams{Columns: Columns{s.int(outer), s.int(n), s.int(inner)}, X: s.int(int(s.put(bytes32(x)))), Y: s.int(int(y)),
				Size: size, Alpha: alpha, Beta: beta, Bias: bias}))
		})
	}
	c.node()
}

func TestAverage(t *testing.T) {
	c := newChecker(t)
	type axis struct{ in, kernel, stride, dilation, begin, end int }
	for _, k := range []struct {
		c    int
		axes []axis
	}{
		{3, []axis{{9, 3, 2, 1, 1, 1}}},
		{5, []axis{{7, 3, 2, 1, 0, 1}, {8, 2, 1, 2, 1, 0}}},
		{4, []axis{{3, 3, 1, 1, 2, 2}, {4, 2, 2, 1, 0, 0}}},
		{2, []axis{{4, 2, 1, 1, 1, 0}, {5, 3, 2, 1, 1, 1}, {4, 2, 1, 2, 0, 1}}},
	} {
		const batch = 2
		all := append([]axis(nil), k.axes...)
		for len(all) < 3 {
			all = append([]axis{{1, 1, 1, 1, 0, 0}}, all...)
		}
		size, out := 1, [3]int{}
		for i, a := range all {
			size *= a.in
			out[i] = (a.in+a.begin+a.end-a.dilation*(a.kernel-1)-1)/a.stride + 1
		}
		x := floats(random(uint64(k.c)), batch*k.c*size, 0)
		for _, typ := range []graph.Type{graph.Float32, graph.Float64} {
			for _, p := range []int{0, 1, 2, 3} {
				for _, pads := range []bool{false, true} {
					var want []float64
					round := func(v float64) float64 {
						if typ == graph.Float32 {
							return float64(float32(v))
						}
						return v
					}
					var position func(i int, o [3]int)
					for plane := range batch * k.c {
						position = func(i int, o [3]int) {
							if i < 3 {
								for o[i] = range out[i] {
									position(i+1, o)
								}
								return
							}
							sum, count := 0.0, 0
							var tap func(i, at int, inside bool)
							tap = func(i, at int, inside bool) {
								if i == 3 {
									count += flag(inside || pads)
									if inside {
										v := float64(x[plane*size+at])
										if p > 0 {
											v = math.Abs(v)
										}
										w := v
										for range p - 1 {
											w = round(w * v)
										}
										sum = round(sum + w)
									}
									return
								}
								a := all[i]
								for t := range a.kernel {
									q := o[i]*a.stride - a.begin + t*a.dilation
									if q >= a.in+a.end {
										continue
									}
									tap(i+1, at*a.in+q, inside && q >= 0 && q < a.in)
								}
							}
							tap(0, 0, true)
							switch p {
							case 0:
								sum = round(sum / float64(count))
							case 2:
								sum = round(math.Sqrt(sum))
							case 3:
								sum = round(math.Exp(math.Log(sum) / 3))
							}
							want = append(want, sum)
						}
						position(0, [3]int{})
					}
					plane := out[0] * out[1] * out[2]
					for _, vector := range []bool{false, true} {
						if vector && typ != graph.Float32 || p == 3 && typ == graph.Float64 {
							continue // the last place of the reference's logarithm differs
						}
						c.check(fmt.Sprintf("average %+v %s p %d pads %t vector %t", k, typ, p, pads, vector), func(s *scene) {
							elem := int(typ.Size())
							padded := roundUp(k.c, 4)
							bx, cx, px := k.c*size*elem, size*elem, elem
							by, cy, py := k.c*plane*elem, plane*elem, elem
							in, to := make([]float64, len(x)), want
							for i, v := range x {
								in[i] = float64(v)
							}
							encode := bytes64
							if typ == graph.Float32 {
								encode = func(v []float64) []byte {
									var f []float32
									for _, d := range v {
										f = append(f, float32(d))
									}
									return bytes32(f)
								}
							}
							var mask []byte
							if vector {
								picture := func(v []float64, plane int) []float64 {
									o := make([]float64, batch*plane*padded)
									for i, d := range v {
										o[(i/plane/k.c*plane+i%plane)*padded+i/plane%k.c] = d
									}
									return o
								}
								in, to = picture(in, size), picture(want, plane)
								bx, cx, px = size*padded*4, 4, padded*4
								by, cy, py = plane*padded*4, 4, padded*4
								for i := range 4 * len(to) {
									mask = append(mask, byte(flag(i/4%padded < k.c)))
								}
							}
							b := encode(to)
							y := s.room(len(b))
							s.expect(y, typ.String(), b, mask)
							q := AverageParams{Type: typ, X: s.int(int(s.put(encode(in)))), Y: s.int(int(y)), N: s.int(batch), C: s.int(k.c), BatchX: s.int(bx), BatchY: s.int(by),
								ChannelX: s.int(cx), ChannelY: s.int(cy), Vector: vector, CountPads: pads, P: p}
							for i := len(all) - 1; i >= 3-len(k.axes); i-- {
								a := all[i]
								q.Axes = append([]PoolAxis{{In: s.int(a.in), Out: s.int(out[i]), StrideX: s.int(px), StrideY: s.int(py),
									Kernel: a.kernel, Stride: a.stride, Dilation: a.dilation, Begin: a.begin, End: a.end}}, q.Axes...)
								px, py = px*a.in, py*out[i]
							}
							s.step(s.Average("average", q))
						})
					}
				}
			}
		}
	}
	c.node()
}
