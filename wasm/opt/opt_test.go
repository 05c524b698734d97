package opt

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/onnx"
)

var update = flag.Bool("update", false, "rewrite the texts in testdata")

func parse(t *testing.T, text string) *graph.Graph {
	t.Helper()
	g, err := graph.Parse(text)
	if err == nil {
		err = graph.Check(g)
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return g
}

func runPass(name string, g *graph.Graph) {
	for _, p := range passes {
		if p.name == name {
			p.run(g)
			return
		}
	}
	panic("no pass " + name)
}

// TestPass runs one pass on each file of testdata/NAME.txt: the graph before,
// a line of dashes, the graph after. The first line names the pass.
func TestPass(t *testing.T) {
	files, err := filepath.Glob("testdata/pass/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases: ", err)
	}
	tested := map[string]bool{}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			pass, text, _ := strings.Cut(string(b), "\n")
			pass = strings.TrimPrefix(pass, "pass: ")
			tested[pass] = true
			before, want, _ := strings.Cut(text, "---\n")
			g := parse(t, before)
			runPass(pass, g)
			if err := graph.Check(g); err != nil {
				t.Error(err)
			}
			got := strings.TrimPrefix(g.String(), "graph \"\"\n")
			if got == want {
				return
			}
			if *update {
				if err := os.WriteFile(file, []byte("pass: "+pass+"\n"+before+"---\n"+got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			t.Errorf("before\n%s\ngot\n%s\nwant\n%s", before, got, want)
		})
	}
	for _, p := range passes {
		if !tested[p.name] && p.name != "drop leftovers" { // which is "drop unused" again
			t.Errorf("pass %q has no case in testdata/pass", p.name)
		}
	}
}

func TestRunReportsHooks(t *testing.T) {
	stop := errors.New("stop")
	var seen []string
	err := Run(parse(t, "input x f32[1]\noutput x\n"), func(pass string, g *graph.Graph) error {
		seen = append(seen, pass)
		if pass == "fuse residual" {
			return stop
		}
		return nil
	})
	if !errors.Is(err, stop) || len(seen) == 0 || seen[len(seen)-1] != "fuse residual" {
		t.Errorf("got %v after %v", err, seen)
	}
}

// checkPasses optimises g and checks it after each pass.
func checkPasses(t *testing.T, g *graph.Graph) {
	t.Helper()
	if err := Run(g, func(_ string, g *graph.Graph) error { return graph.Check(g) }); err != nil {
		t.Fatalf("%v\n%s", err, g)
	}
}

// TestBlazeFace compares the pinned model after all passes with a text that
// people have read.
func TestBlazeFace(t *testing.T) {
	file, err := os.ReadFile("../../.cache/models/blazeface/face_detection_front_128x128_barracuda.onnx")
	if err != nil {
		t.Fatalf("%v: run `make models` first", err)
	}
	m, err := onnx.Skim(context.Background(), bytes.NewReader(file), int64(len(file)), onnx.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	g, err := graph.Import(m, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(g.Nodes) != 104 {
		t.Errorf("imported %d nodes, want 104", len(g.Nodes))
	}
	checkPasses(t, g)
	ops := map[string]int{}
	for _, n := range g.Nodes {
		ops[n.Op]++
		if n.Input(3) != nil {
			ops["residual"]++
		}
		if n.Attr("act") != nil {
			ops["act"]++
		}
	}
	for op, want := range map[string]int{"Conv": 37, "residual": 16, "act": 17, "MaxPool": 3, "Transpose": 5, "Reshape": 4} {
		if ops[op] != want {
			t.Errorf("%s: got %d, want %d", op, ops[op], want)
		}
	}
	const golden = "testdata/blazeface.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(g.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got := g.String(); got != string(want) {
		t.Errorf("the optimised graph differs from %s (run go test with -update and read the diff); got\n%s", golden, got)
	}
}

// FuzzRun: every valid graph is valid after each pass, and keeps its outputs.
func FuzzRun(f *testing.F) {
	files, err := filepath.Glob("testdata/pass/*.txt")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		_, text, _ := strings.Cut(string(b), "\n")
		before, _, _ := strings.Cut(text, "---\n")
		f.Add(before)
	}
	f.Fuzz(func(t *testing.T, text string) {
		g, err := graph.Parse(text)
		if err != nil || graph.Check(g) != nil {
			return
		}
		var want []string
		for _, v := range g.Outputs {
			want = append(want, v.Name+" "+v.Type.String()+v.Shape.String())
		}
		checkPasses(t, g)
		for i, v := range g.Outputs {
			if got := v.Name + " " + v.Type.String() + v.Shape.String(); got != want[i] {
				t.Errorf("output %d is %s, was %s", i, got, want[i])
			}
		}
	})
}
