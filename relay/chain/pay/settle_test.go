package pay

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math/big"
	"os"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/chain"
	"github.com/dehug/dehug/relay/chain/contract"
	"github.com/dehug/dehug/relay/chain/devnet"
	"github.com/dehug/dehug/relay/chain/send"
	"github.com/dehug/dehug/relay/disk"
	"github.com/dehug/dehug/relay/internal/leak"
	"github.com/dehug/dehug/relay/internal/postgres"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/store"
)

func TestMain(m *testing.M) { os.Exit(leak.Run(postgres.Tests{M: m})) }

// Two providers, by what they sign with.
var providers = []devnet.Account{devnet.Accounts()[6], devnet.Accounts()[7]}

// page is the payer's end of a session: what it signed, and how much it had.
type page struct {
	*till
	session string
	after   [32]byte
	used    int64
}

func (l *till) account(address string) {
	l.t.Helper()
	ctx, now := l.t.Context(), time.Now()
	if err := l.Store.CreateNonce(ctx, address, now, now.Add(time.Minute)); err != nil {
		l.t.Fatal(err)
	}
	if err := l.Store.SignIn(ctx, address, store.Session{ID: store.NewID(now), Token: store.HashSecret(address), Address: address, Created: now.UnixMicro(), Seen: now.UnixMicro(), Expires: now.Add(time.Hour).UnixMicro()}); err != nil {
		l.t.Fatal(err)
	}
}

// run has a job done by a provider for a pay; below zero it fails. It returns the job.
func (p *page) run(by devnet.Account, pay int64) string {
	p.t.Helper()
	ctx, now := p.t.Context(), time.Now()
	session, err := p.Find(ctx, p.session, p.model, now)
	if err != nil {
		p.t.Fatal(err)
	}
	id := store.NewID(now)
	request := [32]byte(manifest.DigestOf([]byte(id)))
	v := p.sign(pageKey.Signer(), p.session, p.used+1, relay.NextTranscript(p.after, request, 1))
	if err := p.Signed(session, v); err != nil {
		p.t.Fatal(err)
	}
	p.after = v.Transcript
	provider := by.Address.Hex()
	if _, _, err := p.Store.CreateJob(ctx, store.NewJob{Job: store.Job{ID: id, Account: payer.Address.Hex(), Manifest: string(p.model), Mode: receipt.Strict, Request: request[:], Created: now.UnixMicro(),
		Deadline: now.Add(time.Minute).UnixMicro(), Session: p.session, SettleBy: session.Ends.UnixMicro()}, Input: []byte{}, Funds: store.Funds{Account: store.LedgerSession + p.session, Limit: session.Price.Sum() * session.Units},
		Hold: session.Price.Sum(), Compute: session.Price.Compute, Promise: &store.Promise{Voucher: v, Session: session, Now: 1}, Relay: "r", Provider: provider, Pay: max(pay, 0)}); err != nil {
		p.t.Fatal(err)
	}
	if pay < 0 {
		if _, err := p.Store.FailAttempt(ctx, id, 1, relay.JobInvalidInput, "", now, now); err != nil {
			p.t.Fatal(err)
		}
		return id
	}
	r := receipt.Receipt{Job: id, Manifest: p.model, Mode: receipt.Strict, Assurance: receipt.Replayable, Request: request, Units: 1, Pay: pay, Payer: receipt.Address(payer.Address), Session: receipt.Hash(common.HexToHash(p.session)),
		Relay: receipt.Address(operator.Address), SettleBy: session.Ends.Unix()}
	if err := errors.Join(r.Sign(by.Signer()), r.Countersign(operator.Signer())); err != nil {
		p.t.Fatal(err)
	}
	document, err := json.Marshal(r)
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := p.Store.FinishJob(ctx, store.Result{Job: id, Fence: 1, Provider: provider, Output: []byte{}, Receipt: document, Pay: map[string]int64{"provider/" + provider: pay}}, now); err != nil {
		p.t.Fatal(err)
	}
	p.used++
	return id
}

// settler is a relay that was just started.
func (l *till) settler(client bind.ContractBackend) *Settler {
	l.t.Helper()
	folder, err := disk.Open(l.t.TempDir())
	if err != nil {
		l.t.Fatal(err)
	}
	l.asked = time.Time{}
	return NewSettler(l.Pay, Settling{Redeemer: send.New(client, l.d.ChainID, operator.Signer()), Blocks: folder.Blocks(), Size: 1, Every: time.Hour, Log: slog.New(slog.DiscardHandler)})
}

// until steps until a settlement is in a state, each step by a relay that was just started: "" for none that is open.
func (l *till) until(state string) store.Settlement {
	l.t.Helper()
	for range 50 {
		l.catchUp()
		m, open, err := l.Store.OpenSettlement(l.t.Context())
		if err != nil {
			l.t.Fatal(err)
		}
		if open && m.State == state || !open && state == "" {
			return m
		}
		if err := l.settler(l.client).Settle(l.t.Context()); err != nil {
			l.t.Fatal(err)
		}
		if m.State == store.SettlementSent || m.State == store.SettlementMined {
			if err := l.chain.Mine(1); err != nil {
				l.t.Fatal(err)
			}
		}
	}
	l.t.Fatalf("no settlement comes to be %q", state)
	return store.Settlement{}
}

// equal compares what the ledger says was credited on chain with what the contract has, to the smallest unit.
func (l *till) equal(want map[string]int64) {
	l.t.Helper()
	splitter := common.Address{}
	if m, err := l.Store.ChainModelByName(l.t.Context(), author.Address.Hex(), "face"); err == nil {
		splitter = common.HexToAddress(m.Splitter)
	}
	bound := controller.Instance(l.client, l.d.Address("UsageController"))
	for name, account := range map[string]common.Address{"author/" + splitter.Hex(): splitter, "relay": operator.Address, "provider/" + providers[0].Address.Hex(): providers[0].Address, "provider/" + providers[1].Address.Hex(): providers[1].Address} {
		ledger, err := l.Store.Balance(l.t.Context(), store.LedgerChain+name)
		if err != nil {
			l.t.Fatal(err)
		}
		due, err := l.Store.Balance(l.t.Context(), store.LedgerDue+name)
		if err != nil {
			l.t.Fatal(err)
		}
		credit, err := bind.Call(bound, &bind.CallOpts{Context: l.t.Context()}, controller.PackCreditOf(l.d.Address("Dollar"), account), controller.UnpackCreditOf)
		if err != nil {
			l.t.Fatal(err)
		}
		short := name
		if account == splitter {
			short = "author"
		} else if account == providers[0].Address {
			short = "first"
		} else if account == providers[1].Address {
			short = "second"
		}
		if credit.Cmp(big.NewInt(ledger)) != 0 || ledger != want[short] || due != 0 {
			l.t.Errorf("%s: the ledger says %d, the chain %d, %d are due; want %d", short, ledger, credit, due, want[short])
		}
	}
}

// What sessions were used for is redeemed once and whole, though the relay is started anew before each step, sending fails before and after the
// node has heard of it, and the chain goes back over the transaction.
func TestSettle(t *testing.T) {
	kinds := []string{"sqlite"}
	if os.Getenv("DEHUG_TEST_ALL") == "1" {
		kinds = append(kinds, "postgres")
	}
	for _, kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			url := ""
			if kind == "postgres" {
				url = postgres.URL(t)
			}
			l := open(t, url)
			l.Depth = 2
			l.account(payer.Address.Hex())
			one := &page{till: l, session: l.lock(l.terms(1, 10))}
			two := &page{till: l, session: l.lock(l.terms(2, 10))}
			if err := l.chain.Mine(2); err != nil {
				t.Fatal(err)
			}
			one.run(providers[0], 250)
			one.run(providers[1], 100)
			one.run(providers[1], -1) // fails: nobody pays for it
			job := one.run(providers[0], 300)
			two.run(providers[1], 0)
			if err := l.chain.SetAutomine(false); err != nil {
				t.Fatal(err)
			}

			m := l.until(store.SettlementBuilt)
			if m.Count != 4 {
				t.Errorf("%d receipts; want 4", m.Count)
			}
			// The power fails once the transaction is kept, before the node has it.
			if err := l.settler(broken{l.client}).Settle(t.Context()); relay.ErrorCode(err) != relay.CodeUnavailable {
				t.Errorf("Settle with a node that takes nothing = %v", err)
			}
			two.run(providers[0], 7) // for the next settlement
			m = l.until(store.SettlementMined)
			if err := l.chain.Reorg(2, true); err != nil { // forgotten
				t.Fatal(err)
			}
			first := m.Tx
			l.until(store.SettlementBuilt)
			m = l.until(store.SettlementMined)
			if err := l.chain.Reorg(1, false); err != nil { // in another block
				t.Fatal(err)
			}
			l.until("")
			l.catchUp()
			txs, err := l.Store.SettlementTxs(t.Context(), m.ID)
			if err != nil || len(txs) != 1 || txs[0].Tx != first {
				t.Errorf("%d transactions were signed, %v; want the same one again and again", len(txs), err)
			}
			if got, err := l.Store.Settlement(t.Context(), m.ID); err != nil || got.State != store.SettlementSafe {
				t.Errorf("settlement %+v, %v", got, err)
			}
			due, err := l.Store.Balance(t.Context(), store.LedgerDue+"provider/"+providers[0].Address.Hex())
			if err != nil || due != 7 {
				t.Errorf("%d are due, %v; want 7, of what came later", due, err)
			}
			l.until(store.SettlementBuilt)
			l.until("")
			l.equal(map[string]int64{"author": 5 * 600, "relay": 5 * 100, "first": 557, "second": 100})
			for _, p := range []*page{one, two} {
				s, err := l.Store.PaidSession(t.Context(), p.session)
				if err != nil || s.Redeemed != p.used {
					t.Errorf("%d units were redeemed, %v; %d were used", s.Redeemed, err, p.used)
				}
			}

			// A receipt is at its place under the root.
			at, err := l.Store.SettledReceipt(t.Context(), job)
			if err != nil || at.Settlement != m.ID {
				t.Fatalf("%+v, %v", at, err)
			}
			list, err := l.Store.LeavesOf(t.Context(), m.ID)
			if err != nil {
				t.Fatal(err)
			}
			var leaves []receipt.Hash
			for _, leaf := range list {
				leaves = append(leaves, receipt.Hash(leaf))
			}
			if err := receipt.CheckProof(receipt.Hash(at.Leaf), int(at.Place), len(leaves), receipt.Prove(leaves, int(at.Place)), receipt.Hash(m.Root)); err != nil {
				t.Error(err)
			}
			if err := l.settler(l.client).Settle(t.Context()); err != nil {
				t.Fatal(err)
			}
			if _, open, err := l.Store.OpenSettlement(t.Context()); open || err != nil {
				t.Errorf("there is a settlement of nothing, %v", err)
			}
		})
	}
}

// broken takes no transactions.
type broken struct{ bind.ContractBackend }

func (broken) SendTransaction(context.Context, *types.Transaction) error {
	return errors.New("no power")
}

// Another transaction took the place of the one that was sent, so it can never be mined: the settlement is sent anew.
func TestSettleReplaced(t *testing.T) {
	l := open(t, "")
	l.account(payer.Address.Hex())
	one := &page{till: l, session: l.lock(l.terms(1, 10))}
	one.run(providers[0], 250)
	l.until(store.SettlementBuilt)
	if err := l.settler(broken{l.client}).Settle(t.Context()); relay.ErrorCode(err) != relay.CodeUnavailable {
		t.Fatal(err)
	}
	l.send(operator, l.d.Address("Dollar"), contract.NewDollar().PackApprove(stranger.Address, big.NewInt(1)))
	l.until("")
	l.equal(map[string]int64{"author": 600, "relay": 100, "first": 250})
	newest, err := l.Store.Settlements(t.Context(), store.Page{Limit: 1})
	if err != nil || len(newest) != 1 {
		t.Fatal(newest, err)
	}
	if txs, err := l.Store.SettlementTxs(t.Context(), newest[0].ID); err != nil || len(txs) != 2 {
		t.Errorf("%d transactions, %v; want two", len(txs), err)
	}
}

// A session ended before its voucher was redeemed: the payer has the money back, and the relay owes the provider.
func TestSettleTooLate(t *testing.T) {
	l := open(t, "")
	l.account(payer.Address.Hex())
	one := &page{till: l, session: l.lock(l.terms(1, 10))}
	late := &page{till: l, session: l.lock(l.terms(2, 10))}
	one.run(providers[0], 250)
	late.run(providers[1], 250)
	l.until(store.SettlementBuilt)
	ref := contract.IUsageControllerSessionRef{Plan: l.plan, Operator: operator.Address, Number: chain.SessionNumber(payer.Address, [32]byte{2})}
	l.send(operator, l.d.Address("UsageController"), contract.NewUsageController().PackRequestClose(ref)) // at once, for it is the operator
	m := l.until(store.SettlementMined)
	l.until("")
	l.equal(map[string]int64{"author": 600, "relay": 100, "first": 250})
	items, err := l.Store.SettlementItems(t.Context(), m)
	if err != nil || len(items) != 2 {
		t.Fatal(items, err)
	}
	for _, item := range items {
		want := "paid "
		if item.Session == late.session {
			want = "lost ended"
		}
		if got := item.State + " " + item.Reason; got != want {
			t.Errorf("session %s: %s; want %s", item.Session, got, want)
		}
	}
	for account, want := range map[string]int64{store.LedgerOwed + "provider/" + providers[1].Address.Hex(): 250, store.LedgerRelay: -250, store.LedgerSession + late.session: 0, store.LedgerSession + one.session: -950} {
		if got, err := l.Store.Balance(t.Context(), account); got != want || err != nil {
			t.Errorf("%s has %d, %v; want %d", account, got, err, want)
		}
	}
	if spent, err := l.Store.Spent(t.Context(), store.LedgerSession+late.session); spent != 0 || err != nil {
		t.Errorf("%d are spent of a session that did not pay, %v", spent, err)
	}
}

// The chain undid the opening of a session that was used already, and it does not come back: the relay bears it.
func TestSettleUndone(t *testing.T) {
	l := open(t, "")
	l.account(payer.Address.Hex())
	one := &page{till: l, session: l.lock(l.terms(1, 10))}
	one.run(providers[0], 250)
	if err := l.chain.Reorg(1, true); err != nil {
		t.Fatal(err)
	}
	provider := "provider/" + providers[0].Address.Hex()
	step := func(owed, due, session int64) {
		t.Helper()
		l.catchUp()
		if err := l.settler(l.client).Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
		for account, want := range map[string]int64{store.LedgerOwed + provider: owed, store.LedgerRelay: -owed, store.LedgerDue + provider: due, store.LedgerSession + one.session: session} {
			if got, err := l.Store.Balance(t.Context(), account); got != want || err != nil {
				t.Errorf("%s has %d, %v; want %d", account, got, err, want)
			}
		}
		if _, open, err := l.Store.OpenSettlement(t.Context()); open || err != nil {
			t.Errorf("there is a settlement of a session that is not there, %v", err)
		}
	}
	step(0, 250, -950)
	if err := l.chain.IncreaseTime(26 * time.Hour); err != nil {
		t.Fatal(err)
	}
	step(250, 0, 0)
	step(250, 0, 0)
}

// A voucher waits until the chain cannot undo the opening of its session. Else it would be left out, given up, and paid after all by the next
// one, once the opening is back.
func TestSettleUnsafe(t *testing.T) {
	l := open(t, "")
	l.Depth = 3
	l.account(payer.Address.Hex())
	terms := l.terms(1, 10)
	one := &page{till: l, session: l.lock(terms)}
	one.run(providers[0], 250)
	if err := l.settler(l.client).Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if m, open, err := l.Store.OpenSettlement(t.Context()); open || err != nil {
		t.Errorf("settlement %+v of a session that may be undone, %v", m, err)
	}
	if err := l.chain.Reorg(1, true); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		l.catchUp()
		if err := l.settler(l.client).Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := l.chain.Mine(2); err != nil {
			t.Fatal(err)
		}
	}
	l.lock(terms)
	one.run(providers[0], 100)
	if err := l.chain.Mine(3); err != nil {
		t.Fatal(err)
	}
	l.until(store.SettlementMined)
	l.until("")
	l.equal(map[string]int64{"author": 1200, "relay": 200, "first": 350})
}

// The index read other blocks than those that a settlement is safe in, many at once, and does not know that yet: nothing is closed by what it has.
// (The node calls each 32nd block final, and then replaces it.)
func TestSettleIndexBehind(t *testing.T) {
	l := open(t, "")
	l.Depth = 2
	l.account(payer.Address.Hex())
	one := &page{till: l, session: l.lock(l.terms(1, 10))}
	mine := func(blocks uint64) {
		t.Helper()
		if err := l.chain.Mine(blocks); err != nil {
			t.Fatal(err)
		}
	}
	mine(2)
	if err := l.chain.SetAutomine(false); err != nil {
		t.Fatal(err)
	}
	mine(32 + 30 - l.chain.Height()%32)
	one.run(providers[0], 250)
	l.catchUp()
	settle := func() {
		t.Helper()
		if err := l.settler(l.client).Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	settle()                                        // built
	mine(2)                                         // the second is final
	l.catchUp()                                     // both at once, and it comes no further
	settle()                                        // sent
	if err := l.chain.Reorg(3, false); err != nil { // it was mined in a third, and is in the first of those in their place
		t.Fatal(err)
	}
	settle() // mined
	m, _, err := l.Store.OpenSettlement(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if read, ok, err := l.Store.ChainCursor(t.Context()); err != nil || !ok || m.State != store.SettlementMined || m.Block >= read.Number {
		t.Fatalf("settlement is %s in block %d, and the index at %d, %v; want it mined before that", m.State, m.Block, read.Number, err)
	}
	mine(3)
	settle()
	if again, open, err := l.Store.OpenSettlement(t.Context()); err != nil || !open || again.State != store.SettlementMined {
		t.Errorf("settlement is open %t, %s, %v; want mined", open, again.State, err)
	}
	l.until("")
	l.equal(map[string]int64{"author": 600, "relay": 100, "first": 250})
}
