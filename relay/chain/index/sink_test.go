package index

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/ethereum/go-ethereum/common"

	"github.com/dehug/dehug/relay/chain"
	"github.com/dehug/dehug/relay/chain/contract"
	"github.com/dehug/dehug/relay/chain/deploy"
	"github.com/dehug/dehug/relay/chain/follow"
	"github.com/dehug/dehug/relay/internal/leak"
	"github.com/dehug/dehug/relay/internal/postgres"
	"github.com/dehug/dehug/relay/internal/rows"
	"github.com/dehug/dehug/relay/store"
)

func TestMain(m *testing.M) { os.Exit(leak.Run(postgres.Tests{M: m})) }

func openStore(t testing.TB, url string) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// eachStore runs a test on every kind of database, each time on an empty one.
func eachStore(t *testing.T, test func(t *testing.T, url string)) {
	t.Run("sqlite", func(t *testing.T) { test(t, "sqlite:"+filepath.Join(t.TempDir(), "hub.db")) })
	t.Run("postgres", func(t *testing.T) { test(t, postgres.URL(t)) })
}

// state is a naive model of what is on a chain, as far as the next events depend on it, and of what is to be shown.
type state struct {
	owners   map[[32]byte]common.Address
	versions map[[32]byte][32]byte // their model
	plans    map[[32]byte]contract.PlanTerms
	sessions map[[32]byte]session
	orders   map[[32]byte]contract.IJobOrdersOrderTerms
	uids     [][32]byte
	author   map[common.Address]*big.Int // what plans' payees got, by token
	yanked   map[[32]byte]bool
}

type session struct {
	contract.UsageControllerSessionOpened
	reached uint32
	closed  bool
}

func (s state) clone() state {
	s.owners, s.versions, s.plans, s.sessions, s.orders = maps.Clone(s.owners), maps.Clone(s.versions), maps.Clone(s.plans), maps.Clone(s.sessions), maps.Clone(s.orders)
	s.uids, s.yanked = slices.Clone(s.uids), maps.Clone(s.yanked)
	author := map[common.Address]*big.Int{}
	for token, n := range s.author {
		author[token] = new(big.Int).Set(n)
	}
	s.author = author
	return s
}

// made is a block, what it said, and the state after it.
type made struct {
	follow.Block
	events []follow.Event
	state
}

// world makes blocks with events that contracts could have said.
type world struct {
	rng   *rand.Rand
	fresh uint64 // none of what is made is like another
	chain []made
}

var (
	schema     = common.Hash{0xe7}
	deployment = &deploy.Deployment{ChainID: 1, Schemas: map[string]deploy.AttestationSchema{deploy.Evaluation: {UID: schema}}}
)

func newWorld(seed uint64) *world {
	w := &world{rng: rand.New(rand.NewPCG(seed, 2))}
	w.chain = []made{{Block: follow.Block{Hash: common.Hash{1}}, state: state{map[[32]byte]common.Address{}, map[[32]byte][32]byte{}, map[[32]byte]contract.PlanTerms{},
		map[[32]byte]session{}, map[[32]byte]contract.IJobOrdersOrderTerms{}, nil, map[common.Address]*big.Int{}, map[[32]byte]bool{}}}}
	return w
}

func (w *world) word() (b [32]byte) {
	w.fresh++
	binary.BigEndian.PutUint64(b[24:], w.fresh)
	b[0] = byte(w.rng.IntN(256))
	return b
}

func (w *world) person() common.Address { return common.Address{byte(1 + w.rng.IntN(6)), 0xaa} }

// pick is one of a map's, the same in every run.
func pick[V any](w *world, m map[[32]byte]V) ([32]byte, V, bool) {
	if len(m) == 0 {
		return [32]byte{}, *new(V), false
	}
	keys := slices.SortedFunc(maps.Keys(m), func(a, b [32]byte) int { return slices.Compare(a[:], b[:]) })
	k := keys[w.rng.IntN(len(keys))]
	return k, m[k], true
}

// grow adds a block.
func (w *world) grow(size int) {
	last := w.chain[len(w.chain)-1]
	b := made{Block: follow.Block{Number: last.Number + 1, Hash: w.word(), Parent: last.Hash, Time: 1_700_000_000 + 2*last.Number}, state: last.clone()}
	for range w.rng.IntN(size + 1) {
		tx := common.Hash(w.word())
		for _, data := range w.happen(&b.state) {
			b.events = append(b.events, follow.Event{Block: b.Number, Hash: b.Hash, Time: b.Time, Index: uint(len(b.events)), Tx: tx, Contract: "UsageController", Data: data})
		}
	}
	w.chain = append(w.chain, b)
}

// happen is what a transaction says.
func (w *world) happen(s *state) []any {
	switch w.rng.IntN(14) {
	case 0, 1:
		model, version, owner, splitter := w.word(), w.word(), w.person(), common.BytesToAddress(new(big.Int).SetUint64(w.fresh).Bytes())
		s.owners[model], s.versions[version] = owner, model
		return []any{
			&contract.RevenueSplitterFactorySplitterCreated{Splitter: splitter, Recipients: []common.Address{{1}, {2}}, Parts: []uint32{400_000, 600_000}},
			&contract.ModelRegistryModelPublished{Model: model, Publisher: owner, Kind: uint8(w.rng.IntN(2)), Name: fmt.Sprintf("m%d", w.fresh), Splitter: splitter, RoyaltyBps: 500},
			&contract.ModelNFTTransfer{To: owner, TokenId: new(big.Int).SetBytes(model[:])},
			&contract.ModelNFTRecoveryChanged{Id: new(big.Int).SetBytes(model[:]), Recovery: w.person()},
			&contract.ModelRegistryVersionPublished{Model: model, Version: version, Manifest: w.word(), Semver: "1.0.0", Root: [32]byte{byte(w.rng.IntN(4))}},
		}
	case 2:
		model, _, ok := pick(w, s.owners)
		parent, _, _ := pick(w, s.versions)
		if ok {
			version := w.word()
			s.versions[version] = model
			return []any{&contract.ModelRegistryVersionPublished{Model: model, Version: version, Manifest: w.word(), Semver: fmt.Sprintf("1.%d.0", w.fresh),
				Root: [32]byte{byte(w.rng.IntN(4))}, Parents: [][32]byte{parent}}}
		}
	case 3:
		if model, from, ok := pick(w, s.owners); ok {
			to := w.person()
			s.owners[model] = to
			return []any{&contract.ModelNFTTransfer{From: from, To: to, TokenId: new(big.Int).SetBytes(model[:])}}
		}
	case 4:
		if version, model, ok := pick(w, s.versions); ok {
			s.yanked[version] = true
			return []any{&contract.ModelRegistryYanked{Model: model, Version: version, Reason: "bad \x00 \xff"},
				&contract.ModelRegistryAliasMoved{Model: model, Version: version, Name: "stable"}}
		}
	case 5, 6:
		if model, _, ok := pick(w, s.owners); ok {
			plan := w.word()
			terms := contract.PlanTerms{Model: model, Token: common.Address{byte(w.rng.IntN(2))}, Payee: w.person(), AuthorFee: big.NewInt(int64(w.rng.IntN(1000))),
				RelayFee: big.NewInt(100), ComputeCap: 1 << 63, UnitKind: [32]byte{'j', 'o', 'b'}}
			if w.rng.IntN(3) == 0 {
				terms.Period, terms.Quota = 3600, 50
			}
			s.plans[plan] = terms
			return []any{&contract.UsagePassPlanCreated{Plan: plan, Model: model, Terms: terms}}
		}
	case 7, 8:
		if plan, _, ok := pick(w, s.plans); ok {
			payer, operator, number := w.person(), w.person(), w.rng.Uint64()
			id := chain.NewSessionID(plan, operator, number)
			opened := contract.UsageControllerSessionOpened{Session: id, Payer: payer, Operator: operator, Plan: plan, Number: number, Units: 50, End: 99}
			s.sessions[id] = session{UsageControllerSessionOpened: opened}
			return []any{&contract.UsageControllerBought{Plan: plan, Payer: payer, To: payer, Units: big.NewInt(50), Cost: big.NewInt(5000)}, &opened}
		}
	case 9, 10:
		return w.redeem(s)
	case 11:
		id, o, ok := pick(w, s.sessions)
		if !ok || o.closed {
			return nil
		}
		o.closed = true
		s.sessions[id] = o
		if terms := s.plans[o.Plan]; terms.Period > 0 {
			s.earn(terms, 50-o.reached)
		}
		return []any{&contract.UsageControllerSessionEnding{Session: id, End: 50}, &contract.UsageControllerSessionClosed{Session: id, Units: 50 - o.reached, Saved: 7}}
	case 12:
		plan, terms, ok := pick(w, s.plans)
		if !ok {
			return nil
		}
		id := w.word()
		s.earn(terms, 3)
		t := contract.IJobOrdersOrderTerms{Payer: w.person(), Provider: w.person(), Relay: w.person(), Plan: plan, Units: 3, Pay: 11, Bond: big.NewInt(5), Fee: big.NewInt(0)}
		return []any{&contract.JobOrdersOrderOpened{Order: id, Payer: t.Payer, Provider: t.Provider, Terms: t}, &contract.JobOrdersOrderAccepted{Order: id},
			&contract.JobOrdersOrderDelivered{Order: id, ReviewEnd: 5}, &contract.JobOrdersOrderEnded{Order: id, Outcome: 2, Done: 3, Lost: big.NewInt(0)},
			&contract.JobOrdersCredited{Account: t.Provider, Amount: big.NewInt(33)}}
	default:
		uid := w.word()
		s.uids = append(s.uids, uid)
		all := []any{&contract.EASAttested{Uid: uid, SchemaUID: schema, Attester: w.person()}, &contract.EASAttested{Uid: w.word(), SchemaUID: [32]byte{9}}}
		if w.rng.IntN(2) == 0 {
			all = append(all, &contract.EASRevoked{Uid: uid, SchemaUID: schema})
		}
		return all
	}
	return nil
}

// earn is what a plan's payee gets for units.
func (s *state) earn(t contract.PlanTerms, units uint32) {
	if s.author[t.Token] == nil {
		s.author[t.Token] = new(big.Int)
	}
	s.author[t.Token].Add(s.author[t.Token], new(big.Int).Mul(t.AuthorFee, big.NewInt(int64(units))))
}

// redeem pays vouchers of up to three sessions of one plan and operator.
func (w *world) redeem(s *state) []any {
	_, first, ok := pick(w, s.sessions)
	if !ok {
		return nil
	}
	e := &contract.UsageControllerRedeemed{Plan: first.Plan, Operator: first.Operator, Units: new(big.Int)}
	for _, id := range slices.SortedFunc(maps.Keys(s.sessions), func(a, b [32]byte) int { return slices.Compare(a[:], b[:]) }) {
		o := s.sessions[id]
		if o.closed || o.Plan != first.Plan || o.Operator != first.Operator || o.reached == 50 {
			continue
		}
		more := 1 + uint32(w.rng.IntN(int(50-o.reached)))
		o.reached += more
		s.sessions[id] = o
		s.earn(s.plans[o.Plan], more)
		e.Items = binary.BigEndian.AppendUint64(e.Items, o.Number)
		e.Items = binary.BigEndian.AppendUint32(e.Items, o.reached)
		e.Items = binary.BigEndian.AppendUint64(e.Items, w.rng.Uint64())
		e.Items = append(e.Items, make([]byte, 32)...)
		e.Units.Add(e.Units, big.NewInt(int64(more)))
	}
	return []any{e, &contract.UsageControllerCredited{Account: w.person(), Amount: big.NewInt(1)}}
}

// Whatever the chain takes back while it is read, block by block or many at once, the tables are in the end those of somebody who read it
// once, and say what a naive model says.
func TestHistories(t *testing.T) {
	histories := 8
	if os.Getenv("DEHUG_TEST_ALL") == "1" {
		histories = 500
	}
	eachStore(t, func(t *testing.T, url string) {
		s := openStore(t, url)
		base := newWorld(0).chain[0].Block
		reverts, events := 0, 0
		for seed := range uint64(histories) {
			if err := s.ForgetChain(t.Context()); err != nil {
				t.Fatal(err)
			}
			if ok, err := s.StartChain(t.Context(), 1, row(base)); err != nil || !ok {
				t.Fatal(ok, err)
			}
			w, sink := newWorld(seed), NewSink(s, deployment)
			at := 0 // what the sink has
			apply := func(to int) {
				var events []follow.Event
				for _, b := range w.chain[at+1 : to+1] {
					events = append(events, b.events...)
				}
				if err := sink.Apply(t.Context(), w.chain[at].Block, w.chain[to].Block, events); err != nil {
					t.Fatalf("history %d: %v", seed, err)
				}
				at = to
			}
			kept := map[int]bool{0: true}
			for range 12 {
				for range 2 + w.rng.IntN(4) {
					w.grow(5)
				}
				for at < len(w.chain)-1 {
					apply(min(at+1+w.rng.IntN(3), len(w.chain)-1))
					kept[at] = true
				}
				if w.rng.IntN(2) == 0 { // some blocks are taken back
					to := max(0, at-1-w.rng.IntN(6))
					for !kept[to] {
						to--
					}
					if err := sink.Revert(t.Context(), w.chain[at].Block, w.chain[to].Block); err != nil {
						t.Fatalf("history %d: %v", seed, err)
					}
					for i := range kept {
						if i > to {
							delete(kept, i)
						}
					}
					w.chain, at = w.chain[:to+1], to
					reverts++
				}
			}
			w.grow(5)
			apply(len(w.chain) - 1)
			if err := sink.Apply(t.Context(), w.chain[0].Block, w.chain[1].Block, nil); !errors.Is(err, follow.ErrMoved) {
				t.Fatalf("history %d: a block that is there: %v", seed, err)
			}
			got := rows.OfChain(t, url)
			agrees(t, s, w.chain[at].state)

			if err := s.ForgetChain(t.Context()); err != nil {
				t.Fatal(err)
			}
			if left := rows.OfChain(t, url); len(left["models"])+len(left["payments"])+len(left["cursor"]) > 0 {
				t.Fatalf("history %d: what was forgotten is there: %v", seed, left)
			}
			if _, err := s.StartChain(t.Context(), 1, row(base)); err != nil {
				t.Fatal(err)
			}
			at = 0
			apply(len(w.chain) - 1)
			rows.Same(t, fmt.Sprintf("history %d", seed), got, rows.OfChain(t, url))
			for _, b := range w.chain {
				events += len(b.events)
			}
			if t.Failed() {
				return
			}
		}
		t.Logf("%d histories, %d events, gone back %d times", histories, events, reverts)
		if reverts < histories || events < 30*histories {
			t.Error("the histories are too tame to show anything")
		}
	})
}

// agrees compares what the store shows with a naive model.
func agrees(t *testing.T, s *store.Store, want state) {
	t.Helper()
	totals, err := s.ChainTotals(t.Context())
	if err != nil || int(totals.Models+totals.Datasets) != len(want.owners) || int(totals.Versions) != len(want.versions) || int(totals.Plans) != len(want.plans) {
		t.Errorf("totals %+v, %v; want %d models, %d versions, %d plans", totals, err, len(want.owners), len(want.versions), len(want.plans))
	}
	author := map[string]*big.Int{}
	yanked := 0
	for id, owner := range want.owners {
		m, err := s.ChainModel(t.Context(), hex(id))
		if err != nil || m.Owner != owner.Hex() {
			t.Errorf("model %x is of %s, %v; want %s", id, m.Owner, err, owner)
		}
		c, err := s.ChainState(t.Context(), m)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for _, y := range c.Yanks {
			if !seen[y.Version] {
				seen[y.Version] = true
				yanked++
			}
		}
		payments, err := s.ChainPayments(t.Context(), m.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range payments {
			n, _ := new(big.Int).SetString(p.Author, 10)
			if author[p.Token] == nil {
				author[p.Token] = new(big.Int)
			}
			author[p.Token].Add(author[p.Token], n)
		}
	}
	if yanked != len(want.yanked) {
		t.Errorf("%d versions are yanked; want %d", yanked, len(want.yanked))
	}
	for token, n := range want.author {
		if got := author[token.Hex()]; n.Sign() > 0 && (got == nil || got.Cmp(n) != 0) {
			t.Errorf("authors got %s of %s; want %s", got, token, n)
		}
	}
}
