package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/store/db"
)

// LedgerFree is before an account's address and a day: the account of the ledger from which the operator pays for that account's jobs then.
const LedgerFree = "free/"

// A Grant is what the operator pays for a job beside its provider, and what limits that beside the account's own.
type Grant struct {
	Payee     string // who gets AuthorFee; "" where that is 0
	AuthorFee int64
	Day       string // YYYY-MM-DD
	Counts    []GrantCount
}

// A GrantCount is how much may be granted in a day to all that have something in common.
type GrantCount struct {
	What  string // its name, without spaces; the day is in it
	Of    string // for people
	Limit int64
}

// countGrant counts what a job may cost against the operator's limits, and names them.
func countGrant(ctx context.Context, q *db.Queries, hold int64, g Grant) (names string, err error) {
	for _, c := range g.Counts {
		n := int64(0)
		if hold <= c.Limit {
			if n, err = q.CountGrant(ctx, db.CountGrantParams{What: c.What, Day: g.Day, Amount: hold, Most: c.Limit}); err != nil {
				return "", err
			}
		}
		if n == 0 {
			return "", relay.Errorf(relay.CodeQuota, "this may cost %d, more than is left of the %d a day that the operator pays for %s", hold, c.Limit, c.Of).WithHint("there is more tomorrow (UTC); a session pays at once")
		}
		names += " " + c.What
	}
	return strings.TrimPrefix(names, " "), nil
}

// unspend gives an amount of what a job might have cost back to all that it was counted against.
func unspend(ctx context.Context, q *db.Queries, hold Hold, amount int64) error {
	if amount == 0 {
		return nil
	}
	if err := q.Unspend(ctx, db.UnspendParams{Payer: hold.Payer, Amount: amount}); err != nil {
		return err
	}
	for what := range strings.FieldsSeq(hold.Counts) {
		if err := q.UncountGrant(ctx, db.UncountGrantParams{What: what, Amount: amount}); err != nil {
			return err
		}
	}
	return nil
}

// Granted is how much was granted, holds included.
func (s *Store) Granted(ctx context.Context, what string) (int64, error) {
	n, err := s.q.Granted(ctx, what)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return n, failed(err)
}

// forgetGrants forgets counts of days long past.
func forgetGrants(ctx context.Context, q *db.Queries, before time.Time) error {
	return q.ForgetGrantCounts(ctx, before.UTC().Format(time.DateOnly))
}
