package manifest

import (
	"strings"
	"testing"

	"golang.org/x/crypto/sha3"
)

// TestKeccak compares with x/crypto on lengths around the rate of 136 bytes.
func TestKeccak(t *testing.T) {
	data := []byte(strings.Repeat("dehug", 100))
	for n := range data {
		h := sha3.NewLegacyKeccak256()
		h.Write(data[:n])
		if got, want := keccak256(data[:n/3], data[n/3:n]), [32]byte(h.Sum(nil)); got != want {
			t.Errorf("%d bytes: got %x want %x", n, got, want)
		}
	}
}

// TestAddressCase uses the examples of EIP-55.
func TestAddressCase(t *testing.T) {
	for _, want := range []string{
		"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
		"0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
		"0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
		"0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
	} {
		a, err := ParseAddress(want)
		if err != nil || a.String() != want {
			t.Errorf("input %s got %s, %v", want, a, err)
		}
	}
	for _, bad := range []string{"", "0x", "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed00", "0X5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeg"} {
		if a, err := ParseAddress(bad); err == nil {
			t.Errorf("input %q got %s", bad, a)
		}
	}
}

func TestVarint(t *testing.T) {
	for _, v := range []uint64{0, 1, 127, 128, 1 << 31, 1<<32 - 1, 1 << 63, 1<<64 - 1} {
		b := appendVarint(nil, v)
		if got, n := varint(append(b, 0xff)); got != v || n != len(b) {
			t.Errorf("input %d got %d, %d bytes of %d", v, got, n, len(b))
		}
		if _, n := varint(b[:len(b)-1]); n != 0 {
			t.Errorf("input %d cut short: got %d bytes", v, n)
		}
	}
	if _, n := varint([]byte("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02")); n != 0 {
		t.Errorf("65 bits: got %d bytes", n)
	}
}

// TestValueRules lists what each small grammar takes and refuses.
func TestValueRules(t *testing.T) {
	for _, c := range []struct {
		what  string
		valid func(string) bool
		good  string
		bad   string
	}{
		{"semver", isSemver, "0.0.0 1.2.3 1.0.0-rc.1 1.0.0-0a.-- 1.0.0+001 1.0.0-x+y.z 10.20.30", "1 1.0 1.0.0.0 01.0.0 1.0.0- 1.0.0-01 1.0.0+ 1.0.0-a..b v1.0.0 1.0.0-ä"},
		{"decimal", isDecimal, "0 1 -1 0.5 -0.5 10.25 127.5", "-0 +1 .5 1. 1.0 01 1e3 - -. NaN 1,5 0x1"},
		{"timestamp", isTimestamp, "2026-01-02T03:04:05Z 2024-02-29T23:59:59Z 2000-02-29T00:00:00Z", "2026-02-29T00:00:00Z 2100-02-29T00:00:00Z 2026-13-01T00:00:00Z 2026-00-01T00:00:00Z 2026-01-00T00:00:00Z 2026-01-01T24:00:00Z 2026-01-01T00:60:00Z 2026-01-01T00:00:60Z 2026-01-01T00:00:00z 2026-01-01T00:00:00+00:00 2026-01-01"},
		{"media type", isMediaType, "application/onnx text/plain image/svg+xml application/vnd.apache.parquet", "text text/ /plain Text/plain text/plain;a text/a/b"},
		{"slug", func(s string) bool { return checkSlug("", s) == nil }, "a a1 a-b a.b_c-d 0", "A a- -a a--b a._b ä a/b"},
	} {
		for s := range strings.FieldsSeq(c.good) {
			if !c.valid(s) {
				t.Errorf("%s %q: got refused", c.what, s)
			}
		}
		for s := range strings.FieldsSeq(c.bad) {
			if c.valid(s) {
				t.Errorf("%s %q: got accepted", c.what, s)
			}
		}
		if c.valid("") {
			t.Errorf("%s: empty text accepted", c.what)
		}
	}
}

// TestReadEscapes: each escape is read in its one written form only.
func TestReadEscapes(t *testing.T) {
	for _, c := range []struct {
		in   string
		want string
		code string
	}{
		{`"\"\\\b\t\n\f\r"`, "\"\\\b\t\n\f\r", ""},
		{`"\u001f\u0000"`, "\x1f\x00", ""},
		{`"\u001F"`, "", "not-canonical"},
		{`"\u0009"`, "", "not-canonical"},
		{`"\u007f"`, "", "not-canonical"},
		{`"\/"`, "", "not-canonical"},
		{`"\ud83d\ude00"`, "", "text"},
		{`"\u12"`, "", "syntax"},
		{`"\u+001"`, "", "syntax"},
		{`"\x"`, "", "syntax"},
		{`"\`, "", "syntax"},
		{"\"\t\"", "", "syntax"},
		{`"abc`, "", "syntax"},
	} {
		d := &codec{in: []byte(c.in)}
		got, _ := d.readString()
		if got != c.want || CodeOf(d.err) != c.code {
			t.Errorf("input %s got %q %v want %q %s", c.in, got, d.err, c.want, c.code)
		}
		if c.code == "" {
			if again := string(appendString(nil, got)); again != c.in {
				t.Errorf("input %s written back as %s", c.in, again)
			}
		}
	}
}
