package httpapi

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/jobs"
	"github.com/dehug/dehug/relay/receipt"
)

// inferencePrefix is where the Open Inference Protocol has everything.
const inferencePrefix = "/v2"

// InferTensor is a tensor of the Open Inference Protocol.
type InferTensor struct {
	Name string `json:"name" minLength:"1" maxLength:"256"`
	receipt.TensorJSON
	Parameters map[string]any `json:"parameters,omitempty" doc:"Ignored."`
}

// InferReply is the protocol's answer.
type InferReply struct {
	ModelName    string        `json:"model_name"`
	ModelVersion string        `json:"model_version,omitempty"`
	ID           string        `json:"id,omitempty" doc:"What the request had."`
	Outputs      []InferTensor `json:"outputs" nullable:"false"`
	Parameters   struct {
		Prediction string `json:"prediction" doc:"Its receipt is under /api/v1/receipts."`
	} `json:"parameters"`
}

type inferRequest struct {
	Model string `path:"model" maxLength:"100" doc:"CID of the model's manifest."`
	Key   string `header:"Idempotency-Key" maxLength:"200"`
	PaymentHeaders
	Routed
	Body struct {
		ID         string         `json:"id,omitempty" maxLength:"200"`
		Inputs     []InferTensor  `json:"inputs" nullable:"false"`
		Outputs    []inferOutput  `json:"outputs,omitempty" doc:"Those that are wanted; all when not given."`
		Parameters map[string]any `json:"parameters,omitempty" doc:"routing: who may do it, as of a prediction, as an object or its JSON. Others are ignored."`
	}
}

// Resolve is called by huma once the body was read.
func (*inferRequest) Resolve(c huma.Context) []error {
	mayWait(c)
	return nil
}

type inferOutput struct {
	Name       string         `json:"name" maxLength:"256"`
	Parameters map[string]any `json:"parameters,omitempty" doc:"Ignored."`
}

type inferAnswer struct {
	Settled string `header:"PAYMENT-RESPONSE" doc:"x402: what became of the payment."`
	Body    InferReply
}

type inferModel struct {
	Model string `path:"model" maxLength:"100" doc:"CID of the model's manifest."`
}

// registerInference adds the Open Inference Protocol, version 2, on top of predictions.
func (h *Hub) registerInference(api huma.API) {
	if h.Jobs == nil {
		return
	}
	op := func(id, method, path, summary string, errors ...int) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: inferencePrefix + path, Summary: summary, Tags: []string{"Open Inference Protocol"}, Errors: errors}
	}
	type nothing = struct{}
	answer := func(context.Context, *nothing) (*nothing, error) { return nil, nil }
	server := op("inferenceServer", http.MethodGet, "", "What speaks the protocol here")
	register(h, api, public, server, func(context.Context, *nothing) (*reply[inferServer], error) {
		return &reply[inferServer]{inferServer{Name: "dehug-relay", Version: apiVersion, Extensions: []string{}}}, nil
	})
	live := op("inferenceLive", http.MethodGet, "/health/live", "Whether the relay answers")
	live.DefaultStatus = http.StatusOK
	register(h, api, public, live, answer)
	ready := op("inferenceReady", http.MethodGet, "/health/ready", "Whether it takes requests")
	ready.DefaultStatus = http.StatusOK
	register(h, api, public, ready, answer)
	modelReady := op("inferenceModelReady", http.MethodGet, "/models/{model}/ready", "Whether a provider is there for a model", http.StatusNotFound)
	modelReady.DefaultStatus = http.StatusOK
	register(h, api, public, modelReady, func(_ context.Context, in *inferModel) (*nothing, error) {
		for _, o := range h.Jobs.Offers() {
			if o.Manifest == in.Model {
				return nil, nil
			}
		}
		return nil, relay.Errorf(relay.CodeNotFound, "no provider is there for this model") // the protocol wants 4xx for what is not ready
	})
	infer := op("infer", http.MethodPost, "/models/{model}/infer", "Run a model and wait for the answer", http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusServiceUnavailable)
	infer.MaxBodyBytes, infer.BodyReadTimeout, infer.Metadata = maxPredictionBody, predictionTimeout, map[string]any{"limit": "predictions"}
	infer.Description = "A prediction in strict mode, or by a provider's server where nobody offers that, at what providers ask now. What takes longer than a minute goes on as a prediction."
	h.takesPayment(&infer)
	register(h, api, runs, infer, h.infer)
}

// modeOf is strict where a provider is there for that, else what there is.
func (h *Hub) modeOf(cid string) string {
	mode := receipt.Strict
	for _, o := range h.Jobs.Offers() {
		switch {
		case o.Manifest != cid:
		case o.Mode == receipt.Strict:
			return receipt.Strict
		case o.Mode == receipt.Served:
			mode = receipt.Served
		}
	}
	return mode
}

type inferServer struct {
	Name       string   `json:"name"`
	Version    string   `json:"version"`
	Extensions []string `json:"extensions" nullable:"false"`
}

func (h *Hub) infer(ctx context.Context, in *inferRequest) (*inferAnswer, error) {
	input := map[string]receipt.TensorJSON{}
	for _, t := range in.Body.Inputs {
		if _, twice := input[t.Name]; twice {
			return nil, relay.Errorf(relay.CodeInvalid, "two inputs are named %q", t.Name)
		}
		input[t.Name] = t.TensorJSON
	}
	r := jobs.Request{Mode: h.modeOf(in.Model), MaxPrice: -1, Time: maxWait, Key: in.Key}
	var err error
	if r.Tensors, err = encoded(input); err != nil {
		return nil, err
	}
	var field json.RawMessage
	switch said := in.Body.Parameters["routing"].(type) {
	case nil:
	case string: // parameters of this protocol are no objects, strictly
		field = json.RawMessage(said)
	default:
		if field, err = json.Marshal(said); err != nil {
			return nil, err
		}
	}
	if r.Routing, err = in.Routed.read(field); err != nil {
		return nil, err
	}
	known, err := h.pays(ctx, &r, in.PaymentHeaders, in.Model, inferencePrefix+"/models/"+in.Model+"/infer")
	if err != nil {
		return nil, err
	}
	var job jobs.Done
	if known != nil {
		job.Job = *known
	} else if job, err = h.Jobs.Run(ctx, r, maxWait+time.Second); err != nil {
		return nil, err
	}
	settled, err := h.paidFor(ctx, r, &job.Job)
	if err != nil {
		return nil, err
	}
	if err := ended(job.Job); err != nil {
		return nil, err
	}
	p, err := h.predictionOf(ctx, job, false)
	if err != nil {
		return nil, err
	}
	out := InferReply{ModelName: job.Manifest, ID: in.Body.ID, Outputs: []InferTensor{}}
	out.Parameters.Prediction = job.ID
	wanted := in.Body.Outputs
	if len(wanted) == 0 {
		body, err := h.Store.JobOutput(ctx, job.ID)
		if err != nil {
			return nil, err
		}
		tensors, err := receipt.DecodeTensors(body)
		if err != nil {
			return nil, err
		}
		for _, t := range tensors { // in the order of their names
			wanted = append(wanted, inferOutput{Name: t.Name})
		}
	}
	for _, w := range wanted {
		t, ok := p.Output[w.Name]
		if !ok {
			return nil, relay.Errorf(relay.CodeInvalid, "the model has no output %q", w.Name)
		}
		out.Outputs = append(out.Outputs, InferTensor{Name: w.Name, TensorJSON: t})
	}
	return &inferAnswer{settled, out}, nil
}
