// Package rank says which models are used by people who have nothing to do with them.
//
//	scores := rank.Trending(models, payments, funding, now)
//
// A payer counts for a model by the square root of what it paid, halved in weight every 30 days, so that many who pay a little are more than
// one who pays much; and for no more than 5 % of all payers' roots together. Who belongs to the model's cluster counts for nothing:
// whoever owns it or owned it, whoever its money goes to, relays and providers that were paid for running it, and every account that one
// of these gave money or passes to, through however many others. What somebody moves through a pool, such as an exchange, cannot be followed.
//
// Who attests evaluations of a model counts, too, when it is outside of the cluster.
//
// It knows no chain and no database, and is the same for the same input in any order.
package rank

import (
	"cmp"
	"math"
	"slices"
	"time"
)

const (
	// HalfLife is how long it takes until a payment weighs half.
	HalfLife = 30 * 24 * time.Hour
	// MaxShare is the most of all payers' roots that one payer's may be.
	MaxShare = 0.05
)

// A Model is what is ranked, and who is in its cluster to begin with.
type Model struct {
	ID        string
	Members   []string
	Attesters []string // of evaluations, none twice
}

// A Payment is what an account paid for a model's use. Parties are relays and providers that were paid for it.
type Payment struct {
	Model, Payer string
	Parties      []string
	Value        float64 // in one currency
	At           time.Time
}

// Funding is that an account gave another money or passes.
type Funding struct{ From, To string }

// A Score is how a model ranks.
type Score struct {
	Model  string
	Score  float64
	Payers int     // outside the cluster
	Value  float64 // that they paid, whenever it was
	// Attesters are how many attest evaluations and are outside the cluster.
	Attesters int
}

// Trending ranks models that were paid for or evaluated, the best first. Those whose payers are all in their clusters have score 0.
func Trending(models []Model, payments []Payment, funding []Funding, now time.Time) []Score {
	funded := map[string][]string{}
	for _, f := range funding {
		funded[f.From] = append(funded[f.From], f.To)
	}
	paid := map[string][]Payment{}
	for _, p := range payments {
		paid[p.Model] = append(paid[p.Model], p)
	}
	var scores []Score
	for _, m := range models {
		if len(paid[m.ID]) > 0 || len(m.Attesters) > 0 {
			scores = append(scores, score(m, paid[m.ID], funded, now))
		}
	}
	slices.SortFunc(scores, func(a, b Score) int { return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Model, b.Model)) })
	return scores
}

func score(m Model, payments []Payment, funded map[string][]string, now time.Time) Score {
	// A fixed order: sums of floats depend on it.
	slices.SortStableFunc(payments, func(a, b Payment) int {
		return cmp.Or(cmp.Compare(a.Payer, b.Payer), a.At.Compare(b.At), cmp.Compare(a.Value, b.Value))
	})
	members := slices.Clone(m.Members)
	for _, p := range payments {
		members = append(members, p.Parties...)
	}
	inside := closure(members, funded)
	s := Score{Model: m.ID}
	for _, a := range m.Attesters {
		if !inside[a] {
			s.Attesters++
		}
	}
	var roots []float64
	for i := 0; i < len(payments); {
		payer, value, whole := payments[i].Payer, 0.0, 0.0
		for ; i < len(payments) && payments[i].Payer == payer; i++ {
			whole += payments[i].Value
			value += payments[i].Value * math.Exp2(-float64(max(now.Sub(payments[i].At), 0))/float64(HalfLife))
		}
		if whole > 0 && !inside[payer] {
			s.Payers++
			s.Value += whole
			roots = append(roots, math.Sqrt(value))
		}
	}
	sum := 0.0
	for _, r := range roots {
		sum += r
	}
	for _, r := range roots {
		s.Score += min(r, MaxShare*sum)
	}
	return s
}

// closure is who was funded by members, by whom they funded, and so on, along with themselves.
func closure(members []string, funded map[string][]string) map[string]bool {
	inside := map[string]bool{}
	for len(members) > 0 {
		account := members[len(members)-1]
		members = members[:len(members)-1]
		if !inside[account] {
			inside[account] = true
			members = append(members, funded[account]...)
		}
	}
	return inside
}
