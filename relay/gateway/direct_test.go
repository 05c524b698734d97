package gateway

import (
	"bytes"
	"io"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay/deny"
	"github.com/dehug/dehug/relay/disk"
)

// What is answered without boxo is what boxo answers: status, header and body. Only a CAR's tag is another one, and its length
// is known.
func TestDirectAsBoxo(t *testing.T) {
	f := newFixture(t)
	public := publicFixture(t, nil)
	missing := publicFixture(t, nil, partsA[2])
	twice := newFile(t, f, append(slices.Repeat([]byte{7}, 2*manifest.ChunkSize), 1, 2, 3)) // a chunk that comes again
	deep := newFile(t, f, make([]byte, 0))
	const car = "?format=car&dag-scope=entity&entity-bytes="
	tests := []struct {
		name, method, path string
		header             []string
		on                 *fixture
		boxo               bool // it is boxo's after all
	}{
		{"block", "GET", string(f.chunks[0]) + "?format=raw", nil, f, false},
		{"block by header", "GET", string(f.chunks[2]), []string{"Accept", typeRaw}, f, false},
		{"block that is a node", "GET", string(f.file) + "?format=raw", nil, f, false},
		{"head", "HEAD", string(f.chunks[2]) + "?format=raw", nil, f, false},
		{"head by header", "HEAD", string(f.chunks[2]), []string{"Accept", typeRaw}, f, false},
		{"first chunk", "GET", string(f.file) + car + "0:1048575", nil, f, false},
		{"over a border", "GET", string(f.file) + car + "1048575:1048576&car-dups=y", nil, f, false},
		{"to beyond the end", "GET", string(f.file) + car + "1048576:9999999", []string{"Accept", "*/*"}, f, false},
		{"twice the same", "GET", string(twice) + car + "0:9999999&car-dups=n", nil, f, false},
		{"twice the same, both wanted", "GET", string(twice) + car + "0:9999999&car-dups=y", []string{"Accept", typeCAR}, f, false},
		{"small blocks", "GET", fileA + car + "512:1023", nil, public, false},
		{"one of several missing, not needed", "GET", fileA + car + "0:511", nil, missing, false},
		{"one missing", "GET", fileA + car + "0:1023", nil, missing, true},
		{"beyond the end", "GET", string(f.file) + car + "9999999:99999999", nil, f, true},
		{"empty file", "GET", string(deep) + car + "0:9", nil, f, true},
		{"from the end", "GET", string(f.file) + car + "-5:*", nil, f, true},
		{"too much at once", "GET", string(f.file) + car + "0:99999999", nil, f, true},
		{"directory", "GET", plain + car + "0:9", nil, public, true},
		{"range of a block", "GET", string(f.chunks[0]) + "?format=raw", []string{"Range", "bytes=5-9"}, f, true},
		{"known by its tag", "GET", string(f.chunks[0]) + "?format=raw", []string{"If-None-Match", `"` + string(f.chunks[0]) + `.raw"`}, f, true},
		{"absent", "GET", string(manifest.DigestOf([]byte("absent")).RawCID()) + "?format=raw", nil, f, true},
		{"a leaf as CAR", "GET", string(f.chunks[0]) + car + "0:9", nil, f, true},
		{"other parameters", "GET", string(f.file) + car + "0:9&filename=x.car", nil, f, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ipfs, _, err := newBoxo(store{tt.on.blocks, nil, slog.New(slog.DiscardHandler)}, maxSilence)
			if err != nil {
				t.Fatal(err)
			}
			left := false
			quick := direct{tt.on.blocks, nil, maxSilence, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				left = true
				ipfs.ServeHTTP(w, r)
			})}
			got := (&fixture{handler: withHeaders(quick)}).do(tt.method, "/ipfs/"+tt.path, tt.header...)
			want := (&fixture{handler: withHeaders(ipfs)}).do(tt.method, "/ipfs/"+tt.path, tt.header...)
			if left != tt.boxo {
				t.Errorf("answered by boxo: %v; want %v", left, tt.boxo)
			}
			if got.Code != want.Code || !bytes.Equal(got.Body.Bytes(), want.Body.Bytes()) {
				t.Errorf("%d, %d bytes; boxo answers %d, %d bytes", got.Code, got.Body.Len(), want.Code, want.Body.Len())
			}
			if strings.Contains(tt.path, "format=car") && !tt.boxo {
				if got.Header().Get("Etag") == "" || got.Header().Get("Content-Length") == "" {
					t.Errorf("header %v lacks a tag or the length", got.Header())
				}
				for _, w := range []http.ResponseWriter{got, want} {
					w.Header().Del("Etag")
					w.Header().Del("Content-Length")
				}
			}
			if !maps.EqualFunc(got.Header(), want.Header(), slices.Equal[[]string]) {
				t.Errorf("header\n%v; boxo's is\n%v", got.Header(), want.Header())
			}
		})
	}
}

// Nobody is to keep what was asked for past all caches.
func TestRunIsNotStored(t *testing.T) {
	f := newFixture(t)
	file := newFile(t, f, make([]byte, 3<<20))
	path := "/ipfs/" + string(file) + "?format=car&dag-scope=entity&entity-bytes=0:2097151&car-dups=y"
	for header, want := range map[string]string{"": "public, max-age=29030400, immutable", "no-cache": "no-store"} {
		if got := f.do("GET", path, "Cache-Control", header).Header().Get("Cache-Control"); got != want {
			t.Errorf("Cache-Control %q is answered with %q; want %q", header, got, want)
		}
	}
}

// newFile puts a file into the fixture's blocks.
func newFile(t *testing.T, f *fixture, body []byte) manifest.CID {
	t.Helper()
	hashed, err := manifest.HashFile(bytes.NewReader(body), func(_ int, chunk []byte, leaf manifest.Digest) error {
		return f.blocks.Put(t.Context(), manifest.Block{CID: leaf.RawCID(), Data: chunk})
	})
	if err != nil {
		t.Fatal(err)
	}
	c, nodes, err := manifest.UnixFS(hashed.Size, hashed.Leaves)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range nodes {
		if err := f.blocks.Put(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// A chunk that is denied is in no CAR that is answered without boxo either, and one that was damaged after it was sent once is
// not sent again.
func TestDirectRefuses(t *testing.T) {
	list := filepath.Join(t.TempDir(), "mine.deny")
	dir := t.TempDir()
	folder, err := disk.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{blocks: folder.Blocks()}
	body := make([]byte, 2*manifest.ChunkSize)
	rand.NewChaCha8([32]byte{1}).Read(body)
	file := newFile(t, f, body)
	first, second := manifest.DigestOf(body[:manifest.ChunkSize]).RawCID(), manifest.DigestOf(body[manifest.ChunkSize:]).RawCID()
	if err := os.WriteFile(list, []byte("/ipfs/"+string(first)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	denied, err := deny.Open(slog.New(slog.DiscardHandler), list)
	if err != nil {
		t.Fatal(err)
	}
	if f.handler, err = New(f.blocks, denied, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	url := "/ipfs/" + string(file) + "?format=car&dag-scope=entity&entity-bytes=0:2097151"
	if got, whole := readCAR(t, f.do("GET", url).Body); whole || slices.Contains(got, first) {
		t.Errorf("a CAR over a denied chunk: whole %v, %v", whole, got)
	}
	raw := "/ipfs/" + string(second) + "?format=raw"
	if w := f.do("GET", raw); w.Code != 200 || !bytes.Equal(w.Body.Bytes(), body[manifest.ChunkSize:]) {
		t.Fatalf("GET %s = %d, %d bytes; want the chunk", raw, w.Code, w.Body.Len())
	}
	name := filepath.Join(dir, "blocks", string(second[len(second)-3:len(second)-1]), string(second))
	if err := os.WriteFile(name, body[:manifest.ChunkSize], 0o600); err != nil {
		t.Fatal(err)
	}
	if w := f.do("GET", raw); w.Code != http.StatusInternalServerError {
		t.Errorf("a damaged chunk = %d; want 500", w.Code)
	}
}

func BenchmarkBlock(b *testing.B) {
	folder, err := disk.Open(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	body := make([]byte, manifest.ChunkSize)
	rand.NewChaCha8([32]byte{1}).Read(body)
	c := manifest.DigestOf(body).RawCID()
	if err := folder.Blocks().Put(b.Context(), manifest.Block{CID: c, Data: body}); err != nil {
		b.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	ipfs, _, err := newBoxo(store{folder.Blocks(), nil, log}, maxSilence)
	if err != nil {
		b.Fatal(err)
	}
	for name, h := range map[string]http.Handler{"direct": direct{folder.Blocks(), nil, maxSilence, ipfs}, "boxo": ipfs} {
		b.Run(name, func(b *testing.B) {
			srv := httptest.NewServer(h)
			defer srv.Close()
			b.SetBytes(int64(len(body)))
			for b.Loop() {
				res, err := http.Get(srv.URL + "/ipfs/" + string(c) + "?format=raw")
				if err != nil {
					b.Fatal(err)
				}
				if n, err := io.Copy(io.Discard, res.Body); n != int64(len(body)) || err != nil {
					b.Fatal(n, err)
				}
				res.Body.Close()
			}
		})
	}
}
