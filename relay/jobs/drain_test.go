package jobs

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/engine"
	"github.com/dehug/dehug/relay/receipt"
)

// A relay that ends takes nothing more, finishes what runs, and leaves nothing behind that another one does not find.
func TestDrainRelay(t *testing.T) {
	s := database(t, "")
	q, url := relayOf(t, s, 0)
	begun, goOn := make(chan struct{}, 1), make(chan struct{})
	provide(t, url, key(t, "1"), 0, 1, echo{before: func(context.Context, engine.Question) error { begun <- struct{}{}; <-goOn; return nil }})
	runs := ask(t, q, "x", 0)
	<-begun
	waits := ask(t, q, "y", 0)
	closed := make(chan error, 1)
	go func() {
		ctx, stop := context.WithTimeout(context.Background(), time.Minute)
		defer stop()
		closed <- q.Close(ctx)
	}()
	for !q.Draining() {
		time.Sleep(time.Millisecond)
	}
	if _, _, err := q.Create(t.Context(), Request{Account: alice, Manifest: modelCID, Mode: receipt.Strict, Tensors: tensors(t, "z")}); !errors.Is(err, ErrDraining) {
		t.Errorf("a job for a relay that ends: %v", err)
	}
	if _, _, err := q.Quote(modelCID, receipt.Strict, nil, 1000); !errors.Is(err, ErrDraining) {
		t.Errorf("a quote of a relay that ends: %v", err)
	}
	select {
	case err := <-closed:
		t.Errorf("it ended while a job ran: %v", err)
	default:
	}
	close(goOn)
	if err := <-closed; err != nil {
		t.Error(err)
	}
	<-q.Done()
	if got, err := s.Job(t.Context(), alice, runs.ID); err != nil || got.State != string(relay.JobSucceeded) || got.Fence != 1 {
		t.Errorf("what ran is %+v, %v", got, err)
	}
	two, other := relayOf(t, s, 0)
	provide(t, other, key(t, "2"), 0, 1, echo{})
	ends(t, two, waits.ID, relay.JobSucceeded)
	audit(t, s)
}
