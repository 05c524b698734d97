package store

import (
	"context"
	"database/sql"
	"errors"
	"math"
	"strings"
	"time"

	"golang.org/x/mod/semver"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/store/db"
)

// EventPublish is told of each version that an account adds.
const EventPublish = "published"

// A Model is what one owner gives one name; what it shows is that of its highest version. A Version never changes.
type (
	Model   = db.Model
	Version = db.Version
)

// Publication is a version that was checked and whose blocks are kept.
type Publication struct {
	Owner    string // an account
	Release  relay.Release
	Manifest *manifest.Manifest
	Card     string // what its author wrote about it, "" for nothing
	Upload   string // the upload that it came by, "" for none
	Chain    string // id of the version on chain, where it is listed because it is there
}

// Publish lists a version. Doing it again changes nothing; another release of the same version is refused, for what
// people pinned by its number would be something else.
func (s *Store) Publish(ctx context.Context, p Publication, now time.Time) error {
	return s.tx(ctx, func(q *db.Queries, tx *sql.Tx) error {
		if err := q.CreateAccount(ctx, db.CreateAccountParams{Address: p.Owner, Now: micros(now)}); err != nil {
			return err
		}
		if err := q.LockAccount(ctx, p.Owner); err != nil {
			return err
		}
		r := p.Release
		shown := p.shown()
		model, err := q.ModelByName(ctx, db.ModelByNameParams{Owner: p.Owner, Name: r.Name})
		isNew := errors.Is(err, sql.ErrNoRows)
		if isNew {
			model = Model{ID: newNumber(now)}
			err = q.CreateModel(ctx, db.CreateModelParams{ID: model.ID, Owner: p.Owner, Name: r.Name, Created: micros(now), Updated: micros(now),
				Version: shown.Version, Kind: shown.Kind, Title: shown.Title, Summary: shown.Summary, Task: shown.Task, License: shown.License,
				Format: shown.Format, Tags: shown.Tags, Bytes: shown.Bytes, Manifest: shown.Manifest, Release: shown.Release})
		}
		if err != nil {
			return err
		}
		have, err := q.Version(ctx, db.VersionParams{Model: model.ID, Version: r.Version})
		switch {
		case err == nil && have.Manifest != string(r.Manifest):
			return taken(r, have)
		case err == nil:
			return errors.Join(s.fill(ctx, q, tx, p, have), markPublished(ctx, q, p, now))
		case !errors.Is(err, sql.ErrNoRows):
			return err
		}
		if err := q.CreateVersion(ctx, db.CreateVersionParams{ID: newNumber(now), Model: model.ID, Version: r.Version, Manifest: string(r.Manifest),
			Envelope: string(r.Envelope), Release: string(r.Release), Signer: r.Signer, Created: r.Created, Added: micros(now), Bytes: r.Bytes, Chain: p.Chain}); err != nil {
			return err
		}
		if p.Chain != "" { // what comes by upload is scanned before
			if err := q.AddScan(ctx, db.AddScanParams{Manifest: string(r.Manifest), Since: micros(now)}); err != nil {
				return err
			}
		}
		if err := q.TouchModel(ctx, db.TouchModelParams{ID: model.ID, Updated: micros(now)}); err != nil {
			return err
		}
		if isNew || semver.Compare("v"+r.Version, "v"+model.Version) > 0 {
			shown.ID = model.ID
			if err := errors.Join(q.ShowVersion(ctx, shown), s.index(ctx, tx, model.ID, p)); err != nil {
				return err
			}
		}
		if err := addEvent(ctx, q, p.Owner, now, EventPublish, r.Name+" "+r.Version); err != nil {
			return err
		}
		return errors.Join(fillOthers(ctx, q, p), markPublished(ctx, q, p, now))
	})
}

// fill brings a version that the chain named before its release came here what only the release has: a page needs it to show and run
// anything of it.
func (s *Store) fill(ctx context.Context, q *db.Queries, tx *sql.Tx, p Publication, have Version) error {
	if p.Release.Release == "" || p.Chain != "" || have.Chain == "" {
		return nil
	}
	if err := errors.Join(q.KeepVersion(ctx, have.ID), fillOthers(ctx, q, p)); err != nil {
		return err
	}
	model, err := q.ModelByID(ctx, have.Model)
	if err != nil || model.Manifest != have.Manifest {
		return err
	}
	return s.index(ctx, tx, have.Model, p) // its card is here now, too
}

// fillOthers does so wherever a version with that manifest lacks it, whoever published that on chain.
func fillOthers(ctx context.Context, q *db.Queries, p Publication) error {
	r := p.Release
	if r.Release == "" {
		return nil
	}
	n, err := q.FillVersions(ctx, db.FillVersionsParams{Envelope: string(r.Envelope), Release: string(r.Release), Signer: r.Signer, Manifest: string(r.Manifest)})
	if err != nil || n == 0 {
		return err
	}
	return q.FillModels(ctx, db.FillModelsParams{Release: string(r.Release), Manifest: string(r.Manifest)})
}

// shown is what a list shows of a version.
func (p Publication) shown() db.ShowVersionParams {
	r, m := p.Release, p.Manifest
	return db.ShowVersionParams{Version: r.Version, Kind: r.Kind, Title: r.Title, Summary: m.Summary, Task: r.Task, License: m.License.SPDX,
		Format: formatOf(m), Tags: strings.Join(m.Tags, " "), Bytes: r.Bytes, Manifest: string(r.Manifest), Release: string(r.Release)}
}

// Unlist takes a version out of the lists. It returns the highest one that is left of its model, for Show; ok is false when none is, and
// the model is gone too.
func (s *Store) Unlist(ctx context.Context, v Version) (left Version, ok bool, err error) {
	err = s.tx(ctx, func(q *db.Queries, tx *sql.Tx) error {
		if _, err := q.DeleteVersion(ctx, v.ID); err != nil {
			return err
		}
		all, err := q.AllVersions(ctx, v.Model)
		if err != nil {
			return err
		}
		for _, x := range all {
			if !ok || semver.Compare("v"+x.Version, "v"+left.Version) > 0 {
				left, ok = x, true
			}
		}
		if ok {
			return nil
		}
		if err := s.unindex(ctx, tx, v.Model); err != nil {
			return err
		}
		return q.DeleteModel(ctx, v.Model)
	})
	return left, ok, err
}

// Show makes a version that is listed the one that its model shows.
func (s *Store) Show(ctx context.Context, model int64, p Publication) error {
	return s.tx(ctx, func(q *db.Queries, tx *sql.Tx) error {
		shown := p.shown()
		shown.ID = model
		if err := q.ShowVersion(ctx, shown); err != nil {
			return err
		}
		return s.index(ctx, tx, model, p)
	})
}

// VersionByManifest is a version with that manifest, whoever published it; one that is signed if there is one.
func (s *Store) VersionByManifest(ctx context.Context, cid manifest.CID) (Version, error) {
	v, err := s.q.VersionByManifest(ctx, string(cid))
	return one(v, err, "version")
}

// MayPublish says what Publish would refuse, before anything is done for it.
func (s *Store) MayPublish(ctx context.Context, owner string, r relay.Release) error {
	m, err := s.Model(ctx, owner, r.Name)
	if err == nil {
		var v Version
		if v, err = s.Version(ctx, m.ID, r.Version); err == nil && v.Manifest != string(r.Manifest) {
			return taken(r, v)
		}
	}
	if relay.ErrorCode(err) == relay.CodeNotFound {
		return nil
	}
	return err
}

func taken(r relay.Release, have Version) error {
	return relay.Errorf(relay.CodeConflict, "%s %s is another release already, with manifest %s", r.Name, r.Version, have.Manifest).
		WithHint("a version never changes: give this one a higher number")
}

func markPublished(ctx context.Context, q *db.Queries, p Publication, now time.Time) error {
	if p.Upload == "" {
		return nil
	}
	_, err := q.MarkPublished(ctx, db.MarkPublishedParams{ID: p.Upload, Manifest: string(p.Release.Manifest), Envelope: string(p.Release.Envelope),
		Release: string(p.Release.Release), Touched: micros(now)})
	return err
}

// formatOf is what the model is written in, "" for a data set.
func formatOf(m *manifest.Manifest) string {
	if m.Runtime == nil {
		return ""
	}
	return m.Runtime.Format
}

// Model finds one by owner and name.
func (s *Store) Model(ctx context.Context, owner, name string) (Model, error) {
	m, err := s.q.ModelByName(ctx, db.ModelByNameParams{Owner: owner, Name: name})
	return one(m, err, "model")
}

// Version finds one version of a model.
func (s *Store) Version(ctx context.Context, model int64, version string) (Version, error) {
	v, err := s.q.Version(ctx, db.VersionParams{Model: model, Version: version})
	return one(v, err, "version")
}

// Versions lists a model's versions, those added last first. before is the id of the last one seen, 0 for the start.
func (s *Store) Versions(ctx context.Context, model, before int64, limit int) ([]Version, error) {
	if before == 0 {
		before = math.MaxInt64
	}
	v, err := s.q.Versions(ctx, db.VersionsParams{Model: model, Before: before, Most: int32(limit)})
	return v, failed(err)
}
