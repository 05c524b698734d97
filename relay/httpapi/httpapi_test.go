package httpapi

import (
	"context"
	"errors"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
)

var update = flag.Bool("update", false, "rewrite testdata with what the handler answers")

// list is a fixed list of releases, or an error.
type list struct {
	releases []relay.Release
	err      error
}

func (l list) Releases(context.Context) ([]relay.Release, error) { return l.releases, l.err }

var (
	release = manifest.MakeCID(manifest.DagPB, manifest.DigestOf([]byte("release")))
	doc     = manifest.DigestOf([]byte("manifest")).RawCID()
	env     = manifest.DigestOf([]byte("envelope")).RawCID()

	two = list{releases: []relay.Release{
		{Release: release, Manifest: doc, Envelope: env, Kind: "model", Name: "face", Title: "Faces <&> more", Version: "1.2.3",
			Task: "face-detection", Bytes: 442005, Signer: "0x7F67ef74fA8eAa35eAda558E1628053147B87a05", Created: "2026-01-02T15:04:05Z"},
		{Release: release, Manifest: doc, Kind: "dataset", Name: "unsigned", Version: "0.0.1", Created: "2026-01-01T00:00:00Z"},
	}}

	tree = fstest.MapFS{
		".gitkeep":               {Data: []byte("x")},
		"index.html":             {Data: []byte("<!doctype html>")},
		"folder/index.html":      {Data: []byte("<!doctype html>folder")},
		"embed.html":             {Data: []byte("<!doctype html>embed")},
		"demo.html":              {Data: []byte("<!doctype html>demo")},
		"assets/app-a1b2c3d4.js": {Data: []byte("plain js")},
		"runtime/dehug.wasm":     {Data: []byte("plain wasm")},
		"runtime/dehug.wasm.br":  {Data: []byte("br wasm")},
		"runtime/dehug.wasm.gz":  {Data: []byte("gz wasm")},
		"samples/face.jpg":       {Data: []byte("jpeg")},
		"alone.br":               {Data: []byte("a file of its own")},
	}
)

func handler(t *testing.T, c Config) http.Handler {
	t.Helper()
	if c.Site == nil {
		c.Site = tree
	}
	if c.Releases == nil {
		c.Releases = two
	}
	h, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func do(h http.Handler, method, url string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, url, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// The golden replies are read by the web app's tests too: they are the contract.
func TestGolden(t *testing.T) {
	gateways := []string{"http://127.0.0.1:8081", "https://gateway.example"}
	tests := []struct {
		name, url string
		config    Config
		code      int
	}{
		{"config", "/config.json", Config{Gateways: gateways, FaultGateway: "http://127.0.0.1:8083"}, 200},
		{"config-empty", "/config.json", Config{Releases: list{}}, 200},
		{"config-internal-error", "/config.json", Config{Releases: list{err: errors.New("secret path")}}, 500},
		{"healthz", "/healthz", Config{}, 200},
		{"readyz", "/readyz", Config{}, 200},
		{"readyz-not", "/readyz", Config{Ready: func(context.Context) error { return errors.New("secret") }}, 503},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := do(handler(t, tt.config), "GET", tt.url)
			if w.Code != tt.code || w.Header().Get("Content-Type") != "application/json" {
				t.Errorf("GET %s = %d %s; want %d application/json", tt.url, w.Code, w.Header().Get("Content-Type"), tt.code)
			}
			golden := filepath.Join("testdata", tt.name+".json")
			if *update {
				if err := os.WriteFile(golden, w.Body.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got := w.Body.String(); got != string(want) {
				t.Errorf("GET %s is\n%s; want\n%s", tt.url, got, want)
			}
			if strings.Contains(w.Body.String(), "secret") {
				t.Error("the reply carries the cause, which is for the log")
			}
		})
	}
}

func TestContentSecurityPolicy(t *testing.T) {
	h := handler(t, Config{
		Gateways:     []string{"http://127.0.0.1:8081", "https://gateway.example/with/path"},
		FaultGateway: "http://127.0.0.1:8083",
	})
	const want = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; " +
		"connect-src 'self' http://127.0.0.1:8081 https://gateway.example http://127.0.0.1:8083; img-src 'self' blob: data:; media-src 'self' blob:; " +
		"style-src 'self'; font-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'; " +
		"require-trusted-types-for 'script'; trusted-types dehug 'allow-duplicates'"
	for _, url := range []string{"/", "/runtime/dehug.wasm", "/assets/app-a1b2c3d4.js", "/nothing", "/config.json"} {
		w := do(h, "GET", url)
		if got := w.Header().Get("Content-Security-Policy"); got != want {
			t.Errorf("GET %s: policy is\n%s; want\n%s", url, got, want)
		}
		for key, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Set-Cookie": ""} {
			if got := w.Header().Get(key); got != want {
				t.Errorf("GET %s: %s is %q; want %q", url, key, got, want)
			}
		}
	}
}

// One page may be framed by others, and has no other right than the rest.
func TestFramedPolicy(t *testing.T) {
	h := handler(t, Config{Gateways: []string{"https://gateway.example"}})
	policy := func(url string) string { return do(h, "GET", url).Header().Get("Content-Security-Policy") }
	if got, want := policy("/embed"), strings.Replace(policy("/"), "frame-ancestors 'self'", "frame-ancestors *", 1); got != want || got == policy("/") {
		t.Errorf("GET /embed: policy is\n%s; want\n%s", got, want)
	}
}

// A gateway's address ends up in the policy, where a space or semicolon would start another directive.
func TestRefuseGateway(t *testing.T) {
	for _, g := range []string{"", "gateway.example", "ftp://gateway.example", "https://x.example; script-src *", "https://x.example *", "data:text/html,x", "https://'unsafe-inline'"} {
		if _, err := New(Config{Site: tree, Releases: two, Gateways: []string{g}}); relay.ErrorCode(err) != relay.CodeInvalid {
			t.Errorf("New with gateway %q = %v; want invalid", g, err)
		}
	}
}

func TestSite(t *testing.T) {
	const br, gz, both = "br", "gzip", "gzip, deflate, br"
	tests := []struct {
		name, url, accept string
		code              int
		body              string
		header            map[string]string
	}{
		{"page", "/", both, 200, "<!doctype html>", map[string]string{
			"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-cache", "Cross-Origin-Resource-Policy": "same-origin", "Vary": ""}},
		{"page, isolated", "/run/", both, 200, "<!doctype html>", map[string]string{
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp"}},
		{"page, not isolated", "/index.html", "", 200, "<!doctype html>", map[string]string{
			"Cross-Origin-Opener-Policy": "", "Cross-Origin-Embedder-Policy": ""}},
		{"page by name", "/index.html", "", 200, "<!doctype html>", nil},
		{"page of a folder", "/folder/", "", 200, "<!doctype html>folder", nil},
		{"page of the demonstration", "/demo", "", 200, "<!doctype html>demo", nil},
		{"page of the demonstration, isolated", "/run/demo", "", 200, "<!doctype html>demo", map[string]string{"Cross-Origin-Opener-Policy": "same-origin"}},
		{"page for frames", "/embed", "", 200, "<!doctype html>embed", map[string]string{"Cross-Origin-Resource-Policy": "cross-origin"}},
		{"hashed asset", "/assets/app-a1b2c3d4.js", both, 200, "plain js", map[string]string{
			"Content-Type": "text/javascript; charset=utf-8", "Cache-Control": "public, max-age=31536000, immutable", "Access-Control-Allow-Origin": ""}},
		{"engine, plain", "/runtime/dehug.wasm", "", 200, "plain wasm", map[string]string{
			"Content-Type": "application/wasm", "Content-Encoding": "", "Content-Length": "10", "Vary": "Accept-Encoding",
			"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin", "Cache-Control": "no-cache"}},
		{"engine, br first", "/runtime/dehug.wasm", both, 200, "br wasm", map[string]string{
			"Content-Type": "application/wasm", "Content-Encoding": "br", "Content-Length": "7", "Vary": "Accept-Encoding"}},
		{"engine, gzip", "/runtime/dehug.wasm", gz, 200, "gz wasm", map[string]string{"Content-Encoding": "gzip"}},
		{"engine, br refused", "/runtime/dehug.wasm", "br;q=0, gzip;q=0.5", 200, "gz wasm", map[string]string{"Content-Encoding": "gzip"}},
		{"engine, nothing known", "/runtime/dehug.wasm", "zstd", 200, "plain wasm", map[string]string{"Content-Encoding": ""}},
		{"picture", "/samples/face.jpg", br, 200, "jpeg", map[string]string{"Content-Type": "image/jpeg"}},
		{"file that only looks compressed", "/alone.br", "", 200, "a file of its own", nil},
	}
	h := handler(t, Config{})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := do(h, "GET", tt.url, "Accept-Encoding", tt.accept)
			if w.Code != tt.code || w.Body.String() != tt.body {
				t.Errorf("GET %s = %d %q; want %d %q", tt.url, w.Code, w.Body, tt.code, tt.body)
			}
			for key, want := range tt.header {
				if got := w.Header().Get(key); got != want {
					t.Errorf("%s is %q; want %q", key, got, want)
				}
			}
			head := do(h, "HEAD", tt.url, "Accept-Encoding", tt.accept)
			if head.Code != 200 || head.Body.Len() != 0 || head.Header().Get("Content-Length") != w.Header().Get("Content-Length") {
				t.Errorf("HEAD %s = %d, %d bytes, length %q; want the same without a body", tt.url, head.Code, head.Body.Len(), head.Header().Get("Content-Length"))
			}
			again := do(h, "GET", tt.url, "Accept-Encoding", tt.accept, "If-None-Match", `"other", W/`+w.Header().Get("ETag"))
			if again.Code != 304 || again.Body.Len() != 0 {
				t.Errorf("GET %s with its tag = %d, %d bytes; want 304", tt.url, again.Code, again.Body.Len())
			}
		})
	}
	plain, br1 := do(h, "GET", "/runtime/dehug.wasm"), do(h, "GET", "/runtime/dehug.wasm", "Accept-Encoding", "br")
	if plain.Header().Get("ETag") == br1.Header().Get("ETag") {
		t.Error("two encodings share an ETag")
	}
}

func TestRefuseRequest(t *testing.T) {
	tests := []struct {
		name, method, url string
		code              int
	}{
		{"nothing there", "GET", "/nothing", 404},
		{"folder without page", "GET", "/assets/", 404},
		{"nothing there, isolated", "GET", "/run/nothing", 404},
		{"hidden file", "GET", "/.gitkeep", 404},
		{"compressed form by name", "GET", "/runtime/dehug.wasm.br", 404},
		{"write", "POST", "/", 405},
		{"write to the API", "POST", "/config.json", 405},
		{"user content", "GET", "/ipfs/" + string(release), 404},
	}
	h := handler(t, Config{})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if w := do(h, tt.method, tt.url); w.Code != tt.code {
				t.Errorf("%s %s = %d; want %d", tt.method, tt.url, w.Code, tt.code)
			}
		})
	}
}

// Climbing out of the site ends at a redirect to the cleaned path, never at a file.
func TestRefuseTraversal(t *testing.T) {
	h := handler(t, Config{})
	for _, url := range []string{"/../httpapi.go", "/assets/../../httpapi.go", "/%2e%2e/httpapi.go", "/..%2fhttpapi.go"} {
		if w := do(h, "GET", url); w.Code < 300 {
			t.Errorf("GET %s = %d %q", url, w.Code, w.Body)
		}
	}
}

func TestSiteNotBuilt(t *testing.T) {
	w := do(handler(t, Config{Site: fstest.MapFS{".gitkeep": {}}}), "GET", "/")
	if w.Code != 404 || !strings.Contains(w.Body.String(), "make build") {
		t.Errorf("GET / = %d %q; want 404 and what to do", w.Code, w.Body)
	}
}
