package index

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/store"
	"github.com/dehug/dehug/relay/upload"
)

const (
	// maxScan is how many bytes are fetched to scan a release that is not here: the first megabyte of a file says most.
	maxScan = 64 << 20
	// scanTime is how long its sources may take for that.
	scanTime = 30 * time.Second
	// sideBySide is how many are scanned at once: one whose sources are silent takes scanTime.
	sideBySide = 4
)

// scans scans what was listed, a few releases side by side. Which are due is in the database: one that was cut off is due again.
func (x *Index) scans(ctx context.Context) error {
	for {
		due, err := x.store.ScansDue(ctx, sideBySide)
		if err != nil || len(due) == 0 {
			return err
		}
		errs := make([]error, len(due))
		var all sync.WaitGroup
		for i, doc := range due {
			all.Go(func() { errs[i] = x.scan(ctx, manifest.CID(doc)) })
		}
		all.Wait()
		if err := errors.Join(errs...); err != nil {
			return err
		}
	}
}

// scan looks for what is risky in a release's files, as far as they are to be had. What is fetched for it is not kept.
func (x *Index) scan(ctx context.Context, doc manifest.CID) error {
	within, stop := context.WithTimeout(ctx, scanTime)
	defer stop()
	found, err := x.warnings(within, doc)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		x.log.InfoContext(ctx, "a release was not scanned to its end", slog.String("manifest", string(doc)), slog.Any("error", err))
	}
	return x.store.Scanned(ctx, string(doc), found)
}

func (x *Index) warnings(ctx context.Context, doc manifest.CID) ([]store.Warning, error) {
	text, err := x.blocks.Get(ctx, doc)
	if err != nil {
		return nil, err
	}
	m, err := manifest.Parse(text)
	if err != nil {
		return nil, err
	}
	return upload.Warnings(ctx, &bounded{x.blocks, x.sources, maxScan}, doc, m)
}

// bounded is blocks that are here, and so many bytes of others.
type bounded struct {
	here relay.Source
	far  relay.Source // nil for none
	left int
}

func (b *bounded) Get(ctx context.Context, cid manifest.CID) ([]byte, error) {
	data, err := b.here.Get(ctx, cid)
	if relay.ErrorCode(err) != relay.CodeNotFound || b.far == nil {
		return data, err
	}
	if b.left <= 0 {
		return nil, relay.Errorf(relay.CodeTooLarge, "more than %d bytes to fetch", maxScan)
	}
	data, err = b.far.Get(ctx, cid)
	b.left -= len(data)
	return data, err
}
