package kernel

import (
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/dehug/dehug/wasm/graph"
)

// TestDot16 compares with sums over single elements, for pictures, rows of
// matrices and depthwise windows.
func TestDot16(t *testing.T) {
	type conv struct {
		n, h, w, c, oc, kh, kw, sh, sw, dh, dw int
		depthwise                              bool
		typ                                    graph.Type
		zeros, float, perChannel, bias         bool
		act                                    Act
	}
	var cases []conv
	for m := 1; m < 11; m++ { // rows of matrices
		cases = append(cases, conv{n: 1, h: 1, w: m, c: 2*m + 1, oc: 7 + m, kh: 1, kw: 1, sh: 1, sw: 1, dh: 1, dw: 1, typ: graph.Int8, zeros: m%2 == 0, float: m%3 > 0, bias: m%3 > 1})
	}
	cases = append(cases,
		conv{n: 2, h: 3, w: 5, c: 3, oc: 9, kh: 3, kw: 2, sh: 1, sw: 1, dh: 1, dw: 1, typ: graph.Uint8, zeros: true},
		conv{n: 1, h: 2, w: 6, c: 4, oc: 8, kh: 2, kw: 3, sh: 2, sw: 1, dh: 2, dw: 2, typ: graph.Int8, float: true, perChannel: true, bias: true, act: ActRelu},
		conv{n: 1, h: 2, w: 3, c: 10, oc: 17, kh: 3, kw: 3, sh: 1, sw: 2, dh: 1, dw: 1, typ: graph.Uint8, float: true},
		conv{n: 2, h: 3, w: 5, c: 20, oc: 20, kh: 3, kw: 3, sh: 1, sw: 1, dh: 1, dw: 1, typ: graph.Uint8, zeros: true, depthwise: true, float: true, bias: true},
		conv{n: 1, h: 2, w: 9, c: 9, oc: 9, kh: 1, kw: 2, sh: 1, sw: 2, dh: 1, dw: 2, typ: graph.Int8, depthwise: true, float: true, perChannel: true},
		conv{n: 1, h: 4, w: 6, c: 8, oc: 8, kh: 3, kw: 3, sh: 2, sw: 1, dh: 1, dw: 1, typ: graph.Uint8, zeros: true, depthwise: true, float: true},
		conv{n: 1, h: 1, w: 4, c: 8, oc: 8, kh: 2, kw: 1, sh: 1, sw: 1, dh: 2, dw: 1, typ: graph.Int8, zeros: true, depthwise: true},
	)
	c := newChecker(t)
	for i, p := range cases {
		r := random(uint64(i))
		xh, xw := (p.h-1)*p.sh+(p.kh-1)*p.dh+1, (p.w-1)*p.sw+(p.kw-1)*p.dw+1
		px, taps, perOC := Dot16Pixel(p.c, p.depthwise)/2, p.kh*p.kw, p.c
		if p.depthwise {
			perOC = 1
		}
		x := make([]int16, p.n*xh*xw*px)
		for j := range x {
			if j%px < p.c {
				x[j] = int16(r.IntN(511) - 255)
			} else if p.depthwise {
				x[j] = 77 // must not matter
			}
		}
		w, zeros := make([]byte, p.oc*perOC*taps), make([]byte, p.oc)
		for j := range w {
			w[j] = byte(r.Uint32())
		}
		value := func(b byte) int64 {
			if p.typ == graph.Int8 {
				return int64(int8(b))
			}
			return int64(b)
		}
		for j := range zeros {
			if zeros[j] = 0; p.typ == graph.Uint8 {
				zeros[j] = 128
			}
			if p.zeros {
				zeros[j] = byte(r.Uint32())
			}
		}
		scale, bias := floats(r, p.oc, 0), floats(r, p.oc, 9)
		stride := p.oc
		if p.float && p.h > 1 {
			stride = roundUp(p.oc, 4)
		}
		want, mask := make([]byte, 4*p.n*p.h*p.w*stride), make([]byte, 4*p.n*p.h*p.w*stride)
		for at := range p.n * p.h * p.w * p.oc {
			o, q := at%p.oc, at/p.oc
			xx, yy, nn := q%p.w, q/p.w%p.h, q/p.w/p.h
			sum := int64(0)
			for k := range taps {
				for ch := range perOC {
					from := ch
					if p.depthwise {
						from = o
					}
					v := x[((nn*xh+yy*p.sh+k/p.kw*p.dh)*xw+xx*p.sw+k%p.kw*p.dw)*px+from]
					sum += int64(v) * (value(w[(o*perOC+ch)*taps+k]) - value(zeros[o]))
				}
			}
			cell := 4 * (q*stride + o)
			copy(mask[cell:], ones(4))
			if !p.float {
				binary.LittleEndian.PutUint32(want[cell:], uint32(sum))
				continue
			}
			s := scale[0]
			if p.perChannel {
				s = scale[o]
			}
			v := float32(float32(int32(sum)) * s)
			if p.bias {
				v += bias[o]
			}
			if p.act == ActRelu && v < 0 {
				v = 0
			}
			copy(want[cell:], bytes32([]float32{v}))
		}
		c.check(fmt.Sprintf("%+v", p), func(s *scene) {
			raw := make([]byte, 2*len(x))
			for j, v := range x {
				binary.LittleEndian.PutUint16(raw[2*j:], uint16(v))
			}
			packed := s.int(int(s.room(int(Dot16WeightsSize(p.oc, perOC, taps, p.depthwise)))))
			pack := PackDot16Params{Type: p.typ, Src: s.int(int(s.put(w))), Dst: packed, OC: p.oc, C: perOC, Taps: taps, OCStride: perOC * taps, CStride: taps, TapStride: 1}
			z := s.int(int(s.put(zeros)))
			if p.depthwise {
				s.step(s.PackDepth16("pack", pack))
				pack.Src, pack.OCStride, pack.TapStride = z, 1, 0
				s.step(s.PackDepth16Zeros("zeros", pack))
			} else {
				s.step(s.PackDot16("pack", pack))
				s.step(s.PackZeros("zeros", p.typ, &z, packed, s.int(1), s.int(Dot16Rows(perOC, taps)), s.int(p.oc), s.int(1), s.int(0)))
			}
			y := s.room(len(want))
			s.expect(y, "f32", want, mask)
			d := Dot16Params{X: s.int(int(s.put(raw))), N: s.int(p.n), H: s.int(p.h), W: s.int(p.w), XRow: s.int(2 * xw * px), XPicture: s.int(2 * xh * xw * px), Weights: packed,
				C: p.c, OC: p.oc, KH: p.kh, KW: p.kw, SH: p.sh, SW: p.sw, DH: p.dh, DW: p.dw, Depthwise: p.depthwise, Y: s.int(int(y)), YPixel: 4 * stride, PerChannel: p.perChannel, Act: p.act}
			if p.float {
				at := s.int(int(s.put(append(bytes32(scale), make([]byte, 32)...))))
				d.Scale = &at
			}
			if p.bias {
				at := s.int(int(s.put(append(bytes32(bias), make([]byte, 32)...))))
				d.Bias = &at
			}
			if !p.float {
				s.regions[len(s.regions)-3].Type = "bytes"
			}
			s.step(s.Dot16("dot", d))
		})
	}
	c.node()
}
