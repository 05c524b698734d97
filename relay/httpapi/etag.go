package httpapi

import (
	"bytes"
	"net/http"
	"strings"
)

// withETag gives every reply to a GET a tag by its content, and answers 304 to who has it already. Replies of the API
// are pages of lists: small enough to be held.
func withETag(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			next.ServeHTTP(w, r)
			return
		}
		held := &heldReply{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(held, r)
		if held.passes {
			return
		}
		if held.status == http.StatusOK && !strings.Contains(w.Header().Get("Cache-Control"), cacheNever) {
			etag := newForm("", held.body.Bytes()).etag
			w.Header().Set("ETag", etag)
			if matches(r.Header.Get("If-None-Match"), etag) {
				w.Header().Del("Content-Type")
				w.WriteHeader(http.StatusNotModified)
				return
			}
		}
		w.WriteHeader(held.status)
		w.Write(held.body.Bytes())
	})
}

type heldReply struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
	passes bool // a stream of events: each is sent when it is there
}

func (h *heldReply) WriteHeader(status int) { h.status = status }

func (h *heldReply) Write(b []byte) (int, error) {
	if h.passes || h.Header().Get("Content-Type") == eventStream {
		h.passes = true
		return h.ResponseWriter.Write(b)
	}
	return h.body.Write(b)
}

// Unwrap lets handlers set deadlines through us.
func (h *heldReply) Unwrap() http.ResponseWriter { return h.ResponseWriter }
