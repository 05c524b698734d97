//go:build js && wasm

// Command dehug-wasm is the browser build: it fetches, verifies and compiles models for a page. It is the only code
// that knows syscall/js; api.d.ts beside it describes both sides of the bridge.
//
// It holds no weights and runs no model. Chunks stay in ArrayBuffers, where JavaScript put them, from the fetch to the
// memory of the model.
package main

import (
	"cmp"
	"context"
	"errors"
	"io"
	"strings"
	"syscall/js"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/wasm"
	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/stream"
)

// window is how many chunks may be on their way to the model's memory at once: 8 MiB, enough to keep two gateways
// busy over a long line and little enough for a phone.
const window = 8

func main() {
	host := js.Global().Get("dehug")
	stop := make(chan struct{})
	host.Call("ready", js.ValueOf(map[string]any{
		"load": js.FuncOf(func(_ js.Value, args []js.Value) any {
			return promise(func() (any, error) { return load(host, args[0]) })
		}),
		"stop": js.FuncOf(func(js.Value, []js.Value) any {
			close(stop)
			return nil
		}),
	}))
	<-stop
}

// load does what a Job says. Its steps are named as the phases that the page shows.
func load(host, job js.Value) (any, error) {
	ctx, release := withSignal(job.Get("signal"))
	defer release()
	phase := func(name string) { job.Call("event", map[string]any{"type": "phase", "phase": name}) }

	if bytes := job.Get("bytes"); !bytes.IsNull() {
		return loadBytes(ctx, job, &buffer{host: host, array: bytes, n: int64(bytes.Length())}, phase)
	}
	verifyOnly := job.Get("verifyOnly").Bool()
	options, err := readOptions(host, job)
	if err != nil {
		return nil, err
	}
	options.Whole = verifyOnly
	options.Foreign = !verifyOnly
	rel, err := stream.Open(ctx, job.Get("ref").String(), options)
	if err != nil {
		return nil, err
	}
	defer rel.Settle()
	if verifyOnly {
		phase("filling")
		if err := eachChunk(ctx, rel, func(stream.ChunkID, stream.Buffer) error { return nil }); err != nil {
			return nil, err
		}
		return result(rel, nil), nil
	}

	phase("skimming")
	entry, err := rel.File(ctx, rel.Needed[0].Path)
	if err != nil {
		return nil, err
	}
	compiled, err := compile(ctx, job, entry.Path, entry.Reader(ctx), entry.Size, phase)
	if err != nil {
		return nil, err
	}
	fill, err := plan(rel, compiled, options.MaxBytes)
	if err != nil {
		return nil, err
	}
	err = pour(ctx, job, compiled, fill, phase, func(use func(stream.ChunkID, js.Value) error) error {
		return rel.Chunks(ctx, fill.Chunks, window, func(id stream.ChunkID, body stream.Buffer) error { return use(id, body.(*buffer).array) })
	})
	if err != nil {
		return nil, err
	}
	return result(rel, compiled), nil
}

// loadBytes does what a Job with the bytes of an ONNX file says.
func loadBytes(ctx context.Context, job js.Value, file *buffer, phase func(string)) (any, error) {
	const path = "model.onnx" // by which the file calls itself
	phase("skimming")
	compiled, err := compile(ctx, job, path, file, file.n, phase)
	if err != nil {
		return nil, err
	}
	tensors := tensorsOf(compiled, func(other string) string { // others are not found
		return cmp.Or(other, path)
	})
	fill, err := stream.NewFill(tensors, compiled.Layout.Items, int64(compiled.Layout.Initial)*page, []manifest.File{{Path: path, Size: file.n}})
	if err != nil {
		return nil, err
	}
	err = pour(ctx, job, compiled, fill, phase, func(use func(stream.ChunkID, js.Value) error) error {
		for _, id := range fill.Chunks {
			off := int64(id.Index) * manifest.ChunkSize
			if err := use(id, file.array.Call("slice", off, min(off+manifest.ChunkSize, file.n))); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return map[string]any{"bytesFetched": file.n, "bytesVerified": file.n, "loadBytes": file.n, "moduleBytes": len(compiled.Module)}, nil
}

// compile compiles the model of size bytes that is called path.
func compile(ctx context.Context, job js.Value, path string, model io.ReaderAt, size int64, phase func(string)) (*wasm.Compiled, error) {
	o := compileOptions(job)
	g, err := wasm.LoadGraph(ctx, model, size, o)
	if err != nil {
		return nil, compileError(path, err)
	}
	phase("compiling")
	compiled, err := wasm.CompileGraph(g, o)
	if err != nil {
		return nil, compileError(path, err)
	}
	return compiled, nil
}

// page is WebAssembly's unit of memory, in bytes.
const page = 1 << 16

// compileOptions reads how a model is to be compiled.
func compileOptions(job js.Value) wasm.Options {
	o := wasm.Options{
		Fast: job.Get("fast").Bool(), Threads: job.Get("threads").Bool(),
		Session: job.Get("session").Bool(), Capacity: int64(job.Get("capacity").Float()), Symbols: map[string]int64{},
	}
	extents := job.Get("extents")
	for i := range extents.Length() {
		e := extents.Index(i)
		o.Symbols[e.Get("name").String()] = int64(e.Get("value").Float())
	}
	return o
}

// readOptions reads the sources and what the page insists on.
func readOptions(host, job js.Value) (stream.Options, error) {
	o := stream.Options{
		Fetcher:  fetcher{host},
		Recover:  recoverer(host),
		MaxBytes: int64(job.Get("maxBytes").Float()),
		Events:   func(e stream.Event) { job.Call("event", eventToJS(e)) },
	}
	if s := job.Get("signer"); s.Type() == js.TypeString {
		a, err := manifest.ParsePastedAddress(s.String())
		if err != nil {
			return o, &stream.Error{Code: stream.CodeInvalid, Message: "signer: " + err.Error(), Hint: "copy the address as the author gives it, 0x and 40 hex digits", Err: err}
		}
		o.Signer = &a
	}
	if kept := job.Get("store"); kept.Truthy() {
		o.Store = store{host, kept}
	}
	if file := job.Get("file"); file.Type() == js.TypeString {
		o.Only = file.String()
	}
	list := job.Get("sources")
	for i := range list.Length() {
		s := list.Index(i)
		source := stream.Source{URL: s.Get("url").String(), Label: s.Get("label").String()}
		if b := s.Get("banned"); b.Truthy() {
			source.Banned = evidenceFromJS(b)
		}
		o.Sources = append(o.Sources, source)
	}
	return o, nil
}

// plan finds out which chunks hold weights. Files other than the entry join the release's needed files, and the limit
// is held against all of them before any of their bytes is fetched.
func plan(rel *stream.Release, c *wasm.Compiled, limit int64) (*stream.Fill, error) {
	entry := rel.Needed[0].Path
	folder := entry[:strings.LastIndexByte(entry, '/')+1]
	tensors := tensorsOf(c, func(other string) string {
		if other == "" {
			return entry
		}
		return folder + other
	})
	known := map[string]bool{entry: true}
	for _, t := range tensors {
		if f, ok := rel.Manifest.File(t.Path); ok && !known[t.Path] {
			known[t.Path] = true
			rel.Needed = append(rel.Needed, f)
		}
	}
	if err := rel.Admit(limit); err != nil {
		return nil, err
	}
	return stream.NewFill(tensors, c.Layout.Items, int64(c.Layout.Initial)*page, rel.Needed)
}

// tensorsOf is where the weights are. named gives the path of a file that the model calls something, "" being itself.
func tensorsOf(c *wasm.Compiled, named func(string) string) []stream.Tensor {
	var tensors []stream.Tensor
	for _, t := range c.Layout.Tensors {
		tensors = append(tensors, stream.Tensor{Path: named(t.Path), Off: t.Off, Len: t.Len, Dst: t.Dst, Item: t.Item})
	}
	return tensors
}

// pour hands the module to the run host, and then the chunks that each brings, once and by transfer, with what is to be done with them.
func pour(ctx context.Context, job js.Value, c *wasm.Compiled, fill *stream.Fill, phase func(string), each func(use func(stream.ChunkID, js.Value) error) error) error {
	if _, err := await(ctx, job.Call("module", toJS(c.Module))); err != nil {
		return err
	}
	phase("filling")
	give := func(n int, body js.Value, ops []stream.Op) error {
		_, err := await(ctx, job.Call("fill", n, body, opsToJS(ops)))
		return err
	}
	if err := give(-1, js.Null(), fill.Begin()); err != nil {
		return err
	}
	err := each(func(id stream.ChunkID, body js.Value) error {
		n, ops := fill.Add(id)
		return give(n, body, ops)
	})
	if err == nil && !fill.Done() {
		panic("dehug-wasm: all chunks are here and the memory is not filled")
	}
	return err
}

// eachChunk fetches every chunk of the needed files, in no order, and hands it on.
func eachChunk(ctx context.Context, rel *stream.Release, use func(stream.ChunkID, stream.Buffer) error) error {
	for _, f := range rel.Needed {
		file, err := rel.File(ctx, f.Path)
		if err != nil {
			return err
		}
		list := make([]stream.ChunkID, file.Count())
		for i := range list {
			list[i] = stream.ChunkID{Path: f.Path, Index: i}
		}
		if err := rel.Chunks(ctx, list, window, use); err != nil {
			return err
		}
	}
	return nil
}

// compileError says whether the model is at fault, or what it asks for. Errors of the stream pass through: the
// compiler reads the model through it.
func compileError(path string, err error) error {
	if e, ok := errors.AsType[*stream.Error](err); ok {
		return e
	}
	e := &stream.Error{Code: stream.CodeInvalid, Message: path + ": " + err.Error(), Err: err,
		Hint: "the file is not an ONNX model that this engine can read: export it again, or tell its author"}
	operator, _ := errors.AsType[*graph.UnsupportedOperator](err)
	switch {
	case operator != nil || errors.Is(err, wasm.ErrUnsupported):
		e.Code = stream.CodeUnsupported
		e.Hint = "export the model without it, or with another opset"
	case errors.Is(err, wasm.ErrTooLarge):
		e.Code = stream.CodeTooLarge
		e.Hint = "use a smaller model, or smaller inputs"
	}
	return e
}
