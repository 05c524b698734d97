package manifest

import (
	"slices"
	"strconv"
	"unicode/utf8"
)

const quoteMax = 80 // bytes of outside text shown in an error

// codec walks one description of a document in either direction: each type has
// a method that visits its fields in canonical (sorted) key order, and the codec
// reads or writes them. One description means reader and writer cannot differ.
//
// It reads only the canonical form: no white space, sorted keys, shortest
// escapes, and no JSON value but objects, lists and strings.
type codec struct {
	in      []byte
	pos     int
	out     []byte
	writing bool
	err     error
	frame   *frame
	place   []step
}

// frame is the object being visited.
type frame struct {
	key     string   // reading: the next key
	open    bool     // reading: key is waiting to be taken
	names   []string // reading: fields visited
	taken   []string // reading: fields found
	missing string   // reading: first required field not found
	wrote   bool     // writing: a comma is due
}

type step struct {
	name  string
	index int // list position when name is empty
}

func (c *codec) where() string {
	var b []byte
	for _, s := range c.place {
		switch {
		case s.name == "":
			b = append(b, '[')
			b = strconv.AppendInt(b, int64(s.index), 10)
			b = append(b, ']')
		case len(b) > 0:
			b = append(append(b, '.'), s.name...)
		default:
			b = append(b, s.name...)
		}
	}
	return string(b)
}

func (c *codec) fail(e *Error, detail string) {
	if c.err == nil {
		c.err = refuse(e, c.where(), detail)
	}
}

// failWith keeps err's reason and says where it was met.
func (c *codec) failWith(err error) {
	if c.err != nil || err == nil {
		return
	}
	c.err = placed(c.where(), err)
}

func (c *codec) object(body func()) {
	if c.err != nil {
		return
	}
	outer := c.frame
	c.frame = &frame{}
	defer func() { c.frame = outer }()
	if c.writing {
		c.out = append(c.out, '{')
		body()
		c.out = append(c.out, '}')
		return
	}
	if !c.take('{', "an object") {
		return
	}
	if c.peek() == '}' {
		c.pos++
	} else {
		c.nextKey()
	}
	body()
	c.finish()
}

// field visits one field. An optional field with nothing in it is not written.
func (c *codec) field(name string, required, filled bool, value func()) {
	if c.err != nil {
		return
	}
	f := c.frame
	if c.writing {
		if !required && !filled {
			return
		}
		if f.wrote {
			c.out = append(c.out, ',')
		}
		f.wrote = true
		c.out = append(appendString(c.out, name), ':')
	} else {
		f.names = append(f.names, name)
		if !f.open || f.key != name {
			if required && f.missing == "" {
				f.missing = name
			}
			return
		}
		f.taken = append(f.taken, name)
	}
	c.place = append(c.place, step{name: name})
	value()
	c.place = c.place[:len(c.place)-1]
	if !c.writing && c.err == nil {
		switch c.peek() {
		case ',':
			c.pos++
			c.nextKey()
		case '}':
			c.pos++
			f.open = false
		default:
			c.unexpected("',' or '}'")
		}
	}
}

func (c *codec) nextKey() {
	c.frame.open = false
	if key, ok := c.readString(); ok {
		if c.take(':', "':'") {
			c.frame.key, c.frame.open = key, true
		}
	}
}

// finish says what is wrong with the key that no field took.
func (c *codec) finish() {
	f := c.frame
	switch {
	case c.err != nil:
	case f.open && slices.Contains(f.taken, f.key):
		c.fail(ErrDuplicateKey, quote(f.key))
	case f.open && slices.Contains(f.names, f.key):
		c.fail(ErrNotCanonical, "key "+quote(f.key)+" is out of order")
	case f.open:
		detail := quote(f.key)
		for _, name := range f.names {
			if asciiLower(name) == asciiLower(f.key) {
				detail += ", not " + quote(name)
			}
		}
		c.fail(ErrUnknownField, detail)
	case f.missing != "":
		c.fail(ErrMissingField, quote(f.missing))
	}
}

// list visits a list of 0 to limit items. have is its length when writing; when
// reading, item i is called to append and read item i.
func (c *codec) list(name string, required bool, limit, have int, item func(i int)) {
	c.field(name, required, have > 0, func() {
		if c.writing {
			c.out = append(c.out, '[')
			for i := range have {
				if i > 0 {
					c.out = append(c.out, ',')
				}
				item(i)
			}
			c.out = append(c.out, ']')
			return
		}
		if !c.take('[', "a list") {
			return
		}
		if c.peek() == ']' {
			c.pos++
			return
		}
		for i := 0; c.err == nil; i++ {
			c.place = append(c.place, step{index: i})
			if i == limit {
				c.fail(ErrTooLarge, "at most "+strconv.Itoa(limit)+" entries")
				return
			}
			item(i)
			c.place = c.place[:len(c.place)-1]
			switch {
			case c.err != nil:
			case c.peek() == ',':
				c.pos++
			case c.peek() == ']':
				c.pos++
				return
			default:
				c.unexpected("',' or ']'")
			}
		}
	})
}

// strings visits an optional list of strings.
func (c *codec) strings(name string, list *[]string, limit int) {
	c.list(name, false, limit, len(*list), func(i int) {
		if !c.writing {
			*list = append(*list, "")
		}
		c.value(&(*list)[i])
	})
}

// value reads or writes one string.
func (c *codec) value(s *string) {
	if c.err != nil {
		return
	}
	if c.writing {
		c.out = appendString(c.out, *s)
	} else if v, ok := c.readString(); ok {
		*s = v
	}
}

func (c *codec) text(name string, s *string) { c.field(name, true, true, func() { c.value(s) }) }
func (c *codec) optText(name string, s *string) {
	c.field(name, false, *s != "", func() { c.value(s) })
}

// parsed visits a required string that has a Go type of its own.
func (c *codec) parsed(name string, text string, parse func(s string) error) {
	c.field(name, true, true, func() { c.parsedValue(text, parse) })
}

func (c *codec) parsedValue(text string, parse func(s string) error) {
	c.value(&text)
	if !c.writing && c.err == nil {
		c.failWith(parse(text))
	}
}

func (c *codec) digest(name string, d *Digest) {
	c.parsed(name, d.String(), func(s string) (err error) { *d, err = ParseDigest(s); return })
}

func (c *codec) optDigest(name string, d **Digest) {
	c.field(name, false, *d != nil, func() {
		if *d == nil {
			*d = new(Digest)
		}
		c.parsedValue((*d).String(), func(s string) (err error) { **d, err = ParseDigest(s); return })
	})
}

func (c *codec) cid(name string, id *CID) {
	c.parsed(name, string(*id), func(s string) (err error) { *id, err = ParseCID(s); return })
}

func (c *codec) address(name string, a *Address) {
	c.parsed(name, a.String(), func(s string) (err error) { *a, err = ParseAddress(s); return })
}

func (c *codec) integer(name string, n *int64) {
	c.parsed(name, strconv.FormatInt(*n, 10), func(s string) (err error) { *n, err = parseInteger(s); return })
}

// parseInteger reads 0 or [1-9][0-9]*, below 2⁶³.
func parseInteger(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 || strconv.FormatInt(n, 10) != s {
		return 0, refuse(ErrInteger, "", quote(s))
	}
	return n, nil
}

// end refuses bytes after the document.
func (c *codec) end() {
	if c.err == nil && c.pos != len(c.in) {
		c.unexpected("the end")
	}
}

func (c *codec) peek() byte {
	if c.pos < len(c.in) {
		return c.in[c.pos]
	}
	return 0
}

func (c *codec) take(b byte, what string) bool {
	if c.err != nil {
		return false
	}
	if c.peek() != b || c.pos >= len(c.in) {
		c.unexpected(what)
		return false
	}
	c.pos++
	return true
}

// unexpected names the mistake behind a byte that cannot stand here.
func (c *codec) unexpected(want string) {
	at := "byte " + strconv.Itoa(c.pos) + ": want " + want
	switch b := c.peek(); {
	case c.pos >= len(c.in):
		c.fail(ErrSyntax, at+", not the end of the document")
	case b == ' ' || b == '\n' || b == '\t' || b == '\r':
		c.fail(ErrNotCanonical, at+", not white space")
	case b == 0xEF:
		c.fail(ErrNotCanonical, at+", not a byte order mark")
	case b == '-' || '0' <= b && b <= '9':
		c.fail(ErrNumber, at)
	default:
		c.fail(ErrSyntax, at+", not "+strconv.QuoteRuneToASCII(rune(b)))
	}
}

// readString reads a string in the one form RFC 8785 writes.
func (c *codec) readString() (string, bool) {
	if !c.take('"', "a string") {
		return "", false
	}
	start := c.pos
	var buf []byte // set at the first escape
	for c.pos < len(c.in) {
		b := c.in[c.pos]
		switch {
		case b == '"':
			s := string(c.in[start:c.pos])
			if buf != nil {
				s = string(buf)
			}
			c.pos++
			return s, true
		case b < 0x20:
			c.fail(ErrSyntax, "byte "+strconv.Itoa(c.pos)+": control character in a string")
			return "", false
		case b == '\\':
			if buf == nil {
				buf = append(make([]byte, 0, c.pos-start+32), c.in[start:c.pos]...)
			}
			r, ok := c.readEscape()
			if !ok {
				return "", false
			}
			buf = append(buf, r)
		default:
			r, n := utf8.DecodeRune(c.in[c.pos:])
			if r == utf8.RuneError && n == 1 {
				c.fail(ErrText, "byte "+strconv.Itoa(c.pos)+": not UTF-8")
				return "", false
			}
			if buf != nil {
				buf = append(buf, c.in[c.pos:c.pos+n]...)
			}
			c.pos += n
		}
	}
	c.unexpected("'\"'")
	return "", false
}

// escapes maps the letter after a backslash to what it stands for.
var escapes = [256]byte{'"': '"', '\\': '\\', 'b': '\b', 't': '\t', 'n': '\n', 'f': '\f', 'r': '\r'}

func (c *codec) readEscape() (byte, bool) {
	rest := c.in[c.pos:]
	if len(rest) >= 2 && escapes[rest[1]] != 0 {
		c.pos += 2
		return escapes[rest[1]], true
	}
	if len(rest) >= 6 && rest[1] == 'u' {
		v, err := strconv.ParseUint(string(rest[2:6]), 16, 16)
		switch {
		case err != nil:
		case 0xD800 <= v && v < 0xE000:
			c.fail(ErrText, "byte "+strconv.Itoa(c.pos)+": surrogate escape")
			return 0, false
		case v < 0x20 && string(appendString(nil, string(rune(v)))) == `"`+string(rest[:6])+`"`:
			c.pos += 6
			return byte(v), true
		default:
			c.fail(ErrNotCanonical, "byte "+strconv.Itoa(c.pos)+": escape of a character that has a shorter form")
			return 0, false
		}
	}
	if len(rest) >= 2 && rest[1] == '/' {
		c.fail(ErrNotCanonical, "byte "+strconv.Itoa(c.pos)+": '/' is not escaped")
		return 0, false
	}
	c.fail(ErrSyntax, "byte "+strconv.Itoa(c.pos)+": bad escape")
	return 0, false
}

// appendString writes s as RFC 8785 does.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\b':
			b = append(b, '\\', 'b')
		case '\t':
			b = append(b, '\\', 't')
		case '\n':
			b = append(b, '\\', 'n')
		case '\f':
			b = append(b, '\\', 'f')
		case '\r':
			b = append(b, '\\', 'r')
		default:
			if c < 0x20 {
				b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
			} else {
				b = append(b, c)
			}
		}
	}
	return append(b, '"')
}

// quote shows outside text in an error, cut and made printable.
func quote(s string) string {
	if len(s) > quoteMax {
		return strconv.QuoteToASCII(s[:quoteMax]) + "…"
	}
	return strconv.QuoteToASCII(s)
}
