package kernel

import (
	"fmt"
	"math"
	"testing"

	"github.com/dehug/dehug/wasm/internal/reference"
)

// winogradCase is a 3×3 convolution of stride one.
type winogradCase struct {
	tile       int
	n, h, w, c int
	oc         int
	pt, pl     int // before
	qb, qr     int // after
	res        int // channels of the residual, 0 for none
	late       bool
	act        Act
	noBias     bool
	rare       int // one value in rare is special
	xStride    int // 0: rounded up to four
	yStride    int
}

func (c winogradCase) out() (h, w int) { return c.h + c.pt + c.qb - 2, c.w + c.pl + c.qr - 2 }

// refWinograd is the slow, obvious convolution by tiles. weights are [oc][c][3][3].
func refWinograd(c winogradCase, x picture, weights, bias []float32, res *picture) picture {
	h, w := c.out()
	y := newPicture(c.n, 1, h, w, c.oc)
	filters := make([][][]float32, c.oc*c.c)
	for i := range filters {
		g := weights[9*i:]
		filters[i] = reference.WinogradFilter(c.tile, [][]float32{g[:3], g[3:6], g[6:9]})
	}
	t := c.tile + 2
	for n := range c.n {
		for ty := 0; ty < h; ty += c.tile {
			for tx := 0; tx < w; tx += c.tile {
				inputs := make([][][]float32, c.c)
				for ch := range inputs {
					in := make([][]float32, t)
					for i := range in {
						in[i] = make([]float32, t)
						for j := range in[i] {
							if iy, ix := ty-c.pt+i, tx-c.pl+j; iy >= 0 && iy < c.h && ix >= 0 && ix < c.w {
								in[i][j] = *x.at(n, 0, iy, ix, ch)
							}
						}
					}
					inputs[ch] = reference.WinogradInput(c.tile, in)
				}
				for oc := range c.oc {
					sums := make([][]float32, t)
					for i := range sums {
						sums[i] = make([]float32, t)
						for j := range sums[i] {
							for ch := range inputs {
								sums[i][j] = mulAdd(sums[i][j], inputs[ch][i][j], filters[oc*c.c+ch][i][j])
							}
						}
					}
					for i, row := range reference.WinogradOutput(c.tile, sums) {
						for j, v := range row {
							oy, ox := ty+i, tx+j
							if oy >= h || ox >= w {
								continue
							}
							v += bias[oc]
							switch {
							case c.act == tableAct:
								v = refTable(v, oc)
							case c.late:
								v = refAct(v, *res.at(n, 0, oy, ox, oc), c.act)
							case res != nil && oc < res.c:
								v = float32(v + *res.at(n, 0, oy, ox, oc))
								fallthrough
							default:
								v = refAct(v, v, c.act)
							}
							*y.at(n, 0, oy, ox, oc) = v
						}
					}
				}
			}
		}
	}
	return y
}

func (c winogradCase) scene(s *scene) {
	r := random(uint64(c.c*1000 + c.oc))
	x := randomPicture(r, c.n, 1, c.h, c.w, c.c, c.rare)
	weights, bias := floats(r, 9*c.oc*c.c, c.rare), make([]float32, c.oc)
	if !c.noBias {
		bias = floats(r, c.oc, c.rare)
	}
	h, w := c.out()
	p := WinogradParams{Tile: c.tile, PT: c.pt, PL: c.pl, Late: c.late, Act: c.act, Table: s.table(c.act, c.oc), X: s.putPicture(x, c.xStride)}
	var res *picture
	if c.res > 0 {
		q := randomPicture(r, c.n, 1, h, w, c.res, c.rare)
		res = &q
		m := s.putPicture(q, roundUp(c.res, 4))
		p.Res = &m
	}
	p.Y = s.expectPicture(refWinograd(c, x, weights, bias, res), c.yStride)
	pack := PackWinogradParams{Src: s.put(bytes32(weights)), OC: c.oc, C: c.c, Tile: c.tile}
	size := WinogradWeightsSize(c.oc, c.c, c.tile)
	pack.Dst = s.room(int(size))
	s.expect(pack.Dst, "f32", make([]byte, size), make([]byte, size)) // only that nothing around is touched
	p.Weights = pack.Dst
	room := s.WinogradScratchSize(p)
	at := s.room(int(room))
	s.expect(at, "f32", make([]byte, room), make([]byte, room))
	p.Scratch = s.int(int(at))
	s.step(s.PackWinograd("pack", pack))
	s.step(s.PackWinogradBias("bias", s.put(bytes32(bias)), pack.Dst, !c.noBias, pack))
	s.step(s.Winograd("winograd", p))
}

func winogradCases() []winogradCase {
	var cases []winogradCase
	for i := range 18 { // tails of every extent
		cases = append(cases,
			winogradCase{h: i + 1, w: 6, c: 3, oc: 5, pt: 1, pl: 1, qb: 1, qr: 1},
			winogradCase{h: 5, w: i + 1, c: 5, oc: 4, pt: 1, pl: 1, qb: 1, qr: 1, act: ActRelu},
			winogradCase{h: 6, w: 6, c: i + 1, oc: 9, noBias: i%2 == 0},
			winogradCase{h: 6, w: 5, c: 4, oc: i + 1, pt: 1, pl: 1, qb: 1, qr: 1, res: i/2 + 1},
		)
	}
	cases = append(cases,
		winogradCase{n: 2, h: 7, w: 9, c: 8, oc: 12, pt: 1, pl: 1, qb: 1, qr: 1, res: 12, act: ActRelu, rare: 99},
		winogradCase{n: 2, h: 7, w: 9, c: 5, oc: 11, pt: 1, pl: 1, qb: 1, qr: 1, res: 11, late: true, act: longAct},
		winogradCase{h: 8, w: 9, c: 5, oc: 11, pt: 1, pl: 1, qb: 1, qr: 1, res: 11, late: true, act: shortAct},
		winogradCase{h: 8, w: 9, c: 5, oc: 11, pt: 2, qr: 2, act: longAct},
		winogradCase{n: 2, h: 8, w: 9, c: 5, oc: 11, pt: 2, qr: 2, act: tableAct},
		winogradCase{h: 8, w: 9, c: 8, oc: 8, pt: 1, pl: 1, qb: 1, qr: 1, xStride: 16, yStride: 20}, // pixels with room
		winogradCase{h: 50, w: 40, c: 6, oc: 10, pt: 1, pl: 1, qb: 1, qr: 1},                        // several blocks
		winogradCase{h: 1, w: 1, c: 4, oc: 4, pt: 3, pl: 4, qb: 3, qr: 2},                           // tiles wholly outside
		winogradCase{h: 21, w: 18, c: 70, oc: 36, pt: 1, pl: 1, qb: 1, qr: 1},
	)
	for i := range cases {
		c := &cases[i]
		c.n = max(c.n, 1)
		c.xStride, c.yStride = max(c.xStride, roundUp(c.c, 4)), max(c.yStride, roundUp(c.oc, 4))
		c.tile = 4
	}
	for _, c := range cases[:len(cases):len(cases)] {
		c.tile = 2
		cases = append(cases, c)
	}
	return cases
}

func TestWinograd(t *testing.T) {
	c := newChecker(t)
	for _, k := range winogradCases() {
		c.check(fmt.Sprintf("%+v", k), k.scene)
	}
	c.node()
}

// TestWinogradAccuracy holds the reference to the convolution as it is defined.
func TestWinogradAccuracy(t *testing.T) {
	for tile, bound := range map[int]float64{2: 2e-6, 4: 2e-5} { // of the outputs' root mean square
		c := winogradCase{tile: tile, n: 1, h: 13, w: 10, c: 64, oc: 8, pt: 1, pl: 1, qb: 1, qr: 1}
		r := random(uint64(tile))
		x, weights, bias := randomPicture(r, 1, 1, c.h, c.w, c.c, 0), floats(r, 9*c.oc*c.c, 0), floats(r, c.oc, 0)
		got := refWinograd(c, x, weights, bias, nil)
		var squares, worst float64
		for oy := range c.h {
			for ox := range c.w {
				for oc := range c.oc {
					want := float64(bias[oc])
					for ch := range c.c {
						for k := range 9 {
							if iy, ix := oy-1+k/3, ox-1+k%3; iy >= 0 && iy < c.h && ix >= 0 && ix < c.w {
								want += float64(*x.at(0, 0, iy, ix, ch)) * float64(weights[(oc*c.c+ch)*9+k])
							}
						}
					}
					squares += want * want
					worst = max(worst, math.Abs(want-float64(*got.at(0, 0, oy, ox, oc))))
				}
			}
		}
		if rms := math.Sqrt(squares / float64(c.h*c.w*c.oc)); worst > bound*rms {
			t.Errorf("F(%d×%d): off by %.2g of the root mean square", tile, tile, worst/rms)
		} else {
			t.Logf("F(%d×%d): off by %.2g of the root mean square", tile, tile, worst/rms)
		}
	}
}
