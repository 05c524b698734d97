package receipt

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"

	"golang.org/x/crypto/sha3"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
)

// What is known of an answer.
const (
	Signed      = "signed"       // the provider says so: of fast mode, and of other servers
	SpotChecked = "spot-checked" // the like, where a share of such answers is asked for again of somebody else, and nobody knows which
	Replayable  = "replayable"   // strict mode: anybody who has the request can compute it again, bit for bit
)

// Modes: those of the engine, and another server's, which the provider has.
const (
	Strict = "strict"
	Fast   = "fast"
	Served = "served"
	// Order is what was ordered on chain: how it is computed, its specification says. Result is then the hash of a document, and the session that pays is the order.
	Order = "order"
)

// BackendPlan stands for a plan where another server computes: the SHA-256 of what it is called.
func BackendPlan(name string) Hash { return sha256.Sum256([]byte(name)) }

// MaxReceipt bounds a receipt in JSON.
const MaxReceipt = 8 << 10

// Hash is 32 bytes, in JSON as 0x and hexadecimal digits.
type Hash [32]byte

// MarshalText writes 0x and 64 digits.
func (h Hash) MarshalText() ([]byte, error) { return []byte("0x" + hex.EncodeToString(h[:])), nil }

// UnmarshalText reads what MarshalText wrote.
func (h *Hash) UnmarshalText(text []byte) error {
	b, err := hex.DecodeString(string(text[min(2, len(text)):]))
	if err != nil || len(b) != 32 || string(text[:2]) != "0x" {
		return fmt.Errorf("%.80q is not 0x and 64 hexadecimal digits", text)
	}
	*h = Hash(b)
	return nil
}

// Address is an account, in JSON in the letter case of EIP-55.
type Address manifest.Address

// String is the address in the letter case of EIP-55.
func (a Address) String() string { return manifest.Address(a).String() }

// MarshalText is String.
func (a Address) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (a *Address) UnmarshalText(text []byte) error {
	address, err := manifest.ParseAddress(string(text))
	*a = Address(address)
	return err
}

// Receipt says that a provider ran a model for somebody, on what, with what result. Provider and relay sign the same hash. Times are Unix
// seconds, pay is in the smallest unit of a dollar.
type Receipt struct {
	Job       string       `json:"job"`
	Manifest  manifest.CID `json:"manifest"` // which model: the CID of its manifest
	Mode      string       `json:"mode"`
	Plan      Hash         `json:"plan"` // SHA-256 of the arithmetic plan; of the backend's name where there is none
	Assurance string       `json:"assurance"`
	Request   Hash         `json:"request"`
	Result    Hash         `json:"result"`
	Units     int64        `json:"units"`
	Pay       int64        `json:"pay"` // of the provider
	Payer     Address      `json:"payer"`
	Session   Hash         `json:"session"` // of the money; zero for the free tier
	Provider  Address      `json:"provider"`
	Relay     Address      `json:"relay"`
	Started   int64        `json:"started"`
	Ended     int64        `json:"ended"`
	SettleBy  int64        `json:"settleBy"` // when it is to be in a settlement; 0 when nothing is to be settled

	Signature      string `json:"signature"`                // the provider's
	RelaySignature string `json:"relaySignature,omitempty"` // by which the relay took it
	// OrderSignature is the provider's for the contract of orders: that this is the result of the order. Two for one order and different results are
	// proof on chain that one is false.
	OrderSignature string `json:"orderSignature,omitempty"`
}

const (
	domainType  = "EIP712Domain(string name,string version)"
	receiptType = "JobReceipt(string job,bytes32 manifest,string mode,bytes32 plan,string assurance,bytes32 request,bytes32 result,uint64 units,uint64 pay,address payer,bytes32 session,address provider,address relay,uint64 started,uint64 ended,uint64 settleBy)"
)

// Digest is what is signed (EIP-712). The domain names no chain: which money it is about follows from the session.
func (r *Receipt) Digest() ([32]byte, error) {
	if _, err := manifest.ParseCID(string(r.Manifest)); err != nil {
		return [32]byte{}, invalid(fmt.Errorf("receipt: %w", err))
	}
	for _, n := range []int64{r.Units, r.Pay, r.Started, r.Ended, r.SettleBy} {
		if n < 0 {
			return [32]byte{}, invalid(fmt.Errorf("receipt: %d is below zero", n))
		}
	}
	domain := words(keccak([]byte(domainType)), keccak([]byte("DeHug Receipt")), keccak([]byte("0")))
	message := words(keccak([]byte(receiptType)), keccak([]byte(r.Job)), [32]byte(r.Manifest.Digest()), keccak([]byte(r.Mode)), [32]byte(r.Plan), keccak([]byte(r.Assurance)), [32]byte(r.Request), [32]byte(r.Result),
		number(r.Units), number(r.Pay), address(r.Payer), [32]byte(r.Session), address(r.Provider), address(r.Relay), number(r.Started), number(r.Ended), number(r.SettleBy))
	return keccak([]byte{0x19, 0x01}, domain[:], message[:]), nil
}

// Sign signs as the provider, whose key it has to be.
func (r *Receipt) Sign(key *ethsig.Key) (err error) {
	r.Provider = Address(key.Address())
	r.Signature, err = r.sign(key)
	return err
}

// Countersign signs as the relay that the receipt names.
func (r *Receipt) Countersign(key *ethsig.Key) (err error) {
	r.RelaySignature, err = r.sign(key)
	return err
}

func (r *Receipt) sign(key *ethsig.Key) (string, error) {
	digest, err := r.Digest()
	if err != nil {
		return "", err
	}
	signature := key.Sign(digest)
	return "0x" + hex.EncodeToString(signature[:]), nil
}

// Verify tells whether the provider, and the relay if it did, signed this.
func (r *Receipt) Verify() error {
	digest, err := r.Digest()
	if err != nil {
		return err
	}
	if err := signedBy(digest, r.Signature, r.Provider, "the provider"); err != nil || r.RelaySignature == "" {
		return err
	}
	return signedBy(digest, r.RelaySignature, r.Relay, "the relay")
}

func signedBy(digest [32]byte, signature string, who Address, role string) error {
	b, err := hex.DecodeString(signature[min(2, len(signature)):])
	if err != nil || len(b) != 65 {
		return relay.Errorf(relay.CodeUnverified, "the signature of %s is not one", role)
	}
	s := manifest.Signature(b)
	signer, err := ethsig.Recover(digest, [32]byte(s[:32]), [32]byte(s[32:64]), s[64])
	if err != nil || Address(signer) != who || s[32] >= 0x80 {
		return relay.Errorf(relay.CodeUnverified, "it was not signed by %s, %s", role, who)
	}
	return nil
}

// Parse reads a receipt in JSON and verifies it.
func Parse(text []byte) (*Receipt, error) {
	if len(text) > MaxReceipt {
		return nil, relay.Errorf(relay.CodeTooLarge, "a receipt has at most %d bytes", MaxReceipt)
	}
	var r Receipt
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, invalid(fmt.Errorf("receipt: %w", err))
	}
	return &r, r.Verify()
}

// Contradicts tells whether one provider signed two results for the same question: one of them is false.
func (r *Receipt) Contradicts(other *Receipt) bool {
	if r.Mode == Order && other.Mode == Order {
		return r.Provider == other.Provider && r.Session == other.Session && r.Result != other.Result
	}
	return r.Provider == other.Provider && r.Manifest == other.Manifest && r.Mode == other.Mode && r.Assurance == Replayable && other.Assurance == Replayable &&
		r.Plan == other.Plan && r.Request == other.Request && r.Result != other.Result
}

func keccak(parts ...[]byte) (sum [32]byte) {
	h := sha3.NewLegacyKeccak256()
	for _, p := range parts {
		h.Write(p)
	}
	return [32]byte(h.Sum(nil))
}

func words(all ...[32]byte) [32]byte {
	b := make([]byte, 0, 32*len(all))
	for _, w := range all {
		b = append(b, w[:]...)
	}
	return keccak(b)
}

func number(n int64) (word [32]byte) {
	binary.BigEndian.PutUint64(word[24:], uint64(n)&math.MaxInt64)
	return word
}

func address(a Address) (word [32]byte) {
	copy(word[12:], a[:])
	return word
}
