// Command faultgw is a gateway that misbehaves on purpose, for tests: a reverse proxy in front of an honest
// gateway which damages, withholds or delays the blocks that pass through it.
//
// It prints JSON lines on stdout. The first says where it listens; each later one is a request that has ended:
//
//	{"event":"listening","url":"http://127.0.0.1:40001","mode":"flip"}
//	{"event":"request","n":1,"method":"GET","path":"/ipfs/bafk…","cid":"bafk…","fault":"flip","status":200,"bytes":1048576,"ms":3}
//
// Only replies to /ipfs/ requests are touched, and with -match only those for these CIDs. "fault" is empty where
// the reply was passed on as it came.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// maxBody bounds what is held to be damaged: twice the longest run of chunks that our readers ask for at once.
const maxBody = 128 << 20

var modes = []string{"none", "flip", "wrong", "truncate", "cut", "long", "html", "stall", "loris", "500", "429", "stale", "slow", "latency", "distance"}

// otherCID is the empty raw block's.
const otherCID = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"

const usage = `faultgw stands in front of a gateway and misbehaves.

usage: faultgw -upstream URL [-listen ADDR] [-mode MODE] [-match CID[,CID]] [-after N] [-files DIR]

modes:
  none      passes everything on
  flip      flips one bit in the middle of the body: right length, wrong hash
  wrong     sends another block: right headers, another length and hash
  truncate  sends the first half and calls that the whole
  cut       sends half of the body and closes the connection
  long      sends the right bytes and a few more
  html      answers 200 with a web page, as a captive portal does
  stall     sends the headers and half of the body, then nothing until the reader gives up
  loris     sends the right bytes, one at a time with -delay between them
  500       answers 500
  429       answers 429 with Retry-After: 1
  stale     sends the right bytes under headers of another answer, which has expired long ago
  slow      sends the right bytes, 16 KiB at a time with -delay between them
  latency   waits for -delay, then passes everything on
  distance  is -delay away: passes bytes on as they are, those of questions that much later, and looks at nothing

flags:
`

type gateway struct {
	mode  string
	match []string // CIDs; all when empty
	after int      // honest replies before the first fault
	delay time.Duration
	log   func(any)

	mu      sync.Mutex
	n       int // requests seen
	matched int // requests for which a fault was due
}

type ctxKey struct{}

// record is one line of the log, and travels in the request's context so that the proxy can fill it in.
type record struct {
	Event  string `json:"event"`
	N      int    `json:"n"`
	Method string `json:"method"`
	Path   string `json:"path"`
	CID    string `json:"cid"`
	Fault  string `json:"fault"`
	Status int    `json:"status"`
	Bytes  int64  `json:"bytes"`
	MS     int64  `json:"ms"`
}

func main() {
	fs := flag.NewFlagSet("faultgw", flag.ExitOnError)
	fs.Usage = func() { fmt.Fprint(fs.Output(), usage); fs.PrintDefaults() }
	listen := fs.String("listen", "127.0.0.1:0", "address to listen on")
	upstream := fs.String("upstream", "", "base URL of the honest gateway")
	mode := fs.String("mode", "flip", "what to do: "+strings.Join(modes, ", "))
	match := fs.String("match", "", "misbehave only for these CIDs, with commas between them")
	files := fs.String("files", "", "serve the files of this folder as they are, below /files/, to compare with")
	after := fs.Int("after", 0, "misbehave only after this many honest replies")
	delay := fs.Duration("delay", 200*time.Millisecond, "for loris, slow, latency and distance")
	fs.Parse(os.Args[1:])
	if err := run(*listen, *upstream, *mode, *match, *files, *after, *delay); err != nil {
		fmt.Fprintln(os.Stderr, "faultgw:", err)
		os.Exit(1)
	}
}

func run(listen, upstream, mode, match, files string, after int, delay time.Duration) error {
	if !slices.Contains(modes, mode) {
		return fmt.Errorf("no mode %q: it is one of %s", mode, strings.Join(modes, ", "))
	}
	base, err := url.Parse(upstream)
	if err != nil || base.Host == "" {
		return fmt.Errorf("-upstream %q is not the base URL of a gateway", upstream)
	}
	ln, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var out sync.Mutex
	enc := json.NewEncoder(os.Stdout)
	g := &gateway{mode: mode, after: after, delay: delay, log: func(v any) {
		out.Lock()
		defer out.Unlock()
		enc.Encode(v)
	}}
	if match != "" {
		g.match = strings.Split(match, ",")
	}
	mux := http.NewServeMux()
	mux.Handle("/", g.handler(base))
	if files != "" {
		mux.Handle("/files/", g.plain(files))
	}
	g.log(map[string]string{"event": "listening", "url": "http://" + ln.Addr().String(), "mode": mode})
	if mode == "distance" {
		context.AfterFunc(ctx, func() { ln.Close() })
		return lengthen(ln, base.Host, delay)
	}
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() { srv.Close() }) // stalled readers would hold up a polite end
	if err := srv.Serve(ln); err != http.ErrServerClosed {
		return err
	}
	return nil
}

func (g *gateway) handler(base *url.URL) http.Handler {
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(base)
			r.Out.Header.Del("Accept-Encoding")
		},
		ModifyResponse: g.damage,
		FlushInterval:  -1,
		BufferPool:     &buffers{},
		ErrorLog:       log.New(io.Discard, "", 0), // bodies break off here on purpose
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		rec := g.admit(r)
		count := &countingWriter{ResponseWriter: w}
		defer func() {
			// ReverseProxy panics with ErrAbortHandler when a body breaks off; the line is written all the same.
			rec.Status, rec.Bytes, rec.MS = count.status, count.bytes, time.Since(start).Milliseconds()
			g.log(rec)
		}()
		proxy.ServeHTTP(count, r.WithContext(context.WithValue(r.Context(), ctxKey{}, rec)))
	})
}

// lengthen connects whoever comes with a server, over a line that is as long as the delay says. Answers go from one connection to the
// other within the kernel, so the line costs little of what is to be measured.
func lengthen(ln net.Listener, server string, delay time.Duration) error {
	for {
		near, err := ln.Accept()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			return err
		}
		far, err := net.Dial("tcp", server)
		if err != nil {
			near.Close()
			continue
		}
		go func() {
			defer far.Close()
			buf := make([]byte, 32<<10)
			for {
				n, err := near.Read(buf)
				time.Sleep(delay) // a question fits into one piece, and nobody asks twice within the delay on one connection
				if _, failed := far.Write(buf[:n]); err != nil || failed != nil {
					return
				}
			}
		}()
		go func() {
			defer near.Close()
			io.Copy(near, far)
		}()
	}
}

// plain serves files as any web server does, after the latency where that is the mode.
func (g *gateway) plain(dir string) http.Handler {
	files := http.StripPrefix("/files/", http.FileServer(http.Dir(dir)))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if g.mode == "latency" && sleep(r.Context(), g.delay) != nil {
			return
		}
		w.Header().Set("Access-Control-Allow-Origin", "*")
		files.ServeHTTP(w, r)
	})
}

// buffers are the proxy's: larger than its own, so that it is not what is measured.
type buffers struct{ pool sync.Pool }

func (b *buffers) Get() []byte {
	if buf, ok := b.pool.Get().(*[]byte); ok {
		return *buf
	}
	return make([]byte, 256<<10)
}

func (b *buffers) Put(buf []byte) { b.pool.Put(&buf) }

// admit counts the request and decides whether its reply is to be damaged.
func (g *gateway) admit(r *http.Request) *record {
	rec := &record{Event: "request", Method: r.Method, Path: r.URL.Path}
	rest, block := strings.CutPrefix(r.URL.Path, "/ipfs/")
	if block {
		rec.CID, _, _ = strings.Cut(rest, "/")
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.n++
	rec.N = g.n
	if !block || g.mode == "none" || r.Method != http.MethodGet || (len(g.match) > 0 && !slices.Contains(g.match, rec.CID)) {
		return rec
	}
	g.matched++
	if g.matched > g.after {
		rec.Fault = g.mode
	}
	return rec
}

// damage is called by the proxy between reading the upstream's headers and copying its body.
func (g *gateway) damage(res *http.Response) error {
	rec := res.Request.Context().Value(ctxKey{}).(*record)
	if rec.Fault == "" {
		return nil
	}
	if rec.Fault == "latency" {
		return sleep(res.Request.Context(), g.delay)
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, maxBody))
	res.Body.Close()
	if err != nil {
		return err
	}
	length := len(body) // what Content-Length will promise
	var out io.Reader
	switch rec.Fault {
	case "flip":
		if len(body) > 0 {
			body[len(body)/2] ^= 1
		}
	case "wrong":
		body = []byte("a block that nobody has asked for")
		length = len(body)
	case "truncate":
		body = body[:len(body)/2]
		length = len(body)
	case "cut":
		out = io.MultiReader(bytes.NewReader(body[:len(body)/2]), readerFunc(func([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }))
	case "long":
		body = append(body, "and more"...)
		length = len(body)
	case "html":
		body = []byte("<!doctype html><title>Sign in to the network</title><p>Please sign in.</p>\n")
		length = len(body)
		res.StatusCode = http.StatusOK
		res.Header.Set("Content-Type", "text/html; charset=utf-8")
	case "stall":
		out = io.MultiReader(bytes.NewReader(body[:len(body)/2]), until(res.Request.Context()))
	case "500", "429":
		res.StatusCode, _ = strconv.Atoi(rec.Fault)
		body = []byte(http.StatusText(res.StatusCode) + "\n")
		length = len(body)
		res.Header.Set("Content-Type", "text/plain; charset=utf-8")
		if rec.Fault == "429" {
			res.Header.Set("Retry-After", "1")
		}
	case "slow":
		out = &slowReader{ctx: res.Request.Context(), body: body, delay: g.delay, piece: 16 << 10}
	case "loris":
		out = &slowReader{ctx: res.Request.Context(), body: body, delay: g.delay, piece: 1}
	case "stale":
		res.Header.Set("Cache-Control", "public, max-age=1")
		res.Header.Set("Age", "86400")
		res.Header.Set("Date", time.Unix(0, 0).UTC().Format(http.TimeFormat))
		res.Header.Set("Expires", time.Unix(1, 0).UTC().Format(http.TimeFormat))
		res.Header.Set("Last-Modified", time.Unix(0, 0).UTC().Format(http.TimeFormat))
		res.Header.Set("X-Ipfs-Path", "/ipfs/"+otherCID)
		res.Header.Set("X-Ipfs-Roots", otherCID)
		res.Header.Set("Content-Disposition", `attachment; filename="`+otherCID+`.bin"`)
	}
	if out == nil {
		out = bytes.NewReader(body)
	}
	if res.StatusCode != http.StatusOK || rec.Fault == "html" {
		res.Header.Set("Cache-Control", "no-store")
	}
	res.Status = ""
	res.Header.Del("Etag")
	if rec.Fault == "stale" {
		res.Header.Set("Etag", `"`+otherCID+`.raw"`)
	}
	res.Header.Set("Content-Length", strconv.Itoa(length))
	res.ContentLength = int64(length)
	res.Body = io.NopCloser(out)
	return nil
}

// until is a reader that has nothing to say before ctx ends.
func until(ctx context.Context) io.Reader {
	return readerFunc(func([]byte) (int, error) { <-ctx.Done(); return 0, ctx.Err() })
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

type slowReader struct {
	ctx   context.Context
	body  []byte
	delay time.Duration
	piece int // bytes
}

func (s *slowReader) Read(p []byte) (int, error) {
	if len(s.body) == 0 {
		return 0, io.EOF
	}
	if err := sleep(s.ctx, s.delay); err != nil {
		return 0, err
	}
	n := copy(p, s.body[:min(len(s.body), s.piece)])
	s.body = s.body[n:]
	return n, nil
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

type countingWriter struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (c *countingWriter) WriteHeader(status int) {
	c.status = status
	c.ResponseWriter.WriteHeader(status)
}

func (c *countingWriter) Write(p []byte) (int, error) {
	n, err := c.ResponseWriter.Write(p)
	c.bytes += int64(n)
	return n, err
}

// Unwrap lets the proxy flush through us.
func (c *countingWriter) Unwrap() http.ResponseWriter { return c.ResponseWriter }
