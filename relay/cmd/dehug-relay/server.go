package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"syscall"
	"time"

	"github.com/dehug/dehug/relay"
)

const (
	readTimeout     = 10 * time.Second // a request of ours is a few hundred bytes of header
	idleTimeout     = 2 * time.Minute
	stallTimeout    = 30 * time.Second // for each writePiece: a reader slower than 2 kB/s is gone
	writePiece      = 64 << 10
	shutdownTimeout = 10 * time.Second
	maxHeader       = 16 << 10
)

// server is a listener and what answers on it.
type server struct {
	name    string
	ln      net.Listener
	handler http.Handler
}

// listen opens a TCP address. Where that port is taken and nobody asked for it by name, any free one will do.
func listen(address, flag string, given bool) (net.Listener, error) {
	ln, err := net.Listen("tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) && !given {
		host, _, splitErr := net.SplitHostPort(address)
		if splitErr == nil {
			ln, err = net.Listen("tcp", net.JoinHostPort(host, "0"))
		}
	}
	if err != nil {
		return nil, relay.Errorf(relay.CodeInternal, "%w", err).WithHint("choose another address with --%s HOST:PORT", flag)
	}
	return ln, nil
}

// baseURL is how this machine reaches a listener, without a slash at the end.
func baseURL(ln net.Listener) string {
	addr := ln.Addr().(*net.TCPAddr)
	host := addr.IP.String()
	if addr.IP.IsUnspecified() {
		host = "127.0.0.1"
	}
	_, port, _ := net.SplitHostPort(ln.Addr().String())
	return "http://" + net.JoinHostPort(host, port)
}

// warnIfOpen says so when others than this machine can reach a listener.
func warnIfOpen(log *slog.Logger, s server) {
	if addr := s.ln.Addr().(*net.TCPAddr); !addr.IP.IsLoopback() {
		log.Warn("reachable from other machines", slog.String("server", s.name), slog.String("address", addr.String()))
	}
}

// http makes what answers, with limits for who sends slowly.
func (s server) http(log *slog.Logger) *http.Server {
	log = log.With(slog.String("server", s.name))
	return &http.Server{
		Handler:           patient(log, s.handler),
		ReadHeaderTimeout: readTimeout,
		ReadTimeout:       readTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
}

// serveAll runs the servers until ctx ends or one of them fails, then lets requests that run finish.
func serveAll(ctx context.Context, log *slog.Logger, servers ...server) error {
	failed := make(chan error, len(servers))
	running := make([]*http.Server, len(servers))
	for i, s := range servers {
		warnIfOpen(log, s)
		srv := s.http(log)
		running[i] = srv
		go func() { failed <- srv.Serve(s.ln) }()
		log.Info("listening", slog.String("server", s.name), slog.String("url", baseURL(s.ln)))
	}
	var err error
	select {
	case <-ctx.Done():
		log.Info("shutting down")
	case err = <-failed:
		err = relay.Errorf(relay.CodeInternal, "server: %w", err)
	}
	// ctx has ended already: the time to finish is counted apart from it.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	for _, srv := range running {
		if srv.Shutdown(ctx) != nil {
			srv.Close() // who has not finished by now is cut off
		}
	}
	return err
}

// patient gives a reader stallTimeout for each piece instead of one deadline for the whole, so that a large reply
// may take its time and a dead reader may not. At level debug it logs each request.
func patient(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		p := &patientWriter{ResponseWriter: w, ctl: http.NewResponseController(w), status: http.StatusOK}
		next.ServeHTTP(p, r)
		if p.status != http.StatusSwitchingProtocols { // then it is somebody else's connection
			p.extend() // the server has yet to flush; the deadline of an earlier reply on this connection may have passed
		}
		log.DebugContext(r.Context(), "request", slog.String("method", r.Method), slog.String("path", r.URL.Path),
			slog.Int("status", p.status), slog.Int("bytes", p.bytes), slog.Duration("took", time.Since(start)))
	})
}

type patientWriter struct {
	http.ResponseWriter
	ctl           *http.ResponseController
	status, bytes int
}

// extend gives the reader stallTimeout from now. A connection that knows no deadlines just has none.
func (p *patientWriter) extend() { p.ctl.SetWriteDeadline(time.Now().Add(stallTimeout)) }

func (p *patientWriter) WriteHeader(status int) {
	p.status = status
	p.ResponseWriter.WriteHeader(status)
}

func (p *patientWriter) Write(b []byte) (int, error) {
	n := 0
	defer func() { p.bytes += n }()
	for {
		piece := b[n:min(len(b), n+writePiece)]
		p.extend()
		m, err := p.ResponseWriter.Write(piece)
		if n += m; err != nil || n == len(b) {
			return n, err
		}
	}
}

// ReadFrom lets the kernel send a file, piece by piece.
func (p *patientWriter) ReadFrom(src io.Reader) (int64, error) {
	var n int64
	for {
		p.extend()
		m, err := io.Copy(p.ResponseWriter, &io.LimitedReader{R: src, N: writePiece}) // which knows files in limits, not limits in limits
		n += m
		p.bytes += int(m)
		if err != nil || m < writePiece {
			return n, err
		}
	}
}

// Unwrap lets handlers flush through us.
func (p *patientWriter) Unwrap() http.ResponseWriter { return p.ResponseWriter }
