package manifest

import "math/bits"

// keccak256 is Ethereum's hash: Keccak with the original 0x01 padding. It is
// written out here because golang.org/x/crypto/sha3 brings the FIPS module's
// SHA-3 with it into the browser; a test holds the two equal.
func keccak256(parts ...[]byte) [32]byte {
	const rate = 136
	var a [25]uint64
	var block [rate]byte
	n := 0
	for _, p := range parts {
		for len(p) > 0 {
			k := copy(block[n:], p)
			n, p = n+k, p[k:]
			if n == rate {
				absorb(&a, &block)
				n = 0
			}
		}
	}
	clear(block[n:])
	block[n] ^= 0x01
	block[rate-1] ^= 0x80
	absorb(&a, &block)
	var out [32]byte
	for i := range out {
		out[i] = byte(a[i/8] >> (8 * (i % 8)))
	}
	return out
}

func absorb(a *[25]uint64, block *[136]byte) {
	for i, b := range block {
		a[i/8] ^= uint64(b) << (8 * (i % 8))
	}
	keccakF1600(a)
}

var keccakRC = [24]uint64{
	0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000,
	0x000000000000808b, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
	0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
	0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003,
	0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
	0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
}

// The lanes in the order rho and pi visit them, and how far each is turned.
var (
	keccakPi  = [24]int{10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1}
	keccakRho = [24]int{1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44}
)

func keccakF1600(a *[25]uint64) {
	var c [5]uint64
	for _, rc := range keccakRC {
		for x := range 5 { // theta
			c[x] = a[x] ^ a[x+5] ^ a[x+10] ^ a[x+15] ^ a[x+20]
		}
		for x := range 5 {
			d := c[(x+4)%5] ^ bits.RotateLeft64(c[(x+1)%5], 1)
			for y := 0; y < 25; y += 5 {
				a[x+y] ^= d
			}
		}
		t := a[1]
		for i, p := range keccakPi { // rho and pi
			a[p], t = bits.RotateLeft64(t, keccakRho[i]), a[p]
		}
		for y := 0; y < 25; y += 5 { // chi
			copy(c[:], a[y:y+5])
			for x := range 5 {
				a[y+x] = c[x] ^ (^c[(x+1)%5] & c[(x+2)%5])
			}
		}
		a[0] ^= rc // iota
	}
}
