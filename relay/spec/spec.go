// Package spec says what a job is to do, and what came of it, in two documents that anybody can name by their digest: SPEC.md beside this
// file describes them.
//
//	job, err := spec.Parse(doc)      // or refuses: limits, order, unknown fields
//	digest := spec.Digest(doc)       // what an order's terms name (JobOrders: job), and a result names
//	cid := digest.RawCID()           // where it is found
//
// Both are in the canonical form of manifests: one meaning has one text. It does no I/O.
package spec

import (
	"encoding/base64"
	"math"
	"slices"
	"strings"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay/receipt"
)

// Schemas of the two documents.
const (
	JobSchema    = "dehug/job/v0"
	ResultSchema = "dehug/job-result/v0"
)

// Kinds of jobs.
const (
	Inference  = "inference"
	Evaluation = "evaluation"
	Validation = "validation"
	Training   = "training"
)

// Metrics of an evaluation. Each is an exact rational number of exact values, written to Decimals digits: SPEC.md.
const (
	Accuracy    = "accuracy"            // how many items' largest output is the one that the target says
	ExactMatch  = "exact_match"         // how many items' outputs are all equal to the target's
	SquareError = "mean_squared_error"  // over all elements
	AbsError    = "mean_absolute_error" // over all elements
	Cosine      = "cosine"              // of output and target, the mean over items
)

// Decimals is how many digits after the point a metric has at most.
const Decimals = 9

const (
	// MaxDocument bounds both documents, in bytes: one block, which an order's parties hand around.
	MaxDocument = 256 << 10
	// MaxInline bounds all tensors that a document has within itself, in bytes before base64. Larger ones are blocks.
	MaxInline = 128 << 10
	// MaxBlocks is how many blocks a tensor has, of MaxBlock bytes: what a provider is sent of tensors on its line.
	MaxBlocks = 16
	MaxBlock  = 1 << 20
	// MaxItems is how many items of a data set an evaluation has, MaxRuns in how many runs: their hashes are one block.
	MaxItems = 1 << 20
	MaxRuns  = 1 << 15
	// MaxBatch is how many items go into one run.
	MaxBatch = 1024
	// MaxParameters of a training, each of which has a name of 64 and a value of 1024 bytes.
	MaxParameters = 64
	maxParameter  = 1024
	// MaxBytes and MaxSeconds are the most that a job may ask for: output in bytes, and time.
	MaxBytes   = 8 << 30
	MaxSeconds = 7 * 24 * 3600
	// maxPath is that of manifests, maxMember that of the same within an archive.
	maxMember = 255
	maxDetail = 500
	// maxOperators is above all that ONNX has.
	maxOperators = 512
)

// A Job is what is to be done. Exactly one of Inference, Evaluation, Training is set, or none for a validation.
type Job struct {
	Kind       string
	Model      manifest.CID // of the manifest
	Limits     Limits
	Inference  *InferenceJob
	Evaluation *EvaluationJob
	Training   *TrainingJob
}

// Limits are the most that a job may take.
type Limits struct {
	Bytes   int64 // of what comes out: tensors, leaf list, files
	Seconds int64
}

// InferenceJob is a run of the model.
type InferenceJob struct {
	Mode   string // receipt.Strict or receipt.Fast
	Inputs []Tensor
}

// Tensor is an input, whose elements are little-endian, in rows.
type Tensor struct {
	Name string
	Type string // as the engine names it: f32
	Dims []int64
	// Data has the elements; Blocks say where they are instead, in raw blocks that are one after the other.
	Data   []byte
	Blocks []manifest.CID
}

// EvaluationJob is the model over a data set, held against what the set says.
type EvaluationJob struct {
	Dataset manifest.CID // of the manifest
	Inputs  []Column     // one for each of the model's inputs, in byte order of Tensor
	Target  Column       // its Tensor is the model's output that is compared
	Metric  string
	// First and Count choose items, from Target's first one on; Count 0 for all that there are.
	First, Count int64
	// Batch is how many items go into one run, along a first axis; 0 for one, without that axis.
	Batch int64
}

// Column is a file of a data set's: an array whose first axis counts items.
type Column struct {
	File   string // path in the manifest
	Member string // of an npz: the array's name in it
	Tensor string
}

// TrainingJob has a provider's command make another model.
type TrainingJob struct {
	Command    string // as the provider calls one that it allows
	Dataset    manifest.CID
	Parameters []Parameter // in byte order of Name
	Seed       int64
	Publish    Publication
}

// Parameter is something that the command is told.
type Parameter struct{ Name, Value string }

// Publication is what the new model's manifest is to say. Its parents are listed, and the model is one of them.
type Publication struct {
	Authors        []manifest.Author
	Created        string
	License        manifest.License
	Name, Version  string
	Title, Summary string
	Parents        []manifest.Parent
}

// Manifest is a manifest that has no files yet.
func (p *Publication) Manifest() *manifest.Manifest {
	return &manifest.Manifest{Schema: manifest.Schema, Kind: manifest.KindModel, Name: p.Name, Title: p.Title, Version: p.Version, Summary: p.Summary, License: p.License,
		Authors: p.Authors, Parents: p.Parents, Created: p.Created}
}

// Datasets are those that the job reads.
func (j *Job) Datasets() []manifest.CID {
	switch {
	case j.Evaluation != nil:
		return []manifest.CID{j.Evaluation.Dataset}
	case j.Training != nil:
		return []manifest.CID{j.Training.Dataset}
	}
	return nil
}

// MayPublish tells whether what comes of the job can be published by an account: what a training makes only by one of its authors.
func (j *Job) MayPublish(account string) bool {
	return j.Training == nil || slices.ContainsFunc(j.Training.Publish.Authors, func(a manifest.Author) bool { return a.Address.String() == account })
}

// Digest names a document.
func Digest(doc []byte) manifest.Digest { return manifest.DigestOf(doc) }

// CommandPlan stands for a plan where a provider's command computes.
func CommandPlan(command string) receipt.Hash { return receipt.BackendPlan("command " + command) }

// Parse reads a job, in its one form.
func Parse(doc []byte) (*Job, error) {
	j := &Job{}
	if err := manifest.DecodeDocument(doc, JobSchema, MaxDocument, j.fields); err != nil {
		return nil, err
	}
	return j, j.check()
}

// Encode writes a job. It refuses what Parse would refuse.
func (j *Job) Encode() ([]byte, error) {
	if err := j.check(); err != nil {
		return nil, err
	}
	doc := manifest.EncodeDocument(j.fields)
	if len(doc) > MaxDocument {
		return nil, refuse(manifest.ErrTooLarge, "job", "put tensors into blocks")
	}
	return doc, nil
}

func refuse(e *manifest.Error, at, detail string) error { return manifest.Refuse(e, at, detail) }

func (j *Job) fields(d manifest.Doc) {
	d.Object(func() {
		section(d, Evaluation, &j.Evaluation, (*EvaluationJob).fields)
		section(d, Inference, &j.Inference, (*InferenceJob).fields)
		d.Text("kind", &j.Kind)
		d.Field("limits", true, true, func() {
			d.Object(func() {
				d.Integer("bytes", &j.Limits.Bytes)
				d.Integer("seconds", &j.Limits.Seconds)
			})
		})
		d.CID("model", &j.Model)
		schema(d, JobSchema)
		section(d, Training, &j.Training, (*TrainingJob).fields)
	})
}

// section visits an object that is there or not.
func section[T any](d manifest.Doc, name string, at **T, fields func(*T, manifest.Doc)) {
	d.Field(name, false, *at != nil, func() {
		if d.Reading() {
			*at = new(T)
		}
		fields(*at, d)
	})
}

// schema visits the field that says which document it is. Another one is not the same when it is encoded again, and decoding says so.
func schema(d manifest.Doc, name string) {
	text := name
	d.Text("schema", &text)
}

func list[T any](d manifest.Doc, name string, required bool, limit int, all *[]T, item func(*T)) {
	d.List(name, required, limit, len(*all), func(i int) {
		if d.Reading() {
			*all = append(*all, *new(T))
		}
		item(&(*all)[i])
	})
}

func (i *InferenceJob) fields(d manifest.Doc) {
	d.Object(func() {
		list(d, "inputs", true, receipt.MaxTensors, &i.Inputs, func(t *Tensor) { t.fields(d) })
		d.Text("mode", &i.Mode)
	})
}

func (t *Tensor) fields(d manifest.Doc) {
	d.Object(func() {
		list(d, "blocks", false, MaxBlocks, &t.Blocks, func(c *manifest.CID) { d.CIDItem(c) })
		text := base64.StdEncoding.EncodeToString(t.Data)
		d.OptText("data", &text)
		if d.Reading() { // spare bits and line breaks are not the same when they are encoded again
			t.Data, _ = base64.StdEncoding.DecodeString(text)
		}
		list(d, "dims", true, receipt.MaxRank, &t.Dims, func(n *int64) { d.IntegerItem(n) })
		d.Text("name", &t.Name)
		d.Text("type", &t.Type)
	})
}

func (e *EvaluationJob) fields(d manifest.Doc) {
	d.Object(func() {
		d.Integer("batch", &e.Batch)
		d.OptInteger("count", &e.Count)
		d.CID("dataset", &e.Dataset)
		d.OptInteger("first", &e.First)
		list(d, "inputs", true, receipt.MaxTensors, &e.Inputs, func(c *Column) { c.fields(d) })
		d.Text("metric", &e.Metric)
		d.Field("target", true, true, func() { e.Target.fields(d) })
	})
}

func (c *Column) fields(d manifest.Doc) {
	d.Object(func() {
		d.Text("file", &c.File)
		d.OptText("member", &c.Member)
		d.Text("tensor", &c.Tensor)
	})
}

func (t *TrainingJob) fields(d manifest.Doc) {
	d.Object(func() {
		d.Text("command", &t.Command)
		d.CID("dataset", &t.Dataset)
		list(d, "parameters", false, MaxParameters, &t.Parameters, func(p *Parameter) {
			d.Object(func() {
				d.Text("name", &p.Name)
				d.Text("value", &p.Value)
			})
		})
		d.Field("publish", true, true, func() { t.Publish.fields(d) })
		d.Integer("seed", &t.Seed)
	})
}

func (p *Publication) fields(d manifest.Doc) {
	d.Object(func() {
		list(d, "authors", true, manifest.MaxAuthors, &p.Authors, func(a *manifest.Author) { d.Author(a) })
		d.Text("created", &p.Created)
		d.Field("license", true, true, func() { d.License(&p.License) })
		d.Text("name", &p.Name)
		list(d, "parents", true, manifest.MaxParents, &p.Parents, func(x *manifest.Parent) { d.Parent(x) })
		d.OptText("summary", &p.Summary)
		d.OptText("title", &p.Title)
		d.Text("version", &p.Version)
	})
}

// check holds every rule that the syntax does not.
func (j *Job) check() error {
	value := func(at, detail string) error { return refuse(manifest.ErrValue, at, detail) }
	for _, part := range []struct {
		kind  string
		there bool
	}{{Inference, j.Inference != nil}, {Evaluation, j.Evaluation != nil}, {Training, j.Training != nil}} {
		if part.there != (j.Kind == part.kind) {
			return value("kind", "a job has what its kind says, and nothing of another's: "+part.kind)
		}
	}
	switch {
	case j.Kind != Inference && j.Kind != Evaluation && j.Kind != Validation && j.Kind != Training:
		return value("kind", "there is no such kind")
	case j.Model.Codec() != manifest.Raw:
		return value("model", "a manifest is a raw block")
	case j.Limits.Bytes < 1 || j.Limits.Bytes > MaxBytes:
		return value("limits.bytes", "1 to 8 GiB")
	case j.Limits.Seconds < 1 || j.Limits.Seconds > MaxSeconds:
		return value("limits.seconds", "1 to a week")
	case j.Inference != nil:
		return j.Inference.check()
	case j.Evaluation != nil:
		return j.Evaluation.check()
	case j.Training != nil:
		return j.Training.check(j.Model)
	}
	return nil
}

func (i *InferenceJob) check() error {
	if i.Mode != receipt.Strict && i.Mode != receipt.Fast {
		return refuse(manifest.ErrValue, "inference.mode", "strict or fast")
	}
	inline := 0
	for n, t := range i.Inputs {
		const at = "inference.inputs"
		size := receipt.TypeSize(t.Type)
		if size == 0 || t.Name == "" || len(t.Name) > receipt.MaxName || strings.ContainsRune(t.Name, 0) || len(t.Dims) > receipt.MaxRank {
			return refuse(manifest.ErrValue, at, "a tensor's name or type is not one")
		}
		if n > 0 && i.Inputs[n-1].Name >= t.Name {
			return refuse(manifest.ErrOrder, at, "they are in byte order of their names")
		}
		for _, dim := range t.Dims {
			if dim > 0 && size > math.MaxInt64/dim {
				return refuse(manifest.ErrTooLarge, at, "its dimensions are out of range")
			}
			size *= dim
		}
		for _, c := range t.Blocks {
			if c.Codec() != manifest.Raw {
				return refuse(manifest.ErrCID, at, "elements are in raw blocks")
			}
		}
		if inline += len(t.Data); inline > MaxInline {
			return refuse(manifest.ErrTooLarge, at, "tensors within the document; put them into blocks")
		}
		if len(t.Blocks) > 0 && len(t.Data) > 0 || len(t.Blocks) == 0 && int64(len(t.Data)) != size || size > int64(len(t.Blocks))*MaxBlock && len(t.Blocks) > 0 {
			return refuse(manifest.ErrLength, at, "as many elements as its dimensions say, in the document or in blocks")
		}
	}
	return nil
}

func (e *EvaluationJob) check() error {
	switch e.Metric {
	case Accuracy, ExactMatch, SquareError, AbsError, Cosine:
	default:
		return refuse(manifest.ErrValue, "evaluation.metric", "there is no such metric")
	}
	switch {
	case e.Dataset.Codec() != manifest.Raw:
		return refuse(manifest.ErrValue, "evaluation.dataset", "a manifest is a raw block")
	case e.Batch > MaxBatch:
		return refuse(manifest.ErrTooLarge, "evaluation.batch", "items in one run")
	case e.Count > MaxItems || e.First > MaxItems:
		return refuse(manifest.ErrTooLarge, "evaluation.count", "items")
	case len(e.Inputs) == 0:
		return refuse(manifest.ErrMissingField, "evaluation.inputs", "a model has an input")
	}
	for i, c := range e.Inputs {
		if i > 0 && e.Inputs[i-1].Tensor >= c.Tensor {
			return refuse(manifest.ErrOrder, "evaluation.inputs", "they are in byte order of their tensors")
		}
		if err := c.check("evaluation.inputs"); err != nil {
			return err
		}
	}
	return e.Target.check("evaluation.target")
}

func (c *Column) check(at string) error {
	if err := manifest.CheckPath(c.File); err != nil {
		return err
	}
	if err := manifest.CheckText(at+".member", c.Member, 0, maxMember, false); err != nil {
		return err
	}
	if c.Tensor == "" || len(c.Tensor) > receipt.MaxName || strings.ContainsRune(c.Tensor, 0) {
		return refuse(manifest.ErrValue, at+".tensor", "1 to 256 bytes")
	}
	return nil
}

func (t *TrainingJob) check(model manifest.CID) error {
	if err := manifest.CheckSlug("training.command", t.Command); err != nil {
		return err
	}
	if t.Dataset.Codec() != manifest.Raw {
		return refuse(manifest.ErrValue, "training.dataset", "a manifest is a raw block")
	}
	for i, p := range t.Parameters {
		if i > 0 && t.Parameters[i-1].Name >= p.Name {
			return refuse(manifest.ErrOrder, "training.parameters", "they are in byte order of their names")
		}
		if err := manifest.CheckSlug("training.parameters.name", p.Name); err != nil {
			return err
		}
		if err := manifest.CheckText("training.parameters.value", p.Value, 0, maxParameter, false); err != nil {
			return err
		}
	}
	for _, p := range t.Publish.Parents {
		if p.ManifestDigest != nil && *p.ManifestDigest == model.Digest() {
			return t.Publish.Manifest().CheckDescription()
		}
	}
	return refuse(manifest.ErrMissingField, "training.publish.parents", "the model is one of them")
}
