package httpapi

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay/store"
	"github.com/dehug/dehug/relay/webhook"
)

// told is a message as a receiver got it.
type told struct {
	ID, Timestamp, Signature string
	Body                     []byte
}

// Who names a webhook is told of start, output and end, signed, again until it says that it knows; nothing is told twice under two names, and
// nothing to addresses of the operator's own.
func TestWebhooks(t *testing.T) {
	h := withUploads(t)
	h.Webhooks.Allow = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	withJobs(t, h)
	cid := serveTiny(t, h)
	cookie := h.signIn(testKey(t, "1"))
	messages := make(chan told, 100)
	var lock sync.Mutex
	tries := map[string]int{}
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		m := told{r.Header.Get("webhook-id"), r.Header.Get("webhook-timestamp"), r.Header.Get("webhook-signature"), body}
		lock.Lock()
		tries[m.ID]++
		n := tries[m.ID]
		lock.Unlock()
		switch {
		case r.URL.Path == "/gone":
			w.WriteHeader(http.StatusGone)
		case r.URL.Path == "/elsewhere":
			http.Redirect(w, r, "/", http.StatusTemporaryRedirect)
		case n < 3:
			w.WriteHeader(http.StatusInternalServerError)
		}
		messages <- m
	}))
	defer receiver.Close()
	ctx, stop := context.WithCancel(t.Context())
	var sending sync.WaitGroup
	for range 2 { // as two relays
		sending.Go(func() {
			s := &webhook.Sender{Store: h.Store, Policy: h.Webhooks, Body: h.WebhookBody, Log: slog.New(slog.DiscardHandler)}
			s.Hasten(time.Millisecond)
			s.Run(ctx)
		})
	}
	defer sending.Wait()
	defer stop()
	create := func(path, more string) (p Prediction) {
		t.Helper()
		w := h.ask("POST", "/api/v1/predictions", fmt.Sprintf(`{"version":%q,"input":{"x":{"datatype":"FP32","shape":[1,4],"data":[1,2,3,4]}},"webhook":%q%s}`, cid, receiver.URL+path, more), "Cookie", cookie, "Prefer", "wait")
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Code != 201 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		return p
	}
	ended := func(id string, want int) []store.Message {
		t.Helper()
		for start := time.Now(); ; time.Sleep(5 * time.Millisecond) {
			list, err := h.Store.Messages(t.Context(), id)
			open := 0
			for _, m := range list {
				if m.Ended == 0 {
					open++
				}
			}
			if err != nil || time.Since(start) > time.Minute {
				t.Fatalf("%v %+v", err, list)
			}
			if len(list) == want && open == 0 {
				return list
			}
		}
	}
	p := create("/", "")
	ended(p.ID, 3)
	var secret webhookSecret
	if err := json.Unmarshal(h.ask("GET", "/api/v1/webhooks/secret", "", "Cookie", cookie).Body.Bytes(), &secret); err != nil {
		t.Fatal(err)
	}
	var kept []told
	for range len(messages) {
		m := <-messages
		kept = append(kept, m)
		seconds, err := strconv.ParseInt(m.Timestamp, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		if want, err := webhook.Sign(secret.Key, m.ID, time.Unix(seconds, 0), m.Body); err != nil || m.Signature != want {
			t.Errorf("%s is signed %s, %v; want %s", m.ID, m.Signature, err, want)
		}
		var about Prediction
		if err := json.Unmarshal(m.Body, &about); err != nil || about.ID != p.ID {
			t.Errorf("%s is about %s, %v", m.ID, m.Body, err)
		}
		if strings.HasSuffix(m.ID, "_completed") && (about.Status != "succeeded" || len(about.Output) != 1) {
			t.Errorf("completed says %s", m.Body)
		}
	}
	if len(kept) != 9 || len(tries) != 3 {
		t.Errorf("%d messages of %v; want three, each the third time", len(kept), tries)
	}

	// Only of what was asked for; no more to whoever wants no more; redirects lead nowhere.
	p = create("/gone", `,"webhook_events_filter":["completed"]`)
	if list := ended(p.ID, 1); list[0].Tries != 1 || list[0].Event != store.EventCompleted {
		t.Errorf("to one that is gone: %+v", list)
	}
	p = create("/elsewhere", `,"webhook_events_filter":["start"]`)
	if list := ended(p.ID, 1); list[0].Detail != "the receiver answers 307" || list[0].Tries < 3 {
		t.Errorf("to one that leads elsewhere: %+v", list)
	}
	if w := h.ask("POST", "/api/v1/predictions", fmt.Sprintf(`{"version":%q,"input":{},"max_price":0,"webhook":%q}`, manifest.DigestOf(nil).RawCID(), receiver.URL), "Cookie", cookie); w.Code != 201 {
		t.Fatalf("%d %s", w.Code, w.Body)
	} else if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatal(err)
	}
	if w := h.ask("POST", p.URLs.Cancel, "", "Cookie", cookie); w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if list := ended(p.ID, 1); list[0].Event != store.EventCompleted { // canceled before it began
		t.Errorf("of one that was canceled: %+v", list)
	}
	for _, url := range []string{"http://169.254.169.254/latest", "https://10.0.0.1/", "https://[::1]/", "http://192.168.0.1/", "ftp://x/"} {
		w := h.ask("POST", "/api/v1/predictions", fmt.Sprintf(`{"version":%q,"input":{},"max_price":0,"webhook":%q}`, cid, url), "Cookie", cookie)
		if w.Code != 400 && w.Code != 403 {
			t.Errorf("a webhook to %s = %d %s", url, w.Code, w.Body)
		}
	}
	if w := h.ask("GET", "/api/v1/webhooks/secret", "", "Cookie", h.signIn(testKey(t, "3"))); strings.Contains(w.Body.String(), secret.Key) || w.Code != 200 {
		t.Errorf("another's secret is %d %s", w.Code, w.Body)
	}
	if w := h.ask("POST", "/api/v1/webhooks/secret", "", "Cookie", cookie); strings.Contains(w.Body.String(), secret.Key) || w.Code != 200 {
		t.Errorf("a new secret is %d %s", w.Code, w.Body)
	}
	if os.Getenv("DEHUG_TEST_ALL") != "1" {
		return
	}
	python, _ := thirdParty(t)
	for _, m := range kept {
		args := []string{"-c", `import base64, sys; from standardwebhooks import Webhook
secret, id, at, signature, body = sys.argv[1:]
Webhook(secret).verify(base64.b64decode(body), {"webhook-id": id, "webhook-timestamp": at, "webhook-signature": signature})
try:
    Webhook(secret).verify(base64.b64decode(body) + b" ", {"webhook-id": id, "webhook-timestamp": at, "webhook-signature": signature})
    sys.exit("another body is verified")
except Exception: pass`, secret.Key, m.ID, m.Timestamp, m.Signature, base64.StdEncoding.EncodeToString(m.Body)}
		if out, err := exec.CommandContext(t.Context(), python, args...).CombinedOutput(); err != nil {
			t.Fatalf("the official library says of %s: %v\n%s", m.ID, err, out)
		}
	}
	t.Logf("the official library verifies %d messages", len(kept))
}
