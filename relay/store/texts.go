package store

import (
	"container/heap"
	"math"
	"slices"
	"sort"
	"strings"
	"sync"
)

// texts finds models by their words, in memory: to weigh all that have a common word takes a tenth of a millisecond for 100 000
// models, and a database a hundred. A model with a README of 300 different words takes 2 kB.
type texts struct {
	mu      sync.RWMutex
	docs    []doc            // one more for each version of a model's text
	classes []uint32         // of docs; gone for those that do not count any more
	of      map[int64]uint32 // by model, the doc that counts
	lists   map[string]*list
	order   []string // keys of lists, sorted; words that came since are in fresh
	fresh   []string
	owner   interned
	names   [len(facetFields)]interned
	facets  []facets // by class
	class   map[facets]uint32
	hidden  map[int64]bool // models that are not counted
}

// facetFields are what is counted, in the order of a list of facets.
var facetFields = [...]string{"kind", "task", "license", "format", "size"}

// facets are the numbers of what a model has in facetFields. Models are filtered and counted by class, which is one for each
// combination: of what is found, one number a model is read.
type facets [len(facetFields)]uint32

// gone is the class of docs that do not count.
const gone = 0

// doc is what is known of a model besides its words and facets.
type doc struct {
	model   int64
	changed int64 // when its text was written
	owner   uint32
}

// list says in which docs a word is, in their order, and how much it means there: 1 or more.
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

// means is what a word adds to a score, by its weight and to be multiplied by how rare it is.
var means = func() (m [math.MaxUint8 + 1]float64) {
	for weight := range m {
		m[weight] = float64(weight) / (float64(weight) + halfWeight)
	}
	return m
}()

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
		t.class, t.facets = map[facets]uint32{}, make([]facets, gone+1)
	}
	var f facets
	for i, text := range e.facets {
		f[i] = t.names[i].of(text)
	}
	class, ok := t.class[f]
	if !ok {
		class = uint32(len(t.facets))
		t.class[f], t.facets = class, append(t.facets, f)
	}
	n := uint32(len(t.docs))
	t.docs, t.classes, t.of[e.model] = append(t.docs, doc{e.model, e.changed, t.owner.of(e.owner)}), append(t.classes, class), n
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
	t.classes[n] = gone
	if left := len(t.docs) - len(t.of); left < 1000 || left < len(t.docs)/4 {
		return
	}
	became := make([]uint32, len(t.docs))
	kept := uint32(0)
	for i, d := range t.docs {
		if t.classes[i] == gone {
			became[i] = math.MaxUint32
			continue
		}
		became[i], t.of[d.model] = kept, kept
		t.docs[kept], t.classes[kept] = d, t.classes[i]
		kept++
	}
	t.docs, t.classes = t.docs[:kept], t.classes[:kept]
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

// look has the words in order, those that came last too, and keeps them so until done is called.
func (t *texts) look() (done func()) {
	for {
		t.mu.RLock()
		if len(t.fresh) == 0 {
			return t.mu.RUnlock
		}
		t.mu.RUnlock()
		t.sort()
	}
}

func (t *texts) sort() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.order = append(t.order, t.fresh...)
	t.fresh = nil
	slices.Sort(t.order)
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

// question is a query in numbers of an index: good for as long as that is not changed.
type question struct {
	*texts
	fits  []bool // by class
	owner int64  // -1 for any
	lists []*list
	rare  []float64 // how much each list counts, and then begun
	begun []uint8   // what the last word means by doc, where several words begin like it; nil else
}

// ask makes a query a question. It is false where there is nothing to find.
func (t *texts) ask(q Query) (question, bool) {
	out := question{texts: t, owner: -1, fits: make([]bool, len(t.facets))}
	if q.Owner != "" {
		owner, ok := t.owner.number[q.Owner]
		if !ok {
			return out, false
		}
		out.owner = int64(owner)
	}
	for class := gone + 1; class < len(t.facets); class++ {
		out.fits[class] = true
	}
	for i, text := range [...]string{q.Kind, q.Task, q.License, q.Format, q.Size} {
		if text == "" {
			continue
		}
		code, ok := t.names[i].number[text]
		for class, f := range t.facets {
			out.fits[class] = out.fits[class] && ok && f[i] == code
		}
	}
	terms := words(q.Text)
	if len(terms) == 0 {
		return out, true
	}
	terms = terms[:min(len(terms), maxTerms)]
	last := terms[len(terms)-1]
	for _, w := range terms[:len(terms)-1] {
		l := t.lists[w]
		if l == nil {
			return out, false
		}
		out.lists = append(out.lists, l)
	}
	// The last word may be the beginning of one: what any of those mean, at most. The word itself counts a little more.
	from := sort.SearchStrings(t.order, last)
	to := from + sort.Search(len(t.order)-from, func(i int) bool { return !strings.HasPrefix(t.order[from+i], last) })
	rare := func(docs int) float64 { return math.Log(1 + float64(len(t.docs))/float64(docs)) }
	begun := 0
	switch to - from {
	case 0:
		return out, false
	case 1:
		out.lists = append(out.lists, t.lists[t.order[from]])
	default:
		out.begun, begun = t.any(t.order[from:to], last)
	}
	slices.SortStableFunc(out.lists, func(a, b *list) int { return len(a.docs) - len(b.docs) })
	for _, l := range out.lists {
		out.rare = append(out.rare, rare(len(l.docs)))
	}
	out.rare = append(out.rare, rare(max(begun, 1)))
	return out, true
}

// any is what docs with any of some words mean, and how many they are.
func (t *texts) any(words []string, exact string) (weights []uint8, docs int) {
	weights = make([]uint8, len(t.docs))
	for _, w := range words {
		l := t.lists[w]
		for i, n := range l.docs {
			weight := l.weights[i]
			if w != exact {
				weight = weight/2 + 1
			}
			if have := weights[n]; have < weight {
				weights[n] = weight
				if have == 0 {
					docs++
				}
			}
		}
	}
	return weights, docs
}

// fit reports whether a doc is one that is asked for, whatever its words are.
func (q question) fit(n uint32) bool {
	return q.fits[q.classes[n]] && (q.owner < 0 || int64(q.docs[n].owner) == q.owner)
}

// each calls found for each doc that is asked for, with its score: 0 when there is no text.
func (q question) each(found func(n uint32, score float64)) {
	if len(q.lists) == 0 {
		for n := range uint32(len(q.docs)) {
			switch {
			case !q.fit(n):
			case q.begun == nil:
				found(n, 0)
			case q.begun[n] > 0:
				found(n, q.rare[0]*means[q.begun[n]])
			}
		}
		return
	}
	at := make([]int, len(q.lists))
docs:
	for i, n := range q.lists[0].docs {
		if !q.fit(n) {
			continue
		}
		score := q.rare[0] * means[q.lists[0].weights[i]]
		if q.begun != nil {
			if q.begun[n] == 0 {
				continue
			}
			score += q.rare[len(q.lists)] * means[q.begun[n]]
		}
		for k := 1; k < len(q.lists); k++ {
			l := q.lists[k]
			at[k] = gallop(l.docs, at[k], n)
			if at[k] == len(l.docs) {
				return
			}
			if l.docs[at[k]] != n {
				continue docs
			}
			score += q.rare[k] * means[l.weights[at[k]]]
		}
		found(n, score)
	}
}

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

// top keeps the best of what it is offered.
type top struct {
	limit int
	after *match // what does not come after this one is not wanted; nil for all
	found worst
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

func (t *top) offer(m match) {
	switch {
	case t.after != nil && !t.after.before(m):
	case len(t.found) < t.limit:
		heap.Push(&t.found, m)
	case m.before(t.found[0]):
		t.found[0] = m
		heap.Fix(&t.found, 0)
	}
}

// heaviest is each for a single word, given its weights and its docs, nil for all. Of a common word nearly all docs are known by
// their weight not to be among the best, and nothing else is read of them. It begins with those that came last: of equals, they
// are mostly wanted first.
func (q question) heaviest(weights []uint8, docs []uint32, top *top) {
	least := uint8(1) // weight that is needed
	for i := len(weights) - 1; i >= 0; i-- {
		weight := weights[i]
		if weight < least {
			continue
		}
		n := uint32(i)
		if docs != nil {
			n = docs[i]
		}
		if !q.fit(n) {
			continue
		}
		top.offer(match{q.docs[n].model, q.rare[0] * means[weight]})
		for len(top.found) == top.limit && q.rare[0]*means[least] < top.found[0].score {
			least++
		}
	}
}

// best finds at most limit models for a query, those that fit best first; after, if it is not nil, is the last one of the page before.
func (t *texts) best(query Query, after *match, limit int) []match {
	defer t.look()()
	q, ok := t.ask(query)
	if !ok {
		return nil
	}
	best := &top{limit: limit, after: after}
	switch {
	case len(q.lists) == 0 && q.begun != nil:
		q.heaviest(q.begun, nil, best)
	case len(q.lists) == 1 && q.begun == nil:
		q.heaviest(q.lists[0].weights, q.lists[0].docs, best)
	default:
		q.each(func(n uint32, score float64) { best.offer(match{q.docs[n].model, score}) })
	}
	slices.SortFunc(best.found, func(a, b match) int {
		if a.before(b) {
			return -1
		}
		return 1
	})
	return best.found
}

// count counts what a query finds by each facet.
func (t *texts) count(query Query) []Facet {
	defer t.look()()
	found := []Facet{}
	q, ok := t.ask(query)
	if !ok {
		return found
	}
	classes := make([]int64, len(t.facets))
	q.each(func(n uint32, _ float64) {
		if len(t.hidden) == 0 || !t.hidden[t.docs[n].model] {
			classes[t.classes[n]]++
		}
	})
	var counts [len(facetFields)][]int64
	for i := range counts {
		counts[i] = make([]int64, len(t.names[i].texts))
	}
	for class, n := range classes {
		for i, code := range t.facets[class] {
			counts[i][code] += n
		}
	}
	for i, field := range facetFields {
		start := len(found)
		for code, n := range counts[i] {
			if text := t.names[i].texts[code]; n > 0 && text != "" {
				found = append(found, Facet{field, text, n})
			}
		}
		slices.SortFunc(found[start:], func(a, b Facet) int {
			if a.Count != b.Count {
				return int(b.Count - a.Count)
			}
			return strings.Compare(a.Value, b.Value)
		})
	}
	return found
}
