package onnx

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math"

	"github.com/dehug/dehug/internal/say"
)

// ErrLimit is wrapped by every refusal that comes from Limits.
var ErrLimit = errors.New("limit exceeded")

// Limits bound what a model may cost before anything of it is believed. A zero
// field means its default.
type Limits struct {
	Nodes    int   // in all graphs together
	Attrs    int   // of one node
	Rank     int   // extents of one tensor
	Elements int64 // of one tensor
	Depth    int   // graphs inside graphs
	String   int   // bytes of one name or string attribute
	Payload  int64 // bytes of tensors and lists that are decoded here, together
	Read     int64 // bytes read from the file
	Memory   int64 // bytes that the decoded structure takes, roughly
}

// The defaults.
const (
	maxNodes    = 1 << 16   // language models exported op by op have some ten thousand
	maxAttrs    = 64        // the richest standard operator has 15
	maxRank     = 32        // numpy's bound; package graph asks for less
	maxElements = 1 << 36   // with elements of a byte: the largest file of a release
	maxDepth    = 16        // Loop in If in Loop is 3
	maxString   = 1 << 16   // exporters put module paths into names
	maxPayload  = 16 << 20  // shapes and scalars take kilobytes; weights belong in raw_data
	maxRead     = 64 << 20  // headers of the largest models take some megabytes
	maxMemory   = 256 << 20 // an empty attribute takes 2 bytes in the file, and a hundred times that here
)

// What decoded things take of Limits.Memory: their size, and as much again for
// the spare room of a growing slice.
const (
	nodeCost      = 2 * 120
	attrCost      = 2 * 240
	tensorCost    = 2 * 120
	valueInfoCost = 2 * 80
	dimCost       = 2 * 40
	graphCost     = 240
	stringCost    = 2*16 + 8 // and its bytes
)

// smallPayload is the size up to which a tensor's bytes are kept: shapes, axes
// and scalars, which the compiler looks into.
const smallPayload = 4 << 10

func (l *Limits) setDefaults() {
	setDefault(&l.Nodes, maxNodes)
	setDefault(&l.Attrs, maxAttrs)
	setDefault(&l.Rank, maxRank)
	setDefault(&l.Elements, maxElements)
	setDefault(&l.Depth, maxDepth)
	setDefault(&l.String, maxString)
	setDefault(&l.Payload, maxPayload)
	setDefault(&l.Read, maxRead)
	setDefault(&l.Memory, maxMemory)
}

func setDefault[T int | int64](p *T, v T) {
	if *p == 0 {
		*p = v
	}
}

// Skim decodes the ONNX model of the given size in bytes that r holds. It
// reads the end of the file first (most writers put the operator sets there)
// and then the headers in file order; ctx is asked before each read. r may
// fetch what is asked of it; Reads of the result says what that was.
func Skim(ctx context.Context, r io.ReaderAt, size int64, limits Limits) (*Model, error) {
	limits.setDefaults()
	d := &decoder{
		s: &source{ctx: ctx, r: r, size: size, left: limits.Read, readMax: limits.Read}, limits: limits,
		nodes: limits.Nodes, payload: limits.Payload, memory: limits.Memory,
	}
	m, err := d.file()
	if err != nil {
		return nil, say.Errorf("onnx: %w", err)
	}
	m.Reads = d.s.merged()
	return m, nil
}

// decoder holds what is left of the limits that count over the whole model.
type decoder struct {
	s       *source
	limits  Limits
	nodes   int
	payload int64
	memory  int64
}

func (d *decoder) file() (*Model, error) {
	if d.s.size <= 0 {
		return nil, errors.New("the file is empty")
	}
	n := min(d.s.size, minWindow, (d.s.size-1)%leafSize+1)
	tail, err := d.s.load(d.s.size-n, n)
	if err != nil {
		return nil, err
	}
	d.s.tail = window{d.s.size - n, tail}
	m, err := d.model(message{d.s, 0, d.s.size})
	if err == nil && m.Graph == nil {
		err = errors.New("the file holds no graph: this is not an ONNX model")
	}
	return m, err
}

// each calls f for every field of m. f must consume the field's value.
func each(m *message, f func(num fieldNumber, typ wireType) error) error {
	for {
		num, typ, err := m.field()
		if err != nil || num == 0 {
			return err
		}
		if err := f(num, typ); err != nil {
			return err
		}
	}
}

func (d *decoder) model(m message) (*Model, error) {
	out := &Model{}
	err := each(&m, func(num fieldNumber, typ wireType) error {
		switch {
		case num == 1 && typ == varintType:
			return d.int64(&m, &out.IRVersion)
		case num == 2 && typ == bytesType:
			return d.string(&m, &out.Producer)
		case num == 3 && typ == bytesType:
			return d.string(&m, &out.ProducerVersion)
		case num == 7 && typ == bytesType:
			if out.Graph != nil {
				return errors.New("the model has two graphs")
			}
			g, err := d.subgraph(&m, 1)
			out.Graph = g
			return err
		case num == 8 && typ == bytesType:
			sub, err := m.sub()
			if err != nil {
				return err
			}
			o, err := d.opset(sub)
			if err != nil {
				return say.Errorf("opset_import %d: %w", len(out.Opsets), err)
			}
			out.Opsets = append(out.Opsets, o)
			return d.charge(stringCost)
		case num == 25 && typ == bytesType:
			sub, err := m.sub()
			if err != nil {
				return err
			}
			f, err := d.function(sub)
			if err != nil {
				return say.Errorf("function %d: %w", len(out.Functions), err)
			}
			out.Functions = append(out.Functions, f)
			return d.charge(stringCost)
		}
		return m.skip(typ)
	})
	return out, err
}

func (d *decoder) opset(m message) (o Opset, err error) {
	err = each(&m, func(num fieldNumber, typ wireType) error {
		switch {
		case num == 1 && typ == bytesType:
			return d.domain(&m, &o.Domain)
		case num == 2 && typ == varintType:
			return d.int64(&m, &o.Version)
		}
		return m.skip(typ)
	})
	return o, err
}

func (d *decoder) function(m message) (f Function, err error) {
	err = each(&m, func(num fieldNumber, typ wireType) error {
		if typ != bytesType {
			return m.skip(typ)
		}
		switch num {
		case 1:
			return d.string(&m, &f.Name)
		case 4:
			return d.nameList(&m, &f.Inputs)
		case 5:
			return d.nameList(&m, &f.Outputs)
		case 7:
			sub, err := m.sub()
			if err == nil {
				err = d.oneMoreNode()
			}
			f.Nodes = append(f.Nodes, Node{})
			n := &f.Nodes[len(f.Nodes)-1]
			if err == nil {
				err = d.node(sub, n, 1)
			}
			return place(err, "node", len(f.Nodes)-1, n.Name)
		case 9:
			sub, err := m.sub()
			if err != nil {
				return err
			}
			o, err := d.opset(sub)
			f.Opsets = append(f.Opsets, o)
			if err == nil {
				err = d.charge(stringCost)
			}
			return err
		case 10:
			return d.domain(&m, &f.Domain)
		case 11:
			sub, err := m.sub()
			if err == nil && len(f.Defaults) == d.limits.Attrs {
				err = say.Errorf("%w: more than %d attributes", ErrLimit, d.limits.Attrs)
			}
			if err == nil {
				err = d.charge(attrCost)
			}
			if err != nil {
				return err
			}
			f.Defaults = append(f.Defaults, Attr{})
			a := &f.Defaults[len(f.Defaults)-1]
			return place(d.attr(sub, a, 1), "attribute", len(f.Defaults)-1, a.Name)
		case 13:
			return d.string(&m, &f.Overload)
		}
		return m.skip(typ)
	})
	return f, err
}

// subgraph reads the graph that follows. depth counts from 1, the main graph.
func (d *decoder) subgraph(m *message, depth int) (*Graph, error) {
	sub, err := m.sub()
	if err != nil {
		return nil, say.Errorf("graph: %w", err)
	}
	if depth > d.limits.Depth {
		return nil, say.Errorf("%w: graphs are nested more than %d deep", ErrLimit, d.limits.Depth)
	}
	if err := d.charge(graphCost); err != nil {
		return nil, err
	}
	return d.graph(sub, depth)
}

func (d *decoder) graph(m message, depth int) (*Graph, error) {
	g := &Graph{}
	err := each(&m, func(num fieldNumber, typ wireType) error {
		if typ != bytesType {
			return m.skip(typ)
		}
		switch num {
		case 1:
			sub, err := m.sub()
			if err == nil {
				err = d.oneMoreNode()
			}
			g.Nodes = append(g.Nodes, Node{})
			n := &g.Nodes[len(g.Nodes)-1]
			if err == nil {
				err = d.node(sub, n, depth)
			}
			return place(err, "node", len(g.Nodes)-1, n.Name)
		case 2:
			return d.string(&m, &g.Name)
		case 5:
			sub, err := m.sub()
			if err == nil {
				err = d.charge(tensorCost)
			}
			g.Initializers = append(g.Initializers, Tensor{})
			t := &g.Initializers[len(g.Initializers)-1]
			if err == nil {
				err = d.tensor(sub, t)
			}
			return place(err, "initializer", len(g.Initializers)-1, t.Name)
		case 11:
			return d.valueInfo(&m, &g.Inputs, "input")
		case 12:
			return d.valueInfo(&m, &g.Outputs, "output")
		case 13:
			return d.valueInfo(&m, &g.Values, "value_info")
		case 15:
			g.SparseInitializers++
		}
		return m.skip(typ)
	})
	return g, err
}

// place says where in a graph an error happened: node 17 "conv": …
func place(err error, what string, i int, name string) error {
	if err == nil {
		return nil
	}
	return say.Errorf("%s %d %q: %w", what, i, name, err)
}

func (d *decoder) node(m message, n *Node, depth int) error {
	return each(&m, func(num fieldNumber, typ wireType) error {
		if typ != bytesType {
			return m.skip(typ)
		}
		switch num {
		case 1:
			return d.nameList(&m, &n.Inputs)
		case 2:
			return d.nameList(&m, &n.Outputs)
		case 3:
			return d.string(&m, &n.Name)
		case 4:
			return d.string(&m, &n.Op)
		case 5:
			sub, err := m.sub()
			if err == nil && len(n.Attrs) == d.limits.Attrs {
				err = say.Errorf("%w: more than %d attributes", ErrLimit, d.limits.Attrs)
			}
			if err == nil {
				err = d.charge(attrCost)
			}
			if err != nil {
				return err
			}
			n.Attrs = append(n.Attrs, Attr{})
			a := &n.Attrs[len(n.Attrs)-1]
			return place(d.attr(sub, a, depth), "attribute", len(n.Attrs)-1, a.Name)
		case 7:
			return d.domain(&m, &n.Domain)
		case 8:
			return d.string(&m, &n.Overload)
		}
		return m.skip(typ)
	})
}

func (d *decoder) attr(m message, a *Attr, depth int) error {
	has := AttrKind(0) // the field that came last, for writers from before the type field
	err := each(&m, func(num fieldNumber, typ wireType) error {
		switch {
		case num == 1 && typ == bytesType:
			return d.string(&m, &a.Name)
		case num == 2 && typ == fixed32Type:
			has = AttrFloat
			b, err := m.fixed(4)
			if err == nil {
				a.F = binary.LittleEndian.Uint32(b)
			}
			return err
		case num == 3 && typ == varintType:
			has = AttrInt
			return d.int64(&m, &a.I)
		case num == 4 && typ == bytesType:
			has = AttrString
			return d.string(&m, &a.S)
		case num == 5 && typ == bytesType:
			has = AttrTensor
			sub, err := m.sub()
			if err != nil {
				return err
			}
			a.T = &Tensor{}
			if err := d.charge(tensorCost); err != nil {
				return err
			}
			return d.tensor(sub, a.T)
		case num == 6 && typ == bytesType:
			has = AttrGraph
			g, err := d.subgraph(&m, depth+1)
			a.G = g
			return err
		case num == 7 && (typ == fixed32Type || typ == bytesType):
			has = AttrFloats
			return d.repeated(&m, typ, fixed32Type, func(v uint64) { a.Floats = append(a.Floats, uint32(v)) })
		case num == 8 && (typ == varintType || typ == bytesType):
			has = AttrInts
			return d.repeated(&m, typ, varintType, func(v uint64) { a.Ints = append(a.Ints, int64(v)) })
		case num == 9 && typ == bytesType:
			has = AttrStrings
			return d.nameList(&m, &a.Strings)
		case num == 10 && typ == bytesType:
			has = AttrTensors
			sub, err := m.sub()
			if err == nil {
				err = d.charge(tensorCost)
			}
			if err != nil {
				return err
			}
			a.Tensors = append(a.Tensors, Tensor{})
			return d.tensor(sub, &a.Tensors[len(a.Tensors)-1])
		case num == 11 && typ == bytesType:
			has = AttrGraphs
			g, err := d.subgraph(&m, depth+1)
			a.Graphs = append(a.Graphs, g)
			return err
		case num == 20 && typ == varintType:
			return d.enum(&m, (*int32)(&a.Kind))
		case num == 21 && typ == bytesType:
			return d.string(&m, &a.Ref)
		}
		return m.skip(typ)
	})
	if a.Kind == 0 {
		a.Kind = has
	}
	return err
}

func (d *decoder) valueInfo(m *message, list *[]ValueInfo, what string) error {
	sub, err := m.sub()
	if err == nil {
		err = d.charge(valueInfoCost)
	}
	v := ValueInfo{}
	if err == nil {
		err = each(&sub, func(num fieldNumber, typ wireType) error {
			switch {
			case num == 1 && typ == bytesType:
				return d.string(&sub, &v.Name)
			case num == 2 && typ == bytesType:
				t, err := sub.sub()
				if err != nil {
					return err
				}
				return d.valueType(t, &v)
			}
			return sub.skip(typ)
		})
	}
	*list = append(*list, v)
	return place(err, what, len(*list)-1, v.Name)
}

// typeKinds maps the fields of TypeProto.
var typeKinds = []struct {
	num  fieldNumber
	kind TypeKind
}{{1, TensorType}, {4, SequenceType}, {5, MapType}, {7, OpaqueType}, {8, SparseTensorType}, {9, OptionalType}}

func (d *decoder) valueType(m message, v *ValueInfo) error {
	return each(&m, func(num fieldNumber, typ wireType) error {
		for _, k := range typeKinds {
			if num == k.num && typ == bytesType {
				v.Kind = k.kind
			}
		}
		if num != 1 || typ != bytesType {
			return m.skip(typ)
		}
		t, err := m.sub()
		if err != nil {
			return err
		}
		return each(&t, func(num fieldNumber, typ wireType) error {
			switch {
			case num == 1 && typ == varintType:
				return d.enum(&t, (*int32)(&v.Type))
			case num == 2 && typ == bytesType:
				shape, err := t.sub()
				if err != nil {
					return err
				}
				v.Ranked = true
				return d.shape(shape, v)
			}
			return t.skip(typ)
		})
	})
}

func (d *decoder) shape(m message, v *ValueInfo) error {
	return each(&m, func(num fieldNumber, typ wireType) error {
		if num != 1 || typ != bytesType {
			return m.skip(typ)
		}
		sub, err := m.sub()
		if err != nil {
			return err
		}
		if len(v.Dims) == d.limits.Rank {
			return say.Errorf("%w: more than %d dimensions", ErrLimit, d.limits.Rank)
		}
		if err := d.charge(dimCost); err != nil {
			return err
		}
		var dim Dim
		err = each(&sub, func(num fieldNumber, typ wireType) error {
			switch {
			case num == 1 && typ == varintType:
				dim = Dim{Known: true}
				return d.int64(&sub, &dim.Value)
			case num == 2 && typ == bytesType:
				dim = Dim{}
				return d.string(&sub, &dim.Param)
			}
			return sub.skip(typ)
		})
		v.Dims = append(v.Dims, dim)
		return err
	})
}

func (d *decoder) oneMoreNode() error {
	if d.nodes--; d.nodes < 0 {
		return say.Errorf("%w: the model has more than %d nodes", ErrLimit, d.limits.Nodes)
	}
	return d.charge(nodeCost)
}

// charge takes bytes from what is left of Limits.Memory.
func (d *decoder) charge(bytes int64) error {
	if d.memory -= bytes; d.memory < 0 {
		return say.Errorf("%w: the model's structure would take more than %d bytes of memory", ErrLimit, d.limits.Memory)
	}
	return nil
}

func (d *decoder) int64(m *message, to *int64) error {
	v, err := m.varint()
	*to = int64(v)
	return err
}

// enum reads a number of an enumeration, such as DataType.
func (d *decoder) enum(m *message, to *int32) error {
	v, err := m.varint()
	if err == nil && v > math.MaxInt32 {
		err = say.Errorf("%d is not a number of an enumeration", v)
	}
	*to = int32(v)
	return err
}

func (d *decoder) string(m *message, to *string) error {
	sub, err := m.sub()
	if err != nil {
		return err
	}
	if sub.len() > int64(d.limits.String) {
		return say.Errorf("%w: a string of %d bytes, allowed are %d", ErrLimit, sub.len(), d.limits.String)
	}
	if err := d.charge(stringCost + sub.len()); err != nil {
		return err
	}
	b, err := sub.fixed(sub.len())
	*to = string(b)
	return err
}

// domain reads an operator domain; "ai.onnx" is another spelling of "".
func (d *decoder) domain(m *message, to *string) error {
	err := d.string(m, to)
	if *to == "ai.onnx" {
		*to = ""
	}
	return err
}

func (d *decoder) nameList(m *message, to *[]string) error {
	var s string
	err := d.string(m, &s)
	*to = append(*to, s)
	return err
}

// repeated reads one occurrence of a repeated number of wire type elem, packed
// or not, against the payload limit.
func (d *decoder) repeated(m *message, typ, elem wireType, add func(uint64)) error {
	if typ == elem {
		return d.number(m, elem, add)
	}
	sub, err := m.sub()
	for err == nil && sub.len() > 0 {
		err = d.number(&sub, elem, add)
	}
	return err
}

func (d *decoder) number(m *message, elem wireType, add func(uint64)) error {
	if d.payload -= 8; d.payload < 0 {
		return say.Errorf("%w: more than %d bytes of numbers outside raw_data: store tensors as raw_data", ErrLimit, d.limits.Payload)
	}
	switch elem {
	case fixed32Type:
		b, err := m.fixed(4)
		if err == nil {
			add(uint64(binary.LittleEndian.Uint32(b)))
		}
		return err
	case fixed64Type:
		b, err := m.fixed(8)
		if err == nil {
			add(binary.LittleEndian.Uint64(b))
		}
		return err
	}
	v, err := m.varint()
	if err == nil {
		add(v)
	}
	return err
}
