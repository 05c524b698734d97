// Package backend has models run by another server that a provider has: one that speaks the Open Inference Protocol, version 2 (Triton,
// KServe, MLServer), or the OpenAI-compatible API (vLLM, llama.cpp).
//
//	served, err := backend.Open(ctx, configs)
//	err = provider.Run(ctx, provider.Config{Offers: served.Offers(), Backend: served, …})
//
// What such a server says cannot be replayed: receipts name it by a hash, and are "signed". Nothing that it says is believed to be well
// formed, of bounded size, or in time.
package backend

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/engine"
	"github.com/dehug/dehug/relay/jobs/wire"
	"github.com/dehug/dehug/relay/receipt"
)

// Kinds of servers.
const (
	OpenInference = wire.OpenInference
	OpenAI        = wire.OpenAI
)

const (
	// usualTimeout is for one answer, or, of one that streams, for each piece of it.
	usualTimeout = 60 * time.Second
	// maxReply bounds an answer in bytes: tensors of the largest size, in JSON's digits.
	maxReply = 4 * wire.MaxBody
	// maxText bounds what is quoted of a server's error.
	maxText = 300
	// metaTimeout is for what a server says of itself.
	metaTimeout = 10 * time.Second
	maxMeta     = 1 << 20
)

// Config is a model at a server.
type Config struct {
	Manifest manifest.CID `json:"manifest"` // what it is said to be
	Pay      int64        `json:"pay"`      // for an inference, in the smallest unit of a dollar
	Kind     string       `json:"kind"`
	URL      string       `json:"url"`   // of the server, without /v1 or /v2
	Model    string       `json:"model"` // its name there
	Version  string       `json:"version,omitempty"`
	TokenEnv string       `json:"tokenEnv,omitempty"` // name of the environment variable with the server's key
	Seconds  int          `json:"seconds,omitempty"`  // to wait for an answer, or for the next piece of one
}

// Parse reads a list of them, in JSON.
func Parse(text []byte) ([]Config, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	var all []Config
	if err := dec.Decode(&all); err != nil {
		return nil, relay.Errorf(relay.CodeInvalid, "backends: %w", err).
			WithHint(`a list such as [{"manifest": "bafkrei…", "pay": 250, "kind": "open-inference", "url": "http://127.0.0.1:8000", "model": "iris"}]`)
	}
	for i, c := range all {
		if _, err := manifest.ParseCID(string(c.Manifest)); err != nil {
			return nil, relay.Errorf(relay.CodeInvalid, "backends[%d]: manifest: %w", i, err)
		}
		u, err := url.Parse(c.URL)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return nil, relay.Errorf(relay.CodeInvalid, "backends[%d]: url: %q is not the address of a server", i, c.URL)
		}
		if c.Kind != OpenInference && c.Kind != OpenAI {
			return nil, relay.Errorf(relay.CodeInvalid, "backends[%d]: kind: there is no %q", i, c.Kind).WithHint("%s or %s", OpenInference, OpenAI)
		}
		if c.Model == "" || c.Pay < 0 || c.Seconds < 0 {
			return nil, relay.Errorf(relay.CodeInvalid, "backends[%d]: it needs the model's name there, and nothing below zero", i)
		}
	}
	return all, nil
}

// Served are models at servers.
type Served struct{ models map[manifest.CID]*model }

type model struct {
	Config
	name   string // of the backend: what receipts name
	token  string
	binary bool // it takes tensors in bytes
	client *http.Client
	// patience is how long an answer is waited for, or the next piece of one.
	patience time.Duration
}

// Open asks each server what it is. One that does not answer, or has no such model, is an error.
func Open(ctx context.Context, configs []Config) (*Served, error) {
	s := &Served{map[manifest.CID]*model{}}
	// No server of ours sends us elsewhere: that would carry requests and keys along.
	client := &http.Client{Transport: http.DefaultTransport.(*http.Transport).Clone(), CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for _, c := range configs {
		m := &model{Config: c, client: client, token: os.Getenv(c.TokenEnv), patience: usualTimeout}
		if c.Seconds > 0 {
			m.patience = time.Duration(c.Seconds) * time.Second
		}
		m.URL = strings.TrimSuffix(c.URL, "/")
		if s.models[c.Manifest] != nil {
			return nil, relay.Errorf(relay.CodeInvalid, "backends: %s is there twice", c.Manifest)
		}
		var err error
		if c.Kind == OpenInference {
			err = m.meetInference(ctx)
		} else {
			err = m.meetOpenAI(ctx)
		}
		if err != nil {
			return nil, relay.Errorf(relay.CodeUnavailable, "backend %s: %w", c.URL, err)
		}
		s.models[c.Manifest] = m
	}
	return s, nil
}

// Close ends connections that are idle.
func (s *Served) Close() {
	for _, m := range s.models {
		m.client.CloseIdleConnections()
	}
}

// Offers are what they offer.
func (s *Served) Offers() []wire.Offer {
	var offers []wire.Offer
	for cid, m := range s.models {
		offers = append(offers, wire.Offer{Manifest: cid, Mode: receipt.Served, Pay: m.Pay, Backend: m.name, API: m.Kind, Warm: true}) // such servers load theirs when they start
	}
	return offers
}

// Has tells whether a model is at a server.
func (s *Served) Has(cid manifest.CID) bool { return s.models[cid] != nil }

// Run has a question answered. An error that is not ctx's is an *engine.Failure.
func (s *Served) Run(ctx context.Context, q engine.Question) (*engine.Answer, error) {
	m := s.models[q.Manifest]
	if m == nil || q.Mode != receipt.Served {
		return nil, failf(relay.JobUnsupported, "no server here has %s in mode %q", q.Manifest, q.Mode)
	}
	var outputs []receipt.Tensor
	var err error
	if m.Kind == OpenInference {
		outputs, err = m.infer(ctx, q)
	} else {
		outputs, err = m.complete(ctx, q)
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, err
	}
	for _, t := range outputs {
		if t.HasNaN() { // from here it cannot be told from a fault of the machine's; another provider may do better
			return nil, failf(relay.JobBadResult, "output %q has a NaN", t.Name)
		}
	}
	return &engine.Answer{Outputs: outputs, Plan: receipt.BackendPlan(m.name)}, nil
}

func failf(code relay.JobCode, format string, args ...any) error {
	return &engine.Failure{Code: code, Err: fmt.Errorf(format, args...)}
}

// errSlow is why a request is given up.
var errSlow = errors.New("the server did not answer in time")

// send asks a server. What is not an answer is a failure by its status.
func (m *model) send(ctx context.Context, method, path string, body []byte, header ...string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, m.URL+path, bytes.NewReader(body))
	if err != nil {
		return nil, failf(relay.JobProviderFailed, "%w", err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	if m.token != "" {
		req.Header.Set("Authorization", "Bearer "+m.token)
	}
	res, err := m.client.Do(req)
	if err != nil {
		return nil, m.broken(ctx, err)
	}
	if res.StatusCode == http.StatusOK {
		return res, nil
	}
	defer res.Body.Close()
	text, _ := io.ReadAll(io.LimitReader(res.Body, maxText)) // as much of it as came
	code := relay.JobProviderFailed
	switch res.StatusCode {
	case http.StatusBadRequest, http.StatusUnprocessableEntity:
		code = relay.JobInvalidInput
	case http.StatusNotFound:
		code = relay.JobModelUnavailable
	case http.StatusNotImplemented:
		code = relay.JobUnsupported
	case http.StatusRequestEntityTooLarge:
		code = relay.JobTooLarge
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		code = relay.JobProviderBusy
	}
	return nil, failf(code, "the server answers %d: %s", res.StatusCode, strings.TrimSpace(string(text)))
}

// broken is what a line to a server failed of.
func (m *model) broken(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	return failf(relay.JobProviderFailed, "%w", err)
}

// meta asks a server about itself.
func (m *model) meta(ctx context.Context, path string, into any) error {
	ctx, stop := context.WithTimeoutCause(ctx, metaTimeout, errSlow)
	defer stop()
	res, err := m.send(ctx, http.MethodGet, path, nil)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	return json.NewDecoder(io.LimitReader(res.Body, maxMeta)).Decode(into)
}

// name joins what a backend is called. One word a part: it is shown, and hashed.
func name(parts ...string) string {
	for i, p := range parts {
		if parts[i] = strings.Join(strings.Fields(relay.Shorten(p, 80)), "-"); parts[i] == "" {
			parts[i] = "-"
		}
	}
	return strings.Join(parts, " ")
}

// readAll reads an answer whole, up to maxReply bytes.
func (m *model) readAll(ctx context.Context, body io.Reader) ([]byte, error) {
	reply, err := io.ReadAll(io.LimitReader(body, maxReply+1))
	if err != nil {
		return nil, m.broken(ctx, err)
	}
	if len(reply) > maxReply {
		return nil, failf(relay.JobTooLarge, "the answer has more than %d bytes", maxReply)
	}
	return reply, nil
}
