package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay/store/db"
)

// What a receipt's payer lets others see of it.
const (
	ShareNothing = ""        // it is the payer's and the provider's
	ShareReceipt = "receipt" // whoever has its address reads it
	ShareRequest = "request" // and what was asked: so that they can replay it
)

// ReceiptFilter says which receipts of a party: all but one of the fields may be "".
type ReceiptFilter struct {
	Payer, Provider string // one of the two is the party that asks
	Manifest        manifest.CID
}

// ListedReceipt is a receipt with the model that it is about.
type ListedReceipt struct {
	Receipt
	Manifest string
}

// ReceiptsOf lists what an account had run, newest first.
func (s *Store) ReceiptsOf(ctx context.Context, account string, f ReceiptFilter, p Page) ([]ListedReceipt, error) {
	rows, err := s.q.ReceiptsOf(ctx, db.ReceiptsOfParams{Account: account, Provider: f.Provider, Manifest: string(f.Manifest), Before: p.before(), Most: int32(p.Limit)})
	list := make([]ListedReceipt, len(rows))
	for i, row := range rows {
		list[i] = ListedReceipt{row.Receipt, row.Manifest}
	}
	return list, failed(err)
}

// ReceiptsBy lists what a provider ran, newest first.
func (s *Store) ReceiptsBy(ctx context.Context, provider string, f ReceiptFilter, p Page) ([]ListedReceipt, error) {
	rows, err := s.q.ReceiptsBy(ctx, db.ReceiptsByParams{Provider: provider, Account: f.Payer, Manifest: string(f.Manifest), Before: p.before(), Most: int32(p.Limit)})
	list := make([]ListedReceipt, len(rows))
	for i, row := range rows {
		list[i] = ListedReceipt{row.Receipt, row.Manifest}
	}
	return list, failed(err)
}

// SetSharing says what others see of a receipt of an account's. Others' receipts are not there.
func (s *Store) SetSharing(ctx context.Context, account, job, sharing string) error {
	return s.together(ctx, func(ctx context.Context, q *db.Queries) error {
		n, err := q.ShareReceipt(ctx, db.ShareReceiptParams{Sharing: sharing, Job: job, Account: account})
		if err == nil && n == 0 {
			err = sql.ErrNoRows
		}
		_, err = one(n, err, "receipt")
		return err
	})
}

// ProviderDay is what a provider's attempts of one day (UTC) and one state came to.
type ProviderDay struct {
	Day   time.Time
	State string
	N     int64
	Pay   int64 // what was asked for them
	Took  time.Duration
}

// ProviderDays are those since then, oldest first.
func (s *Store) ProviderDays(ctx context.Context, provider string, since time.Time) ([]ProviderDay, error) {
	rows, err := s.q.ProviderDays(ctx, db.ProviderDaysParams{Provider: provider, First: NewID(since)[:12]})
	days := make([]ProviderDay, len(rows))
	for i, row := range rows {
		days[i] = ProviderDay{time.Unix(row.Day*86400, 0).UTC(), row.State, row.N, row.Pay, time.Duration(row.Took) * time.Microsecond}
	}
	return days, failed(err)
}

// ListedAttempt is an attempt with the model that it is at.
type ListedAttempt struct {
	Attempt
	Manifest, Mode string
}

// ProviderAttempts lists a provider's, newest first. They begin after attempt fence of the page's job.
func (s *Store) ProviderAttempts(ctx context.Context, provider string, p Page, fence int64) ([]ListedAttempt, error) {
	rows, err := s.q.ProviderAttempts(ctx, db.ProviderAttemptsParams{Provider: provider, Job: p.before(), Fence: fence, Most: int32(p.Limit)})
	list := make([]ListedAttempt, len(rows))
	for i, row := range rows {
		list[i] = ListedAttempt{row.Attempt, row.Manifest, row.Mode}
	}
	return list, failed(err)
}

// ModelByID finds the model of a version.
func (s *Store) ModelByID(ctx context.Context, id int64) (Model, error) {
	m, err := s.q.ModelByID(ctx, id)
	return one(m, err, "model")
}
