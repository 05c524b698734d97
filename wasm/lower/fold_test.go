package lower_test

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"math/rand"
	"strings"
	"testing"

	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/kernel"
	"github.com/dehug/dehug/wasm/lower"
	"github.com/dehug/dehug/wasm/run"
)

// TestFold runs convolutions, and transposed ones whose taps do not meet, with
// stored numbers behind them, and compares with the same of changed weights:
// biases and weights · z, biases + w, in the plan's order, then the products.
func TestFold(t *testing.T) {
	ctx := context.Background()
	e := run.NewEngine(ctx, run.Options{})
	defer e.Close(ctx)
	for _, c := range []struct {
		transposed bool
		c, oc      int
		groups     int
		kernel     [2]int
		bias       bool
		behind     string // n: BatchNormalization, m: Mul, a: Add of a number, v: Add of a vector, r: Relu
	}{
		{c: 5, oc: 11, groups: 1, kernel: [2]int{1, 1}, behind: "nr"}, {c: 3, oc: 4, groups: 1, kernel: [2]int{3, 2}, bias: true, behind: "ma"},
		{c: 6, oc: 6, groups: 6, kernel: [2]int{3, 3}, bias: true, behind: "nmar"}, {c: 6, oc: 10, groups: 2, kernel: [2]int{1, 3}, behind: "vn"},
		{c: 4, oc: 9, groups: 1, kernel: [2]int{1, 1}, behind: "avmr"},
		{true, 5, 1, 1, [2]int{2, 2}, true, "anr"}, {true, 3, 3, 1, [2]int{2, 3}, true, "vmr"}, {true, 4, 4, 1, [2]int{1, 2}, false, "nr"},
		{true, 6, 12, 1, [2]int{2, 2}, false, "vnr"}, {true, 2, 8, 1, [2]int{3, 1}, true, ""}, {true, 2, 2, 1, [2]int{2, 2}, false, "vr"},
	} {
		for _, symbolic := range []bool{false, true} {
			b := &builder{rng: rand.New(rand.NewSource(int64(c.oc))), consts: map[*graph.Value]tensor{}}
			dims := [4]int64{2, int64(c.c), 5, 7}
			x := &graph.Value{Name: "x", Type: graph.Float32, Shape: graph.Shape{graph.Num(2), graph.Num(dims[1]), graph.Num(5), graph.Num(7)}}
			if symbolic {
				x.Shape[2], x.Shape[3] = graph.Sym("H"), graph.Sym("W")
			}
			b.g = &graph.Graph{Inputs: []*graph.Value{x}}
			kh, kw := int64(c.kernel[0]), int64(c.kernel[1])
			op, wdims, strides := "Conv", []int{c.oc, c.c / c.groups}, []int64{1, 1}
			shape := graph.Shape{graph.Num(2), graph.Num(int64(c.oc)), outExtent(x.Shape[2], 0, kh, 1, 1), outExtent(x.Shape[3], 0, kw, 1, 1)}
			if c.transposed {
				op, wdims, strides = "ConvTranspose", []int{c.c, c.oc}, []int64{kh, kw}
				shape[2], shape[3] = graph.Mul(x.Shape[2], graph.Num(kh)), graph.Mul(x.Shape[3], graph.Num(kw))
			}
			w := b.constant(append(wdims, c.kernel[0], c.kernel[1])...)
			in := []*graph.Value{x, w, nil}
			bias := newTensor(c.oc)
			if c.bias {
				in[2] = b.constant(c.oc)
				copy(bias.data, b.consts[in[2]].data)
			}
			attrs := []graph.Attr{ints("dilations", 1, 1), integer("group", int64(c.groups)), ints("kernel_shape", kh, kw)}
			if c.transposed {
				attrs = append(attrs, ints("output_padding", 0, 0))
			}
			y := b.node(op, shape, append(attrs, ints("pads", 0, 0, 0, 0), ints("strides", strides...)), in...)
			changed := tensor{b.consts[w].dims, append([]float32{}, b.consts[w].data...)}
			scale := func(z func(oc int) float32) {
				for i := range bias.data {
					bias.data[i] *= z(i)
				}
				each(changed.dims, func(at []int, i int) {
					oc := at[0]
					if c.transposed {
						oc = at[1]
					}
					changed.data[i] *= z(oc)
				})
			}
			shift := func(w func(oc int) float32) {
				for i := range bias.data {
					bias.data[i] += w(i)
				}
			}
			number := func(v float32) *graph.Value {
				k := &graph.Value{Name: b.name("k"), Type: graph.Float32, Shape: graph.Shape{graph.Num(1)}, Const: &graph.Const{Data: bits(tensor{data: []float32{v}})}}
				b.g.Consts = append(b.g.Consts, k)
				return k
			}
			for _, what := range c.behind {
				switch what {
				case 'n':
					var p [4][]float32
					from := []*graph.Value{y}
					for i := range p {
						v := b.constant(c.oc)
						if i == 3 { // a variance is not negative; b.weights has it too
							for j, x := range b.consts[v].data {
								b.consts[v].data[j] = float32(math.Abs(float64(x)))
								b.weights[int(v.Const.Ref.Off)+4*j+3] &= 0x7f
							}
						}
						p[i], from = b.consts[v].data, append(from, v)
					}
					const epsilon = 1.0 / 1024
					y = b.node("BatchNormalization", shape, []graph.Attr{{Name: "epsilon", Kind: graph.AttrFloat, F: math.Float32bits(epsilon)}}, from...)
					z := func(oc int) float32 { return p[0][oc] / float32(math.Sqrt(float64(p[3][oc]+epsilon))) }
					scale(z)
					shift(func(oc int) float32 { return p[1][oc] - float32(p[2][oc]*z(oc)) })
				case 'm':
					y = b.node("Mul", shape, nil, number(0.3), y)
					scale(func(int) float32 { return 0.3 })
				case 'a':
					y = b.node("Add", shape, nil, y, number(-0.7))
					shift(func(int) float32 { return -0.7 })
				case 'v':
					v := b.constant(1, c.oc, 1, 1)
					y = b.node("Add", shape, nil, y, v)
					shift(func(oc int) float32 { return b.consts[v].data[oc] })
				case 'r':
					y = b.node("Relu", shape, nil, y)
				}
			}
			b.g.Outputs = []*graph.Value{y}
			input := newTensor(2, c.c, 5, 7)
			for i := range input.data {
				input.data[i] = b.float()
			}
			want := newTensor(evalShape(shape, map[string]int64{"H": 5, "W": 7})...)
			each(want.dims, func(at []int, i int) {
				sum := bias.data[at[1]]
				if c.transposed {
					for k := range c.c {
						product := float32(input.data[index(input.dims, []int{at[0], k, at[2] / c.kernel[0], at[3] / c.kernel[1]})] *
							changed.data[index(changed.dims, []int{k, at[1], at[2] % c.kernel[0], at[3] % c.kernel[1]})])
						sum = float32(sum + product)
					}
				} else {
					cg := c.c / c.groups
					for tap := range c.kernel[0] * c.kernel[1] {
						for k := range cg {
							ky, kx := tap/c.kernel[1], tap%c.kernel[1]
							product := float32(input.data[index(input.dims, []int{at[0], at[1]/(c.oc/c.groups)*cg + k, at[2] + ky, at[3] + kx})] *
								changed.data[index(changed.dims, []int{at[1], k, ky, kx})])
							sum = float32(sum + product)
						}
					}
				}
				want.data[i] = sum
			})
			if strings.Contains(c.behind, "r") {
				relu(want.data)
			}
			for _, profile := range []kernel.Profile{kernel.V8, kernel.Wazero} {
				t.Run(fmt.Sprintf("%+v/%v/%s", c, symbolic, profile), func(t *testing.T) {
					plan, err := lower.Lower(b.g, lower.Options{Profile: profile})
					if err != nil {
						t.Fatal(err)
					}
					if got := strings.Count(plan.Text, "before that of a weight") == 1; got != (strings.Trim(c.behind, "r") != "") {
						t.Errorf("the weights take something in: %v", got)
					}
					inst := filled(t, ctx, e, plan, b.weights)
					defer inst.Close(ctx)
					got, err := inst.Run(ctx, map[string]run.Tensor{"x": {Type: graph.Float32, Dims: dims[:], Data: bits(input)}})
					if err != nil {
						t.Fatal(err)
					}
					if w := bits(want); !bytes.Equal(got[y.Name].Data, w) {
						for i := 0; i < len(w); i += 4 {
							if !bytes.Equal(w[i:i+4], got[y.Name].Data[i:i+4]) {
								t.Fatalf("element %d: got bits %x, want %x\n%s", i/4, got[y.Name].Data[i:i+4], w[i:i+4], plan.Text)
							}
						}
					}
				})
			}
		}
	}
}
