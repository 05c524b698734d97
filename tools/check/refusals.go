package main

import (
	_ "embed"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

//go:embed refusals.txt
var refusalsText string

// isRefusal matches tests that show how bad input is refused: Go's TestRefuse…, and "refuses …" elsewhere.
var isRefusal = regexp.MustCompile(`TestRefuse|(?i)\brefuse(s|d)?\b`)

// refusals prints the table of bad input and of the tests that see it refused. A line that no test covers fails.
func (r *report) refusals() error {
	fmt.Printf("\nBad input, and the tests that see it refused\n\n")
	covered := make([]bool, len(r.results))
	for line := range strings.Lines(refusalsText) {
		what, pattern, ok := strings.Cut(strings.TrimSpace(line), "  ")
		if what == "" || strings.HasPrefix(what, "#") {
			continue
		}
		if !ok {
			return fmt.Errorf("refusals.txt: %q has no pattern: two spaces go before it", what)
		}
		tests, err := regexp.Compile(strings.TrimSpace(pattern))
		if err != nil {
			return fmt.Errorf("refusals.txt: %s: %w", what, err)
		}
		state, seen := failed, 0
		var suites []string // in the order in which they ran
		for i, x := range r.results {
			if !tests.MatchString(x.suite+" "+x.name) || x.outcome == skipped {
				continue
			}
			covered[i] = true
			if x.outcome == passed && (state == passed || seen == 0) {
				state = passed
			} else {
				state = failed
			}
			seen++
			if suite := strings.TrimPrefix(strings.TrimSuffix(x.suite, filepath.Ext(x.suite)), "e2e/"); !slices.Contains(suites, suite) {
				suites = append(suites, suite)
			}
		}
		fmt.Printf("  %s  %-36s %4d tests  %s\n", state, what, seen, strings.Join(suites, ", "))
		if seen == 0 {
			r.add(result{suite: "refusals", name: what, outcome: failed, reason: "(no test shows it)"})
		}
	}
	others := map[outcome]int{}
	for i := range covered {
		if x := r.results[i]; !covered[i] && isRefusal.MatchString(x.name) {
			others[x.outcome]++
		}
	}
	fmt.Printf("\n%d more refusals passed, %d failed; go test -run Refuse -v ./... names those in Go.\n", others[passed], others[failed])
	return nil
}
