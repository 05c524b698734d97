// Package orders has jobs that were ordered on chain done, from an order's opening to its settlement: with nobody asking the relay for anything.
//
//	book := orders.NewBook(client, deployment)
//	desk := orders.NewDesk(orders.DeskConfig{Book: book, Store: store, ...})  // a relay's: makes jobs of orders, settles those whose time is over
//	keeper, err := orders.NewKeeper(orders.KeeperConfig{Book: book, ...})     // a provider's: accepts, runs, delivers, withdraws
//
// What is true of an order is on chain. Desk and Keeper look at that again before each step, and write down what they must not forget, so
// either may be killed anywhere, and the chain may go back under both.
package orders

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"slices"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/ethclient"

	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/chain"
	"github.com/dehug/dehug/relay/chain/contract"
	"github.com/dehug/dehug/relay/chain/deploy"
	"github.com/dehug/dehug/relay/chain/follow"
	"github.com/dehug/dehug/relay/chain/send"
	"github.com/dehug/dehug/relay/receipt"
)

var (
	contractOf = contract.NewJobOrders()
	token      = contract.NewDollar()
	passes     = contract.NewUsagePass()
	registry   = contract.NewModelRegistry()

	// abis are of those that may refuse a call.
	ordersABI, dollarABI, registryABI = parsed(&contract.JobOrdersMetaData), parsed(&contract.DollarMetaData), parsed(&contract.ModelRegistryMetaData)
)

func parsed(m *bind.MetaData) *abi.ABI {
	a, err := m.ParseABI()
	if err != nil {
		panic("orders: " + err.Error()) // it was written by abigen
	}
	return a
}

// maxGas is what any call here takes by the dearest way, several times over.
const maxGas = 1_000_000

// wholeJob is the place of the result in what an order's provider signs for the contract: an order has one result, which is a document.
const wholeJob = 0

// Terms are those of an order (contracts/src/interfaces/IJobOrders.sol), in JSON as relay and provider tell each other.
type Terms struct {
	Payer     common.Address `json:"payer"`
	Provider  common.Address `json:"provider"`
	Relay     common.Address `json:"relay"`
	Arbiter   common.Address `json:"arbiter"`
	Plan      common.Hash    `json:"plan"`
	Version   common.Hash    `json:"version"`
	Units     uint32         `json:"units"`
	Pay       uint64         `json:"pay"`
	Bond      *big.Int       `json:"bond"`
	Fee       *big.Int       `json:"fee"`
	Job       common.Hash    `json:"job"`
	AcceptBy  uint32         `json:"acceptBy"`
	DeliverBy uint32         `json:"deliverBy"`
	Review    uint32         `json:"review"`
	Ruling    uint32         `json:"ruling"`
	Salt      common.Hash    `json:"salt"`
}

// ParseTerms reads terms in JSON.
func ParseTerms(text []byte) (t Terms, err error) {
	if err := json.Unmarshal(text, &t); err != nil {
		return t, relay.Errorf(relay.CodeInvalid, "an order's terms: %w", err)
	}
	for _, n := range []*big.Int{t.Bond, t.Fee} {
		if n == nil || n.Sign() < 0 || n.BitLen() > 96 {
			return t, relay.Errorf(relay.CodeInvalid, "an order's terms have no such bond or fee")
		}
	}
	return t, nil
}

// Call is how the contract takes them.
func (t Terms) Call() contract.IJobOrdersOrderTerms {
	return contract.IJobOrdersOrderTerms{Payer: t.Payer, Provider: t.Provider, Relay: t.Relay, Arbiter: t.Arbiter, Plan: t.Plan, Version: t.Version, Units: t.Units, Pay: t.Pay, Bond: t.Bond, Fee: t.Fee,
		Job: t.Job, AcceptBy: t.AcceptBy, DeliverBy: t.DeliverBy, Review: t.Review, Ruling: t.Ruling, Salt: t.Salt}
}

func termsOf(c contract.IJobOrdersOrderTerms) Terms {
	return Terms{Payer: c.Payer, Provider: c.Provider, Relay: c.Relay, Arbiter: c.Arbiter, Plan: c.Plan, Version: c.Version, Units: c.Units, Pay: c.Pay, Bond: c.Bond, Fee: c.Fee,
		Job: c.Job, AcceptBy: c.AcceptBy, DeliverBy: c.DeliverBy, Review: c.Review, Ruling: c.Ruling, Salt: c.Salt}
}

// States of an order, as IJobOrders numbers them.
const (
	None uint8 = iota
	Open
	Accepted
	Delivered
	Disputed
	Ended
)

// stateNames are for people.
var stateNames = []string{"not there", "open", "accepted", "delivered", "disputed", "ended"}

// State is where an order is in its life.
type State struct {
	At         uint8
	Due        time.Time      // when that ends by time; zero for one that is not there or ended
	ReceiptKey common.Address // of one that was accepted
}

// String is its name.
func (s State) String() string { return stateNames[min(int(s.At), len(stateNames)-1)] }

// Book reads what a deployment's contract of orders says. It is safe for concurrent use.
type Book struct {
	client *ethclient.Client
	d      *deploy.Deployment
	domain chain.Domain
	widths []uint64
}

// widths are how many blocks a node is asked about at once, until it answers: a node of one's own has no limit, most others have ten thousand.
var widths = []uint64{math.MaxUint64, 10_000, follow.MaxRange}

// NewBook makes one. It asks the node nothing.
func NewBook(client *ethclient.Client, d *deploy.Deployment) *Book {
	return &Book{client, d, chain.OrdersDomain(d.ChainID, d.Address("JobOrders")), widths}
}

// Contract is the address of the contract of orders.
func (b *Book) Contract() common.Address { return b.domain.Contract }

// Client talks to the node.
func (b *Book) Client() *ethclient.Client { return b.client }

// Dollar is the token that orders are paid in here.
func (b *Book) Dollar() common.Address { return b.d.Address("Dollar") }

// ID is an order's: all terms are hashed into it.
func (b *Book) ID(t Terms) receipt.Hash { return receipt.Hash(b.domain.Order(t.Call())) }

// Digest is what an order's provider signs for the contract when it has a result.
func (b *Book) Digest(order, result receipt.Hash) [32]byte {
	return b.domain.Receipt(chain.OrderID(order), wholeJob, result)
}

// State asks the chain how far an order is.
func (b *Book) State(ctx context.Context, order receipt.Hash) (State, error) {
	o, err := ask(ctx, b, b.domain.Contract, contractOf.PackOrderOf(order), contractOf.UnpackOrderOf)
	s := State{At: o.State, ReceiptKey: o.ReceiptKey}
	if o.Due > 0 {
		s.Due = time.Unix(int64(o.Due), 0)
	}
	return s, err
}

// Now is the time of the chain's newest block.
func (b *Book) Now(ctx context.Context) (time.Time, error) {
	head, err := b.client.HeaderByNumber(ctx, nil)
	if err != nil {
		return time.Time{}, send.Unavailable(err)
	}
	return time.Unix(int64(head.Time), 0), nil
}

// Price is what an order costs its payer, and in what.
func (b *Book) Price(ctx context.Context, t Terms) (common.Address, *big.Int, error) {
	p, err := ask(ctx, b, b.domain.Contract, contractOf.PackPriceOf(t.Call()), contractOf.UnpackPriceOf)
	return p.Token, p.Price, err
}

// Manifest is the digest of a version's manifest; zero where the registry has no such version.
func (b *Book) Manifest(ctx context.Context, version common.Hash) ([32]byte, error) {
	v, err := ask(ctx, b, b.d.Address("ModelRegistry"), registry.PackVersionOf(version), registry.UnpackVersionOf)
	return v.Manifest, err
}

// Token is what a plan is paid in.
func (b *Book) Token(ctx context.Context, plan common.Hash) (common.Address, error) {
	p, err := ask(ctx, b, b.d.Address("UsagePass"), passes.PackPriceOf(plan), passes.UnpackPriceOf)
	return p.Token, err
}

// Allowance is how much of an account's dollars the contract may take.
func (b *Book) Allowance(ctx context.Context, of common.Address) (*big.Int, error) {
	return ask(ctx, b, b.Dollar(), token.PackAllowance(of, b.domain.Contract), token.UnpackAllowance)
}

// Credit is what the contract has for an account to withdraw.
func (b *Book) Credit(ctx context.Context, of common.Address) (*big.Int, error) {
	return ask(ctx, b, b.domain.Contract, contractOf.PackCreditOf(b.Dollar(), of), contractOf.UnpackCreditOf)
}

// Find finds an order's terms by what the chain said when it was opened.
func (b *Book) Find(ctx context.Context, order receipt.Hash) (found Terms, err error) {
	is := false
	err = b.opened(ctx, []common.Hash{common.Hash(order)}, nil, nil, func(t Terms) bool {
		found, is = t, b.ID(t) == order
		return !is
	})
	if err == nil && !is {
		err = relay.Errorf(relay.CodeNotFound, "there is no order %s", common.Hash(order).Hex()).WithHint("is it of this chain, and this deployment?")
	}
	if err != nil {
		return Terms{}, err
	}
	return found, nil
}

// List lists the terms of orders of a payer or of a provider, of all for neither, in the order of the chain.
func (b *Book) List(ctx context.Context, payer, provider *common.Address) ([]Terms, error) {
	of := func(a *common.Address) []common.Hash {
		if a == nil {
			return nil
		}
		return []common.Hash{common.BytesToHash(a[:])}
	}
	list := []Terms{}
	err := b.opened(ctx, nil, of(payer), of(provider), func(t Terms) bool {
		list = append(list, t)
		return true
	})
	slices.Reverse(list)
	return list, err
}

// opened has take see the terms of orders, the newest first, until it returns false.
func (b *Book) opened(ctx context.Context, id, payer, provider []common.Hash, take func(Terms) bool) error {
	return b.logs(ctx, [][]common.Hash{{ordersABI.Events["OrderOpened"].ID}, id, payer, provider}, func(log *types.Log) (bool, error) {
		o, err := contractOf.UnpackOrderOpenedEvent(log)
		if err != nil {
			return false, relay.Errorf(relay.CodeInternal, "an order's opening: %w", err)
		}
		return take(termsOf(o.Terms)), nil
	})
}

// logs has take see what the contract said of topics, the newest first, until it returns false. Of a node that refuses so many blocks, or does not
// manage them in time, fewer are asked at once: what is looked for is mostly new.
func (b *Book) logs(ctx context.Context, topics [][]common.Hash, take func(*types.Log) (more bool, err error)) error {
	head, err := b.client.BlockNumber(ctx)
	if err != nil {
		return send.Unavailable(err)
	}
	widths, last := b.widths, head
	for last >= b.d.Block {
		first := b.d.Block
		if last-first >= widths[0] {
			first = last - widths[0] + 1
		}
		logs, err := b.client.FilterLogs(ctx, ethereum.FilterQuery{FromBlock: new(big.Int).SetUint64(first), ToBlock: new(big.Int).SetUint64(last), Addresses: []common.Address{b.domain.Contract}, Topics: topics})
		if err != nil && len(widths) > 1 && ctx.Err() == nil {
			widths = widths[1:]
			continue
		}
		if err != nil {
			return send.Unavailable(err)
		}
		for i := range slices.Backward(logs) {
			if more, err := take(&logs[i]); err != nil || !more {
				return err
			}
		}
		if first == 0 {
			return nil
		}
		last = first - 1
	}
	return nil
}

func ask[T any](ctx context.Context, b *Book, at common.Address, call []byte, unpack func([]byte) (T, error)) (T, error) {
	v, err := bind.Call(bind.NewBoundContract(at, abi.ABI{}, b.client, b.client, b.client), &bind.CallOpts{Context: ctx}, call, unpack)
	return v, send.Unavailable(err)
}

// reasons are what the contract says, for people.
var reasons = map[string]send.Reason{
	"JobOrders_WrongState":       {Code: relay.CodeConflict, What: "the order is not in a state for that", Hint: "`dehug-relay order show` says where it is"},
	"JobOrders_NotParty":         {Code: relay.CodeForbidden, What: "that is for another party of the order", Hint: "is it the right key?"},
	"JobOrders_TooLate":          {Code: relay.CodeConflict, What: "the time for that is over", Hint: "anybody can settle the order now"},
	"JobOrders_TooEarly":         {Code: relay.CodeConflict, What: "the order's time is not over", Hint: "`dehug-relay order show` says until when"},
	"JobOrders_TokenNotAllowed":  {Code: relay.CodeForbidden, What: "the plan's token is not taken any more", Hint: "choose another plan"},
	"JobOrders_Subscription":     {Code: relay.CodeInvalid, What: "the plan is a subscription", Hint: "choose one that is paid by the unit"},
	"JobOrders_OtherModel":       {Code: relay.CodeInvalid, What: "the version is of another model than the plan", Hint: "choose a plan of that model"},
	"JobOrders_PayAboveCap":      {Code: relay.CodeInvalid, What: "the plan does not let a provider have so much for a unit", Hint: "lower the pay"},
	"JobOrders_BadTimes":         {Code: relay.CodeInvalid, What: "to be accepted, then to be delivered, both later and within a year", Hint: "choose other times"},
	"JobOrders_BadWindow":        {Code: relay.CodeInvalid, What: "review and ruling take 1 to 90 days, the latter with an arbiter alone", Hint: "choose other times"},
	"JobOrders_FeeAboveBond":     {Code: relay.CodeInvalid, What: "the arbiter's fee is more than the bond", Hint: "raise the bond"},
	"JobOrders_Paused":           {Code: relay.CodeUnavailable, What: "new orders are paused", Hint: "try again later"},
	"JobOrders_SameResult":       {Code: relay.CodeInvalid, What: "that is the same result twice"},
	"JobOrders_BadReceipt":       {Code: relay.CodeUnverified, What: "the order's provider did not sign both of these"},
	"JobOrders_NoUnits":          {Code: relay.CodeInvalid, What: "an order has at least one unit"},
	"ERC20InsufficientBalance":   {Code: relay.CodeConflict, What: "there is less money than that costs"},
	"ERC20InsufficientAllowance": {Code: relay.CodeConflict, What: "the contract may not take so much money", Hint: "approve it first"},
	"Till_NothingToWithdraw":     {Code: relay.CodeConflict, What: "there is nothing to withdraw"},
	"SafeERC20FailedOperation":   {Code: relay.CodeConflict, What: "the token refuses the payment", Hint: "is there enough money, and may the contract take it?"},

	"ModelRegistry_NotOwner":      {Code: relay.CodeForbidden, What: "the model is somebody else's", Hint: "publish it as a model of your own, on its page"},
	"ModelRegistry_VersionTaken":  {Code: relay.CodeConflict, What: "the model has another version of that number"},
	"ModelRegistry_UnknownParent": {Code: relay.CodeInvalid, What: "a parent is not on chain", Hint: "parents that the manifest names by versionId have to be versions there"},
}

// Send sends a call to the contract. What it refuses is explained.
func (b *Book) Send(ctx context.Context, s *send.Sender, data []byte) (common.Hash, error) {
	return b.sendTo(ctx, s, b.domain.Contract, data, nil)
}

// Approve lets the contract take so many of the sender's dollars.
func (b *Book) Approve(ctx context.Context, s *send.Sender, amount *big.Int) (common.Hash, error) {
	return b.approve(ctx, s, amount, nil)
}

func (b *Book) approve(ctx context.Context, s *send.Sender, amount *big.Int, replaces *types.Transaction) (common.Hash, error) {
	return b.sendTo(ctx, s, b.Dollar(), token.PackApprove(b.domain.Contract, amount), replaces)
}

func (b *Book) sendTo(ctx context.Context, s *send.Sender, to common.Address, data []byte, replaces *types.Transaction) (common.Hash, error) {
	hash, err := s.Send(ctx, send.Call{To: to, Data: data, MaxGas: maxGas, Replaces: replaces})
	if refusal, ok := errors.AsType[*send.Refusal](err); ok {
		return hash, refusal.Explain("the contract", reasons, ordersABI, dollarABI, registryABI)
	}
	return hash, err
}

// SignResult signs for the contract that this is an order's result. Whoever signs two loses the bond.
func (b *Book) SignResult(key *ethsig.Key, order, result receipt.Hash) string {
	signature := key.Sign(b.Digest(order, result))
	return "0x" + hex.EncodeToString(signature[:])
}

// Slash shows the contract two receipts of one order with different results: its payer then has the money and the bond. What does not prove that is
// refused without asking the chain.
func (b *Book) Slash(ctx context.Context, s *send.Sender, one, other receipt.Receipt) (common.Hash, error) {
	if !one.Contradicts(&other) {
		return common.Hash{}, relay.Errorf(relay.CodeUnverified, "these are not two results of one order")
	}
	for _, r := range []receipt.Receipt{one, other} {
		if err := b.Signed(r.Session, r.Result, r.OrderSignature, r.Provider.String()); err != nil {
			return common.Hash{}, err
		}
	}
	t, err := b.Find(ctx, one.Session)
	if err != nil {
		return common.Hash{}, err
	}
	return b.Send(ctx, s, contractOf.PackSlash(t.Call(), wholeJob, [2][32]byte{one.Result, other.Result}, [2][]byte{common.FromHex(one.OrderSignature), common.FromHex(other.OrderSignature)}))
}

// PackOpen, PackCancel, PackRelease, PackDispute and PackSettle are calls of the contract's, for Send.
func PackOpen(t Terms) []byte { return contractOf.PackOpen(t.Call()) }

// PackCancel takes an open order back.
func PackCancel(t Terms) []byte { return contractOf.PackCancel(t.Call()) }

// PackRelease pays what was delivered.
func PackRelease(t Terms) []byte { return contractOf.PackRelease(t.Call()) }

// PackSettle ends an order whose time is over.
func PackSettle(t Terms) []byte { return contractOf.PackSettle(t.Call()) }

// PackDispute asks the arbiter; reason is the SHA-256 of what the payer says.
func PackDispute(t Terms, reason receipt.Hash) []byte {
	return contractOf.PackDispute(t.Call(), reason)
}

// waitEvery is how often a node is asked for a transaction's receipt.
const waitEvery = 200 * time.Millisecond

// Wait waits until a transaction is in a block. One that failed there is CodeConflict.
func (b *Book) Wait(ctx context.Context, tx common.Hash) error {
	for {
		r, err := b.client.TransactionReceipt(ctx, tx)
		switch {
		case err == nil && r.Status == types.ReceiptStatusSuccessful:
			return nil
		case err == nil:
			return relay.Errorf(relay.CodeConflict, "transaction %s failed", tx)
		case !errors.Is(err, ethereum.NotFound):
			return send.Unavailable(err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(waitEvery):
		}
	}
}

// Result is the digest of what was delivered for an order; zero before that.
func (b *Book) Result(ctx context.Context, order receipt.Hash) (result receipt.Hash, err error) {
	err = b.logs(ctx, [][]common.Hash{{ordersABI.Events["OrderDelivered"].ID}, {common.Hash(order)}}, func(log *types.Log) (bool, error) {
		d, err := contractOf.UnpackOrderDeliveredEvent(log)
		if err != nil {
			return false, relay.Errorf(relay.CodeInternal, "a delivery: %w", err)
		}
		result = d.Result
		return false, nil
	})
	return result, err
}
