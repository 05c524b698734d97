package kernel

import (
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/dehug/dehug/wasm/graph"
)

// refGemm is the slow, obvious product of row-major matrices.
func refGemm(a, b, bias []float32, m, k, n int, act Act) []float32 {
	y := make([]float32, m*n)
	for i := range m {
		for j := range n {
			acc := float32(0)
			if bias != nil {
				acc = bias[j]
			}
			for l := range k {
				acc = mulAdd(acc, a[i*k+l], b[l*n+j])
			}
			y[i*n+j] = refAct(acc, acc, act)
		}
	}
	return y
}

func TestGemm(t *testing.T) {
	c := newChecker(t)
	for i, p := range []struct {
		batch, m, k, n int
		bias           bool
		transposed     bool // B lies as [n, k]
		act            Act
	}{
		{1, 1, 1, 1, false, false, ActNone},
		{1, 1, 19, 37, true, false, ActRelu},
		{1, 1, 8, 64, false, true, ActNone},
		{2, 3, 7, 5, true, true, ActNone},
		{3, 9, 17, 16, true, false, ActRelu},
		{2, 13, 33, 11, false, false, ActNone},
		{1, 6, 3, 2, true, true, ActNone},
		{2, 4, 24, 8, false, true, ActRelu},
		{2, 13, 33, 27, true, false, ActRelu}, // panels enough to copy rows for wazero
		{1, 9, 700, 41, false, true, ActNone},
	} {
		r := random(uint64(i))
		a, bs := floats(r, p.batch*p.m*p.k, 9), floats(r, p.batch*p.k*p.n, 0)
		var bias []float32
		if p.bias {
			bias = floats(r, p.n, 5)
		}
		stored := append([]float32(nil), bs...)
		kStride, nStride := 4*p.n, 4
		if p.transposed {
			kStride, nStride = 4, 4*p.k
			for g := range p.batch {
				for l := range p.k {
					for j := range p.n {
						stored[g*p.k*p.n+j*p.k+l] = bs[g*p.k*p.n+l*p.n+j]
					}
				}
			}
		}
		var want []float32
		for g := range p.batch {
			want = append(want, refGemm(a[g*p.m*p.k:], bs[g*p.k*p.n:], bias, p.m, p.k, p.n, p.act)...)
		}
		c.check(fmt.Sprintf("%+v", p), func(s *scene) {
			one, _ := PackedMatrixSize(graph.Num(int64(p.k)), graph.Num(int64(p.n))).IsConst()
			packed := s.int(int(s.room(p.batch * int(one))))
			m, k, n, batch := s.int(p.m), s.int(p.k), s.int(p.n), s.int(p.batch)
			s.step(s.PackMatrix("pack", PackMatrixParams{Src: s.int(int(s.put(bytes32(stored)))), Dst: packed,
				Batch: []Int{batch}, BatchStride: s.ints(4 * p.k * p.n), K: k, N: n, KStride: s.int(kStride), NStride: s.int(nStride)}))
			s.step(s.PackMatrixBias("bias", s.int(int(s.put(bytes32(bias)))), s.int(0), packed, p.bias, batch, k, n))
			y := s.room(4 * len(want))
			s.expect(y, "f32", bytes32(want), nil)
			g := GemmParams{A: s.int(int(s.put(bytes32(a)))), B: packed, Y: s.int(int(y)),
				Batch: []Int{batch}, AStride: s.ints(4 * p.m * p.k), BStride: s.ints(int(one)), YStride: s.ints(4 * p.m * p.n),
				M: m, K: k, N: n, ARow: s.int(4 * p.k), YRow: s.int(4 * p.n), Act: p.act}
			g.Scratch = s.int(int(s.room(int(s.GemmScratch(g)))))
			s.step(s.Gemm("gemm", g))
		})
	}
	c.node()
}

func TestContract(t *testing.T) {
	c := newChecker(t)
	const m, k, n = 3, 5, 4
	a, b, want := make([]byte, m*k), make([]byte, k*n), []byte(nil)
	r := random(3)
	for _, s := range [][]byte{a, b} {
		for i := range s {
			s[i] = byte(r.Uint32())
		}
	}
	za, zb := byte(200), byte(0xfd) // −3
	for i := range m {
		for j := range n {
			acc := int32(j * 1000)
			for l := range k {
				acc += (int32(a[i*k+l]) - int32(za)) * (int32(int8(b[l*n+j])) - int32(int8(zb)))
			}
			want = binary.LittleEndian.AppendUint32(want, uint32(acc))
		}
	}
	var bias []byte
	for j := range n {
		bias = binary.LittleEndian.AppendUint32(bias, uint32(j*1000))
	}
	c.check("u8·i8", func(s *scene) {
		y := s.room(len(want))
		s.expect(y, "bytes", want, nil)
		at := func(b []byte, strides ...int) Operand {
			return Operand{Addr: s.int(int(s.put(b))), Stride: s.ints(strides...)}
		}
		zeroA, zeroB, start := at([]byte{za}, 0, 0, 0), at([]byte{zb}, 0, 0, 0), at(bias, 0, 4)
		s.step(s.Contract("contract", ContractParams{Type: graph.Int32,
			In:      []ContractOperand{{at(a, k, 0, 1), graph.Uint8, &zeroA}, {at(b, 0, 1, n), graph.Int8, &zeroB}},
			Extents: s.ints(m, n), Sum: s.ints(k), Y: Operand{Addr: s.int(int(y)), Stride: s.ints(4*n, 4)}, Bias: &start}))
	})
	c.node()
}
