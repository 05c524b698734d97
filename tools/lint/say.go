package main

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/types"
	"os"
	"strings"

	"golang.org/x/tools/go/packages"
)

// sayOperands checks the calls of internal/say, which vet does not know: as
// many operands as verbs, only verbs and types that it formats.
func sayOperands() ([]string, error) {
	config := &packages.Config{
		Mode: packages.NeedName | packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo | packages.NeedImports | packages.NeedDeps | packages.NeedExportFile,
		Env:  append(os.Environ(), "GOOS=js", "GOARCH=wasm"),
	}
	loaded, err := packages.Load(config, "./manifest/...", "./wasm/...")
	if err != nil {
		return nil, err
	}
	var finds []string
	for _, p := range loaded {
		for _, f := range p.Syntax {
			ast.Inspect(f, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				sel, ok := call.Fun.(*ast.SelectorExpr)
				if !ok || sel.Sel.Name != "Errorf" && sel.Sel.Name != "Sprintf" {
					return true
				}
				if fn, ok := p.TypesInfo.Uses[sel.Sel].(*types.Func); !ok || fn.Pkg() == nil || fn.Pkg().Path() != module+"/internal/say" {
					return true
				}
				if why := sayCall(p.TypesInfo, call); why != "" {
					finds = append(finds, fmt.Sprintf("%s: say.%s: %s", p.Fset.Position(call.Pos()), sel.Sel.Name, why))
				}
				return true
			})
		}
	}
	return finds, nil
}

func sayCall(info *types.Info, call *ast.CallExpr) string {
	format := info.Types[call.Args[0]].Value
	if format == nil || format.Kind() != constant.String {
		return "the format is not a constant"
	}
	verbs := 0
	text := constant.StringVal(format)
	for i := 0; i < len(text); i++ {
		if text[i] != '%' {
			continue
		}
		if i++; i == len(text) || !strings.Contains("sdqvw%", text[i:i+1]) {
			return "a verb other than %s %d %q %v %w in " + text
		}
		if text[i] != '%' {
			verbs++
		}
	}
	if call.Ellipsis.IsValid() {
		return ""
	}
	if verbs != len(call.Args)-1 {
		return fmt.Sprintf("%d verbs, %d operands", verbs, len(call.Args)-1)
	}
	for _, a := range call.Args[1:] {
		if t := info.TypeOf(a); !sayType(t) {
			return "operand of type " + t.String()
		}
	}
	return ""
}

// sayType mirrors the type switch in package say.
func sayType(t types.Type) bool {
	for _, method := range []string{"Error", "String"} {
		if obj, _, _ := types.LookupFieldOrMethod(t, false, nil, method); obj != nil {
			if f, ok := obj.(*types.Func); ok && f.Type().String() == "func() string" {
				return true
			}
		}
	}
	switch types.Unalias(t).String() {
	case "string", "int", "int32", "rune", "int64", "uint8", "byte", "uint32", "uint64", "bool", "[]int64",
		"untyped string", "untyped int", "untyped rune":
		return true
	}
	return false
}
