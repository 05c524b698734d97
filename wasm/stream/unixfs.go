package stream

import (
	"errors"

	"github.com/dehug/dehug/manifest"
)

// A node is a dag-pb block of a UnixFS file: some bytes of the file, then what lies below its links.
type node struct {
	from, to int   // where in the block the file's bytes are
	size     int64 // of the file, here and below
	links    []branch
}

// A branch is a part of a file: a raw block of so many bytes, or a node.
type branch struct {
	cid  manifest.CID
	size int64
}

// maxLinks is how wide a node may be: importers make 174 or 1024. Each chunk looks through the nodes above it.
const maxLinks = 1 << 13

// What a UnixFS node can be (the Type field of its Data message).
const (
	unixfsRaw = iota
	unixfsDirectory
	unixfsFile
	unixfsMetadata
	unixfsSymlink
	unixfsSharded
)

var (
	errNode      = errors.New("not a UnixFS node")
	errDirectory = errors.New("a directory, not a file")
	errOtherHash = errors.New("a block is named by another hash than SHA-256, or has another codec than raw and dag-pb")
)

// parseNode reads a dag-pb block. Links may stand before the data or after it: both are written.
func parseNode(block []byte) (node, error) {
	var n node
	var cids []manifest.CID
	data := -1 // where the Data message begins
	var message []byte
	m := fields{b: block}
	for m.next() {
		switch {
		case m.number == 2 && m.bytes != nil: // Links
			cid, err := parseLink(m.bytes)
			if err != nil {
				return n, err
			}
			cids = append(cids, cid)
		case m.number == 1 && m.bytes != nil && data < 0:
			data, message = m.at, m.bytes
		default:
			return n, errNode
		}
	}
	if m.bad || data < 0 {
		return n, errNode
	}
	kind, declared := int64(-1), int64(-1)
	var sizes []int64
	hasData := false
	d := fields{b: message}
	for d.next() {
		switch {
		case d.number == 1 && d.bytes == nil && kind < 0:
			kind = d.value
		case d.number == 2 && d.bytes != nil && !hasData:
			hasData = true
			n.from, n.to = data+d.at, data+d.at+len(d.bytes)
		case d.number == 3 && d.bytes == nil && declared < 0:
			declared = d.value
		case d.number == 4 && d.bytes == nil:
			sizes = append(sizes, d.value)
		case d.number == 4: // packed
			p := fields{b: d.bytes}
			for len(p.b) > 0 && !p.bad {
				sizes = append(sizes, p.varint())
			}
			d.bad = d.bad || p.bad
		case d.number >= 5 && d.number <= 8: // of directories; mode and time of change
		default:
			return n, errNode
		}
	}
	switch {
	case d.bad:
		return n, errNode
	case kind == unixfsDirectory || kind == unixfsSharded:
		return n, errDirectory
	case kind != unixfsFile && kind != unixfsRaw:
		return n, errNode
	case len(cids) != len(sizes) || len(cids) > maxLinks:
		return n, errNode
	}
	n.size = int64(n.to - n.from)
	for i, size := range sizes {
		if size > manifest.MaxFileSize-n.size {
			return n, errNode
		}
		n.size += size
		n.links = append(n.links, branch{cids[i], size})
	}
	if declared >= 0 && declared != n.size {
		return n, errNode
	}
	return n, nil
}

// parseLink returns what a PBLink names; name and size are of no use to a file.
func parseLink(b []byte) (manifest.CID, error) {
	var cid manifest.CID
	m := fields{b: b}
	for m.next() {
		switch {
		case m.number == 1 && m.bytes != nil && cid == "":
			var err error
			if cid, err = binaryCID(m.bytes); err != nil {
				return "", err
			}
		case m.number == 2 && m.bytes != nil, m.number == 3 && m.bytes == nil:
		default:
			return "", errNode
		}
	}
	if m.bad || cid == "" {
		return "", errNode
	}
	return cid, nil
}

// binaryCID reads a CID of version 1, or of version 0: the bare multihash of a dag-pb block.
func binaryCID(b []byte) (manifest.CID, error) {
	if len(b) == 34 && b[0] == 0x12 && b[1] == 32 {
		return manifest.MakeCID(manifest.DagPB, manifest.Digest(b[2:])), nil
	}
	cid, err := manifest.CIDFromBytes(b)
	if err != nil {
		return "", errOtherHash
	}
	return cid, nil
}

const base58Digits = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

// textCID reads a CID as IPFS tools print it: version 1 in base32 or base58 (z…), or version 0 (Qm…).
func textCID(s string) (manifest.CID, error) {
	if cid, err := manifest.ParseCID(s); err == nil || len(s) < 46 || len(s) > 64 || s[0] != 'Q' && s[0] != 'z' {
		return cid, err
	}
	var b []byte // big-endian
	digits := s
	if s[0] == 'z' {
		digits = s[1:]
	}
	for _, c := range []byte(digits) {
		carry := -1
		for i := range len(base58Digits) {
			if base58Digits[i] == c {
				carry = i
			}
		}
		if carry < 0 {
			return "", manifest.ErrCID
		}
		for i := len(b) - 1; i >= 0; i-- {
			carry += int(b[i]) * 58
			b[i] = byte(carry)
			carry >>= 8
		}
		for ; carry > 0; carry >>= 8 {
			b = append([]byte{byte(carry)}, b...)
		}
	}
	if len(b) == 34 != (s[0] == 'Q') { // version 0 has no prefix, version 1 has
		return "", manifest.ErrCID
	}
	return binaryCID(b)
}

// fields reads a protobuf message of varints and bytes, all that these formats have. Varints end at 2⁶³ − 1.
type fields struct {
	b   []byte // what is left
	off int    // how much of the message was read
	bad bool

	number int
	value  int64  // of a varint
	bytes  []byte // of bytes; nil with a varint
	at     int    // where in the message bytes begin
}

func (f *fields) next() bool {
	if f.bad || len(f.b) == 0 {
		return false
	}
	tag := f.varint()
	f.number, f.value, f.bytes = int(tag>>3), 0, nil
	switch tag & 7 {
	case 0:
		f.value = f.varint()
	case 2:
		n := f.varint()
		if f.bad || n > int64(len(f.b)) {
			f.bad = true
			return false
		}
		f.at = f.off
		f.bytes = f.b[:n:n]
		f.skip(int(n))
	default:
		f.bad = true
	}
	return !f.bad
}

func (f *fields) skip(n int) {
	f.b = f.b[n:]
	f.off += n
}

func (f *fields) varint() int64 {
	var v uint64
	for i := range 9 {
		if i >= len(f.b) {
			break
		}
		v |= uint64(f.b[i]&0x7f) << (7 * i)
		if f.b[i] < 0x80 {
			f.skip(i + 1)
			return int64(v)
		}
	}
	f.bad = true
	return 0
}
