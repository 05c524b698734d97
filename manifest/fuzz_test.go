package manifest_test

import (
	"bytes"
	"testing"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
)

// FuzzParse: what is accepted is written back byte for byte, and what is
// refused is refused for a reason with a code.
func FuzzParse(f *testing.F) {
	for _, v := range loadVectors(f) {
		if doc := parts(v.Document); v.Check == "manifest" && len(doc) < 10_000 {
			f.Add(doc)
		}
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		m, err := manifest.Parse(doc)
		if err != nil {
			refused(t, err)
			return
		}
		again, err := m.Encode()
		if err != nil || !bytes.Equal(again, doc) {
			t.Errorf("input %q\ngot   %q (%v)\nwant  the input", doc, again, err)
		}
		for _, file := range m.Files {
			if err := manifest.CheckPath(file.Path); err != nil {
				t.Error(err)
			}
		}
	})
}

// FuzzEnvelope also verifies: no envelope makes somebody a signer who is not an
// author of the manifest.
func FuzzEnvelope(f *testing.F) {
	vectors := loadVectors(f)
	for _, v := range vectors {
		if v.Check == "envelope" {
			f.Add(parts(v.Envelope))
		}
	}
	doc := parts(vectors["manifest-example"].Document)
	m, err := manifest.Parse(doc)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, envelope []byte) {
		e, err := manifest.ParseEnvelope(envelope)
		if err != nil {
			refused(t, err)
			return
		}
		again, err := e.Encode()
		if err != nil || !bytes.Equal(again, envelope) {
			t.Errorf("input %q\ngot   %q (%v)\nwant  the input", envelope, again, err)
		}
		signers, err := manifest.VerifyEnvelope(m, manifest.DigestOf(doc), envelope, ethsig.Recover)
		if err != nil {
			refused(t, err)
		}
		for _, s := range signers {
			if s != m.Authors[0].Address && s != m.Authors[1].Address {
				t.Errorf("input %q: %s is no author", envelope, s)
			}
		}
	})
}

// FuzzCID: text and binary form each have one spelling.
func FuzzCID(f *testing.F) {
	for _, v := range loadVectors(f) {
		if v.Check == "cid" {
			f.Add(*v.Text)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := manifest.ParseCID(text)
		if err != nil {
			refused(t, err)
			return
		}
		if got := manifest.MakeCID(c.Codec(), c.Digest()); got != c || string(c) != text {
			t.Errorf("input %q got %q", text, got)
		}
		if got, err := manifest.CIDFromBytes(c.Bytes()); got != c || err != nil {
			t.Errorf("input %q got %q (%v)", text, got, err)
		}
	})
}

// FuzzDirectory: an accepted block has sorted, safe names and is the only block
// that says so; the top of a release is a directory.
func FuzzDirectory(f *testing.F) {
	for _, v := range loadVectors(f) {
		if v.Check == "directory" || v.Check == "release" {
			f.Add(parts(v.Block))
		}
	}
	f.Fuzz(func(t *testing.T, block []byte) {
		links, err := manifest.ParseDirectory(block)
		cid := manifest.MakeCID(manifest.DagPB, manifest.DigestOf(block))
		if err != nil {
			refused(t, err)
			if _, err := manifest.ParseRelease(cid, block); err == nil {
				t.Errorf("input %x is a release but no directory", block)
			}
			return
		}
		for i, l := range links {
			if manifest.CheckPath(l.Name) != nil || i > 0 && links[i-1].Name >= l.Name || l.CID.Codec() == 0 {
				t.Errorf("input %x got link %+v", block, l)
			}
		}
		if _, err := manifest.ParseRelease(cid, block); err != nil {
			refused(t, err)
		}
	})
}

// FuzzLeafList: only the one list is accepted for a file, whatever its size says.
func FuzzLeafList(f *testing.F) {
	vectors := loadVectors(f)
	for _, v := range vectors {
		if v.Check == "leaf-list" {
			f.Add(parts(v.List), int64(atoi(v.Size)))
		}
	}
	v := vectors["leaf-list-valid"]
	valid := parts(v.List)
	f.Fuzz(func(t *testing.T, list []byte, size int64) {
		_, err := manifest.ParseLeafList(list, manifest.File{
			Path: v.Path, Size: size, ChunkRoot: digest(v.ChunkRoot), Leaves: manifest.CID(v.Leaves), CID: manifest.CID(v.CID),
		})
		if err != nil {
			refused(t, err)
		} else if !bytes.Equal(list, valid) || size != int64(atoi(v.Size)) {
			t.Errorf("input %x, size %d: accepted", list, size)
		}
	})
}

func refused(t *testing.T, err error) {
	t.Helper()
	if manifest.CodeOf(err) == "" {
		t.Errorf("error without a code: %v", err)
	}
}
