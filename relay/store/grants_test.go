package store

import (
	"testing"
	"time"

	"github.com/dehug/dehug/relay"
)

// The operator pays author and provider of what succeeds, and nothing of it is lost from the ledger; what a job did not cost may be granted again, to
// the account, its network, the model and everybody.
func TestGrants(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		signIn(t, s, alice, "one", start)
		signIn(t, s, bob, "two", start)
		day := start.UTC().Format(time.DateOnly)
		counts := []GrantCount{{"network/192.0.2.0/" + day, "your network", 1000}, {"model/m/" + day, "this model", 1500}, {"all/" + day, "everybody", 5000}}
		create := func(account string, hold int64) (NewJob, error) {
			n := NewJob{Job: Job{ID: NewID(start), Account: account, Mode: "strict", Request: []byte{}, Created: micros(start), Deadline: micros(start.Add(time.Minute))}, Input: []byte{},
				Funds: Funds{LedgerFree + account + "/" + day, 900}, Hold: hold, Relay: "r", Provider: "p", Grant: Grant{Payee: "author", AuthorFee: 100, Day: day, Counts: counts}}
			_, _, err := s.CreateJob(ctx, n)
			return n, err
		}
		has := func(account string, want int64) {
			t.Helper()
			if got, err := s.Balance(ctx, account); err != nil || got != want {
				t.Errorf("%s has %d, %v; want %d", account, got, err, want)
			}
		}
		granted := func(want ...int64) {
			t.Helper()
			for i, c := range counts {
				if got, err := s.Granted(ctx, c.What); err != nil || got != want[i] {
					t.Errorf("granted of %s are %d, %v; want %d", c.What, got, err, want[i])
				}
			}
		}
		done, err := create(alice, 400)
		if err != nil {
			t.Fatal(err)
		}
		granted(400, 400, 400)
		if _, err := s.FinishJob(ctx, Result{Job: done.ID, Fence: 1, Provider: "p", Output: []byte{}, Receipt: []byte{}, Pay: map[string]int64{"provider/p": 301}}, start); relay.ErrorCode(err) != relay.CodeInvalid {
			t.Errorf("a provider that takes of the author's: %v", err)
		}
		for range 2 { // the second time changes nothing
			if _, err := s.FinishJob(ctx, Result{Job: done.ID, Fence: 1, Provider: "p", Output: []byte{}, Receipt: []byte{}, Pay: map[string]int64{"provider/p": 250}}, start); err != nil {
				t.Fatal(err)
			}
		}
		has(LedgerFree+alice+"/"+day, -350)
		has("author/author", 100)
		has("provider/p", 250)
		has(LedgerHeld, 0)
		granted(350, 350, 350)

		canceled, err := create(bob, 600)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := create(bob, 100); relay.ErrorCode(err) != relay.CodeQuota {
			t.Errorf("more than a network has: %v", err)
		}
		granted(950, 950, 950) // what was refused counts nowhere
		if _, err := s.CancelJob(ctx, bob, canceled.ID, start); err != nil {
			t.Fatal(err)
		}
		granted(350, 350, 350)
		if _, err := create(alice, 600); relay.ErrorCode(err) != relay.CodeQuota {
			t.Errorf("more than an account has: %v", err)
		}
		granted(350, 350, 350)
		counts[0].What = "network/198.51.100.0/" + day
		failed, err := create(bob, 900)
		if err != nil {
			t.Fatal(err)
		}
		counts[0].What = "network/203.0.113.0/" + day
		if _, err := create(alice, 300); relay.ErrorCode(err) != relay.CodeQuota {
			t.Errorf("more than a model has: %v", err)
		}
		if _, err := s.FailAttempt(ctx, failed.ID, 1, relay.JobInvalidInput, "", start, start); err != nil {
			t.Fatal(err)
		}
		granted(0, 350, 350)
		has(LedgerFree+bob+"/"+day, 0)
		if err := s.ForgetJobData(ctx, start.Add(48*time.Hour)); err != nil {
			t.Fatal(err)
		}
		granted(0, 0, 0)
	})
}
