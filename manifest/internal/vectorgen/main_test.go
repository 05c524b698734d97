package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestVectorsAreGenerated: the committed files are what this program writes.
func TestVectorsAreGenerated(t *testing.T) {
	dir := filepath.Join("..", "..", "testdata", "vectors")
	vectors := generate()
	for name, v := range vectors {
		want, err := v.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(filepath.Join(dir, name+".json")); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s differs (%v): run go generate ./manifest and read the diff", name, err)
		}
		if !strings.HasPrefix(name, v.Check+"-") || v.Comment == "" {
			t.Errorf("%s: its name begins with its check, and a comment says the lesson", name)
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) != len(vectors) {
		t.Errorf("got %d files want %d (%v)", len(files), len(vectors), err)
	}
}
