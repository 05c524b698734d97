// Command gopeers runs a model under other pure-Go ONNX runtimes and prints
// the median of its run times in milliseconds. It exits with 1 and a reason on
// standard error when the runtime does not run the model.
//
//	gopeers gomlx|onnx-go SECONDS MODEL.onnx NAME=FILE.npy…
package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/gomlx/gomlx/backends/simplego"
	"github.com/gomlx/gomlx/pkg/core/graph"
	"github.com/gomlx/gomlx/pkg/core/tensors"
	"github.com/gomlx/gomlx/pkg/ml/context"
	gomlx "github.com/gomlx/onnx-gomlx/onnx"
	onnx "github.com/owulveryck/onnx-go"
	"github.com/owulveryck/onnx-go/backend/x/gorgonnx"
	"gorgonia.org/tensor"
)

func main() {
	if len(os.Args) < 4 {
		fmt.Fprintln(os.Stderr, "usage: gopeers gomlx|onnx-go SECONDS MODEL.onnx NAME=FILE.npy…")
		os.Exit(2)
	}
	if err := measure(os.Args[1], os.Args[2], os.Args[3], os.Args[4:]); err != nil {
		fmt.Fprintln(os.Stderr, "gopeers:", err)
		os.Exit(1)
	}
}

func measure(peer, seconds, model string, args []string) (err error) {
	defer func() { // both report what they do not know by panics
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	length, err := strconv.ParseFloat(seconds, 64)
	if err != nil {
		return err
	}
	var feeds []feed
	for _, a := range args {
		f, err := readFeed(a)
		if err != nil {
			return err
		}
		feeds = append(feeds, f)
	}
	open := map[string]func(string, []feed) (func() error, error){"gomlx": openGomlx, "onnx-go": openOnnxGo}[peer]
	if open == nil {
		return errors.New("no such runtime: " + peer)
	}
	run, err := open(model, feeds)
	if err != nil {
		return err
	}
	if err := run(); err != nil { // compiles
		return err
	}
	var times []float64
	for start := time.Now(); len(times) < 3 || time.Since(start).Seconds() < length; {
		begin := time.Now()
		if err := run(); err != nil {
			return err
		}
		times = append(times, float64(time.Since(begin))/1e6)
	}
	sort.Float64s(times)
	fmt.Printf("%.3f\n", times[len(times)/2])
	return nil
}

// openGomlx is onnx-gomlx on simplego, gomlx's backend in plain Go.
func openGomlx(path string, feeds []feed) (func() error, error) {
	model, err := gomlx.ReadFile(path)
	if err != nil {
		return nil, err
	}
	backend, err := simplego.New("")
	if err != nil {
		return nil, err
	}
	vars := context.New()
	if err := model.VariablesToContext(vars); err != nil {
		return nil, err
	}
	byName := map[string]any{}
	for _, f := range feeds {
		switch data := f.data.(type) {
		case []float32:
			byName[f.name] = tensors.FromFlatDataAndDimensions(data, f.dims...)
		case []int64:
			byName[f.name] = tensors.FromFlatDataAndDimensions(data, f.dims...)
		case []int32:
			byName[f.name] = tensors.FromFlatDataAndDimensions(data, f.dims...)
		}
	}
	names, _ := model.Inputs()
	var inputs []any
	for _, name := range names {
		t, ok := byName[name]
		if !ok {
			return nil, errors.New("no input " + name)
		}
		inputs = append(inputs, t)
	}
	exec, err := context.NewExecAny(backend, vars, func(ctx *context.Context, nodes []*graph.Node) []*graph.Node {
		of := map[string]*graph.Node{}
		for i, n := range nodes {
			of[names[i]] = n
		}
		return model.CallGraph(ctx, nodes[0].Graph(), of)
	})
	if err != nil {
		return nil, err
	}
	return func() error {
		_, err := exec.Exec(inputs...)
		return err
	}, nil
}

// openOnnxGo is onnx-go on gorgonia.
func openOnnxGo(path string, feeds []feed) (func() error, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	backend := gorgonnx.NewGraph()
	model := onnx.NewModel(backend)
	if err := model.UnmarshalBinary(b); err != nil {
		return nil, err
	}
	for i, f := range feeds {
		if err := model.SetInput(i, tensor.New(tensor.WithShape(f.dims...), tensor.WithBacking(f.data))); err != nil {
			return nil, err
		}
	}
	return backend.Run, nil
}

// feed is an input of a run.
type feed struct {
	name string
	dims []int
	data any // []float32, []int64, []int32
}

var header = regexp.MustCompile(`'descr': '(\S+)', 'fortran_order': False, 'shape': \(([^)]*)\)`)

// readFeed reads NAME=FILE.npy.
func readFeed(arg string) (feed, error) {
	at := strings.LastIndex(arg, "=")
	if at < 0 {
		return feed{}, errors.New(arg + ": want NAME=FILE.npy")
	}
	f := feed{name: arg[:at]}
	b, err := os.ReadFile(arg[at+1:])
	if err != nil {
		return f, err
	}
	if len(b) < 10 {
		return f, errors.New(arg + ": not a .npy file")
	}
	data := b[10+int(binary.LittleEndian.Uint16(b[8:])):]
	m := header.FindStringSubmatch(string(b[:len(b)-len(data)]))
	if m == nil {
		return f, errors.New(arg + ": not a .npy file of version 1 in C order")
	}
	n := 1
	for _, d := range strings.Split(m[2], ",") {
		if d = strings.TrimSpace(d); d != "" {
			k, err := strconv.Atoi(d)
			if err != nil {
				return f, err
			}
			f.dims = append(f.dims, k)
			n *= k
		}
	}
	switch m[1] {
	case "<f4":
		f.data = make([]float32, n)
	case "<i8":
		f.data = make([]int64, n)
	case "<i4":
		f.data = make([]int32, n)
	default:
		return f, errors.New(arg + ": type " + m[1])
	}
	_, err = binary.Decode(data, binary.LittleEndian, f.data)
	return f, err
}
