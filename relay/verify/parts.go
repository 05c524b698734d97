package verify

import (
	"context"
	"io"
	"os"
	"path"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
)

// Parts gives the pieces of one release. It vouches for none of them: Release checks each.
type Parts interface {
	// Manifest returns the document's bytes.
	Manifest(ctx context.Context) ([]byte, error)
	// Envelope returns the signatures' bytes, or nil where there are none to be had.
	Envelope(ctx context.Context) ([]byte, error)
	// LeafList returns the bytes of f's leaf list.
	LeafList(ctx context.Context, f manifest.File) ([]byte, error)
	// Chunk returns the bytes of chunk i of f, whose hash should be leaf.
	Chunk(ctx context.Context, f manifest.File, i int, leaf manifest.Digest) ([]byte, error)
	// Names are the CIDs that the parts were asked for by, to be held against what they turn out to be.
	// Each may be "".
	Names() (release, manifest manifest.CID)
}

// FromBlocks finds the parts of ref among the blocks of src. It reads the directory's block where ref names one.
func FromBlocks(ctx context.Context, src relay.Source, ref Ref) (Parts, error) {
	p := &blockParts{src: src, manifest: ref.CID, envelope: ref.Envelope}
	if ref.CID.Codec() == manifest.Raw {
		return p, nil
	}
	block, err := src.Get(ctx, ref.CID)
	if err != nil {
		return nil, err
	}
	dir, err := manifest.ParseRelease(ref.CID, block)
	if err != nil {
		return nil, unverified("release "+string(ref.CID), err)
	}
	if ref.Envelope != "" && ref.Envelope != dir.Envelope {
		return nil, relay.Errorf(relay.CodeInvalid, "release %s has envelope %q, not %s", ref.CID, dir.Envelope, ref.Envelope).
			WithHint("leave ?envelope= out: the release names its own")
	}
	p.release, p.manifest, p.envelope = ref.CID, dir.Manifest, dir.Envelope
	return p, nil
}

type blockParts struct {
	src                         relay.Source
	release, manifest, envelope manifest.CID
}

func (p *blockParts) Names() (release, manifest manifest.CID) { return p.release, p.manifest }

func (p *blockParts) Manifest(ctx context.Context) ([]byte, error) { return p.src.Get(ctx, p.manifest) }

func (p *blockParts) Envelope(ctx context.Context) ([]byte, error) {
	if p.envelope == "" {
		return nil, nil
	}
	return p.src.Get(ctx, p.envelope)
}

func (p *blockParts) LeafList(ctx context.Context, f manifest.File) ([]byte, error) {
	return p.src.Get(ctx, f.Leaves)
}

func (p *blockParts) Chunk(ctx context.Context, _ manifest.File, _ int, leaf manifest.Digest) ([]byte, error) {
	return p.src.Get(ctx, leaf.RawCID())
}

// FromDir finds the parts in a folder laid out like a release directory: manifest.json, envelope.json, files/ and
// leaves/. Files are read below dir only, wherever links in it may point. Call the function it returns when done.
func FromDir(dir string) (Parts, func() error, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, nil, relay.FileError(err)
	}
	return &dirParts{root}, root.Close, nil
}

type dirParts struct{ root *os.Root }

func (p *dirParts) Names() (release, manifest manifest.CID) { return "", "" }

func (p *dirParts) Manifest(context.Context) ([]byte, error) {
	doc, err := p.read(manifest.NameManifest, 0, manifest.MaxDocument+1)
	if relay.ErrorCode(err) == relay.CodeNotFound {
		return nil, relay.Errorf(relay.CodeNotFound, "%w", err).
			WithHint("give a folder that `dehug-relay export` made; a folder to publish has no manifest yet")
	}
	return doc, err
}

func (p *dirParts) Envelope(context.Context) ([]byte, error) {
	doc, err := p.read(manifest.NameEnvelope, 0, manifest.MaxEnvelope+1)
	if relay.ErrorCode(err) == relay.CodeNotFound {
		return nil, nil
	}
	return doc, err
}

func (p *dirParts) LeafList(_ context.Context, f manifest.File) ([]byte, error) {
	return p.read(path.Join(manifest.NameLeaves, f.Path), 0, manifest.MaxBlock+1)
}

func (p *dirParts) Chunk(_ context.Context, f manifest.File, i int, _ manifest.Digest) ([]byte, error) {
	name := path.Join(manifest.NameFiles, f.Path)
	if i == manifest.Leaves(f.Size)-1 { // a longer file has more after its last chunk
		info, err := p.root.Stat(name)
		if err != nil {
			return nil, relay.FileError(err)
		}
		if info.Size() != f.Size {
			return nil, relay.Errorf(relay.CodeUnverified, "%s has %d bytes, the manifest says %d", name, info.Size(), f.Size)
		}
	}
	return p.read(name, int64(i)*manifest.ChunkSize, int64(manifest.ChunkLen(f.Size, i)))
}

// read returns up to n bytes of a file from offset at.
func (p *dirParts) read(name string, at, n int64) ([]byte, error) {
	file, err := p.root.Open(name)
	if err != nil {
		return nil, relay.FileError(err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.NewSectionReader(file, at, n))
	if err != nil {
		return nil, relay.FileError(err)
	}
	return data, nil
}

// unverified says that what the place holds is not what it should be, and what manifest advises.
func unverified(place string, err error) *relay.Error {
	return relay.Errorf(relay.CodeUnverified, "%s: %w", place, err).WithHint("%s", manifest.HintOf(err))
}
