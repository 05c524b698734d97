// Package webhook tells people what became of their predictions: Standard Webhooks, out of the store's outbox.
//
//	w := &webhook.Sender{Store: s, Body: body, Policy: policy, Log: log}
//	w.Run(ctx)
//
// What is to be told was written down in the transaction in which it became true, so nothing is forgotten by a relay that is killed; a message may
// then come twice, with the same webhook-id. Receivers are trusted with nothing: see package outward.
package webhook

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/outward"
	"github.com/dehug/dehug/relay/store"
)

const (
	// lookEvery is how soon a message is found that another relay wrote, or that failed before.
	lookEvery = time.Second
	// atOnce is how many messages are under way, timeout how long one may take, and takenFor how long nobody else tries it: longer.
	atOnce   = 32
	timeout  = 15 * time.Second
	takenFor = time.Minute
	// secretPrefix is how Standard Webhooks writes secrets.
	secretPrefix = "whsec_"
	maxDetail    = 200
)

// backoffs are how long after a try that failed the next one begins. After the last the message is given up: outputs are kept for a day.
var backoffs = []time.Duration{5 * time.Second, 30 * time.Second, 2 * time.Minute, 15 * time.Minute, time.Hour, 4 * time.Hour, 12 * time.Hour}

// Sender sends messages.
type Sender struct {
	Store  *store.Store
	Policy outward.Policy
	// Body is what is told of a job, as it is when it is told.
	Body func(ctx context.Context, job string) ([]byte, error)
	Log  *slog.Logger
	// Told is called after each try. May be nil.
	Told func(event string, ok bool)

	backoffs []time.Duration // nil for the usual ones
	every    time.Duration   // 0 for lookEvery
}

// Hasten has tries follow each other at once, about: for tests.
func (s *Sender) Hasten(wait time.Duration) {
	s.backoffs, s.every = []time.Duration{wait, wait, wait}, wait
}

// NewSecret is one that nobody can guess.
func NewSecret() string {
	var b [32]byte
	rand.Read(b[:])
	return secretPrefix + base64.StdEncoding.EncodeToString(b[:])
}

// Sign signs a message as Standard Webhooks has it.
func Sign(secret, id string, at time.Time, body []byte) (string, error) {
	text, ok := strings.CutPrefix(secret, secretPrefix)
	key, err := base64.StdEncoding.DecodeString(text)
	if !ok || err != nil {
		return "", relay.Errorf(relay.CodeInternal, "a secret is none: %w", err)
	}
	h := hmac.New(sha256.New, key)
	fmt.Fprintf(h, "%s.%d.", id, at.Unix())
	h.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(h.Sum(nil)), nil
}

// Run sends what is due until ctx ends.
func (s *Sender) Run(ctx context.Context) {
	client := outward.Client(s.Policy, timeout)
	defer client.CloseIdleConnections()
	var work sync.WaitGroup
	defer work.Wait()
	room := make(chan struct{}, atOnce)
	tick := time.NewTicker(cmp.Or(s.every, lookEvery))
	defer tick.Stop()
	for {
		now := time.Now()
		taken, err := s.Store.TakeMessages(ctx, now, now.Add(takenFor), atOnce-len(room))
		if err != nil && ctx.Err() == nil {
			s.Log.Error("reading webhooks", slog.Any("error", err))
		}
		for _, m := range taken {
			room <- struct{}{}
			work.Go(func() {
				defer func() { <-room }()
				s.send(ctx, client, m)
			})
		}
		if len(taken) > 0 && len(room) < atOnce {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// send tries a message once.
func (s *Sender) send(ctx context.Context, client *http.Client, m store.Message) {
	job, err := s.Store.Job(ctx, "", m.Job)
	if err != nil {
		return // it is due again later
	}
	again, err := s.post(ctx, client, job, m)
	if ctx.Err() != nil {
		return
	}
	if s.Told != nil {
		s.Told(m.Event, err == nil)
	}
	now, after := time.Now(), backoffs
	if s.backoffs != nil {
		after = s.backoffs
	}
	switch {
	case err == nil:
		err = s.Store.EndMessage(ctx, m.ID, "", now)
	case !again || int(m.Tries) > len(after):
		s.Log.Info("a webhook is given up", slog.String("message", m.ID), slog.Int64("tries", m.Tries), slog.Any("error", err))
		err = s.Store.EndMessage(ctx, m.ID, relay.Shorten(err.Error(), maxDetail), now)
	default:
		err = s.Store.RetryMessage(ctx, m.ID, relay.Shorten(err.Error(), maxDetail), now.Add(after[m.Tries-1]))
	}
	if err != nil && ctx.Err() == nil {
		s.Log.Error("a webhook was not written down", slog.String("message", m.ID), slog.Any("error", err))
	}
}

// post says whether another try may help.
func (s *Sender) post(ctx context.Context, client *http.Client, job store.Job, m store.Message) (again bool, err error) {
	if err := s.Policy.URL(job.Webhook); err != nil { // what was allowed may not be any more
		return false, err
	}
	secret, err := s.Store.Secret(ctx, job.Account, NewSecret())
	if err != nil {
		return true, err
	}
	body, err := s.Body(ctx, m.Job)
	if err != nil {
		return true, err
	}
	now := time.Now()
	signature, err := Sign(secret, m.ID, now, body)
	if err != nil {
		return false, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, job.Webhook, bytes.NewReader(body))
	if err != nil {
		return false, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "dehug-relay")
	req.Header.Set("Webhook-Id", m.ID)
	req.Header.Set("Webhook-Timestamp", strconv.FormatInt(now.Unix(), 10))
	req.Header.Set("Webhook-Signature", signature)
	res, err := client.Do(req)
	if err != nil {
		return relay.ErrorCode(err) != relay.CodeForbidden, err
	}
	defer res.Body.Close()
	_, _ = io.CopyN(io.Discard, res.Body, 4<<10) // so that the connection can be used again; what it says does not matter
	switch {
	case res.StatusCode >= 200 && res.StatusCode < 300:
		return false, nil
	case res.StatusCode == http.StatusGone:
		return false, fmt.Errorf("the receiver wants no more")
	}
	return true, fmt.Errorf("the receiver answers %d", res.StatusCode)
}
