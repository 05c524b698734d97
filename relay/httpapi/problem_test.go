package httpapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/jobs"
)

// levels is a log of which only that counts how grave each line is.
type levels []slog.Level

func (*levels) Enabled(context.Context, slog.Level) bool { return true }
func (l *levels) Handle(_ context.Context, r slog.Record) error {
	*l = append(*l, r.Level)
	return nil
}
func (l *levels) WithAttrs([]slog.Attr) slog.Handler { return l }
func (l *levels) WithGroup(string) slog.Handler      { return l }

// Whoever reads the log for errors finds what somebody has to mend: not that a relay ends, or is busy, or that somebody asked for nonsense.
func TestProblemLevels(t *testing.T) {
	for _, test := range []struct {
		err  error
		code int
		want slog.Level
	}{
		{relay.Errorf(relay.CodeInvalid, "a name has 300 bytes"), 400, slog.LevelDebug},
		{jobs.ErrDraining, 503, slog.LevelInfo},
		{fmt.Errorf("prediction: %w", jobs.ErrDraining), 503, slog.LevelInfo},
		{relay.Errorf(relay.CodeUnavailable, "no provider is free that does it for that"), 503, slog.LevelInfo},
		{relay.Errorf(relay.CodeUnavailable, "the chain: %w", errors.New("connection refused")), 503, slog.LevelWarn},
		{relay.Errorf(relay.CodeNoSpace, "block: %w", errors.New("no space left on device")), 507, slog.LevelError},
		{relay.Errorf(relay.CodeInternal, "it is broken"), 500, slog.LevelError},
		{errors.New("it is broken"), 500, slog.LevelError},
	} {
		var got levels
		h := &Hub{log: slog.New(&got)}
		if p := h.problem(t.Context(), "test", test.err); p.Status != test.code || len(got) != 1 || got[0] != test.want {
			t.Errorf("%v is answered with %d and logged at %v; want %d, %v", test.err, p.Status, got, test.code, test.want)
		}
	}
}
