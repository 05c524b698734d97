package disk

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
)

// Blocks is the folder's block store. Blocks are hashed when they come and again when they are read, so a
// damaged disk shows as an error and not as wrong bytes.
//
// It has one method more than relay.Blocks, for gateways: Open gives a block as a file that the kernel can send. One that was hashed
// within the last hour, and whose file is as it was then, is not hashed again for that.
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

// Open returns a block as an *os.File, and its length in bytes.
func (b blocks) Open(ctx context.Context, cid manifest.CID) (io.ReadCloser, int64, error) {
	path, err := b.path(cid)
	if err != nil {
		return nil, 0, err
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, 0, readError(cid, err)
	}
	info, err := file.Stat()
	if err != nil {
		file.Close()
		return nil, 0, readError(cid, err)
	}
	now := state{info.Size(), info.ModTime(), time.Now()}
	if !b.hashed.lately(cid, now) {
		if _, err := b.Get(ctx, cid); err != nil { // a file is not changed once it has its name: this reads the same one
			file.Close()
			return nil, 0, err
		}
		b.hashed.remember(cid, now)
	}
	return file, info.Size(), nil
}

// rehash is how long a block may be sent without being hashed again, while nothing has written to its file. A disk that goes bad
// by itself shows within this time; a reader hashes in any case.
const rehash = time.Hour

// maxHashed is how many blocks are remembered, in some 10 MB: 64 GiB of chunks.
const maxHashed = 1 << 16

// hashed remembers which files were found to hold their blocks.
type hashed struct {
	mu    sync.Mutex
	files map[manifest.CID]state
}

// state is what a file looked like, and when.
type state struct {
	size     int64
	modified time.Time
	at       time.Time
}

func (h *hashed) lately(cid manifest.CID, now state) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	then, ok := h.files[cid]
	return ok && then.size == now.size && then.modified.Equal(now.modified) && now.at.Sub(then.at) < rehash
}

func (h *hashed) remember(cid manifest.CID, now state) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.files == nil || len(h.files) >= maxHashed {
		h.files = map[manifest.CID]state{} // rarely, and what is asked for is soon back
	}
	h.files[cid] = now
}

func (b blocks) Put(ctx context.Context, block manifest.Block) error {
	if err := relay.CheckBlock(block); err != nil {
		return err
	}
	if _, err := b.Get(ctx, block.CID); err == nil {
		return nil
	} // else it is missing, or damaged and healed by what follows
	return b.put(block)
}

// put writes a block that has been hashed.
func (b blocks) put(block manifest.Block) error {
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
