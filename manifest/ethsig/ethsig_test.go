package ethsig_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
)

// The first account of the well-known development mnemonic.
const (
	devKey     = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
	devAddress = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
)

func TestAddress(t *testing.T) {
	k, err := ethsig.ParseKey(devKey)
	if err != nil {
		t.Fatal(err)
	}
	if got := k.Address().String(); got != devAddress {
		t.Errorf("got %s want %s", got, devAddress)
	}
}

func TestSignRecovers(t *testing.T) {
	k, err := ethsig.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	for i := range 50 {
		hash := manifest.DigestOf([]byte{byte(i)})
		s := k.Sign(hash)
		if s != k.Sign(hash) {
			t.Fatal("two signatures of one hash differ")
		}
		got, err := ethsig.Recover(hash, [32]byte(s[:32]), [32]byte(s[32:64]), s[64])
		if err != nil || got != k.Address() {
			t.Fatalf("got %s, %v want %s", got, err, k.Address())
		}
	}
}

func TestKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	k, err := ethsig.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	if err := k.Save(path); err != nil {
		t.Fatal(err)
	}
	again, err := ethsig.LoadKey(path)
	if err != nil {
		t.Fatal(err)
	}
	if again.Address() != k.Address() {
		t.Errorf("got %s want %s", again.Address(), k.Address())
	}
	if err := k.Save(path); !errors.Is(err, os.ErrExist) {
		t.Errorf("a key file is never overwritten: got %v", err)
	}
}

func TestRefuseKeyFile(t *testing.T) {
	digits := strings.TrimPrefix(devKey, "0x")
	for _, c := range []struct {
		name, content string
		mode          os.FileMode
		want          error
	}{
		{"world readable", digits, 0o604, ethsig.ErrKeyReadable},
		{"group readable", digits, 0o640, ethsig.ErrKeyReadable},
		{"empty", "", 0o600, ethsig.ErrKeyFormat},
		{"short", digits[2:], 0o600, ethsig.ErrKeyFormat},
		{"not hex", strings.Replace(digits, "a", "g", 1), 0o600, ethsig.ErrKeyFormat},
		{"zero", strings.Repeat("0", 64), 0o600, ethsig.ErrKeyFormat},
		{"above the group order", strings.Repeat("f", 64), 0o600, ethsig.ErrKeyFormat},
		{"two keys", digits + "\n" + digits, 0o600, ethsig.ErrKeyFormat},
		{"large", strings.Repeat(" ", 1000) + digits, 0o600, ethsig.ErrKeyFormat},
	} {
		t.Run(c.name, func(t *testing.T) {
			if runtime.GOOS == "windows" && errors.Is(c.want, ethsig.ErrKeyReadable) {
				t.Skip("no such permissions")
			}
			path := filepath.Join(t.TempDir(), "key")
			if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, c.mode); err != nil {
				t.Fatal(err)
			}
			if _, err := ethsig.LoadKey(path); !errors.Is(err, c.want) {
				t.Errorf("got %v want %v", err, c.want)
			}
		})
	}
}
