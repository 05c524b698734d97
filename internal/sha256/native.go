//go:build !js

package sha256

import (
	"crypto/sha256"
	"hash"
)

// Hash computes the SHA-256 of what is written to it.
type Hash struct{ h hash.Hash }

// New returns a hash of nothing yet.
func New() Hash { return Hash{sha256.New()} }

// Write adds b to the input. It never fails.
func (h Hash) Write(b []byte) (int, error) { return h.h.Write(b) }

// Sum returns the digest. Nothing may be written afterwards.
func (h Hash) Sum() (digest [Size]byte) {
	h.h.Sum(digest[:0])
	return digest
}
