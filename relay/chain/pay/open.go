package pay

import (
	"bytes"
	"context"
	"errors"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/accounts/abi/bind/v2"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/chain/contract"
	"github.com/dehug/dehug/relay/chain/send"
)

const (
	// MaxCall is the most bytes that a call has which opens a session: its terms and a signature, of a contract wallet too.
	MaxCall = 8 << 10
	// maxOpenGas is what opening takes by the dearest way, twice over.
	maxOpenGas = 1_000_000
)

// abis are of those that may refuse: the controller, the passes, the dollar.
var controllerABI, passABI, dollarABI = parsed(&contract.UsageControllerMetaData), parsed(&contract.UsagePassMetaData), parsed(&contract.DollarMetaData)

func parsed(m *bind.MetaData) *abi.ABI {
	a, err := m.ParseABI()
	if err != nil {
		panic("pay: " + err.Error()) // it was written by abigen
	}
	return a
}

// Read says whose session a call would open. It refuses what this relay does not bring: other calls, and sessions for others.
func (p *Pay) Read(call []byte) (payer string, err error) {
	refuse := func(format string, args ...any) (string, error) {
		return "", relay.Errorf(relay.CodeInvalid, format, args...).WithHint("send the input of openSessionBySig or openSessionWithAuthorization, for operator %s", p.Operator)
	}
	if len(call) > MaxCall {
		return "", relay.Errorf(relay.CodeTooLarge, "a call of %d bytes; at most %d", len(call), MaxCall)
	}
	for _, name := range []string{"openSessionBySig", "openSessionWithAuthorization"} {
		m := controllerABI.Methods[name]
		if len(call) < 4 || !bytes.Equal(m.ID, call[:4]) {
			continue
		}
		values, err := m.Inputs.Unpack(call[4:])
		if err != nil {
			return refuse("the call is malformed: %w", err)
		}
		terms := *abi.ConvertType(values[0], new(contract.IUsageControllerSessionTerms)).(*contract.IUsageControllerSessionTerms)
		if terms.Operator != p.Operator {
			return refuse("the session is for relay %s", terms.Operator)
		}
		return terms.Payer.Hex(), nil
	}
	return refuse("this opens no session that somebody signed for")
}

// reasons are what the contracts say, for people.
var reasons = map[string]send.Reason{
	"UsageController_BadSignature":    {Code: relay.CodeUnauthorized, What: "the signature is not the payer's, or of other terms", Hint: "sign again"},
	"UsageController_SessionExists":   {Code: relay.CodeConflict, What: "the payer has a session with this salt", Hint: "choose another salt"},
	"UsageController_BadEnd":          {Code: relay.CodeInvalid, What: "the session's end is past, or too far away", Hint: "choose an end within a year, of a subscription within its period"},
	"UsageController_NotQuota":        {Code: relay.CodeInvalid, What: "a subscription has its plan's quota of units", Hint: "lock as many units as the plan's quota"},
	"UsageController_TokenNotAllowed": {Code: relay.CodeForbidden, What: "the plan's token is not taken any more", Hint: "choose another plan"},
	"UsageController_Paused":          {Code: relay.CodeUnavailable, What: "new sessions are paused", Hint: "try again later"},
	"ERC1155InsufficientBalance":      {Code: relay.CodeConflict, What: "the payer has fewer passes than the session would lock", Hint: "buy passes, or open it with an authorization"},
	"ERC20InsufficientBalance":        {Code: relay.CodeConflict, What: "the payer has less money than the units cost", Hint: "lock fewer units"},
}

// Open brings a call that opens a session. It returns the transaction's hash as soon as the node has it.
func (p *Pay) Open(ctx context.Context, call []byte) (string, error) {
	if _, err := p.Read(call); err != nil {
		return "", err
	}
	hash, err := p.Sender.Send(ctx, send.Call{To: p.domain.Contract, Data: call, MaxGas: maxOpenGas})
	if refusal, ok := errors.AsType[*send.Refusal](err); ok {
		return "", refusal.Explain("the contract", reasons, controllerABI, passABI, dollarABI)
	}
	if err != nil {
		return "", err
	}
	return hash.Hex(), nil
}
