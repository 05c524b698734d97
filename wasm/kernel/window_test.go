package kernel

import (
	"fmt"
	"math"
	"testing"
)

// windowCase is a depthwise convolution or a max-pool.
type windowCase struct {
	pool       bool
	n, h, w, c int
	oh, ow     int // 0: as many as fit
	kh, kw     int
	sh, sw     int
	dh, dw     int
	pt, pl     int // before
	qb, qr     int // after
	res        int // channels of the residual, 0 for none
	late       bool
	act        Act
	rare       int
	xStride    int // 0: rounded up to four
}

func (c windowCase) with() windowCase {
	for _, v := range []*int{&c.n, &c.kh, &c.kw, &c.sh, &c.sw, &c.dh, &c.dw} {
		*v = max(*v, 1)
	}
	if c.oh == 0 {
		c.oh = (c.h+c.pt+c.qb-c.dh*(c.kh-1)-1)/c.sh + 1
	}
	if c.ow == 0 {
		c.ow = (c.w+c.pl+c.qr-c.dw*(c.kw-1)-1)/c.sw + 1
	}
	if c.xStride == 0 {
		c.xStride = roundUp(c.c, 4)
	}
	return c
}

// refWindow is both operations, slow and obvious. Weights are [c][kh][kw].
func refWindow(c windowCase, x picture, weights, bias []float32, res *picture) picture {
	y := newPicture(c.n, 1, c.oh, c.ow, c.c)
	for n := range c.n {
		for oy := range c.oh {
			for ox := range c.ow {
				for ch := range c.c {
					acc, taps := float32(math.Inf(-1)), 0
					if !c.pool {
						acc = bias[ch]
					}
					for ky := range c.kh {
						for kx := range c.kw {
							iy, ix := oy*c.sh-c.pt+ky*c.dh, ox*c.sw-c.pl+kx*c.dw
							if iy < 0 || iy >= c.h || ix < 0 || ix >= c.w {
								continue
							}
							v := *x.at(n, 0, iy, ix, ch)
							switch {
							case !c.pool:
								acc = mulAdd(acc, v, weights[(ch*c.kh+ky)*c.kw+kx])
							case taps == 0 || acc < v:
								acc = v
							}
							taps++
						}
					}
					switch {
					case c.act == tableAct:
						acc = refTable(acc, ch)
					case c.late:
						acc = refAct(acc, *res.at(n, 0, oy, ox, ch), c.act)
					case res != nil && ch < res.c:
						acc = float32(acc + *res.at(n, 0, oy, ox, ch))
						fallthrough
					default:
						acc = refAct(acc, acc, c.act)
					}
					*y.at(n, 0, oy, ox, ch) = acc
				}
			}
		}
	}
	return y
}

func (c windowCase) scene(s *scene) {
	r := random(uint64(c.c*1000 + c.w))
	x := randomPicture(r, c.n, 1, c.h, c.w, c.c, c.rare)
	if c.pool {
		y := refWindow(c, x, nil, nil, nil)
		s.step(s.MaxPool("pool", PoolParams{
			X: s.putPicture(x, c.xStride), Y: s.expectPicture(y, roundUp(c.c, 4)),
			KH: c.kh, KW: c.kw, SH: c.sh, SW: c.sw, DH: c.dh, DW: c.dw, PT: c.pt, PL: c.pl, Act: c.act,
		}))
		return
	}
	weights, bias := floats(r, c.c*c.kh*c.kw, c.rare), floats(r, c.c, c.rare)
	p := DepthwiseParams{KH: c.kh, KW: c.kw, SH: c.sh, SW: c.sw, DH: c.dh, DW: c.dw, PT: c.pt, PL: c.pl, Late: c.late, Act: c.act, Table: s.table(c.act, c.c)}
	var res *picture
	if c.res > 0 {
		q := randomPicture(r, c.n, 1, c.oh, c.ow, c.res, c.rare)
		res = &q
		m := s.putPicture(q, roundUp(c.res, 4))
		p.Res = &m
	}
	p.X = s.putPicture(x, c.xStride)
	p.Y = s.expectPicture(refWindow(c, x, weights, bias, res), roundUp(c.c, 4))
	pack := PackDepthwiseParams{Src: s.put(bytes32(weights)), C: c.c, KH: c.kh, KW: c.kw}
	size := DepthwiseWeightsSize(c.c, c.kh, c.kw)
	pack.Dst = s.room(int(size))
	s.expect(pack.Dst, "f32", make([]byte, size), make([]byte, size))
	p.Weights = pack.Dst
	s.step(s.PackDepthwise("pack", pack))
	s.step(s.PackDepthwiseBias("bias", s.put(bytes32(bias)), pack.Dst, true, pack))
	s.step(s.Depthwise("depthwise", p))
}

func TestDepthwise(t *testing.T) { testWindows(t, false) }

func TestMaxPool(t *testing.T) { testWindows(t, true) }

func testWindows(t *testing.T, pool bool) {
	c := newChecker(t)
	for _, k := range windowCases(pool) {
		c.check(fmt.Sprintf("%+v", k), k.scene)
	}
	c.node()
}

func windowCases(pool bool) []windowCase {
	var cases []windowCase
	for i := range 18 { // tails of every extent
		cases = append(cases,
			windowCase{h: 5, w: i + 1, c: 6, kh: 3, kw: 3, pt: 1, pl: 1, qb: 1, qr: 1},
			windowCase{h: 4, w: i + 3, c: 4, kh: 2, kw: 3, sh: 2, sw: 2, act: ActRelu},
			windowCase{h: 6, w: 9, c: i + 1, kh: 3, kw: 3, sh: 2, sw: 2, qb: 1, qr: 1, res: i/2 + 1, rare: 20},
			windowCase{h: i, w: 5, c: 3, kh: 3, kw: 1, pt: 2, qb: 2},
		)
	}
	cases = append(cases,
		windowCase{n: 2, h: 12, w: 20, c: 24, kh: 3, kw: 3, pt: 1, pl: 1, qb: 1, qr: 1, res: 24, act: ActRelu, rare: 7},
		windowCase{h: 7, w: 9, c: 6, kh: 3, kw: 3, pt: 1, pl: 1, qb: 1, qr: 1, res: 6, late: true, act: shortAct},
		windowCase{n: 2, h: 7, w: 9, c: 6, kh: 3, kw: 3, pt: 1, pl: 1, qb: 1, qr: 1, res: 6, late: true, act: longAct},
		windowCase{h: 7, w: 9, c: 6, kh: 3, kw: 3, res: 5, act: longAct},
		windowCase{n: 2, h: 7, w: 9, c: 6, kh: 3, kw: 3, act: tableAct},
		windowCase{h: 12, w: 20, c: 5, kh: 5, kw: 5, pt: 2, pl: 2, qb: 2, qr: 2, rare: 40},
		windowCase{h: 12, w: 20, c: 5, kh: 7, kw: 7, sh: 2, sw: 2, pt: 3, pl: 3, qb: 3, qr: 3},
		windowCase{h: 12, w: 30, c: 5, kh: 3, kw: 13, pt: 1, pl: 6, qb: 1, qr: 6}, // a row of weights has no room in registers
		windowCase{h: 12, w: 30, c: 5, kh: 3, kw: 3, dh: 2, dw: 3, pt: 2, pl: 3, qb: 2, qr: 3},
		windowCase{h: 14, w: 30, c: 4, kh: 3, kw: 2, dh: 3, dw: 2, sh: 2, sw: 3, pt: 4, pl: 1, qb: 1, qr: 2, rare: 10},
		windowCase{h: 2, w: 2, c: 4, kh: 5, kw: 5, pt: 2, pl: 2, qb: 2, qr: 2},  // the kernel is larger than the picture
		windowCase{h: 3, w: 3, c: 4, oh: 6, ow: 12, kh: 2, kw: 2, pt: 3, pl: 4}, // windows wholly outside
		windowCase{h: 1, w: 33, c: 4, kw: 5, pl: 2, qr: 2},                      // one axis
		windowCase{h: 8, w: 8, c: 5, kh: 2, kw: 2, sh: 2, sw: 2, xStride: 12},   // pixels with room
		windowCase{h: 8, w: 9, c: 4, kh: 1, kw: 1, sh: 3, sw: 5},                // columns that nobody needs
		windowCase{h: 8, w: 64, c: 8, kh: 3, kw: 3, pt: 1, pl: 1, qb: 1, qr: 1}, // several blocks
		windowCase{h: 9, w: 65, c: 8, kh: 3, kw: 3, sh: 2, sw: 2, pt: 1, pl: 1, qb: 1, qr: 1},
	)
	for i, k := range cases {
		k.pool = pool
		if pool {
			k.res, k.late = 0, false
			if k.act == tableAct {
				k.act = ActNone
			}
		}
		cases[i] = k.with()
	}
	return cases
}
