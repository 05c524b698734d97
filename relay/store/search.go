package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/pressly/goose/v3"
	"golang.org/x/text/unicode/norm"

	"github.com/dehug/dehug/relay"
)

const (
	maxWord  = 64 // runes; what is longer is data that somebody pasted into a text
	maxTerms = 16 // of a question
)

// maxRanked is how many models are compared by how well they fit. Words that more have say little, and to weigh them all
// takes long: then those made last come first. A variable for tests.
var maxRanked = 2000

// MaxCounted is how many models facets are counted of: those made or updated last.
const MaxCounted = 10_000

// Search is the one thing that the two databases do each in their own way: both are given the same words.
var searchTables = map[goose.Dialect]string{
	goose.DialectSQLite3: `CREATE VIRTUAL TABLE search USING fts5 (name, title, summary, tags, authors, card,
		content = '', contentless_delete = 1, prefix = '1 2 3', tokenize = "unicode61 remove_diacritics 0")`,
	goose.DialectPostgres: `CREATE TABLE search (model BIGINT PRIMARY KEY REFERENCES models (id), words TSVECTOR NOT NULL);
		CREATE INDEX search_words ON search USING GIN (words)`,
}

// searchMigration is the third one: the first two are in migrations/.
func (s *Store) searchMigration() *goose.Migration {
	return goose.NewGoMigration(3, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, searchTables[s.dialect])
		return err
	}}, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "DROP TABLE search")
		return err
	}})
}

// index puts a model's words into the full text index, in place of those that are there.
func (s *Store) index(ctx context.Context, tx *sql.Tx, model int64, p Publication) error {
	var authors []string
	for _, a := range p.Manifest.Authors {
		authors = append(authors, a.Address.String())
	}
	args := []any{model}
	for _, text := range []string{p.Manifest.Name, p.Manifest.Title, p.Manifest.Summary, strings.Join(p.Manifest.Tags, " ") + " " + p.Release.Task, strings.Join(authors, " "), p.Card} {
		args = append(args, strings.Join(words(text), " "))
	}
	if s.dialect == goose.DialectSQLite3 {
		if err := s.unindex(ctx, tx, model); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO search (rowid, name, title, summary, tags, authors, card) VALUES ($1, $2, $3, $4, $5, $6, $7)", args...)
		return err
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO search (model, words) VALUES ($1,
		setweight(to_tsvector('simple', $2), 'A') || setweight(to_tsvector('simple', $3), 'A') || setweight(to_tsvector('simple', $4), 'B') ||
		setweight(to_tsvector('simple', $5), 'B') || setweight(to_tsvector('simple', $6), 'C') || setweight(to_tsvector('simple', $7), 'D'))
		ON CONFLICT (model) DO UPDATE SET words = excluded.words`, args...)
	return err
}

// unindex takes a model out of the full text index.
func (s *Store) unindex(ctx context.Context, tx *sql.Tx, model int64) error {
	statement := "DELETE FROM search WHERE model = $1"
	if s.dialect == goose.DialectSQLite3 {
		statement = "DELETE FROM search WHERE rowid = $1"
	}
	_, err := tx.ExecContext(ctx, statement, model)
	return err
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

// Query says which models are wanted. An empty field asks for any.
type Query struct {
	Text    string // all words have to be there; the last one may be the beginning of one
	Owner   string
	Kind    string
	Task    string
	License string
	Format  string
	Size    string // by the names of Sizes
	Cursor  string // of the page before
	Limit   int
}

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

// order is how a page of models is sorted. It is part of the cursor, for what is rare may become common between two pages.
type order string

const (
	byUpdate order = "u" // updated last first
	byScore  order = "s" // what fits best first
	byID     order = "i" // made last first
)

// key is the column that an order sorts by, before the id.
func (o order) key() string {
	return map[order]string{byUpdate: "m.updated", byScore: "s.score", byID: "m.id"}[o]
}

// match is the condition and the score of the full text index, and what the question is there. "" is no question.
func (s *Store) match(text string) (condition, score, id, question string) {
	terms := words(text)
	if len(terms) == 0 {
		return "", "", "", ""
	}
	terms = terms[:min(len(terms), maxTerms)]
	if s.dialect == goose.DialectSQLite3 {
		return "search MATCH $1", "bm25(search, 10, 8, 4, 4, 2, 1)", "rowid", `"` + strings.Join(terms, `" "`) + `"*`
	}
	return "words @@ to_tsquery('simple', $1)", "-ts_rank(words, to_tsquery('simple', $1))::float8", "model", strings.Join(terms, " & ") + ":*"
}

// order chooses one for a query's first page.
func (s *Store) order(ctx context.Context, q Query) (order, error) {
	condition, _, _, question := s.match(q.Text)
	if question == "" {
		return byUpdate, nil
	}
	var n int
	err := s.read.QueryRowContext(ctx, fmt.Sprintf("SELECT count(*) FROM (SELECT 1 FROM search WHERE %s LIMIT %d) s", condition, maxRanked+1), question).Scan(&n)
	if n > maxRanked {
		return byID, err
	}
	return byScore, err
}

// matching is FROM and WHERE of a query. Sorted by score there is a column s.score, which is lower for what fits better.
func (s *Store) matching(q Query, by order) (from string, w *where) {
	w = &where{}
	from = " FROM models m"
	if condition, score, id, question := s.match(q.Text); question != "" {
		w.args = append(w.args, question)
		if by != byScore {
			score = "0"
		}
		from = fmt.Sprintf(" FROM (SELECT %s AS id, %s AS score FROM search WHERE %s) s JOIN models m ON m.id = s.id", id, score, condition)
	}
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
	return from, w
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

const modelColumns = "m.id, m.owner, m.name, m.created, m.updated, m.version, m.kind, m.title, m.summary, m.task, m.license, m.format, m.tags, m.bytes, m.manifest, m.release," +
	` COALESCE(cm.id, ''), CASE WHEN cm.id IS NULL THEN '' WHEN cv.id IS NULL THEN 'absent' WHEN cv.manifest <> m.manifest THEN 'mismatch' ELSE COALESCE(cf.state, 'pending') END`

// joinChain finds what the chain says of models m.
const joinChain = ` LEFT JOIN chain_models cm ON cm.publisher = m.owner AND cm.name = m.name
	LEFT JOIN chain_versions cv ON cv.model = cm.id AND cv.version = m.version LEFT JOIN manifests cf ON cf.version = cv.id`

// fields are where a row of modelColumns goes.
func (m *FoundModel) fields() []any {
	return []any{&m.ID, &m.Owner, &m.Name, &m.Created, &m.Updated, &m.Version, &m.Kind, &m.Title, &m.Summary, &m.Task, &m.License,
		&m.Format, &m.Tags, &m.Bytes, &m.Manifest, &m.Release, &m.ChainID, &m.ChainState}
}

// FoundModel finds one by owner and name, as Search would show it.
func (s *Store) FoundModel(ctx context.Context, owner, name string) (m FoundModel, err error) {
	err = s.read.QueryRowContext(ctx, "SELECT "+modelColumns+" FROM models m"+joinChain+" WHERE m.owner = $1 AND m.name = $2", owner, name).Scan(m.fields()...)
	return one(m, err, "model")
}

// Search finds models. A cursor is where the last page ended, so what is added meanwhile moves nothing; scores change with
// the texts of all models, so a search by text may then show one twice.
func (s *Store) Search(ctx context.Context, q Query) (Found, error) {
	by, at, id, err := parseCursor(q.Cursor)
	if q.Cursor == "" {
		by, err = s.order(ctx, q)
	}
	if err != nil {
		return Found{}, failed(err)
	}
	if _, _, _, question := s.match(q.Text); (question == "") != (by == byUpdate) {
		return Found{}, errCursor
	}
	from, w := s.matching(q, by)
	sorted := by.key() + " DESC, m.id DESC"
	switch {
	case by == byScore:
		sorted = by.key() + ", m.id"
		if q.Cursor != "" {
			w.add("(s.score, m.id) > (%s, %s)", at, id)
		}
	case q.Cursor != "" && by == byID:
		w.add("s.id < %s", id)
	case q.Cursor != "":
		w.add("(m.updated, m.id) < (%s, %s)", at, id)
	}
	if by == byID {
		sorted = "s.id DESC" // as both full text indexes can be read
	}
	w.args = append(w.args, q.Limit+1)
	rows, err := s.read.QueryContext(ctx, "SELECT "+by.key()+", "+modelColumns+from+joinChain+w.String()+" ORDER BY "+sorted+" LIMIT $"+strconv.Itoa(len(w.args)), w.args...)
	if err != nil {
		return Found{}, failed(err)
	}
	defer rows.Close()
	found := Found{Models: []FoundModel{}}
	next := ""
	for rows.Next() {
		var m FoundModel
		var at any
		if err := rows.Scan(append([]any{&at}, m.fields()...)...); err != nil {
			return Found{}, failed(err)
		}
		if len(found.Models) == q.Limit {
			found.Next = next
			break
		}
		found.Models = append(found.Models, m)
		next = formatCursor(by, at, m.ID)
	}
	return found, failed(rows.Err())
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
	if err == nil && by == byScore {
		at, err = strconv.ParseFloat(text, 64)
	} else if err == nil {
		at, err = strconv.ParseInt(text, 10, 64)
	}
	if err != nil || by.key() == "" {
		return "", nil, 0, errCursor
	}
	return by, at, id, nil
}

// Facets counts what a query finds by kind, task, license, format and size: MaxCounted of it at most.
func (s *Store) Facets(ctx context.Context, q Query) ([]Facet, error) {
	from, w := s.matching(q, byID)
	newest := "m.updated DESC"
	if _, _, _, question := s.match(q.Text); question != "" {
		newest = "s.id DESC"
	}
	size := "CASE"
	for _, c := range Sizes {
		if c.Below > 0 {
			size += fmt.Sprintf(" WHEN m.bytes < %d THEN '%s'", c.Below, c.Name)
		} else {
			size += fmt.Sprintf(" ELSE '%s' END", c.Name)
		}
	}
	rows, err := s.read.QueryContext(ctx, "SELECT kind, task, license, format, size, count(*) FROM (SELECT m.kind, m.task, m.license, m.format, "+size+" AS size"+
		from+w.String()+" ORDER BY "+newest+" LIMIT "+strconv.Itoa(MaxCounted)+") f GROUP BY kind, task, license, format, size", w.args...)
	if err != nil {
		return nil, failed(err)
	}
	defer rows.Close()
	names := []string{"kind", "task", "license", "format", "size"}
	counts := map[Facet]int64{}
	for rows.Next() {
		values := make([]string, len(names))
		var n int64
		if err := rows.Scan(&values[0], &values[1], &values[2], &values[3], &values[4], &n); err != nil {
			return nil, failed(err)
		}
		for i, v := range values {
			if v != "" {
				counts[Facet{Field: names[i], Value: v}] += n
			}
		}
	}
	facets := make([]Facet, 0, len(counts))
	for f, n := range counts {
		f.Count = n
		facets = append(facets, f)
	}
	slices.SortFunc(facets, func(a, b Facet) int {
		return cmp.Or(cmp.Compare(slices.Index(names, a.Field), slices.Index(names, b.Field)), cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
	})
	return facets, failed(rows.Err())
}
