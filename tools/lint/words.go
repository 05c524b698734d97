package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// maxText is the size above which a committed file is taken for data and not searched.
const maxText = 4 << 20

// forbidden is text that ties a file to one machine or one download server. Where packages come from is each
// machine's own setting; paths are relative to the repository. Each is written so that this file does not contain it.
var forbidden = []struct{ text, reason string }{
	{"registry." + "npmjs.org", "names a package registry's host: lock files are written with omit-lockfile-registry-resolved"},
	{"files." + "pythonhosted.org", "names a package registry's host"},
	{"proxy." + "golang.org", "names a package registry's host"},
	{"/home" + "/", "names a path of one machine"},
	{"/Us" + "ers/", "names a path of one machine"},
	{"/ro" + "ot/", "names a path of one machine"},
	{"/wo" + "rk/", "names a path of one machine"},
	{"/tmp" + "/", "names a path that not every machine has: use the test's or the system's temporary folder"},
}

// forbiddenWords searches every committed file, or file about to be.
func forbiddenWords() ([]string, error) {
	out, err := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard").Output()
	if err != nil {
		return nil, fmt.Errorf("git ls-files: %w", err)
	}
	var finds []string
	for _, path := range strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		info, err := os.Lstat(path)
		if err != nil || !info.Mode().IsRegular() || info.Size() > maxText {
			continue // deleted but not yet committed, or not text
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		if bytes.IndexByte(text, 0) >= 0 {
			continue
		}
		for _, f := range forbidden {
			if at := bytes.Index(text, []byte(f.text)); at >= 0 {
				line := 1 + bytes.Count(text[:at], []byte("\n"))
				finds = append(finds, fmt.Sprintf("%s:%d: %q %s", path, line, f.text, f.reason))
			}
		}
	}
	return finds, nil
}
