// Command export writes the vectors of package vectors for hosts that are not
// Go programs: for each a file of bytes, and index.json, which says what lies
// where in it and which digests are right. Those are of wazero's interpreter.
//
//	go run ./wasm/internal/vectors/export [-all] DIR
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/dehug/dehug/wasm"
	"github.com/dehug/dehug/wasm/internal/vectors"
	"github.com/dehug/dehug/wasm/kernel"
	"github.com/dehug/dehug/wasm/run"
)

// span is the offset and length of bytes in a vector's file.
type span [2]int

type exported struct {
	Name    string          `json:"name"`
	File    string          `json:"file"`
	Modules map[string]span `json:"modules"` // by profile
	Shared  span            `json:"shared"`  // that of profile v8 for threads
	Model   span            `json:"model"`
	Runs    []exportedRun   `json:"runs"`
}

type exportedRun struct {
	Name    string            `json:"name"`
	Inputs  []exportedInput   `json:"inputs"`
	Digests map[string]string `json:"digests"` // by output
}

type exportedInput struct {
	Name string  `json:"name"`
	Type string  `json:"type"`
	Dims []int64 `json:"dims"`
	Data span    `json:"data"`
}

func main() {
	all := flag.Bool("all", false, "all extents, not some")
	flag.Parse()
	if err := export(flag.Arg(0), *all); err != nil {
		fmt.Fprintln(os.Stderr, "export:", err)
		os.Exit(1)
	}
}

func export(dir string, all bool) error {
	if dir == "" {
		return fmt.Errorf("name a folder to write into")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	ctx := context.Background()
	engine := run.NewEngine(ctx, run.Options{Interpreter: true})
	defer engine.Close(ctx)
	var index []exported
	for v := range vectors.All(all) {
		var file []byte
		put := func(b []byte) span {
			file = append(file, make([]byte, -len(file)&7)...) // typed arrays begin at multiples of their elements' size
			file = append(file, b...)
			return span{len(file) - len(b), len(b)}
		}
		e := exported{Name: v.Name, File: strconv.Itoa(len(index)) + ".bin", Modules: map[string]span{}, Model: put(v.Model)}
		var digests []map[string]string
		for _, p := range []kernel.Profile{kernel.V8, kernel.Wazero} {
			c, err := v.Compile(wasm.Options{Profile: p})
			if err != nil {
				return fmt.Errorf("%s: %w", v.Name, err)
			}
			e.Modules[p.String()] = put(c.Module)
			if p != kernel.Wazero {
				continue
			}
			if digests, err = v.Digests(ctx, engine, c.Module); err != nil {
				return fmt.Errorf("%s: %w", v.Name, err)
			}
		}
		shared, err := v.Compile(wasm.Options{Profile: kernel.V8, Threads: true})
		if err != nil {
			return fmt.Errorf("%s, for threads: %w", v.Name, err)
		}
		e.Shared = put(shared.Module)
		for k, r := range v.Runs {
			x := exportedRun{Name: r.Name, Inputs: []exportedInput{}, Digests: digests[k]}
			for name, t := range r.Inputs {
				x.Inputs = append(x.Inputs, exportedInput{name, t.Type.String(), t.Dims, put(t.Data)})
			}
			e.Runs = append(e.Runs, x)
		}
		if err := os.WriteFile(filepath.Join(dir, e.File), file, 0o644); err != nil {
			return err
		}
		index = append(index, e)
	}
	b, err := json.Marshal(index)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "index.json"), b, 0o644)
}
