// Package cuttable gives tests lines that can be cut: those that a client dials, and those through a proxy.
package cuttable

import (
	"context"
	"net"
	"net/http"
	"slices"
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
			l.add(conn)
		}
		return conn, err
	}}}
}

func (l *Lines) add(conns ...net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conns = append(l.conns, conns...)
}

func (l *Lines) forget(conns ...net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conns = slices.DeleteFunc(l.conns, func(c net.Conn) bool { return slices.Contains(conns, c) })
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
