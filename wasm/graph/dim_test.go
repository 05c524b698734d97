package graph

import (
	"errors"
	"math/rand"
	"testing"
)

func TestDimNormalForm(t *testing.T) {
	n, h := Sym("n"), Sym("h")
	for _, c := range []struct {
		got  Dim
		want string
	}{
		{Dim{}, "0"},
		{Add(Num(2), Num(3)), "5"},
		{Add(n, n), "2*n"},
		{Sub(n, n), "0"},
		{Add(Mul(Num(2), n), Num(0)), "2*n"},
		{Mul(n, Num(0)), "0"},
		{Mul(h, n), "h*n"},
		{Mul(Num(2), Add(n, Num(1))), "2*n + 2"},
		{FloorDiv(Add(Mul(Num(4), n), Num(2)), Num(2)), "2*n + 1"},
		{FloorDiv(Add(n, Num(1)), Num(2)), "(n + 1)/2"},
		{FloorDiv(Num(-7), Num(2)), "-4"},
		{Add(FloorDiv(Sub(h, Num(2)), Num(2)), Num(1)), "h/2"},
		{FloorDiv(Add(Mul(Num(2), n), Num(3)), Num(4)), "(n + 1)/2"},
		{FloorDiv(Add(FloorDiv(n, Num(2)), Num(1)), Num(3)), "(n + 2)/6"},
		{FloorDiv(FloorDiv(n, h), Num(3)), "(n/h)/3"},
		{FloorDiv(Mul(Num(6), Mul(n, h)), Mul(n, Num(2))), "3*h"},
		{Sym("n + 1"), `"n + 1"`},
		{Add(Sym("n + 1"), n), `"n + 1" + n`},
		{CeilDiv(Num(7), Num(2)), "4"},
		{Mul(FloorDiv(n, Num(2)), Num(3)), "3*(n/2)"},
		{Max(n, n), "n"},
		{Max(Num(3), Num(5)), "5"},
		{Min(n, Num(5)), "min(n, 5)"},
		{Min(Add(n, Num(1)), n), "n"},
		{Mul(Add(Mul(Num(2), n), Num(4)), Mul(h, Num(3))), "6*h*(n + 2)"},
	} {
		if got := c.got.String(); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

// TestDimSimplifies compares random expressions, built once through the
// simplifying constructors and once evaluated directly.
func TestDimSimplifies(t *testing.T) {
	rng := rand.New(rand.NewSource(1))
	values := map[string]int64{"a": 7, "b": 12, "c": 1}
	var build func(depth int) (Dim, int64, bool)
	build = func(depth int) (Dim, int64, bool) {
		if depth == 0 || rng.Intn(5) == 0 {
			if rng.Intn(2) == 0 {
				k := int64(rng.Intn(9) - 2)
				return Num(k), k, true
			}
			s := string(rune('a' + rng.Intn(3)))
			return Sym(s), values[s], true
		}
		x, xv, ok1 := build(depth - 1)
		y, yv, ok2 := build(depth - 1)
		ok := ok1 && ok2
		switch rng.Intn(6) {
		case 0:
			return Add(x, y), xv + yv, ok
		case 1:
			return Sub(x, y), xv - yv, ok
		case 2:
			return Mul(x, y), xv * yv, ok
		case 3:
			return Max(x, y), max(xv, yv), ok
		case 4:
			return Min(x, y), min(xv, yv), ok
		}
		if !ok || yv <= 0 {
			return x, xv, ok
		}
		return FloorDiv(x, y), floorDiv(xv, yv), ok
	}
	for i := 0; i < 20000; i++ {
		d, want, ok := build(5)
		if !ok {
			continue
		}
		got, err := d.Eval(values)
		if err != nil || got != want {
			t.Fatalf("%s: got %d, %v, want %d", d, got, err, want)
		}
	}
}

func TestDimEvalRefuses(t *testing.T) {
	n := Sym("n")
	for _, c := range []struct {
		d    Dim
		n    int64
		want error
	}{
		{Mul(n, n), 1 << 40, ErrOverflow},
		{Add(n, n), 1 << 62, ErrOverflow},
		{FloorDiv(Num(4), n), 0, ErrDivideByZero},
	} {
		if _, err := c.d.Eval(map[string]int64{"n": c.n}); !errors.Is(err, c.want) {
			t.Errorf("%s at n = %d: got %v, want %v", c.d, c.n, err, c.want)
		}
	}
	if _, err := n.Eval(nil); err == nil {
		t.Error("an unknown symbol has no value, yet Eval answered one")
	}
}
