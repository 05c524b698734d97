package kernel

import (
	"encoding/binary"
	"fmt"
	"math"
	"testing"
)

func TestDet(t *testing.T) {
	c := newChecker(t)
	for _, v := range []struct {
		n    int
		x    []float64
		want []float64
	}{
		{1, []float64{-3}, []float64{-3}},
		{2, []float64{1, 2, 3, 4, 0, 0, 5, 6}, []float64{-2, math.Copysign(0, -1)}},
		{3, []float64{0, 2, 0, 4, 0, 0, 0, 0, 8}, []float64{-64}},
		{4, []float64{2, 0, 0, 0, 0, 0, 4, 0, 0, 8, 0, 0, 1, 2, 4, 0.5}, []float64{-32}},
	} {
		bytes := func(fs []float64) []byte {
			var b []byte
			for _, f := range fs {
				b = binary.LittleEndian.AppendUint64(b, math.Float64bits(f))
			}
			return b
		}
		c.check(fmt.Sprint(v.n), func(s *scene) {
			y := s.room(8 * len(v.want))
			s.expect(y, "f64", bytes(v.want), nil)
			s.step(s.Det("det", s.int(int(s.put(bytes(v.x)))), s.int(int(y)), s.int(len(v.want)), s.int(v.n)))
		})
	}
	c.node()
}
