package manifest

// A CID is the canonical text of a CIDv1: base32, lower case, multibase prefix
// "b". The format has only two codecs, raw and dag-pb, and one hash, sha2-256,
// so a CID is always 59 characters and says the digest of its block.
type CID string

// A Codec says how the bytes of a block are read.
type Codec byte

// The multicodec numbers of the two codecs.
const (
	Raw   Codec = 0x55
	DagPB Codec = 0x70
)

const (
	cidBytes = 36 // version, codec, hash name, hash length, 32 bytes of digest
	cidChars = 59 // "b" and ceil(36 * 8 / 5) digits

	sha256Name = 0x12 // multihash sha2-256
)

const base32Digits = "abcdefghijklmnopqrstuvwxyz234567"

// MakeCID returns the CID of a block from its codec and the SHA-256 of its bytes.
func MakeCID(codec Codec, d Digest) CID {
	b := [cidBytes]byte{1, byte(codec), sha256Name, byte(len(d))}
	copy(b[4:], d[:])
	out := make([]byte, 1, cidChars)
	out[0] = 'b'
	var acc uint32
	var bits uint
	for _, c := range b {
		acc = acc<<8 | uint32(c)
		for bits += 8; bits >= 5; bits -= 5 {
			out = append(out, base32Digits[acc>>(bits-5)&31])
		}
	}
	return CID(append(out, base32Digits[acc<<(5-bits)&31])) // 288 bits leave three in the last digit
}

// ParseCID reads the canonical text of a CID of this format.
func ParseCID(s string) (CID, error) {
	if _, _, err := decodeCID(s); err != nil {
		return "", err
	}
	return CID(s), nil
}

// CIDFromBytes reads the 36-byte binary form.
func CIDFromBytes(b []byte) (CID, error) {
	if len(b) != cidBytes || b[0] != 1 || b[2] != sha256Name || b[3] != 32 || !known(Codec(b[1])) {
		return "", refuse(ErrCID, "", "its binary form is other than 01, 55 or 70, 12 20 and 32 bytes")
	}
	return MakeCID(Codec(b[1]), Digest(b[4:])), nil
}

func known(c Codec) bool { return c == Raw || c == DagPB }

func decodeCID(s string) (Codec, Digest, error) {
	var d Digest
	if len(s) != cidChars || s[0] != 'b' {
		return 0, d, refuse(ErrCID, "", quote(s))
	}
	var b [cidBytes]byte
	var acc uint32
	var bits uint
	n := 0
	for i := 1; i < len(s); i++ {
		var v byte
		switch c := s[i]; {
		case 'a' <= c && c <= 'z':
			v = c - 'a'
		case '2' <= c && c <= '7':
			v = c - '2' + 26
		default:
			return 0, d, refuse(ErrCID, "", quote(s))
		}
		acc = acc<<5 | uint32(v)
		if bits += 5; bits >= 8 {
			bits -= 8
			b[n] = byte(acc >> bits)
			n++
		}
	}
	codec := Codec(b[1])
	if acc&(1<<bits-1) != 0 || b[0] != 1 || !known(codec) || b[2] != sha256Name || b[3] != 32 {
		return 0, d, refuse(ErrCID, "", quote(s))
	}
	copy(d[:], b[4:])
	return codec, d, nil
}

// Codec returns the codec of c, or 0 when c is not a CID of this format.
func (c CID) Codec() Codec {
	codec, _, _ := decodeCID(string(c))
	return codec
}

// Digest returns the SHA-256 of the block c names. It is zero when c is not a
// CID of this format.
func (c CID) Digest() Digest {
	_, d, _ := decodeCID(string(c))
	return d
}

// Bytes returns the 36-byte binary form of c.
func (c CID) Bytes() []byte {
	codec, d, err := decodeCID(string(c))
	if err != nil {
		panic("manifest: Bytes of a CID that was never parsed")
	}
	return append([]byte{1, byte(codec), sha256Name, 32}, d[:]...)
}

// Verify tells whether block is the block c names.
func (c CID) Verify(block []byte) error {
	_, d, err := decodeCID(string(c))
	if err != nil {
		return err
	}
	if got := DigestOf(block); got != d {
		return refuse(ErrHashMismatch, "block "+string(c), "its bytes hash to "+got.String())
	}
	return nil
}
