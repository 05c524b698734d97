package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay/engine"
	"github.com/dehug/dehug/relay/jobs"
	"github.com/dehug/dehug/relay/jobs/wire"
	"github.com/dehug/dehug/relay/receipt"
)

// parrot answers with its inputs.
type parrot struct{}

func (parrot) Run(_ context.Context, q engine.Question) (*engine.Answer, error) {
	return &engine.Answer{Outputs: q.Inputs, Plan: receipt.BackendPlan("parrot")}, nil
}

// A payer has a run replayed: what was found, the evidence, and the ban are seen by those who may.
func TestChecksGolden(t *testing.T) {
	lies := false
	h := withChecks(t, withUploads(t), jobs.Checks{Replays: 1, Engine: func(_ context.Context, _ manifest.CID, _ string, in []receipt.Tensor) ([]receipt.Tensor, receipt.Hash, error) {
		if lies {
			in[0].Data = bytes.Repeat([]byte{7}, len(in[0].Data))
		}
		return in, receipt.BackendPlan("parrot"), nil
	}})
	cid := manifest.DigestOf([]byte("a parrot")).RawCID()
	serve(t, h, parrot{}, wire.Offer{Manifest: cid, Mode: receipt.Strict, Pay: 3, Warm: true})
	alice, bob := h.signIn(testKey(t, "1")), h.signIn(testKey(t, "3"))
	run := func(who string) (p Prediction) {
		t.Helper()
		w := h.ask("POST", "/api/v1/predictions", fmt.Sprintf(`{"version":%q,"input":{"x":{"datatype":"UINT8","shape":[2],"data":[1,2]}}}`, cid), "Cookie", who, "Prefer", "wait")
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || p.Status != "succeeded" {
			t.Fatalf("%v %s", err, w.Body)
		}
		return p
	}
	ended := func(job string) {
		t.Helper()
		for range 6000 {
			if c, err := h.Store.CheckOf(t.Context(), job); err == nil && c.Ended > 0 {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
		t.Fatalf("the answer of %s is not looked at", job)
	}
	p := run(alice)
	for who, want := range map[string]int{bob: 404, "": 401} {
		if w := h.ask("POST", p.URLs.Receipt+"/replay", "", "Cookie", who); w.Code != want {
			t.Errorf("a replay for another = %d %s; want %d", w.Code, w.Body, want)
		}
	}
	if w := h.ask("POST", p.URLs.Receipt+"/replay", "", "Cookie", alice); w.Code != 200 || !strings.Contains(w.Body.String(), `"kind":"replay"`) {
		t.Fatalf("a replay = %d %s", w.Code, w.Body)
	}
	ended(p.ID)
	h.golden("replay", "POST", "/api/v1/receipts/{id}/replay", still(h.ask("POST", p.URLs.Receipt+"/replay", "", "Cookie", alice)), 200)
	h.golden("replay-quota", "POST", "/api/v1/receipts/{id}/replay", still(h.ask("POST", run(alice).URLs.Receipt+"/replay", "", "Cookie", alice)), 409)
	if w := h.ask("GET", p.URLs.Receipt+"/evidence", "", "Cookie", alice); w.Code != 404 {
		t.Errorf("evidence against an honest answer = %d %s", w.Code, w.Body)
	}
	lies = true // then the provider does, as it seems
	p = run(bob)
	h.ask("POST", p.URLs.Receipt+"/replay", "", "Cookie", bob)
	ended(p.ID)
	h.golden("receipt-request-false", "GET", "/api/v1/receipts/{id}/request", still(h.ask("GET", p.URLs.Receipt+"/request", "", "Cookie", bob)), 200)
	w := h.ask("GET", p.URLs.Receipt+"/evidence", "", "Cookie", bob)
	if e, err := receipt.ParseEvidence(w.Body.Bytes()); err != nil || e.Receipt.Job != p.ID {
		t.Errorf("evidence = %d %s, %v", w.Code, w.Body, err)
	}
	for who, want := range map[string]int{alice: 404, "": 404, h.signIn(testKey(t, "2")): 200} {
		if w := h.ask("GET", p.URLs.Receipt+"/evidence", "", "Cookie", who); w.Code != want {
			t.Errorf("evidence for another = %d; want %d", w.Code, want)
		}
	}
	h.ask("PUT", p.URLs.Receipt+"/sharing", `{"sharing":"request"}`, "Cookie", bob)
	if w := h.ask("GET", p.URLs.Receipt+"/evidence", ""); w.Code != 200 {
		t.Errorf("evidence that is shared = %d", w.Code)
	}
	address := testKey(t, "2").Address()
	for h.Jobs.Present(receipt.Address(address)).Lines > 0 {
		time.Sleep(time.Millisecond) // its line is ended in a moment
	}
	view := still(h.ask("GET", "/api/v1/providers/"+address.String(), ""))
	text := strings.ReplaceAll(view.Body.String(), p.ID, "ID")
	view.Body.Reset()
	view.Body.WriteString(text)
	h.golden("provider-view", "GET", "/api/v1/providers/{address}", view, 200)
	h.golden("provider-view-unknown", "GET", "/api/v1/providers/{address}", h.ask("GET", "/api/v1/providers/"+at(t, "3"), ""), 404)
}
