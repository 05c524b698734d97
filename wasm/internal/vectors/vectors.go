// Package vectors has a tiny model for every kernel of the engine, and inputs
// that show where two engines could differ: extents around the width of a
// vector and beyond a block, −0, infinities, NaNs, subnormal numbers, equal
// rows. Strict mode promises the same bits for all of them on every engine.
//
// The test of this package runs them under wazero and refuses a kernel that has
// none; command export writes them, with the bits that are right, for
// e2e/vectors.test.mjs to run in browsers.
package vectors

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"github.com/dehug/dehug/wasm"
	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/internal/onnxtest"
	"github.com/dehug/dehug/wasm/onnx"
	"github.com/dehug/dehug/wasm/run"
)

// Vector is a model with inputs to run it on.
type Vector struct {
	Name  string
	Model []byte
	Runs  []Run
	// Sums says that the model adds up three floats or more, so that another
	// order gives other bits.
	Sums bool
}

// Run is a name and inputs by name.
type Run struct {
	Name   string
	Inputs map[string]run.Tensor
}

// row describes vectors. Small letters are extents that stay open, capitals are
// extents of the model, of which there is one for each value.
type row struct {
	name string
	// in lists operands: name=type[extents], then "!" for one that the model
	// stores, "<k" for integers below k, "=1,2" for these values.
	in string
	// nodes lists "Op operands > results attributes", separated by ";".
	nodes string
	// sizes lists values of letters, "C=8..12,16": the first is that of all
	// vectors that vary another letter. Letters that are not named have those
	// of usual.
	sizes string
	sums  bool                    // the model of the usual extents adds up floats, in a local
	build func(m *onnxtest.Model) // adds what a line cannot say
}

// usual are the extents of a letter: 1 to 17 (open extents are not 0), and as
// many beyond a block.
const usual = "5,1..17,520..537"

// All yields the vectors: of every row and type, with all extents if full, else with some.
func All(full bool) iter.Seq[Vector] {
	return func(yield func(Vector) bool) {
		for _, r := range rows() {
			for _, v := range r.vectors(full) {
				if !yield(v) {
					return
				}
			}
		}
	}
}

func (r *row) letters() []byte {
	var found []byte
	inside := false
	for i := range len(r.in) {
		c := r.in[i]
		inside = c == '[' || inside && c != ']'
		if inside && (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z') && bytes.IndexByte(found, c) < 0 {
			found = append(found, c)
		}
	}
	return found
}

// values are the extents of a letter, the usual one first.
func (r *row) values(letter byte, full bool) []int64 {
	list := usual
	for _, f := range strings.Fields(r.sizes) {
		if f[0] == letter {
			list = f[2:]
		}
	}
	var out []int64
	for part := range strings.SplitSeq(list, ",") {
		a, b, isRange := strings.Cut(part, "..")
		if !isRange {
			b = a
		}
		from, to := number(a), number(b)
		for v := from; v <= to; v++ {
			// Some: around the width of a vector and its multiples.
			if few := v < from+2 || v == to || (v-from)%8 == 5; full || few {
				out = append(out, v)
			}
		}
	}
	return out
}

func number(s string) int64 {
	v, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		panic("vectors: " + err.Error())
	}
	return v
}

// vectors makes a model for each value of the capitals.
func (r *row) vectors(full bool) []Vector {
	base := map[byte]int64{}
	var open, baked []byte
	for _, c := range r.letters() {
		base[c] = r.values(c, full)[0]
		if c >= 'a' {
			open = append(open, c)
		} else {
			baked = append(baked, c)
		}
	}
	with := func(c byte, v int64) map[byte]int64 {
		m := map[byte]int64{}
		for k, x := range base {
			m[k] = x
		}
		if c != 0 {
			m[c] = v
		}
		return m
	}
	models := []map[byte]int64{with(0, 0)}
	for _, c := range baked {
		for _, v := range r.values(c, full)[1:] {
			models = append(models, with(c, v))
		}
	}
	var out []Vector
	for i, sizes := range models {
		v := Vector{Name: r.name, Model: r.model(sizes), Sums: r.sums && i == 0}
		for _, c := range baked {
			v.Name += fmt.Sprintf(" %c=%d", c, sizes[c])
		}
		at := func(sizes map[byte]int64) {
			name := ""
			for _, c := range open {
				name += fmt.Sprintf("%c=%d ", c, sizes[c])
			}
			for _, f := range fills {
				v.Runs = append(v.Runs, Run{name + f.name, r.inputs(sizes, f)})
			}
		}
		at(sizes)
		if i == 0 || full { // of other models some open extents, or there would be too many pairs
			for _, c := range open {
				for _, x := range r.values(c, full && i == 0)[1:] {
					more := map[byte]int64{}
					for k, y := range sizes {
						more[k] = y
					}
					more[c] = x
					at(more)
				}
			}
		}
		out = append(out, v)
	}
	return out
}

// operand is an entry of row.in.
type operand struct {
	name   string
	typ    graph.Type
	dims   []string
	stored bool
	below  int64    // 0: any bits
	values []string // nil: of a fill
}

func (r *row) operands() []operand {
	var all []operand
	for _, f := range strings.Fields(r.in) {
		name, rest, _ := strings.Cut(f, "=")
		typ, rest, ok := strings.Cut(rest, "[")
		dims, rest, closed := strings.Cut(rest, "]")
		if !ok || !closed {
			panic("vectors: operand " + f)
		}
		o := operand{name: name, typ: typeNamed(typ)}
		if dims != "" {
			o.dims = strings.Split(dims, ",")
		}
		rest, o.stored = strings.CutPrefix(rest, "!")
		if v, ok := strings.CutPrefix(rest, "<"); ok {
			o.below = number(v)
		} else if v, ok := strings.CutPrefix(rest, "="); ok {
			o.values = strings.Split(v, ",")
			o.stored = true
		}
		all = append(all, o)
	}
	return all
}

func typeNamed(s string) graph.Type {
	for t := range graph.Type(32) {
		if t.Size() > 0 && t.String() == s {
			return t
		}
	}
	panic("vectors: type " + s)
}

// extent evaluates an extent: a number, a letter, or a number of times a letter.
func extent(s string, sizes map[byte]int64) int64 {
	last := s[len(s)-1]
	v, isLetter := sizes[last]
	switch {
	case !isLetter:
		return number(s)
	case len(s) == 1:
		return v
	}
	return number(s[:len(s)-1]) * v
}

func (o *operand) tensor(sizes map[byte]int64, f fill) run.Tensor {
	t := run.Tensor{Type: o.typ, Dims: []int64{}}
	n := int64(1)
	for _, d := range o.dims {
		v := extent(d, sizes)
		t.Dims = append(t.Dims, v)
		n *= v
	}
	if o.values != nil {
		for _, s := range o.values {
			var word [8]byte
			binary.LittleEndian.PutUint64(word[:], bitsOf(o.typ, s))
			t.Data = append(t.Data, word[:o.typ.Size()]...)
		}
		return t
	}
	row := n
	if len(t.Dims) > 0 {
		row = t.Dims[len(t.Dims)-1]
	}
	t.Data = f.bytes(o, int(n), int(row))
	return t
}

func (r *row) inputs(sizes map[byte]int64, f fill) map[string]run.Tensor {
	in := map[string]run.Tensor{}
	for _, o := range r.operands() {
		if !o.stored {
			in[o.name] = o.tensor(sizes, f)
		}
	}
	return in
}

// opset is one that has all operators.
const opset = 26

func (r *row) model(sizes map[byte]int64) []byte {
	m := onnxtest.New(opset).Opset("com.microsoft", 1)
	for _, o := range r.operands() {
		if o.stored {
			t := o.tensor(sizes, weights)
			m.Raw(o.name, onnx.DataType(o.typ), t.Dims, t.Data)
			continue
		}
		var dims []any
		for _, d := range o.dims {
			if d[0] >= 'a' {
				dims = append(dims, d)
			} else {
				dims = append(dims, int(extent(d, sizes)))
			}
		}
		m.Input(o.name, onnx.DataType(o.typ), dims...)
	}
	used := map[string]bool{}
	var results []string
	for i, line := range strings.Split(r.nodes, ";") {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		arrow := 0
		for words[arrow] != ">" {
			arrow++
		}
		var outs []string
		var attrs []*onnxtest.Message
		for _, w := range words[arrow+1:] {
			if name, v, ok := strings.Cut(w, "="); ok {
				attrs = append(attrs, attribute(name, v, sizes))
			} else {
				outs = append(outs, w)
			}
		}
		for _, in := range words[1:arrow] {
			used[in] = true
		}
		results = append(results, outs...)
		m.Node(words[0], "n"+strconv.Itoa(i), strings.Join(words[1:arrow], " "), strings.Join(outs, " "), attrs...)
	}
	for _, name := range results {
		if name != "-" && !used[name] {
			m.Output(name, 0)
		}
	}
	if r.build != nil {
		r.build(m)
	}
	return m.Bytes()
}

// attribute is an integer, a list [1,2], a float (with a point) or text.
func attribute(name, v string, sizes map[byte]int64) *onnxtest.Message {
	if list, ok := strings.CutPrefix(v, "["); ok {
		var ints []int64
		for s := range strings.SplitSeq(strings.TrimSuffix(list, "]"), ",") {
			ints = append(ints, extent(s, sizes))
		}
		return onnxtest.Ints(name, ints...)
	}
	if k, ok := sizes[v[0]]; ok && len(v) == 1 {
		return onnxtest.Int(name, k)
	}
	if strings.Contains(v, ".") {
		if f, err := strconv.ParseFloat(v, 32); err == nil {
			return onnxtest.Float(name, float32(f))
		}
	}
	if k, err := strconv.ParseInt(v, 10, 64); err == nil {
		return onnxtest.Int(name, k)
	}
	return onnxtest.Text(name, v)
}

// Compile compiles a vector's model.
func (v *Vector) Compile(o wasm.Options) (*wasm.Compiled, error) {
	return wasm.Compile(context.Background(), bytes.NewReader(v.Model), int64(len(v.Model)), o)
}

// Digests runs a module of the vector's model and returns, for each run, the
// digests of its outputs by name.
func (v *Vector) Digests(ctx context.Context, engine *run.Engine, module []byte) ([]map[string]string, error) {
	m, err := engine.Compile(ctx, module)
	if err != nil {
		return nil, err
	}
	defer m.Close(ctx)
	inst, err := m.Instantiate(ctx)
	if err != nil {
		return nil, err
	}
	defer inst.Close(ctx)
	if err := inst.Fill(ctx, run.File(bytes.NewReader(v.Model))); err != nil {
		return nil, err
	}
	var all []map[string]string
	for _, r := range v.Runs {
		got, err := inst.Run(ctx, r.Inputs)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.Name, err)
		}
		sums := map[string]string{}
		for name, t := range got {
			sums[name] = Digest(t)
		}
		all = append(all, sums)
	}
	return all, nil
}

// Digest is SHA-256 of a tensor's bytes in hex.
// Outputs have one NaN only, so nothing is left open.
func Digest(t run.Tensor) string {
	sum := sha256.Sum256(t.Data)
	return hex.EncodeToString(sum[:])
}

func decimal(v int64) string { return strconv.FormatInt(v, 10) }
