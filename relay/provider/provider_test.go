package provider

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
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
	"github.com/dehug/dehug/relay/internal/leak"
	"github.com/dehug/dehug/relay/jobs/wire"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/siwe"
)

func TestMain(m *testing.M) { os.Exit(leak.Run(m)) }

var (
	modelCID = manifest.DigestOf([]byte("a model")).RawCID()
	plan     = receipt.BackendPlan("echo")
	patience = 30 * time.Second // with what is sure to come
)

func key(t *testing.T, digit string) *ethsig.Key {
	t.Helper()
	k, err := ethsig.ParseKey(strings.Repeat(digit, 64))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// hub is a relay as its providers see it: it says what a test has it say.
type hub struct {
	t       *testing.T
	url     string
	key     *ethsig.Key
	lines   chan *end
	refuses atomic.Int32 // so many who dial are told that it is not there
	bans    atomic.Bool
	dialled atomic.Int32
	settled sync.Map // attempts
}

// end is the relay's end of a line.
type end struct {
	t      *testing.T
	hub    *hub
	ws     *websocket.Conn
	signIn *wire.Message
}

func newHub(t *testing.T, digit string) *hub {
	t.Helper()
	h := &hub{t: t, key: key(t, digit), lines: make(chan *end, 9)}
	server := httptest.NewServer(http.HandlerFunc(h.serve))
	t.Cleanup(server.Close)
	h.url = server.URL
	return h
}

func (h *hub) serve(w http.ResponseWriter, r *http.Request) {
	h.dialled.Add(1)
	if h.refuses.Add(-1) >= 0 {
		http.Error(w, "not now", http.StatusServiceUnavailable)
		return
	}
	ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{wire.Protocol}})
	if err != nil || r.URL.Path != wire.Path || ws.Subprotocol() != wire.Protocol {
		h.t.Errorf("a line to %s by %q: %v", r.URL.Path, ws.Subprotocol(), err)
		return
	}
	ws.SetReadLimit(wire.MaxFrame)
	l := &end{t: h.t, hub: h, ws: ws}
	nonce := fmt.Sprint("nonce ", h.dialled.Load())
	me := receipt.Address(h.key.Address())
	l.send(&wire.Message{Kind: wire.Hello, Nonce: nonce, Relay: me})
	if l.signIn = l.hear(); l.signIn == nil || l.signIn.Kind != wire.SignIn {
		return
	}
	signature, err := hex.DecodeString(l.signIn.Signature)
	if err != nil || len(signature) != 65 {
		h.t.Errorf("%q is no signature", l.signIn.Signature)
		return
	}
	signer, err := ethsig.Recover(siwe.Hash(wire.SignInText(r.Host, me, nonce)), [32]byte(signature[:32]), [32]byte(signature[32:64]), signature[64])
	if err != nil || receipt.Address(signer) != l.signIn.Provider {
		h.t.Errorf("%s signed in with a signature of %s, %v", l.signIn.Provider, signer, err)
	}
	if h.bans.Load() {
		ws.Close(websocket.StatusPolicyViolation, "it is banned")
		return
	}
	l.send(&wire.Message{Kind: wire.Welcome})
	h.t.Cleanup(func() { ws.CloseNow() })
	h.lines <- l
}

// line is the next one.
func (h *hub) line() *end {
	h.t.Helper()
	select {
	case l := <-h.lines:
		return l
	case <-time.After(patience):
		h.t.Fatal("nobody dials")
		return nil
	}
}

func (l *end) send(m *wire.Message) {
	if err := wire.Write(context.Background(), l.ws, m); err != nil {
		l.t.Error(err)
	}
}

// hear is the next message, of any kind; nil when there is none. What was settled before and is told again is settled again.
func (l *end) hear() *wire.Message {
	ctx, stop := context.WithTimeout(context.Background(), patience)
	defer stop()
	for {
		m, err := wire.Read(ctx, l.ws)
		if err != nil {
			l.t.Error(err)
			return nil
		}
		detail, settled := l.hub.settled.Load(attempt{m.ID, m.Fence})
		if !settled {
			return m
		}
		_ = wire.Write(ctx, l.ws, &wire.Message{Kind: wire.Settled, ID: m.ID, Fence: m.Fence, Detail: detail.(string)}) // it may have heard the first one, and be gone
	}
}

// wants is the next message, which has to be of that kind and attempt.
func (l *end) wants(kind, id string, fence int64) *wire.Message {
	l.t.Helper()
	m := l.hear()
	if m == nil || m.Kind != kind || m.ID != id || m.Fence != fence {
		l.t.Fatalf("heard %+v; want %s of %s, %d", m, kind, id, fence)
	}
	return m
}

func (l *end) cut() { l.ws.CloseNow() }

// settle says what became of a result or failure.
func (l *end) settle(m *wire.Message, detail string) {
	l.hub.settled.Store(attempt{m.ID, m.Fence}, detail)
	l.send(&wire.Message{Kind: wire.Settled, ID: m.ID, Fence: m.Fence, Detail: detail})
}

// job is one whose input is its id.
func job(t *testing.T, id string, fence int64) *wire.Message {
	t.Helper()
	body, err := receipt.EncodeTensors([]receipt.Tensor{{Name: "x", Type: "u8", Dims: []int64{int64(len(id))}, Data: []byte(id)}})
	if err != nil {
		t.Fatal(err)
	}
	salt := receipt.Hash{1}
	return &wire.Message{Kind: wire.Job, ID: id, Fence: fence, Body: body, Task: &wire.Task{Manifest: modelCID, Mode: receipt.Strict, Salt: salt, Request: receipt.RequestHash(salt, body),
		Payer: receipt.Address{2}, Units: 1, Pay: 250, SettleBy: 7, Millis: int64(patience / time.Millisecond)}}
}

// backend is what a test has a provider compute.
type backend func(context.Context, engine.Question) error

// Run answers with the input, if there is no error.
func (b backend) Run(ctx context.Context, q engine.Question) (*engine.Answer, error) {
	if b != nil {
		if err := b(ctx, q); err != nil {
			return nil, err
		}
	}
	return &engine.Answer{Outputs: q.Inputs, Plan: plan}, nil
}

func idOf(q engine.Question) string { return string(q.Inputs[0].Data) }

// gates let jobs go on one by one, by their ids.
type gates struct {
	begun chan string
	mu    sync.Mutex
	open  map[string]chan struct{}
}

func newGates() *gates { return &gates{begun: make(chan string, 99), open: map[string]chan struct{}{}} }

func (g *gates) of(id string) chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.open[id] == nil {
		g.open[id] = make(chan struct{})
	}
	return g.open[id]
}

func (g *gates) run(ctx context.Context, q engine.Question) error {
	g.begun <- idOf(q)
	select {
	case <-g.of(idOf(q)):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// begins waits until a job runs.
func (g *gates) begins(t *testing.T, id string) {
	t.Helper()
	select {
	case got := <-g.begun:
		if got != id {
			t.Fatalf("%s began; want %s", got, id)
		}
	case <-time.After(patience):
		t.Fatalf("%s does not begin", id)
	}
}

// provide has a provider work for a relay. It is told to end by stop, and ended has what Run says.
func provide(t *testing.T, h *hub, capacity int, b Backend) (stop context.CancelFunc, ended chan error) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	ended = make(chan error, 1)
	done := make(chan struct{})
	go func() {
		defer close(done)
		ended <- Run(ctx, Config{Relay: h.url, Key: key(t, "3"), Capacity: capacity, Offers: []wire.Offer{{Manifest: modelCID, Mode: receipt.Strict, Pay: 250}}, Backend: b,
			Again: 20 * time.Millisecond, Log: slog.New(slog.DiscardHandler)})
	}()
	t.Cleanup(func() {
		stop()
		<-done
	})
	return stop, ended
}

// well ends a provider that has nothing to do.
func well(t *testing.T, stop context.CancelFunc, ended chan error) {
	t.Helper()
	stop()
	if err := <-ended; err != nil {
		t.Errorf("it ends with %v", err)
	}
}

// A line is cut, and dialled again until the relay is there: the job that runs goes on, is counted, and its result is told, again and again until the
// relay says that it has it. Parts are for the line that the job came by.
func TestReconnect(t *testing.T) {
	t.Parallel()
	h, g := newHub(t, "4"), newGates()
	stop, ended := provide(t, h, 3, backend(func(ctx context.Context, q engine.Question) error {
		q.Part([]byte(`"one"`))
		err := g.run(ctx, q)
		q.Part([]byte(`"two"`))
		return err
	}))
	first := h.line()
	if s := first.signIn; s.Capacity != 3 || len(s.Offers) != 1 || s.Offers[0].Pay != 250 || s.Orders {
		t.Errorf("it signs in as %+v", s)
	}
	first.send(job(t, "a", 1))
	g.begins(t, "a")
	if m := first.wants(wire.Part, "a", 1); m.Number != 1 || string(m.Body) != `"one"` {
		t.Errorf("the part is %+v", m)
	}
	h.refuses.Store(1)
	first.cut()
	second := h.line()
	if s := second.signIn; s.Capacity != 2 || h.dialled.Load() != 3 {
		t.Errorf("it signs in with room for %d after dialling %d times; want 2, 3", s.Capacity, h.dialled.Load())
	}
	close(g.of("a"))
	m := second.wants(wire.Result, "a", 1) // and not the second part
	r := m.Receipt
	if err := r.Countersign(h.key); err != nil {
		t.Fatal(err)
	}
	task := job(t, "a", 1).Task
	if err := r.Verify(); err != nil || r.Job != "a" || r.Request != task.Request || r.Result != receipt.Hash(receipt.ResultHash(m.Body)) || r.Plan != plan || r.Pay != 250 || r.Payer != task.Payer || r.SettleBy != 7 ||
		r.Relay != receipt.Address(h.key.Address()) || r.Provider != receipt.Address(key(t, "3").Address()) || r.Assurance != receipt.Replayable || !bytes.Equal(m.Body, job(t, "a", 1).Body) {
		t.Errorf("the receipt is %+v, %v", r, err)
	}
	second.wants(wire.Result, "a", 1) // the relay has said nothing
	second.cut()                      // nor does it now
	third := h.line()
	if third.signIn.Capacity != 3 {
		t.Errorf("it has room for %d when nothing runs", third.signIn.Capacity)
	}
	third.settle(third.wants(wire.Result, "a", 1), wire.Taken)
	well(t, stop, ended)
}

// One provider works for two relays, which know nothing of each other: jobs with one id are two, and a relay that is away holds up nobody.
func TestSeveralRelays(t *testing.T) {
	t.Parallel()
	one, two, g := newHub(t, "4"), newHub(t, "5"), newGates()
	b := backend(g.run)
	stopOne, endedOne := provide(t, one, 1, b)
	stopTwo, endedTwo := provide(t, two, 1, b)
	a, b2 := one.line(), two.line()
	a.send(job(t, "x", 1))
	g.begins(t, "x")
	b2.send(job(t, "x", 1))
	g.begins(t, "x")
	one.refuses.Store(1)
	a.cut()
	close(g.of("x"))
	m := b2.wants(wire.Result, "x", 1)
	if m.Receipt.Relay != receipt.Address(two.key.Address()) {
		t.Errorf("a receipt for %s went to %s", m.Receipt.Relay, two.key.Address())
	}
	b2.settle(m, wire.Taken)
	well(t, stopTwo, endedTwo) // and the other one goes on
	again := one.line()
	m = again.wants(wire.Result, "x", 1)
	if m.Receipt.Relay != receipt.Address(one.key.Address()) {
		t.Errorf("a receipt for %s went to %s", m.Receipt.Relay, one.key.Address())
	}
	again.settle(m, wire.Taken)
	well(t, stopOne, endedOne)
}

// What is more than there is room for is refused at once, what is sent twice is done once, and what is canceled ends.
func TestRefuseMore(t *testing.T) {
	t.Parallel()
	h, g := newHub(t, "4"), newGates()
	stop, ended := provide(t, h, 2, backend(g.run))
	l := h.line()
	for _, id := range []string{"a", "b", "c", "d"} { // half of it more, and one, for a relay that knows of an end a moment earlier
		l.send(job(t, id, 1))
		g.begins(t, id)
	}
	l.send(job(t, "a", 1))
	l.send(job(t, "e", 1))
	if m := l.wants(wire.Fail, "e", 1); m.Code != relay.JobProviderBusy {
		t.Errorf("a job too many fails with %q", m.Code)
	}
	l.settle(job(t, "e", 1), "")
	l.send(&wire.Message{Kind: wire.Cancel, ID: "a", Fence: 2}) // another attempt's
	l.send(&wire.Message{Kind: wire.Cancel, ID: "b", Fence: 1})
	l.settle(l.wants(wire.Fail, "b", 1), "")
	l.send(job(t, "e", 2)) // there is room again
	g.begins(t, "e")
	left := map[string]bool{"a": true, "c": true, "d": true, "e": true}
	for id := range left {
		close(g.of(id))
	}
	for len(left) > 0 {
		m := l.hear()
		if m == nil {
			t.FailNow()
		}
		if m.Kind != wire.Result || !left[m.ID] {
			t.Errorf("heard %+v", m)
		}
		delete(left, m.ID)
		l.settle(m, wire.Taken)
	}
	well(t, stop, ended)
	if len(g.begun) > 0 {
		t.Errorf("%s was done twice", <-g.begun)
	}
}

// A relay that reads slowly has the backend wait: no part of an answer is left out, none is out of order, and the result comes last.
func TestPartsWait(t *testing.T) {
	t.Parallel()
	h := newHub(t, "4")
	const parts = 600 // more than lines keep
	text := append(append([]byte{'"'}, bytes.Repeat([]byte("x"), 32<<10)...), '"')
	var told atomic.Int64
	slow := make(chan struct{})
	stop, ended := provide(t, h, 1, backend(func(_ context.Context, q engine.Question) error {
		for range parts {
			q.Part(text)
			if told.Add(1) == 4+16+1 { // as many as are queued, and one that is sent
				close(slow)
			}
		}
		return nil
	}))
	l := h.line()
	l.send(job(t, "a", 1))
	select {
	case <-slow:
	case <-time.After(patience):
		t.Fatal("it tells nothing")
	}
	for n := int64(1); n <= parts; n++ {
		if m := l.wants(wire.Part, "a", 1); m.Number != n || len(m.Body) != len(text) {
			t.Fatalf("part %d has number %d and %d bytes", n, m.Number, len(m.Body))
		}
	}
	l.settle(l.wants(wire.Result, "a", 1), wire.Taken)
	well(t, stop, ended)
}

// Who is told to end takes no more, finishes what it has, tells it, over another line if need be, and hangs up once the relay has it.
func TestDrain(t *testing.T) {
	t.Parallel()
	h, g := newHub(t, "4"), newGates()
	stop, ended := provide(t, h, 2, backend(g.run))
	l := h.line()
	l.send(job(t, "a", 1))
	g.begins(t, "a")
	stop()
	l.wants(wire.Drain, "", 0)
	l.send(job(t, "b", 1))
	m := l.wants(wire.Fail, "b", 1)
	if m.Code != relay.JobProviderBusy {
		t.Errorf("a job for who ends fails with %q", m.Code)
	}
	l.settle(m, "")
	l.cut() // the relay is started anew meanwhile
	l = h.line()
	l.wants(wire.Drain, "", 0)
	close(g.of("a"))
	m = l.wants(wire.Result, "a", 1)
	select {
	case err := <-ended:
		t.Fatalf("it ended with %v before the relay had the result", err)
	default:
	}
	l.settle(m, wire.Taken)
	if err := <-ended; err != nil {
		t.Errorf("it ends with %v", err)
	}
}

// A relay that refuses it is not asked again, and what runs for it ends.
func TestRefused(t *testing.T) {
	t.Parallel()
	h, g := newHub(t, "4"), newGates()
	_, ended := provide(t, h, 1, backend(g.run))
	l := h.line()
	l.send(job(t, "a", 1))
	g.begins(t, "a")
	h.bans.Store(true)
	l.cut()
	if err := <-ended; relay.ErrorCode(err) != relay.CodeForbidden || relay.ErrorHint(err) == "" || !strings.Contains(err.Error(), "it is banned") {
		t.Errorf("it ends with %v", err)
	}
	for _, at := range []string{"", "hub.example", "ftp://hub.example", "http://"} {
		if err := Run(t.Context(), Config{Relay: at}); relay.ErrorCode(err) != relay.CodeInvalid {
			t.Errorf("a relay at %q: %v", at, err)
		}
	}
}

// What a provider must not sign, or cannot answer, is a failure with the code that says whose fault it is; nothing else ends with it.
func TestFailures(t *testing.T) {
	t.Parallel()
	h := newHub(t, "4")
	stop, ended := provide(t, h, 1, backend(func(_ context.Context, q engine.Question) error {
		switch idOf(q) {
		case "panics":
			panic("no")
		case "fails":
			return errors.New("out of paper")
		case "cannot":
			return &engine.Failure{Code: relay.JobUnsupported, Err: errors.New("no such operator")}
		case "large":
			q.Inputs[0].Data, q.Inputs[0].Dims = make([]byte, wire.MaxBody), []int64{wire.MaxBody}
		}
		return nil
	}))
	l := h.line()
	for id, want := range map[string]relay.JobCode{"panics": relay.JobProviderFailed, "fails": relay.JobProviderFailed, "cannot": relay.JobUnsupported, "request": relay.JobInvalidInput, "tensors": relay.JobInvalidInput,
		"order": relay.JobOrderRefused, "large": relay.JobTooLarge} {
		m := job(t, id, 1)
		switch id {
		case "request": // whoever has it signed could say that it answered another one falsely
			m.Task.Request[0]++
		case "tensors":
			m.Body = m.Body[:len(m.Body)-1]
			m.Task.Request = receipt.RequestHash(m.Task.Salt, m.Body)
		case "order":
			m.Task.Mode = receipt.Order
		}
		l.send(m)
		answer := l.wants(wire.Fail, id, 1)
		if answer.Code != want || answer.Detail == "" {
			t.Errorf("%s fails with %s, %q; want %s", id, answer.Code, answer.Detail, want)
		}
		l.settle(answer, "")
		l.send(job(t, "echo "+id, 1)) // it still works
		l.settle(l.wants(wire.Result, "echo "+id, 1), wire.Taken)
	}
	well(t, stop, ended)
}
