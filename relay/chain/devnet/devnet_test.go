package devnet

import (
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/rpc"
)

// start starts a chain whose blocks are one second apart.
func start(t *testing.T, config Config) *Chain {
	t.Helper()
	config.Start = time.Unix(2_000_000_000, 0)
	c, err := Start(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

type block struct {
	Number, Timestamp hexutil.Uint64
	Hash              common.Hash
	Transactions      []common.Hash
}

func newest(t *testing.T, client *rpc.Client) (b block) {
	t.Helper()
	if err := client.Call(&b, "eth_getBlockByNumber", "latest", false); err != nil {
		t.Fatal(err)
	}
	return b
}

// The control of a chain, over HTTP as everybody has it.
func TestControl(t *testing.T) {
	c := start(t, Config{Listen: "127.0.0.1:0"})
	client, err := rpc.Dial(c.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	control := func(method string, params ...any) {
		t.Helper()
		var height hexutil.Uint64
		if err := client.Call(&height, method, params...); err != nil {
			t.Fatal(method, err)
		}
		if b := newest(t, client); b.Number != height {
			t.Fatalf("%s: answered %d, the newest block is %d", method, height, b.Number)
		}
	}

	before := newest(t, client)
	control("devnet_mine", 3)
	if b := newest(t, client); b.Number != before.Number+3 || b.Timestamp != before.Timestamp+3 {
		t.Errorf("mined 3 blocks on %+v\ngot %+v", before, b)
	}
	control("devnet_increaseTime", "0x15180")
	if b := newest(t, client); b.Number != before.Number+4 || b.Timestamp != before.Timestamp+3+86400 {
		t.Errorf("a day later than %+v\ngot %+v", before, b)
	}

	control("devnet_setAutomine", false)
	accounts := Accounts()
	send := map[string]any{"from": accounts[1].Address, "to": accounts[2].Address, "value": "0x1"}
	var tx common.Hash
	if err := client.Call(&tx, "eth_sendTransaction", send); err != nil {
		t.Fatal(err)
	}
	if b := newest(t, client); b.Number != before.Number+4 {
		t.Errorf("a block was made without being asked: %+v", b)
	}
	control("devnet_mine")
	mined := newest(t, client)
	if len(mined.Transactions) != 1 || mined.Transactions[0] != tx {
		t.Errorf("transaction %s\ngot block %+v", tx, mined)
	}

	var receipt *struct{ BlockHash common.Hash }
	control("devnet_reorg", 1)
	if err := client.Call(&receipt, "eth_getTransactionReceipt", tx); err != nil || receipt == nil || receipt.BlockHash == mined.Hash {
		t.Errorf("after a reorganisation the transaction is to be in another block than %s: %+v, %v", mined.Hash, receipt, err)
	}
	if b := newest(t, client); b.Number != mined.Number+1 {
		t.Errorf("one block was to be replaced by two: %+v", b)
	}
	control("devnet_reorg", 2, true)
	receipt = nil
	if err := client.Call(&receipt, "eth_getTransactionReceipt", tx); err != nil || receipt != nil {
		t.Errorf("the transaction was to be forgotten: %+v, %v", receipt, err)
	}
	control("devnet_setAutomine", true)

	for _, bad := range []struct {
		method string
		params []any
	}{
		{"devnet_reorg", []any{0}}, {"devnet_reorg", []any{1000}}, {"devnet_reorg", []any{MaxBlocks + 1}},
		{"devnet_mine", []any{MaxBlocks + 1}}, {"devnet_mine", []any{"many"}}, {"devnet_mine", []any{-1}},
		{"devnet_increaseTime", []any{0}}, {"devnet_increaseTime", []any{"0xffffffffffffffff"}},
	} {
		if err := client.Call(nil, bad.method, bad.params...); err == nil {
			t.Errorf("%s %v was done", bad.method, bad.params)
		}
	}
}

// Who has a receipt sees the chain with that transaction.
func TestReceiptComesWithItsBlock(t *testing.T) {
	c := start(t, Config{})
	accounts := Accounts()
	for range 50 {
		var tx common.Hash
		if err := c.rpc.Call(&tx, "eth_sendTransaction", map[string]any{"from": accounts[1].Address, "to": accounts[2].Address, "value": "0x1"}); err != nil {
			t.Fatal(err)
		}
		var receipt *struct{ BlockNumber hexutil.Uint64 }
		for receipt == nil {
			if err := c.rpc.Call(&receipt, "eth_getTransactionReceipt", tx); err != nil {
				t.Fatal(err)
			}
		}
		if b := newest(t, c.rpc); b.Number < receipt.BlockNumber {
			t.Fatalf("there is a receipt of block %d, and the newest block is %d", receipt.BlockNumber, b.Number)
		}
	}
}

// Blocks come by themselves.
func TestBlockTime(t *testing.T) {
	c := start(t, Config{BlockTime: time.Millisecond})
	for from := c.Height(); c.Height() < from+2; {
		time.Sleep(time.Millisecond)
	}
}

// Many at once, while blocks are made and taken back: nothing hangs, and everything that was accepted is in a block in the end.
func TestManyAtOnce(t *testing.T) {
	c := start(t, Config{})
	accounts := Accounts()
	sent := make(chan bool)
	const each = 20
	for _, from := range accounts[1:5] {
		go func() {
			for n := 0; n < each; {
				// While blocks are taken back a nonce may be given out that is in use: then the node refuses, and is asked again.
				if c.rpc.Call(nil, "eth_sendTransaction", map[string]any{"from": from.Address, "to": accounts[0].Address, "value": "0x1"}) == nil {
					n++
				}
			}
			sent <- true
		}()
	}
	for range 5 {
		if err := c.Mine(1); err != nil {
			t.Error(err)
		}
		if err := c.Reorg(1, false); err != nil {
			t.Error(err)
		}
		if err := c.IncreaseTime(time.Second); err != nil {
			t.Error(err)
		}
	}
	for range accounts[1:5] {
		<-sent
	}
	if err := c.Mine(1); err != nil {
		t.Fatal(err)
	}
	for _, a := range accounts[1:5] {
		var count hexutil.Uint64
		if err := c.rpc.Call(&count, "eth_getTransactionCount", a.Address, "latest"); err != nil || count != each {
			t.Errorf("%s: %d transactions in blocks, %d were sent; %v", a.Address, count, each, err)
		}
	}
}
