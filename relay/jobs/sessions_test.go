package jobs

import (
	"bytes"
	"context"
	"maps"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/engine"
	"github.com/dehug/dehug/relay/internal/history"
	"github.com/dehug/dehug/relay/internal/rows"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/store"
)

// lock is a session on chain: what is not about it is refused by a code.
type lock struct{ relay.Session }

func (l lock) Find(_ context.Context, id string, model manifest.CID, by time.Time) (relay.Session, error) {
	switch {
	case id != l.ID:
		return relay.Session{}, relay.Errorf(relay.CodeNotFound, "there is no session %s", id)
	case model != modelCID:
		return relay.Session{}, relay.Errorf(relay.CodeSessionForeign, "of another model")
	case by.After(l.Ends):
		return relay.Session{}, relay.Errorf(relay.CodeSessionEnded, "it ends before that")
	}
	return l.Session, nil
}

func (l lock) Signed(_ relay.Session, v relay.Voucher) error {
	if v.Signature[0] != 1 {
		return relay.Errorf(relay.CodeVoucherForged, "not signed by the session's key")
	}
	return nil
}

// withSession is a relay that a session of alice's is for.
func withSession(t *testing.T, s *store.Store) (*Queue, string, relay.Session) {
	q, url := relayOf(t, s, 0)
	session := relay.Session{ID: "0x" + strings.Repeat("5", 64), Payer: alice, Payee: key(t, "4").Address().String(), Units: 5, Ends: time.Now().Add(2 * time.Hour), Price: relay.Price{Author: 600, Relay: 100, Compute: 300}}
	q.Sessions = lock{session}
	return q, url, session
}

// promised is a request with the voucher that says so many units after another one.
func promised(t *testing.T, session relay.Session, text string, units int64, after [32]byte) Request {
	r := Request{Account: alice, Manifest: modelCID, Mode: receipt.Strict, Salt: [32]byte{7}, Tensors: tensors(t, text), MaxPrice: -1}
	r.Voucher = &relay.Voucher{Session: session.ID, Units: units, Transcript: relay.NextTranscript(after, receipt.RequestHash(r.Salt, r.Tensors), 1), Signature: manifest.Signature{1}}
	return r
}

// A session pays author, relay and provider for what succeeds, nobody for what fails, and the next voucher goes on from there.
func TestSessionPays(t *testing.T) {
	at := "sqlite:" + filepath.Join(t.TempDir(), "hub.db")
	s := database(t, at)
	q, url, session := withSession(t, s)
	provide(t, url, key(t, "1"), 250, 2, failsOn("bad"))
	var told []history.Line
	pays := func(text string, units int64, after [32]byte, want relay.JobState) [32]byte {
		t.Helper()
		r := promised(t, session, text, units, after)
		job, _, err := q.Create(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		ends(t, q, job.ID, want)
		told = append(told, history.Line{Event: history.Acknowledged, Key: job.ID, Job: job.ID}, history.Line{Event: history.Seen, Job: job.ID, What: string(want)})
		kept, err := s.Receipt(t.Context(), job.ID)
		if want != relay.JobSucceeded {
			return r.Voucher.Transcript
		}
		if err != nil {
			t.Fatal(err)
		}
		rec, err := receipt.Parse(kept.Document)
		if id, _ := rec.Session.MarshalText(); err != nil || string(id) != session.ID || rec.SettleBy != session.Ends.Unix() || rec.Pay != 250 || rec.Units != 1 {
			t.Errorf("receipt %+v, %v; want one of session %s, to be settled by its end", rec, err, session.ID)
		}
		return r.Voucher.Transcript
	}
	one := pays("one", 1, [32]byte{}, relay.JobSucceeded)
	bad := pays("bad", 2, one, relay.JobFailed)
	two := pays("two", 2, bad, relay.JobSucceeded) // the same number again: the failed one was not used
	use, err := s.SessionUse(t.Context(), session.ID)
	if err != nil || use.Used != 2 || use.Held != 0 || use.Vouchers != 3 || [32]byte(use.Transcript) != two {
		t.Errorf("use = %+v, %v", use, err)
	}
	for account, want := range map[string]int64{store.LedgerDue + "author/" + session.Payee: 1200, store.LedgerDue + "relay": 200, store.LedgerDue + "provider/" + key(t, "1").Address().String(): 500,
		store.LedgerSession + session.ID: -1900, store.LedgerHeld: 0} {
		if got, err := s.Balance(t.Context(), account); got != want || err != nil {
			t.Errorf("%s has %d, %v; want %d", account, got, err, want)
		}
	}
	audit(t, s)
	rows.OfJobs(t, at, func(table string, row map[string]any) {
		told = append(told, history.Line{Event: history.Row, What: table, Row: row})
	})
	if got := checked(t, told, nil); got.Wrong() {
		t.Errorf("who reads the history finds %s", got)
	}
	for what, plant := range map[string]func(table string, row map[string]any){
		"a job that nobody paid for": func(table string, row map[string]any) {
			if table == "session_uses" {
				row["used"] = 1
			}
		},
		"a relay that takes the author's": func(table string, row map[string]any) {
			if row["account"] == store.LedgerDue+"relay" {
				row["account"] = store.LedgerDue + "author/" + session.Payee
			} else if row["account"] == store.LedgerDue+"author/"+session.Payee {
				row["account"] = store.LedgerDue + "relay"
			}
		},
		"another session that paid": func(table string, row map[string]any) {
			if table == "vouchers" {
				row["session"] = "0x"
			}
		},
	} {
		if got := checked(t, told, plant); got.Ledger == 0 {
			t.Errorf("who reads the history does not see %s: %s", what, got)
		}
	}
}

// checked is what a checker finds in a history whose rows were changed.
func checked(t *testing.T, told []history.Line, plant func(table string, row map[string]any)) history.Verdict {
	t.Helper()
	var text, said bytes.Buffer
	h := history.New(&text)
	for _, l := range told {
		if plant != nil && l.Event == history.Row {
			l.Row = maps.Clone(l.Row)
			plant(l.What, l.Row)
		}
		h.Add(l)
	}
	v, err := history.Check(&text, &said)
	if err != nil || h.Err() != nil {
		t.Fatal(err, h.Err())
	}
	if plant == nil {
		t.Log(said.String())
	}
	return v
}

// failsOn is an echo that does not take one text.
func failsOn(text string) echo {
	return echo{before: func(_ context.Context, q engine.Question) error {
		if string(q.Inputs[0].Data) == text {
			return &engine.Failure{Code: relay.JobInvalidInput, Err: context.Canceled}
		}
		return nil
	}}
}

// A voucher that is not the one that comes next, or not for this, pays for nothing.
func TestRefuseVouchers(t *testing.T) {
	s := database(t, "")
	q, url, session := withSession(t, s)
	provide(t, url, key(t, "1"), 250, 2, echo{})
	first := promised(t, session, "first", 1, [32]byte{})
	first.Key = "once"
	job, _, err := q.Create(t.Context(), first)
	if err != nil {
		t.Fatal(err)
	}
	ends(t, q, job.ID, relay.JobSucceeded)
	after := first.Voucher.Transcript
	for name, c := range map[string]struct {
		spoil func(r *Request)
		want  relay.Code
	}{
		"forged":              {func(r *Request) { r.Voucher.Signature[0] = 2 }, relay.CodeVoucherForged},
		"replayed":            {func(r *Request) { *r = first; r.Key = "" }, relay.CodeVoucherReplayed},
		"replayed_otherwise":  {func(r *Request) { r.Voucher.Transcript = after }, relay.CodeVoucherReplayed},
		"lower":               {func(r *Request) { r.Voucher.Units = 1 }, relay.CodeVoucherStale},
		"higher":              {func(r *Request) { r.Voucher.Units = 3 }, relay.CodeVoucherStale},
		"other_transcript":    {func(r *Request) { *r = promised(t, session, "x", 2, [32]byte{}) }, relay.CodeVoucherStale},
		"other_request":       {func(r *Request) { r.Tensors = tensors(t, "y") }, relay.CodeVoucherStale},
		"over_lock":           {func(r *Request) { r.Voucher.Units = 6 }, relay.CodeSessionSpent},
		"over_cap":            {func(r *Request) { q.Sessions = lock{cheap(session)} }, relay.CodeConflict},
		"expired":             {func(r *Request) { q.Sessions = lock{ended(session)} }, relay.CodeSessionEnded},
		"other_model":         {func(r *Request) { r.Manifest = manifest.DigestOf(nil).RawCID() }, relay.CodeSessionForeign},
		"unknown_session":     {func(r *Request) { r.Voucher.Session = "0x" + strings.Repeat("6", 64) }, relay.CodeNotFound},
		"another's_session":   {func(r *Request) { q.Sessions = lock{of(session, key(t, "3").Address().String())} }, relay.CodeNotFound},
		"without_salt":        {func(r *Request) { r.Salt = [32]byte{} }, relay.CodeInvalid},
		"relay_without_chain": {func(r *Request) { q.Sessions = nil }, relay.CodeSessionForeign},
	} {
		t.Run(name, func(t *testing.T) {
			q.Sessions = lock{session}
			r := promised(t, session, "x", 2, after)
			c.spoil(&r)
			if _, _, err := q.Create(t.Context(), r); relay.ErrorCode(err) != c.want || c.want != relay.CodeInternal && relay.ErrorHint(err) == "" && c.want == relay.CodeVoucherStale {
				t.Errorf("Create = %v (%s, hint %q); want %s", err, relay.ErrorCode(err), relay.ErrorHint(err), c.want)
			}
		})
	}
	// Nothing of that was charged, and the same request with its key is the same job, though the session has gone on or ended.
	q.Sessions = lock{ended(session)}
	again, isNew, err := q.Create(t.Context(), first)
	if err != nil || isNew || again.ID != job.ID {
		t.Errorf("Create again with its key = %s, %t, %v; want %s", again.ID, isNew, err, job.ID)
	}
	q.Sessions = lock{session}
	if job, _, err = q.Create(t.Context(), promised(t, session, "x", 2, after)); err != nil {
		t.Fatal(err)
	}
	ends(t, q, job.ID, relay.JobSucceeded)
	audit(t, s)
}

func cheap(s relay.Session) relay.Session { s.Price.Compute = 249; return s }
func ended(s relay.Session) relay.Session { s.Ends = time.Now(); return s }
func of(s relay.Session, payer string) relay.Session {
	s.Payer = payer
	return s
}
