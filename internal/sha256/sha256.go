// Package sha256 is SHA-256 for code that is also built for the browser.
//
// Native builds use crypto/sha256. In the browser the standard library's
// package would bring the FIPS 140 module (AES, DRBG, self tests) along: half
// a megabyte for one function. There, chunks are hashed by WebCrypto; this
// implementation, a direct transcription of FIPS 180-4, serves the small
// inputs that Go hashes itself, and pages without WebCrypto.
package sha256

// Size is the length of a digest in bytes.
const Size = 32

// Sum256 returns the SHA-256 of b.
func Sum256(b []byte) [Size]byte {
	h := New()
	h.Write(b)
	return h.Sum()
}
