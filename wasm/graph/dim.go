package graph

import (
	"errors"
	"math"
	"sort"
	"strconv"
	"strings"
)

// Dim is an extent: a constant, a symbol of the model ("batch", "H"), or an
// expression over them. Dims are immutable and kept in a normal form, so two
// equal expressions usually print alike and Equal compares by print. The zero
// Dim is the constant 0.
type Dim struct{ e *dimExpr }

type dimExpr struct {
	op   dimOp
	k    int64  // dimConst
	sym  string // dimSym
	args []Dim
	text string // normal form, computed once; empty for constants, of which there are very many
}

var dimZero dimExpr

//go:noinline
func (d Dim) expr() *dimExpr {
	if d.e == nil {
		return &dimZero
	}
	return d.e
}

type dimOp uint8

const (
	dimConst dimOp = iota
	dimSym
	dimAdd // n-ary
	dimMul // n-ary
	dimDiv // floor division, binary; the divisor is a positive constant or expression
	dimMax // binary
	dimMin // binary
)

// ErrOverflow is returned by Eval when an intermediate result leaves int64.
var ErrOverflow = errors.New("dimension does not fit in 64 bits")

// ErrDivideByZero is returned by Eval for a divisor that is not positive.
var ErrDivideByZero = errors.New("dimension divides by a number that is not positive")

// Num returns the constant dimension k.
//
//go:noinline
func Num(k int64) Dim {
	if k == 0 {
		return Dim{}
	}
	return Dim{&dimExpr{k: k}}
}

// Sym returns the symbol named name.
//
//go:noinline
func Sym(name string) Dim { return Dim{&dimExpr{op: dimSym, sym: name, text: symText(name)}} }

// IsConst reports the value of a constant dimension.
//
//go:noinline
func (d Dim) IsConst() (int64, bool) { return d.expr().k, d.expr().op == dimConst }

// IsSym reports the name of a plain symbol.
//
//go:noinline
func (d Dim) IsSym() (string, bool) { return d.expr().sym, d.expr().op == dimSym }

// Equal reports whether two dims are the same expression.
//
//go:noinline
func (d Dim) Equal(e Dim) bool {
	x, y := d.expr(), e.expr()
	if x.op == dimConst || y.op == dimConst {
		return x.op == y.op && x.k == y.k
	}
	return x == y || x.text == y.text
}

func (d Dim) String() string {
	if d.expr().op == dimConst {
		return strconv.FormatInt(d.expr().k, 10)
	}
	return d.expr().text
}

// Add returns a + b.
//
//go:noinline
func Add(a, b Dim) Dim {
	x, y := a.expr(), b.expr() // nearly all sums are of numbers, or with nothing
	switch {
	case y.op == dimConst && y.k == 0:
		return a
	case x.op == dimConst && x.k == 0:
		return b
	case x.op == dimConst && y.op == dimConst:
		if k, ok := addOK(x.k, y.k); ok {
			return Num(k)
		}
	}
	return sum([]Dim{a, b})
}

// Sub returns a − b.
//
//go:noinline
func Sub(a, b Dim) Dim { return Add(a, Mul(Num(-1), b)) }

// term is a product in a sum: coef times what prints as text.
type term struct {
	text string
	coef int64
	rest Dim
	dim  Dim // all of it, when coef is what it came with
}

// sum flattens, adds constants, and merges equal terms (2*n + n = 3*n).
func sum(dims []Dim) Dim {
	var k int64
	var terms []term // by text
	var visit func(d Dim) bool
	visit = func(d Dim) bool {
		switch d.expr().op {
		case dimConst:
			s, ok := addOK(k, d.expr().k)
			k = s
			return ok
		case dimAdd:
			for _, a := range d.expr().args {
				if !visit(a) {
					return false
				}
			}
			return true
		}
		c, rest := splitCoef(d)
		text := rest.String()
		i := sort.Search(len(terms), func(i int) bool { return terms[i].text >= text })
		if i < len(terms) && terms[i].text == text {
			s, ok := addOK(terms[i].coef, c)
			terms[i] = term{text: text, coef: s, rest: rest, dim: Mul(Num(s), rest)}
			return ok
		}
		terms = append(terms, term{})
		copy(terms[i+1:], terms[i:])
		terms[i] = term{text, c, rest, d}
		return true
	}
	for _, d := range dims {
		if !visit(d) {
			return raw(dimAdd, dims) // overflow shows again in Eval
		}
	}
	args := make([]Dim, 0, len(terms)+1)
	for _, t := range terms {
		if t.coef != 0 {
			args = append(args, t.dim)
		}
	}
	if k != 0 || len(args) == 0 {
		args = append(args, Num(k))
	}
	if len(args) == 1 {
		return args[0]
	}
	return raw(dimAdd, args)
}

func splitCoef(d Dim) (int64, Dim) {
	if d.expr().op == dimMul && d.expr().args[0].expr().op == dimConst {
		if len(d.expr().args) == 2 {
			return d.expr().args[0].expr().k, d.expr().args[1]
		}
		return d.expr().args[0].expr().k, raw(dimMul, d.expr().args[1:])
	}
	return 1, d
}

// Mul returns a · b.
//
//go:noinline
func Mul(a, b Dim) Dim {
	x, y := a.expr(), b.expr() // nearly all products are of numbers, or with one
	switch {
	case x.op == dimConst && x.k == 1:
		return b
	case y.op == dimConst && y.k == 1:
		return a
	case x.op == dimConst && x.k != 0 && y.op != dimConst && y.op != dimAdd && y.op != dimMul:
		return raw(dimMul, []Dim{a, b})
	case x.op == dimConst && y.op == dimConst:
		if k, ok := mulOK(x.k, y.k); ok {
			return Num(k)
		}
	}
	k := int64(1)
	var args []Dim
	var visit func(d Dim) bool
	visit = func(d Dim) bool {
		switch d.expr().op {
		case dimConst:
			p, ok := mulOK(k, d.expr().k)
			k = p
			return ok
		case dimMul:
			for _, x := range d.expr().args {
				if !visit(x) {
					return false
				}
			}
			return true
		}
		args = append(args, d)
		return true
	}
	if !visit(a) || !visit(b) {
		return raw(dimMul, []Dim{a, b})
	}
	// A number that divides all terms of a sum moves out of it, so that products
	// have one form; it moves back in where the sum is the only factor.
	for i, x := range args {
		c, ok := mulOK(k, content(x))
		if ok && c != k {
			k, args[i] = c, divideTerms(x, content(x))
		}
	}
	if k == 0 || len(args) == 0 {
		return Num(k)
	}
	if len(args) == 1 && args[0].expr().op == dimAdd && k != 1 { // 2*(n+1) = 2*n+2
		terms := make([]Dim, len(args[0].expr().args))
		for i, t := range args[0].expr().args {
			terms[i] = Mul(Num(k), t)
		}
		return sum(terms)
	}
	sort.Slice(args, func(i, j int) bool { return args[i].String() < args[j].String() })
	if k != 1 {
		args = append([]Dim{Num(k)}, args...)
	}
	if len(args) == 1 {
		return args[0]
	}
	return raw(dimMul, args)
}

// content is the greatest number that divides every term of a sum, with the
// sign of the first; 1 for anything else.
func content(d Dim) int64 {
	if d.expr().op != dimAdd {
		return 1
	}
	g, negative := int64(0), false
	for i, t := range d.expr().args {
		c, _ := splitCoef(t)
		if t.expr().op == dimConst {
			c = t.expr().k
		}
		g = gcd(g, c)
		negative = negative || i == 0 && c < 0
	}
	if negative {
		return -max(g, 1)
	}
	return max(g, 1)
}

// divideTerms divides every term of a sum by k, its content.
func divideTerms(d Dim, k int64) Dim {
	terms := make([]Dim, len(d.expr().args))
	for i, t := range d.expr().args {
		c, x := splitCoef(t)
		if t.expr().op == dimConst {
			c, x = t.expr().k, Num(1)
		}
		terms[i] = Mul(Num(c/k), x)
	}
	return sum(terms)
}

// FloorDiv returns ⌊a / b⌋ for positive b. Symbols count as positive.
func FloorDiv(a, b Dim) Dim {
	if a.Equal(b) {
		return Num(1)
	}
	if k, ok := b.IsConst(); ok && k > 0 {
		return floorDivBy(a, k)
	}
	// A symbol that both sides have as a factor cancels: (n*6)/(n*2) = 3.
	for _, s := range factors(b) {
		if s.expr().op != dimSym {
			continue
		}
		if q, ok := cancel(a, s); ok {
			r, _ := cancel(b, s)
			return FloorDiv(q, r)
		}
	}
	return raw(dimDiv, []Dim{a, b})
}

// floorDivBy takes out of the quotient what k divides, so that extents which
// are computed along different ways print alike: (h + -2)/2 + 1 = h/2.
func floorDivBy(a Dim, k int64) Dim {
	terms := []Dim{a}
	if a.expr().op == dimAdd {
		terms = a.expr().args
	}
	var whole, rest []Dim
	c, g := int64(0), k // what is left of the constant terms; the divisor that the rest shares with k
	for _, t := range terms {
		if t.expr().op == dimConst {
			q := floorDiv(t.expr().k, k)
			whole = append(whole, Num(q))
			c += t.expr().k - q*k
			continue
		}
		if coef, x := splitCoef(t); coef%k == 0 {
			whole = append(whole, Mul(Num(coef/k), x))
		} else {
			rest = append(rest, t)
			g = gcd(g, coef)
		}
	}
	if len(rest) == 0 {
		return sum(append(whole, Num(floorDiv(c, k))))
	}
	if g > 1 { // (2*n + 3)/4 = (n + 1)/2
		for i, t := range rest {
			coef, x := splitCoef(t)
			rest[i] = Mul(Num(coef/g), x)
		}
		c, k = floorDiv(c, g), k/g
	}
	if len(rest) == 1 && rest[0].expr().op == dimDiv { // (n/2 + 1)/3 = (n + 2)/6
		x, d := rest[0].expr().args[0], rest[0].expr().args[1]
		kd, ok := mulOK(k, d.expr().k)
		cd, ok2 := mulOK(c, d.expr().k)
		if d.expr().op == dimConst && d.expr().k > 0 && ok && ok2 {
			return sum(append(whole, floorDivBy(Add(x, Num(cd)), kd)))
		}
	}
	return sum(append(whole, raw(dimDiv, []Dim{sum(append(rest, Num(c))), Num(k)})))
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return max(a, -a)
}

// factors returns the factors of a product, or d alone.
func factors(d Dim) []Dim {
	if d.expr().op == dimMul {
		return d.expr().args
	}
	return []Dim{d}
}

// cancel returns d without its factor s, if it has it.
func cancel(d, s Dim) (Dim, bool) {
	out, found := Num(1), false
	for _, f := range factors(d) {
		if !found && f.Equal(s) {
			found = true
			continue
		}
		out = Mul(out, f)
	}
	return out, found
}

// CeilDiv returns ⌈a / b⌉ for positive b.
//
//go:noinline
func CeilDiv(a, b Dim) Dim { return FloorDiv(Add(a, Sub(b, Num(1))), b) }

// Max returns the larger of a and b.
func Max(a, b Dim) Dim { return extremum(dimMax, a, b) }

// Min returns the smaller of a and b.
func Min(a, b Dim) Dim { return extremum(dimMin, a, b) }

func extremum(op dimOp, a, b Dim) Dim {
	if a.Equal(b) {
		return a
	}
	if diff, ok := Sub(a, b).IsConst(); ok {
		if (diff > 0) == (op == dimMax) {
			return a
		}
		return b
	}
	return raw(op, []Dim{a, b})
}

func raw(op dimOp, args []Dim) Dim {
	var s string
	switch op {
	case dimAdd, dimMul:
		sep := " + "
		if op == dimMul {
			sep = "*"
		}
		atoms := make([]string, len(args))
		for i, a := range args {
			atoms[i] = a.atom(op)
		}
		s = strings.Join(atoms, sep)
	case dimDiv:
		s = args[0].atom(dimDiv) + "/" + args[1].atom(dimDiv)
	case dimMax:
		s = "max(" + args[0].String() + ", " + args[1].String() + ")"
	case dimMin:
		s = "min(" + args[0].String() + ", " + args[1].String() + ")"
	}
	return Dim{&dimExpr{op: op, args: args, text: s}}
}

// atom prints d as an operand of op, in parentheses where they are needed.
func (d Dim) atom(op dimOp) string {
	switch {
	case d.expr().op == dimAdd && op != dimAdd, d.expr().op == dimDiv && op != dimAdd, d.expr().op == dimMul && op == dimDiv:
		return "(" + d.String() + ")"
	}
	return d.String()
}

// Replace puts by in the place of a symbol.
func (d Dim) Replace(name string, by Dim) Dim {
	e := d.expr()
	switch e.op {
	case dimConst:
		return d
	case dimSym:
		if e.sym == name {
			return by
		}
		return d
	}
	args := make([]Dim, len(e.args))
	for i, a := range e.args {
		args[i] = a.Replace(name, by)
	}
	switch e.op {
	case dimAdd:
		return sum(args)
	case dimDiv:
		return FloorDiv(args[0], args[1])
	case dimMax:
		return Max(args[0], args[1])
	case dimMin:
		return Min(args[0], args[1])
	}
	p := Num(1)
	for _, a := range args {
		p = Mul(p, a)
	}
	return p
}

// notNegative reports whether d is certainly not below zero.
func (d Dim) notNegative() bool {
	k, ok := d.least()
	return ok && k >= 0
}

// CountMark begins the symbols of extents that only the data decide, which may
// be 0.
const CountMark = '#'

const countMark = CountMark

// least is a number that d is never below, if one is easily seen.
func (d Dim) least() (int64, bool) {
	e := d.expr()
	switch e.op {
	case dimConst:
		return e.k, true
	case dimSym:
		if len(e.sym) > 0 && e.sym[0] == countMark {
			return 0, true
		}
		return 1, true
	}
	k, known := e.args[0].least()
	for _, a := range e.args[1:] {
		m, ok := a.least()
		switch e.op {
		case dimAdd, dimMul:
			known = known && ok && (e.op == dimAdd || k >= 0 && m >= 0)
			if e.op == dimAdd {
				k, ok = addOK(k, m)
			} else {
				k, ok = mulOK(k, m)
			}
			known = known && ok
		case dimDiv:
			k, known = 0, known && ok && k >= 0 && m >= 0
		case dimMax:
			if !known || ok && m > k {
				k = m
			}
			known = known || ok
		case dimMin:
			k, known = min(k, m), known && ok
		}
	}
	return k, known
}

// Symbols appends the names of the symbols in d to set.
func (d Dim) Symbols(set map[string]bool) {
	if d.expr().op == dimSym {
		set[d.expr().sym] = true
	}
	for _, a := range d.expr().args {
		a.Symbols(set)
	}
}

// Visitor receives the parts of an expression in post-order; see Walk.
type Visitor interface {
	Const(k int64)
	Sym(name string)
	Add()      // pops two
	Mul()      // pops two
	FloorDiv() // pops divisor, dividend
	Max()
	Min()
}

// Walk visits d in post-order as for a stack machine: every binary operation
// follows its two operands.
func (d Dim) Walk(v Visitor) {
	switch d.expr().op {
	case dimConst:
		v.Const(d.expr().k)
		return
	case dimSym:
		v.Sym(d.expr().sym)
		return
	}
	for i, a := range d.expr().args {
		a.Walk(v)
		if i == 0 {
			continue
		}
		switch d.expr().op {
		case dimAdd:
			v.Add()
		case dimMul:
			v.Mul()
		case dimDiv:
			v.FloorDiv()
		case dimMax:
			v.Max()
		case dimMin:
			v.Min()
		}
	}
}

// Eval computes d with the given symbol values. It checks every step for
// overflow; an unknown symbol counts as an error of the caller.
func (d Dim) Eval(values map[string]int64) (int64, error) {
	switch d.expr().op {
	case dimConst:
		return d.expr().k, nil
	case dimSym:
		v, ok := values[d.expr().sym]
		if !ok {
			return 0, errors.New("no value for dimension " + d.expr().sym)
		}
		return v, nil
	}
	acc, err := d.expr().args[0].Eval(values)
	if err != nil {
		return 0, err
	}
	for _, a := range d.expr().args[1:] {
		b, err := a.Eval(values)
		if err != nil {
			return 0, err
		}
		ok := true
		switch d.expr().op {
		case dimAdd:
			acc, ok = addOK(acc, b)
		case dimMul:
			acc, ok = mulOK(acc, b)
		case dimDiv:
			if b <= 0 {
				return 0, ErrDivideByZero
			}
			acc = floorDiv(acc, b)
		case dimMax:
			acc = max(acc, b)
		case dimMin:
			acc = min(acc, b)
		}
		if !ok {
			return 0, ErrOverflow
		}
	}
	return acc, nil
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

func addOK(a, b int64) (int64, bool) {
	s := a + b
	return s, (s > a) == (b > 0)
}

func mulOK(a, b int64) (int64, bool) {
	if a == 0 || b == 0 {
		return 0, true
	}
	if a == math.MinInt64 || b == math.MinInt64 {
		return 0, false
	}
	p := a * b
	return p, p/b == a
}
