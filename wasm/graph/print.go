package graph

import (
	"encoding/binary"
	"strconv"
	"strings"

	"github.com/dehug/dehug/internal/say"
)

// String prints g in the notation that the package documentation describes.
func (g *Graph) String() string {
	var b strings.Builder
	b.WriteString("graph " + strconv.Quote(g.Name) + "\n")
	for _, v := range g.Inputs {
		b.WriteString("input " + v.typed() + "\n")
	}
	for _, v := range g.Consts {
		b.WriteString("const " + v.typed() + v.Const.text(v.Type) + "\n")
	}
	for _, n := range g.Nodes {
		b.WriteString(n.String())
		if n.Body != nil {
			b.WriteString(" do\n" + n.Body.String() + "end")
		}
		b.WriteString("\n")
	}
	for _, v := range g.Outputs {
		b.WriteString("output " + nameText(v.Name) + "\n")
	}
	for _, s := range g.States {
		b.WriteString("state " + nameText(s.Input) + " " + nameText(s.Output) + " " + strconv.FormatInt(s.Axis, 10) + "\n")
	}
	return b.String()
}

// String prints n as it appears in its graph, without its body.
func (n *Node) String() string {
	var b strings.Builder
	for i, v := range n.Outputs {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(v.typed())
	}
	b.WriteString(" = " + nameText(n.Op) + "(")
	for i, v := range n.Inputs {
		if i > 0 {
			b.WriteString(", ")
		}
		if v == nil {
			b.WriteString("_")
		} else {
			b.WriteString(nameText(v.Name))
		}
	}
	b.WriteString(")")
	for i, a := range n.Attrs {
		if i == 0 {
			b.WriteString(" {")
		} else {
			b.WriteString(", ")
		}
		b.WriteString(nameText(a.Name) + "=" + a.value())
		if i == len(n.Attrs)-1 {
			b.WriteString("}")
		}
	}
	if n.Domain != "" {
		b.WriteString(" of " + nameText(n.Domain))
	}
	if n.Name != "" {
		b.WriteString(" as " + nameText(n.Name))
	}
	return b.String()
}

func (v *Value) typed() string {
	return nameText(v.Name) + " " + v.Type.String() + v.Shape.String()
}

func (c *Const) text(t Type) string {
	var s string
	if c.Ref != nil {
		s = " @" + strconv.FormatInt(c.Ref.Off, 10) + "+" + strconv.FormatInt(c.Ref.Len, 10)
		if c.Ref.Path != "" {
			s += " in " + nameText(c.Ref.Path)
		}
		if c.Data == nil {
			return s
		}
	}
	s += " = "
	if t == Int64 && len(c.Data)%8 == 0 {
		v := make([]int64, len(c.Data)/8)
		for i := range v {
			v[i] = int64(binary.LittleEndian.Uint64(c.Data[8*i:]))
		}
		return s + intsText(v)
	}
	return s + "0x" + say.Hex(c.Data)
}

func (a *Attr) value() string {
	switch a.Kind {
	case AttrInt:
		return strconv.FormatInt(a.I, 10)
	case AttrFloat:
		return "0x" + bitsText(a.F)
	case AttrString:
		return strconv.Quote(a.S)
	case AttrInts:
		return intsText(a.Ints)
	}
	s := "0x["
	for i, f := range a.Fs {
		if i > 0 {
			s += ","
		}
		s += bitsText(f)
	}
	return s + "]"
}

// bitsText prints a float32 as its eight hexadecimal digits.
func bitsText(f uint32) string {
	return say.Hex(binary.BigEndian.AppendUint32(nil, f))
}

func intsText(v []int64) string {
	var b strings.Builder
	b.WriteByte('[')
	for i, k := range v {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.FormatInt(k, 10))
	}
	b.WriteByte(']')
	return b.String()
}

// nameText prints a name bare where the parser can tell where it ends and that
// it is a name.
func nameText(s string) string {
	switch s {
	case "", "_", "graph", "input", "const", "output", "end", "state":
		return strconv.Quote(s)
	}
	for i := range len(s) {
		if !wordChar(s[i]) {
			return strconv.Quote(s)
		}
	}
	return s
}

// wordChar says which characters bare words consist of. ':' and '/' are common
// in names of values; in extents '/' divides, see dimChar.
func wordChar(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '.' || c == ':' || c == '/' || c == '-'
}
