package scan

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"
)

func zipped(t testing.TB, files ...string) string {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for i := 0; i < len(files); i += 2 {
		w, err := z.Create(files[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(files[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// Pickles as Python writes them: os.system("echo"), in protocols 0, 2, 4; a dict; a tensor of Torch.
const (
	system0 = "cposix\nsystem\np0\n(Vecho\np1\ntp2\nRp3\n."
	system2 = "\x80\x02cposix\nsystem\nq\x00X\x04\x00\x00\x00echoq\x01\x85q\x02Rq\x03."
	system4 = "\x80\x04\x95\x1c\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94\x8c\x06system\x94\x93\x94\x8c\x04echo\x94\x85\x94R\x94."
	dict4   = "\x80\x04\x95\x0b\x00\x00\x00\x00\x00\x00\x00}\x94\x8c\x01a\x94K\x01s."
	tensor2 = "\x80\x02ccollections\nOrderedDict\nq\x00)Rq\x01ctorch._utils\n_rebuild_tensor_v2\nq\x02ctorch\nFloatStorage\nq\x03."
	// The names come out of the memo, long after they were pushed.
	memo4 = "\x80\x04\x8c\x05posix\x94\x8c\x06system\x94\x8c\x01x\x8c\x01yh\x00h\x01\x93\x8c\x04echo\x85R."
)

func TestFile(t *testing.T) {
	pe := make([]byte, 128)
	copy(pe, "MZ")
	pe[60] = 64
	copy(pe[64:], "PE\x00\x00")
	tests := []struct{ name, file, content, want string }{
		{"a model", "m.onnx", "\x08\x07\x12\x07pytorch", ""},
		{"safetensors", "m.safetensors", "\x02\x00\x00\x00\x00\x00\x00\x00{}", ""},
		{"WebAssembly", "m.wasm", "\x00asm\x01\x00\x00\x00", ""},
		{"a text", "README.txt", "cats are nice.\nVery.", ""},
		{"nothing", "empty", "", ""},
		{"Markdown with HTML", "README.md", "<script>alert(1)</script>", ""},
		{"a picture", "p.png", "\x89PNG\r\n\x1a\n<svg", ""},
		{"ELF, whatever it is called", "weights.bin", "\x7fELF\x02\x01\x01", "executable"},
		{"Mach-O", "x", "\xcf\xfa\xed\xfe", "executable"},
		{"PE", "x.onnx", string(pe), "executable"},
		{"MZ of a text", "x.txt", "MZ is two letters" + strings.Repeat(" ", 60), ""},
		{"a shell script", "run", "#!/bin/sh\nrm -rf ~", "script"},
		{"Python", "modeling.py", "import os", "script"},
		{"HTML without its name", "card.txt", "  <!DOCTYPE html><p>", "active"},
		{"HTML in UTF-16", "x.txt", "\xff\xfe<\x00h\x00t\x00m\x00l\x00>\x00", "active"},
		{"SVG", "logo", "<?xml version='1.0'?><!-- a --><svg onload=alert(1)>", "active"},
		{"a pickle, protocol 0", "m.bin", system0, `pickle "posix.system"`},
		{"protocol 2", "m.bin", system2, `pickle "posix.system"`},
		{"protocol 4", "m.onnx", system4, `pickle "posix.system"`},
		{"names out of the memo", "m.pkl", memo4, `pickle "posix.system"`},
		{"a dict", "m.pkl", dict4, "pickle no more than tensors"},
		{"a tensor", "m.pth", tensor2, "pickle no more than tensors"},
		{"the second of two", "m.pth", tensor2 + system2, `pickle "posix.system"`},
		{"one cut short", "m.pkl", system4[:20], "pickle cannot be read"},
		{"an import made of what cannot be seen", "m.pkl", "\x80\x04N\x93.", `pickle "?.?"`},
		{"inside Torch's zip", "m.pt", zipped(t, "archive/data.pkl", system2, "archive/data/0", "\x00\x01"), `pickle "archive/data.pkl" in it: a pickle that imports "posix.system"`},
		{"a program in a zip", "m.zip", zipped(t, "a/b", "\x7fELF"), "executable"},
		{"an honest zip", "m.npz", zipped(t, "a.npy", "\x93NUMPY\x01\x00v\x00{'descr': '<f4'}"), ""},
		{"objects in NumPy's", "m.npz", zipped(t, "a.npy", "\x93NUMPY\x01\x00v\x00{'descr': '|O'}"), "pickle allow_pickle"},
		{"half a zip", "m.pt", zipped(t, "a", strings.Repeat("abc", 100))[:60], "unreadable"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			found := File(tt.file, int64(len(tt.content)), strings.NewReader(tt.content))
			kind, reason, _ := strings.Cut(tt.want, " ")
			if kind == "" && len(found) > 0 || kind != "" && (len(found) != 1 || found[0].Kind != kind || !strings.Contains(found[0].Reason, reason)) {
				t.Errorf("found %v; want %s", found, tt.want)
			}
		})
	}
}

// A zip that unpacks to far more than anybody reads ends soon.
func TestBomb(t *testing.T) {
	bomb := zipped(t, "a.pkl", "\x80\x04"+strings.Repeat("N", 8<<20))
	found := File("m.pt", int64(len(bomb)), strings.NewReader(bomb))
	if len(found) == 0 {
		t.Error("nothing was said of it")
	}
	var many []string
	for i := range 3000 {
		many = append(many, strings.Repeat("a", i%50)+".pkl", dict4)
	}
	if found := File("m.pt", int64(len(zipped(t, many...))), strings.NewReader(zipped(t, many...))); len(found) != 3000 {
		t.Errorf("%d findings; want 3000", len(found))
	}
}

// No content is too odd.
func FuzzFile(f *testing.F) {
	for _, s := range []string{system0, system2, system4, memo4, tensor2, "\x7fELF", "#!", "<svg", "MZ", "PK\x03\x04", zipped(f, "data.pkl", system2)} {
		f.Add("m.pt", []byte(s))
	}
	f.Fuzz(func(t *testing.T, name string, content []byte) {
		for _, found := range File(name, int64(len(content)), bytes.NewReader(content)) {
			if found.Kind == "" || found.Reason == "" || strings.ContainsAny(found.Reason, "\n\x00\x1b") {
				t.Errorf("%q", found)
			}
		}
	})
}
