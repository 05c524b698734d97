package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"

	"github.com/dehug/dehug/wasm"
	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/onnx"
	"github.com/dehug/dehug/wasm/opt"
	"github.com/dehug/dehug/wasm/run"
)

// suite runs cases of the ONNX backend test data.
type suite struct {
	data    string       // folder onnx/backend/test/data
	o       wasm.Options // for every case
	oracle  string       // command that answers perturbed inputs; "" leaves that out
	threads int          // that divide every step that can be divided; 0 is 1
	export  *exporter    // takes the cases that pass; may be nil
}

// caseResult is what came of a case.
type caseResult struct {
	asked bool
	err   error  // why it failed; nil when it passed
	note  string // why its perturbed run is not onnxruntime's word, or was not made
}

// runAll runs the cases for which want is true on all cores.
func (s *suite) runAll(ctx context.Context, list []backendCase, want func(backendCase) bool) ([]caseResult, error) {
	results := make([]caseResult, len(list))
	next := make(chan int)
	var wait sync.WaitGroup
	var mu sync.Mutex
	var failed error
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			var ask *oracle
			if s.oracle != "" {
				var err error
				if ask, err = startOracle(ctx, s.oracle); err != nil {
					mu.Lock()
					failed = err
					mu.Unlock()
				} else {
					defer ask.close()
				}
			}
			for i := range next {
				if s.oracle == "" || ask != nil {
					results[i] = s.runCase(ctx, list[i], ask)
				}
			}
		})
	}
	for i, c := range list {
		if want(c) {
			next <- i
		}
	}
	close(next)
	wait.Wait()
	return results, errors.Join(failed, ctx.Err())
}

// runCase runs all data sets of a case, then the first once more with a
// perturbed input. A panic of the compiler is a failure of the case, and worth
// knowing.
func (s *suite) runCase(ctx context.Context, c backendCase, ask *oracle) (r caseResult) {
	r.asked = true
	defer func() {
		if p := recover(); p != nil {
			r.err = fmt.Errorf("panic: %v", p)
		}
	}()
	fail := func(err error) caseResult {
		r.err = err
		return r
	}
	path, err := modelFile(s.data, c.id())
	if err != nil {
		return fail(err)
	}
	model, err := os.ReadFile(path)
	if err != nil {
		return fail(err)
	}
	temp, err := os.MkdirTemp("", "dehug-case-")
	if err != nil {
		return fail(err)
	}
	defer os.RemoveAll(temp)
	sets, err := dataSets(ctx, path, temp)
	if err != nil {
		return fail(err)
	}
	engine := run.NewEngine(ctx, run.Options{Threads: max(s.threads, 1), ShareAll: true})
	defer engine.Close(ctx)
	o := s.o
	o.Threads = s.threads > 1
	var passed []*dataSet
	for _, dir := range sets {
		set, err := loadSet(ctx, model, dir)
		if err == nil {
			err = set.compile(ctx, o)
		}
		if err == nil {
			err = set.check(ctx, engine)
		}
		if err != nil {
			return fail(err)
		}
		passed = append(passed, set)
	}
	if ask != nil {
		r.note, r.err = passed[0].checkPerturbed(ctx, engine, ask, path, sets[0])
	}
	if r.err == nil && s.export != nil {
		r.err = s.export.add(ctx, c, passed)
	}
	return r
}

// dataSet is a case's model with one set of inputs and outputs.
type dataSet struct {
	model    []byte
	skim     *onnx.Model
	feeds    map[string]run.Tensor
	want     []run.Tensor // by output
	values   map[string]graph.KnownValue
	compiled *wasm.Compiled
	got      map[string]run.Tensor
}

func loadSet(ctx context.Context, model []byte, dir string) (*dataSet, error) {
	skim, err := onnx.Skim(ctx, bytes.NewReader(model), int64(len(model)), onnx.Limits{})
	if err != nil {
		return nil, err
	}
	s := &dataSet{model: model, skim: skim, feeds: map[string]run.Tensor{}, values: map[string]graph.KnownValue{}}
	initialized := initializers(skim)
	n := 0
	for _, in := range skim.Graph.Inputs {
		if initialized[in.Name] {
			continue
		}
		path := filepath.Join(dir, "input_"+strconv.Itoa(n)+".pb")
		n++
		b, err := os.ReadFile(path)
		if errors.Is(err, os.ErrNotExist) {
			continue // an omitted optional input
		}
		if err != nil {
			return nil, err
		}
		if in.Kind != onnx.TensorType {
			return nil, fmt.Errorf("input %q is a %s", in.Name, in.Kind)
		}
		t, err := readTensor(ctx, b)
		if err != nil {
			return nil, fmt.Errorf("input %q: %w", in.Name, err)
		}
		s.feeds[in.Name] = t
	}
	s.want, err = readOutputs(ctx, skim, dir)
	return s, err
}

func readOutputs(ctx context.Context, skim *onnx.Model, dir string) ([]run.Tensor, error) {
	var want []run.Tensor
	for k, out := range skim.Graph.Outputs {
		b, err := os.ReadFile(filepath.Join(dir, "output_"+strconv.Itoa(k)+".pb"))
		if err != nil {
			return nil, err
		}
		t, err := readTensor(ctx, b)
		if err != nil {
			return nil, fmt.Errorf("output %q: %w", out.Name, err)
		}
		want = append(want, t)
	}
	return want, nil
}

// compile compiles the model for the set's inputs: those with a shape role that
// are inputs of the graph are specialised by value, and no others may be read.
func (s *dataSet) compile(ctx context.Context, o wasm.Options) error {
	for {
		g, err := load(ctx, s.model, s.values)
		if err == nil {
			if err = s.checkComputed(g); err != nil {
				return err
			}
			s.compiled, err = wasm.CompileGraph(g, o)
		}
		var need *graph.NeedsValue
		if !errors.As(err, &need) {
			return err
		}
		t, ok := s.feeds[need.Input]
		if _, again := s.values[need.Input]; !ok || again {
			return err
		}
		if err := checkRead(s.skim.Graph, need.Input); err != nil {
			return err
		}
		s.values[need.Input] = graph.KnownValue{Type: t.Type, Dims: t.Dims, Data: t.Data}
	}
}

// load is wasm.Load for known values.
func load(ctx context.Context, model []byte, values map[string]graph.KnownValue) (*graph.Graph, error) {
	m, err := onnx.Skim(ctx, bytes.NewReader(model), int64(len(model)), onnx.Limits{})
	if err != nil {
		return nil, err
	}
	g, err := graph.Import(m, graph.Options{Values: values})
	if err != nil {
		return nil, err
	}
	return g, opt.Run(g)
}

// checkComputed returns an error when an output of floats became a constant
// that the model does not hold: it was computed at compile time.
func (s *dataSet) checkComputed(g *graph.Graph) error {
	for _, v := range g.Outputs {
		if v.Const == nil || v.Const.Ref != nil || !isFloat(v.Type) {
			continue
		}
		stored := false
		holds := func(t *onnx.Tensor) { stored = stored || t != nil && bytes.Equal(t.Data, v.Const.Data) }
		for i := range s.skim.Graph.Initializers {
			holds(&s.skim.Graph.Initializers[i])
		}
		for _, n := range s.skim.Graph.Nodes {
			if n.Op == "Constant" { // value_float and the like have no tensor
				stored = stored || len(n.Attrs) == 1 && n.Attrs[0].T == nil
				for _, a := range n.Attrs {
					holds(a.T)
				}
			}
		}
		if !stored {
			return fmt.Errorf("output %q was computed at compile time", v.Name)
		}
	}
	return nil
}

func isFloat(t graph.Type) bool {
	return t == graph.Float32 || t == graph.Float64 || t == graph.Float16 || t == graph.BFloat16
}

// check runs the compiled model on the set's inputs and compares by the suite's rule.
func (s *dataSet) check(ctx context.Context, engine *run.Engine) error {
	got, err := s.run(ctx, engine, s.feeds)
	if err != nil {
		return err
	}
	s.got = got
	return s.compare(got, s.want, func(run.Tensor) float64 { return suiteAbsolute })
}

func (s *dataSet) compare(got map[string]run.Tensor, want []run.Tensor, absolute func(want run.Tensor) float64) error {
	for k, out := range s.skim.Graph.Outputs {
		if err := closeEnough(got[out.Name], want[k], absolute(want[k])); err != nil {
			return fmt.Errorf("output %q: %w", out.Name, err)
		}
	}
	return nil
}

// run runs the compiled model. Inputs that it was specialised for are left out.
func (s *dataSet) run(ctx context.Context, engine *run.Engine, feeds map[string]run.Tensor) (map[string]run.Tensor, error) {
	m, err := engine.Compile(ctx, s.compiled.Module)
	if err != nil {
		return nil, err
	}
	inst, err := m.Instantiate(ctx)
	if err != nil {
		return nil, err
	}
	defer inst.Close(ctx)
	if err := inst.Fill(ctx, run.File(bytes.NewReader(s.model))); err != nil {
		return nil, err
	}
	bound := map[string]run.Tensor{}
	for _, p := range m.Info.Inputs {
		if t, ok := feeds[p.Name]; ok {
			bound[p.Name] = t
		}
	}
	return inst.Run(ctx, bound)
}
