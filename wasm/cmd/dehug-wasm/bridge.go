//go:build js && wasm

package main

import (
	"context"
	"errors"
	"syscall/js"
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

func errorToJS(err error) js.Value {
	var t thrown
	if errors.As(err, &t) {
		return t.value
	}
	code, hint := "internal", ""
	if f, ok := errors.AsType[*failure](err); ok {
		code, hint = f.code, f.hint
	} else if errors.Is(err, context.Canceled) {
		code = "aborted"
	}
	return js.ValueOf(map[string]any{"code": code, "message": err.Error(), "hint": hint, "reason": ""})
}
