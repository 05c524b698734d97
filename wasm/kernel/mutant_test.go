package kernel

import (
	"testing"

	"github.com/dehug/dehug/wasm/emit"
)

// TestComparisonCatchesMutants runs modules with mistakes that compilers of
// numerical code make, and expects every engine's comparison to notice.
func TestComparisonCatchesMutants(t *testing.T) {
	const k, pixels = 64, 16 // one sum in three comes out the same by chance
	for _, m := range []struct {
		name  string
		catch bool
		dot   func(f *emit.Func, sum emit.Local, product func(i int))
	}{
		{"none", false, func(f *emit.Func, sum emit.Local, product func(i int)) {
			for i := range k {
				f.LocalGet(sum)
				product(i)
				f.Op(emit.F32Add)
				f.LocalSet(sum)
			}
		}},
		{"two accumulators", true, func(f *emit.Func, sum emit.Local, product func(i int)) {
			other := f.Local(emit.F32)
			for i := range k {
				l := []emit.Local{sum, other}[i%2]
				f.LocalGet(l)
				product(i)
				f.Op(emit.F32Add)
				f.LocalSet(l)
			}
			f.LocalGet(sum)
			f.LocalGet(other)
			f.Op(emit.F32Add)
			f.LocalSet(sum)
		}},
		{"descending", true, func(f *emit.Func, sum emit.Local, product func(i int)) {
			for i := range k {
				f.LocalGet(sum)
				product(k - 1 - i)
				f.Op(emit.F32Add)
				f.LocalSet(sum)
			}
		}},
		{"product not rounded", true, func(f *emit.Func, sum emit.Local, product func(i int)) {
			wide := f.Local(emit.F64)
			for i := range k {
				product(i)
				f.Op(emit.F64PromoteF32)
				f.LocalGet(wide)
				f.Op(emit.F64Add)
				f.LocalSet(wide)
			}
			f.LocalGet(wide)
			f.Op(emit.F32DemoteF64)
			f.LocalSet(sum)
		}},
	} {
		t.Run(m.name, func(t *testing.T) {
			c := newChecker(t)
			s := newScene(V8, false)
			r := random(1)
			cse := convCase{h: 1, w: pixels, c: k, oc: 1}.with()
			x, weights := randomPicture(r, 1, 1, 1, pixels, k, 0), floats(r, k, 0)
			px, pw := s.put(bytes32(x.v)), s.put(bytes32(weights))
			y := s.expectPicture(refConv(cse, x, weights, make([]float32, 1), nil), 4)
			f := s.M.Func("dot", nil, nil)
			for pixel := range uint32(pixels) {
				sum := f.Local(emit.F32)
				m.dot(f, sum, func(i int) {
					f.I32Const(0)
					f.Load(emit.F32Load, px+4*(pixel*k+uint32(i)))
					f.I32Const(0)
					f.Load(emit.F32Load, pw+4*uint32(i))
					f.Op(emit.F32Mul)
				})
				y.Addr.Push(f)
				f.LocalGet(sum)
				f.Load(emit.F32Store, 16*pixel)
			}
			s.step(f)
			module := s.module()
			for engine, rt := range c.engines {
				if got := c.difference(rt, s, module); (got != "") != m.catch {
					t.Errorf("wazero's %s reports %q, want a difference: %t", engine, got, m.catch)
				}
			}
			c.queue(m.name, s, module)
			if got := c.nodeDifferences(); (got != "") != m.catch {
				t.Errorf("Node reports %q, want a difference: %t", got, m.catch)
			}
		})
	}
}
