package manifest

import (
	"crypto/sha256"
	"encoding/hex"
)

// A Digest is a SHA-256 hash. Its text is 64 lower-case hex digits.
type Digest [32]byte

func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// IsZero reports whether d was never set.
func (d Digest) IsZero() bool { return d == Digest{} }

// RawCID returns the CID of the raw block whose bytes hash to d.
func (d Digest) RawCID() CID { return MakeCID(Raw, d) }

// DigestOf returns the SHA-256 of b. For the bytes of a manifest it is the
// manifestDigest: what a page pins and a registry stores.
func DigestOf(b []byte) Digest { return sha256.Sum256(b) }

// ParseDigest reads 64 lower-case hex digits.
func ParseDigest(s string) (Digest, error) {
	var d Digest
	if !isLowerHex(s, 2*len(d)) {
		return d, refuse(ErrValue, "", "a digest is 64 lower-case hex digits, not "+quote(s))
	}
	_, err := hex.Decode(d[:], []byte(s))
	return d, err
}

func isLowerHex(s string, n int) bool {
	if len(s) != n {
		return false
	}
	for i := 0; i < len(s); i++ {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
