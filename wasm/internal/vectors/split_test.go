package vectors

import (
	"bytes"
	"context"
	"encoding/binary"
	"testing"

	"github.com/dehug/dehug/wasm"
	"github.com/dehug/dehug/wasm/kernel"
	"github.com/dehug/dehug/wasm/run"
)

// TestSplitSumsAreNoticed runs modules in which every sum of floats is kept in
// two parts that take turns: what a kernel with a second accumulator computes.
// Vectors of models that sum have to tell.
func TestSplitSumsAreNoticed(t *testing.T) {
	skipWithRace(t)
	t.Parallel()
	ctx := context.Background()
	engine := run.NewEngine(ctx, run.Options{})
	defer engine.Close(ctx)
	caught := 0
	for v := range All(false) {
		if !v.Sums && !all {
			continue // it may tell or not
		}
		c, err := v.Compile(wasm.Options{Profile: kernel.Wazero})
		if err != nil {
			t.Fatalf("%s: %v", v.Name, err)
		}
		mutant, sites := splitSums(c.Module)
		if sites == 0 {
			if v.Sums {
				t.Errorf("%s: no sum found in its module", v.Name)
			}
			continue
		}
		want, err := v.Digests(ctx, engine, c.Module)
		if err != nil {
			t.Fatalf("%s: %v", v.Name, err)
		}
		got, err := v.Digests(ctx, engine, mutant)
		if err != nil {
			t.Fatalf("%s, with sums in two parts: %v", v.Name, err)
		}
		other := ""
		for i := range want {
			if d := differ(got[i], want[i]); d != "" {
				other = d
			}
		}
		switch {
		case other != "":
			caught++
		case v.Sums:
			t.Errorf("%s: %d sums in two parts give the same bits", v.Name, sites)
		}
	}
	t.Logf("%d mutants caught", caught)
}

// instruction is one of a function's body, with its immediates.
type instruction struct {
	code  uint32 // 0xfd00 + n for the vector instruction n, likewise 0xfc00
	local uint32
	text  []byte
}

const (
	localGet, localSet, localTee = 0x20, 0x21, 0x22
	vector, bulk, atomic         = 0xfd00, 0xfc00, 0xfe00
)

// adds are the additions of floats: the type of the sum, and zero.
var adds = map[uint32]struct {
	typ  byte
	zero []byte
}{
	0x92:         {0x7d, append([]byte{0x43}, make([]byte, 4)...)},
	0xa0:         {0x7c, append([]byte{0x44}, make([]byte, 8)...)},
	vector + 228: {0x7b, append([]byte{0xfd, 12}, make([]byte, 16)...)},
	vector + 240: {0x7b, append([]byte{0xfd, 12}, make([]byte, 16)...)},
}

// splitSums gives every local to which floats are added a twin: the sums take
// turns, and who reads one reads both. It returns how many additions there are.
func splitSums(module []byte) ([]byte, int) {
	out := append([]byte(nil), module[:8]...)
	var params [][]byte // of the types
	var types []uint64  // of the functions
	sites := 0
	for r := (reader{b: module[8:]}); len(r.b) > 0; {
		id := r.byte()
		body := r.take(int(r.u()))
		s := reader{b: body}
		switch id {
		case 1:
			for range s.u() {
				s.byte()
				params = append(params, s.take(int(s.u())))
				s.take(int(s.u()))
			}
		case 3:
			for range s.u() {
				types = append(types, s.u())
			}
		case 10:
			n := s.u()
			body = leb(n)
			for k := range n {
				f, found := splitFunction(s.take(int(s.u())), params[types[k]])
				sites += found
				body = append(append(body, leb(uint64(len(f)))...), f...)
			}
		}
		out = append(append(append(out, id), leb(uint64(len(body)))...), body...)
	}
	return out, sites
}

func splitFunction(body, params []byte) ([]byte, int) {
	r := reader{b: body}
	var groups []byte
	locals, count := append([]byte(nil), params...), r.u()
	for range count {
		n, typ := r.u(), r.byte()
		groups = append(append(groups, leb(n)...), typ)
		locals = append(locals, bytes.Repeat([]byte{typ}, int(n))...)
	}
	var code []instruction
	for len(r.b) > 0 {
		code = append(code, r.instruction())
	}
	add := map[uint32]uint32{} // accumulator to its kind of addition
	inside := map[int]bool{}   // reads and writes of accumulators by their additions
	sites := 0
	for i, sum := range accumulations(code) {
		l := code[i+1].local
		if kind, ok := add[l]; ok && kind != code[i].code {
			continue
		}
		add[l] = code[i].code
		inside[sum], inside[i+1] = true, true
		sites++
	}
	if sites == 0 {
		return body, 0
	}
	twin := map[uint32]uint32{}
	for l := range uint32(len(locals)) {
		if _, ok := add[l]; ok {
			twin[l] = uint32(len(locals) + len(twin))
			groups = append(append(groups, 1), adds[add[l]].typ)
		}
	}
	out := append(leb(count+uint64(len(twin))), groups...)
	put := func(op byte, l uint32) { out = append(append(out, op), leb(uint64(l))...) }
	for i, c := range code {
		other, is := twin[c.local]
		is = is && c.code >= localGet && c.code <= localTee
		switch {
		case is && inside[i] && c.code == localSet: // the sum becomes the twin, and the twin the sum to add to next
			put(localGet, other)
			put(localSet, c.local)
			put(localSet, other)
		case is && !inside[i] && c.code == localGet:
			out = append(out, c.text...)
			put(localGet, other)
			out = append(out, encode(add[c.local])...)
		case is && !inside[i]:
			out = append(append(out, c.text...), adds[add[c.local]].zero...)
			put(localSet, other)
		default:
			out = append(out, c.text...)
		}
	}
	return out, sites
}

func encode(code uint32) []byte {
	if code >= vector {
		return append([]byte{0xfd}, leb(uint64(code-vector))...)
	}
	return []byte{byte(code)}
}

// accumulations finds additions whose result goes where one operand came from:
// by position, the position at which that operand is read.
func accumulations(code []instruction) map[int]int {
	found := map[int]int{}
	type entry struct{ first, last int } // instructions that made a value
	var stack []entry
	for i, c := range code {
		pops, pushes, straight := arity(c.code)
		if !straight {
			stack = stack[:0]
			continue
		}
		e := entry{i, i}
		for range pops {
			if len(stack) == 0 {
				continue
			}
			e.first = stack[len(stack)-1].first
			if pops == 2 && i+1 < len(code) && code[i+1].code == localSet {
				if v := stack[len(stack)-1]; v.first == v.last && code[v.first].code == localGet && code[v.first].local == code[i+1].local && adds[c.code].typ != 0 {
					found[i] = v.first
				}
			}
			stack = stack[:len(stack)-1]
		}
		for range pushes {
			stack = append(stack, e)
		}
	}
	return found
}

// arity is how many values an instruction takes and leaves; straight is false
// where control may go elsewhere.
func arity(code uint32) (pops, pushes int, straight bool) {
	in := func(ranges ...uint32) bool {
		for k := 0; k < len(ranges); k += 2 {
			if code >= ranges[k] && code <= ranges[k+1] {
				return true
			}
		}
		return false
	}
	if code >= vector && code < atomic {
		code -= vector
		switch {
		case code == 12:
			return 0, 1, true
		case code == 11 || in(88, 91):
			return 2, 0, true
		case code == 82:
			return 3, 1, true
		case in(0, 10, 15, 22, 24, 25, 27, 27, 29, 29, 31, 31, 33, 33, 77, 77, 83, 83, 92, 100, 103, 106, 116, 117, 122, 122, 124, 129, 131, 132, 135, 138, 148, 148, 160, 170, 192, 202, 224, 227, 236, 239, 248, 255):
			return 1, 1, true
		}
		return 2, 1, true
	}
	switch {
	case code == 0x01:
		return 0, 0, true
	case code == 0x1a || code == localSet || code == 0x24:
		return 1, 0, true
	case code == 0x1b:
		return 3, 1, true
	case code == localGet || code == 0x23 || code == 0x3f || in(0x41, 0x44):
		return 0, 1, true
	case code == localTee || in(0x28, 0x35, 0x45, 0x45, 0x50, 0x50, 0x67, 0x69, 0x79, 0x7b, 0x8b, 0x91, 0x99, 0x9f, 0xa7, 0xc4, bulk, bulk+7):
		return 1, 1, true
	case in(0x36, 0x3e):
		return 2, 0, true
	case in(0x46, 0xa6):
		return 2, 1, true
	}
	return 0, 0, false
}

// reader reads a module.
type reader struct{ b []byte }

func (r *reader) take(n int) []byte {
	b := r.b[:n]
	r.b = r.b[n:]
	return b
}

func (r *reader) byte() byte { return r.take(1)[0] }

func (r *reader) u() uint64 {
	v, n := binary.Uvarint(r.b)
	r.take(n)
	return v
}

func (r *reader) instruction() (i instruction) {
	all := r.b
	i.code = uint32(r.byte())
	n := 0 // LEB128 numbers
	switch c := i.code; {
	case c >= localGet && c <= localTee:
		i.local = uint32(r.u())
	case c == 0x02 || c == 0x03 || c == 0x04 || c == 0x0c || c == 0x0d || c == 0x10 || c == 0x23 || c == 0x24 || c == 0x3f || c == 0x40 || c == 0x41 || c == 0x42:
		n = 1
	case c == 0x11 || c >= 0x28 && c <= 0x3e:
		n = 2
	case c == 0x0e:
		n = int(r.u()) + 1
	case c == 0x43:
		r.take(4)
	case c == 0x44:
		r.take(8)
	case c >= 0xfc:
		sub := uint32(r.u())
		i.code = c<<8 + sub
		switch {
		case c == 0xfe && sub == 3 || c == 0xfc && (sub == 9 || sub == 11):
			n = 1
		case c == 0xfe || c == 0xfc && sub > 7 || c == 0xfd && (sub <= 11 || sub == 92 || sub == 93):
			n = 2
		case c == 0xfd && sub >= 84 && sub <= 91:
			n = 3
		case c == 0xfd && (sub == 12 || sub == 13):
			r.take(16)
		case c == 0xfd && sub >= 21 && sub <= 34:
			n = 1
		}
	}
	for range n {
		r.u() // the bytes of a signed number end in the same way
	}
	i.text = all[:len(all)-len(r.b)]
	return i
}

func leb(v uint64) []byte { return binary.AppendUvarint(nil, v) }
