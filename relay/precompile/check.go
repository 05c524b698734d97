package precompile

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/wasm"
)

// Kinds of imports and exports, and the sections that Check reads.
const (
	kindFunction = 0
	kindMemory   = 2

	sectionCustom = 0
	sectionImport = 2
	sectionExport = 7
	sectionStart  = 8
)

// required are the functions of the ABI; optional come with modules for threads.
var (
	required = []string{"bind", "descriptors", "layout", "prepare", "run", "state"}
	optional = []string{"part", "shares"}
)

// Check refuses what is not a module of the ABI in the given mode: one that imports anything but one memory, that does
// something when it is instantiated, lacks a function of the ABI, or says of itself that it is something else. Code is
// not looked at; all that it can reach is that memory, and the engine that runs it validates it.
func Check(module []byte, mode string) error {
	refuse := func(format string, args ...any) error {
		return relay.Errorf(relay.CodeUnverified, "it "+format, args...).
			WithHint("do not use this module: it is not what this format's compiler makes")
	}
	if !bytes.HasPrefix(module, []byte("\x00asm\x01\x00\x00\x00")) {
		return refuse("is not WebAssembly")
	}
	r := &reader{rest: module[8:]}
	var info struct{ ABI, Mode string }
	described := false
	var imports, exports []string
	for len(r.rest) > 0 {
		id := r.byte()
		s := &reader{rest: r.bytes()}
		if r.broken {
			return refuse("is cut short")
		}
		switch id {
		case sectionImport:
			for n := s.u32(); n > 0 && !s.broken; n-- {
				imports = append(imports, string(s.bytes())+"."+string(s.bytes()))
				if kind := s.byte(); kind != kindMemory && !s.broken {
					return refuse("imports %q, which is no memory", imports[len(imports)-1])
				}
				flags := s.byte()
				s.u32()
				if flags&1 != 0 {
					s.u32()
				}
			}
		case sectionExport:
			for n := s.u32(); n > 0 && !s.broken; n-- {
				name := string(s.bytes())
				kind := s.byte()
				if s.broken {
					break
				}
				if kind != kindFunction || !slices.Contains(required, name) && !slices.Contains(optional, name) {
					return refuse("exports %q, which the ABI does not know", name)
				}
				s.u32()
				exports = append(exports, name)
			}
		case sectionStart:
			return refuse("has a start function")
		case sectionCustom:
			if string(s.bytes()) == "dehug" && !s.broken {
				described = json.Unmarshal(s.rest, &info) == nil
			}
			s.rest = nil // a custom section may hold anything
		default:
			s.rest = nil
		}
		if s.broken || len(s.rest) > 0 {
			return refuse("is not well formed")
		}
	}
	if !slices.Equal(imports, []string{"dehug.memory"}) {
		return refuse("does not import one memory and nothing else")
	}
	for _, name := range required {
		if !slices.Contains(exports, name) {
			return refuse("does not export %q", name)
		}
	}
	if !described || info.ABI != wasm.ABI || info.Mode != mode {
		return refuse("does not say that it is of ABI %s and %s", wasm.ABI, mode)
	}
	return nil
}

// reader reads WebAssembly's binary format. After the end it gives zeros and is broken.
type reader struct {
	rest   []byte
	broken bool
}

func (r *reader) byte() byte {
	if len(r.rest) == 0 {
		r.broken = true
		return 0
	}
	b := r.rest[0]
	r.rest = r.rest[1:]
	return b
}

func (r *reader) u32() uint32 {
	var v uint64
	for shift := 0; shift < 35; shift += 7 {
		b := r.byte()
		v |= uint64(b&127) << shift
		if b < 128 {
			return uint32(v)
		}
	}
	r.broken = true
	return 0
}

// bytes reads a length and that many bytes.
func (r *reader) bytes() []byte {
	n := r.u32()
	if uint64(n) > uint64(len(r.rest)) {
		r.broken = true
		return nil
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}
