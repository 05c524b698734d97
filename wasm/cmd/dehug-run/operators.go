package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/onnx"
)

// operatorTable makes the table of supported operators: a row for each operator,
// version and element type, with a case of the suite that shows it. passing are
// the cases that pass.
func operatorTable(ctx context.Context, data string, passing []string) ([]byte, error) {
	rules := graph.Rules()
	newest := func(op string, opset int64) int {
		found := -1
		for i, r := range rules {
			if r.Op == op && r.Since <= opset && (found < 0 || r.Since >= rules[found].Since) {
				found = i
			}
		}
		return found
	}
	type row struct {
		rule int
		t    graph.Type
	}
	tests := map[row]string{}
	for _, id := range passing {
		file, err := modelFile(data, id)
		if err != nil {
			return nil, err
		}
		b, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		m, err := onnx.Skim(ctx, bytes.NewReader(b), int64(len(b)), onnx.Limits{})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", id, err)
		}
		opset := int64(0)
		for _, o := range m.Opsets {
			if o.Domain == "" {
				opset = o.Version
			}
		}
		types := map[string]graph.Type{}
		for _, list := range [][]onnx.ValueInfo{m.Graph.Inputs, m.Graph.Values, m.Graph.Outputs} {
			for _, v := range list {
				types[v.Name] = graph.Type(v.Type)
			}
		}
		for _, t := range m.Graph.Initializers {
			types[t.Name] = graph.Type(t.Type)
		}
		for _, n := range m.Graph.Nodes {
			name := n.Op
			if n.Domain != "" {
				name = n.Domain + "." + n.Op
			}
			i := newest(name, opset)
			if i < 0 {
				continue // a function of the model's own
			}
			t := graph.Undefined
			switch k := rules[i].Operand; {
			case k >= 0 && k < len(n.Inputs):
				t = types[n.Inputs[k]]
			case k < 0 && len(rules[i].Types) > 0 && len(n.Outputs) > 0: // the result has the type that an attribute names
				t = types[n.Outputs[0]]
			}
			if _, ok := tests[row{i, t}]; !ok {
				tests[row{i, t}] = id
			}
		}
	}
	order := make([]int, len(rules))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(strings.Compare(rules[a].Op, rules[b].Op), cmp.Compare(rules[a].Since, rules[b].Since))
	})
	var out bytes.Buffer
	fmt.Fprintln(&out, "# Operators by opset and element type, and the case of the ONNX backend suite that shows each; - where the suite has none.")
	fmt.Fprintln(&out, "# Written by dehug-run conformance --update.")
	fmt.Fprintln(&out, "operator\topset\ttype\ttest")
	for _, i := range order {
		r := rules[i]
		versions := fmt.Sprintf("%d+", r.Since)
		if next := slices.IndexFunc(order, func(j int) bool { return rules[j].Op == r.Op && rules[j].Since > r.Since }); next >= 0 {
			versions = fmt.Sprintf("%d-%d", r.Since, rules[order[next]].Since-1)
		}
		list := r.Types
		if len(list) == 0 {
			list = []graph.Type{graph.Undefined}
		}
		for _, t := range list {
			name, test := t.String(), tests[row{i, t}]
			if t == graph.Undefined {
				name = "any"
				for _, u := range append([]graph.Type{graph.Undefined}, anyTypes...) {
					test = cmp.Or(test, tests[row{i, u}])
				}
			}
			fmt.Fprintf(&out, "%s\t%s\t%s\t%s\n", r.Op, versions, name, cmp.Or(test, "-"))
		}
	}
	return out.Bytes(), nil
}

var anyTypes = []graph.Type{graph.Float32, graph.Int64, graph.Bool, graph.Float16, graph.Float64, graph.Int32, graph.Uint8}
