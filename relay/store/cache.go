package store

import (
	"context"
	"strings"
	"sync"
	"time"
)

const (
	// answerFresh is how long an answer is given again: what other relays on the same database publish is found that late. What
	// this one publishes is found at once.
	answerFresh = 10 * time.Second
	// answerStale is how long it is given while a new one is made.
	answerStale = time.Minute
	// maxAnswers bounds what is kept: a page of models is some 20 kB.
	maxAnswers = 1000
	// answerTimeout ends a query for which nobody may be waiting any more.
	answerTimeout = 30 * time.Second
)

// answers keeps what was found for a while: a page that many ask for is the same for all of them. Of those who ask at once
// one asks the database.
type answers[T any] struct {
	mu   sync.Mutex
	kept map[Query]*answer[T]
}

type answer[T any] struct {
	begun   time.Time
	renewed bool          // somebody makes a newer one
	ready   chan struct{} // closed when the rest is there
	value   T
	err     error
}

// forget makes that nobody is given what was found before now.
func (a *answers[T]) forget() {
	a.mu.Lock()
	defer a.mu.Unlock()
	clear(a.kept)
}

// get answers q, by find unless that was done a moment ago. What it returns is shared: it must not be changed.
func (a *answers[T]) get(ctx context.Context, q Query, find func(context.Context, Query) (T, error)) (T, error) {
	q.Text = strings.Join(words(q.Text), " ")
	got := a.answer(ctx, q, find)
	select {
	case <-got.ready:
		return got.value, got.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}

func (a *answers[T]) answer(ctx context.Context, q Query, find func(context.Context, Query) (T, error)) *answer[T] {
	a.mu.Lock()
	defer a.mu.Unlock()
	have := a.kept[q]
	switch {
	case have == nil || time.Since(have.begun) > answerStale:
		if a.kept == nil {
			a.kept = map[Query]*answer[T]{}
		}
		for other := range a.kept { // any: who asked for it asks the database again
			if len(a.kept) < maxAnswers {
				break
			}
			delete(a.kept, other)
		}
		have = a.begin(ctx, q, find, nil)
		a.kept[q] = have
	case time.Since(have.begun) > answerFresh && !have.renewed:
		have.renewed = true
		a.begin(ctx, q, find, have)
	}
	return have
}

// begin makes an answer, to take the place of old when it is ready: unless everything was forgotten meanwhile.
func (a *answers[T]) begin(ctx context.Context, q Query, find func(context.Context, Query) (T, error), old *answer[T]) *answer[T] {
	made := &answer[T]{begun: time.Now(), ready: make(chan struct{})}
	go func() {
		// For all who ask, so not ended by the first one's leaving.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerTimeout)
		defer cancel()
		made.value, made.err = find(ctx, q)
		close(made.ready)
		a.mu.Lock()
		defer a.mu.Unlock()
		switch {
		case made.err != nil && (a.kept[q] == made || a.kept[q] == old):
			delete(a.kept, q)
		case old != nil && a.kept[q] == old:
			a.kept[q] = made
		}
	}()
	return made
}
