package attest

import (
	"context"
	"errors"
	"log/slog"
	"math/big"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/chain/contract"
	"github.com/dehug/dehug/relay/chain/deploy"
	"github.com/dehug/dehug/relay/chain/devnet"
	"github.com/dehug/dehug/relay/chain/send"
	"github.com/dehug/dehug/relay/store"
)

// noPower is a node that a relay does not reach any more when it has kept its transaction: it is killed there.
type noPower struct{ bind.ContractBackend }

func (noPower) SendTransaction(context.Context, *types.Transaction) error {
	return errors.New("no power")
}

// calm is a chain whose blocks were nearly free a moment ago.
type calm struct{ bind.ContractBackend }

func (c calm) HeaderByNumber(ctx context.Context, n *big.Int) (*types.Header, error) {
	h, err := c.ContractBackend.HeaderByNumber(ctx, n)
	if err == nil {
		h.BaseFee = big.NewInt(10)
	}
	return h, err
}

func (calm) SuggestGasTipCap(context.Context) (*big.Int, error) { return big.NewInt(3), nil }

// An evaluation is attested once: though a relay is killed after each step, and within the one that sends, its transaction is lost, another takes its
// nonce, and the chain goes back over it.
func TestAttestOnce(t *testing.T) {
	c, err := devnet.Start(t.Context(), devnet.Config{Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	s, err := store.Open(t.Context(), "sqlite://"+t.TempDir()+"/store.db")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	operator, payer, provider := devnet.Accounts()[3], devnet.Accounts()[2].Address.Hex(), devnet.Accounts()[6].Address.Hex()
	now := time.Now()
	version, evidence := store.AttestedVersion{ID: common.Hash{7}.Hex(), Task: "classification"}, "0x"+manifest.DigestOf([]byte("result")).String()
	evaluate := func(id string) {
		t.Helper()
		request := manifest.DigestOf([]byte(id))
		if _, _, err := s.CreateJob(t.Context(), store.NewJob{Job: store.Job{ID: id, Account: payer, Manifest: string(request.RawCID()), Mode: "evaluation", Request: request[:], Created: now.UnixMicro(), Deadline: now.Add(time.Hour).UnixMicro()},
			Input: []byte{}, Attest: &version, Relay: "r", Provider: provider}); err != nil {
			t.Fatal(err)
		}
		if open, err := s.OpenAttestations(t.Context(), 9); err != nil || len(open) > 0 {
			t.Fatalf("before its job succeeded: %v, %v", open, err)
		}
		if _, err := s.FinishJob(t.Context(), store.Result{Job: id, Fence: 1, Provider: provider, Output: []byte{}, Receipt: []byte{}, Evaluation: &store.Evaluation{Dataset: "bafk", Metric: "accuracy", Value: "0.975", Evidence: evidence}}, now); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.CreateNonce(t.Context(), "n", now, now.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if err := s.SignIn(t.Context(), "n", store.Session{ID: "s", Token: store.HashSecret("s"), Address: payer, Created: now.UnixMicro(), Seen: now.UnixMicro(), Expires: now.Add(time.Hour).UnixMicro()}); err != nil {
		t.Fatal(err)
	}
	evaluate(store.NewID(now))
	safe := uint64(0)
	started := func(by bind.ContractBackend) *Attester { // a relay that was just started
		return New(Config{Store: s, Client: c.Client(), Deployment: c.Deployment(), Sender: send.New(by, c.Deployment().ChainID, operator.Signer()), Safe: func(context.Context) (uint64, error) { return safe, nil }, Log: slog.New(slog.DiscardHandler)})
	}
	step := func() (at store.Attestation) { // by a relay that is killed after it
		t.Helper()
		if err := started(c.Client()).Step(t.Context()); err != nil {
			t.Fatal(err)
		}
		open, err := s.OpenAttestations(t.Context(), 9)
		if err != nil {
			t.Fatal(err)
		}
		if len(open) > 0 {
			return open[0]
		}
		return at
	}
	until := func(state string) store.Attestation {
		t.Helper()
		for range 200 {
			if at := step(); at.State == state {
				return at
			}
			time.Sleep(5 * time.Millisecond) // the node mines meanwhile
		}
		t.Fatalf("it does not become %q", state)
		return store.Attestation{}
	}
	if err := started(noPower{c.Client()}).Step(t.Context()); relay.ErrorCode(err) != relay.CodeUnavailable {
		t.Fatalf("a step within which the power fails = %v", err)
	}
	kept, err := s.OpenAttestations(t.Context(), 9)
	if err != nil || len(kept) != 1 || kept[0].State != store.AttestationSent || kept[0].Tx == "" {
		t.Fatalf("what is kept of it is %+v, %v", kept, err)
	}
	if _, _, err := c.Client().TransactionByHash(t.Context(), common.HexToHash(kept[0].Tx)); !errors.Is(err, ethereum.NotFound) {
		t.Fatalf("the node has it: %v", err)
	}
	first := until(store.AttestationMined)
	if first.Tx != kept[0].Tx {
		t.Errorf("%s was kept, and %s sent", kept[0].Tx, first.Tx)
	}

	// The chain goes back and drops it: the same transaction is sent again.
	if err := c.Reorg(1, true); err != nil {
		t.Fatal(err)
	}
	until(store.AttestationSent)
	again := until(store.AttestationMined)
	if again.Tx != first.Tx || again.Hash == first.Hash {
		t.Errorf("it was in %s by %s, now in %s by %s", first.Hash, first.Tx, again.Hash, again.Tx)
	}

	// The chain goes back, and another transaction takes its nonce: it is signed anew once that is for good.
	if err := c.SetAutomine(false); err != nil {
		t.Fatal(err)
	}
	if err := c.Reorg(1, true); err != nil {
		t.Fatal(err)
	}
	if err := c.SetAutomine(true); err != nil {
		t.Fatal(err)
	}
	if _, err := deploy.Send(t.Context(), c.Client(), operator.Signer(), c.Deployment().Address("Dollar"), nil, contract.NewDollar().PackApprove(common.Address{9}, new(big.Int))); err != nil {
		t.Fatal(err)
	}
	until(store.AttestationSent)
	for range 3 {
		if at := step(); at.State != store.AttestationSent || at.Tx != first.Tx {
			t.Fatalf("while the chain may go back it is %s by %s", at.State, at.Tx)
		}
	}
	safe = c.Height()
	until(store.AttestationMined)
	safe = c.Height()
	until("")

	ended, err := s.Attestation(t.Context(), first.Job)
	if err != nil || ended.State != store.AttestationSafe {
		t.Fatalf("%+v, %v", ended, err)
	}
	contracts := contract.NewEAS()
	got, err := bind.Call(contracts.Instance(c.Client(), c.Deployment().Address("EAS")), &bind.CallOpts{Context: t.Context()}, contracts.PackGetAttestation(common.HexToHash(ended.Uid)), contracts.UnpackGetAttestation)
	if err != nil {
		t.Fatal(err)
	}
	values, err := arguments.Unpack(got.Data)
	if err != nil || got.Attester != operator.Address || got.Recipient != common.HexToAddress(provider) || values[4] != "0.975" || values[5] != [32]byte(common.HexToHash(evidence)) || values[0] != [32]byte{7} {
		t.Errorf("%+v: %v, %v", got, values, err)
	}

	// A transaction that pays too little, and holds up all later ones, is replaced by one of its nonce.
	evaluate(store.NewID(now.Add(time.Second)))
	if err := started(calm{c.Client()}).Step(t.Context()); err != nil {
		t.Fatal(err)
	}
	low := step() // that is patient
	if low.State != store.AttestationSent || low.Replaced != "" {
		t.Fatalf("one that pays too little is %+v", low)
	}
	hasty := started(c.Client())
	hasty.Patience = time.Nanosecond
	if err := hasty.Step(t.Context()); err != nil {
		t.Fatal(err)
	}
	dear := until(store.AttestationMined)
	if dear.Replaced != low.Tx || dear.Tx == low.Tx || dear.Nonce != low.Nonce {
		t.Errorf("%s of nonce %d replaces %q; want one that replaces %s, of %d", dear.Tx, dear.Nonce, dear.Replaced, low.Tx, low.Nonce)
	}
	safe = c.Height()
	until("")
}
