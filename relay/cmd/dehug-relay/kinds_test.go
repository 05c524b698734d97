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
	"github.com/dehug/dehug/relay/chain/contract"
	"github.com/dehug/dehug/relay/chain/deploy"
	"github.com/dehug/dehug/relay/chain/devnet"
	"github.com/dehug/dehug/relay/disk"
	"github.com/dehug/dehug/relay/httpapi"
	"github.com/dehug/dehug/relay/publish"
	"github.com/dehug/dehug/relay/spec"
)

// A model of irises is evaluated, its evaluation attested on chain, trained further by a provider's command, published as a new version of the first, and evaluated again:
// now it is right. Whoever does the evaluation here has the result whose digest the chain has.
func TestJobKinds(t *testing.T) {
	if os.Getenv("DEHUG_TEST_ALL") != "1" {
		t.Skip("takes five seconds; DEHUG_TEST_ALL=1 runs it, and relay/work, relay/httpapi and relay/chain/attest have its parts")
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
	folder, err := disk.Open(filepath.Join(dir, "data"))
	if err != nil {
		t.Fatal(err)
	}
	release := func(name string) manifest.CID {
		t.Helper()
		res, err := publish.Publish(t.Context(), folder.Blocks(), filepath.Join(dir, "iris", name), publish.Options{Key: author.Signer()})
		if err != nil {
			t.Fatal(err)
		}
		if name != "model" {
			return res.Release.Manifest
		}
		registry := contract.NewModelRegistry()
		if _, err := deploy.Send(t.Context(), c.Client(), author.Signer(), d.Address("ModelRegistry"), nil, registry.PackPublish(contract.IModelRegistryPublication{Name: res.Manifest.Name, Recipients: []common.Address{author.Address}, Parts: []uint32{1_000_000}, RoyaltyBps: 500,
			Release: contract.IModelRegistryRelease{Version: res.Manifest.Version, Manifest: res.Release.Manifest.Digest(), Root: res.Manifest.Root, LicenseHash: [32]byte{1}},
			Plans:   []contract.PlanOffer{{Token: d.Address("Dollar"), AuthorFee: big.NewInt(603), RelayFee: big.NewInt(101), ComputeCap: 300, UnitKind: [32]byte{'j', 'o', 'b'}}}})); err != nil {
			t.Fatal(err)
		}
		return res.Release.Manifest
	}
	model, data := release("model"), release("dataset")

	at, blocks := freePort(t), freePort(t)
	site, gateway, env := "http://"+at, "http://"+blocks, []string{asRelay + "=1"}
	hub := begin(t, true, func(string) {}, env, "serve", "--data", filepath.Join(dir, "data"), "--listen", at, "--gateway-listen", blocks, "--provider", "any", "--rpc", c.URL(), "--deployment", "devnet",
		"--poll", "20ms", "--relay-key", keyOf(operator, "relay"), "--attest", "--safe-depth", "2", "--free-daily", "1000000", "--log-level", "error")
	defer hub.kill()
	provider := begin(t, false, func(string) {}, env, "provider", "--relay", site, "--key", keyOf(worker, "provider"), "--source", gateway, "--data", filepath.Join(dir, "worker"), "--log-level", "error",
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

	trained, made := job(fmt.Sprintf(`{"spec":{"schema":"dehug/job/v0","kind":"training","model":%q,"limits":{"bytes":"1000000","seconds":"120"},"training":{"command":"finetune","dataset":%q,"seed":"7",
		"parameters":[{"name":"epochs","value":"400"},{"name":"rate","value":"0.2"}],"publish":{"authors":[{"address":%q,"role":"author","share":"1000000"}],"created":"2026-01-03T00:00:00Z",
		"license":{"spdx":"MIT"},"name":"iris-linear","version":"1.1.0","parents":[{"manifestDigest":%q},{"manifestDigest":%q}]}}}}`, model, data, author.Address.Hex(), model.Digest(), data.Digest()))
	var published httpapi.ReleaseInfo
	if status := call("POST", "/uploads/"+trained.Job.Upload+"/finish", fmt.Sprintf(`{"manifest":%q}`, made.Training.Manifest), &published); status != 200 || published.Version != "1.1.0" || published.Owner != author.Address.Hex() {
		t.Fatalf("publishing it: %d %+v", status, published)
	}
	_, after := job(`{"spec":` + evaluation(made.Training.Manifest) + `}`)
	t.Logf("accuracy on 30 flowers: %s, and %s after %s; attestation %s", before.Evaluation.Value, after.Evaluation.Value, made.Training.Manifest, p.Job.Attestation.UID)
	if before.Evaluation.Matched > 15 || after.Evaluation.Matched < 27 {
		t.Errorf("of 30 flowers %d were right before, %d after", before.Evaluation.Matched, after.Evaluation.Matched)
	}
}
