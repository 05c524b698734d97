package store

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/pressly/goose/v3"

	"github.com/dehug/dehug/relay/store/db"
)

// maxBatch is how many transactions are written to disk together at most: one that waits for all of them waits some milliseconds.
const maxBatch = 128

// batch has SQLite commit what waits at the same time by one flush to disk, which takes longer than all the rest. Each part stands and
// falls alone. Postgres does the like itself.
type batch struct {
	mu      sync.Mutex
	waiting []*part
	running bool
	known   statements
}

// part is one transaction of a batch.
type part struct {
	do   func(ctx context.Context, q *db.Queries) error
	err  error
	done chan struct{}
}

// maxTries is how often a transaction is run that Postgres gives up for the sake of another.
const maxTries = 8

// together runs do as a transaction of its own, which is durable when together returns. In SQLite, what has begun is not given up: it
// takes milliseconds, and an interrupted statement would be another's trouble. Postgres gives up one of several that wait for each other: that is
// run anew from its beginning, here and nowhere above, so do may be called several times, and keeps nothing of a time before.
func (s *Store) together(ctx context.Context, do func(ctx context.Context, q *db.Queries) error) error {
	if s.dialect == goose.DialectPostgres {
		for try := 1; ; try++ {
			err := s.aside(ctx, func(q *db.Queries, _ *sql.Tx) error { return do(ctx, q) })
			if try == maxTries || !givenUp(err) {
				return err
			}
			select {
			case <-ctx.Done():
				return err
			case <-time.After(rand.N(time.Duration(try) * 4 * time.Millisecond)):
			}
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	p := &part{do: do, done: make(chan struct{})}
	b := &s.batch
	b.mu.Lock()
	b.waiting = append(b.waiting, p)
	lead := !b.running
	b.running = true
	b.mu.Unlock()
	if lead { // in this goroutine: another would have to be woken, and wake this one
		if s.writeBatch() {
			go s.lead()
		}
	}
	<-p.done
	return failed(p.err)
}

// givenUp: Postgres ended a transaction because of others, and it may go well the next time.
func givenUp(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (pg.Code == "40001" || pg.Code == "40P01") // could not be serialised; deadlock
}

// lead writes batches until nobody waits.
func (s *Store) lead() {
	for s.writeBatch() {
	}
}

// writeBatch writes what waits, and tells whether more does by then. Where nothing does, whoever comes next leads.
func (s *Store) writeBatch() (more bool) {
	b := &s.batch
	b.mu.Lock()
	n := min(len(b.waiting), maxBatch)
	now := b.waiting[:n:n]
	b.waiting = b.waiting[n:]
	b.mu.Unlock()
	if err := s.commit(now); err != nil {
		for _, p := range now {
			p.err = errors.Join(p.err, err)
		}
	}
	for _, p := range now {
		close(p.done)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.running = len(b.waiting) > 0
	return b.running
}

// commit runs parts in one transaction, each in a savepoint if there are several. What it returns went wrong for all of them.
func (s *Store) commit(parts []*part) error {
	ctx := context.Background()
	s.batch.known.prepare(ctx, s.write)
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	fast := &prepared{&s.batch.known, tx}
	q := db.New(fast)
	if len(parts) == 1 {
		if parts[0].err = parts[0].do(ctx, q); parts[0].err != nil {
			return nil
		}
		return tx.Commit()
	}
	for _, p := range parts {
		if _, err := fast.ExecContext(ctx, "SAVEPOINT part"); err != nil {
			return err
		}
		end := "RELEASE part"
		if p.err = p.do(ctx, q); p.err != nil {
			end = "ROLLBACK TO part"
		}
		if _, err := fast.ExecContext(ctx, end); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// statements are those that batches have asked for, ready to run: to parse one takes as long as to run it.
type statements struct {
	ready map[string]*sql.Stmt
	asked []string
}

// prepare makes those ready that were asked for. It is called outside of a transaction: there is one connection.
func (k *statements) prepare(ctx context.Context, to *sql.DB) {
	for _, query := range k.asked {
		if stmt, err := to.PrepareContext(ctx, query); err == nil { // else it is parsed each time
			k.ready[query] = stmt
		}
	}
	k.asked = k.asked[:0]
}

func (k *statements) of(ctx context.Context, tx *sql.Tx, query string) *sql.Stmt {
	if stmt := k.ready[query]; stmt != nil {
		return tx.StmtContext(ctx, stmt)
	}
	if k.ready == nil {
		k.ready = map[string]*sql.Stmt{}
	}
	k.asked = append(k.asked, query)
	return nil
}

// prepared is a transaction that uses them.
type prepared struct {
	known *statements
	*sql.Tx
}

func (p *prepared) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if stmt := p.known.of(ctx, p.Tx, query); stmt != nil {
		return stmt.ExecContext(ctx, args...)
	}
	return p.Tx.ExecContext(ctx, query, args...)
}

func (p *prepared) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if stmt := p.known.of(ctx, p.Tx, query); stmt != nil {
		return stmt.QueryContext(ctx, args...)
	}
	return p.Tx.QueryContext(ctx, query, args...)
}

func (p *prepared) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if stmt := p.known.of(ctx, p.Tx, query); stmt != nil {
		return stmt.QueryRowContext(ctx, args...)
	}
	return p.Tx.QueryRowContext(ctx, query, args...)
}
