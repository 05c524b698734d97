package disk

import (
	"cmp"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
)

const recordSuffix = ".json"

// AddRelease puts a release on the list. Its blocks should be there already: readers follow the list at once.
func (f *Folder) AddRelease(r relay.Release) error {
	if _, err := manifest.ParseCID(string(r.Release)); err != nil {
		return relay.Errorf(relay.CodeInvalid, "release: %w", err)
	}
	record, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	name := filepath.Join(f.dir, releasesDir, string(r.Release)+recordSuffix)
	if err := f.write(name, append(record, '\n')); err != nil {
		return relay.Errorf(relay.CodeInternal, "listing the release: %w", err)
	}
	return nil
}

// Releases reads the list, newest first (of two of one second, the higher version). It is read from disk each time, so that what another process publishes
// shows at once.
func (f *Folder) Releases(ctx context.Context) ([]relay.Release, error) {
	entries, err := os.ReadDir(filepath.Join(f.dir, releasesDir))
	if err != nil {
		return nil, relay.Errorf(relay.CodeInternal, "data folder: %w", err)
	}
	var releases []relay.Release
	for _, e := range entries {
		cid, ok := strings.CutSuffix(e.Name(), recordSuffix)
		if _, err := manifest.ParseCID(cid); !ok || err != nil {
			continue // not one of ours
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		record, err := os.ReadFile(filepath.Join(f.dir, releasesDir, e.Name()))
		if err != nil {
			return nil, relay.Errorf(relay.CodeInternal, "data folder: %w", err)
		}
		var r relay.Release
		if err := json.Unmarshal(record, &r); err != nil {
			return nil, relay.Errorf(relay.CodeInternal, "data folder: %s: %w", e.Name(), err)
		}
		releases = append(releases, r)
	}
	slices.SortFunc(releases, func(a, b relay.Release) int {
		return cmp.Or(cmp.Compare(b.Created, a.Created), cmp.Compare(a.Name, b.Name), semver.Compare("v"+b.Version, "v"+a.Version), cmp.Compare(a.Release, b.Release))
	})
	return releases, nil
}
