package jobs

import (
	"context"
	"encoding/binary"
	"log/slog"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/check"
	"github.com/dehug/dehug/relay/engine"
	"github.com/dehug/dehug/relay/jobs/wire"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/route"
	"github.com/dehug/dehug/relay/store"
)

// twist answers with its inputs, each float a little off, or far.
type twist struct{ by float32 }

func (b twist) Run(_ context.Context, q engine.Question) (*engine.Answer, error) {
	return &engine.Answer{Outputs: b.outputs(q.Inputs), Plan: plan}, nil
}

func (b twist) outputs(in []receipt.Tensor) []receipt.Tensor {
	out := slices.Clone(in)
	for i := range out {
		out[i].Data = slices.Clone(out[i].Data)
		for at := 0; at+4 <= len(out[i].Data); at += 4 {
			v := math.Float32frombits(binary.LittleEndian.Uint32(out[i].Data[at:]))
			binary.LittleEndian.PutUint32(out[i].Data[at:], math.Float32bits(v+b.by))
		}
	}
	return out
}

func floats(t testing.TB, values ...float32) []byte {
	t.Helper()
	x := receipt.Tensor{Name: "x", Type: "f32", Dims: []int64{int64(len(values))}}
	for _, v := range values {
		x.Data = binary.LittleEndian.AppendUint32(x.Data, math.Float32bits(v))
	}
	body, err := receipt.EncodeTensors([]receipt.Tensor{x})
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func checking(t testing.TB, s *store.Store, c Checks) (*Queue, string) {
	t.Helper()
	return relayWith(t, Config{Store: s, Key: key(t, "9"), Allowed: func(manifest.Address) bool { return true }, Daily: 10_000, Checks: c, Lease: time.Second, Log: slog.New(slog.DiscardHandler)})
}

// computed is an engine that computes rightly.
func computed(_ context.Context, _ manifest.CID, _ string, inputs []receipt.Tensor) ([]receipt.Tensor, receipt.Hash, error) {
	return inputs, plan, nil
}

// by has a job done by one provider.
func by(t testing.TB, q *Queue, who about, mode string) store.Job {
	t.Helper()
	d, err := q.Run(t.Context(), Request{Account: alice, Manifest: modelCID, Mode: mode, Tensors: floats(t, 1, 2, 3), MaxPrice: -1, Routing: &route.Wishes{Order: []string{who.name(t)}}}, time.Minute)
	if err != nil || relay.JobState(d.State) != relay.JobSucceeded {
		t.Fatalf("%+v, %v", d.Job, err)
	}
	if _, a := choiceOf(t, q.Store, d.Job); a.Provider != who.name(t) {
		t.Fatalf("it was done by %s; want %s", a.Provider, who.name(t))
	}
	return d.Job
}

// found waits for the end of a check.
func found(t testing.TB, s *store.Store, job string) store.Check {
	t.Helper()
	for range 6000 {
		if c, err := s.CheckOf(t.Context(), job); err == nil && c.Ended > 0 {
			return c
		} else if err != nil && relay.ErrorCode(err) != relay.CodeNotFound {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("the answer of %s is not looked at", job)
	return store.Check{}
}

func provides(digit string) about {
	return about{key: digit, offer: wire.Offer{Manifest: modelCID, Mode: receipt.Strict, Pay: 7}, more: []wire.Offer{{Manifest: modelCID, Mode: receipt.Fast, Pay: 7}}}
}

// Answers are given again by others, and compared as their mode allows. Who answers falsely in strict mode is given nothing any more; what it costs the operator pays.
func TestSpotChecks(t *testing.T) {
	eachDatabase(t, func(t *testing.T, url string) {
		s := database(t, url)
		q, at := checking(t, s, Checks{Share: check.Whole, Daily: 10_000})
		good, near, liar := provides("1"), provides("2"), provides("3")
		provideAs(t, at, good, twist{})
		provideAs(t, at, near, twist{1e-4})
		honest := by(t, q, good, receipt.Fast)
		if c := found(t, s, honest.ID); c.State != store.CheckAgrees || c.Checker != near.name(t) || c.Kind != store.CheckSpot {
			t.Errorf("an honest answer in fast mode: %+v", c)
		}
		kept, err := s.Receipt(t.Context(), honest.ID)
		if err != nil {
			t.Fatal(err)
		}
		if r, err := receipt.Parse(kept.Document); err != nil || r.Assurance != receipt.SpotChecked {
			t.Errorf("its receipt: %+v, %v; want spot-checked", r, err)
		}
		// Two that differ in strict mode, and nobody to decide.
		disputed := by(t, q, near, receipt.Strict)
		if c := found(t, s, disputed.ID); c.State != store.CheckDisputed || c.Checker != good.name(t) {
			t.Errorf("where nobody decides: %+v", c)
		}
		// A third one decides against who lies.
		provideAs(t, at, liar, twist{5})
		false := by(t, q, liar, receipt.Fast)
		if c := found(t, s, false.ID); c.State != store.CheckDiffers || c.Referee == "" {
			t.Errorf("a false answer in fast mode: %+v", c)
		}
		e, err := s.EvidenceOf(t.Context(), false.ID)
		if err != nil {
			t.Fatal(err)
		}
		if parsed, err := receipt.ParseEvidence(e.Document); err != nil || parsed.Receipt.Job != false.ID || parsed.By != q.Address() {
			t.Errorf("evidence %+v, %v", parsed, err)
		}
		if bans, err := s.Bans(t.Context()); err != nil || len(bans) != 0 {
			t.Errorf("for an answer out of tolerance are banned %+v, %v; want nobody", bans, err)
		}
		q.mu.Lock()
		trust := q.trust[liar.name(t)]
		q.mu.Unlock()
		if trust.part != 0.5 || trust.differs != 1 {
			t.Errorf("it is trusted %+v", trust)
		}
		// The payer paid for three runs; the answers that were given again cost the operator.
		var asked int64 = 3 * 7
		if spent, err := s.Spent(t.Context(), q.funds(alice, q.Now()).Account); err != nil || spent != asked {
			t.Errorf("the payer has spent %d, %v; want %d", spent, err, asked)
		}
		if spent, err := s.Spent(t.Context(), q.checkFunds(q.Now()).Account); err != nil || spent < 3*7 {
			t.Errorf("for checks were spent %d, %v", spent, err)
		}
		if list, err := s.Jobs(t.Context(), alice, store.Page{Limit: 10}); err != nil || len(list) != 3 {
			t.Errorf("the payer sees %d jobs, %v; want 3", len(list), err)
		}
		audit(t, s)
	})
}

// A false answer in strict mode: all relays of the database ban its provider, and evidence convinces others.
func TestBan(t *testing.T) {
	eachDatabase(t, func(t *testing.T, url string) {
		s := database(t, url)
		q, at := checking(t, s, Checks{Share: check.Whole, Daily: 1000})
		_, there := relayOf(t, s, time.Second)
		provideAs(t, at, provides("1"), twist{})
		provideAs(t, at, provides("2"), twist{})
		elsewhere, liar := dial(t, there, key(t, "3"), nil), dial(t, at, key(t, "3"), nil)
		elsewhere.read()
		liar.read()
		name := key(t, "3").Address().String()
		job, _, err := q.Create(t.Context(), Request{Account: alice, Manifest: modelCID, Mode: receipt.Strict, Tensors: floats(t, 1), MaxPrice: -1, Routing: &route.Wishes{Order: []string{name}}})
		if err != nil {
			t.Fatal(err)
		}
		m := liar.read()
		m.Body = floats(t, 2)
		liar.write(liar.result(m, q.Address()))
		if c := found(t, s, job.ID); c.State != store.CheckDiffers || c.Referee == "" {
			t.Errorf("a false answer in strict mode: %+v", c)
		}
		if bans, err := s.Bans(t.Context()); err != nil || len(bans) != 1 || bans[0].Provider != name || bans[0].Job != job.ID {
			t.Errorf("banned are %+v, %v", bans, err)
		}
		if e, err := s.EvidenceOf(t.Context(), job.ID); err != nil {
			t.Error(err)
		} else if parsed, err := receipt.ParseEvidence(e.Document); err != nil || parsed.Receipt.Provider.String() != name || string(parsed.Output) != string(floats(t, 1)) {
			t.Errorf("evidence %+v, %v", parsed, err)
		}
		for _, line := range []*raw{liar, elsewhere} { // each is ended, by its relay
			for {
				if _, err := wire.Read(t.Context(), line.ws); err != nil {
					break
				}
			}
		}
		for _, url := range []string{at, there} {
			again := dial(t, url, key(t, "3"), nil)
			if m, err := wire.Read(t.Context(), again.ws); err == nil {
				t.Errorf("who is banned is told %+v; want to be refused", m)
			}
		}
		audit(t, s)
	})
}

// A payer has a run in strict mode replayed for nothing, so many a day; nobody else does, and nobody sees the input whom the payer excludes.
func TestReplay(t *testing.T) {
	s := database(t, "")
	q, at := checking(t, s, Checks{Replays: 2, Daily: 1000})
	one, two := provides("1"), provides("2")
	provideAs(t, at, one, twist{})
	provideAs(t, at, two, twist{})
	job := by(t, q, one, receipt.Strict)
	replay := func(q *Queue, account string, job store.Job, want relay.Code) store.Check {
		t.Helper()
		c, err := q.Replay(t.Context(), account, job.ID)
		if relay.ErrorCode(err) != want {
			t.Fatalf("Replay = %+v, %v; want %q", c, err, want)
		}
		return c
	}
	replay(q, two.name(t), job, relay.CodeNotFound)
	replay(q, alice, by(t, q, one, receipt.Fast), relay.CodeInvalid)
	for range 2 { // the second one is the same
		replay(q, alice, job, "")
		if c := found(t, s, job.ID); c.Kind != store.CheckReplay || c.State != store.CheckAgrees || c.Checker != two.name(t) {
			t.Errorf("a replay of an honest answer: %+v", c)
		}
	}
	second, third := by(t, q, one, receipt.Strict), by(t, q, one, receipt.Strict)
	replay(q, alice, second, "")
	replay(q, alice, third, relay.CodeQuota)
	if _, err := s.CheckOf(t.Context(), third.ID); relay.ErrorCode(err) != relay.CodeNotFound {
		t.Errorf("a replay that was refused: %v", err)
	}
	found(t, s, second.ID)
	if spent, err := s.Spent(t.Context(), q.funds(alice, q.Now()).Account); err != nil || spent != 4*7 {
		t.Errorf("the payer has spent %d, %v; want %d", spent, err, 4*7)
	}
	if err := q.Close(t.Context()); err != nil {
		t.Fatal(err)
	}

	own, at := checking(t, s, Checks{Replays: 9, Daily: 1000, Engine: computed})
	liar := provides("3")
	provideAs(t, at, liar, twist{1})
	provideAs(t, at, one, twist{})
	d, err := own.Run(t.Context(), Request{Account: alice, Manifest: modelCID, Mode: receipt.Strict, Tensors: floats(t, 1), MaxPrice: -1, Routing: &route.Wishes{Only: []string{liar.name(t)}}}, time.Minute)
	if err != nil || relay.JobState(d.State) != relay.JobSucceeded {
		t.Fatalf("%+v, %v", d.Job, err)
	}
	replay(own, alice, d.Job, "")
	if c := found(t, s, d.ID); c.State != store.CheckDiffers || c.Checker != own.account || c.Other != "" {
		t.Errorf("computed by the relay, for the payer lets nobody else: %+v", c)
	}
	if !own.isBanned(liar.name(t)) {
		t.Error("who answered falsely in strict mode is not banned")
	}
	audit(t, s)
}
