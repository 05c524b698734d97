package httpapi

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/audit"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/store"
)

// A receipt is in the log, by tiles and by proofs, and nobody reads there whose it is.
func TestAudit(t *testing.T) {
	h := withJobs(t, newHub(t))
	if w := h.ask("GET", "/api/v1/audit/checkpoint", ""); w.Code != 404 {
		t.Errorf("a checkpoint before there is a log = %d %s", w.Code, w.Body)
	}
	secret, public, err := note.GenerateKey(rand.Reader, "hub.example/audit")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Store.BeginAudit(t.Context(), signer.Name(), public, signer, "rules"); err != nil {
		t.Fatal(err)
	}
	grow := func() audit.Checkpoint {
		t.Helper()
		for more := true; more; {
			if _, more, err = h.Store.GrowAudit(t.Context(), signer); err != nil {
				t.Fatal(err)
			}
		}
		var view AuditView
		if err := json.Unmarshal(h.ask("GET", "/api/v1/audit", "").Body.Bytes(), &view); err != nil {
			t.Fatal(err)
		}
		key, err := note.NewVerifier(view.Key)
		if err != nil {
			t.Fatal(err)
		}
		c, err := audit.OpenCheckpoint([]byte(view.Checkpoint), key)
		if err != nil || view.Origin != "hub.example/audit" || view.Size != c.N {
			t.Fatal(view, err)
		}
		return c
	}
	grow()
	cid := serveTiny(t, h)
	cookie := h.signIn(testKey(t, "1"))
	w := h.ask("POST", "/api/v1/predictions", fmt.Sprintf(`{"version":%q,"input":{"x":{"datatype":"FP32","shape":[1,4],"data":[1,2,3,4]}}}`, cid), "Cookie", cookie, "Prefer", "wait")
	var made struct{ ID string }
	if err := json.Unmarshal(w.Body.Bytes(), &made); err != nil || w.Code != 201 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	text := h.ask("GET", "/api/v1/receipts/"+made.ID, "", "Cookie", cookie).Body.Bytes()
	r, err := receipt.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := r.Leaf()
	if err != nil {
		t.Fatal(err)
	}
	at := fmt.Sprintf("/api/v1/audit/receipts/%x", leaf[:])
	if w := h.ask("GET", at, ""); w.Code != 404 {
		t.Errorf("a receipt that is not in the log yet = %d %s", w.Code, w.Body)
	}
	was := grow()
	for range 300 {
		if err := h.Store.ChangeSecret(t.Context(), testKey(t, "1").Address().String(), "secret"); err != nil {
			t.Fatal(err)
		}
	}
	c := grow()

	var placed AuditedReceipt
	if err := json.Unmarshal(h.ask("GET", at, "").Body.Bytes(), &placed); err != nil {
		t.Fatal(err)
	}
	if err := tlog.CheckRecord(hashesOf(t, placed.Proof), c.N, c.Hash, placed.Index, tlog.RecordHash([]byte(placed.Entry))); err != nil {
		t.Error(err)
	}
	for _, private := range []string{made.ID, r.Payer.String(), r.Provider.String(), string(r.Manifest)} {
		if strings.Contains(placed.Entry, private) {
			t.Errorf("the entry shows %s: %s", private, placed.Entry)
		}
	}
	var consistency AuditConsistency
	if err := json.Unmarshal(h.ask("GET", fmt.Sprintf("/api/v1/audit/consistency?from=%d", was.N), "").Body.Bytes(), &consistency); err != nil {
		t.Fatal(err)
	}
	if err := tlog.CheckTree(tlog.TreeProof(hashesOf(t, consistency.Proof)), c.N, c.Hash, was.N, was.Hash); err != nil {
		t.Error(err)
	}
	for path, want := range map[string]int{
		fmt.Sprintf("/receipts/%064x", 1):           404,
		"/receipts/" + strings.Repeat("g", 64):      400,
		"/receipts/ab":                              422,
		"/consistency":                              422,
		fmt.Sprintf("/consistency?from=%d", c.N+1):  404,
		"/tile/0/000":                               200,
		"/tile/entries/000":                         200,
		"/tile/0/000.p/7":                           200,
		fmt.Sprintf("/tile/0/001.p/%d", c.N-256):    200,
		fmt.Sprintf("/tile/0/001.p/%d", c.N-255):    404,
		"/tile/0/002":                               404,
		"/tile/entries/001":                         404,
		"/tile/0/1":                                 404,
		"/tile/9/000":                               404,
		"/tile/entries/x999/x999/x999/x999/999.p/1": 404,
	} {
		w := h.ask("GET", "/api/v1/audit"+path, "")
		if w.Code != want {
			t.Errorf("GET %s = %d %s, want %d", path, w.Code, w.Body, want)
		}
		if forever := strings.Contains(w.Header().Get("Cache-Control"), "immutable"); forever != (want == 200) {
			t.Errorf("GET %s is kept: %v", path, forever)
		}
	}

	// Somebody else's program, over the network.
	server := httptest.NewServer(h)
	defer server.Close()
	log := &audit.Log{URL: server.URL + auditPath, Client: server.Client()}
	if _, _, err := log.Look(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if index, err := log.Find(leaf); err != nil || index != placed.Index {
		t.Error(index, err)
	}
	if _, err := log.Find([32]byte{1}); relay.ErrorCode(err) != relay.CodeNotFound {
		t.Error(err)
	}
	// What an admin does is there too, and a report's reason is not.
	before := c.N
	if err := h.Store.Deny(t.Context(), store.Denial{Kind: store.DenyCID, What: string(cid), Reason: "harmful", Admin: testKey(t, "1").Address().String(), Created: time.Now().UnixMicro()}); err != nil {
		t.Fatal(err)
	}
	if c = grow(); c.N != before+1 {
		t.Errorf("a denial makes %d entries", c.N-before)
	}
}

func hashesOf(t *testing.T, proof []string) (all []tlog.Hash) {
	t.Helper()
	for _, text := range proof {
		b, err := base64.StdEncoding.DecodeString(text)
		if err != nil || len(b) != tlog.HashSize {
			t.Fatal(text, err)
		}
		all = append(all, tlog.Hash(b))
	}
	return all
}
