package store

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// However models come, change and go, what is found is what a look at every text finds.
func TestTextsAgainstNaive(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	vocabulary := strings.Fields("a ab abc b ba bab c ca cab d da dad")
	some := func(n int) string {
		var text []string
		for range n {
			text = append(text, vocabulary[r.IntN(len(vocabulary))])
		}
		return strings.Join(text, " ")
	}
	var index texts
	models := map[int64]entry{}
	for step := range 6000 {
		id := int64(r.IntN(300))
		if r.IntN(4) == 0 {
			index.remove(id)
			delete(models, id)
		} else {
			e := entry{model: id, changed: int64(step), owner: some(1), facets: [5]string{"model", some(1), some(1), "", "small"}}
			for range textColumns {
				e.texts = append(e.texts, some(r.IntN(4)))
			}
			index.put(e)
			index.put(e) // again, as it is
			models[id] = e
		}
		if step%50 != 0 {
			continue
		}
		q := Query{Text: some(r.IntN(4))}
		if r.IntN(2) == 0 {
			q.Task = some(1)
		}
		if r.IntN(4) == 0 {
			q.Owner = some(1)
		}
		want := map[int64]bool{}
		counts := map[string]int64{}
		for id, e := range models {
			if naive(e, q) {
				want[id] = true
				for i, v := range e.facets {
					if v != "" {
						counts[facetFields[i]+" "+v]++
					}
				}
			}
		}
		var got []int64
		var after *match
		for {
			page := index.best(q, after, 7)
			for i, m := range page {
				if i > 0 && !page[i-1].before(m) {
					t.Fatalf("%+v: %v is not sorted", q, page)
				}
				got = append(got, m.model)
			}
			if len(page) < 7 {
				break
			}
			after = &page[6]
		}
		if sorted := unpruned(&index, q); !slices.Equal(got, sorted) {
			t.Fatalf("step %d, %+v: found %v; want %v", step, q, got, sorted)
		}
		slices.Sort(got)
		if len(got) != len(want) || len(slices.Compact(slices.Clone(got))) != len(got) || slices.ContainsFunc(got, func(id int64) bool { return !want[id] }) {
			t.Fatalf("step %d, %+v: found %v; want %v", step, q, got, want)
		}
		for _, f := range index.count(q) {
			if counts[f.Field+" "+f.Value] != f.Count {
				t.Fatalf("%+v: %v; want %v", q, f, counts)
			}
			delete(counts, f.Field+" "+f.Value)
		}
		if len(counts) > 0 {
			t.Fatalf("%+v: %v are not counted", q, counts)
		}
	}
	if len(index.docs) > 2000 {
		t.Errorf("%d docs are kept for %d models", len(index.docs), len(models))
	}
}

// unpruned is all that a query finds, sorted after each was weighed.
func unpruned(t *texts, query Query) []int64 {
	defer t.look()()
	q, ok := t.ask(query)
	if !ok {
		return nil
	}
	var found []match
	q.each(func(n uint32, score float64) { found = append(found, match{q.docs[n].model, score}) })
	slices.SortFunc(found, func(a, b match) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(b.model, a.model))
	})
	models := make([]int64, len(found))
	for i, m := range found {
		models[i] = m.model
	}
	return models
}

func naive(e entry, q Query) bool {
	if q.Task != "" && e.facets[1] != q.Task || q.Owner != "" && e.owner != q.Owner {
		return false
	}
	all := strings.Fields(strings.Join(e.texts, " "))
	terms := words(q.Text)
	for i, term := range terms {
		if !slices.ContainsFunc(all, func(w string) bool { return w == term || i == len(terms)-1 && strings.HasPrefix(w, term) }) {
			return false
		}
	}
	return true
}

// Two relays on one database find what the other publishes, if a little later.
func TestSearchOfTwoRelays(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		publishAll(t, s, publication(t, alice, "first", "1.0.0", nil))
		find := func(word string) string {
			t.Helper()
			s.reading.Lock()
			if !s.looked.IsZero() {
				s.looked = s.looked.Add(-lookEvery)
			}
			s.reading.Unlock()
			s.found.forget()
			found, err := s.Search(ctx, Query{Text: word, Limit: 5})
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, m := range found.Models {
				names = append(names, m.Name)
			}
			return fmt.Sprint(names)
		}
		if got := find("first"); got != "[first]" {
			t.Fatalf("found %s", got)
		}
		other := &Store{dialect: s.dialect, write: s.write, read: s.read, q: s.q}
		publishAll(t, other, publication(t, alice, "second", "1.0.0", nil))
		for find("second") != "[second]" { // it looks while it answers
		}
		m, err := s.Model(ctx, alice, "second")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.write.Exec(fmt.Sprintf("DELETE FROM texts WHERE model = %d", m.ID)); err != nil {
			t.Fatal(err)
		}
		for _, table := range []string{"versions WHERE model", "models WHERE id"} {
			if _, err := s.write.Exec(fmt.Sprintf("DELETE FROM %s = %d", table, m.ID)); err != nil {
				t.Fatal(err)
			}
		}
		if got := find("second"); got != "[]" {
			t.Errorf("found %s of what another relay took away", got)
		}
	})
}
