package main

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"

	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/run"
)

const inputHelp = "NAME=FILE.npy, or FILE.npy for a model with one input, or FILE.npz or FILE.json with all of them; repeat for more"

// named is a tensor with its name in a file.
type named struct {
	name   string
	tensor run.Tensor
}

// maxTensorFile bounds what is read of a file: what a 32-bit memory could hold.
const maxTensorFile = 4 << 30

// readTensorFile reads a .npz or .json file.
func readTensorFile(path string) ([]named, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	decode := decodeJSON
	if filepath.Ext(path) == ".npz" {
		decode = decodeNPZ
	}
	list, err := decode(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return list, nil
}

// writeTensorFile writes a .npz or .json file.
func writeTensorFile(path string, list []named) error {
	var b []byte
	var err error
	switch filepath.Ext(path) {
	case ".npz":
		b, err = encodeNPZ(list)
	case ".json":
		b, err = encodeJSON(list)
	default:
		return usagef("--output %s: must end in .npz or .json", path)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return os.WriteFile(path, b, 0o644)
}

// decodeNPZ reads a NumPy archive: a zip file of .npy files, as numpy.savez writes it.
func decodeNPZ(b []byte) ([]named, error) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, fmt.Errorf("not a NumPy .npz file (numpy.savez writes one): %w", err)
	}
	var list []named
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		data, err := io.ReadAll(io.LimitReader(r, maxTensorFile))
		r.Close()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		t, err := decodeNPY(data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		list = append(list, named{strings.TrimSuffix(f.Name, ".npy"), t})
	}
	return list, nil
}

func encodeNPZ(list []named) ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, x := range list {
		b, err := encodeNPY(x.tensor)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", x.name, err)
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: x.name + ".npy", Method: zip.Store})
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(b); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// jsonTensor is a tensor of the Open Inference Protocol, version 2. Its data are
// numbers; numbers that JSON lacks are "NaN", "Infinity" and "-Infinity".
type jsonTensor struct {
	Name     string            `json:"name"`
	Shape    []int64           `json:"shape"`
	Datatype string            `json:"datatype"`
	Data     []json.RawMessage `json:"data"`
}

type jsonFile struct {
	Inputs  []jsonTensor `json:"inputs,omitempty"`
	Outputs []jsonTensor `json:"outputs,omitempty"`
}

var datatypes = map[string]graph.Type{
	"FP32": graph.Float32, "FP64": graph.Float64, "BOOL": graph.Bool,
	"INT8": graph.Int8, "INT16": graph.Int16, "INT32": graph.Int32, "INT64": graph.Int64,
	"UINT8": graph.Uint8, "UINT16": graph.Uint16, "UINT32": graph.Uint32, "UINT64": graph.Uint64,
}

func decodeJSON(b []byte) ([]named, error) {
	var file jsonFile
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&file); err != nil {
		return nil, fmt.Errorf(`not {"inputs": [{"name": …, "shape": […], "datatype": "FP32", "data": […]}]}: %w`, err)
	}
	var list []named
	for _, x := range file.Inputs {
		t := run.Tensor{Type: datatypes[x.Datatype], Dims: append([]int64{}, x.Shape...)}
		if t.Type == graph.Undefined {
			return nil, fmt.Errorf("%q: datatype %q is not one of %s", x.Name, x.Datatype, strings.Join(datatypeNames(), ", "))
		}
		n := int64(1)
		for _, d := range t.Dims {
			if d < 0 || d > 0 && n > int64(len(x.Data))/d {
				n = -1
				break
			}
			n *= d
		}
		if n != int64(len(x.Data)) {
			return nil, fmt.Errorf("%q: shape %v does not have the %d elements of data", x.Name, x.Shape, len(x.Data))
		}
		for i, v := range x.Data {
			var err error
			if t.Data, err = appendElement(t.Data, t.Type, v); err != nil {
				return nil, fmt.Errorf("%q: element %d: %w", x.Name, i, err)
			}
		}
		list = append(list, named{x.Name, t})
	}
	return list, nil
}

func datatypeNames() []string {
	return []string{"FP32", "FP64", "BOOL", "INT8", "INT16", "INT32", "INT64", "UINT8", "UINT16", "UINT32", "UINT64"}
}

var notFinite = map[string]float64{`"NaN"`: math.NaN(), `"Infinity"`: math.Inf(1), `"-Infinity"`: math.Inf(-1)}

// appendElement appends the bytes of an element of a JSON array.
func appendElement(b []byte, t graph.Type, v json.RawMessage) ([]byte, error) {
	switch t {
	case graph.Float32, graph.Float64:
		f, special := notFinite[string(v)]
		if t == graph.Float64 {
			if !special {
				if err := json.Unmarshal(v, &f); err != nil {
					return nil, err
				}
			}
			return binary.LittleEndian.AppendUint64(b, math.Float64bits(f)), nil
		}
		single := float32(f)
		if !special { // from the decimal number straight to 32 bits: one rounding
			if err := json.Unmarshal(v, &single); err != nil {
				return nil, err
			}
		}
		return binary.LittleEndian.AppendUint32(b, math.Float32bits(single)), nil
	case graph.Bool:
		switch string(v) {
		case "true", "1":
			return append(b, 1), nil
		case "false", "0":
			return append(b, 0), nil
		}
		return nil, fmt.Errorf("%s is neither true nor false", v)
	case graph.Uint64:
		var n uint64
		if err := json.Unmarshal(v, &n); err != nil {
			return nil, err
		}
		return binary.LittleEndian.AppendUint64(b, n), nil
	}
	var n int64
	if err := json.Unmarshal(v, &n); err != nil {
		return nil, err
	}
	size := t.Size()
	if size < 8 {
		least, most := int64(-1)<<(8*size-1), int64(1)<<(8*size-1)-1
		if t == graph.Uint8 || t == graph.Uint16 || t == graph.Uint32 {
			least, most = 0, int64(1)<<(8*size)-1
		}
		if n < least || n > most {
			return nil, fmt.Errorf("%d does not fit %s", n, t)
		}
	}
	var wide [8]byte
	binary.LittleEndian.PutUint64(wide[:], uint64(n))
	return append(b, wide[:size]...), nil
}

func encodeJSON(list []named) ([]byte, error) {
	var file jsonFile
	for _, x := range list {
		out := jsonTensor{Name: x.name, Shape: x.tensor.Dims, Data: []json.RawMessage{}}
		for name, t := range datatypes {
			if t == x.tensor.Type {
				out.Datatype = name
			}
		}
		if out.Datatype == "" {
			return nil, fmt.Errorf("%q: JSON has no type for %s: write a .npz file", x.name, x.tensor.Type)
		}
		size := int(x.tensor.Type.Size())
		for i := 0; i < len(x.tensor.Data); i += size {
			out.Data = append(out.Data, elementText(x.tensor.Data[i:i+size], x.tensor.Type))
		}
		file.Outputs = append(file.Outputs, out)
	}
	b, err := json.Marshal(file)
	return append(b, '\n'), err
}

func elementText(b []byte, t graph.Type) json.RawMessage {
	var wide [8]byte
	copy(wide[:], b)
	n := binary.LittleEndian.Uint64(wide[:])
	var v any = n
	switch t {
	case graph.Float32:
		v = math.Float32frombits(uint32(n))
	case graph.Float64:
		v = math.Float64frombits(n)
	case graph.Bool:
		v = n != 0
	case graph.Int8:
		v = int8(n)
	case graph.Int16:
		v = int16(n)
	case graph.Int32:
		v = int32(n)
	case graph.Int64:
		v = int64(n)
	}
	text, err := json.Marshal(v)
	if err == nil {
		return text
	}
	switch fmt.Sprint(v) { // what JSON lacks
	case "+Inf":
		return json.RawMessage(`"Infinity"`)
	case "-Inf":
		return json.RawMessage(`"-Infinity"`)
	}
	return json.RawMessage(`"NaN"`)
}
