// Package graphql answers questions in GraphQL about what the chain said, in the shape of a subgraph: entities by id and in lists, with
// first, skip, orderBy, orderDirection, where and block, and _meta.
//
//	api := &graphql.API{Store: s, Hidden: denied, Log: log}
//	reply := api.Answer(ctx, graphql.Request{Query: "{ models(first: 5) { name owner { id } versions { version } } }"})
//
// There is nothing to write. Which entities there are, and what they are in SQL, is a table of package store; the schema is written from
// it (Schema). A query is read, measured and held against the schema before anything is asked of the database; then each of its lists and
// references is one statement for all rows that have it, and all of them see the database at one moment.
//
// It knows the present only: a block that is not the newest one read is refused, not answered from what is there now.
package graphql

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/store"
)

// What one query may cost. The largest that programs send by themselves asks for the schema: 230 tokens and some 200 fields.
const (
	maxQuery      = 32 << 10 // bytes
	maxTokens     = 2000
	maxFields     = 500    // with fragments written out
	maxDepth      = 8      // of fields in fields, the schema's own left out
	maxStatements = 50     // lists and references
	maxRows       = 10_000 // of all statements together
	maxCells      = 200_000
	maxReply      = 4 << 20 // bytes
	maxConditions = 200     // in all of a query's filters
	maxFirst      = 1000    // as subgraphs have it
	maxSkip       = 5000    // the like
	// maxTime is how long the database may think about a query.
	maxTime = 5 * time.Second
	// atOnce is how many queries are answered at a time: SQLite has four connections that read, and pages need some.
	atOnce = 2
)

// API answers queries. Store is needed.
type API struct {
	Store *store.Store
	// Hidden tells whether what a model's publisher, manifest or release is known by is kept back; it and all that tells of it is left out. May
	// be nil.
	Hidden func(store.Shown) bool
	Log    *slog.Logger

	once sync.Once
	busy chan struct{}
}

// Request is what is asked.
type Request struct {
	Query         string         `json:"query"`
	OperationName string         `json:"operationName"`
	Variables     map[string]any `json:"variables"` // numbers are json.Number
}

// Answer is a reply in JSON: data, or errors.
func (a *API) Answer(ctx context.Context, q Request) []byte {
	data, err := a.answer(ctx, q)
	if err == nil {
		return append(append([]byte(`{"data":`), data...), '}')
	}
	reply := struct {
		Errors gqlerror.List `json:"errors"`
	}{a.errors(ctx, err)}
	body, err := json.Marshal(reply)
	if err != nil {
		panic("graphql: an error does not marshal: " + err.Error())
	}
	return body
}

// errors are what is said of an error. Causes that are ours are for the log.
func (a *API) errors(ctx context.Context, err error) gqlerror.List {
	if list, ok := errors.AsType[gqlerror.List](err); ok {
		for _, e := range list {
			e.Extensions = map[string]any{"code": relay.CodeInvalid}
		}
		return list
	}
	if e, ok := errors.AsType[*gqlerror.Error](err); ok {
		e.Extensions = map[string]any{"code": relay.CodeInvalid}
		return gqlerror.List{e}
	}
	if errors.Is(err, context.DeadlineExceeded) {
		err = relay.Errorf(relay.CodeTooLarge, "the query takes longer than %s", maxTime).WithHint("ask for less at once, or by what is indexed: ids, owners, models")
	}
	code, message := relay.ErrorCode(err), err.Error()
	if code == relay.CodeInternal {
		a.Log.ErrorContext(ctx, "a query failed", slog.Any("error", err))
		message = "internal error"
	}
	extensions := map[string]any{"code": code}
	if hint := relay.ErrorHint(err); hint != "" {
		extensions["hint"] = hint
	}
	return gqlerror.List{{Message: message, Extensions: extensions}}
}

func (a *API) answer(ctx context.Context, q Request) ([]byte, error) {
	a.once.Do(func() { a.busy = make(chan struct{}, atOnce) })
	doc, op, err := read(q)
	if err != nil {
		return nil, err
	}
	vars, err := validator.VariableValues(schema, op, q.Variables)
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithTimeout(ctx, maxTime)
	defer stop()
	select {
	case a.busy <- struct{}{}:
		defer func() { <-a.busy }()
	case <-ctx.Done():
		return nil, relay.Errorf(relay.CodeUnavailable, "too many queries at once").WithHint("ask again in a moment")
	}
	r := &run{ctx: ctx, api: a, doc: doc, vars: vars, rows: maxRows, cells: maxCells, statements: maxStatements, conditions: maxConditions, hidden: map[string]bool{}}
	var out *object
	err = a.Store.View(ctx, func(v *store.View) error {
		r.view = v
		out, err = r.root(op.SelectionSet)
		return err
	})
	if err != nil {
		return nil, err
	}
	return write(out)
}

// read makes a query of a text: measured, and as the schema says.
func read(q Request) (*ast.QueryDocument, *ast.OperationDefinition, error) {
	if len(q.Query) > maxQuery {
		return nil, nil, relay.Errorf(relay.CodeTooLarge, "the query has %d bytes, %d are the most", len(q.Query), maxQuery)
	}
	doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: q.Query}, maxTokens)
	if err != nil {
		return nil, nil, err
	}
	if err := measure(doc); err != nil {
		return nil, nil, err
	}
	if errs := validator.ValidateWithRules(schema, doc, nil); len(errs) > 0 {
		return nil, nil, errs
	}
	op := doc.Operations.ForName(q.OperationName)
	if op == nil {
		return nil, nil, relay.Errorf(relay.CodeInvalid, "there is no operation of the name %q", q.OperationName).WithHint("operationName says which one, where there are several")
	}
	return doc, op, nil
}

// measure refuses a query that is too large with its fragments written out. Nothing was held against the schema yet.
func measure(doc *ast.QueryDocument) error {
	m := measurer{doc, map[string]*extent{}}
	var all extent
	for _, op := range doc.Operations {
		all.add(m.set(op.SelectionSet))
	}
	switch {
	case all.cyclic:
		return relay.Errorf(relay.CodeInvalid, "fragments are in each other")
	case all.fields > maxFields:
		return relay.Errorf(relay.CodeTooLarge, "more than %d fields with fragments written out", maxFields)
	case all.depth > maxDepth:
		return relay.Errorf(relay.CodeTooLarge, "fields are in fields more than %d deep", maxDepth)
	}
	return nil
}

// extent is how much a selection is.
type extent struct {
	fields, depth int
	cyclic        bool
}

func (e *extent) add(o extent) {
	e.fields = min(e.fields+o.fields, maxFields+1)
	e.depth = max(e.depth, o.depth)
	e.cyclic = e.cyclic || o.cyclic
}

type measurer struct {
	doc       *ast.QueryDocument
	fragments map[string]*extent // nil while it is measured
}

func (m measurer) set(set ast.SelectionSet) (all extent) {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			in := m.set(s.SelectionSet)
			in.fields++
			in.depth++
			if s.Name == "__schema" || s.Name == "__type" { // how deep those may be a rule of the validator says
				in.depth = 1
			}
			all.add(in)
		case *ast.InlineFragment:
			all.add(m.set(s.SelectionSet))
		case *ast.FragmentSpread:
			all.add(m.fragment(s.Name))
		}
	}
	return all
}

func (m measurer) fragment(name string) extent {
	if known, ok := m.fragments[name]; ok {
		if known == nil {
			return extent{cyclic: true}
		}
		return *known
	}
	f := m.doc.Fragments.ForName(name)
	if f == nil {
		return extent{} // the validator says so
	}
	m.fragments[name] = nil
	e := m.set(f.SelectionSet)
	m.fragments[name] = &e
	return e
}
