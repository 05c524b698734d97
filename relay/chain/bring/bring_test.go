package bring

import (
	"context"
	"math/big"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/chain"
	"github.com/dehug/dehug/relay/chain/contract"
	"github.com/dehug/dehug/relay/chain/devnet"
	"github.com/dehug/dehug/relay/chain/send"
)

// shop is a relay that brings, and a chain.
type shop struct {
	*Bringer
	t     *testing.T
	chain *devnet.Chain
}

func open(t *testing.T) *shop {
	t.Helper()
	c, err := devnet.Start(t.Context(), devnet.Config{Start: time.Unix(2_000_000_000, 0)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	d := c.Deployment()
	return &shop{New(c.Client(), d.ChainID, d.Address("ModelRegistry"), send.New(c.Client(), d.ChainID, devnet.Accounts()[9].Signer()), Fee{}), t, c}
}

// owner is an account that has no ETH.
func owner(t *testing.T, digit string) *ethsig.Key {
	t.Helper()
	key, err := ethsig.ParseKey(strings.Repeat(digit, 64))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func (s *shop) terms(key *ethsig.Key) (relay.BringTerms, contract.IModelRegistryPermission) {
	s.t.Helper()
	terms, err := s.Terms(s.t.Context(), key.Address().String())
	if err != nil {
		s.t.Fatal(err)
	}
	return terms, contract.IModelRegistryPermission{Owner: common.Address(key.Address()), Relay: common.HexToAddress(terms.Relay), FeeToken: common.HexToAddress(terms.FeeToken),
		Fee: new(big.Int), Deadline: big.NewInt(terms.Deadline.Unix())}
}

func publication(key *ethsig.Key, name string) contract.IModelRegistryPublication {
	return contract.IModelRegistryPublication{Name: name, Release: release("1.0.0"), Recipients: []common.Address{common.Address(key.Address())}, Parts: []uint32{1_000_000}, Plans: []contract.PlanOffer{}}
}

func release(version string) contract.IModelRegistryRelease {
	return contract.IModelRegistryRelease{Version: version, Manifest: manifest.DigestOf([]byte(version)), Root: manifest.DigestOf([]byte("root")), Parents: [][32]byte{}}
}

// publish is a call that key signed.
func (s *shop) publish(key *ethsig.Key, name string) []byte {
	terms, permission := s.terms(key)
	p := publication(key, name)
	signature := key.Sign(chain.RegistryDomain(terms.ChainID, s.registry).Publish(p, permission, new(big.Int).SetUint64(terms.Nonce)))
	return registryOf.PackPublishBySig(p, permission, signature[:])
}

func (s *shop) bring(call []byte) {
	s.t.Helper()
	hash, err := s.Bring(s.t.Context(), call)
	if err != nil {
		s.t.Fatal(err)
	}
	receipt, err := bind.WaitMined(s.t.Context(), s.chain.Client(), common.HexToHash(hash))
	if err != nil || receipt.Status != 1 {
		s.t.Fatalf("transaction %s: %+v, %v", hash, receipt, err)
	}
}

func (s *shop) ownerOf(model [32]byte) common.Address {
	s.t.Helper()
	got, err := bind.Call(registryOf.Instance(s.chain.Client(), s.registry), nil, registryOf.PackOwnerOf(model), registryOf.UnpackOwnerOf)
	if err != nil {
		s.t.Fatal(err)
	}
	return got
}

func (s *shop) model(key *ethsig.Key, name string) [32]byte {
	s.t.Helper()
	id, err := bind.Call(registryOf.Instance(s.chain.Client(), s.registry), nil, registryOf.PackModelId(common.Address(key.Address()), name), registryOf.UnpackModelId)
	if err != nil {
		s.t.Fatal(err)
	}
	return id
}

// An account without ETH publishes a model and a version of it.
func TestBring(t *testing.T) {
	s := open(t)
	key := owner(t, "5")
	call := s.publish(key, "face")
	said, err := s.Read(call)
	if want := (relay.Bringing{Owner: key.Address().String(), Name: "face", Version: "1.0.0", Manifest: manifest.DigestOf([]byte("1.0.0"))}); err != nil || said != want {
		t.Fatalf("Read = %+v, %v; want %+v", said, err, want)
	}
	s.bring(call)
	model := s.model(key, "face")
	if got := s.ownerOf(model); got != common.Address(key.Address()) {
		t.Errorf("the model belongs to %s, not to who signed", got)
	}

	terms, permission := s.terms(key)
	if terms.Nonce != 1 {
		t.Errorf("nonce = %d after one publication", terms.Nonce)
	}
	domain := chain.RegistryDomain(terms.ChainID, s.registry)
	signature := key.Sign(domain.PublishVersion(model, release("2.0.0"), permission, big.NewInt(1)))
	call = registryOf.PackPublishVersionBySig(model, release("2.0.0"), permission, signature[:])
	if said, err := s.Read(call); err != nil || said.Name != "" || said.Version != "2.0.0" {
		t.Errorf("Read = %+v, %v", said, err)
	}
	s.bring(call)
}

// Several at once get nonces of their own.
func TestBringSeveral(t *testing.T) {
	s := open(t)
	s.chain.SetAutomine(false)
	hashes := make([]string, 4)
	var all sync.WaitGroup
	for i := range hashes {
		call := s.publish(owner(t, string('1'+rune(i))), "net")
		all.Go(func() {
			var err error
			if hashes[i], err = s.Bring(t.Context(), call); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	s.chain.SetAutomine(true)
	if err := s.chain.Mine(1); err != nil {
		t.Fatal(err)
	}
	for i := range hashes {
		key := owner(t, string('1'+rune(i)))
		if got := s.ownerOf(s.model(key, "net")); got != common.Address(key.Address()) {
			t.Errorf("model %d belongs to %s", i, got)
		}
	}
}

func TestRefuse(t *testing.T) {
	s := open(t)
	key := owner(t, "5")
	call := s.publish(key, "face")
	terms, permission := s.terms(key)
	p := publication(key, "other")
	sign := func(by *ethsig.Key, permission contract.IModelRegistryPermission) []byte {
		signature := by.Sign(chain.RegistryDomain(terms.ChainID, s.registry).Publish(p, permission, new(big.Int)))
		return registryOf.PackPublishBySig(p, permission, signature[:])
	}
	elsewhere, late := permission, permission
	elsewhere.Relay = common.Address{1}
	late.Deadline = big.NewInt(1_900_000_000)
	for _, c := range []struct {
		name string
		call []byte
		code relay.Code
		want string
	}{
		{"nothing", nil, relay.CodeInvalid, "no publication"},
		{"another call", registryOf.PackPublish(p), relay.CodeInvalid, "no publication"},
		{"cut short", call[:len(call)/2], relay.CodeInvalid, "malformed"},
		{"too long", append(call, make([]byte, MaxCall)...), relay.CodeTooLarge, "at most"},
		{"of another relay", sign(key, elsewhere), relay.CodeInvalid, "another relay"},
		{"too late", sign(key, late), relay.CodeInvalid, "time is over"},
		{"signed by somebody else", sign(owner(t, "6"), permission), relay.CodeUnauthorized, "not the owner's"},
	} {
		if _, err := s.Bring(t.Context(), c.call); relay.ErrorCode(err) != c.code || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v (%s); want %s: %s", c.name, err, relay.ErrorCode(err), c.code, c.want)
		}
	}

	s.bring(call)
	if _, err := s.Bring(t.Context(), call); relay.ErrorCode(err) != relay.CodeUnauthorized {
		t.Errorf("the same signature twice: %v", err) // its nonce is used up
	}
	if _, err := s.Bring(t.Context(), s.publish(key, "face")); relay.ErrorCode(err) != relay.CodeConflict {
		t.Errorf("a name twice: %v", err)
	}
	dear := &shop{New(s.client, s.Bringer.chain, s.registry, s.sender, Fee{common.Address{2}, big.NewInt(5)}), t, s.chain}
	if _, err := dear.Bring(t.Context(), s.publish(key, "free")); relay.ErrorCode(err) != relay.CodeInvalid || !strings.Contains(err.Error(), "asks for 5") {
		t.Errorf("without the fee: %v", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Bring(gone, s.publish(key, "more")); relay.ErrorCode(err) != relay.CodeUnavailable {
		t.Errorf("with a node that does not answer: %v", err)
	}
}
