// Package siwe reads messages of Sign-In with Ethereum (EIP-4361) and says who signed them.
//
//	m, err := siwe.Parse(text)
//	err = m.Check(siwe.Expected{Origins: []string{"https://hub.example"}, ChainID: 8453, Now: time.Now()})
//	err = siwe.Verifier{Chain: siwe.RPC{URL: url}}.Verify(ctx, m, text, signature)
//
// It keeps nothing: that a nonce is good once is for who gave it out. A message is only what the standard's grammar
// says, letter by letter, so that two readers never see different things in one text.
package siwe

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
)

const (
	MaxMessage   = 8 << 10 // wallets show it to a person
	MaxResources = 32
	// MaxAge is how old a message may be: a person reads it, perhaps on another device, and signs.
	MaxAge = 10 * time.Minute
	// MaxSkew is how far ahead of ours the clock of a visitor may be.
	MaxSkew = time.Minute
)

// Message is what a wallet was asked to sign.
type Message struct {
	Scheme    string // "" when it was not named
	Domain    string // host, with a port when it is not the usual one
	Address   manifest.Address
	Statement string // "" for none
	URI       string
	ChainID   uint64
	Nonce     string
	IssuedAt  Timestamp
	Expires   Timestamp // its Text is "" for never
	NotBefore Timestamp // its Text is "" for at once
	RequestID *string
	Resources []string // nil for none; the standard lets a list be empty, which is not nil
}

// Timestamp is a time as the message writes it.
type Timestamp struct {
	Text string // RFC 3339
	time.Time
}

// String is the message's text. For one that was parsed it is what was parsed, byte by byte.
func (m *Message) String() string {
	var b strings.Builder
	if m.Scheme != "" {
		b.WriteString(m.Scheme + "://")
	}
	b.WriteString(m.Domain + wants + m.Address.String() + "\n\n")
	if m.Statement != "" {
		b.WriteString(m.Statement + "\n")
	}
	b.WriteString("\nURI: " + m.URI + "\nVersion: 1\nChain ID: " + strconv.FormatUint(m.ChainID, 10) +
		"\nNonce: " + m.Nonce + "\nIssued At: " + m.IssuedAt.Text)
	if m.Expires.Text != "" {
		b.WriteString("\nExpiration Time: " + m.Expires.Text)
	}
	if m.NotBefore.Text != "" {
		b.WriteString("\nNot Before: " + m.NotBefore.Text)
	}
	if m.RequestID != nil {
		b.WriteString("\nRequest ID: " + *m.RequestID)
	}
	if m.Resources != nil {
		b.WriteString("\nResources:")
		for _, r := range m.Resources {
			b.WriteString("\n- " + r)
		}
	}
	return b.String()
}

const wants = " wants you to sign in with your Ethereum account:\n"

// Parse reads a message. Everything that the grammar of EIP-4361 does not say is refused: another order of fields,
// other line ends, an address whose letter case is not its checksum.
func Parse(text string) (*Message, error) {
	if len(text) > MaxMessage {
		return nil, relay.Errorf(relay.CodeTooLarge, "the message has %d bytes, at most %d are read", len(text), MaxMessage)
	}
	p := parser{rest: text}
	m := p.message()
	if p.failed != "" {
		return nil, relay.Errorf(relay.CodeInvalid, "the message's %s is not as EIP-4361 has it", p.failed).
			WithHint("sign the text that a Sign-In with Ethereum library makes, unchanged")
	}
	return m, nil
}

// parser takes the text from the front. failed names what was wrong first.
type parser struct {
	rest   string
	failed string
}

func (p *parser) message() *Message {
	m := &Message{}
	m.Domain = p.until(wants, "first line")
	if scheme, host, ok := strings.Cut(m.Domain, "://"); ok {
		m.Scheme, m.Domain = scheme, host
		p.want(isScheme(scheme), "scheme")
	}
	p.want(m.Domain != "" && all(m.Domain, isAuthority), "domain")

	address, err := manifest.ParseAddress(p.line("address"))
	m.Address = address
	p.want(err == nil, "address")
	p.want(p.line("blank line after the address") == "", "blank line after the address")
	if !strings.HasPrefix(p.rest, "\n") {
		m.Statement = p.line("statement")
		p.want(m.Statement != "" && all(m.Statement, isStatement), "statement")
	}
	p.want(p.line("blank line before the URI") == "", "blank line before the URI")

	m.URI = p.field("URI: ")
	p.want(isURI(m.URI), "URI")
	p.want(p.field("Version: ") == "1", "version")
	m.ChainID = p.number(p.field("Chain ID: "), "chain id")
	m.Nonce = p.field("Nonce: ")
	p.want(len(m.Nonce) >= 8 && all(m.Nonce, isAlphanumeric), "nonce")
	m.IssuedAt = p.time(p.last("Issued At: "), "time of issue")
	if text, ok := p.optional("\nExpiration Time: "); ok {
		m.Expires = p.time(text, "expiration time")
	}
	if text, ok := p.optional("\nNot Before: "); ok {
		m.NotBefore = p.time(text, "time before which it is not valid")
	}
	if id, ok := p.optional("\nRequest ID: "); ok {
		m.RequestID = &id
		p.want(all(id, isPchar), "request id")
	}
	if rest, ok := strings.CutPrefix(p.rest, "\nResources:"); ok {
		p.rest = rest
		m.Resources = []string{}
		for p.failed == "" && p.rest != "" {
			r, ok := p.optional("\n- ")
			p.want(ok && isURI(r) && len(m.Resources) < MaxResources, "list of resources")
			m.Resources = append(m.Resources, r)
		}
	}
	p.want(p.rest == "", "end")
	return m
}

func (p *parser) want(ok bool, what string) {
	if !ok && p.failed == "" {
		p.failed = what
	}
}

// until takes all before mark, and mark.
func (p *parser) until(mark, what string) string {
	before, after, ok := strings.Cut(p.rest, mark)
	p.want(ok && !strings.Contains(before, "\n"), what)
	p.rest = after
	return before
}

// line takes a line that another one follows.
func (p *parser) line(what string) string { return p.until("\n", what) }

// field takes a line that begins with name and that another one follows.
func (p *parser) field(name string) string {
	value, ok := strings.CutPrefix(p.line(strings.TrimSuffix(name, ": ")), name)
	p.want(ok, strings.TrimSuffix(name, ": "))
	return value
}

// last takes a line that begins with name and may be the last one.
func (p *parser) last(name string) string {
	value, ok := p.optional(name)
	p.want(ok, strings.TrimSuffix(name, ": "))
	return value
}

// optional takes what follows name up to the end of its line, if name is next.
func (p *parser) optional(name string) (string, bool) {
	rest, ok := strings.CutPrefix(p.rest, name)
	if !ok {
		return "", false
	}
	end := strings.IndexByte(rest, '\n')
	if end < 0 {
		end = len(rest)
	}
	p.rest = rest[end:]
	return rest[:end], true
}

func (p *parser) number(text, what string) uint64 {
	n, err := strconv.ParseUint(text, 10, 64)
	p.want(err == nil && strconv.FormatUint(n, 10) == text, what)
	return n
}

func (p *parser) time(text, what string) Timestamp {
	t := Timestamp{Text: text}
	// UnmarshalText is stricter than time.Parse, but takes the comma of ISO 8601.
	p.want(t.Time.UnmarshalText([]byte(text)) == nil && !strings.Contains(text, ","), what)
	return t
}

func all(s string, is func(c byte) bool) bool {
	for i := range len(s) {
		if !is(s[i]) {
			return false
		}
	}
	return true
}

func isAlphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// isAuthority: what hosts and ports are made of. Who writes a user's name before the host wants to mislead.
func isAuthority(c byte) bool { return isAlphanumeric(c) || strings.IndexByte(".-:[]", c) >= 0 }

func isStatement(c byte) bool {
	return isAlphanumeric(c) || strings.IndexByte(" -._~:/?#[]@!$&'()*+,;=", c) >= 0
}

func isPchar(c byte) bool {
	return isAlphanumeric(c) || strings.IndexByte("-._~%!$&'()*+,;=:@", c) >= 0
}

func isScheme(s string) bool {
	return s != "" && !strings.ContainsAny(s[:1], "0123456789+-.") &&
		all(s, func(c byte) bool { return isAlphanumeric(c) || strings.IndexByte("+-.", c) >= 0 })
}

func isURI(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Scheme != "" && all(s, func(c byte) bool { return isStatement(c) && c != ' ' || c == '%' })
}

// Expected is what a message has to say to be meant for us, now.
type Expected struct {
	Origins []string // of the site, such as https://hub.example; a message is for one of them
	ChainID uint64
	Now     time.Time
}

// Check says why a message is not for this site, this chain, this time.
func (m *Message) Check(want Expected) error {
	uri, err := url.Parse(m.URI)
	ours := err == nil && slices.ContainsFunc(want.Origins, func(origin string) bool {
		scheme, host, _ := strings.Cut(origin, "://")
		return m.Domain == host && (m.Scheme == "" || m.Scheme == scheme) && uri.Scheme == scheme && uri.Host == host && uri.User == nil
	})
	switch {
	case !ours:
		return refused("the message is for %s at %s, not for this site", m.Domain, m.URI).
			WithHint("if you are on the right page, the relay must know its address: its operator sets --site-url")
	case m.ChainID != want.ChainID:
		return refused("the message is for chain %d, this site's is %d", m.ChainID, want.ChainID)
	case m.IssuedAt.After(want.Now.Add(MaxSkew)):
		return refused("the message was issued in the future").WithHint("set the clock of your device")
	case want.Now.Sub(m.IssuedAt.Time) > MaxAge:
		return refused("the message is older than %s", MaxAge).WithHint("sign in again")
	case m.Expires.Text != "" && !want.Now.Before(m.Expires.Time):
		return refused("the message has expired").WithHint("sign in again")
	case m.NotBefore.Text != "" && want.Now.Before(m.NotBefore.Time):
		return refused("the message is not valid yet")
	}
	return nil
}

func refused(format string, args ...any) *relay.Error {
	return relay.Errorf(relay.CodeUnauthorized, format, args...)
}
