package index

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/store"
	"github.com/dehug/dehug/relay/upload"
)

// A Claim is what the chain says of a version.
type Claim struct {
	Kind, Name, Version string
	Manifest            manifest.CID
	Root                manifest.Digest
	License             manifest.Digest
	Owner               manifest.Address // who owned the model when the version was published
}

// errMismatch is a manifest that is not what the chain says. It never will be.
var errMismatch = errors.New("does not match")

func mismatch(format string, args ...any) error {
	return fmt.Errorf("%w: %w", errMismatch, fmt.Errorf(format, args...))
}

// Check compares a manifest with what the chain says of it, and returns it and who signed it. envelope has its signatures, nil where
// none are known: that the owner published it is a signature too, as long as the owner is among the authors.
func Check(doc, envelope []byte, c Claim) (*manifest.Manifest, []manifest.Address, error) {
	if err := c.Manifest.Verify(doc); err != nil {
		return nil, nil, mismatch("manifest: %w", err)
	}
	m, err := manifest.Parse(doc)
	if err != nil {
		return nil, nil, mismatch("manifest: %w", err)
	}
	for _, f := range []struct{ what, chain, manifest string }{
		{"kind", c.Kind, m.Kind}, {"name", c.Name, m.Name}, {"version", c.Version, m.Version}, {"root", c.Root.String(), m.Root.String()},
	} {
		if f.chain != f.manifest {
			return nil, nil, mismatch("its %s is %s, the chain says %s", f.what, f.manifest, f.chain)
		}
	}
	if d := m.License.SHA256; d != nil && *d != c.License {
		return nil, nil, mismatch("its license's text has the digest %s, the chain says %s", d, c.License)
	}
	if !slices.ContainsFunc(m.Authors, func(a manifest.Author) bool { return a.Address == c.Owner }) {
		return nil, nil, mismatch("%s, who published it, is not among its authors", c.Owner)
	}
	if envelope == nil {
		return m, nil, nil
	}
	signers, err := manifest.VerifyEnvelope(m, c.Manifest.Digest(), envelope, ethsig.Recover)
	if err != nil {
		return nil, nil, mismatch("envelope: %w", err)
	}
	return m, signers, nil
}

// How soon a manifest that no source had is asked for again: later and later.
const (
	firstPause   = 10 * time.Second
	longestPause = 6 * time.Hour
)

func pause(tries int64) time.Duration {
	return min(firstPause<<min(tries, 20), longestPause)
}

// batch is how many are done before others have their turn.
const batch = 64

// manifests looks at manifests that are due, and keeps what it found.
func (x *Index) manifests(ctx context.Context) error {
	due, err := x.store.ManifestsDue(ctx, x.now(), batch)
	if err != nil {
		return err
	}
	for _, v := range due {
		if err := ctx.Err(); err != nil {
			return err
		}
		_, _, err := x.fetch(ctx, store.ChainVersion{ID: v.ID, Model: v.Model, Version: v.Version, Manifest: v.Manifest, Root: v.Root, License: v.License, Owner: v.Owner})
		now := x.now()
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err == nil:
			err = x.store.SetManifest(ctx, v.ID, store.ManifestVerified, "", v.Tries+1, now, time.Time{})
		case errors.Is(err, errMismatch):
			x.log.WarnContext(ctx, "a version's manifest does not match the chain", slog.String("version", v.ID), slog.Any("error", err))
			err = x.store.SetManifest(ctx, v.ID, store.ManifestMismatch, relay.Text(err.Error()), v.Tries+1, now, time.Time{})
		default:
			x.log.InfoContext(ctx, "a version's manifest is not to be had", slog.String("version", v.ID), slog.Any("error", err))
			err = x.store.SetManifest(ctx, v.ID, store.ManifestUnavailable, reason(err), v.Tries+1, now, now.Add(pause(v.Tries)))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// reason tells people, without addresses of ours, why a manifest is not there.
func reason(err error) string {
	switch relay.ErrorCode(err) {
	case relay.CodeNotFound:
		return "no source has it"
	case relay.CodeUnverified:
		return "a source sent other bytes"
	}
	return "no source answered"
}

// claim is what the chain says of a version.
func (x *Index) claim(ctx context.Context, v store.ChainVersion) (c Claim, err error) {
	m, err := x.store.ChainModel(ctx, v.Model)
	if err != nil {
		return c, err
	}
	c = Claim{Kind: m.Kind, Name: m.Name, Version: v.Version, Manifest: manifest.CID(v.Manifest)}
	if c.Root, err = manifest.ParseDigest(v.Root[2:]); err != nil {
		return c, err
	}
	if c.License, err = manifest.ParseDigest(v.License[2:]); err != nil {
		return c, err
	}
	c.Owner, err = manifest.ParseAddress(v.Owner)
	return c, err
}

// fetch finds a version's manifest and checks it: among the relay's own blocks, else from its sources, and then it becomes one of its blocks.
func (x *Index) fetch(ctx context.Context, v store.ChainVersion) (*store.Publication, []byte, error) {
	c, err := x.claim(ctx, v)
	if err != nil {
		return nil, nil, err
	}
	doc, err := x.blocks.Get(ctx, c.Manifest)
	own := err == nil
	if relay.ErrorCode(err) == relay.CodeNotFound && x.sources != nil {
		doc, err = x.sources.Get(ctx, c.Manifest)
	}
	if err != nil {
		return nil, nil, err
	}
	// Signatures are known of what was uploaded here, or published by the operator.
	var envelope []byte
	known, err := x.store.VersionByManifest(ctx, c.Manifest)
	switch {
	case err == nil && known.Envelope != "":
		if envelope, err = x.blocks.Get(ctx, manifest.CID(known.Envelope)); err != nil {
			return nil, nil, err
		}
	case err != nil && relay.ErrorCode(err) != relay.CodeNotFound:
		return nil, nil, err
	}
	m, signers, err := Check(doc, envelope, c)
	if err != nil {
		return nil, nil, err
	}
	if !own {
		if err := x.blocks.Put(ctx, manifest.Block{CID: c.Manifest, Data: doc}); err != nil {
			return nil, nil, err
		}
	}
	p := &store.Publication{Manifest: m, Chain: v.ID, Release: relay.NewRelease(manifest.CID(known.Release), doc, m, manifest.CID(known.Envelope), signers)}
	return p, doc, nil
}

// list brings the lists of models up to what the chain has: versions that were verified and are not there are added, those that are there
// because of the chain and are no longer on it are taken out.
func (x *Index) list(ctx context.Context) error {
	gone, err := x.store.ListedInVain(ctx, batch)
	if err != nil {
		return err
	}
	for _, v := range gone {
		left, ok, err := x.store.Unlist(ctx, v)
		if err == nil && ok {
			err = x.show(ctx, left)
		}
		if err != nil {
			return err
		}
	}
	unlisted, err := x.store.Unlisted(ctx, batch)
	if err != nil {
		return err
	}
	for _, v := range unlisted {
		p, _, err := x.fetch(ctx, store.ChainVersion{ID: v.ID, Model: v.Model, Version: v.Version, Manifest: v.Manifest, Root: v.Root, License: v.License, Owner: v.Owner})
		if err == nil {
			p.Owner, p.Card = v.Publisher, x.card(ctx, p.Manifest)
			err = x.store.Publish(ctx, *p, time.Unix(v.At, 0))
		}
		if err != nil {
			if ctx.Err() == nil {
				x.log.WarnContext(ctx, "a version on chain is not listed", slog.String("version", v.ID), slog.Any("error", err))
				err = x.store.SetManifest(ctx, v.ID, store.ManifestUnavailable, reason(err), 1, x.now(), x.now().Add(firstPause))
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// show makes a listed version what its model shows.
func (x *Index) show(ctx context.Context, v store.Version) error {
	doc, err := x.blocks.Get(ctx, manifest.CID(v.Manifest))
	if err != nil {
		return err
	}
	m, err := manifest.Parse(doc)
	if err != nil {
		return err
	}
	return x.store.Show(ctx, v.Model, store.Publication{Manifest: m, Card: x.card(ctx, m),
		Release: relay.NewRelease(manifest.CID(v.Release), doc, m, manifest.CID(v.Envelope), nil)})
}

// card is the release's README where its blocks are here: a list does without.
func (x *Index) card(ctx context.Context, m *manifest.Manifest) string {
	text, err := upload.Card(ctx, x.blocks, m)
	if err != nil {
		return ""
	}
	return string(bytes.ReplaceAll([]byte(text), []byte{0}, nil))
}
