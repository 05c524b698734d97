package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/dehug/dehug/relay/store/db"
)

// Watched is an account whose transfers of tokens are read, and up to which block.
type Watched = db.ChainWatched

// ChainFunding is a transfer of tokens.
type ChainFunding = db.ChainFunding

// Watch adds those whose transfers matter, and returns those that were not read up to a block, the ones furthest behind first.
func (s *Store) Watch(ctx context.Context, base, block int64, most int) ([]Watched, error) {
	if _, err := db.New(s.write).WatchParties(ctx, base); err != nil {
		return nil, failed(err)
	}
	behind, err := s.q.WatchedBehind(ctx, db.WatchedBehindParams{Block: block, Most: int32(most)})
	return behind, failed(err)
}

// maxFunded is to how many others an account may send tokens before it is taken for a pool, such as an exchange, and leads nowhere.
const maxFunded = 1000

// AddFunding keeps transfers that accounts made up to a block. It is ErrChainMoved when another block is in the place of that one.
func (s *Store) AddFunding(ctx context.Context, accounts []Watched, until ChainBlock, transfers []ChainFunding) error {
	return s.aside(ctx, func(q *db.Queries, _ *sql.Tx) error {
		if err := q.HoldChain(ctx); err != nil {
			return err
		}
		at, err := q.ChainBlockAt(ctx, until.Block)
		if errors.Is(err, sql.ErrNoRows) || err == nil && at.Hash != until.Hash {
			return ErrChainMoved
		}
		if err != nil {
			return err
		}
		for _, f := range transfers {
			if err := q.AddChainFunding(ctx, db.AddChainFundingParams(f)); err != nil {
				return err
			}
		}
		for _, a := range accounts {
			if err := q.SetWatched(ctx, db.SetWatchedParams{Account: a.Account, Scanned: until.Block}); err != nil {
				return err
			}
			n, err := q.FundedBy(ctx, a.Account)
			if err != nil {
				return err
			}
			if n > maxFunded {
				if err := q.SetPool(ctx, a.Account); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// SetPool says of a watched account that what it sends leads nowhere.
func (s *Store) SetPool(ctx context.Context, account string) error {
	return failed(db.New(s.write).SetPool(ctx, account))
}

// RankingInput is what models are ranked by.
type RankingInput struct {
	Models   []ChainModel         // that were paid for, or evaluated
	Payments []ChainPayment       // in one token
	Credited []db.CreditedWithRow // whom redeeming gave money
	Splits   []ChainSplit
	Owners   []db.PastOwnersRow
	Payees   []db.PlanPayeesRow
	Attested []db.AttestersRow
	Funding  []db.FundingEdgesRow
}

// RankingInput reads it.
func (s *Store) RankingInput(ctx context.Context, token string) (in RankingInput, err error) {
	for _, get := range []func() error{
		func() (err error) { in.Models, err = s.q.RankedModels(ctx); return },
		func() (err error) { in.Attested, err = s.q.Attesters(ctx); return },
		func() (err error) { in.Payments, err = s.q.AllPayments(ctx, token); return },
		func() (err error) { in.Credited, err = s.q.CreditedWith(ctx, token); return },
		func() (err error) { in.Splits, err = s.q.AllSplits(ctx); return },
		func() (err error) { in.Owners, err = s.q.PastOwners(ctx); return },
		func() (err error) { in.Payees, err = s.q.PlanPayees(ctx); return },
		func() (err error) { in.Funding, err = s.q.FundingEdges(ctx); return },
	} {
		if err = get(); err != nil {
			return in, failed(err)
		}
	}
	return in, nil
}

// RankingRow is how a model on chain ranks.
type RankingRow = db.Ranking

// Ranking is that, and the owner and name that the model has in lists.
type Ranking struct {
	RankingRow
	Owner, Name string
}

// SetRankings replaces how all models rank.
func (s *Store) SetRankings(ctx context.Context, all []Ranking) error {
	defer s.standing.forget()
	return s.tx(ctx, func(q *db.Queries, _ *sql.Tx) error {
		if err := errors.Join(q.ForgetRankings(ctx), q.ForgetTrends(ctx)); err != nil {
			return err
		}
		for _, r := range all {
			if err := q.AddRanking(ctx, db.AddRankingParams(r.RankingRow)); err != nil {
				return err
			}
			if r.Score == 0 {
				continue
			}
			if err := q.SetTrend(ctx, db.SetTrendParams{Trend: r.Score, Owner: r.Owner, Name: r.Name}); err != nil {
				return err
			}
		}
		return nil
	})
}

// Ranking is how a model on chain ranks; all zero when nobody paid for it or evaluated it.
func (s *Store) Ranking(ctx context.Context, model string) (RankingRow, error) {
	r, err := s.q.Ranking(ctx, model)
	if errors.Is(err, sql.ErrNoRows) {
		return RankingRow{Model: model}, nil
	}
	return r, failed(err)
}

// AuthorRank is how an author ranks: the sum over models that it published and of which a version is verified.
type AuthorRank = db.AuthorBoardRow

// AuthorBoard lists authors, the best first. Used is how many of an author's models at least so many others paid for.
func (s *Store) AuthorBoard(ctx context.Context, payers int64, most int) ([]AuthorRank, error) {
	rows, err := s.q.AuthorBoard(ctx, db.AuthorBoardParams{Payers: payers, Most: int32(most)})
	return rows, failed(err)
}

// AccountMarks is how many models that an account published have a verified version, and how many at least so many others paid for.
func (s *Store) AccountMarks(ctx context.Context, account string, payers int64) (verified, used int64, err error) {
	m, err := s.q.AccountMarks(ctx, db.AccountMarksParams{Account: account, Payers: payers})
	return m.Verified, m.Used, failed(err)
}

// Entry is a version that was evaluated for a challenge.
type Entry = db.EvaluationsForRow

// maxEntries is how many attestations of one challenge are read.
const maxEntries = 10_000

// Entries lists what an account attested of verified versions for a task, a data set and a metric in some time, and did not take back.
func (s *Store) Entries(ctx context.Context, attester, task, dataset, metric string, begins, ends time.Time) ([]Entry, error) {
	rows, err := s.q.EvaluationsFor(ctx, db.EvaluationsForParams{Attester: attester, Task: task, Dataset: dataset, Metric: metric,
		Begins: begins.Unix(), Ends: ends.Unix(), Most: maxEntries})
	return rows, failed(err)
}
