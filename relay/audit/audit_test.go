package audit_test

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/dehug/dehug/relay"
	. "github.com/dehug/dehug/relay/audit"
	"github.com/dehug/dehug/relay/internal/leak"
)

func TestMain(m *testing.M) { os.Exit(leak.Run(m)) }

// memory is a log, with what is needed to lie.
type memory struct {
	signer  note.Signer
	key     string
	tiles   map[[2]int64][]byte
	entries [][]byte
	salts   [][]byte
	details []string
	size    int64 // 0 for all
}

func newMemory(t testing.TB, name string) *memory {
	t.Helper()
	secret, key, err := note.GenerateKey(rand.Reader, name)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	return &memory{signer: signer, key: key, tiles: map[[2]int64][]byte{}}
}

func (m *memory) Tile(level int, n int64) ([]byte, error) {
	data, have := m.tiles[[2]int64{int64(level), n}]
	if !have {
		return nil, fmt.Errorf("there is no tile %d of level %d", n, level)
	}
	return data, nil
}

func (m *memory) SetTile(level int, n int64, hashes []byte) error {
	m.tiles[[2]int64{int64(level), n}] = hashes
	return nil
}

// add adds entries of receipts with these leaves.
func (m *memory) add(t testing.TB, leaves ...string) tlog.Tree {
	t.Helper()
	var hashes []tlog.Hash
	size := int64(len(m.entries))
	for _, leaf := range leaves {
		salt := make([]byte, SaltSize)
		rand.Read(salt)
		text, err := Entry{Kind: Receipt, At: 1_700_000_000, Commit: Commit(Receipt, salt, []byte(leaf))}.Encode()
		if err != nil {
			t.Fatal(err)
		}
		m.entries, m.salts, m.details = append(m.entries, text), append(m.salts, salt), append(m.details, leaf)
		hashes = append(hashes, tlog.RecordHash(text))
	}
	tree, err := Append(m, size, hashes)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func leaf(n int) string { return fmt.Sprintf("%064x", n) }

func leaves(from, to int) (all []string) {
	for n := from; n < to; n++ {
		all = append(all, leaf(n))
	}
	return all
}

func (m *memory) checkpoint() []byte {
	n := m.size
	if n == 0 {
		n = int64(len(m.entries))
	}
	hash, err := tlog.TreeHash(n, Hashes(m))
	if err != nil {
		panic(err)
	}
	signed, err := Checkpoint{Origin: m.signer.Name(), Tree: tlog.Tree{N: n, Hash: hash}}.Sign(m.signer)
	if err != nil {
		panic(err)
	}
	return signed
}

func (m *memory) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimPrefix(r.URL.Path, "/")
	if path == "" {
		fmt.Fprintf(w, `{"origin":%q,"key":%q}`, m.signer.Name(), m.key)
		return
	}
	if path == "checkpoint" {
		w.Write(m.checkpoint())
		return
	}
	if of, found := strings.CutPrefix(path, "receipts/"); found {
		for i, d := range m.details {
			if d == of {
				fmt.Fprintf(w, `{"index":%d,"salt":"%x"}`, i, m.salts[i])
				return
			}
		}
	}
	tile, err := ParsePath(path)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	if tile.Level == Entries {
		w.Write(EncodeEntries(m.entries[tile.N*256 : tile.N*256+int64(tile.W)]))
		return
	}
	data, err := m.Tile(tile.Level, tile.N)
	if err != nil || len(data) < tile.W*32 {
		http.NotFound(w, r)
		return
	}
	w.Write(data[:tile.W*32])
}

// The tree is that of package tlog, which computes it in another way, at sizes around those where tiles are full.
func TestTreeIsTlogs(t *testing.T) {
	const most = 256*256 + 300
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		all := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			all[i] = stored[index]
		}
		return all, nil
	})
	m := newMemory(t, "test.example/log")
	sizes := []int64{1, 2, 3, 255, 256, 257, 511, 512, 513, 1000, 256 * 256, 256*256 + 1, most}
	size := int64(0)
	for _, next := range sizes {
		var hashes []tlog.Hash
		for n := size; n < next; n++ {
			h := tlog.RecordHash([]byte(strconv.FormatInt(n, 10)))
			more, err := tlog.StoredHashesForRecordHash(n, h, reader)
			if err != nil {
				t.Fatal(err)
			}
			stored, hashes = append(stored, more...), append(hashes, h)
		}
		tree, err := Append(m, size, hashes)
		if err != nil {
			t.Fatal(err)
		}
		size = next
		if want, err := tlog.TreeHash(size, reader); err != nil || tree.Hash != want || tree.N != size {
			t.Fatalf("a tree of %d has root %s, want %s, %v", size, tree.Hash, want, err)
		}
		for _, n := range []int64{0, size / 2, size - 1} {
			proof, err := tlog.ProveRecord(size, n, Hashes(m))
			if err != nil {
				t.Fatal(err)
			}
			if err := tlog.CheckRecord(proof, size, tree.Hash, n, tlog.RecordHash([]byte(strconv.FormatInt(n, 10)))); err != nil {
				t.Errorf("entry %d of %d: %v", n, size, err)
			}
		}
	}
}

func TestLog(t *testing.T) {
	m := newMemory(t, "test.example/log")
	m.add(t)
	server := httptest.NewServer(m)
	defer server.Close()
	log := &Log{URL: server.URL, Client: server.Client()}
	ctx := t.Context()
	seen, c, err := log.Look(ctx, nil)
	if err != nil || c.N != 0 {
		t.Fatal(c, err)
	}
	size := 0
	for _, next := range []int{1, 5, 256, 300, 700} {
		m.add(t, leaves(size, next)...)
		if seen, c, err = log.Look(ctx, seen); err != nil || c.N != int64(next) {
			t.Fatalf("at %d: %v %v", next, c, err)
		}
		for n := size; n < next; n++ {
			if _, err := log.Entry(int64(n)); err != nil {
				t.Fatal(err)
			}
		}
		size = next
	}
	for _, n := range []int{0, 299, 699} {
		b, _ := hex.DecodeString(leaf(n))
		if at, err := log.Find([32]byte(b)); err != nil || at != int64(n) {
			t.Errorf("receipt %d is at %d, %v", n, at, err)
		}
	}
	if _, err := log.Find([32]byte{9}); relay.ErrorCode(err) != relay.CodeNotFound {
		t.Errorf("a receipt that is not there: %v", err)
	}
	// A client that has nothing checks the same.
	if _, _, err := (&Log{URL: server.URL, Key: m.key, Client: server.Client()}).Look(ctx, seen); err != nil {
		t.Error(err)
	}
}

// What a relay can do to history, each seen by who looked before, or by who looks at the row.
func TestRefuseHistories(t *testing.T) {
	const size = 600
	look := func(t *testing.T, m *memory, key string, before []byte) (*Log, error) {
		server := httptest.NewServer(m)
		t.Cleanup(server.Close)
		log := &Log{URL: server.URL, Key: key, Client: server.Client()}
		_, _, err := log.Look(t.Context(), before)
		return log, err
	}
	rebuilt := func(t *testing.T, m *memory, leaves ...string) *memory {
		return func() *memory {
			other := &memory{signer: m.signer, key: m.key, tiles: map[[2]int64][]byte{}}
			other.add(t, leaves...)
			return other
		}()
	}
	for _, c := range []struct {
		name string
		do   func(t *testing.T, m *memory) *memory
		fork bool
		code relay.Code
	}{
		{"a row is rewritten, and the tree", func(t *testing.T, m *memory) *memory {
			all := leaves(0, size)
			all[3] = leaf(9999)
			return rebuilt(t, m, append(all, leaf(size))...)
		}, true, ""},
		{"a row is left out", func(t *testing.T, m *memory) *memory { return rebuilt(t, m, leaves(1, size+5)...) }, true, ""},
		{"rows change places", func(t *testing.T, m *memory) *memory {
			all := leaves(0, size+1)
			all[1], all[2] = all[2], all[1]
			return rebuilt(t, m, all...)
		}, true, ""},
		{"another history of the same length", func(t *testing.T, m *memory) *memory { return rebuilt(t, m, leaves(1, size+1)...) }, true, ""},
		{"it goes back", func(t *testing.T, m *memory) *memory { m.size = size - 1; return m }, true, ""},
		{"a row is rewritten, and not the tree", func(t *testing.T, m *memory) *memory {
			m.entries[3] = m.entries[4]
			return m
		}, false, relay.CodeUnverified},
		{"the receipt's row is another's", func(t *testing.T, m *memory) *memory {
			m.details[3], m.details[4] = m.details[4], m.details[3]
			return m
		}, false, relay.CodeUnverified},
		{"another salt", func(t *testing.T, m *memory) *memory { m.salts[3] = m.salts[4]; return m }, false, relay.CodeUnverified},
		{"tiles that are not the tree's", func(t *testing.T, m *memory) *memory {
			tile, _ := m.Tile(0, 0)
			tile[3*32]++
			return m
		}, false, relay.CodeUnverified},
		{"another key signs", func(t *testing.T, m *memory) *memory {
			m.signer = newMemory(t, "test.example/log").signer
			return m
		}, false, relay.CodeUnverified},
		{"another log's checkpoint", func(t *testing.T, m *memory) *memory {
			m.signer = newMemory(t, "test.example/other").signer
			return m
		}, false, relay.CodeUnverified},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newMemory(t, "test.example/log")
			m.add(t, leaves(0, size)...)
			before, key := m.checkpoint(), m.key
			log, err := look(t, c.do(t, m), key, before)
			if err == nil {
				b, _ := hex.DecodeString(leaf(3))
				_, err = log.Find([32]byte(b))
			}
			fork, forked := errors.AsType[*Fork](err)
			if forked != c.fork || !forked && relay.ErrorCode(err) != c.code {
				t.Fatalf("got %v, want a fork: %v, or %s", err, c.fork, c.code)
			}
			if forked { // the evidence is signed
				v, err := note.NewVerifier(key)
				if err != nil {
					t.Fatal(err)
				}
				if now, err := OpenCheckpoint(fork.Signed, v); err != nil || now.Tree != fork.Now.Tree {
					t.Error(now, err)
				}
			}
		})
	}
}

// A log that another key signs now is not the one that was looked at, although it names that key itself.
func TestRefuseKeyChange(t *testing.T) {
	m := newMemory(t, "test.example/log")
	m.add(t, leaf(1))
	before := m.checkpoint()
	other := newMemory(t, "test.example/log")
	other.add(t, leaf(1))
	server := httptest.NewServer(other)
	defer server.Close()
	if _, _, err := (&Log{URL: server.URL, Client: server.Client()}).Look(t.Context(), before); relay.ErrorCode(err) != relay.CodeUnverified {
		t.Errorf("another key: %v", err)
	}
}

// A relay that has been asked too much says when to go on.
func TestPatience(t *testing.T) {
	m := newMemory(t, "test.example/log")
	m.add(t, leaf(1))
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asked++; asked == 1 {
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		m.ServeHTTP(w, r)
	}))
	defer server.Close()
	if _, _, err := (&Log{URL: server.URL, Client: server.Client()}).Look(t.Context(), nil); err != nil || asked != 3 {
		t.Error(asked, err)
	}
}

func TestRefuseReplies(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Write(make([]byte, 1<<20))
	}))
	defer server.Close()
	if _, _, err := (&Log{URL: server.URL, Client: server.Client()}).Look(context.Background(), nil); relay.ErrorCode(err) != relay.CodeTooLarge {
		t.Errorf("a large reply: %v", err)
	}
}

func TestPaths(t *testing.T) {
	for path, want := range map[string]Tile{
		"tile/0/000":                   {0, 0, 256},
		"tile/1/999.p/5":               {1, 999, 5},
		"tile/entries/x001/x234/067":   {Entries, 1234067, 256},
		"tile/0/x001/000.p/255":        {0, 1000, 255},
		"tile/entries/x123/456.p/1":    {Entries, 123456, 1},
		"tile/7/x999/x999/x999/x999/0": {},
		"tile/0/1":                     {},
		"tile/0/0000":                  {},
		"tile/0/x000/001":              {},
		"tile/0/001.p/256":             {},
		"tile/0/001.p/0":               {},
		"tile/0/001.p/01":              {},
		"tile/8/001":                   {},
		"tile/-1/001":                  {},
		"tile/data/001":                {},
		"tile/0/../000":                {},
		"tile/0/x1/001":                {},
	} {
		got, err := ParsePath(path)
		if (err != nil) != (want.W == 0) || err == nil && got != want {
			t.Errorf("ParsePath(%q) = %v, %v; want %v", path, got, err, want)
		}
	}
}

func FuzzCheckpoint(f *testing.F) {
	m := newMemory(f, "test.example/log")
	m.add(f, leaf(1), leaf(2))
	f.Add(m.checkpoint())
	for _, text := range []string{"a\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", "a\n01\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", "a\n-1\nAA==\n", "\n\n\n", "a\n9223372036854775807\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nmore\n"} {
		f.Add([]byte(text))
	}
	key, err := note.NewVerifier(m.key)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if c, err := OpenCheckpoint(data, key); err == nil && (c.N > 2 || c.Origin != "test.example/log") {
			t.Errorf("a checkpoint that nobody signed: %q", data)
		}
		c, err := ParseCheckpoint(string(data))
		if err != nil {
			return
		}
		if !strings.HasPrefix(string(data), c.String()) {
			t.Errorf("%q says %q again", data, c.String())
		}
		if again, err := ParseCheckpoint(c.String()); err != nil || again != c {
			t.Errorf("%q says %v, %v", c.String(), again, err)
		}
	})
}

func FuzzTile(f *testing.F) {
	f.Add("tile/entries/x001/234.p/7", EncodeEntries([][]byte{[]byte("a"), []byte("bc")}), 2)
	f.Add("tile/0/000", []byte{0, 0, 0, 1, 'a'}, 2)
	f.Add("tile/7/x281/x474/x976/710", []byte{255, 255}, 1)
	f.Fuzz(func(t *testing.T, path string, data []byte, n int) {
		if tile, err := ParsePath(path); err == nil && tile.Path() != path {
			t.Errorf("%q is %q", path, tile.Path())
		}
		entries, err := DecodeEntries(data, n)
		if err == nil && (len(entries) != n || string(EncodeEntries(entries)) != string(data)) {
			t.Errorf("%q of %d is %q", data, n, entries)
		}
		for _, e := range append(entries, data) {
			if parsed, err := ParseEntry(e); err == nil {
				if again, err := parsed.Encode(); err != nil || string(again) != string(e) {
					t.Errorf("%q is %q, %v", e, again, err)
				}
			}
		}
	})
}
