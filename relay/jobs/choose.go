package jobs

import (
	"cmp"
	mathrand "math/rand/v2"
	"slices"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/jobs/wire"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/store"
)

const (
	// explore is how many of a hundred jobs go to anybody, so that a provider that was slow or is new is known again.
	explore = 10
	// weight of the newest job in what is remembered of a provider.
	weight = 0.2
	// shun is how long a provider is left alone after its first failure; each further one doubles it, up to maxShun.
	shun    = time.Second
	maxShun = time.Minute
)

type memoryKey struct {
	provider receipt.Address
	model    model
}

// memory is how a provider did with a model. It lives as long as the relay.
type memory struct {
	success  float64 // of one
	seconds  float64 // a job
	failures int     // in a row
	until    time.Time
	times    []time.Duration // of the jobs that it did last
}

// maxTimes is how many of those are kept, for a median.
const maxTimes = 32

// pick finds a provider for a job, and takes one of its places: q.mu is held, and free gives it back. Among those that are free and ask for no more than
// most, it takes the one that is expected to be done first, counting failures in; of equals the cheapest. last is taken only when there is
// no other.
func (q *Queue) pick(wants model, most int64, last *peer) (*peer, int64) {
	if q.closed {
		return nil, 0
	}
	type candidate struct {
		peer *peer
		pay  int64
		time float64
	}
	var found []candidate
	now := time.Now()
	shunned := true
	for p := range q.peers {
		o, offers := p.offers[wants]
		if !offers || o.Pay > most || p.busy >= p.capacity || p.drains || p.gone {
			continue
		}
		c := candidate{p, o.Pay, 0}
		out := false
		if m := q.memories[memoryKey{p.address, wants}]; m != nil {
			c.time, out = m.seconds/max(m.success, 0.01), now.Before(m.until)
		}
		if out || p == last { // better than nobody
			c.time += 1e6
		} else {
			shunned = false
		}
		found = append(found, c)
	}
	if len(found) == 0 {
		return nil, 0
	}
	best := slices.MinFunc(found, func(a, b candidate) int { return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.pay, b.pay)) })
	if !shunned && mathrand.IntN(100) < explore {
		best = found[mathrand.IntN(len(found))]
	}
	best.peer.busy++
	return best.peer, best.pay
}

// take takes a place of one provider's, if it does a job for that: q.mu is held, and free gives it back. nil is for one that does not.
func (q *Queue) take(wants model, provider string, pay int64) *peer {
	if q.closed {
		return nil
	}
	for p := range q.peers {
		if o, offers := p.offers[wants]; offers && o.Pay <= pay && p.busy < p.capacity && !p.drains && !p.gone && p.address.String() == provider {
			p.busy++
			return p
		}
	}
	return nil
}

// Quote finds out which provider would be given a job for no more than most now, and what it asks for. No place is taken.
func (q *Queue) Quote(manifest manifest.CID, mode string, most int64) (receipt.Address, int64, error) {
	wants := model{manifest, mode}
	q.mu.Lock()
	p, pay := q.pick(wants, most, nil)
	if p != nil {
		p.busy--
	}
	_, err := q.price(wants)
	q.mu.Unlock()
	switch {
	case p != nil:
		return p.address, pay, nil
	case err != nil:
		return receipt.Address{}, 0, relay.Errorf(relay.CodeConflict, "no provider is there for this model")
	}
	return receipt.Address{}, 0, relay.Errorf(relay.CodeUnavailable, "no provider is free that does it for that").WithHint("ask again in a moment")
}

// remember notes how an attempt ended. q.mu is held.
func (q *Queue) remember(p *peer, wants model, took time.Duration, code relay.JobCode) {
	key := memoryKey{p.address, wants}
	m := q.memories[key]
	if m == nil {
		m = &memory{success: 1, seconds: took.Seconds()}
		q.memories[key] = m
	}
	switch {
	case code == "":
		m.success += weight * (1 - m.success)
		m.seconds += weight * (took.Seconds() - m.seconds)
		m.failures, m.until = 0, time.Time{}
		m.times = append(m.times[max(0, len(m.times)+1-maxTimes):], took)
	case code.Retries(): // else it is the job's fault
		m.success -= weight * m.success
		m.until = time.Now().Add(min(shun<<min(m.failures, 10), maxShun))
		m.failures++
	}
}

// price is what the dearest provider of a model asks, so that any of them may do it. q.mu is held.
func (q *Queue) price(wants model) (int64, error) {
	_, most, offered := q.prices(wants)
	if !offered {
		return 0, relay.Errorf(relay.CodeConflict, "no provider is there for this model").WithHint("say what it may cost (max_price), and it waits for one")
	}
	return most, nil
}

// within lowers what a session's plan gives a provider to what was said, if anything was; else a provider has to be there that does it
// for that. q.mu is held.
func (q *Queue) within(wants model, maxPrice int64, n *store.NewJob) error {
	if maxPrice >= 0 {
		n.Compute = min(n.Compute, maxPrice)
		return nil
	}
	if _, err := q.price(wants); err != nil {
		return err
	}
	least, _, _ := q.prices(wants)
	if least > n.Compute {
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
}

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
}

func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// offersHere are those of providers of this relay. q.mu is held.
func (q *Queue) offersHere() map[model]*Offered {
	all := map[model]*Offered{}
	times, counted := map[model][]time.Duration{}, map[memoryKey]bool{}
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
			who := memoryKey{p.address, key}
			if m := q.memories[who]; m != nil && !counted[who] { // it may have several lines
				counted[who] = true
				times[key] = append(times[key], m.times...)
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
