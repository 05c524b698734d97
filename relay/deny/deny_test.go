package deny

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ipfs/go-cid"

	"github.com/dehug/dehug/relay"
)

func open(t *testing.T, text string) *Lists {
	t.Helper()
	name := filepath.Join(t.TempDir(), "x.deny")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := Open(slog.New(slog.DiscardHandler), name)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// The example of the format's specification, and what its comments say of it.
func TestSpecification(t *testing.T) {
	l := open(t, `version: 1
name: Example IPFSCorp blocking list
author: abuse-ipfscorp@example.com
hints:
  gateway_status: 451
  hint2: value2
---
# Blocking by CID is codec-agnostic.
/ipfs/bafybeihvvulpp4evxj7x7armbqcyg6uezzuig6jp3lktpbovlqfkuqeuoq gateway_status=410
/ipfs/Qmah2YDTfrox4watLCr3YgKyBwvjq8FJZEFdWY6WtJ3Xt2/test*
/ipfs/QmTuvSQbEDR3sarFAN9kAeXBpiBCyYYNxdxciazBba11eC/test/*
/ipfs/QmUboz9UsQBDeS6Tug1U8jgoFkgYxyYood9NDyVURAY9pK/blocked*
!/ipfs/QmUboz9UsQBDeS6Tug1U8jgoFkgYxyYood9NDyVURAY9pK/blockednot
!/ipfs/QmUboz9UsQBDeS6Tug1U8jgoFkgYxyYood9NDyVURAY9pK/blocked/not
!/ipfs/QmUboz9UsQBDeS6Tug1U8jgoFkgYxyYood9NDyVURAY9pK/blocked/exceptions*
/ipns/domain.example
//QmX9dhRcQcKUw3Ws8485T5a9dtjrSCQaUAHnG4iK9i4ceM
//d9d295bde21f422d471a90f2a37ec53049fdf3e5fa3ee2e8f20e10003da429e7
//3f8b9febd851873b3774b937cce126910699ceac56e72e64b866f8e258d09572
`)
	tests := []struct {
		path   string
		status int
		rule   string // the line
	}{
		{"bafybeihvvulpp4evxj7x7armbqcyg6uezzuig6jp3lktpbovlqfkuqeuoq", 410, ":9"},
		{"bafkreihvvulpp4evxj7x7armbqcyg6uezzuig6jp3lktpbovlqfkuqeuoq", 410, ":9"}, // another codec
		{"bafybeihvvulpp4evxj7x7armbqcyg6uezzuig6jp3lktpbovlqfkuqeuoq/path", 0, ""},
		{"Qmah2YDTfrox4watLCr3YgKyBwvjq8FJZEFdWY6WtJ3Xt2", 0, ""},
		{"Qmah2YDTfrox4watLCr3YgKyBwvjq8FJZEFdWY6WtJ3Xt2/test", 451, ":10"},
		{"Qmah2YDTfrox4watLCr3YgKyBwvjq8FJZEFdWY6WtJ3Xt2/testing/more", 451, ":10"},
		{"QmTuvSQbEDR3sarFAN9kAeXBpiBCyYYNxdxciazBba11eC/test/a", 451, ":11"},
		{"QmTuvSQbEDR3sarFAN9kAeXBpiBCyYYNxdxciazBba11eC/tes", 0, ""},
		{"QmUboz9UsQBDeS6Tug1U8jgoFkgYxyYood9NDyVURAY9pK/blocked/yes", 451, ":12"},
		{"QmUboz9UsQBDeS6Tug1U8jgoFkgYxyYood9NDyVURAY9pK/blockednot", 0, ""},
		{"QmUboz9UsQBDeS6Tug1U8jgoFkgYxyYood9NDyVURAY9pK/blocked/not", 0, ""},
		{"QmUboz9UsQBDeS6Tug1U8jgoFkgYxyYood9NDyVURAY9pK/blocked/exceptions/x", 0, ""},
		{"bafybeidjwik6im54nrpfg7osdvmx7zojl5oaxqel5cmsz46iuelwf5acja", 451, ":17"},
		{"QmVTF1yEejXd9iMgoRTFDxBv7HAz9kuZcQNBzHrceuK9HR", 451, ":17"},
		{"bafybeiefwqslmf6zyyrxodaxx4vwqircuxpza5ri45ws3y5a62ypxti42e", 451, ":18"},
		{"bafybeiefwqslmf6zyyrxodaxx4vwqircuxpza5ri45ws3y5a62ypxti42e/path", 451, ":19"},
		{"bafybeiefwqslmf6zyyrxodaxx4vwqircuxpza5ri45ws3y5a62ypxti42e/path2", 0, ""},
		{"bafkqaaa", 0, ""},
	}
	for _, tt := range tests {
		name, path, _ := strings.Cut(tt.path, "/")
		got := l.Find(cid.MustParse(name), path)
		switch {
		case got == nil && tt.status != 0:
			t.Errorf("%s is served; want %d by line %s", tt.path, tt.status, tt.rule)
		case got != nil && (got.Status != tt.status || !strings.HasSuffix(got.Rule, tt.rule)):
			t.Errorf("%s: %d by %s; want %d by line %q", tt.path, got.Status, got.Rule, tt.status, tt.rule)
		}
	}
	if got := (*Lists)(nil).Find(cid.MustParse("bafkqaaa"), ""); got != nil {
		t.Errorf("no lists deny: %v", got)
	}
}

// A wrong line is an error that names it: nothing that was meant to be denied is served for a typo.
func TestRefuseList(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"no rule", "/ipfs/bafkqaaa\nbafkqaaa\n", `:2: "bafkqaaa" is no rule`},
		{"no CID", "/ipfs/Qmnope\n", `:1: "Qmnope" is no CID`},
		{"no hash", "//Qmnope", "neither 64 hex digits nor a multihash"},
		{"another hash", "//gW813G35CnLsy7gRYYHuf63hrz71U1xoLFDVeV7actx6oX", "only sha2-256"},
		{"status", "/ipfs/bafkqaaa gateway_status=500\n", "want 410 or 451"},
		{"status of all", "hints:\n  gateway_status: 200\n---\n", "want 410 or 451"},
		{"version", "version: 2\n---\n", "version 2"},
		{"header", ": : :\n---\n", "header"},
		{"escape", "/ipfs/bafkqaaa/%zz\n", "invalid URL escape"},
		{"endless line", strings.Repeat("x", maxLine+1), "token too long"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			name := filepath.Join(t.TempDir(), "x.deny")
			if err := os.WriteFile(name, []byte(tt.text), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := Open(slog.New(slog.DiscardHandler), name)
			if err == nil || !strings.Contains(err.Error(), tt.want) || relay.ErrorHint(err) == "" {
				t.Errorf("error is %v (hint %q); want one with %q", err, relay.ErrorHint(err), tt.want)
			}
		})
	}
	if _, err := Open(slog.New(slog.DiscardHandler), filepath.Join(t.TempDir(), "none")); relay.ErrorCode(err) != relay.CodeNotFound {
		t.Errorf("a file that is not there: %v", err)
	}
}

// A changed file counts without a restart; one that became unreadable leaves the old rules and a line in the log.
func TestFollow(t *testing.T) {
	name := filepath.Join(t.TempDir(), "x.deny")
	write := func(text string) {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("")
	var log bytes.Buffer
	l, err := Open(slog.New(slog.NewTextHandler(&log, nil)), name)
	if err != nil {
		t.Fatal(err)
	}
	c := cid.MustParse("bafybeihvvulpp4evxj7x7armbqcyg6uezzuig6jp3lktpbovlqfkuqeuoq")
	later := func() { l.looked.Store(time.Now().Add(-2 * lookAgain).UnixNano()) }
	if l.Find(c, "") != nil {
		t.Error("an empty list denies")
	}
	write("/ipfs/" + c.String() + "\n")
	if later(); l.Find(c, "") == nil {
		t.Error("a line that was added does not count")
	}
	write("nonsense, and longer than it was: " + c.String() + c.String())
	if later(); l.Find(c, "") == nil {
		t.Error("a list that broke no longer denies")
	}
	if !strings.Contains(log.String(), "old rules stay") {
		t.Errorf("the operator is told %q", log.String())
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("version: 1\nhints: {gateway_status: 451}\n---\n/ipfs/bafkqaaa/a%20b*\n!/ipfs/bafkqaaa\n//" + strings.Repeat("ab", 32)))
	c := cid.MustParse("bafkqaaa")
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := parse(bytes.NewReader(b))
		if (r == nil) == (err == nil) {
			t.Fatalf("%v, %v", r, err)
		}
		if err == nil {
			r.find(c, "a/b")
		}
	})
}
