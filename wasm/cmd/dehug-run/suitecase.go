package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strconv"
	"strings"

	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/onnx"
	"github.com/dehug/dehug/wasm/run"
)

// backendCase is a row of the case list.
type backendCase struct {
	kind, name, group, subgroup string
}

func (c backendCase) id() string { return c.kind + "/" + c.name }

func (c backendCase) core() bool { return c.kind == "node" && c.group == "core" }

// mainstream cases are core cases of operators in wide use, without those that
// spell an operator out as a function of others.
func (c backendCase) mainstream() bool {
	return c.core() && c.subgroup == "mainstream ops" && !strings.Contains(c.name, "_expanded")
}

func readCases(path string) ([]backendCase, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var list []backendCase
	for _, line := range strings.Split(string(b), "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) < 4 {
			return nil, fmt.Errorf("%s: line %q has %d columns, not 5", path, line, len(f))
		}
		list = append(list, backendCase{f[0], f[1], f[2], f[3]})
	}
	return list, nil
}

// light is the suite's folder of models whose weights are constants of a shape,
// which cases of the kind real stand for; urlOfLight begins their addresses.
const (
	light      = "light"
	urlOfLight = "onnx/backend/test/data/" + light + "/"
)

// modelFile is the path of a case's model: its own, or where its data.json says.
func modelFile(data, id string) (string, error) {
	own := filepath.Join(data, id, "model.onnx")
	b, err := os.ReadFile(filepath.Join(data, id, "data.json"))
	if errors.Is(err, os.ErrNotExist) {
		return own, nil
	}
	var about struct{ URL string }
	if err == nil {
		err = json.Unmarshal(b, &about)
	}
	switch {
	case err != nil:
		return "", err
	case about.URL == "": // it says other things
		return own, nil
	case !strings.HasPrefix(about.URL, urlOfLight):
		return "", fmt.Errorf("the model is elsewhere: %s", about.URL)
	}
	return filepath.Join(data, light, path.Base(about.URL)), nil
}

// dataSets lists a case's folders of inputs and outputs. A light model comes
// with outputs only: they go into the folder temp, with the inputs that the
// suite's runner makes for them.
func dataSets(ctx context.Context, file, temp string) ([]string, error) {
	if filepath.Base(filepath.Dir(file)) != light {
		sets, err := filepath.Glob(filepath.Join(filepath.Dir(file), "test_data_set_*"))
		if err == nil && len(sets) == 0 {
			err = errors.New("no data set")
		}
		sort.Strings(sets)
		return sets, err
	}
	model, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	skim, err := onnx.Skim(ctx, bytes.NewReader(model), int64(len(model)), onnx.Limits{})
	if err != nil {
		return nil, err
	}
	initialized := initializers(skim)
	n := 0
	for _, in := range skim.Graph.Inputs {
		if initialized[in.Name] {
			continue
		}
		t, err := ramp(in)
		if err == nil {
			err = os.WriteFile(filepath.Join(temp, "input_"+strconv.Itoa(n)+".pb"), encodeTensor(t), 0o600)
		}
		if err != nil {
			return nil, fmt.Errorf("input %q: %w", in.Name, err)
		}
		n++
	}
	for k := range skim.Graph.Outputs {
		name := "output_" + strconv.Itoa(k) + ".pb"
		b, err := os.ReadFile(strings.TrimSuffix(file, ".onnx") + "_" + name)
		if err == nil {
			err = os.WriteFile(filepath.Join(temp, name), b, 0o600)
		}
		if err != nil {
			return nil, err
		}
	}
	return []string{temp}, nil
}

// ramp is the input that the suite's runner makes for a light model: the
// numbers 0, 1/n, 2/n … of an input of n floats (generate_dummy_data).
func ramp(in onnx.ValueInfo) (run.Tensor, error) {
	t := run.Tensor{Type: graph.Type(in.Type)}
	if t.Type != graph.Float32 {
		return t, fmt.Errorf("is %s, and the suite makes up floats only", t.Type)
	}
	n := 1
	for _, d := range in.Dims {
		v := int64(1)
		if d.Known {
			v = d.Value
		}
		t.Dims = append(t.Dims, v)
		n *= int(v)
	}
	for i := range n {
		t.Data = binary.LittleEndian.AppendUint32(t.Data, math.Float32bits(float32(float64(i)/float64(n))))
	}
	return t, nil
}

// initializers are the names of the graph's stored tensors.
func initializers(m *onnx.Model) map[string]bool {
	names := map[string]bool{}
	for _, t := range m.Graph.Initializers {
		names[t.Name] = true
	}
	return names
}
