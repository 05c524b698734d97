package audit

import (
	"encoding/binary"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/dehug/dehug/relay"
)

const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
	// Entries is the level of tiles that have the entries themselves.
	Entries = -1
	// maxLevel is above all levels that a log of maxSize entries has.
	maxLevel = 7
	// maxSize is far more than any log will have, and leaves room to count in.
	maxSize = 1 << 48
	// maxBundle bounds a tile of entries.
	maxBundle = tileWidth * (2 + MaxEntry)
)

// Tile is a part of the tree: hashes of a level, or entries.
type Tile struct {
	Level int   // 0 for entries' hashes; each further one is of full tiles below
	N     int64 // place within the level
	W     int   // how many there are in it, 256 when it is full
}

// Path is where it is below the log's address.
func (t Tile) Path() string {
	level := strconv.Itoa(t.Level)
	if t.Level == Entries {
		level = "entries"
	}
	n := t.N
	number := pad(n % 1000)
	for n >= 1000 {
		n /= 1000
		number = "x" + pad(n%1000) + "/" + number
	}
	path := "tile/" + level + "/" + number
	if t.W != tileWidth {
		path += ".p/" + strconv.Itoa(t.W)
	}
	return path
}

func pad(n int64) string { return strconv.FormatInt(1000+n, 10)[1:] }

// ParsePath reads what Path wrote, and nothing else.
func ParsePath(path string) (t Tile, err error) {
	bad := relay.Errorf(relay.CodeNotFound, "%.100q is no part of the log", path)
	rest, found := strings.CutPrefix(path, "tile/")
	level, number, more := strings.Cut(rest, "/")
	if !found || !more || len(path) > 100 {
		return t, bad
	}
	t.Level, t.W = Entries, tileWidth
	if level != "entries" {
		if t.Level, err = strconv.Atoi(level); err != nil || t.Level < 0 || t.Level > maxLevel {
			return t, bad
		}
	}
	if full, width, partial := strings.Cut(number, ".p/"); partial {
		number = full
		if t.W, err = strconv.Atoi(width); err != nil || t.W < 1 || t.W >= tileWidth {
			return t, bad
		}
	}
	for part := range strings.SplitSeq(strings.ReplaceAll(number, "x", ""), "/") {
		n, err := strconv.ParseInt(part, 10, 64)
		if err != nil || n < 0 || n > 999 || t.N > maxSize {
			return t, bad
		}
		t.N = t.N*1000 + n
	}
	if t.Path() != path {
		return t, bad
	}
	return t, nil
}

// EncodeEntries writes a tile of entries.
func EncodeEntries(entries [][]byte) []byte {
	var b []byte
	for _, e := range entries {
		b = append(binary.BigEndian.AppendUint16(b, uint16(len(e))), e...)
	}
	return b
}

// DecodeEntries reads one of just so many.
func DecodeEntries(data []byte, n int) ([][]byte, error) {
	bad := relay.Errorf(relay.CodeInvalid, "audit: that is no tile of %d entries", n)
	if n < 0 || n > tileWidth || len(data) > maxBundle {
		return nil, bad
	}
	entries := make([][]byte, 0, n)
	for range n {
		if len(data) < 2 {
			return nil, bad
		}
		size := int(binary.BigEndian.Uint16(data))
		if size > MaxEntry || len(data) < 2+size {
			return nil, bad
		}
		entries = append(entries, data[2:2+size])
		data = data[2+size:]
	}
	if len(data) > 0 {
		return nil, bad
	}
	return entries, nil
}

// Tiles are where a log's tiles are kept. A tile that is not full is kept as far as it is.
type Tiles interface {
	Tile(level int, n int64) ([]byte, error)
	SetTile(level int, n int64, hashes []byte) error
}

// Append adds entries' hashes to a log of that size, and returns the tree that it then is.
func Append(t Tiles, size int64, leaves []tlog.Hash) (tlog.Tree, error) {
	edge := &edge{kept: t, tiles: map[[2]int64][]byte{}, changed: map[[2]int64]bool{}}
	for i, leaf := range leaves {
		if err := edge.add(0, size+int64(i), leaf); err != nil {
			return tlog.Tree{}, err
		}
	}
	tree := tlog.Tree{N: size + int64(len(leaves))}
	var err error
	if tree.Hash, err = tlog.TreeHash(tree.N, Hashes(edge)); err != nil {
		return tree, err
	}
	for at := range edge.changed {
		if err := t.SetTile(int(at[0]), at[1], edge.tiles[at]); err != nil {
			return tree, err
		}
	}
	return tree, nil
}

// edge are tiles as they change.
type edge struct {
	kept    Tiles
	tiles   map[[2]int64][]byte
	changed map[[2]int64]bool
}

func (e *edge) Tile(level int, n int64) (_ []byte, err error) {
	at := [2]int64{int64(level), n}
	if _, have := e.tiles[at]; !have {
		if e.tiles[at], err = e.kept.Tile(level, n); err != nil {
			return nil, err
		}
	}
	return e.tiles[at], nil
}

func (e *edge) SetTile(int, int64, []byte) error { panic("audit: tiles change by entries only") }

// add adds hash number n of a level.
func (e *edge) add(level int, n int64, h tlog.Hash) error {
	at := [2]int64{int64(level), n / tileWidth}
	var data []byte
	if n%tileWidth > 0 {
		var err error
		if data, err = e.Tile(level, at[1]); err != nil {
			return err
		}
	}
	if len(data) != int(n%tileWidth)*tlog.HashSize {
		return relay.Errorf(relay.CodeInternal, "audit: tile %d of level %d has %d bytes where hash %d is to follow", at[1], level, len(data), n)
	}
	data = append(data[:len(data):len(data)], h[:]...)
	e.tiles[at], e.changed[at] = data, true
	if len(data) == tileWidth*tlog.HashSize {
		return e.add(level+1, at[1], treeOf(data))
	}
	return nil
}

// treeOf is the root over a power of two of hashes.
func treeOf(data []byte) tlog.Hash {
	if len(data) == tlog.HashSize {
		return tlog.Hash(data)
	}
	half := len(data) / 2
	return tlog.NodeHash(treeOf(data[:half]), treeOf(data[half:]))
}

// Hashes reads hashes of the tree from tiles that are kept. They are believed: for those of others there is Log.
func Hashes(t interface {
	Tile(level int, n int64) ([]byte, error)
}) tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		all := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			level, n := tlog.SplitStoredHashIndex(index)
			of := level % tileHeight
			first := n << of
			data, err := t.Tile(level/tileHeight, first/tileWidth)
			if err != nil {
				return nil, err
			}
			begin := int(first%tileWidth) * tlog.HashSize
			end := begin + tlog.HashSize<<of
			if end > len(data) {
				return nil, relay.Errorf(relay.CodeInternal, "audit: hash %d of level %d is missing", n, level)
			}
			all[i] = treeOf(data[begin:end])
		}
		return all, nil
	})
}
