package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/internal/postgres"
	"github.com/dehug/dehug/relay/jobs/wire"
	"github.com/dehug/dehug/relay/provider"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/route"
	"github.com/dehug/dehug/relay/store"
)

// eachDatabase runs a test on SQLite, and on Postgres where there is time.
func eachDatabase(t *testing.T, do func(t *testing.T, url string)) {
	t.Run("sqlite", func(t *testing.T) { do(t, "") })
	if os.Getenv("DEHUG_TEST_ALL") == "1" {
		t.Run("postgres", func(t *testing.T) { do(t, postgres.URL(t)) })
	}
}

// about is a provider as a test has it.
type about struct {
	key   string // a digit
	facts route.Facts
	offer wire.Offer
	more  []wire.Offer
}

func (a *about) name(t testing.TB) string { return key(t, a.key).Address().String() }

// provideAs runs one until the test ends; it returns once the relay has it.
func provideAs(t testing.TB, url string, a about, b provider.Backend) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	welcome, ended := make(chan struct{}, 100), make(chan error, 1)
	go func() {
		ended <- provider.Run(ctx, provider.Config{Relay: url, Key: key(t, a.key), Capacity: 2, Backend: b, Log: slog.New(slog.DiscardHandler), About: a.facts, Offers: append([]wire.Offer{a.offer}, a.more...), Welcomed: func() { welcome <- struct{}{} }})
	}()
	select {
	case <-welcome:
	case err := <-ended:
		t.Fatalf("the provider ended: %v", err)
	}
	once := sync.OnceFunc(func() { cancel(); <-ended })
	t.Cleanup(once)
	return once
}

func choiceOf(t testing.TB, s *store.Store, job store.Job) (c route.Choice, at store.Attempt) {
	t.Helper()
	at, err := s.Attempt(t.Context(), job.ID, job.Fence)
	if err == nil {
		err = json.Unmarshal([]byte(at.Choice), &c)
	}
	if err != nil {
		t.Fatalf("attempt %+v: %v", at, err)
	}
	return c, at
}

// Whatever providers say of themselves and payers wish, a job is done by somebody who may, by the first of order who may, and refused where nobody may.
func TestRouting(t *testing.T) {
	seeds := uint64(1)
	if os.Getenv("DEHUG_TEST_ALL") == "1" {
		seeds = 10
	}
	eachDatabase(t, func(t *testing.T, url string) {
		for seed := range seeds {
			t.Run(fmt.Sprint(seed), func(t *testing.T) { routingHistory(t, database(t, url), seed) })
		}
	})
}

func routingHistory(t *testing.T, s *store.Store, seed uint64) {
	rng := rand.New(rand.NewPCG(seed, 7))
	pick := func(of ...string) string { return of[rng.IntN(len(of))] }
	q, at := relayOf(t, s, 0)
	var all []about
	for _, digit := range []string{"1", "2", "3", "4", "5"} {
		a := about{key: digit, facts: route.Facts{Region: pick("", "eu", "eu-de", "us-east", "europa"), DataPolicy: pick("", "none", "logs", "trains"), Machine: route.Machine{Cores: rng.IntN(9), GPUMemoryGB: rng.IntN(3) * 24}},
			offer: wire.Offer{Manifest: modelCID, Mode: receipt.Strict, Pay: int64(rng.IntN(5))}}
		provideAs(t, at, a, echo{})
		all = append(all, a)
	}
	names := func() (list []string) {
		for _, i := range rng.Perm(len(all))[:rng.IntN(len(all))] {
			list = append(list, all[i].name(t))
		}
		return list
	}
	for range 40 {
		w := &route.Wishes{}
		for range 1 + rng.IntN(2) {
			switch rng.IntN(8) {
			case 0:
				w.Order = names()
				if strict := rng.IntN(2) == 0; strict && len(w.Order) > 0 {
					w.AllowFallbacks = new(bool)
				}
			case 1:
				w.Only = names()
			case 2:
				w.Ignore = names()
			case 3:
				most := int64(rng.IntN(5))
				w.MaxPrice = &most
			case 4:
				w.Sort = pick("price", "latency", "success")
			case 5:
				w.Require.Region = []string{pick("eu", "us", "eu-de", "af")}
			case 6:
				w.Require.DataPolicy = pick("none", "logs", "trains")
			case 7:
				w.Require.Machine = route.Machine{Cores: rng.IntN(9), GPUMemoryGB: rng.IntN(40)}
			}
		}
		if err := w.Check(); err != nil {
			t.Fatal(err)
		}
		var may []string
		prices := map[string]int64{}
		for i := range all {
			a := &all[i]
			in := func(list []string) bool { return slices.Contains(list, a.name(t)) }
			f, r := a.facts, w.Require
			ok := (len(w.Only) == 0 || in(w.Only)) && !in(w.Ignore) && (w.AllowFallbacks == nil || in(w.Order)) && (w.MaxPrice == nil || a.offer.Pay <= *w.MaxPrice) &&
				(len(r.Region) == 0 || f.Region == r.Region[0] || strings.HasPrefix(f.Region, r.Region[0]+"-")) &&
				(r.DataPolicy != "none" || f.DataPolicy == "none") && (r.DataPolicy != "logs" || f.DataPolicy == "none" || f.DataPolicy == "logs") && f.Cores >= r.Cores && f.GPUMemoryGB >= r.GPUMemoryGB
			if ok {
				may = append(may, a.name(t))
			}
			prices[a.name(t)] = a.offer.Pay
		}
		d, err := q.Run(t.Context(), Request{Account: alice, Manifest: modelCID, Mode: receipt.Strict, Tensors: tensors(t, "x"), MaxPrice: -1, Routing: w}, time.Minute)
		if len(may) == 0 {
			if relay.ErrorCode(err) != relay.CodeNoRoute || !strings.Contains(err.Error(), "of 5 that offer this model none may do it: ") {
				t.Fatalf("%s, which nobody may = %v", w.Text(), err)
			}
			continue
		}
		if err != nil || relay.JobState(d.State) != relay.JobSucceeded {
			t.Fatalf("%s: %+v, %v", w.Text(), d.Job, err)
		}
		c, a := choiceOf(t, s, d.Job)
		if !slices.Contains(may, a.Provider) || c.Provider != a.Provider || a.Pay != prices[a.Provider] || c.Considered != len(all) || d.Routing != w.Text() {
			t.Errorf("%s is done by %s for %d, %+v; want one of %q", w.Text(), a.Provider, a.Pay, c, may)
		}
		for _, first := range w.Order { // nothing runs, and nobody has failed
			if slices.Contains(may, first) {
				if a.Provider != first || c.Why != route.ByOrder {
					t.Errorf("%s is done by %s, %+v; want %s", w.Text(), a.Provider, c, first)
				}
				break
			}
		}
		if w.Sort == route.SortPrice && c.Why == route.BySort {
			for _, other := range may {
				if prices[other] < a.Pay {
					t.Errorf("%s costs %d, and another asks for %d", w.Text(), a.Pay, prices[other])
				}
			}
		}
		q.mu.Lock()
		for p := range q.peers { // its place is free a moment after the answer is there
			p.busy = 0
			p.busy = len(p.running)
		}
		q.mu.Unlock()
	}
	audit(t, s)
}

// The key of idempotency is of the routing, too; a model for which nobody may is replaced by one for which somebody may.
func TestRoutingFallback(t *testing.T) {
	s := database(t, "")
	q, at := relayOf(t, s, 0)
	other := manifest.DigestOf([]byte("the version before")).RawCID()
	provideAs(t, at, about{key: "1", facts: route.Facts{Region: "us"}, offer: wire.Offer{Manifest: modelCID, Mode: receipt.Strict}}, echo{})
	provideAs(t, at, about{key: "2", facts: route.Facts{Region: "eu"}, offer: wire.Offer{Manifest: other, Mode: receipt.Strict}}, echo{})
	nobodys := manifest.DigestOf([]byte("nobody's")).RawCID()
	run := func(key string, w *route.Wishes) (store.Job, error) {
		if err := w.Check(); err != nil {
			t.Fatal(err)
		}
		d, err := q.Run(t.Context(), Request{Account: alice, Manifest: modelCID, Mode: receipt.Strict, Tensors: tensors(t, "x"), MaxPrice: -1, Routing: w, Key: key}, time.Minute)
		return d.Job, err
	}
	eu := func(fallbacks ...manifest.CID) *route.Wishes {
		w := &route.Wishes{Require: route.Require{Region: []string{"eu"}}}
		for _, f := range fallbacks {
			w.Fallbacks = append(w.Fallbacks, string(f))
		}
		return w
	}
	job, err := run("k", eu(nobodys, other))
	if err != nil || job.Manifest != string(other) {
		t.Errorf("with a fallback = %+v, %v; want %s", job, err, other)
	}
	if again, err := run("k", eu(nobodys, other)); err != nil || again.ID != job.ID {
		t.Errorf("the same again = %+v, %v; want %s", again, err, job.ID)
	}
	if _, err := run("k", eu(other)); relay.ErrorCode(err) != relay.CodeConflict {
		t.Errorf("another routing with that key = %v; want conflict", err)
	}
	if _, err := run("", eu(nobodys)); relay.ErrorCode(err) != relay.CodeNoRoute {
		t.Errorf("where nobody may for any = %v; want no_route", err)
	}
	if job, err := run("", &route.Wishes{Fallbacks: []string{string(other)}}); err != nil || job.Manifest != string(modelCID) {
		t.Errorf("where somebody may for the first = %+v, %v; want %s", job, err, modelCID)
	}
}

// What one relay is asked, another one's providers do, who may; and what is known of a provider outlives a relay.
func TestRoutingElsewhere(t *testing.T) {
	eachDatabase(t, func(t *testing.T, url string) {
		s := database(t, url)
		one, _ := relayOf(t, s, time.Second)
		two, at := relayOf(t, s, time.Second)
		poor := about{key: "1", facts: route.Facts{Region: "us", DataPolicy: "trains"}, offer: wire.Offer{Manifest: modelCID, Mode: receipt.Strict, Pay: 1}}
		good := about{key: "2", facts: route.Facts{Region: "eu-de", DataPolicy: "none"}, offer: wire.Offer{Manifest: modelCID, Mode: receipt.Strict, Pay: 9}}
		provideAs(t, at, poor, echo{})
		stop := provideAs(t, at, good, echo{})
		for {
			if offers := one.Offers(); len(offers) == 1 && len(offers[0].Each) == 2 {
				break
			}
			time.Sleep(time.Millisecond)
		}
		ask := func(w *route.Wishes) (Done, error) {
			return one.Run(t.Context(), Request{Account: alice, Manifest: modelCID, Mode: receipt.Strict, Tensors: tensors(t, "x"), MaxPrice: -1, Routing: w}, time.Minute)
		}
		d, err := ask(&route.Wishes{Require: route.Require{Region: []string{"eu"}, DataPolicy: "none"}})
		if err != nil || relay.JobState(d.State) != relay.JobSucceeded {
			t.Fatalf("%+v, %v", d.Job, err)
		}
		if c, a := choiceOf(t, s, d.Job); a.Provider != good.name(t) || a.Relay != two.id || a.Pay != 9 || c.Excluded[route.Region] != 1 {
			t.Errorf("attempt %+v, %+v; want the other relay's, by %s", a, c, good.name(t))
		}
		if _, err := ask(&route.Wishes{Require: route.Require{Region: []string{"af"}}}); relay.ErrorCode(err) != relay.CodeNoRoute || !strings.Contains(err.Error(), "of 2 that offer this model none may do it: 2 not in the region") {
			t.Errorf("where nobody may anywhere = %v", err)
		}
		stop()
		three, again := relayOf(t, s, time.Second)
		provideAs(t, again, good, echo{})
		three.mu.Lock()
		m := three.memories[memoryKey{receipt.Address(key(t, "2").Address()), model{modelCID, receipt.Strict}}]
		three.mu.Unlock()
		if m == nil || m.Tried != 1 || m.Success != 1 {
			t.Errorf("a relay that begins knows %+v of a provider that did one job for another", m)
		}
	})
}

// Providers that say what nobody is are refused.
func TestRefuseAbout(t *testing.T) {
	_, url := relayOf(t, database(t, ""), 0)
	for name, facts := range map[string]route.Facts{"region": {Region: "EU"}, "policy": {DataPolicy: "good"}, "hardware": {Machine: route.Machine{MemoryGB: -1}}} {
		t.Run(name, func(t *testing.T) {
			r := dial(t, url, key(t, "1"), func(_, m *wire.Message, _ string) { m.About = facts })
			if m, err := wire.Read(t.Context(), r.ws); err == nil {
				t.Errorf("the relay says %+v", m)
			}
		})
	}
}
