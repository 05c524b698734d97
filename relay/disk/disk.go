// Package disk keeps a relay's data in a folder of plain files: blocks and the list of releases.
//
//	folder, err := disk.Open("/var/lib/dehug")
//	err = folder.Blocks().Put(ctx, block)
//	releases, err := folder.Releases(ctx)
//
// Several processes may use one folder at a time: a file gets its name only when it is whole, and no file is ever
// changed after that. It is kept this way instead of in boxo's flatfs because that clears the half-written files
// of every other process when it is opened, and the list of releases would need a second store beside it.
//
//	blocks/<2 characters of the CID>/<CID>   the bytes of one block
//	releases/<CID>.json                      one release, as package relay describes it
//	uploads/<id>/<2 characters>/<CID>        a block of a release that is not all there yet; no gateway looks here
//	tmp/                                     files being written
package disk

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/dehug/dehug/relay"
)

const (
	blocksDir   = "blocks"
	releasesDir = "releases"
	uploadsDir  = "uploads"
	tmpDir      = "tmp"
)

// staleAfter is how old a half-written file must be before it is taken for the leftover of a process that died.
// Writing one takes well under a second.
const staleAfter = time.Hour

// Folder is an open data folder. It holds nothing open; there is no Close.
type Folder struct {
	dir    string
	hashed hashed
}

// Open makes the folder where there is none yet.
func Open(dir string) (*Folder, error) {
	for _, name := range []string{blocksDir, releasesDir, uploadsDir, tmpDir} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o755); err != nil {
			return nil, relay.Errorf(relay.CodeInternal, "data folder: %w", err).
				WithHint("give a folder that you may write to with --data DIR")
		}
	}
	f := &Folder{dir: dir}
	f.sweep()
	return f, nil
}

// Check tells whether the folder is still there, for a readiness probe.
func (f *Folder) Check() error {
	_, err := os.Stat(filepath.Join(f.dir, blocksDir))
	return err
}

// sweep removes what processes that died left half written. Failing to is no reason not to start.
func (f *Folder) sweep() {
	entries, _ := os.ReadDir(filepath.Join(f.dir, tmpDir))
	for _, e := range entries {
		if info, err := e.Info(); err == nil && time.Since(info.ModTime()) > staleAfter {
			os.Remove(filepath.Join(f.dir, tmpDir, e.Name()))
		}
	}
}

// write gives name to data in one step: readers see all of it or nothing, whatever happens to the machine.
func (f *Folder) write(name string, data []byte) error {
	tmp, err := os.CreateTemp(filepath.Join(f.dir, tmpDir), "new-")
	if err != nil {
		return err
	}
	err = errors.Join(writeAll(tmp, data), tmp.Chmod(0o644), tmp.Sync(), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), name)
		if errors.Is(err, fs.ErrNotExist) {
			if err = os.MkdirAll(filepath.Dir(name), 0o755); err == nil {
				err = os.Rename(tmp.Name(), name)
			}
		}
	}
	if err != nil {
		os.Remove(tmp.Name())
	}
	return err
}

// writeAll is what a test replaces to have a full disk.
var writeAll = func(file *os.File, data []byte) error {
	_, err := file.Write(data)
	return err
}
