package httpapi

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/chain/x402"
	"github.com/dehug/dehug/relay/jobs/wire"
	"github.com/dehug/dehug/relay/openai"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/store"
)

// desk takes every payment, and has the chain pay once it may.
type desk struct {
	*hub
	open chan struct{} // closed when the chain pays
}

func (d *desk) Network() string { return "eip155:31337" }

func (d *desk) Quote(_ context.Context, j x402.Job) (x402.Requirements, error) {
	return x402.Requirements{Scheme: x402.Scheme, Network: d.Network(), Amount: fmt.Sprint(700 + j.Pay)}, nil
}

func (d *desk) Parse(p x402.Payload, asked [32]byte) (store.ExactPayment, error) {
	a := p.Payload.Authorization
	return store.ExactPayment{Payer: testKey(d.t, "7").Address().String(), Nonce: a.Nonce, PayTo: token, Value: 703, Signature: []byte{1}, Payee: testKey(d.t, "4").Address().String(), AuthorFee: 600, RelayFee: 100,
		Provider: testKey(d.t, "2").Address().String(), Quote: asked[:]}, nil
}

func (d *desk) Check(_ context.Context, p x402.Payload, asked [32]byte) (store.ExactPayment, int64, error) {
	pay, err := d.Parse(p, asked)
	return pay, 10_000, err
}

func (d *desk) Settle(ctx context.Context, job string) (store.ExactPayment, error) {
	keep := context.WithoutCancel(ctx)
	p, err := d.Store.ExactPayment(keep, job)
	if err != nil || p.State != store.ExactDue {
		return p, err
	}
	select {
	case <-d.open:
	case <-ctx.Done():
		return p, nil
	}
	if err := d.Store.MoveExactPayment(keep, p, store.ExactPaid, "0x1", 1, "0x2", time.Now()); err != nil && relay.ErrorCode(err) != relay.CodeConflict {
		return p, err
	}
	return d.Store.ExactPayment(keep, job)
}

// Chats, embeddings and inferences are paid one by one as predictions are: nothing goes out before the chain has paid, of a stream all but its
// last part.
func TestPaidEndpoints(t *testing.T) {
	h := withUploads(t)
	d := &desk{h, make(chan struct{})}
	h.Exact = d
	h = withJobs(t, h)
	site := httptest.NewServer(h)
	defer site.Close()
	cid := manifest.DigestOf([]byte("a chatter")).RawCID()
	back := chatter{make(chan struct{})}
	serve(t, h, back, wire.Offer{Manifest: cid, Mode: receipt.Served, Pay: 3, Backend: "openai test echo", API: wire.OpenAI})
	post := func(ctx context.Context, path, body, nonce string) *http.Response {
		t.Helper()
		req, err := http.NewRequestWithContext(ctx, "POST", site.URL+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		if nonce != "" {
			req.Header.Set("PAYMENT-SIGNATURE", x402.Header(map[string]any{"payload": map[string]any{"authorization": map[string]any{"nonce": nonce}}}))
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { res.Body.Close() })
		return res
	}
	read := func(res *http.Response) string {
		t.Helper()
		text, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	said := func(text string) (s x402.Settled) {
		t.Helper()
		raw, err := base64.StdEncoding.DecodeString(text)
		if err == nil {
			err = json.Unmarshal(raw, &s)
		}
		if err != nil {
			t.Fatalf("PAYMENT-RESPONSE %q: %v", text, err)
		}
		return s
	}
	chat := func(text, more string) string {
		return fmt.Sprintf(`{"model":%q,"messages":[{"role":"user","content":%q}]%s}`, cid, text, more)
	}
	infer := "/v2/models/" + string(cid) + "/infer"

	// Who does not pay is told the price.
	for path, body := range map[string]string{"/v1/chat/completions": chat("a", ""), "/v1/embeddings": fmt.Sprintf(`{"model":%q,"input":["a","b"]}`, cid), infer: bytesOf("a")} {
		res := post(t.Context(), path, body, "")
		var asked x402.Required
		raw, _ := base64.StdEncoding.DecodeString(res.Header.Get("PAYMENT-REQUIRED"))
		if err := json.Unmarshal(raw, &asked); res.StatusCode != 402 || err != nil || asked.Accepts[0].Amount != "703" || !strings.HasSuffix(asked.Resource.URL, path) {
			t.Errorf("%s without payment = %d %s %s", path, res.StatusCode, raw, read(res))
		}
	}

	// A stream: its last word waits for the chain.
	res := post(t.Context(), "/v1/chat/completions", chat("a b", `,"stream":true`), "0x1")
	lines := bufio.NewReader(res.Body)
	line := func() string {
		t.Helper()
		for {
			text, err := lines.ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			if text = strings.TrimSpace(text); text != "" && text != ":" {
				return text
			}
		}
	}
	if got := line(); !strings.Contains(got, `"a "`) {
		t.Errorf("the stream begins with %s", got)
	}
	id := res.Header.Get(predictionHeader)
	for {
		p, err := h.Store.ExactPayment(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if p.State == store.ExactDue {
			break
		}
		time.Sleep(time.Millisecond)
	}
	if _, err := h.Store.JobOutput(t.Context(), id); relay.ErrorCode(err) != relay.CodeNotFound {
		t.Errorf("the output of what is not paid: %v", err)
	}
	// Whoever pays sees nothing of it elsewhere either.
	cookie := h.signIn(testKey(t, "7"))
	if w := h.ask("GET", "/api/v1/predictions/"+id+"/stream", "", "Cookie", cookie); strings.Contains(w.Body.String(), "event: part") || strings.Contains(w.Body.String(), `"output"`) {
		t.Errorf("the prediction's own stream = %s", w.Body)
	}
	close(d.open)
	if got := line(); !strings.HasPrefix(got, ": PAYMENT-RESPONSE ") || !said(strings.TrimPrefix(got, ": PAYMENT-RESPONSE ")).Success {
		t.Errorf("then comes %s", got)
	}
	if got := line() + line() + line(); !strings.Contains(got, `"b "`) || !strings.Contains(got, `"stop"`) || !strings.HasSuffix(got, "data: [DONE]") {
		t.Errorf("the end of it is %s", got)
	}
	again := post(t.Context(), "/v1/chat/completions", chat("a b", ""), "0x1")
	if got := read(again); again.StatusCode != 200 || !strings.Contains(got, `"a b "`) || again.Header.Get(predictionHeader) != id {
		t.Errorf("with the same payment, as a whole: %d %s", again.StatusCode, got)
	}

	// Wholes.
	for nonce, c := range map[string][2]string{"0x2": {"/v1/chat/completions", chat("c d", "")}, "0x3": {"/v1/embeddings", fmt.Sprintf(`{"model":%q,"input":["a","b"]}`, cid)}, "0x4": {infer, bytesOf("e f")}} {
		res := post(t.Context(), c[0], c[1], nonce)
		if got := read(res); res.StatusCode != 200 || !said(res.Header.Get("PAYMENT-RESPONSE")).Success {
			t.Errorf("%s, paid = %d %s", c[0], res.StatusCode, got)
		}
	}
	failed := post(t.Context(), "/v1/chat/completions", chat("fail", ""), "0x5")
	if s := said(failed.Header.Get("PAYMENT-RESPONSE")); failed.StatusCode != 503 || s.Success || s.Reason != "prediction_failed" {
		t.Errorf("what fails = %d %+v", failed.StatusCode, s)
	}
	if other := post(t.Context(), "/v1/chat/completions", chat("c d e", ""), "0x2"); other.StatusCode != 402 {
		t.Errorf("a payment for another request = %d", other.StatusCode)
	}

	// Who hangs up in the middle pays; so does who cancels then.
	ctx, hangUp := context.WithCancel(t.Context())
	middle := post(ctx, "/v1/chat/completions", chat("a b pause", `,"stream":true`), "0x6")
	if text, err := bufio.NewReader(middle.Body).ReadString('\n'); err != nil || !strings.HasPrefix(text, "data: ") {
		t.Fatalf("%q %v", text, err)
	}
	id = middle.Header.Get(predictionHeader)
	hangUp()
	if w := h.ask("POST", "/api/v1/predictions/"+id+"/cancel", "", "Cookie", cookie); w.Code != 409 {
		t.Errorf("cancel after a part = %d %s", w.Code, w.Body)
	}
	<-back.waited
	if job, err := h.Jobs.Wait(t.Context(), "", id); err != nil || job.State != string(relay.JobSucceeded) {
		t.Errorf("it is %+v, %v", job, err)
	}
	if p, err := h.Store.ExactPayment(t.Context(), id); err != nil || p.State != store.ExactDue {
		t.Errorf("its payment is %+v, %v", p, err)
	}
}

// bytesOf is a question of the chat's as a tensor.
func bytesOf(text string) string {
	question := fmt.Sprintf(`{"messages":[{"content":%q,"role":"user"}]}`, text)
	var numbers []string
	for _, b := range []byte(question) {
		numbers = append(numbers, fmt.Sprint(b))
	}
	return fmt.Sprintf(`{"inputs":[{"name":%q,"datatype":"UINT8","shape":[%d],"data":[%s]}]}`, openai.ChatInput, len(question), strings.Join(numbers, ","))
}

// A session pays for chats, embeddings, inferences and batches, by headers where the body is others' to describe.
func TestVouchersEverywhere(t *testing.T) {
	h := withUploads(t)
	h = withJobs(t, h)
	key := testKey(t, "1")
	session := relay.Session{ID: id("7"), Payer: key.Address().String(), Payee: testKey(t, "4").Address().String(), Key: testKey(t, "5").Address().String(), Units: 6, Ends: time.Now().Add(time.Hour),
		Price: relay.Price{Author: 600, Relay: 100, Compute: 300}}
	h.Jobs.Sessions = locked{session}
	cid := manifest.DigestOf([]byte("a chatter")).RawCID()
	serve(t, h, chatter{make(chan struct{}, 1)}, wire.Offer{Manifest: cid, Mode: receipt.Served, Pay: 3, Backend: "openai test echo", API: wire.OpenAI})
	cookie := h.signIn(key)
	var units int64
	var after [32]byte
	salt := "0x" + strings.Repeat("08", 32)
	sign := func(name, question string) (Voucher, string) {
		t.Helper()
		body, err := receipt.EncodeTensors([]receipt.Tensor{{Name: name, Type: "u8", Dims: []int64{int64(len(question))}, Data: []byte(question)}})
		if err != nil {
			t.Fatal(err)
		}
		raw, _ := hex.DecodeString(salt[2:])
		after = relay.NextTranscript(after, receipt.RequestHash([32]byte(raw), body), 1)
		units++
		v := Voucher{Session: session.ID, Units: units, Transcript: fmt.Sprintf("0x%x", after), Signature: "0x" + strings.Repeat("11", 64) + "1b"}
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return v, base64.StdEncoding.EncodeToString(text)
	}
	question := func(text string) string {
		return fmt.Sprintf(`{"messages":[{"role":"user","content":%q}]}`, text)
	}
	infer := "/v2/models/" + string(cid) + "/infer"
	for _, c := range []struct{ path, body, name, question string }{
		{"/v1/chat/completions", fmt.Sprintf(`{ "model":%q, "messages":[{"role":"user","content":"a"}], "user":"me"}`, cid), openai.ChatInput, question("a")},
		{"/v1/chat/completions", fmt.Sprintf(`{"stream":true,"model":%q,"messages":[{"role":"user","content":"b"}]}`, cid), openai.ChatInput, question("b")},
		{"/v1/embeddings", fmt.Sprintf(`{"model":%q,"input":["a","b"]}`, cid), openai.EmbeddingsInput, `{"input":["a","b"]}`},
		{infer, bytesOf("c"), openai.ChatInput, `{"messages":[{"content":"c","role":"user"}]}`},
	} {
		_, header := sign(c.name, c.question)
		w := h.ask("POST", c.path, c.body, "Cookie", cookie, "Dehug-Voucher", header, "Dehug-Salt", salt)
		if w.Code != 200 {
			t.Fatalf("%s = %d %s", c.path, w.Code, w.Body)
		}
		if w := h.ask("POST", c.path, c.body, "Cookie", cookie, "Dehug-Voucher", header, "Dehug-Salt", salt); w.Code != 409 || !strings.Contains(w.Body.String(), "voucher_replayed") {
			t.Errorf("%s once more = %d %s", c.path, w.Code, w.Body)
		}
	}
	batch := func(texts ...string) string {
		var inputs, payments []string
		for _, text := range texts {
			q := fmt.Sprintf(`{"messages":[{"content":%q,"role":"user"}]}`, text)
			v, _ := sign(openai.ChatInput, q)
			voucher, _ := json.Marshal(v)
			inputs = append(inputs, fmt.Sprintf(`{"chat":{"datatype":"UINT8","shape":[%d],"base64":%q}}`, len(q), base64.StdEncoding.EncodeToString([]byte(q))))
			payments = append(payments, fmt.Sprintf(`{"salt":%q,"voucher":%s}`, salt, voucher))
		}
		return fmt.Sprintf(`{"version":%q,"mode":"served","inputs":[%s],"payments":[%s]}`, cid, strings.Join(inputs, ","), strings.Join(payments, ","))
	}
	w := h.ask("POST", "/api/v1/predictions/batch", batch("d", "e"), "Cookie", cookie, "Prefer", "wait")
	if w.Code != 201 || strings.Count(w.Body.String(), `"status":"succeeded"`) != 2 {
		t.Errorf("a batch = %d %s", w.Code, w.Body)
	}
	if use, err := h.Store.SessionUse(t.Context(), session.ID); err != nil || use.Used != 6 || use.Held != 0 {
		t.Errorf("use = %+v, %v", use, err)
	}
	_, over := sign(openai.ChatInput, question("z"))
	for what, c := range map[string]struct {
		header []string
		code   string
	}{
		"over the lock": {[]string{"Dehug-Voucher", over, "Dehug-Salt", salt}, "session_spent"}, "without salt": {[]string{"Dehug-Voucher", over}, "invalid"}, "no base64": {[]string{"Dehug-Voucher", "{"}, "invalid"},
		"of nothing": {[]string{"Dehug-Voucher", base64.StdEncoding.EncodeToString([]byte("{}")), "Dehug-Salt", salt}, "invalid"}, "by nobody": {nil, "unauthorized"},
	} {
		header := append([]string{"Cookie", cookie}, c.header...)
		if c.header == nil {
			header = []string{"Dehug-Voucher", over, "Dehug-Salt", salt}
		}
		if w := h.ask("POST", "/v1/chat/completions", fmt.Sprintf(`{"model":%q,"messages":[{"role":"user","content":"z"}]}`, cid), header...); !strings.Contains(w.Body.String(), fmt.Sprintf(`"code":%q`, c.code)) {
			t.Errorf("a voucher %s = %d %s; want %s", what, w.Code, w.Body, c.code)
		}
	}
	if w := h.ask("POST", "/api/v1/predictions/batch", strings.Replace(batch("f"), `"inputs":[`, `"inputs":[{},`, 1), "Cookie", cookie); w.Code != 400 {
		t.Errorf("a batch with too few payments = %d %s", w.Code, w.Body)
	}
}

// locked is one session on chain, whose key signs anything.
type locked struct{ relay.Session }

func (l locked) Find(context.Context, string, manifest.CID, time.Time) (relay.Session, error) {
	return l.Session, nil
}
func (l locked) Signed(relay.Session, relay.Voucher) error { return nil }
