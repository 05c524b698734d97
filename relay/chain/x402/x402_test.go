package x402

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/ethclient"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/chain"
	"github.com/dehug/dehug/relay/chain/contract"
	"github.com/dehug/dehug/relay/chain/deploy"
	"github.com/dehug/dehug/relay/chain/devnet"
	"github.com/dehug/dehug/relay/chain/follow"
	"github.com/dehug/dehug/relay/chain/index"
	"github.com/dehug/dehug/relay/chain/send"
	"github.com/dehug/dehug/relay/store"
)

// Who is who.
var author, payer, operator, stranger, worker = devnet.Accounts()[1], devnet.Accounts()[2], devnet.Accounts()[3], devnet.Accounts()[4], devnet.Accounts()[5]

// shop is a relay's desk over a chain, where a model has a plan: 600 for the author, 100 for the relay, up to 300 for a provider.
type shop struct {
	*Desk
	t      *testing.T
	chain  *devnet.Chain
	client *ethclient.Client
	model  manifest.CID
	payee  common.Address
	jobs   int
	later  time.Duration // by which the relay's clock, as the chain's, is ahead
}

func open(t *testing.T) *shop {
	t.Helper()
	c, err := devnet.Start(t.Context(), devnet.Config{Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	s, err := store.Open(context.Background(), "sqlite:"+filepath.Join(t.TempDir(), "hub.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	d, client := c.Deployment(), c.Client()
	l := &shop{t: t, chain: c, client: client, model: manifest.DigestOf([]byte("model")).RawCID()}
	l.Desk = New(Config{Store: s, RPC: client.Client(), Deployment: d, Operator: operator.Address, Key: operator.Signer(), Sender: send.New(client, d.ChainID, operator.Signer()), Log: slog.New(slog.DiscardHandler),
		Safe: func(context.Context) (uint64, error) { return c.Height() - 2, nil },
		Now:  func() time.Time { return time.Now().Add(l.later) }})
	l.send(author, d.Address("ModelRegistry"), contract.NewModelRegistry().PackPublish(contract.IModelRegistryPublication{Name: "face", Recipients: []common.Address{author.Address}, Parts: []uint32{1_000_000},
		Release: contract.IModelRegistryRelease{Version: "1.0.0", Manifest: manifest.Digest(l.model.Digest()), Root: [32]byte{1}, LicenseHash: [32]byte{1}},
		Plans:   []contract.PlanOffer{{Token: d.Address("Dollar"), AuthorFee: big.NewInt(600), RelayFee: big.NewInt(100), ComputeCap: 300, UnitKind: [32]byte{'j'}}}}))
	decoder, err := follow.NewDecoder(d)
	if err != nil {
		t.Fatal(err)
	}
	base := follow.Base(d)
	if ok, err := s.StartChain(t.Context(), d.ChainID, store.ChainBlock{Block: int64(base.Number), Hash: base.Hash.Hex(), Parent: base.Parent.Hex(), At: int64(base.Time)}); err != nil || !ok {
		t.Fatal(ok, err)
	}
	follower := follow.New(follow.Node{RPC: client.Client()}, index.NewSink(s, d), decoder, base)
	for more := true; more; {
		if more, err = follower.Next(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	m, err := s.ChainModelByName(t.Context(), author.Address.Hex(), "face")
	if err != nil {
		t.Fatal(err)
	}
	l.payee = common.HexToAddress(m.Splitter)
	return l
}

func (l *shop) send(by devnet.Account, to common.Address, data []byte) {
	l.t.Helper()
	if _, err := deploy.Send(l.t.Context(), l.client, by.Signer(), to, nil, data); err != nil {
		l.t.Fatal(err)
	}
}

func (l *shop) balance(of common.Address) int64 {
	l.t.Helper()
	dollar := contract.NewDollar()
	n, err := bind.Call(dollar.Instance(l.client, l.asset), &bind.CallOpts{Context: l.t.Context()}, dollar.PackBalanceOf(of), dollar.UnpackBalanceOf)
	if err != nil {
		l.t.Fatal(err)
	}
	return n.Int64()
}

var asked = [32]byte{7}

func (l *shop) quote() Requirements {
	l.t.Helper()
	r, err := l.Quote(l.t.Context(), Job{Manifest: l.model, Provider: worker.Address, Pay: 251, Asked: asked})
	if err != nil {
		l.t.Fatal(err)
	}
	return r
}

// pay does what a client does with an offer. change may alter what is signed, spoil what was.
func (l *shop) pay(r Requirements, by *ethsig.Key, nonce byte, change func(*chain.Transfer)) Payload {
	l.t.Helper()
	value, _ := strconv.ParseInt(r.Amount, 10, 64)
	t := chain.Transfer{From: payer.Address, To: common.HexToAddress(r.PayTo), Value: value, ValidBefore: l.Now().Unix() + r.Timeout, Nonce: [32]byte{nonce}}
	if change != nil {
		change(&t)
	}
	domain := chain.Domain{Name: r.Extra.Name, Version: r.Extra.Version, ChainID: l.Deployment.ChainID, Contract: common.HexToAddress(r.Asset)}
	signature := by.Sign(domain.Transfer(t))
	p := Payload{Version: Version, Accepted: r}
	p.Payload.Signature = fmt.Sprintf("0x%x", signature[:])
	p.Payload.Authorization = Authorization{From: t.From.Hex(), To: t.To.Hex(), Value: fmt.Sprint(t.Value), ValidAfter: fmt.Sprint(t.ValidAfter), ValidBefore: fmt.Sprint(t.ValidBefore), Nonce: fmt.Sprintf("0x%x", t.Nonce)}
	return p
}

// begin keeps a job that is paid so, under way with the provider.
func (l *shop) begin(pay store.ExactPayment, has int64) (store.Job, bool, error) {
	now := time.Now()
	l.jobs++
	return l.Store.CreateJob(l.t.Context(), store.NewJob{Job: store.Job{ID: store.NewID(now) + fmt.Sprint(l.jobs), Account: pay.Payer, Manifest: string(l.model), Mode: "strict", Request: make([]byte, 32), Created: now.UnixMicro(),
		Deadline: now.Add(JobTime).UnixMicro()}, Input: make([]byte, 40), Funds: store.Funds{Account: store.LedgerExact + pay.Payer + "/" + pay.Nonce, Limit: has}, Hold: pay.Value,
		Compute: pay.Value - pay.AuthorFee - pay.RelayFee, Payment: &pay, Relay: "relay", Provider: pay.Provider, Pay: pay.Value - pay.AuthorFee - pay.RelayFee})
}

// run has a job done that is paid by an authorization with a nonce.
func (l *shop) run(nonce byte) store.Job {
	l.t.Helper()
	pay, has, err := l.Check(l.t.Context(), l.pay(l.quote(), payer.Signer(), nonce, nil), asked)
	if err != nil {
		l.t.Fatal(err)
	}
	job, isNew, err := l.begin(pay, has)
	if err != nil || !isNew {
		l.t.Fatal(isNew, err)
	}
	if _, err = l.Store.FinishJob(l.t.Context(), store.Result{Job: job.ID, Fence: 1, Provider: pay.Provider, Output: []byte("answer"), Receipt: []byte("{}"), Pay: map[string]int64{"provider/" + pay.Provider: 251}}, time.Now()); err != nil {
		l.t.Fatal(err)
	}
	return job
}

// is tells how far a payment is, and whether what came of its job is shown as it is to be.
func (l *shop) is(job store.Job, want string) store.ExactPayment {
	l.t.Helper()
	p, err := l.Store.ExactPayment(l.t.Context(), job.ID)
	if err != nil || p.State != want {
		l.t.Fatalf("payment is %s, %v; want %s", p.State, err, want)
	}
	_, err = l.Store.JobOutput(l.t.Context(), job.ID)
	if shown := err == nil; shown != (want == store.ExactPaid || want == store.ExactSafe) {
		l.t.Errorf("%s: output is shown: %t, %v", want, shown, err)
	}
	return p
}

func (l *shop) owed(account string, want int64) {
	l.t.Helper()
	if got, err := l.Store.Balance(l.t.Context(), account); err != nil || got != want {
		l.t.Errorf("the ledger has %d for %s, %v; want %d", got, account, err, want)
	}
}

func (l *shop) settle(job store.Job) {
	l.t.Helper()
	ctx, stop := context.WithTimeout(l.t.Context(), 30*time.Second)
	defer stop()
	if p, err := l.Settle(ctx, job.ID); err != nil || p.State != store.ExactPaid {
		l.t.Fatalf("Settle = %+v, %v", p, err)
	}
}

func (l *shop) round() {
	l.t.Helper()
	if err := l.Desk.round(l.t.Context()); err != nil {
		l.t.Fatal(err)
	}
}

// A job is quoted, paid for once it is done and not before, shown then, and everybody has what is theirs, to the unit: though two relays
// bring the payment, and the chain goes back over it.
func TestPay(t *testing.T) {
	l := open(t)
	before := l.balance(payer.Address)
	pay, has, err := l.Check(t.Context(), l.pay(l.quote(), payer.Signer(), 1, nil), asked)
	if err != nil || has != before || pay.Value != 951 {
		t.Fatal(pay, has, err)
	}
	job, isNew, err := l.begin(pay, has)
	if err != nil || !isNew {
		t.Fatal(isNew, err)
	}
	if again, isNew, err := l.begin(pay, has); err != nil || isNew || again.ID != job.ID {
		t.Errorf("the same again: %s, %t, %v; want %s", again.ID, isNew, err, job.ID)
	}
	other := pay
	other.Quote = make([]byte, 32)
	if _, _, err := l.begin(other, has); relay.ErrorCode(err) != relay.CodeConflict {
		t.Errorf("for another request: %v", err)
	}
	second := pay
	second.Nonce = common.Hash{9}.Hex()
	if _, _, err := l.begin(second, 2*951-1); relay.ErrorCode(err) != relay.CodeQuota {
		t.Errorf("with what another payment is for: %v", err)
	}
	l.is(job, store.ExactHeld)
	l.round()
	l.is(job, store.ExactHeld)
	l.owed(store.LedgerHeld, 951)
	if _, err = l.Store.FinishJob(t.Context(), store.Result{Job: job.ID, Fence: 1, Provider: pay.Provider, Output: []byte("answer"), Receipt: []byte("{}"), Pay: map[string]int64{"provider/" + pay.Provider: 251}}, time.Now()); err != nil {
		t.Fatal(err)
	}
	l.is(job, store.ExactDue)
	l.owed("due/provider/"+worker.Address.Hex(), 251)
	l.owed("due/author/"+l.payee.Hex(), 600)
	l.owed("due/relay", 100)

	twin := New(l.Config) // another relay of the database, with the same key
	done := make(chan error, 1)
	go func() {
		_, err := twin.Settle(t.Context(), job.ID)
		done <- err
	}()
	l.settle(job)
	if err := <-done; err != nil {
		t.Error(err)
	}
	l.is(job, store.ExactPaid)
	if err := l.chain.Reorg(2, true); err != nil {
		t.Fatal(err)
	}
	l.round()
	l.is(job, store.ExactDue)
	l.settle(job)
	if err := l.chain.Mine(3); err != nil {
		t.Fatal(err)
	}
	l.round()
	l.is(job, store.ExactSafe)
	l.owed("due/relay", 0)
	l.owed("chain/provider/"+worker.Address.Hex(), 251)
	l.owed("chain/author/"+l.payee.Hex(), 600)
	l.owed("chain/relay", 100)
	if got := l.balance(payer.Address); got != before-951 {
		t.Errorf("the payer has %d; want %d", got, before-951)
	}

	q, err := l.read(l.quote().Extra.Quote)
	if err != nil {
		t.Fatal(err)
	}
	who, parts, err := l.parts(q)
	if err != nil {
		t.Fatal(err)
	}
	l.send(stranger, l.Deployment.Address("RevenueSplitterFactory"), contract.NewRevenueSplitterFactory().PackCreate(who, parts))
	for account, want := range map[common.Address]int64{l.payee: 600, operator.Address: 100, worker.Address: 251} {
		had := l.balance(account)
		l.send(stranger, common.HexToAddress(pay.PayTo), contract.NewRevenueSplitter().PackWithdraw(l.asset, account))
		if got := l.balance(account) - had; got != want {
			t.Errorf("%s withdraws %d; want %d", account, got, want)
		}
	}
}

// Whatever the amounts are, each gets its own to the unit.
func TestParts(t *testing.T) {
	l := &shop{Desk: &Desk{Config: Config{Operator: operator.Address}}}
	for _, q := range []quote{{Author: 1, Relay: 1, Pay: 1}, {Author: 333_333, Relay: 1, Pay: 666_666}, {Author: 0, Relay: 7, Pay: 11}, {Author: 5}, {Author: 999_983, Relay: 10, Pay: 7}, {Author: 1, Relay: 13, Pay: 999_986}} {
		q.Payee, q.Provider = author.Address, worker.Address
		who, parts, err := l.parts(q)
		if err != nil {
			t.Errorf("%+v: %v", q, err)
			continue
		}
		left := q.amount()
		for i, a := range who {
			part := q.amount() * int64(parts[i]) / whole
			if left -= part; i == len(who)-1 {
				part += left
			}
			if want := map[common.Address]int64{author.Address: q.Author, operator.Address: q.Relay, worker.Address: q.Pay}[a]; part != want {
				t.Errorf("%+v: %s gets %d; want %d", q, a, part, want)
			}
		}
	}
}

func TestRefusePayments(t *testing.T) {
	l := open(t)
	used := l.run(1)
	l.settle(used)
	offer := l.quote()
	poor, err := ethsig.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	later := func(d time.Duration) func(*chain.Transfer) {
		return func(t *chain.Transfer) { t.ValidBefore = l.Now().Add(d).Unix() }
	}
	for name, c := range map[string]struct {
		sign   *ethsig.Key
		nonce  byte
		change func(*chain.Transfer)
		spoil  func(*Payload)
		want   string
	}{
		"forged":       {sign: stranger.Signer(), want: "invalid_exact_evm_payload_signature"},
		"replayed":     {nonce: 1, want: "invalid_exact_evm_nonce_already_used"},
		"expired":      {change: later(-time.Second), want: "invalid_exact_evm_payload_authorization_valid_before"},
		"expires_soon": {change: later(JobTime), want: "invalid_exact_evm_payload_authorization_valid_before"},
		"not_yet":      {change: func(t *chain.Transfer) { t.ValidAfter = l.Now().Unix() + 60 }, want: "invalid_exact_evm_payload_authorization_valid_after"},
		"insufficient": {sign: poor, change: func(t *chain.Transfer) { t.From = common.Address(poor.Address()) }, want: "insufficient_funds"},
		"less":         {change: func(t *chain.Transfer) { t.Value-- }, want: "invalid_exact_evm_payload_authorization_value"},
		"more":         {change: func(t *chain.Transfer) { t.Value++ }, want: "invalid_exact_evm_payload_authorization_value"},
		"to_another":   {change: func(t *chain.Transfer) { t.To = operator.Address }, want: "invalid_exact_evm_payload_recipient_mismatch"},
		"other_chain":  {spoil: func(p *Payload) { p.Accepted.Network = "eip155:1" }, want: "invalid_payment_requirements"},
		"other_token":  {spoil: func(p *Payload) { p.Accepted.Asset = stranger.Address.Hex() }, want: "invalid_payment_requirements"},
		"version_1":    {spoil: func(p *Payload) { p.Version = 1 }, want: "invalid_payment_requirements"},
		"no_quote":     {spoil: func(p *Payload) { p.Accepted.Extra.Quote = "" }, want: "invalid_payload"},
		"negative":     {spoil: func(p *Payload) { p.Payload.Authorization.Value = "-951" }, want: "invalid_exact_evm_payload_authorization_value"},
		"overflow":     {spoil: func(p *Payload) { p.Payload.Authorization.Value = "18446744073709552567" }, want: "invalid_exact_evm_payload_authorization_value"},
		"short_nonce":  {spoil: func(p *Payload) { p.Payload.Authorization.Nonce = "0x01" }, want: "invalid_payload"},
		"no_signature": {spoil: func(p *Payload) { p.Payload.Signature = "0x" }, want: "invalid_exact_evm_payload_signature"},
		"altered_quote": {spoil: func(p *Payload) {
			raw, _ := base64.RawURLEncoding.DecodeString(p.Accepted.Extra.Quote)
			raw[quoteSize-1]--
			p.Accepted.Extra.Quote = base64.RawURLEncoding.EncodeToString(raw)
		}, want: "invalid_payload"},
	} {
		t.Run(name, func(t *testing.T) {
			sign, nonce := c.sign, c.nonce
			if sign == nil {
				sign = payer.Signer()
			}
			if nonce == 0 {
				nonce = 2
			}
			p := l.pay(offer, sign, nonce, c.change)
			if c.spoil != nil {
				c.spoil(&p)
			}
			_, _, err := l.Check(t.Context(), p, asked)
			if r, ok := errors.AsType[*Refusal](err); !ok || r.Reason != c.want {
				t.Errorf("Check = %v; want %s", err, c.want)
			}
		})
	}
	good := l.pay(offer, payer.Signer(), 2, nil)
	if _, _, err := l.Check(t.Context(), good, asked); err != nil {
		t.Error(err)
	}
	if _, _, err := l.Check(t.Context(), good, [32]byte{8}); err == nil {
		t.Error("a quote is good for another request")
	}
	l.later = quoteLife
	if _, _, err := l.Check(t.Context(), good, asked); err == nil {
		t.Error("a quote is good for ever")
	}
	for header, want := range map[string]relay.Code{"": relay.CodeInvalid, "{}": relay.CodeInvalid, "bnVsbA=": relay.CodeInvalid, string(make([]byte, MaxHeader+1)): relay.CodeTooLarge} {
		if _, err := Read(header); relay.ErrorCode(err) != want {
			t.Errorf("Read(%.10q) = %v", header, err)
		}
	}
	for _, j := range []Job{{Manifest: l.model, Pay: 301}, {Manifest: l.model, Pay: -1}, {Manifest: manifest.DigestOf([]byte("another")).RawCID(), Pay: 1}} {
		if _, err := l.Quote(t.Context(), j); relay.ErrorCode(err) != relay.CodeConflict {
			t.Errorf("%+v: %v", j, err)
		}
	}
}

// A job that fails, also for a reason that other jobs are tried again for, is not paid; nor is one that is canceled.
func TestNotPaid(t *testing.T) {
	l := open(t)
	before := l.balance(payer.Address)
	for i, end := range []func(store.Job) (store.Job, error){
		func(j store.Job) (store.Job, error) {
			return l.Store.FailAttempt(t.Context(), j.ID, 1, relay.JobProviderLost, "gone", time.Now(), time.Now())
		},
		func(j store.Job) (store.Job, error) {
			return l.Store.CancelJob(t.Context(), j.Account, j.ID, time.Now())
		},
	} {
		pay, has, err := l.Check(t.Context(), l.pay(l.quote(), payer.Signer(), byte(i+1), nil), asked)
		if err != nil {
			t.Fatal(err)
		}
		job, _, err := l.begin(pay, has)
		if err != nil {
			t.Fatal(err)
		}
		if job, err = end(job); err != nil || !relay.JobState(job.State).Ended() {
			t.Fatal(job.State, err)
		}
		if p, err := l.Settle(t.Context(), job.ID); err != nil || p.State != store.ExactVoid {
			t.Errorf("Settle = %s, %v", p.State, err)
		}
		l.round()
		l.is(job, store.ExactVoid)
	}
	l.owed(store.LedgerHeld, 0)
	if got := l.balance(payer.Address); got != before {
		t.Errorf("the payer has %d; want %d", got, before)
	}
}

// What the payer does between check and settlement: brings the payment, which counts; uses its nonce to pay somebody else, which does
// not; spends the money, which leaves it due until the authorization runs out. Nothing is shown that was not paid.
func TestPayerActs(t *testing.T) {
	l := open(t)
	brought := l.run(1)
	p := l.is(brought, store.ExactDue)
	data, err := call(p)
	if err != nil {
		t.Fatal(err)
	}
	l.send(payer, l.asset, data)
	l.round()
	l.is(brought, store.ExactPaid)

	elsewhere := l.run(3)
	other := l.is(elsewhere, store.ExactDue)
	domain, err := l.Domain(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	other.PayTo = stranger.Address.Hex()
	signature := payer.Signer().Sign(domain.Transfer(transfer(other)))
	other.Signature = signature[:]
	if data, err = call(other); err != nil {
		t.Fatal(err)
	}
	l.send(payer, l.asset, data)
	l.round()
	l.is(elsewhere, store.ExactDue)
	if err := l.chain.Mine(2); err != nil {
		t.Fatal(err)
	}
	l.round()
	l.is(elsewhere, store.ExactLost)

	spent := l.run(2)
	had := l.balance(payer.Address)
	l.send(payer, l.asset, contract.NewDollar().PackTransfer(stranger.Address, big.NewInt(had)))
	l.round()
	l.is(spent, store.ExactDue)
	waiting, stop := context.WithTimeout(t.Context(), time.Millisecond)
	defer stop()
	if p, err := l.Settle(waiting, spent.ID); err != nil || p.State != store.ExactDue {
		t.Errorf("Settle = %s, %v", p.State, err)
	}
	l.later = validFor + time.Hour
	if err := l.chain.IncreaseTime(l.later); err != nil {
		t.Fatal(err)
	}
	if err := l.chain.Mine(2); err != nil {
		t.Fatal(err)
	}
	l.round()
	l.round()
	l.is(spent, store.ExactLost)
	l.owed("due/provider/"+worker.Address.Hex(), 0)
	l.owed("owed/provider/"+worker.Address.Hex(), 2*251)
	l.owed("relay", -2*251)
}
