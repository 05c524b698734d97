// Package postgres gives tests a real Postgres of their own.
//
//	func TestMain(m *testing.M) { os.Exit(postgres.Run(m)) }
//	…
//	s, err := store.Open(ctx, postgres.URL(t))
package postgres

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
)

// Run runs a package's tests, and ends the server if one of them started it.
func Run(m *testing.M) int {
	code := m.Run()
	if server.stop != nil {
		server.stop()
	}
	return code
}

// Tests are a package's tests, which are run so.
type Tests struct{ *testing.M }

// Run runs them.
func (t Tests) Run() int { return Run(t.M) }

// server is a Postgres of this process's own: started by the first test that asks, ended with the tests.
var server struct {
	once  sync.Once
	url   *url.URL
	err   error
	stop  func()
	count int
	mu    sync.Mutex
}

// URL is that of an empty schema. Where no Postgres is installed, the test is skipped.
func URL(t testing.TB) string {
	t.Helper()
	bin := binaries()
	if bin == "" {
		t.Skip("there is no PostgreSQL here: make test installs it")
	}
	server.once.Do(func() { server.url, server.stop, server.err = start(bin) })
	if server.err != nil {
		t.Fatal(server.err)
	}
	server.mu.Lock()
	server.count++
	schema := fmt.Sprintf("test%d", server.count)
	server.mu.Unlock()
	admin, err := sql.Open("pgx", server.url.String())
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	if _, err := admin.Exec("CREATE SCHEMA " + schema); err != nil {
		t.Fatal(err)
	}
	u := *server.url
	q := u.Query()
	q.Set("search_path", schema)
	u.RawQuery = q.Encode()
	return u.String()
}

// binaries is the folder with initdb and postgres, "" when there is none. Debian keeps them off the PATH.
func binaries() string {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if path, err := exec.LookPath("initdb"); err == nil {
		found = append(found, path)
	}
	for i := len(found) - 1; i >= 0; i-- {
		real, err := filepath.EvalSymlinks(found[i])
		if err != nil {
			continue
		}
		if _, err := os.Stat(filepath.Join(filepath.Dir(real), "postgres")); err == nil {
			return filepath.Dir(real)
		}
	}
	return ""
}

// start makes a cluster in a temporary folder and starts it on a socket in there.
func start(bin string) (_ *url.URL, stop func(), err error) {
	dir, err := os.MkdirTemp("", "pg") // short: a socket's path has at most 107 bytes
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if err != nil {
			os.RemoveAll(dir)
		}
	}()
	as, err := notRoot(dir)
	if err != nil {
		return nil, nil, err
	}
	command := func(name string, args ...string) (*exec.Cmd, *bytes.Buffer) {
		cmd := exec.Command(filepath.Join(bin, name), args...)
		said := &bytes.Buffer{}
		cmd.Dir, cmd.Stdout, cmd.Stderr, cmd.SysProcAttr = dir, said, said, &syscall.SysProcAttr{Credential: as}
		return cmd, said
	}
	data := filepath.Join(dir, "data")
	initdb, said := command("initdb", "-D", data, "-U", "dehug", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
	if err := initdb.Run(); err != nil {
		return nil, nil, fmt.Errorf("initdb: %w: %s", err, said)
	}
	// Not durable: that is Postgres's own business to test.
	postgres, said := command("postgres", "-D", data, "-k", dir, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "full_page_writes=off")
	if err := postgres.Start(); err != nil {
		return nil, nil, err
	}
	ended := make(chan error, 1)
	go func() { ended <- postgres.Wait() }()
	u := &url.URL{Scheme: "postgres", User: url.User("dehug"), Path: "/postgres", RawQuery: url.Values{"host": {dir}}.Encode()}
	pool, err := sql.Open("pgx", u.String())
	if err != nil {
		return nil, nil, err
	}
	defer pool.Close()
	for {
		select {
		case err := <-ended:
			return nil, nil, fmt.Errorf("postgres ended: %w: %s", err, said)
		case <-time.After(20 * time.Millisecond):
		}
		if pool.PingContext(context.Background()) == nil {
			break
		}
	}
	return u, func() {
		postgres.Process.Signal(syscall.SIGQUIT) // at once: nothing in it is needed
		<-ended
		os.RemoveAll(dir)
	}, nil
}

// notRoot gives dir to somebody else where we are root, as whom Postgres does not run. Nil: we are not.
func notRoot(dir string) (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, os.Chown(dir, uid, gid)
	}
	return nil, fmt.Errorf("as root Postgres does not run, and there is no other user here")
}
