//go:build js

package sha256

// Hash computes the SHA-256 of what is written to it.
type Hash struct{ *fips180 }

// New returns a hash of nothing yet.
func New() Hash { return Hash{newFIPS180()} }
