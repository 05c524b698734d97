package main

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// Who sends headers or a body a byte now and then (slow loris) is cut off, whatever else is answered meanwhile.
func TestSlowSenders(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	read := make(chan error, 1)
	srv := server{"test", ln, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/body" {
			_, err := io.ReadAll(r.Body)
			read <- err
		}
		io.WriteString(w, "answered")
	})}.http(slog.New(slog.DiscardHandler))
	if srv.ReadHeaderTimeout != readTimeout || srv.ReadTimeout != readTimeout || srv.MaxHeaderBytes != maxHeader || srv.IdleTimeout != idleTimeout {
		t.Errorf("a server without limits: %+v", srv)
	}
	srv.ReadHeaderTimeout, srv.ReadTimeout = 300*time.Millisecond, 300*time.Millisecond
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(ln) }()
	defer func() {
		srv.Close()
		<-ended
	}()
	// drip sends a byte now and then until it is cut off.
	drip := func(first string) string {
		t.Helper()
		conn, err := net.Dial("tcp", ln.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		fmt.Fprint(conn, first)
		said := make(chan string, 1)
		go func() {
			text, _ := io.ReadAll(conn) // what came before it was cut off
			said <- string(text)
		}()
		for {
			select {
			case text := <-said:
				return text
			case <-time.After(10 * time.Millisecond):
				fmt.Fprint(conn, "x") // fails once it is cut off
			}
		}
	}
	if said := drip("GET / HTTP/1.1\r\nHost: a\r\nX-Slow: "); strings.Contains(said, "answered") {
		t.Errorf("headers without end are answered: %s", said)
	}
	drip("POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n")
	if err := <-read; err == nil {
		t.Error("a body without end was read")
	}
	// Headers that are too large are not waited for.
	conn, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	go fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: a\r\nX: %s\r\n\r\n", strings.Repeat("x", 2*maxHeader))
	if line, _, err := bufio.NewReader(conn).ReadLine(); err == nil && !strings.Contains(string(line), "431") {
		t.Errorf("large headers are answered %s", line)
	}
	for said := ""; said != "answered"; { // at once, unless this machine is slow itself
		res, err := http.Get(baseURL(ln))
		if err != nil {
			continue
		}
		body, err := io.ReadAll(res.Body)
		if err == nil {
			said = string(body)
		}
		res.Body.Close()
	}
	http.DefaultClient.CloseIdleConnections()
}
