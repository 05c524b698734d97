package cuttable

import (
	"math"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// Proxy is a network between others and one address, which can fail in other ways than its ends.
type Proxy struct {
	ln    net.Listener
	to    string
	lines Lines
	still atomic.Int64 // until when nothing comes through, in nanoseconds
	work  sync.WaitGroup
}

// Listen makes one that leads to an address. Close it.
func Listen(to string) (*Proxy, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &Proxy{ln: ln, to: to}
	p.work.Go(func() {
		for {
			from, err := ln.Accept()
			if err != nil {
				return
			}
			p.work.Go(func() { p.join(from) })
		}
	})
	return p, nil
}

// Address is where it listens.
func (p *Proxy) Address() string { return p.ln.Addr().String() }

// Cut ends all lines. New ones come through.
func (p *Proxy) Cut() { p.lines.Cut() }

// Still lets nothing through for so long, and then ends all lines: what was said meanwhile is lost, and nobody knows.
func (p *Proxy) Still(d time.Duration) {
	p.still.Store(time.Now().Add(d).UnixNano())
	time.Sleep(d)
	p.lines.Cut()
}

// Silence lets nothing through until Still: lines stay, new ones come about, and nobody is answered.
func (p *Proxy) Silence() { p.still.Store(math.MaxInt64) }

// Close ends it.
func (p *Proxy) Close() {
	p.ln.Close()
	p.lines.Cut()
	p.work.Wait()
}

func (p *Proxy) join(from net.Conn) {
	defer from.Close()
	to, err := net.Dial("tcp", p.to)
	if err != nil {
		return
	}
	defer to.Close()
	p.lines.add(from, to)
	defer p.lines.forget(from, to)
	var both sync.WaitGroup
	for _, way := range [][2]net.Conn{{from, to}, {to, from}} {
		both.Go(func() {
			defer way[0].Close()
			defer way[1].Close()
			p.pass(way[0], way[1])
		})
	}
	both.Wait()
}

func (p *Proxy) pass(from, to net.Conn) {
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		if n > 0 && time.Now().UnixNano() >= p.still.Load() {
			if _, err := to.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}
