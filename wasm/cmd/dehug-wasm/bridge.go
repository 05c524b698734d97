//go:build js && wasm

package main

import (
	"context"
	"errors"
	"io"
	"syscall/js"

	"github.com/dehug/dehug/internal/sha256"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/wasm"
	"github.com/dehug/dehug/wasm/stream"
)

// promise runs f in a goroutine and returns a JavaScript promise of what it returns.
func promise(f func() (any, error)) js.Value {
	var run js.Func
	run = js.FuncOf(func(_ js.Value, settle []js.Value) any {
		go func() {
			defer run.Release()
			v, err := f()
			if err != nil {
				settle[1].Invoke(errorToJS(err))
				return
			}
			settle[0].Invoke(v)
		}()
		return nil
	})
	return js.Global().Get("Promise").New(run)
}

// thrown is what a JavaScript promise was rejected with. It goes back to JavaScript as it came.
type thrown struct{ value js.Value }

func (t thrown) Error() string {
	if t.value.Type() == js.TypeObject {
		if m := t.value.Get("message"); m.Type() == js.TypeString {
			return m.String()
		}
	}
	return t.value.String()
}

// await blocks until p is settled or ctx ends.
func await(ctx context.Context, p js.Value) (js.Value, error) {
	type outcome struct {
		value js.Value
		err   error
	}
	settled := make(chan outcome, 1)
	var then, catch js.Func
	release := func() { then.Release(); catch.Release() }
	then = js.FuncOf(func(_ js.Value, args []js.Value) any {
		release()
		o := outcome{value: js.Undefined()}
		if len(args) > 0 {
			o.value = args[0]
		}
		settled <- o
		return nil
	})
	catch = js.FuncOf(func(_ js.Value, args []js.Value) any {
		release()
		settled <- outcome{err: thrown{args[0]}}
		return nil
	})
	p.Call("then", then, catch)
	select {
	case o := <-settled:
		return o.value, o.err
	case <-ctx.Done():
		return js.Undefined(), context.Cause(ctx)
	}
}

// withSignal returns a context that ends when an AbortSignal does.
func withSignal(signal js.Value) (context.Context, func()) {
	ctx, cancel := context.WithCancel(context.Background())
	abort := js.FuncOf(func(js.Value, []js.Value) any {
		cancel()
		return nil
	})
	signal.Call("addEventListener", "abort", abort)
	if signal.Get("aborted").Bool() {
		cancel()
	}
	return ctx, func() {
		cancel()
		signal.Call("removeEventListener", "abort", abort)
		abort.Release()
	}
}

func toJS(b []byte) js.Value {
	array := js.Global().Get("Uint8Array").New(len(b))
	js.CopyBytesToJS(array, b)
	return array
}

// toGo copies an array of the length that out has.
func toGo(out []byte, array js.Value) error {
	if js.CopyBytesToGo(out, array) != len(out) {
		return errors.New("an array of the wrong length came from JavaScript")
	}
	return nil
}

// fetcher gets blocks by the page's fetch().
type fetcher struct{ host js.Value }

func (f fetcher) Fetch(ctx context.Context, r stream.Request) (stream.Response, error) {
	progress := js.FuncOf(func(_ js.Value, args []js.Value) any {
		r.Progress(int64(args[0].Float()))
		return nil
	})
	defer progress.Release()
	call := f.host.Call("fetch", r.URL, float64(r.Limit), r.Fresh, progress)
	v, err := await(ctx, call.Get("response"))
	if err != nil {
		call.Call("abort") // also tells it to call progress no more
		return stream.Response{}, err
	}
	res := stream.Response{
		Status:      v.Get("status").Int(),
		ContentType: v.Get("contentType").String(),
		RetryAfter:  v.Get("retryAfter").String(),
	}
	if body := v.Get("body"); !body.IsNull() {
		res.Body = &buffer{host: f.host, array: body, n: int64(body.Length())}
	}
	return res, nil
}

// Join copies parts of arrays into a new one, without a way through Go.
func (f fetcher) Join(size int64, parts []stream.Part) (stream.Buffer, error) {
	out := js.Global().Get("Uint8Array").New(size)
	for _, p := range parts {
		if b, ok := p.Body.(*buffer); ok {
			out.Call("set", b.array.Call("subarray", p.From, p.To), p.At)
			continue
		}
		part := make([]byte, p.To-p.From) // the root, which was read as a document
		if n, err := p.Body.ReadAt(part, p.From); n < len(part) {
			return nil, err
		}
		out.Call("set", toJS(part), p.At)
	}
	return &buffer{host: f.host, array: out, n: size}, nil
}

// buffer is a Uint8Array that JavaScript keeps.
type buffer struct {
	host  js.Value
	array js.Value
	n     int64
}

func (b *buffer) Len() int64 { return b.n }

func (b *buffer) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 || off > b.n {
		return 0, io.EOF
	}
	n := js.CopyBytesToGo(p, b.array.Call("subarray", off, min(off+int64(len(p)), b.n)))
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// SHA256 asks WebCrypto, which is some ten times faster than Go is here. It is missing in insecure contexts.
func (b *buffer) SHA256(ctx context.Context) (manifest.Digest, error) {
	var d manifest.Digest
	if p := b.host.Call("sha256", b.array); !p.IsNull() {
		sum, err := await(ctx, p)
		if err != nil {
			return d, err
		}
		return d, toGo(d[:], sum)
	}
	h := sha256.New()
	piece := make([]byte, min(b.n, 64<<10))
	for off := int64(0); off < b.n; {
		n, _ := b.ReadAt(piece, off)
		if n == 0 {
			return d, io.ErrUnexpectedEOF
		}
		h.Write(piece[:n])
		off += int64(n)
	}
	return h.Sum(), nil
}

// store keeps blocks where the page does.
type store struct{ host, page js.Value }

func (s store) Find(ctx context.Context, cid manifest.CID) stream.Buffer {
	v, err := await(ctx, s.page.Call("find", string(cid)))
	if err != nil || v.IsNull() {
		return nil
	}
	return &buffer{host: s.host, array: v, n: int64(v.Length())}
}

func (s store) Spoilt(ctx context.Context, cid manifest.CID) {
	await(ctx, s.page.Call("spoilt", string(cid))) // whatever came of it, the block is fetched
}

func (s store) Keep(cid manifest.CID, body stream.Buffer) func() {
	kept := s.page.Call("keep", string(cid), body.(*buffer).array)
	return func() { await(context.Background(), kept) } // a store that fails keeps nothing, which is no error of the load
}

func (s store) Release(cid manifest.CID) { s.page.Call("release", string(cid)) }

// recoverer leaves the curve arithmetic to JavaScript; what the answer means is decided in package manifest.
func recoverer(host js.Value) manifest.Recoverer {
	return func(hash, r, s [32]byte, v byte) (a manifest.Address, err error) {
		defer func() {
			if e, ok := recover().(js.Error); ok { // a point that is not on the curve
				err = e
			}
		}()
		return a, toGo(a[:], host.Call("recover", toJS(hash[:]), toJS(r[:]), toJS(s[:]), int(v)))
	}
}

// opsToJS packs ops as five numbers each: kind, chunk or item, from, length, address.
func opsToJS(ops []stream.Op) js.Value {
	array := js.Global().Get("Uint32Array").New(5 * len(ops))
	b := make([]byte, 0, 20*len(ops))
	word := func(v uint32) { b = append(b, byte(v), byte(v>>8), byte(v>>16), byte(v>>24)) }
	for _, o := range ops {
		word(uint32(o.Kind))
		if o.Kind == stream.OpPrepare {
			word(uint32(o.Item))
		} else {
			word(uint32(o.Chunk))
		}
		word(o.From)
		word(o.Len)
		word(o.Dst)
	}
	js.CopyBytesToJS(js.Global().Get("Uint8Array").New(array.Get("buffer")), b)
	return array
}

func errorToJS(err error) js.Value {
	var t thrown
	if errors.As(err, &t) {
		return t.value
	}
	code, hint := "internal", ""
	if e, ok := errors.AsType[*stream.Error](err); ok {
		code, hint = string(e.Code), e.Hint
	} else if errors.Is(err, context.Canceled) {
		code = string(stream.CodeAborted)
	}
	return js.ValueOf(map[string]any{"code": code, "message": err.Error(), "hint": hint, "reason": manifest.CodeOf(err)})
}

func eventToJS(e stream.Event) map[string]any {
	switch e := e.(type) {
	case stream.ManifestEvent:
		return map[string]any{"type": "manifest", "manifest": releaseToJS(e.Release)}
	case stream.ChunkEvent:
		return map[string]any{
			"type": "chunk", "file": e.File, "index": e.Index, "count": e.Count, "size": e.Size,
			"state": string(e.State), "source": e.Source, "bytes": e.Bytes, "evidence": evidenceToJS(e.Evidence),
		}
	case stream.SourceEvent:
		return map[string]any{
			"type": "source", "source": e.Source, "label": e.Label, "state": string(e.State), "evidence": evidenceToJS(e.Evidence),
		}
	}
	panic("dehug-wasm: an event that the page has no word for")
}

func evidenceToJS(e *stream.Evidence) any {
	if e == nil {
		return nil
	}
	got := ""
	if !e.Got.IsZero() {
		got = e.Got.String()
	}
	return map[string]any{
		"source": e.Source, "label": e.Label, "verdict": string(e.Verdict), "what": e.What, "reason": e.Reason,
		"cid": string(e.CID), "expected": e.Expected.String(), "got": got,
		"bytes": e.Bytes, "expectedBytes": e.ExpectedBytes, "status": e.Status,
	}
}

// evidenceFromJS reads back what evidenceToJS wrote in an earlier load. It comes from the page's own memory.
func evidenceFromJS(v js.Value) *stream.Evidence {
	e := &stream.Evidence{
		Source: v.Get("source").String(), Label: v.Get("label").String(), Verdict: stream.VerdictLying,
		What: v.Get("what").String(), Reason: v.Get("reason").String(), CID: manifest.CID(v.Get("cid").String()),
		Bytes: int64(v.Get("bytes").Float()), ExpectedBytes: int64(v.Get("expectedBytes").Float()), Status: v.Get("status").Int(),
	}
	e.Expected, _ = manifest.ParseDigest(v.Get("expected").String())
	e.Got, _ = manifest.ParseDigest(v.Get("got").String())
	return e
}

func releaseToJS(r *stream.Release) map[string]any {
	m := r.Manifest
	needed := map[string]bool{}
	for _, f := range r.Needed {
		needed[f.Path] = true
	}
	var total int64
	var files, authors, signers []any
	for _, f := range m.Files {
		total += f.Size
		files = append(files, map[string]any{
			"path": f.Path, "size": f.Size, "chunks": manifest.Leaves(f.Size), "mediaType": f.MediaType, "needed": needed[f.Path],
		})
	}
	for _, a := range m.Authors {
		authors = append(authors, map[string]any{"address": a.Address.String(), "role": a.Role, "share": a.Share})
	}
	for _, s := range r.Signers {
		signers = append(signers, s.String())
	}
	out := map[string]any{
		"digest": r.Digest.String(), "cid": string(r.CID), "release": nil,
		"kind": m.Kind, "name": m.Name, "title": m.Title, "version": m.Version, "summary": m.Summary, "tags": stringsToJS(m.Tags),
		"license": map[string]any{"spdx": m.License.SPDX, "uri": m.License.URI}, "authors": authors, "created": m.Created,
		"signer": nil, "signers": signers, "files": files, "totalBytes": total, "loadBytes": r.NeededBytes(), "entry": nil, "task": nil,
	}
	if r.Release != "" {
		out["release"] = string(r.Release)
	}
	if r.Signer != nil {
		out["signer"] = r.Signer.String()
	}
	if entry, err := m.Entry(); err == nil {
		out["entry"] = entry.Path
	}
	if m.Task != nil {
		out["task"] = taskToJS(m.Task)
	}
	return out
}

func taskToJS(t *manifest.Task) map[string]any {
	params := map[string]any{}
	for _, p := range t.Params {
		params[p.Key] = p.Value
	}
	out := map[string]any{"id": t.ID, "params": params, "image": nil}
	if in := t.Image; in != nil {
		out["image"] = map[string]any{
			"name": in.Name, "layout": in.Layout, "color": in.Color, "width": in.Width, "height": in.Height,
			"resize": in.Resize, "low": in.Low, "high": in.High, "mean": stringsToJS(in.Mean), "std": stringsToJS(in.Std),
		}
	}
	return out
}

func stringsToJS(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}

// result is what load's promise is fulfilled with.
func result(r *stream.Release, c *wasm.Compiled) map[string]any {
	t := r.Traffic()
	out := map[string]any{"bytesFetched": t.Fetched, "bytesVerified": t.Verified, "loadBytes": r.NeededBytes(), "moduleBytes": 0}
	if c != nil {
		out["moduleBytes"] = len(c.Module)
	}
	return out
}
