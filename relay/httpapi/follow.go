package httpapi

import (
	"context"
	"time"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/jobs"
	"github.com/dehug/dehug/relay/store"
)

const (
	// lookElsewhere is how soon is shown what another relay did.
	lookElsewhere = time.Second
	// streamPing keeps proxies from taking a quiet stream for a dead one.
	streamPing = 15 * time.Second
)

// follower watches a prediction until it has ended, and asks the database no oftener than it has to.
type follower struct {
	h           *Hub
	account, id string
	watch       *jobs.Watch
	quiet       *time.Ticker
	changed     <-chan struct{}
	states      int
	elsewhere   time.Time
	job         store.Job
}

// follow begins to. Close it.
func (h *Hub) follow(account, id string) *follower {
	return &follower{h: h, account: account, id: id, watch: h.Jobs.Watch(id), quiet: time.NewTicker(streamPing), states: -1, elsewhere: time.Now()}
}

func (f *follower) close() {
	f.quiet.Stop()
	f.watch.Close()
}

// look brings job up to date. All parts of an answer are there once it has ended.
func (f *follower) look(ctx context.Context) (ended bool, err error) {
	f.changed = f.watch.Changed()
	if n := f.watch.States(); n != f.states || !time.Now().Before(f.elsewhere) {
		f.states, f.elsewhere = n, time.Now().Add(lookElsewhere)
		if f.job, err = f.h.Store.Job(ctx, f.account, f.id); err != nil {
			return false, err
		}
	}
	return relay.JobState(f.job.State).Ended(), nil
}

// wait waits until there may be something new. It says whether to go on, and whether nothing was said for long.
func (f *follower) wait(ctx context.Context) (more, quiet bool) {
	select {
	case <-ctx.Done():
		return false, false
	case <-f.h.Jobs.Done():
		return false, false
	case <-f.changed:
	case <-time.After(time.Until(f.elsewhere)):
	case <-f.quiet.C:
		return true, true
	}
	return true, false
}
