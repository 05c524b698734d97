package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/internal/powerloss"
)

// promise is what somebody was told: that a job is there, or how it ended.
type promise struct {
	after int // operations of the disk's
	job   string
	state string // "" for any
}

// keepPromises has jobs made and ended on a disk by several at once, and returns what they were told, and what the disk noted.
func keepPromises(t *testing.T, jobs int, pragma string) ([]promise, []powerloss.Op) {
	t.Helper()
	log, name := filepath.Join(t.TempDir(), "log"), t.Name()
	disk, err := powerloss.Open(log, name)
	if err != nil {
		t.Fatal(err)
	}
	s, err := Open(ctx, "sqlite:"+filepath.Join(t.TempDir(), "hub.db")+"?vfs="+name)
	if err != nil {
		t.Fatal(err)
	}
	for _, pragma := range []string{"wal_autocheckpoint = 30", pragma} { // so few pages, to have more of these
		if _, err := s.write.Exec("PRAGMA " + pragma); err != nil {
			t.Fatal(err)
		}
	}
	signIn(t, s, alice, "one", start)
	var mu sync.Mutex
	var told []promise
	tell := func(job, state string) {
		mu.Lock()
		told = append(told, promise{disk.Len(), job, state})
		mu.Unlock()
	}
	var wg sync.WaitGroup
	for w := range 6 {
		wg.Go(func() {
			for i := w; i < jobs; i += 6 {
				n := NewJob{Job: Job{ID: NewID(start), Account: alice, Mode: "strict", Request: []byte{}, Created: micros(start), Deadline: micros(start) + 1e6}, Input: make([]byte, 1000),
					Funds: Funds{"free/alice", 1 << 40}, Hold: 5, Relay: "r", Provider: "p", Key: fmt.Sprint(i), Asked: []byte{}}
				if _, _, err := s.CreateJob(ctx, n); err != nil {
					t.Error(err)
					return
				}
				tell(n.ID, "")
				var err error
				if i%3 == 0 {
					_, err = s.CancelJob(ctx, alice, n.ID, start)
				} else {
					_, err = s.FinishJob(ctx, Result{Job: n.ID, Fence: 1, Provider: "p", Output: make([]byte, 1000), Receipt: make([]byte, 900), Pay: map[string]int64{"provider/p": 3}}, start)
				}
				if err != nil {
					t.Error(err)
					return
				}
				tell(n.ID, map[bool]string{true: "canceled", false: "succeeded"}[i%3 == 0])
			}
		})
	}
	wg.Wait()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	ops, err := powerloss.Read(log)
	if err != nil {
		t.Fatal(err)
	}
	return told, ops
}

// broken loses power after some operations, and says which promises do not hold then.
func broken(t *testing.T, told []promise, ops []powerloss.Op, seed uint64) (wrong []string) {
	rng := rand.New(rand.NewPCG(seed, 0))
	dir := t.TempDir()
	at := rng.IntN(len(ops) + 1)
	if err := powerloss.Lose(ops[:at], dir, rng); err != nil {
		t.Fatal(err)
	}
	s, err := Open(context.Background(), "sqlite:"+filepath.Join(dir, "hub.db"))
	if err != nil {
		return []string{err.Error()}
	}
	defer s.Close()
	var sound string
	if err := s.read.QueryRow("PRAGMA integrity_check").Scan(&sound); err != nil || sound != "ok" {
		wrong = append(wrong, fmt.Sprint(sound, err))
	}
	all, err := s.Audit(ctx, "", 10_000)
	if err != nil {
		return append(wrong, err.Error())
	}
	states := map[string]string{}
	for _, a := range all {
		states[a.ID] = a.State
		var sum, held int64
		for _, e := range a.Entries {
			if sum += e.Amount; e.Account == LedgerHeld {
				held += e.Amount
			}
		}
		ended := relay.JobState(a.State).Ended()
		if sum != 0 || ended != (held == 0) || ended == (a.Hold.State == "held") || a.Receipt != (a.State == "succeeded") {
			wrong = append(wrong, fmt.Sprintf("job %s, %s: sums to %d, holds %d (%s), receipt %t", a.ID, a.State, sum, held, a.Hold.State, a.Receipt))
		}
	}
	for _, p := range told {
		if state := states[p.job]; p.after <= at && (state == "" || p.state != "" && state != p.state) {
			wrong = append(wrong, fmt.Sprintf("after operation %d somebody was told that %s is there %s; after %d it is %q", p.after, p.job, p.state, at, state))
		}
	}
	return wrong
}

// When the power goes, at whatever operation of the disk's and whatever is left of what was not flushed, all that anybody was told is so, and the
// ledger is right. With fewer flushes it is not, and that is found out.
func TestPowerLoss(t *testing.T) {
	jobs, losses, most := 24, 6, 200 // most are seldom needed: one in some ten is found
	if os.Getenv("DEHUG_TEST_ALL") == "1" {
		jobs, losses, most = 300, 1000, 1000
	}
	told, ops := keepPromises(t, jobs, "synchronous")
	for seed := range uint64(losses) {
		for _, wrong := range broken(t, told, ops, seed) {
			t.Errorf("loss %d: %s", seed, wrong)
		}
	}
	for _, pragma := range []string{"synchronous = normal", "synchronous = off"} {
		t.Run(pragma, func(t *testing.T) {
			told, ops := keepPromises(t, jobs, pragma)
			for seed := range uint64(most) { // until one is found
				if len(broken(t, told, ops, seed)) > 0 {
					return
				}
			}
			t.Errorf("all that was told is so after each of %d losses of power", most)
		})
	}
}
