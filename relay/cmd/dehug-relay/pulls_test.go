package main

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/store"
)

// Only reading a manifest of something that is published counts.
func TestPulls(t *testing.T) {
	ctx := t.Context()
	s, err := store.Open(ctx, "sqlite:"+filepath.Join(t.TempDir(), "hub.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	cid := manifest.DigestOf(nil).RawCID()
	owner := "0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A"
	if err := s.Publish(ctx, store.Publication{Owner: owner, Release: relay.Release{Release: cid, Manifest: cid, Name: "m", Version: "1.0.0"}, Manifest: &manifest.Manifest{Name: "m"}}, time.Now()); err != nil {
		t.Fatal(err)
	}
	p := &pulls{store: s, log: slog.New(slog.DiscardHandler)}
	served := 0
	h := p.count(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { served++ }))
	if err := p.write(ctx); err != nil {
		t.Fatal(err)
	}
	for _, r := range []struct{ method, path string }{{"GET", "/ipfs/" + string(cid) + "?format=raw"}, {"GET", "/ipfs/" + string(cid)}, {"HEAD", "/ipfs/" + string(cid)}, {"GET", "/ipfs/other"}, {"GET", "/"}} {
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(r.method, r.path, nil))
	}
	for range 2 { // what was written is not written again
		if err := p.write(ctx); err != nil {
			t.Fatal(err)
		}
	}
	m, err := s.Model(ctx, owner, "m")
	if err != nil {
		t.Fatal(err)
	}
	if n, err := s.Pulls(ctx, m.ID); n != 2 || err != nil || served != 5 {
		t.Errorf("%d pulls, %v, of %d requests; want 2 of 5", n, err, served)
	}
}
