package upload

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/disk"
	"github.com/dehug/dehug/relay/publish"
	"github.com/dehug/dehug/relay/store"
	"github.com/dehug/dehug/relay/verify"
)

var (
	ctx   = context.Background()
	start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
)

// bench is a relay's data, and a release that somebody made elsewhere.
type bench struct {
	*Uploads
	t      testing.TB
	at     time.Time
	dir    string
	author string
	// The release: its blocks without those that a relay makes itself, and the CIDs that finish it.
	blocks []manifest.Block
	ref    verify.Ref
	doc    []byte
	env    []byte
	made   relay.Release
	source relay.Blocks
	m      *manifest.Manifest
}

// newBench publishes a folder of files in one data folder, and opens another one to upload it to.
func newBench(t testing.TB, files map[string]string) *bench {
	t.Helper()
	key, err := ethsig.ParseKey(strings.Repeat("1", 64))
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{t: t, at: start, dir: t.TempDir(), author: key.Address().String()}
	dir := t.TempDir()
	files[publish.AuthorFile] = `{"name": "m", "version": "1.0.0", "summary": "Says hello", "license": {"spdx": "MIT"}, "runtime": {"format": "onnx", "opset": 17}}`
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	elsewhere, err := disk.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	res, err := publish.Publish(ctx, elsewhere.Blocks(), dir, publish.Options{Key: key, Created: start})
	if err != nil {
		t.Fatal(err)
	}
	b.source, b.made, b.m = elsewhere.Blocks(), res.Release, res.Manifest
	b.ref = verify.Ref{CID: res.Release.Manifest, Envelope: res.Release.Envelope}
	add := func(cid manifest.CID) []byte {
		data, err := b.source.Get(ctx, cid)
		if err != nil {
			t.Fatal(err)
		}
		b.blocks = append(b.blocks, manifest.Block{CID: cid, Data: data})
		return data
	}
	b.doc, b.env = add(res.Release.Manifest), add(res.Release.Envelope)
	for _, f := range res.Manifest.Files {
		leaves, err := manifest.ParseLeafList(add(f.Leaves), f)
		if err != nil {
			t.Fatal(err)
		}
		for _, leaf := range leaves {
			add(leaf.RawCID())
		}
	}
	b.Uploads = b.relay(1 << 30)
	return b
}

// relay opens the data folder as a relay that starts does.
func (b *bench) relay(quota int64) *Uploads {
	b.t.Helper()
	folder, err := disk.Open(b.dir)
	if err != nil {
		b.t.Fatal(err)
	}
	s, err := store.Open(ctx, "sqlite:"+filepath.Join(b.dir, "hub.db"))
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { s.Close() })
	u := New(folder, s, quota, func() time.Time { return b.at }, slog.New(slog.DiscardHandler))
	// An account exists since it signed in.
	if err := s.CreateNonce(ctx, store.NewID(b.at), b.at, b.at.Add(time.Hour)); err != nil {
		b.t.Fatal(err)
	}
	n := store.NewID(b.at)
	if err := s.CreateNonce(ctx, n, b.at, b.at.Add(time.Hour)); err != nil {
		b.t.Fatal(err)
	}
	if err := s.SignIn(ctx, n, store.Session{ID: n, Token: store.HashSecret(n), Address: b.author, Created: b.at.UnixMicro(), Seen: b.at.UnixMicro(), Expires: b.at.Add(time.Hour).UnixMicro()}); err != nil {
		b.t.Fatal(err)
	}
	return u
}

func (b *bench) size() (n int64) {
	for _, x := range b.blocks {
		n += int64(len(x.Data))
	}
	return n
}

func (b *bench) begin() store.Upload {
	b.t.Helper()
	up, err := b.Begin(ctx, b.author, b.size())
	if err != nil {
		b.t.Fatal(err)
	}
	return up
}

func (b *bench) cids() (cids []manifest.CID) {
	for _, x := range b.blocks {
		cids = append(cids, x.CID)
	}
	return cids
}

// here are the names below a part of the data folder.
func (b *bench) here(part string) (files []string) {
	filepath.WalkDir(filepath.Join(b.dir, part), func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			files = append(files, filepath.Base(path))
		}
		return nil
	})
	return files
}

// wantNothing: no upload left anything, anywhere.
func (b *bench) wantNothing() {
	b.t.Helper()
	if files := append(b.here("blocks"), b.here("uploads")...); len(files) > 0 {
		b.t.Errorf("%d blocks stayed: %v", len(files), files)
	}
	if files := b.here("tmp"); len(files) > 0 {
		b.t.Errorf("%d half written files stayed", len(files))
	}
}

func (b *bench) wantPublished(release relay.Release, err error) {
	b.t.Helper()
	if err != nil || release != b.made {
		b.t.Fatalf("published %+v, %v; want %+v", release, err, b.made)
	}
	parts, err := verify.FromBlocks(ctx, b.folder.Blocks(), verify.Ref{CID: b.made.Release})
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := verify.Release(ctx, parts, verify.Options{}); err != nil {
		b.t.Errorf("what is kept does not hold: %v", err)
	}
	if left := b.here("uploads"); len(left) > 0 {
		b.t.Errorf("%d blocks are still in the upload's folder", len(left))
	}
	model, err := b.store.Model(ctx, b.author, "m")
	if err != nil || model.Release != string(b.made.Release) || model.Summary != "Says hello" {
		b.t.Errorf("the model is %+v, %v", model, err)
	}
}

func wantCode(t *testing.T, what string, err error, want relay.Code) {
	t.Helper()
	if got := relay.ErrorCode(err); got != want {
		t.Errorf("%s = %v (%s); want %s", what, err, got, want)
	}
}

var files = func() map[string]string {
	weights := make([]byte, 3_200_000)
	for i := range weights {
		weights[i] = byte(i ^ i>>8 ^ i>>16) // chunks differ
	}
	return map[string]string{"a.onnx": string(weights), "README.md": "# Hello\nworld", "empty.txt": ""}
}

// Blocks come in parallel, each twice at once, over a relay that is started again in the middle.
func TestUpload(t *testing.T) {
	b := newBench(t, files())
	up := b.begin()
	missing, err := b.Missing(ctx, up, b.cids())
	if err != nil || len(missing) != len(b.blocks) {
		t.Fatalf("%d of %d blocks are missing at first, %v", len(missing), len(b.blocks), err)
	}
	half := len(b.blocks) / 2
	send := func(blocks []manifest.Block) {
		var wg sync.WaitGroup
		for _, x := range blocks {
			for range 2 {
				wg.Go(func() {
					if err := b.Put(ctx, up, x); err != nil {
						t.Errorf("Put = %v", err)
					}
				})
			}
		}
		wg.Wait()
	}
	send(b.blocks[:half])
	_, err = b.Finish(ctx, up, b.ref)
	wantCode(t, "Finish of a half", err, relay.CodeInvalid)
	if len(b.here("blocks")) > 0 {
		t.Error("blocks of a release that is not all here are served")
	}

	b.Uploads = b.relay(1 << 30)
	missing, err = b.Missing(ctx, up, b.cids())
	if err != nil || len(missing) != len(b.blocks)-half {
		t.Fatalf("%d of %d blocks are missing after half came, %v", len(missing), len(b.blocks), err)
	}
	send(b.blocks[half:])
	if n, blocks, err := b.Size(up); n != b.size() || blocks != len(b.blocks) || err != nil {
		t.Errorf("Size = %d bytes, %d blocks, %v; want %d, %d", n, blocks, err, b.size(), len(b.blocks))
	}
	b.wantPublished(b.Finish(ctx, up, b.ref))
	up, err = b.store.Upload(ctx, b.author, up.ID)
	if err != nil || up.State != store.UploadPublished || up.Release != string(b.made.Release) {
		t.Errorf("the upload is %+v, %v", up, err)
	}
	wantCode(t, "Put after the end", b.Put(ctx, up, b.blocks[0]), relay.CodeConflict)
	_, err = b.Finish(ctx, up, b.ref)
	wantCode(t, "Finish after the end", err, relay.CodeConflict)

	// The same once more: everything is here already, and the version is the same.
	again := b.begin()
	if missing, err := b.Missing(ctx, again, b.cids()); err != nil || len(missing) > 0 {
		t.Errorf("%d blocks are missing of what is published, %v", len(missing), err)
	}
	b.wantPublished(b.Finish(ctx, again, b.ref))
}

func TestRefuseUploads(t *testing.T) {
	b := newBench(t, files())
	up := b.begin()
	wrong := b.blocks[0]
	wrong.Data = append(bytes.Clone(wrong.Data), 'x')
	wantCode(t, "Put of other bytes", b.Put(ctx, up, wrong), relay.CodeUnverified)
	big := make([]byte, manifest.MaxBlock+1)
	wantCode(t, "Put of a block over the limit", b.Put(ctx, up, manifest.Block{CID: manifest.DigestOf(big).RawCID(), Data: big}), relay.CodeTooLarge)
	wantCode(t, "Put of another kind of CID", b.Put(ctx, up, manifest.Block{CID: "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG"}), relay.CodeInvalid)
	b.wantNothing()
	more := make([]byte, 1<<20)
	for i := range 8 {
		more[0] = byte(i)
		if err := b.Put(ctx, up, manifest.Block{CID: manifest.DigestOf(more).RawCID(), Data: more}); err != nil {
			wantCode(t, "Put of more than was reserved", err, relay.CodeQuota)
			break
		} else if i == 7 {
			t.Error("more came than was reserved")
		}
	}
	if _, err := b.Begin(ctx, b.author, 1<<30); relay.ErrorCode(err) != relay.CodeQuota {
		t.Errorf("Begin over the quota = %v", err)
	}
	if _, err := b.store.Upload(ctx, "0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF", up.ID); relay.ErrorCode(err) != relay.CodeNotFound {
		t.Errorf("somebody else finds the upload: %v", err)
	}
	if err := b.Drop(ctx, up); err != nil {
		t.Fatal(err)
	}
	wantCode(t, "Drop again", b.Drop(ctx, up), relay.CodeConflict)
	b.wantNothing()
	for range store.MaxUploads {
		b.begin()
	}
	_, err := b.Begin(ctx, b.author, 1)
	wantCode(t, "Begin of one too many", err, relay.CodeQuota)
}

// Who is not an author cannot list somebody else's release as theirs, and a version is one release.
func TestRefuseFinish(t *testing.T) {
	b := newBench(t, files())
	up := b.begin()
	for _, x := range b.blocks {
		if err := b.Put(ctx, up, x); err != nil {
			t.Fatal(err)
		}
	}
	for name, ref := range map[string]verify.Ref{
		"no manifest":            {CID: b.blocks[len(b.blocks)-1].CID},
		"an envelope of another": {CID: b.ref.CID, Envelope: b.ref.CID},
	} {
		_, err := b.Finish(ctx, up, ref)
		wantCode(t, "Finish with "+name, err, relay.CodeInvalid)
	}
	thief := up
	thief.Address = "0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF"
	_, err := b.Finish(ctx, thief, b.ref)
	wantCode(t, "Finish by who is no author", err, relay.CodeForbidden)
	if len(b.here("blocks")) > 0 {
		t.Error("refused releases are served")
	}
	b.wantPublished(b.Finish(ctx, up, b.ref))

	other := newBench(t, map[string]string{"a.onnx": "other weights"})
	other.Uploads = b.Uploads
	next := other.begin()
	for _, x := range other.blocks {
		if err := b.Put(ctx, next, x); err != nil {
			t.Fatal(err)
		}
	}
	kept := len(b.here("blocks"))
	_, err = b.Finish(ctx, next, other.ref)
	wantCode(t, "Finish of another release of the same version", err, relay.CodeConflict)
	if n := len(b.here("blocks")); n != kept {
		t.Errorf("%d blocks of it are served", n-kept)
	}
	if err := b.Drop(ctx, next); err != nil {
		t.Errorf("Drop after that = %v", err)
	}
}

// A disk that fails while a release is put together publishes none of it; when it works again, the upload goes on.
func TestRefuseWhenDiskFails(t *testing.T) {
	b := newBench(t, files())
	up := b.begin()
	for _, x := range b.blocks {
		if err := b.Put(ctx, up, x); err != nil {
			t.Fatal(err)
		}
	}
	tmp := filepath.Join(b.dir, "tmp")
	if err := errors.Join(os.Remove(tmp), os.WriteFile(tmp, nil, 0o644)); err != nil {
		t.Fatal(err)
	}
	_, err := b.Finish(ctx, up, b.ref)
	wantCode(t, "Finish", err, relay.CodeInternal)
	if n := len(b.here("blocks")); n > 0 {
		t.Errorf("%d blocks are served", n)
	}
	if _, err := b.store.Model(ctx, b.author, "m"); relay.ErrorCode(err) != relay.CodeNotFound {
		t.Errorf("the model is listed: %v", err)
	}
	if err := errors.Join(os.Remove(tmp), os.Mkdir(tmp, 0o755)); err != nil {
		t.Fatal(err)
	}
	b.wantPublished(b.Finish(ctx, up, b.ref))
}

// A relay that ended while it moved blocks goes on when it starts; what nobody touches goes.
func TestSweep(t *testing.T) {
	b := newBench(t, files())
	up := b.begin()
	for _, x := range b.blocks {
		if err := b.Put(ctx, up, x); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.store.MarkPublishing(ctx, up.ID, b.ref.CID, b.ref.Envelope, b.at); err != nil {
		t.Fatal(err)
	}
	if err := b.folder.Stage(up.ID).Keep(b.blocks[3].CID); err != nil {
		t.Fatal(err)
	}
	idle := b.begin()
	if err := b.Put(ctx, idle, manifest.Block{CID: manifest.DigestOf([]byte("x")).RawCID(), Data: []byte("x")}); err != nil {
		t.Fatal(err)
	}
	if err := b.folder.Stage("orphan").Put(ctx, b.blocks[0]); err != nil {
		t.Fatal(err)
	}
	b.Uploads = b.relay(1 << 30)
	if published, removed, err := b.Sweep(ctx); published != 1 || removed != 1 || err != nil {
		t.Errorf("Sweep = %d published, %d removed, %v; want 1 and the orphan", published, removed, err)
	}
	if _, err := b.store.Upload(ctx, b.author, idle.ID); err != nil {
		t.Errorf("an upload of now was swept away: %v", err)
	}
	b.at = b.at.Add(Life + time.Hour)
	if _, removed, err := b.Sweep(ctx); removed != 1 || err != nil {
		t.Errorf("Sweep later = %d removed, %v; want 1", removed, err)
	}
	b.wantPublished(b.made, nil)
}

func TestList(t *testing.T) {
	b := newBench(t, files())
	for range 2 {
		if err := List(ctx, b.store, b.source, b.made, b.at); err != nil {
			t.Fatal(err)
		}
	}
	if found, err := b.store.Search(ctx, store.Query{Text: "world", Limit: 1}); err != nil || len(found.Models) != 1 || found.Models[0].Owner != b.author {
		t.Errorf("a word of the card finds %+v, %v", found.Models, err)
	}
}

func TestTar(t *testing.T) {
	b := newBench(t, files())
	for _, lists := range []bool{true, false} {
		b.wantPublished(b.Tar(ctx, b.author, bytes.NewReader(b.archive(lists, nil))))
	}
}

// archive makes the archive of the release; change may alter or drop (nil) or double entries.
func (b *bench) archive(lists bool, change func(h *tar.Header, data []byte) [][]byte) []byte {
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	add := func(name string, data []byte) {
		h := &tar.Header{Name: name, Mode: 0o644, Size: int64(len(data)), Typeflag: tar.TypeReg}
		bodies := [][]byte{data}
		if change != nil {
			bodies = change(h, data)
		}
		for _, body := range bodies {
			if h.Typeflag == tar.TypeReg {
				h.Size = int64(len(body))
			}
			if err := w.WriteHeader(h); err != nil {
				b.t.Fatal(err)
			}
			if h.Typeflag == tar.TypeReg {
				if _, err := w.Write(body); err != nil {
					b.t.Fatal(err)
				}
			}
		}
	}
	add("manifest.json", b.doc)
	add("envelope.json", b.env)
	for _, f := range b.m.Files {
		list, err := b.source.Get(ctx, f.Leaves)
		if err != nil {
			b.t.Fatal(err)
		}
		if lists {
			add("leaves/"+f.Path, list)
		}
	}
	for _, f := range b.m.Files {
		list, _ := b.source.Get(ctx, f.Leaves)
		leaves, err := manifest.ParseLeafList(list, f)
		if err != nil {
			b.t.Fatal(err)
		}
		var data []byte
		for _, leaf := range leaves {
			chunk, err := b.source.Get(ctx, leaf.RawCID())
			if err != nil {
				b.t.Fatal(err)
			}
			data = append(data, chunk...)
		}
		add("files/"+f.Path, data)
	}
	if err := w.Close(); err != nil {
		b.t.Fatal(err)
	}
	return out.Bytes()
}

func TestRefuseTar(t *testing.T) {
	b := newBench(t, files())
	whole := b.archive(true, nil)
	only := func(name string, do func(h *tar.Header, data []byte) [][]byte) func(h *tar.Header, data []byte) [][]byte {
		return func(h *tar.Header, data []byte) [][]byte {
			if h.Name == name {
				return do(h, data)
			}
			return [][]byte{data}
		}
	}
	flip := func(_ *tar.Header, data []byte) [][]byte {
		data = bytes.Clone(data)
		data[len(data)-1] ^= 1
		return [][]byte{data}
	}
	tests := []struct {
		name string
		data []byte
		want relay.Code
	}{
		{"no archive", []byte("hello"), relay.CodeInvalid},
		{"empty", nil, relay.CodeInvalid},
		{"compressed", []byte("\x1f\x8b\x08\x00\x00\x00\x00\x00"), relay.CodeInvalid},
		{"cut off in a file", whole[:len(whole)/2], relay.CodeInvalid},
		{"manifest not first", b.archive(true, only("manifest.json", func(*tar.Header, []byte) [][]byte { return nil })), relay.CodeInvalid},
		{"another manifest", b.archive(true, only("manifest.json", flip)), relay.CodeInvalid},
		{"another envelope", b.archive(true, only("envelope.json", flip)), relay.CodeInvalid},
		{"another leaf list", b.archive(true, only("leaves/a.onnx", flip)), relay.CodeInvalid},
		{"one wrong bit", b.archive(true, only("files/a.onnx", flip)), relay.CodeInvalid},
		{"one wrong bit, no lists", b.archive(false, only("files/a.onnx", flip)), relay.CodeInvalid},
		{"a file missing", b.archive(true, only("files/a.onnx", func(*tar.Header, []byte) [][]byte { return nil })), relay.CodeInvalid},
		{"a file twice", b.archive(true, only("files/README.md", func(_ *tar.Header, d []byte) [][]byte { return [][]byte{d, d} })), relay.CodeInvalid},
		{"a file longer than the manifest says", b.archive(true, only("files/README.md", func(_ *tar.Header, d []byte) [][]byte { return [][]byte{append(bytes.Clone(d), 'x')} })), relay.CodeInvalid},
		{"a file that nobody named", b.archive(true, only("files/README.md", func(h *tar.Header, d []byte) [][]byte { h.Name = "files/other.md"; return [][]byte{d} })), relay.CodeInvalid},
		{"path escape", b.archive(true, only("files/README.md", func(h *tar.Header, d []byte) [][]byte { h.Name = "files/../../../etc/passwd"; return [][]byte{d} })), relay.CodeInvalid},
		{"absolute path", b.archive(true, only("files/README.md", func(h *tar.Header, d []byte) [][]byte { h.Name = "/etc/passwd"; return [][]byte{d} })), relay.CodeInvalid},
		{"symbolic link", b.archive(true, only("files/README.md", func(h *tar.Header, d []byte) [][]byte {
			h.Typeflag, h.Linkname, h.Size = tar.TypeSymlink, "/etc/passwd", 0
			return [][]byte{d}
		})), relay.CodeInvalid},
		{"hard link", b.archive(true, only("files/README.md", func(h *tar.Header, d []byte) [][]byte {
			h.Typeflag, h.Linkname, h.Size = tar.TypeLink, "files/a.onnx", 0
			return [][]byte{d}
		})), relay.CodeInvalid},
		{"device", b.archive(true, only("files/README.md", func(h *tar.Header, d []byte) [][]byte {
			h.Typeflag, h.Size = tar.TypeChar, 0
			return [][]byte{d}
		})), relay.CodeInvalid},
		{"sparse file", sparse(t), relay.CodeInvalid},
		{"bomb of folders", folders(t, b.doc), relay.CodeTooLarge},
		{"manifest of a gigabyte", header(t, "manifest.json", 1<<30), relay.CodeTooLarge},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := b.Tar(ctx, b.author, bytes.NewReader(tt.data))
			wantCode(t, "Tar", err, tt.want)
			b.wantNothing()
			if ups, err := b.store.Uploads(ctx, b.author, store.Page{Limit: 1}); err != nil || len(ups) > 0 {
				t.Errorf("an upload stayed: %v, %v", ups, err)
			}
		})
	}
	t.Run("by who is no author", func(t *testing.T) {
		none, err := ethsig.ParseKey(strings.Repeat("2", 64))
		if err != nil {
			t.Fatal(err)
		}
		other := *b
		other.author = none.Address().String()
		other.Uploads = other.relay(1 << 30)
		_, err = other.Tar(ctx, other.author, bytes.NewReader(whole))
		wantCode(t, "Tar", err, relay.CodeForbidden)
		b.wantNothing()
	})
}

// header is an archive of one header, after which nothing comes.
func header(t testing.TB, name string, size int64) []byte {
	var out bytes.Buffer
	if err := tar.NewWriter(&out).WriteHeader(&tar.Header{Name: name, Size: size, Typeflag: tar.TypeReg, Mode: 0o644}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// sparse says by its records that 64 GiB of nothing follow.
func sparse(t testing.TB) []byte {
	records := ""
	for _, r := range []string{"GNU.sparse.major=0", "GNU.sparse.minor=1", "GNU.sparse.size=68719476736", "GNU.sparse.numblocks=1", "GNU.sparse.map=0,0"} {
		n := len(r) + 4 // two digits, a space, a line feed
		records += itoa(n) + " " + r + "\n"
	}
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	if err := w.WriteHeader(&tar.Header{Name: "PaxHeaders/manifest.json", Typeflag: tar.TypeReg, Size: int64(len(records)), Mode: 0o644}); err != nil {
		t.Fatal(err)
	}
	io.WriteString(w, records)
	w.Flush()
	b := out.Bytes()
	b[156] = tar.TypeXHeader
	sum(b[:512])
	return append(b, header(t, "manifest.json", 0)...)
}

func itoa(n int) string { return string([]byte{byte('0' + n/10), byte('0' + n%10)}) }

// sum writes a header's checksum.
func sum(h []byte) {
	copy(h[148:156], "        ")
	n := 0
	for _, c := range h {
		n += int(c)
	}
	copy(h[148:156], []byte{byte('0' + n>>15&7), byte('0' + n>>12&7), byte('0' + n>>9&7), byte('0' + n>>6&7), byte('0' + n>>3&7), byte('0' + n&7), 0, ' '})
}

func folders(t *testing.T, doc []byte) []byte {
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	w.WriteHeader(&tar.Header{Name: "manifest.json", Typeflag: tar.TypeReg, Size: int64(len(doc)), Mode: 0o644})
	w.Write(doc)
	for range maxEntries + 1 {
		if err := w.WriteHeader(&tar.Header{Name: "d/", Typeflag: tar.TypeDir, Mode: 0o755}); err != nil {
			t.Fatal(err)
		}
	}
	w.Close()
	return out.Bytes()
}

// Whatever arrives, it is refused or it is a release, and of what is refused nothing stays.
func FuzzTar(f *testing.F) {
	b := newBench(f, map[string]string{"a.onnx": "weights", "README.md": "# Hello"})
	f.Add(b.archive(true, nil))
	f.Add(b.archive(false, nil))
	f.Add(b.archive(true, func(h *tar.Header, data []byte) [][]byte { return [][]byte{data, data} }))
	f.Add(sparse(f))
	f.Add(header(f, "manifest.json", 1<<40))
	f.Fuzz(func(t *testing.T, data []byte) {
		release, err := b.Tar(ctx, b.author, bytes.NewReader(data))
		if err == nil && release != b.made {
			t.Errorf("it was taken for %+v", release)
		}
		if code := relay.ErrorCode(err); code == relay.CodeInternal || code == relay.CodeNotFound {
			t.Errorf("%v has code %s", err, code)
		}
		if left := b.here("uploads"); len(left) > 0 {
			t.Errorf("%d blocks stayed", len(left))
		}
		ups, err := b.store.Uploads(ctx, b.author, store.Page{Limit: 1})
		if err != nil || len(ups) > 0 && ups[0].State != store.UploadPublished {
			t.Errorf("an upload stayed: %+v, %v", ups, err)
		}
	})
}
