package kernel

import (
	"context"
	"encoding/binary"
	"math"
	"testing"

	"github.com/tetratelabs/wazero"

	"github.com/dehug/dehug/wasm/emit"
)

// functions runs a function of the scene on values that lie in memory and
// returns what it made of them.
func functions[T any](t *testing.T, in []byte, emitLoop func(b *Builder, f *emit.Func, in, out uint32), decode func([]byte) []T) []T {
	t.Helper()
	s := newScene(V8, false)
	from, to := s.put(in), s.room(len(in))
	f := s.M.Func("all", nil, nil)
	emitLoop(s.Builder, f, from, to)
	s.step(f)
	ctx := context.Background()
	rt := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigCompiler())
	defer rt.Close(ctx)
	mem, done, err := runWazero(ctx, rt, s.module(), s.pages())
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	got, _ := mem.Read(to, uint32(len(in)))
	return decode(got)
}

func decode64(b []byte) (v []float64) {
	for ; len(b) > 0; b = b[8:] {
		v = append(v, math.Float64frombits(binary.LittleEndian.Uint64(b)))
	}
	return v
}

func decode32(b []byte) (v []float32) {
	for ; len(b) > 0; b = b[4:] {
		v = append(v, math.Float32frombits(binary.LittleEndian.Uint32(b)))
	}
	return v
}

// off is the distance of two numbers in units of the last place of want.
func off(got, want float64, ulp float64) float64 {
	if got == want || got != got && want != want {
		return 0
	}
	return math.Abs(got-want) / ulp
}

func TestExpLog64(t *testing.T) {
	r := random(5)
	x := []float64{0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), math.NaN(), 1, -1, 5e-324, 1e-310, math.MaxFloat64, -745.2, -745.1, 709.4, 710, -1000, 2, 0.5, math.Sqrt2, math.Sqrt2 / 2}
	for range 4000 {
		x = append(x, r.NormFloat64()*10, r.Float64()*2, -r.Float64()*700)
	}
	for _, fn := range []struct {
		name string
		make func(b *Builder) *emit.Func
		want func(float64) float64
	}{{"exp", (*Builder).exp64, math.Exp}, {"log", (*Builder).log64, func(x float64) float64 {
		if x > 0 && x < 0x1p-1022 { // where Go's assembly is wrong
			return math.Log(x*0x1p54) - 54*math.Ln2
		}
		return math.Log(x)
	}}} {
		got := functions(t, bytes64(x), func(b *Builder, f *emit.Func, in, out uint32) {
			g := fn.make(b)
			p := f.Local(emit.I32)
			f.Times(len(x), func() {
				f.LocalGet(p)
				f.LocalGet(p)
				f.Load(emit.F64Load, in)
				f.Call(g)
				f.Load(emit.F64Store, out)
				f.Inc(p, 8)
			})
		}, decode64)
		for i := range x {
			want := fn.want(x[i])
			ulp := math.Max(math.Abs(want)*0x1p-52, 5e-324)
			if d := off(got[i], want, ulp); !(d <= 2) {
				t.Errorf("%s(%g): got %g, want %g (%g units off)", fn.name, x[i], got[i], want, d)
			}
		}
	}
}

func TestExp4(t *testing.T) {
	r := random(6)
	x := append([]float32{-104.5, -103.9, -103, -88, -87.3, 88.72, 88.73, 200, -200, 1e-9, 0.3466}, specials32...)
	for len(x) < 8000 {
		x = append(x, float32(r.NormFloat64()*20), -r.Float32())
	}
	for _, negative := range []bool{false, true} {
		testExp4(t, x, negative)
	}
}

func testExp4(t *testing.T, x []float32, negative bool) {
	got := functions(t, bytes32(x), func(b *Builder, f *emit.Func, in, out uint32) {
		p, v := f.Local(emit.I32), f.Local(emit.V128)
		tmp := [2]emit.Local(f.Locals(emit.V128, 2))
		f.Times(len(x)/4, func() {
			f.LocalGet(p)
			f.Load(emit.V128Load, in)
			f.LocalSet(v)
			b.exp4(f, v, tmp, negative)
			f.LocalGet(p)
			f.LocalGet(v)
			f.Load(emit.V128Store, out)
			f.Inc(p, 16)
		})
	}, decode32)
	for i := range len(x) &^ 3 {
		if negative && x[i] > 0 {
			continue
		}
		want := math.Exp(float64(x[i]))
		if want > math.MaxFloat32 {
			want = math.Inf(1)
		}
		if negative && x[i] < -87.3 && got[i] == 0 {
			continue
		}
		ulp := math.Max(want*0x1p-23, math.SmallestNonzeroFloat32)
		if d := off(float64(got[i]), want, ulp); !(d <= 1) {
			t.Errorf("exp(%g): got %g, want %g (%g units off)", x[i], got[i], want, d)
		}
	}
}
