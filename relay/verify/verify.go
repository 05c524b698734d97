// Package verify checks a whole release, wherever its parts come from: a data folder, gateways, or a folder on disk.
//
//	parts, err := verify.FromBlocks(ctx, source, ref)
//	result, err := verify.Release(ctx, parts, verify.Options{})
//
// It checks that the manifest is canonical and is the one asked for, every author's signature, each file's leaf
// list, derived CID, every chunk and the SHA-256 of the whole, that precompiled modules can reach nothing but one
// memory, and that all of it makes the release directory asked for. It goes on after a failure, so that the report is
// complete. It asks no chain: a signature that holds says who signed, not that it was published.
package verify

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
)

// Options say what more is wanted. The zero value checks everything that the release itself claims.
type Options struct {
	// Pin is the manifest or release CID that it has to be, "" for any. Parts that were found by a CID are held
	// to that one anyway.
	Pin manifest.CID
	// Signer is an address that has to be among those who signed, nil for any or none.
	Signer *manifest.Address
	// Recompile compiles each precompiled module again and compares. Without it they are only looked at.
	Recompile bool
	// Each is told of every check as it ends. May be nil.
	Each func(Check)
	// Chunk is given every chunk that held, in order. An error from it ends the whole. May be nil.
	Chunk func(f manifest.File, i int, data []byte) error
}

// Verdict is how a check ended.
type Verdict string

const (
	OK      Verdict = "ok"
	Failed  Verdict = "FAILED"
	Skipped Verdict = "not checked" // there was nothing to check it against
)

// Check is one line of the report.
type Check struct {
	What    string  `json:"what"` // release, manifest, signature, file, module
	Name    string  `json:"name"` // CID, address or path
	Verdict Verdict `json:"verdict"`
	Detail  string  `json:"detail"`
}

// Result is what was found. After an error only Checks is sure to be set.
type Result struct {
	Release  relay.Release
	Doc      []byte
	Manifest *manifest.Manifest
	Envelope []byte             // nil where there was none
	Signers  []manifest.Address // whose signatures held
	Blocks   []manifest.Block   // all of the release but its chunks, children first
	Checks   []Check
}

// Release checks one release. The error's code is not_found when all that failed is that something is missing,
// unverified when anything is not what it should be.
func Release(ctx context.Context, parts Parts, opts Options) (*Result, error) {
	v := &verifier{parts: parts, opts: opts, res: &Result{}}
	if err := v.run(ctx); err != nil {
		return v.res, err
	}
	return v.res, v.verdict()
}

type verifier struct {
	parts    Parts
	opts     Options
	res      *Result
	failures []error
}

// run returns an error only where going on makes no sense. What failed on the way is in failures.
func (v *verifier) run(ctx context.Context) error {
	if err := v.manifest(ctx); err != nil {
		return err
	}
	if err := v.signatures(ctx); err != nil {
		return err
	}
	leaves := make([][]manifest.Digest, len(v.res.Manifest.Files))
	for i, f := range v.res.Manifest.Files {
		var err error
		leaves[i], err = v.file(ctx, f)
		if stop := v.stop(ctx, err); stop != nil {
			return stop
		}
		detail := fmt.Sprintf("%d bytes, %d chunks; leaf list, derived cid", f.Size, len(leaves[i]))
		if f.SHA256 != nil {
			detail += ", sha256"
		}
		v.check("file", f.Path, err, detail)
	}
	if err := v.modules(ctx, leaves); err != nil {
		return err
	}
	if len(v.failures) == 0 {
		v.directory(leaves)
	} else {
		asked, _ := v.parts.Names()
		v.add(Check{"release", string(asked), Skipped, "not all of its parts are right"})
	}
	return nil
}

func (v *verifier) manifest(ctx context.Context) error {
	doc, err := v.parts.Manifest(ctx)
	_, name := v.parts.Names()
	if err != nil {
		v.check("manifest", string(name), err, "")
		return err
	}
	digest := manifest.DigestOf(doc)
	cid := digest.RawCID()
	if name != "" && name != cid { // a source checks this too; here it is our business
		err = relay.Errorf(relay.CodeUnverified, "manifest has digest %s, wanted that of %s", digest, name)
	} else if pin := v.opts.Pin; pin != "" && pin.Codec() == manifest.Raw && pin != cid {
		err = relay.Errorf(relay.CodeUnverified, "manifest is %s, not the pinned %s", cid, pin).
			WithHint("this is another release, or an altered one: get it again by the pinned CID")
	}
	var m *manifest.Manifest
	if err == nil {
		if m, err = manifest.Parse(doc); err != nil {
			err = unverified("manifest", err)
		}
	}
	if err != nil {
		v.check("manifest", string(cid), err, "")
		return err
	}
	v.res.Doc, v.res.Manifest = doc, m
	v.check("manifest", string(cid), nil, fmt.Sprintf("%s %s, canonical, root %s", m.Name, m.Version, m.Root))
	return nil
}

func (v *verifier) signatures(ctx context.Context) error {
	envelope, err := v.parts.Envelope(ctx)
	if stop := v.stop(ctx, err); stop != nil {
		return stop
	}
	if err == nil && envelope != nil {
		v.res.Envelope = envelope
		v.res.Signers, err = manifest.VerifyEnvelope(v.res.Manifest, manifest.DigestOf(v.res.Doc), envelope, ethsig.Recover)
		if err != nil {
			err = unverified("envelope", err)
		}
	}
	switch want := v.opts.Signer; {
	case err != nil:
		v.check("signature", "envelope", err, "")
		return nil
	case want != nil && !slices.Contains(v.res.Signers, *want):
		said := "nobody"
		if len(v.res.Signers) > 0 {
			said = fmt.Sprint(v.res.Signers)
		}
		v.check("signature", want.String(), relay.Errorf(relay.CodeUnverified, "signed by %s, not by %s", said, want).
			WithHint("the one you named did not sign this: do not trust it in their name"), "")
		return nil
	case envelope == nil:
		v.add(Check{"signature", "", Skipped, "a bare manifest names no envelope; give the release CID, or CID?envelope=CID"})
		return nil
	}
	for _, s := range v.res.Signers {
		v.check("signature", s.String(), nil, "is an author; not checked on chain")
	}
	return nil
}

// file checks one file and returns its leaves.
func (v *verifier) file(ctx context.Context, f manifest.File) ([]manifest.Digest, error) {
	list, err := v.parts.LeafList(ctx, f)
	if err != nil {
		return nil, err
	}
	leaves, err := manifest.ParseLeafList(list, f)
	if err != nil {
		return nil, unverified(f.Path, err)
	}
	whole := sha256.New()
	for i, leaf := range leaves {
		chunk, err := v.parts.Chunk(ctx, f, i, leaf)
		if err != nil {
			return nil, fmt.Errorf("chunk %d: %w", i, err)
		}
		if len(chunk) != manifest.ChunkLen(f.Size, i) {
			return nil, relay.Errorf(relay.CodeUnverified, "chunk %d: %d bytes, the manifest says %d", i, len(chunk), manifest.ChunkLen(f.Size, i))
		}
		if err := leaf.RawCID().Verify(chunk); err != nil {
			return nil, unverified(fmt.Sprintf("chunk %d", i), err)
		}
		whole.Write(chunk)
		if v.opts.Chunk != nil {
			if err := v.opts.Chunk(f, i, chunk); err != nil {
				return nil, stopError{err}
			}
		}
	}
	if sum := whole.Sum(nil); f.SHA256 != nil && !bytes.Equal(sum, f.SHA256[:]) {
		return nil, relay.Errorf(relay.CodeUnverified, "sha256 is %x, the manifest says %s", sum, f.SHA256)
	}
	return leaves, nil
}

// directory makes the release directory again and compares its CID with the one asked for.
func (v *verifier) directory(leaves [][]manifest.Digest) {
	cid, blocks, err := manifest.BuildRelease(v.res.Doc, v.res.Envelope, leaves)
	if err != nil {
		err = unverified("release", err)
	}
	detail := "manifest, envelope, files and leaves make this directory; none was asked for"
	asked, _ := v.parts.Names()
	for _, want := range []manifest.CID{asked, v.opts.Pin} {
		if want.Codec() != manifest.DagPB {
			continue
		}
		detail = "manifest, envelope, files and leaves make this directory"
		if err == nil && want != cid {
			err = relay.Errorf(relay.CodeUnverified, "its parts make release %s, not %s", cid, want).
				WithHint("this is another release, or an altered one: get it again by the CID you trust")
		}
	}
	v.check("release", string(cid), err, detail)
	var envelope manifest.CID
	if v.res.Envelope != nil {
		envelope = manifest.DigestOf(v.res.Envelope).RawCID()
	}
	v.res.Blocks = blocks
	v.res.Release = relay.NewRelease(cid, v.res.Doc, v.res.Manifest, envelope, v.res.Signers)
}

// stopError is an error of the caller's, which ends the whole instead of failing one check.
type stopError struct{ error }

// stop tells whether err is a reason to end.
func (v *verifier) stop(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if s, ok := errors.AsType[stopError](err); ok {
		return s.error
	}
	return nil
}

func (v *verifier) check(what, name string, err error, detail string) {
	c := Check{what, name, OK, detail}
	if err != nil {
		c.Verdict, c.Detail = Failed, err.Error()
		v.failures = append(v.failures, err)
	}
	v.add(c)
}

func (v *verifier) add(c Check) {
	v.res.Checks = append(v.res.Checks, c)
	if v.opts.Each != nil {
		v.opts.Each(c)
	}
}

// verdict turns the failures into one error that names the first of them.
func (v *verifier) verdict() error {
	if len(v.failures) == 0 {
		return nil
	}
	code, first := relay.CodeNotFound, v.failures[0]
	for _, err := range v.failures {
		if c := relay.ErrorCode(err); c != relay.CodeNotFound && code != relay.CodeUnverified {
			code, first = c, err
		}
	}
	return relay.Errorf(code, "%d of %d checks failed: %w", len(v.failures), len(v.res.Checks), first)
}
