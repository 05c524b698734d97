package spec

import (
	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay/receipt"
)

// A Result is what came of a job. What its kind has is set.
type Result struct {
	Kind  string
	Spec  manifest.Digest // of the job's document
	Model manifest.CID
	// Plan is that of the model's arithmetic; of a training the hash that stands for the command. Zero of a model that is not valid.
	Plan       manifest.Digest
	Inference  *InferenceResult
	Evaluation *EvaluationResult
	Validation *ValidationResult
	Training   *TrainingResult
}

// InferenceResult names the tensors that came out, in their canonical form (package receipt).
type InferenceResult struct {
	Bytes   int64
	Outputs manifest.Digest
}

// EvaluationResult is a metric's value, and what it was found from.
type EvaluationResult struct {
	Dataset manifest.CID
	Metric  string
	Value   string // decimal
	Count   int64  // items
	Matched int64  // of accuracy and exact_match: how many were right
	// Runs are the SHA-256 of each run's outputs in their canonical form, in the order of the items: a raw block of 32 bytes each, and the
	// root of a tree over them like that of a file's chunks.
	Runs manifest.CID
	Root manifest.Digest
}

// Stages of a validation, in their order: where an invalid model was refused.
const (
	StageManifest  = "manifest"  // it is a model's, and a runtime is named
	StageFiles     = "files"     // all are there and have their hashes
	StageLoad      = "load"      // it is ONNX
	StageOperators = "operators" // all are supported
	StageCompile   = "compile"   // in strict mode
	StageRun       = "run"       // on zeros, symbolic dimensions being 1
)

// ValidationResult says whether a model can be run, and if not, why.
type ValidationResult struct {
	Valid         bool
	Stage, Reason string // of one that is not
	Files, Bytes  int64  // that were verified
	Operators     []Operator
	Outputs       manifest.Digest // of the run on zeros; zero of one that is not valid
}

// Operator is a kind of node, and how many of it the model has.
type Operator struct {
	Name  string
	Count int64
}

// TrainingResult is a release that nobody has published yet.
type TrainingResult struct {
	Manifest manifest.CID
	Release  manifest.CID // of the directory
	Bytes    int64        // of its files
}

// ParseResult reads a result, in its one form.
func ParseResult(doc []byte) (*Result, error) {
	r := &Result{}
	if err := manifest.DecodeDocument(doc, ResultSchema, MaxDocument, r.fields); err != nil {
		return nil, err
	}
	return r, r.check()
}

// Encode writes a result. It refuses what ParseResult would refuse.
func (r *Result) Encode() ([]byte, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	return manifest.EncodeDocument(r.fields), nil
}

func (r *Result) fields(d manifest.Doc) {
	d.Object(func() {
		section(d, Evaluation, &r.Evaluation, (*EvaluationResult).fields)
		section(d, Inference, &r.Inference, (*InferenceResult).fields)
		d.Text("kind", &r.Kind)
		d.CID("model", &r.Model)
		d.Digest("plan", &r.Plan)
		schema(d, ResultSchema)
		d.Digest("spec", &r.Spec)
		section(d, Training, &r.Training, (*TrainingResult).fields)
		section(d, Validation, &r.Validation, (*ValidationResult).fields)
	})
}

func (i *InferenceResult) fields(d manifest.Doc) {
	d.Object(func() {
		d.Integer("bytes", &i.Bytes)
		d.Digest("outputs", &i.Outputs)
	})
}

func (e *EvaluationResult) fields(d manifest.Doc) {
	d.Object(func() {
		d.Integer("count", &e.Count)
		d.CID("dataset", &e.Dataset)
		d.OptInteger("matched", &e.Matched)
		d.Text("metric", &e.Metric)
		d.Digest("root", &e.Root)
		d.CID("runs", &e.Runs)
		d.Text("value", &e.Value)
	})
}

const (
	valid   = "valid"
	invalid = "invalid"
)

func (v *ValidationResult) fields(d manifest.Doc) {
	d.Object(func() {
		d.Integer("bytes", &v.Bytes)
		d.Integer("files", &v.Files)
		list(d, "operators", false, maxOperators, &v.Operators, func(o *Operator) {
			d.Object(func() {
				d.Integer("count", &o.Count)
				d.Text("name", &o.Name)
			})
		})
		d.Digest("outputs", &v.Outputs)
		d.OptText("reason", &v.Reason)
		d.OptText("stage", &v.Stage)
		verdict := invalid
		if v.Valid {
			verdict = valid
		}
		d.Text("verdict", &verdict)
		if d.Reading() {
			v.Valid = verdict == valid // another word is not the same when it is encoded again
		}
	})
}

func (t *TrainingResult) fields(d manifest.Doc) {
	d.Object(func() {
		d.Integer("bytes", &t.Bytes)
		d.CID("manifest", &t.Manifest)
		d.CID("release", &t.Release)
	})
}

func (r *Result) check() error {
	value := func(at, detail string) error { return refuse(manifest.ErrValue, at, detail) }
	known := false
	for _, part := range []struct {
		kind  string
		there bool
	}{{Inference, r.Inference != nil}, {Evaluation, r.Evaluation != nil}, {Validation, r.Validation != nil}, {Training, r.Training != nil}} {
		if part.there != (r.Kind == part.kind) {
			return value("kind", "a result has what its kind says, and nothing of another's: "+part.kind)
		}
		known = known || part.there
	}
	if !known {
		return value("kind", "there is no such kind")
	}
	if r.Model.Codec() != manifest.Raw {
		return value("model", "a manifest is a raw block")
	}
	if e := r.Evaluation; e != nil {
		counted := e.Metric == Accuracy || e.Metric == ExactMatch
		switch {
		case !counted && e.Metric != SquareError && e.Metric != AbsError && e.Metric != Cosine:
			return value("evaluation.metric", "there is no such metric")
		case e.Count < 1 || e.Count > MaxItems || e.Matched > e.Count || e.Matched != 0 && !counted:
			return value("evaluation.count", "items, and how many matched")
		case e.Dataset.Codec() != manifest.Raw || e.Runs.Codec() != manifest.Raw:
			return value("evaluation.runs", "raw blocks")
		}
		return manifest.CheckDecimal("evaluation.value", e.Value)
	}
	if v := r.Validation; v != nil {
		if v.Valid != (v.Stage == "") || v.Valid != (v.Reason == "") || v.Valid == v.Outputs.IsZero() || v.Valid == r.Plan.IsZero() {
			return value("validation.verdict", "one that is valid has a plan and outputs; one that is not has a stage and a reason")
		}
		switch v.Stage {
		case "", StageManifest, StageFiles, StageLoad, StageOperators, StageCompile, StageRun:
		default:
			return value("validation.stage", "there is no such stage")
		}
		for i, o := range v.Operators {
			if o.Count < 1 || i > 0 && v.Operators[i-1].Name >= o.Name {
				return refuse(manifest.ErrOrder, "validation.operators", "in byte order, each at least once")
			}
			if err := manifest.CheckText("validation.operators.name", o.Name, 1, receipt.MaxName, false); err != nil {
				return err
			}
		}
		return manifest.CheckText("validation.reason", v.Reason, 0, maxDetail, false)
	}
	if t := r.Training; t != nil {
		if t.Manifest.Codec() != manifest.Raw || t.Release.Codec() != manifest.DagPB {
			return value("training.manifest", "a raw block, and a directory")
		}
	}
	return nil
}
