package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/store/db"
)

// A Settlement is a batch of vouchers on its way to the chain.
type (
	Settlement     = db.Settlement
	SettlementTx   = db.SettlementTx
	SettlementItem = db.SettlementItemsRow
	Unsettled      = db.UnsettledRow
	SettledReceipt = db.SettledReceipt
)

// How far a settlement is.
const (
	SettlementBuilt = "built" // no transaction of it is under way
	SettlementSent  = "sent"
	SettlementMined = "mined"
	SettlementSafe  = "safe" // the chain will not undo it
)

// Accounts of the ledger for what became of what was due.
const (
	LedgerChain = "chain/" // credited on chain
	LedgerOwed  = "owed/"  // a provider's pay that the chain did not credit: the relay owes it
	stepSettle  = "settle"
	stepLoss    = "loss"
)

// Unsettled lists jobs that succeeded and are in no settlement, of sessions that were opened in a block up to that one: by session, that which
// ends first first.
func (s *Store) Unsettled(ctx context.Context, block uint64, most int) ([]Unsettled, error) {
	rows, err := s.q.Unsettled(ctx, db.UnsettledParams{Block: int64(block), Most: int32(most)})
	return rows, failed(err)
}

// VoucherThatSays is one of a session that says just so many units.
func (s *Store) VoucherThatSays(ctx context.Context, session string, units int64) (KeptVoucher, error) {
	v, err := s.q.VoucherThatSays(ctx, db.VoucherThatSaysParams{Session: session, Reached: units})
	return one(v, err, "voucher")
}

// NewSettlement is what KeepSettlement keeps: of a Settlement ID, Call, Count, Root, Leaves and Created.
type NewSettlement struct {
	Settlement
	Items    []NewItem
	Receipts []SettledReceipt // in the order of the tree's leaves
}

// NewItem is a session's part of a settlement.
type NewItem struct {
	Session string
	Voucher KeptVoucher
	Before  int64 // units that were in settlements before
}

// KeepSettlement begins one: its vouchers and its receipts, all or nothing. It is CodeConflict where another one is open, or has some of these.
func (s *Store) KeepSettlement(ctx context.Context, n NewSettlement) error {
	return s.together(ctx, func(ctx context.Context, q *db.Queries) error {
		if _, err := q.OpenSettlement(ctx); !errors.Is(err, sql.ErrNoRows) {
			return errors.Join(relay.Errorf(relay.CodeConflict, "another settlement is open"), err)
		}
		if err := q.AddSettlement(ctx, db.AddSettlementParams{ID: n.ID, Call: n.Call, Count: n.Count, Root: n.Root, Leaves: n.Leaves, Created: n.Created}); err != nil {
			return err
		}
		if err := record(ctx, q, "settlement.built", fmt.Sprintf("%s of %d receipts with root %x", n.ID, n.Count, n.Root)); err != nil {
			return err
		}
		for _, item := range n.Items {
			moved, err := q.SettleUnits(ctx, db.SettleUnitsParams{Units: item.Voucher.Reached - item.Before, Session: item.Session, Before: item.Before})
			if err != nil {
				return err
			}
			if moved == 0 {
				return relay.Errorf(relay.CodeConflict, "session %s is further than %d units", item.Session, item.Before)
			}
			if err := q.AddSettlementItem(ctx, db.AddSettlementItemParams{Settlement: n.ID, Session: item.Session, Job: item.Voucher.Job, Reached: item.Voucher.Reached}); err != nil {
				return err
			}
		}
		for i, r := range n.Receipts {
			if err := q.CloseVoucher(ctx, r.Job); err != nil {
				return err
			}
			if err := q.AddSettledReceipt(ctx, db.AddSettledReceiptParams{Job: r.Job, Settlement: n.ID, Session: r.Session, Place: int64(i), Leaf: r.Leaf}); err != nil {
				return err
			}
		}
		return nil
	})
}

// OpenSettlement is the one that is not safe yet; ok is false when there is none.
func (s *Store) OpenSettlement(ctx context.Context) (m Settlement, ok bool, err error) {
	m, err = s.q.OpenSettlement(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return m, false, nil
	}
	return m, err == nil, failed(err)
}

// Settlement finds one.
func (s *Store) Settlement(ctx context.Context, id string) (Settlement, error) {
	m, err := s.q.Settlement(ctx, id)
	return one(m, err, "settlement")
}

// Settlements lists them, newest first.
func (s *Store) Settlements(ctx context.Context, p Page) ([]Settlement, error) {
	list, err := s.q.Settlements(ctx, db.SettlementsParams{Before: p.before(), Most: int32(p.Limit)})
	return list, failed(err)
}

// SettlementTxs are all transactions that were signed for one.
func (s *Store) SettlementTxs(ctx context.Context, id string) ([]SettlementTx, error) {
	txs, err := s.q.SettlementTxs(ctx, id)
	return txs, failed(err)
}

// SendSettlement keeps a transaction for a settlement that has none under way: it is to be sent after that, and not by anybody who was told
// CodeConflict.
func (s *Store) SendSettlement(ctx context.Context, tx SettlementTx) error {
	return s.together(ctx, func(ctx context.Context, q *db.Queries) error {
		if err := moveSettlement(ctx, q, tx.Settlement, SettlementBuilt, SettlementSent, "", 0, "", tx.Sent); err != nil {
			return err
		}
		if err := record(ctx, q, "settlement.signed", tx.Settlement+" "+tx.Tx); err != nil {
			return err
		}
		return q.AddSettlementTx(ctx, db.AddSettlementTxParams(tx))
	})
}

// ReplaceSettlementTx keeps another transaction for a settlement that was sent, with the nonce of the newest one that it had, old: one of the two will be mined. It is
// CodeConflict where another relay did so already, or the settlement got on.
func (s *Store) ReplaceSettlementTx(ctx context.Context, tx SettlementTx, old string) error {
	return s.together(ctx, func(ctx context.Context, q *db.Queries) error {
		if err := moveSettlement(ctx, q, tx.Settlement, SettlementSent, SettlementSent, "", 0, "", tx.Sent); err != nil {
			return err
		}
		txs, err := q.SettlementTxs(ctx, tx.Settlement)
		if err != nil {
			return err
		}
		if newest := txs[len(txs)-1]; newest.Tx != old || newest.Nonce != tx.Nonce {
			return relay.Errorf(relay.CodeConflict, "settlement %s has another transaction by now", tx.Settlement)
		}
		if err := record(ctx, q, "settlement.signed", tx.Settlement+" "+tx.Tx); err != nil {
			return err
		}
		return q.AddSettlementTx(ctx, db.AddSettlementTxParams(tx))
	})
}

// MoveSettlement says that one is in another state now, mined in a block or back from there.
func (s *Store) MoveSettlement(ctx context.Context, id, from, to, tx string, block uint64, hash string, now time.Time) error {
	return s.together(ctx, func(ctx context.Context, q *db.Queries) error {
		return moveSettlement(ctx, q, id, from, to, tx, int64(block), hash, micros(now))
	})
}

func moveSettlement(ctx context.Context, q *db.Queries, id, from, to, tx string, block int64, hash string, at int64) error {
	n, err := q.MoveSettlement(ctx, db.MoveSettlementParams{ID: id, FromState: from, State: to, Tx: tx, Block: block, Hash: hash, Changed: at})
	if err == nil && n == 0 {
		err = relay.Errorf(relay.CodeConflict, "settlement %s is not %s any more", id, from)
	}
	if err != nil || from == to {
		return err
	}
	return record(ctx, q, "settlement."+to, strings.TrimSpace(id+" "+tx))
}

// CloseSettlement says that one is on chain for good, in the block with that hash, and what became of each voucher: what the chain paid
// is no longer due; what it did not is given back to the payer, and the relay owes the provider. skipped has the contract's reasons, by session.
func (s *Store) CloseSettlement(ctx context.Context, m Settlement, skipped map[string]string, now time.Time) (lost int, err error) {
	err = s.together(ctx, func(ctx context.Context, q *db.Queries) error {
		lost = 0
		n, err := q.CloseSettlement(ctx, db.CloseSettlementParams{ID: m.ID, Hash: m.Hash, Changed: micros(now)})
		if err != nil {
			return err
		}
		if n == 0 {
			return relay.Errorf(relay.CodeConflict, "settlement %s is not mined in block %s any more", m.ID, m.Hash)
		}
		if err := record(ctx, q, "settlement.safe", m.ID+" "+m.Tx); err != nil {
			return err
		}
		items, err := q.SettlementItems(ctx, db.SettlementItemsParams{Settlement: m.ID, Block: m.Block})
		if err != nil {
			return err
		}
		for _, item := range items {
			state, reason := "paid", ""
			if item.Paid == 0 {
				state, reason = "lost", skipped[item.Session]
				lost++
				if err := record(ctx, q, "session.lost", "", item.Session, reason); err != nil {
					return err
				}
			}
			if err := q.EndSettlementItem(ctx, db.EndSettlementItemParams{State: state, Reason: reason, Settlement: m.ID, Session: item.Session}); err != nil {
				return err
			}
			jobs, err := q.ReceiptsOfItem(ctx, db.ReceiptsOfItemParams{Settlement: m.ID, Session: item.Session})
			if err != nil {
				return err
			}
			for _, job := range jobs {
				if err := settle(ctx, q, job, LedgerSession+item.Session, state == "paid", micros(now)); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return lost, err
}

// LoseUndone ends what is due from sessions whose opening the chain undid, and which did not come back before they were to be settled: nobody
// paid, and the relay owes the providers. It returns how many jobs that were.
func (s *Store) LoseUndone(ctx context.Context, before time.Time) (lost int, err error) {
	rows, err := s.q.UndoneReceipts(ctx, micros(before))
	if err != nil || len(rows) == 0 {
		return 0, failed(err)
	}
	err = s.together(ctx, func(ctx context.Context, q *db.Queries) error {
		rows, err := q.UndoneReceipts(ctx, micros(before)) // another relay may have done it
		if err != nil {
			return err
		}
		for _, r := range rows {
			if err := q.CloseVoucher(ctx, r.Job); err != nil {
				return err
			}
			if err := record(ctx, q, "session.undone", "", r.Session, r.Job); err != nil {
				return err
			}
			if err := settle(ctx, q, r.Job, LedgerSession+r.Session, false, micros(before)); err != nil {
				return err
			}
		}
		lost = len(rows)
		return nil
	})
	return lost, err
}

// settle moves what a job made due: to the chain, or, where the chain did not pay, back to the payer, and the provider's part out of the relay's pocket.
func settle(ctx context.Context, q *db.Queries, job, payer string, paid bool, at int64) error {
	due, err := q.Captured(ctx, job)
	if err != nil {
		return err
	}
	moved := map[string]int64{}
	var sum int64
	for _, d := range due {
		moved[d.Account] -= d.Amount
		name := strings.TrimPrefix(d.Account, LedgerDue)
		sum += d.Amount
		switch {
		case paid:
			moved[LedgerChain+name] += d.Amount
		case strings.HasPrefix(name, "provider/"):
			moved[LedgerOwed+name] += d.Amount
			moved[LedgerRelay] -= d.Amount
		}
	}
	if paid {
		return enter(ctx, q, job, stepSettle, at, moved)
	}
	moved[payer] += sum
	if err := q.Unspend(ctx, db.UnspendParams{Payer: payer, Amount: sum}); err != nil {
		return err
	}
	return enter(ctx, q, job, stepLoss, at, moved)
}

// SettlementItems are the vouchers of one.
func (s *Store) SettlementItems(ctx context.Context, m Settlement) ([]SettlementItem, error) {
	items, err := s.q.SettlementItems(ctx, db.SettlementItemsParams{Settlement: m.ID, Block: m.Block})
	return items, failed(err)
}

// SettledReceipt says which settlement a job's receipt is in, and where; not_found when it is in none.
func (s *Store) SettledReceipt(ctx context.Context, job string) (SettledReceipt, error) {
	r, err := s.q.SettledReceipt(ctx, job)
	return one(r, err, "receipt in a settlement")
}

// LeavesOf are a settlement's, in their order.
func (s *Store) LeavesOf(ctx context.Context, settlement string) ([][]byte, error) {
	leaves, err := s.q.LeavesOf(ctx, settlement)
	return leaves, failed(err)
}
