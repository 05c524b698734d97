// Package vector is the file format of manifest/testdata/vectors, for the Go
// programs that write and read it. README.md in that folder describes it for
// other languages.
package vector

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// A Vector is one case. Which fields are set depends on Check.
type Vector struct {
	Comment string `json:"comment"` // the one lesson
	Check   string `json:"check"`   // what to do with the inputs
	Expect  string `json:"expect"`  // "ok", or the code of the refusal

	// Inputs.
	Document  Parts    `json:"document,omitempty"`  // bytes of a manifest
	Envelope  Parts    `json:"envelope,omitempty"`  // bytes of an envelope
	Content   Parts    `json:"content,omitempty"`   // bytes of a file
	List      Parts    `json:"list,omitempty"`      // bytes of a leaf list
	Block     Parts    `json:"block,omitempty"`     // bytes of a directory node
	Text      *string  `json:"text,omitempty"`      // a path or a CID
	LeafCount string   `json:"leafCount,omitempty"` // leaf i is SHA-256 of i in decimal
	Files     []File   `json:"files,omitempty"`
	Index     string   `json:"index,omitempty"`
	Count     string   `json:"count,omitempty"`
	Chunk     string   `json:"chunk,omitempty"`
	Siblings  []string `json:"siblings,omitempty"` // from the leaf upwards

	// Inputs of some checks, results of others.
	Path      string `json:"path,omitempty"`
	Size      string `json:"size,omitempty"`
	ChunkRoot string `json:"chunkRoot,omitempty"`
	Leaves    string `json:"leaves,omitempty"`
	CID       string `json:"cid,omitempty"`
	Root      string `json:"root,omitempty"`

	// Results.
	ManifestDigest string   `json:"manifestDigest,omitempty"`
	SigningHash    string   `json:"signingHash,omitempty"`
	Signers        []string `json:"signers,omitempty"`
	SHA256         string   `json:"sha256,omitempty"`
	Codec          string   `json:"codec,omitempty"`
	Links          []Link   `json:"links,omitempty"`
}

// A File is what the root says about a file.
type File struct {
	Path      string `json:"path"`
	Size      string `json:"size"`
	ChunkRoot string `json:"chunkRoot"`
}

// A Link is one entry of a directory.
type Link struct {
	Name string `json:"name"`
	CID  string `json:"cid"`
	Size string `json:"size"`
}

// Parts are bytes, described piece by piece so that large inputs stay small.
type Parts []Part

// A Part is text, or hex, or one byte repeated.
type Part struct {
	Text   string `json:"text,omitempty"`
	Hex    string `json:"hex,omitempty"`    // with 0x
	Repeat string `json:"repeat,omitempty"` // hex of one or more bytes, repeated and cut to Size bytes
	Size   string `json:"size,omitempty"`
}

// Text returns the parts of a text.
func Text(s string) Parts { return Parts{{Text: s}} }

// Hex returns the parts of bytes that are not text.
func Hex(b []byte) Parts { return Parts{{Hex: "0x" + hex.EncodeToString(b)}} }

// Repeat returns size bytes of a repeated pattern.
func Repeat(pattern string, size int) Parts {
	return Parts{{Repeat: "0x" + hex.EncodeToString([]byte(pattern)), Size: strconv.Itoa(size)}}
}

// Bytes joins the parts.
func (p Parts) Bytes() ([]byte, error) {
	b := []byte{}
	for _, part := range p {
		b = append(b, part.Text...)
		raw, err := hex.DecodeString(strings.TrimPrefix(part.Hex, "0x"))
		if err != nil {
			return nil, err
		}
		b = append(b, raw...)
		if part.Repeat == "" {
			continue
		}
		pattern, err := hex.DecodeString(strings.TrimPrefix(part.Repeat, "0x"))
		if err != nil {
			return nil, err
		}
		size, err := strconv.Atoi(part.Size)
		if err != nil {
			return nil, err
		}
		b = append(b, bytes.Repeat(pattern, size/len(pattern)+1)[:size]...)
	}
	return b, nil
}

// Load reads every vector of a folder, by file name without extension.
func Load(dir string) (map[string]Vector, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return nil, err
	}
	vectors := make(map[string]Vector, len(paths))
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		d := json.NewDecoder(bytes.NewReader(b))
		d.DisallowUnknownFields()
		var v Vector
		if err := d.Decode(&v); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		vectors[strings.TrimSuffix(filepath.Base(path), ".json")] = v
	}
	return vectors, nil
}

// Encode writes a vector as its file holds it.
func (v Vector) Encode() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(v)
	return b.Bytes(), err
}
