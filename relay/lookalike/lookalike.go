// Package lookalike says which names of models may be taken for another one's.
//
//	index := lookalike.New(models)         // those with standing, the best first
//	other, ok := index.Find(owner, name, created)
//
// Names are of a-z, 0-9 and single . _ - between them, so what can be confused is little: 0 and o, 1 and l and i, rn and m, vv and w, how parts
// are joined, a letter too many, too few, changed or swapped in a word. Numbers are not: yolo-8 is not yolo-5. The same name under another
// owner is one too, and so is an owner whose address looks the same where pages shorten it.
//
// It knows no chain and no database.
package lookalike

import (
	"strings"
	"sync"
)

// A Model is one that others may imitate.
type Model struct {
	ID               string
	Publisher, Owner string // who is never taken for an imitator of it
	Name             string
	Created          int64 // of any unit: who was there before does not imitate
}

// Index finds models by what may be taken for their names. What it says does not change.
type Index struct {
	models []Model
	names  map[string][]int32 // by what a name looks like, whole or without a letter
	owners map[string][]int32 // by what is shown of an address

	mu    sync.Mutex
	found map[asked]int // what was asked for lately: its place in models, their number for none
}

// asked is what Find is given.
type asked struct {
	owner, name string
	created     int64
}

// maxFound bounds Index.found: lists show the same models again and again, and to look at each of a page took a fifth of a search.
const maxFound = 1 << 16

// leastWord is how many letters a word has in which one of them may be overlooked.
const leastWord = 5

// New makes an index. Of several that a name may be taken for, the first one is found.
func New(models []Model) *Index {
	x := &Index{models: models, names: map[string][]int32{}, owners: map[string][]int32{}, found: map[asked]int{}}
	for i, m := range models {
		for look := range looks(m.Name) {
			x.names[look] = append(x.names[look], int32(i))
		}
		short := shorten(m.Publisher)
		x.owners[short] = append(x.owners[short], int32(i))
	}
	return x
}

// Find finds what a model may be taken for: one that is older and of somebody else.
func (x *Index) Find(owner, name string, created int64) (Model, bool) {
	q := asked{owner, name, created}
	x.mu.Lock()
	at, known := x.found[q]
	x.mu.Unlock()
	if !known {
		at = x.find(owner, name, created)
		x.mu.Lock()
		if len(x.found) >= maxFound {
			clear(x.found)
		}
		x.found[q] = at
		x.mu.Unlock()
	}
	if at == len(x.models) {
		return Model{}, false
	}
	return x.models[at], true
}

// find is where in models the one is that Find finds, their number for none.
func (x *Index) find(owner, name string, created int64) int {
	best := len(x.models)
	consider := func(all []int32, alike func(Model) bool) {
		for _, i := range all {
			m := x.models[i]
			if int(i) < best && m.Created < created && m.Publisher != owner && m.Owner != owner && alike(m) {
				best = int(i)
			}
		}
	}
	for look := range looks(name) {
		consider(x.names[look], func(m Model) bool { return Alike(m.Name, name) })
	}
	consider(x.owners[shorten(owner)], func(Model) bool { return true })
	return best
}

// Alike tells whether two names may be taken for each other.
func Alike(a, b string) bool {
	if fold(a) == fold(b) {
		return true
	}
	for _, pair := range [2][2]string{{a, b}, {b, a}} {
		long, short := pair[0], pair[1]
		for i := range long {
			switch {
			case !overlooked(long, i):
			case fold(long[:i]+long[i+1:]) == fold(short): // a letter too many
				return true
			case len(long) == len(short) && overlooked(short, i) && fold(long[:i]+long[i+1:]) == fold(short[:i]+short[i+1:]): // another letter
				return true
			case i+1 < len(long) && letter(long[i+1]) && len(long) == len(short) && overlooked(short, i) && fold(long[:i]+long[i+1:i+2]+long[i:i+1]+long[i+2:]) == fold(short): // swapped
				return true
			}
		}
	}
	return false
}

// looks are what a name looks like, whole and without a letter that may be overlooked. Two names that are alike have one in common.
func looks(name string) map[string]bool {
	all := map[string]bool{fold(name): true}
	for i := range name {
		if overlooked(name, i) {
			all[fold(name[:i]+name[i+1:])] = true
		}
	}
	return all
}

func letter(c byte) bool { return 'a' <= c && c <= 'z' }
func digit(c byte) bool  { return '0' <= c && c <= '9' }

// overlooked tells whether the letter at a place is one of a word that is long enough.
func overlooked(name string, at int) bool {
	first, end := at, at
	for first > 0 && letter(name[first-1]) {
		first--
	}
	for end < len(name) && letter(name[end]) {
		end++
	}
	return letter(name[at]) && end-first >= leastWord
}

var folds = strings.NewReplacer("rn", "m", "vv", "w", "0", "o", "1", "l", "i", "l")

// fold is what all names that look alike have in common. How parts are joined says nothing, but between digits: 1.1 is not 11.
func fold(name string) string {
	var b strings.Builder
	for i := range len(name) {
		switch c := name[i]; {
		case letter(c) || digit(c):
			b.WriteByte(c)
		case i > 0 && i+1 < len(name) && digit(name[i-1]) && digit(name[i+1]):
			b.WriteByte('.')
		}
	}
	return folds.Replace(b.String())
}

// shorten is what pages show of an address: 0x and four digits, and the last four.
func shorten(address string) string {
	if len(address) < 12 {
		return address
	}
	return strings.ToLower(address[:6] + address[len(address)-4:])
}
