package store

import (
	"context"
	"database/sql"
	"errors"
	"math"
	"strconv"
	"time"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/store/db"
)

// An OrderNow is an order as the chain has it now, with what this relay did about it. OrderRun is the latter alone.
type (
	OrderNow = db.OrderNowRow
	OrderRun = db.Order
)

// How far the relay is with an order that names it.
const (
	OrderWaiting = "waiting" // for its specification, or until the chain can no longer undo it
	OrderBegun   = "begun"   // there is a job
	OrderRefused = "refused" // it is not run here
	OrderUndone  = "undone"  // the chain took it back; it may come again
	OrderClosed  = "closed"  // it ended on chain for good, and the ledger says how
)

// LedgerOrder is before an order's id: the account of the ledger that stands for what its payer has on chain for it. Nothing is held of that here: the contract
// does; when the order has ended, what the contract gave to whom is entered.
const LedgerOrder = "order/"

const stepOrder = "order"

// OrderNow finds an order on chain.
func (s *Store) OrderNow(ctx context.Context, id string) (OrderNow, error) {
	o, err := s.q.OrderNow(ctx, id)
	return one(o, err, "order on chain")
}

// OrderChanges are what became of an order, in the order of the chain.
func (s *Store) OrderChanges(ctx context.Context, id string) ([]ChainOrderChange, error) {
	c, err := s.q.OrderChanges(ctx, id)
	return c, failed(err)
}

// An OrderPlace is where in the chain an order was opened: lists go on after it. The zero place is the newest.
type OrderPlace struct{ Block, Idx int64 }

// OrdersOf lists ids of a payer's and a provider's orders, newest first. Either may be "" for anybody.
func (s *Store) OrdersOf(ctx context.Context, payer, provider string, after OrderPlace, most int) ([]string, error) {
	if after == (OrderPlace{}) {
		after.Block = math.MaxInt64
	}
	ids, err := s.q.OrdersOf(ctx, db.OrdersOfParams{Payer: payer, Provider: provider, Block: after.Block, Idx: after.Idx, Most: int32(most)})
	return ids, failed(err)
}

// OrdersToBegin are those that name a relay and that are still to be looked at.
func (s *Store) OrdersToBegin(ctx context.Context, relay string, now time.Time, most int) ([]string, error) {
	ids, err := s.q.OrdersToBegin(ctx, db.OrdersToBeginParams{Relay: relay, Now: micros(now), Most: int32(most)})
	return ids, failed(err)
}

// OrdersOverdue are those that name a relay and whose state's time is over at a moment of the chain's.
func (s *Store) OrdersOverdue(ctx context.Context, relay string, chain time.Time, most int) ([]string, error) {
	ids, err := s.q.OrdersOverdue(ctx, db.OrdersOverdueParams{Relay: relay, Now: chain.Unix(), Most: int32(most)})
	return ids, failed(err)
}

// An EndedOrder ended on chain, in that block.
type EndedOrder = db.OrdersEndedRow

// OrdersEnded are those that the relay dealt with, ended on chain, and are not entered into the ledger.
func (s *Store) OrdersEnded(ctx context.Context, most int) ([]EndedOrder, error) {
	rows, err := s.q.OrdersEnded(ctx, int32(most))
	return rows, failed(err)
}

// OrdersUndone are those that the relay dealt with and that are no longer on the chain. Their jobs' ids are "" where there were none.
func (s *Store) OrdersUndone(ctx context.Context, most int) ([]db.OrdersUndoneRow, error) {
	rows, err := s.q.OrdersUndone(ctx, int32(most))
	return rows, failed(err)
}

// OrderRun is what the relay did about an order; ok is false where it did nothing.
func (s *Store) OrderRun(ctx context.Context, id string) (r OrderRun, ok bool, err error) {
	r, err = s.q.OrderRun(ctx, id)
	if errors.Is(err, sql.ErrNoRows) {
		return r, false, nil
	}
	return r, err == nil, failed(err)
}

// SetOrder says that an order waits, or is refused. One that was begun, or closed, meanwhile stays as it is: then it is CodeConflict.
func (s *Store) SetOrder(ctx context.Context, r OrderRun, now time.Time) error {
	r.Changed = micros(now)
	return s.together(ctx, func(ctx context.Context, q *db.Queries) error {
		if err := orderFree(ctx, q, r.ID); err != nil {
			return err
		}
		return q.SetOrder(ctx, db.SetOrderParams(r))
	})
}

// orderFree refuses an order that there is a job for.
func orderFree(ctx context.Context, q *db.Queries, id string) error {
	known, err := q.OrderRun(ctx, id)
	if errors.Is(err, sql.ErrNoRows) || err == nil && known.State != OrderBegun && known.State != OrderClosed {
		return nil
	}
	if err != nil {
		return err
	}
	return relay.Errorf(relay.CodeConflict, "order %s has job %s", id, known.Job)
}

// beginOrder makes a new job that of its order, which has to be on the chain and to have no other one.
func beginOrder(ctx context.Context, q *db.Queries, n *NewJob) error {
	if err := orderFree(ctx, q, n.OrderID); err != nil {
		return err
	}
	if _, err := q.ChainOrder(ctx, n.OrderID); errors.Is(err, sql.ErrNoRows) {
		return relay.Errorf(relay.CodeNotFound, "the chain went back over order %s", n.OrderID)
	} else if err != nil {
		return err
	}
	if err := q.CreateAccount(ctx, db.CreateAccountParams{Address: n.Account, Now: n.Created}); err != nil {
		return err
	}
	return q.SetOrder(ctx, db.SetOrderParams{ID: n.OrderID, Job: n.ID, State: OrderBegun, Changed: n.Created})
}

// UndoOrder says that the chain took an order back. Its job is to be ended before.
func (s *Store) UndoOrder(ctx context.Context, id, was string, now time.Time) error {
	return s.together(ctx, func(ctx context.Context, q *db.Queries) error {
		_, err := q.MoveOrder(ctx, db.MoveOrderParams{ID: id, State: OrderUndone, FromState: was, Changed: micros(now)})
		return err
	})
}

// CloseOrder enters into the ledger what an order that ended gave to whom: what the contract credited to author, relay and provider comes from the payer's order. It is
// done once, after its job has ended, and not before the chain can no longer undo it.
func (s *Store) CloseOrder(ctx context.Context, o OrderNow, now time.Time) error {
	at := micros(now)
	return s.together(ctx, func(ctx context.Context, q *db.Queries) error {
		n, err := q.MoveOrder(ctx, db.MoveOrderParams{ID: o.ChainOrder.ID, State: OrderClosed, FromState: o.RunState, Changed: at})
		if err != nil {
			return err
		}
		if n == 0 {
			return relay.Errorf(relay.CodeConflict, "order %s is not %s any more", o.ChainOrder.ID, o.RunState)
		}
		if o.Run == "" || o.Done == 0 {
			return nil
		}
		price, err := OrderPrice(o)
		if err != nil {
			return err
		}
		c := o.ChainOrder
		moved := map[string]int64{}
		for account, amount := range map[string]int64{LedgerChain + "author/" + o.Payee: price.Author, LedgerChain + LedgerRelay: price.Relay, LedgerChain + "provider/" + c.Provider: price.Compute} {
			moved[account] += amount * o.Done
			moved[LedgerOrder+c.ID] -= amount * o.Done
		}
		return enter(ctx, q, o.Run, stepOrder, at, moved)
	})
}

// OrderPrice is what a unit of an order costs, the provider's part as the order says. One that asks for more than the ledger counts is CodeInvalid.
func OrderPrice(o OrderNow) (p relay.Price, err error) {
	for text, amount := range map[string]*int64{o.AuthorFee: &p.Author, o.RelayFee: &p.Relay, o.ChainOrder.Pay: &p.Compute} {
		if *amount, err = strconv.ParseInt(text, 10, 64); err != nil || *amount > MaxAmount {
			return p, relay.Errorf(relay.CodeInvalid, "a unit costs more than this relay counts")
		}
	}
	return p, nil
}

// EndOrderJob ends the job of an order that will not be done any more. One that has ended stays as it is.
func (s *Store) EndOrderJob(ctx context.Context, id string, state relay.JobState, code relay.JobCode, detail string, now time.Time) (Job, error) {
	return s.endJob(ctx, "", id, state, code, detail, now)
}

// OrderResult is the digest of what was delivered for an order, 0x and 64 digits; "" before that.
func (s *Store) OrderResult(ctx context.Context, id string) (string, error) {
	digest, err := s.q.OrderResult(ctx, id)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return digest, failed(err)
}
