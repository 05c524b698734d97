// Package follow reads what contracts say, in the order of the chain, and takes it back when the chain does.
//
//	f := follow.New(follow.Node{RPC: client}, sink, decoder, follow.Base(deployment))
//	f.Follow(ctx, 2*time.Second, log)
//
// Blocks are known by their hashes, not their numbers: each is read on top of the one before it, and when that is no longer on the
// chain, the sink goes back to the last one that is. What was read and how far are one transaction of the sink, so whoever
// starts again after a crash goes on at the exact block, and several may follow into one sink: of two that bring the same
// block, one is refused.
//
// It follows contracts whose addresses are known. Splitters, of which every model may have one, are not among them.
package follow

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/dehug/dehug/relay/chain/deploy"
)

// A Block is a place on a chain.
type Block struct {
	Number       uint64
	Hash, Parent common.Hash
	Time         uint64 // Unix
}

// An Event is what a contract said.
type Event struct {
	Block    uint64
	Hash     common.Hash // of the block
	Time     uint64      // of the block, Unix
	Index    uint        // of the event among those of its block
	Tx       common.Hash
	Contract string // its name in the deployment
	Data     any    // a pointer to the event's struct of package contract
}

// A Source is a node.
type Source interface {
	// Block is the one of that number on the chain as it is now; ok is false when there is none.
	Block(ctx context.Context, number uint64) (b Block, ok bool, err error)
	// Final is the number of the newest block that is not expected to be taken back.
	Final(ctx context.Context) (uint64, error)
	// Logs of contracts in one block, which may be on the chain no more.
	Logs(ctx context.Context, of []common.Address, block common.Hash) ([]types.Log, error)
	// LogsBetween is those in a range of blocks, the last one included.
	LogsBetween(ctx context.Context, of []common.Address, first, last uint64) ([]types.Log, error)
}

// A Sink keeps events, and which blocks it has. Each method is one transaction.
type Sink interface {
	// Newest is the newest block that it has below a number; ok is false when it has none.
	Newest(ctx context.Context, below uint64) (b Block, ok bool, err error)
	// Apply adds a block and the events since parent. It is ErrMoved when the newest block is not parent. Of the blocks between the two
	// nothing is kept but events.
	Apply(ctx context.Context, parent, block Block, events []Event) error
	// Revert forgets every event and block above to. It is ErrMoved when the newest block is not from.
	Revert(ctx context.Context, from, to Block) error
}

var (
	// ErrMoved is a sink's whose newest block is another one: somebody else follows too.
	ErrMoved = errors.New("another block is the newest")
	// ErrOtherChain is when not even the block before the contracts is on the chain.
	ErrOtherChain = errors.New("the node is on another chain than the deployment")
)

// MaxRange is how many blocks that are final are read at once: nodes refuse larger ranges.
const MaxRange = 2000

// longestPause is how long a follower waits at most after errors in a row.
const longestPause = time.Minute

// A Follower brings a sink up to what a node has.
type Follower struct {
	source  Source
	sink    Sink
	decoder *Decoder
	base    Block
}

// New returns a follower. An empty sink begins after base.
func New(source Source, sink Sink, decoder *Decoder, base Block) *Follower {
	return &Follower{source, sink, decoder, base}
}

// Base is the block after which a deployment's contracts are.
func Base(d *deploy.Deployment) Block { return Block{Number: d.Block, Hash: d.BlockHash} }

// Follow follows until ctx ends, and asks for a new block that often. What fails is logged and tried again, later and later: a node that was on
// another chain may be on the right one again. A chain that began anew has another deployment, and a follower of its own.
func (f *Follower) Follow(ctx context.Context, poll time.Duration, log *slog.Logger) {
	pause := poll
	for {
		more, err := f.Next(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case errors.Is(err, ErrOtherChain):
			log.ErrorContext(ctx, "nothing is read of the chain: where it began anew, start the relay again with its new deployment; where the node is the wrong one, it goes on by itself with the right one",
				slog.Any("error", err), slog.Duration("again in", pause))
		case err != nil:
			log.WarnContext(ctx, "following the chain", slog.Any("error", err), slog.Duration("again in", pause))
		case more:
			pause = poll
			continue
		default:
			pause = poll
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
		if err != nil {
			pause = min(2*pause, longestPause)
		}
	}
}

// Next does one step: it adds a block, or many that are final, or goes back. It returns false when there was nothing to do.
func (f *Follower) Next(ctx context.Context) (bool, error) {
	head, ok, err := f.newest(ctx, ^uint64(0))
	if err != nil {
		return false, err
	}
	if !ok {
		head = f.base
	}
	next, ok, err := f.source.Block(ctx, head.Number+1)
	if err != nil {
		return false, fmt.Errorf("block %d: %w", head.Number+1, err)
	}
	if !ok || next.Parent != head.Hash {
		return f.back(ctx, head)
	}
	final, err := f.source.Final(ctx)
	if err != nil {
		return false, fmt.Errorf("final block: %w", err)
	}
	end := next
	if last := min(final, head.Number+MaxRange); last > next.Number {
		if end, ok, err = f.source.Block(ctx, last); err != nil {
			return false, fmt.Errorf("block %d: %w", last, err)
		}
		if !ok {
			end = next // a node that has not what it says is final has at least this
		}
	}
	logs, err := f.logs(ctx, head, next, end)
	if err != nil {
		return false, fmt.Errorf("events of blocks %d to %d: %w", next.Number, end.Number, err)
	}
	events, err := f.decoder.decode(logs)
	if err == nil {
		err = f.times(ctx, events, end)
	}
	if err != nil {
		return false, err
	}
	if err := f.sink.Apply(ctx, head, end, events); err != nil {
		return false, fmt.Errorf("block %d: %w", end.Number, err)
	}
	return true, nil
}

// logs of the block next, or of all up to end if that is another.
func (f *Follower) logs(ctx context.Context, head, next, end Block) ([]types.Log, error) {
	if next == end {
		return f.source.Logs(ctx, f.decoder.addresses, next.Hash)
	}
	logs, err := f.source.LogsBetween(ctx, f.decoder.addresses, next.Number, end.Number)
	if err != nil {
		return nil, err
	}
	// Those were asked for by number. When both ends are where they were, so is all between them.
	for _, b := range []Block{head, end} {
		now, ok, err := f.source.Block(ctx, b.Number)
		if err != nil {
			return nil, err
		}
		if !ok || now.Hash != b.Hash {
			return nil, errChanged
		}
	}
	return logs, nil
}

// times fills in when events were, where the node did not say so along with them.
func (f *Follower) times(ctx context.Context, events []Event, end Block) error {
	at := end
	for i := range events {
		e := &events[i]
		if e.Time != 0 {
			continue
		}
		if e.Hash != at.Hash {
			b, ok, err := f.source.Block(ctx, e.Block)
			if err != nil {
				return fmt.Errorf("block %d: %w", e.Block, err)
			}
			if !ok || b.Hash != e.Hash {
				return errChanged
			}
			at = b
		}
		e.Time = at.Time
	}
	return nil
}

var errChanged = errors.New("the chain changed meanwhile")

// back goes back to the last block that is still on the chain, if there is another in the place of a later one. A node that only has
// not come as far takes nothing back. It returns false when there was nothing to do.
func (f *Follower) back(ctx context.Context, head Block) (bool, error) {
	replaced := false
	for b := head; ; {
		now, ok, err := f.source.Block(ctx, b.Number)
		if err != nil {
			return false, fmt.Errorf("block %d: %w", b.Number, err)
		}
		switch {
		case ok && now.Hash == b.Hash && !replaced:
			return false, nil
		case ok && now.Hash == b.Hash:
			if err := f.sink.Revert(ctx, head, b); err != nil {
				return false, fmt.Errorf("back to block %d: %w", b.Number, err)
			}
			return true, nil
		case !ok && b == f.base:
			return false, fmt.Errorf("the node has no block %d yet", b.Number)
		case b == f.base:
			return false, fmt.Errorf("block %d is not %s: %w", b.Number, b.Hash, ErrOtherChain)
		}
		replaced = replaced || ok
		if b, ok, err = f.newest(ctx, b.Number); err != nil {
			return false, err
		}
		if !ok {
			b = f.base
		}
	}
}

func (f *Follower) newest(ctx context.Context, below uint64) (Block, bool, error) {
	b, ok, err := f.sink.Newest(ctx, below)
	if err != nil {
		return b, ok, fmt.Errorf("newest block below %d: %w", below, err)
	}
	return b, ok, nil
}
