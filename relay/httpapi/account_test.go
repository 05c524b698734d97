package httpapi

import (
	"encoding/json"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dehug/dehug/relay/siwe"
)

// One person's way through their account, as clients are shown it.
func TestAccountGolden(t *testing.T) {
	h := newHub(t)
	key := testKey(t, "1")
	step := func(name, method, path, body string, want int, header ...string) *httptest.ResponseRecorder {
		t.Helper()
		w := h.ask(method, path, body, header...)
		h.golden(name, method, path, w, want)
		h.at = h.at.Add(time.Second)
		return w
	}
	step("nonce", "POST", "/api/v1/nonces", "", 201)
	w := step("session", "POST", "/api/v1/sessions", h.message(key, h.nonce(), nil), 201)
	set := w.Header().Get("Set-Cookie")
	for _, want := range []string{"__Host-dehug-session=", "Path=/", "HttpOnly", "Secure", "SameSite=Strict", "Max-Age=604800"} {
		if !strings.Contains(set, want) {
			t.Errorf("Set-Cookie is %s; want %s in it", set, want)
		}
	}
	if strings.Contains(set, "Domain") || strings.Contains(w.Body.String(), "secret") {
		t.Errorf("the session's token is not for the cookie and this host alone: %s %s", set, w.Body)
	}
	cookie, _, _ := strings.Cut(set, ";")
	step("account", "GET", "/api/v1/account", "", 200, "Cookie", cookie)
	other := h.signIn(key)
	step("sessions", "GET", "/api/v1/sessions", "", 200, "Cookie", cookie)
	made := step("key", "POST", "/api/v1/keys", `{"name":"laptop","scopes":["read"],"days":30}`, 201, "Cookie", cookie)
	if made.Header().Get("Cache-Control") != cacheNever {
		t.Errorf("a key may be kept by caches: %s", made.Header().Get("Cache-Control"))
	}
	var k NewKey
	if err := json.Unmarshal(made.Body.Bytes(), &k); err != nil {
		t.Fatal(err)
	}
	bearer := "Bearer " + k.Key
	step("account-by-key", "GET", "/api/v1/account", "", 200, "Authorization", bearer)
	keys := step("keys", "GET", "/api/v1/keys", "", 200, "Cookie", cookie)
	if strings.Contains(keys.Body.String(), "secret") || strings.Contains(keys.Body.String(), "dhk_") {
		t.Errorf("the list of keys shows secrets: %s", keys.Body)
	}
	step("key-may-not", "GET", "/api/v1/keys", "", 403, "Authorization", bearer)
	step("scope-unknown", "POST", "/api/v1/keys", `{"name":"x","scopes":["everything"]}`, 400, "Cookie", cookie)
	step("key-without-name", "POST", "/api/v1/keys", `{"name":"","scopes":["read"],"colour":"red"}`, 422, "Cookie", cookie)
	first := step("events", "GET", "/api/v1/account/events?limit=2", "", 200, "Cookie", cookie)
	var page List[EventInfo]
	if err := json.Unmarshal(first.Body.Bytes(), &page); err != nil {
		t.Fatal(err)
	}
	step("events-end", "GET", "/api/v1/account/events?limit=2&cursor="+page.Next, "", 200, "Cookie", cookie)

	if w := h.ask("DELETE", "/api/v1/keys/"+k.ID, "", "Cookie", cookie); w.Code != 204 {
		t.Errorf("DELETE of a key = %d %s", w.Code, w.Body)
	}
	step("key-gone", "DELETE", "/api/v1/keys/"+k.ID, "", 404, "Cookie", cookie)
	step("key-revoked", "GET", "/api/v1/account", "", 401, "Authorization", bearer)
	w = h.ask("DELETE", "/api/v1/sessions/current", "", "Cookie", other)
	if w.Code != 204 || !strings.Contains(w.Header().Get("Set-Cookie"), "Max-Age=0") {
		t.Errorf("signing out = %d, %s; want 204 and the cookie taken away", w.Code, w.Header().Get("Set-Cookie"))
	}
	step("signed-out", "GET", "/api/v1/account", "", 401, "Cookie", other)
	if w := h.ask("GET", "/api/v1/account", "", "Cookie", cookie); w.Code != 200 {
		t.Errorf("the other session ended too: %d", w.Code)
	}
	third := h.signIn(key)
	if w := h.ask("DELETE", "/api/v1/sessions", "", "Cookie", cookie); w.Code != 204 {
		t.Errorf("signing out everywhere = %d %s", w.Code, w.Body)
	}
	for _, c := range []string{cookie, third} {
		if w := h.ask("GET", "/api/v1/account", "", "Cookie", c); w.Code != 401 {
			t.Errorf("after signing out everywhere: %d", w.Code)
		}
	}
	step("nobody", "GET", "/api/v1/account", "", 401)
	step("unknown-parameter", "POST", "/api/v1/nonces?colour=red", "", 422)
	if w := h.ask("GET", "/api/v1/none", ""); w.Code != 404 || !strings.Contains(w.Body.String(), `"not_found"`) {
		t.Errorf("GET of nothing = %d %s", w.Code, w.Body)
	}
}

// What must not let anybody in, over HTTP; the messages themselves are tried in package siwe.
func TestRefuseSignIn(t *testing.T) {
	h := newHub(t)
	alice, bob := testKey(t, "1"), testKey(t, "2")
	never := strings.Repeat("0", 32)
	tests := []struct {
		name string
		body func() string
		code int
		want string
	}{
		{"nonce that was never given", func() string { return h.message(alice, never, nil) }, 401, `"unauthorized"`},
		{"signed by somebody else", func() string {
			return h.message(bob, h.nonce(), func(m *siwe.Message) { m.Address = alice.Address() })
		}, 401, "signature is not that of"},
		{"for another site", func() string {
			return h.message(alice, h.nonce(), func(m *siwe.Message) { m.Domain = "evil.example" })
		}, 401, "not for this site"},
		{"domain of one origin, URI of the other", func() string {
			return h.message(alice, h.nonce(), func(m *siwe.Message) { m.Domain = "www.hub.example" })
		}, 401, "not for this site"},
		{"for another chain", func() string { return h.message(alice, h.nonce(), func(m *siwe.Message) { m.ChainID = 1 }) }, 401, "chain"},
		{"too old", func() string {
			return h.message(alice, h.nonce(), func(m *siwe.Message) { m.IssuedAt.Text = h.at.Add(-time.Hour).Format(time.RFC3339) })
		}, 401, "older"},
		{"no message", func() string { return `{"message":"","signature":"0x"}` }, 400, `"invalid"`},
		{"signature that is no hex", func() string { return `{"message":"x","signature":"0xz"}` }, 422, "signature"},
		{"no JSON", func() string { return `{"message":` }, 400, `"invalid"`},
		{"more than it takes", func() string { return `{"message":"` + strings.Repeat("a", 2<<20) + `"}` }, 413, `"too_large"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := h.ask("POST", "/api/v1/sessions", tt.body())
			if w.Code != tt.code || !strings.Contains(w.Body.String(), tt.want) || w.Header().Get("Set-Cookie") != "" {
				t.Errorf("%d %s; want %d with %s", w.Code, w.Body, tt.code, tt.want)
			}
		})
	}
	t.Run("the same message twice, at once", func(t *testing.T) {
		body := h.message(alice, h.nonce(), nil)
		h.Hub.secret = newSecret // by several at a time
		var in atomic.Int32
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if w := h.ask("POST", "/api/v1/sessions", body); w.Code == 201 {
					in.Add(1)
				} else if w.Code != 401 {
					t.Errorf("%d %s", w.Code, w.Body)
				}
			})
		}
		wg.Wait()
		if in.Load() != 1 {
			t.Errorf("%d sessions by one message", in.Load())
		}
	})
	t.Run("an expired session", func(t *testing.T) {
		cookie := h.signIn(alice)
		h.at = h.at.Add(sessionLife)
		if w := h.ask("GET", "/api/v1/account", "", "Cookie", cookie); w.Code != 401 {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}

// A page of another site cannot do anything in somebody's name.
func TestRefuseOtherSites(t *testing.T) {
	h := newHub(t)
	cookie := h.signIn(testKey(t, "1"))
	for name, header := range map[string][]string{
		"another site":         {"Sec-Fetch-Site", "cross-site"},
		"another port of ours": {"Sec-Fetch-Site", "same-site"},
		"an old browser":       {"Sec-Fetch-Site", "", "Origin", "https://evil.example"},
		"a sandboxed document": {"Sec-Fetch-Site", "", "Origin", "null"},
	} {
		for _, method := range []string{"POST", "DELETE"} {
			w := h.ask(method, "/api/v1/sessions", "", append(header, "Cookie", cookie)...)
			if w.Code != 403 || w.Header().Get("Content-Type") != "application/problem+json" {
				t.Errorf("%s %s = %d %s; want 403", name, method, w.Code, w.Body)
			}
		}
		if w := h.ask("GET", "/api/v1/account", "", append(header, "Cookie", cookie)...); w.Header().Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s may read an account", name)
		}
	}
	if w := h.ask("GET", "/api/v1/account", "", "Cookie", cookie); w.Code != 200 {
		t.Errorf("the session ended: %d", w.Code)
	}
}

func TestRefuseOrigins(t *testing.T) {
	for _, o := range []string{"http://hub.example", "hub.example", "https://hub.example/", "https://hub.example/app", "https://u@hub.example", "ftp://hub.example", ""} {
		if _, err := New(Config{Site: tree, Releases: two, Hub: &Hub{Origins: []string{o}}}); err == nil {
			t.Errorf("origin %q was taken", o)
		}
	}
	h := &Hub{Origins: []string{"http://127.0.0.1:8080"}}
	if c := h.cookie("x"); c.Secure || c.Name != "dehug-session" || !c.HttpOnly {
		t.Errorf("the cookie on this machine alone is %s", c.String())
	}
}

func TestETag(t *testing.T) {
	h := newHub(t)
	cookie := h.signIn(testKey(t, "1"))
	first := h.ask("GET", "/api/v1/account", "", "Cookie", cookie)
	etag := first.Header().Get("ETag")
	if etag == "" || first.Header().Get("Cache-Control") != "private, no-cache" || first.Header().Get("Vary") != "Cookie, Authorization" {
		t.Fatalf("headers are %v; want an ETag, private", first.Header())
	}
	if w := h.ask("GET", "/api/v1/account", "", "Cookie", cookie, "If-None-Match", etag); w.Code != 304 || w.Body.Len() > 0 {
		t.Errorf("asked again with the tag: %d %s; want 304", w.Code, w.Body)
	}
	if w := h.ask("GET", "/api/v1/account", "", "If-None-Match", etag); w.Code != 401 {
		t.Errorf("asked with the tag but no session: %d; want 401", w.Code)
	}
}

func TestRateLimit(t *testing.T) {
	h := newHub(t)
	h.rates.limits.SignIns, h.Limits.SignIns = 2, 2
	body := `{"message":"x","signature":"0x"}`
	w := h.ask("POST", "/api/v1/sessions", body)
	if got, want := w.Header().Get("RateLimit-Policy")+" "+w.Header().Get("RateLimit"), `"sign-ins";q=2;w=60 "sign-ins";r=1;t=60`; got != want {
		t.Errorf("headers are %s; want %s", got, want)
	}
	h.at = h.at.Add(20 * time.Second)
	h.ask("POST", "/api/v1/sessions", body)
	w = h.ask("POST", "/api/v1/sessions", body)
	h.golden("rate-limited", "POST", "/api/v1/sessions", w, 429)
	if w.Header().Get("Retry-After") != "40" {
		t.Errorf("Retry-After is %s; want 40", w.Header().Get("Retry-After"))
	}
	if w := h.ask("GET", "/api/v1/account", ""); w.Code != 401 {
		t.Errorf("another policy: %d", w.Code)
	}
	h.at = h.at.Add(40 * time.Second)
	if w := h.ask("POST", "/api/v1/sessions", body); w.Code != 400 {
		t.Errorf("in the next minute: %d", w.Code)
	}
	r := rates{limits: Limits{Requests: 1}, now: func() time.Time { return h.at }}
	for i := range maxCallers + 10 {
		r.take("requests", string(rune(i)))
	}
	if len(r.counts) > maxCallers+1 {
		t.Errorf("the table has %d rows", len(r.counts))
	}
}

func TestNetwork(t *testing.T) {
	for remote, want := range map[string]string{
		"192.0.2.1:1234": "192.0.2.1", "[::ffff:192.0.2.1]:1": "192.0.2.1", "[2001:db8:1:2:3:4:5:6]:1": "2001:db8:1:2::/64", "pipe": "pipe",
	} {
		if got := network(remote); got != want {
			t.Errorf("network(%s) = %s; want %s", remote, got, want)
		}
	}
}

// Only who stands behind a proxy that is ours can be told apart by what it says.
func TestClient(t *testing.T) {
	h := &Hub{Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")}}
	for _, tt := range []struct{ remote, forwarded, want string }{
		{"192.0.2.1:5", "", "192.0.2.1:5"},
		{"192.0.2.1:5", "198.51.100.1", "192.0.2.1:5"},
		{"10.0.0.1:5", "198.51.100.1", "198.51.100.1"},
		{"10.0.0.1:5", "1.1.1.1, 198.51.100.1", " 198.51.100.1"},
		{"10.0.0.1:5", "1.1.1.1, 198.51.100.1, 10.0.0.2", " 198.51.100.1"},
		{"[::1]:5", "2001:db8::1", "2001:db8::1"},
		{"10.0.0.1:5", "", "10.0.0.1:5"},
		{"10.0.0.1:5", "nonsense", "nonsense"},
	} {
		if got := h.client(tt.remote, tt.forwarded); got != tt.want {
			t.Errorf("%s for %q is %q; want %q", tt.remote, tt.forwarded, got, tt.want)
		}
	}
}
