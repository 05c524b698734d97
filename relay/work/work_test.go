package work

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/dehug/dehug/internal/npy"
	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/disk"
	"github.com/dehug/dehug/relay/engine"
	"github.com/dehug/dehug/relay/gateway"
	"github.com/dehug/dehug/relay/publish"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/spec"
)

// role is the variable by which this test's program is a command that a provider allows.
const role = "DEHUG_TEST_ROLE"

func TestMain(m *testing.M) {
	if what := os.Getenv(role); what != "" {
		if err := act(what); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// act is what commands do.
func act(what string) error {
	out := os.Getenv("DEHUG_OUTPUT")
	switch what {
	case "train":
		return fit(filepath.Join(os.Getenv("DEHUG_MODEL"), "model.onnx"), os.Getenv("DEHUG_DATASET"), filepath.Join(out, "model.onnx"))
	case "hang": // with a child, in its group, that would live on
		child, err := os.StartProcess("/bin/sleep", []string{"sleep", "600"}, &os.ProcAttr{})
		if err != nil {
			return err
		}
		fmt.Println("children", os.Getpid(), child.Pid)
		select {}
	case "large":
		f, err := os.Create(filepath.Join(out, "model.onnx"))
		for err == nil {
			_, err = f.Write(make([]byte, 1<<16))
		}
		return err
	case "nonsense":
		return os.WriteFile(filepath.Join(out, "model.onnx"), []byte("no model"), 0o644)
	case "link":
		return os.Symlink("/etc/passwd", filepath.Join(out, "model.onnx"))
	case "environment":
		fmt.Println("environment", strings.Join(os.Environ(), " "))
		_, err := os.OpenFile(filepath.Join(os.Getenv("DEHUG_MODEL"), "model.onnx"), os.O_WRONLY, 0)
		if err == nil && os.Getuid() != 0 {
			return errors.New("the input can be written to")
		}
		return errors.New("the end of it")
	}
	return errors.New("unknown role")
}

// fit fine-tunes the last layer, which is all that the model has: least squares by gradient descent, from the weights that are there.
func fit(from, data, to string) error {
	rate, err := strconv.ParseFloat(os.Getenv("DEHUG_PARAM_RATE"), 64)
	if err != nil {
		return err
	}
	epochs, err := strconv.Atoi(os.Getenv("DEHUG_PARAM_EPOCHS"))
	if err != nil {
		return err
	}
	model, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	x, n, err := read(filepath.Join(data, "x.npy"))
	if err != nil {
		return err
	}
	labels, _, err := read(filepath.Join(data, "y.npy"))
	if err != nil {
		return err
	}
	w, b := raw(startW), raw(startB)
	for epoch := range epochs {
		gw, gb := make([]float64, len(w)), make([]float64, len(b))
		for i := range n {
			for k := range b {
				y := float64(b[k])
				for j := range 4 {
					y += float64(x[4*i+j]) * float64(w[3*j+k])
				}
				want := 0.0
				if int(labels[i]) == k {
					want = 1
				}
				gb[k] += y - want
				for j := range 4 {
					gw[3*j+k] += (y - want) * float64(x[4*i+j])
				}
			}
		}
		for k := range w {
			w[k] -= float32(rate * gw[k] / float64(n))
		}
		for k := range b {
			b[k] -= float32(rate * gb[k] / float64(n))
		}
		fmt.Println("progress", epoch+1, epochs)
	}
	for _, p := range [][2][]float32{{raw(startW), w}, {raw(startB), b}} {
		if !bytes.Contains(model, pack(p[0])) {
			return errors.New("the model has other weights")
		}
		model = bytes.Replace(model, pack(p[0]), pack(p[1]), 1)
	}
	fmt.Println("trained on", n, "items")
	return os.WriteFile(to, model, 0o644)
}

// What precompile/testdata/tiny.onnx begins with.
var (
	startW = []float32{-1.5, -1.25, -1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1, 1.25}
	startB = []float32{0.5, -0.5, 0}
)

func raw(v []float32) []float32 { return slices.Clone(v) }

func pack(v []float32) (b []byte) {
	for _, x := range v {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	return b
}

// read reads an array of f32 or i64.
func read(name string) (v []float32, n int, err error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, 0, err
	}
	h, err := npy.Parse(b)
	if err != nil {
		return nil, 0, err
	}
	for b = b[h.At:]; len(b) > 0; b = b[h.Size:] {
		if h.Type == "f32" {
			v = append(v, math.Float32frombits(binary.LittleEndian.Uint32(b)))
		} else {
			v = append(v, float32(binary.LittleEndian.Uint64(b)))
		}
	}
	return v, int(h.Dims[0]), nil
}

// bench is where work is done: releases that a gateway serves, and a worker that fetches them there.
type bench struct {
	t      *testing.T
	folder *disk.Folder
	key    *ethsig.Key
	worker *Worker
	model  manifest.CID
	data   manifest.CID
}

func newBench(t *testing.T) *bench {
	t.Helper()
	folder, err := disk.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	handler, err := gateway.New(folder.Blocks(), nil, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	key, err := ethsig.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	e, err := engine.Open(t.TempDir(), []string{server.URL}, 4)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	b := &bench{t: t, folder: folder, key: key, worker: &Worker{Engine: e, Dir: t.TempDir(), Commands: map[string]Command{}}}
	for _, what := range []string{"train", "hang", "large", "nonsense", "link", "environment"} {
		b.worker.Commands[what] = Command{Args: []string{os.Args[0]}, Env: []string{role + "=" + what}}
	}
	model, err := os.ReadFile("../precompile/testdata/tiny.onnx")
	if err != nil {
		t.Fatal(err)
	}
	b.model = b.publish("model", map[string][]byte{"model.onnx": model})
	x, y, nan := []float32{}, []byte{}, []float32{}
	seed := uint32(1)
	chance := func() float32 { // from −1 to 1
		seed = seed*1664525 + 1013904223
		return float32(int32(seed)) / (1 << 31)
	}
	for i := range 90 {
		class := i % 3
		for j := range 4 {
			centre := float32(0)
			if j == class {
				centre = 2
			}
			x = append(x, centre+chance()*1.2)
			nan = append(nan, float32(math.NaN()))
		}
		y = binary.LittleEndian.AppendUint64(y, uint64(class))
	}
	b.data = b.publish("dataset", map[string][]byte{
		"x.npy": array3(t, "f32", []int64{90, 4}, pack(x)), "y.npy": array3(t, "i64", []int64{90}, y), "nan.npy": array3(t, "f32", []int64{90, 4}, pack(nan)),
		"wide.npy": array3(t, "f32", []int64{45, 8}, pack(x)), "short.npy": array3(t, "i64", []int64{89}, y[:89*8]), "big.npy": bytes.Replace(array3(t, "f32", []int64{90, 4}, pack(x)), []byte("(90,4,)"), []byte("(99,4,)"), 1),
	})
	return b
}

func array3(t *testing.T, typ string, dims []int64, data []byte) []byte {
	t.Helper()
	head, err := npy.Encode(typ, dims)
	if err != nil {
		t.Fatal(err)
	}
	return append(head, data...)
}

// publish makes a release.
func (b *bench) publish(kind string, files map[string][]byte) manifest.CID {
	b.t.Helper()
	dir := b.t.TempDir()
	about := `{"kind": "` + kind + `", "name": "x-` + kind + `", "version": "1.0.0", "license": {"spdx": "MIT"}, "created": "2026-01-02T15:04:05Z"`
	if kind == "model" {
		about += `, "runtime": {"format": "onnx", "opset": 13}`
	}
	files[publish.AuthorFile] = []byte(about + "}")
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			b.t.Fatal(err)
		}
	}
	res, err := publish.Publish(b.t.Context(), b.folder.Blocks(), dir, publish.Options{Key: b.key})
	if err != nil {
		b.t.Fatal(err)
	}
	return res.Release.Manifest
}

// evaluation is a job.
func (b *bench) evaluation(metric string) *spec.Job {
	return &spec.Job{Kind: spec.Evaluation, Model: b.model, Limits: spec.Limits{Bytes: 1 << 20, Seconds: 60}, Evaluation: &spec.EvaluationJob{Dataset: b.data, Metric: metric, Batch: 1,
		Inputs: []spec.Column{{File: "x.npy", Tensor: "x"}}, Target: spec.Column{File: "y.npy", Tensor: "y"}}}
}

func (b *bench) training(command string) *spec.Job {
	base := b.model.Digest()
	return &spec.Job{Kind: spec.Training, Model: b.model, Limits: spec.Limits{Bytes: 1 << 20, Seconds: 60}, Training: &spec.TrainingJob{Command: command, Dataset: b.data, Seed: 7,
		Parameters: []spec.Parameter{{Name: "epochs", Value: "300"}, {Name: "rate", Value: "0.1"}},
		Publish: spec.Publication{Authors: []manifest.Author{{Address: b.key.Address(), Role: "author", Share: manifest.TotalShares}}, Created: "2026-01-02T15:04:05Z", License: manifest.License{SPDX: "MIT"},
			Name: "x-model", Version: "1.1.0", Parents: []manifest.Parent{{ManifestDigest: &base}}}}}
}

// do does a job, and returns what its result says.
func (b *bench) do(job *spec.Job, watch Watch) (*Done, *spec.Result) {
	b.t.Helper()
	doc, err := job.Encode()
	if err != nil {
		b.t.Fatal(err)
	}
	done, err := b.worker.Do(b.t.Context(), doc, watch)
	if err != nil {
		b.t.Fatal(err)
	}
	again, r, err := spec.ParseAnswer(done.Tensors())
	if err == nil {
		err = r.Answers(doc)
	}
	if err != nil || !bytes.Equal(again.Result, done.Result) {
		b.t.Fatalf("its answer: %v", err)
	}
	return done, r
}

// keep keeps blocks, as a relay does.
func (b *bench) keep(block manifest.Block) error { return b.folder.Blocks().Put(b.t.Context(), block) }

// A model is trained on a data set by a command, and is better for it: by an evaluation that has the same digest wherever it is done.
func TestTrainingImproves(t *testing.T) {
	b := newBench(t)
	done, before := b.do(b.evaluation(spec.Accuracy), Watch{})
	var lines []string
	_, trained := b.do(b.training("train"), Watch{Line: func(text string) { lines = append(lines, text) }, Block: b.keep})
	if want := []string{"trained on 90 items"}; !slices.Equal(lines, want) {
		t.Errorf("the command said %q, want %q", lines, want)
	}
	job := b.evaluation(spec.Accuracy)
	job.Model = trained.Training.Manifest
	_, after := b.do(job, Watch{})
	t.Logf("accuracy %s before, %s after", before.Evaluation.Value, after.Evaluation.Value)
	if before.Evaluation.Matched > 60 || after.Evaluation.Matched < 80 {
		t.Errorf("of 90 items %d were right before, %d after", before.Evaluation.Matched, after.Evaluation.Matched)
	}
	doc, err := b.folder.Blocks().Get(t.Context(), trained.Training.Manifest)
	if err != nil {
		t.Fatal(err)
	}
	m, err := manifest.Parse(doc)
	if err != nil || len(m.Parents) != 1 || *m.Parents[0].ManifestDigest != b.model.Digest() || m.Version != "1.1.0" || m.Runtime.Opset != 13 {
		t.Errorf("the new manifest: %+v, %v", m, err)
	}
	other := newBench(t) // another machine
	other.worker.Engine = b.worker.Engine
	second, _ := other.do(b.evaluation(spec.Accuracy), Watch{})
	if !bytes.Equal(second.Result, done.Result) {
		t.Errorf("another one has the result\n%s\nnot\n%s", second.Result, done.Result)
	}
	_, again := b.do(b.training("train"), Watch{Block: b.keep})
	if again.Training.Manifest != trained.Training.Manifest {
		t.Error("the same training gave another model")
	}
}

// Items that go into a run together are the same items.
func TestEvaluateBatches(t *testing.T) {
	b := newBench(t)
	var values []string
	for _, batch := range []int64{1, 7, 90} {
		job := b.evaluation(spec.Accuracy)
		job.Evaluation.Batch = batch
		done, r := b.do(job, Watch{})
		if want := (90 + batch - 1) / batch; int64(len(done.Runs)) != 32*want || r.Evaluation.Count != 90 {
			t.Errorf("batches of %d: %d bytes of runs for %d items", batch, len(done.Runs), r.Evaluation.Count)
		}
		values = append(values, r.Evaluation.Value)
	}
	if values[0] != values[1] || values[0] != values[2] {
		t.Errorf("values %v by the size of batches", values)
	}
	job := b.evaluation(spec.Accuracy)
	job.Evaluation.First, job.Evaluation.Count = 80, 10
	if _, r := b.do(job, Watch{}); r.Evaluation.Count != 10 {
		t.Errorf("%d items", r.Evaluation.Count)
	}
}

func TestInference(t *testing.T) {
	b := newBench(t)
	x := pack([]float32{1, 2, 3, 4})
	block := manifest.Block{CID: manifest.DigestOf(x).RawCID(), Data: x}
	if err := b.keep(block); err != nil {
		t.Fatal(err)
	}
	job := &spec.Job{Kind: spec.Inference, Model: b.model, Limits: spec.Limits{Bytes: 1000, Seconds: 60},
		Inference: &spec.InferenceJob{Mode: receipt.Strict, Inputs: []spec.Tensor{{Name: "x", Type: "f32", Dims: []int64{1, 4}, Data: x}}}}
	done, within := b.do(job, Watch{})
	out, err := receipt.DecodeTensors(done.Outputs)
	if err != nil || !bytes.Equal(out[0].Data, pack([]float32{0.5, 2, 5})) {
		t.Errorf("%v, %v", out, err)
	}
	job.Inference.Inputs[0].Data, job.Inference.Inputs[0].Blocks = nil, []manifest.CID{block.CID}
	if _, r := b.do(job, Watch{}); r.Inference.Outputs != within.Inference.Outputs {
		t.Error("elements in a block gave something else")
	}
}

func TestValidation(t *testing.T) {
	b := newBench(t)
	validate := func(cid manifest.CID) *spec.ValidationResult {
		_, r := b.do(&spec.Job{Kind: spec.Validation, Model: cid, Limits: spec.Limits{Bytes: 1000, Seconds: 60}}, Watch{})
		return r.Validation
	}
	if v := validate(b.model); !v.Valid || fmt.Sprint(v.Operators) != "[{Add 1} {MatMul 1} {Relu 1}]" || v.Files != 1 {
		t.Errorf("%+v", v)
	}
	model, err := os.ReadFile("../precompile/testdata/tiny.onnx")
	if err != nil {
		t.Fatal(err)
	}
	for stage, data := range map[string][]byte{
		spec.StageLoad:      []byte("no model"),
		spec.StageOperators: bytes.Replace(model, []byte("Relu"), []byte("Rule"), 1),
		spec.StageCompile:   bytes.Replace(model, []byte("MatMul"), []byte("Concat"), 1), // without its attribute
	} {
		if v := validate(b.publish("model", map[string][]byte{"model.onnx": data})); v.Valid || v.Stage != stage {
			t.Errorf("%s: %+v", stage, v)
		}
	}
	if v := validate(b.data); v.Valid || v.Stage != spec.StageManifest {
		t.Errorf("a data set: %+v", v)
	}
}

// What is refused says by its code whether another provider may do better.
func TestRefuseJobs(t *testing.T) {
	b := newBench(t)
	missing := manifest.DigestOf([]byte("nobody has it")).RawCID()
	edit := func(do func(e *spec.EvaluationJob)) *spec.Job {
		j := b.evaluation(spec.Accuracy)
		do(j.Evaluation)
		return j
	}
	trained := func(command string, do func(j *spec.Job)) *spec.Job {
		j := b.training(command)
		do(j)
		return j
	}
	for _, c := range []struct {
		name string
		job  *spec.Job
		code relay.JobCode
		says string
	}{
		{"a data set that nobody has", edit(func(e *spec.EvaluationJob) { e.Dataset = missing }), relay.JobModelUnavailable, ""},
		{"a model that nobody has", &spec.Job{Kind: spec.Validation, Model: missing, Limits: spec.Limits{Bytes: 1, Seconds: 9}}, relay.JobModelUnavailable, ""},
		{"a file that it has not", edit(func(e *spec.EvaluationJob) { e.Inputs[0].File = "z.npy" }), relay.JobInvalidInput, "no file"},
		{"a file that is no array", edit(func(e *spec.EvaluationJob) { e.Dataset, e.Inputs[0].File = b.model, "model.onnx" }), relay.JobInvalidInput, "not a NumPy"},
		{"an archive that is none", edit(func(e *spec.EvaluationJob) { e.Inputs[0].Member = "x" }), relay.JobInvalidInput, "zip"},
		{"an array cut short", edit(func(e *spec.EvaluationJob) { e.Inputs[0].File = "big.npy" }), relay.JobInvalidInput, "has 1584 bytes"},
		{"items of another shape", edit(func(e *spec.EvaluationJob) {
			e.Inputs[0].File, e.Target.File, e.Target.Tensor = "wide.npy", "wide.npy", "y"
		}), relay.JobInvalidInput, "shape"},
		{"targets for fewer items", edit(func(e *spec.EvaluationJob) { e.Target.File = "short.npy" }), relay.JobInvalidInput, "89 items"},
		{"items that there are not", edit(func(e *spec.EvaluationJob) { e.First, e.Count = 80, 20 }), relay.JobInvalidInput, "are not among 90"},
		{"an output that it has not", edit(func(e *spec.EvaluationJob) { e.Target.Tensor = "z" }), relay.JobInvalidInput, `no output "z"`},
		{"NaN outputs", edit(func(e *spec.EvaluationJob) { e.Inputs[0].File = "nan.npy" }), relay.JobInvalidInput, "NaN"},
		{"a metric of other numbers", edit(func(e *spec.EvaluationJob) { e.Metric = spec.Cosine }), relay.JobInvalidInput, "as many elements"},
		{"a target that is no class", edit(func(e *spec.EvaluationJob) { e.Target.File = "x.npy" }), relay.JobInvalidInput, "one element"},
		{"a list of runs that is too long", func() *spec.Job { j := b.evaluation(spec.Accuracy); j.Limits.Bytes = 89 * 32; return j }(), relay.JobTooLarge, ""},
		{"a command that is not allowed", trained("sh", func(*spec.Job) {}), relay.JobUnsupported, "allows no command"},
		{"output above the limit", trained("large", func(*spec.Job) {}), relay.JobTooLarge, "more than"},
		{"a command that takes too long", trained("hang", func(j *spec.Job) { j.Limits.Seconds = 1 }), relay.JobDeadline, ""},
		{"a command that makes no model", trained("nonsense", func(*spec.Job) {}), relay.JobInvalidInput, "no model"},
		{"a command that makes a link", trained("link", func(*spec.Job) {}), relay.JobInvalidInput, "no file"},
		{"a command that fails", trained("environment", func(*spec.Job) {}), relay.JobInvalidInput, "the end of it"},
		{"parameters that it does not take", trained("train", func(j *spec.Job) { j.Training.Parameters[1].Value = "much" }), relay.JobInvalidInput, "ended with 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			doc, err := c.job.Encode()
			if err != nil {
				t.Fatal(err)
			}
			_, err = b.worker.Do(t.Context(), doc, Watch{Block: b.keep})
			f, ok := errors.AsType[*engine.Failure](err)
			if !ok || f.Code != c.code || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v, want %s: …%s…", err, c.code, c.says)
			}
		})
	}
	if left, err := os.ReadDir(b.worker.Dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// A command knows nothing of its provider's environment.
func TestCleanEnvironment(t *testing.T) {
	t.Setenv("DEHUG_SECRET", "xyzzy")
	b := newBench(t)
	doc, err := b.training("environment").Encode()
	if err != nil {
		t.Fatal(err)
	}
	var said string
	_, err = b.worker.Do(t.Context(), doc, Watch{Block: b.keep, Line: func(line string) { said += line }})
	if !strings.Contains(said, "DEHUG_SEED=7") || !strings.Contains(said, "DEHUG_PARAM_EPOCHS=300") || strings.Contains(said, "xyzzy") {
		t.Errorf("%v: %s", err, said)
	}
}

// Who cancels ends the command, and what it started.
func TestCancelKills(t *testing.T) {
	b := newBench(t)
	doc, err := b.training("hang").Encode()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var once sync.Once
	var parent, child int
	_, err = b.worker.Do(ctx, doc, Watch{Block: b.keep, Line: func(line string) {
		if n, _ := fmt.Sscanf(line, "children %d %d", &parent, &child); n == 2 {
			once.Do(cancel)
		}
	}})
	if !errors.Is(err, context.Canceled) || parent == 0 {
		t.Fatalf("%v; processes %d and %d", err, parent, child)
	}
	for _, pid := range []int{parent, child} {
		for dead(pid) == false {
			time.Sleep(time.Millisecond) // the system takes a moment to end it
		}
	}
}

// dead tells whether a process runs no more. One that nobody has waited for is.
func dead(pid int) bool {
	if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		return true
	}
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && strings.Contains(string(text), ") Z ")
}

func TestRefuseAnswers(t *testing.T) {
	b := newBench(t)
	doc, _ := b.evaluation(spec.Accuracy).Encode()
	done, _ := b.do(b.evaluation(spec.Accuracy), Watch{})
	other, _ := b.evaluation(spec.ExactMatch).Encode()
	good := done.Tensors()
	odd := func(name, typ string, data []byte) receipt.Tensor {
		return receipt.Tensor{Name: name, Type: typ, Dims: []int64{int64(len(data))}, Data: data}
	}
	for name, c := range map[string]struct {
		doc     []byte
		tensors []receipt.Tensor
	}{
		"of another job":      {other, good},
		"without its runs":    {doc, good[:1]},
		"with other runs":     {doc, []receipt.Tensor{good[0], odd(good[1].Name, "u8", make([]byte, 32))}},
		"without a result":    {doc, good[1:]},
		"with something else": {doc, append(good[:2:2], odd("more", "u8", nil))},
		"of another type":     {doc, []receipt.Tensor{odd(good[0].Name, "i8", good[0].Data), good[1]}},
	} {
		_, r, err := spec.ParseAnswer(c.tensors)
		if err == nil {
			err = r.Answers(c.doc)
		}
		if err == nil {
			t.Errorf("an answer %s was taken", name)
		}
	}
}
