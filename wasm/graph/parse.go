package graph

import (
	"errors"
	"strconv"
	"strings"

	"github.com/dehug/dehug/internal/say"
)

// Parse reads what Graph.String prints. It resolves names but checks nothing
// else; Check does.
func Parse(text string) (*Graph, error) {
	p := &parser{g: &Graph{}, values: map[string]*Value{}}
	for i, line := range strings.Split(text, "\n") {
		p.lexer = lexer{text: line}
		if p.eof() {
			continue
		}
		err := p.line()
		if err == nil && len(p.around) > maxLoops {
			err = errors.New("loops are nested too deep")
		}
		if err == nil && !p.eof() {
			err = errors.New("unexpected " + strconv.Quote(p.rest()))
		}
		if err != nil {
			return nil, say.Errorf("graph: line %d: %w", i+1, err)
		}
	}
	if len(p.around) > 0 {
		return nil, errors.New("graph: a loop's body has no end")
	}
	return p.g, nil
}

// maxLoops bounds how deep a graph's loops are nested.
const maxLoops = 32

// lexer cuts a line into words and punctuation.
type lexer struct {
	text string
	pos  int
}

// rest skips spaces and returns what is left of the line.
func (l *lexer) rest() string {
	for l.pos < len(l.text) && (l.text[l.pos] == ' ' || l.text[l.pos] == '\t' || l.text[l.pos] == '\r') {
		l.pos++
	}
	return l.text[l.pos:]
}

func (l *lexer) eof() bool { return l.rest() == "" }

// accept consumes s if it comes next.
func (l *lexer) accept(s string) bool {
	if !strings.HasPrefix(l.rest(), s) {
		return false
	}
	l.pos += len(s)
	return true
}

func (l *lexer) expect(s string) error {
	if !l.accept(s) {
		return say.Errorf("expected %q before %q", s, l.rest())
	}
	return nil
}

// take consumes a quoted string, or a bare word of the given characters.
func (l *lexer) take(char func(byte) bool) (string, error) {
	rest := l.rest()
	if strings.HasPrefix(rest, `"`) {
		q, err := strconv.QuotedPrefix(rest)
		if err != nil {
			return "", errors.New("unfinished string")
		}
		l.pos += len(q)
		return strconv.Unquote(q)
	}
	n := 0
	for n < len(rest) && char(rest[n]) {
		n++
	}
	if n == 0 {
		return "", say.Errorf("expected a name or number before %q", rest)
	}
	l.pos += n
	return rest[:n], nil
}

func (l *lexer) word() (string, error) { return l.take(wordChar) }

func (l *lexer) int() (int64, error) {
	w, err := l.word()
	if err != nil {
		return 0, err
	}
	k, err := strconv.ParseInt(w, 10, 64)
	if err != nil {
		return 0, errors.New(w + " is not an integer")
	}
	return k, nil
}

// list reads items up to the closing bracket; the opening one is consumed.
func (l *lexer) list(end string, item func() error) error {
	if l.accept(end) {
		return nil
	}
	for {
		if err := item(); err != nil {
			return err
		}
		if l.accept(end) {
			return nil
		}
		if err := l.expect(","); err != nil {
			return err
		}
	}
}

type parser struct {
	lexer
	g      *Graph
	values map[string]*Value
	around []parser // of the graphs whose loops' bodies are being read
}

func (p *parser) line() error {
	start := p.pos
	bare := !strings.HasPrefix(p.rest(), `"`)
	w, err := p.word()
	if err != nil {
		return err
	}
	if bare {
		switch w {
		case "graph":
			p.g.Name, err = p.word()
			return err
		case "input":
			v, err := p.value()
			p.g.Inputs = append(p.g.Inputs, v)
			return err
		case "const":
			return p.constant()
		case "end":
			if len(p.around) == 0 {
				return errors.New("no loop's body ends here")
			}
			if loop := p.around[len(p.around)-1].g.Nodes; len(p.g.Inputs) > 0 {
				setIndex(loop[len(loop)-1])
			}
			outer := p.around[len(p.around)-1]
			p.g, p.values, p.around = outer.g, outer.values, p.around[:len(p.around)-1]
			return nil
		case "state":
			var s State
			if s.Input, err = p.word(); err != nil {
				return err
			}
			if s.Output, err = p.word(); err != nil {
				return err
			}
			s.Axis, err = p.int()
			p.g.States = append(p.g.States, s)
			return err
		case "output":
			v, err := p.ref()
			p.g.Outputs = append(p.g.Outputs, v)
			return err
		}
	}
	p.pos = start
	return p.node()
}

// value reads "name type[shape]" and defines it.
func (p *parser) value() (*Value, error) {
	name, err := p.word()
	if err != nil {
		return nil, err
	}
	if p.values[name] != nil {
		return nil, say.Errorf("%q is defined twice", name)
	}
	t, err := p.word()
	if err != nil {
		return nil, err
	}
	v := &Value{Name: name, Type: typeNamed(t)}
	if v.Type == Undefined {
		return nil, errors.New(t + " is not a type")
	}
	if err := p.expect("["); err != nil {
		return nil, err
	}
	err = p.list("]", func() error {
		d, err := p.dim(0)
		v.Shape = append(v.Shape, d)
		return err
	})
	p.values[name] = v
	return v, err
}

// ref reads the name of a value that is defined already.
func (p *parser) ref() (*Value, error) {
	name, err := p.word()
	if err != nil {
		return nil, err
	}
	if p.values[name] == nil {
		return nil, say.Errorf("%q is not defined above", name)
	}
	return p.values[name], nil
}

func (p *parser) constant() error {
	v, err := p.value()
	if err != nil {
		return err
	}
	v.Const = &Const{}
	p.g.Consts = append(p.g.Consts, v)
	if p.accept("@") {
		r := &Ref{}
		v.Const.Ref = r
		if r.Off, err = p.int(); err != nil {
			return err
		}
		if err := p.expect("+"); err != nil {
			return err
		}
		if r.Len, err = p.int(); err != nil {
			return err
		}
		if p.accept("in ") {
			if r.Path, err = p.word(); err != nil {
				return err
			}
		}
		if p.eof() {
			return nil
		}
	}
	if err := p.expect("="); err != nil {
		return err
	}
	if p.accept("[") {
		v.Const.Data = []byte{}
		return p.list("]", func() error {
			k, err := p.int()
			v.Const.Data = append(v.Const.Data, littleEndian64(k)...)
			return err
		})
	}
	if err := p.expect("0x"); err != nil {
		return err
	}
	w := p.rest()
	p.pos = len(p.text)
	v.Const.Data, err = unhex(w)
	return err
}

// unhex reads two digits for each byte. (encoding/hex would bring fmt along.)
func unhex(s string) ([]byte, error) {
	if len(s)%2 != 0 {
		return nil, errors.New("an odd number of hex digits")
	}
	b := make([]byte, len(s)/2)
	for i := range b {
		v, err := strconv.ParseUint(s[2*i:2*i+2], 16, 8)
		if err != nil {
			return nil, errors.New(strconv.Quote(s[2*i:2*i+2]) + " are not two hex digits")
		}
		b[i] = byte(v)
	}
	return b, nil
}

func (p *parser) node() error {
	n := &Node{}
	for {
		v, err := p.value()
		if err != nil {
			return err
		}
		v.Def = n
		n.Outputs = append(n.Outputs, v)
		if !p.accept(",") {
			break
		}
	}
	if err := p.expect("="); err != nil {
		return err
	}
	var err error
	if n.Op, err = p.word(); err != nil {
		return err
	}
	if err := p.expect("("); err != nil {
		return err
	}
	err = p.list(")", func() error {
		if p.accept("_,") || p.accept("_)") { // an omitted operand
			p.pos--
			n.Inputs = append(n.Inputs, nil)
			return nil
		}
		v, err := p.ref()
		if err == nil && v.Def == n {
			err = say.Errorf("%q is an operand of the node that defines it", v.Name)
		}
		n.Inputs = append(n.Inputs, v)
		return err
	})
	if err != nil {
		return err
	}
	if p.accept("{") {
		err := p.list("}", func() error {
			a, err := p.attr()
			n.Attrs = append(n.Attrs, a)
			return err
		})
		if err != nil {
			return err
		}
	}
	if p.accept("of ") {
		if n.Domain, err = p.word(); err != nil {
			return err
		}
	}
	if p.accept("as ") {
		if n.Name, err = p.word(); err != nil {
			return err
		}
	}
	p.g.Nodes = append(p.g.Nodes, n)
	if p.accept("do") {
		n.Body = &Graph{}
		p.around = append(p.around, parser{g: p.g, values: p.values})
		p.g, p.values = n.Body, map[string]*Value{}
	}
	return nil
}

func (p *parser) attr() (a Attr, err error) {
	if a.Name, err = p.word(); err != nil {
		return a, err
	}
	if err := p.expect("="); err != nil {
		return a, err
	}
	switch {
	case strings.HasPrefix(p.rest(), `"`):
		a.Kind = AttrString
		a.S, err = p.word()
	case p.accept("["):
		a.Kind = AttrInts
		a.Ints = []int64{}
		err = p.list("]", func() error {
			k, err := p.int()
			a.Ints = append(a.Ints, k)
			return err
		})
	case p.accept("0x["):
		a.Kind = AttrFloats
		err = p.list("]", func() error {
			f, err := p.bits()
			a.Fs = append(a.Fs, f)
			return err
		})
	case p.accept("0x"):
		a.Kind = AttrFloat
		a.F, err = p.bits()
	default:
		a.Kind = AttrInt
		a.I, err = p.int()
	}
	return a, err
}

// bits reads a float32 as eight hexadecimal digits.
func (p *parser) bits() (uint32, error) {
	w, err := p.word()
	if err != nil {
		return 0, err
	}
	f, err := strconv.ParseUint(w, 16, 32)
	return uint32(f), err
}
