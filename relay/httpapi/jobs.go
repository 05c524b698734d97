package httpapi

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/spec"
	"github.com/dehug/dehug/relay/store"
)

// SpecifiedJob is what a prediction has beside that was created by a specification.
type SpecifiedJob struct {
	Kind        string           `json:"kind" enum:"inference,evaluation,validation,training"`
	Spec        string           `json:"spec" doc:"CID of the specification, a raw block: its digest is what an order's terms name."`
	Result      json.RawMessage  `json:"result,omitempty" doc:"The result's document, dehug/job-result/v0, once it has succeeded."`
	ResultCID   string           `json:"result_cid,omitempty" doc:"CID of these bytes. Those of evaluations, validations and trainings are at the gateway."`
	Attestation *AttestationView `json:"attestation,omitempty" doc:"Of an evaluation for which one was asked."`
	Upload      string           `json:"upload,omitempty" doc:"Of a training: the upload of yours that has the new release. Finish it, with the manifest that the result names, and it is published."`
}

// AttestationView is how far an attestation is.
type AttestationView struct {
	State       string `json:"state" enum:"asked,due,sent,mined,safe" doc:"asked: once the job has succeeded. safe: the chain will not undo it."`
	Version     string `json:"version" doc:"What it is about, as the registry calls it."`
	Evidence    string `json:"evidence,omitempty" doc:"Digest of the result's document."`
	Transaction string `json:"transaction,omitempty"`
	UID         string `json:"uid,omitempty" doc:"As EAS calls it."`
}

type jobRequest struct {
	Encoded
	Key    string `header:"Idempotency-Key" maxLength:"200" doc:"The same request with the same key makes one job, however often it is sent."`
	Prefer string `header:"Prefer" maxLength:"100" doc:"wait, or wait=SECONDS: answer when it has ended, or after that."`
	Body   struct {
		Spec     json.RawMessage `json:"spec" doc:"The specification, dehug/job/v0: an object of strings, lists and objects. White space and order of keys do not matter."`
		Salt     string          `json:"salt,omitempty" pattern:"^0x[0-9a-f]{64}$" doc:"Chosen by the relay when not given."`
		MaxPrice *int64          `json:"max_price,omitempty" minimum:"0" maximum:"1000000000000" doc:"In the smallest unit of a dollar. What providers ask now when not given."`
		Webhook  string          `json:"webhook,omitempty" maxLength:"2000" doc:"As of a prediction."`
		Events   []string        `json:"webhook_events_filter,omitempty" maxItems:"3" enum:"start,output,completed" doc:"As of a prediction."`
		Voucher  *Voucher        `json:"voucher,omitempty" doc:"Has a session of the model's pay for it. The salt has to be given then."`
		Attest   bool            `json:"attest,omitempty" doc:"Of an evaluation of a version that is on chain: once it has succeeded, the relay attests the result there (EAS), where it does that."`
	}
}

// Resolve is called by huma once the body was read.
func (*jobRequest) Resolve(c huma.Context) []error {
	mayWait(c)
	return nil
}

func (h *Hub) registerJobs(api huma.API, errors []int) {
	op := huma.Operation{OperationID: "createJob", Method: http.MethodPost, Path: "/jobs", Summary: "Have a job done that a specification describes", Tags: []string{"predictions"}, Errors: errors,
		DefaultStatus: http.StatusCreated, MaxBodyBytes: 2 * spec.MaxDocument, BodyReadTimeout: predictionTimeout, Metadata: map[string]any{"limit": "predictions"}}
	op.Description = "An inference, an evaluation of a model over a data set, a validation, or a training by a command that providers allow. It becomes a prediction: watch, get and cancel it as one. " +
		"Its receipt is about the specification and the result's document; whoever does an evaluation or validation again has the same result."
	register(h, api, runs, op, h.createJob)
}

func (h *Hub) createJob(ctx context.Context, in *jobRequest) (*createdPrediction, error) {
	doc, err := spec.Canonical(in.Body.Spec)
	var job *spec.Job
	if err == nil {
		job, err = spec.Parse(doc)
	}
	if err != nil {
		return nil, relay.Errorf(relay.CodeInvalid, "spec: %w", err).WithHint("%s", manifest.HintOf(err))
	}
	if !job.MayPublish(callerOf(ctx).address) {
		return nil, relay.Errorf(relay.CodeInvalid, "spec: training.publish.authors: %s is not among them", callerOf(ctx).address).WithHint("name yourself: only an author may publish what comes of it")
	}
	for _, cid := range job.Datasets() {
		if h.Denied != nil && h.Denied(cid) {
			return nil, errDenied
		}
	}
	var attested *store.AttestedVersion
	if in.Body.Attest {
		if job.Evaluation == nil || !h.Attests {
			return nil, relay.Errorf(relay.CodeInvalid, "attest: this relay attests no such job").WithHint("it attests evaluations, where its operator has it do so (serve --attest)")
		}
		v, err := h.Store.VersionOf(ctx, job.Model)
		if err != nil {
			return nil, err
		}
		attested = &v
	}
	p := &predictionRequest{attest: attested, Encoded: in.Encoded, Key: in.Key, Prefer: in.Prefer}
	p.Body.Version, p.Body.Mode, p.Body.Timeout = string(job.Model), job.Mode(), int(job.Limits.Seconds)
	p.Body.Salt, p.Body.MaxPrice, p.Body.Webhook, p.Body.Events, p.Body.Voucher = in.Body.Salt, in.Body.MaxPrice, in.Body.Webhook, in.Body.Events, in.Body.Voucher
	p.Body.Input = map[string]receipt.TensorJSON{}
	for _, t := range spec.Question(doc) {
		p.Body.Input[t.Name] = receipt.TensorJSON{Datatype: receipt.Datatype(t.Type), Shape: t.Dims, Base64: base64.StdEncoding.EncodeToString(t.Data)}
	}
	return h.createPrediction(ctx, p)
}

// specified tells of a job's document; nil where there is none any more.
func specified(job store.Job, input []byte) *SpecifiedJob {
	tensors, err := receipt.DecodeTensors(input)
	if err != nil {
		return nil
	}
	doc, err := spec.Asked(tensors)
	if err != nil {
		return nil
	}
	j, err := spec.Parse(doc)
	if err != nil {
		return nil
	}
	s := &SpecifiedJob{Kind: j.Kind, Spec: string(spec.Digest(doc).RawCID())}
	if j.Training != nil && relay.JobState(job.State) == relay.JobSucceeded {
		s.Upload = job.ID
	}
	return s
}

// answered takes the documents out of what came back, and returns the tensors that an inference has beside.
func (s *SpecifiedJob) answered(tensors []receipt.Tensor) ([]receipt.Tensor, error) {
	answer, _, err := spec.ParseAnswer(tensors)
	if err != nil {
		return nil, err
	}
	s.Result, s.ResultCID = answer.Result, string(spec.Digest(answer.Result).RawCID())
	if answer.Outputs == nil {
		return nil, nil
	}
	return receipt.DecodeTensors(answer.Outputs)
}

// attestation tells how far one is; nil where none was asked for.
func (h *Hub) attestation(ctx context.Context, job string) (*AttestationView, error) {
	a, err := h.Store.Attestation(ctx, job)
	if relay.ErrorCode(err) == relay.CodeNotFound {
		return nil, nil
	}
	return &AttestationView{State: a.State, Version: a.Version, Evidence: a.Evidence, Transaction: a.Tx, UID: a.Uid}, err
}
