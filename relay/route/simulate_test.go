package route

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dehug/dehug/relay"
)

// simulated is a provider as it is, which no choice knows.
type simulated struct {
	seconds, success float64
	price            int64
	from, to         float64 // is not there
	capacity, busy   int
	memory           Memory
}

// outcome is what a policy came to.
type outcome struct {
	first     float64 // of the jobs, done by the first who had it
	mean, p95 float64 // seconds from being asked to being done
	price     float64
}

// policy picks one of those that have room.
type policy func(rng *rand.Rand, at float64, last string, all []*simulated) (int, bool)

func ours(w *Wishes) policy {
	return func(rng *rand.Rand, at float64, last string, all []*simulated) (int, bool) {
		list := make([]Candidate, len(all))
		for i, p := range all {
			list[i] = Candidate{Provider: fmt.Sprint(i), Facts: &Facts{}, Price: p.price, Busy: p.busy, Capacity: p.capacity, Memory: &p.memory}
		}
		i, _ := Choose(rng, instant(at), w, math.MaxInt64, last, list)
		return i, i >= 0
	}
}

func instant(at float64) time.Time { return now.Add(time.Duration(at * float64(time.Second))) }

func atRandom(rng *rand.Rand, _ float64, _ string, all []*simulated) (int, bool) {
	for _, i := range rng.Perm(len(all)) {
		if all[i].busy < all[i].capacity {
			return i, true
		}
	}
	return 0, false
}

func roundRobin() policy {
	next := 0
	return func(_ *rand.Rand, _ float64, _ string, all []*simulated) (int, bool) {
		for range all {
			i := next % len(all)
			if next++; all[i].busy < all[i].capacity {
				return i, true
			}
		}
		return 0, false
	}
}

// simulate has jobs come to eight providers, which differ, share their machines among what they have, and of which each is gone for a time. What fails is tried again.
func simulate(seed uint64, choose policy, jobs int) outcome {
	const every = 0.25 // seconds, on average
	world := rand.New(rand.NewPCG(seed, 1))
	rng := rand.New(rand.NewPCG(seed, 2))
	var all []*simulated
	for range 8 {
		p := &simulated{seconds: 0.3 * math.Exp(world.NormFloat64()*0.7), success: 1 - 0.3*world.Float64()*world.Float64(), price: 100 + world.Int64N(400), capacity: 4}
		p.from = world.Float64() * float64(jobs) * every
		p.to = p.from + float64(jobs)*every/10
		all = append(all, p)
	}
	type event struct {
		at, asked float64
		provider  int // -1 for a job that looks for one
		took      float64
		ok        bool
		tries     int
		last      string
	}
	var events []event
	add := func(e event) {
		i, _ := slices.BinarySearchFunc(events, e, func(a, b event) int {
			if a.at < b.at {
				return -1
			}
			return 1
		})
		events = slices.Insert(events, i, e)
	}
	t := 0.0
	for range jobs {
		t += world.ExpFloat64() * every
		events = append(events, event{at: t, asked: t, provider: -1})
	}
	var out outcome
	var times []float64
	for len(events) > 0 {
		e := events[0]
		events = events[1:]
		if e.provider < 0 {
			i, ok := choose(rng, e.at, e.last, all)
			if !ok {
				e.at += 0.05
				add(e)
				continue
			}
			p := all[i]
			p.busy++
			e.took = p.seconds * (0.8 + 0.4*world.Float64()) * (1 + float64(p.busy-1)/float64(p.capacity))
			e.ok = world.Float64() < p.success
			if e.at >= p.from && e.at < p.to {
				e.ok, e.took = false, 1 // as long as it takes to be noticed
			}
			e.provider, e.at, e.last = i, e.at+e.took, fmt.Sprint(i)
			e.tries++
			add(e)
			continue
		}
		p := all[e.provider]
		p.busy--
		code := relay.JobCode("")
		if !e.ok {
			code = relay.JobProviderFailed
		}
		p.memory.Note(time.Duration(e.took*float64(time.Second)), code, instant(e.at))
		e.provider = -1
		if !e.ok {
			e.at += 0.05
			add(e)
			continue
		}
		if e.tries == 1 {
			out.first++
		}
		times = append(times, e.at-e.asked)
		out.price += float64(p.price)
	}
	slices.Sort(times)
	for _, each := range times {
		out.mean += each
	}
	n := float64(len(times))
	out.first, out.mean, out.price, out.p95 = out.first/n, out.mean/n, out.price/n, times[len(times)*95/100]
	return out
}

// Choosing by what is remembered is quicker, surer and cheaper than taking turns and than chance, in the same worlds.
func TestSelection(t *testing.T) {
	const worlds, jobs = 20, 2000
	policies := []struct {
		name   string
		choose func() policy
	}{
		{"round robin", roundRobin},
		{"random", func() policy { return atRandom }},
		{"ours", func() policy { return ours(nil) }},
		{"ours, by price", func() policy { return ours(&Wishes{Sort: SortPrice}) }},
		{"ours, by latency", func() policy { return ours(&Wishes{Sort: SortLatency}) }},
	}
	sums := make([]outcome, len(policies))
	better := 0
	for seed := range uint64(worlds) {
		var one []outcome
		for i, p := range policies {
			o := simulate(seed, p.choose(), jobs)
			one = append(one, o)
			sums[i].first += o.first / worlds
			sums[i].mean += o.mean / worlds
			sums[i].p95 += o.p95 / worlds
			sums[i].price += o.price / worlds
		}
		if one[2].mean < min(one[0].mean, one[1].mean) {
			better++
		}
	}
	var table strings.Builder
	for i, p := range policies {
		fmt.Fprintf(&table, "%-18s first try %.3f  mean %.3f s  p95 %.3f s  price %.0f\n", p.name, sums[i].first, sums[i].mean, sums[i].p95, sums[i].price)
	}
	t.Logf("%d worlds, %d jobs each:\n%s", worlds, jobs, &table)
	turns, chance, own := sums[0], sums[1], sums[2]
	if better < worlds || own.mean > 0.8*min(turns.mean, chance.mean) || own.first < max(turns.first, chance.first) || own.price > min(turns.price, chance.price) {
		t.Errorf("ours is not better than taking turns and than chance (quicker in %d worlds):\n%s", better, &table)
	}
	if again := simulate(3, ours(nil), jobs); again != simulate(3, ours(nil), jobs) {
		t.Error("the same seed gives something else")
	}
}
