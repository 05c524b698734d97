package kernel

import (
	"encoding/binary"
	"fmt"
	"testing"
)

// nearestCase resizes pictures by tables of rows and columns.
type nearestCase struct {
	n, h, w, c       int
	rows, cols       []int
	xStride, yStride int
}

func (k nearestCase) scene(s *scene) {
	const entry = 16
	x := randomPicture(random(uint64(k.c)), k.n, 1, k.h, k.w, k.c, 9)
	y := newPicture(k.n, 1, len(k.rows), len(k.cols), k.c)
	clamp := func(i, n int) int { return max(0, min(i, n-1)) }
	for n := range k.n {
		for oy, iy := range k.rows {
			for ox, ix := range k.cols {
				for c := range k.c {
					*y.at(n, 0, oy, ox, c) = *x.at(n, 0, clamp(iy, k.h), clamp(ix, k.w), c)
				}
			}
		}
	}
	table := func(at []int) Int {
		var b []byte
		for _, i := range at {
			b = append(binary.LittleEndian.AppendUint32(b, uint32(int32(i))), make([]byte, entry-4)...)
		}
		return s.int(int(s.put(b)))
	}
	p := NearestParams{X: s.putPicture(x, k.xStride), Y: s.expectPicture(y, k.yStride), Entry: entry}
	p.Rows, p.Cols = table(k.rows), table(k.cols)
	s.step(s.Nearest("nearest", p))
}

func TestNearest(t *testing.T) {
	c := newChecker(t)
	cases := []nearestCase{
		{n: 2, h: 2, w: 3, c: 24, rows: []int{0, 0, 1, 1}, cols: []int{0, 0, 1, 1, 2, 2}, xStride: 24, yStride: 96},
		{n: 1, h: 3, w: 4, c: 5, rows: []int{-2, 5, 1}, cols: []int{3, -1, 9, 2, 0}, xStride: 12, yStride: 8},
		{n: 1, h: 1, w: 1, c: 3, rows: []int{0, 0}, cols: []int{0, 0, 0}, xStride: 4, yStride: 4},
		{n: 3, h: 2, w: 2, c: 70, rows: []int{1}, cols: []int{1}, xStride: 72, yStride: 72},
	}
	for i := range 18 {
		cases = append(cases, nearestCase{n: 1, h: 2, w: 2, c: i + 1, rows: []int{1, 0}, cols: []int{0, 1, 0}, xStride: roundUp(i+1, 4), yStride: roundUp(i+1, 4)})
	}
	for _, k := range cases {
		c.check(fmt.Sprintf("%+v", k), k.scene)
	}
	c.node()
}
