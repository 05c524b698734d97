package pay

import (
	"context"
	"fmt"
	"math/big"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/chain/devnet"
	"github.com/dehug/dehug/relay/store"
)

// calm is a chain whose blocks were nearly free a moment ago.
type calm struct{ bind.ContractBackend }

func (c calm) HeaderByNumber(ctx context.Context, n *big.Int) (*types.Header, error) {
	h, err := c.ContractBackend.HeaderByNumber(ctx, n)
	if err == nil {
		h.BaseFee = big.NewInt(10)
	}
	return h, err
}

func (calm) SuggestGasTipCap(context.Context) (*big.Int, error) { return big.NewInt(3), nil }

// A transaction that pays too little is replaced by one that pays more, with the same nonce: one of them is mined, and the receipts are settled once.
func TestSettleFeeTooLow(t *testing.T) {
	l := open(t, "")
	l.account(payer.Address.Hex())
	one := &page{till: l, session: l.lock(l.terms(1, 10))}
	one.run(providers[0], 250)
	l.until(store.SettlementBuilt)
	ctx := t.Context()
	nonce, err := l.client.NonceAt(ctx, operator.Address, nil)
	if err != nil {
		t.Fatal(err)
	}
	low := l.settler(calm{l.client})
	if err := low.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	sent := func() (txs []*types.Transaction) {
		t.Helper()
		m, open, err := l.Store.OpenSettlement(ctx)
		if err != nil || !open || m.State != store.SettlementSent {
			t.Fatal(m, open, err)
		}
		kept, err := l.Store.SettlementTxs(ctx, m.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range kept {
			tx := new(types.Transaction)
			if err := tx.UnmarshalBinary(k.Raw); err != nil {
				t.Fatal(err)
			}
			txs = append(txs, tx)
		}
		return txs
	}
	if err := l.chain.Mine(1); err != nil {
		t.Fatal(err)
	}
	// It is not mined; nobody is impatient yet; and where fees are what they were, more would not help.
	for _, s := range []*Settler{l.settler(l.client), impatient(l.settler(calm{l.client}))} {
		if err := s.Settle(ctx); err != nil {
			t.Fatal(err)
		}
		if txs := sent(); len(txs) != 1 {
			t.Fatalf("%d transactions were signed; want one", len(txs))
		}
	}
	if err := impatient(l.settler(l.client)).Settle(ctx); err != nil {
		t.Fatal(err)
	}
	txs := sent()
	if len(txs) != 2 {
		t.Fatalf("%d transactions were signed; want another one", len(txs))
	}
	for _, tx := range txs {
		if tx.Nonce() != nonce {
			t.Errorf("a transaction has nonce %d, want %d", tx.Nonce(), nonce)
		}
	}
	l.until("")
	l.equal(map[string]int64{"author": 600, "relay": 100, "first": 250})
	list, err := l.Store.Settlements(ctx, store.Page{Limit: 1})
	if err != nil || len(list) != 1 || list[0].Tx != txs[1].Hash().Hex() {
		t.Errorf("what was mined is %v, %v; want %s", list, err, txs[1].Hash())
	}
	if after, err := l.client.NonceAt(ctx, operator.Address, nil); err != nil || after != nonce+1 {
		t.Errorf("%d nonces were used, %v; want one", after-nonce, err)
	}
}

func impatient(s *Settler) *Settler {
	s.Patience = time.Nanosecond
	return s
}

// A fee goes up by a tenth at least, whatever is usual by then.
func TestReplacementPaysMore(t *testing.T) {
	l := open(t, "")
	l.account(payer.Address.Hex())
	one := &page{till: l, session: l.lock(l.terms(1, 10))}
	one.run(providers[0], 250)
	m := l.until(store.SettlementBuilt)
	if err := l.settler(calm{l.client}).Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	kept, err := l.Store.SettlementTxs(t.Context(), m.ID)
	if err != nil || len(kept) != 1 {
		t.Fatal(kept, err)
	}
	// Another relay had one take its place a moment before.
	other := kept[0]
	other.Tx, other.Sent = common.HexToHash("0x1").Hex(), other.Sent+1
	if err := l.Store.ReplaceSettlementTx(t.Context(), other, kept[0].Tx); err != nil {
		t.Fatal(err)
	}
	other.Tx = common.HexToHash("0x2").Hex()
	if err := l.Store.ReplaceSettlementTx(t.Context(), other, kept[0].Tx); relay.ErrorCode(err) != relay.CodeConflict {
		t.Errorf("two take the place of one: %v", err)
	}
	old, again := new(types.Transaction), new(types.Transaction)
	if err := old.UnmarshalBinary(kept[0].Raw); err != nil {
		t.Fatal(err)
	}
	if err := impatient(l.settler(slightlyDearer{calm{l.client}})).Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if kept, err = l.Store.SettlementTxs(t.Context(), m.ID); err != nil || len(kept) != 3 {
		t.Fatal(len(kept), err)
	}
	if err := again.UnmarshalBinary(kept[2].Raw); err != nil {
		t.Fatal(err)
	}
	if again.GasFeeCap().Cmp(big.NewInt(26)) != 0 || old.GasFeeCap().Cmp(big.NewInt(23)) != 0 || again.GasTipCap().Cmp(big.NewInt(7)) != 0 {
		t.Errorf("a fee of %d goes up to %d, its tip from %d to %d", old.GasFeeCap(), again.GasFeeCap(), old.GasTipCap(), again.GasTipCap())
	}
}

// slightlyDearer has tips that are just above twice what they were, and no dearer blocks.
type slightlyDearer struct{ calm }

func (slightlyDearer) SuggestGasTipCap(context.Context) (*big.Int, error) { return big.NewInt(7), nil }

func (s slightlyDearer) HeaderByNumber(ctx context.Context, n *big.Int) (*types.Header, error) {
	h, err := s.calm.HeaderByNumber(ctx, n)
	if err == nil {
		h.BaseFee = big.NewInt(1)
	}
	return h, err
}

// A session that more providers worked for than a call has room for is settled in several.
func TestSettleManyProviders(t *testing.T) {
	l := open(t, "")
	l.account(payer.Address.Hex())
	const many = maxProviders + 6
	one := &page{till: l, session: l.lock(l.terms(1, many))}
	two := &page{till: l, session: l.lock(l.terms(2, 10))}
	for i := range many {
		by := devnet.Account{Key: fmt.Sprintf("%064x", i+1000)}
		by.Address = common.Address(by.Signer().Address())
		one.run(by, int64(i+1))
	}
	two.run(providers[0], 250)
	var counts []int64
	for range 3 {
		if err := l.settler(l.client).Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
		m, open, err := l.Store.OpenSettlement(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !open {
			break
		}
		counts = append(counts, m.Count)
		l.until("")
	}
	total := int64(0)
	for _, n := range counts {
		total += n
	}
	if len(counts) != 2 || total != many+1 {
		t.Errorf("settlements of %d receipts; want %d in two", counts, many+1)
	}
	for i := range many {
		by := devnet.Account{Key: fmt.Sprintf("%064x", i+1000)}
		paid, err := l.Store.Balance(t.Context(), store.LedgerChain+"provider/"+common.Address(by.Signer().Address()).Hex())
		if err != nil || paid != int64(i+1) {
			t.Errorf("provider %d was paid %d, %v; want %d", i, paid, err, i+1)
		}
	}
	l.equal(map[string]int64{"author": (many + 1) * 600, "relay": (many + 1) * 100, "first": 250})
	if lost, err := l.Store.Balance(t.Context(), store.LedgerRelay); err != nil || lost != 0 {
		t.Errorf("the relay lost %d, %v", lost, err)
	}
}
