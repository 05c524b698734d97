package stream

import (
	"context"

	"github.com/dehug/dehug/manifest"
)

// A Store keeps blocks from one load to the next. What it gives is hashed before it is used, as what sources send is.
type Store interface {
	// Find returns what is kept as cid, or nil. After nil the block is the caller's to fetch, and others who want it wait
	// until Keep or Release is called.
	Find(ctx context.Context, cid manifest.CID) Buffer
	// Spoilt says that what Find gave is not the block: it goes, and the block is the caller's to fetch.
	Spoilt(ctx context.Context, cid manifest.CID)
	// Keep copies body before it returns. What it returns waits until the copy will be found again, or until it is
	// certain that it will not.
	Keep(cid manifest.CID, body Buffer) (wait func())
	// Release says that the block will not come.
	Release(cid manifest.CID)
}

// maxKeeping is how many blocks may be on their way into the store: 8 MiB, as many as may be on their way here.
const maxKeeping = 8

// kept is what a release has of a store.
type kept struct {
	Store
	places chan struct{} // one for each block that is on its way into it
}

func newKept(s Store) *kept {
	if s == nil {
		return nil
	}
	return &kept{Store: s, places: make(chan struct{}, maxKeeping)}
}

// get returns the block that w asks for, from the store if it is there. Of a block that comes from a source, verified is told when
// the store has it, so what was told of is there when the page is loaded again; but it is handed on before that.
func (r *Release) get(ctx context.Context, w want) (Buffer, error) {
	if r.kept == nil {
		return r.pool.get(ctx, w)
	}
	if b := r.kept.Find(ctx, w.cid); b != nil {
		if w.is(ctx, b) {
			if w.note != nil {
				w.note(ChunkVerified, &source{}, b.Len(), nil)
			}
			return b, nil
		}
		r.kept.Spoilt(ctx, w.cid)
	}
	var from *source
	fetch := w
	if w.note != nil {
		fetch.note = func(state ChunkState, s *source, n int64, e *Evidence) {
			if state == ChunkVerified {
				from = s
				return
			}
			w.note(state, s, n, e)
		}
	}
	b, err := r.pool.get(ctx, fetch)
	if err != nil {
		r.kept.Release(w.cid)
		return nil, err
	}
	n := b.Len()
	r.kept.places <- struct{}{} // becomes free without any doing of ours
	wait := r.kept.Keep(w.cid, b)
	go func() {
		wait()
		if w.note != nil {
			w.note(ChunkVerified, from, n, nil)
		}
		<-r.kept.places
	}()
	return b, nil
}

// is reports whether b, which somebody kept, is the block.
func (w want) is(ctx context.Context, b Buffer) bool {
	if b.Len() > w.limit || w.size >= 0 && b.Len() != w.size {
		return false
	}
	sum, err := b.SHA256(ctx)
	return err == nil && sum == w.cid.Digest()
}

// Settle waits until everything that was fetched is in the store, and has been told of.
func (r *Release) Settle() {
	if r.kept == nil {
		return
	}
	for range maxKeeping {
		r.kept.places <- struct{}{}
	}
	for range maxKeeping {
		<-r.kept.places
	}
}
