package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/store/db"
)

// MaxUploads is how many an account may have under way.
const MaxUploads = 16

// What an upload's State says.
const (
	UploadOpen       = "open"       // takes blocks
	UploadPublishing = "publishing" // was checked: goes on whatever happens to the relay
	UploadPublished  = "published"
)

// Upload is a release on its way in.
type Upload = db.Upload

// CreateUpload reserves room for one. quota is how many bytes the account may have in all.
func (s *Store) CreateUpload(ctx context.Context, u Upload, quota int64) error {
	return s.aside(ctx, func(q *db.Queries, _ *sql.Tx) error {
		if err := q.LockAccount(ctx, u.Address); err != nil {
			return err
		}
		n, err := q.CountOpenUploads(ctx, u.Address)
		if err != nil {
			return err
		}
		if n >= MaxUploads {
			return relay.Errorf(relay.CodeQuota, "an account has at most %d uploads under way", MaxUploads).WithHint("finish or delete one")
		}
		used, err := usage(ctx, q, u.Address)
		if err != nil {
			return err
		}
		if u.Reserved > quota-used {
			return relay.Errorf(relay.CodeQuota, "%d bytes are more than the %d left of this account's %d", u.Reserved, max(quota-used, 0), quota).
				WithHint("delete an upload that is under way, or ask the relay's operator for more")
		}
		return q.CreateUpload(ctx, db.CreateUploadParams{ID: u.ID, Address: u.Address, Reserved: u.Reserved, Created: u.Created, Touched: u.Touched})
	})
}

// usage is what an account has published, and what its uploads have reserved.
func usage(ctx context.Context, q *db.Queries, address string) (int64, error) {
	published, err := q.BytesPublished(ctx, address)
	if err != nil {
		return 0, err
	}
	reserved, err := q.BytesReserved(ctx, address)
	return published + reserved, err
}

// Usage is how many bytes of its quota an account uses.
func (s *Store) Usage(ctx context.Context, address string) (int64, error) {
	n, err := usage(ctx, s.q, address)
	return n, failed(err)
}

// Upload finds one. Others' are not there.
func (s *Store) Upload(ctx context.Context, address, id string) (Upload, error) {
	u, err := s.q.Upload(ctx, id)
	if err == nil && u.Address != address {
		err = sql.ErrNoRows
	}
	return one(u, err, "upload")
}

// Uploads lists an account's, newest first.
func (s *Store) Uploads(ctx context.Context, address string, p Page) ([]Upload, error) {
	u, err := s.q.Uploads(ctx, db.UploadsParams{Address: address, Before: p.before(), Most: int32(p.Limit)})
	return u, failed(err)
}

// TouchUpload says that somebody is at it, so that it is not swept away.
func (s *Store) TouchUpload(ctx context.Context, id string, now time.Time) error {
	return failed(db.New(s.write).TouchUpload(ctx, db.TouchUploadParams{ID: id, Touched: micros(now)}))
}

// MarkPublishing notes what an upload will be, before its blocks become part of the relay's.
func (s *Store) MarkPublishing(ctx context.Context, id string, doc, envelope manifest.CID, now time.Time) error {
	n, err := db.New(s.write).MarkPublishing(ctx, db.MarkPublishingParams{ID: id, Manifest: string(doc), Envelope: string(envelope), Touched: micros(now)})
	if err == nil && n == 0 {
		err = relay.Errorf(relay.CodeConflict, "the upload is published or deleted already")
	}
	return failed(err)
}

// DropUpload forgets an open one. It returns false where there is none: it is being published, or gone.
func (s *Store) DropUpload(ctx context.Context, id string) (bool, error) {
	n, err := db.New(s.write).DropUpload(ctx, id)
	return n > 0, failed(err)
}

// StaleUploads are open ones that nobody touched since before.
func (s *Store) StaleUploads(ctx context.Context, before time.Time) ([]Upload, error) {
	u, err := s.q.StaleUploads(ctx, micros(before))
	return u, failed(err)
}

// UploadsPublishing are those that a relay may have left half done when it ended.
func (s *Store) UploadsPublishing(ctx context.Context) ([]Upload, error) {
	u, err := s.q.UploadsPublishing(ctx)
	return u, failed(err)
}

// ReopenUpload takes back that an upload is being published.
func (s *Store) ReopenUpload(ctx context.Context, id string, now time.Time) error {
	return failed(db.New(s.write).ReopenUpload(ctx, db.ReopenUploadParams{ID: id, Touched: micros(now)}))
}

// HasUpload tells whether there is such an upload that has still a use for its folder.
func (s *Store) HasUpload(ctx context.Context, id string) (bool, error) {
	u, err := s.q.Upload(ctx, id)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return u.State != UploadPublished, failed(err)
}
