//go:build cgo

package ethsig

import (
	"errors"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	libsecp256k1 "github.com/ethereum/go-ethereum/crypto/secp256k1"

	"github.com/dehug/dehug/manifest"
)

// The curve in C (bitcoin's libsecp256k1, as go-ethereum carries it): it takes a fraction of the time for the same bits.

func sign(key *secp256k1.PrivateKey, hash [32]byte) manifest.Signature {
	signature, err := libsecp256k1.Sign(hash[:], key.Serialize())
	if err != nil {
		panic("ethsig: a key that was read is none: " + err.Error())
	}
	signature[64] += 27
	return manifest.Signature(signature)
}

// errRecovery is for v that is none. As in Go, those of compressed keys (31 to 34) are taken for the same.
var errRecovery = errors.New("invalid recovery code")

func recoverKey(hash [32]byte, r, s [32]byte, v byte) ([]byte, error) {
	if v < 27 || v > 34 {
		return nil, errRecovery
	}
	signature := append(append(make([]byte, 0, 65), r[:]...), s[:]...)
	return libsecp256k1.RecoverPubkey(hash[:], append(signature, (v-27)&3))
}
