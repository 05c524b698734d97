package onnx

import (
	"encoding/binary"
	"errors"
	"strconv"

	"github.com/dehug/dehug/internal/say"
)

// list is one of TensorProto's repeated number fields. A single packed run of
// fixed-size numbers is little-endian in the file and stays there; everything
// else is decoded.
type list struct {
	seen bool
	run  TensorRef // the only packed run so far
	runs int
	nums []uint64
}

// tensor decodes a TensorProto. Its type and dims may come after its payload,
// so lengths are compared at the end.
func (d *decoder) tensor(m message, t *Tensor) error {
	var (
		dims     []int64
		lists    [inString + 1]list
		raw      *TensorRef
		external externalData
		location int32
	)
	// take records one occurrence of a repeated number field.
	take := func(m *message, typ, elem wireType, in payload) error {
		l := &lists[in]
		if typ != bytesType && typ != elem {
			return m.skip(typ)
		}
		if typ == bytesType && elem != varintType && !l.seen {
			sub, err := m.sub()
			l.seen, l.runs, l.run = true, 1, TensorRef{Off: sub.pos, Len: sub.len()}
			return err
		}
		add := func(v uint64) { l.nums = append(l.nums, v) }
		if l.runs == 1 && l.nums == nil { // a second run: decode the first after all
			run := message{d.s, l.run.Off, l.run.Off + l.run.Len}
			if err := d.repeatedAll(&run, elem, add); err != nil {
				return err
			}
		}
		l.seen = true
		l.runs++
		return d.repeated(m, typ, elem, add)
	}
	err := each(&m, func(num fieldNumber, typ wireType) error {
		switch {
		case num == 1 && (typ == varintType || typ == bytesType):
			err := d.repeated(&m, typ, varintType, func(v uint64) { dims = append(dims, int64(v)) })
			if err == nil && len(dims) > d.limits.Rank {
				err = say.Errorf("%w: more than %d dimensions", ErrLimit, d.limits.Rank)
			}
			return err
		case num == 2 && typ == varintType:
			return d.enum(&m, (*int32)(&t.Type))
		case num == 3:
			return errors.New("segmented tensors are not supported: save the tensor in one piece")
		case num == 4:
			return take(&m, typ, fixed32Type, inFloat)
		case num == 5:
			return take(&m, typ, varintType, inInt32)
		case num == 6:
			lists[inString].seen = true
			return m.skip(typ)
		case num == 7:
			return take(&m, typ, varintType, inInt64)
		case num == 8 && typ == bytesType:
			return d.string(&m, &t.Name)
		case num == 9 && typ == bytesType:
			sub, err := m.sub()
			raw = &TensorRef{Off: sub.pos, Len: sub.len()}
			return err
		case num == 10:
			return take(&m, typ, fixed64Type, inDouble)
		case num == 11:
			return take(&m, typ, varintType, inUint64)
		case num == 13 && typ == bytesType:
			sub, err := m.sub()
			if err != nil {
				return err
			}
			return d.externalEntry(sub, &external)
		case num == 14 && typ == varintType:
			return d.enum(&m, &location)
		}
		return m.skip(typ)
	})
	if err != nil {
		return err
	}
	if !t.Type.known() {
		return say.Errorf("element type %d is not known", int32(t.Type))
	}
	t.Dims = dims
	info := dataTypes[t.Type]
	elems, err := d.elements(dims)
	if err != nil || t.Type == String {
		return err
	}
	want := (elems*info.bits + 7) / 8
	size := func(what string, got int64) error {
		if got == want {
			return nil
		}
		return say.Errorf("%s has %d bytes, but dims %s of %s need %d", what, got, printDims(dims), t.Type, want)
	}
	for in := range lists {
		if lists[in].seen && (raw != nil || location == 1 || payload(in) != info.in) {
			return say.Errorf("elements of type %s come in the wrong field, or in two", t.Type)
		}
	}
	switch l := &lists[info.in]; {
	case location == 1:
		if raw != nil {
			return errors.New("elements are both external and in raw_data")
		}
		t.Ref, err = external.ref(want)
		return err
	case raw != nil:
		t.Ref, err = raw, size("raw_data", raw.Len)
	case l.runs == 1 && l.nums == nil && l.run.Off > 0:
		run := l.run // not a pointer into lists, which would stay alive
		t.Ref, err = &run, size("the payload", run.Len)
	default:
		t.Data = narrow(l.nums, info.bits, info.in)
		return size("the payload", int64(len(t.Data)))
	}
	if err == nil && t.Ref.Len <= smallPayload && t.Ref.Len > 0 {
		p := message{d.s, t.Ref.Off, t.Ref.Off + t.Ref.Len}
		b, err2 := p.fixed(t.Ref.Len)
		t.Data, err = append([]byte(nil), b...), err2
	}
	return err
}

// repeatedAll reads numbers up to the end of m.
func (d *decoder) repeatedAll(m *message, elem wireType, add func(uint64)) error {
	for m.len() > 0 {
		if err := d.number(m, elem, add); err != nil {
			return err
		}
	}
	return nil
}

// narrow stores numbers as little-endian elements of the given size. Elements
// below a byte are packed by the writer already, two or four in each number.
func narrow(nums []uint64, bits int64, in payload) []byte {
	size := max(int(bits), 8) / 8
	switch in { // complex numbers are pairs
	case inFloat:
		size = 4
	case inDouble:
		size = 8
	}
	out := make([]byte, 0, len(nums)*size)
	for _, v := range nums {
		var b [8]byte
		binary.LittleEndian.PutUint64(b[:], v)
		out = append(out, b[:size]...)
	}
	return out
}

func (d *decoder) elements(dims []int64) (int64, error) {
	n := int64(1)
	for _, k := range dims {
		if k < 0 {
			return 0, say.Errorf("dims %s have a negative extent", printDims(dims))
		}
		if k > d.limits.Elements || n > 0 && k > 0 && n > d.limits.Elements/k {
			return 0, say.Errorf("%w: dims %s are more than %d elements", ErrLimit, printDims(dims), d.limits.Elements)
		}
		n *= k
	}
	return n, nil
}

func printDims(dims []int64) string {
	s := "["
	for i, k := range dims {
		if i > 0 {
			s += ","
		}
		s += strconv.FormatInt(k, 10)
	}
	return s + "]"
}

// externalData is TensorProto.external_data.
type externalData struct {
	location string
	offset   int64
	length   int64
	sized    bool
}

func (d *decoder) externalEntry(m message, e *externalData) error {
	var key, value string
	err := each(&m, func(num fieldNumber, typ wireType) error {
		switch {
		case num == 1 && typ == bytesType:
			return d.string(&m, &key)
		case num == 2 && typ == bytesType:
			return d.string(&m, &value)
		}
		return m.skip(typ)
	})
	if err != nil {
		return err
	}
	switch key {
	case "location":
		e.location = value
	case "offset":
		e.offset, err = strconv.ParseInt(value, 10, 64)
	case "length":
		e.length, err = strconv.ParseInt(value, 10, 64)
		e.sized = true
	}
	if err != nil || e.offset < 0 || e.length < 0 {
		return say.Errorf("external data: %s %q is not a size in bytes", key, value)
	}
	return nil
}

// ref returns where want bytes of external elements lie.
func (e *externalData) ref(want int64) (*TensorRef, error) {
	if err := checkLocation(e.location); err != nil {
		return nil, err
	}
	if e.sized && e.length != want {
		return nil, say.Errorf("external data in %q has %d bytes, the tensor's dims need %d", e.location, e.length, want)
	}
	if e.offset+want < e.offset {
		return nil, say.Errorf("external data in %q: offset %d is out of range", e.location, e.offset)
	}
	return &TensorRef{Path: e.location, Off: e.offset, Len: want}, nil
}

// checkLocation accepts what can be a path in a manifest: relative, in
// segments of [A-Za-z0-9._+-], none of which is "." or "..". The file is then
// looked up in the manifest; no file system is asked.
func checkLocation(p string) error {
	bad := func(why string) error {
		return say.Errorf("external data location %q %s: name a file of the same release", p, why)
	}
	if p == "" {
		return bad("is empty")
	}
	start := 0
	for i := 0; i <= len(p); i++ {
		if i == len(p) || p[i] == '/' {
			switch p[start:i] {
			case "":
				return bad("is not a relative path")
			case ".", "..":
				return bad("has a segment \".\" or \"..\"")
			}
			start = i + 1
			continue
		}
		c := p[i]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '+' || c == '-') {
			return bad("has a character outside [A-Za-z0-9._+-]")
		}
	}
	return nil
}
