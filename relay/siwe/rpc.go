package siwe

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/dehug/dehug/relay"
)

const (
	callTimeout = 10 * time.Second
	maxAnswer   = 1 << 20
)

// RPC is a [Chain] behind the JSON-RPC of an Ethereum node.
type RPC struct{ URL string }

// Call is eth_call of creation code at the latest block.
func (r RPC) Call(ctx context.Context, code []byte) ([]byte, error) {
	var text string
	if err := r.ask(ctx, &text, "eth_call", map[string]string{"data": "0x" + hex.EncodeToString(code)}, "latest"); err != nil {
		return nil, err
	}
	return hex.DecodeString(strings.TrimPrefix(text, "0x"))
}

// ChainID asks the node which chain it follows.
func (r RPC) ChainID(ctx context.Context) (uint64, error) {
	var text string
	if err := r.ask(ctx, &text, "eth_chainId"); err != nil {
		return 0, err
	}
	var id uint64
	if _, err := fmt.Sscanf(text, "0x%x", &id); err != nil {
		return 0, fmt.Errorf("eth_chainId: %q: %w", text, err)
	}
	return id, nil
}

// ask puts a node's answer into result.
func (r RPC) ask(ctx context.Context, result any, method string, params ...any) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	body, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": 1, "method": method, "params": append([]any{}, params...)})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.URL, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	var answer struct {
		Result json.RawMessage
		Error  *struct {
			Code    int
			Message string
		}
	}
	if err := json.NewDecoder(io.LimitReader(res.Body, maxAnswer)).Decode(&answer); err != nil {
		return fmt.Errorf("%s: HTTP %d: %w", method, res.StatusCode, err)
	}
	if e := answer.Error; e != nil {
		// 3 is what nodes say of code that reverted; older ones only write it.
		if e.Code == 3 || strings.Contains(e.Message, "revert") {
			return relay.Errorf(relay.CodeInvalid, "%s: %s", method, e.Message)
		}
		return fmt.Errorf("%s: %s (%d)", method, e.Message, e.Code)
	}
	return json.Unmarshal(answer.Result, result)
}
