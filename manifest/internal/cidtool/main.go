// Command cidtool answers, for tests in other languages, which CIDs package
// manifest derives. It reads one question per line and prints one JSON answer
// per line:
//
//	file SIZE                a file of SIZE pattern bytes: its cid and leaf list cid
//	leaves N                 a file of N full chunks whose leaf i is SHA-256 of "i"
//	release PATH=SIZE ...    a whole release: its cid and the manifest's bytes
//
// The pattern is that of xorshift32, seed 1, each word little-endian.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/dehug/dehug/manifest"
)

type answer struct {
	CID      manifest.CID `json:"cid"`
	Leaves   manifest.CID `json:"leaves,omitempty"`
	Document string       `json:"document,omitempty"`
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("cidtool: ")
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		a, err := reply(strings.Fields(lines.Text()))
		if err == nil {
			err = out.Encode(a)
		}
		if err != nil {
			log.Fatalf("%s: %v", lines.Text(), err)
		}
	}
	if err := lines.Err(); err != nil {
		log.Fatal(err)
	}
}

func reply(words []string) (answer, error) {
	if len(words) < 2 {
		return answer{}, fmt.Errorf("want file, leaves or release and an argument")
	}
	switch words[0] {
	case "file":
		f, _, err := hashPattern("file", words[1])
		return answer{CID: f.CID, Leaves: f.Leaves}, err
	case "leaves":
		n, err := strconv.Atoi(words[1])
		if err != nil {
			return answer{}, err
		}
		leaves := make([]manifest.Digest, n)
		for i := range leaves {
			leaves[i] = manifest.DigestOf([]byte(strconv.Itoa(i)))
		}
		cid, _, err := manifest.UnixFS(int64(n)*manifest.ChunkSize, leaves)
		return answer{CID: cid}, err
	case "release":
		return release(words[1:])
	}
	return answer{}, fmt.Errorf("unknown question %q", words[0])
}

func hashPattern(path, size string) (manifest.File, []manifest.Digest, error) {
	n, err := strconv.ParseInt(size, 10, 64)
	if err != nil {
		return manifest.File{}, nil, err
	}
	h, err := manifest.HashFile(io.LimitReader(&pattern{state: 1}, n), nil)
	if err != nil {
		return manifest.File{}, nil, err
	}
	f, err := h.File(path, "application/octet-stream")
	return f, h.Leaves, err
}

func release(pairs []string) (answer, error) {
	slices.Sort(pairs)
	m := manifest.Manifest{
		Schema: manifest.Schema, Kind: manifest.KindDataset, Name: "pattern", Version: "1.0.0",
		License: manifest.License{SPDX: "CC0-1.0"}, Created: "2026-01-01T00:00:00Z",
		Authors: []manifest.Author{{Address: manifest.Address{19: 1}, Role: "author", Share: manifest.TotalShares}},
	}
	var leaves [][]manifest.Digest
	for _, pair := range pairs {
		path, size, _ := strings.Cut(pair, "=")
		f, l, err := hashPattern(path, size)
		if err != nil {
			return answer{}, err
		}
		m.Files, leaves = append(m.Files, f), append(leaves, l)
	}
	var err error
	if m.Root, err = manifest.Root(m.Files); err != nil {
		return answer{}, err
	}
	doc, err := m.Encode()
	if err != nil {
		return answer{}, err
	}
	cid, _, err := manifest.BuildRelease(doc, nil, leaves)
	return answer{CID: cid, Document: string(doc)}, err
}

// pattern is an endless reader.
type pattern struct {
	state uint32
	used  uint // bytes of state already given out
}

func (p *pattern) Read(b []byte) (int, error) {
	for i := range b {
		if p.used%4 == 0 {
			p.state ^= p.state << 13
			p.state ^= p.state >> 17
			p.state ^= p.state << 5
		}
		b[i] = byte(p.state >> (8 * (p.used % 4)))
		p.used++
	}
	return len(b), nil
}
