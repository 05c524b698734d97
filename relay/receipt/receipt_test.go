package receipt

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
)

func testKey(t testing.TB, digit string) *ethsig.Key {
	t.Helper()
	k, err := ethsig.ParseKey(strings.Repeat(digit, 64))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// What is signed has the hash that viem gives it: contracts/toolchain/typed-data.mjs wrote the file.
func TestDigestOfViem(t *testing.T) {
	text, err := os.ReadFile("../chain/testdata/typed-data.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []struct {
		PrimaryType string
		Message     map[string]any
		Hash        Hash
	}
	if err := json.Unmarshal(text, &vectors); err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, v := range vectors {
		if v.PrimaryType != "JobReceipt" {
			continue
		}
		found++
		word := func(name string) (h Hash) {
			if err := h.UnmarshalText([]byte(v.Message[name].(string))); err != nil {
				t.Fatal(err)
			}
			return h
		}
		address := func(name string) Address {
			b, err := hex.DecodeString(v.Message[name].(string)[2:])
			if err != nil {
				t.Fatal(err)
			}
			return Address(b)
		}
		number := func(name string) int64 {
			n, err := strconv.ParseInt(v.Message[name].(string), 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		r := Receipt{Job: v.Message["job"].(string), Manifest: manifest.Digest(word("manifest")).RawCID(), Mode: "strict", Plan: word("plan"), Assurance: Replayable, Request: word("request"), Result: word("result"),
			Units: number("units"), Pay: number("pay"), Payer: address("payer"), Session: word("session"), Provider: address("provider"), Relay: address("relay"),
			Started: number("started"), Ended: number("ended"), SettleBy: number("settleBy")}
		if got, err := r.Digest(); err != nil || Hash(got) != v.Hash {
			t.Errorf("the digest is %x, %v; viem has %x", got, err, v.Hash)
		}
	}
	if found == 0 {
		t.Error("there is no receipt in the file")
	}
}

func example(t testing.TB) *Receipt {
	r := &Receipt{Job: "1", Manifest: manifest.DigestOf(nil).RawCID(), Mode: Strict, Assurance: Replayable, Units: 1, Pay: 2, Started: 3, Ended: 4, Relay: Address(testKey(t, "9").Address())}
	if err := r.Sign(testKey(t, "1")); err != nil {
		t.Fatal(err)
	}
	if err := r.Countersign(testKey(t, "9")); err != nil {
		t.Fatal(err)
	}
	return r
}

// What was signed verifies, through JSON and back; whatever is changed afterwards does not.
func TestVerify(t *testing.T) {
	r := example(t)
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	if back, err := Parse(text); err != nil || *back != *r {
		t.Fatalf("Parse = %+v, %v; want %+v", back, err, r)
	}
	for name, spoil := range map[string]func(r *Receipt){
		"job": func(r *Receipt) { r.Job = "2" }, "manifest": func(r *Receipt) { r.Manifest = manifest.DigestOf([]byte{1}).RawCID() }, "mode": func(r *Receipt) { r.Mode = Fast },
		"plan": func(r *Receipt) { r.Plan[0]++ }, "assurance": func(r *Receipt) { r.Assurance = Signed }, "request": func(r *Receipt) { r.Request[31]++ }, "result": func(r *Receipt) { r.Result[0]++ },
		"units": func(r *Receipt) { r.Units++ }, "pay": func(r *Receipt) { r.Pay++ }, "payer": func(r *Receipt) { r.Payer[0]++ }, "session": func(r *Receipt) { r.Session[0]++ },
		"provider": func(r *Receipt) { r.Provider[0]++ }, "relay": func(r *Receipt) { r.Relay[0]++ }, "started": func(r *Receipt) { r.Started-- }, "ended": func(r *Receipt) { r.Ended++ }, "settleBy": func(r *Receipt) { r.SettleBy++ },
		"signatures": func(r *Receipt) { r.Signature, r.RelaySignature = r.RelaySignature, r.Signature }, "signature": func(r *Receipt) { r.Signature = "" }, "garbage": func(r *Receipt) { r.RelaySignature = "0x12" },
		"high s": func(r *Receipt) { r.Signature = r.Signature[:66] + strings.Repeat("f", 64) + r.Signature[130:] },
	} {
		spoiled := *r
		spoil(&spoiled)
		if err := spoiled.Verify(); relay.ErrorCode(err) != relay.CodeUnverified {
			t.Errorf("with another %s: %v; want unverified", name, err)
		}
	}
	for _, text := range []string{"", "{}", "[]", `{"pay":-1}`, `{"plan":"0x1"}`, `{"plan":""}`, `{"payer":"0x1"}`, strings.Repeat(" ", MaxReceipt+1)} {
		if _, err := Parse([]byte(text)); err == nil {
			t.Errorf("Parse(%.40q) ended well", text)
		}
	}
}

func TestContradicts(t *testing.T) {
	one, same, other, elsewhere := example(t), example(t), example(t), example(t)
	other.Result[0]++
	elsewhere.Result[0]++
	elsewhere.Request[0]++
	if one.Contradicts(same) || !one.Contradicts(other) || one.Contradicts(elsewhere) {
		t.Error("of equal questions only another result contradicts")
	}
}

// Numbers of every type come back from JSON as the bits that they were, special ones too.
func TestNumbers(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for _, typ := range types {
		tensor := Tensor{Name: "x", Type: typ.name, Dims: []int64{64}, Data: make([]byte, 64*typ.size)}
		for i := range tensor.Data {
			tensor.Data[i] = byte(rng.Uint32())
			if typ.name == "bool" {
				tensor.Data[i] &= 1
			}
		}
		special := map[string][][]byte{
			"f32": {{0, 0, 0, 0x80}, {0, 0, 0x80, 0x7f}, {0, 0, 0x80, 0xff}, {0, 0, 0xc0, 0x7f}, {1, 0, 0, 0}, {0xff, 0xff, 0x7f, 0x7f}},
			"f64": {{0, 0, 0, 0, 0, 0, 0, 0x80}, {0, 0, 0, 0, 0, 0, 0xf0, 0x7f}, {1, 0, 0, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 0, 0xf8, 0x7f}},
		}
		for i, b := range special[typ.name] {
			copy(tensor.Data[int64(i)*typ.size:], b)
		}
		canonical(typ.name, tensor.Data)
		j := tensor.JSON(false)
		text, err := json.Marshal(j)
		if err != nil {
			t.Fatal(err)
		}
		var back TensorJSON
		if err := json.Unmarshal(text, &back); err != nil {
			t.Fatal(err)
		}
		got, err := back.Tensor("x")
		if err != nil {
			t.Fatalf("%s: %v", typ.name, err)
		}
		body, err := EncodeTensors([]Tensor{got})
		want, err2 := EncodeTensors([]Tensor{tensor})
		if err != nil || err2 != nil || !bytes.Equal(body, want) {
			t.Errorf("%s is another after JSON: %v %v\n%s", typ.name, err, err2, text)
		}
		if TypeOf(Datatype(typ.name)) != typ.name {
			t.Errorf("%s has the datatype %q", typ.name, Datatype(typ.name))
		}
	}
	for _, refused := range []string{`{"datatype":"UINT8","data":[256]}`, `{"datatype":"INT8","data":[1.5]}`, `{"datatype":"FP32","data":{"a":1}}`, `{"datatype":"FP32","data":["x"]}`, `{"datatype":"FP32","data":1}`,
		`{"datatype":"FP16","data":[1]}`, `{"datatype":"FP32","data":[1],"base64":"AA=="}`, `{"datatype":"FP32","base64":"?"}`, `{"datatype":"FP32","data":[null]}`, `{"datatype":"FP32","data":[1e39]}`,
		`{"datatype":"FP32","data":` + strings.Repeat("[", 20) + strings.Repeat("]", 20) + `}`} {
		var j TensorJSON
		if err := json.Unmarshal([]byte(refused), &j); err != nil {
			t.Fatal(err)
		}
		if _, err := j.Tensor("x"); relay.ErrorCode(err) != relay.CodeInvalid {
			t.Errorf("%s = %v; want invalid", refused, err)
		}
	}
}

func TestRefuseTensors(t *testing.T) {
	good := Tensor{Name: "x", Type: "f32", Dims: []int64{1}, Data: make([]byte, 4)}
	for name, spoil := range map[string]func(t *Tensor){
		"no name": func(t *Tensor) { t.Name = "" }, "no type": func(t *Tensor) { t.Type = "f31" }, "too little data": func(t *Tensor) { t.Dims[0] = 2 }, "below nothing": func(t *Tensor) { t.Dims[0] = -1 },
		"an overflow": func(t *Tensor) { t.Dims = []int64{1 << 40, 1 << 40} }, "too deep": func(t *Tensor) { t.Dims = make([]int64, MaxRank+1) }, "a long name": func(t *Tensor) { t.Name = strings.Repeat("x", MaxName+1) },
	} {
		spoiled := good
		spoiled.Dims = []int64{1}
		spoil(&spoiled)
		if _, err := EncodeTensors([]Tensor{spoiled}); relay.ErrorCode(err) != relay.CodeInvalid {
			t.Errorf("%s = %v; want invalid", name, err)
		}
	}
	if _, err := EncodeTensors([]Tensor{good, good}); relay.ErrorCode(err) != relay.CodeInvalid {
		t.Errorf("two of one name = %v; want invalid", err)
	}
}

// What decodes encodes to the same, but for NaNs, and nothing breaks it.
func FuzzTensors(f *testing.F) {
	body, err := EncodeTensors([]Tensor{{Name: "a", Type: "f32", Dims: []int64{2, 1}, Data: make([]byte, 8)}, {Name: "b", Type: "bool", Dims: []int64{}, Data: []byte{1}}, {Name: "c", Type: "i64", Dims: []int64{0}, Data: nil}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(body)
	f.Add(body[:len(body)-1])
	f.Add(append(bytes.Clone(body), 0))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, err := DecodeTensors(data)
		if err != nil {
			return
		}
		again, err := EncodeTensors(list)
		if err != nil || len(again) != len(data) {
			t.Fatalf("%x\nencodes as %x, %v", data, again, err)
		}
		twice, err := DecodeTensors(again)
		if err != nil {
			t.Fatal(err)
		}
		if last, err := EncodeTensors(twice); err != nil || !bytes.Equal(last, again) {
			t.Errorf("%x\nis not stable: %x, %v", again, last, err)
		}
	})
}
