package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/store/db"
)

// An ExactPayment is an authorization by which a payer pays for one job, once that is done. ModelPlan is what a model's plan asks for.
type (
	ExactPayment = db.ExactPayment
	ModelPlan    = db.PlansOfRow
)

// How far a payment is. What came of its job is shown in the states paid and safe alone.
const (
	ExactHeld = "held" // its job is under way
	ExactDue  = "due"  // it is done: the chain is to pay
	ExactPaid = "paid" // it has, in a block that it may still undo
	ExactSafe = "safe" // for good
	ExactVoid = "void" // the job failed, and nothing is paid
	ExactLost = "lost" // the authorization ran out, or was used otherwise
)

// LedgerExact is before a payer's address and the nonce of an authorization: the account of the ledger that gives what is authorized.
const LedgerExact = "exact/"

// keepPayment keeps a new job's, unless the payer has less than all that is not settled comes to.
func keepPayment(ctx context.Context, q *db.Queries, job string, p *ExactPayment, has, at int64) error {
	if err := q.LockAccount(ctx, p.Payer); err != nil { // else two relays count at once, and neither counts what the other takes
		return err
	}
	open, err := q.OpenExactSum(ctx, p.Payer)
	if err != nil {
		return err
	}
	if open+p.Value > has {
		return relay.Errorf(relay.CodeQuota, "the payer has %d, other payments of %d are not settled yet, and this costs %d", has, open, p.Value).WithHint("nothing was paid: wait for the others")
	}
	n, err := q.AddExactPayment(ctx, db.AddExactPaymentParams{Job: job, Payer: p.Payer, Nonce: p.Nonce, PayTo: p.PayTo, Value: p.Value, ValidAfter: p.ValidAfter, ValidBefore: p.ValidBefore,
		Signature: p.Signature, Payee: p.Payee, AuthorFee: p.AuthorFee, RelayFee: p.RelayFee, Provider: p.Provider, Quote: p.Quote, Block: p.Block, Changed: at})
	if err == nil && n == 0 {
		err = errNonce
	}
	if err != nil {
		return err
	}
	return record(ctx, q, "payment.taken", "", job, p.Payer, p.Nonce)
}

var errNonce = relay.Errorf(relay.CodeConflict, "the authorization was used for another request").WithHint("sign another one, with a nonce of its own")

// paidBefore finds the job that an authorization was given for; ok is false when there is none. The same authorization for another
// request is CodeConflict.
func paidBefore(ctx context.Context, q *db.Queries, p *ExactPayment) (job Job, ok bool, err error) {
	known, err := q.ExactPaymentBy(ctx, db.ExactPaymentByParams{Payer: p.Payer, Nonce: p.Nonce})
	if errors.Is(err, sql.ErrNoRows) {
		return job, false, nil
	}
	if err != nil {
		return job, false, err
	}
	if !bytes.Equal(known.Quote, p.Quote) || !bytes.Equal(known.Signature, p.Signature) {
		return job, false, errNonce
	}
	job, err = q.Job(ctx, known.Job)
	return job, err == nil, err
}

// PaidBefore finds the job that an authorization was given for; ok is false when there is none. Payer, Nonce, Quote and Signature are
// read; the same authorization for another request is CodeConflict.
func (s *Store) PaidBefore(ctx context.Context, p *ExactPayment) (job Job, ok bool, err error) {
	job, ok, err = paidBefore(ctx, s.q, p)
	return job, ok, failed(err)
}

// exactOf tells whether an account of the ledger stands for such an authorization.
func exactOf(account string) bool { return strings.HasPrefix(account, LedgerExact) }

// owe makes a payment due, and says who gets what of it, beside the provider: by account of the ledger.
func owe(ctx context.Context, q *db.Queries, job string, at int64) (map[string]int64, error) {
	p, err := q.ExactPayment(ctx, job)
	if err != nil {
		return nil, err
	}
	if err := q.EndExactPayment(ctx, db.EndExactPaymentParams{State: ExactDue, Changed: at, Job: job}); err != nil {
		return nil, err
	}
	moved := map[string]int64{}
	moved[LedgerDue+"author/"+p.Payee] += p.AuthorFee
	moved[LedgerDue+LedgerRelay] += p.RelayFee
	return moved, nil
}

// ExactPayment finds a job's.
func (s *Store) ExactPayment(ctx context.Context, job string) (ExactPayment, error) {
	p, err := s.q.ExactPayment(ctx, job)
	return one(p, err, "payment")
}

// OpenExactPayments are those that are due, or that the chain may still undo.
func (s *Store) OpenExactPayments(ctx context.Context, most int) ([]ExactPayment, error) {
	list, err := s.q.OpenExactPayments(ctx, int32(most))
	return list, failed(err)
}

// MoveExactPayment says that a payment is in another state: due with a transaction that was sent, paid in a block, due again where the
// chain went back, safe, or lost. The last two are entered into the ledger: what was due is credited on chain, or is given back to the payer
// and the relay owes the provider. It is CodeConflict where somebody else was first.
func (s *Store) MoveExactPayment(ctx context.Context, p ExactPayment, to, tx string, block uint64, hash string, now time.Time) error {
	at := max(micros(now), p.Changed+1) // so that what somebody else did meanwhile is seen
	return s.together(ctx, func(ctx context.Context, q *db.Queries) error {
		n, err := q.MoveExactPayment(ctx, db.MoveExactPaymentParams{State: to, Tx: tx, Block: int64(block), Hash: hash, Changed: at, Job: p.Job, FromState: p.State, Was: p.Changed})
		if err != nil {
			return err
		}
		if n == 0 {
			return relay.Errorf(relay.CodeConflict, "the payment of job %s is not as it was, %s", p.Job, p.State)
		}
		if to != p.State {
			if err := record(ctx, q, "payment."+to, "", p.Job, tx); err != nil {
				return err
			}
		}
		if to != ExactSafe && to != ExactLost {
			return nil
		}
		return settle(ctx, q, p.Job, exactAccount(p), to == ExactSafe, at)
	})
}

func exactAccount(p ExactPayment) string { return LedgerExact + p.Payer + "/" + p.Nonce }

// PlansOf lists by what a manifest can be paid in a token, unit by unit. Of several models that have it, those of the one that had it first.
func (s *Store) PlansOf(ctx context.Context, manifest, token string) ([]ModelPlan, error) {
	rows, err := s.q.PlansOf(ctx, db.PlansOfParams{Manifest: manifest, Token: token})
	for i, r := range rows {
		if r.Model != rows[0].Model {
			rows = rows[:i]
			break
		}
	}
	return rows, failed(err)
}
