package manifest

import (
	"strconv"

	"github.com/dehug/dehug/internal/sha256"
)

// ChunkSize is how files are cut. It is fixed in v0 because a chunk's hash is
// then also the digest of a raw IPFS block and no field can disagree about it.
const ChunkSize = 1 << 20

// Domain separation: the first byte of every hashed input says what it is.
const (
	tagLeaf  = 0x00
	tagNode  = 0x01
	tagChunk = 0x02

	chunkDomain = "dehug/chunks/v0"
	leafDomain  = "dehug/leaf/v0"
)

// Leaves returns how many chunks a file of size bytes has.
func Leaves(size int64) int { return int((size + ChunkSize - 1) / ChunkSize) }

// ChunkLen returns the length in bytes of chunk i of a file of size bytes.
func ChunkLen(size int64, i int) int {
	return int(min(size-int64(i)*ChunkSize, ChunkSize))
}

// treeHash is RFC 6962's MTH over hashes: the left subtree is the largest
// power of two that leaves something for the right one.
func treeHash(leaves []Digest) Digest {
	switch n := len(leaves); n {
	case 0:
		return DigestOf(nil)
	case 1:
		return leaves[0]
	default:
		k := splitPoint(n)
		return nodeHash(treeHash(leaves[:k]), treeHash(leaves[k:]))
	}
}

// splitPoint is the largest power of two below n, for n ≥ 2.
func splitPoint(n int) int {
	k := 1
	for k*2 < n {
		k *= 2
	}
	return k
}

func nodeHash(l, r Digest) Digest {
	var b [65]byte
	b[0] = tagNode
	copy(b[1:], l[:])
	copy(b[33:], r[:])
	return sha256.Sum256(b[:])
}

// ChunkRoot returns the root over a file's chunk hashes. The size is inside, so
// a file cannot pass for an interior node of another.
func ChunkRoot(size int64, leaves []Digest) (Digest, error) {
	if err := checkSize(size); err != nil {
		return Digest{}, err
	}
	if len(leaves) != Leaves(size) {
		return Digest{}, refuse(ErrLength, "", strconv.Itoa(len(leaves))+" leaves for "+strconv.FormatInt(size, 10)+" bytes, not "+strconv.Itoa(Leaves(size)))
	}
	return sealChunks(size, treeHash(leaves)), nil
}

func sealChunks(size int64, tree Digest) Digest {
	b := make([]byte, 0, 1+len(chunkDomain)+8+32)
	b = append(b, tagChunk)
	b = append(b, chunkDomain...)
	b = appendBig(b, uint64(size), 8)
	return DigestOf(append(b, tree[:]...))
}

// FileLeaf returns the leaf that stands for f in the tree of files.
func FileLeaf(f File) Digest {
	b := make([]byte, 0, 1+len(leafDomain)+4+len(f.Path)+8+32)
	b = append(b, tagLeaf)
	b = append(b, leafDomain...)
	b = appendBig(b, uint64(len(f.Path)), 4)
	b = append(b, f.Path...)
	b = appendBig(b, uint64(f.Size), 8)
	return DigestOf(append(b, f.ChunkRoot[:]...))
}

// Root returns the root over files, which must be in byte order of path.
func Root(files []File) (Digest, error) {
	leaves, err := fileLeaves(files)
	if err != nil {
		return Digest{}, err
	}
	return treeHash(leaves), nil
}

func fileLeaves(files []File) ([]Digest, error) {
	if len(files) == 0 {
		return nil, refuse(ErrNoFiles, "files", "")
	}
	leaves := make([]Digest, len(files))
	for i, f := range files {
		if i > 0 && files[i-1].Path >= f.Path {
			return nil, refuse(ErrOrder, "files["+strconv.Itoa(i)+"].path", quote(f.Path)+" after "+quote(files[i-1].Path))
		}
		leaves[i] = FileLeaf(f)
	}
	return leaves, nil
}
