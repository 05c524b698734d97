package main

import (
	"fmt"
	"regexp"
	"strings"
)

// refusal matches tests that show how bad input is refused: Go's TestRefuse…, and "refuses …" elsewhere.
var refusal = regexp.MustCompile(`(?i)\brefuse|TestRefuse`)

// refusals prints the table of all that is refused, and by which test we know.
func (r *report) refusals() {
	fmt.Printf("\nBad input, and the tests that see it refused\n")
	for _, x := range r.results {
		if refusal.MatchString(x.name) {
			fmt.Printf("  %s  %-34s %s\n", x.outcome, x.suite, strings.TrimPrefix(x.name, "TestRefuse"))
		}
	}
}
