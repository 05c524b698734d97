package wasm_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/dehug/dehug/wasm"
	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/internal/onnxtest"
	"github.com/dehug/dehug/wasm/kernel"
	"github.com/dehug/dehug/wasm/onnx"
	"github.com/dehug/dehug/wasm/run"
)

// session compiles a model for sessions.
func session(t *testing.T, file []byte, o wasm.Options) *run.Instance {
	t.Helper()
	ctx := context.Background()
	o.Session, o.Profile = true, kernel.Wazero
	c, err := wasm.Compile(ctx, bytes.NewReader(file), int64(len(file)), o)
	if err != nil {
		t.Fatal(err)
	}
	e := run.NewEngine(ctx, run.Options{})
	t.Cleanup(func() { e.Close(ctx) })
	m, err := e.Compile(ctx, c.Module)
	if err != nil {
		t.Fatal(err)
	}
	inst, err := m.Instantiate(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := inst.Fill(ctx, run.File(bytes.NewReader(file))); err != nil {
		t.Fatal(err)
	}
	return inst
}

// decoder generates tokens with one of the models of testdata/decoder.
type decoder struct {
	inst   *run.Instance
	masked bool // attention_mask is an input
	seen   int
}

// next feeds tokens and returns the likeliest one that follows.
func (d *decoder) next(tokens ...int64) (int64, error) {
	d.seen += len(tokens)
	ids := integers(tokens...)
	ids.Dims = []int64{1, int64(len(tokens))}
	in := tensors{"input_ids": ids}
	if d.masked {
		mask := integers(slices.Repeat([]int64{1}, d.seen)...)
		mask.Dims = []int64{1, int64(d.seen)}
		in["attention_mask"] = mask
	}
	out, err := d.inst.Run(context.Background(), in)
	if err != nil {
		return 0, err
	}
	logits := out["logits"]
	row := logits.Data[len(logits.Data)-4*int(logits.Dims[2]):]
	best, at := math.Inf(-1), int64(0)
	for i := range int(logits.Dims[2]) {
		if x := float64(math.Float32frombits(binary.LittleEndian.Uint32(row[4*i:]))); x > best {
			best, at = x, int64(i)
		}
	}
	return at, nil
}

// TestDecoders: with a cache that stays in the module's memory the decoders of
// testdata/decoder generate onnxruntime's tokens. A session can go back, fork,
// start anew, and take several tokens at once; it ends where the cache does.
func TestDecoders(t *testing.T) {
	ctx := context.Background()
	for _, name := range []string{"decoder", "grouped"} {
		t.Run(name, func(t *testing.T) {
			file, err := os.ReadFile("testdata/decoder/" + name + ".onnx")
			if err != nil {
				t.Fatal(err)
			}
			skim, err := onnx.Skim(ctx, bytes.NewReader(file), int64(len(file)), onnx.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			var tokens []int64
			for _, x := range skim.Graph.Initializers {
				if x.Name == "tokens" {
					for ; len(x.Data) > 0; x.Data = x.Data[8:] {
						tokens = append(tokens, int64(binary.LittleEndian.Uint64(x.Data)))
					}
				}
			}
			const prompt = 5
			d := &decoder{inst: session(t, file, wasm.Options{Capacity: int64(len(tokens)) - 1}), masked: name == "grouped"}
			steps := func(d *decoder, feed []int64, rest []int64) {
				t.Helper()
				for i, want := range rest {
					got, err := d.next(feed...)
					if err != nil || got != want {
						t.Fatalf("token %d after %v is %d (%v), want %d", i, feed, got, err, want)
					}
					feed = []int64{got}
				}
			}
			steps(d, tokens[:prompt], tokens[prompt:prompt+4])
			saved, err := d.inst.Save(ctx)
			if err != nil {
				t.Fatal(err)
			}
			at := d.seen
			if n := saved.Length("#past_sequence_length"); n != int64(at) {
				t.Errorf("the cache has %d positions after %d tokens", n, at)
			}
			steps(d, tokens[at:at+1], tokens[at+1:])
			if _, err := d.next(1); !errors.Is(err, run.Status(22)) {
				t.Errorf("over the cache's capacity: got %v, want %v", err, run.Status(22))
			}
			fork := &decoder{inst: session(t, file, wasm.Options{Capacity: int64(len(tokens)) - 1}), masked: d.masked, seen: at}
			if err := fork.inst.Restore(ctx, saved); err != nil {
				t.Fatal(err)
			}
			steps(fork, tokens[at:at+3], tokens[at+3:])
			if err := d.inst.Reset(ctx); err != nil {
				t.Fatal(err)
			}
			d.seen = 0
			steps(d, tokens[:prompt+2], tokens[prompt+2:])
		})
	}
}

// TestStates: two states of fixed shape change places, and one is an output of
// what reads both.
func TestStates(t *testing.T) {
	m := onnxtest.New(16).Input("x", onnx.Float, 2).Input("h", onnx.Float, "b", 2).Input("c", onnx.Float, 1, 2).
		Node("Identity", "", "c", "hn").Node("Add", "", "h x", "cn").Node("Mul", "", "h c", "y").
		Output("y", onnx.Float).Output("hn", onnx.Float).Output("cn", onnx.Float)
	inst := session(t, m.Bytes(), wasm.Options{})
	for i, want := range []float32{0, 0, 1, 2, 4} { // h, c: 0, 0; 0, 1; 1, 1; 1, 2; 2, 2
		expect(t, inst, tensors{"x": vector(1, 1)}, tensors{"y": shaped([]int64{1, 2}, want, want)})
		if t.Failed() {
			t.Fatalf("run %d", i)
		}
	}
	if err := inst.Reset(context.Background()); err != nil {
		t.Fatal(err)
	}
	expect(t, inst, tensors{"x": vector(1, 1)}, tensors{"y": shaped([]int64{1, 2}, 0, 0)})
}

func TestRefuseStates(t *testing.T) {
	m := onnxtest.New(16).Input("x", onnx.Float, 2).Input("h", onnx.Float, 2).Node("Neg", "", "h", "hn").Output("hn", onnx.Float).
		Node("Concat", "", "x h", "wide", onnxtest.Int("axis", 0)).Output("wide", onnx.Float).Bytes()
	for _, c := range []struct {
		name   string
		states []graph.State
		want   string
	}{
		{"no input", []graph.State{{Input: "q", Output: "hn"}}, "not an input and an output"},
		{"no output", []graph.State{{Input: "h", Output: "q"}}, "not an input and an output"},
		{"twice", []graph.State{{Input: "h", Output: "hn"}, {Input: "x", Output: "hn"}}, "of one state"},
		{"shapes", []graph.State{{Input: "h", Output: "wide"}}, "shapes [2] and [4]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := wasm.Compile(context.Background(), bytes.NewReader(m), int64(len(m)), wasm.Options{Session: true, States: c.states})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}
