package kernel

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"testing"

	"github.com/dehug/dehug/wasm/graph"
)

// refEltwise computes one element from the bits of the operands.
func refEltwise(op string, typ graph.Type, in []uint64) uint64 {
	var v uint64
	switch typ {
	case graph.Float32:
		x := math.Float32frombits(uint32(in[0]))
		if op == "Add" {
			x = float32(x + math.Float32frombits(uint32(in[1])))
		}
		if op == "Relu" && x < 0 {
			x = 0
		}
		return uint64(math.Float32bits(x))
	case graph.Float64:
		x := math.Float64frombits(in[0])
		if op == "Add" {
			x = float64(x + math.Float64frombits(in[1]))
		}
		if op == "Relu" && x < 0 {
			x = 0
		}
		return math.Float64bits(x)
	}
	bits := uint(8 * typ.Size())
	signed := map[graph.Type]bool{graph.Int8: true, graph.Int16: true, graph.Int32: true, graph.Int64: true}[typ]
	v = in[0]
	if op == "Add" {
		v += in[1]
	} else if signed && int64(v<<(64-bits)) < 0 {
		v = 0
	}
	return v
}

type eltwiseCase struct {
	op      string
	extents []int
	in      [][]int // strides in elements
	out     []int
	inPlace bool // the first operand is the output
}

func (k eltwiseCase) scene(s *scene, typ graph.Type) {
	r := random(uint64(typ))
	elem := int(typ.Size())
	element := func(b []byte, i int) uint64 {
		return binary.LittleEndian.Uint64(append(append([]byte(nil), b[i*elem:(i+1)*elem]...), make([]byte, 8)...))
	}
	operand := func(strides []int) []byte {
		n := last(k.extents, strides)
		b := make([]byte, n*elem)
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		if typ == graph.Float32 {
			b = bytes32(floats(r, n, 5))
		}
		return b
	}
	var ins [][]byte
	for _, st := range k.in {
		ins = append(ins, operand(st))
	}
	out := bytes.Repeat([]byte{poison}, last(k.extents, k.out)*elem)
	if k.inPlace {
		out = append([]byte(nil), ins[0]...)
	}
	var walk func(axis int, at []int)
	walk = func(axis int, at []int) {
		if axis == len(k.extents) {
			var vs []uint64
			for i := range ins {
				vs = append(vs, element(ins[i], at[i]))
			}
			copy(out[at[len(ins)]*elem:][:elem], binary.LittleEndian.AppendUint64(nil, refEltwise(k.op, typ, vs)))
			return
		}
		for i := range k.extents[axis] {
			next := append([]int(nil), at...)
			for j := range ins {
				next[j] += i * k.in[j][axis]
			}
			next[len(ins)] += i * k.out[axis]
			walk(axis+1, next)
		}
	}
	walk(0, make([]int, len(ins)+1))

	scaled := func(v []int) []Int {
		is := make([]Int, len(v))
		for i := range v {
			is[i] = s.int(v[i] * elem)
		}
		return is
	}
	expr := "x y add"
	if k.op == "Relu" {
		expr = "x 0 max"
		if lanesOf(typ).float {
			expr = "x relu"
		}
	}
	p := EltwiseParams{Expr: expr, Lanes: typ, Extents: s.ints(k.extents...)}
	for i := range ins {
		p.In = append(p.In, Operand{s.int(int(s.put(ins[i]))), scaled(k.in[i]), typ})
	}
	if k.inPlace {
		at := s.put(ins[0])
		p.In[0].Addr = s.int(int(at))
		p.Out = Operand{p.In[0].Addr, scaled(k.out), typ}
		s.regions = append(s.regions, region{Addr: at, Type: typ.String(), Want: out, Mask: ones(len(out))})
	} else {
		at := s.room(len(out))
		s.expect(at, typ.String(), out, nil)
		p.Out = Operand{s.int(int(at)), scaled(k.out), typ}
	}
	s.step(s.Eltwise("eltwise", p))
}

func TestEltwise(t *testing.T) {
	cases := []eltwiseCase{
		{op: "Add", extents: nil, in: [][]int{nil, nil}, out: nil},
		{op: "Add", extents: []int{0}, in: [][]int{{1}, {1}}, out: []int{1}},
		{op: "Add", extents: []int{3, 11}, in: [][]int{{11, 1}, {11, 1}}, out: []int{11, 1}}, // one run
		{op: "Add", extents: []int{3, 19}, in: [][]int{{19, 1}, {0, 1}}, out: []int{20, 1}},  // a row for every row
		{op: "Add", extents: []int{3, 18}, in: [][]int{{0, 1}, {1, 0}}, out: []int{18, 1}},   // an element for every row
		{op: "Add", extents: []int{2, 3, 5}, in: [][]int{{0, 0, 0}, {15, 5, 1}}, out: []int{15, 5, 1}},
		{op: "Add", extents: []int{4, 7}, in: [][]int{{1, 4}, {7, 1}}, out: []int{7, 1}}, // transposed
		{op: "Add", extents: []int{4, 7}, in: [][]int{{7, 1}, {7, 1}}, out: []int{7, 1}, inPlace: true},
		{op: "Relu", extents: []int{5, 13}, in: [][]int{{13, 1}}, out: []int{13, 1}},
		{op: "Relu", extents: []int{5, 13}, in: [][]int{{13, 1}}, out: []int{1, 5}},
	}
	for n := range 18 {
		cases = append(cases, eltwiseCase{op: "Add", extents: []int{n}, in: [][]int{{1}, {1}}, out: []int{1}})
	}
	types := []graph.Type{
		graph.Float32, graph.Float64, graph.Int8, graph.Int16, graph.Int32, graph.Int64,
		graph.Uint8, graph.Uint16, graph.Uint32, graph.Uint64,
	}
	c := newChecker(t)
	for _, typ := range types {
		for _, k := range cases {
			c.check(fmt.Sprintf("%v %+v", typ, k), func(s *scene) { k.scene(s, typ) })
		}
	}
	long := eltwiseCase{op: "Add", extents: []int{2*maxRowElements + 5}, in: [][]int{{1}, {0}}, out: []int{1}}
	c.check("more than one inner call", func(s *scene) { long.scene(s, graph.Uint8) })
	c.node()
}
