// Package kernel holds the SIMD kernels as instruction builders, each beside
// its slow, obvious Go reference in a test.
//
// A kernel function appends one step to a module: a function without
// parameters or results that reads and writes memory 0. Everything that is
// known when the model is compiled (channels, taps, strides, tile shapes) is
// baked in; extents that depend on a run's input shape arrive as Int: either a
// constant or a slot that the module's bind function has filled.
//
// Kernels never choose an order of floating-point operations by themselves:
// the order is stated in each kernel's documentation, is the same for every
// Profile and tile shape, and is what a plan's hash stands for.
package kernel

import "github.com/dehug/dehug/wasm/emit"

// Int is a 32-bit integer operand (an address in bytes, an extent, a count):
// a constant, or the address of a slot in memory that holds it at run time.
type Int struct {
	v    int32
	slot bool
}

// Const is an operand known at compile time.
//
//go:noinline
func Const(v int64) Int { return Int{v: int32(v)} }

// Slot is an operand that bind stores as an i32 at the given address.
//
//go:noinline
func Slot(addr uint32) Int { return Int{v: int32(addr), slot: true} }

// IsConst reports a compile-time operand's value.
//
//go:noinline
func (i Int) IsConst() (int32, bool) { return i.v, !i.slot }

// Push pushes the operand's value.
//
//go:noinline
func (i Int) Push(f *emit.Func) {
	f.I32Const(i.v)
	if i.slot {
		f.Load(emit.I32Load, 0)
	}
}

// Profile says which engine the instructions are chosen for. It never changes
// a result.
type Profile uint8

// Profiles.
const (
	V8     Profile = iota // browsers, Node
	Wazero                // the Go runtime's optimising compiler and interpreter
)

func (p Profile) String() string {
	if p == Wazero {
		return "wazero"
	}
	return "v8"
}

// Builder emits kernels into one module and shares inner functions between
// steps that have the same static shape.
type Builder struct {
	M       *emit.Module
	Profile Profile
	Fast    bool // relaxed SIMD (fused multiply-add) allowed; results then depend on the machine
	shared  map[string]*emit.Func
	pool    map[uint32]uint32 // see splat4

	division division
}

// NewBuilder returns a builder that appends to m.
func NewBuilder(m *emit.Module, p Profile, fast bool) *Builder {
	return &Builder{M: m, Profile: p, Fast: fast, shared: map[string]*emit.Func{}}
}

// Act is what a kernel does to a result before it stores it: an expression (see
// calc) on f32 lanes of x, the result, and y, an operand of the same shape; and,
// where a kernel has a Table, of z and w, a factor and a summand of the channel.
type Act string

// Activations.
const (
	ActNone Act = ""
	ActRelu Act = "x relu" // x < 0 ? 0 : x, so NaN and −0 pass through
)

// Image is a batch of pictures in NHWC order: element (n, y, x, c) lies at
// Addr + 4·(((n·H + y)·W + x)·Stride + c). Stride is at least C; channels
// between C and Stride hold unspecified values and are never read into a sum.
//
// With depth (three spatial axes) each of the N pictures is D planes of H·W
// pixels.
type Image struct {
	Addr    Int
	N, H, W Int
	D       Int // the zero value stands for one plane
	C       int
	Stride  int // floats between neighbouring pixels
}
