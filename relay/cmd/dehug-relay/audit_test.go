package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/dehug/dehug/relay/audit"
	"github.com/dehug/dehug/relay/internal/rows"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/store"
)

// A relay that rewrites a row of its log, or goes on from another past than it showed, is found out by who looked before; a backup has the log.
func TestAuditVerify(t *testing.T) {
	dir := t.TempDir()
	data, backup, witness := filepath.Join(dir, "data"), filepath.Join(dir, "backup"), filepath.Join(dir, "checkpoint")
	site, signed := "", 0
	relay := (*killable)(nil)
	serve := func(data string) {
		relay = begin(t, true, func(line string) { site = line }, []string{asRelay + "=1"}, "serve", "--data", data, "--listen", "127.0.0.1:0", "--gateway-listen", "127.0.0.1:0", "--log-level", "error")
	}
	t.Cleanup(func() { relay.kill() })
	deny := func(data string, letters ...string) {
		t.Helper()
		s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(data, "hub.db"))
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		for _, c := range letters {
			who := "0x" + strings.Repeat(c, 40)
			if err := s.Deny(t.Context(), store.Denial{Kind: store.DenyAccount, What: who, Admin: who, Created: time.Now().UnixMicro()}); err != nil {
				t.Fatal(err)
			}
		}
		for head, err := s.AuditHead(t.Context()); int(head.Size) < signed+len(letters); head, err = s.AuditHead(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(10 * time.Millisecond)
		}
		signed += len(letters)
	}
	verify := func(want int, says string) {
		t.Helper()
		var out, errs bytes.Buffer
		if status := run(t.Context(), []string{"audit", "verify", site, "--since", witness}, &out, &errs); status != want || !strings.Contains(out.String()+errs.String(), says) {
			t.Fatalf("audit verify = %d, want %d and %q:\n%s%s", status, want, says, &out, &errs)
		}
	}
	serve(data)
	signed = 1 // what its operator set
	deny(data, "1", "2")
	verify(0, "3 new entries")
	var said bytes.Buffer
	if status := run(t.Context(), []string{"backup", backup, "--data", data}, &said, &said); status != 0 {
		t.Fatalf("backup = %d: %s", status, &said)
	}
	deny(data, "3", "4")
	verify(0, "it has all 3 entries that it had")
	relay.kill()
	serve(data) // goes on
	deny(data, "5")
	verify(0, "it has all 5 entries that it had")
	relay.kill()

	// One row.
	db := rows.Open(t, "sqlite:"+filepath.Join(data, "hub.db"))
	if _, err := db.Exec("UPDATE audit_entries SET entry = (SELECT entry FROM audit_entries WHERE idx = 1) WHERE idx = 5"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(witness); err != nil { // also for who never looked
		t.Fatal(err)
	}
	serve(data)
	verify(3, "entry 5 is not the one that")
	relay.kill()

	// That row, and the tree with it.
	if err := os.WriteFile(witness, head(t, data), 0o600); err != nil {
		t.Fatal(err)
	}
	rebuild(t, data)
	serve(data)
	verify(3, "as many entries are others")
	key := keyOf(t, data)
	for _, name := range []string{witness, witness + ".fork"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if c, err := audit.OpenCheckpoint(text, key); err != nil || c.N != 6 {
			t.Errorf("%s is no evidence: %v, %v", name, c, err)
		}
	}
	relay.kill()

	// A backup is the log as it was: what was shown after that is missing, and then is something else.
	serve(backup)
	signed = 3
	verify(3, "it has fewer entries")
	deny(backup, "6", "7", "8", "9")
	verify(3, "its first entries are others")
}

// head is what was signed last.
func head(t *testing.T, data string) (signed []byte) {
	t.Helper()
	db := rows.Open(t, "sqlite:"+filepath.Join(data, "hub.db"))
	defer db.Close()
	if err := db.QueryRow("SELECT signed FROM audit_head").Scan(&signed); err != nil {
		t.Fatal(err)
	}
	return signed
}

func keyOf(t *testing.T, data string) note.Verifier {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(data, "audit.key"))
	if err != nil {
		t.Fatal(err)
	}
	public, err := audit.PublicKey(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	key, err := note.NewVerifier(public)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func signerOf(t *testing.T, data string) note.Signer {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(data, "audit.key"))
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	return signer
}

// tile is the only one that a short log has.
type tile struct{ hashes []byte }

func (t *tile) Tile(int, int64) ([]byte, error)             { return t.hashes, nil }
func (t *tile) SetTile(_ int, _ int64, hashes []byte) error { t.hashes = hashes; return nil }

// rebuild makes the tree anew over what the table of entries has, and signs it, as who has the key can.
func rebuild(t *testing.T, data string) {
	t.Helper()
	db := rows.Open(t, "sqlite:"+filepath.Join(data, "hub.db"))
	defer db.Close()
	var leaves []tlog.Hash
	found, err := db.Query("SELECT entry FROM audit_entries ORDER BY idx")
	if err != nil {
		t.Fatal(err)
	}
	for found.Next() {
		var entry []byte
		if err := found.Scan(&entry); err != nil {
			t.Fatal(err)
		}
		leaves = append(leaves, tlog.RecordHash(entry))
	}
	found.Close()
	var made tile
	tree, err := audit.Append(&made, 0, leaves)
	if err != nil {
		t.Fatal(err)
	}
	signer := signerOf(t, data)
	signed, err := audit.Checkpoint{Origin: signer.Name(), Tree: tree}.Sign(signer)
	if err != nil {
		t.Fatal(err)
	}
	for statement, with := range map[string][]byte{"UPDATE audit_tiles SET hashes = ? WHERE level = 0": made.hashes, "UPDATE audit_head SET signed = ?": signed} {
		if _, err := db.Exec(statement, with); err != nil {
			t.Fatal(err)
		}
	}
}

// auditHas looks whether each job that ended is in the audit log once, or waits for it, whatever became of the relay meanwhile.
func auditHas(t *testing.T, data string) {
	t.Helper()
	signer, key := signerOf(t, data), keyOf(t, data)
	s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(data, "hub.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for more := true; more; {
		if _, more, err = s.GrowAudit(t.Context(), signer); err != nil {
			t.Fatal(err)
		}
	}
	head, err := s.AuditHead(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c, err := audit.OpenCheckpoint(head.Signed, key)
	if err != nil {
		t.Fatal(err)
	}
	if root, err := tlog.TreeHash(c.N, s.AuditHashes(t.Context())); err != nil || root != c.Hash {
		t.Fatalf("the audit log of %d entries has root %s, %v, and signed %s", c.N, root, err, c.Hash)
	}
	db := rows.Open(t, "sqlite:"+filepath.Join(data, "hub.db"))
	defer db.Close()
	logged := map[string]int{} // by leaf, or by job and code
	next := int64(0)
	rows.Each(t, db, "audit_entries", func(_ []string, values []any) {
		idx, entry, kind, salt, details := values[0].(int64), values[1].([]byte), values[2].(string), values[3].([]byte), values[4].(string)
		want, err := tlog.ProveRecord(c.N, idx, s.AuditHashes(t.Context()))
		if err == nil {
			err = tlog.CheckRecord(want, c.N, c.Hash, idx, tlog.RecordHash(entry))
		}
		if e, parsed := audit.ParseEntry(entry); err != nil || parsed != nil || idx != next || e.Kind != kind || e.Commit != audit.Commit(kind, salt, []byte(details)) {
			t.Fatalf("entry %d is not what was signed: %v, %v", idx, err, parsed)
		}
		next++
		logged[details]++
	})
	if next != c.N {
		t.Errorf("the audit log has %d entries, and signed %d", next, c.N)
	}
	ended := 0
	rows.Each(t, db, "jobs", func(columns []string, values []any) {
		row := map[string]any{}
		for i, c := range columns {
			row[c] = values[i]
		}
		what := ""
		switch row["state"] {
		case "failed", "canceled":
			what = row["id"].(string) + " " + row["code"].(string)
		case "succeeded":
			kept, err := s.Receipt(t.Context(), row["id"].(string))
			if err != nil {
				t.Fatal(err)
			}
			r, err := receipt.Parse(kept.Document)
			if err != nil {
				t.Fatal(err)
			}
			leaf, err := r.Leaf()
			if err != nil {
				t.Fatal(err)
			}
			what = fmt.Sprintf("%x", leaf)
		default:
			return
		}
		if ended++; logged[what] != 1 {
			t.Errorf("job %s, %s, is %d times in the audit log", row["id"], row["state"], logged[what])
		}
	})
	t.Logf("audit log: %d entries, of %d jobs that ended", c.N, ended)
}
