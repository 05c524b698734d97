package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/run"
)

// oracle is another implementation, in a process of its own: a line of JSON
// asks it to run a model on tensors in files, a line of JSON says what came of
// it (wasm/conformance/oracle.py).
type oracle struct {
	ask   func(question) (answer, error)
	close func()
	dir   string // for the tensors of one question
}

type question struct {
	Model  string   `json:"model"`
	Set    string   `json:"set"` // the case's own data set, which an implementation must pass to be asked
	Inputs []string `json:"inputs"`
	Files  []string `json:"files"`
	Out    string   `json:"out"`
}

type answer struct {
	By    string `json:"by"`    // implementation that answered; "" when none could
	Why   string `json:"why"`   // what keeps onnxruntime from answering
	Error string `json:"error"` // what keeps every implementation from answering this input
}

func startOracle(ctx context.Context, command string) (*oracle, error) {
	args := strings.Fields(command)
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "dehug-oracle-")
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("oracle: %w", err)
	}
	lines := bufio.NewReader(out)
	ask := func(q question) (answer, error) {
		line, err := json.Marshal(q)
		if err != nil {
			return answer{}, err
		}
		if _, err := in.Write(append(line, '\n')); err != nil {
			return answer{}, fmt.Errorf("oracle: %w", err)
		}
		if line, err = lines.ReadBytes('\n'); err != nil {
			return answer{}, fmt.Errorf("oracle: %w", err)
		}
		var a answer
		return a, json.Unmarshal(line, &a)
	}
	return &oracle{ask, func() {
		in.Close()
		cmd.Wait() // it ends when its input does; what it had to say was said
		os.RemoveAll(dir)
	}, dir}, nil
}

// checkPerturbed runs the module that was compiled for the set's own inputs on
// changed ones and compares with the oracle: a result that was computed from
// the files' values would be wrong. The note says what kept onnxruntime from
// being the oracle.
func (s *dataSet) checkPerturbed(ctx context.Context, engine *run.Engine, o *oracle, model, set string) (note string, err error) {
	role := shapeRole(s.skim.Graph)
	q := question{Model: model, Set: set, Out: filepath.Join(o.dir, "output_")}
	var a answer
	for _, integers := range []bool{true, false} { // changed integers may be indices out of range
		feeds, changed := map[string]run.Tensor{}, false
		q.Inputs, q.Files = nil, nil
		for k, in := range s.skim.Graph.Inputs {
			t, ok := s.feeds[in.Name]
			if !ok {
				continue
			}
			if !role[in.Name] && (integers || isFloat(t.Type)) {
				var did bool
				t, did = perturb(t)
				changed = changed || did
			}
			feeds[in.Name] = t
			path := filepath.Join(o.dir, "input_"+strconv.Itoa(k)+".pb")
			if err := os.WriteFile(path, encodeTensor(t), 0o600); err != nil {
				return "", err
			}
			q.Inputs, q.Files = append(q.Inputs, in.Name), append(q.Files, path)
		}
		if !changed {
			if a.Error == "" {
				return "not perturbed: no input without a shape role has other values to take", nil
			}
			break
		}
		if a, err = o.ask(q); err != nil {
			return "", err
		}
		if a.By == "" && a.Error == "" {
			return "not perturbed: " + a.Why, nil
		}
		if a.By != "" {
			want, err := readOutputs(ctx, s.skim, o.dir)
			if err != nil {
				return "", err
			}
			got, err := s.run(ctx, engine, feeds)
			if err != nil {
				return "", fmt.Errorf("perturbed: %w", err)
			}
			if err := s.compare(got, want, absoluteFor); err != nil {
				return "", fmt.Errorf("perturbed, beside %s: %w", a.By, err)
			}
			if a.Why != "" {
				return a.By + ": " + a.Why, nil
			}
			return "", nil
		}
	}
	return "", errors.New("perturbed: no implementation takes the changed inputs: " + a.Error)
}

// absoluteFor is the absolute tolerance beside another implementation, which
// adds in another order: a rounding error of the largest element.
func absoluteFor(want run.Tensor) float64 {
	most := 0.0
	if isFloat(want.Type) {
		for i := range len(want.Data) / int(want.Type.Size()) {
			if v := math.Abs(floatAt(want, i)); v > most && !math.IsInf(v, 0) {
				most = v
			}
		}
	}
	return max(suiteAbsolute, 1e-6*most)
}

// perturb returns a tensor of the same kind of values: rows change places, and
// floats become some per cent smaller, which keeps them in every function's
// domain. It reports whether anything changed.
func perturb(t run.Tensor) (run.Tensor, bool) {
	size := int(t.Type.Size())
	n := len(t.Data) / max(size, 1)
	if n == 0 {
		return t, false
	}
	row := 1 // elements that stay together: an index of several axes keeps its order
	if len(t.Dims) > 1 && !isFloat(t.Type) {
		row = int(t.Dims[len(t.Dims)-1])
	}
	shift := row * size
	if isFloat(t.Type) {
		shift = size * ((n + 2) / 3)
	}
	shift %= len(t.Data)
	data := append(append(make([]byte, 0, len(t.Data)), t.Data[shift:]...), t.Data[:shift]...)
	if isFloat(t.Type) {
		for i := range n {
			shrink(data[i*size:][:size], t.Type)
		}
	}
	return run.Tensor{Type: t.Type, Dims: t.Dims, Data: data}, string(data) != string(t.Data)
}

// shrink subtracts 1/16 of the mantissa's range from the bits of a finite
// number that is not tiny.
func shrink(b []byte, t graph.Type) {
	var wide [8]byte
	copy(wide[:], b)
	bits := binary.LittleEndian.Uint64(wide[:])
	mantissa := map[graph.Type]uint{graph.Float32: 23, graph.Float64: 52, graph.Float16: 10, graph.BFloat16: 7}[t]
	width := uint(8 * len(b))
	magnitude := bits &^ (1 << (width - 1))
	infinity := (uint64(1)<<(width-1-mantissa) - 1) << mantissa
	if magnitude >= infinity || magnitude < 2<<mantissa {
		return
	}
	binary.LittleEndian.PutUint64(wide[:], bits-1<<(mantissa-4))
	copy(b, wide[:])
}

// encodeTensor writes a TensorProto.
func encodeTensor(t run.Tensor) []byte {
	var b []byte
	for _, d := range t.Dims {
		b = protowire.AppendVarint(protowire.AppendTag(b, 1, protowire.VarintType), uint64(d))
	}
	b = protowire.AppendVarint(protowire.AppendTag(b, 2, protowire.VarintType), uint64(t.Type))
	return protowire.AppendBytes(protowire.AppendTag(b, 9, protowire.BytesType), t.Data)
}
