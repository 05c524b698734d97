package ethsig

import (
	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	"github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"

	"github.com/dehug/dehug/manifest"
)

// The curve in Go: what programs without C have, and what the other one is held against.

func signInGo(key *secp256k1.PrivateKey, hash [32]byte) (s manifest.Signature) {
	compact := ecdsa.SignCompact(key, hash[:], false) // v, r, s
	copy(s[:], compact[1:])
	s[64] = compact[0]
	return s
}

func recoverInGo(hash [32]byte, r, s [32]byte, v byte) ([]byte, error) {
	compact := append([]byte{v}, r[:]...)
	public, _, err := ecdsa.RecoverCompact(append(compact, s[:]...), hash[:])
	if err != nil {
		return nil, err
	}
	return public.SerializeUncompressed(), nil
}
