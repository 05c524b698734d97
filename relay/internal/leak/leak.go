// Package leak makes a package's tests fail when something that they started still runs after them.
//
//	func TestMain(m *testing.M) { os.Exit(leak.Run(m)) }
package leak

import (
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"
)

// patience is how often it looks, half a second each time: what is about to end may take a while on a busy machine.
const patience = 60

// Run runs a package's tests, and then waits for all goroutines to end.
func Run(m *testing.M) int {
	code := m.Run()
	if code != 0 {
		return code
	}
	var err error
	for range patience {
		if err = goleak.Find(); err == nil {
			return 0
		}
	}
	fmt.Fprintln(os.Stderr, err)
	return 1
}
