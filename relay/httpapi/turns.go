package httpapi

import (
	"net/http"
	"runtime"

	"github.com/danielgtaylor/huma/v2"
)

// turns are had by a few requests at once, in the order in which they came: one more than there are processors, for one that waits
// for the database. Where all run at once, each waits behind all others again and again: for who makes the same answer, for the
// database, for a processor after each of them.
type turns chan struct{}

func newTurns() turns { return make(turns, runtime.GOMAXPROCS(0)+1) }

// wait makes an operation wait for its turn: one that asks nobody but the database. Who leaves meanwhile has none.
func (t turns) wait(ctx huma.Context, next func(huma.Context)) {
	select {
	case t <- struct{}{}:
	case <-ctx.Context().Done():
		ctx.SetStatus(http.StatusServiceUnavailable) // nobody reads it
		return
	}
	defer func() { <-t }()
	next(ctx)
}
