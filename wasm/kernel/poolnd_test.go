package kernel

import (
	"encoding/binary"
	"fmt"
	"math"
	"testing"

	"github.com/dehug/dehug/wasm/graph"
)

type poolNDCase struct {
	typ                                      graph.Type
	n, c                                     int
	in, kernel, strides, dilations, pads, qs []int // qs: pads after
	indices, columnMajor                     bool
}

// number is any element that a max-pool compares.
type number interface {
	float32 | float64 | int8 | uint8
}

// refPoolND computes values and indices; less says that b replaces a.
func refPoolND[T number](k poolNDCase, x []T, lowest T) (out []int, y []T, idx []int64) {
	var in, kernel, strides, dilations, pads [3]int
	rank := len(k.in)
	for i := range 3 {
		in[i], kernel[i], strides[i], dilations[i] = 1, 1, 1, 1
		if j := i - (3 - rank); j >= 0 {
			in[i], kernel[i], strides[i], dilations[i], pads[i] = k.in[j], k.kernel[j], k.strides[j], k.dilations[j], k.pads[j]
		}
	}
	size := [3]int{1, 1, 1}
	for j := range rank {
		n := (k.in[j]+k.pads[j]+k.qs[j]-k.dilations[j]*(k.kernel[j]-1)-1)/k.strides[j] + 1
		size[3-rank+j] = n
		out = append(out, n)
	}
	plane := in[0] * in[1] * in[2]
	for nc := range k.n * k.c {
		for oz := range size[0] {
			for oy := range size[1] {
				for ox := range size[2] {
					best, at := lowest, int64(-1)
					for kz := range kernel[0] {
						for ky := range kernel[1] {
							for kx := range kernel[2] {
								z, y, w := oz*strides[0]-pads[0]+kz*dilations[0], oy*strides[1]-pads[1]+ky*dilations[1], ox*strides[2]-pads[2]+kx*dilations[2]
								if z < 0 || y < 0 || w < 0 || z >= in[0] || y >= in[1] || w >= in[2] {
									continue
								}
								v := x[nc*plane+(z*in[1]+y)*in[2]+w]
								if at < 0 || best < v {
									best = v
									at = int64(nc*plane + (z*in[1]+y)*in[2] + w)
									if k.columnMajor {
										at = int64(nc*plane + (w*in[1]+y)*in[0] + z)
									}
								}
							}
						}
					}
					y, idx = append(y, best), append(idx, at)
				}
			}
		}
	}
	return out, y, idx
}

func poolND[T number](s *scene, k poolNDCase, x []T, lowest T, encode func([]T) []byte) {
	out, y, idx := refPoolND(k, x, lowest)
	typ := k.typ.String()
	want := encode(y)
	p := PoolNDParams{
		Type: k.typ, X: s.int(int(s.put(encode(x)))), N: s.int(k.n), C: s.int(k.c), In: s.ints(k.in...), Out: s.ints(out...),
		Kernel: k.kernel, Strides: k.strides, Dilations: k.dilations, Pads: k.pads, ColumnMajor: k.columnMajor,
	}
	at := s.room(len(want))
	s.expect(at, typ, want, nil)
	p.Y = s.int(int(at))
	if k.indices {
		var b []byte
		for _, i := range idx {
			b = binary.LittleEndian.AppendUint64(b, uint64(i))
		}
		at := s.room(len(b))
		s.expect(at, "bytes", b, nil)
		i := s.int(int(at))
		p.Indices = &i
	}
	s.step(s.MaxPoolND("pool", p))
}

func bytes64(fs []float64) []byte {
	var b []byte
	for _, f := range fs {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(f))
	}
	return b
}

func (k poolNDCase) scene(s *scene) {
	r := random(uint64(k.typ))
	n := k.n * k.c
	for _, d := range k.in {
		n *= d
	}
	fs := floats(r, n, 9)
	switch k.typ {
	case graph.Float32:
		poolND(s, k, fs, float32(math.Inf(-1)), bytes32)
	case graph.Float64:
		ds := make([]float64, n)
		for i, f := range fs {
			ds[i] = float64(f)
		}
		poolND(s, k, ds, math.Inf(-1), bytes64)
	case graph.Int8:
		is := make([]int8, n)
		for i := range is {
			is[i] = int8(r.Uint32())
		}
		poolND(s, k, is, math.MinInt8, func(is []int8) (b []byte) {
			for _, i := range is {
				b = append(b, byte(i))
			}
			return b
		})
	case graph.Uint8:
		us := make([]uint8, n)
		for i := range us {
			us[i] = uint8(r.Uint32())
		}
		poolND(s, k, us, 0, func(us []uint8) []byte { return us })
	}
}

func TestMaxPoolND(t *testing.T) {
	shapes := []poolNDCase{
		{n: 2, c: 3, in: []int{9}, kernel: []int{3}, strides: []int{2}, dilations: []int{1}, pads: []int{1}, qs: []int{1}},
		{n: 1, c: 2, in: []int{7, 8}, kernel: []int{3, 2}, strides: []int{2, 1}, dilations: []int{1, 1}, pads: []int{0, 0}, qs: []int{0, 0}, indices: true},
		{n: 1, c: 2, in: []int{7, 8}, kernel: []int{3, 2}, strides: []int{1, 3}, dilations: []int{2, 3}, pads: []int{2, 1}, qs: []int{1, 2}, indices: true, columnMajor: true},
		{n: 2, c: 1, in: []int{4, 5, 6}, kernel: []int{2, 3, 2}, strides: []int{1, 2, 1}, dilations: []int{1, 1, 2}, pads: []int{1, 1, 0}, qs: []int{0, 1, 1}, indices: true},
		{n: 2, c: 1, in: []int{4, 5, 6}, kernel: []int{2, 3, 2}, strides: []int{1, 2, 1}, dilations: []int{1, 1, 2}, pads: []int{1, 1, 0}, qs: []int{0, 1, 1}, indices: true, columnMajor: true},
		{n: 1, c: 1, in: []int{2, 2}, kernel: []int{1, 1}, strides: []int{1, 1}, dilations: []int{1, 1}, pads: []int{1, 1}, qs: []int{1, 1}, indices: true}, // windows wholly outside
	}
	c := newChecker(t)
	for _, typ := range []graph.Type{graph.Float32, graph.Float64, graph.Int8, graph.Uint8} {
		for _, k := range shapes {
			k.typ = typ
			c.check(fmt.Sprintf("%+v", k), k.scene)
		}
	}
	c.node()
}
