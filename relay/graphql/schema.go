package graphql

import (
	"fmt"
	"strings"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/dehug/dehug/relay/store"
)

// Schema is what may be asked, in GraphQL's own language.
var Schema = schemaText()

var schema = load()

func load() *ast.Schema {
	s := gqlparser.MustLoadSchema(&ast.Source{Name: "schema.graphql", Input: Schema})
	delete(s.Directives, "defer") // the parser knows it, but no part of an answer comes later
	return s
}

// roots are the fields of Query: which entities each finds, one by its id or many.
var roots = map[string]root{}

type root struct {
	of   *store.Entity
	many bool
}

// kinds is how values of fields are called.
var kinds = map[store.FieldType]string{store.FieldID: "ID", store.FieldText: "String", store.FieldHex: "Bytes", store.FieldInt: "Int", store.FieldBigInt: "BigInt",
	store.FieldAmount: "BigInt", store.FieldBoolean: "Boolean", store.FieldFloat: "Float"}

var (
	equality = []string{"", "not", "in", "not_in"}
	ordered  = append(equality, "gt", "gte", "lt", "lte")
	textual  = append(ordered, "contains", "starts_with", "ends_with")
)

// operations are what filters ask of fields.
func operations(f *store.Field) []string {
	if f.Derived {
		return nil
	}
	switch f.Type {
	case store.FieldRef, store.FieldBoolean:
		return equality
	case store.FieldText:
		return textual
	case store.FieldList:
		return nil
	}
	return ordered
}

const preamble = `"0x and hex digits. Addresses are in the letter case of EIP-55, and asked for in any."
scalar Bytes
"A whole number, as a string. In a filter a number does as well."
scalar BigInt

"Of which block an answer is wanted. Answers are as of the newest block that was read: one that asks for another is an error."
input Block_height {
  hash: Bytes
  number: Int
  "Any block that is not older than this one."
  number_gte: Int
}

enum OrderDirection { asc desc }

"A block."
type _Block_ {
  hash: Bytes!
  number: Int!
  "Unix seconds; null while nothing was read."
  timestamp: Int
}

"What answers are of."
type _Meta_ {
  "The newest block that was read."
  block: _Block_!
  "Chain id and hash of the block before the contracts."
  deployment: String!
  "Always false: a block whose events do not fit is not passed."
  hasIndexingErrors: Boolean!
}
`

// schemaText writes it, and fills roots.
func schemaText() string {
	var b strings.Builder
	b.WriteString(preamble)
	query := &strings.Builder{}
	for _, e := range store.Entities {
		single := strings.ToLower(e.Name[:1]) + e.Name[1:]
		roots[single], roots[e.Plural] = root{e, false}, root{e, true}
		fmt.Fprintf(query, "  %s(id: ID!, block: Block_height): %s\n", single, e.Name)
		fmt.Fprintf(query, "  %s(%s, block: Block_height): [%s!]!\n", e.Plural, listArguments(e.Name), e.Name)

		describe(&b, "\n", e.Doc)
		fmt.Fprintf(&b, "type %s {\n", e.Name)
		for _, f := range e.Fields {
			describe(&b, "  ", f.Doc)
			switch {
			case f.Type == store.FieldList:
				fmt.Fprintf(&b, "  %s(%s): [%s!]!\n", f.Name, listArguments(f.Of), f.Of)
			case f.Type == store.FieldRef && f.Optional:
				fmt.Fprintf(&b, "  %s: %s\n", f.Name, f.Of)
			case f.Type == store.FieldRef:
				fmt.Fprintf(&b, "  %s: %s!\n", f.Name, f.Of)
			default:
				fmt.Fprintf(&b, "  %s: %s!\n", f.Name, kinds[f.Type])
			}
		}
		fmt.Fprintf(&b, "}\n\nenum %s_orderBy {", e.Name)
		for _, f := range e.Fields {
			if f.Type != store.FieldList && !f.Derived {
				fmt.Fprintf(&b, " %s", f.Name)
			}
		}
		fmt.Fprintf(&b, " }\n\ninput %s_filter {\n", e.Name)
		for _, f := range e.Fields {
			for _, op := range operations(f) {
				name, kind := f.Name, kinds[f.Type]
				if f.Type == store.FieldRef {
					kind = "ID"
				}
				if op != "" {
					name += "_" + op
				}
				if op == "in" || op == "not_in" {
					kind = "[" + kind + "!]"
				}
				fmt.Fprintf(&b, "  %s: %s\n", name, kind)
			}
			if f.Type == store.FieldRef && !f.Derived && !store.EntityOf(f.Of).Bare() {
				fmt.Fprintf(&b, "  %s_: %s_filter\n", f.Name, f.Of)
			}
		}
		fmt.Fprintf(&b, "  and: [%[1]s_filter!]\n  or: [%[1]s_filter!]\n}\n", e.Name)
	}
	fmt.Fprintf(&b, "\ntype Query {\n%s  \"Null where no chain is followed.\"\n  _meta(block: Block_height): _Meta_\n}\n", query)
	return b.String()
}

func listArguments(of string) string {
	return fmt.Sprintf("first: Int = 100, skip: Int = 0, orderBy: %[1]s_orderBy, orderDirection: OrderDirection = asc, where: %[1]s_filter", of)
}

func describe(b *strings.Builder, indent, doc string) {
	if doc != "" {
		fmt.Fprintf(b, "%s%q\n", indent, doc)
	}
}
