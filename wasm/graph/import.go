package graph

import (
	"encoding/binary"
	"errors"
	"strconv"
	"strings"

	"github.com/dehug/dehug/internal/say"

	"github.com/dehug/dehug/wasm/onnx"
)

// Options steer Import.
type Options struct {
	// Values gives inputs of the graph that have a shape role (axes, sizes,
	// pads) a value: they become constants. NeedsValue asks for one.
	Values map[string]KnownValue
	// Symbols gives open extents a value.
	Symbols map[string]int64
	// States lists outputs that are inputs of the next run (axes do not count).
	// Open extents that only such inputs have are where these grow; they are
	// named with '#' before the model's name, and may be 0.
	States []State
}

// KnownValue is the value of an input with a shape role.
type KnownValue struct {
	Type Type
	Dims []int64
	Data []byte // little-endian
}

// NeedsValue is the error for an input of the graph whose value decides the
// shape of a result: compile again with the value in Options.Values.
type NeedsValue struct{ Input string }

func (e *NeedsValue) Error() string {
	return "input " + strconv.Quote(e.Input) + " decides a shape: export the model with a constant, or compile for a value"
}

// needsValue returns NeedsValue when v is made from an input of the graph.
func needsValue(v *Value) error {
	for seen := 0; v != nil && seen < 1<<10; seen++ {
		if v.Const != nil {
			return nil
		}
		if v.Def == nil {
			return &NeedsValue{v.Name}
		}
		next := (*Value)(nil)
		for _, x := range v.Def.Inputs {
			if x == nil {
				continue
			}
			if _, ok := Known(x); !ok && x.Const == nil {
				next = x
				break
			}
		}
		v = next
	}
	return nil
}

// UnsupportedOperator is the error for a node that no rule covers.
type UnsupportedOperator struct {
	Op     string
	Domain string // "" is ai.onnx
	Node   string
	Index  int
	Opset  int64 // of Domain; 0 if the model does not import it
}

func (e *UnsupportedOperator) Error() string {
	domain := e.Domain
	if domain == "" {
		domain = "ai.onnx"
	}
	return say.Sprintf("node %d %q: operator %s of %s opset %d is not supported: rewrite the model with the supported operators, which are %s",
		e.Index, e.Node, e.Op, domain, e.Opset, strings.Join(Operators(), ", "))
}

// Import turns a decoded ONNX model into a canonical graph: names resolved,
// nodes in an order in which operands come first, differences between opset
// versions settled, every attribute explicit, every value with its type and
// shape. Extents that the model leaves open become symbols: its own
// parameters, or "input.d0" for axis 0 of an input where it names none.
//
// Declared types of intermediate values are ignored and so are the declared
// shapes of outputs: what the operators say counts. Initializers that nothing
// uses are left out.
func Import(m *onnx.Model, opts Options) (*Graph, error) {
	var first error
	var assumed []assumption
	for nodes := 0; nodes < maxAttempted; {
		im := &importer{m: m, opts: opts, names: map[string]bool{}, assumed: assumed}
		im.root = newScope(nil, m.Graph)
		im.root.g = &Graph{Name: m.Graph.Name}
		im.scope = im.root
		err := im.run()
		if err == nil {
			return im.g, nil
		}
		if first == nil {
			first = err
		}
		nodes += maxAttempted/maxAttempts + len(im.g.Nodes)
		assumed = im.assumed[:im.assumptions]
		if assumed = otherwise(assumed); assumed == nil {
			break
		}
	}
	return nil, say.Errorf("graph: %w", first)
}

// How many combinations of assumptions are tried, and how many nodes are imported
// for them: more than exporters' special cases need.
const (
	maxAttempts  = 64
	maxAttempted = 1 << 18
)

// assumption is the branch taken of an If whose branches exclude each other, when
// extents decide that are open.
type assumption struct{ holds, last bool }

// otherwise changes the last assumption that has not been tried both ways.
func otherwise(all []assumption) []assumption {
	for i := len(all) - 1; i >= 0; i-- {
		if !all[i].last {
			return append(all[:i:i], assumption{!all[i].holds, true})
		}
	}
	return nil
}

type importer struct {
	m       *onnx.Model
	opts    Options
	names   map[string]bool // of values, in all graphs
	made    int             // names made up so far
	inlined int             // nodes of functions, so far

	assumed     []assumption // to be made, or made
	assumptions int          // made so far

	root   *scope // of the model's graph
	*scope        // in which nodes are imported at the moment
}

// scope is a list of nodes and the names that they see: the model's graph, or
// a subgraph of one of its nodes.
type scope struct {
	outer *scope // the scope around a subgraph, whose names it sees
	g     *Graph // where its nodes go
	src   *onnx.Graph
	opset int64 // of ai.onnx

	values       map[string]*Value // defined so far
	initializers map[string]*onnx.Tensor
	producers    map[string]int // name of a result → index of its node
	state        []visit        // of each node

	of       *call             // the call of the function whose nodes these are
	omitted  map[string]bool   // inputs of the function that the call does not give
	captured map[*Value]*Value // by a loop's body: what is around it → what stands for it
	taking   []*Value          // of these, the operands of the loop
}

func newScope(outer *scope, src *onnx.Graph) *scope {
	s := &scope{outer: outer, src: src, values: map[string]*Value{}}
	if outer != nil {
		s.g, s.opset, s.of = outer.g, outer.opset, outer.of
	}
	return s
}

// within runs f in scope s.
func (im *importer) within(s *scope, f func() error) error {
	before := im.scope
	im.scope = s
	err := f()
	im.scope = before
	return err
}

type visit uint8

const (
	unseen visit = iota
	open         // its operands are being visited
	done
)

func (im *importer) run() error {
	if err := im.checkOpsets(); err != nil {
		return err
	}
	if err := im.stored(); err != nil {
		return err
	}
	if err := im.inputs(); err != nil {
		return err
	}
	if err := im.nodes(); err != nil {
		return err
	}
	if err := im.outputs(); err != nil {
		return err
	}
	return im.states()
}

// stored notes the initializers of the scope.
func (im *importer) stored() error {
	src := im.src
	if src.SparseInitializers > 0 {
		return errors.New("sparse initializers are not supported: store them as dense tensors")
	}
	im.initializers = make(map[string]*onnx.Tensor, len(src.Initializers))
	for i := range src.Initializers {
		t := &src.Initializers[i]
		if im.initializers[t.Name] != nil || t.Name == "" {
			return say.Errorf("initializer %q: the name is empty or used twice", t.Name)
		}
		im.initializers[t.Name] = t
	}
	return nil
}

func (im *importer) checkOpsets() error {
	seen := map[string]bool{}
	for _, o := range im.m.Opsets {
		if seen[o.Domain] {
			return say.Errorf("operator set %q is imported twice", o.Domain)
		}
		seen[o.Domain] = true
		if o.Domain == "" {
			im.opset = o.Version
		}
	}
	if !seen[""] {
		return errors.New("the model imports no version of ai.onnx, whose operators are the supported ones")
	}
	if im.opset < MinOpset || im.opset > MaxOpset {
		return say.Errorf("opset %d of ai.onnx is not supported: convert the model to an opset from %d to %d", im.opset, MinOpset, MaxOpset)
	}
	return nil
}

func (im *importer) inputs() error {
	grows := im.growing()
	taken := map[string]bool{} // symbols that the model names
	for _, in := range im.m.Graph.Inputs {
		for _, d := range in.Dims {
			taken[d.Param] = true
		}
	}
	for i, in := range im.m.Graph.Inputs {
		if im.initializers[in.Name] != nil {
			continue // before IR version 4 every initializer is listed as an input too
		}
		if k, ok := im.opts.Values[in.Name]; ok {
			v := &Value{Name: in.Name, Type: k.Type, Const: &Const{Data: k.Data}}
			for _, d := range k.Dims {
				v.Shape = append(v.Shape, Num(d))
			}
			if err := checkConst(v); err != nil {
				return say.Errorf("value of input %q: %w", in.Name, err)
			}
			im.g.Consts = append(im.g.Consts, v)
			if err := im.define(v); err != nil {
				return err
			}
			continue
		}
		v, err := im.input(in, taken, grows)
		if err != nil {
			return say.Errorf("input %d %q: %w", i, in.Name, err)
		}
		im.g.Inputs = append(im.g.Inputs, v)
	}
	return nil
}

func (im *importer) input(in onnx.ValueInfo, taken, grows map[string]bool) (*Value, error) {
	if in.Kind != onnx.TensorType {
		return nil, errors.New("its type (" + in.Kind.String() + ") is not supported: inputs must be tensors")
	}
	t, err := elementType(in.Type)
	if err != nil {
		return nil, err
	}
	if !in.Ranked {
		return nil, errors.New("its rank is not declared: declare a shape (extents may stay open)")
	}
	v := &Value{Name: in.Name, Type: t}
	for i, d := range in.Dims {
		name := paramName(in, i, d)
		given, ok := im.opts.Symbols[name]
		switch {
		case d.Known && d.Value >= 0:
			v.Shape = append(v.Shape, Num(d.Value))
		case ok:
			v.Shape = append(v.Shape, Num(given))
		case grows[name]:
			v.Shape = append(v.Shape, Sym(string(countMark)+name))
		case d.Param != "":
			v.Shape = append(v.Shape, Sym(d.Param))
		default: // some exporters write -1 for an open extent
			for taken[name] {
				name += "_"
			}
			taken[name] = true
			v.Shape = append(v.Shape, Sym(name))
		}
	}
	if err := checkShape(v.Shape); err != nil {
		return nil, err
	}
	return v, im.define(v)
}

// define enters a value under its name. The values of subgraphs, whose names may
// come several times, are then given names of their own.
func (im *importer) define(v *Value) error {
	if v.Name == "" {
		return errors.New("a value has no name")
	}
	if im.values[v.Name] != nil {
		return say.Errorf("value %q is defined twice", v.Name)
	}
	im.values[v.Name] = v
	if im.scope != im.root && im.taken(v.Name) {
		v.Name = im.fresh(v.Name)
	}
	im.names[v.Name] = true
	return nil
}

// taken reports whether a value of the model has that name, or will have it.
func (im *importer) taken(name string) bool {
	_, result := im.root.producers[name]
	return result || im.names[name] || im.root.initializers[name] != nil
}

func elementType(t onnx.DataType) (Type, error) {
	if t > 0 && int(t) < len(typeNames) && typeNames[t] != "" && Type(t) != String {
		return Type(t), nil
	}
	return Undefined, errors.New("elements of type " + t.String() + " are not supported")
}

// nodes imports all nodes, each after the nodes that it needs. Files are
// required to be in such an order, and then it is kept.
func (im *importer) nodes() error {
	src := im.src.Nodes
	im.producers = make(map[string]int, len(src))
	im.state = make([]visit, len(src))
	for i := range src {
		for _, name := range src[i].Outputs {
			if name == "" {
				continue
			}
			if _, twice := im.producers[name]; twice || im.values[name] != nil || im.initializers[name] != nil {
				return nodeError(i, src[i].Op, src[i].Name, say.Errorf("value %q is defined twice", name))
			}
			im.producers[name] = i
		}
	}
	for i := range src {
		if err := im.visit(i); err != nil {
			return err
		}
	}
	return nil
}

// visit imports node i and, before it, the nodes it needs. It keeps its own
// stack: a chain may be as long as the model.
func (im *importer) visit(i int) error {
	if im.state[i] == done {
		return nil
	}
	stack := []frame{{i, needs(&im.src.Nodes[i])}}
	im.state[i] = open
	for len(stack) > 0 {
		top := &stack[len(stack)-1]
		if len(top.needs) == 0 {
			if err := im.node(top.node); err != nil {
				return err
			}
			im.state[top.node] = done
			stack = stack[:len(stack)-1]
			continue
		}
		p, ok := im.producers[top.needs[0]]
		top.needs = top.needs[1:]
		switch {
		case !ok || im.state[p] == done:
		case im.state[p] == open:
			return im.cycle(stack, p)
		default:
			im.state[p] = open
			stack = append(stack, frame{p, needs(&im.src.Nodes[p])})
		}
	}
	return nil
}

// frame is a node and the names that it needs and that have not been visited.
type frame struct {
	node  int
	needs []string
}

// needs lists the names that a node reads: its operands, and what its subgraphs
// take from around them.
func needs(n *onnx.Node) []string {
	names := n.Inputs
	for i := range n.Attrs {
		if g := n.Attrs[i].G; g != nil {
			names = append(names[:len(names):len(names)], captures(g)...)
		}
	}
	return names
}

// captures lists the names that g uses and does not define.
func captures(g *onnx.Graph) []string {
	own := map[string]bool{"": true}
	for i := range g.Inputs {
		own[g.Inputs[i].Name] = true
	}
	for i := range g.Initializers {
		own[g.Initializers[i].Name] = true
	}
	for i := range g.Nodes {
		for _, name := range g.Nodes[i].Outputs {
			own[name] = true
		}
	}
	var out []string
	use := func(names ...string) {
		for _, name := range names {
			if !own[name] {
				own[name] = true
				out = append(out, name)
			}
		}
	}
	for i := range g.Nodes {
		use(needs(&g.Nodes[i])...)
	}
	for i := range g.Outputs {
		use(g.Outputs[i].Name)
	}
	return out
}

// cycle names the nodes on the stack from node p on.
func (im *importer) cycle(stack []frame, p int) error {
	for stack[0].node != p {
		stack = stack[1:]
	}
	const most = 8 // names that a person wants to read
	var s string
	for j, f := range stack {
		if j == most {
			s += say.Sprintf(" and %d more", len(stack)-most)
			break
		}
		if j > 0 {
			s += ", "
		}
		s += say.Sprintf("%d %q", f.node, im.src.Nodes[f.node].Name)
	}
	return errors.New("the graph has a cycle: nodes " + s)
}

func nodeError(i int, op, name string, err error) error {
	return say.Errorf("node %d %q (%s): %w", i, name, op, err)
}

func (im *importer) node(i int) error {
	src := &im.src.Nodes[i]
	for j := range im.m.Functions {
		if f := &im.m.Functions[j]; f.Name == src.Op && f.Domain == src.Domain && f.Overload == src.Overload {
			if err := im.call(src, f); err != nil {
				return nodeError(i, src.Op, src.Name, err)
			}
			return nil
		}
	}
	name := src.Op
	if src.Domain != "" {
		name = src.Domain + "." + name
	}
	of, r := lookup(name, im.opset)
	if r == nil {
		return im.unsupported(i, src)
	}
	if err := im.convert(src, r, of); err != nil {
		return nodeError(i, src.Op, src.Name, err)
	}
	return nil
}

func (im *importer) unsupported(i int, src *onnx.Node) error {
	e := &UnsupportedOperator{Op: src.Op, Domain: src.Domain, Node: src.Name, Index: i}
	for _, o := range im.m.Opsets {
		if o.Domain == src.Domain {
			e.Opset = o.Version
		}
	}
	return e
}

// convert makes the canonical node, with its outputs. The family's settle may
// give the node another operator's name and other operands.
func (im *importer) convert(src *onnx.Node, r *rule, f *family) error {
	resolved, err := im.resolve(src)
	if err != nil {
		return err
	}
	attrs, err := attributes(src.Op, resolved, r)
	if err != nil {
		return err
	}
	names := src.Outputs
	for len(names) > 0 && names[len(names)-1] == "" {
		names = names[:len(names)-1]
	}
	n := &Node{Op: src.Op, Name: src.Name, Outputs: make([]*Value, len(names))}
	for i, name := range src.Inputs {
		v, err := im.operand(name)
		if err != nil {
			return say.Errorf("operand %d %q: %w", i, name, err)
		}
		n.Inputs = append(n.Inputs, v)
	}
	for len(n.Inputs) > 0 && n.Inputs[len(n.Inputs)-1] == nil {
		n.Inputs = n.Inputs[:len(n.Inputs)-1]
	}
	if src.Op == "Constant" {
		return im.constant(src, r, attrs)
	}
	if f == &control {
		return im.control(n, r, names, attrs)
	}
	if err := im.fitted(n, r, f, names, attrs); err != nil {
		return &misfit{err}
	}
	return nil
}

// misfit is the error for a node whose operands are not as the operator wants
// them; with other extents they may be.
type misfit struct{ err error }

func (e *misfit) Error() string { return e.err.Error() }
func (e *misfit) Unwrap() error { return e.err }

// fitted makes the canonical node of a node whose operands are there.
func (im *importer) fitted(n *Node, r *rule, f *family, names []string, attrs attributeList) error {
	if n.Op == "ConstantOfShape" {
		if err := setFill(n, attrs.get("value")); err != nil {
			return err
		}
	}
	if _, err := checkOperands(r, n); err != nil { // the version's own types and arity
		return err
	}
	if err := f.settle(n, attrs); err != nil {
		return err
	}
	if im.opset < 7 && len(n.Inputs) == 2 {
		if err := im.alignSecond(n, attrs); err != nil {
			return err
		}
	}
	if f.expand != nil {
		results, err := f.expand(im, n, attrs)
		if err != nil {
			return err
		}
		if results != nil {
			return im.rename(names, results)
		}
	}
	return im.finish(n, names)
}

// finish appends a canonical node and defines its results.
func (im *importer) finish(n *Node, names []string) error {
	results, _, err := infer(n)
	if err != nil {
		return err
	}
	for i, name := range names {
		v := &Value{Name: name, Type: results[i].typ, Shape: results[i].shape, Def: n}
		if name == "" {
			v.Name = im.fresh(n.Op)
		}
		if err := im.define(v); err != nil {
			return err
		}
		n.Outputs[i] = v
		Known(v) // remembered: later calls then need no deep recursion
	}
	im.g.Nodes = append(im.g.Nodes, n)
	return nil
}

// emit appends a canonical node with one result, for expansions.
func (im *importer) emit(op string, inputs []*Value, attrs ...Attr) (*Value, error) {
	n := &Node{Op: op, Inputs: inputs, Outputs: make([]*Value, 1)}
	for _, a := range attrs {
		n.Set(a)
	}
	results, _, err := infer(n)
	if err != nil {
		return nil, say.Errorf("%s: %w", op, err)
	}
	v := &Value{Name: im.fresh(op), Type: results[0].typ, Shape: results[0].shape, Def: n}
	n.Outputs[0] = v
	im.g.Nodes = append(im.g.Nodes, n)
	Known(v)
	return v, im.define(v)
}

// scalar makes a constant of one element from its little-endian bytes.
func (im *importer) scalar(t Type, data []byte) (*Value, error) {
	v := &Value{Name: im.fresh("const"), Type: t, Const: &Const{Data: data}}
	im.g.Consts = append(im.g.Consts, v)
	return v, im.define(v)
}

// fresh makes a name that nothing has.
func (im *importer) fresh(hint string) string {
	for {
		im.made++
		name := hint + "." + strconv.Itoa(im.made)
		_, result := im.producers[name]
		if !result && im.values[name] == nil && im.initializers[name] == nil && !im.taken(name) {
			return name
		}
	}
}

// rename gives the results of an expansion the names that the model uses.
func (im *importer) rename(names []string, results []*Value) error {
	for i, name := range names {
		if name == "" {
			continue
		}
		// Identity is dropped again by package opt.
		n := &Node{Op: "Identity", Inputs: []*Value{results[i]}, Outputs: make([]*Value, 1)}
		v := &Value{Name: name, Type: results[i].Type, Shape: results[i].Shape, Def: n}
		n.Outputs[0] = v
		if err := im.define(v); err != nil {
			return err
		}
		im.g.Nodes = append(im.g.Nodes, n)
		Known(v)
	}
	return nil
}

// operand returns the value of that name; "" is an omitted operand.
func (im *importer) operand(name string) (*Value, error) {
	if name == "" {
		return nil, nil
	}
	if v := im.values[name]; v != nil || im.omitted[name] {
		return v, nil
	}
	if t := im.initializers[name]; t != nil {
		v, err := im.tensor(name, t)
		if err != nil {
			return nil, err
		}
		return v, im.define(v)
	}
	if im.outer == nil {
		return nil, errors.New("nothing defines it: it is no input, no initializer and no node's result")
	}
	var v *Value
	err := im.within(im.outer, func() (err error) {
		v, err = im.operand(name)
		return err
	})
	if err == nil && im.captured != nil {
		v = im.capture(v, 0)
	}
	return v, err
}

// tensor makes a constant and enters it into the graph.
func (im *importer) tensor(name string, t *onnx.Tensor) (*Value, error) {
	typ, err := elementType(t.Type)
	if err != nil {
		return nil, err
	}
	v := &Value{Name: name, Type: typ, Const: &Const{}}
	for _, k := range t.Dims {
		v.Shape = append(v.Shape, Num(k))
	}
	if err := checkShape(v.Shape); err != nil {
		return nil, err
	}
	if t.Ref != nil {
		v.Const.Ref = &Ref{Path: t.Ref.Path, Off: t.Ref.Off, Len: t.Ref.Len}
	}
	v.Const.look = t.Data
	if t.Ref == nil || typ == Int64 || typ == Int32 || typ == Bool || len(t.Data) <= 4 { // beside a Ref only shape operands and numbers are looked into
		v.Const.Data = t.Data
	}
	im.g.Consts = append(im.g.Consts, v)
	return v, nil
}

// constant handles Constant nodes, which become constants.
func (im *importer) constant(src *onnx.Node, r *rule, attrs attributeList) error {
	if len(src.Inputs) != 0 || len(src.Outputs) != 1 || len(attrs) != 1 {
		return errors.New("a Constant has no operands, one result and exactly one attribute")
	}
	a := &attrs[0]
	t := a.T
	switch a.Kind {
	case onnx.AttrTensor:
	case onnx.AttrFloat:
		t = &onnx.Tensor{Type: onnx.Float, Data: littleEndian32(a.F)}
	case onnx.AttrFloats:
		t = &onnx.Tensor{Type: onnx.Float, Dims: []int64{int64(len(a.Floats))}, Data: littleEndian32(a.Floats...)}
	case onnx.AttrInt:
		t = &onnx.Tensor{Type: onnx.Int64, Data: littleEndian64(a.I)}
	case onnx.AttrInts:
		t = &onnx.Tensor{Type: onnx.Int64, Dims: []int64{int64(len(a.Ints))}, Data: littleEndian64(a.Ints...)}
	default:
		return errors.New("a constant " + a.Name + " is not supported")
	}
	v, err := im.tensor(src.Outputs[0], t)
	if err != nil {
		return err
	}
	if !r.types.has(v.Type) {
		return say.Errorf("a constant of type %s; allowed are %s", v.Type, r.types)
	}
	return im.define(v)
}

func littleEndian32(v ...uint32) []byte {
	var b []byte
	for _, x := range v {
		b = binary.LittleEndian.AppendUint32(b, x)
	}
	return b
}

func littleEndian64(v ...int64) []byte {
	var b []byte
	for _, x := range v {
		b = binary.LittleEndian.AppendUint64(b, uint64(x))
	}
	return b
}

func (im *importer) outputs() error {
	seen := map[string]bool{}
	for i, out := range im.src.Outputs {
		v, err := im.operand(out.Name)
		if err == nil && (v == nil || seen[out.Name]) {
			err = errors.New("the name is empty or used twice")
		}
		if err == nil && out.Kind == onnx.TensorType && out.Type != 0 && out.Type != onnx.DataType(v.Type) {
			err = say.Errorf("declared as %s, computed as %s", out.Type, v.Type)
		}
		if err != nil {
			return say.Errorf("output %d %q: %w", i, out.Name, err)
		}
		seen[out.Name] = true
		im.g.Outputs = append(im.g.Outputs, v)
	}
	if len(im.g.Outputs) == 0 {
		return errors.New("the model has no outputs")
	}
	return nil
}
