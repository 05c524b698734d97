// Package gateway answers IPFS trustless gateway requests from a relay's blocks:
//
//	GET /ipfs/{cid}?format=raw   or  Accept: application/vnd.ipld.raw   one block
//	GET /ipfs/{cid}?format=car   or  Accept: application/vnd.ipld.car   what lies below it
//
// Both can be checked by whoever receives them, so the gateway needs no trust, and a copy of it anywhere serves as
// well. Any page may read it. Deserialised replies (files, listings) are refused: what strangers publish is never
// rendered under this origin. Nothing is fetched from elsewhere.
//
// The handler is boxo's; this package is the only one that knows.
package gateway

import (
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/ipfs/boxo/blockservice"
	"github.com/ipfs/boxo/exchange/offline"
	boxo "github.com/ipfs/boxo/gateway"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/dehug/dehug/relay"
)

const (
	// maxConcurrent bounds memory: each request holds at most a few blocks of 2 MiB. More are told 429.
	maxConcurrent = 256
	// maxDuration ends a CAR that nobody can want any more: 64 GiB at 20 MB/s take 55 minutes.
	maxDuration = time.Hour
	// maxURL is far above any address this gateway answers.
	maxURL = 4 << 10
)

// New makes the handler. log is told of blocks that are there but cannot be served.
func New(blocks relay.Blocks, log *slog.Logger) (http.Handler, error) {
	bs := store{blocks, log}
	backend, err := boxo.NewBlocksBackend(blockservice.New(bs, offline.Exchange(bs)))
	if err != nil {
		return nil, fmt.Errorf("gateway: %w", err)
	}
	ipfs := boxo.NewHandler(boxo.Config{
		DeserializedResponses: false,
		NoDNSLink:             true,
		DisableHTMLErrors:     true,
		MaxConcurrentRequests: maxConcurrent,
		MaxRequestDuration:    maxDuration,
		MetricsRegistry:       prometheus.NewRegistry(), // one per handler: two in a process would collide
	}, backend)

	mux := http.NewServeMux()
	mux.Handle("/ipfs/", limitURL(ipfs))
	mux.HandleFunc("GET /{$}", about)
	return withHeaders(mux), nil
}

// headers hold for every reply, errors included: any page may read it and see what it needs to judge it, and no
// browser may render it with rights.
var headers = map[string]string{
	"Access-Control-Allow-Origin":   "*",
	"Access-Control-Allow-Methods":  "GET, HEAD, OPTIONS",
	"Access-Control-Allow-Headers":  "Content-Type, Range, X-Requested-With",
	"Access-Control-Expose-Headers": "Content-Length, Content-Range, ETag, Ipfs-Uri, Retry-After, X-Ipfs-Roots",
	"Access-Control-Max-Age":        "86400",
	"Content-Security-Policy":       "sandbox; default-src 'none'",
	"Cross-Origin-Resource-Policy":  "cross-origin",
	"Referrer-Policy":               "no-referrer",
	"Timing-Allow-Origin":           "*",
	"X-Content-Type-Options":        "nosniff",
}

func withHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for key, value := range headers {
			w.Header().Set(key, value)
		}
		next.ServeHTTP(w, r)
	})
}

func limitURL(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.RequestURI) > maxURL {
			http.Error(w, "the address is too long", http.StatusRequestURITooLong)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// about tells a person who opens the gateway's address what it is.
func about(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprintln(w, "This is a trustless IPFS gateway: ask for /ipfs/{cid}?format=raw and check the hash of what you get.")
}
