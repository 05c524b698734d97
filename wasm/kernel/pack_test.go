package kernel

import (
	"fmt"
	"testing"
)

func TestPackConv(t *testing.T) {
	c := newChecker(t)
	for _, k := range []struct {
		oc, c, kh, kw, groups int
		bias                  bool
	}{
		{8, 3, 1, 1, 1, true}, {12, 3, 3, 2, 1, true}, {5, 2, 1, 3, 1, false}, {3, 4, 2, 2, 1, true}, {18, 2, 1, 2, 3, true}, {26, 1, 3, 3, 2, false},
	} {
		c.check(fmt.Sprintf("%+v", k), func(s *scene) {
			r := random(3)
			weights, bias := floats(r, k.oc*k.c*k.kh*k.kw, 6), floats(r, k.oc, 3)
			at := func(v []float32, i int, ok bool) float32 {
				if !ok {
					return 0
				}
				return v[i]
			}
			var want []float32
			taps, ocg := k.kh*k.kw, k.oc/k.groups
			for g := range k.groups {
				for first := 0; first < ocg; first += 8 {
					width := 8
					if ocg-first <= 4 {
						width = 4
					}
					for j := range width {
						want = append(want, at(bias, g*ocg+first+j, k.bias && first+j < ocg))
					}
					for tap := range taps {
						for i := range k.c {
							for j := range width {
								want = append(want, at(weights, ((g*ocg+first+j)*k.c+i)*taps+tap, first+j < ocg))
							}
						}
					}
				}
			}
			if got := ConvWeightsSize(k.oc, k.c, k.kh, k.kw, k.groups); got != int64(4*len(want)) {
				t.Errorf("ConvWeightsSize(%+v) = %d, want %d", k, got, 4*len(want))
			}
			p := PackConvParams{Src: s.put(bytes32(weights)), Dst: s.room(4 * len(want)), OC: k.oc, C: k.c, KH: k.kh, KW: k.kw, Groups: k.groups}
			s.expect(p.Dst, "bytes", bytes32(want), nil)
			// In this order the weights would overwrite the bias, if they touched it.
			s.step(s.PackConvBias("bias", s.put(bytes32(bias)), p.Dst, k.bias, p))
			s.step(s.PackConv("pack", p))
		})
	}
	c.node()
}

func TestPackDepthwise(t *testing.T) {
	c := newChecker(t)
	for _, k := range []struct {
		c, kh, kw int
		bias      bool
	}{{4, 3, 3, true}, {1, 1, 2, true}, {11, 2, 3, false}, {6, 5, 5, true}} {
		c.check(fmt.Sprintf("%+v", k), func(s *scene) {
			r := random(4)
			taps := k.kh * k.kw
			weights, bias := floats(r, k.c*taps, 6), floats(r, k.c, 3)
			var want []float32
			for v := 0; v < k.c; v += 4 {
				for tap := -1; tap < taps; tap++ {
					for ch := v; ch < v+4; ch++ {
						switch {
						case ch >= k.c || tap < 0 && !k.bias:
							want = append(want, 0)
						case tap < 0:
							want = append(want, bias[ch])
						default:
							want = append(want, weights[ch*taps+tap])
						}
					}
				}
			}
			if got := DepthwiseWeightsSize(k.c, k.kh, k.kw); got != int64(4*len(want)) {
				t.Errorf("DepthwiseWeightsSize(%+v) = %d, want %d", k, got, 4*len(want))
			}
			p := PackDepthwiseParams{Src: s.put(bytes32(weights)), Dst: s.room(4 * len(want)), C: k.c, KH: k.kh, KW: k.kw}
			s.expect(p.Dst, "bytes", bytes32(want), nil)
			s.step(s.PackDepthwiseBias("bias", s.put(bytes32(bias)), p.Dst, k.bias, p))
			s.step(s.PackDepthwise("pack", p))
		})
	}
	c.node()
}
