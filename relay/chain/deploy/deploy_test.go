package deploy_test

import (
	"bytes"
	"context"
	"errors"
	"math/big"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/ethclient"

	"github.com/dehug/dehug/contracts"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay/chain/contract"
	"github.com/dehug/dehug/relay/chain/deploy"
	"github.com/dehug/dehug/relay/chain/devnet"
	"github.com/dehug/dehug/relay/internal/anvil"
)

var admin = common.HexToAddress("0x5afe5afe5afe5afe5afe5afe5afe5afe5afe5afe")

// deployer is the first of the accounts that development chains share, anvil among them.
var deployer = devnet.Accounts()[0]

// A rehearsal: everything is deployed to a chain of anvil that says it is Base, or Base's test network, and has on it what they have.
func TestRehearsal(t *testing.T) {
	for _, name := range []string{"base-sepolia", "base"} {
		t.Run(name, func(t *testing.T) {
			network, err := deploy.NetworkNamed(name)
			if err != nil {
				t.Fatal(err)
			}
			client := startChain(t, network.ChainID)
			place(t, client, network.Dollar, "Dollar", nil)
			place(t, client, network.SchemaRegistry, "SchemaRegistry", nil)
			place(t, client, network.EAS, "EAS", contract.NewEAS().PackConstructor(network.SchemaRegistry))

			key := deployer.Signer()
			d, err := deploy.Run(t.Context(), client, key, network, admin, func(step string) { t.Log(step) })
			if err != nil {
				t.Fatal(err)
			}
			text, err := d.Sign(key)
			if err != nil {
				t.Fatal(err)
			}
			read, signer, err := deploy.Parse(text)
			if err != nil || signer != deployer.Address {
				t.Fatalf("signed by %s\ngot %s, %v", deployer.Address, signer, err)
			}
			if read.ChainID != network.ChainID || read.Address("EAS") != network.EAS || read.Address("Dollar") != network.Dollar {
				t.Errorf("on %+v\ngot %+v", network, read)
			}
			if err := deploy.Check(t.Context(), client, read); err != nil {
				t.Error(err)
			}

			// What is not as the file says is noticed.
			place(t, client, read.Address("UsagePass"), "Dollar", nil)
			if err := deploy.Check(t.Context(), client, read); !errors.Is(err, deploy.ErrMismatch) || !strings.Contains(err.Error(), "UsagePass") {
				t.Errorf("with other code in place of UsagePass: %v", err)
			}
			for _, spoil := range []func(*deploy.Deployment){
				func(d *deploy.Deployment) { d.ChainID++ },
				func(d *deploy.Deployment) { d.BlockHash[0]++ },
				func(d *deploy.Deployment) { d.Block += 1000 },
			} {
				other := *read
				spoil(&other)
				if err := deploy.Check(t.Context(), client, &other); !errors.Is(err, deploy.ErrMismatch) {
					t.Errorf("spoilt: %v", err)
				}
			}

			// A network is not taken for another one.
			for _, other := range deploy.Networks {
				if other.ChainID == network.ChainID {
					continue
				}
				if _, err := deploy.Run(t.Context(), client, key, other, admin, nil); err == nil {
					t.Errorf("deployed to %s on %s", other.Name, network.Name)
				}
			}
		})
	}
}

// On Base nothing is deployed by mistake where EAS or the dollar is not what is expected.
func TestRefuseChainWithoutEAS(t *testing.T) {
	network, err := deploy.NetworkNamed("base")
	if err != nil {
		t.Fatal(err)
	}
	_, err = deploy.Run(t.Context(), startChain(t, network.ChainID), deployer.Signer(), network, admin, nil)
	if err == nil || !strings.Contains(err.Error(), "there is no code") {
		t.Errorf("got %v", err)
	}
}

// lagging is a node that is a block behind whenever it is asked, but for receipts, which another node answers.
type lagging struct {
	*ethclient.Client
	behind map[uint64]bool // heads that it said it has not, once each
}

func (l *lagging) HeaderByNumber(ctx context.Context, number *big.Int) (*types.Header, error) {
	head, err := l.Client.HeaderByNumber(ctx, number)
	if err != nil || number != nil || l.behind[head.Number.Uint64()] || head.Number.Sign() == 0 {
		return head, err
	}
	l.behind[head.Number.Uint64()] = true
	return l.Client.HeaderByNumber(ctx, new(big.Int).Sub(head.Number, big.NewInt(1)))
}

func (l *lagging) CodeAt(ctx context.Context, at common.Address, number *big.Int) ([]byte, error) {
	head, err := l.BlockNumber(ctx)
	if err != nil || !l.behind[head] {
		return nil, err
	}
	return l.Client.CodeAt(ctx, at, number)
}

// Where a node is behind, a deployment waits for it.
func TestNodeThatIsBehind(t *testing.T) {
	c, err := devnet.Start(t.Context(), devnet.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	network, err := deploy.NetworkNamed("devnet")
	if err != nil {
		t.Fatal(err)
	}
	client := &lagging{c.Client(), map[uint64]bool{}}
	d, err := deploy.Run(t.Context(), client, deployer.Signer(), network, admin, nil)
	if err != nil || len(d.Contracts) != len(c.Deployment().Contracts) {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestRefuseFile(t *testing.T) {
	key := deployer.Signer()
	good := &deploy.Deployment{
		Schema: deploy.Schema, Network: "base", ChainID: 8453, Admin: admin, Deployer: deployer.Address,
		Contracts: map[string]deploy.Contract{"ModelRegistry": {Address: admin}}, Schemas: map[string]deploy.AttestationSchema{},
	}
	text, err := good.Sign(key)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := deploy.Parse(text); err != nil {
		t.Fatal(err)
	}
	other, err := ethsig.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	replace := func(old, new string) []byte {
		t.Helper()
		if !bytes.Contains(text, []byte(old)) {
			t.Fatalf("no %q in %s", old, text)
		}
		return bytes.Replace(text, []byte(old), []byte(new), 1)
	}
	otherSchema := *good
	otherSchema.Schema = "dehug/deployment/v9"
	signedOther, err := otherSchema.Sign(key)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name string
		text []byte
		want error
	}{
		{"nothing", nil, deploy.ErrFormat},
		{"not JSON", []byte("deployed"), deploy.ErrFormat},
		{"null", []byte("null\n"), deploy.ErrFormat},
		{"more after it", append(bytes.Clone(text), "{}"...), deploy.ErrFormat},
		{"a member too many", replace(`"network"`, `"remark": "", "network"`), deploy.ErrFormat},
		{"a member twice", replace(`"network": "base"`, `"network": "base", "network": "base"`), deploy.ErrFormat},
		{"other white space", replace("\n", ""), deploy.ErrFormat},
		{"too large", append(bytes.Clone(text), bytes.Repeat([]byte(" "), deploy.MaxFile)...), deploy.ErrFormat},
		{"another form", signedOther, deploy.ErrFormat},
		{"another chain", replace("8453", "8454"), deploy.ErrSignature},
		{"another address", replace(`"address": "0x5afe`, `"address": "0x5aff`), deploy.ErrSignature},
		{"another signer", replace(strings.ToLower(deployer.Address.Hex()), strings.ToLower(common.Address(other.Address()).Hex())), deploy.ErrSignature},
		{"a short signature", replace(`"signature": "0x`+signatureOf(text)[:2], `"signature": "0x`), deploy.ErrSignature},
	} {
		if _, _, err := deploy.Parse(test.text); !errors.Is(err, test.want) {
			t.Errorf("%s: got %v, want %v", test.name, err, test.want)
		}
	}
}

func signatureOf(text []byte) string {
	_, after, _ := bytes.Cut(text, []byte(`"signature": "0x`))
	return string(after)
}

// startChain starts anvil as that chain.
func startChain(t *testing.T, chainID uint64) *ethclient.Client {
	t.Helper()
	client, err := ethclient.Dial(anvil.Start(t, chainID))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

// place puts a contract's code where a network has it: what its creation would leave there.
func place(t *testing.T, client *ethclient.Client, at common.Address, name string, args []byte) {
	t.Helper()
	code, err := contracts.Code(name)
	if err != nil {
		t.Fatal(err)
	}
	deployed, err := client.CallContract(t.Context(), ethereum.CallMsg{From: deployer.Address, Data: append(code, args...)}, nil)
	if err != nil || len(deployed) == 0 {
		t.Fatalf("%s: %d bytes of code, %v", name, len(deployed), err)
	}
	if err := client.Client().Call(nil, "anvil_setCode", at, hexutil.Bytes(deployed)); err != nil {
		t.Fatal(err)
	}
}
