package siwe

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"strings"

	"golang.org/x/crypto/sha3"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
)

// MaxSignature is room for what contract wallets put into one: several owners' signatures, a passkey's, or the code
// that deploys the wallet.
const MaxSignature = 16 << 10

// Chain runs code on a chain without changing it.
type Chain interface {
	// Call runs creation code and returns what it returns: eth_call without a recipient. An error with CodeInvalid
	// says that the code reverted, any other that the chain could not be asked.
	Call(ctx context.Context, code []byte) ([]byte, error)
}

// Verifier says whether the owner of an address signed a message. Without a Chain it knows no contract wallets.
type Verifier struct{ Chain Chain }

// validator is the contract of ERC-6492: it takes (address, hash, signature), deploys the wallet where the signature says
// how, asks it by ERC-1271, and returns one byte. It is run, never deployed. testdata/vectors.mjs wrote it.
//
//go:embed validator.hex
var validator string

// Verify asks whether m.Address signed text. A key's signature needs no chain; a contract wallet is asked itself,
// deployed or not.
func (v Verifier) Verify(ctx context.Context, m *Message, text string, signature []byte) error {
	if len(signature) > MaxSignature {
		return relay.Errorf(relay.CodeTooLarge, "the signature has %d bytes, at most %d are read", len(signature), MaxSignature)
	}
	hash := Hash(text)
	// Nobody has the key of a contract's address, so a key that fits is always the owner's.
	if signer, canonical := recoverKey(hash, signature); signer == m.Address && signer != (manifest.Address{}) {
		if canonical {
			return nil
		}
		return refused("the signature is not in its one canonical form")
	}
	if v.Chain == nil {
		return refused("the signature is not that of %s", m.Address).
			WithHint("this relay asks no chain, so wallets that are contracts cannot sign in")
	}
	code, err := hex.DecodeString(strings.TrimSpace(validator))
	if err != nil {
		panic("siwe: the validator is not hex")
	}
	answer, err := v.Chain.Call(ctx, append(code, arguments(m.Address, hash, signature)...))
	switch {
	case relay.ErrorCode(err) == relay.CodeInvalid: // a wallet that reverts says no
	case err != nil:
		return relay.Errorf(relay.CodeUnavailable, "the wallet could not be asked: %w", err).WithHint("try again: the chain does not answer now")
	case bytes.Equal(answer, []byte{1}):
		return nil
	}
	return refused("the signature is not that of %s", m.Address)
}

// Hash is what wallets sign for a text (EIP-191, personal_sign).
func Hash(text string) [32]byte {
	h := sha3.NewLegacyKeccak256()
	h.Write([]byte("\x19Ethereum Signed Message:\n" + strconv.Itoa(len(text)) + text))
	return [32]byte(h.Sum(nil))
}

// halfOrder is half the order of secp256k1: of the two s that fit a signature, the lower counts.
var halfOrder = [32]byte{0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0x5d, 0x57, 0x6e, 0x73, 0x57, 0xa4, 0x50, 0x1d, 0xdf, 0xe9, 0x2f, 0x46, 0x68, 0x1b, 0x20, 0xa0}

// recoverKey finds the key's address of a signature of 65 bytes; it is zero where there is none. Some hardware wallets
// write v as 0 or 1.
func recoverKey(hash [32]byte, signature []byte) (signer manifest.Address, canonical bool) {
	if len(signature) != 65 {
		return signer, false
	}
	r, s, v := [32]byte(signature[:32]), [32]byte(signature[32:64]), signature[64]
	if v < 2 {
		v += 27
	}
	if v != 27 && v != 28 {
		return signer, false
	}
	signer, err := ethsig.Recover(hash, r, s, v)
	return signer, err == nil && bytes.Compare(s[:], halfOrder[:]) <= 0
}

// arguments encodes (address, bytes32, bytes) as Solidity does.
func arguments(address manifest.Address, hash [32]byte, signature []byte) []byte {
	b := make([]byte, 32*4, 32*4+len(signature)+31)
	copy(b[12:], address[:])
	copy(b[32:], hash[:])
	b[95] = 96 // where the bytes begin
	binary.BigEndian.PutUint64(b[120:], uint64(len(signature)))
	b = append(b, signature...)
	return append(b, make([]byte, -len(signature)&31)...)
}
