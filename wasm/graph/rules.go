package graph

import "strings"

// Rule says what an operator takes from one version of its operator set on, for
// tables of what is supported.
type Rule struct {
	Op      string // with its domain before it, if that is not ai.onnx
	Since   int64  // opset of ai.onnx
	Types   []Type // that the type variable T may be; none if there is no T
	Operand int    // the first operand of type T; -1 if an attribute or nothing says T
}

// Rules lists what is supported, by operator and version.
func Rules() []Rule {
	var out []Rule
	for _, f := range families {
		for _, r := range f.rules.all() {
			x := Rule{Op: r.op, Since: r.since, Operand: -1}
			for i, o := range strings.Fields(r.in) {
				if o[0] == 'T' && x.Operand < 0 {
					x.Operand = i
				}
			}
			for t := range Type(32) {
				if r.types&(1<<t) != 0 {
					x.Types = append(x.Types, t)
				}
			}
			out = append(out, x)
		}
	}
	return out
}
