// Package anvil starts the npm package's anvil for tests: a chain that is not ours.
package anvil

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// Start starts a chain with the rules of Prague and returns its URL. It ends with the test, which is skipped where
// contracts/node_modules is not there.
func Start(t *testing.T, chainID uint64) string {
	t.Helper()
	cmd := exec.Command(binary(t), "--port", "0", "--hardfork", "prague", "--chain-id", strconv.FormatUint(chainID, 10))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if address, ok := strings.CutPrefix(lines.Text(), "Listening on "); ok {
			go io.Copy(io.Discard, out) // it writes a line for each call
			return "http://" + address
		}
	}
	t.Fatal("anvil ended before it listened")
	return ""
}

// binary finds anvil from wherever in the repository the test runs.
func binary(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
	}
	path := filepath.Join(dir, "contracts/node_modules/@foundry-rs/anvil-"+runtime.GOOS+"-"+runtime.GOARCH+"/bin/anvil")
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		t.Skip("anvil is not here: make test installs it with the packages of contracts/")
	}
	return path
}
