package main

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay/disk"
	"github.com/dehug/dehug/relay/engine"
	"github.com/dehug/dehug/relay/gateway"
	"github.com/dehug/dehug/relay/publish"
	"github.com/dehug/dehug/relay/receipt"
)

// A provider that signs what the model does not compute is found out, and the evidence convinces whoever replays it in turn.
func TestVerifyReceiptMismatch(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	keys := map[string]*ethsig.Key{}
	for _, name := range []string{"author", "provider", "doubter"} {
		key, err := ethsig.NewKey()
		if err == nil {
			err = key.Save(at(name + ".key"))
		}
		if err != nil {
			t.Fatal(err)
		}
		keys[name] = key
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
	folder, err := disk.Open(at("blocks"))
	if err != nil {
		t.Fatal(err)
	}
	published, err := publish.Publish(t.Context(), folder.Blocks(), source, publish.Options{Key: keys["author"]})
	if err != nil {
		t.Fatal(err)
	}
	blocks, err := gateway.New(folder.Blocks(), nil, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	site := httptest.NewServer(blocks)
	defer site.Close()

	// What the model says, and what the provider makes of it.
	e, err := engine.Open(at("honest"), []string{site.URL}, 1)
	if err != nil {
		t.Fatal(err)
	}
	x := receipt.Tensor{Name: "x", Type: "f32", Dims: []int64{1, 4}, Data: make([]byte, 16)}
	answer, err := e.Run(t.Context(), engine.Question{Manifest: published.Release.Manifest, Mode: receipt.Strict, Inputs: []receipt.Tensor{x}})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	input, err := receipt.EncodeTensors([]receipt.Tensor{x})
	if err != nil {
		t.Fatal(err)
	}
	lie := receipt.Receipt{Job: "0123456789abcdef0123456789abcdef", Manifest: published.Release.Manifest, Mode: receipt.Strict, Plan: answer.Plan, Assurance: receipt.Replayable,
		Request: receipt.RequestHash([32]byte{7}, input), Result: receipt.ResultHash(input), Units: 1, Started: time.Now().Unix(), Ended: time.Now().Unix()}
	if err := lie.Sign(keys["provider"]); err != nil {
		t.Fatal(err)
	}
	write := func(name string, value any) {
		text, err := json.Marshal(value)
		if err == nil {
			err = os.WriteFile(at(name), text, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	write("receipt.json", lie)
	write("request.json", map[string]any{"input": map[string]receipt.TensorJSON{"x": x.JSON(false)}, "salt": receipt.Hash{7}})
	verify := func(args ...string) (status int, said, errs string) {
		var out, err bytes.Buffer
		status = run(t.Context(), append([]string{"verify-receipt", "--data", at("verify")}, args...), &out, &err)
		return status, out.String(), err.String()
	}

	status, said, errs := verify(at("receipt.json"), "--request", at("request.json"), "--source", site.URL, "--key", at("doubter.key"), "--evidence", at("evidence.json"))
	if status != 3 || !strings.Contains(said, "signed by provider "+lie.Provider.String()) || strings.Contains(said, "replayed") || !strings.Contains(errs, "the result is") || !strings.Contains(errs, "evidence is in") {
		t.Fatalf("a lie: %d\n%s%s", status, said, errs)
	}
	text, err := os.ReadFile(at("evidence.json"))
	if err != nil {
		t.Fatal(err)
	}
	found, err := receipt.ParseEvidence(text)
	if err != nil {
		t.Fatal(err)
	}
	output, err := receipt.EncodeTensors(answer.Outputs)
	if err != nil {
		t.Fatal(err)
	}
	if *found.Receipt != lie || !bytes.Equal(found.Output, output) || found.Plan != answer.Plan || found.By != receipt.Address(keys["doubter"].Address()) {
		t.Errorf("the evidence is %s", text)
	}

	// Somebody else has the evidence alone.
	if status, said, errs := verify(at("evidence.json")); status != 0 || !strings.Contains(said, "evidence against it by "+found.By.String()) {
		t.Errorf("evidence, not replayed: %d\n%s%s", status, said, errs)
	}
	if status, said, errs := verify(at("evidence.json"), "--source", site.URL); status != 3 || !strings.Contains(errs, "the result is") {
		t.Errorf("evidence, replayed: %d\n%s%s", status, said, errs)
	}
	// Somebody who was wronged by evidence replays it too.
	honest := lie
	honest.Result = receipt.ResultHash(output)
	if err := honest.Sign(keys["provider"]); err != nil {
		t.Fatal(err)
	}
	slander := receipt.Evidence{Receipt: &honest, Salt: found.Salt, Input: input, Plan: answer.Plan, Output: input, Program: "a liar"}
	if err := slander.Sign(keys["doubter"]); err != nil {
		t.Fatal(err)
	}
	write("slander.json", slander)
	if status, said, errs := verify(at("slander.json"), "--source", site.URL); status != 0 || !strings.Contains(said, "replayed: the same") {
		t.Errorf("evidence that is false: %d\n%s%s", status, said, errs)
	}
	write("changed.json", receipt.Evidence{Receipt: &honest, Salt: found.Salt, Input: input, Plan: answer.Plan, Output: input, By: slander.By, Signature: slander.Signature})
	if status, _, _ := verify(at("changed.json")); status != 3 {
		t.Errorf("evidence that was changed ends with %d", status)
	}
}
