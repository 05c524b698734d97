package upload

import (
	"context"
	"io"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/scan"
	"github.com/dehug/dehug/relay/store"
)

// Warnings says what is risky in the files of a release, one of each kind for a file. With an error comes what was found before.
func Warnings(ctx context.Context, source relay.Source, doc manifest.CID, m *manifest.Manifest) (found []store.Warning, err error) {
	for _, f := range m.Files {
		if f.Size == 0 {
			continue
		}
		list, err := source.Get(ctx, f.Leaves)
		if err != nil {
			return found, err
		}
		leaves, err := manifest.ParseLeafList(list, f)
		if err != nil {
			return found, err
		}
		in := &fileReader{ctx: ctx, source: source, leaves: leaves, size: f.Size, at: -1}
		for _, w := range scan.File(f.Path, f.Size, in) {
			found = append(found, store.Warning{Manifest: string(doc), Path: f.Path, Kind: w.Kind, Reason: w.Reason})
		}
		if in.err != nil {
			return found, in.err
		}
	}
	return found, nil
}

// fileReader reads a file out of its chunks, of which it holds one. err is why it could not, if it could not.
type fileReader struct {
	ctx    context.Context
	source relay.Source
	leaves []manifest.Digest
	size   int64
	at     int // the chunk that is held, -1 for none
	chunk  []byte
	err    error
}

func (r *fileReader) ReadAt(b []byte, at int64) (n int, err error) {
	for n < len(b) && at < r.size {
		i := int(at / manifest.ChunkSize)
		if i != r.at {
			if r.chunk, err = r.source.Get(r.ctx, r.leaves[i].RawCID()); err != nil {
				r.at, r.err = -1, err
				return n, err
			}
			r.at = i
		}
		k := copy(b[n:], r.chunk[at-int64(i)*manifest.ChunkSize:])
		n, at = n+k, at+int64(k)
	}
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}
