// Package bring brings publications that somebody else signed to the registry, and pays for their gas: so an account
// that has no ETH can publish.
//
//	b := bring.New(client, chainID, registry, sender, bring.Fee{})
//	terms, err := b.Terms(ctx, owner)   // the owner signs them, with the publication
//	said, err := b.Read(call)           // is it what this relay wants to pay for?
//	hash, err := b.Bring(ctx, call)
//
// A call is the input of publishBySig or publishVersionBySig, and nothing else is sent. It is simulated first: what would
// revert costs nothing. Whether the owner signed it is checked by the registry, in the simulation as on chain.
package bring

import (
	"bytes"
	"context"
	"errors"
	"math/big"
	"time"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/chain/contract"
	"github.com/dehug/dehug/relay/chain/send"
)

const (
	// MaxCall is the most bytes that a call has: 32 recipients, 32 parents and 8 plans, twice over.
	MaxCall = 32 << 10
	// maxGas is what the largest publication takes, twice over.
	maxGas = 8_000_000
	// life is how long an owner has for signing and uploading.
	life = 2 * time.Hour
)

// Fee is what owners pay for being brought, out of an allowance to the registry.
type Fee struct {
	Token  common.Address
	Amount *big.Int // nil for nothing
}

// Bringer brings publications. It is safe for concurrent use.
type Bringer struct {
	client   bind.ContractBackend
	registry common.Address
	sender   *send.Sender
	chain    uint64
	fee      Fee
}

// New makes a Bringer for the chain with an id, whose gas the sender pays. It asks the node nothing: a relay starts while its
// chain is down.
func New(client bind.ContractBackend, chain uint64, registry common.Address, sender *send.Sender, fee Fee) *Bringer {
	if fee.Amount == nil {
		fee.Amount = new(big.Int)
	}
	return &Bringer{client: client, registry: registry, sender: sender, chain: chain, fee: fee}
}

func (b *Bringer) address() common.Address { return b.sender.Address() }

// registryOf packs and unpacks.
var registryOf = contract.NewModelRegistry()

// Terms are those for an owner now.
func (b *Bringer) Terms(ctx context.Context, owner string) (relay.BringTerms, error) {
	account, err := manifest.ParseAddress(owner)
	if err != nil {
		return relay.BringTerms{}, relay.Errorf(relay.CodeInvalid, "owner: %w", err)
	}
	nonce, err := bind.Call(registryOf.Instance(b.client, b.registry), &bind.CallOpts{Context: ctx, Pending: false}, registryOf.PackNonces(common.Address(account)), registryOf.UnpackNonces)
	if err != nil {
		return relay.BringTerms{}, send.Unavailable(err)
	}
	head, err := b.client.HeaderByNumber(ctx, nil)
	if err != nil {
		return relay.BringTerms{}, send.Unavailable(err)
	}
	return relay.BringTerms{ChainID: b.chain, Registry: b.registry.Hex(), Relay: b.address().Hex(), FeeToken: b.fee.Token.Hex(), Fee: b.fee.Amount.String(),
		Nonce: nonce.Uint64(), Deadline: time.Unix(int64(head.Time), 0).Add(life).UTC()}, nil
}

// decoded is a call in its parts.
type decoded struct {
	relay.Bringing
	permission contract.IModelRegistryPermission
}

var registryABI = func() abi.ABI {
	parsed, err := contract.ModelRegistryMetaData.ParseABI()
	if err != nil {
		panic("bring: " + err.Error()) // it was written by abigen
	}
	return *parsed
}()

// Read says what a call would publish. It refuses what this relay does not bring: other calls, and terms that are not its own.
func (b *Bringer) Read(call []byte) (relay.Bringing, error) {
	d, err := b.read(call)
	return d.Bringing, err
}

func (b *Bringer) read(call []byte) (decoded, error) {
	const hint = "send the input of publishBySig or publishVersionBySig, with the terms that this relay gave"
	refuse := func(format string, args ...any) (decoded, error) {
		return decoded{}, relay.Errorf(relay.CodeInvalid, format, args...).WithHint(hint)
	}
	if len(call) > MaxCall {
		return decoded{}, relay.Errorf(relay.CodeTooLarge, "a call of %d bytes; at most %d", len(call), MaxCall)
	}
	var method *abi.Method
	for _, name := range []string{"publishBySig", "publishVersionBySig"} {
		if m := registryABI.Methods[name]; len(call) >= 4 && bytes.Equal(m.ID, call[:4]) {
			method = &m
		}
	}
	if method == nil {
		return refuse("this is no publication that somebody signed")
	}
	values, err := method.Inputs.Unpack(call[4:])
	if err != nil {
		return refuse("the call is malformed: %w", err)
	}
	var d decoded
	release := contract.IModelRegistryRelease{}
	for i, input := range method.Inputs {
		switch input.Name {
		case "publication":
			p := *abi.ConvertType(values[i], new(contract.IModelRegistryPublication)).(*contract.IModelRegistryPublication)
			d.Name, release = p.Name, p.Release
		case "release":
			release = *abi.ConvertType(values[i], new(contract.IModelRegistryRelease)).(*contract.IModelRegistryRelease)
		case "permission":
			d.permission = *abi.ConvertType(values[i], new(contract.IModelRegistryPermission)).(*contract.IModelRegistryPermission)
		}
	}
	p := d.permission
	d.Owner, d.Version, d.Manifest = manifest.Address(p.Owner).String(), release.Version, release.Manifest
	switch {
	case p.Relay != b.address() && p.Relay != (common.Address{}):
		return refuse("it is for another relay, %s", p.Relay)
	case p.Fee.Cmp(b.fee.Amount) < 0 || b.fee.Amount.Sign() > 0 && p.FeeToken != b.fee.Token:
		return refuse("it pays %s of %s; this relay asks for %s of %s", p.Fee, p.FeeToken, b.fee.Amount, b.fee.Token)
	}
	return d, nil
}

// Bring simulates a call and sends it. It returns the transaction's hash as soon as the node has it.
func (b *Bringer) Bring(ctx context.Context, call []byte) (string, error) {
	if _, err := b.read(call); err != nil {
		return "", err
	}
	hash, err := b.sender.Send(ctx, send.Call{To: b.registry, Data: call, MaxGas: maxGas})
	if r, ok := errors.AsType[*send.Refusal](err); ok {
		return "", r.Explain("the registry", reasons, &registryABI)
	}
	if err != nil {
		return "", err
	}
	return hash.Hex(), nil
}

// reasons are what the registry says, for people.
var reasons = map[string]send.Reason{
	"ModelRegistry_NameTaken":     {Code: relay.CodeConflict, What: "you have a model of this name already", Hint: "publish a further version of it, or choose another name"},
	"ModelRegistry_VersionTaken":  {Code: relay.CodeConflict, What: "the model has a version of this number already", Hint: "a version never changes: give this one a higher number"},
	"ModelRegistry_NotOwner":      {Code: relay.CodeForbidden, What: "the model belongs to somebody else", Hint: "only who holds its NFT may add versions"},
	"ModelRegistry_Expired":       {Code: relay.CodeInvalid, What: "the signature's time is over", Hint: "ask for terms and sign again"},
	"ModelRegistry_BadSignature":  {Code: relay.CodeUnauthorized, What: "the signature is not the owner's, or of other terms", Hint: "ask for terms and sign again"},
	"ModelRegistry_UnknownParent": {Code: relay.CodeInvalid, What: "a parent is not on this chain", Hint: "name versions that were published here"},
}
