package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"sync"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/dehug/dehug/wasm"
	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/onnx"
	"github.com/dehug/dehug/wasm/run"
)

// The suite's own tolerances (onnx.backend.test.runner).
const (
	suiteRelative = 1e-3
	suiteAbsolute = 1e-7
)

// backendCase is a row of the case list.
type backendCase struct {
	kind, name, group, subgroup string
}

func (c backendCase) core() bool { return c.kind == "node" && c.group == "core" }

// mainstream cases are core cases of operators in wide use, without those that
// spell an operator out as a function of others.
func (c backendCase) mainstream() bool {
	return c.core() && c.subgroup == "mainstream ops" && !strings.Contains(c.name, "_expanded")
}

func conformanceCommand() *cobra.Command {
	var cases, passing, filter, profile string
	var update, verbose bool
	var threads int
	cmd := &cobra.Command{
		Use:   "conformance DATA",
		Short: "Run the ONNX backend test suite",
		Long: `Run the ONNX backend test cases in DATA (the folder onnx/backend/test/data of the
onnx Python package) through the compiler and wazero, with the suite's own rule:
exact shape and type, relative tolerance 1e-3, absolute 1e-7.

--cases names the list of cases and groups. --passing names the committed list of
cases that pass: a case of the list that fails is an error. The last line reads
"core P/T mainstream P/T all P/T".`,
		Example: `  dehug-run conformance .venv/lib/python3.11/site-packages/onnx/backend/test/data \
    --cases wasm/conformance/cases.tsv --passing wasm/conformance/passing.txt`,
		Args: exactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o, err := (&compileFlags{profile: profile}).options()
			if err != nil {
				return err
			}
			list, err := readCases(cases)
			if err != nil {
				return err
			}
			results := runCases(cmd.Context(), args[0], list, filter, o, threads)
			return report(cmd, list, results, passing, update, verbose, filter != "")
		},
	}
	f := cmd.Flags()
	f.StringVar(&cases, "cases", "wasm/conformance/cases.tsv", "list of cases: kind, name, group, subgroup, opset")
	f.StringVar(&passing, "passing", "", "list of cases that must pass, one a line")
	f.BoolVar(&update, "update", false, "rewrite the list of passing cases")
	f.StringVar(&filter, "run", "", "only cases whose name contains this text")
	f.StringVar(&profile, "profile", "wazero", "v8 or wazero")
	f.IntVar(&threads, "threads", 1, "divide every step that can be divided among so many goroutines")
	f.BoolVarP(&verbose, "verbose", "v", false, "print each failure's reason")
	return cmd
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

// runCases runs the cases on all cores; the result of a case is nil or its
// reason for failing.
func runCases(ctx context.Context, data string, list []backendCase, filter string, o wasm.Options, threads int) []error {
	results := make([]error, len(list))
	next := make(chan int)
	var wait sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for i := range next {
				results[i] = runCase(ctx, data, list[i], o, threads)
			}
		}()
	}
	for i, c := range list {
		if strings.Contains(c.name, filter) {
			next <- i
		} else {
			results[i] = errSkipped
		}
	}
	close(next)
	wait.Wait()
	return results
}

var errSkipped = errors.New("not asked for")

// runCase runs all data sets of a case. A panic of the compiler is a failure
// of the case, and worth knowing.
func runCase(ctx context.Context, data string, c backendCase, o wasm.Options, threads int) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	dir := filepath.Join(data, c.kind, c.name)
	model, err := os.ReadFile(filepath.Join(dir, "model.onnx"))
	if err != nil {
		return err
	}
	sets, err := filepath.Glob(filepath.Join(dir, "test_data_set_*"))
	if err != nil || len(sets) == 0 {
		return errors.New("no data set")
	}
	sort.Strings(sets)
	engine := run.NewEngine(ctx, run.Options{Threads: threads, ShareAll: true})
	defer engine.Close(ctx)
	o.Threads = threads > 1
	for _, set := range sets {
		if err := runSet(ctx, engine, model, set, o); err != nil {
			return err
		}
	}
	return nil
}

func runSet(ctx context.Context, engine *run.Engine, model []byte, set string, o wasm.Options) error {
	skim, err := onnx.Skim(ctx, bytes.NewReader(model), int64(len(model)), onnx.Limits{})
	if err != nil {
		return err
	}
	initialized := map[string]bool{}
	for _, t := range skim.Graph.Initializers {
		initialized[t.Name] = true
	}
	feeds := map[string]run.Tensor{}
	n := 0
	for _, in := range skim.Graph.Inputs {
		if initialized[in.Name] {
			continue
		}
		path := filepath.Join(set, "input_"+strconv.Itoa(n)+".pb")
		n++
		b, err := os.ReadFile(path)
		if errors.Is(err, os.ErrNotExist) {
			continue // an omitted optional input
		}
		if err != nil {
			return err
		}
		if in.Kind != onnx.TensorType {
			return fmt.Errorf("input %q is a %s", in.Name, in.Kind)
		}
		t, err := readTensor(ctx, b)
		if err != nil {
			return fmt.Errorf("input %q: %w", in.Name, err)
		}
		feeds[in.Name] = t
	}
	compiled, err := compileFor(ctx, model, feeds, o)
	if err != nil {
		return err
	}
	m, err := engine.Compile(ctx, compiled.Module)
	if err != nil {
		return err
	}
	inst, err := m.Instantiate(ctx)
	if err != nil {
		return err
	}
	defer inst.Close(ctx)
	if err := inst.Fill(ctx, run.File(bytes.NewReader(model))); err != nil {
		return err
	}
	bound := map[string]run.Tensor{}
	for _, p := range m.Info.Inputs {
		if t, ok := feeds[p.Name]; ok {
			bound[p.Name] = t
		}
	}
	got, err := inst.Run(ctx, bound)
	if err != nil {
		return err
	}
	for k, out := range skim.Graph.Outputs {
		b, err := os.ReadFile(filepath.Join(set, "output_"+strconv.Itoa(k)+".pb"))
		if err != nil {
			return err
		}
		want, err := readTensor(ctx, b)
		if err != nil {
			return fmt.Errorf("output %q: %w", out.Name, err)
		}
		if err := closeEnough(got[out.Name], want); err != nil {
			return fmt.Errorf("output %q: %w", out.Name, err)
		}
	}
	return nil
}

// compileFor compiles a model for given inputs: operands with a shape role
// (axes, sizes, pads) that are inputs of the graph are specialised by value.
func compileFor(ctx context.Context, model []byte, feeds map[string]run.Tensor, o wasm.Options) (*wasm.Compiled, error) {
	o.Values = map[string]graph.KnownValue{}
	for {
		c, err := wasm.Compile(ctx, bytes.NewReader(model), int64(len(model)), o)
		var need *graph.NeedsValue
		if !errors.As(err, &need) {
			return c, err
		}
		t, ok := feeds[need.Input]
		if _, again := o.Values[need.Input]; !ok || again {
			return c, err
		}
		o.Values[need.Input] = graph.KnownValue{Type: t.Type, Dims: t.Dims, Data: t.Data}
	}
}

// readTensor reads a TensorProto file: wrapped as the initializer of an empty
// model, the model decoder reads it.
func readTensor(ctx context.Context, pb []byte) (run.Tensor, error) {
	field := func(b []byte, num protowire.Number, content []byte) []byte {
		return protowire.AppendBytes(protowire.AppendTag(b, num, protowire.BytesType), content)
	}
	opset := protowire.AppendVarint(protowire.AppendTag(nil, 2, protowire.VarintType), 13)
	model := protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), 8)
	model = field(field(model, 7, field(nil, 5, pb)), 8, opset)
	m, err := onnx.Skim(ctx, bytes.NewReader(model), int64(len(model)), onnx.Limits{})
	if err != nil {
		return run.Tensor{}, err
	}
	t := m.Graph.Initializers[0]
	out := run.Tensor{Type: graph.Type(t.Type), Dims: t.Dims, Data: t.Data}
	if out.Data == nil {
		if t.Ref == nil {
			return out, fmt.Errorf("tensor of %s has no bytes", t.Type)
		}
		out.Data = model[t.Ref.Off : t.Ref.Off+t.Ref.Len]
	}
	return out, nil
}

// closeEnough compares by the suite's rule. NaN equals NaN.
func closeEnough(got, want run.Tensor) error {
	if got.Type != want.Type || fmt.Sprint(got.Dims) != fmt.Sprint(want.Dims) {
		return fmt.Errorf("is %s%v, want %s%v", got.Type, got.Dims, want.Type, want.Dims)
	}
	value := func(b []byte, i int) float64 {
		switch want.Type {
		case graph.Float32:
			return float64(math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:])))
		case graph.Float64:
			return math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:]))
		case graph.Float16:
			return halfToFloat(binary.LittleEndian.Uint16(b[2*i:]))
		}
		return float64(math.Float32frombits(uint32(binary.LittleEndian.Uint16(b[2*i:])) << 16)) // bfloat16
	}
	switch want.Type {
	case graph.Float32, graph.Float64, graph.Float16, graph.BFloat16:
	default:
		if !bytes.Equal(got.Data, want.Data) {
			return fmt.Errorf("%s%v differs: got %s, want %s", want.Type, want.Dims, excerpt(got.Data), excerpt(want.Data))
		}
		return nil
	}
	if len(got.Data) != len(want.Data) {
		return fmt.Errorf("has %d bytes, want %d", len(got.Data), len(want.Data))
	}
	for i := 0; i < len(want.Data)/int(want.Type.Size()); i++ {
		g, w := value(got.Data, i), value(want.Data, i)
		if g == w || g != g && w != w {
			continue
		}
		if d := math.Abs(g - w); !(d <= suiteAbsolute+suiteRelative*math.Abs(w)) {
			return fmt.Errorf("%s%v element %d: got %v, want %v", want.Type, want.Dims, i, g, w)
		}
	}
	return nil
}

func excerpt(b []byte) string {
	if len(b) > 32 {
		return fmt.Sprintf("%x…", b[:32])
	}
	return fmt.Sprintf("%x", b)
}

// halfToFloat widens IEEE 754 binary16, exactly.
func halfToFloat(h uint16) float64 {
	sign, exp, frac := 1.0, int(h>>10&31), float64(h&1023)
	if h>>15 == 1 {
		sign = -1
	}
	switch exp {
	case 0:
		return sign * math.Ldexp(frac, -24)
	case 31:
		if frac != 0 {
			return math.NaN()
		}
		return sign * math.Inf(1)
	}
	return sign * math.Ldexp(1024+frac, exp-25)
}

// report prints failures and counts, and keeps or checks the passing list.
func report(cmd *cobra.Command, list []backendCase, results []error, passing string, update, verbose, partial bool) error {
	w := cmd.OutOrStdout()
	var core, mainstream, all [2]int
	var names []string
	passed := map[string]bool{}
	reasons := map[string]int{}
	for i, c := range list {
		if results[i] == errSkipped {
			continue
		}
		ok := 0
		if results[i] == nil {
			ok = 1
			passed[c.kind+"/"+c.name] = true
			names = append(names, c.kind+"/"+c.name)
		} else {
			reasons[coarse(results[i].Error())]++
			if verbose {
				fmt.Fprintf(w, "FAIL %s/%s [%s]: %v\n", c.kind, c.name, c.group, results[i])
			}
		}
		count := func(n *[2]int) { n[0] += ok; n[1]++ }
		count(&all)
		if c.core() {
			count(&core)
		}
		if c.mainstream() {
			count(&mainstream)
		}
	}
	var lines []string
	for r, n := range reasons {
		lines = append(lines, fmt.Sprintf("%5d %s", n, r))
	}
	sort.Sort(sort.Reverse(sort.StringSlice(lines)))
	for _, l := range lines {
		fmt.Fprintln(w, l)
	}
	var lost []string
	if passing != "" && !partial {
		sort.Strings(names)
		if update {
			if err := os.WriteFile(passing, []byte(strings.Join(names, "\n")+"\n"), 0o644); err != nil {
				return err
			}
		} else {
			b, err := os.ReadFile(passing)
			if err != nil {
				return err
			}
			for _, name := range strings.Fields(string(b)) {
				if !passed[name] {
					lost = append(lost, name)
				}
			}
		}
	}
	fmt.Fprintf(w, "core %d/%d mainstream %d/%d all %d/%d\n", core[0], core[1], mainstream[0], mainstream[1], all[0], all[1])
	if len(lost) > 0 {
		return fmt.Errorf("%d cases that passed before fail now: %s", len(lost), strings.Join(lost, " "))
	}
	return nil
}

// coarse shortens a reason so that like failures count together.
func coarse(reason string) string {
	for _, cut := range []string{"operator ", "panic:", "element type", "opset"} {
		if i := strings.Index(reason, cut); i >= 0 {
			return firstWords(reason[i:], 8)
		}
	}
	return firstWords(reason, 6)
}

func firstWords(s string, n int) string {
	f := strings.Fields(s)
	return strings.Join(f[:min(n, len(f))], " ")
}
