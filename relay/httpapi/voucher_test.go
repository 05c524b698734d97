package httpapi

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/dehug/dehug/relay"
)

// FuzzVoucher reads vouchers of a header: what is none is refused, and faults nothing.
func FuzzVoucher(f *testing.F) {
	session := "0x" + strings.Repeat("ab", 32)
	for _, text := range []string{
		`{"session":"` + session + `","units":1,"transcript":"0x` + strings.Repeat("11", 32) + `","signature":"0x` + strings.Repeat("22", 64) + `1b"}`,
		`{"session":"` + session + `","units":1,"transcript":"0x` + strings.Repeat("11", 32) + `","signature":"0x` + strings.Repeat("22", 64) + `00"}`,
		`{"session":"` + session + `","units":1,"transcript":"0x` + strings.Repeat("11", 33) + `","signature":"0x` + strings.Repeat("22", 65) + `"}`, // longer than it may be
		`{"session":"` + session + `","units":1,"transcript":"0x1","signature":"0x"}`,
		`{"session":"` + session + `","units":4294967296}`, `{"units":-1}`, `[]`, `null`,
	} {
		f.Add(base64.StdEncoding.EncodeToString([]byte(text)))
	}
	f.Add("==")
	f.Fuzz(func(t *testing.T, header string) {
		v, err := voucherOf(header)
		switch {
		case err != nil:
			if relay.ErrorCode(err) != relay.CodeInvalid {
				t.Errorf("voucherOf(%q) = %v", header, err)
			}
		case header == "":
			if v != nil {
				t.Errorf("no header is %+v", v)
			}
		case v == nil || !sessionForm.MatchString(v.Session) || v.Units < 1 || v.Units >= 1<<32:
			t.Errorf("voucherOf(%q) = %+v", header, v)
		}
	})
}
