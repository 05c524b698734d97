package lower

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/dehug/dehug/wasm/graph"
)

func TestReciprocal(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	number := func(f float32) *graph.Value {
		return &graph.Value{Type: graph.Float32, Const: &graph.Const{Data: binary.LittleEndian.AppendUint32(nil, math.Float32bits(f))}}
	}
	for _, f := range []float32{1, -1, 3, 6, -0.75, 1.9999999, 1e-20, 1e20} {
		for range 1000 {
			if k, ok := reciprocal(number(f)); !ok || k != math.Float32bits(1/f) {
				t.Fatalf("1/%g: got %#x, %v, want %#x", f, k, ok, math.Float32bits(1/f))
			}
			f = math.Float32frombits(r.Uint32()&0x007fffff | (2+r.Uint32N(251))<<23)
		}
	}
	for _, f := range []float32{0, float32(math.Inf(1)), float32(math.NaN()), 1e-39, 1e38} {
		if _, ok := reciprocal(number(f)); ok {
			t.Errorf("1/%g has no normal reciprocal", f)
		}
	}
}
