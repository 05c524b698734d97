// Package scan says what is risky in a file, by its content: its name proves nothing.
//
//	findings := scan.File("model.pt", size, reader)
//
// It finds what runs when somebody opens the file as they usually would: pickles, also those inside zip archives, with what they
// import; programs and scripts; HTML and SVG. It is a warning, not a verdict: what it does not find may be harmful too. It
// bounds what it reads, so a file that is made to be slow to read is not.
package scan

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// Kinds of findings.
const (
	Pickle     = "pickle"     // loading it runs code
	Executable = "executable" // a program
	Script     = "script"     // source code that something runs
	Active     = "active"     // a document that runs scripts in a browser
	Unreadable = "unreadable" // says that it is an archive and cannot be read as one
)

// A Finding is what is risky in a file, in words for people.
type Finding struct{ Kind, Reason string }

const (
	headBytes  = 64 << 10 // that say what a file is
	maxEntries = 10_000   // of an archive that are looked at
	maxEntry   = 64 << 20 // bytes of an entry that are unpacked
	maxNamed   = 8        // names of imports that are told
)

// File looks at a file of size bytes.
func File(name string, size int64, r io.ReaderAt) []Finding {
	found := content(name, size, r)
	head := readHead(size, r)
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06")) {
		found = append(found, archive(size, r)...)
	}
	return found
}

func readHead(size int64, r io.ReaderAt) []byte {
	head := make([]byte, min(size, headBytes))
	n, _ := r.ReadAt(head, 0)
	return head[:n]
}

// magics are how programs begin. WebAssembly is not among them: it runs in a sandbox, and releases bring their modules.
var magics = []struct{ prefix, what string }{
	{"\x7fELF", "a program for Linux and its like (ELF)"},
	{"\xfe\xed\xfa\xce", "a program for macOS (Mach-O)"}, {"\xfe\xed\xfa\xcf", "a program for macOS (Mach-O)"},
	{"\xce\xfa\xed\xfe", "a program for macOS (Mach-O)"}, {"\xcf\xfa\xed\xfe", "a program for macOS (Mach-O)"},
	{"\xca\xfe\xba\xbe", "a program for macOS or Java (Mach-O, class)"},
	{"dex\n", "a program for Android (DEX)"},
	{"!<arch>\n", "a library of programs (ar)"},
	{"L\x00\x00\x00\x01\x14\x02\x00", "a shortcut of Windows"},
}

// scripts are extensions under which source code is run by a double click, or by who loads a model with its code.
var scripts = []string{".py", ".pyc", ".sh", ".bash", ".zsh", ".ps1", ".bat", ".cmd", ".vbs", ".js", ".mjs", ".jar", ".rb", ".pl", ".lua", ".php"}

// content looks at one file, not into it.
func content(name string, size int64, r io.ReaderAt) (found []Finding) {
	head := readHead(size, r)
	for _, m := range magics {
		if bytes.HasPrefix(head, []byte(m.prefix)) {
			found = append(found, Finding{Executable, m.what})
		}
	}
	if isPE(head) {
		found = append(found, Finding{Executable, "a program for Windows (PE)"})
	}
	ext := strings.ToLower(path.Ext(name))
	switch {
	case bytes.HasPrefix(head, []byte("#!")):
		line, _, _ := bytes.Cut(head, []byte("\n"))
		found = append(found, Finding{Script, fmt.Sprintf("a script: %.60q", line)})
	case slices.Contains(scripts, ext):
		found = append(found, Finding{Script, "source code (" + ext + ")"})
	}
	if what := markup(head, ext); what != "" {
		found = append(found, Finding{Active, what})
	}
	if bytes.HasPrefix(head, []byte("\x93NUMPY")) && bytes.Contains(head[:min(len(head), 1024)], []byte("'|O'")) {
		found = append(found, Finding{Pickle, "an array of Python objects: loading it with allow_pickle runs code"})
	}
	if p, ok := pickle(size, r); ok {
		found = append(found, Finding{Pickle, p})
	}
	return found
}

// isPE: MZ, and a header where that says.
func isPE(head []byte) bool {
	if len(head) < 64 || head[0] != 'M' || head[1] != 'Z' {
		return false
	}
	at := int64(head[60]) | int64(head[61])<<8 | int64(head[62])<<16 | int64(head[63])<<24
	return at+4 <= int64(len(head)) && bytes.Equal(head[at:at+4], []byte("PE\x00\x00"))
}

// markup says what a browser would make of a text: it takes the first thing that looks like a tag.
func markup(head []byte, ext string) string {
	text := bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) { // UTF-16
		text = bytes.ReplaceAll(head[2:], []byte{0}, nil)
	}
	text = bytes.TrimLeft(bytes.ToLower(text), " \t\r\n\f")
	if bytes.IndexByte(text, 0) >= 0 || ext == ".md" { // no text; Markdown is made safe where it is shown
		return ""
	}
	script := bytes.Contains(text, []byte("<script")) || bytes.Contains(text, []byte("javascript:")) || bytes.Contains(text, []byte(" onload="))
	with := ""
	if script {
		with = ", with scripts"
	}
	for bytes.HasPrefix(text, []byte("<!--")) || bytes.HasPrefix(text, []byte("<?xml")) {
		_, rest, ok := bytes.Cut(text, []byte(">"))
		if !ok {
			break
		}
		text = bytes.TrimLeft(rest, " \t\r\n\f")
	}
	switch {
	case bytes.HasPrefix(text, []byte("<svg")), bytes.HasPrefix(text, []byte("<!doctype svg")), ext == ".svg":
		return "a picture that may run scripts (SVG)" + with
	case bytes.HasPrefix(text, []byte("<!doctype html")), bytes.HasPrefix(text, []byte("<html")), ext == ".html", ext == ".htm", ext == ".xhtml", script && len(text) > 0 && text[0] == '<':
		return "a page of the web (HTML)" + with
	}
	return ""
}

// archive looks into a zip: what Torch, NumPy and Keras write are such.
func archive(size int64, r io.ReaderAt) (found []Finding) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return []Finding{{Unreadable, "a zip archive that cannot be read"}}
	}
	if len(z.File) > maxEntries {
		found = append(found, Finding{Unreadable, fmt.Sprintf("%d files in an archive, of which %d were looked at", len(z.File), maxEntries)})
	}
	left := int64(maxEntry) // of all together
	for _, e := range z.File[:min(len(z.File), maxEntries)] {
		if e.FileInfo().IsDir() {
			continue
		}
		data, whole, err := unpack(e, left)
		if err != nil {
			found = append(found, Finding{Unreadable, fmt.Sprintf("%s in it cannot be read", show(e.Name))})
			continue
		}
		if !whole && left == 0 {
			return append(found, Finding{Unreadable, fmt.Sprintf("only the first %d MiB in it were looked at", maxEntry>>20)})
		}
		if int64(len(data)) > headBytes {
			left -= int64(len(data))
		}
		for _, f := range content(e.Name, int64(len(data)), bytes.NewReader(data)) {
			f.Reason = show(e.Name) + " in it: " + f.Reason
			found = append(found, f)
		}
	}
	return found
}

// unpack reads the head of an entry, and all of it, up to most bytes, when it begins like a pickle.
func unpack(e *zip.File, most int64) (data []byte, whole bool, err error) {
	in, err := e.Open()
	if err != nil {
		return nil, false, err
	}
	defer in.Close()
	data, err = io.ReadAll(io.LimitReader(in, headBytes))
	if err == nil && len(data) == headBytes && (data[0] == protocol || strings.HasSuffix(e.Name, ".pkl")) {
		var rest []byte
		rest, err = io.ReadAll(io.LimitReader(in, most))
		return append(data, rest...), int64(len(rest)) < most, err
	}
	return data, true, err
}

// show is a name that an author chose, as it may be printed.
func show(name string) string { return fmt.Sprintf("%.80q", name) }
