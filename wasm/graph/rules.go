package graph

import (
	"slices"
	"strings"
)

// Rule says what an operator takes from one version of its operator set on, for
// tables of what is supported.
type Rule struct {
	Op      string // with its domain before it, if that is not ai.onnx
	Since   int64  // opset of ai.onnx
	Types   []Type // of the operand (or result) that says most of the operator's types; none if anything goes
	Operand int    // the first operand of those types; -1 if only a result has them
}

// Rules lists what is supported, by operator and version.
func Rules() []Rule {
	var out []Rule
	for _, f := range families {
		for _, r := range f.rules.all() {
			x := Rule{Op: r.op, Since: r.since, Operand: -1}
			telling := "TSUVDFBI"
			if strings.Contains(r.in, "S") { // which shares T's types with other operands
				telling = "UV"
			}
			for _, letter := range []byte(telling) {
				if !strings.Contains(r.in+r.out, string(letter)) {
					continue
				}
				x.Operand = slices.IndexFunc(signature(r.in), func(o operand) bool { return o.typ == letter })
				for t := range Type(32) {
					if r.set(letter)&(1<<t) != 0 {
						x.Types = append(x.Types, t)
					}
				}
				break
			}
			out = append(out, x)
		}
	}
	return out
}
