package index

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"strings"

	"github.com/ethereum/go-ethereum/common"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/chain"
	"github.com/dehug/dehug/relay/chain/contract"
	"github.com/dehug/dehug/relay/chain/deploy"
	"github.com/dehug/dehug/relay/chain/follow"
	"github.com/dehug/dehug/relay/store"
)

// Sink keeps what contracts say in the store's tables. It is a follow.Sink.
type Sink struct {
	store   *store.Store
	schemas map[common.Hash]string // of the deployment, by id
}

// NewSink returns a sink for the contracts of a deployment.
func NewSink(s *store.Store, d *deploy.Deployment) *Sink {
	sink := &Sink{s, map[common.Hash]string{}}
	for name, schema := range d.Schemas {
		sink.schemas[schema.UID] = name
	}
	return sink
}

func row(b follow.Block) store.ChainBlock {
	return store.ChainBlock{Block: int64(b.Number), Hash: b.Hash.Hex(), Parent: b.Parent.Hex(), At: int64(b.Time)}
}

// Newest implements follow.Sink.
func (s *Sink) Newest(ctx context.Context, below uint64) (follow.Block, bool, error) {
	b, ok, err := s.store.ChainBlockBelow(ctx, below)
	if !ok || err != nil {
		return follow.Block{}, false, err
	}
	return follow.Block{Number: uint64(b.Block), Hash: common.HexToHash(b.Hash), Parent: common.HexToHash(b.Parent), Time: uint64(b.At)}, true, nil
}

// Apply implements follow.Sink.
func (s *Sink) Apply(ctx context.Context, parent, block follow.Block, events []follow.Event) error {
	return moved(s.store.ApplyChain(ctx, parent.Hash.Hex(), row(block), func(tx *store.ChainTx) error {
		for _, e := range events {
			if err := s.add(tx, e); err != nil {
				return fmt.Errorf("event %d of block %d: %w", e.Index, e.Block, err)
			}
		}
		return nil
	}))
}

// Revert implements follow.Sink.
func (s *Sink) Revert(ctx context.Context, from, to follow.Block) error {
	return moved(s.store.RevertChain(ctx, from.Hash.Hex(), row(to)))
}

func moved(err error) error {
	if errors.Is(err, store.ErrChainMoved) {
		return follow.ErrMoved
	}
	return err
}

// add turns an event into rows.
func (s *Sink) add(tx *store.ChainTx, e follow.Event) error {
	block, idx, hash, at := int64(e.Block), int64(e.Index), e.Tx.Hex(), int64(e.Time)
	switch d := e.Data.(type) {
	case *contract.ModelRegistryModelPublished:
		kind := "model"
		if d.Kind == 1 {
			kind = "dataset"
		}
		return tx.Add(store.ChainModel{ID: hex(d.Model), Publisher: d.Publisher.Hex(), Name: d.Name, Kind: kind, Splitter: d.Splitter.Hex(),
			RoyaltyBps: int64(d.RoyaltyBps), Owner: d.Publisher.Hex(), Block: block, Idx: idx, Tx: hash, At: at})
	case *contract.ModelRegistryVersionPublished:
		owner, err := tx.Owner(hex(d.Model))
		if err != nil {
			return err
		}
		facts := []any{store.ChainVersion{ID: hex(d.Version), Model: hex(d.Model), Version: d.Semver, Manifest: string(manifest.Digest(d.Manifest).RawCID()), Root: hex(d.Root),
			License: hex(d.LicenseHash), Owner: owner, Block: block, Idx: idx, Tx: hash, At: at}}
		for i, p := range d.Parents {
			facts = append(facts, store.ChainParent{Child: hex(d.Version), Parent: hex(p), Place: int64(i), Block: block, Idx: idx})
		}
		return tx.Add(facts...)
	case *contract.ModelRegistryAliasMoved:
		return tx.Add(store.ChainAlias{Block: block, Idx: idx, Model: hex(d.Model), Name: d.Name, Version: hex(d.Version)})
	case *contract.ModelRegistryYanked:
		return tx.Add(store.ChainYank{Block: block, Idx: idx, Model: hex(d.Model), Version: hex(d.Version), Reason: relay.Text(d.Reason), Tx: hash, At: at})

	case *contract.ModelNFTTransfer:
		return tx.Add(store.ChainTransfer{Block: block, Idx: idx, Model: number(d.TokenId), Sender: d.From.Hex(), Receiver: d.To.Hex(), Tx: hash, At: at})
	case *contract.ModelNFTRecoveryChanged:
		return tx.Add(store.ChainRecovery{Block: block, Idx: idx, Model: number(d.Id), Action: "changed", Account: d.Recovery.Hex()})
	case *contract.ModelNFTRecoveryRequested:
		return tx.Add(store.ChainRecovery{Block: block, Idx: idx, Model: number(d.Id), Action: "requested", Account: d.To.Hex(), ReadyAt: d.ReadyAt.Int64()})
	case *contract.ModelNFTRecoveryCancelled:
		return tx.Add(store.ChainRecovery{Block: block, Idx: idx, Model: number(d.Id), Action: "cancelled", Account: common.Address{}.Hex()})

	case *contract.UsagePassPlanCreated:
		t := d.Terms
		return tx.Add(store.ChainPlan{ID: hex(d.Plan), Model: hex(d.Model), Token: t.Token.Hex(), Payee: t.Payee.Hex(), AuthorFee: t.AuthorFee.String(),
			RelayFee: t.RelayFee.String(), ComputeCap: fmt.Sprint(t.ComputeCap), UnitKind: strings.TrimRight(string(t.UnitKind[:]), "\x00"),
			Transferable: t.Transferable, Period: int64(t.Period), Quota: int64(t.Quota), Block: block, Idx: idx, Tx: hash, At: at})
	case *contract.UsagePassTransferSingle:
		return s.gifts(tx, e, d.From, d.To, []*big.Int{d.Id}, []*big.Int{d.Value})
	case *contract.UsagePassTransferBatch:
		return s.gifts(tx, e, d.From, d.To, d.Ids, d.Values)

	case *contract.UsageControllerBought:
		return tx.Add(store.ChainPurchase{Block: block, Idx: idx, Plan: hex(d.Plan), Payer: d.Payer.Hex(), Receiver: d.To.Hex(), Units: d.Units.String(),
			Cost: d.Cost.String(), Tx: hash, At: at})
	case *contract.UsageControllerRefunded:
		return tx.Add(store.ChainRefund{Block: block, Idx: idx, Plan: hex(d.Plan), Holder: d.Holder.Hex(), Units: d.Units.String(), Amount: d.Amount.String(),
			Tx: hash, At: at})
	case *contract.UsageControllerSessionOpened:
		return tx.Add(store.ChainSession{ID: hex(d.Session), Plan: hex(d.Plan), Payer: d.Payer.Hex(), Operator: d.Operator.Hex(), Number: fmt.Sprint(d.Number),
			SessionKey: d.SessionKey.Hex(), Units: int64(d.Units), Ends: int64(d.End), Block: block, Idx: idx, Tx: hash, At: at})
	case *contract.UsageControllerSessionEnding:
		return tx.Add(store.ChainSessionChange{Block: block, Idx: idx, Session: hex(d.Session), Action: "ending", Ends: int64(d.End), Saved: "0"})
	case *contract.UsageControllerSessionClosed:
		return s.closed(tx, e, d)
	case *contract.UsageControllerRedeemed:
		return s.redeemed(tx, e, d)
	case *contract.UsageControllerTokenSet:
		return tx.Add(store.ChainTokenChange{Block: block, Idx: idx, Token: d.Token.Hex(), Allowed: d.Allowed})

	case *contract.JobOrdersOrderOpened:
		t := d.Terms
		return tx.Add(store.ChainOrder{ID: hex(d.Order), Plan: hex(t.Plan), Version: hex(t.Version), Payer: t.Payer.Hex(), Provider: t.Provider.Hex(),
			Relay: t.Relay.Hex(), Arbiter: t.Arbiter.Hex(), Units: int64(t.Units), Pay: fmt.Sprint(t.Pay), Bond: t.Bond.String(), Fee: t.Fee.String(), Job: hex(t.Job),
			AcceptBy: int64(t.AcceptBy), DeliverBy: int64(t.DeliverBy), Review: int64(t.Review), Ruling: int64(t.Ruling), Block: block, Idx: idx, Tx: hash, At: at, Salt: hex(t.Salt)})
	case *contract.JobOrdersOrderAccepted:
		return tx.Add(store.ChainOrderChange{Block: block, Idx: idx, OrderID: hex(d.Order), State: "accepted", Lost: "0"})
	case *contract.JobOrdersOrderDelivered:
		return tx.Add(store.ChainOrderChange{Block: block, Idx: idx, OrderID: hex(d.Order), State: "delivered", Due: int64(d.ReviewEnd), Lost: "0", Digest: hex(d.Result)})
	case *contract.JobOrdersOrderDisputed:
		return tx.Add(store.ChainOrderChange{Block: block, Idx: idx, OrderID: hex(d.Order), State: "disputed", Due: int64(d.RulingEnd), Lost: "0", Digest: hex(d.Reason)})
	case *contract.JobOrdersEquivocated:
		return tx.Add(store.ChainOrderChange{Block: block, Idx: idx, OrderID: hex(d.Order), State: "equivocated", Lost: "0", Digest: hex(d.One)})
	case *contract.JobOrdersOrderEnded:
		return s.ended(tx, e, d)

	case *contract.UsageControllerCredited:
		return tx.Add(store.ChainCredit{Block: block, Idx: idx, Contract: e.Contract, Token: d.Token.Hex(), Account: d.Account.Hex(), Amount: d.Amount.String(), Tx: hash, At: at})
	case *contract.JobOrdersCredited:
		return tx.Add(store.ChainCredit{Block: block, Idx: idx, Contract: e.Contract, Token: d.Token.Hex(), Account: d.Account.Hex(), Amount: d.Amount.String(), Tx: hash, At: at})
	case *contract.UsageControllerWithdrawn:
		return tx.Add(store.ChainCredit{Block: block, Idx: idx, Contract: e.Contract, Token: d.Token.Hex(), Account: d.Account.Hex(), Amount: d.Amount.String(),
			Receiver: d.To.Hex(), Tx: hash, At: at})
	case *contract.JobOrdersWithdrawn:
		return tx.Add(store.ChainCredit{Block: block, Idx: idx, Contract: e.Contract, Token: d.Token.Hex(), Account: d.Account.Hex(), Amount: d.Amount.String(),
			Receiver: d.To.Hex(), Tx: hash, At: at})

	case *contract.RevenueSplitterFactorySplitterCreated:
		var facts []any
		for i, r := range d.Recipients {
			facts = append(facts, store.ChainSplit{Splitter: d.Splitter.Hex(), Place: int64(i), Recipient: r.Hex(), Parts: int64(d.Parts[i]), Block: block, Idx: idx})
		}
		return tx.Add(facts...)

	case *contract.EASAttested:
		schema, ours := s.schemas[d.SchemaUID]
		if !ours {
			return nil
		}
		return tx.Add(store.ChainAttestation{Uid: hex(d.Uid), Schema: schema, Attester: d.Attester.Hex(), Recipient: d.Recipient.Hex(), Block: block, Idx: idx, Tx: hash, At: at})
	case *contract.EASRevoked:
		if _, ours := s.schemas[d.SchemaUID]; !ours {
			return nil
		}
		return tx.Add(store.ChainRevocation{Block: block, Idx: idx, Uid: hex(d.Uid)})
	case *contract.LineageResolverLineageAttested:
		return tx.Add(store.ChainParent{Child: hex(d.Child), Parent: hex(d.Parent), Uid: hex(d.Uid), Relation: relay.Text(d.Relation), Block: block, Idx: idx})
	}
	// Nothing is kept of the rest: who may redeem, pauses, vouchers that were skipped, and what LineageRevoked says, which EAS says too.
	return nil
}

// gifts are passes that somebody gave to somebody else.
func (s *Sink) gifts(tx *store.ChainTx, e follow.Event, from, to common.Address, plans, units []*big.Int) error {
	if from == (common.Address{}) || to == (common.Address{}) {
		return nil // made or burned: others tell of that
	}
	for i := range plans {
		if err := tx.Add(store.ChainGift{Block: int64(e.Block), Idx: int64(e.Index), Item: int64(i), Plan: number(plans[i]), Sender: from.Hex(), Receiver: to.Hex(),
			Units: units[i].String()}); err != nil {
			return err
		}
	}
	return nil
}

// redeemed is what vouchers paid.
func (s *Sink) redeemed(tx *store.ChainTx, e follow.Event, d *contract.UsageControllerRedeemed) error {
	plan, err := tx.Plan(hex(d.Plan))
	if err != nil {
		return fmt.Errorf("plan %s: %w", hex(d.Plan), err)
	}
	items, err := chain.ParseRedeemed(d.Items)
	if err != nil {
		return err
	}
	for i, item := range items {
		id := chain.NewSessionID(d.Plan, d.Operator, item.Session)
		session, before, err := tx.Session(hex(id))
		if err != nil {
			return fmt.Errorf("session %s: %w", hex(id), err)
		}
		reached := int64(item.Units)
		p := payment(e, plan, reached-before)
		p.Item, p.Source, p.Ref, p.Payer, p.Operator, p.Reached = int64(i), "session", hex(id), session.Payer, session.Operator, reached
		p.Compute, p.Transcript = fmt.Sprint(item.Pay), hex(item.Transcript)
		if err := tx.Add(p); err != nil {
			return err
		}
	}
	return nil
}

// payment is the author's and the relay's part of units of a plan.
func payment(e follow.Event, plan store.ChainPlan, units int64) store.ChainPayment {
	return store.ChainPayment{Block: int64(e.Block), Idx: int64(e.Index), Plan: plan.ID, Model: plan.Model, Token: plan.Token, Units: units,
		Author: times(plan.AuthorFee, units), Relay: times(plan.RelayFee, units), Compute: "0", Tx: e.Tx.Hex(), At: int64(e.Time)}
}

// closed is the end of a session. Of a subscription, author and relay get their part of units that were not used.
func (s *Sink) closed(tx *store.ChainTx, e follow.Event, d *contract.UsageControllerSessionClosed) error {
	id := hex(d.Session)
	session, reached, err := tx.Session(id)
	if err != nil {
		return fmt.Errorf("session %s: %w", id, err)
	}
	plan, err := tx.Plan(session.Plan)
	if err != nil {
		return fmt.Errorf("plan %s: %w", session.Plan, err)
	}
	facts := []any{store.ChainSessionChange{Block: int64(e.Block), Idx: int64(e.Index), Session: id, Action: "closed", Ends: int64(e.Time), Units: int64(d.Units),
		Saved: fmt.Sprint(d.Saved), AsPasses: d.AsPasses}}
	if plan.Period > 0 && d.Units > 0 {
		p := payment(e, plan, int64(d.Units))
		p.Source, p.Ref, p.Payer, p.Operator, p.Reached = "lapse", id, session.Payer, session.Operator, reached
		facts = append(facts, p)
	}
	return tx.Add(facts...)
}

// outcomes of an order, as IJobOrders numbers them.
var outcomes = []string{"withdrawn", "undelivered", "paid", "ruled", "unruled", "slashed"}

// ended is the end of an order. The units that were done are paid.
func (s *Sink) ended(tx *store.ChainTx, e follow.Event, d *contract.JobOrdersOrderEnded) error {
	id := hex(d.Order)
	order, err := tx.Order(id)
	if err != nil {
		return fmt.Errorf("order %s: %w", id, err)
	}
	if int(d.Outcome) >= len(outcomes) {
		return fmt.Errorf("order %s: outcome %d", id, d.Outcome)
	}
	facts := []any{store.ChainOrderChange{Block: int64(e.Block), Idx: int64(e.Index), OrderID: id, State: outcomes[d.Outcome], Done: int64(d.Done), Lost: d.Lost.String()}}
	if d.Done > 0 {
		plan, err := tx.Plan(order.Plan)
		if err != nil {
			return fmt.Errorf("plan %s: %w", order.Plan, err)
		}
		p := payment(e, plan, int64(d.Done))
		p.Source, p.Ref, p.Payer, p.Operator, p.Provider = "order", id, order.Payer, order.Relay, order.Provider
		p.Reached, p.Compute = int64(d.Done), times(order.Pay, int64(d.Done))
		facts = append(facts, p)
	}
	return tx.Add(facts...)
}

func hex(b [32]byte) string { return common.Hash(b).Hex() }

// number is an id of an NFT or a pass, as the id of what it stands for.
func number(n *big.Int) string { return common.BigToHash(n).Hex() }

// times multiplies an amount of ours, which is a number.
func times(amount string, n int64) string {
	a, ok := new(big.Int).SetString(amount, 10)
	if !ok {
		panic("index: an amount is no number")
	}
	return a.Mul(a, big.NewInt(n)).String()
}
