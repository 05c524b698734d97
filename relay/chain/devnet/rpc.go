package devnet

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"

	"github.com/dehug/dehug/relay/chain/deploy"
)

// api is what a devnet answers beside what every node does: devnet_mine and so on. Those that make blocks answer with the newest
// one's number.
type api struct{ chain *Chain }

// Mine makes a number of blocks, 1 if none is given: devnet_mine(5).
func (a *api) Mine(blocks *quantity) (hexutil.Uint64, error) {
	n := uint64(1)
	if blocks != nil {
		n = uint64(*blocks)
	}
	return a.height(a.chain.Mine(n))
}

// Reorg replaces that many blocks by one more: devnet_reorg(3). With true as second parameter their transactions are gone.
func (a *api) Reorg(blocks quantity, drop *bool) (hexutil.Uint64, error) {
	return a.height(a.chain.Reorg(uint64(blocks), drop != nil && *drop))
}

// IncreaseTime moves the chain's clock by seconds: devnet_increaseTime(86400).
func (a *api) IncreaseTime(seconds quantity) (hexutil.Uint64, error) {
	if seconds > quantity(math.MaxInt64/time.Second) {
		return 0, fmt.Errorf("%d seconds are more than a clock has", seconds)
	}
	return a.height(a.chain.IncreaseTime(time.Duration(seconds) * time.Second))
}

// SetAutomine makes a block whenever transactions arrive, or only by devnet_mine: devnet_setAutomine(false).
func (a *api) SetAutomine(on bool) (hexutil.Uint64, error) {
	return a.height(a.chain.SetAutomine(on))
}

// Deployment says where contracts are, null while they are not: devnet_deployment().
func (a *api) Deployment() *deploy.Deployment { return a.chain.Deployment() }

func (a *api) height(err error) (hexutil.Uint64, error) {
	if err != nil {
		return 0, err
	}
	return hexutil.Uint64(a.chain.Height()), nil
}

// receipts answers eth_getTransactionReceipt in place of the node, which finds a receipt a moment before the block that it is in
// becomes the newest: who waits for a receipt and then asks for a balance would sometimes get the old one.
type receipts struct {
	chain *Chain
	node  receiptAPI
}

type receiptAPI interface {
	GetTransactionReceipt(context.Context, common.Hash) (map[string]any, error)
}

// receipts finds what answers in the node. What is registered later takes its place.
func (c *Chain) receipts() (*receipts, error) {
	for _, a := range c.eth.APIs() {
		if node, ok := a.Service.(receiptAPI); ok {
			return &receipts{c, node}, nil
		}
	}
	return nil, errors.New("the node has no receipts")
}

func (r *receipts) GetTransactionReceipt(ctx context.Context, hash common.Hash) (map[string]any, error) {
	r.chain.mu.Lock() // no block is being made
	defer r.chain.mu.Unlock()
	return r.node.GetTransactionReceipt(ctx, hash)
}

// quantity is a number as people write it, 16, or as Ethereum's RPC does, "0x10".
type quantity uint64

func (q *quantity) UnmarshalJSON(text []byte) error {
	s := strings.Trim(string(text), `"`)
	digits, base := s, 10
	if hex, ok := strings.CutPrefix(s, "0x"); ok {
		digits, base = hex, 16
	}
	n, err := strconv.ParseUint(digits, base, 64)
	if err != nil {
		return fmt.Errorf("%s is no number from 0 to 2^64-1", text)
	}
	*q = quantity(n)
	return nil
}
