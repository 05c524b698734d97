package stream_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/wasm/stream"
)

// smallAndLarge is a release of a model of 2½ chunks and a file of 5 bytes.
func smallAndLarge(t testing.TB) *release {
	return publish(t, map[string][]byte{modelPath: noise(5 << 19), "LICENSE": []byte("terms")})
}

func readAll(ctx context.Context, t testing.TB, rel *stream.Release, path string) ([]byte, error) {
	t.Helper()
	f, err := rel.File(ctx, path)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.NewSectionReader(f.Reader(ctx), 0, f.Size))
}

func TestOpen(t *testing.T) {
	r := smallAndLarge(t)
	s := serve(t, r, honest)
	for _, ref := range []string{
		string(r.dir), "ipfs://" + string(r.dir), "ipfs://" + string(r.dir) + "/", "dehug:" + string(r.dir),
		string(r.manifest), string(r.manifest) + "?envelope=" + string(r.envelope),
	} {
		o, log := options(t, s.URL+"/")
		rel, err := stream.Open(t.Context(), ref, o)
		must(t, err)
		if rel.Digest != r.manifest.Digest() || rel.CID != r.manifest {
			t.Errorf("Open(%q): digest %s, want %s", ref, rel.Digest, r.manifest.Digest())
		}
		signed := !strings.HasSuffix(ref, string(r.manifest))
		if got := rel.Signer != nil; got != signed || signed && *rel.Signer != r.signer {
			t.Errorf("Open(%q): signer %v, want signed %v", ref, rel.Signer, signed)
		}
		if e, ok := log.events[len(log.events)-1].(stream.ManifestEvent); !ok || e.Release != rel {
			t.Errorf("Open(%q): last event %v, want the manifest", ref, log.events)
		}
		if n := rel.NeededBytes(); n != 5<<19 {
			t.Errorf("Open(%q): needs %d bytes, want those of the model alone", ref, n)
		}
		got, err := readAll(t.Context(), t, rel, modelPath)
		must(t, err)
		if !bytes.Equal(got, r.files[modelPath]) {
			t.Errorf("Open(%q): the model's bytes differ", ref)
		}
	}
}

// A reader may ask for any bytes in any order; the chunks it does not touch are not fetched.
func TestReader(t *testing.T) {
	r := publish(t, map[string][]byte{modelPath: noise(5<<20 + 3), "empty": nil})
	s := serve(t, r, honest)
	o, _ := options(t, s.URL)
	rel, err := stream.Open(t.Context(), string(r.dir), o)
	must(t, err)
	f, err := rel.File(t.Context(), modelPath)
	must(t, err)
	reader := f.Reader(t.Context())
	for _, c := range []struct{ off, n int64 }{{0, 1}, {1<<20 - 1, 2}, {5<<20 + 1, 2}} {
		p := make([]byte, c.n)
		if n, err := reader.ReadAt(p, c.off); n != len(p) || !bytes.Equal(p, r.files[modelPath][c.off:c.off+c.n]) {
			t.Errorf("ReadAt(%d bytes, %d): %d, %v", c.n, c.off, n, err)
		}
	}
	for i := range f.Count() {
		want := i <= 1 || i == 5
		if got := slices.Contains(s.requests(), r.chunkCID(modelPath, i)); got != want {
			t.Errorf("chunk %d was asked for: %v, want %v", i, got, want)
		}
	}
	const border, around = 2 << 20, 500
	must(t, iotest.TestReader(io.NewSectionReader(reader, border-around, 2*around), r.files[modelPath][border-around:border+around]))
	for _, cid := range s.requests() {
		if n := count(s.requests(), cid); n != 1 {
			t.Errorf("block %s was asked for %d times, want once", cid, n)
		}
	}
	if got, err := readAll(t.Context(), t, rel, "empty"); err != nil || len(got) != 0 {
		t.Errorf("an empty file: %d bytes, %v", len(got), err)
	}
	if n, err := reader.ReadAt(make([]byte, 2), f.Size-1); n != 1 || err != io.EOF {
		t.Errorf("ReadAt over the end: %d, %v, want 1, EOF", n, err)
	}
	if _, err := reader.ReadAt(make([]byte, 1), -1); err == nil {
		t.Error("ReadAt before the start: no error")
	}
}

// A reader that goes through a file has chunks fetched before it comes to them.
func TestReaderReadsAhead(t *testing.T) {
	r := publish(t, map[string][]byte{modelPath: noise(9<<20 + 3)})
	s := serve(t, r, honest)
	o, _ := options(t, s.URL)
	rel, err := stream.Open(t.Context(), string(r.dir), o)
	must(t, err)
	f, err := rel.File(t.Context(), modelPath)
	must(t, err)
	reader := f.Reader(t.Context())
	for i := range int64(3) {
		if _, err := reader.ReadAt(make([]byte, 1), i<<20); err != nil {
			t.Fatal(err)
		}
	}
	asked := func(i int) bool { return slices.Contains(s.requests(), r.chunkCID(modelPath, i)) }
	// The requests of a window leave at once and arrive in any order: the last one says nothing of the others.
	window := func() bool {
		return !slices.ContainsFunc([]int{0, 1, 2, 3, 4, 5, 6, 9}, func(i int) bool { return !asked(i) })
	}
	for deadline := time.Now().Add(10 * time.Second); !window() && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}
	for i := range f.Count() {
		if want := i <= 6 || i == 9; asked(i) != want {
			t.Errorf("chunk %d was asked for: %v, want %v", i, !want, want)
		}
	}
}

func count(list []manifest.CID, cid manifest.CID) (n int) {
	for _, c := range list {
		if c == cid {
			n++
		}
	}
	return n
}

// One source misbehaves in each way there is, the other is honest: the bytes are right and the evidence is too.
func TestSources(t *testing.T) {
	r := smallAndLarge(t)
	cases := []struct {
		name   string
		answer answer
		states []stream.SourceState // that occur
		reason string               // of the first evidence against it, in part
	}{
		{"flips a bit", flips, []stream.SourceState{stream.SourceLying, stream.SourceBanned}, "lied: its bytes hash to"},
		{"truncates", truncates, []stream.SourceState{stream.SourceUnusable}, "bytes of"},
		{"pads", pads, []stream.SourceState{stream.SourceUnusable}, "sent more than the"},
		{"answers HTML", answersHTML, []stream.SourceState{stream.SourceUnusable}, "sent a web page"},
		{"answers 500", fails, []stream.SourceState{stream.SourceUnusable}, "status 500"},
		{"breaks off", breaksOff, []stream.SourceState{stream.SourceUnusable}, "broke off after"},
		{"stalls", stalls, []stream.SourceState{stream.SourceUnusable}, "went silent after"},
		{"asks us to wait", asksToWait, []stream.SourceState{stream.SourceSlow}, "asks us to wait"},
		{"has nothing", hasNothing, nil, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			good := serve(t, r, honest)
			bad := serve(t, r, chunksOnly(r, c.answer))
			o, log := options(t, bad.URL, good.URL)
			rel, err := stream.Open(t.Context(), string(r.dir), o)
			must(t, err)
			got, err := readAll(t.Context(), t, rel, modelPath)
			must(t, err)
			if !bytes.Equal(got, r.files[modelPath]) {
				t.Error("the model's bytes differ")
			}
			states := log.states(bad.URL)
			for _, want := range c.states {
				if !slices.Contains(states, want) {
					t.Errorf("states of the bad source: %v, want %s among them", states, want)
				}
			}
			if got := log.states(good.URL); !slices.Equal(got, []stream.SourceState{stream.SourceOK}) {
				t.Errorf("states of the good source: %v, want ok", got)
			}
			e := log.evidence(bad.URL)
			if c.reason == "" {
				if e != nil {
					t.Errorf("evidence %+v against a source that only has nothing", e)
				}
				return
			}
			if e == nil || !strings.Contains(e.Reason, c.reason) {
				t.Fatalf("evidence %+v, want a reason like %q", e, c.reason)
			}
			if !strings.HasPrefix(e.What, "chunk ") || e.Expected != e.CID.Digest() || e.Source != bad.URL {
				t.Errorf("evidence %+v does not say what was asked for, of whom", e)
			}
			if c.states[0] == stream.SourceLying {
				if e.Got.IsZero() || e.Got == e.Expected || e.Bytes != e.ExpectedBytes {
					t.Errorf("evidence of a lie: %+v", e)
				}
			}
		})
	}
}

// chunksOnly is honest about everything but chunks of the model.
func chunksOnly(r *release, a answer) answer {
	return func(w http.ResponseWriter, req *http.Request, body []byte) {
		for i := 0; i*manifest.ChunkSize < len(r.files[modelPath]); i++ {
			if strings.HasSuffix(req.URL.Path, string(r.chunkCID(modelPath, i))) {
				a(w, req, body)
				return
			}
		}
		honest(w, req, body)
	}
}

// A liar is asked once, and not at all by a load that knows of it.
func TestLiarIsBanned(t *testing.T) {
	r := publish(t, map[string][]byte{modelPath: noise(6 << 20)})
	liar, good := serve(t, r, flips), serve(t, r, honest)
	o, log := options(t, liar.URL, good.URL)
	rel, err := stream.Open(t.Context(), string(r.dir), o)
	must(t, err)
	if _, err := readAll(t.Context(), t, rel, modelPath); err != nil {
		t.Fatal(err)
	}
	if got := liar.requests(); len(got) != 1 {
		t.Errorf("the liar was asked %d times, want once", len(got))
	}
	if got := log.states(liar.URL); !slices.Equal(got, []stream.SourceState{stream.SourceLying, stream.SourceBanned}) {
		t.Errorf("states %v, want lying, banned", got)
	}

	again, log2 := options(t, liar.URL, good.URL)
	again.Sources[0].Banned = log.evidence(liar.URL)
	if _, err := stream.Open(t.Context(), string(r.dir), again); err != nil {
		t.Fatal(err)
	}
	if got := liar.requests(); len(got) != 1 {
		t.Errorf("the liar was asked again: %d times", len(got))
	}
	if got := log2.evidence(liar.URL); got == nil || got.CID != log.evidence(liar.URL).CID {
		t.Errorf("evidence %+v, want the one of the first load", got)
	}
}

func TestChunks(t *testing.T) {
	r := publish(t, map[string][]byte{modelPath: noise(7<<20 + 9), "data.bin": noise(3 << 20)})
	s := serve(t, r, honest)
	o, log := options(t, s.URL)
	o.Whole = true
	rel, err := stream.Open(t.Context(), string(r.dir), o)
	must(t, err)
	if n := rel.NeededBytes(); n != 10<<20+9 {
		t.Errorf("needs %d bytes, want those of all files", n)
	}
	f, err := rel.File(t.Context(), modelPath)
	must(t, err)
	if _, err := f.Reader(t.Context()).ReadAt(make([]byte, 10), 0); err != nil {
		t.Fatal(err)
	}
	var list []stream.ChunkID
	for i := range 8 {
		list = append(list, stream.ChunkID{Path: modelPath, Index: i})
	}
	for i := range 3 {
		list = append(list, stream.ChunkID{Path: "data.bin", Index: i})
	}
	got := map[string][]byte{modelPath: make([]byte, 7<<20+9), "data.bin": make([]byte, 3<<20)}
	var busy sync.Mutex
	err = rel.Chunks(t.Context(), list, 4, func(id stream.ChunkID, b stream.Buffer) error {
		if !busy.TryLock() {
			t.Error("two chunks are handed on at a time")
		}
		defer busy.Unlock()
		_, err := b.ReadAt(got[id.Path][id.Index<<20:][:b.Len()], 0)
		return err
	})
	must(t, err)
	for path := range got {
		if !bytes.Equal(got[path], r.files[path]) {
			t.Errorf("the bytes of %s differ", path)
		}
	}
	for _, cid := range s.requests() {
		if n := count(s.requests(), cid); n != 1 {
			t.Errorf("block %s was asked for %d times, want once", cid, n)
		}
	}
	verified := 0
	for _, e := range log.events {
		if e, ok := e.(stream.ChunkEvent); ok && e.State == stream.ChunkVerified {
			verified++
		}
	}
	if verified != len(list) {
		t.Errorf("%d chunks were told verified, want %d", verified, len(list))
	}
	if tr := rel.Traffic(); tr.Verified != tr.Fetched || tr.Verified < 10<<20+9 {
		t.Errorf("traffic %+v", tr)
	}

	stop := errors.New("stop")
	if err := rel.Chunks(t.Context(), list, 4, func(stream.ChunkID, stream.Buffer) error { return stop }); err != stop {
		t.Errorf("an error of the taker: got %v, want it back", err)
	}
	if err := rel.Chunks(t.Context(), []stream.ChunkID{{Path: modelPath, Index: 8}}, 1, nil); stream.CodeOf(err) != stream.CodeInvalid {
		t.Errorf("a chunk that does not exist: %v", err)
	}
}

func TestCancel(t *testing.T) {
	r := smallAndLarge(t)
	s := serve(t, r, chunksOnly(r, stalls))
	o, _ := options(t, s.URL)
	o.Timing = stream.Timing{} // the defaults would wait long
	ctx, cancel := context.WithCancel(t.Context())
	rel, err := stream.Open(ctx, string(r.dir), o)
	must(t, err)
	done := make(chan error, 1)
	go func() {
		_, err := readAll(ctx, t, rel, modelPath)
		done <- err
	}()
	for len(s.requests()) < 4 { // the directory, manifest, envelope; then the leaf list or a chunk
		select {
		case err := <-done:
			t.Fatalf("ended before it was cancelled: %v", err)
		default:
		}
	}
	cancel()
	if err := <-done; stream.CodeOf(err) != stream.CodeAborted || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want aborted", err)
	}
}

// What is wrong, and what the reader is told. Nothing of the model is fetched in any of these.
func TestRefuse(t *testing.T) {
	r := smallAndLarge(t)
	other, err := ethsig.ParseKey(strings.Repeat("22", 32))
	must(t, err)
	stranger := other.Address()
	// with replaces a document of the release and gives it the CID it then has.
	with := func(block []byte) (manifest.CID, *release) {
		cid := manifest.DigestOf(block).RawCID()
		c := &release{files: r.files, blocks: map[manifest.CID][]byte{cid: block}}
		for k, v := range r.blocks {
			c.blocks[k] = v
		}
		return cid, c
	}
	doc := r.blocks[r.manifest]
	malformed, malformedIn := with(bytes.Replace(doc, []byte(`"schema"`), []byte(`"Schema"`), 1))
	oversize, oversizeIn := with(noise(manifest.MaxDocument + 1))
	dataset, datasetIn := with(asDataset(t, doc))
	foreign, err := other.SignManifest(asAuthor(t, doc, stranger))
	must(t, err)
	envelope, foreignIn := with(foreign)
	forged, forgedIn := with(flipHex(r.blocks[r.envelope]))

	cases := []struct {
		name    string
		ref     string
		release *release
		answer  answer
		change  func(o *stream.Options)
		code    stream.Code
		says    string
	}{
		{name: "malformed manifest", ref: string(malformed), release: malformedIn, code: stream.CodeInvalid, says: "the manifest: "},
		{name: "oversize manifest", ref: string(oversize), release: oversizeIn, code: stream.CodeUnreachable, says: "more than the 1048576 bytes"},
		{name: "wrong digest", ref: string(r.dir), release: r, answer: flips, code: stream.CodeUnverified, says: "the release directory: every source lied"},
		{name: "wrong signer", ref: string(r.dir), release: r, change: func(o *stream.Options) { o.Signer = &stranger },
			code: stream.CodeWrongSigner, says: "not signed by " + stranger.String() + " but by " + r.signer.String()},
		{name: "no signer where one is asked for", ref: string(r.manifest), release: r, change: func(o *stream.Options) { o.Signer = &r.signer },
			code: stream.CodeWrongSigner, says: "nobody signed it"},
		{name: "forged signature", ref: string(r.manifest) + "?envelope=" + string(forged), release: forgedIn, code: stream.CodeUnverified, says: "the signatures: "},
		{name: "envelope of another manifest", ref: string(r.manifest) + "?envelope=" + string(envelope), release: foreignIn, code: stream.CodeUnverified, says: "the signatures: "},
		{name: "model larger than allowed", ref: string(r.dir), release: r, change: func(o *stream.Options) { o.MaxBytes = 5<<19 - 1 },
			code: stream.CodeTooLarge, says: "2621440 bytes, more than the 2621439"},
		{name: "data set in the place of a model", ref: string(dataset), release: datasetIn, code: stream.CodeInvalid, says: "this release has none"},
		{name: "no source answers", ref: string(r.dir), release: r, change: func(o *stream.Options) {
			o.Sources = []stream.Source{{URL: "http://127.0.0.1:1", Label: "one"}, {URL: "http://127.0.0.1:2", Label: "two"}}
		}, code: stream.CodeUnreachable, says: "one did not answer"},
		{name: "all sources fail", ref: string(r.dir), release: r, answer: fails, code: stream.CodeUnreachable, says: "status 500"},
		{name: "no source has it", ref: string(manifest.DigestOf(nil).RawCID()), release: r, code: stream.CodeNotFound, says: "no source has it"},
		{name: "no sources", ref: string(r.dir), release: r, change: func(o *stream.Options) { o.Sources = nil }, code: stream.CodeInvalid, says: "no sources are given"},
		{name: "source that is no URL", ref: string(r.dir), release: r, change: func(o *stream.Options) { o.Sources = []stream.Source{{URL: "gateway.example"}} },
			code: stream.CodeInvalid, says: "is not the base URL of a gateway"},
		{name: "too many sources", ref: string(r.dir), release: r, change: func(o *stream.Options) {
			for i := range stream.MaxSources {
				o.Sources = append(o.Sources, stream.Source{URL: "https://gateway.example/" + strings.Repeat("x", i)})
			}
		}, code: stream.CodeInvalid, says: "at most 16"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if c.answer == nil {
				c.answer = honest
			}
			s := serve(t, c.release, c.answer)
			o, _ := options(t, s.URL)
			if c.change != nil {
				c.change(&o)
			}
			rel, err := stream.Open(t.Context(), c.ref, o)
			if err == nil {
				t.Fatalf("Open(%q): got %v, want a refusal", c.ref, rel.Manifest.Name)
			}
			checkRefusal(t, err, c.code, c.says)
			for i := range 3 {
				if slices.Contains(s.requests(), r.chunkCID(modelPath, i)) {
					t.Errorf("chunk %d of the model was fetched", i)
				}
			}
		})
	}
}

func checkRefusal(t *testing.T, err error, code stream.Code, says string) {
	t.Helper()
	var e *stream.Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v, which has no code", err)
	}
	if e.Code != code || !strings.Contains(e.Message, says) {
		t.Errorf("got %s: %s\nwant %s: … %s …", e.Code, e.Message, code, says)
	}
	if e.Hint == "" {
		t.Errorf("%s: it does not say what to do", e.Message)
	}
}

// What is found out only when a file is read.
func TestRefuseFile(t *testing.T) {
	r := smallAndLarge(t)
	m, err := manifest.Parse(r.blocks[r.manifest])
	must(t, err)
	model, _ := m.File(modelPath)
	only := func(cid manifest.CID, a answer) answer {
		return func(w http.ResponseWriter, req *http.Request, body []byte) {
			if strings.HasSuffix(req.URL.Path, string(cid)) {
				a(w, req, body)
			} else {
				honest(w, req, body)
			}
		}
	}
	cases := []struct {
		name   string
		path   string
		answer answer
		code   stream.Code
		says   string
	}{
		{"missing file", "weights.bin", honest, stream.CodeNotFound, `no file "weights.bin"`},
		{"all sources lie about the leaf list", modelPath, only(model.Leaves, flips), stream.CodeUnverified, "the leaf list of model.onnx: every source lied"},
		{"all sources lie about a chunk", modelPath, only(r.chunkCID(modelPath, 1), flips), stream.CodeUnverified, "chunk 1 of model.onnx: every source lied"},
		{"all sources cut a chunk short", modelPath, only(r.chunkCID(modelPath, 1), truncates), stream.CodeUnreachable, "sent 524288 bytes of 1048576"},
		{"no source has a chunk", modelPath, only(r.chunkCID(modelPath, 2), hasNothing), stream.CodeNotFound, "chunk 2 of model.onnx: no source has it"},
		{"all sources answer HTML", modelPath, only(r.chunkCID(modelPath, 0), answersHTML), stream.CodeUnreachable, "sent a web page"},
		{"all sources stall", modelPath, only(r.chunkCID(modelPath, 0), stalls), stream.CodeUnreachable, "went silent"},
		{"all sources ask to wait", modelPath, only(r.chunkCID(modelPath, 0), asksToWait), stream.CodeUnreachable, "asks us to wait"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			a, b := serve(t, r, c.answer), serve(t, r, c.answer)
			o, _ := options(t, a.URL, b.URL)
			rel, err := stream.Open(t.Context(), string(r.dir), o)
			must(t, err)
			_, err = readAll(t.Context(), t, rel, c.path)
			if err == nil {
				t.Fatal("read, want a refusal")
			}
			checkRefusal(t, err, c.code, c.says)
		})
	}
}

func asDataset(t *testing.T, doc []byte) []byte {
	m, err := manifest.Parse(doc)
	must(t, err)
	m.Kind, m.Runtime = manifest.KindDataset, nil
	return encode(t, m)
}

func asAuthor(t *testing.T, doc []byte, a manifest.Address) []byte {
	m, err := manifest.Parse(doc)
	must(t, err)
	m.Authors[0].Address = a
	return encode(t, m)
}

func encode(t *testing.T, m *manifest.Manifest) []byte {
	doc, err := m.Encode()
	must(t, err)
	return doc
}

// flipHex changes one digit of an envelope's signature.
func flipHex(envelope []byte) []byte {
	b := bytes.Clone(envelope)
	i := bytes.Index(b, []byte(`"signature":"0x`)) + len(`"signature":"0x`) + 3
	if b[i] == '0' {
		b[i] = '1'
	} else {
		b[i] = '0'
	}
	return b
}
