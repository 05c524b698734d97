package httpapi

import (
	"context"
	"net/http/httptest"
	"sync/atomic"
	"testing"
)

func TestSearchesTakeTurns(t *testing.T) {
	h := newHub(t)
	search := func(ctx context.Context) int {
		w := httptest.NewRecorder()
		h.Handler.ServeHTTP(w, httptest.NewRequestWithContext(ctx, "GET", origin+"/api/v1/models", nil))
		return w.Code
	}
	for range cap(h.turns) {
		h.turns <- struct{}{}
	}
	leaving, leave := context.WithCancel(t.Context())
	leave()
	if code := search(leaving); code != 503 {
		t.Errorf("who left before its turn is answered %d", code)
	}
	var free atomic.Bool
	answered := make(chan int)
	go func() {
		code := search(t.Context())
		if !free.Load() {
			t.Error("a search did not wait for its turn")
		}
		answered <- code
	}()
	if w := h.ask("GET", "/api/v1/models/nobody/nothing", ""); w.Code != 404 {
		t.Errorf("what needs no turn is answered %d", w.Code)
	}
	free.Store(true)
	<-h.turns
	if code := <-answered; code != 200 {
		t.Errorf("a search is answered %d", code)
	}
	if left := cap(h.turns) - len(h.turns); left != 1 {
		t.Errorf("%d turns are free after it, 1 before", left)
	}
}
