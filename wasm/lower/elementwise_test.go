package lower_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"math"
	"math/rand"
	"strings"
	"testing"

	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/kernel"
	"github.com/dehug/dehug/wasm/lower"
	"github.com/dehug/dehug/wasm/run"
)

// TestFusedChains runs graphs as they are and with every result kept, which
// keeps each operator a step of its own: not a bit may differ.
func TestFusedChains(t *testing.T) {
	for _, c := range []struct {
		name  string
		text  string
		steps []string // must be there when results are not kept
	}{
		{"picture", `
input x f32[2,6,5,7]
input b f32[6,1,1]
const three f32[] = 0x00004040
const six f32[] = 0x0000c040
const zero f32[] = 0x00000000
p f32[2,6,5,7] = MaxPool(x) {ceil_mode=0, dilations=[1,1], kernel_shape=[3,3], pads=[1,1,1,1], storage_order=0, strides=[1,1]}
a f32[2,6,5,7] = Add(p, three)
c f32[2,6,5,7] = Clip(a, zero, six)
m f32[2,6,5,7] = Mul(p, c)
d f32[2,6,5,7] = Div(m, six)
s f32[2,6,5,7] = Add(d, b)
l bool[2,6,5,7] = Less(s, zero)
w f32[2,6,5,7] = Where(l, s, p)
output w
`, []string{"Add+Clip+Mul+Div+Add.image", "Less+Where.image"}},
		{"one operand twice", `
input x f32[3,17]
a f32[3,17] = Tanh(x)
m f32[3,17] = Mul(a, a)
n f32[3,17] = Neg(m)
e f32[3,17] = Exp(n)
output e
`, []string{"Tanh+Mul+Neg+Exp"}},
		{"types", `
input x i32[5]
input h f16[2,5]
f f32[5] = Cast(x) {type="f32"}
s f32[5] = Sigmoid(f)
g f32[2,5] = Cast(h) {type="f32"}
m f32[2,5] = Mul(g, s)
r f16[2,5] = Cast(m) {type="f16"}
q f16[2,5] = Add(r, h)
z f16[2,5] = Neg(q)
w bool[2,5] = Less(z, h)
v bool[2,5] = Not(w)
o f16[2,5] = Where(v, z, q)
output o
`, []string{"Cast+Sigmoid", "Cast+Mul+Cast"}},
		{"what follows from constants", `
input x f32[1,2,3,3]
const q i8[3,2,1,1] = 0x7f80010203ff
const s f32[3,1,1,1] = 0x0000003f0000803f00000040
f f32[3,2,1,1] = Cast(q) {type="f32"}
w f32[3,2,1,1] = Mul(f, s)
y f32[1,3,3,3] = Conv(x, w) {dilations=[1,1], group=1, kernel_shape=[1,1], pads=[0,0,0,0], strides=[1,1]}
z f32[1,3,3,3] = Conv(x, w) {dilations=[1,1], group=1, kernel_shape=[1,1], pads=[0,0,0,0], strides=[1,1]}
a f32[1,3,3,3] = Add(y, z)
output a
`, []string{"Conv.gemm"}},
		{"quantised", `
input x f32[2,3,4,5]
const s f32[] = 0x0000403e
const t f32[1] = 0x0000803e
const z i8[] = 0xfd
q i8[2,3,4,5] = QuantizeLinear(x, s, z) {axis=1, block_size=0, type="i8"}
d f32[2,3,4,5] = DequantizeLinear(q, t, z) {axis=1, block_size=0}
n f32[2,3,4,5] = Neg(d)
r f32[2,3,4,5] = RoundLinear(n, s, z) {high=127, low=-128}
o u8[2,3,4,5] = QuantizeLinear(r, s) {axis=1, block_size=0, type="u8"}
output o
`, []string{"QuantizeLinear+DequantizeLinear+Neg+RoundLinear+QuantizeLinear"}},
		{"dynamic", `
input x f32[2,3,4,5]
const w u8[2,3,2,2] = 0x000102030405060708090a0b0c0d0e0f1011121314151617
const d i8[3,1,2,1] = 0x00f103040506
const m i8[5,2] = 0x00010203f4f506070809
const v u8[] = 0x55
const e i8[3] = 0x01fd00
const b f32[2,1,1] = 0x0000803f000000bf
q u8[2,3,4,5], s f32[], z u8[] = DynamicQuantizeLinear(x) {type="u8"}
i i32[2,2,4,5] = ConvInteger(q, w, z, v) {dilations=[1,1], group=1, kernel_shape=[2,2], pads=[1,0,0,1], strides=[1,1], type="i32"}
f f32[2,2,4,5] = Cast(i) {type="f32"}
g f32[2,2,4,5] = Mul(f, s)
c f32[2,2,4,5] = Add(g, b)
k f32[2,2,4,5] = ScaledConvInteger(q, w, z, v, s, b) {act="Relu", dilations=[1,1], group=1, kernel_shape=[2,2], pads=[1,0,0,1], strides=[1,1]}
j i32[2,3,3,5] = ConvInteger(q, d, z, e) {dilations=[1,1], group=3, kernel_shape=[2,1], pads=[0,0,0,0], strides=[1,1], type="i32"}
l i32[2,3,4,2] = MatMulInteger(q, m, z) {type="i32"}
n f32[2,3,4,2] = ScaledMatMulInteger(q, m, z, _, s) {}
r f32[2,3,4,5] = DequantizeLinear(q, s, z) {axis=1, block_size=0}
h f32[2,2,4,5] = Relu(c)
t f32[2,2,4,5] = Sub(h, k)
o f32[2,3,4,2] = Cast(l) {type="f32"}
p f32[2,3,4,2] = Mul(o, s)
a f32[2,3,4,2] = Sub(p, n)
y f32[2,3,3,5] = Cast(j) {type="f32"}
const sc f32[1,2] = 0x0000803e00004040
mf f32[5,2] = Cast(m) {type="f32"}
mw f32[5,2] = Mul(mf, sc)
mm f32[2,3,4,2] = MatMul(x, mw)
nm f32[2,3,4,2] = NarrowMatMul(x, m, sc)
u f32[2,3,4,2] = Sub(mm, nm)
output u
output y
output t
output a
output r
`, []string{"ScaledConvInteger", "ConvInteger", "ScaledMatMulInteger"}},
		{"static", `
input x f32[7,5]
const s f32[] = 0x0000803d
const z u8[] = 0x83
const m i8[5,2] = 0x00010203f4f506070809
const sc f32[2] = 0x0000803e00004040
const none f32[1] = 0x00000000
const b f32[5] = 0x000000000000807f000080ff0000003f0000c07f
v f32[7,5] = Div(x, none)
w f32[7,5] = Add(v, b)
l f32[7,5] = Log(x)
c f32[7,5] = Mul(l, b)
k f32[14,5] = Concat(w, c) {axis=0}
q u8[14,5] = QuantizeLinear(k, s, z) {axis=1, block_size=0, type="u8"}
n f32[14,2] = ScaledMatMulInteger(q, m, z, _, sc) {}
r u8[14,5] = QuantizeLinear(k, s, z) {axis=1, block_size=0, type="u8"}
i i32[14,2] = MatMulInteger(r, m, z) {type="i32"}
f f32[14,2] = Cast(i) {type="f32"}
g f32[14,2] = Mul(f, sc)
t f32[14,2] = Sub(g, n)
output t
output r
`, []string{"ScaledMatMulInteger.rows", "ScaledMatMulInteger"}},
		{"precision", `
input x f32[40]
a f32[40] = Add(x, x)
s f32[40] = Sin(a)
m f32[40] = Mul(s, x)
output m
`, []string{"Add", "Sin", "Mul"}},
	} {
		g, err := graph.Parse("graph \"" + c.name + "\"" + c.text)
		if err != nil {
			t.Fatal(err)
		}
		if err := graph.Check(g); err != nil {
			t.Fatal(err)
		}
		r := rand.New(rand.NewSource(1))
		inputs := map[string]run.Tensor{}
		for _, v := range g.Inputs {
			n, _ := v.Shape.Elements().IsConst()
			in := run.Tensor{Type: v.Type}
			for _, d := range v.Shape {
				k, _ := d.IsConst()
				in.Dims = append(in.Dims, k)
			}
			for range n {
				f := float32(r.NormFloat64() * 3)
				switch v.Type {
				case graph.Float32:
					in.Data = binary.LittleEndian.AppendUint32(in.Data, math.Float32bits(f))
				case graph.Int32:
					in.Data = binary.LittleEndian.AppendUint32(in.Data, uint32(int32(f)))
				case graph.Float16: // no NaN
					in.Data = binary.LittleEndian.AppendUint16(in.Data, uint16(r.Intn(1<<16))&0xbfff)
				}
			}
			inputs[v.Name] = in
		}
		ctx := context.Background()
		engine := run.NewEngine(ctx, run.Options{})
		defer engine.Close(ctx)
		var want []byte
		for _, profile := range []kernel.Profile{kernel.V8, kernel.Wazero} {
			for _, keep := range []bool{true, false} {
				plan, err := lower.Lower(g, lower.Options{Profile: profile, Intermediates: keep})
				if err != nil {
					t.Fatal(c.name, err)
				}
				m, err := engine.Compile(ctx, plan.Module)
				if err != nil {
					t.Fatal(c.name, err)
				}
				inst, err := m.Instantiate(ctx)
				if err != nil {
					t.Fatal(err)
				}
				if err := inst.Fill(ctx, run.File(bytes.NewReader(nil))); err != nil {
					t.Fatal(err)
				}
				out, err := inst.Run(ctx, inputs)
				if err != nil {
					t.Fatal(c.name, err)
				}
				var got []byte
				for _, v := range g.Outputs {
					got = append(got, out[v.Name].Data...)
					if (c.name == "dynamic" || c.name == "static") && len(v.Name) == 1 && strings.Contains("tau", v.Name) && len(bytes.Trim(out[v.Name].Data, "\x00")) > 0 {
						t.Errorf("scaled sums differ from sums that are scaled: %x", out[v.Name].Data)
					}
				}
				switch {
				case want == nil:
					want = got
				case !bytes.Equal(got, want):
					t.Errorf("%s, %s: %x, kept apart: %x", c.name, profile, got, want)
				}
				for _, s := range c.steps {
					if op := `"op":"` + s + `"`; !keep && !strings.Contains(string(plan.Module), op) {
						t.Errorf("%s: no step %s", c.name, op)
					}
				}
				inst.Close(ctx)
			}
		}
	}
}
