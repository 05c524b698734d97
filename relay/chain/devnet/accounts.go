package devnet

import (
	"errors"
	"math/big"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/accounts"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/event"

	"github.com/dehug/dehug/manifest/ethsig"
)

// keys are those that development chains share: of the mnemonic "test test test test test test test test test test test
// junk". Everybody knows them.
var keys = []string{
	"0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
	"0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d",
	"0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a",
	"0x7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6",
	"0x47e179ec197488593b187f80a00eb0da91f1b9d0b13f8733639f19c30a34926a",
	"0x8b3a350cf5c34c9194ca85829a2df0ec3153be0318b5e2d3348e872092edffba",
	"0x92db14e403b83dfe3df233f83dfa3a0d7096f21ca9b0d6d6b8d88b2b4ec1564e",
	"0x4bbbf85ce3377467afe5d46f804f221813b2bb87f24d81f60f1fcdbf7cbf4356",
	"0xdbda1821b80551c9d65939329250298aa3472ba22feea921c0cf5d620ea67b97",
	"0x2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6",
}

// An Account has money on the chain, and the chain signs for it.
type Account struct {
	Address common.Address `json:"address"`
	Key     string         `json:"key"` // hex
}

// Signer is the account's key.
func (a Account) Signer() *ethsig.Key {
	key, err := ethsig.ParseKey(a.Key)
	if err != nil {
		panic("devnet: " + err.Error()) // the keys above are right
	}
	return key
}

// Accounts are those of every devnet. The first deploys, and is the contracts' admin.
func Accounts() []Account {
	var all []Account
	for _, k := range keys {
		a := Account{Key: k}
		a.Address = common.Address(a.Signer().Address())
		all = append(all, a)
	}
	return all
}

// wallet lets the node sign for an account: eth_sendTransaction and eth_sign.
type wallet struct{ account Account }

func (w wallet) URL() accounts.URL {
	return accounts.URL{Scheme: "devnet", Path: w.account.Address.Hex()}
}

func (w wallet) Status() (string, error) { return "open", nil }

func (w wallet) Open(string) error { return nil }

func (w wallet) Close() error { return nil }

func (w wallet) Accounts() []accounts.Account {
	return []accounts.Account{{Address: w.account.Address, URL: w.URL()}}
}

func (w wallet) Contains(a accounts.Account) bool { return a.Address == w.account.Address }

var errNotHere = errors.New("not by the devnet's accounts")

func (w wallet) Derive(accounts.DerivationPath, bool) (accounts.Account, error) {
	return accounts.Account{}, errNotHere
}

func (w wallet) SelfDerive([]accounts.DerivationPath, ethereum.ChainStateReader) {}

func (w wallet) SignData(_ accounts.Account, _ string, data []byte) ([]byte, error) {
	return w.sign(crypto.Keccak256Hash(data)), nil
}

func (w wallet) SignDataWithPassphrase(a accounts.Account, _, mimeType string, data []byte) ([]byte, error) {
	return w.SignData(a, mimeType, data)
}

func (w wallet) SignText(_ accounts.Account, text []byte) ([]byte, error) {
	return w.sign(common.Hash(accounts.TextHash(text))), nil
}

func (w wallet) SignTextWithPassphrase(a accounts.Account, _ string, text []byte) ([]byte, error) {
	return w.SignText(a, text)
}

func (w wallet) SignTx(_ accounts.Account, tx *types.Transaction, chainID *big.Int) (*types.Transaction, error) {
	signer := types.LatestSignerForChainID(chainID)
	return tx.WithSignature(signer, w.sign(signer.Hash(tx)))
}

func (w wallet) SignTxWithPassphrase(a accounts.Account, _ string, tx *types.Transaction, chainID *big.Int) (*types.Transaction, error) {
	return w.SignTx(a, tx, chainID)
}

// sign gives a signature as the node wants it, with v 0 or 1.
func (w wallet) sign(hash common.Hash) []byte {
	s := w.account.Signer().Sign(hash)
	s[64] -= 27
	return s[:]
}

// wallets is the node's list of them; it never changes.
type wallets []accounts.Wallet

func (w wallets) Wallets() []accounts.Wallet { return w }

func (w wallets) Subscribe(chan<- accounts.WalletEvent) event.Subscription {
	return event.NewSubscription(func(quit <-chan struct{}) error {
		<-quit
		return nil
	})
}

// openWallets is all accounts, in the order that the account manager wants: by URL.
func openWallets() wallets {
	var all wallets
	for _, a := range Accounts() {
		all = append(all, wallet{a})
	}
	return all
}
