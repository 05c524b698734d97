package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/internal/postgres"
	"github.com/dehug/dehug/relay/store/db"
)

// naiveJobs is what jobs and the ledger should be, written as plainly as can be.
type naiveJobs struct {
	now    time.Time
	jobs   map[string]*naiveJob
	order  []string
	keys   map[string]string // idempotency
	spent  map[string]int64
	relays map[string]int64 // beats of those that are there
}

type naiveJob struct {
	account, payer string
	state          relay.JobState
	code           relay.JobCode
	hold           int64
	deadline, due  time.Time
	attempts       []naiveAttempt
	receipt        bool
	entries        map[string]int64 // "step account"
}

type naiveAttempt struct{ relay, provider, state string }

func (j *naiveJob) end(m *naiveJobs, state relay.JobState, code relay.JobCode) {
	j.state, j.code = state, code
	m.spent[j.payer] -= j.hold
	if j.hold > 0 {
		j.entries["release held"], j.entries["release "+j.payer] = -j.hold, j.hold
	}
}

func (j *naiveJob) close(state string) {
	for i := range j.attempts {
		if j.attempts[i].state == "running" {
			j.attempts[i].state = state
		}
	}
}

func (j *naiveJob) current(fence int64) bool {
	return j.state == relay.JobProcessing && fence == int64(len(j.attempts))
}

func (m *naiveJobs) fail(j *naiveJob, code relay.JobCode, due time.Time) {
	j.close("failed")
	if code.Retries() && len(j.attempts) < MaxAttempts {
		j.state, j.due = relay.JobStarting, due
		return
	}
	j.end(m, relay.JobFailed, code)
}

// Whatever is asked in whatever order, jobs and ledger are as a naive model has them.
func TestJobHistories(t *testing.T) {
	histories, steps := 6, 150
	if os.Getenv("DEHUG_TEST_ALL") == "1" {
		histories, steps = 150, 400
	}
	eachStore(t, func(t *testing.T, s *Store) {
		for seed := range histories {
			jobHistory(t, s, uint64(seed), steps)
		}
	})
}

func jobHistory(t *testing.T, s *Store, seed uint64, steps int) {
	rng := rand.New(rand.NewPCG(seed, 1))
	m := &naiveJobs{now: start.Add(time.Duration(seed) * 1000 * time.Hour), jobs: map[string]*naiveJob{}, keys: map[string]string{}, spent: map[string]int64{}, relays: map[string]int64{}}
	account := func(i int) string { return fmt.Sprintf("0x%040d", int(seed)*10+i) }
	for i := range 2 {
		signIn(t, s, account(i), fmt.Sprint("token", seed, i), m.now)
	}
	funds := func(of string) Funds { return Funds{Account: fmt.Sprintf("free/%s", of), Limit: 1000} }
	providers, relays := []string{"p0", "p1", "p2"}, []string{fmt.Sprint("r0/", seed), fmt.Sprint("r1/", seed)}
	pick := func(of []string) string { return of[rng.IntN(len(of))] }
	said := func(what string, err error, want relay.Code) {
		t.Helper()
		if got := relay.ErrorCode(err); got != want {
			t.Fatalf("history %d: %s = %v (%s); want %q", seed, what, err, got, want)
		}
	}
	some := func() (string, *naiveJob) {
		if len(m.order) == 0 {
			return "", nil
		}
		id := m.order[len(m.order)-1-rng.IntN(min(len(m.order), 12))]
		return id, m.jobs[id]
	}
	for range steps {
		m.now = m.now.Add(time.Duration(rng.IntN(3)) * time.Second)
		id, job := some()
		what := rng.IntN(10)
		if job == nil {
			what = 0
		}
		switch what {
		case 0, 1, 2: // create
			by, hold := account(rng.IntN(2)), int64(rng.IntN(6)*60)
			n := NewJob{Job: Job{ID: NewID(m.now), Account: by, Manifest: "m", Mode: "strict", Request: []byte{1}, Created: micros(m.now), Deadline: micros(m.now.Add(time.Minute))},
				Input: []byte{}, Funds: funds(by), Hold: hold, Asked: []byte{byte(rng.IntN(2))}}
			if rng.IntN(3) == 0 {
				n.Key = fmt.Sprint("key", rng.IntN(10))
			}
			if rng.IntN(2) == 0 {
				n.Relay, n.Provider = pick(relays), pick(providers)
			}
			got, isNew, err := s.CreateJob(ctx, n)
			key := fmt.Sprint(by, n.Key, n.Asked)
			other := fmt.Sprint(by, n.Key, []byte{1 - n.Asked[0]})
			switch {
			case n.Key != "" && m.keys[key] != "":
				said("CreateJob with a key that is known", err, "")
				if isNew || got.ID != m.keys[key] {
					t.Fatalf("history %d: CreateJob with a known key = %s, %t; want %s", seed, got.ID, isNew, m.keys[key])
				}
			case n.Key != "" && m.keys[other] != "":
				said("CreateJob with another's key", err, relay.CodeConflict)
			case m.spent[n.Funds.Account]+hold > 1000 && hold > 0:
				said("CreateJob without money", err, relay.CodeQuota)
			default:
				said("CreateJob", err, "")
				j := &naiveJob{account: by, payer: n.Funds.Account, state: relay.JobStarting, hold: hold, deadline: m.now.Add(time.Minute), due: m.now, entries: map[string]int64{}}
				if hold > 0 {
					j.entries["hold held"], j.entries["hold "+j.payer] = hold, -hold
				}
				if n.Provider != "" {
					j.state, j.attempts = relay.JobProcessing, []naiveAttempt{{n.Relay, n.Provider, "running"}}
				}
				m.jobs[n.ID], m.order = j, append(m.order, n.ID)
				m.spent[j.payer] += hold
				if n.Key != "" {
					m.keys[key] = n.ID
				}
			}
		case 3, 4: // start
			r, p := pick(relays), pick(providers)
			fence, err := s.StartAttempt(ctx, id, r, p, 1, "", m.now)
			if job.state != relay.JobStarting || !job.deadline.After(m.now) {
				said("StartAttempt of what does not wait", err, relay.CodeNotFound)
				break
			}
			said("StartAttempt", err, "")
			job.state, job.attempts = relay.JobProcessing, append(job.attempts, naiveAttempt{r, p, "running"})
			if fence != int64(len(job.attempts)) {
				t.Fatalf("history %d: fence %d of attempt %d", seed, fence, len(job.attempts))
			}
		case 5, 6: // finish
			fence := int64(len(job.attempts) - rng.IntN(2))
			p := pick(providers)
			if fence > 0 && rng.IntN(4) > 0 {
				p = job.attempts[fence-1].provider
			}
			pay := map[string]int64{"provider/" + p: int64(rng.IntN(60)), "author": int64(rng.IntN(60)), LedgerRelay: int64(rng.IntN(30))}
			var sum int64
			for _, amount := range pay {
				sum += amount
			}
			_, err := s.FinishJob(ctx, Result{Job: id, Fence: fence, Provider: p, Output: []byte{}, Receipt: []byte{}, Pay: pay}, m.now)
			switch {
			case job.current(fence) && job.attempts[fence-1].provider == p && sum <= job.hold:
				said("FinishJob", err, "")
				job.close("done")
				job.state, job.receipt = relay.JobSucceeded, true
				m.spent[job.payer] -= job.hold - sum
				for account, amount := range map[string]int64{"held": -job.hold, job.payer: job.hold - sum} {
					pay[account] += amount
				}
				for account, amount := range pay {
					if amount != 0 {
						job.entries["capture "+account] = amount
					}
				}
			case job.current(fence) && job.attempts[fence-1].provider == p:
				said("FinishJob for more than is held", err, relay.CodeInvalid)
			case fence > 0 && job.attempts[fence-1].state == "done" && job.attempts[fence-1].provider == p:
				said("FinishJob twice", err, "")
			default:
				said("FinishJob of what counts no more", err, relay.CodeConflict)
			}
		case 7: // fail
			fence := int64(len(job.attempts) - rng.IntN(2))
			code := []relay.JobCode{relay.JobProviderLost, relay.JobProviderBusy, relay.JobInvalidInput}[rng.IntN(3)]
			_, err := s.FailAttempt(ctx, id, fence, code, "why", m.now, m.now.Add(time.Second))
			if !job.current(fence) {
				said("FailAttempt of what counts no more", err, relay.CodeConflict)
				break
			}
			said("FailAttempt", err, "")
			m.fail(job, code, m.now.Add(time.Second))
		case 8: // cancel
			by := account(rng.IntN(2))
			_, err := s.CancelJob(ctx, by, id, m.now)
			if by != job.account {
				said("CancelJob of another's", err, relay.CodeNotFound)
				break
			}
			said("CancelJob", err, "")
			if !job.state.Ended() {
				job.close("canceled")
				job.end(m, relay.JobCanceled, "")
			}
		case 9: // a relay is there, or is not, or time goes by; what is lost or late is swept
			if r := pick(relays); rng.IntN(3) > 0 {
				m.relays[r]++
				said("RenewRelay", s.RenewRelay(ctx, r, m.relays[r], ""), "")
				break
			} else if beat := int64(rng.IntN(2)); rng.IntN(2) == 0 {
				said("DropRelay", s.DropRelay(ctx, r, m.relays[r]-beat), "")
				if beat == 0 {
					delete(m.relays, r)
				}
			}
			if rng.IntN(4) == 0 {
				m.now = m.now.Add(time.Duration(rng.IntN(30)) * time.Second)
			}
			_, _, err := s.SweepJobs(ctx, m.now)
			said("SweepJobs", err, "")
			for _, id := range m.order {
				j := m.jobs[id]
				if n := len(j.attempts); j.state == relay.JobProcessing && m.relays[j.attempts[n-1].relay] == 0 {
					m.fail(j, relay.JobRelayLost, m.now)
				}
				if !j.state.Ended() && !j.deadline.After(m.now) {
					j.close("canceled")
					j.end(m, relay.JobFailed, relay.JobDeadline)
				}
			}
		}
	}
	m.compare(t, s, seed)
}

func (m *naiveJobs) compare(t *testing.T, s *Store, seed uint64) {
	t.Helper()
	var all []Audited
	for after := NewID(m.now.Add(-900 * time.Hour))[:12]; ; {
		page, err := s.Audit(ctx, after, 37)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		all, after = append(all, page...), page[len(page)-1].ID
	}
	if len(all) != len(m.jobs) {
		t.Fatalf("history %d: %d jobs; want %d", seed, len(all), len(m.jobs))
	}
	for _, a := range all {
		j := m.jobs[a.ID]
		entries := map[string]int64{}
		var sum, held int64
		for _, e := range a.Entries {
			entries[e.Step+" "+e.Account] = e.Amount
			if sum += e.Amount; e.Account == LedgerHeld {
				held += e.Amount
			}
		}
		attempts, err := s.Attempts(ctx, a.ID)
		if err != nil {
			t.Fatal(err)
		}
		var got []naiveAttempt
		for _, x := range attempts {
			got = append(got, naiveAttempt{x.Relay, x.Provider, x.State})
		}
		if a.State != string(j.state) || a.Code != string(j.code) || a.Receipt != j.receipt || !maps.Equal(entries, j.entries) || !slices.Equal(got, j.attempts) {
			t.Errorf("history %d: job %s is\n %+v %v\nwant %+v", seed, a.ID, a, got, *j)
		}
		if sum != 0 || (held != 0) != (!j.state.Ended() && j.hold > 0) || (a.Hold.State == "held") == j.state.Ended() {
			t.Errorf("history %d: job %s, %s, has %d too much in the ledger, %d held, its hold is %s", seed, a.ID, a.State, sum, held, a.Hold.State)
		}
	}
	for payer, want := range m.spent {
		if got, err := s.Spent(ctx, payer); err != nil || got != want {
			t.Errorf("history %d: %s has spent %d, %v; want %d", seed, payer, got, err, want)
		}
		if got, err := s.Balance(ctx, payer); err != nil || got != -want {
			t.Errorf("history %d: the balance of %s is %d, %v; want %d", seed, payer, got, err, -want)
		}
	}
}

// However many finish, fail, cancel and sweep a job at once, one of them does.
func TestOneEnds(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		signIn(t, s, alice, "one", start)
		for round := range 20 {
			payer, author := fmt.Sprint("free/", round), fmt.Sprint("author/", round)
			n := NewJob{Job: Job{ID: NewID(start), Account: alice, Mode: "strict", Request: []byte{}, Created: micros(start), Deadline: micros(start.Add(time.Minute))}, Input: []byte{},
				Funds: Funds{payer, 100}, Hold: 5, Relay: "r", Provider: "p"}
			if _, _, err := s.CreateJob(ctx, n); err != nil {
				t.Fatal(err)
			}
			var wg sync.WaitGroup
			for _, do := range []func() error{
				func() error {
					_, err := s.FinishJob(ctx, Result{Job: n.ID, Fence: 1, Provider: "p", Output: []byte{}, Receipt: []byte{}, Pay: map[string]int64{author: 5}}, start)
					return err
				},
				func() error {
					_, err := s.FinishJob(ctx, Result{Job: n.ID, Fence: 1, Provider: "p", Output: []byte{}, Receipt: []byte{}, Pay: map[string]int64{author: 5}}, start)
					return err
				},
				func() error {
					_, err := s.FailAttempt(ctx, n.ID, 1, relay.JobInvalidInput, "", start, start)
					return err
				},
				func() error { _, err := s.CancelJob(ctx, alice, n.ID, start); return err },
				func() error { _, _, err := s.SweepJobs(ctx, start.Add(time.Hour)); return err },
			} {
				wg.Go(func() {
					if err := do(); err != nil && relay.ErrorCode(err) != relay.CodeConflict {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			job, err := s.Job(ctx, alice, n.ID)
			if err != nil {
				t.Fatal(err)
			}
			paid, spent := int64(5), int64(5)
			if job.State != "succeeded" {
				paid, spent = 0, 0
			}
			if !relay.JobState(job.State).Ended() {
				t.Errorf("round %d: the job is %s", round, job.State)
			}
			if got, err := s.Balance(ctx, author); err != nil || got != paid {
				t.Errorf("round %d: %s, and the author has %d, %v; want %d", round, job.State, got, err, paid)
			}
			if got, err := s.Spent(ctx, payer); err != nil || got != spent {
				t.Errorf("round %d: %s, and spent are %d, %v; want %d", round, job.State, got, err, spent)
			}
		}
	})
}

// Of many who spend at once nobody gets above the limit, and parts of a batch that fail leave the others alone.
func TestLimitHolds(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		signIn(t, s, alice, "one", start)
		var wg sync.WaitGroup
		var mu sync.Mutex
		made := 0
		for range 40 {
			wg.Go(func() {
				n := NewJob{Job: Job{ID: NewID(start), Account: alice, Mode: "strict", Request: []byte{}, Created: micros(start), Deadline: micros(start.Add(time.Minute))}, Input: []byte{},
					Funds: Funds{"free/alice", 100}, Hold: 7}
				_, _, err := s.CreateJob(ctx, n)
				if err != nil && relay.ErrorCode(err) != relay.CodeQuota {
					t.Error(err)
				}
				if err == nil {
					mu.Lock()
					made++
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if got, err := s.Spent(ctx, "free/alice"); made != 14 || got != 98 || err != nil {
			t.Errorf("%d jobs of 7 were made for 100, and %d spent, %v; want 14 and 98", made, got, err)
		}
	})
}

// A batch that cannot be written fails for all of it, and the next one is written.
func TestBatchFails(t *testing.T) {
	s := open(t, "sqlite:"+filepath.Join(t.TempDir(), "hub.db"))
	signIn(t, s, alice, "one", start)
	broken := errors.New("broken")
	var wg sync.WaitGroup
	for i := range 30 {
		wg.Go(func() {
			err := s.together(ctx, func(ctx context.Context, q *db.Queries) error {
				if err := q.RenewRelay(ctx, db.RenewRelayParams{ID: fmt.Sprint(i), Beat: 1}); err != nil {
					return err
				}
				if i%3 == 0 {
					return broken
				}
				return nil
			})
			if (i%3 == 0) != errors.Is(err, broken) {
				t.Errorf("part %d = %v", i, err)
			}
		})
	}
	wg.Wait()
	var n int
	if err := s.read.QueryRow("SELECT count(*) FROM relays").Scan(&n); err != nil || n != 20 {
		t.Errorf("%d relays, %v; want 20", n, err)
	}
}

// BenchmarkJobs makes, begins and ends jobs as a relay does, with as many at once as are said.
func BenchmarkJobs(b *testing.B) {
	for _, kind := range []string{"sqlite", "postgres"} {
		for _, at := range []int{1, 64} {
			b.Run(fmt.Sprintf("%s/%d", kind, at), func(b *testing.B) {
				url := "sqlite:" + filepath.Join(b.TempDir(), "hub.db")
				if kind == "postgres" {
					url = postgres.URL(b)
				}
				s := open(b, url)
				if err := s.aside(ctx, func(q *db.Queries, _ *sql.Tx) error {
					return q.CreateAccount(ctx, db.CreateAccountParams{Address: alice, Now: 1})
				}); err != nil {
					b.Fatal(err)
				}
				jobs := make(chan int, b.N)
				for i := range b.N {
					jobs <- i
				}
				close(jobs)
				var mu sync.Mutex
				var creates, ends []time.Duration
				b.ResetTimer()
				var wg sync.WaitGroup
				for range at {
					wg.Go(func() {
						for range jobs {
							now := time.Now()
							n := NewJob{Job: Job{ID: NewID(now), Account: alice, Mode: "strict", Request: make([]byte, 32), Created: micros(now), Deadline: micros(now.Add(time.Minute))}, Input: make([]byte, 512),
								Funds: Funds{"free/alice", 1 << 60}, Hold: 5, Relay: "r", Provider: "p"}
							if _, _, err := s.CreateJob(ctx, n); err != nil {
								b.Error(err)
							}
							middle := time.Now()
							if _, err := s.FinishJob(ctx, Result{Job: n.ID, Fence: 1, Provider: "p", Output: make([]byte, 512), Receipt: make([]byte, 900), Pay: map[string]int64{"p": 3, "a": 1, LedgerRelay: 1}}, now); err != nil {
								b.Error(err)
							}
							mu.Lock()
							creates, ends = append(creates, middle.Sub(now)), append(ends, time.Since(middle))
							mu.Unlock()
						}
					})
				}
				wg.Wait()
				b.StopTimer()
				slices.Sort(creates)
				slices.Sort(ends)
				b.ReportMetric(ms(creates[len(creates)/2]), "ms/create")
				b.ReportMetric(ms(ends[len(ends)/2]), "ms/finish")
				b.ReportMetric(ms(ends[len(ends)*99/100]), "ms/finish-p99")
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "jobs/s")
			})
		}
	}
}
