package orders

import (
	"context"
	"math/big"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/dehug/dehug/relay/chain/devnet"
	"github.com/dehug/dehug/relay/chain/send"
	"github.com/dehug/dehug/relay/receipt"
)

// A step whose transaction waits for one before it, which the node forgot, is sent again at once; one that only takes long is replaced after a while, and not before.
func TestOnce(t *testing.T) {
	c, err := devnet.Start(t.Context(), devnet.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	client, d, key := c.Client(), c.Deployment(), gpu.Signer()
	book, s, o := NewBook(client, d), send.New(client, d.ChainID, key), newOnce(client, quiet)
	order := receipt.Hash{1}
	approve := func(replaces *types.Transaction) (common.Hash, error) {
		return book.approve(t.Context(), s, big.NewInt(5), replaces)
	}
	step := func(do func(*types.Transaction) (common.Hash, error)) (called bool) {
		t.Helper()
		if err := o.send(t.Context(), order, "approve", func(replaces *types.Transaction) (common.Hash, error) {
			called = true
			return do(replaces)
		}); err != nil {
			t.Fatal(err)
		}
		return called
	}
	nonce := func() uint64 {
		t.Helper()
		n, err := client.NonceAt(t.Context(), gpu.Address, nil)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	first := nonce()
	later := func(*types.Transaction) (common.Hash, error) {
		signer := types.LatestSignerForChainID(new(big.Int).SetUint64(d.ChainID))
		tx := types.NewTx(&types.DynamicFeeTx{ChainID: new(big.Int).SetUint64(d.ChainID), Nonce: first + 1, GasTipCap: big.NewInt(1e9), GasFeeCap: big.NewInt(100e9), Gas: 100_000, To: &common.Address{}})
		signature := key.Sign(signer.Hash(tx))
		signature[64] -= 27
		signed, err := tx.WithSignature(signer, signature[:])
		if err != nil {
			return common.Hash{}, err
		}
		return signed.Hash(), client.SendTransaction(t.Context(), signed)
	}
	if !step(later) || !step(approve) {
		t.Fatal("a step that cannot get on was not sent again")
	}
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	for nonce() != first+2 {
		if ctx.Err() != nil {
			t.Fatalf("the account's next nonce is %d; want %d", nonce(), first+2)
		}
		time.Sleep(time.Millisecond)
	}

	if err := c.SetAutomine(false); err != nil {
		t.Fatal(err)
	}
	order = receipt.Hash{2}
	if !step(approve) || step(approve) {
		t.Error("a step is sent once")
	}
	o.patience = 0
	var replaced *types.Transaction
	step(func(replaces *types.Transaction) (common.Hash, error) {
		replaced = replaces
		return approve(replaces)
	})
	if replaced == nil || replaced.Nonce() != first+2 {
		t.Errorf("it was to take the place of %+v", replaced)
	}
	if err := c.Mine(1); err != nil {
		t.Fatal(err)
	}
	if n := nonce(); n != first+3 {
		t.Errorf("%d transactions were mined; want one", n-first-2)
	}
}
