package main

import (
	"fmt"
	"strings"
)

type outcome string

const (
	passed  outcome = "pass"
	failed  outcome = "FAIL"
	skipped outcome = "skip"
)

// A result is one test's. Of tests with cases only the cases are counted.
type result struct {
	suite   string // Go package or test file, relative to the repository
	name    string // with its case, as the test tool writes it
	outcome outcome
	reason  string // of a skip
}

type report struct{ results []result }

func (r *report) add(results ...result) { r.results = append(r.results, results...) }

// check adds one result that is not a test's: a linter's, a build's.
func (r *report) check(suite, name string, err error) {
	o := passed
	if err != nil {
		o = failed
		fmt.Printf("%s: %v\n", name, err)
	}
	fmt.Printf("%s  %s\n", o, name)
	r.add(result{suite: suite, name: name, outcome: o})
}

// summary prints what was skipped, what failed, and the last line. It returns whether all is well.
func (r *report) summary() bool {
	count := map[outcome]int{}
	for _, x := range r.results {
		count[x.outcome]++
	}
	list := func(title string, o outcome) {
		if count[o] == 0 {
			return
		}
		fmt.Printf("\n%s\n", title)
		for _, x := range r.results {
			if x.outcome == o {
				fmt.Println(strings.TrimRight(fmt.Sprintf("  %s  %s  %s", x.suite, x.name, x.reason), " "))
			}
		}
	}
	list("Skipped", skipped)
	list("Failed", failed)
	fmt.Printf("\n%d passed, %d failed\n", count[passed], count[failed])
	return count[failed] == 0 && count[passed] > 0
}
