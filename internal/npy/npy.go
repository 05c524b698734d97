// Package npy reads and writes what NumPy saves: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html. Only dense,
// row-major, little-endian arrays of numbers are arrays here. It does no I/O.
package npy

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// MaxHeader is how many bytes a header has: NumPy writes some hundred.
const MaxHeader = 64 << 10

// A Header says what array a file has.
type Header struct {
	Type string // as the engine names it: f32
	Size int64  // of an element, in bytes
	Dims []int64
	At   int64 // where the elements begin
}

// Bytes is how many bytes the elements have together.
func (h *Header) Bytes() int64 {
	n := h.Size
	for _, d := range h.Dims {
		n *= d
	}
	return n
}

// dtypes pairs element types with NumPy's names for their little-endian form.
var dtypes = []struct {
	name, descr string
	size        int64
}{
	{"f32", "<f4", 4}, {"f64", "<f8", 8}, {"f16", "<f2", 2},
	{"i8", "|i1", 1}, {"i16", "<i2", 2}, {"i32", "<i4", 4}, {"i64", "<i8", 8},
	{"u8", "|u1", 1}, {"u16", "<u2", 2}, {"u32", "<u4", 4}, {"u64", "<u8", 8},
	{"bool", "|b1", 1},
}

// Has tells whether NumPy has a type.
func Has(typ string) bool {
	for _, d := range dtypes {
		if d.name == typ {
			return true
		}
	}
	return false
}

var magic = []byte("\x93NUMPY")

// Encode writes a header of format version 1.0. The elements follow it.
func Encode(typ string, dims []int64) ([]byte, error) {
	for _, d := range dtypes {
		if d.name != typ {
			continue
		}
		shape := ""
		for _, n := range dims {
			shape += strconv.FormatInt(n, 10) + ","
		}
		header := "{'descr': '" + d.descr + "', 'fortran_order': False, 'shape': (" + shape + "), }"
		// The data begins at a multiple of 64 bytes.
		header += strings.Repeat(" ", 63-(len(magic)+4+len(header))%64) + "\n"
		b := append([]byte{}, magic...)
		b = append(b, 1, 0)
		b = binary.LittleEndian.AppendUint16(b, uint16(len(header)))
		return append(b, header...), nil
	}
	return nil, fmt.Errorf("NumPy has no type for %s", typ)
}

// Parse reads the header that a file begins with. b need not be all of the file.
func Parse(b []byte) (*Header, error) {
	if len(b) < 12 || !bytes.HasPrefix(b, magic) {
		return nil, errors.New("not a NumPy .npy file; write one with numpy.save")
	}
	size, at := int64(binary.LittleEndian.Uint16(b[8:])), int64(10)
	if b[6] > 1 {
		size, at = int64(binary.LittleEndian.Uint32(b[8:])), 12
	}
	if size > MaxHeader {
		return nil, fmt.Errorf("the .npy header has %d bytes", size)
	}
	if at+size > int64(len(b)) {
		return nil, errors.New("the .npy header is cut off")
	}
	h := &Header{Dims: []int64{}, At: at + size}
	header := string(b[at : at+size])
	field := func(key, open, end string) (string, error) {
		_, rest, ok := strings.Cut(header, "'"+key+"':")
		if !ok {
			return "", fmt.Errorf("the .npy header has no %s", key)
		}
		if _, rest, ok = strings.Cut(rest, open); !ok {
			return "", fmt.Errorf("the .npy header's %s is not understood", key)
		}
		v, _, ok := strings.Cut(rest, end)
		if !ok {
			return "", fmt.Errorf("the .npy header's %s is not understood", key)
		}
		return v, nil
	}
	if strings.Contains(header, "'fortran_order': True") {
		return nil, errors.New("column-major order; save numpy.ascontiguousarray(x)")
	}
	descr, err := field("descr", "'", "'")
	if err != nil {
		return nil, err
	}
	for _, d := range dtypes {
		if d.descr == descr {
			h.Type, h.Size = d.name, d.size
		}
	}
	if h.Type == "" {
		return nil, fmt.Errorf("element type %.40s is not supported", descr)
	}
	shape, err := field("shape", "(", ")")
	if err != nil {
		return nil, err
	}
	elements := int64(1)
	for s := range strings.SplitSeq(shape, ",") {
		if s = strings.TrimSpace(s); s == "" {
			continue
		}
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil || n < 0 || n > 1<<31 || (n > 0 && elements > (1<<40)/n) {
			return nil, fmt.Errorf("shape (%.200s) is not understood", shape)
		}
		h.Dims = append(h.Dims, n)
		elements *= n
	}
	return h, nil
}
