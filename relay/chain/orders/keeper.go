package orders

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math/big"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/chain/send"
	"github.com/dehug/dehug/relay/engine"
	"github.com/dehug/dehug/relay/jobs/wire"
	"github.com/dehug/dehug/relay/provider"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/spec"
)

const (
	// usualPoll is how often the chain is asked while something is waited for.
	usualPoll = 2 * time.Second
	// usualGrace is how long after it was made a result is delivered though the relay has not said that it has it: the bond is at stake.
	usualGrace = time.Minute
	// askedAgain is the like for one that was made by a process that ended: a relay that does not have it asks again, some seconds after its line was cut. One
	// that has it told that to the process that ended.
	askedAgain = 10 * time.Second
	// margin is how long before an order's time is over its job has to be done: the delivery is a transaction.
	margin = time.Minute
	// unseen is how long is waited for an order that our node does not have yet: the relay's may be ahead.
	unseen = 30 * time.Second
)

// Work is what a provider can do.
type Work interface {
	// Quote says what is asked for a job. One that is not done here is a *engine.Failure, as are errors of Do that are not ctx's.
	Quote(job *spec.Job) (Quote, error)
	// Do does a job, whose document is doc, and tells how far it is.
	Do(ctx context.Context, job *spec.Job, doc []byte, progress func(done, of int)) (*Done, error)
}

// Quote is what a provider asks for a job.
type Quote struct {
	Pay   int64 // for a unit, in the smallest unit of a dollar
	Units int64 // how many the order has to pay at least
	// First tells that the job is short, and done before its order is accepted: a job that cannot be done then costs no bond. Others are accepted first, so that
	// the payer cannot take back what has cost hours.
	First bool
}

// Done is what came of a job.
type Done struct {
	Result    []byte // the document
	Plan      receipt.Hash
	Tensors   []receipt.Tensor // all that came of it, the document among it
	Blocks    []manifest.Block // that the result names beside, and that the relay is to keep
	Assurance string           // receipt.Replayable where the result follows from the job alone
}

// Limits are what a provider agrees to.
type Limits struct {
	MaxBond    *big.Int // in the smallest unit of a dollar
	Arbiters   map[common.Address]bool
	AnyArbiter bool // an arbiter that sides with the payer can take bond and pay
}

// KeeperConfig is what a Keeper is made of.
type KeeperConfig struct {
	Book   *Book
	Sender *send.Sender // of Key
	Key    *ethsig.Key  // the provider's: accepts, delivers, and signs results
	Work   Work
	Dir    string // keeps what must not be forgotten
	Limits Limits
	Poll   time.Duration // 0 for the usual, like Grace
	Grace  time.Duration
	Log    *slog.Logger
	Now    func() time.Time // nil for the machine's clock
}

// Keeper does a provider's orders. It is safe for concurrent use, and alone in its folder.
type Keeper struct {
	KeeperConfig
	journal *journal
	once    *once
	me      common.Address
	started time.Time

	paying sync.Mutex // from an allowance until it is used
	mu     sync.Mutex
	busy   map[receipt.Hash]chan struct{} // one works on an order at a time
}

// NewKeeper opens a keeper's folder.
func NewKeeper(c KeeperConfig) (*Keeper, error) {
	if c.Poll == 0 {
		c.Poll = usualPoll
	}
	if c.Grace == 0 {
		c.Grace = usualGrace
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Limits.MaxBond == nil {
		c.Limits.MaxBond = new(big.Int)
	}
	j, err := openJournal(c.Dir)
	return &Keeper{KeeperConfig: c, journal: j, once: newOnce(c.Book.client, c.Log), me: common.Address(c.Key.Address()), started: c.Now(), busy: map[receipt.Hash]chan struct{}{}}, err
}

func failure(code relay.JobCode, err error) error { return &engine.Failure{Code: code, Err: err} }

func refusef(format string, args ...any) error {
	return failure(relay.JobOrderRefused, relay.Errorf(relay.CodeForbidden, format, args...))
}

// Do implements provider.Orders: it believes nothing that the relay says, but what is hashed into the order's id and known to the chain.
func (k *Keeper) Do(ctx context.Context, o provider.Order) (*provider.OrderAnswer, error) {
	unlock, err := k.lock(ctx, o.ID)
	if err != nil {
		return nil, err
	}
	defer unlock()
	t, err := ParseTerms(o.Terms)
	if err != nil {
		return nil, failure(relay.JobOrderRefused, err)
	}
	doc, err := asked(o.Tensors)
	if err != nil {
		return nil, failure(relay.JobInvalidInput, err)
	}
	if k.Book.ID(t) != o.ID {
		return nil, refusef("these are not the terms of order %s", common.Hash(o.ID))
	}
	e, err := k.journal.load(o.ID)
	if err != nil {
		return nil, err
	}
	state, err := k.seen(ctx, o.ID)
	if err != nil {
		return nil, err
	}
	ours := state.At == Accepted && state.ReceiptKey == k.me
	if (e == nil || !e.done()) && state.At != Open && !ours || state.At == Ended {
		return nil, failure(relay.JobOrderEnded, relay.Errorf(relay.CodeConflict, "the order is %s", state))
	}
	if e == nil {
		e = &entry{Order: o.ID, Terms: t}
	}
	if !e.done() {
		job, quote, err := k.check(ctx, t, doc, ours)
		if err != nil {
			return nil, err
		}
		do := func() error {
			done, err := k.do(ctx, job, doc, o.Progress)
			if err != nil {
				return err
			}
			return k.note(e, done)
		}
		if quote.First {
			if err := do(); err != nil {
				return nil, err
			}
		}
		if err := k.accept(ctx, e); err != nil {
			return nil, err
		}
		if !quote.First {
			if err := do(); err != nil {
				return nil, err
			}
		}
	} else if state.At == Open {
		if err := k.accept(ctx, e); err != nil {
			return nil, err
		}
	}
	return k.answer(e)
}

// seen waits for an order that our node does not have yet.
func (k *Keeper) seen(ctx context.Context, order receipt.Hash) (State, error) {
	for begun := time.Now(); ; {
		state, err := k.Book.State(ctx, order)
		if err == nil && state.At != None {
			return state, nil
		}
		if time.Since(begun) > unseen {
			return state, errors.Join(relay.Errorf(relay.CodeUnavailable, "the chain has no order %s, as our node says", common.Hash(order)), err)
		}
		if err := k.pause(ctx); err != nil {
			return state, err
		}
	}
}

func (k *Keeper) pause(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(k.Poll):
		return nil
	}
}

// check refuses what this provider does not do for that. Of an order that it accepted, nothing is asked but whether it can be done.
func (k *Keeper) check(ctx context.Context, t Terms, doc []byte, accepted bool) (*spec.Job, Quote, error) {
	if spec.Digest(doc) != manifest.Digest(t.Job) {
		return nil, Quote{}, refusef("the order is for another specification")
	}
	job, err := spec.Parse(doc)
	if err != nil {
		return nil, Quote{}, failure(relay.JobInvalidInput, err)
	}
	quote, err := k.Work.Quote(job)
	if err != nil || accepted {
		return job, quote, err
	}
	switch {
	case t.Provider != k.me:
		err = refusef("the order is for provider %s", t.Provider)
	case t.Bond.Cmp(k.Limits.MaxBond) > 0:
		err = refusef("the bond of %s is more than this provider gives, %s", t.Bond, k.Limits.MaxBond)
	case t.Arbiter != (common.Address{}) && !k.Limits.AnyArbiter && !k.Limits.Arbiters[t.Arbiter]:
		err = refusef("this provider does not accept arbiter %s", t.Arbiter)
	case int64(t.Units) < quote.Units:
		err = refusef("the order pays for %d units, and the job has %d", t.Units, quote.Units)
	case t.Pay < uint64(quote.Pay):
		err = refusef("the order pays %d for a unit, and this provider asks for %d", t.Pay, quote.Pay)
	}
	if err != nil {
		return nil, quote, err
	}
	paidIn, err := k.Book.Token(ctx, t.Plan)
	if err != nil {
		return nil, quote, err
	}
	if paidIn != k.Book.Dollar() {
		return nil, quote, refusef("the order is paid in token %s, and this provider asks for dollars", paidIn)
	}
	of, err := k.Book.Manifest(ctx, t.Version)
	if err != nil {
		return nil, quote, err
	}
	if manifest.Digest(of) != job.Model.Digest() {
		return nil, quote, refusef("the specification is for model %s, which is not the order's version", job.Model)
	}
	now, err := k.Book.Now(ctx)
	if err != nil {
		return nil, quote, err
	}
	if by := time.Unix(int64(t.AcceptBy), 0); !now.Before(by) {
		return nil, quote, refusef("the order was to be accepted by %s", by.UTC().Format(time.RFC3339))
	}
	if end := now.Add(time.Duration(job.Limits.Seconds)*time.Second + margin); end.After(time.Unix(int64(t.DeliverBy), 0)) && !quote.First {
		return nil, quote, refusef("the job may take %d s, and the order gives it less", job.Limits.Seconds)
	}
	return job, quote, nil
}

// do does a job within its limits.
func (k *Keeper) do(ctx context.Context, job *spec.Job, doc []byte, progress func(done, of int)) (*Done, error) {
	within, stop := context.WithTimeout(ctx, time.Duration(job.Limits.Seconds)*time.Second)
	defer stop()
	done, err := k.Work.Do(within, job, doc, progress)
	if err != nil && within.Err() != nil && ctx.Err() == nil {
		return nil, failure(relay.JobTooLarge, relay.Errorf(relay.CodeTooLarge, "it takes more than the %d s that its specification gives it", job.Limits.Seconds))
	}
	return done, err
}

// note writes a result down before anything is signed: two of one order would be proof of a lie, though both were honest.
func (k *Keeper) note(e *entry, done *Done) error {
	tensors, err := receipt.EncodeTensors(done.Tensors)
	if err != nil {
		return err
	}
	if len(tensors) > wire.MaxBody {
		return failure(relay.JobTooLarge, relay.Errorf(relay.CodeTooLarge, "what came of it has %d bytes, at most %d are sent", len(tensors), wire.MaxBody))
	}
	e.Result, e.Plan, e.Assurance, e.Made = receipt.ResultHash(done.Result), done.Plan, done.Assurance, k.Now()
	return k.journal.done(e, tensors, done.Blocks)
}

// answer is what the relay is told.
func (k *Keeper) answer(e *entry) (*provider.OrderAnswer, error) {
	tensors, blocks, err := k.journal.answered(e)
	if err != nil {
		return nil, err
	}
	return &provider.OrderAnswer{Result: e.Result, Tensors: tensors, Blocks: blocks, Plan: e.Plan, Assurance: e.Assurance, Signature: k.Book.SignResult(k.Key, e.Order, e.Result)}, nil
}

// accept accepts an order, unless it was. What came of it is looked for on the chain, so that a chain that goes back is gone along with.
func (k *Keeper) accept(ctx context.Context, e *entry) error {
	if err := k.journal.save(e); err != nil { // so that it is gone on with, whatever happens
		return err
	}
	k.paying.Lock()
	defer k.paying.Unlock()
	t := e.Terms
	for {
		state, err := k.Book.State(ctx, e.Order)
		switch {
		case err != nil:
			k.Log.WarnContext(ctx, "the chain", slog.Any("error", err))
		case state.At == Accepted && state.ReceiptKey == k.me:
			k.Log.InfoContext(ctx, "order accepted", slog.String("order", common.Hash(e.Order).Hex()))
			return nil
		case state.At != Open && state.At != None:
			return failure(relay.JobOrderEnded, relay.Errorf(relay.CodeConflict, "the order is %s", state))
		case state.At == Open:
			allowed, err := k.Book.Allowance(ctx, k.me)
			if err == nil && allowed.Cmp(t.Bond) < 0 {
				err = k.approve(ctx, e)
			} else if err == nil {
				err = k.tell(ctx, e.Order, "accept", contractOf.PackAccept(t.Call(), k.me))
			}
			if code := relay.ErrorCode(err); code != "" && code != relay.CodeUnavailable {
				// It may have been accepted a moment before it was tried again.
				if now, asking := k.Book.State(ctx, e.Order); asking == nil && now.At == Open {
					return failure(relay.JobOrderRefused, relay.Errorf(relay.CodeConflict, "accepting: %w", err))
				}
			}
			if err != nil {
				k.Log.WarnContext(ctx, "accepting an order", slog.Any("error", err))
			}
		}
		if err := k.pause(ctx); err != nil {
			return err
		}
	}
}

// tell sends the contract what a step of an order is done by.
func (k *Keeper) tell(ctx context.Context, order receipt.Hash, step string, data []byte) error {
	return k.once.send(ctx, order, step, func(replaces *types.Transaction) (common.Hash, error) {
		return k.Book.sendTo(ctx, k.Sender, k.Book.Contract(), data, replaces)
	})
}

// approve lets the contract take an order's bond.
func (k *Keeper) approve(ctx context.Context, e *entry) error {
	return k.once.send(ctx, e.Order, "approve", func(replaces *types.Transaction) (common.Hash, error) {
		return k.Book.approve(ctx, k.Sender, e.Terms.Bond, replaces)
	})
}

// waited tells whether a result was kept back long enough of which the relay has not said that it has it.
func (k *Keeper) waited(e *entry) bool {
	now := k.Now()
	return now.Sub(e.Made) > k.Grace || e.Made.Before(k.started) && now.Sub(k.started) > min(k.Grace, askedAgain)
}

// Taken implements provider.Orders: a relay has the result, so it can be delivered.
func (k *Keeper) Taken(order receipt.Hash) {
	unlock, err := k.lock(context.Background(), order)
	if err != nil {
		return
	}
	defer unlock()
	e, err := k.journal.load(order)
	if err == nil && e != nil && !e.Taken {
		e.Taken = true
		err = k.journal.save(e)
	}
	if err != nil {
		k.Log.Error("an order is not noted as taken", slog.Any("error", err)) // it is delivered a while later
	}
}

// lock has one at a time work on an order.
func (k *Keeper) lock(ctx context.Context, order receipt.Hash) (unlock func(), err error) {
	for {
		k.mu.Lock()
		held := k.busy[order]
		if held == nil {
			mine := make(chan struct{})
			k.busy[order] = mine
			k.mu.Unlock()
			return func() {
				k.mu.Lock()
				delete(k.busy, order)
				k.mu.Unlock()
				close(mine)
			}, nil
		}
		k.mu.Unlock()
		select {
		case <-held:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// Run goes on with all orders that were accepted, until ctx ends: it delivers, settles where nobody did, and withdraws.
func (k *Keeper) Run(ctx context.Context) {
	for ctx.Err() == nil {
		if err := k.round(ctx); err != nil && ctx.Err() == nil {
			k.Log.WarnContext(ctx, "orders", slog.Any("error", err))
		}
		_ = k.pause(ctx)
	}
}

func (k *Keeper) round(ctx context.Context) error {
	ids, err := k.journal.list()
	if err != nil {
		return err
	}
	var errs []error
	for _, id := range ids {
		k.mu.Lock()
		busy := k.busy[id] != nil
		k.mu.Unlock()
		if !busy {
			if err := k.step(ctx, id); relay.ErrorCode(err) != relay.CodeConflict { // the chain is a step further
				errs = append(errs, err)
			}
		}
	}
	return errors.Join(errs...)
}

// step takes an order one step further, by what the chain says of it.
func (k *Keeper) step(ctx context.Context, id receipt.Hash) error {
	unlock, err := k.lock(ctx, id)
	if err != nil {
		return err
	}
	defer unlock()
	e, err := k.journal.load(id)
	if err != nil || e == nil {
		return err
	}
	state, err := k.Book.State(ctx, id)
	if err != nil {
		return err
	}
	now, err := k.Book.Now(ctx)
	if err != nil {
		return err
	}
	call := e.Terms.Call()
	tell := func(step string, data []byte) error { return k.tell(ctx, id, step, data) }
	switch state.At {
	case None, Open:
		if !now.Before(time.Unix(int64(e.Terms.AcceptBy), 0)) { // or was never opened, or not accepted in time
			return k.journal.remove(id)
		}
		if state.At == Open && e.Taken { // the chain went back over it
			if !k.paying.TryLock() {
				return nil
			}
			defer k.paying.Unlock()
			if allowed, err := k.Book.Allowance(ctx, k.me); err != nil || allowed.Cmp(e.Terms.Bond) < 0 {
				return errors.Join(err, k.approve(ctx, e))
			}
			return tell("accept", contractOf.PackAccept(call, k.me))
		}
	case Accepted:
		if state.ReceiptKey != k.me {
			return nil
		}
		if e.done() && (e.Taken || k.waited(e)) && now.Before(state.Due) {
			return tell("deliver", contractOf.PackDeliver(call, e.Result))
		}
	case Delivered, Disputed:
		if now.After(state.Due.Add(margin)) { // the relay was to do it
			return tell("settle", contractOf.PackSettle(call))
		}
	case Ended:
		credit, err := k.Book.Credit(ctx, k.me)
		if err != nil {
			return err
		}
		if credit.Sign() > 0 {
			return tell("withdraw", contractOf.PackWithdraw(k.Book.Dollar(), k.me, k.me))
		}
		k.Log.InfoContext(ctx, "order ended", slog.String("order", common.Hash(id).Hex()))
		return k.journal.remove(id)
	}
	return nil
}

// text is terms in JSON.
func (t Terms) text() json.RawMessage {
	text, err := json.Marshal(t)
	if err != nil {
		panic("orders: terms in JSON: " + err.Error()) // numbers and hashes
	}
	return text
}
