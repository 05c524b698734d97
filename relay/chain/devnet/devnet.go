// Package devnet is a chain of one's own, inside the process: go-ethereum's node without peers, with every contract deployed and
// accounts that have money. It answers over HTTP and WebSocket as any node does, and beyond that makes blocks, reorganises
// the chain and moves its clock when asked.
//
//	c, err := devnet.Start(ctx, devnet.Config{Listen: "127.0.0.1:8545"})
//	defer c.Close()
//	c.Deployment().Address("ModelRegistry")
//
// Nothing of it is kept when it is closed.
package devnet

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ethereum/go-ethereum/core"
	"github.com/ethereum/go-ethereum/core/rawdb"
	"github.com/ethereum/go-ethereum/core/txpool"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/eth"
	"github.com/ethereum/go-ethereum/eth/catalyst"
	"github.com/ethereum/go-ethereum/eth/ethconfig"
	"github.com/ethereum/go-ethereum/eth/filters"
	"github.com/ethereum/go-ethereum/ethclient"
	"github.com/ethereum/go-ethereum/node"
	"github.com/ethereum/go-ethereum/p2p"
	"github.com/ethereum/go-ethereum/params"
	"github.com/ethereum/go-ethereum/rpc"

	"github.com/dehug/dehug/relay/chain/contract"
	"github.com/dehug/dehug/relay/chain/deploy"
)

// ChainID is the one that development chains share.
const ChainID = deploy.DevnetChainID

// What each account has from the start.
const (
	Ether   = 10_000
	Dollars = 1_000_000
)

// gasLimit of a block: 16 of the largest transactions that there can be (EIP-7825).
const gasLimit = 16 << 24

// MaxBlocks is the most that one call may make or take back: they are made one by one.
const MaxBlocks = 10_000

// Config says how a chain is.
type Config struct {
	// Listen is host:port for HTTP and WebSocket, port 0 for any that is free. Without it only this process can ask.
	Listen string
	// BlockTime is how often a block is made; 0 for one as soon as a transaction arrives.
	BlockTime time.Duration
	// Start is the first block's time; zero for now. With one in the future every block is one second after the one before it,
	// so that every run is the same.
	Start time.Time
}

// A Chain runs until it is closed.
type Chain struct {
	node       *node.Node
	eth        *eth.Ethereum
	beacon     *catalyst.SimulatedBeacon
	rpc        *rpc.Client
	deployment atomic.Pointer[deploy.Deployment] // nil until it is done: the node may be asked before
	quit       chan struct{}
	done       sync.WaitGroup

	mu       sync.Mutex // one makes blocks at a time
	automine bool       // a block is made whenever transactions arrive
	base     uint64     // number of the last block of the deployment
}

// Start starts a chain and deploys to it.
func Start(ctx context.Context, config Config) (_ *Chain, err error) {
	stack, err := openNode(config.Listen)
	if err != nil {
		return nil, fmt.Errorf("devnet: %w", err)
	}
	c := &Chain{node: stack, quit: make(chan struct{}), automine: true}
	defer func() {
		if err != nil {
			err = fmt.Errorf("devnet: %w", errors.Join(err, c.Close()))
		}
	}()
	if config.Start.IsZero() {
		config.Start = time.Now()
	}
	if c.eth, err = eth.New(stack, ethConfig(config.Start)); err != nil {
		return nil, err
	}
	c.eth.TxPool().SetGasTip(new(big.Int)) // gas costs what the block asks, a tip is not needed
	stack.AccountManager().AddBackend(openWallets())
	receipts, err := c.receipts()
	if err != nil {
		return nil, err
	}
	stack.RegisterAPIs([]rpc.API{
		{Namespace: "eth", Service: receipts},
		{Namespace: "eth", Service: filters.NewFilterAPI(filters.NewFilterSystem(c.eth.APIBackend, filters.Config{}))},
		{Namespace: "devnet", Service: &api{c}},
	})
	if err := stack.Start(); err != nil {
		return nil, err
	}
	if c.beacon, err = catalyst.NewSimulatedBeacon(0, Accounts()[0].Address, c.eth); err != nil {
		return nil, err
	}
	c.rpc = stack.Attach()
	c.mineOnDemand()
	if err := c.furnish(ctx); err != nil {
		return nil, err
	}
	if config.BlockTime > 0 {
		if err := c.SetAutomine(false); err != nil {
			return nil, err
		}
		c.mineByTime(config.BlockTime)
	}
	return c, nil
}

// openNode makes a node without peers and without files.
func openNode(listen string) (*node.Node, error) {
	config := node.DefaultConfig
	config.Name = "dehug-devnet"
	config.DataDir = ""
	config.P2P = p2p.Config{NoDiscovery: true, NoDial: true}
	if listen != "" {
		host, port, err := net.SplitHostPort(listen)
		if err != nil {
			return nil, err
		}
		number, err := strconv.ParseUint(port, 10, 16)
		if err != nil {
			return nil, fmt.Errorf("port of %s: %w", listen, err)
		}
		modules := []string{"eth", "net", "web3", "devnet"}
		config.HTTPHost, config.HTTPPort, config.HTTPModules = host, int(number), modules
		config.WSHost, config.WSPort, config.WSModules = host, int(number), modules // the same port speaks both
		config.HTTPCors, config.WSOrigins = []string{"*"}, []string{"*"}            // pages on any port of a developer's machine
	}
	return node.New(&config)
}

// ethConfig is a chain by the rules of Base since Isthmus, with money for the accounts.
func ethConfig(start time.Time) *ethconfig.Config {
	rules := *params.AllDevChainProtocolChanges
	rules.ChainID = big.NewInt(ChainID)
	rules.OsakaTime, rules.BogotaTime = nil, nil
	alloc := core.SystemContractAllocs()
	for _, a := range Accounts() {
		alloc[a.Address] = types.Account{Balance: new(big.Int).Mul(big.NewInt(Ether), big.NewInt(params.Ether))}
	}
	config := ethconfig.Defaults
	config.Genesis = &core.Genesis{Config: &rules, GasLimit: gasLimit, Timestamp: uint64(start.Unix()), Alloc: alloc}
	config.SyncMode = ethconfig.FullSync
	config.Miner.GasCeil = gasLimit
	config.Miner.GasPrice = new(big.Int)
	config.TxPool.NoLocals = true
	config.LogNoHistory = true                                    // blocks are few: they are searched one by one
	config.StateScheme, config.NoPruning = rawdb.HashScheme, true // every block's state, to go back to any
	config.DatabaseCache, config.TrieCleanCache, config.TrieDirtyCache, config.SnapshotCache = 16, 16, 16, 0
	config.TransactionHistory = 0 // of all
	config.EngineMaxReorgDepth = 0
	return &config
}

// furnish deploys, and gives the accounts dollars.
func (c *Chain) furnish(ctx context.Context) error {
	network, err := deploy.NetworkNamed("devnet")
	if err != nil {
		return err
	}
	client, all := c.Client(), Accounts()
	deployer := all[0].Signer()
	d, err := deploy.Run(ctx, client, deployer, network, all[0].Address, nil)
	if err != nil {
		return err
	}
	for _, a := range all {
		amount := new(big.Int).Mul(big.NewInt(Dollars), big.NewInt(1_000_000))
		mint := contract.NewDollar().PackMint(a.Address, amount)
		if _, err := deploy.Send(ctx, client, deployer, d.Address("Dollar"), nil, mint); err != nil {
			return fmt.Errorf("mint dollars: %w", err)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.base = c.Height()
	c.deployment.Store(d)
	return nil
}

// Close ends the chain.
func (c *Chain) Close() error {
	close(c.quit)
	c.done.Wait()
	if c.rpc != nil {
		c.rpc.Close()
	}
	return c.node.Close()
}

// Deployment is where contracts are.
func (c *Chain) Deployment() *deploy.Deployment { return c.deployment.Load() }

// Client asks the chain without a network.
func (c *Chain) Client() *ethclient.Client { return ethclient.NewClient(c.rpc) }

// URL is where the chain answers by HTTP, and, with ws for http, by WebSocket.
func (c *Chain) URL() string { return c.node.HTTPEndpoint() }

// WebSocketURL is where the chain answers by WebSocket.
func (c *Chain) WebSocketURL() string { return c.node.WSEndpoint() }

// Height is the newest block's number.
func (c *Chain) Height() uint64 { return c.eth.BlockChain().CurrentBlock().Number.Uint64() }

// Mine makes blocks, the first of them with what is waiting.
func (c *Chain) Mine(blocks uint64) error {
	if blocks > MaxBlocks {
		return fmt.Errorf("%d blocks, %d are the most at once", blocks, MaxBlocks)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for range blocks {
		if err := c.seal(); err != nil {
			return err
		}
	}
	return nil
}

// Reorg replaces the newest blocks by others, one more than they were. Their transactions are in the new blocks if they still
// can be, or forgotten if drop is true. Blocks before the end of deployment stay. (Transactions of more than 64 blocks
// are forgotten in any case: the node keeps no more.)
func (c *Chain) Reorg(blocks uint64, drop bool) error {
	if blocks == 0 || blocks > MaxBlocks {
		return fmt.Errorf("a reorganisation of %d blocks: 1 to %d can be", blocks, MaxBlocks)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	err := c.whenEmpty(func() error {
		head := c.Height()
		if head < c.base+blocks {
			return fmt.Errorf("a reorganisation of %d blocks: there are %d since the deployment", blocks, head-c.base)
		}
		return c.beacon.Fork(c.eth.BlockChain().GetHeaderByNumber(head - blocks).Hash())
	})
	if err != nil {
		return err
	}
	if drop {
		c.eth.TxPool().Clear()
	}
	for range blocks + 1 {
		if err := c.seal(); err != nil {
			return err
		}
	}
	return nil
}

// IncreaseTime makes a block that much later than the newest one; the next ones follow it.
func (c *Chain) IncreaseTime(by time.Duration) error {
	if by < time.Second {
		return fmt.Errorf("the clock goes forward by whole seconds, not by %s", by)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.whenEmpty(func() error { return c.beacon.AdjustTime(by) })
}

// SetAutomine makes a block whenever transactions arrive, or only when asked.
func (c *Chain) SetAutomine(on bool) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.automine = on
	if !on {
		return nil
	}
	return c.sealWaiting()
}

// seal makes one block with what is waiting.
func (c *Chain) seal() error {
	before := c.Height()
	c.beacon.Commit()
	if now := c.Height(); now != before+1 {
		return fmt.Errorf("no block %d was made, the newest is %d", before+1, now)
	}
	return nil
}

// sealWaiting makes blocks until nothing is waiting that a block takes.
func (c *Chain) sealWaiting() error {
	for {
		if err := c.eth.TxPool().Sync(); err != nil {
			return err
		}
		if _, waiting := c.eth.TxPool().Pending(txpool.PendingFilter{}); waiting == 0 {
			return nil
		}
		if err := c.seal(); err != nil {
			return err
		}
		if c.eth.BlockChain().GetBlockByHash(c.eth.BlockChain().CurrentBlock().Hash()).Transactions().Len() == 0 {
			return nil // what is left offers less than a block asks
		}
	}
}

// whenEmpty does something that the node only does while nothing is waiting. More may arrive at any moment, so it tries again.
func (c *Chain) whenEmpty(do func() error) (err error) {
	for range 100 {
		if err := c.sealWaiting(); err != nil {
			return err
		}
		if err = do(); err == nil {
			return nil
		}
	}
	return err
}

// mineOnDemand makes a block whenever transactions arrive.
func (c *Chain) mineOnDemand() {
	arrived := make(chan core.NewTxsEvent)
	sub := c.eth.TxPool().SubscribeTransactions(arrived, true)
	// The pool waits until everybody has heard of a transaction, and who makes a block waits for the pool. So hearing is apart from
	// making blocks.
	wake := make(chan struct{}, 1)
	c.done.Go(func() {
		defer sub.Unsubscribe()
		for {
			select {
			case <-c.quit:
				return
			case <-arrived:
			}
			select {
			case wake <- struct{}{}:
			default: // somebody will look already
			}
		}
	})
	loop(c, wake, func() error {
		if !c.automine {
			return nil
		}
		return c.sealWaiting()
	})
}

// mineByTime makes a block at every tick.
func (c *Chain) mineByTime(every time.Duration) {
	loop(c, time.NewTicker(every).C, c.seal)
}

// loop makes blocks whenever it is woken, until the chain is closed.
func loop[T any](c *Chain, wake <-chan T, make func() error) {
	c.done.Go(func() {
		for {
			select {
			case <-c.quit:
				return
			case <-wake:
			}
			c.mu.Lock()
			err := make()
			c.mu.Unlock()
			if err != nil {
				slog.Error("devnet: making a block", slog.Any("error", err))
			}
		}
	})
}
