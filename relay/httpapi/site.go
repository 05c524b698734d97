package httpapi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// types are the media types of what a site is made of. They are written down because mime.TypeByExtension
// reads the machine's own tables, and a browser refuses to stream-compile wasm under any other type.
var types = map[string]string{
	".html":        "text/html; charset=utf-8",
	".js":          "text/javascript; charset=utf-8",
	".mjs":         "text/javascript; charset=utf-8",
	".css":         "text/css; charset=utf-8",
	".json":        "application/json",
	".map":         "application/json",
	".wasm":        "application/wasm",
	".svg":         "image/svg+xml",
	".png":         "image/png",
	".jpg":         "image/jpeg",
	".jpeg":        "image/jpeg",
	".webp":        "image/webp",
	".wav":         "audio/wav",
	".avif":        "image/avif",
	".ico":         "image/x-icon",
	".woff2":       "font/woff2",
	".txt":         "text/plain; charset=utf-8",
	".webmanifest": "application/manifest+json",
}

// encodings are the compressed forms that may lie beside a file, best first.
var encodings = []struct{ token, suffix string }{{"br", ".br"}, {"gzip", ".gz"}}

const (
	// cacheForever is for names that carry a hash of their content.
	cacheForever = "public, max-age=31536000, immutable"
	// cacheChecked lets a browser keep the bytes but ask each time, by ETag, whether they still hold.
	cacheChecked = "no-cache"
)

// file is one site file: its bytes as they are, and in each encoding that lies beside it.
type file struct {
	mediaType string
	forms     []form // forms[0] is the plain one
}

type form struct {
	encoding string // "" for plain
	body     []byte
	etag     string
}

// documents are those with an address of their own, which does not end in .html.
var documents = map[string]string{"": "index.html", "demo": "demo.html", "embed": "embed.html"}

// site serves a small, unchanging tree of files from memory. Hashes are taken once, when it is opened.
type site struct {
	files map[string]file // by URL path without the leading slash
	app   app
}

// openSite reads the whole of fsys, which is the embedded web app: a few MB.
func openSite(fsys fs.FS, about func(context.Context, page) (about, error)) (*site, error) {
	s := &site{files: map[string]file{}}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(path.Base(name), ".") || isEncoded(fsys, name) {
			return err
		}
		f := file{mediaType: typeOf(name)}
		body, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		f.forms = append(f.forms, newForm("", body))
		for _, e := range encodings {
			if body, err := fs.ReadFile(fsys, name+e.suffix); err == nil {
				f.forms = append(f.forms, newForm(e.token, body))
			}
		}
		s.files[name] = f
		return nil
	})
	if err != nil {
		return nil, err
	}
	s.app, err = openApp(s.files, about)
	return s, err
}

func newForm(encoding string, body []byte) form {
	sum := sha256.Sum256(body)
	return form{encoding: encoding, body: body, etag: `"` + hex.EncodeToString(sum[:16]) + `"`}
}

// isEncoded reports whether name is the compressed form of a file that lies beside it, not a file of its own.
func isEncoded(fsys fs.FS, name string) bool {
	for _, e := range encodings {
		if plain, ok := strings.CutSuffix(name, e.suffix); ok {
			if _, err := fs.Stat(fsys, plain); err == nil {
				return true
			}
		}
	}
	return false
}

func typeOf(name string) string {
	ext := strings.ToLower(path.Ext(name))
	if t, ok := types[ext]; ok {
		return t
	}
	if t := mime.TypeByExtension(ext); t != "" {
		return t
	}
	return "application/octet-stream"
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "this address is only for reading", http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(r.URL.Path, "/")
	// Documents under /run/ are those of the site, isolated from other origins: that is what threads need, and
	// what pop-ups of wallets do not survive.
	rest, isolated := strings.CutPrefix(name, "run/")
	if isolated {
		name = rest
	}
	framed := name == "embed" // the page that other sites show in a frame
	if !isolated && s.app.serve(w, r, "/"+name) {
		return
	}
	if document, ok := documents[name]; ok {
		name = document
	} else if strings.HasSuffix(name, "/") {
		name += "index.html"
	}
	f, ok := s.files[name]
	if !ok && name == "index.html" {
		http.Error(w, "The web app was not built into this binary. The gateway and the API work; `make build` makes a binary with the site.",
			http.StatusNotFound)
		return
	}
	if !ok {
		s.app.notFound(w, r)
		return
	}

	h := w.Header()
	h.Set("Content-Type", f.mediaType)
	h.Set("Cache-Control", cacheChecked)
	if strings.HasPrefix(name, "assets/") { // the bundler puts a hash into each of these names
		h.Set("Cache-Control", cacheForever)
	}
	if strings.HasPrefix(name, "runtime/") { // the engine is made to be used by pages of other origins
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
		h.Set("Cross-Origin-Embedder-Policy", "require-corp") // without it isolated pages may not start the workers
	}
	if framed {
		h.Set("Content-Security-Policy", strings.Replace(h.Get("Content-Security-Policy"), onlyOurFrames, "frame-ancestors *", 1))
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	}
	if isolated {
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Embedder-Policy", "require-corp")
	}
	form := f.forms[0]
	if len(f.forms) > 1 {
		h.Set("Vary", "Accept-Encoding")
		form = choose(f.forms, r.Header.Get("Accept-Encoding"))
	}
	h.Set("ETag", form.etag)
	if matches(r.Header.Get("If-None-Match"), form.etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if form.encoding != "" {
		h.Set("Content-Encoding", form.encoding)
	}
	h.Set("Content-Length", strconv.Itoa(len(form.body)))
	if r.Method == http.MethodHead {
		return
	}
	w.Write(form.body)
}

// choose picks the first compressed form that the reader accepts, else the plain one.
func choose(forms []form, accept string) form {
	for _, f := range forms[1:] {
		if accepts(accept, f.encoding) {
			return f
		}
	}
	return forms[0]
}

// accepts reads an Accept-Encoding header. An encoding with q=0 is refused; finer weights are ignored, for
// every reader that takes br is better served by it.
func accepts(header, encoding string) bool {
	for item := range strings.SplitSeq(header, ",") {
		token, params, _ := strings.Cut(item, ";")
		if !strings.EqualFold(strings.TrimSpace(token), encoding) {
			continue
		}
		q, ok := strings.CutPrefix(strings.TrimSpace(params), "q=")
		weight, err := strconv.ParseFloat(q, 64)
		return !ok || err != nil || weight > 0
	}
	return false
}

// matches reports whether an If-None-Match header names etag.
func matches(header, etag string) bool {
	for item := range strings.SplitSeq(header, ",") {
		item = strings.TrimPrefix(strings.TrimSpace(item), "W/")
		if item == etag || item == "*" {
			return true
		}
	}
	return false
}
