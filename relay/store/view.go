package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pressly/goose/v3"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/lookalike"
	"github.com/dehug/dehug/relay/store/db"
)

// View is the database as it was at one moment, for questions about entities.
type View struct {
	s      *Store
	tx     *sql.Tx
	q      *db.Queries
	binary string // what makes texts compare by their bytes
	find   string // the function that finds a text in another one
}

// View calls do with the database as it is now. What do asks does not see what is written meanwhile.
func (s *Store) View(ctx context.Context, do func(*View) error) error {
	options, v := &sql.TxOptions{ReadOnly: true}, &View{s: s, find: "instr"}
	if s.dialect == goose.DialectPostgres {
		options.Isolation, v.binary, v.find = sql.LevelRepeatableRead, ` COLLATE "C"`, "strpos"
	}
	tx, err := s.read.BeginTx(ctx, options)
	if err != nil {
		return failed(err)
	}
	defer tx.Rollback()
	v.tx, v.q = tx, db.New(tx)
	return failed(do(v))
}

// Cursor is how far the chain was read; ok is false where none is followed.
func (v *View) Cursor(ctx context.Context) (c db.ChainCursor, at int64, ok bool, err error) {
	c, err = v.q.ChainCursor(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return c, 0, false, nil
	}
	if err == nil {
		var b ChainBlock
		if b, err = v.q.ChainBlockAt(ctx, c.Number); errors.Is(err, sql.ErrNoRows) { // nothing after the base was read
			err = nil
		}
		at = b.At
	}
	return c, at, err == nil, err
}

// EntityQuery says which entities are wanted.
type EntityQuery struct {
	Of     *Entity
	Fields []*Field // whose values are wanted: no lists
	Where  *Condition
	Order  *Field // nil: by id
	Down   bool   // the last ones first
	Skip   int
	First  int
	// By and In ask for those of which this field is one of these; Skip and First count for each of them.
	By *Field
	In []string
}

// A Condition of entities: all of All, one of Any, what Op says of Field, or what Has says of what Field refers to. The zero value holds.
type Condition struct {
	All, Any []*Condition
	Field    *Field
	Op       string // one of Ops
	Values   []any  // one, but for in and not_in: a string, int64, bool or float64, as Field's type says
	Has      *Condition
}

// Ops are what a condition may ask of a field: the SQL of those that compare, "" for others.
var Ops = map[string]string{"": "=", "not": "<>", "gt": ">", "gte": ">=", "lt": "<", "lte": "<=", "in": "", "not_in": "", "contains": "", "starts_with": "", "ends_with": ""}

// EntityRow is one that was found.
type EntityRow struct {
	Values []any    // by EntityQuery.Fields
	In     string   // of EntityQuery.In, the one that it was found by
	Models []string // ids of the models that it tells of
}

// Entities finds them: of a query with In those of each in order, one after the other. It finds no more than most, and one more where there are more.
func (v *View) Entities(ctx context.Context, q EntityQuery, most int) ([]EntityRow, error) {
	b := builder{binary: v.binary, find: v.find}
	columns := []string{}
	for _, f := range q.Fields {
		columns = append(columns, v.value(q.Of, f))
	}
	for _, m := range q.Of.models {
		columns = append(columns, "COALESCE("+m+", '')")
	}
	by := "''"
	where := []string{}
	if q.By != nil {
		by = v.value(q.Of, q.By)
		in, err := b.condition(q.Of, &Condition{Field: q.By, Op: "in", Values: anys(q.In)})
		if err != nil {
			return nil, err
		}
		where = append(where, in)
	}
	columns = append(columns, by)
	if q.Where != nil {
		c, err := b.condition(q.Of, q.Where)
		if err != nil {
			return nil, err
		}
		where = append(where, c)
	}
	rest := " FROM " + q.Of.from
	if len(where) > 0 {
		rest += " WHERE " + strings.Join(where, " AND ")
	}
	order := " ORDER BY " + v.order(q)
	var statement string
	if len(q.In) > 1 {
		names := make([]string, len(columns))
		for i := range columns {
			names[i] = "c" + strconv.Itoa(i)
			columns[i] += " AS " + names[i]
		}
		statement = fmt.Sprintf("SELECT %s FROM (SELECT %s, ROW_NUMBER() OVER (PARTITION BY %s%s) AS place%s) s WHERE place > %d AND place <= %d ORDER BY place LIMIT %d",
			strings.Join(names, ", "), strings.Join(columns, ", "), by, order, rest, q.Skip, q.Skip+q.First, most+1)
	} else {
		statement = fmt.Sprintf("SELECT %s%s%s LIMIT %d OFFSET %d", strings.Join(columns, ", "), rest, order, min(q.First, most+1), q.Skip)
	}
	rows, err := v.tx.QueryContext(ctx, statement, b.args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var standing *lookalike.Index
	if slices.ContainsFunc(q.Fields, func(f *Field) bool { return f.Derived }) {
		if standing, err = v.s.stand(ctx); err != nil {
			return nil, err
		}
	}
	var found []EntityRow
	for rows.Next() {
		values := make([]any, 0, len(columns))
		for _, f := range q.Fields {
			values = append(values, f.Type.room())
		}
		for range q.Of.models {
			values = append(values, new(string))
		}
		row := EntityRow{}
		if err := rows.Scan(append(values, &row.In)...); err != nil {
			return nil, err
		}
		for i := range values {
			values[i] = held(values[i])
			if i < len(q.Fields) && q.Fields[i].Derived {
				values[i] = imitation(standing, values[i].(string))
			}
		}
		row.Values = values[:len(q.Fields):len(q.Fields)]
		for _, m := range values[len(q.Fields):] {
			row.Models = append(row.Models, m.(string))
		}
		found = append(found, row)
	}
	return found, rows.Err()
}

// value is what a field is in SQL.
func (v *View) value(e *Entity, f *Field) string {
	if f.Type != FieldID {
		return f.sql
	}
	parts := []string{}
	for _, c := range e.key {
		if c.number {
			parts = append(parts, "CAST("+c.sql+" AS TEXT)")
		} else {
			parts = append(parts, c.sql)
		}
	}
	return strings.Join(parts, " || '-' || ")
}

// order is after ORDER BY.
func (v *View) order(q EntityQuery) string {
	down := ""
	if q.Down {
		down = " DESC"
	}
	order := []string{}
	if f := q.Order; f != nil && f.Type != FieldID {
		switch {
		case f.sql == "t.block": // with its index, and in the order of the chain
			order = append(order, "t.block"+down, "t.idx"+down)
		case f.Type == FieldAmount: // decimal numbers without leading zeros
			order = append(order, "length("+f.sql+")"+down, f.sql+v.binary+down)
		case f.Type.isText():
			order = append(order, f.sql+v.binary+down)
		default:
			order = append(order, f.sql+down)
		}
	}
	if ties := q.Of.order; len(ties) > 0 {
		for _, sql := range ties {
			order = append(order, sql+down)
		}
	}
	for _, c := range q.Of.key {
		if c.number {
			order = append(order, c.sql+down)
		} else {
			order = append(order, c.sql+v.binary+down)
		}
	}
	return strings.Join(order, ", ")
}

func (t FieldType) isText() bool {
	return t == FieldID || t == FieldText || t == FieldHex || t == FieldAmount || t == FieldRef
}

// room is where a value of a row goes, held what is there then.
func (t FieldType) room() any {
	switch t {
	case FieldInt, FieldBigInt:
		return new(int64)
	case FieldBoolean:
		return new(bool)
	case FieldFloat:
		return new(float64)
	}
	return new(string)
}

func held(room any) any {
	switch p := room.(type) {
	case *int64:
		return *p
	case *bool:
		return *p
	case *float64:
		return *p
	}
	return *room.(*string)
}

// builder writes conditions and collects their arguments.
type builder struct {
	binary, find string
	args         []any
}

func (b *builder) arg(value any) string {
	b.args = append(b.args, value)
	return "$" + strconv.Itoa(len(b.args))
}

// never holds: what is asked for cannot be.
const never = "1 = 0"

func (b *builder) condition(e *Entity, c *Condition) (string, error) {
	all, err := b.conditions(e, c.All)
	if err != nil {
		return "", err
	}
	if c.Any != nil {
		some, err := b.conditions(e, c.Any)
		if err != nil {
			return "", err
		}
		all = append(all, "("+strings.Join(append(some, never), " OR ")+")")
	}
	if c.Has != nil {
		of := EntityOf(c.Field.Of)
		has, err := b.condition(of, c.Has)
		if err != nil {
			return "", err
		}
		all = append(all, fmt.Sprintf("%s IN (SELECT %s FROM %s WHERE %s)", c.Field.sql, of.key[0].sql, of.from, has))
	} else if c.Field != nil {
		one, err := b.compare(e, c)
		if err != nil {
			return "", err
		}
		all = append(all, one)
	}
	if len(all) == 0 {
		return "1 = 1", nil
	}
	return strings.Join(all, " AND "), nil
}

func (b *builder) conditions(e *Entity, all []*Condition) (out []string, err error) {
	for _, c := range all {
		one, err := b.condition(e, c)
		if err != nil {
			return nil, err
		}
		out = append(out, "("+one+")")
	}
	return out, nil
}

// compare is a condition of one field.
func (b *builder) compare(e *Entity, c *Condition) (string, error) {
	f, op := c.Field, c.Op
	operator, ok := Ops[op]
	if !ok || operator != "" && len(c.Values) != 1 {
		panic("store: this is no condition: " + op)
	}
	if op == "in" || op == "not_in" {
		some := []string{}
		if f.Type == FieldID && len(e.key) > 1 {
			for _, value := range c.Values {
				one, err := b.compare(e, &Condition{Field: f, Values: []any{value}})
				if err != nil {
					return "", err
				}
				some = append(some, "("+one+")")
			}
			if op == "not_in" {
				return "NOT (" + strings.Join(append(some, never), " OR ") + ")", nil
			}
			return "(" + strings.Join(append(some, never), " OR ") + ")", nil
		}
		for _, value := range c.Values {
			value, err := f.asked(value)
			if err != nil {
				return "", err
			}
			some = append(some, b.arg(value))
		}
		sql := f.sql
		if f.Type == FieldID {
			sql = e.key[0].sql
		}
		if len(some) == 0 {
			return map[string]string{"in": never, "not_in": "1 = 1"}[op], nil
		}
		return sql + map[string]string{"in": " IN (", "not_in": " NOT IN ("}[op] + strings.Join(some, ", ") + ")", nil
	}
	if f.Type == FieldID {
		return b.compareID(e, operator, c.Values[0])
	}
	value, err := f.asked(c.Values[0])
	if err != nil {
		return "", err
	}
	switch text, isText := value.(string); {
	case operator == "" && isText:
		// LIKE is not the same everywhere.
		n := utf8.RuneCountInString(text)
		switch op {
		case "starts_with":
			return fmt.Sprintf("substr(%s, 1, %d) = %s", f.sql, n, b.arg(text)), nil
		case "ends_with":
			return fmt.Sprintf("(length(%[1]s) >= %[2]d AND substr(%[1]s, length(%[1]s) - %[2]d + 1) = %[3]s)", f.sql, n, b.arg(text)), nil
		}
		return fmt.Sprintf("%s(%s, %s) > 0", b.find, f.sql, b.arg(text)), nil
	case f.Type == FieldAmount && operator != "=" && operator != "<>":
		// Decimal numbers without leading zeros: the longer one is more.
		strict := operator[:1]
		return fmt.Sprintf("(length(%[1]s) %[2]s %[3]d OR length(%[1]s) = %[3]d AND %[1]s%[4]s %[5]s %[6]s)", f.sql, strict, len(text), b.binary, operator, b.arg(text)), nil
	case isText && operator != "=" && operator != "<>": // what is the same is the same in every order of texts
		return f.sql + b.binary + " " + operator + " " + b.arg(text), nil
	}
	return f.sql + " " + operator + " " + b.arg(value), nil
}

// compareID compares an id part by part.
func (b *builder) compareID(e *Entity, operator string, value any) (string, error) {
	parts := strings.Split(value.(string), "-")
	columns, args := []string{}, []string{}
	if len(e.key) == 1 {
		parts = []string{value.(string)}
	}
	if len(parts) != len(e.key) {
		return "", relay.Errorf(relay.CodeInvalid, "%q is not the id of a %s", value, e.Name)
	}
	for i, c := range e.key {
		if c.number {
			n, err := strconv.ParseInt(parts[i], 10, 64)
			if err != nil {
				return "", relay.Errorf(relay.CodeInvalid, "%q is not the id of a %s", value, e.Name)
			}
			columns, args = append(columns, c.sql), append(args, b.arg(n))
			continue
		}
		text, err := (&Field{Type: FieldHex}).asked(parts[i])
		if err != nil {
			return "", err
		}
		columns, args = append(columns, c.sql+b.binary), append(args, b.arg(text))
	}
	if len(columns) == 1 {
		if operator == "=" {
			columns[0] = e.key[0].sql // an index may be in the database's own order of texts
		}
		return columns[0] + " " + operator + " " + args[0], nil
	}
	return "(" + strings.Join(columns, ", ") + ") " + operator + " (" + strings.Join(args, ", ") + ")", nil
}

// asked is a value as the database has it: addresses may be written in any letter case.
func (f *Field) asked(value any) (any, error) {
	text, isText := value.(string)
	switch {
	case isText != f.Type.isText():
		return nil, relay.Errorf(relay.CodeInvalid, "%v is no value of %s", value, f.Name)
	case isText && strings.ContainsRune(text, 0):
		return nil, relay.Errorf(relay.CodeInvalid, "no text has a zero in it")
	case f.Type == FieldAmount:
		if text == "" || strings.Trim(text, "0123456789") != "" {
			return nil, relay.Errorf(relay.CodeInvalid, "%q is no amount: a decimal number of the token's smallest unit", text)
		}
		if text = strings.TrimLeft(text, "0"); text == "" {
			text = "0"
		}
		return text, nil
	case isText && (f.Type == FieldHex || f.Type == FieldRef || f.Type == FieldID) && len(text) == 42:
		if a, err := manifest.ParsePastedAddress(strings.ToLower(text)); err == nil {
			return a.String(), nil
		}
	}
	return value, nil
}

// Shown is what lists show of a model on chain: what may be served of it depends on that.
type Shown struct{ Publisher, Name, Manifest, Release string }

// Shown finds that of models by their ids. Of one that no list has, the manifest is that of the version that was published last.
func (v *View) Shown(ctx context.Context, models []string) (map[string]Shown, error) {
	out := map[string]Shown{}
	for part := range slices.Chunk(models, 1000) {
		b := builder{}
		in, err := b.condition(EntityOf("Model"), &Condition{Field: &Field{Name: "id", Type: FieldText, sql: "t.id"}, Op: "in", Values: anys(part)})
		if err != nil {
			return nil, err
		}
		rows, err := v.tx.QueryContext(ctx, "SELECT t.id, t.publisher, t.name, COALESCE(m.manifest, (SELECT c.manifest FROM chain_versions c WHERE c.model = t.id ORDER BY c.block DESC, c.idx DESC LIMIT 1), ''), COALESCE(m.release, '')"+
			" FROM chain_models t LEFT JOIN models m ON m.owner = t.publisher AND m.name = t.name WHERE "+in, b.args...)
		if err != nil {
			return nil, err
		}
		defer rows.Close()
		for rows.Next() {
			var id string
			var s Shown
			if err := rows.Scan(&id, &s.Publisher, &s.Name, &s.Manifest, &s.Release); err != nil {
				return nil, err
			}
			out[id] = s
		}
		if err := rows.Err(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func anys(texts []string) []any {
	out := make([]any, len(texts))
	for i, t := range texts {
		out[i] = t
	}
	return out
}
