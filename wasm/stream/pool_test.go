package stream_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/wasm/stream"
)

// script is a Fetcher whose sources are functions, for tests about time: in a synctest bubble the clock is ours.
type script struct {
	release *release
	mu      sync.Mutex
	asked   []ask
	sources map[string]func(n int, r stream.Request, body []byte) (stream.Response, time.Duration, error)
}

type ask struct {
	source string
	at     time.Time
	fresh  bool
}

func (s *script) Fetch(ctx context.Context, r stream.Request) (stream.Response, error) {
	base, rest, _ := strings.Cut(r.URL, "/ipfs/")
	cid, _, _ := strings.Cut(rest, "?")
	s.mu.Lock()
	n := 0
	for _, a := range s.asked {
		if a.source == base {
			n++
		}
	}
	s.asked = append(s.asked, ask{base, time.Now(), r.Fresh})
	s.mu.Unlock()
	res, delay, err := s.sources[base](n, r, s.release.blocks[manifest.CID(cid)])
	select {
	case <-time.After(delay):
		return res, err
	case <-ctx.Done():
		return stream.Response{}, ctx.Err()
	}
}

func (s *script) of(source string) (out []ask) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.asked {
		if a.source == source {
			out = append(out, a)
		}
	}
	return out
}

func sends(body []byte) stream.Response {
	return stream.Response{Status: 200, ContentType: "application/vnd.ipld.raw", Body: stream.Bytes(body)}
}

func instantly(_ int, _ stream.Request, body []byte) (stream.Response, time.Duration, error) {
	return sends(body), 0, nil
}

// run opens the release and reads the model in a bubble.
func (s *script) run(t *testing.T, timing stream.Timing, sources ...string) error {
	o := stream.Options{Fetcher: s, Recover: ethsig.Recover, Timing: timing}
	for _, u := range sources {
		o.Sources = append(o.Sources, stream.Source{URL: u})
	}
	rel, err := stream.Open(t.Context(), string(s.release.dir), o)
	if err != nil {
		return err
	}
	_, err = readAll(t.Context(), t, rel, modelPath)
	return err
}

const srcA, srcB = "https://a.example", "https://b.example"

// A source that names a time is left alone for that long, one that names none for the default, and none for ever.
func TestRetryAfter(t *testing.T) {
	for _, c := range []struct {
		header string
		want   time.Duration
	}{
		{"7", 7 * time.Second},
		{"", 2 * time.Second},
		{"Wed, 21 Oct 2026 07:28:00 GMT", 2 * time.Second},
		{"-1", 2 * time.Second},
		{"86400", 30 * time.Second},
		{"0", 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &script{release: smallAndLarge(t)}
			s.sources = map[string]func(int, stream.Request, []byte) (stream.Response, time.Duration, error){
				srcA: func(n int, r stream.Request, body []byte) (stream.Response, time.Duration, error) {
					if n == 0 {
						return stream.Response{Status: 429, RetryAfter: c.header}, 0, nil
					}
					return instantly(n, r, body)
				},
			}
			must(t, s.run(t, stream.Timing{}, srcA))
			asked := s.of(srcA)
			if got := asked[1].at.Sub(asked[0].at); got != c.want {
				t.Errorf("Retry-After %q: asked again after %v, want %v", c.header, got, c.want)
			}
			if asked[0].fresh || !asked[1].fresh {
				t.Error("the second try must ask past caches, the first need not")
			}
		})
	}
}

// Waits double from failure to failure, and a success ends them.
func TestBackoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{release: smallAndLarge(t)}
		s.sources = map[string]func(int, stream.Request, []byte) (stream.Response, time.Duration, error){
			srcA: func(n int, r stream.Request, body []byte) (stream.Response, time.Duration, error) {
				// The directory twice, and the last chunk once: between them requests go side by side.
				if n == 0 || n == 1 || n == 8 {
					return stream.Response{}, 0, errors.New("connection refused")
				}
				return instantly(n, r, body)
			},
		}
		must(t, s.run(t, stream.Timing{}, srcA))
		asked := s.of(srcA)
		wants := []time.Duration{300 * time.Millisecond, 600 * time.Millisecond, 0, 0, 0, 0, 0, 0, 300 * time.Millisecond}
		if got := len(asked) - 1; got != len(wants) {
			t.Fatalf("%d tries after the first, want %d", got, len(wants))
		}
		for i, want := range wants {
			if got := asked[i+1].at.Sub(asked[i].at); got != want {
				t.Errorf("wait before try %d: %v, want %v", i+1, got, want)
			}
		}
	})
}

// Silence is noticed, and costs no more than the stall time; bytes that trickle in are not silence.
func TestStall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{release: smallAndLarge(t)}
		s.sources = map[string]func(int, stream.Request, []byte) (stream.Response, time.Duration, error){
			srcA: func(int, stream.Request, []byte) (stream.Response, time.Duration, error) {
				return stream.Response{}, time.Hour, nil
			},
			srcB: instantly,
		}
		start := time.Now()
		must(t, s.run(t, stream.Timing{}, srcA, srcB))
		if got := time.Since(start); got > 4*time.Second {
			t.Errorf("a silent source cost %v, want at most 4 s", got)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		s := &script{release: smallAndLarge(t)}
		s.sources = map[string]func(int, stream.Request, []byte) (stream.Response, time.Duration, error){
			srcA: func(_ int, r stream.Request, body []byte) (stream.Response, time.Duration, error) {
				for i := range 4 {
					time.Sleep(3 * time.Second)
					r.Progress(int64(i) * 2048)
				}
				return sends(body), 3 * time.Second, nil
			},
		}
		must(t, s.run(t, stream.Timing{}, srcA))
		if got := len(s.of(srcA)); got != 7 {
			t.Errorf("a slow source was asked %d times for 7 blocks", got)
		}
	})
	// But a byte now and then is: such a source is given up on, block by block.
	synctest.Test(t, func(t *testing.T) {
		s := &script{release: smallAndLarge(t)}
		s.sources = map[string]func(int, stream.Request, []byte) (stream.Response, time.Duration, error){
			srcA: func(_ int, r stream.Request, body []byte) (stream.Response, time.Duration, error) {
				for i := range int64(10) {
					time.Sleep(time.Second)
					r.Progress(1 + i)
				}
				return sends(body), time.Hour, nil
			},
		}
		err := s.run(t, stream.Timing{}, srcA)
		if stream.CodeOf(err) != stream.CodeUnreachable || !strings.Contains(err.Error(), "sends too slowly") {
			t.Errorf("a source that trickles: %v", err)
		}
	})
}

// A slow taker holds up the sources: no more than window chunks are asked for ahead of it.
func TestBackPressure(t *testing.T) {
	const window = 3
	synctest.Test(t, func(t *testing.T) {
		s := &script{release: publish(t, map[string][]byte{modelPath: noise(9 << 20)})}
		s.sources = map[string]func(int, stream.Request, []byte) (stream.Response, time.Duration, error){srcA: instantly}
		rel, err := stream.Open(t.Context(), string(s.release.dir), stream.Options{
			Fetcher: s, Recover: ethsig.Recover, Sources: []stream.Source{{URL: srcA}},
		})
		must(t, err)
		var list []stream.ChunkID
		for i := range 9 {
			list = append(list, stream.ChunkID{Path: modelPath, Index: i})
		}
		taken := 0
		must(t, rel.Chunks(t.Context(), list, window, func(stream.ChunkID, stream.Buffer) error {
			synctest.Wait() // everybody else has done what they can
			const documents = 4
			if ahead := len(s.of(srcA)) - documents - taken; ahead > window {
				t.Errorf("%d chunks are asked for ahead of the taker, want at most %d", ahead, window)
			}
			taken++
			return nil
		}))
		if taken != 9 {
			t.Errorf("%d chunks were handed on, want 9", taken)
		}
	})
}

// What the compiler waits for is asked for before what only has to come some time.
func TestUrgentFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{release: publish(t, map[string][]byte{modelPath: noise(12 << 20)})}
		s.sources = map[string]func(int, stream.Request, []byte) (stream.Response, time.Duration, error){
			srcA: func(_ int, _ stream.Request, body []byte) (stream.Response, time.Duration, error) {
				return sends(body), time.Second, nil
			},
		}
		rel, err := stream.Open(t.Context(), string(s.release.dir), stream.Options{
			Fetcher: s, Recover: ethsig.Recover, Sources: []stream.Source{{URL: srcA}},
		})
		must(t, err)
		f, err := rel.File(t.Context(), modelPath)
		must(t, err)
		var list []stream.ChunkID
		for i := range 10 {
			list = append(list, stream.ChunkID{Path: modelPath, Index: i})
		}
		done := make(chan error)
		go func() {
			done <- rel.Chunks(t.Context(), list, 8, func(stream.ChunkID, stream.Buffer) error { return nil })
		}()
		time.Sleep(time.Millisecond)
		start := time.Now()
		if _, err := f.Reader(t.Context()).ReadAt(make([]byte, 1), 10<<20); err != nil {
			t.Fatal(err)
		}
		if got := time.Since(start); got > 2*time.Second {
			t.Errorf("an urgent chunk took %v: one round for those under way and one for itself are 2 s", got)
		}
		must(t, <-done)
	})
}

// A source that falls silent costs little more time than it would not have saved: late blocks are asked for a second time.
func TestHedge(t *testing.T) {
	const srcC = "https://c.example"
	r := publish(t, map[string][]byte{modelPath: noise(40 << 20)})
	took := func(t *testing.T, silent bool) (d time.Duration, asked int) {
		synctest.Test(t, func(t *testing.T) {
			works := func(_ int, _ stream.Request, body []byte) (stream.Response, time.Duration, error) {
				return sends(body), 200 * time.Millisecond, nil
			}
			s := &script{release: r}
			s.sources = map[string]func(int, stream.Request, []byte) (stream.Response, time.Duration, error){
				srcA: func(n int, req stream.Request, body []byte) (stream.Response, time.Duration, error) {
					if silent && n >= 5 {
						return stream.Response{}, time.Hour, nil
					}
					return works(n, req, body)
				},
				srcB: works, srcC: works,
			}
			var verified []int
			rel, err := stream.Open(t.Context(), string(r.dir), stream.Options{
				Fetcher: s, Recover: ethsig.Recover, Sources: []stream.Source{{URL: srcA}, {URL: srcB}, {URL: srcC}},
				Events: func(e stream.Event) {
					if c, ok := e.(stream.ChunkEvent); ok {
						if c.State == stream.ChunkVerified {
							verified = append(verified, c.Index)
						} else if slices.Contains(verified, c.Index) {
							t.Errorf("chunk %d is %s after it was verified", c.Index, c.State)
						}
					}
				},
			})
			must(t, err)
			var list []stream.ChunkID
			for i := range 40 {
				list = append(list, stream.ChunkID{Path: modelPath, Index: i})
			}
			start := time.Now()
			must(t, rel.Chunks(t.Context(), list, 12, func(stream.ChunkID, stream.Buffer) error { return nil }))
			if d = time.Since(start); len(verified) != 40 {
				t.Errorf("%d chunks were told verified, want each once", len(verified))
			}
			asked = len(s.of(srcA)) + len(s.of(srcB)) + len(s.of(srcC))
		})
		return d, asked
	}
	all, plain := took(t, false)
	if plain != 40+4 {
		t.Errorf("%d requests for 44 blocks where nothing is late", plain)
	}
	// Two sources are slower than three; they need 40/8 rounds instead of 40/12, and a silent one may cost one more.
	if got, _ := took(t, true); got > all*8/5 {
		t.Errorf("with a silent source %v, without %v", got, all)
	}
}

// Second requests are few where all sources are as slow as one another.
func TestHedgeBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{release: publish(t, map[string][]byte{modelPath: noise(40 << 20)})}
		slower := func(n int, _ stream.Request, body []byte) (stream.Response, time.Duration, error) {
			return sends(body), time.Duration(n) * 300 * time.Millisecond, nil // each block later than all before
		}
		s.sources = map[string]func(int, stream.Request, []byte) (stream.Response, time.Duration, error){srcA: slower, srcB: slower}
		must(t, s.run(t, stream.Timing{Stall: time.Hour}, srcA, srcB))
		if got := len(s.of(srcA)) + len(s.of(srcB)); got > 44+8+4 {
			t.Errorf("%d requests for 44 blocks", got)
		}
	})
}
