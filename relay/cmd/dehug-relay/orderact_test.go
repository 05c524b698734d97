package main

import (
	"bytes"
	"encoding/json"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay/chain"
	"github.com/dehug/dehug/relay/chain/contract"
	"github.com/dehug/dehug/relay/chain/deploy"
	"github.com/dehug/dehug/relay/chain/devnet"
	"github.com/dehug/dehug/relay/chain/orders"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/spec"
)

// What a payer, and anybody, may do about an order, a command does: in its state alone.
func TestOrderCommands(t *testing.T) {
	c, err := devnet.Start(t.Context(), devnet.Config{Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	d, all := c.Deployment(), devnet.Accounts()
	author, payer, operator, worker, arbiter := all[1], all[2], all[3], all[6], all[7]
	dir := t.TempDir()
	write := func(name string, data []byte) string {
		t.Helper()
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	key := filepath.Join(dir, "payer.key")
	if err := payer.Signer().Save(key); err != nil {
		t.Fatal(err)
	}
	registry, contractOf, token := contract.NewModelRegistry(), contract.NewJobOrders(), contract.NewDollar()
	send := func(by devnet.Account, to string, data []byte) {
		t.Helper()
		if _, err := deploy.Send(t.Context(), c.Client(), by.Signer(), d.Address(to), nil, data); err != nil {
			t.Fatal(err)
		}
	}
	model := manifest.DigestOf([]byte("model"))
	offer := contract.PlanOffer{Token: d.Address("Dollar"), AuthorFee: big.NewInt(600), RelayFee: big.NewInt(100), ComputeCap: 300, UnitKind: [32]byte{'j', 'o', 'b'}}
	send(author, "ModelRegistry", registry.PackPublish(contract.IModelRegistryPublication{Name: "face", Release: contract.IModelRegistryRelease{Version: "1.0.0", Manifest: model, Root: [32]byte{1}, LicenseHash: [32]byte{1}},
		Recipients: []common.Address{author.Address}, Parts: []uint32{1_000_000}, Plans: []contract.PlanOffer{offer}}))
	id := chain.NewModelID(d.ChainID, d.Address("ModelRegistry"), author.Address, "face")
	kept, err := bind.Call(registry.Instance(c.Client(), d.Address("ModelRegistry")), &bind.CallOpts{Context: t.Context()}, registry.PackModelOf(id), registry.UnpackModelOf)
	if err != nil {
		t.Fatal(err)
	}
	plan := chain.NewPlanID(contract.PlanTerms{Model: id, Token: offer.Token, Payee: kept.Splitter, AuthorFee: offer.AuthorFee, RelayFee: offer.RelayFee, ComputeCap: offer.ComputeCap, UnitKind: offer.UnitKind})
	version := chain.NewVersionID(d.ChainID, d.Address("ModelRegistry"), id, "1.0.0", model)
	send(worker, "Dollar", token.PackApprove(d.Address("JobOrders"), big.NewInt(1_000_000)))
	doc, err := (&spec.Job{Kind: spec.Validation, Model: model.RawCID(), Limits: spec.Limits{Bytes: 1, Seconds: 60}}).Encode()
	if err != nil {
		t.Fatal(err)
	}
	file := write("job.json", doc)

	try := func(args ...string) (said string, status int) {
		t.Helper()
		var out, errs bytes.Buffer
		status = run(t.Context(), append(append([]string{"order"}, args...), "--rpc", c.URL(), "--deployment", "devnet"), &out, &errs)
		return strings.TrimSpace(out.String() + errs.String()), status
	}
	does := func(args ...string) {
		t.Helper()
		if said, status := try(args...); status != 0 {
			t.Fatalf("order %v = %d %s", args, status, said)
		}
	}
	refuses := func(why string, args ...string) {
		t.Helper()
		if said, status := try(args...); status == 0 || !strings.Contains(said, why) {
			t.Errorf("order %v = %d %s; want %q", args, status, said, why)
		}
	}
	book := orders.NewBook(c.Client(), d)
	is := func(order string, state uint8) {
		t.Helper()
		s, err := book.State(t.Context(), receipt.Hash(common.HexToHash(order)))
		if err != nil || s.At != state {
			t.Errorf("order %s is %s, %v; want %s", order, s, err, orders.State{At: state})
		}
	}
	open := func(more ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		if status := run(t.Context(), append([]string{"order", "open", file, "--provider", worker.Address.Hex(), "--relay", operator.Address.Hex(), "--plan", common.Hash(plan).Hex(), "--version", common.Hash(version).Hex(),
			"--units", "2", "--pay", "250", "--bond", "1000", "--key", key, "--rpc", c.URL(), "--deployment", "devnet"}, more...), &out, &errs); status != 0 {
			t.Fatalf("order open %v = %d %s", more, status, &errs)
		}
		return strings.TrimSpace(out.String())
	}
	// deliver is what the provider does.
	result := receipt.Hash{5}
	deliver := func(order string) {
		t.Helper()
		terms, err := book.Find(t.Context(), receipt.Hash(common.HexToHash(order)))
		if err != nil {
			t.Fatal(err)
		}
		send(worker, "JobOrders", contractOf.PackAccept(terms.Call(), worker.Address))
		refuses("not in a state for that", "cancel", order, "--key", key)
		send(worker, "JobOrders", contractOf.PackDeliver(terms.Call(), result))
		is(order, orders.Delivered)
	}

	canceled := open()
	does("cancel", canceled, "--key", key)
	is(canceled, orders.Ended)

	released := open()
	refuses("not in a state for that", "release", released, "--key", key)
	deliver(released)
	does("release", released, "--key", key)
	is(released, orders.Ended)

	disputed := open("--arbiter", arbiter.Address.Hex(), "--fee", "10")
	deliver(disputed)
	does("dispute", disputed, "--key", key, "--reason", write("reason", []byte("it is not what was ordered")))
	is(disputed, orders.Disputed)

	settled := open()
	refuses("nothing was delivered", "publish", settled, "--key", key, "--hub", "http://127.0.0.1:1")
	deliver(settled)
	refuses("time is not over", "settle", settled, "--key", key)

	slashed := open()
	deliver(slashed)
	one := receipt.Receipt{Job: "1", Manifest: model.RawCID(), Mode: receipt.Order, Assurance: receipt.Replayable, Result: result, Units: 2, Pay: 500, Payer: receipt.Address(payer.Address), Provider: receipt.Address(worker.Address),
		Session: receipt.Hash(common.HexToHash(slashed)), Relay: receipt.Address(operator.Address), Started: 1, Ended: 2}
	other := one
	other.Result = receipt.Hash{6}
	var files, texts []string
	for i, r := range []*receipt.Receipt{&one, &other} {
		r.OrderSignature = book.SignResult(worker.Signer(), r.Session, r.Result)
		if err := r.Sign(worker.Signer()); err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		files, texts = append(files, write([]string{"one", "other"}[i], text)), append(texts, string(text))
	}
	proof := filepath.Join(dir, "contradiction.json")
	var out, errs bytes.Buffer
	if status := run(t.Context(), []string{"verify-receipt", files[0], "--against", files[1], "--contradiction", proof}, &out, &errs); status != 3 || !strings.Contains(errs.String(), "order slash") {
		t.Fatalf("verify-receipt = %d %s", status, &errs)
	}
	refuses("two results of one order", "slash", write("twice", []byte(`{"receipts":[`+texts[0]+`,`+texts[0]+`]}`)), "--key", key)
	does("slash", proof, "--key", key)
	is(slashed, orders.Ended)

	if err := c.IncreaseTime(25 * time.Hour); err != nil {
		t.Fatal(err)
	}
	does("settle", settled, "--key", key)
	is(settled, orders.Ended)
	does("settle", disputed, "--key", key) // the arbiter said nothing
	is(disputed, orders.Ended)
}
