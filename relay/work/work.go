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
	"encoding/json"
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
	Job *spec.Job
	spec.Answer
	Plan receipt.Hash
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

var errNoTraining = errors.New("this provider allows no command of that name")

// Run does the job that a question has (spec.Question), for a provider whose other questions another backend answers.
func (w *Worker) Run(ctx context.Context, q engine.Question) (*engine.Answer, error) {
	doc, err := spec.Asked(q.Inputs)
	if err != nil {
		return nil, &engine.Failure{Code: relay.JobInvalidInput, Err: err}
	}
	job, err := spec.Parse(doc)
	if err == nil && (job.Mode() != q.Mode || job.Model != q.Manifest) {
		err = errors.New("the job's document is of another one")
	}
	if err != nil {
		return nil, &engine.Failure{Code: relay.JobInvalidInput, Err: err}
	}
	watch := Watch{Progress: q.Progress, Block: q.Block}
	if q.Part != nil {
		watch.Line = func(line string) {
			if text, err := json.Marshal(map[string]string{"line": line}); err == nil {
				q.Part(text)
			}
		}
	}
	done, err := w.Do(ctx, doc, watch)
	if err != nil {
		return nil, err
	}
	return &engine.Answer{Outputs: done.Tensors(), Plan: done.Plan}, nil
}
