// Package work does jobs by their specifications (package spec) with the built-in engine and with commands that are allowed:
//
//	w := &work.Worker{Engine: e}
//	done, err := w.Do(ctx, doc, work.Watch{})
//	done.Result                       // the result's document: dehug/job-result/v0
//
// A provider does with it what it is asked, whoever doubts a result does the same again, and an order on chain is delivered by it. Strict
// inferences, evaluations and validations have the same result wherever they are done.
package work

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/engine"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/spec"
)

// Worker does jobs. It is safe for concurrent use.
type Worker struct {
	Engine *engine.Engine
	// Commands are those that trainings may name. May be nil.
	Commands map[string]Command
	// Dir is where trainings have their folders.
	Dir string
}

// Watch is told how a job goes on. Its parts may be nil.
type Watch struct {
	Progress func(done, of int)
	// Line is a line of what a training's command says.
	Line func(text string)
	// Block takes what a training made, before its result is there.
	Block func(manifest.Block) error
}

// Done is a job that was done.
type Done struct {
	Job    *spec.Job
	Result []byte // the document
	Plan   receipt.Hash
	// Runs is the block that the result of an evaluation names, Outputs the tensors that the result of an inference names, in their canonical form.
	Runs, Outputs []byte
}

// Names of the tensors in which a job by specification is asked, and answered: all of type u8, with one dimension.
const (
	nameSpec    = "spec"
	nameResult  = "result"
	nameRuns    = "runs"
	nameOutputs = "outputs"
)

// Question is a job's document as what a provider is asked.
func Question(doc []byte) []receipt.Tensor { return []receipt.Tensor{bytesOf(nameSpec, doc)} }

// Asked reads what Question made.
func Asked(inputs []receipt.Tensor) ([]byte, error) {
	if len(inputs) != 1 || inputs[0].Name != nameSpec || inputs[0].Type != "u8" || len(inputs[0].Dims) != 1 {
		return nil, relay.Errorf(relay.CodeInvalid, "a job by specification has one input, %q", nameSpec)
	}
	return inputs[0].Data, nil
}

// Answer is what a provider answers.
func (d *Done) Answer() []receipt.Tensor {
	out := []receipt.Tensor{bytesOf(nameResult, d.Result)}
	if d.Runs != nil {
		out = append(out, bytesOf(nameRuns, d.Runs))
	}
	if d.Outputs != nil {
		out = append(out, bytesOf(nameOutputs, d.Outputs))
	}
	return out
}

func bytesOf(name string, data []byte) receipt.Tensor {
	return receipt.Tensor{Name: name, Type: "u8", Dims: []int64{int64(len(data))}, Data: data}
}

// Answered reads an answer to a job, and refuses one that is not of that job, or does not have what its result names.
func Answered(doc []byte, tensors []receipt.Tensor) (*Done, *spec.Result, error) {
	d := &Done{}
	for _, t := range tensors {
		if t.Type != "u8" || len(t.Dims) != 1 {
			return nil, nil, relay.Errorf(relay.CodeInvalid, "%q is no document", t.Name)
		}
		switch t.Name {
		case nameResult:
			d.Result = t.Data
		case nameRuns:
			d.Runs = t.Data
		case nameOutputs:
			d.Outputs = t.Data
		default:
			return nil, nil, relay.Errorf(relay.CodeInvalid, "a result has no %q", t.Name)
		}
	}
	var err error
	if d.Job, err = spec.Parse(doc); err != nil {
		return nil, nil, invalid(err)
	}
	r, err := spec.ParseResult(d.Result)
	if err != nil {
		return nil, nil, invalid(err)
	}
	d.Plan = receipt.Hash(r.Plan)
	if r.Kind != d.Job.Kind || r.Model != d.Job.Model || r.Spec != spec.Digest(doc) {
		return nil, nil, relay.Errorf(relay.CodeInvalid, "the result is of another job")
	}
	if e := r.Evaluation; (e != nil) != (d.Runs != nil) || e != nil && (e.Dataset != d.Job.Evaluation.Dataset || e.Metric != d.Job.Evaluation.Metric || e.Runs.Verify(d.Runs) != nil || len(d.Runs) == 0 || len(d.Runs)%32 != 0 || root(d.Runs) != e.Root) {
		return nil, nil, relay.Errorf(relay.CodeInvalid, "the runs are not those of the evaluation")
	}
	if i := r.Inference; (i != nil) != (d.Outputs != nil) || i != nil && (i.Bytes != int64(len(d.Outputs)) || manifest.Digest(receipt.ResultHash(d.Outputs)) != i.Outputs) {
		return nil, nil, relay.Errorf(relay.CodeInvalid, "the outputs are not those of the inference")
	}
	return d, r, nil
}

func invalid(err error) error {
	return relay.Errorf(relay.CodeInvalid, "%w", err).WithHint("%s", manifest.HintOf(err))
}

// Replayable tells whether whoever does a job again has the same result.
func Replayable(j *spec.Job) bool {
	return j.Kind == spec.Evaluation || j.Kind == spec.Validation || j.Kind == spec.Inference && j.Inference.Mode == receipt.Strict
}

// Do does a job. An error that is not ctx's is a *engine.Failure.
func (w *Worker) Do(ctx context.Context, doc []byte, watch Watch) (*Done, error) {
	job, err := spec.Parse(doc)
	if err != nil {
		return nil, &engine.Failure{Code: relay.JobInvalidInput, Err: err}
	}
	limited, stop := context.WithTimeout(ctx, time.Duration(job.Limits.Seconds)*time.Second)
	defer stop()
	d := &Done{Job: job}
	r := &spec.Result{Kind: job.Kind, Spec: spec.Digest(doc), Model: job.Model}
	switch {
	case job.Inference != nil:
		err = w.infer(limited, job, d, r, watch)
	case job.Evaluation != nil:
		err = w.evaluate(limited, job, d, r, watch)
	case job.Training != nil:
		err = w.train(limited, job, doc, d, r, watch)
	default:
		var answer *engine.Answer
		if r.Validation, answer, err = w.Engine.Validate(limited, job.Model); answer != nil {
			d.Plan = answer.Plan
		}
	}
	if ctx.Err() == nil && limited.Err() != nil && err != nil {
		return nil, failure(relay.JobDeadline, "it took more than the %d seconds that it may", job.Limits.Seconds)
	}
	if err != nil {
		return nil, err
	}
	r.Plan = manifest.Digest(d.Plan)
	if d.Result, err = r.Encode(); err != nil {
		return nil, &engine.Failure{Code: relay.JobProviderFailed, Err: err}
	}
	return d, nil
}

func failure(code relay.JobCode, format string, args ...any) error {
	return &engine.Failure{Code: code, Err: fmt.Errorf(format, args...)}
}

// infer runs the model once.
func (w *Worker) infer(ctx context.Context, job *spec.Job, d *Done, r *spec.Result, watch Watch) error {
	q := engine.Question{Manifest: job.Model, Mode: job.Inference.Mode, Progress: watch.Progress}
	for _, t := range job.Inference.Inputs {
		data := t.Data
		if len(t.Blocks) > 0 {
			for _, cid := range t.Blocks {
				block, err := w.Engine.Block(ctx, cid)
				if err != nil {
					return err
				}
				if len(block) > spec.MaxBlock {
					return failure(relay.JobInvalidInput, "block %s has %d bytes, at most %d are taken", cid, len(block), spec.MaxBlock)
				}
				data = append(data, block...)
			}
		}
		q.Inputs = append(q.Inputs, receipt.Tensor{Name: t.Name, Type: t.Type, Dims: t.Dims, Data: data})
	}
	if _, err := receipt.EncodeTensors(q.Inputs); err != nil { // as many elements as the dimensions say
		return &engine.Failure{Code: relay.JobInvalidInput, Err: err}
	}
	answer, err := w.Engine.Run(ctx, q)
	if err != nil {
		return err
	}
	d.Plan = answer.Plan
	if d.Outputs, err = receipt.EncodeTensors(answer.Outputs); err != nil {
		return &engine.Failure{Code: relay.JobProviderFailed, Err: err}
	}
	if int64(len(d.Outputs)) > job.Limits.Bytes {
		return failure(relay.JobTooLarge, "the outputs have %d bytes, the job allows %d", len(d.Outputs), job.Limits.Bytes)
	}
	r.Inference = &spec.InferenceResult{Bytes: int64(len(d.Outputs)), Outputs: manifest.Digest(receipt.ResultHash(d.Outputs))}
	return nil
}

// root is that of the tree over the hashes of runs.
func root(runs []byte) manifest.Digest {
	leaves := make([]receipt.Hash, len(runs)/32)
	for i := range leaves {
		leaves[i] = receipt.Hash(runs[32*i:])
	}
	return manifest.Digest(receipt.Root(leaves))
}

var errNoTraining = errors.New("this provider allows no command of that name")
