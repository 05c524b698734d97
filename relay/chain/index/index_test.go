package index

import (
	"context"
	"errors"
	"log/slog"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/ethclient"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/chain/contract"
	"github.com/dehug/dehug/relay/chain/deploy"
	"github.com/dehug/dehug/relay/chain/devnet"
	"github.com/dehug/dehug/relay/disk"
	"github.com/dehug/dehug/relay/publish"
	"github.com/dehug/dehug/relay/store"
)

// hub is an index of a devnet.
type hub struct {
	*Index
	t      *testing.T
	chain  *devnet.Chain
	client *ethclient.Client
	own    *disk.Folder // the relay's
	other  *disk.Folder // a source's
	clock  time.Time
}

func newHub(t *testing.T) *hub {
	t.Helper()
	c, err := devnet.Start(t.Context(), devnet.Config{Start: time.Unix(2_000_000_000, 0)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	h := &hub{t: t, chain: c, client: c.Client(), clock: time.Unix(2_000_000_100, 0)}
	for _, f := range []**disk.Folder{&h.own, &h.other} {
		if *f, err = disk.Open(t.TempDir()); err != nil {
			t.Fatal(err)
		}
	}
	h.Index, err = Open(t.Context(), c.Deployment(), Config{Store: openStore(t, "sqlite:"+filepath.Join(t.TempDir(), "hub.db")), RPC: h.client.Client(),
		Blocks: h.own.Blocks(), Sources: h.other.Blocks(), Poll: time.Millisecond, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	h.now = func() time.Time { return h.clock }
	return h
}

// release makes one of an account's and puts it into a folder.
func (h *hub) release(by devnet.Account, into *disk.Folder, name, version string) *publish.Result {
	h.t.Helper()
	dir := h.t.TempDir()
	for file, text := range map[string]string{
		publish.AuthorFile: `{"name": "` + name + `", "version": "` + version + `", "title": "A model", "license": {"spdx": "MIT"}, "runtime": {"format": "onnx", "opset": 17}}`,
		name + ".onnx":     "weights", "README.md": "# Card\nof " + name + version,
	} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o644); err != nil {
			h.t.Fatal(err)
		}
	}
	r, err := publish.Publish(h.t.Context(), into.Blocks(), dir, publish.Options{Key: by.Signer(), Created: time.Unix(1_900_000_000, 0).UTC()})
	if err != nil {
		h.t.Fatal(err)
	}
	return r
}

func (h *hub) send(by devnet.Account, contract string, data []byte) {
	h.t.Helper()
	if _, err := deploy.Send(h.t.Context(), h.client, by.Signer(), h.deployment.Address(contract), nil, data); err != nil {
		h.t.Fatal(err)
	}
}

var registry = contract.NewModelRegistry()

// publish publishes a release on chain, as the first version of a model of that name.
func (h *hub) publish(by devnet.Account, name string, r *publish.Result) {
	h.t.Helper()
	h.send(by, "ModelRegistry", registry.PackPublish(contract.IModelRegistryPublication{
		Name: name, Release: contract.IModelRegistryRelease{Version: r.Manifest.Version, Manifest: r.Release.Manifest.Digest(), Root: r.Manifest.Root, LicenseHash: [32]byte{1}},
		Recipients: []common.Address{by.Address}, Parts: []uint32{1_000_000}, RoyaltyBps: 500,
		Plans: []contract.PlanOffer{{Token: h.deployment.Address("Dollar"), AuthorFee: big.NewInt(600), RelayFee: big.NewInt(100), ComputeCap: 300, UnitKind: [32]byte{'j', 'o', 'b'}}},
	}))
}

// catchUp follows until there is nothing to follow, and looks after the rest.
func (h *hub) catchUp() {
	h.t.Helper()
	for more := true; more; {
		var err error
		if more, err = h.follower.Next(h.t.Context()); err != nil {
			h.t.Fatal(err)
		}
	}
	if err := h.Tend(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
}

// want compares what lists show of a model, and what is known of its versions: "1.0.0 verified".
func (h *hub) want(what string, by devnet.Account, name, listed string, versions ...string) {
	h.t.Helper()
	ctx := h.t.Context()
	got := ""
	found, err := h.store.FoundModel(ctx, by.Address.Hex(), name)
	if err == nil {
		got = found.Version + " " + found.ChainState
	} else if relay.ErrorCode(err) != relay.CodeNotFound {
		h.t.Fatal(err)
	}
	if got != listed {
		h.t.Errorf("%s: %s is listed as %q; want %q", what, name, got, listed)
	}
	m, err := h.store.ChainModelByName(ctx, by.Address.Hex(), name)
	if len(versions) == 0 && relay.ErrorCode(err) == relay.CodeNotFound {
		return
	}
	if err != nil {
		h.t.Fatalf("%s: %s: %v", what, name, err)
	}
	s, err := h.store.ChainState(ctx, m)
	if err != nil {
		h.t.Fatal(err)
	}
	var states []string
	for _, v := range s.Versions {
		states = append(states, strings.TrimSpace(v.Version+" "+v.State+" "+v.Reason))
	}
	if got, want := strings.Join(states, "\n"), strings.Join(versions, "\n"); !strings.HasPrefix(got, want) || len(states) != len(versions) {
		h.t.Errorf("%s: versions of %s\n got %s\nwant %s", what, name, got, want)
	}
}

// What is published on chain is listed when its manifest is found and is what the chain says; never before, and no longer than it is on chain.
func TestManifests(t *testing.T) {
	h := newHub(t)
	start := h.chain.Height()
	alice, bob := devnet.Accounts()[1], devnet.Accounts()[2]

	own, away := h.release(alice, h.own, "own", "1.0.0"), h.release(alice, h.other, "away", "1.0.0")
	h.publish(alice, "own", own)
	h.publish(alice, "away", away)
	hidden, err := disk.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	late := h.release(alice, hidden, "late", "2.0.0")
	h.publish(alice, "late", late)
	h.publish(bob, "own", own)        // alice's release under bob's name
	h.publish(alice, "misnamed", own) // or under another name
	h.catchUp()
	h.want("among the relay's blocks", alice, "own", "1.0.0 verified", "1.0.0 verified")
	h.want("at a source", alice, "away", "1.0.0 verified", "1.0.0 verified")
	h.want("nowhere", alice, "late", "", "2.0.0 unavailable no source has it")
	h.want("of somebody else", bob, "own", "", "1.0.0 mismatch does not match: "+bob.Address.Hex()+", who published it, is not among its authors")
	h.want("under another name", alice, "misnamed", "", "1.0.0 mismatch does not match: its name is own, the chain says misnamed")
	if there, err := h.own.Blocks().Has(t.Context(), away.Release.Manifest); !there || err != nil {
		t.Errorf("a source's manifest is kept: %t, %v", there, err)
	}
	for query, want := range map[string]int{"card": 1, "own": 1, "away": 1, "misnamed": 0} { // of away only the manifest is here
		found, err := h.store.Search(t.Context(), store.Query{Text: query, Limit: 10})
		if err != nil || len(found.Models) != want {
			t.Errorf("search for %s finds %d, %v; want %d", query, len(found.Models), err, want)
		}
	}

	// It is asked for again when its time has come, and not before.
	block, err := hidden.Blocks().Get(t.Context(), late.Release.Manifest)
	if err == nil {
		err = h.other.Blocks().Put(t.Context(), manifest.Block{CID: late.Release.Manifest, Data: block})
	}
	if err != nil {
		t.Fatal(err)
	}
	h.catchUp()
	h.want("too early", alice, "late", "", "2.0.0 unavailable no source has it")
	h.clock = h.clock.Add(firstPause)
	h.catchUp()
	h.want("in time", alice, "late", "2.0.0 verified", "2.0.0 verified")

	// A second version, and the chain that takes it back.
	two := h.release(alice, h.own, "own", "1.1.0")
	model, err := h.store.ChainModelByName(t.Context(), alice.Address.Hex(), "own")
	if err != nil {
		t.Fatal(err)
	}
	h.send(alice, "ModelRegistry", registry.PackPublishVersion(common.HexToHash(model.ID), contract.IModelRegistryRelease{Version: "1.1.0",
		Manifest: two.Release.Manifest.Digest(), Root: two.Manifest.Root}))
	h.catchUp()
	h.want("second version", alice, "own", "1.1.0 verified", "1.1.0 verified", "1.0.0 verified")
	if err := h.chain.Reorg(1, true); err != nil {
		t.Fatal(err)
	}
	h.catchUp()
	h.want("taken back", alice, "own", "1.0.0 verified", "1.0.0 verified")
	if found, err := h.store.Search(t.Context(), store.Query{Text: "own1", Limit: 10}); err != nil || len(found.Models) != 1 || found.Models[0].Version != "1.0.0" {
		t.Errorf("search finds %+v, %v", found, err)
	}
	if err := h.chain.Reorg(h.chain.Height()-start, true); err != nil { // everything
		t.Fatal(err)
	}
	h.catchUp()
	for _, name := range []string{"own", "late", "away"} {
		h.want("everything taken back", alice, name, "")
	}
}

// What others say: tokens their names, attestations their text.
func TestAsked(t *testing.T) {
	h := newHub(t)
	alice, bob := devnet.Accounts()[1], devnet.Accounts()[2]
	h.publish(alice, "m", h.release(alice, h.own, "m", "1.0.0"))
	h.catchUp()
	m, err := h.store.ChainModelByName(t.Context(), alice.Address.Hex(), "m")
	if err != nil {
		t.Fatal(err)
	}
	s, err := h.store.ChainState(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	if token := s.Tokens[h.deployment.Address("Dollar").Hex()]; token.Symbol == "" || token.Decimals != 6 {
		t.Errorf("the dollar is %+v", token)
	}
	version := common.HexToHash(s.Versions[0].ID)
	for _, data := range [][]byte{nil, {1}} { // one in order, one that is not what its schema says
		if data == nil {
			if data, err = evaluationArguments.Pack([32]byte(version), "faces", "WIDER", "AP", "0.91", [32]byte{7}); err != nil {
				t.Fatal(err)
			}
		}
		eas := contract.NewEAS()
		h.send(bob, "EAS", eas.PackAttest(contract.AttestationRequest{Schema: h.deployment.Schemas[deploy.Evaluation].UID,
			Data: contract.AttestationRequestData{Revocable: true, Data: data, Value: new(big.Int)}}))
	}
	h.catchUp()
	h.catchUp()
	if s, err = h.store.ChainState(t.Context(), m); err != nil || len(s.Evals) != 1 || s.Evals[0].Value != "0.91" || s.Evals[0].Attester != bob.Address.Hex() {
		t.Errorf("evaluations %+v, %v", s.Evals, err)
	}
	if left, err := h.store.EvaluationsUnknown(t.Context(), 10); err != nil || len(left) > 0 {
		t.Errorf("still to be read: %v, %v", left, err)
	}
}

// A database that follows a chain follows no other, unless both are for development.
func TestOtherDeployment(t *testing.T) {
	s := openStore(t, "sqlite:"+filepath.Join(t.TempDir(), "hub.db"))
	c := Config{Store: s, Log: slog.New(slog.DiscardHandler)}
	open := func(chain uint64, base byte) error {
		_, err := Open(context.Background(), &deploy.Deployment{ChainID: chain, BlockHash: common.Hash{base}}, c)
		return err
	}
	for _, tt := range []struct {
		chain uint64
		base  byte
		want  relay.Code
	}{{deploy.DevnetChainID, 1, ""}, {deploy.DevnetChainID, 2, ""}, {8453, 2, relay.CodeConflict}, {deploy.DevnetChainID, 2, ""}} {
		if err := open(tt.chain, tt.base); relay.ErrorCode(err) != tt.want {
			t.Errorf("chain %d, base %d: %v; want %q", tt.chain, tt.base, err, tt.want)
		}
	}
}

// Whatever bytes come as a manifest or as signatures, they are what the chain says or are refused.
func FuzzCheck(f *testing.F) {
	key := devnet.Accounts()[1]
	folder, err := disk.Open(f.TempDir())
	if err != nil {
		f.Fatal(err)
	}
	dir := f.TempDir()
	for file, text := range map[string]string{publish.AuthorFile: `{"name": "m", "version": "1.0.0", "license": {"spdx": "MIT"}, "runtime": {"format": "onnx", "opset": 17}}`, "m.onnx": "x"} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o644); err != nil {
			f.Fatal(err)
		}
	}
	r, err := publish.Publish(context.Background(), folder.Blocks(), dir, publish.Options{Key: key.Signer(), Created: time.Unix(1_900_000_000, 0).UTC()})
	if err != nil {
		f.Fatal(err)
	}
	doc, err := folder.Blocks().Get(context.Background(), r.Release.Manifest)
	if err != nil {
		f.Fatal(err)
	}
	envelope, err := folder.Blocks().Get(context.Background(), r.Release.Envelope)
	if err != nil {
		f.Fatal(err)
	}
	claim := Claim{Kind: "model", Name: "m", Version: "1.0.0", Root: r.Manifest.Root, Owner: manifest.Address(key.Address)}
	f.Add(doc, envelope, true)
	f.Add(doc, []byte(nil), true)
	f.Add([]byte(`{"kind":"model"}`), []byte("{}"), true)
	f.Add(doc[:len(doc)-1], envelope, false)
	f.Fuzz(func(t *testing.T, doc, envelope []byte, digest bool) {
		c := claim
		c.Manifest = r.Release.Manifest
		if digest { // so that more than the digest is looked at
			c.Manifest = manifest.DigestOf(doc).RawCID()
		}
		if len(envelope) == 0 {
			envelope = nil
		}
		m, signers, err := Check(doc, envelope, c)
		if err != nil {
			if !errors.Is(err, errMismatch) || m != nil {
				t.Errorf("Check = %v, %v", m, err)
			}
			return
		}
		if m.Name != c.Name || m.Root != c.Root || c.Manifest != manifest.DigestOf(doc).RawCID() || envelope != nil && len(signers) == 0 {
			t.Errorf("Check takes %q, signed by %v", doc, signers)
		}
	})
}
