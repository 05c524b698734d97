// Package remote reads blocks from a trustless gateway over HTTP and believes none of them: each is hashed before
// it is returned.
//
//	src, err := remote.New("https://gateway.example")
//	data, err := src.Get(ctx, cid)
//
// It asks one gateway at a time. [Any] tries several in turn.
package remote

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
)

// timeout is for one block of at most 2 MiB, connection included.
const timeout = 60 * time.Second

// Gateway is one gateway.
type Gateway struct {
	base   string // no slash at the end
	client *http.Client
}

// New checks the address; it does not connect.
func New(base string) (*Gateway, error) {
	u, err := url.Parse(base)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, relay.Errorf(relay.CodeInvalid, "%q is not the address of a gateway", base).
			WithHint("give scheme and host, such as https://gateway.example")
	}
	return &Gateway{strings.TrimRight(base, "/"), &http.Client{Timeout: timeout}}, nil
}

// String is the gateway's address.
func (g *Gateway) String() string { return g.base }

// Get fetches one block. Codes: not_found where the gateway says so, unverified where it sent other bytes,
// internal where it gave no usable answer.
func (g *Gateway) Get(ctx context.Context, cid manifest.CID) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, g.base+"/ipfs/"+string(cid)+"?format=raw", nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/vnd.ipld.raw")
	res, err := g.client.Do(req)
	if err != nil {
		return nil, relay.Errorf(relay.CodeInternal, "%w", err).WithHint("is the gateway running at %s?", g.base)
	}
	defer res.Body.Close()
	switch res.StatusCode {
	case http.StatusOK:
	case http.StatusNotFound:
		return nil, relay.Errorf(relay.CodeNotFound, "%s does not have block %s", g, cid)
	default:
		return nil, relay.Errorf(relay.CodeInternal, "%s answered %s for block %s", g, res.Status, cid)
	}
	data, err := io.ReadAll(io.LimitReader(res.Body, manifest.MaxBlock+1))
	if err != nil {
		return nil, relay.Errorf(relay.CodeInternal, "%s: block %s broke off: %w", g, cid, err)
	}
	if err := relay.CheckBlock(manifest.Block{CID: cid, Data: data}); err != nil {
		return nil, relay.Errorf(relay.CodeUnverified, "%s lied: %w", g, err).WithHint("use another gateway")
	}
	return data, nil
}

// Any asks each source in turn and returns the first block that holds. Its error says what each of them said; of one
// source it is that one's own.
type Any []relay.Source

// Get implements relay.Source.
func (sources Any) Get(ctx context.Context, cid manifest.CID) ([]byte, error) {
	var errs []error
	code := relay.CodeNotFound
	for _, s := range sources {
		data, err := s.Get(ctx, cid)
		if err == nil {
			return data, nil
		}
		if c := relay.ErrorCode(err); c != relay.CodeNotFound && code != relay.CodeUnverified {
			code = c // the worst of them: a lie, then trouble, then absence
		}
		errs = append(errs, err)
	}
	if len(errs) == 1 {
		return nil, errs[0]
	}
	return nil, relay.Errorf(code, "no source has block %s: %w", cid, errors.Join(errs...)).
		WithHint("name another gateway")
}
