package stream_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/wasm/stream"
)

// dag makes UnixFS files of blocks as other importers than ours do.
type dag struct{ blocks map[manifest.CID][]byte }

type below struct {
	cid  []byte // binary
	size int
}

func (d dag) put(codec manifest.Codec, block []byte) manifest.CID {
	cid := manifest.MakeCID(codec, manifest.DigestOf(block))
	d.blocks[cid] = block
	return cid
}

func pbVarint(v int) (b []byte) {
	for ; v >= 0x80; v >>= 7 {
		b = append(b, byte(v)|0x80)
	}
	return append(b, byte(v))
}

func pbBytes(field int, v []byte) []byte {
	return append(append(pbVarint(field<<3|2), pbVarint(len(v))...), v...)
}

func pbInt(field, v int) []byte { return append(pbVarint(field<<3), pbVarint(v)...) }

// node has bytes of its own before what lies below it. Version 0 has CIDs without codec.
func (d dag) node(kind int, data []byte, version int, children ...below) below {
	message := pbInt(1, kind)
	size := len(data)
	if data != nil {
		message = append(message, pbBytes(2, data)...)
	}
	for _, b := range children {
		size += b.size
	}
	message = append(message, pbInt(3, size)...)
	var block []byte
	for _, b := range children {
		message = append(message, pbInt(4, b.size)...)
		block = append(block, pbBytes(2, append(pbBytes(1, b.cid), append(pbBytes(2, nil), pbInt(3, b.size)...)...))...)
	}
	cid := d.put(manifest.DagPB, append(block, pbBytes(1, message)...))
	return d.named(cid, size, version)
}

func (d dag) named(cid manifest.CID, size, version int) below {
	b := cid.Bytes()
	if version == 0 {
		b = b[2:]
	}
	return below{b, size}
}

// file cuts body and builds a balanced tree over it.
func (d dag) file(body []byte, chunk, width, version int, raw bool) manifest.CID {
	var level []below
	for off := 0; off < len(body); off += chunk {
		piece := body[off:min(off+chunk, len(body))]
		if raw {
			level = append(level, d.named(d.put(manifest.Raw, piece), len(piece), 1))
		} else {
			level = append(level, d.node(2, piece, version))
		}
	}
	for len(level) > 1 {
		var up []below
		for len(level) > 0 {
			n := min(width, len(level))
			up = append(up, d.node(2, nil, version, level[:n]...))
			level = level[n:]
		}
		level = up
	}
	b := level[0].cid
	return manifest.MakeCID(manifest.Codec(map[int]byte{34: 0x70, 36: b[1]}[len(b)]), manifest.Digest(b[len(b)-32:]))
}

func openForeign(t *testing.T, d dag, cid manifest.CID, change answer) (*stream.Release, error) {
	s := serve(t, &release{blocks: d.blocks}, change)
	o, _ := options(t, s.URL)
	o.Foreign = true
	return stream.Open(t.Context(), "ipfs://"+string(cid), o)
}

// Files of any chunk size, width and depth are read as if they had chunks of 1 MiB.
func TestForeignFiles(t *testing.T) {
	body := noise(3<<20 + 12345)
	for name, make := range map[string]func(d dag) manifest.CID{
		"256 KiB, raw leaves":        func(d dag) manifest.CID { return d.file(body, 256<<10, 174, 1, true) },
		"256 KiB, dag-pb leaves, v0": func(d dag) manifest.CID { return d.file(body, 256<<10, 174, 0, false) },
		"odd borders, many levels":   func(d dag) manifest.CID { return d.file(body, 65537, 3, 1, true) },
		"2 MiB leaves":               func(d dag) manifest.CID { return d.file(body, 2<<20, 174, 1, true) },
		"bytes in nodes above others": func(d dag) manifest.CID {
			rest := d.node(2, body[1000:500_000], 1, d.named(d.put(manifest.Raw, body[500_000:2_000_000]), 1_500_000, 1))
			tail := body[2_000_000:]
			cid := d.node(2, body[:1000], 1, rest, d.named(d.put(manifest.Raw, nil), 0, 1), d.named(d.put(manifest.Raw, tail), len(tail), 1))
			return manifest.MakeCID(manifest.DagPB, manifest.Digest(cid.cid[4:]))
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := dag{map[manifest.CID][]byte{}}
			rel, err := openForeign(t, d, make(d), honest)
			must(t, err)
			got, err := readAll(t.Context(), t, rel, stream.ForeignPath)
			must(t, err)
			if !bytes.Equal(got, body) {
				t.Error("other bytes than the file's")
			}
			if rel.Signer != nil || rel.NeededBytes() != int64(len(body)) {
				t.Errorf("signed by %v, %d bytes", rel.Signer, rel.NeededBytes())
			}
		})
	}
	small := []byte("\x08\x08 one block")
	d := dag{map[manifest.CID][]byte{}}
	rel, err := openForeign(t, d, d.put(manifest.Raw, small), honest)
	must(t, err)
	if got, err := readAll(t.Context(), t, rel, stream.ForeignPath); err != nil || !bytes.Equal(got, small) {
		t.Errorf("a file of one block: %q, %v", got, err)
	}
}

func TestRefuseForeign(t *testing.T) {
	body := noise(1 << 20)
	leaf := func(d dag) below { return d.named(d.put(manifest.Raw, body[:100]), 100, 1) }
	root := func(b below) manifest.CID {
		return manifest.MakeCID(manifest.DagPB, manifest.Digest(b.cid[len(b.cid)-32:]))
	}
	for name, c := range map[string]struct {
		make func(d dag) manifest.CID
		code stream.Code
		says string
	}{
		"a directory": {func(d dag) manifest.CID { return root(d.node(1, nil, 1)) }, stream.CodeInvalid, "release directory"},
		"a symlink":   {func(d dag) manifest.CID { return root(d.node(4, []byte("x"), 1)) }, stream.CodeInvalid, "release directory"},
		"a node that has another size": {func(d dag) manifest.CID {
			b := d.node(2, nil, 1, leaf(d))
			b.size = 99
			return root(d.node(2, nil, 1, b))
		}, stream.CodeInvalid, "another size"},
		"a leaf that has another size": {func(d dag) manifest.CID {
			b := leaf(d)
			b.size = 99
			return root(d.node(2, nil, 1, b))
		}, stream.CodeUnreachable, "sent more than"},
		"a leaf that no block can be": {func(d dag) manifest.CID {
			b := leaf(d)
			b.size = 3 << 20
			return root(d.node(2, nil, 1, b))
		}, stream.CodeInvalid, "a block has 3145728 bytes"},
		"a directory below": {func(d dag) manifest.CID {
			b := d.node(1, nil, 1)
			b.size = 7
			return root(d.node(2, nil, 1, b))
		}, stream.CodeInvalid, "a directory, not a file"},
		"a tree too deep": {func(d dag) manifest.CID {
			b := leaf(d)
			for range 20 {
				b = d.node(2, nil, 1, b)
			}
			return root(b)
		}, stream.CodeInvalid, "deeper than 16"},
		"a block that nobody has": {func(d dag) manifest.CID {
			return root(d.node(2, nil, 1, d.named(manifest.DigestOf(body).RawCID(), 100, 1)))
		}, stream.CodeNotFound, "no source has it"},
	} {
		t.Run("refuses "+name, func(t *testing.T) {
			d := dag{map[manifest.CID][]byte{}}
			rel, err := openForeign(t, d, c.make(d), honest)
			if err == nil {
				_, err = readAll(t.Context(), t, rel, stream.ForeignPath)
			}
			if stream.CodeOf(err) != c.code || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v; want %s: …%s…", err, c.code, c.says)
			}
		})
	}
	t.Run("refuses a leaf that is not what its node names", func(t *testing.T) {
		d := dag{map[manifest.CID][]byte{}}
		cid := d.file(noise(1<<20), 256<<10, 174, 1, true)
		rel, err := openForeign(t, d, cid, func(w http.ResponseWriter, r *http.Request, body []byte) {
			if len(body) == 256<<10 {
				flips(w, r, body)
				return
			}
			honest(w, r, body)
		})
		must(t, err)
		if _, err = readAll(t.Context(), t, rel, stream.ForeignPath); stream.CodeOf(err) != stream.CodeUnverified {
			t.Errorf("got %v", err)
		}
	})
	t.Run("refuses a file for which a signer is asked", func(t *testing.T) {
		d := dag{map[manifest.CID][]byte{}}
		cid := d.file(body, 256<<10, 174, 1, true)
		o, _ := options(t, serve(t, &release{blocks: d.blocks}, honest).URL)
		key, err := ethsig.ParseKey(strings.Repeat("11", 32))
		must(t, err)
		address := key.Address()
		o.Foreign, o.Signer = true, &address
		if _, err := stream.Open(t.Context(), string(cid), o); stream.CodeOf(err) != stream.CodeWrongSigner {
			t.Errorf("got %v", err)
		}
		o.Signer, o.Foreign = nil, false
		if _, err := stream.Open(t.Context(), string(cid), o); stream.CodeOf(err) != stream.CodeInvalid {
			t.Errorf("where only releases are wanted: %v", err)
		}
	})
}

// CIDs in the forms that IPFS tools print name the same block.
func TestForeignReferences(t *testing.T) {
	const v1 = "bafybeictaeed3rfb32ok6s6fsqxbtardzzl2z5phl6jk4wlr3hdeyu6ecu"
	for _, text := range []string{v1, "ipfs://" + v1 + "/", "QmTrqwBNo2sXoysYEMpZt8QTexB9SvmMKzvvy8KcNyyb39"} {
		ref, err := stream.ParseRef(text)
		if err != nil || len(ref.Release) != 59 {
			t.Errorf("%s: %v, %v", text, ref, err)
		}
	}
	for _, text := range []string{"Qm", "QmTrqwBNo2sXoysYEMpZt8QTexB9SvmMKzvvy8KcNyyb3", "QmTrqwBNo2sXoysYEMpZt8QTexB9SvmMKzvvy8KcNyyb3O", "z" + strings.Repeat("1", 48)} {
		if _, err := stream.ParseRef(text); stream.CodeOf(err) != stream.CodeInvalid {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// Whatever a block holds, reading it as a node ends with no more links than the block can name, and a place in the block.
func FuzzNode(f *testing.F) {
	d := dag{map[manifest.CID][]byte{}}
	d.file(noise(1000), 100, 3, 1, true)
	d.file(noise(1000), 100, 3, 0, false)
	d.node(1, nil, 1)
	for _, b := range d.blocks {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, block []byte) {
		from, to, links, size, err := stream.ParseNode(block)
		if err != nil {
			return
		}
		if from < 0 || from > to || to > len(block) || links*36 > len(block) || size < int64(to-from) {
			t.Errorf("bytes %d to %d of %d, %d links, size %d", from, to, len(block), links, size)
		}
	})
}

// A reference that is taken names a block of this format.
func FuzzReference(f *testing.F) {
	for _, s := range []string{"bafybeictaeed3rfb32ok6s6fsqxbtardzzl2z5phl6jk4wlr3hdeyu6ecu", "QmTrqwBNo2sXoysYEMpZt8QTexB9SvmMKzvvy8KcNyyb39", "ipfs://z", "dehug:bafkrei?envelope="} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		ref, err := stream.ParseRef(s)
		if err == nil && (ref.Manifest == "") == (ref.Release == "") {
			t.Errorf("%q: %+v", s, ref)
		}
	})
}
