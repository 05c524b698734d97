// Command vectorgen writes manifest/testdata/vectors. It is run by go generate
// in manifest/, and its output is committed: a change in a vector is a change in
// the format and must be seen in a diff.
//
// Documents and signing hashes are made here a second time, with encoding/json
// and golang.org/x/crypto, so that a vector does not only repeat what package
// manifest does.
package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"flag"
	"log"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/crypto/sha3"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/manifest/internal/vector"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("vectorgen: ")
	dir := flag.String("dir", "testdata/vectors", "folder to write")
	flag.Parse()
	if err := write(*dir, generate()); err != nil {
		log.Fatal(err)
	}
}

// generate makes all vectors, by file name without extension.
func generate() map[string]vector.Vector {
	g := generator{vectors: map[string]vector.Vector{}}
	g.documents()
	g.texts()
	g.trees()
	g.proofs()
	g.leafLists()
	g.envelopes()
	g.directories()
	return g.vectors
}

type generator struct {
	vectors map[string]vector.Vector
}

func (g *generator) add(lesson string, v vector.Vector) {
	name := v.Check + "-" + lesson
	if _, ok := g.vectors[name]; ok {
		log.Fatalf("%s: written twice", name)
	}
	g.vectors[name] = v
}

// write replaces the folder's vectors.
func write(dir string, vectors map[string]vector.Vector) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	old, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return err
	}
	for _, path := range old {
		if err := os.Remove(path); err != nil {
			return err
		}
	}
	for name, v := range vectors {
		b, err := v.Encode()
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, name+".json"), b, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func must[T any](v T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return v
}

func hex0x(b []byte) string              { return "0x" + hex.EncodeToString(b) }
func hexDigest(d manifest.Digest) string { return hex0x(d[:]) }

func hexDigests(list []manifest.Digest) (s []string) {
	for _, d := range list {
		s = append(s, hexDigest(d))
	}
	return s
}

// object is a JSON object under construction.
type object = map[string]any

// canonical is RFC 8785 for the objects used here: ASCII keys, strings without
// characters that encoding/json escapes in its own way.
func canonical(o object) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(o); err != nil {
		log.Fatal(err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// key returns a private key that everybody knows.
func key(name string) *ethsig.Key {
	d := manifest.DigestOf([]byte("dehug vector key " + name))
	return must(ethsig.ParseKey(hex.EncodeToString(d[:])))
}

// content is one file of the example release.
type content struct {
	path, mediaType string
	data            []byte
}

var exampleContent = []content{
	{"LICENSE", "text/plain", []byte("Anyone may use this example for anything.\n")},
	{"model.onnx", "application/onnx", []byte("stands for an ONNX model")},
	{"weights/part-0.bin", "application/octet-stream", bytes.Repeat([]byte("dehug"), 450_000)},
}

func hashed(c content) (manifest.File, []manifest.Digest) {
	h := must(manifest.HashFile(bytes.NewReader(c.data), nil))
	return must(h.File(c.path, c.mediaType)), h.Leaves
}

func fileObject(f manifest.File) object {
	return object{
		"path": f.Path, "size": strconv.FormatInt(f.Size, 10), "mediaType": f.MediaType,
		"chunkRoot": f.ChunkRoot.String(), "leaves": string(f.Leaves), "cid": string(f.CID), "sha256": f.SHA256.String(),
	}
}

// example returns the manifest of SPEC.md as an object to change.
func example() object {
	var list []manifest.File
	for _, c := range exampleContent {
		f, _ := hashed(c)
		list = append(list, f)
	}
	o := object{
		"schema": manifest.Schema, "kind": "model", "name": "tiny-faces", "title": "Tiny Faces · 小さな顔", "version": "1.0.0",
		"summary": "Finds faces in a picture.\nAn example: it has no weights.",
		"tags":    []any{"example", "face-detection"},
		"task": object{
			"id": "face-detection",
			"image": object{
				"name": "input", "layout": "NHWC", "color": "RGB", "width": "128", "height": "128",
				"resize": "letterbox", "low": "-1", "high": "1",
			},
			"params": []any{
				object{"key": "anchors-per-cell", "value": "2,6"},
				object{"key": "boxes", "value": "boxes_8,boxes_16"},
				object{"key": "iou-threshold", "value": "0.3"},
				object{"key": "score-threshold", "value": "0.75"},
				object{"key": "scores", "value": "scores_8,scores_16"},
				object{"key": "strides", "value": "8,16"},
			},
		},
		"license": object{"spdx": "Apache-2.0", "uri": "https://www.apache.org/licenses/LICENSE-2.0.txt", "sha256": list[0].SHA256.String()},
		"authors": []any{
			object{"address": key("author").Address().String(), "role": "author", "share": "900000"},
			object{"address": key("curator").Address().String(), "role": "curator", "share": "100000"},
		},
		"runtime": object{"format": "onnx", "opset": "12"},
		"parents": []any{object{"manifestDigest": manifest.DigestOf([]byte("parent")).String()}},
		"evals":   []any{object{"task": "face-detection", "dataset": "example set", "metric": "average-precision", "value": "0.985"}},
		"royalty": "500", "created": "2026-01-02T03:04:05Z",
	}
	setFiles(o, list)
	return o
}

// setFiles sets files and the root over them, whatever else is wrong with them.
func setFiles(o object, list []manifest.File) {
	files := []any{}
	for _, f := range list {
		files = append(files, fileObject(f))
	}
	o["files"] = files
	if len(list) > 0 && slices.IsSortedFunc(list, func(a, b manifest.File) int { return strings.Compare(a.Path, b.Path) }) {
		if root, err := manifest.Root(list); err == nil {
			o["root"] = root.String()
		}
	}
}

// dataset returns a small valid manifest with files of the given paths.
func dataset(paths ...string) object {
	o := example()
	for _, field := range []string{"runtime", "task", "parents", "evals", "tags", "summary", "title"} {
		delete(o, field)
	}
	o["kind"] = "dataset"
	var list []manifest.File
	for _, p := range paths {
		f, _ := hashed(content{"a.csv", "text/csv", []byte("a,b\n")})
		f.Path = p // which may be one that is refused
		list = append(list, f)
	}
	setFiles(o, list)
	return o
}

func (g *generator) document(lesson, expect, comment string, doc vector.Parts) {
	v := vector.Vector{Comment: comment, Check: "manifest", Expect: expect, Document: doc}
	if expect == "ok" {
		b := must(doc.Bytes())
		d := manifest.DigestOf(b)
		v.ManifestDigest, v.CID = hexDigest(d), string(d.RawCID())
		v.Root = hexDigest(must(manifest.Parse(b)).Root)
	}
	g.add(lesson, v)
}

// changed writes the example after one change.
func (g *generator) changed(lesson, expect, comment string, change func(o object)) {
	o := example()
	change(o)
	g.document(lesson, expect, comment, vector.Text(canonical(o)))
}

// replaced writes the example's bytes after one replacement.
func (g *generator) replaced(lesson, expect, comment, from, to string) {
	doc := canonical(example())
	if strings.Count(doc, from) < 1 {
		log.Fatalf("%s: %q is not in the example", lesson, from)
	}
	g.document(lesson, expect, comment, vector.Text(strings.Replace(doc, from, to, 1)))
}

func item(o object, list string, i int) object { return o[list].([]any)[i].(object) }

func (g *generator) documents() {
	g.document("example", "ok", "the example of SPEC.md", vector.Text(canonical(example())))
	g.document("minimal", "ok", "only required fields; a field with nothing in it is left out", vector.Text(canonical(dataset("a.csv"))))
	g.document("escapes", "ok", "a string has one written form: short escapes, other text as it is", vector.Text(func() string {
		o := example()
		o["summary"] = "quote \" backslash \\ newline \n slash / less < and & 😀"
		return canonical(o)
	}()))
	g.document("empty-file", "ok", "a file may be empty: no chunks, the raw CID of no bytes", vector.Text(canonical(func() object {
		o := dataset("a.csv")
		f, _ := hashed(content{"empty", "application/octet-stream", nil})
		a, _ := hashed(content{"a.csv", "text/csv", []byte("a,b\n")})
		setFiles(o, []manifest.File{a, f})
		return o
	}())))
	g.document("path-order", "ok", "paths are in byte order: upper case first, and - . / by their bytes", vector.Text(canonical(dataset("Z", "a", "a-b", "a.b", "ab", "b/c", "b0"))))
	g.changed("gray-image", "ok", "mean and std have one decimal per channel; a parent may be a version on chain", func(o object) {
		in := o["task"].(object)["image"].(object)
		in["color"], in["layout"], in["resize"], in["low"] = "GRAY", "NCHW", "stretch", "0"
		in["mean"], in["std"] = []any{"0.449"}, []any{"0.226"}
		o["parents"] = []any{object{"versionId": strings.Repeat("ab", 32)}}
	})
	g.changed("largest-file", "ok", "a file of exactly 64 GiB", func(o object) {
		f := manifest.File{Path: "weights/part-0.bin", Size: manifest.MaxFileSize, MediaType: "application/octet-stream"}
		leaves := slices.Repeat([]manifest.Digest{manifest.DigestOf(make([]byte, manifest.ChunkSize))}, manifest.Leaves(f.Size))
		f.ChunkRoot = must(manifest.ChunkRoot(f.Size, leaves))
		f.Leaves = manifest.DigestOf(manifest.EncodeLeafList(leaves)).RawCID()
		f.CID, _, _ = manifest.UnixFS(f.Size, leaves)
		f.SHA256 = new(manifest.Digest)
		a, _ := hashed(exampleContent[0])
		b, _ := hashed(exampleContent[1])
		setFiles(o, []manifest.File{a, b, f})
		delete(item(o, "files", 2), "sha256")
	})

	// Syntax.
	g.replaced("white-space", "not-canonical", "a space after a colon makes another document", `"kind":"model"`, `"kind": "model"`)
	g.document("trailing-newline", "not-canonical", "nothing follows the document, not even a newline", vector.Text(canonical(example())+"\n"))
	g.document("bom", "not-canonical", "no byte order mark", vector.Text("\ufeff"+canonical(example())))
	g.document("trailing-bytes", "syntax", "nothing follows the document", vector.Text(canonical(example())+"{}"))
	g.document("truncated", "syntax", "the document is cut short", vector.Text(canonical(example())[:200]))
	g.document("empty", "syntax", "no bytes are no document", vector.Parts{})
	g.document("array", "syntax", "the document is an object", vector.Text("[]"))
	g.replaced("null", "syntax", "there is no null: leave the field out", `"title":"Tiny Faces · 小さな顔"`, `"title":null`)
	g.replaced("keys-out-of-order", "not-canonical", "keys are sorted", `"format":"onnx","opset":"12"`, `"opset":"12","format":"onnx"`)
	g.replaced("duplicate-key", "duplicate-key", "a key given twice would be read differently by different readers", `"kind":"model",`, `"kind":"model","kind":"dataset",`)
	g.replaced("key-case", "unknown-field", "Root is not root", `"root":`, `"Root":`)
	g.replaced("unknown-field", "unknown-field", "a new field needs a new schema id", `"kind":"model",`, `"kind":"model","language":"en",`)
	g.replaced("unknown-field-in-file", "unknown-field", "blocks are closed as well", `"path":"LICENSE",`, `"mode":"0644","path":"LICENSE",`)
	g.replaced("number", "json-number", "sizes are strings: JSON numbers lose digits above 2^53", `"size":"24"`, `"size":24`)
	g.replaced("leading-zero", "integer", "01 is not an integer of this format", `"size":"24"`, `"size":"024"`)
	g.replaced("negative-size", "integer", "no signs", `"size":"24"`, `"size":"-24"`)
	g.replaced("integer-overflow", "integer", "integers are below 2^63", `"size":"24"`, `"size":"9223372036854775808"`)
	g.replaced("escaped-ascii", "not-canonical", "a character with a shorter form is not escaped", `"kind":"model"`, `"kind":"\u006dodel"`)
	g.replaced("escaped-slash", "not-canonical", "a slash is not escaped", `"dehug/manifest/v0"`, `"dehug\/manifest/v0"`)
	g.replaced("lone-surrogate", "text", "half a surrogate pair is no character", `"title":"Tiny`, `"title":"\ud800Tiny`)
	g.document("invalid-utf8", "text", "documents are UTF-8", func() vector.Parts {
		before, after, _ := strings.Cut(canonical(example()), "Tiny Faces")
		return vector.Parts{{Text: before}, {Hex: "0xff"}, {Text: after}}
	}())
	g.replaced("empty-field", "not-canonical", "an empty optional list is left out", `"tags":["example","face-detection"]`, `"tags":[]`)
	g.changed("missing-field", "missing-field", "every release has a license", func(o object) { delete(o, "license") })
	g.replaced("other-schema", "schema", "a later schema is refused as such, not field by field", `"dehug/manifest/v0"`, `"dehug/manifest/v1"`)
	g.document("deep", "syntax", "nesting never makes the reader recurse", vector.Parts{{Repeat: "0x5b", Size: "100000"}})
	g.document("oversize", "too-large", "a document of more than 1 MiB is refused before it is read", func() vector.Parts {
		doc := canonical(example())
		at := strings.Index(doc, "Finds faces")
		return vector.Parts{{Text: doc[:at]}, {Repeat: "0x61", Size: strconv.Itoa(manifest.MaxDocument)}, {Text: doc[at:]}}
	}())

	// Values.
	g.changed("bad-kind", "value", "model or dataset", func(o object) { o["kind"] = "agent" })
	g.changed("bad-name", "value", "a name is a slug", func(o object) { o["name"] = "Tiny Faces" })
	g.changed("bad-version", "value", "a version is semver", func(o object) { o["version"] = "1.0" })
	g.changed("bad-date", "value", "February has no 30th", func(o object) { o["created"] = "2026-02-30T00:00:00Z" })
	g.changed("bad-media-type", "value", "no parameters in a media type", func(o object) { item(o, "files", 0)["mediaType"] = "text/plain; charset=utf-8" })
	g.changed("royalty-too-high", "value", "at most 1000 basis points", func(o object) { o["royalty"] = "1001" })
	g.changed("shares-short", "value", "shares add up to a million", func(o object) { item(o, "authors", 0)["share"] = "899999" })
	g.changed("address-case", "value", "an address has its EIP-55 case", func(o object) {
		a := item(o, "authors", 0)
		a["address"] = strings.ToLower(a["address"].(string))
	})
	g.changed("author-twice", "order", "an author is listed once", func(o object) {
		item(o, "authors", 1)["address"] = item(o, "authors", 0)["address"]
	})
	g.changed("no-authors", "missing-field", "somebody answers for a release", func(o object) { o["authors"] = []any{} })
	g.changed("own-license-without-text", "missing-field", "terms outside SPDX are pinned by address and hash", func(o object) {
		o["license"] = object{"spdx": "LicenseRef-Mine"}
	})
	g.changed("license-javascript", "value", "a license address is https or ipfs: pages link to it", func(o object) {
		o["license"] = object{"spdx": "Apache-2.0", "uri": "javascript:alert(1)"}
	})
	g.changed("parent-both", "value", "a parent is named in one way", func(o object) { item(o, "parents", 0)["versionId"] = strings.Repeat("0", 64) })
	g.changed("tags-unsorted", "order", "tags are sorted", func(o object) { o["tags"] = []any{"b", "a"} })
	g.changed("params-repeated", "order", "a parameter is given once", func(o object) {
		o["task"].(object)["params"] = []any{object{"key": "a", "value": "1"}, object{"key": "a", "value": "2"}}
	})
	g.changed("decimal-zero", "value", "1.0 has a shorter form", func(o object) { o["task"].(object)["image"].(object)["high"] = "1.0" })
	g.changed("mean-per-channel", "value", "RGB has three means", func(o object) {
		in := o["task"].(object)["image"].(object)
		in["mean"], in["std"] = []any{"0.5"}, []any{"0.5"}
	})
	g.changed("std-zero", "value", "nothing is divided by 0", func(o object) {
		in := o["task"].(object)["image"].(object)
		in["mean"], in["std"] = []any{"0", "0", "0"}, []any{"1", "0", "1"}
	})
	g.changed("title-override", "text", "a title cannot turn the text around it", func(o object) { o["title"] = "evil\u202egnp.exe" })
	g.changed("no-entry", "entry", "a model has one application/onnx file", func(o object) { item(o, "files", 1)["mediaType"] = "application/octet-stream" })
	g.changed("two-entries", "entry", "a model has only one application/onnx file", func(o object) { item(o, "files", 2)["mediaType"] = "application/onnx" })
	g.changed("no-runtime", "missing-field", "a model says what runs it", func(o object) { delete(o, "runtime") })

	// Files.
	g.changed("no-files", "no-files", "a root over nothing proves nothing", func(o object) { setFiles(o, nil) })
	g.changed("file-too-large", "too-large", "one byte more than 64 GiB", func(o object) { item(o, "files", 2)["size"] = strconv.FormatInt(manifest.MaxFileSize+1, 10) })
	g.document("path-twice", "path-collision", "a path names one file", vector.Text(canonical(func() object {
		o := dataset("a", "b")
		o["files"].([]any)[1] = o["files"].([]any)[0]
		return o
	}())))
	g.document("path-case", "path-collision", "README and readme are one file on many systems", vector.Text(canonical(dataset("README", "readme"))))
	g.document("path-below-file", "path-collision", "a name is a file or a folder", vector.Text(canonical(dataset("a", "a/b"))))
	g.document("path-below-file-case", "path-collision", "also where letter case differs", vector.Text(canonical(dataset("A", "a/b"))))
	g.document("path-dot-dot", "path", "a path cannot leave the folder it is unpacked in", vector.Text(canonical(dataset("../evil"))))
	g.changed("files-out-of-order", "order", "files are in byte order of path", func(o object) {
		f := o["files"].([]any)
		f[0], f[1] = f[1], f[0]
	})
	g.changed("renamed-file", "root", "the root binds every path", func(o object) { item(o, "files", 2)["path"] = "weights/part-1.bin" })
	g.changed("wrong-size", "root", "the root binds every size", func(o object) {
		f := item(o, "files", 2)
		f["size"] = strconv.Itoa(must(strconv.Atoi(f["size"].(string))) + 1)
	})
	g.changed("wrong-root", "root", "the root is over these files", func(o object) { o["root"] = manifest.DigestOf(nil).String() })
	g.changed("one-chunk-wrong-cid", "leaf-list", "the CID of a file of one chunk is its only leaf", func(o object) {
		item(o, "files", 1)["cid"] = string(manifest.DigestOf([]byte("other")).RawCID())
	})
	g.changed("raw-cid-of-many-chunks", "derived-cid", "a file of more chunks is a dag-pb node", func(o object) {
		item(o, "files", 2)["cid"] = string(manifest.DigestOf([]byte("other")).RawCID())
	})
	g.changed("dag-pb-leaves", "cid", "a leaf list is a raw block", func(o object) {
		f := item(o, "files", 2)
		f["leaves"] = string(manifest.MakeCID(manifest.DagPB, manifest.CID(f["leaves"].(string)).Digest()))
	})
	g.changed("one-chunk-wrong-sha256", "hash-mismatch", "sha256 of a file of one chunk is that chunk's hash", func(o object) {
		item(o, "files", 1)["sha256"] = manifest.DigestOf([]byte("other")).String()
	})
}

func (g *generator) texts() {
	path := func(lesson, expect, comment, text string) {
		g.add(lesson, vector.Vector{Comment: comment, Check: "path", Expect: expect, Text: &text})
	}
	path("plain", "ok", "letters, digits and . _ + - in segments", "a/B-c_d+e/f.0.onnx")
	path("leading-dot", "ok", "a leading dot is allowed", ".gitattributes")
	path("deepest", "ok", "32 segments", strings.Repeat("a/", manifest.MaxDepth-1)+"a")
	path("longest-segment", "ok", "255 bytes in a segment", strings.Repeat("a", manifest.MaxSegment))
	path("empty", "path", "a path has a name", "")
	path("absolute", "path", "no leading slash", "/etc/passwd")
	path("trailing-slash", "path", "a path names a file", "a/")
	path("empty-segment", "path", "no empty segments", "a//b")
	path("dot", "path", "no . segments", "a/./b")
	path("dot-dot", "path", "no .. segments", "a/../b")
	path("trailing-dot", "path", "Windows drops a trailing dot", "a.")
	path("backslash", "path", "a backslash is a separator on Windows", `a\b`)
	path("drive", "path", "no drives or streams", "C:a")
	path("space", "path", "no spaces", "a b")
	path("percent", "path", "no percent: paths are used in URLs as they are", "a%2fb")
	path("unicode", "path", "ASCII only: the same letters have several encodings", "é")
	path("nul", "path", "no NUL", "a\x00b")
	path("device", "path", "a device name on Windows", "NUL")
	path("device-extension", "path", "with an extension it is still the device", "a/con.onnx")
	path("device-port", "path", "ports are devices too", "LPT9.txt")
	path("not-a-device", "ok", "only exact names are devices", "console/com10/lpt")
	path("too-deep", "path", "33 segments", strings.Repeat("a/", manifest.MaxDepth)+"a")
	path("segment-too-long", "path", "256 bytes in a segment", strings.Repeat("a", manifest.MaxSegment+1))
	path("too-long", "path", "1025 bytes in all", strings.Repeat(strings.Repeat("a", 204)+"/", 5))

	cid := func(lesson, expect, comment, text string) {
		v := vector.Vector{Comment: comment, Check: "cid", Expect: expect, Text: &text}
		if expect == "ok" {
			c := must(manifest.ParseCID(text))
			v.Codec, v.SHA256 = "0x"+strconv.FormatInt(int64(c.Codec()), 16), hexDigest(c.Digest())
		}
		g.add(lesson, v)
	}
	raw := string(manifest.DigestOf([]byte("hello")).RawCID())
	cid("raw", "ok", "a raw block", raw)
	cid("dag-pb", "ok", "a dag-pb block", string(manifest.MakeCID(manifest.DagPB, manifest.DigestOf([]byte("hello")))))
	cid("empty", "cid", "no text is no CID", "")
	cid("v0", "cid", "CIDv0 is another name for the same block", "QmRN6wdp1S2A5EtjW9A3M1vKSBuQQGcgvuhoMUoEz4iiT5")
	cid("upper-case", "cid", "base32 is lower case", strings.ToUpper(raw))
	cid("short", "cid", "one digit short", raw[:58])
	cid("spare-bits", "cid", "the bits left over at the end are zero", raw[:58]+string(raw[58]+1))
	cid("sha2-512", "cid", "only sha2-256", "bafkrgqe3ohjcjplc6n4f3fwunlj6upltggn7xqujbsvnvyw764srszz4u4rshq6ztos4chl4plgg4ffyyxnayrtdi5oc4xb2332g645433aeg")
	cid("dag-cbor", "cid", "only raw and dag-pb", string(manifest.MakeCID(0x71, manifest.DigestOf([]byte("hello")))))
}

func (g *generator) trees() {
	add := func(check, lesson, comment string, v vector.Vector, size int64, leaves []manifest.Digest) {
		v.Check, v.Expect, v.Comment = check, "ok", comment
		v.LeafCount, v.Size = strconv.Itoa(len(leaves)), strconv.FormatInt(size, 10)
		v.ChunkRoot = hexDigest(must(manifest.ChunkRoot(size, leaves)))
		v.Leaves = string(manifest.DigestOf(manifest.EncodeLeafList(leaves)).RawCID())
		cid, _, err := manifest.UnixFS(size, leaves)
		v.CID = string(must(cid, err))
		g.add(lesson, v)
	}
	file := func(lesson, comment string, parts vector.Parts) {
		h := must(manifest.HashFile(bytes.NewReader(must(parts.Bytes())), nil))
		add("content", lesson, comment, vector.Vector{Content: parts, SHA256: hexDigest(h.SHA256)}, h.Size, h.Leaves)
	}
	const mib = manifest.ChunkSize
	file("0-leaves", "an empty file has no leaves; its CID is the raw block of no bytes", vector.Parts{})
	file("1-leaf", "one leaf is the tree, and its raw block the file", vector.Text("hello"))
	file("2-leaves", "two leaves: one node above them", vector.Repeat("dehug/v", 2*mib))
	file("3-leaves", "the left subtree is the larger one", vector.Repeat("dehug/v", 3*mib-1))
	file("5-leaves", "four and one", vector.Repeat("dehug/v", 4*mib+12345))
	file("exactly-1-mib", "a full chunk is one leaf", vector.Repeat("a", mib))
	file("1-mib-and-1", "one byte more is a second leaf", vector.Repeat("a", mib+1))
	file("imitates-node", "65 bytes that are the hashed input of the node over content-2-leaves: same tree hash, other chunkRoot", vector.Hex(imitation()))
	for _, n := range []int{1024, 1025, 2049} {
		comment := map[int]string{
			1024: "as many leaves as one UnixFS node links",
			1025: "one more leaf: a second level, whose last node has one link",
			2049: "three nodes below the top, and a size above 2^31",
		}[n]
		leaves := make([]manifest.Digest, n)
		for i := range leaves {
			leaves[i] = manifest.DigestOf([]byte(strconv.Itoa(i)))
		}
		add("leaves", strconv.Itoa(n), comment, vector.Vector{}, int64(n)*mib, leaves)
	}
}

func twoLeaves() manifest.Hashed {
	return must(manifest.HashFile(bytes.NewReader(must(vector.Repeat("dehug/v", 2*manifest.ChunkSize).Bytes())), nil))
}

func imitation() []byte {
	h := twoLeaves()
	return slices.Concat([]byte{1}, h.Leaves[0][:], h.Leaves[1][:])
}

func (g *generator) proofs() {
	h := must(manifest.HashFile(bytes.NewReader(must(vector.Repeat("dehug/v", 4*manifest.ChunkSize+12345).Bytes())), nil))
	chunk := func(lesson, expect, comment string, size int64, i int, change func(v *vector.Vector)) {
		p := must(manifest.ProveChunk(size, h.Leaves, i))
		v := vector.Vector{
			Comment: comment, Check: "chunk-proof", Expect: expect, Size: strconv.FormatInt(size, 10), Index: strconv.Itoa(i),
			Chunk: hexDigest(h.Leaves[i]), Siblings: hexDigests(p.Siblings), ChunkRoot: hexDigest(h.ChunkRoot),
		}
		if change != nil {
			change(&v)
		}
		g.add(lesson, v)
	}
	chunk("first", "ok", "three siblings, leaf first", h.Size, 0, nil)
	chunk("inner", "ok", "the third of five", h.Size, 2, nil)
	chunk("last", "ok", "the last of five has one sibling", h.Size, 4, nil)
	chunk("siblings-reordered", "proof", "siblings run from the leaf upwards", h.Size, 0, func(v *vector.Vector) {
		v.Siblings[0], v.Siblings[1] = v.Siblings[1], v.Siblings[0]
	})
	chunk("wrong-index", "proof", "the index says on which side siblings stand", h.Size, 0, func(v *vector.Vector) { v.Index = "1" })
	chunk("index-out-of-range", "proof", "five chunks have no sixth", h.Size, 4, func(v *vector.Vector) { v.Index = "5" })
	chunk("wrong-size", "proof", "the size is inside the chunkRoot", h.Size, 0, func(v *vector.Vector) { v.Size = strconv.FormatInt(h.Size+1, 10) })
	chunk("too-few-siblings", "proof", "the proof ends below the root", h.Size, 0, func(v *vector.Vector) { v.Siblings = v.Siblings[:2] })
	chunk("too-many-siblings", "proof", "the proof goes on above the root", h.Size, 0, func(v *vector.Vector) { v.Siblings = append(v.Siblings, v.Chunk) })
	chunk("flipped-bit", "proof", "every bit of the chunk's hash counts", h.Size, 0, func(v *vector.Vector) {
		d := h.Leaves[0]
		d[31] ^= 1
		v.Chunk = hexDigest(d)
	})
	two := twoLeaves()
	g.add("imitates-node", vector.Vector{
		Comment: "a file of 65 bytes whose only leaf is the node over another file's two chunks is not that file",
		Check:   "chunk-proof", Expect: "proof", Size: "65", Index: "0",
		Chunk: hexDigest(manifest.DigestOf(imitation())), ChunkRoot: hexDigest(two.ChunkRoot),
	})

	var list []manifest.File
	var brief []vector.File
	for i, p := range []string{"LICENSE", "README", "a/model.onnx", "a/weights.bin", "b"} {
		f := manifest.File{Path: p, Size: int64(i), ChunkRoot: manifest.DigestOf([]byte(p))}
		list = append(list, f)
		brief = append(brief, vector.File{Path: p, Size: strconv.Itoa(i), ChunkRoot: hexDigest(f.ChunkRoot)})
	}
	root := must(manifest.Root(list))
	for _, n := range []int{1, 2, 3, 5} {
		g.add(strconv.Itoa(n)+"-files", vector.Vector{
			Comment: "the root over " + strconv.Itoa(n) + " file leaves", Check: "root", Expect: "ok",
			Files: brief[:n], Root: hexDigest(must(manifest.Root(list[:n]))),
		})
	}
	g.add("no-files", vector.Vector{Comment: "no files have no root", Check: "root", Expect: "no-files"})
	g.add("unsorted", vector.Vector{Comment: "files are in byte order of path", Check: "root", Expect: "order", Files: []vector.File{brief[1], brief[0]}})
	g.add("repeated", vector.Vector{Comment: "a path is there once", Check: "root", Expect: "order", Files: []vector.File{brief[0], brief[0]}})

	file := func(lesson, expect, comment string, i int, change func(v *vector.Vector)) {
		p := must(manifest.ProveFile(list, i))
		v := vector.Vector{
			Comment: comment, Check: "file-proof", Expect: expect, Path: list[i].Path, Size: brief[i].Size, ChunkRoot: brief[i].ChunkRoot,
			Index: strconv.Itoa(i), Count: strconv.Itoa(len(list)), Siblings: hexDigests(p.Siblings), Root: hexDigest(root),
		}
		if change != nil {
			change(&v)
		}
		g.add(lesson, v)
	}
	file("first", "ok", "the first of five files", 0, nil)
	file("last", "ok", "the last of five files", 4, nil)
	file("renamed", "proof", "the path is in the leaf", 2, func(v *vector.Vector) { v.Path = "a/model2.onnx" })
	file("wrong-size", "proof", "the size is in the leaf", 2, func(v *vector.Vector) { v.Size = "3" })
	file("other-chunk-root", "proof", "the chunkRoot is in the leaf", 2, func(v *vector.Vector) { v.ChunkRoot = brief[3].ChunkRoot })
	file("siblings-reordered", "proof", "siblings run from the leaf upwards", 2, func(v *vector.Vector) {
		v.Siblings[0], v.Siblings[1] = v.Siblings[1], v.Siblings[0]
	})
	file("wrong-count", "proof", "the count decides the shape", 4, func(v *vector.Vector) { v.Count = "6" })
	file("bad-path", "path", "a proof for a path that is not allowed", 0, func(v *vector.Vector) { v.Path = "../LICENSE" })
}

func (g *generator) leafLists() {
	list := func(lesson, expect, comment string, change func(v *vector.Vector, f manifest.File)) {
		f, leaves := hashed(exampleContent[2])
		v := vector.Vector{
			Comment: comment, Check: "leaf-list", Expect: expect, Path: f.Path, Size: strconv.FormatInt(f.Size, 10),
			ChunkRoot: hexDigest(f.ChunkRoot), Leaves: string(f.Leaves), CID: string(f.CID), List: vector.Hex(manifest.EncodeLeafList(leaves)),
		}
		if change != nil {
			change(&v, f)
		}
		g.add(lesson, v)
	}
	list("valid", "ok", "three leaves, end to end", nil)
	list("another-file", "leaf-list", "the leaf list of another file of the same size", func(v *vector.Vector, f manifest.File) {
		_, leaves := hashed(content{f.Path, f.MediaType, bytes.Repeat([]byte("other"), 450_000)})
		v.List = vector.Hex(manifest.EncodeLeafList(leaves))
	})
	list("reordered", "leaf-list", "the leaves in another order are another file", func(v *vector.Vector, f manifest.File) {
		b := must(v.List.Bytes())
		v.List = vector.Hex(slices.Concat(b[32:64], b[:32], b[64:]))
	})
	list("short", "length", "one leaf is missing", func(v *vector.Vector, f manifest.File) { v.List = vector.Hex(must(v.List.Bytes())[:64]) })
	list("odd-length", "length", "32 bytes per leaf", func(v *vector.Vector, f manifest.File) { v.List = append(v.List, vector.Part{Hex: "0x00"}) })
	list("empty", "length", "no list for a file that has chunks", func(v *vector.Vector, f manifest.File) { v.List = nil })
	list("wrong-derived-cid", "derived-cid", "chunkRoot agrees, the cid of the manifest does not: gateways would serve something else", func(v *vector.Vector, f manifest.File) {
		v.CID = string(manifest.MakeCID(manifest.DagPB, manifest.DigestOf([]byte("other"))))
	})
	list("wrong-leaves-cid", "leaf-list", "the list is not the block that the manifest names", func(v *vector.Vector, f manifest.File) {
		v.Leaves = string(manifest.DigestOf([]byte("other")).RawCID())
	})
	list("wrong-size", "leaf-list", "the same leaves with another size", func(v *vector.Vector, f manifest.File) { v.Size = strconv.FormatInt(f.Size-1, 10) })
}

// keccak and eip712 are written a second time here: see the package comment.
func keccak(parts ...[]byte) []byte {
	h := sha3.NewLegacyKeccak256()
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

func eip712(domainName string, digest, root manifest.Digest, name, version string) [32]byte {
	domain := keccak(
		keccak([]byte("EIP712Domain(string name,string version)")),
		keccak([]byte(domainName)), keccak([]byte("0")))
	message := keccak(
		keccak([]byte("Authorship(bytes32 manifestDigest,bytes32 root,string name,string version)")),
		digest[:], root[:], keccak([]byte(name)), keccak([]byte(version)))
	return [32]byte(keccak([]byte("\x19\x01"), domain, message))
}

func (g *generator) envelopes() {
	doc := canonical(example())
	m := must(manifest.Parse([]byte(doc)))
	digest := manifest.DigestOf([]byte(doc))
	hash := eip712(manifest.DomainName, digest, m.Root, m.Name, m.Version)
	author, curator, stranger := key("author"), key("curator"), key("stranger")

	type entry struct {
		by  *ethsig.Key
		sig manifest.Signature
	}
	signed := func(k *ethsig.Key) entry { return entry{k, k.Sign(hash)} }
	envelope := func(entries ...entry) object {
		list := []any{}
		for _, e := range entries {
			list = append(list, object{"author": e.by.Address().String(), "signature": e.sig.String()})
		}
		return object{"schema": manifest.EnvelopeSchema, "manifest": string(digest.RawCID()), "signatures": list}
	}
	add := func(lesson, expect, comment string, e vector.Parts, signers ...*ethsig.Key) {
		v := vector.Vector{Comment: comment, Check: "envelope", Expect: expect, Document: vector.Text(doc), Envelope: e}
		if expect == "ok" {
			v.SigningHash = hexDigest(hash)
			for _, k := range signers {
				v.Signers = append(v.Signers, k.Address().String())
			}
		}
		g.add(lesson, v)
	}
	text := func(o object) vector.Parts { return vector.Text(canonical(o)) }
	both := []*ethsig.Key{author, curator}
	slices.SortFunc(both, func(a, b *ethsig.Key) int {
		x, y := a.Address(), b.Address()
		return bytes.Compare(x[:], y[:])
	})

	add("one-author", "ok", "one of two authors signed", text(envelope(signed(author))), author)
	add("two-authors", "ok", "signatures are in byte order of address", text(envelope(signed(both[0]), signed(both[1]))), both...)
	add("forged", "wrong-signer", "a stranger signs in an author's name", text(envelope(entry{author, stranger.Sign(hash)})))
	add("not-author", "not-author", "a stranger signs in his own name", text(envelope(signed(stranger))))
	add("one-forged-of-two", "wrong-signer", "one signature that does not hold refuses all", text(envelope(signed(both[0]), entry{both[1], stranger.Sign(hash)})))
	add("wrong-domain", "wrong-signer", "a signature for another EIP-712 domain", text(envelope(entry{author, author.Sign(eip712("DeHug Registry", digest, m.Root, m.Name, m.Version))})))
	add("other-version", "wrong-signer", "a signature for another version of the same files", text(envelope(entry{author, author.Sign(eip712(manifest.DomainName, digest, m.Root, m.Name, "1.0.1"))})))
	add("other-manifest", "envelope", "an envelope of another manifest", text(func() object {
		e := envelope(signed(author))
		e["manifest"] = string(manifest.DigestOf([]byte("other")).RawCID())
		return e
	}()))
	add("malleable", "malleable-signature", "s replaced by n - s and v flipped recovers the same author: only one form is accepted", text(envelope(entry{author, mirrored(author.Sign(hash))})))
	add("recovery-id", "malleable-signature", "v is 27 or 28, not 0 or 1", text(envelope(func() entry {
		e := signed(author)
		e.sig[64] -= 27
		return e
	}())))
	add("zero-r", "signature", "r is not zero", text(envelope(func() entry {
		e := signed(author)
		clear(e.sig[:32])
		return e
	}())))
	add("r-too-large", "signature", "r is below the group order", text(envelope(func() entry {
		e := signed(author)
		for i := range 32 {
			e.sig[i] = 0xff
		}
		return e
	}())))
	add("no-signatures", "missing-field", "an envelope without signatures is left out", text(envelope()))
	add("twice", "order", "an author signs once", text(envelope(signed(author), signed(author))))
	add("out-of-order", "order", "signatures are in byte order of address", text(envelope(signed(both[1]), signed(both[0]))))
	add("upper-case-signature", "signature", "hex is lower case", vector.Text(strings.Replace(canonical(envelope(signed(author))),
		author.Sign(hash).String()[2:], strings.ToUpper(author.Sign(hash).String()[2:]), 1)))
	add("short-signature", "signature", "65 bytes, not the 64 of EIP-2098", vector.Text(strings.Replace(canonical(envelope(signed(author))),
		author.Sign(hash).String(), author.Sign(hash).String()[:130], 1)))
	add("dag-pb-manifest", "cid", "a manifest is a raw block", text(func() object {
		e := envelope(signed(author))
		e["manifest"] = string(manifest.MakeCID(manifest.DagPB, digest))
		return e
	}()))
	add("unknown-field", "unknown-field", "the envelope is closed as well", text(func() object {
		e := envelope(signed(author))
		e["note"] = "hi"
		return e
	}()))
	add("white-space", "not-canonical", "the envelope is canonical as well", vector.Text(canonical(envelope(signed(author)))+"\n"))
	add("other-schema", "schema", "an envelope of a later schema", text(func() object {
		e := envelope(signed(author))
		e["schema"] = "dehug/envelope/v1"
		return e
	}()))
	add("oversize", "too-large", "more than 16 KiB", vector.Repeat("a", manifest.MaxEnvelope+1))
}

// mirrored returns the other valid signature that anyone can make from one.
func mirrored(s manifest.Signature) manifest.Signature {
	n, _ := new(big.Int).SetString("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16)
	n.Sub(n, new(big.Int).SetBytes(s[32:64])).FillBytes(s[32:64])
	s[64] ^= 27 ^ 28
	return s
}

func (g *generator) directories() {
	doc := []byte(canonical(example()))
	var leaves [][]manifest.Digest
	for _, c := range exampleContent {
		_, l := hashed(c)
		leaves = append(leaves, l)
	}
	envelope := must(key("author").SignManifest(doc))
	cid, blocks, err := manifest.BuildRelease(doc, envelope, leaves)
	top := must(blocks, err)[len(blocks)-1].Data
	links := must(manifest.ParseDirectory(top))

	dir := func(lesson, expect, comment string, block []byte) {
		v := vector.Vector{Comment: comment, Check: "directory", Expect: expect, Block: vector.Hex(block)}
		if expect == "ok" {
			for _, l := range must(manifest.ParseDirectory(block)) {
				v.Links = append(v.Links, vector.Link{Name: l.Name, CID: string(l.CID), Size: strconv.FormatUint(l.Size, 10)})
			}
		}
		g.add(lesson, v)
	}
	data := []byte{0x0a, 2, 8, 1}
	node := func(links ...manifest.Link) []byte { return slices.Concat(encodeLinks(links), data) }
	dir("release", "ok", "the top of the example release", top)
	dir("empty", "ok", "a folder without entries", data)
	dir("unsorted", "directory", "names are sorted", node(links[1], links[0]))
	dir("repeated-name", "directory", "a name is there once", node(links[0], links[0]))
	dir("slash-in-name", "directory", "a name is one segment", node(manifest.Link{Name: "a/b", CID: links[0].CID}))
	dir("dot-dot", "directory", "a name is not ..", node(manifest.Link{Name: "..", CID: links[0].CID}))
	dir("empty-name", "directory", "a name is not empty", node(manifest.Link{CID: links[0].CID}))
	dir("data-first", "directory", "links come before data", slices.Concat(data, encodeLinks(links)))
	dir("file-node", "directory", "a file is not a directory", slices.Concat(encodeLinks(links), []byte{0x0a, 2, 8, 2}))
	dir("sharded", "directory", "a HAMT shard is not a plain directory", slices.Concat(encodeLinks(links), []byte{0x0a, 2, 8, 5}))
	dir("long-varint", "directory", "numbers have one written form", slices.Concat(encodeLinks(links), []byte{0x0a, 0x82, 0, 8, 1}))
	dir("unknown-field", "directory", "no further fields", append(slices.Clone(top), 0x1a, 0))
	dir("truncated", "directory", "a link is cut short", top[:40])
	dir("link-length-overflow", "directory", "a length of 2^63 is no reason to allocate", slices.Concat([]byte{0x12}, bytes.Repeat([]byte{0xff}, 9), []byte{1}))
	dir("no-bytes", "directory", "no bytes are no directory", nil)
	v0 := slices.Concat([]byte{0x0a, 34}, links[0].CID.Bytes()[2:], []byte{0x12, 1, 'a', 0x18, 0})
	dir("cid-v0", "cid", "links are CIDv1", slices.Concat([]byte{0x12, byte(len(v0))}, v0, data))

	release := func(lesson, expect, comment string, cid manifest.CID, block []byte) {
		g.add(lesson, vector.Vector{
			Comment: comment, Check: "release", Expect: expect, CID: string(cid), Block: vector.Hex(block),
			ManifestDigest: hexDigest(manifest.DigestOf(doc)),
		})
	}
	of := func(block []byte) manifest.CID { return manifest.MakeCID(manifest.DagPB, manifest.DigestOf(block)) }
	release("valid", "ok", "from the CID that is pinned to manifest and envelope", cid, top)
	unsigned := node(links[1:]...)
	release("unsigned", "ok", "a release without an envelope", of(unsigned), unsigned)
	release("wrong-block", "hash-mismatch", "the source sent another directory", cid, unsigned)
	foreign := node(append([]manifest.Link{{Name: "README", CID: links[0].CID}}, links...)...)
	release("unknown-entry", "directory", "nothing else is in a release", of(foreign), foreign)
	bare := node(links[:3]...)
	release("no-manifest", "directory", "a release has a manifest", of(bare), bare)
	release("raw-cid", "directory", "a directory is a dag-pb block", manifest.DigestOf(top).RawCID(), top)
}

// encodeLinks writes dag-pb links without any of the package's checks.
func encodeLinks(links []manifest.Link) []byte {
	var b []byte
	for _, l := range links {
		e := append([]byte{0x0a, 36}, l.CID.Bytes()...)
		e = append(append(e, 0x12, byte(len(l.Name))), l.Name...)
		e = append(e, 0x18)
		size := l.Size
		for ; size >= 128; size >>= 7 {
			e = append(e, byte(size)|128)
		}
		e = append(e, byte(size))
		b = append(append(b, 0x12, byte(len(e))), e...)
	}
	return b
}
