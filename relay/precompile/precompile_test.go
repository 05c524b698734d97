package precompile

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
)

// tiny is y = relu(x·w + b) with an open batch.
func tiny(t *testing.T) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/tiny.onnx")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func compile(t *testing.T) []Module {
	t.Helper()
	model := tiny(t)
	modules, err := Compile(context.Background(), "sub/tiny.onnx", bytes.NewReader(model), int64(len(model)))
	if err != nil {
		t.Fatal(err)
	}
	return modules
}

func TestCompile(t *testing.T) {
	modules := compile(t)
	want := []string{".dehug/abi-0/strict/sub/tiny.onnx.wasm", ".dehug/abi-0/fast/sub/tiny.onnx.wasm"}
	if len(modules) != len(want) {
		t.Fatalf("%d modules; want %d", len(modules), len(want))
	}
	for i, m := range modules {
		if m.Path() != want[i] {
			t.Errorf("path %s; want %s", m.Path(), want[i])
		}
		if err := manifest.CheckPath(m.Path()); err != nil {
			t.Error(err)
		}
		if model, mode, ok := ParsePath(m.Path()); model != m.Model || mode != m.Mode || !ok {
			t.Errorf("ParsePath(%s) = %s, %s, %v", m.Path(), model, mode, ok)
		}
		if err := Check(m.Bytes, m.Mode); err != nil {
			t.Errorf("%s: %v", m.Path(), err)
		}
	}
	if again := compile(t); !bytes.Equal(again[0].Bytes, modules[0].Bytes) || !bytes.Equal(again[1].Bytes, modules[1].Bytes) {
		t.Error("compiling again gives other bytes")
	}
}

func TestRefuseCompile(t *testing.T) {
	_, err := Compile(context.Background(), "x.onnx", strings.NewReader("onnx"), 4)
	if relay.ErrorCode(err) != relay.CodeInvalid || !strings.Contains(err.Error(), "x.onnx") || relay.ErrorHint(err) == "" {
		t.Errorf("Compile of text = %v; want a refusal that names the file, with a hint", err)
	}
}

func TestParsePath(t *testing.T) {
	for _, path := range []string{
		"model.onnx", ".dehug/abi-0/strict/.wasm", ".dehug/abi-0/strict/a.onnx", ".dehug/abi-0/slow/a.onnx.wasm",
		".dehug/abi-1/strict/a.onnx.wasm", ".dehug/abi-0/a.onnx.wasm", "x/.dehug/abi-0/strict/a.onnx.wasm", RecordPath,
	} {
		if model, mode, ok := ParsePath(path); ok {
			t.Errorf("ParsePath(%s) = %s, %s; want none", path, model, mode)
		}
	}
}

// Sections of hostile modules; each is put where the import section of a good one is, or at its end.
var (
	memoryImport   = "\x05dehug\x06memory\x02\x00\x01"
	functionImport = "\x03env\x04log_\x00\x00"
)

func section(id byte, body string) string { return string([]byte{id, byte(len(body))}) + body }

func TestRefuseModules(t *testing.T) {
	good := string(compile(t)[0].Bytes)
	start := strings.Index(good, "\x05dehug\x06memory") - 1 // at the count of imports
	imports := func(body string) string {
		end := start + int(good[start-1]) // the section is short
		return good[:start-2] + section(sectionImport, body) + good[end:]
	}
	if got := imports(good[start : start+int(good[start-1])]); got != good {
		t.Fatal("the import section is not where this test looks for it")
	}
	for name, tt := range map[string]struct{ module, want string }{
		"not WebAssembly":      {"onnx", "not WebAssembly"},
		"another version":      {"\x00asm\x02\x00\x00\x00" + good[8:], "not WebAssembly"},
		"no imports":           {imports("\x00"), "does not import one memory"},
		"function":             {imports("\x02" + memoryImport + functionImport), `imports "env.log_", which is no memory`},
		"function alone":       {imports("\x01" + functionImport), "no memory"},
		"table":                {imports("\x01\x05dehug\x05table\x01\x70\x00\x00"), "no memory"},
		"global":               {imports("\x02" + memoryImport + "\x01a\x01b\x03\x7f\x00"), "no memory"},
		"two memories":         {imports("\x02" + memoryImport + memoryImport), "does not import one memory"},
		"memory of another":    {imports("\x01\x03env\x06memory\x02\x00\x01"), "does not import one memory"},
		"more than it counts":  {imports("\x01" + memoryImport + memoryImport), "not well formed"},
		"fewer than it counts": {imports("\x02" + memoryImport), "not well formed"},
		"second section":       {good + section(sectionImport, "\x01"+functionImport), "no memory"},
		"start function":       {good + section(sectionStart, "\x00"), "start function"},
		"unknown export":       {good + section(sectionExport, "\x01\x05extra\x00\x00"), `exports "extra"`},
		"exported memory":      {good + section(sectionExport, "\x01\x03run\x02\x00"), `exports "run"`},
		"missing export":       {strings.Replace(good, "\x04bind\x00", "\x04part\x00", 1), `does not export "bind"`},
		"no description":       {strings.Replace(good, "\x05dehug{", "\x05other{", 1), "does not say"},
		"broken description":   {strings.Replace(good, "\x05dehug{", "\x05dehug[", 1), "does not say"},
		"another ABI":          {strings.Replace(good, `{"abi":"0"`, `{"abi":"9"`, 1), "does not say that it is of ABI 0"},
		"another mode":         {strings.Replace(good, `"strict"`, `"relaxd"`, 1), "and strict"},
		"cut short":            {good[:len(good)-1], "cut short"},
		"endless length":       {good + "\x00\xff\xff\xff\xff\xff\xff", "cut short"},
	} {
		t.Run(name, func(t *testing.T) {
			err := Check([]byte(tt.module), Strict)
			if relay.ErrorCode(err) != relay.CodeUnverified || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Check = %v; want %q in it", err, tt.want)
			}
		})
	}
	if err := Check([]byte(good), Fast); err == nil {
		t.Error("a strict module passes for a fast one")
	}
}

// Whatever the bytes are, Check ends.
func FuzzRefuseModules(f *testing.F) {
	f.Add([]byte("\x00asm\x01\x00\x00\x00" + section(sectionImport, "\x01"+memoryImport)))
	f.Fuzz(func(t *testing.T, b []byte) { _ = Check(b, Strict) })
}

func TestRecord(t *testing.T) {
	got, err := ParseRecord(Record())
	if err != nil || got != Engine() {
		t.Errorf("ParseRecord(%s) = %q, %v; want %q", Record(), got, err, Engine())
	}
	if len(Record()) > MaxRecord {
		t.Errorf("the record has %d bytes", len(Record()))
	}
	for _, doc := range []string{"", "{}", `{"engine":"","schema":"dehug/precompiled/v0"}`, `{"engine":"a\nb","schema":"dehug/precompiled/v0"}`,
		`{"engine":"a","schema":"dehug/precompiled/v1"}`, `{"engine":"a","schema":"dehug/precompiled/v0"} `} {
		if engine, err := ParseRecord([]byte(doc)); err == nil {
			t.Errorf("ParseRecord(%s) = %q; want a refusal", doc, engine)
		}
	}
}
