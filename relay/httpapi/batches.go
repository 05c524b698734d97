package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/jobs"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/route"
)

// maxBatch is how many inputs one request has. Open predictions of an account are bounded as well.
const maxBatch = 128

type batchRequest struct {
	Encoded
	Key    string `header:"Idempotency-Key" maxLength:"190" doc:"The same request with the same key makes each prediction once, however often it is sent."`
	Prefer string `header:"Prefer" maxLength:"100" doc:"wait, or wait=SECONDS: answer when all have ended, or after that."`
	Body   struct {
		Version  string                          `json:"version" maxLength:"100" doc:"CID of the model's manifest."`
		Inputs   []map[string]receipt.TensorJSON `json:"inputs" minItems:"1" maxItems:"128" nullable:"false" doc:"Each by name of the model's input."`
		Mode     string                          `json:"mode,omitempty" enum:"strict,fast,served" default:"strict"`
		MaxPrice *int64                          `json:"max_price,omitempty" minimum:"0" maximum:"1000000000000" doc:"Of each, in the smallest unit of a dollar. What providers ask now when not given."`
		Routing  *route.Wishes                   `json:"routing,omitempty" doc:"Who may do each, as of a prediction."`
		Timeout  int                             `json:"timeout,omitempty" minimum:"1" maximum:"3600" doc:"Seconds, of each. Ten minutes when not given."`
		Payments []BatchPayment                  `json:"payments,omitempty" maxItems:"128" doc:"Have a session pay: one for each input, in their order, each continuing the one before."`
	}
}

// BatchPayment pays for one input of a batch.
type BatchPayment struct {
	Salt    string  `json:"salt" pattern:"^0x[0-9a-f]{64}$"`
	Voucher Voucher `json:"voucher"`
}

// Resolve is called by huma once the body was read.
func (*batchRequest) Resolve(c huma.Context) []error {
	mayWait(c)
	return nil
}

// Batched is what became of one input of a batch.
type Batched struct {
	Prediction *Prediction `json:"prediction,omitempty"`
	Code       string      `json:"code,omitempty" doc:"Why there is no prediction of it, for programs."`
	Error      string      `json:"error,omitempty" doc:"Why there is no prediction of it, for people."`
}

func (h *Hub) registerBatches(api huma.API) {
	if h.Jobs == nil {
		return
	}
	create := huma.Operation{OperationID: "createPredictions", Method: http.MethodPost, Path: "/predictions/batch", Summary: "Have a model run on many inputs", Tags: []string{"predictions"},
		Errors: []int{http.StatusRequestEntityTooLarge}, DefaultStatus: http.StatusCreated, MaxBodyBytes: maxPredictionBody, BodyReadTimeout: predictionTimeout, Metadata: map[string]any{"limit": "predictions"}}
	create.Description = "One prediction for each input, in their order, as if each had been asked for alone: some may be refused and others not. They run as providers have room. Vouchers pay for all of them together; x402 does not, for it pays one provider for one answer."
	register(h, api, runs, create, h.createBatch)
}

func (h *Hub) createBatch(ctx context.Context, in *batchRequest) (*reply[List[Batched]], error) {
	wait, err := preferredWait(in.Prefer)
	if err != nil {
		return nil, err
	}
	paid := in.Body.Payments
	if len(paid) > 0 && len(paid) != len(in.Body.Inputs) {
		return nil, relay.Errorf(relay.CodeInvalid, "there are %d payments for %d inputs", len(paid), len(in.Body.Inputs)).WithHint("send one for each, or none")
	}
	account := callerOf(ctx).address
	wishes, err := checked(in.Body.Routing)
	if err != nil {
		return nil, err
	}
	list := List[Batched]{Items: make([]Batched, len(in.Body.Inputs))}
	for i, input := range in.Body.Inputs {
		r := jobs.Request{Account: account, Network: callerOf(ctx).network, Mode: in.Body.Mode, MaxPrice: -1, Routing: wishes, Time: time.Duration(in.Body.Timeout) * time.Second}
		if in.Body.MaxPrice != nil {
			r.MaxPrice = *in.Body.MaxPrice
		}
		if in.Key != "" {
			r.Key = fmt.Sprintf("%s #%d", in.Key, i)
		}
		if len(paid) > 0 {
			v, err := paid[i].Voucher.read()
			if err != nil {
				return nil, err
			}
			r.Voucher = &v
			if r.Salt, err = saltOf(paid[i].Salt); err != nil {
				return nil, err
			}
		}
		job, err := h.predict(ctx, r, in.Body.Version, input, 0)
		if err != nil {
			p := h.problem(ctx, "createPredictions", err)
			list.Items[i] = Batched{Code: p.Code, Error: p.Detail}
			continue
		}
		p := predictionWithout(job.Job)
		list.Items[i].Prediction = &p
	}
	waiting, stop := context.WithTimeout(ctx, wait)
	defer stop()
	for _, b := range list.Items {
		if b.Prediction == nil || wait == 0 {
			continue
		}
		job, err := h.Jobs.Wait(waiting, account, b.Prediction.ID)
		if err != nil {
			return nil, err
		}
		if relay.JobState(job.State).Ended() {
			if *b.Prediction, err = h.prediction(ctx, job, in.base64()); err != nil {
				return nil, err
			}
		}
	}
	return &reply[List[Batched]]{list}, nil
}
