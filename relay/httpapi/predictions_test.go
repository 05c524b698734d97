package httpapi

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/disk"
	"github.com/dehug/dehug/relay/engine"
	"github.com/dehug/dehug/relay/gateway"
	"github.com/dehug/dehug/relay/jobs"
	"github.com/dehug/dehug/relay/jobs/wire"
	"github.com/dehug/dehug/relay/provider"
	"github.com/dehug/dehug/relay/publish"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/route"
)

// withJobs adds to a hub that providers are taken from testKey 2.
func withJobs(t testing.TB, h *hub) *hub {
	t.Helper()
	return withChecks(t, h, jobs.Checks{})
}

// withChecks is the like, where answers are looked at a second time.
func withChecks(t testing.TB, h *hub, c jobs.Checks) *hub {
	t.Helper()
	q, err := jobs.Start(t.Context(), jobs.Config{Store: h.Store, Checks: c, Key: testKey(t, "9"), Daily: 1000, Log: slog.New(slog.DiscardHandler),
		Allowed: func(a manifest.Address) bool { return a == testKey(t, "2").Address() }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, stop := context.WithCancel(context.Background())
		stop()
		if err := q.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	h.Jobs = q
	if h.Handler, err = New(Config{Site: tree, Releases: two, Hub: h.Hub, Log: slog.New(slog.DiscardHandler)}); err != nil {
		t.Fatal(err)
	}
	return h
}

// serveTiny publishes the tiny model, y = relu(x w + b), at a gateway of its own, and has a provider run it for 250. It returns the manifest's CID.
func serveTiny(t testing.TB, h *hub) manifest.CID {
	t.Helper()
	model, err := os.ReadFile("../precompile/testdata/tiny.onnx")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, data := range map[string]string{publish.AuthorFile: strings.Replace(publish.Example, `, "file": "LICENSE"`, "", 1), "model.onnx": string(model)} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	folder, err := disk.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	res, err := publish.Publish(t.Context(), folder.Blocks(), dir, publish.Options{Key: testKey(t, "1"), Created: time.Unix(0, 0)})
	if err != nil {
		t.Fatal(err)
	}
	blocks, err := gateway.New(folder.Blocks(), nil, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	source := httptest.NewServer(blocks)
	t.Cleanup(source.Close)
	backend, err := engine.Open(t.TempDir(), []string{source.URL}, 2)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := backend.Close(); err != nil {
			t.Error(err)
		}
	})
	cid := res.Release.Manifest
	serve(t, h, backend, wire.Offer{Manifest: cid, Mode: receipt.Strict, Pay: 250})
	return cid
}

// serve has a provider run something; it returns once the relay has it.
func serve(t testing.TB, h *hub, backend provider.Backend, offers ...wire.Offer) {
	t.Helper()
	site := httptest.NewServer(h)
	t.Cleanup(site.Close)
	ctx, stop := context.WithCancel(context.Background())
	welcome, ended := make(chan struct{}, 9), make(chan error, 1)
	go func() {
		ended <- provider.Run(ctx, provider.Config{Relay: site.URL, Key: testKey(t, "2"), Capacity: 2, Hardware: "a lamp", About: route.Facts{Region: "eu-de", DataPolicy: route.KeepsNone, Machine: route.Machine{Cores: 4}}, Backend: backend, Log: slog.New(slog.DiscardHandler),
			Offers: offers, Welcomed: func() { welcome <- struct{}{} }})
	}()
	<-welcome
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil && relay.ErrorCode(err) != relay.CodeForbidden { // it may have been banned
			t.Error(err)
		}
	})
}

var (
	moments   = regexp.MustCompile(`"20\d\d-\d\d-\d\dT[0-9:.]+Z"`)
	chance    = regexp.MustCompile(`0x[0-9a-f]{64,}`)
	unix      = regexp.MustCompile(`"(started|ended|mean_ms)": ?\d+|"(settleBy)": ?[1-9]\d+`)
	days      = regexp.MustCompile(`"20\d\d-\d\d-\d\d"`)
	createdAt = regexp.MustCompile(`"created":\d+`)
)

// still replaces what is another each time: moments, hashes with salt in them, signatures.
func still(w *httptest.ResponseRecorder) *httptest.ResponseRecorder {
	out := httptest.NewRecorder()
	out.Code = w.Code
	for name, values := range w.Header() {
		out.Header()[name] = values
	}
	text := moments.ReplaceAll(w.Body.Bytes(), []byte(`"2026-01-02T03:04:05Z"`))
	text = chance.ReplaceAllFunc(text, func(b []byte) []byte { return append([]byte("0x"), bytes.Repeat([]byte("1"), len(b)-2)...) })
	text = unix.ReplaceAll(text, []byte(`"$1$2":1767323045`))
	text = days.ReplaceAll(text, []byte(`"2026-01-02"`))
	out.Body.Write(text)
	return out
}

// Somebody has a model run, and sees what came of it.
func TestPredictionsGolden(t *testing.T) {
	h := withJobs(t, withUploads(t))
	cid := serveTiny(t, h)
	cookie := h.signIn(testKey(t, "1"))
	step := func(name, method, path, body string, want int, header ...string) *httptest.ResponseRecorder {
		t.Helper()
		w := h.ask(method, path, body, append([]string{"Cookie", cookie}, header...)...)
		h.golden(name, method, path, still(w), want)
		return w
	}
	input := `{"x":{"datatype":"FP32","shape":[2,4],"data":[[1,2,3,4],[-1,-2,-3,-4]]}}`
	request := fmt.Sprintf(`{"version":%q,"input":%s}`, cid, input)
	step("offers", "GET", "/api/v1/offers", "", 200)
	w := step("prediction", "POST", "/api/v1/predictions", request, 201, "Prefer", "wait", "Idempotency-Key", "one")
	var p Prediction
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Header().Get("Location") != p.URLs.Get {
		t.Fatalf("%v, Location %s", err, w.Header().Get("Location"))
	}
	again := h.ask("POST", "/api/v1/predictions", request, "Cookie", cookie, "Prefer", "wait=5", "Idempotency-Key", "one")
	var q Prediction
	if err := json.Unmarshal(again.Body.Bytes(), &q); err != nil || q.ID != p.ID {
		t.Errorf("with its key again = %s, %v; want %s", again.Body, err, p.ID)
	}
	step("prediction-key-used", "POST", "/api/v1/predictions", strings.Replace(request, "1,2", "9,2", 1), 409, "Idempotency-Key", "one")
	step("prediction-get", "GET", p.URLs.Get+"?encoding=base64", "", 200)
	step("predictions", "GET", "/api/v1/predictions", "", 200)
	step("receipt", "GET", p.URLs.Receipt, "", 200)
	step("prediction-unknown", "GET", "/api/v1/predictions/1", "", 404)
	step("prediction-no-provider", "POST", "/api/v1/predictions", strings.Replace(request, string(cid), string(manifest.DigestOf(nil).RawCID()), 1), 409)
	step("prediction-shape", "POST", "/api/v1/predictions", strings.Replace(request, "[2,4]", "[3,4]", 1), 400)
	step("prediction-failed", "POST", "/api/v1/predictions", strings.Replace(request, `"x"`, `"z"`, 1), 201, "Prefer", "wait")
	step("prediction-too-dear", "POST", "/api/v1/predictions", strings.Replace(request, `"input"`, `"max_price":751,"input"`, 1), 409)
	waits := step("prediction-waits", "POST", "/api/v1/predictions", strings.Replace(request, `"input"`, `"max_price":3,"input"`, 1), 201)
	if err := json.Unmarshal(waits.Body.Bytes(), &q); err != nil {
		t.Fatal(err)
	}
	step("prediction-canceled", "POST", q.URLs.Cancel, "", 200)

	step("infer", "POST", "/v2/models/"+string(cid)+"/infer", `{"id":"7","inputs":[{"name":"x","datatype":"FP32","shape":[1,4],"data":[1,2,3,4]}]}`, 200)
	step("infer-invalid", "POST", "/v2/models/"+string(cid)+"/infer", `{"inputs":[{"name":"x","datatype":"FP32","shape":[1,3],"data":[1,2,3]}]}`, 400)
	for path, want := range map[string]int{"/v2": 200, "/v2/health/live": 200, "/v2/health/ready": 200, "/v2/models/" + string(cid) + "/ready": 200, "/v2/models/other/ready": 404, "/v2/other": 404} {
		if w := h.ask("GET", path, ""); w.Code != want {
			t.Errorf("GET %s = %d %s; want %d", path, w.Code, w.Body, want)
		}
	}

	step("allowance", "GET", "/api/v1/allowance", "", 200)
	// What goes with the receipt, for those who may see it.
	step("receipts", "GET", "/api/v1/receipts?limit=1&version="+string(cid), "", 200)
	step("receipt-request", "GET", p.URLs.Receipt+"/request", "", 200)
	if w := h.ask("PUT", p.URLs.Receipt+"/sharing", `{"sharing":"receipt"}`, "Cookie", cookie); w.Code != 204 {
		t.Errorf("sharing = %d %s", w.Code, w.Body)
	}
	if w := h.ask("GET", p.URLs.Receipt, ""); w.Code != 200 {
		t.Errorf("a shared receipt, for anybody = %d %s", w.Code, w.Body)
	}
	if w := h.ask("GET", p.URLs.Receipt+"/request", ""); w.Code != 200 || strings.Contains(w.Body.String(), "salt") || !strings.Contains(w.Body.String(), `"role":"other"`) {
		t.Errorf("the request of a receipt that is shared without it = %d %s", w.Code, w.Body)
	}
	h.ask("PUT", p.URLs.Receipt+"/sharing", `{"sharing":"request"}`, "Cookie", cookie)
	if w := h.ask("GET", p.URLs.Receipt+"/request", ""); w.Code != 200 || !strings.Contains(w.Body.String(), `"salt":"0x`) || !strings.Contains(w.Body.String(), `"base64"`) {
		t.Errorf("the request of a receipt that is shared with it = %d %s", w.Code, w.Body)
	}
	h.ask("PUT", p.URLs.Receipt+"/sharing", `{"sharing":"private"}`, "Cookie", cookie)
	dave := h.signIn(testKey(t, "2")) // the provider
	for who, w := range map[string]*httptest.ResponseRecorder{"payer": h.ask("GET", "/api/v1/receipts?provider="+testKey(t, "2").Address().String(), "", "Cookie", cookie), "provider": h.ask("GET", "/api/v1/receipts?as=provider", "", "Cookie", dave)} {
		if !strings.Contains(w.Body.String(), p.ID) {
			t.Errorf("receipts as %s = %s", who, w.Body)
		}
	}
	for path, want := range map[string]string{"?as=provider": `{"items":[]}`, "?provider=" + testKey(t, "1").Address().String(): `{"items":[]}`, "?version=" + string(manifest.DigestOf(nil).RawCID()): `{"items":[]}`} {
		if w := h.ask("GET", "/api/v1/receipts"+path, "", "Cookie", cookie); strings.TrimSpace(w.Body.String()) != want {
			t.Errorf("receipts%s = %s; want %s", path, w.Body, want)
		}
	}
	for h.Jobs.Present(receipt.Address(testKey(t, "2").Address())).Busy > 0 {
		time.Sleep(time.Millisecond) // its place is free a moment after the answer is there
	}
	h.golden("provider", "GET", "/api/v1/provider", still(h.ask("GET", "/api/v1/provider", "", "Cookie", dave)), 200)
	h.golden("provider-attempts", "GET", "/api/v1/provider/attempts", still(h.ask("GET", "/api/v1/provider/attempts?limit=1", "", "Cookie", dave)), 200)
	if w := h.ask("GET", "/api/v1/provider", "", "Cookie", cookie); !strings.Contains(w.Body.String(), `"here":false`) || !strings.Contains(w.Body.String(), `"earned":"0"`) {
		t.Errorf("somebody who is no provider, as one = %d %s", w.Code, w.Body)
	}
	if w := h.ask("GET", "/api/v1/provider/attempts?cursor=x", "", "Cookie", dave); w.Code != 400 {
		t.Errorf("attempts after no cursor of ours = %d", w.Code)
	}
	if w := h.ask("GET", "/api/v1/offers?version="+string(cid), ""); !strings.Contains(w.Body.String(), `"median_ms":`) || !strings.Contains(w.Body.String(), "a lamp") {
		t.Errorf("offers once a job was done = %s", w.Body)
	}

	// Nobody else sees it, and a key only with its scope.
	bob := h.signIn(testKey(t, "3"))
	for _, path := range []string{p.URLs.Get, p.URLs.Stream, p.URLs.Receipt, p.URLs.Receipt + "/request"} {
		if w := h.ask("GET", path, "", "Cookie", bob); w.Code != 404 {
			t.Errorf("GET %s by another = %d %s", path, w.Code, w.Body)
		}
	}
	if w := h.ask("POST", p.URLs.Cancel, "", "Cookie", bob); w.Code != 404 {
		t.Errorf("cancel by another = %d %s", w.Code, w.Body)
	}
	if w := h.ask("PUT", p.URLs.Receipt+"/sharing", `{"sharing":"receipt"}`, "Cookie", bob); w.Code != 404 {
		t.Errorf("sharing by another = %d %s", w.Code, w.Body)
	}
	if w := h.ask("GET", p.URLs.Receipt, "", "Cookie", dave); w.Code != 200 {
		t.Errorf("the receipt, for its provider = %d %s", w.Code, w.Body)
	}
	for scope, want := range map[string]int{"read": 403, "run": 201} {
		var k NewKey
		made := h.ask("POST", "/api/v1/keys", fmt.Sprintf(`{"name":"x","scopes":[%q]}`, scope), "Cookie", cookie)
		if err := json.Unmarshal(made.Body.Bytes(), &k); err != nil {
			t.Fatal(err)
		}
		if w := h.ask("POST", "/api/v1/predictions", request, "Authorization", "Bearer "+k.Key, "Idempotency-Key", "one"); w.Code != want {
			t.Errorf("POST with a key that may %s = %d %s; want %d", scope, w.Code, w.Body, want)
		}
	}
}

// A relay that takes no providers has no offers, which is no error: each page of a model asks.
func TestNoProviders(t *testing.T) {
	if w := newHub(t).ask("GET", "/api/v1/offers?version=x", ""); w.Code != 200 || strings.TrimSpace(w.Body.String()) != `{"items":[]}` {
		t.Errorf("offers = %d %s", w.Code, w.Body)
	}
}

// A stream says each state once, goes on after the event that is named, and ends with the prediction.
func TestPredictionStream(t *testing.T) {
	h := withJobs(t, withUploads(t))
	site := httptest.NewServer(h)
	defer site.Close()
	cookie := h.signIn(testKey(t, "1"))
	cid := manifest.DigestOf([]byte("nobody's")).RawCID()
	w := h.ask("POST", "/api/v1/predictions", fmt.Sprintf(`{"version":%q,"input":{},"max_price":0}`, cid), "Cookie", cookie)
	var p Prediction
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || p.Status != "starting" {
		t.Fatalf("%v %s", err, w.Body)
	}
	open := func(last string) *bufio.Reader {
		req, err := http.NewRequestWithContext(t.Context(), "GET", site.URL+p.URLs.Stream, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Cookie", cookie)
		if last != "" {
			req.Header.Set("Last-Event-ID", last)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil || res.StatusCode != 200 || res.Header.Get("Content-Type") != "text/event-stream" {
			t.Fatalf("%v %+v", err, res)
		}
		t.Cleanup(func() { res.Body.Close() })
		return bufio.NewReader(res.Body)
	}
	next := func(r *bufio.Reader) (id, event string) {
		for {
			line, err := r.ReadString('\n')
			if err != nil {
				return "", err.Error()
			}
			name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
			switch {
			case name == "id":
				id = value
			case name == "data" && strings.Contains(value, "status"):
				var p Prediction
				if err := json.Unmarshal([]byte(value), &p); err != nil {
					t.Fatal(err)
				}
				return id, p.Status
			}
		}
	}
	first := open("")
	if id, event := next(first); id != "0" || event != "starting" {
		t.Fatalf("first comes %s %s", id, event)
	}
	second := open("0") // has seen that
	if w := h.ask("POST", p.URLs.Cancel, "", "Cookie", cookie); w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	for _, r := range []*bufio.Reader{first, second, open("0")} {
		if id, event := next(r); id != fmt.Sprint(int64(lastEvent)) || event != "canceled" {
			t.Errorf("after cancel comes %s %s", id, event)
		}
		if _, event := next(r); event != "EOF" {
			t.Errorf("after the end comes %s", event)
		}
	}
	if _, event := next(open(fmt.Sprint(int64(lastEvent)))); event != "EOF" {
		t.Errorf("who has seen all gets %s", event)
	}
	if w := h.ask("GET", p.URLs.Stream, "", "Cookie", cookie, "Last-Event-ID", "x"); w.Code != 400 {
		t.Errorf("Last-Event-ID x = %d", w.Code)
	}
}

// speaker says what comes, then answers with its input.
type speaker chan string

func (s speaker) Run(ctx context.Context, q engine.Question) (*engine.Answer, error) {
	for text := range s {
		q.Part([]byte(text))
	}
	return &engine.Answer{Outputs: q.Inputs}, nil
}

// Parts of an answer come as events, go on after the one that is named, and what is not there any more is said to be lost.
func TestPartStream(t *testing.T) {
	h := withJobs(t, withUploads(t))
	site := httptest.NewServer(h)
	defer site.Close()
	says := make(speaker)
	cid := manifest.DigestOf([]byte("a speaker")).RawCID()
	serve(t, h, says, wire.Offer{Manifest: cid, Mode: receipt.Fast})
	cookie := h.signIn(testKey(t, "1"))
	w := h.ask("POST", "/api/v1/predictions", fmt.Sprintf(`{"version":%q,"mode":"fast","input":{"x":{"datatype":"UINT8","shape":[1],"data":[7]}}}`, cid), "Cookie", cookie)
	var p Prediction
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatalf("%v %s", err, w.Body)
	}
	open := func(last int64) func() string {
		req, err := http.NewRequestWithContext(t.Context(), "GET", site.URL+p.URLs.Stream, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Cookie", cookie)
		if last >= 0 {
			req.Header.Set("Last-Event-ID", fmt.Sprint(last))
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil || res.StatusCode != 200 {
			t.Fatalf("%v %+v", err, res)
		}
		t.Cleanup(func() { res.Body.Close() })
		lines := bufio.NewScanner(res.Body)
		return func() (event string) { // in one line, states by their name alone
			for lines.Scan() && (lines.Text() != "" || event == "") {
				name, value, _ := strings.Cut(lines.Text(), ": ")
				switch {
				case name == "data" && strings.Contains(value, `"status"`):
					var p Prediction
					if err := json.Unmarshal([]byte(value), &p); err != nil {
						t.Fatal(err)
					}
					event += " " + p.Status
				case name == "id":
					n, err := strconv.ParseInt(value, 10, 64)
					if err != nil || n < last { // what is lost may have the number of what was there last
						t.Errorf("event %s comes after %d, %v", value, last, err)
					}
					last = n
					event = fmt.Sprintf("%d/%x", n>>attemptBit, n&retryEvent)
				case name == "event" || name == "data":
					event += " " + value
				}
			}
			return event
		}
	}
	expect := func(next func() string, want ...string) {
		t.Helper()
		for _, event := range want {
			if got := next(); got != event {
				t.Fatalf("there comes %q; want %q", got, event)
			}
		}
	}
	first := open(-1)
	expect(first, "1/0 state processing")
	says <- `{"a": 1}`
	expect(first, `1/80000001 part {"a":1}`)
	says <- `"b\nc"`
	expect(first, `1/80000002 part "b\nc"`)
	expect(open(1<<attemptBit|partEvent|1), `1/80000002 part "b\nc"`)
	close(says)
	expect(first, "1073741824/0 state succeeded", "")
	expect(open(1<<attemptBit|partEvent|1), `1/80000002 part "b\nc"`, "1073741824/0 state succeeded", "")
	// Another relay was asked, or this one was started again: it has no parts.
	again := withJobs(t, h)
	site.Config.Handler = again
	last := int64(1<<attemptBit | partEvent)
	expect(open(last|1), `1/80000001 lost {"from":2}`, "1073741824/0 state succeeded", "")
}
