package send

import (
	"context"
	"log/slog"
	"math/big"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
)

// Kept is a signed transaction as whoever must not lose it writes it down, before a node has it.
type Kept struct {
	Tx    string // its hash
	Nonce int64
	Raw   []byte
	Sent  time.Time
}

// KeepAs is a Call's Keep that hands on what to write down.
func KeepAs(write func(Kept) error) func(*types.Transaction) error {
	return func(tx *types.Transaction) error {
		raw, err := tx.MarshalBinary()
		if err != nil {
			return err
		}
		return write(Kept{Tx: tx.Hash().Hex(), Nonce: int64(tx.Nonce()), Raw: raw, Sent: time.Now()})
	}
}

// Node is what Again asks; an ethclient.Client is one.
type Node interface {
	NonceAt(ctx context.Context, account common.Address, block *big.Int) (uint64, error)
	SendTransaction(ctx context.Context, tx *types.Transaction) error
}

// Again gives a node transactions of an account that it may have forgotten, as they are. It is false where none can be mined any more: their nonces were used, by
// one of them or by others.
func Again(ctx context.Context, node Node, account common.Address, log *slog.Logger, kept ...Kept) (bool, error) {
	nonce, err := node.NonceAt(ctx, account, nil)
	if err != nil {
		return false, Unavailable(err)
	}
	alive := false
	for _, k := range kept {
		if k.Nonce < int64(nonce) {
			continue
		}
		tx := new(types.Transaction)
		if err := tx.UnmarshalBinary(k.Raw); err != nil {
			return false, err
		}
		alive = true
		if err := node.SendTransaction(ctx, tx); err != nil { // it mostly has it already
			log.DebugContext(ctx, "a transaction was sent again", slog.String("tx", k.Tx), slog.Any("error", err))
		}
	}
	return alive, nil
}

// TooCheap is a transaction of this account's that has waited for longer than patience because it pays too little, to be replaced; nil where it has not, or that is not why.
// One that is left there holds up all later ones of the account.
func (s *Sender) TooCheap(ctx context.Context, kept Kept, patience time.Duration) (*types.Transaction, error) {
	if time.Since(kept.Sent) < patience {
		return nil, nil
	}
	tx := new(types.Transaction)
	if err := tx.UnmarshalBinary(kept.Raw); err != nil {
		return nil, err
	}
	if cheap, err := s.Cheap(ctx, tx); !cheap || err != nil {
		return nil, err
	}
	return tx, nil
}
