package stream

import (
	"context"
	"errors"
	"io"
	"sync"

	"github.com/dehug/dehug/manifest"
)

// A File is one file of a release whose leaf list has been verified. It keeps the chunks that were read through
// Reader until Chunks hands them on.
type File struct {
	manifest.File
	leaves  []manifest.Digest
	release *Release

	mu     sync.Mutex
	chunks map[int]*chunk
}

// chunk is a chunk that somebody wants or that is kept.
type chunk struct {
	done chan struct{} // closed when body and err are set
	body Buffer
	err  error
}

// File fetches and checks the leaf list of the file with the given path. Calling it again gives the same File.
func (r *Release) File(ctx context.Context, path string) (*File, error) {
	r.mu.Lock()
	f := r.files[path]
	r.mu.Unlock()
	if f != nil {
		return f, nil
	}
	entry, ok := r.Manifest.File(path)
	if !ok {
		return nil, noFile(path)
	}
	f = &File{File: entry, release: r, chunks: map[int]*chunk{}}
	what := "the leaf list of " + path
	switch n := manifest.Leaves(entry.Size); n {
	case 0:
	case 1:
		f.leaves = []manifest.Digest{entry.CID.Digest()} // manifest.Parse has checked that it is the one leaf
	default:
		size := int64(n) * int64(len(manifest.Digest{}))
		b, err := r.pool.get(ctx, want{cid: entry.Leaves, size: size, limit: size, what: what, urgent: true})
		if err != nil {
			return nil, err
		}
		list, err := read(b)
		if err != nil {
			return nil, err
		}
		if f.leaves, err = manifest.ParseLeafList(list, entry); err != nil {
			return nil, refused(CodeUnverified, what, err)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if first := r.files[path]; first != nil {
		return first, nil
	}
	r.files[path] = f
	return f, nil
}

func noFile(path string) *Error {
	return &Error{Code: CodeNotFound, Message: "the release has no file " + quote(path), Hint: "paths are those of the manifest, letter for letter"}
}

// Count is the number of chunks.
func (f *File) Count() int { return len(f.leaves) }

// Leaf is the SHA-256 that chunk i has to have, for who keeps chunks from an earlier time.
func (f *File) Leaf(i int) manifest.Digest { return f.leaves[i] }

// chunk returns chunk i, verified, and keeps it.
func (f *File) chunk(ctx context.Context, i int, urgent bool) (Buffer, error) {
	f.mu.Lock()
	c := f.chunks[i]
	if c == nil {
		c = &chunk{done: make(chan struct{})}
		f.chunks[i] = c
		f.mu.Unlock()
		c.body, c.err = f.fetch(ctx, i, urgent)
		if c.err != nil {
			f.drop(i) // whoever comes later may have more luck
		}
		close(c.done)
		return c.body, c.err
	}
	f.mu.Unlock()
	select {
	case <-c.done:
		return c.body, c.err
	case <-ctx.Done():
		return nil, aborted(ctx)
	}
}

func (f *File) drop(i int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.chunks, i)
}

func (f *File) fetch(ctx context.Context, i int, urgent bool) (Buffer, error) {
	size := int64(manifest.ChunkLen(f.Size, i))
	emit := func(state ChunkState, s *source, n int64, e *Evidence) {
		f.release.emit(ChunkEvent{File: f.Path, Index: i, Count: len(f.leaves), Size: int(size),
			State: state, Source: s.URL, Bytes: int(n), Evidence: e})
	}
	return f.release.pool.get(ctx, want{
		cid: f.leaves[i].RawCID(), size: size, limit: size, urgent: urgent, note: emit,
		what: "chunk " + itoa(int64(i)) + " of " + f.Path,
	})
}

// ahead is how many chunks are fetched beyond the one that is read when a file is read chunk by chunk. Where a model has
// no tensors larger than a chunk, its structure lies in all of them; one round trip for each would be a long wait.
const ahead = 4

// Reader reads the file through its verified chunks, fetching the ones it needs ahead of all others. The first and
// the last chunk are fetched at once: a model's structure begins in the one, and its opset stands in the other.
func (f *File) Reader(ctx context.Context) io.ReaderAt {
	r := &reader{ctx: ctx, file: f}
	if last := len(f.leaves) - 1; last > 0 {
		for _, i := range []int{0, last} {
			go f.chunk(ctx, i, true) // an error comes again when the chunk is read
		}
	}
	return r
}

type reader struct {
	ctx  context.Context
	file *File

	mu   sync.Mutex
	next int // the chunk after the one that was read last
	row  int // chunks that were read in a row
	seen int // chunks before this one have been asked for
}

// readAhead has chunks fetched that will be asked for, if reading goes on as it went.
func (r *reader) readAhead(i int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if i+1 == r.next {
		return // in the same chunk as before
	}
	if i != r.next {
		r.row = 0
	}
	r.row++
	r.next = i + 1
	if r.row < 3 { // reading over a border is not yet reading on
		return
	}
	for r.seen = max(r.seen, r.next); r.seen < min(r.next+ahead, len(r.file.leaves)); r.seen++ {
		go r.file.chunk(r.ctx, r.seen, false) // as above
	}
}

func (r *reader) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, errors.New("stream: negative offset")
	}
	n := 0
	for n < len(p) {
		if off >= r.file.Size {
			return n, io.EOF
		}
		i := int(off / manifest.ChunkSize)
		r.readAhead(i)
		b, err := r.file.chunk(r.ctx, i, true)
		if err != nil {
			return n, err
		}
		at := off % manifest.ChunkSize
		part := p[n:min(int64(len(p)), int64(n)+b.Len()-at)]
		if k, err := b.ReadAt(part, at); k < len(part) {
			return n + k, err
		}
		n += len(part)
		off += int64(len(part))
	}
	return n, nil
}

// A ChunkID names a chunk of a release.
type ChunkID struct {
	Path  string
	Index int
}

// Chunks fetches the given chunks and passes each to hand when it is verified, one at a time and in the order in which
// they come; list says which are asked for first. At most window chunks are under way or waiting for hand, which is
// how a slow taker holds up the sources. A chunk that Reader has kept is passed on, not fetched again; after hand the
// File keeps none of them.
func (r *Release) Chunks(ctx context.Context, list []ChunkID, window int, hand func(id ChunkID, body Buffer) error) error {
	files := map[string]*File{}
	for _, id := range list {
		f := files[id.Path]
		if f == nil {
			var err error
			if f, err = r.File(ctx, id.Path); err != nil {
				return err
			}
			files[id.Path] = f
		}
		if id.Index < 0 || id.Index >= f.Count() {
			return &Error{Code: CodeInvalid, Message: "chunk " + itoa(int64(id.Index)) + " of " + quote(id.Path) + " does not exist"}
		}
	}
	outer := ctx
	ctx, cancel := context.WithCancelCause(outer)
	defer cancel(nil)
	next := make(chan ChunkID)
	go func() {
		defer close(next)
		for _, id := range list {
			select {
			case next <- id:
			case <-ctx.Done():
				return
			}
		}
	}()
	var wg sync.WaitGroup
	hands := make(chan struct{}, 1) // held by whoever is calling hand
	for range max(1, min(window, len(list))) {
		wg.Go(func() {
			for id := range next {
				if err := files[id.Path].pass(ctx, id, hands, hand); err != nil {
					cancel(err) // the first error stays
					return
				}
			}
		})
	}
	wg.Wait()
	if outer.Err() != nil {
		return aborted(outer)
	}
	return context.Cause(ctx)
}

func (f *File) pass(ctx context.Context, id ChunkID, hands chan struct{}, hand func(ChunkID, Buffer) error) error {
	body, err := f.chunk(ctx, id.Index, false)
	if err != nil {
		return err
	}
	f.drop(id.Index)
	select {
	case hands <- struct{}{}:
		defer func() { <-hands }()
	case <-ctx.Done():
		return aborted(ctx)
	}
	if ctx.Err() != nil {
		return aborted(ctx)
	}
	return hand(id, body)
}
