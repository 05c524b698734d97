package manifest_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/dehug/dehug/manifest"
)

func readSpec(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile("SPEC.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestSpecExamples: the JSON shown in SPEC.md is that of the vectors.
func TestSpecExamples(t *testing.T) {
	vectors := loadVectors(t)
	shown := regexp.MustCompile("(?s)```json\n(.*?)```").FindAllStringSubmatch(readSpec(t), -1)
	want := [][]byte{parts(vectors["manifest-example"].Document), parts(vectors["envelope-one-author"].Envelope)}
	if len(shown) != len(want) {
		t.Fatalf("got %d examples want %d", len(shown), len(want))
	}
	for i := range want {
		var o map[string]any
		if err := json.Unmarshal([]byte(shown[i][1]), &o); err != nil {
			t.Fatal(err)
		}
		got, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want[i]) {
			t.Errorf("example %d\ngot  %s\nwant %s", i, got, want[i])
		}
	}
	for _, name := range []string{
		strings.TrimPrefix(vectors["manifest-example"].ManifestDigest, "0x"), vectors["manifest-example"].CID,
		vectors["release-valid"].CID, vectors["envelope-one-author"].SigningHash,
	} {
		if !strings.Contains(readSpec(t), "`"+name+"`") {
			t.Errorf("SPEC.md does not give %s", name)
		}
	}
}

// TestSpecVectors: every vector that SPEC.md names exists.
func TestSpecVectors(t *testing.T) {
	vectors := loadVectors(t)
	checks := map[string]bool{}
	for _, v := range vectors {
		checks[v.Check] = true
	}
	rules, _, _ := strings.Cut(readSpec(t), "\n## Refusals\n") // codes look like names
	n := 0
	for _, m := range regexp.MustCompile("`([a-z0-9-]+)`").FindAllStringSubmatch(rules, -1) {
		for c := range checks {
			if _, ok := vectors[m[1]]; strings.HasPrefix(m[1], c+"-") {
				if n++; !ok {
					t.Errorf("SPEC.md names %s, which does not exist", m[1])
				}
				break
			}
		}
	}
	if n < 50 {
		t.Errorf("SPEC.md names only %d vectors", n)
	}
}

// TestSpecCodes: SPEC.md lists exactly the codes that the vectors expect, each
// with the text and the hint that this package gives.
func TestSpecCodes(t *testing.T) {
	_, table, _ := strings.Cut(readSpec(t), "\n## Refusals\n")
	codes := map[string]bool{"ok": true}
	for _, v := range loadVectors(t) {
		if codes[v.Expect] {
			continue
		}
		codes[v.Expect] = true
		var e *manifest.Error
		if !errors.As(check(v), &e) {
			t.Fatalf("%s: not refused", v.Comment)
		}
		if line := "| `" + e.Code + "` | " + e.Text + " | " + e.Hint + " |\n"; !strings.Contains(table, line) {
			t.Errorf("SPEC.md lacks the line\n%s", line)
		}
	}
	if got, want := strings.Count(table, "\n| `"), len(codes)-1; got != want {
		t.Errorf("SPEC.md lists %d codes, the vectors expect %d", got, want)
	}
}
