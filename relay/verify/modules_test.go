package verify

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/disk"
	"github.com/dehug/dehug/relay/precompile"
	"github.com/dehug/dehug/relay/publish"
)

// publishModel publishes the tiny model, with modules or without.
func publishModel(t *testing.T, precompiled bool) (relay.Blocks, *publish.Result) {
	t.Helper()
	model, err := os.ReadFile("../precompile/testdata/tiny.onnx")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, data := range map[string]string{publish.AuthorFile: strings.Replace(publish.Example, `, "file": "LICENSE"`, "", 1), "model.onnx": string(model)} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	folder, err := disk.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	key, err := ethsig.ParseKey(strings.Repeat("0", 63) + "1")
	if err != nil {
		t.Fatal(err)
	}
	res, err := publish.Publish(context.Background(), folder.Blocks(), dir, publish.Options{Key: key, Created: time.Unix(0, 0), Precompile: precompiled})
	if err != nil {
		t.Fatal(err)
	}
	return folder.Blocks(), res
}

func TestPrecompiled(t *testing.T) {
	blocks, res := publishModel(t, true)
	var paths []string
	for _, f := range res.Manifest.Files {
		paths = append(paths, f.Path+" "+f.MediaType)
	}
	want := ".dehug/abi-0/fast/model.onnx.wasm application/wasm, .dehug/abi-0/precompiled.json application/json, " +
		".dehug/abi-0/strict/model.onnx.wasm application/wasm, model.onnx application/onnx"
	if got := strings.Join(paths, ", "); got != want {
		t.Fatalf("files\n%s; want\n%s", got, want)
	}
	if entry, err := res.Manifest.Entry(); err != nil || entry.Path != "model.onnx" {
		t.Errorf("entry %s, %v", entry.Path, err)
	}
	if _, again := publishModel(t, true); again.Release.Release != res.Release.Release {
		t.Error("publishing again gives another release")
	}
	for _, recompile := range []bool{false, true} {
		got, err := check(t, blocks, Ref{CID: res.Release.Release}, Options{Recompile: recompile})
		if err != nil || !strings.Contains(verdicts(got), "module ok, module ok, release ok") {
			t.Fatalf("Release = %v, %s", err, verdicts(got))
		}
		detail := got.Checks[len(got.Checks)-2].Detail
		if want := map[bool]string{false: "compiled by " + precompile.Engine() + ", not compiled again", true: "the same bytes as model.onnx is compiled to"}[recompile]; !strings.Contains(detail, want) {
			t.Errorf("%q; want %q in it", detail, want)
		}
	}
}

// replaced makes a release in which a file has other bytes, as a dishonest author would: manifest and all are right.
func replaced(t *testing.T, blocks relay.Blocks, m *manifest.Manifest, path string, change func([]byte) []byte) Ref {
	t.Helper()
	ctx := context.Background()
	other := *m
	other.Files = append([]manifest.File{}, m.Files...)
	for i, f := range other.Files {
		if f.Path != path {
			continue
		}
		data, err := blocks.Get(ctx, f.CID)
		if err != nil {
			t.Fatal(err)
		}
		data = change(append([]byte{}, data...))
		hashed, err := manifest.HashFile(strings.NewReader(string(data)), nil)
		if err != nil {
			t.Fatal(err)
		}
		if other.Files[i], err = hashed.File(path, f.MediaType); err != nil {
			t.Fatal(err)
		}
		for _, b := range [][]byte{data, manifest.EncodeLeafList(hashed.Leaves)} {
			if err := blocks.Put(ctx, manifest.Block{CID: manifest.DigestOf(b).RawCID(), Data: b}); err != nil {
				t.Fatal(err)
			}
		}
	}
	var err error
	if other.Root, err = manifest.Root(other.Files); err != nil {
		t.Fatal(err)
	}
	doc, err := other.Encode()
	if err != nil {
		t.Fatal(err)
	}
	cid := manifest.DigestOf(doc).RawCID()
	if err := blocks.Put(ctx, manifest.Block{CID: cid, Data: doc}); err != nil {
		t.Fatal(err)
	}
	return Ref{CID: cid}
}

func TestRefusePrecompiled(t *testing.T) {
	blocks, res := publishModel(t, true)
	strict := precompile.Path("model.onnx", precompile.Strict)
	one := func(old, new string) func([]byte) []byte {
		return func(b []byte) []byte {
			if !strings.Contains(string(b), old) {
				t.Fatalf("there is no %q", old)
			}
			return []byte(strings.Replace(string(b), old, new, 1))
		}
	}
	tests := []struct {
		name      string
		path      string
		change    func([]byte) []byte
		recompile bool
		want      string // "" for no refusal
	}{
		{"function imported", strict, one("\x06memory\x02", "\x06memory\x00"), false, "which is no memory"},
		{"not a module", strict, func([]byte) []byte { return []byte("x") }, false, "is not WebAssembly"},
		{"module of another mode", strict, one(`"strict"`, `"fast!!"`), false, "does not say"},
		{"another module, looked at only", strict, one("MatMul", "matmul"), false, ""},
		{"another module", strict, one("MatMul", "matmul"), true, "model.onnx compiles to "},
		{"module of another model", "model.onnx", one("Relu", "Sqrt"), true, "by " + precompile.Engine() + "; model.onnx compiles to "},
		{"model that does not compile", "model.onnx", one("Relu", "Rrrr"), true, "compiling model.onnx"},
		{"record that is none", precompile.RecordPath, one("engine", "Engine"), false, "is not of the form"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ref := replaced(t, blocks, res.Manifest, tt.path, tt.change)
			got, err := check(t, blocks, ref, Options{Recompile: tt.recompile})
			if tt.want == "" {
				if err != nil {
					t.Fatalf("Release = %v", err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) || relay.ErrorHint(err) == "" && tt.name != "record that is none" {
				t.Fatalf("Release = %v (%s); want %q\n%s", err, relay.ErrorHint(err), tt.want, verdicts(got))
			}
			if !strings.Contains(verdicts(got), "module FAILED") {
				t.Errorf("checks: %s", verdicts(got))
			}
		})
	}
}
