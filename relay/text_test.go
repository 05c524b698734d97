package relay

import "testing"

func TestShorten(t *testing.T) {
	for _, c := range []struct {
		in   string
		n    int
		want string
	}{
		{"as it is", 8, "as it is"},
		{"cut here", 3, "cut"},
		{"a…b", 4, "a…"},
		{"a…b", 3, "a"}, // the second character has three bytes
		{"a\x00b\xffc", 20, "a�b�c"},
	} {
		if got := Shorten(c.in, c.n); got != c.want {
			t.Errorf("Shorten(%q, %d) = %q; want %q", c.in, c.n, got, c.want)
		}
	}
}
