// Command check is `make test`: it installs what the tests need (and says so first), lints, and runs every test of
// the repository, in Go, Solidity, TypeScript and real Chromium.
//
//	go run ./tools/check [-all] [-only NAME]
//
// A failing step does not stop the next, so one run shows all there is to mend. What bad input is refused is
// printed as a table (refusals.txt), then what was skipped and why, and the last line is "N passed, N failed".
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// A step is one tool's run. It adds what it learns to the report; an error means that the tool itself failed.
type step struct {
	name string
	run  func(ctx context.Context, r *report) error
}

// testAll is 1 in the environment of tests that are to leave nothing out.
const testAll = "DEHUG_TEST_ALL"

var steps = []step{
	{"lint", lint},
	{"build", build}, // the end-to-end tests start what it makes
	{"go", goTests},
	{"contracts", contracts},
	{"conformance", conformance},
	{"go-in-chromium", goInChromium},
	{"web", webTests},
	{"e2e", endToEnd},
	{"fuzz", fuzz},
}

func main() {
	all := flag.Bool("all", false, "run what takes long too: more browsers, 10 minutes of each fuzz target that feeds models, half a minute of each other")
	only := flag.String("only", "", "run one step: lint, build, go, contracts, conformance, go-in-chromium, web, e2e or fuzz")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	if *all {
		os.Setenv(testAll, "1")
	}
	if err := prepare(ctx, *only, *all); err != nil {
		fmt.Fprintln(os.Stderr, "check: error:", err)
		os.Exit(1)
	}
	r := &report{}
	for _, s := range steps {
		if *only != "" && s.name != *only {
			continue
		}
		start := time.Now()
		fmt.Printf("\n── %s %s\n", s.name, strings.Repeat("─", 72-len(s.name)))
		if err := s.run(ctx, r); err != nil {
			r.add(result{suite: s.name, name: "runs to its end", outcome: failed})
			fmt.Printf("%s: %v\n", s.name, err)
		}
		fmt.Printf("(%s: %v)\n", s.name, time.Since(start).Round(time.Second))
		if ctx.Err() != nil {
			break // interrupted: what ran is still reported
		}
	}
	if *only == "" && ctx.Err() == nil {
		if err := r.refusals(); err != nil {
			fmt.Fprintln(os.Stderr, "check: error:", err)
			os.Exit(1)
		}
	}
	if !r.summary() {
		os.Exit(1)
	}
}
