package main

import (
	"context"
	"log/slog"
	"math/big"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/ethclient"
	"github.com/spf13/cobra"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/chain/node"
	"github.com/dehug/dehug/relay/chain/orders"
	"github.com/dehug/dehug/relay/chain/send"
	"github.com/dehug/dehug/relay/engine"
	"github.com/dehug/dehug/relay/jobs/wire"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/spec"
	"github.com/dehug/dehug/relay/work"
)

// orderSettings are the flags of a provider that does what is ordered on chain.
type orderSettings struct {
	rpc, deployment, signer string
	maxBond                 string
	arbiters                []string
	poll                    time.Duration
}

func orderFlags(cmd *cobra.Command) *orderSettings {
	s := &orderSettings{}
	flags := cmd.Flags()
	flags.StringVar(&s.rpc, "rpc", "", "`URL` of an Ethereum node: to do what is ordered on chain")
	flags.StringVar(&s.deployment, "deployment", "", "`FILE` that says where contracts are; devnet: ask the node, which is one; needs --rpc")
	flags.StringVar(&s.signer, "deployment-signer", "", "`ADDRESS` that has to have signed that file")
	flags.StringVar(&s.maxBond, "max-bond", "0", "`AMOUNT` that you give at most as an order's bond, in the smallest unit of a dollar; it is lost when you do not deliver")
	flags.StringSliceVar(&s.arbiters, "arbiter", nil, "`ADDRESS` of an arbiter whose decisions you accept; any: everybody's; may be repeated. Orders without one are taken in any case")
	flags.DurationVar(&s.poll, "poll", usualPoll, "how often the node is asked how far orders are")
	return s
}

// open makes a keeper of orders, nil where no chain is named.
func (s *orderSettings) open(ctx context.Context, dir string, key *ethsig.Key, does orders.Work, log *slog.Logger) (*orders.Keeper, error) {
	if s.rpc == "" && s.deployment == "" {
		return nil, nil
	}
	book, id, err := openBook(ctx, s.rpc, s.deployment, s.signer)
	if err != nil {
		return nil, err
	}
	bond, ok := new(big.Int).SetString(s.maxBond, 10)
	if !ok || bond.Sign() < 0 {
		return nil, relay.Errorf(relay.CodeInvalid, "--max-bond: %q is no amount", s.maxBond).WithHint("give a whole number of the dollar's smallest unit")
	}
	limits := orders.Limits{MaxBond: bond, Arbiters: map[common.Address]bool{}}
	for _, text := range s.arbiters {
		if text == "any" {
			limits.AnyArbiter = true
			continue
		}
		address, err := manifest.ParseAddress(text)
		if err != nil {
			return nil, relay.Errorf(relay.CodeInvalid, "--arbiter: %w", err).WithHint("%s", manifest.HintOf(err))
		}
		limits.Arbiters[common.Address(address)] = true
	}
	return orders.NewKeeper(orders.KeeperConfig{Book: book, Sender: send.New(book.Client(), id, key), Key: key, Work: does, Dir: dir, Limits: limits, Poll: s.poll, Log: log})
}

// openBook finds the contract of orders, and says which chain it is on.
func openBook(ctx context.Context, at, deployment, signer string) (*orders.Book, uint64, error) {
	if at == "" || deployment == "" {
		return nil, 0, relay.Errorf(relay.CodeInvalid, "orders are on a chain").WithHint("name a node with --rpc, and the contracts with --deployment")
	}
	client, err := node.Dial(at, 0)
	if err != nil {
		return nil, 0, err
	}
	d, err := deploymentFile(ctx, deployment, signer, client)
	if err != nil {
		return nil, 0, err
	}
	return orders.NewBook(ethclient.NewClient(client), d), d.ChainID, nil
}

// ordering does orders with the built-in engine, of models that it offers, at those prices.
type ordering struct {
	*work.Worker
	offers []wire.Offer
	room   chan struct{} // as of shared
}

// doneFirst is how long a job may take that is done before its order is accepted.
const doneFirst = 10 * time.Minute

// Quote implements orders.Work.
func (o *ordering) Quote(job *spec.Job) (orders.Quote, error) {
	q := orders.Quote{Units: 1, First: time.Duration(job.Limits.Seconds)*time.Second <= doneFirst}
	if e := job.Evaluation; e != nil {
		if q.Units = e.Count; q.Units == 0 {
			return q, refuseOrder("an evaluation that is ordered says how many items it has (count)")
		}
	}
	for _, offer := range o.offers {
		if offer.Manifest == "" && offer.Mode == job.Mode() || job.Inference != nil && offer.Manifest == job.Model && offer.Mode == job.Inference.Mode {
			q.Pay = offer.Pay
			return q, nil
		}
	}
	return q, refuseOrder("this provider does no %s of model %s", job.Mode(), job.Model)
}

func refuseOrder(format string, args ...any) error {
	return &engine.Failure{Code: relay.JobOrderRefused, Err: relay.Errorf(relay.CodeForbidden, format, args...)}
}

// Do implements orders.Work.
func (o *ordering) Do(ctx context.Context, job *spec.Job, doc []byte, progress func(done, of int)) (*orders.Done, error) {
	select {
	case o.room <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-o.room }()
	result := &orders.Done{Assurance: receipt.Signed}
	done, err := o.Worker.Do(ctx, doc, work.Watch{Progress: progress, Block: func(b manifest.Block) error {
		result.Blocks = append(result.Blocks, b)
		return nil
	}})
	if err != nil {
		return nil, err
	}
	if spec.Replayable(job.Mode()) {
		result.Assurance = receipt.Replayable
	}
	result.Result, result.Plan, result.Tensors = done.Result, done.Plan, done.Tensors()
	return result, nil
}
