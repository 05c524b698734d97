package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/chain"
	"github.com/dehug/dehug/relay/chain/contract"
	"github.com/dehug/dehug/relay/chain/deploy"
	"github.com/dehug/dehug/relay/chain/devnet"
	"github.com/dehug/dehug/relay/disk"
	"github.com/dehug/dehug/relay/httpapi"
	"github.com/dehug/dehug/relay/publish"
	"github.com/dehug/dehug/relay/receipt"
)

// Somebody buys passes, locks them in a session, has a model run by two providers, and everybody has what is theirs in the end, to the unit:
// though the relay is killed while it answers and while it settles, and the chain goes back over the settlement.
func TestMoneyPath(t *testing.T) {
	if os.Getenv("DEHUG_TEST_ALL") != "1" {
		t.Skip("takes ten seconds; DEHUG_TEST_ALL=1 runs it, and relay/chain/pay has the same in one process")
	}
	c, err := devnet.Start(t.Context(), devnet.Config{Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	d, all := c.Deployment(), devnet.Accounts()
	author, payer, operator, curator := all[1], all[2], all[3], all[4]
	workers := all[6:8]
	dir := t.TempDir()
	keyOf := func(a devnet.Account, name string) string {
		file := filepath.Join(dir, name+".key")
		if err := a.Signer().Save(file); err != nil {
			t.Fatal(err)
		}
		return file
	}
	dollar, controller := d.Address("Dollar"), d.Address("UsageController")
	token, till, registry := contract.NewDollar(), contract.NewUsageController(), contract.NewModelRegistry()
	send := func(by devnet.Account, to common.Address, data []byte) {
		t.Helper()
		if _, err := deploy.Send(t.Context(), c.Client(), by.Signer(), to, nil, data); err != nil {
			t.Fatal(err)
		}
	}
	balance := func(of common.Address) int64 {
		t.Helper()
		n, err := bind.Call(token.Instance(c.Client(), dollar), &bind.CallOpts{Context: t.Context()}, token.PackBalanceOf(of), token.UnpackBalanceOf)
		if err != nil {
			t.Fatal(err)
		}
		return n.Int64()
	}

	// The author publishes, with a curator who has a fifth.
	folder, err := disk.Open(filepath.Join(dir, "data"))
	if err != nil {
		t.Fatal(err)
	}
	source := t.TempDir()
	model, err := os.ReadFile("../../precompile/testdata/tiny.onnx")
	if err != nil {
		t.Fatal(err)
	}
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
	recipients, parts := []common.Address{author.Address, curator.Address}, []uint32{800_000, 200_000}
	if curator.Address.Cmp(author.Address) < 0 {
		recipients, parts = []common.Address{curator.Address, author.Address}, []uint32{200_000, 800_000}
	}
	offer := contract.PlanOffer{Token: dollar, AuthorFee: big.NewInt(603), RelayFee: big.NewInt(101), ComputeCap: 300, UnitKind: [32]byte{'j', 'o', 'b'}}
	send(author, d.Address("ModelRegistry"), registry.PackPublish(contract.IModelRegistryPublication{Name: res.Manifest.Name, Recipients: recipients, Parts: parts, RoyaltyBps: 500,
		Release: contract.IModelRegistryRelease{Version: res.Manifest.Version, Manifest: manifest.Digest(cid.Digest()), Root: res.Manifest.Root, LicenseHash: [32]byte{1}}, Plans: []contract.PlanOffer{offer}}))
	id := chain.NewModelID(d.ChainID, d.Address("ModelRegistry"), author.Address, res.Manifest.Name)
	published, err := bind.Call(registry.Instance(c.Client(), d.Address("ModelRegistry")), &bind.CallOpts{Context: t.Context()}, registry.PackModelOf(id), registry.UnpackModelOf)
	if err != nil {
		t.Fatal(err)
	}
	splitter := published.Splitter
	plan := chain.NewPlanID(contract.PlanTerms{Model: id, Token: dollar, Payee: splitter, AuthorFee: offer.AuthorFee, RelayFee: offer.RelayFee, ComputeCap: offer.ComputeCap, UnitKind: offer.UnitKind})

	// A relay, and two providers who ask for different pay.
	at, blocks := freePort(t), freePort(t)
	site, env := "http://"+at, []string{asRelay + "=1"}
	relayKeyFile := keyOf(operator, "relay")
	serve := func() *killable {
		return begin(t, true, func(string) {}, env, "serve", "--data", filepath.Join(dir, "data"), "--listen", at, "--gateway-listen", blocks, "--provider", "any", "--rpc", c.URL(), "--deployment", "devnet",
			"--poll", "20ms", "--relay-key", relayKeyFile, "--settle-size", "4", "--settle-every", "1s", "--safe-depth", "2", "--job-lease", "300ms", "--log-level", "error")
	}
	hub := serve()
	defer func() { hub.kill() }()
	for i, worker := range workers {
		p := begin(t, false, func(string) {}, env, "provider", "--relay", site, "--key", keyOf(worker, fmt.Sprint("provider", i)), "--model", fmt.Sprintf("%s=%d", cid, 250-130*i), "--source", "http://"+blocks,
			"--data", filepath.Join(dir, fmt.Sprint("worker", i)), "--log-level", "error")
		defer p.kill()
	}
	bearer := signInFor(t, site, payer.Signer())
	// call is false where nobody answers, which may be because they were killed.
	call := func(method, path, body string, header map[string]string, into any) (int, bool) {
		req, err := http.NewRequestWithContext(t.Context(), method, site+"/api/v1"+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+bearer)
		for name, value := range header {
			req.Header.Set(name, value)
		}
		if body != "" {
			req.Header.Set("Content-Type", "application/json")
		}
		r, err := http.DefaultClient.Do(req)
		if err != nil {
			return 0, false
		}
		defer r.Body.Close()
		text, err := io.ReadAll(r.Body)
		if err != nil {
			return 0, false
		}
		if r.StatusCode < 300 {
			if err := json.Unmarshal(text, into); err != nil {
				t.Fatalf("%s %s: %v: %s", method, path, err, text)
			}
		} else if r.StatusCode != http.StatusNotFound {
			t.Logf("%s %s: %s %s", method, path, r.Status, text)
		}
		return r.StatusCode, true
	}
	eventually := func(what string, is func() bool) {
		t.Helper()
		for end := time.Now().Add(time.Minute); !is(); time.Sleep(100 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("it does not come to be: %s", what)
			}
		}
	}
	eventually("two providers", func() bool {
		var offers httpapi.List[httpapi.ModelOffer]
		call("GET", "/offers", "", nil, &offers)
		return len(offers.Items) > 0 && offers.Items[0].Providers == 2
	})

	// Buy, lock, run.
	accounts := map[string]common.Address{"payer": payer.Address, "author": author.Address, "curator": curator.Address, "relay": operator.Address, "first": workers[0].Address, "second": workers[1].Address}
	before := map[string]int64{}
	for name, address := range accounts {
		before[name] = balance(address)
	}
	const units, runs = 9, 6
	send(payer, dollar, token.PackApprove(controller, big.NewInt(units*1004)))
	send(payer, controller, till.PackBuy(plan, big.NewInt(units), payer.Address))
	pageKey, err := ethsig.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	terms := contract.IUsageControllerSessionTerms{Payer: payer.Address, Operator: operator.Address, Plan: plan, SessionKey: common.Address(pageKey.Address()), Units: units, End: uint32(time.Now().Unix()) + 7200, Salt: [32]byte{1}}
	send(payer, controller, till.PackOpenSession(terms))
	if err := c.Mine(2); err != nil { // vouchers are redeemed once the chain cannot undo that
		t.Fatal(err)
	}
	number := chain.SessionNumber(payer.Address, terms.Salt)
	session := chain.NewSessionID(plan, operator.Address, number)
	path := "/usage/sessions/" + common.Hash(session).Hex()
	var s httpapi.UsageSession
	eventually("the session is known", func() bool { status, _ := call("GET", path, "", nil, &s); return status == 200 })
	var pays int64
	paid := map[string]int64{}
	var last struct {
		request string
		receipt receipt.Receipt
	}
	for i := range runs {
		eventually("the session answers", func() bool { status, _ := call("GET", path, "", nil, &s); return status == 200 && s.Held == 0 })
		if s.Next.Units != int64(i+1) {
			t.Fatalf("next is unit %d; %d were used", s.Next.Units, i)
		}
		after, err := hex.DecodeString(s.Next.After[2:])
		if err != nil {
			t.Fatal(err)
		}
		input := receipt.TensorJSON{}
		text := fmt.Sprintf(`{"datatype":"FP32","shape":[1,4],"data":[%d,2,3,4]}`, i)
		if err := json.Unmarshal([]byte(text), &input); err != nil {
			t.Fatal(err)
		}
		tensor, err := input.Tensor("x")
		if err != nil {
			t.Fatal(err)
		}
		body, err := receipt.EncodeTensors([]receipt.Tensor{tensor})
		if err != nil {
			t.Fatal(err)
		}
		salt := [32]byte{byte(i + 1)}
		transcript := relay.NextTranscript([32]byte(after), receipt.RequestHash(salt, body), 1)
		signature := pageKey.Sign(chain.UsageDomain(d.ChainID, controller).Voucher(session, uint32(s.Next.Units), transcript))
		request := fmt.Sprintf(`{"version":%q,"salt":"0x%x","input":{"x":%s},"voucher":{"session":%q,"units":%d,"transcript":"0x%x","signature":"0x%x"}}`, cid, salt, text, s.ID, s.Next.Units, transcript, signature[:])
		header := map[string]string{"Prefer": "wait", "Idempotency-Key": fmt.Sprint(i)}
		var p httpapi.Prediction
		if i == 2 { // it is killed with a job under way
			call("POST", "/predictions", request, map[string]string{"Idempotency-Key": "2"}, &p)
			hub.kill()
			hub = serve()
		}
		eventually("an answer", func() bool {
			status, ok := call("POST", "/predictions", request, header, &p)
			return ok && status == 201 && p.Status == "succeeded"
		})
		var r receipt.Receipt
		eventually("its receipt", func() bool { status, _ := call("GET", "/receipts/"+p.ID, "", nil, &r); return status == 200 })
		if err := r.Verify(); err != nil || r.Session != receipt.Hash(session) {
			t.Fatalf("receipt %+v: %v", r, err)
		}
		pays += r.Pay
		paid[r.Provider.String()] += r.Pay
		last.request, last.receipt = request, r
	}

	// Anybody who has the request replays the run.
	text, err := json.Marshal(last.receipt)
	if err != nil {
		t.Fatal(err)
	}
	receiptFile, requestFile := filepath.Join(dir, "receipt.json"), filepath.Join(dir, "request.json")
	for file, text := range map[string][]byte{receiptFile: text, requestFile: []byte(last.request)} {
		if err := os.WriteFile(file, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}

	// It settles: killed once, and the chain goes back once.
	killed, back := false, false
	eventually("all is redeemed and safe", func() bool {
		var list httpapi.List[httpapi.SettlementView]
		if status, _ := call("GET", "/settlements", "", nil, &list); status != 200 {
			return false
		}
		var receipts int64
		for _, m := range list.Items {
			if m.State == "safe" {
				receipts += m.Receipts
				continue
			}
			if m.State == "mined" && !back {
				back = true
				if err := c.Reorg(1, true); err != nil {
					t.Fatal(err)
				}
			} else if back && !killed {
				killed = true
				hub.kill()
				hub = serve()
			} else if err := c.Mine(1); err != nil {
				t.Fatal(err)
			}
		}
		return receipts == runs
	})
	if !killed || !back {
		t.Errorf("killed %t, back %t", killed, back)
	}
	var out, errs bytes.Buffer
	if status := run(t.Context(), []string{"verify-receipt", receiptFile, "--request", requestFile, "--source", "http://" + blocks, "--data", filepath.Join(dir, "auditor"), "--bearer", bearer,
		"--proof", site + "/api/v1/receipts/" + last.receipt.Job + "/proof"}, &out, &errs); status != 0 || !strings.Contains(out.String(), "replayed: the same") || !strings.Contains(out.String(), "in settlement") {
		t.Errorf("verify-receipt = %d %s %s", status, &out, &errs)
	}

	// Everybody withdraws, and the session's rest goes back.
	if err := c.IncreaseTime(3 * time.Hour); err != nil {
		t.Fatal(err)
	}
	send(payer, controller, till.PackClose(contract.IUsageControllerSessionRef{Plan: plan, Operator: operator.Address, Number: number}, false))
	for _, who := range []common.Address{payer.Address, operator.Address, splitter, workers[0].Address, workers[1].Address} {
		credit, err := bind.Call(till.Instance(c.Client(), controller), &bind.CallOpts{Context: t.Context()}, till.PackCreditOf(dollar, who), till.UnpackCreditOf)
		if err != nil {
			t.Fatal(err)
		}
		if credit.Sign() > 0 {
			send(all[9], controller, till.PackWithdraw(dollar, who, who))
		}
	}
	for _, who := range recipients {
		send(all[9], splitter, contract.NewRevenueSplitter().PackWithdraw(dollar, who))
	}
	authors, curators := int64(runs*603*8/10), int64(runs*603*2/10)
	if last := recipients[1]; authors+curators != runs*603 { // the last one has what division leaves
		if last == author.Address {
			authors = runs*603 - curators
		} else {
			curators = runs*603 - authors
		}
	}
	for name, want := range map[string]int64{"payer": -(runs*704 + pays), "author": authors, "curator": curators, "relay": runs * 101,
		"first": paid[workers[0].Address.Hex()], "second": paid[workers[1].Address.Hex()]} {
		if got := balance(accounts[name]) - before[name]; got != want {
			t.Errorf("%s has %d more; want %d", name, got, want)
		}
	}
	if left := balance(controller); left != 0 {
		t.Errorf("the controller keeps %d", left)
	}
	t.Logf("%d runs: providers %v, author %d, curator %d, relay %d, payer %d", runs, paid, authors, curators, runs*101, -(runs*704 + pays))
}
