package httpapi

import (
	"context"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dehug/dehug/relay"
)

const (
	sessionLife = 7 * 24 * time.Hour // after that the wallet is asked again
	keyPrefix   = "dhk_"             // so that people, and scanners of repositories, see what it is
	cacheNever  = "no-store"
)

// caller is who asks.
type caller struct {
	address string // "" for nobody
	session string // its id, "" when it is not a browser
	network string // that they ask from; "" for this machine's own
	scopes  []string
}

type callerKey struct{}

// callerOf is who asks, in an operation that is not public.
func callerOf(ctx context.Context) caller {
	c, _ := ctx.Value(callerKey{}).(caller)
	return c
}

// cookieName: the prefix makes browsers refuse one that is not for https and this very host. It cannot be had without
// https, which a relay on one's own machine does not have.
func (h *Hub) cookieName() string {
	if h.secure() {
		return "__Host-dehug-session"
	}
	return "dehug-session"
}

func (h *Hub) secure() bool { return strings.HasPrefix(h.Origins[0], "https:") }

// cookie carries a session's token; "" takes it away.
func (h *Hub) cookie(token string) http.Cookie {
	c := http.Cookie{Name: h.cookieName(), Value: token, Path: "/", HttpOnly: true, Secure: h.secure(), SameSite: http.SameSiteStrictMode, MaxAge: int(sessionLife / time.Second)}
	if token == "" {
		c.MaxAge = -1
	}
	return c
}

// authenticate finds out who asks and whether they may. What is public is answered to anybody, with a cookie or without.
func (h *Hub) authenticate(api huma.API) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		who, _ := ctx.Operation().Metadata["access"].(access)
		if who == public {
			ctx.SetHeader("Cache-Control", cacheChecked)
			if asks, _ := ctx.Operation().Metadata["caller"].(bool); asks { // it may be known who asks
				if c, err := h.caller(ctx); err == nil {
					ctx = huma.WithValue(ctx, callerKey{}, c)
				}
			}
			next(ctx)
			return
		}
		ctx.SetHeader("Cache-Control", "private, "+cacheChecked)
		ctx.SetHeader("Vary", "Cookie, Authorization")
		c, err := h.caller(ctx)
		if err == nil && who == admin && (c.session == "" || !h.isAdmin(c.address)) {
			err = relay.Errorf(relay.CodeForbidden, "only this relay's admins may do this")
		}
		if err == nil && c.session == "" && (who == session || !slices.Contains(c.scopes, string(who))) {
			err = relay.Errorf(relay.CodeForbidden, "a key may not do this").WithHint("keys do what their scopes say (%s); this needs %s", strings.Join(c.scopes, ", "), who)
		}
		if pays, _ := ctx.Operation().Metadata["pays"].(bool); pays && (ctx.Header(paymentHeader) != "" || h.unknown(ctx)) {
			next(ctx) // for nobody: who pays needs no account
			return
		}
		if err != nil {
			p := h.problem(ctx.Context(), ctx.Operation().OperationID, err)
			if p.Status == http.StatusUnauthorized {
				ctx.SetHeader("WWW-Authenticate", `Bearer realm="dehug"`)
			}
			writeProblemTo(api, ctx, p)
			return
		}
		c.network = grantedNetwork(h.client(ctx.RemoteAddr(), ctx.Header("X-Forwarded-For")))
		next(huma.WithValue(ctx, callerKey{}, c))
	}
}

// grantedNetwork is a network whose accounts the operator pays for together. This machine is none: whoever runs a relay for themselves, or forgot
// to name the proxy in front (Proxies), would share one limit with everybody.
func grantedNetwork(remote string) string {
	if isLoopback(hostOf(remote)) {
		return ""
	}
	return network(remote)
}

func errNobody() error {
	return relay.Errorf(relay.CodeUnauthorized, "this needs somebody who is signed in").WithHint("sign in with a wallet, or send a key: Authorization: Bearer %s…", keyPrefix)
}

// unknown tells whether a program asks that does not say who it is. A page of ours would sign in.
func (h *Hub) unknown(ctx huma.Context) bool {
	_, err := huma.ReadCookie(ctx, h.cookieName())
	return err != nil && ctx.Header("Authorization") == "" && ctx.Header("Sec-Fetch-Site") != "same-origin"
}

func (h *Hub) caller(ctx huma.Context) (caller, error) {
	now := h.now()
	nobody := errNobody()
	if header := ctx.Header("Authorization"); header != "" {
		key, ok := strings.CutPrefix(header, "Bearer ")
		if !ok || !strings.HasPrefix(key, keyPrefix) {
			return caller{}, nobody
		}
		k, err := h.Store.KeyBySecret(ctx.Context(), key, now)
		if relay.ErrorCode(err) == relay.CodeNotFound {
			return caller{}, relay.Errorf(relay.CodeUnauthorized, "this key was revoked, has expired, or never was").WithHint("make a new one in the settings")
		}
		return caller{address: k.Address, scopes: strings.Fields(k.Scopes)}, err
	}
	cookie, err := huma.ReadCookie(ctx, h.cookieName())
	if err != nil || cookie.Value == "" {
		return caller{}, nobody
	}
	s, err := h.Store.SessionByToken(ctx.Context(), cookie.Value, now)
	if relay.ErrorCode(err) == relay.CodeNotFound {
		return caller{}, relay.Errorf(relay.CodeUnauthorized, "you were signed out").WithHint("sign in again")
	}
	return caller{address: s.Address, session: s.ID, scopes: scopes}, err
}

// writeProblemTo answers out of a middleware.
func writeProblemTo(api huma.API, ctx huma.Context, p *Problem) {
	ctx.SetHeader("Content-Type", p.ContentType(""))
	ctx.SetHeader("Cache-Control", cacheNever)
	ctx.SetStatus(p.Status)
	api.Marshal(ctx.BodyWriter(), "application/json", p.at(ctx.Operation().Path))
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
