package kernel

import (
	"os/exec"
	"testing"
)

// TestInnerFunctionsAreShared puts all convolutions and windows into one
// module: two kernels that differ must not have the same name.
func TestInnerFunctionsAreShared(t *testing.T) {
	c := newChecker(t)
	c.check("everything", func(s *scene) {
		steps := 0
		for _, k := range convCases() {
			k.scene(s)
			steps++
		}
		for _, pool := range []bool{false, true} {
			for _, k := range windowCases(pool) {
				k.scene(s)
				steps++
			}
		}
		if got := len(s.shared); got >= 2*steps {
			t.Errorf("%d inner functions for %d steps", got, steps)
		}
	})
	c.node()
}

// TestFastModeStaysClose runs the fused instructions of fast mode, whose
// rounding is the machine's.
func TestFastModeStaysClose(t *testing.T) {
	var flags []string
	const flag = "--experimental-wasm-relaxed-simd" // before version 21 Node needs it, later it refuses it
	if exec.Command("node", flag, "-e", "0").Run() == nil {
		flags = append(flags, flag)
	}
	c := newChecker(t)
	build := func(name string, scene func(s *scene)) {
		s := newScene(V8, false)
		s.Fast = true
		scene(s)
		for i := range s.regions {
			if s.regions[i].Type == "f32" {
				s.regions[i].Tolerance = 1e-3 // sums of some thousand products of numbers up to 4
			}
		}
		c.queue(name, s, s.module())
	}
	for _, k := range convCases() {
		if k.rare == 0 { // infinities have no neighbours
			build("conv", k.scene)
		}
	}
	for _, k := range windowCases(false) {
		if k.rare == 0 {
			build("depthwise", k.scene)
		}
	}
	if got := c.nodeDifferences(flags...); got != "" {
		t.Errorf("in Node:\n%s", got)
	}
}

// TestProfilesDiffer guards against a test suite that runs one profile twice.
func TestProfilesDiffer(t *testing.T) {
	var modules []string
	for _, p := range []Profile{V8, Wazero} {
		s := newScene(p, false)
		convCase{h: 4, w: 4, c: 16, oc: 16}.with().scene(s)
		modules = append(modules, string(s.module()))
	}
	if modules[0] == modules[1] {
		t.Errorf("profiles %v and %v give the same module", V8, Wazero)
	}
}
