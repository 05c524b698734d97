package pin

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
)

const (
	serviceTimeout = 30 * time.Second
	maxAnswer      = 1 << 20
	maxName        = 255 // characters, by the API
)

// Service is a Keeper that speaks the IPFS Pinning Service API, version 1.
type Service struct {
	Label   string   // what the operator calls it
	URL     string   // in front of /pins
	Token   string   // of the operator's account there
	Origins []string // multiaddrs by which the service reaches this relay's blocks; may be empty
	Client  *http.Client
}

// Name is the operator's word for it.
func (s *Service) Name() string { return s.Label }

type pinObject struct {
	CID     string   `json:"cid"`
	Name    string   `json:"name,omitempty"`
	Origins []string `json:"origins,omitempty"`
}

type pinStatus struct {
	RequestID string            `json:"requestid"`
	Status    string            `json:"status"`
	Pin       pinObject         `json:"pin"`
	Info      map[string]string `json:"info"`
}

func (p pinStatus) status() (Status, error) {
	switch p.Status {
	case Queued, Pinning, Pinned, Failed:
	default:
		return Status{}, relay.Errorf(relay.CodeUnavailable, "the service says %.40q of a pin, which is no status", p.Status)
	}
	return Status{Request: p.RequestID, State: p.Status, Detail: p.Info["status_details"]}, nil
}

// Keep finds the request that there is for a release, or makes one.
func (s *Service) Keep(ctx context.Context, release manifest.CID, name string) (Status, error) {
	var there struct {
		Results []pinStatus `json:"results"`
	}
	query := url.Values{"cid": {string(release)}, "status": {"queued,pinning,pinned"}, "limit": {"1"}}
	if err := s.ask(ctx, http.MethodGet, "/pins?"+query.Encode(), nil, &there); err != nil {
		return Status{}, err
	}
	if len(there.Results) > 0 && there.Results[0].Pin.CID == string(release) {
		return there.Results[0].status()
	}
	var made pinStatus
	if err := s.ask(ctx, http.MethodPost, "/pins", pinObject{CID: string(release), Name: name[:min(len(name), maxName)], Origins: s.Origins}, &made); err != nil {
		return Status{}, err
	}
	return made.status()
}

// Look asks for one request.
func (s *Service) Look(ctx context.Context, request string) (Status, error) {
	var found pinStatus
	if err := s.ask(ctx, http.MethodGet, "/pins/"+url.PathEscape(request), nil, &found); err != nil {
		return Status{}, err
	}
	return found.status()
}

// Drop takes one back.
func (s *Service) Drop(ctx context.Context, request string) error {
	err := s.ask(ctx, http.MethodDelete, "/pins/"+url.PathEscape(request), nil, nil)
	if relay.ErrorCode(err) == relay.CodeNotFound {
		return nil
	}
	return err
}

// ask sends a request and reads the answer into out, if that is not nil.
func (s *Service) ask(ctx context.Context, method, path string, in, out any) error {
	ctx, cancel := context.WithTimeout(ctx, serviceTimeout)
	defer cancel()
	var body io.Reader
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(s.URL, "/")+path, body)
	if err != nil {
		return relay.Errorf(relay.CodeInvalid, "%w", err)
	}
	req.Header.Set("Authorization", "Bearer "+s.Token)
	req.Header.Set("Accept", "application/json")
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	client := s.Client
	if client == nil {
		client = http.DefaultClient
	}
	res, err := client.Do(req)
	if err != nil {
		return relay.Errorf(relay.CodeUnavailable, "%w", err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return relay.Errorf(relay.CodeUnavailable, "%w", err)
	}
	if res.StatusCode/100 != 2 {
		return refusal(res.StatusCode, text)
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(text, out); err != nil {
		return relay.Errorf(relay.CodeUnavailable, "the service's answer cannot be read: %w", err)
	}
	return nil
}

// refusal reads what the API says of failures: {"error": {"reason": "ERROR_CODE", "details": "…"}}.
func refusal(status int, text []byte) error {
	var said struct {
		Error struct{ Reason, Details string }
	}
	json.Unmarshal(text, &said) // what is no JSON says nothing
	code := relay.CodeUnavailable
	switch status {
	case http.StatusNotFound:
		code = relay.CodeNotFound
	case http.StatusBadRequest:
		code = relay.CodeInvalid
	case http.StatusUnauthorized, http.StatusForbidden:
		code = relay.CodeUnauthorized
	}
	what := fmt.Sprintf("the service says %d", status)
	if said.Error.Reason != "" {
		what += fmt.Sprintf(" %.60s: %.200s", said.Error.Reason, said.Error.Details)
	}
	return relay.Errorf(code, "%s", what)
}
