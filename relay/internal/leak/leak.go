// Package leak makes a package's tests fail when something that they started still runs after them.
//
//	func TestMain(m *testing.M) { os.Exit(leak.Run(m)) }
//	func TestMain(m *testing.M) { os.Exit(leak.Run(postgres.Tests{M: m})) } // where they use Postgres
package leak

import (
	"fmt"
	"os"

	"go.uber.org/goleak"
)

// patience is how often it looks, half a second each time: what is about to end may take a while on a busy machine.
const patience = 60

// geths are workers that go-ethereum has for as long as the process lives.
var geths = goleak.IgnoreTopFunction("github.com/ethereum/go-ethereum/core.(*txSenderCacher).cache")

// Run runs a package's tests, and then waits for all goroutines to end.
func Run(m interface{ Run() int }) int {
	code := m.Run()
	if code != 0 {
		return code
	}
	var err error
	for range patience {
		if err = goleak.Find(geths); err == nil {
			return 0
		}
	}
	fmt.Fprintln(os.Stderr, err)
	return 1
}
