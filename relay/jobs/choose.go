package jobs

import (
	"cmp"
	"context"
	"encoding/json"
	"log/slog"
	"math"
	"slices"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/jobs/wire"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/route"
	"github.com/dehug/dehug/relay/store"
)

const (
	// recalled is how many of a provider's attempts are read when it signs in: what this relay, or another one, knew of it.
	recalled = 64
	// warmFor is how long a model that was run is thought to be in its provider's memory.
	warmFor = 5 * time.Minute
)

type memoryKey struct {
	provider receipt.Address
	model    model
}

// admit takes a provider that signed in. q.mu is held.
func (q *Queue) admit(p *peer) {
	q.peers[p] = true
	for wants := range p.offers {
		q.offering[wants] = append(q.offering[wants], p)
	}
}

// dismiss forgets it. q.mu is held.
func (q *Queue) dismiss(p *peer) {
	delete(q.peers, p)
	for wants := range p.offers {
		if left := slices.DeleteFunc(q.offering[wants], func(other *peer) bool { return other == p }); len(left) > 0 {
			q.offering[wants] = left
		} else {
			delete(q.offering, wants)
		}
	}
}

// candidate is a provider as a choice has it. q.mu is held.
func (q *Queue) candidate(p *peer, wants model, now time.Time) route.Candidate {
	o := p.offers[wants]
	return route.Candidate{Provider: p.name, Facts: &p.facts, Price: o.Pay, Warm: o.Warm || now.Sub(p.warmed[wants]) < warmFor, Busy: p.busy, Capacity: p.capacity, Memory: q.memories[memoryKey{p.address, wants}],
		Banned: q.banned[p.name], Trust: q.trust[p.name].part}
}

// pick finds a provider for a job, and takes one of its places: q.mu is held, and free gives it back. most is what it may ask; last had the job
// before. The choice says who it is, or why it is nobody.
func (q *Queue) pick(wants model, wishes *route.Wishes, most int64, last string) (*peer, int64, route.Choice) {
	if q.closed {
		return nil, 0, route.Choice{}
	}
	now := time.Now()
	q.scratch, q.lines = q.scratch[:0], q.lines[:0]
	for _, p := range slices.Backward(q.offering[wants]) { // of lines that are alike the newest: an older one may be dead
		if !p.drains && !p.gone {
			q.scratch, q.lines = append(q.scratch, q.candidate(p, wants, now)), append(q.lines, p)
		}
	}
	at, choice := route.Choose(q.rng, now, wishes, most, last, q.scratch)
	if at < 0 {
		return nil, 0, choice
	}
	p := q.lines[at]
	p.busy++
	return p, q.scratch[at].Price, choice
}

// take takes a place of one provider's, if it does a job for that: q.mu is held, and free gives it back. nil is for one that does not.
func (q *Queue) take(wants model, provider string, pay int64) *peer {
	if q.closed {
		return nil
	}
	for _, p := range q.offering[wants] {
		if p.offers[wants].Pay <= pay && p.busy < p.capacity && !p.drains && !p.gone && p.name == provider {
			p.busy++
			return p
		}
	}
	return nil
}

// Quote finds out which provider would be given a job for no more than most now, and what it asks for. No place is taken.
func (q *Queue) Quote(manifest manifest.CID, mode string, wishes *route.Wishes, most int64) (receipt.Address, int64, error) {
	if q.Draining() {
		return receipt.Address{}, 0, ErrDraining
	}
	wants := wantsOf(manifest, mode)
	q.mu.Lock()
	p, pay, _ := q.pick(wants, wishes, most, "")
	if p != nil {
		p.busy--
	}
	_, err := q.price(wants, wishes)
	q.mu.Unlock()
	switch {
	case p != nil:
		return p.address, pay, nil
	case err != nil && !wishes.Empty():
		return receipt.Address{}, 0, err
	case err != nil:
		return receipt.Address{}, 0, relay.Errorf(relay.CodeConflict, "no provider is there for this model")
	}
	return receipt.Address{}, 0, relay.Errorf(relay.CodeUnavailable, "no provider is free that does it for that").WithHint("ask again in a moment")
}

// remember notes how an attempt ended. q.mu is held.
func (q *Queue) remember(p *peer, wants model, took time.Duration, code relay.JobCode) {
	key, now := memoryKey{p.address, wants}, time.Now()
	m := q.memories[key]
	if m == nil {
		m = &route.Memory{}
		q.memories[key] = m
	}
	m.Note(took, code, now)
	if code == "" {
		p.warmed[wants] = now
	}
}

// recall learns how a provider did, at this relay before it was started again, and at others of its database.
func (q *Queue) recall(ctx context.Context, p *peer) {
	attempts, err := q.Store.ProviderAttempts(ctx, p.name, store.Page{Limit: recalled}, 0)
	if err != nil {
		q.Log.Warn("how a provider did is not known", slog.String("provider", p.name), slog.Any("error", err))
		return
	}
	found := map[memoryKey]*route.Memory{}
	now := q.Now()
	for _, a := range slices.Backward(attempts) {
		if a.State != "done" && a.State != "failed" {
			continue
		}
		key := memoryKey{p.address, wantsOf(manifest.CID(a.Manifest), a.Mode)}
		if found[key] == nil {
			found[key] = &route.Memory{}
		}
		ended := store.Time(a.Ended)
		ago := max(now.Sub(ended), 0) // by the clock that attempts are written by
		found[key].Note(max(ended.Sub(store.Time(a.Started)), 0), relay.JobCode(a.Code), time.Now().Add(-ago))
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	for key, m := range found {
		if q.memories[key] == nil { // else this relay knows better
			q.memories[key] = m
		}
	}
}

// choiceText is how a choice is kept.
func choiceText(c route.Choice) string {
	text, err := json.Marshal(c)
	if err != nil {
		panic("jobs: a choice is always written: " + err.Error())
	}
	return string(text)
}

// price is what the dearest provider asks that may do a job, so that any of them may. q.mu is held.
func (q *Queue) price(wants model, wishes *route.Wishes) (int64, error) {
	f := q.survey(wants, wishes)
	switch {
	case f.may > 0:
		return f.dearest, nil
	case f.offer == 0 && wishes.Empty():
		return 0, relay.Errorf(relay.CodeConflict, "no provider is there for this model").WithHint("say what it may cost (max_price), and it waits for one")
	case f.offer == 0:
		return 0, relay.Errorf(relay.CodeNoRoute, "no provider is there for this model").WithHint("without routing, and with max_price, it waits for one")
	}
	return 0, relay.Errorf(relay.CodeNoRoute, "of %d that offer this model none may do it: %s", f.offer, route.Why(f.excluded)).
		WithHint("ask for less in routing; /api/v1/offers says who offers it, where, and for how much")
}

// resolve finds the model that is asked, or the first of those in its place for which somebody may do the job. q.mu is held.
func (q *Queue) resolve(wants model, wishes *route.Wishes) model {
	if wishes == nil || len(wishes.Fallbacks) == 0 || q.survey(wants, wishes).may > 0 {
		return wants
	}
	for _, other := range wishes.Fallbacks {
		if instead := (model{manifest.CID(other), wants.mode}); q.survey(instead, wishes).may > 0 {
			return instead
		}
	}
	return wants
}

// survey is who offers a model, here and elsewhere, and may do a job.
type survey struct {
	offer, may        int
	cheapest, dearest int64 // of those that may
	excluded          map[string]int
}

// survey asks all whether they may, busy or not. q.mu is held.
func (q *Queue) survey(wants model, wishes *route.Wishes) survey {
	f := survey{excluded: map[string]int{}}
	count := func(n int, reason string, low, high int64) {
		f.offer += n
		if reason != "" {
			f.excluded[reason] += n
			return
		}
		if f.may == 0 {
			f.cheapest, f.dearest = low, high
		}
		f.may += n
		f.cheapest, f.dearest = min(f.cheapest, low), max(f.dearest, high)
	}
	now := time.Now()
	for _, p := range q.offering[wants] {
		c := q.candidate(p, wants, now)
		count(1, wishes.Excludes(&c, math.MaxInt64), c.Price, c.Price)
	}
	for _, offers := range q.elsewhere {
		o, offered := offers[wants]
		if !offered {
			continue
		}
		for i := range o.Each {
			c := o.Each[i].candidate()
			count(1, wishes.Excludes(&c, math.MaxInt64), c.Price, c.Price)
		}
		if rest := o.Providers - len(o.Each); rest > 0 { // more than are told one by one: they may
			count(rest, "", o.Cheapest, o.Costly)
		}
	}
	return f
}

// within lowers what a session's plan gives a provider to what was said, if anything was; else a provider has to be there that does it
// for that. q.mu is held.
func (q *Queue) within(wants model, wishes *route.Wishes, maxPrice int64, n *store.NewJob) error {
	if maxPrice >= 0 {
		n.Compute = min(n.Compute, maxPrice)
		return nil
	}
	if _, err := q.price(wants, wishes); err != nil {
		return err
	}
	if least := q.survey(wants, wishes).cheapest; least > n.Compute {
		return relay.Errorf(relay.CodeConflict, "providers ask for %d at least, and the session's plan gives them %d", least, n.Compute).
			WithHint("say what it may cost (max_price), and it waits for a cheaper one")
	}
	return nil
}

// Offered is what providers ask for a model.
type Offered struct {
	Manifest, Mode   string
	Providers        int
	Capacity, Free   int
	Cheapest, Costly int64 // a unit
	Hardware         []string
	Median           time.Duration // of the jobs that they did last; 0 while there are none
	Backends         []string      // what the servers are called that run it, in mode served
	API              string        // how they are asked, beside by tensors
	Each             []OfferedBy   // the first of the providers, by address
}

// OfferedBy is one provider's offer.
type OfferedBy struct {
	Provider       string
	Facts          route.Facts
	Pay            int64
	Warm           bool
	Capacity, Free int
	Tried          int     `json:",omitempty"` // jobs that the relay remembers
	Success        float64 `json:",omitempty"` // of one, where some were tried
	Seconds        float64 `json:",omitempty"` // a job
}

// candidate is the like, for whoever asks whether it may do a job.
func (o *OfferedBy) candidate() route.Candidate {
	return route.Candidate{Provider: o.Provider, Facts: &o.Facts, Price: o.Pay, Warm: o.Warm, Capacity: o.Capacity, Busy: o.Capacity - o.Free}
}

// maxEach is how many providers of a model are told one by one.
const maxEach = 64

// maxHardware is how many kinds of it are told.
const maxHardware = 8

// Offers lists what providers of this relay, and of others of its database, offer, by model.
func (q *Queue) Offers() []Offered {
	q.mu.Lock()
	defer q.mu.Unlock()
	all := q.offersHere()
	for _, offers := range q.elsewhere {
		for key, o := range offers {
			if have := all[key]; have != nil {
				have.join(o)
			} else {
				all[key] = &o
			}
		}
	}
	return sorted(all)
}

// join adds what another relay's providers offer of the same model.
func (o *Offered) join(other Offered) {
	o.Providers += other.Providers
	o.Capacity += other.Capacity
	o.Free += other.Free
	o.Cheapest, o.Costly = min(o.Cheapest, other.Cheapest), max(o.Costly, other.Costly)
	o.Hardware = union(o.Hardware, other.Hardware)
	o.Hardware = o.Hardware[:min(len(o.Hardware), maxHardware)]
	o.Backends = union(o.Backends, other.Backends)
	if o.API == "" {
		o.API = other.API
	}
	if o.Median == 0 {
		o.Median = other.Median
	}
	o.Each = firstOf(slices.Concat(o.Each, other.Each))
}

// firstOf are the first providers by address: one that works for several relays is there once.
func firstOf(all []OfferedBy) []OfferedBy {
	slices.SortFunc(all, func(a, b OfferedBy) int {
		return cmp.Or(cmp.Compare(a.Provider, b.Provider), cmp.Compare(a.Pay, b.Pay), cmp.Compare(b.Free, a.Free))
	})
	all = slices.CompactFunc(all, func(a, b OfferedBy) bool { return a.Provider == b.Provider && a.Pay == b.Pay && a.Facts == b.Facts })
	return all[:min(len(all), maxEach)]
}

func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// offersHere are those of providers of this relay. q.mu is held.
func (q *Queue) offersHere() map[model]*Offered {
	all := map[model]*Offered{}
	times, counted, now := map[model][]time.Duration{}, map[memoryKey]bool{}, time.Now()
	for p := range q.peers {
		for key, offer := range p.offers {
			pay := offer.Pay
			o := all[key]
			if o == nil {
				o = &Offered{Manifest: string(key.manifest), Mode: key.mode, Cheapest: pay}
				all[key] = o
			}
			o.Providers++
			if offer.Backend != "" && !slices.Contains(o.Backends, offer.Backend) {
				o.Backends, o.API = append(o.Backends, offer.Backend), offer.API
			}
			o.Capacity += p.capacity
			o.Free += max(p.capacity-p.busy, 0)
			o.Cheapest, o.Costly = min(o.Cheapest, pay), max(o.Costly, pay)
			if p.hardware != "" && len(o.Hardware) < maxHardware && !slices.Contains(o.Hardware, p.hardware) {
				o.Hardware = append(o.Hardware, p.hardware)
			}
			by := OfferedBy{Provider: p.name, Facts: p.facts, Pay: pay, Warm: offer.Warm || now.Sub(p.warmed[key]) < warmFor, Capacity: p.capacity, Free: max(p.capacity-p.busy, 0)}
			who := memoryKey{p.address, key}
			if m := q.memories[who]; m != nil {
				by.Tried, by.Success, by.Seconds = m.Tried, m.Success, m.Seconds
				if !counted[who] { // it may have several lines
					counted[who] = true
					times[key] = append(times[key], m.Times()...)
				}
			}
			if o.Each = append(o.Each, by); len(o.Each) >= 2*maxEach {
				o.Each = firstOf(o.Each)
			}
		}
	}
	for key, o := range all {
		slices.Sort(o.Hardware)
		if known := times[key]; len(known) > 0 {
			slices.Sort(known)
			o.Median = known[len(known)/2]
		}
		slices.Sort(o.Backends)
		o.Each = firstOf(o.Each)
	}
	return all
}

func sorted(all map[model]*Offered) []Offered {
	list := make([]Offered, 0, len(all))
	for _, o := range all {
		list = append(list, *o)
	}
	slices.SortFunc(list, func(a, b Offered) int {
		return cmp.Or(cmp.Compare(a.Manifest, b.Manifest), cmp.Compare(a.Mode, b.Mode))
	})
	return list
}

// Presence is what a provider is to this relay now.
type Presence struct {
	Lines          int // connections; 0 when it is not here
	Capacity, Busy int
	Hardware       []string
	About          []route.Facts
	Offers         []wire.Offer
}

// Present tells what a provider offers on its lines to this relay.
func (q *Queue) Present(address receipt.Address) Presence {
	q.mu.Lock()
	defer q.mu.Unlock()
	var found Presence
	for p := range q.peers {
		if p.address != address {
			continue
		}
		found.Lines++
		found.Capacity += p.capacity
		found.Busy += p.busy
		if p.hardware != "" && !slices.Contains(found.Hardware, p.hardware) {
			found.Hardware = append(found.Hardware, p.hardware)
		}
		if !slices.Contains(found.About, p.facts) {
			found.About = append(found.About, p.facts)
		}
		for _, offer := range p.offers {
			if !slices.Contains(found.Offers, offer) {
				found.Offers = append(found.Offers, offer)
			}
		}
	}
	slices.Sort(found.Hardware)
	slices.SortFunc(found.Offers, func(a, b wire.Offer) int {
		return cmp.Or(cmp.Compare(a.Manifest, b.Manifest), cmp.Compare(a.Mode, b.Mode), cmp.Compare(a.Pay, b.Pay))
	})
	return found
}
