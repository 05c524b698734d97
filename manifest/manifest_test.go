package manifest_test

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/dehug/dehug/manifest"
)

func example(tb testing.TB) (*manifest.Manifest, []byte) {
	tb.Helper()
	doc := parts(loadVectors(tb)["manifest-example"].Document)
	m, err := manifest.Parse(doc)
	if err != nil {
		tb.Fatal(err)
	}
	return m, doc
}

// TestParseReadsEveryField holds each field of the example to what the document says.
func TestParseReadsEveryField(t *testing.T) {
	m, doc := example(t)
	for _, c := range []struct{ what, got, want string }{
		{"schema", m.Schema, manifest.Schema},
		{"kind", m.Kind, "model"},
		{"name", m.Name, "tiny-faces"},
		{"title", m.Title, "Tiny Faces · 小さな顔"},
		{"version", m.Version, "1.0.0"},
		{"summary", m.Summary, "Finds faces in a picture.\nAn example: it has no weights."},
		{"tags", strings.Join(m.Tags, " "), "example face-detection"},
		{"task", m.Task.ID, "face-detection"},
		{"image", m.Task.Image.Name + m.Task.Image.Layout + m.Task.Image.Color + m.Task.Image.Resize, "inputNHWCRGBletterbox"},
		{"image range", m.Task.Image.Low + " " + m.Task.Image.High, "-1 1"},
		{"image size", strconv.FormatInt(m.Task.Image.Width*m.Task.Image.Height, 10), "16384"},
		{"param", m.Task.Param("score-threshold"), "0.75"},
		{"no param", m.Task.Param("none"), ""},
		{"license", m.License.SPDX + " " + m.License.URI, "Apache-2.0 https://www.apache.org/licenses/LICENSE-2.0.txt"},
		{"authors", m.Authors[0].Role + " " + m.Authors[1].Role, "author curator"},
		{"shares", strconv.FormatInt(m.Authors[0].Share-m.Authors[1].Share, 10), "800000"},
		{"runtime", m.Runtime.Format + strconv.FormatInt(m.Runtime.Opset, 10), "onnx12"},
		{"parents", m.Parents[0].ManifestDigest.String(), manifest.DigestOf([]byte("parent")).String()},
		{"evals", m.Evals[0].Task + m.Evals[0].Dataset + m.Evals[0].Metric + m.Evals[0].Value, "face-detectionexample setaverage-precision0.985"},
		{"royalty", strconv.FormatInt(m.Royalty, 10), "500"},
		{"created", m.Created, "2026-01-02T03:04:05Z"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q want %q", c.what, c.got, c.want)
		}
	}
	if f, ok := m.File("model.onnx"); !ok || f.Size != 24 || f.MediaType != manifest.MediaTypeONNX {
		t.Errorf("File(model.onnx): got %+v, %v", f, ok)
	}
	if _, ok := m.File("other.onnx"); ok {
		t.Error("File(other.onnx): got one")
	}
	if f, err := m.Entry(); err != nil || f.Path != "model.onnx" {
		t.Errorf("Entry: got %q, %v", f.Path, err)
	}
	if !strings.HasPrefix(string(manifest.DigestOf(doc).RawCID()), "bafkrei") {
		t.Error("a manifest is a raw block")
	}
}

// TestRefuseEncode: what Parse refuses cannot be written either.
func TestRefuseEncode(t *testing.T) {
	zero := manifest.Digest{}
	for _, c := range []struct {
		name   string
		change func(m *manifest.Manifest)
		want   *manifest.Error
	}{
		{"no files", func(m *manifest.Manifest) { m.Files = nil }, manifest.ErrNoFiles},
		{"4097 files", func(m *manifest.Manifest) { m.Files = slices.Repeat(m.Files[:1], manifest.MaxFiles+1) }, manifest.ErrTooLarge},
		{"33 authors", func(m *manifest.Manifest) { m.Authors = slices.Repeat(m.Authors[:1], manifest.MaxAuthors+1) }, manifest.ErrTooLarge},
		{"33 tags", func(m *manifest.Manifest) { m.Tags = slices.Repeat([]string{"a"}, manifest.MaxTags+1) }, manifest.ErrTooLarge},
		{"33 parents", func(m *manifest.Manifest) { m.Parents = slices.Repeat(m.Parents, manifest.MaxParents+1) }, manifest.ErrTooLarge},
		{"257 evals", func(m *manifest.Manifest) { m.Evals = slices.Repeat(m.Evals, manifest.MaxEvals+1) }, manifest.ErrTooLarge},
		{"65 params", func(m *manifest.Manifest) {
			m.Task.Params = nil
			for i := range manifest.MaxParams + 1 {
				m.Task.Params = append(m.Task.Params, manifest.Param{Key: "k" + strconv.Itoa(100+i), Value: "v"})
			}
		}, manifest.ErrTooLarge},
		{"zero root", func(m *manifest.Manifest) { m.Root = zero }, manifest.ErrRoot},
		{"zero author", func(m *manifest.Manifest) { m.Authors[0].Address = manifest.Address{} }, manifest.ErrValue},
		{"bad tensor name", func(m *manifest.Manifest) { m.Task.Image.Name = "" }, manifest.ErrValue},
		{"mean without std", func(m *manifest.Manifest) { m.Task.Image.Mean = []string{"0", "0", "0"} }, manifest.ErrValue},
		{"std of zero", func(m *manifest.Manifest) {
			m.Task.Image.Mean, m.Task.Image.Std = []string{"0", "0", "0"}, []string{"1", "0", "1"}
		}, manifest.ErrValue},
		{"four channels", func(m *manifest.Manifest) {
			m.Task.Image.Mean, m.Task.Image.Std = slices.Repeat([]string{"0"}, 4), slices.Repeat([]string{"1"}, 4)
		}, manifest.ErrValue},
		{"invalid UTF-8", func(m *manifest.Manifest) { m.Title = "\xff" }, manifest.ErrText},
		{"surrogate in UTF-8", func(m *manifest.Manifest) { m.Summary = "\xed\xa0\x80" }, manifest.ErrText},
		{"invalid UTF-8 in an address", func(m *manifest.Manifest) { m.License.URI = "https://\xff" }, manifest.ErrText},
		{"dataset with runtime", func(m *manifest.Manifest) { m.Kind = manifest.KindDataset }, manifest.ErrValue},
		{"other format", func(m *manifest.Manifest) { m.Runtime.Format = "pickle" }, manifest.ErrValue},
		{"opset 0", func(m *manifest.Manifest) { m.Runtime.Opset = 0 }, manifest.ErrValue},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, _ := example(t)
			c.change(m)
			doc, err := m.Encode()
			if !errors.Is(err, c.want) {
				t.Errorf("got %d bytes, %v want %v", len(doc), err, c.want)
			}
		})
	}
}

// TestRefuseOversizeWithoutReading: the size is checked before anything else.
func TestRefuseOversizeWithoutReading(t *testing.T) {
	doc := make([]byte, manifest.MaxDocument+1)
	if n := testing.AllocsPerRun(10, func() {
		if _, err := manifest.Parse(doc); !errors.Is(err, manifest.ErrTooLarge) {
			t.Errorf("got %v want %v", err, manifest.ErrTooLarge)
		}
	}); n > 20 {
		t.Errorf("refusing took %v allocations", n)
	}
}

func TestHashFileStopsWithItsReaderAndCallback(t *testing.T) {
	broken := errors.New("disk failed")
	_, err := manifest.HashFile(io.MultiReader(strings.NewReader("abc"), errReader{broken}), nil)
	if !errors.Is(err, broken) {
		t.Errorf("got %v want %v", err, broken)
	}
	_, err = manifest.HashFile(io.MultiReader(strings.NewReader("abc"), errReader{io.ErrUnexpectedEOF}), nil)
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a source that is cut off: got %v want %v", err, io.ErrUnexpectedEOF)
	}
	full := errors.New("store is full")
	_, err = manifest.HashFile(strings.NewReader("abc"), func(int, []byte, manifest.Digest) error { return full })
	if !errors.Is(err, full) {
		t.Errorf("got %v want %v", err, full)
	}
}

type errReader struct{ err error }

func (r errReader) Read([]byte) (int, error) { return 0, r.err }

// TestProofs makes and checks every proof for every tree of up to 70 leaves; any
// other leaf, index or count must fail.
func TestProofs(t *testing.T) {
	var leaves []manifest.Digest
	var files []manifest.File
	for n := 1; n <= 70; n++ {
		leaves = append(leaves, manifest.DigestOf([]byte{byte(n)}))
		files = append(files, manifest.File{Path: strconv.Itoa(100 + n), ChunkRoot: leaves[n-1]})
		size := int64(n) * manifest.ChunkSize
		chunkRoot, err := manifest.ChunkRoot(size, leaves)
		if err != nil {
			t.Fatal(err)
		}
		root, err := manifest.Root(files)
		if err != nil {
			t.Fatal(err)
		}
		for i := range n {
			p, err := manifest.ProveChunk(size, leaves, i)
			if err != nil {
				t.Fatal(err)
			}
			if err := p.Verify(leaves[i], chunkRoot); err != nil {
				t.Fatalf("chunk %d of %d: %v", i, n, err)
			}
			other := p
			other.Index = (i + 1) % n
			if err := other.Verify(leaves[i], chunkRoot); n > 1 && err == nil {
				t.Fatalf("chunk %d of %d passes for %d", i, n, other.Index)
			}
			q, err := manifest.ProveFile(files, i)
			if err != nil {
				t.Fatal(err)
			}
			if err := q.Verify(files[i], root); err != nil {
				t.Fatalf("file %d of %d: %v", i, n, err)
			}
			if err := q.Verify(files[(i+1)%n], root); n > 1 && err == nil {
				t.Fatalf("another file passes for file %d of %d", i, n)
			}
		}
	}
}

// TestTreeHash compares the recursive tree with RFC 6962 written another way:
// bottom up, an odd node moves up unchanged.
func TestTreeHash(t *testing.T) {
	for n := 1; n <= 130; n++ {
		var leaves, level []manifest.Digest
		for i := range n {
			leaves = append(leaves, manifest.DigestOf([]byte(strconv.Itoa(i))))
		}
		level = slices.Clone(leaves)
		for len(level) > 1 {
			var up []manifest.Digest
			for i := 0; i < len(level); i += 2 {
				if i+1 == len(level) {
					up = append(up, level[i])
				} else {
					up = append(up, manifest.DigestOf(slices.Concat([]byte{1}, level[i][:], level[i+1][:])))
				}
			}
			level = up
		}
		size := int64(n) * manifest.ChunkSize
		got, err := manifest.ChunkRoot(size, leaves)
		if err != nil {
			t.Fatal(err)
		}
		want := manifest.DigestOf(slices.Concat([]byte("\x02dehug/chunks/v0"),
			[]byte{byte(size >> 56), byte(size >> 48), byte(size >> 40), byte(size >> 32), byte(size >> 24), byte(size >> 16), byte(size >> 8), byte(size)}, level[0][:]))
		if got != want {
			t.Errorf("%d leaves: got %v want %v", n, got, want)
		}
	}
}

func TestRefuseTreeInput(t *testing.T) {
	leaf := make([]manifest.Digest, 1)
	for _, c := range []struct {
		name string
		err  func() error
		want *manifest.Error
	}{
		{"negative size", func() error { _, err := manifest.ChunkRoot(-1, nil); return err }, manifest.ErrTooLarge},
		{"too large", func() error { _, err := manifest.ChunkRoot(manifest.MaxFileSize+1, nil); return err }, manifest.ErrTooLarge},
		{"too few leaves", func() error { _, err := manifest.ChunkRoot(manifest.ChunkSize+1, leaf); return err }, manifest.ErrLength},
		{"too many leaves", func() error { _, _, err := manifest.UnixFS(0, leaf); return err }, manifest.ErrLength},
		{"proof of a missing chunk", func() error { _, err := manifest.ProveChunk(1, leaf, 1); return err }, manifest.ErrProof},
		{"proof in an empty file", func() error { _, err := manifest.ProveChunk(0, nil, 0); return err }, manifest.ErrProof},
		{"proof of a missing file", func() error { _, err := manifest.ProveFile([]manifest.File{{Path: "a"}}, 1); return err }, manifest.ErrProof},
		{"proof with a negative size", func() error { return manifest.ChunkProof{Size: -1}.Verify(manifest.Digest{}, manifest.Digest{}) }, manifest.ErrTooLarge},
		{"proof with a huge count", func() error {
			return manifest.FileProof{Count: 1 << 40}.Verify(manifest.File{Path: "a"}, manifest.Digest{})
		}, manifest.ErrTooLarge},
		{"leaf list of a negative size", func() error {
			_, err := manifest.ParseLeafList(nil, manifest.File{Size: -1 << 62})
			return err
		}, manifest.ErrTooLarge},
		{"block of another CID", func() error { return manifest.DigestOf([]byte("a")).RawCID().Verify([]byte("b")) }, manifest.ErrHashMismatch},
		{"short binary CID", func() error { _, err := manifest.CIDFromBytes([]byte{1}); return err }, manifest.ErrCID},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := c.err(); !errors.Is(err, c.want) {
				t.Errorf("got %v want %v", err, c.want)
			}
		})
	}
}

// TestRelease goes the reader's way: from the CID that is pinned to every leaf.
func TestRelease(t *testing.T) {
	contents := map[string]int{"LICENSE": 10, "a/b/model.onnx": 3*manifest.ChunkSize + 1, "a/empty": 0, "a/same": 10, "z": manifest.ChunkSize}
	m, _ := example(t)
	m.Files = nil
	var leaves [][]manifest.Digest
	for _, path := range []string{"LICENSE", "a/b/model.onnx", "a/empty", "a/same", "z"} {
		h, err := manifest.HashFile(bytes.NewReader(make([]byte, contents[path])), nil)
		if err != nil {
			t.Fatal(err)
		}
		mediaType := "application/octet-stream"
		if strings.HasSuffix(path, ".onnx") {
			mediaType = manifest.MediaTypeONNX
		}
		f, err := h.File(path, mediaType)
		if err != nil {
			t.Fatal(err)
		}
		m.Files, leaves = append(m.Files, f), append(leaves, h.Leaves)
	}
	var err error
	if m.Root, err = manifest.Root(m.Files); err != nil {
		t.Fatal(err)
	}
	doc, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	top, blocks, err := manifest.BuildRelease(doc, nil, leaves)
	if err != nil {
		t.Fatal(err)
	}
	store := map[manifest.CID][]byte{}
	for _, b := range blocks {
		if _, twice := store[b.CID]; twice {
			t.Errorf("%s is listed twice", b.CID)
		}
		if err := b.CID.Verify(b.Data); err != nil {
			t.Error(err)
		}
		store[b.CID] = b.Data
	}
	release, err := manifest.ParseRelease(top, store[top])
	if err != nil {
		t.Fatal(err)
	}
	if got := store[release.Manifest]; !bytes.Equal(got, doc) || release.Envelope != "" {
		t.Errorf("manifest: got %d bytes, envelope %q", len(got), release.Envelope)
	}
	for i, f := range m.Files {
		list := walk(t, store, release.Leaves, f.Path)
		got, err := manifest.ParseLeafList(store[list], f)
		if err != nil || !slices.Equal(got, leaves[i]) || list != f.Leaves {
			t.Errorf("%s: leaf list at %s: %v", f.Path, list, err)
		}
		if got := walk(t, store, release.Files, f.Path); got != f.CID {
			t.Errorf("%s: got %s want %s", f.Path, got, f.CID)
		}
	}

	leaves[1], leaves[4] = leaves[4], leaves[1]
	if _, _, err := manifest.BuildRelease(doc, nil, leaves); !errors.Is(err, manifest.ErrLength) {
		t.Errorf("leaf lists of other files: got %v want %v", err, manifest.ErrLength)
	}
	if _, _, err := manifest.BuildRelease(doc, nil, nil); !errors.Is(err, manifest.ErrLength) {
		t.Errorf("no leaf lists: got %v want %v", err, manifest.ErrLength)
	}
	other := parts(loadVectors(t)["envelope-one-author"].Envelope)
	if _, _, err := manifest.BuildRelease(doc, other, leaves); !errors.Is(err, manifest.ErrEnvelope) {
		t.Errorf("another manifest's envelope: got %v want %v", err, manifest.ErrEnvelope)
	}
}

func walk(t *testing.T, store map[manifest.CID][]byte, dir manifest.CID, path string) manifest.CID {
	t.Helper()
	for name := range strings.SplitSeq(path, "/") {
		links, err := manifest.ParseDirectory(store[dir])
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		i := slices.IndexFunc(links, func(l manifest.Link) bool { return l.Name == name })
		if i < 0 {
			t.Fatalf("%s: no entry %s", path, name)
		}
		dir = links[i].CID
	}
	return dir
}

func TestErrorsShowPlaceCauseAndHint(t *testing.T) {
	_, doc := example(t)
	_, err := manifest.Parse(bytes.Replace(doc, []byte(`"path":"model.onnx"`), []byte(`"path":"C:\\model.onnx"`), 1))
	const want = `files[1].path: path not allowed: "C:\\model.onnx": segment "C:\\model.onnx" has a character outside A-Z a-z 0-9 . _ + -`
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	if manifest.CodeOf(err) != "path" || !errors.Is(err, manifest.ErrPath) || manifest.HintOf(err) != manifest.ErrPath.Hint {
		t.Errorf("code %q, hint %q", manifest.CodeOf(err), manifest.HintOf(err))
	}
	if manifest.CodeOf(io.EOF) != "" || manifest.HintOf(nil) != "" {
		t.Error("other errors have no code")
	}
}
