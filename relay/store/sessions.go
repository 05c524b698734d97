package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/store/db"
)

// What a session was used for, as the relay promised it.
type (
	SessionUse  = db.SessionUse
	KeptVoucher = db.Voucher
	UsagePlan   = db.UsagePlansRow
	Lapsed      = db.LapsedSubscriptionRow // a subscription
	Closing     = db.OpenClosingsRow       // of one, on its way to the chain
)

// Accounts of the ledger for what sessions pay: it is due until the chain has credited it.
const (
	LedgerSession = "session/" // and its id: whoever pays
	LedgerDue     = "due/"     // and author/ADDRESS, relay, or provider/ADDRESS
)

// A Promise is a voucher with what it is good for.
type Promise struct {
	relay.Voucher
	Session relay.Session // that it is of
	Now     int64         // units that the job may use
}

// takeVoucher keeps a job's voucher, if it is the one that comes next: of all that arrive at once one is.
func takeVoucher(ctx context.Context, q *db.Queries, job string, request []byte, p *Promise) error {
	id, price := p.Session.ID, p.Session.Price
	if err := q.BeginSessionUse(ctx, db.BeginSessionUseParams{Session: id, Account: p.Session.Payer, Plan: p.Session.Plan, Payee: p.Session.Payee, AuthorFee: price.Author, RelayFee: price.Relay,
		ComputeCap: price.Compute, Transcript: make([]byte, 32)}); err != nil {
		return err
	}
	use, err := q.SessionUse(ctx, id)
	if err != nil {
		return err
	}
	next := use.Held + use.Used + p.Now
	after := relay.NextTranscript([32]byte(use.Transcript), [32]byte(request), uint32(p.Now))
	if p.Units != next || after != p.Transcript || next > p.Session.Units {
		return wrongVoucher(ctx, q, use, p, next)
	}
	place, err := q.PromiseUnits(ctx, db.PromiseUnitsParams{Transcript: p.Transcript[:], Units: p.Now, Session: id, Before: use.Transcript, Reached: p.Units})
	if errors.Is(err, sql.ErrNoRows) {
		return relay.Errorf(relay.CodeVoucherStale, "another request of this session came first").WithHint("ask the session what is next, and sign again")
	}
	if err != nil {
		return err
	}
	if err := record(ctx, q, "session.voucher", "", job, id, strconv.FormatInt(p.Units, 10)); err != nil {
		return err
	}
	return q.KeepVoucher(ctx, db.KeepVoucherParams{Job: job, Session: id, Place: place, Reached: p.Units, Units: p.Now, Transcript: p.Transcript[:], Signature: p.Signature[:]})
}

// wrongVoucher says why a voucher is not the one that comes next.
func wrongVoucher(ctx context.Context, q *db.Queries, use SessionUse, p *Promise, next int64) error {
	switch known, err := q.VoucherByTranscript(ctx, db.VoucherByTranscriptParams{Session: use.Session, Transcript: p.Transcript[:]}); {
	case err == nil:
		return relay.Errorf(relay.CodeVoucherReplayed, "this voucher paid for prediction %s", known.Job).
			WithHint("each request takes a voucher of its own; to send a request again, give it an Idempotency-Key")
	case !errors.Is(err, sql.ErrNoRows):
		return err
	}
	if max(next, p.Units) > p.Session.Units {
		return relay.Errorf(relay.CodeSessionSpent, "the session has locked %d units, %d of them are used or promised, and the voucher says %d", p.Session.Units, next-p.Now, p.Units).
			WithHint("open another session")
	}
	what := relay.Errorf(relay.CodeVoucherStale, "the voucher's transcript is not that of this request after the newest voucher")
	if p.Units != next {
		what = relay.Errorf(relay.CodeVoucherStale, "the voucher says %d units, and the session has come to %d", p.Units, next)
	}
	return what.WithHint("sign %d units after transcript 0x%x", next, use.Transcript)
}

// sessionOf is the session that an account of the ledger stands for, "" for another one.
func sessionOf(account string) string {
	id, ok := strings.CutPrefix(account, LedgerSession)
	if !ok {
		return ""
	}
	return id
}

// divide counts a job's units as used, and says who gets what of them, beside the provider: by account of the ledger.
func divide(ctx context.Context, q *db.Queries, job, session string) (map[string]int64, error) {
	v, err := q.VoucherOf(ctx, job)
	if err != nil {
		return nil, err
	}
	use, err := q.UseUnits(ctx, db.UseUnitsParams{Units: v.Units, Session: session})
	if err != nil {
		return nil, err
	}
	return map[string]int64{LedgerDue + "author/" + use.Payee: use.AuthorFee * v.Units, LedgerDue + LedgerRelay: use.RelayFee * v.Units}, nil
}

// giveBack frees units that a job was promised and did not use. Its voucher stays: it is the highest that the payer is bound to.
func giveBack(ctx context.Context, q *db.Queries, job, session string) error {
	v, err := q.VoucherOf(ctx, job)
	if err != nil {
		return err
	}
	if err := q.CloseVoucher(ctx, job); err != nil {
		return err
	}
	return q.ReturnUnits(ctx, db.ReturnUnitsParams{Units: v.Units, Session: session})
}

// PaidSession finds a session as the chain has it now. One whose plan asks for more than the ledger can count is not there.
func (s *Store) PaidSession(ctx context.Context, id string) (relay.Session, error) {
	row, err := s.q.SessionTerms(ctx, id)
	if row, err = one(row, err, "session on chain"); err != nil {
		return relay.Session{}, err
	}
	p := relay.Session{ID: row.ID, Plan: row.Plan, Model: row.Model, Payer: row.Payer, Operator: row.Operator, Key: row.SessionKey, Units: row.Units, Redeemed: row.Redeemed,
		Ends: Time(row.EndsNow * 1e6), Closed: row.Closed > 0, Period: row.Period, Payee: row.Payee, Token: row.Token, Block: uint64(row.Block)}
	if p.Number, err = strconv.ParseUint(row.Number, 10, 64); err != nil {
		return p, failed(err)
	}
	for text, amount := range map[string]*int64{row.AuthorFee: &p.Price.Author, row.RelayFee: &p.Price.Relay, row.ComputeCap: &p.Price.Compute} {
		if *amount, err = strconv.ParseInt(text, 10, 64); err != nil || *amount > MaxAmount {
			return p, relay.Errorf(relay.CodeSessionForeign, "the session's plan asks for amounts that this relay does not count")
		}
	}
	return p, nil
}

// MaxAmount is the most that a unit's parts may cost: a session of 2³² units is then below 2⁶³.
const MaxAmount = 700_000_000

// PaidSessions lists those of a payer with an operator, newest first.
func (s *Store) PaidSessions(ctx context.Context, payer, operator string) ([]string, error) {
	ids, err := s.q.SessionIDsOf(ctx, db.SessionIDsOfParams{Payer: payer, Operator: operator, Most: mostShown})
	return ids, failed(err)
}

// OpenClosings are transactions that close sessions, of which the chain does not say so: the first by nonce.
func (s *Store) OpenClosings(ctx context.Context, most int) ([]Closing, error) {
	list, err := s.q.OpenClosings(ctx, int32(most))
	return list, failed(err)
}

// KeepClosing keeps a transaction that closes a session before it is sent: the first one, with old "", or one in that one's place. It is CodeConflict for
// whoever comes second, and then sends nothing.
func (s *Store) KeepClosing(ctx context.Context, c Closing, old string) error {
	return s.together(ctx, func(ctx context.Context, q *db.Queries) (err error) {
		var n int64
		if old == "" {
			n, err = q.AddClosing(ctx, db.AddClosingParams{Session: c.Session, Tx: c.Tx, Nonce: c.Nonce, Raw: c.Raw, Sent: c.Sent})
		} else {
			n, err = q.ReplaceClosing(ctx, db.ReplaceClosingParams{Session: c.Session, Tx: c.Tx, Nonce: c.Nonce, Raw: c.Raw, Sent: c.Sent, Old: old})
		}
		if err == nil && n == 0 {
			err = relay.Errorf(relay.CodeConflict, "session %s is being closed by another transaction", c.Session)
		}
		if err != nil {
			return err
		}
		return record(ctx, q, "session.closing", c.Session+" "+c.Tx)
	})
}

// DropClosing forgets one that will never be on the chain.
func (s *Store) DropClosing(ctx context.Context, session, tx string) error {
	return s.together(ctx, func(ctx context.Context, q *db.Queries) error {
		return q.DropClosing(ctx, db.DropClosingParams{Session: session, Tx: tx})
	})
}

// LapsedSubscription finds a subscription with an operator whose period was over before, that is not closed nor in OpenClosings, and of which units
// are left.
func (s *Store) LapsedSubscription(ctx context.Context, operator, token string, before time.Time) (over Lapsed, ok bool, err error) {
	over, err = s.q.LapsedSubscription(ctx, db.LapsedSubscriptionParams{Operator: operator, Token: token, Before: before.Unix()})
	if errors.Is(err, sql.ErrNoRows) {
		return over, false, nil
	}
	return over, err == nil, failed(err)
}

// UsagePlans lists by what sessions for a manifest may be opened in a token, those of the model that had it first first.
func (s *Store) UsagePlans(ctx context.Context, manifest, token string) ([]UsagePlan, error) {
	rows, err := s.q.UsagePlans(ctx, db.UsagePlansParams{Manifest: manifest, Token: token})
	return rows, failed(err)
}

// SessionUse is what a session was used for: of one that never was, zeros.
func (s *Store) SessionUse(ctx context.Context, id string) (SessionUse, error) {
	use, err := s.q.SessionUse(ctx, id)
	if errors.Is(err, sql.ErrNoRows) {
		return SessionUse{Session: id, Transcript: make([]byte, 32)}, nil
	}
	return use, failed(err)
}

// NewestVoucher of a session; ok is false when there is none.
func (s *Store) NewestVoucher(ctx context.Context, session string) (v KeptVoucher, ok bool, err error) {
	v, err = s.q.NewestVoucher(ctx, session)
	if errors.Is(err, sql.ErrNoRows) {
		return v, false, nil
	}
	return v, err == nil, failed(err)
}

// IsVersionOf tells whether a manifest is that of a version of a model on chain.
func (s *Store) IsVersionOf(ctx context.Context, manifest, model string) (bool, error) {
	is, err := s.q.ModelHasManifest(ctx, db.ModelHasManifestParams{Model: model, Manifest: manifest})
	return is, failed(err)
}

// JobByKey finds the job that a key of idempotency made for the same request; ok is false when there is none.
func (s *Store) JobByKey(ctx context.Context, account, key string, asked []byte) (job Job, ok bool, err error) {
	known, err := s.q.KeptKey(ctx, db.KeptKeyParams{Account: account, Key: key})
	if errors.Is(err, sql.ErrNoRows) || err == nil && !bytes.Equal(known.Request, asked) {
		return job, false, nil // CreateJob says what is wrong with it
	}
	if err != nil {
		return job, false, failed(err)
	}
	job, err = s.q.Job(ctx, known.Job)
	return job, err == nil, failed(err)
}
