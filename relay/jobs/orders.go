package jobs

import (
	"context"
	"encoding/json"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/jobs/wire"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/store"
)

// Orders knows what was ordered on chain.
type Orders interface {
	// Order finds one that the chain has.
	Order(ctx context.Context, id string) (Order, error)
	// Check refuses an answer that is not one to what was asked, or whose result its provider did not sign for the contract. It keeps what the
	// result names, and returns its digest.
	Check(ctx context.Context, job store.Job, asked, answer []byte, signature string) (receipt.Hash, error)
}

// Order is what a provider is told of an order, to hold against the chain.
type Order struct {
	Terms json.RawMessage
	Units int64
}

// Ordered is a job that was ordered on chain. Nobody is asked for money here: the contract has it.
type Ordered struct {
	Order    receipt.Hash
	Payer    string // in the letter case of EIP-55, like Provider
	Provider string // who alone does it
	Manifest manifest.CID
	Tensors  []byte // the specification, as a provider is asked (package work)
	Pay      int64  // of the provider, for all units
	Deadline time.Time
	// Attest has an evaluation attested on chain, of that version, once it succeeded. Nil for one that is not.
	Attest *store.AttestedVersion
}

// CreateOrdered keeps the job of an order. It is CodeConflict where the order has one.
func (q *Queue) CreateOrdered(ctx context.Context, o Ordered) (store.Job, error) {
	now := q.Now()
	request := receipt.RequestHash(o.Order, o.Tensors)
	id, err := o.Order.MarshalText()
	if err != nil {
		return store.Job{}, err
	}
	job, _, err := q.Store.CreateJob(ctx, store.NewJob{
		Job: store.Job{ID: store.NewID(now), Account: o.Payer, Manifest: string(o.Manifest), Mode: receipt.Order, Request: request[:], Created: now.UnixMicro(),
			Deadline: o.Deadline.UnixMicro(), OrderID: string(id), Pinned: o.Provider},
		Input: append(o.Order[:], o.Tensors...), Funds: store.Funds{Account: store.LedgerOrder + string(id)}, Compute: o.Pay, Relay: q.id, Attest: o.Attest,
	})
	if err == nil {
		q.enqueue(waiting{job: job, most: o.Pay})
	}
	return job, err
}

// EndOrdered ends the job of an order that is not to be done any more. One that has ended stays as it is.
func (q *Queue) EndOrdered(ctx context.Context, id string, state relay.JobState, code relay.JobCode, detail string) error {
	now := q.Now()
	job, err := q.Store.EndOrderJob(ctx, id, state, code, detail, now)
	if err == nil && job.Ended == now.UnixMicro() {
		q.ended(job, nil, "")
		q.informOf(true, id)
		q.over(id)
	}
	return err
}

// wantedBy is under what a job waits: that of an order waits for its provider.
func wantedBy(job store.Job) model {
	if job.OrderID != "" {
		return model{"", "order " + job.Pinned}
	}
	return wants(job)
}

// forWaiting is pick for a job that waits, with the choice as it is kept: of an order there is none. q.mu is held.
func (q *Queue) forWaiting(key model, w waiting) (*peer, int64, string) {
	if w.job.OrderID != "" {
		return q.ordered(w.job.Pinned), w.most, ""
	}
	p, pay, choice := q.pick(key, w.wishes, w.most, w.last)
	if p == nil {
		return nil, 0, ""
	}
	return p, pay, choiceText(choice)
}

// ordered takes a place of the provider that an order names, if it is here and does orders: q.mu is held, and free gives it back.
func (q *Queue) ordered(provider string) *peer {
	for p := range q.peers {
		if p.orders && p.busy < p.capacity && !p.drains && !p.gone && p.name == provider {
			p.busy++
			return p
		}
	}
	return nil
}

func (q *Queue) order(ctx context.Context, id string) (Order, error) {
	if q.Orders == nil {
		return Order{}, relay.Errorf(relay.CodeUnavailable, "this relay follows no orders")
	}
	return q.Orders.Order(ctx, id)
}

// checkOrdered is check of an order's result.
func (q *Queue) checkOrdered(ctx context.Context, p *peer, job store.Job, at store.Attempt, m *wire.Message) error {
	r := m.Receipt
	if r == nil {
		return relay.Errorf(relay.CodeInvalid, "there is no receipt")
	}
	order, err := q.order(ctx, job.OrderID)
	if err != nil {
		return err
	}
	input, err := q.Store.JobInput(ctx, job.ID)
	if err != nil {
		return err
	}
	result, err := q.Orders.Check(ctx, job, input[32:], m.Body, r.OrderSignature)
	if err != nil {
		return err
	}
	want := receipt.Receipt{Job: job.ID, Manifest: manifest.CID(job.Manifest), Mode: receipt.Order, Plan: r.Plan, Assurance: r.Assurance, Request: receipt.Hash(job.Request),
		Result: result, Units: order.Units, Pay: at.Pay, Session: receipt.Hash(input[:32]), Payer: r.Payer, Provider: p.address, Relay: q.Address(), Started: r.Started, Ended: r.Ended,
		Signature: r.Signature, OrderSignature: r.OrderSignature}
	if *r != want || r.Payer.String() != job.Account || r.Ended < r.Started || r.Assurance != receipt.Signed && r.Assurance != receipt.Replayable {
		return relay.Errorf(relay.CodeInvalid, "the receipt is about something else")
	}
	if err := r.Verify(); err != nil {
		return err
	}
	return r.Countersign(q.Key)
}
