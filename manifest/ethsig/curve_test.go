package ethsig

import (
	"bytes"
	"math/big"
	"math/rand/v2"
	"testing"
)

// Signatures are the same bits, and taken or refused alike, whichever way the curve is computed.
func TestCurves(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	random := func() (b [32]byte) {
		for i := range b {
			b[i] = byte(rng.Uint32())
		}
		return b
	}
	order, _ := new(big.Int).SetString("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16)
	odd := [][32]byte{{}, {31: 1}, [32]byte(order.Bytes()), [32]byte(new(big.Int).Sub(order, big.NewInt(1)).Bytes()), [32]byte(bytes.Repeat([]byte{0xff}, 32))}
	alike := func(hash, r, s [32]byte, v byte) {
		t.Helper()
		got, err := recoverKey(hash, r, s, v)
		want, wantErr := recoverInGo(hash, r, s, v)
		if !bytes.Equal(got, want) || (err == nil) != (wantErr == nil) {
			t.Errorf("recover %x %x %x %d = %x, %v; in Go %x, %v", hash, r, s, v, got, err, want, wantErr)
		}
	}
	for range 20 {
		key, err := NewKey()
		if err != nil {
			t.Fatal(err)
		}
		hash := random()
		got, want := sign(key.private, hash), signInGo(key.private, hash)
		if got != want {
			t.Fatalf("sign %x = %x; in Go %x", hash, got, want)
		}
		r, s := [32]byte(got[:32]), [32]byte(got[32:64])
		high := [32]byte(new(big.Int).Sub(order, new(big.Int).SetBytes(s[:])).FillBytes(make([]byte, 32)))
		for _, v := range []byte{0, 1, 26, 27, 28, 29, 30, 31, 34, 35, 255} {
			alike(hash, r, s, v)
			alike(hash, r, high, v)
			alike(hash, random(), s, v)
			for _, o := range odd {
				alike(hash, o, s, v)
				alike(hash, r, o, v)
				alike(o, r, s, v)
			}
		}
	}
}

func BenchmarkCurve(b *testing.B) {
	key, err := NewKey()
	if err != nil {
		b.Fatal(err)
	}
	hash := [32]byte{1}
	s := key.Sign(hash)
	for name, do := range map[string]func(){
		"sign":          func() { sign(key.private, hash) },
		"sign in Go":    func() { signInGo(key.private, hash) },
		"recover":       func() { _, _ = recoverKey(hash, [32]byte(s[:32]), [32]byte(s[32:64]), s[64]) },
		"recover in Go": func() { _, _ = recoverInGo(hash, [32]byte(s[:32]), [32]byte(s[32:64]), s[64]) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				do()
			}
		})
	}
}
