package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"time"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/store/db"
)

// How much one account may have: more is a program gone wrong, and each is a row that somebody has to read.
const (
	MaxSessions = 50 // the oldest end when another begins
	MaxKeys     = 32
)

// seenEvery is how exact "last seen" is: a write for every request would make reading a page a write.
const seenEvery = 10 * time.Minute

// What happened to an account, as Events tell it.
const (
	EventSignIn    = "sign_in"
	EventSignOut   = "sign_out"
	EventSignedOut = "signed_out_everywhere"
	EventKey       = "key_created"
	EventRevoke    = "key_revoked"
)

// A Session is a browser that is signed in, a Key a program that may do some of what its owner may. Their times are
// read with [Time].
type (
	Session = db.Session
	Key     = db.ApiKey
	Event   = db.Event
)

// HashSecret is what is kept of a token or key. They are 256 random bits, which no dictionary has, so a plain hash is
// enough.
func HashSecret(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// CreateNonce remembers what a wallet is about to sign, until it expires.
func (s *Store) CreateNonce(ctx context.Context, nonce string, now, expires time.Time) error {
	return s.aside(ctx, func(q *db.Queries, _ *sql.Tx) error {
		if _, err := q.ForgetNonces(ctx, micros(now)); err != nil {
			return err
		}
		return q.CreateNonce(ctx, db.CreateNonceParams{Nonce: nonce, Expires: micros(expires)})
	})
}

// SignIn uses up a nonce and begins a session, both or neither. The account is made where there is none yet.
func (s *Store) SignIn(ctx context.Context, nonce string, session Session) error {
	return s.aside(ctx, func(q *db.Queries, _ *sql.Tx) error {
		n, err := q.UseNonce(ctx, db.UseNonceParams{Nonce: nonce, Now: session.Created})
		if err != nil {
			return err
		}
		if n == 0 {
			return relay.Errorf(relay.CodeUnauthorized, "this message was used already, or is too old").
				WithHint("sign in again: each message is good once, for a few minutes")
		}
		if err := q.CreateAccount(ctx, db.CreateAccountParams{Address: session.Address, Now: session.Created}); err != nil {
			return err
		}
		if _, err := q.ForgetSessions(ctx, session.Created); err != nil {
			return err
		}
		if err := q.CreateSession(ctx, db.CreateSessionParams(session)); err != nil {
			return err
		}
		if err := q.EndOldestSessions(ctx, db.EndOldestSessionsParams{Address: session.Address, Keep: MaxSessions}); err != nil {
			return err
		}
		return addEvent(ctx, q, session.Address, Time(session.Created), EventSignIn, session.Agent)
	})
}

// SessionByToken finds the session of a cookie, and notes now and then that it was seen.
func (s *Store) SessionByToken(ctx context.Context, token string, now time.Time) (Session, error) {
	session, err := s.q.SessionByToken(ctx, db.SessionByTokenParams{Token: HashSecret(token), Now: micros(now)})
	session, err = one(session, err, "session")
	if err == nil && now.Sub(Time(session.Seen)) > seenEvery {
		err = failed(db.New(s.write).SeeSession(ctx, db.SeeSessionParams{ID: session.ID, Now: micros(now)}))
		session.Seen = micros(now)
	}
	return session, err
}

// Sessions lists an account's, newest first.
func (s *Store) Sessions(ctx context.Context, address string, now time.Time) ([]Session, error) {
	sessions, err := s.q.Sessions(ctx, db.SessionsParams{Address: address, Now: micros(now)})
	return sessions, failed(err)
}

// EndSession signs one browser out.
func (s *Store) EndSession(ctx context.Context, address, id string, now time.Time) error {
	return s.aside(ctx, func(q *db.Queries, _ *sql.Tx) error {
		n, err := q.EndSession(ctx, db.EndSessionParams{ID: id, Address: address})
		if err == nil && n == 0 {
			err = relay.Errorf(relay.CodeNotFound, "there is no such session")
		}
		if err != nil {
			return err
		}
		return addEvent(ctx, q, address, now, EventSignOut, id)
	})
}

// EndSessions signs an account out everywhere: all browsers and, when keys is set, all programs.
func (s *Store) EndSessions(ctx context.Context, address string, keys bool, now time.Time) error {
	return s.aside(ctx, func(q *db.Queries, _ *sql.Tx) error {
		if _, err := q.EndSessions(ctx, address); err != nil {
			return err
		}
		detail := ""
		if keys {
			if _, err := q.RevokeKeys(ctx, address); err != nil {
				return err
			}
			detail = "with all keys"
		}
		return addEvent(ctx, q, address, now, EventSignedOut, detail)
	})
}

// CreateKey keeps a key of an account that exists.
func (s *Store) CreateKey(ctx context.Context, k Key) error {
	return s.aside(ctx, func(q *db.Queries, _ *sql.Tx) error {
		n, err := q.CountKeys(ctx, k.Address)
		if err != nil {
			return err
		}
		if n >= MaxKeys {
			return relay.Errorf(relay.CodeQuota, "an account has at most %d keys", MaxKeys).WithHint("revoke one that is not used")
		}
		err = q.CreateKey(ctx, db.CreateKeyParams{ID: k.ID, Secret: k.Secret, Address: k.Address, Name: k.Name, Scopes: k.Scopes, Created: k.Created, Expires: k.Expires})
		if err != nil {
			return err
		}
		return addEvent(ctx, q, k.Address, Time(k.Created), EventKey, k.Name)
	})
}

// KeyBySecret finds a key, and notes now and then that it was used.
func (s *Store) KeyBySecret(ctx context.Context, secret string, now time.Time) (Key, error) {
	key, err := s.q.KeyBySecret(ctx, db.KeyBySecretParams{Secret: HashSecret(secret), Now: micros(now)})
	key, err = one(key, err, "key")
	if err == nil && now.Sub(Time(key.Used)) > seenEvery {
		err = failed(db.New(s.write).UseKey(ctx, db.UseKeyParams{ID: key.ID, Now: micros(now)}))
		key.Used = micros(now)
	}
	return key, err
}

// Keys lists an account's, newest first.
func (s *Store) Keys(ctx context.Context, address string) ([]Key, error) {
	keys, err := s.q.Keys(ctx, address)
	return keys, failed(err)
}

// RevokeKey ends a key.
func (s *Store) RevokeKey(ctx context.Context, address, id string, now time.Time) error {
	return s.aside(ctx, func(q *db.Queries, _ *sql.Tx) error {
		n, err := q.RevokeKey(ctx, db.RevokeKeyParams{ID: id, Address: address})
		if err == nil && n == 0 {
			err = relay.Errorf(relay.CodeNotFound, "there is no such key")
		}
		if err != nil {
			return err
		}
		return addEvent(ctx, q, address, now, EventRevoke, id)
	})
}

// Account is when an account first signed in.
func (s *Store) Account(ctx context.Context, address string) (db.Account, error) {
	a, err := s.q.Account(ctx, address)
	return one(a, err, "account")
}

// Events lists what happened to an account, newest first.
func (s *Store) Events(ctx context.Context, address string, p Page) ([]Event, error) {
	events, err := s.q.Events(ctx, db.EventsParams{Address: address, Before: p.before(), Most: int32(p.Limit)})
	return events, failed(err)
}

func addEvent(ctx context.Context, q *db.Queries, address string, now time.Time, action, detail string) error {
	if action == EventKey || action == EventRevoke || action == EventSignedOut { // who may act for an account; browsers come and go
		if err := record(ctx, q, "account."+action, "", address, relay.Text(detail)); err != nil {
			return err
		}
	}
	return q.AddEvent(ctx, db.AddEventParams{ID: NewID(now), Address: address, At: micros(now), Action: action, Detail: relay.Text(detail)})
}
