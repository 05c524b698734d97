// Package ethsig makes and recovers Ethereum signatures natively, for programs
// that publish and verify releases outside a browser. [LoadKey] and [Key.Sign]
// make them, [Recover] is a manifest.Recoverer. It does not talk to wallets or
// chains.
package ethsig

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	"golang.org/x/crypto/sha3"

	"github.com/dehug/dehug/manifest"
)

// Reasons to refuse a key file.
var (
	ErrKeyReadable = errors.New("key file can be read by others: chmod 600 it")
	ErrKeyFormat   = errors.New("key file does not hold one private key as 64 hex digits")
)

// maxKeyFile is 0x, 64 digits and a few line ends; a larger file is not a key.
const maxKeyFile = 128

// A Key is a secp256k1 private key.
type Key struct {
	private *secp256k1.PrivateKey
}

// NewKey returns a fresh key.
func NewKey() (*Key, error) {
	private, err := secp256k1.GeneratePrivateKeyFromRand(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("new key: %w", err)
	}
	return &Key{private}, nil
}

// ParseKey reads 64 hex digits, with or without 0x.
func ParseKey(text string) (*Key, error) {
	b, err := hex.DecodeString(strings.TrimPrefix(text, "0x"))
	if err != nil || len(b) != 32 {
		return nil, ErrKeyFormat
	}
	var scalar secp256k1.ModNScalar
	if overflow := scalar.SetByteSlice(b); overflow || scalar.IsZero() {
		return nil, ErrKeyFormat
	}
	return &Key{secp256k1.NewPrivateKey(&scalar)}, nil
}

// LoadKey reads a key file: one private key as hex. A file that others can read
// is refused (on systems that have such permissions).
func LoadKey(path string) (*Key, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s: %w", path, ErrKeyReadable)
	}
	b, err := io.ReadAll(io.LimitReader(f, maxKeyFile+1))
	if err != nil {
		return nil, err
	}
	if len(b) > maxKeyFile {
		return nil, fmt.Errorf("%s: %w", path, ErrKeyFormat)
	}
	key, err := ParseKey(strings.TrimSpace(string(b)))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return key, nil
}

// Save writes the key to a new file that only its owner can read.
func (k *Key) Save(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(hex.EncodeToString(k.private.Serialize()) + "\n")
	return errors.Join(err, f.Close())
}

// Address returns the account of the key.
func (k *Key) Address() manifest.Address { return address(k.private.PubKey().SerializeUncompressed()) }

// Sign signs a hash. The signature is canonical (low s, v 27 or 28) and the same
// each time (RFC 6979).
func (k *Key) Sign(hash [32]byte) manifest.Signature {
	return sign(k.private, hash)
}

// SignManifest signs a manifest's bytes and returns the envelope with that one
// signature.
func (k *Key) SignManifest(doc []byte) ([]byte, error) {
	m, err := manifest.Parse(doc)
	if err != nil {
		return nil, err
	}
	digest := manifest.DigestOf(doc)
	e := manifest.Envelope{
		Manifest: digest.RawCID(),
		Signatures: []manifest.AuthorSignature{{
			Author:    k.Address(),
			Signature: k.Sign(manifest.AuthorshipDigest(m, digest)),
		}},
	}
	return e.Encode()
}

// Recover returns the account that made a signature.
func Recover(hash [32]byte, r, s [32]byte, v byte) (manifest.Address, error) {
	public, err := recoverKey(hash, r, s, v)
	if err != nil {
		return manifest.Address{}, err
	}
	return address(public), nil
}

var _ manifest.Recoverer = Recover

// address is the account of a public key, in its form of 65 bytes.
func address(public []byte) manifest.Address {
	h := sha3.NewLegacyKeccak256()
	h.Write(public[1:])
	return manifest.Address(h.Sum(nil)[12:])
}
