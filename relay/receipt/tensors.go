// Package receipt is what a provider signs about a job, and what it signs it of: named tensors in one canonical form.
//
//	body, err := receipt.EncodeTensors(outputs)
//	r := receipt.Receipt{…, Result: receipt.ResultHash(body)}
//	r.Sign(key)
//	err = r.Verify()
//
// It does no I/O. Whether a receipt is true is found out by computing again: strict mode gives the same bits everywhere.
package receipt

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/dehug/dehug/relay"
)

const (
	// MaxTensors, MaxName and MaxRank bound a list: real models have some dozens of inputs.
	MaxTensors = 256
	MaxName    = 256
	MaxRank    = 16
)

// tag begins the canonical form.
const tag = "dehug/tensors/v0"

// Tensor is named, dense, row-major, little-endian.
type Tensor struct {
	Name string
	Type string // as the engine names it: f32
	Dims []int64
	Data []byte
}

// types are those that there are, by the number that ONNX gives them.
var types = []struct {
	name   string
	number byte
	size   int64
}{
	{"f32", 1, 4}, {"u8", 2, 1}, {"i8", 3, 1}, {"u16", 4, 2}, {"i16", 5, 2}, {"i32", 6, 4}, {"i64", 7, 8}, {"bool", 9, 1},
	{"f16", 10, 2}, {"f64", 11, 8}, {"u32", 12, 4}, {"u64", 13, 8}, {"bf16", 16, 2},
}

// TypeSize is how many bytes an element of a type has; 0 for one that there is not.
func TypeSize(name string) int64 {
	for _, t := range types {
		if t.name == name {
			return t.size
		}
	}
	return 0
}

// check tells whether a tensor is one: a known type, and as much data as its dimensions say.
func (t *Tensor) check() error {
	if t.Name == "" || len(t.Name) > MaxName || strings.ContainsRune(t.Name, 0) {
		return fmt.Errorf("a tensor's name has %d bytes; 1 to %d are allowed", len(t.Name), MaxName)
	}
	size := TypeSize(t.Type)
	if size == 0 {
		return fmt.Errorf("tensor %q: there is no type %q", t.Name, t.Type)
	}
	if len(t.Dims) > MaxRank {
		return fmt.Errorf("tensor %q has %d dimensions, at most %d are allowed", t.Name, len(t.Dims), MaxRank)
	}
	for _, d := range t.Dims {
		if d < 0 || d > 0 && size > math.MaxInt64/d {
			return fmt.Errorf("tensor %q: dimensions %v are out of range", t.Name, t.Dims)
		}
		size *= d
	}
	if int64(len(t.Data)) != size {
		return fmt.Errorf("tensor %q: %s %v has %d bytes, not %d", t.Name, t.Type, t.Dims, size, len(t.Data))
	}
	return nil
}

// EncodeTensors writes a list in its one form, which is what hashes are of: sorted by name, with every NaN the same.
func EncodeTensors(list []Tensor) ([]byte, error) {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b Tensor) int { return strings.Compare(a.Name, b.Name) })
	if len(list) > MaxTensors {
		return nil, invalid(fmt.Errorf("%d tensors, at most %d are allowed", len(list), MaxTensors))
	}
	out := append([]byte(tag), byte(len(list)>>8), byte(len(list)))
	for i, t := range list {
		if err := t.check(); err != nil {
			return nil, invalid(err)
		}
		if i > 0 && list[i-1].Name == t.Name {
			return nil, invalid(fmt.Errorf("two tensors are named %q", t.Name))
		}
		out = append(out, byte(len(t.Name)>>8), byte(len(t.Name)))
		out = append(out, t.Name...)
		for _, typ := range types {
			if typ.name == t.Type {
				out = append(out, typ.number)
			}
		}
		out = append(out, byte(len(t.Dims)))
		for _, d := range t.Dims {
			out = binary.BigEndian.AppendUint64(out, uint64(d))
		}
		at := len(out)
		out = append(out, t.Data...)
		canonical(t.Type, out[at:])
	}
	return out, nil
}

// DecodeTensors reads what EncodeTensors wrote, and nothing else. The tensors share data's memory.
func DecodeTensors(data []byte) ([]Tensor, error) {
	rest, ok := bytes.CutPrefix(data, []byte(tag))
	take := func(n int64) []byte {
		if !ok || n < 0 || n > int64(len(rest)) {
			ok = false
			return nil
		}
		piece := rest[:n:n]
		rest = rest[n:]
		return piece
	}
	u16 := func() int64 {
		if b := take(2); b != nil {
			return int64(binary.BigEndian.Uint16(b))
		}
		return 0
	}
	u8 := func() byte {
		if b := take(1); b != nil {
			return b[0]
		}
		return 0
	}
	n := u16()
	if n > MaxTensors {
		ok = false
	}
	var list []Tensor
	for i := int64(0); i < n && ok; i++ {
		t := Tensor{Name: string(take(u16())), Dims: []int64{}}
		number := u8()
		var size int64
		for _, typ := range types {
			if typ.number == number {
				t.Type, size = typ.name, typ.size
			}
		}
		for range u8() {
			d := take(8)
			if d == nil {
				break
			}
			extent := int64(binary.BigEndian.Uint64(d))
			if extent < 0 || extent > 0 && size > math.MaxInt64/extent {
				ok = false
				break
			}
			t.Dims = append(t.Dims, extent)
			size *= extent
		}
		t.Data = take(size)
		if t.check() != nil || len(list) > 0 && list[len(list)-1].Name >= t.Name {
			ok = false
		}
		list = append(list, t)
	}
	if !ok || len(rest) > 0 {
		return nil, invalid(fmt.Errorf("not a list of tensors in its canonical form"))
	}
	return list, nil
}

// canonical makes every NaN the positive quiet one with no payload. What was one anyway stays.
func canonical(typ string, data []byte) {
	nans(typ, data, func(element, nan []byte) bool {
		copy(element, nan)
		return true
	})
}

// HasNaN tells whether an element of a tensor's is none.
func (t *Tensor) HasNaN() (found bool) {
	nans(t.Type, t.Data, func(_, _ []byte) bool {
		found = true
		return false
	})
	return found
}

// nans calls for every NaN, until that says false, with the one that stands for them all.
func nans(typ string, data []byte, found func(element, nan []byte) bool) {
	le := binary.LittleEndian
	each := func(nan []byte, is func(element []byte) bool) {
		for n := len(nan); len(data) >= n; data = data[n:] {
			if is(data) && !found(data[:n], nan) {
				return
			}
		}
	}
	switch typ {
	case "f32":
		each(le.AppendUint32(nil, 0x7fc00000), func(b []byte) bool { return le.Uint32(b)&0x7fffffff > 0x7f800000 })
	case "f64":
		each(le.AppendUint64(nil, 0x7ff8000000000000), func(b []byte) bool { return le.Uint64(b)&0x7fffffffffffffff > 0x7ff0000000000000 })
	case "f16":
		each(le.AppendUint16(nil, 0x7e00), func(b []byte) bool { return le.Uint16(b)&0x7fff > 0x7c00 })
	case "bf16":
		each(le.AppendUint16(nil, 0x7fc0), func(b []byte) bool { return le.Uint16(b)&0x7fff > 0x7f80 })
	}
}

// ResultHash commits to tensors in their canonical form.
func ResultHash(tensors []byte) [32]byte { return sha256.Sum256(tensors) }

// RequestHash commits to tensors after pre-processing, in their canonical form. The salt keeps others from guessing what was asked.
func RequestHash(salt [32]byte, tensors []byte) [32]byte {
	h := sha256.New()
	h.Write([]byte("dehug/request/v0"))
	h.Write(salt[:])
	h.Write(tensors)
	return [32]byte(h.Sum(nil))
}

func invalid(err error) error { return relay.Errorf(relay.CodeInvalid, "%w", err) }
