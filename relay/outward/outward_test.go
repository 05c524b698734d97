package outward

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/net/dns/dnsmessage"

	"github.com/dehug/dehug/relay"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Addresses of the operator's own, in all their spellings, are refused when asked for and when connected to.
func TestRefuseAddresses(t *testing.T) {
	for _, host := range []string{
		"127.0.0.1", "127.1.2.3", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1", "100.100.100.200", "192.0.0.192", "198.18.0.1", "224.0.0.1", "255.255.255.255", "240.0.0.1",
		"[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:169.254.169.254]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b::a9fe:a9fe]", "[2002:7f00:1::]", "[fe80::1]", "[fe80::1%25eth0]", "[fc00::1]", "[fd00:ec2::254]", "[fec0::1]", "[ff02::1]", "[2001:db8::1]", "[2001::1]",
	} {
		if err := (Policy{}).URL("https://" + host + "/"); err == nil {
			t.Errorf("URL(%s) is allowed", host)
		}
		address, err := netip.ParseAddr(strings.ReplaceAll(strings.Trim(host, "[]"), "%25", "%"))
		if err != nil {
			t.Fatal(err)
		}
		if err := (Policy{}).check(netip.AddrPortFrom(address, 443)); relay.ErrorCode(err) != relay.CodeForbidden {
			t.Errorf("connecting to %s = %v; want forbidden", host, err)
		}
	}
	for _, address := range []string{"1.1.1.1:443", "1.1.1.1:80", "8.8.8.8:8443", "[2606:4700::1111]:443", "172.32.0.1:443", "100.128.0.1:443"} {
		if err := (Policy{}).check(netip.MustParseAddrPort(address)); err != nil {
			t.Errorf("connecting to %s = %v", address, err)
		}
	}
	for _, address := range []string{"1.1.1.1:25", "1.1.1.1:22", "1.1.1.1:0"} {
		if err := (Policy{}).check(netip.MustParseAddrPort(address)); relay.ErrorCode(err) != relay.CodeForbidden {
			t.Errorf("connecting to %s = %v; want forbidden", address, err)
		}
	}
	for _, text := range []string{"", "x", "/x", "ftp://1.1.1.1/", "file:///etc/passwd", "http://1.1.1.1/", "http://me.example/", "https://user:pass@me.example/", "https://", "https://1.1.1.1:99999/", "gopher://x"} {
		if err := (Policy{}).URL(text); err == nil {
			t.Errorf("URL(%q) is allowed", text)
		}
	}
	if err := (Policy{}).URL("https://me.example/x?y=1"); err != nil {
		t.Error(err)
	}
	local := Policy{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
	for text, want := range map[string]bool{"http://127.0.0.1:1/": true, "https://10.0.0.1/": false, "http://1.1.1.1/": false} {
		if err := local.URL(text); (err == nil) != want {
			t.Errorf("where 127.0.0.0/8 is allowed, URL(%s) = %v", text, err)
		}
	}
}

// A name that means a public address when it is looked at, and another one when it is connected to, reaches nothing; nor do redirects, nor
// names of this machine's.
func TestRefuseRebinding(t *testing.T) {
	reached := atomic.Bool{}
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Store(true) }))
	defer inside.Close()
	_, port, _ := net.SplitHostPort(inside.Listener.Addr().String())
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan struct{})
	go func() {
		defer close(served)
		buf := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buf[:n]) != nil {
				continue
			}
			m.Response = true
			m.Additionals = nil
			if m.Questions[0].Type == dnsmessage.TypeA {
				m.Answers = []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: m.Questions[0].Name, Class: dnsmessage.ClassINET}, Body: &dnsmessage.AResource{A: [4]byte{127, 0, 0, 1}}}}
			}
			if out, err := m.Pack(); err == nil {
				conn.WriteTo(out, from)
			}
		}
	}()
	defer func() { conn.Close(); <-served }()
	resolver := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
	p := Policy{Resolver: resolver}
	for _, host := range []string{"rebound.example.", "localhost"} {
		c := Client(p, 5*time.Second)
		res, err := c.Get("http://" + host + ":" + port + "/")
		if err == nil {
			res.Body.Close()
		}
		if e, ok := errors.AsType[*relay.Error](err); !ok || e.Code != relay.CodeForbidden {
			t.Errorf("%s = %v; want forbidden", host, err)
		}
		c.CloseIdleConnections()
	}
	p.Allow = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	c := Client(p, 5*time.Second)
	defer c.CloseIdleConnections()
	elsewhere := httptest.NewServer(http.RedirectHandler(inside.URL, http.StatusTemporaryRedirect))
	defer elsewhere.Close()
	res, err := c.Get(elsewhere.URL)
	if err != nil || res.StatusCode != http.StatusTemporaryRedirect || reached.Load() {
		t.Errorf("a redirect: %+v, %v, followed: %t", res, err, reached.Load())
	}
	res.Body.Close()
	if res, err = c.Get("http://rebound.example.:" + port + "/"); err != nil || !reached.Load() { // the trap works
		t.Fatalf("where it is allowed: %v", err)
	}
	res.Body.Close()
}
