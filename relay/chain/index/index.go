// Package index keeps in SQL what the chain says about models, and adds what has to be asked for elsewhere: manifests, what tokens are
// called, what attestations say.
//
//	x, err := index.Open(ctx, deployment, index.Config{Store: store, RPC: client, Blocks: blocks, Log: log})
//	x.Run(ctx)
//
// Events come by package follow, by the hashes of blocks; rows and cursor are one transaction of the store, so a relay that is
// killed goes on at the exact block, and one whose chain goes back forgets exactly what is no longer on it. Manifests are fetched
// by the digests that the chain has, and a version is verified only while the chain has it: what lists show follows a moment later.
package index

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/ethclient"
	"github.com/ethereum/go-ethereum/rpc"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/chain/contract"
	"github.com/dehug/dehug/relay/chain/deploy"
	"github.com/dehug/dehug/relay/chain/follow"
	"github.com/dehug/dehug/relay/store"
)

// Config says what an index is made of.
type Config struct {
	Store   *store.Store
	RPC     *rpc.Client
	Blocks  relay.Blocks  // manifests are looked for here first, and kept here
	Sources relay.Source  // asked for manifests that are not among Blocks; may be nil
	Poll    time.Duration // how often the node is asked for a new block
	Log     *slog.Logger
}

// Index follows one deployment.
type Index struct {
	store      *store.Store
	client     *ethclient.Client
	blocks     relay.Blocks
	sources    relay.Source
	deployment *deploy.Deployment
	node       follow.Node
	follower   *follow.Follower
	poll       time.Duration
	log        *slog.Logger
	now        func() time.Time
	ranked     struct {
		hash string // of the newest block then
		at   time.Time
	}
	refused map[string]int // how often the node would not say what an account sent
}

// Open makes an index of a deployment. The node need not answer yet. A database that follows another deployment is refused, but for
// that of a development chain: such chains begin anew, and what the one before said is forgotten.
func Open(ctx context.Context, d *deploy.Deployment, c Config) (*Index, error) {
	decoder, err := follow.NewDecoder(d)
	if err != nil {
		return nil, err
	}
	base := follow.Base(d)
	switch ok, err := c.Store.StartChain(ctx, d.ChainID, row(base)); {
	case err != nil:
		return nil, err
	case !ok && d.ChainID != deploy.DevnetChainID:
		return nil, relay.Errorf(relay.CodeConflict, "this database has what another deployment's contracts said").
			WithHint("each deployment has a database of its own: name another with --database, or another deployment")
	case !ok:
		c.Log.InfoContext(ctx, "this is another development chain: what the last one said is forgotten")
		if err := c.Store.ForgetChain(ctx); err != nil {
			return nil, err
		}
		if _, err := c.Store.StartChain(ctx, d.ChainID, row(base)); err != nil {
			return nil, err
		}
	}
	node := follow.Node{RPC: c.RPC}
	return &Index{store: c.Store, node: node, client: ethclient.NewClient(c.RPC), blocks: c.Blocks, sources: c.Sources, deployment: d, poll: c.Poll, log: c.Log, now: time.Now, refused: map[string]int{},
		follower: follow.New(node, NewSink(c.Store, d), decoder, base)}, nil
}

// Run follows and looks after what has to be asked for elsewhere, until ctx ends.
func (x *Index) Run(ctx context.Context) {
	var tending sync.WaitGroup
	for what, do := range map[string]func(context.Context) error{"looking after what the chain says": x.Tend, "scanning what the chain has": x.scans} {
		tending.Go(func() {
			for ctx.Err() == nil {
				if err := do(ctx); err != nil && ctx.Err() == nil {
					x.log.WarnContext(ctx, what, slog.Any("error", err))
				}
				select {
				case <-ctx.Done():
				case <-time.After(x.poll):
				}
			}
		})
	}
	x.follower.Follow(ctx, x.poll, x.log)
	tending.Wait()
}

// Tend does once what Run does again and again beside following.
func (x *Index) Tend(ctx context.Context) error {
	var errs []error
	for _, do := range []func(context.Context) error{x.tokens, x.evaluations, x.manifests, x.list, x.ranking} {
		errs = append(errs, do(ctx))
	}
	return errors.Join(errs...)
}

// tokens asks tokens what they are called. One that says nothing usable is called nothing.
func (x *Index) tokens(ctx context.Context) error {
	unknown, err := x.store.TokensUnknown(ctx)
	if err != nil {
		return err
	}
	for _, address := range unknown {
		token := common.HexToAddress(address)
		symbol, err := x.ask(ctx, token, "symbol()", "string")
		if err != nil {
			return err
		}
		decimals, err := x.ask(ctx, token, "decimals()", "uint8")
		if err != nil {
			return err
		}
		t := store.Token{Address: address}
		if s, ok := symbol.(string); ok {
			t.Symbol = relay.Shorten(s, maxSymbol)
		}
		if d, ok := decimals.(uint8); ok {
			t.Decimals = int64(d)
		}
		if err := x.store.SetToken(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

// ask calls a function without arguments. It is nil when the contract has no answer, an error when the node has none.
func (x *Index) ask(ctx context.Context, to common.Address, function, result string) (any, error) {
	answer, err := x.client.CallContract(ctx, ethereum.CallMsg{To: &to, Data: crypto.Keccak256([]byte(function))[:4]}, nil)
	if _, answered := errors.AsType[rpc.Error](err); answered {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s of %s: %w", function, to, err)
	}
	values, err := arguments(result).Unpack(answer)
	if err != nil {
		return nil, nil
	}
	return values[0], nil
}

// maxSymbol is how many bytes of a token's name are shown.
const maxSymbol = 16

// evaluations reads what attestations of evaluations say.
func (x *Index) evaluations(ctx context.Context) error {
	uids, err := x.store.EvaluationsUnknown(ctx, batch)
	if err != nil || len(uids) == 0 {
		return err
	}
	eas := contract.NewEAS()
	bound := eas.Instance(x.client, x.deployment.Address("EAS"))
	for _, uid := range uids {
		a, err := bind.Call(bound, &bind.CallOpts{Context: ctx}, eas.PackGetAttestation(common.HexToHash(uid)), eas.UnpackGetAttestation)
		if err != nil {
			return fmt.Errorf("attestation %s: %w", uid, err)
		}
		if a.Uid != common.HexToHash(uid) {
			continue // the node has not come as far, or the chain went back
		}
		e, err := decodeEvaluation(a.Data)
		if err != nil {
			x.log.InfoContext(ctx, "an attestation is not what its schema says", slog.String("uid", uid), slog.Any("error", err))
			e = store.Evaluation{} // of no version, so it is shown nowhere
		}
		e.Uid = uid
		if err := x.store.SetEvaluation(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

// maxEvaluation is how many bytes an evaluation's text may have to be kept.
const maxEvaluation = 4096

// decodeEvaluation reads data of deploy.EvaluationSchema.
func decodeEvaluation(data []byte) (e store.Evaluation, err error) {
	if len(data) > maxEvaluation {
		return e, fmt.Errorf("%d bytes, %d are the most", len(data), maxEvaluation)
	}
	values, err := evaluationArguments.Unpack(data)
	if err != nil {
		return e, err
	}
	word := func(i int) string { return hex(values[i].([32]byte)) }
	words := func(i int) string { return relay.Text(values[i].(string)) }
	return store.Evaluation{Version: word(0), Task: words(1), Dataset: words(2), Metric: words(3), Value: words(4), Evidence: word(5)}, nil
}

var evaluationArguments = arguments("bytes32", "string", "string", "string", "string", "bytes32")

func arguments(names ...string) (args abi.Arguments) {
	for _, name := range names {
		t, err := abi.NewType(name, "", nil)
		if err != nil {
			panic("index: " + err.Error()) // the names are right
		}
		args = append(args, abi.Argument{Type: t})
	}
	return args
}
