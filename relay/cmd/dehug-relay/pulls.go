package main

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/dehug/dehug/relay/store"
)

// countEvery is how often pulls are written down, and how late a new manifest is known.
const countEvery = 10 * time.Second

// pulls counts how often each manifest is read from the gateway: who reads a model begins with it.
type pulls struct {
	store *store.Store
	log   *slog.Logger

	mu     sync.Mutex
	counts map[string]int64 // by CID, of manifests that are known
}

// count looks at what the gateway is asked for.
func (p *pulls) count(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			cid := strings.TrimPrefix(r.URL.Path, "/ipfs/")
			p.mu.Lock()
			if n, known := p.counts[cid]; known {
				p.counts[cid] = n + 1
			}
			p.mu.Unlock()
		}
		next.ServeHTTP(w, r)
	})
}

// tend writes counts down until ctx ends, and once more then.
func (p *pulls) tend(ctx context.Context) {
	for {
		if err := p.write(context.WithoutCancel(ctx)); err != nil {
			p.log.Error("counting pulls", slog.Any("error", err))
		}
		if ctx.Err() != nil {
			return
		}
		select {
		case <-ctx.Done():
		case <-time.After(countEvery):
		}
	}
}

func (p *pulls) write(ctx context.Context) error {
	manifests, err := p.store.Manifests(ctx)
	if err != nil {
		return err
	}
	next := make(map[string]int64, len(manifests))
	for _, cid := range manifests {
		next[cid] = 0
	}
	p.mu.Lock()
	counted := p.counts
	p.counts = next
	p.mu.Unlock()
	for cid, n := range counted {
		if n == 0 {
			delete(counted, cid)
		}
	}
	if len(counted) == 0 {
		return nil
	}
	return p.store.AddPulls(ctx, counted)
}
