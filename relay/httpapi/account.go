package httpapi

import (
	"context"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/siwe"
	"github.com/dehug/dehug/relay/store"
)

// Nonce is what a sign-in message has to have in it, once.
type Nonce struct {
	Nonce   string    `json:"nonce"`
	Expires time.Time `json:"expires" doc:"The message has to arrive before."`
	Domain  string    `json:"domain" doc:"The message's domain."`
	URI     string    `json:"uri" format:"uri" doc:"The message's URI."`
	ChainID uint64    `json:"chainId" doc:"The message's chain."`
}

// Account is who is signed in.
type Account struct {
	Address string    `json:"address" doc:"In the letter case of EIP-55."`
	Created time.Time `json:"created" doc:"Since when it is known here."`
	Session string    `json:"session,omitempty" doc:"The id of this session; not there when a key asks."`
	Scopes  []string  `json:"scopes" nullable:"false" doc:"What may be done by who asks."`
	Used    int64     `json:"used" doc:"Bytes published, or reserved by uploads."`
	Admin   bool      `json:"admin,omitempty" doc:"Whether it decides what this relay serves."`
	Quota   int64     `json:"quota" doc:"How many there may be; 0 where the relay takes no uploads."`
}

// SessionInfo is a browser that is signed in.
type SessionInfo struct {
	ID      string    `json:"id"`
	Agent   string    `json:"agent" doc:"What the browser calls itself."`
	Created time.Time `json:"created"`
	Seen    time.Time `json:"seen" doc:"When it was last used, to ten minutes."`
	Expires time.Time `json:"expires"`
	Current bool      `json:"current" doc:"Whether this is the one that asks."`
}

// KeyInfo is a key without its secret.
type KeyInfo struct {
	ID      string     `json:"id"`
	Name    string     `json:"name"`
	Scopes  []string   `json:"scopes" nullable:"false"`
	Created time.Time  `json:"created"`
	Used    *time.Time `json:"used,omitempty" doc:"When it was last used, to ten minutes; not there when it never was."`
	Expires *time.Time `json:"expires,omitempty" doc:"Not there when it does not expire."`
}

// NewKey is shown once.
type NewKey struct {
	KeyInfo
	Key string `json:"key" doc:"The secret. It is shown now and never again."`
}

// EventInfo is something that happened to an account.
type EventInfo struct {
	ID     string    `json:"id"`
	At     time.Time `json:"at"`
	Action string    `json:"action" doc:"sign_in, sign_out, signed_out_everywhere, key_created, key_revoked, published; more may come."`
	Detail string    `json:"detail"`
}

// List is one page. Next is where the following one begins.
type List[T any] struct {
	Items []T    `json:"items" nullable:"false"`
	Next  string `json:"next,omitempty" doc:"Give this as cursor to read on. Not there at the end."`
}

// cut takes the page out of what was found, of which one more than the page holds was asked for, and the cursor of the next one.
func cut[T any](found []T, limit int, cursor func(T) string) (page []T, next string) {
	if len(found) <= limit {
		return found, ""
	}
	return found[:limit], cursor(found[limit-1])
}

// reply is an answer with a body.
type reply[T any] struct{ Body T }

// Paging is what operations take that answer with a List.
type Paging struct {
	Cursor string `query:"cursor" maxLength:"200" doc:"What next was in the page before."`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"50" doc:"How many at most."`
}

type byID struct {
	ID string `path:"id" maxLength:"64"`
}

const nonceLife = siwe.MaxAge

func (h *Hub) registerAccount(api huma.API) {
	register(h, api, public, huma.Operation{OperationID: "createNonce", Method: http.MethodPost, Path: "/nonces", Tags: []string{"account"},
		Summary: "What a sign-in message has to say", DefaultStatus: http.StatusCreated}, h.createNonce)
	register(h, api, public, huma.Operation{OperationID: "signIn", Method: http.MethodPost, Path: "/sessions", Tags: []string{"account"}, Metadata: map[string]any{"limit": "sign-ins"},
		Summary: "Sign in with a message of EIP-4361", DefaultStatus: http.StatusCreated, Errors: []int{http.StatusUnauthorized, http.StatusServiceUnavailable},
		Description: "The signature may be a key's, or that of a wallet that is a contract (ERC-1271), deployed or not (ERC-6492). The session comes as a cookie."}, h.signIn)
	register(h, api, session, huma.Operation{OperationID: "listSessions", Method: http.MethodGet, Path: "/sessions", Tags: []string{"account"},
		Summary: "Browsers that are signed in"}, h.listSessions)
	register(h, api, session, huma.Operation{OperationID: "signOut", Method: http.MethodDelete, Path: "/sessions/{id}", Tags: []string{"account"},
		Summary: "Sign one browser out", Description: "The id current stands for the one that asks.", Errors: []int{http.StatusNotFound}}, h.signOut)
	register(h, api, session, huma.Operation{OperationID: "signOutEverywhere", Method: http.MethodDelete, Path: "/sessions", Tags: []string{"account"},
		Summary: "Sign all browsers out"}, h.signOutEverywhere)
	register(h, api, read, huma.Operation{OperationID: "getAccount", Method: http.MethodGet, Path: "/account", Tags: []string{"account"},
		Summary: "Who is signed in"}, h.getAccount)
	register(h, api, read, huma.Operation{OperationID: "listEvents", Method: http.MethodGet, Path: "/account/events", Tags: []string{"account"},
		Summary: "What happened to the account, newest first"}, h.listEvents)
	register(h, api, session, huma.Operation{OperationID: "createKey", Method: http.MethodPost, Path: "/keys", Tags: []string{"account"},
		Summary: "Make a key for a program", DefaultStatus: http.StatusCreated, Errors: []int{http.StatusConflict}}, h.createKey)
	register(h, api, session, huma.Operation{OperationID: "listKeys", Method: http.MethodGet, Path: "/keys", Tags: []string{"account"},
		Summary: "Keys, without their secrets"}, h.listKeys)
	register(h, api, session, huma.Operation{OperationID: "revokeKey", Method: http.MethodDelete, Path: "/keys/{id}", Tags: []string{"account"},
		Summary: "Revoke a key", Errors: []int{http.StatusNotFound}}, h.revokeKey)
}

func (h *Hub) createNonce(ctx context.Context, _ *struct{}) (*reply[Nonce], error) {
	now := h.now()
	// A nonce of the standard is letters and digits.
	n := Nonce{Nonce: hex.EncodeToString(store.HashSecret(h.secret())[:16]), Expires: now.Add(nonceLife).UTC(), URI: h.Origins[0], ChainID: h.ChainID}
	_, n.Domain, _ = strings.Cut(h.Origins[0], "://")
	return &reply[Nonce]{n}, h.Store.CreateNonce(ctx, n.Nonce, now, n.Expires)
}

type signInRequest struct {
	UserAgent string `header:"User-Agent" hidden:"true"`
	Body      struct {
		Message   string `json:"message" maxLength:"8192" doc:"The text that was signed, byte by byte."`
		Signature string `json:"signature" maxLength:"32770" pattern:"^0x([0-9a-fA-F]{2})*$" doc:"What the wallet answered, in hex."`
	}
}

type signInReply struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	Body      Account
}

func (h *Hub) signIn(ctx context.Context, in *signInRequest) (*signInReply, error) {
	m, err := siwe.Parse(in.Body.Message)
	if err != nil {
		return nil, err
	}
	now := h.now()
	if err := m.Check(siwe.Expected{Origins: h.Origins, ChainID: h.ChainID, Now: now}); err != nil {
		return nil, err
	}
	signature, err := hex.DecodeString(in.Body.Signature[2:])
	if err != nil {
		return nil, relay.Errorf(relay.CodeInvalid, "the signature is not hex")
	}
	if err := h.Wallets.Verify(ctx, m, in.Body.Message, signature); err != nil {
		return nil, err
	}
	token := h.secret()
	s := store.Session{ID: store.NewID(now), Token: store.HashSecret(token), Address: m.Address.String(), Agent: relay.Shorten(in.UserAgent, 200),
		Created: now.UnixMicro(), Seen: now.UnixMicro(), Expires: now.Add(sessionLife).UnixMicro()}
	if err := h.Store.SignIn(ctx, m.Nonce, s); err != nil {
		return nil, err
	}
	account, err := h.account(ctx, caller{address: s.Address, session: s.ID, scopes: scopes})
	return &signInReply{h.cookie(token), account}, err
}

func (h *Hub) account(ctx context.Context, c caller) (Account, error) {
	a, err := h.Store.Account(ctx, c.address)
	if err != nil {
		return Account{}, err
	}
	used, err := h.Store.Usage(ctx, c.address)
	account := Account{Address: c.address, Created: store.Time(a.Created), Session: c.session, Scopes: append([]string{}, c.scopes...), Used: used}
	account.Admin = h.isAdmin(c.address)
	if h.Uploads != nil {
		account.Quota = h.Uploads.Quota()
	}
	return account, err
}

func (h *Hub) getAccount(ctx context.Context, _ *struct{}) (*reply[Account], error) {
	account, err := h.account(ctx, callerOf(ctx))
	return &reply[Account]{account}, err
}

func (h *Hub) listSessions(ctx context.Context, _ *struct{}) (*reply[List[SessionInfo]], error) {
	c := callerOf(ctx)
	sessions, err := h.Store.Sessions(ctx, c.address, h.now())
	list := List[SessionInfo]{Items: []SessionInfo{}}
	for _, s := range sessions {
		list.Items = append(list.Items, SessionInfo{ID: s.ID, Agent: s.Agent, Created: store.Time(s.Created), Seen: store.Time(s.Seen), Expires: store.Time(s.Expires), Current: s.ID == c.session})
	}
	return &reply[List[SessionInfo]]{list}, err
}

// signedOut takes the cookie away where it was that session's.
type signedOut struct {
	SetCookie string `header:"Set-Cookie"`
}

func (h *Hub) signOut(ctx context.Context, in *byID) (*signedOut, error) {
	c := callerOf(ctx)
	if in.ID == "current" {
		in.ID = c.session
	}
	out := &signedOut{}
	if in.ID == c.session {
		cookie := h.cookie("")
		out.SetCookie = cookie.String()
	}
	return out, h.Store.EndSession(ctx, c.address, in.ID, h.now())
}

type everywhere struct {
	Keys bool `query:"keys" doc:"Revoke all keys as well."`
}

func (h *Hub) signOutEverywhere(ctx context.Context, in *everywhere) (*signedOut, error) {
	cookie := h.cookie("")
	return &signedOut{cookie.String()}, h.Store.EndSessions(ctx, callerOf(ctx).address, in.Keys, h.now())
}

func (h *Hub) listEvents(ctx context.Context, in *Paging) (*reply[List[EventInfo]], error) {
	events, err := h.Store.Events(ctx, callerOf(ctx).address, store.Page{Before: in.Cursor, Limit: in.Limit + 1})
	events, next := cut(events, in.Limit, func(e store.Event) string { return e.ID })
	list := List[EventInfo]{Items: []EventInfo{}, Next: next}
	for _, e := range events {
		list.Items = append(list.Items, EventInfo{ID: e.ID, At: store.Time(e.At), Action: e.Action, Detail: e.Detail})
	}
	return &reply[List[EventInfo]]{list}, err
}

type newKeyRequest struct {
	Body struct {
		Name   string   `json:"name" minLength:"1" maxLength:"100" doc:"What its owner will know it by."`
		Scopes []string `json:"scopes" minItems:"1" maxItems:"8" nullable:"false" doc:"What it may do: read, upload."`
		Days   int      `json:"days,omitempty" minimum:"1" maximum:"3650" doc:"After how many days it expires. Left out: never."`
	}
}

type newKeyReply struct {
	CacheControl string `header:"Cache-Control"`
	Body         NewKey
}

func (h *Hub) createKey(ctx context.Context, in *newKeyRequest) (*newKeyReply, error) {
	for _, s := range in.Body.Scopes {
		if !slices.Contains(scopes, s) {
			return nil, relay.Errorf(relay.CodeInvalid, "there is no scope %q", s).WithHint("there are %s", strings.Join(scopes, ", "))
		}
	}
	granted := slices.Compact(slices.Sorted(slices.Values(in.Body.Scopes)))
	now := h.now()
	key := keyPrefix + h.secret()
	k := store.Key{ID: store.NewID(now), Secret: store.HashSecret(key), Address: callerOf(ctx).address, Name: in.Body.Name, Scopes: strings.Join(granted, " "), Created: now.UnixMicro()}
	if in.Body.Days > 0 {
		k.Expires = now.AddDate(0, 0, in.Body.Days).UnixMicro()
	}
	return &newKeyReply{cacheNever, NewKey{keyInfo(k), key}}, h.Store.CreateKey(ctx, k)
}

func keyInfo(k store.Key) KeyInfo {
	return KeyInfo{ID: k.ID, Name: k.Name, Scopes: strings.Fields(k.Scopes), Created: store.Time(k.Created), Used: optional(k.Used), Expires: optional(k.Expires)}
}

// optional leaves a time out that is none.
func optional(micros int64) *time.Time {
	if micros == 0 {
		return nil
	}
	t := store.Time(micros)
	return &t
}

func (h *Hub) listKeys(ctx context.Context, _ *struct{}) (*reply[List[KeyInfo]], error) {
	keys, err := h.Store.Keys(ctx, callerOf(ctx).address)
	list := List[KeyInfo]{Items: []KeyInfo{}}
	for _, k := range keys {
		list.Items = append(list.Items, keyInfo(k))
	}
	return &reply[List[KeyInfo]]{list}, err
}

func (h *Hub) revokeKey(ctx context.Context, in *byID) (*struct{}, error) {
	return nil, h.Store.RevokeKey(ctx, callerOf(ctx).address, in.ID, h.now())
}
