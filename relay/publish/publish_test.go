package publish

import (
	"bytes"
	"context"
	"crypto/sha256"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/disk"
)

const minimal = `{"name": "m", "version": "1.0.0", "license": {"spdx": "MIT"}, "runtime": {"format": "onnx", "opset": 13}}`

var created = time.Date(2026, 1, 2, 3, 4, 5, 6, time.FixedZone("", 3600))

func key(t *testing.T, last string) *ethsig.Key {
	t.Helper()
	k, err := ethsig.ParseKey(strings.Repeat("0", 63) + last)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// folder writes files below a new folder; a name that ends in a slash is made a folder.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, data := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func blocks(t *testing.T) relay.Blocks {
	t.Helper()
	f, err := disk.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return f.Blocks()
}

func TestPublish(t *testing.T) {
	ctx := context.Background()
	store := blocks(t)
	big := strings.Repeat("x", 2*manifest.ChunkSize+1)
	files := map[string]string{
		AuthorFile: Example, "LICENSE": "Apache", "model.onnx": "onnx", "weights/a.bin": big, "weights.txt": "w", "empty": "",
		".git/config": "hidden", "weights/.DS_Store": "hidden",
	}
	dir := folder(t, files)
	var skipped []string
	var last Progress
	res, err := Publish(ctx, store, dir, Options{
		Key: key(t, "1"), Created: created,
		Skipped:  func(name string) { skipped = append(skipped, name) },
		Progress: func(p Progress) { last = p },
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{".git", "weights/.DS_Store"}; !slices.Equal(skipped, want) {
		t.Errorf("left out %v; want %v", skipped, want)
	}
	if want := int64(len("Apache"+"onnx"+"w") + len(big)); last.Done != want || last.Total != want || res.Release.Bytes != want {
		t.Errorf("progress ended at %d of %d, result %d; want %d", last.Done, last.Total, res.Release.Bytes, want)
	}
	doc, err := store.Get(ctx, res.Release.Manifest)
	if err != nil {
		t.Fatal(err)
	}
	m, err := manifest.Parse(doc)
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, f := range m.Files {
		paths = append(paths, f.Path+" "+f.MediaType)
		if sum := sha256.Sum256([]byte(files[f.Path])); *f.SHA256 != sum {
			t.Errorf("%s: sha256 is %s; want %x", f.Path, f.SHA256, sum)
		}
		list, err := store.Get(ctx, f.Leaves)
		if err != nil {
			t.Fatal(err)
		}
		leaves, err := manifest.ParseLeafList(list, f)
		if err != nil {
			t.Fatal(err)
		}
		var whole []byte
		for _, l := range leaves {
			chunk, err := store.Get(ctx, l.RawCID())
			if err != nil {
				t.Fatal(err)
			}
			whole = append(whole, chunk...)
		}
		if string(whole) != files[f.Path] {
			t.Errorf("%s: its chunks are not its bytes", f.Path)
		}
		if _, err := store.Get(ctx, f.CID); err != nil {
			t.Errorf("%s: the block of its UnixFS CID: %v", f.Path, err)
		}
	}
	want := []string{"LICENSE text/plain", "empty application/octet-stream", "model.onnx application/onnx",
		"weights.txt text/plain", "weights/a.bin application/octet-stream"} // byte order: '.' before '/'
	if !slices.Equal(paths, want) {
		t.Errorf("files are %v; want %v", paths, want)
	}
	if sum := sha256.Sum256([]byte("Apache")); m.License.SHA256 == nil || *m.License.SHA256 != sum {
		t.Errorf("license sha256 is %v; want %x", m.License.SHA256, sum)
	}
	if in := m.Task.Image; in.Low != "-1" || in.High != "1" || in.Width != 128 || m.Task.Param("score-threshold") != "0.75" {
		t.Errorf("task is %+v %+v; want the example's numbers as strings", in, m.Task.Params)
	}
	if len(m.Authors) != 1 || m.Authors[0].Address != key(t, "1").Address() || m.Authors[0].Share != manifest.TotalShares {
		t.Errorf("authors are %+v; want the signer alone", m.Authors)
	}
	if m.Created != "2026-01-02T15:04:05Z" {
		t.Errorf("created is %s; want what the author says, not the option", m.Created)
	}
	envelope, err := store.Get(ctx, res.Release.Envelope)
	if err != nil {
		t.Fatal(err)
	}
	signers, err := manifest.VerifyEnvelope(m, manifest.DigestOf(doc), envelope, ethsig.Recover)
	if err != nil || len(signers) != 1 || signers[0] != key(t, "1").Address() || res.Release.Signer != signers[0].String() {
		t.Errorf("signers are %v, %v; want the key's address", signers, err)
	}
	top, err := store.Get(ctx, res.Release.Release)
	if err != nil {
		t.Fatal(err)
	}
	rel, err := manifest.ParseRelease(res.Release.Release, top)
	if err != nil || rel.Manifest != res.Release.Manifest || rel.Envelope != res.Release.Envelope {
		t.Errorf("release is %+v, %v; want manifest and envelope of the result", rel, err)
	}
}

// The same folder gives the same release, wherever and however often it is published.
func TestPublishAgain(t *testing.T) {
	files := map[string]string{AuthorFile: minimal, "a.onnx": "onnx", "b/c": "data"}
	var first relay.Release
	store := blocks(t)
	for i, dir := range []string{folder(t, files), folder(t, files), folder(t, files)} {
		if i == 2 {
			store = blocks(t)
		}
		res, err := Publish(context.Background(), store, dir, Options{Key: key(t, "1"), Created: created})
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			first = res.Release
		}
		if res.Release != first {
			t.Errorf("time %d gave\n%+v; want\n%+v", i+1, res.Release, first)
		}
	}
	if first.Created != "2026-01-02T02:04:05Z" {
		t.Errorf("created is %s; want the option's time in UTC", first.Created)
	}
	files["b/c"] = "datb"
	res, err := Publish(context.Background(), store, folder(t, files), Options{Key: key(t, "1"), Created: created})
	if err != nil || res.Release.Release == first.Release || res.Release.Manifest == first.Manifest {
		t.Errorf("other bytes gave the same release: %+v, %v", res, err)
	}
}

// with returns the minimal authoring file with an entry added or replaced.
func with(entry, value string) string {
	entries := map[string]string{"name": `"m"`, "version": `"1.0.0"`, "license": `{"spdx": "MIT"}`, "runtime": `{"format": "onnx", "opset": 13}`}
	entries[entry] = value
	if value == "" {
		delete(entries, entry)
	}
	var lines []string
	for _, k := range slices.Sorted(maps.Keys(entries)) {
		lines = append(lines, `"`+k+`": `+entries[k])
	}
	return "{" + strings.Join(lines, ",\n") + "}"
}

func TestRefuseAuthorFile(t *testing.T) {
	const addr = "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf" // of key 1
	tests := []struct {
		name, text string
		want       string // part of error or hint
	}{
		{"empty", "", "line 1"},
		{"not JSON", "name = m", "line 1"},
		{"cut short", "{\n\"name\": \"m\",", "line 2"},
		{"two documents", minimal + minimal, "closing brace"},
		{"misspelt entry", with("licence", `"MIT"`), `unknown field "licence"`},
		{"wrong type", with("tags", `"vision"`), `"tags" cannot be a string`},
		{"no name", with("name", ""), `"name": "my-model"`},
		{"no version", with("version", ""), `"version": "1.0.0"`},
		{"no license", with("license", ""), `"license": {"spdx": "Apache-2.0"`},
		{"no runtime", with("runtime", ""), `"runtime": {"format": "onnx"`},
		{"name with spaces", with("name", `"My Model"`), "name"},
		{"version that is none", with("version", `"v1"`), "version"},
		{"opset 0", with("runtime", `{"format": "onnx", "opset": 0}`), "opset"},
		{"other runtime", with("runtime", `{"format": "tflite", "opset": 1}`), "runtime.format"},
		{"opset as text", with("runtime", `{"format": "onnx", "opset": "13"}`), "opset"},
		{"royalty over the cap", with("royalty", "1001"), "royalty"},
		{"negative royalty", with("royalty", "-1"), "royalty"},
		{"license file that is not there", with("license", `{"spdx": "MIT", "file": "COPYING"}`), `no file "COPYING"`},
		{"media type of no file", with("files", `{"x.bin": {"mediaType": "a/b"}}`), `no file "x.bin"`},
		{"media type that is none", with("files", `{"a.onnx": {"mediaType": "onnx"}}`), "mediaType"},
		{"license of our own without text", with("license", `{"spdx": "LicenseRef-mine"}`), "uri"},
		{"license at a file URL", with("license", `{"spdx": "MIT", "uri": "file:///etc/passwd"}`), "uri"},
		{"address in lower case", with("authors", `[{"address": "`+strings.ToLower(addr)+`"}]`), "EIP-55"},
		{"shares that do not add up", with("authors", `[{"address": "`+addr+`", "share": 1}]`), "shares add up to 1"},
		{"signer not among the authors", with("authors", `[{"address": "0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF"}]`), "not among the authors"},
		{"bad date", with("created", `"yesterday"`), "created"},
		{"task setting that is a list", with("task", `{"id": "x", "params": {"k": [1]}}`), "a parameter is"},
		{"image with an exponent", with("task", `{"id": "x", "image": {"name": "i", "layout": "NHWC", "color": "RGB", "width": 1, "height": 1, "resize": "stretch", "low": 1e3, "high": 1}}`), "task.image.low"},
		{"parent that is no digest", with("parents", `[{"manifestDigest": "abc"}]`), "parents[0].manifestDigest"},
		{"unknown kind", with("kind", `"pony"`), "kind"},
		{"title that turns the text around", with("title", `"a\u202eb"`), "U+202"},
		{"over 1 MiB", with("summary", `"`+strings.Repeat("x", maxAuthorFile)+`"`), "more than"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := folder(t, map[string]string{AuthorFile: tt.text, "a.onnx": "onnx"})
			_, err := Publish(context.Background(), blocks(t), dir, Options{Key: key(t, "1"), Created: created})
			if code := relay.ErrorCode(err); code != relay.CodeInvalid && code != relay.CodeNotFound && code != relay.CodeTooLarge {
				t.Fatalf("Publish = %v (%s); want a refusal", err, code)
			}
			if said := err.Error() + " | " + relay.ErrorHint(err); !strings.Contains(said, tt.want) {
				t.Errorf("it says %q; want %q in it", said, tt.want)
			}
		})
	}
}

func TestRefuseFolder(t *testing.T) {
	tests := []struct {
		name  string
		files map[string]string
		spoil func(dir string) error
		code  relay.Code
		want  string
	}{
		{"no authoring file", map[string]string{"a.onnx": "x"}, nil, relay.CodeNotFound, "write a model.json"},
		{"no files", map[string]string{AuthorFile: minimal}, nil, relay.CodeNotFound, "no files but model.json"},
		{"no model", map[string]string{AuthorFile: minimal, "a.bin": "x"}, nil, relay.CodeInvalid, "exactly one .onnx"},
		{"two models", map[string]string{AuthorFile: minimal, "a.onnx": "x", "b.onnx": "x"}, nil, relay.CodeInvalid, "exactly one .onnx"},
		{"name with a space", map[string]string{AuthorFile: minimal, "a.onnx": "x", "b c.txt": "x"}, nil, relay.CodeInvalid, "rename the file"},
		{"device name of Windows", map[string]string{AuthorFile: minimal, "a.onnx": "x", "NUL.txt": "x"}, nil, relay.CodeInvalid, "device name"},
		{"names that differ in case only", map[string]string{AuthorFile: minimal, "a.onnx": "x", "b.txt": "x", "B.txt": "x"}, nil, relay.CodeInvalid, "collides"},
		{"link to a file", map[string]string{AuthorFile: minimal, "a.onnx": "x"}, func(dir string) error {
			return os.Symlink("/etc/passwd", filepath.Join(dir, "weights.bin"))
		}, relay.CodeInvalid, "is a link"},
		{"link to a folder", map[string]string{AuthorFile: minimal, "a.onnx": "x"}, func(dir string) error {
			return os.Symlink("/etc", filepath.Join(dir, "weights"))
		}, relay.CodeInvalid, "is a link"},
		{"authoring file that links out", map[string]string{"a.onnx": "x"}, func(dir string) error {
			return os.Symlink("/etc/passwd", filepath.Join(dir, AuthorFile))
		}, relay.CodeInternal, "escapes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := folder(t, tt.files)
			if tt.spoil != nil {
				if err := tt.spoil(dir); err != nil {
					t.Fatal(err)
				}
			}
			_, err := Publish(context.Background(), blocks(t), dir, Options{Key: key(t, "1"), Created: created})
			if code := relay.ErrorCode(err); code != tt.code {
				t.Fatalf("Publish = %v (%s); want %s", err, code, tt.code)
			}
			if said := err.Error() + " | " + relay.ErrorHint(err); !strings.Contains(said, tt.want) {
				t.Errorf("it says %q; want %q in it", said, tt.want)
			}
		})
	}
	if _, err := Publish(context.Background(), blocks(t), filepath.Join(t.TempDir(), "none"), Options{Key: key(t, "1")}); relay.ErrorCode(err) != relay.CodeNotFound {
		t.Errorf("Publish of no folder = %v; want not_found", err)
	}
}

func TestPublishCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	dir := folder(t, map[string]string{AuthorFile: minimal, "a.onnx": "x"})
	if _, err := Publish(ctx, blocks(t), dir, Options{Key: key(t, "1"), Created: created}); err == nil {
		t.Error("Publish after cancellation ended well")
	}
}

func FuzzAuthorFile(f *testing.F) {
	f.Add([]byte(Example))
	f.Add([]byte(minimal))
	f.Add([]byte(with("authors", `[{"address": "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf", "share": 1000000}]`)))
	f.Fuzz(func(t *testing.T, text []byte) {
		a, err := readAuthor(bytes.NewReader(text))
		if err != nil {
			if relay.ErrorHint(err) == "" && relay.ErrorCode(err) != relay.CodeTooLarge {
				t.Errorf("%v, without a hint", err)
			}
			return
		}
		if _, err := a.manifest(manifest.Address{1}); err != nil && relay.ErrorCode(err) != relay.CodeInvalid {
			t.Errorf("manifest = %v; want a refusal", err)
		}
	})
}
