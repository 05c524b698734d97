package jobs

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/internal/postgres"
	"github.com/dehug/dehug/relay/jobs/wire"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/store"
)

// Two relays on one database serve each other's providers: what is asked at one is priced and done by the other's. On Postgres its end is told, and that it
// was canceled; and one of them dies.
func TestTwoRelays(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel() // it waits more than it does
		twoRelays(t, "sqlite:"+filepath.Join(t.TempDir(), "hub.db"), 1)
	})
	if os.Getenv("DEHUG_TEST_ALL") == "1" { // a Postgres takes three seconds to be there
		t.Run("postgres", func(t *testing.T) { twoRelays(t, postgres.URL(t), 10) })
	}
}

func twoRelays(t *testing.T, url string, many int) {
	here := database(t, url)
	there, err := store.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { there.Close() })
	one, _ := relayOf(t, here, time.Second)
	two, at := relayOf(t, there, time.Second)
	stop := provide(t, at, key(t, "1"), 7, 2, echo{})
	for len(one.Offers()) == 0 {
		time.Sleep(time.Millisecond)
	}
	if got := one.Offers()[0]; got.Manifest != string(modelCID) || got.Providers != 1 || got.Capacity != 2 || got.Cheapest != 7 || got.Costly != 7 {
		t.Errorf("the relay without providers offers %+v", got)
	}
	begun := time.Now()
	for i := range many {
		d, err := one.Run(t.Context(), Request{Account: alice, Manifest: modelCID, Mode: receipt.Strict, Tensors: tensors(t, "x"), MaxPrice: -1}, time.Minute)
		if err != nil || relay.JobState(d.State) != relay.JobSucceeded {
			t.Fatalf("job %d is %+v, %v", i, d.Job, err)
		}
		if a, err := here.Attempt(t.Context(), d.ID, 1); err != nil || a.Relay != two.id || a.Pay != 7 {
			t.Errorf("its attempt is %+v, %v; want the other relay's", a, err)
		}
	}
	t.Logf("%v a job that the other relay's provider does", time.Since(begun)/time.Duration(many))
	stop()
	audit(t, here)
	if many == 1 {
		return // relays of a SQLite are not told
	}

	held := dial(t, at, key(t, "2"), nil)
	held.read()
	job := ask(t, one, "canceled", 7)
	if m := held.read(); m.Kind != wire.Job || m.ID != job.ID {
		t.Fatalf("the other relay's provider is told %+v", m)
	}
	if _, err := one.Cancel(t.Context(), alice, job.ID); err != nil {
		t.Fatal(err)
	}
	if m := held.read(); m.Kind != wire.Cancel || m.ID != job.ID {
		t.Errorf("of a job that was canceled elsewhere a provider is told %+v", m)
	}
	free := dial(t, at, key(t, "3"), nil)
	free.read()
	job = ask(t, one, "lost", 7)
	if m := free.read(); m.ID != job.ID {
		t.Fatalf("the other relay's provider is told %+v", m)
	}
	two.mu.Lock()
	two.closed = true
	two.mu.Unlock()
	two.stop() // as a process that is killed
	_, third := relayOf(t, here, time.Second)
	provide(t, third, key(t, "4"), 7, 1, echo{})
	if got := ends(t, one, job.ID, relay.JobSucceeded); got.Fence != 2 {
		t.Errorf("it took %d attempts; want the first lost with its relay", got.Fence)
	}
	for all := one.Offers(); len(all) != 1 || all[0].Providers != 1; all = one.Offers() { // the dead relay offers nothing
		time.Sleep(time.Millisecond)
	}
	audit(t, here)
}
