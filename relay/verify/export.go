package verify

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
)

// Export checks a release and writes it to dir, which must be empty or not exist, laid out like its directory:
// what `ipfs get` of the release CID would write. Only checked bytes are written. After an error dir may hold
// parts of the release; they are whole or absent, except for the file that failed.
func Export(ctx context.Context, parts Parts, opts Options, dir string) (*Result, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, relay.FileError(err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		if err == nil {
			err = fs.ErrExist
		}
		return nil, relay.Errorf(relay.CodeInvalid, "%s is not an empty folder: %w", dir, err).
			WithHint("name one that does not exist yet")
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, relay.FileError(err)
	}
	defer root.Close()

	opts.Chunk = func(f manifest.File, i int, data []byte) error {
		return appendTo(root, path.Join(manifest.NameFiles, f.Path), data)
	}
	res, err := Release(ctx, parts, opts)
	if err != nil {
		return res, err
	}
	blocks := map[manifest.CID][]byte{}
	for _, b := range res.Blocks {
		blocks[b.CID] = b.Data
	}
	for _, f := range res.Manifest.Files {
		if f.Size == 0 { // has no chunk that would have made it
			if err := appendTo(root, path.Join(manifest.NameFiles, f.Path), nil); err != nil {
				return res, err
			}
		}
		if err := appendTo(root, path.Join(manifest.NameLeaves, f.Path), blocks[f.Leaves]); err != nil {
			return res, err
		}
	}
	if res.Envelope != nil {
		if err := appendTo(root, manifest.NameEnvelope, res.Envelope); err != nil {
			return res, err
		}
	}
	return res, appendTo(root, manifest.NameManifest, res.Doc) // last: a folder with a manifest is whole
}

// appendTo adds data to the end of a file below root, making it and its folders where they are missing.
func appendTo(root *os.Root, name string, data []byte) error {
	if err := root.MkdirAll(path.Dir(name), 0o755); err != nil {
		return relay.FileError(err)
	}
	file, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return relay.FileError(err)
	}
	_, err = file.Write(data)
	if err = errors.Join(err, file.Close()); err != nil {
		return relay.FileError(err)
	}
	return nil
}
