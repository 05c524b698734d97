package lookalike

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

func TestAlike(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"tiny-faces", "tiny-faces", true},
		{"tiny-faces", "tiny_faces", true},
		{"tiny-faces", "tinyfaces", true},
		{"tiny-faces", "t1ny-faces", true},
		{"tiny-faces", "tlny-faces", true},
		{"tiny-faces", "tiny-face", true},
		{"tiny-faces", "tiny-facess", true},
		{"tiny-faces", "tiny-fases", true},
		{"tiny-faces", "tiny-afces", true},
		{"tiny-faces", "tiny-places", false},
		{"tiny-faces", "tony-faces", false}, // a short word
		{"tiny-faces", "big-faces", false},
		{"modern-bert", "modem-bert", true},
		{"wav2vec", "vvav2vec", true},
		{"gpt-2", "gpt-3", false},
		{"gpt-10", "gpt-1o", true},
		{"gpt-10", "gpt-lo", true},
		{"yolov8", "yolov5", false},
		{"yolov8-s", "yolov8-m", false}, // sizes
		{"whisper-s", "whisper-m", false},
		{"whisper-small", "whisper-smal", true},
		{"mobilenet-v2", "mobilnet-v2", true},
		{"mobilenet-v2", "mobilenet-v3", false},
		{"mobilenet-v2", "mobilenetv2", true},
		{"bert-1.1", "bert-11", false},
		{"bert-1.1", "bert-1-1", true},
		{"stable-diffusion", "stabel-difusion", false}, // two letters
		{"stable-diffusion", "stabel-diffusion", true},
		{"a", "b", false},
		{"llama", "lama", true},
		{"llama-2-7b", "llama-2-70b", false},
	} {
		if got := Alike(tt.a, tt.b); got != tt.want {
			t.Errorf("Alike(%s, %s) = %v", tt.a, tt.b, got)
		}
		if got := Alike(tt.b, tt.a); got != tt.want {
			t.Errorf("Alike(%s, %s) = %v", tt.b, tt.a, got)
		}
		x := New([]Model{{ID: "1", Publisher: "alice", Owner: "alice", Name: tt.a, Created: 1}})
		if _, got := x.Find("bob", tt.b, 2); got != tt.want {
			t.Errorf("of %s, %s is found: %v", tt.a, tt.b, got)
		}
	}
}

func TestFind(t *testing.T) {
	const real, fake, other = "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf", "0x7E5F111111111111111111111111111111115bDf", "0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF"
	x := New([]Model{{ID: "best", Publisher: real, Owner: "buyer", Name: "greeter", Created: 10}, {ID: "good", Publisher: other, Owner: other, Name: "greeters", Created: 5}})
	for _, tt := range []struct {
		owner, name string
		created     int64
		want        string
	}{
		{"somebody", "greeter", 11, "best"},
		{"somebody", "greeter", 10, "good"}, // the best one is not older
		{"somebody", "greeter", 5, ""},
		{real, "greeter", 20, "good"},    // its own, but another's too
		{"buyer", "greeter", 20, "good"}, // the like
		{other, "greeters", 20, "best"},
		{fake, "anything", 20, "best"}, // by its address
		{fake, "anything", 9, ""},
		{"somebody", "anything", 20, ""},
	} {
		if got, _ := x.Find(tt.owner, tt.name, tt.created); got.ID != tt.want {
			t.Errorf("Find(%s, %s, %d) = %q; want %q", tt.owner, tt.name, tt.created, got.ID, tt.want)
		}
	}
}

// Whatever is alike is found: the index misses nothing that comparing with each would find.
func TestFindAll(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	word := func() string {
		b := []byte{}
		for range 4 + rng.IntN(4) {
			b = append(b, "abilo10rnm-"[rng.IntN(11)])
		}
		return string(b)
	}
	alike := 0
	for range 3000 {
		a := word()
		b := []byte(a)
		for range 1 + rng.IntN(2) {
			switch i := rng.IntN(len(b)); rng.IntN(3) {
			case 0:
				b[i] = "abilo10rnm-"[rng.IntN(11)]
			case 1:
				b = append(b[:i], b[i+1:]...)
			default:
				j := rng.IntN(len(b))
				b[i], b[j] = b[j], b[i]
			}
		}
		_, found := New([]Model{{Name: a, Publisher: "x"}}).Find("y", string(b), 1)
		if want := Alike(a, string(b)); found != want {
			t.Fatalf("%s and %s: found %v, alike %v", a, b, found, want)
		}
		if found {
			alike++
		}
	}
	if alike < 100 {
		t.Errorf("only %d pairs were alike", alike)
	}
}

func BenchmarkFind(b *testing.B) {
	models := make([]Model, 10_000)
	for i := range models {
		models[i] = Model{Name: fmt.Sprintf("some-model-name-%d", i), Publisher: fmt.Sprintf("0x%040x", i)}
	}
	b.Run("new", func(b *testing.B) {
		for b.Loop() {
			New(models)
		}
	})
	x := New(models)
	b.Run("find", func(b *testing.B) {
		for b.Loop() {
			x.Find("0x12", "some-modle-name-77", 1)
		}
	})
}
