package httpapi

import (
	"log/slog"
	"net/http"
)

// retryAfterDrain is how many seconds a relay is likely to be away that ends: as long as it may take to end, and a start.
const retryAfterDrain = "10"

// health answers GET /healthz: the process is alive.
func health() http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]string{"status": "ok"})
	}
}

// ready answers GET /readyz: the process can do its work. 503 while it cannot, or while it is shutting down, so
// that a balancer sends readers elsewhere. The reason goes to the log.
func (c Config) ready() http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if c.Hub != nil && c.Hub.Jobs != nil && c.Hub.Jobs.Draining() {
			w.Header().Set("Retry-After", retryAfterDrain)
			writeJSON(w, http.StatusServiceUnavailable, map[string]string{"status": "draining"})
			return
		}
		if c.Ready != nil {
			if err := c.Ready(r.Context()); err != nil {
				c.Log.WarnContext(r.Context(), "not ready", slog.Any("error", err))
				writeJSON(w, http.StatusServiceUnavailable, map[string]string{"status": "not ready"})
				return
			}
		}
		writeJSON(w, http.StatusOK, map[string]string{"status": "ready"})
	}
}
