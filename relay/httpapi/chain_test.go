package httpapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/store"
)

func id(digit string) string { return "0x" + strings.Repeat(digit, 64) }

// onChain tells a hub of a model on chain that was uploaded too, of its child, which has the same files and whose manifest nobody has, and
// of what was paid for it.
func onChain(t *testing.T, h *hub, doc manifest.CID) (owner, buyer string) {
	t.Helper()
	owner, buyer = testKey(t, "1").Address().String(), testKey(t, "2").Address().String()
	ctx := t.Context()
	token := "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913"
	base := store.ChainBlock{Block: 9, Hash: id("9")}
	if ok, err := h.Store.StartChain(ctx, 31337, base); err != nil || !ok {
		t.Fatal(ok, err)
	}
	h.Chain = &ChainConfig{ID: 31337, Network: "devnet", Contracts: map[string]string{"ModelRegistry": token}, Schemas: map[string]string{"evaluation": id("e")}}
	at := h.at.Unix()
	other := manifest.DigestOf([]byte("another")).RawCID()
	err := h.Store.ApplyChain(ctx, base.Hash, store.ChainBlock{Block: 12, Hash: id("c"), Parent: id("b"), At: at}, func(tx *store.ChainTx) error {
		zero := store.NoToken
		return tx.Add(
			store.ChainTokenChange{Block: 10, Token: token, Allowed: true},
			store.ChainSplit{Splitter: token, Recipient: owner, Parts: 1_000_000, Block: 10},
			store.ChainModel{ID: id("1"), Publisher: owner, Name: "greeter", Kind: "model", Splitter: token, RoyaltyBps: 500, Owner: owner, Block: 10, Idx: 1, Tx: id("a"), At: at},
			store.ChainTransfer{Block: 10, Idx: 2, Model: id("1"), Sender: zero, Receiver: owner, Tx: id("a"), At: at},
			store.ChainRecovery{Block: 10, Idx: 3, Model: id("1"), Action: "changed", Account: buyer},
			store.ChainVersion{ID: id("2"), Model: id("1"), Version: "1.0.0", Manifest: string(doc), Root: id("3"), License: id("4"), Owner: owner, Block: 10, Idx: 4, Tx: id("a"), At: at},
			store.ChainPlan{ID: id("5"), Model: id("1"), Token: token, Payee: token, AuthorFee: "600", RelayFee: "100", ComputeCap: "18446744073709551615", UnitKind: "inference",
				Transferable: true, Block: 10, Idx: 5, Tx: id("a"), At: at},
			store.ChainModel{ID: id("6"), Publisher: buyer, Name: "copy", Kind: "model", Splitter: owner, Owner: buyer, Block: 11, Tx: id("b"), At: at},
			store.ChainTransfer{Block: 11, Idx: 1, Model: id("6"), Sender: zero, Receiver: buyer, Tx: id("b"), At: at},
			store.ChainVersion{ID: id("7"), Model: id("6"), Version: "2.0.0", Manifest: string(other), Root: id("3"), License: id("4"), Owner: buyer, Block: 11, Idx: 2, Tx: id("b"), At: at},
			store.ChainParent{Child: id("7"), Parent: id("2"), Block: 11, Idx: 2},
			store.ChainYank{Block: 11, Idx: 3, Model: id("6"), Version: id("7"), Reason: "wrong license", Tx: id("b"), At: at},
			store.ChainAlias{Block: 11, Idx: 4, Model: id("1"), Name: "stable", Version: id("2")},
			store.ChainSession{ID: id("8"), Plan: id("5"), Payer: buyer, Operator: owner, Number: "7", SessionKey: token, Units: 50, Ends: at + 3600, Block: 11, Idx: 5, Tx: id("b"), At: at},
			store.ChainPayment{Block: 12, Source: "session", Ref: id("8"), Plan: id("5"), Model: id("1"), Payer: buyer, Operator: owner, Token: token, Units: 20, Reached: 20,
				Author: "12000", Relay: "2000", Compute: "340282366920938463463374607431768211456", Transcript: id("0"), Tx: id("c"), At: at},
			store.ChainCredit{Block: 12, Idx: 1, Contract: "UsageController", Token: token, Account: owner, Amount: "2000", Tx: id("c"), At: at},
			store.ChainCredit{Block: 12, Idx: 2, Contract: "UsageController", Token: token, Account: owner, Amount: "500", Receiver: buyer, Tx: id("c"), At: at},
			store.ChainTransfer{Block: 12, Idx: 3, Model: id("1"), Sender: owner, Receiver: buyer, Tx: id("c"), At: at},
			store.ChainAttestation{Uid: id("d"), Schema: "evaluation", Attester: buyer, Recipient: zero, Block: 12, Idx: 4, Tx: id("c"), At: at},
		)
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{
		h.Store.SetToken(ctx, store.Token{Address: token, Symbol: "USDC", Decimals: 6}),
		h.Store.SetManifest(ctx, id("2"), store.ManifestVerified, "", 1, h.at, time.Time{}),
		h.Store.SetManifest(ctx, id("7"), store.ManifestUnavailable, "no source has it", 1, h.at, h.at.Add(time.Hour)),
		h.Store.SetRankings(ctx, []store.Ranking{{RankingRow: store.RankingRow{Model: id("1"), Score: 1.5, Payers: 20, Value: 9, Evaluators: 1}, Owner: owner, Name: "greeter"}}),
		h.Store.SetEvaluation(ctx, store.Evaluation{Uid: id("d"), Version: id("2"), Task: "greeting", Dataset: "people", Metric: "smiles", Value: "0.99", Evidence: id("e")}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return owner, buyer
}

func TestChainGolden(t *testing.T) {
	h := withUploads(t)
	step := func(name, path string, want int) {
		t.Helper()
		h.golden(name, "GET", path, h.ask("GET", path, ""), want)
	}
	step("chain-none", "/api/v1/chain", 404)
	h.Chain = &ChainConfig{ID: 31337, Network: "devnet", Contracts: map[string]string{}, Schemas: map[string]string{}}
	step("chain-not-read", "/api/v1/chain", 200)
	m := makeRelease(t)
	cookie := h.signIn(testKey(t, "1"))
	if w := h.ask("POST", "/api/v1/uploads/tar", string(m.tar), "Cookie", cookie, "Content-Type", "application/x-tar"); w.Code != 201 {
		t.Fatalf("POST of an archive = %d %s", w.Code, w.Body)
	}
	owner, buyer := onChain(t, h, m.Manifest)
	step("chain", "/api/v1/chain", 200)
	step("chain-models", "/api/v1/models", 200)
	step("chain-model", "/api/v1/models/"+owner+"/greeter", 200)
	step("chain-model-unavailable", "/api/v1/models/"+id("6"), 200)
	step("chain-model-unknown", "/api/v1/models/"+id("0"), 404)
	step("lineage", "/api/v1/lineage/"+id("7"), 200)
	step("lineage-unknown", "/api/v1/lineage/"+id("1"), 404)
	step("owner", "/api/v1/owners/"+owner, 200)
	step("owner-buyer", "/api/v1/owners/"+strings.ToLower(buyer), 200)
	step("owner-wrong", "/api/v1/owners/0x12", 400)
	step("stats", "/api/v1/stats", 200)
	step("trending", "/api/v1/models?sort=trending", 200)
	step("authors", "/api/v1/leaderboards/authors", 200)
	step("challenges-none", "/api/v1/challenges", 200)
	var err error
	h.Challenges, err = ParseChallenges([]byte(`[{"id": "smiles", "title": "Smiles", "text": "Greet people.", "task": "greeting", "dataset": "people", "metric": "smiles", "better": "higher",
		"evaluator": "` + strings.ToLower(buyer) + `", "begins": "2026-01-01T00:00:00Z", "ends": "2026-02-01T00:00:00Z", "places": 3, "prize": "a mug"}]`))
	if err != nil {
		t.Fatal(err)
	}
	step("challenge", "/api/v1/challenges/smiles", 200)
	step("challenge-unknown", "/api/v1/challenges/frowns", 404)

	byID := h.ask("GET", "/api/v1/models/"+id("1"), "").Body.String()
	if byName := h.ask("GET", "/api/v1/models/"+owner+"/greeter", "").Body.String(); byID != byName {
		t.Errorf("by id %s\nby name %s", byID, byName)
	}
	h.Denied = func(cid manifest.CID) bool { return cid == m.Manifest }
	step("chain-model-denied", "/api/v1/models/"+id("1"), 451)
}

// A version that is denied is named neither with its model nor with those that were made from it or have the same files, and neither is its
// model to whom it belongs. That it was there first stays true.
func TestChainDenied(t *testing.T) {
	h, doc, owner := withChain(t)
	copied := func() (v ChainVersion) {
		t.Helper()
		var m ModelDetail
		if err := json.Unmarshal(h.ask("GET", "/api/v1/models/"+id("6"), "").Body.Bytes(), &m); err != nil || m.OnChain == nil || len(m.OnChain.Versions) != 1 {
			t.Fatalf("%+v, %v", m.OnChain, err)
		}
		return m.OnChain.Versions[0]
	}
	if v := copied(); len(v.Parents) != 1 || len(v.SameContent) != 1 || v.First {
		t.Errorf("with nothing denied %+v", v)
	}
	buyer := testKey(t, "2").Address().String()
	cursor, _, err := h.Store.ChainCursor(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	next := manifest.DigestOf([]byte("the next one")).RawCID()
	err = h.Store.ApplyChain(t.Context(), cursor.Hash, store.ChainBlock{Block: 13, Hash: id("f"), At: h.at.Unix()}, func(tx *store.ChainTx) error {
		return tx.Add(
			store.ChainVersion{ID: id("f"), Model: id("1"), Version: "1.1.0", Manifest: string(next), Root: id("f"), License: id("4"), Owner: buyer, Block: 13, At: h.at.Unix()},
			store.ChainParent{Child: id("f"), Parent: id("2"), Block: 13},
			store.ChainParent{Child: id("2"), Parent: id("f"), Block: 13, Idx: 1},
		)
	})
	if err != nil {
		t.Fatal(err)
	}
	for what, denied := range map[string]manifest.CID{"its manifest": doc, "its release": releaseOf(t, h, owner)} {
		h.Denied = func(cid manifest.CID) bool { return cid == denied }
		if v := copied(); len(v.Parents)+len(v.SameContent) > 0 || v.First {
			t.Errorf("%s is denied, and the copy is %+v", what, v)
		}
	}
	h.Denied = func(cid manifest.CID) bool { return cid == next }
	var m ModelDetail
	if err := json.Unmarshal(h.ask("GET", "/api/v1/models/"+id("1"), "").Body.Bytes(), &m); err != nil || len(m.OnChain.Versions) != 1 {
		t.Fatalf("one of two versions is denied: %+v, %v", m.OnChain, err)
	}
	if v := m.OnChain.Versions[0]; v.ID != id("2") || len(v.Children) != 1 || len(v.Parents) != 0 || !slices.Equal(v.Aliases, []string{"stable"}) || len(v.Evaluations) != 1 {
		t.Errorf("the other one is %+v", v)
	}
	h.Denied = nil
	for _, tt := range []struct {
		denied string
		want   int
	}{{"nobody", 1}, {owner, 0}} {
		h.deniedAccounts.Store(&map[string]bool{tt.denied: true})
		var o OwnerInfo
		if err := json.Unmarshal(h.ask("GET", "/api/v1/owners/"+owner, "").Body.Bytes(), &o); err != nil || len(o.Owns)+len(o.Sold) != tt.want {
			t.Errorf("%q denied: %+v, %v; want %d models", tt.denied, o, err, tt.want)
		}
	}
}

// releaseOf is the CID of the release that lists show of an account's greeter.
func releaseOf(t *testing.T, h *hub, owner string) manifest.CID {
	t.Helper()
	m, err := h.Store.Model(t.Context(), owner, "greeter")
	if err != nil {
		t.Fatal(err)
	}
	return manifest.CID(m.Release)
}

// A name that may be taken for that of an older, used model is flagged in lists, on its own and in GraphQL; a new one in the place of an old one is not.
func TestImitates(t *testing.T) {
	h, _, owner := withChain(t)
	other := testKey(t, "3").Address().String()
	cursor, _, err := h.Store.ChainCursor(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{"greeter": true, "greetter": true, "gr-eeter": true, "greeter-2": false, "welcomer": false}
	at := h.at.Add(time.Hour)
	err = h.Store.ApplyChain(t.Context(), cursor.Hash, store.ChainBlock{Block: 13, Hash: id("f"), At: at.Unix()}, func(tx *store.ChainTx) error {
		for name := range names {
			if err := tx.Add(store.ChainModel{ID: name, Publisher: other, Owner: other, Name: name, Kind: "model", Block: 13, At: at.Unix()}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range names {
		var got ModelDetail
		if err := json.Unmarshal(h.ask("GET", "/api/v1/models/"+other+"/"+name, "").Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		if imitates := got.Imitates != nil && *got.Imitates == (ModelRef{id("1"), owner, "greeter"}); imitates != want {
			t.Errorf("%s imitates %+v; want %v", name, got.Imitates, want)
		}
		reply := h.query(`query($name: String) { models(where: { name: $name, publisher: "`+other+`" }) { imitates { name } } }`, map[string]any{"name": name})
		if strings.Contains(reply, `"imitates":{"name":"greeter"}`) != want {
			t.Errorf("%s: %s", name, reply)
		}
	}
	var original ModelDetail
	if err := json.Unmarshal(h.ask("GET", "/api/v1/models/"+owner+"/greeter", "").Body.Bytes(), &original); err != nil || original.Imitates != nil {
		t.Errorf("the original imitates %+v, %v", original.Imitates, err)
	}
	if w := h.ask("GET", "/api/v1/models", ""); strings.Contains(w.Body.String(), "imitates") {
		t.Errorf("in lists: %s", w.Body)
	}
	if err := h.Store.Publish(t.Context(), store.Publication{Owner: other, Release: relay.Release{Name: "greeter", Version: "1.0.0", Manifest: "x"}, Manifest: &manifest.Manifest{Name: "greeter"}}, at); err != nil {
		t.Fatal(err)
	}
	h.golden("models-imitated", "GET", "/api/v1/models", h.ask("GET", "/api/v1/models?owner="+other, ""), 200)
}

// Of a model its best version counts, of a version what was attested last in time; what is no number, or was taken back, does not count.
func TestChallenge(t *testing.T) {
	h := newHub(t)
	begins := h.at.Add(-10 * time.Hour)
	evaluator := testKey(t, "3").Address().String()
	challenge := func(places int, better string) string {
		return `[{"id": "c", "title": "C", "task": "t", "dataset": "d", "metric": "m", "better": "` + better + `", "evaluator": "` + evaluator + `", "begins": "` +
			begins.Format(time.RFC3339) + `", "ends": "` + begins.Add(5*time.Hour).Format(time.RFC3339) + `", "places": ` + strconv.Itoa(places) + `}]`
	}
	base := store.ChainBlock{Hash: id("9")}
	if ok, err := h.Store.StartChain(t.Context(), 31337, base); err != nil || !ok {
		t.Fatal(ok, err)
	}
	n := 0
	var asked []func() error // what is found out elsewhere, after the block
	err := h.Store.ApplyChain(t.Context(), base.Hash, store.ChainBlock{Block: 1, Hash: id("c")}, func(tx *store.ChainTx) error {
		for _, model := range []string{"a", "b", "c"} {
			facts := []any{store.ChainModel{ID: model, Name: model, Publisher: model, Owner: model, Block: 1, Idx: int64(len(model))}}
			for _, version := range []string{"1", "2"} {
				facts = append(facts, store.ChainVersion{ID: model + version, Model: model, Version: version, Block: 1})
				state := store.ManifestVerified
				if model == "c" && version == "2" {
					state = store.ManifestMismatch
				}
				asked = append(asked, func() error { return h.Store.SetManifest(t.Context(), model+version, state, "", 1, h.at, time.Time{}) })
			}
			if err := tx.Add(facts...); err != nil {
				return err
			}
		}
		for _, e := range []struct {
			version, value, by string
			hours              int
		}{
			{"a1", "0.5", evaluator, 1}, {"a1", "0.6", evaluator, 2}, // the last one counts
			{"a2", "0.55", evaluator, 2},                                                            // not its best
			{"b1", "0.60", evaluator, 3}, {"b2", "0.9", evaluator, 6}, {"b2", "0.8", evaluator, -1}, // too late, too early
			{"b2", "1e9", evaluator, 3}, {"c1", "9", "somebody", 3}, {"c2", "9", evaluator, 3}, // no number, of another, not verified
			{"c1", "0.01", evaluator, 4}, {"c1", "0.7", evaluator, 4}, // the last one is taken back
		} {
			n++
			uid := fmt.Sprint("uid", n)
			if err := tx.Add(store.ChainAttestation{Uid: uid, Schema: "evaluation", Attester: e.by, Block: 1, Idx: int64(n), At: begins.Add(time.Duration(e.hours) * time.Hour).Unix()}); err != nil {
				return err
			}
			asked = append(asked, func() error {
				return h.Store.SetEvaluation(t.Context(), store.Evaluation{Uid: uid, Version: e.version, Task: "t", Dataset: "d", Metric: "m", Value: e.value})
			})
		}
		return tx.Add(store.ChainRevocation{Block: 1, Uid: fmt.Sprint("uid", n)})
	})
	for _, do := range asked {
		err = errors.Join(err, do())
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ better, entries, winners string }{{"higher", "a1=0.6 b1=0.60 c1=0.01", "a1=0.6 b1=0.60"}, {"lower", "c1=0.01 a2=0.55 b1=0.60", "c1=0.01 a2=0.55"}} {
		if h.Challenges, err = ParseChallenges([]byte(challenge(2, tt.better))); err != nil {
			t.Fatal(err)
		}
		var got ChallengeInfo
		if err := json.Unmarshal(h.ask("GET", "/api/v1/challenges/c", "").Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		show := func(all []ChallengeEntry) string {
			var s []string
			for _, e := range all {
				s = append(s, e.Version.ID+"="+e.Value)
			}
			return strings.Join(s, " ")
		}
		if show(got.Entries) != tt.entries || show(got.Winners) != tt.winners || got.State != "ended" {
			t.Errorf("%s: %s, entries %s, winners %s; want %s and %s", tt.better, got.State, show(got.Entries), show(got.Winners), tt.entries, tt.winners)
		}
	}
	for what, text := range map[string]string{"no list": "{}", "better": challenge(1, "best"), "places": challenge(0, "higher"), "twice": strings.Replace(challenge(1, "higher"), "}]", "},"+challenge(1, "higher")[1:], 1),
		"evaluator": strings.Replace(challenge(1, "higher"), evaluator, "0x1", 1)} {
		if _, err := ParseChallenges([]byte(text)); err == nil {
			t.Errorf("%s was taken: %s", what, text)
		}
	}
}
