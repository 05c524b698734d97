// Package x402 has single jobs paid by x402 (version 2, scheme exact, on EVM chains): it quotes a job, finds out whether an authorization
// pays for it, and brings that to the chain once the job is done. It is resource server's desk and facilitator in one.
//
//	desk, err := x402.New(x402.Config{Store: s, RPC: client, Deployment: d, Key: key, Sender: sender, Safe: p.SafeHead, Log: log})
//	offer, err := desk.Quote(ctx, x402.Job{Manifest: cid, Provider: address, Pay: pay, Asked: hash})
//	payment, err := desk.Check(ctx, payload, asked)
//	payment, err = desk.Settle(ctx, job)
//
// Money goes from the payer to a splitter of author, provider and relay, whose address follows from who they are and what each gets: it
// need not be there yet, for anybody can put it there. Nothing is kept for a quote: it is signed, and comes back with the payment.
package x402

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/ethclient"
	"github.com/ethereum/go-ethereum/rpc"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/chain"
	"github.com/dehug/dehug/relay/chain/contract"
	"github.com/dehug/dehug/relay/chain/deploy"
	"github.com/dehug/dehug/relay/chain/send"
	"github.com/dehug/dehug/relay/store"
)

const (
	// Version of the protocol, and the one scheme of it.
	Version = 2
	Scheme  = "exact"
	// MaxAmount is the most that a job may cost, a dollar: parts of a splitter are millionths, so each gets its own to the unit.
	MaxAmount = 1_000_000
	// JobTime is how long a job may take. What may take longer is paid out of a session.
	JobTime = 30 * time.Second
	// validFor is how long an authorization is to be good: for the job, and for the chain when it is slow.
	validFor = 10 * time.Minute
	// settleTime is what of that has to be left when a job is done.
	settleTime = time.Minute
	// quoteLife is how long a quote may be accepted.
	quoteLife = 2 * time.Minute
	// MaxHeader is the most bytes that a payment has.
	MaxHeader = 8 << 10

	whole = 1_000_000 // of a splitter's parts
)

// Requirements are one way to pay, as the protocol writes them.
type Requirements struct {
	Scheme  string `json:"scheme"`
	Network string `json:"network"`
	Amount  string `json:"amount"`
	Asset   string `json:"asset"`
	PayTo   string `json:"payTo"`
	Timeout int64  `json:"maxTimeoutSeconds"`
	Extra   Extra  `json:"extra"`
}

// Extra is what the scheme needs to know of the token, and ours of the quote.
type Extra struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Quote   string `json:"quote"`
}

// Resource is what is paid for.
type Resource struct {
	URL         string `json:"url"`
	Description string `json:"description,omitempty"`
	MimeType    string `json:"mimeType,omitempty"`
}

// Required is what the header PAYMENT-REQUIRED says.
type Required struct {
	Version  int            `json:"x402Version"`
	Error    string         `json:"error,omitempty"`
	Resource Resource       `json:"resource"`
	Accepts  []Requirements `json:"accepts"`
}

// Payload is what the header PAYMENT-SIGNATURE says, as far as it is read.
type Payload struct {
	Version  int          `json:"x402Version"`
	Accepted Requirements `json:"accepted"`
	Payload  struct {
		Signature     string        `json:"signature"`
		Authorization Authorization `json:"authorization"`
	} `json:"payload"`
}

// Authorization is a transfer that its payer signed, in decimal and hexadecimal numbers.
type Authorization struct {
	From        string `json:"from"`
	To          string `json:"to"`
	Value       string `json:"value"`
	ValidAfter  string `json:"validAfter"`
	ValidBefore string `json:"validBefore"`
	Nonce       string `json:"nonce"`
}

// Settled is what the header PAYMENT-RESPONSE says.
type Settled struct {
	Success     bool   `json:"success"`
	Reason      string `json:"errorReason,omitempty"`
	Transaction string `json:"transaction"`
	Network     string `json:"network"`
	Payer       string `json:"payer,omitempty"`
}

// Header is how the protocol puts something into a header.
func Header(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic("x402: a header of our own does not marshal: " + err.Error())
	}
	return base64.StdEncoding.EncodeToString(text)
}

// Read reads a PAYMENT-SIGNATURE.
func Read(header string) (p Payload, err error) {
	if len(header) > MaxHeader {
		return p, relay.Errorf(relay.CodeTooLarge, "PAYMENT-SIGNATURE has %d bytes; at most %d", len(header), MaxHeader)
	}
	text, err := base64.StdEncoding.DecodeString(header)
	if err == nil {
		err = json.Unmarshal(text, &p)
	}
	if err != nil {
		return p, relay.Errorf(relay.CodeInvalid, "PAYMENT-SIGNATURE is no payment: %w", err).WithHint("send base64 of the JSON of x402, version %d", Version)
	}
	return p, nil
}

// Config is what a Desk is made of.
type Config struct {
	Store      *store.Store
	RPC        *rpc.Client
	Deployment *deploy.Deployment
	Operator   common.Address // who gets the relay's part
	Key        *ethsig.Key    // signs quotes
	Sender     *send.Sender   // pays for gas
	// Safe is the newest block that the chain will not undo.
	Safe func(ctx context.Context) (uint64, error)
	Log  *slog.Logger
	Now  func() time.Time // nil for the machine's clock
}

// Desk is safe for concurrent use.
type Desk struct {
	Config
	client *ethclient.Client
	asset  common.Address

	mu     sync.Mutex
	domain *chain.Domain // of the token; nil until it was asked
}

// New makes one. It asks the node nothing.
func New(c Config) *Desk {
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Desk{Config: c, client: ethclient.NewClient(c.RPC), asset: c.Deployment.Address("Dollar")}
}

// Network is the chain's name.
func (d *Desk) Network() string { return fmt.Sprintf("eip155:%d", d.Deployment.ChainID) }

// token is an ERC-20 with authorizations: what is used of it.
var token = func() abi.ABI {
	a, err := abi.JSON(strings.NewReader(`[
{"type":"function","name":"name","stateMutability":"view","inputs":[],"outputs":[{"type":"string"}]},
{"type":"function","name":"DOMAIN_SEPARATOR","stateMutability":"view","inputs":[],"outputs":[{"type":"bytes32"}]},
{"type":"function","name":"authorizationState","stateMutability":"view","inputs":[{"name":"a","type":"address"},{"name":"n","type":"bytes32"}],"outputs":[{"type":"bool"}]},
{"type":"function","name":"transferWithAuthorization","stateMutability":"nonpayable","outputs":[],"inputs":[{"name":"from","type":"address"},{"name":"to","type":"address"},{"name":"value","type":"uint256"},{"name":"validAfter","type":"uint256"},{"name":"validBefore","type":"uint256"},{"name":"nonce","type":"bytes32"},{"name":"v","type":"uint8"},{"name":"r","type":"bytes32"},{"name":"s","type":"bytes32"}]},
{"type":"event","name":"AuthorizationUsed","inputs":[{"name":"authorizer","type":"address","indexed":true},{"name":"nonce","type":"bytes32","indexed":true}]},
{"type":"event","name":"Transfer","inputs":[{"name":"from","type":"address","indexed":true},{"name":"to","type":"address","indexed":true},{"name":"value","type":"uint256","indexed":false}]}
]`))
	if err != nil {
		panic("x402: " + err.Error())
	}
	return a
}()

// ask reads one value of the token's, at a block or, for nil, the newest.
func (d *Desk) ask(ctx context.Context, block *big.Int, method string, args ...any) (any, error) {
	data, err := token.Pack(method, args...)
	if err != nil {
		return nil, err
	}
	reply, err := d.client.CallContract(ctx, ethereum.CallMsg{To: &d.asset, Data: data}, block)
	if err != nil {
		return nil, send.Unavailable(err)
	}
	values, err := token.Unpack(method, reply)
	if err != nil {
		return nil, send.Unavailable(err)
	}
	return values[0], nil
}

// Domain is what authorizations are signed for. A token says its name and the hash of it all, and not everywhere its version: that one is
// found which gives the hash.
func (d *Desk) Domain(ctx context.Context) (chain.Domain, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.domain != nil {
		return *d.domain, nil
	}
	name, err := d.ask(ctx, nil, "name")
	if err != nil {
		return chain.Domain{}, err
	}
	separator, err := d.ask(ctx, nil, "DOMAIN_SEPARATOR")
	if err != nil {
		return chain.Domain{}, err
	}
	for _, version := range []string{"2", "1"} {
		domain := chain.Domain{Name: name.(string), Version: version, ChainID: d.Deployment.ChainID, Contract: d.asset}
		if domain.Separator() == separator.([32]byte) {
			d.domain = &domain
			return domain, nil
		}
	}
	return chain.Domain{}, relay.Errorf(relay.CodeInternal, "the dollar %s signs for a domain that is not known", d.asset)
}

// Job is what is to be quoted.
type Job struct {
	Manifest manifest.CID
	Provider common.Address
	Pay      int64    // what the provider asks for
	Asked    [32]byte // hash of all that was asked
}

// quote is what a relay promised: in this order, and signed, in Extra.
type quote struct {
	Expires            int64 // Unix seconds
	Asked              [32]byte
	Provider           common.Address
	Payee              common.Address
	PayTo              common.Address
	Author, Relay, Pay int64
}

func (q quote) amount() int64 { return q.Author + q.Relay + q.Pay }

const quoteDomain = "dehug/x402/quote/v0"

func (q quote) digest(chainID uint64) [32]byte {
	h := sha256.New()
	fmt.Fprintf(h, "%s %d ", quoteDomain, chainID)
	h.Write(q.bytes())
	return [32]byte(h.Sum(nil))
}

func (q quote) bytes() []byte {
	var out bytes.Buffer
	_ = binary.Write(&out, binary.BigEndian, q) // a Buffer takes all of it
	return out.Bytes()
}

var quoteSize = binary.Size(quote{})

// read finds the quote in what a client accepted: one that this relay signed.
func (d *Desk) read(text string) (q quote, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) != quoteSize+65 {
		return q, refused("invalid_payload", "extra.quote is none of ours")
	}
	if err := binary.Read(bytes.NewReader(raw), binary.BigEndian, &q); err != nil {
		return q, refused("invalid_payload", "extra.quote is none of ours")
	}
	sig := raw[quoteSize:]
	by, err := ethsig.Recover(q.digest(d.Deployment.ChainID), [32]byte(sig[:32]), [32]byte(sig[32:64]), sig[64])
	if err != nil || by != d.Key.Address() {
		return q, refused("invalid_payload", "extra.quote is not signed by this relay")
	}
	return q, nil
}

// Quote says how a job can be paid by itself. CodeConflict is for models without a plan for that, and for jobs that cost too much.
func (d *Desk) Quote(ctx context.Context, j Job) (r Requirements, err error) {
	if j.Pay < 0 || j.Pay > MaxAmount {
		return r, tooDear(j.Pay)
	}
	domain, err := d.Domain(ctx)
	if err != nil {
		return r, err
	}
	plans, err := d.Store.PlansOf(ctx, string(j.Manifest), d.asset.Hex())
	if err != nil {
		return r, err
	}
	q := quote{Expires: d.Now().Add(quoteLife).Unix(), Asked: j.Asked, Provider: j.Provider, Pay: j.Pay}
	found := false
	for _, p := range plans {
		var amounts [3]int64
		for i, text := range []string{p.AuthorFee, p.RelayFee, p.ComputeCap} {
			if amounts[i], err = strconv.ParseInt(text, 10, 64); err != nil {
				amounts[0] = MaxAmount + 1 // more than is counted here
			}
		}
		if amounts[0] > MaxAmount || amounts[1] > MaxAmount || amounts[2] < j.Pay || found && amounts[0]+amounts[1] >= q.Author+q.Relay {
			continue
		}
		found, q.Author, q.Relay, q.Payee = true, amounts[0], amounts[1], common.HexToAddress(p.Payee)
	}
	if !found {
		return r, relay.Errorf(relay.CodeConflict, "the model has no plan by which one job can be paid to this provider, who asks for %d", j.Pay).WithHint("sign in: the relay's operator may pay")
	}
	if q.amount() < 1 || q.amount() > MaxAmount {
		return r, tooDear(q.amount())
	}
	recipients, parts, err := d.parts(q)
	if err != nil {
		return r, err
	}
	factory := contract.NewRevenueSplitterFactory()
	q.PayTo, err = bind.Call(factory.Instance(d.client, d.Deployment.Address("RevenueSplitterFactory")), &bind.CallOpts{Context: ctx}, factory.PackPredict(recipients, parts), factory.UnpackPredict)
	if err != nil {
		return r, send.Unavailable(err)
	}
	signature := d.Key.Sign(q.digest(d.Deployment.ChainID))
	return Requirements{Scheme: Scheme, Network: d.Network(), Amount: strconv.FormatInt(q.amount(), 10), Asset: d.asset.Hex(), PayTo: q.PayTo.Hex(), Timeout: int64(validFor / time.Second),
		Extra: Extra{Name: domain.Name, Version: domain.Version, Quote: base64.RawURLEncoding.EncodeToString(append(q.bytes(), signature[:]...))}}, nil
}

func tooDear(amount int64) error {
	return relay.Errorf(relay.CodeConflict, "the job costs %d; from 1 up to %d can be paid by itself", amount, MaxAmount).WithHint("open a session: vouchers pay for any number of jobs")
}

// parts are who gets what of an amount, as a splitter has them: sorted, in millionths. Each is rounded up, so that what the splitter rounds
// down is the amount itself; the last one gets what is left, which is just its own.
func (d *Desk) parts(q quote) ([]common.Address, []uint32, error) {
	of := map[common.Address]int64{}
	for _, p := range []struct {
		who    common.Address
		amount int64
	}{{q.Payee, q.Author}, {d.Operator, q.Relay}, {q.Provider, q.Pay}} {
		if p.amount > 0 {
			of[p.who] += p.amount
		}
	}
	var who []common.Address
	for a := range of {
		who = append(who, a)
	}
	slices.SortFunc(who, common.Address.Cmp)
	parts := make([]uint32, len(who))
	left := int64(whole)
	for i, a := range who[:len(who)-1] {
		part := (of[a]*whole + q.amount() - 1) / q.amount()
		parts[i] = uint32(part)
		left -= part
	}
	if left < 1 {
		return nil, nil, tooDear(q.amount())
	}
	parts[len(who)-1] = uint32(left)
	return who, parts, nil
}

// A Refusal is why a payment is not taken, in the protocol's words and in ours. Nothing was paid, and nothing will be by it.
type Refusal struct {
	Reason string // for programs
	What   string // for people
}

func (r *Refusal) Error() string { return r.What }

func refused(reason, format string, args ...any) error {
	return &Refusal{reason, fmt.Sprintf(format, args...)}
}

// number reads an amount or a time of the protocol's: a decimal number. What does not fit is more than anything here.
func number(text string) (int64, bool) {
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil && n >= 0
}

// Parse reads who pays, by what and for what, so that it can be told whether it was given before; Check says whether it is good.
func (d *Desk) Parse(p Payload, asked [32]byte) (pay store.ExactPayment, err error) {
	a := p.Payload.Authorization
	if p.Version != Version || p.Accepted.Scheme != Scheme || p.Accepted.Network != d.Network() || !strings.EqualFold(p.Accepted.Asset, d.asset.Hex()) {
		return pay, refused("invalid_payment_requirements", "what is accepted is not version %d, scheme %s, network %s, asset %s", Version, Scheme, d.Network(), d.asset)
	}
	if !common.IsHexAddress(a.From) || !common.IsHexAddress(a.To) {
		return pay, refused("invalid_payload", "from and to are addresses")
	}
	nonce, err := hex.DecodeString(strings.TrimPrefix(a.Nonce, "0x"))
	if err != nil || len(nonce) != 32 {
		return pay, refused("invalid_payload", "the nonce has 32 bytes")
	}
	signature, err := hex.DecodeString(strings.TrimPrefix(p.Payload.Signature, "0x"))
	if err != nil || len(signature) != 65 {
		return pay, refused("invalid_exact_evm_payload_signature", "the signature has 65 bytes: contracts' are not taken")
	}
	pay = store.ExactPayment{Payer: common.HexToAddress(a.From).Hex(), Nonce: "0x" + hex.EncodeToString(nonce), PayTo: common.HexToAddress(a.To).Hex(), Signature: signature}
	for _, f := range []struct {
		text string
		into *int64
		why  string
	}{{a.Value, &pay.Value, "invalid_exact_evm_payload_authorization_value"}, {a.ValidAfter, &pay.ValidAfter, "invalid_exact_evm_payload_authorization_valid_after"},
		{a.ValidBefore, &pay.ValidBefore, "invalid_exact_evm_payload_authorization_valid_before"}} {
		n, ok := number(f.text)
		if !ok {
			return pay, refused(f.why, "%.30q is no number that is counted here", f.text)
		}
		*f.into = n
	}
	quoted := sha256.Sum256(append(asked[:], p.Accepted.Extra.Quote...))
	pay.Quote = quoted[:]
	return pay, nil
}

// Check finds out whether a payment pays for what is asked, by this relay's own quote, and whether the chain would take it now; has is what the
// payer has. A Refusal says why not.
func (d *Desk) Check(ctx context.Context, p Payload, asked [32]byte) (pay store.ExactPayment, has int64, err error) {
	if pay, err = d.Parse(p, asked); err != nil {
		return pay, 0, err
	}
	q, err := d.read(p.Accepted.Extra.Quote)
	if err != nil {
		return pay, 0, err
	}
	now := d.Now()
	switch {
	case q.Asked != asked:
		return pay, 0, refused("invalid_payment_requirements", "the quote is for another request")
	case now.Unix() >= q.Expires:
		return pay, 0, refused("invalid_payment_requirements", "the quote has expired")
	case pay.PayTo != q.PayTo.Hex():
		return pay, 0, refused("invalid_exact_evm_payload_recipient_mismatch", "the authorization is for %s, and the quote for %s", pay.PayTo, q.PayTo)
	case pay.Value != q.amount():
		return pay, 0, refused("invalid_exact_evm_payload_authorization_value", "the authorization is of %d, and the quote of %d", pay.Value, q.amount())
	case pay.ValidAfter > now.Unix():
		return pay, 0, refused("invalid_exact_evm_payload_authorization_valid_after", "the authorization is not good yet")
	case pay.ValidBefore < now.Add(JobTime+settleTime).Unix():
		return pay, 0, refused("invalid_exact_evm_payload_authorization_valid_before", "the authorization is not good for long enough: %s and %s are wanted", JobTime, settleTime)
	}
	pay.Payee, pay.AuthorFee, pay.RelayFee, pay.Provider = q.Payee.Hex(), q.Author, q.Relay, q.Provider.Hex()
	domain, err := d.Domain(ctx)
	if err != nil {
		return pay, 0, err
	}
	if sig := pay.Signature; sig[64] != 27 && sig[64] != 28 || sig[32] >= 0x80 {
		err = errors.New("no short form")
	} else {
		var by manifest.Address
		if by, err = ethsig.Recover(domain.Transfer(transfer(pay)), [32]byte(sig[:32]), [32]byte(sig[32:64]), sig[64]); err == nil && by.String() != pay.Payer {
			err = errors.New("another signer")
		}
	}
	if err != nil {
		return pay, 0, refused("invalid_exact_evm_payload_signature", "the authorization is not signed by %s", pay.Payer)
	}
	used, err := d.ask(ctx, nil, "authorizationState", common.HexToAddress(pay.Payer), [32]byte(common.HexToHash(pay.Nonce)))
	if err != nil {
		return pay, 0, err
	}
	if used.(bool) {
		return pay, 0, refused("invalid_exact_evm_nonce_already_used", "the authorization was used, or taken back")
	}
	dollar := contract.NewDollar()
	balance, err := bind.Call(dollar.Instance(d.client, d.asset), &bind.CallOpts{Context: ctx}, dollar.PackBalanceOf(common.HexToAddress(pay.Payer)), dollar.UnpackBalanceOf)
	if err != nil {
		return pay, 0, send.Unavailable(err)
	}
	if balance.Cmp(big.NewInt(pay.Value)) < 0 {
		return pay, 0, refused("insufficient_funds", "%s has %d, and this costs %d", pay.Payer, balance, pay.Value)
	}
	data, err := call(pay)
	if err != nil {
		return pay, 0, err
	}
	if _, err := d.client.CallContract(ctx, ethereum.CallMsg{From: d.Sender.Address(), To: &d.asset, Data: data}, nil); err != nil {
		if _, answered := errors.AsType[rpc.DataError](err); answered {
			return pay, 0, refused("invalid_transaction_state", "the token would refuse it")
		}
		return pay, 0, send.Unavailable(err)
	}
	head, err := d.client.BlockNumber(ctx)
	if pay.Block = int64(head); !balance.IsInt64() {
		balance.SetInt64(math.MaxInt64)
	}
	return pay, balance.Int64(), send.Unavailable(err)
}

func transfer(p store.ExactPayment) chain.Transfer {
	return chain.Transfer{From: common.HexToAddress(p.Payer), To: common.HexToAddress(p.PayTo), Value: p.Value, ValidAfter: p.ValidAfter, ValidBefore: p.ValidBefore, Nonce: common.HexToHash(p.Nonce)}
}

// call is the transaction's input.
func call(p store.ExactPayment) ([]byte, error) {
	t := transfer(p)
	return token.Pack("transferWithAuthorization", t.From, t.To, big.NewInt(t.Value), big.NewInt(t.ValidAfter), big.NewInt(t.ValidBefore), t.Nonce,
		p.Signature[64], [32]byte(p.Signature[:32]), [32]byte(p.Signature[32:64]))
}
