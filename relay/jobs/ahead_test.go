package jobs

import (
	"path/filepath"
	"testing"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/internal/powerloss"
	"github.com/dehug/dehug/relay/jobs/wire"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/store"
)

// A provider has a job while that is flushed to the disk. Nobody is told of the job, or that its result was taken, before the flush; and where it
// fails there is no job, no pay, and the result is stale.
func TestGivenWhileFlushed(t *testing.T) {
	disk, err := powerloss.Open(filepath.Join(t.TempDir(), "log"), t.Name())
	if err != nil {
		t.Fatal(err)
	}
	s := database(t, "sqlite:"+filepath.Join(t.TempDir(), "hub.db")+"?vfs="+t.Name())
	q, url := relayOf(t, s, 0)
	p := dial(t, url, key(t, "1"), nil)
	if m := p.read(); m.Kind != wire.Welcome {
		t.Fatalf("%+v", m)
	}
	type made struct {
		job store.Job
		err error
	}
	for _, fails := range []bool{false, true, false} { // its one place is free again each time
		goOn := make(chan struct{})
		wait := func() {
			if q.busy() > 0 { // else it is the relay's beat
				<-goOn
			}
		}
		disk.Flushing.Store(&wait)
		created := make(chan made, 1)
		go func() {
			job, _, err := q.Create(t.Context(), Request{Account: alice, Manifest: modelCID, Mode: receipt.Strict, Tensors: tensors(t, "x"), MaxPrice: 0})
			created <- made{job, err}
		}()
		task := p.read()
		if task.Kind != wire.Job {
			t.Fatalf("%+v", task)
		}
		settled := make(chan *wire.Message)
		p.write(p.result(task, q.Address()))
		go func() { settled <- p.read() }()
		if _, err := s.Job(t.Context(), "", task.ID); relay.ErrorCode(err) != relay.CodeNotFound {
			t.Errorf("others see the job before it is flushed: %v", err)
		}
		select {
		case c := <-created:
			t.Errorf("Create = %+v before the flush", c)
		case m := <-settled:
			t.Errorf("the provider is told %+v before the flush", m)
		default:
		}
		disk.Broken.Store(fails)
		disk.Flushing.Store(nil)
		close(goOn)
		c := <-created
		disk.Broken.Store(false)
		m := <-settled
		if fails {
			if _, err := s.Job(t.Context(), "", task.ID); c.err == nil || m.Detail == wire.Taken || relay.ErrorCode(err) != relay.CodeNotFound {
				t.Errorf("with a flush that fails Create = %+v, the provider is told %+v, the job is %v", c, m, err)
			}
		} else if ends(t, q, c.job.ID, relay.JobSucceeded); c.err != nil || m.Detail != wire.Taken {
			t.Errorf("Create = %+v, the provider is told %+v", c, m)
		}
	}
	audit(t, s)
}
