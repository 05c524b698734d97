package jobs

import (
	"context"
	"log/slog"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/jobs/wire"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/spec"
	"github.com/dehug/dehug/relay/store"
)

// Jobs by specification (package spec) are jobs like others: their input is the document, their output the answer. What is particular of them
// is here: a provider that does them does so for any model, the answer has to be of that document, and what a training makes arrives before its result.

// Made keeps the release that a training makes for the job's account, until that publishes it or does not.
type Made interface {
	// Keep keeps a block of it, of at most most bytes together.
	Keep(ctx context.Context, job store.Job, most int64, block manifest.Block) error
	// Check refuses a release of which something is missing: then CodeInvalid.
	Check(ctx context.Context, job store.Job, made *spec.TrainingResult) error
}

// document is the specification that a job has.
func (q *Queue) document(ctx context.Context, job string) ([]byte, error) {
	input, err := q.Store.JobInput(ctx, job)
	if err != nil {
		return nil, err
	}
	tensors, err := receipt.DecodeTensors(input[32:])
	if err != nil {
		return nil, err
	}
	return spec.Asked(tensors)
}

// keep keeps a block of what a training makes. A relay that cannot ends the attempt: its result would lack it.
func (q *Queue) keep(p *peer, m *wire.Message) {
	q.mu.Lock()
	a := q.running[m.ID]
	known := a != nil && a.peer == p && a.fence == m.Fence
	q.mu.Unlock()
	if !known {
		return // it was given up
	}
	ctx := context.WithoutCancel(q.ctx)
	err := error(relay.Errorf(relay.CodeInvalid, "it is no training"))
	if q.Made != nil && (spec.ModeCommand(a.job.Mode) != "" || a.job.OrderID != "") {
		err = q.keepMade(ctx, a.job, manifest.Block{CID: m.CID, Data: m.Body})
	}
	if err == nil {
		return
	}
	q.Log.Warn("what a training made was not kept", slog.String("job", m.ID), slog.Any("error", err))
	code := relay.JobProviderFailed
	switch relay.ErrorCode(err) {
	case relay.CodeQuota, relay.CodeTooLarge:
		code = relay.JobTooLarge
	case relay.CodeInvalid, relay.CodeUnverified:
		code = relay.JobBadResult
	}
	if q.end(m.ID, m.Fence) != nil {
		p.send(&wire.Message{Kind: wire.Cancel, ID: m.ID, Fence: m.Fence})
		q.fail(a, code, relay.Shorten(err.Error(), wire.MaxDetail))
	}
}

func (q *Queue) keepMade(ctx context.Context, job store.Job, block manifest.Block) error {
	doc, err := q.document(ctx, job.ID)
	if err != nil {
		return err
	}
	j, err := spec.Parse(doc)
	if err != nil {
		return err
	}
	return q.Made.Keep(ctx, job, roomOf(j.Limits.Bytes), block)
}

// roomOf is how many bytes the blocks of a release have at most whose files have so many: lists of leaves, directories and the manifest of
// some hundred files are less than what is added.
func roomOf(bytes int64) int64 { return bytes + bytes/64 + 256<<10 }

// checkAnswer tells whether an answer is of the job's document, and keeps the blocks that it names; of an evaluation it returns what is attested.
// Another error than CodeInvalid says nothing of the answer.
func (q *Queue) checkAnswer(ctx context.Context, job store.Job, m *wire.Message) (*store.Evaluation, error) {
	refuse := func(err error) (*store.Evaluation, error) {
		return nil, relay.Errorf(relay.CodeInvalid, "%w", err)
	}
	doc, err := q.document(ctx, job.ID)
	if err != nil {
		return nil, relay.Errorf(relay.CodeInternal, "%w", err)
	}
	tensors, err := receipt.DecodeTensors(m.Body)
	if err != nil {
		return refuse(err)
	}
	answer, result, err := spec.ParseAnswer(tensors)
	if err == nil {
		err = result.Answers(doc)
	}
	if err != nil {
		return refuse(err)
	}
	if manifest.Digest(m.Receipt.Plan) != result.Plan {
		return nil, relay.Errorf(relay.CodeInvalid, "the receipt has another plan than the result")
	}
	if result.Training != nil {
		if q.Made == nil {
			return nil, relay.Errorf(relay.CodeInvalid, "this relay takes no trainings")
		}
		if err := q.Made.Check(ctx, job, result.Training); err != nil {
			return nil, err
		}
	}
	if q.Blocks == nil || result.Inference != nil { // what somebody asked a model is theirs
		return nil, nil
	}
	for _, data := range [][]byte{doc, answer.Result, answer.Runs} {
		if data == nil {
			continue
		}
		if err := q.Blocks.Put(ctx, manifest.Block{CID: manifest.DigestOf(data).RawCID(), Data: data}); err != nil {
			return nil, relay.Errorf(relay.CodeInternal, "%w", err)
		}
	}
	if e := result.Evaluation; e != nil {
		return &store.Evaluation{Dataset: string(e.Dataset), Metric: e.Metric, Value: e.Value, Evidence: "0x" + spec.Digest(answer.Result).String()}, nil
	}
	return nil, nil
}
