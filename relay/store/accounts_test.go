package store

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/internal/leak"
	"github.com/dehug/dehug/relay/internal/postgres"
)

func TestMain(m *testing.M) { os.Exit(leak.Run(postgres.Tests{M: m})) }

// eachStore runs a test on every kind of database, each time on an empty one.
func eachStore(t *testing.T, test func(t *testing.T, s *Store)) {
	t.Run("sqlite", func(t *testing.T) { test(t, open(t, "sqlite:"+filepath.Join(t.TempDir(), "hub.db"))) })
	t.Run("postgres", func(t *testing.T) { test(t, open(t, postgres.URL(t))) })
}

func open(t testing.TB, url string) *Store {
	t.Helper()
	s, err := Open(context.Background(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

var (
	ctx   = context.Background()
	start = time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC)
)

const (
	alice = "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf"
	bob   = "0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF"
)

// signIn begins a session at a time; its token is token.
func signIn(t *testing.T, s *Store, address, token string, at time.Time) Session {
	t.Helper()
	if err := s.CreateNonce(ctx, "nonce of "+token, at, at.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	session := Session{ID: NewID(at), Token: HashSecret(token), Address: address, Agent: "browser", Created: micros(at), Seen: micros(at), Expires: micros(at.Add(time.Hour))}
	if err := s.SignIn(ctx, "nonce of "+token, session); err != nil {
		t.Fatal(err)
	}
	return session
}

func wantCode(t *testing.T, what string, err error, want relay.Code) {
	t.Helper()
	if got := relay.ErrorCode(err); got != want {
		t.Errorf("%s = %v (%s); want %s", what, err, got, want)
	}
}

func TestSessions(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		one := signIn(t, s, alice, "one", start)
		two := signIn(t, s, alice, "two", start.Add(time.Second))
		signIn(t, s, bob, "three", start)

		got, err := s.SessionByToken(ctx, "one", start.Add(time.Minute))
		if err != nil || got.ID != one.ID || got.Address != alice || !Time(got.Created).Equal(start) {
			t.Errorf("SessionByToken = %+v, %v; want %+v", got, err, one)
		}
		_, err = s.SessionByToken(ctx, "other", start)
		wantCode(t, "SessionByToken of no session", err, relay.CodeNotFound)
		_, err = s.SessionByToken(ctx, "one", start.Add(time.Hour))
		wantCode(t, "SessionByToken of one that expired", err, relay.CodeNotFound)

		later := start.Add(20 * time.Minute)
		if _, err := s.SessionByToken(ctx, "two", later); err != nil {
			t.Fatal(err)
		}
		list, err := s.Sessions(ctx, alice, later)
		if err != nil || len(list) != 2 || list[0].ID != two.ID || !Time(list[0].Seen).Equal(later) || !Time(list[1].Seen).Equal(start) {
			t.Errorf("Sessions = %+v, %v; want two, seen %s, and one", list, err, later)
		}

		wantCode(t, "EndSession of another's", s.EndSession(ctx, bob, one.ID, later), relay.CodeNotFound)
		if err := s.EndSession(ctx, alice, one.ID, later); err != nil {
			t.Fatal(err)
		}
		_, err = s.SessionByToken(ctx, "one", later)
		wantCode(t, "SessionByToken after the end", err, relay.CodeNotFound)
		if err := s.EndSessions(ctx, alice, false, later); err != nil {
			t.Fatal(err)
		}
		_, err = s.SessionByToken(ctx, "two", later)
		wantCode(t, "SessionByToken after the end of all", err, relay.CodeNotFound)
		if _, err := s.SessionByToken(ctx, "three", later); err != nil {
			t.Errorf("bob was signed out with alice: %v", err)
		}

		events, err := s.Events(ctx, alice, Page{Limit: 10})
		var actions []string
		for _, e := range events {
			actions = append(actions, e.Action)
		}
		if got, want := strings.Join(actions, " "), "sign_in sign_in"; err != nil || !strings.HasSuffix(got, want) || len(events) != 4 {
			t.Errorf("Events = %s, %v; want 4, two of signing out, then %s", got, err, want)
		}
		page, err := s.Events(ctx, alice, Page{Limit: 10, Before: events[1].ID})
		if err != nil || len(page) != 2 || page[0].ID != events[2].ID {
			t.Errorf("Events before the second = %v, %v; want the last two", page, err)
		}
	})
}

// However many try at once, a nonce opens one session.
func TestRefuseNonceTwice(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		if err := s.CreateNonce(ctx, "n", start, start.Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		session := func(at time.Time) Session {
			id := NewID(at)
			return Session{ID: id, Token: HashSecret(id), Address: alice, Created: micros(at), Seen: micros(at), Expires: micros(at.Add(time.Hour))}
		}
		wantCode(t, "SignIn with an expired nonce", s.SignIn(ctx, "n", session(start.Add(time.Minute))), relay.CodeUnauthorized)
		wantCode(t, "SignIn with a nonce of nobody's", s.SignIn(ctx, "m", session(start)), relay.CodeUnauthorized)
		if _, err := s.Account(ctx, alice); relay.ErrorCode(err) != relay.CodeNotFound {
			t.Errorf("Account after refusals = %v; want none", err)
		}
		var in atomic.Int32
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if err := s.SignIn(ctx, "n", session(start)); err == nil {
					in.Add(1)
				} else if relay.ErrorCode(err) != relay.CodeUnauthorized {
					t.Errorf("SignIn = %v; want unauthorized", err)
				}
			})
		}
		wg.Wait()
		if in.Load() != 1 {
			t.Errorf("one nonce opened %d sessions", in.Load())
		}
	})
}

func TestSessionsAreBounded(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		for i := range MaxSessions + 2 {
			signIn(t, s, alice, string(rune('0'+i)), start.Add(time.Duration(i)*time.Millisecond))
		}
		list, err := s.Sessions(ctx, alice, start)
		if err != nil || len(list) != MaxSessions {
			t.Errorf("%d sessions, %v; want %d", len(list), err, MaxSessions)
		}
		_, err = s.SessionByToken(ctx, "1", start)
		wantCode(t, "SessionByToken of the second oldest", err, relay.CodeNotFound)
		if _, err = s.SessionByToken(ctx, "2", start); err != nil {
			t.Errorf("SessionByToken of the third oldest = %v", err)
		}
	})
}

func TestKeys(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		signIn(t, s, alice, "one", start)
		key := Key{ID: NewID(start), Secret: HashSecret("k"), Address: alice, Name: "laptop", Scopes: "upload", Created: micros(start), Expires: micros(start.Add(time.Hour))}
		if err := s.CreateKey(ctx, key); err != nil {
			t.Fatal(err)
		}
		got, err := s.KeyBySecret(ctx, "k", start.Add(time.Minute))
		if err != nil || got.ID != key.ID || got.Scopes != "upload" || !Time(got.Used).Equal(start.Add(time.Minute)) {
			t.Errorf("KeyBySecret = %+v, %v; want %+v, used now", got, err, key)
		}
		_, err = s.KeyBySecret(ctx, "k", start.Add(time.Hour))
		wantCode(t, "KeyBySecret of one that expired", err, relay.CodeNotFound)
		wantCode(t, "RevokeKey of another's", s.RevokeKey(ctx, bob, key.ID, start), relay.CodeNotFound)
		for i := range MaxKeys - 1 {
			more := key
			more.ID, more.Secret, more.Expires = NewID(start), HashSecret(string(rune('0'+i))), 0
			if err := s.CreateKey(ctx, more); err != nil {
				t.Fatal(err)
			}
		}
		wantCode(t, "CreateKey of one too many", s.CreateKey(ctx, key), relay.CodeQuota)
		if err := s.RevokeKey(ctx, alice, key.ID, start); err != nil {
			t.Fatal(err)
		}
		_, err = s.KeyBySecret(ctx, "k", start)
		wantCode(t, "KeyBySecret of a revoked one", err, relay.CodeNotFound)
		if _, err := s.KeyBySecret(ctx, "0", start.Add(1000*time.Hour)); err != nil {
			t.Errorf("KeyBySecret of one that never expires = %v", err)
		}
		if err := s.EndSessions(ctx, alice, true, start); err != nil {
			t.Fatal(err)
		}
		if keys, err := s.Keys(ctx, alice); err != nil || len(keys) != 0 {
			t.Errorf("after signing out everywhere with keys there are %d, %v", len(keys), err)
		}
	})
}

// A second process finds what the first one left, and several may open one database at once.
func TestOpenAgain(t *testing.T) {
	for name, url := range map[string]func() string{
		"sqlite":   func() string { return "sqlite:" + filepath.Join(t.TempDir(), "hub.db") },
		"postgres": func() string { return postgres.URL(t) },
	} {
		t.Run(name, func(t *testing.T) {
			url := url()
			var wg sync.WaitGroup
			for range 4 {
				wg.Go(func() {
					s, err := Open(ctx, url)
					if err != nil {
						t.Errorf("Open at once with others = %v", err)
						return
					}
					s.Close()
				})
			}
			wg.Wait()
			signIn(t, open(t, url), alice, "one", start)
			if _, err := open(t, url).SessionByToken(ctx, "one", start); err != nil {
				t.Errorf("SessionByToken through a second Store = %v", err)
			}
		})
	}
}

func TestRefuseAddress(t *testing.T) {
	_, err := Open(ctx, "mysql://root:secret@host/db")
	wantCode(t, "Open of MySQL", err, relay.CodeInvalid)
	if strings.Contains(err.Error(), "secret") {
		t.Errorf("the error has the password: %v", err)
	}
	if _, err := Open(ctx, "sqlite:"+filepath.Join(t.TempDir(), "none", "hub.db")); err == nil {
		t.Error("Open in a folder that is not there ended well")
	}
}

func TestNewID(t *testing.T) {
	a, b := NewID(start), NewID(start.Add(time.Millisecond))
	if len(a) != 32 || a >= b || a >= last {
		t.Errorf("NewID = %q then %q; want 32 digits, growing", a, b)
	}
	if x, y := newNumber(start), newNumber(start.Add(time.Millisecond)); x <= 0 || x >= y {
		t.Errorf("newNumber = %d then %d; want them growing", x, y)
	}
}
