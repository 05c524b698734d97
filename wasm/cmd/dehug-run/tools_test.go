package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/internal/onnxtest"
	"github.com/dehug/dehug/wasm/onnx"
	"github.com/dehug/dehug/wasm/run"
)

// execute runs the command line and returns what it wrote to standard output.
func execute(t *testing.T, args ...string) (string, error) {
	t.Helper()
	cmd := command()
	var out bytes.Buffer
	cmd.SetOut(&out)
	cmd.SetErr(&out)
	cmd.SetArgs(args)
	err := cmd.ExecuteContext(t.Context())
	return out.String(), err
}

func writeModel(t *testing.T, m *onnxtest.Model) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "model.onnx")
	if err := os.WriteFile(path, m.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// productModel is y = Relu(x·w + b) for any number of rows of 8.
func productModel() *onnxtest.Model {
	m := onnxtest.New(13).Input("x", onnx.Float, "n", 8)
	m.Floats("w", []int64{8, 4}, make([]float32, 32)...).Floats("b", []int64{4}, 1, -1, 2, -2)
	return m.Node("MatMul", "product", "x w", "p").Node("Add", "sum", "p b", "s").Node("Relu", "relu", "s", "y").Output("y", onnx.Float)
}

func mustMatch(t *testing.T, got string, patterns ...string) {
	t.Helper()
	for _, p := range patterns {
		if !regexp.MustCompile(`(?m)` + p).MatchString(got) {
			t.Errorf("no line matches %q in\n%s", p, got)
		}
	}
}

func TestCheckModel(t *testing.T) {
	path := writeModel(t, productModel())
	out, err := execute(t, "check", path, "--dims", "n=1000")
	if err != nil {
		t.Fatal(err)
	}
	mustMatch(t, out, `^opset     13 ai.onnx$`, `^input     "x" f32\[n,8\]$`, `^nodes        1 MatMul\+Relu$`, `^memory    [\d.]+ MiB$`, `^work      0.032 million multiply-adds with n=1000$`, `\nruns      yes\n$`)
}

func TestRefuseCheck(t *testing.T) {
	m := productModel().Node("Fourier", "f17", "y", "z").Node("Laplace", "l18", "z", "v").Output("v", onnx.Float)
	out, err := execute(t, "check", writeModel(t, m))
	if err == nil || !strings.Contains(err.Error(), "2 nodes have operators that are not supported: Fourier, Laplace") {
		t.Errorf("got %v", err)
	}
	mustMatch(t, out, `^missing   node 3 "f17": Fourier of opset 13$`, `^missing   node 4 "l18": Laplace`, `\nruns      no\n$`)
	if _, err := execute(t, "check", writeModel(t, productModel()), "--dims", "m=2"); err == nil || !strings.Contains(err.Error(), `["n"]`) {
		t.Errorf("an extent that the model lacks: got %v", err)
	}
}

func TestBench(t *testing.T) {
	out, err := execute(t, "bench", writeModel(t, productModel()), "--dims", "n=5", "--runs", "4")
	if err != nil {
		t.Fatal(err)
	}
	mustMatch(t, out, `^input     "x" f32\[5 8\]$`, `^run       \S+ median of 4 \(.*\), [\d.]+ GFLOP/s$`)
}

func TestExplain(t *testing.T) {
	path := writeModel(t, productModel())
	for _, flags := range [][]string{nil, {"--time", "--dims", "n=3"}} {
		out, err := execute(t, append([]string{"explain", path}, flags...)...)
		if err != nil {
			t.Fatal(err)
		}
		mustMatch(t, out, `^nodes +3 in the file`, `^fused +1 MatMul \+ bias \+ Relu$`, `^weights   0.00 MiB as stored, in 2 tensors`, `^step +0 `, `^kernel +1 `)
		if flags != nil {
			mustMatch(t, out, `^all +\d+ .*100.0 %$`)
		}
	}
}

// TestRunFiles feeds a model from each kind of file and reads what it wrote.
func TestRunFiles(t *testing.T) {
	model := writeModel(t, productModel())
	dir := t.TempDir()
	x := run.Tensor{Type: graph.Float32, Dims: []int64{1, 8}, Data: make([]byte, 32)}
	npz, err := encodeNPZ([]named{{"x", x}})
	if err != nil {
		t.Fatal(err)
	}
	npy, err := encodeNPY(x)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"outputs":[{"name":"y","shape":[1,4],"datatype":"FP32","data":[1,0,2,0]}]}` + "\n"
	for name, b := range map[string][]byte{
		"x.npy": npy, "x.npz": npz,
		"x.json": []byte(`{"inputs":[{"name":"x","shape":[1,8],"datatype":"FP32","data":[0,0,0,0,0,0,0,0.0]}]}`),
	} {
		in, out := filepath.Join(dir, name), filepath.Join(dir, "out.json")
		if err := os.WriteFile(in, b, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := execute(t, "run", model, "--input", in, "--output", out); err != nil {
			t.Fatal(name, err)
		}
		if got, _ := os.ReadFile(out); string(got) != want {
			t.Errorf("%s: got %s want %s", name, got, want)
		}
	}
	out, err := execute(t, "run", model, "--input", filepath.Join(dir, "x.npz"), "--digests")
	if sum := fmt.Sprintf("%x\ty\n", sha256.Sum256(floats(1, 0, 2, 0).Data)); err != nil || out != sum {
		t.Errorf("got %q, %v, want %q", out, err, sum)
	}
	back := filepath.Join(dir, "out.npz")
	if _, err := execute(t, "run", model, "--input", filepath.Join(dir, "x.npz"), "--output", back); err != nil {
		t.Fatal(err)
	}
	got, err := readTensorFile(back)
	if err != nil || len(got) != 1 || got[0].name != "y" || !bytes.Equal(got[0].tensor.Data, floats(1, 0, 2, 0).Data) {
		t.Errorf("got %v, %v", got, err)
	}
}

// TestJSONRoundTrip: what encodeJSON writes as outputs, decodeJSON reads as inputs.
func TestJSONRoundTrip(t *testing.T) {
	special := floats(1.5, float32(math.Inf(1)), float32(math.Inf(-1)), 0.1)
	list := []named{
		{"f", special}, {"k", integers(-1, math.MaxInt64, math.MinInt64)},
		{"b", run.Tensor{Type: graph.Bool, Dims: []int64{2}, Data: []byte{1, 0}}},
		{"u", run.Tensor{Type: graph.Uint64, Dims: []int64{}, Data: bytes.Repeat([]byte{255}, 8)}},
		{"i8", run.Tensor{Type: graph.Int8, Dims: []int64{2}, Data: []byte{128, 127}}},
	}
	b, err := encodeJSON(list)
	if err != nil {
		t.Fatal(err)
	}
	got, err := decodeJSON(bytes.Replace(b, []byte("outputs"), []byte("inputs"), 1))
	if err != nil || !reflect.DeepEqual(got, list) {
		t.Errorf("got %v, %v, want %v", got, err, list)
	}
}

func TestRefuseTensorFiles(t *testing.T) {
	tensor := func(s string) []byte { return []byte(`{"inputs":[{"name":"x",` + s + `}]}`) }
	for name, b := range map[string][]byte{
		"no JSON":              []byte("x"),
		"another document":     []byte(`{"instances":[1]}`),
		"unknown type":         tensor(`"shape":[1],"datatype":"FP8","data":[1]`),
		"too few elements":     tensor(`"shape":[2],"datatype":"FP32","data":[1]`),
		"negative extent":      tensor(`"shape":[-1],"datatype":"FP32","data":[1]`),
		"extents that wrap":    tensor(`"shape":[4294967296,4294967296],"datatype":"FP32","data":[]`),
		"a number too large":   tensor(`"shape":[1],"datatype":"UINT8","data":[256]`),
		"a fraction":           tensor(`"shape":[1],"datatype":"INT32","data":[1.5]`),
		"text where numbers":   tensor(`"shape":[1],"datatype":"FP32","data":["one"]`),
		"a number for a truth": tensor(`"shape":[1],"datatype":"BOOL","data":[2]`),
	} {
		if got, err := decodeJSON(b); err == nil {
			t.Errorf("%s: got %v, want an error", name, got)
		}
	}
	if _, err := decodeNPZ([]byte("no archive")); err == nil {
		t.Error("not a zip file: no error")
	}
}

// TestHelp: every command says what it is for, and shows how it is called.
func TestHelp(t *testing.T) {
	for _, c := range command().Commands() {
		if c.Name() == "help" || c.Name() == "completion" {
			continue
		}
		if c.Short == "" || len(c.Long) < 100 || c.Name() != "compile" && !strings.Contains(c.Example, "dehug-run "+c.Name()) {
			t.Errorf("%s: its help teaches too little", c.Name())
		}
	}
}
