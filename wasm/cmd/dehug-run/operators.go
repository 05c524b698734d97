package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/internal/operators"
	"github.com/dehug/dehug/wasm/onnx"
)

// shown is a model that is compared with another implementation's results: a
// test by name, and whose results they are.
type shown struct {
	test, by string
	model    []byte
}

// theSuite is whose results the cases of the ONNX backend suite have.
const theSuite = "the suite"

// shownBySuite are the suite's cases that pass.
func shownBySuite(data string, passing []string) ([]shown, error) {
	var list []shown
	for _, id := range passing {
		file, err := modelFile(data, id)
		if err != nil {
			return nil, err
		}
		b, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		list = append(list, shown{id, theSuite, b})
	}
	return list, nil
}

// shownByTests are the cases of TestContrib and TestOperators, whose data is in
// the folder testdata, and reasons for operators without a case, by
// OPERATOR-OPSET-TYPE.
func shownByTests(testdata string) ([]shown, map[string]string, error) {
	var list []shown
	files, err := filepath.Glob(filepath.Join(testdata, "contrib/*.onnx"))
	if err != nil {
		return nil, nil, err
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			return nil, nil, err
		}
		list = append(list, shown{"TestContrib/" + strings.TrimSuffix(filepath.Base(file), ".onnx"), "onnxruntime", b})
	}
	text, err := os.ReadFile(filepath.Join(testdata, "operators/cases.tsv"))
	if err != nil {
		return nil, nil, err
	}
	cases, untested, err := operators.Read(string(text))
	if err != nil {
		return nil, nil, fmt.Errorf("cases.tsv: %w", err)
	}
	for _, c := range cases {
		list = append(list, shown{"TestOperators/" + c.Name, c.By, c.Model})
	}
	return list, untested, nil
}

// operatorTable makes the table of supported operators: a row for each operator,
// version and element type, with the first of tests that shows it, or why there is
// none.
func operatorTable(ctx context.Context, tests []shown, untested map[string]string) ([]byte, error) {
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
	first := map[row]shown{}
	for _, s := range tests {
		m, err := onnx.Skim(ctx, bytes.NewReader(s.model), int64(len(s.model)), onnx.Limits{})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.test, err)
		}
		opsets := map[string]int64{}
		for _, o := range m.Opsets {
			opsets[o.Domain] = o.Version
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
			i := newest(name, opsets[n.Domain])
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
			if _, ok := first[row{i, t}]; !ok {
				first[row{i, t}] = s
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
	fmt.Fprintln(&out, "# Operators by opset and element type, a test that shows each (a case of the ONNX backend suite, or a Go test), and whose results it is")
	fmt.Fprintln(&out, "# compared with: the suite's own, onnxruntime's (for some types computed in another and rounded), or those of ONNX's reference evaluator.")
	fmt.Fprintln(&out, "# Written by dehug-run conformance --update.")
	fmt.Fprintln(&out, "operator\topset\ttype\ttest\tresults by")
	var missing []string
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
			name, s := t.String(), first[row{i, t}]
			if t == graph.Undefined {
				name = "any"
				for _, u := range anyTypes {
					if s.test == "" {
						s = first[row{i, u}]
					}
				}
			}
			if s.test == "" {
				id := fmt.Sprintf("%s-%d-%s", r.Op, r.Since, name)
				s.test, s.by = "-", untested[id]
				if s.by == "" {
					missing = append(missing, id)
				}
			}
			fmt.Fprintf(&out, "%s\t%s\t%s\t%s\t%s\n", r.Op, versions, name, s.test, s.by)
		}
	}
	if len(missing) > 0 {
		return out.Bytes(), fmt.Errorf("no test shows %s, and nothing says why: see wasm/testdata/operators/make.py", strings.Join(missing, " "))
	}
	return out.Bytes(), nil
}

var anyTypes = []graph.Type{graph.Float32, graph.Int64, graph.Bool, graph.Float16, graph.Float64, graph.Int32, graph.Uint8}
