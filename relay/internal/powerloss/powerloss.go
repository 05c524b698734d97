// Package powerloss gives tests a disk that loses power: a file system for SQLite (a VFS) that notes each write, and what was on the platters
// after the power went: all that was flushed, and of the rest what chance left.
//
//	disk, err := powerloss.Open(file, "lossy")             // notes everything in a file, which outlives the process
//	s, err := store.Open(ctx, "sqlite:hub.db?vfs=lossy")
//	…                                                      // killed
//	ops, err := powerloss.Read(file)
//	err = powerloss.Lose(ops, folder, rng)                 // the files there are now what a power failure would have left
//
// What a write changed and no flush of its file followed may be there, or not, or in parts of a sector each, in any order. The name of a new
// file is there for certain once its folder was flushed, and one that was removed is gone only then. Nothing is really flushed, so
// it is also fast. It knows no other files than SQLite's.
package powerloss

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/vfs"
)

// sector is what is written as one.
const sector = 512

// kind of an operation.
type kind uint8

const (
	is       kind = iota // the file was there before, with this content
	create               // it was made; its name is not flushed
	write                // data at an offset
	truncate             // to a length
	flush                // of the file
	remove               // its name
	flushDir             // of the folder that it is in
)

// Op is one operation that was noted.
type Op struct {
	kind kind
	name string
	at   int64
	data []byte
}

// Disk is a VFS of SQLite's that notes what it does.
type Disk struct {
	mu    sync.Mutex
	known map[string]bool // files that were opened
	out   *os.File
	n     int

	// Full makes writes fail for want of room, Broken flushes.
	Full, Broken atomic.Bool
	// Flushing is called before each flush, and may hold it up. Nil while there is none.
	Flushing atomic.Pointer[func()]
}

var (
	_ vfs.VFSFilename            = &Disk{}
	_ vfs.FileSharedMemory       = &file{}
	_ vfs.FileLockState          = &file{}
	_ vfs.FilePersistWAL         = &file{}
	_ vfs.FilePowersafeOverwrite = &file{}
)

// Open makes a disk that is a VFS of that name, and notes what it does in a file. What a process that was killed noted there counts still.
func Open(log, name string) (*Disk, error) {
	out, err := os.OpenFile(log, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	d := &Disk{known: map[string]bool{}, out: out}
	whole, err := read(out, func(op Op) { d.known[op.name] = op.kind != remove; d.n++ })
	if err == nil {
		err = out.Truncate(whole) // the last one may be half there
	}
	if err == nil {
		_, err = out.Seek(whole, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(err, out.Close())
	}
	vfs.Register(name, d)
	return d, nil
}

// Len is how many operations were noted: what is durable now is durable after the first Len of them.
func (d *Disk) Len() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.n
}

// note writes an operation down. d.mu is held.
func (d *Disk) note(op Op) error {
	head := binary.BigEndian.AppendUint32([]byte{byte(op.kind)}, uint32(len(op.name)))
	head = binary.BigEndian.AppendUint64(append(head, op.name...), uint64(op.at))
	head = binary.BigEndian.AppendUint32(head, uint32(len(op.data)))
	_, err := d.out.Write(append(head, op.data...))
	d.n++
	return err
}

// Read reads what a disk noted.
func Read(log string) (ops []Op, err error) {
	in, err := os.Open(log)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	_, err = read(in, func(op Op) { ops = append(ops, op) })
	return ops, err
}

// read reads whole operations, and returns where the last one ends.
func read(in io.Reader, each func(Op)) (whole int64, err error) {
	r := bufio.NewReaderSize(in, 1<<20)
	text := func(n int) []byte {
		b := make([]byte, n)
		if err == nil {
			_, err = io.ReadFull(r, b)
		}
		return b
	}
	for {
		head := text(5)
		name := text(int(binary.BigEndian.Uint32(head[1:])))
		tail := text(12)
		op := Op{kind(head[0]), string(name), int64(binary.BigEndian.Uint64(tail)), text(int(binary.BigEndian.Uint32(tail[8:])))}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return whole, nil
		}
		if err != nil {
			return whole, err
		}
		whole += int64(5 + len(name) + 12 + len(op.data))
		each(op)
	}
}

// node is a file apart from its name.
type node struct {
	durable []byte
	pending []Op
}

func (n *node) do(op Op) {
	switch end := op.at + int64(len(op.data)); {
	case op.kind == truncate && op.at <= int64(len(n.durable)):
		n.durable = n.durable[:op.at]
	case op.kind == truncate:
		n.durable = append(n.durable, make([]byte, op.at-int64(len(n.durable)))...)
	default:
		if end > int64(len(n.durable)) {
			n.durable = append(n.durable, make([]byte, end-int64(len(n.durable)))...)
		}
		copy(n.durable[op.at:], op.data)
	}
}

// settle makes durable what is pending.
func (n *node) settle() {
	for _, op := range n.pending {
		n.do(op)
	}
	n.pending = nil
}

// Lose makes the files in a folder what a power failure after these operations would have left: one of many possibilities, which rng chooses.
func Lose(ops []Op, folder string, rng *rand.Rand) error {
	now, durable := map[string]*node{}, map[string]*node{} // by name
	type change struct {
		name string
		node *node
	}
	var names []change // of names, not flushed
	all := map[string]bool{}
	for _, op := range ops {
		if op.kind != flushDir {
			all[op.name] = true
		}
		n := now[op.name]
		switch op.kind {
		case is:
			n = &node{durable: slices.Clone(op.data)}
			now[op.name], durable[op.name] = n, n
		case create:
			n = &node{}
			now[op.name] = n
			names = append(names, change{op.name, n})
		case remove:
			delete(now, op.name)
			names = append(names, change{op.name, nil})
		case flushDir:
			for _, c := range names {
				durable[c.name] = c.node
			}
			names = nil
		case flush:
			n.settle()
		default:
			n.pending = append(n.pending, op)
		}
	}
	// A file system keeps the order of what it does to a folder, and none of what it does to files.
	for _, c := range names[:rng.IntN(len(names)+1)] {
		durable[c.name] = c.node
	}
	few := rng.IntN(3)                                   // all that was not flushed is gone, or some of it, or it is cut off somewhere
	for _, name := range slices.Sorted(maps.Keys(all)) { // rng has to be asked in one order
		n, path := durable[name], filepath.Join(folder, filepath.Base(name))
		if err := os.Remove(path + "-shm"); err != nil && !errors.Is(err, fs.ErrNotExist) { // it lies in memory, and says what was
			return err
		}
		if n == nil {
			if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
			continue
		}
		switch few {
		case 1:
			for _, op := range n.pending {
				n.part(op, rng)
			}
		case 2:
			for _, op := range n.pending[:rng.IntN(len(n.pending)+1)] {
				n.do(op)
			}
		}
		if err := os.WriteFile(path, n.durable, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// part does some of an operation.
func (n *node) part(op Op, rng *rand.Rand) {
	if op.kind == truncate {
		if rng.IntN(2) == 0 {
			n.do(op)
		}
		return
	}
	for len(op.data) > 0 {
		here := min(len(op.data), sector-int(op.at%sector))
		if rng.IntN(2) == 0 {
			n.do(Op{write, op.name, op.at, op.data[:here]})
		}
		op.at, op.data = op.at+int64(here), op.data[here:]
	}
}

// Open is never called: OpenFilename is.
func (d *Disk) Open(name string, _ vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	return nil, 0, fmt.Errorf("%s: opened without its parameters", name)
}

// OpenFilename opens a file. One without a name is for a while only, and nobody looks for it after.
func (d *Disk) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	path := name.String()
	before, err := os.ReadFile(path)
	there := err == nil
	inner, flags, err := vfs.Find("").(vfs.VFSFilename).OpenFilename(name, flags)
	if err != nil || path == "" {
		return inner, flags, err
	}
	if !d.known[path] || !there {
		op := Op{create, path, 0, nil}
		if there {
			op = Op{is, path, 0, before}
		}
		d.known[path] = true
		if err := d.note(op); err != nil {
			return nil, 0, err
		}
	}
	// As SQLite's own does: the first flush of a journal flushes the folder too, and with it the database's name.
	journal := flags&vfs.OPEN_CREATE != 0 && flags&(vfs.OPEN_MAIN_JOURNAL|vfs.OPEN_SUPER_JOURNAL|vfs.OPEN_WAL) != 0
	return &file{File: inner, disk: d, path: path, folder: journal}, flags, nil
}

// Delete removes a file.
func (d *Disk) Delete(name string, syncDir bool) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := vfs.Find("").Delete(name, false); err != nil {
		return err
	}
	if !d.known[name] {
		return nil
	}
	delete(d.known, name)
	err := d.note(Op{remove, name, 0, nil})
	if err == nil && syncDir {
		err = d.note(Op{flushDir, filepath.Dir(name), 0, nil})
	}
	return err
}

// Access is the usual one.
func (d *Disk) Access(name string, flags vfs.AccessFlag) (bool, error) {
	return vfs.Find("").Access(name, flags)
}

// FullPathname is the usual one.
func (d *Disk) FullPathname(name string) (string, error) { return vfs.Find("").FullPathname(name) }

// file is one that is open.
type file struct {
	vfs.File
	disk   *Disk
	path   string
	folder bool // is flushed with it
}

func (f *file) WriteAt(p []byte, at int64) (int, error) {
	if f.disk.Full.Load() {
		return 0, sqlite3.FULL
	}
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	n, err := f.File.WriteAt(p, at)
	if err != nil {
		return n, err
	}
	return n, f.disk.note(Op{write, f.path, at, p})
}

func (f *file) Truncate(size int64) error {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	if err := f.File.Truncate(size); err != nil {
		return err
	}
	return f.disk.note(Op{truncate, f.path, size, nil})
}

func (f *file) Sync(vfs.SyncFlag) error {
	if wait := f.disk.Flushing.Load(); wait != nil {
		(*wait)()
	}
	if f.disk.Broken.Load() {
		return sqlite3.IOERR_FSYNC
	}
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	err := f.disk.note(Op{flush, f.path, 0, nil})
	if err == nil && f.folder {
		f.folder = false
		err = f.disk.note(Op{flushDir, filepath.Dir(f.path), 0, nil})
	}
	return err
}

// The rest is the usual file's.

func (f *file) SharedMemory() vfs.SharedMemory { return f.File.(vfs.FileSharedMemory).SharedMemory() }
func (f *file) LockState() vfs.LockLevel       { return f.File.(vfs.FileLockState).LockState() }
func (f *file) PersistWAL() bool               { return f.File.(vfs.FilePersistWAL).PersistWAL() }
func (f *file) SetPersistWAL(keep bool)        { f.File.(vfs.FilePersistWAL).SetPersistWAL(keep) }
func (f *file) PowersafeOverwrite() bool {
	return f.File.(vfs.FilePowersafeOverwrite).PowersafeOverwrite()
}
func (f *file) SetPowersafeOverwrite(is bool) {
	f.File.(vfs.FilePowersafeOverwrite).SetPowersafeOverwrite(is)
}
