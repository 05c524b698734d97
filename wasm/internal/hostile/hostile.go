// Package hostile helps tests that feed the compiler models which mean it no
// good: seeds to begin from, and the limits that every input must keep.
package hostile

import (
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sort"
	"testing"
	"time"

	"github.com/dehug/dehug/wasm/internal/onnxtest"
)

// What one input may cost, in time and in bytes that the heap grows by. Where the
// system can tell, it is the time of the thread, which other programs do not add to.
const (
	MaxTime  = 2 * time.Second
	MaxBytes = 256 << 20
)

// hang is when an input that does not end is given up: the panic names the
// place, and fuzzing keeps the input.
const hang = 2 * time.Minute

// Within fails the test when f, which does its work on the caller's goroutine,
// costs more than an input may. What somebody else took of the machine is told
// from f's by trying again.
func Within(t testing.TB, f func()) {
	t.Helper()
	watchdog := time.AfterFunc(hang, func() { panic("hostile: an input takes longer than " + hang.String()) })
	defer watchdog.Stop()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var before, after runtime.MemStats
	var took time.Duration
	for range 3 {
		runtime.ReadMemStats(&before)
		start := clock()
		f()
		took = clock() - start
		runtime.ReadMemStats(&after)
		if after.TotalAlloc-before.TotalAlloc > MaxBytes { // garbage included: look closer
			if n := peak(f); n > MaxBytes {
				t.Fatalf("the heap grew by %d MiB, allowed are %d", n>>20, MaxBytes>>20)
			}
		}
		if took <= MaxTime {
			return
		}
	}
	t.Fatalf("the input took %v, allowed are %v", took, MaxTime)
}

// peak runs f with a collector that is always near, and returns by how much the
// heap grew.
func peak(f func()) uint64 {
	defer debug.SetGCPercent(debug.SetGCPercent(10))
	live := func() uint64 {
		sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		metrics.Read(sample)
		return sample[0].Value.Uint64()
	}
	runtime.GC()
	before, most := live(), uint64(0)
	done := make(chan struct{})
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-done:
				return
			case <-time.After(time.Millisecond):
				most = max(most, live())
			}
		}
	}()
	f()
	close(done)
	<-stopped
	return max(most, before) - before
}

// Models returns the models of the ONNX backend suite and the structure of the
// real models, if they have been fetched (make test fetches both): files, by a
// name that does not depend on the machine. Unless all of them are asked for,
// or all tests are, they are one in eight: enough where seeds are tests.
func Models(t testing.TB, all bool) (names []string, files [][]byte) {
	t.Helper()
	root := root(t)
	if root == "" {
		return nil, nil
	}
	var paths []string
	for _, pattern := range []string{
		".venv/lib/python3*/site-packages/onnx/backend/test/data/*/*/model.onnx",
		".cache/models/*.onnx", ".cache/models/*/*.onnx",
	} {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		sort.Strings(found)
		paths = append(paths, found...)
	}
	all = all || os.Getenv("DEHUG_TEST_ALL") == "1"
	for i, path := range paths {
		if !all && i%8 != 0 {
			continue
		}
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(path)
		if name == "model.onnx" {
			dir := filepath.Dir(path)
			name = filepath.Base(filepath.Dir(dir)) + "/" + filepath.Base(dir)
		}
		b = onnxtest.Structure(b)
		if len(b) > 256<<10 {
			continue // mutations would hardly ever hit what matters
		}
		names, files = append(names, name), append(files, b)
	}
	if len(files) == 0 {
		t.Log("no seeds but those at hand: make conformance fetches the suite")
	}
	return names, files
}

// root is the repository's folder, "" where tests see no files of it: in a browser.
func root(t testing.TB) string {
	if runtime.GOOS == "js" {
		return ""
	}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			return ""
		}
		dir = filepath.Dir(dir)
	}
}
