package vectors

import (
	"bytes"
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/dehug/dehug/wasm"
	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/kernel"
	"github.com/dehug/dehug/wasm/lower"
	"github.com/dehug/dehug/wasm/run"
)

// all leaves nothing out (make test-all): all extents, all engines for each profile.
var all = os.Getenv("DEHUG_TEST_ALL") == "1"

// withRace is set where the race detector is on, which makes wazero's compiler
// and interpreter ten times as slow. Other tests are there for races.
var withRace bool

func skipWithRace(t *testing.T) {
	if withRace {
		t.Skip("too slow with the race detector: run it without")
	}
}

// way is how a vector is run.
type way struct {
	profile     kernel.Profile
	interpreter bool
	threads     int
}

func (w way) String() string {
	engine := "compiler"
	if w.interpreter {
		engine = "interpreter"
	}
	return fmt.Sprintf("profile %s, wazero's %s, %d threads", w.profile, engine, w.threads)
}

// ways are compared with the first, the most literal one.
func ways() []way {
	some := []way{{kernel.Wazero, true, 1}, {kernel.Wazero, false, 1}, {kernel.V8, false, 1}, {kernel.Wazero, false, 3}}
	if !all {
		return some
	}
	return append(some, way{kernel.V8, true, 1}, way{kernel.Wazero, false, 2}, way{kernel.Wazero, true, 3}, way{kernel.V8, false, 2})
}

func digests(t *testing.T, v *Vector, w way) []map[string]string {
	t.Helper()
	ctx := context.Background()
	c, err := v.Compile(wasm.Options{Profile: w.profile, Threads: w.threads > 1})
	if err != nil {
		t.Fatalf("%s: %v", v.Name, err)
	}
	engine := run.NewEngine(ctx, run.Options{Interpreter: w.interpreter, Threads: w.threads, ShareAll: true})
	defer engine.Close(ctx)
	got, err := v.Digests(ctx, engine, c.Module)
	if err != nil {
		t.Errorf("%s, %s: %v", v.Name, w, err)
		return make([]map[string]string, len(v.Runs))
	}
	return got
}

// differ names the outputs that differ.
func differ(got, want map[string]string) string {
	var names []string
	for name := range want {
		if got[name] != want[name] {
			names = append(names, name)
		}
	}
	if len(got) != len(want) {
		names = append(names, fmt.Sprintf("(%d outputs, want %d)", len(got), len(want)))
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

func TestSameBits(t *testing.T) {
	skipWithRace(t)
	t.Parallel()
	for v := range All(all) {
		ways := ways()
		want := digests(t, &v, ways[0])
		for _, w := range ways[1:] {
			for i, got := range digests(t, &v, w) {
				if other := differ(got, want[i]); other != "" {
					t.Errorf("%s, %s, %s: other bits in %s", v.Name, v.Runs[i].Name, w, other)
				}
			}
		}
	}
}

// inPrepare are steps that run once, in prepare, which modules do not list, and
// the row that has them.
var inPrepare = map[string]string{"Rescale": "Conv and numbers behind it", "Repeat": "Conv and numbers behind it"}

// elsewhere are steps that no vector has, and why.
var elsewhere = map[string]string{
	"Keep":        "of modules with intermediates: e2e/strict.test.mjs",
	"State.aside": "of sessions: wasm/state_test.go",
	"State.keep":  "of sessions: wasm/state_test.go",
}

// Every operator that package lower knows, and every step that it names, is in
// some vector's module.
func TestEveryKernelHasVectors(t *testing.T) {
	operators, steps := map[string]bool{}, map[string]bool{}
	for _, r := range rows() {
		for name, has := range inPrepare {
			steps[name] = steps[name] || r.name == has
		}
	}
	ctx := context.Background()
	engine := run.NewEngine(ctx, run.Options{Interpreter: true})
	defer engine.Close(ctx)
	for v := range All(false) {
		g, err := wasm.Load(ctx, bytes.NewReader(v.Model), int64(len(v.Model)))
		if err != nil {
			t.Fatalf("%s: %v", v.Name, err)
		}
		graph.Each(g, func(g *graph.Graph) {
			for _, n := range g.Nodes {
				operators[n.Op] = true
			}
		})
		c, err := wasm.CompileGraph(g, wasm.Options{})
		if err != nil {
			t.Fatalf("%s: %v", v.Name, err)
		}
		m, err := engine.Compile(ctx, c.Module)
		if err != nil {
			t.Fatalf("%s: %v", v.Name, err)
		}
		for _, s := range m.Info.Steps {
			steps[s.Op] = true
		}
		m.Close(ctx)
	}
	for _, op := range lower.Operators() {
		if !operators[op] {
			t.Errorf("no vector has the operator %s: add a row to the table", op)
		}
	}
	for name, at := range stepNames(t) {
		suffix, isSuffix := strings.CutPrefix(name, "*")
		found := steps[name]
		for s := range steps {
			found = found || isSuffix && strings.HasSuffix(s, suffix)
		}
		if !found && elsewhere[name] == "" {
			t.Errorf("no vector has the step %s (%s): add a row to the table", name, at)
		}
	}
}

// stepNames reads the names of steps in the source of package lower: literals,
// and "*.suffix" for those that begin with the operator's name.
func stepNames(t *testing.T) map[string]token.Position {
	sources, err := filepath.Glob("../../lower/*.go")
	if err != nil {
		t.Fatal(err)
	}
	files := token.NewFileSet()
	names := map[string]token.Position{}
	note := func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) < 2 {
			return true
		}
		if f, ok := call.Fun.(*ast.SelectorExpr); !ok || f.Sel.Name != "addStep" && f.Sel.Name != "copyStep" {
			return true
		}
		prefix, name := "", call.Args[1]
		if sum, ok := name.(*ast.BinaryExpr); ok {
			prefix, name = "*", sum.Y
		}
		if literal, ok := name.(*ast.BasicLit); ok {
			text, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Fatal(err)
			}
			names[prefix+text] = files.Position(call.Pos())
		}
		return true
	}
	for _, name := range sources {
		file, err := parser.ParseFile(files, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, note)
	}
	if len(names) < 20 {
		t.Fatalf("only %d names of steps found: is their source elsewhere?", len(names))
	}
	return names
}
