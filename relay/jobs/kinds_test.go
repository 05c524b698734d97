package jobs

import (
	"log/slog"
	"testing"
	"time"

	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/spec"
	"github.com/dehug/dehug/relay/store"
)

// A training may take as long as its specification says, up to what the operator allows; a run of a model takes an hour at most.
func TestLongJobs(t *testing.T) {
	q, _ := relayWith(t, Config{Store: database(t, ""), Key: key(t, "9"), Daily: 10_000, LongTime: 6 * time.Hour, Log: slog.New(slog.DiscardHandler)})
	for _, c := range []struct {
		mode       string
		asks, gets time.Duration
	}{
		{receipt.Strict, 2 * time.Hour, MaxTime}, {spec.Inference, 2 * time.Hour, MaxTime}, {"training/finetune", 2 * time.Hour, 2 * time.Hour},
		{spec.Evaluation, 24 * time.Hour, 6 * time.Hour}, {spec.Validation, time.Minute, time.Minute}, {spec.Evaluation, 0, UsualTime},
	} {
		job, _, err := q.Create(t.Context(), Request{Account: alice, Manifest: modelCID, Mode: c.mode, Tensors: tensors(t, c.mode), Time: c.asks})
		if err != nil {
			t.Fatal(err)
		}
		if got := store.Time(job.Deadline).Sub(store.Time(job.Created)); got != c.gets {
			t.Errorf("%s that may take %s has %s; want %s", c.mode, c.asks, got, c.gets)
		}
	}
}
