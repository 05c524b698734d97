package store

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"runtime"
	"syscall"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/driver"
	"github.com/pressly/goose/v3"

	"github.com/dehug/dehug/relay"
)

// What every connection is told. A session that was ended, or a key that was revoked, must stay so when the power
// fails, hence synchronous=FULL: it costs a flush for each transaction.
const pragmas = "_pragma=busy_timeout(10000)&_pragma=journal_mode(wal)&_pragma=synchronous(full)&_pragma=foreign_keys(on)"

// openSQLite opens one connection that writes and some that read. A second writer would only wait for the first one,
// and find out late. vfs is the name of another way to files that the program has registered; "" for the usual one.
func (s *Store) openSQLite(ctx context.Context, path, vfs string) error {
	name := "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + pragmas
	if vfs != "" {
		name += "&vfs=" + url.QueryEscape(vfs)
	}
	var err error
	if s.write, err = driver.Open(name + "&_txlock=immediate"); err != nil {
		return err
	}
	s.write.SetMaxOpenConns(1)
	s.dialect = goose.DialectSQLite3
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"} {
		var got string
		if err := s.write.QueryRowContext(ctx, "PRAGMA "+pragma).Scan(&got); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if got != want {
			return fmt.Errorf("%s: %s is %s and cannot be made %s", path, pragma, got, want)
		}
	}
	if s.read, err = driver.Open(name + "&_pragma=query_only(on)&_txlock=deferred"); err != nil {
		return err
	}
	readers := max(4, runtime.NumCPU())
	s.read.SetMaxOpenConns(readers)
	s.read.SetMaxIdleConns(readers)
	return nil
}

// lockSQLite lets one process at a time open a file: making it a WAL and its tables would fail for all others. The lock is
// a file beside it, and ends with the process.
func lockSQLite(path string) (unlock func() error, err error) {
	lock, err := os.OpenFile(path+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return lock.Close, nil
}

// isSQLiteFull: SQLite could not write for want of room.
func isSQLiteFull(err error) bool { return errors.Is(err, sqlite3.FULL) }

// Backup writes the database as it is now to a file that is not there yet, while others use it. It is for SQLite: Postgres has its own ways.
func (s *Store) Backup(ctx context.Context, file string) error {
	if s.dialect != goose.DialectSQLite3 {
		return relay.Errorf(relay.CodeInvalid, "this database is no file").WithHint("pg_dump copies it")
	}
	if _, err := s.write.ExecContext(ctx, "VACUUM INTO ?", file); err != nil {
		return failed(err)
	}
	f, err := os.OpenFile(file, os.O_RDWR, 0)
	if err != nil {
		return failed(err)
	}
	return failed(errors.Join(f.Sync(), f.Close()))
}
