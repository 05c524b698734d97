package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"os"
	"os/exec"
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
	"github.com/dehug/dehug/relay/httpapi"
	"github.com/dehug/dehug/relay/publish"
	"github.com/dehug/dehug/relay/spec"
)

// A model of irises is evaluated, its evaluation attested on chain, trained further by a provider's command, published as a new version of the first, and evaluated again:
// now it is right. Whoever does the evaluation here has the result whose digest the chain has. Then training and evaluation are ordered on chain, and paid there.
func TestJobKinds(t *testing.T) {
	if os.Getenv("DEHUG_TEST_ALL") != "1" {
		t.Skip("takes seconds; DEHUG_TEST_ALL=1 runs it, and relay/work, relay/httpapi and relay/chain/attest have its parts")
	}
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	python, iris := filepath.Join(root, ".venv/bin/python"), filepath.Join(root, "models/iris")
	dir := t.TempDir()
	if said, err := exec.Command(python, filepath.Join(iris, "make.py"), filepath.Join(root, ".cache/models/iris/iris.json"), filepath.Join(dir, "iris")).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s (make test-models fetches what it needs)", err, said)
	}
	c, err := devnet.Start(t.Context(), devnet.Config{Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	d, all := c.Deployment(), devnet.Accounts()
	author, operator, worker := all[1], all[3], all[6]
	keyOf := func(a devnet.Account, name string) string {
		file := filepath.Join(dir, name+".key")
		if err := a.Signer().Save(file); err != nil {
			t.Fatal(err)
		}
		return file
	}
	registry, token, orders := contract.NewModelRegistry(), contract.NewDollar(), contract.NewJobOrders()
	offer := contract.PlanOffer{Token: d.Address("Dollar"), AuthorFee: big.NewInt(603), RelayFee: big.NewInt(101), ComputeCap: 100_000, UnitKind: [32]byte{'j', 'o', 'b'}}
	folder, err := disk.Open(filepath.Join(dir, "data"))
	if err != nil {
		t.Fatal(err)
	}
	var first *publish.Result
	release := func(name string) manifest.CID {
		t.Helper()
		res, err := publish.Publish(t.Context(), folder.Blocks(), filepath.Join(dir, "iris", name), publish.Options{Key: author.Signer()})
		if err != nil {
			t.Fatal(err)
		}
		if name != "model" {
			return res.Release.Manifest
		}
		first = res
		if _, err := deploy.Send(t.Context(), c.Client(), author.Signer(), d.Address("ModelRegistry"), nil, registry.PackPublish(contract.IModelRegistryPublication{Name: res.Manifest.Name, Recipients: []common.Address{author.Address}, Parts: []uint32{1_000_000}, RoyaltyBps: 500,
			Release: contract.IModelRegistryRelease{Version: res.Manifest.Version, Manifest: res.Release.Manifest.Digest(), Root: res.Manifest.Root, LicenseHash: [32]byte{1}},
			Plans:   []contract.PlanOffer{offer}})); err != nil {
			t.Fatal(err)
		}
		return res.Release.Manifest
	}
	model, data := release("model"), release("dataset")
	id := chain.NewModelID(d.ChainID, d.Address("ModelRegistry"), author.Address, first.Manifest.Name)
	onChain, err := bind.Call(registry.Instance(c.Client(), d.Address("ModelRegistry")), &bind.CallOpts{Context: t.Context()}, registry.PackModelOf(id), registry.UnpackModelOf)
	if err != nil {
		t.Fatal(err)
	}
	plan := chain.NewPlanID(contract.PlanTerms{Model: id, Token: offer.Token, Payee: onChain.Splitter, AuthorFee: offer.AuthorFee, RelayFee: offer.RelayFee, ComputeCap: offer.ComputeCap, UnitKind: offer.UnitKind})

	at, blocks := freePort(t), freePort(t)
	site, gateway, env := "http://"+at, "http://"+blocks, []string{asRelay + "=1"}
	hub := begin(t, true, func(string) {}, env, "serve", "--data", filepath.Join(dir, "data"), "--listen", at, "--gateway-listen", blocks, "--provider", "any", "--rpc", c.URL(), "--deployment", "devnet",
		"--poll", "20ms", "--relay-key", keyOf(operator, "relay"), "--attest", "--safe-depth", "2", "--free-daily", "1000000", "--log-level", "error")
	defer hub.kill()
	provider := begin(t, false, func(string) {}, env, "provider", "--relay", site, "--key", keyOf(worker, "provider"), "--source", gateway, "--data", filepath.Join(dir, "worker"), "--log-level", "error",
		"--rpc", c.URL(), "--deployment", "devnet", "--max-bond", "5000", "--poll", "20ms",
		"--kind", "evaluation=500", "--kind", "validation=100", "--kind", "training=90000", "--allow-command", "finetune="+python+" "+filepath.Join(iris, "finetune.py"))
	defer provider.kill()
	bearer := signInFor(t, site, author.Signer())
	call := func(method, path, body string, into any) int {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), method, site+"/api/v1"+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+bearer)
		req.Header.Set("Prefer", "wait")
		if body != "" {
			req.Header.Set("Content-Type", "application/json")
		}
		r, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		text, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		if r.StatusCode < 300 {
			if err := json.Unmarshal(text, into); err != nil {
				t.Fatalf("%s %s: %v: %s", method, path, err, text)
			}
		} else {
			t.Logf("%s %s: %s %s", method, path, r.Status, text)
		}
		return r.StatusCode
	}
	eventually := func(what string, is func() bool) {
		t.Helper()
		for end := time.Now().Add(time.Minute); !is(); time.Sleep(50 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("it does not come to be: %s", what)
			}
		}
	}
	job := func(body string) (p httpapi.Prediction, r *spec.Result) {
		t.Helper()
		eventually("the job is done", func() bool {
			status := call("POST", "/jobs", body, &p)
			if status >= 500 {
				t.Fatal(status)
			}
			return status == 201
		}) // once the provider, and the chain's versions, are known
		for p.Completed == nil {
			call("GET", "/predictions/"+p.ID, "", &p)
		}
		if p.Status != "succeeded" {
			t.Fatalf("%+v", p)
		}
		doc, err := spec.Canonical(p.Job.Result)
		if err != nil {
			t.Fatal(err)
		}
		if r, err = spec.ParseResult(doc); err != nil || string(spec.Digest(doc).RawCID()) != p.Job.ResultCID {
			t.Fatalf("%v: %s", err, doc)
		}
		return p, r
	}
	evaluation := func(of manifest.CID) string {
		return fmt.Sprintf(`{"schema":"dehug/job/v0","kind":"evaluation","model":%q,"limits":{"bytes":"10000","seconds":"60"},"evaluation":{"dataset":%q,"batch":"1","metric":"accuracy",
			"inputs":[{"tensor":"x","file":"test_x.npy"}],"target":{"tensor":"scores","file":"test_y.npy"}}}`, of, data)
	}

	evaluated, before := job(`{"attest":true,"spec":` + evaluation(model) + `}`)
	var p httpapi.Prediction
	eventually("the evaluation is attested", func() bool {
		if err := c.Mine(1); err != nil {
			t.Fatal(err)
		}
		call("GET", "/predictions/"+evaluated.ID, "", &p)
		return p.Job.Attestation.State == "safe"
	})
	eas := contract.NewEAS()
	attested, err := bind.Call(eas.Instance(c.Client(), d.Address("EAS")), &bind.CallOpts{Context: t.Context()}, eas.PackGetAttestation(common.HexToHash(p.Job.Attestation.UID)), eas.UnpackGetAttestation)
	if err != nil {
		t.Fatal(err)
	}
	digest := manifest.CID(evaluated.Job.ResultCID).Digest()
	if attested.Attester != operator.Address || attested.Recipient != worker.Address || !bytes.Contains(attested.Data, []byte(before.Evaluation.Value)) || !bytes.HasSuffix(attested.Data[:6*32], digest[:]) {
		t.Errorf("%+v does not attest %s of %s", attested, before.Evaluation.Value, digest)
	}
	// From the chain alone: its evidence names the result, which names the job, which is done again here.
	var out, errs bytes.Buffer
	if status := run(t.Context(), []string{"evaluate", "--job", string(before.Spec.RawCID()), "--source", gateway, "--data", filepath.Join(dir, "auditor"), "--quiet"}, &out, &errs); status != 0 ||
		spec.Digest(bytes.TrimSuffix(out.Bytes(), []byte("\n"))) != digest {
		t.Errorf("evaluate = %d %s %s, want %s", status, &out, &errs, digest)
	}
	// And what people see of the version has it.
	eventually("the index has it", func() bool {
		req := `{"query":"{ evaluations { metric value evidence dataset } }"}`
		r, err := http.Post(site+"/api/graphql", "application/json", strings.NewReader(req))
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		text, err := io.ReadAll(r.Body)
		return err == nil && strings.Contains(string(text), digest.String()) && strings.Contains(string(text), before.Evaluation.Value)
	})

	trainingOf := func(version string) string {
		return fmt.Sprintf(`{"schema":"dehug/job/v0","kind":"training","model":%q,"limits":{"bytes":"1000000","seconds":"120"},"training":{"command":"finetune","dataset":%q,"seed":"7",
			"parameters":[{"name":"epochs","value":"400"},{"name":"rate","value":"0.2"}],"publish":{"authors":[{"address":%q,"role":"author","share":"1000000"}],"created":"2026-01-03T00:00:00Z",
			"license":{"spdx":"MIT"},"name":"iris-linear","version":%q,"parents":[{"manifestDigest":%q},{"manifestDigest":%q}]}}}`, model, data, author.Address.Hex(), version, model.Digest(), data.Digest())
	}
	trained, made := job(`{"spec":` + trainingOf("1.1.0") + `}`)
	var published httpapi.ReleaseInfo
	if status := call("POST", "/uploads/"+trained.Job.Upload+"/finish", fmt.Sprintf(`{"manifest":%q}`, made.Training.Manifest), &published); status != 200 || published.Version != "1.1.0" || published.Owner != author.Address.Hex() {
		t.Fatalf("publishing it: %d %+v", status, published)
	}
	_, after := job(`{"spec":` + evaluation(made.Training.Manifest) + `}`)
	t.Logf("accuracy on 30 flowers: %s, and %s after %s; attestation %s", before.Evaluation.Value, after.Evaluation.Value, made.Training.Manifest, p.Job.Attestation.UID)
	if before.Evaluation.Matched > 15 || after.Evaluation.Matched < 27 {
		t.Errorf("of 30 flowers %d were right before, %d after", before.Evaluation.Matched, after.Evaluation.Matched)
	}

	// The same by orders on chain, with the relay asked to do nothing: a training of the version that is there, published with that as its parent, and
	// an evaluation of what came of it, which is attested.
	number := func(at common.Address, call []byte, unpack func([]byte) (*big.Int, error)) int64 {
		t.Helper()
		n, err := bind.Call(token.Instance(c.Client(), at), &bind.CallOpts{Context: t.Context()}, call, unpack)
		if err != nil {
			t.Fatal(err)
		}
		return n.Int64()
	}
	balance := func(of common.Address) int64 {
		return number(offer.Token, token.PackBalanceOf(of), token.UnpackBalanceOf)
	}
	credit := func(of common.Address) int64 {
		return number(d.Address("JobOrders"), orders.PackCreditOf(offer.Token, of), orders.UnpackCreditOf)
	}
	had := map[common.Address]int64{author.Address: balance(author.Address), worker.Address: balance(worker.Address)}
	payerKey := keyOf(author, "payer")
	command := func(args ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		if status := run(t.Context(), append(append([]string{"order"}, args...), "--rpc", c.URL(), "--deployment", "devnet"), &out, &errs); status != 0 {
			t.Fatalf("order %v = %d %s", args, status, &errs)
		}
		return strings.TrimSpace(out.String())
	}
	order := func(text string, of common.Hash, units, pay int) string {
		t.Helper()
		doc, err := spec.Canonical([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, "job.json")
		if err := os.WriteFile(file, doc, 0o644); err != nil {
			t.Fatal(err)
		}
		id := command("open", file, "--provider", worker.Address.Hex(), "--relay", operator.Address.Hex(), "--plan", common.Hash(plan).Hex(), "--version", of.Hex(),
			"--units", fmt.Sprint(units), "--pay", fmt.Sprint(pay), "--bond", "1000", "--key", payerKey, "--hub", site)
		eventually("the delivery of "+text, func() bool { return strings.HasPrefix(command("show", id, "--hub", site), "state      delivered") })
		return id
	}
	version := common.Hash(chain.NewVersionID(d.ChainID, d.Address("ModelRegistry"), id, first.Manifest.Version, model.Digest()))
	training := order(trainingOf("1.2.0"), version, 1, 90_000)
	next := command("publish", training, "--key", payerKey, "--hub", site, "--source", gateway)
	if again := command("publish", training, "--key", payerKey, "--hub", site, "--source", gateway); again != next {
		t.Errorf("published again it is %s, and was %s", again, next)
	}
	kept, err := bind.Call(registry.Instance(c.Client(), d.Address("ModelRegistry")), &bind.CallOpts{Context: t.Context()}, registry.PackVersionOf(common.HexToHash(next)), registry.UnpackVersionOf)
	if err != nil || kept.Model != [32]byte(id) {
		t.Fatalf("version %s is %+v, %v", next, kept, err)
	}
	eventually("its parent is known", func() bool {
		text, err := readDocument(t.Context(), site+"/api/v1/lineage/"+next, "", 64<<10)
		return err == nil && strings.Contains(string(text), version.Hex()) && strings.Contains(string(text), "1.2.0")
	})
	ordered := order(strings.Replace(evaluation(manifest.Digest(kept.Manifest).RawCID()), `"batch":"1"`, `"batch":"1","count":"30"`, 1), common.HexToHash(next), 30, 500)
	var view httpapi.OrderView
	eventually("the ordered evaluation is attested", func() bool {
		if err := c.Mine(1); err != nil {
			t.Fatal(err)
		}
		p = httpapi.Prediction{}
		call("GET", "/orders/"+ordered, "", &view)
		call("GET", "/predictions/"+view.Run.Prediction, "", &p)
		return view.Result != "" && p.Job.Attestation != nil && p.Job.Attestation.State == "safe"
	})
	again, err := spec.ParseResult(p.Job.Result)
	if err != nil {
		t.Fatal(err)
	}
	attested, err = bind.Call(eas.Instance(c.Client(), d.Address("EAS")), &bind.CallOpts{Context: t.Context()}, eas.PackGetAttestation(common.HexToHash(p.Job.Attestation.UID)), eas.UnpackGetAttestation)
	if err != nil || again.Evaluation.Matched < 27 || !bytes.Contains(attested.Data, []byte(again.Evaluation.Value)) || !bytes.HasPrefix(attested.Data, common.FromHex(next)) || p.Job.ResultCID != view.Result {
		t.Errorf("%+v does not attest %+v of %s, %v", attested, again.Evaluation, next, err)
	}

	// All is settled and paid, to the unit.
	if err := c.IncreaseTime(25 * time.Hour); err != nil {
		t.Fatal(err)
	}
	eventually("the provider's withdrawal", func() bool { return balance(worker.Address)-had[worker.Address] == 90_000+30*500 })
	if got := balance(author.Address) - had[author.Address]; got != -(603+101+90_000)-30*(603+101+500) {
		t.Errorf("the payer has %d more", got)
	}
	for who, want := range map[common.Address]int64{onChain.Splitter: 31 * 603, operator.Address: 31 * 101} {
		if got := credit(who); got != want {
			t.Errorf("%s has a credit of %d; want %d", who, got, want)
		}
	}
	if left := balance(d.Address("JobOrders")); left != 31*(603+101) {
		t.Errorf("the contract has %d", left)
	}
	t.Logf("ordered: %s of version %s, whose parent is %s; attestation %s", again.Evaluation.Value, next, version, p.Job.Attestation.UID)
}
