package manifest

// Small things of encoding/hex and encoding/binary, which would bring fmt and
// reflect into the browser with them.

const hexDigits = "0123456789abcdef"

func toHex(b []byte) string {
	out := make([]byte, 0, 2*len(b))
	for _, c := range b {
		out = append(out, hexDigits[c>>4], hexDigits[c&15])
	}
	return string(out)
}

// fromHex fills b from lower-case digits; s must be exactly twice as long.
func fromHex(b []byte, s string) bool {
	if len(s) != 2*len(b) {
		return false
	}
	for i := range s {
		v := byte(0)
		switch c := s[i]; {
		case '0' <= c && c <= '9':
			v = c - '0'
		case 'a' <= c && c <= 'f':
			v = c - 'a' + 10
		default:
			return false
		}
		b[i/2] = b[i/2]<<4 | v
	}
	return true
}

// appendBig appends the low n bytes of v, high byte first.
func appendBig(b []byte, v uint64, n int) []byte {
	for n--; n >= 0; n-- {
		b = append(b, byte(v>>(8*n)))
	}
	return b
}

// appendVarint is protobuf's base 128, low digit first.
func appendVarint(b []byte, v uint64) []byte {
	for ; v >= 0x80; v >>= 7 {
		b = append(b, byte(v)|0x80)
	}
	return append(b, byte(v))
}

// varint reads a number of at most 64 bits and says how many bytes it took, 0
// when there is none.
func varint(b []byte) (v uint64, n int) {
	for i := 0; i < len(b) && i < 10; i++ {
		v |= uint64(b[i]&0x7f) << (7 * i)
		if b[i] < 0x80 {
			if i == 9 && b[i] > 1 {
				return 0, 0
			}
			return v, i + 1
		}
	}
	return 0, 0
}
