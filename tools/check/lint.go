package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// lint runs each linter, also as the browser build sees the code.
func lint(ctx context.Context, r *report) error {
	js := []string{"GOOS=js", "GOARCH=wasm"}
	browser := []string{"./manifest/...", "./wasm/..."}
	found, err := filepath.Glob("bin/staticcheck-*")
	if err != nil || len(found) == 0 {
		return fmt.Errorf("no staticcheck: %w", err)
	}
	static, err := filepath.Abs(found[len(found)-1])
	if err != nil {
		return err
	}
	r.check("lint", "gofmt", gofmt(ctx))
	r.check("lint", "go vet", command(ctx, nil, "go", "vet", "./..."))
	r.check("lint", "go vet, browser build", command(ctx, js, append([]string{"go", "vet"}, browser...)...))
	r.check("lint", "staticcheck", command(ctx, nil, static, "./..."))
	r.check("lint", "staticcheck, browser build", command(ctx, js, append([]string{static}, browser...)...))
	r.check("lint", "arrows and words", command(ctx, nil, "go", "run", "./tools/lint"))
	r.check("lint", "tsc and eslint", command(ctx, nil, "npm", "--prefix", "web", "run", "--silent", "check"))
	return nil
}

func gofmt(ctx context.Context) error {
	// Git knows our files; node_modules may hold other people's.
	files, err := exec.CommandContext(ctx, "git", "ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate", "*.go").Output()
	if err != nil {
		return fmt.Errorf("git ls-files: %w", err)
	}
	args := []string{"-l"}
	for path := range strings.Lines(string(files)) {
		if _, err := os.Stat(strings.TrimSpace(path)); err == nil { // not deleted meanwhile
			args = append(args, strings.TrimSpace(path))
		}
	}
	cmd := exec.CommandContext(ctx, "gofmt", args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return err
	}
	if len(out) > 0 {
		return fmt.Errorf("not formatted (make fmt does it): %s", strings.Join(strings.Fields(string(out)), ", "))
	}
	return nil
}

// build makes the site and the binaries that the end-to-end tests start.
func build(ctx context.Context, r *report) error {
	r.check("build", "site and binaries", command(ctx, nil, "make", "build"))
	r.check("build", "the download's budget and ledger", command(ctx, nil, "node", "tools/size/size.mjs", "--check"))
	return nil
}
