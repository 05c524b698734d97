package verify

import (
	"context"
	"errors"
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
	"github.com/dehug/dehug/relay/publish"
)

// published is a release in a data folder: a model, a file of three chunks, an empty one, one in a folder.
type published struct {
	relay.Release
	folder *disk.Folder
	doc    []byte
	m      *manifest.Manifest
	key    *ethsig.Key
}

func publishOne(t *testing.T) *published {
	t.Helper()
	dir := t.TempDir()
	for name, data := range map[string]string{
		publish.AuthorFile: publish.Example, "LICENSE": "text", "model.onnx": "onnx", "empty": "",
		"sub/big.bin": strings.Repeat("0123456789", 2*manifest.ChunkSize/10+1),
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	p := &published{}
	var err error
	if p.folder, err = disk.Open(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	if p.key, err = ethsig.ParseKey(strings.Repeat("0", 63) + "1"); err != nil {
		t.Fatal(err)
	}
	res, err := publish.Publish(context.Background(), p.folder.Blocks(), dir, publish.Options{Key: p.key, Created: time.Unix(0, 0)})
	if err != nil {
		t.Fatal(err)
	}
	p.Release, p.m = res.Release, res.Manifest
	if p.doc, err = p.folder.Blocks().Get(context.Background(), p.Manifest); err != nil {
		t.Fatal(err)
	}
	return p
}

func check(t *testing.T, src relay.Source, ref Ref, opts Options) (*Result, error) {
	t.Helper()
	parts, err := FromBlocks(context.Background(), src, ref)
	if err != nil {
		return &Result{}, err
	}
	return Release(context.Background(), parts, opts)
}

func verdicts(res *Result) string {
	var all []string
	for _, c := range res.Checks {
		all = append(all, c.What+" "+string(c.Verdict))
	}
	return strings.Join(all, ", ")
}

func TestRelease(t *testing.T) {
	p := publishOne(t)
	signer := p.key.Address()
	const files = ", file ok, file ok, file ok, file ok, release ok"
	tests := []struct {
		name string
		ref  Ref
		opts Options
		want string
	}{
		{"by release", Ref{CID: p.Release.Release}, Options{}, "manifest ok, signature ok" + files},
		{"by release, signer and pins wanted", Ref{CID: p.Release.Release}, Options{Signer: &signer, Pin: p.Manifest}, "manifest ok, signature ok" + files},
		{"by manifest", Ref{CID: p.Manifest}, Options{}, "manifest ok, signature not checked" + files},
		{"by manifest and envelope", Ref{CID: p.Manifest, Envelope: p.Envelope}, Options{Signer: &signer, Pin: p.Release.Release}, "manifest ok, signature ok" + files},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var seen int
			tt.opts.Each = func(Check) { seen++ }
			res, err := check(t, p.folder.Blocks(), tt.ref, tt.opts)
			if got := verdicts(res); err != nil || got != tt.want || seen != len(res.Checks) {
				t.Errorf("Release = %v, %d told\n%s; want\n%s", err, seen, got, tt.want)
			}
			if tt.ref.Envelope != "" && res.Release != p.Release {
				t.Errorf("release is %+v; want %+v", res.Release, p.Release)
			}
		})
	}
}

// altered is a source in which some blocks were replaced, by CID, and some are gone (nil). It does not check: it
// stands for a keeper that lies.
type altered struct {
	relay.Source
	blocks map[manifest.CID][]byte
}

func (a altered) Get(ctx context.Context, cid manifest.CID) ([]byte, error) {
	data, ok := a.blocks[cid]
	if !ok {
		return a.Source.Get(ctx, cid)
	}
	if data == nil {
		return nil, relay.Errorf(relay.CodeNotFound, "block %s is gone", cid)
	}
	return data, nil
}

func TestRefuseAltered(t *testing.T) {
	p := publishOne(t)
	ctx := context.Background()
	big, _ := p.m.File("sub/big.bin")
	list, err := p.folder.Blocks().Get(ctx, big.Leaves)
	if err != nil {
		t.Fatal(err)
	}
	second := manifest.Digest(list[32:64]).RawCID()
	onnx, _ := p.m.File("model.onnx")
	otherKey, err := ethsig.ParseKey(strings.Repeat("0", 63) + "2")
	if err != nil {
		t.Fatal(err)
	}
	sign := func(k *ethsig.Key, change func(*manifest.AuthorSignature)) []byte {
		s := manifest.AuthorSignature{Author: k.Address(), Signature: k.Sign(manifest.AuthorshipDigest(p.m, manifest.DigestOf(p.doc)))}
		if change != nil {
			change(&s)
		}
		e := manifest.Envelope{Manifest: p.Manifest, Signatures: []manifest.AuthorSignature{s}}
		doc, err := e.Encode()
		if err != nil {
			t.Fatal(err)
		}
		return doc
	}
	replace := func(cid manifest.CID, data []byte) map[manifest.CID][]byte { return map[manifest.CID][]byte{cid: data} }
	edit := func(old, new string) []byte {
		if !strings.Contains(string(p.doc), old) {
			t.Fatalf("the manifest has no %s", old)
		}
		return []byte(strings.Replace(string(p.doc), old, new, 1))
	}
	byRelease, byManifest := Ref{CID: p.Release.Release}, Ref{CID: p.Manifest, Envelope: p.Envelope}
	zero := manifest.Address{1}
	tests := []struct {
		name   string
		ref    Ref
		blocks map[manifest.CID][]byte
		opts   Options
		code   relay.Code
		want   string
	}{
		{"wrong digest", byManifest, replace(p.Manifest, edit(`"1.0.0"`, `"1.0.1"`)), Options{}, relay.CodeUnverified, "manifest has digest"},
		{"malformed manifest", byManifest, replace(p.Manifest, []byte("{}")), Options{}, relay.CodeUnverified, "manifest has digest"},
		{"other manifest than pinned", byRelease, nil, Options{Pin: p.Envelope}, relay.CodeUnverified, "not the pinned"},
		{"other release than pinned", byManifest, nil, Options{Pin: manifest.MakeCID(manifest.DagPB, manifest.Digest{})}, relay.CodeUnverified, "its parts make release"},
		{"altered directory", byRelease, replace(p.Release.Release, []byte("x")), Options{}, relay.CodeUnverified, "hash does not match"},
		{"wrong signer", byRelease, nil, Options{Signer: &zero}, relay.CodeUnverified, "not by 0x01"},
		{"signer wanted, none known", Ref{CID: p.Manifest}, nil, Options{Signer: &zero}, relay.CodeUnverified, "signed by nobody"},
		{"signed by a stranger", byManifest, replace(p.Envelope, sign(otherKey, nil)), Options{}, relay.CodeUnverified, "not an author"},
		{"forged signature", byManifest, replace(p.Envelope, sign(p.key, func(s *manifest.AuthorSignature) { s.Signature[10] ^= 1 })), Options{}, relay.CodeUnverified, "envelope"},
		{"signature in a stranger's name", byManifest, replace(p.Envelope, sign(otherKey, func(s *manifest.AuthorSignature) { s.Author = p.key.Address() })), Options{}, relay.CodeUnverified, "somebody else"},
		{"malleable signature", byManifest, replace(p.Envelope, sign(p.key, func(s *manifest.AuthorSignature) { s.Signature[64] += 4 })), Options{}, relay.CodeUnverified, "canonical form"},
		{"missing envelope", byRelease, replace(p.Envelope, nil), Options{}, relay.CodeNotFound, "is gone"},
		{"missing manifest", byManifest, replace(p.Manifest, nil), Options{}, relay.CodeNotFound, "is gone"},
		{"missing directory", byRelease, replace(p.Release.Release, nil), Options{}, relay.CodeNotFound, "is gone"},
		{"missing leaf list", byRelease, replace(big.Leaves, nil), Options{}, relay.CodeNotFound, "is gone"},
		{"missing chunk", byRelease, replace(second, nil), Options{}, relay.CodeNotFound, "chunk 1"},
		{"chunk with a flipped bit", byRelease, replace(second, []byte(strings.Repeat("x", manifest.ChunkSize))), Options{}, relay.CodeUnverified, "hash does not match"},
		{"chunk cut short", byRelease, replace(second, []byte("x")), Options{}, relay.CodeUnverified, "1 bytes, the manifest says 1048576"},
		{"another file's leaf list", byRelease, replace(big.Leaves, list[:64]), Options{}, relay.CodeUnverified, "leaf list"},
		{"leaf list in other order", byRelease, replace(big.Leaves, slices.Concat(list[32:64], list[:32], list[64:])), Options{}, relay.CodeUnverified, "leaf list is not that of this file"},
		{"a lie and a gap", byRelease, map[manifest.CID][]byte{onnx.Leaves: nil, second: []byte("x")}, Options{}, relay.CodeUnverified, "2 of"},
		{"envelope of another release", Ref{CID: p.Release.Release, Envelope: p.Manifest}, nil, Options{}, relay.CodeInvalid, "names its own"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			res, err := check(t, altered{p.folder.Blocks(), tt.blocks}, tt.ref, tt.opts)
			if code := relay.ErrorCode(err); code != tt.code {
				t.Fatalf("Release = %v (%s); want %s\n%+v", err, code, tt.code, res.Checks)
			}
			if said := err.Error() + " | " + relay.ErrorHint(err); !strings.Contains(said, tt.want) {
				t.Errorf("it says %q; want %q in it", said, tt.want)
			}
			if strings.Contains(verdicts(res), "release ok") {
				t.Errorf("the release passed: %s", verdicts(res))
			}
		})
	}
}

func TestExport(t *testing.T) {
	ctx := context.Background()
	p := publishOne(t)
	dir := filepath.Join(t.TempDir(), "out")
	parts, err := FromBlocks(ctx, p.folder.Blocks(), Ref{CID: p.Release.Release})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Export(ctx, parts, Options{}, dir); err != nil {
		t.Fatal(err)
	}
	exported, done, err := FromDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	res, err := Release(ctx, exported, Options{Pin: p.Release.Release})
	if err != nil || res.Release != p.Release {
		t.Fatalf("what was exported is %+v, %v; want %+v", res.Release, err, p.Release)
	}
	if _, err := Export(ctx, parts, Options{}, dir); relay.ErrorCode(err) != relay.CodeInvalid {
		t.Errorf("Export over a folder with files = %v; want invalid", err)
	}

}

// Each way to spoil an exported folder shows.
func TestRefuseExported(t *testing.T) {
	ctx := context.Background()
	p := publishOne(t)
	dir := t.TempDir()
	parts, err := FromBlocks(ctx, p.folder.Blocks(), Ref{CID: p.Release.Release})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Export(ctx, parts, Options{}, dir); err != nil {
		t.Fatal(err)
	}
	again := func() error {
		parts, done, err := FromDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer done()
		_, err = Release(ctx, parts, Options{Pin: p.Release.Release})
		return err
	}
	spoil := map[string]struct {
		do   func(path string) error
		name string
		code relay.Code
	}{
		"file with a flipped bit":  {flip, "files/model.onnx", relay.CodeUnverified},
		"file cut short":           {func(p string) error { return os.Truncate(p, 3) }, "files/model.onnx", relay.CodeUnverified},
		"file with bytes appended": {extend, "files/sub/big.bin", relay.CodeUnverified},
		"file missing":             {os.Remove, "files/LICENSE", relay.CodeNotFound},
		"leaf list altered":        {flip, "leaves/sub/big.bin", relay.CodeUnverified},
		"leaf list missing":        {os.Remove, "leaves/empty", relay.CodeNotFound},
		"envelope altered":         {flip, "envelope.json", relay.CodeUnverified},
		"envelope missing":         {os.Remove, "envelope.json", relay.CodeUnverified}, // then it is another release
		"manifest altered":         {flip, "manifest.json", relay.CodeUnverified},
		"manifest missing":         {os.Remove, "manifest.json", relay.CodeNotFound},
		"file that links out": {func(p string) error {
			return errors.Join(os.Remove(p), os.Symlink("/etc/passwd", p))
		}, "files/LICENSE", relay.CodeInternal},
	}
	for _, name := range slices.Sorted(maps.Keys(spoil)) {
		t.Run(name, func(t *testing.T) {
			s := spoil[name]
			path := filepath.Join(dir, s.name)
			whole, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.do(path); err != nil {
				t.Fatal(err)
			}
			got := again()
			os.Remove(path)
			if err := os.WriteFile(path, whole, 0o644); err != nil {
				t.Fatal(err)
			}
			if code := relay.ErrorCode(got); code != s.code {
				t.Errorf("Release = %v (%s); want %s", got, code, s.code)
			}
		})
	}
	if err := again(); err != nil {
		t.Errorf("with everything put back, Release = %v", err)
	}
}

func flip(path string) error {
	data, err := os.ReadFile(path)
	if err == nil {
		data[len(data)/2] ^= 1
		err = os.WriteFile(path, data, 0o644)
	}
	return err
}

func extend(path string) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err == nil {
		_, err = f.WriteString("x")
		err = errors.Join(err, f.Close())
	}
	return err
}

func TestMirror(t *testing.T) {
	ctx := context.Background()
	p := publishOne(t)
	copied, err := disk.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	// It breaks off at a lie, and goes on where it stopped without asking again for what held.
	big, _ := p.m.File("sub/big.bin")
	list, err := p.folder.Blocks().Get(ctx, big.Leaves)
	if err != nil {
		t.Fatal(err)
	}
	second := manifest.Digest(list[32:64]).RawCID()
	lying := altered{p.folder.Blocks(), map[manifest.CID][]byte{second: []byte("lie")}}
	if _, err := Mirror(ctx, lying, Ref{CID: p.Release.Release}, copied.Blocks(), Options{}); relay.ErrorCode(err) != relay.CodeUnverified {
		t.Fatalf("Mirror from a liar = %v; want unverified", err)
	}
	if has, _ := copied.Blocks().Has(ctx, second); has {
		t.Error("the lie was kept")
	}
	gone := map[manifest.CID][]byte{p.Manifest: nil, p.Envelope: nil}
	res, err := Mirror(ctx, altered{p.folder.Blocks(), gone}, Ref{CID: p.Release.Release}, copied.Blocks(), Options{})
	if err != nil || res.Release != p.Release {
		t.Fatalf("Mirror = %+v, %v; want %+v", res, err, p.Release)
	}
	if res, err := check(t, copied.Blocks(), Ref{CID: p.Release.Release}, Options{}); err != nil {
		t.Errorf("the copy alone: %v\n%s", err, verdicts(res))
	}
	for _, f := range p.m.Files {
		if has, err := copied.Blocks().Has(ctx, f.CID); !has || err != nil {
			t.Errorf("the copy lacks the UnixFS node of %s", f.Path)
		}
	}
}

func TestParseRef(t *testing.T) {
	p := publishOne(t)
	m, r, e := string(p.Manifest), string(p.Release.Release), string(p.Envelope)
	for in, want := range map[string]Ref{
		m:                                {CID: p.Manifest},
		"ipfs://" + r:                    {CID: p.Release.Release},
		"dehug:" + m + "?envelope=" + e:  {p.Manifest, p.Envelope},
		"ipfs://" + m + "?envelope=" + e: {p.Manifest, p.Envelope},
	} {
		if got, err := ParseRef(in); err != nil || got != want {
			t.Errorf("ParseRef(%q) = %+v, %v; want %+v", in, got, err, want)
		}
	}
}

func TestRefuseRef(t *testing.T) {
	m := string(manifest.DigestOf(nil).RawCID())
	for name, in := range map[string]string{
		"empty": "", "prefix alone": "ipfs://", "two prefixes": "dehug:ipfs://" + m, "path after it": m + "/files",
		"empty envelope": m + "?envelope=", "envelope that is none": m + "?envelope=x", "space before it": " " + m,
		"upper case": strings.ToUpper(m), "CIDv0": "QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn",
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := ParseRef(in); relay.ErrorCode(err) != relay.CodeInvalid || relay.ErrorHint(err) == "" {
				t.Errorf("ParseRef(%q) = %+v, %v; want a refusal with a hint", in, got, err)
			}
		})
	}
}
