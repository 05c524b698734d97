package manifest

import (
	"io"

	"github.com/dehug/dehug/internal/fill"
	"github.com/dehug/dehug/internal/sha256"
)

// Hashed is what reading a file once tells about it.
type Hashed struct {
	Size      int64
	Leaves    []Digest
	ChunkRoot Digest
	SHA256    Digest
}

// HashFile reads r to its end. Each chunk is passed to each (when not nil) with
// its index and hash; the slice is used again for the next chunk.
func HashFile(r io.Reader, each func(i int, chunk []byte, leaf Digest) error) (Hashed, error) {
	var h Hashed
	whole := sha256.New()
	buf := make([]byte, ChunkSize)
	for {
		n, err := fill.Buffer(r, buf)
		if err != nil && err != io.EOF {
			return Hashed{}, err
		}
		if n > 0 {
			chunk := buf[:n]
			h.Size += int64(n)
			if err := checkSize(h.Size); err != nil {
				return Hashed{}, err
			}
			leaf := DigestOf(chunk)
			whole.Write(chunk)
			if each != nil {
				if err := each(len(h.Leaves), chunk, leaf); err != nil {
					return Hashed{}, err
				}
			}
			h.Leaves = append(h.Leaves, leaf)
		}
		if err == io.EOF {
			break
		}
	}
	h.SHA256 = whole.Sum()
	var err error
	h.ChunkRoot, err = ChunkRoot(h.Size, h.Leaves)
	return h, err
}

// File returns the manifest entry of a hashed file.
func (h Hashed) File(path, mediaType string) (File, error) {
	cid, _, err := UnixFS(h.Size, h.Leaves)
	if err != nil {
		return File{}, err
	}
	sum := h.SHA256
	f := File{
		Path: path, Size: h.Size, MediaType: mediaType, SHA256: &sum,
		ChunkRoot: h.ChunkRoot, CID: cid, Leaves: DigestOf(EncodeLeafList(h.Leaves)).RawCID(),
	}
	return f, f.check(quote(path))
}
