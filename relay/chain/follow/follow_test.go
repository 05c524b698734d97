package follow

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/ethclient"

	"github.com/dehug/dehug/relay/chain/contract"
	"github.com/dehug/dehug/relay/chain/deploy"
	"github.com/dehug/dehug/relay/chain/devnet"
)

// memory is a sink that remembers, and sees that what it is told fits together. It fails as a process does that is killed: before a
// transaction is kept, or after that.
type memory struct {
	blocks []Block
	events []Event
	fail   func() bool
}

var errKilled = errors.New("killed")

func (m *memory) Newest(_ context.Context, below uint64) (Block, bool, error) {
	for _, b := range slices.Backward(m.blocks) {
		if b.Number < below {
			return b, true, nil
		}
	}
	return Block{}, false, nil
}

func (m *memory) Apply(_ context.Context, parent, block Block, events []Event) error {
	if n := len(m.blocks); n > 0 && m.blocks[n-1] != parent {
		return ErrMoved
	}
	at := parent.Number
	for _, e := range events {
		if e.Block <= parent.Number || e.Block > block.Number || e.Block < at {
			return fmt.Errorf("event of block %d in %d to %d after one of %d", e.Block, parent.Number+1, block.Number, at)
		}
		at = e.Block
	}
	return m.keep(func() {
		m.blocks = append(m.blocks, block)
		m.events = append(m.events, events...)
	})
}

func (m *memory) Revert(_ context.Context, from, to Block) error {
	if m.blocks[len(m.blocks)-1] != from {
		return ErrMoved
	}
	return m.keep(func() {
		m.blocks = slices.DeleteFunc(m.blocks, func(b Block) bool { return b.Number > to.Number })
		m.events = slices.DeleteFunc(m.events, func(e Event) bool { return e.Block > to.Number })
	})
}

func (m *memory) keep(commit func()) error {
	if m.fail() {
		return errKilled
	}
	commit()
	if m.fail() {
		return errKilled
	}
	return nil
}

// history is a chain that changes whenever it is asked, until it has changed often enough.
type history struct {
	rng     *rand.Rand
	blocks  []made // on the chain, by number
	all     map[common.Hash]made
	final   uint64
	highest uint64
	changes int
	fresh   uint64 // numbers blocks and events: none is like another
}

type made struct {
	Block
	logs []types.Log
}

var (
	tokenSet = func() common.Hash {
		abi, _ := contract.UsageControllerMetaData.ParseABI()
		return abi.Events["TokenSet"].ID
	}()
	deployment = &deploy.Deployment{Contracts: map[string]deploy.Contract{"UsageController": {Address: common.Address{1}}}}
)

func (h *history) grow() {
	h.fresh++
	b := made{Block: Block{Number: uint64(len(h.blocks)), Hash: common.BigToHash(new(big.Int).SetUint64(h.fresh))}}
	if b.Number > 0 {
		b.Parent = h.blocks[b.Number-1].Hash
	}
	for i := range h.rng.IntN(3) {
		h.fresh++
		log := types.Log{
			Address: common.Address{1}, Topics: []common.Hash{tokenSet, common.BigToHash(new(big.Int).SetUint64(h.fresh))}, Data: make([]byte, 32),
			BlockNumber: b.Number, BlockHash: b.Hash, Index: uint(i), TxHash: common.Hash{byte(i)},
		}
		b.logs = append(b.logs, log)
		if h.rng.IntN(4) == 0 {
			log.Topics = []common.Hash{{7}} // an event that nobody asked for
			b.logs = append(b.logs, log)
		}
	}
	h.blocks = append(h.blocks, b)
	h.all[b.Hash] = b
	h.highest = max(h.highest, b.Number)
}

// change lets some blocks come, or replaces some by others. The first is the base and stays.
func (h *history) change() {
	if h.changes == 0 || h.rng.IntN(3) > 0 {
		return
	}
	h.changes--
	if h.rng.IntN(3) == 0 {
		h.blocks = h.blocks[:max(1, len(h.blocks)-1-h.rng.IntN(5))]
	}
	for range h.rng.IntN(6) {
		h.grow()
	}
	if h.rng.IntN(4) == 0 {
		h.final = uint64(h.rng.IntN(len(h.blocks))) // it may lie: what is final may still be replaced
	}
}

func (h *history) Block(_ context.Context, number uint64) (Block, bool, error) {
	h.change()
	if number >= uint64(len(h.blocks)) {
		return Block{}, false, nil
	}
	return h.blocks[number].Block, true, nil
}

func (h *history) Final(context.Context) (uint64, error) {
	h.change()
	return h.final, nil
}

func (h *history) Logs(_ context.Context, _ []common.Address, block common.Hash) ([]types.Log, error) {
	h.change()
	return h.all[block].logs, nil
}

func (h *history) LogsBetween(_ context.Context, _ []common.Address, first, last uint64) (logs []types.Log, err error) {
	h.change()
	for _, b := range h.blocks[min(first, uint64(len(h.blocks))):min(last+1, uint64(len(h.blocks)))] {
		logs = append(logs, b.logs...)
	}
	return logs, nil
}

// said is which events a list has: the numbers that grow gave them.
func said(events []Event) (numbers []uint64) {
	for _, e := range events {
		token := e.Data.(*contract.UsageControllerTokenSet).Token
		numbers = append(numbers, binary.BigEndian.Uint64(token[12:]))
	}
	return numbers
}

// Whatever the chain does while it is read, and wherever the reader is killed, in the end exactly what is on the chain is kept, as
// somebody would have it who reads the chain once when all is over.
func TestHistories(t *testing.T) {
	histories := 1000
	if os.Getenv("DEHUG_TEST_ALL") == "1" {
		histories = 10_000
	}
	decoder, err := NewDecoder(deployment)
	if err != nil {
		t.Fatal(err)
	}
	reverts, ranges, kills := 0, 0, 0
	for seed := range uint64(histories) {
		h := &history{rng: rand.New(rand.NewPCG(seed, 1)), all: map[common.Hash]made{}, changes: 40}
		h.grow()
		base := h.blocks[0].Block
		sink := &memory{fail: func() bool { return h.changes > 0 && h.rng.IntN(10) == 0 }}
		for quiet := false; !quiet; {
			before, over := sink.blocks, h.changes == 0
			more, err := New(h, sink, decoder, base).Next(t.Context()) // each step by a reader that has just been started
			switch {
			case errors.Is(err, errKilled):
				kills++
			case err != nil && !errors.Is(err, errChanged):
				t.Fatalf("history %d: %v", seed, err)
			}
			if len(sink.blocks) < len(before) {
				reverts++
			} else if n := len(sink.blocks); n > 1 && sink.blocks[n-1].Number > sink.blocks[n-2].Number+1 {
				ranges++
			}
			if quiet = !more && err == nil && over; quiet && uint64(len(h.blocks)) <= h.highest {
				h.grow() // a chain that only became shorter is one that has not come as far
				quiet = false
			}
		}
		var logs []types.Log
		for _, b := range h.blocks[1:] {
			logs = append(logs, b.logs...)
		}
		want, err := decoder.decode(logs)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := said(sink.events), said(want); !slices.Equal(got, want) {
			t.Fatalf("history %d\n got %v\nwant %v", seed, got, want)
		}
		if head := h.blocks[len(h.blocks)-1].Block; len(sink.blocks) > 0 && sink.blocks[len(sink.blocks)-1] != head {
			t.Fatalf("history %d: newest block\n got %+v\nwant %+v", seed, sink.blocks[len(sink.blocks)-1], head)
		}
	}
	t.Logf("%d histories: gone back %d times, %d ranges, killed %d times", histories, reverts, ranges, kills)
	if reverts < histories/2 || ranges < histories/2 || kills < histories {
		t.Error("the histories are too tame to show anything")
	}
}

// Of two that follow into one sink, one is refused; a node on another chain is noticed, one that is behind is waited for.
func TestRefuseOthers(t *testing.T) {
	decoder, err := NewDecoder(deployment)
	if err != nil {
		t.Fatal(err)
	}
	h := &history{rng: rand.New(rand.NewPCG(1, 1)), all: map[common.Hash]made{}}
	for range 5 {
		h.grow()
	}
	base := h.blocks[0].Block
	sink := &memory{fail: func() bool { return false }}
	f := New(h, sink, decoder, base)
	for more := true; more; {
		if more, err = f.Next(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := sink.Apply(t.Context(), base, h.blocks[1].Block, nil); !errors.Is(err, ErrMoved) {
		t.Errorf("the same block a second time: %v", err)
	}
	behind := &history{rng: h.rng, blocks: h.blocks[:3]}
	if more, err := New(behind, sink, decoder, base).Next(t.Context()); more || err != nil || len(sink.blocks) != 4 {
		t.Errorf("by a node that is behind: %t, %v, %d blocks", more, err, len(sink.blocks))
	}
	if _, err := New(&history{rng: h.rng}, sink, decoder, base).Next(t.Context()); err == nil || errors.Is(err, ErrOtherChain) {
		t.Errorf("by a node that has nothing yet: %v", err)
	}
	other := &history{rng: h.rng, all: map[common.Hash]made{}, fresh: 1000}
	other.grow()
	if _, err := New(other, sink, decoder, base).Next(t.Context()); !errors.Is(err, ErrOtherChain) {
		t.Errorf("by a node on another chain: %v", err)
	}
	// When the node is the right one again, it goes on.
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	h.grow()
	wrong := &wandering{Source: other, right: h, left: 3}
	New(wrong, watched{sink, stop}, decoder, base).Follow(ctx, time.Millisecond, slog.New(slog.DiscardHandler))
	if wrong.left > 0 || sink.blocks[len(sink.blocks)-1].Hash != h.blocks[len(h.blocks)-1].Hash {
		t.Errorf("after a node on another chain it has %d blocks; the chain %d", len(sink.blocks), len(h.blocks))
	}
}

// wandering is a node that is on another chain for as many questions.
type wandering struct {
	Source
	right Source
	left  int
}

func (w *wandering) Block(ctx context.Context, number uint64) (Block, bool, error) {
	if w.left--; w.left < 0 {
		w.Source = w.right
	}
	return w.Source.Block(ctx, number)
}

// watched tells when something was applied.
type watched struct {
	Sink
	applied func()
}

func (w watched) Apply(ctx context.Context, parent, block Block, events []Event) error {
	err := w.Sink.Apply(ctx, parent, block, events)
	w.applied()
	return err
}

// The same by a real node: contracts speak, blocks are taken back, and the follower has in the end what the node has.
func TestDevnet(t *testing.T) {
	c, err := devnet.Start(t.Context(), devnet.Config{Start: time.Unix(2_000_000_000, 0)})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	d := c.Deployment()
	decoder, err := NewDecoder(d)
	if err != nil {
		t.Fatal(err)
	}
	client := c.Client()
	node := Node{client.Client()}
	sink := &memory{fail: func() bool { return false }}
	catchUp := func() {
		t.Helper()
		for more := true; more; {
			if more, err = New(node, sink, decoder, Base(d)).Next(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if want := all(t, client, decoder, c.Height()); !slices.EqualFunc(sink.events, want, same) {
			t.Fatalf("block %d\n got %v\nwant %v", c.Height(), sink.events, want)
		}
	}
	catchUp()
	begin := len(sink.events)
	user := devnet.Accounts()[1]
	for i := range byte(4) {
		set := contract.NewUsageController().PackSetSigner(common.Address{1 + i}, true)
		if _, err := deploy.Send(t.Context(), client, user.Signer(), d.Address("UsageController"), nil, set); err != nil {
			t.Fatal(err)
		}
	}
	catchUp()
	if got := len(sink.events) - begin; got != 4 {
		t.Fatalf("%d events of 4 transactions", got)
	}
	if err := c.Reorg(2, true); err != nil { // two are forgotten
		t.Fatal(err)
	}
	catchUp()
	if got := len(sink.events) - begin; got != 2 {
		t.Errorf("%d events, two of four were forgotten", got)
	}
	e, ok := sink.events[len(sink.events)-1].Data.(*contract.UsageControllerSignerSet)
	if !ok || e.Operator != user.Address || e.Signer != (common.Address{2}) || !e.Allowed {
		t.Errorf("the last event: %+v", e)
	}
	if err := c.Reorg(3, false); err != nil { // they are in other blocks
		t.Fatal(err)
	}
	catchUp()
	if err := c.Mine(100); err != nil { // so that there are final ones, for a reader from the start
		t.Fatal(err)
	}
	catchUp()
	sink = &memory{fail: sink.fail}
	catchUp()
	if len(sink.blocks) > 50 {
		t.Errorf("%d steps for %d blocks, most of them final", len(sink.blocks), c.Height())
	}
}

// all is every event on the chain, read at once.
func all(t *testing.T, client *ethclient.Client, decoder *Decoder, last uint64) []Event {
	t.Helper()
	logs, err := Node{client.Client()}.LogsBetween(t.Context(), decoder.addresses, 0, last)
	if err != nil {
		t.Fatal(err)
	}
	events, err := decoder.decode(logs)
	if err != nil {
		t.Fatal(err)
	}
	return events
}

// same compares where events are; what they say follows from that.
func same(a, b Event) bool {
	return a.Hash == b.Hash && a.Index == b.Index && a.Tx == b.Tx && a.Contract == b.Contract
}
