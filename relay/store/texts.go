package store

import (
	"container/heap"
	"math"
	"slices"
	"sort"
	"strings"
	"sync"
)

// texts finds models by their words, in memory: to weigh all that have a common word takes a millisecond for 100 000 models, and
// a database a hundred. A model with a README of 300 different words takes 2 kB.
type texts struct {
	mu    sync.RWMutex
	docs  []doc            // one more for each version of a model's text
	of    map[int64]uint32 // by model, the one that counts
	lists map[string]*list
	order []string // keys of lists, sorted; words that came since are in fresh
	fresh []string
	names [len(facetFields)]interned
	owner interned
}

// facetFields are what is counted, in the order of a list of facets.
var facetFields = [...]string{"kind", "task", "license", "format", "size"}

// doc is what is known of a model besides its words.
type doc struct {
	model   int64
	changed int64 // when its text was written
	owner   uint32
	facets  [len(facetFields)]uint32
	gone    bool
}

// list says in which docs a word is, in their order, and how much it means there.
type list struct {
	docs    []uint32
	weights []uint8
}

// interned gives each text a number.
type interned struct {
	number map[string]uint32
	texts  []string
}

func (i *interned) of(text string) uint32 {
	n, ok := i.number[text]
	if !ok {
		if i.number == nil {
			i.number = map[string]uint32{}
		}
		n = uint32(len(i.texts))
		i.number[text], i.texts = n, append(i.texts, text)
	}
	return n
}

// textColumns are the columns of the table, and what a word in each means.
var textColumns = []struct {
	name   string
	weight int
}{{"name", 10}, {"title", 8}, {"summary", 4}, {"tags", 4}, {"authors", 2}, {"card", 1}}

// halfWeight is what a word has to mean for half of what it can add to a score, so that a name outdoes any number of repetitions.
const halfWeight = 5

// entry is a model as it is put into the index.
type entry struct {
	model, changed int64
	owner          string
	facets         [len(facetFields)]string
	texts          []string // by textColumns, as words writes them
}

// put makes e what is known of its model.
func (t *texts) put(e entry) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if n, ok := t.of[e.model]; ok && t.docs[n].changed == e.changed {
		return
	}
	t.take(e.model)
	if t.of == nil {
		t.of, t.lists = map[int64]uint32{}, map[string]*list{}
	}
	d := doc{model: e.model, changed: e.changed, owner: t.owner.of(e.owner)}
	for i, text := range e.facets {
		d.facets[i] = t.names[i].of(text)
	}
	n := uint32(len(t.docs))
	t.docs, t.of[e.model] = append(t.docs, d), n
	weights := map[string]int{}
	for i, text := range e.texts {
		for w := range strings.FieldsSeq(text) {
			weights[w] += textColumns[i].weight
		}
	}
	for w, weight := range weights {
		l := t.lists[w]
		if l == nil {
			w = strings.Clone(w)
			l = &list{}
			t.lists[w] = l
			t.fresh = append(t.fresh, w)
		}
		l.docs, l.weights = append(l.docs, n), append(l.weights, uint8(min(weight, math.MaxUint8)))
	}
}

// remove forgets a model.
func (t *texts) remove(model int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.take(model)
}

// take is remove for who holds the lock. When a quarter of all docs is gone they are left out for good.
func (t *texts) take(model int64) {
	n, ok := t.of[model]
	if !ok {
		return
	}
	delete(t.of, model)
	t.docs[n].gone = true
	if gone := len(t.docs) - len(t.of); gone < 1000 || gone < len(t.docs)/4 {
		return
	}
	became := make([]uint32, len(t.docs))
	left := t.docs[:0]
	for i, d := range t.docs {
		if !d.gone {
			became[i] = uint32(len(left))
			t.of[d.model] = became[i]
			left = append(left, d)
		} else {
			became[i] = math.MaxUint32
		}
	}
	t.docs = left
	for word, l := range t.lists {
		kept := 0
		for i, n := range l.docs {
			if became[n] != math.MaxUint32 {
				l.docs[kept], l.weights[kept] = became[n], l.weights[i]
				kept++
			}
		}
		l.docs, l.weights = l.docs[:kept], l.weights[:kept]
		if kept == 0 {
			delete(t.lists, word)
		}
	}
	t.order, t.fresh = nil, nil
	for word := range t.lists {
		t.fresh = append(t.fresh, word)
	}
}

// sorted gives the words in order, those that came last too.
func (t *texts) sort() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.fresh) > 0 {
		t.order = append(t.order, t.fresh...)
		t.fresh = nil
		slices.Sort(t.order)
	}
}

// match is a model that was found.
type match struct {
	model int64
	score float64 // higher for what fits better
}

// before orders matches: what fits best first, of equals the model made last.
func (m match) before(o match) bool {
	return m.score > o.score || m.score == o.score && m.model > o.model
}

// matches calls found for each doc of a query with its score: 0 when it has no text. The caller holds the lock.
func (t *texts) matches(q Query, found func(doc, float64)) {
	wanted := [len(facetFields)]string{q.Kind, q.Task, q.License, q.Format, q.Size}
	var codes [len(facetFields)]uint32
	for i, text := range wanted {
		if text != "" {
			code, ok := t.names[i].number[text]
			if !ok {
				return
			}
			codes[i] = code
		}
	}
	owner, ok := t.owner.number[q.Owner]
	if q.Owner != "" && !ok {
		return
	}
	fits := func(d doc) bool {
		for i, text := range wanted {
			if text != "" && d.facets[i] != codes[i] {
				return false
			}
		}
		return !d.gone && (q.Owner == "" || d.owner == owner)
	}
	terms := words(q.Text)
	if len(terms) == 0 {
		for _, d := range t.docs {
			if fits(d) {
				found(d, 0)
			}
		}
		return
	}
	terms = terms[:min(len(terms), maxTerms)]
	last := terms[len(terms)-1]
	var lists []*list
	for _, w := range terms[:len(terms)-1] {
		l := t.lists[w]
		if l == nil {
			return
		}
		lists = append(lists, l)
	}
	// The last word may be the beginning of one: what any of those mean, at most. The word itself counts a little more.
	from := sort.SearchStrings(t.order, last)
	to := from + sort.Search(len(t.order)-from, func(i int) bool { return !strings.HasPrefix(t.order[from+i], last) })
	if from == to {
		return
	}
	if from+1 == to {
		lists = append(lists, t.lists[t.order[from]])
	} else {
		lists = append(lists, t.any(t.order[from:to], last))
	}
	slices.SortStableFunc(lists, func(a, b *list) int { return len(a.docs) - len(b.docs) })
	rare := make([]float64, len(lists))
	for i, l := range lists {
		rare[i] = math.Log(1 + float64(len(t.docs))/float64(len(l.docs)))
	}
	at := make([]int, len(lists))
docs:
	for i, n := range lists[0].docs {
		score := rare[0] * means(lists[0].weights[i])
		for k := 1; k < len(lists); k++ {
			at[k] = gallop(lists[k].docs, at[k], n)
			if at[k] == len(lists[k].docs) {
				return
			}
			if lists[k].docs[at[k]] != n {
				continue docs
			}
			score += rare[k] * means(lists[k].weights[at[k]])
		}
		if d := t.docs[n]; fits(d) {
			found(d, score)
		}
	}
}

func means(weight uint8) float64 { return float64(weight) / (float64(weight) + halfWeight) }

// gallop finds the first place from at on that does not have less than n.
func gallop(docs []uint32, at int, n uint32) int {
	step := 1
	for at+step < len(docs) && docs[at+step] < n {
		at += step
		step *= 2
	}
	i, _ := slices.BinarySearch(docs[at:min(at+step+1, len(docs))], n)
	return at + i
}

// any is the list of docs with any of some words.
func (t *texts) any(words []string, exact string) *list {
	weights := make([]uint8, len(t.docs))
	for _, w := range words {
		l := t.lists[w]
		for i, n := range l.docs {
			weight := l.weights[i]
			if w != exact {
				weight = weight/2 + 1
			}
			weights[n] = max(weights[n], weight)
		}
	}
	out := &list{}
	for n, weight := range weights {
		if weight > 0 {
			out.docs, out.weights = append(out.docs, uint32(n)), append(out.weights, weight)
		}
	}
	return out
}

// worst is a heap whose first match is the one that fits least.
type worst []match

func (w worst) Len() int           { return len(w) }
func (w worst) Less(i, j int) bool { return w[j].before(w[i]) }
func (w worst) Swap(i, j int)      { w[i], w[j] = w[j], w[i] }
func (w *worst) Push(x any)        { *w = append(*w, x.(match)) }
func (w *worst) Pop() any {
	last := (*w)[len(*w)-1]
	*w = (*w)[:len(*w)-1]
	return last
}

// best finds at most limit models for a query, those that fit best first; after, if it is not nil, is the last one of the page before.
func (t *texts) best(q Query, after *match, limit int) []match {
	t.sort()
	t.mu.RLock()
	defer t.mu.RUnlock()
	var top worst
	t.matches(q, func(d doc, score float64) {
		m := match{d.model, score}
		switch {
		case after != nil && !after.before(m):
		case len(top) < limit:
			heap.Push(&top, m)
		case m.before(top[0]):
			top[0] = m
			heap.Fix(&top, 0)
		}
	})
	slices.SortFunc(top, func(a, b match) int {
		if a.before(b) {
			return -1
		}
		return 1
	})
	return top
}

// count counts what a query finds by each facet.
func (t *texts) count(q Query) []Facet {
	t.sort()
	t.mu.RLock()
	defer t.mu.RUnlock()
	var counts [len(facetFields)][]int64
	for i := range counts {
		counts[i] = make([]int64, len(t.names[i].texts))
	}
	t.matches(q, func(d doc, _ float64) {
		for i, code := range d.facets {
			counts[i][code]++
		}
	})
	facets := []Facet{}
	for i, field := range facetFields {
		start := len(facets)
		for code, n := range counts[i] {
			if text := t.names[i].texts[code]; n > 0 && text != "" {
				facets = append(facets, Facet{field, text, n})
			}
		}
		slices.SortFunc(facets[start:], func(a, b Facet) int {
			if a.Count != b.Count {
				return int(b.Count - a.Count)
			}
			return strings.Compare(a.Value, b.Value)
		})
	}
	return facets
}
