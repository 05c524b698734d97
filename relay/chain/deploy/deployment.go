package deploy

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/crypto"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay/chain"
)

// Schema names the form of deployment files; another form is another name.
const Schema = "dehug/deployment/v0"

// MaxFile is the most bytes that a deployment file has: ten times what there is to say.
const MaxFile = 64 << 10

// What is wrong with a deployment, beside what the text says.
var (
	ErrFormat    = errors.New("not a deployment file")
	ErrSignature = errors.New("signature does not hold")
	ErrMismatch  = errors.New("not what is on the chain")
)

// A Deployment says where contracts are.
type Deployment struct {
	Schema  string `json:"schema"`
	Network string `json:"network"`
	ChainID uint64 `json:"chainId"`
	// Block is the last one before the first contract: events are to be read from the next one on.
	Block     uint64      `json:"block"`
	BlockHash common.Hash `json:"blockHash"`
	// Admin has the roles of the AccessManager: tokens and the pause of new sessions.
	Admin     common.Address      `json:"admin"`
	Deployer  common.Address      `json:"deployer"`
	Contracts map[string]Contract `json:"contracts"`
	// Schemas are those of EAS, by what they attest.
	Schemas map[string]AttestationSchema `json:"schemas"`
}

// A Contract is where a contract is, and the hash of its code: Keccak-256 of what eth_getCode answers.
type Contract struct {
	Address  common.Address `json:"address"`
	CodeHash common.Hash    `json:"codeHash"`
}

// An AttestationSchema is registered with EAS; its id follows from the rest.
type AttestationSchema struct {
	UID       common.Hash    `json:"uid"`
	Schema    string         `json:"schema"`
	Resolver  common.Address `json:"resolver"`
	Revocable bool           `json:"revocable"`
}

// newAttestationSchema computes the id as EAS does.
func newAttestationSchema(schema string, resolver common.Address) AttestationSchema {
	return AttestationSchema{
		UID:    crypto.Keccak256Hash([]byte(schema), resolver[:], []byte{1}),
		Schema: schema, Resolver: resolver, Revocable: true,
	}
}

// Address is where a contract is, zero when there is none of that name.
func (d *Deployment) Address(name string) common.Address { return d.Contracts[name].Address }

// file is what is written: the deployment, word for word as it was signed, and by whom.
type file struct {
	Deployment json.RawMessage `json:"deployment"`
	Signer     common.Address  `json:"signer"`
	Signature  hexutil.Bytes   `json:"signature"`
}

// Sign writes a deployment file. The signature is EIP-712's, of `Deployment(bytes32 document)` in the domain {name "DeHug
// Deployment", version "0", the chain, the registry}; document is the SHA-256 of the deployment's JSON: members as
// they stand here, names of maps sorted, two spaces deep, a line end.
func (d *Deployment) Sign(key *ethsig.Key) ([]byte, error) {
	doc, err := encode(d)
	if err != nil {
		return nil, err
	}
	signature := key.Sign(d.digest(doc))
	return encode(file{doc, common.Address(key.Address()), signature[:]})
}

// Parse reads a deployment file and checks that its signer signed it. Whether the signer is one to be trusted, the caller
// has to say; whether the contracts are on the chain, Check.
func Parse(text []byte) (*Deployment, common.Address, error) {
	if len(text) > MaxFile {
		return nil, common.Address{}, fmt.Errorf("%w: %d bytes, %d are the most", ErrFormat, len(text), MaxFile)
	}
	var f file
	if err := decode(text, &f); err != nil {
		return nil, common.Address{}, err
	}
	var d Deployment
	if err := decode(f.Deployment, &d); err != nil {
		return nil, common.Address{}, err
	}
	if d.Schema != Schema {
		return nil, common.Address{}, fmt.Errorf("%w: schema is %q, not %q", ErrFormat, d.Schema, Schema)
	}
	// One form only: what is signed is what everybody reads.
	again, err := d.form(f)
	if err != nil {
		return nil, common.Address{}, err
	}
	if !bytes.Equal(again, text) {
		return nil, common.Address{}, fmt.Errorf("%w: it is not in the form that signing writes", ErrFormat)
	}
	if len(f.Signature) != len(manifest.Signature{}) {
		return nil, common.Address{}, fmt.Errorf("%w: it has %d bytes", ErrSignature, len(f.Signature))
	}
	doc, err := encode(&d)
	if err != nil {
		return nil, common.Address{}, err
	}
	s := manifest.Signature(f.Signature)
	signer, err := ethsig.Recover(d.digest(doc), [32]byte(s[:32]), [32]byte(s[32:64]), s[64])
	if err != nil || common.Address(signer) != f.Signer {
		return nil, common.Address{}, fmt.Errorf("%w: not of %s", ErrSignature, f.Signer)
	}
	return &d, f.Signer, nil
}

// ParseDevnet reads a development chain's deployment, which nobody signed: the line that `dehug-relay devnet --json` prints, or the
// deployment in it.
func ParseDevnet(text []byte) (*Deployment, error) {
	if len(text) > MaxFile {
		return nil, fmt.Errorf("%w: %d bytes, %d are the most", ErrFormat, len(text), MaxFile)
	}
	var line struct{ Deployment json.RawMessage }
	if err := json.Unmarshal(text, &line); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	if line.Deployment != nil {
		text = line.Deployment
	}
	var d Deployment
	if err := decode(text, &d); err != nil {
		return nil, err
	}
	if d.Schema != Schema || d.ChainID != DevnetChainID {
		return nil, fmt.Errorf("%w: without a signature it has to be of chain %d", ErrSignature, DevnetChainID)
	}
	return &d, nil
}

// form is the file as Sign would write it.
func (d *Deployment) form(f file) ([]byte, error) {
	doc, err := encode(d)
	if err != nil {
		return nil, err
	}
	f.Deployment = doc
	return encode(f)
}

func (d *Deployment) digest(doc []byte) [32]byte {
	domain := chain.Domain{Name: "DeHug Deployment", Version: "0", ChainID: d.ChainID, Contract: d.Address("ModelRegistry")}
	return domain.Document("Deployment(bytes32 document)", sha256.Sum256(doc))
}

// encode gives the one form of a document: members in a fixed order, two spaces deep, a line end.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// decode reads one JSON value whose members are all known.
func decode(text []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return fmt.Errorf("%w: %s", ErrFormat, strings.TrimPrefix(err.Error(), "json: "))
	}
	return nil
}
