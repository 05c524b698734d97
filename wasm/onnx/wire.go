package onnx

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"slices"

	"github.com/dehug/dehug/internal/say"
)

const (
	// minWindow is read after a jump: a tensor's header and the next tag fit,
	// and little is wasted when another payload follows at once.
	minWindow = 4 << 10
	// maxWindow is reached by doubling while headers follow each other.
	maxWindow = 64 << 10
	// leafSize is the size of a verified chunk: a window does not reach into a
	// chunk from which nothing is needed yet.
	leafSize = 1 << 20
)

// fieldNumber and wireType are the two halves of a field's tag,
// https://protobuf.dev/programming-guides/encoding/. The protobuf module's
// protowire would do, but brings fmt and reflect into the browser.
type (
	fieldNumber uint32
	wireType    uint8
)

const (
	varintType  wireType = 0
	fixed64Type wireType = 1
	bytesType   wireType = 2
	fixed32Type wireType = 5
)

// source hands out bytes of the file through a window.
type source struct {
	ctx     context.Context
	r       io.ReaderAt
	size    int64
	left    int64 // bytes that may still be read
	win     window
	tail    window // the end of the file, read first
	next    int64  // size of the window after this one
	reads   []Range
	readMax int64 // what left began with
}

type window struct {
	off int64
	b   []byte
}

func (w window) from(off, n int64) []byte {
	if off < w.off || off+n > w.off+int64(len(w.b)) {
		return nil
	}
	return w.b[off-w.off:]
}

// at returns the bytes from off that are at hand, at least n of them, n > 0.
// They are valid until the next call.
func (s *source) at(off, n int64) ([]byte, error) {
	if b := s.win.from(off, n); b != nil {
		return b, nil
	}
	if b := s.tail.from(off, n); b != nil {
		return b, nil
	}
	// A window that follows on the last one is twice as large.
	if end := s.win.off + int64(len(s.win.b)); s.win.b == nil || off < s.win.off || off > end {
		s.next = minWindow
	}
	want := min(s.next, (off/leafSize+1)*leafSize-off)
	s.next = min(2*s.next, maxWindow)
	b, err := s.load(off, max(n, min(want, s.size-off)))
	if err != nil {
		return nil, err
	}
	s.win = window{off, b}
	return b, nil
}

func (s *source) load(off, n int64) ([]byte, error) {
	if err := s.ctx.Err(); err != nil {
		return nil, err
	}
	if n > s.left {
		return nil, say.Errorf("%w: structure takes more than %d bytes", ErrLimit, s.readMax)
	}
	s.left -= n
	b := make([]byte, n)
	if m, err := s.r.ReadAt(b, off); int64(m) < n {
		if err == nil || err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return nil, say.Errorf("read %d bytes at %d: %w", n, off, err)
	}
	s.reads = append(s.reads, Range{off, n})
	return b, nil
}

// merged returns the ranges that were read, sorted and without overlaps.
func (s *source) merged() []Range {
	slices.SortFunc(s.reads, func(a, b Range) int { return cmp.Compare(a.Off, b.Off) })
	var out []Range
	for _, r := range s.reads {
		if n := len(out); n > 0 && r.Off <= out[n-1].Off+out[n-1].Len {
			out[n-1].Len = max(out[n-1].Len, r.Off+r.Len-out[n-1].Off)
			continue
		}
		out = append(out, r)
	}
	return out
}

// message is a cursor over the fields of one protobuf message.
type message struct {
	s        *source
	pos, end int64
}

var errTruncated = errors.New("message ends inside a field")

// field reads the next tag. At the end of the message num is 0.
func (m *message) field() (num fieldNumber, typ wireType, err error) {
	if m.pos == m.end {
		return 0, 0, nil
	}
	tag, err := m.varint()
	if err != nil {
		return 0, 0, err
	}
	num, typ = fieldNumber(tag>>3), wireType(tag&7)
	if num == 0 || tag > math.MaxUint32 {
		return 0, 0, say.Errorf("field number at byte %d is out of range: this is not an ONNX file", m.pos)
	}
	return num, typ, nil
}

func (m *message) varint() (uint64, error) {
	if m.pos >= m.end {
		return 0, errTruncated
	}
	most := min(m.end-m.pos, 10) // a varint has at most 10 bytes
	b, err := m.s.at(m.pos, 1)
	if err != nil {
		return 0, err
	}
	if int64(len(b)) > most {
		b = b[:most]
	}
	v, n := binary.Uvarint(b)
	if n <= 0 && int64(len(b)) < most { // it may go on behind the window
		if b, err = m.s.at(m.pos, most); err != nil {
			return 0, err
		}
		v, n = binary.Uvarint(b[:most])
	}
	if n <= 0 {
		if most < 10 {
			return 0, errTruncated
		}
		return 0, say.Errorf("varint at byte %d does not fit in 64 bits", m.pos)
	}
	m.pos += int64(n)
	return v, nil
}

// fixed returns the next n bytes, which stay valid until the next read.
func (m *message) fixed(n int64) ([]byte, error) {
	if m.end-m.pos < n {
		return nil, errTruncated
	}
	if n == 0 {
		return nil, nil
	}
	b, err := m.s.at(m.pos, n)
	if err != nil {
		return nil, err
	}
	m.pos += n
	return b[:n], nil
}

// sub reads a length and returns the cursor over that many bytes, which m
// steps over.
func (m *message) sub() (message, error) {
	n, err := m.varint()
	if err != nil {
		return message{}, err
	}
	if n > uint64(m.end-m.pos) {
		return message{}, say.Errorf("%w: %d bytes announced at byte %d, %d left (is the file cut short?)", errTruncated, n, m.pos, m.end-m.pos)
	}
	sub := message{m.s, m.pos, m.pos + int64(n)}
	m.pos = sub.end
	return sub, nil
}

func (m *message) len() int64 { return m.end - m.pos }

func (m *message) skip(typ wireType) error {
	var err error
	switch typ {
	case varintType:
		_, err = m.varint()
	case fixed32Type:
		return m.step(4)
	case fixed64Type:
		return m.step(8)
	case bytesType:
		_, err = m.sub()
	default:
		err = say.Errorf("wire type %d at byte %d is not used by ONNX: this is not an ONNX file", uint8(typ), m.pos)
	}
	return err
}

func (m *message) step(n int64) error {
	if m.len() < n {
		return errTruncated
	}
	m.pos += n
	return nil
}
