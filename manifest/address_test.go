package manifest_test

import (
	"strings"
	"testing"

	"github.com/dehug/dehug/manifest"
)

func TestParsePastedAddress(t *testing.T) {
	const good = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed" // the first example of EIP-55
	for _, c := range []struct {
		in string
		ok bool
	}{
		{good, true},
		{strings.ToLower(good), true},
		{"0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", false}, // one letter's case changed
		{good[:41], false},
		{good[2:], false},
		{"0x" + strings.Repeat("g", 40), false},
	} {
		a, err := manifest.ParsePastedAddress(c.in)
		if (err == nil) != c.ok || c.ok && a.String() != good {
			t.Errorf("%s: got %s, %v, want ok = %v", c.in, a, err, c.ok)
		}
	}
}
