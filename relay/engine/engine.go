// Package engine runs published models in this process: fetched by the CID of their manifest from any gateways, each chunk verified, compiled
// for wazero, kept in memory while there is room.
//
//	e, err := engine.Open(folder, []string{"https://gateway.example"}, 4)
//	answer, err := e.Run(ctx, engine.Question{Manifest: cid, Mode: receipt.Strict, Inputs: tensors})
//
// Providers do jobs with it, and whoever doubts a receipt replays the job with it: in strict mode both get the same bits.
package engine

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/pull"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/wasm"
	"github.com/dehug/dehug/wasm/run"
	"github.com/dehug/dehug/wasm/stream"
)

// MaxMemory is how much a model may have while it runs, in bytes.
const MaxMemory = 1 << 31

// Engine keeps models that were used lately. It is safe for concurrent use; a model does one question at a time.
type Engine struct {
	dir     string
	sources []string
	most    int
	wazero  *run.Engine

	mu     sync.Mutex
	models map[string]*model
	pulls  map[manifest.CID]chan struct{} // releases that are being fetched
}

type model struct {
	mu      sync.Mutex // held while it is opened or runs
	program *run.Program
	files   []*os.File
	used    time.Time
	users   int
}

// Open prepares to keep models in a folder, of which at most most are in memory at once.
func Open(dir string, sources []string, most int) (*Engine, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, relay.FileError(err)
	}
	return &Engine{dir: dir, sources: sources, most: max(1, most), models: map[string]*model{}, pulls: map[manifest.CID]chan struct{}{}, wazero: run.NewEngine(context.Background(), run.Options{MaxMemory: MaxMemory})}, nil
}

// Close ends it. Nothing may be running.
func (e *Engine) Close() error {
	err := e.wazero.Close(context.Background())
	for _, m := range e.models {
		err = errors.Join(err, m.close())
	}
	return err
}

func (m *model) close() error {
	var err error
	for _, f := range m.files {
		err = errors.Join(err, f.Close())
	}
	return err
}

// Question is what a model is asked.
type Question struct {
	Manifest manifest.CID
	Mode     string // receipt.Strict or receipt.Fast
	Inputs   []receipt.Tensor
	// Progress is told how many of the model's steps have run. May be nil.
	Progress func(done, of int)
	// Part is given pieces of the answer, in JSON, before it is whole; it waits while they go out no faster. May be nil.
	Part func(text []byte)
	// Block takes a block of what a training made, before the answer. May be nil.
	Block func(manifest.Block) error
}

// Answer is what came of it.
type Answer struct {
	Outputs []receipt.Tensor
	Plan    receipt.Hash
}

// Failure is why a question has no answer, for whoever decides whether somebody else is asked.
type Failure struct {
	Code relay.JobCode
	Err  error
}

func (f *Failure) Error() string { return f.Err.Error() }
func (f *Failure) Unwrap() error { return f.Err }

// Load fetches and opens a model, so that the first question need not wait for that.
func (e *Engine) Load(ctx context.Context, cid manifest.CID, mode string) error {
	m, err := e.acquire(ctx, cid, mode)
	if err == nil {
		e.release(m)
	}
	return err
}

// Run answers a question. An error that is not ctx's is a *Failure.
func (e *Engine) Run(ctx context.Context, q Question) (*Answer, error) {
	inputs := map[string]run.Tensor{}
	for _, t := range q.Inputs {
		typ, ok := run.ParseType(t.Type)
		if !ok {
			return nil, &Failure{relay.JobInvalidInput, fmt.Errorf("input %q: there is no type %q", t.Name, t.Type)}
		}
		inputs[t.Name] = run.Tensor{Type: typ, Dims: t.Dims, Data: t.Data}
	}
	m, err := e.acquire(ctx, q.Manifest, q.Mode)
	if err != nil {
		return nil, err
	}
	defer e.release(m)
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	inst, of := m.program.Instance(), len(m.program.Model().Info.Steps)
	if q.Progress != nil {
		inst.Observe = func(step int, _ time.Duration) { q.Progress(step+1, of) }
		defer func() { inst.Observe = nil }()
	}
	outputs, ran, err := m.program.Run(ctx, inputs)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, run.ErrInput):
		return nil, &Failure{relay.JobInvalidInput, err}
	case errors.Is(err, run.ErrMemory), errors.Is(err, wasm.ErrTooLarge):
		return nil, &Failure{relay.JobTooLarge, err}
	case err != nil:
		return nil, &Failure{relay.JobInvalidInput, err} // the same model with the same input fails everywhere
	}
	answer := &Answer{}
	plan, err := hex.DecodeString(ran.PlanHash())
	if err != nil || len(plan) != len(answer.Plan) {
		return nil, &Failure{relay.JobProviderFailed, fmt.Errorf("the module has no plan hash: %q", ran.PlanHash())}
	}
	answer.Plan = receipt.Hash(plan)
	for name, t := range outputs {
		answer.Outputs = append(answer.Outputs, receipt.Tensor{Name: name, Type: t.Type.String(), Dims: t.Dims, Data: t.Data})
	}
	return answer, nil
}

// acquire gives a model that is open. It is not closed before release.
func (e *Engine) acquire(ctx context.Context, cid manifest.CID, mode string) (*model, error) {
	if mode != receipt.Strict && mode != receipt.Fast {
		return nil, &Failure{relay.JobUnsupported, fmt.Errorf("there is no mode %q", mode)}
	}
	key := mode + " " + string(cid)
	e.mu.Lock()
	m := e.models[key]
	if m == nil {
		m = &model{}
		e.models[key] = m
	}
	m.users++
	e.mu.Unlock()
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.program == nil {
		if err := e.open(ctx, m, cid, mode); err != nil {
			err = errors.Join(err, m.close())
			m.files = nil
			e.release(m)
			return nil, err
		}
	}
	return m, nil
}

func (e *Engine) release(m *model) {
	e.mu.Lock()
	defer e.mu.Unlock()
	m.users--
	m.used = time.Now()
	for len(e.models) > e.most {
		oldest := ""
		for key, other := range e.models {
			if other.users == 0 && (oldest == "" || other.used.Before(e.models[oldest].used)) {
				oldest = key
			}
		}
		if oldest == "" {
			return // all are in use: there are more for a while
		}
		gone := e.models[oldest]
		delete(e.models, oldest)
		if gone.program != nil {
			_ = gone.program.Close(context.Background()) // what wazero frees cannot fail
		}
		_ = gone.close() // was only read
	}
}

// fetch brings a release into its folder, unless it is there. A release that is asked for in two modes at once is fetched once.
func (e *Engine) fetch(ctx context.Context, cid manifest.CID, folder string) (*stream.Release, error) {
	done := make(chan struct{})
	for {
		e.mu.Lock()
		other := e.pulls[cid]
		if other == nil {
			e.pulls[cid] = done
		}
		e.mu.Unlock()
		if other == nil {
			break
		}
		select {
		case <-other:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	defer func() {
		e.mu.Lock()
		delete(e.pulls, cid)
		e.mu.Unlock()
		close(done)
	}()
	return pull.Release(ctx, string(cid), folder, pull.Options{Sources: e.sources, MaxBytes: MaxMemory})
}

// open fetches a model's files, verified, and compiles it.
func (e *Engine) open(ctx context.Context, m *model, cid manifest.CID, mode string) error {
	folder := filepath.Join(e.dir, string(cid))
	rel, err := e.fetch(ctx, cid, folder)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if relay.ErrorCode(err) == relay.CodeInvalid {
			return &Failure{relay.JobUnsupported, err}
		}
		return &Failure{relay.JobModelUnavailable, err}
	}
	entry, err := rel.Manifest.Entry()
	if err != nil {
		return &Failure{relay.JobUnsupported, err}
	}
	files := func(path string) (io.ReaderAt, error) {
		if path == "" {
			path = entry.Path
		}
		if _, ok := rel.Manifest.File(path); !ok {
			return nil, fmt.Errorf("the release has no file %q", path)
		}
		f, err := os.Open(filepath.Join(folder, filepath.FromSlash(path)))
		if err == nil {
			m.files = append(m.files, f)
		}
		return f, err
	}
	program, err := e.wazero.OpenModel(ctx, files, entry.Size, mode == receipt.Fast)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, wasm.ErrTooLarge), errors.Is(err, run.ErrMemory):
		return &Failure{relay.JobTooLarge, err}
	case err != nil:
		return &Failure{relay.JobUnsupported, err}
	}
	m.program = program
	return nil
}
