package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/rpc"

	"github.com/dehug/dehug/relay/chain/devnet"
)

// The devnet says where everything is, answers there, and ends when asked. Contracts are deployed to it once more, and the file of that
// is checked.
func TestDevnetAndDeploy(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	ended := make(chan int)
	go func() {
		status := run(ctx, []string{"devnet", "--listen", "127.0.0.1:0", "--json"}, writer, io.Discard)
		writer.Close()
		ended <- status
	}()
	var said struct {
		URL, WebSocket string
		Accounts       []devnet.Account
		Deployment     struct {
			Contracts map[string]struct{ Address, CodeHash string }
		}
	}
	if err := json.NewDecoder(reader).Decode(&said); err != nil {
		t.Fatal(err)
	}
	for _, url := range []string{said.URL, said.WebSocket} {
		client, err := rpc.Dial(url)
		if err != nil {
			t.Fatal(err)
		}
		var code string
		if err := client.Call(&code, "eth_getCode", said.Deployment.Contracts["ModelRegistry"].Address, "latest"); err != nil || len(code) < 100 {
			t.Errorf("%s: code of the registry: %.20q, %v", url, code, err)
		}
		client.Close()
	}

	dir := t.TempDir()
	key, file := filepath.Join(dir, "key"), filepath.Join(dir, "deployment.json")
	if err := os.WriteFile(key, []byte(said.Accounts[1].Key), 0o600); err != nil {
		t.Fatal(err)
	}
	spoilt := filepath.Join(dir, "spoilt.json")
	deploy := []string{"deploy", file, "--network", "devnet", "--rpc", said.URL, "--key", key, "--admin", said.Accounts[2].Address.Hex()}
	for _, test := range []struct {
		name   string
		args   []string
		status int
		says   string // on stdout when it is done, else on stderr
	}{
		{"deploy", deploy, 0, "0x"},
		{"a file that is there", deploy, 2, "deploy replaces no file"},
		{"check", []string{"deploy", file, "--check", "--rpc", said.URL, "--signer", said.Accounts[1].Address.Hex()}, 0, "signed by " + said.Accounts[1].Address.Hex()},
		{"another signer", []string{"deploy", file, "--check", "--rpc", said.URL, "--signer", said.Accounts[2].Address.Hex()}, 3, "not by"},
		{"a damaged file", []string{"deploy", spoilt, "--check", "--rpc", said.URL}, 3, "signature does not hold"},
		{"no file", []string{"deploy", filepath.Join(dir, "none"), "--check", "--rpc", said.URL}, 4, "none"},
		{"another chain", []string{"deploy", filepath.Join(dir, "2"), "--network", "base", "--rpc", said.URL, "--key", key, "--admin", said.Accounts[2].Address.Hex()}, 1, "31337"},
		{"no such network", []string{"deploy", "x", "--network", "moon", "--rpc", said.URL}, 2, "base-sepolia"},
		{"nobody is admin", []string{"deploy", "x", "--network", "base", "--rpc", said.URL}, 2, "--admin"},
		{"no node", []string{"deploy", "x"}, 2, "--rpc"},
	} {
		if test.args[1] == spoilt {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			text = bytes.Replace(text, []byte(`"chainId": 31337`), []byte(`"chainId": 31338`), 1)
			if err := os.WriteFile(spoilt, text, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		var stdout, stderr bytes.Buffer
		status := run(t.Context(), test.args, &stdout, &stderr)
		text := stderr.String()
		if test.status == 0 {
			text = stdout.String()
		}
		if status != test.status || !strings.Contains(text, test.says) {
			t.Errorf("%s: ended with %d, want %d; %q is to be in:\n%s%s", test.name, status, test.status, test.says, &stdout, &stderr)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "2")); err == nil {
		t.Error("a deployment that failed left a file")
	}
	stop()
	if status := <-ended; status != 0 {
		t.Errorf("devnet ended with %d", status)
	}
}
