package manifest

import (
	"bytes"
	"strconv"
	"strings"
)

// EnvelopeSchema is the id of the envelope's format.
const EnvelopeSchema = "dehug/envelope/v0"

// MaxEnvelope bounds an envelope in bytes: MaxAuthors signatures take 8 KiB.
const MaxEnvelope = 16 << 10

// The EIP-712 domain and type of an authorship signature. There is no chain in
// it: an author signs what a release is, wherever it is registered.
const (
	DomainName     = "DeHug Manifest"
	DomainVersion  = "0"
	domainType     = "EIP712Domain(string name,string version)"
	authorshipType = "Authorship(bytes32 manifestDigest,bytes32 root,string name,string version)"
)

// A Signature is r, s and v (27 or 28), as wallets return it.
type Signature [65]byte

func (s Signature) String() string { return "0x" + toHex(s[:]) }

// ParseSignature reads 0x and 130 lower-case hex digits.
func ParseSignature(text string) (Signature, error) {
	var s Signature
	if digits, ok := strings.CutPrefix(text, "0x"); !ok || !fromHex(s[:], digits) {
		return Signature{}, refuse(ErrSignature, "", "a signature is 0x and 130 lower-case hex digits")
	}
	return s, nil
}

// A Recoverer returns the account that made a secp256k1 signature over hash.
// r, s and v have been checked to be in range and canonical. Native code uses
// package ethsig; a browser passes its own.
type Recoverer func(hash [32]byte, r, s [32]byte, v byte) (Address, error)

// AuthorshipDigest returns what an author signs: the EIP-712 hash of
// {manifestDigest, root, name, version}.
func AuthorshipDigest(m *Manifest, manifestDigest Digest) [32]byte {
	domain := structHash(domainType, keccak256([]byte(DomainName)), keccak256([]byte(DomainVersion)))
	message := structHash(authorshipType, manifestDigest, m.Root, keccak256([]byte(m.Name)), keccak256([]byte(m.Version)))
	return keccak256([]byte{0x19, 0x01}, domain[:], message[:])
}

func structHash(typ string, words ...[32]byte) [32]byte {
	hash := keccak256([]byte(typ))
	b := hash[:]
	for _, w := range words {
		b = append(b, w[:]...)
	}
	return keccak256(b)
}

// An Envelope carries the authors' signatures of one manifest. It is a canonical
// document of its own, so that signing does not change the manifest's bytes.
type Envelope struct {
	Manifest   CID
	Signatures []AuthorSignature // in byte order of address
}

// An AuthorSignature is one author's signature.
type AuthorSignature struct {
	Author    Address
	Signature Signature
}

func (e *Envelope) fields(schema *string) func(*codec) {
	return func(c *codec) {
		c.object(func() {
			c.cid("manifest", &e.Manifest)
			c.text("schema", schema)
			c.list("signatures", true, MaxAuthors, len(e.Signatures), func(i int) {
				if !c.writing {
					e.Signatures = append(e.Signatures, AuthorSignature{})
				}
				s := &e.Signatures[i]
				c.object(func() {
					c.address("author", &s.Author)
					c.parsed("signature", s.Signature.String(), func(t string) (err error) {
						s.Signature, err = ParseSignature(t)
						return
					})
				})
			})
		})
	}
}

func (e *Envelope) check() error {
	if e.Manifest.Codec() != Raw {
		return refuse(ErrCID, "manifest", "a manifest is a raw block")
	}
	if len(e.Signatures) == 0 {
		return refuse(ErrMissingField, "signatures", "an envelope without signatures is left out")
	}
	if len(e.Signatures) > MaxAuthors {
		return tooMany("signatures", MaxAuthors)
	}
	for i := range e.Signatures {
		if i > 0 && bytes.Compare(e.Signatures[i-1].Author[:], e.Signatures[i].Author[:]) >= 0 {
			return refuse(ErrOrder, "signatures["+strconv.Itoa(i)+"].author", e.Signatures[i].Author.String())
		}
	}
	return nil
}

// ParseEnvelope reads an envelope in canonical form. It checks no signature.
func ParseEnvelope(doc []byte) (*Envelope, error) {
	if len(doc) > MaxEnvelope {
		return nil, refuse(ErrTooLarge, "envelope", strconv.Itoa(len(doc))+" bytes, at most "+strconv.Itoa(MaxEnvelope))
	}
	e := &Envelope{}
	var schema string
	if err := decode(doc, EnvelopeSchema, e.fields(&schema)); err != nil {
		return nil, err
	}
	if schema != EnvelopeSchema {
		return nil, refuse(ErrSchema, "schema", quote(schema))
	}
	if err := e.check(); err != nil {
		return nil, err
	}
	if again := encode(e.fields(&schema)); !bytes.Equal(again, doc) {
		return nil, notSame(again, doc)
	}
	return e, nil
}

// Encode writes e in canonical form.
func (e *Envelope) Encode() ([]byte, error) {
	if err := e.check(); err != nil {
		return nil, err
	}
	schema := EnvelopeSchema
	return encode(e.fields(&schema)), nil
}

// VerifyEnvelope returns the authors of m who signed it, in the envelope's
// order. One signature that does not hold refuses the whole envelope.
func VerifyEnvelope(m *Manifest, manifestDigest Digest, envelope []byte, recoverer Recoverer) ([]Address, error) {
	e, err := ParseEnvelope(envelope)
	if err != nil {
		return nil, err
	}
	if want := manifestDigest.RawCID(); e.Manifest != want {
		return nil, refuse(ErrEnvelope, "envelope", "it signs "+string(e.Manifest)+", not "+string(want))
	}
	authors := make(map[Address]bool, len(m.Authors))
	for _, a := range m.Authors {
		authors[a.Address] = true
	}
	hash := AuthorshipDigest(m, manifestDigest)
	signers := make([]Address, 0, len(e.Signatures))
	for i, s := range e.Signatures {
		at := "signatures[" + strconv.Itoa(i) + "]"
		if !authors[s.Author] {
			return nil, refuse(ErrNotAuthor, at, s.Author.String())
		}
		r, sv, v, err := s.Signature.split()
		if err != nil {
			return nil, placed(at, err)
		}
		got, err := recoverer(hash, r, sv, v)
		if err != nil {
			return nil, refuse(ErrSignature, at, err.Error())
		}
		if got != s.Author {
			return nil, refuse(ErrWrongSigner, at, "says "+s.Author.String()+", is "+got.String())
		}
		signers = append(signers, s.Author)
	}
	return signers, nil
}

// The order of secp256k1's group, and half of it.
var (
	groupOrder = [32]byte{
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe,
		0xba, 0xae, 0xdc, 0xe6, 0xaf, 0x48, 0xa0, 0x3b, 0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36, 0x41, 0x41,
	}
	halfOrder = [32]byte{
		0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0x5d, 0x57, 0x6e, 0x73, 0x57, 0xa4, 0x50, 0x1d, 0xdf, 0xe9, 0x2f, 0x46, 0x68, 0x1b, 0x20, 0xa0,
	}
)

// split checks that a signature is in its one canonical form: 0 < r < n,
// 0 < s ≤ n/2, v 27 or 28. Without it anyone could make a second valid
// signature from a first.
func (s Signature) split() (r, sv [32]byte, v byte, err error) {
	copy(r[:], s[:32])
	copy(sv[:], s[32:64])
	v = s[64]
	zero := [32]byte{}
	switch {
	case r == zero || sv == zero || bytes.Compare(r[:], groupOrder[:]) >= 0:
		err = refuse(ErrSignature, "", "r or s is out of range")
	case bytes.Compare(sv[:], halfOrder[:]) > 0:
		err = refuse(ErrMalleable, "", "s is above half the group order")
	case v != 27 && v != 28:
		err = refuse(ErrMalleable, "", "v is "+strconv.Itoa(int(v)))
	}
	return
}
