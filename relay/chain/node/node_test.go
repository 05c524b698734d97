package node

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/internal/cuttable"
	"github.com/dehug/dehug/relay/internal/leak"
)

func TestMain(m *testing.M) { os.Exit(leak.Run(m)) }

// A node that goes silent ends no call by itself: each ends after its wait, and the next one is answered when the node speaks again.
func TestSilentNode(t *testing.T) {
	node := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Write([]byte(`{"jsonrpc":"2.0","id":1,"result":"0x7"}`))
	}))
	defer node.Close()
	proxy, err := cuttable.Listen(strings.TrimPrefix(node.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer proxy.Close()
	ask := func(wait time.Duration) error { // with no deadline of its own
		client, err := Dial("http://"+proxy.Address(), wait)
		if err != nil {
			t.Fatal(err)
		}
		var answer string
		return client.CallContext(context.Background(), &answer, "eth_chainId")
	}
	if err := ask(0); err != nil {
		t.Fatal(err)
	}
	proxy.Silence()
	var timeout net.Error
	if err := ask(50 * time.Millisecond); !errors.As(err, &timeout) || !timeout.Timeout() {
		t.Errorf("a call of a silent node = %v; want a time-out", err)
	}
	proxy.Still(0)
	if err := ask(0); err != nil {
		t.Errorf("a call after that = %v", err)
	}
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
}

func TestRefuseAddresses(t *testing.T) {
	for _, at := range []string{"", "node.example", "/run/geth.ipc", "ws://127.0.0.1:8546", "stdio:", "http://", "http://[::1"} {
		if _, err := Dial(at, 0); relay.ErrorCode(err) != relay.CodeInvalid || relay.ErrorHint(err) == "" {
			t.Errorf("Dial(%q) = %v; want invalid, with a hint", at, err)
		}
	}
}
