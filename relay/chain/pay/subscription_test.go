package pay

import (
	"math"
	"math/big"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/chain"
	"github.com/dehug/dehug/relay/chain/contract"
	"github.com/dehug/dehug/relay/store"
)

// A month of a subscription: its quota is counted, a job that might outlast it is refused, what was used is redeemed before it ends and not by
// being old, the relay closes it after, and the next month begins at nothing. Everybody has what is theirs, to the unit.
func TestSubscription(t *testing.T) {
	l := open(t, "")
	l.account(payer.Address.Hex())
	const month = 30 * 24 * time.Hour
	plan := l.publish("monthly", manifest.Digest(l.model.Digest()), l.d.Address("Dollar"), uint32(month/time.Second))
	m, err := l.Store.ChainModelByName(t.Context(), author.Address.Hex(), "monthly")
	if err != nil {
		t.Fatal(err)
	}
	begin := func(salt byte) string {
		terms := l.terms(salt, 20)
		terms.Plan, terms.End = plan, l.now()+uint32(month/time.Second)
		return l.lock(terms)
	}
	credit := func(who common.Address, want int64) {
		t.Helper()
		got, err := bind.Call(controller.Instance(l.client, l.d.Address("UsageController")), &bind.CallOpts{Context: t.Context()}, controller.PackCreditOf(l.d.Address("Dollar"), who), controller.UnpackCreditOf)
		if err != nil || got.Cmp(big.NewInt(want)) != 0 {
			t.Errorf("%s has %d, %v; want %d", who, got, err, want)
		}
	}
	step := func() {
		t.Helper()
		l.catchUp()
		s := l.settler(l.client)
		s.Size = 1000
		if err := s.Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := l.chain.Mine(1); err != nil {
			t.Fatal(err)
		}
		l.catchUp()
	}
	first := begin(1)
	s, err := l.Find(t.Context(), first, l.model, time.Now().Add(month-time.Hour))
	if err != nil || s.Period != int64(month/time.Second) || s.Units != 20 {
		t.Fatalf("Find = %+v, %v", s, err)
	}
	p := &page{till: l, session: first}
	for range 3 {
		p.run(providers[0], 250)
	}
	p.run(providers[0], -1) // what fails takes none of the quota
	if use, err := l.Store.SessionUse(t.Context(), first); err != nil || use.Used != 3 || use.Held != 0 {
		t.Errorf("use = %+v, %v", use, err)
	}
	step()
	if _, open, err := l.Store.OpenSettlement(t.Context()); err != nil || open {
		t.Errorf("it settles at once: %v", err)
	}

	// Near its end: a job that may take longer is for the next month, a short one still runs, and it all is redeemed.
	if err := l.chain.IncreaseTime(s.Ends.Sub(time.Unix(int64(l.now()), 0)) - 15*time.Minute); err != nil {
		t.Fatal(err)
	}
	if err := l.chain.Mine(1); err != nil {
		t.Fatal(err)
	}
	l.catchUp()
	if _, err := l.Find(t.Context(), first, l.model, time.Now().Add(10*time.Minute)); relay.ErrorCode(err) != relay.CodeSessionEnded || relay.ErrorHint(err) != "give the job less time (timeout), or renew the subscription: a session of the next period" {
		t.Errorf("a job that may outlast it: %v", err)
	}
	p.run(providers[1], 300)
	for {
		step()
		if receipts, err := l.Store.Unsettled(t.Context(), math.MaxInt64, 10); err != nil {
			t.Fatal(err)
		} else if _, open, err := l.Store.OpenSettlement(t.Context()); err != nil {
			t.Fatal(err)
		} else if !open && len(receipts) == 0 {
			break
		}
	}
	splitter := common.HexToAddress(m.Splitter)
	credit(splitter, 4*600)
	credit(operator.Address, 4*100)
	credit(providers[0].Address, 3*250)
	credit(providers[1].Address, 300)

	// It is over: nothing runs, and the relay closes it, once.
	if err := l.chain.IncreaseTime(30 * time.Minute); err != nil {
		t.Fatal(err)
	}
	if err := l.chain.Mine(1); err != nil {
		t.Fatal(err)
	}
	l.catchUp()
	if _, err := l.Find(t.Context(), first, l.model, time.Now()); relay.ErrorCode(err) != relay.CodeSessionEnded {
		t.Errorf("after its end: %v", err)
	}
	for range 3 {
		step()
	}
	if s, err := l.Store.PaidSession(t.Context(), first); err != nil || !s.Closed || s.Redeemed != 4 {
		t.Errorf("it is %+v, %v", s, err)
	}
	credit(splitter, 20*600)
	credit(operator.Address, 20*100)
	credit(payer.Address, 20*300-3*250-300)

	// The next month is another session of the same plan, whose quota is whole.
	next := begin(2)
	p = &page{till: l, session: next}
	p.run(providers[0], 200)
	if use, err := l.Store.SessionUse(t.Context(), next); err != nil || use.Used != 1 {
		t.Errorf("use of the next month = %+v, %v", use, err)
	}
	if n, err := l.Store.Spent(t.Context(), store.LedgerSession+next); err != nil || n != 600+100+200 {
		t.Errorf("the next month has cost %d, %v", n, err)
	}
}

// A payer gives notice while jobs run: what was begun, and what still fits before the end, is redeemed in time; what comes after is refused, and
// the rest goes back.
func TestCloseRace(t *testing.T) {
	l := open(t, "")
	l.account(payer.Address.Hex())
	terms := l.terms(1, 10)
	terms.End += 72 * 3600
	p := &page{till: l, session: l.lock(terms)}
	p.run(providers[0], 250)
	ref := contract.IUsageControllerSessionRef{Plan: terms.Plan, Operator: terms.Operator, Number: chain.SessionNumber(terms.Payer, terms.Salt)}
	l.send(payer, l.d.Address("UsageController"), controller.PackRequestClose(ref))
	p.run(providers[0], 250) // the relay has not read of it yet: there is a day left
	l.catchUp()
	p.run(providers[1], 100)
	s, err := l.Find(t.Context(), p.session, l.model, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := l.chain.IncreaseTime(s.Ends.Sub(time.Unix(int64(l.now()), 0)) - 15*time.Minute); err != nil {
		t.Fatal(err)
	}
	if err := l.chain.Mine(1); err != nil {
		t.Fatal(err)
	}
	l.catchUp()
	p.run(providers[0], 250) // it is over in time
	if _, err := l.Find(t.Context(), p.session, l.model, time.Now().Add(6*time.Minute)); relay.ErrorCode(err) != relay.CodeSessionEnded {
		t.Errorf("a job that may outlast the notice: %v", err)
	}
	for {
		rows, err := l.Store.Unsettled(t.Context(), math.MaxInt64, 10)
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) == 0 {
			break
		}
		l.until(store.SettlementSent)
		l.until("")
	}
	l.equal(map[string]int64{"author": 4 * 600, "relay": 4 * 100, "first": 3 * 250, "second": 100})
	if err := l.chain.IncreaseTime(20 * time.Minute); err != nil {
		t.Fatal(err)
	}
	l.send(stranger, l.d.Address("UsageController"), controller.PackClose(ref, false))
	l.catchUp()
	if _, err := l.Find(t.Context(), p.session, l.model, time.Now()); relay.ErrorCode(err) != relay.CodeSessionEnded {
		t.Errorf("a voucher after it was closed: %v", err)
	}
	got, err := bind.Call(controller.Instance(l.client, l.d.Address("UsageController")), &bind.CallOpts{Context: t.Context()}, controller.PackCreditOf(l.d.Address("Dollar"), payer.Address), controller.UnpackCreditOf)
	if want := int64(10*1000 - 4*700 - 3*250 - 100); err != nil || got.Cmp(big.NewInt(want)) != 0 {
		t.Errorf("the payer gets %d back, %v; want %d", got, err, want)
	}
}
