package kernel

import (
	"fmt"
	"math"
	"testing"

	"github.com/dehug/dehug/wasm/internal/reference"
)

// winogradCase is a 3×3 convolution of stride one, or a 1×5 one of lines.
type winogradCase struct {
	line       bool // h is 1
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

func (c winogradCase) out() (h, w int) {
	if c.line {
		return 1, c.w - 4
	}
	return c.h + c.pt + c.qb - 2, c.w + c.pl + c.qr - 2
}

func (c winogradCase) taps() int {
	if c.line {
		return 5
	}
	return 9
}

// refWinograd is the slow, obvious convolution by tiles. weights are [oc][c][3][3],
// of lines [oc][c][5].
func refWinograd(c winogradCase, x picture, weights, bias []float32, res *picture) picture {
	h, w := c.out()
	y := newPicture(c.n, 1, h, w, c.oc)
	filters := make([][][]float32, c.oc*c.c)
	th, tw := c.tile+2, c.tile+2
	input, output := func(x [][]float32) [][]float32 { return reference.WinogradInput(c.tile, x) }, func(x [][]float32) [][]float32 { return reference.WinogradOutput(c.tile, x) }
	if c.line {
		th, tw = 1, 8
		input = func(x [][]float32) [][]float32 { return [][]float32{reference.WinogradLineInput(x[0])} }
		output = func(x [][]float32) [][]float32 { return [][]float32{reference.WinogradLineOutput(x[0])} }
	}
	for i := range filters {
		if g := weights[c.taps()*i:]; c.line {
			filters[i] = [][]float32{reference.WinogradLineFilter(g[:5])}
		} else {
			filters[i] = reference.WinogradFilter(c.tile, [][]float32{g[:3], g[3:6], g[6:9]})
		}
	}
	for n := range c.n {
		for ty := 0; ty < h; ty += c.tile {
			for tx := 0; tx < w; tx += c.tile {
				inputs := make([][][]float32, c.c)
				for ch := range inputs {
					in := make([][]float32, th)
					for i := range in {
						in[i] = make([]float32, tw)
						for j := range in[i] {
							if iy, ix := ty-c.pt+i, tx-c.pl+j; iy >= 0 && iy < c.h && ix >= 0 && ix < c.w {
								in[i][j] = *x.at(n, 0, iy, ix, ch)
							}
						}
					}
					inputs[ch] = input(in)
				}
				for oc := range c.oc {
					sums := make([][]float32, th)
					for i := range sums {
						sums[i] = make([]float32, tw)
						for j := range sums[i] {
							for ch := range inputs {
								sums[i][j] = mulAdd(sums[i][j], inputs[ch][i][j], filters[oc*c.c+ch][i][j])
							}
						}
					}
					for i, row := range output(sums) {
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
	weights, bias := floats(r, c.taps()*c.oc*c.c, c.rare), make([]float32, c.oc)
	if !c.noBias {
		bias = floats(r, c.oc, c.rare)
	}
	h, w := c.out()
	p := WinogradParams{Tile: c.tile, Line: c.line, PT: c.pt, PL: c.pl, Late: c.late, Act: c.act, Table: s.table(c.act, c.oc), X: s.putPicture(x, c.xStride)}
	var res *picture
	if c.res > 0 {
		q := randomPicture(r, c.n, 1, h, w, c.res, c.rare)
		res = &q
		m := s.putPicture(q, roundUp(c.res, 4))
		p.Res = &m
	}
	p.Y = s.expectPicture(refWinograd(c, x, weights, bias, res), c.yStride)
	pack := PackWinogradParams{Src: s.put(bytes32(weights)), OC: c.oc, C: c.c, Tile: c.tile, Line: c.line}
	size := WinogradWeightsSize(c.oc, c.c, c.tile, c.line)
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
	lines := []winogradCase{
		{n: 2, w: 61, c: 8, oc: 12, res: 12, act: ActRelu, rare: 99},
		{w: 22, c: 5, oc: 11, res: 11, late: true, act: longAct},
		{n: 2, w: 23, c: 5, oc: 11, act: tableAct},
		{w: 20, c: 8, oc: 8, xStride: 16, yStride: 20, act: shortAct},
		{w: 300, c: 70, oc: 36}, // several blocks
	}
	for i := range 18 {
		lines = append(lines, winogradCase{w: i + 5, c: 3, oc: 5}, winogradCase{w: 10, c: i + 1, oc: 9, noBias: i%2 == 0}, winogradCase{w: 9, c: 4, oc: i + 1, res: i/2 + 1})
	}
	for _, c := range lines {
		c.line, c.tile, c.h, c.n = true, 4, 1, max(c.n, 1)
		c.xStride, c.yStride = max(c.xStride, roundUp(c.c, 4)), max(c.yStride, roundUp(c.oc, 4))
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
	plain := winogradCase{n: 1, h: 13, w: 10, c: 64, oc: 8, pt: 1, pl: 1, qb: 1, qr: 1}
	line := winogradCase{n: 1, h: 1, w: 64, c: 64, oc: 8, line: true}
	for _, k := range []struct {
		winogradCase
		tile  int
		bound float64 // of the outputs' root mean square
	}{{plain, 2, 2e-6}, {plain, 4, 2e-5}, {line, 4, 1e-5}} {
		c, tile, bound := k.winogradCase, k.tile, k.bound
		c.tile = tile
		r := random(uint64(tile))
		x, weights, bias := randomPicture(r, 1, 1, c.h, c.w, c.c, 0), floats(r, c.taps()*c.oc*c.c, 0), floats(r, c.oc, 0)
		got := refWinograd(c, x, weights, bias, nil)
		h, w := c.out()
		wide := 3
		if c.line {
			wide = 5
		}
		var squares, worst float64
		for oy := range h {
			for ox := range w {
				for oc := range c.oc {
					want := float64(bias[oc])
					for ch := range c.c {
						for k := range c.taps() {
							if iy, ix := oy-c.pt+k/wide, ox-c.pl+k%wide; iy >= 0 && iy < c.h && ix >= 0 && ix < c.w {
								want += float64(*x.at(0, 0, iy, ix, ch)) * float64(weights[(oc*c.c+ch)*c.taps()+k])
							}
						}
					}
					squares += want * want
					worst = max(worst, math.Abs(want-float64(*got.at(0, 0, oy, ox, oc))))
				}
			}
		}
		if rms := math.Sqrt(squares / float64(h*w*c.oc)); worst > bound*rms {
			t.Errorf("F(%d×%d), %d taps: off by %.2g of the root mean square", tile, tile, c.taps(), worst/rms)
		} else {
			t.Logf("F(%d×%d), %d taps: off by %.2g of the root mean square", tile, tile, c.taps(), worst/rms)
		}
	}
}
