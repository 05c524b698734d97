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
	l.closedOnce(first)
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

// closedOnce has a subscription closed whose period is over, by relays that are started anew before each step: a node that takes nothing is told
// again, the chain goes back, fees go up, and one transaction is mined in the end.
func (l *till) closedOnce(session string) {
	l.t.Helper()
	ctx := l.t.Context()
	if err := l.chain.SetAutomine(false); err != nil {
		l.t.Fatal(err)
	}
	nonce, err := l.client.NonceAt(ctx, operator.Address, nil)
	if err != nil {
		l.t.Fatal(err)
	}
	settle := func(s *Settler) {
		l.t.Helper()
		if err := s.Settle(ctx); err != nil {
			l.t.Fatal(err)
		}
	}
	kept := func() store.Closing {
		l.t.Helper()
		open, err := l.Store.OpenClosings(ctx, 9)
		if err != nil || len(open) != 1 || open[0].Session != session || open[0].Nonce != int64(nonce) {
			l.t.Fatalf("closings are %v, %v; want one of %s with nonce %d", open, err, session, nonce)
		}
		return open[0]
	}
	mine := func() {
		l.t.Helper()
		if err := l.chain.Mine(1); err != nil {
			l.t.Fatal(err)
		}
	}
	if err := l.settler(broken{l.client}).Settle(ctx); relay.ErrorCode(err) != relay.CodeUnavailable {
		l.t.Errorf("Settle with a node that takes nothing = %v", err)
	}
	first := kept()
	for range 3 {
		settle(l.settler(l.client))
	}
	if kept().Tx != first.Tx {
		l.t.Error("another transaction was signed while the first one waits")
	}
	mine()
	for range 3 { // it is mined, and the index has not read it
		settle(l.settler(l.client))
	}
	l.catchUp()
	if open, err := l.Store.OpenClosings(ctx, 9); err != nil || len(open) > 0 {
		l.t.Errorf("once it is read that it is closed, closings are %v, %v", open, err)
	}
	if err := l.chain.Reorg(1, true); err != nil { // forgotten
		l.t.Fatal(err)
	}
	mine()
	l.catchUp()
	settle(l.settler(l.client))
	if kept().Tx != first.Tx {
		l.t.Error("another transaction was signed after the chain went back over the first one")
	}
	mine()
	l.catchUp()
	if after, err := l.client.PendingNonceAt(ctx, operator.Address); err != nil || after != nonce+1 {
		l.t.Errorf("%d transactions were sent, %v; want one", after-nonce, err)
	}
	if err := l.chain.SetAutomine(true); err != nil {
		l.t.Fatal(err)
	}
}

// What closes a subscription pays too little: another one takes its place. One whose nonce another transaction took is begun anew.
func TestClosingReplaced(t *testing.T) {
	l := open(t, "")
	const day = 24 * time.Hour
	plan := l.publish("daily", manifest.Digest(l.model.Digest()), l.d.Address("Dollar"), uint32(day/time.Second))
	terms := l.terms(1, 20)
	terms.Plan, terms.End = plan, l.now()+uint32(day/time.Second)
	session := l.lock(terms)
	if err := l.chain.IncreaseTime(day + time.Hour); err != nil {
		t.Fatal(err)
	}
	if err := l.chain.SetAutomine(false); err != nil {
		t.Fatal(err)
	}
	if err := l.chain.Mine(1); err != nil {
		t.Fatal(err)
	}
	l.catchUp()
	closing := func() store.Closing {
		t.Helper()
		open, err := l.Store.OpenClosings(t.Context(), 9)
		if err != nil || len(open) != 1 || open[0].Session != session {
			t.Fatalf("closings are %v, %v; want one of %s", open, err, session)
		}
		return open[0]
	}
	settle := func(s *Settler) {
		t.Helper()
		if err := s.Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	settle(l.settler(calm{l.client}))
	first := closing()
	settle(l.settler(l.client)) // nobody is impatient yet
	if c := closing(); c.Tx != first.Tx {
		t.Error("it was replaced at once")
	}
	settle(impatient(l.settler(l.client)))
	second := closing()
	if second.Tx == first.Tx || second.Nonce != first.Nonce {
		t.Errorf("%s with nonce %d was replaced by %s with %d", first.Tx, first.Nonce, second.Tx, second.Nonce)
	}
	if err := l.chain.Mine(1); err != nil {
		t.Fatal(err)
	}
	l.catchUp()
	if s, err := l.Store.PaidSession(t.Context(), session); err != nil || !s.Closed {
		t.Errorf("it is %+v, %v", s, err)
	}

	if err := l.chain.Reorg(1, true); err != nil {
		t.Fatal(err)
	}
	if err := l.chain.SetAutomine(true); err != nil {
		t.Fatal(err)
	}
	l.send(operator, l.d.Address("Dollar"), contract.NewDollar().PackApprove(common.Address{9}, new(big.Int)))
	l.catchUp()
	settle(l.settler(l.client)) // forgets it, and begins anew
	if c := closing(); c.Nonce != second.Nonce+1 {
		t.Errorf("after another transaction took nonce %d, it has %d", second.Nonce, c.Nonce)
	}
	if err := l.chain.Mine(1); err != nil {
		t.Fatal(err)
	}
	l.catchUp()
	if s, err := l.Store.PaidSession(t.Context(), session); err != nil || !s.Closed {
		t.Errorf("it is %+v, %v", s, err)
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
