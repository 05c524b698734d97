package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/store"
)

// Orders knows what was ordered on chain from this relay.
type Orders interface {
	// Put keeps a block of an order's: its specification, or one that this names.
	Put(ctx context.Context, order string, block manifest.Block) error
}

// OrderView is a job that was ordered on chain, and what this relay does about it. Amounts are in the smallest unit of the plan's token.
type OrderView struct {
	ID        string        `json:"id" doc:"As on chain: the hash of its terms."`
	State     string        `json:"state" enum:"open,accepted,delivered,disputed,withdrawn,undelivered,paid,ruled,unruled,slashed" doc:"On chain. The last six are how it ended."`
	Due       *time.Time    `json:"due,omitempty" doc:"When that state ends by time."`
	Payer     string        `json:"payer"`
	Provider  string        `json:"provider" doc:"Who alone may do it."`
	Relay     string        `json:"relay"`
	Arbiter   string        `json:"arbiter,omitempty" doc:"Who decides disputes; there are none without one."`
	Plan      string        `json:"plan"`
	Version   string        `json:"version"`
	Manifest  string        `json:"manifest" doc:"CID of the version's."`
	Units     int64         `json:"units"`
	Pay       string        `json:"pay" doc:"Of the provider, for a unit."`
	Price     string        `json:"price,omitempty" doc:"Of all, for the payer. Not there for amounts that this relay does not count."`
	Token     string        `json:"token"`
	Bond      string        `json:"bond"`
	Fee       string        `json:"fee" doc:"Of the arbiter."`
	Job       string        `json:"job" doc:"CID of the specification (dehug/job/v0)."`
	Result    string        `json:"result,omitempty" doc:"CID of the result (dehug/job-result/v0), once it was delivered."`
	AcceptBy  time.Time     `json:"acceptBy"`
	DeliverBy time.Time     `json:"deliverBy"`
	Review    int64         `json:"review" doc:"Seconds that the payer has to look at the result."`
	Ruling    int64         `json:"ruling" doc:"Seconds that the arbiter has."`
	Salt      string        `json:"salt"`
	Opened    time.Time     `json:"opened"`
	Block     int64         `json:"block" doc:"That opened it."`
	Tx        string        `json:"tx"`
	Done      int64         `json:"done" doc:"Units that were paid, of one that ended."`
	Lost      string        `json:"lost" doc:"What of the bond went to the payer."`
	Changes   []OrderChange `json:"changes,omitempty" doc:"Of a single order: what became of it, in the order of the chain."`
	Run       *OrderRun     `json:"run,omitempty" doc:"What this relay does about it. Not there for another relay's, and before it looked at it."`
}

// OrderChange is something that became of an order on chain.
type OrderChange struct {
	State  string `json:"state"`
	Block  int64  `json:"block"`
	Digest string `json:"digest,omitempty" doc:"SHA-256 of the result, or of the reason of a dispute."`
}

// OrderRun is what a relay does about an order.
type OrderRun struct {
	State      string `json:"state" enum:"waiting,begun,refused,undone,closed" doc:"waiting: it will be looked at again. begun: there is a prediction. refused: it is not run here. undone: the chain took it back. closed: it ended for good."`
	Code       string `json:"code,omitempty" doc:"Why it waits or is refused, for programs."`
	Reason     string `json:"reason,omitempty" doc:"The same for people."`
	Prediction string `json:"prediction,omitempty" doc:"The payer's, who signs in to see it."`
	Status     string `json:"status,omitempty" enum:"starting,processing,succeeded,failed,canceled" doc:"Of the prediction."`
	Failure    string `json:"failure,omitempty" doc:"Why the prediction failed, for programs."`
}

type ordersRequest struct {
	Paging
	Payer    string `query:"payer" maxLength:"42" doc:"Only this account's."`
	Provider string `query:"provider" maxLength:"42" doc:"Only those for this account to do."`
}

type orderID struct {
	ID string `path:"id" pattern:"^0x[0-9a-f]{64}$" maxLength:"66"`
}

type orderBlockRequest struct {
	ID      string `path:"id" pattern:"^0x[0-9a-f]{64}$" maxLength:"66"`
	CID     string `path:"cid" maxLength:"100"`
	RawBody []byte `contentType:"application/octet-stream"`
}

func (h *Hub) registerOrders(api huma.API) {
	op := func(id, method, path, summary string, errors ...int) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"orders"}, Errors: errors}
	}
	register(h, api, public, op("listOrders", http.MethodGet, "/orders", "Jobs that were ordered on chain, newest first"), h.listOrders)
	register(h, api, public, op("getOrder", http.MethodGet, "/orders/{id}", "How far a job is that was ordered on chain", http.StatusNotFound), h.getOrder)
	if h.Orders == nil {
		return
	}
	put := op("putOrderBlock", http.MethodPut, "/orders/{id}/blocks/{cid}", "Send a block of an order's specification", http.StatusNotFound, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusInsufficientStorage)
	put.Description = "The specification itself, whose digest is in the order on chain, then the blocks that it names. Nobody has to be signed in: what may be sent, the order's payer has fixed on chain. A relay also looks for them at its gateway's sources, so this is not needed where these have them."
	put.MaxBodyBytes, put.BodyReadTimeout, put.Metadata = manifest.MaxBlock+1, blockTimeout, map[string]any{"limit": "blocks"}
	put.DefaultStatus = http.StatusNoContent
	register(h, api, public, put, h.putOrderBlock)
}

func (h *Hub) listOrders(ctx context.Context, in *ordersRequest) (*reply[List[OrderView]], error) {
	var of [2]string
	for i, text := range []string{in.Payer, in.Provider} {
		if text == "" {
			continue
		}
		address, err := manifest.ParsePastedAddress(text)
		if err != nil {
			return nil, relay.Errorf(relay.CodeInvalid, "%q is no address", text).WithHint("0x and 40 hex digits")
		}
		of[i] = address.String()
	}
	var after store.OrderPlace
	if in.Cursor != "" {
		if _, err := fmt.Sscanf(in.Cursor, "%d-%d", &after.Block, &after.Idx); err != nil {
			return nil, relay.Errorf(relay.CodeInvalid, "the cursor is none of ours")
		}
	}
	ids, err := h.Store.OrdersOf(ctx, of[0], of[1], after, in.Limit+1)
	if err != nil {
		return nil, err
	}
	var found []store.OrderNow
	for _, id := range ids {
		o, err := h.Store.OrderNow(ctx, id)
		if relay.ErrorCode(err) == relay.CodeNotFound { // the chain just went back
			continue
		}
		if err != nil {
			return nil, err
		}
		found = append(found, o)
	}
	found, next := cut(found, in.Limit, func(o store.OrderNow) string { return fmt.Sprintf("%d-%d", o.ChainOrder.Block, o.ChainOrder.Idx) })
	list := List[OrderView]{Items: []OrderView{}, Next: next}
	for _, o := range found {
		v, err := h.orderView(ctx, o)
		if err != nil {
			return nil, err
		}
		list.Items = append(list.Items, v)
	}
	return &reply[List[OrderView]]{list}, nil
}

func (h *Hub) getOrder(ctx context.Context, in *orderID) (*reply[OrderView], error) {
	o, err := h.Store.OrderNow(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	v, err := h.orderView(ctx, o)
	if err != nil {
		return nil, err
	}
	changes, err := h.Store.OrderChanges(ctx, in.ID)
	for _, c := range changes {
		v.Changes = append(v.Changes, OrderChange{c.State, c.Block, c.Digest})
	}
	return &reply[OrderView]{v}, err
}

func (h *Hub) putOrderBlock(ctx context.Context, in *orderBlockRequest) (*struct{}, error) {
	cid, err := parseCID(in.CID)
	if err != nil {
		return nil, err
	}
	return nil, h.Orders.Put(ctx, in.ID, manifest.Block{CID: cid, Data: in.RawBody})
}

func (h *Hub) orderView(ctx context.Context, o store.OrderNow) (OrderView, error) {
	c := o.ChainOrder
	at := func(seconds int64) time.Time { return store.Time(seconds * 1e6) }
	v := OrderView{ID: c.ID, State: o.State, Payer: c.Payer, Provider: c.Provider, Relay: c.Relay, Plan: c.Plan, Version: c.Version, Manifest: o.Manifest, Units: c.Units, Pay: c.Pay, Token: o.Token, Bond: c.Bond, Fee: c.Fee,
		Job: rawCIDOf(c.Job), AcceptBy: at(c.AcceptBy), DeliverBy: at(c.DeliverBy), Review: c.Review, Ruling: c.Ruling, Salt: c.Salt, Opened: at(c.At), Block: c.Block, Tx: c.Tx, Done: o.Done, Lost: o.Lost}
	if c.Arbiter != store.NoToken {
		v.Arbiter = c.Arbiter
	}
	if price, err := store.OrderPrice(o); err == nil {
		v.Price = fmt.Sprint(price.Sum() * c.Units)
	}
	due := o.Due
	switch o.State {
	case "open":
		due = c.AcceptBy
	case "accepted":
		due = c.DeliverBy
	}
	if due > 0 {
		t := at(due)
		v.Due = &t
	}
	delivered, err := h.Store.OrderResult(ctx, c.ID)
	if err != nil {
		return v, err
	}
	if delivered != "" {
		v.Result = rawCIDOf(delivered)
	}
	if o.RunState == "" {
		return v, nil
	}
	v.Run = &OrderRun{State: o.RunState, Code: o.RunCode, Reason: o.RunDetail, Prediction: o.Run}
	if o.Run == "" {
		return v, nil
	}
	job, err := h.Store.Job(ctx, "", o.Run)
	if err != nil {
		return v, err
	}
	v.Run.Status, v.Run.Failure = job.State, job.Code
	if v.Run.Reason == "" {
		v.Run.Reason = job.Detail
	}
	return v, nil
}

// rawCIDOf is the address of a block by its digest, as the chain has it.
func rawCIDOf(digest string) string {
	d, err := manifest.ParseDigest(strings.TrimPrefix(digest, "0x"))
	if err != nil {
		return ""
	}
	return string(d.RawCID())
}

// DeniedJob tells whether a job for somebody is not served: because of the model, or of who asks.
func (h *Hub) DeniedJob(payer string, model manifest.CID) bool {
	return h.deniedAccount(payer) || h.Denied != nil && h.Denied(model)
}
