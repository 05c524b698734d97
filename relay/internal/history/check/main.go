// Command check reads the history of a run of faults again, and counts what was lost or doubled, and what is wrong in the ledger: the last
// line of what it prints. What is wrong is told on stderr.
//
//	go run ./relay/internal/history/check .cache/faults.jsonl
package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"

	"github.com/dehug/dehug/relay/internal/history"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "check:", err)
		os.Exit(1)
	}
}

func run(files []string) error {
	var all []io.Reader
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		all = append(all, f)
	}
	v, err := history.Check(io.MultiReader(all...), os.Stderr)
	if err != nil {
		return err
	}
	for _, counts := range []map[string]int{v.Kinds, v.Ends} {
		for _, what := range slices.Sorted(maps.Keys(counts)) {
			fmt.Printf("%6d %s\n", counts[what], what)
		}
	}
	fmt.Println(v)
	if v.Wrong() {
		return fmt.Errorf("%d are wrong", v.Lost+v.Doubled+v.Ledger)
	}
	return nil
}
