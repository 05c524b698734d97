// Package precompile makes the WebAssembly modules that a release carries for pages which do without the engine, and
// looks at those that it meets.
//
//	modules, err := precompile.Compile(ctx, "model.onnx", file, size)
//	err = precompile.Check(modules[0].Bytes, precompile.Strict)
//
// A module describes itself (wasm/ABI.md), so a release needs nothing beside it but its place, which follows from the
// model's: manifest/SPEC.md, "Precompiled modules". Compiling is deterministic: whoever has the model can compile it
// again and compare.
package precompile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/wasm"
)

// Folder is where everything of this package lies in a release. Another version of the ABI has another folder, so a
// page finds what it can run or nothing.
const Folder = ".dehug/abi-" + wasm.ABI + "/"

// RecordPath is the file that says what made the modules.
const RecordPath = Folder + "precompiled.json"

// MediaType is that of modules.
const MediaType = "application/wasm"

// Modes of modules, which are also names of folders.
const (
	Strict = "strict"
	Fast   = "fast"
)

var modes = []string{Strict, Fast}

// MaxModule bounds a module in bytes: it is read whole. Those of models in use have some hundred thousand.
const MaxModule = 64 << 20

// A Module is a compiled model and its place in the release.
type Module struct {
	Model string // manifest path of the ONNX file
	Mode  string // Strict or Fast
	Bytes []byte
}

// Path is the module's manifest path.
func (m Module) Path() string { return Path(m.Model, m.Mode) }

// Path is where the module of a model lies.
func Path(model, mode string) string { return Folder + mode + "/" + model + ".wasm" }

// ParsePath tells of which model, in which mode, the file at path is the module.
func ParsePath(path string) (model, mode string, ok bool) {
	rest, ok := strings.CutPrefix(path, Folder)
	if !ok {
		return "", "", false
	}
	mode, file, _ := strings.Cut(rest, "/")
	model, ok = strings.CutSuffix(file, ".wasm")
	return model, mode, ok && model != "" && (mode == Strict || mode == Fast)
}

// IsModel reports whether a file is a model that can be compiled: the entry, or a further ONNX file, which must have
// another media type.
func IsModel(f manifest.File) bool {
	return f.MediaType == manifest.MediaTypeONNX || strings.HasSuffix(strings.ToLower(f.Path), ".onnx")
}

// Compile makes the modules of the ONNX model at path, whose size bytes r reads: what the engine in a page would make
// of it with its default options, in each mode.
func Compile(ctx context.Context, path string, r io.ReaderAt, size int64) ([]Module, error) {
	var out []Module
	for _, mode := range modes {
		m, err := CompileMode(ctx, path, mode, r, size)
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}

// CompileMode is Compile for one mode.
func CompileMode(ctx context.Context, path, mode string, r io.ReaderAt, size int64) (Module, error) {
	compiled, err := wasm.Compile(ctx, r, size, wasm.Options{Fast: mode == Fast})
	switch {
	case ctx.Err() != nil:
		return Module{}, ctx.Err()
	case errors.Is(err, wasm.ErrTooLarge):
		return Module{}, relay.Errorf(relay.CodeTooLarge, "compiling %s: %w", path, err)
	case err != nil:
		return Module{}, relay.Errorf(relay.CodeInvalid, "compiling %s: %w", path, err).
			WithHint("`dehug-run check` says what the model asks for; without --precompile it is published as it is")
	}
	return Module{path, mode, compiled.Module}, nil
}

// The record is a canonical document like a manifest, of one version of this program.
const recordForm = `{"engine":"%s","schema":"dehug/precompiled/v0"}`

var recordPattern = regexp.MustCompile(`^\{"engine":"([ !#-\[\]-~]{1,200})","schema":"dehug/precompiled/v0"\}$`)

// MaxRecord is more than the longest record has, in bytes.
const MaxRecord = 512

// Record says that this program made the modules.
func Record() []byte { return fmt.Appendf(nil, recordForm, Engine()) }

// ParseRecord returns the engine that a record names.
func ParseRecord(doc []byte) (engine string, err error) {
	match := recordPattern.FindSubmatch(doc)
	if match == nil {
		return "", relay.Errorf(relay.CodeInvalid, "%s is not of the form {\"engine\":…,\"schema\":\"dehug/precompiled/v0\"}", RecordPath)
	}
	return string(match[1]), nil
}

// Engine names the compiler that this program is built with.
func Engine() string { return "dehug " + relay.Build() }
