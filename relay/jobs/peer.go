package jobs

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"log/slog"
	"net/http"
	"runtime"
	"time"

	"github.com/coder/websocket"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/jobs/wire"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/route"
	"github.com/dehug/dehug/relay/siwe"
	"github.com/dehug/dehug/relay/spec"
	"github.com/dehug/dehug/relay/store"
)

const (
	// signInTimeout is for the first message of a provider.
	signInTimeout = 10 * time.Second
	// maxPeers is how many providers one relay holds.
	maxPeers = 20_000
	// collectEvery sign-ins memory is collected: what they leave behind is more than what stays, and providers that are idle give no other
	// occasion for minutes.
	collectEvery = 1000
	// maxReason is how many bytes a close frame has room for, about.
	maxReason = 120
	// hardwareBytes is how much of what a provider says of its hardware is shown.
	hardwareBytes = 120
)

// peer is a provider that is connected. What is below is guarded by Queue.mu.
type peer struct {
	address  receipt.Address
	ws       *websocket.Conn
	out      chan *wire.Message
	ctx      context.Context
	stop     context.CancelCauseFunc
	name     string // its address
	offers   map[model]wire.Offer
	warmed   map[model]time.Time // when it did a job of a model last
	facts    route.Facts
	hardware string
	capacity int
	orders   bool // it does what is ordered on chain
	busy     int  // places that are taken, or promised
	running  map[string]int64
	drains   bool
	gone     bool
}

// modes are those that there are.
var modes = map[string]bool{receipt.Strict: true, receipt.Fast: true, receipt.Served: true}

// send has a message sent. A provider that does not read is cut off: what it has is given to others.
func (p *peer) send(m *wire.Message) {
	select {
	case p.out <- m:
	default:
		p.cut("it does not read what it is sent")
	}
}

// cut ends the line.
func (p *peer) cut(why string) { p.stop(relay.Errorf(relay.CodeUnavailable, "%s", why)) }

// ServeHTTP takes a provider's line. It returns once the provider has signed in: what net/http has of the line, and the stack that this
// took, are half of the memory of a provider that is idle.
func (q *Queue) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q.mu.Lock()
	full := q.closed || len(q.peers) >= maxPeers
	if !full {
		q.work.Add(1)
	}
	q.mu.Unlock()
	if full {
		http.Error(w, "this relay takes no more providers now", http.StatusServiceUnavailable)
		return
	}
	defer q.work.Done()
	// No page is a provider: those have an Origin, and Accept refuses other sites'.
	ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{wire.Protocol}})
	if err != nil {
		return // it was answered
	}
	ctx, stop := context.WithCancelCause(q.ctx)
	p, err := q.signIn(ctx, ws, r.Host)
	if err != nil {
		stop(err)
		q.Log.Info("a provider was refused", slog.String("from", r.RemoteAddr), slog.Any("error", err))
		_ = ws.Close(websocket.StatusPolicyViolation, relay.Shorten(err.Error(), maxReason)) // it may be gone
		_ = ws.CloseNow()
		return
	}
	p.ctx, p.stop = ctx, stop
	q.mu.Lock()
	q.admit(p)
	if q.welcomed++; q.welcomed%collectEvery == 0 {
		q.work.Go(runtime.GC)
	}
	p.send(&wire.Message{Kind: wire.Welcome})
	q.match()
	q.mu.Unlock()
	q.Log.Info("a provider is here", slog.String("provider", p.address.String()), slog.Int("models", len(p.offers)), slog.Int("capacity", p.capacity))
	q.work.Go(p.write)
	q.work.Go(func() {
		stop(q.read(p))
		q.leave(p)
		_ = ws.CloseNow()
		q.Log.Info("a provider is gone", slog.String("provider", p.address.String()), slog.Any("why", context.Cause(ctx)))
	})
}

func (q *Queue) signIn(ctx context.Context, ws *websocket.Conn, host string) (*peer, error) {
	ctx, stop := context.WithTimeout(ctx, signInTimeout)
	defer stop()
	ws.SetReadLimit(wire.MaxFrame - wire.MaxBody)
	challenge := nonce()
	if err := wire.Write(ctx, ws, &wire.Message{Kind: wire.Hello, Nonce: challenge, Relay: q.Address()}); err != nil {
		return nil, err
	}
	m, err := wire.Read(ctx, ws)
	if err != nil {
		return nil, err
	}
	ws.SetReadLimit(wire.MaxFrame)
	if m.Kind != wire.SignIn || len(m.Offers) > wire.MaxOffers || m.Capacity < 1 || m.Capacity > wire.MaxCapacity {
		return nil, relay.Errorf(relay.CodeInvalid, "that is no sign-in: %q with %d offers and capacity %d", m.Kind, len(m.Offers), m.Capacity)
	}
	signature, err := hex.DecodeString(m.Signature)
	if err != nil || len(signature) != 65 {
		return nil, relay.Errorf(relay.CodeUnauthorized, "the signature is not one")
	}
	s := manifest.Signature(signature)
	signer, err := ethsig.Recover(siwe.Hash(wire.SignInText(host, q.Address(), challenge)), [32]byte(s[:32]), [32]byte(s[32:64]), s[64])
	if err != nil || receipt.Address(signer) != m.Provider {
		return nil, relay.Errorf(relay.CodeUnauthorized, "%s did not sign this", m.Provider)
	}
	if q.Allowed == nil || !q.Allowed(signer) {
		return nil, relay.Errorf(relay.CodeForbidden, "%s may not be a provider here", m.Provider)
	}
	if q.isBanned(m.Provider.String()) {
		return nil, relay.Errorf(relay.CodeForbidden, "%s is banned here: an answer of it was false", m.Provider)
	}
	if err := m.About.Check(); err != nil {
		return nil, err
	}
	p := &peer{address: m.Provider, name: m.Provider.String(), ws: ws, capacity: m.Capacity, hardware: relay.Shorten(m.Hardware, hardwareBytes), facts: m.About, orders: m.Orders, offers: map[model]wire.Offer{}, warmed: map[model]time.Time{}, running: map[string]int64{}, out: make(chan *wire.Message, 2*m.Capacity+16)}
	for _, o := range m.Offers {
		_, err := manifest.ParseCID(string(o.Manifest))
		if bySpec := spec.IsMode(o.Mode); err != nil && !bySpec || bySpec && o.Manifest != "" || o.Pay < 0 || !bySpec && !modes[o.Mode] {
			return nil, relay.Errorf(relay.CodeInvalid, "%s in mode %q for %d is no offer", o.Manifest, o.Mode, o.Pay)
		}
		if (o.Mode == receipt.Served) != (o.Backend != "") || len(o.Backend) > wire.MaxBackend || o.API != "" && o.API != wire.OpenInference && o.API != wire.OpenAI || relay.Text(o.Backend) != o.Backend {
			return nil, relay.Errorf(relay.CodeInvalid, "%s in mode %s by backend %.100q is no offer", o.Manifest, o.Mode, o.Backend)
		}
		p.offers[model{o.Manifest, o.Mode}] = o
	}
	q.recall(ctx, p)
	return p, nil
}

// write sends what there is to send, and looks whether the other end is there.
func (p *peer) write() {
	ping := time.NewTicker(wire.PingEvery)
	defer ping.Stop()
	for {
		var err error
		select {
		case <-p.ctx.Done():
			return
		case m := <-p.out:
			err = wire.Write(p.ctx, p.ws, m)
		case <-ping.C:
			err = wire.Ping(p.ctx, p.ws)
		}
		if err != nil {
			p.stop(err)
			return
		}
	}
}

// read takes what a provider says, no faster than it is written down.
func (q *Queue) read(p *peer) error {
	slots := make(chan struct{}, p.capacity)
	for {
		m, err := wire.Read(p.ctx, p.ws)
		if err != nil {
			return err
		}
		switch m.Kind {
		case wire.Progress:
			q.progress(p, m)
		case wire.Part:
			if err := q.part(p, m); err != nil {
				return err
			}
		case wire.Block:
			q.keep(p, m)
		case wire.Result, wire.Fail:
			slots <- struct{}{}
			q.work.Go(func() {
				defer func() { <-slots }()
				q.settle(p, m)
			})
		case wire.Drain:
			q.mu.Lock()
			p.drains = true
			q.mu.Unlock()
		default:
			return relay.Errorf(relay.CodeInvalid, "a provider does not say %q", m.Kind)
		}
	}
}

func (q *Queue) progress(p *peer, m *wire.Message) {
	q.mu.Lock()
	a := q.running[m.ID]
	known := a != nil && a.peer == p && a.fence == m.Fence && m.Done >= 0 && m.Done <= m.Of
	q.mu.Unlock()
	if known {
		q.tell(m.ID, m)
	}
}

// settle writes down what became of an attempt, and tells the provider so. Where that cannot be written nothing is told, and the
// provider says it again.
func (q *Queue) settle(p *peer, m *wire.Message) {
	ctx := context.WithoutCancel(q.ctx)
	q.streamed(m.ID, m.Fence)
	outcome, err := q.outcome(ctx, p, m)
	if err != nil {
		q.Log.Error("a result was not written", slog.String("job", m.ID), slog.Any("error", err))
		return
	}
	if a := q.end(m.ID, m.Fence); a != nil && a.peer != p {
		q.free(a.peer, m.ID) // it came by another line of the same provider's
	}
	q.free(p, m.ID)
	q.tell(m.ID, nil)
	p.send(&wire.Message{Kind: wire.Settled, ID: m.ID, Fence: m.Fence, Detail: outcome})
}

func (q *Queue) outcome(ctx context.Context, p *peer, m *wire.Message) (string, error) {
	job, at, err := q.answered(ctx, p, m)
	if relay.ErrorCode(err) == relay.CodeNotFound || err == nil && at.Provider != p.address.String() {
		return wire.Refused, nil
	}
	if err != nil {
		return "", err
	}
	switch at.State {
	case "done":
		return wire.Taken, nil
	case "running":
	default:
		return wire.Stale, nil
	}
	offered := wants(job)
	code, detail := m.Code, m.Detail
	var evaluation *store.Evaluation
	if m.Kind == wire.Result {
		check := q.check
		if job.OrderID != "" {
			check = q.checkOrdered
		}
		err := check(ctx, p, job, at, m)
		if err == nil && (spec.IsMode(job.Mode) || job.OrderID != "") {
			if evaluation, err = q.checkAnswer(ctx, job, m); err != nil && relay.ErrorCode(err) != relay.CodeInvalid {
				return "", err
			}
		}
		if err != nil {
			code, detail = relay.JobBadResult, err.Error()
		} else {
			code = ""
		}
	} else if !code.Known() {
		code = relay.JobProviderFailed
	}
	q.mu.Lock()
	q.remember(p, offered, max(q.Now().Sub(store.Time(at.Started)), 0), code)
	a := q.running[m.ID]
	q.mu.Unlock()
	if code != "" {
		if a == nil || a.fence != m.Fence { // begun by a relay that ended since
			a = &attempt{job: job, fence: m.Fence, peer: p, found: true}
			if hold, err := q.Store.JobHold(ctx, m.ID); err == nil {
				a.most = hold.Compute
			}
		}
		q.fail(a, code, relay.Shorten(detail, wire.MaxDetail))
		return wire.Refused, nil
	}
	document, err := json.Marshal(m.Receipt)
	if err != nil {
		return "", err
	}
	leaf, err := m.Receipt.Leaf()
	if err != nil {
		return "", err
	}
	pay := map[string]int64{"provider/" + at.Provider: at.Pay}
	if job.OrderID != "" {
		pay = nil // the chain pays
	}
	done, err := q.Store.FinishJob(ctx, store.Result{Job: m.ID, Fence: m.Fence, Provider: at.Provider, Output: m.Body, Receipt: document, Leaf: leaf, Evaluation: evaluation, Pay: pay}, q.Now())
	if relay.ErrorCode(err) == relay.CodeConflict {
		return wire.Stale, nil
	}
	if err != nil {
		return "", err
	}
	choice := ""
	if a != nil {
		choice = a.choice
	}
	q.ended(done, m.Body, choice)
	q.sample(done, at.Provider)
	q.informOf(a == nil || a.found, m.ID)
	return wire.Taken, nil
}

// answered is what a result answers: as this relay began it, where it did, for whether it still counts is asked for again when the result is written.
func (q *Queue) answered(ctx context.Context, p *peer, m *wire.Message) (job store.Job, at store.Attempt, err error) {
	q.mu.Lock()
	a := q.running[m.ID]
	q.mu.Unlock()
	if a != nil && a.fence == m.Fence && a.peer.address == p.address {
		return a.job, store.Attempt{Job: m.ID, Fence: m.Fence, Provider: p.address.String(), Pay: a.pay, State: "running", Started: a.started.UnixMicro()}, nil
	}
	if at, err = q.Store.Attempt(ctx, m.ID, m.Fence); err == nil {
		job, err = q.Store.Job(ctx, "", m.ID)
	}
	return job, at, err
}

// check tells whether a result is the answer to what was asked, and countersigns its receipt.
func (q *Queue) check(_ context.Context, p *peer, job store.Job, at store.Attempt, m *wire.Message) error {
	r := m.Receipt
	if r == nil {
		return relay.Errorf(relay.CodeInvalid, "there is no receipt")
	}
	tensors, err := receipt.DecodeTensors(m.Body)
	if err != nil {
		return err
	}
	if body, err := receipt.EncodeTensors(tensors); err != nil || !bytes.Equal(body, m.Body) {
		return relay.Errorf(relay.CodeInvalid, "the tensors are not in their canonical form")
	}
	assurance := receipt.Signed
	if job.Mode == receipt.Strict || spec.Replayable(job.Mode) {
		assurance = receipt.Replayable
	} else if q.toldSpot(at, r.Assurance == receipt.SpotChecked) {
		assurance = receipt.SpotChecked
	}
	plan := r.Plan
	if job.Mode == receipt.Served {
		plan = receipt.BackendPlan(p.offers[model{manifest.CID(job.Manifest), job.Mode}].Backend)
	}
	want := receipt.Receipt{Job: job.ID, Manifest: manifest.CID(job.Manifest), Mode: job.Mode, Plan: plan, Assurance: assurance, Request: receipt.Hash(job.Request),
		Result: receipt.ResultHash(m.Body), Units: unitsOfRun, Pay: at.Pay, Session: sessionOf(job), SettleBy: settleBy(job), Payer: r.Payer, Provider: p.address, Relay: q.Address(), Started: r.Started, Ended: r.Ended, Signature: r.Signature}
	if *r != want || r.Payer.String() != job.Account || r.Ended < r.Started {
		return relay.Errorf(relay.CodeInvalid, "the receipt is about something else")
	}
	if err := r.Verify(); err != nil {
		return err
	}
	return r.Countersign(q.Key)
}

// leave gives what a provider had to others.
func (q *Queue) leave(p *peer) {
	q.mu.Lock()
	p.gone = true
	q.dismiss(p)
	var lost []*attempt
	for id := range p.running {
		if a := q.running[id]; a != nil && a.peer == p {
			q.remember(p, wants(a.job), 0, relay.JobProviderLost)
			lost = append(lost, a)
		}
	}
	over := q.closed
	q.mu.Unlock()
	if over {
		return // the lease is given back, and with it all of these
	}
	for _, a := range lost {
		q.fail(a, relay.JobProviderLost, "its line was cut before the result")
	}
}
