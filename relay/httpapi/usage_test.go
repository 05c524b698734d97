package httpapi

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/store"
)

// paid takes what the store has of sessions as it is. A voucher that begins with a zero is forged.
type paid struct {
	*hub
	undone bool // the chain may still undo all of it
}

const token = "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913"

func (p *paid) Terms() relay.SessionOffer {
	return relay.SessionOffer{ChainID: 31337, Controller: "0x1111111111111111111111111111111111111111", Operator: testKey(p.t, "9").Address().String(), Token: token, Opens: true, SafeAbove: 10_000_000, Margin: 10 * time.Minute}
}

func (p *paid) Ours(s relay.Session) error {
	if s.Token != token {
		return relay.Errorf(relay.CodeSessionForeign, "in another token")
	}
	return nil
}

func (p *paid) Settled(context.Context, relay.Session) error {
	if p.undone {
		return relay.Errorf(relay.CodeSessionPending, "not safe yet")
	}
	return nil
}

func (p *paid) Find(ctx context.Context, id string, _ manifest.CID, _ time.Time) (relay.Session, error) {
	s, err := p.Store.PaidSession(ctx, id)
	if err == nil {
		s.Ends = time.Now().Add(time.Hour)
		err = p.Settled(ctx, s)
	}
	return s, err
}

func (p *paid) Signed(_ relay.Session, v relay.Voucher) error {
	if v.Signature[0] == 0 {
		return relay.Errorf(relay.CodeVoucherForged, "the voucher was not signed by the session's key")
	}
	return nil
}

func (p *paid) Read(call []byte) (string, error) {
	if _, err := manifest.ParseAddress(string(call)); err != nil {
		return "", relay.Errorf(relay.CodeInvalid, "this opens no session that somebody signed for")
	}
	return string(call), nil
}

func (p *paid) Open(context.Context, []byte) (string, error) { return id("a"), nil }

// A page opens a session, pays with it, is closed, and goes on.
func TestUsageGolden(t *testing.T) {
	h := withUploads(t)
	p := h.Paid.(*paid)
	h = withJobs(t, h)
	h.Jobs.Sessions = p
	cid := serveTiny(t, h)
	key := testKey(t, "1")
	payer, operator := key.Address().String(), p.Terms().Operator
	base := store.ChainBlock{Block: 9, Hash: id("9")}
	if ok, err := h.Store.StartChain(t.Context(), 31337, base); err != nil || !ok {
		t.Fatal(ok, err)
	}
	at := h.at.Unix()
	if err := h.Store.ApplyChain(t.Context(), base.Hash, store.ChainBlock{Block: 12, Hash: id("c"), Parent: id("b"), At: at}, func(tx *store.ChainTx) error {
		plan := store.ChainPlan{ID: id("5"), Model: id("1"), Token: token, Payee: testKey(t, "4").Address().String(), AuthorFee: "600", RelayFee: "100", ComputeCap: "300", UnitKind: "job", Block: 10}
		dear := plan
		dear.ID, dear.AuthorFee, dear.Idx = id("6"), "79228162514264337593543950335", 1
		session := func(digit, plan string, idx int64) store.ChainSession {
			return store.ChainSession{ID: id(digit), Plan: id(plan), Payer: payer, Operator: operator, Number: "18446744073709551615", SessionKey: testKey(t, "5").Address().String(), Units: 3, Ends: at + 3600, Block: 11, Idx: idx, At: at}
		}
		return tx.Add(plan, dear, session("7", "5", 1), session("8", "6", 2),
			store.ChainPayment{Block: 12, Source: "session", Ref: id("7"), Plan: id("5"), Model: id("1"), Payer: payer, Operator: operator, Token: token, Units: 1, Reached: 1, Author: "600", Relay: "100", Compute: "250"})
	}); err != nil {
		t.Fatal(err)
	}
	cookie := h.signIn(key)
	step := func(name, method, path, body string, want int, header ...string) []byte {
		t.Helper()
		w := h.ask(method, path, body, append([]string{"Cookie", cookie}, header...)...)
		h.golden(name, method, path, still(w), want)
		return w.Body.Bytes()
	}
	step("usage-terms", "GET", "/api/v1/usage/terms", "", 200)
	call := func(text string) string { return fmt.Sprintf(`{"call":"0x%x"}`, text) }
	step("usage-opened", "POST", "/api/v1/usage/sessions", call(payer), 202)
	step("usage-plans", "GET", "/api/v1/usage/plans?version="+string(cid), "", 200)
	step("usage-open-of-another", "POST", "/api/v1/usage/sessions", call(operator), 403)
	step("usage-open-nothing", "POST", "/api/v1/usage/sessions", call(""), 400)
	at7 := "/api/v1/usage/sessions/" + id("7")
	step("usage-session-new", "GET", at7, "", 200)

	salt := [32]byte{1}
	tensors := func(x float64) ([]byte, string) {
		text := fmt.Sprintf(`{"datatype":"FP32","shape":[1,4],"data":[%g,2,3,4]}`, x)
		var in receipt.TensorJSON
		if err := json.Unmarshal([]byte(text), &in); err != nil {
			t.Fatal(err)
		}
		tensor, err := in.Tensor("x")
		if err != nil {
			t.Fatal(err)
		}
		body, err := receipt.EncodeTensors([]receipt.Tensor{tensor})
		if err != nil {
			t.Fatal(err)
		}
		return body, text
	}
	// pays is a request with the voucher that is next, as a page makes it that knows nothing but what it is told.
	pays := func(x float64, change func(v map[string]any)) string {
		var s UsageSession
		if err := json.Unmarshal(h.ask("GET", at7, "", "Cookie", cookie).Body.Bytes(), &s); err != nil {
			t.Fatal(err)
		}
		after, err := hex.DecodeString(s.Next.After[2:])
		if err != nil {
			t.Fatal(err)
		}
		body, text := tensors(x)
		transcript := relay.NextTranscript([32]byte(after), receipt.RequestHash(salt, body), 1)
		v := map[string]any{"session": s.ID, "units": s.Next.Units, "transcript": fmt.Sprintf("0x%x", transcript), "signature": "0x" + strings.Repeat("11", 64) + "1b"}
		if change != nil {
			change(v)
		}
		voucher, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf(`{"version":%q,"salt":"0x%x","input":{"x":%s},"voucher":%s}`, cid, salt, text, voucher)
	}
	first := pays(1, nil)
	step("usage-prediction", "POST", "/api/v1/predictions", first, 201, "Prefer", "wait")
	step("usage-receipt", "GET", "/api/v1/receipts/"+newest(t, h, cookie, at7), "", 200)
	step("usage-replayed", "POST", "/api/v1/predictions", first, 409)
	step("usage-forged", "POST", "/api/v1/predictions", pays(2, func(v map[string]any) { v["signature"] = "0x" + strings.Repeat("00", 65) }), 403)
	step("usage-lower", "POST", "/api/v1/predictions", pays(2, func(v map[string]any) { v["units"] = 1 }), 409)
	step("usage-over-lock", "POST", "/api/v1/predictions", pays(2, func(v map[string]any) { v["units"] = 4 }), 409)
	step("usage-no-hex", "POST", "/api/v1/predictions", pays(2, func(v map[string]any) { v["signature"] = "0x12" }), 422)
	p.undone = true
	step("usage-session-pending", "GET", at7, "", 200)
	step("usage-pending", "POST", "/api/v1/predictions", pays(2, nil), 409)
	p.undone = false
	failing := strings.Replace(pays(2, nil), `"x":`, `"z":`, 1)
	step("usage-stale", "POST", "/api/v1/predictions", failing, 409) // the voucher is for another request
	step("usage-prediction-second", "POST", "/api/v1/predictions", pays(2, nil), 201, "Prefer", "wait")
	step("usage-session", "GET", at7, "", 200)
	step("usage-sessions", "GET", "/api/v1/usage/sessions", "", 200) // without the one that costs more than can be counted
	// The receipts are settled.
	step("settlements-none", "GET", "/api/v1/settlements", "", 200)
	job := newest(t, h, cookie, at7)
	step("receipt-unsettled", "GET", "/api/v1/receipts/"+job+"/proof", "", 404)
	rows, err := h.Store.Unsettled(t.Context(), math.MaxInt64, 10)
	if err != nil || len(rows) != 2 {
		t.Fatal(rows, err)
	}
	kept, err := h.Store.VoucherThatSays(t.Context(), id("7"), 2)
	if err != nil {
		t.Fatal(err)
	}
	n := store.NewSettlement{Items: []store.NewItem{{Session: id("7"), Voucher: kept}}}
	var leaves []receipt.Hash
	for _, r := range rows {
		signed, err := receipt.Parse(r.Document)
		if err != nil {
			t.Fatal(err)
		}
		leaf, err := signed.Leaf()
		if err != nil {
			t.Fatal(err)
		}
		leaves = append(leaves, leaf)
		n.Receipts = append(n.Receipts, store.SettledReceipt{Job: r.Job, Session: r.Session, Leaf: leaf[:]})
	}
	root := receipt.Root(leaves)
	n.ID, n.Call, n.Count, n.Root, n.Leaves, n.Created = store.NewID(h.at), []byte{}, 2, root[:], string(manifest.DigestOf(nil).RawCID()), h.at.UnixMicro()
	if err := h.Store.KeepSettlement(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	step("settlements", "GET", "/api/v1/settlements", "", 200)
	var proof ReceiptProof
	if err := json.Unmarshal(step("receipt-proof", "GET", "/api/v1/receipts/"+job+"/proof", "", 200), &proof); err != nil {
		t.Fatal(err)
	}
	if err := receipt.CheckProof(proof.Leaf, int(proof.Place), int(proof.Settlement.Receipts), proof.Path, root); err != nil {
		t.Error(err)
	}
	if w := h.ask("GET", "/api/v1/receipts/"+job+"/proof", ""); w.Code != 404 {
		t.Errorf("GET of another's proof = %d %s", w.Code, w.Body)
	}
	step("usage-session-dear", "GET", "/api/v1/usage/sessions/"+id("8"), "", 403)
	step("usage-session-unknown", "GET", "/api/v1/usage/sessions/"+id("0"), "", 404)
	h.at = h.at.Add(time.Hour)
	step("usage-session-ended", "GET", at7, "", 200)

	bob := h.signIn(testKey(t, "3"))
	if w := h.ask("GET", at7, "", "Cookie", bob); w.Code != 404 {
		t.Errorf("GET of another's session = %d %s", w.Code, w.Body)
	}
	if w := h.ask("POST", "/api/v1/predictions", pays(3, nil), "Cookie", bob); w.Code != 404 {
		t.Errorf("paying with another's session = %d %s", w.Code, w.Body)
	}
	if w := h.ask("GET", "/api/v1/usage/sessions", "", "Cookie", bob); w.Code != 200 || strings.Contains(w.Body.String(), id("7")) {
		t.Errorf("bob's sessions = %d %s", w.Code, w.Body)
	}
}

// newest is the prediction of a session's newest voucher.
func newest(t *testing.T, h *hub, cookie, at string) string {
	t.Helper()
	var s UsageSession
	if err := json.Unmarshal(h.ask("GET", at, "", "Cookie", cookie).Body.Bytes(), &s); err != nil || s.Newest == nil {
		t.Fatal(s, err)
	}
	return s.Newest.Prediction
}
