package httpapi

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/dehug/dehug/internal/npy"
	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/disk"
	"github.com/dehug/dehug/relay/engine"
	"github.com/dehug/dehug/relay/gateway"
	"github.com/dehug/dehug/relay/jobs"
	"github.com/dehug/dehug/relay/jobs/wire"
	"github.com/dehug/dehug/relay/publish"
	"github.com/dehug/dehug/relay/spec"
	"github.com/dehug/dehug/relay/work"
)

// jobRole is the variable by which this test's program is a command that a provider allows.
const jobRole = "DEHUG_TEST_JOB"

// actJob is what those commands do.
func actJob(role string) error {
	if role == "hang" {
		fmt.Println("process", os.Getpid())
		select {}
	}
	from, err := os.ReadFile(filepath.Join(os.Getenv("DEHUG_MODEL"), "model.onnx"))
	if err != nil {
		return err
	}
	fmt.Println("progress 1 2")
	fmt.Println("turning the model upside down")
	w := make([]byte, 0, 48) // of the layer, negative, so that other classes are the largest
	for i := range 12 {
		w = binary.LittleEndian.AppendUint32(w, math.Float32bits(float32(i)*0.25-1.5))
	}
	turned := make([]byte, 48)
	for row := range 4 { // rows in the other order
		copy(turned[12*row:], w[12*(3-row):12*(4-row)])
	}
	return os.WriteFile(filepath.Join(os.Getenv("DEHUG_OUTPUT"), "model.onnx"), []byte(strings.Replace(string(from), string(w), string(turned), 1)), 0o644)
}

// jobBench is a hub with a provider that does jobs by specification, a model and a data set.
type jobBench struct {
	*hub
	model, data manifest.CID
	worker      *work.Worker
}

func newJobBench(t *testing.T) *jobBench {
	h := withUploads(t)
	folder, err := disk.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	q, err := jobs.Start(t.Context(), jobs.Config{Store: h.Store, Key: testKey(t, "9"), Daily: 100_000, Blocks: folder.Blocks(), Made: h.Uploads, Log: slog.New(slog.DiscardHandler),
		Allowed: func(a manifest.Address) bool { return a == testKey(t, "2").Address() }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, stop := context.WithCancel(context.Background())
		stop()
		if err := q.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	h.Jobs = q
	if h.Handler, err = New(Config{Site: tree, Releases: two, Hub: h.Hub, Log: slog.New(slog.DiscardHandler)}); err != nil {
		t.Fatal(err)
	}
	blocks, err := gateway.New(folder.Blocks(), nil, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	source := httptest.NewServer(blocks)
	t.Cleanup(source.Close)
	e, err := engine.Open(t.TempDir(), []string{source.URL}, 2)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	release := func(kind string, files map[string][]byte) manifest.CID {
		t.Helper()
		dir := t.TempDir()
		about := fmt.Sprintf(`{"kind": %q, "name": "a-%s", "version": "1.0.0", "license": {"spdx": "MIT"}, "created": "2026-01-02T15:04:05Z"`, kind, kind)
		if kind == manifest.KindModel {
			about += `, "runtime": {"format": "onnx", "opset": 13}`
		}
		files[publish.AuthorFile] = []byte(about + "}")
		for name, data := range files {
			if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		res, err := publish.Publish(t.Context(), folder.Blocks(), dir, publish.Options{Key: testKey(t, "1")})
		if err != nil {
			t.Fatal(err)
		}
		return res.Release.Manifest
	}
	array := func(typ string, dims []int64, data []byte) []byte {
		head, err := npy.Encode(typ, dims)
		if err != nil {
			t.Fatal(err)
		}
		return append(head, data...)
	}
	model, err := os.ReadFile("../precompile/testdata/tiny.onnx")
	if err != nil {
		t.Fatal(err)
	}
	var x, y []byte
	for i := range 8 {
		for j := range 4 {
			x = binary.LittleEndian.AppendUint32(x, math.Float32bits(float32((i*j)%5)-1))
		}
		y = append(y, byte(i%3))
	}
	b := &jobBench{hub: h, worker: &work.Worker{Engine: e, Dir: t.TempDir(), Commands: map[string]work.Command{}}}
	b.model = release(manifest.KindModel, map[string][]byte{"model.onnx": model})
	b.data = release(manifest.KindDataset, map[string][]byte{"x.npy": array("f32", []int64{8, 4}, x), "y.npy": array("u8", []int64{8}, y)})
	offers := []wire.Offer{{Mode: spec.Evaluation, Pay: 500}, {Mode: spec.Validation, Pay: 100}, {Mode: spec.Inference, Pay: 50}}
	for _, role := range []string{"turn", "hang"} {
		b.worker.Commands[role] = work.Command{Args: []string{os.Args[0]}, Env: []string{jobRole + "=" + role}}
		offers = append(offers, wire.Offer{Mode: spec.Training + "/" + role, Pay: 5000})
	}
	serve(t, h, b.worker, offers...)
	return b
}

func (b *jobBench) evaluation() string {
	return fmt.Sprintf(`{"schema": "dehug/job/v0", "kind": "evaluation", "model": %q, "limits": {"bytes": "1000", "seconds": "60"}, "evaluation": {"dataset": %q, "batch": "3", "metric": "accuracy",
		"inputs": [{"tensor": "x", "file": "x.npy"}], "target": {"tensor": "y", "file": "y.npy"}}}`, b.model, b.data)
}

func (b *jobBench) training(command string, author manifest.Address) string {
	return fmt.Sprintf(`{"schema": "dehug/job/v0", "kind": "training", "model": %q, "limits": {"bytes": "100000", "seconds": "60"}, "training": {"command": %q, "dataset": %q, "seed": "1",
		"publish": {"authors": [{"address": %q, "role": "author", "share": "1000000"}], "created": "2026-01-02T15:04:05Z", "license": {"spdx": "MIT"}, "name": "a-model", "version": "1.1.0", "parents": [{"manifestDigest": %q}]}}}`,
		b.model, command, b.data, author, b.model.Digest())
}

var ofPlan = regexp.MustCompile(`"(plan|root|runs|result_cid)": ?"[^"]*"`)

// Somebody has a model evaluated, validated and trained, publishes what was made, and evaluates that.
func TestJobsGolden(t *testing.T) {
	b := newJobBench(t)
	cookie := b.signIn(testKey(t, "1"))
	post := func(path, body string, want int, header ...string) (p Prediction) {
		t.Helper()
		w := b.ask("POST", path, body, append([]string{"Cookie", cookie, "Prefer", "wait"}, header...)...)
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Code != want {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		return p
	}
	body := `{"spec":` + b.evaluation() + `}`
	w := b.ask("POST", "/api/v1/jobs", body, "Cookie", cookie, "Prefer", "wait", "Idempotency-Key", "one")
	w = still(w)
	shown := httptest.NewRecorder() // what follows from the engine's plan is another with each version of that
	shown.Code = w.Code
	shown.Header().Set("Content-Type", w.Header().Get("Content-Type"))
	shown.Body.Write(ofPlan.ReplaceAll(w.Body.Bytes(), []byte(`"$1":"of the plan"`)))
	b.golden("job-evaluation", "POST", "/api/v1/jobs", shown, 201)
	var first Prediction
	if err := json.Unmarshal(w.Body.Bytes(), &first); err != nil || first.Job == nil {
		t.Fatal(w.Body)
	}
	if again := post("/api/v1/jobs", body, 201, "Idempotency-Key", "one"); again.ID != first.ID {
		t.Errorf("with its key again it is %s, not %s", again.ID, first.ID)
	}
	var result struct{ Evaluation struct{ Value, Count string } }
	if err := json.Unmarshal(first.Job.Result, &result); err != nil || result.Evaluation.Count != "8" {
		t.Errorf("%s, %v", first.Job.Result, err)
	}
	got := b.ask("GET", "/api/v1/receipts/"+first.ID, "", "Cookie", cookie)
	if !strings.Contains(got.Body.String(), `"mode":"evaluation"`) || !strings.Contains(got.Body.String(), `"assurance":"replayable"`) {
		t.Errorf("its receipt: %s", got.Body)
	}
	// Its documents are blocks, by their digests.
	for _, cid := range []string{first.Job.Spec, first.Job.ResultCID} {
		if _, err := b.worker.Engine.Block(t.Context(), manifest.CID(cid)); err != nil {
			t.Error(err)
		}
	}

	valid := post("/api/v1/jobs", fmt.Sprintf(`{"spec":{"schema":"dehug/job/v0","kind":"validation","model":%q,"limits":{"bytes":"1","seconds":"60"}}}`, b.model), 201)
	if valid.Status != "succeeded" || !strings.Contains(string(valid.Job.Result), `"verdict":"valid"`) {
		t.Errorf("%+v: %s", valid, valid.Job.Result)
	}
	run := post("/api/v1/jobs", fmt.Sprintf(`{"spec":{"schema":"dehug/job/v0","kind":"inference","model":%q,"limits":{"bytes":"1000","seconds":"60"},"inference":{"mode":"strict","inputs":[{"name":"x","type":"f32","dims":["1","4"],"data":"AACAPwAAAEAAAEBAAACAQA=="}]}}}`, b.model), 201)
	if string(run.Output["y"].Data) != "[0.5,2,5]" {
		t.Errorf("%+v", run)
	}

	trained := post("/api/v1/jobs", `{"spec":`+b.training("turn", testKey(t, "1").Address())+`}`, 201)
	if trained.Status != "succeeded" || trained.Job.Upload != trained.ID {
		t.Fatalf("%+v", trained)
	}
	var made struct{ Training struct{ Manifest string } }
	if err := json.Unmarshal(trained.Job.Result, &made); err != nil {
		t.Fatal(err)
	}
	if w := b.ask("GET", "/api/v1/releases/"+made.Training.Manifest, ""); w.Code != 404 {
		t.Errorf("it is listed before it was published: %d %s", w.Code, w.Body)
	}
	finish := b.ask("POST", "/api/v1/uploads/"+trained.Job.Upload+"/finish", fmt.Sprintf(`{"manifest":%q}`, made.Training.Manifest), "Cookie", cookie)
	if finish.Code != 200 || !strings.Contains(finish.Body.String(), `"version":"1.1.0"`) {
		t.Fatalf("publishing it: %d %s", finish.Code, finish.Body)
	}
}

// Who cancels a training ends the provider's process.
func TestCancelTraining(t *testing.T) {
	b := newJobBench(t)
	cookie := b.signIn(testKey(t, "1"))
	w := b.ask("POST", "/api/v1/jobs", `{"spec":`+b.training("hang", testKey(t, "1").Address())+`}`, "Cookie", cookie)
	var p Prediction
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Code != 201 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	watch := b.Jobs.Watch(p.ID)
	defer watch.Close()
	pid := 0
	for pid == 0 {
		changed := watch.Changed()
		_, _, parts := watch.Parts(0, 0)
		for _, part := range parts {
			var said struct{ Line string }
			if json.Unmarshal(part, &said) == nil {
				_, _ = fmt.Sscanf(said.Line, "process %d", &pid)
			}
		}
		if pid == 0 {
			select {
			case <-changed:
			case <-t.Context().Done():
				t.Fatal("it never began")
			}
		}
	}
	if w := b.ask("POST", p.URLs.Cancel, "", "Cookie", cookie); w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	for syscall.Kill(pid, 0) == nil {
		time.Sleep(time.Millisecond) // the provider is told, and ends it
	}
	if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
		t.Error(err)
	}
}

func TestRefuseJobs(t *testing.T) {
	b := newJobBench(t)
	cookie := b.signIn(testKey(t, "1"))
	for _, c := range []struct {
		name, spec string
		code       int           // at once; 0 when it is taken
		fails      relay.JobCode // and then ends so
	}{
		{"no document", `"x"`, 400, ""},
		{"a number", strings.Replace(b.evaluation(), `"1000"`, `1000`, 1), 400, ""},
		{"another schema", strings.Replace(b.evaluation(), `job/v0`, `job/v9`, 1), 400, ""},
		{"somebody else's model to be", b.training("turn", testKey(t, "3").Address()), 400, ""},
		{"a command that nobody allows", b.training("sh", testKey(t, "1").Address()), 409, ""},
		{"items of another shape", strings.Replace(b.evaluation(), `"x.npy"`, `"y.npy"`, 1), 0, relay.JobInvalidInput},
		{"output above its limit", strings.Replace(b.training("turn", testKey(t, "1").Address()), `"100000"`, `"10"`, 1), 0, relay.JobTooLarge},
		{"a data set that is none", strings.Replace(b.evaluation(), string(b.data), string(b.model), 1), 0, relay.JobInvalidInput},
	} {
		w := b.ask("POST", "/api/v1/jobs", `{"spec":`+c.spec+`}`, "Cookie", cookie, "Prefer", "wait")
		if c.code != 0 {
			if w.Code != c.code {
				t.Errorf("%s: %d %s, want %d", c.name, w.Code, w.Body, c.code)
			}
			continue
		}
		var p Prediction
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || p.Status != "failed" || p.Code != string(c.fails) {
			t.Errorf("%s: %d %s, want %s", c.name, w.Code, w.Body, c.fails)
		}
	}
	if w := b.ask("POST", "/api/v1/jobs", `{"spec":`+b.evaluation()+`}`); w.Code != 401 {
		t.Errorf("of nobody: %d", w.Code)
	}
}
