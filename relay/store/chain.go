package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/dehug/dehug/relay/store/db"
)

// What the chain said, one row for each. Package chain/index makes them of events.
type (
	ChainBlock         = db.ChainBlock
	ChainModel         = db.ChainModel
	ChainVersion       = db.ChainVersion
	ChainParent        = db.ChainParent
	ChainAlias         = db.ChainAlias
	ChainYank          = db.ChainYank
	ChainTransfer      = db.ChainTransfer
	ChainRecovery      = db.ChainRecovery
	ChainPlan          = db.ChainPlan
	ChainPurchase      = db.ChainPurchase
	ChainRefund        = db.ChainRefund
	ChainGift          = db.ChainGift
	ChainSession       = db.ChainSession
	ChainSessionChange = db.ChainSessionChange
	ChainPayment       = db.ChainPayment
	ChainOrder         = db.ChainOrder
	ChainOrderChange   = db.ChainOrderChange
	ChainCredit        = db.ChainCredit
	ChainSplit         = db.ChainSplit
	ChainAttestation   = db.ChainAttestation
	ChainRevocation    = db.ChainRevocation
	ChainTokenChange   = db.ChainTokenChange
)

// chainTables have rows that a block brought.
var chainTables = []string{
	"chain_models", "chain_versions", "chain_parents", "chain_aliases", "chain_yanks", "chain_transfers", "chain_recoveries", "chain_plans",
	"chain_purchases", "chain_refunds", "chain_gifts", "chain_sessions", "chain_session_changes", "chain_payments", "chain_orders",
	"chain_order_changes", "chain_credits", "chain_splits", "chain_attestations", "chain_revocations", "chain_token_changes", "chain_funding", "chain_blocks",
}

// ErrChainMoved is when the newest block is another one than who goes on from it believes: somebody else follows too.
var ErrChainMoved = errors.New("another block is the newest")

// keptBlocks is how many blocks are remembered by their hashes. A chain that goes back further is read again from its base.
const keptBlocks = 100_000

// StartChain says which deployment is followed: that whose contracts come after block base. It returns false when the database follows
// another one.
func (s *Store) StartChain(ctx context.Context, chain uint64, base ChainBlock) (bool, error) {
	if err := db.New(s.write).StartChain(ctx, db.StartChainParams{Chain: int64(chain), Base: base.Hash, BaseNumber: base.Block}); err != nil {
		return false, failed(err)
	}
	c, err := s.q.ChainCursor(ctx)
	return err == nil && c.Base == base.Hash && c.Chain == int64(chain), failed(err)
}

// ForgetChain forgets all that any chain said.
func (s *Store) ForgetChain(ctx context.Context) error {
	return s.tx(ctx, func(q *db.Queries, tx *sql.Tx) error {
		if err := revert(ctx, tx, -1); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM chain_watched"); err != nil {
			return err
		}
		return q.ForgetChainCursor(ctx)
	})
}

// ChainCursor is how far the chain was read; ok is false where none is followed.
func (s *Store) ChainCursor(ctx context.Context) (c db.ChainCursor, ok bool, err error) {
	c, err = s.q.ChainCursor(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return c, false, nil
	}
	return c, err == nil, failed(err)
}

// ChainBlockBelow is the newest block that is known below a number.
func (s *Store) ChainBlockBelow(ctx context.Context, below uint64) (b ChainBlock, ok bool, err error) {
	b, err = s.q.ChainBlockBelow(ctx, int64(min(below, math.MaxInt64)))
	if errors.Is(err, sql.ErrNoRows) {
		return b, false, nil
	}
	return b, err == nil, failed(err)
}

// ChainBlockFrom is the first block that is known from a number on.
func (s *Store) ChainBlockFrom(ctx context.Context, number int64) (b ChainBlock, ok bool, err error) {
	b, err = s.q.ChainBlockFrom(ctx, number)
	if errors.Is(err, sql.ErrNoRows) {
		return b, false, nil
	}
	return b, err == nil, failed(err)
}

// ApplyChain goes on from the block with hash from to another, and keeps what add adds, in one transaction.
func (s *Store) ApplyChain(ctx context.Context, from string, block ChainBlock, add func(*ChainTx) error) error {
	t := &ChainTx{ctx: ctx}
	err := s.moveChain(ctx, from, block.Block, block.Hash, func(q *db.Queries, tx *sql.Tx) error {
		if err := q.AddChainBlock(ctx, db.AddChainBlockParams(block)); err != nil {
			return err
		}
		if err := q.ForgetChainBlocks(ctx, block.Block-keptBlocks); err != nil {
			return err
		}
		t.q = q
		return add(t)
	})
	if t.added { // most blocks of a busy chain say nothing of ours: what was found stays true
		s.forget()
	}
	return err
}

// RevertChain goes back from the block with hash from to an earlier one, and forgets exactly what came after that.
func (s *Store) RevertChain(ctx context.Context, from string, to ChainBlock) error {
	defer s.forget()
	return s.moveChain(ctx, from, to.Block, to.Hash, func(q *db.Queries, tx *sql.Tx) error {
		moved, err := q.TransferredAfter(ctx, to.Block)
		if err != nil {
			return err
		}
		if err := revert(ctx, tx, to.Block); err != nil {
			return err
		}
		for _, model := range moved {
			if err := q.RestoreChainOwner(ctx, model); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Store) moveChain(ctx context.Context, from string, number int64, hash string, do func(q *db.Queries, tx *sql.Tx) error) error {
	return s.aside(ctx, func(q *db.Queries, tx *sql.Tx) error {
		n, err := q.MoveChain(ctx, db.MoveChainParams{Number: number, Hash: hash, FromHash: from})
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrChainMoved
		}
		return do(q, tx)
	})
}

func revert(ctx context.Context, tx *sql.Tx, to int64) error {
	for _, table := range chainTables {
		if _, err := tx.ExecContext(ctx, "DELETE FROM "+table+" WHERE block > $1", to); err != nil {
			return fmt.Errorf("%s: %w", table, err)
		}
	}
	_, err := tx.ExecContext(ctx, "UPDATE chain_watched SET scanned = $1 WHERE scanned > $1", to)
	return err
}

// ChainTx is the transaction in which a block's facts are added. What was added before is seen by what is asked after.
type ChainTx struct {
	ctx   context.Context
	q     *db.Queries
	added bool
}

// Add adds facts, which are rows of the chain's tables.
func (t *ChainTx) Add(facts ...any) error {
	t.added = true
	for _, fact := range facts {
		if err := t.add(fact); err != nil {
			return fmt.Errorf("%T: %w", fact, err)
		}
	}
	return nil
}

func (t *ChainTx) add(fact any) error {
	switch f := fact.(type) {
	case ChainModel:
		return t.q.AddChainModel(t.ctx, db.AddChainModelParams(f))
	case ChainVersion:
		return t.q.AddChainVersion(t.ctx, db.AddChainVersionParams(f))
	case ChainParent:
		return t.q.AddChainParent(t.ctx, db.AddChainParentParams(f))
	case ChainAlias:
		return t.q.AddChainAlias(t.ctx, db.AddChainAliasParams(f))
	case ChainYank:
		return t.q.AddChainYank(t.ctx, db.AddChainYankParams(f))
	case ChainTransfer:
		if err := t.q.AddChainTransfer(t.ctx, db.AddChainTransferParams(f)); err != nil {
			return err
		}
		return t.q.SetChainOwner(t.ctx, db.SetChainOwnerParams{ID: f.Model, Owner: f.Receiver})
	case ChainRecovery:
		return t.q.AddChainRecovery(t.ctx, db.AddChainRecoveryParams(f))
	case ChainPlan:
		return t.q.AddChainPlan(t.ctx, db.AddChainPlanParams(f))
	case ChainPurchase:
		return t.q.AddChainPurchase(t.ctx, db.AddChainPurchaseParams(f))
	case ChainRefund:
		return t.q.AddChainRefund(t.ctx, db.AddChainRefundParams(f))
	case ChainGift:
		return t.q.AddChainGift(t.ctx, db.AddChainGiftParams(f))
	case ChainSession:
		return t.q.AddChainSession(t.ctx, db.AddChainSessionParams(f))
	case ChainSessionChange:
		return t.q.AddChainSessionChange(t.ctx, db.AddChainSessionChangeParams(f))
	case ChainPayment:
		return t.q.AddChainPayment(t.ctx, db.AddChainPaymentParams(f))
	case ChainOrder:
		return t.q.AddChainOrder(t.ctx, db.AddChainOrderParams(f))
	case ChainOrderChange:
		return t.q.AddChainOrderChange(t.ctx, db.AddChainOrderChangeParams(f))
	case ChainCredit:
		return t.q.AddChainCredit(t.ctx, db.AddChainCreditParams(f))
	case ChainSplit:
		return t.q.AddChainSplit(t.ctx, db.AddChainSplitParams(f))
	case ChainAttestation:
		return t.q.AddChainAttestation(t.ctx, db.AddChainAttestationParams(f))
	case ChainRevocation:
		return t.q.AddChainRevocation(t.ctx, db.AddChainRevocationParams(f))
	case ChainTokenChange:
		return t.q.AddChainTokenChange(t.ctx, db.AddChainTokenChangeParams(f))
	}
	panic("store: not a fact of the chain")
}

// Owner is who owns a model now.
func (t *ChainTx) Owner(model string) (string, error) {
	m, err := t.q.ChainModel(t.ctx, model)
	return m.Owner, err
}

// Plan finds one.
func (t *ChainTx) Plan(id string) (ChainPlan, error) { return t.q.ChainPlan(t.ctx, id) }

// Session finds one, and how many of its units were paid.
func (t *ChainTx) Session(id string) (s ChainSession, reached int64, err error) {
	if s, err = t.q.ChainSession(t.ctx, id); err == nil {
		reached, err = t.q.ChainReached(t.ctx, id)
	}
	return s, reached, err
}

// Order finds one.
func (t *ChainTx) Order(id string) (ChainOrder, error) { return t.q.ChainOrder(t.ctx, id) }

// Attested tells whether an attestation is one of those that are kept.
func (t *ChainTx) Attested(uid string) (bool, error) {
	_, err := t.q.ChainAttestation(t.ctx, uid)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// most is how many rows of a model are shown at once.
const mostShown = 1000

// ChainState is what a chain says of a model, as far as it was read.
type ChainState struct {
	Model      ChainModel
	Versions   []ChainVersionState // newest first
	Yanks      []ChainYank
	Aliases    []ChainAlias
	Transfers  []ChainTransfer // newest first
	Recoveries []ChainRecovery
	Plans      []ChainPlan
	Split      []ChainSplit
	Parents    []Kin // of its versions
	Children   []Kin
	Same       []Same
	Tokens     map[string]Token // of its plans, by address
	Evals      []db.EvaluationsOfRow
}

// ChainVersionState is a version, and what is known of its manifest.
type ChainVersionState = db.ChainVersionsRow

// Kin is a version that another one was made from. Model, Version, Publisher and Name are of the other one than the model
// that was asked for.
type Kin = db.ChainParentsOfRow

// Same is a version of any model that has the same files as one of the model that was asked for.
type Same = db.SameContentRow

// Token is what a token says of itself.
type Token = db.Token

// NoToken stands for ETH, where an address of a token is wanted.
const NoToken = "0x0000000000000000000000000000000000000000"

// Evaluation is what an attestation says of a version.
type Evaluation = db.Evaluation

// ChainModelByName finds a model by who first published it, and its name.
func (s *Store) ChainModelByName(ctx context.Context, publisher, name string) (ChainModel, error) {
	m, err := s.q.ChainModelByName(ctx, db.ChainModelByNameParams{Publisher: publisher, Name: name})
	return one(m, err, "model on chain")
}

// ChainModel finds a model by its id.
func (s *Store) ChainModel(ctx context.Context, id string) (ChainModel, error) {
	m, err := s.q.ChainModel(ctx, id)
	return one(m, err, "model on chain")
}

// ChainModelsOf lists what an account owns or published, newest first.
func (s *Store) ChainModelsOf(ctx context.Context, account string) ([]ChainModel, error) {
	m, err := s.q.ChainModelsOf(ctx, db.ChainModelsOfParams{Account: account, Most: mostShown})
	return m, failed(err)
}

// ChainState collects what a chain says of a model.
func (s *Store) ChainState(ctx context.Context, m ChainModel) (ChainState, error) {
	c := ChainState{Model: m, Tokens: map[string]Token{}}
	var err error
	get := func(do func() error) {
		if err == nil {
			err = do()
		}
	}
	get(func() (err error) {
		c.Versions, err = s.q.ChainVersions(ctx, db.ChainVersionsParams{Model: m.ID, Most: mostShown})
		return
	})
	get(func() (err error) { c.Yanks, err = s.q.ChainYanks(ctx, m.ID); return })
	get(func() (err error) { c.Aliases, err = s.q.ChainAliases(ctx, m.ID); return })
	get(func() (err error) {
		c.Transfers, err = s.q.ChainTransfers(ctx, db.ChainTransfersParams{Model: m.ID, Most: mostShown})
		return
	})
	get(func() (err error) { c.Recoveries, err = s.q.ChainRecoveries(ctx, m.ID); return })
	get(func() (err error) { c.Plans, err = s.q.ChainPlans(ctx, m.ID); return })
	get(func() (err error) { c.Split, err = s.q.ChainSplit(ctx, m.Splitter); return })
	get(func() (err error) {
		c.Parents, err = s.q.ChainParentsOf(ctx, db.ChainParentsOfParams{Model: m.ID, Most: mostShown})
		return
	})
	get(func() error {
		rows, err := s.q.ChainChildrenOf(ctx, db.ChainChildrenOfParams{Model: m.ID, Most: mostShown})
		for _, r := range rows {
			c.Children = append(c.Children, Kin(r))
		}
		return err
	})
	get(func() (err error) {
		c.Same, err = s.q.SameContent(ctx, db.SameContentParams{Model: m.ID, Most: mostShown})
		return
	})
	get(func() (err error) {
		c.Evals, err = s.q.EvaluationsOf(ctx, db.EvaluationsOfParams{Model: m.ID, Most: mostShown})
		return
	})
	for _, p := range c.Plans {
		get(func() error {
			t, err := s.Token(ctx, p.Token)
			c.Tokens[p.Token] = t
			return err
		})
	}
	return c, failed(err)
}

// ChainPayments is what was paid for a model's use, in the order of the chain.
func (s *Store) ChainPayments(ctx context.Context, model string) ([]ChainPayment, error) {
	p, err := s.q.ChainPaymentsOf(ctx, model)
	return p, failed(err)
}

// ChainPaymentsTo is what was paid for the use of models that an account owns or published.
func (s *Store) ChainPaymentsTo(ctx context.Context, account string) ([]ChainPayment, error) {
	p, err := s.q.ChainPaymentsTo(ctx, account)
	return p, failed(err)
}

// ChainCredits is what an account was given and has withdrawn, in the order of the chain.
func (s *Store) ChainCredits(ctx context.Context, account string) ([]ChainCredit, error) {
	c, err := s.q.CreditsOf(ctx, account)
	return c, failed(err)
}

// ChainTotals counts what is on chain.
func (s *Store) ChainTotals(ctx context.Context) (db.ChainTotalsRow, error) {
	t, err := s.q.ChainTotals(ctx)
	return t, failed(err)
}

// Token is what is known of a token: one of which nothing is known has no symbol.
func (s *Store) Token(ctx context.Context, address string) (Token, error) {
	if address == NoToken {
		return Token{Address: address, Symbol: "ETH", Decimals: 18}, nil
	}
	t, err := s.q.Token(ctx, address)
	if errors.Is(err, sql.ErrNoRows) {
		return Token{Address: address}, nil
	}
	return t, failed(err)
}

// ChainModelsBySplitter lists models whose money goes to a splitter, in the order of the chain.
func (s *Store) ChainModelsBySplitter(ctx context.Context, splitter string) ([]ChainModel, error) {
	m, err := s.q.ModelsBySplitter(ctx, db.ModelsBySplitterParams{Splitter: splitter, Most: mostShown})
	return m, failed(err)
}

// TokensUnknown are those that plans may be in and of which nothing is known yet.
func (s *Store) TokensUnknown(ctx context.Context) ([]string, error) {
	t, err := s.q.TokensUnknown(ctx)
	return t, failed(err)
}

// SetToken keeps what a token says of itself.
func (s *Store) SetToken(ctx context.Context, t Token) error {
	return failed(db.New(s.write).SetToken(ctx, db.SetTokenParams(t)))
}

// EvaluationsUnknown are ids of attestations whose text was not read yet.
func (s *Store) EvaluationsUnknown(ctx context.Context, most int) ([]string, error) {
	uids, err := s.q.EvaluationsUnknown(ctx, int32(most))
	return uids, failed(err)
}

// SetEvaluation keeps the text of an attestation.
func (s *Store) SetEvaluation(ctx context.Context, e Evaluation) error {
	return failed(db.New(s.write).SetEvaluation(ctx, db.SetEvaluationParams(e)))
}

// What a manifest's State says.
const (
	ManifestPending     = "pending"     // nobody looked at it yet
	ManifestVerified    = "verified"    // it is what the chain says
	ManifestUnavailable = "unavailable" // no source had it
	ManifestMismatch    = "mismatch"    // it is not what the chain says, or not its owner's
)

// ManifestDue is a version whose manifest is to be looked at, and how often that was tried.
type ManifestDue = db.ManifestsDueRow

// ManifestsDue are versions whose manifest is to be looked at now, those tried least often first.
func (s *Store) ManifestsDue(ctx context.Context, now time.Time, most int) ([]ManifestDue, error) {
	due, err := s.q.ManifestsDue(ctx, db.ManifestsDueParams{Now: micros(now), Most: int32(most)})
	return due, failed(err)
}

// SetManifest keeps what was found. again is when to look again, zero for never.
func (s *Store) SetManifest(ctx context.Context, version, state, reason string, tries int64, now, again time.Time) error {
	return s.tx(ctx, func(q *db.Queries, _ *sql.Tx) error { // for lists show it
		return q.SetManifest(ctx, db.SetManifestParams{Version: version, State: state, Reason: reason, Tries: tries, Again: micros(again), Checked: micros(now)})
	})
}

// Unlisted is a version on chain whose manifest holds and that no list has.
type Unlisted = db.UnlistedFromChainRow

// Unlisted are versions to be listed, in the order of the chain.
func (s *Store) Unlisted(ctx context.Context, most int) ([]Unlisted, error) {
	v, err := s.q.UnlistedFromChain(ctx, int32(most))
	return v, failed(err)
}

// ListedInVain are versions that are listed because they were on chain, and are not any more.
func (s *Store) ListedInVain(ctx context.Context, most int) ([]Version, error) {
	v, err := s.q.ListedFromChain(ctx, int32(most))
	return v, failed(err)
}
