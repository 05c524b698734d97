package httpapi

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/chain/x402"
	"github.com/dehug/dehug/relay/jobs"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/store"
)

// Exact has single jobs paid for.
type Exact interface {
	Quote(context.Context, x402.Job) (x402.Requirements, error)
	// Parse reads a payment, Check finds out whether it is good: an *x402.Refusal says why not.
	Parse(p x402.Payload, asked [32]byte) (store.ExactPayment, error)
	// It also tells how much the payer has.
	Check(ctx context.Context, p x402.Payload, asked [32]byte) (pay store.ExactPayment, has int64, err error)
	// Settle has the chain pay, and returns how far it is when ctx ends.
	Settle(ctx context.Context, job string) (store.ExactPayment, error)
	Network() string
}

const (
	paymentHeader = "PAYMENT-SIGNATURE"
	// maxPaidInput is the most bytes that the input of a job has which is paid for by itself.
	maxPaidInput = 1 << 20
	// settleWait is how long an answer waits for the chain.
	settleWait = 20 * time.Second
)

// PaymentView is how far the payment of one prediction is.
type PaymentView struct {
	State       string `json:"state" enum:"held,due,paid,safe,void,lost" doc:"held: the prediction is under way. due: it has succeeded, and the chain has not paid yet: the relay goes on, and the same request with the same payment has the output once it has. paid, safe: it has. void: the prediction failed, and nothing is paid. lost: the authorization ran out, or was taken back."`
	Amount      int64  `json:"amount" doc:"In the smallest unit of a dollar."`
	PayTo       string `json:"pay_to" doc:"The splitter of author, relay and provider."`
	Transaction string `json:"transaction,omitempty"`
}

// createPaid has a model run for somebody who pays for just that (x402, scheme exact). The same payment with the same request makes one
// prediction, and is settled once, however often it is sent; what came of it is released when the chain has paid.
func (h *Hub) createPaid(ctx context.Context, in *predictionRequest) (*createdPrediction, error) {
	b := &in.Body
	bad := func(format string, args ...any) error {
		return relay.Errorf(relay.CodeInvalid, format, args...).WithHint("sign in for that, and pay out of a session")
	}
	switch {
	case b.Webhook != "" || len(b.Events) > 0:
		return nil, bad("who pays for one prediction waits for it: there is no webhook")
	case b.Voucher != nil:
		return nil, bad("a voucher is sent by somebody who is signed in")
	case b.Mode == receipt.Served:
		return nil, bad("mode served is not paid one by one: its answers go out before they are done")
	}
	r := jobs.Request{Mode: b.Mode, Time: x402.JobTime}
	if r.Mode == "" {
		r.Mode = receipt.Strict
	}
	var err error
	if r.Salt, err = saltOf(b.Salt); err != nil {
		return nil, err
	}
	most := int64(x402.MaxAmount)
	if b.MaxPrice != nil {
		most = min(most, *b.MaxPrice)
	}
	if err := h.serves(&r, b.Version); err != nil {
		return nil, err
	}
	if r.Tensors, err = encoded(b.Input); err != nil {
		return nil, err
	}
	if len(r.Tensors) > maxPaidInput {
		return nil, relay.Errorf(relay.CodeTooLarge, "the input has %d bytes, at most %d are paid for one by one", len(r.Tensors), maxPaidInput).WithHint("sign in, and open a session")
	}
	hash := sha256.New()
	fmt.Fprintf(hash, "dehug/x402/request/v0 %s %s %x %d ", r.Manifest, r.Mode, r.Salt, most)
	hash.Write(r.Tensors)
	asked := [32]byte(hash.Sum(nil))
	if in.Payment == "" {
		err := h.required(ctx, r, asked, most, "payment_required", "this needs somebody who is signed in, or who pays for it")
		if relay.ErrorCode(err) == relay.CodeConflict { // nobody sells it by the job
			err = errNobody()
		}
		return nil, err
	}
	payload, err := x402.Read(in.Payment)
	if err != nil {
		return nil, err
	}
	refuse := func(err error) error {
		if refusal, ok := errors.AsType[*x402.Refusal](err); ok {
			return h.required(ctx, r, asked, most, refusal.Reason, refusal.What)
		}
		return err
	}
	payment, err := h.Exact.Parse(payload, asked)
	if err != nil {
		return nil, refuse(err)
	}
	r.Account, r.Payment = payment.Payer, &payment
	if h.deniedAccount(r.Account) {
		return nil, errDenied
	}
	job, known, err := h.Store.PaidBefore(ctx, &payment)
	if relay.ErrorCode(err) == relay.CodeConflict {
		return nil, h.required(ctx, r, asked, most, "invalid_exact_evm_nonce_already_used", err.Error())
	}
	if err == nil && !known {
		if payment, r.Funds, err = h.Exact.Check(ctx, payload, asked); err != nil {
			return nil, refuse(err)
		}
		job, _, err = h.Jobs.Create(ctx, r)
	}
	if err != nil {
		return nil, err
	}
	// Who hangs up has what was begun finished, and settled by the relay's own round.
	waiting, stop := context.WithTimeout(ctx, x402.JobTime+settleWait)
	defer stop()
	if job, err = h.Jobs.Wait(waiting, r.Account, job.ID); err != nil {
		return nil, err
	}
	settling, end := context.WithTimeout(waiting, settleWait)
	defer end()
	settled, err := h.Exact.Settle(settling, job.ID)
	if err != nil {
		return nil, err
	}
	p, err := h.prediction(ctx, job, in.base64())
	if err != nil {
		return nil, err
	}
	p.Payment = &PaymentView{State: settled.State, Amount: settled.Value, PayTo: settled.PayTo, Transaction: settled.Tx}
	out := &createdPrediction{Status: http.StatusCreated, Location: p.URLs.Get, Body: p}
	said := x402.Settled{Network: h.Exact.Network(), Payer: settled.Payer, Transaction: settled.Tx}
	switch settled.State {
	case store.ExactPaid, store.ExactSafe:
		out.Status, said.Success = http.StatusOK, true
	case store.ExactHeld, store.ExactDue:
		out.Status, said.Reason = http.StatusAccepted, "settlement_pending"
	default:
		said.Reason = map[string]string{store.ExactVoid: "prediction_failed", store.ExactLost: "invalid_transaction_state"}[settled.State]
	}
	out.Settled = x402.Header(said)
	return out, nil
}

// required says what a job costs, and, to somebody who sent a payment, why that one is not taken.
func (h *Hub) required(ctx context.Context, r jobs.Request, asked [32]byte, most int64, reason, what string) error {
	provider, pay, err := h.Jobs.Quote(r.Manifest, r.Mode, most)
	if err != nil {
		return err
	}
	offer, err := h.Exact.Quote(ctx, x402.Job{Manifest: r.Manifest, Provider: [20]byte(provider), Pay: pay, Asked: asked})
	if err != nil {
		return err
	}
	header := x402.Header(x402.Required{Version: x402.Version, Error: reason, Accepts: []x402.Requirements{offer},
		Resource: x402.Resource{URL: h.Origins[0] + apiPrefix + "/predictions", Description: "A run of " + string(r.Manifest), MimeType: "application/json"}})
	said := relay.Errorf(relay.CodePayment, "%s", what).WithHint("pay %s of %s on %s as PAYMENT-REQUIRED says (x402, version %d), or sign in", offer.Amount, offer.Asset, offer.Network, x402.Version)
	return huma.ErrorWithHeaders(said, http.Header{"PAYMENT-REQUIRED": {header}, "Cache-Control": {cacheNever}})
}
