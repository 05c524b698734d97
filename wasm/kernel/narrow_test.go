package kernel

import (
	"fmt"
	"testing"

	"github.com/dehug/dehug/wasm/graph"
)

func TestGemmNarrow(t *testing.T) {
	c := newChecker(t)
	for i, p := range []struct {
		m, k, n int
		bias    bool
	}{{1, 5, 40, true}, {1, 1, 16, false}, {1, 9, 3, false}, {2, 4, 9, true}, {3, 8, 17, false}, {7, 6, 16, true}, {14, 3, 25, true}} {
		r := random(uint64(i))
		a, scale, bias := floats(r, p.m*p.k, 9), floats(r, p.n, 0), make([]float32, p.n)
		q, w := make([]byte, p.k*p.n), make([]float32, p.k*p.n)
		typ := []graph.Type{graph.Int8, graph.Uint8}[i%2]
		for j := range q {
			q[j] = byte(r.Uint32())
			v := float32(int8(q[j]))
			if typ == graph.Uint8 {
				v = float32(q[j])
			}
			w[j] = float32(v * scale[j%p.n])
		}
		if p.bias {
			copy(bias, floats(r, p.n, 9))
		}
		act := []Act{ActNone, ActRelu}[i%2]
		want := refGemm(a, w, bias, p.m, p.k, p.n, act)
		c.check(fmt.Sprintf("%+v", p), func(s *scene) {
			y := s.room(4 * len(want))
			s.expect(y, "f32", bytes32(want), nil)
			g := NarrowParams{A: s.int(int(s.put(bytes32(a)))), B: s.int(int(s.put(q))), Scale: s.int(int(s.put(bytes32(scale)))), Y: s.int(int(y)),
				Type: typ, M: s.int(p.m), K: p.k, N: p.n, Act: act}
			g.Scratch = s.int(int(s.room(int(s.NarrowScratch(g)))))
			if p.bias {
				at := s.int(int(s.put(bytes32(bias))))
				g.Bias = &at
			}
			s.step(s.GemmNarrow("gemm", g))
		})
	}
	c.node()
}
