package lower_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"testing"

	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/kernel"
	"github.com/dehug/dehug/wasm/lower"
	"github.com/dehug/dehug/wasm/opt"
	"github.com/dehug/dehug/wasm/run"
)

func longs(v ...int64) []byte {
	var b []byte
	for _, k := range v {
		b = binary.LittleEndian.AppendUint64(b, uint64(k))
	}
	return b
}

func counting(dims ...int64) run.Tensor {
	n := int64(1)
	for _, d := range dims {
		n *= d
	}
	var v []int64
	for i := range n {
		v = append(v, i)
	}
	return run.Tensor{Type: graph.Int64, Dims: dims, Data: longs(v...)}
}

// evaluate compiles a graph text for both profiles and runs it on x.
func evaluate(t *testing.T, text string, x run.Tensor) (map[string]run.Tensor, error) {
	t.Helper()
	ctx := context.Background()
	engine := run.NewEngine(ctx, run.Options{})
	defer engine.Close(ctx)
	var got map[string]run.Tensor
	for _, p := range []kernel.Profile{kernel.V8, kernel.Wazero} {
		g, err := graph.Parse(text)
		if err == nil {
			err = graph.Check(g)
		}
		if err == nil {
			err = opt.Run(g)
		}
		if err != nil {
			t.Fatal(err)
		}
		plan, err := lower.Lower(g, lower.Options{Profile: p})
		if err != nil {
			return nil, err
		}
		m, err := engine.Compile(ctx, plan.Module)
		if err != nil {
			t.Fatal(err)
		}
		inst, err := m.Instantiate(ctx)
		if err != nil {
			t.Fatal(err)
		}
		defer inst.Close(ctx)
		if err := inst.Fill(ctx, nil); err != nil {
			t.Fatal(err)
		}
		if got, err = inst.Run(ctx, map[string]run.Tensor{"x": x}); err != nil {
			return nil, err
		}
	}
	return got, nil
}

// TestMovement runs small graphs with open extents on 0, 1, 2, ….
func TestMovement(t *testing.T) {
	for _, c := range []struct {
		name, text string
		dims       []int64
		want       []int64
		shape      string
	}{
		{"backwards", `input x i64[n,3]
			const s i64[1] = [-1]
			const e i64[1] = [-9223372036854775808]
			const a i64[1] = [0]
			y i64[n,3] = Slice(x, s, e, a, s)
			output y`, []int64{2, 3}, []int64{3, 4, 5, 0, 1, 2}, "[2 3]"},
		{"every second of the middle", `input x i64[n,4]
			const s i64[2] = [1,1]
			const e i64[2] = [-1,3]
			const a i64[2] = [0,1]
			const k i64[2] = [1,2]
			v i64[n + -2,1] = Slice(x, s, e, a, k)
			y i64[1,n + -2] = Transpose(v) {perm=[1,0]}
			output y`, []int64{4, 4}, []int64{5, 9}, "[1 2]"},
		{"parts", `input x i64[2,n]
			const k i64[1] = [1]
			a i64[2,n/2], b i64[2,n/2] = Split(x) {axis=1, num_outputs=2}
			y i64[2,n/2] = Add(b, a)
			output y`, []int64{2, 4}, []int64{2, 4, 10, 12}, "[2 2]"},
		{"repeated", `input x i64[n]
			const r i64[1] = [2]
			const s i64[2] = [2,1]
			t i64[2*n] = Tile(x, r)
			y i64[2,2*n] = Expand(t, s)
			output y`, []int64{2}, []int64{0, 1, 0, 1, 0, 1, 0, 1}, "[2 4]"},
		{"reflected", `input x i64[2,n]
			const p i64[4] = [0,2,1,1]
			y i64[3,n + 3] = Pad(x, p) {mode="reflect"}
			output y`, []int64{2, 3}, []int64{2, 1, 0, 1, 2, 1, 5, 4, 3, 4, 5, 4, 2, 1, 0, 1, 2, 1}, "[3 6]"},
		{"wrapped", `input x i64[n]
			const p i64[2] = [2,1]
			y i64[n + 3] = Pad(x, p) {mode="wrap"}
			output y`, []int64{3}, []int64{1, 2, 0, 1, 2, 0}, "[6]"},
		{"cut and padded", `input x i64[n]
			const p i64[2] = [-1,2]
			const v i64[] = [9]
			y i64[n + 1] = Pad(x, p, v) {mode="constant"}
			output y`, []int64{3}, []int64{1, 2, 9, 9}, "[4]"},
		{"computed target", `input x i64[n,m]
			const i i64[] = [0]
			const o i64[1] = [-1]
			const a i64[1] = [0]
			s i64[2] = Shape(x) {end=2, start=0}
			b i64[] = Gather(s, i) {axis=0}
			u i64[1] = Unsqueeze(b) {axes=[0]}
			c i64[2] = Concat(o, u) {axis=0}
			y i64[m,n] = Reshape(x, c) {allowzero=0}
			output y`, []int64{2, 3}, []int64{0, 1, 2, 3, 4, 5}, "[3 2]"},
		{"where it is not zero", `input x i64[n,m]
			p i64[2,"#c"] = NonZero(x) {count="#c"}
			t i64["#c",2] = Transpose(p) {perm=[1,0]}
			g i64["#c"] = GatherND(x, t) {batch_dims=0}
			y i64["#c"] = Add(g, g)
			output y`, []int64{2, 3}, []int64{2, 4, 6, 8, 10}, "[5]"},
		{"how many are not zero", `input x i64[n]
			p i64[1,"#c"] = NonZero(x) {count="#c"}
			y i64[2] = Shape(p) {end=2, start=0}
			output y`, []int64{4}, []int64{1, 3}, "[2]"},
		{"none is not zero", `input x i64[n]
			p i64[1,"#c"] = NonZero(x) {count="#c"}
			y i64["#c",1] = Transpose(p) {perm=[1,0]}
			output y`, []int64{1}, nil, "[0 1]"},
		{"scattered", `input x i64[n]
			const i i64[3] = [0,-1,0]
			const u i64[3] = [10,20,30]
			y i64[n] = ScatterElements(x, i, u) {axis=0, reduction="add"}
			output y`, []int64{4}, []int64{40, 1, 2, 23}, "[4]"},
		{"to depth", `input x i64[1,n,2,2]
			y i64[1,4*n,1,1] = SpaceToDepth(x) {blocksize=2}
			output y`, []int64{1, 2, 2, 2}, []int64{0, 4, 1, 5, 2, 6, 3, 7}, "[1 8 1 1]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := evaluate(t, c.text, counting(c.dims...))
			if err != nil {
				t.Fatal(err)
			}
			if y := got["y"]; fmt.Sprint(y.Dims) != c.shape || string(y.Data) != string(longs(c.want...)) {
				t.Errorf("got %v %x, want %s %x", y.Dims, y.Data, c.shape, longs(c.want...))
			}
		})
	}
}

// TestRefuseSlice: a slice that would be clamped needs another module.
func TestRefuseSlice(t *testing.T) {
	_, err := evaluate(t, `input x i64[n]
		const s i64[1] = [0]
		const e i64[1] = [5]
		y i64[5] = Slice(x, s, e)
		output y`, counting(3))
	var status run.Status
	if !errors.As(err, &status) || status != 2 {
		t.Errorf("got %v, want status 2", err)
	}
}
