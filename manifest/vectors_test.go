package manifest_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/manifest/internal/vector"
)

const vectorDir = "testdata/vectors"

func loadVectors(tb testing.TB) map[string]vector.Vector {
	tb.Helper()
	vectors, err := vector.Load(vectorDir)
	if err != nil {
		tb.Fatal(err)
	}
	if len(vectors) == 0 {
		tb.Fatal("no vectors: run go generate ./manifest")
	}
	return vectors
}

// TestVectors runs the cases that hold.
func TestVectors(t *testing.T) {
	for name, v := range loadVectors(t) {
		if v.Expect != "ok" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			if err := check(v); err != nil {
				t.Errorf("%s\ngot  %v\nwant ok", v.Comment, err)
			}
		})
	}
}

// TestRefuseVectors runs the cases that must be refused, each for its own reason.
// With -v it prints them as a table.
func TestRefuseVectors(t *testing.T) {
	for name, v := range loadVectors(t) {
		if v.Expect == "ok" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			err := check(v)
			if got := manifest.CodeOf(err); got != v.Expect {
				t.Fatalf("%s\ngot  %q (%v)\nwant %q", v.Comment, got, err, v.Expect)
			}
			if manifest.HintOf(err) == "" {
				t.Errorf("%v: no hint", err)
			}
			t.Logf("%-20s %v; %s", v.Expect, err, manifest.HintOf(err))
		})
	}
}

// check runs one vector. Its error is the refusal, or says what differs.
func check(v vector.Vector) error {
	switch v.Check {
	case "manifest":
		return checkManifest(v)
	case "envelope":
		return checkEnvelope(v)
	case "content":
		return checkContent(v)
	case "leaves":
		n := atoi(v.LeafCount)
		leaves := make([]manifest.Digest, n)
		for i := range leaves {
			leaves[i] = manifest.DigestOf([]byte(strconv.Itoa(i)))
		}
		return checkTree(v, int64(atoi(v.Size)), leaves)
	case "leaf-list":
		_, err := manifest.ParseLeafList(parts(v.List), manifest.File{
			Path: v.Path, Size: int64(atoi(v.Size)), ChunkRoot: digest(v.ChunkRoot),
			Leaves: manifest.CID(v.Leaves), CID: manifest.CID(v.CID),
		})
		return err
	case "root":
		root, err := manifest.Root(files(v.Files))
		if err != nil {
			return err
		}
		return same("root", root, digest(v.Root))
	case "chunk-proof":
		p := manifest.ChunkProof{Size: int64(atoi(v.Size)), Index: atoi(v.Index), Siblings: digests(v.Siblings)}
		return p.Verify(digest(v.Chunk), digest(v.ChunkRoot))
	case "file-proof":
		p := manifest.FileProof{Index: atoi(v.Index), Count: atoi(v.Count), Siblings: digests(v.Siblings)}
		f := manifest.File{Path: v.Path, Size: int64(atoi(v.Size)), ChunkRoot: digest(v.ChunkRoot)}
		return p.Verify(f, digest(v.Root))
	case "path":
		return manifest.CheckPath(*v.Text)
	case "cid":
		c, err := manifest.ParseCID(*v.Text)
		if err != nil {
			return err
		}
		return errors.Join(
			same("codec", fmt.Sprintf("0x%02x", c.Codec()), v.Codec),
			same("digest", c.Digest(), digest(v.SHA256)),
			same("round trip", manifest.MakeCID(c.Codec(), c.Digest()), c))
	case "directory":
		links, err := manifest.ParseDirectory(parts(v.Block))
		if err != nil {
			return err
		}
		var got []vector.Link
		for _, l := range links {
			got = append(got, vector.Link{Name: l.Name, CID: string(l.CID), Size: strconv.FormatUint(l.Size, 10)})
		}
		if !slices.Equal(got, v.Links) {
			return fmt.Errorf("links: got %v want %v", got, v.Links)
		}
		return nil
	case "release":
		r, err := manifest.ParseRelease(manifest.CID(v.CID), parts(v.Block))
		if err != nil {
			return err
		}
		return same("manifest", r.Manifest, digest(v.ManifestDigest).RawCID())
	}
	return fmt.Errorf("unknown check %q", v.Check)
}

func checkManifest(v vector.Vector) error {
	doc := parts(v.Document)
	m, err := manifest.Parse(doc)
	if err != nil {
		return err
	}
	again, err := m.Encode()
	if err != nil {
		return err
	}
	if !bytes.Equal(again, doc) {
		return fmt.Errorf("encode(parse(document)) differs:\n%s\n%s", again, doc)
	}
	d := manifest.DigestOf(doc)
	return errors.Join(same("digest", d, digest(v.ManifestDigest)), same("cid", d.RawCID(), manifest.CID(v.CID)), same("root", m.Root, digest(v.Root)))
}

func checkEnvelope(v vector.Vector) error {
	doc := parts(v.Document)
	m, err := manifest.Parse(doc)
	if err != nil {
		return fmt.Errorf("the vector's manifest must be valid: %s", err)
	}
	envelope := parts(v.Envelope)
	d := manifest.DigestOf(doc)
	signers, err := manifest.VerifyEnvelope(m, d, envelope, ethsig.Recover)
	if err != nil {
		return err
	}
	e, err := manifest.ParseEnvelope(envelope)
	if err != nil {
		return err
	}
	again, err := e.Encode()
	if err != nil {
		return err
	}
	var got []string
	for _, s := range signers {
		got = append(got, s.String())
	}
	if !slices.Equal(got, v.Signers) || !bytes.Equal(again, envelope) {
		return fmt.Errorf("signers: got %v want %v", got, v.Signers)
	}
	return same("signing hash", manifest.Digest(manifest.AuthorshipDigest(m, d)), digest(v.SigningHash))
}

func checkContent(v vector.Vector) error {
	content := parts(v.Content)
	n := 0
	h, err := manifest.HashFile(bytes.NewReader(content), func(i int, chunk []byte, leaf manifest.Digest) error {
		if i != n || !bytes.Equal(chunk, content[i*manifest.ChunkSize:][:len(chunk)]) || leaf != manifest.DigestOf(chunk) {
			return fmt.Errorf("chunk %d is passed wrongly", i)
		}
		n++
		return nil
	})
	if err != nil {
		return err
	}
	return errors.Join(
		same("chunks", strconv.Itoa(n), v.LeafCount),
		same("sha256", h.SHA256, digest(v.SHA256)),
		same("chunkRoot", h.ChunkRoot, digest(v.ChunkRoot)),
		checkTree(v, h.Size, h.Leaves))
}

// checkTree compares all that size and leaves derive, and every chunk's proof.
func checkTree(v vector.Vector, size int64, leaves []manifest.Digest) error {
	root, err := manifest.ChunkRoot(size, leaves)
	if err != nil {
		return err
	}
	cid, blocks, err := manifest.UnixFS(size, leaves)
	if err != nil {
		return err
	}
	for _, b := range blocks {
		if err := b.CID.Verify(b.Data); err != nil {
			return err
		}
	}
	for i := range leaves {
		if len(leaves) > 8 && i%97 != 0 && i != len(leaves)-1 {
			continue // each proof costs a pass over the leaves
		}
		p, err := manifest.ProveChunk(size, leaves, i)
		if err != nil {
			return err
		}
		if err := p.Verify(leaves[i], root); err != nil {
			return err
		}
	}
	list := manifest.EncodeLeafList(leaves)
	f := manifest.File{Path: "file", Size: size, ChunkRoot: root, Leaves: manifest.DigestOf(list).RawCID(), CID: cid}
	_, err = manifest.ParseLeafList(list, f)
	return errors.Join(err,
		same("size", strconv.FormatInt(size, 10), v.Size),
		same("chunkRoot", root, digest(v.ChunkRoot)),
		same("leaves", f.Leaves, manifest.CID(v.Leaves)),
		same("cid", cid, manifest.CID(v.CID)))
}

func same[T comparable](what string, got, want T) error {
	if got != want {
		return fmt.Errorf("%s: got %v want %v", what, got, want)
	}
	return nil
}

func parts(p vector.Parts) []byte {
	b, err := p.Bytes()
	if err != nil {
		panic(err) // the vector file itself is broken
	}
	return b
}

func atoi(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		panic(err)
	}
	return n
}

func digest(s string) manifest.Digest {
	b, err := hex.DecodeString(strings.TrimPrefix(s, "0x"))
	if err != nil || len(b) != 32 {
		panic("not a digest: " + s)
	}
	return manifest.Digest(b)
}

func digests(list []string) (d []manifest.Digest) {
	for _, s := range list {
		d = append(d, digest(s))
	}
	return d
}

func files(list []vector.File) (f []manifest.File) {
	for _, v := range list {
		f = append(f, manifest.File{Path: v.Path, Size: int64(atoi(v.Size)), ChunkRoot: digest(v.ChunkRoot)})
	}
	return f
}
