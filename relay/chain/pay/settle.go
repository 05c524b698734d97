package pay

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"slices"
	"strconv"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/ethclient"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/chain"
	"github.com/dehug/dehug/relay/chain/contract"
	"github.com/dehug/dehug/relay/chain/send"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/store"
)

const (
	// maxReceipts is how many go into one settlement.
	maxReceipts = 4096
	// Limits of the contract, for a call: batches, providers and bytes of vouchers together.
	maxBatches, maxProviders, maxBytes = 16, 64, 100_000
	// maxRedeemGas is what the largest call takes, twice over.
	maxRedeemGas = 16_000_000

	// undoneFor is how long after it was to be settled a receipt is given up whose session is not on the chain.
	undoneFor = 24 * time.Hour

	// usualPatience is how old a transaction is before one that pays more takes its place, if it pays too little by then.
	usualPatience = time.Minute

	// UsualSize and UsualEvery say when vouchers are redeemed: once there are so many receipts, or the oldest is so old.
	UsualSize  = 1000
	UsualEvery = time.Hour
)

var controller = contract.NewUsageController()

// Settling says how vouchers are redeemed.
type Settling struct {
	Redeemer *send.Sender // the operator's, or a signer's of its
	Blocks   relay.Blocks // keep lists of leaves
	Size     int          // 0 for UsualSize
	Every    time.Duration
	Patience time.Duration // with a transaction that pays too little; 0 for a minute
	Log      *slog.Logger
}

// A Settler redeems vouchers of a relay's sessions. One settlement is under way at a time, and each of its steps is written down before
// it is done: a relay that is killed goes on from there, and several relays of a database can do it at once.
type Settler struct {
	*Pay
	Settling
	client *ethclient.Client
}

// NewSettler makes one.
func NewSettler(p *Pay, s Settling) *Settler {
	if s.Size == 0 {
		s.Size = UsualSize
	}
	if s.Patience == 0 {
		s.Patience = usualPatience
	}
	return &Settler{Pay: p, Settling: s, client: ethclient.NewClient(p.RPC)}
}

// Run settles until ctx ends, looking that often.
func (s *Settler) Run(ctx context.Context, every time.Duration) {
	for ctx.Err() == nil {
		if err := s.Settle(ctx); err != nil && ctx.Err() == nil && relay.ErrorCode(err) != relay.CodeConflict { // another relay was first
			s.Log.ErrorContext(ctx, "settling", slog.Any("error", err))
		}
		select {
		case <-ctx.Done():
		case <-time.After(every):
		}
	}
}

// Settle takes the next step: looks after what closes subscriptions, begins a settlement if it is time, sends one that is built, looks after one
// that was sent.
func (s *Settler) Settle(ctx context.Context) error {
	if err := s.tendClosings(ctx); err != nil {
		return err
	}
	m, open, err := s.Store.OpenSettlement(ctx)
	if err != nil {
		return err
	}
	if !open {
		return s.begin(ctx)
	}
	switch m.State {
	case store.SettlementBuilt:
		err = s.send(ctx, m)
	case store.SettlementSent:
		err = s.look(ctx, m)
	case store.SettlementMined:
		err = s.confirm(ctx, m)
	}
	if err != nil {
		return fmt.Errorf("settlement %s, %s: %w", m.ID, m.State, err)
	}
	return nil
}

// begin builds one, if there are enough receipts, one is old enough, or a session ends soon.
func (s *Settler) begin(ctx context.Context) error {
	now, err := s.clock(ctx)
	if err != nil {
		return err
	}
	switch lost, err := s.Store.LoseUndone(ctx, now.Add(-undoneFor)); {
	case err != nil:
		return err
	case lost > 0:
		s.Log.ErrorContext(ctx, "sessions were undone by the chain and nobody pays", slog.Int("receipts", lost))
	}
	// A voucher of a session whose opening is undone would be left out and given up, and paid by the next one if the opening came back.
	safe, err := s.SafeHead(ctx)
	if err != nil {
		return err
	}
	rows, err := s.Store.Unsettled(ctx, safe, maxReceipts)
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		return s.lapse(ctx, now)
	}
	due := len(rows) >= s.Size
	for _, r := range rows {
		soon, age := min(r.Ends, r.SettleBy/1e6), time.Since(store.Time(r.Ended))
		due = due || age >= s.Every || -age >= s.Every || time.Unix(soon, 0).Sub(now) <= 2*s.Margin // what ended after now was written by a clock that ran ahead
	}
	if !due {
		return nil
	}
	n, err := s.build(ctx, rows)
	if err != nil || len(n.Items) == 0 {
		return err
	}
	n.ID, n.Created = store.NewID(time.Now()), time.Now().UnixMicro()
	if err := s.Store.KeepSettlement(ctx, n); err != nil {
		return err
	}
	s.Log.InfoContext(ctx, "settlement built", slog.String("settlement", n.ID), slog.Int("sessions", len(n.Items)), slog.Int64("receipts", n.Count))
	return nil
}

// build makes a call of as many sessions' receipts as fit. Of each session it redeems the voucher that says what was used, and gives
// providers what their receipts say.
func (s *Settler) build(ctx context.Context, rows []store.Unsettled) (n store.NewSettlement, err error) {
	var batches []contract.IUsageControllerBatch
	var leaves []receipt.Hash
	size, providers := 0, 0
	for len(rows) > 0 {
		end := slices.IndexFunc(rows, func(r store.Unsettled) bool { return r.Session != rows[0].Session })
		if end < 0 {
			end = len(rows)
		}
		of := rows[:end]
		rows = rows[end:]
		plan := common.HexToHash(of[0].Plan)
		at := slices.IndexFunc(batches, func(b contract.IUsageControllerBatch) bool { return b.Plan == plan })
		batch := contract.IUsageControllerBatch{Plan: plan, Operator: s.Operator}
		if at >= 0 {
			batch = batches[at]
		}
		if of = of[:fitting(of, batch.Providers, maxProviders-providers)]; len(of) == 0 {
			continue // the next settlement has it
		}
		reached := of[0].Settled
		for _, r := range of {
			reached += r.Units
		}
		kept, err := s.Store.VoucherThatSays(ctx, of[0].Session, reached)
		if err != nil {
			return n, fmt.Errorf("session %s at %d units: %w", of[0].Session, reached, err)
		}
		voucher := chain.Voucher{Units: uint32(reached), Transcript: [32]byte(kept.Transcript), Signature: manifest.Signature(kept.Signature)}
		if voucher.Session, err = strconv.ParseUint(of[0].Number, 10, 64); err != nil {
			return n, err
		}
		before := len(batch.Providers)
		for _, r := range of {
			if r.Pay > 0 {
				voucher.Pays, batch.Providers = allocate(voucher.Pays, batch.Providers, common.HexToAddress(r.Provider), uint64(r.Pay))
			}
		}
		was := len(batch.Vouchers)
		if batch.Vouchers, err = voucher.Append(batch.Vouchers); err != nil {
			return n, fmt.Errorf("session %s: %w", of[0].Session, err)
		}
		if at < 0 && len(batches) == maxBatches || size+len(batch.Vouchers)-was > maxBytes {
			continue // the next settlement has it
		}
		size, providers = size+len(batch.Vouchers)-was, providers+len(batch.Providers)-before
		if at < 0 {
			batches = append(batches, batch)
		} else {
			batches[at] = batch
		}
		n.Items = append(n.Items, store.NewItem{Session: of[0].Session, Voucher: kept, Before: of[0].Settled})
		for _, r := range of {
			signed, err := receipt.Parse(r.Document)
			if err != nil {
				return n, fmt.Errorf("receipt of job %s: %w", r.Job, err)
			}
			leaf, err := signed.Leaf()
			if err != nil {
				return n, err
			}
			leaves = append(leaves, leaf)
			n.Receipts = append(n.Receipts, store.SettledReceipt{Job: r.Job, Session: r.Session, Leaf: leaf[:]})
		}
	}
	root := receipt.Root(leaves)
	list := make([]byte, 0, 32*len(leaves))
	for _, l := range leaves {
		list = append(list, l[:]...)
	}
	cid := manifest.DigestOf(list).RawCID()
	n.Call, n.Count, n.Root, n.Leaves = controller.PackRedeem(batches), int64(len(leaves)), root[:], string(cid)
	return n, s.Blocks.Put(ctx, manifest.Block{CID: cid, Data: list})
}

// fitting is how many of a session's receipts, from the first, name no more than so many providers beside those that the batch has. There is a voucher for every
// number of units, so what is left is for the next settlement.
func fitting(of []store.Unsettled, has []common.Address, room int) int {
	for i, r := range of {
		if who := common.HexToAddress(r.Provider); r.Pay > 0 && !slices.Contains(has, who) {
			if room--; room < 0 {
				return i
			}
			has = append(slices.Clone(has), who)
		}
	}
	return len(of)
}

// allocate adds to what a provider gets.
func allocate(pays []chain.Pay, providers []common.Address, who common.Address, amount uint64) ([]chain.Pay, []common.Address) {
	place := slices.Index(providers, who)
	if place < 0 {
		place, providers = len(providers), append(slices.Clone(providers), who)
	}
	for i := range pays {
		if int(pays[i].Provider) == place {
			pays[i].Amount += amount
			return pays, providers
		}
	}
	return append(pays, chain.Pay{Provider: uint8(place), Amount: amount}), providers
}

// send signs a transaction for a settlement, keeps it, and sends it. One that the chain went back over, or that was kept when the relay
// was killed, is sent again as it is, while it can still be mined.
func (s *Settler) send(ctx context.Context, m store.Settlement) error {
	txs, err := s.Store.SettlementTxs(ctx, m.ID)
	if err != nil {
		return err
	}
	if mined, err := s.mined(ctx, m, txs); mined || err != nil {
		return err
	}
	if alive, err := s.again(ctx, keptOf(txs...)...); err != nil {
		return err
	} else if alive {
		return s.Store.MoveSettlement(ctx, m.ID, store.SettlementBuilt, store.SettlementSent, "", 0, "", time.Now())
	}
	hash, err := s.Redeemer.Send(ctx, send.Call{To: s.domain.Contract, Data: m.Call, MaxGas: maxRedeemGas, Keep: send.KeepAs(func(k send.Kept) error {
		return s.Store.SendSettlement(ctx, txOf(m.ID, k))
	})})
	if r, ok := errors.AsType[*send.Refusal](err); ok {
		return relay.Errorf(relay.CodeForbidden, "the contract refuses: %s", r.Name(controllerABI)).WithHint("is %s the operator, or a signer of its (setSigner)?", s.Redeemer.Address())
	}
	if err == nil {
		s.Log.InfoContext(ctx, "settlement sent", slog.String("settlement", m.ID), slog.String("tx", hash.Hex()))
	}
	return err
}

// mined finds out whether one of a settlement's transactions is on the chain.
func (s *Settler) mined(ctx context.Context, m store.Settlement, txs []store.SettlementTx) (bool, error) {
	for _, tx := range txs {
		r, err := s.client.TransactionReceipt(ctx, common.HexToHash(tx.Tx))
		if errors.Is(err, ethereum.NotFound) {
			continue
		}
		if err != nil {
			return false, send.Unavailable(err)
		}
		if r.Status != types.ReceiptStatusSuccessful {
			s.Log.ErrorContext(ctx, "a settlement's transaction failed", slog.String("settlement", m.ID), slog.String("tx", tx.Tx))
			continue
		}
		return true, s.Store.MoveSettlement(ctx, m.ID, m.State, store.SettlementMined, tx.Tx, r.BlockNumber.Uint64(), r.BlockHash.Hex(), time.Now())
	}
	return false, nil
}

// keptOf are transactions as package send knows them.
func keptOf(txs ...store.SettlementTx) []send.Kept {
	kept := make([]send.Kept, len(txs))
	for i, tx := range txs {
		kept[i] = send.Kept{Tx: tx.Tx, Nonce: tx.Nonce, Raw: tx.Raw, Sent: store.Time(tx.Sent)}
	}
	return kept
}

func txOf(settlement string, k send.Kept) store.SettlementTx {
	return store.SettlementTx{Tx: k.Tx, Settlement: settlement, Nonce: k.Nonce, Raw: k.Raw, Sent: k.Sent.UnixMicro()}
}

// again is send.Again for this relay's account.
func (s *Settler) again(ctx context.Context, kept ...send.Kept) (bool, error) {
	return send.Again(ctx, s.client, s.Redeemer.Address(), s.Log, kept...)
}

// payMore has another transaction take the newest one's place, where that waits because it pays too little: with its nonce, so that one of the two is mined.
func (s *Settler) payMore(ctx context.Context, m store.Settlement, newest store.SettlementTx) error {
	old, err := s.Redeemer.TooCheap(ctx, keptOf(newest)[0], s.Patience)
	if old == nil || err != nil {
		return err
	}
	hash, err := s.Redeemer.Send(ctx, send.Call{To: s.domain.Contract, Data: m.Call, MaxGas: maxRedeemGas, Replaces: old, Keep: send.KeepAs(func(k send.Kept) error {
		return s.Store.ReplaceSettlementTx(ctx, txOf(m.ID, k), newest.Tx)
	})})
	if err == nil {
		s.Log.WarnContext(ctx, "a settlement's transaction paid too little, and another one pays more", slog.String("settlement", m.ID), slog.String("tx", hash.Hex()), slog.String("replaces", newest.Tx))
	}
	return err
}

// look finds a settlement that was sent on the chain, or sees that it never will be.
func (s *Settler) look(ctx context.Context, m store.Settlement) error {
	txs, err := s.Store.SettlementTxs(ctx, m.ID)
	if err != nil {
		return err
	}
	if mined, err := s.mined(ctx, m, txs); mined || err != nil {
		return err
	}
	if alive, err := s.again(ctx, keptOf(txs...)...); err != nil {
		return err
	} else if alive {
		return s.payMore(ctx, m, txs[len(txs)-1])
	}
	// The nonce was used: by one of these, mined a moment ago, or by another transaction.
	if mined, err := s.mined(ctx, m, txs); mined || err != nil {
		return err
	}
	return s.Store.MoveSettlement(ctx, m.ID, store.SettlementSent, store.SettlementBuilt, "", 0, "", time.Now())
}

// confirm closes a settlement that the chain will not undo, and begins it anew if it did.
func (s *Settler) confirm(ctx context.Context, m store.Settlement) error {
	r, err := s.client.TransactionReceipt(ctx, common.HexToHash(m.Tx))
	switch {
	case errors.Is(err, ethereum.NotFound), err == nil && (r.BlockHash.Hex() != m.Hash || r.Status != types.ReceiptStatusSuccessful):
		s.Log.WarnContext(ctx, "the chain went back over a settlement", slog.String("settlement", m.ID), slog.String("tx", m.Tx))
		return s.Store.MoveSettlement(ctx, m.ID, store.SettlementMined, store.SettlementBuilt, "", 0, "", time.Now())
	case err != nil:
		return send.Unavailable(err)
	}
	if safe, err := s.Safe(ctx, uint64(m.Block)); !safe || err != nil {
		return err
	}
	// What was paid is read by the index: it has to have come as far, and by the same blocks, which it may know of later than the node.
	read, ok, err := s.Store.ChainCursor(ctx)
	if err != nil || !ok || read.Number < m.Block {
		return err
	}
	switch head, err := s.client.HeaderByNumber(ctx, big.NewInt(read.Number)); {
	case errors.Is(err, ethereum.NotFound), err == nil && head.Hash().Hex() != read.Hash:
		return nil
	case err != nil:
		return send.Unavailable(err)
	}
	skipped := map[string]string{}
	for _, log := range r.Logs {
		if e, err := controller.UnpackVoucherSkippedEvent(log); err == nil && log.Address == s.domain.Contract {
			skipped[common.Hash(e.Session).Hex()] = skips[min(int(e.Reason), len(skips)-1)]
		}
	}
	lost, err := s.Store.CloseSettlement(ctx, m, skipped, time.Now())
	if err != nil {
		return err
	}
	s.Log.InfoContext(ctx, "settlement safe", slog.String("settlement", m.ID), slog.String("tx", m.Tx), slog.Int64("receipts", m.Count))
	if lost > 0 {
		s.Log.ErrorContext(ctx, "vouchers were not paid", slog.String("settlement", m.ID), slog.Int("vouchers", lost), slog.Any("why", skipped))
	}
	return nil
}

// skips are reasons of the contract, as IUsageController numbers them.
var skips = []string{"no_session", "ended", "stale", "above_lock", "above_cap", "bad_signature", "unknown"}
