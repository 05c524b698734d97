package kernel

import (
	"encoding/binary"
	"fmt"
	"math"
	"testing"

	"github.com/dehug/dehug/wasm/graph"
)

// Activations without rounding questions: hard sigmoid and leaky relu.
func refGate(v, clip float32) float32 {
	if clip != 0 {
		v = max(min(v, clip), -clip)
	}
	return min(max(mulAdd(0.25, 0.5, v), 0), 1)
}

func refSquash(v float32) float32 {
	if v < 0 {
		return v * 0.125
	}
	return v
}

func TestRecurrent(t *testing.T) {
	c := newChecker(t)
	const steps, batch = 3, 2
	for i, v := range []struct {
		op                      string
		h                       int
		reverse, flag, peep, st bool
		clip                    float32
		lens                    []int32
	}{
		{op: "RNN", h: 5, st: true},
		{op: "RNN", h: 8, reverse: true, lens: []int32{3, 1}},
		{op: "GRU", h: 11, st: true, clip: 1.5},
		{op: "GRU", h: 4, flag: true, lens: []int32{0, 2}},
		{op: "GRU", h: 9, reverse: true, lens: []int32{1, 3}, st: true},
		{op: "LSTM", h: 13, peep: true, st: true, lens: []int32{2, 3}},
		{op: "LSTM", h: 1, flag: true, clip: 0.75},
		{op: "LSTM", h: 16, reverse: true, peep: true},
	} {
		r := random(uint64(i))
		gates, h := Gates(v.op), v.h
		x, rec, bias := floats(r, steps*batch*gates*h, 0), floats(r, gates*h*h, 0), floats(r, gates*h, 0)
		state, cell, peep := make([]float32, batch*h), make([]float32, batch*h), floats(r, 3*h, 0)
		if v.st {
			state, cell = floats(r, batch*h, 0), floats(r, batch*h, 0)
		}
		start, startCell := bytes32(state), bytes32(cell)
		if !v.peep {
			clear(peep)
		}
		y := make([]float32, steps*batch*h)
		for n := range steps {
			at := n
			if v.reverse {
				at = steps - 1 - n
			}
			for b := range batch {
				if v.lens != nil && at >= int(v.lens[b]) {
					continue
				}
				hs, cs := state[b*h:(b+1)*h], cell[b*h:(b+1)*h]
				old := append([]float32(nil), hs...)
				in := func(gate, j int) float32 { return x[((at*batch+b)*gates+gate)*h+j] }
				sum := func(gate, j int, from []float32) float32 { // rows of the weights are outputs
					acc := bias[gate*h+j]
					for k := range h {
						acc = mulAdd(acc, from[k], rec[(gate*h+j)*h+k])
					}
					return acc
				}
				clip := func(a float32) float32 {
					if v.clip != 0 {
						a = max(min(a, v.clip), -v.clip)
					}
					return a
				}
				reset := make([]float32, h)
				for j := range h {
					if v.op == "GRU" {
						reset[j] = refGate(float32(in(1, j)+sum(1, j, old)), v.clip) * old[j]
					}
				}
				for j := range h {
					a := func(gate int) float32 { return float32(in(gate, j) + sum(gate, j, old)) }
					switch v.op {
					case "RNN":
						hs[j] = refGate(a(0), v.clip)
					case "GRU":
						z := refGate(a(0), v.clip)
						n := float32(in(2, j) + sum(2, j, reset))
						if v.flag {
							n = mulAdd(in(2, j), refGate(a(1), v.clip), sum(2, j, old))
						}
						n = refSquash(clip(n))
						hs[j] = float32(float32((1-z)*n) + float32(z*old[j]))
					case "LSTM":
						hole := func(g int, x, c float32) float32 {
							if v.peep {
								x = mulAdd(x, peep[g*h+j], c)
							}
							return refGate(x, v.clip)
						}
						i := hole(0, a(0), cs[j])
						f := float32(1 - i)
						if !v.flag {
							f = hole(2, a(2), cs[j])
						}
						cs[j] = float32(float32(f*cs[j]) + float32(i*refSquash(clip(a(3)))))
						hs[j] = hole(1, a(1), cs[j]) * refSquash(cs[j])
					}
				}
				copy(y[(at*batch+b)*h:], hs)
			}
		}
		c.check(fmt.Sprintf("%d %s", i, v.op), func(s *scene) {
			one, _ := PackedMatrixSize(graph.Num(int64(h)), graph.Num(int64(h))).IsConst()
			packed := s.int(int(s.room(gates * int(one))))
			n, b := s.int(h), s.int(batch)
			s.step(s.PackMatrix("pack", PackMatrixParams{Src: s.int(int(s.put(bytes32(rec)))), Dst: packed, Batch: s.ints(gates), BatchStride: s.ints(4 * h * h),
				K: n, N: n, KStride: s.int(4), NStride: s.int(4 * h)}))
			s.step(s.PackMatrixBias("bias", s.int(int(s.put(bytes32(bias)))), s.int(4*h), packed, true, s.int(gates), n, n))
			last, lastCell, out := s.room(4*batch*h), s.room(4*batch*h), s.room(4*len(y))
			s.expect(last, "f32", bytes32(state), nil)
			s.expect(out, "f32", bytes32(y), nil)
			yAt := s.int(int(out))
			p := RecurrentParams{Op: v.op, T: s.int(steps), B: b, H: h, X: s.int(int(s.put(bytes32(x)))), R: packed, Y: &yAt, YStep: s.int(4 * batch * h),
				State: s.int(int(last)), Cell: s.int(int(lastCell)), Scratch: s.int(int(s.room(batch * int(RecurrentScratch(v.op, h))))), Reverse: v.reverse,
				Acts: []string{"x 1/2 1/4 hardsigmoid", "x 1/8 leaky", "x 1/8 leaky"}, Clip: math.Float32bits(v.clip), InputForget: v.flag, LinearBeforeReset: v.flag}
			if v.op == "LSTM" {
				s.expect(lastCell, "f32", bytes32(cell), nil)
			}
			place := func(b []byte) *Int { k := s.int(int(s.put(b))); return &k }
			if v.st {
				p.Start, p.StartCell = place(start), place(startCell)
			}
			if v.peep {
				p.Peep = place(bytes32(peep))
			}
			if v.lens != nil {
				p.Lengths = place(binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(nil, uint32(v.lens[0])), uint32(v.lens[1])))
			}
			s.step(s.Recurrent("layer", p))
		})
	}
	c.node()
}
