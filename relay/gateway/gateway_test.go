package gateway

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/ipfs/go-cid"
	car "github.com/ipld/go-car/v2"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/disk"
)

// fixture is a folder with a file of three chunks, its UnixFS node, and the gateway over it.
type fixture struct {
	handler http.Handler
	blocks  relay.Blocks
	chunks  []manifest.CID
	file    manifest.CID
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	folder, err := disk.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{blocks: folder.Blocks()}
	if f.handler, err = New(f.blocks, nil, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	body := bytes.Repeat([]byte("0123456789"), 2*manifest.ChunkSize/10+1)
	hashed, err := manifest.HashFile(bytes.NewReader(body), func(_ int, chunk []byte, leaf manifest.Digest) error {
		f.chunks = append(f.chunks, leaf.RawCID())
		return f.blocks.Put(context.Background(), manifest.Block{CID: leaf.RawCID(), Data: chunk})
	})
	if err != nil {
		t.Fatal(err)
	}
	var nodes []manifest.Block
	if f.file, nodes, err = manifest.UnixFS(hashed.Size, hashed.Leaves); err != nil {
		t.Fatal(err)
	}
	for _, b := range nodes {
		if err := f.blocks.Put(context.Background(), b); err != nil {
			t.Fatal(err)
		}
	}
	return f
}

func (f *fixture) do(method, url string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, url, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, r)
	return w
}

func TestBlock(t *testing.T) {
	f := newFixture(t)
	for _, c := range append(slices.Clone(f.chunks), f.file) {
		for _, header := range [][]string{nil, {"Accept", "application/vnd.ipld.raw"}} {
			url := "/ipfs/" + string(c)
			if header == nil {
				url += "?format=raw"
			}
			w := f.do("GET", url, header...)
			if w.Code != 200 || c.Verify(w.Body.Bytes()) != nil {
				t.Fatalf("GET %s %v = %d with %d bytes; want the block", url, header, w.Code, w.Body.Len())
			}
			for key, want := range map[string]string{
				"Content-Type":                 "application/vnd.ipld.raw",
				"Cache-Control":                "public, max-age=29030400, immutable",
				"Access-Control-Allow-Origin":  "*",
				"X-Content-Type-Options":       "nosniff",
				"Content-Security-Policy":      "sandbox; default-src 'none'",
				"Cross-Origin-Resource-Policy": "cross-origin",
				"Etag":                         `"` + string(c) + `.raw"`,
			} {
				if got := w.Header().Get(key); got != want {
					t.Errorf("GET %s: %s is %q; want %q", url, key, got, want)
				}
			}
			if got := w.Header().Get("Content-Disposition"); !strings.HasPrefix(got, "attachment;") {
				t.Errorf("GET %s: Content-Disposition is %q; want an attachment", url, got)
			}
			if got := w.Header().Get("Set-Cookie"); got != "" {
				t.Errorf("GET %s sets a cookie", url)
			}
		}
	}
}

func TestRequests(t *testing.T) {
	f := newFixture(t)
	chunk := "/ipfs/" + string(f.chunks[0])
	absent := "/ipfs/" + string(manifest.DigestOf([]byte("absent")).RawCID())
	tests := []struct {
		name, method, url string
		header            []string
		code              int
		length            int // of the body; -1 where it does not matter
	}{
		{"head", "HEAD", chunk + "?format=raw", nil, 200, 0},
		{"preflight", "OPTIONS", chunk, nil, 200, 0},
		{"known by its tag", "GET", chunk + "?format=raw", []string{"If-None-Match", `"` + string(f.chunks[0]) + `.raw"`}, 304, 0},
		{"range of a block", "GET", chunk + "?format=raw", []string{"Range", "bytes=10-19"}, 206, 10},
		{"gateway probe", "GET", "/ipfs/bafkqaaa?format=raw", nil, 200, 0},
		{"what it is", "GET", "/", nil, 200, -1},
		{"file below a directory, as CAR", "GET", "/ipfs/" + string(f.file) + "?format=car&dag-scope=block", nil, 200, -1},
		{"absent", "GET", absent + "?format=raw", nil, 404, -1},
		{"absent head", "HEAD", absent + "?format=raw", nil, 404, -1},
		{"no such address", "GET", "/api", nil, 404, -1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := f.do(tt.method, tt.url, tt.header...)
			if w.Code != tt.code || tt.length >= 0 && w.Body.Len() != tt.length {
				t.Errorf("%s %s = %d, %d bytes; want %d, %d bytes", tt.method, tt.url, w.Code, w.Body.Len(), tt.code, tt.length)
			}
			if tt.method == "HEAD" && tt.code == 200 && w.Header().Get("Content-Length") != "1048576" {
				t.Errorf("HEAD says length %q; want 1048576", w.Header().Get("Content-Length"))
			}
		})
	}
}

// What is not allowed, and that not a byte of what is stored comes with the refusal.
func TestRefuseRequest(t *testing.T) {
	f := newFixture(t)
	chunk := "/ipfs/" + string(f.chunks[0])
	tests := []struct {
		name, method, url string
		header            []string
		code              int
	}{
		{"deserialised file", "GET", "/ipfs/" + string(f.file), nil, 406},
		{"deserialised chunk", "GET", chunk, []string{"Accept", "text/html"}, 406},
		{"asked through a proxy", "GET", chunk, []string{"X-Forwarded-Host", "localhost"}, 406},
		{"tar", "GET", "/ipfs/" + string(f.file) + "?format=tar", nil, 406},
		{"dag-json", "GET", "/ipfs/" + string(f.file) + "?format=dag-json", nil, 406},
		{"path below a block", "GET", chunk + "/x?format=raw", nil, 404},
		{"no CID", "GET", "/ipfs/nonsense?format=raw", nil, 400},
		{"no CID at all", "GET", "/ipfs/?format=raw", nil, 400},
		{"IPNS", "GET", "/ipns/example.com?format=raw", nil, 404},
		{"write", "PUT", chunk, nil, 405},
		{"delete", "DELETE", chunk, nil, 405},
		{"endless address", "GET", chunk + "?format=raw&x=" + strings.Repeat("x", maxURL), nil, 414},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := f.do(tt.method, tt.url, tt.header...)
			if w.Code != tt.code {
				t.Errorf("%s %s = %d; want %d", tt.method, tt.url, w.Code, tt.code)
			}
			if strings.Contains(w.Body.String(), "0123456789") {
				t.Error("the refusal carries the content")
			}
			if got := w.Header().Get("Content-Security-Policy"); !strings.HasPrefix(got, "sandbox") {
				t.Errorf("Content-Security-Policy is %q; want a sandbox on errors too", got)
			}
			if strings.Contains(w.Header().Get("Content-Type"), "html") {
				t.Errorf("the refusal is HTML")
			}
		})
	}
}

func TestCAR(t *testing.T) {
	f := newFixture(t)
	tests := []struct {
		name, query string
		want        []manifest.CID
	}{
		{"all", "", append([]manifest.CID{f.file}, f.chunks...)},
		{"one block", "&dag-scope=block", []manifest.CID{f.file}},
		{"a range of the file", "&dag-scope=entity&entity-bytes=1048576:1048577", []manifest.CID{f.file, f.chunks[1]}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := f.do("GET", "/ipfs/"+string(f.file)+"?format=car"+tt.query)
			r, err := car.NewBlockReader(w.Body) // checks each block's hash
			if err != nil {
				t.Fatalf("%d: %v", w.Code, err)
			}
			if want := cid.MustParse(string(f.file)); len(r.Roots) != 1 || r.Roots[0] != want {
				t.Errorf("roots are %v; want %v", r.Roots, want)
			}
			if got, whole := readBlocks(r); !whole || !slices.Equal(got, tt.want) {
				t.Errorf("whole: %v, blocks are\n%v; want\n%v", whole, got, tt.want)
			}
		})
	}
}

// damaged answers every Get as a broken disk does.
type damaged struct{ relay.Blocks }

func (damaged) Get(context.Context, manifest.CID) ([]byte, error) {
	return nil, relay.Errorf(relay.CodeUnverified, "damaged")
}

func TestRefuseDamagedBlock(t *testing.T) {
	f := newFixture(t)
	var log bytes.Buffer
	h, err := New(damaged{f.blocks}, nil, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	for _, url := range []string{"/ipfs/" + string(f.chunks[0]) + "?format=raw", "/ipfs/" + string(f.file) + "?format=car"} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", url, nil))
		if strings.Contains(url, "raw") && w.Code != http.StatusInternalServerError {
			t.Errorf("GET %s = %d; want 500", url, w.Code)
		}
		if strings.Contains(w.Body.String(), "0123456789") {
			t.Errorf("GET %s carries content", url)
		}
		if !strings.Contains(log.String(), "level=ERROR") {
			t.Errorf("GET %s: the operator is not told", url)
		}
		log.Reset()
	}
}

// held keeps every Get waiting until it is let go.
type held struct {
	relay.Blocks
	arrived chan struct{}
	release chan struct{}
}

func (h held) Get(ctx context.Context, c manifest.CID) ([]byte, error) {
	h.arrived <- struct{}{}
	<-h.release
	return h.Blocks.Get(ctx, c)
}

func TestRefuseTooManyAtOnce(t *testing.T) {
	f := newFixture(t)
	slow := held{f.blocks, make(chan struct{}), make(chan struct{})}
	h, err := New(slow, nil, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	get := func() *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", "/ipfs/"+string(f.chunks[2])+"?format=raw", nil)) // the smallest
		return w
	}
	var wg sync.WaitGroup
	for range maxConcurrent {
		wg.Go(func() {
			if w := get(); w.Code != 200 {
				t.Errorf("a request that was let in = %d; want 200", w.Code)
			}
		})
	}
	for range maxConcurrent {
		<-slow.arrived
	}
	w := get()
	if w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") == "" {
		t.Errorf("one too many = %d, Retry-After %q; want 429 and when to come back", w.Code, w.Header().Get("Retry-After"))
	}
	close(slow.release)
	wg.Wait()
}
