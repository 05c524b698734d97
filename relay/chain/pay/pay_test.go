package pay

import (
	"context"
	"math/big"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

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
	"github.com/dehug/dehug/relay/chain/node"
	"github.com/dehug/dehug/relay/chain/send"
	"github.com/dehug/dehug/relay/internal/cuttable"
	"github.com/dehug/dehug/relay/store"
)

// till is a relay's Pay over a chain, where a model has a plan.
type till struct {
	*Pay
	t        *testing.T
	chain    *devnet.Chain
	client   *ethclient.Client
	d        *deploy.Deployment
	follower *follow.Follower
	plan     chain.PlanID
	model    manifest.CID
}

// Who is who.
var (
	author, payer, operator, stranger = devnet.Accounts()[1], devnet.Accounts()[2], devnet.Accounts()[3], devnet.Accounts()[4]
	pageKey                           = devnet.Accounts()[5] // lives in the payer's page
)

func open(t *testing.T, url string) *till {
	t.Helper()
	c, err := devnet.Start(t.Context(), devnet.Config{Listen: "127.0.0.1:0", Start: time.Unix(2_000_000_000, 0)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if url == "" {
		url = "sqlite:" + filepath.Join(t.TempDir(), "hub.db")
	}
	s, err := store.Open(context.Background(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	d, client := c.Deployment(), c.Client()
	till := &till{t: t, chain: c, client: client, d: d, model: manifest.DigestOf([]byte("model")).RawCID(), Pay: New(Config{Store: s, RPC: client.Client(), Deployment: d,
		Operator: operator.Address, SafeAbove: 20_000, Sender: send.New(client, d.ChainID, operator.Signer())})}
	decoder, err := follow.NewDecoder(d)
	if err != nil {
		t.Fatal(err)
	}
	base := follow.Base(d)
	if ok, err := s.StartChain(t.Context(), d.ChainID, store.ChainBlock{Block: int64(base.Number), Hash: base.Hash.Hex(), Parent: base.Parent.Hex(), At: int64(base.Time)}); err != nil || !ok {
		t.Fatal(ok, err)
	}
	till.follower = follow.New(follow.Node{RPC: client.Client()}, index.NewSink(s, d), decoder, base)
	till.plan = till.publish("face", manifest.Digest(till.model.Digest()), d.Address("Dollar"), 0)
	return till
}

// publish publishes a model with a plan: 600 for the author, 100 for the relay, up to 300 for providers.
func (l *till) publish(name string, digest manifest.Digest, token common.Address, period uint32) chain.PlanID {
	l.t.Helper()
	offer := contract.PlanOffer{Token: token, AuthorFee: big.NewInt(600), RelayFee: big.NewInt(100), ComputeCap: 300, UnitKind: [32]byte{'j', 'o', 'b'}, Period: period}
	if period > 0 {
		offer.Quota = 20
	}
	l.send(author, l.d.Address("ModelRegistry"), contract.NewModelRegistry().PackPublish(contract.IModelRegistryPublication{Name: name,
		Release:    contract.IModelRegistryRelease{Version: "1.0.0", Manifest: digest, Root: [32]byte{1}, LicenseHash: [32]byte{1}},
		Recipients: []common.Address{author.Address}, Parts: []uint32{1_000_000}, Plans: []contract.PlanOffer{offer}}))
	l.catchUp()
	m, err := l.Store.ChainModelByName(l.t.Context(), author.Address.Hex(), name)
	if err != nil {
		l.t.Fatal(err)
	}
	return chain.NewPlanID(contract.PlanTerms{Model: common.HexToHash(m.ID), Token: token, Payee: common.HexToAddress(m.Splitter), AuthorFee: offer.AuthorFee, RelayFee: offer.RelayFee,
		ComputeCap: offer.ComputeCap, UnitKind: offer.UnitKind, Period: period, Quota: offer.Quota})
}

func (l *till) send(by devnet.Account, to common.Address, data []byte) {
	l.t.Helper()
	if _, err := deploy.Send(l.t.Context(), l.client, by.Signer(), to, nil, data); err != nil {
		l.t.Fatal(err)
	}
}

// catchUp reads the chain.
func (l *till) catchUp() {
	l.t.Helper()
	for more := true; more; {
		var err error
		if more, err = l.follower.Next(l.t.Context()); err != nil {
			l.t.Fatal(err)
		}
	}
}

func (l *till) now() uint32 {
	l.t.Helper()
	head, err := l.client.HeaderByNumber(l.t.Context(), nil)
	if err != nil {
		l.t.Fatal(err)
	}
	return uint32(head.Time)
}

// terms are those of a session of an hour.
func (l *till) terms(salt byte, units uint32) contract.IUsageControllerSessionTerms {
	return contract.IUsageControllerSessionTerms{Payer: payer.Address, Operator: operator.Address, Plan: l.plan, SessionKey: pageKey.Address, Units: units, End: l.now() + 3600, Salt: [32]byte{salt}}
}

// lock opens a session out of the payer's wallet.
func (l *till) lock(t contract.IUsageControllerSessionTerms) string {
	l.t.Helper()
	l.send(payer, l.d.Address("Dollar"), contract.NewDollar().PackApprove(l.d.Address("UsageController"), big.NewInt(1_000_000)))
	l.send(payer, l.d.Address("UsageController"), contract.NewUsageController().PackOpenSessionPaying(t))
	l.catchUp()
	return idOf(t)
}

func idOf(t contract.IUsageControllerSessionTerms) string {
	return common.Hash(chain.NewSessionID(t.Plan, t.Operator, chain.SessionNumber(t.Payer, t.Salt))).Hex()
}

// sign makes a voucher of a session's.
func (l *till) sign(by *ethsig.Key, id string, units int64, transcript [32]byte) relay.Voucher {
	digest := chain.UsageDomain(l.d.ChainID, l.d.Address("UsageController")).Voucher(chain.SessionID(common.HexToHash(id)), uint32(units), transcript)
	return relay.Voucher{Session: id, Units: units, Transcript: transcript, Signature: by.Sign(digest)}
}

// A session is found if it is for this relay and this model, lasts, and is safe for what it is worth.
func TestFind(t *testing.T) {
	l := open(t, "")
	other := l.publish("other", manifest.DigestOf([]byte("other")), l.d.Address("Dollar"), 0)
	monthly := l.publish("monthly", manifest.Digest(l.model.Digest()), l.d.Address("Dollar"), 30*24*3600)
	good, big, foreign, short, model, closing := l.terms(1, 10), l.terms(2, 30), l.terms(3, 10), l.terms(4, 10), l.terms(5, 10), l.terms(6, 10)
	foreign.Operator, short.End, model.Plan = stranger.Address, l.now()+700, other
	closing.End += 48 * 3600
	subscribed := l.terms(7, 20)
	subscribed.Plan = monthly
	for _, terms := range []contract.IUsageControllerSessionTerms{good, foreign, short, model, closing, subscribed} {
		l.lock(terms)
	}
	in := func(d time.Duration) time.Time { return time.Now().Add(d) }
	find := func(what, id string, by time.Duration, want relay.Code) relay.Session {
		t.Helper()
		s, err := l.Find(t.Context(), id, l.model, in(by))
		if relay.ErrorCode(err) != want || want != "" && relay.ErrorHint(err) == "" && want != relay.CodeSessionForeign {
			t.Errorf("%s: Find = %+v, %v (%s); want %q", what, s, err, relay.ErrorCode(err), want)
		}
		return s
	}
	s := find("good", idOf(good), time.Minute, "")
	if s.Units != 10 || s.Payer != payer.Address.Hex() || s.Key != pageKey.Address.Hex() || s.Price != (relay.Price{Author: 600, Relay: 100, Compute: 300}) || s.Ends.Unix() != int64(good.End) {
		t.Errorf("Find = %+v", s)
	}
	find("subscription", idOf(subscribed), time.Minute, "")
	find("unknown", "0x"+strings.Repeat("0", 64), time.Minute, relay.CodeNotFound)
	find("other operator's", idOf(foreign), time.Minute, relay.CodeSessionForeign)
	find("other model's", idOf(model), time.Minute, relay.CodeSessionForeign)
	find("ends too soon", idOf(short), 5*time.Minute, relay.CodeSessionEnded)
	find("ends just in time", idOf(short), time.Second, "")

	// Notice was given: a day is left, and no more.
	find("a day and an hour", idOf(closing), 25*time.Hour, "")
	ref := contract.IUsageControllerSessionRef{Plan: closing.Plan, Operator: closing.Operator, Number: chain.SessionNumber(closing.Payer, closing.Salt)}
	l.send(payer, l.d.Address("UsageController"), contract.NewUsageController().PackRequestClose(ref))
	l.catchUp()
	find("a day and an hour, after notice", idOf(closing), 25*time.Hour, relay.CodeSessionEnded)
	find("a minute, after notice", idOf(closing), time.Minute, "")
	if err := l.chain.IncreaseTime(25 * time.Hour); err != nil {
		t.Fatal(err)
	}
	l.send(stranger, l.d.Address("UsageController"), contract.NewUsageController().PackClose(ref, false))
	l.catchUp()
	find("closed", idOf(closing), time.Minute, relay.CodeSessionEnded)
	find("over", idOf(good), time.Minute, relay.CodeSessionEnded)

	// What is worth much waits until the chain cannot undo it.
	big.End = l.now() + 3600
	l.lock(big)
	l.Depth = 3
	find("not safe yet", idOf(big), time.Minute, relay.CodeSessionPending)
	if err := l.chain.Mine(3); err != nil {
		t.Fatal(err)
	}
	l.asked = time.Time{}
	find("safe", idOf(big), time.Minute, "")
	if err := l.chain.Reorg(6, true); err != nil {
		t.Fatal(err)
	}
	l.catchUp()
	find("undone", idOf(big), time.Minute, relay.CodeNotFound)
}

// A voucher is taken if the contract would take it.
func TestSigned(t *testing.T) {
	l := open(t, "")
	terms := l.terms(1, 10)
	id := l.lock(terms)
	s, err := l.Find(t.Context(), id, l.model, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	good := l.sign(pageKey.Signer(), id, 3, [32]byte{9})
	want := func(what string, v relay.Voucher, want relay.Code) {
		t.Helper()
		if err := l.Signed(s, v); relay.ErrorCode(err) != want {
			t.Errorf("%s: Signed = %v; want %q", what, err, want)
		}
	}
	want("good", good, "")
	want("payer's", l.sign(payer.Signer(), id, 3, [32]byte{9}), relay.CodeVoucherForged)
	spoil := func(what string, do func(v *relay.Voucher)) {
		t.Helper()
		v := good
		do(&v)
		want(what, v, relay.CodeVoucherForged)
	}
	spoil("more units", func(v *relay.Voucher) { v.Units++ })
	spoil("another transcript", func(v *relay.Voucher) { v.Transcript[0]++ })
	spoil("too many units", func(v *relay.Voucher) { v.Units += 1 << 32 })
	spoil("another session's", func(v *relay.Voucher) { *v = l.sign(pageKey.Signer(), "0x"+strings.Repeat("1", 64), 3, [32]byte{9}) })
	spoil("another recovery", func(v *relay.Voucher) { v.Signature[64] ^= 7 })
	spoil("high s", func(v *relay.Voucher) {
		order, _ := new(big.Int).SetString("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16)
		new(big.Int).Sub(order, new(big.Int).SetBytes(v.Signature[32:64])).FillBytes(v.Signature[32:64])
		v.Signature[64] ^= 27 ^ 28
	})
	spoil("nothing", func(v *relay.Voucher) { v.Signature = manifest.Signature{} })
}

// The relay opens what a payer signed, by passes or out of the payer's money, and nothing else.
func TestOpen(t *testing.T) {
	l := open(t, "")
	controller := contract.NewUsageController()
	usage := chain.UsageDomain(l.d.ChainID, l.d.Address("UsageController"))
	l.send(payer, l.d.Address("Dollar"), contract.NewDollar().PackApprove(l.d.Address("UsageController"), big.NewInt(1_000_000)))
	l.send(payer, l.d.Address("UsageController"), controller.PackBuy(l.plan, big.NewInt(5), payer.Address))
	call := func(t contract.IUsageControllerSessionTerms, by *ethsig.Key) []byte {
		signature := by.Sign(usage.OpenSession(t))
		return controller.PackOpenSessionBySig(t, signature[:])
	}
	terms := l.terms(1, 5)
	if who, err := l.Read(call(terms, payer.Signer())); err != nil || who != payer.Address.Hex() {
		t.Errorf("Read = %s, %v", who, err)
	}
	elsewhere := terms
	elsewhere.Operator = stranger.Address
	more := l.terms(2, 6)
	for what, c := range map[string]struct {
		call []byte
		want relay.Code
	}{
		"nothing":                {nil, relay.CodeInvalid},
		"another call":           {controller.PackOpenSessionPaying(terms), relay.CodeInvalid},
		"half a call":            {call(terms, payer.Signer())[:90], relay.CodeInvalid},
		"too much":               {make([]byte, MaxCall+1), relay.CodeTooLarge},
		"for another":            {call(elsewhere, payer.Signer()), relay.CodeInvalid},
		"signed by another":      {call(terms, stranger.Signer()), relay.CodeUnauthorized},
		"more than there passes": {call(more, payer.Signer()), relay.CodeConflict},
	} {
		if _, err := l.Open(t.Context(), c.call); relay.ErrorCode(err) != c.want {
			t.Errorf("%s: Open = %v (%s); want %s", what, err, relay.ErrorCode(err), c.want)
		}
	}
	for _, want := range []relay.Code{"", relay.CodeConflict} { // the passes are gone
		if _, err := l.Open(t.Context(), call(terms, payer.Signer())); relay.ErrorCode(err) != want {
			t.Errorf("Open = %v; want %q", err, want)
		}
		if err := l.chain.Mine(1); err != nil {
			t.Fatal(err)
		}
	}
	l.catchUp()
	if _, err := l.Find(t.Context(), idOf(terms), l.model, time.Now()); err != nil {
		t.Error(err)
	}
	gone, stop := context.WithCancel(t.Context())
	stop()
	if _, err := l.Open(gone, call(l.terms(3, 1), payer.Signer())); relay.ErrorCode(err) != relay.CodeUnavailable {
		t.Errorf("with a node that does not answer: %v", err)
	}
}

// A node that goes silent is waited for once, and by nobody for ever: the others who ask meanwhile have the same answer.
func TestSilentNode(t *testing.T) {
	asked := make(chan struct{}, 100)
	at := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked <- struct{}{}
		w.Header().Set("Content-Type", "application/json")
		w.Write([]byte(`{"jsonrpc":"2.0","id":1,"result":{"number":"0x7"}}`))
	}))
	defer at.Close()
	proxy, err := cuttable.Listen(strings.TrimPrefix(at.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer proxy.Close()
	client, err := node.Dial("http://"+proxy.Address(), 200*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	p := New(Config{RPC: client, Deployment: &deploy.Deployment{}})
	proxy.Silence()
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			if safe, err := p.Safe(context.Background(), 7); safe || relay.ErrorCode(err) != relay.CodeUnavailable {
				t.Errorf("Safe of a silent node = %t, %v", safe, err)
			}
		})
	}
	all.Wait()
	if len(asked) > 0 {
		t.Errorf("%d questions came through", len(asked))
	}
	proxy.Still(0)
	p.asked = time.Time{} // it is asked again after a second
	if safe, err := p.Safe(context.Background(), 7); !safe || err != nil {
		t.Errorf("Safe of a node that speaks again = %t, %v", safe, err)
	}
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
}
