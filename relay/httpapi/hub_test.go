package httpapi

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay/disk"
	"github.com/dehug/dehug/relay/siwe"
	"github.com/dehug/dehug/relay/store"
)

// hub is an API over an empty database, whose clock stands still and whose secrets count.
type hub struct {
	*Hub
	http.Handler
	t       testing.TB
	folder  *disk.Folder // where there are uploads
	at      time.Time
	secrets int
}

const origin = "https://hub.example"

func newHub(t testing.TB) *hub {
	t.Helper()
	s, err := store.Open(context.Background(), "sqlite:"+filepath.Join(t.TempDir(), "hub.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	h := &hub{t: t, at: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	h.Hub = &Hub{Store: s, Origins: []string{origin, "https://www.hub.example"}, ChainID: 31337,
		now: func() time.Time { return h.at },
		secret: func() string {
			h.secrets++
			return fmt.Sprintf("secret-%d", h.secrets)
		}}
	if h.Handler, err = New(Config{Site: tree, Releases: two, Hub: h.Hub, Log: slog.New(slog.DiscardHandler)}); err != nil {
		t.Fatal(err)
	}
	return h
}

// ask sends a request as a page of the site does. header alternates names and values.
func (h *hub) ask(method, path, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, origin+path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	r.Header.Set("User-Agent", "Browser/1.0")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func testKey(t testing.TB, digit string) *ethsig.Key {
	t.Helper()
	key, err := ethsig.ParseKey(strings.Repeat(digit, 64))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// message is a sign-in message for a nonce, signed by key; change may be nil.
func (h *hub) message(key *ethsig.Key, nonce string, change func(*siwe.Message)) string {
	m := siwe.Message{Domain: "hub.example", Address: key.Address(), URI: origin, ChainID: 31337, Nonce: nonce, IssuedAt: siwe.Timestamp{Text: h.at.Format(time.RFC3339)}}
	if change != nil {
		change(&m)
	}
	signature := key.Sign(siwe.Hash(m.String()))
	body, err := json.Marshal(map[string]string{"message": m.String(), "signature": "0x" + hex.EncodeToString(signature[:])})
	if err != nil {
		h.t.Fatal(err)
	}
	return string(body)
}

func (h *hub) nonce() string {
	h.t.Helper()
	w := h.ask("POST", "/api/v1/nonces", "")
	var n Nonce
	if err := json.Unmarshal(w.Body.Bytes(), &n); err != nil || w.Code != 201 {
		h.t.Fatalf("POST /nonces = %d %s", w.Code, w.Body)
	}
	return n.Nonce
}

// signIn returns the cookie of a new session.
func (h *hub) signIn(key *ethsig.Key) string {
	h.t.Helper()
	w := h.ask("POST", "/api/v1/sessions", h.message(key, h.nonce(), nil))
	if w.Code != 201 {
		h.t.Fatalf("POST /sessions = %d %s", w.Code, w.Body)
	}
	cookie, _, _ := strings.Cut(w.Header().Get("Set-Cookie"), ";")
	return cookie
}

// golden compares a reply with testdata/api-NAME.json, and both with what the API's document says of it.
func (h *hub) golden(name, method, path string, w *httptest.ResponseRecorder, want int) {
	h.t.Helper()
	if w.Code != want {
		h.t.Errorf("%s: %s %s = %d; want %d\n%s", name, method, path, w.Code, want, w.Body)
	}
	if err := document(h.t, h).matches(method, path, w); err != nil {
		h.t.Errorf("%s: %s %s is not as the document says: %v", name, method, path, err)
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, w.Body.Bytes(), "", "  "); err != nil {
		h.t.Fatalf("%s: %v: %s", name, err, w.Body)
	}
	// Ids are made of chance: the golden file counts them.
	seen := map[string]string{}
	text := ids.ReplaceAllStringFunc(strings.TrimSpace(pretty.String()), func(id string) string {
		if seen[id] == "" {
			seen[id] = fmt.Sprintf("%032x", len(seen)+1)
		}
		return seen[id]
	})
	kind := "api-"
	if !strings.HasPrefix(path, apiPrefix) {
		kind = "v2-" // of the Open Inference Protocol
	}
	compare(h.t, filepath.Join("testdata", kind+name+".json"), []byte(text+"\n"))
	h.answers(name, method, path, w.Code)
}

// answers keeps testdata/replies.json, which says of each golden reply what was asked: for the tests of clients.
func (h *hub) answers(name, method, path string, code int) {
	h.t.Helper()
	if !strings.HasPrefix(path, apiPrefix) {
		return // not for our clients
	}
	const file = "testdata/replies.json"
	text, err := os.ReadFile(file)
	if err != nil {
		h.t.Fatal(err)
	}
	known := map[string]string{}
	if err := json.Unmarshal(text, &known); err != nil {
		h.t.Fatalf("%s: %v", file, err)
	}
	op, err := document(h.t, h).operation(method, path)
	if err != nil {
		h.t.Error(err)
		return
	}
	known["api-"+name] = fmt.Sprintf("%s %d", op.item["operationId"], code)
	if text, err = json.MarshalIndent(known, "", "  "); err != nil { // keys sorted
		h.t.Fatal(err)
	}
	compare(h.t, file, append(text, '\n'))
}

var ids = regexp.MustCompile(`\b[0-9a-f]{32}\b`)

func compare(t testing.TB, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s (go test -update rewrites it)\n got %s\nwant %s", file, got, want)
	}
}

// apiDocument is the OpenAPI document with its schemas ready to judge by.
type apiDocument struct {
	raw   map[string]any
	paths map[string]map[string]any
	c     *jsonschema.Compiler
}

func document(t testing.TB, h http.Handler) *apiDocument {
	t.Helper()
	w := do(h, "GET", "/api/openapi.json")
	raw, err := jsonschema.UnmarshalJSON(bytes.NewReader(w.Body.Bytes()))
	if err != nil || w.Code != 200 {
		t.Fatalf("GET /api/openapi.json = %d, %v", w.Code, err)
	}
	d := &apiDocument{raw: raw.(map[string]any), paths: map[string]map[string]any{}, c: jsonschema.NewCompiler()}
	for path, item := range d.raw["paths"].(map[string]any) {
		d.paths[path] = item.(map[string]any)
	}
	d.c.AssertFormat()
	if err := d.c.AddResource("openapi.json", raw); err != nil {
		t.Fatal(err)
	}
	return d
}

var parameter = regexp.MustCompile(`\\\{[^}]*\\\}`)

type operation struct {
	template string
	item     map[string]any
}

// operation finds the one that a request is for. Of several that could be, the one with the longest words is.
func (d *apiDocument) operation(method, path string) (operation, error) {
	path, _, _ = strings.Cut(path, "?")
	templates := slices.SortedFunc(maps.Keys(d.paths), func(a, b string) int { return strings.Count(a, "{") - strings.Count(b, "{") })
	for _, template := range templates {
		item := d.paths[template]
		pattern := "^" + parameter.ReplaceAllString(regexp.QuoteMeta(template), `[^/]+`) + "$"
		op, ok := item[strings.ToLower(method)].(map[string]any)
		if ok && regexp.MustCompile(pattern).MatchString(path) {
			return operation{template, op}, nil
		}
	}
	return operation{}, fmt.Errorf("%s %s: no such operation in the document", method, path)
}

// matches tells whether a reply is what the document promises for its operation and status.
func (d *apiDocument) matches(method, path string, w *httptest.ResponseRecorder) error {
	op, err := d.operation(method, path)
	if err != nil {
		return err
	}
	response, ok := op.item["responses"].(map[string]any)[fmt.Sprint(w.Code)].(map[string]any)
	if !ok {
		return fmt.Errorf("status %d is not in the document", w.Code)
	}
	if w.Body.Len() == 0 {
		return nil
	}
	media, _, _ := strings.Cut(w.Header().Get("Content-Type"), ";")
	if _, ok := response["content"].(map[string]any)[media]; !ok {
		return fmt.Errorf("status %d with %s is not in the document", w.Code, media)
	}
	escape := strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D", "+", "%2B")
	schema, err := d.c.Compile(fmt.Sprintf("openapi.json#/paths/%s/%s/responses/%d/content/%s/schema", escape.Replace(op.template), strings.ToLower(method), w.Code, escape.Replace(media)))
	if err != nil {
		return err
	}
	body, err := jsonschema.UnmarshalJSON(bytes.NewReader(w.Body.Bytes()))
	if err != nil {
		return err
	}
	return schema.Validate(body)
}

// The document is judged by the standard's own schema, and is a file that clients are made from: web/src/relay/api.ts is
// written anew when it is.
func TestDocument(t *testing.T) {
	h := withJobs(t, withUploads(t))
	d := document(t, h)
	c := jsonschema.NewCompiler()
	standard, err := os.ReadFile("testdata/openapi-3.1.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(standard))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.AddResource("openapi-3.1.schema.json", schema); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("openapi-3.1.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(d.raw); err != nil {
		t.Errorf("the document is not valid OpenAPI 3.1: %v", err)
	}
	if err := s.Validate(map[string]any{"openapi": "3.1.0", "info": map[string]any{"title": "x"}}); err == nil {
		t.Error("the validator takes a document without version and paths")
	}
	// Each schema of a component compiles, and each operation names its problems.
	for name := range d.raw["components"].(map[string]any)["schemas"].(map[string]any) {
		if _, err := d.c.Compile("openapi.json#/components/schemas/" + name); err != nil {
			t.Errorf("schema %s: %v", name, err)
		}
	}
	text, err := json.MarshalIndent(d.raw, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	compare(t, "testdata/openapi.json", append(text, '\n'))
	if *update {
		if said, err := exec.Command("node", "../../web/scripts/relay-api.mjs").CombinedOutput(); err != nil {
			t.Errorf("web/src/relay/api.ts: %v %s", err, said)
		}
	}
}

func TestDocs(t *testing.T) {
	h := newHub(t)
	page := do(h, "GET", "/api/docs")
	if page.Code != 200 || !strings.Contains(page.Body.String(), `id="signIn"`) || !strings.Contains(page.Body.String(), `id="rate_limited"`) || !strings.Contains(page.Body.String(), `id="Account"`) {
		t.Fatalf("GET /api/docs = %d %s", page.Code, page.Body)
	}
	if outside := regexp.MustCompile(`(?:src|href)="(?:https?:)?//[^"]*"|<script`).FindString(page.Body.String()); outside != "" {
		t.Errorf("the page asks others: %s", outside)
	}
	for _, link := range regexp.MustCompile(`href="#([^"]*)"`).FindAllStringSubmatch(page.Body.String(), -1) {
		if !strings.Contains(page.Body.String(), `id="`+link[1]+`"`) {
			t.Errorf("a link leads nowhere: %s", link[0])
		}
	}
	if css := do(h, "GET", "/api/docs.css"); css.Code != 200 || css.Header().Get("Content-Type") != types[".css"] {
		t.Errorf("GET /api/docs.css = %d", css.Code)
	}
	if page.Header().Get("Content-Security-Policy") == "" {
		t.Error("the page has no policy")
	}
}
