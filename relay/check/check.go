// Package check looks at answers a second time: which ones, whether another answer can be compared with them, and whether the two agree.
//
//	if check.Sampled(secret, job, share) && check.Comparable(mode, question) { … }
//	verdict := check.Compare(mode, first, second)
//
// It does no I/O. Strict mode is compared bit for bit, by hashes; here is what it takes for answers of machines that differ in the last bits. What it
// computes judges answers and is in none.
package check

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/dehug/dehug/relay/openai"
	"github.com/dehug/dehug/relay/receipt"
)

const (
	// Whole is a share of everything: shares are of a thousand.
	Whole = 1000
	// often is the largest share of a provider whose answers differed.
	often = 500
	// Outliers is how many of a thousand elements may lie outside: the largest of two that are nearly the same may be either.
	outliers = 10
	// likeness is the least cosine of two embeddings of one text.
	likeness = 0.99
	// words is how many of the first words of two texts are the same at least, or half of the shorter one: greedy decoders part once, and never meet again.
	words = 16
)

// tolerances are how far two elements may be from each other, as a part of the larger, or of the root mean square of the tensor's where that is
// more. Integers of eight bits may differ by two, others and booleans are the same.
var tolerances = map[string]float64{"f64": 1e-3, "f32": 1e-3, "f16": 1e-2, "bf16": 4e-2}

// near is how far integers may be from each other: quantised values are rounded either way.
const near = 2

// Sampled tells whether a job's answer is looked at, for a share of a thousand. Who does not know the secret cannot know it before, nor after.
func Sampled(secret []byte, job string, share int) bool {
	return binary.BigEndian.Uint64(Keyed(secret, "sample", job))%Whole < uint64(max(share, 0))
}

// Keyed is what stands for a name where only who knows the secret may know for which.
func Keyed(secret []byte, what, name string) []byte {
	mac := hmac.New(sha256.New, secret)
	fmt.Fprintf(mac, "dehug/check/v0 %s %s", what, name)
	return mac.Sum(nil)
}

// Share is that of a provider's answers which are looked at: each that differed lately doubles it twice, up to half of all.
func Share(usual int, differed int64) int {
	if usual <= 0 {
		return 0
	}
	return max(usual, min(usual<<(2*min(differed, 8)), often))
}

// Comparable tells whether another answer to a question says something about the first one: texts that are drawn by chance do not.
func Comparable(mode string, question []receipt.Tensor) bool {
	if mode != receipt.Served {
		return true
	}
	for _, t := range question {
		if t.Name != openai.ChatInput || t.Type != "u8" {
			continue
		}
		var how struct {
			Temperature *float64 `json:"temperature"`
			TopP        *float64 `json:"top_p"`
			Seed        *int64   `json:"seed"`
		}
		if err := json.Unmarshal(t.Data, &how); err != nil {
			return false
		}
		return how.Temperature != nil && *how.Temperature == 0 || how.Seed != nil
	}
	return true
}

// Verdict is what a comparison found.
type Verdict struct {
	Agrees bool
	Detail string // how they were compared, and where they differ
}

func differs(format string, args ...any) Verdict { return Verdict{false, fmt.Sprintf(format, args...)} }

// Compare holds two answers to one question against each other.
func Compare(mode string, a, b []receipt.Tensor) Verdict {
	if len(a) != len(b) {
		return differs("%d tensors and %d", len(a), len(b))
	}
	for i := range a {
		x, y := &a[i], &b[i]
		text := mode == receipt.Served && x.Name == openai.CompletionName && x.Type == "u8"
		if x.Name != y.Name || x.Type != y.Type || !text && !slices.Equal(x.Dims, y.Dims) {
			return differs("%s %s %v and %s %s %v", x.Name, x.Type, x.Dims, y.Name, y.Type, y.Dims)
		}
		v := Verdict{Agrees: true}
		switch {
		case bytes.Equal(x.Data, y.Data):
		case mode == receipt.Strict:
			v = differs("%s: not the same bits", x.Name)
		case text:
			v = texts(x, y)
		case mode == receipt.Served && x.Name == openai.EmbeddingName && x.Type == "f32" && len(x.Dims) == 2:
			v = embeddings(x, y)
		default:
			v = numbers(x, y)
		}
		if !v.Agrees {
			return v
		}
	}
	how := "within the tolerance of its types"
	if mode == receipt.Strict {
		how = "bit for bit"
	}
	return Verdict{true, how}
}

// texts compares chats by their words.
func texts(x, y *receipt.Tensor) Verdict {
	a, err := openai.ReadCompletion([]receipt.Tensor{*x})
	b, err2 := openai.ReadCompletion([]receipt.Tensor{*y})
	if err != nil || err2 != nil || len(a.Choices) != len(b.Choices) {
		return differs("not two completions of as many choices")
	}
	for i := range a.Choices {
		one, two := said(&a.Choices[i].Message), said(&b.Choices[i].Message)
		same := 0
		for same < min(len(one), len(two)) && one[same] == two[same] {
			same++
		}
		shorter := min(len(one), len(two))
		if same < min(words, (shorter+1)/2) || shorter == 0 && len(one) != len(two) {
			return differs("choice %d: the first %d words are the same, of %d and %d", i, same, len(one), len(two))
		}
	}
	return Verdict{true, ""}
}

// said are the words of a message.
func said(m *openai.Message) []string {
	var all strings.Builder
	all.WriteString(m.Reasoning)
	if m.Content != nil {
		fmt.Fprintf(&all, " %s", *m.Content)
	}
	if m.Refusal != nil {
		fmt.Fprintf(&all, " %s", *m.Refusal)
	}
	for _, call := range m.ToolCalls {
		fmt.Fprintf(&all, " %s %s", call.Function.Name, call.Function.Arguments)
	}
	return strings.Fields(all.String())
}

// embeddings compares rows by their direction.
func embeddings(x, y *receipt.Tensor) Verdict {
	a, b := values(x), values(y)
	width := int(x.Dims[1])
	for row := range int(x.Dims[0]) {
		var dot, one, two float64
		for i := row * width; i < (row+1)*width; i++ {
			dot += a[i] * b[i]
			one += a[i] * a[i]
			two += b[i] * b[i]
		}
		if cosine := dot / math.Sqrt(one*two); !(cosine >= likeness) && one+two > 0 {
			return differs("row %d: the cosine is %.4f, at least %v is wanted", row, cosine, likeness)
		}
	}
	return Verdict{true, ""}
}

// numbers compares element by element.
func numbers(x, y *receipt.Tensor) Verdict {
	a, b := values(x), values(y)
	tolerance := tolerances[x.Type]
	size := 0.0
	if tolerance > 0 {
		n := 0
		for _, each := range a {
			if !math.IsNaN(each) && !math.IsInf(each, 0) {
				size += each * each
				n++
			}
		}
		size = math.Sqrt(size / float64(max(n, 1)))
	}
	outside, first := 0, -1
	for i := range a {
		far := math.Abs(a[i] - b[i])
		ok := a[i] == b[i] || math.IsNaN(a[i]) && math.IsNaN(b[i])
		switch {
		case tolerance > 0 && !math.IsInf(a[i], 0) && !math.IsInf(b[i], 0):
			ok = ok || far <= tolerance*max(math.Abs(a[i]), math.Abs(b[i]), size)
		case x.Type == "u8" || x.Type == "i8":
			ok = far <= near
		}
		if !ok {
			if outside++; first < 0 {
				first = i
			}
		}
	}
	if outside > len(a)*outliers/1000 {
		return differs("%s: %d of %d elements are too far apart; the first is %d, %v and %v", x.Name, outside, len(a), first, a[first], b[first])
	}
	return Verdict{true, ""}
}

// values reads a tensor's elements. Integers beyond 2^53 are rounded, which makes no two of them that are far apart the same.
func values(t *receipt.Tensor) []float64 {
	size := int(receipt.TypeSize(t.Type))
	out := make([]float64, 0, len(t.Data)/size)
	le := binary.LittleEndian
	for d := t.Data; len(d) >= size; d = d[size:] {
		var v float64
		switch t.Type {
		case "f32":
			v = float64(math.Float32frombits(le.Uint32(d)))
		case "f64":
			v = math.Float64frombits(le.Uint64(d))
		case "bf16":
			v = float64(math.Float32frombits(uint32(le.Uint16(d)) << 16))
		case "f16":
			v = half(le.Uint16(d))
		case "u8", "bool":
			v = float64(d[0])
		case "i8":
			v = float64(int8(d[0]))
		case "u16":
			v = float64(le.Uint16(d))
		case "i16":
			v = float64(int16(le.Uint16(d)))
		case "u32":
			v = float64(le.Uint32(d))
		case "i32":
			v = float64(int32(le.Uint32(d)))
		case "u64":
			v = float64(le.Uint64(d))
		case "i64":
			v = float64(int64(le.Uint64(d)))
		}
		out = append(out, v)
	}
	return out
}

// half reads a float of sixteen bits.
func half(bits uint16) float64 {
	sign, exponent, fraction := 1.0, int(bits>>10&31), float64(bits&1023)
	if bits>>15 == 1 {
		sign = -1
	}
	switch exponent {
	case 0:
		return sign * fraction * math.Pow(2, -24)
	case 31:
		if fraction > 0 {
			return math.NaN()
		}
		return math.Inf(int(sign))
	}
	return sign * (1 + fraction/1024) * math.Pow(2, float64(exponent-15))
}
