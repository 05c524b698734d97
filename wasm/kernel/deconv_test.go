package kernel

import (
	"fmt"
	"math"
	"testing"
)

func TestFold(t *testing.T) {
	c := newChecker(t)
	for i, v := range []struct {
		n, c, h, w, k, s, d, pad, extra int
		bias                            bool
	}{
		{1, 4, 2, 3, 2, 2, 1, 0, 0, true},
		{2, 5, 3, 2, 3, 1, 1, 1, 0, false},
		{1, 9, 2, 2, 3, 2, 2, 1, 1, true},
	} {
		r := random(uint64(i))
		taps := v.k * v.k
		x, bias := floats(r, v.n*v.h*v.w*taps*v.c, 11), floats(r, v.c, 0)
		oh, ow := (v.h-1)*v.s+(v.k-1)*v.d+1-v.pad+v.extra, (v.w-1)*v.s+(v.k-1)*v.d+1-v.pad
		y := newPicture(v.n, 1, oh, ow, v.c)
		for n := range v.n {
			for oy := range oh {
				for ox := range ow {
					for ch := range v.c {
						acc := float32(0)
						if v.bias {
							acc = bias[ch]
						}
						for ky := range v.k {
							for kx := range v.k {
								py, px := oy+v.pad-ky*v.d, ox+v.pad-kx*v.d
								if py >= 0 && px >= 0 && py%v.s == 0 && px%v.s == 0 && py/v.s < v.h && px/v.s < v.w {
									acc += x[(((n*v.h+py/v.s)*v.w+px/v.s)*taps+ky*v.k+kx)*v.c+ch]
								}
							}
						}
						*y.at(n, 0, oy, ox, ch) = acc
					}
				}
			}
		}
		c.check(fmt.Sprint(i), func(s *scene) {
			p := FoldParams{X: s.int(int(s.put(bytes32(x)))), In: s.ints(v.h, v.w), Out: s.ints(oh, ow), Kernel: []int{v.k, v.k},
				Strides: []int{v.s, v.s}, Dilations: []int{v.d, v.d}, Pads: []int{v.pad, v.pad}}
			if v.bias {
				at := s.int(int(s.put(bytes32(bias))))
				p.Bias = &at
			}
			p.Y = s.expectPicture(y, (v.c+3)&^3)
			s.step(s.Fold("fold", p))
		})
	}
	c.node()
}

func TestDeform(t *testing.T) {
	c := newChecker(t)
	const n, ch, groups, og, h, w, k, oh, ow = 2, 4, 2, 2, 4, 3, 2, 3, 2 // stride 1, dilation 1, no pads but one above
	r := random(1)
	const taps = k * k
	x, off, mask := floats(r, n*ch*h*w, 0), floats(r, n*og*taps*2*oh*ow, 0), floats(r, n*og*taps*oh*ow, 0)
	var want []float32
	for b := range n {
		for g := range groups {
			for oy := range oh {
				for ox := range ow {
					for i := range ch / groups {
						cc := g*ch/groups + i
						for tap := range taps {
							q := (b*og+cc/(ch/og))*taps + tap
							py := float32(float32(oy+tap/k-1) + off[(2*q*oh+oy)*ow+ox])
							px := float32(float32(ox+tap%k) + off[((2*q+1)*oh+oy)*ow+ox])
							y0, x0 := math.Floor(float64(py)), math.Floor(float64(px))
							fy, fx := py-float32(y0), px-float32(x0)
							at := func(dy, dx int) float32 {
								yy, xx := int(y0)+dy, int(x0)+dx
								if yy < 0 || yy >= h || xx < 0 || xx >= w {
									return 0
								}
								return x[((b*ch+cc)*h+yy)*w+xx]
							}
							mix := func(a, b, t float32) float32 { return float32(float32(a*float32(1-t)) + float32(b*t)) }
							v := mix(mix(at(0, 0), at(0, 1), fx), mix(at(1, 0), at(1, 1), fx), fy)
							want = append(want, v*mask[(q*oh+oy)*ow+ox])
						}
					}
				}
			}
		}
	}
	c.check("2d", func(s *scene) {
		y, m := s.room(4*len(want)), s.int(int(s.put(bytes32(mask))))
		s.expect(y, "f32", bytes32(want), nil)
		s.step(s.Deform("rows", DeformParams{X: s.int(int(s.put(bytes32(x)))), Y: s.int(int(y)), Offset: s.int(int(s.put(bytes32(off)))), Mask: &m,
			N: s.int(n), H: s.int(h), W: s.int(w), OH: s.int(oh), OW: s.int(ow), C: ch, Groups: groups, OffsetGroups: og,
			Kernel: [2]int{k, k}, Strides: [2]int{1, 1}, Dilations: [2]int{1, 1}, Begins: [2]int{1, 0}}))
	})
	c.node()
}
