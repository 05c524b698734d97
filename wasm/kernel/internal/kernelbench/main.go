// Kernelbench writes one module for each kernel shape, profile and mode, and
// list.json, which bench.mjs beside this file times in Node and in browsers.
//
//	go run ./wasm/kernel/internal/kernelbench DIR && node wasm/kernel/internal/kernelbench/bench.mjs DIR
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/dehug/dehug/wasm/kernel"
	"github.com/dehug/dehug/wasm/kernel/internal/shapes"
)

type entry struct {
	Name       string `json:"name"`
	File       string `json:"file"`
	Operations int    `json:"operations"`
	Bytes      int    `json:"bytes"`
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: kernelbench DIR")
		os.Exit(2)
	}
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "kernelbench: error:", err)
		os.Exit(1)
	}
}

func write(dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	var list []entry
	for _, s := range shapes.All {
		for mode, fast := range map[string]bool{"strict": false, "fast": true} {
			b := s.Module(kernel.V8, fast)
			file := s.Name + "." + mode + ".wasm"
			if err := os.WriteFile(filepath.Join(dir, file), b, 0o666); err != nil {
				return err
			}
			list = append(list, entry{s.Name + " " + mode, file, s.Operations(), len(b)})
		}
	}
	b, err := json.MarshalIndent(list, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "list.json"), b, 0o666)
}
