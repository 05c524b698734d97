package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/dehug/dehug/wasm"
	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/internal/onnxtest"
	"github.com/dehug/dehug/wasm/onnx"
	"github.com/dehug/dehug/wasm/run"
)

func floats(v ...float32) run.Tensor {
	t := run.Tensor{Type: graph.Float32, Dims: []int64{int64(len(v))}}
	for _, f := range v {
		t.Data = binary.LittleEndian.AppendUint32(t.Data, math.Float32bits(f))
	}
	return t
}

func integers(v ...int64) run.Tensor {
	t := run.Tensor{Type: graph.Int64, Dims: []int64{int64(len(v))}}
	for _, k := range v {
		t.Data = binary.LittleEndian.AppendUint64(t.Data, uint64(k))
	}
	return t
}

// writeSuite writes a suite of one case, node/test_one.
func writeSuite(t *testing.T, model *onnxtest.Model, inputs, outputs []run.Tensor) string {
	t.Helper()
	data := t.TempDir()
	set := filepath.Join(data, "node/test_one/test_data_set_0")
	if err := os.MkdirAll(set, 0o755); err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{filepath.Join(data, "node/test_one/model.onnx"): model.Bytes()}
	for k, x := range inputs {
		files[filepath.Join(set, "input_"+string(rune('0'+k))+".pb")] = encodeTensor(x)
	}
	for k, x := range outputs {
		files[filepath.Join(set, "output_"+string(rune('0'+k))+".pb")] = encodeTensor(x)
	}
	for path, b := range files {
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return data
}

var one = backendCase{kind: "node", name: "test_one", group: "core"}

// askGo is an oracle that a Go function answers for: its result for the input files is output 0.
func askGo(t *testing.T, f func(inputs []run.Tensor) run.Tensor) *oracle {
	return &oracle{dir: t.TempDir(), ask: func(q question) (answer, error) {
		var in []run.Tensor
		for _, path := range q.Files {
			b, err := os.ReadFile(path)
			if err != nil {
				return answer{}, err
			}
			x, err := readTensor(context.Background(), b)
			if err != nil {
				return answer{}, err
			}
			in = append(in, x)
		}
		return answer{By: "a function"}, os.WriteFile(q.Out+"0.pb", encodeTensor(f(in)), 0o600)
	}}
}

func reshapeModel() *onnxtest.Model {
	m := onnxtest.New(13).Input("x", onnx.Float, 4).Input("s", onnx.Int64, 1)
	return m.Node("Reshape", "r", "x s", "y").Output("y", onnx.Float)
}

func TestCaseWithPerturbedInput(t *testing.T) {
	data := writeSuite(t, reshapeModel(), []run.Tensor{floats(1, 2, 3, 4), integers(-1)}, []run.Tensor{floats(1, 2, 3, 4)})
	var seen []run.Tensor
	ask := askGo(t, func(in []run.Tensor) run.Tensor { seen = in; return in[0] })
	if r := (&suite{data: data}).runCase(context.Background(), one, ask); r.err != nil || r.note != "" {
		t.Fatalf("got %v, %q", r.err, r.note)
	}
	if reflect.DeepEqual(seen[0], floats(1, 2, 3, 4)) {
		t.Error("the input was not changed")
	}
	if !reflect.DeepEqual(seen[1], integers(-1)) {
		t.Error("an input with a shape role was changed")
	}
}

// TestRefuseResultsOfTheFile compiles a case for the value of an input of
// floats, as a compiler would that computed results from what it was shown.
func TestRefuseResultsOfTheFile(t *testing.T) {
	ctx := context.Background()
	m := onnxtest.New(13).Input("x", onnx.Float, 4).Node("Neg", "n", "x", "y").Output("y", onnx.Float)
	data := writeSuite(t, m, []run.Tensor{floats(1, 2, 3, 4)}, []run.Tensor{floats(-1, -2, -3, -4)})
	dir := filepath.Join(data, "node/test_one/test_data_set_0")
	set, err := loadSet(ctx, m.Bytes(), dir)
	if err != nil {
		t.Fatal(err)
	}
	x := floats(1, 2, 3, 4)
	set.values["x"] = graph.KnownValue{Type: x.Type, Dims: x.Dims, Data: x.Data}
	if err := set.compile(ctx, wasm.Options{}); err != nil {
		t.Fatal(err)
	}
	engine := run.NewEngine(ctx, run.Options{})
	defer engine.Close(ctx)
	if err := set.check(ctx, engine); err != nil {
		t.Fatalf("on the file's own input: %v", err)
	}
	_, err = set.checkPerturbed(ctx, engine, askGo(t, func(in []run.Tensor) run.Tensor {
		for i := range len(in[0].Data) / 4 {
			in[0].Data[4*i+3] ^= 0x80
		}
		return in[0]
	}), "", dir)
	if err == nil || !strings.Contains(err.Error(), "perturbed") {
		t.Errorf("got %v", err)
	}
}

func TestRefuseFoldedFloats(t *testing.T) {
	ctx := context.Background()
	m := onnxtest.New(13).Input("x", onnx.Float, 1).Node("Neg", "n", "x", "y").Output("y", onnx.Float)
	dir := filepath.Join(writeSuite(t, m, []run.Tensor{floats(1)}, []run.Tensor{floats(-1)}), "node/test_one/test_data_set_0")
	set, err := loadSet(ctx, m.Bytes(), dir)
	if err != nil {
		t.Fatal(err)
	}
	g, err := load(ctx, set.model, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := set.checkComputed(g); err != nil {
		t.Error(err)
	}
	g.Outputs[0].Const = &graph.Const{Data: floats(-1).Data} // what folding would leave
	if err := set.checkComputed(g); err == nil {
		t.Error("an output that is a computed constant was accepted")
	}
}

func TestRefuseReadingData(t *testing.T) {
	m := onnxtest.New(13).Input("x", onnx.Float, 4).Input("s", onnx.Int64, 1).Input("k", onnx.Int64, 1).Input("z", onnx.Float, 2, "n")
	m.Node("Add", "a", "s k", "sk").Node("Shape", "sh", "z", "zs").Node("Gather", "g", "zs zero", "d").Int64s("zero", 0)
	m.Node("Mul", "m", "sk d", "t").Node("Reshape", "r", "x t", "y").Output("y", onnx.Float)
	model, err := onnx.Skim(context.Background(), bytes.NewReader(m.Bytes()), int64(len(m.Bytes())), onnx.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	for input, allowed := range map[string]bool{"x": false, "s": true, "k": true, "z": false} {
		if err := checkRead(model.Graph, input); (err == nil) != allowed {
			t.Errorf("%s: got %v, allowed is %v", input, err, allowed)
		}
	}
}

func TestPerturb(t *testing.T) {
	inf := float32(math.Inf(1))
	got, changed := perturb(floats(1, -2, inf, 0))
	if want := floats(inf, 0, 0.96875, -1.9375); !changed || !reflect.DeepEqual(got, want) {
		t.Errorf("got %x, want %x", got.Data, want.Data)
	}
	index := integers(0, 5, 1, 7)
	index.Dims = []int64{2, 2}
	got, changed = perturb(index)
	if want := integers(1, 7, 0, 5).Data; !changed || !bytes.Equal(got.Data, want) {
		t.Errorf("got %x, want %x", got.Data, want)
	}
	for _, same := range []run.Tensor{integers(3), integers(2, 2), integers()} {
		if _, changed := perturb(same); changed {
			t.Errorf("%v changed", same)
		}
	}
}

func TestLists(t *testing.T) {
	dir := t.TempDir()
	before := lists{passing: []string{"node/a", "node/b"}, failing: map[string]string{"node/c": "no"}, notes: map[string]string{"node/b": "why"}}
	if err := before.write(dir, true); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		now  lists
		want string // in the error; "" is none
	}{
		{"the same", before, ""},
		{"better", lists{passing: []string{"node/a", "node/b", "node/c"}}, ""},
		{"lost", lists{passing: []string{"node/a"}, failing: map[string]string{"node/b": "broken"}}, "node/b passed before: broken"},
		{"unlisted", lists{failing: map[string]string{"node/d": "new"}}, "node/d fails and is in no list"},
		{"no longer compared", lists{notes: map[string]string{"node/a": "gap"}}, "node/a was compared with onnxruntime before: gap"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := c.now.compare(dir, true, io.Discard)
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

// A case of the kind real says where its light model is; the suite's runner makes up the input.
func TestLightCase(t *testing.T) {
	data := t.TempDir()
	m := onnxtest.New(13).Input("x", onnx.Float, 2, "n").Node("Neg", "n", "x", "y").Output("y", onnx.Float)
	files := map[string][]byte{
		"real/test_one/data.json":     []byte(`{"url": "onnx/backend/test/data/light/light_one.onnx", "rtol": 0.002}`),
		"light/light_one.onnx":        m.Bytes(),
		"light/light_one_output_0.pb": encodeTensor(run.Tensor{Type: graph.Float32, Dims: []int64{2, 1}, Data: floats(0, -0.5).Data}),
		"real/test_two/data.json":     []byte(`{"url": "https://models.example/two.tar.gz"}`),
	}
	for name, b := range files {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(data, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(data, name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	ask := askGo(t, func(in []run.Tensor) run.Tensor {
		in[0].Data[3] ^= 0x80
		in[0].Data[7] ^= 0x80
		return in[0]
	})
	s := &suite{data: data}
	if r := s.runCase(context.Background(), backendCase{kind: "real", name: "test_one", group: "light"}, ask); r.err != nil || r.note != "" {
		t.Errorf("got %v, %q", r.err, r.note)
	}
	const want = "the model is elsewhere: https://models.example/two.tar.gz"
	if r := s.runCase(context.Background(), backendCase{kind: "real", name: "test_two"}, nil); r.err == nil || r.err.Error() != want {
		t.Errorf("got %v, want %s", r.err, want)
	}
}
