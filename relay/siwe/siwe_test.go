package siwe

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/internal/anvil"
)

// vectors are what testdata/vectors.mjs wrote.
type vectors struct {
	Now            time.Time
	Origin         string
	ChainID        uint64
	Deployer       string
	Factory        string // creation code
	FactoryAddress string
	Deploy         string // what deploys the wallet that is deployed
	Undeployed     string
	Hash           string
	Vectors        []struct{ Name, Expect, Text, Signature string }
}

func load(t testing.TB) *vectors {
	t.Helper()
	text, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	v := &vectors{}
	if err := json.Unmarshal(text, v); err != nil {
		t.Fatal(err)
	}
	return v
}

func (v *vectors) expected() Expected {
	return Expected{Origins: []string{"http://127.0.0.1:8080", v.Origin}, ChainID: v.ChainID, Now: v.Now}
}

// judge says how far a message comes.
func judge(v *vectors, chain Chain, text, signature string) (string, error) {
	m, err := Parse(text)
	if err != nil {
		return "invalid", err
	}
	if m.String() != text {
		return "other text", fmt.Errorf("String is %q", m.String())
	}
	if err := m.Check(v.expected()); err != nil {
		return "unwanted", err
	}
	b, err := hex.DecodeString(strings.TrimPrefix(signature, "0x"))
	if err != nil {
		return "no hex", err
	}
	if err := (Verifier{Chain: chain}).Verify(context.Background(), m, text, b); err != nil {
		return "unsigned", err
	}
	return "ok", nil
}

// Refuse and accept as the vectors say, with wallets on a real chain.
func TestRefuseVectors(t *testing.T) {
	v := load(t)
	chain := startChain(t, v)
	for _, x := range v.Vectors {
		t.Run(x.Name, func(t *testing.T) {
			got, err := judge(v, chain, x.Text, x.Signature)
			if got != x.Expect {
				t.Fatalf("%q\n%s: %v\nwant %s", x.Text, got, err, x.Expect)
			}
			code := relay.ErrorCode(err)
			want := map[string]relay.Code{"ok": "", "invalid": relay.CodeInvalid, "unwanted": relay.CodeUnauthorized, "unsigned": relay.CodeUnauthorized}[got]
			if code != want {
				t.Errorf("%v has code %s, want %s", err, code, want)
			}
		})
	}
	t.Run("asking deployed nothing", func(t *testing.T) {
		var code string
		if err := chain.ask(context.Background(), &code, "eth_getCode", v.Undeployed, "latest"); err != nil || code != "0x" {
			t.Errorf("the wallet has code %q, %v", code, err)
		}
	})
	t.Run("chain id", func(t *testing.T) {
		if id, err := chain.ChainID(context.Background()); id != v.ChainID || err != nil {
			t.Errorf("ChainID = %d, %v; want %d", id, err, v.ChainID)
		}
	})
}

// Keys sign in whether or not a chain answers; wallets do not, and are told why.
func TestWithoutChain(t *testing.T) {
	v := load(t)
	down := httptest.NewServer(http.NotFoundHandler())
	down.Close()
	for _, x := range v.Vectors {
		wallet := strings.Contains(x.Name, "wallet that is")
		if x.Expect != "ok" {
			continue
		}
		for _, chain := range []Chain{nil, RPC{URL: down.URL}} {
			got, err := judge(v, chain, x.Text, x.Signature)
			want := relay.Code("")
			if wallet && chain == nil {
				want = relay.CodeUnauthorized
			} else if wallet {
				want = relay.CodeUnavailable
			}
			if code := relay.ErrorCode(err); code != want {
				t.Errorf("%s with chain %v: %s, %v; want %q", x.Name, chain, got, err, want)
			}
		}
	}
}

// Whatever a node answers, only the one byte 1 lets anybody in.
func TestRefuseAnswers(t *testing.T) {
	v := load(t)
	var wallet struct{ text, signature string }
	for _, x := range v.Vectors {
		if x.Name == "a wallet that is deployed" {
			wallet.text, wallet.signature = x.Text, x.Signature
		}
	}
	for _, answer := range []string{
		`{"result":"0x"}`, `{"result":"0x00"}`, `{"result":"0x0001"}`, `{"result":"0x0000000000000000000000000000000000000000000000000000000000000001"}`,
		`{"result":"1"}`, `{"result":1}`, `{"result":null}`, `{}`, `[]`, ``, `<html>`, `{"error":{"code":-32000,"message":"no"}}`,
		`{"result":"0x01","error":{"code":3,"message":"execution reverted"}}`, `{"result":"` + strings.Repeat("0", 2<<20) + `"}`,
	} {
		node := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, answer) }))
		if got, _ := judge(v, RPC{URL: node.URL}, wallet.text, wallet.signature); got != "unsigned" {
			t.Errorf("a node that answers %.60s lets a wallet in: %s", answer, got)
		}
		node.Close()
	}
}

func TestRefuseSizes(t *testing.T) {
	v := load(t)
	if _, err := Parse(v.Vectors[0].Text + strings.Repeat("a", MaxMessage)); relay.ErrorCode(err) != relay.CodeTooLarge {
		t.Errorf("Parse of a long text = %v", err)
	}
	m, err := Parse(v.Vectors[0].Text)
	if err != nil {
		t.Fatal(err)
	}
	if err := (Verifier{}).Verify(context.Background(), m, v.Vectors[0].Text, make([]byte, MaxSignature+1)); relay.ErrorCode(err) != relay.CodeTooLarge {
		t.Errorf("Verify of a long signature = %v", err)
	}
}

func TestHash(t *testing.T) {
	v := load(t)
	if got := Hash(v.Vectors[0].Text); "0x"+hex.EncodeToString(got[:]) != v.Hash {
		t.Errorf("Hash = %x, want %s", got, v.Hash)
	}
}

// One text has one meaning: what parses is written again as it was.
func FuzzParse(f *testing.F) {
	for _, x := range load(f).Vectors {
		f.Add(x.Text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		m, err := Parse(text)
		if err != nil {
			if code := relay.ErrorCode(err); code != relay.CodeInvalid && code != relay.CodeTooLarge {
				t.Errorf("%v has code %s", err, code)
			}
			return
		}
		if got := m.String(); got != text {
			t.Errorf("%q\n got %q", text, got)
		}
		m.Check(Expected{Origins: []string{"https://hub.example"}, ChainID: 1, Now: time.Unix(0, 0)})
	})
}

// startChain starts anvil and deploys the factory and one wallet.
func startChain(t *testing.T, v *vectors) RPC {
	t.Helper()
	chain := RPC{URL: anvil.Start(t, v.ChainID)}
	send := func(to, data string) {
		t.Helper()
		tx := map[string]string{"from": v.Deployer, "data": data, "gas": "0x2dc6c0"}
		if to != "" {
			tx["to"] = to
		}
		var hash string
		if err := chain.ask(context.Background(), &hash, "eth_sendTransaction", tx); err != nil {
			t.Fatal(err)
		}
		for { // until it is in a block
			var receipt *struct{ Status string }
			if err := chain.ask(context.Background(), &receipt, "eth_getTransactionReceipt", hash); err != nil {
				t.Fatal(err)
			}
			if receipt != nil {
				if receipt.Status != "0x1" {
					t.Fatalf("a transaction to %q reverted", to)
				}
				return
			}
		}
	}
	send("", v.Factory)
	send(v.FactoryAddress, v.Deploy)
	return chain
}
