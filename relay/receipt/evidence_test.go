package receipt

import (
	"bytes"
	"encoding/json"
	"flag"
	"math"
	"os"
	"testing"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
)

var update = flag.Bool("update", false, "write testdata again")

// testEvidence is a lie of a provider's about a run with every type of tensor, and NaNs that are not canonical.
func testEvidence(t testing.TB) *Evidence {
	t.Helper()
	var inputs []Tensor
	for i, typ := range types {
		data := make([]byte, 3*typ.size)
		for k := range data {
			data[k] = byte(7*k + i)
		}
		if typ.name == "bool" {
			data = []byte{0, 1, 1}
		}
		inputs = append(inputs, Tensor{Name: "in/" + typ.name, Type: typ.name, Dims: []int64{3, 1}, Data: data})
	}
	inputs = append(inputs, Tensor{Name: "Ünïcode", Type: "f32", Dims: []int64{}, Data: []byte{1, 0, 0xc0, 0xff}},
		Tensor{Name: "a", Type: "f64", Dims: []int64{1}, Data: []byte{1, 0, 0, 0, 0, 0, 0xf0, 0x7f}}, Tensor{Name: "b", Type: "f16", Dims: []int64{1}, Data: []byte{1, 0xfc}},
		Tensor{Name: "c", Type: "bf16", Dims: []int64{0}, Data: nil})
	input, err := EncodeTensors(inputs)
	if err != nil {
		t.Fatal(err)
	}
	output, err := EncodeTensors([]Tensor{{Name: "y", Type: "f32", Dims: []int64{1}, Data: []byte{0, 0, 0x80, 0x3f}}})
	if err != nil {
		t.Fatal(err)
	}
	salt := [32]byte{1, 2, 3}
	r := &Receipt{Job: "0123456789abcdef0123456789abcdef", Manifest: manifest.DigestOf([]byte("model")).RawCID(), Mode: Strict, Plan: Hash{9}, Assurance: Replayable,
		Request: RequestHash(salt, input), Result: ResultHash([]byte("something else")), Units: 1, Pay: 250, Payer: Address(testKey(t, "1").Address()),
		Relay: Address(testKey(t, "9").Address()), Started: 1767323045, Ended: 1767323046, SettleBy: math.MaxInt32}
	if err := r.Sign(testKey(t, "2")); err != nil {
		t.Fatal(err)
	}
	if err := r.Countersign(testKey(t, "9")); err != nil {
		t.Fatal(err)
	}
	e := &Evidence{Receipt: r, Salt: salt, Input: input, Plan: Hash{9}, Output: output, Program: "dehug-relay <test> & more"}
	if err := e.Sign(testKey(t, "3")); err != nil {
		t.Fatal(err)
	}
	return e
}

// The file is read by the tests of web/src/receipt, too.
func TestEvidenceVector(t *testing.T) {
	const file = "testdata/evidence.json"
	text, err := json.MarshalIndent(testEvidence(t), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	text = append(text, '\n')
	if *update {
		if err := os.WriteFile(file, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(kept, text) {
		t.Errorf("%s is not what is written now: go test ./relay/receipt -update", file)
	}
	if _, err := ParseEvidence(kept); err != nil {
		t.Error(err)
	}
}

// Evidence that proves nothing is refused.
func TestRefuseEvidence(t *testing.T) {
	for name, change := range map[string]func(*Evidence){
		"another input":                    func(e *Evidence) { e.Input = e.Output },
		"another salt":                     func(e *Evidence) { e.Salt[0]++ },
		"signed by somebody else":          func(e *Evidence) { e.By = e.Receipt.Relay },
		"changed after it was signed":      func(e *Evidence) { e.Program += "!" },
		"another output than was signed":   func(e *Evidence) { e.Output = e.Input },
		"not signed":                       func(e *Evidence) { e.Signature = "" },
		"of a receipt that nobody signed":  func(e *Evidence) { e.Receipt.Pay++ },
		"no receipt":                       func(e *Evidence) { e.Receipt = nil },
		"what was found is what it signed": func(e *Evidence) { e.Receipt.Result = ResultHash(e.Output); _ = e.Receipt.Sign(testKey(t, "2")) },
	} {
		e := testEvidence(t)
		change(e)
		text, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ParseEvidence(text); err == nil {
			t.Errorf("%s: was taken", name)
		} else if code := relay.ErrorCode(err); code != relay.CodeUnverified && code != relay.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := ParseEvidence([]byte(`{"receipt":null,"more":1}`)); relay.ErrorCode(err) != relay.CodeInvalid {
		t.Errorf("a field that is not known: %v", err)
	}
}
