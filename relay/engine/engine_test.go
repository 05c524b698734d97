package engine

import (
	"context"
	"encoding/binary"
	"errors"
	"log/slog"
	"math"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/disk"
	"github.com/dehug/dehug/relay/gateway"
	"github.com/dehug/dehug/relay/internal/leak"
	"github.com/dehug/dehug/relay/publish"
	"github.com/dehug/dehug/relay/receipt"
)

func TestMain(m *testing.M) { os.Exit(leak.Run(m)) }

// models publishes y = relu(x w + b) in several releases at a gateway, and a release that is no model.
func models(t *testing.T, versions ...string) (source string, cids []manifest.CID) {
	t.Helper()
	model, err := os.ReadFile("../precompile/testdata/tiny.onnx")
	if err != nil {
		t.Fatal(err)
	}
	folder, err := disk.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	key, err := ethsig.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	for _, version := range versions {
		dir := t.TempDir()
		author := strings.Replace(strings.Replace(publish.Example, `, "file": "LICENSE"`, "", 1), `"1.0.0"`, `"`+version+`"`, 1)
		data := model
		if version == "0.0.1" {
			data = []byte("no model")
		}
		if err := errors.Join(os.WriteFile(filepath.Join(dir, publish.AuthorFile), []byte(author), 0o644), os.WriteFile(filepath.Join(dir, "model.onnx"), data, 0o644)); err != nil {
			t.Fatal(err)
		}
		res, err := publish.Publish(t.Context(), folder.Blocks(), dir, publish.Options{Key: key})
		if err != nil {
			t.Fatal(err)
		}
		cids = append(cids, res.Release.Manifest)
	}
	blocks, err := gateway.New(folder.Blocks(), nil, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(blocks)
	t.Cleanup(server.Close)
	return server.URL, cids
}

func floats(name string, dims []int64, values ...float32) receipt.Tensor {
	x := receipt.Tensor{Name: name, Type: "f32", Dims: dims}
	for _, v := range values {
		x.Data = binary.LittleEndian.AppendUint32(x.Data, math.Float32bits(v))
	}
	return x
}

func open(t *testing.T, source string, most int) *Engine {
	t.Helper()
	e, err := Open(t.TempDir(), []string{source}, most)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

// More models than there is room for are asked at once, in both modes: each answer is the model's, and those that nobody uses leave.
func TestRun(t *testing.T) {
	source, cids := models(t, "1.0.0", "1.0.1")
	e := open(t, source, 1)
	if err := e.Load(t.Context(), cids[0], receipt.Strict); err != nil {
		t.Fatal(err)
	}
	want := floats("y", []int64{1, 3}, 0.5, 2, 5)
	var all sync.WaitGroup
	var mu sync.Mutex
	plans := map[string]receipt.Hash{}
	for i := range 12 {
		all.Go(func() {
			mode, steps := []string{receipt.Strict, receipt.Fast}[i%2], 0
			a, err := e.Run(context.Background(), Question{Manifest: cids[i/2%2], Mode: mode, Inputs: []receipt.Tensor{floats("x", []int64{1, 4}, 1, 2, 3, 4)}, Progress: func(done, of int) {
				if steps++; done != steps || done > of {
					t.Errorf("step %d of %d is the %d. that is told", done, of, steps)
				}
			}})
			if err != nil || len(a.Outputs) != 1 || a.Outputs[0].Name != want.Name || !slices.Equal(a.Outputs[0].Data, want.Data) || !slices.Equal(a.Outputs[0].Dims, want.Dims) {
				t.Errorf("%s: %+v, %v; want %+v", mode, a, err, want)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			if known, ok := plans[mode]; ok && known != a.Plan { // one model in two releases
				t.Errorf("%s: plans are %x and %x", mode, known, a.Plan)
			}
			plans[mode] = a.Plan
			if steps == 0 {
				t.Errorf("%s: no step is told", mode)
			}
		})
	}
	all.Wait()
	if len(e.models) != 1 {
		t.Errorf("%d models are kept; want 1", len(e.models))
	}
}

// Who asks what cannot be answered is told whose fault it is: a provider's that is asked next, or nobody's.
func TestRefuse(t *testing.T) {
	source, cids := models(t, "1.0.0", "0.0.1")
	e := open(t, source, 2)
	x := floats("x", []int64{1, 4}, 1, 2, 3, 4)
	odd := x
	odd.Type = "f7"
	gone, stop := context.WithCancel(t.Context())
	stop()
	for _, test := range []struct {
		what string
		q    Question
		ctx  context.Context
		want relay.JobCode
	}{
		{"another mode", Question{Manifest: cids[0], Mode: receipt.Served, Inputs: []receipt.Tensor{x}}, t.Context(), relay.JobUnsupported},
		{"another type", Question{Manifest: cids[0], Mode: receipt.Strict, Inputs: []receipt.Tensor{odd}}, t.Context(), relay.JobInvalidInput},
		{"another shape", Question{Manifest: cids[0], Mode: receipt.Strict, Inputs: []receipt.Tensor{floats("x", []int64{1, 5}, 1, 2, 3, 4, 5)}}, t.Context(), relay.JobInvalidInput},
		{"no input", Question{Manifest: cids[0], Mode: receipt.Strict}, t.Context(), relay.JobInvalidInput},
		{"a release that is no model", Question{Manifest: cids[1], Mode: receipt.Strict, Inputs: []receipt.Tensor{x}}, t.Context(), relay.JobUnsupported},
		{"a release that nobody has", Question{Manifest: manifest.DigestOf([]byte("?")).RawCID(), Mode: receipt.Strict, Inputs: []receipt.Tensor{x}}, t.Context(), relay.JobModelUnavailable},
		{"nobody waits", Question{Manifest: cids[0], Mode: receipt.Strict, Inputs: []receipt.Tensor{x}}, gone, ""},
	} {
		_, err := e.Run(test.ctx, test.q)
		f, is := errors.AsType[*Failure](err)
		if test.want == "" && !errors.Is(err, context.Canceled) || test.want != "" && (!is || f.Code != test.want) {
			t.Errorf("%s: %v; want %q", test.what, err, test.want)
		}
	}
	if a, err := e.Run(t.Context(), Question{Manifest: cids[0], Mode: receipt.Strict, Inputs: []receipt.Tensor{x}}); err != nil || len(a.Outputs) != 1 {
		t.Errorf("after all that: %+v, %v", a, err)
	}
}
