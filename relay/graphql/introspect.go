package graphql

import (
	"maps"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/dehug/dehug/relay"
)

// describe answers what is asked of the schema itself: of is the schema or a part of it.
func (r *run) describe(of any, sets []ast.SelectionSet) (*object, error) {
	fields, err := r.collect(sets)
	if err != nil {
		return nil, err
	}
	if r.cells -= len(fields); r.cells < 0 {
		return nil, relay.Errorf(relay.CodeTooLarge, "more than %d values", maxCells)
	}
	out := newObject(fields)
	for i, s := range fields {
		value := part(of, s.name())
		if len(s.fields[0].SelectionSet) == 0 || value == nil {
			out.values[i] = value
			continue
		}
		parts, isList := value.([]any)
		if !isList {
			if out.values[i], err = r.describe(value, s.sets()); err != nil {
				return nil, err
			}
			continue
		}
		list := make([]any, len(parts))
		for k, p := range parts {
			if list[k], err = r.describe(p, s.sets()); err != nil {
				return nil, err
			}
		}
		out.values[i] = list
	}
	return out, nil
}

// part is what a part of the schema says of itself in a field of the types that GraphQL has for that; nil for what is null.
func part(of any, field string) any {
	switch of := of.(type) {
	case *ast.Schema:
		switch field {
		case "__typename":
			return "__Schema"
		case "types":
			var types []any
			for _, name := range slices.Sorted(maps.Keys(of.Types)) {
				types = append(types, ast.NamedType(name, nil))
			}
			return types
		case "queryType":
			return ast.NamedType(of.Query.Name, nil)
		case "directives":
			var directives []any
			for _, name := range slices.Sorted(maps.Keys(of.Directives)) {
				directives = append(directives, of.Directives[name])
			}
			return directives
		}
	case *ast.Type:
		return partOfType(of, field)
	case *ast.FieldDefinition: // of an object, or of an input
		switch field {
		case "__typename":
			return "__Field"
		case "args":
			return list(of.Arguments)
		case "type":
			return of.Type
		case "isDeprecated":
			return false
		}
		return said(field, of.Name, of.Description)
	case input:
		switch field {
		case "__typename":
			return "__InputValue"
		case "type":
			return of.Type
		case "isDeprecated":
			return false
		case "defaultValue":
			if of.DefaultValue != nil {
				return of.DefaultValue.String()
			}
			return nil
		}
		return said(field, of.Name, of.Description)
	case *ast.ArgumentDefinition:
		return part(input{of.Name, of.Description, of.Type, of.DefaultValue}, field)
	case *ast.EnumValueDefinition:
		switch field {
		case "__typename":
			return "__EnumValue"
		case "isDeprecated":
			return false
		}
		return said(field, of.Name, of.Description)
	case *ast.DirectiveDefinition:
		switch field {
		case "__typename":
			return "__Directive"
		case "args":
			return list(of.Arguments)
		case "isRepeatable":
			return of.IsRepeatable
		case "locations":
			return list(of.Locations)
		}
		return said(field, of.Name, of.Description)
	}
	return nil
}

// input is a field of an input object, or an argument.
type input struct {
	Name, Description string
	Type              *ast.Type
	DefaultValue      *ast.Value
}

func partOfType(of *ast.Type, field string) any {
	if field == "__typename" {
		return "__Type"
	}
	if of.NonNull || of.Elem != nil {
		inner, kind := of.Elem, "LIST"
		if of.NonNull {
			inner, kind = &ast.Type{NamedType: of.NamedType, Elem: of.Elem}, "NON_NULL"
		}
		switch field {
		case "kind":
			return kind
		case "ofType":
			return inner
		}
		return nil
	}
	def := schema.Types[of.NamedType]
	switch field {
	case "kind":
		return string(def.Kind)
	case "fields":
		if def.Kind == ast.Object {
			var fields []any
			for _, f := range def.Fields {
				if !strings.HasPrefix(f.Name, "__") { // every type has __typename, and no list of fields does
					fields = append(fields, f)
				}
			}
			return fields
		}
	case "interfaces":
		if def.Kind == ast.Object {
			return []any{}
		}
	case "enumValues":
		if def.Kind == ast.Enum {
			return list(def.EnumValues)
		}
	case "inputFields":
		if def.Kind == ast.InputObject {
			var fields []any
			for _, f := range def.Fields {
				fields = append(fields, input{f.Name, f.Description, f.Type, f.DefaultValue})
			}
			return fields
		}
	case "isOneOf":
		if def.Kind == ast.InputObject {
			return false
		}
	default:
		return said(field, def.Name, def.Description)
	}
	return nil
}

// said is name and description.
func said(field, name, description string) any {
	switch {
	case field == "name":
		return name
	case field == "description" && description != "":
		return description
	}
	return nil
}

func list[T any](of []T) []any {
	out := make([]any, len(of))
	for i, x := range of {
		out[i] = x
	}
	return out
}
