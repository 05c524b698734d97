package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/pull"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/remote"
	"github.com/dehug/dehug/relay/spec"
	"github.com/dehug/dehug/wasm/run"
)

// maxZeros is how many bytes the zeros have together on which a model is tried: as much as a question has.
const maxZeros = 16 << 20

// Validate finds out whether a model can be run, stage by stage (package spec), and what it gives for zeros. An error is for what says nothing of
// the model: it could not be fetched, or ctx ended.
func (e *Engine) Validate(ctx context.Context, cid manifest.CID) (*spec.ValidationResult, *Answer, error) {
	v := &spec.ValidationResult{}
	invalid := func(stage string, err error) (*spec.ValidationResult, *Answer, error) {
		if ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		v.Stage, v.Reason = stage, reason(err)
		return v, nil, nil
	}
	folder := filepath.Join(e.dir, string(cid))
	rel, err := pull.Release(ctx, string(cid), folder, pull.Options{Sources: e.sources, MaxBytes: MaxMemory})
	switch {
	case err == nil:
	case ctx.Err() != nil:
		return nil, nil, ctx.Err()
	case lies(err):
		return invalid(spec.StageManifest, err)
	case relay.ErrorCode(err) == relay.CodeTooLarge:
		return nil, nil, &Failure{relay.JobTooLarge, err}
	default:
		return nil, nil, &Failure{relay.JobModelUnavailable, err}
	}
	for _, f := range rel.Manifest.Files {
		v.Files++
		v.Bytes += f.Size
	}
	entry, err := rel.Manifest.Entry()
	if err != nil {
		return invalid(spec.StageManifest, err)
	}
	file, err := os.Open(filepath.Join(folder, filepath.FromSlash(entry.Path)))
	if err != nil {
		return nil, nil, &Failure{relay.JobProviderFailed, err}
	}
	found, err := run.Inspect(ctx, file, entry.Size)
	if err = errors.Join(err, file.Close()); err != nil {
		return invalid(spec.StageLoad, err)
	}
	for name, n := range found.Operators {
		v.Operators = append(v.Operators, spec.Operator{Name: relay.Shorten(relay.Text(name), receipt.MaxName), Count: int64(n)})
	}
	slices.SortFunc(v.Operators, func(a, b spec.Operator) int { return strings.Compare(a.Name, b.Name) })
	if len(found.Missing) > 0 {
		v.Operators = nil // names of anybody's making: the reason has the first ones
		return invalid(spec.StageOperators, fmt.Errorf("not supported: %q", found.Missing[:min(len(found.Missing), 8)]))
	}
	m, err := e.acquire(ctx, cid, receipt.Strict)
	if f, ok := errors.AsType[*Failure](err); ok && (f.Code == relay.JobUnsupported || f.Code == relay.JobTooLarge) {
		return invalid(spec.StageCompile, err)
	}
	if err != nil {
		return nil, nil, err
	}
	inputs, err := zeros(m.program.Model().Info.Inputs)
	e.release(m)
	if err != nil {
		return invalid(spec.StageRun, err)
	}
	answer, err := e.Run(ctx, Question{Manifest: cid, Mode: receipt.Strict, Inputs: inputs})
	if f, ok := errors.AsType[*Failure](err); ok && !f.Code.Retries() {
		return invalid(spec.StageRun, err)
	}
	if err != nil {
		return nil, nil, err
	}
	body, err := receipt.EncodeTensors(answer.Outputs)
	if err != nil {
		return invalid(spec.StageRun, err)
	}
	v.Valid, v.Outputs = true, receipt.ResultHash(body)
	return v, answer, nil
}

// lies tells whether a release that has the digest that was asked for is none, whoever sent it.
func lies(err error) bool {
	for _, source := range []error{manifest.ErrHashMismatch, manifest.ErrLength, manifest.ErrLeafList} {
		if errors.Is(err, source) {
			return false
		}
	}
	return manifest.CodeOf(err) != ""
}

// reason is an error in one line, as a result may have it.
func reason(err error) string {
	line := []rune{}
	for _, r := range relay.Text(err.Error()) {
		if manifest.CheckText("", string(r), 0, 8, false) != nil {
			r = ' '
		}
		line = append(line, r)
	}
	return relay.Shorten(string(line), 400)
}

// zeros are inputs of a model, each symbolic dimension being 1.
func zeros(ports []run.PortInfo) ([]receipt.Tensor, error) {
	var list []receipt.Tensor
	var total int64
	for _, p := range ports {
		t := receipt.Tensor{Name: p.Name, Type: p.Type, Dims: []int64{}}
		n := receipt.TypeSize(p.Type)
		if n == 0 {
			return nil, fmt.Errorf("input %q is of type %s", p.Name, p.Type)
		}
		for _, extent := range p.Shape {
			d, err := strconv.ParseInt(extent, 10, 64)
			if err != nil {
				d = 1
			}
			if d > 0 && n > maxZeros/d {
				return nil, fmt.Errorf("input %q has more than %d bytes", p.Name, maxZeros)
			}
			t.Dims, n = append(t.Dims, d), n*d
		}
		if total += n; total > maxZeros {
			return nil, fmt.Errorf("the inputs have more than %d bytes", maxZeros)
		}
		t.Data = make([]byte, n)
		list = append(list, t)
	}
	return list, nil
}

// File opens a file of a data set, or of another release, verified, and only that one is fetched.
func (e *Engine) File(ctx context.Context, cid manifest.CID, path string, most int64) (*os.File, error) {
	folder, _, err := e.pull(ctx, cid, pull.Options{MaxBytes: most, Files: []string{path}})
	if err != nil {
		return nil, err
	}
	return os.Open(filepath.Join(folder, filepath.FromSlash(path)))
}

// Release fetches all files of a release, verified, of at most most bytes, and says in which folder they are. Nobody may write there.
func (e *Engine) Release(ctx context.Context, cid manifest.CID, most int64) (folder string, m *manifest.Manifest, err error) {
	return e.pull(ctx, cid, pull.Options{MaxBytes: most})
}

func (e *Engine) pull(ctx context.Context, cid manifest.CID, o pull.Options) (string, *manifest.Manifest, error) {
	folder := filepath.Join(e.dir, string(cid))
	o.Sources = e.sources
	rel, err := pull.Release(ctx, string(cid), folder, o)
	switch {
	case err == nil:
		return folder, rel.Manifest, nil
	case ctx.Err() != nil:
		return "", nil, ctx.Err()
	case errors.Is(err, pull.ErrNoFile) || lies(err):
		return "", nil, &Failure{relay.JobInvalidInput, err}
	case relay.ErrorCode(err) == relay.CodeTooLarge:
		return "", nil, &Failure{relay.JobTooLarge, err}
	}
	return "", nil, &Failure{relay.JobModelUnavailable, err}
}

// Block fetches a block that is no part of a release.
func (e *Engine) Block(ctx context.Context, cid manifest.CID) ([]byte, error) {
	err := errors.New("there is no source")
	for _, at := range e.sources {
		source, wrong := remote.New(at)
		if wrong != nil {
			return nil, &Failure{relay.JobProviderFailed, wrong}
		}
		var block []byte
		if block, err = source.Get(ctx, cid); err == nil {
			return block, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	return nil, &Failure{relay.JobModelUnavailable, fmt.Errorf("block %s: %w", cid, err)}
}
