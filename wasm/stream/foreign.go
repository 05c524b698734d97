package stream

import (
	"context"
	"errors"
	"sync"

	"github.com/dehug/dehug/manifest"
)

// ForeignPath is the path of the one file of a release that was made of a bare CID.
const ForeignPath = "model.onnx"

const (
	// maxTree is how deep a file's DAG may be. Balanced ones of 174 links over 256 KiB reach 64 GiB with 4.
	maxTree = 16
	// keptLeaves and keptNodes bound what is kept of a file for the neighbouring chunks: leaves need not end where chunks do.
	keptLeaves = 16
	keptNodes  = 64
)

// foreign is a UnixFS file that nobody published for us: its leaves have any size and lie at any depth, under a root that is
// all we know of it. It offers what a file of a release does, chunks of 1 MiB, made of what its blocks hold.
type foreign struct {
	r    *Release
	root branch

	mu     sync.Mutex
	blocks map[manifest.CID]*foreignBlock
	leaves []manifest.CID // that are kept, the oldest first
	nodes  []manifest.CID
}

// foreignBlock is a block that is there or on its way.
type foreignBlock struct {
	done chan struct{} // closed when the others are set
	body Buffer        // of a leaf
	node node          // of a dag-pb block
	err  error
}

// A Part is a range of a block and where it goes in a buffer that is made of several.
type Part struct {
	Body         Buffer
	From, To, At int64
}

// A Joiner is a [Fetcher] that makes buffers of parts where it keeps its own. Parts cover the size, in order.
type Joiner interface {
	Join(size int64, parts []Part) (Buffer, error)
}

// openForeign makes a release of a file whose root block is here. Nobody has signed it: the CID is all that is known.
func (r *Release) openForeign(root manifest.CID, block []byte, o Options) (*Release, error) {
	f := &foreign{r: r, root: branch{root, int64(len(block))}, blocks: map[manifest.CID]*foreignBlock{}}
	first := &foreignBlock{done: make(chan struct{}), body: Bytes(block)}
	if root.Codec() == manifest.DagPB {
		n, err := parseNode(block)
		if err != nil {
			return nil, foreignError(err)
		}
		f.root.size, first.node = n.size, n
	}
	close(first.done)
	f.blocks[root] = first // for ever: every chunk begins there
	entry := manifest.File{Path: ForeignPath, Size: f.root.size, CID: root, MediaType: manifest.MediaTypeONNX}
	r.Manifest = &manifest.Manifest{Kind: manifest.KindModel, Name: string(root), Runtime: &manifest.Runtime{Format: "onnx"}, Files: []manifest.File{entry}}
	r.CID, r.Digest, r.Needed = root, root.Digest(), r.Manifest.Files
	if err := r.checkSignatures(nil, o); err != nil {
		return nil, err
	}
	if o.Only != "" && o.Only != ForeignPath {
		return nil, noFile(o.Only)
	}
	r.files[ForeignPath] = &File{File: entry, leaves: make([]manifest.Digest, manifest.Leaves(entry.Size)), release: r, foreign: f, chunks: map[int]*chunk{}}
	r.emit(ManifestEvent{r})
	return r, r.Admit(o.MaxBytes)
}

func foreignError(err error) error {
	e := &Error{Code: CodeInvalid, Message: "the file: " + err.Error(), Err: err, Hint: "use the CID of a file that was added to IPFS, or of a release"}
	if errors.Is(err, errDirectory) {
		e.Hint = "a release has a manifest.json; for a file in a directory, use the file's own CID"
	}
	return e
}

// chunk makes bytes [from, to) of the file of the blocks in which they lie.
func (f *foreign) chunk(ctx context.Context, from, to int64, w want) (Buffer, error) {
	var parts []Part
	if err := f.collect(ctx, f.root, 0, from, to, 0, w, &parts); err != nil {
		return nil, err
	}
	if join, ok := f.r.pool.fetcher.(Joiner); ok {
		return join.Join(to-from, parts)
	}
	out := make(Bytes, to-from)
	for _, p := range parts {
		if n, err := p.Body.ReadAt(out[p.At:p.At+p.To-p.From], p.From); int64(n) < p.To-p.From {
			return nil, err
		}
	}
	return out, nil
}

// collect appends the parts of [from, to) that lie below b, which begins at off.
func (f *foreign) collect(ctx context.Context, b branch, off, from, to int64, depth int, w want, parts *[]Part) error {
	if depth > maxTree {
		return foreignError(errors.New("its tree is deeper than " + itoa(maxTree)))
	}
	block, err := f.block(ctx, b, w)
	if err != nil {
		return err
	}
	add := func(at int64, start, end int) { // bytes start to end of the block are the file's from at on
		lo, hi := max(from, at), min(to, at+int64(end-start))
		if lo < hi {
			*parts = append(*parts, Part{Body: block.body, From: int64(start) + lo - at, To: int64(start) + hi - at, At: lo - from})
		}
	}
	if b.cid.Codec() == manifest.Raw {
		add(off, 0, int(b.size))
		return nil
	}
	n := block.node
	if n.size != b.size {
		return foreignError(errors.New("a node has another size than the one above it says"))
	}
	add(off, n.from, n.to)
	off += int64(n.to - n.from)
	for _, child := range n.links {
		if off >= to {
			break
		}
		if off+child.size > from && child.size > 0 {
			if err := f.collect(ctx, child, off, from, to, depth+1, w, parts); err != nil {
				return err
			}
		}
		off += child.size
	}
	return nil
}

// block returns a block, fetched once however many want it at the same time.
func (f *foreign) block(ctx context.Context, b branch, w want) (*foreignBlock, error) {
	f.mu.Lock()
	block := f.blocks[b.cid]
	if block != nil {
		f.mu.Unlock()
		select {
		case <-block.done:
			return block, block.err
		case <-ctx.Done():
			return nil, aborted(ctx)
		}
	}
	block = &foreignBlock{done: make(chan struct{})}
	f.blocks[b.cid] = block
	f.mu.Unlock()
	block.body, block.node, block.err = f.fetch(ctx, b, w)
	close(block.done)
	f.mu.Lock()
	defer f.mu.Unlock()
	kept, most := &f.leaves, keptLeaves
	if len(block.node.links) > 0 {
		kept, most = &f.nodes, keptNodes
	}
	if block.err != nil {
		delete(f.blocks, b.cid) // whoever comes later may have more luck
		return block, block.err
	}
	if *kept = append(*kept, b.cid); len(*kept) > most {
		delete(f.blocks, (*kept)[0])
		*kept = (*kept)[1:]
	}
	return block, nil
}

func (f *foreign) fetch(ctx context.Context, b branch, w want) (body Buffer, n node, err error) {
	w.cid, w.size, w.limit = b.cid, -1, manifest.MaxBlock
	raw := b.cid.Codec() == manifest.Raw
	if raw {
		if b.size > manifest.MaxBlock {
			return nil, n, foreignError(errors.New("a block has " + itoa(b.size) + " bytes"))
		}
		w.size, w.limit = b.size, b.size
	}
	if body, err = f.r.pool.get(ctx, w); err != nil || raw {
		return body, n, err
	}
	block, err := read(body)
	if err == nil {
		if n, err = parseNode(block); err != nil {
			err = foreignError(err)
		}
	}
	if n.from == n.to {
		body = nil // a node without bytes of its own
	}
	return body, n, err
}
