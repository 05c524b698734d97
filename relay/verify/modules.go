package verify

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/precompile"
)

// modules looks at the precompiled modules of the release, and compiles them again where that is wanted. leaves are those
// of the files, nil for a file that did not hold.
func (v *verifier) modules(ctx context.Context, leaves [][]manifest.Digest) error {
	m := v.res.Manifest
	maker := "an engine that is not recorded"
	for i, f := range m.Files {
		if f.Path != precompile.RecordPath || leaves[i] == nil {
			continue
		}
		doc, err := v.whole(ctx, f, leaves[i], precompile.MaxRecord)
		if err == nil {
			maker, err = precompile.ParseRecord(doc)
		}
		if stop := v.stop(ctx, err); stop != nil {
			return stop
		}
		if err != nil {
			v.check("module", f.Path, err, "")
		}
	}
	for i, f := range m.Files {
		model, mode, ok := precompile.ParsePath(f.Path)
		if !ok || leaves[i] == nil {
			continue
		}
		detail := fmt.Sprintf("imports one memory; compiled by %s, not compiled again", maker)
		module, err := v.whole(ctx, f, leaves[i], precompile.MaxModule)
		if err == nil {
			err = precompile.Check(module, mode)
		}
		if err == nil && v.opts.Recompile {
			err = v.recompile(ctx, model, mode, module, maker, leaves)
			detail = fmt.Sprintf("imports one memory; the same bytes as %s is compiled to by %s", model, precompile.Engine())
		}
		if stop := v.stop(ctx, err); stop != nil {
			return stop
		}
		v.check("module", f.Path, err, detail)
	}
	return nil
}

// recompile compares a module with what this program makes of its model.
func (v *verifier) recompile(ctx context.Context, model, mode string, module []byte, maker string, leaves [][]manifest.Digest) error {
	for i, f := range v.res.Manifest.Files {
		if f.Path != model {
			continue
		}
		if leaves[i] == nil {
			return relay.Errorf(relay.CodeUnverified, "%s did not hold, so it was not compiled", model)
		}
		again, err := precompile.CompileMode(ctx, model, mode, &fileReader{ctx: ctx, parts: v.parts, file: f, leaves: leaves[i], at: -1}, f.Size)
		if err != nil {
			return err
		}
		if bytes.Equal(again.Bytes, module) {
			return nil
		}
		return relay.Errorf(relay.CodeUnverified, "it has sha256 %s, by %s; %s compiles to %s, by %s",
			manifest.DigestOf(module), maker, model, manifest.DigestOf(again.Bytes), precompile.Engine()).
			WithHint("another version of the compiler may make other bytes: compare with the one that is recorded; if that differs too, do not run this module")
	}
	return relay.Errorf(relay.CodeUnverified, "the release has no %s that it could be made of", model)
}

// whole reads a file of at most limit bytes.
func (v *verifier) whole(ctx context.Context, f manifest.File, leaves []manifest.Digest, limit int64) ([]byte, error) {
	if f.Size > limit {
		return nil, relay.Errorf(relay.CodeTooLarge, "%d bytes, at most %d", f.Size, limit)
	}
	return io.ReadAll(io.NewSectionReader(&fileReader{ctx: ctx, parts: v.parts, file: f, leaves: leaves, at: -1}, 0, f.Size))
}

// fileReader reads a file whose leaves hold, and checks what it reads. It keeps the chunk that it read last.
type fileReader struct {
	ctx    context.Context
	parts  Parts
	file   manifest.File
	leaves []manifest.Digest
	chunk  []byte
	at     int // index of chunk; -1 at first
}

func (r *fileReader) ReadAt(p []byte, off int64) (int, error) {
	n := 0
	for n < len(p) {
		if off < 0 || off >= r.file.Size {
			return n, io.EOF
		}
		if i := int(off / manifest.ChunkSize); i != r.at {
			chunk, err := r.parts.Chunk(r.ctx, r.file, i, r.leaves[i])
			if err == nil {
				err = r.leaves[i].RawCID().Verify(chunk)
			}
			if err != nil {
				return n, err
			}
			r.chunk, r.at = chunk, i
		}
		k := copy(p[n:], r.chunk[off%manifest.ChunkSize:])
		n += k
		off += int64(k)
	}
	return n, nil
}
