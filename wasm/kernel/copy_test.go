package kernel

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"testing"
)

// refCopy moves elements one by one.
func refCopy(elem int, extents, ss, ds []int, src, dst []byte, change func([]byte)) {
	if len(extents) == 0 {
		copy(dst[:elem], src[:elem])
		if change != nil {
			change(dst[:elem])
		}
		return
	}
	for i := range extents[0] {
		refCopy(elem, extents[1:], ss[1:], ds[1:], src[i*ss[0]:], dst[i*ds[0]:], change)
	}
}

type copyCase struct {
	elem              int
	extents, src, dst []int // strides in elements
	canon             bool
}

func last(extents, strides []int) int {
	n := 0
	for i, e := range extents {
		n += (e - 1) * strides[i]
		if e == 0 {
			return 0
		}
	}
	return n + 1
}

func (k copyCase) scene(s *scene) {
	r := random(uint64(k.elem))
	src := make([]byte, k.elem*last(k.extents, k.src))
	for i := range src {
		src[i] = byte(r.Uint32())
	}
	if k.canon { // many NaNs, of many kinds
		for i := 0; i+k.elem <= len(src); i += k.elem {
			switch r.IntN(4) {
			case 0:
				src[i+k.elem-1], src[i+k.elem-2] = 0x7f, 0xf1
			case 1:
				src[i+k.elem-1], src[i+k.elem-2] = 0xff, 0x80
			}
		}
	}
	scale := func(v []int) []int {
		b := make([]int, len(v))
		for i := range v {
			b[i] = k.elem * v[i]
		}
		return b
	}
	dst := bytes.Repeat([]byte{poison}, k.elem*last(k.extents, k.dst))
	extents := k.extents
	if len(src) == 0 {
		extents = []int{0}
	}
	refCopy(k.elem, extents, scale(k.src), scale(k.dst), src, dst, func(b []byte) {
		if !k.canon {
			return
		}
		if k.elem == 4 {
			if f := math.Float32frombits(binary.LittleEndian.Uint32(b)); f != f {
				binary.LittleEndian.PutUint32(b, canonNaN32)
			}
		} else if f := math.Float64frombits(binary.LittleEndian.Uint64(b)); f != f {
			binary.LittleEndian.PutUint64(b, canonNaN64)
		}
	})
	at := s.room(len(dst))
	s.expect(at, "bytes", dst, nil)
	s.step(s.Copy("copy", CopyParams{
		Elem: k.elem, Extents: s.ints(k.extents...), Src: s.int(int(s.put(src))), Dst: s.int(int(at)),
		SrcStride: s.ints(scale(k.src)...), DstStride: s.ints(scale(k.dst)...), CanonNaN: k.canon,
	}))
}

func TestCopy(t *testing.T) {
	c := newChecker(t)
	var cases []copyCase
	for _, elem := range []int{1, 2, 4, 8} {
		for _, canon := range []bool{false, true} {
			if canon && elem < 4 {
				continue
			}
			cases = append(cases,
				copyCase{elem, nil, nil, nil, canon}, // a scalar
				copyCase{elem, []int{5}, []int{1}, []int{1}, canon},
				copyCase{elem, []int{37}, []int{1}, []int{1}, canon},
				copyCase{elem, []int{5}, []int{3}, []int{2}, canon},
				copyCase{elem, []int{4}, []int{0}, []int{1}, canon}, // repeat
				copyCase{elem, []int{0, 4}, []int{4, 1}, []int{4, 1}, canon},
				copyCase{elem, []int{4, 0}, []int{1, 1}, []int{1, 1}, canon},
				copyCase{elem, []int{2, 3, 7}, []int{21, 7, 1}, []int{21, 7, 1}, canon},  // one run
				copyCase{elem, []int{2, 3, 7}, []int{21, 7, 1}, []int{48, 16, 1}, canon}, // into a larger tensor
				copyCase{elem, []int{3, 4, 5}, []int{20, 5, 1}, []int{1, 15, 3}, canon},  // planes to pixels
				copyCase{elem, []int{4, 5, 3}, []int{20, 4, 1}, []int{5, 1, 20}, canon},  // padded pixels to planes
				copyCase{elem, []int{3, 1, 2, 5}, []int{10, 9, 5, 1}, []int{5, 1, 15, 1}, canon},
				copyCase{elem, []int{2, 2, 2, 2, 2, 2, 2, 2}, []int{128, 64, 32, 16, 8, 4, 2, 1}, []int{1, 2, 4, 8, 16, 32, 64, 128}, canon},
			)
		}
	}
	for _, k := range cases {
		c.check(fmt.Sprintf("%+v", k), k.scene)
	}
	c.node()
}

func TestFill(t *testing.T) {
	c := newChecker(t)
	for _, k := range []struct {
		elem  int
		bits  uint64
		count int
	}{
		{1, 0x7f, 0}, {1, 0x7f, 1}, {1, 0xa7, 33}, {2, 0x1234, 7}, {2, 0x3333, 7}, {4, 0xff800000, 1}, {4, 0xff800000, 7},
		{4, 0, 9}, {8, 0x7ff8000000000001, 5}, {8, 1, 2}, {4, 0x3f800000, 1000},
	} {
		c.check(fmt.Sprintf("%+v", k), func(s *scene) {
			one := binary.LittleEndian.AppendUint64(nil, k.bits)[:k.elem]
			want := bytes.Repeat(one, k.count)
			at := s.room(len(want))
			s.expect(at, "bytes", want, nil)
			s.step(s.Fill("fill", FillParams{Dst: s.int(int(at)), Bytes: s.int(len(want)), Elem: k.elem, Bits: k.bits}))
		})
	}
	c.node()
}

func TestPad(t *testing.T) {
	type pad struct{ n, d, h, w, c, pf, pt, pl, qf, qb, qr, xStride, yStride int }
	c := newChecker(t)
	for _, k := range []pad{
		{1, 1, 3, 4, 4, 0, 1, 1, 0, 1, 1, 4, 4},
		{2, 1, 3, 4, 3, 0, 0, 0, 0, 1, 1, 4, 3}, // pixels become compact
		{2, 1, 3, 4, 3, 0, 2, 0, 0, 0, 1, 4, 8}, // pixels become wider
		{1, 1, 1, 1, 9, 0, 0, 3, 0, 0, 0, 12, 9},
		{2, 3, 2, 5, 2, 1, 1, 0, 2, 1, 3, 4, 2},
		{1, 1, 2, 2, 4, 0, 0, 0, 0, 0, 0, 4, 4}, // nothing to add
		{1, 1, 0, 2, 4, 0, 1, 1, 0, 1, 1, 4, 4}, // nothing to copy
	} {
		c.check(fmt.Sprintf("%+v", k), func(s *scene) {
			x := randomPicture(random(5), k.n, k.d, k.h, k.w, k.c, 5)
			y := refPad(x, k.pf, k.pt, k.pl, k.qf, k.qb, k.qr, k.yStride) // cells beyond the channels are zero too
			out := s.expectPicture(y, k.yStride)
			s.step(s.Pad("pad", PadParams{X: s.putPicture(x, k.xStride), Y: out, PF: k.pf, PT: k.pt, PL: k.pl}))
		})
	}
	c.node()
}
