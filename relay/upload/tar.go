package upload

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/store"
	"github.com/dehug/dehug/relay/verify"
)

// maxEntries bounds what is not files: folders, which say nothing here.
const maxEntries = 4*manifest.MaxFiles + 16

// Tar takes a whole release as one archive, in the layout that `dehug-relay export` writes: manifest.json first, then
// envelope.json where somebody signed, leaves/ before files/ or not at all. Each chunk is checked when it has arrived:
// nothing is written that the manifest does not name, and an archive that lies ends there. Whatever goes wrong, nothing
// of it stays.
func (u *Uploads) Tar(ctx context.Context, address string, r io.Reader) (relay.Release, error) {
	t := &archive{u: u, in: tar.NewReader(r), address: address, files: map[string]manifest.File{}, lists: map[string][]manifest.Digest{}, seen: map[string]bool{}}
	release, err := t.run(ctx)
	if err != nil && t.up.ID != "" {
		// Not finished, or it would have no error: it is open, unless the relay's own disk or database failed.
		if dropErr := u.Drop(context.WithoutCancel(ctx), t.up); relay.ErrorCode(dropErr) != relay.CodeConflict {
			err = errors.Join(err, dropErr)
		}
	}
	return release, err
}

type archive struct {
	u       *Uploads
	in      *tar.Reader
	address string
	up      store.Upload
	m       *manifest.Manifest
	ref     verify.Ref
	files   map[string]manifest.File     // by path
	lists   map[string][]manifest.Digest // by path, where leaves/ had one
	seen    map[string]bool
}

func (a *archive) run(ctx context.Context) (relay.Release, error) {
	none := relay.Release{}
	for n := 0; ; n++ {
		h, err := a.in.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return none, broken("archive", err)
		}
		if n >= maxEntries {
			return none, relay.Errorf(relay.CodeTooLarge, "the archive has more than %d entries", maxEntries)
		}
		if err := a.entry(ctx, h); err != nil {
			return none, err
		}
	}
	if a.m == nil {
		return none, relay.Errorf(relay.CodeInvalid, "the archive is empty").WithHint(layoutHint)
	}
	return a.u.Finish(ctx, a.up, a.ref)
}

const layoutHint = "its first entry is manifest.json: tar -c manifest.json envelope.json leaves files, in a folder that `dehug-relay export` made"

func (a *archive) entry(ctx context.Context, h *tar.Header) error {
	name := strings.TrimPrefix(h.Name, "./")
	switch {
	case h.Typeflag == tar.TypeDir:
		return nil // nothing is made of its name
	case h.Typeflag != tar.TypeReg:
		return relay.Errorf(relay.CodeInvalid, "%q is a link or a device, not a file", h.Name).WithHint("archive copies of the files: tar --dereference")
	}
	for key := range h.PAXRecords {
		if strings.HasPrefix(key, "GNU.sparse.") {
			return relay.Errorf(relay.CodeInvalid, "%q is a sparse file", h.Name).WithHint("archive it without --sparse")
		}
	}
	if a.seen[name] {
		return relay.Errorf(relay.CodeInvalid, "%q is in the archive twice", h.Name)
	}
	a.seen[name] = true
	if a.m == nil {
		if name != manifest.NameManifest {
			return relay.Errorf(relay.CodeInvalid, "the archive begins with %q", h.Name).WithHint(layoutHint)
		}
		return a.manifest(ctx, h)
	}
	if name == manifest.NameEnvelope {
		data, err := a.small(h, manifest.MaxEnvelope)
		if err != nil {
			return err
		}
		a.ref.Envelope = manifest.DigestOf(data).RawCID()
		return a.put(ctx, data)
	}
	folder, file, _ := strings.Cut(name, "/")
	if f, named := a.files[file]; named {
		switch folder {
		case manifest.NameLeaves:
			return a.leaves(ctx, h, f)
		case manifest.NameFiles:
			return a.file(ctx, h, f)
		}
	}
	return relay.Errorf(relay.CodeInvalid, "the manifest names no %q", h.Name).WithHint("leave it out, or publish the folder anew")
}

// manifest reads what all else is held to, and reserves room for as much as it says.
func (a *archive) manifest(ctx context.Context, h *tar.Header) error {
	doc, err := a.small(h, manifest.MaxDocument)
	if err != nil {
		return err
	}
	if a.m, err = manifest.Parse(doc); err != nil {
		return relay.Errorf(relay.CodeInvalid, "manifest: %w", err).WithHint("%s", manifest.HintOf(err))
	}
	bytes := int64(len(doc) + manifest.MaxEnvelope)
	for _, f := range a.m.Files {
		a.files[f.Path] = f
		bytes += f.Size + 32*int64(manifest.Leaves(f.Size))
	}
	if a.up, err = a.u.Begin(ctx, a.address, bytes); err != nil {
		a.up.ID = "" // there is nothing to drop
		return err
	}
	a.ref.CID = manifest.DigestOf(doc).RawCID()
	return a.put(ctx, doc)
}

func (a *archive) leaves(ctx context.Context, h *tar.Header, f manifest.File) error {
	list, err := a.small(h, manifest.MaxBlock)
	if err != nil {
		return err
	}
	if a.lists[f.Path], err = manifest.ParseLeafList(list, f); err != nil {
		return relay.Errorf(relay.CodeInvalid, "%s: %w", h.Name, err).WithHint("%s", manifest.HintOf(err))
	}
	return a.put(ctx, list)
}

// file takes the chunks of one file. With its list of leaves the first wrong chunk is noticed, without it the file.
func (a *archive) file(ctx context.Context, h *tar.Header, f manifest.File) error {
	if h.Size != f.Size {
		return relay.Errorf(relay.CodeInvalid, "%s has %d bytes, the manifest says %d", h.Name, h.Size, f.Size)
	}
	list, known := a.lists[f.Path]
	hashed, err := manifest.HashFile(a.in, func(i int, chunk []byte, leaf manifest.Digest) error {
		if known && (i >= len(list) || list[i] != leaf) {
			return relay.Errorf(relay.CodeInvalid, "%s: chunk %d is not what the manifest names", h.Name, i)
		}
		return a.u.put(ctx, a.up, manifest.Block{CID: leaf.RawCID(), Data: chunk})
	})
	if err != nil {
		return broken(h.Name, err)
	}
	if hashed.ChunkRoot != f.ChunkRoot {
		return relay.Errorf(relay.CodeInvalid, "%s is not what the manifest names", h.Name)
	}
	if known {
		return nil
	}
	return a.put(ctx, manifest.EncodeLeafList(hashed.Leaves))
}

// small reads an entry that has to fit into memory.
func (a *archive) small(h *tar.Header, most int64) ([]byte, error) {
	if h.Size > most {
		return nil, relay.Errorf(relay.CodeTooLarge, "%s has %d bytes, at most %d are read", h.Name, h.Size, most)
	}
	data, err := io.ReadAll(a.in)
	if err != nil {
		return nil, broken(h.Name, err)
	}
	return data, nil
}

func (a *archive) put(ctx context.Context, data []byte) error {
	return a.u.Put(ctx, a.up, manifest.Block{CID: manifest.DigestOf(data).RawCID(), Data: data})
}

// broken is an archive that ends too early or is none. Errors that have a code keep it.
func broken(place string, err error) error {
	if _, ours := errors.AsType[*relay.Error](err); ours {
		return fmt.Errorf("%s: %w", place, err)
	}
	return relay.Errorf(relay.CodeInvalid, "%s: %w", place, err).WithHint("send it again, whole")
}
