package store

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dehug/dehug/relay/internal/postgres"
)

const (
	loadModels  = 100_000
	loadClients = 50
	loadTime    = 10 * time.Second
	loadWords   = 30_000 // that anybody uses; the first ones in most texts
)

// BenchmarkHub asks a relay of its own for home, lists and searches over 100 000 models, 50 clients at once, each as fast as it
// is answered: make bench-hub.
func BenchmarkHub(b *testing.B) {
	relay := filepath.Join(b.TempDir(), "dehug-relay")
	if said, err := exec.Command("go", "build", "-o", relay, "github.com/dehug/dehug/relay/cmd/dehug-relay").CombinedOutput(); err != nil {
		b.Fatalf("%v %s", err, said)
	}
	for _, database := range []struct {
		kind string
		url  func(b *testing.B) string
	}{
		{"sqlite", func(b *testing.B) string { return "sqlite:" + filepath.Join(b.TempDir(), "hub.db") }},
		{"postgres", func(b *testing.B) string { return postgres.URL(b) }},
	} {
		b.Run(database.kind, func(b *testing.B) {
			url := database.url(b)
			fillHub(b, url)
			askHub(b, relay, url)
		})
	}
}

// fillHub publishes loadModels, long ago.
func fillHub(b *testing.B, database string) {
	s := open(b, database)
	fillWith(b, s, loadModels, literature(b, vocabulary(loadWords)))
	if _, err := s.write.Exec("UPDATE texts SET changed = model"); err != nil {
		b.Fatal(err)
	}
	s.Close()
}

// askHub starts a relay on a database, asks, and prints how long that took.
func askHub(b *testing.B, program, database string) {
	words := vocabulary(loadWords)
	relay := exec.Command(program, "serve", "--data", b.TempDir(), "--listen", "127.0.0.1:0", "--gateway-listen", "127.0.0.1:0", "--database", database, "--proxy", "127.0.0.1/32", "--log-level", "error")
	relay.Stderr = os.Stderr
	out, err := relay.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := relay.Start(); err != nil {
		b.Fatal(err)
	}
	defer func() {
		relay.Process.Signal(os.Interrupt)
		relay.Wait()
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	api := strings.TrimSpace(line) + "api/v1"

	start := time.Now()
	first, err := http.Get(api + "/models?limit=1&q=" + words[0])
	if err != nil {
		b.Fatal(err)
	}
	first.Body.Close()
	kind, _, _ := strings.Cut(database, ":")
	fmt.Printf("%-8s first search after %.1f s\n", kind, time.Since(start).Seconds())

	// Each client draws what to ask for. "new" words were drawn evenly of all, so hardly any question comes twice.
	kinds := []struct {
		name string
		of   int // hundred
		path func(r *rand.Rand, z *rand.Zipf) string
	}{
		{"home", 20, func(*rand.Rand, *rand.Zipf) string { return "/models?limit=24&facets=true" }},
		{"word", 20, func(_ *rand.Rand, z *rand.Zipf) string { return "/models?limit=24&q=" + words[z.Uint64()] }},
		{"word, facets", 10, func(_ *rand.Rand, z *rand.Zipf) string { return "/models?limit=24&facets=true&q=" + words[z.Uint64()] }},
		{"prefix", 10, func(r *rand.Rand, z *rand.Zipf) string {
			word := words[z.Uint64()]
			return "/models?limit=24&q=" + word[:1+r.IntN(len(word)-1)]
		}},
		{"two words", 10, func(_ *rand.Rand, z *rand.Zipf) string {
			return "/models?limit=24&q=" + words[z.Uint64()] + "+" + words[z.Uint64()]
		}},
		{"task", 10, func(r *rand.Rand, _ *rand.Zipf) string {
			return fmt.Sprintf("/models?limit=24&task=task%d", r.IntN(30))
		}},
		{"new word", 10, func(r *rand.Rand, _ *rand.Zipf) string { return "/models?limit=24&q=" + words[r.IntN(len(words))] }},
		{"new words", 10, func(r *rand.Rand, z *rand.Zipf) string {
			return "/models?limit=24&q=" + words[z.Uint64()] + "+" + words[r.IntN(len(words))]
		}},
	}
	took := make([][]time.Duration, len(kinds))
	var mu sync.Mutex
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: loadClients}}
	var wg sync.WaitGroup
	end := time.Now().Add(loadTime)
	for c := range loadClients {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(uint64(c), uint64(time.Now().UnixNano())))
			z := rand.NewZipf(r, 1.1, 3, uint64(len(words)-1))
			mine := make([][]time.Duration, len(kinds))
			for i := 0; time.Now().Before(end); i++ {
				k, at := 0, r.IntN(100)
				for at -= kinds[0].of; at >= 0; at -= kinds[k].of {
					k++
				}
				req, err := http.NewRequest("GET", api+kinds[k].path(r, z), nil)
				if err != nil {
					b.Error(err)
					return
				}
				req.Header.Set("X-Forwarded-For", fmt.Sprintf("10.%d.%d.1", c, i%256)) // no one of them asks too often
				start := time.Now()
				res, err := client.Do(req)
				if err != nil {
					b.Error(err)
					return
				}
				io.Copy(io.Discard, res.Body)
				res.Body.Close()
				if res.StatusCode != 200 {
					b.Errorf("%s: %s", req.URL, res.Status)
					return
				}
				mine[k] = append(mine[k], time.Since(start))
			}
			mu.Lock()
			defer mu.Unlock()
			for k := range mine {
				took[k] = append(took[k], mine[k]...)
			}
		})
	}
	wg.Wait()
	all := 0
	for k, times := range took {
		slices.Sort(times)
		all += len(times)
		if len(times) > 0 {
			fmt.Printf("%-8s %-13s %7d requests   p50 %7.1f ms   p95 %7.1f ms   max %7.1f ms\n", kind, kinds[k].name, len(times),
				ms(times[len(times)/2]), ms(times[len(times)*95/100]), ms(times[len(times)-1]))
		}
	}
	fmt.Printf("%-8s %.0f requests a second by %d clients\n", kind, float64(all)/loadTime.Seconds(), loadClients)
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// vocabulary is n words of syllables, so that many begin alike.
func vocabulary(n int) []string {
	r := rand.New(rand.NewPCG(1, 1))
	pick := func(of string) string { return string(of[r.IntN(len(of))]) }
	seen := map[string]bool{}
	var words []string
	for len(words) < n {
		word := ""
		for range 2 + r.IntN(3) {
			word += pick("bcdfghklmnprstvz") + pick("aeiou") + []string{"", "", "n", "r", "s"}[r.IntN(5)]
		}
		if !seen[word] {
			seen[word] = true
			words = append(words, word)
		}
	}
	return words
}

// literature is names and cards whose words are as often as in a language: Zipf.
func literature(b testing.TB, words []string) func(i int) Publication {
	r := rand.New(rand.NewPCG(2, 2))
	z := rand.NewZipf(r, 1.1, 3, uint64(len(words)-1))
	some := func(n int) string {
		text := make([]string, n)
		for i := range text {
			text[i] = words[z.Uint64()]
		}
		return strings.Join(text, " ")
	}
	return func(i int) Publication {
		p := publication(b, alice, strings.ReplaceAll(some(2), " ", "-")+fmt.Sprintf("-%d", i), "1.0.0", nil)
		p.Manifest.Title, p.Manifest.Summary, p.Manifest.Tags, p.Card = some(3), some(12), strings.Fields(some(3)), some(80)
		p.Release.Task, p.Manifest.License.SPDX, p.Release.Bytes = fmt.Sprintf("task%d", r.IntN(30)), fmt.Sprintf("L%d", r.IntN(9)), int64(r.ExpFloat64()*50e6)
		return p
	}
}
