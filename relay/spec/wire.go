package spec

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay/receipt"
)

// Names of the tensors in which a job by specification is asked, and answered: all of type u8, with one dimension. So its receipt is like any
// other's: the request is a hash of the job, the result one of the answer.
const (
	nameSpec    = "spec"
	nameResult  = "result"
	nameRuns    = "runs"
	nameOutputs = "outputs"
)

const (
	fastInference  = Inference + "/" + receipt.Fast
	trainingPrefix = Training + "/"
)

// Mode is what receipts and offers call such a job: its kind; of a training, training/COMMAND; of an inference in fast mode, inference/fast.
// Whoever does one does it for any model.
func (j *Job) Mode() string {
	switch {
	case j.Training != nil:
		return trainingPrefix + j.Training.Command
	case j.Inference != nil && j.Inference.Mode == receipt.Fast:
		return fastInference
	}
	return j.Kind
}

// IsMode tells whether a mode is one of these: not of tensors, but of a job by specification.
func IsMode(mode string) bool {
	switch mode {
	case Inference, fastInference, Evaluation, Validation:
		return true
	}
	command, training := strings.CutPrefix(mode, trainingPrefix)
	return training && manifest.CheckSlug("", command) == nil
}

// IsLong tells whether a job of this mode may take hours: it is over a whole data set, tries a whole model, or makes one.
func IsLong(mode string) bool {
	return mode == Evaluation || mode == Validation || ModeCommand(mode) != ""
}

// ModeCommand is the command of a training's mode; "" for other modes.
func ModeCommand(mode string) string {
	command, _ := strings.CutPrefix(mode, trainingPrefix)
	if command == mode {
		return ""
	}
	return command
}

// Replayable tells whether whoever does a job of this mode again has the same result.
func Replayable(mode string) bool {
	return mode == Inference || mode == Evaluation || mode == Validation
}

// Question is a job's document as what a provider is asked.
func Question(doc []byte) []receipt.Tensor { return []receipt.Tensor{bytesOf(nameSpec, doc)} }

// Asked reads what Question made.
func Asked(inputs []receipt.Tensor) ([]byte, error) {
	if len(inputs) != 1 || inputs[0].Name != nameSpec || inputs[0].Type != "u8" || len(inputs[0].Dims) != 1 {
		return nil, fmt.Errorf("a job by specification has one input, %q", nameSpec)
	}
	return inputs[0].Data, nil
}

// Answer is what a provider answers. Runs is the block that the result of an evaluation names, Outputs the tensors that the result of an
// inference names, in their canonical form.
type Answer struct {
	Result        []byte // the document
	Runs, Outputs []byte
}

// Tensors are what ParseAnswer reads.
func (a *Answer) Tensors() []receipt.Tensor {
	out := []receipt.Tensor{bytesOf(nameResult, a.Result)}
	if a.Runs != nil {
		out = append(out, bytesOf(nameRuns, a.Runs))
	}
	if a.Outputs != nil {
		out = append(out, bytesOf(nameOutputs, a.Outputs))
	}
	return out
}

func bytesOf(name string, data []byte) receipt.Tensor {
	return receipt.Tensor{Name: name, Type: "u8", Dims: []int64{int64(len(data))}, Data: data}
}

// ParseAnswer reads an answer, and refuses one that does not have what its result names. Which job that is of, the result says.
func ParseAnswer(tensors []receipt.Tensor) (*Answer, *Result, error) {
	a := &Answer{}
	for _, t := range tensors {
		if t.Type != "u8" || len(t.Dims) != 1 {
			return nil, nil, fmt.Errorf("%q is no document", t.Name)
		}
		switch t.Name {
		case nameResult:
			a.Result = t.Data
		case nameRuns:
			a.Runs = t.Data
		case nameOutputs:
			a.Outputs = t.Data
		default:
			return nil, nil, fmt.Errorf("a result has no %q", t.Name)
		}
	}
	r, err := ParseResult(a.Result)
	if err != nil {
		return nil, nil, err
	}
	if e := r.Evaluation; (e != nil) != (a.Runs != nil) || e != nil && (e.Runs.Verify(a.Runs) != nil || len(a.Runs) == 0 || len(a.Runs)%32 != 0 || RunsRoot(a.Runs) != e.Root) {
		return nil, nil, fmt.Errorf("the runs are not those of the evaluation")
	}
	if i := r.Inference; (i != nil) != (a.Outputs != nil) || i != nil && (i.Bytes != int64(len(a.Outputs)) || manifest.Digest(receipt.ResultHash(a.Outputs)) != i.Outputs) {
		return nil, nil, fmt.Errorf("the outputs are not those of the inference")
	}
	return a, r, nil
}

// Answers tells whether a result may be that of a job with this document.
func (r *Result) Answers(doc []byte) error {
	j, err := Parse(doc)
	if err != nil {
		return err
	}
	if r.Kind != j.Kind || r.Model != j.Model || r.Spec != Digest(doc) || r.Evaluation != nil && (r.Evaluation.Dataset != j.Evaluation.Dataset || r.Evaluation.Metric != j.Evaluation.Metric) {
		return fmt.Errorf("the result is of another job")
	}
	if r.Training != nil && r.Plan != manifest.Digest(CommandPlan(j.Training.Command)) {
		return fmt.Errorf("the result is of another command")
	}
	return nil
}

// RunsRoot is that of the tree over the hashes of runs.
func RunsRoot(runs []byte) manifest.Digest {
	leaves := make([]receipt.Hash, len(runs)/32)
	for i := range leaves {
		leaves[i] = receipt.Hash(runs[32*i:])
	}
	return manifest.Digest(receipt.Root(leaves))
}

// Canonical writes a JSON object as documents have it: without white space, keys in order. Whether it is a document, Parse says.
func Canonical(text []byte) ([]byte, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var object map[string]any
	if err := dec.Decode(&object); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(object); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}
