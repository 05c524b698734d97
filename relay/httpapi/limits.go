package httpapi

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dehug/dehug/relay"
)

// Limits are how much one caller may ask for. 0 stands for what is usual.
type Limits struct {
	Requests int // a minute, of one address of the network
	SignIns  int // a minute: each may make the relay ask a chain
	Blocks   int // a minute, sent by uploads
	// Publications are what one address may have brought to the chain in a minute; the relay pays for each.
	Publications int
	Reports      int // a minute, of one address
	Queries      int // in GraphQL, a minute, of one address
	Predictions  int // a minute, of one address
}

const window = time.Minute

// maxCallers bounds the table of who asked: above it, addresses that asked least recently share what is left.
const maxCallers = 1 << 16

func (l *Limits) fill() {
	if l.Requests == 0 {
		l.Requests = 1200
	}
	if l.SignIns == 0 {
		l.SignIns = 30
	}
	if l.Blocks == 0 {
		l.Blocks = 60_000 // 1 GB/s of chunks
	}
	if l.Reports == 0 {
		l.Reports = 10
	}
	if l.Queries == 0 {
		l.Queries = 300
	}
	if l.Predictions == 0 {
		l.Predictions = 6000 // what they cost is bounded otherwise
	}
	if l.Publications == 0 {
		l.Publications = 10
	}
}

// policy is a limit by name. Operations name theirs in Metadata; the usual one is "requests".
func (l Limits) policy(name string) int {
	switch name {
	case "sign-ins":
		return l.SignIns
	case "blocks":
		return l.Blocks
	case "reports":
		return l.Reports
	case "queries":
		return l.Queries
	case "predictions":
		return l.Predictions
	case "publications":
		return l.Publications
	}
	return l.Requests
}

// rates counts requests in windows of a minute. It lives in memory: a relay that is started again forgives.
type rates struct {
	limits Limits
	now    func() time.Time
	mu     sync.Mutex
	counts map[string]int
	since  time.Time
}

// take counts one request and returns how many are left, and when there will be more.
func (r *rates) take(policy, who string) (left int, more time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	if r.counts == nil || now.Sub(r.since) >= window || now.Before(r.since) {
		r.counts, r.since = map[string]int{}, now
	}
	key := policy + " " + who
	if _, known := r.counts[key]; !known && len(r.counts) >= maxCallers {
		key = policy
	}
	r.counts[key]++
	return r.limits.policy(policy) - r.counts[key], r.since.Add(window).Sub(now)
}

// limit counts each request against its caller's address and says what is left (draft-ietf-httpapi-ratelimit-headers).
func (h *Hub) limit(api huma.API) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		policy, _ := ctx.Operation().Metadata["limit"].(string)
		if policy == "" {
			policy = "requests"
		}
		if err := h.count(policy, ctx.RemoteAddr(), ctx.Header("X-Forwarded-For"), ctx.SetHeader); err != nil {
			writeProblemTo(api, ctx, h.problem(ctx.Context(), ctx.Operation().OperationID, err))
			return
		}
		next(ctx)
	}
}

// count counts a request of whom a connection is from, says in headers what is left, and refuses what is too much.
func (h *Hub) count(policy, remote, forwarded string, set func(name, value string)) error {
	left, more := h.rates.take(policy, network(h.client(remote, forwarded)))
	seconds := int((more + time.Second - 1) / time.Second)
	set("RateLimit-Policy", fmt.Sprintf(`"%s";q=%d;w=%d`, policy, h.Limits.policy(policy), int(window/time.Second)))
	set("RateLimit", fmt.Sprintf(`"%s";r=%d;t=%d`, policy, max(left, 0), seconds))
	if left < 0 {
		set("Retry-After", fmt.Sprint(seconds))
		return relay.Errorf(relay.CodeRateLimited, "more than %d requests a minute", h.Limits.policy(policy)).WithHint("ask again in %d seconds", seconds)
	}
	return nil
}

// client is who asks: the last address that no proxy of ours stands for. What is before it anybody may have written.
func (h *Hub) client(remote, forwarded string) string {
	hops := append(strings.Split(forwarded, ","), remote)
	for i := len(hops) - 1; i > 0; i-- {
		ip, err := netip.ParseAddr(hostOf(hops[i]))
		if err != nil || !slices.ContainsFunc(h.Proxies, func(p netip.Prefix) bool { return p.Contains(ip.Unmap()) }) {
			return hops[i]
		}
	}
	if only := strings.TrimSpace(hops[0]); only != "" {
		return only
	}
	return remote
}

// hostOf leaves the port out, if there is one.
func hostOf(address string) string {
	address = strings.TrimSpace(address)
	if host, _, err := net.SplitHostPort(address); err == nil {
		return host
	}
	return address
}

// network is whom an address belongs to: of IPv6, a home has at least a /64.
func network(remote string) string {
	host := hostOf(remote)
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	if ip = ip.Unmap(); ip.Is6() {
		p, _ := ip.WithZone("").Prefix(64)
		return p.String()
	}
	return ip.String()
}
