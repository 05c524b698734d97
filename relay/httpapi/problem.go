package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dehug/dehug/relay"
)

// Problem is how the API says that something went wrong: RFC 9457, with a code that never changes its meaning.
type Problem struct {
	Type   string              `json:"type" format:"uri-reference" doc:"Where the code is explained."`
	Title  string              `json:"title" doc:"What the status means."`
	Status int                 `json:"status" doc:"The HTTP status."`
	Code   string              `json:"code" doc:"For programs: stays the same." example:"not_found"`
	Detail string              `json:"detail" doc:"What happened, for people."`
	Hint   string              `json:"hint,omitempty" doc:"What to do about it."`
	Errors []*huma.ErrorDetail `json:"errors,omitempty" doc:"Which parts of the request are not as described."`
	// OpenAI is the same once more, where clients of that API look for it.
	OpenAI *openAIError `json:"error,omitempty" doc:"The same, under /v1."`
}

type openAIError struct {
	Message string `json:"message"`
	Type    string `json:"type"`
	Code    string `json:"code"`
}

// at says it as clients of the API at a path expect it.
func (p *Problem) at(path string) *Problem {
	if strings.HasPrefix(path, openAIPrefix) {
		kind := "invalid_request_error"
		if p.Status >= 500 {
			kind = "server_error"
		}
		p.OpenAI = &openAIError{p.Detail, kind, p.Code}
	}
	return p
}

func (p *Problem) Error() string  { return p.Detail }
func (p *Problem) GetStatus() int { return p.Status }

// TransformSchema is asked by huma. It names the codes that there are.
func (p *Problem) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	code := s.Properties["code"]
	code.Enum = nil
	for _, m := range meanings {
		code.Enum = append(code.Enum, string(m.Code))
	}
	return s
}

// ContentType is asked by huma.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

func newProblem(status int, code relay.Code, detail, hint string) *Problem {
	return &Problem{Type: docsPath + "#" + string(code), Title: http.StatusText(status), Status: status, Code: string(code), Detail: detail, Hint: hint}
}

// problemOf is what huma says itself: a request that is not as the document describes it.
func problemOf(status int, message string, errs []error) huma.StatusError {
	code := relay.CodeInvalid
	switch {
	case status == http.StatusRequestEntityTooLarge:
		code = relay.CodeTooLarge
	case status >= 500:
		code, message, errs = relay.CodeInternal, "internal error", nil
	}
	p := newProblem(status, code, message, "")
	for _, err := range errs {
		if d, ok := err.(huma.ErrorDetailer); ok {
			detail := *d.ErrorDetail()
			detail.Value = nil // it may be a secret, and who sent it knows it
			p.Errors = append(p.Errors, &detail)
		}
	}
	return p
}

// problem turns an error of a handler into a reply, and logs what is our fault. Causes stay in the log.
func (h *Hub) problem(ctx context.Context, what string, err error) *Problem {
	code := relay.ErrorCode(err)
	detail := err.Error()
	level := slog.LevelDebug
	e, ok := errors.AsType[*relay.Error](err)
	if ok {
		detail = e.Message
	}
	switch code {
	case relay.CodeInternal:
		detail, level = "internal error", slog.LevelError
	case relay.CodeNoSpace:
		detail, level = "the relay's disk is full", slog.LevelError
	case relay.CodeUnavailable:
		// What has a cause is something else that failed, for a while as it seems; what has none is meant: the relay ends, or all are busy.
		detail, level = "something that is needed does not answer", slog.LevelInfo
		if e.Err != nil {
			level = slog.LevelWarn
		}
	}
	h.log.Log(ctx, level, "request failed", slog.String("operation", what), slog.String("code", string(code)), slog.Any("error", err))
	return newProblem(status(code), code, detail, relay.ErrorHint(err))
}

// writeProblem is for what is refused before it reaches an operation.
func (h *Hub) writeProblem(w http.ResponseWriter, r *http.Request, err error) {
	p := h.problem(r.Context(), r.URL.Path, err).at(r.URL.Path)
	body, _ := json.Marshal(p)
	w.Header().Set("Content-Type", p.ContentType(""))
	w.Header().Set("Cache-Control", cacheNever)
	w.WriteHeader(p.Status)
	w.Write(append(body, '\n'))
}
