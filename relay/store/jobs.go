package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"time"

	"github.com/pressly/goose/v3"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/audit"
	"github.com/dehug/dehug/relay/store/db"
)

const (
	// MaxOpenJobs is how many jobs of one account may wait or run.
	MaxOpenJobs = 256
	// MaxAttempts is how often a job is tried at most: one that ends its providers must not go round for ever.
	MaxAttempts = 10
	// maxOrderAttempts is for orders, which have days: their provider may have stopped for a while.
	maxOrderAttempts = 1000
)

// A Job is somebody's question to a model, an Attempt a provider's try to answer it. Times are read with [Time].
type (
	Job         = db.Job
	Attempt     = db.Attempt
	LedgerEntry = db.LedgerEntry
	Hold        = db.Hold
	DueJob      = db.DueJobsRow // with what is held for it
	Receipt     = db.Receipt
	Relay       = db.Relay
)

// Accounts of the ledger that are not somebody's.
const (
	LedgerHeld  = "held"  // set aside for jobs that are under way
	LedgerRelay = "relay" // what the relay keeps
)

// Steps of the ledger.
const (
	stepHold    = "hold"
	stepCapture = "capture"
	stepRelease = "release"
)

// Funds are where a job's money comes from. What an account of the ledger gives, holds included, never exceeds its limit: for the free
// tier that is what the operator grants a day, for a session what was deposited.
type Funds struct {
	Account string
	Limit   int64
}

// NewJob is what CreateJob keeps. Of Job, fields that change later are not read.
type NewJob struct {
	Job
	Input []byte
	Funds Funds
	Hold  int64 // the most that it may cost
	// Promise pays for it, of a session; nil for the free tier. Compute is then what of Hold a provider may get: else all.
	Promise *Promise
	Compute int64
	// Grant is what the operator pays beside, of the free tier alone. Hold has the author's part in it.
	Grant Grant
	// Payment pays for it, and for nothing else: such a job is tried once, by the provider that was quoted. The payer need have no account before.
	Payment *ExactPayment
	// Attest has an evaluation attested, once it succeeded; nil for one that is not.
	Attest *AttestedVersion
	Key    string // of idempotency: with the same key and request no second job is made; "" for none
	Asked  []byte // hash of all that was asked, compared where the key is known
	// Relay and Provider begin the first attempt at once, where Provider is not "".
	Relay, Provider string
	Pay             int64  // what that provider asks for
	Choice          string // why it is that provider, in JSON of package route
	// Ahead is called once all is written of a job whose attempt begins at once, and only has to be flushed to the disk: that takes longer than all before. What
	// the store is asked to write from then on is written after it, and finds no such job if it was not kept. So it is with SQLite's one writer, who waits
	// for Ahead; with Postgres it is not called. May be nil.
	Ahead func(Job)
}

// CreateJob keeps a job, sets its money aside, and begins its first attempt if there is a provider: all or nothing. isNew is false where
// the key was known: then the job is the one that was made before.
func (s *Store) CreateJob(ctx context.Context, n NewJob) (job Job, isNew bool, err error) {
	n.State, n.Fence, n.Started = string(relay.JobStarting), 0, 0
	if n.Provider != "" {
		n.State, n.Fence, n.Started = string(relay.JobProcessing), 1, n.Created
	}
	if n.Hold < 0 || n.Hold > n.Funds.Limit {
		return job, false, errFunds(n.Hold, n.Funds)
	}
	if n.Promise == nil && n.Payment == nil && n.OrderID == "" {
		n.Compute = n.Hold - n.Grant.AuthorFee
	}
	err = s.together(ctx, func(ctx context.Context, q *db.Queries) error {
		isNew = false
		if n.Key != "" {
			kept, err := q.KeepKey(ctx, db.KeepKeyParams{Account: n.Account, Key: n.Key, Request: n.Asked, Job: n.ID})
			if err != nil {
				return err
			}
			if kept == 0 {
				known, err := q.KeptKey(ctx, db.KeptKeyParams{Account: n.Account, Key: n.Key})
				if err != nil {
					return err
				}
				if !bytes.Equal(known.Request, n.Asked) {
					return relay.Errorf(relay.CodeConflict, "this Idempotency-Key was used for another request").WithHint("a new request takes a new key")
				}
				job, err = q.Job(ctx, known.Job)
				return err
			}
		}
		if n.Payment != nil {
			known, ok, err := paidBefore(ctx, q, n.Payment)
			if ok || err != nil {
				job = known
				return err
			}
			if err := q.CreateAccount(ctx, db.CreateAccountParams{Address: n.Account, Now: n.Created}); err != nil {
				return err
			}
		}
		if n.OrderID != "" {
			if err := beginOrder(ctx, q, &n); err != nil {
				return err
			}
		}
		open, err := q.CountOpenJobs(ctx, n.Account)
		if err != nil {
			return err
		}
		if open >= MaxOpenJobs {
			return relay.Errorf(relay.CodeQuota, "an account has at most %d jobs under way", MaxOpenJobs).WithHint("wait for some of them, or cancel one")
		}
		job = Job{ID: n.ID, Account: n.Account, Manifest: n.Manifest, Mode: n.Mode, Request: n.Request, State: n.State, Fence: n.Fence, Due: n.Created,
			Deadline: n.Deadline, Created: n.Created, Started: n.Started, Session: n.Session, SettleBy: n.SettleBy, Webhook: n.Webhook, WebhookEvents: n.WebhookEvents, Routing: n.Routing, OrderID: n.OrderID, Pinned: n.Pinned}
		if err := q.CreateJob(ctx, db.CreateJobParams{ID: n.ID, Account: n.Account, Manifest: n.Manifest, Mode: n.Mode, Request: n.Request, State: n.State, Fence: n.Fence,
			Due: n.Created, Deadline: n.Deadline, Created: n.Created, Started: n.Started, Session: n.Session, SettleBy: n.SettleBy, Webhook: n.Webhook, WebhookEvents: n.WebhookEvents, Routing: n.Routing,
			OrderID: n.OrderID, Pinned: n.Pinned}); err != nil {
			return err
		}
		if n.Promise != nil {
			if err := takeVoucher(ctx, q, n.ID, n.Request, n.Promise); err != nil {
				return err
			}
		}
		if n.Payment != nil {
			if err := keepPayment(ctx, q, n.ID, n.Payment, n.Funds.Limit, n.Created); err != nil {
				return err
			}
		}
		if n.Hold > 0 {
			ok, err := q.Spend(ctx, db.SpendParams{Payer: n.Funds.Account, Amount: n.Hold, Most: n.Funds.Limit})
			if err != nil {
				return err
			}
			if ok == 0 {
				return errFunds(n.Hold, n.Funds)
			}
		}
		counts := ""
		if n.Hold > 0 {
			if counts, err = countGrant(ctx, q, n.Hold, n.Grant); err != nil {
				return err
			}
		}
		if err := q.KeepData(ctx, db.KeepDataParams{Job: n.ID, Part: "input", Body: n.Input}); err != nil {
			return err
		}
		if err := q.CreateHold(ctx, db.CreateHoldParams{Job: n.ID, Payer: n.Funds.Account, Amount: n.Hold, Compute: n.Compute, Created: n.Created, Author: n.Grant.Payee, AuthorFee: n.Grant.AuthorFee, Counts: counts}); err != nil {
			return err
		}
		if err := enter(ctx, q, n.ID, stepHold, n.Created, map[string]int64{n.Funds.Account: -n.Hold, LedgerHeld: n.Hold}); err != nil {
			return err
		}
		if n.Attest != nil {
			if err := q.AskAttestation(ctx, db.AskAttestationParams{Job: n.ID, Version: n.Attest.ID, Task: n.Attest.Task, Raw: []byte{}, Changed: n.Created}); err != nil {
				return err
			}
		}
		isNew = true
		if n.Provider == "" {
			return nil
		}
		if err := announce(ctx, q, job, n.Created, EventStart); err != nil {
			return err
		}
		err = q.CreateAttempt(ctx, db.CreateAttemptParams{Job: n.ID, Fence: 1, Relay: n.Relay, Provider: n.Provider, Pay: n.Pay, Choice: n.Choice, Started: n.Created})
		if err == nil && n.Ahead != nil && s.dialect == goose.DialectSQLite3 {
			n.Ahead(job)
		}
		return err
	})
	return job, isNew, err
}

func errFunds(hold int64, f Funds) error {
	return relay.Errorf(relay.CodeQuota, "this may cost %d, more than is left of %d", hold, f.Limit).WithHint("lower max_price, or wait until there is more")
}

// enter writes what a step moves. It refuses what does not sum to zero.
func enter(ctx context.Context, q *db.Queries, job, step string, at int64, moved map[string]int64) error {
	var sum int64
	for account, amount := range moved {
		sum += amount
		if amount == 0 {
			continue
		}
		if err := q.AddEntry(ctx, db.AddEntryParams{Job: job, Step: step, Account: account, Amount: amount, At: at}); err != nil {
			return err
		}
	}
	if sum != 0 {
		return relay.Errorf(relay.CodeInternal, "ledger: %s of job %s moves %d out of nothing", step, job, sum)
	}
	return nil
}

// errStale is what a result, or a failure, of an attempt is told that counts no more.
var errStale = relay.Errorf(relay.CodeConflict, "this attempt is not the job's any more")

// StartAttempt begins another attempt. choice is why it is that provider's, in JSON of package route. It answers not_found where the job does not wait any more: another relay has it, it was
// canceled, its deadline is over.
func (s *Store) StartAttempt(ctx context.Context, job, relayID, provider string, pay int64, choice string, now time.Time) (fence int64, err error) {
	err = s.together(ctx, func(ctx context.Context, q *db.Queries) error {
		started, err := q.StartJob(ctx, db.StartJobParams{ID: job, Now: micros(now)})
		if errors.Is(err, sql.ErrNoRows) {
			return relay.Errorf(relay.CodeNotFound, "the job does not wait")
		}
		if err != nil {
			return err
		}
		fence = started.Fence
		if err := announce(ctx, q, started, micros(now), EventStart); err != nil {
			return err
		}
		return q.CreateAttempt(ctx, db.CreateAttemptParams{Job: job, Fence: fence, Relay: relayID, Provider: provider, Pay: pay, Choice: choice, Started: micros(now)})
	})
	return fence, err
}

// Result is what FinishJob keeps. Of a session's job Pay is the provider's part alone: author and relay get what the plan says.
type Result struct {
	Job      string
	Fence    int64
	Provider string
	Output   []byte
	Receipt  []byte
	Leaf     [32]byte // what trees have of the receipt
	// Evaluation is what came of one; nil of other jobs. Where that was asked for, it is then due to be attested.
	Evaluation *Evaluation
	Pay        map[string]int64 // who gets how much of what is held, by account of the ledger
}

// FinishJob ends a job well: attempt, output, receipt and pay, all or nothing. Doing it again changes nothing and is no error; a result of an
// attempt that was given up is CodeConflict.
func (s *Store) FinishJob(ctx context.Context, r Result, now time.Time) (job Job, err error) {
	at := micros(now)
	err = s.together(ctx, func(ctx context.Context, q *db.Queries) error {
		job, err = q.EndJob(ctx, db.EndJobParams{State: string(relay.JobSucceeded), Ended: at, ID: r.Job, Fence: r.Fence})
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if err != nil {
			attempt, err := q.Attempt(ctx, db.AttemptParams{Job: r.Job, Fence: r.Fence})
			if errors.Is(err, sql.ErrNoRows) || err == nil && (attempt.State != "done" || attempt.Provider != r.Provider) {
				return errStale
			}
			if err != nil {
				return err
			}
			job, err = q.Job(ctx, r.Job)
			return err
		}
		n, err := q.EndAttempt(ctx, db.EndAttemptParams{State: "done", Ended: at, Job: r.Job, Fence: r.Fence, Provider: r.Provider})
		if err != nil {
			return err
		}
		if n == 0 {
			return errStale // it is somebody else's
		}
		if err := q.KeepData(ctx, db.KeepDataParams{Job: r.Job, Part: "output", Body: r.Output}); err != nil {
			return err
		}
		if err := q.KeepReceipt(ctx, db.KeepReceiptParams{Job: r.Job, Account: job.Account, Provider: r.Provider, Document: r.Receipt, Created: at}); err != nil {
			return err
		}
		if err := record(ctx, q, audit.Receipt, "", hex.EncodeToString(r.Leaf[:])); err != nil {
			return err
		}
		if e := r.Evaluation; e != nil {
			if err := q.DueAttestation(ctx, db.DueAttestationParams{Provider: r.Provider, Dataset: e.Dataset, Metric: e.Metric, Value: e.Value, Evidence: e.Evidence, Changed: at, Job: r.Job}); err != nil {
				return err
			}
		}
		hold, err := q.EndHold(ctx, db.EndHoldParams{State: "captured", Ended: at, Job: r.Job})
		if err != nil {
			return err
		}
		moved := map[string]int64{LedgerHeld: -hold.Amount}
		rest, compute, due := hold.Amount, hold.Compute, ""
		if session := sessionOf(hold.Payer); session != "" {
			due = LedgerDue
			if moved, err = divide(ctx, q, r.Job, session); err != nil {
				return err
			}
		} else if exactOf(hold.Payer) {
			due = LedgerDue
			if moved, err = owe(ctx, q, r.Job, at); err != nil {
				return err
			}
		}
		if due != "" {
			for _, amount := range moved {
				rest -= amount
			}
			moved[LedgerHeld] = -hold.Amount
		}
		if hold.AuthorFee > 0 { // the operator pays both
			rest -= hold.AuthorFee
			moved["author/"+hold.Author] += hold.AuthorFee
		}
		for account, amount := range r.Pay {
			if amount < 0 || amount > compute {
				return relay.Errorf(relay.CodeInvalid, "job %s costs more than the %d that is held for it", r.Job, hold.Amount)
			}
			rest -= amount
			compute -= amount
			moved[due+account] += amount
		}
		moved[hold.Payer] += rest
		if err := unspend(ctx, q, hold, rest); err != nil {
			return err
		}
		if err := announce(ctx, q, job, at, ended(job)...); err != nil {
			return err
		}
		return enter(ctx, q, r.Job, stepCapture, at, moved)
	})
	return job, err
}

// FailAttempt ends an attempt badly. Whether the job is tried again, not before due, is for its code to say, and for how often that was
// done; else the job has failed, and its money is given back. An attempt that counts no more is CodeConflict.
func (s *Store) FailAttempt(ctx context.Context, id string, fence int64, code relay.JobCode, detail string, now, due time.Time) (job Job, err error) {
	at := micros(now)
	err = s.together(ctx, func(ctx context.Context, q *db.Queries) error {
		if job, err = q.Job(ctx, id); errors.Is(err, sql.ErrNoRows) {
			return errStale // it was begun while the job was flushed, which went wrong
		} else if err != nil {
			return err
		}
		attempt, err := q.Attempt(ctx, db.AttemptParams{Job: id, Fence: fence})
		if errors.Is(err, sql.ErrNoRows) {
			return errStale
		}
		if err != nil {
			return err
		}
		if attempt.Streamed && code.Retries() {
			code, detail = relay.JobStreamBroken, string(code)+": "+detail
		}
		most := int64(MaxAttempts)
		if job.OrderID != "" {
			most = maxOrderAttempts
		}
		again := code.Retries() && fence < most
		if again {
			hold, err := q.Hold(ctx, id)
			if err != nil {
				return err
			}
			again = !exactOf(hold.Payer) // who pays authorized that provider's pay
		}
		if again {
			var n int64
			if n, err = q.RetryJob(ctx, db.RetryJobParams{Due: micros(due), ID: id, Fence: fence}); err == nil && n == 0 {
				err = sql.ErrNoRows
			}
			job.State, job.Due = string(relay.JobStarting), micros(due)
		} else {
			job, err = q.EndJob(ctx, db.EndJobParams{State: string(relay.JobFailed), Code: string(code), Detail: detail, Ended: at, ID: id, Fence: fence})
		}
		if errors.Is(err, sql.ErrNoRows) {
			return errStale
		}
		if err != nil {
			return err
		}
		if err := q.EndAnyAttempt(ctx, db.EndAnyAttemptParams{State: "failed", Code: string(code), Detail: detail, Ended: at, Job: id}); err != nil {
			return err
		}
		if job.Ended == 0 {
			return nil
		}
		if err := announce(ctx, q, job, at, ended(job)...); err != nil {
			return err
		}
		if err := record(ctx, q, "job."+job.State, "", job.ID, job.Code); err != nil {
			return err
		}
		return release(ctx, q, id, at)
	})
	return job, err
}

// StreamAttempt writes down that parts of an answer go out: from then on a failure of that attempt is the job's. False is for an
// attempt that counts no more: its parts are not to be shown.
func (s *Store) StreamAttempt(ctx context.Context, job string, fence int64) (bool, error) {
	var n int64
	err := s.together(ctx, func(ctx context.Context, q *db.Queries) (err error) {
		n, err = q.StreamAttempt(ctx, db.StreamAttemptParams{Job: job, Fence: fence})
		return err
	})
	return n > 0, err
}

// CancelJob ends a job of an account's because it wants that. One that has ended stays as it is. CodeConflict is for one that somebody else than
// the operator pays for and of whose answer parts went out, else most of an answer could be had for nothing; and for one of an order, whose provider has money at stake.
func (s *Store) CancelJob(ctx context.Context, account, id string, now time.Time) (job Job, err error) {
	if job, err = s.Job(ctx, account, id); err != nil {
		return job, err
	}
	if job.OrderID != "" && job.Ended == 0 {
		return job, relay.Errorf(relay.CodeConflict, "the prediction is of order %s, and ends with that", job.OrderID).WithHint("take the order back on chain, while nobody has accepted it")
	}
	return s.endJob(ctx, account, id, relay.JobCanceled, "", "", now)
}

// endJob ends a job from outside, whatever its attempts do. account is "" for anybody's.
func (s *Store) endJob(ctx context.Context, account, id string, state relay.JobState, code relay.JobCode, detail string, now time.Time) (job Job, err error) {
	at := micros(now)
	err = s.together(ctx, func(ctx context.Context, q *db.Queries) error {
		if job, err = q.Job(ctx, id); err == nil && account != "" && job.Account != account {
			err = sql.ErrNoRows
		}
		if job, err = one(job, err, "prediction"); err != nil {
			return err
		}
		if state == relay.JobCanceled && !relay.JobState(job.State).Ended() {
			if err := mayCancel(ctx, q, job); err != nil {
				return err
			}
		}
		n, err := q.EndJobNow(ctx, db.EndJobNowParams{State: string(state), Code: string(code), Detail: detail, Ended: at, ID: id})
		if err != nil || n == 0 {
			return err
		}
		job.State, job.Code, job.Detail, job.Ended = string(state), string(code), detail, at
		if err := q.EndAnyAttempt(ctx, db.EndAnyAttemptParams{State: "canceled", Code: string(code), Ended: at, Job: id}); err != nil {
			return err
		}
		if err := announce(ctx, q, job, at, ended(job)...); err != nil {
			return err
		}
		if err := record(ctx, q, "job."+job.State, "", job.ID, job.Code); err != nil {
			return err
		}
		return release(ctx, q, id, at)
	})
	return job, err
}

func mayCancel(ctx context.Context, q *db.Queries, job Job) error {
	attempt, err := q.Attempt(ctx, db.AttemptParams{Job: job.ID, Fence: job.Fence})
	if errors.Is(err, sql.ErrNoRows) || err == nil && !attempt.Streamed {
		return nil
	}
	if err != nil {
		return err
	}
	hold, err := q.Hold(ctx, job.ID)
	if err == nil && (sessionOf(hold.Payer) != "" || exactOf(hold.Payer)) {
		err = relay.Errorf(relay.CodeConflict, "parts of its answer went out: it goes on, and is paid for")
	}
	return err
}

// release gives back what is held for a job.
func release(ctx context.Context, q *db.Queries, id string, at int64) error {
	hold, err := q.EndHold(ctx, db.EndHoldParams{State: "released", Ended: at, Job: id})
	if err != nil {
		return err
	}
	if err := unspend(ctx, q, hold, hold.Amount); err != nil {
		return err
	}
	if session := sessionOf(hold.Payer); session != "" {
		if err := giveBack(ctx, q, id, session); err != nil {
			return err
		}
	}
	if exactOf(hold.Payer) {
		if err := q.EndExactPayment(ctx, db.EndExactPaymentParams{State: ExactVoid, Changed: at, Job: id}); err != nil {
			return err
		}
	}
	return enter(ctx, q, id, stepRelease, at, map[string]int64{LedgerHeld: -hold.Amount, hold.Payer: hold.Amount})
}

// RenewRelay says that a relay is there, by another beat than before. Who looks at [Store.Relays] now and then sees by its own clock alone which
// one is not: clocks of relays may differ. offers are what its providers offer, for the others to read.
func (s *Store) RenewRelay(ctx context.Context, id string, beat int64, offers string) error {
	return s.together(ctx, func(ctx context.Context, q *db.Queries) error {
		return q.RenewRelay(ctx, db.RenewRelayParams{ID: id, Beat: beat, Offers: offers})
	})
}

// Relays are all that said that they are there, with their newest beats, by id.
func (s *Store) Relays(ctx context.Context) (map[string]Relay, error) {
	rows, err := s.q.Relays(ctx)
	all := make(map[string]Relay, len(rows))
	for _, r := range rows {
		all[r.ID] = r
	}
	return all, failed(err)
}

// DropRelay says that a relay is not there any more, unless its beat is another by now: then its attempts are lost.
func (s *Store) DropRelay(ctx context.Context, id string, beat int64) error {
	return s.together(ctx, func(ctx context.Context, q *db.Queries) error {
		return q.DropRelay(ctx, db.DropRelayParams{ID: id, Beat: beat})
	})
}

// SweepJobs ends what nobody else will: attempts whose relay is gone, and jobs whose deadline is over, which it returns. Any relay may do it, and
// several at once.
func (s *Store) SweepJobs(ctx context.Context, now time.Time) (lost int, late []Job, err error) {
	orphans, err := s.q.OrphanAttempts(ctx)
	if err != nil {
		return 0, nil, failed(err)
	}
	for _, a := range orphans {
		switch _, err := s.FailAttempt(ctx, a.Job, a.Fence, relay.JobRelayLost, "the relay that had it ended", now, now); {
		case err == nil:
			lost++
		case relay.ErrorCode(err) != relay.CodeConflict:
			return lost, nil, err
		}
	}
	ids, err := s.q.LateJobs(ctx, micros(now))
	if err != nil {
		return lost, nil, failed(err)
	}
	for _, id := range ids {
		job, err := s.endJob(ctx, "", id, relay.JobFailed, relay.JobDeadline, "its deadline is over", now)
		if err != nil {
			return lost, late, err
		}
		late = append(late, job)
	}
	return lost, late, nil
}

// ForgetJobData removes inputs, outputs and keys of jobs made before, for good. The jobs, receipts and the ledger stay.
func (s *Store) ForgetJobData(ctx context.Context, before time.Time) error {
	first := NewID(before)[:12] // the milliseconds
	return s.together(ctx, func(ctx context.Context, q *db.Queries) error {
		if _, err := q.ForgetData(ctx, first); err != nil {
			return err
		}
		if _, err := q.ForgetMessages(ctx, first); err != nil {
			return err
		}
		if _, err := q.ForgetKeys(ctx, first); err != nil {
			return err
		}
		if err := q.ForgetReplayGrants(ctx, before.UTC().Format(time.DateOnly)); err != nil {
			return err
		}
		return forgetGrants(ctx, q, before)
	})
}

// Job finds an account's. Others' are not there. account is "" for anybody's.
func (s *Store) Job(ctx context.Context, account, id string) (Job, error) {
	job, err := s.q.Job(ctx, id)
	if err == nil && account != "" && job.Account != account {
		err = sql.ErrNoRows
	}
	return one(job, err, "prediction")
}

// Jobs lists an account's, newest first.
func (s *Store) Jobs(ctx context.Context, account string, p Page) ([]Job, error) {
	jobs, err := s.q.Jobs(ctx, db.JobsParams{Account: account, Before: p.before(), Most: int32(p.Limit)})
	return jobs, failed(err)
}

// DeadJobs lists those of all accounts that failed, newest first; Attempts say why.
func (s *Store) DeadJobs(ctx context.Context, p Page) ([]Job, error) {
	jobs, err := s.q.DeadJobs(ctx, db.DeadJobsParams{Before: p.before(), Most: int32(p.Limit)})
	return jobs, failed(err)
}

// DueJobs are those that wait for a provider, the longest first. What is due after longest was put off by a clock that ran ahead, and is due too.
func (s *Store) DueJobs(ctx context.Context, now time.Time, longest time.Duration, limit int) ([]DueJob, error) {
	jobs, err := s.q.DueJobs(ctx, db.DueJobsParams{Now: micros(now), Never: micros(now.Add(longest)), Most: int32(limit)})
	return jobs, failed(err)
}

// Attempts of a job, the first one first.
func (s *Store) Attempts(ctx context.Context, job string) ([]Attempt, error) {
	attempts, err := s.q.Attempts(ctx, job)
	return attempts, failed(err)
}

// Attempt finds one.
func (s *Store) Attempt(ctx context.Context, job string, fence int64) (Attempt, error) {
	a, err := s.q.Attempt(ctx, db.AttemptParams{Job: job, Fence: fence})
	return one(a, err, "attempt")
}

// JobInput is what a job is asked, JobOutput what came of it. They are not_found once they were forgotten.
func (s *Store) JobInput(ctx context.Context, job string) ([]byte, error) {
	body, err := s.q.JobData(ctx, db.JobDataParams{Job: job, Part: "input"})
	return one(body, err, "input: it was removed")
}

// JobOutput is what came of a job. Of one that is paid for by itself, it is not_found until the chain has paid.
func (s *Store) JobOutput(ctx context.Context, job string) ([]byte, error) {
	body, err := s.q.PaidOutput(ctx, job)
	return one(body, err, "output: it was removed, or there is none yet")
}

// Receipt of a job.
func (s *Store) Receipt(ctx context.Context, job string) (Receipt, error) {
	r, err := s.q.Receipt(ctx, job)
	return one(r, err, "receipt")
}

// JobHold is what is, or was, set aside for a job.
func (s *Store) JobHold(ctx context.Context, job string) (Hold, error) {
	h, err := s.q.Hold(ctx, job)
	return one(h, err, "hold")
}

// Spent is how much an account of the ledger has given, holds included.
func (s *Store) Spent(ctx context.Context, account string) (int64, error) {
	n, err := s.q.Spent(ctx, account)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return n, failed(err)
}

// Balance is what an account of the ledger has been given.
func (s *Store) Balance(ctx context.Context, account string) (int64, error) {
	n, err := s.q.Balance(ctx, account)
	return n, failed(err)
}

// Audit gives all jobs in the order of their ids, with what the ledger says of each, a page at a time: for whoever checks that
// nothing was lost or counted twice.
func (s *Store) Audit(ctx context.Context, after string, limit int) ([]Audited, error) {
	jobs, err := s.q.AllJobs(ctx, db.AllJobsParams{After: after, Most: int32(limit)})
	if err != nil || len(jobs) == 0 {
		return nil, failed(err)
	}
	entries, err := s.q.Entries(ctx, db.EntriesParams{First: jobs[0].ID, Last: jobs[len(jobs)-1].ID})
	if err != nil {
		return nil, failed(err)
	}
	all := make([]Audited, len(jobs))
	for i, job := range jobs {
		all[i] = Audited{Job: job}
		for len(entries) > 0 && entries[0].Job == job.ID {
			all[i].Entries, entries = append(all[i].Entries, entries[0]), entries[1:]
		}
		if all[i].Hold, err = s.q.Hold(ctx, job.ID); err != nil {
			return nil, failed(err)
		}
		switch _, err := s.q.Receipt(ctx, job.ID); {
		case err == nil:
			all[i].Receipt = true
		case !errors.Is(err, sql.ErrNoRows):
			return nil, failed(err)
		}
	}
	return all, nil
}

// Audited is a job with its money.
type Audited struct {
	Job
	Hold    Hold
	Entries []LedgerEntry
	Receipt bool // whether there is one
}
