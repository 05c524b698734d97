package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/mattn/go-isatty"
)

// terminal writes for a person: colours and a moving bar where the output is a terminal, plain lines elsewhere.
type terminal struct {
	w      io.Writer
	tty    bool
	colour bool
	drawn  bool // a bar stands on the current line
}

// newTerminal looks at what w is. NO_COLOR, set to anything, turns colours off (no-color.org).
func newTerminal(w io.Writer) *terminal {
	t := &terminal{w: w}
	if f, ok := w.(*os.File); ok {
		t.tty = isatty.IsTerminal(f.Fd()) && os.Getenv("TERM") != "dumb"
	}
	t.colour = t.tty && os.Getenv("NO_COLOR") == ""
	return t
}

func (t *terminal) paint(code, s string) string {
	if !t.colour {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func (t *terminal) red(s string) string   { return t.paint("31", s) }
func (t *terminal) green(s string) string { return t.paint("32", s) }
func (t *terminal) bold(s string) string  { return t.paint("1", s) }

const clearLine = "\r\x1b[K"

// line writes a line that stays.
func (t *terminal) line(format string, args ...any) {
	if t.drawn {
		fmt.Fprint(t.w, clearLine)
		t.drawn = false
	}
	fmt.Fprintf(t.w, format+"\n", args...)
}

const barWidth = 24

// bar draws how far something has come, over the bar drawn before. It does nothing where there is no terminal.
func (t *terminal) bar(label string, done, total int64) {
	if !t.tty {
		return
	}
	share := 1.0
	if total > 0 {
		share = float64(done) / float64(total)
	}
	full := int(share * barWidth)
	fmt.Fprintf(t.w, "%s[%s%s] %3.0f%%  %s  %s", clearLine,
		t.green(strings.Repeat("#", full)), strings.Repeat(".", barWidth-full), 100*share, size(total), label)
	t.drawn = true
}

// size says a number of bytes in three digits and decimal units, as file managers do.
func size(n int64) string {
	units := []string{"B", "kB", "MB", "GB", "TB"}
	v, u := float64(n), 0
	for v >= 999.5 && u < len(units)-1 {
		v, u = v/1000, u+1
	}
	if u > 0 && v < 9.995 {
		return fmt.Sprintf("%.2f %s", v, units[u])
	}
	return fmt.Sprintf("%.0f %s", v, units[u])
}
