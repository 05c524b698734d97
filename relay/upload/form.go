package upload

import (
	"context"
	"io"
	"mime/multipart"
	"sync"

	"github.com/dehug/dehug/internal/fill"
	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/store"
)

// chunks are buffers that requests take turns with.
var chunks = sync.Pool{New: func() any { return new([manifest.ChunkSize]byte) }}

// Form takes many blocks in one request: a form whose first part has the SHA-256 of each, end to end, and whose others are
// files, or parts of files, or lists of leaves. Each of those is cut where a release cuts files, after every
// manifest.ChunkSize bytes; one without a byte is the empty block. The pieces are the blocks, in the order of the hashes.
//
// Each block is kept as soon as it is here and is what its hash says, so that a form which breaks off, or has a wrong block
// somewhere, has brought what came before.
func (u *Uploads) Form(ctx context.Context, up store.Upload, form *multipart.Reader) error {
	hashes, err := hashesOf(form)
	if err != nil {
		return err
	}
	buf := chunks.Get().(*[manifest.ChunkSize]byte)
	defer chunks.Put(buf)
	got := 0
	for {
		part, err := form.NextRawPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			return broken("form", err)
		}
		for first := true; ; first = false {
			n, err := fill.Buffer(part, buf[:])
			if err != nil && err != io.EOF {
				return broken("form", err)
			}
			if n > 0 || first {
				if got == len(hashes) {
					return relay.Errorf(relay.CodeInvalid, "the form has more than the %d blocks that it names", len(hashes)).WithHint(formHint)
				}
				block := manifest.Block{CID: hashes[got].RawCID(), Data: buf[:n]}
				if err := u.Put(ctx, up, block); err != nil {
					return err
				}
				got++
			}
			if err == io.EOF {
				break
			}
		}
	}
	if got < len(hashes) {
		return relay.Errorf(relay.CodeInvalid, "the form has %d of the %d blocks that it names", got, len(hashes)).WithHint(formHint)
	}
	return nil
}

const formHint = "its first part is named hashes and has 32 bytes for each block; the others are cut after each 1 MiB"

// hashesOf reads the first part.
func hashesOf(form *multipart.Reader) ([]manifest.Digest, error) {
	part, err := form.NextRawPart()
	if err == io.EOF {
		return nil, relay.Errorf(relay.CodeInvalid, "the form is empty").WithHint(formHint)
	}
	if err != nil {
		return nil, broken("form", err)
	}
	if part.FormName() != "hashes" {
		return nil, relay.Errorf(relay.CodeInvalid, "the form begins with %q", part.FormName()).WithHint(formHint)
	}
	list, err := io.ReadAll(io.LimitReader(part, manifest.MaxBlock+1))
	if err != nil {
		return nil, broken("form", err)
	}
	if len(list) > manifest.MaxBlock {
		return nil, relay.Errorf(relay.CodeTooLarge, "the form names more than %d blocks", manifest.MaxBlock/32).WithHint("send several")
	}
	if len(list)%32 != 0 {
		return nil, relay.Errorf(relay.CodeInvalid, "the hashes have %d bytes", len(list)).WithHint(formHint)
	}
	hashes := make([]manifest.Digest, len(list)/32)
	for i := range hashes {
		copy(hashes[i][:], list[32*i:])
	}
	return hashes, nil
}
