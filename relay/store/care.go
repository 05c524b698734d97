package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/store/db"
)

// States of a report.
const (
	ReportOpen     = "open"
	ReportResolved = "resolved"
)

// Kinds of a denial, each with what its What is.
const (
	DenyCID     = "cid"     // a CID
	DenyVersion = "version" // owner/name/version
	DenyAccount = "account" // an address: all that it published
)

// What admins did.
const (
	DeedDeny    = "denied"
	DeedAllow   = "allowed"
	DeedResolve = "resolved"
	DeedUnban   = "unbanned"
)

type (
	// Report is what somebody says is wrong with a model.
	Report = db.Report
	// Denial is something that the relay's admins do not have served.
	Denial = db.Denial
	// Deed is something that an admin did.
	Deed = db.Deed
	// Warning is something risky in a file.
	Warning = db.Warning
)

// AddReport keeps a report.
func (s *Store) AddReport(ctx context.Context, r Report) error {
	return failed(db.New(s.write).CreateReport(ctx, db.CreateReportParams{ID: r.ID, Owner: r.Owner, Name: r.Name, Version: r.Version, Reporter: r.Reporter,
		Reason: r.Reason, Detail: relay.Text(r.Detail), Created: r.Created}))
}

// Reports lists those in a state, newest first.
func (s *Store) Reports(ctx context.Context, state string, p Page) ([]Report, error) {
	r, err := s.q.Reports(ctx, db.ReportsParams{State: state, Before: p.before(), Most: int32(p.Limit)})
	return r, failed(err)
}

// ResolveReport closes one, once.
func (s *Store) ResolveReport(ctx context.Context, id, admin, note string, now time.Time) (r Report, err error) {
	err = s.aside(ctx, func(q *db.Queries, _ *sql.Tx) error {
		n, err := q.ResolveReport(ctx, db.ResolveReportParams{ID: id, Note: note, Resolver: admin, Resolved: micros(now)})
		if err != nil {
			return err
		}
		if r, err = q.Report(ctx, id); err != nil {
			r, err = one(r, err, "report")
			return err
		}
		if n == 0 {
			return relay.Errorf(relay.CodeConflict, "this report was resolved already")
		}
		return addDeed(ctx, q, admin, now, DeedResolve, "report "+id+" of "+r.Owner+"/"+r.Name, note)
	})
	return r, err
}

// Deny adds a denial, which counts when Denials has been read again. One that is there stays as it is.
func (s *Store) Deny(ctx context.Context, d Denial) error {
	return s.tx(ctx, func(q *db.Queries, _ *sql.Tx) error {
		n, err := q.Deny(ctx, db.DenyParams(d))
		if err == nil && n == 0 {
			err = relay.Errorf(relay.CodeConflict, "this is denied already")
		}
		if err != nil {
			return err
		}
		return addDeed(ctx, q, d.Admin, Time(d.Created), DeedDeny, d.Kind+" "+d.What, d.Reason)
	})
}

// Allow takes a denial away.
func (s *Store) Allow(ctx context.Context, kind, what, admin, note string, now time.Time) error {
	return s.tx(ctx, func(q *db.Queries, _ *sql.Tx) error {
		n, err := q.Allow(ctx, db.AllowParams{Kind: kind, What: what})
		if err == nil && n == 0 {
			err = relay.Errorf(relay.CodeNotFound, "this is not denied")
		}
		if err != nil {
			return err
		}
		return addDeed(ctx, q, admin, now, DeedAllow, kind+" "+what, note)
	})
}

// Denials lists them, newest first, and the CIDs that no gateway may serve because of them: of a version or of an account those
// of its manifests, envelopes and release directories. Chunks may be others' as well.
func (s *Store) Denials(ctx context.Context) (denials []Denial, cids []string, err error) {
	if denials, err = s.q.Denials(ctx); err != nil {
		return nil, nil, failed(err)
	}
	add := func(all ...string) {
		for _, cid := range all {
			if cid != "" {
				cids = append(cids, cid)
			}
		}
	}
	for _, d := range denials {
		switch d.Kind {
		case DenyCID:
			add(d.What)
		case DenyAccount:
			of, err := s.q.CIDsOfAccount(ctx, d.What)
			if err != nil {
				return nil, nil, failed(err)
			}
			for _, v := range of {
				add(v.Manifest, v.Envelope, v.Release)
			}
		case DenyVersion:
			parts := strings.SplitN(d.What, "/", 3)
			of, err := s.q.CIDsOfVersion(ctx, db.CIDsOfVersionParams{Owner: parts[0], Name: parts[1], Version: parts[2]})
			if err != nil {
				return nil, nil, failed(err)
			}
			for _, v := range of {
				add(v.Manifest, v.Envelope, v.Release)
			}
		}
	}
	return denials, cids, nil
}

// Deeds lists what admins did, newest first.
func (s *Store) Deeds(ctx context.Context, p Page) ([]Deed, error) {
	d, err := s.q.Deeds(ctx, db.DeedsParams{Before: p.before(), Most: int32(p.Limit)})
	return d, failed(err)
}

func addDeed(ctx context.Context, q *db.Queries, admin string, now time.Time, action, subject, note string) error {
	if err := record(ctx, q, "admin."+action, "", admin, subject, relay.Text(note)); err != nil {
		return err
	}
	return q.AddDeed(ctx, db.AddDeedParams{ID: NewID(now), Admin: admin, At: micros(now), Action: action, Subject: subject, Note: relay.Text(note)})
}

// AddWarnings notes what is risky in files of a release.
func (s *Store) AddWarnings(ctx context.Context, warnings []Warning) error {
	if len(warnings) == 0 {
		return nil
	}
	return s.aside(ctx, func(q *db.Queries, _ *sql.Tx) error { return addWarnings(ctx, q, warnings) })
}

func addWarnings(ctx context.Context, q *db.Queries, warnings []Warning) error {
	for _, w := range warnings {
		if err := q.AddWarning(ctx, db.AddWarningParams(w)); err != nil {
			return err
		}
	}
	return nil
}

// ScansDue are manifests of releases that are listed because the chain has them and were not scanned yet: those that wait longest.
func (s *Store) ScansDue(ctx context.Context, most int) ([]string, error) {
	m, err := s.q.ScansDue(ctx, int32(most))
	return m, failed(err)
}

// Scanned notes what was found in one of them, which is not due any more.
func (s *Store) Scanned(ctx context.Context, manifest string, found []Warning) error {
	return s.aside(ctx, func(q *db.Queries, _ *sql.Tx) error {
		return errors.Join(addWarnings(ctx, q, found), q.EndScan(ctx, manifest))
	})
}

// Warnings are what is risky in files of a release, by path.
func (s *Store) Warnings(ctx context.Context, manifest string) ([]Warning, error) {
	w, err := s.q.Warnings(ctx, manifest)
	return w, failed(err)
}

// AddPulls adds to how often manifests were read. Those of no version are left out.
func (s *Store) AddPulls(ctx context.Context, counts map[string]int64) error {
	return s.aside(ctx, func(q *db.Queries, _ *sql.Tx) error {
		for manifest, n := range counts {
			if err := q.AddPulls(ctx, db.AddPullsParams{Count: n, Manifest: manifest}); err != nil {
				return err
			}
		}
		return nil
	})
}

// Pulls is how often the manifests of a model's versions were read.
func (s *Store) Pulls(ctx context.Context, model int64) (int64, error) {
	n, err := s.q.PullsOfModel(ctx, model)
	return n, failed(err)
}

// Manifests are the CIDs of all that is published.
func (s *Store) Manifests(ctx context.Context) ([]string, error) {
	m, err := s.q.Manifests(ctx)
	return m, failed(err)
}
