package webhook

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/internal/leak"
	"github.com/dehug/dehug/relay/outward"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/store"
)

func TestMain(m *testing.M) { os.Exit(leak.Run(m)) }

const payer = "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf"

// A signature is what other programs take for one; this one is by Python's hmac.
func TestSign(t *testing.T) {
	const want = "v1,q6KMVIJHk4Gs770FfR5f591Ftx7uVJSGl5wHV1ri978="
	if got, err := Sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLjSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`)); err != nil || got != want {
		t.Errorf("Sign = %s, %v; want %s", got, err, want)
	}
	for _, secret := range []string{"", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLjSw", "whsec_?"} {
		if _, err := Sign(secret, "id", time.Now(), nil); err == nil {
			t.Errorf("%q is no secret", secret)
		}
	}
	if one, other := NewSecret(), NewSecret(); one == other || !strings.HasPrefix(one, secretPrefix) {
		t.Errorf("secrets are %s and %s", one, other)
	}
}

// outbox is a store in which a job failed whose payer wants to be told.
func outbox(t *testing.T, to string) (*store.Store, string) {
	t.Helper()
	s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "hub.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	now := time.Now()
	id, request := store.NewID(now), manifest.DigestOf([]byte("request"))
	if err := s.KeepAccount(t.Context(), payer, now); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.CreateJob(t.Context(), store.NewJob{Job: store.Job{ID: id, Account: payer, Manifest: string(request.RawCID()), Mode: receipt.Strict, Request: request[:], Created: now.UnixMicro(), Deadline: now.Add(time.Hour).UnixMicro(),
		Webhook: to, WebhookEvents: store.EventCompleted}, Input: []byte{}, Relay: "r", Provider: "p"}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.FailAttempt(t.Context(), id, 1, relay.JobInvalidInput, "", now, now); err != nil {
		t.Fatal(err)
	}
	return s, id
}

func sender(s *store.Store, told func(string, bool)) *Sender {
	return &Sender{Store: s, Policy: outward.Policy{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}, Log: slog.New(slog.DiscardHandler), Told: told,
		Body: func(_ context.Context, job string) ([]byte, error) { return []byte(`{"id":"` + job + `"}`), nil }}
}

// A receiver that hangs when the relay ends holds up nobody, and its message is not taken for told: the relay that comes next tells it.
func TestEndWhileTelling(t *testing.T) {
	hangs, body := make(chan struct{}, 9), make(chan string, 9)
	var first atomic.Bool
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		if !first.Swap(true) {
			hangs <- struct{}{}
			<-r.Context().Done()
			return
		}
		body <- string(text)
	}))
	defer receiver.Close()
	s, job := outbox(t, receiver.URL)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		sender(s, func(string, bool) { t.Error("a try that was broken off is counted") }).Run(ctx)
	}()
	<-hangs
	stop()
	<-ended
	list, err := s.Messages(t.Context(), job)
	if err != nil || len(list) != 1 || list[0].Ended != 0 || list[0].Tries != 1 {
		t.Fatalf("messages are %+v, %v; want one that has not ended", list, err)
	}
	// It was taken for a minute; that is over now.
	if err := s.RetryMessage(t.Context(), list[0].ID, "", time.Now().Add(-time.Second)); err != nil {
		t.Fatal(err)
	}
	ctx, stop = context.WithCancel(t.Context())
	defer stop()
	counted := make(chan bool, 9)
	ended = make(chan struct{})
	go func() {
		defer close(ended)
		sender(s, func(_ string, ok bool) { counted <- ok }).Run(ctx)
	}()
	if got := <-body; got != `{"id":"`+job+`"}` {
		t.Errorf("it is told %s", got)
	}
	if !<-counted {
		t.Error("it was told, and counted as if not")
	}
	for list, err = s.Messages(t.Context(), job); err == nil && list[0].Ended == 0; list, err = s.Messages(t.Context(), job) {
		time.Sleep(time.Millisecond)
	}
	stop()
	<-ended
	if err != nil || list[0].Tries != 2 || list[0].Detail != "" {
		t.Errorf("messages are %+v, %v", list, err)
	}
}
