package kernel

import (
	"encoding/binary"
	"fmt"
	"math"
	"testing"

	"github.com/dehug/dehug/wasm/graph"
)

func saturate(v, low, high int64) int64 { return max(low, min(high, v)) }

// limits of a type of at most 16 bits.
func limits(t graph.Type) (low, high int64) {
	bits := 8 * t.Size()
	if t == graph.Int8 || t == graph.Int16 {
		return -1 << (bits - 1), 1<<(bits-1) - 1
	}
	return 0, 1<<bits - 1
}

func appendInt(b []byte, t graph.Type, v int64) []byte {
	for i := range t.Size() {
		b = append(b, byte(v>>(8*i)))
	}
	return b
}

func TestQuantize(t *testing.T) {
	c := newChecker(t)
	const rows = 3
	for i, typ := range []graph.Type{graph.Int8, graph.Uint8, graph.Int16, graph.Uint16} {
		for _, n := range []int{1, 4, 11} {
			for _, axis := range []int{-1, 0, 1} {
				r := random(uint64(i*100 + n))
				x := floats(r, rows*n, 7)
				for j := range x {
					x[j] *= 60
				}
				scales, zeros := floats(r, rows+n, 0), make([]int64, rows+n)
				low, high := limits(typ)
				var zeroBytes []byte
				for j := range scales {
					scales[j] = float32(math.Abs(float64(scales[j]))) + 0.125
					zeros[j] = low + r.Int64N(high-low+1)
					zeroBytes = appendInt(zeroBytes, typ, zeros[j])
				}
				var q, back []byte
				for j, v := range x {
					k := 0
					switch axis {
					case 0:
						k = j / n
					case 1:
						k = j % n
					}
					d := math.RoundToEven(float64(v / scales[k]))
					if d != d {
						d = 0
					}
					y := saturate(int64(saturate(int64(max(-1e9, min(1e9, d))), -1<<20, 1<<20))+zeros[k], low, high)
					q = appendInt(q, typ, y)
					back = append(back, bytes32([]float32{float32(y-zeros[k]) * scales[k]})...)
				}
				c.check(fmt.Sprint(typ, n, axis), func(s *scene) {
					size := int(typ.Size())
					along := func(elem int) []Int {
						steps := [2]int{}
						if axis >= 0 {
							steps[axis] = elem
						}
						return s.ints(steps[:]...)
					}
					at := func(b []byte, stride []Int) Operand { return Operand{Addr: s.int(int(s.put(b))), Stride: stride} }
					scale, zero := at(bytes32(scales), along(4)), at(zeroBytes, along(size))
					y, z := s.room(len(q)), s.room(len(back))
					s.expect(y, "bytes", q, nil)
					s.expect(z, "f32", back, nil)
					quantised := Operand{Addr: s.int(int(y)), Stride: s.ints(n*size, size)}
					s.step(s.Quantize("quantize", QuantizeParams{Extents: s.ints(rows, n), From: graph.Float32, To: typ,
						X: at(bytes32(x), s.ints(4*n, 4)), Y: quantised, Scale: scale, Zero: &zero}))
					s.step(s.Quantize("dequantize", QuantizeParams{Extents: s.ints(rows, n), From: typ, To: graph.Float32,
						X: quantised, Y: Operand{Addr: s.int(int(z)), Stride: s.ints(4*n, 4)}, Scale: scale, Zero: &zero}))
				})
			}
		}
	}
	c.node()
}

func TestDynamicScale(t *testing.T) {
	c := newChecker(t)
	for _, x := range [][]float32{{0}, {1, 2, 3, 4, 5}, {-3}, {-1, 6, 2, float32(math.NaN()), -2, 5, 1, 1, -7}} {
		low, high := float32(0), float32(0)
		for _, v := range x {
			if v == v {
				low, high = min(low, v), max(high, v)
			}
		}
		scale := float32(high-low) / 255
		if scale == 0 {
			scale = 1
		}
		zero := byte(math.RoundToEven(float64(-low / scale)))
		c.check(fmt.Sprint(x), func(s *scene) {
			at, z := s.room(4), s.room(1)
			s.expect(at, "f32", bytes32([]float32{scale}), nil)
			s.expect(z, "bytes", []byte{zero}, nil)
			s.step(s.DynamicScale("scale", s.int(int(s.put(bytes32(append(x[:len(x):len(x)], append([]float32{1e9}, x...)...))))), s.int(2), s.int(len(x)), s.int(4*(len(x)+1)), s.int(int(at)), s.int(int(z))))
		})
	}
	c.node()
}

func TestIntegerProduct(t *testing.T) {
	c := newChecker(t)
	value := func(t graph.Type, b byte) int32 {
		if t == graph.Int8 {
			return int32(int8(b))
		}
		return int32(b)
	}
	for i, p := range []struct{ m, k, n int }{{1, 1, 1}, {5, 16, 8}, {4, 19, 9}, {1, 8, 40}, {9, 3, 17}} {
		for _, ta := range []graph.Type{graph.Int8, graph.Uint8} {
			for _, tb := range []graph.Type{graph.Int8, graph.Uint8} {
				r := random(uint64(i))
				data := func(n int) []byte {
					b := make([]byte, n)
					for i := range b {
						b[i] = byte(r.Uint32())
					}
					return b
				}
				a, b, za, zb := data(p.m*p.k), data(p.k*p.n), data(p.m), data(p.n)
				var want []byte
				for y := range p.m {
					for x := range p.n {
						acc := int32(0)
						for l := range p.k {
							acc += (value(ta, a[y*p.k+l]) - value(ta, za[y])) * (value(tb, b[l*p.n+x]) - value(tb, zb[x]))
						}
						want = binary.LittleEndian.AppendUint32(want, uint32(acc))
					}
				}
				c.check(fmt.Sprint(p, ta, tb), func(s *scene) {
					size, _ := PackedMatrix8Size(graph.Num(int64(p.k)), graph.Num(int64(p.n))).IsConst()
					row, _ := Rows16Bytes(graph.Num(int64(p.k))).IsConst()
					packed, rows, y := s.int(int(s.room(int(size)))), s.int(int(s.room(int(row)*p.m))), s.room(len(want))
					m, k, n, zeroA, zeroB := s.int(p.m), s.int(p.k), s.int(p.n), s.int(int(s.put(za))), s.int(int(s.put(zb)))
					s.step(s.PackMatrix8("pack", tb, PackMatrixParams{Src: s.int(int(s.put(b))), Dst: packed, K: k, N: n, KStride: n, NStride: s.int(1)}))
					s.step(s.PackZeros("zeros", tb, &zeroB, packed, s.int(1), k, n, s.int(1), s.int(0)))
					s.step(s.Rows16("rows", Rows16Params{Type: ta, X: s.int(int(s.put(a))), Y: rows, Rows: m, K: k, XRow: k, Zero: &zeroA, ZeroRow: s.int(1)}))
					s.expect(y, "bytes", want, nil)
					s.step(s.Gemm("gemm", GemmParams{Integer: true, A: rows, B: packed, Y: s.int(int(y)), M: m, K: k, N: n, ARow: s.int(int(row)), YRow: s.int(4 * p.n)}))
				})
			}
		}
	}
	c.node()
}

func TestIm2Row(t *testing.T) {
	c := newChecker(t)
	const n, ch, groups, h, w, kh, kw, oh, ow = 2, 4, 2, 3, 5, 3, 2, 2, 3 // strides 2, 2; dilations 1, 2; begins 1, 1
	r := random(5)
	x := make([]byte, n*ch*h*w)
	for i := range x {
		x[i] = byte(r.Uint32())
	}
	const zero = 7
	var want []byte
	for b := range n {
		for g := range groups {
			for y := range oh {
				for z := range ow {
					var row []byte
					sum := int32(0)
					for k := range ch / groups {
						for i := range kh {
							for j := range kw {
								v := int32(0)
								if py, px := 2*y-1+i, 2*z-1+2*j; py >= 0 && py < h && px >= 0 && px < w {
									v = int32(x[((b*ch+g*ch/groups+k)*h+py)*w+px]) - zero
								}
								sum += v
								row = binary.LittleEndian.AppendUint16(row, uint16(v))
							}
						}
					}
					want = append(binary.LittleEndian.AppendUint32(want, uint32(sum)), row...)
				}
			}
		}
	}
	c.check("2d", func(s *scene) {
		y, z := s.room(len(want)), s.int(int(s.put([]byte{zero})))
		s.expect(y, "bytes", want, nil)
		s.step(s.Im2Row("rows", Im2RowParams{Type: graph.Uint8, X: s.int(int(s.put(x))), Y: s.int(int(y)), N: s.int(n), C: ch, Groups: groups,
			In: s.ints(h, w), Out: s.ints(oh, ow), Kernel: []int{kh, kw}, Strides: []int{2, 2}, Dilations: []int{1, 2}, Begins: []int{1, 1}, Zero: &z}))
	})
	c.node()
}
