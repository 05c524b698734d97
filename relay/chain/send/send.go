// Package send sends transactions of one account: one after the other, so that no two have the same nonce.
//
//	s := send.New(client, chainID, key)
//	hash, err := s.Send(ctx, send.Call{To: registry, Data: call, MaxGas: 8_000_000})
//
// A call is simulated first: what would revert costs nothing. A key has one Sender in a process.
package send

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"sync"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/rpc"

	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
)

const (
	// headroom is for a chain that has moved on since the simulation.
	headroom = 120 // percent
	// bump is what a node wants more for a transaction that takes another one's place, of both fees.
	bump = 110 // percent
)

// Sender sends with one key. It is safe for concurrent use.
type Sender struct {
	client bind.ContractBackend
	chain  *big.Int
	key    *ethsig.Key

	sending sync.Mutex // from the choice of a nonce until the node has the transaction
}

// New makes one for the chain with an id. It asks the node nothing: a relay starts while its chain is down.
func New(client bind.ContractBackend, chain uint64, key *ethsig.Key) *Sender {
	return &Sender{client: client, chain: new(big.Int).SetUint64(chain), key: key}
}

// Address is the account that pays for gas.
func (s *Sender) Address() common.Address { return common.Address(s.key.Address()) }

// Call is what to send.
type Call struct {
	To     common.Address
	Data   []byte
	MaxGas uint64
	// Replaces is a transaction of this call that does not get on: the new one has its nonce, so that one of the two is mined, and pays more. Nil for a new call.
	Replaces *types.Transaction
	// Keep is called with the signed transaction before the node has it, by somebody who must not lose it. May be nil.
	Keep func(*types.Transaction) error
}

// Send simulates a call and sends it. It returns the transaction's hash as soon as the node has it. A contract's refusal is a Refusal.
func (s *Sender) Send(ctx context.Context, c Call) (common.Hash, error) {
	s.sending.Lock()
	defer s.sending.Unlock()
	tx, err := s.sign(ctx, c)
	if err != nil {
		return common.Hash{}, err
	}
	if c.Keep != nil {
		if err := c.Keep(tx); err != nil {
			return common.Hash{}, err
		}
	}
	return tx.Hash(), Unavailable(s.client.SendTransaction(ctx, tx))
}

func (s *Sender) sign(ctx context.Context, c Call) (*types.Transaction, error) {
	from := s.Address()
	gas, err := s.client.EstimateGas(ctx, ethereum.CallMsg{From: from, To: &c.To, Data: c.Data})
	if data, refused := revertData(err); refused {
		return nil, &Refusal{Data: data}
	}
	if err != nil {
		return nil, Unavailable(err)
	}
	if gas = gas * headroom / 100; gas > c.MaxGas {
		return nil, relay.Errorf(relay.CodeTooLarge, "it would take %d gas; at most %d", gas, c.MaxGas)
	}
	head, err := s.client.HeaderByNumber(ctx, nil)
	if err != nil {
		return nil, Unavailable(err)
	}
	tip, err := s.client.SuggestGasTipCap(ctx)
	if err != nil {
		return nil, Unavailable(err)
	}
	most := new(big.Int).Add(tip, new(big.Int).Lsh(head.BaseFee, 1))
	var nonce uint64
	if c.Replaces != nil {
		nonce, tip, most = c.Replaces.Nonce(), larger(tip, bumped(c.Replaces.GasTipCap())), larger(most, bumped(c.Replaces.GasFeeCap()))
	} else if nonce, err = s.client.PendingNonceAt(ctx, from); err != nil {
		return nil, Unavailable(err)
	}
	tx := types.NewTx(&types.DynamicFeeTx{ChainID: s.chain, Nonce: nonce, GasTipCap: tip, GasFeeCap: most, Gas: gas, To: &c.To, Data: c.Data})
	signer := types.LatestSignerForChainID(s.chain)
	signature := s.key.Sign(signer.Hash(tx))
	signature[64] -= 27
	return tx.WithSignature(signer, signature[:])
}

func larger(a, b *big.Int) *big.Int {
	if a.Cmp(b) > 0 {
		return a
	}
	return b
}

// bumped is the least fee that may take another one's place.
func bumped(fee *big.Int) *big.Int {
	more := new(big.Int).Mul(fee, big.NewInt(bump))
	return more.Add(more, big.NewInt(99)).Div(more, big.NewInt(100))
}

// Cheap tells whether a transaction pays too little to be mined soon: less than the newest block's base fee, or half of the tip that is usual now.
func (s *Sender) Cheap(ctx context.Context, tx *types.Transaction) (bool, error) {
	head, err := s.client.HeaderByNumber(ctx, nil)
	if err != nil {
		return false, Unavailable(err)
	}
	usual, err := s.client.SuggestGasTipCap(ctx)
	if err != nil {
		return false, Unavailable(err)
	}
	tip := new(big.Int).Sub(tx.GasFeeCap(), head.BaseFee)
	if tip.Cmp(tx.GasTipCap()) > 0 {
		tip = tx.GasTipCap()
	}
	return tip.Sign() < 0 || new(big.Int).Lsh(tip, 1).Cmp(usual) < 0, nil
}

// A Refusal is what a contract answered to a simulation, and not the node: sending it would have cost gas for nothing.
type Refusal struct {
	Data []byte
}

// Name is what the refusal is called in one of these ABIs, "" where it is none of theirs.
func (r *Refusal) Name(abis ...*abi.ABI) string {
	for _, a := range abis {
		for _, e := range a.Errors {
			if len(r.Data) >= 4 && bytes.Equal(e.ID[:4], r.Data[:4]) {
				return e.Name
			}
		}
	}
	return ""
}

// A Reason is what a contract's error means for people.
type Reason struct {
	Code       relay.Code
	What, Hint string
}

// Explain says why who would not have it, by what its errors mean; of others, by their name.
func (r *Refusal) Explain(who string, reasons map[string]Reason, abis ...*abi.ABI) error {
	name := r.Name(abis...)
	if why, known := reasons[name]; known {
		return relay.Errorf(why.Code, "%s", why.What).WithHint("%s", why.Hint)
	}
	if _, short, found := strings.Cut(name, "_"); found { // those of ours begin with the contract's name
		name = short
	}
	return relay.Errorf(relay.CodeInvalid, "%s would refuse it: %s", who, cmp.Or(name, "no reason given"))
}

func (r *Refusal) Error() string { return fmt.Sprintf("the contract refuses: 0x%x", r.Data) }

// revertData is what a contract answered.
func revertData(err error) ([]byte, bool) {
	e, ok := errors.AsType[rpc.DataError](err)
	if !ok {
		return nil, false
	}
	text, ok := e.ErrorData().(string)
	if !ok {
		return nil, false
	}
	data, err := hexutil.Decode(text)
	return data, err == nil
}

// Unavailable says that the node did not do what it was asked. nil stays nil.
func Unavailable(err error) error {
	if err == nil {
		return nil
	}
	return relay.Errorf(relay.CodeUnavailable, "%w", fmt.Errorf("the chain: %w", err)).WithHint("try again in a moment, or send the transaction yourself")
}
