package graphql

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/store"
)

// run is one query while it is answered.
type run struct {
	ctx  context.Context
	api  *API
	view *store.View
	doc  *ast.QueryDocument
	vars map[string]any

	rows, cells, statements, conditions int // that it may still ask for

	hidden map[string]bool // models that were looked at
}

// selected is a field of a reply, and where the query asks for it.
type selected struct {
	key    string
	fields []*ast.Field // the same field with the same arguments
}

func (s selected) name() string { return s.fields[0].Name }

// sets are what is wanted of what the field is.
func (s selected) sets() []ast.SelectionSet {
	var sets []ast.SelectionSet
	for _, f := range s.fields {
		sets = append(sets, f.SelectionSet)
	}
	return sets
}

// collect is which fields a reply has, in order. All types are objects, so a fragment of another one is not there.
func (r *run) collect(sets []ast.SelectionSet) ([]selected, error) {
	var out []selected
	at, seen := map[string]int{}, map[string]bool{}
	var add func(set ast.SelectionSet) error
	add = func(set ast.SelectionSet) error {
		for _, s := range set {
			var directives ast.DirectiveList
			switch s := s.(type) {
			case *ast.Field:
				directives = s.Directives
			case *ast.InlineFragment:
				directives = s.Directives
			case *ast.FragmentSpread:
				directives = s.Directives
			}
			if wanted, err := r.wanted(directives); err != nil || !wanted {
				if err != nil {
					return err
				}
				continue
			}
			var in ast.SelectionSet
			switch s := s.(type) {
			case *ast.Field:
				i, ok := at[s.Alias]
				if !ok {
					i = len(out)
					at[s.Alias], out = i, append(out, selected{key: s.Alias})
				}
				out[i].fields = append(out[i].fields, s)
			case *ast.InlineFragment:
				in = s.SelectionSet
			case *ast.FragmentSpread:
				if !seen[s.Name] {
					seen[s.Name], in = true, r.doc.Fragments.ForName(s.Name).SelectionSet
				}
			}
			if err := add(in); err != nil {
				return err
			}
		}
		return nil
	}
	for _, set := range sets {
		if err := add(set); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// wanted is what @skip and @include say.
func (r *run) wanted(directives ast.DirectiveList) (bool, error) {
	for _, d := range directives {
		if condition := d.Arguments.ForName("if"); condition != nil {
			value, err := condition.Value.Value(r.vars)
			if err != nil {
				return false, err
			}
			if yes, _ := value.(bool); yes == (d.Name == "skip") {
				return false, nil
			}
		}
	}
	return true, nil
}

// argument is nil where none is given.
func (r *run) argument(f *ast.Field, name string) (any, error) {
	if a := f.Arguments.ForName(name); a != nil {
		value, err := a.Value.Value(r.vars)
		if err != nil {
			return nil, relay.Errorf(relay.CodeInvalid, "%s: %w", name, err)
		}
		return value, nil
	}
	return nil, nil
}

// root answers the fields of Query.
func (r *run) root(set ast.SelectionSet) (*object, error) {
	fields, err := r.collect([]ast.SelectionSet{set})
	if err != nil {
		return nil, err
	}
	out := newObject(fields)
	for i, s := range fields {
		var value any
		switch name := s.name(); name {
		case "__typename":
			value = "Query"
		case "__schema":
			value, err = r.describe(schema, s.sets())
		case "__type":
			var name any
			if name, err = r.argument(s.fields[0], "name"); err == nil {
				if def := schema.Types[fmt.Sprint(name)]; def != nil {
					value, err = r.describe(ast.NamedType(def.Name, nil), s.sets())
				}
			}
		case "_meta":
			value, err = r.meta(s)
		default:
			value, err = r.entities(s)
		}
		if err != nil {
			return nil, err
		}
		out.values[i] = value
	}
	return out, nil
}

// meta says what answers are of.
func (r *run) meta(s selected) (any, error) {
	if err := r.block(s.fields[0]); err != nil {
		return nil, err
	}
	cursor, at, ok, err := r.view.Cursor(r.ctx)
	if err != nil || !ok {
		return nil, err
	}
	block := map[string]any{"hash": cursor.Hash, "number": cursor.Number, "timestamp": nil, "__typename": "_Block_"}
	if at != 0 {
		block["timestamp"] = at
	}
	return r.plain(map[string]any{"block": block, "deployment": fmt.Sprintf("%d-%s", cursor.Chain, cursor.Base), "hasIndexingErrors": false, "__typename": "_Meta_"}, s.sets())
}

// plain takes what is wanted out of values by their names.
func (r *run) plain(values map[string]any, sets []ast.SelectionSet) (*object, error) {
	fields, err := r.collect(sets)
	if err != nil {
		return nil, err
	}
	out := newObject(fields)
	for i, s := range fields {
		out.values[i] = values[s.name()]
		if in, ok := out.values[i].(map[string]any); ok {
			if out.values[i], err = r.plain(in, s.sets()); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// block refuses what asks for another block than the newest one that was read.
func (r *run) block(f *ast.Field) error {
	value, err := r.argument(f, "block")
	wanted, ok := value.(map[string]any)
	if err != nil || !ok {
		return err
	}
	cursor, _, ok, err := r.view.Cursor(r.ctx)
	if err != nil {
		return err
	}
	if !ok {
		return relay.Errorf(relay.CodeNotFound, "this relay follows no chain, so there are no blocks")
	}
	hint := fmt.Sprintf("answers are as of block %d: leave block out, or ask for number_gte", cursor.Number)
	for name, value := range wanted {
		if value == nil {
			continue
		}
		if name == "hash" {
			if hash, _ := value.(string); !strings.EqualFold(hash, cursor.Hash) {
				return relay.Errorf(relay.CodeNotFound, "what was so at the block %v is not kept", value).WithHint("%s", hint)
			}
			continue
		}
		n, err := integer(value)
		switch {
		case err != nil:
			return relay.Errorf(relay.CodeInvalid, "block: %w", err)
		case n > cursor.Number:
			return relay.Errorf(relay.CodeNotFound, "block %d was not read yet: %d is the newest", n, cursor.Number).WithHint("ask again in a moment")
		case name == "number" && n < cursor.Number:
			return relay.Errorf(relay.CodeNotFound, "what was so at block %d is not kept", n).WithHint("%s", hint)
		}
	}
	return nil
}

// entities answers a field of Query that finds one or many.
func (r *run) entities(s selected) (any, error) {
	f := s.fields[0]
	found := roots[f.Name]
	if err := r.block(f); err != nil {
		return nil, err
	}
	if found.many {
		q, err := r.list(found.of, f)
		if err != nil {
			return nil, err
		}
		nodes, err := r.fetch(q, s.sets())
		return objects(nodes), err
	}
	value, err := r.argument(f, "id")
	if err != nil {
		return nil, err
	}
	id := text(value)
	if found.of.Bare() {
		a, err := manifest.ParsePastedAddress(id)
		if err != nil {
			return nil, relay.Errorf(relay.CodeInvalid, "id: %w", err).WithHint("%s", manifest.HintOf(err))
		}
		nodes, err := r.bare(found.of, []string{a.String()}, s.sets())
		if err != nil {
			return nil, err
		}
		return nodes[0].out, nil
	}
	nodes, err := r.fetch(store.EntityQuery{Of: found.of, Where: &store.Condition{Field: found.of.Field("id"), Values: []any{id}}, First: 1}, s.sets())
	if err != nil || len(nodes) == 0 {
		return nil, err
	}
	return nodes[0].out, nil
}

// list reads the arguments of a list.
func (r *run) list(of *store.Entity, f *ast.Field) (q store.EntityQuery, err error) {
	q = store.EntityQuery{Of: of, First: 100}
	for _, n := range []struct {
		name  string
		to    *int
		least int
		most  int
	}{{"first", &q.First, 1, maxFirst}, {"skip", &q.Skip, 0, maxSkip}} {
		value, err := r.argument(f, n.name)
		if err != nil {
			return q, err
		}
		if value == nil {
			continue
		}
		i, err := integer(value)
		if err != nil || i < int64(n.least) || i > int64(n.most) {
			return q, relay.Errorf(relay.CodeInvalid, "%s has to be from %d to %d", n.name, n.least, n.most).WithHint("go on with where: {id_gt: …} and orderBy: id")
		}
		*n.to = int(i)
	}
	order, err := r.argument(f, "orderBy")
	if err != nil {
		return q, err
	}
	if order != nil {
		q.Order = of.Field(text(order))
	}
	direction, err := r.argument(f, "orderDirection")
	if err != nil {
		return q, err
	}
	q.Down = text(direction) == "desc"
	where, err := r.argument(f, "where")
	if filter, ok := where.(map[string]any); ok {
		q.Where, err = r.condition(of, filter)
	}
	return q, err
}

// condition is what a filter means.
func (r *run) condition(of *store.Entity, filter map[string]any) (*store.Condition, error) {
	c := &store.Condition{}
	for name, value := range filter {
		if r.conditions--; r.conditions < 0 {
			return nil, relay.Errorf(relay.CodeTooLarge, "more than %d conditions", maxConditions)
		}
		if value == nil {
			return nil, relay.Errorf(relay.CodeInvalid, "%s: nothing here is ever null", name)
		}
		if name == "and" || name == "or" {
			parts := []*store.Condition{}
			for _, in := range many(value) {
				filter, ok := in.(map[string]any)
				if !ok {
					return nil, relay.Errorf(relay.CodeInvalid, "%s takes filters", name)
				}
				part, err := r.condition(of, filter)
				if err != nil {
					return nil, err
				}
				parts = append(parts, part)
			}
			if name == "or" {
				c.All = append(c.All, &store.Condition{Any: parts})
			} else {
				c.All = append(c.All, parts...)
			}
			continue
		}
		part, err := r.comparison(of, name, value)
		if err != nil {
			return nil, err
		}
		c.All = append(c.All, part)
	}
	return c, nil
}

// comparison is one line of a filter.
func (r *run) comparison(of *store.Entity, name string, value any) (*store.Condition, error) {
	fieldName, op, _ := strings.Cut(name, "_")
	c := &store.Condition{Field: of.Field(fieldName), Op: op}
	if strings.HasSuffix(name, "_") {
		filter, ok := value.(map[string]any)
		if !ok {
			return nil, relay.Errorf(relay.CodeInvalid, "%s takes a filter", name)
		}
		var err error
		c.Has, err = r.condition(store.EntityOf(c.Field.Of), filter)
		return c, err
	}
	values := []any{value}
	if op == "in" || op == "not_in" {
		values = many(value)
		if r.conditions -= len(values); r.conditions < 0 {
			return nil, relay.Errorf(relay.CodeTooLarge, "more than %d conditions", maxConditions)
		}
	}
	for _, v := range values {
		switch c.Field.Type {
		case store.FieldInt, store.FieldBigInt:
			n, err := integer(v)
			if err != nil {
				return nil, relay.Errorf(relay.CodeInvalid, "%s: %w", name, err)
			}
			v = n
		case store.FieldFloat:
			x, err := strconv.ParseFloat(text(v), 64)
			if err != nil {
				return nil, relay.Errorf(relay.CodeInvalid, "%s: %w", name, err)
			}
			v = x
		case store.FieldBoolean:
		default:
			v = text(v)
		}
		c.Values = append(c.Values, v)
	}
	return c, nil
}

// many is a list, or one value in the place of one. The validator makes lists of its own of variables.
func many(value any) []any {
	list := reflect.ValueOf(value)
	if list.Kind() != reflect.Slice {
		return []any{value}
	}
	var out []any
	for i := range list.Len() {
		out = append(out, list.Index(i).Interface())
	}
	return out
}

// text is how a value is written.
func text(value any) string {
	if value == nil {
		return ""
	}
	return fmt.Sprint(value)
}

func integer(value any) (int64, error) {
	n, err := strconv.ParseInt(text(value), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%q is no whole number of 64 bits", text(value))
	}
	return n, nil
}

// node is an entity that was found.
type node struct {
	in     string         // what it was found by
	values map[string]any // of its own fields, by name
	out    *object
	gone   bool // something that it has to have is kept back
}

func objects(nodes []*node) []any {
	out := make([]any, len(nodes))
	for i, n := range nodes {
		out[i] = n.out
	}
	return out
}

// fetch finds entities and all that is wanted of them.
func (r *run) fetch(q store.EntityQuery, sets []ast.SelectionSet) ([]*node, error) {
	fields, err := r.collect(sets)
	if err != nil {
		return nil, err
	}
	if r.statements--; r.statements < 0 {
		return nil, relay.Errorf(relay.CodeTooLarge, "more than %d lists and references", maxStatements)
	}
	named := map[string]bool{}
	want := func(name string) {
		if f := q.Of.Field(name); f != nil && f.Type != store.FieldList && !named[name] {
			named[name], q.Fields = true, append(q.Fields, f)
		}
	}
	want("manifest") // it may be denied
	for _, s := range fields {
		want(s.name())
		if f := q.Of.Field(s.name()); f != nil && f.Type == store.FieldList {
			want(f.On)
		}
	}
	rows, err := r.view.Entities(r.ctx, q, r.rows)
	if err != nil {
		return nil, err
	}
	if r.rows -= len(rows); r.rows < 0 {
		return nil, relay.Errorf(relay.CodeTooLarge, "more than %d rows", maxRows).WithHint("ask for fewer at once by first: it counts for each row that has the list")
	}
	if err := r.look(rows); err != nil {
		return nil, err
	}
	var nodes []*node
	for _, row := range rows {
		n := &node{in: row.In, values: map[string]any{}}
		for i, f := range q.Fields {
			n.values[f.Name] = row.Values[i]
		}
		for _, m := range row.Models {
			n.gone = n.gone || r.hidden[m]
		}
		if cid, ok := n.values["manifest"].(string); ok && !n.gone {
			n.gone = r.keptBack(store.Shown{Manifest: cid})
		}
		if !n.gone {
			nodes = append(nodes, n)
		}
	}
	return r.fill(q.Of, nodes, fields)
}

// bare makes entities that need no looking for.
func (r *run) bare(of *store.Entity, ids []string, sets []ast.SelectionSet) ([]*node, error) {
	fields, err := r.collect(sets)
	if err != nil {
		return nil, err
	}
	var nodes []*node
	for _, id := range ids {
		nodes = append(nodes, &node{in: id, values: map[string]any{"id": id}})
	}
	return r.fill(of, nodes, fields)
}

// look finds out which models that rows tell of are kept back.
func (r *run) look(rows []store.EntityRow) error {
	var unknown []string
	for _, row := range rows {
		for _, m := range row.Models {
			if _, ok := r.hidden[m]; !ok {
				r.hidden[m] = true // where there is no such model
				unknown = append(unknown, m)
			}
		}
	}
	shown, err := r.view.Shown(r.ctx, unknown)
	for m, s := range shown {
		r.hidden[m] = r.keptBack(s)
	}
	return err
}

func (r *run) keptBack(s store.Shown) bool { return r.api.Hidden != nil && r.api.Hidden(s) }

// fill makes what the reply has of nodes. Those of which something is missing are left out.
func (r *run) fill(of *store.Entity, nodes []*node, fields []selected) ([]*node, error) {
	if r.cells -= len(nodes) * len(fields); r.cells < 0 {
		return nil, relay.Errorf(relay.CodeTooLarge, "more than %d values", maxCells)
	}
	for _, n := range nodes {
		n.out = newObject(fields)
	}
	// References first: lists are not looked for where one is missing.
	for i, s := range fields {
		f := of.Field(s.name())
		switch {
		case f == nil:
			for _, n := range nodes {
				n.out.values[i] = of.Name // __typename
			}
		case f.Type == store.FieldRef:
			to, err := r.refer(f, nodes, s.sets())
			if err != nil {
				return nil, err
			}
			left := nodes[:0]
			for _, n := range nodes {
				if other, ok := to[n.values[f.Name].(string)]; ok {
					n.out.values[i] = other
				} else if !f.Optional {
					continue
				}
				left = append(left, n)
			}
			nodes = left
		case f.Type != store.FieldList:
			for _, n := range nodes {
				n.out.values[i] = shown(f, n.values[f.Name])
			}
		}
	}
	for i, s := range fields {
		f := of.Field(s.name())
		if f == nil || f.Type != store.FieldList {
			continue
		}
		q, err := r.list(store.EntityOf(f.Of), s.fields[0])
		if err != nil {
			return nil, err
		}
		q.By, q.In = q.Of.Field(f.By), distinct(nodes, f.On)
		var found []*node
		if len(q.In) > 0 {
			if found, err = r.fetch(q, s.sets()); err != nil {
				return nil, err
			}
		}
		groups := map[string][]any{}
		for _, n := range found {
			groups[n.in] = append(groups[n.in], n.out)
		}
		for _, n := range nodes {
			n.out.values[i] = groups[n.values[f.On].(string)]
		}
	}
	return nodes, nil
}

// refer finds what a field of nodes refers to, by id.
func (r *run) refer(f *store.Field, nodes []*node, sets []ast.SelectionSet) (map[string]*object, error) {
	ids := distinct(nodes, f.Name)
	if len(ids) == 0 {
		return nil, nil
	}
	of := store.EntityOf(f.Of)
	var found []*node
	var err error
	if of.Bare() {
		found, err = r.bare(of, ids, sets)
	} else {
		found, err = r.fetch(store.EntityQuery{Of: of, By: of.Field("id"), In: ids, First: 1}, sets)
	}
	to := map[string]*object{}
	for _, n := range found {
		to[n.in] = n.out
	}
	return to, err
}

// distinct are the values of a field.
func distinct(nodes []*node, name string) []string {
	var out []string
	seen := map[string]bool{}
	for _, n := range nodes {
		if v := n.values[name].(string); !seen[v] {
			seen[v], out = true, append(out, v)
		}
	}
	return out
}

// shown is a value as replies have it: numbers that JSON's readers may not hold are strings.
func shown(f *store.Field, value any) any {
	if n, ok := value.(int64); ok && f.Type == store.FieldBigInt {
		return strconv.FormatInt(n, 10)
	}
	return value
}

// object is a JSON object whose members are in the order of the query.
type object struct {
	fields []selected
	values []any
}

func newObject(fields []selected) *object {
	return &object{fields, make([]any, len(fields))}
}

// write is an object in JSON.
func write(o *object) ([]byte, error) {
	out, err := appendValue(nil, o)
	if err == nil && len(out) > maxReply {
		err = errReply
	}
	return out, err
}

var errReply = relay.Errorf(relay.CodeTooLarge, "the reply has more than %d bytes", maxReply).WithHint("ask for fewer at once by first")

func appendValue(out []byte, value any) ([]byte, error) {
	if len(out) > maxReply {
		return nil, errReply
	}
	var err error
	switch v := value.(type) {
	case *object:
		if v == nil {
			return append(out, "null"...), nil
		}
		out = append(out, '{')
		for i, s := range v.fields {
			if i > 0 {
				out = append(out, ',')
			}
			out = append(strconv.AppendQuote(out, s.key), ':') // a name: letters, digits and _
			if out, err = appendValue(out, v.values[i]); err != nil {
				return nil, err
			}
		}
		return append(out, '}'), nil
	case []any:
		out = append(out, '[')
		for i, x := range v {
			if i > 0 {
				out = append(out, ',')
			}
			if out, err = appendValue(out, x); err != nil {
				return nil, err
			}
		}
		return append(out, ']'), nil
	}
	text, err := json.Marshal(value)
	return append(out, text...), err
}
