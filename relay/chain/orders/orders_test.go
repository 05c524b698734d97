package orders

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/ethclient"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/chain"
	"github.com/dehug/dehug/relay/chain/contract"
	"github.com/dehug/dehug/relay/chain/deploy"
	"github.com/dehug/dehug/relay/chain/devnet"
	"github.com/dehug/dehug/relay/chain/follow"
	"github.com/dehug/dehug/relay/chain/index"
	"github.com/dehug/dehug/relay/chain/send"
	"github.com/dehug/dehug/relay/disk"
	"github.com/dehug/dehug/relay/engine"
	"github.com/dehug/dehug/relay/internal/postgres"
	"github.com/dehug/dehug/relay/jobs"
	"github.com/dehug/dehug/relay/jobs/wire"
	"github.com/dehug/dehug/relay/provider"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/spec"
	"github.com/dehug/dehug/relay/store"
)

func TestMain(m *testing.M) { os.Exit(postgres.Run(m)) }

// eachDatabase runs a test on SQLite, and on Postgres where there is time.
func eachDatabase(t *testing.T, do func(t *testing.T, url string)) {
	t.Run("sqlite", func(t *testing.T) { do(t, "") })
	if os.Getenv("DEHUG_TEST_ALL") == "1" {
		t.Run("postgres", func(t *testing.T) { do(t, postgres.URL(t)) })
	}
}

// Who is who.
var all = devnet.Accounts()
var author, payer, operator, gpu, arbiter, stranger = all[1], all[2], all[3], all[4], all[5], all[6]

// world is a relay, over a chain on which a model has a plan. It reads the chain and looks after orders when something is waited for.
type world struct {
	t        *testing.T
	chain    *devnet.Chain
	client   *ethclient.Client
	d        *deploy.Deployment
	book     *Book
	store    *store.Store
	blocks   relay.Blocks
	follower *follow.Follower
	desk     *Desk
	queue    *jobs.Queue
	url      string
	safe     atomic.Uint64

	model    manifest.CID
	plan     chain.PlanID
	version  common.Hash
	other    common.Hash // another version of the model
	splitter common.Address
	salt     byte
}

func newWorld(t *testing.T, url string) *world {
	t.Helper()
	c, err := devnet.Start(t.Context(), devnet.Config{Start: time.Unix(2_000_000_000, 0)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	dir := t.TempDir()
	if url == "" {
		url = "sqlite:" + filepath.Join(dir, "hub.db")
	}
	s, err := store.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	folder, err := disk.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	d, client := c.Deployment(), c.Client()
	w := &world{t: t, chain: c, client: client, d: d, book: NewBook(client, d), store: s, blocks: folder.Blocks(), model: manifest.DigestOf([]byte("model")).RawCID()}
	w.safe.Store(math.MaxUint64)
	decoder, err := follow.NewDecoder(d)
	if err != nil {
		t.Fatal(err)
	}
	base := follow.Base(d)
	if ok, err := s.StartChain(t.Context(), d.ChainID, store.ChainBlock{Block: int64(base.Number), Hash: base.Hash.Hex(), Parent: base.Parent.Hex(), At: int64(base.Time)}); err != nil || !ok {
		t.Fatal(ok, err)
	}
	w.follower = follow.New(follow.Node{RPC: client.Client()}, index.NewSink(s, d), decoder, base)
	w.desk = NewDesk(DeskConfig{Book: w.book, Store: s, Relay: operator.Address, Sender: send.New(client, d.ChainID, operator.Signer()), Blocks: w.blocks, SafeAbove: 10_000, Log: quiet,
		Safe: func(_ context.Context, block uint64) (bool, error) { return block <= w.safe.Load(), nil }})
	w.queue, err = jobs.Start(t.Context(), jobs.Config{Store: s, Key: operator.Signer(), Allowed: func(manifest.Address) bool { return true }, Orders: w.desk, Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle(wire.Path, w.queue)
	server := httptest.NewServer(mux)
	w.url = server.URL
	t.Cleanup(func() {
		ctx, stop := context.WithTimeout(context.Background(), time.Millisecond)
		defer stop()
		if err := w.queue.Close(ctx); err != nil {
			t.Error(err)
		}
		server.Close()
	})

	at := d.Address("ModelRegistry")
	offer := contract.PlanOffer{Token: d.Address("Dollar"), AuthorFee: big.NewInt(600), RelayFee: big.NewInt(100), ComputeCap: 300, UnitKind: [32]byte{'j', 'o', 'b'}}
	w.send(author, at, registry.PackPublish(contract.IModelRegistryPublication{Name: "face", Release: contract.IModelRegistryRelease{Version: "1.0.0", Manifest: manifest.Digest(w.model.Digest()), Root: [32]byte{1}, LicenseHash: [32]byte{1}},
		Recipients: []common.Address{author.Address}, Parts: []uint32{1_000_000}, Plans: []contract.PlanOffer{offer}}))
	id := chain.NewModelID(d.ChainID, at, author.Address, "face")
	second := contract.IModelRegistryRelease{Version: "2.0.0", Manifest: [32]byte{2}, Root: [32]byte{2}, LicenseHash: [32]byte{1}}
	w.send(author, at, registry.PackPublishVersion(id, second))
	w.version = common.Hash(chain.NewVersionID(d.ChainID, at, id, "1.0.0", manifest.Digest(w.model.Digest())))
	w.other = common.Hash(chain.NewVersionID(d.ChainID, at, id, "2.0.0", second.Manifest))
	kept, err := bind.Call(registry.Instance(client, at), &bind.CallOpts{Context: t.Context()}, registry.PackModelOf(id), registry.UnpackModelOf)
	if err != nil {
		t.Fatal(err)
	}
	w.splitter = kept.Splitter
	w.plan = chain.NewPlanID(contract.PlanTerms{Model: id, Token: offer.Token, Payee: kept.Splitter, AuthorFee: offer.AuthorFee, RelayFee: offer.RelayFee, ComputeCap: offer.ComputeCap, UnitKind: offer.UnitKind})
	for _, who := range []devnet.Account{payer} {
		w.send(who, d.Address("Dollar"), token.PackApprove(d.Address("JobOrders"), big.NewInt(1_000_000_000)))
	}
	return w
}

var quiet = slog.New(slog.DiscardHandler)

func (w *world) send(by devnet.Account, to common.Address, data []byte) {
	w.t.Helper()
	if _, err := deploy.Send(w.t.Context(), w.client, by.Signer(), to, nil, data); err != nil {
		w.t.Fatal(err)
	}
}

// turn reads the chain, and looks after orders once.
func (w *world) turn() {
	w.t.Helper()
	for more := true; more; {
		var err error
		if more, err = w.follower.Next(w.t.Context()); err != nil {
			w.t.Fatal(err)
		}
	}
	if err := w.desk.Round(w.t.Context(), w.queue); err != nil && relay.ErrorCode(err) != relay.CodeUnavailable { // a node in the middle of a block; the next turn does it
		w.t.Fatal(err)
	}
}

// until takes turns until something is so.
func (w *world) until(what string, is func() bool) {
	w.t.Helper()
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		w.turn()
		if is() {
			return
		}
		if time.Now().After(end) {
			w.t.Fatalf("it does not come to be: %s%s", what, w.told())
		}
	}
}

// told is what the relay has to say of all orders.
func (w *world) told() string {
	ids, err := w.store.OrdersOf(w.t.Context(), "", "", store.OrderPlace{}, 20)
	text := fmt.Sprint(err)
	for _, id := range ids {
		o, job := w.order(id), w.run(id)
		attempts, _ := w.store.Attempts(w.t.Context(), job.ID)
		text += fmt.Sprintf("\n%s %s, run %s %s, job %s %s %q, %+v", id[:8], o.State, o.RunState, o.RunCode, job.State, job.Code, job.Detail, attempts)
	}
	return text
}

func (w *world) now() uint32 {
	w.t.Helper()
	now, err := w.book.Now(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return uint32(now.Unix())
}

// job is a specification whose input is something else each time.
func (w *world) job(data ...byte) []byte {
	w.t.Helper()
	doc, err := (&spec.Job{Kind: spec.Inference, Model: w.model, Limits: spec.Limits{Bytes: 1 << 20, Seconds: 60}, Inference: &spec.InferenceJob{Mode: receipt.Strict,
		Inputs: []spec.Tensor{{Name: "x", Type: "u8", Dims: []int64{int64(len(data))}, Data: data}}}}).Encode()
	if err != nil {
		w.t.Fatal(err)
	}
	return doc
}

func (w *world) keep(doc []byte) {
	w.t.Helper()
	if err := w.blocks.Put(w.t.Context(), manifest.Block{CID: manifest.DigestOf(doc).RawCID(), Data: doc}); err != nil {
		w.t.Fatal(err)
	}
}

// terms are those of an order of two units for 250 each, with a bond of 1000.
func (w *world) terms(doc []byte) Terms {
	w.t.Helper()
	w.salt++
	now := w.now()
	return Terms{Payer: payer.Address, Provider: gpu.Address, Relay: operator.Address, Plan: common.Hash(w.plan), Version: w.version, Units: 2, Pay: 250, Bond: big.NewInt(1000), Fee: new(big.Int),
		Job: common.Hash(spec.Digest(doc)), AcceptBy: now + 3600, DeliverBy: now + 7200, Review: 86400, Salt: common.Hash{w.salt}}
}

func (w *world) open(t Terms) string {
	w.t.Helper()
	w.send(payer, w.book.Contract(), contractOf.PackOpen(t.Call()))
	return common.Hash(w.book.ID(t)).Hex()
}

// order is an order as the relay has it.
func (w *world) order(id string) (o store.OrderNow) {
	w.t.Helper()
	o, err := w.store.OrderNow(w.t.Context(), id)
	if err != nil && relay.ErrorCode(err) != relay.CodeNotFound {
		w.t.Fatal(err)
	}
	return o
}

// run is the job of an order.
func (w *world) run(id string) (j store.Job) {
	w.t.Helper()
	r, _, err := w.store.OrderRun(w.t.Context(), id)
	if err == nil && r.Job != "" {
		j, err = w.store.Job(w.t.Context(), "", r.Job)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return j
}

// echo answers an inference with its inputs.
type echo struct {
	pay, units int64
	first      bool
	before     func(ctx context.Context) error
	done       atomic.Int64
}

func (e *echo) Quote(*spec.Job) (Quote, error) {
	return Quote{Pay: e.pay, Units: e.units, First: e.first}, nil
}

func (e *echo) Do(ctx context.Context, job *spec.Job, doc []byte, _ func(done, of int)) (*Done, error) {
	if e.before != nil {
		if err := e.before(ctx); err != nil {
			return nil, err
		}
	}
	e.done.Add(1)
	var tensors []receipt.Tensor
	for _, t := range job.Inference.Inputs {
		tensors = append(tensors, receipt.Tensor{Name: t.Name, Type: t.Type, Dims: t.Dims, Data: t.Data})
	}
	outputs, err := receipt.EncodeTensors(tensors)
	if err != nil {
		return nil, err
	}
	d, plan := &spec.Answer{Outputs: outputs}, receipt.Hash{7}
	d.Result, err = (&spec.Result{Kind: job.Kind, Spec: spec.Digest(doc), Model: job.Model, Plan: manifest.Digest(plan), Inference: &spec.InferenceResult{Bytes: int64(len(outputs)), Outputs: manifest.DigestOf(outputs)}}).Encode()
	return &Done{Result: d.Result, Plan: plan, Tensors: d.Tensors(), Assurance: receipt.Replayable}, err
}

// provide runs a provider over a folder until stop.
func (w *world) provide(dir string, does Work, delivers bool) (k *Keeper, stop func()) {
	w.t.Helper()
	key := gpu.Signer()
	k, err := NewKeeper(KeeperConfig{Book: w.book, Sender: send.New(w.client, w.d.ChainID, key), Key: key, Work: does, Dir: dir, Poll: 5 * time.Millisecond, Grace: time.Hour, Log: quiet,
		Limits: Limits{MaxBond: big.NewInt(5000), Arbiters: map[common.Address]bool{arbiter.Address: true}}})
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	welcome := make(chan struct{}, 100)
	running.Go(func() {
		_ = provider.Run(ctx, provider.Config{Relay: w.url, Key: key, Capacity: 2, Orders: k, Log: quiet, Again: 50 * time.Millisecond, Welcomed: func() { welcome <- struct{}{} }})
	})
	if delivers {
		running.Go(func() { k.Run(ctx) })
	}
	<-welcome
	stop = sync.OnceFunc(func() { cancel(); running.Wait() })
	w.t.Cleanup(stop)
	return k, stop
}

func (w *world) balance(of common.Address) int64 {
	w.t.Helper()
	n, err := bind.Call(token.Instance(w.client, w.d.Address("Dollar")), &bind.CallOpts{Context: w.t.Context()}, token.PackBalanceOf(of), token.UnpackBalanceOf)
	if err != nil {
		w.t.Fatal(err)
	}
	return n.Int64()
}

func (w *world) credit(of common.Address) int64 {
	w.t.Helper()
	n, err := w.book.Credit(w.t.Context(), of)
	if err != nil {
		w.t.Fatal(err)
	}
	return n.Int64()
}

// With nothing but a transaction of the payer's, an order runs, is delivered, reviewed, settled and paid, to the unit; though its provider stops between each two
// steps, and the chain goes back over its acceptance and its delivery.
func TestOrder(t *testing.T) { eachDatabase(t, order) }

func order(t *testing.T, url string) {
	w := newWorld(t, url)
	dir := t.TempDir()
	doc := w.job(1, 2, 3)
	w.keep(doc)
	before := map[common.Address]int64{payer.Address: w.balance(payer.Address), gpu.Address: w.balance(gpu.Address)}
	does := &echo{pay: 250, units: 2, first: true}
	id := w.open(w.terms(doc))
	w.until("a job", func() bool { return w.order(id).RunState == store.OrderBegun })
	_, stop := w.provide(dir, does, false)
	w.until("a result", func() bool { return w.run(id).State == string(relay.JobSucceeded) })
	if o := w.order(id); o.State != "accepted" {
		t.Fatalf("the order is %s", o.State)
	}
	stop()
	// The provider is started again, and delivers what it had: it does not do it again. The chain goes back over that, and over the acceptance.
	_, stop = w.provide(dir, does, true)
	w.until("the delivery", func() bool { return w.order(id).State == "delivered" })
	for _, blocks := range []uint64{1, 2} {
		if err := w.chain.Reorg(blocks, true); err != nil {
			t.Fatal(err)
		}
		w.until("the delivery, again", func() bool { return w.order(id).State == "delivered" })
	}
	if does.done.Load() != 1 {
		t.Errorf("it was done %d times", does.done.Load())
	}
	job := w.run(id)
	kept, err := w.store.Receipt(t.Context(), job.ID)
	if err != nil {
		t.Fatal(err)
	}
	r, err := receipt.Parse(kept.Document)
	if err != nil || common.Hash(r.Session).Hex() != id || r.Mode != receipt.Order || r.Units != 2 || r.Pay != 500 || common.Hash(r.Result).Hex() != w.order(id).Digest {
		t.Fatalf("receipt %+v, %v; delivered %s", r, err, w.order(id).Digest)
	}
	if text, err := w.blocks.Get(t.Context(), manifest.Digest(r.Result).RawCID()); err != nil {
		t.Errorf("the result is not kept: %v", err)
	} else if result, err := spec.ParseResult(text); err != nil || result.Spec != spec.Digest(doc) {
		t.Errorf("result %+v, %v", result, err)
	} else if _, err := w.blocks.Get(t.Context(), result.Inference.Outputs.RawCID()); err != nil {
		t.Errorf("the outputs are not kept: %v", err)
	}
	if _, err := w.queue.Cancel(t.Context(), payer.Address.Hex(), job.ID); err != nil { // it has ended
		t.Error(err)
	}

	// The review passes; the relay settles, and enters who got what; the provider withdraws.
	if err := w.chain.IncreaseTime(25 * time.Hour); err != nil {
		t.Fatal(err)
	}
	w.until("the end in the ledger", func() bool { return w.order(id).RunState == store.OrderClosed })
	if o := w.order(id); o.State != "paid" || o.Done != 2 {
		t.Errorf("ended %s, %d units", o.State, o.Done)
	}
	w.until("the provider's withdrawal", func() bool {
		files, err := os.ReadDir(dir)
		return err == nil && len(files) == 1 && w.balance(gpu.Address)-before[gpu.Address] == 500 // and nothing kept but the folder for blocks
	})
	stop()
	if got := w.balance(payer.Address) - before[payer.Address]; got != -2*(600+100+250) {
		t.Errorf("the payer has %d more", got)
	}
	for who, want := range map[common.Address]int64{w.splitter: 1200, operator.Address: 200} {
		if got := w.credit(who); got != want {
			t.Errorf("%s has a credit of %d; want %d", who, got, want)
		}
	}
	audit, err := w.store.Audit(t.Context(), "", 10)
	if err != nil || len(audit) != 1 {
		t.Fatal(audit, err)
	}
	entries := map[string]int64{}
	for _, e := range audit[0].Entries {
		entries[e.Account] += e.Amount
	}
	for account, want := range map[string]int64{store.LedgerOrder + id: -1900, store.LedgerChain + "author/" + w.splitter.Hex(): 1200, store.LedgerChain + store.LedgerRelay: 200,
		store.LedgerChain + "provider/" + gpu.Address.Hex(): 500} {
		if entries[account] != want {
			t.Errorf("the ledger has %d for %s; want %d: %v", entries[account], account, want, entries)
		}
	}
	if audit[0].Hold.Amount != 0 || audit[0].Hold.State != "captured" || len(entries) != 4 {
		t.Errorf("held %+v, entries %v", audit[0].Hold, entries)
	}
	if left := w.balance(w.book.Contract()); left != 1400 {
		t.Errorf("the contract has %d; want what author and relay have not withdrawn", left)
	}
}

// Orders that are not done, and say why; what is not accepted in time goes back to the payer.
func TestRefuseOrders(t *testing.T) { eachDatabase(t, refuseOrders) }

func refuseOrders(t *testing.T, url string) {
	w := newWorld(t, url)
	w.provide(t.TempDir(), &echo{pay: 250, units: 2}, true)
	for name, c := range map[string]struct {
		change  func(*Terms)
		missing bool   // the specification
		doc     []byte // another one
		run     string // what the relay says
		job     relay.JobCode
		code    string
		detail  string
	}{
		"pay below the provider's":     {change: func(t *Terms) { t.Pay = 249 }, run: store.OrderBegun, job: relay.JobOrderRefused, detail: "asks for 250"},
		"too few units":                {change: func(t *Terms) { t.Units = 1 }, run: store.OrderBegun, job: relay.JobOrderRefused, detail: "pays for 1 units"},
		"a bond above the limit":       {change: func(t *Terms) { t.Bond = big.NewInt(5001) }, run: store.OrderBegun, job: relay.JobOrderRefused, detail: "bond of 5001"},
		"another arbiter":              {change: func(t *Terms) { t.Arbiter, t.Ruling = stranger.Address, 86400 }, run: store.OrderBegun, job: relay.JobOrderRefused, detail: "arbiter"},
		"too little time":              {change: func(t *Terms) { t.AcceptBy, t.DeliverBy = t.AcceptBy-3540, t.AcceptBy-3485 }, run: store.OrderBegun, job: relay.JobOrderRefused, detail: "may take 60 s"},
		"another version":              {change: func(t *Terms) { t.Version = w.other }, run: store.OrderRefused, code: CodeOtherVersion},
		"no specification":             {missing: true, run: store.OrderWaiting, code: CodeSpecMissing},
		"what is no specification":     {doc: []byte("{}"), run: store.OrderRefused, code: CodeSpecInvalid},
		"more than is safe":            {change: func(t *Terms) { t.Units = 11 }, run: store.OrderWaiting, code: CodePending},
		"an account without a machine": {change: func(t *Terms) { t.Provider = stranger.Address }, run: store.OrderBegun},
	} {
		t.Run(name, func(t *testing.T) {
			w.t = t
			doc := c.doc
			if doc == nil {
				doc = w.job(w.salt, 9)
			}
			if !c.missing {
				w.keep(doc)
			}
			terms := w.terms(doc)
			if c.change != nil {
				c.change(&terms)
			}
			if c.code == CodePending {
				w.safe.Store(0)
				defer w.safe.Store(math.MaxUint64)
			}
			id := w.open(terms)
			w.until("it is looked at", func() bool {
				o := w.order(id)
				return o.RunState == c.run && o.RunCode == c.code && w.run(id).Code == string(c.job)
			})
			if j := w.run(id); !strings.Contains(j.Detail, c.detail) {
				t.Errorf("the job says %q; want %q", j.Detail, c.detail)
			}
			if c.run == store.OrderBegun && c.job == "" {
				if j := w.run(id); j.State != string(relay.JobStarting) {
					t.Errorf("the job is %s", j.State)
				}
			}
			if c.missing { // then it comes, and no other block does
				other := []byte("another")
				for want, b := range map[relay.Code]manifest.Block{relay.CodeConflict: {CID: manifest.DigestOf(other).RawCID(), Data: other}, relay.CodeUnverified: {CID: manifest.DigestOf(doc).RawCID(), Data: other}} {
					if err := w.desk.Put(t.Context(), id, b); relay.ErrorCode(err) != want {
						t.Errorf("another block: %v; want %s", err, want)
					}
				}
				if err := w.desk.Put(t.Context(), id, manifest.Block{CID: manifest.DigestOf(doc).RawCID(), Data: doc}); err != nil {
					t.Fatal(err)
				}
				w.until("it is delivered", func() bool { return w.order(id).State == "delivered" })
				if err := w.desk.Put(t.Context(), id, manifest.Block{CID: manifest.DigestOf(doc).RawCID(), Data: doc}); relay.ErrorCode(err) != relay.CodeConflict {
					t.Errorf("a block for an order that is done: %v", err)
				}
			}
			if c.code == CodePending {
				w.safe.Store(math.MaxUint64)
				w.until("it is delivered", func() bool { return w.order(id).State == "delivered" })
			}
		})
	}
	w.t = t
	// All that nobody accepted goes back: the relay settles them.
	had := w.credit(payer.Address)
	if err := w.chain.IncreaseTime(2 * time.Hour); err != nil {
		t.Fatal(err)
	}
	w.until("money back", func() bool { return w.credit(payer.Address)-had == 1898+950+1900*6 })
	doc := w.job(200)
	w.keep(doc)
	late := w.terms(doc)
	late.AcceptBy = w.now() + 2
	id := w.open(late)
	if err := w.chain.IncreaseTime(time.Minute); err != nil {
		t.Fatal(err)
	}
	w.until("one that came too late is refused and ends", func() bool { o := w.order(id); return o.State == "withdrawn" && o.RunState == store.OrderClosed })
	if j := w.run(id); j.ID != "" {
		t.Errorf("there is a job of it: %+v", j)
	}
}

// A chain that goes back over the opening ends the job; when the order comes again it has another. A payer who takes an order back ends it too.
func TestOrderUndone(t *testing.T) { eachDatabase(t, orderUndone) }

func orderUndone(t *testing.T, url string) {
	w := newWorld(t, url)
	doc := w.job(5)
	w.keep(doc)
	terms := w.terms(doc)
	id := w.open(terms)
	w.until("a job", func() bool { return w.run(id).State == string(relay.JobStarting) })
	first := w.run(id)
	if _, err := w.queue.Cancel(t.Context(), payer.Address.Hex(), first.ID); relay.ErrorCode(err) != relay.CodeConflict {
		t.Errorf("canceling the job of an order: %v", err)
	}
	if err := w.chain.Reorg(1, true); err != nil {
		t.Fatal(err)
	}
	w.until("the end of the job", func() bool { return w.run(id).State == string(relay.JobCanceled) })
	if j := w.run(id); j.Code != string(relay.JobOrderUndone) {
		t.Errorf("the job ended with %q", j.Code)
	}
	w.open(terms)
	w.until("another job", func() bool { j := w.run(id); return j.State == string(relay.JobStarting) && j.ID != first.ID })
	w.send(payer, w.book.Contract(), contractOf.PackCancel(terms.Call()))
	w.until("its end", func() bool { return w.order(id).RunState == store.OrderClosed })
	if j := w.run(id); j.State != string(relay.JobCanceled) || j.Code != string(relay.JobOrderEnded) {
		t.Errorf("the job is %s, %s", j.State, j.Code)
	}
}

// A provider that ends while it does an accepted job does it again; one whose backend fails says so, and the bond is the payer's when nothing was
// delivered in time.
func TestProviderEnds(t *testing.T) { eachDatabase(t, providerEnds) }

func providerEnds(t *testing.T, url string) {
	w := newWorld(t, url)
	dir := t.TempDir()
	doc := w.job(6)
	w.keep(doc)
	id := w.open(w.terms(doc))
	begun, broken := make(chan struct{}, 10), errors.New("no memory")
	_, stop := w.provide(dir, &echo{pay: 1, units: 1, before: func(ctx context.Context) error {
		begun <- struct{}{}
		return &engine.Failure{Code: relay.JobProviderFailed, Err: broken}
	}}, true)
	w.until("the acceptance", func() bool { return w.order(id).State == "accepted" })
	<-begun
	stop()
	does := &echo{pay: 300, units: 9} // what it asks for now does not matter any more
	w.provide(dir, does, true)
	w.until("the delivery", func() bool { return w.order(id).State == "delivered" })
	if does.done.Load() != 1 {
		t.Errorf("it was done %d times", does.done.Load())
	}
}

// Two results that a provider signed for one order give the payer the money and the bond, one signature or another's do not.
func TestSlash(t *testing.T) { eachDatabase(t, slash) }

func slash(t *testing.T, url string) {
	w := newWorld(t, url)
	w.provide(t.TempDir(), &echo{pay: 1, units: 1}, true)
	doc := w.job(7)
	w.keep(doc)
	terms := w.terms(doc)
	id := w.open(terms)
	w.until("the delivery", func() bool { return w.order(id).State == "delivered" })
	kept, err := w.store.Receipt(t.Context(), w.run(id).ID)
	if err != nil {
		t.Fatal(err)
	}
	one, err := receipt.Parse(kept.Document)
	if err != nil {
		t.Fatal(err)
	}
	other := *one
	other.Result = receipt.Hash{1}
	if err := other.Sign(gpu.Signer()); err != nil {
		t.Fatal(err)
	}
	other.RelaySignature = ""
	sender := send.New(w.client, w.d.ChainID, stranger.Signer())
	if _, err := w.book.Slash(t.Context(), sender, *one, other); relay.ErrorCode(err) != relay.CodeUnverified {
		t.Errorf("slashing without the provider's signature: %v", err)
	}
	other.OrderSignature = w.book.SignResult(gpu.Signer(), other.Session, other.Result)
	if !one.Contradicts(&other) || one.Contradicts(one) {
		t.Error("two results of one order contradict each other, one does not contradict itself")
	}
	if _, err := w.book.Slash(t.Context(), sender, *one, *one); err == nil {
		t.Error("one result was proof of two")
	}
	had := w.credit(payer.Address)
	if _, err := w.book.Slash(t.Context(), sender, *one, other); err != nil {
		t.Fatal(err)
	}
	w.until("the end", func() bool { return w.order(id).RunState == store.OrderClosed })
	if o := w.order(id); o.State != "slashed" || o.Lost != "1000" || w.credit(payer.Address)-had != 1900+1000 {
		t.Errorf("ended %s, %s lost, the payer has %d", o.State, o.Lost, w.credit(payer.Address)-had)
	}
}
