package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay/engine"
	"github.com/dehug/dehug/relay/internal/postgres"
	"github.com/dehug/dehug/relay/jobs/wire"
	"github.com/dehug/dehug/relay/provider"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/store"
)

// What jobs under load are held against, on two cores that do all of it: relay, providers, people.
const (
	loadRate      = 200 // jobs a second
	loadTime      = 10 * time.Second
	loadAt        = 64 // jobs at once
	idleProviders = 5000
	loadStreams   = 1000
	streamParts   = 50
	streamAccount = 200 // streams of one account: fewer than may be under way
)

// underLoad is a relay in a process of its own, with people who use it.
type underLoad struct {
	b       *testing.B
	site    string
	relay   *killable
	bearers []string
	client  *http.Client
}

// built is the program as it is, made once.
var built struct {
	once sync.Once
	dir  string
	err  error
}

func builtRelay(b *testing.B) string {
	built.once.Do(func() {
		if built.dir, built.err = os.MkdirTemp("", "relay"); built.err == nil {
			built.err = exec.Command("go", "build", "-o", built.dir, ".").Run()
		}
	})
	if built.err != nil {
		b.Fatal(built.err)
	}
	return filepath.Join(built.dir, "dehug-relay")
}

func loadRelay(b *testing.B, database string, people int) *underLoad {
	at := freePort(b)
	l := &underLoad{b: b, site: "http://" + at, client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: loadStreams}}}
	dir := b.TempDir()
	if database == "" {
		database = "sqlite:" + filepath.Join(dir, "hub.db")
	}
	l.relay = beginProgram(b, builtRelay(b), true, func(string) {}, nil, "serve", "--data", dir, "--database", database, "--listen", at, "--gateway-listen", "127.0.0.1:0",
		"--provider", "any", "--free-daily", "1000000000", "--proxy", "127.0.0.1/32", "--log-level", "error")
	b.Cleanup(l.relay.kill)
	for range people {
		wallet, err := ethsig.NewKey()
		if err != nil {
			b.Fatal(err)
		}
		l.bearers = append(l.bearers, "Bearer "+signInFor(b, l.site, wallet))
	}
	return l
}

// provide runs providers until the benchmark ends; it returns once the relay has them all.
func (l *underLoad) provide(n, capacity int, backend provider.Backend) {
	ctx, stop := context.WithCancel(context.Background())
	var all sync.WaitGroup
	welcome := make(chan bool, 2*n)
	for range n {
		key, err := ethsig.NewKey()
		if err != nil {
			l.b.Fatal(err)
		}
		all.Go(func() {
			if err := provider.Run(ctx, provider.Config{Relay: l.site, Key: key, Capacity: capacity, Backend: backend, Log: slog.New(slog.DiscardHandler), Welcomed: func() { welcome <- true },
				Offers: []wire.Offer{{Manifest: echoModel, Mode: receipt.Strict, Pay: faultPay}}}); err != nil {
				l.b.Error(err)
			}
		})
	}
	for range n {
		<-welcome
	}
	l.b.Cleanup(func() { stop(); all.Wait() })
}

// send sends a request of somebody's.
func (l *underLoad) send(method, path string, who, i int, prefer, body string) (*http.Response, error) {
	req, err := http.NewRequest(method, l.site+"/api/v1"+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", l.bearers[who])
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Prefer", prefer)
	req.Header.Set("X-Forwarded-For", fmt.Sprintf("10.%d.%d.1", i/250%250, i%250)) // no one of them asks too often
	res, err := l.client.Do(req)
	if err == nil && res.StatusCode > 299 {
		text, _ := io.ReadAll(res.Body)
		res.Body.Close()
		return nil, fmt.Errorf("%s %s: %s %s", method, path, res.Status, text)
	}
	return res, err
}

// echoBody is a request of a few numbers.
var echoBody = fmt.Sprintf(`{"version":%q,"input":{"x":{"datatype":"FP32","shape":[4],"data":[1,2,3,4]}}}`, echoModel)

// echo has a job done, and returns how long that took.
func (l *underLoad) echo(i int) time.Duration {
	begun := time.Now()
	res, err := l.send("POST", "/predictions", 0, i, "wait", echoBody)
	if err != nil {
		l.b.Error(err)
		return 0
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil || !bytes.Contains(text, []byte(`"succeeded"`)) {
		l.b.Errorf("%s %v", text, err)
	}
	return time.Since(begun)
}

type instantly struct{}

func (instantly) Run(_ context.Context, q engine.Question) (*engine.Answer, error) {
	return &engine.Answer{Outputs: q.Inputs}, nil
}

// BenchmarkJobLoad has people use a relay over HTTP, with providers that take no time: make bench-jobs. Relay, providers and people share the machine.
func BenchmarkJobLoad(b *testing.B) {
	for _, kind := range []string{"sqlite", "postgres"} {
		b.Run(kind, func(b *testing.B) {
			url := ""
			if kind == "postgres" {
				url = postgres.URL(b)
			}
			l := loadRelay(b, url, 1)
			l.provide(4, loadAt, instantly{})
			for i := range 100 { // warm
				l.echo(i)
			}
			commit := commitTime(b, url)
			took := make([]time.Duration, loadRate*int(loadTime/time.Second))
			var all sync.WaitGroup
			start := time.Now()
			for i := range took {
				time.Sleep(time.Until(start.Add(time.Duration(i) * time.Second / loadRate)))
				all.Go(func() { took[i] = l.echo(i) })
			}
			all.Wait()
			slices.Sort(took)
			p50, p99 := took[len(took)/2], took[len(took)*99/100]
			fmt.Printf("%-8s a commit takes %.2f ms; at %d jobs a second p50 %.2f ms, p99 %.2f ms\n", kind, inMS(commit), loadRate, inMS(p50), inMS(p99))
			b.ReportMetric(inMS(commit), "ms/commit")
			b.ReportMetric(inMS(p50), "ms/p50")
			b.ReportMetric(inMS(p99), "ms/p99")
			done := 0
			var mu sync.Mutex
			start = time.Now()
			for range loadAt {
				all.Go(func() {
					for i := 0; time.Since(start) < loadTime/2; i++ {
						l.echo(i)
						mu.Lock()
						done++
						mu.Unlock()
					}
				})
			}
			all.Wait()
			rate := float64(done) / time.Since(start).Seconds()
			fmt.Printf("%-8s %.0f jobs a second with %d at once\n", kind, rate, loadAt)
			b.ReportMetric(rate, "jobs/s")
		})
	}
}

func inMS(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// commitTime is how long the smallest transaction of the store takes that is durable.
func commitTime(b *testing.B, url string) time.Duration {
	if url == "" {
		url = "sqlite:" + filepath.Join(b.TempDir(), "hub.db")
	}
	s, err := store.Open(context.Background(), url)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	took := make([]time.Duration, 200)
	for i := range took {
		begun := time.Now()
		if err := s.RenewRelay(context.Background(), "bench", int64(i), ""); err != nil {
			b.Fatal(err)
		}
		took[i] = time.Since(begun)
	}
	if err := s.DropRelay(context.Background(), "bench", int64(len(took)-1)); err != nil {
		b.Fatal(err)
	}
	slices.Sort(took)
	return took[len(took)/2]
}

// BenchmarkIdleProviders is the memory of a relay that thousands of providers are connected to.
func BenchmarkIdleProviders(b *testing.B) {
	l := loadRelay(b, "", 1)
	before := l.memory()
	l.provide(idleProviders, 2, instantly{})
	l.echo(0)
	after := l.memory()
	fmt.Printf("%d providers: %d MB, without them %d MB\n", idleProviders, after, before)
	b.ReportMetric(float64(after), "MB")
}

// memory is what the relay has in memory, in MB.
func (l *underLoad) memory() int {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", l.relay.cmd.Process.Pid))
	if err != nil {
		l.b.Skip("memory is read where Linux says it")
	}
	_, text, _ = bytes.Cut(text, []byte("VmRSS:"))
	kB, err := strconv.Atoi(strings.Fields(string(text))[0])
	if err != nil {
		l.b.Fatal(err)
	}
	return kB >> 10
}

// inParts says numbers, one a part, before it answers.
type inParts struct{}

func (inParts) Run(_ context.Context, q engine.Question) (*engine.Answer, error) {
	for i := range streamParts {
		q.Part([]byte(strconv.Itoa(i)))
		time.Sleep(20 * time.Millisecond)
	}
	return &engine.Answer{Outputs: q.Inputs}, nil
}

// BenchmarkStreams has a thousand people read answers in parts, all at once: each part comes, once, in its order.
func BenchmarkStreams(b *testing.B) {
	l := loadRelay(b, "", (loadStreams+streamAccount-1)/streamAccount)
	l.provide(4, loadStreams/4+1, inParts{})
	var all sync.WaitGroup
	start := time.Now()
	for i := range loadStreams {
		all.Go(func() {
			if err := l.readStream(i); err != nil {
				b.Error(err)
			}
		})
	}
	all.Wait()
	took := time.Since(start)
	fmt.Printf("%d streams of %d parts at once in %.1f s: %.0f parts a second, %d MB\n", loadStreams, streamParts, took.Seconds(), loadStreams*streamParts/took.Seconds(), l.memory())
	b.ReportMetric(loadStreams*streamParts/took.Seconds(), "parts/s")
}

// readStream begins a job and reads its parts until its end.
func (l *underLoad) readStream(i int) error {
	who := i / streamAccount
	res, err := l.send("POST", "/predictions", who, i, "", echoBody)
	if err != nil {
		return err
	}
	var p struct{ ID string }
	err = json.NewDecoder(res.Body).Decode(&p)
	res.Body.Close()
	if err != nil {
		return err
	}
	if res, err = l.send("GET", "/predictions/"+p.ID+"/stream", who, i, "", ""); err != nil {
		return err
	}
	defer res.Body.Close()
	event, next := "", 0
	lines := bufio.NewScanner(res.Body)
	for lines.Scan() {
		if text, is := strings.CutPrefix(lines.Text(), "event: "); is {
			event = text
		}
		text, is := strings.CutPrefix(lines.Text(), "data: ")
		switch {
		case is && event == "part" && text != strconv.Itoa(next), is && event == "lost":
			return fmt.Errorf("stream %d: %s %s; want part %d", i, event, text, next)
		case is && event == "part":
			next++
		case is && event == "state" && strings.Contains(text, `"succeeded"`) && next == streamParts:
			return nil
		}
	}
	return fmt.Errorf("stream %d ended after %d parts, %v", i, next, lines.Err())
}
