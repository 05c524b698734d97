package follow

import (
	"context"
	"math/big"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/ethclient"
	"github.com/ethereum/go-ethereum/rpc"
)

// Node is a node behind JSON-RPC. Hashes of blocks are what the node says: other chains' headers have fields that we do not know.
type Node struct{ RPC *rpc.Client }

type header struct {
	Number, Timestamp hexutil.Uint64
	Hash, ParentHash  common.Hash
}

// Block implements Source.
func (n Node) Block(ctx context.Context, number uint64) (Block, bool, error) {
	return n.block(ctx, hexutil.EncodeUint64(number))
}

func (n Node) block(ctx context.Context, which string) (Block, bool, error) {
	var h *header
	if err := n.RPC.CallContext(ctx, &h, "eth_getBlockByNumber", which, false); err != nil || h == nil {
		return Block{}, false, err
	}
	return Block{uint64(h.Number), h.Hash, h.ParentHash, uint64(h.Timestamp)}, true, nil
}

// Final implements Source.
func (n Node) Final(ctx context.Context) (uint64, error) {
	b, _, err := n.block(ctx, "finalized") // none yet is block 0
	return b.Number, err
}

// Safe is the number of the newest block that the node takes for safe.
func (n Node) Safe(ctx context.Context) (uint64, error) {
	b, _, err := n.block(ctx, "safe") // none yet is block 0
	return b.Number, err
}

// Head is the number of the newest block.
func (n Node) Head(ctx context.Context) (uint64, error) {
	b, _, err := n.block(ctx, "latest")
	return b.Number, err
}

// Logs implements Source.
func (n Node) Logs(ctx context.Context, of []common.Address, block common.Hash) ([]types.Log, error) {
	return ethclient.NewClient(n.RPC).FilterLogs(ctx, ethereum.FilterQuery{Addresses: of, BlockHash: &block})
}

// LogsBetween implements Source.
func (n Node) LogsBetween(ctx context.Context, of []common.Address, first, last uint64) ([]types.Log, error) {
	return ethclient.NewClient(n.RPC).FilterLogs(ctx, ethereum.FilterQuery{
		Addresses: of, FromBlock: new(big.Int).SetUint64(first), ToBlock: new(big.Int).SetUint64(last),
	})
}
