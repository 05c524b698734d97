package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/rpc"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/chain/deploy"
	"github.com/dehug/dehug/relay/chain/index"
	"github.com/dehug/dehug/relay/httpapi"
)

// deploymentFile reads where contracts are: a signed file, or one of a development chain. "devnet" asks the node, which has to be one.
func deploymentFile(ctx context.Context, name, signer string, node *rpc.Client) (*deploy.Deployment, error) {
	if name == "devnet" {
		var answer json.RawMessage
		if err := node.CallContext(ctx, &answer, "devnet_deployment"); err != nil {
			return nil, relay.Errorf(relay.CodeUnavailable, "--deployment devnet: %w", err).WithHint("start one with `dehug-relay devnet`, or name a file")
		}
		d, err := deploy.ParseDevnet(answer)
		if err != nil {
			return nil, relay.Errorf(relay.CodeInvalid, "--deployment devnet: %w", err)
		}
		return d, nil
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, relay.FileError(err)
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, deploy.MaxFile+1))
	if err != nil {
		return nil, relay.FileError(err)
	}
	d, by, err := deploy.Parse(text)
	if errors.Is(err, deploy.ErrFormat) {
		if unsigned, err := deploy.ParseDevnet(text); err == nil {
			return unsigned, nil
		}
	}
	switch {
	case err != nil:
		return nil, relay.Errorf(relay.CodeInvalid, "%s: %w", name, err).WithHint("give a file that `dehug-relay deploy` wrote")
	case signer != "" && common.HexToAddress(signer) != by:
		return nil, relay.Errorf(relay.CodeUnverified, "%s: signed by %s, not by %s", name, by, signer)
	}
	return d, nil
}

// openIndex opens the index of the chain, nil where no deployment is named, and tells the API of it.
func (s *hubSettings) openIndex(ctx context.Context, h *httpapi.Hub, blocks relay.Blocks, sources relay.Source, log *slog.Logger) (*index.Index, error) {
	if s.deployment == "" {
		return nil, nil
	}
	if s.rpc == "" {
		return nil, relay.Errorf(relay.CodeInvalid, "--deployment needs a node to read the chain from").WithHint("name one with --rpc")
	}
	node, err := rpc.DialOptions(ctx, s.rpc)
	if err != nil {
		return nil, relay.Errorf(relay.CodeInvalid, "--rpc: %w", err)
	}
	d, err := deploymentFile(ctx, s.deployment, s.signer, node)
	if err != nil {
		return nil, err
	}
	h.Chain = &httpapi.ChainConfig{ID: d.ChainID, Network: d.Network, Contracts: map[string]string{}, Schemas: map[string]string{}}
	for name, c := range d.Contracts {
		h.Chain.Contracts[name] = c.Address.Hex()
	}
	for name, schema := range d.Schemas {
		h.Chain.Schemas[name] = schema.UID.Hex()
	}
	return index.Open(ctx, d, index.Config{Store: h.Store, RPC: node, Blocks: blocks, Sources: sources, Poll: s.poll, Log: log})
}

// usualPoll is how often a node is asked for a new block: Base makes one every two seconds.
const usualPoll = 2 * time.Second
