package httpapi

import (
	"context"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/store"
)

// Paid is what the API asks of sessions on chain.
type Paid interface {
	Terms() relay.SessionOffer
	// Ours refuses sessions for others, Settled those whose opening the chain may still undo.
	Ours(relay.Session) error
	Settled(context.Context, relay.Session) error
	Read(call []byte) (payer string, err error)
	Open(ctx context.Context, call []byte) (hash string, err error)
}

// Voucher pays for a prediction out of a session.
type Voucher struct {
	Session    string `json:"session" pattern:"^0x[0-9a-f]{64}$" doc:"Its id on chain."`
	Units      int64  `json:"units" minimum:"1" maximum:"4294967295" doc:"All that the session has used once this is done: next.units of the session."`
	Transcript string `json:"transcript" pattern:"^0x[0-9a-f]{64}$" doc:"SHA-256 of \"dehug/transcript/v0\", next.after of the session, the request hash (SHA-256 of \"dehug/request/v0\", salt, tensors in their canonical form), and how many units this may use: 1, in four bytes, the highest first."`
	Signature  string `json:"signature" pattern:"^0x[0-9a-fA-F]{130}$" doc:"Of the session's key: EIP-712, Voucher(bytes32 session,uint32 units,bytes32 transcript), domain DeHug Usage, version 1, the chain, the controller. With the lower s."`
}

func (v Voucher) read() (out relay.Voucher, err error) {
	out.Session, out.Units = v.Session, v.Units
	for what, into := range map[string]struct {
		text string
		to   []byte
	}{"transcript": {v.Transcript, out.Transcript[:]}, "signature": {v.Signature, out.Signature[:]}} {
		digits := strings.TrimPrefix(into.text, "0x")
		if len(digits) != 2*len(into.to) {
			return out, relay.Errorf(relay.CodeInvalid, "voucher: %s is not hex of %d bytes", what, len(into.to))
		}
		if _, err := hex.Decode(into.to, []byte(digits)); err != nil {
			return out, relay.Errorf(relay.CodeInvalid, "voucher: %s is not hex of %d bytes", what, len(into.to))
		}
	}
	if out.Signature[64] < 27 { // as some sign
		out.Signature[64] += 27
	}
	return out, nil
}

// UsageTerms are what somebody has to know to open a session for this relay.
type UsageTerms struct {
	ChainID    uint64 `json:"chainId"`
	Controller string `json:"controller" doc:"The contract that sessions are opened at."`
	Operator   string `json:"operator" doc:"Whom a session has to be for."`
	Token      string `json:"token" doc:"That its plan has to be in."`
	Opens      bool   `json:"opens" doc:"Whether the relay brings what a payer signed, and pays for gas: openUsageSession."`
	SafeAbove  string `json:"safeAbove" doc:"A session that is worth more pays once the chain can no longer undo it; in the token's smallest unit."`
	Margin     int64  `json:"margin" doc:"Seconds before a session's end by which its last job has to be over."`
}

// UsageSession is a session as its payer sees it. Amounts are in the token's smallest unit.
type UsageSession struct {
	ID         string    `json:"id"`
	State      string    `json:"state" enum:"open,pending,ended,closed" doc:"pending: the chain may still undo its opening, and it is worth too much for that."`
	Plan       string    `json:"plan"`
	Model      string    `json:"model" doc:"Its id on chain."`
	Payer      string    `json:"payer"`
	Operator   string    `json:"operator"`
	Key        string    `json:"key" doc:"Who signs its vouchers."`
	Number     string    `json:"number" doc:"Tells the payer's sessions apart, for the contract."`
	Ends       time.Time `json:"ends"`
	Period     int64     `json:"period,omitempty" doc:"Of a subscription, in seconds."`
	Token      string    `json:"token"`
	AuthorFee  int64     `json:"authorFee" doc:"Of a unit, to the plan's payee."`
	RelayFee   int64     `json:"relayFee" doc:"Of a unit, to this relay."`
	ComputeCap int64     `json:"computeCap" doc:"Of a unit, to the provider at most. The rest is given back."`
	Units      int64     `json:"units" doc:"How many are locked."`
	Used       int64     `json:"used" doc:"By predictions that succeeded."`
	Held       int64     `json:"held" doc:"By those that are under way."`
	Left       int64     `json:"left"`
	Redeemed   int64     `json:"redeemed" doc:"How many of the used ones were paid on chain."`
	Cost       int64     `json:"cost" doc:"What the used ones cost, and what may be asked for those under way."`
	Next       Next      `json:"next"`
	Newest     *Newest   `json:"newest,omitempty" doc:"The voucher that came last."`
}

// Next is what the next voucher has to say.
type Next struct {
	Units int64  `json:"units" doc:"Never sign more than one above the results that you have and the requests that you wait for."`
	After string `json:"after" doc:"The transcript that it continues."`
}

// Newest is a voucher that was kept.
type Newest struct {
	Prediction string `json:"prediction"`
	Units      int64  `json:"units"`
	Transcript string `json:"transcript"`
	Signature  string `json:"signature"`
}

// SessionID names a session on chain.
type SessionID struct {
	ID string `path:"id" pattern:"^0x[0-9a-f]{64}$" doc:"Its id on chain."`
}

type openUsageRequest struct {
	Body struct {
		Call string `json:"call" maxLength:"16386" pattern:"^0x([0-9a-fA-F]{2})*$" doc:"The input of openSessionBySig or openSessionWithAuthorization of the controller, in hex."`
	}
}

func (h *Hub) registerUsage(api huma.API) {
	if h.Paid == nil {
		return
	}
	op := func(id, method, path, summary string, errors ...int) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"usage"}, Errors: errors}
	}
	register(h, api, public, op("getUsageTerms", http.MethodGet, "/usage/terms", "What a session for this relay has to be like"), func(context.Context, *struct{}) (*reply[UsageTerms], error) {
		t := h.Paid.Terms()
		return &reply[UsageTerms]{UsageTerms{t.ChainID, t.Controller, t.Operator, t.Token, t.Opens, fmt.Sprint(t.SafeAbove), int64(t.Margin / time.Second)}}, nil
	})
	register(h, api, public, op("listUsagePlans", http.MethodGet, "/usage/plans", "By what plans sessions for a model may be opened"), h.listUsagePlans)
	register(h, api, runs, op("listUsageSessions", http.MethodGet, "/usage/sessions", "Sessions on chain of this account with this relay, newest first"), h.listUsageSessions)
	one := op("getUsageSession", http.MethodGet, "/usage/sessions/{id}", "What of a session is used, and what its next voucher has to say", http.StatusNotFound)
	one.Description = "A voucher is cumulative: it says how many units the session has used once its job is done, and the relay may redeem that many, never more than were used. After a job that failed or was canceled the units are free again, so the next voucher says the same number as the one before, and continues its transcript: who signs never is bound to more than was used and one job. A page that was closed goes on with next."
	register(h, api, runs, one, h.getUsageSession)
	open := op("openUsageSession", http.MethodPost, "/usage/sessions", "Have a signed opening of a session brought to the chain", http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusServiceUnavailable)
	open.DefaultStatus, open.Metadata = http.StatusAccepted, map[string]any{"limit": "publications"}
	open.Description = "For an account without ETH: it signs (EIP-712), the relay sends the transaction. A wallet may as well send its own."
	register(h, api, session, open, h.openUsageSession)
}

// UsagePlan is a plan that a session may be of. Amounts are of a unit, in the token's smallest unit.
type UsagePlan struct {
	ID         string `json:"id"`
	Model      string `json:"model" doc:"Its id on chain."`
	AuthorFee  string `json:"authorFee"`
	RelayFee   string `json:"relayFee"`
	ComputeCap string `json:"computeCap"`
	Period     int64  `json:"period,omitempty" doc:"Of a subscription, in seconds."`
	Quota      int64  `json:"quota,omitempty" doc:"Units of a subscription: its session has just so many."`
}

type usagePlansRequest struct {
	Version string `query:"version" required:"true" maxLength:"100" doc:"CID of the model's manifest."`
}

func (h *Hub) listUsagePlans(ctx context.Context, in *usagePlansRequest) (*reply[List[UsagePlan]], error) {
	plans, err := h.Store.UsagePlans(ctx, in.Version, h.Paid.Terms().Token)
	list := List[UsagePlan]{Items: []UsagePlan{}}
	for _, p := range plans {
		list.Items = append(list.Items, UsagePlan{ID: p.ID, Model: p.Model, AuthorFee: p.AuthorFee, RelayFee: p.RelayFee, ComputeCap: p.ComputeCap, Period: p.Period, Quota: p.Quota})
	}
	return &reply[List[UsagePlan]]{list}, err
}

func (h *Hub) listUsageSessions(ctx context.Context, _ *struct{}) (*reply[List[UsageSession]], error) {
	ids, err := h.Store.PaidSessions(ctx, callerOf(ctx).address, h.Paid.Terms().Operator)
	if err != nil {
		return nil, err
	}
	list := List[UsageSession]{Items: []UsageSession{}}
	for _, id := range ids {
		s, err := h.usageSession(ctx, id)
		if relay.ErrorCode(err) == relay.CodeSessionForeign {
			continue // of another token: it is good for nothing here
		}
		if err != nil {
			return nil, err
		}
		list.Items = append(list.Items, s)
	}
	return &reply[List[UsageSession]]{list}, nil
}

func (h *Hub) getUsageSession(ctx context.Context, in *SessionID) (*reply[UsageSession], error) {
	s, err := h.usageSession(ctx, in.ID)
	if err == nil && s.Payer != callerOf(ctx).address {
		err = relay.Errorf(relay.CodeNotFound, "there is no such session of yours")
	}
	return &reply[UsageSession]{s}, err
}

func (h *Hub) usageSession(ctx context.Context, id string) (UsageSession, error) {
	s, err := h.Store.PaidSession(ctx, id)
	if err != nil {
		return UsageSession{}, err
	}
	if err := h.Paid.Ours(s); err != nil {
		return UsageSession{}, err
	}
	use, err := h.Store.SessionUse(ctx, id)
	if err != nil {
		return UsageSession{}, err
	}
	cost, err := h.Store.Spent(ctx, store.LedgerSession+id)
	if err != nil {
		return UsageSession{}, err
	}
	out := UsageSession{ID: id, State: "open", Plan: s.Plan, Model: s.Model, Payer: s.Payer, Operator: s.Operator, Key: s.Key, Number: fmt.Sprint(s.Number), Ends: s.Ends, Period: s.Period,
		Token: s.Token, AuthorFee: s.Price.Author, RelayFee: s.Price.Relay, ComputeCap: s.Price.Compute, Units: s.Units, Used: use.Used, Held: use.Held, Left: s.Units - use.Used - use.Held,
		Redeemed: s.Redeemed, Cost: cost, Next: Next{use.Used + use.Held + 1, "0x" + hex.EncodeToString(use.Transcript)}}
	switch {
	case s.Closed:
		out.State = "closed"
	case !h.now().Before(s.Ends):
		out.State = "ended"
	case h.Paid.Settled(ctx, s) != nil:
		out.State = "pending"
	}
	v, ok, err := h.Store.NewestVoucher(ctx, id)
	if ok {
		out.Newest = &Newest{v.Job, v.Reached, "0x" + hex.EncodeToString(v.Transcript), "0x" + hex.EncodeToString(v.Signature)}
	}
	return out, err
}

func (h *Hub) openUsageSession(ctx context.Context, in *openUsageRequest) (*reply[Brought], error) {
	if !h.Paid.Terms().Opens {
		return nil, relay.Errorf(relay.CodeForbidden, "this relay opens no sessions for others").WithHint("send the transaction yourself")
	}
	call, err := hex.DecodeString(in.Body.Call[2:])
	if err != nil {
		return nil, relay.Errorf(relay.CodeInvalid, "the call is not hex")
	}
	payer, err := h.Paid.Read(call)
	if err != nil {
		return nil, err
	}
	address, err := manifest.ParseAddress(payer)
	if err != nil {
		return nil, err
	}
	if who := callerOf(ctx).address; address.String() != who {
		return nil, relay.Errorf(relay.CodeForbidden, "%s is signed in, and this is a session of %s", who, payer)
	}
	hash, err := h.Paid.Open(ctx, call)
	return &reply[Brought]{Brought{hash}}, err
}
