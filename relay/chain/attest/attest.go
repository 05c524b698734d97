// Package attest writes what evaluations came to into EAS, for versions that are on chain.
//
//	a := attest.New(attest.Config{Store: s, Client: client, Deployment: d, Sender: sender, Safe: safe, Log: log})
//	a.Run(ctx, 2*time.Second)
//
// The relay attests, by the key that settles. Its word is what it countersigned: the evidence is the digest of the result's document, whoever does
// the evaluation again has the same bytes, and the attestation's recipient is the provider that signed for it. A delegated attestation by the provider would
// say no more, and EAS takes those of one signer only in the order of a counter: one that is late would hold up all others, at every relay.
//
// Each step is written down before it is done. A transaction is kept before a node has it, and sent again while it can be mined; another is signed for the same
// evaluation only in its place, with its nonce, because it pays too little, or when the chain has used that for good. So an evaluation is attested once, whenever
// the relay is killed, and whatever the chain goes back over.
package attest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/ethclient"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/chain/contract"
	"github.com/dehug/dehug/relay/chain/deploy"
	"github.com/dehug/dehug/relay/chain/send"
	"github.com/dehug/dehug/relay/store"
)

const (
	// maxGas is what an attestation with the longest texts takes, twice over.
	maxGas = 2_000_000
	// together is how many are looked after at once.
	together = 64
)

// Config is what an Attester is made of.
type Config struct {
	Store      *store.Store
	Client     *ethclient.Client
	Deployment *deploy.Deployment
	Sender     *send.Sender
	Safe       func(context.Context) (uint64, error) // newest block that the chain will not undo
	Patience   time.Duration                         // with a transaction that pays too little; 0 for a minute
	Log        *slog.Logger
}

// Attester attests.
type Attester struct{ Config }

// New makes one.
func New(c Config) *Attester {
	if c.Patience == 0 {
		c.Patience = time.Minute
	}
	return &Attester{c}
}

var eas = contract.NewEAS()

// arguments are those of deploy.EvaluationSchema.
var arguments = func() (args abi.Arguments) {
	for _, name := range []string{"bytes32", "string", "string", "string", "string", "bytes32"} {
		t, err := abi.NewType(name, "", nil)
		if err != nil {
			panic("attest: " + err.Error()) // the names are right
		}
		args = append(args, abi.Argument{Type: t})
	}
	return args
}()

// Run attests until ctx ends, looking that often.
func (a *Attester) Run(ctx context.Context, every time.Duration) {
	for ctx.Err() == nil {
		if err := a.Step(ctx); err != nil && ctx.Err() == nil && relay.ErrorCode(err) != relay.CodeConflict { // another relay was first
			a.Log.ErrorContext(ctx, "attesting", slog.Any("error", err))
		}
		select {
		case <-ctx.Done():
		case <-time.After(every):
		}
	}
}

// Step takes the next step of each that is on its way.
func (a *Attester) Step(ctx context.Context) error {
	open, err := a.Store.OpenAttestations(ctx, together)
	if err != nil {
		return err
	}
	var failed error
	for _, at := range open {
		switch at.State {
		case store.AttestationDue:
			err = a.send(ctx, at, nil)
		case store.AttestationSent:
			err = a.look(ctx, at)
		case store.AttestationMined:
			err = a.confirm(ctx, at)
		}
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("evaluation %s, %s: %w", at.Job, at.State, err))
		}
	}
	return failed
}

// send signs a transaction, keeps it, and sends it: in the place of another one, where that is given as old.
func (a *Attester) send(ctx context.Context, at store.Attestation, old *types.Transaction) error {
	data, err := arguments.Pack([32]byte(common.HexToHash(at.Version)), at.Task, at.Dataset, at.Metric, at.Value, [32]byte(common.HexToHash(at.Evidence)))
	if err != nil {
		return err
	}
	call := eas.PackAttest(contract.AttestationRequest{Schema: a.Deployment.Schemas[deploy.Evaluation].UID,
		Data: contract.AttestationRequestData{Recipient: common.HexToAddress(at.Provider), Revocable: a.Deployment.Schemas[deploy.Evaluation].Revocable, Data: data, Value: new(big.Int)}})
	was := at
	hash, err := a.Sender.Send(ctx, send.Call{To: a.Deployment.Address("EAS"), Data: call, MaxGas: maxGas, Replaces: old, Keep: send.KeepAs(func(k send.Kept) error {
		if old != nil {
			at.Replaced = strings.TrimSpace(was.Tx + " " + was.Replaced)
		}
		at.State, at.Tx, at.Nonce, at.Raw = store.AttestationSent, k.Tx, k.Nonce, k.Raw
		return a.Store.MoveAttestation(ctx, was.State, at, k.Sent)
	})})
	if r, ok := errors.AsType[*send.Refusal](err); ok {
		return r.Explain("EAS", nil)
	}
	if err == nil {
		a.Log.InfoContext(ctx, "attestation sent", slog.String("job", at.Job), slog.String("tx", hash.Hex()), slog.String("replaces", at.Replaced))
	}
	return err
}

// look finds one that was sent on the chain, sends it again or one that pays more, or sees that it never will be there.
func (a *Attester) look(ctx context.Context, at store.Attestation) error {
	if mined, err := a.mined(ctx, at); mined || err != nil {
		return err
	}
	kept := send.Kept{Tx: at.Tx, Nonce: at.Nonce, Raw: at.Raw, Sent: store.Time(at.Changed)}
	if alive, err := send.Again(ctx, a.Client, a.Sender.Address(), a.Log, kept); err != nil {
		return err
	} else if alive {
		old, err := a.Sender.TooCheap(ctx, kept, a.Patience)
		if old == nil || err != nil {
			return err
		}
		return a.send(ctx, at, old)
	}
	safe, err := a.Safe(ctx)
	if err != nil {
		return err
	}
	used, err := a.Client.NonceAt(ctx, a.Sender.Address(), new(big.Int).SetUint64(safe))
	if err != nil {
		return send.Unavailable(err)
	}
	if at.Nonce >= int64(used) {
		return nil // the chain may yet go back, and take it
	}
	// Its nonce was used for good: by it, mined a moment ago, or by another transaction.
	if mined, err := a.mined(ctx, at); mined || err != nil {
		return err
	}
	at.State, at.Tx, at.Replaced, at.Nonce, at.Raw = store.AttestationDue, "", "", 0, []byte{}
	return a.Store.MoveAttestation(ctx, store.AttestationSent, at, time.Now())
}

// mined finds out whether one is in a block, by its transaction or one that this replaced. One that failed there has used its nonce, and is due again once
// that is for good.
func (a *Attester) mined(ctx context.Context, at store.Attestation) (bool, error) {
	sent := append(strings.Fields(at.Replaced), at.Tx)
	for i, tx := range sent {
		r, err := a.Client.TransactionReceipt(ctx, common.HexToHash(tx))
		if errors.Is(err, ethereum.NotFound) || err == nil && r.Status != types.ReceiptStatusSuccessful {
			continue
		}
		if err != nil {
			return false, send.Unavailable(err)
		}
		for _, l := range r.Logs {
			if attested, err := eas.UnpackAttestedEvent(l); err == nil && l.Address == a.Deployment.Address("EAS") {
				at.Uid = common.Hash(attested.Uid).Hex()
			}
		}
		if at.Uid == "" {
			return false, fmt.Errorf("transaction %s attests nothing", tx)
		}
		at.State, at.Tx, at.Replaced, at.Block, at.Hash = store.AttestationMined, tx, strings.Join(slices.Delete(sent, i, i+1), " "), r.BlockNumber.Int64(), r.BlockHash.Hex()
		return true, a.Store.MoveAttestation(ctx, store.AttestationSent, at, time.Now())
	}
	return false, nil
}

// confirm ends one that the chain will not undo, and looks for it again if the chain went back.
func (a *Attester) confirm(ctx context.Context, at store.Attestation) error {
	r, err := a.Client.TransactionReceipt(ctx, common.HexToHash(at.Tx))
	switch {
	case errors.Is(err, ethereum.NotFound), err == nil && (r.BlockHash.Hex() != at.Hash || r.Status != types.ReceiptStatusSuccessful):
		a.Log.WarnContext(ctx, "the chain went back over an attestation", slog.String("job", at.Job), slog.String("tx", at.Tx))
		at.State, at.Block, at.Hash, at.Uid = store.AttestationSent, 0, "", ""
		return a.Store.MoveAttestation(ctx, store.AttestationMined, at, time.Now())
	case err != nil:
		return send.Unavailable(err)
	}
	safe, err := a.Safe(ctx)
	if err != nil || uint64(at.Block) > safe {
		return err
	}
	at.State = store.AttestationSafe
	return a.Store.MoveAttestation(ctx, store.AttestationMined, at, time.Now())
}
