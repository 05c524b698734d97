// Package provider does jobs for relays: it dials a relay, signs in by its key, says which models it runs for how much, runs what it is
// given, and signs receipts.
//
//	err := provider.Run(ctx, provider.Config{Relay: "https://hub.example", Key: key, Offers: offers, Capacity: 2, Backend: engine, Log: log})
//
// A line that is cut is dialled again. What was computed meanwhile is told then, until the relay has said that it knows: the relay decides
// what counts. When ctx ends, what runs is finished first.
package provider

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/coder/websocket"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/engine"
	"github.com/dehug/dehug/relay/jobs/wire"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/route"
	"github.com/dehug/dehug/relay/siwe"
	"github.com/dehug/dehug/relay/spec"
)

const (
	// firstWait is how long after a cut line is dialled again; it doubles up to lastWait.
	firstWait = 100 * time.Millisecond
	lastWait  = 10 * time.Second
	// usualAgain is how soon a result that the relay has not answered is sent again.
	usualAgain = 5 * time.Second
	// progressEvery is how often progress is told at most.
	progressEvery = 100 * time.Millisecond
	dialTimeout   = 20 * time.Second
	// drainTimeout is how long what runs may take to finish once it is to end.
	drainTimeout = 30 * time.Second
)

// Backend computes answers.
type Backend interface {
	Run(ctx context.Context, q engine.Question) (*engine.Answer, error)
}

// Orders does what was ordered on chain.
type Orders interface {
	// Do does the job of an order, if its terms are good. An error that is not ctx's may be a *engine.Failure, which says what becomes of the job.
	Do(ctx context.Context, o Order) (*OrderAnswer, error)
	// Taken is told that the relay has the answer for good.
	Taken(order receipt.Hash)
}

// Order is one as a relay tells it.
type Order struct {
	ID       receipt.Hash
	Terms    json.RawMessage
	Tensors  []byte             // that have the specification (package work)
	Progress func(done, of int) // is told how far it is
}

// OrderAnswer is what came of one.
type OrderAnswer struct {
	Result    receipt.Hash     // of its document
	Tensors   []byte           // all of it, in canonical form
	Blocks    []manifest.Block // that it names beside, and that the relay is to keep
	Plan      receipt.Hash
	Assurance string
	Signature string // for the contract
}

// Config says what a provider is.
type Config struct {
	Relay    string // the site's address
	Key      *ethsig.Key
	Offers   []wire.Offer
	Capacity int         // jobs at once
	Hardware string      // for people
	About    route.Facts // for those who say who may do their jobs
	Backend  Backend
	Orders   Orders // does what is ordered on chain; nil for a provider that does not
	Log      *slog.Logger
	Client   *http.Client     // nil for the usual one
	Now      func() time.Time // nil for the machine's clock: goes into receipts
	// Again is how soon a result that the relay has not answered is told again; 0 for the usual.
	Again time.Duration
	// Welcomed is called each time that a relay took it. May be nil.
	Welcomed func()
}

// attempt is what tells one try at a job from another.
type attempt struct {
	id    string
	fence int64
}

type provider struct {
	Config
	mu      sync.Mutex
	line    *line // nil while there is none
	running map[attempt]context.CancelFunc
	told    map[attempt]*wire.Message // results and failures that the relay has not answered
	changed chan struct{}             // one of these two is less
	work    sync.WaitGroup
}

// line is one connection.
type line struct {
	ws  *websocket.Conn
	ctx context.Context
	out chan *wire.Message
}

// Run does jobs until ctx ends. It returns an error only where trying again cannot help.
func Run(ctx context.Context, c Config) error {
	u, err := url.Parse(c.Relay)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return relay.Errorf(relay.CodeInvalid, "%q is not the address of a relay", c.Relay).WithHint("give scheme and host, such as https://hub.example")
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Again == 0 {
		c.Again = usualAgain
	}
	p := &provider{Config: c, running: map[attempt]context.CancelFunc{}, told: map[attempt]*wire.Message{}, changed: make(chan struct{}, 1)}
	lines, hangUp := context.WithCancel(context.WithoutCancel(ctx))
	defer hangUp()
	defer context.AfterFunc(ctx, func() { // finish, then hang up
		p.mu.Lock()
		l := p.line
		p.mu.Unlock()
		if l != nil {
			l.wait(lines, &wire.Message{Kind: wire.Drain})
		}
		p.drain(lines)
		hangUp()
	})()
	wait := firstWait
	var refused error
	for {
		began := time.Now()
		err := p.connect(ctx, lines, u)
		if ctx.Err() != nil && (lines.Err() != nil || p.idle()) {
			break
		}
		if code := websocket.CloseStatus(err); code == websocket.StatusPolicyViolation {
			refused = relay.Errorf(relay.CodeForbidden, "the relay refused: %w", err).WithHint("its operator says who may be a provider there (--provider)")
			break
		}
		if time.Since(began) > wait { // it was a line
			wait = firstWait
		}
		c.Log.Warn("no line to the relay", slog.Any("error", err), slog.Duration("again in", wait))
		select {
		case <-lines.Done():
		case <-time.After(wait/2 + rand.N(wait)):
		}
		if wait = min(2*wait, lastWait); lines.Err() != nil {
			break
		}
	}
	p.mu.Lock()
	for _, stop := range p.running {
		stop()
	}
	p.mu.Unlock()
	p.work.Wait()
	return refused
}

// drain waits until nothing runs and the relay knows of all results, or there will be no line any more.
func (p *provider) drain(lines context.Context) {
	timeout := time.After(drainTimeout)
	for !p.idle() {
		select {
		case <-p.changed:
		case <-lines.Done():
			return
		case <-timeout:
			return
		}
	}
}

func (p *provider) idle() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.running)+len(p.told) == 0
}

func (p *provider) change() {
	select {
	case p.changed <- struct{}{}:
	default:
	}
}

// connect holds one line until it is cut.
func (p *provider) connect(ctx, lines context.Context, u *url.URL) error {
	dialing, stop := context.WithTimeout(lines, dialTimeout)
	defer stop()
	ws, _, err := websocket.Dial(dialing, u.Scheme+"://"+u.Host+wire.Path, &websocket.DialOptions{Subprotocols: []string{wire.Protocol}, HTTPClient: p.Client})
	if err != nil {
		return err
	}
	defer ws.CloseNow()
	ws.SetReadLimit(wire.MaxFrame)
	hello, err := wire.Read(dialing, ws)
	if err != nil {
		return err
	}
	p.mu.Lock()
	free := max(1, p.Capacity-len(p.running))
	p.mu.Unlock()
	signature := p.Key.Sign(siwe.Hash(wire.SignInText(u.Host, hello.Relay, hello.Nonce)))
	if err := wire.Write(dialing, ws, &wire.Message{Kind: wire.SignIn, Provider: receipt.Address(p.Key.Address()), Signature: hex.EncodeToString(signature[:]),
		Offers: p.Offers, Capacity: free, Hardware: p.Hardware, About: p.About, Orders: p.Orders != nil}); err != nil {
		return err
	}
	welcome, err := wire.Read(dialing, ws)
	if err != nil {
		return err
	}
	if welcome.Kind != wire.Welcome {
		return fmt.Errorf("the relay said %q instead of welcome", welcome.Kind)
	}
	p.Log.Info("the relay takes our work", slog.String("relay", hello.Relay.String()), slog.Int("models", len(p.Offers)))
	if p.Welcomed != nil {
		p.Welcomed()
	}
	lineCtx, cut := context.WithCancel(lines)
	defer cut()
	l := &line{ws, lineCtx, make(chan *wire.Message, 4*p.Capacity+16)}
	p.mu.Lock()
	p.line = l
	for _, m := range p.told { // of an earlier line
		l.send(m)
	}
	if ctx.Err() != nil {
		l.send(&wire.Message{Kind: wire.Drain})
	}
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		p.line = nil
		p.mu.Unlock()
	}()
	p.work.Go(func() {
		defer cut()
		p.write(l)
	})
	for {
		m, err := wire.Read(lineCtx, ws)
		if err != nil {
			if lines.Err() != nil {
				_ = ws.Close(websocket.StatusNormalClosure, "done") // it may be gone
			}
			return err
		}
		p.hear(ctx, hello.Relay, m)
	}
}

// send queues a message. What does not fit is said again after a while.
func (l *line) send(m *wire.Message) {
	select {
	case l.out <- m:
	default:
	}
}

// wait queues a message once there is room, behind all that was queued before, and tells whether it did: not when the line was cut, or ctx ended.
func (l *line) wait(ctx context.Context, m *wire.Message) bool {
	select {
	case l.out <- m:
		return true
	case <-l.ctx.Done():
	case <-ctx.Done():
	}
	return false
}

func (p *provider) write(l *line) {
	again := time.NewTicker(p.Again)
	defer again.Stop()
	ping := time.NewTicker(wire.PingEvery)
	defer ping.Stop()
	for {
		select {
		case <-l.ctx.Done():
			return
		case m := <-l.out:
			if err := wire.Write(l.ctx, l.ws, m); err != nil {
				return
			}
		case <-ping.C:
			if wire.Ping(l.ctx, l.ws) != nil {
				return
			}
		case <-again.C:
			p.mu.Lock()
			for _, m := range p.told {
				l.send(m)
			}
			p.mu.Unlock()
		}
	}
}

func (p *provider) hear(ctx context.Context, relayKey receipt.Address, m *wire.Message) {
	key := attempt{m.ID, m.Fence}
	p.mu.Lock()
	defer p.mu.Unlock()
	switch m.Kind {
	case wire.Job:
		if m.Task == nil || p.running[key] != nil {
			return
		}
		if len(p.running) >= p.Capacity+p.Capacity/2+1 || ctx.Err() != nil {
			p.tell(&wire.Message{Kind: wire.Fail, ID: m.ID, Fence: m.Fence, Code: relay.JobProviderBusy})
			return
		}
		jobCtx, stop := context.WithTimeout(context.WithoutCancel(ctx), time.Duration(m.Task.Millis)*time.Millisecond)
		p.running[key] = stop
		p.work.Go(func() {
			defer stop()
			answer := p.do(jobCtx, relayKey, m)
			p.mu.Lock()
			delete(p.running, key)
			p.told[key] = answer
			l := p.line
			p.mu.Unlock()
			p.change()
			if l != nil { // behind its parts
				l.wait(context.Background(), answer)
			}
		})
	case wire.Cancel:
		if stop := p.running[key]; stop != nil {
			stop()
		}
	case wire.Settled:
		if told := p.told[key]; told != nil && told.Receipt != nil && told.Receipt.Mode == receipt.Order && m.Detail == wire.Taken {
			p.work.Go(func() { p.Orders.Taken(told.Receipt.Session) })
		}
		delete(p.told, key)
		p.change()
	}
}

// tell sends a result or failure, and remembers it until it is settled. p.mu is held.
func (p *provider) tell(m *wire.Message) {
	p.told[attempt{m.ID, m.Fence}] = m
	if p.line != nil {
		p.line.send(m)
	}
}

// do computes the answer to a job, and signs for it.
func (p *provider) do(ctx context.Context, relayKey receipt.Address, m *wire.Message) (answer *wire.Message) {
	failed := func(code relay.JobCode, err error) *wire.Message {
		p.Log.Warn("a job failed", slog.String("job", m.ID), slog.String("code", string(code)), slog.Any("error", err))
		return &wire.Message{Kind: wire.Fail, ID: m.ID, Fence: m.Fence, Code: code, Detail: relay.Shorten(err.Error(), wire.MaxDetail)}
	}
	defer func() { // a model that breaks the backend must not end all other jobs
		if r := recover(); r != nil {
			answer = failed(relay.JobProviderFailed, fmt.Errorf("panic: %v", r))
		}
	}()
	started := p.Now()
	t := m.Task
	if t.Mode == receipt.Order {
		answer, err := p.order(ctx, relayKey, m, started)
		if err != nil {
			return failed(codeOf(err), err)
		}
		return answer
	}
	inputs, err := receipt.DecodeTensors(m.Body)
	if err != nil || receipt.RequestHash(t.Salt, m.Body) != t.Request {
		// A relay that had us sign for another request could accuse us of two answers to one.
		return failed(relay.JobInvalidInput, errors.Join(errors.New("the request's hash is not that of the input"), err))
	}
	p.mu.Lock()
	parts, number := p.line, int64(0) // a relay that loses the line gives the attempt up: no other line takes its parts
	p.mu.Unlock()
	result, err := p.Backend.Run(ctx, engine.Question{Manifest: t.Manifest, Mode: t.Mode, Inputs: inputs, Progress: p.progress(m), Part: func(text []byte) {
		if number++; parts != nil && !parts.wait(ctx, &wire.Message{Kind: wire.Part, ID: m.ID, Fence: m.Fence, Number: number, Body: text}) {
			parts = nil
		}
	}, Block: func(b manifest.Block) error {
		if parts == nil || !parts.wait(ctx, &wire.Message{Kind: wire.Block, ID: m.ID, Fence: m.Fence, CID: b.CID, Body: b.Data}) {
			return errors.New("the line to the relay was cut")
		}
		return nil
	}})
	if err != nil {
		return failed(codeOf(err), err)
	}
	body, err := receipt.EncodeTensors(result.Outputs)
	if err != nil {
		return failed(relay.JobProviderFailed, err)
	}
	if len(body) > wire.MaxBody {
		return failed(relay.JobTooLarge, fmt.Errorf("the result has %d bytes, at most %d are sent", len(body), wire.MaxBody))
	}
	r := &receipt.Receipt{Job: m.ID, Manifest: t.Manifest, Mode: t.Mode, Plan: result.Plan, Assurance: receipt.Signed, Request: t.Request, Result: receipt.ResultHash(body),
		Units: t.Units, Pay: t.Pay, Payer: t.Payer, Session: t.Session, Relay: relayKey, Started: started.Unix(), Ended: p.Now().Unix(), SettleBy: t.SettleBy}
	if t.Mode == receipt.Strict || spec.Replayable(t.Mode) {
		r.Assurance = receipt.Replayable
	} else if t.SpotChecked {
		r.Assurance = receipt.SpotChecked
	}
	if err := r.Sign(p.Key); err != nil {
		return failed(relay.JobProviderFailed, err)
	}
	return &wire.Message{Kind: wire.Result, ID: m.ID, Fence: m.Fence, Receipt: r, Body: body}
}

// progress tells the relay how far a job is, not too often.
func (p *provider) progress(m *wire.Message) func(done, of int) {
	var last time.Time
	return func(done, of int) {
		if now := time.Now(); now.Sub(last) > progressEvery {
			last = now
			p.mu.Lock()
			if p.line != nil {
				p.line.send(&wire.Message{Kind: wire.Progress, ID: m.ID, Fence: m.Fence, Done: min(done, of), Of: of})
			}
			p.mu.Unlock()
		}
	}
}

// codeOf says what becomes of a job that ended in an error.
func codeOf(err error) relay.JobCode {
	if f, ok := errors.AsType[*engine.Failure](err); ok {
		return f.Code
	}
	return relay.JobProviderFailed
}

// order does what was ordered on chain. What the result names goes ahead of it.
func (p *provider) order(ctx context.Context, relayKey receipt.Address, m *wire.Message, started time.Time) (*wire.Message, error) {
	t := m.Task
	if p.Orders == nil {
		return nil, &engine.Failure{Code: relay.JobOrderRefused, Err: errors.New("this provider takes no orders")}
	}
	if t.Salt != t.Session || receipt.RequestHash(t.Salt, m.Body) != t.Request {
		return nil, &engine.Failure{Code: relay.JobInvalidInput, Err: errors.New("the request's hash is not that of the order and its specification")}
	}
	p.mu.Lock()
	l := p.line // a relay that loses it gives the attempt up
	p.mu.Unlock()
	a, err := p.Orders.Do(ctx, Order{ID: t.Session, Terms: t.Order, Tensors: m.Body, Progress: p.progress(m)})
	if err != nil {
		return nil, err
	}
	for _, b := range a.Blocks {
		if l == nil || !l.wait(ctx, &wire.Message{Kind: wire.Block, ID: m.ID, Fence: m.Fence, CID: b.CID, Body: b.Data}) {
			return nil, errors.New("the line was cut before the result")
		}
	}
	r := &receipt.Receipt{Job: m.ID, Manifest: t.Manifest, Mode: t.Mode, Plan: a.Plan, Assurance: a.Assurance, Request: t.Request, Result: a.Result,
		Units: t.Units, Pay: t.Pay, Payer: t.Payer, Session: t.Session, Relay: relayKey, Started: started.Unix(), Ended: p.Now().Unix(), OrderSignature: a.Signature}
	if err := r.Sign(p.Key); err != nil {
		return nil, err
	}
	return &wire.Message{Kind: wire.Result, ID: m.ID, Fence: m.Fence, Receipt: r, Body: a.Tensors}, nil
}
