package disk

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
)

// Blocks is the folder's block store. Blocks are hashed when they come and again when they are read, so a
// damaged disk shows as an error, never as wrong bytes.
func (f *Folder) Blocks() relay.Blocks { return blocks{f, filepath.Join(f.dir, blocksDir)} }

type blocks struct {
	*Folder
	root string
}

// path spreads blocks over 1024 folders by two characters near the CID's end: the last one carries only two bits.
func (b blocks) path(cid manifest.CID) (string, error) {
	if _, err := manifest.ParseCID(string(cid)); err != nil {
		return "", relay.Errorf(relay.CodeInvalid, "%w", err).WithHint("%s", manifest.HintOf(err))
	}
	n := len(cid)
	return filepath.Join(b.root, string(cid[n-3:n-1]), string(cid)), nil
}

func (b blocks) Has(ctx context.Context, cid manifest.CID) (bool, error) {
	_, err := b.Size(ctx, cid)
	if relay.ErrorCode(err) == relay.CodeNotFound {
		return false, nil
	}
	return err == nil, err
}

func (b blocks) Size(_ context.Context, cid manifest.CID) (int64, error) {
	path, err := b.path(cid)
	if err != nil {
		return 0, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return 0, readError(cid, err)
	}
	return info.Size(), nil
}

func (b blocks) Get(_ context.Context, cid manifest.CID) ([]byte, error) {
	path, err := b.path(cid)
	if err != nil {
		return nil, err
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, readError(cid, err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, manifest.MaxBlock+1)) // a damaged disk may say any size
	if err != nil {
		return nil, readError(cid, err)
	}
	if err := relay.CheckBlock(manifest.Block{CID: cid, Data: data}); err != nil {
		return nil, relay.Errorf(relay.CodeUnverified, "data folder: %w", err).
			WithHint("%s is damaged: publish or mirror the release again", path)
	}
	return data, nil
}

func (b blocks) Put(ctx context.Context, block manifest.Block) error {
	if err := relay.CheckBlock(block); err != nil {
		return err
	}
	if _, err := b.Get(ctx, block.CID); err == nil {
		return nil
	} // else it is missing, or damaged and healed by what follows
	path, err := b.path(block.CID)
	if err != nil {
		return err
	}
	if err := b.write(path, block.Data); err != nil {
		return writeError(block.CID, err)
	}
	return nil
}

func readError(cid manifest.CID, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return relay.Errorf(relay.CodeNotFound, "block %s is not in the data folder", cid)
	}
	return relay.Errorf(relay.CodeInternal, "block %s: %w", cid, err)
}

// writeError tells a full disk from a broken one: there is something to be done about it.
func writeError(cid manifest.CID, err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return relay.Errorf(relay.CodeNoSpace, "keeping block %s: %w", cid, err).WithHint("make room on the disk of the data folder")
	}
	return relay.Errorf(relay.CodeInternal, "keeping block %s: %w", cid, err)
}
