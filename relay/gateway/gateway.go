// Package gateway answers IPFS trustless gateway requests from a relay's blocks:
//
//	GET /ipfs/{cid}?format=raw   or  Accept: application/vnd.ipld.raw   one block
//	GET /ipfs/{cid}?format=car   or  Accept: application/vnd.ipld.car   what lies below it
//
// Both can be checked by whoever receives them, so the gateway needs no trust, and a copy of it anywhere serves as
// well. Any page may read it. Deserialised replies (files, listings) are refused: what strangers publish is never
// rendered under this origin. Nothing is fetched from elsewhere. What the operator denies is answered with 410 or 451,
// by its path and, wherever else it is needed, by its block.
//
// The handler is boxo's, but for the two requests that readers of models make ([direct]); this package is the only one that knows.
package gateway

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/ipfs/boxo/blockservice"
	"github.com/ipfs/boxo/exchange/offline"
	boxo "github.com/ipfs/boxo/gateway"
	"github.com/ipfs/boxo/path"
	"github.com/ipfs/boxo/path/resolver"
	"github.com/ipfs/go-cid"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/deny"
)

const (
	// maxConcurrent bounds memory: each request holds at most a few blocks of 2 MiB. More are told 429.
	maxConcurrent = 256
	// maxDuration ends a CAR that nobody can want any more: 64 GiB at 20 MB/s take 55 minutes.
	maxDuration = time.Hour
	// maxSilence ends a request that a broken disk keeps waiting: 504 before the first byte, a cut CAR after it.
	maxSilence = 30 * time.Second
	// maxURL is far above any address this gateway answers.
	maxURL = 4 << 10
)

// New makes the handler. denied may be nil. log is told of blocks that are there but cannot be served, and of what was
// denied by which rule.
func New(blocks relay.Blocks, denied *deny.Lists, log *slog.Logger) (http.Handler, error) {
	return newHandler(blocks, denied, log, maxSilence)
}

func newHandler(blocks relay.Blocks, denied *deny.Lists, log *slog.Logger, silence time.Duration) (http.Handler, error) {
	ipfs, backend, err := newBoxo(store{blocks, denied, log}, silence)
	if err != nil {
		return nil, fmt.Errorf("gateway: %w", err)
	}
	quick := direct{blocks, denied, silence, ipfs}
	mux := http.NewServeMux()
	mux.Handle("/ipfs/", busy(maxConcurrent, limit(refuse(quick, backend, denied, log))))
	mux.HandleFunc("GET /{$}", about)
	return withHeaders(mux), nil
}

func newBoxo(bs store, silence time.Duration) (http.Handler, boxo.IPFSBackend, error) {
	backend, err := boxo.NewBlocksBackend(blockservice.New(bs, offline.Exchange(bs)))
	if err != nil {
		return nil, nil, err
	}
	ipfs := boxo.NewHandler(boxo.Config{
		DeserializedResponses: false,
		NoDNSLink:             true,
		DisableHTMLErrors:     true,
		MaxRequestDuration:    maxDuration,
		RetrievalTimeout:      silence,
		MetricsRegistry:       prometheus.NewRegistry(), // one per handler: two in a process would collide
	}, backend)
	return onlyHead(ipfs), backend, nil
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

// limit refuses what no request of ours has: a long address, and a body.
func limit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case len(r.RequestURI) > maxURL:
			http.Error(w, "the address is too long", http.StatusRequestURITooLong)
		case r.ContentLength != 0:
			http.Error(w, "a request here has no body", http.StatusRequestEntityTooLarge)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// refuse answers for what is denied by its path, and for a path that leads nowhere or to a denied block, before a CAR has
// begun: after that there is no status to say it with. Denied blocks that lie further below are [store]'s.
func refuse(next http.Handler, backend boxo.IPFSBackend, denied *deny.Lists, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, below, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/ipfs/"), "/")
		c, err := cid.Decode(name)
		if err != nil {
			next.ServeHTTP(w, r) // which says what is wrong with it
			return
		}
		no := denied.Find(c, below)
		if no == nil && below != "" {
			if c, err = resolve(r, backend); err == nil {
				no = denied.Find(c, "")
			}
		}
		if no != nil {
			log.InfoContext(r.Context(), "denied", slog.String("path", r.URL.Path), slog.String("rule", no.Rule))
			w.Header().Set("Cache-Control", "no-store") // a rule may go
			http.Error(w, errDenied.Error(), no.Status)
		} else if status, ok := errors.AsType[*boxo.ErrorStatusCode](err); ok { // a block on the way is denied
			w.Header().Set("Cache-Control", "no-store")
			http.Error(w, err.Error(), status.StatusCode)
		} else if _, ok := errors.AsType[*resolver.ErrNoLink](err); ok {
			http.Error(w, err.Error(), http.StatusNotFound)
		} else {
			next.ServeHTTP(w, r) // which finds what else is wrong
		}
	})
}

// resolve returns the CID that a request's path leads to.
func resolve(r *http.Request, backend boxo.IPFSBackend) (cid.Cid, error) {
	p, err := path.NewPath(r.URL.Path)
	if err != nil {
		return cid.Undef, err
	}
	immutable, err := path.NewImmutablePath(p)
	if err != nil {
		return cid.Undef, err
	}
	found, err := backend.ResolvePath(r.Context(), immutable)
	if err != nil {
		return cid.Undef, err
	}
	return found.LastSegment.RootCid(), nil
}

// onlyHead ends the work for a HEAD where its answer is known: boxo would walk all that a CAR holds.
func onlyHead(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			w = bodiless{w}
		}
		next.ServeHTTP(w, r)
	})
}

// bodiless takes no body. What was set of the header is sent as usual.
type bodiless struct{ http.ResponseWriter }

func (bodiless) Write([]byte) (int, error) { return 0, http.ErrBodyNotAllowed }

func (b bodiless) Unwrap() http.ResponseWriter { return b.ResponseWriter }

// about tells a person who opens the gateway's address what it is.
func about(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprintln(w, "This is a trustless IPFS gateway: ask for /ipfs/{cid}?format=raw and check the hash of what you get.")
}
