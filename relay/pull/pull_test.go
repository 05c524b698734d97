package pull

import (
	"bytes"
	"context"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/disk"
	"github.com/dehug/dehug/relay/gateway"
	"github.com/dehug/dehug/relay/publish"
	"github.com/dehug/dehug/wasm/stream"
)

// world is a published release and a gateway that serves it.
type world struct {
	ref   string
	files map[string][]byte
	real  http.Handler
}

// server serves the world's blocks through a fault and remembers which were asked for.
type server struct {
	*httptest.Server
	mu    sync.Mutex
	asked []string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	noise := make([]byte, 3*manifest.ChunkSize+7)
	rand.NewChaCha8([32]byte{1}).Read(noise)
	w := &world{files: map[string][]byte{"model.onnx": noise, "weights/small.bin": []byte("small"), "empty": nil}}
	dir := t.TempDir()
	author := `{"name": "m", "version": "1.0.0", "license": {"spdx": "MIT"}, "runtime": {"format": "onnx", "opset": 13}}`
	if err := os.Mkdir(filepath.Join(dir, "weights"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, data := range w.files {
		write(t, filepath.Join(dir, name), data)
	}
	write(t, filepath.Join(dir, publish.AuthorFile), []byte(author))
	key, err := ethsig.ParseKey(strings.Repeat("0", 63) + "1")
	if err != nil {
		t.Fatal(err)
	}
	folder, err := disk.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	res, err := publish.Publish(t.Context(), folder.Blocks(), dir, publish.Options{Key: key, Created: time.Unix(1e9, 0)})
	if err != nil {
		t.Fatal(err)
	}
	w.ref = string(res.Release.Release)
	if w.real, err = gateway.New(folder.Blocks(), nil, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	return w
}

func write(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(name, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// serve starts a gateway. fault may answer in its place, and says so.
func (w *world) serve(t *testing.T, fault func(http.ResponseWriter, *http.Request) bool) *server {
	t.Helper()
	s := &server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked = append(s.asked, strings.TrimPrefix(r.URL.Path, "/ipfs/"))
		s.mu.Unlock()
		if fault == nil || !fault(rw, r) {
			w.real.ServeHTTP(rw, r)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *server) count(cid manifest.CID) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.asked {
		if c == string(cid) {
			n++
		}
	}
	return n
}

// lie answers a whole block with one bit flipped.
func (w *world) lie(rw http.ResponseWriter, r *http.Request) bool {
	rec := httptest.NewRecorder()
	w.real.ServeHTTP(rec, r)
	body := rec.Body.Bytes()
	body[len(body)/2] ^= 1
	rw.Header().Set("Content-Type", "application/vnd.ipld.raw")
	rw.Write(body)
	return true
}

func (w *world) check(t *testing.T, dir string) {
	t.Helper()
	for name, want := range w.files {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %d bytes, %v; want the published %d", name, len(got), err, len(want))
		}
	}
	rest, _ := filepath.Glob(filepath.Join(dir, "~*"))
	if len(rest) > 0 {
		t.Errorf("left behind: %v", rest)
	}
}

func TestRelease(t *testing.T) {
	w := newWorld(t)
	liar, honest := w.serve(t, w.lie), w.serve(t, nil)
	dir := filepath.Join(t.TempDir(), "new")
	var lied []string
	var last, kept int64
	rel, err := Release(t.Context(), w.ref, dir, Options{Sources: []string{liar.URL, honest.URL},
		Progress: func(_ string, done, before int64) { last, kept = done, before },
		Events: func(e stream.Event) {
			if s, ok := e.(stream.SourceEvent); ok && s.State == stream.SourceLying {
				lied = append(lied, s.Source)
			}
		}})
	if err != nil {
		t.Fatal(err)
	}
	w.check(t, dir)
	if rel.Signer == nil || !slices.Equal(lied, []string{liar.URL}) {
		t.Errorf("signer %v, liars %v; want %v named once", rel.Signer, lied, liar.URL)
	}
	if want := int64(len(w.files["model.onnx"]) + 5); last != want || kept != 0 {
		t.Errorf("progress ends at %d, %d kept; want %d, 0", last, kept, want)
	}
	// Again: nothing but the manifest, its envelope, directory and leaf lists is asked for.
	again := w.serve(t, nil)
	if _, err := Release(t.Context(), w.ref, dir, Options{Sources: []string{again.URL}}); err != nil {
		t.Fatal(err)
	}
	for i := range 4 {
		if n := again.count(chunk(w, "model.onnx", i)); n != 0 {
			t.Errorf("chunk %d, which is there, was fetched %d times", i, n)
		}
	}
}

func chunk(w *world, name string, i int) manifest.CID {
	data := w.files[name][i*manifest.ChunkSize:]
	return manifest.DigestOf(data[:min(len(data), manifest.ChunkSize)]).RawCID()
}

// What broke off goes on: chunks that are there and hold are not fetched again, damaged ones are.
func TestResume(t *testing.T) {
	w := newWorld(t)
	dir := t.TempDir()
	last := chunk(w, "model.onnx", 3)
	broken := w.serve(t, func(rw http.ResponseWriter, r *http.Request) bool {
		if !strings.Contains(r.URL.Path, string(last)) {
			return false
		}
		http.NotFound(rw, r)
		return true
	})
	_, err := Release(t.Context(), w.ref, dir, Options{Sources: []string{broken.URL}, Files: []string{"model.onnx"}})
	if relay.ErrorCode(err) != relay.CodeNotFound {
		t.Fatalf("error is %v; want that a chunk is not there", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "model.onnx")); err == nil {
		t.Error("a file that is not whole has its name already")
	}
	parts, _ := filepath.Glob(filepath.Join(dir, "~*.part"))
	if len(parts) != 1 {
		t.Fatalf("parts: %v", parts)
	}
	part, err := os.ReadFile(parts[0])
	if err != nil {
		t.Fatal(err)
	}
	// All of it but its last chunk, as if the disk had spoilt one bit.
	copy(part, w.files["model.onnx"][:3*manifest.ChunkSize])
	part = append(part[:0:0], w.files["model.onnx"][:3*manifest.ChunkSize]...)
	part[manifest.ChunkSize+9] ^= 4
	write(t, parts[0], part)
	honest := w.serve(t, nil)
	var kept int64
	if _, err := Release(t.Context(), w.ref, dir, Options{Sources: []string{honest.URL}, Progress: func(_ string, _, before int64) { kept = before }}); err != nil {
		t.Fatal(err)
	}
	w.check(t, dir)
	for i, want := range []int{0, 1, 0, 1} {
		if got := honest.count(chunk(w, "model.onnx", i)); got != want {
			t.Errorf("chunk %d was fetched %d times; want %d", i, got, want)
		}
	}
	if kept != 2*manifest.ChunkSize {
		t.Errorf("%d bytes kept; want two chunks", kept)
	}
}

func TestRefuse(t *testing.T) {
	w := newWorld(t)
	honest := w.serve(t, nil)
	other, err := manifest.ParseAddress("0x0000000000000000000000000000000000000001")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name  string
		o     Options
		setup func(dir string)
		code  relay.Code
		check func(dir string)
	}{
		{name: "another file is there", setup: func(dir string) { write(t, filepath.Join(dir, "model.onnx"), []byte("mine")) }, code: relay.CodeInvalid,
			check: func(dir string) {
				if b, _ := os.ReadFile(filepath.Join(dir, "model.onnx")); string(b) != "mine" {
					t.Errorf("it is %q now", b)
				}
			}},
		{name: "a longer file that begins the same", setup: func(dir string) {
			write(t, filepath.Join(dir, "model.onnx"), append(slices.Clone(w.files["model.onnx"]), 1))
		}, code: relay.CodeInvalid},
		{name: "a link that leads out", setup: func(dir string) {
			if err := os.Symlink(t.TempDir(), filepath.Join(dir, "weights")); err != nil {
				t.Fatal(err)
			}
		}, code: relay.CodeInternal},
		{name: "no such file", o: Options{Files: []string{"nothing"}}, code: relay.CodeNotFound},
		{name: "too large", o: Options{MaxBytes: 100}, code: relay.CodeTooLarge},
		{name: "another signer", o: Options{Signer: &other}, code: relay.CodeUnverified},
		{name: "only liars", o: Options{Sources: []string{w.serve(t, w.lie).URL}}, code: relay.CodeUnverified},
		{name: "nobody there", o: Options{Sources: []string{"http://127.0.0.1:9"}}, code: relay.CodeInternal},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			if tt.setup != nil {
				tt.setup(dir)
			}
			if tt.o.Sources == nil {
				tt.o.Sources = []string{honest.URL}
			}
			_, err := Release(t.Context(), w.ref, dir, tt.o)
			if relay.ErrorCode(err) != tt.code {
				t.Errorf("error is %v (%s); want %s", err, relay.ErrorCode(err), tt.code)
			}
			if tt.check != nil {
				tt.check(dir)
			}
		})
	}
}

// Giving up says so in the way that the command line knows, and leaves what can be gone on with.
func TestInterrupted(t *testing.T) {
	w := newWorld(t)
	ctx, cancel := context.WithCancel(t.Context())
	slow := w.serve(t, func(_ http.ResponseWriter, r *http.Request) bool {
		if strings.Contains(r.URL.Path, string(chunk(w, "model.onnx", 0))) {
			cancel()
		}
		return false
	})
	_, err := Release(ctx, w.ref, t.TempDir(), Options{Sources: []string{slow.URL}})
	if err == nil || !strings.Contains(err.Error(), context.Canceled.Error()) {
		t.Errorf("error is %v", err)
	}
}
