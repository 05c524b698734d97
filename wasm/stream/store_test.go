package stream_test

import (
	"bytes"
	"context"
	"sync"
	"testing"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/wasm/stream"
)

// shelf is a Store in memory. What it is to keep is kept when keeping is let go on.
type shelf struct {
	t  testing.TB
	mu sync.Mutex

	blocks  map[manifest.CID][]byte
	claimed map[manifest.CID]bool
	spoilt  []manifest.CID
	goOn    chan struct{} // closed when blocks may be kept
}

func newShelf(t testing.TB) *shelf {
	s := &shelf{t: t, blocks: map[manifest.CID][]byte{}, claimed: map[manifest.CID]bool{}, goOn: make(chan struct{})}
	close(s.goOn)
	return s
}

func (s *shelf) Find(_ context.Context, cid manifest.CID) stream.Buffer {
	s.mu.Lock()
	defer s.mu.Unlock()
	if b, ok := s.blocks[cid]; ok {
		return &tap{Bytes: b, t: s.t, want: cid.Digest()}
	}
	s.claimed[cid] = true
	return nil
}

func (s *shelf) Spoilt(_ context.Context, cid manifest.CID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.spoilt = append(s.spoilt, cid)
	s.claimed[cid] = true
	delete(s.blocks, cid)
}

func (s *shelf) Keep(cid manifest.CID, body stream.Buffer) func() {
	b := make([]byte, body.Len())
	if _, err := body.ReadAt(b, 0); err != nil {
		s.t.Error(err)
	}
	return func() {
		<-s.goOn
		s.mu.Lock()
		defer s.mu.Unlock()
		s.blocks[cid] = b
		delete(s.claimed, cid)
	}
}

func (s *shelf) Release(cid manifest.CID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.claimed, cid)
}

func TestStore(t *testing.T) {
	r := publish(t, map[string][]byte{modelPath: noise(12<<20 + 9)})
	s := serve(t, r, honest)
	o, _ := options(t, s.URL)
	kept := newShelf(t)
	o.Store = kept
	load := func(o stream.Options) {
		t.Helper()
		rel, err := stream.Open(t.Context(), string(r.dir), o)
		must(t, err)
		got, err := readAll(t.Context(), t, rel, modelPath)
		must(t, err)
		rel.Settle()
		if !bytes.Equal(got, r.files[modelPath]) {
			t.Error("the bytes differ")
		}
		if len(kept.claimed) != 0 {
			t.Errorf("%d blocks are still claimed", len(kept.claimed))
		}
	}
	load(o)
	first := len(s.requests())
	if len(kept.blocks) != first {
		t.Fatalf("%d blocks are kept of %d that were fetched", len(kept.blocks), first)
	}

	t.Run("what is kept is not fetched again, and is told verified", func(t *testing.T) {
		offline, log := options(t, "http://127.0.0.1:1")
		offline.Store = kept
		load(offline)
		chunks := 0
		for _, e := range log.events {
			if e, ok := e.(stream.ChunkEvent); ok {
				chunks++
				if e.State != stream.ChunkVerified || e.Source != "" || e.Bytes != e.Size {
					t.Errorf("event %+v", e)
				}
			}
		}
		if chunks != 13 {
			t.Errorf("%d events of chunks, want 13", chunks)
		}
	})
	for name, spoil := range map[string]func([]byte) []byte{
		"a bit is flipped": func(b []byte) []byte { b[len(b)/2] ^= 1; return b },
		"it is cut short":  func(b []byte) []byte { return b[:len(b)-1] },
		"it has grown":     func(b []byte) []byte { return append(b, 0) },
		"it is empty":      func([]byte) []byte { return nil },
	} {
		t.Run("of what is kept, only the block of which "+name+" is fetched anew", func(t *testing.T) {
			cid := r.chunkCID(modelPath, 5)
			kept.blocks[cid], kept.spoilt = spoil(bytes.Clone(kept.blocks[cid])), nil
			before := len(s.requests())
			load(o)
			if asked := s.requests()[before:]; len(asked) != 1 || asked[0] != cid || len(kept.spoilt) != 1 || kept.spoilt[0] != cid {
				t.Errorf("asked for %v, spoilt %v, want %s in both", asked, kept.spoilt, cid)
			}
		})
	}
	t.Run("a block that nobody has is released", func(t *testing.T) {
		kept := newShelf(t)
		o, _ := options(t, serve(t, r, chunksOnly(r, hasNothing)).URL)
		o.Store = kept
		rel, err := stream.Open(t.Context(), string(r.dir), o)
		must(t, err)
		err = rel.Chunks(t.Context(), []stream.ChunkID{{Path: modelPath}}, 1, nil)
		if stream.CodeOf(err) != stream.CodeNotFound || kept.claimed[r.chunkCID(modelPath, 0)] {
			t.Errorf("got %v, want %s and no claim", err, stream.CodeNotFound)
		}
	})
}

// TestStoreBeforeVerified has a store that is slow: chunks are handed on at once, eight and no more, and told when kept.
func TestStoreBeforeVerified(t *testing.T) {
	r := publish(t, map[string][]byte{modelPath: noise(12 << 20)})
	o, log := options(t, serve(t, r, honest).URL)
	kept := newShelf(t)
	o.Store = kept
	rel, err := stream.Open(t.Context(), string(r.manifest), o)
	must(t, err)
	if _, err := rel.File(t.Context(), modelPath); err != nil {
		t.Fatal(err)
	}
	rel.Settle()
	kept.goOn = make(chan struct{})
	var list []stream.ChunkID
	for i := range 12 {
		list = append(list, stream.ChunkID{Path: modelPath, Index: i})
	}
	verified := func() (n int) {
		log.mu.Lock()
		defer log.mu.Unlock()
		for _, e := range log.events {
			if e, ok := e.(stream.ChunkEvent); ok && e.State == stream.ChunkVerified {
				n++
			}
		}
		return n
	}
	handed := make(chan stream.ChunkID)
	done := make(chan error, 1)
	go func() {
		done <- rel.Chunks(t.Context(), list, 12, func(id stream.ChunkID, _ stream.Buffer) error {
			handed <- id
			return nil
		})
	}()
	for range 8 {
		<-handed
	}
	if n := verified(); n != 0 {
		t.Errorf("%d chunks were told verified before they were kept", n)
	}
	select {
	case id := <-handed:
		t.Errorf("chunk %d was handed on while eight were not kept yet", id.Index)
	default:
	}
	close(kept.goOn)
	for range 4 {
		<-handed
	}
	must(t, <-done)
	rel.Settle()
	if n := verified(); n != 12 {
		t.Errorf("%d chunks were told verified, want 12", n)
	}
}
