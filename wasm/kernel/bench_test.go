package kernel_test

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/tetratelabs/wazero"

	"github.com/dehug/dehug/wasm/kernel"
	"github.com/dehug/dehug/wasm/kernel/internal/shapes"
)

// BenchmarkWazero times every shape under wazero's optimising compiler, with
// the instructions chosen for it and with those for V8.
func BenchmarkWazero(b *testing.B) {
	ctx := context.Background()
	rt := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigCompiler())
	defer rt.Close(ctx)
	if _, err := rt.InstantiateWithConfig(ctx, memoryModule, wazero.NewModuleConfig().WithName("dehug")); err != nil {
		b.Fatal(err)
	}
	for _, p := range []kernel.Profile{kernel.Wazero, kernel.V8} {
		for _, s := range shapes.All {
			b.Run(p.String()+"/"+s.Name, func(b *testing.B) {
				mod, err := rt.InstantiateWithConfig(ctx, s.Module(p, false), wazero.NewModuleConfig().WithName(""))
				if err != nil {
					b.Fatal(err)
				}
				defer mod.Close(ctx)
				run := mod.ExportedFunction("run")
				best := time.Duration(math.MaxInt64)
				for b.Loop() {
					start := time.Now()
					if _, err := run.Call(ctx); err != nil {
						b.Fatal(err)
					}
					best = min(best, time.Since(start))
				}
				// Other programs on the machine only ever add time.
				b.ReportMetric(float64(s.Operations())/float64(best.Nanoseconds()), "best-Gop/s")
			})
		}
	}
}

// memoryModule exports a memory of shapes.Pages (512, as LEB128 80 04) pages:
// a host module of wazero's cannot export one.
var memoryModule = []byte("\x00asm\x01\x00\x00\x00\x05\x06\x01\x01\x80\x04\x80\x04\x07\x0a\x01\x06memory\x02\x00")
