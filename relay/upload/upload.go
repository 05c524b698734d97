// Package upload takes releases in, block by block, from people who are not trusted.
//
//	up, err := uploads.Begin(ctx, address, bytes)
//	missing, err := uploads.Missing(ctx, up, cids)
//	err = uploads.Put(ctx, up, block)       // several at once, in any order, again after a break
//	err = uploads.Form(ctx, up, form)       // many blocks in one request
//	release, err := uploads.Finish(ctx, up, ref)
//
// Blocks wait in a folder of the upload's own, where no gateway looks, until all of a release is there and package
// verify has found nothing wrong with it. Then they become part of the relay's blocks; a relay that is ended in the
// middle of that goes on when it starts again. Of an upload that never gets there nothing stays.
package upload

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/disk"
	"github.com/dehug/dehug/relay/store"
	"github.com/dehug/dehug/relay/verify"
)

const (
	// DefaultQuota is how many bytes one account may have, published or under way.
	DefaultQuota = 20 << 30
	// Life is how long an upload that nobody touches is kept: over a weekend.
	Life = 72 * time.Hour
	// touchEvery is how exact that is.
	touchEvery = time.Minute
	// MaxAsked is how many CIDs one question may have.
	MaxAsked = 4096
	// maxCard is how much of what an author wrote about a release is searched.
	maxCard = 256 << 10
)

// Uploads takes uploads in. It is safe for concurrent use.
type Uploads struct {
	folder *disk.Folder
	store  *store.Store
	quota  int64
	now    func() time.Time
	log    *slog.Logger

	mu   sync.Mutex
	open map[string]*progress // by id, of those that were asked for since the relay started
}

// progress is what is known of an upload's folder.
type progress struct {
	mu      sync.Mutex
	have    map[manifest.CID]int64 // sizes of blocks that are there, or being written
	bytes   int64                  // of have
	writing struct {               // what of that is on no disk yet
		blocks int
		bytes  int64
	}
	touched   time.Time
	finishing bool
}

// New makes Uploads over a folder and a store. quota is in bytes.
func New(folder *disk.Folder, s *store.Store, quota int64, now func() time.Time, log *slog.Logger) *Uploads {
	return &Uploads{folder: folder, store: s, quota: quota, now: now, log: log, open: map[string]*progress{}}
}

// Quota is how many bytes an account may have.
func (u *Uploads) Quota() int64 { return u.quota }

// Begin reserves room for an upload of at most so many bytes: of all its blocks together.
func (u *Uploads) Begin(ctx context.Context, address string, bytes int64) (store.Upload, error) {
	now := u.now()
	up := store.Upload{ID: store.NewID(now), Address: address, State: store.UploadOpen, Reserved: bytes, Created: now.UnixMicro(), Touched: now.UnixMicro()}
	return up, u.store.CreateUpload(ctx, up, u.quota)
}

// progress finds or reads what an upload's folder holds.
func (u *Uploads) progress(up store.Upload) (*progress, error) {
	if up.State == store.UploadPublished {
		return nil, relay.Errorf(relay.CodeConflict, "this upload is published already")
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if p := u.open[up.ID]; p != nil {
		return p, nil
	}
	have, err := u.folder.Stage(up.ID).List()
	if err != nil {
		return nil, err
	}
	p := &progress{have: have, touched: store.Time(up.Touched)}
	for _, n := range have {
		p.bytes += n
	}
	u.open[up.ID] = p
	return p, nil
}

// Size is how much of an upload has arrived.
func (u *Uploads) Size(up store.Upload) (bytes int64, blocks int, err error) {
	if up.State == store.UploadPublished {
		return 0, 0, nil
	}
	p, err := u.progress(up)
	if err != nil {
		return 0, 0, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.bytes - p.writing.bytes, len(p.have) - p.writing.blocks, nil
}

// Missing tells which of some blocks have still to be sent, in the order in which they were asked for.
func (u *Uploads) Missing(ctx context.Context, up store.Upload, cids []manifest.CID) ([]manifest.CID, error) {
	p, err := u.progress(up)
	if err != nil {
		return nil, err
	}
	if err := u.touch(ctx, up, p); err != nil {
		return nil, err
	}
	missing := []manifest.CID{}
	for _, cid := range cids {
		there, err := u.source(up).Has(ctx, cid)
		if err != nil {
			return nil, err
		}
		if !there {
			missing = append(missing, cid)
		}
	}
	return missing, nil
}

// maxBlocks is how many blocks an upload of some bytes may have: full chunks, and for each file a last one and a list.
func maxBlocks(bytes int64) int { return int(bytes/manifest.ChunkSize) + 3*manifest.MaxFiles }

// Put keeps one block, which has been checked against its CID when it returns. Sending a block again changes nothing.
func (u *Uploads) Put(ctx context.Context, up store.Upload, block manifest.Block) error {
	if err := relay.CheckBlock(block); err != nil {
		return err
	}
	return u.put(ctx, up, block)
}

// put keeps a block that has been checked.
func (u *Uploads) put(ctx context.Context, up store.Upload, block manifest.Block) error {
	p, err := u.progress(up)
	if err != nil {
		return err
	}
	if err := u.touch(ctx, up, p); err != nil {
		return err
	}
	size := int64(len(block.Data))
	p.mu.Lock()
	_, again := p.have[block.CID]
	switch {
	case p.finishing:
		err = relay.Errorf(relay.CodeConflict, "this upload is being finished")
	case again:
	case size > up.Reserved-p.bytes:
		err = relay.Errorf(relay.CodeQuota, "the upload was to have at most %d bytes", up.Reserved).WithHint("begin another one, with as many bytes as all blocks have together")
	case len(p.have) >= maxBlocks(up.Reserved):
		err = relay.Errorf(relay.CodeQuota, "an upload of %d bytes has at most %d blocks", up.Reserved, maxBlocks(up.Reserved))
	default:
		p.have[block.CID] = size
		p.bytes += size
		p.writing.blocks++
		p.writing.bytes += size
	}
	p.mu.Unlock()
	if err != nil {
		return err
	}
	stage := u.folder.Stage(up.ID)
	if again { // another request may still be writing it, or the disk may have damaged it
		return stage.Put(ctx, block)
	}
	err = stage.Write(block)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.writing.blocks--
	p.writing.bytes -= size
	if err != nil {
		delete(p.have, block.CID)
		p.bytes -= size
	}
	return err
}

// touch notes now and then that somebody is at it.
func (u *Uploads) touch(ctx context.Context, up store.Upload, p *progress) error {
	now := u.now()
	p.mu.Lock()
	late := now.Sub(p.touched) > touchEvery
	if late {
		p.touched = now
	}
	p.mu.Unlock()
	if !late {
		return nil
	}
	return u.store.TouchUpload(ctx, up.ID, now)
}

// source finds blocks in the upload's folder, then among the relay's own.
func (u *Uploads) source(up store.Upload) layered {
	return layered{u.folder.Stage(up.ID), u.folder.Blocks()}
}

type layered struct {
	stage disk.Stage
	kept  relay.Blocks
}

func (l layered) Get(ctx context.Context, cid manifest.CID) ([]byte, error) {
	data, err := l.stage.Get(ctx, cid)
	if relay.ErrorCode(err) == relay.CodeNotFound {
		return l.kept.Get(ctx, cid)
	}
	return data, err
}

func (l layered) Has(ctx context.Context, cid manifest.CID) (bool, error) {
	there, err := l.stage.Has(ctx, cid)
	if err == nil && !there {
		there, err = l.kept.Has(ctx, cid)
	}
	return there, err
}

// Finish checks the release whose manifest, and envelope where somebody signed, are among the blocks, keeps and lists
// it. The error says what is missing or wrong; then the upload stays open, and what is missing may still come.
func (u *Uploads) Finish(ctx context.Context, up store.Upload, ref verify.Ref) (relay.Release, error) {
	p, err := u.progress(up)
	if err != nil {
		return relay.Release{}, err
	}
	p.mu.Lock()
	busy := p.finishing
	p.finishing = true
	p.mu.Unlock()
	if busy {
		return relay.Release{}, relay.Errorf(relay.CodeConflict, "this upload is being finished already").WithHint("ask for it again until it is published")
	}
	defer func() {
		p.mu.Lock()
		p.finishing = false
		p.mu.Unlock()
	}()
	return u.finish(ctx, up, ref)
}

func (u *Uploads) finish(ctx context.Context, up store.Upload, ref verify.Ref) (relay.Release, error) {
	none := relay.Release{}
	source, stage := u.source(up), u.folder.Stage(up.ID)
	parts, err := verify.FromBlocks(ctx, source, ref)
	if err != nil {
		return none, err
	}
	found, err := verify.Release(ctx, parts, verify.Options{})
	if err != nil {
		return none, rejected(err)
	}
	if !slices.ContainsFunc(found.Manifest.Authors, func(a manifest.Author) bool { return a.Address.String() == up.Address }) {
		return none, relay.Errorf(relay.CodeForbidden, "%s is not among the authors of this release", up.Address).
			WithHint("sign in as one of them, or name yourself in the manifest")
	}
	if err := u.store.MayPublish(ctx, up.Address, found.Release); err != nil {
		return none, err
	}
	card, err := Card(ctx, source, found.Manifest)
	if err != nil {
		return none, err
	}
	// What needs room on the disk comes first, so that a full one stops it here.
	for _, b := range found.Blocks {
		if there, err := source.Has(ctx, b.CID); err != nil {
			return none, err
		} else if !there {
			if err := stage.Put(ctx, b); err != nil {
				return none, err
			}
		}
	}
	warnings, err := Warnings(ctx, source, found.Release.Manifest, found.Manifest)
	if err != nil {
		return none, err
	}
	if err := u.store.AddWarnings(ctx, warnings); err != nil {
		return none, err
	}
	if err := u.store.MarkPublishing(ctx, up.ID, ref.CID, ref.Envelope, u.now()); err != nil {
		return none, err
	}
	// From here on it is done to the end, whether or not somebody waits for it.
	ctx = context.WithoutCancel(ctx)
	if err := u.keep(ctx, stage, source, found); err != nil {
		return none, err
	}
	err = u.store.Publish(ctx, store.Publication{Owner: up.Address, Release: found.Release, Manifest: found.Manifest, Card: card, Upload: up.ID}, u.now())
	if relay.ErrorCode(err) == relay.CodeConflict {
		// Its blocks stay without a name: the version it wanted is taken. That is known only here.
		return none, errors.Join(err, u.store.ReopenUpload(ctx, up.ID, u.now()))
	}
	if err != nil {
		return none, err
	}
	u.forget(up)
	return found.Release, nil
}

// keep moves all blocks of a release into the relay's own, children before parents.
func (u *Uploads) keep(ctx context.Context, stage disk.Stage, source relay.Source, found *verify.Result) error {
	for _, f := range found.Manifest.Files {
		list, err := source.Get(ctx, f.Leaves)
		if err != nil {
			return err
		}
		leaves, err := manifest.ParseLeafList(list, f)
		if err != nil {
			return fmt.Errorf("%s: %w", f.Path, err)
		}
		for _, leaf := range leaves {
			if err := stage.Keep(leaf.RawCID()); err != nil {
				return err
			}
		}
	}
	for _, b := range found.Blocks {
		if err := stage.Keep(b.CID); err != nil {
			return err
		}
	}
	return nil
}

// rejected says what verify found, to somebody who can mend it: their bytes, not ours, are wrong.
func rejected(err error) error {
	if relay.ErrorCode(err) == relay.CodeNotFound {
		return relay.Errorf(relay.CodeInvalid, "not all of the release is here: %w", err).WithHint("ask which blocks are missing, send them, and finish again")
	}
	if relay.ErrorCode(err) == relay.CodeUnverified {
		return relay.Errorf(relay.CodeInvalid, "the release does not hold: %w", err).WithHint("%s", relay.ErrorHint(err))
	}
	return err
}

// Card is the README of a release, as much of it as is searched; "" when it has none.
func Card(ctx context.Context, source relay.Source, m *manifest.Manifest) (string, error) {
	for _, f := range m.Files {
		if !strings.EqualFold(f.Path, "README.md") || f.Size == 0 {
			continue
		}
		list, err := source.Get(ctx, f.Leaves)
		if err != nil {
			return "", err
		}
		leaves, err := manifest.ParseLeafList(list, f)
		if err != nil {
			return "", err
		}
		text, err := source.Get(ctx, leaves[0].RawCID())
		if err != nil {
			return "", err
		}
		return relay.Shorten(string(text), maxCard), nil
	}
	return "", nil
}

// List adds a release whose blocks are kept already to the index, under the name of who signed it. Its manifest is read
// again; its chunks are not.
func List(ctx context.Context, s *store.Store, blocks relay.Source, r relay.Release, now time.Time) error {
	doc, err := blocks.Get(ctx, r.Manifest)
	if err != nil {
		return err
	}
	m, err := manifest.Parse(doc)
	if err != nil {
		return fmt.Errorf("manifest %s: %w", r.Manifest, err)
	}
	card, err := Card(ctx, blocks, m)
	if err != nil {
		return err
	}
	warnings, err := Warnings(ctx, blocks, r.Manifest, m)
	if err != nil {
		return err
	}
	if err := s.AddWarnings(ctx, warnings); err != nil {
		return err
	}
	return s.Publish(ctx, store.Publication{Owner: r.Signer, Release: r, Manifest: m, Card: card}, now)
}

// Drop ends an upload that is open, and all that it brought.
func (u *Uploads) Drop(ctx context.Context, up store.Upload) error {
	dropped, err := u.store.DropUpload(ctx, up.ID)
	if err != nil {
		return err
	}
	if !dropped {
		return relay.Errorf(relay.CodeConflict, "this upload is published, or about to be")
	}
	u.forget(up)
	return nil
}

// forget removes an upload's folder.
func (u *Uploads) forget(up store.Upload) {
	u.mu.Lock()
	delete(u.open, up.ID)
	u.mu.Unlock()
	if err := u.folder.Stage(up.ID).Remove(); err != nil {
		u.log.Warn("what is left of an upload stays until the next sweep", slog.String("upload", up.ID), slog.Any("error", err))
	}
}

// Sweep goes on with what was being published when a relay ended, and removes uploads that nobody touched for Life, and
// folders of no upload. It returns how many of each.
func (u *Uploads) Sweep(ctx context.Context) (published, removed int, err error) {
	publishing, err := u.store.UploadsPublishing(ctx)
	if err != nil {
		return 0, 0, err
	}
	for _, up := range publishing {
		_, err := u.Finish(ctx, up, verify.Ref{CID: manifest.CID(up.Manifest), Envelope: manifest.CID(up.Envelope)})
		if err != nil {
			u.log.Error("an upload that was being published cannot be", slog.String("upload", up.ID), slog.Any("error", err))
			continue
		}
		published++
	}
	stale, err := u.store.StaleUploads(ctx, u.now().Add(-Life))
	if err != nil {
		return published, 0, err
	}
	for _, up := range stale {
		if u.Drop(ctx, up) == nil {
			removed++
		}
	}
	ids, err := u.folder.Stages()
	if err != nil {
		return published, removed, err
	}
	for _, id := range ids {
		known, err := u.store.HasUpload(ctx, id)
		if err != nil {
			return published, removed, err
		}
		if !known {
			u.forget(store.Upload{ID: id})
			removed++
		}
	}
	return published, removed, nil
}
