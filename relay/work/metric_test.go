package work

import (
	"encoding/binary"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/dehug/dehug/relay/spec"
)

func TestMetrics(t *testing.T) {
	nan := float32(math.NaN())
	for _, c := range []struct {
		metric string
		out    [][]float32
		target [][]float32
		want   string // "" for an error
	}{
		{spec.Accuracy, [][]float32{{0, 2, 1}, {3, 3, 1}, {-1, -2, -3}}, [][]float32{{1}, {0}, {2}}, "0.666666667"},
		{spec.Accuracy, [][]float32{{0, float32(math.Copysign(0, -1))}}, [][]float32{{0}}, "1"}, // zeros are equal: the first
		{spec.Accuracy, [][]float32{{0, nan}}, [][]float32{{0}}, ""},
		{spec.Accuracy, [][]float32{{0, 1}}, [][]float32{{1.5}}, "0"},
		{spec.ExactMatch, [][]float32{{1, 2}, {1, 2}}, [][]float32{{1, 2}, {2, 1}}, "0.5"},
		{spec.SquareError, [][]float32{{1, 2}, {3, 4}}, [][]float32{{1, 2}, {3, 5}}, "0.25"},
		{spec.SquareError, [][]float32{{math.MaxFloat32}}, [][]float32{{0}}, ""}, // a number of 77 digits
		{spec.SquareError, [][]float32{{math.SmallestNonzeroFloat32}}, [][]float32{{0}}, "0"},
		{spec.AbsError, [][]float32{{0.1}}, [][]float32{{0}}, "0.100000001"},
		{spec.AbsError, [][]float32{{1}, {0}, {0}}, [][]float32{{0}, {0}, {0}}, "0.333333333"},
		{spec.Cosine, [][]float32{{1, 0}, {1, 1}}, [][]float32{{2, 0}, {1, 0}}, "0.853553391"},
		{spec.Cosine, [][]float32{{1, 1}}, [][]float32{{-1, 0}}, "-0.707106781"},
		{spec.Cosine, [][]float32{{0, 0}}, [][]float32{{1, 0}}, "0"},
		{spec.Cosine, [][]float32{{1e30, 1e-30}}, [][]float32{{1e30, 1e-30}}, "1"},
		{spec.Cosine, [][]float32{{1, float32(math.Inf(1))}}, [][]float32{{1, 0}}, ""},
	} {
		m := newMetric(c.metric)
		var err error
		for i := range c.out {
			if e := m.add("f32", pack(c.out[i]), "f32", pack(c.target[i])); e != nil {
				err = e
			}
		}
		got := ""
		if err == nil {
			got, err = m.value()
		}
		if got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%s of %v and %v: %q, %v; want %q", c.metric, c.out, c.target, got, err, c.want)
		}
	}
}

// Ties go to the even digit.
func TestDecimal(t *testing.T) {
	for _, c := range []struct {
		num, den int64
		want     string
	}{{1, 2_000_000_000, "0"}, {3, 2_000_000_000, "0.000000002"}, {-3, 2_000_000_000, "-0.000000002"}, {5, 2_000_000_000, "0.000000002"}, {-1, 2_000_000_000, "0"}, {20, 2, "10"}, {1, 3, "0.333333333"}, {2, 3, "0.666666667"}} {
		if got := decimal(big.NewInt(c.num), big.NewInt(c.den)); got != c.want {
			t.Errorf("%d/%d is %s, want %s", c.num, c.den, got, c.want)
		}
	}
}

// Values of all bits are those of math/big.
func TestValues(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		bits := r.Uint64()
		f64, f32 := math.Float64frombits(bits), math.Float32frombits(uint32(bits))
		check := func(typ string, b []byte, want float64) {
			n, err := value(typ, b)
			if math.IsNaN(want) || math.IsInf(want, 0) {
				if err == nil {
					t.Fatalf("%s %v is %v", typ, want, n)
				}
				return
			}
			got := new(big.Float).SetPrec(64).SetUint64(n.m)
			got.SetMantExp(got, n.e)
			if n.negative {
				got.Neg(got)
			}
			if err != nil || got.Cmp(new(big.Float).SetPrec(64).SetFloat64(want)) != 0 {
				t.Fatalf("%s %v is %v, %v", typ, want, n, err)
			}
		}
		check("f64", binary.LittleEndian.AppendUint64(nil, bits), f64)
		check("f32", binary.LittleEndian.AppendUint32(nil, uint32(bits)), float64(f32))
		check("bf16", binary.LittleEndian.AppendUint16(nil, uint16(bits)), float64(math.Float32frombits(uint32(bits)<<16)))
		check("i64", binary.LittleEndian.AppendUint64(nil, uint64(int64(bits)>>12)), float64(int64(bits)>>12))
		check("u8", []byte{byte(bits)}, float64(byte(bits)))
		other := math.Float64frombits(r.Uint64())
		a, errA := value("f64", binary.LittleEndian.AppendUint64(nil, bits))
		b, errB := value("f64", binary.LittleEndian.AppendUint64(nil, math.Float64bits(other)))
		if errA == nil && errB == nil && a.less(b) != (f64 < other) {
			t.Fatalf("%v < %v is %t", f64, other, a.less(b))
		}
	}
}
