package route

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/dehug/dehug/relay"
)

const (
	// explore is how many of a hundred jobs go to anybody who may do them, so that a provider that was slow or is new is known again.
	explore = 10
	// weight of the newest job in what is remembered of a provider.
	weight = 0.2
	// shun is how long a provider is left alone after its first failure; each further one doubles it, up to maxShun.
	shun    = time.Second
	maxShun = time.Minute
	// maxTimes is how many times of jobs are kept, for a median.
	maxTimes = 32
	// trusted is the least that is made of what checks found.
	trusted = 0.01
)

// Memory is how a provider did with a model. The zero value is of one that nothing is known of.
type Memory struct {
	Tried    int       // jobs
	Success  float64   // of one
	Seconds  float64   // a job
	Failures int       // in a row
	Until    time.Time // it is left alone
	times    []time.Duration
}

// Note remembers how a job ended: took is how long it was with the provider. A failure that is the job's own is nobody's.
func (m *Memory) Note(took time.Duration, code relay.JobCode, now time.Time) {
	if code != "" && !code.Retries() {
		return
	}
	if m.Tried == 0 {
		m.Success = 1
	}
	m.Tried++
	if code != "" {
		m.Success -= weight * m.Success
		m.Until = now.Add(min(shun<<min(m.Failures, 10), maxShun))
		m.Failures++
		return
	}
	m.Success += weight * (1 - m.Success)
	if m.Seconds == 0 {
		m.Seconds = took.Seconds()
	}
	m.Seconds += weight * (took.Seconds() - m.Seconds)
	m.Failures, m.Until = 0, time.Time{}
	m.times = append(m.times[max(0, len(m.times)+1-maxTimes):], took)
}

// Times are those of the jobs that it did last.
func (m *Memory) Times() []time.Duration { return m.times }

// Candidate is a provider that offers what is asked, by one of its lines.
type Candidate struct {
	Provider       string
	Facts          *Facts
	Price          int64
	Warm, Banned   bool
	Busy, Capacity int
	Memory         *Memory // nil where there is none
	Trust          float64 // of one, by what checks of its answers found; 0 where none was made
}

func (c *Candidate) tried() int {
	if c.Memory == nil {
		return 0
	}
	return c.Memory.Tried
}

// Why one was chosen.
const (
	ByOrder    = "order"   // the payer named it
	BySort     = "sort"    // the best by what the payer sorts by
	Best       = "best"    // by all that is known
	Exploring  = "explore" // to know more
	LastResort = "last"    // nobody else was free who did not just fail, or had the job before
	Quoted     = "quoted"  // its price was agreed on before
)

// Choice is which provider was given a job, and why: what its payer sees.
type Choice struct {
	Provider   string         `json:"provider" doc:"Its address."`
	Why        string         `json:"why" enum:"order,sort,best,explore,last,quoted" doc:"order: the first of those that you named. sort: the best by what you sort by. best: by success, time and price as remembered. explore: one in ten goes to anybody, so that more is known. last: nobody else was free. quoted: its price was agreed on before."`
	Considered int            `json:"considered" doc:"How many lines of providers offered the model when it was chosen."`
	Excluded   map[string]int `json:"excluded,omitempty" doc:"How many of these were not, by reason."`
}

// Choose finds who does a job, and says why; -1 where nobody can now. Among those who may and are free it takes the first of order, the best by
// sort, or the best by what it is expected to cost in time and money; of ten one goes to anybody. A provider that failed is left
// alone for a while, and then, like one that is new, gets one job at a time until it has done one. last had the job before, and gets it again
// only when nobody else can have it.
func Choose(rng *rand.Rand, now time.Time, w *Wishes, most int64, last string, all []Candidate) (int, Choice) {
	choice := Choice{Considered: len(all)}
	exclude := func(reason string) {
		if choice.Excluded == nil {
			choice.Excluded = map[string]int{}
		}
		choice.Excluded[reason]++
	}
	var good, poor []int // those that are asked first, and those that are better than nobody
	for i := range all {
		c := &all[i]
		reason := w.Excludes(c, most)
		if reason == "" && c.Busy >= c.Capacity {
			reason = Busy
		}
		if reason != "" {
			exclude(reason)
			continue
		}
		switch m := c.Memory; {
		case m != nil && now.Before(m.Until), c.Provider == last:
			exclude(InOutage)
			poor = append(poor, i)
		case c.Busy > 0 && (m == nil || m.Tried == 0 || m.Failures > 0):
			exclude(Probation)
			poor = append(poor, i)
		default:
			good = append(good, i)
		}
	}
	if len(good)+len(poor) == 0 {
		return -1, choice
	}
	s := scale(all, good, poor)
	best := -1
	pick := func(among []int, why string, key func(i int) float64) {
		choice.Why = why
		best = slices.MinFunc(among, func(a, b int) int {
			return cmp.Or(cmp.Compare(key(a), key(b)), cmp.Compare(s.cost(&all[a]), s.cost(&all[b])), cmp.Compare(all[a].tried(), all[b].tried()), cmp.Compare(all[a].Provider, all[b].Provider))
		})
	}
	place := func(i int) float64 {
		if at := slices.Index(w.Order, all[i].Provider); at >= 0 {
			return float64(at)
		}
		return float64(len(w.Order))
	}
	named := func(i int) bool { return slices.Contains(w.Order, all[i].Provider) }
	switch {
	case len(good) == 0:
		pick(poor, LastResort, func(i int) float64 {
			if all[i].Provider == last { // whoever else failed lately did not fail at this
				return 1
			}
			return 0
		})
	case w != nil && slices.ContainsFunc(good, named):
		pick(good, ByOrder, place)
	case w != nil && w.Sort == SortPrice:
		pick(good, BySort, func(i int) float64 { return float64(all[i].Price) })
	case w != nil && w.Sort == SortLatency:
		pick(good, BySort, func(i int) float64 { return s.seconds(&all[i]) })
	case w != nil && w.Sort == SortSuccess:
		pick(good, BySort, func(i int) float64 { return -s.success(&all[i]) })
	case len(good) > 1 && rng.IntN(100) < explore:
		choice.Why, best = Exploring, good[rng.IntN(len(good))]
	default:
		pick(good, Best, func(i int) float64 { return s.cost(&all[i]) })
	}
	// What was better than nobody was not excluded after all.
	c := &all[best]
	if i := slices.Index(poor, best); i >= 0 {
		reason := Probation
		if m := c.Memory; m != nil && now.Before(m.Until) || c.Provider == last {
			reason = InOutage
		}
		if choice.Excluded[reason]--; choice.Excluded[reason] == 0 {
			delete(choice.Excluded, reason)
		}
	}
	choice.Provider = c.Provider
	return best, choice
}

// scales are what candidates are measured by.
type scales struct {
	usual float64 // seconds, of the quickest that is known: a provider of which nothing is known is thought to be like that
	price float64 // the median that is asked
}

func scale(all []Candidate, lists ...[]int) (s scales) {
	var prices []int64
	for _, list := range lists {
		for _, i := range list {
			if m := all[i].Memory; m != nil && m.Seconds > 0 && (s.usual == 0 || m.Seconds < s.usual) {
				s.usual = m.Seconds
			}
			prices = append(prices, all[i].Price)
		}
	}
	if s.usual == 0 {
		s.usual = 1 // any will do: then price alone counts
	}
	slices.Sort(prices)
	s.price = float64(prices[len(prices)/2])
	return s
}

func (s *scales) seconds(c *Candidate) float64 {
	if c.Memory == nil || c.Memory.Seconds == 0 {
		return s.usual
	}
	return c.Memory.Seconds
}

func (s *scales) success(c *Candidate) float64 {
	success := 1.0
	if c.tried() > 0 {
		success = c.Memory.Success
	}
	if c.Trust > 0 {
		success *= c.Trust
	}
	return max(success, trusted)
}

// cost is what a job is expected to take of time, tries that fail included, and of money: to ask twice the median is as bad as to take half as
// long again. A provider whose places are taken shares its machine among them.
func (s *scales) cost(c *Candidate) float64 {
	cost := s.seconds(c) / s.success(c) * (1 + float64(c.Busy)/float64(c.Capacity))
	if s.price > 0 {
		cost *= 1 + float64(c.Price)/s.price
	}
	return cost
}
