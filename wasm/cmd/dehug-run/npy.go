package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/run"
)

// dtypes pairs element types with NumPy's names for their little-endian form.
// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
var dtypes = []struct {
	t     graph.Type
	descr string
}{
	{graph.Float32, "<f4"}, {graph.Float64, "<f8"}, {graph.Float16, "<f2"},
	{graph.Int8, "|i1"}, {graph.Int16, "<i2"}, {graph.Int32, "<i4"}, {graph.Int64, "<i8"},
	{graph.Uint8, "|u1"}, {graph.Uint16, "<u2"}, {graph.Uint32, "<u4"}, {graph.Uint64, "<u8"},
	{graph.Bool, "|b1"},
}

var npyMagic = []byte("\x93NUMPY")

// encodeNPY writes a NumPy file of format version 1.0.
func encodeNPY(t run.Tensor) ([]byte, error) {
	for _, d := range dtypes {
		if d.t != t.Type {
			continue
		}
		shape := ""
		for _, n := range t.Dims {
			shape += strconv.FormatInt(n, 10) + ","
		}
		header := "{'descr': '" + d.descr + "', 'fortran_order': False, 'shape': (" + shape + "), }"
		// The data begins at a multiple of 64 bytes.
		header += strings.Repeat(" ", 63-(len(npyMagic)+4+len(header))%64) + "\n"
		b := append([]byte{}, npyMagic...)
		b = append(b, 1, 0)
		b = binary.LittleEndian.AppendUint16(b, uint16(len(header)))
		b = append(b, header...)
		return append(b, t.Data...), nil
	}
	return nil, fmt.Errorf("NumPy has no type for %s", t.Type)
}

// decodeNPY reads a NumPy file of a dense, row-major, little-endian tensor.
func decodeNPY(b []byte) (run.Tensor, error) {
	var t run.Tensor
	if len(b) < 12 || !bytes.HasPrefix(b, npyMagic) {
		return t, errors.New("not a NumPy .npy file; write one with numpy.save")
	}
	size, at := int64(binary.LittleEndian.Uint16(b[8:])), int64(10)
	if b[6] > 1 {
		size, at = int64(binary.LittleEndian.Uint32(b[8:])), 12
	}
	if at+size > int64(len(b)) {
		return t, errors.New("the .npy header is cut off")
	}
	header := string(b[at : at+size])
	data := b[at+size:]
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
		return t, errors.New("column-major order; save numpy.ascontiguousarray(x)")
	}
	descr, err := field("descr", "'", "'")
	if err != nil {
		return t, err
	}
	for _, d := range dtypes {
		if d.descr == descr {
			t.Type = d.t
		}
	}
	if t.Type == graph.Undefined {
		return t, fmt.Errorf("element type %s is not supported", descr)
	}
	shape, err := field("shape", "(", ")")
	if err != nil {
		return t, err
	}
	t.Dims = []int64{}
	elements := int64(1)
	for _, s := range strings.Split(shape, ",") {
		if s = strings.TrimSpace(s); s == "" {
			continue
		}
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil || n < 0 || n > 1<<31 || (n > 0 && elements > (1<<40)/n) {
			return t, fmt.Errorf("shape (%s) is not understood", shape)
		}
		t.Dims = append(t.Dims, n)
		elements *= n
	}
	if want := elements * t.Type.Size(); int64(len(data)) != want {
		return t, fmt.Errorf("shape (%s) of %s needs %d bytes of data, the file has %d", shape, t.Type, want, len(data))
	}
	t.Data = data
	return t, nil
}
