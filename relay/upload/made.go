package upload

import (
	"context"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/spec"
	"github.com/dehug/dehug/relay/store"
	"github.com/dehug/dehug/relay/verify"
)

// What a training makes is an upload of the account that asked for it, under the job's id: nothing of it is served before that account
// finishes it, with the manifest that the job's result names, and what is not finished is swept away like other uploads.

// Keep keeps a block of what a job makes.
func (u *Uploads) Keep(ctx context.Context, job store.Job, most int64, block manifest.Block) error {
	if err := relay.CheckBlock(block); err != nil {
		return err
	}
	up, err := u.store.Upload(ctx, job.Account, job.ID)
	if relay.ErrorCode(err) == relay.CodeNotFound {
		now := u.now().UnixMicro()
		up = store.Upload{ID: job.ID, Address: job.Account, State: store.UploadOpen, Reserved: most, Created: now, Touched: now}
		err = u.store.CreateUpload(ctx, up, u.quota)
	}
	if err != nil {
		return err
	}
	return u.put(ctx, up, block)
}

// Check refuses a release of a job's that is not whole, or not what the job's result says: CodeInvalid.
func (u *Uploads) Check(ctx context.Context, job store.Job, made *spec.TrainingResult) error {
	up, err := u.store.Upload(ctx, job.Account, job.ID)
	if relay.ErrorCode(err) == relay.CodeNotFound {
		return relay.Errorf(relay.CodeInvalid, "nothing was kept of the release")
	}
	if err != nil {
		return err
	}
	source := u.source(up)
	parts, err := verify.FromBlocks(ctx, source, verify.Ref{CID: made.Release})
	if err == nil {
		var found *verify.Result
		if found, err = verify.Release(ctx, parts, verify.Options{}); err == nil && (found.Release.Manifest != made.Manifest || found.Release.Bytes != made.Bytes) {
			return relay.Errorf(relay.CodeInvalid, "the release is another than the result says")
		}
	}
	switch relay.ErrorCode(err) {
	case relay.CodeNotFound, relay.CodeUnverified, relay.CodeTooLarge:
		return relay.Errorf(relay.CodeInvalid, "the release: %w", err)
	}
	return err
}
