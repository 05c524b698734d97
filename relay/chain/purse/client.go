package purse

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/siwe"
)

const (
	// maxReply is the most bytes that a reply has.
	maxReply = 32 << 20
	// askTime is how long one request may take, tries how often one is sent whose answer may have been lost.
	askTime = 90 * time.Second
	tries   = 8
	// lookEvery is how soon is asked again how far a run is, cancelTime how long ending one may take when the program ends.
	lookEvery  = 100 * time.Millisecond
	cancelTime = 5 * time.Second
)

// Terms are what a relay says of its sessions.
type Terms struct {
	ChainID    uint64 `json:"chainId"`
	Controller string `json:"controller"`
	Operator   string `json:"operator"`
	Token      string `json:"token"`
	Margin     int64  `json:"margin"` // seconds
}

// Plan is one that a session may be of.
type Plan struct {
	ID         string `json:"id"`
	AuthorFee  string `json:"authorFee"`
	RelayFee   string `json:"relayFee"`
	ComputeCap string `json:"computeCap"`
	Period     int64  `json:"period"`
	Quota      int64  `json:"quota"`
}

// Session is how the relay sees one.
type Session struct {
	ID     string    `json:"id"`
	State  string    `json:"state"`
	Plan   string    `json:"plan"`
	Key    string    `json:"key"`
	Number string    `json:"number"`
	Ends   time.Time `json:"ends"`
	Period int64     `json:"period"`
	Units  int64     `json:"units"`
	Used   int64     `json:"used"`
	Held   int64     `json:"held"`
	Left   int64     `json:"left"`
	Cost   int64     `json:"cost"`
	Next   struct {
		Units int64  `json:"units"`
		After string `json:"after"`
	} `json:"next"`
	Newest *Newest `json:"newest"`
}

// Newest is the voucher that came last.
type Newest struct {
	Prediction string `json:"prediction"`
	Transcript string `json:"transcript"`
}

// Voucher pays for one run.
type Voucher struct {
	Session    string `json:"session"`
	Units      int64  `json:"units"`
	Transcript string `json:"transcript"`
	Signature  string `json:"signature"`
}

// Request is what is asked.
type Request struct {
	Version  string                        `json:"version"` // CID of the manifest
	Mode     string                        `json:"mode"`
	Input    map[string]receipt.TensorJSON `json:"input"`
	Salt     string                        `json:"salt"`
	MaxPrice *int64                        `json:"max_price,omitempty"`
	Voucher  *Voucher                      `json:"voucher,omitempty"`
}

// Prediction is how far a run is.
type Prediction struct {
	ID     string          `json:"id"`
	Status string          `json:"status"`
	Code   string          `json:"code"`
	Error  string          `json:"error"`
	Output json.RawMessage `json:"output"`
	URLs   struct {
		Receipt string `json:"receipt"`
	} `json:"urls"`
}

// Ended tells whether it is over.
func (p *Prediction) Ended() bool { return relay.JobState(p.Status).Ended() }

// Client asks a relay in the name of a wallet.
type Client struct {
	site   string
	wallet *ethsig.Key
	http   *http.Client
	signed bool // in
}

// NewClient makes one. It signs in when something is asked that takes it.
func NewClient(site string, wallet *ethsig.Key) (*Client, error) {
	u, err := url.Parse(site)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, relay.Errorf(relay.CodeInvalid, "%q is not the address of a relay's site", site).WithHint("give scheme and host, such as https://hub.example")
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	return &Client{site: u.Scheme + "://" + u.Host, wallet: wallet, http: &http.Client{Jar: jar, Timeout: askTime}}, nil
}

// ask sends one request. What the relay refuses is an error with its code; a line that broke is unavailable.
func (c *Client) ask(ctx context.Context, method, path string, header http.Header, body, into any) error {
	var text []byte
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			return err
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, c.site+"/api/v1"+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	if header != nil {
		req.Header = header.Clone()
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := c.http.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return relay.Errorf(relay.CodeUnavailable, "the relay does not answer: %w", err)
	}
	defer res.Body.Close()
	said, err := io.ReadAll(io.LimitReader(res.Body, maxReply))
	if err != nil {
		return relay.Errorf(relay.CodeUnavailable, "the relay's answer broke off: %w", err)
	}
	if res.StatusCode >= 400 {
		var p struct{ Code, Detail, Hint string }
		if json.Unmarshal(said, &p) != nil || p.Code == "" {
			return relay.Errorf(relay.CodeUnavailable, "the relay answers %s", res.Status)
		}
		return relay.Errorf(relay.Code(p.Code), "the relay says: %s", p.Detail).WithHint("%s", p.Hint)
	}
	if into == nil {
		return nil
	}
	if err := json.Unmarshal(said, into); err != nil {
		return relay.Errorf(relay.CodeUnverified, "the relay's answer is none: %w", err)
	}
	return nil
}

// mine is ask by somebody who is signed in.
func (c *Client) mine(ctx context.Context, method, path string, header http.Header, body, into any) error {
	if !c.signed {
		if err := c.signIn(ctx); err != nil {
			return err
		}
		c.signed = true
	}
	return c.ask(ctx, method, path, header, body, into)
}

func (c *Client) signIn(ctx context.Context) error {
	var n struct {
		Nonce, Domain, URI string
		ChainID            uint64
	}
	if err := c.ask(ctx, http.MethodPost, "/nonces", nil, struct{}{}, &n); err != nil {
		return err
	}
	at, err := url.Parse(c.site)
	if err != nil || n.Domain != at.Host {
		return relay.Errorf(relay.CodeUnverified, "the relay at %s asks to sign in at %s", c.site, n.Domain).WithHint("name it by the address that it knows itself by; nothing was signed")
	}
	m := siwe.Message{Domain: n.Domain, Address: c.wallet.Address(), URI: n.URI, ChainID: n.ChainID, Nonce: n.Nonce, IssuedAt: siwe.Timestamp{Text: time.Now().UTC().Format(time.RFC3339)}}
	signature := c.wallet.Sign(siwe.Hash(m.String()))
	return c.ask(ctx, http.MethodPost, "/sessions", nil, map[string]string{"message": m.String(), "signature": "0x" + hex.EncodeToString(signature[:])}, nil)
}

// Terms asks what sessions for the relay are like.
func (c *Client) Terms(ctx context.Context) (t Terms, err error) {
	if err = c.ask(ctx, http.MethodGet, "/usage/terms", nil, nil, &t); relay.ErrorCode(err) == relay.CodeNotFound {
		err = relay.Errorf(relay.CodeConflict, "this relay takes no sessions: it follows no chain that they are on")
	}
	return t, err
}

// Plans lists by what sessions for a model may be opened.
func (c *Client) Plans(ctx context.Context, version string) ([]Plan, error) {
	var list struct{ Items []Plan }
	err := c.ask(ctx, http.MethodGet, "/usage/plans?version="+url.QueryEscape(version), nil, nil, &list)
	return list.Items, err
}

// Sessions lists the wallet's, newest first.
func (c *Client) Sessions(ctx context.Context) ([]Session, error) {
	var list struct{ Items []Session }
	err := c.mine(ctx, http.MethodGet, "/usage/sessions", nil, nil, &list)
	return list.Items, err
}

// Session asks for one.
func (c *Client) Session(ctx context.Context, id string) (s Session, err error) {
	return s, c.mine(ctx, http.MethodGet, "/usage/sessions/"+url.PathEscape(id), nil, nil, &s)
}

// Prediction asks how far a run is.
func (c *Client) Prediction(ctx context.Context, id string) (p Prediction, err error) {
	return p, c.mine(ctx, http.MethodGet, "/predictions/"+url.PathEscape(id), nil, nil, &p)
}

// Cancel ends one.
func (c *Client) Cancel(ctx context.Context, id string) error {
	return c.mine(ctx, http.MethodPost, "/predictions/"+url.PathEscape(id)+"/cancel", nil, struct{}{}, nil)
}

// Finish has the relay publish an upload whose manifest this is, unless it has.
func (c *Client) Finish(ctx context.Context, upload string, manifest manifest.CID) error {
	var u struct{ State string }
	at := "/uploads/" + url.PathEscape(upload)
	if err := c.mine(ctx, http.MethodGet, at, nil, nil, &u); err != nil || u.State == "published" {
		return err
	}
	return c.mine(ctx, http.MethodPost, at+"/finish", nil, map[string]string{"manifest": string(manifest)}, nil)
}

// Create has a model run: once, however often it has to be sent.
func (c *Client) Create(ctx context.Context, r Request) (p Prediction, err error) {
	var key [16]byte
	rand.Read(key[:])
	header := http.Header{"Idempotency-Key": {hex.EncodeToString(key[:])}}
	for range tries {
		if err = c.mine(ctx, http.MethodPost, "/predictions", header, r, &p); relay.ErrorCode(err) != relay.CodeUnavailable {
			return p, err
		}
		pause(ctx)
	}
	return p, err
}

// pause waits a moment.
func pause(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(lookEvery):
	}
}

// Site is the relay's address.
func (c *Client) Site() string { return c.site }
