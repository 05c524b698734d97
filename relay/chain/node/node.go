// Package node reaches an Ethereum node, which may be down, slow, or silent.
package node

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/ethereum/go-ethereum/rpc"

	"github.com/dehug/dehug/relay"
)

// UsualWait is how long a node may take for an answer, to its last byte: some seconds for the logs of a range, of a public one that is busy.
const UsualWait = 20 * time.Second

// Dial makes a client of the node at a URL. Each of its calls ends within wait, 0 for UsualWait, whether the node answers or not and whatever
// deadline the caller has: what is waited for may be held by whoever asks. It asks the node nothing.
func Dial(at string, wait time.Duration) (*rpc.Client, error) {
	// Of other schemes, WebSocket and a socket's file, the client waits for as long as the caller does; nothing here subscribes to anything.
	if u, err := url.Parse(at); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, relay.Errorf(relay.CodeInvalid, "--rpc: %.200q is not the URL of a node", at).WithHint("give one that begins with http:// or https://")
	}
	if wait == 0 {
		wait = UsualWait
	}
	client, err := rpc.DialOptions(context.Background(), at, rpc.WithHTTPClient(&http.Client{Timeout: wait})) // over HTTP nothing is dialled yet
	if err != nil {
		return nil, relay.Errorf(relay.CodeInvalid, "--rpc: %w", err)
	}
	return client, nil
}
