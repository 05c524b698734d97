package index

import (
	"fmt"
	"math"
	"math/big"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"github.com/dehug/dehug/relay/chain"
	"github.com/dehug/dehug/relay/chain/contract"
	"github.com/dehug/dehug/relay/chain/deploy"
	"github.com/dehug/dehug/relay/chain/devnet"
	"github.com/dehug/dehug/relay/store"
)

// pay adds to a chain what accounts paid for models, whose ids are their owners' names as well; a dollar each, before so many days.
func pay(t *testing.T, s *store.Store, at time.Time, add func(tx *store.ChainTx, pay func(model, payer string, days int) error) error) {
	t.Helper()
	base := store.ChainBlock{Hash: "base"}
	if ok, err := s.StartChain(t.Context(), 1, base); err != nil || !ok {
		t.Fatal(ok, err)
	}
	n := int64(0)
	if err := s.ApplyChain(t.Context(), "base", store.ChainBlock{Block: 1, Hash: "one"}, func(tx *store.ChainTx) error {
		return add(tx, func(model, payer string, days int) error {
			n++
			return tx.Add(store.ChainPayment{Block: 1, Idx: n, Source: "session", Ref: payer, Model: model, Payer: payer, Operator: "relay", Token: common.Address{}.Hex(), Units: 1,
				Author: "600000", Relay: "100000", Compute: "300000", Tx: fmt.Sprint("tx", n), At: at.Add(-time.Duration(days) * 24 * time.Hour).Unix()})
		})
	}); err != nil {
		t.Fatal(err)
	}
}

// An owner who has its model used 10 000 times by accounts that it gave passes or money to, or that withdrew for it, ranks nowhere; who is
// paid by 40 strangers ranks by them.
func TestSelfDealingRanksZero(t *testing.T) {
	eachStore(t, func(t *testing.T, url string) {
		s := openStore(t, url)
		now, runs := time.Unix(2_000_000_000, 0), 10_000
		if strings.HasPrefix(url, "postgres") && os.Getenv("DEHUG_TEST_ALL") != "1" {
			runs = 1000 // they take a while to write
		}
		pay(t, s, now, func(tx *store.ChainTx, pay func(model, payer string, days int) error) error {
			for i, name := range []string{"washed", "honest"} {
				if err := tx.Add(store.ChainModel{ID: name, Publisher: name + " publisher", Name: name, Splitter: name + " splitter", Owner: name, Block: 1, Idx: int64(i)},
					store.ChainSplit{Splitter: name + " splitter", Recipient: name + " recipient", Block: 1}); err != nil {
					return err
				}
			}
			// From the recipient a purchase for the first, gifts from one to the next, a withdrawal to the last ten.
			if err := tx.Add(store.ChainPurchase{Block: 1, Payer: "washed recipient", Receiver: "sybil0", Units: "1", Cost: "1"}); err != nil {
				return err
			}
			for i := range 89 {
				if err := tx.Add(store.ChainGift{Block: 1, Idx: int64(i), Sender: fmt.Sprint("sybil", i), Receiver: fmt.Sprint("sybil", i+1), Units: "1"}); err != nil {
					return err
				}
			}
			for i := range 10 {
				if err := tx.Add(store.ChainCredit{Block: 1, Idx: int64(i), Account: "washed", Receiver: fmt.Sprint("sybil", 90+i), Amount: "1"}); err != nil {
					return err
				}
			}
			for i := range runs {
				if err := pay("washed", fmt.Sprint("sybil", i%100), i%30); err != nil {
					return err
				}
			}
			for i := range 80 {
				if err := pay("honest", fmt.Sprint("stranger", i%40), 30); err != nil {
					return err
				}
			}
			return nil
		})
		in, err := s.RankingInput(t.Context(), common.Address{}.Hex())
		if err != nil {
			t.Fatal(err)
		}
		if err := s.SetRankings(t.Context(), rankings(in, 6, now)); err != nil {
			t.Fatal(err)
		}
		honest, err := s.Ranking(t.Context(), "honest")
		if want := 40 * math.Sqrt(2*0.5); err != nil || math.Abs(honest.Score-want) > 1e-9 || honest.Payers != 40 || honest.Value != 80 {
			t.Errorf("honest: %+v, %v; want %v by 40", honest, err, want)
		}
		washed, err := s.Ranking(t.Context(), "washed")
		if err != nil || washed.Score != 0 || washed.Payers != 0 {
			t.Errorf("washed: %+v, %v; want nothing", washed, err)
		}
	})
}

// Whom an owner sent dollars to, through another, is not outside; when the chain takes the sending back, it is.
func TestFundingIsSeen(t *testing.T) {
	h := newHub(t)
	all := devnet.Accounts()
	author, payer, between, relay := all[1], all[2], all[3], all[4]
	dollar, controller := contract.NewDollar(), contract.NewUsageController()
	h.publish(author, "m", h.release(author, h.own, "m", "1.0.0"))
	h.catchUp()
	m, err := h.store.ChainModelByName(t.Context(), author.Address.Hex(), "m")
	if err != nil {
		t.Fatal(err)
	}
	s, err := h.store.ChainState(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	plan, at := common.HexToHash(s.Plans[0].ID), h.deployment.Address("UsageController")
	h.send(payer, "Dollar", dollar.PackApprove(at, big.NewInt(1_000_000)))
	head, err := h.client.HeaderByNumber(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	terms := contract.IUsageControllerSessionTerms{Payer: payer.Address, Operator: relay.Address, Plan: plan, SessionKey: payer.Address, Units: 10, End: uint32(head.Time) + 3600}
	h.send(payer, "UsageController", controller.PackOpenSessionPaying(terms))
	h.send(relay, "UsageController", controller.PackRedeem([]contract.IUsageControllerBatch{redemption(t, h.deployment, terms, payer, 10)}))
	rank := func(what string, payers int64) {
		t.Helper()
		h.clock = h.clock.Add(rankEvery)
		h.catchUp()
		r, err := h.store.Ranking(t.Context(), m.ID)
		if err != nil || r.Payers != payers || (r.Score > 0) != (payers > 0) {
			t.Errorf("%s: %+v, %v; want %d payers", what, r, err, payers)
		}
	}
	rank("a stranger", 1)
	h.send(author, "Dollar", dollar.PackTransfer(between.Address, big.NewInt(5)))
	h.send(between, "Dollar", dollar.PackTransfer(payer.Address, big.NewInt(4)))
	rank("funded through another", 0)
	if err := h.chain.Reorg(1, true); err != nil {
		t.Fatal(err)
	}
	rank("the last step is taken back", 1)
	h.send(relay, "Dollar", dollar.PackTransfer(payer.Address, big.NewInt(1)))
	rank("funded by the relay", 0)
	found, err := h.store.Search(t.Context(), store.Query{Sort: store.SortTrending, Limit: 10})
	if err != nil || len(found.Models) != 1 {
		t.Errorf("trending: %+v, %v", found, err)
	}
}

// redemption is a voucher of a session, signed by its key.
func redemption(t *testing.T, d *deploy.Deployment, s contract.IUsageControllerSessionTerms, key devnet.Account, units uint32) contract.IUsageControllerBatch {
	t.Helper()
	number := chain.SessionNumber(s.Payer, s.Salt)
	digest := chain.UsageDomain(d.ChainID, d.Address("UsageController")).Voucher(chain.NewSessionID(s.Plan, s.Operator, number), units, [32]byte{})
	vouchers, err := chain.Voucher{Session: number, Units: units, Signature: key.Signer().Sign(digest)}.Append(nil)
	if err != nil {
		t.Fatal(err)
	}
	return contract.IUsageControllerBatch{Plan: s.Plan, Operator: s.Operator, Vouchers: vouchers}
}
