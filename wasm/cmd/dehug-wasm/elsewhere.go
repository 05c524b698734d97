//go:build !js || !wasm

package main

import "os"

// main is for who builds this for a machine: tools that look at all packages find one here, and people a sentence.
func main() {
	os.Stderr.WriteString("dehug-wasm: this is a program for browsers; build it with GOOS=js GOARCH=wasm\n")
	os.Exit(2)
}
