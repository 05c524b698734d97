package jobs

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/jobs/wire"
)

const (
	// keptParts and keptBytes bound what is kept of a job's answer while it comes, the newest of it: a reader that is slower than
	// that is told what it lost, and nobody waits for it.
	keptParts = 4096
	keptBytes = 256 << 10
	// partsLife is how long parts are kept after the end, for readers whose line was cut just then.
	partsLife = time.Minute
	// allBytes bounds the parts of all jobs: above it those of jobs that have ended go first.
	allBytes = 256 << 20
)

// stream is what one attempt has said before its end: parts, numbered from 1. It is guarded by Queue.mu.
type stream struct {
	fence int64
	parts [][]byte // the newest, up to last
	last  int64    // number of the newest
	bytes int
	ended time.Time // zero while its job runs here
	// marked is closed once it is written down that parts go out, or that this attempt counts no more; only then, and only in the
	// first case, shown is true.
	marked chan struct{}
	shown  bool
}

// part takes a part of an answer. What is not the next one in its order, or not JSON, ends the line.
func (q *Queue) part(p *peer, m *wire.Message) error {
	text := bytes.NewBuffer(make([]byte, 0, len(m.Body)))
	if len(m.Body) > wire.MaxPart {
		return relay.Errorf(relay.CodeTooLarge, "a part has %d bytes, at most %d are sent", len(m.Body), wire.MaxPart)
	}
	if err := json.Compact(text, m.Body); err != nil { // on one line, as server-sent events want it
		return relay.Errorf(relay.CodeInvalid, "a part is no JSON: %w", err)
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	a := q.running[m.ID]
	if a == nil || a.peer != p || a.fence != m.Fence {
		return nil // it was given up meanwhile
	}
	s := q.streams[m.ID]
	if s == nil || s.fence != m.Fence {
		q.forgetStream(m.ID)
		s = &stream{fence: m.Fence, marked: make(chan struct{})}
		q.streams[m.ID] = s
		q.work.Go(func() { q.show(m.ID, s) })
	}
	if m.Number != s.last+1 || m.Number > wire.MaxParts {
		return relay.Errorf(relay.CodeInvalid, "part %d came after part %d", m.Number, s.last)
	}
	s.last = m.Number
	s.parts = append(s.parts, text.Bytes())
	s.bytes += text.Len()
	q.partBytes += text.Len()
	for len(s.parts) > keptParts || s.bytes > keptBytes {
		q.partBytes -= len(s.parts[0])
		s.bytes -= len(s.parts[0])
		s.parts[0], s.parts = nil, s.parts[1:]
	}
	if q.partBytes > allBytes {
		q.forgetStreams(time.Now())
	}
	if s.shown {
		q.wake(m.ID)
	}
	return nil
}

// show writes down that parts go out, and lets them. Before that nobody sees one: else a relay that is killed would leave a job that
// others begin anew under the eyes of its reader.
func (q *Queue) show(id string, s *stream) {
	counts, err := q.Store.StreamAttempt(context.WithoutCancel(q.ctx), id, s.fence)
	if err != nil {
		q.Log.Error("parts of an answer are not shown", slog.String("job", id), slog.Any("error", err))
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	s.shown = counts
	close(s.marked)
	q.wake(id)
}

// streamed waits until it is written down whether parts of an attempt went out, if there are some.
func (q *Queue) streamed(id string, fence int64) {
	q.mu.Lock()
	s := q.streams[id]
	q.mu.Unlock()
	if s != nil && s.fence == fence {
		<-s.marked
	}
}

// forgetStreams forgets parts of jobs that ended before. q.mu is held.
func (q *Queue) forgetStreams(before time.Time) {
	for id, s := range q.streams {
		switch {
		case q.running[id] != nil:
		case s.ended.IsZero():
			s.ended = time.Now()
		case s.ended.Before(before):
			q.forgetStream(id)
		}
	}
}

func (q *Queue) forgetStream(id string) {
	if s := q.streams[id]; s != nil {
		q.partBytes -= s.bytes
		delete(q.streams, id)
	}
}

// Parts gives the parts of a job's answer that came after one, which attempt they are of (0 while there are none), and the number of the first
// of them: if that is more than after+1, those between are lost. fence and after say where the reader is, zeros for the beginning; where
// they are in another attempt, the answer is from the beginning.
func (w *Watch) Parts(fence, after int64) (of, first int64, parts [][]byte) {
	w.q.mu.Lock()
	defer w.q.mu.Unlock()
	if s := w.q.streams[w.id]; s != nil && s.shown {
		w.stream = s // it is kept for this reader, though the job may end
	}
	s := w.stream
	if s == nil {
		return 0, 0, nil
	}
	if s.fence != fence {
		after = 0
	}
	oldest := s.last - int64(len(s.parts)) + 1
	first = max(after+1, oldest)
	if first > s.last {
		return s.fence, first, nil
	}
	return s.fence, first, append(parts, s.parts[first-oldest:]...)
}
