package relay

import "strings"

// Text is what databases take of what anybody may write: UTF-8 without NUL.
func Text(s string) string { return strings.ReplaceAll(strings.ToValidUTF8(s, "�"), "\x00", "�") }

// Shorten is the Text of s, n bytes of it at most. Of a character that is cut nothing is left.
func Shorten(s string, n int) string {
	if s = Text(s); len(s) > n {
		s = strings.ToValidUTF8(s[:n], "")
	}
	return s
}
