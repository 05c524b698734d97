package manifest

import (
	"slices"
	"strconv"
)

// A ChunkProof shows that a chunk hash is chunk Index of the file of Size bytes
// with a given chunkRoot. Siblings run from the leaf upwards. Proving a chunk of
// a release takes two proofs: this one, and a [FileProof] for the file.
type ChunkProof struct {
	Size     int64
	Index    int
	Siblings []Digest
}

// A FileProof shows that a file is entry Index of Count under a root.
type FileProof struct {
	Index    int
	Count    int
	Siblings []Digest
}

// ProveChunk makes the proof for chunk i of a file.
func ProveChunk(size int64, leaves []Digest, i int) (ChunkProof, error) {
	if err := checkSize(size); err != nil {
		return ChunkProof{}, err
	}
	if len(leaves) != Leaves(size) || i < 0 || i >= len(leaves) {
		return ChunkProof{}, refuse(ErrProof, "", "no chunk "+strconv.Itoa(i)+" among "+strconv.Itoa(len(leaves)))
	}
	return ChunkProof{Size: size, Index: i, Siblings: siblings(leaves, i)}, nil
}

// Verify checks that chunk is the hash of the chunk p speaks of.
func (p ChunkProof) Verify(chunk, chunkRoot Digest) error {
	if err := checkSize(p.Size); err != nil {
		return err
	}
	tree, ok := climb(chunk, p.Index, Leaves(p.Size), p.Siblings)
	if !ok || sealChunks(p.Size, tree) != chunkRoot {
		return refuse(ErrProof, "chunk "+strconv.Itoa(p.Index), "")
	}
	return nil
}

// ProveFile makes the proof for files[i]. The files must be in order of path.
func ProveFile(files []File, i int) (FileProof, error) {
	leaves, err := fileLeaves(files)
	if err != nil {
		return FileProof{}, err
	}
	if i < 0 || i >= len(files) {
		return FileProof{}, refuse(ErrProof, "", "no file "+strconv.Itoa(i)+" among "+strconv.Itoa(len(files)))
	}
	return FileProof{Index: i, Count: len(files), Siblings: siblings(leaves, i)}, nil
}

// Verify checks that f (its path, size and chunkRoot) is the file p speaks of.
func (p FileProof) Verify(f File, root Digest) error {
	if err := CheckPath(f.Path); err != nil {
		return err
	}
	if err := checkSize(f.Size); err != nil {
		return err
	}
	if p.Count > MaxFiles {
		return refuse(ErrTooLarge, "proof", "at most "+strconv.Itoa(MaxFiles)+" files")
	}
	if got, ok := climb(FileLeaf(f), p.Index, p.Count, p.Siblings); !ok || got != root {
		return refuse(ErrProof, "file "+quote(f.Path), "")
	}
	return nil
}

// siblings lists the hashes beside the path from leaf i to the root, leaf first.
func siblings(leaves []Digest, i int) []Digest {
	var down []Digest
	for len(leaves) > 1 {
		k := splitPoint(len(leaves))
		if i < k {
			down = append(down, treeHash(leaves[k:]))
			leaves = leaves[:k]
		} else {
			down = append(down, treeHash(leaves[:k]))
			leaves, i = leaves[k:], i-k
		}
	}
	slices.Reverse(down)
	return down
}

// climb hashes from a leaf to the root of a tree of n leaves; it fails unless it
// uses exactly the siblings given. This is RFC 9162, section 2.1.3.2.
func climb(h Digest, i, n int, siblings []Digest) (Digest, bool) {
	if i < 0 || i >= n {
		return h, false
	}
	last := n - 1
	for _, s := range siblings {
		if last == 0 {
			return h, false
		}
		if i&1 == 1 || i == last {
			h = nodeHash(s, h)
			for i&1 == 0 { // a left-heavy tree: levels where this node has no sibling
				i >>= 1
				last >>= 1
			}
		} else {
			h = nodeHash(h, s)
		}
		i >>= 1
		last >>= 1
	}
	return h, last == 0
}
