package main

import (
	"bytes"
	"encoding/json"
	"fmt"
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
	"github.com/dehug/dehug/relay/disk"
	"github.com/dehug/dehug/relay/publish"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/spec"
)

// An order runs with nothing but a chain's transaction: the relay is asked nothing, the specification is among its blocks. The relay is killed when it has made a
// job of it, and when it has the result and the delivery is not mined; its provider when it has accepted; the chain goes back over the delivery; the review
// passes, and everybody has what is theirs, to the unit.
func TestOrderPath(t *testing.T) {
	if os.Getenv("DEHUG_TEST_ALL") != "1" {
		t.Skip("takes seconds; DEHUG_TEST_ALL=1 runs it, and relay/chain/orders has the same in one process")
	}
	c, err := devnet.Start(t.Context(), devnet.Config{Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	d, all := c.Deployment(), devnet.Accounts()
	author, payer, operator, worker := all[1], all[2], all[3], all[6]
	dir := t.TempDir()
	keyOf := func(a devnet.Account, name string) string {
		file := filepath.Join(dir, name+".key")
		if err := a.Signer().Save(file); err != nil {
			t.Fatal(err)
		}
		return file
	}
	token, orders, registry := contract.NewDollar(), contract.NewJobOrders(), contract.NewModelRegistry()
	send := func(by devnet.Account, to common.Address, data []byte) {
		t.Helper()
		if _, err := deploy.Send(t.Context(), c.Client(), by.Signer(), to, nil, data); err != nil {
			t.Fatal(err)
		}
	}
	number := func(at common.Address, call []byte, unpack func([]byte) (*big.Int, error)) int64 {
		t.Helper()
		n, err := bind.Call(token.Instance(c.Client(), at), &bind.CallOpts{Context: t.Context()}, call, unpack)
		if err != nil {
			t.Fatal(err)
		}
		return n.Int64()
	}
	dollar, contractAt := d.Address("Dollar"), d.Address("JobOrders")
	balance := func(of common.Address) int64 { return number(dollar, token.PackBalanceOf(of), token.UnpackBalanceOf) }
	credit := func(of common.Address) int64 {
		return number(contractAt, orders.PackCreditOf(dollar, of), orders.UnpackCreditOf)
	}

	folder, err := disk.Open(filepath.Join(dir, "data"))
	if err != nil {
		t.Fatal(err)
	}
	model, err := os.ReadFile("../../precompile/testdata/tiny.onnx")
	if err != nil {
		t.Fatal(err)
	}
	source := t.TempDir()
	for name, data := range map[string]string{publish.AuthorFile: strings.Replace(publish.Example, `, "file": "LICENSE"`, "", 1), "model.onnx": string(model)} {
		if err := os.WriteFile(filepath.Join(source, name), []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	res, err := publish.Publish(t.Context(), folder.Blocks(), source, publish.Options{Key: author.Signer()})
	if err != nil {
		t.Fatal(err)
	}
	cid := res.Release.Manifest
	offer := contract.PlanOffer{Token: dollar, AuthorFee: big.NewInt(603), RelayFee: big.NewInt(101), ComputeCap: 300, UnitKind: [32]byte{'j', 'o', 'b'}}
	send(author, d.Address("ModelRegistry"), registry.PackPublish(contract.IModelRegistryPublication{Name: res.Manifest.Name, Recipients: []common.Address{author.Address}, Parts: []uint32{1_000_000}, RoyaltyBps: 500,
		Release: contract.IModelRegistryRelease{Version: res.Manifest.Version, Manifest: manifest.Digest(cid.Digest()), Root: res.Manifest.Root, LicenseHash: [32]byte{1}}, Plans: []contract.PlanOffer{offer}}))
	id := chain.NewModelID(d.ChainID, d.Address("ModelRegistry"), author.Address, res.Manifest.Name)
	published, err := bind.Call(registry.Instance(c.Client(), d.Address("ModelRegistry")), &bind.CallOpts{Context: t.Context()}, registry.PackModelOf(id), registry.UnpackModelOf)
	if err != nil {
		t.Fatal(err)
	}
	plan := chain.NewPlanID(contract.PlanTerms{Model: id, Token: dollar, Payee: published.Splitter, AuthorFee: offer.AuthorFee, RelayFee: offer.RelayFee, ComputeCap: offer.ComputeCap, UnitKind: offer.UnitKind})
	version := chain.NewVersionID(d.ChainID, d.Address("ModelRegistry"), id, res.Manifest.Version, manifest.Digest(cid.Digest()))

	at, blocks := freePort(t), freePort(t)
	site, env := "http://"+at, []string{asRelay + "=1"}
	relayKey := keyOf(operator, "relay")
	serve := func() *killable {
		return begin(t, true, func(string) {}, env, "serve", "--data", filepath.Join(dir, "data"), "--listen", at, "--gateway-listen", blocks, "--provider", "any", "--rpc", c.URL(), "--deployment", "devnet",
			"--poll", "20ms", "--relay-key", relayKey, "--safe-depth", "2", "--job-lease", "300ms", "--log-level", "error")
	}
	hub := serve()
	defer func() { hub.kill() }()
	workerKey := keyOf(worker, "provider")
	provide := func() *killable {
		return begin(t, false, func(string) {}, env, "provider", "--relay", site, "--key", workerKey, "--model", fmt.Sprintf("%s=250", cid), "--source", "http://"+blocks,
			"--data", filepath.Join(dir, "worker"), "--rpc", c.URL(), "--deployment", "devnet", "--max-bond", "5000", "--poll", "20ms", "--log-level", "error")
	}
	before := map[common.Address]int64{payer.Address: balance(payer.Address), worker.Address: balance(worker.Address)}

	// The payer puts the specification among the relay's blocks, and orders.
	data := []byte{0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 64, 64, 0, 0, 128, 64}
	doc, err := (&spec.Job{Kind: spec.Inference, Model: cid, Limits: spec.Limits{Bytes: 1 << 20, Seconds: 60}, Inference: &spec.InferenceJob{Mode: receipt.Strict, Inputs: []spec.Tensor{{Name: "x", Type: "f32", Dims: []int64{1, 4}, Data: data}}}}).Encode()
	if err != nil {
		t.Fatal(err)
	}
	if err := folder.Blocks().Put(t.Context(), manifest.Block{CID: spec.Digest(doc).RawCID(), Data: doc}); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "job.json")
	if err := os.WriteFile(file, doc, 0o644); err != nil {
		t.Fatal(err)
	}
	command := func(args ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		if status := run(t.Context(), append([]string{"order"}, args...), &out, &errs); status != 0 {
			t.Fatalf("order %v = %d %s", args, status, &errs)
		}
		return strings.TrimSpace(out.String())
	}
	onChain := []string{"--rpc", c.URL(), "--deployment", "devnet"}
	order := command(append([]string{"open", file, "--provider", worker.Address.Hex(), "--relay", operator.Address.Hex(), "--plan", common.Hash(plan).Hex(), "--version", common.Hash(version).Hex(),
		"--units", "2", "--pay", "250", "--bond", "1000", "--key", keyOf(payer, "payer")}, onChain...)...)
	show := func() string { return command(append([]string{"show", order}, onChain...)...) }
	until := func(what string, is func() bool) {
		t.Helper()
		for end := time.Now().Add(time.Minute); !is(); time.Sleep(20 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("it does not come to be: %s\n%s\n%s", what, show(), command(append([]string{"show", order, "--hub", site}, onChain...)...))
			}
		}
	}
	past := func(states ...string) func() bool {
		return func() bool {
			said := show()
			for _, s := range states {
				if strings.HasPrefix(said, "state      "+s) {
					return true
				}
			}
			return false
		}
	}
	var view struct {
		State string
		Run   struct{ State, Status string }
	}
	relaySays := func(is func() bool) func() bool {
		return func() bool {
			text, err := readDocument(t.Context(), site+"/api/v1/orders/"+order, "", 64<<10)
			return err == nil && json.Unmarshal(text, &view) == nil && is()
		}
	}
	until("a job", relaySays(func() bool { return view.Run.State == "begun" }))
	hub.kill()
	hub = serve()
	if err := c.SetAutomine(false); err != nil {
		t.Fatal(err)
	}
	provider := provide()
	defer func() { provider.kill() }()
	accepted := past("accepted")
	until("the acceptance", func() bool {
		if accepted() {
			return true
		}
		if err := c.Mine(1); err != nil { // and not what follows it
			t.Fatal(err)
		}
		return false
	})
	provider.kill()
	provider = provide()
	until("the result", relaySays(func() bool { return view.Run.Status == "succeeded" }))
	hub.kill()
	if err := c.SetAutomine(true); err != nil {
		t.Fatal(err)
	}
	hub = serve()
	until("the delivery", past("delivered"))
	if err := c.Reorg(1, true); err != nil {
		t.Fatal(err)
	}
	until("the delivery, again", past("delivered"))
	if said := show(); !strings.Contains(said, "result     bafkrei") {
		t.Errorf("show says %s", said)
	}
	if said := command(append([]string{"list", "--payer", payer.Address.Hex()}, onChain...)...); !strings.Contains(said, order+"  delivered") {
		t.Errorf("list says %s", said)
	}
	if err := c.IncreaseTime(25 * time.Hour); err != nil {
		t.Fatal(err)
	}
	until("the end", past("ended"))
	until("the provider's withdrawal", func() bool { return balance(worker.Address)-before[worker.Address] == 500 })
	if got := balance(payer.Address) - before[payer.Address]; got != -2*(603+101+250) {
		t.Errorf("the payer has %d more", got)
	}
	for who, want := range map[common.Address]int64{published.Splitter: 2 * 603, operator.Address: 2 * 101} {
		if got := credit(who); got != want {
			t.Errorf("%s has a credit of %d; want %d", who, got, want)
		}
	}
	if left := balance(contractAt); left != 2*(603+101) {
		t.Errorf("the contract has %d", left)
	}
	closed := relaySays(func() bool { return view.Run.State == "closed" })
	until("the end in the ledger", func() bool {
		if err := c.Mine(1); err != nil {
			t.Fatal(err)
		}
		return closed()
	})
	if view.State != "paid" || view.Run.Status != "succeeded" {
		t.Errorf("the relay says %+v", view)
	}
}
