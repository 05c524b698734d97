package httpapi

import (
	"context"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
)

// bringer takes the calls "OWNER NAME MANIFEST" for what they say, and counts those it brought.
type bringer struct{ brought int }

func (b *bringer) Terms(context.Context, string) (relay.BringTerms, error) {
	return relay.BringTerms{ChainID: 31337, Registry: "0x1111111111111111111111111111111111111111", Relay: "0x2222222222222222222222222222222222222222",
		FeeToken: "0x0000000000000000000000000000000000000000", Fee: "0", Nonce: 3, Deadline: time.Date(2026, 1, 2, 4, 4, 5, 0, time.UTC)}, nil
}

func (b *bringer) Read(call []byte) (relay.Bringing, error) {
	said := strings.Fields(string(call))
	if len(said) == 4 {
		if digest, err := manifest.ParseDigest(said[3]); err == nil {
			return relay.Bringing{Owner: said[0], Name: said[1], Version: said[2], Manifest: digest}, nil
		}
	}
	return relay.Bringing{}, relay.Errorf(relay.CodeInvalid, "this is no publication that somebody signed")
}

func (b *bringer) Bring(context.Context, []byte) (string, error) {
	b.brought++
	return "0x" + strings.Repeat("ab", 32), nil
}

// The relay brings what the account that asks signed, of a release that is here and has it among its authors.
func TestPublications(t *testing.T) {
	h := withUploads(t)
	m := makeRelease(t)
	key, stranger := testKey(t, "1"), testKey(t, "2")
	cookie := h.signIn(key)
	body := func(words ...string) string {
		return `{"call":"0x` + hex.EncodeToString([]byte(strings.Join(words, " "))) + `"}`
	}
	digest := m.Manifest.Digest()
	owner := key.Address().String()
	good := body(owner, m.Name, m.Version, digest.String())
	ask := func(name, cookie, body string, want int) {
		t.Helper()
		h.golden(name, "POST", "/api/v1/publications", h.ask("POST", "/api/v1/publications", body, "Cookie", cookie), want)
	}
	h.golden("terms", "GET", "/api/v1/publications/terms", h.ask("GET", "/api/v1/publications/terms", "", "Cookie", cookie), 200)
	ask("publication-not-here", cookie, good, 404)
	for _, b := range m.blocks {
		if err := h.folder.Blocks().Put(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	ask("publication-of-another", h.signIn(stranger), good, 403)
	ask("publication-other-version", cookie, body(owner, m.Name, "9.9.9", digest.String()), 400)
	ask("publication-malformed", cookie, body("x"), 400)
	h.Bringer.(*bringer).brought = 0
	ask("publication", cookie, good, 202)
	if n := h.Bringer.(*bringer).brought; n != 1 {
		t.Errorf("%d were brought; want 1", n)
	}
	if w := h.ask("POST", "/api/v1/publications", good, "Cookie", cookie, "Sec-Fetch-Site", "cross-site"); w.Code != 403 {
		t.Errorf("asked by a page of another site: %d", w.Code)
	}
	for range h.Limits.Publications {
		h.ask("POST", "/api/v1/publications", good, "Cookie", cookie)
	}
	if w := h.ask("POST", "/api/v1/publications", good, "Cookie", cookie); w.Code != 429 {
		t.Errorf("asked too often: %d", w.Code)
	}
}
