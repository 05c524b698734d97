package audit

import (
	"context"
	"log/slog"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/dehug/dehug/relay"
)

const (
	// growEvery is how soon a row is in the log, about. Each time costs a transaction.
	growEvery = 250 * time.Millisecond
	// growLast is how long a relay that ends has for what still waits.
	growLast = 5 * time.Second
)

// Growing keeps a log.
type Growing interface {
	// GrowAudit puts some of what waits into the log, and tells whether more does.
	GrowAudit(context.Context, note.Signer) (grown int, more bool, err error)
}

// Grow lets a log grow until ctx ends, and then by what waits. Several relays may do it at once.
func Grow(ctx context.Context, g Growing, signer note.Signer, log *slog.Logger) {
	grow := func(ctx context.Context) {
		for more := true; more && ctx.Err() == nil; {
			var err error
			if _, more, err = g.GrowAudit(ctx, signer); err != nil {
				if ctx.Err() == nil && relay.ErrorCode(err) != relay.CodeConflict { // else again in a moment
					log.ErrorContext(ctx, "the audit log does not grow", slog.Any("error", err))
				}
				return
			}
		}
	}
	for {
		grow(ctx)
		select {
		case <-ctx.Done():
			ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), growLast)
			defer stop()
			grow(ctx)
			return
		case <-time.After(growEvery):
		}
	}
}
