package store

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/dehug/dehug/relay"
)

// paid is a job of a session that is asked for with a voucher.
func paid(session relay.Session, request byte, units int64, before [32]byte) NewJob {
	n := NewJob{Job: Job{ID: NewID(start), Account: alice, Mode: "strict", Request: make([]byte, 32), Created: micros(start), Deadline: micros(start.Add(time.Minute)), Session: session.ID}, Input: []byte{},
		Funds: Funds{LedgerSession + session.ID, session.Price.Sum() * session.Units}, Hold: session.Price.Sum(), Compute: session.Price.Compute, Relay: "r", Provider: "p"}
	n.Request[0] = request
	n.Promise = &Promise{Voucher: relay.Voucher{Session: session.ID, Units: units, Transcript: relay.NextTranscript(before, [32]byte(n.Request), 1)}, Session: session, Now: 1}
	return n
}

func aSession(id string) relay.Session {
	return relay.Session{ID: id, Plan: "plan", Payer: alice, Payee: "payee", Units: 6, Price: relay.Price{Author: 6, Relay: 1, Compute: 3}}
}

// Whatever ends in whatever order, units and money of a session are those of the jobs that succeeded, and there is a voucher for just
// so many units: the relay can redeem what was used and need not redeem more.
func TestSessionHistories(t *testing.T) {
	histories := uint64(6)
	if os.Getenv("DEHUG_TEST_ALL") == "1" {
		histories = 40
	}
	eachStore(t, func(t *testing.T, s *Store) {
		signIn(t, s, alice, "one", start)
		for seed := range histories {
			rng := rand.New(rand.NewPCG(seed, 2))
			session := aSession(fmt.Sprint("s", seed))
			var before [32]byte
			var running []string
			var used, pay int64
			for range 40 {
				if len(running) == 0 || rng.IntN(2) == 0 {
					next := used + int64(len(running)) + 1
					n := paid(session, byte(rng.IntN(256)), next, before)
					_, _, err := s.CreateJob(ctx, n)
					if next > session.Units {
						if relay.ErrorCode(err) != relay.CodeSessionSpent {
							t.Fatalf("history %d: unit %d of %d = %v", seed, next, session.Units, err)
						}
						if len(running) == 0 {
							break
						}
						continue
					}
					if err != nil {
						t.Fatalf("history %d: %v", seed, err)
					}
					before, running = n.Promise.Transcript, append(running, n.ID)
					continue
				}
				which := rng.IntN(len(running))
				id := running[which]
				running = append(running[:which], running[which+1:]...)
				var err error
				switch rng.IntN(3) {
				case 0:
					p := int64(rng.IntN(4))
					_, err = s.FinishJob(ctx, Result{Job: id, Fence: 1, Provider: "p", Output: []byte{}, Receipt: []byte{}, Pay: map[string]int64{"provider/p": p}}, start)
					used, pay = used+1, pay+p
				case 1:
					_, err = s.FailAttempt(ctx, id, 1, relay.JobInvalidInput, "", start, start)
				case 2:
					_, err = s.CancelJob(ctx, alice, id, start)
				}
				if err != nil {
					t.Fatalf("history %d: %v", seed, err)
				}
			}
			use, err := s.SessionUse(ctx, session.ID)
			if err != nil || use.Used != used || use.Held != int64(len(running)) || [32]byte(use.Transcript) != before {
				t.Errorf("history %d: %+v, %v; want %d used, %d held", seed, use, err, used, len(running))
			}
			spent, err := s.Spent(ctx, LedgerSession+session.ID)
			if want := used*7 + pay + 10*int64(len(running)); err != nil || spent != want {
				t.Errorf("history %d: %d are spent, %v; want %d", seed, spent, err, want)
			}
			var vouchers int
			if err := s.read.QueryRow("SELECT count(*) FROM vouchers WHERE session = $1 AND reached = $2", session.ID, used).Scan(&vouchers); err != nil || used > 0 && vouchers == 0 {
				t.Errorf("history %d: no voucher says the %d units that were used, %v", seed, used, err)
			}
			for _, id := range running { // the ledger is looked at once all is over
				if _, err := s.CancelJob(ctx, alice, id, start); err != nil {
					t.Fatal(err)
				}
			}
		}
		for account, sign := range map[string]int64{LedgerHeld: 0, LedgerDue + LedgerRelay: 1, LedgerDue + "author/payee": 6} {
			got, err := s.Balance(ctx, account)
			if relays, _ := s.Balance(ctx, LedgerDue+LedgerRelay); err != nil || got != relays*sign || relays == 0 {
				t.Errorf("%s has %d, %v; the relay %d", account, got, err, relays)
			}
		}
		all, err := s.Audit(ctx, "", 10_000)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range all {
			var sum int64
			for _, e := range a.Entries {
				sum += e.Amount
			}
			if sum != 0 || a.Hold.State == "held" {
				t.Errorf("job %s sums to %d, its hold is %s", a.ID, sum, a.Hold.State)
			}
		}
	})
}

// Of vouchers that come at once, each after the same one, one is kept.
func TestOneVoucherFollows(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		signIn(t, s, alice, "one", start)
		session := aSession("s")
		var wg sync.WaitGroup
		errs := make([]error, 12)
		for i := range errs {
			wg.Go(func() { _, _, errs[i] = s.CreateJob(ctx, paid(session, byte(i), 1, [32]byte{})) })
		}
		wg.Wait()
		kept := 0
		for _, err := range errs {
			if err == nil {
				kept++
			} else if relay.ErrorCode(err) != relay.CodeVoucherStale {
				t.Error(err)
			}
		}
		use, err := s.SessionUse(ctx, session.ID)
		if kept != 1 || use.Held != 1 || use.Vouchers != 1 || err != nil {
			t.Errorf("%d vouchers were kept, %+v, %v: %v", kept, use, err, errors.Join(errs...))
		}
		if got, err := s.Spent(ctx, LedgerSession+session.ID); got != 10 || err != nil {
			t.Errorf("%d are spent, %v; want 10", got, err)
		}
	})
}
