// Package audit is the relay's log of what it decided: a Merkle tree (RFC 6962) whose root the relay signs, so that nothing in it can be changed,
// left out or told differently to different people without those seeing it who look.
//
//	entry := audit.Entry{Kind: audit.Receipt, At: at, Commit: audit.Commit(audit.Receipt, salt, details)}
//	log := &audit.Log{URL: "https://hub.example/api/v1/audit"}
//	seen, err := log.Look(ctx, before) // a *Fork where the relay told somebody else, or us, something else before
//
// What is published of a row is its kind, its time and a salted hash: who is shown the row and its salt can tell that it is the one. Over HTTP the log has
// the form of C2SP's tlog-tiles with checkpoints of tlog-checkpoint, which other programs read too. Package store keeps the log; here is its form,
// and who looks at it from outside.
package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"

	"github.com/dehug/dehug/relay"
)

// Kinds of entries that somebody looks for. Others are named where they are written.
const (
	Receipt = "receipt" // of a job that succeeded; details are the receipt's leaf, in hexadecimal digits
)

const (
	// SaltSize makes that what a hash is of cannot be guessed.
	SaltSize = 16
	// MaxEntry is how many bytes an entry has.
	MaxEntry = 2048
	maxKind  = 64
)

// Entry is what is public of a row.
type Entry struct {
	Kind   string   `json:"kind"`
	At     int64    `json:"at"`               // Unix seconds
	Public string   `json:"public,omitempty"` // of what is public anyway: a settlement's id and transaction
	Commit [32]byte `json:"-"`
}

type entryJSON struct {
	Entry
	Commit string `json:"commit"`
}

// Encode writes an entry as it is hashed.
func (e Entry) Encode() ([]byte, error) {
	if e.Kind == "" || len(e.Kind) > maxKind || strings.ContainsRune(e.Kind, 0) || e.At < 0 {
		return nil, relay.Errorf(relay.CodeInvalid, "audit: %.80q at %d is no entry", e.Kind, e.At)
	}
	text, err := json.Marshal(entryJSON{e, hex.EncodeToString(e.Commit[:])})
	if err == nil && len(text) > MaxEntry {
		err = relay.Errorf(relay.CodeTooLarge, "audit: an entry has %d bytes, at most %d are kept", len(text), MaxEntry)
	}
	return text, err
}

// ParseEntry reads one. Another spelling of the same entry is none.
func ParseEntry(text []byte) (Entry, error) {
	if len(text) > MaxEntry {
		return Entry{}, relay.Errorf(relay.CodeTooLarge, "audit: an entry has at most %d bytes", MaxEntry)
	}
	var e entryJSON
	if err := json.Unmarshal(text, &e); err != nil {
		return Entry{}, relay.Errorf(relay.CodeInvalid, "audit: entry: %w", err)
	}
	commit, err := hex.DecodeString(e.Commit)
	if err != nil || len(commit) != sha256.Size {
		return Entry{}, relay.Errorf(relay.CodeInvalid, "audit: an entry commits to %.80q", e.Commit)
	}
	e.Entry.Commit = [32]byte(commit)
	if again, err := e.Entry.Encode(); err != nil || !bytes.Equal(again, text) {
		return Entry{}, relay.Errorf(relay.CodeInvalid, "audit: an entry is not in its canonical form")
	}
	return e.Entry, nil
}

// Commit is the hash by which an entry stands for a row. Salt has SaltSize bytes.
func Commit(kind string, salt, details []byte) [32]byte {
	b := append([]byte("dehug/audit/v0\x00"+kind+"\x00"), salt...)
	return sha256.Sum256(append(b, details...))
}
