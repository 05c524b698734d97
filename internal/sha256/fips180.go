package sha256

import (
	"encoding/binary"
	"math/bits"
)

// The first 32 bits of the fractional parts of the cube roots of the first 64
// primes, FIPS 180-4 section 4.2.2.
var round = [64]uint32{
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
}

const blockSize = 64

// fips180 is FIPS 180-4 section 6.2, for input that comes in pieces.
type fips180 struct {
	h      [8]uint32
	rest   [blockSize]byte // of the last, incomplete block
	length uint64
}

func newFIPS180() *fips180 {
	return &fips180{h: [8]uint32{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}}
}

// Write adds b to the input. It never fails.
func (f *fips180) Write(b []byte) (int, error) {
	written := len(b)
	held := int(f.length % blockSize)
	f.length += uint64(written)
	if held > 0 {
		n := copy(f.rest[held:], b)
		b = b[n:]
		if held+n < blockSize {
			return written, nil
		}
		blocks(&f.h, f.rest[:])
	}
	whole := len(b) / blockSize * blockSize
	blocks(&f.h, b[:whole])
	copy(f.rest[:], b[whole:])
	return written, nil
}

// Sum returns the digest. Nothing may be written afterwards.
func (f *fips180) Sum() (digest [Size]byte) {
	// Padding: a one bit, zeros, the length in bits; section 5.1.1.
	length := f.length
	pad := make([]byte, 1+(2*blockSize-9-int(length%blockSize))%blockSize, blockSize+9)
	pad[0] = 0x80
	f.Write(binary.BigEndian.AppendUint64(pad, 8*length))
	for i, x := range f.h {
		binary.BigEndian.PutUint32(digest[4*i:], x)
	}
	return digest
}

func blocks(state *[8]uint32, p []byte) {
	var w [64]uint32
	for ; len(p) >= blockSize; p = p[blockSize:] {
		for t := range 16 {
			w[t] = binary.BigEndian.Uint32(p[4*t:])
		}
		for t := 16; t < 64; t++ {
			s0 := bits.RotateLeft32(w[t-15], -7) ^ bits.RotateLeft32(w[t-15], -18) ^ w[t-15]>>3
			s1 := bits.RotateLeft32(w[t-2], -17) ^ bits.RotateLeft32(w[t-2], -19) ^ w[t-2]>>10
			w[t] = s1 + w[t-7] + s0 + w[t-16]
		}
		a, b, c, d, e, f, g, h := state[0], state[1], state[2], state[3], state[4], state[5], state[6], state[7]
		for t := range 64 {
			s1 := bits.RotateLeft32(e, -6) ^ bits.RotateLeft32(e, -11) ^ bits.RotateLeft32(e, -25)
			t1 := h + s1 + (e&f ^ ^e&g) + round[t] + w[t]
			s0 := bits.RotateLeft32(a, -2) ^ bits.RotateLeft32(a, -13) ^ bits.RotateLeft32(a, -22)
			t2 := s0 + (a&b ^ a&c ^ b&c)
			h, g, f, e, d, c, b, a = g, f, e, d+t1, c, b, a, t1+t2
		}
		state[0] += a
		state[1] += b
		state[2] += c
		state[3] += d
		state[4] += e
		state[5] += f
		state[6] += g
		state[7] += h
	}
}
