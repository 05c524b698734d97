package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/dehug/dehug/internal/npy"
	"github.com/dehug/dehug/wasm"
	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/run"
)

// session is a model that is ready to run.
type session struct {
	engine  *run.Engine
	program *run.Program
	model   *run.Model
	inst    *run.Instance
	files   []*os.File
}

// open makes a compiled module ready to run; the model's weights are read from
// its files. again compiles another module for particular sizes.
func open(ctx context.Context, code []byte, model string, o run.Options, again func(context.Context, map[string]int64) ([]byte, error)) (s *session, err error) {
	s = &session{engine: run.NewEngine(ctx, o)}
	defer func() {
		if err != nil {
			s.close(ctx)
		}
	}()
	files := func(path string) (io.ReaderAt, error) {
		name := model
		if path != "" {
			name = filepath.Join(filepath.Dir(model), filepath.FromSlash(path))
		}
		f, err := os.Open(name)
		if err == nil {
			s.files = append(s.files, f)
		}
		return f, err
	}
	s.program, err = s.engine.Open(ctx, files, func(ctx context.Context, symbols map[string]int64) ([]byte, error) {
		if len(symbols) == 0 {
			return code, nil
		}
		return again(ctx, symbols)
	})
	if err != nil {
		return nil, err
	}
	s.model, s.inst = s.program.Model(), s.program.Instance()
	return s, nil
}

// recompile compiles a model for sizes that its module does not serve; fixed, when
// not nil, is the error for modules that were given.
func recompile(path string, o wasm.Options, fixed error) func(context.Context, map[string]int64) ([]byte, error) {
	return func(ctx context.Context, symbols map[string]int64) ([]byte, error) {
		if fixed != nil {
			return nil, fixed
		}
		o.Symbols = symbols
		c, err := compileFile(ctx, path, o)
		if err != nil {
			return nil, err
		}
		return c.Module, nil
	}
}

func (s *session) close(ctx context.Context) {
	s.engine.Close(ctx)
	for _, f := range s.files {
		f.Close()
	}
}

// dimsFlag gives a model's symbols values.
type dimsFlag map[string]int64

func (d dimsFlag) register(f *pflag.FlagSet) {
	f.Var(d, "dims", "extents that the model leaves open, as n=1,h=224 (1 where not given)")
}

func (d dimsFlag) String() string {
	return ""
}

func (d dimsFlag) Type() string { return "NAME=N,…" }

func (d dimsFlag) Set(s string) error {
	for _, pair := range strings.Split(s, ",") {
		k := strings.LastIndex(pair, "=")
		if k < 0 {
			return fmt.Errorf("%q is not NAME=N", pair)
		}
		n, err := strconv.ParseInt(pair[k+1:], 10, 64)
		if err != nil || n < 1 {
			return fmt.Errorf("%q: an extent is a positive number", pair)
		}
		d[pair[:k]] = n
	}
	return nil
}

// values are the extents of a module's symbols, in its order.
func (d dimsFlag) values(symbols []string) ([]int64, error) {
	known := map[string]bool{}
	out := make([]int64, len(symbols))
	for i, name := range symbols {
		known[name] = true
		out[i] = 1
		if n, ok := d[name]; ok {
			out[i] = n
		}
	}
	for name := range d {
		if !known[name] {
			return nil, usagef("--dims %s: the model's open extents are %q", name, symbols)
		}
	}
	return out, nil
}

// bind binds the extents, and says what to do when they do not fit.
func (s *session) bind(ctx context.Context, d dimsFlag) (run.Cost, error) {
	values, err := d.values(s.model.Info.Symbols)
	if err != nil {
		return run.Cost{}, err
	}
	cost, err := s.inst.Bind(ctx, values)
	if err != nil && len(values) > 0 {
		err = fmt.Errorf("%w (give others with --dims)", err)
	}
	return cost, err
}

// madeInputs makes inputs for the extents: floats between −1 and 1, integers 0
// and 1. They are the same each time.
func (s *session) madeInputs(d dimsFlag) (map[string]run.Tensor, error) {
	symbols := s.model.Info.Symbols
	values, err := d.values(symbols)
	if err != nil {
		return nil, err
	}
	random := rand.New(rand.NewPCG(1, 2))
	feeds := map[string]run.Tensor{}
	for _, p := range s.model.Info.Inputs {
		t := run.Tensor{Dims: []int64{}}
		if npy.Has(p.Type) {
			t.Type, _ = run.ParseType(p.Type)
		}
		n := int64(1)
		for _, e := range p.Shape {
			extent, err := strconv.ParseInt(e, 10, 64)
			for i, name := range symbols {
				if e == name {
					extent, err = values[i], nil
				}
			}
			if err != nil {
				return nil, fmt.Errorf("input %q: extent %s is neither a number nor a symbol", p.Name, e)
			}
			t.Dims = append(t.Dims, extent)
			n *= extent
		}
		if t.Type == graph.Undefined {
			return nil, fmt.Errorf("input %q: no values of type %s can be made up", p.Name, p.Type)
		}
		t.Data = make([]byte, n*t.Type.Size())
		fill(t, random)
		feeds[p.Name] = t
	}
	return feeds, nil
}

func fill(t run.Tensor, random *rand.Rand) {
	size := int(t.Type.Size())
	for i := 0; i < len(t.Data); i += size {
		v := float32(random.Float64()*2 - 1)
		switch b := t.Data[i:]; t.Type {
		case graph.Float32:
			binary.LittleEndian.PutUint32(b, math.Float32bits(v))
		case graph.Float64:
			binary.LittleEndian.PutUint64(b, math.Float64bits(float64(v)))
		case graph.Float16:
			binary.LittleEndian.PutUint16(b, uint16(random.Uint32())&0x83ff|0x3400) // ±0.25 to ±0.5
		default:
			b[0] = byte(random.Uint32() & 1)
		}
	}
}
