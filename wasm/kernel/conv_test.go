package kernel

import (
	"fmt"
	"testing"

	"github.com/dehug/dehug/wasm/emit"
)

// convCase is a convolution as ONNX states it.
type convCase struct {
	n, d, h, w, c int
	oc            int
	kd, kh, kw    int
	sd, sh, sw    int
	dd, dh, dw    int
	pd, pt, pl    int // before
	qd, qb, qr    int // after
	groups        int
	res           int // channels of the residual, 0 for none
	late          bool
	act           Act
	noBias        bool
	rare          int // one value in rare is special
	xStride       int // of X when no padding is needed; 0: rounded up to four
	apart         int // rows from one of Y to the next
	dense         bool
}

// with fills in what a case leaves out.
func (c convCase) with() convCase {
	for _, v := range []*int{&c.n, &c.d, &c.kd, &c.kh, &c.kw, &c.sd, &c.sh, &c.sw, &c.dd, &c.dh, &c.dw, &c.groups} {
		*v = max(*v, 1)
	}
	return c
}

func (c convCase) out() (d, h, w int) {
	return (c.d+c.pd+c.qd-c.dd*(c.kd-1)-1)/c.sd + 1, (c.h+c.pt+c.qb-c.dh*(c.kh-1)-1)/c.sh + 1, (c.w+c.pl+c.qr-c.dw*(c.kw-1)-1)/c.sw + 1
}

// refConv is the slow, obvious convolution. x is already padded; weights are
// [oc][c][kd][kh][kw].
func refConv(c convCase, x picture, weights, bias []float32, res *picture) picture {
	d, h, w := c.out()
	y := newPicture(c.n, d, h, w, c.oc)
	cg, ocg := c.c/c.groups, c.oc/c.groups
	for n := range c.n {
		for oz := range d {
			for oy := range h {
				for ox := range w {
					for oc := range c.oc {
						acc := bias[oc]
						for kz := range c.kd {
							for ky := range c.kh {
								for kx := range c.kw {
									for i := range cg {
										wt := weights[(((oc*cg+i)*c.kd+kz)*c.kh+ky)*c.kw+kx]
										acc = mulAdd(acc, *x.at(n, oz*c.sd+kz*c.dd, oy*c.sh+ky*c.dh, ox*c.sw+kx*c.dw, oc/ocg*cg+i), wt)
									}
								}
							}
						}
						switch {
						case c.act == tableAct:
							acc = refTable(acc, oc)
						case c.late:
							acc = refAct(acc, *res.at(n, oz, oy, ox, oc), c.act)
						case res != nil && oc < res.c:
							acc = float32(acc + *res.at(n, oz, oy, ox, oc))
							fallthrough
						default:
							acc = refAct(acc, acc, c.act)
						}
						*y.at(n, oz, oy, ox, oc) = acc
					}
				}
			}
		}
	}
	return y
}

// refPad puts a picture into the middle of zeros.
func refPad(x picture, pd, pt, pl, qd, qb, qr, c int) picture {
	y := newPicture(x.n, x.d+pd+qd, x.h+pt+qb, x.w+pl+qr, c)
	for n := range x.n {
		for z := range x.d {
			for j := range x.h {
				for i := range x.w {
					for ch := range x.c {
						*y.at(n, z+pd, j+pt, i+pl, ch) = *x.at(n, z, j, i, ch)
					}
				}
			}
		}
	}
	return y
}

// conv builds the scene of a case: pack, pad where needed, convolve.
func (c convCase) scene(s *scene) {
	r := random(uint64(c.c*1000 + c.oc))
	x := randomPicture(r, c.n, c.d, c.h, c.w, c.c, c.rare)
	cg := c.c / c.groups
	weights := floats(r, c.oc*cg*c.kd*c.kh*c.kw, c.rare)
	bias := make([]float32, c.oc)
	if !c.noBias {
		bias = floats(r, c.oc, c.rare)
	}
	padded := x
	in := Image{}
	if c.pd+c.pt+c.pl+c.qd+c.qb+c.qr > 0 {
		padded = refPad(x, c.pd, c.pt, c.pl, c.qd, c.qb, c.qr, c.c)
		src := s.putPicture(x, roundUp(c.c, 4))
		in = s.expectPicture(padded, c.c)
		s.step(s.Pad("pad", PadParams{X: src, Y: in, PF: c.pd, PT: c.pt, PL: c.pl}))
	} else {
		stride := c.xStride
		if stride == 0 {
			stride = roundUp(c.c, 4)
		}
		in = s.putPicture(x, stride)
	}
	d, h, w := c.out()
	p := ConvParams{X: in, KH: c.kh, KW: c.kw, SH: c.sh, SW: c.sw, DH: c.dh, DW: c.dw, KD: c.kd, SD: c.sd, DD: c.dd, Groups: c.groups, Late: c.late, Act: c.act, Table: s.table(c.act, c.oc)}
	var res *picture
	if c.res > 0 {
		q := randomPicture(r, c.n, d, h, w, c.res, c.rare)
		res = &q
		m := s.putPicture(q, roundUp(c.res, 4))
		p.Res = &m
	}
	y, stride := refConv(c, padded, weights, bias, res), roundUp(c.oc, 4)
	if c.dense {
		stride = c.oc
	}
	if c.apart > 1 {
		p.Apart, p.Y = c.apart, s.expectApart(y, stride, c.apart)
	} else {
		p.Y = s.expectPicture(y, stride)
	}
	if c.kh*c.kw*c.kd*c.sh*c.sw*c.sd == 1 && c.pd+c.pt+c.pl+c.qd+c.qb+c.qr == 0 {
		p.Y.N, p.Y.D, p.Y.H, p.Y.W = in.N, in.D, in.H, in.W // the same slots: one row of all pixels
	}
	pack := PackConvParams{Src: s.put(bytes32(weights)), OC: c.oc, C: cg, KD: c.kd, KH: c.kh, KW: c.kw, Groups: c.groups}
	size := ConvWeightsSize(c.oc, cg, c.kd*c.kh, c.kw, c.groups)
	pack.Dst = s.room(int(size))
	s.expect(pack.Dst, "f32", make([]byte, size), make([]byte, size)) // only that nothing around is touched
	p.Weights = pack.Dst
	s.steps = append([]*emit.Func{
		s.PackConv("pack", pack),
		s.PackConvBias("bias", s.put(bytes32(bias)), pack.Dst, !c.noBias, pack),
	}, s.steps...)
	p.Scratch = s.int(int(s.room(int(s.ConvScratch(p)))))
	s.step(s.Conv("conv", p))
}

func convCases() []convCase {
	var cases []convCase
	for i := range 18 { // tails of every extent
		cases = append(cases,
			convCase{h: 1, w: i, c: 5, oc: 9},
			convCase{h: 3, w: 5, c: i + 1, oc: 8, act: ActRelu},
			convCase{h: 2, w: 6, c: 7, oc: i + 1, noBias: i%2 == 0},
			convCase{h: 5, w: i + 3, c: 3, oc: 6, kh: 3, kw: 3, pt: 1, pl: 1, qb: 1, qr: 1, act: ActRelu},
			convCase{h: 4, w: 4, c: i + 1, oc: i + 1, kh: 2, kw: 3, sw: 2, pl: 1, res: i/2 + 1},
			convCase{h: 1, w: i, c: i + 1, oc: 23 + i, act: ActRelu}, // panels enough to copy pixels for wazero
		)
	}
	cases = append(cases,
		convCase{n: 2, h: 9, w: 1, c: 5, oc: 9, kh: 3, dh: 2, res: 9},
		convCase{h: 6, w: 7, c: 16, oc: 24, res: 24, act: ActRelu, rare: 9},
		convCase{h: 6, w: 7, c: 36, oc: 42, res: 42},
		convCase{h: 6, w: 7, c: 8, oc: 12, act: shortAct, rare: 9},
		convCase{n: 2, h: 6, w: 7, c: 8, oc: 11, act: tableAct, rare: 9},
		convCase{h: 5, w: 6, c: 8, oc: 20, groups: 4, act: tableAct},
		convCase{h: 6, w: 7, c: 8, oc: 11, act: longAct, rare: 9},
		convCase{h: 6, w: 7, c: 5, oc: 11, res: 11, late: true, act: shortAct},
		convCase{n: 2, h: 6, w: 7, c: 8, oc: 11, res: 11, late: true, act: longAct},
		convCase{h: 5, w: 6, c: 8, oc: 20, groups: 4, res: 20, act: longAct},
		convCase{n: 2, h: 9, w: 8, c: 3, oc: 6, kh: 3, kw: 3, sh: 2, sw: 2, res: 6, late: true, act: longAct},
		convCase{h: 90, w: 100, c: 3, oc: 5, act: longAct}, // several chunks
		convCase{h: 6, w: 7, c: 42, oc: 48, res: 42, act: ActRelu, rare: 20},
		convCase{n: 3, h: 6, w: 7, c: 8, oc: 12, res: 5},
		convCase{n: 2, h: 9, w: 8, c: 3, oc: 24, kh: 5, kw: 5, sh: 2, sw: 2, pt: 1, pl: 1, qb: 2, qr: 2, act: ActRelu},
		convCase{h: 9, w: 8, c: 4, oc: 4, sh: 2, sw: 2},
		convCase{h: 9, w: 12, c: 4, oc: 5, kh: 3, kw: 2, dh: 2, dw: 3},
		convCase{h: 9, w: 12, c: 9, oc: 5, kh: 3, kw: 3, dh: 2, dw: 2, sh: 2, sw: 3, pt: 2, qr: 3, rare: 30},
		convCase{h: 5, w: 5, c: 6, oc: 12, groups: 2, kh: 3, kw: 3, pt: 1, pl: 1, qb: 1, qr: 1},
		convCase{h: 5, w: 5, c: 6, oc: 6, groups: 6, kh: 3, kw: 3, pt: 1, pl: 1, qb: 1, qr: 1, act: ActRelu},
		convCase{h: 5, w: 6, c: 8, oc: 44, groups: 4, res: 44},
		convCase{h: 5, w: 6, c: 8, oc: 20, groups: 4, res: 13},
		convCase{h: 1, w: 40, c: 5, oc: 7, kw: 7, sw: 3, pl: 3, qr: 3},                                        // one axis
		convCase{n: 2, d: 4, h: 5, w: 6, c: 3, oc: 5, kd: 3, kh: 3, kw: 2, pd: 1, pt: 1, qd: 1, qb: 1, sd: 2}, // three axes
		convCase{d: 5, h: 6, w: 6, c: 4, oc: 4, kd: 2, kh: 2, kw: 2, dd: 2, dh: 2, dw: 2, groups: 4, rare: 20},
		convCase{d: 3, h: 2, w: 2, c: 4, oc: 4},
		convCase{h: 3, w: 5, c: 9, oc: 8, kh: 3, kw: 3, xStride: 9}, // neighbouring taps without a gap
		convCase{h: 40, w: 50, c: 40, oc: 10, rare: 500},            // several chunks
		convCase{h: 3, w: 9, c: 700, oc: 5, kh: 3, kw: 3, xStride: 700},
		convCase{h: 9, w: 12, c: 9, oc: 28, kh: 3, kw: 3, dh: 2, dw: 2, sh: 2, sw: 3, pt: 2, qr: 3, rare: 30},
		convCase{n: 2, d: 4, h: 5, w: 6, c: 3, oc: 24, kd: 3, kh: 3, kw: 2, pd: 1, pt: 1, qd: 1, qb: 1, sd: 2},
		convCase{h: 30, w: 31, c: 20, oc: 24, act: longAct, rare: 500},
	)
	for i := range 10 { // rows that others write lie between
		cases = append(cases,
			convCase{n: 2, h: 3, w: i + 1, c: 3, oc: 8, apart: 2, act: longAct},
			convCase{n: 2, h: i, w: 5, c: 5, oc: i + 1, apart: 3, dense: true},
			convCase{h: 1, w: 7, c: 4, oc: i + 1, apart: 2, dense: true, act: ActRelu, rare: 9},
			convCase{n: 2, h: 4, w: 1, c: 4, oc: 2, apart: 2, dense: true},
		)
	}
	for i := range cases {
		cases[i] = cases[i].with()
	}
	return cases
}

func TestConv(t *testing.T) {
	c := newChecker(t)
	for _, k := range convCases() {
		c.check(fmt.Sprintf("%+v", k), k.scene)
	}
	c.node()
}
