package run_test

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/kernel"
	"github.com/dehug/dehug/wasm/lower"
	"github.com/dehug/dehug/wasm/run"
)

// expModule compiles y = Exp(x) over [N, 1000], for threads.
func expModule(t *testing.T, profile kernel.Profile) []byte {
	t.Helper()
	shape := graph.Shape{graph.Sym("N"), graph.Num(1000)}
	x := &graph.Value{Name: "x", Type: graph.Float32, Shape: shape}
	y := &graph.Value{Name: "y", Type: graph.Float32, Shape: shape}
	y.Def = &graph.Node{Op: "Exp", Name: "exp", Inputs: []*graph.Value{x}, Outputs: []*graph.Value{y}}
	p, err := lower.Lower(&graph.Graph{Inputs: []*graph.Value{x}, Outputs: []*graph.Value{y}, Nodes: []*graph.Node{y.Def}},
		lower.Options{Profile: profile, Threads: true, MaxMemory: 1 << 26})
	if err != nil {
		t.Fatal(err)
	}
	return p.Module
}

func thread(t *testing.T, module []byte, o run.Options) *run.Instance {
	t.Helper()
	ctx := context.Background()
	e := run.NewEngine(ctx, o)
	t.Cleanup(func() { e.Close(ctx) })
	m, err := e.Compile(ctx, module)
	if err != nil {
		t.Fatal(err)
	}
	inst, err := m.Instantiate(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := inst.Fill(ctx, run.File(bytes.NewReader(nil))); err != nil {
		t.Fatal(err)
	}
	return inst
}

// TestThreadsGiveTheSameBits runs large and small shapes on 1 to 5 goroutines,
// on memories that are shared and that are not.
func TestThreadsGiveTheSameBits(t *testing.T) {
	ctx := context.Background()
	var want [3][]byte
	for threads := 1; threads <= 5; threads++ {
		for _, p := range []kernel.Profile{kernel.V8, kernel.Wazero} {
			inst := thread(t, expModule(t, p), run.Options{Threads: threads, ShareAll: threads%2 == 0})
			for round := range 20 {
				for k, n := range []int64{1, 999, 3} {
					x := f32([]int64{n, 1000})
					for i := range x.Data {
						x.Data[i] = byte(i*i%251) & 0xbf // no huge exponents
					}
					out, err := inst.Run(ctx, map[string]run.Tensor{"x": x})
					if err != nil {
						t.Fatal(err)
					}
					if want[k] == nil {
						want[k] = out["y"].Data
					}
					if !bytes.Equal(out["y"].Data, want[k]) {
						t.Fatalf("%d threads, profile %s, round %d, N = %d: other bits than one thread's", threads, p, round, n)
					}
				}
			}
		}
	}
}

// TestCancelThreads ends a run between steps, after which the instance works.
func TestCancelThreads(t *testing.T) {
	inst := thread(t, expModule(t, kernel.Wazero), run.Options{Threads: 3, ShareAll: true})
	in := map[string]run.Tensor{"x": f32([]int64{500, 1000})}
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		time.Sleep(5 * time.Millisecond)
		cancel()
	}()
	for {
		if _, err := inst.Run(ctx, in); err != nil {
			if !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			break
		}
	}
	if _, err := inst.Run(context.Background(), in); err != nil {
		t.Fatal(err)
	}
}

func TestMemoryLimit(t *testing.T) {
	ctx := context.Background()
	inst := thread(t, expModule(t, kernel.Wazero), run.Options{MaxMemory: 1 << 20, Threads: 2})
	if _, err := inst.Run(ctx, map[string]run.Tensor{"x": f32([]int64{10, 1000})}); err != nil {
		t.Fatal(err)
	}
	if _, err := inst.Run(ctx, map[string]run.Tensor{"x": f32([]int64{1000, 1000})}); !errors.Is(err, run.ErrMemory) {
		t.Errorf("8 MB in an instance of 1 MiB: got %v, want %v", err, run.ErrMemory)
	}
	e := run.NewEngine(ctx, run.Options{MaxMemory: 1})
	defer e.Close(ctx)
	m, err := e.Compile(ctx, expModule(t, kernel.Wazero))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Instantiate(ctx); !errors.Is(err, run.ErrMemory) {
		t.Errorf("one byte: got %v, want %v", err, run.ErrMemory)
	}
}
