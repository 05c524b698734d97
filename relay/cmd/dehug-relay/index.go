package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"os"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/ethclient"
	"github.com/ethereum/go-ethereum/rpc"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/chain/attest"
	"github.com/dehug/dehug/relay/chain/bring"
	"github.com/dehug/dehug/relay/chain/deploy"
	"github.com/dehug/dehug/relay/chain/index"
	"github.com/dehug/dehug/relay/chain/node"
	"github.com/dehug/dehug/relay/chain/orders"
	"github.com/dehug/dehug/relay/chain/pay"
	"github.com/dehug/dehug/relay/chain/send"
	"github.com/dehug/dehug/relay/chain/x402"
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

// followed is a chain that is followed, and who sends transactions to it: a key has one sender.
type followed struct {
	*index.Index
	node       *rpc.Client
	deployment *deploy.Deployment
	sources    relay.Source // may be nil
	senders    map[manifest.Address]*send.Sender
	settler    *pay.Settler     // nil where no session pays
	desk       *x402.Desk       // nil where no payment is taken for single jobs
	orders     *orders.Desk     // nil where no order is done
	attester   *attest.Attester // nil where no evaluation is attested
}

func (f *followed) sender(key *ethsig.Key) *send.Sender {
	s := f.senders[key.Address()]
	if s == nil {
		s = send.New(ethclient.NewClient(f.node), f.deployment.ChainID, key)
		f.senders[key.Address()] = s
	}
	return s
}

// openIndex opens the index of the chain, nil where no deployment is named, and tells the API of it.
func (s *hubSettings) openIndex(ctx context.Context, h *httpapi.Hub, blocks relay.Blocks, sources relay.Source, log *slog.Logger) (*followed, error) {
	if s.deployment == "" {
		return nil, nil
	}
	if s.rpc == "" {
		return nil, relay.Errorf(relay.CodeInvalid, "--deployment needs a node to read the chain from").WithHint("name one with --rpc")
	}
	client, err := node.Dial(s.rpc, 0)
	if err != nil {
		return nil, err
	}
	d, err := deploymentFile(ctx, s.deployment, s.signer, client)
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
	f := &followed{node: client, deployment: d, sources: sources, senders: map[manifest.Address]*send.Sender{}}
	if err := s.openWallets(h, f); err != nil {
		return nil, err
	}
	f.Index, err = index.Open(ctx, d, index.Config{Store: h.Store, RPC: client, Blocks: blocks, Sources: sources, Poll: s.poll, Log: log})
	return f, err
}

// openWallets says which accounts of the relay's there are: one for newcomers on a development chain, and one that pays for what
// others publish.
func (s *hubSettings) openWallets(h *httpapi.Hub, f *followed) error {
	d := f.deployment
	if s.testWallet != "" {
		if d.ChainID != deploy.DevnetChainID {
			return relay.Errorf(relay.CodeInvalid, "--test-wallet gives a key to everybody, and this is chain %d", d.ChainID).
				WithHint("leave it out: it is for development chains")
		}
		if _, err := ethsig.ParseKey(s.testWallet); err != nil {
			return relay.Errorf(relay.CodeInvalid, "--test-wallet: not a key")
		}
		h.Chain.RPC, h.Chain.TestWallet = s.rpc, s.testWallet
	}
	if s.publishKey == "" {
		return nil
	}
	key, err := s.publisher()
	if err != nil {
		return err
	}
	fee, ok := new(big.Int).SetString(s.publishFee, 10)
	if !ok || fee.Sign() < 0 {
		return relay.Errorf(relay.CodeInvalid, "--publish-fee: %q is no amount", s.publishFee).WithHint("give a whole number of the dollar's smallest unit")
	}
	h.Bringer = bring.New(ethclient.NewClient(f.node), d.ChainID, d.Address("ModelRegistry"), f.sender(key), bring.Fee{Token: d.Address("Dollar"), Amount: fee})
	return nil
}

// publisher is the key of the account that pays for what others sign.
func (s *hubSettings) publisher() (*ethsig.Key, error) {
	key, err := ethsig.LoadKey(s.publishKey)
	if err != nil {
		return nil, relay.Errorf(relay.CodeInvalid, "--publish-key: %w", err).WithHint("make one with `dehug-relay keygen`, and send its account some ETH")
	}
	return key, nil
}

// openPay has sessions pay for jobs that the chain knows of.
func (s *hubSettings) openPay(f *followed, h *httpapi.Hub, blocks relay.Blocks, key *ethsig.Key, log *slog.Logger) (*pay.Pay, error) {
	if s.settleSize < 1 || s.settleEvery < 0 {
		return nil, relay.Errorf(relay.CodeInvalid, "--settle-size and --settle-every are not negative")
	}
	if s.safeAbove < 0 {
		return nil, relay.Errorf(relay.CodeInvalid, "--safe-above: %d is no amount", s.safeAbove)
	}
	c := pay.Config{Store: h.Store, RPC: f.node, Deployment: f.deployment, Operator: common.Address(key.Address()), SafeAbove: s.safeAbove, Depth: s.safeDepth}
	if s.operator != "" {
		operator, err := manifest.ParseAddress(s.operator)
		if err != nil {
			return nil, relay.Errorf(relay.CodeInvalid, "--operator: %w", err).WithHint("%s", manifest.HintOf(err))
		}
		c.Operator = common.Address(operator)
	}
	if s.publishKey != "" {
		publisher, err := s.publisher()
		if err != nil {
			return nil, err
		}
		c.Sender = f.sender(publisher)
	}
	p := pay.New(c)
	f.settler = pay.NewSettler(p, pay.Settling{Redeemer: f.sender(key), Blocks: blocks, Size: s.settleSize, Every: s.settleEvery, Log: log})
	if s.attest {
		f.attester = attest.New(attest.Config{Store: h.Store, Client: ethclient.NewClient(f.node), Deployment: f.deployment, Sender: f.sender(key), Safe: p.SafeHead, Log: log})
		h.Attests = true
	}
	if s.operator == "" || c.Operator == common.Address(key.Address()) { // the splitter has the relay's part, and quotes are signed by its key
		f.desk = x402.New(x402.Config{Store: h.Store, RPC: f.node, Deployment: f.deployment, Operator: c.Operator, Key: key, Sender: f.sender(key), Safe: p.SafeHead, Log: log, Now: clock})
		h.Exact = f.desk
	}
	f.orders = orders.NewDesk(orders.DeskConfig{Book: orders.NewBook(ethclient.NewClient(f.node), f.deployment), Store: h.Store, Relay: c.Operator, Sender: f.sender(key), Blocks: blocks, Sources: f.sources,
		Safe: p.Safe, SafeAbove: s.safeAbove, Denied: h.DeniedJob, Attests: s.attest, Log: log, Now: clock})
	return p, nil
}

// usualPoll is how often a node is asked for a new block: Base makes one every two seconds.
const usualPoll = 2 * time.Second
