package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/ethclient"
	"github.com/spf13/cobra"

	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/chain/contract"
	"github.com/dehug/dehug/relay/chain/deploy"
	"github.com/dehug/dehug/relay/chain/node"
	"github.com/dehug/dehug/relay/chain/purse"
)

func newSessionCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "session",
		Short: "List, close and pay out sessions that `run --session` opened",
		Long: `session shows what sessions of your account with a relay have, gives notice to one that is open or
closes one that is over, and pays out what came back of them. Their keys lie in the data folder.`,
		Example: `  dehug-relay session list --key wallet.key --relay https://hub.example
  dehug-relay session close 0x… --key wallet.key --rpc https://node.example   # again a day later
  dehug-relay session withdraw --key wallet.key --rpc https://node.example`,
		Args: cobra.NoArgs,
	}
	cmd.AddCommand(newSessionList(), newSessionClose(), newSessionWithdraw())
	return cmd
}

func newSessionList() *cobra.Command {
	cmd := &cobra.Command{Use: "list", Short: "List your sessions with a relay: id, state, units left, end", Args: cobra.NoArgs}
	wallet := addWalletFlags(cmd)
	asJSON := cmd.Flags().Bool("json", false, "print JSON")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		p, _, err := wallet.open()
		if err != nil {
			return err
		}
		all, err := p.Sessions(cmd.Context())
		if err != nil {
			return err
		}
		here, err := p.All()
		if err != nil {
			return err
		}
		keys := map[string]bool{}
		for _, k := range here {
			keys[k.Session] = true
		}
		if *asJSON {
			text, err := json.MarshalIndent(all, "", "  ")
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s\n", text)
			return err
		}
		for _, s := range all {
			note := ""
			if !keys[s.ID] {
				note = "  its key is not here"
			}
			if _, err := fmt.Fprintf(cmd.OutOrStdout(), "%s  %-7s  %d of %d left  until %s%s\n", s.ID, s.State, s.Left, s.Units, s.Ends.Local().Format(time.DateTime), note); err != nil {
				return err
			}
		}
		return nil
	}
	return cmd
}

func newSessionClose() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "close ID",
		Short: "Give a day's notice to a session, or close one that is over",
		Long: `close gives notice: the session ends a day later, so that the relay can redeem what was used. Of one
that is over it has the contract credit your account with what was not used; ` + "`session withdraw`" + ` pays that
out. A subscription takes no notice: it lasts its period.`,
		Args: oneArg("ID"),
	}
	wallet := addWalletFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		ctx := cmd.Context()
		p, key, err := wallet.open()
		if err != nil {
			return err
		}
		s, err := p.Session(ctx, args[0])
		if err != nil {
			return err
		}
		m, err := openTill(ctx, p, *wallet.rpc, key)
		if err != nil {
			return err
		}
		var number big.Int
		if _, ok := number.SetString(s.Number, 10); !ok || !number.IsUint64() {
			return relay.Errorf(relay.CodeUnverified, "the relay names no number of the session")
		}
		ref := contract.IUsageControllerSessionRef{Plan: common.HexToHash(s.Plan), Operator: common.HexToAddress(m.terms.Operator), Number: number.Uint64()}
		head, err := m.client.HeaderByNumber(ctx, nil)
		if err != nil {
			return relay.Errorf(relay.CodeUnavailable, "the node does not answer: %w", err)
		}
		term := newTerminal(cmd.ErrOrStderr())
		switch {
		case s.State == "closed":
			return relay.Errorf(relay.CodeConflict, "the session is closed already").WithHint("`dehug-relay session withdraw` pays out what came back")
		case int64(head.Time) >= s.Ends.Unix(): // by the clock that the contract goes by
			if err := m.send(ctx, m.controller, controller.PackClose(ref, false)); err != nil {
				return err
			}
			term.line("closed; `dehug-relay session withdraw` pays out what came back")
		case s.Period > 0:
			return relay.Errorf(relay.CodeConflict, "a subscription lasts its period, until %s", s.Ends.Local().Format(time.DateTime)).WithHint("what is over is closed by the relay, or by you")
		default:
			if err := m.send(ctx, m.controller, controller.PackRequestClose(ref)); err != nil {
				return err
			}
			term.line("notice was given: it ends in a day; close it again then")
		}
		return nil
	}
	return cmd
}

func newSessionWithdraw() *cobra.Command {
	cmd := &cobra.Command{Use: "withdraw", Short: "Pay out what came back of sessions that were closed", Args: cobra.NoArgs}
	wallet := addWalletFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		ctx := cmd.Context()
		p, key, err := wallet.open()
		if err != nil {
			return err
		}
		m, err := openTill(ctx, p, *wallet.rpc, key)
		if err != nil {
			return err
		}
		me := common.Address(key.Address())
		credit, err := bind.Call(controller.Instance(m.client, m.controller), &bind.CallOpts{Context: ctx}, controller.PackCreditOf(m.token, me), controller.UnpackCreditOf)
		if err != nil {
			return relay.Errorf(relay.CodeUnavailable, "the node does not answer: %w", err)
		}
		if credit.Sign() == 0 {
			return relay.Errorf(relay.CodeConflict, "there is nothing to withdraw").WithHint("`dehug-relay session close ID` of a session that is over credits what it left")
		}
		if err := m.send(ctx, m.controller, controller.PackWithdraw(m.token, me, me)); err != nil {
			return err
		}
		_, err = fmt.Fprintln(cmd.OutOrStdout(), credit)
		return err
	}
	return cmd
}

var controller, dollar = contract.NewUsageController(), contract.NewDollar()

// till is the wallet's way to the contract that a relay's sessions are at.
type till struct {
	client            *ethclient.Client
	key               *ethsig.Key
	terms             purse.Terms
	controller, token common.Address
}

func openTill(ctx context.Context, p *purse.Purse, at string, key *ethsig.Key) (*till, error) {
	if at == "" {
		return nil, relay.Errorf(relay.CodeInvalid, "this takes a transaction of your account's").WithHint("give --rpc URL, a node of the relay's chain")
	}
	t, err := p.Terms(ctx)
	if err != nil {
		return nil, err
	}
	dialled, err := node.Dial(at, 0)
	if err != nil {
		return nil, err
	}
	client := ethclient.NewClient(dialled)
	id, err := client.ChainID(ctx)
	if err != nil {
		return nil, relay.Errorf(relay.CodeUnavailable, "the node does not answer: %w", err)
	}
	if !id.IsUint64() || id.Uint64() != t.ChainID {
		return nil, relay.Errorf(relay.CodeInvalid, "the node follows chain %s, and the relay's sessions are on chain %d", id, t.ChainID).WithHint("name a node of that chain with --rpc; nothing was sent")
	}
	return &till{client, key, t, common.HexToAddress(t.Controller), common.HexToAddress(t.Token)}, nil
}

// send sends a transaction of the wallet's, and waits for it.
func (m *till) send(ctx context.Context, to common.Address, call []byte) error {
	if _, err := deploy.Send(ctx, m.client, m.key, to, nil, call); err != nil {
		return relay.Errorf(relay.CodeUnavailable, "the transaction was not done: %w", err).WithHint("has the account some ETH for gas?")
	}
	return nil
}

// newSession is how a session is to be that has to be opened.
type newSession struct {
	plan  string
	units uint32
	days  int
	rpc   string
	key   *ethsig.Key
	term  *terminal
}

// planOf finds a plan by its id; nil for none.
func planOf(plans []purse.Plan, id string) *purse.Plan {
	for i := range plans {
		if strings.EqualFold(plans[i].ID, id) {
			return &plans[i]
		}
	}
	return nil
}

// cost is what a unit of a plan costs at most.
func cost(p *purse.Plan) (*big.Int, error) {
	sum := new(big.Int)
	for _, text := range []string{p.AuthorFee, p.RelayFee, p.ComputeCap} {
		n, ok := new(big.Int).SetString(text, 10)
		if !ok || n.Sign() < 0 {
			return nil, relay.Errorf(relay.CodeUnverified, "plan %s asks for %q, which is no amount", p.ID, text)
		}
		sum.Add(sum, n)
	}
	return sum, nil
}

// open opens a session on chain. Its key is kept before: what was locked for it is found again, whenever this ends.
func (n *newSession) open(ctx context.Context, p *purse.Purse, t purse.Terms, plans []purse.Plan) (*purse.Kept, error) {
	var plan *purse.Plan
	var price *big.Int
	for i := range plans {
		each, err := cost(&plans[i])
		if err != nil {
			return nil, err
		}
		if n.plan == "" && plans[i].Period == 0 && (plan == nil || each.Cmp(price) < 0) || n.plan != "" && strings.EqualFold(plans[i].ID, n.plan) {
			plan, price = &plans[i], each
		}
	}
	if plan == nil {
		return nil, relay.Errorf(relay.CodeNotFound, "the model has no such plan in this relay's dollar").WithHint("without --session its operator may pay; --plan names a subscription")
	}
	m, err := openTill(ctx, p, n.rpc, n.key)
	if err != nil {
		return nil, err
	}
	head, err := m.client.HeaderByNumber(ctx, nil)
	if err != nil {
		return nil, relay.Errorf(relay.CodeUnavailable, "the node does not answer: %w", err)
	}
	units, lasts := n.units, int64(n.days)*86_400
	if plan.Period > 0 {
		units, lasts = uint32(plan.Quota), plan.Period
	}
	if units == 0 || lasts <= 0 || lasts > 366*86_400 {
		return nil, relay.Errorf(relay.CodeInvalid, "a session has a unit at least, and lasts from a day to 366")
	}
	whole := new(big.Int).Mul(price, big.NewInt(int64(units)))
	me := common.Address(n.key.Address())
	call := &bind.CallOpts{Context: ctx}
	token := dollar.Instance(m.client, m.token)
	has, err := bind.Call(token, call, dollar.PackBalanceOf(me), dollar.UnpackBalanceOf)
	if err != nil {
		return nil, relay.Errorf(relay.CodeUnavailable, "the node does not answer: %w", err)
	}
	if has.Cmp(whole) < 0 {
		return nil, relay.Errorf(relay.CodeQuota, "%d units cost %s, and the account has %s of the dollar's smallest unit", units, whole, has).WithHint("lock fewer (--units), or add dollars to %s", me)
	}
	kept, err := p.Make(t, plan.ID)
	if err != nil {
		return nil, err
	}
	address, err := kept.Address()
	if err != nil {
		return nil, err
	}
	terms := contract.IUsageControllerSessionTerms{Payer: me, Operator: common.HexToAddress(t.Operator), Plan: common.HexToHash(plan.ID), SessionKey: common.Address(address), Units: units,
		End: uint32(int64(head.Time) + lasts), Salt: common.HexToHash(kept.Salt)}
	n.term.line("locking %s of the dollar's smallest unit for %d units at %s", whole, units, m.controller)
	if err := m.send(ctx, m.token, dollar.PackApprove(m.controller, whole)); err != nil {
		return nil, errors.Join(err, kept.Forget()) // nothing is locked for it
	}
	return kept, m.send(ctx, m.controller, controller.PackOpenSessionPaying(terms))
}
