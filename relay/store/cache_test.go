package store

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestAnswers(t *testing.T) {
	var a answers[int64]
	var asked atomic.Int64
	count := func(context.Context, Query) (int64, error) { return asked.Add(1), nil }
	get := func(q Query) int64 {
		t.Helper()
		n, err := a.get(ctx, q, count)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	for i, q := range []Query{{}, {Task: "x"}, {Text: "Ä b"}} {
		for range 2 {
			if got := get(q); got != int64(i+1) {
				t.Errorf("%+v: answer %d; want %d", q, got, i+1)
			}
		}
	}
	if get(Query{Text: "a-B"}) != 3 {
		t.Error("the same words in other letters are another question")
	}
	a.forget()
	if get(Query{}) != 4 {
		t.Error("what was forgotten is given again")
	}

	// Those who ask at once ask once, and the first one's leaving is not the others' business.
	release := make(chan struct{})
	var slow atomic.Int64
	wait := func(ctx context.Context, _ Query) (int64, error) {
		slow.Add(1)
		<-release
		return 7, ctx.Err()
	}
	leaving, leave := context.WithCancel(ctx)
	left := make(chan error)
	go func() {
		_, err := a.get(leaving, Query{Task: "slow"}, wait)
		left <- err
	}()
	leave()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("who left was told %v", err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if n, err := a.get(ctx, Query{Task: "slow"}, wait); n != 7 || err != nil {
				t.Errorf("got %d, %v", n, err)
			}
		})
	}
	close(release)
	wg.Wait()
	if slow.Load() != 1 {
		t.Errorf("%d asked the database", slow.Load())
	}

	// Errors are told and not kept.
	failing := errors.New("no")
	bad := func(context.Context, Query) (int64, error) { return 0, failing }
	if _, err := a.get(ctx, Query{Task: "bad"}, bad); !errors.Is(err, failing) {
		t.Errorf("got %v", err)
	}
	for { // it is forgotten a moment after it is told
		if n, err := a.get(ctx, Query{Task: "bad"}, count); err == nil && n > 0 {
			break
		}
	}
	for i := range 2 * maxAnswers {
		a.get(ctx, Query{Limit: i}, count)
	}
	if len(a.kept) > maxAnswers {
		t.Errorf("%d are kept", len(a.kept))
	}
}

// An answer that is a little old is given while a new one is made; one that is older is not given.
func TestAnswersAge(t *testing.T) {
	var a answers[int]
	one := func(context.Context, Query) (int, error) { return 1, nil }
	two := func(context.Context, Query) (int, error) { return 2, nil }
	age := func(d time.Duration) {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.kept[Query{}].begun = time.Now().Add(-d)
	}
	a.get(ctx, Query{}, one)
	age(answerFresh + time.Second)
	if n, _ := a.get(ctx, Query{}, two); n != 1 {
		t.Errorf("got %d; want the old answer while the new one is made", n)
	}
	for {
		if n, _ := a.get(ctx, Query{}, one); n == 2 {
			break
		}
		time.Sleep(time.Millisecond)
	}
	age(answerStale + time.Second)
	if n, _ := a.get(ctx, Query{}, one); n != 1 {
		t.Errorf("got %d; want one that was made now", n)
	}
	age(answerFresh + time.Second)
	failing := errors.New("no")
	a.get(ctx, Query{}, func(context.Context, Query) (int, error) { return 0, failing })
	for {
		if n, err := a.get(ctx, Query{}, two); n == 2 && err == nil {
			break
		}
		time.Sleep(time.Millisecond)
	}
}
