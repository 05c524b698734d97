package sha256

import (
	"crypto/sha256"
	"testing"
)

func sum(b []byte, cut int) [Size]byte {
	h := newFIPS180()
	h.Write(b[:cut])
	h.Write(b[cut:])
	return h.Sum()
}

// TestSum compares with the standard library over every length that pads
// differently, and some longer ones.
func TestSum(t *testing.T) {
	b := make([]byte, 1<<16+3)
	x := uint32(1)
	for i := range b {
		x = x*1664525 + 1013904223
		b[i] = byte(x >> 24)
	}
	for n := 0; n <= len(b); n++ {
		if n > 300 && n < len(b)-2 {
			continue
		}
		for _, cut := range []int{0, n / 3, n} { // in two pieces
			if got, want := sum(b[:n], cut), sha256.Sum256(b[:n]); got != want {
				t.Fatalf("%d bytes in two at %d: got %x, want %x", n, cut, got, want)
			}
		}
		if got, want := Sum256(b[:n]), sha256.Sum256(b[:n]); got != want {
			t.Fatalf("Sum256 of %d bytes: got %x, want %x", n, got, want)
		}
	}
}

func FuzzSum(f *testing.F) {
	f.Add([]byte("abc"), uint(1))
	f.Fuzz(func(t *testing.T, b []byte, cut uint) {
		if got, want := sum(b, int(cut%uint(len(b)+1))), sha256.Sum256(b); got != want {
			t.Fatalf("got %x, want %x", got, want)
		}
	})
}
