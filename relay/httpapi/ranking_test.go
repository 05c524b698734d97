package httpapi

import (
	"encoding/json"
	"reflect"
	"testing"
)

// An operator's file of challenges is refused, or says what it says once more when it is shown.
func FuzzChallenges(f *testing.F) {
	f.Add([]byte(`[{"id": "winter-2026", "title": "C", "text": "t", "task": "t", "dataset": "d", "metric": "m", "better": "lower", "evaluator": "0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A",
		"begins": "2026-01-01T00:00:00Z", "ends": "2026-02-01T00:00:00+02:00", "places": 3, "prize": "p"}]`))
	for _, s := range []string{`[]`, `null`, `{}`, `[null]`, `[{"id": "a"}]`, `[{"id": "a", "places": 1e99}]`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		all, err := ParseChallenges(text)
		if err != nil {
			return
		}
		shown, err := json.Marshal(all)
		if err != nil {
			t.Fatalf("%s cannot be shown: %v", text, err)
		}
		again, err := ParseChallenges(shown)
		if err != nil {
			t.Fatalf("%s is shown as %s: %v", text, shown, err)
		}
		if more, err := json.Marshal(again); err != nil || !reflect.DeepEqual(more, shown) {
			t.Errorf("%s is shown as %s, then as %s", text, shown, more)
		}
	})
}
