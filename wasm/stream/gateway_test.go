package stream_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/wasm/stream"
)

// release is a published release: every block of it, by CID.
type release struct {
	manifest, envelope, dir manifest.CID
	files                   map[string][]byte
	blocks                  map[manifest.CID][]byte
	signer                  manifest.Address
}

const modelPath = "model.onnx"

// publish makes a signed release of files, in which model.onnx is the entry.
func publish(t testing.TB, files map[string][]byte) *release {
	t.Helper()
	key, err := ethsig.ParseKey(strings.Repeat("11", 32))
	must(t, err)
	m := &manifest.Manifest{
		Schema: manifest.Schema, Kind: manifest.KindModel, Name: "tiny", Version: "1.0.0", Created: "2026-01-02T15:04:05Z",
		License: manifest.License{SPDX: "MIT"}, Runtime: &manifest.Runtime{Format: "onnx", Opset: 13},
		Authors: []manifest.Author{{Address: key.Address(), Role: "author", Share: manifest.TotalShares}},
	}
	r := &release{files: files, blocks: map[manifest.CID][]byte{}, signer: key.Address()}
	var leaves [][]manifest.Digest
	for _, path := range slices.Sorted(maps.Keys(files)) {
		h, err := manifest.HashFile(bytes.NewReader(files[path]), func(_ int, chunk []byte, leaf manifest.Digest) error {
			r.blocks[leaf.RawCID()] = bytes.Clone(chunk)
			return nil
		})
		must(t, err)
		mediaType := "application/octet-stream"
		if path == modelPath {
			mediaType = manifest.MediaTypeONNX
		}
		f, err := h.File(path, mediaType)
		must(t, err)
		m.Files = append(m.Files, f)
		leaves = append(leaves, h.Leaves)
	}
	m.Root, err = manifest.Root(m.Files)
	must(t, err)
	doc, err := m.Encode()
	must(t, err)
	envelope, err := key.SignManifest(doc)
	must(t, err)
	dir, blocks, err := manifest.BuildRelease(doc, envelope, leaves)
	must(t, err)
	for _, b := range blocks {
		r.blocks[b.CID] = b.Data
	}
	r.dir, r.manifest, r.envelope = dir, manifest.DigestOf(doc).RawCID(), manifest.DigestOf(envelope).RawCID()
	return r
}

// chunkCID is the CID of chunk i of a file.
func (r *release) chunkCID(path string, i int) manifest.CID {
	b := r.files[path][i*manifest.ChunkSize:]
	return manifest.DigestOf(b[:min(len(b), manifest.ChunkSize)]).RawCID()
}

// noise is n bytes that differ everywhere, and from other lengths' noise.
func noise(n int) []byte {
	b := make([]byte, n)
	rand.NewChaCha8([32]byte{byte(n), byte(n >> 8), byte(n >> 16), byte(n >> 24)}).Read(b)
	return b
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// server is a gateway that may misbehave, over real HTTP. It counts what it was asked for.
type server struct {
	*httptest.Server
	mu    sync.Mutex
	asked []manifest.CID
}

// answer writes the reply for a block; body is what an honest gateway would send.
type answer func(w http.ResponseWriter, r *http.Request, body []byte)

func serve(t testing.TB, r *release, a answer) *server {
	t.Helper()
	s := &server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		cid := manifest.CID(strings.TrimPrefix(req.URL.Path, "/ipfs/"))
		if req.URL.RawQuery != "format=raw" || req.Header.Get("Accept") != "application/vnd.ipld.raw" {
			t.Errorf("request %s with Accept %q: not that of a raw block", req.URL, req.Header.Get("Accept"))
		}
		s.mu.Lock()
		s.asked = append(s.asked, cid)
		s.mu.Unlock()
		body, ok := r.blocks[cid]
		if !ok {
			http.NotFound(w, req)
			return
		}
		a(w, req, body)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *server) requests() []manifest.CID {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked)
}

func honest(w http.ResponseWriter, _ *http.Request, body []byte) {
	w.Header().Set("Content-Type", "application/vnd.ipld.raw")
	w.Write(body)
}

func flips(w http.ResponseWriter, r *http.Request, body []byte) {
	body = bytes.Clone(body)
	body[len(body)/2] ^= 1
	honest(w, r, body)
}

func truncates(w http.ResponseWriter, r *http.Request, body []byte) { honest(w, r, body[:len(body)/2]) }

func pads(w http.ResponseWriter, r *http.Request, body []byte) {
	honest(w, r, append(bytes.Clone(body), 0))
}

func answersHTML(w http.ResponseWriter, _ *http.Request, _ []byte) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	io.WriteString(w, "<!doctype html><p>Please sign in.</p>")
}

func fails(w http.ResponseWriter, _ *http.Request, _ []byte) {
	w.WriteHeader(http.StatusInternalServerError)
}

func hasNothing(w http.ResponseWriter, r *http.Request, _ []byte) { http.NotFound(w, r) }

func breaksOff(w http.ResponseWriter, r *http.Request, body []byte) {
	w.Header().Set("Content-Length", fmt.Sprint(len(body)))
	w.Write(body[:len(body)/2])
	panic(http.ErrAbortHandler)
}

func asksToWait(w http.ResponseWriter, _ *http.Request, _ []byte) {
	w.Header().Set("Retry-After", "0")
	w.WriteHeader(http.StatusTooManyRequests)
}

// stalls sends half of the body and then nothing until the reader hangs up.
func stalls(w http.ResponseWriter, r *http.Request, body []byte) {
	w.Header().Set("Content-Length", fmt.Sprint(len(body)))
	w.Write(body[:len(body)/2])
	w.(http.Flusher).Flush()
	<-r.Context().Done()
}

// fetcher is a Fetcher by net/http. Its buffers are taps.
type fetcher struct {
	client *http.Client
	taps   *taps
}

func (f fetcher) Fetch(ctx context.Context, r stream.Request) (stream.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.URL, nil)
	if err != nil {
		return stream.Response{}, err
	}
	req.Header.Set("Accept", "application/vnd.ipld.raw")
	res, err := f.client.Do(req)
	if err != nil {
		return stream.Response{}, err
	}
	defer res.Body.Close()
	out := stream.Response{Status: res.StatusCode, ContentType: res.Header.Get("Content-Type"), RetryAfter: res.Header.Get("Retry-After")}
	if res.StatusCode != http.StatusOK {
		return out, nil
	}
	var body bytes.Buffer
	part := make([]byte, 64<<10)
	for in := io.LimitReader(res.Body, r.Limit+1); ; {
		n, err := in.Read(part)
		body.Write(part[:n])
		if n > 0 {
			r.Progress(int64(body.Len()))
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return out, err
		}
	}
	out.Body = f.taps.buffer(r.URL, body.Bytes())
	return out, nil
}

// taps watches that nothing reads a buffer that was not hashed to what was asked for.
type taps struct{ t testing.TB }

func (t *taps) buffer(url string, b []byte) stream.Buffer {
	_, rest, _ := strings.Cut(url, "/ipfs/")
	cid, _, _ := strings.Cut(rest, "?")
	return &tap{Bytes: b, t: t.t, want: manifest.CID(cid).Digest()}
}

type tap struct {
	stream.Bytes
	t        testing.TB
	want     manifest.Digest
	mu       sync.Mutex
	verified bool
}

func (b *tap) SHA256(ctx context.Context) (manifest.Digest, error) {
	d, err := b.Bytes.SHA256(ctx)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.verified = err == nil && d == b.want
	return d, err
}

func (b *tap) ReadAt(p []byte, off int64) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.verified {
		b.t.Errorf("%d bytes at %d of block %s were read before they were verified", len(p), off, b.want)
	}
	return b.Bytes.ReadAt(p, off)
}

// quick is for tests in which sources fail: the waits between tries are not what they are about. On a busy machine an
// honest source may be silent for a while, and late.
var quick = stream.Timing{Stall: 2 * time.Second, Hedge: -1, Backoff: time.Millisecond, BackoffMax: 5 * time.Millisecond, RetryAfter: time.Millisecond}

// log keeps events. It is the Options.Events of every test, and watches that nobody calls it twice at a time.
type log struct {
	t      testing.TB
	busy   sync.Mutex
	mu     sync.Mutex
	events []stream.Event
}

func (l *log) add(e stream.Event) {
	if !l.busy.TryLock() {
		l.t.Error("two events at a time")
		return
	}
	defer l.busy.Unlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.events = append(l.events, e)
}

// states lists what happened to a source, repetitions left out.
func (l *log) states(url string) []stream.SourceState {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []stream.SourceState
	for _, e := range l.events {
		if e, ok := e.(stream.SourceEvent); ok && e.Source == url {
			out = append(out, e.State)
		}
	}
	return slices.Compact(out)
}

// evidence is the first that was given against a source.
func (l *log) evidence(url string) *stream.Evidence {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range l.events {
		if e, ok := e.(stream.SourceEvent); ok && e.Source == url && e.Evidence != nil {
			return e.Evidence
		}
	}
	return nil
}

func options(t testing.TB, urls ...string) (stream.Options, *log) {
	l := &log{t: t}
	o := stream.Options{
		Fetcher: fetcher{http.DefaultClient, &taps{t}}, Recover: ethsig.Recover, Timing: quick, Events: l.add,
	}
	for _, u := range urls {
		o.Sources = append(o.Sources, stream.Source{URL: u})
	}
	return o, l
}

// fetchFunc is a Fetcher that only looks; every source answers 404.
type fetchFunc func(stream.Request)

func (f fetchFunc) Fetch(_ context.Context, r stream.Request) (stream.Response, error) {
	f(r)
	return stream.Response{Status: http.StatusNotFound}, nil
}
