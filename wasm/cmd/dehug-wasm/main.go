//go:build js && wasm

// Command dehug-wasm is the browser build: it compiles models for a page. It is the only code that knows syscall/js;
// api.d.ts beside it describes both sides of the bridge.
//
// It fetches nothing and believes whoever starts it: chunks of the model come from JavaScript, which has verified them.
// It holds no weights and runs no model.
package main

import (
	"context"
	"errors"
	"io"
	"syscall/js"

	"github.com/dehug/dehug/wasm"
	"github.com/dehug/dehug/wasm/graph"
)

func main() {
	host := js.Global().Get("dehug")
	stop := make(chan struct{})
	host.Call("ready", js.ValueOf(map[string]any{
		"compile": js.FuncOf(func(_ js.Value, args []js.Value) any {
			return promise(func() (any, error) { return compile(args[0]) })
		}),
		"stop": js.FuncOf(func(js.Value, []js.Value) any {
			close(stop)
			return nil
		}),
	}))
	<-stop
}

// compile does what a Job says.
func compile(job js.Value) (any, error) {
	ctx, release := withSignal(job.Get("signal"))
	defer release()
	path, size := job.Get("path").String(), int64(job.Get("size").Float())
	o := options(job)
	g, err := wasm.LoadGraph(ctx, &file{ctx: ctx, job: job, size: size, index: -1}, size, o)
	if err != nil {
		return nil, compileError(path, err)
	}
	job.Call("read")
	compiled, err := wasm.CompileGraph(g, o)
	if err != nil {
		return nil, compileError(path, err)
	}
	return toJS(compiled.Module), nil
}

// options reads how a model is to be compiled.
func options(job js.Value) wasm.Options {
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

// file reads the ONNX file of a job. It keeps the chunk that was read last, where JavaScript has put it.
type file struct {
	ctx   context.Context
	job   js.Value
	size  int64
	index int64 // of the chunk, -1 for none
	chunk js.Value
}

const chunkSize = 1 << 20

func (f *file) ReadAt(p []byte, off int64) (int, error) {
	n := 0
	for n < len(p) {
		if off < 0 || off >= f.size {
			return n, io.EOF
		}
		index, at := off/chunkSize, off%chunkSize
		if index != f.index {
			chunk, err := await(f.ctx, f.job.Call("chunk", index))
			if err != nil {
				return n, err
			}
			f.index, f.chunk = index, chunk
		}
		m := js.CopyBytesToGo(p[n:], f.chunk.Call("subarray", at))
		if m == 0 {
			return n, io.ErrUnexpectedEOF
		}
		n += m
		off += int64(m)
	}
	return n, nil
}

// failure is an error in the words of api.d.ts.
type failure struct {
	code, hint string
	err        error
}

func (f *failure) Error() string { return f.err.Error() }

// compileError says whether the model is at fault, or what it asks for. What went wrong with its chunks passes through.
func compileError(path string, err error) error {
	if t, ok := errors.AsType[thrown](err); ok {
		return t
	}
	if errors.Is(err, context.Canceled) {
		return err
	}
	f := &failure{code: "invalid", err: errors.New(path + ": " + err.Error()),
		hint: "the file is not an ONNX model that this engine can read: export it again, or tell its author"}
	operator, _ := errors.AsType[*graph.UnsupportedOperator](err)
	switch {
	case operator != nil || errors.Is(err, wasm.ErrUnsupported):
		f.code = "unsupported"
		f.hint = "export the model without it, or with another opset"
	case errors.Is(err, wasm.ErrTooLarge):
		f.code = "too_large"
		f.hint = "use a smaller model, or smaller inputs"
	}
	return f
}
