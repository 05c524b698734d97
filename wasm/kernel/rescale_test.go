package kernel

import (
	"fmt"
	"testing"
)

// TestRescale compares packed weights that were changed with the same of each
// weight and bias before. Lanes without a channel may hold anything.
func TestRescale(t *testing.T) {
	c := newChecker(t)
	exprs := []struct {
		weight, bias string
		of           func(x, z, w float32, bias bool) float32
	}{
		{"x z mul", "x z mul w add", func(x, z, w float32, bias bool) float32 {
			x = float32(x * z)
			if bias {
				x = float32(x + w)
			}
			return x
		}},
		{"x", "x w add", func(x, _, w float32, bias bool) float32 {
			if bias {
				x = float32(x + w)
			}
			return x
		}},
		{"x #40200000 mul", "x #40200000 mul", func(x, _, _ float32, _ bool) float32 { return float32(x * 2.5) }},
	}
	for _, k := range []struct {
		oc, c, kh, kw, groups int
		depthwise             bool
		tile                  int
		line                  bool
	}{
		{oc: 8, c: 3, kh: 1, kw: 1, groups: 1}, {oc: 12, c: 3, kh: 3, kw: 2, groups: 1}, {oc: 5, c: 2, kh: 1, kw: 3, groups: 1}, {oc: 3, c: 4, kh: 2, kw: 2, groups: 1},
		{oc: 18, c: 2, kh: 1, kw: 2, groups: 3}, {oc: 26, c: 1, kh: 3, kw: 3, groups: 2},
		{oc: 7, c: 1, kh: 3, kw: 3, groups: 1, depthwise: true}, {oc: 16, c: 1, kh: 5, kw: 1, groups: 1, depthwise: true},
		{oc: 13, c: 9, kh: 1, kw: 1, groups: 1, tile: 2}, {oc: 10, c: 8, kh: 1, kw: 1, groups: 1, tile: 4}, {oc: 9, c: 8, kh: 1, kw: 1, groups: 1, tile: 4, line: true},
	} {
		for i, e := range exprs {
			c.check(fmt.Sprintf("%+v %d", k, i), func(s *scene) {
				r := random(uint64(k.oc + i))
				zs, ws, bias := floats(r, k.oc, 9), floats(r, k.oc, 9), floats(r, k.oc, 9)
				taps, sets := k.kh*k.kw, 1
				weights := floats(r, k.oc*k.c*taps, 9) // [oc][c][tap]
				if k.tile > 0 {
					sets = winogradPositions(k.tile, k.line)
					weights = floats(r, k.oc*k.c*sets, 9)
				}
				var packed, want []float32
				var mask []byte
				put := func(oc int, x float32, isBias bool) {
					y, m := float32(0), byte(0)
					if oc >= 0 {
						y, m = e.of(x, zs[oc], ws[oc], isBias), 1
					}
					packed, want = append(packed, x), append(want, y)
					mask = append(mask, m, m, m, m)
				}
				at := func(oc int, x func(oc int) float32, isBias bool) { // oc −1: no channel
					if oc < 0 {
						put(-1, 0, false)
						return
					}
					put(oc, x(oc), isBias)
				}
				if k.tile > 0 {
					for oc := range roundUp(k.oc, 4) {
						at(or(oc, oc < k.oc), func(oc int) float32 { return bias[oc] }, true)
					}
				}
				ocg, panel := k.oc/k.groups, 8
				if k.depthwise {
					panel = 4
				}
				for set := range sets {
					for g := range k.groups {
						for first := 0; first < ocg; first += panel {
							width := panel
							if ocg-first <= 4 {
								width = 4
							}
							row := func(x func(oc int) float32, isBias bool) {
								for j := range width {
									at(or(g*ocg+first+j, first+j < ocg), x, isBias)
								}
							}
							if k.tile > 0 { // zeros, which Winograd adds nothing to
								for range width {
									packed, want, mask = append(packed, 0), append(want, 0), append(mask, 1, 1, 1, 1)
								}
							} else {
								row(func(oc int) float32 { return bias[oc] }, true)
							}
							for tap := range taps {
								for i := range k.c {
									row(func(oc int) float32 { return weights[((oc*k.c+i)*taps+tap)*sets+set] }, false)
								}
							}
						}
					}
				}
				dst := s.put(bytes32(packed))
				s.expect(dst, "f32", bytes32(want), mask)
				z, w := s.put(append(bytes32(zs), make([]byte, 32)...)), s.put(append(bytes32(ws), make([]byte, 32)...))
				resc := Rescale{Weight: e.weight, Bias: e.bias, Z: z, W: w}
				switch {
				case k.depthwise:
					s.step(s.RescaleDepthwise("rescale", PackDepthwiseParams{Dst: dst, C: k.oc, KH: k.kh, KW: k.kw}, resc))
				case k.tile > 0:
					s.step(s.RescaleWinograd("rescale", PackWinogradParams{Dst: dst, OC: k.oc, C: k.c, Tile: k.tile, Line: k.line}, resc))
				default:
					s.step(s.RescaleConv("rescale", PackConvParams{Dst: dst, OC: k.oc, C: k.c, KH: k.kh, KW: k.kw, Groups: k.groups}, resc))
				}
			})
		}
	}
	c.node()
}

func or(oc int, ok bool) int {
	if !ok {
		return -1
	}
	return oc
}
