package stream_test

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/wasm/stream"
)

// host carries ops out as a run host does, and watches the order that the ABI asks for.
type host struct {
	t        *testing.T
	memory   []byte
	chunks   map[int][]byte
	prepared int
	items    [][]byte // what lay in memory, by item, when it was prepared
	tensors  []stream.Tensor
}

func (h *host) do(ops []stream.Op) {
	for _, o := range ops {
		switch o.Kind {
		case stream.OpCopy:
			c, ok := h.chunks[o.Chunk]
			if !ok {
				h.t.Fatalf("copy from chunk %d, which is not here", o.Chunk)
			}
			copy(h.memory[o.Dst:], c[o.From:o.From+o.Len])
		case stream.OpDrop:
			delete(h.chunks, o.Chunk)
		case stream.OpPrepare:
			if o.Item != h.prepared {
				h.t.Fatalf("item %d is prepared, want %d", o.Item, h.prepared)
			}
			var got []byte
			for _, x := range h.tensors {
				if x.Item == o.Item {
					got = append(got, h.memory[x.Dst:int64(x.Dst)+x.Len]...)
				}
			}
			h.items = append(h.items, got)
			h.prepared++
			clear(h.memory) // the staging buffer belongs to the next item
		}
	}
}

func TestFill(t *testing.T) {
	a, b := noise(5<<20+77), noise(2<<20)
	files := map[string][]byte{"a": a, "b": b}
	entries := []manifest.File{{Path: "a", Size: int64(len(a))}, {Path: "b", Size: int64(len(b))}}
	tensors := []stream.Tensor{
		{Path: "a", Off: 100, Len: 50, Dst: 0, Item: 0},
		{Path: "a", Off: 1<<20 - 5, Len: 10, Dst: 64, Item: 0},
		{Path: "a", Off: 1<<20 + 5, Len: 3 << 20, Dst: 3, Item: 2}, // over four chunks, onto the place of item 0
		{Path: "b", Off: 0, Len: 2 << 20, Dst: 0, Item: 3},
		{Path: "a", Off: 200, Len: 0, Dst: 0, Item: 3},
		{Path: "a", Off: 5<<20 + 70, Len: 7, Dst: 4 << 20, Item: 4},
		{Path: "a", Off: 150, Len: 8, Dst: 9, Item: 4}, // of the first chunk again
	}
	const items = 6 // 1 and 5 have no stored tensors
	for seed := range uint64(40) {
		fill, err := stream.NewFill(tensors, items, 5<<20, entries)
		must(t, err)
		h := &host{t: t, memory: make([]byte, 5<<20), chunks: map[int][]byte{}, tensors: tensors}
		h.do(fill.Begin())
		for _, k := range rand.New(rand.NewPCG(seed, 0)).Perm(len(fill.Chunks)) {
			id := fill.Chunks[k]
			chunk := files[id.Path][id.Index*manifest.ChunkSize:]
			h.chunks[k] = chunk[:min(len(chunk), manifest.ChunkSize)]
			n, ops := fill.Add(id)
			if n != k {
				t.Fatalf("chunk %v has number %d, want %d", id, n, k)
			}
			h.do(ops)
		}
		if !fill.Done() || h.prepared != items {
			t.Fatalf("seed %d: %d items are prepared, want %d", seed, h.prepared, items)
		}
		if len(h.chunks) != 0 {
			t.Errorf("seed %d: %d chunks are kept to the end, want none", seed, len(h.chunks))
		}
		for i, got := range h.items {
			var want []byte
			for _, x := range tensors {
				if x.Item == i {
					want = append(want, files[x.Path][x.Off:x.Off+x.Len]...)
				}
			}
			if !bytes.Equal(got, want) {
				t.Errorf("seed %d: item %d was prepared from other bytes than its tensors'", seed, i)
			}
		}
	}
}

// A model of nothing but computed constants needs no chunk.
func TestFillWithoutTensors(t *testing.T) {
	fill, err := stream.NewFill(nil, 2, 0, nil)
	must(t, err)
	if ops := fill.Begin(); len(ops) != 2 || len(fill.Chunks) != 0 || !fill.Done() {
		t.Errorf("Begin: %v, chunks %v, want two prepares and no chunk", ops, fill.Chunks)
	}
}

func TestRefuseFill(t *testing.T) {
	files := []manifest.File{{Path: "a", Size: 100}}
	const big = 1<<63 - 1
	for _, c := range []struct {
		name   string
		tensor stream.Tensor
		code   stream.Code
	}{
		{"weights in a missing file", stream.Tensor{Path: "b", Len: 1}, stream.CodeNotFound},
		{"tensor beyond the file", stream.Tensor{Path: "a", Off: 99, Len: 2}, stream.CodeInvalid},
		{"tensor before the file", stream.Tensor{Path: "a", Off: -1, Len: 2}, stream.CodeInvalid},
		{"tensor of negative length", stream.Tensor{Path: "a", Off: 1, Len: -1}, stream.CodeInvalid},
		{"tensor whose end overflows", stream.Tensor{Path: "a", Off: big, Len: big}, stream.CodeInvalid},
		{"tensor beyond the memory", stream.Tensor{Path: "a", Len: 2, Dst: 999}, stream.CodeInvalid},
		{"tensor of no item", stream.Tensor{Path: "a", Len: 2, Item: 1}, stream.CodeInvalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := stream.NewFill([]stream.Tensor{c.tensor}, 1, 1000, files); stream.CodeOf(err) != c.code {
				t.Errorf("got %v, want %s", err, c.code)
			}
		})
	}
}
