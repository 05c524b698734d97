package kernel

import (
	"context"
	"encoding/binary"
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero"

	"github.com/dehug/dehug/wasm/graph"
)

// evaluate runs an expression over rows of elements and returns the result's
// bytes.
func evaluate(t *testing.T, expr string, lanes graph.Type, in [][]byte, types []graph.Type, out graph.Type) []byte {
	t.Helper()
	n := len(in[0]) / int(types[0].Size())
	s := newScene(Wazero, false)
	p := EltwiseParams{Expr: expr, Lanes: lanes, Extents: s.ints(n)}
	for i := range in {
		p.In = append(p.In, Operand{s.int(int(s.put(in[i]))), s.ints(int(types[i].Size())), types[i]})
	}
	at := s.room(n * int(out.Size()))
	p.Out = Operand{s.int(int(at)), s.ints(int(out.Size())), out}
	s.step(s.Eltwise("eltwise", p))
	ctx := context.Background()
	rt := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigCompiler())
	defer rt.Close(ctx)
	mem, done, err := runWazero(ctx, rt, s.module(), s.pages())
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	b, _ := mem.Read(at, uint32(n)*uint32(out.Size()))
	return append([]byte(nil), b...)
}

// ulps is how many units in want's last place got is off.
func ulps(got, want float64, mantissa, least int) float64 {
	if got == want || got != got && want != want {
		return 0
	}
	if math.IsInf(want, 0) || math.IsInf(got, 0) || got != got || want != want {
		return math.Inf(1)
	}
	_, e := math.Frexp(want)
	return math.Abs(got-want) / math.Ldexp(1, max(e-mantissa, least))
}

// erfExact sums the series of erf with 300 bits.
func erfExact(x float64) float64 {
	if math.Abs(x) > 6 || x != x {
		return math.Erf(x)
	}
	const prec = 300
	f := func(v float64) *big.Float { return new(big.Float).SetPrec(prec).SetFloat64(v) }
	z, term, sum := f(x), f(x), f(x)
	z.Mul(z, z)
	for n := 1; n < 300 && term.MantExp(nil) > -prec; n++ { // Σ (−1)ⁿ x²ⁿ⁺¹/(n!·(2n+1))
		term.Mul(term, z).Quo(term, f(float64(-n)))
		sum.Add(sum, new(big.Float).SetPrec(prec).Quo(term, f(float64(2*n+1))))
	}
	root, _, _ := big.ParseFloat("1.12837916709551257389615890312154517168810125865799771368817", 10, prec, big.ToNearestEven) // 2/√π
	v, _ := sum.Mul(sum, root).Float64()
	return v
}

func TestFunctions(t *testing.T) {
	sigmoid := func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
	for _, k := range []struct {
		word     string
		want     func(x float64) float64
		from, to float64
		off32    float64 // units in the last place that f32 may be off
		off64    float64
	}{
		{"exp", math.Exp, -110, 92, 1, 1.1},
		{"log", func(x float64) float64 { // math.Log is wrong about subnormal numbers on some machines
			if x > 0 && x < 1e-300 {
				return math.Log(x*0x1p200) - 200*math.Ln2
			}
			return math.Log(x)
		}, 0, 4, 1, 1.1},
		{"tanh", math.Tanh, -10, 10, 2, 6},
		{"sigmoid", sigmoid, -95, 20, 2.5, 3},
		{"logistic", sigmoid, -87.3, 20, 2.5, 3},
		{"erf", erfExact, -5, 5, 6, 16},
		{"sin", math.Sin, -100, 100, 0.6, 4},
		{"cos", math.Cos, -100, 100, 0.6, 4},
		{"tan", func(x float64) float64 { return math.Sin(x) / math.Cos(x) }, -100, 100, 0.6, 8},
		{"atan", math.Atan, -20, 20, 0.6, 4},
		{"asin", math.Asin, -1.1, 1.1, 0.6, 8},
		{"acos", math.Acos, -1.1, 1.1, 0.6, 10},
		{"sinh", math.Sinh, -90, 90, 0.6, 6},
		{"cosh", math.Cosh, -90, 90, 0.6, 6},
		{"asinh", math.Asinh, -1e4, 1e4, 0.6, 8},
		{"acosh", math.Acosh, 0.5, 100, 0.6, 8},
		{"atanh", math.Atanh, -1.1, 1.1, 0.6, 8},
		{"softplus", func(x float64) float64 { return math.Log1p(math.Exp(-math.Abs(x))) + max(x, 0) }, -100, 100, 0.6, 8},
	} {
		r := random(3)
		var xs []float64
		for range 4000 {
			xs = append(xs, float64(float32(k.from+(k.to-k.from)*r.Float64())), float64(float32((r.Float64()-0.5)*math.Ldexp(1, -r.IntN(30)))))
		}
		xs = append(xs, 0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), math.NaN(), 1, -1, 0x1p-140, -0x1p-140, 0x1p-126)
		var x32 []float32
		for _, x := range xs {
			x32 = append(x32, float32(x))
		}
		got := evaluate(t, "x "+k.word, graph.Float32, [][]byte{bytes32(x32)}, []graph.Type{graph.Float32}, graph.Float32)
		worst, where := 0.0, 0
		for i, x := range x32 {
			got, want := float64(math.Float32frombits(binary.LittleEndian.Uint32(got[4*i:]))), k.want(float64(x))
			if w := float64(float32(want)); math.IsInf(w, 0) {
				want = w
			}
			if d := ulps(got, want, 24, -149); d > worst {
				worst, where = d, i
			}
		}
		t.Logf("%s f32: %.3g units, at %g", k.word, worst, x32[where])
		if worst > k.off32 {
			t.Errorf("%s of %v: %.3g units off, want at most %g", k.word, x32[where], worst, k.off32)
		}
		xs = append(xs, 1e-300, 0x1p-1060, 1e200, -1e200, 700, -700, -740)
		got = evaluate(t, "x "+k.word, graph.Float64, [][]byte{bytes64(xs)}, []graph.Type{graph.Float64}, graph.Float64)
		worst, where = 0, 0
		for i, x := range xs {
			if math.Abs(x) > 1e9 && math.Abs(x) < math.Inf(1) && (k.word == "sin" || k.word == "cos" || k.word == "tan") {
				continue
			}
			if d := ulps(math.Float64frombits(binary.LittleEndian.Uint64(got[8*i:])), k.want(x), 53, -1074); d > worst {
				worst, where = d, i
			}
		}
		t.Logf("%s f64: %.3g units, at %g", k.word, worst, xs[where])
		if worst > k.off64 {
			t.Errorf("f64 %s of %v: %.3g units off, want at most %g", k.word, xs[where], worst, k.off64)
		}
	}
}

// TestHalfFloats converts all of f16 and bf16, and rounds what lies between.
func TestHalfFloats(t *testing.T) {
	var all []byte
	for i := range 1 << 16 {
		all = binary.LittleEndian.AppendUint16(all, uint16(i))
	}
	for _, k := range []struct {
		typ            graph.Type
		exponent, most int // bits, and the largest exponent of a finite number
	}{{graph.Float16, 5, 15}, {graph.BFloat16, 8, 127}} {
		value := func(b uint16) float64 {
			m := 15 - k.exponent
			e, frac := int(b>>m)&(1<<k.exponent-1), float64(b&(1<<m-1))
			sign := 1.0
			if b>>15 != 0 {
				sign = -1
			}
			switch {
			case e == 1<<k.exponent-1 && frac != 0:
				return math.NaN()
			case e == 1<<k.exponent-1:
				return math.Inf(int(sign))
			case e == 0:
				return sign * math.Ldexp(frac, 1-k.most-m)
			}
			return sign * math.Ldexp(frac+math.Ldexp(1, m), e-k.most-m)
		}
		wide := evaluate(t, "x", graph.Float32, [][]byte{all}, []graph.Type{k.typ}, graph.Float32)
		back := evaluate(t, "x", graph.Float32, [][]byte{all}, []graph.Type{k.typ}, k.typ)
		var between []float32
		var rounded []uint16
		for i := range 1 << 16 {
			got, want := math.Float32frombits(binary.LittleEndian.Uint32(wide[4*i:])), float32(value(uint16(i)))
			if math.Float32bits(got) != math.Float32bits(want) && !(got != got && want != want) {
				t.Fatalf("%s %#x is %v, want %v", k.typ, i, got, want)
			}
			if b := binary.LittleEndian.Uint16(back[2*i:]); int(b) != i && want == want {
				t.Fatalf("%s %#x comes back as %#x", k.typ, i, b)
			}
			if i&0x7fff >= 1<<15-1<<(15-k.exponent) {
				continue // not finite
			}
			// The middle goes to the even neighbour, what is above it up. Beyond
			// the largest number comes what would be the next one.
			next := 2*value(uint16(i)) - value(uint16(i-1))
			if i&0x7fff == 0 {
				next = value(uint16(i + 1))
			} else if v := value(uint16(i + 1)); !math.IsInf(v, 0) {
				next = v
			}
			middle := float32((value(uint16(i)) + next) / 2)
			if float64(middle) != (value(uint16(i))+next)/2 {
				continue
			}
			up := math.Nextafter32(middle, float32(math.Copysign(math.Inf(1), next)))
			between = append(between, middle, up)
			rounded = append(rounded, uint16(i+i&1), uint16(i+1))
		}
		got := evaluate(t, "x", graph.Float32, [][]byte{bytes32(between)}, []graph.Type{graph.Float32}, k.typ)
		for i, want := range rounded {
			if b := binary.LittleEndian.Uint16(got[2*i:]); b != want {
				t.Fatalf("%v as %s is %#x, want %#x", between[i], k.typ, b, want)
			}
		}
		nan := evaluate(t, "x", graph.Float32, [][]byte{bytes32([]float32{specials32[4], specials32[11], 3e38})}, []graph.Type{graph.Float32}, k.typ)
		for i, want := range []bool{true, true, false} {
			if v := value(binary.LittleEndian.Uint16(nan[2*i:])); (v != v) != want {
				t.Errorf("%s: special %d is %v", k.typ, i, v)
			}
		}
	}
}

// numberAt reads one element as a number; floats only f32 and f64.
func numberAt(b []byte, i int, typ graph.Type) any {
	le := binary.LittleEndian
	switch typ {
	case graph.Bool:
		return b[i] != 0
	case graph.Int8:
		return int64(int8(b[i]))
	case graph.Uint8:
		return uint64(b[i])
	case graph.Int16:
		return int64(int16(le.Uint16(b[2*i:])))
	case graph.Uint16:
		return uint64(le.Uint16(b[2*i:]))
	case graph.Int32:
		return int64(int32(le.Uint32(b[4*i:])))
	case graph.Uint32:
		return uint64(le.Uint32(b[4*i:]))
	case graph.Int64:
		return int64(le.Uint64(b[8*i:]))
	case graph.Uint64:
		return le.Uint64(b[8*i:])
	case graph.Float32:
		return float64(math.Float32frombits(le.Uint32(b[4*i:])))
	}
	return math.Float64frombits(le.Uint64(b[8*i:]))
}

// bytesOfNumber writes a number as an element: integers are cut, floats rounded.
func bytesOfNumber(v any, typ graph.Type) []byte {
	var bits uint64
	switch v := v.(type) {
	case bool:
		if v {
			bits = 1
		}
		if lanesOf(typ).float {
			return bytesOfNumber(float64(bits), typ)
		}
	case int64:
		switch typ {
		case graph.Float32:
			return bytes32([]float32{float32(v)})
		case graph.Float64:
			return bytes64([]float64{float64(v)})
		case graph.Bool:
			return bytesOfNumber(v != 0, typ)
		}
		bits = uint64(v)
	case uint64:
		switch typ {
		case graph.Float32:
			return bytes32([]float32{float32(v)})
		case graph.Float64:
			return bytes64([]float64{float64(v)})
		case graph.Bool:
			return bytesOfNumber(v != 0, typ)
		}
		bits = v
	case float64:
		switch typ {
		case graph.Float32:
			return bytes32([]float32{float32(v)})
		case graph.Float64:
			return bytes64([]float64{v})
		case graph.Bool:
			return bytesOfNumber(v != 0, typ)
		}
		least, most := math.Ldexp(-1, 31), math.Ldexp(1, 31)-1
		switch typ {
		case graph.Int64:
			least, most = math.Ldexp(-1, 63), math.Ldexp(1, 63)
		case graph.Uint32:
			least, most = 0, math.Ldexp(1, 32)-1
		case graph.Uint64:
			least, most = 0, math.Ldexp(1, 64)
		}
		v = math.Trunc(v)
		switch {
		case v != v:
		case v >= most && typ == graph.Int64:
			bits = math.MaxInt64
		case v >= most && typ == graph.Uint64:
			bits = math.MaxUint64
		case v >= 0:
			bits = uint64(min(v, most))
		default:
			bits = uint64(int64(max(v, least)))
		}
	}
	return binary.LittleEndian.AppendUint64(nil, bits)[:typ.Size()]
}

// TestConversions loads and stores every pair of types.
func TestConversions(t *testing.T) {
	types := []graph.Type{graph.Bool, graph.Int8, graph.Uint8, graph.Int16, graph.Uint16, graph.Int32, graph.Uint32, graph.Int64, graph.Uint64,
		graph.Float32, graph.Float64}
	r := random(5)
	for _, from := range types {
		var b []byte
		const n = 101
		for range n {
			v := int64(r.Uint64()) >> r.IntN(64)
			switch {
			case from == graph.Bool:
				b = append(b, bytesOfNumber(v&1 == 1, from)...)
			case lanesOf(from).float:
				f := float64(v) * math.Ldexp(r.Float64(), r.IntN(8)-4)
				if r.IntN(8) == 0 {
					f = float64(specials32[r.IntN(len(specials32))])
				}
				b = append(b, bytesOfNumber(f, from)...)
			default:
				b = append(b, bytesOfNumber(v, from)...)
			}
		}
		for _, to := range types {
			expr, lanes := Conversion(from, to)
			got := evaluate(t, expr, lanes, [][]byte{b}, []graph.Type{from}, to)
			for i := range n {
				size := int(to.Size())
				want := canonical(bytesOfNumber(numberAt(b, i, from), to), to.String())
				if g := canonical(got[i*size:][:size], to.String()); string(g) != string(want) {
					t.Fatalf("%s %v as %s: %x, want %x", from, numberAt(b, i, from), to, g, want)
				}
			}
		}
	}
}

func TestIntegers(t *testing.T) {
	r := random(6)
	for _, typ := range []graph.Type{graph.Int32, graph.Uint32, graph.Int64, graph.Uint64} {
		bits := 8 * typ.Size()
		unsigned := lanesOf(typ).unsigned
		var x, y []byte
		const n = 203
		for i := range n {
			a, b := int64(r.Uint64())>>r.IntN(64), int64(r.Uint64())>>r.IntN(64)
			if i%7 == 0 {
				b = int64(r.IntN(5)) - 2
			}
			if i%11 == 0 {
				a = math.MinInt64 >> (64 - bits)
			}
			x, y = append(x, bytesOfNumber(a, typ)...), append(y, bytesOfNumber(b, typ)...)
		}
		for _, word := range []string{"div", "rem", "mod", "shiftl", "shiftr", "ipow", "min", "max", "lt", "ge"} {
			out := typ
			if word == "lt" || word == "ge" {
				out = graph.Bool
			}
			got := evaluate(t, "x y "+word, typ, [][]byte{x, y}, []graph.Type{typ, typ}, out)
			for i := range n {
				var want any
				if unsigned {
					want = refInteger(word, numberAt(x, i, typ).(uint64), numberAt(y, i, typ).(uint64), uint64(bits))
				} else {
					want = refInteger(word, numberAt(x, i, typ).(int64), numberAt(y, i, typ).(int64), bits)
				}
				if g, w := numberAt(got, i, out), numberAt(bytesOfNumber(want, out), 0, out); g != w {
					t.Fatalf("%s: %v %s %v = %v, want %v", typ, numberAt(x, i, typ), word, numberAt(y, i, typ), g, w)
				}
			}
		}
	}
}

func refInteger[T int64 | uint64](word string, x, y, bits T) any {
	rest := func() T {
		if y == 0 {
			return 0
		}
		return x % y
	}
	switch word {
	case "div":
		if y == 0 {
			return y
		}
		return x / y
	case "rem":
		return rest()
	case "mod":
		if r := rest(); r != 0 && (r < 0) != (y < 0) {
			return r + y
		}
		return rest()
	case "shiftl", "shiftr":
		switch {
		case y < 0 || y >= bits:
			return T(0)
		case word == "shiftl":
			return x << uint(y)
		}
		return x >> uint(y)
	case "ipow":
		p := T(1)
		switch {
		case y < 0 && x != 1 && x != T(0)-1:
			return p - 1
		case y < 0:
			y = T(0) - y
		}
		for e := uint64(y); e != 0; e >>= 1 {
			if e&1 == 1 {
				p *= x
			}
			x *= x
		}
		return p
	case "min":
		return min(x, y)
	case "max":
		return max(x, y)
	case "lt":
		return x < y
	}
	return x >= y
}

// TestExpressionsAgree runs expressions on every engine; what wazero's compiler
// says is expected.
func TestExpressionsAgree(t *testing.T) {
	r := random(8)
	words := []string{"x exp", "x log", "x tanh", "x erf", "x sigmoid", "x logistic", "x mish", "x 1 swish", "x gelu", "x gelutanh", "x sin", "x cos", "x tan", "x atan", "x asin",
		"x acos", "x sinh", "x cosh", "x asinh", "x acosh", "x atanh", "x softplus", "x 1 elu", "x 2 celu", "x 1 2 selu", "x sign", "x y pow", "x y fmod",
		"x y min", "x y max", "x y lt x y sel", "x nearest", "x -1 1/2 clamp"}
	xs, ys := floats(r, 61, 6), floats(r, 61, 6)
	c := newChecker(t)
	for _, typ := range []graph.Type{graph.Float32, graph.Float64, graph.Float16, graph.BFloat16} {
		in := [][]byte{
			evaluate(t, "x", graph.Float32, [][]byte{bytes32(xs)}, []graph.Type{graph.Float32}, typ),
			evaluate(t, "x", graph.Float32, [][]byte{bytes32(ys)}, []graph.Type{graph.Float32}, typ),
		}
		for _, expr := range words {
			args := 1
			if strings.Contains(expr, "y") {
				args = 2
			}
			types := []graph.Type{typ, typ}[:args]
			want := evaluate(t, expr, typ, in[:args], types, typ)
			c.check(typ.String()+" "+expr, func(s *scene) {
				p := EltwiseParams{Expr: expr, Lanes: typ, Extents: s.ints(61)}
				for i := range args {
					p.In = append(p.In, Operand{s.int(int(s.put(in[i]))), s.ints(int(typ.Size())), typ})
				}
				at := s.room(len(want))
				mask := ones(len(want))
				for i := 0; typ.Size() == 2 && i < len(want); i += 2 { // the NaNs of half floats may differ
					b := binary.LittleEndian.Uint16(want[i:]) & 0x7fff
					if typ == graph.Float16 && b > 0x7c00 || typ == graph.BFloat16 && b > 0x7f80 {
						mask[i], mask[i+1] = 0, 0
					}
				}
				s.expect(at, typ.String(), want, mask)
				p.Out = Operand{s.int(int(at)), s.ints(int(typ.Size())), typ}
				s.step(s.Eltwise("eltwise", p))
			})
		}
	}
	c.node()
}
