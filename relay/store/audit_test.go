package store

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/audit"
	"github.com/dehug/dehug/relay/store/db"
)

func auditKey(t testing.TB) (note.Signer, string) {
	t.Helper()
	secret, key, err := note.GenerateKey(rand.Reader, "test.example/log")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	return signer, key
}

// What is written down gets into the log once, in its order, with what it tells of or not at all.
func TestAudit(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		signer, key := auditKey(t)
		if _, err := s.AuditHead(ctx); relay.ErrorCode(err) != relay.CodeNotFound {
			t.Fatalf("the head of no log: %v", err)
		}
		head, err := s.BeginAudit(ctx, "test.example/log", key, signer, "rules")
		if err != nil || head.Size != 0 || head.Key != key {
			t.Fatal(head, err)
		}
		if head, err = s.BeginAudit(ctx, "another", "key", signer, "rules"); err != nil || head.Key != key {
			t.Fatal(head, err)
		}
		const writers, each = 8, 50
		var writing, growing sync.WaitGroup
		done := make(chan struct{})
		for range 2 { // relays
			growing.Go(func() {
				for ended := false; !ended; {
					select {
					case <-done:
						ended = true
					default:
					}
					for more := true; more; {
						var err error
						if _, more, err = s.GrowAudit(ctx, signer); err != nil && relay.ErrorCode(err) != relay.CodeConflict {
							t.Error(err)
							return
						}
					}
				}
			})
		}
		for w := range writers {
			writing.Go(func() {
				for n := range each {
					err := s.together(ctx, func(ctx context.Context, q *db.Queries) error {
						if err := record(ctx, q, fmt.Sprintf("writer.%d", w), "", fmt.Sprint(n)); err != nil {
							return err
						}
						if n%10 == 9 {
							return relay.Errorf(relay.CodeConflict, "this did not happen")
						}
						return nil
					})
					if (n%10 == 9) != (err != nil) {
						t.Error(err)
					}
				}
			})
		}
		writing.Wait()
		close(done)
		growing.Wait()
		for more := true; more; { // where both relays saw the other at it
			var err error
			if _, more, err = s.GrowAudit(ctx, signer); err != nil {
				t.Fatal(err)
			}
		}

		verifier, err := note.NewVerifier(key)
		if err != nil {
			t.Fatal(err)
		}
		head, err = s.AuditHead(ctx)
		if err != nil {
			t.Fatal(err)
		}
		c, err := audit.OpenCheckpoint(head.Signed, verifier)
		const want = 1 + writers*each*9/10 // with the relay's rules
		if err != nil || c.N != want || head.Size != want {
			t.Fatalf("the log says %v, %v; want %d entries", c, err, want)
		}
		rows, err := s.read.QueryContext(ctx, "SELECT idx, entry, kind, salt, details FROM audit_entries ORDER BY idx")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		var hashes []tlog.Hash
		next := map[string]int{}
		for rows.Next() {
			var idx int64
			var entry, salt []byte
			var kind, details string
			if err := rows.Scan(&idx, &entry, &kind, &salt, &details); err != nil {
				t.Fatal(err)
			}
			e, err := audit.ParseEntry(entry)
			if err != nil || idx != int64(len(hashes)) || e.Kind != kind || e.Commit != audit.Commit(kind, salt, []byte(details)) || time.Since(time.Unix(e.At, 0)) > time.Hour {
				t.Fatalf("entry %d is %s, %v", idx, entry, err)
			}
			if strings.Contains(string(entry), "rules\"") && kind != "relay.rules" {
				t.Errorf("an entry shows what is not public: %s", entry)
			}
			if strings.HasPrefix(kind, "writer.") {
				if next[kind]%10 == 9 {
					next[kind]++
				}
				if details != fmt.Sprint(next[kind]) {
					t.Errorf("entry %d of %s is %s, want %d", idx, kind, details, next[kind])
				}
				next[kind]++
			}
			hashes = append(hashes, tlog.RecordHash(entry))
		}
		for n, h := range hashes {
			proof, err := tlog.ProveRecord(c.N, int64(n), s.AuditHashes(ctx))
			if err != nil {
				t.Fatal(err)
			}
			if err := tlog.CheckRecord(proof, c.N, c.Hash, int64(n), h); err != nil {
				t.Fatalf("entry %d: %v", n, err)
			}
		}
		for _, tile := range []audit.Tile{{Level: 0, N: 0, W: 256}, {Level: 0, N: 1, W: want - 256}, {Level: 1, N: 0, W: 1}} {
			if data, err := s.AuditTile(ctx, tile); err != nil || len(data) != tile.W*32 {
				t.Errorf("%s has %d bytes, %v", tile.Path(), len(data), err)
			}
		}
		for _, tile := range []audit.Tile{{Level: 0, N: 1, W: want - 255}, {Level: 0, N: 2, W: 1}, {Level: audit.Entries, N: 1, W: 256}} {
			if _, err := s.AuditTile(ctx, tile); relay.ErrorCode(err) != relay.CodeNotFound {
				t.Errorf("%s: %v", tile.Path(), err)
			}
		}
	})
}

// What jobs, admins and accounts do is in the log.
func TestAuditKinds(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		ctx, now := t.Context(), time.Now()
		signer, key := auditKey(t)
		if _, err := s.BeginAudit(ctx, "test.example/log", key, signer, "one"); err != nil {
			t.Fatal(err)
		}
		account := "0x1111111111111111111111111111111111111111"
		if err := s.Deny(ctx, Denial{Kind: DenyAccount, What: account, Reason: "spam", Admin: account, Created: now.UnixMicro()}); err != nil {
			t.Fatal(err)
		}
		if err := s.Deny(ctx, Denial{Kind: DenyAccount, What: account, Reason: "spam", Admin: account, Created: now.UnixMicro()}); relay.ErrorCode(err) != relay.CodeConflict {
			t.Fatal(err)
		}
		if err := s.Allow(ctx, DenyAccount, account, account, "", now); err != nil {
			t.Fatal(err)
		}
		if _, err := s.BeginAudit(ctx, "test.example/log", key, signer, "two"); err != nil {
			t.Fatal(err)
		}
		for more := true; more; {
			var err error
			if _, more, err = s.GrowAudit(ctx, signer); err != nil {
				t.Fatal(err)
			}
		}
		head, err := s.AuditHead(ctx)
		if err != nil {
			t.Fatal(err)
		}
		var kinds []string
		for n := range head.Size {
			text, err := s.AuditEntry(ctx, n)
			if err != nil {
				t.Fatal(err)
			}
			e, err := audit.ParseEntry(text)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(text), account) || strings.Contains(string(text), "spam") {
				t.Errorf("an entry shows who or what: %s", text)
			}
			kinds = append(kinds, e.Kind)
		}
		if want := []string{"relay.rules", "admin.denied", "admin.allowed", "relay.rules"}; !slices.Equal(kinds, want) {
			t.Errorf("the log has %v, want %v", kinds, want)
		}
		if _, _, err := s.AuditedReceipt(ctx, [32]byte{1}); relay.ErrorCode(err) != relay.CodeNotFound {
			t.Errorf("a receipt that is not there: %v", err)
		}
		if err := s.together(ctx, func(ctx context.Context, q *db.Queries) error {
			return record(ctx, q, audit.Receipt, "", hex.EncodeToString(make([]byte, 32)))
		}); err != nil {
			t.Fatal(err)
		}
		if n, _, err := s.GrowAudit(ctx, signer); err != nil || n != 1 {
			t.Fatal(n, err)
		}
		if at, _, err := s.AuditedReceipt(ctx, [32]byte{}); err != nil || at != 4 {
			t.Error(at, err)
		}
	})
}
