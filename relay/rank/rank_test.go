package rank

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

var now = time.Unix(2_000_000_000, 0)

// naive is the definition, word by word, without any order or index.
func naive(m Model, payments []Payment, funding []Funding) (score float64, payers int) {
	cluster := slices.Clone(m.Members)
	for _, p := range payments {
		if p.Model == m.ID {
			cluster = append(cluster, p.Parties...)
		}
	}
	for range funding { // as often as a path can be long
		for _, f := range funding {
			if slices.Contains(cluster, f.From) && !slices.Contains(cluster, f.To) {
				cluster = append(cluster, f.To)
			}
		}
	}
	value := map[string]float64{}
	for _, p := range payments {
		if p.Model == m.ID && p.Value > 0 && !slices.Contains(cluster, p.Payer) {
			value[p.Payer] += p.Value * math.Pow(0.5, now.Sub(p.At).Hours()/24/30)
		}
	}
	all := 0.0
	for _, v := range value {
		all += math.Sqrt(v)
	}
	for _, v := range value {
		score += math.Min(math.Sqrt(v), all*5/100)
	}
	return score, len(value)
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*math.Max(1, math.Abs(b)) }

// Random worlds rank as the definition says, in whatever order they are told.
func TestAsDefined(t *testing.T) {
	positive := 0
	for seed := range uint64(300) {
		rng := rand.New(rand.NewPCG(seed, 3))
		account := func() string { return fmt.Sprint("a", rng.IntN(40)) }
		var models []Model
		for i := range 5 {
			models = append(models, Model{ID: fmt.Sprint("m", i), Members: []string{account()}})
		}
		var payments []Payment
		for range rng.IntN(120) {
			payments = append(payments, Payment{Model: models[rng.IntN(5)].ID, Payer: account(), Parties: []string{fmt.Sprint("a", rng.IntN(2))},
				Value: float64(rng.IntN(1000)) / 100, At: now.Add(-time.Duration(rng.IntN(200*24)) * time.Hour)})
		}
		var funding []Funding
		for range rng.IntN(15) {
			funding = append(funding, Funding{account(), account()})
		}
		got := Trending(models, payments, funding, now)
		rng.Shuffle(len(payments), func(i, j int) { payments[i], payments[j] = payments[j], payments[i] })
		rng.Shuffle(len(funding), func(i, j int) { funding[i], funding[j] = funding[j], funding[i] })
		slices.Reverse(models)
		if again := Trending(models, payments, funding, now); !slices.Equal(again, got) {
			t.Fatalf("world %d: in another order\n got %v\nwant %v", seed, again, got)
		}
		for _, s := range got {
			i := slices.IndexFunc(models, func(m Model) bool { return m.ID == s.Model })
			if score, payers := naive(models[i], payments, funding); !near(s.Score, score) || s.Payers != payers {
				t.Errorf("world %d: %s has %v; want %v by %d", seed, s.Model, s, score, payers)
			} else if score > 0 {
				positive++
			}
		}
		if !slices.IsSortedFunc(got, func(a, b Score) int { return int(math.Copysign(1, b.Score-a.Score)) }) {
			t.Errorf("world %d: not in order: %v", seed, got)
		}
	}
	if positive < 300 {
		t.Errorf("only %d scores above 0: the worlds are too tame", positive)
	}
}

// An owner who pays its own model 10 000 times through accounts that it funded ranks nowhere; who is paid once by 25 strangers does.
func TestSelfDealing(t *testing.T) {
	models := []Model{{ID: "washed", Members: []string{"owner"}, Attesters: []string{"sybil99"}}, {ID: "honest", Members: []string{"author"}, Attesters: []string{"author", "expert"}}}
	var payments []Payment
	var funding []Funding
	from := "owner"
	for i := range 100 { // each is funded by the one before
		to := fmt.Sprint("sybil", i)
		funding = append(funding, Funding{from, to})
		from = to
	}
	for i := range 10_000 {
		payments = append(payments, Payment{"washed", fmt.Sprint("sybil", i%100), []string{"relay"}, 100, now.Add(-time.Duration(i) * time.Minute)})
	}
	for i := range 25 {
		payments = append(payments, Payment{"honest", fmt.Sprint("stranger", i), []string{"relay"}, 1, now.Add(-HalfLife)})
	}
	got := Trending(models, payments, funding, now)
	want := 25 * math.Sqrt(0.5)
	if got[0].Model != "honest" || !near(got[0].Score, want) || got[0].Payers != 25 || got[0].Attesters != 1 || got[1] != (Score{Model: "washed"}) {
		t.Errorf("got %+v; want honest with %v by 25, and washed with nothing", got, want)
	}
}

// The rules one by one.
func TestRules(t *testing.T) {
	m := []Model{{ID: "m", Members: []string{"owner"}}}
	pay := func(payer string, value float64) Payment { return Payment{"m", payer, []string{"relay"}, value, now} }
	for _, tt := range []struct {
		name     string
		payments []Payment
		funding  []Funding
		score    float64
		payers   int
	}{
		{"one payer is 5 % of itself", []Payment{pay("p", 4)}, nil, 0.1, 1},
		{"the owner", []Payment{pay("owner", 4)}, nil, 0, 0},
		{"the relay", []Payment{pay("relay", 4)}, nil, 0, 0},
		{"who the owner funded", []Payment{pay("p", 4)}, []Funding{{"owner", "p"}}, 0, 0},
		{"who the relay funded, through another", []Payment{pay("p", 4)}, []Funding{{"x", "p"}, {"relay", "x"}}, 0, 0},
		{"who funded the owner", []Payment{pay("p", 4)}, []Funding{{"p", "owner"}}, 0.1, 1},
		{"funding in a circle", []Payment{pay("p", 4)}, []Funding{{"x", "y"}, {"y", "x"}}, 0.1, 1},
		{"nothing was paid", []Payment{pay("p", 0)}, nil, 0, 0},
		{"a whale beside a fish", []Payment{pay("p", 1e6), pay("q", 1)}, nil, 0.05*1001 + 1, 2},
	} {
		if got := Trending(m, tt.payments, tt.funding, now)[0]; !near(got.Score, tt.score) || got.Payers != tt.payers {
			t.Errorf("%s: %+v; want %v by %d", tt.name, got, tt.score, tt.payers)
		}
	}
	m[0].Attesters = []string{"owner", "friend", "expert"}
	if got := Trending(m, nil, []Funding{{"owner", "friend"}}, now); len(got) != 1 || got[0] != (Score{Model: "m", Attesters: 1}) {
		t.Errorf("a model that was evaluated: %v", got)
	}
	m[0].Attesters = nil
	if got := Trending(m, []Payment{{"other", "p", nil, 1, now}}, nil, now); len(got) != 0 {
		t.Errorf("a model that was not paid for: %v", got)
	}
}
