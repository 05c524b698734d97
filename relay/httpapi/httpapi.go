// Package httpapi is the relay's own origin: the web app, what it needs to start, health, and the API of the hub.
//
//	h, err := httpapi.New(httpapi.Config{Site: web.Dist(), Gateways: []string{"http://127.0.0.1:8081"}, Releases: store})
//
// Nothing that a user published is served here. That lives on the gateway's origin, so that a hostile file can
// never run with this one's rights.
package httpapi

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/dehug/dehug/relay"
)

// Config is what the handler is made of. Site, Gateways and Releases are needed.
type Config struct {
	Site     fs.FS          // the web app, at its URL paths
	Gateways []string       // base URLs of trustless gateways that the page may stream from, ours first
	Releases relay.Releases // what /config.json lists
	// FaultGateway is one that damages blocks on purpose, so that a demonstration can show it being caught.
	// "" for none.
	FaultGateway string
	Hub          *Hub // the API; nil for a relay without one
	Ready        func(context.Context) error
	Log          *slog.Logger
}

// New makes the handler. It fails where a gateway is not an http(s) origin, for that would end up in the
// Content-Security-Policy and there mean something else.
func New(c Config) (http.Handler, error) {
	reachable := slices.Clone(c.Gateways)
	if c.FaultGateway != "" {
		reachable = append(reachable, c.FaultGateway)
	}
	if c.Hub != nil && c.Hub.Chain != nil && c.Hub.Chain.RPC != "" {
		reachable = append(reachable, c.Hub.Chain.RPC)
	}
	policy, err := contentSecurityPolicy(reachable)
	if err != nil {
		return nil, err
	}
	about := aboutSite
	if c.Hub != nil {
		about = c.Hub.about
	}
	site, err := openSite(c.Site, about)
	if err != nil {
		return nil, fmt.Errorf("reading the site: %w", err)
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /config.json", c.config())
	mux.Handle("GET /healthz", health())
	mux.Handle("GET /readyz", c.ready())
	if c.Hub != nil {
		hub, err := c.Hub.handler(c.Log)
		if err != nil {
			return nil, err
		}
		mux.Handle("/api/", hub)
		if c.Hub.Jobs != nil {
			mux.Handle(inferencePrefix, hub)
			mux.Handle(inferencePrefix+"/", hub)
			mux.Handle(openAIPrefix+"/", hub)
		}
	}
	mux.Handle("/", site)
	return withHeaders(policy, mux), nil
}

// contentSecurityPolicy names everything a page of this origin may do. The engine needs wasm compiled
// ('wasm-unsafe-eval'), its workers from here, pictures from memory (blob:, data:), and blocks from the gateways.
func contentSecurityPolicy(gateways []string) (string, error) {
	connect := []string{"'self'"}
	for _, g := range gateways {
		u, err := url.Parse(g)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.ContainsAny(u.Host, " ;,'\"") {
			return "", relay.Errorf(relay.CodeInvalid, "%q is not the base URL of a gateway", g).
				WithHint("give scheme and host, such as https://gateway.example")
		}
		connect = append(connect, u.Scheme+"://"+u.Host)
	}
	return strings.Join([]string{
		"default-src 'self'",
		"script-src 'self' 'wasm-unsafe-eval'",
		"worker-src 'self'",
		"connect-src " + strings.Join(connect, " "),
		"img-src 'self' blob: data:",
		"media-src 'self' blob:",
		"style-src 'self'",
		"font-src 'self'",
		"object-src 'none'",
		"base-uri 'none'",
		"form-action 'self'",
		onlyOurFrames,
		"require-trusted-types-for 'script'",
		"trusted-types dehug 'allow-duplicates'", // the widget's, and runtime.js's where people import that too
	}, "; "), nil
}

// onlyOurFrames keeps other sites from laying a page of ours under theirs. /embed is made to be framed.
const onlyOurFrames = "frame-ancestors 'self'"

// withHeaders sets on every reply what holds for the whole origin. A worker is governed by the policy on its own
// script, so scripts carry it too.
func withHeaders(policy string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Permissions-Policy", "camera=(self), microphone=(self), geolocation=()")
		h.Set("Cross-Origin-Resource-Policy", "same-origin") // the runtime's files widen this
		next.ServeHTTP(w, r)
	})
}

// writeJSON answers with v, not to be kept without asking again.
func writeJSON(w http.ResponseWriter, status int, v any) {
	body, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		panic("httpapi: a reply of our own does not marshal: " + err.Error())
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", cacheChecked)
	w.WriteHeader(status)
	w.Write(append(body, '\n'))
}

// status is the one place where a code becomes an HTTP status.
func status(code relay.Code) int {
	switch code {
	case relay.CodeInvalid:
		return http.StatusBadRequest
	case relay.CodeNotFound:
		return http.StatusNotFound
	case relay.CodeTooLarge:
		return http.StatusRequestEntityTooLarge
	case relay.CodeUnverified: // what was sent: what is kept here and does not hold is internal
		return http.StatusUnprocessableEntity
	case relay.CodeUnauthorized:
		return http.StatusUnauthorized
	case relay.CodePayment:
		return http.StatusPaymentRequired
	case relay.CodeForbidden, relay.CodeVoucherForged, relay.CodeSessionForeign:
		return http.StatusForbidden
	case relay.CodeNoRoute, relay.CodeConflict, relay.CodeQuota, relay.CodeVoucherReplayed, relay.CodeVoucherStale, relay.CodeSessionSpent, relay.CodeSessionEnded, relay.CodeSessionPending:
		return http.StatusConflict
	case relay.CodeRateLimited:
		return http.StatusTooManyRequests
	case relay.CodeDenied:
		return http.StatusUnavailableForLegalReasons
	case relay.CodeNoSpace:
		return http.StatusInsufficientStorage
	case relay.CodeUnavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// writeError answers with the sentence and logs the cause. What an internal error says is for the log alone.
func (c Config) writeError(w http.ResponseWriter, r *http.Request, err error) {
	code := relay.ErrorCode(err)
	message := err.Error()
	if code == relay.CodeInternal {
		message = "internal error"
	}
	c.Log.ErrorContext(r.Context(), "request failed",
		slog.String("path", r.URL.Path), slog.String("code", string(code)), slog.Any("error", err))
	writeJSON(w, status(code), map[string]string{"code": string(code), "message": message})
}
