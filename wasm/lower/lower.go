// Package lower turns an optimised graph into a WebAssembly module.
//
// It works in four stages that read top to bottom in Lower:
//
//  1. nodes: for each node choose the algorithm (the arithmetic plan: what is
//     computed, in which order) and the layout of its result, and note a step;
//  2. memory: give every buffer an address from the life times of the buffers;
//  3. emit: let package kernel write the steps, and bind, prepare, run around
//     them;
//  4. text: the plan's canonical text and its hash.
//
// The arithmetic plan depends on the graph and the mode only. The profile
// changes instructions and tile shapes, never the plan: that is what makes a
// strict result the same everywhere.
//
// This is the only package that chooses kernels and layouts.
package lower

import (
	"errors"
	"strconv"
	"strings"

	"github.com/dehug/dehug/internal/say"
	"github.com/dehug/dehug/internal/sha256"

	"github.com/dehug/dehug/wasm/emit"
	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/kernel"
)

// DefaultMaxMemory bounds an instance's memory when Options does not say:
// what a 32-bit signed address reaches, and what phones still grant.
const DefaultMaxMemory = 1 << 31

// maxRank is the rank that a descriptor has room for (ABI.md).
const maxRank = 8

// Errors that callers may test for.
var (
	ErrUnsupported = errors.New("not supported by this engine version")
	ErrTooLarge    = errors.New("model needs more memory than allowed")
)

// Options say how to lower.
type Options struct {
	Profile       kernel.Profile
	Fast          bool
	Intermediates bool
	Threads       bool  // steps can be divided among instances that share a memory
	MaxMemory     int64 // bytes; 0 means DefaultMaxMemory
	Capacity      int64 // extent that a state may grow to
}

// Plan is a lowered model.
type Plan struct {
	Module []byte
	Layout Layout
	Text   string
	Hash   [32]byte
}

// Layout says which bytes of the model's files a host writes where.
type Layout struct {
	Tensors []Tensor // ordered by item
	Items   int      // prepare items; each is run once, ascending
	Initial uint32   // pages of the imported memory
	Maximum uint32
}

// Tensor is a stored tensor and its landing address.
type Tensor struct {
	Path string // "" is the entry ONNX file; others are relative to its folder
	Off  int64  // bytes
	Len  int64
	Dst  uint32
	Item int
}

// Lower compiles g. The graph must have passed opt.Run.
func Lower(g *graph.Graph, o Options) (*Plan, error) {
	if o.MaxMemory <= 0 || o.MaxMemory > DefaultMaxMemory {
		o.MaxMemory = DefaultMaxMemory
	}
	l := &lowerer{g: g, opt: o, values: map[*graph.Value]*value{}, fixed: map[*graph.Value]bool{}, recipes: map[*graph.Value]*graph.Node{}, rows16: map[rowsKey]rep{}, consts: map[*graph.Value]*constant{}, macs: graph.Num(0)}
	var err error
	if l.constraints, err = graph.Constraints(g); err != nil {
		return nil, err
	}
	if err := l.interface_(); err != nil {
		return nil, err
	}
	graph.Each(g, func(g *graph.Graph) { l.nodes = append(l.nodes, g.Nodes...) })
	l.guards = guards(g, nil)
	l.inside = l.lowerNodes
	if err := l.lowerNodes(g); err != nil {
		return nil, err
	}
	if err := l.outputs(); err != nil {
		return nil, err
	}
	if err := l.placeStatic(); err != nil {
		return nil, err
	}
	if err := l.placeArena(); err != nil {
		return nil, err
	}
	p := &Plan{Text: l.text()}
	p.Hash = sha256.Sum256([]byte(p.Text))
	p.Module, p.Layout = l.assemble(p.Hash)
	return p, nil
}

// lowerNodes lowers the nodes of the graph or of a loop's body.
func (l *lowerer) lowerNodes(g *graph.Graph) error {
	live := liveNodes(g)
	for _, n := range g.Nodes {
		if !live[n] {
			continue
		}
		if err := l.node(n); err != nil {
			return say.Errorf("node %s: %w", nodeName(n), err)
		}
	}
	return nil
}

// liveNodes is the set of nodes whose results are read when the model runs.
// Shape operands are not: what they hold is in the expressions of extents.
func liveNodes(g *graph.Graph) map[*graph.Node]bool {
	live := map[*graph.Node]bool{}
	for _, v := range g.Outputs {
		live[v.Def] = true
	}
	for _, n := range g.Nodes {
		if name, _ := graph.Count(n); name != "" {
			live[n] = true // for the extent, if not for the elements
		}
	}
	for i := len(g.Nodes) - 1; i >= 0; i-- {
		n := g.Nodes[i]
		for j, v := range n.Inputs {
			if live[n] && v != nil && !graph.ShapeRole(n, j) {
				live[v.Def] = true
			}
		}
	}
	return live
}

// lowerer holds a compilation's state.
type lowerer struct {
	g      *graph.Graph
	opt    Options
	values map[*graph.Value]*value
	consts map[*graph.Value]*constant
	// Elementwise results that wait for their user, and each value's only user.
	pending map[*graph.Value]*evaluation
	users   map[*graph.Value]*graph.Node
	guards  map[*graph.Node]guard
	guard   guard // of the steps that are added
	base    guard // of the loop whose body is being lowered
	body    *graph.Graph
	inside  func(g *graph.Graph) error // lowerNodes, which would initialise in a cycle
	nodes   []*graph.Node              // of the graph and all bodies
	loops   bool

	poison   []poison
	poisonAt uint32

	recipes map[*graph.Value]*graph.Node // QuantizeLinear nodes whose results are computed where they are used
	rows16  map[rowsKey]rep              // what dot products read

	fixed     map[*graph.Value]bool // results that follow from stored tensors alone
	once      bool                  // what is added now runs once, in prepare
	onceSteps []*step
	// Nodes that another one takes in: nil, or what to lower in place of the last of them.
	fused  map[*graph.Node]*fusion
	joined map[*graph.Node]rep // results of Concat whose parts are written in place
	work   *buffer             // see scratch
	order  map[*graph.Node]int // position in the graph
	uses   map[*graph.Value][]*graph.Node

	winogradBytes int64 // that transformed weights take beyond plain ones

	symbols     []string // in order of first appearance in the inputs
	constraints []graph.Constraint
	buffers     []*buffer
	steps       []*step
	arith       []string // lines of the arithmetic plan
	macs        graph.Dim
	counts      []*count // extents that the data decide, in the order in which they become known

	inputs, results, inner []port // interface tensors, in ABI order
	states                 []*state

	items      []*item
	layoutAt   uint32
	staging    uint32
	stagingLen int64
	prepareEnd int64 // address after what prepare needs
	arenaAt    uint32
	arenaEnd   graph.Dim // address after the last activation

	slots     map[string]uint32 // expression → address of its slot
	slotOrder []graph.Dim
	slotAt    uint32
	slotCap   int
	boundAt   uint32
	dimsAt    uint32
	sharesAt  uint32 // a word for each step: see ABI.md
	cellsAt   uint32 // 8 bytes for each symbol, then for each count
	descAt    uint32
}

// port is a tensor that a host can see.
type port struct {
	v    *graph.Value
	buf  *buffer
	room int64 // bytes of a state
}

// step is one emitted function of run.
type step struct {
	name, op   string
	emit       func(b *kernel.Builder) *emit.Func
	shares     func(f *emit.Func) // pushes how many shares are worth having; nil: the step cannot be divided
	guard      guard
	conditions []rep // of the guard's literals
}

// interface_ lays out inputs and collects symbols.
func (l *lowerer) interface_() error {
	seen := map[string]bool{}
	for _, v := range l.g.Inputs {
		if v.Type.Size() == 0 {
			return say.Errorf("input %q: element type %s: %w", v.Name, v.Type, ErrUnsupported)
		}
		if len(v.Shape) > maxRank {
			return say.Errorf("input %q: rank %d is over %d: %w", v.Name, len(v.Shape), maxRank, ErrUnsupported)
		}
		for _, d := range v.Shape {
			if name, ok := d.IsSym(); ok && !seen[name] {
				seen[name] = true
				l.symbols = append(l.symbols, name)
			}
		}
		if l.stateOf(v) {
			continue
		}
		b := l.newBuffer(v.Name, bytesOf(v))
		b.pinned = true
		l.setPlain(v, b)
		l.inputs = append(l.inputs, port{v: v, buf: b})
	}
	return nil
}

// outputs makes every graph output dense, row-major and with canonical NaNs.
func (l *lowerer) outputs() error {
	taken := map[*buffer]bool{}
	for _, p := range l.inputs {
		taken[p.buf] = true
	}
	for _, v := range l.g.Outputs {
		if l.isState(v) {
			continue
		}
		if len(v.Shape) > maxRank {
			return say.Errorf("output %q: rank %d is over %d: %w", v.Name, len(v.Shape), maxRank, ErrUnsupported)
		}
		if v.Type.Size() == 0 { // a stored tensor that the model gives back
			return say.Errorf("output %q: element type %s: %w", v.Name, v.Type, ErrUnsupported)
		}
		b := l.export(v, taken)
		taken[b] = true
		l.results = append(l.results, port{v: v, buf: b})
	}
	return l.keepStates()
}

// export returns a pinned buffer that holds v dense with canonical NaNs.
func (l *lowerer) export(v *graph.Value, taken map[*buffer]bool) *buffer {
	isFloat := v.Type == graph.Float32 || v.Type == graph.Float64
	r, ok := l.find(v, func(r rep) bool { return r.isPlain(v.Shape, v.Type) })
	owned := ok && !taken[r.buf] && !r.buf.static
	switch {
	case owned && !isFloat:
	case owned && r.buf.copy != nil:
		r.buf.copy.canon = true // the copy that made it canonicalises on the way
	case owned:
		l.copyStep(v.Name, "Canonicalize", r, r, v.Shape, v.Type, true)
	default:
		out := rep{buf: l.newBuffer(v.Name, bytesOf(v)), strides: rowMajor(v.Shape, v.Type)}
		l.copyStep(v.Name, "Output", l.any(v), out, v.Shape, v.Type, isFloat)
		r = out
	}
	r.buf.pinned = true
	return r.buf
}

//go:noinline
func (l *lowerer) addStep(name, op string, e func(b *kernel.Builder) *emit.Func) {
	s := &step{name: name, op: op, emit: e, guard: l.here()}
	if l.once {
		l.onceSteps = append(l.onceSteps, s)
		return
	}
	for _, x := range s.guard {
		r := l.condition(x.value)
		l.touch(r.buf)
		s.conditions = append(s.conditions, r)
	}
	l.steps = append(l.steps, s)
}

// plan notes a line of the arithmetic plan for a node.
//
//go:noinline
func (l *lowerer) plan(n *graph.Node, algorithm string) {
	l.arith = append(l.arith, strconv.Quote(n.Outputs[0].Name)+": "+algorithm)
}

// planVersion changes whenever the same text would stand for other arithmetic.
const planVersion = "dehug-plan/v0"

// text is the canonical plan: version, mode, graph, and the algorithm that
// computes each node. It names weights by file, offset and length.
func (l *lowerer) text() string {
	var t strings.Builder
	t.WriteString(planVersion + "\nmode " + l.mode() + "\n" + l.g.String() + "\narithmetic\n")
	for _, a := range l.arith {
		t.WriteString(a)
		t.WriteByte('\n')
	}
	return t.String()
}

func (l *lowerer) mode() string {
	if l.opt.Fast {
		return "fast"
	}
	return "strict"
}

func nodeName(n *graph.Node) string {
	if n.Name != "" {
		return n.Op + " " + strconv.Quote(n.Name)
	}
	if len(n.Outputs) > 0 && n.Outputs[0] != nil {
		return n.Op + " " + strconv.Quote(n.Outputs[0].Name)
	}
	return n.Op
}

func bytesOf(v *graph.Value) graph.Dim {
	return graph.Mul(v.Shape.Elements(), graph.Num(v.Type.Size()))
}
