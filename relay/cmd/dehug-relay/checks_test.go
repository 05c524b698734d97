package main

import (
	"encoding/binary"
	"log/slog"
	"math"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay/disk"
	"github.com/dehug/dehug/relay/gateway"
	"github.com/dehug/dehug/relay/jobs"
	"github.com/dehug/dehug/relay/publish"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/store"
)

// filesOpen are this process's files under a folder.
func filesOpen(t *testing.T, dir string) (open []string) {
	t.Helper()
	const all = "/proc/self/fd"
	list, err := os.ReadDir(all)
	if err != nil {
		t.Skipf("which files are open is not known here: %v", err)
	}
	for _, f := range list {
		if name, err := os.Readlink(filepath.Join(all, f.Name())); err == nil && strings.HasPrefix(name, dir) {
			open = append(open, name)
		}
	}
	return open
}

// The engine that gives answers again ends with the jobs: models that it had are closed.
func TestCheckEngineEnds(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	model, err := os.ReadFile("../../precompile/testdata/tiny.onnx")
	if err != nil {
		t.Fatal(err)
	}
	source, data := t.TempDir(), t.TempDir()
	for name, text := range map[string]string{publish.AuthorFile: strings.Replace(publish.Example, `, "file": "LICENSE"`, "", 1), "model.onnx": string(model)} {
		if err := os.WriteFile(filepath.Join(source, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	folder, err := disk.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	key, err := ethsig.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	published, err := publish.Publish(t.Context(), folder.Blocks(), source, publish.Options{Key: key})
	if err != nil {
		t.Fatal(err)
	}
	blocks, err := gateway.New(folder.Blocks(), nil, log)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(blocks)
	defer server.Close()
	s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "hub.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	settings := &hubSettings{checkEngine: true, replays: 1, checkSources: []string{server.URL}}
	checks, err := settings.openChecks(data, nil, log)
	if err != nil {
		t.Fatal(err)
	}
	q, err := jobs.Start(t.Context(), jobs.Config{Store: s, Key: key, Checks: checks, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	x := make([]byte, 0, 16)
	for i := range 4 {
		x = binary.LittleEndian.AppendUint32(x, math.Float32bits(float32(i+1)))
	}
	outputs, _, err := checks.Engine(t.Context(), published.Release.Manifest, receipt.Strict, []receipt.Tensor{{Name: "x", Type: "f32", Dims: []int64{1, 4}, Data: x}})
	if err != nil || len(outputs) != 1 {
		t.Fatalf("%v, %v", outputs, err)
	}
	if open := filesOpen(t, data); !slices.ContainsFunc(open, func(name string) bool { return strings.HasSuffix(name, "model.onnx") }) {
		t.Errorf("while it has the model, %v are open", open)
	}
	settings.closeJobs(q, log)
	settings.closeJobs(q, log) // as a relay does that is told to end
	if open := filesOpen(t, data); len(open) > 0 {
		t.Errorf("after the end %v are open", open)
	}
}
