package store

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/internal/postgres"
	"github.com/dehug/dehug/relay/store/db"
)

// eachPair is eachStore with two relays of one database. SQLite has one relay, and here two handles of it.
func eachPair(t *testing.T, test func(t *testing.T, relays [2]*Store)) {
	t.Run("sqlite", func(t *testing.T) {
		url := "sqlite:" + filepath.Join(t.TempDir(), "hub.db")
		test(t, [2]*Store{open(t, url), open(t, url)})
	})
	t.Run("postgres", func(t *testing.T) {
		url := postgres.URL(t)
		test(t, [2]*Store{open(t, url), open(t, url)})
	})
}

// The same balance is spent from two relays at once: a grant with its limits, and what a payer has for payments one by one. Never more than there
// is is set aside, never less than fits, and the ledger says the same.
func TestBalanceRace(t *testing.T) {
	rounds := 3
	if os.Getenv("DEHUG_TEST_ALL") == "1" {
		rounds = 30
	}
	eachPair(t, func(t *testing.T, relays [2]*Store) {
		signIn(t, relays[0], alice, "one", start)
		signIn(t, relays[0], bob, "two", start)
		for round := range rounds {
			day := fmt.Sprint("day", round)
			job := func(account string) NewJob {
				return NewJob{Job: Job{ID: NewID(start), Account: account, Mode: "strict", Request: []byte{}, Created: micros(start), Deadline: micros(start.Add(time.Minute))}, Input: []byte{}, Relay: "r", Provider: "p"}
			}
			var wg sync.WaitGroup
			var mu sync.Mutex
			kept := map[string]int64{}
			create := func(s *Store, payer string, n NewJob) {
				wg.Go(func() {
					_, isNew, err := s.CreateJob(ctx, n)
					if err != nil && relay.ErrorCode(err) != relay.CodeQuota || err == nil && !isNew {
						t.Errorf("round %d: %v", round, err)
					}
					if err == nil {
						mu.Lock()
						kept[payer] += n.Hold
						mu.Unlock()
						// Half of them end at once: what they give back is spent again by nobody here, and counted right.
						if n.Payment == nil && n.ID[31]%2 == 0 {
							if _, err := s.CancelJob(ctx, n.Account, n.ID, start); err != nil {
								t.Error(err)
							}
							mu.Lock()
							kept[payer] -= n.Hold
							mu.Unlock()
						}
					}
				})
			}
			payer := "0x" + fmt.Sprintf("%040d", round)
			for i := range 16 {
				for _, account := range []string{alice, bob} {
					n := job(account)
					n.Funds, n.Hold = Funds{LedgerFree + account + "/" + day, 100}, 30
					n.Grant = Grant{Payee: "author", AuthorFee: 10, Day: day, Counts: []GrantCount{{"network/n/" + day, "your network", 130}, {"all/" + day, "everybody", 1000}}}
					create(relays[i%2], account, n)
				}
				n := job(payer)
				n.Funds, n.Hold = Funds{LedgerExact + payer + "/" + fmt.Sprint(i), 100}, 30
				n.Payment = &ExactPayment{Payer: payer, Nonce: fmt.Sprint(i), Value: 30, Provider: "p", Quote: []byte{}, Signature: []byte{}}
				create(relays[i%2], payer, n)
			}
			wg.Wait()
			if kept[payer] != 90 {
				t.Errorf("round %d: a payer who has 100 pays %d in parts of 30", round, kept[payer])
			}
			granted, err := relays[0].Granted(ctx, "network/n/"+day)
			if err != nil || granted > 130 || granted != kept[alice]+kept[bob] {
				t.Errorf("round %d: granted are %d, %v; kept are %d", round, granted, err, kept[alice]+kept[bob])
			}
			for _, account := range []string{alice, bob} {
				of := LedgerFree + account + "/" + day
				spent, err := relays[1].Spent(ctx, of)
				balance, other := relays[1].Balance(ctx, of)
				if err != nil || other != nil || spent > 100 || spent != kept[account] || balance != -spent {
					t.Errorf("round %d: %s has spent %d, balance %d; kept are %d", round, of, spent, balance, kept[account])
				}
			}
		}
	})
}

// Vouchers of one session arrive at two relays at once: of those for each unit one is taken, whoever asks, and the next ones continue it.
func TestVouchersAtTwoRelays(t *testing.T) {
	eachPair(t, func(t *testing.T, relays [2]*Store) {
		signIn(t, relays[0], alice, "one", start)
		session := aSession("shared")
		var before [32]byte
		for unit := range session.Units {
			taken := make([]*NewJob, 8)
			var wg sync.WaitGroup
			for i := range taken {
				n := paid(session, byte(i), unit+1, before)
				wg.Go(func() {
					switch _, _, err := relays[i%2].CreateJob(ctx, n); relay.ErrorCode(err) {
					case "":
						taken[i] = &n
					case relay.CodeVoucherStale, relay.CodeSessionSpent: // the last one was taken just before
					default:
						t.Error(err)
					}
				})
			}
			wg.Wait()
			n := 0
			for _, one := range taken {
				if one != nil {
					n, before = n+1, one.Promise.Transcript
				}
			}
			if n != 1 {
				t.Fatalf("%d vouchers were taken for unit %d", n, unit+1)
			}
		}
		if use, err := relays[1].SessionUse(ctx, session.ID); err != nil || use.Held != session.Units || use.Vouchers != session.Units || [32]byte(use.Transcript) != before {
			t.Errorf("use = %+v, %v", use, err)
		}
	})
}

// Two transactions that wait for each other both succeed: Postgres gives one up, which is run anew as a whole.
func TestDeadlockRunAnew(t *testing.T) {
	s := open(t, postgres.URL(t))
	for _, payer := range []string{"a", "b"} {
		if _, err := s.q.Spend(ctx, db.SpendParams{Payer: payer, Amount: 1, Most: 100}); err != nil {
			t.Fatal(err)
		}
	}
	var met, done sync.WaitGroup // both have the first row before one wants the second
	met.Add(2)
	var mu sync.Mutex
	runs := 0
	for _, order := range [][2]string{{"a", "b"}, {"b", "a"}} {
		done.Go(func() {
			first := true
			if err := s.together(ctx, func(ctx context.Context, q *db.Queries) error {
				mu.Lock()
				runs++
				mu.Unlock()
				for i, payer := range order {
					if n, err := q.Spend(ctx, db.SpendParams{Payer: payer, Amount: 1, Most: 100}); err != nil || n != 1 {
						return err
					}
					if i == 0 && first {
						first = false
						met.Done()
						met.Wait()
					}
				}
				return nil
			}); err != nil {
				t.Error(err)
			}
		})
	}
	done.Wait()
	for _, payer := range []string{"a", "b"} {
		if n, err := s.Spent(ctx, payer); err != nil || n != 3 {
			t.Errorf("%s has spent %d, %v; want 3", payer, n, err)
		}
	}
	if runs < 3 { // who was given up may take its first row again before the other one is woken
		t.Errorf("they were run %d times; want 3 or more", runs)
	}
}
