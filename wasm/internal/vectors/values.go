package vectors

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"strconv"

	"github.com/dehug/dehug/wasm/graph"
)

// fill chooses the values of operands.
type fill struct {
	name  string
	float func(r *rand.Rand, i int) float64
	equal bool // all rows are the first
}

var fills = []fill{
	{"ordinary", ordinary, false},
	{"special", special, false},
	{"equal rows", special2, true},
	{"subnormal", subnormal, false},
}

// weights fills what models store.
var weights = fill{"weights", func(r *rand.Rand, i int) float64 {
	if r.IntN(24) == 0 {
		return subnormal(r, i)
	}
	return ordinary(r, i)
}, false}

func ordinary(r *rand.Rand, _ int) float64 { return r.Float64()*4 - 2 }

var specials = []float64{math.Copysign(0, -1), 0, math.Inf(1), math.Inf(-1), math.NaN(), 1, -1, math.MaxFloat32, 0x1p-149, -0x1p-130}

// special has a special value in eight, so that some sums stay finite.
func special(r *rand.Rand, i int) float64 {
	if r.IntN(8) == 0 {
		return specials[r.IntN(len(specials))]
	}
	return ordinary(r, i)
}

// special2 leaves more rows finite.
func special2(r *rand.Rand, i int) float64 {
	if r.IntN(40) == 0 {
		return specials[r.IntN(len(specials))]
	}
	return ordinary(r, i)
}

// subnormal numbers of f32, and small ones, whose products are subnormal; −0 among them.
func subnormal(r *rand.Rand, _ int) float64 {
	switch r.IntN(4) {
	case 0:
		return math.Copysign(0, r.Float64()-0.5)
	case 1:
		return ordinary(r, 0) * 0x1p-70
	}
	return ordinary(r, 0) * 0x1p-130
}

// bytes are n elements for an operand, which has rows of so many.
func (f fill) bytes(o *operand, n, row int) []byte {
	h := fnv.New64a()
	h.Write([]byte(f.name + o.name))
	r := rand.New(rand.NewPCG(h.Sum64(), uint64(n)))
	size := int(o.typ.Size())
	data := make([]byte, 0, n*size)
	for i := range n {
		if f.equal && i >= row {
			data = append(data, data[(i-row)*size:(i-row+1)*size]...)
			continue
		}
		var word [8]byte
		binary.LittleEndian.PutUint64(word[:], f.element(r, o, i))
		data = append(data, word[:size]...)
	}
	return data
}

// element is the bits of one element.
func (f fill) element(r *rand.Rand, o *operand, i int) uint64 {
	switch o.typ {
	case graph.Float64:
		v := f.float(r, i)
		if f.name == "subnormal" {
			v *= 0x1p-890
		}
		return math.Float64bits(v)
	case graph.Float32, graph.Float16, graph.BFloat16:
		if o.below > 0 { // positions
			return narrow(o.typ, float32(r.Float64()*float64(o.below)))
		}
		return narrow(o.typ, float32(f.float(r, i)))
	case graph.Bool:
		return r.Uint64() & 1
	}
	if o.below > 0 {
		return uint64(r.Int64N(o.below))
	}
	if r.IntN(4) == 0 { // near the ends and zero
		return []uint64{0, 1, math.MaxUint64, 1 << (8*o.typ.Size() - 1), 1<<(8*o.typ.Size()-1) - 1}[r.IntN(5)]
	}
	return r.Uint64()
}

// narrow is the bits of a float in a type of at most 32; halves are cut, which
// is as good as any value.
func narrow(t graph.Type, v float32) uint64 {
	bits := math.Float32bits(v)
	switch t {
	case graph.BFloat16:
		return uint64(bits >> 16)
	case graph.Float16:
		sign, exponent, fraction := bits>>16&0x8000, int(bits>>23&255)-112, bits>>13&0x3ff
		switch {
		case bits&0x7fffffff > 0x7f800000:
			return uint64(sign | 0x7e00)
		case exponent >= 31:
			return uint64(sign | 0x7c00)
		case exponent <= 0:
			return uint64(sign | fraction) // subnormal, or zero
		}
		return uint64(sign | uint32(exponent)<<10 | fraction)
	}
	return uint64(bits)
}

// bitsOf is the bits of a written value.
func bitsOf(t graph.Type, s string) uint64 {
	switch t {
	case graph.Float32, graph.Float16, graph.BFloat16:
		v, err := strconv.ParseFloat(s, 32)
		if err != nil {
			panic("vectors: " + err.Error())
		}
		return narrow(t, float32(v))
	case graph.Float64:
		v, err := strconv.ParseFloat(s, 64)
		if err != nil {
			panic("vectors: " + err.Error())
		}
		return math.Float64bits(v)
	}
	return uint64(number(s))
}
