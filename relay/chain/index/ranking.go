package index

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/rpc"

	"github.com/dehug/dehug/relay/rank"
	"github.com/dehug/dehug/relay/store"
)

const (
	// maxWatched is of how many accounts transfers are asked for at once: nodes take topics by the hundred.
	maxWatched = 200
	// maxRefused is how often a node may refuse to say what a single account sent, before it is taken for a pool.
	maxRefused = 10
	// maxBlocks is how many blocks one question spans.
	maxBlocks = 2000
)

var transferTopic = crypto.Keccak256Hash([]byte("Transfer(address,address,uint256)"))

// funding reads whom accounts that matter sent the dollar to, and those again, as far as the chain was read. What cannot be seen here: ETH, other
// tokens, and what goes through an exchange.
func (x *Index) funding(ctx context.Context) error {
	for ctx.Err() == nil {
		cursor, ok, err := x.store.ChainCursor(ctx)
		if err != nil || !ok {
			return err
		}
		behind, err := x.store.Watch(ctx, cursor.BaseNumber, cursor.Number, maxWatched)
		if err != nil || len(behind) == 0 {
			return err
		}
		// Those that are as far as the first one.
		first, accounts := behind[0].Scanned, behind[:0]
		for _, a := range behind {
			if a.Scanned == first {
				accounts = append(accounts, a)
			}
		}
		switch err := x.transfers(ctx, accounts, first+1, cursor.Number); {
		case errors.Is(err, store.ErrChainMoved):
			return nil // the next time
		case err != nil:
			return fmt.Errorf("transfers of %d accounts: %w", len(accounts), err)
		}
	}
	return ctx.Err()
}

// transfers reads those of accounts in some blocks, as many as the node wants to say at once.
func (x *Index) transfers(ctx context.Context, accounts []store.Watched, first, last int64) error {
	until, ok, err := x.store.ChainBlockBelow(ctx, uint64(min(last, first+maxBlocks-1))+1)
	if err == nil && (!ok || until.Block < first) { // blocks that were read at once: the range ends with the next one that is remembered
		until, ok, err = x.store.ChainBlockFrom(ctx, first)
	}
	if err != nil || !ok {
		return errors.Join(err, store.ErrChainMoved)
	}
	var senders []common.Hash
	for _, a := range accounts {
		senders = append(senders, common.BytesToHash(common.HexToAddress(a.Account).Bytes()))
	}
	logs, err := x.client.FilterLogs(ctx, ethereum.FilterQuery{FromBlock: big.NewInt(first), ToBlock: big.NewInt(until.Block),
		Addresses: []common.Address{x.deployment.Address("Dollar")}, Topics: [][]common.Hash{{transferTopic}, senders}})
	if _, refused := errors.AsType[rpc.Error](err); refused && len(accounts) > 1 { // too many: one half after the other
		half := len(accounts) / 2
		if err := x.transfers(ctx, accounts[:half], first, last); err != nil {
			return err
		}
		return x.transfers(ctx, accounts[half:], first, last)
	} else if refused {
		if x.refused[accounts[0].Account]++; x.refused[accounts[0].Account] > maxRefused {
			x.log.WarnContext(ctx, "an account's transfers are too many for the node: what it sends is not followed", slog.String("account", accounts[0].Account), slog.Any("error", err))
			return x.store.SetPool(ctx, accounts[0].Account)
		}
	}
	if err != nil {
		return err
	}
	// Those were asked for by number: the node has to be where the index is.
	now, ok, err := x.node.Block(ctx, uint64(until.Block))
	if err != nil {
		return err
	}
	if !ok || now.Hash.Hex() != until.Hash {
		return store.ErrChainMoved
	}
	var all []store.ChainFunding
	for _, l := range logs {
		if f, ok := x.fundingOf(l); ok {
			all = append(all, f)
		}
	}
	return x.store.AddFunding(ctx, accounts, until, all)
}

// fundingOf is what a transfer says of who funds whom. The contracts are nobody: what goes in comes out to others.
func (x *Index) fundingOf(l types.Log) (store.ChainFunding, bool) {
	if len(l.Topics) != 3 || len(l.Data) != 32 || l.Removed {
		return store.ChainFunding{}, false
	}
	from, to, amount := common.BytesToAddress(l.Topics[1][:]), common.BytesToAddress(l.Topics[2][:]), new(big.Int).SetBytes(l.Data)
	if from == to || to == (common.Address{}) || amount.Sign() == 0 {
		return store.ChainFunding{}, false
	}
	for _, c := range x.deployment.Contracts {
		if c.Address == to || c.Address == from {
			return store.ChainFunding{}, false
		}
	}
	return store.ChainFunding{Block: int64(l.BlockNumber), Idx: int64(l.Index), Token: l.Address.Hex(), Sender: from.Hex(), Receiver: to.Hex(), Amount: amount.String()}, true
}

// How often models are ranked, while the chain goes on and while it does not: all that was ever paid is read for it, and scores halve in a month.
const (
	rankEvery     = 10 * time.Second
	rankIdleEvery = time.Hour
)

// ranking ranks models, now and then.
func (x *Index) ranking(ctx context.Context) error {
	cursor, ok, err := x.store.ChainCursor(ctx)
	age := x.now().Sub(x.ranked.at)
	if err != nil || !ok || age < rankEvery || cursor.Hash == x.ranked.hash && age < rankIdleEvery {
		return err
	}
	if err := x.funding(ctx); err != nil {
		return err
	}
	token := x.deployment.Address("Dollar").Hex()
	info, err := x.store.Token(ctx, token)
	if err != nil {
		return err
	}
	in, err := x.store.RankingInput(ctx, token)
	if err != nil {
		return err
	}
	if err := x.store.SetRankings(ctx, rankings(in, int(info.Decimals), x.now())); err != nil {
		return err
	}
	x.ranked.hash, x.ranked.at = cursor.Hash, x.now()
	return nil
}

// rankings puts what the store has into package rank's words. Only the deployment's dollar counts: of other tokens nobody here knows the price.
func rankings(in store.RankingInput, decimals int, now time.Time) []store.Ranking {
	recipients := map[string][]string{} // of splitters
	for _, s := range in.Splits {
		recipients[s.Splitter] = append(recipients[s.Splitter], s.Recipient)
	}
	members := map[string][]string{} // of models
	for _, o := range in.Owners {
		members[o.Model] = append(members[o.Model], o.Receiver)
	}
	for _, p := range in.Payees {
		members[p.Model] = append(members[p.Model], p.Payee)
	}
	attesters := map[string][]string{} // of models
	for _, a := range in.Attested {
		attesters[a.Model] = append(attesters[a.Model], a.Attester)
	}
	var models []rank.Model
	byID := map[string]store.ChainModel{}
	for _, m := range in.Models {
		byID[m.ID] = m
		all := append(members[m.ID], m.Owner, m.Publisher, m.Splitter)
		seen := map[string]bool{}
		for i := 0; i < len(all); i++ { // it grows: a recipient may be a splitter
			if !seen[all[i]] {
				seen[all[i]] = true
				all = append(all, recipients[all[i]]...)
			}
		}
		models = append(models, rank.Model{ID: m.ID, Members: all, Attesters: attesters[m.ID]})
	}
	credited := map[string][]string{} // by transaction
	for _, c := range in.Credited {
		credited[c.Tx] = append(credited[c.Tx], c.Account)
	}
	unit := new(big.Float).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(decimals)), nil))
	var payments []rank.Payment
	for _, p := range in.Payments {
		sum := new(big.Int)
		for _, part := range []string{p.Author, p.Relay, p.Compute} {
			if n, ok := new(big.Int).SetString(part, 10); ok {
				sum.Add(sum, n)
			}
		}
		value, _ := new(big.Float).Quo(new(big.Float).SetInt(sum), unit).Float64()
		parties := []string{p.Operator}
		if p.Provider != "" {
			parties = append(parties, p.Provider)
		}
		if p.Source == "session" {
			parties = append(parties, credited[p.Tx]...)
		}
		payments = append(payments, rank.Payment{Model: p.Model, Payer: p.Payer, Parties: parties, Value: value, At: time.Unix(p.At, 0)})
	}
	var funding []rank.Funding
	for _, f := range in.Funding {
		funding = append(funding, rank.Funding{From: f.Sender, To: f.Receiver})
	}
	var out []store.Ranking
	for _, s := range rank.Trending(models, payments, funding, now) {
		r := store.Ranking{Owner: byID[s.Model].Publisher, Name: byID[s.Model].Name}
		r.Model, r.Score, r.Payers, r.Value, r.Evaluators = s.Model, s.Score, int64(s.Payers), s.Value, int64(s.Attesters)
		out = append(out, r)
	}
	return out
}
