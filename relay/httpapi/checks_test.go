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
	hub := withUploads(t)
	hub.Admins = []string{at(t, "9")}
	h := withChecks(t, hub, jobs.Checks{Replays: 1, Engine: func(_ context.Context, _ manifest.CID, _ string, in []receipt.Tensor) ([]receipt.Tensor, receipt.Hash, error) {
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
	admin := h.signIn(testKey(t, "9"))
	bans := still(h.ask("GET", "/api/v1/admin/bans", "", "Cookie", admin))
	var listed List[BanInfo]
	if err := json.Unmarshal(bans.Body.Bytes(), &listed); err != nil || len(listed.Items) != 1 || listed.Items[0].Job != p.ID {
		t.Fatalf("bans = %s, %v", bans.Body, err)
	}
	if w := h.ask("GET", listed.Items[0].Evidence, "", "Cookie", admin); w.Code != 200 {
		t.Errorf("GET of a ban's evidence = %d %s", w.Code, w.Body)
	}
	text = strings.ReplaceAll(bans.Body.String(), p.ID, "ID")
	bans.Body.Reset()
	bans.Body.WriteString(text)
	h.golden("bans", "GET", "/api/v1/admin/bans", bans, 200)
	lift := "/api/v1/admin/bans?note=its+memory+was+bad&provider="
	for who, want := range map[string]int{bob: 403, "": 401} {
		if w := h.ask("DELETE", lift+address.String(), "", "Cookie", who); w.Code != want {
			t.Errorf("somebody lifts a ban: %d %s; want %d", w.Code, w.Body, want)
		}
		if w := h.ask("GET", "/api/v1/admin/bans", "", "Cookie", who); w.Code != want {
			t.Errorf("somebody reads bans: %d %s; want %d", w.Code, w.Body, want)
		}
	}
	for path, want := range map[string]int{lift + at(t, "3"): 404, lift + "0x12": 400, "/api/v1/admin/bans?provider=" + address.String(): 422} {
		if w := h.ask("DELETE", path, "", "Cookie", admin); w.Code != want {
			t.Errorf("DELETE %s = %d %s; want %d", path, w.Code, w.Body, want)
		}
	}
	if w := h.ask("DELETE", lift+address.String(), "", "Cookie", admin); w.Code != 204 {
		t.Fatalf("lifting a ban = %d %s", w.Code, w.Body)
	}
	h.golden("unbanned-twice", "DELETE", "/api/v1/admin/bans", h.ask("DELETE", lift+address.String(), "", "Cookie", admin), 404)
	if w := h.ask("GET", "/api/v1/admin/bans", "", "Cookie", admin); !strings.Contains(w.Body.String(), `"items":[]`) {
		t.Errorf("bans after the only one was lifted = %s", w.Body)
	}
	if w := h.ask("GET", "/api/v1/admin/deeds", "", "Cookie", admin); !strings.Contains(w.Body.String(), `"unbanned","subject":"provider `+address.String()+`","note":"its memory was bad"`) {
		t.Errorf("deeds = %s", w.Body)
	}
	lies = false // and so is what it answers next
	serve(t, h, parrot{}, wire.Offer{Manifest: cid, Mode: receipt.Strict, Pay: 3, Warm: true})
	run(bob)
}
