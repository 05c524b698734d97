package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const module = "github.com/dehug/dehug/"

// unraced start no goroutine but those of wasm/run, whose own tests are for races: they write modules and compare what
// these compute, and with the race detector wazero takes five to ten times as long (wasm/kernel 206 s instead of 43).
var unraced = []string{"wasm/internal/vectors", "wasm/kernel", "wasm/lower"}

// node is go-ethereum's, which takes minutes to compile once more for the race detector: who links it runs without, but in make test-all.
const node = module + "relay/chain/devnet"

// goTests runs every Go test, with the race detector but for the packages that have nothing for it to find.
func goTests(ctx context.Context, r *report) error {
	out, err := exec.CommandContext(ctx, "go", "list", "-f", `{{.ImportPath}}{{range .Imports}} {{.}}{{end}}{{range .TestImports}} {{.}}{{end}}{{range .XTestImports}} {{.}}{{end}}`, "./...").Output()
	if err != nil {
		return fmt.Errorf("go list: %w", err)
	}
	var raced, rest []string
	for line := range strings.Lines(string(out)) {
		names := strings.Fields(line) // a package, and what it imports
		if slices.Contains(unraced, strings.TrimPrefix(names[0], module)) || slices.Contains(names, node) && os.Getenv(testAll) != "1" {
			rest = append(rest, names[0])
		} else {
			raced = append(raced, names[0])
		}
	}
	// vet ran in lint. Results of packages that did not change come from Go's cache.
	err = goTest(ctx, r, "", nil, append([]string{"-race", "-timeout=15m"}, raced...)...)
	return errors.Join(err, goTest(ctx, r, "", nil, append([]string{"-timeout=30m"}, rest...)...))
}

// conformance runs the ONNX backend suite, natively and beside onnxruntime.
func conformance(ctx context.Context, r *report) error {
	r.check("wasm/conformance", "ONNX backend suite", command(ctx, nil, "make", "conformance"))
	return nil
}

// goInChromium runs the tests of all that is built for the browser as js/wasm, in the browser, built and slimmed as
// what a page downloads is.
func goInChromium(ctx context.Context, r *report) error {
	env := []string{"GOOS=js", "GOARCH=wasm"}
	packages, err := browserPackages(ctx, env)
	if err != nil {
		return err
	}
	host, err := filepath.Abs("e2e/go-in-chromium.mjs")
	if err != nil {
		return err
	}
	return goTest(ctx, r, " in Chromium", env, append([]string{"-gcflags=all=-l", "-p=1", "-timeout=10m", "-exec=node " + host + " --slim"}, packages...)...)
}

// browserPackages lists the packages of the browser build whose tests can run in a page, and says which cannot.
func browserPackages(ctx context.Context, env []string) ([]string, error) {
	cmd := exec.CommandContext(ctx, "go", "list", "-f",
		`{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}} {{join .Imports ","}},{{join .TestImports ","}},{{join .XTestImports ","}},{{end}}`,
		"./internal/...", "./manifest/...", "./wasm/...")
	cmd.Env = append(os.Environ(), env...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	var packages []string
	for line := range strings.Lines(string(out)) {
		path, imports, ok := strings.Cut(strings.TrimSpace(line), " ")
		switch {
		case !ok || strings.Contains(strings.TrimPrefix(path, module+"internal/"), "/internal/") || path == module+"manifest/ethsig": // not in the browser build
		case strings.Contains(imports, "wazero") || strings.Contains(imports, module+"wasm/run,"):
			fmt.Printf("not here: %s, whose tests run modules under wazero; e2e/strict.test.mjs runs them in Chromium\n", strings.TrimPrefix(path, module))
		case strings.Contains(imports, "net/http/httptest"):
			fmt.Printf("not here: %s, whose tests are servers as well; e2e/browser streams from real ones\n", strings.TrimPrefix(path, module))
		default:
			packages = append(packages, path)
		}
	}
	return packages, nil
}

// event is a line of `go test -json`.
type event struct {
	Action, Package, Test, Output string
	Elapsed                       float64
}

func goTest(ctx context.Context, r *report, where string, env []string, args ...string) error {
	collect := goCollector{report: r, where: where, output: map[string][]string{}, tests: map[string][]event{}}
	err := pipe(ctx, env, collect.read, append([]string{"go", "test", "-json", "-vet=off"}, args...)...)
	if err != nil && collect.failed {
		return nil // the tests that failed say more than the exit status
	}
	return err
}

// goCollector turns events into results, and prints one line a package and all that failing tests wrote.
type goCollector struct {
	report *report
	where  string
	output map[string][]string // by package and test
	tests  map[string][]event  // ended tests, by package
	failed bool
}

func (c *goCollector) read(out io.Reader) error {
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			var e event
			if json.Unmarshal(line, &e) != nil {
				os.Stdout.Write(line) // what the go command says outside of a test
			} else {
				c.event(e)
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (c *goCollector) event(e event) {
	key := e.Package + " " + e.Test
	switch e.Action {
	case "build-output":
		fmt.Print(e.Output)
	case "output":
		c.output[key] = append(c.output[key], e.Output)
	case "pass", "fail", "skip":
		if e.Test == "" {
			c.endPackage(e)
			return
		}
		c.tests[e.Package] = append(c.tests[e.Package], e)
		if e.Action == "fail" {
			c.failed = true
			fmt.Print(strings.Join(c.output[key], ""))
		}
		if e.Action != "skip" { // a skipped test's reason is still needed
			delete(c.output, key)
		}
	}
}

// endPackage reports the package's tests. A test with cases is left out: its cases are counted.
func (c *goCollector) endPackage(e event) {
	suite := strings.TrimPrefix(e.Package, module) + c.where
	tests := c.tests[e.Package]
	for _, t := range tests {
		hasCases := slices.ContainsFunc(tests, func(o event) bool { return strings.HasPrefix(o.Test, t.Test+"/") })
		if hasCases && t.Action == "pass" {
			continue
		}
		x := result{suite: suite, name: t.Test, outcome: map[string]outcome{"pass": passed, "fail": failed, "skip": skipped}[t.Action]}
		if t.Action == "skip" {
			x.reason = skipReason(c.output[t.Package+" "+t.Test])
		}
		c.report.add(x)
	}
	if e.Action == "fail" && !slices.ContainsFunc(tests, func(t event) bool { return t.Action == "fail" }) {
		// It did not compile, or ended outside of a test.
		c.failed = true
		fmt.Print(strings.Join(c.output[e.Package+" "], ""))
		c.report.add(result{suite: suite, name: "builds and runs", outcome: failed})
	}
	if len(tests) > 0 || e.Action == "fail" {
		fmt.Printf("%s  %-40s %4d tests %8s\n", map[string]string{"pass": "ok  ", "fail": "FAIL", "skip": "skip"}[e.Action],
			suite, len(tests), time.Duration(e.Elapsed*float64(time.Second)).Round(10*time.Millisecond))
	}
}

// skipReason is what the test said, without the file and line before it.
func skipReason(output []string) string {
	for _, line := range output {
		if _, reason, ok := strings.Cut(strings.TrimSpace(line), ".go:"); ok {
			if _, reason, ok = strings.Cut(reason, ": "); ok {
				return "(" + reason + ")"
			}
		}
	}
	return ""
}

// How long fuzz targets run: those that feed the compiler whole models, and the others.
const (
	modelsBriefly = 5 * time.Second // there are four; make test-all looks for new finds, this that the targets work
	modelsLong    = 10 * time.Minute
	othersLong    = 30 * time.Second
	// shorten is for how long an input is made shorter: what only seems to reach new code is tried for all of that time.
	shorten = time.Second
)

// feedModels are the packages whose fuzz targets feed models: their inputs' cost is bounded as well.
var feedModels = []string{module + "wasm", module + "wasm/onnx", module + "wasm/graph"}

// fuzz runs the fuzz targets that feed models for a while, or all of them for long. A find is written to the package's
// testdata/fuzz by Go.
func fuzz(ctx context.Context, r *report) error {
	all := os.Getenv(testAll) == "1"
	packages := feedModels // to list the targets of others, all tests would be built once more
	if all {
		packages = []string{"./..."}
	}
	out, err := exec.CommandContext(ctx, "go", append([]string{"test", "-list=^Fuzz", "-json"}, packages...)...).Output()
	if err != nil {
		return fmt.Errorf("go test -list: %w", err)
	}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var e event
		err := dec.Decode(&e)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if name := strings.TrimSpace(e.Output); e.Action == "output" && strings.HasPrefix(name, "Fuzz") {
			each := othersLong
			switch models := slices.Contains(feedModels, e.Package); {
			case models && all:
				each = modelsLong
			case models:
				each = modelsBriefly
			}
			var said strings.Builder
			err := pipe(ctx, nil, func(out io.Reader) error {
				_, err := io.Copy(io.MultiWriter(os.Stdout, &said), out)
				return err
			}, "go", "test", "-run=^$", "-fuzz=^"+name+"$", "-fuzztime="+each.String(), "-fuzzminimizetime="+shorten.String(), e.Package)
			if err != nil && timeRanOut(said.String()) {
				err = nil
			}
			r.check(strings.TrimPrefix(e.Package, module), name, err)
		}
	}
}

// timeRanOut reports whether nothing failed but the fuzzer's end: until Go 1.27
// a busy machine may have it take its own deadline for a failure
// (go.dev/issue/75804). A find names the input that it wrote.
func timeRanOut(said string) bool {
	_, why, failed := strings.Cut(said, "--- FAIL: ")
	lines := strings.Split(why, "\n")
	return failed && len(lines) > 2 && strings.TrimSpace(lines[1]) == "context deadline exceeded" && lines[2] == "FAIL" &&
		!strings.Contains(said, "Failing input written")
}
