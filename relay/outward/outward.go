// Package outward makes requests to addresses that anybody may have named, and reaches none of the operator's own machines by them.
//
//	client := outward.Client(outward.Policy{}, 15*time.Second)
//
// An address is looked at when it is connected to, after its name was resolved, so that a name that means something else the second
// time helps nobody. No redirect is followed and no proxy is used.
package outward

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"syscall"
	"time"

	"github.com/dehug/dehug/relay"
)

// Policy is what an operator allows beyond the public network.
type Policy struct {
	// Allow are networks that may be reached though they are not public, at any port and without TLS.
	Allow []netip.Prefix
	// Resolver is nil for the usual one.
	Resolver *net.Resolver
}

// reserved are networks that are not of the public internet, or that lead into others.
var reserved = func() (list []netip.Prefix) {
	for _, text := range []string{
		"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
		"198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
		"::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
	} {
		list = append(list, netip.MustParsePrefix(text))
	}
	return list
}()

// minPort: below are services that take text from strangers for their own (mail, for one); HTTP's two are allowed.
const minPort = 1024

// allowed tells whether the operator named a network with it.
func (p Policy) allowed(ip netip.Addr) bool {
	return slices.ContainsFunc(p.Allow, func(n netip.Prefix) bool { return n.Contains(ip) })
}

// check refuses an address, as it is connected to.
func (p Policy) check(address netip.AddrPort) error {
	ip := address.Addr().Unmap().WithZone("")
	if p.allowed(ip) {
		return nil
	}
	if !ip.IsValid() || slices.ContainsFunc(reserved, func(n netip.Prefix) bool { return n.Contains(ip) }) {
		return relay.Errorf(relay.CodeForbidden, "%s is not an address of the public network", ip)
	}
	if port := address.Port(); port < minPort && port != 80 && port != 443 {
		return relay.Errorf(relay.CodeForbidden, "port %d is not for this", port)
	}
	return nil
}

// URL refuses what cannot be right whatever its name means: other schemes, names and passwords in it, addresses that are not public. http is for
// networks that are allowed.
func (p Policy) URL(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Hostname() == "" || u.User != nil || u.Scheme != "https" && u.Scheme != "http" {
		return relay.Errorf(relay.CodeInvalid, "%.200q is no address that can be told something", text).WithHint("give one such as https://me.example/webhook")
	}
	ip, err := netip.ParseAddr(u.Hostname())
	if err == nil {
		port := uint16(443)
		if u.Port() != "" {
			n, err := net.LookupPort("tcp", u.Port())
			if err != nil {
				return relay.Errorf(relay.CodeInvalid, "there is no port %.20q", u.Port())
			}
			port = uint16(n)
		}
		if err := p.check(netip.AddrPortFrom(ip, port)); err != nil {
			return err
		}
	}
	if u.Scheme == "http" && (err != nil && len(p.Allow) == 0 || err == nil && !p.allowed(ip.Unmap())) {
		return relay.Errorf(relay.CodeInvalid, "%.200q is not encrypted", text).WithHint("https reaches public addresses")
	}
	return nil
}

// Client asks what a policy allows. Close its idle connections when done.
func Client(p Policy, timeout time.Duration) *http.Client {
	dialer := &net.Dialer{Timeout: timeout, Resolver: p.Resolver, Control: func(_, address string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		if err != nil {
			return relay.Errorf(relay.CodeForbidden, "%q is no address", address)
		}
		return p.check(to)
	}}
	return &http.Client{
		Timeout:       timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{DialContext: dialer.DialContext, TLSHandshakeTimeout: timeout, ResponseHeaderTimeout: timeout, MaxResponseHeaderBytes: 16 << 10,
			MaxIdleConnsPerHost: 1, MaxConnsPerHost: 4, IdleConnTimeout: time.Minute},
	}
}
