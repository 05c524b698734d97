package stream

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/dehug/dehug/manifest"
)

// A Fetcher asks one source for one block. Fetch returns an error when there was no answer or when it broke off;
// what the answer is worth is decided by the caller.
type Fetcher interface {
	Fetch(ctx context.Context, r Request) (Response, error)
}

// A Request is a GET of URL with "Accept: application/vnd.ipld.raw", no credentials and no referrer.
type Request struct {
	URL string
	// Limit is the largest body worth reading. Of a longer one Limit+1 bytes are read and returned, no more.
	Limit int64
	// Fresh asks past any cache: an earlier answer to the same request was not usable.
	Fresh bool
	// Progress is called, from any goroutine, with the number of bytes that have come so far.
	Progress func(n int64)
}

// A Response is an answer. Body is nil, and nothing of it was read, unless Status is 200.
type Response struct {
	Status      int
	ContentType string
	RetryAfter  string // the header, as it stands; empty where it is missing or hidden from us
	Body        Buffer
}

// A Buffer holds the bytes of one block where they arrived: in an ArrayBuffer in a browser, in a slice elsewhere.
// Nobody writes to it after Fetch has returned it, so the bytes that were hashed are the bytes that are used.
type Buffer interface {
	io.ReaderAt
	Len() int64
	// SHA256 may take its time in another thread.
	SHA256(ctx context.Context) (manifest.Digest, error)
}

// Bytes is a Buffer on the Go heap.
type Bytes []byte

// Len returns the number of bytes.
func (b Bytes) Len() int64 { return int64(len(b)) }

// SHA256 hashes b.
func (b Bytes) SHA256(context.Context) (manifest.Digest, error) { return manifest.DigestOf(b), nil }

// ReadAt copies from b.
func (b Bytes) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, errors.New("stream: negative offset")
	}
	if off >= int64(len(b)) {
		return 0, io.EOF
	}
	n := copy(p, b[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// read copies a whole buffer to the heap; it is for documents, not for weights.
func read(b Buffer) ([]byte, error) {
	if b, ok := b.(Bytes); ok {
		return b, nil
	}
	p := make([]byte, b.Len())
	if n, err := b.ReadAt(p, 0); n < len(p) {
		return nil, err
	}
	return p, nil
}

// Timing says how long to wait for what. The zero value of a field stands for its default.
type Timing struct {
	Stall      time.Duration // without a byte before a source is given up on for now
	Hedge      time.Duration // before a second source is asked as well, while nothing is known of how long blocks take; never when negative
	Backoff    time.Duration // after a first failure; doubles with each further one
	BackoffMax time.Duration // the longest wait, also when a source asks for a longer one
	RetryAfter time.Duration // when a source asks us to wait but we cannot read for how long
}

// Defaults. A page's reader waits: a stalled source must not cost more than a few seconds, and a source that comes
// back (a laptop waking up, a gateway restarting) should be noticed within half a minute.
const (
	defaultStall      = 4 * time.Second
	defaultHedge      = time.Second
	defaultBackoff    = 300 * time.Millisecond
	defaultBackoffMax = 30 * time.Second
	defaultRetryAfter = 2 * time.Second
)

func (t Timing) orDefaults() Timing {
	or := func(d *time.Duration, def time.Duration) {
		if *d <= 0 {
			*d = def
		}
	}
	or(&t.Stall, defaultStall)
	if t.Hedge == 0 {
		t.Hedge = defaultHedge
	}
	or(&t.Backoff, defaultBackoff)
	or(&t.BackoffMax, defaultBackoffMax)
	or(&t.RetryAfter, defaultRetryAfter)
	return t
}
