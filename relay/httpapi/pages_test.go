package httpapi

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
)

// appTree is a site with an app.
var appTree = fstest.MapFS{
	"index.html": {Data: []byte("<head><!--about: here --><title>x</title><!--/about--></head>")},
	"pages.json": {Data: []byte(`["/", "/models", "/models/:owner/:name", "/models/:owner/:name/:tab", "/authors/:address", "/leaderboard", "/challenges", "/challenges/:id"]`)},
}

func TestPages(t *testing.T) {
	h := withUploads(t)
	h.Hub.Challenges = []Challenge{{ID: "smiles", Title: "Smiles", Text: "Greet people."}}
	var err error
	if h.Handler, err = New(Config{Site: appTree, Releases: two, Hub: h.Hub}); err != nil {
		t.Fatal(err)
	}
	m := makeRelease(t)
	owner := testKey(t, "1").Address().String()
	cookie := h.signIn(testKey(t, "1"))
	if w := h.ask("POST", "/api/v1/uploads/tar", string(m.tar), "Cookie", cookie, "Content-Type", "application/x-tar"); w.Code != 201 {
		t.Fatalf("POST of an archive = %d %s", w.Code, w.Body)
	}
	model := "/models/" + owner + "/greeter"
	const site = "<title>" + siteTitle + "</title>"
	tests := []struct {
		name, path string
		code       int
		has        string
	}{
		{"home", "/", 200, site},
		{"list", "/models", 200, `<link rel="canonical" href="https://hub.example/models" />`},
		{"model", model, 200, "<title>Greeter by 0x19E7…ff2A · DeHug</title>\n    <meta name=\"description\" content=\"Says hello\" />"},
		{"preview of a model", model, 200, `<meta property="og:title" content="Greeter by 0x19E7…ff2A · DeHug" />`},
		{"part of a model", model + "/files", 200, `<meta property="og:url" content="https://hub.example` + model + `/files" />`},
		{"author", "/authors/" + owner, 200, `content="Author of Greeter"`},
		{"author without models", "/authors/0x0000000000000000000000000000000000000001", 200, "<title>0x0000…0001 · DeHug</title>"},
		{"leaderboard", "/leaderboard", 200, "<title>Leaderboard · DeHug</title>"},
		{"challenges", "/challenges", 200, "<title>Challenges · DeHug</title>"},
		{"challenge", "/challenges/smiles", 200, `<meta property="og:description" content="Greet people." />`},
		{"no such challenge", "/challenges/frowns", 404, "<title>Not found · DeHug</title>"},
		{"no such model", model + "x", 404, "<title>Not found · DeHug</title>"},
		{"no such page", "/nothing", 404, "<title>Not found · DeHug</title>"},
		{"part too many", model + "/files/more", 404, "Not found"},
		{"list with a slash", "/models/", 404, "Not found"},
		{"hostile author", `/authors/%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E`, 404, "Not found"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := h.ask("GET", tt.path, "", "Accept", "text/html,*/*")
			if w.Code != tt.code || !strings.Contains(w.Body.String(), tt.has) {
				t.Errorf("GET %s = %d %s; want %d with %s", tt.path, w.Code, w.Body, tt.code, tt.has)
			}
			if strings.Contains(w.Body.String(), "<script") || strings.Contains(w.Body.String(), "<title>x") {
				t.Errorf("GET %s = %s", tt.path, w.Body)
			}
		})
	}

	if w := h.ask("GET", "/nothing", "", "Accept", "application/json"); w.Code != 404 || w.Body.String() != "not found\n" {
		t.Errorf("GET of nothing by a program = %d %q", w.Code, w.Body)
	}
	w := h.ask("GET", model, "")
	if again := h.ask("GET", model, "", "If-None-Match", w.Header().Get("ETag")); again.Code != 304 || again.Body.Len() != 0 {
		t.Errorf("GET with its tag = %d, %d bytes; want 304", again.Code, again.Body.Len())
	}
	_, buyer := onChain(t, h, m.Manifest)
	if w := h.ask("GET", "/models/"+buyer+"/copy", ""); w.Code != 200 || !strings.Contains(w.Body.String(), "<title>copy by 0x1563…5508 · DeHug</title>") {
		t.Errorf("GET of a model that is on chain and not verified = %d %s", w.Code, w.Body)
	}
	h.Denied = func(cid manifest.CID) bool { return cid == m.Manifest }
	if w := h.ask("GET", model, ""); w.Code != 451 || strings.Contains(w.Body.String(), "hello") {
		t.Errorf("GET of a denied model = %d %s; want 451 without its summary", w.Code, w.Body)
	}
}

// What is written into a page is somebody's text.
func TestAboutIsEscaped(t *testing.T) {
	got := string(about{title: `</title><script>"'&`, summary: `"><img onerror=x>`, url: `https://hub.example/"><script>`}.html())
	if strings.Contains(got, "<script") || strings.Contains(got, "<img") || strings.Contains(got, `"">`) {
		t.Errorf("got\n%s", got)
	}
}

func TestRefuseSite(t *testing.T) {
	index := appTree["index.html"]
	for name, tree := range map[string]fstest.MapFS{
		"routes that are no list": {"index.html": index, "pages.json": {Data: []byte(`{}`)}},
		"routes without a page":   {"pages.json": appTree["pages.json"]},
		"a page without a place":  {"index.html": {Data: []byte("<head>")}, "pages.json": appTree["pages.json"]},
	} {
		if _, err := New(Config{Site: tree, Releases: two}); err == nil || relay.ErrorCode(err) != relay.CodeInternal {
			t.Errorf("%s: %v", name, err)
		}
	}
}
