// Package say formats error texts without fmt, which (with reflect under it)
// would add a tenth to what a browser downloads.
//
// It knows the verbs %s, %d, %q, %v and %w on strings, integers, errors,
// things with a String method, and lists of int64. Everything that is built
// for the browser uses it; what is not may use fmt.
package say

import "strconv"

// Errorf returns an error with the formatted text. It wraps each operand of
// %w, as fmt.Errorf does.
func Errorf(format string, args ...any) error {
	e := &wrapped{}
	e.text = format_(format, args, func(err error) { e.causes = append(e.causes, err) })
	return e
}

// Sprintf returns the formatted text.
func Sprintf(format string, args ...any) string { return format_(format, args, nil) }

type wrapped struct {
	text   string
	causes []error
}

func (e *wrapped) Error() string   { return e.text }
func (e *wrapped) Unwrap() []error { return e.causes }

func format_(format string, args []any, wrap func(error)) string {
	var b []byte
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			b = append(b, format[i])
			continue
		}
		i++
		verb := byte('%')
		if i < len(format) {
			verb = format[i]
		}
		if verb == '%' {
			b = append(b, '%')
			continue
		}
		if len(args) == 0 {
			b = append(b, "(?)"...)
			continue
		}
		a := args[0]
		args = args[1:]
		if err, ok := a.(error); ok && verb == 'w' && wrap != nil {
			wrap(err)
		}
		if verb == 'q' {
			b = strconv.AppendQuote(b, text(a))
			continue
		}
		b = append(b, text(a)...)
	}
	return string(b)
}

func text(a any) string {
	switch x := a.(type) {
	case nil:
		return "<nil>"
	case string:
		return x
	case error:
		return x.Error()
	case interface{ String() string }:
		return x.String()
	case int:
		return strconv.Itoa(x)
	case int32:
		return strconv.Itoa(int(x))
	case int64:
		return strconv.FormatInt(x, 10)
	case uint8:
		return strconv.Itoa(int(x))
	case uint32:
		return strconv.FormatUint(uint64(x), 10)
	case uint64:
		return strconv.FormatUint(x, 10)
	case bool:
		return strconv.FormatBool(x)
	case []int64:
		s := "["
		for i, v := range x {
			if i > 0 {
				s += " "
			}
			s += strconv.FormatInt(v, 10)
		}
		return s + "]"
	}
	return "(?)" // tools/lint finds such calls; an error path is no place to crash
}

// Hex returns two lower-case digits for each byte.
func Hex(b []byte) string {
	const digits = "0123456789abcdef"
	out := make([]byte, 0, 2*len(b))
	for _, c := range b {
		out = append(out, digits[c>>4], digits[c&15])
	}
	return string(out)
}
