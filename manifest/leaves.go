package manifest

import "strconv"

// EncodeLeafList returns the leaf list of a file: its chunk hashes, end to end.
func EncodeLeafList(leaves []Digest) []byte {
	b := make([]byte, 0, 32*len(leaves))
	for _, l := range leaves {
		b = append(b, l[:]...)
	}
	return b
}

// ParseLeafList reads the leaf list of f. The leaves it returns are as
// trustworthy as f: length, chunkRoot, the list's own CID and the derived
// UnixFS CID have been checked.
func ParseLeafList(b []byte, f File) ([]Digest, error) {
	at := "leaf list of " + quote(f.Path)
	if err := checkSize(f.Size); err != nil {
		return nil, err
	}
	n := Leaves(f.Size)
	if len(b) != 32*n {
		return nil, refuse(ErrLength, at, strconv.Itoa(len(b))+" bytes, not 32 for each of "+strconv.Itoa(n)+" chunks")
	}
	leaves := make([]Digest, n)
	for i := range leaves {
		leaves[i] = Digest(b[32*i:])
	}
	if err := f.checkLeaves(leaves); err != nil {
		return nil, placed(at, err)
	}
	return leaves, nil
}

// checkLeaves compares what leaves and size derive with what f says.
func (f *File) checkLeaves(leaves []Digest) error {
	root, err := ChunkRoot(f.Size, leaves)
	if err != nil {
		return err
	}
	if root != f.ChunkRoot {
		return refuse(ErrLeafList, "", "chunkRoot is "+f.ChunkRoot.String()+", the leaves make "+root.String())
	}
	if got := DigestOf(EncodeLeafList(leaves)).RawCID(); got != f.Leaves {
		return refuse(ErrLeafList, "", "leaves is "+string(f.Leaves)+", the list is "+string(got))
	}
	cid, _, err := UnixFS(f.Size, leaves)
	if err != nil {
		return err
	}
	if cid != f.CID {
		return refuse(ErrDerivedCID, "", "cid is "+string(f.CID)+", the leaves make "+string(cid))
	}
	return nil
}
