package manifest

import "github.com/dehug/dehug/internal/sha256"

// A Digest is a SHA-256 hash. Its text is 64 lower-case hex digits.
type Digest [32]byte

func (d Digest) String() string { return toHex(d[:]) }

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
	if !fromHex(d[:], s) {
		return Digest{}, refuse(ErrValue, "", "a digest is 64 lower-case hex digits, not "+quote(s))
	}
	return d, nil
}
