package kernel

import (
	"fmt"
	"testing"
)

func TestMatMulNBits(t *testing.T) {
	c := newChecker(t)
	for i, v := range []struct {
		m, k, n, block int
		zeros          bool
	}{{1, 32, 8, 32, false}, {6, 40, 11, 16, true}, {5, 64, 3, 32, true}, {9, 40, 27, 16, true}} {
		r := random(uint64(i))
		blocks := (v.k + v.block - 1) / v.block
		b, zeros := make([]byte, v.n*blocks*v.block/2), make([]byte, v.n*((blocks+1)/2))
		for _, s := range [][]byte{b, zeros} {
			for i := range s {
				s[i] = byte(r.Uint32())
			}
		}
		a, scales := floats(r, v.m*v.k, 0), floats(r, v.n*blocks, 0)
		nibble := func(s []byte, i int) float32 { return float32(s[i/2] >> (4 * (i % 2)) & 15) }
		w := make([]float32, v.k*v.n)
		for j := range v.n {
			for k := range v.k {
				zero := float32(8)
				if v.zeros {
					zero = nibble(zeros[j*((blocks+1)/2):], k/v.block)
				}
				w[k*v.n+j] = (nibble(b, j*blocks*v.block+k) - zero) * scales[j*blocks+k/v.block]
			}
		}
		want := refGemm(a, w, nil, v.m, v.k, v.n, ActNone)
		c.check(fmt.Sprint(i), func(s *scene) {
			y := s.room(4 * len(want))
			s.expect(y, "f32", bytes32(want), nil)
			place := func(b []byte) Int { return s.int(int(s.put(b))) }
			p := NBitsParams{A: place(bytes32(a)), B: place(b), Scales: place(bytes32(scales)), Y: s.int(int(y)),
				M: s.int(v.m), K: v.k, N: v.n, Block: v.block}
			p.Scratch = s.int(int(s.room(int(s.NBitsScratch(p)))))
			if v.zeros {
				at := place(zeros)
				p.Zero = &at
			}
			s.step(s.MatMulNBits("product", p))
		})
	}
	c.node()
}
