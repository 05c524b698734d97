package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"embed"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/store/db"
)

//go:embed migrations/*.sql
var migrations embed.FS

// maxConnections is how many connections to Postgres one relay opens: its default limit is 100 for all.
const maxConnections = 20

// Store is an open database. It is safe for concurrent use.
type Store struct {
	dialect goose.Dialect
	write   *sql.DB
	read    *sql.DB // the same as write for Postgres
	q       *db.Queries

	texts   texts
	touched touched
	reading sync.Mutex // held while words are read
	looked  time.Time  // when they were last; zero for never

	planned  sync.Mutex
	prepares map[string]*sql.Stmt // by text

	found   answers[Found]
	counted answers[[]Facet]

	standing standing

	batch batch
}

// Open opens a database, makes it where there is none (SQLite), and brings its tables up to date. A program that has registered a VFS of
// SQLite's names it so: sqlite:FILE?vfs=NAME.
func Open(ctx context.Context, url string) (*Store, error) {
	s := &Store{}
	var err error
	switch path, isFile := strings.CutPrefix(url, "sqlite:"); {
	case isFile:
		var unlock func() error
		path, vfs, _ := strings.Cut(path, "?vfs=")
		if unlock, err = lockSQLite(path); err == nil {
			defer unlock()
			err = s.openSQLite(ctx, path, vfs)
		}
	case strings.HasPrefix(url, "postgres://"), strings.HasPrefix(url, "postgresql://"):
		err = s.openPostgres(ctx, url)
	default:
		return nil, relay.Errorf(relay.CodeInvalid, "the database's address is neither sqlite:FILE nor postgres://…").
			WithHint("leave it out for a file in the data folder")
	}
	if err == nil {
		s.q = db.New(s.read)
		if s.dialect == goose.DialectSQLite3 {
			s.q = db.New(ready{s.read, s})
		}
		err = s.migrate(ctx)
	}
	if err != nil {
		s.Close()
		return nil, relay.Errorf(relay.CodeInternal, "database: %w", err)
	}
	return s, nil
}

func (s *Store) openPostgres(ctx context.Context, url string) error {
	pool, err := sql.Open("pgx", url)
	if err != nil {
		return err // pgx leaves the password out
	}
	pool.SetMaxOpenConns(maxConnections)
	pool.SetMaxIdleConns(maxConnections)
	pool.SetConnMaxIdleTime(time.Minute)
	s.dialect, s.read, s.write = goose.DialectPostgres, pool, pool
	return pool.PingContext(ctx)
}

// migrate is done by one relay at a time: SQLite has one writer, and Postgres a lock for it.
func (s *Store) migrate(ctx context.Context) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	if s.dialect == goose.DialectPostgres {
		// Held by a connection of its own, so that it ends with it whatever happens.
		lock, err := s.write.Conn(ctx)
		if err != nil {
			return err
		}
		defer lock.Close()
		if _, err := lock.ExecContext(ctx, "SELECT pg_advisory_lock($1)", migrationLock); err != nil {
			return err
		}
		defer lock.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", migrationLock)
	}
	p, err := goose.NewProvider(s.dialect, s.write, files, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	_, err = p.Up(ctx)
	return err
}

// migrationLock is an arbitrary number that means "DeHug's tables are being changed".
const migrationLock = 0x6465687567

// Close waits for what is running.
func (s *Store) Close() error {
	var errs []error
	for _, pool := range []*sql.DB{s.write, s.read} {
		if pool != nil {
			errs = append(errs, pool.Close())
		}
	}
	return errors.Join(errs...)
}

// ready reads by statements that are parsed once. Postgres's driver does the like itself.
type ready struct {
	*sql.DB
	s *Store
}

func (r ready) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	stmt, err := r.s.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}

func (r ready) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	stmt, err := r.s.prepared(ctx, query)
	if err != nil {
		return r.DB.QueryRowContext(ctx, query, args...) // it says the error again
	}
	return stmt.QueryRowContext(ctx, args...)
}

// prepared is a query of which there are few: those of lists, for each combination of what may be asked for.
func (s *Store) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	s.planned.Lock()
	defer s.planned.Unlock()
	if have := s.prepares[query]; have != nil {
		return have, nil
	}
	made, err := s.read.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	if s.prepares == nil {
		s.prepares = map[string]*sql.Stmt{}
	}
	s.prepares[query] = made
	return made, nil
}

// Check tells whether the database answers, for a readiness probe.
func (s *Store) Check(ctx context.Context) error { return s.read.PingContext(ctx) }

// tx runs do in one transaction, after which searches are made anew. An error of do's takes all of it back and is returned as it is.
func (s *Store) tx(ctx context.Context, do func(q *db.Queries, tx *sql.Tx) error) error {
	err := s.aside(ctx, do)
	s.forget()
	return err
}

// forget makes that searches are made anew.
func (s *Store) forget() {
	s.found.forget()
	s.counted.forget()
}

// aside is tx for what no list of models shows.
func (s *Store) aside(ctx context.Context, do func(q *db.Queries, tx *sql.Tx) error) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return failed(err)
	}
	defer tx.Rollback()
	err = do(db.New(tx), tx)
	models := s.touched.take(tx)
	if err != nil {
		return failed(err)
	}
	if err := tx.Commit(); err != nil {
		return failed(err)
	}
	return failed(s.reread(context.WithoutCancel(ctx), models))
}

// failed gives errors of the database a code; those of ours have one.
func failed(err error) error {
	if _, ours := errors.AsType[*relay.Error](err); ours || err == nil {
		return err
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if isFull(err) {
		return relay.Errorf(relay.CodeNoSpace, "database: %w", err).WithHint("the relay's disk is full: its operator has to make room")
	}
	return relay.Errorf(relay.CodeInternal, "database: %w", err)
}

// isFull: the disk under the database is.
func isFull(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.Code == "53100"
	}
	return isSQLiteFull(err)
}

// one turns "no rows" into not_found.
func one[T any](row T, err error, what string) (T, error) {
	if errors.Is(err, sql.ErrNoRows) {
		return row, relay.Errorf(relay.CodeNotFound, "there is no such %s", what)
	}
	return row, failed(err)
}

// micros is how times are kept.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// Time reads a time of a row; 0 is the zero time.
func Time(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}

// NewID makes an id that nobody can guess and that sorts after all that were made in earlier milliseconds.
func NewID(now time.Time) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(now.UnixMilli())<<16)
	rand.Read(b[6:])
	return hex.EncodeToString(b[:])
}

// newNumber is the like for rows whose ids are numbers: 41 bits of milliseconds, 22 of chance.
func newNumber(now time.Time) int64 {
	var b [4]byte
	rand.Read(b[:])
	return now.UnixMilli()<<22 | int64(binary.BigEndian.Uint32(b[:])>>10)
}

// Page says where a list goes on: nothing after Before, "" for the start, and no more than Limit rows.
type Page struct {
	Before string
	Limit  int
}

// last sorts after every id.
const last = "~"

func (p Page) before() string {
	if p.Before == "" {
		return last
	}
	return p.Before
}

func (p Page) String() string { return fmt.Sprintf("%d before %q", p.Limit, p.Before) }
