package chain_test

import (
	"bytes"
	"context"
	"encoding/json"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/ethclient"

	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay/chain"
	"github.com/dehug/dehug/relay/chain/contract"
	"github.com/dehug/dehug/relay/chain/deploy"
	"github.com/dehug/dehug/relay/chain/devnet"
)

var (
	registry   = contract.NewModelRegistry()
	controller = contract.NewUsageController()
	pass       = contract.NewUsagePass()
	orders     = contract.NewJobOrders()
	splitters  = contract.NewRevenueSplitter()
	dollar     = contract.NewDollar()
	eas        = contract.NewEAS()
)

// world is a devnet and who is on it.
type world struct {
	t      *testing.T
	chain  *devnet.Chain
	client *ethclient.Client
	d      *deploy.Deployment

	author, payer, relay, gpu, curator, stranger person
}

type person struct {
	common.Address
	key *ethsig.Key
}

func newWorld(t *testing.T) *world {
	t.Helper()
	c, err := devnet.Start(t.Context(), devnet.Config{Start: time.Unix(2_000_000_000, 0)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	var all []person
	for _, a := range devnet.Accounts() {
		all = append(all, person{a.Address, a.Signer()})
	}
	return &world{t, c, c.Client(), c.Deployment(), all[1], all[2], all[3], all[4], all[5], all[6]}
}

// send sends a transaction that has to succeed.
func (w *world) send(from person, to common.Address, value int64, data []byte) *types.Receipt {
	w.t.Helper()
	receipt, err := deploy.Send(w.t.Context(), w.client, from.key, to, big.NewInt(value), data)
	if err != nil {
		w.t.Fatal(err)
	}
	return receipt
}

// refused sends a transaction that must not succeed.
func (w *world) refused(what string, from person, to common.Address, data []byte) {
	w.t.Helper()
	if _, err := deploy.Send(w.t.Context(), w.client, from.key, to, nil, data); err == nil {
		w.t.Errorf("was not refused: %s", what)
	}
}

// now is the newest block's time.
func (w *world) now() uint32 {
	w.t.Helper()
	head, err := w.client.HeaderByNumber(w.t.Context(), nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return uint32(head.Time)
}

func (w *world) later(by time.Duration) {
	w.t.Helper()
	if err := w.chain.IncreaseTime(by); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) reorg(blocks uint64, drop bool) {
	w.t.Helper()
	if err := w.chain.Reorg(blocks, drop); err != nil {
		w.t.Fatal(err)
	}
}

// balance is what an account has of a token; zero is ETH.
func (w *world) balance(token, account common.Address) int64 {
	w.t.Helper()
	if token == (common.Address{}) {
		b, err := w.client.BalanceAt(w.t.Context(), account, nil)
		if err != nil {
			w.t.Fatal(err)
		}
		return new(big.Int).Mod(b, big.NewInt(1<<62)).Int64() // differences are small: what is above does not matter
	}
	return ask(w, w.d.Address("Dollar"), dollar.PackBalanceOf(account), dollar.UnpackBalanceOf).Int64()
}

// ask calls a function that changes nothing.
func ask[T any](w *world, at common.Address, data []byte, unpack func([]byte) (T, error)) T {
	w.t.Helper()
	bound := registry.Instance(w.client, at) // only its client and address matter
	answer, err := bind.Call(bound, &bind.CallOpts{Context: context.Background()}, data, unpack)
	if err != nil {
		w.t.Fatal(err)
	}
	return answer
}

// equal compares, and says what of.
func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// word is some word that a text stands for.
func word(text string) (w [32]byte) {
	copy(w[:], text)
	return w
}

// Money goes its whole way, in ETH and in a token, and every unit of it arrives: publish → buy → session → redeem → withdraw by
// each party → close and give back → orders that end by time. Blocks are taken back in the middle.
func TestMoney(t *testing.T) {
	w := newWorld(t)
	for name, token := range map[string]common.Address{"ETH": {}, "dollar": w.d.Address("Dollar")} {
		t.Run(name, func(t *testing.T) {
			w := *w
			w.t = t
			m := w.publish("tiny-"+strings.ToLower(name), token)
			m.session()
			m.orders()
		})
	}
}

// market is a model with a plan: 600 for the author, 100 for the relay, up to 300 for a provider.
type market struct {
	*world
	token    common.Address
	splitter common.Address
	version  chain.VersionID
	plan     chain.PlanID
}

// publish has a stranger publish what the author signed.
func (w *world) publish(name string, token common.Address) *market {
	t, id, at := w.t, uint64(devnet.ChainID), w.d.Address("ModelRegistry")
	offer := contract.PlanOffer{
		Token: token, AuthorFee: big.NewInt(600), RelayFee: big.NewInt(100), ComputeCap: 300, UnitKind: word("inference"), Transferable: true,
	}
	p := contract.IModelRegistryPublication{
		Name: name,
		Release: contract.IModelRegistryRelease{
			Version: "1.0.0", Manifest: word("manifest"), Root: word("root"), LicenseHash: word("license"),
		},
		Recipients: []common.Address{w.author.Address, w.curator.Address}, Parts: []uint32{700_000, 300_000},
		RoyaltyBps: 500, Plans: []contract.PlanOffer{offer},
	}
	if bytes.Compare(p.Recipients[0][:], p.Recipients[1][:]) > 0 {
		slices.Reverse(p.Recipients)
		slices.Reverse(p.Parts)
	}
	by := contract.IModelRegistryPermission{
		Owner: w.author.Address, Relay: w.stranger.Address, Fee: new(big.Int), Deadline: big.NewInt(int64(w.now()) + 3600),
	}
	nonce := ask(w, at, registry.PackNonces(w.author.Address), registry.UnpackNonces)
	signature := w.author.key.Sign(chain.RegistryDomain(id, at).Publish(p, by, nonce))
	w.send(w.stranger, at, 0, registry.PackPublishBySig(p, by, signature[:]))

	model := chain.NewModelID(id, at, w.author.Address, name)
	kept := ask(w, at, registry.PackModelOf(model), registry.UnpackModelOf)
	equal(t, "publisher", kept.Publisher, w.author.Address)
	m := &market{world: w, token: token, splitter: kept.Splitter, version: chain.NewVersionID(id, at, model, "1.0.0", word("manifest"))}
	equal(t, "version", kept.Latest, m.version)
	terms := contract.PlanTerms{
		Model: model, Token: token, Payee: m.splitter, AuthorFee: offer.AuthorFee, RelayFee: offer.RelayFee, ComputeCap: offer.ComputeCap,
		UnitKind: offer.UnitKind, Transferable: true,
	}
	m.plan = chain.NewPlanID(terms)
	equal(t, "model of the plan", ask(w, w.d.Address("UsagePass"), pass.PackTermsOf(m.plan), pass.UnpackTermsOf).Model, model)
	return m
}

// pay sends a transaction that costs so much of the market's token.
func (m *market) pay(from person, to common.Address, amount int64, data []byte) *types.Receipt {
	m.t.Helper()
	if m.token == (common.Address{}) {
		return m.send(from, to, amount, data)
	}
	m.send(from, m.token, 0, dollar.PackApprove(to, big.NewInt(amount)))
	return m.send(from, to, 0, data)
}

// credit is what an account has to get from a contract that holds money.
func (m *market) credit(till string, account common.Address) int64 {
	m.t.Helper()
	return ask(m.world, m.d.Address(till), controller.PackCreditOf(m.token, account), controller.UnpackCreditOf).Int64()
}

// withdraw has an account paid by a stranger, and sees that exactly so much arrives there.
func (m *market) withdraw(what, till string, account common.Address, want int64) {
	m.t.Helper()
	before := m.balance(m.token, account)
	m.send(m.stranger, m.d.Address(till), 0, controller.PackWithdraw(m.token, account, account))
	equal(m.t, what+" gets", m.balance(m.token, account)-before, want)
}

func (m *market) session() {
	t, at := m.t, m.d.Address("UsageController")
	domain := chain.UsageDomain(devnet.ChainID, at)
	held := m.balance(m.token, at)

	m.pay(m.payer, at, 1_000_000, controller.PackBuy(m.plan, big.NewInt(1000), m.payer.Address))
	equal(t, "held for 1000 passes", m.balance(m.token, at)-held, 1_000_000)

	page, err := ethsig.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	terms := contract.IUsageControllerSessionTerms{
		Payer: m.payer.Address, Operator: m.relay.Address, Plan: m.plan, SessionKey: common.Address(page.Address()),
		Units: 100, End: m.now() + 30*86400, Salt: word("salt"),
	}
	equal(t, "what a payer signs", ask(m.world, at, controller.PackOpeningHash(terms), controller.UnpackOpeningHash), domain.OpenSession(terms))
	m.send(m.payer, at, 0, controller.PackOpenSession(terms))
	ref := contract.IUsageControllerSessionRef{
		Plan: m.plan, Operator: m.relay.Address, Number: chain.SessionNumber(m.payer.Address, terms.Salt),
	}
	id := chain.NewSessionID(m.plan, m.relay.Address, ref.Number)
	equal(t, "session", ask(m.world, at, controller.PackSessionId(ref), controller.UnpackSessionId), id)
	equal(t, "what a key signs", ask(m.world, at, controller.PackVoucherHash(id, 40, word("transcript")), controller.UnpackVoucherHash),
		domain.Voucher(id, 40, word("transcript")))

	redeem := func(units uint32, pay uint64) *types.Receipt {
		t.Helper()
		v := chain.Voucher{
			Session: ref.Number, Units: units, Transcript: word("transcript"), Pays: []chain.Pay{{Provider: 0, Amount: pay}},
			Signature: page.Sign(domain.Voucher(id, units, word("transcript"))),
		}
		packed, err := v.Append(nil)
		if err != nil {
			t.Fatal(err)
		}
		batch := contract.IUsageControllerBatch{Plan: m.plan, Operator: m.relay.Address, Providers: []common.Address{m.gpu.Address}, Vouchers: packed}
		return m.send(m.relay, at, 0, controller.PackRedeem([]contract.IUsageControllerBatch{batch}))
	}
	credits := func(when string, author, relay, gpu int64) {
		t.Helper()
		equal(t, when+": the author's side", m.credit("UsageController", m.splitter), author)
		equal(t, when+": the relay", m.credit("UsageController", m.relay.Address), relay)
		equal(t, when+": the provider", m.credit("UsageController", m.gpu.Address), gpu)
	}
	first := redeem(40, 5000)
	credits("redeemed 40", 24_000, 4000, 5000)
	equal(t, "event of it", redeemed(t, first), chain.Redeemed{Session: ref.Number, Units: 40, Pay: 5000, Transcript: word("transcript")})

	// Three blocks are replaced; what was in them is in others now, and counts once.
	m.reorg(3, false)
	again, err := m.client.TransactionReceipt(t.Context(), first.TxHash)
	if err != nil || again.BlockHash == first.BlockHash {
		t.Fatalf("the redemption is to be in another block than %s: %+v, %v", first.BlockHash, again, err)
	}
	credits("redeemed 40, in another block", 24_000, 4000, 5000)
	// The next one is taken back for good, so it has to come again.
	redeem(60, 2000)
	credits("redeemed 60", 36_000, 6000, 7000)
	m.reorg(1, true)
	credits("taken back", 24_000, 4000, 5000)
	redeem(60, 2000)
	credits("redeemed 60 again", 36_000, 6000, 7000)

	// The author's side is a splitter: it is paid, and divides.
	m.withdraw("the splitter", "UsageController", m.splitter, 36_000)
	for _, share := range []struct {
		who    person
		amount int64
	}{{m.author, 25_200}, {m.curator, 10_800}} {
		before := m.balance(m.token, share.who.Address)
		m.send(m.stranger, m.splitter, 0, splitters.PackWithdraw(m.token, share.who.Address))
		equal(t, "share", m.balance(m.token, share.who.Address)-before, share.amount)
	}
	m.withdraw("the relay", "UsageController", m.relay.Address, 6000)
	m.withdraw("the provider", "UsageController", m.gpu.Address, 7000)

	// The payer leaves: with notice, then all that was not used comes back, and passes are given back for what they cost.
	m.send(m.payer, at, 0, controller.PackRequestClose(ref))
	m.refused("closing before the notice is over", m.stranger, at, controller.PackClose(ref, false))
	m.later(24 * time.Hour)
	m.send(m.stranger, at, 0, controller.PackClose(ref, false))
	const unused, saved, passes = 40 * 1000, 60*300 - 7000, 900 * 1000
	equal(t, "back from the session", m.credit("UsageController", m.payer.Address), unused+saved)
	m.send(m.payer, at, 0, controller.PackRefund(m.plan, big.NewInt(900)))
	m.withdraw("the payer", "UsageController", m.payer.Address, unused+saved+passes)
	equal(t, "held in the end", m.balance(m.token, at), held)
}

// redeemed is the one voucher that a transaction paid.
func redeemed(t *testing.T, receipt *types.Receipt) chain.Redeemed {
	t.Helper()
	for _, log := range receipt.Logs {
		if e, err := controller.UnpackRedeemedEvent(log); err == nil {
			items, err := chain.ParseRedeemed(e.Items)
			if err != nil || len(items) != 1 {
				t.Fatalf("%d vouchers, %v", len(items), err)
			}
			return items[0]
		}
	}
	t.Fatal("no event Redeemed")
	return chain.Redeemed{}
}

func (m *market) orders() {
	t, at := m.t, m.d.Address("JobOrders")
	domain := chain.OrdersDomain(devnet.ChainID, at)
	held := m.balance(m.token, at)
	const price, bond = 5 * (600 + 100 + 200), 1000
	open := func(salt string) contract.IJobOrdersOrderTerms {
		t.Helper()
		now := m.now()
		terms := contract.IJobOrdersOrderTerms{
			Payer: m.payer.Address, Provider: m.gpu.Address, Relay: m.relay.Address, Plan: m.plan, Version: m.version,
			Units: 5, Pay: 200, Bond: big.NewInt(bond), Fee: new(big.Int), Job: word("job"),
			AcceptBy: now + 3600, DeliverBy: now + 7200, Review: 86400, Salt: word(salt),
		}
		m.pay(m.payer, at, price, orders.PackOpen(terms))
		id := domain.Order(terms)
		equal(t, "order", ask(m.world, at, orders.PackOrderId(terms), orders.UnpackOrderId), id)
		equal(t, "receipt", ask(m.world, at, orders.PackReceiptHash(id, 3, word("result")), orders.UnpackReceiptHash), domain.Receipt(id, 3, word("result")))
		equal(t, "held for an order", m.balance(m.token, at)-held, price)
		return terms
	}

	// Nobody accepts: money back.
	terms := open("not accepted")
	m.refused("settling before the time", m.stranger, at, orders.PackSettle(terms))
	m.later(time.Hour)
	m.refused("accepting after the time", m.gpu, at, orders.PackAccept(terms, common.Address{}))
	m.send(m.stranger, at, 0, orders.PackSettle(terms))
	m.withdraw("the payer of an order that nobody accepted", "JobOrders", m.payer.Address, price)

	// Nothing is delivered: money and bond to the payer. Between, blocks are taken back; accepting comes again by itself.
	terms = open("not delivered")
	m.pay(m.gpu, at, bond, orders.PackAccept(terms, common.Address{}))
	m.reorg(2, false)
	equal(t, "held for an accepted order", m.balance(m.token, at)-held, price+bond)
	m.later(2 * time.Hour)
	m.send(m.stranger, at, 0, orders.PackSettle(terms))
	m.withdraw("the payer of an order that was not delivered", "JobOrders", m.payer.Address, price+bond)

	// Delivered, and the payer says nothing: all is paid.
	terms = open("delivered")
	m.pay(m.gpu, at, bond, orders.PackAccept(terms, common.Address{}))
	m.send(m.gpu, at, 0, orders.PackDeliver(terms, word("result")))
	m.refused("settling while the payer may look", m.stranger, at, orders.PackSettle(terms))
	m.later(24 * time.Hour)
	m.send(m.stranger, at, 0, orders.PackSettle(terms))
	m.withdraw("the author's side of an order", "JobOrders", m.splitter, 5*600)
	m.withdraw("the relay of an order", "JobOrders", m.relay.Address, 5*100)
	m.withdraw("the provider of an order", "JobOrders", m.gpu.Address, 5*200+bond)
	equal(t, "held in the end", m.balance(m.token, at), held)
}

// Proofs of files against roots, as manifest's vectors have them, hold on the chain or do not.
func TestVectorsOfManifest(t *testing.T) {
	w := newWorld(t)
	w.publish("vectors", common.Address{})
	at := w.d.Address("ModelRegistry")
	model := chain.NewModelID(devnet.ChainID, at, w.author.Address, "vectors")
	files, err := filepath.Glob("../../manifest/testdata/vectors/file-proof-*.json")
	if err != nil || len(files) < 8 {
		t.Fatalf("%d vectors, %v", len(files), err)
	}
	versions := map[string]chain.VersionID{} // by root
	for i, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var v struct {
			Expect, Path, Size, ChunkRoot, Index, Count, Root string
			Siblings                                          []string
		}
		if err := json.Unmarshal(text, &v); err != nil {
			t.Fatal(err)
		}
		if _, ok := versions[v.Root]; !ok {
			release := contract.IModelRegistryRelease{Version: "1.1." + strconv.Itoa(i), Manifest: word(file[20:]), Root: common.HexToHash(v.Root)}
			w.send(w.author, at, 0, registry.PackPublishVersion(model, release))
			versions[v.Root] = chain.NewVersionID(devnet.ChainID, at, model, release.Version, release.Manifest)
		}
		proof := contract.ManifestProofFile{
			Path: v.Path, ChunkRoot: common.HexToHash(v.ChunkRoot), Size: parse(t, v.Size), Index: parse(t, v.Index), Count: parse(t, v.Count),
		}
		for _, s := range v.Siblings {
			proof.Siblings = append(proof.Siblings, common.HexToHash(s))
		}
		holds := ask(w, at, registry.PackProveFile(versions[v.Root], proof), registry.UnpackProveFile)
		equal(t, filepath.Base(file), holds, v.Expect == "ok")
	}
}

func parse(t *testing.T, text string) uint64 {
	t.Helper()
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Anybody may evaluate a version; what it was made from, only its owner says.
func TestAttestations(t *testing.T) {
	w := newWorld(t)
	parent, child := w.publish("parent", common.Address{}), w.publish("child", common.Address{})
	at := w.d.Address("EAS")
	attest := func(schema string, data ...[]byte) []byte {
		return eas.PackAttest(contract.AttestationRequest{
			Schema: w.d.Schemas[schema].UID,
			Data:   contract.AttestationRequestData{Revocable: true, Data: bytes.Join(data, nil), Value: new(big.Int)},
		})
	}
	// bytes32 child, bytes32 parent, string relation
	text := word("distilled")
	length := common.BigToHash(big.NewInt(9))
	lineage := attest(deploy.Lineage, child.version[:], parent.version[:], common.BigToHash(big.NewInt(96)).Bytes(), length[:], text[:])
	w.refused("lineage by a stranger", w.stranger, at, lineage)
	receipt := w.send(w.author, at, 0, lineage)
	resolver := contract.NewLineageResolver()
	said := slices.ContainsFunc(receipt.Logs, func(log *types.Log) bool {
		e, err := resolver.UnpackLineageAttestedEvent(log)
		return err == nil && log.Address == w.d.Address("LineageResolver") && e.Child == child.version && e.Parent == parent.version
	})
	if !said {
		t.Error("the resolver did not say that it heard of the lineage")
	}
	// Of five fields with text only version and evidence matter here; empty texts share a place.
	empty := common.Hash{}
	place := common.BigToHash(big.NewInt(6 * 32))
	evaluation := attest(deploy.Evaluation, child.version[:], place[:], place[:], place[:], place[:], text[:], empty[:])
	receipt = w.send(w.stranger, at, 0, evaluation)
	e, err := eas.UnpackAttestedEvent(receipt.Logs[0])
	if err != nil || e.Attester != w.stranger.Address || e.SchemaUID != w.d.Schemas[deploy.Evaluation].UID {
		t.Errorf("attested: %+v, %v", e, err)
	}
}
