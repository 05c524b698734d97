package receipt

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
)

// MaxEvidence bounds evidence in JSON: tensors of 16 MiB, both ways, in base64.
const MaxEvidence = 48 << 20

// Evidence is what somebody says who replayed a run and got something else. All that it takes to do that again is in it, so
// that nobody need believe who signed it. The runtime in a browser writes the same.
type Evidence struct {
	Receipt *Receipt `json:"receipt"`
	Salt    Hash     `json:"salt"`
	Input   []byte   `json:"input"`   // tensors in canonical form
	Plan    Hash     `json:"plan"`    // found
	Output  []byte   `json:"output"`  // found, the like
	Program string   `json:"program"` // that found it
	By      Address  `json:"by"`

	Signature string `json:"signature,omitempty"` // EIP-191, of Text
}

// Text is what is signed: the hash of all else in JSON, without white space, in the order of the fields here.
func (e *Evidence) Text() (string, error) {
	if e.Receipt == nil {
		return "", invalid(fmt.Errorf("evidence has no receipt"))
	}
	unsigned := *e
	unsigned.Signature = ""
	var statement bytes.Buffer
	enc := json.NewEncoder(&statement)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(&unsigned); err != nil {
		return "", err
	}
	return fmt.Sprintf("DeHug evidence against %s\njob: %s\nstatement: 0x%x", e.Receipt.Provider, e.Receipt.Job, sha256.Sum256(bytes.TrimSuffix(statement.Bytes(), []byte("\n")))), nil
}

// Sign signs as whoever replayed it.
func (e *Evidence) Sign(key *ethsig.Key) error {
	e.By = Address(key.Address())
	text, err := e.Text()
	if err != nil {
		return err
	}
	signature := key.Sign(personal(text))
	e.Signature = "0x" + hex.EncodeToString(signature[:])
	return nil
}

// Verify tells whether evidence is some: the provider signed the receipt, the receipt is about this input, what was found is something else than
// what was signed, and By signed all of that. Whether it is true, a replay tells.
func (e *Evidence) Verify() error {
	text, err := e.Text()
	if err != nil {
		return err
	}
	if err := e.Receipt.Verify(); err != nil {
		return err
	}
	if RequestHash(e.Salt, e.Input) != e.Receipt.Request {
		return relay.Errorf(relay.CodeUnverified, "the receipt is about another request than the evidence has")
	}
	if _, err := DecodeTensors(e.Input); err != nil {
		return err
	}
	if e.Plan == e.Receipt.Plan && ResultHash(e.Output) == e.Receipt.Result {
		return relay.Errorf(relay.CodeUnverified, "what the evidence says was found is what the provider signed")
	}
	return signedBy(personal(text), e.Signature, e.By, "whoever made the evidence")
}

// ParseEvidence reads evidence in JSON and verifies it.
func ParseEvidence(text []byte) (*Evidence, error) {
	if len(text) > MaxEvidence {
		return nil, relay.Errorf(relay.CodeTooLarge, "evidence has at most %d bytes", MaxEvidence)
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields() // what is not known would not be signed
	var e Evidence
	if err := dec.Decode(&e); err != nil {
		return nil, invalid(fmt.Errorf("evidence: %w", err))
	}
	return &e, e.Verify()
}

// personal is what wallets sign for a text (EIP-191).
func personal(text string) [32]byte {
	return keccak([]byte("\x19Ethereum Signed Message:\n"+strconv.Itoa(len(text))), []byte(text))
}
