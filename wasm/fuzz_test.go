package wasm_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"flag"
	"io"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dehug/dehug/wasm"
	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/internal/hostile"
	"github.com/dehug/dehug/wasm/kernel"
	"github.com/dehug/dehug/wasm/onnx"
	"github.com/dehug/dehug/wasm/opt"
	"github.com/dehug/dehug/wasm/run"
)

// FuzzCompile: any bytes end in a valid module or in an error, at little cost.
func FuzzCompile(f *testing.F) {
	f.Add(exampleModel())
	_, files := hostile.Models(f, false)
	for _, b := range files {
		f.Add(b)
	}
	ctx := context.Background()
	e := run.NewEngine(ctx, run.Options{Interpreter: true}) // to validate, not to run
	f.Fuzz(func(t *testing.T, file []byte) {
		var c *wasm.Compiled
		hostile.Within(t, func() {
			c, _ = wasm.Compile(ctx, bytes.NewReader(file), int64(len(file)), wasm.Options{})
		})
		if c != nil {
			m, err := e.Compile(ctx, c.Module)
			if err != nil {
				t.Fatalf("the module is not valid: %v", err)
			}
			m.Close(ctx)
		}
	})
}

var mutations = flag.Int("mutations", 1000, "how many changed models TestChangedModels tries")

// TestChangedModels tries changed models without a fuzzer, which is some twenty times as fast.
func TestChangedModels(t *testing.T) {
	names, files := hostile.Models(t, *mutations > 1000)
	names, files = append(names, "the example"), append(files, exampleModel())
	e := run.NewEngine(context.Background(), run.Options{Interpreter: true})
	defer e.Close(context.Background())
	random := rand.New(rand.NewPCG(1, uint64(*mutations)))
	before := ranModels
	const batch = 250 // the first find ends its batch
	for i := 0; i < *mutations; i += batch {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			for range batch {
				which, program := random.IntN(len(files)), make([]byte, random.IntN(24))
				for k := range program {
					program[k] = byte(random.Uint32())
				}
				done := false
				defer func() {
					if !done {
						t.Logf("FuzzModel finds it with %d and %q, if all models are there", which, program)
					}
				}()
				checkChanged(t, e, names[which], files[which], program)
				done = true
			}
		})
	}
	if ran := ranModels - before; ran < *mutations/20 && len(files) > 1 {
		t.Errorf("of %d changed models only %d ran: the changes leave too little", *mutations, ran)
	} else {
		t.Logf("%d of %d changed models ran", ran, *mutations)
	}
}

// FuzzModel changes a model of the suite where bytes at random rarely hit: in
// operators, attributes, extents, shape operands and edges.
func FuzzModel(f *testing.F) {
	names, files := hostile.Models(f, false)
	names, files = append(names, "the example"), append(files, exampleModel())
	for i := 0; i < len(files); i += 16 { // the fuzzer reaches the others by changing the number
		f.Add(uint16(i), []byte{byte(i >> 4), byte(i), 7, 3, 1, 2, 3, 4})
	}
	e := run.NewEngine(context.Background(), run.Options{Interpreter: true})
	f.Fuzz(func(t *testing.T, which uint16, program []byte) {
		i := int(which) % len(files)
		checkChanged(t, e, names[i], files[i], program)
	})
}

// ranModels counts changed models that ran to their end.
var ranModels int

// checkChanged changes a model. What still compiles must run without touching
// memory that is not its own, in either profile with the same bits.
func checkChanged(t *testing.T, e *run.Engine, name string, file, program []byte) {
	ctx := context.Background()
	m, err := onnx.Skim(ctx, bytes.NewReader(file), int64(len(file)), onnx.Limits{})
	if err != nil {
		return
	}
	defer func() {
		if t.Failed() {
			t.Log("made from", name)
		}
	}()
	p := &mutation{m: m, program: program}
	p.apply()
	var modules [2]*wasm.Compiled
	for i, profile := range []kernel.Profile{kernel.V8, kernel.Wazero} {
		hostile.Within(t, func() { modules[i] = compileModel(m, wasm.Options{Profile: profile, MaxMemory: 64 << 20}) })
		if modules[i] == nil {
			return
		}
	}
	if modules[0].PlanHash != modules[1].PlanHash {
		t.Fatal("the plan depends on the profile")
	}
	var outputs [2]map[string]run.Tensor
	for i, c := range modules {
		outputs[i] = runSmall(t, e, c, p)
	}
	if outputs[0] != nil {
		ranModels++
	}
	if outputs[1] == nil { // it took too long, or needs more memory than is allowed here
		return
	}
	for name, x := range outputs[0] {
		if y := outputs[1][name]; !bytes.Equal(x.Data, y.Data) {
			t.Fatalf("%q: profiles disagree: %.64x and %.64x", name, x.Data, y.Data)
		}
	}
}

// compileModel compiles a decoded model; nil when it is refused.
func compileModel(m *onnx.Model, o wasm.Options) *wasm.Compiled {
	g, err := graph.Import(m, graph.Options{})
	if err != nil || opt.Run(g) != nil {
		return nil
	}
	c, _ := wasm.CompileGraph(g, o)
	return c
}

// zeros are weights that nobody has.
type zeros struct{}

func (zeros) ReadAt(b []byte, _ int64) (int, error) {
	clear(b)
	return len(b), nil
}

// runSmall runs a module once, on inputs that the program makes; nil when it is
// too much work or the shapes are refused.
func runSmall(t *testing.T, e *run.Engine, c *wasm.Compiled, p *mutation) map[string]run.Tensor {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second) // a loop may go on for ever
	defer cancel()
	m, err := e.Compile(ctx, c.Module)
	if err != nil {
		t.Fatalf("the module is not valid: %v", err)
	}
	defer m.Close(ctx)
	if m.Info.Memory.Initial > 512 {
		return nil
	}
	inst, err := m.Instantiate(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer inst.Close(ctx)
	p.rest = 0
	const extent, most = 3, 1 << 20 // the interpreter does some ten million a second
	symbols := make([]int64, len(m.Info.Symbols))
	for i := range symbols {
		symbols[i] = extent
	}
	allowed := func(err error) bool {
		if err == nil {
			return false
		}
		if strings.Contains(err.Error(), "wasm error") && !strings.Contains(err.Error(), "unreachable") {
			t.Fatalf("the module traps: %v", err) // it reached for what is not its own, or divided by zero
		}
		return true
	}
	if err := inst.Fill(ctx, func(string) (io.ReaderAt, error) { return zeros{}, nil }); allowed(err) {
		return nil
	}
	cost, err := inst.Bind(ctx, symbols)
	if allowed(err) || cost.MACs > most || cost.Bytes > 16<<20 {
		return nil
	}
	feeds, given := map[string]run.Tensor{}, 0
	for _, in := range m.Info.Inputs {
		x, ok := p.tensor(in, symbols, m.Info.Symbols)
		if !ok {
			return nil
		}
		feeds[in.Name] = x
		if given += len(x.Data); given > 64<<10 {
			return nil
		}
	}
	out, err := inst.Run(ctx, feeds)
	if allowed(err) {
		return nil
	}
	return out
}

// mutation changes a decoded model as a program says: a list of bytes, zero
// when they are spent.
type mutation struct {
	m       *onnx.Model
	program []byte
	rest    uint64 // state of the numbers that inputs are made of
}

func (p *mutation) next(n int) int {
	if len(p.program) == 0 || n <= 0 {
		return 0
	}
	b := int(p.program[0])
	p.program = p.program[1:]
	return b % n
}

// extents are numbers at which sizes, offsets and counts go wrong.
var extents = []int64{0, 1, 2, 3, -1, 4, 5, 7, 8, 16, 17, 255, 1 << 16, 1<<31 - 1, 1 << 31, 1 << 40, 1<<63 - 1, -1 << 63, -2}

func (p *mutation) extent() int64 { return extents[p.next(len(extents))] }

func (p *mutation) apply() {
	const most = 16 // changes: more leave nothing of the model
	for i := 0; i < most && len(p.program) > 0; i++ {
		p.change(p.m.Graph)
	}
}

func (p *mutation) change(g *onnx.Graph) {
	kind := p.next(12)
	switch kind {
	case 0, 1:
		if len(g.Inputs) > 0 {
			in := &g.Inputs[p.next(len(g.Inputs))]
			p.dims(&in.Dims)
		}
		return
	case 2, 3:
		if len(g.Initializers) > 0 {
			p.constant(&g.Initializers[p.next(len(g.Initializers))])
		}
		return
	case 4:
		if len(g.Inputs) > 0 {
			g.Inputs[p.next(len(g.Inputs))].Type = onnx.DataType(p.next(27))
		}
		return
	case 5:
		for i := range p.m.Opsets {
			if p.m.Opsets[i].Domain == "" {
				p.m.Opsets[i].Version = int64(7 + p.next(21))
			}
		}
		return
	}
	if len(g.Nodes) == 0 {
		return
	}
	n := &g.Nodes[p.next(len(g.Nodes))]
	switch kind {
	case 6, 7:
		if len(n.Attrs) > 0 {
			p.attribute(&n.Attrs[p.next(len(n.Attrs))])
		}
	case 8:
		ops := graph.Operators()
		n.Op, n.Domain = ops[(p.next(256)<<8+p.next(256))%len(ops)], ""
		if i := strings.LastIndex(n.Op, "."); i > 0 {
			n.Domain, n.Op = n.Op[:i], n.Op[i+1:]
		}
	case 9: // another operand
		names := []string{""}
		for _, in := range g.Inputs {
			names = append(names, in.Name)
		}
		for i := range g.Initializers {
			names = append(names, g.Initializers[i].Name)
		}
		for _, o := range g.Nodes {
			names = append(names, o.Outputs...)
		}
		name := names[p.next(len(names))]
		if k := p.next(len(n.Inputs) + 1); k < len(n.Inputs) {
			n.Inputs[k] = name
		} else {
			n.Inputs = append(n.Inputs, name)
		}
	case 10: // fewer operands or results
		if p.next(2) == 0 && len(n.Inputs) > 0 {
			n.Inputs = n.Inputs[:len(n.Inputs)-1]
		} else if len(n.Attrs) > 0 {
			n.Attrs = n.Attrs[:len(n.Attrs)-1]
		}
	case 11: // the node once more, on its own result
		if len(n.Outputs) > 0 && len(n.Inputs) > 0 {
			again := *n
			again.Inputs = append([]string{n.Outputs[0]}, n.Inputs[1:]...)
			again.Outputs = nil
			for _, name := range n.Outputs {
				again.Outputs = append(again.Outputs, name+"'")
			}
			g.Nodes = append(g.Nodes, again)
			g.Outputs = append(g.Outputs, onnx.ValueInfo{Name: again.Outputs[0], Kind: onnx.TensorType})
		}
	}
}

func (p *mutation) dims(d *[]onnx.Dim) {
	switch k := p.next(len(*d) + 2); {
	case k < len(*d):
		(*d)[k] = onnx.Dim{Known: true, Value: p.extent()}
		if p.next(3) == 0 {
			(*d)[k] = onnx.Dim{Param: "n"}
		}
	case k == len(*d):
		*d = append(*d, onnx.Dim{Known: true, Value: p.extent()})
	case len(*d) > 0:
		*d = (*d)[1:]
	}
}

// constant changes an element or an extent of a tensor in the model.
func (p *mutation) constant(t *onnx.Tensor) {
	if len(t.Data) >= 8 && t.Type == onnx.Int64 && p.next(4) > 0 {
		data := bytes.Clone(t.Data)
		binary.LittleEndian.PutUint64(data[8*p.next(len(data)/8):], uint64(p.extent()))
		t.Data = data
		return
	}
	dims := append([]int64{}, t.Dims...)
	if len(dims) > 0 {
		dims[p.next(len(dims))] = p.extent()
	}
	t.Dims = dims
	if p.next(2) == 0 { // a tensor that is as long as it says
		n := int64(8)
		for _, d := range dims {
			if d < 0 || d > 1<<20 || n > 1<<30 {
				return
			}
			n *= d
		}
		t.Data, t.Ref = nil, &onnx.TensorRef{Path: "weights", Len: n / 8 * graph.Type(t.Type).Size()}
	}
}

func (p *mutation) attribute(a *onnx.Attr) {
	switch p.next(4) {
	case 0:
		a.I = p.extent()
	case 1:
		a.Ints = append([]int64{}, a.Ints...)
		if len(a.Ints) > 0 {
			a.Ints[p.next(len(a.Ints))] = p.extent()
		}
	case 2:
		a.Ints = append(append([]int64{}, a.Ints...), p.extent())
	case 3:
		a.F = []uint32{0, 0x80000000, 0x7f800000, 0x7fc00000, 0x3f800000, 0xbf800000, 0x7f7fffff, 1}[p.next(8)]
	}
}

// tensor makes an input of a module.
func (p *mutation) tensor(in run.PortInfo, values []int64, symbols []string) (run.Tensor, bool) {
	x := run.Tensor{Dims: []int64{}}
	for t := graph.Type(1); t < 32; t++ {
		if t.String() == in.Type {
			x.Type = t
		}
	}
	n := x.Type.Size()
	for _, s := range in.Shape {
		d := int64(-1)
		for i, name := range symbols {
			if s == name {
				d = values[i]
			}
		}
		if d < 0 {
			k, ok := decimal(s)
			if !ok {
				return x, false
			}
			d = k
		}
		x.Dims = append(x.Dims, d)
		n *= d
	}
	if n > 16<<20 {
		return x, false
	}
	x.Data = make([]byte, n)
	for i := range x.Data { // splitmix64's increments are enough
		p.rest += 0x9e3779b97f4a7c15
		x.Data[i] = byte(p.rest >> 56)
	}
	if x.Type == graph.Int64 || x.Type == graph.Int32 { // of integers, indices are the interesting ones
		for i := range x.Data {
			if i%int(x.Type.Size()) != 0 {
				x.Data[i] = 0
			} else {
				x.Data[i] &= 3
			}
		}
	}
	if x.Type == graph.Bool {
		for i := range x.Data {
			x.Data[i] &= 1
		}
	}
	return x, true
}

func decimal(s string) (int64, bool) {
	n := int64(0)
	for _, c := range s {
		if c < '0' || c > '9' || n > 1<<40 {
			return 0, false
		}
		n = 10*n + int64(c-'0')
	}
	return n, s != ""
}
