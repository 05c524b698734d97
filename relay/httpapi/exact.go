package httpapi

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"regexp"
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
	// settleDrain is how long it waits when the relay ends and its jobs have ended: less than the relay then waits for answers.
	settleDrain = time.Second
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
	}
	r := jobs.Request{Mode: b.Mode, Time: x402.JobTime}
	var err error
	if r.Routing, err = checked(b.Routing); err != nil {
		return nil, err
	}
	if r.Mode == "" {
		r.Mode = receipt.Strict
	}
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
	job, err := h.payOnce(ctx, &r, in.Payment, most, apiPrefix+"/predictions")
	if err != nil {
		return nil, err
	}
	if job == nil {
		kept, _, err := h.Jobs.Create(ctx, r)
		if err != nil {
			return nil, err
		}
		job = &kept
	}
	settled, err := h.settled(ctx, job)
	if err != nil {
		return nil, err
	}
	p, err := h.prediction(ctx, *job, in.base64())
	if err != nil {
		return nil, err
	}
	p.Payment = &PaymentView{State: settled.State, Amount: settled.Value, PayTo: settled.PayTo, Transaction: settled.Tx}
	out := &createdPrediction{Status: http.StatusCreated, Location: p.URLs.Get, Settled: h.response(settled), Body: p}
	switch settled.State {
	case store.ExactPaid, store.ExactSafe:
		out.Status = http.StatusOK
	case store.ExactHeld, store.ExactDue:
		out.Status = http.StatusAccepted
	}
	return out, nil
}

// PaymentHeaders are how a request is paid for whose body other people describe.
type PaymentHeaders struct {
	Payment string `header:"PAYMENT-SIGNATURE" maxLength:"8192" doc:"x402, version 2: pays for this alone, and nobody has to be signed in. Without it, and with nobody signed in, 402 says in PAYMENT-REQUIRED what it costs. Nothing is released before it is paid; of a stream, all but the last part."`
	Voucher string `header:"Dehug-Voucher" maxLength:"2048" doc:"Has a session pay for it: base64 of the JSON of a voucher, as createPrediction takes it. Its request hash is of the tensors that the request is: of Open Inference those that it has; of the others one of u8, named chat or embeddings, with the JSON of what goes to the model (without model, stream and what is for servers alone), compact, its fields sorted."`
	Salt    string `header:"Dehug-Salt" pattern:"^0x[0-9a-f]{64}$" doc:"What the request hash is salted with: needed with a voucher, else chosen by the relay."`
}

// takesPayment has an operation paid for by whom nobody knows, where the relay takes that.
func (h *Hub) takesPayment(op *huma.Operation) {
	if h.Exact != nil {
		op.Metadata["pays"] = true
		op.Errors = append(op.Errors, http.StatusPaymentRequired)
	}
}

var sessionForm = regexp.MustCompile("^0x[0-9a-f]{64}$")

// voucherOf reads a voucher of a header; nil for none.
func voucherOf(header string) (*relay.Voucher, error) {
	if header == "" {
		return nil, nil
	}
	var v Voucher
	text, err := base64.StdEncoding.DecodeString(header)
	if err == nil {
		err = json.Unmarshal(text, &v)
	}
	if err == nil && (!sessionForm.MatchString(v.Session) || v.Units < 1 || v.Units > math.MaxUint32) {
		err = fmt.Errorf("session is 0x and 64 digits, and units from 1 to %d", uint32(math.MaxUint32))
	}
	if err != nil {
		return nil, relay.Errorf(relay.CodeInvalid, "Dehug-Voucher is no voucher: %w", err).WithHint("send base64 of the JSON that createPrediction takes as voucher")
	}
	out, err := v.read()
	return &out, err
}

// pays has a request paid for as its headers say: of whoever is signed in by the operator or a session, else by a payment. Mode, tensors and
// time of it are known. It returns the job that the same payment was given for before, if there is one.
func (h *Hub) pays(ctx context.Context, r *jobs.Request, in PaymentHeaders, version, path string) (known *store.Job, err error) {
	if r.Salt, err = saltOf(in.Salt); err != nil {
		return nil, err
	}
	r.Account, r.Network = callerOf(ctx).address, callerOf(ctx).network
	if err := h.serves(r, version); err != nil {
		return nil, err
	}
	if r.Voucher, err = voucherOf(in.Voucher); err != nil || r.Account != "" {
		return nil, err
	}
	switch {
	case r.Voucher != nil:
		return nil, errNobody()
	case r.Key != "":
		return nil, relay.Errorf(relay.CodeInvalid, "who pays for one request needs no Idempotency-Key: the same payment is taken once")
	}
	return h.payOnce(ctx, r, in.Payment, x402.MaxAmount, path)
}

// payOnce has a request paid for by a payment for it alone, of a model that is served and for no more than that; where there is no good
// payment, the error says what it costs. It returns the job that the same payment was given for before, if there is one.
func (h *Hub) payOnce(ctx context.Context, r *jobs.Request, header string, most int64, path string) (known *store.Job, err error) {
	r.Time = x402.JobTime
	if r.Routing != nil && len(r.Routing.Fallbacks) > 0 {
		return nil, relay.Errorf(relay.CodeInvalid, "a quote is for one model: there are no fallbacks").WithHint("ask for each alone, or sign in and pay out of a session")
	}
	if len(r.Tensors) > maxPaidInput {
		return nil, relay.Errorf(relay.CodeTooLarge, "the input has %d bytes, at most %d are paid for one by one", len(r.Tensors), maxPaidInput).WithHint("sign in, and open a session")
	}
	hash := sha256.New()
	fmt.Fprintf(hash, "dehug/x402/request/v0 %s %s %x %d ", r.Manifest, r.Mode, r.Salt, most)
	if text := r.Routing.Text(); text != "" {
		fmt.Fprintf(hash, "%s ", text)
	}
	hash.Write(r.Tensors)
	asked := [32]byte(hash.Sum(nil))
	refuse := func(reason, what string) error { return h.required(ctx, *r, asked, most, path, reason, what) }
	if header == "" {
		err := refuse("payment_required", "this needs somebody who is signed in, or who pays for it")
		if relay.ErrorCode(err) == relay.CodeConflict { // nobody sells it by the job
			err = errNobody()
		}
		return nil, err
	}
	payload, err := x402.Read(header)
	if err != nil {
		return nil, err
	}
	refused := func(err error) error {
		if refusal, ok := errors.AsType[*x402.Refusal](err); ok {
			return refuse(refusal.Reason, refusal.What)
		}
		return err
	}
	payment, err := h.Exact.Parse(payload, asked)
	if err != nil {
		return nil, refused(err)
	}
	r.Account, r.Payment = payment.Payer, &payment
	if h.deniedAccount(r.Account) {
		return nil, errDenied
	}
	job, is, err := h.Store.PaidBefore(ctx, &payment)
	if relay.ErrorCode(err) == relay.CodeConflict {
		return nil, refuse("invalid_exact_evm_nonce_already_used", err.Error())
	}
	if err != nil || is {
		return &job, err
	}
	if payment, r.Funds, err = h.Exact.Check(ctx, payload, asked); err != nil {
		return nil, refused(err)
	}
	return nil, nil
}

// settled waits for a job that is paid for by itself, and for the chain to pay for it; job is then as it is. Who hangs up has what was begun
// finished, and settled by the relay's own round.
func (h *Hub) settled(ctx context.Context, job *store.Job) (p store.ExactPayment, err error) {
	waiting, stop := context.WithTimeout(ctx, x402.JobTime+settleWait)
	defer stop()
	if *job, err = h.Jobs.Wait(waiting, job.Account, job.ID); err != nil {
		return p, err
	}
	settling, end := context.WithTimeout(waiting, settleWait)
	defer end()
	defer context.AfterFunc(h.Jobs.Ending(), func() { // whoever goes on settles it: the answer says that it is due
		select {
		case <-settling.Done():
		case <-time.After(settleDrain):
			end()
		}
	})()
	return h.Exact.Settle(settling, job.ID)
}

// response says what became of a payment, for its header.
func (h *Hub) response(p store.ExactPayment) string {
	said := x402.Settled{Network: h.Exact.Network(), Payer: p.Payer, Transaction: p.Tx}
	switch p.State {
	case store.ExactPaid, store.ExactSafe:
		said.Success = true
	case store.ExactHeld, store.ExactDue:
		said.Reason = "settlement_pending"
	case store.ExactVoid:
		said.Reason = "prediction_failed"
	default:
		said.Reason = "invalid_transaction_state"
	}
	return x402.Header(said)
}

// paidFor is settled for an answer that is nothing but what came of a job: of one that is not paid for by itself it does nothing. header is
// for the answer; where there is to be none, for the error has it.
func (h *Hub) paidFor(ctx context.Context, r jobs.Request, job *store.Job) (header string, err error) {
	if r.Payment == nil {
		return "", nil
	}
	p, err := h.settled(ctx, job)
	if err != nil {
		return "", err
	}
	header = h.response(p)
	if err = ended(*job); err == nil {
		err = unsettled(p)
	}
	if err != nil {
		err = huma.ErrorWithHeaders(err, http.Header{"PAYMENT-RESPONSE": {header}, "Cache-Control": {cacheNever}})
	}
	return header, err
}

// unsettled is nil for what the chain has paid.
func unsettled(p store.ExactPayment) error {
	switch p.State {
	case store.ExactPaid, store.ExactSafe:
		return nil
	case store.ExactLost:
		return relay.Errorf(relay.CodeConflict, "the authorization was taken back, or ran out, before it was settled: there is no answer")
	}
	return relay.Errorf(relay.CodeUnavailable, "the chain has not paid for prediction %s yet", p.Job).WithHint("the relay goes on: send the same request with the same payment, which is taken once, in a moment")
}

// required says what a job costs, and, to somebody who sent a payment, why that one is not taken.
func (h *Hub) required(ctx context.Context, r jobs.Request, asked [32]byte, most int64, path, reason, what string) error {
	provider, pay, err := h.Jobs.Quote(r.Manifest, r.Mode, r.Routing, most)
	if err != nil {
		return err
	}
	offer, err := h.Exact.Quote(ctx, x402.Job{Manifest: r.Manifest, Provider: [20]byte(provider), Pay: pay, Asked: asked})
	if err != nil {
		return err
	}
	header := x402.Header(x402.Required{Version: x402.Version, Error: reason, Accepts: []x402.Requirements{offer},
		Resource: x402.Resource{URL: h.Origins[0] + path, Description: "A run of " + string(r.Manifest), MimeType: "application/json"}})
	said := relay.Errorf(relay.CodePayment, "%s", what).WithHint("pay %s of %s on %s as PAYMENT-REQUIRED says (x402, version %d), or sign in", offer.Amount, offer.Asset, offer.Network, x402.Version)
	return huma.ErrorWithHeaders(said, http.Header{"PAYMENT-REQUIRED": {header}, "Cache-Control": {cacheNever}})
}
