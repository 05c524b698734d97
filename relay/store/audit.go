package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"strings"
	"sync/atomic"
	"time"

	"github.com/pressly/goose/v3"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/audit"
	"github.com/dehug/dehug/relay/store/db"
)

// auditTogether is how many entries go into the log in one transaction: jobs wait for no more than that.
const auditTogether = 32

// auditLock is an arbitrary number that means "DeHug's audit log grows".
const auditLock = 0x6465687568

// AuditHead is the audit log as it is: its name, its key, how many entries it has, its newest checkpoint.
type AuditHead = db.AuditHead

// made is when the newest row for the audit log was written here, in microseconds: later ones are after it, also when the clock stands or goes back.
var made atomic.Int64

// record has the audit log say, once this transaction is done, that something happened. public is published, details only hashed.
func record(ctx context.Context, q *db.Queries, kind, public string, details ...string) error {
	now := time.Now().UnixMicro()
	for {
		last := made.Load()
		now = max(now, last+1)
		if made.CompareAndSwap(last, now) {
			break
		}
	}
	salt := make([]byte, audit.SaltSize)
	rand.Read(salt)
	return q.AddAudit(ctx, db.AddAuditParams{Made: now, Salt: salt, Kind: kind, Public: public, Details: strings.Join(details, " ")})
}

// BeginAudit makes the audit log where there is none, with a key that signs it, and returns it as it is. rules is what the relay's operator set: the log
// notes when that changes.
func (s *Store) BeginAudit(ctx context.Context, origin, key string, signer note.Signer, rules string) (head AuditHead, err error) {
	empty, err := tlog.TreeHash(0, nil)
	if err != nil {
		return head, err
	}
	signed, err := audit.Checkpoint{Origin: origin, Tree: tlog.Tree{Hash: empty}}.Sign(signer)
	if err != nil {
		return head, relay.Errorf(relay.CodeInvalid, "audit: %w", err)
	}
	err = s.together(ctx, func(ctx context.Context, q *db.Queries) error {
		if err := q.BeginAudit(ctx, db.BeginAuditParams{Origin: origin, Key: key, Signed: signed}); err != nil {
			return err
		}
		n, err := q.SetAuditRules(ctx, rules)
		if err == nil && n > 0 {
			err = record(ctx, q, "relay.rules", "", rules)
		}
		if err == nil {
			head, err = q.AuditHead(ctx)
		}
		return err
	})
	return head, err
}

// GrowAudit puts what waits for it into the audit log, in the order in which it was written down, and signs what the log is then. It returns how
// many entries that were, and how many still wait, at least. Where another relay does it just now, this one does nothing.
func (s *Store) GrowAudit(ctx context.Context, signer note.Signer) (grown int, more bool, err error) {
	grow := func(ctx context.Context, q *db.Queries) error {
		grown, more, err = growAudit(ctx, q, signer)
		return err
	}
	if s.dialect == goose.DialectPostgres {
		err = s.aside(ctx, func(q *db.Queries, tx *sql.Tx) error {
			var mine bool
			if err := tx.QueryRowContext(ctx, "SELECT pg_try_advisory_xact_lock($1)", auditLock).Scan(&mine); err != nil || !mine {
				return err
			}
			return grow(ctx, q)
		})
	} else if waits, err := s.q.AuditPending(ctx, 1); err != nil || len(waits) == 0 {
		return 0, false, failed(err)
	} else {
		err = s.together(ctx, grow)
		return grown, more, err
	}
	return grown, more, err
}

func growAudit(ctx context.Context, q *db.Queries, signer note.Signer) (int, bool, error) {
	rows, err := q.AuditPending(ctx, auditTogether)
	if err != nil || len(rows) == 0 {
		return 0, false, err
	}
	head, err := q.AuditHead(ctx)
	if err != nil {
		return 0, false, err
	}
	leaves := make([]tlog.Hash, len(rows))
	for i, r := range rows {
		e := audit.Entry{Kind: r.Kind, At: r.Made / 1e6, Public: r.Public, Commit: audit.Commit(r.Kind, r.Salt, []byte(r.Details))}
		text, err := e.Encode()
		if err != nil {
			return 0, false, err
		}
		leaves[i] = tlog.RecordHash(text)
		if err := q.AddAuditEntry(ctx, db.AddAuditEntryParams{Idx: head.Size + int64(i), Entry: text, Kind: r.Kind, Salt: r.Salt, Details: r.Details}); err != nil {
			return 0, false, err
		}
	}
	last := rows[len(rows)-1]
	switch ended, err := q.EndAuditPending(ctx, db.EndAuditPendingParams{Made: last.Made, Salt: last.Salt}); {
	case err != nil:
		return 0, false, err
	case ended != int64(len(rows)): // in Postgres, an earlier one may become visible meanwhile: all of this is done again
		return 0, false, relay.Errorf(relay.CodeConflict, "rows for the audit log came in between")
	}
	tree, err := audit.Append(tiles{ctx, q}, head.Size, leaves)
	if err != nil {
		return 0, false, err
	}
	signed, err := audit.Checkpoint{Origin: head.Origin, Tree: tree}.Sign(signer)
	if err != nil {
		return 0, false, err
	}
	n, err := q.SetAuditHead(ctx, db.SetAuditHeadParams{Size: tree.N, Signed: signed, Was: head.Size})
	if err == nil && n != 1 {
		err = relay.Errorf(relay.CodeConflict, "another relay let the audit log grow")
	}
	return len(rows), len(rows) == auditTogether, err
}

// tiles are the log's, in a transaction.
type tiles struct {
	ctx context.Context
	q   *db.Queries
}

func (t tiles) Tile(level int, n int64) ([]byte, error) {
	hashes, err := t.q.AuditTile(t.ctx, db.AuditTileParams{Level: int64(level), N: n})
	return one(hashes, err, "part of the log")
}

func (t tiles) SetTile(level int, n int64, hashes []byte) error {
	return t.q.SetAuditTile(t.ctx, db.SetAuditTileParams{Level: int64(level), N: n, Hashes: hashes})
}

// AuditHead finds the audit log as it is; not_found before it was begun.
func (s *Store) AuditHead(ctx context.Context) (AuditHead, error) {
	head, err := s.q.AuditHead(ctx)
	return one(head, err, "audit log")
}

// AuditTile is a tile of the audit log, as it is published.
func (s *Store) AuditTile(ctx context.Context, t audit.Tile) ([]byte, error) {
	if t.Level == audit.Entries {
		first := t.N << 8
		entries, err := s.q.AuditEntries(ctx, db.AuditEntriesParams{First: first, Until: first + int64(t.W)})
		if err != nil {
			return nil, failed(err)
		}
		if len(entries) != t.W {
			return nil, relay.Errorf(relay.CodeNotFound, "the log has no %s yet", t.Path())
		}
		return audit.EncodeEntries(entries), nil
	}
	hashes, err := tiles{ctx, s.q}.Tile(t.Level, t.N)
	if err == nil && len(hashes) < t.W*tlog.HashSize {
		err = relay.Errorf(relay.CodeNotFound, "the log has no %s yet", t.Path())
	}
	if err != nil {
		return nil, err
	}
	return hashes[:t.W*tlog.HashSize], nil
}

// AuditHashes reads the audit log's tree.
func (s *Store) AuditHashes(ctx context.Context) tlog.HashReader {
	return audit.Hashes(tiles{ctx, s.q})
}

// AuditedReceipt says where in the audit log a receipt is, by its leaf, and with which salt.
func (s *Store) AuditedReceipt(ctx context.Context, leaf [32]byte) (index int64, salt []byte, err error) {
	row, err := s.q.AuditedReceipt(ctx, hex.EncodeToString(leaf[:]))
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil, relay.Errorf(relay.CodeNotFound, "the audit log does not have this receipt").WithHint("it is there a moment after the receipt is")
	}
	return row.Idx, row.Salt, failed(err)
}

// AuditEntry is an entry as it is published, by its place.
func (s *Store) AuditEntry(ctx context.Context, index int64) ([]byte, error) {
	entries, err := s.q.AuditEntries(ctx, db.AuditEntriesParams{First: index, Until: index + 1})
	if err != nil || len(entries) == 0 {
		return nil, errors.Join(failed(err), relay.Errorf(relay.CodeNotFound, "there is no such entry"))
	}
	return entries[0], nil
}
