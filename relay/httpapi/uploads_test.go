package httpapi

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/disk"
	"github.com/dehug/dehug/relay/publish"
	"github.com/dehug/dehug/relay/upload"
)

// made is a release of one small file, published elsewhere.
type made struct {
	relay.Release
	blocks []manifest.Block
	tar    []byte
}

func makeRelease(t *testing.T) made {
	t.Helper()
	return makeVersion(t, "1.0.0", map[string]string{"greeter.onnx": "weights", "README.md": "# Greeter\nIt greets."})
}

// makeVersion makes one of greeter, of files that are smaller than a chunk.
func makeVersion(t *testing.T, version string, files map[string]string) made {
	t.Helper()
	ctx := context.Background()
	dir := t.TempDir()
	author := map[string]string{publish.AuthorFile: `{"name": "greeter", "version": "` + version + `", "title": "Greeter", "summary": "Says hello", "tags": ["tiny"], "license": {"spdx": "MIT"}, "runtime": {"format": "onnx", "opset": 17}}`}
	maps.Copy(author, files)
	for name, text := range author {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	folder, err := disk.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	res, err := publish.Publish(ctx, folder.Blocks(), dir, publish.Options{Key: testKey(t, "1"), Created: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	m := made{Release: res.Release}
	var archive bytes.Buffer
	w := tar.NewWriter(&archive)
	add := func(name string, cid manifest.CID) []byte {
		data, err := folder.Blocks().Get(ctx, cid)
		if err != nil {
			t.Fatal(err)
		}
		m.blocks = append(m.blocks, manifest.Block{CID: cid, Data: data})
		w.WriteHeader(&tar.Header{Name: name, Size: int64(len(data)), Mode: 0o644, Typeflag: tar.TypeReg})
		w.Write(data)
		return data
	}
	add("manifest.json", m.Manifest)
	add("envelope.json", m.Envelope)
	for _, f := range res.Manifest.Files {
		leaves, err := manifest.ParseLeafList(add("leaves/"+f.Path, f.Leaves), f)
		if err != nil {
			t.Fatal(err)
		}
		add("files/"+f.Path, leaves[0].RawCID())
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	m.tar = archive.Bytes()
	return m
}

// withUploads is a hub that takes uploads into an empty folder.
func withUploads(t testing.TB) *hub {
	t.Helper()
	h := newHub(t)
	folder, err := disk.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	h.folder, h.Blocks = folder, folder.Blocks()
	h.Uploads = upload.New(folder, h.Store, 1<<20, func() time.Time { return h.at }, slog.New(slog.DiscardHandler))
	h.Bringer, h.Paid, h.Orders = &bringer{}, &paid{hub: h}, &ordered{hub: h}
	if h.Handler, err = New(Config{Site: tree, Releases: two, Hub: h.Hub, Log: slog.New(slog.DiscardHandler)}); err != nil {
		t.Fatal(err)
	}
	return h
}

func TestUploadGolden(t *testing.T) {
	h := withUploads(t)
	m := makeRelease(t)
	cookie := h.signIn(testKey(t, "1"))
	step := func(name, method, path, body string, want int, header ...string) *httptest.ResponseRecorder {
		t.Helper()
		w := h.ask(method, path, body, append([]string{"Cookie", cookie}, header...)...)
		h.golden(name, method, path, w, want)
		return w
	}
	step("upload-too-much", "POST", "/api/v1/uploads", `{"bytes":2000000}`, 409)
	var up UploadInfo
	if err := json.Unmarshal(step("upload", "POST", "/api/v1/uploads", `{"bytes":4000}`, 201).Body.Bytes(), &up); err != nil {
		t.Fatal(err)
	}
	at := "/api/v1/uploads/" + up.ID
	var asked struct {
		CIDs []manifest.CID `json:"cids"`
	}
	for _, b := range m.blocks {
		asked.CIDs = append(asked.CIDs, b.CID)
	}
	question, err := json.Marshal(asked)
	if err != nil {
		t.Fatal(err)
	}
	step("upload-missing", "POST", at+"/missing", string(question), 200)
	step("upload-no-cid", "POST", at+"/missing", `{"cids":["bafy"]}`, 400)
	put := func(b manifest.Block, data string) *httptest.ResponseRecorder {
		return h.ask("PUT", at+"/blocks/"+string(b.CID), data, "Cookie", cookie, "Content-Type", "application/octet-stream")
	}
	h.golden("block-wrong", "PUT", at+"/blocks/"+string(m.blocks[0].CID), put(m.blocks[0], "other"), 422)
	h.golden("block-too-large", "PUT", at+"/blocks/"+string(m.blocks[0].CID), put(m.blocks[0], strings.Repeat("x", manifest.MaxBlock+2)), 413)
	for range 2 {
		if w := put(m.blocks[0], string(m.blocks[0].Data)); w.Code != 204 || w.Body.Len() > 0 {
			t.Errorf("PUT of a block = %d %s", w.Code, w.Body)
		}
	}
	send := func(kind string, body []byte) *httptest.ResponseRecorder {
		return h.ask("POST", at+"/blocks", string(body), "Cookie", cookie, "Content-Type", kind)
	}
	kind, form := formOf(m.blocks[1].Data)
	if w := send(kind, form); w.Code != 204 || w.Body.Len() > 0 {
		t.Errorf("POST of a form = %d %s", w.Code, w.Body)
	}
	h.golden("form-none", "POST", at+"/blocks", send("text/plain", form), 400)
	h.golden("form-wrong", "POST", at+"/blocks", send(kind, bytes.Replace(form, m.blocks[1].Data, []byte("other"), 1)), 422)
	finish := `{"manifest":"` + string(m.Manifest) + `","envelope":"` + string(m.Envelope) + `"}`
	step("upload-incomplete", "POST", at+"/finish", finish, 400)
	for _, b := range m.blocks {
		if w := put(b, string(b.Data)); w.Code != 204 {
			t.Errorf("PUT of a block = %d %s", w.Code, w.Body)
		}
	}
	step("upload-half", "GET", at, "", 200)
	step("release", "POST", at+"/finish", finish, 200)
	step("upload-done", "GET", at, "", 200)
	step("uploads", "GET", "/api/v1/uploads", "", 200)
	step("upload-done-twice", "POST", at+"/finish", finish, 409)

	stranger := h.signIn(testKey(t, "2"))
	if w := h.ask("GET", at, "", "Cookie", stranger); w.Code != 404 {
		t.Errorf("a stranger sees the upload: %d %s", w.Code, w.Body)
	}
	if w := h.ask("DELETE", at, "", "Cookie", cookie); w.Code != 409 {
		t.Errorf("DELETE of what is published = %d %s", w.Code, w.Body)
	}
	// A key with the scope may upload, one without may not.
	for scope, want := range map[string]int{"upload": 201, "read": 403} {
		var k NewKey
		if err := json.Unmarshal(h.ask("POST", "/api/v1/keys", `{"name":"x","scopes":["`+scope+`"]}`, "Cookie", cookie).Body.Bytes(), &k); err != nil {
			t.Fatal(err)
		}
		if w := h.ask("POST", "/api/v1/uploads", `{"bytes":1}`, "Authorization", "Bearer "+k.Key, "Sec-Fetch-Site", ""); w.Code != want {
			t.Errorf("an upload by a key with scope %s = %d %s; want %d", scope, w.Code, w.Body, want)
		}
	}
}

// The archive comes in pieces over a real connection, and is refused in the middle of it.
func TestUploadTar(t *testing.T) {
	h := withUploads(t)
	m := makeRelease(t)
	cookie := h.signIn(testKey(t, "1"))
	srv := httptest.NewServer(h)
	defer srv.Close()
	send := func(body io.Reader, header ...string) (*http.Response, string) {
		t.Helper()
		r, err := http.NewRequest("POST", srv.URL+"/api/v1/uploads/tar", body)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Cookie", cookie)
		r.Header.Set("Content-Type", "application/x-tar")
		for i := 0; i+1 < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		text, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res, string(text)
	}
	if res, text := send(bytes.NewReader(m.tar), "Content-Encoding", "gzip"); res.StatusCode != 400 || !strings.Contains(text, "bomb") {
		t.Errorf("a compressed archive = %d %s", res.StatusCode, text)
	}
	// Only a beginning is ever sent: a reply does not wait for the rest.
	pr, pw := io.Pipe()
	go func() {
		w := tar.NewWriter(pw)
		w.WriteHeader(&tar.Header{Name: "manifest.json", Size: int64(len(m.blocks[0].Data)), Mode: 0o644, Typeflag: tar.TypeReg})
		w.Write(m.blocks[0].Data)
		w.WriteHeader(&tar.Header{Name: "files/somebody.json", Size: 1 << 20, Mode: 0o644, Typeflag: tar.TypeReg})
	}()
	if res, text := send(pr); res.StatusCode != 400 || !strings.Contains(text, "somebody.json") {
		t.Errorf("an archive with a file that nobody named = %d %s", res.StatusCode, text)
	}
	pw.Close()
	pr, pw = io.Pipe()
	go func() {
		for b := range bytes.SplitSeq(m.tar, []byte("\n")) { // chunked, of odd lengths
			pw.Write(append(bytes.Clone(b), '\n'))
		}
		pw.Close()
	}()
	res, text := send(pr)
	w := httptest.NewRecorder()
	w.Code = res.StatusCode
	w.Header().Set("Content-Type", res.Header.Get("Content-Type"))
	w.Body.WriteString(text)
	h.golden("release-by-tar", "POST", "/api/v1/uploads/tar", w, 201)
	if model, err := h.Store.Model(context.Background(), testKey(t, "1").Address().String(), "greeter"); err != nil || model.Release != string(m.Release.Release) {
		t.Errorf("the model is %+v, %v", model, err)
	}
}

// formOf is a form with all chunks of some files, and its media type.
func formOf(files ...[]byte) (kind string, body []byte) {
	var hashes []byte
	for _, data := range files {
		for at := 0; at == 0 || at < len(data); at += manifest.ChunkSize {
			digest := manifest.DigestOf(data[at:min(len(data), at+manifest.ChunkSize)])
			hashes = append(hashes, digest[:]...)
		}
	}
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	for i, data := range append([][]byte{hashes}, files...) {
		part, err := w.CreateFormFile([]string{"hashes", "file"}[min(i, 1)], "blob")
		if err != nil {
			panic(err)
		}
		part.Write(data)
	}
	w.Close()
	return w.FormDataContentType(), buf.Bytes()
}

// BenchmarkUpload sends a model of 128 MiB over loopback, as one form or block by block, eight at a time; then finishes it.
func BenchmarkUpload(b *testing.B) {
	b.Run("blocks", func(b *testing.B) { benchmarkUpload(b, false) })
	b.Run("form", func(b *testing.B) { benchmarkUpload(b, true) })
}

func benchmarkUpload(b *testing.B, form bool) {
	const chunks = 128
	key := testKey(b, "1")
	dir := b.TempDir()
	weights := make([]byte, chunks*manifest.ChunkSize)
	rand.Read(weights)
	for name, data := range map[string][]byte{"a.onnx": weights, publish.AuthorFile: []byte(`{"name": "m", "version": "1.0.0", "license": {"spdx": "MIT"}, "runtime": {"format": "onnx", "opset": 17}}`)} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			b.Fatal(err)
		}
	}
	elsewhere, err := disk.Open(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	res, err := publish.Publish(context.Background(), elsewhere.Blocks(), dir, publish.Options{Key: key, Created: time.Now()})
	if err != nil {
		b.Fatal(err)
	}
	var small [][]byte
	for _, cid := range []manifest.CID{res.Release.Manifest, res.Release.Envelope, res.Manifest.Files[0].Leaves} {
		data, err := elsewhere.Blocks().Get(context.Background(), cid)
		if err != nil {
			b.Fatal(err)
		}
		small = append(small, data)
	}
	b.SetBytes(int64(len(weights)))
	for b.Loop() {
		h := withUploads(b)
		h.Uploads = upload.New(h.folder, h.Store, 1<<30, time.Now, slog.New(slog.DiscardHandler))
		cookie := h.signIn(key)
		srv := httptest.NewServer(h)
		ask := func(method, path, kind string, body []byte) []byte {
			r, err := http.NewRequest(method, srv.URL+path, bytes.NewReader(body))
			if err != nil {
				b.Error(err)
				return nil
			}
			r.Header.Set("Cookie", cookie)
			r.Header.Set("Content-Type", kind)
			res, err := http.DefaultClient.Do(r)
			if err != nil {
				b.Error(err)
				return nil
			}
			defer res.Body.Close()
			text, _ := io.ReadAll(res.Body)
			if res.StatusCode >= 300 {
				b.Errorf("%s %s = %d %s", method, path, res.StatusCode, text)
			}
			return text
		}
		var up UploadInfo
		if err := json.Unmarshal(ask("POST", "/api/v1/uploads", "application/json", []byte(`{"bytes":200000000}`)), &up); err != nil {
			b.Fatal(err)
		}
		at := "/api/v1/uploads/" + up.ID
		blocks := make(chan []byte)
		var wg sync.WaitGroup
		kind, body := formOf(weights)
		start := time.Now()
		for range 8 {
			wg.Go(func() {
				for data := range blocks {
					ask("PUT", at+"/blocks/"+string(manifest.DigestOf(data).RawCID()), "application/octet-stream", data)
				}
			})
		}
		if form {
			ask("POST", at+"/blocks", kind, body)
		}
		for i := range chunks {
			if form {
				break
			}
			blocks <- weights[i*manifest.ChunkSize : (i+1)*manifest.ChunkSize]
		}
		for _, data := range small {
			blocks <- data
		}
		close(blocks)
		wg.Wait()
		sent := time.Since(start)
		ask("POST", at+"/finish", "application/json", []byte(`{"manifest":"`+string(res.Release.Manifest)+`","envelope":"`+string(res.Release.Envelope)+`"}`))
		b.ReportMetric(float64(len(weights))/1e6/sent.Seconds(), "MB/s-sent")
		b.ReportMetric(float64(len(weights))/1e6/(time.Since(start)-sent).Seconds(), "MB/s-finished")
		srv.Close()
	}
}
