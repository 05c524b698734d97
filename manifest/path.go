package manifest

import "strings"

// Path rules. A path must be the same name on every system it is unpacked on
// and in every URL it is fetched by.
const (
	MaxPath    = 1024 // bytes; below PATH_MAX everywhere with room for a folder before it
	MaxSegment = 255  // bytes; NAME_MAX of every common file system
	MaxDepth   = 32   // segments; bounds the directories a release can make
)

// CheckPath tells whether p may name a file of a release.
func CheckPath(p string) error {
	if len(p) == 0 || len(p) > MaxPath {
		return refuse(ErrPath, "", quote(p)+" is empty or longer than 1024 bytes")
	}
	depth := 0
	for seg := range strings.SplitSeq(p, "/") {
		if depth++; depth > MaxDepth {
			return refuse(ErrPath, "", quote(p)+" is deeper than 32 segments")
		}
		if why := checkSegment(seg); why != "" {
			return refuse(ErrPath, "", quote(p)+": segment "+quote(seg)+" "+why)
		}
	}
	return nil
}

// checkSegment says what is wrong with one part of a path, or "".
func checkSegment(seg string) string {
	switch {
	case seg == "":
		return "is empty"
	case len(seg) > MaxSegment:
		return "is longer than 255 bytes"
	case seg[len(seg)-1] == '.': // covers . and .. ; Windows drops a trailing dot
		return "ends with a dot"
	}
	for i := 0; i < len(seg); i++ {
		c := seg[i]
		if !isAlnum(c) && c != '.' && c != '_' && c != '+' && c != '-' {
			return "has a character outside A-Z a-z 0-9 . _ + -"
		}
	}
	stem, _, _ := strings.Cut(seg, ".")
	stem = asciiLower(stem)
	if len(stem) == 4 && '0' <= stem[3] && stem[3] <= '9' {
		stem = stem[:3] + "0"
	}
	switch stem {
	case "con", "prn", "aux", "nul", "com0", "lpt0": // with any extension: NUL.txt is NUL
		return "is a device name on Windows"
	}
	return ""
}

func isAlnum(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// asciiLower lower-cases A-Z only, so that no locale and no Unicode table is involved.
func asciiLower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
