package graph

import (
	"errors"
	"strconv"
	"strings"
)

// symText is how a symbol prints in an expression: bare where it looks like an
// identifier, quoted otherwise, so that no name imitates an expression.
func symText(name string) string {
	for i := range len(name) {
		if c := name[i]; !dimChar(c) || c == '-' || i == 0 && c <= '9' {
			return strconv.Quote(name)
		}
	}
	if name == "" {
		return `""`
	}
	return name
}

// dimChar says which characters numbers and bare symbols consist of.
func dimChar(c byte) bool { return wordChar(c) && c != '/' }

// ParseDim reads what Dim.String prints.
func ParseDim(s string) (Dim, error) {
	l := lexer{text: s}
	d, err := l.dim(0)
	if err == nil && !l.eof() {
		err = errors.New("more text after the expression")
	}
	return d, err
}

// maxDimDepth bounds the recursion over parentheses.
const maxDimDepth = 200

// dim reads a sum of terms.
func (l *lexer) dim(depth int) (Dim, error) {
	if depth > maxDimDepth {
		return Dim{}, errors.New("expression is nested too deep")
	}
	d, err := l.dimTerm(depth)
	for err == nil && l.accept("+") {
		var t Dim
		t, err = l.dimTerm(depth)
		d = Add(d, t)
	}
	return d, err
}

// dimTerm reads products and quotients.
func (l *lexer) dimTerm(depth int) (Dim, error) {
	d, err := l.dimAtom(depth)
	for err == nil {
		var e Dim
		switch {
		case l.accept("*"):
			e, err = l.dimAtom(depth)
			d = Mul(d, e)
		case l.accept("/"):
			e, err = l.dimAtom(depth)
			d = FloorDiv(d, e)
		default:
			return d, nil
		}
	}
	return d, err
}

func (l *lexer) dimAtom(depth int) (Dim, error) {
	if l.accept("(") {
		d, err := l.dim(depth + 1)
		if err == nil {
			err = l.expect(")")
		}
		return d, err
	}
	quoted := strings.HasPrefix(l.rest(), `"`)
	w, err := l.take(dimChar)
	if err != nil {
		return Dim{}, err
	}
	if !quoted {
		if k, err := strconv.ParseInt(w, 10, 64); err == nil {
			return Num(k), nil
		}
		if (w == "max" || w == "min") && l.accept("(") {
			return l.dimExtremum(w, depth)
		}
	}
	return Sym(w), nil
}

func (l *lexer) dimExtremum(w string, depth int) (Dim, error) {
	a, err := l.dim(depth + 1)
	if err != nil {
		return a, err
	}
	if err := l.expect(","); err != nil {
		return a, err
	}
	b, err := l.dim(depth + 1)
	if err == nil {
		err = l.expect(")")
	}
	if w == "max" {
		return Max(a, b), err
	}
	return Min(a, b), err
}
