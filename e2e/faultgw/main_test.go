package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"
)

// Each mode does what its name says, and only to the blocks it is for.
func TestModes(t *testing.T) {
	body := bytes.Repeat([]byte("0123456789abcdef"), 4096) // 64 KiB
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/ipfs/absent" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Write(body)
	}))
	defer upstream.Close()
	base, err := url.Parse(upstream.URL)
	if err != nil {
		t.Fatal(err)
	}
	flipped := slices.Clone(body)
	flipped[len(body)/2] ^= 1
	tests := []struct {
		mode   string
		status int
		body   []byte // nil: any
		fails  bool   // while reading the body
	}{
		{"none", 200, body, false},
		{"flip", 200, flipped, false},
		{"wrong", 200, []byte("a block that nobody has asked for"), false},
		{"truncate", 200, body[:len(body)/2], false},
		{"cut", 200, body[:len(body)/2], true},
		{"long", 200, append(slices.Clone(body), "and more"...), false},
		{"html", 200, []byte("<!doctype html><title>Sign in to the network</title><p>Please sign in.</p>\n"), false},
		{"stall", 200, body[:len(body)/2], true},
		{"loris", 200, body[:8], true},
		{"500", 500, nil, false},
		{"429", 429, nil, false},
		{"stale", 200, body, false},
		{"slow", 200, body, false},
		{"latency", 200, body, false},
	}
	for _, tt := range tests {
		t.Run(tt.mode, func(t *testing.T) {
			var mu sync.Mutex
			var lines []*record
			ended := make(chan struct{}, 8)
			g := &gateway{mode: tt.mode, match: []string{"bad"}, delay: time.Millisecond, log: func(v any) {
				mu.Lock()
				lines = append(lines, v.(*record))
				mu.Unlock()
				ended <- struct{}{}
			}}
			srv := httptest.NewServer(g.handler(base))
			defer srv.Close()
			get := func(path string) (status int, got []byte, header http.Header, err error) {
				ctx, cancel := context.WithCancel(context.Background())
				defer cancel()
				req, _ := http.NewRequestWithContext(ctx, "GET", srv.URL+path, nil)
				res, err := http.DefaultClient.Do(req)
				if err != nil {
					return 0, nil, nil, err
				}
				defer res.Body.Close()
				var buf bytes.Buffer
				if tt.fails && path == "/ipfs/bad" { // it will say no more: give up after what there is
					_, err = io.CopyN(&buf, res.Body, int64(len(tt.body)))
					if res.ContentLength == int64(buf.Len()) {
						err = fmt.Errorf("nothing is missing")
					}
				} else {
					_, err = io.Copy(&buf, res.Body)
				}
				return res.StatusCode, buf.Bytes(), res.Header, err
			}
			for _, path := range []string{"/ipfs/good?format=raw", "/healthz"} {
				if status, got, _, err := get(path); status != 200 || !bytes.Equal(got, body) || err != nil {
					t.Errorf("GET %s = %d, %d bytes, %v; want it untouched", path, status, len(got), err)
				}
			}
			status, got, header, err := get("/ipfs/bad")
			if status != tt.status || tt.body != nil && !bytes.Equal(got, tt.body) || err != nil {
				t.Errorf("GET /ipfs/bad = %d, %d bytes, %v; want %d, %d bytes", status, len(got), err, tt.status, len(tt.body))
			}
			if header.Get("Access-Control-Allow-Origin") != "*" {
				t.Error("a page could not read the reply")
			}
			if (header.Get("Retry-After") != "") != (tt.mode == "429") {
				t.Errorf("Retry-After is %q", header.Get("Retry-After"))
			}
			for range 3 {
				<-ended
			}
			mu.Lock()
			defer mu.Unlock()
			var faults []string
			for _, l := range lines {
				faults = append(faults, l.CID+":"+l.Fault)
			}
			slices.Sort(faults)
			want := []string{":", "bad:" + tt.mode, "good:"}
			if tt.mode == "none" {
				want[1] = "bad:"
			}
			if !slices.Equal(faults, want) {
				t.Errorf("the log says %v; want %v", faults, want)
			}
		})
	}
}

func TestAfter(t *testing.T) {
	g := &gateway{mode: "flip", after: 2}
	var got []string
	for range 4 {
		got = append(got, g.admit(httptest.NewRequest("GET", "/ipfs/x", nil)).Fault)
	}
	if want := []string{"", "", "flip", "flip"}; !slices.Equal(got, want) {
		t.Errorf("faults are %q; want %q", got, want)
	}
}

func TestRefuseArguments(t *testing.T) {
	if err := run("127.0.0.1:0", "http://127.0.0.1:1", "nonsense", "", "", 0, 0); err == nil {
		t.Error("an unknown mode was taken")
	}
	if err := run("127.0.0.1:0", "nonsense", "flip", "", "", 0, 0); err == nil {
		t.Error("an upstream without host was taken")
	}
}
