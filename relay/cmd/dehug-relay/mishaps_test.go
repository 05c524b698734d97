package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay/engine"
	"github.com/dehug/dehug/relay/internal/powerloss"
	"github.com/dehug/dehug/relay/jobs/wire"
	"github.com/dehug/dehug/relay/provider"
	"github.com/dehug/dehug/relay/receipt"
)

// What tests tell the processes that they start.
const (
	clockOff   = "DEHUG_TEST_CLOCK"       // how wrong its clock is
	lossyDisk  = "DEHUG_TEST_DISK"        // the file in which its database's disk notes what it does; that is a VFS of this name
	asProvider = "DEHUG_TEST_AS_PROVIDER" // be a provider: badProvider in JSON
)

// mishap is how long a disk is full or broken.
const mishap = 200 * time.Millisecond

func setClock() {
	if off, err := time.ParseDuration(os.Getenv(clockOff)); err == nil {
		clock = func() time.Time { return time.Now().Add(off) }
	}
}

// misbehave prepares a relay for what tests do to it: SIGUSR1 fills its disk for a while, SIGUSR2 breaks it.
func misbehave() {
	setClock()
	log := os.Getenv(lossyDisk)
	if log == "" {
		return
	}
	disk, err := powerloss.Open(log, lossyDisk)
	if err != nil {
		panic(err)
	}
	asked := make(chan os.Signal, 9)
	signal.Notify(asked, syscall.SIGUSR1, syscall.SIGUSR2)
	go func() {
		for s := range asked {
			what := &disk.Full
			if s == syscall.SIGUSR2 {
				what = &disk.Broken
			}
			what.Store(true)
			time.Sleep(mishap)
			what.Store(false)
		}
	}()
}

// What a provider is told to do with the next job, and says once it did.
const (
	diesBeforeProgress = "provider killed before progress"
	diesAfterProgress  = "provider killed after progress"
	diesAfterPart      = "provider killed after a part"
	diesBeforeResult   = "provider killed before the result"
	diesAfterResult    = "provider killed after the result"
	saysTwice          = "result said twice"
	saysLate           = "result said late"
)

// badProvider is a process that is a provider by several keys.
type badProvider struct {
	Relay string
	Keys  []string // in hex
	Model manifest.CID

	mu   sync.Mutex
	todo []string
}

// provideBadly answers with what it is asked, sooner or later. A line on stdin is what to do with the next job; once it did, it says so on stdout.
func provideBadly() {
	setClock()
	p := &badProvider{}
	if err := json.Unmarshal([]byte(os.Getenv(asProvider)), p); err != nil {
		panic(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	var lines sync.WaitGroup
	for _, text := range p.Keys {
		key, err := ethsig.ParseKey(text)
		if err != nil {
			panic(err)
		}
		l := &badLine{p: p}
		client := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
			return &badConn{conn, l}, err
		}}}
		lines.Go(func() {
			if err := provider.Run(ctx, provider.Config{Relay: p.Relay, Key: key, Capacity: 4, Client: client, Backend: l, Log: slog.New(slog.DiscardHandler), Now: clock, Again: 300 * time.Millisecond,
				Offers: []wire.Offer{{Manifest: p.Model, Mode: receipt.Strict, Pay: faultPay}}}); err != nil {
				fmt.Fprintln(os.Stderr, "a provider ended:", err)
			}
		})
	}
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		p.mu.Lock()
		p.todo = append(p.todo, in.Text())
		p.mu.Unlock()
	}
	stop()
	lines.Wait()
}

func (p *badProvider) next() (what string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.todo) > 0 {
		what, p.todo = p.todo[0], p.todo[1:]
	}
	return what
}

// did says that something was done; die does it.
func did(what string) { fmt.Println(what) }

func die(what string) {
	did(what)
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {}
}

// badLine is one key's backend, and its line.
type badLine struct {
	p    *badProvider
	next atomic.Value // string: what to do with the next result
}

func (l *badLine) Run(ctx context.Context, q engine.Question) (*engine.Answer, error) {
	what := l.p.next()
	time.Sleep(time.Duration(rand.IntN(8)*rand.IntN(8)) * time.Millisecond)
	if what == diesBeforeProgress {
		die(what)
	}
	if q.Progress != nil {
		q.Progress(1, 2)
	}
	if q.Part != nil && (what == diesAfterPart || rand.IntN(16) == 0) {
		q.Part([]byte(`"part"`))
	}
	switch what {
	case diesAfterProgress, diesAfterPart:
		time.Sleep(5 * time.Millisecond) // it has gone out, most likely
		die(what)
	case "":
	default:
		l.next.Store(what)
	}
	return &engine.Answer{Outputs: q.Inputs}, nil
}

// badConn does to a result what it was told. A message of a provider's is one write, and only results are this long.
type badConn struct {
	net.Conn
	line *badLine
}

func (c *badConn) Write(b []byte) (int, error) {
	if len(b) < 500 {
		return c.Conn.Write(b)
	}
	what, _ := c.line.next.Swap("").(string)
	switch what {
	case diesBeforeResult:
		die(what)
	case diesAfterResult:
		_, _ = c.Conn.Write(b)
		die(what)
	case saysTwice:
		did(what)
		if n, err := c.Conn.Write(b); err != nil {
			return n, err
		}
	case saysLate: // over the next line, when others may have done it
		did(what)
		return 0, errors.Join(errors.New("cut"), c.Conn.Close())
	}
	return c.Conn.Write(b)
}
