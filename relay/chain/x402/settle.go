package x402

import (
	"context"
	"errors"
	"log/slog"
	"math/big"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/chain/send"
	"github.com/dehug/dehug/relay/store"
)

const (
	// maxGas is what an authorized transfer takes by the dearest way, twice over.
	maxGas = 400_000
	// patience is how old a transaction is before one that pays more takes its place, if it pays too little by then.
	patience = time.Minute
	// lookEvery is how often is looked whether the chain has paid, while somebody waits.
	lookEvery = 100 * time.Millisecond
	// reach is how many blocks before the one in which an authorization was found to be good is searched for its use: the chain may go back.
	reach = 256
	// maxOpen is how many payments are looked after in a round.
	maxOpen = 200
)

// Settle has the chain pay for a job that is done, and waits for that until ctx ends: then the payment is as far as it is returned, and
// Run goes on with it. An authorization is good for one transfer, however often it is brought.
func (d *Desk) Settle(ctx context.Context, job string) (p store.ExactPayment, err error) {
	for {
		if p, err = d.Store.ExactPayment(context.WithoutCancel(ctx), job); err != nil || p.State != store.ExactDue {
			return p, err
		}
		if err := d.step(ctx, p); err != nil && ctx.Err() == nil && relay.ErrorCode(err) != relay.CodeConflict {
			d.Log.WarnContext(ctx, "a payment is not settled yet", slog.String("job", job), slog.Any("error", err))
		}
		select {
		case <-ctx.Done():
			return d.Store.ExactPayment(context.WithoutCancel(ctx), job)
		case <-time.After(lookEvery):
		}
	}
}

// Run settles what is due until ctx ends, looking that often: also what was due when a relay was killed.
func (d *Desk) Run(ctx context.Context, every time.Duration) {
	for ctx.Err() == nil {
		if err := d.round(ctx); err != nil && ctx.Err() == nil {
			d.Log.ErrorContext(ctx, "settling payments", slog.Any("error", err))
		}
		select {
		case <-ctx.Done():
		case <-time.After(every):
		}
	}
}

func (d *Desk) round(ctx context.Context) error {
	list, err := d.Store.OpenExactPayments(ctx, maxOpen)
	if err != nil {
		return err
	}
	var errs []error
	for _, p := range list {
		if err := d.step(ctx, p); err != nil && relay.ErrorCode(err) != relay.CodeConflict { // somebody else was first
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// step takes a payment one step further, if there is one to take.
func (d *Desk) step(ctx context.Context, p store.ExactPayment) error {
	if p.State == store.ExactPaid {
		return d.confirm(ctx, p)
	}
	used, err := d.used(ctx, p, nil)
	if err != nil {
		return err
	}
	if used {
		paid, err := d.find(ctx, p)
		if err != nil {
			return err
		}
		if paid != nil {
			d.Log.InfoContext(ctx, "a job was paid", slog.String("job", p.Job), slog.String("tx", paid.TxHash.Hex()))
			return d.Store.MoveExactPayment(ctx, p, store.ExactPaid, paid.TxHash.Hex(), paid.BlockNumber, paid.BlockHash.Hex(), d.Now())
		}
		return d.giveUp(ctx, p) // taken back by the payer, or used to pay somebody else
	}
	head, err := d.client.HeaderByNumber(ctx, nil)
	if err != nil {
		return send.Unavailable(err)
	}
	if int64(head.Time) >= p.ValidBefore {
		return d.giveUp(ctx, p)
	}
	var slow *types.Transaction
	if p.Tx != "" {
		switch tx, pending, err := d.client.TransactionByHash(ctx, common.HexToHash(p.Tx)); {
		case err == nil && pending:
			if d.Now().Sub(store.Time(p.Changed)) < patience {
				return nil
			}
			if cheap, err := d.Sender.Cheap(ctx, tx); !cheap || err != nil {
				return err
			}
			if from, err := types.Sender(types.LatestSignerForChainID(tx.ChainId()), tx); err != nil || from != d.Sender.Address() {
				return err // another relay's, with a key of its own
			}
			slow = tx // one that pays more takes its place
		case err != nil && !errors.Is(err, ethereum.NotFound):
			return send.Unavailable(err)
		}
	}
	data, err := call(p)
	if err != nil {
		return err
	}
	_, err = d.Sender.Send(ctx, send.Call{To: d.asset, Data: data, MaxGas: maxGas, Replaces: slow, Keep: func(tx *types.Transaction) error {
		return d.Store.MoveExactPayment(ctx, p, store.ExactDue, tx.Hash().Hex(), uint64(p.Block), "", d.Now())
	}})
	if refusal, ok := errors.AsType[*send.Refusal](err); ok {
		// The payer has no money any more; there may be some until the authorization runs out.
		d.Log.WarnContext(ctx, "the token refuses a payment", slog.String("job", p.Job), slog.Any("error", refusal))
		return d.Store.MoveExactPayment(ctx, p, store.ExactDue, p.Tx, uint64(p.Block), "", d.Now()) // others come first
	}
	return err
}

// used tells whether an authorization was, or was taken back, as of a block: of the newest for nil.
func (d *Desk) used(ctx context.Context, p store.ExactPayment, block *big.Int) (bool, error) {
	used, err := d.ask(ctx, block, "authorizationState", common.HexToAddress(p.Payer), [32]byte(common.HexToHash(p.Nonce)))
	if err != nil {
		return false, err
	}
	return used.(bool), nil
}

// find finds the transfer that an authorization was used for, if it is the one that pays. A token says that it used an authorization, and what
// it transferred right after that.
func (d *Desk) find(ctx context.Context, p store.ExactPayment) (*types.Log, error) {
	from := big.NewInt(max(0, p.Block-reach))
	logs, err := d.client.FilterLogs(ctx, ethereum.FilterQuery{FromBlock: from, Addresses: []common.Address{d.asset},
		Topics: [][]common.Hash{{token.Events["AuthorizationUsed"].ID}, {common.BytesToHash(common.HexToAddress(p.Payer).Bytes())}, {common.HexToHash(p.Nonce)}}})
	if err != nil {
		return nil, send.Unavailable(err)
	}
	for _, used := range logs {
		r, err := d.client.TransactionReceipt(ctx, used.TxHash)
		if errors.Is(err, ethereum.NotFound) {
			continue // the chain just went back
		}
		if err != nil {
			return nil, send.Unavailable(err)
		}
		for _, l := range r.Logs {
			if l.Address == d.asset && l.Index == used.Index+1 && len(l.Topics) == 3 && l.Topics[0] == token.Events["Transfer"].ID &&
				common.BytesToAddress(l.Topics[1][:]).Hex() == p.Payer && common.BytesToAddress(l.Topics[2][:]).Hex() == p.PayTo && new(big.Int).SetBytes(l.Data).Cmp(big.NewInt(p.Value)) == 0 {
				return l, nil
			}
		}
	}
	return nil, nil
}

// giveUp ends a payment that never will be, once the chain cannot undo that.
func (d *Desk) giveUp(ctx context.Context, p store.ExactPayment) error {
	safe, err := d.Safe(ctx)
	if err != nil {
		return err
	}
	head, err := d.client.HeaderByNumber(ctx, new(big.Int).SetUint64(safe))
	if err != nil {
		return send.Unavailable(err)
	}
	used, err := d.used(ctx, p, head.Number)
	if err != nil || !used && int64(head.Time) < p.ValidBefore {
		return err
	}
	if used { // it may have been the right one after all: the newest block is not asked twice in one moment
		if paid, err := d.find(ctx, p); err != nil || paid != nil {
			return err
		}
	}
	d.Log.ErrorContext(ctx, "a job was done and not paid", slog.String("job", p.Job), slog.String("payer", p.Payer))
	return d.Store.MoveExactPayment(ctx, p, store.ExactLost, p.Tx, uint64(p.Block), "", d.Now())
}

// confirm ends a payment that the chain will not undo, and makes it due again where it did.
func (d *Desk) confirm(ctx context.Context, p store.ExactPayment) error {
	r, err := d.client.TransactionReceipt(ctx, common.HexToHash(p.Tx))
	switch {
	case errors.Is(err, ethereum.NotFound), err == nil && r.BlockHash.Hex() != p.Hash:
		d.Log.WarnContext(ctx, "the chain went back over a payment", slog.String("job", p.Job), slog.String("tx", p.Tx))
		return d.Store.MoveExactPayment(ctx, p, store.ExactDue, p.Tx, uint64(p.Block), "", d.Now())
	case err != nil:
		return send.Unavailable(err)
	}
	if safe, err := d.Safe(ctx); err != nil || r.BlockNumber.Uint64() > safe {
		return err
	}
	return d.Store.MoveExactPayment(ctx, p, store.ExactSafe, p.Tx, uint64(p.Block), p.Hash, d.Now())
}
