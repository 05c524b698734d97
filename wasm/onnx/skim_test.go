package onnx_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/dehug/dehug/wasm/internal/hostile"
	"github.com/dehug/dehug/wasm/internal/onnxtest"
	"github.com/dehug/dehug/wasm/onnx"
)

func skim(file []byte, l onnx.Limits) (*onnx.Model, error) {
	return onnx.Skim(context.Background(), bytes.NewReader(file), int64(len(file)), l)
}

// payload returns a tensor's bytes, which it compares where they are both
// decoded and referred to.
func payload(t *testing.T, file []byte, x *onnx.Tensor) []byte {
	t.Helper()
	if x.Ref == nil {
		return x.Data
	}
	b := file[x.Ref.Off : x.Ref.Off+x.Ref.Len]
	if x.Data != nil && !bytes.Equal(x.Data, b) {
		t.Errorf("%s: decoded %x, in the file lies %x", x.Name, x.Data, b)
	}
	return b
}

func f32(v ...float32) (b []byte) {
	for _, x := range v {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	return b
}

func i64(v ...int64) (b []byte) {
	for _, x := range v {
		b = binary.LittleEndian.AppendUint64(b, uint64(x))
	}
	return b
}

func TestSkim(t *testing.T) {
	body := &onnxtest.Message{}
	body.Sub(1, onnxtest.Node("Add", "inner", "p q", "r"))
	m := onnxtest.New(13).Opset("ai.onnx.ml", 3)
	m.Text(2, "test").Text(3, "1.0")
	m.Input("x", onnx.Float, 1, "n", nil).Output("y", onnx.Float)
	m.Raw("raw", onnx.Float, []int64{2}, f32(1, -2))
	m.Node("Foo", "foo", "x - raw", "y z", onnxtest.Int("i", -3), onnxtest.Ints("l", 1, -1), onnxtest.Float("f", 0.5), onnxtest.Text("s", "hi"),
		onnxtest.TensorAttr("t", onnxtest.Int64Tensor("", 7)), onnxtest.GraphAttr("g", body))
	m.Node("ml::Bar", "bar", "y", "w")
	want := &onnx.Model{IRVersion: 8, Producer: "test", ProducerVersion: "1.0", Opsets: []onnx.Opset{{Version: 13}, {Domain: "ai.onnx.ml", Version: 3}},
		Graph: &onnx.Graph{Name: "g",
			Inputs: []onnx.ValueInfo{{Name: "x", Kind: onnx.TensorType, Type: onnx.Float, Ranked: true,
				Dims: []onnx.Dim{{Known: true, Value: 1}, {Param: "n"}, {}}}},
			Outputs:      []onnx.ValueInfo{{Name: "y", Kind: onnx.TensorType, Type: onnx.Float}},
			Initializers: []onnx.Tensor{{Name: "raw", Type: onnx.Float, Dims: []int64{2}, Data: f32(1, -2)}},
			Nodes: []onnx.Node{
				{Name: "foo", Op: "Foo", Inputs: []string{"x", "", "raw"}, Outputs: []string{"y", "z"}, Attrs: []onnx.Attr{
					{Name: "i", Kind: onnx.AttrInt, I: -3},
					{Name: "l", Kind: onnx.AttrInts, Ints: []int64{1, -1}},
					{Name: "f", Kind: onnx.AttrFloat, F: math.Float32bits(0.5)},
					{Name: "s", Kind: onnx.AttrString, S: "hi"},
					{Name: "t", Kind: onnx.AttrTensor, T: &onnx.Tensor{Type: onnx.Int64, Dims: []int64{1}, Data: i64(7)}},
					{Name: "g", Kind: onnx.AttrGraph, G: &onnx.Graph{Nodes: []onnx.Node{{Name: "inner", Op: "Add", Inputs: []string{"p", "q"}, Outputs: []string{"r"}}}}},
				}},
				{Name: "bar", Op: "Bar", Domain: "ml", Inputs: []string{"y"}, Outputs: []string{"w"}},
			}}}
	for _, descending := range []bool{false, true} { // descending: raw_data before dims, weights before nodes, opsets first
		file := m.Encode(descending)
		got, err := skim(file, onnx.Limits{})
		if err != nil {
			t.Fatalf("descending %v: %v", descending, err)
		}
		if off := got.Graph.Initializers[0].Ref.Off; !bytes.Equal(file[off:off+8], f32(1, -2)) {
			t.Errorf("descending %v: raw_data is not at byte %d", descending, off)
		}
		if whole := []onnx.Range{{Len: int64(len(file))}}; !reflect.DeepEqual(got.Reads, whole) {
			t.Errorf("descending %v: reads %v, want %v", descending, got.Reads, whole)
		}
		got.Graph.Initializers[0].Ref, got.Reads = nil, nil
		if !reflect.DeepEqual(got, want) {
			t.Errorf("descending %v:\ngot  %+v\nwant %+v", descending, got, want)
		}
	}
}

// TestSkimTensor decodes one tensor in each encoding that the format allows.
func TestSkimTensor(t *testing.T) {
	tensor := onnxtest.Tensor
	for _, c := range []struct {
		name string
		t    *onnxtest.Message
		want []byte
		ref  bool // stays in the file
	}{
		{"raw", tensor("w", onnx.Float, 2).Data(9, f32(1, 2)), f32(1, 2), true},
		{"raw scalar", tensor("w", onnx.Double).Data(9, i64(5)), i64(5), true},
		{"raw empty", tensor("w", onnx.Int64, 0).Data(9, nil), nil, true},
		{"float_data packed", tensor("w", onnx.Float, 2).Data(4, f32(1, 2)), f32(1, 2), true},
		{"float_data in two runs", tensor("w", onnx.Float, 3).Data(4, f32(1, 2)).Data(4, f32(3)), f32(1, 2, 3), false},
		{"float_data unpacked", tensor("w", onnx.Float, 2).Fixed32(4, math.Float32bits(1)).Fixed32(4, math.Float32bits(2)), f32(1, 2), false},
		{"float_data mixed", tensor("w", onnx.Float, 3).Data(4, f32(1, 2)).Fixed32(4, math.Float32bits(3)), f32(1, 2, 3), false},
		{"double_data", tensor("w", onnx.Double, 2).Data(10, i64(1, 2)), i64(1, 2), true},
		{"complex64", tensor("w", onnx.Complex64, 1).Data(4, f32(1, 2)), f32(1, 2), true},
		{"complex128 in two runs", tensor("w", onnx.Complex128, 1).Data(10, i64(1)).Data(10, i64(2)), i64(1, 2), false},
		{"int64_data", tensor("w", onnx.Int64, 2).Varint(7, 1).Varint(7, math.MaxUint64), i64(1, -1), false},
		{"int32_data", tensor("w", onnx.Int32, 2).Varint(5, 1).Varint(5, math.MaxUint64), []byte{1, 0, 0, 0, 255, 255, 255, 255}, false},
		{"int32_data of int8", tensor("w", onnx.Int8, 2).Data(5, []byte{1, 2}), []byte{1, 2}, false},
		{"int32_data of bool", tensor("w", onnx.Bool, 2).Data(5, []byte{1, 0}), []byte{1, 0}, false},
		{"int32_data of float16", tensor("w", onnx.Float16, 1).Varint(5, 0x3c00), []byte{0, 0x3c}, false},
		{"int32_data of int4", tensor("w", 22, 3).Data(5, []byte{0x21, 0x03}), []byte{0x21, 3}, false},
		{"uint64_data", tensor("w", onnx.Uint64, 1).Varint(11, 1<<63), i64(math.MinInt64), false},
		{"uint64_data of uint32", tensor("w", onnx.Uint32, 1).Varint(11, 7), []byte{7, 0, 0, 0}, false},
		{"no payload for no elements", tensor("w", onnx.Float, 0, 3), []byte{}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, descending := range []bool{false, true} {
				file := onnxtest.New(13).Initializer(c.t).Encode(descending)
				m, err := skim(file, onnx.Limits{})
				if err != nil {
					t.Fatal(err)
				}
				x := &m.Graph.Initializers[0]
				if got := payload(t, file, x); !bytes.Equal(got, c.want) || (x.Ref != nil) != c.ref {
					t.Errorf("descending %v: got %x, ref %v; want %x, ref %v", descending, got, x.Ref, c.want, c.ref)
				}
			}
		})
	}
}

// countingReader notes how many bytes are read.
type countingReader struct {
	io.ReaderAt
	n int64
}

func (r *countingReader) ReadAt(b []byte, off int64) (int, error) {
	r.n += int64(len(b))
	return r.ReaderAt.ReadAt(b, off)
}

// TestSkimLeavesWeights: weights cross the boundaries of verified chunks, and
// chunks that hold nothing but weights are not asked for.
func TestSkimLeavesWeights(t *testing.T) {
	const leaf = 1 << 20
	big := make([]byte, 5*leaf+12)
	for i := range big {
		big[i] = byte(i / 7)
	}
	inner := &onnxtest.Message{}
	inner.Sub(5, onnxtest.Tensor("inner", onnx.Uint8, int64(len(big))).Data(9, big))
	m := onnxtest.New(13)
	m.Raw("a", onnx.Float, []int64{int64(len(big) / 4)}, big)
	m.Node("Foo", "foo", "a", "y", onnxtest.GraphAttr("body", inner), onnxtest.TensorAttr("value", onnxtest.Tensor("", onnx.Float, int64(len(big)/4)).Data(4, big)))
	m.Int64s("shape", 1, 2)
	for _, descending := range []bool{false, true} {
		file := m.Encode(descending)
		r := &countingReader{ReaderAt: bytes.NewReader(file)}
		got, err := onnx.Skim(context.Background(), r, int64(len(file)), onnx.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		node := got.Graph.Nodes[0]
		for _, x := range []*onnx.Tensor{&got.Graph.Initializers[0], &node.Attrs[0].G.Initializers[0], node.Attrs[1].T} {
			if x.Data != nil || !bytes.Equal(payload(t, file, x), big) {
				t.Errorf("descending %v: %s: wrong bytes, or weights were read", descending, x.Name)
			}
		}
		if got := payload(t, file, &got.Graph.Initializers[1]); !bytes.Equal(got, i64(1, 2)) {
			t.Errorf("descending %v: shape holds %x", descending, got)
		}
		if r.n > 64<<10 {
			t.Errorf("descending %v: %d of %d bytes were read", descending, r.n, len(file))
		}
		leaves := map[int64]bool{}
		for i, x := range got.Reads {
			if i > 0 && got.Reads[i-1].Off+got.Reads[i-1].Len >= x.Off {
				t.Errorf("reads %v are not sorted and merged", got.Reads)
			}
			for l := x.Off / leaf; l <= (x.Off+x.Len-1)/leaf; l++ {
				leaves[l] = true
			}
		}
		if len(leaves) > 4 { // of 16
			t.Errorf("descending %v: leaves %v were asked for", descending, leaves)
		}
	}
}

func TestSkimExternalData(t *testing.T) {
	file := onnxtest.New(13).Initializer(external("w", "weights/a_1.bin", "4096", "8")).Bytes()
	m, err := skim(file, onnx.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	want := onnx.TensorRef{Path: "weights/a_1.bin", Off: 4096, Len: 8}
	if got := m.Graph.Initializers[0].Ref; got == nil || *got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

func external(name, location, offset, length string) *onnxtest.Message {
	m := onnxtest.Tensor(name, onnx.Float, 2).Varint(14, 1)
	for _, kv := range [][2]string{{"location", location}, {"offset", offset}, {"length", length}} {
		if kv[1] != "" {
			m.Sub(13, (&onnxtest.Message{}).Text(1, kv[0]).Text(2, kv[1]))
		}
	}
	return m
}

// emptyAttributes is a model that is a hundred times as large when decoded.
func emptyAttributes(nodes, attrs int) []byte {
	n := bytes.Repeat([]byte{5<<3 | 2, 0}, attrs)
	n = append([]byte{1<<3 | 2, byte(len(n))}, n...)
	return (&onnxtest.Message{}).Data(7, bytes.Repeat(n, nodes)).Encode(false)
}

// TestRefuseHostileONNX: files that must not be believed, with a part of the
// sentence that says why.
func TestRefuseHostileONNX(t *testing.T) {
	tensor := onnxtest.Tensor
	with := func(x *onnxtest.Message) []byte { return onnxtest.New(13).Initializer(x).Bytes() }
	nested := func(depth int) []byte {
		g := &onnxtest.Message{}
		for range depth {
			outer := &onnxtest.Message{}
			outer.Sub(1, onnxtest.Node("If", "if", "c", "y", onnxtest.GraphAttr("then_branch", g)))
			g = outer
		}
		return (&onnxtest.Message{}).Sub(7, g).Encode(false)
	}
	whole := onnxtest.New(13).Raw("w", onnx.Float, []int64{2}, f32(1, 2)).Bytes()
	for _, c := range []struct {
		name string
		file []byte
		l    onnx.Limits
		want string
	}{
		{"empty file", nil, onnx.Limits{}, "the file is empty"},
		{"not an ONNX file", []byte("<!DOCTYPE html><html>"), onnx.Limits{}, "onnx: "},
		{"no graph", (&onnxtest.Message{}).Varint(1, 8).Encode(false), onnx.Limits{}, "holds no graph"},
		{"two graphs", append(onnxtest.New(13).Bytes(), onnxtest.New(13).Bytes()...), onnx.Limits{}, "two graphs"},
		{"truncated", whole[:len(whole)-10], onnx.Limits{}, "is the file cut short?"},
		{"deep nesting", nested(100), onnx.Limits{}, "nested more than 16 deep"},
		{"huge dims", with(tensor("w", onnx.Float, 1<<62, 1<<62).Data(9, nil)), onnx.Limits{}, `initializer 0 "w": limit exceeded: dims [4611686018427387904,4611686018427387904]`},
		{"huge dims around a zero", with(tensor("w", onnx.Float, 0, 1<<62).Data(9, nil)), onnx.Limits{}, "limit exceeded: dims"},
		{"negative dims", with(tensor("w", onnx.Float, -1, -2).Data(9, f32(1, 2))), onnx.Limits{}, "negative extent"},
		{"too many dims", with(tensor("w", onnx.Float, make([]int64, 40)...)), onnx.Limits{}, "more than 32 dimensions"},
		{"payload shorter than dims", with(tensor("w", onnx.Float, 3).Data(9, f32(1, 2))), onnx.Limits{}, `raw_data has 8 bytes, but dims [3] of float need 12`},
		{"payload longer than dims", with(tensor("w", onnx.Float, 1).Data(4, f32(1, 2))), onnx.Limits{}, "the payload has 8 bytes"},
		{"int64_data of wrong length", with(tensor("w", onnx.Int64, 3).Data(7, []byte{1})), onnx.Limits{}, "the payload has 8 bytes"},
		{"payload missing", with(tensor("w", onnx.Float, 3)), onnx.Limits{}, "the payload has 0 bytes"},
		{"payload in the wrong field", with(tensor("w", onnx.Float, 1).Data(10, f32(1, 2))), onnx.Limits{}, "wrong field"},
		{"payload twice", with(tensor("w", onnx.Float, 2).Data(4, f32(1, 2)).Data(9, f32(1, 2))), onnx.Limits{}, "or in two"},
		{"unknown element type", with(tensor("w", 99, 2)), onnx.Limits{}, "element type 99"},
		{"segmented tensor", with(tensor("w", onnx.Float, 2).Sub(3, &onnxtest.Message{})), onnx.Limits{}, "segmented"},
		{"external data outside the release", with(external("w", "../secret", "", "")), onnx.Limits{}, `"../secret" has a segment`},
		{"external data at an absolute path", with(external("w", "/etc/passwd", "", "")), onnx.Limits{}, "not a relative path"},
		{"external data with a strange name", with(external("w", `a\b`, "", "")), onnx.Limits{}, "character outside"},
		{"external data without a location", with(external("w", "", "0", "8")), onnx.Limits{}, "is empty"},
		{"external data of wrong length", with(external("w", "a.bin", "0", "9")), onnx.Limits{}, "has 9 bytes"},
		{"external data at a huge offset", with(external("w", "a.bin", "9223372036854775807", "")), onnx.Limits{}, "out of range"},
		{"external data at a negative offset", with(external("w", "a.bin", "-1", "")), onnx.Limits{}, "is not a size"},
		{"too many nodes", onnxtest.New(13).Node("A", "a", "", "").Node("B", "b", "", "").Bytes(), onnx.Limits{Nodes: 1}, `node 1 "": limit exceeded: the model has more than 1 nodes`},
		{"too many names", onnxtest.New(13).Node("A", "a", strings.Repeat("x ", 1000), "y").Bytes(), onnx.Limits{Memory: 10000}, `node 0 "": limit exceeded: the model's structure`},
		{"too many empty attributes", emptyAttributes(60000, 60), onnx.Limits{}, "would take more than 268435456 bytes of memory"},
		{"element type out of range", with((&onnxtest.Message{}).Varint(2, 1<<32|1)), onnx.Limits{}, "not a number of an enumeration"},
		{"too many attributes", onnxtest.New(13).Node("A", "a", "", "", onnxtest.Int("i", 1), onnxtest.Int("j", 1)).Bytes(), onnx.Limits{Attrs: 1}, "more than 1 attributes"},
		{"long name", onnxtest.New(13).Node("A", strings.Repeat("x", 1000), "", "").Bytes(), onnx.Limits{String: 999}, "a string of 1000 bytes"},
		{"too many numbers", with(tensor("w", onnx.Int64, 100).Data(7, make([]byte, 100))), onnx.Limits{Payload: 100}, "store tensors as raw_data"},
		{"too much structure", onnxtest.New(13).Node("A", strings.Repeat("x", 9000), "", "").Bytes(), onnx.Limits{Read: 8000}, "structure takes more than 8000 bytes"},
		{"endless varint", bytes.Repeat([]byte{0xff}, 20), onnx.Limits{}, "does not fit in 64 bits"},
		{"field number 0", []byte{0, 0}, onnx.Limits{}, "field number"},
		{"group field", []byte{0x0b, 0x0c}, onnx.Limits{}, "wire type 3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := skim(c.file, c.l)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want an error with %q", err, c.want)
			}
			if strings.Contains(c.want, "limit exceeded") && !errors.Is(err, onnx.ErrLimit) {
				t.Errorf("%v is not ErrLimit", err)
			}
		})
	}
}

// TestSkimTruncated cuts a file everywhere: what is left is an error, or lacks
// the fields behind the cut.
func TestSkimTruncated(t *testing.T) {
	m := onnxtest.New(13).Input("x", onnx.Float, 1).Raw("w", onnx.Float, []int64{2}, f32(1, 2))
	file := m.Node("Foo", "foo", "x w", "y", onnxtest.Ints("l", 1, 2)).Output("y", onnx.Float).Bytes()
	for n := range file {
		if got, err := skim(file[:n], onnx.Limits{}); err == nil && len(got.Opsets) > 0 {
			t.Errorf("cut at %d of %d bytes: got %+v", n, len(file), got)
		}
	}
}

func TestSkimStops(t *testing.T) {
	file := onnxtest.New(13).Bytes()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := onnx.Skim(ctx, bytes.NewReader(file), int64(len(file)), onnx.Limits{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: got %v, want %v", err, context.Canceled)
	}
	if _, err := onnx.Skim(context.Background(), bytes.NewReader(file), int64(len(file))+100, onnx.Limits{}); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("file shorter than announced: got %v, want %v", err, io.ErrUnexpectedEOF)
	}
}

// FuzzSkim: any bytes end in a model or an error, within the limits; what a
// model refers to lies in the file.
func FuzzSkim(f *testing.F) {
	m := onnxtest.New(13).Input("x", onnx.Float, 1, "n", nil).Raw("w", onnx.Float, []int64{2}, f32(1, 2)).Floats("b", []int64{1}, 3).Int64s("s", 1, -1)
	m.Initializer(external("e", "a.bin", "0", "8"))
	m.Node("Foo", "foo", "x w", "y", onnxtest.Ints("l", 1, 2), onnxtest.TensorAttr("t", onnxtest.Int64Tensor("t", 1)),
		onnxtest.GraphAttr("g", (&onnxtest.Message{}).Sub(1, onnxtest.Node("Foo", "foo", "x", "y"))))
	f.Add(m.Output("y", onnx.Float).Bytes())
	f.Add(m.Encode(true))
	_, files := hostile.Models(f, false)
	for _, b := range files {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		hostile.Within(t, func() { skim(file, onnx.Limits{}) })
		limits := onnx.Limits{Nodes: 100, Payload: 1 << 16, Read: 1 << 20}
		m, err := skim(file, limits)
		if err != nil {
			return
		}
		var nodes int
		var check func(g *onnx.Graph)
		tensor := func(x *onnx.Tensor) {
			if x.Ref != nil && x.Ref.Path == "" && (x.Ref.Off < 0 || x.Ref.Len < 0 || x.Ref.Off+x.Ref.Len > int64(len(file))) {
				t.Errorf("tensor %q lies at %v of %d bytes", x.Name, x.Ref, len(file))
			}
		}
		check = func(g *onnx.Graph) {
			nodes += len(g.Nodes)
			for i := range g.Initializers {
				tensor(&g.Initializers[i])
			}
			for _, n := range g.Nodes {
				for _, a := range n.Attrs {
					if a.T != nil {
						tensor(a.T)
					}
					if a.G != nil {
						check(a.G)
					}
					for _, sub := range a.Graphs {
						check(sub)
					}
				}
			}
		}
		check(m.Graph)
		if nodes > limits.Nodes {
			t.Errorf("%d nodes were decoded, allowed are %d", nodes, limits.Nodes)
		}
	})
}

// blazeFace is the pinned model, relative to this folder.
const blazeFace = "../../.cache/models/blazeface/face_detection_front_128x128_barracuda.onnx"

func TestSkimBlazeFace(t *testing.T) {
	file, err := os.ReadFile(blazeFace)
	if err != nil {
		t.Fatalf("%v: run `make models` first", err)
	}
	m, err := skim(file, onnx.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if n, i := len(m.Graph.Nodes), len(m.Graph.Initializers); n != 104 || i != 71 || m.Opsets[0].Version != 12 {
		t.Errorf("got %d nodes, %d initializers, opsets %v; want 104, 71, 12", n, i, m.Opsets)
	}
}
