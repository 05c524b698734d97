// Command lint checks what the usual linters cannot know about this repository:
//
//	go run ./tools/lint
//
// The arrows between the rooms (arrows.go is the list; ARCHITECTURE.md says it in words) and the words that no
// committed file may contain (words.go), and the calls of internal/say (say.go). It prints one line a find and ends with 1 when there was any.
package main

import (
	"fmt"
	"os"
)

func main() {
	finds, err := run()
	if err != nil {
		fmt.Fprintln(os.Stderr, "lint: error:", err)
		os.Exit(2)
	}
	for _, f := range finds {
		fmt.Fprintln(os.Stderr, f)
	}
	if len(finds) > 0 {
		os.Exit(1)
	}
	fmt.Printf("lint: %d arrows kept, no forbidden word\n", len(arrows))
}

func run() ([]string, error) {
	var finds []string
	for _, a := range arrows {
		broken, err := a.check()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", a.Rule, err)
		}
		finds = append(finds, broken...)
	}
	said, err := sayOperands()
	if err != nil {
		return nil, err
	}
	finds = append(finds, said...)
	words, err := forbiddenWords()
	return append(finds, words...), err
}
