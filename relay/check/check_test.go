package check

import (
	"encoding/binary"
	"fmt"
	"math"
	"testing"

	"github.com/dehug/dehug/relay/openai"
	"github.com/dehug/dehug/relay/receipt"
)

func f32(name string, dims []int64, values ...float32) receipt.Tensor {
	t := receipt.Tensor{Name: name, Type: "f32", Dims: dims}
	for _, v := range values {
		t.Data = binary.LittleEndian.AppendUint32(t.Data, math.Float32bits(v))
	}
	return t
}

func raw(typ string, data ...byte) receipt.Tensor {
	return receipt.Tensor{Name: "y", Type: typ, Dims: []int64{int64(len(data)) / receipt.TypeSize(typ)}, Data: data}
}

func chat(t testing.TB, text string) receipt.Tensor {
	list, err := (&openai.Completion{Choices: []openai.Choice{{Message: openai.Message{Role: "assistant", Content: &text}, FinishReason: "stop"}}}).Tensors()
	if err != nil {
		t.Fatal(err)
	}
	return list[0]
}

// Answers that honest machines give agree, others do not.
func TestCompare(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	row := []int64{3}
	emb := []int64{2, 2}
	for name, c := range map[string]struct {
		mode   string
		a, b   receipt.Tensor
		agrees bool
	}{
		"the last bits":                {receipt.Fast, f32("y", row, 1, 2, 3), f32("y", row, 1.0005, 2, 2.9995), true},
		"another answer":               {receipt.Fast, f32("y", row, 1, 2, 3), f32("y", row, 1, 2, 3.5), false},
		"near nothing":                 {receipt.Fast, f32("y", row, 100, 200, 1e-6), f32("y", row, 100, 200, 2e-6), true},
		"the last bits, strict":        {receipt.Strict, f32("y", row, 1, 2, 3), f32("y", row, 1, 2, 3.0000002), false},
		"the same, strict":             {receipt.Strict, f32("y", row, 1, 2, 3), f32("y", row, 1, 2, 3), true},
		"NaN and infinity":             {receipt.Fast, f32("y", row, nan, inf, 3), f32("y", row, nan, inf, 3.0001), true},
		"infinity, and something":      {receipt.Fast, f32("y", row, 1, inf, 3), f32("y", row, 1, 3e38, 3), false},
		"NaN, and something":           {receipt.Fast, f32("y", row, 1, nan, 3), f32("y", row, 1, 2, 3), false},
		"another shape":                {receipt.Fast, f32("y", []int64{1, 3}, 1, 2, 3), f32("y", row, 1, 2, 3), false},
		"another name":                 {receipt.Fast, f32("x", row, 1, 2, 3), f32("y", row, 1, 2, 3), false},
		"bytes rounded otherwise":      {receipt.Fast, raw("u8", 1, 2, 255), raw("u8", 2, 0, 254), true},
		"other bytes":                  {receipt.Fast, raw("u8", 1, 2, 255), raw("u8", 1, 9, 255), false},
		"signed bytes":                 {receipt.Fast, raw("i8", 0xff), raw("i8", 1), true},
		"a class":                      {receipt.Fast, raw("i32", 7, 0, 0, 0), raw("i32", 8, 0, 0, 0), false},
		"halves":                       {receipt.Fast, raw("f16", 0x00, 0x3c, 0x01, 0xc0), raw("f16", 0x05, 0x3c, 0x00, 0xc0), true},
		"other halves":                 {receipt.Fast, raw("f16", 0x00, 0x3c), raw("f16", 0x00, 0x40), false},
		"bfloats":                      {receipt.Fast, raw("bf16", 0x80, 0x3f), raw("bf16", 0x82, 0x3f), true},
		"embeddings of one text":       {receipt.Served, f32(openai.EmbeddingName, emb, 1, 0, 0.6, 0.8), f32(openai.EmbeddingName, emb, 2, 0.1, 0.61, 0.79), true},
		"embeddings of another model":  {receipt.Served, f32(openai.EmbeddingName, emb, 1, 0, 0.6, 0.8), f32(openai.EmbeddingName, emb, 1, 0, 0.8, 0.6), false},
		"the same text":                {receipt.Served, chat(t, "yes, it is"), chat(t, "yes, it is"), true},
		"a text that parts late":       {receipt.Served, chat(t, "one two three four five six"), chat(t, "one two three four 5 6 7 8 9"), true},
		"another text":                 {receipt.Served, chat(t, "one two three four"), chat(t, "I cannot help with that"), false},
		"no text":                      {receipt.Served, chat(t, "one two"), chat(t, ""), false},
		"no text where text is longer": {receipt.Served, chat(t, "one"), chat(t, ""), false},
	} {
		t.Run(name, func(t *testing.T) {
			v := Compare(c.mode, []receipt.Tensor{c.a}, []receipt.Tensor{c.b})
			if w := Compare(c.mode, []receipt.Tensor{c.b}, []receipt.Tensor{c.a}); v.Agrees != c.agrees || w.Agrees != c.agrees || v.Detail == "" {
				t.Errorf("%+v, and the other way round %+v; want %t", v, w, c.agrees)
			}
		})
	}
	many, other := make([]float32, 1000), make([]float32, 1000)
	for i := range many {
		many[i], other[i] = float32(i), float32(i)
	}
	for i := range 11 {
		if v := Compare(receipt.Fast, []receipt.Tensor{f32("y", []int64{1000}, many...)}, []receipt.Tensor{f32("y", []int64{1000}, other...)}); v.Agrees != (i <= 10) {
			t.Errorf("with %d of 1000 elsewhere: %+v", i, v)
		}
		other[i*90] += 500
	}
}

// What is drawn by chance is not compared.
func TestComparable(t *testing.T) {
	for text, want := range map[string]bool{`{"temperature":0}`: true, `{"seed":7}`: true, `{"temperature":0.7}`: false, `{}`: false, `{"temperature":0.7,"seed":7}`: true, `nonsense`: false} {
		if got := Comparable(receipt.Served, []receipt.Tensor{{Name: openai.ChatInput, Type: "u8", Data: []byte(text)}}); got != want {
			t.Errorf("a chat with %s is compared: %t", text, got)
		}
	}
	if !Comparable(receipt.Fast, nil) || !Comparable(receipt.Served, []receipt.Tensor{{Name: openai.EmbeddingsInput, Type: "u8", Data: []byte(`{}`)}}) {
		t.Error("tensors and embeddings are not compared")
	}
}

// The share that is looked at is about what was said, of a secret's own, and grows with what was found.
func TestSampled(t *testing.T) {
	one, two := []byte("one"), []byte("two")
	first, both := 0, 0
	for i := range 20_000 {
		job := fmt.Sprint("job", i)
		if Sampled(one, job, 50) {
			if first++; Sampled(two, job, 50) {
				both++
			}
		}
		if Sampled(one, job, 0) || !Sampled(one, job, Whole) || Sampled(one, job, 50) && !Sampled(one, job, 200) {
			t.Fatalf("job %d: none of nothing, all of all, and more of more are not looked at", i)
		}
	}
	if first < 900 || first > 1100 || both < 25 || both > 80 {
		t.Errorf("of 20000 are looked at %d, by another secret %d of these; want about 1000 and 50", first, both)
	}
	var shares []int
	for differed := range int64(5) {
		shares = append(shares, Share(20, differed))
	}
	if want := "[20 80 320 500 500]"; fmt.Sprint(shares) != want || Share(0, 9) != 0 || Share(900, 1) != 900 {
		t.Errorf("shares %v; want %s", shares, want)
	}
}
