package store

import (
	"context"
	"time"
)

// OpenJobs counts jobs that have not ended, by state.
func (s *Store) OpenJobs(ctx context.Context) (map[string]int64, error) {
	rows, err := s.q.OpenJobs(ctx)
	counts := map[string]int64{}
	for _, r := range rows {
		counts[r.State] = r.N
	}
	return counts, failed(err)
}

// LedgerKinds sums what the ledger says, by kind of account: free, session, held, provider, due, relay. It reads all entries. All together
// are zero.
func (s *Store) LedgerKinds(ctx context.Context) (map[string]int64, error) {
	rows, err := s.q.LedgerKinds(ctx)
	sums := map[string]int64{}
	for _, r := range rows {
		sums[r.Kind] = r.Amount
	}
	return sums, failed(err)
}

// OldestUnsettled is when the oldest job ended that a session pays for and that no settlement has, which the chain could not undo. Zero for none.
func (s *Store) OldestUnsettled(ctx context.Context) (time.Time, error) {
	at, err := s.q.OldestUnsettled(ctx)
	if err != nil || at == 0 {
		return time.Time{}, failed(err)
	}
	return Time(at), nil
}

// OpenMessages counts webhooks that are yet to be told.
func (s *Store) OpenMessages(ctx context.Context) (int64, error) {
	n, err := s.q.OpenMessages(ctx)
	return n, failed(err)
}
