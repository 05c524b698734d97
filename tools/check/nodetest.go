package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// results is where test tools write what they found; it is read back at once.
const results = ".cache/test"

// webTests runs the unit tests of web/ (vitest).
func webTests(ctx context.Context, r *report) error {
	file, err := resultFile("web.json")
	if err != nil {
		return err
	}
	runErr := command(ctx, nil, "npm", "--prefix", "web", "test", "--silent", "--", "--reporter=default", "--reporter=json", "--outputFile.json="+file)
	text, err := os.ReadFile(file)
	if err != nil {
		return errors.Join(runErr, err)
	}
	var said struct {
		TestResults []struct {
			Name             string // file
			Status           string
			AssertionResults []struct{ FullName, Status string }
		}
	}
	if err := json.Unmarshal(text, &said); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	outcomes := map[string]outcome{"passed": passed, "failed": failed} // else it did not run
	for _, f := range said.TestResults {
		suite := relative(f.Name)
		if f.Status == "failed" && len(f.AssertionResults) == 0 {
			r.add(result{suite: suite, name: "loads", outcome: failed})
		}
		for _, t := range f.AssertionResults {
			o, ok := outcomes[t.Status]
			if !ok {
				o = skipped
			}
			r.add(result{suite: suite, name: t.FullName, outcome: o})
		}
	}
	if len(said.TestResults) == 0 {
		return runErr
	}
	return nil
}

// endToEnd runs the tests of the whole system, two files at a time: they start servers and browsers, and mostly wait
// for these.
func endToEnd(ctx context.Context, r *report) error {
	var files []string
	err := filepath.WalkDir("e2e", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.Name() == "node_modules" {
			return filepath.SkipDir
		}
		if strings.HasSuffix(path, ".test.mjs") {
			files = append(files, path)
		}
		return nil
	})
	if err != nil {
		return err
	}
	file, err := resultFile("e2e.jsonl")
	if err != nil {
		return err
	}
	runErr := command(ctx, nil, append([]string{"node", "--test", "--test-concurrency=2", fmt.Sprintf("--test-timeout=%d", fileLimit().Milliseconds()),
		"--test-reporter=spec", "--test-reporter-destination=stdout",
		"--test-reporter=./tools/check/reporter.mjs", "--test-reporter-destination=" + file}, files...)...)
	text, err := os.ReadFile(file)
	if err != nil {
		return errors.Join(runErr, err)
	}
	before := len(r.results)
	for line := range strings.Lines(string(text)) {
		var t struct{ File, Name, Outcome, Reason string }
		if err := json.Unmarshal([]byte(line), &t); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		r.add(result{suite: relative(t.File), name: t.Name, outcome: outcome(t.Outcome), reason: t.Reason})
	}
	if len(r.results) == before {
		return runErr
	}
	return nil
}

// fileLimit is how long a file of tests may take, several times what the slowest one does: one that hangs fails by its name, and the others are
// still told of.
func fileLimit() time.Duration {
	if os.Getenv(testAll) == "1" {
		return 2 * time.Hour
	}
	return 8 * time.Minute
}

func resultFile(name string) (string, error) {
	if err := os.MkdirAll(results, 0o755); err != nil {
		return "", err
	}
	path, err := filepath.Abs(filepath.Join(results, name))
	if err != nil {
		return "", err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err // a stale file must not be taken for this run's
	}
	return path, nil
}

func relative(path string) string {
	if here, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(here, path); err == nil {
			return rel
		}
	}
	return path
}
