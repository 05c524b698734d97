// Package pay knows what people locked on chain for this relay: which sessions are good for a job, whether their vouchers hold, and how
// to open one for somebody who signed for it.
//
//	p, err := pay.New(pay.Config{Store: store, RPC: client, Deployment: d, Operator: operator, Sender: sender})
//	session, err := p.Find(ctx, id, model, deadline)
//	err = p.Signed(session, voucher)
//
// What the chain says is read from the tables that package index keeps; the node is asked for its safe head alone.
package pay

import (
	"context"
	"math"
	"strconv"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/rpc"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/chain"
	"github.com/dehug/dehug/relay/chain/deploy"
	"github.com/dehug/dehug/relay/chain/follow"
	"github.com/dehug/dehug/relay/chain/send"
	"github.com/dehug/dehug/relay/store"
)

const (
	// UsualMargin is how long before a session's end the last job is over: so much time is left to redeem its voucher.
	UsualMargin = 10 * time.Minute
	// safeFor is how long a safe head is remembered: Base makes a block every two seconds.
	safeFor = time.Second // as is that the node did not answer
)

// Config is what Pay is made of. Sender and Log may be nil where nothing is opened for anybody.
type Config struct {
	Store      *store.Store
	RPC        *rpc.Client
	Deployment *deploy.Deployment
	Operator   common.Address // whom sessions are for
	Sender     *send.Sender   // brings what others signed
	// SafeAbove is what a session may be worth to be taken before the chain can no longer undo it; in the smallest unit of a dollar.
	SafeAbove int64
	// Depth is how many blocks below the newest one a block has to be to count as safe, beside what the node says of it.
	Depth  uint64
	Margin time.Duration // 0 for UsualMargin
}

// Pay is safe for concurrent use.
type Pay struct {
	Config
	domain chain.Domain
	dollar string

	asking sync.Mutex
	safe   uint64
	asked  time.Time
	failed error // what came of asking then
}

// New makes one. It asks the node nothing.
func New(c Config) *Pay {
	if c.Margin == 0 {
		c.Margin = UsualMargin
	}
	d := c.Deployment
	return &Pay{Config: c, domain: chain.UsageDomain(d.ChainID, d.Address("UsageController")), dollar: d.Address("Dollar").Hex()}
}

// Terms are what somebody has to know to open a session for this relay.
func (p *Pay) Terms() relay.SessionOffer {
	return relay.SessionOffer{ChainID: p.Deployment.ChainID, Controller: p.Deployment.Address("UsageController").Hex(), Operator: p.Operator.Hex(), Token: p.dollar,
		Opens: p.Sender != nil, SafeAbove: p.SafeAbove, Margin: p.Margin}
}

// Find finds a session that may pay for a run of a model which ends by a moment, and still be redeemed.
func (p *Pay) Find(ctx context.Context, id string, model manifest.CID, by time.Time) (relay.Session, error) {
	s, err := p.Store.PaidSession(ctx, id)
	if relay.ErrorCode(err) == relay.CodeNotFound {
		return s, relay.Errorf(relay.CodeNotFound, "there is no session %s", id).WithHint("one that was just opened is seen some seconds later")
	}
	if err != nil {
		return s, err
	}
	if err := p.Ours(s); err != nil {
		return s, err
	}
	switch is, err := p.Store.IsVersionOf(ctx, string(model), s.Model); {
	case err != nil:
		return s, err
	case !is:
		return s, relay.Errorf(relay.CodeSessionForeign, "the session's plan is of model %s, and this is no version of it", s.Model).
			WithHint("open a session of a plan of the model that is to run")
	}
	now, err := p.clock(ctx)
	if err != nil {
		return s, err
	}
	if end := by.Add(time.Until(now) + p.Margin); s.Closed || end.After(s.Ends) {
		ended := relay.Errorf(relay.CodeSessionEnded, "the session ends at %s, and the job may take until %s, with what redeeming takes", s.Ends.Format(time.RFC3339), end.UTC().Format(time.RFC3339))
		if s.Period > 0 {
			return s, ended.WithHint("give the job less time (timeout), or renew the subscription: a session of the next period")
		}
		return s, ended.WithHint("give the job less time (timeout), or open another session")
	}
	return s, p.Settled(ctx, s)
}

// Ours refuses sessions for others, and of tokens that providers do not ask for.
func (p *Pay) Ours(s relay.Session) error {
	if s.Operator != p.Operator.Hex() {
		return relay.Errorf(relay.CodeSessionForeign, "the session is for relay %s, and this one is %s", s.Operator, p.Operator)
	}
	if s.Token != p.dollar {
		return relay.Errorf(relay.CodeSessionForeign, "the session's plan is in token %s, and providers here are paid in %s", s.Token, p.dollar)
	}
	return nil
}

// Settled refuses a session that is worth much while the chain may still undo its opening.
func (p *Pay) Settled(ctx context.Context, s relay.Session) error {
	if s.Price.Sum()*s.Units <= p.SafeAbove {
		return nil
	}
	safe, err := p.Safe(ctx, s.Block)
	if err != nil {
		return err
	}
	if !safe {
		return relay.Errorf(relay.CodeSessionPending, "the session was opened in block %d, which the chain may still undo", s.Block).WithHint("ask again in a minute")
	}
	return nil
}

// Author says who gets the author's part of a run of a model, and how much: by the plan whose author asks for least. Nobody gets nothing for
// a model without a plan in this relay's dollar.
func (p *Pay) Author(ctx context.Context, model manifest.CID) (payee string, fee int64, err error) {
	plans, err := p.Store.PlansOf(ctx, string(model), p.dollar)
	for _, plan := range plans {
		asks, failed := strconv.ParseInt(plan.AuthorFee, 10, 64)
		if failed == nil && asks <= store.MaxAmount && (payee == "" || asks < fee) {
			payee, fee = plan.Payee, asks
		}
	}
	if fee == 0 {
		payee = ""
	}
	return payee, fee, err
}

// clock is the chain's: its newest block's, or ours where that is later.
func (p *Pay) clock(ctx context.Context) (time.Time, error) {
	now := time.Now()
	newest, ok, err := p.Store.ChainBlockBelow(ctx, math.MaxInt64)
	if at := time.Unix(newest.At, 0); ok && at.After(now) {
		now = at
	}
	return now, err
}

// Safe tells whether a block is one that the chain will not undo.
func (p *Pay) Safe(ctx context.Context, block uint64) (bool, error) {
	p.asking.Lock()
	defer p.asking.Unlock()
	if block > p.safe && time.Since(p.asked) > safeFor {
		node := follow.Node{RPC: p.RPC}
		safe, err := node.Safe(ctx)
		if err == nil && p.Depth > 0 {
			var head uint64
			if head, err = node.Head(ctx); err == nil {
				safe = min(safe, head-min(head, p.Depth))
			}
		}
		if err != nil && ctx.Err() != nil { // it says nothing of the node
			return false, send.Unavailable(err)
		}
		if err == nil {
			p.safe = safe
		}
		// Whoever waited meanwhile has the same answer: a node that is silent is waited for once, and not by one after the other.
		p.asked, p.failed = time.Now(), send.Unavailable(err)
	}
	if block <= p.safe {
		return true, nil
	}
	return false, p.failed
}

// SafeHead is the newest block that the chain will not undo.
func (p *Pay) SafeHead(ctx context.Context) (uint64, error) {
	_, err := p.Safe(ctx, math.MaxUint64)
	p.asking.Lock()
	defer p.asking.Unlock()
	return p.safe, err
}

// Signed refuses a voucher that the session's key did not sign: as the contract does, so that what is taken can be redeemed.
func (p *Pay) Signed(s relay.Session, v relay.Voucher) error {
	forged := relay.Errorf(relay.CodeVoucherForged, "the voucher was not signed by the session's key, %s", s.Key).
		WithHint("sign Voucher(bytes32 session,uint32 units,bytes32 transcript) for contract %s on chain %d", p.domain.Contract, p.domain.ChainID)
	sig := v.Signature
	if v.Units < 0 || v.Units > math.MaxUint32 || sig[64] != 27 && sig[64] != 28 || sig[32] >= 0x80 {
		return forged
	}
	digest := p.domain.Voucher(chain.SessionID(common.HexToHash(s.ID)), uint32(v.Units), v.Transcript)
	signer, err := ethsig.Recover(digest, [32]byte(sig[:32]), [32]byte(sig[32:64]), sig[64])
	if err != nil || signer.String() != s.Key {
		return forged
	}
	return nil
}
