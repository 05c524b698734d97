package audit

import (
	"crypto/ed25519"
	"encoding/base64"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/dehug/dehug/relay"
)

const (
	// maxCheckpoint bounds a signed checkpoint: three lines and some witnesses' signatures.
	maxCheckpoint = 16 << 10
	maxOrigin     = 255
)

// Checkpoint is what a log says of itself, and signs.
type Checkpoint struct {
	Origin string // the log's name
	tlog.Tree
}

// String is what is signed.
func (c Checkpoint) String() string {
	return c.Origin + "\n" + strconv.FormatInt(c.N, 10) + "\n" + base64.StdEncoding.EncodeToString(c.Hash[:]) + "\n"
}

// Sign writes a checkpoint with a signature.
func (c Checkpoint) Sign(s note.Signer) ([]byte, error) {
	return note.Sign(&note.Note{Text: c.String()}, s)
}

// ParseCheckpoint reads what is signed. Lines that it does not know may follow, and are left out.
func ParseCheckpoint(text string) (c Checkpoint, err error) {
	bad := relay.Errorf(relay.CodeInvalid, "audit: %.200q is no checkpoint", text)
	if len(text) > maxCheckpoint || !strings.HasSuffix(text, "\n") {
		return c, bad
	}
	lines := strings.SplitN(text, "\n", 4)
	if len(lines) < 4 || lines[0] == "" || len(lines[0]) > maxOrigin {
		return c, bad
	}
	n, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || n < 0 || strconv.FormatInt(n, 10) != lines[1] || n > maxSize {
		return c, bad
	}
	hash, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(hash) != tlog.HashSize {
		return c, bad
	}
	return Checkpoint{lines[0], tlog.Tree{N: n, Hash: tlog.Hash(hash)}}, nil
}

// OpenCheckpoint reads a checkpoint that the log of a key signed. The log is named as its key.
func OpenCheckpoint(signed []byte, key note.Verifier) (Checkpoint, error) {
	if len(signed) > maxCheckpoint {
		return Checkpoint{}, relay.Errorf(relay.CodeTooLarge, "audit: a checkpoint has at most %d bytes", maxCheckpoint)
	}
	n, err := note.Open(signed, note.VerifierList(key))
	if err != nil {
		return Checkpoint{}, relay.Errorf(relay.CodeUnverified, "audit: checkpoint: %w", err)
	}
	c, err := ParseCheckpoint(n.Text)
	if err == nil && c.Origin != key.Name() {
		err = relay.Errorf(relay.CodeUnverified, "audit: the checkpoint is of the log %.80q, not of %q", c.Origin, key.Name())
	}
	return c, err
}

// PublicKey is what verifies the signatures of a secret key, both as package note writes keys.
func PublicKey(secret string) (string, error) {
	bad := relay.Errorf(relay.CodeInvalid, "audit: that is no secret key of an audit log")
	parts := strings.SplitN(secret, "+", 5)
	if len(parts) != 5 || parts[0] != "PRIVATE" || parts[1] != "KEY" {
		return "", bad
	}
	seed, err := base64.StdEncoding.DecodeString(parts[4])
	if err != nil || len(seed) != 1+ed25519.SeedSize {
		return "", bad
	}
	return note.NewEd25519VerifierKey(parts[2], ed25519.NewKeyFromSeed(seed[1:]).Public().(ed25519.PublicKey))
}
