package jobs

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/jobs/wire"
)

// A provider may be silent, and may not take for ever to say something: a message that has begun is whole in time, or the line is cut.
func TestSlowSender(t *testing.T) {
	read := make(chan error, 2)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ws, err := websocket.Accept(w, r, nil)
		if err != nil {
			read <- err
			return
		}
		defer ws.CloseNow()
		m, err := wire.ReadWithin(r.Context(), ws, time.Minute)
		if err == nil && m.Kind != wire.Progress {
			err = relay.Errorf(relay.CodeInvalid, "it said %q", m.Kind)
		}
		read <- err
		_, err = wire.ReadWithin(r.Context(), ws, 50*time.Millisecond)
		read <- err
	}))
	defer server.Close()
	ws, _, err := websocket.Dial(t.Context(), "ws"+strings.TrimPrefix(server.URL, "http"), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer ws.CloseNow()
	if err := wire.Write(t.Context(), ws, &wire.Message{Kind: wire.Progress}); err != nil {
		t.Fatal(err)
	}
	if err := <-read; err != nil {
		t.Fatalf("a whole message: %v", err)
	}
	w, err := ws.Writer(t.Context(), websocket.MessageBinary)
	if err != nil {
		t.Fatal(err)
	}
	for slow := true; slow; {
		_, _ = w.Write(make([]byte, 1<<10)) // a fragment; fails once the line is cut
		select {
		case err := <-read:
			if err == nil || !strings.Contains(err.Error(), "too slowly") {
				t.Errorf("a message without end: %v", err)
			}
			slow = false
		case <-time.After(5 * time.Millisecond):
		}
	}
}
