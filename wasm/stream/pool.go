package stream

import (
	"context"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/dehug/dehug/manifest"
)

const (
	// maxInFlight per source: browsers open six HTTP/1.1 connections to a host and the page needs one or two.
	maxInFlight = 4
	// maxTries of one block at one source that fails, and at one that asks us to wait. Another block begins anew.
	maxTries     = 3
	maxSlowTries = 6
	// trickle is how many bytes must come in the time of a stall: a source that sends one now and then would hold a block for
	// hours. The slowest lines that people have (GPRS) carry ten times as many.
	trickle = 2 << 10
	// quantum is how much more of a chunk must have come before it is worth an event.
	quantum = 128 << 10
)

// pool shares the sources among all blocks that are wanted.
type pool struct {
	fetcher Fetcher
	timing  Timing
	emit    func(Event)

	mu      sync.Mutex
	sources []*source
	urgent  int           // urgent wants that wait for a source
	changed chan struct{} // closed and replaced when a waiter should look again
	turn    int
	traffic Traffic
	took    [2]latency // of small and of large blocks that came, from whomever
	blocks  int        // that came
	hedged  int        // second requests so far
}

// Traffic counts the bytes of blocks.
type Traffic struct {
	Fetched  int64 // bodies, refused and broken-off ones included
	Verified int64
}

// source is what we know of a gateway.
type source struct {
	Source
	inFlight int
	limit    int           // grows with each success, shrinks when asked to wait: slow start for strangers
	failures int           // in a row
	cost     time.Duration // per MiB, moving average; 0 is unknown
	until    time.Time     // not asked before
	turn     int           // when it was last asked
	state    SourceState
	banned   *Evidence
}

// want is a block that somebody needs.
type want struct {
	cid    manifest.CID
	size   int64 // in bytes; -1 when not known
	limit  int64 // most bytes it may have
	what   string
	urgent bool
	// note, when not nil, is told of the block's progress.
	note func(state ChunkState, s *source, bytes int64, e *Evidence)
}

func newPool(o Options) *pool {
	p := &pool{fetcher: o.Fetcher, timing: o.Timing.orDefaults(), emit: o.emitter(), changed: make(chan struct{})}
	for _, s := range o.Sources {
		p.sources = append(p.sources, &source{Source: s, limit: 1, banned: s.Banned})
	}
	for _, s := range p.sources {
		if s.banned != nil {
			s.state = SourceBanned
			p.tell(s, s.state, s.banned)
		}
	}
	return p
}

// get returns the block that w asks for, from whichever source sends it. The bytes have been verified. When one source
// takes longer than nearly all blocks did, another one is asked as well, and the first good answer counts.
func (p *pool) get(ctx context.Context, w want) (Buffer, error) {
	outer := ctx
	ctx, cancel := context.WithCancel(outer)
	defer cancel()
	tries := map[*source]*history{}
	answers := make(chan answer, len(p.sources)) // nobody waits for one that comes too late
	running := 0
	var settled sync.Mutex // and nobody is told of it
	over := false
	if note := w.note; note != nil {
		w.note = func(state ChunkState, s *source, n int64, e *Evidence) {
			settled.Lock()
			defer settled.Unlock()
			if !over {
				over = state == ChunkVerified
				note(state, s, n, e)
			}
		}
	}
	ask := func(s *source) {
		running++
		if w.note != nil {
			w.note(ChunkRequested, s, 0, nil)
		}
		again := tries[s].last != nil
		go func() {
			start := time.Now()
			body, evidence := p.ask(ctx, s, w, again)
			took := time.Since(start)
			if ctx.Err() != nil {
				p.late(s, w, took, evidence, outer.Err() != nil)
				return
			}
			answers <- answer{s, body, evidence, took}
		}()
	}
	var patience *time.Timer
	for {
		if running == 0 {
			s, err := p.acquire(ctx, w, tries)
			if err != nil {
				return nil, err
			}
			ask(s)
			if patience == nil {
				patience = time.NewTimer(p.patience(w))
				defer patience.Stop()
			} else {
				patience.Reset(p.patience(w))
			}
		}
		select {
		case <-patience.C:
			if s := p.second(tries); s != nil {
				ask(s)
			} else {
				patience.Reset(minPatience) // perhaps one is free then
			}
		case <-ctx.Done():
			return nil, aborted(outer)
		case a := <-answers:
			running--
			if a.evidence == nil {
				p.succeeded(a.source, a.body.Len(), a.took)
				if w.note != nil {
					w.note(ChunkVerified, a.source, a.body.Len(), nil)
				}
				return a.body, nil
			}
			tries[a.source].add(a.evidence)
			if w.note != nil {
				w.note(ChunkRejected, a.source, a.evidence.Bytes, a.evidence)
			}
			p.failed(a.source, a.evidence)
		}
	}
}

// answer is what came of asking a source once: a verified body, or evidence.
type answer struct {
	source   *source
	body     Buffer
	evidence *Evidence
	took     time.Duration
}

// minPatience is how long a source may always take: a second request is not free, and clocks are coarse.
const minPatience = 100 * time.Millisecond

// hedges bounds second requests: so many at first, and one more for each ten blocks that come. A link that is slow for
// all sources is not made faster by asking twice. They may go beyond a source's limit, up to the six connections that
// browsers open: else those who wait for a first answer would take every place that becomes free.
const hedges, hedgeEvery, hedgePlaces = 8, 10, 2

// patience is how long w may take before it is late: a quarter longer than 95 of 100 blocks of its kind.
func (p *pool) patience(w want) time.Duration {
	if p.timing.Hedge < 0 {
		return math.MaxInt64
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if d, ok := p.took[large(w.size)].p95(); ok {
		return max(d+d/4, minPatience)
	}
	return p.timing.Hedge
}

// large tells blocks that measure a source's width from those that measure its distance.
func large(size int64) int {
	if size >= quantum {
		return 1
	}
	return 0
}

// latency remembers how long the last blocks took.
type latency struct {
	last [32]time.Duration
	n    int
}

func (l *latency) add(d time.Duration) {
	l.last[l.n%len(l.last)] = d
	l.n++
}

// p95 is what 95 of 100 did not exceed, once there are enough to say.
func (l *latency) p95() (time.Duration, bool) {
	n := min(l.n, len(l.last))
	if n < 8 {
		return 0, false
	}
	sorted := slices.Clone(l.last[:n])
	slices.Sort(sorted)
	return sorted[(n*95-1)/100], true
}

// second takes another source for a late block, if one that has not failed it is free and there is a hedge left.
func (p *pool) second(tries map[*source]*history) *source {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.hedged >= hedges+p.blocks/hedgeEvery {
		return nil
	}
	now := time.Now()
	var best *source
	for _, s := range p.sources {
		if tries[s] == nil && s.banned == nil && !s.until.After(now) && s.inFlight < s.limit+hedgePlaces && (best == nil || s.before(best, tries)) {
			best = s
		}
	}
	if best != nil {
		p.hedged++
		p.take(best, tries)
	}
	return best
}

// late gives back a source whose answer nobody waits for any more. A lie is a lie even then. Where another one was quicker,
// not to have sent a byte counts as silence: the next blocks go elsewhere for a while, and the
// evidence says so. That a caller gave up says nothing.
func (p *pool) late(s *source, w want, took time.Duration, e *Evidence, gaveUp bool) {
	if e != nil && e.Verdict == VerdictLying {
		p.failed(s, e)
		return
	}
	silent := false
	p.release(s, func() {
		if e == nil || gaveUp {
			return
		}
		p.traffic.Fetched += e.Bytes
		if w.size >= quantum {
			s.cost = max(s.cost, took*(1<<20)/time.Duration(w.size))
		}
		if e.Bytes == 0 && s.banned == nil {
			silent = true
			s.limit = 1
			s.until = time.Now().Add(backoff(p.timing, s.failures))
			s.failures++
			s.state = SourceUnusable
		}
	})
	if silent {
		e.Reason = "was overtaken: it had sent nothing after " + itoa(took.Milliseconds()) + " ms"
		p.tell(s, SourceUnusable, e)
	}
}

// history is what came of asking one source for one block.
type history struct {
	tries, slow int
	last        *Evidence
}

func (h *history) add(e *Evidence) {
	h.last = e
	switch {
	case e.missing():
		h.tries = maxTries // it has answered; asking again does not help
	case e.Verdict == VerdictSlow:
		h.slow++
	default:
		h.tries++
	}
}

func (h *history) spent() bool {
	return h != nil && (h.tries >= maxTries || h.slow >= maxSlowTries)
}

// acquire waits for a source that may be asked for w, and takes it.
func (p *pool) acquire(ctx context.Context, w want, tries map[*source]*history) (*source, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if w.urgent {
		p.urgent++
		defer func() { p.urgent--; p.wake() }()
	}
	for {
		if ctx.Err() != nil {
			return nil, aborted(ctx)
		}
		now := time.Now()
		var best *source
		var verdicts []Evidence
		var wake time.Time // when the first source ends its pause
		for _, s := range p.sources {
			switch h := tries[s]; {
			case h.spent():
				verdicts = append(verdicts, *h.last)
			case s.banned != nil:
				verdicts = append(verdicts, *s.banned)
			case s.until.After(now):
				if wake.IsZero() || s.until.Before(wake) {
					wake = s.until
				}
			case s.inFlight < s.limit && (w.urgent || p.urgent == 0) && (best == nil || s.before(best, tries)):
				best = s
			}
		}
		if len(verdicts) == len(p.sources) {
			return nil, noSource(w.what, verdicts)
		}
		if best != nil {
			p.take(best, tries)
			return best, nil
		}
		if err := p.wait(ctx, wake); err != nil {
			return nil, err
		}
	}
}

// take marks s as being asked. The lock is held.
func (p *pool) take(s *source, tries map[*source]*history) {
	p.turn++
	s.turn = p.turn
	s.inFlight++
	if tries[s] == nil {
		tries[s] = &history{}
	}
}

// wait gives up the lock until something changes or the time has come.
func (p *pool) wait(ctx context.Context, until time.Time) error {
	changed := p.changed
	p.mu.Unlock()
	defer p.mu.Lock()
	var timer <-chan time.Time
	if !until.IsZero() {
		t := time.NewTimer(time.Until(until))
		defer t.Stop()
		timer = t.C
	}
	select {
	case <-ctx.Done():
		return aborted(ctx)
	case <-changed:
	case <-timer:
	}
	return nil
}

// before reports whether s is the better choice: one that has not failed this block, then one that has not failed
// at all, then the one that will be done first, then the one that was left alone longest.
func (s *source) before(t *source, tries map[*source]*history) bool {
	if a, b := failures(tries[s]), failures(tries[t]); a != b {
		return a < b
	}
	if s.failures != t.failures {
		return s.failures < t.failures
	}
	if a, b := s.cost*time.Duration(s.inFlight+1), t.cost*time.Duration(t.inFlight+1); a != b {
		return a < b
	}
	return s.turn < t.turn
}

func failures(h *history) int {
	if h == nil {
		return 0
	}
	return h.tries + h.slow
}

// release gives a source back; change is what was learned of it, applied under the lock.
func (p *pool) release(s *source, change func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s.inFlight--
	change()
	p.wake()
}

func (p *pool) wake() {
	close(p.changed)
	p.changed = make(chan struct{})
}

func (p *pool) succeeded(s *source, n int64, took time.Duration) {
	news := false
	p.release(s, func() {
		p.traffic.Fetched += n
		p.traffic.Verified += n
		p.blocks++
		p.took[large(n)].add(took)
		s.failures = 0
		s.limit = min(s.limit+1, maxInFlight)
		if n >= quantum { // smaller blocks measure the distance, not the width
			cost := took * (1 << 20) / time.Duration(n)
			if s.cost != 0 {
				cost = (3*s.cost + cost) / 4
			}
			s.cost = cost
		}
		if s.banned == nil {
			news = s.state != SourceOK
			s.state = SourceOK
		}
	})
	if news {
		p.tell(s, SourceOK, nil)
	}
}

func (p *pool) failed(s *source, e *Evidence) {
	var news []SourceState
	p.release(s, func() {
		p.traffic.Fetched += e.Bytes
		if s.banned != nil {
			return // an answer that was under way when another one gave it away
		}
		switch {
		case e.Verdict == VerdictLying:
			s.banned = e
			news = []SourceState{SourceLying, SourceBanned}
		case e.missing():
			return // says nothing about other blocks
		case e.Verdict == VerdictSlow:
			s.limit = max(1, s.limit/2)
			s.until = time.Now().Add(min(e.retryAfter, p.timing.BackoffMax))
			news = []SourceState{SourceSlow}
		default:
			s.limit = 1
			s.until = time.Now().Add(backoff(p.timing, s.failures))
			s.failures++
			news = []SourceState{SourceUnusable}
		}
		s.state = news[len(news)-1]
	})
	for _, state := range news {
		p.tell(s, state, e)
	}
}

func backoff(t Timing, failures int) time.Duration {
	d := t.Backoff
	for range failures {
		if d >= t.BackoffMax {
			break
		}
		d *= 2
	}
	return min(d, t.BackoffMax)
}

func (p *pool) tell(s *source, state SourceState, e *Evidence) {
	p.emit(SourceEvent{Source: s.URL, Label: s.Label, State: state, Evidence: e})
}

var errStalled = errors.New("stalled")

// ask asks s for w once. The body it returns has been verified; otherwise the evidence says what came instead.
func (p *pool) ask(ctx context.Context, s *source, w want, again bool) (Buffer, *Evidence) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stall := time.AfterFunc(p.timing.Stall, func() { cancel(errStalled) })
	defer stall.Stop()

	e := &Evidence{
		Source: s.URL, Label: s.Label, Verdict: VerdictUnusable, What: w.what,
		CID: w.cid, Expected: w.cid.Digest(), ExpectedBytes: w.size,
	}
	var came progress
	res, err := p.fetcher.Fetch(ctx, Request{URL: blockURL(s.URL, w.cid), Limit: w.limit, Fresh: again, Progress: func(n int64) {
		alive, news := came.reached(n)
		if alive {
			stall.Reset(p.timing.Stall)
		}
		if news && w.note != nil {
			w.note(ChunkArriving, s, n, nil)
		}
	}})
	e.Status = res.Status
	e.Bytes = came.last()
	switch {
	case errors.Is(context.Cause(ctx), errStalled):
		e.Reason = "went silent after " + itoa(e.Bytes) + " bytes"
		if came.trickled() {
			e.Reason = "sends too slowly: " + itoa(e.Bytes) + " bytes came"
		}
		return nil, e
	case err != nil:
		e.Reason = "did not answer: " + err.Error()
		if e.Bytes > 0 {
			e.Reason = "broke off after " + itoa(e.Bytes) + " bytes: " + err.Error()
		}
		return nil, e
	case res.Status == 429 || res.Status == 503:
		e.Verdict = VerdictSlow
		e.Reason = "asks us to wait (status " + strconv.Itoa(res.Status) + ")"
		e.retryAfter = parseRetryAfter(res.RetryAfter, p.timing.RetryAfter)
		return nil, e
	case e.missing():
		e.Reason = "does not have it (status " + strconv.Itoa(res.Status) + ")"
		return nil, e
	case res.Status != 200 || res.Body == nil:
		e.Reason = "answered with status " + strconv.Itoa(res.Status)
		return nil, e
	}

	stall.Stop() // hashing is our own time
	e.Bytes = res.Body.Len()
	if e.Bytes <= w.limit && (w.size < 0 || e.Bytes == w.size) {
		got, err := res.Body.SHA256(ctx)
		if err != nil {
			e.Reason = "could not be checked: " + err.Error()
			return nil, e
		}
		if got == e.Expected {
			return res.Body, nil
		}
		e.Got = got
	}
	// Whatever it is, it is not the block. What follows only decides what we think of the source.
	switch {
	case isHTML(res.ContentType):
		e.Reason = "sent a web page instead of a block"
	case w.size >= 0 && e.Bytes < w.size:
		e.Reason = "sent " + itoa(e.Bytes) + " bytes of " + itoa(w.size)
	case e.Got.IsZero():
		e.Reason = "sent more than the " + itoa(w.limit) + " bytes that this can have"
	default:
		e.Verdict = VerdictLying
		e.Reason = "lied: its bytes hash to " + e.Got.String()[:16] + "…, not " + e.Expected.String()[:16] + "…"
	}
	return nil, e
}

// progress counts the bytes of one answer. Fetchers may call from another goroutine than the one that asked.
type progress struct {
	mu            sync.Mutex
	n, told, mark int64
}

// reached notes that n bytes have come and reports whether the source is alive, and whether that is worth telling.
func (p *progress) reached(n int64) (alive, news bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if alive = p.n == 0 || n-p.mark >= trickle; alive {
		p.mark = n
	}
	if news = n-p.told >= quantum; news {
		p.told = n
	}
	p.n = n
	return alive, news
}

// trickled reports whether bytes have come since the source was last known to be alive.
func (p *progress) trickled() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.n > p.mark
}

func (p *progress) last() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.n
}

// blockURL is a trustless gateway's address of a block (specs.ipfs.tech/http-gateways/trustless-gateway).
func blockURL(base string, cid manifest.CID) string {
	return base + "/ipfs/" + string(cid) + "?format=raw"
}

func isHTML(contentType string) bool {
	mediaType, _, _ := strings.Cut(contentType, ";")
	return strings.EqualFold(strings.TrimSpace(mediaType), "text/html")
}

// parseRetryAfter reads a number of seconds. The header's other form, a date, is as good as none: it would be
// compared with a clock that is not ours.
func parseRetryAfter(header string, def time.Duration) time.Duration {
	n, err := strconv.ParseUint(strings.TrimSpace(header), 10, 31)
	if err != nil {
		return def
	}
	return time.Duration(n) * time.Second
}
