package spec

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/dehug/dehug/manifest"
)

var (
	modelCID   = manifest.DigestOf([]byte("model")).RawCID()
	datasetCID = manifest.DigestOf([]byte("data set")).RawCID()
)

// samples are a job and a result of every kind.
func samples() ([]*Job, []*Result) {
	base := modelCID.Digest()
	limits := Limits{Bytes: 1 << 20, Seconds: 600}
	jobs := []*Job{
		{Kind: Inference, Model: modelCID, Limits: limits, Inference: &InferenceJob{Mode: "strict", Inputs: []Tensor{
			{Name: "x", Type: "f32", Dims: []int64{1, 2}, Data: []byte{0, 0, 128, 63, 0, 0, 0, 64}},
			{Name: "y", Type: "u8", Dims: []int64{1 << 20}, Blocks: []manifest.CID{datasetCID}}}}},
		{Kind: Evaluation, Model: modelCID, Limits: limits, Evaluation: &EvaluationJob{Dataset: datasetCID, Batch: 1, Metric: Accuracy,
			Inputs: []Column{{File: "pixels.npy", Tensor: "x"}}, Target: Column{File: "all.npz", Member: "digits", Tensor: "y"}, First: 10, Count: 20}},
		{Kind: Validation, Model: modelCID, Limits: limits},
		{Kind: Training, Model: modelCID, Limits: limits, Training: &TrainingJob{Command: "finetune", Dataset: datasetCID, Seed: 7, Parameters: []Parameter{{"epochs", "50"}, {"rate", "0.1"}},
			Publish: Publication{Authors: []manifest.Author{{Address: manifest.Address{1}, Role: "author", Share: manifest.TotalShares}}, Created: "2026-01-02T15:04:05Z",
				License: manifest.License{SPDX: "MIT"}, Name: "digits", Version: "1.1.0", Parents: []manifest.Parent{{ManifestDigest: &base}}}}},
	}
	job := manifest.DigestOf([]byte("job"))
	results := []*Result{
		{Kind: Inference, Model: modelCID, Spec: job, Plan: base, Inference: &InferenceResult{Bytes: 40, Outputs: job}},
		{Kind: Evaluation, Model: modelCID, Spec: job, Plan: base, Evaluation: &EvaluationResult{Dataset: datasetCID, Metric: Accuracy, Value: "0.975", Count: 40, Matched: 39, Runs: datasetCID, Root: job}},
		{Kind: Validation, Model: modelCID, Spec: job, Plan: base, Validation: &ValidationResult{Valid: true, Files: 2, Bytes: 99, Operators: []Operator{{"Conv", 3}, {"Relu", 2}}, Outputs: job}},
		{Kind: Validation, Model: modelCID, Spec: job, Validation: &ValidationResult{Stage: StageLoad, Reason: "it is no protobuf", Files: 2, Bytes: 99}},
		{Kind: Training, Model: modelCID, Spec: job, Plan: base, Training: &TrainingResult{Manifest: datasetCID, Release: manifest.MakeCID(manifest.DagPB, job), Bytes: 5}},
	}
	return jobs, results
}

func TestDocuments(t *testing.T) {
	jobs, results := samples()
	for _, j := range jobs {
		doc, err := j.Encode()
		if err != nil {
			t.Fatalf("%s: %v", j.Kind, err)
		}
		again, err := Parse(doc)
		if err != nil {
			t.Fatalf("%s: %v\n%s", j.Kind, err, doc)
		}
		if twice, err := again.Encode(); err != nil || !bytes.Equal(doc, twice) {
			t.Errorf("%s: %s\nbecame %s, %v", j.Kind, doc, twice, err)
		}
	}
	for _, r := range results {
		doc, err := r.Encode()
		if err != nil {
			t.Fatalf("%s: %v", r.Kind, err)
		}
		again, err := ParseResult(doc)
		if err != nil {
			t.Fatalf("%s: %v\n%s", r.Kind, err, doc)
		}
		if twice, err := again.Encode(); err != nil || !bytes.Equal(doc, twice) {
			t.Errorf("%s: %s\nbecame %s, %v", r.Kind, doc, twice, err)
		}
	}
}

// TestSpecExample has the document's example be one.
func TestSpecExample(t *testing.T) {
	text, err := os.ReadFile("SPEC.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "```json\n")
	example, _, _ := strings.Cut(rest, "\n```")
	if _, err := Parse([]byte(example)); err != nil {
		t.Error(err)
	}
}

func TestRefuseJobs(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(inference, evaluation, validation, training *Job)
		want *manifest.Error
	}{
		{"another kind's part", func(_, e, v, _ *Job) { v.Evaluation = e.Evaluation }, manifest.ErrValue},
		{"no part", func(i, _, _, _ *Job) { i.Inference = nil }, manifest.ErrValue},
		{"unknown kind", func(_, _, v, _ *Job) { v.Kind = "benchmark" }, manifest.ErrValue},
		{"no time", func(_, _, v, _ *Job) { v.Limits.Seconds = 0 }, manifest.ErrValue},
		{"much time", func(_, _, v, _ *Job) { v.Limits.Seconds = MaxSeconds + 1 }, manifest.ErrValue},
		{"much output", func(_, _, v, _ *Job) { v.Limits.Bytes = MaxBytes + 1 }, manifest.ErrValue},
		{"a directory for a model", func(_, _, v, _ *Job) { v.Model = manifest.MakeCID(manifest.DagPB, manifest.Digest{}) }, manifest.ErrValue},
		{"mode", func(i, _, _, _ *Job) { i.Inference.Mode = "served" }, manifest.ErrValue},
		{"type", func(i, _, _, _ *Job) { i.Inference.Inputs[0].Type = "string" }, manifest.ErrValue},
		{"too few elements", func(i, _, _, _ *Job) { i.Inference.Inputs[0].Dims[0] = 3 }, manifest.ErrLength},
		{"dimensions that overflow", func(i, _, _, _ *Job) { i.Inference.Inputs[0].Dims = []int64{1 << 62, 1 << 62} }, manifest.ErrTooLarge},
		{"data and blocks", func(i, _, _, _ *Job) { i.Inference.Inputs[0].Blocks = i.Inference.Inputs[1].Blocks }, manifest.ErrLength},
		{"more than its blocks have", func(i, _, _, _ *Job) { i.Inference.Inputs[1].Dims[0]++ }, manifest.ErrLength},
		{"inputs out of order", func(i, _, _, _ *Job) { i.Inference.Inputs[1].Name = "a" }, manifest.ErrOrder},
		{"much within", func(i, _, _, _ *Job) {
			i.Inference.Inputs = []Tensor{{Name: "x", Type: "u8", Dims: []int64{MaxInline + 1}, Data: make([]byte, MaxInline+1)}}
		}, manifest.ErrTooLarge},
		{"metric", func(_, e, _, _ *Job) { e.Evaluation.Metric = "f1" }, manifest.ErrValue},
		{"batch", func(_, e, _, _ *Job) { e.Evaluation.Batch = MaxBatch + 1 }, manifest.ErrTooLarge},
		{"items", func(_, e, _, _ *Job) { e.Evaluation.Count = MaxItems + 1 }, manifest.ErrTooLarge},
		{"no inputs", func(_, e, _, _ *Job) { e.Evaluation.Inputs = nil }, manifest.ErrMissingField},
		{"a path that leaves", func(_, e, _, _ *Job) { e.Evaluation.Inputs[0].File = "../x.npy" }, manifest.ErrPath},
		{"a command that is a path", func(_, _, _, tr *Job) { tr.Training.Command = "../bin/sh" }, manifest.ErrValue},
		{"a command with arguments", func(_, _, _, tr *Job) { tr.Training.Command = "train -v" }, manifest.ErrValue},
		{"parameters out of order", func(_, _, _, tr *Job) { tr.Training.Parameters[1].Name = "a" }, manifest.ErrOrder},
		{"a parameter with a line break", func(_, _, _, tr *Job) { tr.Training.Parameters[1].Value = "a\nb" }, manifest.ErrText},
		{"the model is no parent", func(_, _, _, tr *Job) { tr.Model = datasetCID }, manifest.ErrMissingField},
		{"version", func(_, _, _, tr *Job) { tr.Training.Publish.Version = "1" }, manifest.ErrValue},
		{"shares", func(_, _, _, tr *Job) { tr.Training.Publish.Authors[0].Share-- }, manifest.ErrValue},
	} {
		jobs, _ := samples()
		c.do(jobs[0], jobs[1], jobs[2], jobs[3])
		var err error
		for _, j := range jobs {
			if _, e := j.Encode(); e != nil {
				err = e
			}
			if _, e := Parse(manifest.EncodeDocument(j.fields)); (e == nil) != (j.check() == nil) {
				t.Errorf("%s: Parse says %v, Encode %v", c.name, e, j.check())
			}
		}
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

func TestRefuseDocuments(t *testing.T) {
	jobs, results := samples()
	job, _ := jobs[0].Encode()
	result, _ := results[1].Encode()
	verdict, _ := results[2].Encode()
	for _, c := range []struct {
		name, doc, old, new string
	}{
		{"white space", string(job), `"kind":`, `"kind": `},
		{"a number", string(job), `"600"`, `600`},
		{"an unknown field", string(job), `"model"`, `"modal":"","model"`},
		{"another schema", string(job), `job/v0`, `job/v1`},
		{"base64 with spare bits", string(job), `AACAPwAAAEA=`, `AACAPwAAAEB=`},
		{"base64 with a line break", string(job), `AACAPwAAAEA=`, `AACA\nPwAAAEA=`},
		{"an empty field", string(job), `"dims":["1","2"]`, `"blocks":[],"dims":["1","2"]`},
		{"more right than there are", string(result), `"39"`, `"41"`},
		{"a value that is none", string(result), `0.975`, `NaN`},
		{"trailing zero", string(result), `0.975`, `0.9750`},
		{"another verdict", string(verdict), `"valid"`, `"fine"`},
		{"a verdict and a stage", string(verdict), `"verdict"`, `"stage":"load","verdict"`},
	} {
		if !strings.Contains(c.doc, c.old) {
			t.Fatalf("%s: %s has no %s", c.name, c.doc, c.old)
		}
		doc := []byte(strings.Replace(c.doc, c.old, c.new, 1))
		if _, err := Parse(doc); err == nil {
			t.Errorf("%s: Parse took %s", c.name, doc)
		}
		if _, err := ParseResult(doc); err == nil {
			t.Errorf("%s: ParseResult took %s", c.name, doc)
		}
	}
	if _, err := Parse(make([]byte, MaxDocument+1)); !errors.Is(err, manifest.ErrTooLarge) {
		t.Errorf("a long document: %v", err)
	}
}

// FuzzDocuments has whatever is taken be the one text of what it says.
func FuzzDocuments(f *testing.F) {
	jobs, results := samples()
	for _, j := range jobs {
		doc, _ := j.Encode()
		f.Add(doc)
	}
	for _, r := range results {
		doc, _ := r.Encode()
		f.Add(doc)
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		if j, err := Parse(doc); err == nil {
			if again, err := j.Encode(); err != nil || !bytes.Equal(again, doc) {
				t.Errorf("%s\nbecame %s, %v", doc, again, err)
			}
		}
		if r, err := ParseResult(doc); err == nil {
			if again, err := r.Encode(); err != nil || !bytes.Equal(again, doc) {
				t.Errorf("%s\nbecame %s, %v", doc, again, err)
			}
		}
	})
}
