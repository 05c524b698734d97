// Package cuttable gives tests lines that can be cut.
package cuttable

import (
	"context"
	"net"
	"net/http"
	"sync"
)

// Lines dials, and cuts what it dialled. The zero value is ready.
type Lines struct {
	mu    sync.Mutex
	conns []net.Conn
}

// Client is a client over such lines.
func (l *Lines) Client() *http.Client {
	return &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
		if err == nil {
			l.mu.Lock()
			l.conns = append(l.conns, conn)
			l.mu.Unlock()
		}
		return conn, err
	}}}
}

// Cut ends all of them that were dialled.
func (l *Lines) Cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, conn := range l.conns {
		conn.Close()
	}
	l.conns = nil
}
