package purse

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/common"

	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/chain"
	"github.com/dehug/dehug/relay/receipt"
)

// till is a relay that counts as it is told to, and remembers what was signed.
type till struct {
	terms   Terms
	next    int64
	after   string
	newest  *Newest
	status  string // of every prediction
	lose    int    // so many answers to what is asked for are lost
	lost    func() // is called then
	asked   map[string]Request
	refused bool // to create
}

func serve(t *testing.T) (*till, *Purse, *Kept) {
	t.Helper()
	r := &till{next: 1, after: "0x" + strings.Repeat("0", 64), status: "succeeded", asked: map[string]Request{},
		terms: Terms{ChainID: 31337, Controller: "0x1111111111111111111111111111111111111111", Operator: "0x2222222222222222222222222222222222222222", Margin: 600}}
	mux := http.NewServeMux()
	say := func(w http.ResponseWriter, v any) { _ = json.NewEncoder(w).Encode(v) }
	mux.HandleFunc("POST /api/v1/nonces", func(w http.ResponseWriter, req *http.Request) {
		say(w, map[string]any{"nonce": "12345678", "domain": req.Host, "uri": "http://" + req.Host, "chainId": 31337})
	})
	mux.HandleFunc("POST /api/v1/sessions", func(w http.ResponseWriter, _ *http.Request) { say(w, struct{}{}) })
	mux.HandleFunc("GET /api/v1/usage/sessions/{id}", func(w http.ResponseWriter, _ *http.Request) {
		say(w, map[string]any{"state": "open", "left": 9, "next": map[string]any{"units": r.next, "after": r.after}, "newest": r.newest})
	})
	mux.HandleFunc("GET /api/v1/predictions/{id}", func(w http.ResponseWriter, req *http.Request) {
		say(w, map[string]any{"id": req.PathValue("id"), "status": r.status})
	})
	mux.HandleFunc("POST /api/v1/predictions", func(w http.ResponseWriter, req *http.Request) {
		var asked Request
		if err := json.NewDecoder(req.Body).Decode(&asked); err != nil {
			t.Error(err)
		}
		if r.refused {
			w.WriteHeader(http.StatusConflict)
			say(w, map[string]any{"code": "voucher_stale", "detail": "no"})
			return
		}
		key := req.Header.Get("Idempotency-Key")
		if first, again := r.asked[key]; again && *first.Voucher != *asked.Voucher {
			t.Error("the same request has another voucher")
		}
		r.asked[key] = asked
		r.newest = &Newest{"job" + asked.Voucher.Transcript[2:10], asked.Voucher.Transcript}
		if r.lose--; r.lose >= 0 {
			if r.lost != nil {
				r.lost()
			}
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		say(w, map[string]any{"id": r.newest.Prediction, "status": "starting"})
	})
	site := httptest.NewServer(mux)
	t.Cleanup(site.Close)
	wallet, err := ethsig.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	p, err := Open(t.TempDir(), site.URL, wallet)
	if err != nil {
		t.Fatal(err)
	}
	k, err := p.Make(r.terms, "0x"+strings.Repeat("5", 64))
	if err != nil {
		t.Fatal(err)
	}
	return r, p, k
}

func question(t *testing.T) Request {
	var in receipt.TensorJSON
	if err := json.Unmarshal([]byte(`{"datatype":"FP32","shape":[1],"data":[1]}`), &in); err != nil {
		t.Fatal(err)
	}
	return Request{Version: "bafkrei", Mode: receipt.Strict, Input: map[string]receipt.TensorJSON{"x": in}}
}

// A voucher is signed by the session's key, for what is next, and continues the one before; what it was for is known whatever is lost.
func TestPay(t *testing.T) {
	r, p, k := serve(t)
	address, err := k.Address()
	if err != nil {
		t.Fatal(err)
	}
	for i := range int64(3) {
		r.lose = int(i)
		run, err := p.Pay(t.Context(), k, r.terms, question(t))
		if err != nil {
			t.Fatal(err)
		}
		if done, err := run.Wait(t.Context()); err != nil || done.Status != "succeeded" {
			t.Fatalf("%+v, %v", done, err)
		}
		var v *Voucher
		for _, asked := range r.asked {
			if asked.Voucher.Units == i+1 {
				v = asked.Voucher
			}
		}
		signature, _ := hex.DecodeString(v.Signature[2:])
		digest := chain.UsageDomain(31337, common.HexToAddress(r.terms.Controller)).Voucher(chain.SessionID(common.HexToHash(k.Session)), uint32(v.Units), common.HexToHash(v.Transcript))
		if by, err := ethsig.Recover(digest, [32]byte(signature[:32]), [32]byte(signature[32:64]), signature[64]); err != nil || by != address {
			t.Errorf("voucher %d is signed by %s, %v", i, by, err)
		}
		r.next, r.after = i+2, v.Transcript
	}
	if info, err := os.Stat(k.file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key's file is %v, %v", info.Mode(), err)
	}
}

// Nothing is signed for more than the results that came back and the runs under way, and one; a run of which the relay's answer was lost is one of
// these, one that it never took is not, and one that failed used nothing.
func TestRefuseToSign(t *testing.T) {
	r, p, k := serve(t)
	refuses := func(what string) {
		t.Helper()
		n := len(r.asked)
		if _, err := p.Pay(t.Context(), k, r.terms, question(t)); relay.ErrorCode(err) != relay.CodeUnverified || len(r.asked) != n {
			t.Errorf("%s: %v, and %d were asked for", what, err, len(r.asked)-n)
		}
	}
	signs := func(what string) {
		t.Helper()
		if _, err := p.Pay(t.Context(), k, r.terms, question(t)); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	r.next = 2
	refuses("a unit more than nothing")
	r.next = 0
	refuses("less than one")
	r.next, r.after = 1, "0x12"
	refuses("no transcript")
	r.after = "0x" + strings.Repeat("0", 64)
	other := r.terms
	other.Controller = "0x3333333333333333333333333333333333333333"
	if _, err := p.Pay(t.Context(), k, other, question(t)); relay.ErrorCode(err) != relay.CodeUnverified {
		t.Errorf("another contract: %v", err)
	}

	// It is killed before it hears of the run: known by the newest voucher.
	ctx, kill := context.WithCancel(t.Context())
	r.lose, r.lost = 1<<30, kill
	if _, err := p.Pay(ctx, k, r.terms, question(t)); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	r.lose, r.next, r.after = 0, 2, r.newest.Transcript
	signs("the next one")
	r.next = 4
	refuses("two more than were signed for")
	// The second fails: its unit is free again.
	r.status, r.next = "failed", 2
	signs("what a failed one did not use")
	r.next = 3
	refuses("what a failed one did not use, twice")

	// The relay refuses one: it owes nothing by that.
	r.status, r.next, r.refused = "failed", 2, true
	if _, err := p.Pay(t.Context(), k, r.terms, question(t)); relay.ErrorCode(err) != relay.CodeVoucherStale {
		t.Errorf("refused: %v", err)
	}
	r.refused, r.next = false, 3
	refuses("after one that was refused")
}
