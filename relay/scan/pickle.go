package scan

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

const (
	protocol     = 0x80      // the opcode with which pickles since protocol 2 begin
	maxOpcodes   = 2_000_000 // that are read of one file
	maxTextLine  = 64 << 10  // of an opcode whose argument is a line
	maxString    = 1 << 10   // of a string that may be the name of an import; longer ones are skipped
	maxMemo      = 1 << 20   // strings that are remembered
	maxPickles   = 64        // one after the other in a file, as Torch wrote them
	maxImports   = 10_000    // of which is kept what they are called
	textAttempts = 200_000   // opcodes that a file is read which does not begin like a pickle
)

// harmless are imports of tensors and containers: to make one does nothing else.
var harmless = []string{"torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_parameter", "collections.OrderedDict",
	"numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct", "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar", "numpy.ndarray", "numpy.dtype",
	"_codecs.encode", "torch.Size", "torch.device", "torch.dtype", "torch.storage.UntypedStorage", "torch.storage._load_from_bytes", "__builtin__.set", "builtins.set"}

func isHarmless(name string) bool {
	kind, ok := strings.CutPrefix(name, "torch.")
	return slices.Contains(harmless, name) || ok && strings.HasSuffix(kind, "Storage") && !strings.Contains(kind, ".")
}

// pickle says what the pickles in a file import. ok is false when there is none.
func pickle(size int64, r io.ReaderAt) (reason string, ok bool) {
	var first [1]byte
	if n, _ := r.ReadAt(first[:], 0); n == 0 {
		return "", false
	}
	modern := first[0] == protocol
	imports := map[string]bool{}
	at, whole := int64(0), 0
	for whole < maxPickles && at < size {
		w := walker{in: r, at: at, end: size, imports: imports, left: maxOpcodes}
		if !modern {
			w.left = textAttempts
		}
		err := w.walk()
		if err != nil {
			if !modern || whole == 0 && w.opcodes < 3 { // bytes that happen to begin so
				if whole == 0 {
					return "", false
				}
			}
			break
		}
		whole++
		at = w.at
		var next [1]byte
		if n, _ := r.ReadAt(next[:], at); n == 0 || next[0] != protocol {
			break
		}
	}
	if !modern && len(imports) == 0 {
		return "", false // any text with a full stop could be one that does nothing
	}
	var bad []string
	for name := range imports {
		if !isHarmless(name) {
			bad = append(bad, name)
		}
	}
	slices.Sort(bad)
	switch {
	case whole == 0:
		return "a pickle that cannot be read to its end: loading it runs code", true
	case len(bad) == 0:
		return "a pickle, which imports no more than tensors need: loading it may still run code", true
	}
	more := ""
	if len(bad) > maxNamed {
		more = fmt.Sprintf(" and %d more", len(bad)-maxNamed)
	}
	for i := range bad {
		bad[i] = fmt.Sprintf("%.80q", bad[i])
	}
	return "a pickle that imports " + strings.Join(bad[:min(len(bad), maxNamed)], ", ") + more + ": loading it runs that", true
}

// walker reads the opcodes of one pickle. It runs none: of the stack it knows the strings, for these name what is imported.
type walker struct {
	in      io.ReaderAt
	at, end int64
	buf     *bufio.Reader
	bufAt   int64 // where buf reads
	imports map[string]bool
	opcodes int
	left    int

	strings [2]string // pushed last, the newest last
	memo    map[int]string
	count   int // of memo, as MEMOIZE counts
}

var errNoPickle = errors.New("not a pickle")

// arguments of opcodes: of how many bytes, or of how many bytes the length is (negative). Lines are -'\n'.
const (
	line  = -100
	lines = -101 // two

	unknown = -102
)

// opcodes says what follows each.
var opcodes = func() (table [256]int) {
	for op := range table {
		size, known := arguments[byte(op)]
		if !known {
			size = unknown
		}
		table[op] = size
	}
	return table
}()

var arguments = map[byte]int{
	'(': 0, '.': 0, '0': 0, '1': 0, '2': 0, 'F': line, 'I': line, 'J': 4, 'K': 1, 'L': line, 'M': 2, 'N': 0, 'P': line, 'Q': 0, 'R': 0,
	'S': line, 'T': -4, 'U': -1, 'V': line, 'X': -4, 'a': 0, 'b': 0, 'c': lines, 'd': 0, '}': 0, 'e': 0, 'g': line, 'h': 1, 'i': lines, 'j': 4,
	'l': 0, ']': 0, 'o': 0, 'p': line, 'q': 1, 'r': 4, 's': 0, 't': 0, ')': 0, 'u': 0, 'G': 8, 'B': -4, 'C': -1,
	0x80: 1, 0x81: 0, 0x82: 1, 0x83: 2, 0x84: 4, 0x85: 0, 0x86: 0, 0x87: 0, 0x88: 0, 0x89: 0, 0x8a: -1, 0x8b: -4, 0x8c: -1, 0x8d: -8,
	0x8e: -8, 0x8f: 0, 0x90: 0, 0x91: 0, 0x92: 0, 0x93: 0, 0x94: 0, 0x95: 8, 0x96: -8, 0x97: 0, 0x98: 0,
}

// walk reads up to and with STOP.
func (w *walker) walk() error {
	w.memo = map[int]string{}
	for ; w.opcodes < w.left; w.opcodes++ {
		op, err := w.reader().ReadByte()
		if err != nil {
			return errNoPickle
		}
		w.advance(1)
		size := opcodes[op]
		if size == unknown {
			return errNoPickle
		}
		var arg []byte
		var second string
		switch {
		case size == line || size == lines:
			if arg, err = w.line(); err == nil && size == lines {
				var name []byte
				name, err = w.line()
				second = string(name)
			}
		case size < 0:
			arg, err = w.counted(-size)
		case size > 0:
			arg, err = w.bytes(size)
		}
		if err != nil {
			return err
		}
		switch op {
		case '.':
			return nil
		case 'c', 'i':
			w.imported(string(arg), second)
		case 0x93:
			w.imported(w.strings[0], w.strings[1])
		case 'S':
			w.push(strings.Trim(string(arg), `'"`))
		case 'V', 'X', 'T', 'U', 0x8c, 0x8d:
			w.push(string(arg))
		case 'h', 'j':
			w.push(w.memo[number(arg)])
		case 'g':
			var n int
			fmt.Sscan(string(arg), &n)
			w.push(w.memo[n])
		case 'q', 'r':
			w.remember(number(arg))
		case 'p':
			var n int
			fmt.Sscan(string(arg), &n)
			w.remember(n)
		case 0x94:
			w.remember(w.count)
			w.count++
		}
	}
	return errNoPickle
}

func (w *walker) push(s string) { w.strings = [2]string{w.strings[1], s} }

// remember keeps the string that was pushed last. What else is remembered is no name of an import.
func (w *walker) remember(n int) {
	if len(w.memo) < maxMemo {
		w.memo[n] = w.strings[1]
	}
}

func (w *walker) imported(module, name string) {
	if module == "" || name == "" {
		module, name = "?", "?"
	}
	if len(w.imports) < maxImports {
		w.imports[module+"."+name] = true
	}
}

func number(b []byte) int {
	var wide [8]byte
	copy(wide[:], b)
	return int(binary.LittleEndian.Uint64(wide[:]))
}

// reader is one that reads at w.at.
func (w *walker) reader() *bufio.Reader {
	if w.buf == nil || w.bufAt != w.at {
		w.buf = bufio.NewReader(io.NewSectionReader(w.in, w.at, w.end-w.at))
		w.bufAt = w.at
	}
	return w.buf
}

func (w *walker) advance(n int64) {
	w.at += n
	w.bufAt = w.at
}

func (w *walker) bytes(n int) ([]byte, error) {
	b := make([]byte, n)
	if _, err := io.ReadFull(w.reader(), b); err != nil {
		return nil, errNoPickle
	}
	w.advance(int64(n))
	return b, nil
}

// line reads an argument that ends with its line.
func (w *walker) line() ([]byte, error) {
	var out []byte
	for len(out) < maxTextLine {
		b, err := w.reader().ReadByte()
		if err != nil {
			return nil, errNoPickle
		}
		w.advance(1)
		if b == '\n' {
			return out, nil
		}
		out = append(out, b)
	}
	return nil, errNoPickle
}

// counted reads an argument that says how long it is. A long one, which names nothing, is stepped over and not read.
func (w *walker) counted(bytes int) ([]byte, error) {
	size, err := w.bytes(bytes)
	if err != nil {
		return nil, err
	}
	n := int64(number(size))
	if n < 0 || n > w.end-w.at {
		return nil, errNoPickle
	}
	if n <= maxString {
		return w.bytes(int(n))
	}
	w.at += n // the buffer is somewhere else now: reader makes a new one
	return nil, nil
}
