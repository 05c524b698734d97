package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/dehug/dehug/wasm"
	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/internal/operators"
	"github.com/dehug/dehug/wasm/run"
)

func operatorCases(t *testing.T) []operators.Case {
	t.Helper()
	text, err := os.ReadFile("../../testdata/operators/cases.tsv")
	if err != nil {
		t.Fatal(err)
	}
	cases, _, err := operators.Read(string(text))
	if err != nil {
		t.Fatal(err)
	}
	return cases
}

// TestOperators runs every operator at every version and in every element type
// that the suite has no case of.
func TestOperators(t *testing.T) {
	ctx := context.Background()
	engine := run.NewEngine(ctx, run.Options{Interpreter: true}) // which has little to do before it runs a module
	defer engine.Close(ctx)
	for _, c := range operatorCases(t) {
		t.Run(c.Name, func(t *testing.T) {
			if err := runOperator(ctx, engine, c); err != nil {
				t.Errorf("%v (results by %s)", err, c.By)
			}
		})
	}
}

func runOperator(ctx context.Context, engine *run.Engine, c operators.Case) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	compiled, err := wasm.Compile(ctx, bytes.NewReader(c.Model), int64(len(c.Model)), wasm.Options{})
	if err != nil {
		return err
	}
	m, err := engine.Compile(ctx, compiled.Module)
	if err != nil {
		return err
	}
	inst, err := m.Instantiate(ctx)
	if err != nil {
		return err
	}
	defer inst.Close(ctx)
	if err := inst.Fill(ctx, run.File(bytes.NewReader(c.Model))); err != nil {
		return err
	}
	got, err := inst.Run(ctx, c.Inputs)
	if err != nil {
		return err
	}
	for name, want := range c.Results {
		if err := closeEnough(got[name], want, operatorTolerance(want)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// TestOperatorTable: every row of OPERATORS.tsv names a test that there is, or
// says why there is none. (That the suite's cases are in the rows where they
// belong, dehug-run conformance sees.)
func TestOperatorTable(t *testing.T) {
	file, err := os.ReadFile("../../OPERATORS.tsv")
	if err != nil {
		t.Fatal(err)
	}
	own, untested, err := shownByTests("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	passing, err := readList("../../conformance/passing.txt")
	if err != nil {
		t.Fatal(err)
	}
	table, _ := operatorTable(context.Background(), own, untested) // rows that only the suite shows are missing here
	got, want := strings.Split(string(file), "\n"), strings.Split(string(table), "\n")
	if len(got) != len(want) {
		t.Fatalf("%d lines; the engine's rules make %d: dehug-run conformance --update writes them", len(got), len(want))
	}
	for i := range got {
		row := strings.Split(got[i], "\t")
		if len(row) == 5 && has(passing, row[3]) && strings.HasPrefix(want[i], strings.Join(row[:3], "\t")+"\t") {
			continue
		}
		if got[i] != want[i] || strings.HasSuffix(got[i], "\t-\t") {
			t.Errorf("line %d is\n%q, want\n%q", i+1, got[i], want[i])
		}
	}
}

// operatorTolerance allows half precision two units in the last place of the
// largest element, for implementations that round after every operation.
func operatorTolerance(want run.Tensor) float64 {
	a := absoluteFor(want)
	switch want.Type {
	case graph.Float16:
		return max(a, a*2000)
	case graph.BFloat16:
		return max(a, a*16000)
	}
	return a
}
