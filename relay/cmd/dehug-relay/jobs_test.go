package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay/disk"
	"github.com/dehug/dehug/relay/publish"
)

// The README's commands have a model run by a provider, and replay what it signed.
func TestReadmeJobs(t *testing.T) {
	readme, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)```sh\n(echo '\\{\"version\".*?)```").FindSubmatch(readme)
	if block == nil {
		t.Fatal("README.md has no such commands")
	}
	dir := t.TempDir()
	keys := map[string]*ethsig.Key{}
	for _, name := range []string{"author", "provider", "wallet"} {
		if keys[name], err = ethsig.NewKey(); err != nil {
			t.Fatal(err)
		}
		if err := keys[name].Save(filepath.Join(dir, name+".key")); err != nil {
			t.Fatal(err)
		}
	}
	folder, err := disk.Open(filepath.Join(dir, "data"))
	if err != nil {
		t.Fatal(err)
	}
	model, err := os.ReadFile("../../precompile/testdata/tiny.onnx")
	if err != nil {
		t.Fatal(err)
	}
	source := t.TempDir()
	for name, data := range map[string]string{publish.AuthorFile: strings.Replace(publish.Example, `, "file": "LICENSE"`, "", 1), "model.onnx": string(model)} {
		if err := os.WriteFile(filepath.Join(source, name), []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	res, err := publish.Publish(t.Context(), folder.Blocks(), source, publish.Options{Key: keys["author"]})
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "dehug-relay")
	if err := os.WriteFile(program, fmt.Appendf(nil, "#!/bin/sh\n%s=1 exec %s \"$@\"\n", asRelay, os.Args[0]), 0o755); err != nil {
		t.Fatal(err)
	}
	start := func(want string, args ...string) {
		t.Helper()
		cmd := exec.Command(program, args...)
		errs, err := cmd.StderrPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			cmd.Process.Signal(os.Interrupt)
			if err := cmd.Wait(); err != nil {
				t.Errorf("%s: %v", args[0], err)
			}
		})
		found := make(chan bool, 1)
		go func() {
			told := false
			for lines := bufio.NewScanner(errs); lines.Scan(); { // all of it, or the program would wait for a reader
				if !told && strings.Contains(lines.Text(), want) {
					told = true
					found <- true
				}
			}
			if !told {
				found <- false
			}
		}()
		if !<-found {
			t.Fatalf("%s ended before it said %q", args[0], want)
		}
	}
	at, blocks := freePort(t), freePort(t)
	hub, gateway := "http://"+at, "http://"+blocks
	start("server=gateway", "serve", "--data", filepath.Join(dir, "data"), "--listen", at, "--gateway-listen", blocks, "--provider", keys["provider"].Address().String(), "--free-daily", "1000000")
	start("takes our work", "provider", "--relay", hub, "--key", filepath.Join(dir, "provider.key"), "--model", string(res.Release.Manifest)+"=250", "--source", gateway, "--data", filepath.Join(dir, "p"))
	shell := exec.Command("bash", "-euo", "pipefail", "-c", string(block[1]))
	shell.Dir = dir
	shell.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"), "HUB="+hub, "GATEWAY="+gateway, "MODEL="+string(res.Release.Manifest), "KEY="+signInFor(t, hub, keys["wallet"]), "DEHUG_DATA="+filepath.Join(dir, "v"))
	said, err := shell.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	for _, want := range []string{`event: state`, `"status":"succeeded"`, `"outputs":[{"name":"y","datatype":"FP32","shape":[1,3],"data":[0.5,2,5]}]`, "signed by provider " + keys["provider"].Address().String(), "replayed: the same"} {
		if !strings.Contains(string(said), want) {
			t.Errorf("the commands do not say %s:\n%s", want, said)
		}
	}
	// Another input was not what the receipt is about.
	verify := exec.Command("bash", "-c", `sed -i 's/1, 2, 3, 4/1, 2, 3, 5/' request.json; ID=$(sed -n 's/^{"id":"\([0-9a-f]*\)".*/\1/p' prediction.json)
		dehug-relay verify-receipt $HUB/api/v1/receipts/$ID --bearer $KEY --request request.json --source $GATEWAY`)
	verify.Dir, verify.Env = shell.Dir, shell.Env
	said, _ = verify.CombinedOutput()
	if verify.ProcessState.ExitCode() != 3 {
		t.Errorf("verify-receipt of another input ends with %d: %s", verify.ProcessState.ExitCode(), said)
	}
}
