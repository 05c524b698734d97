package manifest

import "strconv"

// MaxLinks is the width of a UnixFS file node in profile unixfs-v1-2025.
const MaxLinks = 1024

// MaxBlock is the largest block IPFS implementations carry.
const MaxBlock = 2 << 20

// A Block is bytes and the CID that names them.
type Block struct {
	CID  CID
	Data []byte
}

// A Link is one entry of a dag-pb node.
type Link struct {
	Name string // empty in files
	CID  CID
	Size uint64 // of everything below, blocks counted once per use
}

// UnixFS returns the CID a file of these leaves has in profile unixfs-v1-2025
// (CIDv1, 1 MiB raw leaves, 1024 links per node, balanced) and the dag-pb nodes
// between it and its chunks. A file of one chunk is that chunk's raw block, an
// empty file the raw block of no bytes: then there are no nodes.
func UnixFS(size int64, leaves []Digest) (CID, []Block, error) {
	root, blocks, err := unixfsFile(size, leaves)
	return root.CID, blocks, err
}

// unixfsFile is UnixFS that also tells the size for a link to the file.
func unixfsFile(size int64, leaves []Digest) (Link, []Block, error) {
	if err := checkSize(size); err != nil {
		return Link{}, nil, err
	}
	if len(leaves) != Leaves(size) {
		return Link{}, nil, refuse(ErrLength, "", strconv.Itoa(len(leaves))+" leaves for "+strconv.FormatInt(size, 10)+" bytes")
	}
	if size == 0 {
		return Link{CID: DigestOf(nil).RawCID()}, nil, nil
	}
	level := make([]subtree, len(leaves))
	for i, l := range leaves {
		n := uint64(ChunkLen(size, i))
		level[i] = subtree{Link{CID: l.RawCID(), Size: n}, n}
	}
	var blocks []Block
	for len(level) > 1 {
		var up []subtree
		for len(level) > 0 {
			n := min(MaxLinks, len(level))
			parent, block := fileNode(level[:n])
			up, blocks, level = append(up, parent), append(blocks, block), level[n:]
		}
		level = up
	}
	return level[0].Link, blocks, nil
}

// subtree is a link and how many bytes of the file are below it.
type subtree struct {
	Link
	content uint64
}

// Numbers of UnixFS's Data message.
const (
	unixfsDirectory = 1
	unixfsFileType  = 2
)

func fileNode(children []subtree) (subtree, Block) {
	links := make([]Link, len(children))
	var content uint64
	sizes := make([]byte, 0, 5*len(children))
	for i, c := range children {
		links[i] = c.Link
		content += c.content
		sizes = appendVarintField(sizes, 4, c.content)
	}
	data := appendVarintField(nil, 1, unixfsFileType)
	data = appendVarintField(data, 3, content)
	node, block := pbNode(links, append(data, sizes...))
	return subtree{node, content}, block
}

// pbNode encodes a dag-pb node: links first, then data.
func pbNode(links []Link, data []byte) (Link, Block) {
	var b, l []byte
	var total uint64
	for _, link := range links {
		l = appendBytesField(l[:0], 1, link.CID.Bytes())
		l = appendBytesField(l, 2, []byte(link.Name))
		l = appendVarintField(l, 3, link.Size)
		b = appendBytesField(b, 2, l)
		total += link.Size
	}
	b = appendBytesField(b, 1, data)
	cid := MakeCID(DagPB, DigestOf(b))
	return Link{CID: cid, Size: total + uint64(len(b))}, Block{cid, b}
}

func appendVarintField(b []byte, field byte, v uint64) []byte {
	return appendVarint(append(b, field<<3), v)
}

func appendBytesField(b []byte, field byte, v []byte) []byte {
	return append(appendVarint(append(b, field<<3|2), uint64(len(v))), v...)
}
