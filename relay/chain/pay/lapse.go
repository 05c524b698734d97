package pay

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/dehug/dehug/relay/chain/contract"
	"github.com/dehug/dehug/relay/chain/send"
	"github.com/dehug/dehug/relay/store"
)

// closingsAtOnce is how many that are under way are looked after in one step.
const closingsAtOnce = 64

// lapse closes a subscription whose period is over: its author and this relay get their parts of what was not used, its payer the provider's.
// Anybody may do that, and it does nothing twice; what was used is redeemed before the end, for jobs end a margin before it. The transaction is kept
// before a node has it, and tendClosings sees it through: no other one is sent for that session.
func (s *Settler) lapse(ctx context.Context, now time.Time) error {
	over, ok, err := s.Store.LapsedSubscription(ctx, s.Operator.Hex(), s.dollar, now.Add(-s.Margin))
	if err != nil || !ok {
		return err
	}
	return s.sendClosing(ctx, store.Closing{Session: over.ID, Plan: over.Plan, Number: over.Number}, nil)
}

// sendClosing signs a transaction that closes a session, keeps it, and sends it: in the place of c's, where that is given as old.
func (s *Settler) sendClosing(ctx context.Context, c store.Closing, old *types.Transaction) error {
	number, err := strconv.ParseUint(c.Number, 10, 64)
	if err != nil {
		return err
	}
	ref := contract.IUsageControllerSessionRef{Plan: common.HexToHash(c.Plan), Operator: s.Operator, Number: number}
	hash, err := s.Redeemer.Send(ctx, send.Call{To: s.domain.Contract, Data: controller.PackClose(ref, false), MaxGas: maxOpenGas, Replaces: old, Keep: send.KeepAs(func(k send.Kept) error {
		return s.Store.KeepClosing(ctx, store.Closing{Session: c.Session, Tx: k.Tx, Nonce: k.Nonce, Raw: k.Raw, Sent: k.Sent.UnixMicro()}, c.Tx)
	})})
	if _, ok := errors.AsType[*send.Refusal](err); ok {
		return nil // it was closed a moment ago
	}
	if err == nil {
		s.Log.InfoContext(ctx, "subscription closed", slog.String("session", c.Session), slog.String("tx", hash.Hex()), slog.String("replaces", c.Tx))
	}
	return err
}

// tendClosings sees transactions through until the index reads that their sessions are closed: one that a node forgot, or that the chain went back over,
// is sent again as it is, one that pays too little is replaced, and one that cannot be mined any more is forgotten, so that lapse begins anew.
func (s *Settler) tendClosings(ctx context.Context) error {
	open, err := s.Store.OpenClosings(ctx, closingsAtOnce)
	for _, c := range open {
		if err == nil {
			err = s.tendClosing(ctx, c)
		}
	}
	return err
}

func (s *Settler) tendClosing(ctx context.Context, c store.Closing) error {
	mined := func() (bool, error) { // then the index reads of it
		r, err := s.client.TransactionReceipt(ctx, common.HexToHash(c.Tx))
		if errors.Is(err, ethereum.NotFound) {
			return false, nil
		}
		return err == nil && r.Status == types.ReceiptStatusSuccessful, send.Unavailable(err)
	}
	if done, err := mined(); done || err != nil {
		return err
	}
	kept := send.Kept{Tx: c.Tx, Nonce: c.Nonce, Raw: c.Raw, Sent: store.Time(c.Sent)}
	switch alive, err := s.again(ctx, kept); {
	case err != nil:
		return err
	case alive:
		old, err := s.Redeemer.TooCheap(ctx, kept, s.Patience)
		if old == nil || err != nil {
			return err
		}
		return s.sendClosing(ctx, c, old)
	}
	// Its nonce was used: by it, mined a moment ago, or where it failed, or by another transaction.
	if done, err := mined(); done || err != nil {
		return err
	}
	return s.Store.DropClosing(ctx, c.Session, c.Tx)
}
