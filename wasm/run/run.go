// Package run executes compiled models in a Go program, by wazero, without
// cgo. It is the reference host of the ABI (wasm/ABI.md): the relay, the
// command line and the tests use it; nothing built for the browser does.
//
//	engine, err := run.NewEngine(ctx, run.Options{})
//	model, err := engine.Compile(ctx, compiled.Module)
//	inst, err := model.Instantiate(ctx)
//	err = inst.Fill(ctx, run.File(onnxFile))
//	outputs, err := inst.Run(ctx, map[string]run.Tensor{"x": {Type: graph.Float32, Dims: []int64{1, 4}, Data: b}})
//
// An Engine and a Model may be used by several goroutines; an Instance by one
// at a time.
package run

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"github.com/dehug/dehug/wasm/emit"
	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/kernel"
)

// Errors that callers may test for.
var (
	ErrInput  = errors.New("input does not fit the model")
	ErrMemory = errors.New("model needs more memory than its module allows")
	ErrABI    = errors.New("not a module of this ABI version")
)

// Options choose how modules are executed.
type Options struct {
	Interpreter bool  // slow, portable; the default is wazero's compiler where it exists
	Threads     int   // goroutines that carry out a run of a module compiled for threads; 0 is 1
	ShareAll    bool  // divide steps however small they are: for tests
	MaxMemory   int64 // bytes that an instance may have; 0 leaves it to the module
}

// Engine compiles modules.
type Engine struct {
	runtime wazero.Runtime
	options Options
}

// NewEngine returns an engine. Close releases it and everything made from it.
func NewEngine(ctx context.Context, o Options) *Engine {
	config := wazero.NewRuntimeConfig()
	if o.Interpreter {
		config = wazero.NewRuntimeConfigInterpreter()
	}
	// Debug information would only cost memory: steps have names already.
	config = config.WithDebugInfoEnabled(false).WithCustomSections(true).WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesThreads)
	return &Engine{wazero.NewRuntimeWithConfig(ctx, config), o}
}

// Close releases the engine, its models and instances.
func (e *Engine) Close(ctx context.Context) error { return e.runtime.Close(ctx) }

// Info is the module's description of itself, the custom section.
type Info struct {
	ABI      string `json:"abi"`
	Profile  string `json:"profile"`
	Mode     string `json:"mode"`
	PlanHash string `json:"planHash"`
	Memory   struct {
		Initial uint32 `json:"initial"`
		Maximum uint32 `json:"maximum"`
		Shared  bool   `json:"shared"`
	} `json:"memory"`
	Symbols       []string    `json:"symbols"`
	Dims          uint32      `json:"dims"`
	Bound         uint32      `json:"bound"`
	Inputs        []PortInfo  `json:"inputs"`
	Outputs       []PortInfo  `json:"outputs"`
	Intermediates []PortInfo  `json:"intermediates"`
	States        []StateInfo `json:"states"`
	Paths         []string    `json:"paths"`
	Items         int         `json:"items"`
	Tensors       []struct {
		Path        int    `json:"path"`
		Offset      int64  `json:"offset"`
		Length      int64  `json:"length"`
		Destination uint32 `json:"destination"`
		Item        int    `json:"item"`
	} `json:"tensors"`
	Steps []struct {
		Name string `json:"name"`
		Op   string `json:"op"`
	} `json:"steps"`
}

// PortInfo describes a tensor that a host can see. Extents are numbers,
// symbols, or expressions.
type PortInfo struct {
	Name  string   `json:"name"`
	Type  string   `json:"type"`
	Shape []string `json:"shape"`
}

// StateInfo describes a pair of an output and the input that it becomes in the
// next run. It grows along Axis, if that is not −1, where Symbol is its length.
type StateInfo struct {
	Input    string   `json:"input"`
	Output   string   `json:"output"`
	Type     string   `json:"type"`
	Shape    []string `json:"shape"`
	Axis     int      `json:"axis"`
	Symbol   string   `json:"symbol"`
	Capacity int64    `json:"capacity"`
}

// Model is a compiled module.
type Model struct {
	engine *Engine
	module wazero.CompiledModule
	Info   Info
}

// Compile validates and compiles a module.
func (e *Engine) Compile(ctx context.Context, module []byte) (*Model, error) {
	c, err := e.runtime.CompileModule(ctx, module)
	if err != nil {
		return nil, fmt.Errorf("compile module: %w", err)
	}
	m := &Model{engine: e, module: c}
	for _, s := range c.CustomSections() {
		if s.Name() == "dehug" {
			if err := json.Unmarshal(s.Data(), &m.Info); err != nil {
				return nil, fmt.Errorf("custom section: %w: %w", err, ErrABI)
			}
		}
	}
	if m.Info.ABI != "0" {
		return nil, fmt.Errorf("custom section \"dehug\" has abi %q, this host runs \"0\": %w", m.Info.ABI, ErrABI)
	}
	if f := c.ImportedFunctions(); len(f) > 0 || len(c.ImportedMemories()) != 1 {
		return nil, fmt.Errorf("a model imports one memory and nothing else: %w", ErrABI)
	}
	return m, nil
}

// Tensor is dense, row-major, little-endian.
type Tensor struct {
	Type graph.Type
	Dims []int64
	Data []byte
}

// Instance is a model with its own memory.
type Instance struct {
	model  *Model
	mod    api.Module
	memory api.Memory
	owner  api.Module // exports the memory

	// Observe, when set, is told of every step that ran and how long it took. In
	// a loop a step runs more than once.
	Observe func(step int, took time.Duration)

	prepare, bind, run api.Function
	descriptors        uint32
	team               *team            // nil: one goroutine
	bound              []int64          // symbol values of the last bind; nil before
	lengths            map[string]int64 // of states, by symbol
}

// Close releases the model's code. Its instances are closed before.
func (m *Model) Close(ctx context.Context) error { return m.module.Close(ctx) }

// Instantiate gives the model a memory of its own.
func (m *Model) Instantiate(ctx context.Context) (*Instance, error) {
	initial, maximum := m.Info.Memory.Initial, m.Info.Memory.Maximum
	if limit := m.engine.options.MaxMemory / emit.PageSize; m.engine.options.MaxMemory > 0 && limit < int64(maximum) {
		if limit < int64(initial) {
			return nil, fmt.Errorf("memory of %d pages, of which %d are allowed: %w", initial, limit, ErrMemory)
		}
		maximum = uint32(limit)
	}
	owner, err := m.engine.runtime.InstantiateWithConfig(ctx, memoryModule(initial, maximum, m.Info.Memory.Shared), wazero.NewModuleConfig().WithName(""))
	if err != nil {
		return nil, fmt.Errorf("memory of %d to %d pages: %w", initial, maximum, err)
	}
	ctx = experimental.WithImportResolver(ctx, func(string) api.Module { return owner })
	instantiate := func() (api.Module, error) {
		mod, err := m.engine.runtime.InstantiateModule(ctx, m.module, wazero.NewModuleConfig().WithName(""))
		if err != nil {
			return nil, fmt.Errorf("instantiate: %w", err)
		}
		return mod, nil
	}
	mod, err := instantiate()
	if err != nil {
		owner.Close(ctx)
		return nil, err
	}
	i := &Instance{model: m, mod: mod, owner: owner, memory: owner.ExportedMemory("memory")}
	i.prepare, i.bind, i.run = mod.ExportedFunction("prepare"), mod.ExportedFunction("bind"), mod.ExportedFunction("run")
	at := mod.ExportedFunction("descriptors")
	if i.prepare == nil || i.bind == nil || i.run == nil || at == nil {
		i.Close(ctx)
		return nil, fmt.Errorf("an export is missing: %w", ErrABI)
	}
	d, err := at.Call(ctx)
	if err != nil {
		i.Close(ctx)
		return nil, fmt.Errorf("descriptors: %w", err)
	}
	i.descriptors = uint32(d[0])
	if shares := mod.ExportedFunction("shares"); shares != nil && m.engine.options.Threads > 1 {
		if err := i.gather(ctx, shares, instantiate); err != nil {
			i.Close(ctx)
			return nil, err
		}
	}
	return i, nil
}

// gather makes the instances of the other goroutines.
func (i *Instance) gather(ctx context.Context, shares api.Function, instantiate func() (api.Module, error)) error {
	at, err := shares.Call(ctx)
	if err != nil {
		return fmt.Errorf("shares: %w", err)
	}
	if _, ok := i.memory.Read(uint32(at[0]), 4*uint32(len(i.model.Info.Steps))); !ok {
		return fmt.Errorf("the table of shares is outside memory: %w", ErrABI)
	}
	i.team = &team{shares: uint32(at[0])}
	if i.team.lead, err = newMember(i.mod); err != nil {
		return err
	}
	for range i.model.engine.options.Threads - 1 {
		mod, err := instantiate()
		if err != nil {
			return err
		}
		m, err := newMember(mod)
		if err != nil {
			return errors.Join(err, mod.Close(ctx))
		}
		i.team.helpers = append(i.team.helpers, m)
	}
	return nil
}

// Close frees the instance and its memory.
func (i *Instance) Close(ctx context.Context) error {
	var err error
	if i.team != nil {
		err = i.team.close(ctx)
	}
	return errors.Join(err, i.mod.Close(ctx), i.owner.Close(ctx))
}

// memoryModule is a module that defines a memory and exports it: a wazero host
// module cannot.
func memoryModule(initial, maximum uint32, shared bool) []byte {
	flags := byte(1) // has a maximum
	if shared {
		flags = 3
	}
	limits := binary.AppendUvarint(binary.AppendUvarint([]byte{1, flags}, uint64(initial)), uint64(maximum))
	b := []byte{0, 'a', 's', 'm', 1, 0, 0, 0}
	b = append(append(b, 5, byte(len(limits))), limits...)
	export := append([]byte{1, 6}, "memory"...)
	export = append(export, 2, 0)
	return append(append(b, 7, byte(len(export))), export...)
}

// Files opens the model's files by manifest path; "" is the entry ONNX file.
type Files func(path string) (io.ReaderAt, error)

// File serves a model that is one file.
func File(r io.ReaderAt) Files {
	return func(path string) (io.ReaderAt, error) {
		if path != "" {
			return nil, fmt.Errorf("the model keeps weights in %q, which was not given", path)
		}
		return r, nil
	}
}

// Fill writes the weights into memory and prepares them.
func (i *Instance) Fill(ctx context.Context, files Files) error {
	open := map[int]io.ReaderAt{}
	tensors := i.model.Info.Tensors
	for item := 0; item < i.model.Info.Items; item++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		for len(tensors) > 0 && tensors[0].Item == item {
			t := tensors[0]
			tensors = tensors[1:]
			r := open[t.Path]
			if r == nil {
				var err error
				if r, err = files(i.model.Info.Paths[t.Path]); err != nil {
					return fmt.Errorf("fill: %w", err)
				}
				open[t.Path] = r
			}
			dst, ok := i.memory.Read(t.Destination, uint32(t.Length))
			if !ok {
				return fmt.Errorf("fill: tensor at %d+%d is outside memory: %w", t.Destination, t.Length, ErrABI)
			}
			if _, err := io.ReadFull(io.NewSectionReader(r, t.Offset, t.Length), dst); err != nil {
				return fmt.Errorf("fill: weights at offset %d of %q: %w", t.Offset, i.model.Info.Paths[t.Path], err)
			}
		}
		if err := call(ctx, i.prepare, uint64(item), uint64(item+1)); err != nil {
			return fmt.Errorf("prepare item %d: %w", item, err)
		}
	}
	return nil
}

// call calls a function that answers a status.
func call(ctx context.Context, f api.Function, args ...uint64) error {
	r, err := f.Call(ctx, args...)
	if err != nil {
		return err
	}
	if status := uint32(r[0]); status != 0 {
		return Status(status)
	}
	return nil
}

// Status is a non-zero status code of the ABI.
type Status uint32

func (s Status) Error() string {
	switch s {
	case 1:
		return "needs more memory"
	case 2:
		return "these shapes need another module: compile again"
	case 3:
		return "the run goes on at another step"
	case 16:
		return "a dimension is out of range"
	case 17:
		return "the model is too large with these shapes"
	case 18:
		return "run before bind"
	case 19:
		return "weights are not prepared, or out of order"
	case 20:
		return "no such step"
	case 22:
		return "the state has no room for what this run adds: compile with a larger capacity, or reset it"
	case 21:
		return "an If chose a branch that the extents contradict"
	}
	return "status " + strconv.Itoa(int(s))
}

// Cost is what a run with the bound shapes needs.
type Cost struct {
	Bytes int64 // memory
	MACs  int64 // multiply–adds
}

// Bind computes sizes for symbol values, in the order of Info.Symbols, and
// grows the memory when needed.
func (i *Instance) Bind(ctx context.Context, symbols []int64) (Cost, error) {
	info := &i.model.Info
	if len(symbols) != len(info.Symbols) {
		return Cost{}, fmt.Errorf("bind: %d values for the %d symbols %v: %w", len(symbols), len(info.Symbols), info.Symbols, ErrInput)
	}
	for k, v := range symbols {
		i.memory.WriteUint64Le(info.Dims+8*uint32(k), uint64(v))
	}
	i.bound = nil
	err := call(ctx, i.bind, uint64(info.Dims), 0)
	if err == Status(1) {
		pages, _ := i.memory.ReadUint32Le(info.Bound + 4)
		have := i.memory.Size() / emit.PageSize
		if _, ok := i.memory.Grow(pages - have); !ok {
			return Cost{}, fmt.Errorf("bind: %d pages: %w", pages, ErrMemory)
		}
		err = call(ctx, i.bind, uint64(info.Dims), 0)
	}
	if err != nil {
		return Cost{}, fmt.Errorf("bind %v to %v: %w", info.Symbols, symbols, err)
	}
	i.bound = append([]int64{}, symbols...)
	bytes, _ := i.memory.ReadUint64Le(info.Bound + 8)
	macs, _ := i.memory.ReadUint64Le(info.Bound + 16)
	return Cost{Bytes: int64(bytes), MACs: int64(macs)}, nil
}

// BindTo binds the sizes that the inputs have. Run does so by itself; this tells
// what the run will cost.
func (i *Instance) BindTo(ctx context.Context, inputs map[string]Tensor) (Cost, error) {
	symbols, err := i.symbols(inputs)
	if err != nil {
		return Cost{}, err
	}
	return i.Bind(ctx, symbols)
}

// descriptor reads descriptor k. Data is a view of memory, not a copy.
func (i *Instance) descriptor(k int) (Tensor, error) {
	at := i.descriptors + 96*uint32(k)
	b, ok := i.memory.Read(at, 96)
	if !ok {
		return Tensor{}, fmt.Errorf("descriptor %d is outside memory: %w", k, ErrABI)
	}
	le := binary.LittleEndian
	t := Tensor{Type: graph.Type(le.Uint32(b[4:]))}
	rank := le.Uint32(b[8:])
	if rank > 8 {
		return Tensor{}, fmt.Errorf("descriptor %d has rank %d: %w", k, rank, ErrABI)
	}
	for d := uint32(0); d < rank; d++ {
		t.Dims = append(t.Dims, int64(le.Uint64(b[16+8*d:])))
	}
	size := le.Uint64(b[80:])
	if size > 1<<32-1 {
		return Tensor{}, fmt.Errorf("descriptor %d has %d bytes: %w", k, size, ErrABI)
	}
	t.Data, ok = i.memory.Read(le.Uint32(b), uint32(size))
	if !ok {
		return Tensor{}, fmt.Errorf("tensor %d is outside memory: %w", k, ErrABI)
	}
	return t, nil
}

// Run binds when the inputs' shapes are new, writes the inputs, runs all steps
// and returns copies of the outputs by name. It stops between steps when ctx
// ends.
func (i *Instance) Run(ctx context.Context, inputs map[string]Tensor) (map[string]Tensor, error) {
	info := &i.model.Info
	for name := range inputs {
		if !has(info.Inputs, name) {
			return nil, fmt.Errorf("input %q: the model has %s: %w", name, names(info.Inputs), ErrInput)
		}
	}
	symbols, err := i.symbols(inputs)
	if err != nil {
		return nil, err
	}
	if i.bound == nil || !equal(i.bound, symbols) {
		if _, err := i.Bind(ctx, symbols); err != nil {
			return nil, err
		}
	}
	for k, p := range info.Inputs {
		t, err := i.descriptor(k)
		if err != nil {
			return nil, err
		}
		in := inputs[p.Name]
		if in.Type != t.Type {
			return nil, fmt.Errorf("input %q: is %s, must be %s: %w", p.Name, in.Type, t.Type, ErrInput)
		}
		if !equal(in.Dims, t.Dims) || len(in.Data) != len(t.Data) {
			return nil, fmt.Errorf("input %q: shape %v with %d bytes, must be %v with %d: %w", p.Name, in.Dims, len(in.Data), t.Dims, len(t.Data), ErrInput)
		}
		copy(t.Data, in.Data)
	}
	if err := i.steps(ctx); err != nil {
		return nil, err
	}
	if err := i.advance(); err != nil {
		return nil, err
	}
	return i.collect(info.Outputs, len(info.Inputs))
}

// steps runs all steps, those that are worth it on all goroutines.
func (i *Instance) steps(ctx context.Context) error {
	var w *work
	if i.team != nil {
		w = i.team.start(ctx)
		defer i.team.stop(w)
	}
	steps := i.model.Info.Steps
	for s := 0; s < len(steps); s++ {
		info := steps[s]
		if err := ctx.Err(); err != nil {
			return err
		}
		shares := uint32(1)
		if i.team != nil {
			shares, _ = i.memory.ReadUint32Le(i.team.shares + 4*uint32(s))
			if i.model.engine.options.ShareAll && shares > 0 {
				shares = kernel.MaxShares
			}
		}
		var err error
		var start time.Time
		if i.Observe != nil {
			start = time.Now()
		}
		if shares > 1 {
			err = i.team.run(ctx, w, s, int(min(shares, kernel.MaxShares)))
		} else {
			err = call(ctx, i.run, uint64(s), uint64(s+1))
		}
		if i.Observe != nil {
			i.Observe(s, time.Since(start))
		}
		if err == Status(3) { // a loop
			next, _ := i.memory.ReadUint32Le(i.model.Info.Bound + 44)
			s, err = int(next)-1, nil
		}
		if err != nil {
			return fmt.Errorf("step %d %q (%s): %w", s, info.Name, info.Op, err)
		}
	}
	return nil
}

// Intermediates returns copies of the intermediates of the last run, for
// modules compiled with them.
func (i *Instance) Intermediates() (map[string]Tensor, error) {
	info := &i.model.Info
	return i.collect(info.Intermediates, len(info.Inputs)+len(info.Outputs))
}

func (i *Instance) collect(ports []PortInfo, first int) (map[string]Tensor, error) {
	out := map[string]Tensor{}
	for k, p := range ports {
		t, err := i.descriptor(first + k)
		if err != nil {
			return nil, err
		}
		t.Data = append([]byte(nil), t.Data...)
		out[p.Name] = t
	}
	return out, nil
}

// symbols derives symbol values from the inputs' shapes and checks that the
// inputs agree on them.
func (i *Instance) symbols(inputs map[string]Tensor) ([]int64, error) {
	info := &i.model.Info
	value := map[string]int64{}
	for _, p := range info.Inputs {
		in, ok := inputs[p.Name]
		if !ok {
			return nil, fmt.Errorf("input %q is missing; the model has %s: %w", p.Name, names(info.Inputs), ErrInput)
		}
		if len(in.Dims) != len(p.Shape) {
			return nil, fmt.Errorf("input %q: shape %v has rank %d, must be %v: %w", p.Name, in.Dims, len(in.Dims), p.Shape, ErrInput)
		}
		for d, s := range p.Shape {
			if k, err := strconv.ParseInt(s, 10, 64); err == nil {
				if in.Dims[d] != k {
					return nil, fmt.Errorf("input %q: shape %v, must be %v: %w", p.Name, in.Dims, p.Shape, ErrInput)
				}
				continue
			}
			if old, ok := value[s]; ok && old != in.Dims[d] {
				return nil, fmt.Errorf("input %q: dimension %s is %d here and %d elsewhere: %w", p.Name, s, in.Dims[d], old, ErrInput)
			}
			value[s] = in.Dims[d]
		}
	}
	symbols := make([]int64, len(info.Symbols))
	for k, s := range info.Symbols {
		symbols[k] = value[s]
		if strings.HasPrefix(s, "#") {
			symbols[k] = i.lengths[s]
		}
	}
	return symbols, nil
}

func has(ports []PortInfo, name string) bool {
	for _, p := range ports {
		if p.Name == name {
			return true
		}
	}
	return false
}

func names(ports []PortInfo) string {
	s := ""
	for k, p := range ports {
		if k > 0 {
			s += ", "
		}
		s += strconv.Quote(p.Name) + " " + p.Type + fmt.Sprint(p.Shape)
	}
	return s
}

func equal(a, b []int64) bool {
	if len(a) != len(b) {
		return false
	}
	for k := range a {
		if a[k] != b[k] {
			return false
		}
	}
	return true
}
