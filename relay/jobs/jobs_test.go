package jobs

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/engine"
	"github.com/dehug/dehug/relay/internal/cuttable"
	"github.com/dehug/dehug/relay/internal/leak"
	"github.com/dehug/dehug/relay/internal/postgres"
	"github.com/dehug/dehug/relay/jobs/wire"
	"github.com/dehug/dehug/relay/provider"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/siwe"
	"github.com/dehug/dehug/relay/store"
)

func TestMain(m *testing.M) { os.Exit(leak.Run(postgres.Tests{M: m})) }

const alice = "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf"

var (
	modelCID = manifest.DigestOf([]byte("a model")).RawCID()
	plan     = receipt.Hash(sha256.Sum256([]byte("echo")))
)

func key(t testing.TB, digit string) *ethsig.Key {
	t.Helper()
	k, err := ethsig.ParseKey(strings.Repeat(digit, 64))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func database(t testing.TB, url string) *store.Store {
	t.Helper()
	if url == "" {
		url = "sqlite:" + filepath.Join(t.TempDir(), "hub.db")
	}
	s, err := store.Open(context.Background(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	signUp(t, s, alice)
	return s
}

// signUp makes an account.
func signUp(t testing.TB, s *store.Store, address string) {
	t.Helper()
	now := time.Now()
	id := store.NewID(now)
	if err := s.CreateNonce(context.Background(), id, now, now.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if err := s.SignIn(context.Background(), id, store.Session{ID: id, Token: store.HashSecret(id), Address: address, Created: now.UnixMicro(), Seen: now.UnixMicro(), Expires: now.Add(time.Hour).UnixMicro()}); err != nil {
		t.Fatal(err)
	}
}

// relayOf is a relay of a store's, at its address.
func relayOf(t testing.TB, s *store.Store, lease time.Duration) (*Queue, string) {
	t.Helper()
	return relayAt(t, s, lease, 0)
}

// relayAt is one whose clock is wrong by so much.
func relayAt(t testing.TB, s *store.Store, lease, ahead time.Duration) (*Queue, string) {
	t.Helper()
	return relayWith(t, Config{Now: func() time.Time { return time.Now().Add(ahead) }, Store: s, Key: key(t, "9"), Allowed: func(a manifest.Address) bool { return a != key(t, "8").Address() }, Daily: 10_000, Lease: lease, Log: slog.New(slog.DiscardHandler)})
}

// relayWith is one that is as it says.
func relayWith(t testing.TB, c Config) (*Queue, string) {
	t.Helper()
	q, err := Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle(wire.Path, q)
	server := httptest.NewServer(mux)
	t.Cleanup(func() {
		ctx, stop := context.WithTimeout(context.Background(), time.Millisecond)
		defer stop()
		if err := q.Close(ctx); err != nil {
			t.Error(err)
		}
		server.Close()
	})
	return q, server.URL
}

// echo answers with its inputs. before is called first and may fail or wait; nil for nothing.
type echo struct {
	before func(ctx context.Context, q engine.Question) error
}

func (e echo) Run(ctx context.Context, q engine.Question) (*engine.Answer, error) {
	if e.before != nil {
		if err := e.before(ctx, q); err != nil {
			return nil, err
		}
	}
	return &engine.Answer{Outputs: q.Inputs, Plan: plan}, nil
}

// provide runs a provider until stop, which waits for it; it returns once the relay has it.
func provide(t testing.TB, url string, k *ethsig.Key, pay int64, capacity int, b provider.Backend) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	welcome, ended := make(chan struct{}, 100), make(chan error, 1)
	go func() {
		ended <- provider.Run(ctx, provider.Config{Relay: url, Key: k, Capacity: capacity, Backend: b, Log: slog.New(slog.DiscardHandler),
			Offers: []wire.Offer{{Manifest: modelCID, Mode: receipt.Strict, Pay: pay}}, Welcomed: func() { welcome <- struct{}{} }})
	}()
	select {
	case <-welcome:
	case err := <-ended:
		t.Fatalf("the provider ended: %v", err)
	}
	once := sync.OnceFunc(func() { cancel(); <-ended })
	t.Cleanup(once)
	return once
}

func tensors(t testing.TB, text string) []byte {
	t.Helper()
	body, err := receipt.EncodeTensors([]receipt.Tensor{{Name: "x", Type: "u8", Dims: []int64{int64(len(text))}, Data: []byte(text)}})
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func ask(t testing.TB, q *Queue, text string, price int64) store.Job {
	t.Helper()
	job, _, err := q.Create(t.Context(), Request{Account: alice, Manifest: modelCID, Mode: receipt.Strict, Tensors: tensors(t, text), MaxPrice: price})
	if err != nil {
		t.Fatal(err)
	}
	return job
}

// ends waits for a job's end.
func ends(t testing.TB, q *Queue, id string, want relay.JobState) store.Job {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	job, err := q.Wait(ctx, alice, id)
	if err != nil || relay.JobState(job.State) != want {
		attempts, _ := q.Store.Attempts(t.Context(), id)
		t.Fatalf("the job ended as %+v, %v; want %s\n%+v", job, err, want, attempts)
	}
	return job
}

func audit(t testing.TB, s *store.Store) {
	t.Helper()
	all, err := s.Audit(t.Context(), "", 10_000)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range all {
		var sum, held int64
		for _, e := range a.Entries {
			if sum += e.Amount; e.Account == store.LedgerHeld {
				held += e.Amount
			}
		}
		if sum != 0 || relay.JobState(a.State).Ended() && held != 0 || a.Receipt != (a.State == "succeeded") {
			t.Errorf("job %s, %s: sums to %d, holds %d, receipt %t", a.ID, a.State, sum, held, a.Receipt)
		}
	}
}

func TestRun(t *testing.T) {
	s := database(t, "")
	q, url := relayOf(t, s, 0)
	if _, _, err := q.Create(t.Context(), Request{Account: alice, Manifest: modelCID, Mode: receipt.Strict, Tensors: tensors(t, "x"), MaxPrice: -1}); relay.ErrorCode(err) != relay.CodeConflict {
		t.Errorf("Create without a price where nobody is = %v; want unavailable", err)
	}
	early := ask(t, q, "early", 300) // waits
	provide(t, url, key(t, "1"), 250, 2, echo{})
	ends(t, q, early.ID, relay.JobSucceeded)
	job := ask(t, q, "hello", -1)
	ends(t, q, job.ID, relay.JobSucceeded)
	output, err := s.JobOutput(t.Context(), job.ID)
	if err != nil || !bytes.Equal(output, tensors(t, "hello")) {
		t.Errorf("output = %q, %v", output, err)
	}
	kept, err := s.Receipt(t.Context(), job.ID)
	if err != nil {
		t.Fatal(err)
	}
	r, err := receipt.Parse(kept.Document)
	if err != nil || r.RelaySignature == "" || r.Pay != 250 || r.Payer.String() != alice || r.Assurance != receipt.Replayable || r.Plan != plan || r.Job != job.ID {
		t.Errorf("receipt = %+v, %v", r, err)
	}
	input, err := s.JobInput(t.Context(), job.ID)
	if err != nil || receipt.RequestHash([32]byte(input[:32]), input[32:]) != r.Request {
		t.Errorf("the receipt is of another request, %v", err)
	}
	if got, err := s.Balance(t.Context(), "provider/"+key(t, "1").Address().String()); got != 500 || err != nil {
		t.Errorf("the provider has %d, %v; want 500", got, err)
	}
	if got, err := s.Spent(t.Context(), q.funds(alice, time.Now()).Account); got != 500 || err != nil {
		t.Errorf("%d are spent, %v; want 500", got, err)
	}
	if _, _, err := q.Create(t.Context(), Request{Account: alice, Manifest: modelCID, Mode: receipt.Strict, Tensors: tensors(t, "x"), MaxPrice: 9_501}); relay.ErrorCode(err) != relay.CodeQuota {
		t.Errorf("Create above the day's grant = %v; want quota", err)
	}
	again := Request{Account: alice, Manifest: modelCID, Mode: receipt.Strict, Tensors: tensors(t, "once"), MaxPrice: -1, Key: "k"}
	one, isNew, err := q.Create(t.Context(), again)
	two, wasNew, err2 := q.Create(t.Context(), again)
	if err != nil || err2 != nil || one.ID != two.ID || !isNew || wasNew {
		t.Errorf("Create twice with one key = %s %t %v, %s %t %v", one.ID, isNew, err, two.ID, wasNew, err2)
	}
	again.Tensors = tensors(t, "other")
	if _, _, err := q.Create(t.Context(), again); relay.ErrorCode(err) != relay.CodeConflict {
		t.Errorf("Create of something else with that key = %v; want conflict", err)
	}
	ends(t, q, one.ID, relay.JobSucceeded)
	audit(t, s)
}

// A provider has no more at once than it says, and all come in the end.
func TestCapacity(t *testing.T) {
	q, url := relayOf(t, database(t, ""), 0)
	var now, most atomic.Int32
	provide(t, url, key(t, "1"), 0, 2, echo{before: func(context.Context, engine.Question) error {
		n := now.Add(1)
		for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
		}
		time.Sleep(time.Millisecond)
		now.Add(-1)
		return nil
	}})
	var ids []string
	for i := range 40 {
		ids = append(ids, ask(t, q, fmt.Sprint(i), 0).ID)
	}
	for _, id := range ids {
		ends(t, q, id, relay.JobSucceeded)
	}
	if most.Load() > 2 {
		t.Errorf("%d jobs at once for a capacity of 2", most.Load())
	}
}

// A line is cut while a job runs: another provider does it, and what the first one says later does not count.
func TestProviderLost(t *testing.T) {
	s := database(t, "")
	q, url := relayOf(t, s, 0)
	c := &cuttable.Lines{}
	begun, goOn := make(chan struct{}, 9), make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	welcome := make(chan struct{}, 9)
	var ended sync.WaitGroup
	ended.Go(func() {
		provider.Run(ctx, provider.Config{Relay: url, Key: key(t, "1"), Capacity: 1, Client: c.Client(), Log: slog.New(slog.DiscardHandler),
			Offers: []wire.Offer{{Manifest: modelCID, Mode: receipt.Strict}}, Welcomed: func() { welcome <- struct{}{} },
			Backend: echo{before: func(context.Context, engine.Question) error { begun <- struct{}{}; <-goOn; return nil }}})
	})
	<-welcome
	job := ask(t, q, "x", 0)
	<-begun
	provide(t, url, key(t, "2"), 0, 1, echo{})
	c.Cut()
	got := ends(t, q, job.ID, relay.JobSucceeded)
	attempts, err := s.Attempts(t.Context(), job.ID)
	if err != nil || got.Fence < 2 || attempts[0].Code != string(relay.JobProviderLost) {
		t.Errorf("fence %d, attempts %+v, %v", got.Fence, attempts, err)
	}
	close(goOn)
	<-welcome // it tells its result
	cancel()
	ended.Wait() // once the relay has answered that it is stale
	audit(t, s)
}

// raw speaks to a relay as a provider may not.
type raw struct {
	t   testing.TB
	ws  *websocket.Conn
	key *ethsig.Key
}

func dial(t testing.TB, url string, k *ethsig.Key, change func(hello, m *wire.Message, host string)) *raw {
	t.Helper()
	ws, _, err := websocket.Dial(t.Context(), url+wire.Path, &websocket.DialOptions{Subprotocols: []string{wire.Protocol}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ws.CloseNow() })
	ws.SetReadLimit(wire.MaxFrame)
	r := &raw{t, ws, k}
	hello := r.read()
	host := strings.TrimPrefix(url, "http://")
	signature := k.Sign(siwe.Hash(wire.SignInText(host, hello.Relay, hello.Nonce)))
	m := &wire.Message{Kind: wire.SignIn, Provider: receipt.Address(k.Address()), Signature: hex.EncodeToString(signature[:]), Capacity: 1,
		Offers: []wire.Offer{{Manifest: modelCID, Mode: receipt.Strict}}}
	if change != nil {
		change(hello, m, host)
	}
	r.write(m)
	return r
}

func (r *raw) read() *wire.Message {
	r.t.Helper()
	ctx, stop := context.WithTimeout(r.t.Context(), 30*time.Second)
	defer stop()
	m, err := wire.Read(ctx, r.ws)
	if err != nil {
		r.t.Fatal(err)
	}
	return m
}

func (r *raw) write(m *wire.Message) {
	r.t.Helper()
	if err := wire.Write(r.t.Context(), r.ws, m); err != nil {
		r.t.Fatal(err)
	}
}

// result is an honest answer.
func (r *raw) result(job *wire.Message, relayKey receipt.Address) *wire.Message {
	t := job.Task
	rec := &receipt.Receipt{Job: job.ID, Manifest: t.Manifest, Mode: t.Mode, Plan: plan, Assurance: receipt.Replayable, Request: t.Request, Result: receipt.ResultHash(job.Body), Units: t.Units, Pay: t.Pay,
		Payer: t.Payer, Session: t.Session, Relay: relayKey, Started: 1, Ended: 2, SettleBy: t.SettleBy}
	if err := rec.Sign(r.key); err != nil {
		r.t.Fatal(err)
	}
	return &wire.Message{Kind: wire.Result, ID: job.ID, Fence: job.Fence, Receipt: rec, Body: job.Body}
}

// What is not the answer to what was asked, or not signed so, does not count, and is not paid.
func TestRefuseResults(t *testing.T) {
	s := database(t, "")
	q, url := relayOf(t, s, 0)
	nan := func(m *wire.Message) []byte { // not the canonical one
		body, err := receipt.EncodeTensors([]receipt.Tensor{{Name: "x", Type: "f32", Dims: []int64{1}, Data: []byte{0, 0, 0xc0, 0x7f}}})
		if err != nil {
			t.Fatal(err)
		}
		body[len(body)-1] = 0xff
		return body
	}
	sign := func(m *wire.Message) { m.Receipt.Sign(key(t, "1")) }
	for name, spoil := range map[string]func(m *wire.Message){
		"no receipt":          func(m *wire.Message) { m.Receipt = nil },
		"another result":      func(m *wire.Message) { m.Body = tensors(t, "y") },
		"no tensors":          func(m *wire.Message) { m.Body = []byte("y"); m.Receipt.Result = receipt.ResultHash(m.Body); sign(m) },
		"NaN not canonical":   func(m *wire.Message) { m.Body = nan(m); m.Receipt.Result = receipt.ResultHash(m.Body); sign(m) },
		"another request":     func(m *wire.Message) { m.Receipt.Request[0]++; sign(m) },
		"another job":         func(m *wire.Message) { m.Receipt.Job = "1"; sign(m) },
		"another model":       func(m *wire.Message) { m.Receipt.Manifest = manifest.DigestOf(nil).RawCID(); sign(m) },
		"more pay":            func(m *wire.Message) { m.Receipt.Pay++; sign(m) },
		"another payer":       func(m *wire.Message) { m.Receipt.Payer[0]++; sign(m) },
		"another relay":       func(m *wire.Message) { m.Receipt.Relay[0]++; sign(m) },
		"a relay's signature": func(m *wire.Message) { m.Receipt.RelaySignature = m.Receipt.Signature },
		"another's signature": func(m *wire.Message) {
			m.Receipt.Sign(key(t, "2"))
			m.Receipt.Provider = receipt.Address(key(t, "1").Address())
		},
		"no signature": func(m *wire.Message) { m.Receipt.Signature = "" },
	} {
		t.Run(name, func(t *testing.T) {
			liar := dial(t, url, key(t, "1"), nil)
			if m := liar.read(); m.Kind != wire.Welcome {
				t.Fatalf("%+v", m)
			}
			q.mu.Lock()
			clear(q.memories)
			q.mu.Unlock()
			job := ask(t, q, "x", 0)
			m := liar.result(liar.read(), q.Address())
			spoil(m)
			liar.write(m)
			if settled := liar.read(); settled.Kind != wire.Settled || settled.Detail != wire.Refused {
				t.Errorf("the relay says %+v; want refused", settled)
			}
			attempts, err := s.Attempts(t.Context(), job.ID)
			if err != nil || attempts[0].State != "failed" || attempts[0].Code != string(relay.JobBadResult) {
				t.Errorf("attempts %+v, %v; want the first with bad_result", attempts, err)
			}
			if _, err := q.Cancel(t.Context(), alice, job.ID); err != nil {
				t.Fatal(err)
			}
			liar.ws.CloseNow()
		})
	}
	audit(t, s)
}

// What a provider says of a failure is kept in any database, and no code of its own makes a failure final.
func TestHostileFailure(t *testing.T) {
	for name, s := range map[string]*store.Store{"sqlite": database(t, ""), "postgres": database(t, postgres.URL(t))} {
		t.Run(name, func(t *testing.T) {
			q, url := relayOf(t, s, 0)
			r := dial(t, url, key(t, "1"), nil)
			r.read()
			asked := ask(t, q, "x", 0)
			job := r.read()
			r.write(&wire.Message{Kind: wire.Fail, ID: job.ID, Fence: job.Fence, Code: "\x00", Detail: "\x00" + strings.Repeat("…", 1000)})
			if got := r.read(); got.Kind != wire.Settled || got.Detail != wire.Refused {
				t.Fatalf("the relay says %+v; want refused", got)
			}
			attempts, err := s.Attempts(t.Context(), asked.ID)
			if err != nil || attempts[0].Code != string(relay.JobProviderFailed) || len(attempts[0].Detail) > wire.MaxDetail || !strings.HasPrefix(attempts[0].Detail, "�……") {
				t.Errorf("attempts %+v, %v; want the first with provider_failed and a text that is cut", attempts, err)
			}
		})
	}
}

// Results that come twice, late, for another fence, or of another provider.
func TestLateResults(t *testing.T) {
	s := database(t, "")
	q, url := relayOf(t, s, 0)
	r := dial(t, url, key(t, "1"), nil)
	r.read()
	settled := func(m *wire.Message, want string) {
		t.Helper()
		r.write(m)
		if got := r.read(); got.Kind != wire.Settled || got.Detail != want || got.ID != m.ID {
			t.Errorf("the relay says %+v; want %s", got, want)
		}
	}
	first := ask(t, q, "x", 0)
	m := r.result(r.read(), q.Address())
	other := *m
	other.Fence++
	settled(&other, wire.Refused)
	unknown := *m
	unknown.ID = "0"
	settled(&unknown, wire.Refused)
	settled(m, wire.Taken)
	settled(m, wire.Taken) // twice
	ends(t, q, first.ID, relay.JobSucceeded)

	second := ask(t, q, "x", 0)
	m = r.result(r.read(), q.Address())
	if _, err := q.Cancel(t.Context(), alice, second.ID); err != nil {
		t.Fatal(err)
	}
	if got := r.read(); got.Kind != wire.Cancel {
		t.Errorf("after cancel the relay says %+v", got)
	}
	settled(m, wire.Stale)
	ends(t, q, second.ID, relay.JobCanceled)

	third := ask(t, q, "x", 0) // the place is free again
	job := r.read()
	thief := dial(t, url, key(t, "2"), nil)
	thief.read()
	thief.write(thief.result(job, q.Address()))
	if got := thief.read(); got.Detail != wire.Refused {
		t.Errorf("for another's job the relay says %+v", got)
	}
	settled(&wire.Message{Kind: wire.Fail, ID: job.ID, Fence: job.Fence, Code: relay.JobInvalidInput, Detail: "no such input"}, wire.Refused)
	if got := ends(t, q, third.ID, relay.JobFailed); got.Code != string(relay.JobInvalidInput) || got.Fence != 1 {
		t.Errorf("the job is %+v; want invalid_input at once", got)
	}
	audit(t, s)
}

func TestRefuseSignIn(t *testing.T) {
	_, url := relayOf(t, database(t, ""), 0)
	for name, change := range map[string]func(hello, m *wire.Message, host string){
		"another's": func(_, m *wire.Message, _ string) { m.Provider[0]++ },
		"another nonce": func(hello, m *wire.Message, host string) {
			s := key(t, "1").Sign(siwe.Hash(wire.SignInText(host, hello.Relay, "x")))
			m.Signature = hex.EncodeToString(s[:])
		},
		"another host": func(hello, m *wire.Message, _ string) {
			s := key(t, "1").Sign(siwe.Hash(wire.SignInText("x", hello.Relay, hello.Nonce)))
			m.Signature = hex.EncodeToString(s[:])
		},
		"not allowed": func(hello, m *wire.Message, host string) {
			k := key(t, "8")
			s := k.Sign(siwe.Hash(wire.SignInText(host, hello.Relay, hello.Nonce)))
			m.Provider, m.Signature = receipt.Address(k.Address()), hex.EncodeToString(s[:])
		},
		"no signature":   func(_, m *wire.Message, _ string) { m.Signature = "" },
		"no capacity":    func(_, m *wire.Message, _ string) { m.Capacity = 0 },
		"too much":       func(_, m *wire.Message, _ string) { m.Capacity = wire.MaxCapacity + 1 },
		"below nothing":  func(_, m *wire.Message, _ string) { m.Offers[0].Pay = -1 },
		"no model":       func(_, m *wire.Message, _ string) { m.Offers[0].Manifest = "x" },
		"too large":      func(_, m *wire.Message, _ string) { m.Body = make([]byte, wire.MaxBody) },
		"something else": func(_, m *wire.Message, _ string) { m.Kind = wire.Result },
	} {
		t.Run(name, func(t *testing.T) {
			ws, _, err := websocket.Dial(t.Context(), url+wire.Path, &websocket.DialOptions{Subprotocols: []string{wire.Protocol}})
			if err != nil {
				t.Fatal(err)
			}
			defer ws.CloseNow()
			hello, err := wire.Read(t.Context(), ws)
			if err != nil {
				t.Fatal(err)
			}
			host := strings.TrimPrefix(url, "http://")
			s := key(t, "1").Sign(siwe.Hash(wire.SignInText(host, hello.Relay, hello.Nonce)))
			m := &wire.Message{Kind: wire.SignIn, Provider: receipt.Address(key(t, "1").Address()), Signature: hex.EncodeToString(s[:]), Capacity: 1, Offers: []wire.Offer{{Manifest: modelCID, Mode: receipt.Strict}}}
			change(hello, m, host)
			_ = wire.Write(t.Context(), ws, m) // it may be cut off in the middle
			if got, err := wire.Read(t.Context(), ws); err == nil {
				t.Errorf("the relay says %+v", got)
			}
		})
	}
}

// Whose result says the job's own fault fails it at once; other failures go round until there were too many.
func TestRetries(t *testing.T) {
	s := database(t, "")
	q, url := relayOf(t, s, 0)
	var tries atomic.Int32
	provide(t, url, key(t, "1"), 0, 1, echo{before: func(_ context.Context, q engine.Question) error {
		switch text := string(q.Inputs[0].Data); {
		case text == "poison":
			return &engine.Failure{Code: relay.JobInvalidInput, Err: errors.New("poison")}
		case text == "panic" && tries.Add(1) < 3:
			panic("a backend's")
		}
		return nil
	}})
	poison := ends(t, q, ask(t, q, "poison", 0).ID, relay.JobFailed)
	if poison.Fence != 1 || poison.Code != string(relay.JobInvalidInput) || poison.Detail != "poison" {
		t.Errorf("the poisoned job is %+v", poison)
	}
	if got := ends(t, q, ask(t, q, "panic", 0).ID, relay.JobSucceeded); got.Fence != 3 {
		t.Errorf("%d attempts; want 3", got.Fence)
	}
	dead, err := s.DeadJobs(t.Context(), store.Page{Limit: 10})
	if err != nil || len(dead) != 1 || dead[0].ID != poison.ID {
		t.Errorf("DeadJobs = %+v, %v", dead, err)
	}
	audit(t, s)
}

// A relay dies with jobs under way; another one on the same database has them done, once its lease is over, by its own providers. Its clock may
// be wrong by minutes: it gives nobody up who is there, and waits no longer.
func TestRelayDies(t *testing.T) {
	for kind, ahead := range map[string]time.Duration{"sqlite, ahead": 5 * time.Minute, "sqlite, behind": -5 * time.Minute, "postgres": 0} {
		if kind == "postgres" && os.Getenv("DEHUG_TEST_ALL") != "1" {
			continue // the store's own tests are on both
		}
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			url := ""
			if kind == "postgres" {
				url = postgres.URL(t)
			}
			s := database(t, url)
			one, at := relayOf(t, s, time.Second)
			r := dial(t, at, key(t, "1"), nil)
			r.read()
			job := ask(t, one, "x", 0)
			m := r.read()
			patient, _ := relayAt(t, s, time.Minute, ahead)
			for looked := int64(0); looked < 2; time.Sleep(10 * time.Millisecond) {
				all, err := s.Relays(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				looked = all[patient.id].Beat
			}
			if got, err := s.Attempt(t.Context(), job.ID, 1); err != nil || got.State != "running" {
				t.Fatalf("the attempt of a relay that is there is %+v, %v", got, err)
			}
			one.mu.Lock()
			one.closed = true
			one.mu.Unlock()
			one.stop() // as a process that is killed: nothing is given back
			two, other := relayAt(t, s, time.Second, ahead)
			provide(t, other, key(t, "2"), 0, 1, echo{})
			got := ends(t, two, job.ID, relay.JobSucceeded)
			attempts, err := s.Attempts(t.Context(), job.ID)
			if err != nil || got.Fence != 2 || attempts[0].Code != string(relay.JobRelayLost) {
				t.Errorf("attempts %+v, %v; want the first lost with its relay", attempts, err)
			}
			late := dial(t, other, key(t, "1"), nil)
			late.read()
			late.write(late.result(m, two.Address()))
			if got := late.read(); got.Detail != wire.Stale {
				t.Errorf("to a result of the lost attempt the relay says %+v", got)
			}
			audit(t, s)
		})
	}
}

// A relay is started again before its lease is over: a provider that finished meanwhile is believed.
func TestRelayComesBack(t *testing.T) {
	s := database(t, "")
	one, at := relayOf(t, s, time.Minute)
	r := dial(t, at, key(t, "1"), nil)
	r.read()
	job := ask(t, one, "x", 5)
	m := r.result(r.read(), one.Address())
	one.mu.Lock()
	one.closed = true
	one.mu.Unlock()
	one.stop()
	two, other := relayOf(t, s, time.Minute)
	again := dial(t, other, key(t, "1"), nil)
	again.read()
	again.write(m)
	if got := again.read(); got.Kind != wire.Settled || got.Detail != wire.Taken {
		t.Errorf("the relay says %+v; want taken", got)
	}
	if got := ends(t, two, job.ID, relay.JobSucceeded); got.Fence != 1 {
		t.Errorf("fence %d; want the first attempt's result", got.Fence)
	}
	audit(t, s)
}

// Whoever ends in good order has finished what ran, and has given nothing up.
func TestDrain(t *testing.T) {
	s := database(t, "")
	q, url := relayOf(t, s, 0)
	begun, goOn := make(chan struct{}, 1), make(chan struct{})
	stop := provide(t, url, key(t, "1"), 0, 1, echo{before: func(context.Context, engine.Question) error { begun <- struct{}{}; <-goOn; return nil }})
	job := ask(t, q, "x", 0)
	<-begun
	ended := make(chan struct{})
	go func() { stop(); close(ended) }()
	for drains := false; !drains; {
		q.mu.Lock()
		for p := range q.peers {
			drains = p.drains
		}
		q.mu.Unlock()
	}
	waits := ask(t, q, "y", 0)
	close(goOn)
	if got := ends(t, q, job.ID, relay.JobSucceeded); got.Fence != 1 {
		t.Errorf("fence %d; want 1", got.Fence)
	}
	<-ended
	if got, err := s.Job(t.Context(), alice, waits.ID); err != nil || got.State != "starting" {
		t.Errorf("a job after the drain is %+v, %v; want it to wait", got, err)
	}
	ctx, end := context.WithTimeout(t.Context(), time.Second)
	defer end()
	if err := q.Close(ctx); err != nil {
		t.Fatal(err)
	}
	two, other := relayOf(t, s, 0)
	provide(t, other, key(t, "2"), 0, 1, echo{})
	ends(t, two, waits.ID, relay.JobSucceeded)
}

// Deadlines end what waits and what runs.
func TestDeadline(t *testing.T) {
	s := database(t, "")
	q, url := relayOf(t, s, 0)
	create := func() store.Job {
		job, _, err := q.Create(t.Context(), Request{Account: alice, Manifest: modelCID, Mode: receipt.Strict, Tensors: tensors(t, "x"), Time: 50 * time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		return job
	}
	waits := create()
	if got := ends(t, q, waits.ID, relay.JobFailed); got.Code != string(relay.JobDeadline) {
		t.Errorf("the job is %+v", got)
	}
	stopped := make(chan struct{}, 1)
	provide(t, url, key(t, "1"), 0, 1, echo{before: func(ctx context.Context, _ engine.Question) error {
		<-ctx.Done()
		stopped <- struct{}{}
		return ctx.Err()
	}})
	runs := create()
	<-stopped
	if got := ends(t, q, runs.ID, relay.JobFailed); got.Code != string(relay.JobDeadline) && got.Fence == 0 {
		t.Errorf("the job is %+v", got)
	}
	audit(t, s)
}

func FuzzDecode(f *testing.F) {
	frame, err := wire.Encode(&wire.Message{Kind: wire.Job, ID: "1", Task: &wire.Task{}, Body: []byte("x")})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(frame)
	f.Add([]byte{0, 0, 0, 2, '{', '}'})
	for _, m := range []*wire.Message{
		{Kind: wire.Part, ID: "1", Fence: 1, Number: 1, Body: []byte(`{"text":"a"}`)},
		{Kind: wire.Part, ID: "1", Fence: 1 << 62, Number: -1, Body: []byte("[[[[")},
		{Kind: wire.Part, ID: "1", Fence: 2, Number: wire.MaxParts, Body: make([]byte, wire.MaxPart+1)},
		{Kind: wire.Result, ID: "1", Fence: 1, Receipt: &receipt.Receipt{Job: "1", Units: -1}, Body: []byte{0, 0, 0, 0}},
		{Kind: wire.SignIn, Signature: "00", Capacity: -1, Offers: []wire.Offer{{Mode: receipt.Served, Pay: -1}}},
		{Kind: wire.Progress, ID: "1", Done: 2, Of: 1},
		{Kind: wire.Fail, ID: "1", Code: "nothing", Detail: "\x00"},
	} {
		frame, err := wire.Encode(m)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(frame)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := wire.Decode(b)
		if err != nil {
			return
		}
		if _, err := wire.Encode(m); err != nil && relay.ErrorCode(err) != relay.CodeTooLarge {
			t.Errorf("what was read is not written again: %v", err)
		}
		if m.Receipt != nil {
			_ = json.Valid(m.Body)
		}
	})
}
