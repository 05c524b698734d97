package disk

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
)

// Stage keeps the blocks of one upload apart from the folder's own, until they are kept for good or thrown away.
type Stage struct{ blocks }

// Stage opens or begins one. id is ours, never a person's.
func (f *Folder) Stage(id string) Stage {
	return Stage{blocks{f, filepath.Join(f.dir, uploadsDir, id)}}
}

// Stages lists the ids of all that hold something.
func (f *Folder) Stages() ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(f.dir, uploadsDir))
	if err != nil {
		return nil, relay.Errorf(relay.CodeInternal, "data folder: %w", err)
	}
	var ids []string
	for _, e := range entries {
		ids = append(ids, e.Name())
	}
	return ids, nil
}

// List says which blocks there are, and their sizes.
func (s Stage) List() (map[manifest.CID]int64, error) {
	found := map[manifest.CID]int64{}
	err := filepath.WalkDir(s.root, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		if cid, err := manifest.ParseCID(d.Name()); err == nil {
			info, err := d.Info()
			if err != nil {
				return err
			}
			found[cid] = info.Size()
		}
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, relay.Errorf(relay.CodeInternal, "data folder: %w", err)
	}
	return found, nil
}

// Write is Put for a block that the caller has hashed, and that is not there yet as far as it knows.
func (s Stage) Write(block manifest.Block) error { return s.put(block) }

// Keep makes a block one of the folder's own. It is moved, which takes no room. One that is kept already stays.
func (s Stage) Keep(cid manifest.CID) error {
	from, err := s.path(cid)
	if err != nil {
		return err
	}
	to, err := blocks{s.Folder, filepath.Join(s.dir, blocksDir)}.path(cid)
	if err != nil {
		return err
	}
	if _, err := os.Stat(from); errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat(to); err != nil {
			return readError(cid, err)
		}
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return writeError(cid, err)
	}
	if err := os.Rename(from, to); err != nil {
		return writeError(cid, err)
	}
	return nil
}

// Remove throws away what is left.
func (s Stage) Remove() error {
	if err := os.RemoveAll(s.root); err != nil {
		return relay.Errorf(relay.CodeInternal, "data folder: %w", err)
	}
	return nil
}
