package manifest

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
)

// Names in a release directory.
const (
	NameManifest = "manifest.json"
	NameEnvelope = "envelope.json"
	NameFiles    = "files"  // the files, by path
	NameLeaves   = "leaves" // their leaf lists, by the same paths
)

// A Release is what a release directory says: where manifest and envelope are.
type Release struct {
	Manifest CID // raw; its digest is the manifestDigest
	Envelope CID // raw; empty when nobody signed
	Files    CID // directory
	Leaves   CID // directory
}

// BuildRelease makes the UnixFS directory of a release. envelope may be nil;
// leaves[i] are the chunk hashes of the manifest's file i. It returns the
// directory's CID, which is what gets pinned, and all blocks of the release but
// the chunks themselves, each once, children before parents.
func BuildRelease(doc, envelope []byte, leaves [][]Digest) (CID, []Block, error) {
	m, err := Parse(doc)
	if err != nil {
		return "", nil, err
	}
	if len(leaves) != len(m.Files) {
		return "", nil, refuse(ErrLength, "release", strconv.Itoa(len(leaves))+" leaf lists for "+strconv.Itoa(len(m.Files))+" files")
	}
	b := builder{seen: map[CID]bool{}}
	top := []Link{}
	if envelope != nil {
		e, err := ParseEnvelope(envelope)
		if err != nil {
			return "", nil, err
		}
		if e.Manifest != DigestOf(doc).RawCID() {
			return "", nil, refuse(ErrEnvelope, "release", "it signs "+string(e.Manifest))
		}
		top = append(top, b.raw(NameEnvelope, envelope))
	}
	files, lists := make([]Link, len(m.Files)), make([]Link, len(m.Files))
	for i, f := range m.Files {
		if err := f.checkLeaves(leaves[i]); err != nil {
			return "", nil, placed("leaf list of "+quote(f.Path), err)
		}
		link, nodes, err := unixfsFile(f.Size, leaves[i])
		if err != nil {
			return "", nil, err
		}
		b.add(nodes...)
		link.Name = f.Path
		files[i] = link
		lists[i] = b.raw(f.Path, EncodeLeafList(leaves[i]))
	}
	filesDir, err := b.tree(files)
	if err != nil {
		return "", nil, err
	}
	leavesDir, err := b.tree(lists)
	if err != nil {
		return "", nil, err
	}
	filesDir.Name, leavesDir.Name = NameFiles, NameLeaves
	root, err := b.directory(append(top, filesDir, leavesDir, b.raw(NameManifest, doc)))
	return root.CID, b.blocks, err
}

// builder collects blocks, each once.
type builder struct {
	blocks []Block
	seen   map[CID]bool
}

func (b *builder) add(blocks ...Block) {
	for _, block := range blocks {
		if !b.seen[block.CID] {
			b.seen[block.CID] = true
			b.blocks = append(b.blocks, block)
		}
	}
}

func (b *builder) raw(name string, data []byte) Link {
	cid := DigestOf(data).RawCID()
	b.add(Block{cid, data})
	return Link{Name: name, CID: cid, Size: uint64(len(data))}
}

// tree makes nested directories of links whose names are paths, in byte order. It
// uses up their names.
func (b *builder) tree(links []Link) (Link, error) {
	var here []Link
	for len(links) > 0 {
		head, _, nested := strings.Cut(links[0].Name, "/")
		if !nested {
			here, links = append(here, links[0]), links[1:]
			continue
		}
		n := 0 // links below head: they share a prefix, so they stand together
		for n < len(links) && strings.HasPrefix(links[n].Name, head+"/") {
			links[n].Name = links[n].Name[len(head)+1:]
			n++
		}
		dir, err := b.tree(links[:n])
		if err != nil {
			return Link{}, err
		}
		dir.Name = head
		here, links = append(here, dir), links[n:]
	}
	return b.directory(here)
}

func (b *builder) directory(links []Link) (Link, error) {
	slices.SortFunc(links, func(x, y Link) int { return strings.Compare(x.Name, y.Name) })
	link, block := pbNode(links, directoryData)
	if len(block.Data) > MaxBlock {
		return Link{}, refuse(ErrTooLarge, "directory", "use shorter names or more folders")
	}
	b.add(block)
	return link, nil
}

var directoryData = appendVarintField(nil, 1, unixfsDirectory)

// ParseDirectory reads one block of a release directory: a plain UnixFS
// directory in canonical form, names sorted and allowed as path segments. It
// does not check the block's hash; [CID.Verify] does.
func ParseDirectory(block []byte) ([]Link, error) {
	if len(block) > MaxBlock {
		return nil, refuse(ErrTooLarge, "directory", strconv.Itoa(len(block))+" bytes")
	}
	var links []Link
	rest := block
	for len(rest) > 0 && rest[0] == 2<<3|2 {
		var body []byte
		var ok bool
		if body, rest, ok = cutBytesField(rest, 2); !ok {
			return nil, refuse(ErrDirectory, "", "link "+strconv.Itoa(len(links))+" is cut short")
		}
		link, err := parseLink(body)
		if err != nil {
			return nil, err
		}
		if n := len(links); n > 0 && links[n-1].Name >= link.Name {
			return nil, refuse(ErrDirectory, "", "names are not sorted at "+quote(link.Name))
		}
		links = append(links, link)
	}
	if _, again := pbNode(links, directoryData); !bytes.Equal(again.Data, block) {
		return nil, refuse(ErrDirectory, "", "not a plain directory in canonical form")
	}
	return links, nil
}

func parseLink(b []byte) (Link, error) {
	var l Link
	hash, b, ok := cutBytesField(b, 1)
	if !ok {
		return l, refuse(ErrDirectory, "", "link without hash")
	}
	name, b, ok := cutBytesField(b, 2)
	if !ok {
		return l, refuse(ErrDirectory, "", "link without name")
	}
	if why := checkSegment(string(name)); why != "" {
		return l, refuse(ErrDirectory, "", "name "+quote(string(name))+" "+why)
	}
	if len(b) == 0 || b[0] != 3<<3 {
		return l, refuse(ErrDirectory, "", "link without size")
	}
	size, n := varint(b[1:])
	if n != len(b)-1 {
		return l, refuse(ErrDirectory, "", "bad size of a link")
	}
	cid, err := CIDFromBytes(hash)
	return Link{Name: string(name), CID: cid, Size: size}, err
}

// cutBytesField takes a length-delimited protobuf field off the front of b.
func cutBytesField(b []byte, field byte) (value, rest []byte, ok bool) {
	if len(b) == 0 || b[0] != field<<3|2 {
		return nil, nil, false
	}
	size, n := varint(b[1:])
	if n <= 0 || size > uint64(len(b)-1-n) {
		return nil, nil, false
	}
	b = b[1+n:]
	return b[:size], b[size:], true
}

// ParseRelease reads the top block of a release directory and checks that it is
// the one cid names.
func ParseRelease(cid CID, block []byte) (Release, error) {
	var r Release
	if cid.Codec() != DagPB {
		return r, refuse(ErrDirectory, string(cid), "a directory is a dag-pb block")
	}
	if err := cid.Verify(block); err != nil {
		return r, err
	}
	links, err := ParseDirectory(block)
	if err != nil {
		return r, err
	}
	for _, l := range links {
		want := Raw
		switch l.Name {
		case NameManifest:
			r.Manifest = l.CID
		case NameEnvelope:
			r.Envelope = l.CID
		case NameFiles:
			r.Files, want = l.CID, DagPB
		case NameLeaves:
			r.Leaves, want = l.CID, DagPB
		default:
			return Release{}, refuse(ErrDirectory, "", "unknown entry "+quote(l.Name))
		}
		if l.CID.Codec() != want {
			return Release{}, refuse(ErrDirectory, quote(l.Name), "wrong codec")
		}
	}
	if r.Manifest == "" || r.Files == "" || r.Leaves == "" {
		return Release{}, refuse(ErrDirectory, "", "manifest.json, files or leaves is missing")
	}
	return r, nil
}
