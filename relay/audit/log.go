package audit

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/dehug/dehug/relay"
)

// About is what a log says of itself in the clear.
type About struct {
	Origin string `json:"origin"`
	Key    string `json:"key"` // of its signatures, as package note writes keys
}

// Placed is where a row is in a log, for who has its details.
type Placed struct {
	Index int64  `json:"index"`
	Salt  string `json:"salt"` // hexadecimal digits
}

const (
	// maxReply bounds other replies than tiles.
	maxReply = 64 << 10
	// maxPatience is for how many seconds a relay may ask not to be asked.
	maxPatience = 60
)

// Log is somebody's view of a log from outside. Nothing that it is told is believed but what the checkpoint's tree has.
type Log struct {
	URL    string // without a slash at the end: https://hub.example/api/v1/audit
	Key    string // as package note writes keys; "" for that which the log names
	Client *http.Client
	Before Checkpoint // what Look was given

	ctx     context.Context
	tree    Checkpoint
	hashes  tlog.HashReader
	entries map[int64][][]byte // by number of the tile: the one that was read last
}

// A Fork is two checkpoints, both signed by a log, of which one cannot have become the other.
type Fork struct {
	Before, Now Checkpoint
	// Signed is the newer one, as it was signed: with the older one it is the evidence.
	Signed []byte
	Why    string
}

func (f *Fork) Error() string {
	return fmt.Sprintf("the log %s forked: it signed %d entries with root %s, and now %d with root %s: %s", f.Now.Origin, f.Before.N, f.Before.Hash, f.Now.N, f.Now.Hash, f.Why)
}

// Look reads the log as it is now, and tells whether it is what it was, with entries after that. before is the signed checkpoint that was returned last
// time; nil for the first. A log that has another history than it had is a *Fork.
func (l *Log) Look(ctx context.Context, before []byte) (signed []byte, c Checkpoint, err error) {
	l.ctx, l.entries = ctx, map[int64][][]byte{}
	if l.Key == "" {
		text, err := l.get("", maxReply)
		if err != nil {
			return nil, c, err
		}
		var about About
		if err := json.Unmarshal(text, &about); err != nil {
			return nil, c, relay.Errorf(relay.CodeInvalid, "%s is no audit log: %w", l.URL, err)
		}
		l.Key = about.Key
	}
	key, err := note.NewVerifier(l.Key)
	if err != nil {
		return nil, c, relay.Errorf(relay.CodeInvalid, "audit: the log's key %.100q: %w", l.Key, err)
	}
	var was Checkpoint
	if before != nil {
		if was, err = OpenCheckpoint(before, key); err != nil {
			return nil, c, fmt.Errorf("what was kept, by key %s: %w", l.Key, err)
		}
	}
	l.Before = was
	if signed, err = l.get("/checkpoint", maxCheckpoint); err != nil {
		return nil, c, err
	}
	if c, err = OpenCheckpoint(signed, key); err != nil {
		return nil, c, err
	}
	l.tree, l.hashes = c, tlog.TileHashReader(c.Tree, reader{l})
	fork := func(why string) error { return &Fork{Before: was, Now: c, Signed: signed, Why: why} }
	switch {
	case c.N < was.N:
		return signed, c, fork("it has fewer entries")
	case c.N == was.N && before != nil && c.Hash != was.Hash:
		return signed, c, fork("as many entries are others")
	case was.N > 0:
		root, err := tlog.TreeHash(was.N, l.hashes)
		if err != nil {
			return signed, c, l.broken(err)
		}
		if root != was.Hash {
			return signed, c, fork("its first entries are others")
		}
	}
	return signed, c, nil
}

// broken says that tiles do not have the root that was signed, unless they could not be read at all.
func (l *Log) broken(err error) error {
	if relay.ErrorCode(err) == relay.CodeInternal {
		err = relay.Errorf(relay.CodeUnverified, "the log %s does not have the entries that it signed: %w", l.tree.Origin, err)
	}
	return err
}

// Entry reads an entry that the tree has which was looked at.
func (l *Log) Entry(n int64) (Entry, error) {
	if n < 0 || n >= l.tree.N {
		return Entry{}, relay.Errorf(relay.CodeNotFound, "audit: entry %d is not one of %d", n, l.tree.N)
	}
	tile := Tile{Entries, n / tileWidth, int(min(tileWidth, l.tree.N-n/tileWidth*tileWidth))}
	bundle, have := l.entries[tile.N]
	if !have {
		data, err := l.get("/"+tile.Path(), maxBundle)
		if err != nil {
			return Entry{}, err
		}
		if bundle, err = DecodeEntries(data, tile.W); err != nil {
			return Entry{}, err
		}
		indexes := make([]int64, tile.W)
		for i := range indexes {
			indexes[i] = tlog.StoredHashIndex(0, tile.N*tileWidth+int64(i))
		}
		hashes, err := l.hashes.ReadHashes(indexes)
		if err != nil {
			return Entry{}, l.broken(err)
		}
		for i, h := range hashes {
			if tlog.RecordHash(bundle[i]) != h {
				return Entry{}, relay.Errorf(relay.CodeUnverified, "entry %d is not the one that the log %s signed", tile.N*tileWidth+int64(i), l.tree.Origin)
			}
		}
		clear(l.entries)
		l.entries[tile.N] = bundle
	}
	return ParseEntry(bundle[n%tileWidth])
}

// Find finds the entry of a receipt, by its leaf: the log says where it is, and has to prove it.
func (l *Log) Find(leaf [32]byte) (int64, error) {
	details := hex.EncodeToString(leaf[:])
	text, err := l.get("/receipts/"+details, maxReply)
	if err != nil {
		return 0, err
	}
	var p Placed
	if err := json.Unmarshal(text, &p); err != nil {
		return 0, relay.Errorf(relay.CodeInvalid, "audit: where a receipt is: %w", err)
	}
	salt, err := hex.DecodeString(p.Salt)
	if err != nil || len(salt) != SaltSize {
		return 0, relay.Errorf(relay.CodeInvalid, "audit: %.80q is no salt", p.Salt)
	}
	if p.Index >= l.tree.N {
		return 0, relay.Errorf(relay.CodeUnavailable, "the receipt is entry %d, and %d entries were looked at", p.Index, l.tree.N).WithHint("look again in a moment")
	}
	e, err := l.Entry(p.Index)
	if err == nil && (e.Kind != Receipt || e.Commit != Commit(Receipt, salt, []byte(details))) {
		err = relay.Errorf(relay.CodeUnverified, "entry %d is of something else than the receipt", p.Index)
	}
	return p.Index, err
}

// get reads what is at a path, as patiently as the log asks for.
func (l *Log) get(path string, most int64) ([]byte, error) {
	for {
		body, wait, err := l.try(path, most)
		if wait == 0 {
			return body, err
		}
		select {
		case <-l.ctx.Done():
			return nil, l.ctx.Err()
		case <-time.After(wait):
		}
	}
}

// try asks once; wait is how long to wait before the next time.
func (l *Log) try(path string, most int64) (body []byte, wait time.Duration, err error) {
	r, err := http.NewRequestWithContext(l.ctx, http.MethodGet, l.URL+path, nil)
	if err != nil {
		return nil, 0, relay.Errorf(relay.CodeInvalid, "audit: %w", err)
	}
	client := l.Client
	if client == nil {
		client = http.DefaultClient
	}
	reply, err := client.Do(r)
	if err != nil {
		return nil, 0, relay.Errorf(relay.CodeUnavailable, "audit: %w", err)
	}
	defer reply.Body.Close()
	switch seconds, _ := strconv.Atoi(reply.Header.Get("Retry-After")); {
	case reply.StatusCode == http.StatusTooManyRequests && seconds > 0 && seconds <= maxPatience:
		return nil, time.Duration(seconds) * time.Second, nil
	case reply.StatusCode == http.StatusNotFound:
		return nil, 0, relay.Errorf(relay.CodeNotFound, "the log has no %s", strings.TrimPrefix(path, "/")).WithHint("is %s a relay's?", l.URL)
	case reply.StatusCode != http.StatusOK:
		return nil, 0, relay.Errorf(relay.CodeUnavailable, "audit: %s answers %s", l.URL+path, reply.Status)
	}
	body, err = io.ReadAll(io.LimitReader(reply.Body, most+1))
	if err != nil {
		return nil, 0, relay.Errorf(relay.CodeUnavailable, "audit: %s: %w", l.URL+path, err)
	}
	if int64(len(body)) > most {
		return nil, 0, relay.Errorf(relay.CodeTooLarge, "audit: %s has more than %d bytes", l.URL+path, most)
	}
	return body, 0, nil
}

// reader reads tiles for package tlog, which checks them.
type reader struct{ *Log }

func (r reader) Height() int { return tileHeight }

func (r reader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	all := make([][]byte, len(tiles))
	for i, t := range tiles {
		data, err := r.get("/"+Tile{t.L, t.N, t.W}.Path(), tileWidth*tlog.HashSize)
		if err != nil {
			return nil, err
		}
		all[i] = data
	}
	return all, nil
}

func (r reader) SaveTiles([]tlog.Tile, [][]byte) {}
