package emit

import (
	"context"
	"go/ast"
	"go/constant"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero"
)

// declared returns the package's own constants and variables by name, so that
// the tests cannot forget an instruction.
func declared(t *testing.T) map[string]types.Object {
	t.Helper()
	fset := token.NewFileSet()
	var files []*ast.File
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(fset, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	pkg, err := (&types.Config{Importer: importer.ForCompiler(fset, "source", nil)}).Check("emit", fset, files, nil)
	if err != nil {
		t.Fatal(err)
	}
	objects := map[string]types.Object{}
	for _, name := range pkg.Scope().Names() {
		o := pkg.Scope().Lookup(name)
		switch o.(type) {
		case *types.Const, *types.Var:
			objects[name] = o
		}
	}
	return objects
}

func typeName(o types.Object) string {
	if n, ok := o.Type().(*types.Named); ok {
		return n.Obj().Name()
	}
	return ""
}

var (
	scalarName = regexp.MustCompile(`^([IF])(32|64)([A-Z].*)$`)
	vectorName = regexp.MustCompile(`^(?:([IF])(8|16|32|64)x(?:16|8|4|2)|V128)([A-Z].*)$`)
	compares   = regexp.MustCompile(`^(Eq|Ne|Lt|Gt|Le|Ge)[SU]?$`)
	unary      = regexp.MustCompile(`^(Clz|Ctz|Popcnt|Abs|Neg|Ceil|Floor|Trunc|Nearest|Sqrt|Not|Extend(8|16|32)S|Extend(Low|High).*|Extadd.*|TruncSat.*|RelaxedTrunc.*|ConvertI32x4.|ConvertLow.*|Demote.*|Promote.*)$`)
	convert    = regexp.MustCompile(`^(?:Wrap|Extend|TruncSat|Convert|Demote|Promote|Reinterpret)([IF])(32|64)[SU]?$`)
)

// valueType is the type of a scalar; narrow integers travel as i32.
func valueType(kind, bits string) Type {
	switch kind + bits {
	case "I64":
		return I64
	case "F32":
		return F32
	case "F64":
		return F64
	}
	return I32
}

// signature derives operands and result from an instruction's name, by the
// naming rules of the specification. lane says that it has a lane immediate.
func signature(name string) (in []Type, out Type, lane, ok bool) {
	if m := scalarName.FindStringSubmatch(name); m != nil {
		t := valueType(m[1], m[2])
		if c := convert.FindStringSubmatch(m[3]); c != nil {
			return []Type{valueType(c[1], c[2])}, t, false, true
		}
		switch {
		case m[3] == "Eqz":
			return []Type{t}, I32, false, true
		case compares.MatchString(m[3]):
			return []Type{t, t}, I32, false, true
		case unary.MatchString(m[3]):
			return []Type{t}, t, false, true
		}
		return []Type{t, t}, t, false, true
	}
	m := vectorName.FindStringSubmatch(name)
	if m == nil {
		return nil, 0, false, false
	}
	lanes := valueType(m[1], m[2])
	switch op := m[3]; {
	case op == "Splat":
		return []Type{lanes}, V128, false, true
	case strings.HasPrefix(op, "ExtractLane"):
		return []Type{V128}, lanes, true, true
	case op == "ReplaceLane":
		return []Type{V128, lanes}, V128, true, true
	case op == "Shl" || op == "ShrS" || op == "ShrU":
		return []Type{V128, I32}, V128, false, true
	case op == "AllTrue" || op == "AnyTrue" || op == "Bitmask":
		return []Type{V128}, I32, false, true
	case op == "Bitselect" || strings.HasSuffix(strings.ToLower(op), "madd") || strings.HasSuffix(op, "AddS") && strings.HasPrefix(op, "RelaxedDot"):
		return []Type{V128, V128, V128}, V128, false, true
	case unary.MatchString(op):
		return []Type{V128}, V128, false, true
	}
	return []Type{V128, V128}, V128, false, true
}

func push(f *Func, t Type) {
	switch t {
	case I32:
		f.I32Const(1)
	case I64:
		f.I64Const(1)
	case F32:
		f.F32Const(0x3f800000)
	case F64:
		f.F64Const(0x3ff0000000000000)
	case V128:
		f.V128Const([16]byte{1, 2, 3, 4})
	}
}

// memOps gives each load and store its type on the stack, whether it stores,
// and whether it has a lane.
var memOps = map[string]struct {
	op    MemOp
	t     Type
	store bool
	lane  bool
}{
	"I32Load": {I32Load, I32, false, false}, "I64Load": {I64Load, I64, false, false}, "F32Load": {F32Load, F32, false, false}, "F64Load": {F64Load, F64, false, false},
	"I32Load8S": {I32Load8S, I32, false, false}, "I32Load8U": {I32Load8U, I32, false, false}, "I32Load16S": {I32Load16S, I32, false, false}, "I32Load16U": {I32Load16U, I32, false, false},
	"I64Load8S": {I64Load8S, I64, false, false}, "I64Load8U": {I64Load8U, I64, false, false}, "I64Load16S": {I64Load16S, I64, false, false}, "I64Load16U": {I64Load16U, I64, false, false},
	"I64Load32S": {I64Load32S, I64, false, false}, "I64Load32U": {I64Load32U, I64, false, false},
	"I32Store": {I32Store, I32, true, false}, "I64Store": {I64Store, I64, true, false}, "F32Store": {F32Store, F32, true, false}, "F64Store": {F64Store, F64, true, false},
	"I32Store8": {I32Store8, I32, true, false}, "I32Store16": {I32Store16, I32, true, false}, "I64Store8": {I64Store8, I64, true, false}, "I64Store16": {I64Store16, I64, true, false}, "I64Store32": {I64Store32, I64, true, false},
	"V128Load": {V128Load, V128, false, false}, "V128Store": {V128Store, V128, true, false},
	"V128Load8x8S": {V128Load8x8S, V128, false, false}, "V128Load8x8U": {V128Load8x8U, V128, false, false}, "V128Load16x4S": {V128Load16x4S, V128, false, false},
	"V128Load16x4U": {V128Load16x4U, V128, false, false}, "V128Load32x2S": {V128Load32x2S, V128, false, false}, "V128Load32x2U": {V128Load32x2U, V128, false, false},
	"V128Load8Splat": {V128Load8Splat, V128, false, false}, "V128Load16Splat": {V128Load16Splat, V128, false, false}, "V128Load32Splat": {V128Load32Splat, V128, false, false}, "V128Load64Splat": {V128Load64Splat, V128, false, false},
	"V128Load32Zero": {V128Load32Zero, V128, false, false}, "V128Load64Zero": {V128Load64Zero, V128, false, false},
	"V128Load8Lane": {V128Load8Lane, V128, false, true}, "V128Load16Lane": {V128Load16Lane, V128, false, true}, "V128Load32Lane": {V128Load32Lane, V128, false, true}, "V128Load64Lane": {V128Load64Lane, V128, false, true},
	"V128Store8Lane": {V128Store8Lane, V128, true, true}, "V128Store16Lane": {V128Store16Lane, V128, true, true}, "V128Store32Lane": {V128Store32Lane, V128, true, true}, "V128Store64Lane": {V128Store64Lane, V128, true, true},
}

// TestEveryInstructionValidates writes each instruction with operands of the
// types that its name promises, and lets two engines' validators judge.
func TestEveryInstructionValidates(t *testing.T) {
	modules := map[string][]byte{}
	oneFunc := func(name string, body func(f *Func), results ...Type) {
		m := NewModule()
		m.ImportMemory("host", "memory", 1, 1)
		body(m.Func(name, nil, results))
		modules[name] = m.Bytes()
	}
	for name, o := range declared(t) {
		switch typeName(o) {
		case "Op":
			v, _ := constant.Uint64Val(o.(*types.Const).Val())
			op := Op(v)
			switch name {
			case "opV128Const":
				oneFunc(name, func(f *Func) { f.V128Zero() }, V128)
				continue
			case "opI8x16Shuffle":
				oneFunc(name, func(f *Func) { f.V128Zero(); f.V128Zero(); f.I32x4Shuffle(0, 5, 2, 7) }, V128)
				continue
			case "Drop":
				oneFunc(name, func(f *Func) { f.I32Const(1); f.Op(op) })
				continue
			case "Select":
				oneFunc(name, func(f *Func) { f.F32Const(0); f.F32Const(0); f.I32Const(1); f.Op(op) }, F32)
				continue
			}
			in, out, lane, ok := signature(name)
			if !ok {
				t.Errorf("no rule for the operands of %s", name)
				continue
			}
			oneFunc(name, func(f *Func) {
				for _, p := range in {
					push(f, p)
				}
				if lane {
					f.Lane(op, 1)
				} else {
					f.Op(op)
				}
			}, out)
		case "MemOp":
			k, ok := memOps[name]
			if !ok {
				t.Errorf("%s is not in this test's table", name)
				continue
			}
			var results []Type
			if !k.store {
				results = []Type{k.t}
			}
			oneFunc(name, func(f *Func) {
				f.I32Const(64)
				if k.store || k.lane {
					push(f, k.t)
				}
				if k.lane {
					f.LoadLane(k.op, 8, 1)
				} else {
					f.Load(k.op, 8)
				}
			}, results...)
		}
	}
	if len(modules) < 300 {
		t.Fatalf("found %d instructions: the search for them is broken", len(modules))
	}

	ctx := context.Background()
	rt := wazero.NewRuntime(ctx)
	defer rt.Close(ctx)
	dir := t.TempDir()
	flag := relaxedFlag()
	knowsRelaxed := len(flag) > 0 || nodeAccepts(t, modules["F32x4RelaxedMadd"])
	args := append(flag, filepath.Join("testdata", "validate.mjs"))
	for name, b := range modules {
		if strings.Contains(name, "Relaxed") { // wazero has none
			if !knowsRelaxed {
				continue
			}
		} else if m, err := rt.CompileModule(ctx, b); err != nil {
			t.Errorf("wazero refuses %s: %v", name, err)
		} else {
			m.Close(ctx)
		}
		file := filepath.Join(dir, name+".wasm")
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, file)
	}
	out, err := exec.Command("node", args...).CombinedOutput()
	if err != nil {
		t.Fatalf("node: %v\n%s", err, out)
	}
	for _, file := range strings.Fields(string(out)) {
		t.Errorf("Node refuses %s", filepath.Base(file))
	}
}

// relaxedFlag is what Node needs before version 21 to know relaxed SIMD; later
// versions know it and refuse the flag.
func relaxedFlag() []string {
	const flag = "--experimental-wasm-relaxed-simd"
	if exec.Command("node", flag, "-e", "0").Run() == nil {
		return []string{flag}
	}
	return nil
}

func nodeAccepts(t *testing.T, module []byte) bool {
	t.Helper()
	file := filepath.Join(t.TempDir(), "relaxed.wasm")
	if err := os.WriteFile(file, module, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("node", filepath.Join("testdata", "validate.mjs"), file).CombinedOutput()
	return err == nil && len(out) == 0
}
