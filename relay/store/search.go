package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/pressly/goose/v3"
	"golang.org/x/text/unicode/norm"

	"github.com/dehug/dehug/relay"
)

const (
	maxWord  = 64 // runes; what is longer is data that somebody pasted into a text
	maxTerms = 16 // of a question
)

// index writes a model's words, in place of those that are there. They count when the transaction is done.
func (s *Store) index(ctx context.Context, tx *sql.Tx, model int64, p Publication) error {
	if err := s.unindex(ctx, tx, model); err != nil {
		return err
	}
	var authors []string
	for _, a := range p.Manifest.Authors {
		authors = append(authors, a.Address.String())
	}
	args := []any{model, micros(time.Now())}
	for _, text := range []string{p.Manifest.Name, p.Manifest.Title, p.Manifest.Summary, strings.Join(p.Manifest.Tags, " ") + " " + p.Release.Task, strings.Join(authors, " "), p.Card} {
		args = append(args, strings.Join(words(text), " "))
	}
	_, err := tx.ExecContext(ctx, "INSERT INTO texts (model, changed, name, title, summary, tags, authors, card) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)", args...)
	return err
}

// unindex takes a model's words away.
func (s *Store) unindex(ctx context.Context, tx *sql.Tx, model int64) error {
	s.touched.add(tx, model)
	_, err := tx.ExecContext(ctx, "DELETE FROM texts WHERE model = $1", model)
	return err
}

// touched are the models whose words transactions change that are under way.
type touched struct {
	mu sync.Mutex
	of map[*sql.Tx][]int64
}

func (t *touched) add(tx *sql.Tx, model int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.of == nil {
		t.of = map[*sql.Tx][]int64{}
	}
	t.of[tx] = append(t.of[tx], model)
}

func (t *touched) take(tx *sql.Tx) []int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	models := t.of[tx]
	delete(t.of, tx)
	return models
}

const (
	// lookEvery is how late words are found that another relay wrote.
	lookEvery = 10 * time.Second
	// lookBack is by how much the clocks of relays on one database may differ, and how long a transaction may take.
	lookBack = time.Minute
)

// Warm reads all words, which the first search does otherwise. Later it looks now and then for what other relays wrote; nobody
// waits for that.
func (s *Store) Warm(ctx context.Context) error {
	s.reading.Lock()
	now := time.Now()
	if s.looked.IsZero() {
		defer s.reading.Unlock()
		_, err := s.readTexts(ctx, "t.changed >= $1", 0)
		if err == nil {
			s.looked = now
		}
		return failed(err)
	}
	due := now.Sub(s.looked) >= lookEvery
	since := s.looked.Add(-lookBack)
	if due {
		s.looked = now
	}
	s.reading.Unlock()
	if due {
		go func() {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerTimeout)
			defer cancel()
			if _, err := s.readTexts(ctx, "t.changed >= $1", micros(since)); err != nil { // the next look goes back as far
				s.reading.Lock()
				defer s.reading.Unlock()
				s.looked = since.Add(lookBack)
			}
		}()
	}
	return nil
}

// reread makes what is known of models what the database says of them.
func (s *Store) reread(ctx context.Context, models []int64) error {
	s.reading.Lock()
	defer s.reading.Unlock()
	if s.looked.IsZero() {
		return nil // all are read when somebody searches
	}
	for _, m := range models {
		n, err := s.readTexts(ctx, "t.model = $1", m)
		if err != nil {
			return err
		}
		if n == 0 {
			s.texts.remove(m)
		}
	}
	return nil
}

// readTexts puts models into the index, and returns how many.
func (s *Store) readTexts(ctx context.Context, condition string, args ...any) (n int, err error) {
	rows, err := s.read.QueryContext(ctx, "SELECT t.model, t.changed, t.name, t.title, t.summary, t.tags, t.authors, t.card, m.owner, m.kind, m.task, m.license, m.format, m.bytes"+
		" FROM texts t JOIN models m ON m.id = t.model WHERE "+condition+" ORDER BY t.model", args...)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var bytes int64
		e := entry{texts: make([]string, len(textColumns))}
		f := &e.facets
		if err := rows.Scan(&e.model, &e.changed, &e.texts[0], &e.texts[1], &e.texts[2], &e.texts[3], &e.texts[4], &e.texts[5],
			&e.owner, &f[0], &f[1], &f[2], &f[3], &bytes); err != nil {
			return 0, err
		}
		f[4] = sizeOf(bytes)
		s.texts.put(e)
		n++
	}
	return n, rows.Err()
}

// words are the runs of letters and digits of a text, without accents, in lower case.
func words(text string) []string {
	plain := strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case unicode.IsLetter(r), unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return ' '
	}, norm.NFKD.String(text))
	var out []string
	for w := range strings.FieldsSeq(plain) {
		if len(w) <= maxWord || len([]rune(w)) <= maxWord {
			out = append(out, w)
		}
	}
	return out
}

// Sizes are the classes of Query.Size, each with the bytes that are too many for it; 0 is no limit.
var Sizes = []struct {
	Name  string
	Below int64
}{{"small", 10e6}, {"medium", 100e6}, {"large", 1e9}, {"huge", 0}}

// sizeOf is the class of some bytes.
func sizeOf(bytes int64) string {
	for _, size := range Sizes {
		if size.Below == 0 || bytes < size.Below {
			return size.Name
		}
	}
	panic("store: the last class of sizes has a limit")
}

// Query says which models are wanted. An empty field asks for any.
type Query struct {
	Text    string // all words have to be there; the last one may be the beginning of one
	Owner   string
	Kind    string
	Task    string
	License string
	Format  string
	Size    string // by the names of Sizes
	Sort    string // SortTrending, or "" for those updated last first; means nothing where there is a text
	Cursor  string // of the page before
	Limit   int
}

// SortTrending lists those first that are used most by people who have nothing to do with them.
const SortTrending = "trending"

// Found is a page of models: by how well they fit when there was a text, else those updated last first.
type Found struct {
	Models []FoundModel
	Next   string // "" at the end
}

// FoundModel is a model, and what the chain says of the version that it shows.
type FoundModel struct {
	Model
	ChainID    string // "" when the model is not on chain
	ChainState string // by the names of manifests' states; "absent" when that version is not on chain
}

// Facet counts models by what they have in a field.
type Facet struct {
	Field, Value string
	Count        int64
}

// where collects conditions and their arguments.
type where struct {
	conditions []string
	args       []any
}

// add takes a condition with one %s for each argument.
func (w *where) add(condition string, args ...any) {
	names := make([]any, len(args))
	for i, a := range args {
		w.args = append(w.args, a)
		names[i] = "$" + strconv.Itoa(len(w.args))
	}
	w.conditions = append(w.conditions, fmt.Sprintf(condition, names...))
}

func (w *where) String() string {
	if len(w.conditions) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.conditions, " AND ")
}

// order is how a page of models is sorted. It is part of the cursor.
type order string

const (
	byUpdate order = "u" // updated last first
	byScore  order = "s" // what fits best first
	byTrend  order = "t" // SortTrending
)

// matching is WHERE of a query without text.
func (q Query) matching() *where {
	w := &where{}
	for column, value := range q.fields() {
		if value != "" {
			w.add("m."+column+" = %s", value)
		}
	}
	low := int64(0)
	for _, size := range Sizes {
		if size.Name == q.Size {
			w.add("m.bytes >= %s", low)
			if size.Below > 0 {
				w.add("m.bytes < %s", size.Below)
			}
		}
		low = size.Below
	}
	return w
}

// fields are what a query wants by column, always in the same order.
func (q Query) fields() func(yield func(column, value string) bool) {
	return func(yield func(column, value string) bool) {
		for _, f := range [][2]string{{"owner", q.Owner}, {"kind", q.Kind}, {"task", q.Task}, {"license", q.License}, {"format", q.Format}} {
			if !yield(f[0], f[1]) {
				return
			}
		}
	}
}

const modelColumns = "m.id, m.owner, m.name, m.created, m.updated, m.version, m.kind, m.title, m.summary, m.task, m.license, m.format, m.tags, m.bytes, m.manifest, m.release, m.trend," +
	` COALESCE(cm.id, ''), CASE WHEN cm.id IS NULL THEN '' WHEN cv.id IS NULL THEN 'absent' WHEN cv.manifest <> m.manifest THEN 'mismatch' ELSE COALESCE(cf.state, 'pending') END`

// joinChain finds what the chain says of models m.
const joinChain = ` LEFT JOIN chain_models cm ON cm.publisher = m.owner AND cm.name = m.name
	LEFT JOIN chain_versions cv ON cv.model = cm.id AND cv.version = m.version LEFT JOIN manifests cf ON cf.version = cv.id`

// fields are where a row of modelColumns goes.
func (m *FoundModel) fields() []any {
	return []any{&m.ID, &m.Owner, &m.Name, &m.Created, &m.Updated, &m.Version, &m.Kind, &m.Title, &m.Summary, &m.Task, &m.License,
		&m.Format, &m.Tags, &m.Bytes, &m.Manifest, &m.Release, &m.Trend, &m.ChainID, &m.ChainState}
}

// FoundModel finds one by owner and name, as Search would show it.
func (s *Store) FoundModel(ctx context.Context, owner, name string) (m FoundModel, err error) {
	err = s.read.QueryRowContext(ctx, "SELECT "+modelColumns+" FROM models m"+joinChain+" WHERE m.owner = $1 AND m.name = $2", owner, name).Scan(m.fields()...)
	return one(m, err, "model")
}

// Search finds models, for all who ask the same within a moment. A cursor is where the last page ended, so what is added
// meanwhile moves nothing; scores change with the texts of all models, so a search by text may then show one twice.
func (s *Store) Search(ctx context.Context, q Query) (Found, error) {
	return s.found.get(ctx, q, s.search)
}

func (s *Store) search(ctx context.Context, q Query) (Found, error) {
	by, at, id, err := parseCursor(q.Cursor)
	if err != nil {
		return Found{}, err
	}
	wanted, key := byUpdate, "m.updated"
	switch {
	case len(words(q.Text)) > 0:
		wanted = byScore
	case q.Sort == SortTrending:
		wanted, key = byTrend, "m.trend"
	}
	if q.Cursor != "" && by != wanted {
		return Found{}, errCursor
	}
	if wanted == byScore {
		return s.searchText(ctx, q, at, id)
	}
	w := q.matching()
	if q.Cursor != "" {
		w.add("("+key+", m.id) < (%s, %s)", at, id)
	}
	w.args = append(w.args, q.Limit+1)
	models, err := s.models(ctx, w.String()+" ORDER BY "+key+" DESC, m.id DESC LIMIT $"+strconv.Itoa(len(w.args)), w.args)
	if err != nil {
		return Found{}, err
	}
	found := Found{}
	found.Models, found.Next = cutPage(models, q.Limit, func(m FoundModel) string {
		if wanted == byTrend {
			return formatCursor(wanted, m.Trend, m.ID)
		}
		return formatCursor(wanted, m.Updated, m.ID)
	})
	return found, nil
}

// searchText is search by words.
func (s *Store) searchText(ctx context.Context, q Query, at any, id int64) (Found, error) {
	if err := s.Warm(ctx); err != nil {
		return Found{}, err
	}
	var after *match
	if q.Cursor != "" {
		after = &match{id, at.(float64)}
	}
	best, next := cutPage(s.texts.best(q, after, q.Limit+1), q.Limit, func(m match) string { return formatCursor(byScore, m.score, m.model) })
	found := Found{Models: []FoundModel{}, Next: next}
	if len(best) == 0 {
		return found, nil
	}
	models, err := s.byID(ctx, best)
	if err != nil {
		return Found{}, err
	}
	byID := map[int64]FoundModel{}
	for _, m := range models {
		byID[m.ID] = m
	}
	for _, b := range best {
		if m, ok := byID[b.model]; ok {
			found.Models = append(found.Models, m)
		} else {
			s.texts.remove(b.model) // another relay did
		}
	}
	return found, nil
}

// byID reads the models that were found, in no order. The question is always the same, for however many: to plan it takes longer
// than to answer it.
func (s *Store) byID(ctx context.Context, found []match) ([]FoundModel, error) {
	ids := make([]int64, len(found))
	for i, m := range found {
		ids[i] = m.model
	}
	if s.dialect == goose.DialectPostgres {
		return s.models(ctx, " WHERE m.id = ANY ($1)", []any{ids})
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	return s.models(ctx, " WHERE m.id IN (SELECT value FROM json_each($1))", []any{string(list)})
}

// models reads rows of models.
func (s *Store) models(ctx context.Context, rest string, args []any) ([]FoundModel, error) {
	query, err := s.prepared(ctx, "SELECT "+modelColumns+" FROM models m"+joinChain+rest)
	if err != nil {
		return nil, failed(err)
	}
	rows, err := query.QueryContext(ctx, args...)
	if err != nil {
		return nil, failed(err)
	}
	defer rows.Close()
	models := []FoundModel{}
	for rows.Next() {
		var m FoundModel
		if err := rows.Scan(m.fields()...); err != nil {
			return nil, failed(err)
		}
		models = append(models, m)
	}
	return models, failed(rows.Err())
}

// cutPage takes the page out of what was found, of which one more than the page holds was asked for, and the cursor of the next one.
func cutPage[T any](found []T, limit int, cursor func(T) string) (page []T, next string) {
	if len(found) <= limit {
		return found, ""
	}
	return found[:limit], cursor(found[limit-1])
}

// formatCursor writes where a page ended: its order, a time or a score, and an id.
func formatCursor(by order, at any, id int64) string {
	text := fmt.Sprint(at)
	if score, ok := at.(float64); ok {
		text = strconv.FormatFloat(score, 'g', -1, 64)
	}
	return string(by) + text + "_" + strconv.FormatInt(id, 36)
}

var errCursor = relay.Errorf(relay.CodeInvalid, "this cursor is not of such a list").WithHint("give what next was in the page before, with the same question")

func parseCursor(cursor string) (by order, at any, id int64, err error) {
	if cursor == "" {
		return "", nil, 0, nil
	}
	by = order(cursor[:1])
	text, rest, _ := strings.Cut(cursor[1:], "_")
	id, err = strconv.ParseInt(rest, 36, 64)
	if err == nil && (by == byScore || by == byTrend) {
		at, err = strconv.ParseFloat(text, 64)
	} else if err == nil {
		at, err = strconv.ParseInt(text, 10, 64)
	}
	if err != nil || by != byScore && by != byUpdate && by != byTrend {
		return "", nil, 0, errCursor
	}
	return by, at, id, nil
}

// Facets counts what a query finds by kind, task, license, format and size.
func (s *Store) Facets(ctx context.Context, q Query) ([]Facet, error) {
	q.Cursor, q.Limit = "", 0 // they are the same on every page
	return s.counted.get(ctx, q, func(ctx context.Context, q Query) ([]Facet, error) {
		if err := s.Warm(ctx); err != nil {
			return nil, err
		}
		return s.texts.count(q), nil
	})
}
