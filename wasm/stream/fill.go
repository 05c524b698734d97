package stream

import (
	"cmp"
	"slices"

	"github.com/dehug/dehug/manifest"
)

// A Tensor is a run of a file's bytes and the place in a module's memory where it must be before its item is prepared
// (wasm/ABI.md, "The life of an instance").
type Tensor struct {
	Path     string // manifest path
	Off, Len int64  // bytes
	Dst      uint32
	Item     int
}

// OpKind says what an Op does.
type OpKind uint32

// The three things a host does to fill a memory.
const (
	OpCopy    OpKind = iota // Len bytes of Chunk, from From on, go to address Dst
	OpPrepare               // the module prepares Item
	OpDrop                  // Chunk is not needed any more
)

// An Op is one thing to do. Chunk is an index into Fill.Chunks.
type Op struct {
	Kind      OpKind
	Chunk     int
	From, Len uint32
	Dst       uint32
	Item      int
}

// A Fill turns chunks that arrive in any order into copies and prepares in the one order that the ABI allows: bytes of
// an item are written only after the item before it was prepared, for their places may coincide. Bytes of a large
// tensor are copied chunk by chunk as they come.
type Fill struct {
	// Chunks are the chunks that hold bytes of tensors, in the order in which they are best fetched.
	Chunks []ChunkID

	items   [][]piece // per item, what is still to be copied
	next    int       // the item that is being filled
	arrived []bool    // by chunk
	uses    []int     // pieces still to be copied, by chunk
	ids     map[ChunkID]int
}

// piece is the part of one tensor that lies in one chunk.
type piece struct {
	chunk          int
	from, len, dst uint32
}

// NewFill plans the filling of a memory of memory bytes with tensors that lie in the needed files.
func NewFill(tensors []Tensor, items int, memory int64, files []manifest.File) (*Fill, error) {
	f := &Fill{items: make([][]piece, items), ids: map[ChunkID]int{}}
	sizes := make(map[string]int64, len(files))
	for _, file := range files {
		sizes[file.Path] = file.Size
	}
	tensors = slices.Clone(tensors)
	slices.SortStableFunc(tensors, func(a, b Tensor) int { return cmp.Compare(a.Item, b.Item) })
	for _, t := range tensors {
		size, ok := sizes[t.Path]
		switch {
		case !ok:
			return nil, &Error{Code: CodeNotFound, Message: "the model keeps weights in " + quote(t.Path) + ", which the release does not have",
				Hint: "publish the model again together with its external data"}
		case t.Off < 0 || t.Len < 0 || t.Off > size || t.Len > size-t.Off:
			return nil, &Error{Code: CodeInvalid, Message: "a tensor lies outside of " + quote(t.Path)}
		case t.Len > memory || int64(t.Dst) > memory-t.Len:
			return nil, &Error{Code: CodeInvalid, Message: "a tensor lands outside of the memory"}
		case t.Item < 0 || t.Item >= items:
			return nil, &Error{Code: CodeInvalid, Message: "a tensor belongs to no item"}
		}
		f.cut(t)
	}
	f.arrived = make([]bool, len(f.Chunks))
	f.uses = make([]int, len(f.Chunks))
	for _, pieces := range f.items {
		for _, p := range pieces {
			f.uses[p.chunk]++
		}
	}
	return f, nil
}

// cut divides a tensor along the chunks that it lies in.
func (f *Fill) cut(t Tensor) {
	for off, end := t.Off, t.Off+t.Len; off < end; {
		id := ChunkID{t.Path, int(off / manifest.ChunkSize)}
		n, ok := f.ids[id]
		if !ok {
			n = len(f.Chunks)
			f.ids[id] = n
			f.Chunks = append(f.Chunks, id)
		}
		from := off % manifest.ChunkSize
		length := min(end-off, manifest.ChunkSize-from)
		f.items[t.Item] = append(f.items[t.Item], piece{n, uint32(from), uint32(length), t.Dst + uint32(off-t.Off)})
		off += length
	}
}

// Begin returns what is to be done before the first chunk comes: items without stored tensors.
func (f *Fill) Begin() []Op { return f.advance(nil) }

// Add notes that a chunk has arrived, and returns its number and what can be done now.
func (f *Fill) Add(id ChunkID) (int, []Op) {
	n, ok := f.ids[id]
	if !ok || f.arrived[n] {
		panic("stream: a chunk that the fill did not ask for")
	}
	f.arrived[n] = true
	return n, f.advance(nil)
}

// Done reports whether every item is prepared.
func (f *Fill) Done() bool { return f.next == len(f.items) }

func (f *Fill) advance(ops []Op) []Op {
	for ; f.next < len(f.items); f.next++ {
		pending := f.items[f.next][:0]
		for _, p := range f.items[f.next] {
			if !f.arrived[p.chunk] {
				pending = append(pending, p)
				continue
			}
			ops = append(ops, Op{Kind: OpCopy, Chunk: p.chunk, From: p.from, Len: p.len, Dst: p.dst})
			if f.uses[p.chunk]--; f.uses[p.chunk] == 0 {
				ops = append(ops, Op{Kind: OpDrop, Chunk: p.chunk})
			}
		}
		f.items[f.next] = pending
		if len(pending) > 0 {
			break
		}
		ops = append(ops, Op{Kind: OpPrepare, Item: f.next})
	}
	return ops
}
